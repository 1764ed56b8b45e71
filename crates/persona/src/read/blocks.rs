//! A table in blocks of rows, which are taken apart on all processors; then the rows are put in in the order of the file, so that the result
//! does not depend on their number.

use std::io;

use rayon::prelude::*;

use super::Cells;
use crate::people::Builder;
use crate::problem::ProblemKind;

/// Bytes of a block; a row that is longer makes its block longer. Blocks are small, so that no processor waits long for the last one.
pub(super) const BLOCK_BYTES: usize = 512 << 10;
/// The longest row, in bytes.
pub(super) const MAX_ROW_BYTES: usize = 64 << 20;

/// A table of which blocks are read.
pub(super) trait Blocks: Send {
    /// Some whole rows.
    type Block: Rows;

    /// The next blocks, a few for each processor; none at the end.
    fn batch(&mut self) -> io::Result<Vec<Self::Block>>;

    /// Takes back blocks that were taken apart, to use their memory again.
    fn give_back(&mut self, blocks: Vec<Self::Block>);
}

/// Rows of a block.
pub(super) trait Rows: Send + Sync {
    /// Hands out the rows, each with its place in the file: the cells in the order of [`super::Table::columns`], or what is wrong with it.
    fn each(&self, take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>));
}

/// What is said of a row that is longer than any that is read.
pub(super) fn too_long() -> ProblemKind {
    ProblemKind::Row(format!("it is longer than {MAX_ROW_BYTES} bytes"))
}

/// How many blocks are read at once.
pub(super) fn at_once() -> usize {
    rayon::current_num_threads().clamp(2, 32) * 8
}

/// Takes all blocks apart, and puts them in one by one. Before the blocks of a batch are put in, and after those before are, `settle` sees
/// each of them.
pub(super) fn in_turns<B: Blocks, P: Default + Send>(
    mut blocks: B,
    to: &mut Builder,
    take: impl Fn(&B::Block, &mut P) + Sync,
    settle: impl Fn(&mut P, &Builder) + Sync,
    mut put: impl FnMut(&mut P, &mut Builder) + Send,
) -> io::Result<B> {
    // What is taken apart and what is put in change places, so that their memory is used again.
    let (mut taken, mut next): (Vec<P>, Vec<P>) = (Vec::new(), Vec::new());
    let mut count = 0;
    loop {
        // While one batch is put in, the next is read and taken apart.
        let (read, ()) = rayon::join(
            || -> io::Result<usize> {
                let batch = blocks.batch()?;
                if next.len() < batch.len() {
                    next.resize_with(batch.len(), P::default);
                }
                batch.par_iter().zip(&mut next).for_each(|(block, taken)| take(block, taken));
                let count = batch.len();
                blocks.give_back(batch);
                Ok(count)
            },
            || taken[..count].iter_mut().for_each(|taken| put(taken, to)),
        );
        count = read?;
        if count == 0 {
            return Ok(blocks);
        }
        std::mem::swap(&mut taken, &mut next);
        let known: &Builder = to;
        taken[..count].par_iter_mut().for_each(|taken| settle(taken, known));
    }
}

/// Where a cell stands in the text of its block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

/// Puts a cell into the text of its block.
pub(super) fn push(text: &mut String, cell: &str) -> Span {
    let start = text.len() as u32;
    text.push_str(cell);
    Span { start, end: text.len() as u32 }
}

impl Span {
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}
