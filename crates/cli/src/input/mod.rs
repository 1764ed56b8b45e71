//! Files of queries: CSV, JSON lines and plain lists go in; rows come out in order, each an entity to screen or the reason why it is
//! none. A bad row costs that row alone, and never more memory than one line.

mod csv_rows;
mod each;
mod lines;
mod meaning;
mod pairs;
mod rows;
mod vendors;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::Context;

pub(crate) use csv_rows::{CsvRecord, CsvRows};
pub(crate) use each::{Shape, each_row};
pub(crate) use lines::Lines;
pub(crate) use meaning::understood;
pub(crate) use pairs::{Pair, Pairs};
pub(crate) use rows::{Row, Rows};
pub(crate) use vendors::{Vendor, Vendors};

use crate::args::InputFormat;
use crate::failure::{Failure, Usage};

/// Rows that are read before they are worked on together.
pub(crate) const CHUNK: usize = 2048;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The field; empty when it is the whole row.
    pub(crate) field: String,
    /// What is wrong.
    pub(crate) reason: String,
}

impl Problem {
    /// Something wrong with the whole row.
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Self { field: String::new(), reason: reason.into() }
    }

    /// Something wrong with one field.
    pub(crate) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

/// An input that is open: its name for messages and its bytes.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) bytes: Box<dyn BufRead>,
}

impl Input {
    /// Opens a file, or stdin for `-`. A file in UTF-16 is refused, since every row of it would be.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let (name, mut bytes): (String, Box<dyn BufRead>) = if path == Path::new("-") {
            ("stdin".to_owned(), Box::new(io::stdin().lock()))
        } else {
            let name = path.display().to_string();
            let file = File::open(path).with_context(|| format!("{name}: cannot be opened"))?;
            (name, Box::new(BufReader::with_capacity(1 << 16, file)))
        };
        let head = bytes.fill_buf().with_context(|| format!("{name}: cannot be read"))?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(Failure::new(format!("{name}: byte 1: the file is UTF-16"), "save it as UTF-8").into());
        }
        Ok(Self { name, bytes })
    }

    /// The kind of the input: as asked, else by the ending of its name, else JSON lines if that is how it begins.
    pub(crate) fn kind(&mut self, asked: Option<InputFormat>, path: &Path) -> anyhow::Result<InputFormat> {
        if let Some(kind) = asked {
            return Ok(kind);
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("csv" | "tsv") => Ok(InputFormat::Csv),
            Some("jsonl" | "json" | "ndjson") => Ok(InputFormat::Jsonl),
            Some("txt") => Ok(InputFormat::Txt),
            _ => {
                let head = self.bytes.fill_buf().with_context(|| format!("{}: cannot be read", self.name))?;
                let head = head.strip_prefix(lines::BOM).unwrap_or(head);
                if head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
                    return Ok(InputFormat::Jsonl);
                }
                Err(Usage(format!("{}: say what kind of input it is with --input-format csv, jsonl or txt", self.name)).into())
            }
        }
    }
}
