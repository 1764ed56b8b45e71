//! The Australian Sanctions Consolidated List, XLSX, as the Department of Foreign Affairs and Trade publishes it at
//! <https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list>. A party has one row a name: 101, 101a, 101b
//! are one party. Out go the party with all its names, its addresses and a sanction. The rows of the sheet are held in memory, as those
//! of a party may stand apart.
//!
//! A reference has been given to a second party by mistake before: a row 101 whose name or type is not that of the first row 101 begins
//! another party, under an id with a hash of its name, and the rows behind it belong to it.

use std::io::BufRead;

use interdict_model::{AliasKind, Country, Entity, Schema};
use rustc_hash::FxHashMap;

use crate::error::SourceError;
use crate::facts::key;
use crate::listing::{Address, Designation, Listing, Name, Place, not_empty};
use crate::pieces::{countries, country_of_place, dates, folded, tidy, values};
use crate::report::Report;
use crate::xlsx::{Cell, Workbook};

/// Rows at the top of a sheet among which the header is looked for.
const HEADER_ROWS: u64 = 50;

const REFERENCE: &str = "Reference";
const NAME: &str = "Name of Individual or Entity";
const MEASURES: [&str; 4] = ["Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction"];
const COLUMNS: [&str; 19] = [
    REFERENCE,
    NAME,
    "Type",
    "Name Type",
    "Alias Strength",
    "Date of Birth",
    "Place of Birth",
    "Citizenship",
    "Address",
    "Additional Information",
    "Listing Information",
    "IMO Number",
    "Committees",
    "Control Date",
    "Instrument of Designation",
    MEASURES[0],
    MEASURES[1],
    MEASURES[2],
    MEASURES[3],
];

/// A row with the number that it has in the sheet.
#[derive(Debug)]
struct Row {
    line: u64,
    cells: Vec<Cell>,
}

/// The sheet's columns by name.
#[derive(Debug)]
struct Header {
    columns: Vec<String>,
}

impl Header {
    /// The header, if these cells are one.
    fn of(cells: &[Cell]) -> Option<Self> {
        let columns: Vec<String> = cells.iter().map(|cell| known_column(&cell.text)).collect();
        [REFERENCE, NAME].iter().all(|name| columns.iter().any(|column| column == name)).then_some(Self { columns })
    }

    /// The text of a row under a column, as it stands but for white space around it.
    fn get<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let position = self.columns.iter().position(|held| held == column);
        position.and_then(|position| row.cells.get(position)).map_or("", |cell| cell.text.trim())
    }
}

/// The published spelling of a column's name, however it is written; else the text as it stands.
fn known_column(text: &str) -> String {
    let found = COLUMNS.iter().find(|column| folded(column) == folded(text));
    found.map_or_else(|| tidy(text), |column| (*column).to_owned())
}

/// The rows of one party.
#[derive(Debug)]
struct Party {
    id: String,
    schema: Schema,
    /// Folded name and type of its own row, when that has come.
    own: Option<(String, String)>,
    rows: Vec<Row>,
}

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut workbook = Workbook::open(file, input)?;
    let mut listing = Listing::new(report, sink);
    let (mut found, mut first_rows) = (None, Vec::new());
    for sheet in workbook.sheets() {
        let (mut title, mut header, mut rows) = (Vec::new(), None, Vec::new());
        workbook.rows(&sheet, |line, cells| {
            if header.is_some() {
                rows.push(Row { line, cells });
            } else if let Some(columns) = Header::of(&cells) {
                header = Some((line, columns));
            } else {
                title.push(cells);
            }
            // What has no header among its first rows is another table.
            Ok(header.is_some() || (line <= HEADER_ROWS && title.len() as u64 <= HEADER_ROWS))
        })?;
        match header {
            Some((line, header)) if found.is_none() => found = Some((title, line, header, rows)),
            Some(_) => listing.issue(
                Place { line: 0, record: &sheet },
                "",
                "a second sheet with the header of the list; it was left out",
            ),
            None if title.is_empty() => {}
            None => {
                let first: Vec<String> =
                    title[0].iter().map(|cell| tidy(&cell.text)).filter(|text| !text.is_empty()).take(8).collect();
                first_rows.push(format!("sheet `{sheet}` begins with {first:?}"));
            }
        }
    }
    let Some((title, line, header, rows)) = found else {
        let what = if first_rows.is_empty() { "it is empty".to_owned() } else { first_rows.join(", ") };
        let found = format!("a workbook without the columns `{REFERENCE}` and `{NAME}`: {what}");
        return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
    };
    for row in first_rows {
        listing.issue(Place { line: 0, record: "workbook" }, "", format!("{row}; it was left out"));
    }
    listing.report.issue_date = title.iter().flatten().find_map(|cell| date_in(&cell.text)).unwrap_or_default();
    check_header(&mut listing, line, &header);
    let parties = group(&mut listing, &header, rows);
    let mut parser = Parser { listing, header };
    for party in parties {
        parser.party(party);
    }
    not_empty(file, parser.listing.report.count("parties"), "parties")
}

