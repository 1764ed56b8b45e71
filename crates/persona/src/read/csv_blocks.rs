//! A CSV file in blocks of rows.

use std::io::{self, BufRead, Read};

use super::blocks::MAX_ROW_BYTES;
use super::cutter::{Cutter, Lines, Piece};
use super::{Table, places};
use crate::people::{Builder, FileId};
use crate::problem::ProblemKind;

/// Where the columns of the table stand in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    columns: usize,
    places: [Option<usize>; 8],
}

/// Reads the header of a file; `None` for one without. What is left is the file behind it.
pub(super) fn open<'a>(
    table: Table,
    input: &'a mut (dyn BufRead + Send),
    file: FileId,
    to: &mut Builder,
) -> io::Result<Option<Cutter<'a, Shape>>> {
    let mut header = Vec::new();
    // The name of a column may have line ends in quotes.
    while Read::take(&mut *input, MAX_ROW_BYTES as u64).read_until(b'\n', &mut header)? > 0
        && (header.trim_ascii().is_empty() || memchr::memchr_iter(b'"', &header).count() % 2 == 1)
        && header.len() < MAX_ROW_BYTES
    {}
    let lines = memchr::memchr_iter(b'\n', &header).count() as u32;
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
    Ok(Some(Cutter::new(shape, input, lines)))
}

impl Lines for Shape {
    /// After the last line end that has an even number of quotes before it.
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

    fn each(self, piece: &Piece<Self>, mut take: impl FnMut(u32, Result<[&[u8]; 8], ProblemKind>)) {
        rows(&piece.bytes, piece.line, |line, record, is_last| {
            let row = if record.len() == self.columns {
                Ok(self.places.map(|place| place.map_or(&b""[..], |place| without_return(&record[place]))))
            } else if is_last && piece.cut && record.len() < self.columns {
                Err(ProblemKind::CutOff)
            } else {
                Err(ProblemKind::Row(format!("it has {} cells where the header has {}", record.len(), self.columns)))
            };
            take(line, row);
        });
    }
}

/// A row of a block, as places of its cells.
#[derive(Debug, Default)]
struct Record<'b> {
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
    fn len(&self) -> usize {
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

/// Hands out the rows of a block that begins on a line, each with its own line of the file and whether it is the last: line feeds alone end
/// rows, so that carriage returns, blank lines and line feeds in quotes do not move the count. Blank rows are none.
fn rows(bytes: &[u8], mut line: u32, mut take: impl FnMut(u32, &Record<'_>, bool)) {
    let mut record = Record { block: bytes, ..Record::default() };
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
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
            take(line, &record, at >= bytes.len());
        }
        line += 1 + inside as u32;
    }
}

/// A cell without the carriage return before the line feed.
fn without_return(cell: &[u8]) -> &[u8] {
    cell.strip_suffix(b"\r").unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::rows;

    /// Rows are those that the `csv` crate reads.
    #[track_caller]
    fn check(text: &str) {
        let mut found: Vec<Vec<Vec<u8>>> = Vec::new();
        rows(text.as_bytes(), 1, |_, record, _| found.push((0..record.len()).map(|at| record[at].to_vec()).collect()));
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
        let mut lines = Vec::new();
        rows(b"a\n\n\"b\nc\"\nd\n\r\n\"e\n", 10, |line, _, is_last| lines.push((line, is_last)));
        assert_eq!(lines, [(10, false), (12, false), (14, false), (16, true)]);
    }
}
