//! Facts of a block's cells. Texts that stand in them often have a number in the block, under which they are looked up among all only once.

use std::ops::Range;

use super::facts;
use crate::conceal::{FactsOf, Kept, kept};
use crate::key::{KeyedHash, TenantKey};
use crate::people::{Builder, FactRow, Source};
use crate::problem::ProblemKind;
use crate::text::{Interner, TextId, trimmed};
use crate::value::{ValueError, normalise};
use crate::vocabulary::{DocKind, Field, IdKind};

#[derive(Debug, Clone, Copy)]
enum Value {
    /// Number in the block.
    Text(u32),
    Keyed(IdKind, Result<KeyedHash, ValueError>),
}

/// The facts of all cells of a block.
#[derive(Debug, Default)]
pub(super) struct FactCells {
    facts: Vec<(Field, u8, Value)>,
    words: Interner,
    /// What words of the block are among all; `None` where that is not known yet.
    known: Vec<Option<u32>>,
    rows: Vec<FactRow>,
}

/// The facts of a cell.
#[derive(Debug)]
pub(super) struct FactCell {
    facts: Range<u32>,
    /// Whether a value of it is none of its kind.
    wrong: bool,
    problems: Vec<ProblemKind>,
}

/// The hash of a value that is kept as nothing else.
pub(super) fn keyed(key: &TenantKey, kind: IdKind, text: &str) -> Result<KeyedHash, ValueError> {
    normalise(kind, text, None).map(|value| key.hash(kind, &value))
}

impl FactCell {
    /// What is wrong with how it is written.
    pub(super) fn problems(&self) -> &[ProblemKind] {
        &self.problems
    }

    /// Whether something is wrong with it, of which so many facts are kept.
    pub(super) fn is_told(&self, most_facts: usize) -> bool {
        self.wrong || !self.problems.is_empty() || self.facts.len() > most_facts
    }
}

impl FactCells {
    pub(super) fn clear(&mut self) {
        self.facts.clear();
        self.words.clear();
        self.known.clear();
    }

    /// Takes a cell apart.
    pub(super) fn add(&mut self, cell: &str, of: FactsOf, key: &TenantKey) -> FactCell {
        let mut problems = Vec::new();
        let begin = self.facts.len() as u32;
        let mut wrong = false;
        facts::take_apart(cell, of == FactsOf::Checklist, &mut |problem| problems.push(problem), &mut |(
            field,
            group,
            text,
        )| {
            let text = trimmed(&text);
            if text.is_empty() {
                return;
            }
            let (field, kept) = kept(field, text, of);
            let value = match kept {
                Kept::Keyed(kind) => {
                    let hash = keyed(key, kind, text);
                    wrong |= hash.is_err();
                    Value::Keyed(kind, hash)
                }
                Kept::Text(text) => Value::Text(self.words.intern(&text).0),
            };
            self.facts.push((field, group, value));
        });
        FactCell { facts: begin..self.facts.len() as u32, wrong, problems }
    }

    /// Adds to the cell that was taken apart last the stations that the text of its paper states.
    pub(super) fn add_career(&mut self, cell: &mut FactCell, kind: DocKind, text: &str) {
        let stated = self.facts[cell.facts.start as usize..].iter().map(|(field, group, _)| (*field, *group));
        for (field, group, text) in crate::career::facts(kind, text, stated) {
            let word = self.words.intern(&text).0;
            self.facts.push((field, group, Value::Text(word)));
        }
        cell.facts.end = self.facts.len() as u32;
    }

    /// Looks up which of the words stood in blocks before. That is most of them, and nearly all of the time of a look goes by waiting for
    /// memory, which many looks in a row and on all processors share.
    pub(super) fn settle(&mut self, to: &Builder) {
        let Self { words, known, .. } = self;
        known.clear();
        to.find_texts((0..words.len() as u32).map(|number| words.get(TextId(number))), |number| known.push(number));
    }

    /// The set of facts of a cell in which nothing is wrong, when it stood in blocks before.
    pub(super) fn find(&mut self, cell: &FactCell, to: &Builder) -> Option<u32> {
        let Self { facts, known, rows, .. } = self;
        rows.clear();
        for (field, group, value) in &facts[cell.facts.start as usize..cell.facts.end as usize] {
            let value = match *value {
                Value::Text(word) => known[word as usize]?,
                Value::Keyed(_, hash) => to.find_keyed(hash.ok()?)?,
            };
            rows.push(FactRow { field: *field, group: *group, value });
        }
        to.find_fact_set(rows)
    }

    /// The set of facts of a cell; values that are none of their kind are told of `source`.
    pub(super) fn put(&mut self, cell: &FactCell, source: Source, to: &mut Builder) -> u32 {
        let Self { facts, words, known, rows } = self;
        rows.clear();
        for (field, group, value) in &facts[cell.facts.start as usize..cell.facts.end as usize] {
            if rows.len() == to.most_facts() {
                to.problem(source, ProblemKind::TooManyFacts(to.most_facts()));
                break;
            }
            let value = match *value {
                Value::Text(word) => *known[word as usize].get_or_insert_with(|| to.text_number(words.get(TextId(word)))),
                Value::Keyed(_, Ok(hash)) => to.keyed_id(hash),
                Value::Keyed(kind, Err(error)) => {
                    to.problem(source, ProblemKind::Value { kind, error });
                    continue;
                }
            };
            rows.push(FactRow { field: *field, group: *group, value });
        }
        to.fact_set_of(rows)
    }
}
