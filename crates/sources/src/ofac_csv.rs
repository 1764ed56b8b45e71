//! OFAC's CSV files (specification: `dat_spec.txt` of the Sanctions List Service), four of which are one list: the primary file
//! (`SDN.CSV`, `CONS_PRIM.CSV`), addresses (`ADD`), strong aliases (`ALT`), and the rest of Remarks that are longer than 1,000 characters
//! (`COMMENTS`). Out go parties, addresses, wallets, documents, sanctions and links by name, as from `ofac_legacy`.
//!
//! The files have no header; which one a file is shows in its number of columns. The primary file is streamed; the other three, a
//! megabyte or two, are read into memory before it. Most of what is known of a party stands in its Remarks, as text: see `ofac_flat`.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::rc::Rc;

use csv::ByteRecord;
use interdict_model::{AliasKind, Entity, Schema};
use rustc_hash::FxHashMap;

use crate::error::SourceError;
use crate::input::read_error;
use crate::listing::{Address, Listing, Place, not_empty};
use crate::ofac_flat::{Links, Party, Remarks};
use crate::report::Report;
use crate::text::decode;

/// How the files write that there is no value.
const NULL: &str = "-0-";

/// The byte that ends some files.
const END: &str = "\u{1a}";

/// Length from which a Remarks field without a full stop at its end is cut off. The field has room for 1,000 characters.
const CUT: usize = 990;

/// Longest Remarks, with what goes on in the comments file; the longest real ones have some ten thousand bytes.
const MAX_REMARKS: usize = 1 << 16;

/// Bytes of one record beyond which a file is refused: 1 MiB. A quotation mark that is not closed makes the rest of the file one record.
const MAX_RECORD: usize = 1 << 20;

/// Which of the four files one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Primary,
    Addresses,
    Aliases,
    Comments,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Primary, Self::Addresses, Self::Aliases, Self::Comments];

    fn columns(self) -> usize {
        match self {
            Self::Primary => 12,
            Self::Addresses => 6,
            Self::Aliases => 5,
            Self::Comments => 2,
        }
    }

    /// What it is, with the names under which OFAC publishes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Primary => "the primary file (SDN.CSV or CONS_PRIM.CSV)",
            Self::Addresses => "the addresses (ADD.CSV or CONS_ADD.CSV)",
            Self::Aliases => "the aliases (ALT.CSV or CONS_ALT.CSV)",
            Self::Comments => "the comments (SDN_COMMENTS.CSV or CONS_COMMENTS.CSV)",
        }
    }

    /// What is not known without it.
    fn without(self) -> &'static str {
        match self {
            Self::Primary => "everything",
            Self::Addresses => "addresses",
            Self::Aliases => "strong aliases",
            Self::Comments => "the rest of long remarks",
        }
    }

    /// By the number of columns of the first record in the beginning of a file.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(head);
        let record = reader.byte_records().next()?.ok()?;
        Self::ALL.into_iter().find(|part| part.columns() == record.len())
    }
}

/// Fails when a record grows beyond [`MAX_RECORD`], before it fills the memory.
struct Guard<'r> {
    inner: &'r mut dyn BufRead,
    /// Bytes read since the last record ended.
    record: Rc<Cell<usize>>,
}

impl Read for Guard<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.record.get() > MAX_RECORD {
            return Err(unclosed());
        }
        let read = self.inner.read(buf)?;
        self.record.set(self.record.get() + read);
        Ok(read)
    }
}

fn unclosed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a quotation mark is not closed, so that records run into one another")
}

/// A record as text.
struct Row {
    line: u64,
    fields: Vec<String>,
    text: String,
}

impl Row {
    /// The field of a column, from 0; empty when it is null.
    fn get(&self, column: usize) -> &str {
        match self.fields.get(column).map_or("", |field| field.trim()) {
            NULL => "",
            field => field,
        }
    }

    /// The field as it stands, for text that goes on elsewhere.
    fn raw(&self, column: usize) -> &str {
        if self.get(column).is_empty() { "" } else { &self.fields[column] }
    }
}

