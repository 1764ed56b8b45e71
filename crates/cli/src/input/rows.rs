//! Rows to screen, whatever the kind of file: each is an entity with an id, or the reason why it is none.

use std::fmt;
use std::io;

use interdict_model::{Entity, FtmError, Schema, SchemaName, entity_from_value};
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::Value as Json;

use super::meaning::{in_model_words, without_placeholders};
use super::{CsvRecord, CsvRows, Input, Lines, Problem};
use crate::args::InputFormat;
use crate::columns::{Columns, OF_PEOPLE, Role, schema_of_kind};
use crate::failure::Failure;

/// Bytes of a text that may serve as the id of its row.
const MAX_ID: usize = 200;

/// A row of the input.
#[derive(Debug)]
pub(crate) struct Row {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    /// The id given, else the text of the line in a plain list, else `line-` and its number, which is not mistaken for an id.
    pub(crate) id: String,
    /// The text as it stood.
    pub(crate) text: String,
    /// What to screen.
    pub(crate) entity: Result<Entity, Problem>,
    /// Settings that the row states for itself, as they stood.
    pub(crate) settings: Option<Json>,
    /// What was read otherwise than it stood.
    pub(crate) warnings: Vec<String>,
}

/// What stands for the file when a name is typed.
const ONE: &str = "NAME";

enum Reader {
    One(Option<Box<Row>>),
    Csv { rows: Box<CsvRows>, columns: Columns },
    Jsonl { lines: Lines, schema: Option<Schema> },
    Text { lines: Lines, schema: Schema },
}

/// Reads rows.
pub(crate) struct Rows {
    /// The file's name for messages.
    pub(crate) name: String,
    reader: Reader,
}

impl Rows {
    /// One name or identifier, as typed.
    pub(crate) fn one(name: &str, schema: Option<Schema>) -> Self {
        let mut row = text_row(1, name, schema.unwrap_or(Schema::Thing));
        if name.trim().is_empty() || name.len() > MAX_ID {
            ONE.clone_into(&mut row.id);
        }
        Self { name: ONE.to_owned(), reader: Reader::One(Some(Box::new(row))) }
    }

    /// The rows of a file.
    pub(crate) fn open(input: Input, kind: InputFormat, map: &[String], schema: Option<Schema>) -> anyhow::Result<Self> {
        let Input { name, mut bytes } = input;
        if kind == InputFormat::Jsonl && bytes.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let message = format!("{name}: line 1: the file is a JSON array");
            return Err(Failure::new(message, "write one object a line, as `jq -c '.[]'` does").into());
        }
        let lines = Lines::new(bytes);
        let reader = match kind {
            InputFormat::Txt => Reader::Text { lines, schema: schema.unwrap_or(Schema::Thing) },
            InputFormat::Jsonl => Reader::Jsonl { lines, schema },
            InputFormat::Csv => {
                let Some((rows, header)) = CsvRows::open(lines)? else {
                    return Err(anyhow::anyhow!("{name}: the file is empty; a header is expected"));
                };
                let header = header.fields.map_err(|problem| {
                    anyhow::anyhow!("{name}:{}: the header cannot be read: {}", header.line, problem.reason)
                })?;
                Reader::Csv { rows: Box::new(rows), columns: Columns::recognise(&name, header, map, schema)? }
            }
        };
        Ok(Self { name, reader })
    }

    /// How the columns of a CSV file were understood.
    pub(crate) fn columns(&self) -> Option<String> {
        match &self.reader {
            Reader::Csv { columns, .. } => Some(columns.describe()),
            _ => None,
        }
    }

    /// Columns of a CSV file that were taken for the same.
    pub(crate) fn doubled_columns(&self) -> &[String] {
        match &self.reader {
            Reader::Csv { columns, .. } => &columns.doubled,
            _ => &[],
        }
    }

    /// The next row; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row>> {
        match &mut self.reader {
            Reader::One(row) => Ok(row.take().map(|row| *row)),
            Reader::Csv { rows, columns } => Ok(rows.next()?.map(|record| csv_row(record, columns))),
            Reader::Jsonl { lines, schema } => {
                while let Some(line) = lines.next()? {
                    if !line.is_blank() {
                        let text = line.lossy();
                        return Ok(Some(match line.text() {
                            Ok(text) => json_row(line.number, text, *schema),
                            Err(problem) => {
                                Row { id: id_before_damage(line.number, &line.bytes), ..bad_row(line.number, text, problem) }
                            }
                        }));
                    }
                }
                Ok(None)
            }
            Reader::Text { lines, schema } => {
                while let Some(line) = lines.next()? {
                    if !line.is_blank() && !line.bytes.starts_with(b"#") {
                        let text = line.lossy();
                        return Ok(Some(match line.text() {
                            Ok(text) => text_row(line.number, text, *schema),
                            Err(problem) => bad_row(line.number, text, problem),
                        }));
                    }
                }
                Ok(None)
            }
        }
    }
}

