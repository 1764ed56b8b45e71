//! The neutral tables: `person`, `identifier`, `event`, `document` and `relation` as CSV, JSON lines or Parquet go in; rows of a
//! [`Builder`] come out. Columns stand in any order and are found by name; a row that is wrong costs itself. Tables
//! are taken apart on all processors and put in in the order of the file, so that the result does not depend on their number.

mod blocks;
mod csv_blocks;
mod cutter;
mod events;
mod fact_cells;
mod facts;
mod json_blocks;
pub mod parquet;
mod parquet_blocks;
mod rows;
mod scan;
mod singles;
mod thrift;

use std::io::{self, BufRead};

use self::blocks::Blocks;
use self::cutter::Cutter;
use self::json_blocks::JsonLines;
use self::parquet_blocks::ParquetBlocks;
use self::rows::Single;

use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// A neutral table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row a person.
    Person,
    /// One row a value that belongs to a person.
    Identifier,
    /// One row a document.
    Document,
    /// One row a relation.
    Relation,
    /// One row an event.
    Event,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
}

impl Table {
    /// Every table, in the order in which they are best read: people first.
    pub const ALL: [Self; 5] = [Self::Person, Self::Identifier, Self::Document, Self::Relation, Self::Event];

    /// The name of the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Identifier => "identifier",
            Self::Event => "event",
            Self::Document => "document",
            Self::Relation => "relation",
        }
    }

    /// The columns that are read; the others are reported once.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Person => &["id", "display_name", "claimed_country", "claimed_tz", "role", "start", "end", "source_record"],
            Self::Identifier => {
                &["person", "kind", "value", "value_norm", "value_hash", "first_seen", "last_seen", "source_record"]
            }
            Self::Event => &["person", "kind", "time", "tz_offset", "ip", "device", "detail", "source_record"],
            Self::Document => &["person", "kind", "time", "text", "text_hash", "shingles", "metadata", "source_record"],
            Self::Relation => &["a", "kind", "b", "time", "source_record"],
        }
    }

    /// Columns without which no row says anything.
    const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Person => &["id"],
            Self::Identifier | Self::Document => &["person", "kind"],
            Self::Event => &["person", "kind", "time"],
            Self::Relation => &["a", "kind", "b"],
        }
    }

    /// The table and form that a file is by its name: `person.csv`, `events.jsonl`, `event-0001.parquet`.
    #[must_use]
    pub fn of_file(name: &str) -> Option<(Self, Form)> {
        let name = name.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
        let (stem, extension) = name.rsplit_once('.')?;
        let form = match extension {
            "csv" => Form::Csv,
            "jsonl" | "ndjson" => Form::JsonLines,
            "parquet" => Form::Parquet,
            _ => return None,
        };
        let word = stem.split(['-', '_', '.']).next()?;
        let rest = &stem[word.len()..];
        let part = rest.is_empty() || rest[1..].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
        let table = match word {
            "person" | "persons" | "people" => Self::Person,
            "identifier" | "identifiers" => Self::Identifier,
            "event" | "events" => Self::Event,
            "document" | "documents" => Self::Document,
            "relation" | "relations" => Self::Relation,
            _ => return None,
        };
        part.then_some((table, form))
    }
}

/// Reads a table as CSV or JSON lines. What is wrong with rows is told by the builder's problems; an error is one of reading, or says why no row
/// of the file can be one.
pub fn read_table(
    table: Table,
    form: Form,
    input: &mut (dyn BufRead + Send),
    file: FileId,
    to: &mut Builder,
) -> io::Result<()> {
    check_begin(form, input.fill_buf()?)?;
    if input.fill_buf()?.is_empty() {
        to.problem(Source { file, line: 0 }, ProblemKind::File("it is empty".to_owned()));
    }
    skip_mark(input)?;
    match form {
        Form::Csv => {
            if let Some(blocks) = csv_blocks::open(table, input, file, to)? {
                read_blocks(table, blocks, file, to)?;
            }
        }
        Form::JsonLines => {
            read_blocks(table, Cutter::new(JsonLines(table), input, 0), file, to)?;
        }
        Form::Parquet => return Err(io::Error::other("Parquet is read by `read_parquet`")),
    }
    Ok(())
}

/// Refuses what is no text of the form: of a whole table that is lost, more must be said than of a row.
fn check_begin(form: Form, begin: &[u8]) -> io::Result<()> {
    let wrong = |reason: &str| Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    if [&b"\x1f\x8b"[..], b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ"].iter().any(|sign| begin.starts_with(sign)) {
        return wrong("it is compressed: unpack it first");
    }
    if begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff") {
        return wrong("it is UTF-16: write it as UTF-8");
    }
    let text = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin).trim_ascii_start();
    if form == Form::JsonLines && text.starts_with(b"[") {
        return wrong("it is one JSON array: a table has an object a line");
    }
    Ok(())
}

/// Reads a table as Parquet, which is read from both ends. What is wrong with the file is a problem of it: what stands before is taken.
pub fn read_parquet(table: Table, input: std::fs::File, file: FileId, to: &mut Builder) -> io::Result<()> {
    let whole = Source { file, line: 0 };
    let read = match ParquetBlocks::open(input, table.columns()) {
        Ok(blocks) => read_blocks(table, blocks, file, to)?.finish(),
        Err(error) => Err(error),
    };
    match read {
        Ok(unknown) => {
            for column in unknown.columns.into_iter().chain(unknown.unread) {
                to.problem(whole, ProblemKind::UnknownColumn(column));
            }
        }
        Err(parquet::ParquetProblem::Io(error)) => return Err(error),
        Err(parquet::ParquetProblem::CutOff) => to.problem(whole, ProblemKind::CutOff),
        Err(error) => to.problem(whole, ProblemKind::Row(error.to_string())),
    }
    Ok(())
}

/// Reads a table in any form, and gives back what it was read from.
fn read_blocks<B: Blocks>(table: Table, blocks: B, file: FileId, to: &mut Builder) -> io::Result<B> {
    match table {
        Table::Event => events::read(blocks, file, to),
        Table::Person => singles::read(Single::Person, blocks, file, to),
        Table::Identifier => singles::read(Single::Identifier, blocks, file, to),
        Table::Document => singles::read(Single::Document, blocks, file, to),
        Table::Relation => singles::read(Single::Relation, blocks, file, to),
    }
}

/// Which column of the file holds which column of the table.
pub(crate) fn places(table: Table, header: &[&str], file: FileId, to: &mut Builder) -> Vec<Option<usize>> {
    let wanted = table.columns();
    let same = |name: &str, wanted: &str| name.trim().eq_ignore_ascii_case(wanted);
    let places = wanted.iter().map(|column| header.iter().position(|name| same(name, column))).collect();
    for column in wanted {
        if header.iter().filter(|name| same(name, column)).count() > 1 {
            to.problem(Source { file, line: 1 }, ProblemKind::SecondColumn((*column).to_owned()));
        }
    }
    for name in header {
        if !name.trim().is_empty() && !wanted.iter().any(|column| same(name, column)) {
            to.problem(Source { file, line: 1 }, ProblemKind::UnknownColumn((*name).to_owned()));
        }
    }
    places
}

/// Up to eight cells of a row in the order of [`Table::columns`].
pub(crate) type Cells<'a> = [&'a str; 8];

fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn skip_mark(input: &mut dyn BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
