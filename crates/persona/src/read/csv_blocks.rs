//! A CSV file in blocks. A file goes in; its header and blocks of whole rows come out, which are taken apart on all processors.

use std::io::{self, BufRead, Read};

use super::{Table, places};
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// Bytes of a block; a row that is longer makes its block longer.
pub(super) const BLOCK_BYTES: usize = 2 << 20;
/// The longest row, in bytes.
const MAX_ROW_BYTES: usize = 64 << 20;

/// Where a cell stands in the text of its block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Where the columns of the table stand in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) columns: usize,
    pub(super) places: [Option<usize>; 8],
}

/// Some whole rows of the file.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// The line of the file on which it begins.
    pub(super) line: u32,
    /// Whether the file ends with it, without a line end.
    pub(super) cut: bool,
}

/// Cuts the file into blocks at ends of rows: line ends outside quotes.
pub(super) struct Cutter<'a> {
    input: &'a mut (dyn BufRead + Send),
    rest: Vec<u8>,
    line: u32,
    ended: bool,
    /// Memory of blocks that were taken apart.
    spare: Vec<Vec<u8>>,
}

/// Reads the header; `None` for a file without one.
pub(super) fn open<'a>(
    table: Table,
    input: &'a mut (dyn BufRead + Send),
    file: FileId,
    to: &mut Builder,
) -> io::Result<Option<(Shape, Cutter<'a>)>> {
    super::skip_mark(input)?;
    let mut header = Vec::new();
    // The name of a column may have line ends in quotes.
    while Read::take(&mut *input, MAX_ROW_BYTES as u64).read_until(b'\n', &mut header)? > 0
        && (header.trim_ascii().is_empty() || memchr::memchr_iter(b'"', &header).count() % 2 == 1)
        && header.len() < MAX_ROW_BYTES
    {}
    let line = 1 + memchr::memchr_iter(b'\n', &header).count() as u32;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(header.as_slice());
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(super::csv_error)? {
        return Ok(None);
    }
    let header = csv::StringRecord::from_byte_record_lossy(record);
    let names: Vec<&str> = header.iter().collect();
    let places = places(table, &names, file, to);
    let place = |index: usize| places.get(index).copied().flatten();
    let shape = Shape { columns: names.len(), places: std::array::from_fn(place) };
    Ok(Some((shape, Cutter { input, rest: Vec::new(), line, ended: false, spare: Vec::new() })))
}

/// A row of a block, as places of its cells.
#[derive(Debug, Default)]
pub(super) struct Record<'b> {
    block: &'b [u8],
    /// Cells that are not written as they stand: those with quotes in quotes.
    own: Vec<u8>,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: u32,
    end: u32,
    is_own: bool,
}

impl Record<'_> {
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    fn clear(&mut self) {
        self.own.clear();
        self.cells.clear();
    }

    fn add(&mut self, start: usize, end: usize, is_own: bool) {
        self.cells.push(Cell { start: start as u32, end: end as u32, is_own });
    }

    /// Reads a cell in quotes that begins after its first quote; gives its end, which is after the comma or line feed, and whether the row
    /// ends with it. Counts the line feeds in it. Quotes are read as the `csv` crate reads them.
    fn quoted(&mut self, mut at: usize, inside: &mut usize) -> (usize, bool) {
        let block = self.block;
        let mut own = None;
        let mut start = at;
        loop {
            let end = memchr::memchr(b'"', &block[at..]).map_or(block.len(), |length| at + length);
            *inside += memchr::memchr_iter(b'\n', &block[at..end]).count();
            let after = block.get(end + 1);
            if end < block.len() && matches!(after, None | Some(b',' | b'\n')) {
                match own {
                    None => self.add(start, end, false),
                    Some(begin) => {
                        self.own.extend_from_slice(&block[start..end]);
                        self.add(begin, self.own.len(), true);
                    }
                }
                return ((end + 2).min(block.len() + 1), after != Some(&b','));
            }
            let begin = *own.get_or_insert(self.own.len());
            self.own.extend_from_slice(&block[start..end]);
            if end == block.len() {
                // It breaks off. A file that does not end with a line feed is read as if it did.
                if !block.ends_with(b"\n") {
                    self.own.push(b'\n');
                    *inside += 1;
                }
                self.add(begin, self.own.len(), true);
                return (block.len(), true);
            }
            if after == Some(&b'"') {
                self.own.push(b'"');
                at = end + 2;
                start = at;
                continue;
            }
            // What stands after the quotes belongs to the cell.
            let rest = end + 1;
            let end = memchr::memchr2(b',', b'\n', &block[rest..]).map_or(block.len(), |length| rest + length);
            self.own.extend_from_slice(&block[rest..end]);
            self.add(begin, self.own.len(), true);
            return (end + 1, block.get(end) != Some(&b','));
        }
    }
}

impl std::ops::Index<usize> for Record<'_> {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        let cell = self.cells[index];
        let bytes = if cell.is_own { &self.own } else { self.block };
        &bytes[cell.start as usize..cell.end as usize]
    }
}

