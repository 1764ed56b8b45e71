//! A Parquet file in blocks of rows.

use std::fs::File;
use std::io;

use super::Cells;
use super::blocks::{BLOCK_BYTES, Blocks, MAX_ROW_BYTES, Rows, at_once, too_long};
use super::parquet::{Batches, ParquetProblem, Unknown};
use crate::problem::ProblemKind;

/// Rows of a block, where they are short.
const BLOCK_ROWS: usize = 1 << 16;

/// Some rows of the file, their cells one behind the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The row of the file with which it begins.
    first: u32,
    text: String,
    /// Where the cells of each row end; `None` for a row that is too long.
    rows: Vec<Option<[usize; 8]>>,
}

/// The file, and what stopped its reading.
pub(super) struct ParquetBlocks {
    batches: Batches,
    spare: Vec<Block>,
    ended: Option<Result<(), ParquetProblem>>,
}

impl ParquetBlocks {
    pub(super) fn open(input: File, columns: &[&str]) -> Result<Self, ParquetProblem> {
        Ok(Self { batches: Batches::open(input, columns)?, spare: Vec::new(), ended: None })
    }

    /// What of the file was not read, and what is wrong with it.
    pub(super) fn finish(self) -> Result<Unknown, ParquetProblem> {
        self.ended.unwrap_or(Ok(())).map(|()| self.batches.into_unknown())
    }
}

impl Blocks for ParquetBlocks {
    type Block = Block;

    fn batch(&mut self) -> io::Result<Vec<Block>> {
        let mut blocks: Vec<Block> = Vec::new();
        let Self { batches, spare, ended } = self;
        let mut bytes = 0;
        // Blocks of long rows are fewer.
        while ended.is_none() && blocks.len() < at_once() && bytes < at_once() * BLOCK_BYTES {
            // Rows that stand before damage are taken.
            let read = batches.next(&mut |row, cells| {
                if blocks.last().is_none_or(Block::is_full) {
                    let spare = spare.pop().unwrap_or_default();
                    blocks.push(Block { first: row, ..spare });
                }
                if let Some(block) = blocks.last_mut() {
                    bytes += block.push(cells);
                }
            });
            match read {
                Ok(true) => {}
                Ok(false) => *ended = Some(Ok(())),
                Err(error) => *ended = Some(Err(error)),
            }
        }
        Ok(blocks)
    }

    fn give_back(&mut self, blocks: Vec<Block>) {
        let short = blocks.into_iter().filter(|block| block.text.capacity() <= 2 * BLOCK_BYTES);
        self.spare.extend(short.map(|mut block| {
            block.text.clear();
            block.rows.clear();
            block
        }));
    }
}

impl Block {
    fn is_full(&self) -> bool {
        self.text.len() >= BLOCK_BYTES || self.rows.len() >= BLOCK_ROWS
    }

    /// Adds a row, and gives its length.
    fn push(&mut self, cells: &[Option<&str>]) -> usize {
        let cell = |at: usize| cells.get(at).copied().flatten().unwrap_or_default();
        let length: usize = (0..8).map(|at| cell(at).len()).sum();
        self.rows.push((length <= MAX_ROW_BYTES).then(|| {
            std::array::from_fn(|at| {
                self.text.push_str(cell(at));
                self.text.len()
            })
        }));
        length
    }
}

impl Rows for Block {
    fn each(&self, mut take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
        let mut start = 0;
        for (index, ends) in self.rows.iter().enumerate() {
            let cells = ends.map(|ends| ends.map(|end| &self.text[std::mem::replace(&mut start, end)..end]));
            take(self.first.saturating_add(index as u32), cells.ok_or_else(too_long));
        }
    }
}