/// Reads a file record by record. Records with another number of columns than the part has are rejected.
fn rows(
    file: &str,
    part: Part,
    input: &mut dyn BufRead,
    listing: &mut Listing<'_>,
    mut each: impl FnMut(&mut Listing<'_>, Row),
) -> Result<(), SourceError> {
    let lines = Lines::of(input.fill_buf().map_err(|reason| read_error(file, 0, reason))?);
    let size = Rc::new(Cell::new(0));
    let guard = Guard { inner: input, record: Rc::clone(&size) };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(guard);
    let mut record = ByteRecord::new();
    let mut encoding_said = false;
    for number in 1.. {
        let offset = reader.position().byte();
        let reason = match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => None,
            Err(error) => Some(match error.into_kind() {
                csv::ErrorKind::Io(reason) => reason,
                other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
            }),
        };
        if let Some(reason) = reason {
            return Err(read_error(file, offset, reason));
        }
        size.set(0);
        let line = lines.line(number, record.position().map_or(0, csv::Position::line));
        let at_line = format!("line {line}");
        let at = Place { line, record: &at_line };
        let mut fields = Vec::with_capacity(record.len());
        for (column, field) in record.iter().enumerate() {
            let (text, converted) = decode(field);
            if converted && !encoding_said {
                encoding_said = true;
                let message = "the file is not UTF-8; what is not was read as Windows-1252";
                listing.issue(at, &format!("column {}", column + 1), message);
            }
            let text = if column == 0 { text.trim_start_matches('\u{feff}') } else { &text };
            fields.push(text.to_owned());
        }
        if let [only] = &fields[..]
            && only.trim().trim_end_matches(END).is_empty()
        {
            continue;
        }
        if fields.iter().any(|field| holds_a_record(field)) {
            return Err(read_error(file, offset, unclosed()));
        }
        let text = fields.join(",");
        if fields.len() != part.columns() {
            let message = format!("{} columns, where {} has {}; it was left out", fields.len(), part.name(), part.columns());
            listing.reject(at, "", message, &text);
            continue;
        }
        each(listing, Row { line, fields, text });
    }
    Ok(())
}

/// How lines end, by which the reader's line numbers are put right: it counts a line when it reads the line feed, which of two characters
/// it leaves for the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lines {
    Feed,
    ReturnAndFeed,
    Return,
}

impl Lines {
    fn of(head: &[u8]) -> Self {
        match head.iter().position(|byte| *byte == b'\n') {
            Some(at) if at > 0 && head[at - 1] == b'\r' => Self::ReturnAndFeed,
            Some(_) => Self::Feed,
            None => Self::Return,
        }
    }

    /// The line on which the record of that number begins, which the reader gives as `counted`.
    fn line(self, number: u64, counted: u64) -> u64 {
        match self {
            Self::Feed => counted,
            Self::ReturnAndFeed => counted + u64::from(number > 1),
            Self::Return => number,
        }
    }
}

/// Whether a field has a line break and behind it what looks like the beginning of a record: a quotation mark before was not closed.
fn holds_a_record(field: &str) -> bool {
    field.split('\n').skip(1).any(|line| {
        let rest = line.trim_start_matches(|character: char| character.is_ascii_digit());
        rest.len() < line.len() && rest.starts_with(',')
    })
}

/// A file's name without its folder.
fn name_of(file: &str) -> String {
    Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The three files beside the primary one, by the number of the party.
#[derive(Default)]
pub(crate) struct Companions {
    /// The file of each part that was given.
    files: [Option<String>; 4],
    rows: [FxHashMap<String, Vec<Row>>; 4],
}

impl Companions {
    fn take(&mut self, part: Part, number: &str) -> Vec<Row> {
        self.rows[part as usize].remove(number).unwrap_or_default()
    }

    /// Reads one of the files into memory.
    pub(crate) fn read(
        &mut self,
        file: &str,
        part: Part,
        input: &mut dyn BufRead,
        report: &mut Report,
    ) -> Result<(), SourceError> {
        // Nothing is handed out of these files alone.
        let mut sink = |_| {};
        let mut listing = Listing::new(report, &mut sink);
        self.files[part as usize] = Some(name_of(file));
        let held = &mut self.rows[part as usize];
        rows(file, part, input, &mut listing, |_, row| held.entry(row.get(0).to_owned()).or_default().push(row))
    }

    /// Says that the file was given, although nothing is in it.
    pub(crate) fn give(&mut self, file: &str, part: Part) {
        self.files[part as usize] = Some(name_of(file));
    }

    /// What an issue with a row of one of the files calls it: its line is not one of the primary file.
    fn record(&self, part: Part, row: &Row) -> String {
        let file = self.files[part as usize].as_deref().unwrap_or(part.name());
        format!("{file} line {}", row.line)
    }
}

/// Parses a primary file that came alone.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let head = input.fill_buf().map_err(|reason| read_error(file, 0, reason))?;
    match Part::of(head) {
        Some(Part::Primary) => parse_primary(file, input, Companions::default(), report, sink),
        part => {
            let part = part.map_or("no file of the CSV set", Part::name);
            let found = format!("{part}, which is no list without the primary file; load the set together");
            Err(SourceError::UnknownFormat { file: file.to_owned(), found })
        }
    }
}

