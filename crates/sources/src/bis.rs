//! The Denied Persons List of the US Bureau of Industry and Security: a quoted, tab-separated table published at
//! <https://www.bis.gov/dpl/dpl.txt>. In comes one row an order, name and address, out go a party with its address and a sanction.
//!
//! The list has no ids: a party's key is a hash of its name, address and effective date. It does not say whether a party is a person or
//! an organisation, so all are `LegalEntity`. An order that has expired is still in the list and is kept with its end date: whether it
//! is in force is to be asked on the day of screening. Dates are in US order (`MM/DD/YYYY`).

use std::io::BufRead;

use csv::{ByteRecord, ReaderBuilder, Terminator};
use interdict_model::{AliasKind, Country, Entity, PartialDate, Schema};
use rustc_hash::FxHashMap;

use crate::error::SourceError;
use crate::facts::key;
use crate::input::read_error;
use crate::listing::{Address, Designation, Listing, Name, Place, country, not_empty};
use crate::pieces::{known_as, tidy};
use crate::report::Report;
use crate::text::decode;

const COLUMNS: [&str; 12] = [
    "Name",
    "Street_Address",
    "City",
    "State",
    "Country",
    "Postal_Code",
    "Effective_Date",
    "Expiration_Date",
    "Standard_Order",
    "Last_Update",
    "Action",
    "FR_Citation",
];

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    // With CRLF as the end of a record, the reader counts lines one behind; the carriage return goes with the white space of a cell.
    let mut reader = ReaderBuilder::new()
        .delimiter(b'\t')
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(input);
    let mut row = ByteRecord::new();
    let mut parser = Parser { listing: Listing::new(report, sink), columns: Vec::new(), seen: FxHashMap::default() };
    loop {
        let offset = reader.position().byte();
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(read_error(file, offset, error.into())),
        }
        let line = row.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = row.iter().map(|cell| tidy(&decode(cell).0)).collect();
        if parser.columns.is_empty() {
            parser.header(file, line, &cells)?;
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            parser.row(line, &cells);
        }
    }
    not_empty(file, parser.listing.report.count("parties"), "parties")
}

struct Parser<'a> {
    listing: Listing<'a>,
    columns: Vec<String>,
    /// The rows under each key.
    seen: FxHashMap<String, Vec<Vec<String>>>,
}

