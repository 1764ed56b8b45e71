//! The neutral tables: `person`, `identifier`, `event`, `document` and `relation` as CSV, JSON lines or Parquet go in; rows of a
//! [`Builder`] come out. Columns stand in any order and are found by name; a row that is wrong costs itself. Tables as
//! CSV are taken apart on all processors and put in in the order of the file, so that the result does not depend on their number.

mod csv_blocks;
mod csv_events;
mod csv_rows;
mod facts;
pub mod parquet;
mod rows;

use std::io::{self, BufRead, Read};

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

/// Reads a table as CSV or JSON lines. What is wrong with rows is told by the builder's problems; an error is one of reading.
pub fn read_table(
    table: Table,
    form: Form,
    input: &mut (dyn BufRead + Send),
    file: FileId,
    to: &mut Builder,
) -> io::Result<()> {
    match form {
        Form::Csv if table == Table::Event => csv_events::read(input, file, to),
        Form::Csv => csv_rows::read(table, input, file, to),
        Form::JsonLines => json_rows(table, input, file, to),
        Form::Parquet => Err(io::Error::other("Parquet is read by `read_parquet`")),
    }
}

/// Reads a table as Parquet, which is read from both ends. What is wrong with the file is a problem of it: what stands before is taken.
pub fn read_parquet(table: Table, input: std::fs::File, file: FileId, to: &mut Builder) -> io::Result<()> {
    let read = parquet::rows(input, table.columns(), &mut |row, cells| {
        let mut texts: Cells<'_> = [""; 8];
        for (text, cell) in texts.iter_mut().zip(cells) {
            *text = cell.unwrap_or_default();
        }
        rows::take(table, &texts, Source { file, line: row }, to);
    });
    let whole = Source { file, line: 0 };
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

/// Which column of the file holds which column of the table.
pub(crate) fn places(table: Table, header: &[&str], file: FileId, to: &mut Builder) -> Vec<Option<usize>> {
    let wanted = table.columns();
    let same = |name: &str, wanted: &str| name.trim().eq_ignore_ascii_case(wanted);
    let places = wanted.iter().map(|column| header.iter().position(|name| same(name, column))).collect();
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

/// The longest line of JSON, in bytes: room for the text of a long document.
const MAX_LINE_BYTES: u64 = 64 << 20;

fn json_rows(table: Table, input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    skip_mark(input)?;
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        let source = Source { file, line: number };
        let whole = line.last() == Some(&b'\n');
        if read as u64 == MAX_LINE_BYTES && !whole {
            to.problem(source, ProblemKind::Row(format!("it is longer than {MAX_LINE_BYTES} bytes")));
            while !line.ends_with(b"\n") {
                line.clear();
                if Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
                    return Ok(());
                }
            }
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&line) {
            Ok(members) => {
                let mut texts: [std::borrow::Cow<'_, str>; 8] = std::array::from_fn(|_| "".into());
                for (name, value) in &members {
                    match table.columns().iter().position(|column| column == name) {
                        Some(place) => texts[place] = facts::as_text(value),
                        None => to.problem(source, ProblemKind::UnknownColumn(name.clone())),
                    }
                }
                let cells: Cells<'_> = std::array::from_fn(|index| &*texts[index]);
                rows::take(table, &cells, source, to);
            }
            Err(error) if error.is_eof() && !whole => to.problem(source, ProblemKind::CutOff),
            Err(error) => to.problem(source, ProblemKind::Row(format!("it is no JSON object: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests;
