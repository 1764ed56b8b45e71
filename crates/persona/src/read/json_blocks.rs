//! JSON lines in blocks of rows.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::blocks::{Blocks, MAX_ROW_BYTES, Rows, too_long};
use super::cutter::{Cutter, Piece};
use super::{Table, facts};
use crate::problem::ProblemKind;

/// The file.
pub(super) struct JsonBlocks<'a> {
    table: Table,
    cutter: Cutter<'a>,
}

/// Some lines of it.
#[derive(Debug)]
pub(super) struct Block {
    table: Table,
    piece: Piece,
}

impl<'a> JsonBlocks<'a> {
    pub(super) fn open(table: Table, input: &'a mut (dyn BufRead + Send)) -> Self {
        let last_row_end = |bytes: &[u8]| memchr::memrchr(b'\n', bytes).map(|at| at + 1);
        Self { table, cutter: Cutter::new(input, 0, last_row_end) }
    }
}

impl Blocks for JsonBlocks<'_> {
    type Block = Block;

    fn batch(&mut self) -> io::Result<Vec<Block>> {
        let table = self.table;
        Ok(self.cutter.batch()?.into_iter().map(|piece| Block { table, piece }).collect())
    }

    fn give_back(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            self.cutter.give_back(block.piece);
        }
    }
}

impl Rows for Block {
    fn each(&self, mut take: impl FnMut(u32, Result<[&[u8]; 8], ProblemKind>)) {
        let mut rest = self.piece.bytes.as_slice();
        let mut inside = self.piece.inside;
        let mut next_line = self.piece.line;
        while !rest.is_empty() {
            let number = next_line;
            next_line = next_line.saturating_add(1);
            let end = memchr::memchr(b'\n', rest);
            let (line, next) = rest.split_at(end.unwrap_or(rest.len()));
            rest = next.get(1..).unwrap_or_default();
            // What is left of a line that was told of.
            if std::mem::take(&mut inside) {
                continue;
            }
            if line.len() > MAX_ROW_BYTES || end.is_none() && !self.piece.cut {
                take(number, Err(too_long()));
                continue;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let members = match serde_json::from_slice::<Map<String, Value>>(line) {
                Ok(members) => members,
                Err(error) if error.is_eof() && end.is_none() => {
                    take(number, Err(ProblemKind::CutOff));
                    continue;
                }
                Err(error) => {
                    take(number, Err(ProblemKind::Row(format!("it is no JSON object: {error}"))));
                    continue;
                }
            };
            let mut cells: [Cow<'_, str>; 8] = std::array::from_fn(|_| "".into());
            for (name, value) in &members {
                match self.table.columns().iter().position(|column| column == name) {
                    Some(place) => cells[place] = facts::as_text(value),
                    None => take(number, Err(ProblemKind::UnknownColumn(name.clone()))),
                }
            }
            take(number, Ok(std::array::from_fn(|at| cells[at].as_bytes())));
        }
    }
}