impl Parser<'_> {
    fn header(&mut self, file: &str, line: u64, cells: &[String]) -> Result<(), SourceError> {
        let columns: Vec<String> =
            cells.iter().map(|cell| cell.trim_start_matches('\u{feff}').trim_matches('"').to_owned()).collect();
        if let Some(missing) = COLUMNS[..1].iter().find(|name| !columns.iter().any(|held| held == *name)) {
            let found = format!("a table of denied persons without the column `{missing}`");
            return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
        }
        let at = Place { line, record: "header" };
        for column in columns.iter().filter(|column| !COLUMNS.contains(&column.as_str())) {
            self.listing.issue(at, column, "a column that is not known; kept as notes");
        }
        for column in COLUMNS.iter().filter(|column| !columns.iter().any(|held| held == *column)) {
            self.listing.issue(at, column, "the file has no such column");
        }
        self.columns = columns;
        Ok(())
    }

    fn row(&mut self, line: u64, cells: &[String]) {
        self.listing.count("rows", 1);
        let record = format!("line {line}");
        let at = Place { line, record: &record };
        let get = |name: &str| {
            let position = self.columns.iter().position(|column| column == name);
            position.and_then(|position| cells.get(position)).map_or("", String::as_str)
        };
        let [name, street, city, state, land, postal_code, effective, expires, standard, updated, action, citation] =
            COLUMNS.map(get);
        if cells.len() != self.columns.len() {
            let message = format!("the row has {} cells, the header {}", cells.len(), self.columns.len());
            if name.is_empty() || cells[self.columns.len().min(cells.len())..].iter().any(|cell| !cell.is_empty()) {
                self.listing.reject(at, "", message + "; it was left out", &cells.join("\t"));
                return;
            }
            self.listing.issue(at, "", message);
        }
        if name.is_empty() {
            self.listing.reject(at, "Name", "a row without a name; it was left out", &cells.join("\t"));
            return;
        }
        // Punctuation stays: the list has "AL-SAMPLE" and "AL SAMPLE" as names of their own.
        let place = [name, street, city, state, land, postal_code].map(str::to_uppercase);
        let hashed: Vec<&str> = place.iter().map(String::as_str).chain([effective]).collect();
        let mut id = format!("bis-dpl-{}", key(&hashed, 12));
        let held = self.seen.entry(id.clone()).or_default();
        if held.iter().any(|row| row == cells) {
            self.listing.count("rows_repeated", 1);
            self.listing.issue(at, "", "the row stands twice in the file; it was left out the second time");
            return;
        }
        held.push(cells.to_vec());
        if held.len() > 1 {
            id = format!("{id}-{}", held.len());
            let message = "the name, address and effective date of an earlier row, too; both are kept";
            self.listing.issue(at, "id", format!("{message}, this one as `{id}`"));
        }

        let mut party = Entity::new(&id, Schema::LegalEntity);
        let (name, others) = known_as(name);
        let names = std::iter::once((AliasKind::Name, name)).chain(others);
        for (kind, text) in names {
            self.listing.count("names", 1);
            Name { text, kind, weak: false, script: "", parts: Vec::new(), record: &record }.attach(&mut party);
        }
        party.caption = party.first("name").map(ToOwned::to_owned);
        party.target = Some(true);
        party.add("topics", "export.control");
        if !land.is_empty() && Country::parse(land).is_none() {
            self.listing.issue(at, "Country", format!("`{land}` is not a known country; kept as it stands"));
        }
        let address = Address {
            street: street.to_owned(),
            city: city.to_owned(),
            state: state.to_owned(),
            postal_code: postal_code.to_owned(),
            country: country(land),
            ..Address::default()
        };
        let address = address.attach(&mut party, &format!("{id}-addr"), &record);
        for (column, cell) in self.columns.iter().zip(cells) {
            if !COLUMNS.contains(&column.as_str()) && !cell.is_empty() {
                party.add_from("notes", format!("{column}: {cell}"), &record);
            }
        }
        let mut date = |field: &str, text: &str| match us_date(text) {
            Ok(date) => date,
            Err(reason) => {
                self.listing.issue(at, field, format!("a date cannot be read: {reason}; kept as a note"));
                party.add_from("notes", format!("{field}: {text}"), &record);
                None
            }
        };
        let (starts, ends, updated) =
            (date("Effective_Date", effective), date("Expiration_Date", expires), date("Last_Update", updated));
        let order = match standard {
            "Y" | "y" => "Standard order",
            "N" | "n" => "Non-standard order",
            "" => "",
            other => {
                self.listing.issue(at, "Standard_Order", format!("`{other}` is neither Y nor N; kept as a note"));
                party.add_from("notes", format!("Standard_Order: {other}"), &record);
                ""
            }
        };
        let mut sanction = Designation {
            authority: "Bureau of Industry and Security",
            programs: vec!["Denied Persons List".to_owned()],
            provisions: vec![order.to_owned()],
            legal_basis: vec![citation.to_owned()],
            start_date: starts.clone(),
            listing_date: starts,
            end_date: ends,
            modified: updated.into_iter().collect(),
            country: "us",
            ..Designation::default()
        }
        .attach(&mut party, &format!("{id}-sanction"), &record);
        if !action.is_empty() {
            sanction.add("description", format!("Action: {action}"));
        }
        self.listing.count("parties", 1);
        self.listing.count("sanctions_with_end", u64::from(sanction.first("endDate").is_some()));
        self.listing.emit(party, &record);
        if let Some(address) = address {
            self.listing.count("addresses", 1);
            self.listing.emit(address, &record);
        }
        self.listing.emit(sanction, &record);
    }
}

/// A date `MM/DD/YYYY` or ISO 8601, as ISO 8601; `None` for no text. Nothing else is read: where the order of day and month is known,
/// it is never turned round.
fn us_date(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let date = if let [month, day, year] = text.split('/').collect::<Vec<_>>()[..] {
        let number = |digits: &str, most: usize| {
            let fits = (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            if fits { digits.parse::<u16>().ok() } else { None }
        };
        match (number(month, 2), number(day, 2), number(year, 4).filter(|_| year.len() == 4)) {
            (Some(month), Some(day), Some(year)) => {
                // At most two digits fit.
                #[expect(clippy::cast_possible_truncation, reason = "at most two digits")]
                let (month, day) = (month as u8, day as u8);
                PartialDate::from_ymd(year, month, day)
            }
            _ => return Err(format!("`{text}` is not MM/DD/YYYY")),
        }
    } else {
        text.parse()
    };
    date.map(|date| Some(date.to_string())).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_us_order() {
        for (text, expected) in [
            ("03/04/2002", Ok(Some("2002-03-04"))),
            ("12/31/1999", Ok(Some("1999-12-31"))),
            ("2017-10-23", Ok(Some("2017-10-23"))),
            ("", Ok(None)),
            ("31/12/1999", Err("the month 31 is not between 1 and 12")),
            ("02/30/2001", Err("2001-02 has no day 30")),
            ("1/2/99", Err("`1/2/99` is not MM/DD/YYYY")),
            ("1/+2/1999", Err("`1/+2/1999` is not MM/DD/YYYY")),
        ] {
            let read = us_date(text);
            assert_eq!(read.as_ref().map(Option::as_deref).map_err(String::as_str), expected, "{text}");
        }
    }
}
