//! Records of a CSV file with the very bytes they are made of: a stream goes in; cells and bytes of one record after the other come out,
//! split as the `csv` crate splits them. A quote that is never closed costs its own line.

use std::io::{self, BufRead};

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At a line end, or with the file.
    Whole,
    /// A quote is open to the end of the file, or past the limit: only its first line is given, and reading goes on behind it.
    Open,
}

/// How often what stands behind an open quote is read again.
const OPEN_TIMES: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    Closing,
    Return,
}

/// Reads records one by one.
pub(crate) struct Records<'r> {
    input: &'r mut dyn BufRead,
    /// Read, and to be read again.
    again: Vec<u8>,
    again_at: usize,
    delimiter: u8,
    limit: usize,
    opened: u32,
    raw: Vec<u8>,
    cells: Vec<u8>,
    ends: Vec<usize>,
    line: u32,
    lines: u32,
    /// Whether text stands behind the quotes of a cell.
    stray: bool,
}

impl<'r> Records<'r> {
    /// A record longer than `limit` bytes is taken for an open quote.
    pub(crate) fn new(input: &'r mut dyn BufRead, delimiter: u8, limit: usize) -> Self {
        Self {
            input,
            again: Vec::new(),
            again_at: 0,
            delimiter,
            limit,
            opened: 0,
            raw: Vec::new(),
            cells: Vec::new(),
            ends: Vec::new(),
            line: 0,
            lines: 0,
            stray: false,
        }
    }

    /// Whether a quote of the record stands where none should, so that lines of others may be in it.
    pub(crate) fn swallows(&self) -> bool {
        self.stray && memchr::memchr_iter(b'\n', self.raw.trim_ascii_end()).next().is_some()
    }

    /// The bytes of the record with its line end.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The line on which the record begins, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell without its quotes; empty when there is none.
    pub(crate) fn cell(&self, index: usize) -> &[u8] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.cells[start..*end]
    }

    /// A cell as text, trimmed.
    pub(crate) fn text(&self, index: usize) -> std::borrow::Cow<'_, str> {
        match String::from_utf8_lossy(self.cell(index)) {
            std::borrow::Cow::Borrowed(text) => text.trim().into(),
            std::borrow::Cow::Owned(text) => text.trim().to_owned().into(),
        }
    }

    /// Whether the record is an empty line.
    pub(crate) fn is_blank(&self) -> bool {
        self.raw.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// The next record; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<End>> {
        self.raw.clear();
        self.cells.clear();
        self.ends.clear();
        self.line = self.lines + 1;
        self.stray = false;
        let mut state = State::Start;
        loop {
            let reading_again = self.again_at < self.again.len();
            let buffer = if reading_again { &self.again[self.again_at..] } else { self.input.fill_buf()? };
            if buffer.is_empty() {
                if self.raw.is_empty() {
                    return Ok(None);
                }
                if state == State::Quoted {
                    return Ok(Some(self.open()));
                }
                if state != State::Return {
                    self.ends.push(self.cells.len());
                }
                return Ok(Some(self.whole()));
            }
            let mut used = 0;
            let mut done = false;
            for &byte in buffer {
                if state == State::Return && byte != b'\n' {
                    done = true;
                    break;
                }
                used += 1;
                self.raw.push(byte);
                state = match (state, byte) {
                    (State::Return, _) => {
                        done = true;
                        break;
                    }
                    (State::Quoted, b'"') => State::Closing,
                    (State::Quoted, _) => {
                        self.cells.push(byte);
                        State::Quoted
                    }
                    (State::Start, b'"') => State::Quoted,
                    (State::Closing, b'"') => {
                        self.cells.push(byte);
                        State::Quoted
                    }
                    (_, b'\n') => {
                        self.ends.push(self.cells.len());
                        done = true;
                        break;
                    }
                    (_, b'\r') => {
                        self.ends.push(self.cells.len());
                        State::Return
                    }
                    (_, byte) if byte == self.delimiter => {
                        self.ends.push(self.cells.len());
                        State::Start
                    }
                    (before, byte) => {
                        self.stray |= before == State::Closing;
                        self.cells.push(byte);
                        State::Bare
                    }
                };
            }
            if reading_again {
                self.again_at += used;
            } else {
                self.input.consume(used);
            }
            if done {
                return Ok(Some(self.whole()));
            }
            if self.raw.len() > self.limit {
                return Ok(Some(self.open()));
            }
        }
    }

    fn whole(&mut self) -> End {
        self.lines += memchr::memchr_iter(b'\n', &self.raw).count() as u32;
        End::Whole
    }

    /// Gives back what stands behind the first line.
    fn open(&mut self) -> End {
        self.opened += 1;
        if self.opened < OPEN_TIMES
            && let Some(at) = memchr::memchr(b'\n', &self.raw)
        {
            let mut again = self.raw.split_off(at + 1);
            again.extend_from_slice(&self.again[self.again_at..]);
            self.again = again;
            self.again_at = 0;
        }
        self.whole();
        End::Open
    }
}

