//! The CSV file: a line that says of when the report is, a header, and a row for each combination of a designation's names and
//! addresses. The rows of one designation need not stand together, so the designations are held until the file ends; that is some tens of
//! megabytes for the whole list.

use std::io::{BufRead, Read};

use csv::{ByteRecord, ReaderBuilder};
use interdict_model::Entity;
use rustc_hash::FxHashMap;

use super::{Designee, FIELDS, Field, Ids, Original, RawName, emit, push_unique};
use crate::error::SourceError;
use crate::fields::{one_line, says_nothing};
use crate::input::read_error;
use crate::listing::{Listing, Place, not_empty};
use crate::report::Report;
use crate::text::decode;

/// Bytes of the first line at most.
const MAX_FIRST_LINE: u64 = 1 << 16;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Kind,
    Text(Field),
    /// `Name 1` to `Name 6`, from zero.
    Name(usize),
    NameType,
    Strength,
    Original,
    OriginalScript,
    OriginalLanguage,
    /// Six lines, postal code, country, from zero.
    Address(usize),
    BirthTown,
    BirthCountry,
    Passport,
    PassportRemark,
    NationalId,
    NationalIdRemark,
    Unknown,
}

/// Columns beside those of [`FIELDS`], in lower case.
const COLUMNS: [(&str, Column); 33] = [
    ("unique id", Column::Id),
    ("designation type", Column::Kind),
    // As older issues have it.
    ("individual, entity, ship", Column::Kind),
    ("name 1", Column::Name(0)),
    ("name 2", Column::Name(1)),
    ("name 3", Column::Name(2)),
    ("name 4", Column::Name(3)),
    ("name 5", Column::Name(4)),
    ("name 6", Column::Name(5)),
    ("name type", Column::NameType),
    ("alias strength", Column::Strength),
    ("name non-latin script", Column::Original),
    ("non-latin script type", Column::OriginalScript),
    ("non-latin script language", Column::OriginalLanguage),
    ("address line 1", Column::Address(0)),
    ("address line 2", Column::Address(1)),
    ("address line 3", Column::Address(2)),
    ("address line 4", Column::Address(3)),
    ("address line 5", Column::Address(4)),
    ("address line 6", Column::Address(5)),
    ("address postal code", Column::Address(6)),
    ("address country", Column::Address(7)),
    ("town of birth", Column::BirthTown),
    ("country of birth", Column::BirthCountry),
    ("passport number", Column::Passport),
    ("passport additional information", Column::PassportRemark),
    ("national identifier number", Column::NationalId),
    ("national identifier additional information", Column::NationalIdRemark),
    ("tonnage", Column::Text(Field::Tonnage)),
    ("length", Column::Text(Field::Length)),
    ("hin", Column::Text(Field::Hull)),
    ("nationality", Column::Text(Field::Nationality)),
    ("business registration numbers", Column::Text(Field::Registration)),
];

impl Column {
    fn of(header: &str) -> Self {
        let header = one_line(header).to_lowercase();
        let field = FIELDS.iter().find(|(.., column)| column.to_lowercase() == header).map(|(field, ..)| Self::Text(*field));
        field.or_else(|| COLUMNS.iter().find(|(name, _)| *name == header).map(|(_, column)| *column)).unwrap_or(Self::Unknown)
    }
}

/// Kinds of a designation, by which a row whose columns have moved is known.
const KINDS: [&str; 3] = ["individual", "entity", "ship"];

pub(crate) fn parse_csv(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    let mut first = Vec::new();
    (&mut *input).take(MAX_FIRST_LINE).read_until(b'\n', &mut first).map_err(|reason| read_error(file, 0, reason))?;
    let crlf = first.ends_with(b"\r\n");
    let text = decode(&first).0.into_owned();
    let text = text.trim_start_matches('\u{feff}').trim();
    // A file without the line of metadata begins with its header.
    let is_header = text.contains("Unique ID");
    let mut lines_before = 1;
    if is_header {
        lines_before = 0;
    } else {
        let date = text.split_once(':').map_or(text, |(_, date)| date).trim_matches([' ', ',', '"']);
        let at = Place { line: 1, record: "line 1" };
        listing.report.issue_date = listing.date(at, "Report Date", date).unwrap_or_default();
        first.clear();
    }
    // Where lines end in two characters, the reader says of a row that it begins before the second.
    let shift = u64::from(crlf);
    let rows = first.chain(input);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rows);
    let mut row = ByteRecord::new();
    let mut columns: Option<Vec<(String, Column)>> = None;
    let mut designees = Designees::default();
    let mut is_cut_off = false;
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(row_error(file, error)),
        }
        let line = row.position().map_or(0, csv::Position::line) + lines_before + if columns.is_some() { shift } else { 0 };
        if row.iter().all(<[u8]>::is_empty) {
            continue;
        }
        match &columns {
            None => columns = Some(header(file, &mut listing, line, &row)?),
            Some(columns) => {
                designees.row(&mut listing, line, columns, &row);
                is_cut_off = row.len() < columns.len();
            }
        }
    }
    if is_cut_off {
        let reason = "the last row has fewer fields than the header; the file is cut off";
        let offset = reader.position().byte();
        return Err(read_error(file, offset, std::io::Error::new(std::io::ErrorKind::UnexpectedEof, reason)));
    }
    let mut ids = Ids::default();
    for designee in &designees.held {
        emit(&mut listing, &mut ids, designee);
    }
    not_empty(file, listing.report.count("parties"), "designations")
}

