//! Small tables that people write: CSV with a header, and a row for each person.

use rustc_hash::FxHashMap;

use crate::people::{People, PersonId};
use crate::privacy::records::delimiter_of;

/// Why a table is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct OversightError {
    /// Counted from 1 with the header.
    pub line: u64,
    /// What is wrong there.
    pub what: String,
}

impl OversightError {
    pub(super) fn new(line: u64, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// A row, with the line on which it begins.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

/// The headings and rows of a text, cells without space around them. `;` and tabs divide cells as commas do.
pub(super) fn rows(text: &str) -> Result<(Vec<String>, Vec<Row>), OversightError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter_of(first.as_bytes()))
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            let what = match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("it has {len} cells where the header has {expected_len}")
                }
                _ => error.to_string(),
            };
            OversightError::new(line, what)
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        all.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
    if all.is_empty() {
        return Err(OversightError::new(1, "there is no header"));
    }
    let header = all.remove(0).cells;
    Ok((header, all))
}

/// The place of the column with the person's id.
pub(super) fn id_column(header: &[String]) -> Result<usize, OversightError> {
    let is_id = |heading: &String| ["person", "id"].iter().any(|name| heading.eq_ignore_ascii_case(name));
    header.iter().position(is_id).ok_or_else(|| OversightError::new(1, "no column is called `person` or `id`"))
}

/// All persons by each of their ids.
pub(super) fn by_id(people: &People) -> FxHashMap<&str, PersonId> {
    let also = people.also.iter().map(|(person, id, _)| (people.text(*id), *person));
    // An own id goes before one that somebody else is known by, too.
    also.chain(people.all().map(|person| (person.key(), person.id()))).collect()
}
