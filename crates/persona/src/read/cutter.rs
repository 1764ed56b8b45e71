//! A file of text in pieces of whole rows.

use std::io::{self, BufRead, Read};

use super::blocks::{BLOCK_BYTES, MAX_ROW_BYTES, at_once};

/// Some whole rows of the file.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// The line of the file on which it begins.
    pub(super) line: u32,
    /// Whether it begins inside a row that was too long for one piece.
    pub(super) inside: bool,
    /// Whether the file ends with it, without a line end.
    pub(super) cut: bool,
}

/// Cuts a file into pieces at ends of rows.
pub(super) struct Cutter<'a> {
    input: &'a mut (dyn BufRead + Send),
    /// Where the last whole row ends, in bytes that begin with a row.
    last_row_end: fn(&[u8]) -> Option<usize>,
    rest: Vec<u8>,
    line: u32,
    inside: bool,
    ended: bool,
    /// Memory of pieces that were taken apart.
    spare: Vec<Vec<u8>>,
}

impl<'a> Cutter<'a> {
    /// A file of which so many lines were read before.
    pub(super) fn new(input: &'a mut (dyn BufRead + Send), lines: u32, last_row_end: fn(&[u8]) -> Option<usize>) -> Self {
        Self { input, last_row_end, rest: Vec::new(), line: 1 + lines, inside: false, ended: false, spare: Vec::new() }
    }

    /// The next pieces, a few for each processor; none at the end of the file.
    pub(super) fn batch(&mut self) -> io::Result<Vec<Piece>> {
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

    /// Takes back the memory of a piece that was taken apart.
    pub(super) fn give_back(&mut self, piece: Piece) {
        let mut bytes = piece.bytes;
        if bytes.capacity() <= 2 * BLOCK_BYTES {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    fn piece(&mut self) -> io::Result<Option<Piece>> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.append(&mut self.rest);
        bytes.reserve(BLOCK_BYTES + BLOCK_BYTES / 4);
        loop {
            if !self.ended {
                let wanted = BLOCK_BYTES.saturating_sub(bytes.len()).max(BLOCK_BYTES / 4);
                self.ended = Read::take(&mut *self.input, wanted as u64).read_to_end(&mut bytes)? < wanted;
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { Some(bytes.len()) } else { (self.last_row_end)(&bytes) };
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
                return Ok(Some(Piece { bytes, line, inside, cut }));
            }
        }
    }
}