fn check_header(listing: &mut Listing<'_>, line: u64, header: &Header) {
    let at = Place { line, record: "header" };
    for column in header.columns.iter().filter(|column| !column.is_empty() && !COLUMNS.contains(&column.as_str())) {
        listing.issue(at, column, "a column that is not known; kept as notes");
    }
    for column in COLUMNS.iter().filter(|column| !header.columns.iter().any(|held| held == *column)) {
        listing.issue(at, column, "the sheet has no such column");
    }
}

/// A full date somewhere in a text ("as at 5 January 2026").
fn date_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches([',', '.', '(', ')', ':', ';'])).collect();
    for length in [3, 1] {
        for words in words.windows(length) {
            // A year alone, or a number that is no date, is not meant.
            let text = words.join(" ");
            if let Ok(date) = text.parse::<interdict_model::DateValue>()
                && date.is_full_day()
            {
                return Some(date.to_string());
            }
        }
    }
    None
}

/// The number and the letters of a reference such as `101a`.
fn reference(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = text.split_at(digits);
    let number = number.trim_start_matches('0');
    (!number.is_empty() && number.len() <= 9).then(|| (number, suffix.trim()))
}

/// Puts the rows of each party together, in the order in which the parties begin.
fn group(listing: &mut Listing<'_>, header: &Header, rows: Vec<Row>) -> Vec<Party> {
    let mut parties: Vec<Party> = Vec::new();
    // The parties of each reference.
    let mut known: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for row in rows {
        listing.count("rows", 1);
        let text = tidy(header.get(&row, REFERENCE));
        let record = format!("row {}", row.line);
        let at = Place { line: row.line, record: &record };
        let whole = || row.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\t");
        let Some((number, suffix)) = reference(&text) else {
            let message =
                if text.is_empty() { "a row without a reference".to_owned() } else { format!("`{text}` is no reference") };
            listing.reject(at, REFERENCE, message + "; it was left out", &whole());
            continue;
        };
        let name = tidy(header.get(&row, NAME));
        if name.is_empty() {
            listing.reject(at, NAME, "a row without a name; it was left out", &whole());
            continue;
        }
        if !suffix.chars().all(|c| c.is_ascii_alphabetic()) {
            listing.issue(at, REFERENCE, format!("`{text}` is not a number with letters; taken for a name of {number}"));
        }
        let kind = folded(header.get(&row, "Type"));
        let name_type = folded(header.get(&row, "Name Type"));
        // The row of the party itself, and not of another of its names.
        let is_own = suffix.is_empty() && (name_type.is_empty() || name_type.starts_with("prim"));
        let own = (folded(&name), kind.clone());
        let held = known.entry(number.to_owned()).or_default();
        let same = held.iter().copied().find(|position| parties[*position].own.as_ref() == Some(&own));
        let last = held.last().copied();
        let position = match (is_own, same, last) {
            (true, Some(position), _) => {
                listing.issue(at, REFERENCE, format!("{number} stands twice with the same name and type; taken as one party"));
                Some(position)
            }
            // Rows of other names that came before the party's own.
            (true, None, Some(position))
                if parties[position].own.is_none() && parties[position].schema == schema_of(&kind).0 =>
            {
                Some(position)
            }
            (true, None, _) => None,
            (false, _, last) => last,
        };
        let position = position.unwrap_or_else(|| {
            let id = if held.is_empty() {
                format!("au-{number}")
            } else {
                let id = format!("au-{number}-{}", key([&own.0, &own.1], 8));
                let message = "is the reference of another party, too: both are kept";
                listing.issue(at, REFERENCE, format!("{number} {message}, this one as `{id}`"));
                id
            };
            let (schema, is_known) = schema_of(&kind);
            if !is_known {
                listing.issue(at, "Type", format!("`{kind}` is not a known type of party"));
            }
            held.push(parties.len());
            parties.push(Party { id, schema, own: None, rows: Vec::new() });
            parties.len() - 1
        });
        let party = &mut parties[position];
        if is_own {
            party.own = Some(own);
        }
        if let (Schema::LegalEntity, (schema, true)) = (party.schema, schema_of(&kind)) {
            // The type stands in the row of another name only.
            party.schema = schema;
        }
        if !kind.is_empty() && schema_of(&kind).0 != party.schema {
            listing.issue(at, "Type", format!("`{kind}`, which the row of {number} is not; kept as a name of it"));
        }
        party.rows.push(row);
    }
    parties
}