fn bad_row(line: u64, text: String, problem: Problem) -> Row {
    Row { line, id: line_id(line), text, entity: Err(problem), settings: None, warnings: Vec::new() }
}

/// The id of a row that has none. The bare number could be another row's own.
fn line_id(line: u64) -> String {
    format!("line-{line}")
}

fn text_row(line: u64, text: &str, schema: Schema) -> Row {
    let name = text.trim();
    let id = if name.is_empty() || name.len() > MAX_ID { line_id(line) } else { name.to_owned() };
    let mut entity = Entity::new(id.clone(), schema);
    entity.add("name", name);
    let mut warnings = Vec::new();
    let entity = without_placeholders(entity, &mut warnings);
    Row { line, id, text: text.to_owned(), entity: Ok(entity), settings: None, warnings }
}

fn json_row(line: u64, text: &str, schema: Option<Schema>) -> Row {
    let mut json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let row = bad_row(line, text.to_owned(), Problem::row(json_reason(&error)));
            return Row { id: id_before_damage(line, text.as_bytes()), ..row };
        }
    };
    if let (Some(object), Some(schema)) = (json.as_object_mut(), schema)
        && !object.contains_key("schema")
    {
        object.insert("schema".to_owned(), schema.name().into());
    }
    let given = match json.get("id") {
        Some(Json::String(id)) if !id.is_empty() => Some(id.clone()),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let id = given.unwrap_or_else(|| line_id(line));
    let settings = json.as_object_mut().and_then(|object| object.shift_remove("settings")).filter(|own| !own.is_null());
    let mut warnings = Vec::new();
    let entity = match entity_from_value(json) {
        Ok(entity) => Ok(without_placeholders(in_model_words(entity, &mut warnings), &mut warnings)),
        Err(error) => Err(ftm_problem(&error)),
    };
    Row { line, id, text: text.to_owned(), entity, settings, warnings }
}

/// The id of an object that is not whole, where it stands before the damage. A number is not taken: it may be half of one.
fn id_before_damage(line: u64, bytes: &[u8]) -> String {
    struct TopLevelId<'a>(&'a mut Option<String>);

    impl<'de> Visitor<'de> for TopLevelId<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
            while let Some(key) = map.next_key::<String>()? {
                if let Json::String(id) = map.next_value()?
                    && key == "id"
                {
                    *self.0 = Some(id);
                }
            }
            Ok(())
        }
    }

    let mut id = None;
    // That it fails is known: what is wanted is what came before.
    let _ = serde_json::Deserializer::from_slice(bytes).deserialize_map(TopLevelId(&mut id));
    id.filter(|id| !id.is_empty() && id.len() <= MAX_ID).unwrap_or_else(|| line_id(line))
}

/// Why a text is not JSON. The parser's own line number is always 1 here and would mislead.
pub(super) fn json_reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    format!("not JSON: {reason} at byte {} of the line", error.column())
}

/// What is wrong with an entity, with the field apart.
pub(super) fn ftm_problem(error: &FtmError) -> Problem {
    match error {
        FtmError::Type { field, expected } => Problem::field(field, format!("must be {expected}")),
        FtmError::Missing(field) => Problem::field(*field, "is missing"),
        other => Problem::row(other.to_string()),
    }
}

pub(super) fn csv_row(record: CsvRecord, columns: &Columns) -> Row {
    let CsvRecord { line, text, fields, readable } = record;
    let fields = match fields {
        Ok(fields) => fields,
        Err(problem) => {
            let id = id_of_broken(readable, columns).unwrap_or_else(|| line_id(line));
            return Row { id, ..bad_row(line, text, problem) };
        }
    };
    // In a file of people and firms together, the firms have no date of birth.
    let of_people = |role: &Option<Role>| matches!(role, Some(Role::Property(property)) if OF_PEOPLE.contains(property));
    let a_person = fields.iter().zip(&columns.roles).any(|(value, role)| !value.is_empty() && of_people(role));
    let unsure = columns.guessed && columns.schema == Schema::Person && !a_person;
    let mut entity = Entity::new("", if unsure { Schema::Thing } else { columns.schema });
    let mut warnings = Vec::new();
    for ((value, role), header) in fields.iter().zip(&columns.roles).zip(&columns.header) {
        match role {
            _ if value.is_empty() => {}
            None => {}
            Some(Role::Id) => entity.id.clone_from(value),
            Some(Role::Schema) => entity.schema = SchemaName::from(value.as_str()),
            Some(Role::Kind) => match schema_of_kind(value) {
                Some(schema) => entity.schema = schema.into(),
                None => warnings.push(format!("`{header}`: `{value}` is not a known kind; screened as {}", columns.schema)),
            },
            Some(Role::Property(property)) => entity.add(property, value.as_str()),
        }
    }
    if entity.id.is_empty() {
        entity.id = line_id(line);
    }
    let entity = without_placeholders(entity, &mut warnings);
    Row { line, id: entity.id.clone(), text, entity: Ok(entity), settings: None, warnings }
}

