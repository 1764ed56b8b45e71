//! The texts of documents, and what they are compared by. Texts are only quoted, and seldom: they are kept compressed, in blocks, and a text
//! is read by unpacking its block. Of sketches, minima are kept of those texts alone that are long enough to be compared as a whole.

use std::borrow::Cow;

use rayon::prelude::*;

use super::NONE;
use crate::chunks::Chunks;
use crate::sketch::{BINS, MIN_SHINGLES, Outline, Sentence, Sketch};

/// Bytes of texts in a block: unpacking one takes some twenty microseconds.
const BLOCK_BYTES: usize = 32 << 10;
/// Blocks that are compressed at once, on all processors.
const BLOCKS_AT_ONCE: usize = 128;
/// The quickest level, which makes a third or a fourth of prose.
const LEVEL: i32 = 1;
/// Sentences of a piece; many more than one text has.
const PIECE: usize = 1 << 16;

/// A text of a document.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Block, and bytes in it; a length of 0 says that the text was not kept.
    block: u32,
    start: u32,
    len: u32,
    shingles: u32,
    /// Row of `mins`, or [`NONE`].
    mins: u32,
    /// Piece and place in it of the first sentence.
    sentences: u32,
    sentences_len: u16,
    /// Whether it is sketched: what comes without a sketch is sketched when its block is compressed.
    sketched: bool,
}

/// A block of texts.
#[derive(Debug)]
enum Block {
    Open(Vec<u8>),
    Packed { bytes: Box<[u8]>, len: usize },
}

/// All texts of documents.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    rows: Chunks<Row>,
    blocks: Vec<Block>,
    /// The first block that is not compressed.
    open: usize,
    /// Bytes of all texts that are kept.
    bytes: usize,
    /// Rows that wait for their sketch.
    waiting: Vec<u32>,
    mins: Chunks<[u32; BINS]>,
    sentences: Vec<Vec<Sentence>>,
}

impl Kept {
    /// Bytes of the texts that are kept.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps a text with its sketch; gives its number.
    pub(crate) fn text(&mut self, text: &str, sketch: Option<&Sketch>) -> u32 {
        let room = |block: &Block| matches!(block, Block::Open(bytes) if bytes.len() + text.len() <= BLOCK_BYTES);
        if !self.blocks.last().is_some_and(room) {
            if self.blocks.len() - self.open >= BLOCKS_AT_ONCE {
                self.pack();
            }
            self.blocks.push(Block::Open(Vec::new()));
        }
        let block = self.blocks.len() as u32 - 1;
        let mut start = 0;
        if let Some(Block::Open(bytes)) = self.blocks.last_mut() {
            start = bytes.len() as u32;
            bytes.extend_from_slice(text.as_bytes());
        }
        self.bytes += text.len();
        let row = Row { block, start, len: text.len() as u32, ..Self::row() };
        self.put(row, sketch)
    }

    /// Keeps the sketch of a text that is not kept.
    pub(crate) fn sketch_only(&mut self, sketch: &Sketch) -> u32 {
        self.put(Self::row(), Some(sketch))
    }

    const fn row() -> Row {
        Row { block: 0, start: 0, len: 0, shingles: 0, mins: NONE, sentences: 0, sentences_len: 0, sketched: false }
    }

    fn put(&mut self, mut row: Row, sketch: Option<&Sketch>) -> u32 {
        let number = self.rows.len() as u32;
        match sketch {
            Some(sketch) => self.fill(&mut row, sketch),
            None => self.waiting.push(number),
        }
        self.rows.push(row);
        number
    }

    fn fill(&mut self, row: &mut Row, sketch: &Sketch) {
        row.sketched = true;
        row.shingles = sketch.shingles;
        if sketch.shingles >= MIN_SHINGLES {
            row.mins = self.mins.len() as u32;
            self.mins.push(sketch.mins);
        }
        if sketch.sentences.is_empty() {
            return;
        }
        if self.sentences.last().is_none_or(|piece| piece.len() + sketch.sentences.len() > PIECE) {
            self.sentences.push(Vec::new());
        }
        let piece = self.sentences.len() - 1;
        if let Some(sentences) = self.sentences.last_mut() {
            row.sentences = (piece * PIECE + sentences.len()) as u32;
            row.sentences_len = sketch.sentences.len() as u16;
            sentences.extend_from_slice(&sketch.sentences);
        }
    }

