//! The CSV file. Columns are found by their names.

use std::io::BufRead;

use ::csv::{ByteRecord, ReaderBuilder};

use super::Parser;
use super::row::{MANY, Row, RowAddress, RowId, SINGLE};
use crate::error::SourceError;
use crate::input::read_error;
use crate::listing::Place;
use crate::text::decode;

pub(super) fn read(file: &str, input: &mut dyn BufRead, parser: &mut Parser<'_>) -> Result<(), SourceError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut record = ByteRecord::new();
    let mut columns: Vec<String> = Vec::new();
    loop {
        let offset = reader.position().byte();
        let more = reader.read_byte_record(&mut record).map_err(|error| read_error(file, offset, error.into()))?;
        if !more {
            return Ok(());
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        if columns.is_empty() {
            columns = header(&record, parser);
            continue;
        }
        let record_name = format!("line {line}");
        let at = Place { line, record: &record_name };
        if record.len() != columns.len() {
            let message = format!("{} fields under {} columns; read from the left", record.len(), columns.len());
            parser.listing.issue(at, "", message);
        }
        let mut row = Row::on_line(line);
        for (index, field) in record.iter().enumerate() {
            let (text, guessed) = decode(field);
            let column = columns.get(index).map_or("a field beyond the header", String::as_str);
            if guessed {
                parser.listing.issue(at, column, "not UTF-8; read as Windows-1252");
            }
            match column {
                "addresses" => row.addresses.extend(values(&text).map(RowAddress::from_text)),
                "ids" => row.ids.extend(values(&text).map(RowId::from_text)),
                column => row.set(column, &text),
            }
        }
        parser.row(&row);
    }
}

/// The columns' names; `_id` is the file's own spelling of `id`.
fn header(record: &ByteRecord, parser: &mut Parser<'_>) -> Vec<String> {
    let columns: Vec<String> = record
        .iter()
        .map(|field| {
            let name = decode(field).0.trim_start_matches('\u{feff}').trim().to_lowercase();
            if name == "_id" { "id".to_owned() } else { name }
        })
        .collect();
    let known = |name: &str| SINGLE.contains(&name) || MANY.contains(&name) || ["addresses", "ids"].contains(&name);
    let at = Place { line: 1, record: "header" };
    for column in columns.iter().filter(|column| !known(column)) {
        parser.listing.issue(at, column, "a column that is not known; kept as notes");
    }
    columns
}

fn values(text: &str) -> impl Iterator<Item = &str> {
    text.split("; ").map(str::trim).filter(|text| !text.is_empty())
}