fn row_error(file: &str, error: csv::Error) -> SourceError {
    let offset = error.position().map_or(0, csv::Position::byte);
    match error.into_kind() {
        csv::ErrorKind::Io(reason) => read_error(file, offset, reason),
        other => read_error(file, offset, std::io::Error::other(format!("{other:?}"))),
    }
}

/// What each column of the header is. A file without the columns that make a designation is refused: it would lose all of them.
fn header(file: &str, listing: &mut Listing<'_>, line: u64, row: &ByteRecord) -> Result<Vec<(String, Column)>, SourceError> {
    let columns: Vec<(String, Column)> = row
        .iter()
        .map(|name| one_line(decode(name).0.trim_start_matches('\u{feff}')))
        .map(|name| (name.clone(), Column::of(&name)))
        .collect();
    for (wanted, name) in [(Column::Id, "Unique ID"), (Column::Kind, "Designation Type"), (Column::Name(5), "Name 6")] {
        if !columns.iter().any(|(_, column)| *column == wanted) {
            let found = format!("a UK Sanctions List without the column `{name}` in line {line}");
            return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
        }
    }
    for (name, _) in columns.iter().filter(|(name, column)| *column == Column::Unknown && !name.is_empty()) {
        let at = Place { line, record: "header" };
        listing.issue(at, name, "a column that is not known; what it holds was kept as notes");
    }
    Ok(columns)
}

/// The designations of the file, in the order in which they begin.
#[derive(Default)]
struct Designees {
    held: Vec<Designee>,
    /// By number and kind: one number that stands for a person and for a company stands for two.
    places: FxHashMap<(String, String), usize>,
}

impl Designees {
    fn row(&mut self, listing: &mut Listing<'_>, line: u64, columns: &[(String, Column)], row: &ByteRecord) {
        listing.count("rows", 1);
        let record = format!("line {line}");
        let at = Place { line, record: &record };
        let mut replaced = false;
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let (text, not_utf8) = decode(cell);
                replaced |= not_utf8;
                text.trim().to_owned()
            })
            .collect();
        let cell = |wanted: Column| {
            let place = columns.iter().position(|(_, column)| *column == wanted);
            place.and_then(|place| cells.get(place)).map(String::as_str).unwrap_or_default()
        };
        if replaced {
            listing.issue(at, "", "a field that is not UTF-8 was read as Windows-1252");
        }
        let (id, kind) = (one_line(cell(Column::Id)), one_line(cell(Column::Kind)));
        if cells.len() != columns.len() {
            let message = format!("{} fields where the header has {}", cells.len(), columns.len());
            // Columns that have moved put a name where an address is looked for.
            if !KINDS.contains(&kind.to_ascii_lowercase().as_str()) {
                listing.reject(at, "", format!("{message}, and no type of designation in its place"), &cells.join(","));
                return;
            }
            listing.issue(at, "", format!("{message}; what is there was kept"));
        }
        if id.is_empty() {
            listing.reject(at, "Unique ID", "a row without the number of its designation", &cells.join(","));
            return;
        }
        let designee = self.designee(line, id, kind);
        let mut name = RawName {
            kind: cell(Column::NameType).to_owned(),
            strength: cell(Column::Strength).to_owned(),
            ..RawName::default()
        };
        let mut original = Original::default();
        let mut address: [String; 8] = Default::default();
        let (mut birth, mut passport, mut national_id) = (<[String; 2]>::default(), Default::default(), Default::default());
        let (passport, national_id): (&mut (String, String), &mut (String, String)) = (&mut passport, &mut national_id);
        for (place, text) in cells.iter().enumerate() {
            let (header, column) =
                columns.get(place).map_or(("column without a header", Column::Unknown), |(name, column)| (name, *column));
            let text = text.as_str();
            match column {
                Column::Id | Column::Kind | Column::NameType | Column::Strength => {}
                Column::Text(field) => designee.add(field, text),
                Column::Name(part) => text.clone_into(&mut name.parts[part]),
                Column::Original => text.clone_into(&mut original.text),
                Column::OriginalScript => text.clone_into(&mut original.script),
                Column::OriginalLanguage => text.clone_into(&mut original.language),
                Column::Address(part) => text.clone_into(&mut address[part]),
                Column::BirthTown => text.clone_into(&mut birth[0]),
                Column::BirthCountry => text.clone_into(&mut birth[1]),
                Column::Passport => text.clone_into(&mut passport.0),
                Column::PassportRemark => text.clone_into(&mut passport.1),
                Column::NationalId => text.clone_into(&mut national_id.0),
                Column::NationalIdRemark => text.clone_into(&mut national_id.1),
                Column::Unknown => {
                    if !says_nothing(text) {
                        push_unique(&mut designee.notes, format!("{header}: {}", one_line(text)));
                    }
                }
            }
        }
        if !name.is_empty() {
            push_unique(&mut designee.names, name);
        }
        if !says_nothing(&original.text) {
            push_unique(&mut designee.originals, original);
        }
        if address.iter().any(|text| !text.is_empty()) {
            push_unique(&mut designee.addresses, address);
        }
        if birth.iter().any(|text| !text.is_empty()) {
            push_unique(&mut designee.birth_places, birth);
        }
        for (held, document) in [(&mut designee.passports, passport), (&mut designee.national_ids, national_id)] {
            if !document.0.is_empty() || !document.1.is_empty() {
                push_unique(held, std::mem::take(document));
            }
        }
    }

    fn designee(&mut self, line: u64, id: String, kind: String) -> &mut Designee {
        let key = (id.clone(), kind.to_ascii_lowercase());
        let place = *self.places.entry(key).or_insert_with(|| {
            self.held.push(Designee { text: id.clone(), id, kind, line, ..Designee::default() });
            self.held.len() - 1
        });
        &mut self.held[place]
    }
}
