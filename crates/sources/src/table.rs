//! A table of your own: CSV or TSV, JSON lines or one JSON array of flat objects, or a sheet of an XLSX workbook. A [`ColumnMap`] says which
//! column is what; out goes one entity a row. JSON and CSV are streamed; a workbook is held in memory.
//!
//! A row without a name is rejected, and so is one with more cells than the header, as its values may stand under the wrong columns.
//! The id of a party is the source's id and the value of the id column, or a hash of the name where the map names no such column.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use interdict_model::{AliasKind, Country, DateValue, Entity, NamePart, NamePartKind, PropertyType, Schema};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::error::SourceError;
use crate::facts::key;
use crate::input::read_error;
use crate::json_stream::{Each, document};
use crate::listing::{Listing, Name, Place, excel_serial, not_empty};
use crate::pieces::{folded, tidy};
use crate::report::Report;
use crate::text;
use crate::xlsx::Workbook;

/// Rows at the top of a table among which the header is looked for.
const HEADER_ROWS: usize = 20;

/// Bytes of a line of JSON at most.
const MAX_LINE: u64 = 16 << 20;

/// Delimiters that are tried where the map names none.
const DELIMITERS: [u8; 4] = *b",\t;|";

/// Which column of a table is what, as a TOML file says it:
///
/// ```toml
/// id = "Number"                        # else the id is made from the name
/// schema = "Company"                   # or: { column = "Type", map = { P = "Person" }, default = "LegalEntity" }
/// split = ";"                          # between several values in a cell; prose is not cut
/// date_order = "dmy"                   # or "mdy", "iso"
/// topics = ["sanction"]
/// sheet = "Suppliers"                  # of a workbook; else the first
/// delimiter = ";"                      # of a CSV file; else found out
/// header_row = 3                       # else the first row with all columns
///
/// [properties]                         # of FollowTheMoney, and the columns of each
/// name = ["Supplier name"]
/// alias = ["Trading as", "Old name"]
/// country = "Country"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawMap")]
pub struct ColumnMap {
    /// Every column that is named, once.
    columns: Vec<String>,
    id: Option<usize>,
    schema: SchemaRule,
    /// Properties and the places of their columns in `columns`; names come first.
    properties: Vec<(String, Vec<usize>)>,
    split: Option<String>,
    date_order: Option<DateOrder>,
    topics: Vec<String>,
    sheet: Option<String>,
    delimiter: Option<u8>,
    header_row: Option<u64>,
}

/// What kind of thing the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SchemaRule {
    Fixed(Schema),
    Column { column: usize, map: Vec<(String, Schema)>, default: Option<Schema> },
}

/// The order of the numbers of a date such as `03/04/2002`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DateOrder {
    Dmy,
    Mdy,
    Iso,
}

/// The map as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMap {
    id: Option<String>,
    schema: RawSchema,
    properties: BTreeMap<String, Columns>,
    split: Option<String>,
    date_order: Option<DateOrder>,
    #[serde(default)]
    topics: Vec<String>,
    sheet: Option<String>,
    delimiter: Option<String>,
    header_row: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "`schema` must be the name of a schema, or a table with `column`, `map` and perhaps `default`")]