/// The delimiter of a header line: that of comma, semicolon, tab and bar which occurs most.
pub(crate) fn delimiter_of(line: &[u8]) -> u8 {
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::{End, Records, delimiter_of};

    fn all(text: &[u8], limit: usize) -> Vec<(u32, End, Vec<String>, Vec<u8>)> {
        let mut out = Vec::new();
        // A small buffer, so that records lie across its ends.
        let mut input = std::io::BufReader::with_capacity(3, text);
        let mut records = Records::new(&mut input, b',', limit);
        while let Some(end) = records.next().unwrap() {
            let cells = (0..records.len()).map(|index| records.text(index).into_owned()).collect();
            out.push((records.line(), end, cells, records.raw().to_vec()));
        }
        out
    }

    #[test]
    fn splits_as_the_csv_crate_and_keeps_every_byte() {
        for text in [
            "a,b\r\n1,\"x\r\ny\"\r\n2,\"q\"\"q\"\r\n",
            "a,b\n\n1,2",
            "a,b\n1,x\"y\"z\n",
            "a,b\n1,\"x\"y,\n",
            "a,b\r1,2\r",
            "",
            "a,",
        ] {
            let ours = all(text.as_bytes(), usize::MAX);
            let bytes: Vec<u8> = ours.iter().flat_map(|record| record.3.clone()).collect();
            assert_eq!(bytes, text.as_bytes(), "{text:?}");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(|cell| cell.trim().to_owned()).collect()).collect();
            let cells: Vec<Vec<String>> = ours
                .into_iter()
                .filter(|record| record.3.iter().any(|b| !b"\r\n".contains(b)))
                .map(|record| record.2)
                .collect();
            assert_eq!(cells, theirs, "{text:?}");
        }
    }

    #[test]
    fn an_open_quote_costs_its_line() {
        for limit in [usize::MAX, 8] {
            let read = all(b"a,b\n1,\"x\n2,y\n3,z\n", limit);
            let lines: Vec<_> = read.iter().map(|record| (record.0, record.1)).collect();
            assert_eq!(lines, [(1, End::Whole), (2, End::Open), (3, End::Whole), (4, End::Whole)]);
            assert_eq!(read[3].2, ["3", "z"]);
        }
    }

    #[test]
    fn many_open_quotes_end() {
        let text = "1,\"x\n,\"y\"\"\n".repeat(2000);
        let read = all(text.as_bytes(), 64);
        assert_eq!(read.iter().map(|record| record.3.len()).sum::<usize>(), text.len());
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter_of(b"kind,value"), b',');
        assert_eq!(delimiter_of(b"kind;value;a,b;c"), b';');
        assert_eq!(delimiter_of(b"value"), b',');
    }
}