/// Hands out the rows of a block, each with its line of the file: line feeds alone end rows, so that carriage returns, blank lines and line
/// feeds in quotes do not move the count. Blank rows are none.
pub(super) fn rows(block: &Block, mut take: impl FnMut(u32, &Record<'_>)) {
    let bytes = block.bytes.as_slice();
    let mut record = Record { block: bytes, ..Record::default() };
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut line = block.line;
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            at += 1;
            line += 1;
            continue;
        }
        record.clear();
        let mut inside = 0;
        loop {
            let ended;
            if bytes.get(at) == Some(&b'"') {
                (at, ended) = record.quoted(at + 1, &mut inside);
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                let end = memchr::memchr2(b',', b'\n', rest).map_or(bytes.len(), |length| at + length);
                record.add(at.min(bytes.len()), end, false);
                ended = bytes.get(end) != Some(&b',');
                at = end + 1;
            }
            if ended {
                break;
            }
        }
        let blank = record.len() == 1 && record[0].trim_ascii().is_empty();
        if !blank {
            take(line, &record);
        }
        line += 1 + inside as u32;
    }
}

/// A cell without the carriage return before the line feed.
pub(super) fn without_return(cell: &[u8]) -> &[u8] {
    cell.strip_suffix(b"\r").unwrap_or(cell)
}

impl Cutter<'_> {
    /// The next blocks, a few for each processor; none at the end of the file.
    pub(super) fn batch(&mut self) -> io::Result<Vec<Block>> {
        let count = rayon::current_num_threads().clamp(2, 32) * 2;
        let mut blocks = Vec::with_capacity(count);
        while blocks.len() < count {
            match self.block()? {
                Some(block) => blocks.push(block),
                None => break,
            }
        }
        Ok(blocks)
    }

    /// Takes back blocks that were taken apart, to use their memory again.
    pub(super) fn give_back(&mut self, blocks: Vec<Block>) {
        self.spare.extend(blocks.into_iter().map(|block| {
            let mut bytes = block.bytes;
            bytes.clear();
            bytes
        }));
    }

    fn block(&mut self) -> io::Result<Option<Block>> {
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
            let end = if self.ended { Some(bytes.len()) } else { last_row_end(&bytes) };
            // A quote that is never closed would make one row of all that follows.
            let end = end.or_else(|| {
                (bytes.len() > MAX_ROW_BYTES).then(|| memchr::memrchr(b'\n', &bytes).map_or(bytes.len(), |at| at + 1))
            });
            if let Some(end) = end {
                self.rest.extend_from_slice(&bytes[end..]);
                bytes.truncate(end);
                let line = self.line;
                self.line = line.saturating_add(memchr::memchr_iter(b'\n', &bytes).count() as u32);
                let cut = self.ended && self.rest.is_empty() && bytes.last() != Some(&b'\n');
                return Ok(Some(Block { bytes, line, cut }));
            }
        }
    }
}

/// Where the last whole row ends, in bytes that begin with a row: after the last line end that has an even number of quotes before it.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let mut end = None;
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes[at] == b'"' {
            quoted = !quoted;
        } else if !quoted {
            end = Some(at + 1);
        }
    }
    end
}

/// Puts a cell into the text of its block.
pub(super) fn push(text: &mut String, cell: &[u8]) -> Span {
    let start = text.len() as u32;
    match std::str::from_utf8(cell) {
        Ok(cell) => text.push_str(cell),
        Err(_) => text.push_str(&String::from_utf8_lossy(cell)),
    }
    Span { start, end: text.len() as u32 }
}

impl Span {
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

impl Shape {
    /// Tells of a row with another number of cells than the header.
    pub(super) fn ragged(&self, source: Source, cells: usize, last: bool, to: &mut Builder) {
        let kind = if last {
            ProblemKind::CutOff
        } else {
            ProblemKind::Row(format!("it has {cells} cells where the header has {}", self.columns))
        };
        to.problem(source, kind);
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, rows};

    /// Rows are those that the `csv` crate reads.
    #[track_caller]
    fn check(text: &str) {
        let block = Block { bytes: text.as_bytes().to_vec(), line: 1, cut: false };
        let mut found: Vec<Vec<Vec<u8>>> = Vec::new();
        rows(&block, |_, record| found.push((0..record.len()).map(|at| record[at].to_vec()).collect()));
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let text = format!("{text}{end}");
        let mut reader = csv::ReaderBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let expected: Vec<Vec<Vec<u8>>> = (reader.byte_records())
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
            .filter(|cells| cells.len() != 1 || !cells[0].trim_ascii().is_empty())
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn rows_are_read_as_the_csv_crate_reads_them() {
        for text in [
            "a,b,c\n1,2,3\n",
            "a,,\n,,\n,b",
            "\"a\",\"b,c\",\"d\ne\"\nf",
            "\"a\"\"b\",\"\"\"\",\"\"\n",
            "\"a\"b,c\"d\",\"e\"\"\"f\ng",
            "\"a\"b\"c,d\"\n",
            "\n\r\n  \na,b\r\n\n\"x\"\r\n",
            "a,\"broken off\nb,c",
            "a,\"broken off\nb,c\n",
            "a,\"ends\"",
            "a,\"",
            "a,\"\"\"",
            "\"",
            ",",
            "",
            "\u{feff}a,b\n",
        ] {
            check(text);
        }
        // All short texts of what matters.
        let letters = ['a', '"', ',', '\n'];
        for number in 0..4_u32.pow(7) {
            check(&(0..7).map(|at| letters[(number / 4_u32.pow(at) % 4) as usize]).collect::<String>());
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let block = Block { bytes: b"a\n\n\"b\nc\"\nd\n\r\n\"e\n".to_vec(), line: 10, cut: false };
        let mut lines = Vec::new();
        rows(&block, |line, _| lines.push(line));
        assert_eq!(lines, [10, 12, 14, 16]);
    }
}
