//! Persons, identifiers, documents and relations as CSV. Blocks of rows are taken apart on all processors, values normalised and hashed,
//! texts sketched; then the rows are put in in the order of the file.

use std::io::{self, BufRead};

use rayon::prelude::*;

use super::csv_blocks::{self, Block, Shape, Span, open, push};
use super::rows::{Maker, Ready, take_ready};
use super::{Cells, Table};
use crate::people::{Builder, FileId, Source};

/// A block taken apart.
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
    let mut parsed: Vec<Parsed> = Vec::new();
    loop {
        // While one batch is put in, the next is read and taken apart.
        let (next, ()) = rayon::join(
            || -> io::Result<Vec<Parsed>> {
                let blocks = cutter.batch()?;
                let parsed = blocks.par_iter().map(|block| parse(table, &shape, block, &maker)).collect();
                cutter.give_back(blocks);
                Ok(parsed)
            },
            || parsed.drain(..).for_each(|parsed| put(table, &shape, parsed, file, to)),
        );
        parsed = next?;
        if parsed.is_empty() {
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

fn put(table: Table, shape: &Shape, parsed: Parsed, file: FileId, to: &mut Builder) {
    let Parsed { text, rows } = parsed;
    for row in rows {
        match row {
            Row::Ragged { line, cells, last } => shape.ragged(Source { file, line }, cells, last, to),
            Row::Whole { line, cells, ready } => {
                take_ready(table, &cells.map(|span| span.of(&text)), ready, Source { file, line }, to);
            }
        }
    }
}

fn parse(table: Table, shape: &Shape, block: &Block, maker: &Maker) -> Parsed {
    let mut parsed = Parsed { text: String::with_capacity(block.bytes.len()), rows: Vec::new() };
    csv_blocks::rows(block, |line, record| {
        if record.len() != shape.columns {
            parsed.rows.push(Row::Ragged { line, cells: record.len(), last: false });
            return;
        }
        let cell = |place: Option<usize>| place.map_or(&b""[..], |place| csv_blocks::without_return(&record[place]));
        let spans = shape.places.map(|place| push(&mut parsed.text, cell(place)));
        let cells: Cells<'_> = spans.map(|span| span.of(&parsed.text));
        let ready = Ready::of(table, &cells, maker);
        parsed.rows.push(Row::Whole { line, cells: spans, ready });
    });
    if let (true, Some(Row::Ragged { cells, last, .. })) = (block.cut, parsed.rows.last_mut()) {
        *last = *cells < shape.columns;
    }
    parsed
}
