//! Persons, identifiers, documents and relations as CSV. Blocks of rows are taken apart on all processors, values normalised and hashed,
//! texts sketched; then the rows are put in in the order of the file.

use std::io::{self, BufRead};

use rayon::prelude::*;

use super::csv_blocks::{self, Block, Shape, Span, open, push};
use super::rows::{Maker, Ready, take_ready};
use super::{Cells, Table};
use crate::people::{Builder, FileId, Source};

/// A block taken apart.
#[derive(Default)]
struct Parsed {
    text: String,
    rows: Vec<Row>,
}

enum Row {
    Whole { line: u32, cells: [Span; 8], ready: Ready },
    Ragged { line: u32, cells: usize, last: bool },
}

pub(super) fn read(table: Table, input: &mut (dyn BufRead + Send), file: FileId, to: &mut Builder) -> io::Result<()> {
    let Some((shape, mut cutter)) = open(table, input, file, to)? else { return Ok(()) };
    let maker = Maker::of(to);
    // What is taken apart and what is put in change places, so that their memory is used again.
    let (mut parsed, mut next): (Vec<Parsed>, Vec<Parsed>) = (Vec::new(), Vec::new());
    loop {
        // While one batch is put in, the next is read and taken apart.
        let (count, ()) = rayon::join(
            || -> io::Result<usize> {
                let blocks = cutter.batch()?;
                if next.len() < blocks.len() {
                    next.resize_with(blocks.len(), Parsed::default);
                }
                let parse = |(block, parsed): (&Block, &mut Parsed)| parsed.take(table, &shape, block, &maker);
                blocks.par_iter().zip(&mut next).for_each(parse);
                let count = blocks.len();
                cutter.give_back(blocks);
                Ok(count)
            },
            || parsed.iter_mut().for_each(|parsed| put(table, &shape, parsed, file, to)),
        );
        let count = count?;
        std::mem::swap(&mut parsed, &mut next);
        if count == 0 {
            return Ok(());
        }
        // Telephone numbers are read by the country of their person, so that the rows before must be in.
        if table == Table::Identifier {
            let known: &Builder = to;
            parsed.par_iter_mut().for_each(|parsed| {
                for row in &mut parsed.rows {
                    if let Row::Whole { cells, ready, .. } = row {
                        ready.settle(&cells.map(|span| span.of(&parsed.text)), known);
                    }
                }
            });
        }
    }
}

/// Puts the rows in and out of the block.
fn put(table: Table, shape: &Shape, parsed: &mut Parsed, file: FileId, to: &mut Builder) {
    let Parsed { text, rows } = parsed;
    for row in rows.drain(..) {
        match row {
            Row::Ragged { line, cells, last } => shape.ragged(Source { file, line }, cells, last, to),
            Row::Whole { line, cells, ready } => {
                take_ready(table, &cells.map(|span| span.of(text)), ready, Source { file, line }, to);
            }
        }
    }
}

impl Parsed {
    fn take(&mut self, table: Table, shape: &Shape, block: &Block, maker: &Maker) {
        self.text.clear();
        self.rows.clear();
        csv_blocks::rows(block, |line, record| {
            if record.len() != shape.columns {
                self.rows.push(Row::Ragged { line, cells: record.len(), last: false });
                return;
            }
            let cell = |place: Option<usize>| place.map_or(&b""[..], |place| csv_blocks::without_return(&record[place]));
            let spans = shape.places.map(|place| push(&mut self.text, cell(place)));
            let cells: Cells<'_> = spans.map(|span| span.of(&self.text));
            let ready = Ready::of(table, &cells, maker);
            self.rows.push(Row::Whole { line, cells: spans, ready });
        });
        if let (true, Some(Row::Ragged { cells, last, .. })) = (block.cut, self.rows.last_mut()) {
            *last = *cells < shape.columns;
        }
    }
}