enum RawSchema {
    Name(String),
    Column(RawSchemaColumn),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchemaColumn {
    column: String,
    map: BTreeMap<String, String>,
    default: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a property must have the name of a column, or a list of such names")]
enum Columns {
    One(String),
    Many(Vec<String>),
}

/// A schema whose entities have names.
fn party_schema(name: &str) -> Result<Schema, String> {
    let schema = Schema::from_name(name).ok_or_else(|| format!("`{name}` is not a schema"))?;
    if schema.property("name").is_none() || schema == Schema::Address {
        return Err(format!("`{name}` is not a schema of parties"));
    }
    Ok(schema)
}

impl TryFrom<RawMap> for ColumnMap {
    type Error = String;

    fn try_from(raw: RawMap) -> Result<Self, String> {
        let mut columns: Vec<String> = Vec::new();
        let mut place = |name: &str| {
            let name = tidy(name);
            columns.iter().position(|held| *held == name).unwrap_or_else(|| {
                columns.push(name);
                columns.len() - 1
            })
        };
        let id = raw.id.as_deref().map(&mut place);
        let schema = match &raw.schema {
            RawSchema::Name(name) => SchemaRule::Fixed(party_schema(name)?),
            RawSchema::Column(RawSchemaColumn { column, map, default }) => {
                let map: Result<Vec<(String, Schema)>, String> =
                    map.iter().map(|(value, name)| Ok((tidy(value), party_schema(name)?))).collect();
                SchemaRule::Column {
                    column: place(column),
                    map: map?,
                    default: default.as_deref().map(party_schema).transpose()?,
                }
            }
        };
        let schemata: Vec<Schema> = match &schema {
            SchemaRule::Fixed(schema) => vec![*schema],
            SchemaRule::Column { map, default, .. } => map.iter().map(|(_, schema)| *schema).chain(*default).collect(),
        };
        if schemata.is_empty() {
            return Err("`schema` maps no value to a schema".to_owned());
        }
        let mut properties = Vec::new();
        for (property, named) in raw.properties {
            let named = match named {
                Columns::One(column) => vec![column],
                Columns::Many(columns) => columns,
            };
            let shown = named.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
            if named.iter().all(|column| column.trim().is_empty()) {
                return Err(format!("the property `{property}` has no column"));
            }
            match schemata.iter().find_map(|schema| schema.property(&property)) {
                None => {
                    let known = schemata.iter().map(|schema| format!("`{schema}`")).collect::<Vec<_>>().join(", ");
                    return Err(format!("the column {shown} is to be `{property}`, which is not a property of {known}"));
                }
                Some(PropertyType::Entity) => {
                    return Err(format!(
                        "the column {shown} is to be `{property}`, which names another entity; a table has none"
                    ));
                }
                Some(_) => {}
            }
            properties.push((property, named.iter().map(|column| place(column)).collect::<Vec<usize>>()));
        }
        // Names first, as readers expect them; the rest by the alphabet.
        properties.sort_by_key(|(property, _)| property != "name");
        if !["name", "firstName", "lastName"].iter().any(|name| properties.iter().any(|(property, _)| property == name)) {
            return Err("no column is to be `name` (or `firstName` and `lastName`)".to_owned());
        }
        let delimiter = match raw.delimiter.as_deref() {
            None => None,
            Some("\\t" | "tab") => Some(b'\t'),
            Some(text) => match text.as_bytes() {
                [byte] if !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
                _ => return Err(format!("the delimiter `{text}` is not one character")),
            },
        };
        if raw.split.as_deref().is_some_and(str::is_empty) {
            return Err("`split` is empty".to_owned());
        }
        if raw.header_row == Some(0) {
            return Err("`header_row` counts from 1".to_owned());
        }
        Ok(Self {
            columns,
            id,
            schema,
            properties,
            split: raw.split,
            date_order: raw.date_order,
            topics: raw.topics,
            sheet: raw.sheet,
            delimiter,
            header_row: raw.header_row,
        })
    }
}

impl ColumnMap {
    /// What a column is for, for messages.
    fn use_of(&self, column: usize) -> String {
        if self.id == Some(column) {
            return "id".to_owned();
        }
        if matches!(self.schema, SchemaRule::Column { column: held, .. } if held == column) {
            return "schema".to_owned();
        }
        let found = self.properties.iter().find(|(_, columns)| columns.contains(&column));
        found.map_or_else(String::new, |(property, _)| property.clone())
    }

    /// Where each column stands in a row; `Err` has those that do not stand there.
    fn places(&self, cells: &[String]) -> Result<Vec<usize>, Vec<usize>> {
        let find = |name: &String| {
            let exact = cells.iter().position(|cell| cell == name);
            exact.or_else(|| cells.iter().position(|cell| cell.to_lowercase() == name.to_lowercase()))
        };
        let found: Vec<Option<usize>> = self.columns.iter().map(find).collect();
        let missing: Vec<usize> = found.iter().enumerate().filter(|(_, at)| at.is_none()).map(|(column, _)| column).collect();
        if missing.is_empty() { Ok(found.into_iter().flatten().collect()) } else { Err(missing) }
    }
}

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    columns: &ColumnMap,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let prefix = report.source.replace('/', "-");
    let mut table = Table {
        file,
        map: columns,
        prefix,
        listing: Listing::new(report, sink),
        header: None,
        best: None,
        seen: FxHashMap::default(),
    };
    let is_workbook = input.fill_buf().map_err(|reason| read_error(file, 0, reason))?.starts_with(b"PK\x03\x04");
    if is_workbook {
        table.workbook(input)?;
    } else {
        let mut content = text::decoded(file, input)?;
        let head = content.fill_buf().map_err(|reason| read_error(file, 0, reason))?;
        let bare = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let mark = head.len() - bare.len();
        let first = bare.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        match first {
            Some(b'[') if columns.delimiter.is_none() => table.json_array(&mut content)?,
            Some(b'{') if columns.delimiter.is_none() => {
                content.consume(mark);
                table.json_lines(&mut content)?;
            }
            _ => {
                let delimiter = columns.delimiter.unwrap_or_else(|| delimiter_of(bare, columns));
                content.consume(mark);
                table.delimited(&mut content, delimiter)?;
            }
        }
    }
    not_empty(file, table.listing.report.count("parties"), "rows with a name")
}

/// The delimiter with which the beginning shows most of the columns; of equals, the one that makes most cells.
fn delimiter_of(head: &[u8], map: &ColumnMap) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(head);
        let rows = reader.byte_records().take(HEADER_ROWS).map_while(Result::ok);
        rows.map(|row| {
            let cells: Vec<String> = row.iter().map(|cell| tidy(&text::decode(cell).0)).collect();
            let missing = map.places(&cells).err().map_or(0, |missing| missing.len());
            (map.columns.len() - missing, cells.len())
        })
        .max()
        .unwrap_or_default()
    };
    // Of equals, `max_by_key` takes the last.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// The header of a table with one.
