//! A CSV file in blocks of rows.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::blocks::MAX_ROW_BYTES;
use super::cutter::{Cutter, Lines, Piece};
use super::scan::{WORD, first_of, place_in, word};
use super::{Cells, Table, places};
use crate::import::{header_of, text_of};
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// What separates the cells of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The names of the columns of a header, if they are separated so; `None` for a header without any.
    fn names(self, header: &[u8]) -> io::Result<Option<csv::StringRecord>> {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(self.byte()).has_headers(false).flexible(true).from_reader(header);
        let mut record = csv::ByteRecord::new();
        let is_read = reader.read_byte_record(&mut record).map_err(super::csv_error)?;
        Ok(is_read.then(|| csv::StringRecord::from_byte_record_lossy(record)))
    }
}

/// Where the columns of the table stand in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    separator: Separator,
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
    let wrong = |reason: String| Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    if lines == 0 && memchr::memchr(b'\r', header.trim_ascii_end()).is_some() {
        return wrong("its lines end with carriage returns alone: write it with line feeds".to_owned());
    }
    let (_, most) = header_of(header.trim_ascii_start());
    let missing = |names: &csv::StringRecord| {
        let is_there = |column: &&str| names.iter().any(|name| name.trim().eq_ignore_ascii_case(column));
        table.required().iter().copied().find(|column| !is_there(column))
    };
    // Spreadsheets of many countries write semicolons. Where the columns are not found so, it is a table of commas that lacks them.
    let other = match most {
        b';' => Some(Separator::Semicolon),
        b'\t' => Some(Separator::Tab),
        _ => None,
    };
    let mut found = None;
    if let Some(other) = other {
        found = other.names(&header)?.filter(|names| missing(names).is_none()).map(|names| (other, names));
    }
    let (separator, header) = match found {
        Some(found) => found,
        None => match Separator::Comma.names(&header)? {
            Some(names) => (Separator::Comma, names),
            None => return Ok(None),
        },
    };
    if let Some(column) = missing(&header) {
        let hint = match most {
            b',' => "",
            _ => ", and its cells are not separated by commas",
        };
        return wrong(format!("its header has no column `{column}`{hint}"));
    }
    match separator {
        Separator::Comma => {}
        Separator::Semicolon => to.problem(Source { file, line: 1 }, ProblemKind::Separator("semicolons")),
        Separator::Tab => to.problem(Source { file, line: 1 }, ProblemKind::Separator("tabs")),
    }
    let names: Vec<&str> = header.iter().collect();
    let places = places(table, &names, file, to);
    let place = |index: usize| places.get(index).copied().flatten();
    let shape = Shape { separator, columns: names.len(), places: std::array::from_fn(place) };
    Ok(Some(Cutter::new(shape, input, lines)))
}

impl Lines for Shape {
    /// After the last line end that has an even number of quotes before it.
    fn last_row_end(bytes: &[u8]) -> Option<usize> {
        let mut before = memchr::memchr_iter(b'"', bytes).count();
        let mut end = bytes.len();
        loop {
            let quote = memchr::memrchr(b'"', &bytes[..end]);
            let start = quote.map_or(0, |quote| quote + 1);
            if before.is_multiple_of(2)
                && let Some(at) = memchr::memrchr(b'\n', &bytes[start..end])
            {
                return Some(start + at + 1);
            }
            end = quote?;
            before -= 1;
        }
    }

    fn each(self, piece: &Piece<Self>, take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
        match self.separator {
            Separator::Comma => self.each_of::<b','>(piece, take),
            Separator::Semicolon => self.each_of::<b';'>(piece, take),
            Separator::Tab => self.each_of::<b'\t'>(piece, take),
        }
    }
}

