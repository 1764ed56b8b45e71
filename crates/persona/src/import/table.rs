//! Rows out of CSV as people export it: comma, semicolon or tab, with a byte order mark or without, columns in any order and found by
//! their headings whatever their case, spaces and underscores.

use std::io::{self, BufRead};

use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// The header of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    /// As they stand.
    pub(super) names: Vec<String>,
    /// In lower case, letters and digits only.
    plain: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    header: &'a Header,
    cells: &'a csv::StringRecord,
}

/// Letters and digits of a heading in lower case.
pub(super) fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Header {
    /// The place of the first of these columns, by plain headings.
    pub(super) fn find(&self, plain_names: &[&str]) -> Option<usize> {
        plain_names.iter().find_map(|name| self.plain.iter().position(|column| column == name))
    }

    /// The headings in plain form.
    pub(super) fn plain(&self) -> &[String] {
        &self.plain
    }

    /// Whether there is this column.
    pub(super) fn has(&self, plain_name: &str) -> bool {
        self.plain.iter().any(|column| column == plain_name)
    }
}

impl<'a> Row<'a> {
    /// The header.
    pub(super) fn header(self) -> &'a Header {
        self.header
    }

    /// The cell of the first of these columns that there is, trimmed; empty when there is none. Names are plain headings.
    pub(super) fn get(self, plain_names: &[&str]) -> &'a str {
        self.header.find(plain_names).map_or("", |index| self.at(index))
    }

    /// The cell at a place.
    pub(super) fn at(self, index: usize) -> &'a str {
        self.cells.get(index).unwrap_or_default().trim()
    }
}

/// The header that the first line of a text is, with its delimiter.
pub(super) fn header_of(head: &[u8]) -> (Header, u8) {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    let delimiter = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(line);
    let mut record = csv::ByteRecord::new();
    let names = match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    let names: Vec<String> = names;
    (Header { plain: names.iter().map(|name| plain(name)).collect(), names }, delimiter)
}

/// Hands every row to `take`, with its line. A row that cannot be read costs itself.
pub(super) fn rows(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    mut take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    let mut first = Vec::new();
    input.read_until(b'\n', &mut first)?;
    let (header, delimiter) = header_of(&first);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input);
    let mut bytes = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut bytes) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Err(error),
                other => {
                    to.problem(Source { file, line: 0 }, ProblemKind::Row(format!("{other:?}")));
                    continue;
                }
            },
        }
        // The header was line 1.
        let line = bytes.position().map_or(0, |position| position.line() as u32 + 1);
        let source = Source { file, line };
        if bytes.len() < header.names.len() && bytes.len() == 1 && bytes[0].is_empty() {
            continue;
        }
        if bytes.len() != header.names.len() {
            to.problem(
                source,
                ProblemKind::Row(format!("it has {} cells where the header has {}", bytes.len(), header.names.len())),
            );
            continue;
        }
        let cells = csv::StringRecord::from_byte_record_lossy(std::mem::take(&mut bytes));
        take(Row { header: &header, cells: &cells }, source, to);
        bytes = cells.into_byte_record();
    }
}