/// The id of a record with too few or too many fields is certain only in the first column, which nothing can have shifted.
fn id_of_broken(readable: Vec<Option<String>>, columns: &Columns) -> Option<String> {
    let at = columns.roles.iter().position(|role| *role == Some(Role::Id))?;
    let certain = at == 0 || readable.len() == columns.header.len();
    let id = readable.into_iter().nth(at).flatten()?;
    (certain && !id.is_empty() && id.len() <= MAX_ID).then_some(id)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Each row as `line id schema` with its first properties, or with its problem.
    fn rows(kind: InputFormat, text: &str, schema: Option<Schema>) -> Vec<String> {
        let input = Input { name: "in".to_owned(), bytes: Box::new(Cursor::new(text.as_bytes().to_vec())) };
        let mut rows = Rows::open(input, kind, &[], schema).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let what = match &row.entity {
                Ok(entity) => {
                    let properties: Vec<String> =
                        entity.properties().map(|(name, values)| format!("{name}={}", values[0].text)).collect();
                    format!("{} {}", entity.schema, properties.join(" "))
                }
                Err(problem) => format!("! {} {}", problem.field, problem.reason),
            };
            found.push(format!("{} {} {what}", row.line, row.id));
        }
        found
    }

    #[test]
    fn a_file_of_people_and_firms() {
        let text = "id,name,birth date\n1,Ada Example,1970-01-01\n2,Example Trading Ltd,\n";
        let schemata = |schema| -> Vec<String> {
            rows(InputFormat::Csv, text, schema)
                .iter()
                .map(|row| row.split(' ').nth(2).unwrap_or_default().to_owned())
                .collect()
        };
        assert_eq!(schemata(None), ["Person", "Thing"]);
        assert_eq!(schemata(Some(Schema::Person)), ["Person", "Person"]);
    }

    #[test]
    fn csv() {
        assert_eq!(
            rows(InputFormat::Csv, "id,type,name\nq1,individual,Ada\n,Vessel,Argo\nq3,invoice,X\nq4\n,,,\n", None),
            [
                "2 q1 Person name=Ada",
                "3 line-3 Vessel name=Argo",
                "4 q3 Thing name=X",
                "5 q4 !  3 columns expected, 1 found",
                "6 line-6 !  3 columns expected, 4 found"
            ]
        );
        // An unquoted comma has moved the id: what stands in its place is part of the name.
        assert_eq!(
            rows(InputFormat::Csv, "name,id\nExample, Ada,q1\n\"open,q2\n", None),
            ["2 line-2 !  2 columns expected, 3 found", "3 line-3 !  a quotation mark is opened on this line and never closed"]
        );
    }

    #[test]
    fn json_lines() {
        let text = "{\"id\":\"q1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada\"]}}\n\n{\"id\":7,\n{\"id\":8}\n\
                    {\"id\":\"q5\",\"schema\":\"Person\",\"properties\":{\"name\":{}}}\n[]\n{\"id\":\"q7\",\"schema\n";
        assert_eq!(
            rows(InputFormat::Jsonl, text, None),
            [
                "1 q1 Person name=Ada",
                "3 line-3 !  not JSON: EOF while parsing a value at byte 8 of the line",
                "4 8 ! schema is missing",
                "5 q5 ! properties.name must be an array of strings",
                "6 line-6 !  not a JSON object",
                "7 q7 !  not JSON: EOF while parsing a string at byte 18 of the line"
            ]
        );
        assert_eq!(
            rows(InputFormat::Jsonl, "{\"properties\":{\"name\":[\"Ada\"]}}", Some(Schema::Person)),
            ["1 line-1 Person name=Ada"]
        );
    }

    #[test]
    fn plain_lists() {
        assert_eq!(
            rows(InputFormat::Txt, "# comment\nAda Example \n\n0xdead\n", None),
            ["2 Ada Example Thing name=Ada Example", "4 0xdead Thing name=0xdead"]
        );
    }
}