impl Shape {
    /// The rows of a piece whose cells are separated by a byte.
    fn each_of<const BY: u8>(self, piece: &Piece<Self>, mut take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
        let text = std::str::from_utf8(&piece.bytes).map_or_else(
            |_| {
                take(piece.line, Err(ProblemKind::Encoding));
                Cow::Owned(text_of(&piece.bytes))
            },
            Cow::Borrowed,
        );
        rows::<BY>(&text, piece.line, |line, record, is_last| {
            let row = if record.swallows {
                Err(if is_last && piece.cut && record.len() < self.columns {
                    ProblemKind::CutOff
                } else {
                    ProblemKind::OpenQuote
                })
            } else if record.len() == self.columns {
                Ok(self.places.map(|place| place.map_or("", |place| without_return(record.get(place)))))
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
    block: &'b str,
    /// Cells that are not written as they stand: those with quotes in quotes.
    own: String,
    /// A cell that is being copied.
    copy: Vec<u8>,
    cells: Vec<Cell>,
    /// Whether a cell in quotes goes over a line end, and then breaks off or has text behind its quotes.
    swallows: bool,
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
        self.swallows = false;
    }

    fn add(&mut self, start: usize, end: usize, is_own: bool) {
        self.cells.push(Cell { start: start as u32, end: end as u32, is_own });
    }

    /// A cell.
    fn get(&self, index: usize) -> &str {
        let cell = self.cells[index];
        let text = if cell.is_own { &self.own } else { self.block };
        &text[cell.start as usize..cell.end as usize]
    }

    /// Reads a cell in quotes that begins after its first quote; gives its end, which is after the separator or line feed, and whether the row
    /// ends with it. Counts the line feeds in it. Quotes are read as the `csv` crate reads them.
    fn quoted<const BY: u8>(&mut self, first: usize, inside: &mut usize) -> (usize, bool) {
        let block = self.block;
        let bytes = block.as_bytes();
        let begin = self.own.len();
        let quote = next_quote(bytes, first);
        // With no quote in it, it is written as it stands.
        let is_plain = quote < bytes.len() && bytes.get(quote + 1).is_none_or(|byte| *byte == BY || *byte == b'\n');
        let end = if is_plain { quote } else { self.unquote(first, quote) };
        *inside += memchr::memchr_iter(b'\n', &bytes[first..end]).count();
        let rest = (end + 1).min(bytes.len());
        let after = first_of(bytes, rest, BY, b'\n');
        if is_plain {
            self.add(first, end, false);
        } else {
            let is_stray = end == bytes.len() || !matches!(&bytes[rest..after], b"" | b"\r");
            self.swallows |= is_stray && memchr::memchr(b'\n', &bytes[first..end]).is_some();
            // What stands after the quotes belongs to the cell.
            self.own.push_str(&block[rest..after]);
            // It breaks off. A file that does not end with a line feed is read as if it did.
            if end == bytes.len() && !block.ends_with('\n') {
                self.own.push('\n');
                *inside += 1;
            }
            self.add(begin, self.own.len(), true);
        }
        (after + 1, bytes.get(after) != Some(&BY))
    }

    /// Copies a cell in quotes, of which the first quote inside was found, up to its last quote or the end of the block, which it gives. Two
    /// quotes are one.
    fn unquote(&mut self, first: usize, quote: usize) -> usize {
        let bytes = self.block.as_bytes();
        let copy = &mut self.copy;
        copy.clear();
        copy.extend_from_slice(&bytes[first..quote]);
        let mut at = quote;
        // Words are copied whole, and what stands behind a quote is taken back.
        while let Some(word) = word(bytes, at) {
            copy.extend_from_slice(&word);
            let Some(place) = place_in(word, b'"') else {
                at += WORD;
                continue;
            };
            let end = at + place;
            if bytes.get(end + 1) != Some(&b'"') {
                copy.truncate(copy.len() - (WORD - place));
                self.own.push_str(&String::from_utf8_lossy(copy));
                return end;
            }
            copy.truncate(copy.len() - (WORD - place - 1));
            at = end + 2;
        }
        while let Some(byte) = bytes.get(at) {
            if *byte == b'"' {
                if bytes.get(at + 1) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            copy.push(*byte);
            at += 1;
        }
        self.own.push_str(&String::from_utf8_lossy(copy));
        at
    }
}

/// Where the next quote stands, or the end: near in cells of JSON, far in texts.
fn next_quote(bytes: &[u8], at: usize) -> usize {
    let far = at + 2 * WORD;
    for at in [at, at + WORD] {
        if let Some(place) = word(bytes, at).and_then(|word| place_in(word, b'"')) {
            return at + place;
        }
    }
    let far = if far > bytes.len() { at } else { far };
    memchr::memchr(b'"', &bytes[far..]).map_or(bytes.len(), |length| far + length)
}

/// Hands out the rows of a block that begins on a line, each with its own line of the file and whether it is the last: line feeds alone end
/// rows, so that carriage returns, blank lines and line feeds in quotes do not move the count. Blank rows are none.
fn rows<const BY: u8>(text: &str, mut line: u32, mut take: impl FnMut(u32, &Record<'_>, bool)) {
    let bytes = text.as_bytes();
    let mut record = Record { block: text, ..Record::default() };
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
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
                (at, ended) = record.quoted::<BY>(at + 1, &mut inside);
            } else {
                at = at.min(bytes.len());
                let end = first_of(bytes, at, BY, b'\n');
                record.add(at, end, false);
                ended = bytes.get(end) != Some(&BY);
                at = end + 1;
            }
            if ended {
                break;
            }
        }
        let blank = record.len() == 1 && record.get(0).trim_ascii().is_empty();
        if !blank {
            take(line, &record, at >= bytes.len());
        }
        line += 1 + inside as u32;
    }
}

/// A cell without the carriage return before the line feed.
fn without_return(cell: &str) -> &str {
    if cell.as_bytes().last() == Some(&b'\r') { &cell[..cell.len() - 1] } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{Shape, rows};
    use crate::read::cutter::Lines as _;

    /// Rows are those that the `csv` crate reads.
    #[track_caller]
    fn check(text: &str) {
        let mut found: Vec<Vec<String>> = Vec::new();
        rows::<b','>(text, 1, |_, record, _| found.push((0..record.len()).map(|at| record.get(at).to_owned()).collect()));
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let text = format!("{text}{end}");
        let mut reader = csv::ReaderBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = (reader.records())
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .filter(|cells| cells.len() != 1 || !cells[0].trim_ascii().is_empty())
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    /// What separates cells changes nothing else.
    #[test]
    fn semicolons_and_tabs_separate_as_commas_do() {
        fn cells<const BY: u8>(text: &str) -> Vec<Vec<String>> {
            let mut found = Vec::new();
            rows::<BY>(text, 1, |_, record, _| found.push((0..record.len()).map(|at| record.get(at).to_owned()).collect()));
            found
        }
        for text in ["a,\"b,\"\"c\",\n,\"\"\nd", "\"a\"b,c\n\"x\ny\",z\n", "1.5,x y\n"] {
            let by_comma = cells::<b','>(text);
            let with = |by: &str| {
                by_comma.iter().map(|row| row.iter().map(|cell| cell.replace(',', by)).collect()).collect::<Vec<Vec<_>>>()
            };
            assert_eq!(cells::<b';'>(&text.replace(',', ";")), with(";"), "{text:?}");
            assert_eq!(cells::<b'\t'>(&text.replace(',', "\t")), with("\t"), "{text:?}");
        }
        assert_eq!(cells::<b';'>("a,b;c\n"), [["a,b", "c"]]);
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

    /// A row ends with a line feed that has an even number of quotes before it.
    #[test]
    fn rows_end_outside_quotes() {
        let letters = [b'a', b'"', b'\n'];
        for number in 0..letters.len().pow(8) {
            let bytes: Vec<u8> = (0..8).map(|at| letters[number / letters.len().pow(at) % letters.len()]).collect();
            let quoted = |at: usize| bytes[..at].iter().fold(false, |quoted, byte| quoted != (*byte == b'"'));
            let ends = |at: &usize| bytes[*at] == b'\n' && !quoted(*at);
            let expected = (0..bytes.len()).rfind(ends).map(|at| at + 1);
            assert_eq!(Shape::last_row_end(&bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let mut lines = Vec::new();
        rows::<b','>("a\n\n\"b\nc\"\nd\n\r\n\"e\n", 10, |line, _, is_last| lines.push((line, is_last)));
        assert_eq!(lines, [(10, false), (12, false), (14, false), (16, true)]);
    }

    /// Rows that take in others by a stray quote are known; texts of several lines in quotes are none.
    #[test]
    fn rows_that_swallow_others() {
        for (text, swallows) in [
            ("a,\"b\nc\"\r\n", false),
            ("a,\"b\nc\"\"d\",e\n", false),
            ("a,\"b\nc,\"d\",e\n", true),
            ("a,\"b\nc\n", true),
            ("a,\"b\"c\n", false),
        ] {
            let mut found = false;
            rows::<b','>(text, 1, |_, record, _| found |= record.swallows);
            assert_eq!(found, swallows, "{text:?}");
        }
    }
}
