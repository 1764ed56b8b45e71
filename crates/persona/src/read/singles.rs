//! Persons, identifiers, documents and relations, which are put in one by one. Of each block values are normalised and hashed, and texts
//! sketched, away from the builder.

use std::io;

use super::blocks::{Blocks, Rows, Span, in_turns, push};
use super::fact_cells::FactCells;
use super::rows::{Maker, Ready, Single, take};
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// How many rows before it is put in the places of a row's values are looked at: the memory comes while the rows between are put in.
const AHEAD: usize = 8;

/// A block taken apart.
#[derive(Default)]
struct Parsed {
    text: String,
    rows: Vec<Row>,
    /// Those of documents.
    facts: FactCells,
}

enum Row {
    Whole { line: u32, cells: [Span; 8], ready: Ready },
    Wrong { line: u32, problem: ProblemKind },
}

pub(super) fn read<B: Blocks>(table: Single, blocks: B, file: FileId, to: &mut Builder) -> io::Result<B> {
    let maker = Maker::of(to);
    in_turns(
        blocks,
        to,
        |block, parsed: &mut Parsed| parsed.take(table, block, &maker),
        |parsed, known| {
            match table {
                // Telephone numbers are read by the country of their person, so that the rows before must be in.
                Single::Identifier => parsed.settle(known),
                Single::Document => parsed.facts.settle(known),
                Single::Person | Single::Relation => {}
            }
        },
        |parsed, to| parsed.put(file, to),
    )
}

impl Parsed {
    fn take(&mut self, table: Single, block: &impl Rows, maker: &Maker) {
        self.text.clear();
        self.rows.clear();
        self.facts.clear();
        block.each(|line, row| {
            let row = match row {
                Ok(cells) => {
                    let cells = cells.map(|cell| push(&mut self.text, cell));
                    let ready = Ready::of(table, &cells.map(|span| span.of(&self.text)), &mut self.facts, maker);
                    Row::Whole { line, cells, ready }
                }
                Err(problem) => Row::Wrong { line, problem },
            };
            self.rows.push(row);
        });
    }

    /// Makes what had to wait for the rows before.
    fn settle(&mut self, known: &Builder) {
        for row in &mut self.rows {
            if let Row::Whole { cells, ready, .. } = row {
                ready.settle(&cells.map(|span| span.of(&self.text)), known);
            }
        }
    }

    /// Puts the rows in and out of the block.
    fn put(&mut self, file: FileId, to: &mut Builder) {
        let Self { text, rows, facts } = self;
        let mut rows = rows.drain(..);
        while let Some(row) = rows.next() {
            if let Some(Row::Whole { cells, ready, .. }) = rows.as_slice().get(AHEAD) {
                ready.expect(&cells.map(|span| span.of(text)), to);
            }
            match row {
                Row::Wrong { line, problem } => to.problem(Source { file, line }, problem),
                Row::Whole { line, cells, ready } => {
                    take(&cells.map(|span| span.of(text)), ready, facts, Source { file, line }, to);
                }
            }
        }
    }
}