struct Header {
    /// Where each column of the map stands.
    places: Vec<usize>,
    /// Cells of the header.
    width: usize,
}

struct Table<'a> {
    file: &'a str,
    map: &'a ColumnMap,
    prefix: String,
    listing: Listing<'a>,
    header: Option<Header>,
    /// The row most like a header so far: its number, what is missing in it, its cells. And how many rows were looked at.
    best: Option<(u64, Vec<usize>, Vec<String>, usize)>,
    /// Hashes of the rows under each id.
    seen: FxHashMap<String, Vec<String>>,
}

impl Table<'_> {
    fn workbook(&mut self, input: &mut dyn BufRead) -> Result<(), SourceError> {
        let mut workbook = Workbook::open(self.file, input)?;
        let sheets = workbook.sheets();
        let sheet = match &self.map.sheet {
            None => sheets.first().cloned(),
            Some(name) => sheets.iter().find(|sheet| *sheet == name).cloned(),
        };
        let Some(sheet) = sheet else {
            let wanted = self.map.sheet.as_deref().unwrap_or_default();
            return Err(self.unknown(format!("a workbook without the sheet `{wanted}`; it has {}", quoted(&sheets))));
        };
        workbook.rows(&sheet, |line, cells| {
            let mut shown = Vec::with_capacity(cells.len());
            for cell in cells {
                if cell.broken && self.header.is_some() {
                    let record = format!("row {line}");
                    let message = format!("a cell with the error {}; it was left out", cell.text);
                    self.listing.issue(Place { line, record: &record }, "", message);
                    shown.push(String::new());
                } else {
                    shown.push(cell.text.trim().to_owned());
                }
            }
            self.cells(line, &shown).map(|()| true)
        })?;
        self.header_was_found()
    }

    fn delimited(&mut self, input: &mut dyn BufRead, delimiter: u8) -> Result<(), SourceError> {
        // With CRLF as the end of a record, the reader counts lines one behind; the carriage return goes with the white space of a cell.
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        let mut row = ByteRecord::new();
        loop {
            let offset = reader.position().byte();
            match reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(read_error(self.file, offset, error.into())),
            }
            let line = row.position().map_or(0, csv::Position::line);
            let cells: Vec<String> = row.iter().map(|cell| text::decode(cell).0.trim().to_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                self.cells(line, &cells)?;
            }
        }
        self.header_was_found()
    }

    /// A row of a table with a header, which may be the header.
    fn cells(&mut self, line: u64, cells: &[String]) -> Result<(), SourceError> {
        let Some(header) = &self.header else { return self.look_for_header(line, cells) };
        let record = format!("row {line}");
        let at = Place { line, record: &record };
        if cells.len() > header.width && cells[header.width..].iter().any(|cell| !cell.is_empty()) {
            let message = format!("the row has {} cells, the header {}; it was left out", cells.len(), header.width);
            self.listing.count("rows", 1);
            self.listing.reject(at, "", message, &cells.join("\t"));
            return Ok(());
        }
        let last = header.places.iter().max().copied().unwrap_or_default();
        if cells.len() <= last {
            let message = format!("the row has {} cells, the header {}", cells.len(), header.width);
            self.listing.issue(at, "", message);
        }
        let values: Vec<Vec<String>> = header
            .places
            .iter()
            .map(|place| cells.get(*place).filter(|cell| !cell.is_empty()).cloned().into_iter().collect())
            .collect();
        self.row(at, &values, &cells.join("\t"));
        Ok(())
    }

    fn look_for_header(&mut self, line: u64, cells: &[String]) -> Result<(), SourceError> {
        if self.map.header_row.is_some_and(|row| line < row) {
            return Ok(());
        }
        let cells: Vec<String> = cells.iter().map(|cell| tidy(cell)).collect();
        let missing = match self.map.places(&cells) {
            Ok(places) => {
                let width = cells.len();
                let named = cells.iter().filter(|cell| !cell.is_empty()).count();
                self.listing.count("columns_left_out", (named - self.map.columns.len().min(named)) as u64);
                self.header = Some(Header { places, width });
                return Ok(());
            }
            Err(missing) => missing,
        };
        let looked_at = self.best.as_ref().map_or(0, |best| best.3) + 1;
        match &mut self.best {
            Some(best) if best.1.len() <= missing.len() => best.3 = looked_at,
            best => *best = Some((line, missing, cells, looked_at)),
        }
        if looked_at >= HEADER_ROWS || self.map.header_row.is_some() {
            return self.header_was_found();
        }
        Ok(())
    }

    fn header_was_found(&self) -> Result<(), SourceError> {
        if self.header.is_some() {
            return Ok(());
        }
        let Some((line, missing, cells, _)) = &self.best else {
            return Err(self.unknown("a table without a header".to_owned()));
        };
        let cells: Vec<String> = cells.iter().filter(|cell| !cell.is_empty()).cloned().collect();
        Err(self.unknown(format!("{}; row {line} has {}", self.without(missing), quoted(&cells))))
    }

    /// A table without columns, and what for they are wanted.
    fn without(&self, missing: &[usize]) -> String {
        let wanted: Vec<String> = missing
            .iter()
            .map(|column| format!("`{}` (for `{}`)", self.map.columns[*column], self.map.use_of(*column)))
            .collect();
        let word = if wanted.len() == 1 { "column" } else { "columns" };
        format!("a table without the {word} {}", wanted.join(", "))
    }

    fn unknown(&self, found: String) -> SourceError {
        SourceError::UnknownFormat { file: self.file.to_owned(), found }
    }

    fn json_array(&mut self, input: &mut dyn BufRead) -> Result<(), SourceError> {
        let (mut number, mut keys) = (0_u64, Keys::new(self.map));
        let file = self.file;
        document(
            file,
            input,
            Each(|entry: Json| {
                number += 1;
                self.json(0, &format!("row {number}"), &entry, &mut keys);
            }),
        )?;
        self.all_keys_were_seen(&keys)
    }

    fn json_lines(&mut self, input: &mut dyn BufRead) -> Result<(), SourceError> {
        let (mut number, mut keys) = (0_u64, Keys::new(self.map));
        let (mut line, mut offset) = (Vec::new(), 0_u64);
        loop {
            line.clear();
            let read = (&mut *input)
                .take(MAX_LINE)
                .read_until(b'\n', &mut line)
                .map_err(|reason| read_error(self.file, offset, reason))?;
            if read == 0 {
                break;
            }
            (number, offset) = (number + 1, offset + read as u64);
            if read as u64 == MAX_LINE {
                let what = format!("a line of more than {MAX_LINE} bytes");
                return Err(SourceError::TooLarge { file: self.file.to_owned(), what, offset });
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let record = format!("row {number}");
            match serde_json::from_slice::<Json>(&line) {
                Ok(entry) => self.json(number, &record, &entry, &mut keys),
                Err(error) => {
                    self.listing.count("rows", 1);
                    let text = String::from_utf8_lossy(&line);
                    self.listing.reject(Place { line: number, record: &record }, "", error.to_string(), text.trim_end());
                }
            }
        }
        self.all_keys_were_seen(&keys)
    }

    fn json(&mut self, line: u64, record: &str, entry: &Json, keys: &mut Keys) {
        let at = Place { line, record };
        let Some(members) = entry.as_object() else {
            self.listing.count("rows", 1);
            self.listing.reject(at, "", "not a JSON object; it was left out", &entry.to_string());
            return;
        };
        let mut values = Vec::with_capacity(self.map.columns.len());
        for (position, column) in self.map.columns.iter().enumerate() {
            let Some(value) = members.get(column) else {
                values.push(Vec::new());
                continue;
            };
            keys.seen[position] = true;
            let (found, nested) = scalars(value);
            if nested {
                self.listing.issue(at, column, "an object or a list in a list; it was left out");
            }
            values.push(found);
        }
        self.row(at, &values, &entry.to_string());
    }

    fn all_keys_were_seen(&self, keys: &Keys) -> Result<(), SourceError> {
        let missing: Vec<usize> = keys.seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(column, _)| column).collect();
        if missing.is_empty() { Ok(()) } else { Err(self.unknown(self.without(&missing))) }
    }

    /// One row: the values under each column of the map, and its text.
    fn row(&mut self, at: Place<'_>, values: &[Vec<String>], whole: &str) {
        self.listing.count("rows", 1);
        let (schema, problem) = self.schema(values);
        let mut entity = Entity::new("", schema);
        let mut problems: Vec<(&str, String)> = problem.into_iter().collect();
        for (property, columns) in &self.map.properties {
            for column in columns {
                for value in &values[*column] {
                    let name = &self.map.columns[*column];
                    let mut one = |text: &str| self.value(at, &mut entity, property, name, text, &mut problems);
                    let is_prose = schema.property(property) == Some(PropertyType::Text);
                    match self.map.split.as_deref().filter(|_| !is_prose) {
                        Some(split) => value.split(split).for_each(&mut one),
                        None => one(value),
                    }
                }
            }
        }
        name_of_parts(at, &mut entity);
        let Some(name) = ["name", "alias", "previousName", "weakAlias"].iter().find_map(|property| entity.first(property))
        else {
            self.listing.reject(at, "name", "a row without a name; it was left out", whole);
            return;
        };
        let name = name.to_owned();
        entity.caption = Some(name.clone());
        let own = self.map.id.and_then(|column| values[column].first()).map(|id| tidy(id)).unwrap_or_default();
        if own.is_empty() && self.map.id.is_some() {
            problems.push(("id", "a row without an id; it is made from the name".to_owned()));
        }
        let own = if own.is_empty() {
            key([folded(&name).as_str(), if folded(&name).is_empty() { &name } else { "" }], 12)
        } else {
            own
        };
        let mut id = format!("{}-{own}", self.prefix);
        let row_key = key([whole], 16);
        let held = self.seen.entry(id.clone()).or_default();
        let again = held.contains(&row_key);
        if !again {
            held.push(row_key);
        }
        let count = held.len();
        for (field, message) in problems {
            self.listing.issue(at, field, message);
        }
        if again {
            self.listing.count("rows_repeated", 1);
            return;
        }
        if count > 1 {
            let first = id.clone();
            id = format!("{id}-{count}");
            self.listing.issue(
                at,
                "id",
                format!("`{first}` stands before with other values; both are kept, this one as `{id}`"),
            );
        }
        entity.id = id;
        entity.target = Some(true);
        for topic in &self.map.topics {
            entity.add("topics", topic.as_str());
        }
        self.listing.count("parties", 1);
        self.listing.count("names", entity.names.len() as u64);
        self.listing.emit(entity, at.record);
    }

    /// The schema of a row, and what is wrong with its value.
    fn schema(&self, values: &[Vec<String>]) -> (Schema, Option<(&'static str, String)>) {
        let (column, map, default) = match &self.map.schema {
            SchemaRule::Fixed(schema) => return (*schema, None),
            SchemaRule::Column { column, map, default } => (*column, map, *default),
        };
        let value = values[column].first().map(|value| tidy(value)).unwrap_or_default();
        let found = map.iter().find(|(text, _)| *text == value);
        let found = found.or_else(|| map.iter().find(|(text, _)| text.to_lowercase() == value.to_lowercase()));
        match (found, default) {
            (Some((_, schema)), _) => (*schema, None),
            (None, Some(schema)) => (schema, None),
            (None, None) => {
                let message = format!(
                    "`{value}` in column `{}` is no schema of the map; kept as a LegalEntity",
                    self.map.columns[column]
                );
                (Schema::LegalEntity, Some(("schema", message)))
            }
        }
    }

    /// Adds one value of a cell.
    fn value<'p>(
        &self,
        at: Place<'_>,
        entity: &mut Entity,
        property: &'p str,
        column: &str,
        text: &str,
        problems: &mut Vec<(&'p str, String)>,
    ) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let note = |entity: &mut Entity| entity.add_from("notes", format!("{column}: {text}"), at.record);
        match entity.property_type(property) {
            // The row's schema has no such property, but another of the map has.
            None => note(entity),
            Some(PropertyType::Name) => {
                let (kind, weak) = match property {
                    "name" => (AliasKind::Name, false),
                    "previousName" => (AliasKind::FormerlyKnownAs, false),
                    "weakAlias" => (AliasKind::AlsoKnownAs, true),
                    _ => (AliasKind::AlsoKnownAs, false),
                };
                Name { text: text.to_owned(), kind, weak, script: "", parts: Vec::new(), record: at.record }.attach(entity);
            }
            Some(PropertyType::Date) => match date(self.map.date_order, text) {
                Ok(date) => entity.add_from(property, date, at.record),
                Err(reason) => {
                    problems.push((property, format!("a date in column `{column}` cannot be read: {reason}; kept as a note")));
                    note(entity);
                }
            },
            Some(PropertyType::Country) => match Country::parse(text) {
                Some(country) => entity.add_from(property, country.code(), at.record),
                None => {
                    problems
                        .push((property, format!("`{text}` in column `{column}` is not a known country; kept as it stands")));
                    entity.add_from(property, text, at.record);
                }
            },
            Some(PropertyType::Gender) => match text.to_lowercase().as_str() {
                "m" | "male" => entity.add_from(property, "male", at.record),
                "f" | "female" => entity.add_from(property, "female", at.record),
                "other" | "x" => entity.add_from(property, "other", at.record),
                _ => {
                    problems.push((property, format!("`{text}` in column `{column}` is not a gender; kept as a note")));
                    note(entity);
                }
            },
            Some(PropertyType::Text) => entity.add_from(property, text, at.record),
            Some(_) => entity.add_from(property, tidy(text), at.record),
        }
    }
}