/// Parses a primary file with what its companions say.
pub(crate) fn parse_primary(
    file: &str,
    input: &mut dyn BufRead,
    mut companions: Companions,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    for part in [Part::Addresses, Part::Aliases, Part::Comments] {
        if companions.files[part as usize].is_none() {
            let message = format!("{} of the set is missing, and with it {}", part.name(), part.without());
            listing.issue(Place { line: 0, record: "set" }, "", message);
        }
    }
    let (mut links, mut records) = (Links::default(), 0);
    rows(file, Part::Primary, input, &mut listing, |listing, row| {
        records += 1;
        primary(listing, &mut links, &mut companions, &row);
    })?;
    not_empty(file, records, "parties")?;
    links.finish(&mut listing);
    for part in [Part::Addresses, Part::Aliases, Part::Comments] {
        let mut left: Vec<Row> = companions.rows[part as usize].drain().flat_map(|(_, rows)| rows).collect();
        left.sort_by_key(|row| row.line);
        for row in left {
            let record = companions.record(part, &row);
            let message = format!("`{}` is no party of the primary file; the row was left out", row.get(0));
            listing.reject(Place { line: 0, record: &record }, "ent_num", message, &row.text);
        }
    }
    Ok(())
}

fn primary(listing: &mut Listing<'_>, links: &mut Links, companions: &mut Companions, row: &Row) {
    let number = row.get(0);
    let record = format!("SDN {number}");
    let at = Place { line: row.line, record: &record };
    let Ok(uid) = number.parse::<u64>() else {
        return listing.reject(at, "ent_num", "a party without a number; it was left out", &row.text);
    };
    if row.get(1).is_empty() {
        return listing.reject(at, "SDN_Name", "a party without a name; it was left out", &row.text);
    }
    listing.count("parties", 1);
    // What stands twice is said and kept: the builder merges entities of one id.
    listing.is_new_id(at, &format!("ofac-{uid}"));
    let schema = Party::schema_of(row.get(2)).unwrap_or_else(|| {
        listing.issue(at, "SDN_Type", format!("`{}` is not known; kept as a LegalEntity", row.get(2)));
        Schema::LegalEntity
    });
    let mut party = Party::new(uid, record.clone(), schema);
    party.listed_name(listing, row.get(1), AliasKind::Name, false, &record);
    for row in companions.take(Part::Aliases, number) {
        alias(listing, &mut party, &row, &companions.record(Part::Aliases, &row));
    }
    // Several programmes stand as "SDGT] [IRGC] [IFSR".
    for program in row.get(3).split(['[', ']']).map(str::trim).filter(|program| !program.is_empty()) {
        listing.count("programs", 1);
        party.program(program);
    }
    party.title(row.get(4), &record);
    for (column, feature) in [
        (5, "Vessel Call Sign"),
        (6, "VESSEL TYPE"),
        (7, "Vessel Tonnage"),
        (8, "Vessel Gross Registered Tonnage"),
        (9, "Vessel Flag"),
        (10, "Vessel Owner"),
    ] {
        if !row.get(column).is_empty() {
            listing.count("vessel_facts", 1);
            party.feature(listing, at, feature, row.get(column), &record);
        }
    }
    remarks(listing, at, companions, row, &mut party);
    for row in companions.take(Part::Addresses, number) {
        address(listing, &mut party, &row, &companions.record(Part::Addresses, &row));
    }
    party.finish(listing, links);
}

/// The Remarks and what goes on of them in the comments file, joined as they were cut: anywhere in a word.
fn remarks(listing: &mut Listing<'_>, at: Place<'_>, companions: &mut Companions, row: &Row, party: &mut Party) {
    let mut text = row.raw(11).to_owned();
    let more = companions.take(Part::Comments, row.get(0));
    for more in &more {
        listing.count("comments", 1);
        text.push_str(more.raw(1));
    }
    let cut = more.is_empty() && text.chars().count() >= CUT && !text.trim_end().ends_with('.');
    if cut {
        listing.issue(at, "Remarks", "cut off, and the comments file does not go on with it; the last statement stays a note");
    }
    if text.len() > MAX_REMARKS {
        listing.issue(at, "Remarks", format!("more than {MAX_REMARKS} bytes; kept as a note"));
        return party.note(text.trim(), at.record);
    }
    Remarks { text: &text, stopped: true, cut, title: row.get(4) }.read(party, listing, at);
}