/// The schema of a type; the second value says whether the type is known.
fn schema_of(kind: &str) -> (Schema, bool) {
    match kind {
        "individual" | "person" => (Schema::Person, true),
        "entity" | "organisation" | "organization" => (Schema::Organization, true),
        "vessel" | "ship" => (Schema::Vessel, true),
        "aircraft" => (Schema::Airplane, true),
        _ => (Schema::LegalEntity, false),
    }
}

struct Parser<'a> {
    listing: Listing<'a>,
    header: Header,
}

impl Parser<'_> {
    fn party(&mut self, party: Party) {
        let Party { id, schema, rows, .. } = party;
        let record = format!("row {}", rows.first().map_or(0, |row| row.line));
        let mut entity = Entity::new(&id, schema);
        // Readers expect the listed name first.
        let (own, others): (Vec<&Row>, Vec<&Row>) = rows
            .iter()
            .partition(|row| reference(&tidy(self.header.get(row, REFERENCE))).is_some_and(|(_, suffix)| suffix.is_empty()));
        let rows: Vec<&Row> = own.into_iter().chain(others).collect();
        for row in &rows {
            self.name(&mut entity, row);
        }
        let mut addresses: Vec<Entity> = Vec::new();
        let mut designation =
            Designation { authority: "Department of Foreign Affairs and Trade", country: "au", ..Designation::default() };
        let mut starts: Vec<String> = Vec::new();
        for row in &rows {
            self.facts(&mut entity, row);
            addresses.extend(self.addresses(&mut entity, row));
            self.designation(&mut entity, &mut designation, &mut starts, row);
        }
        entity.caption = entity.first("name").or(entity.first("alias")).map(ToOwned::to_owned);
        entity.target = Some(true);
        entity.add("topics", "sanction");
        let sanction_id = format!("{id}-sanction");
        let reference = rows.first().map(|row| tidy(self.header.get(row, REFERENCE))).unwrap_or_default();
        designation.authority_id = reference;
        let mut sanction = designation.attach(&mut entity, &sanction_id, &record);
        for start in starts {
            sanction.add("startDate", start);
        }
        self.listing.count("parties", 1);
        self.listing.count("addresses", addresses.len() as u64);
        self.listing.emit(entity, &record);
        for address in addresses {
            self.listing.emit(address, &record);
        }
        self.listing.emit(sanction, &record);
    }

    fn name(&mut self, entity: &mut Entity, row: &Row) {
        let record = format!("row {}", row.line);
        let at = Place { line: row.line, record: &record };
        let get = |column: &str| tidy(self.header.get(row, column));
        let (reference, text, name_type, strength) = (get(REFERENCE), get(NAME), get("Name Type"), get("Alias Strength"));
        let is_own = reference.bytes().all(|byte| byte.is_ascii_digit());
        let (kind, script) = match folded(&name_type).as_str() {
            "" if is_own => (AliasKind::Name, ""),
            "original script" => (AliasKind::Name, "Original Script"),
            "" | "a" | "aka" | "a k a" | "alias" | "also known as" => (AliasKind::AlsoKnownAs, ""),
            "fka" | "f k a" | "formerly known as" | "previously listed as" | "former name" => (AliasKind::FormerlyKnownAs, ""),
            "nka" | "n k a" | "now known as" => (AliasKind::NowKnownAs, ""),
            primary if primary.starts_with("prim") => (AliasKind::Name, ""),
            _ => {
                self.listing.issue(at, "Name Type", format!("`{name_type}` is not known; kept as also known as"));
                (AliasKind::AlsoKnownAs, "")
            }
        };
        let weak = match folded(&strength).as_str() {
            "weak" | "low" => true,
            "" | "strong" | "good" | "n a" => false,
            _ => {
                self.listing.issue(at, "Alias Strength", format!("`{strength}` is not known; taken as strong"));
                false
            }
        };
        self.listing.count("names", 1);
        self.listing.count("names_weak", u64::from(weak));
        self.listing.count("names_original_script", u64::from(!script.is_empty()));
        Name { text, kind, weak, script, parts: Vec::new(), record: &record }.attach(entity);
    }

    fn facts(&mut self, entity: &mut Entity, row: &Row) {
        let record = format!("row {}", row.line);
        let at = Place { line: row.line, record: &record };
        let is_person = entity.schema.known() == Some(Schema::Person);
        for cell in row.cells.iter().filter(|cell| cell.broken) {
            self.listing.issue(at, "", format!("a cell with the error {}", cell.text));
        }

        let date = self.header.get(row, "Date of Birth");
        let property = match entity.schema.known() {
            Some(Schema::Person) => Some("birthDate"),
            Some(Schema::Vessel | Schema::Airplane) => Some("buildDate"),
            _ => None,
        };
        let note = |entity: &mut Entity, field: &str, text: &str| {
            if !text.is_empty() {
                entity.add_from("notes", format!("{field}: {text}"), &record);
            }
        };
        match property {
            Some(property) => {
                let dates = dates(date);
                for date in dates.read {
                    entity.add_from(property, date, &record);
                }
                for (text, reason) in dates.unread {
                    self.listing.issue(at, "Date of Birth", format!("a date cannot be read: {reason}; kept as a note"));
                    note(entity, "Date of Birth", &text);
                }
                for remark in dates.remarks {
                    note(entity, "Date of Birth", &remark);
                }
            }
            None => note(entity, "Date of Birth", &tidy(date)),
        }

        for place in values(self.header.get(row, "Place of Birth")) {
            if !is_person {
                note(entity, "Place of Birth", &place);
                continue;
            }
            if let Some(code) = country_of_place(&place) {
                entity.add_from("birthCountry", code, &record);
            }
            entity.add_from("birthPlace", place, &record);
        }

        let (codes, unknown) = countries(self.header.get(row, "Citizenship"));
        for code in codes {
            entity.add_from(if is_person { "citizenship" } else { "country" }, code, &record);
        }
        for text in unknown {
            self.listing.issue(at, "Citizenship", format!("`{text}` is not a known country; kept as it stands"));
        }

        // Prose, with its lines.
        let more = self.header.get(row, "Additional Information");
        let more: Vec<String> = more.lines().map(tidy).filter(|line| !line.is_empty()).collect();
        entity.add_from("notes", more.join("\n"), &record);

        let imo = tidy(self.header.get(row, "IMO Number"));
        let number = imo.trim_start_matches("IMO").trim_start_matches([':', ' ']);
        if matches!(entity.schema.known(), Some(Schema::Vessel | Schema::Organization)) {
            for number in values(number) {
                entity.add_from("imoNumber", number, &record);
            }
        } else {
            note(entity, "IMO Number", &imo);
        }

        for (column, cell) in self.header.columns.iter().zip(&row.cells) {
            if !COLUMNS.contains(&column.as_str()) {
                note(entity, if column.is_empty() { "Column without a name" } else { column }, &tidy(&cell.text));
            }
        }
        let beyond = row.cells.iter().skip(self.header.columns.len()).filter(|cell| !cell.text.trim().is_empty());
        for cell in beyond {
            self.listing.issue(at, "", "a cell beyond the header; kept as a note");
            note(entity, "Column without a name", &tidy(&cell.text));
        }
    }

    fn addresses(&mut self, entity: &mut Entity, row: &Row) -> Vec<Entity> {
        let record = format!("row {}", row.line);
        let mut made = Vec::new();
        for text in values(self.header.get(row, "Address")) {
            // A country alone, or an address that ends in one.
            let country = country_of_place(&text).unwrap_or_default();
            let alone = Country::parse(&text).is_some();
            let address = if alone {
                Address { country: country.to_owned(), ..Address::default() }
            } else {
                Address { full: text.clone(), ..Address::default() }
            };
            let id = format!("{}-addr-{}", entity.id, key([&folded(&text)], 8));
            let held = entity.texts("addressEntity").any(|held| held == id);
            let Some(mut address) = address.attach(entity, &id, &record) else { continue };
            if !country.is_empty() {
                address.add("country", country);
                entity.add_from("country", country, &record);
            }
            if !held {
                made.push(address);
            }
        }
        made
    }

    fn designation(&mut self, entity: &mut Entity, designation: &mut Designation<'_>, starts: &mut Vec<String>, row: &Row) {
        let record = format!("row {}", row.line);
        let at = Place { line: row.line, record: &record };
        let committees: Vec<String> = values(self.header.get(row, "Committees"));
        let listing_information = tidy(self.header.get(row, "Listing Information"));
        // The day of listing, or prose.
        let day = match interdict_model::DateValue::parse(&listing_information) {
            Ok(date) => Some(date.to_string()),
            Err(_) => crate::listing::excel_serial(&listing_information),
        };
        match day {
            Some(day) if designation.listing_date.is_none() => designation.listing_date = Some(day),
            Some(day) if designation.listing_date.as_ref() == Some(&day) => {}
            _ => add_new(&mut designation.legal_basis, listing_information),
        }
        add_new(&mut designation.legal_basis, tidy(self.header.get(row, "Instrument of Designation")));
        for committee in committees {
            add_new(&mut designation.programs, committee);
        }
        let control = dates(self.header.get(row, "Control Date"));
        for date in control.read {
            if !starts.contains(&date) {
                starts.push(date);
            }
        }
        for (text, reason) in control.unread {
            self.listing.issue(at, "Control Date", format!("a date cannot be read: {reason}; kept as a note"));
            entity.add_from("notes", format!("Control Date: {text}"), &record);
        }
        for remark in control.remarks {
            entity.add_from("notes", format!("Control Date: {remark}"), &record);
        }
        for measure in MEASURES {
            let flag = tidy(self.header.get(row, measure));
            match folded(&flag).as_str() {
                "yes" | "y" | "true" | "1" | "x" | "applies" | "✓" => {
                    add_new(&mut designation.provisions, measure.to_owned());
                }
                "" | "no" | "n" | "false" | "0" | "n a" | "na" | "none" => {}
                _ => {
                    self.listing.issue(at, measure, format!("`{flag}` is neither yes nor no; kept as a note"));
                    entity.add_from("notes", format!("{measure}: {flag}"), &record);
                }
            }
        }
    }
}

fn add_new(texts: &mut Vec<String>, text: String) {
    if !text.is_empty() && !texts.contains(&text) {
        texts.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, expected) in [
            ("101", Some(("101", ""))),
            ("101a", Some(("101", "a"))),
            ("0101 aa", Some(("101", "aa"))),
            ("101-2", Some(("101", "-2"))),
            ("a", None),
            ("0", None),
            ("", None),
            ("1234567890", None),
        ] {
            assert_eq!(reference(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_in_titles() {
        for (text, expected) in [
            ("Consolidated List as at 5 January 2026.", Some("2026-01-05")),
            ("As of 05/01/2026", Some("2026-01-05")),
            ("2026-01-05", Some("2026-01-05")),
            ("List of 2026", None),
            ("Regulation 8 of 2008", None),
        ] {
            assert_eq!(date_in(text).as_deref(), expected, "{text}");
        }
    }
}
