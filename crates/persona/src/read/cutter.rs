//! A file of text in pieces of whole rows.

use std::io::{self, BufRead, Read};

use super::Cells;
use super::blocks::{BLOCK_BYTES, Blocks, MAX_ROW_BYTES, Rows, at_once};
use crate::problem::ProblemKind;

/// How the rows of a piece are told apart.
pub(super) trait Lines: Copy + Send + Sync {
    /// Where the last whole row ends, in bytes that begin with a row.
    fn last_row_end(bytes: &[u8]) -> Option<usize>;

    /// Hands out the rows of a piece, as [`Rows::each`] does.
    fn each(self, piece: &Piece<Self>, take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>));
}

/// Some whole rows of the file.
#[derive(Debug)]
pub(super) struct Piece<L> {
    lines: L,
    pub(super) bytes: Vec<u8>,
    /// The line of the file on which it begins.
    pub(super) line: u32,
    /// Whether it begins inside a row that was too long for one piece.
    pub(super) inside: bool,
    /// Whether the file ends with it, without a line end.
    pub(super) cut: bool,
}

/// Cuts a file into pieces at ends of rows.
pub(super) struct Cutter<'a, L> {
    lines: L,
    input: &'a mut (dyn BufRead + Send),
    rest: Vec<u8>,
    line: u32,
    inside: bool,
    ended: bool,
    /// Memory of pieces that were taken apart.
    spare: Vec<Vec<u8>>,
}

impl<'a, L: Lines> Cutter<'a, L> {
    /// A file of which so many lines were read before.
    pub(super) fn new(lines: L, input: &'a mut (dyn BufRead + Send), before: u32) -> Self {
        Self { lines, input, rest: Vec::new(), line: 1 + before, inside: false, ended: false, spare: Vec::new() }
    }

    fn piece(&mut self) -> io::Result<Option<Piece<L>>> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.append(&mut self.rest);
        bytes.reserve((BLOCK_BYTES + BLOCK_BYTES / 4).saturating_sub(bytes.len()));
        loop {
            if !self.ended {
                let wanted = BLOCK_BYTES.saturating_sub(bytes.len()).max(BLOCK_BYTES / 4);
                self.ended = Read::take(&mut *self.input, wanted as u64).read_to_end(&mut bytes)? < wanted;
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { Some(bytes.len()) } else { L::last_row_end(&bytes) };
            // A row that never ends would make one of all that follows.
            let end = end.or_else(|| {
                (bytes.len() > MAX_ROW_BYTES).then(|| memchr::memrchr(b'\n', &bytes).map_or(bytes.len(), |at| at + 1))
            });
            if let Some(end) = end {
                self.rest.extend_from_slice(&bytes[end..]);
                bytes.truncate(end);
                let whole = bytes.last() == Some(&b'\n');
                let cut = !whole && self.ended && self.rest.is_empty();
                let (line, inside) = (self.line, self.inside);
                self.line = line.saturating_add(memchr::memchr_iter(b'\n', &bytes).count() as u32);
                self.inside = !whole;
                return Ok(Some(Piece { lines: self.lines, bytes, line, inside, cut }));
            }
        }
    }
}

impl<L: Lines> Blocks for Cutter<'_, L> {
    type Block = Piece<L>;

    fn batch(&mut self) -> io::Result<Vec<Piece<L>>> {
        let mut pieces = Vec::with_capacity(at_once());
        let mut bytes = 0;
        // Pieces of long rows are fewer.
        while pieces.len() < at_once() && bytes < at_once() * BLOCK_BYTES {
            let Some(piece) = self.piece()? else { break };
            bytes += piece.bytes.len();
            pieces.push(piece);
        }
        Ok(pieces)
    }

    fn give_back(&mut self, pieces: Vec<Piece<L>>) {
        for mut bytes in pieces.into_iter().map(|piece| piece.bytes).filter(|bytes| bytes.capacity() <= 2 * BLOCK_BYTES) {
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}

impl<L: Lines> Rows for Piece<L> {
    fn each(&self, take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
        self.lines.each(self, take);
    }
}