fn alias(listing: &mut Listing<'_>, party: &mut Party, row: &Row, place: &str) {
    let record = format!("ALT {}", row.get(1));
    let at = Place { line: 0, record: place };
    let kind = match row.get(2).to_ascii_lowercase().as_str() {
        "aka" => AliasKind::AlsoKnownAs,
        "fka" => AliasKind::FormerlyKnownAs,
        "nka" => AliasKind::NowKnownAs,
        other => {
            listing.issue(at, "alt_type", format!("`{other}` is not known; kept as also known as"));
            AliasKind::AlsoKnownAs
        }
    };
    if row.get(3).is_empty() {
        return listing.issue(at, "alt_name", "an alias without a name; it was left out");
    }
    listing.count("aliases", 1);
    party.listed_name(listing, row.get(3), kind, false, &record);
    if !row.get(4).is_empty() {
        party.note(&format!("{}: {}", row.get(3), row.get(4)), &record);
    }
}

fn address(listing: &mut Listing<'_>, party: &mut Party, row: &Row, at: &str) {
    listing.count("addresses", 1);
    let mut address = place(row.get(3));
    row.get(2).clone_into(&mut address.street);
    row.get(4).clone_into(&mut address.country);
    row.get(5).clone_into(&mut address.remarks);
    let number = row.get(1);
    if number.is_empty() {
        listing.issue(Place { line: 0, record: at }, "Add_num", "an address without a number");
        return party.address(address, &format!("{}-{}", row.get(0), row.line), party.record().to_owned());
    }
    party.address(address, number, format!("ADD {number}"));
}

/// City, state or province, and postal code, which stand in one column: "Mexico, D.F. 11570". The words at the end that hold a digit are
/// the postal code, with the capitals that some countries write before or behind them ("AZ 1008", "1077 BL"); before it stands the city,
/// and after its comma the state.
fn place(text: &str) -> Address {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit()) && !word.ends_with(',');
    let capitals = |word: &str| (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let behind = match words[..] {
        [.., code, last] if has_digit(code) && capitals(last) => 1,
        _ => 0,
    };
    let ends = words.len() - behind;
    let coded = words[..ends].iter().rev().take_while(|word| has_digit(word)).count();
    let mut begins = ends - coded;
    // Behind a comma the capitals are a state: "Miami, FL 33166".
    if coded > 0
        && let [.., city, before] = words[..begins]
        && capitals(before)
        && !city.ends_with(',')
    {
        begins -= 1;
    }
    let (before, code) = words.split_at(begins);
    let before = before.join(" ");
    let (city, state) = before.split_once(", ").unwrap_or((&before, ""));
    let mut address = Address { postal_code: code.join(" "), ..Address::default() };
    city.trim_end_matches(',').clone_into(&mut address.city);
    state.trim_end_matches(',').clone_into(&mut address.state);
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (text, expected) in [
            ("", ["", "", ""]),
            ("Havana", ["Havana", "", ""]),
            ("London EC3N 1DY", ["London", "", "EC3N 1DY"]),
            ("Zurich CH-8022", ["Zurich", "", "CH-8022"]),
            ("Mexico, D.F. 11570", ["Mexico", "D.F.", "11570"]),
            ("Hebron, West Bank", ["Hebron", "West Bank", ""]),
            ("110000", ["", "", "110000"]),
            ("Baku AZ 1008", ["Baku", "", "AZ 1008"]),
            ("Amsterdam 1077 BL", ["Amsterdam", "", "1077 BL"]),
            ("Miami, FL 33166", ["Miami", "FL", "33166"]),
            ("El Paso TX", ["El Paso TX", "", ""]),
        ] {
            let address = place(text);
            assert_eq!([address.city.as_str(), &address.state, &address.postal_code], expected, "{text}");
        }
    }

    #[test]
    fn line_numbers() {
        for (text, expected) in
            [("1,a\n2,b\n3,c", 3), ("1,a\r\n2,b\r\n3,c", 3), ("1,a\r2,b\r3,c", 3), ("1,\"a\nb\"\n2,\n3,c", 4)]
        {
            let (mut report, mut sink) = (Report::new("x", crate::Format::OfacCsv, String::new()), |_| {});
            let mut last = 0;
            rows("x", Part::Comments, &mut text.as_bytes(), &mut Listing::new(&mut report, &mut sink), |_, row| {
                last = row.line;
            })
            .unwrap();
            assert_eq!(last, expected, "{text:?}");
        }
    }

    #[test]
    fn parts_by_their_columns() {
        for (text, expected) in [
            ("36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", Some(Part::Primary)),
            ("36,25,-0- ,\"Havana\",\"Cuba\",-0- \n", Some(Part::Addresses)),
            ("36,12,\"aka\",\"A\",-0- \n", Some(Part::Aliases)),
            ("12300,\"Z S.A.S.\"\n", Some(Part::Comments)),
            ("1,2,3\n", None),
            ("", None),
        ] {
            assert_eq!(Part::of(text.as_bytes()), expected, "{text}");
        }
    }
}
