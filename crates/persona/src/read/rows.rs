//! One row of a table, as cells in the order of [`Table::columns`].

use super::Cells;
use super::fact_cells::{FactCell, FactCells};
use crate::conceal::FactsOf;
use crate::key::TenantKey;
use crate::people::{Builder, Describe, NewDocument, ReadyValue, Seen, Source};
use crate::problem::ProblemKind;
use crate::sketch::Sketch;
use crate::value::{ValueError, normalise};
use crate::vocabulary::{DocKind, IdKind, RelKind};

/// A table whose rows are put in one by one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Single {
    Person,
    Identifier,
    Document,
    Relation,
}

/// What of a row was made before it is put in, away from the builder.
#[derive(Debug)]
pub(super) enum Ready {
    Person,
    /// The value of an identifier; `None` where the builder makes it.
    Identifier(Option<Result<ReadyValue, ValueError>>),
    /// Nothing yet of an identifier: the value depends on rows before it.
    Later(IdKind),
    /// The facts of a document, and the sketch of its text.
    Document {
        facts: FactCell,
        sketch: Option<Box<Sketch>>,
    },
    Relation,
}

/// What values are made with, away from the builder.
pub(super) struct Maker {
    key: TenantKey,
    text_bytes: usize,
}

impl Maker {
    pub(super) fn of(to: &Builder) -> Self {
        Self { key: to.key().clone(), text_bytes: to.text_bytes() }
    }

    /// The part of a document's text that is read.
    fn text<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim();
        &text[..text.floor_char_boundary(self.text_bytes)]
    }
}

impl Ready {
    /// What can be made of a row: normalising, hashing and taking texts apart is most of the work of reading.
    pub(super) fn of(table: Single, cells: &Cells<'_>, facts: &mut FactCells, maker: &Maker) -> Self {
        match table {
            Single::Person => Self::Person,
            Single::Relation => Self::Relation,
            Single::Identifier => {
                let [_, kind, ..] = *cells;
                let raw = value_of(cells);
                let kind = IdKind::from_code(kind.trim()).filter(|kind| *kind != IdKind::Ip && !raw.trim().is_empty());
                match kind {
                    None => Self::Identifier(None),
                    Some(kind @ (IdKind::Phone | IdKind::ReferencePhone)) => Self::Later(kind),
                    Some(kind) => Self::Identifier(Some(if kind.is_keyed() {
                        normalise(kind, raw, None).map(|value| ReadyValue::Keyed(maker.key.hash(kind, &value)))
                    } else {
                        normalise(kind, raw, None).map(ReadyValue::Text)
                    })),
                }
            }
            Single::Document => {
                let [_, kind, _, text, _, _, metadata, _] = *cells;
                let kind = DocKind::from_code(kind.trim());
                let text = maker.text(text);
                let of = if kind == Some(DocKind::Checklist) { FactsOf::Checklist } else { FactsOf::Record };
                let mut cell = facts.add(metadata, of, &maker.key);
                if let Some(kind) = kind {
                    facts.add_career(&mut cell, kind, text);
                }
                Self::Document { facts: cell, sketch: (!text.is_empty()).then(|| Box::new(Sketch::of(text))) }
            }
        }
    }
}

impl Ready {
    /// Makes what had to wait for the rows before.
    pub(super) fn settle(&mut self, cells: &Cells<'_>, to: &Builder) {
        if let Self::Later(kind) = *self {
            let country = to.country_of(cells[0].trim());
            *self = Self::Identifier(Some(normalise(kind, value_of(cells), country).map(ReadyValue::Text)));
        }
    }

    /// Looks at the places of values that will soon be put in.
    pub(super) fn expect(&self, cells: &Cells<'_>, to: &Builder) {
        match self {
            Self::Identifier(Some(Ok(ReadyValue::Keyed(hash)))) => to.expect_keyed(*hash),
            Self::Identifier(Some(Ok(ReadyValue::Text(value)))) => {
                let shown = value_of(cells).trim();
                to.expect_text(value);
                if shown != value {
                    to.expect_text(shown);
                }
            }
            _ => {}
        }
    }
}