    /// Sketches what waits for it, and compresses the blocks that are open, on all processors.
    pub(crate) fn pack(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let sketches: Vec<Option<Sketch>> =
            waiting.par_iter().map(|row| self.read(*row).map(|text| Sketch::of(&text))).collect();
        for (number, sketch) in waiting.into_iter().zip(sketches) {
            let (Some(sketch), Some(mut row)) = (sketch, self.rows.get(number as usize).copied()) else { continue };
            self.fill(&mut row, &sketch);
            self.rows.set(number as usize, row);
        }
        self.blocks[self.open..].par_iter_mut().for_each(|block| {
            if let Block::Open(bytes) = block
                && let Ok(packed) = zstd::bulk::compress(bytes, LEVEL)
            {
                *block = Block::Packed { bytes: packed.into(), len: bytes.len() };
            }
        });
        self.open = self.blocks.len();
    }

    /// The text of a number, where it was kept.
    pub(crate) fn read(&self, number: u32) -> Option<String> {
        let row = self.kept(number)?;
        row.of(&self.block(row.block)?).map(str::to_owned)
    }

    /// What `take` makes of each of many texts by its place among the numbers, in the order of these, on all processors; `None` for a text
    /// that was not kept. Each block is unpacked once.
    pub(crate) fn read_all<T: Send>(&self, numbers: &[u32], take: impl Fn(usize, &str) -> Option<T> + Sync) -> Vec<Option<T>> {
        let rows = numbers.iter().enumerate().filter_map(|(at, number)| Some((self.kept(*number)?, at)));
        let mut rows: Vec<(&Row, usize)> = rows.collect();
        rows.par_sort_unstable_by_key(|(row, at)| (row.block, *at));
        let blocks: Vec<&[(&Row, usize)]> = rows.chunk_by(|(one, _), (other, _)| one.block == other.block).collect();
        let taken = blocks.into_par_iter().flat_map_iter(|rows| {
            let block = self.block(rows[0].0.block);
            let take = |(row, at): &(&Row, usize)| Some((*at, take(*at, row.of(block.as_ref()?)?)?));
            rows.iter().filter_map(take).collect::<Vec<_>>()
        });
        let mut all: Vec<Option<T>> = numbers.iter().map(|_| None).collect();
        for (at, one) in taken.collect::<Vec<_>>() {
            all[at] = Some(one);
        }
        all
    }

    fn kept(&self, number: u32) -> Option<&Row> {
        self.rows.get(number as usize).filter(|row| row.len > 0)
    }

    /// The bytes of a block.
    fn block(&self, block: u32) -> Option<Cow<'_, [u8]>> {
        match self.blocks.get(block as usize)? {
            Block::Open(bytes) => Some(Cow::Borrowed(bytes)),
            Block::Packed { bytes, len } => zstd::bulk::decompress(bytes, *len).ok().map(Cow::Owned),
        }
    }

    /// What the text of a number is compared by.
    pub(crate) fn outline(&self, number: u32) -> Option<Outline<'_>> {
        let row = self.rows.get(number as usize).filter(|row| row.sketched)?;
        let mins = self.mins.get(row.mins as usize).map_or(&[][..], |mins| &mins[..]);
        let sentences = match row.sentences_len {
            0 => &[][..],
            len => {
                let start = row.sentences as usize % PIECE;
                &self.sentences[row.sentences as usize / PIECE][start..start + usize::from(len)]
            }
        };
        Some(Outline { mins, shingles: row.shingles, sentences })
    }
}

impl Row {
    /// The text in its block.
    fn of<'b>(&self, block: &'b [u8]) -> Option<&'b str> {
        std::str::from_utf8(block.get(self.start as usize..(self.start + self.len) as usize)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;
    use crate::sketch::Sketch;

    #[test]
    fn texts_come_back_as_they_were() {
        let mut kept = Kept::default();
        let text = |number: usize| {
            format!("{number}: {}", "built a gateway for payments, with three others, in Go, ".repeat(number % 90))
        };
        let numbers: Vec<u32> = (0..5000)
            .map(|number| {
                let text = text(number);
                kept.text(&text, (number % 2 == 0).then(|| Sketch::of(&text)).as_ref())
            })
            .collect();
        kept.pack();
        let not_kept = kept.sketch_only(&Sketch::of("not kept"));
        let many: Vec<u32> = numbers.iter().rev().step_by(3).copied().chain([not_kept, numbers[0]]).collect();
        let length = |at: usize, text: &str| at.is_multiple_of(2).then_some(text.len());
        let each = many.iter().enumerate().map(|(at, row)| length(at, &kept.read(*row)?));
        assert_eq!(kept.read_all(&many, length), each.collect::<Vec<_>>());
        for (number, row) in numbers.into_iter().enumerate() {
            assert_eq!(kept.read(row), Some(text(number)));
            let (sketch, outline) = (Sketch::of(&text(number)), kept.outline(row).unwrap());
            assert_eq!((outline.shingles, outline.sentences), (sketch.shingles, &sketch.sentences[..]));
            assert!(outline.mins.is_empty() || outline.mins == &sketch.mins[..]);
        }
    }
}