/// A name of the parts that the table gives, where it gives no whole one.
fn name_of_parts(at: Place<'_>, entity: &mut Entity) {
    let Some(text) = entity.name_from_parts() else { return };
    let kinds = [NamePartKind::Given, NamePartKind::Middle, NamePartKind::Patronymic, NamePartKind::Family];
    let parts = kinds
        .into_iter()
        .filter_map(|kind| Some(NamePart { kind, text: entity.first(kind.property()?)?.to_owned() }))
        .collect();
    Name { text, kind: AliasKind::Name, weak: false, script: "", parts, record: at.record }.attach(entity);
}

/// Which columns of the map a JSON file has had.
struct Keys {
    seen: Vec<bool>,
}

impl Keys {
    fn new(map: &ColumnMap) -> Self {
        Self { seen: vec![false; map.columns.len()] }
    }
}

/// The scalars of a member or of a list in it; the second value says whether there was anything else.
fn scalars(value: &Json) -> (Vec<String>, bool) {
    match value {
        Json::Null => (Vec::new(), false),
        Json::String(text) => {
            (Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect(), false)
        }
        Json::Number(number) => (vec![number.to_string()], false),
        Json::Bool(flag) => (vec![flag.to_string()], false),
        Json::Array(values) => {
            let (mut found, mut nested) = (Vec::new(), false);
            for value in values {
                if matches!(value, Json::Array(_) | Json::Object(_)) {
                    nested = true;
                } else {
                    found.extend(scalars(value).0);
                }
            }
            (found, nested)
        }
        Json::Object(_) => (Vec::new(), true),
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().take(40).map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// A date in the order that the map states; without one, in the forms of [`DateValue::parse`], which takes the day first. Where the order
/// is stated it is kept to, and what does not fit it is not turned round.
fn date(order: Option<DateOrder>, text: &str) -> Result<String, String> {
    if let Some(day) = excel_serial(text) {
        return Ok(day);
    }
    let parse = |text: &str| DateValue::parse(text).map(|date| date.to_string()).map_err(|error| error.to_string());
    // A time behind the date says nothing of the order.
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    let numbers = |widths: [usize; 3]| {
        parts.len() == 3
            && parts.iter().zip(widths).all(|(part, width)| {
                (1..=width).contains(&part.len())
                    && (width < 4 || part.len() == 4)
                    && part.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let year_last = numbers([2, 2, 4]);
    match order {
        Some(DateOrder::Iso) if !text.starts_with(|c: char| c.is_ascii_digit()) || year_last => {
            Err(format!("`{text}` is not in the order of ISO 8601"))
        }
        Some(DateOrder::Dmy) if year_last => parse(&iso(parts[2], parts[1], parts[0])),
        Some(DateOrder::Mdy) if year_last => parse(&iso(parts[2], parts[0], parts[1])),
        _ => parse(text),
    }
}

/// ISO 8601 of numbers; a day, or a day and month, of zero is not known.
fn iso(year: &str, month: &str, day: &str) -> String {
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    match (is_zero(month), is_zero(day)) {
        (true, true) => year.to_owned(),
        (false, true) => format!("{year}-{month:0>2}"),
        _ => format!("{year}-{month:0>2}-{day:0>2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_of_dates() {
        use DateOrder::{Dmy, Iso, Mdy};
        for (order, text, expected) in [
            (None, "03/04/2002", Some("2002-04-03")),
            (Some(Dmy), "03/04/2002", Some("2002-04-03")),
            (Some(Mdy), "03/04/2002", Some("2002-03-04")),
            (Some(Mdy), "3/4/2002 00:00:00", Some("2002-03-04")),
            (Some(Mdy), "31/12/2002", None),
            (Some(Dmy), "12/31/2002", None),
            (Some(Mdy), "2002-03-04", Some("2002-03-04")),
            (Some(Mdy), "1 Feb 2002", Some("2002-02-01")),
            (Some(Iso), "2002-03-04T10:00:00Z", Some("2002-03-04")),
            (Some(Iso), "2002", Some("2002")),
            (Some(Iso), "03.04.2002", None),
            (Some(Iso), "Feb 2002", None),
            (Some(Dmy), "00/00/1960", Some("1960")),
            (Some(Mdy), "04/00/1960", Some("1960-04")),
            (Some(Mdy), "00/04/1960", None),
            (None, "00/00/1960", Some("1960")),
            (None, "44197", Some("2021-01-01")),
            (None, "31 February 2002", None),
        ] {
            assert_eq!(date(order, text).ok().as_deref(), expected, "{order:?} {text}");
        }
    }
}