/// The value of an identifier as it is written, in whichever of the two columns it stands.
fn value_of<'c>(cells: &Cells<'c>) -> &'c str {
    let [_, _, value, value_norm, ..] = *cells;
    if value.trim().is_empty() { value_norm } else { value }
}

/// Puts a row in.
pub(super) fn take(cells: &Cells<'_>, ready: Ready, facts: &mut FactCells, row: Source, to: &mut Builder) {
    match ready {
        Ready::Person => {
            let [id, name, country, zone, role, start, end, record] = *cells;
            let source = source(record, row, to);
            if id.trim().is_empty() {
                return to.problem(row, ProblemKind::Missing("id"));
            }
            to.person_row(id.trim(), Describe { name, country, zone, role, start, end }, source);
        }
        Ready::Identifier(_) | Ready::Later(_) => {
            let [person, kind, value, value_norm, hash, first, last, record] = *cells;
            let source = source(record, row, to);
            let Some(kind_word) = required("kind", kind, row, to) else { return };
            let Some(kind) = IdKind::from_code(kind_word) else {
                return to.problem(row, ProblemKind::UnknownKind { word: kind_word.to_owned(), of: "identifier" });
            };
            let Some(person) = required("person", person, row, to) else { return };
            let person = to.person(person, source);
            let seen = Seen { first, last };
            let raw = value_of(cells);
            match (value.trim().is_empty(), value_norm.trim().is_empty(), hash.trim().is_empty()) {
                (false, ..) | (true, false, _) => match ready {
                    Ready::Identifier(Some(value)) => to.identifier_ready(person, kind, raw, &value, seen, source),
                    _ => to.identifier(person, kind, raw, seen, source),
                },
                (true, true, false) => to.identifier_hash(person, kind, hash, seen, source),
                (true, true, true) => to.problem(row, ProblemKind::Missing("value")),
            }
        }
        Ready::Document { facts: cell, sketch } => {
            let [person, kind, time, text, text_hash, shingles, _, record] = *cells;
            let source = source(record, row, to);
            let Some(kind_word) = required("kind", kind, row, to) else { return };
            let Some(kind) = DocKind::from_code(kind_word) else {
                return to.problem(row, ProblemKind::UnknownKind { word: kind_word.to_owned(), of: "document" });
            };
            let Some(person) = required("person", person, row, to) else { return };
            let person = to.person(person, source);
            cell.problems().iter().for_each(|problem| to.problem(source, problem.clone()));
            let set = facts.put(&cell, source, to);
            let document = NewDocument { kind, time, text, text_hash, shingles, facts: &[] };
            to.document_with(person, &document, set, sketch, source);
        }
        Ready::Relation => {
            let [a, kind, b, time, record, ..] = *cells;
            let source = source(record, row, to);
            let Some(kind_word) = required("kind", kind, row, to) else { return };
            let Some(kind) = RelKind::from_code(kind_word) else {
                return to.problem(row, ProblemKind::UnknownKind { word: kind_word.to_owned(), of: "relation" });
            };
            let Some(a) = required("a", a, row, to) else { return };
            let Some(b) = required("b", b, row, to) else { return };
            let (a, b) = (to.person(a, source), to.person(b, source));
            to.relation(a, kind, b, time, source);
        }
    }
}

/// The record that a row names as its source, or the row itself.
fn source(record: &str, row: Source, to: &mut Builder) -> Source {
    let record = record.trim();
    if record.is_empty() { row } else { to.source(record) }
}

fn required<'a>(column: &'static str, cell: &'a str, row: Source, to: &mut Builder) -> Option<&'a str> {
    let cell = cell.trim();
    if cell.is_empty() {
        to.problem(row, ProblemKind::Missing(column));
        return None;
    }
    Some(cell)
}
