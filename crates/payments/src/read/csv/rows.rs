//! Rows of cells out of lines: a stream of lines goes in, rows with their line numbers come out. A row whose quotation mark is not closed,
//! or whose quoted line ends make it differ from the header, is given up after its first line, and its other lines are read one by one, so
//! that a mark costs no other row. Each line is read three times at most.

use std::collections::VecDeque;
use std::io::{BufRead, Result};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::super::lines::{Line, Lines, decode};

/// Lines of a row at most.
const MAX_LINES: usize = 10_000;

/// What a row holds.
pub(super) enum Content {
    Cells(Vec<String>),
    /// A line of it is longer than the limit.
    TooLong,
}

/// A row.
pub(super) struct Row {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    pub(super) content: Content,
    pub(super) warnings: Vec<String>,
}

/// Reads rows.
pub(super) struct Rows<R> {
    lines: Lines<R>,
    limit: usize,
    /// Lines that were taken and given back; those that are rows of their own whatever they hold are marked.
    back: VecDeque<(Line, bool)>,
    /// What parts the cells, where a line before the header says it.
    pub(super) separator: Option<u8>,
    columns: usize,
    cells: Cells,
    /// As `cells`, for quotation marks that mean nothing.
    plain: Cells,
}

/// Takes the cells of a row from one line after the other.
struct Cells {
    parser: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    count: usize,
}

impl Cells {
    fn new(separator: u8, quoting: bool) -> Self {
        let parser = ReaderBuilder::new().delimiter(separator).quoting(quoting).build();
        Self { parser, output: vec![0; 256], ends: vec![0; 32], filled: 0, count: 0 }
    }

    /// Takes more of a row; nothing is the end of the file. True when the row is complete.
    fn feed(&mut self, mut input: &[u8]) -> bool {
        loop {
            let output = self.output.get_mut(self.filled..).unwrap_or_default();
            let ends = self.ends.get_mut(self.count..).unwrap_or_default();
            let (result, read, written, ended) = self.parser.read_record(input, output, ends);
            input = input.get(read..).unwrap_or_default();
            self.filled += written;
            self.count += ended;
            match result {
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty => return false,
                ReadRecordResult::Record | ReadRecordResult::End => return true,
            }
        }
    }

    /// Begins with a row.
    fn reset(&mut self) {
        self.parser.reset();
        self.filled = 0;
        self.count = 0;
    }

    /// The cells of a line that is a row of its own.
    fn of_line(&mut self, line: &str) -> Vec<String> {
        self.reset();
        if !self.feed(line.as_bytes()) {
            self.feed(&[]);
        }
        self.cells()
    }

    fn cells(&self) -> Vec<String> {
        let mut begin = 0;
        let cell = |end: &usize| {
            let bytes = self.output.get(begin..*end).unwrap_or_default();
            begin = *end;
            String::from_utf8_lossy(bytes).into_owned()
        };
        self.ends.get(..self.count).unwrap_or_default().iter().map(cell).collect()
    }
}

/// The cells of a line that is a row of its own.
pub(super) fn cells(line: &str, separator: u8) -> Vec<String> {
    Cells::new(separator, true).of_line(line)
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(lines: Lines<R>, limit: usize) -> Self {
        Self {
            lines,
            limit,
            back: VecDeque::new(),
            separator: None,
            columns: 0,
            cells: Cells::new(b',', true),
            plain: Cells::new(b',', false),
        }
    }

    /// The next line that is not blank, for the header.
    pub(super) fn first(&mut self) -> Result<Option<Line>> {
        loop {
            match self.line()? {
                Some((line, _)) if line.bytes.trim_ascii().is_empty() && !line.cut => {}
                line => return Ok(line.map(|(line, _)| line)),
            }
        }
    }

    /// Begins with the rows, after the header.
    pub(super) fn begin(&mut self, separator: u8, columns: usize) {
        self.cells = Cells::new(separator, true);
        self.plain = Cells::new(separator, false);
        self.columns = columns;
    }

    /// The next row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>> {
        let (first, alone) = loop {
            match self.line()? {
                None => return Ok(None),
                Some((line, _)) if line.bytes.trim_ascii().is_empty() && !line.cut => {}
                Some(line) => break line,
            }
        };
        let number = first.number;
        if first.cut {
            return Ok(Some(Row { line: number, content: Content::TooLong, warnings: Vec::new() }));
        }
        self.cells.reset();
        let (text, undecoded) = decode(&first.bytes);
        let mut warnings: Vec<String> = undecoded.into_iter().collect();
        let mut complete = self.cells.feed(text.as_bytes()) || self.cells.feed(b"\n");
        let mut more: Vec<Line> = Vec::new();
        let mut bytes = first.bytes.len();
        while !complete && !alone && more.len() < MAX_LINES {
            match self.line()? {
                Some((line, false)) if !line.cut && bytes + line.bytes.len() <= self.limit => {
                    bytes += line.bytes.len();
                    let (text, undecoded) = decode(&line.bytes);
                    warnings.extend(undecoded);
                    complete = self.cells.feed(text.as_bytes()) || self.cells.feed(b"\n");
                    more.push(line);
                }
                Some(line) => {
                    self.back.push_front(line);
                    break;
                }
                None => break,
            }
        }
        let mut found = self.cells.cells();
        // A line inside the row that has all the columns by itself is a row that an open quote took.
        let inner = more.split_last().map(|(_, inner)| inner).unwrap_or_default();
        let columns = self.columns;
        let mut has_row = |line: &Line| columns > 1 && self.cells.of_line(&decode(&line.bytes).0).len() == columns;
        let differs = !more.is_empty() && (found.len() != columns || inner.iter().any(&mut has_row));
        if !complete || differs {
            for line in more.into_iter().rev() {
                self.back.push_front((line, true));
            }
            warnings.truncate(1);
            warnings.push(
                "a quotation mark of the row is not closed, or closed in another row; the line is read by itself".to_owned(),
            );
            found = self.cells.of_line(&text);
            // Without the meaning of the mark the line may have the cells of the header.
            let plain = self.plain.of_line(&text);
            if !complete && plain.len() == columns {
                found = plain.iter().map(|cell| cell.trim().trim_matches('"').to_owned()).collect();
            }
        } else if !more.is_empty() {
            warnings.push(format!("a cell of the row goes on over {} lines", more.len() + 1));
        }
        Ok(Some(Row { line: number, content: Content::Cells(found), warnings }))
    }

    /// The next line, and whether it is to be read by itself. Carriage returns end lines, too.
    fn line(&mut self) -> Result<Option<(Line, bool)>> {
        if let Some(line) = self.back.pop_front() {
            return Ok(Some(line));
        }
        let Some(line) = self.lines.next()? else { return Ok(None) };
        if line.cut || !line.bytes.contains(&b'\r') {
            return Ok(Some((line, false)));
        }
        let parts = line.bytes.split(|byte| *byte == b'\r').filter(|part| !part.is_empty());
        self.back.extend(parts.map(|part| (Line { number: line.number, bytes: part.to_vec(), cut: false }, false)));
        Ok(Some(self.back.pop_front().unwrap_or((Line { number: line.number, bytes: Vec::new(), cut: false }, false))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[(u64, &str, usize)]) {
        let mut rows = Rows::new(Lines::new(text.as_bytes(), limit), limit);
        rows.begin(b',', 2);
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = match row.content {
                Content::Cells(cells) => cells.join("|"),
                Content::TooLong => "too long".to_owned(),
            };
            found.push((row.line, cells, row.warnings.len()));
        }
        let found: Vec<_> = found.iter().map(|(line, cells, warnings)| (*line, cells.as_str(), *warnings)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn rows_have_cells_and_lines() {
        check("a,b\n\nc,\"d \"\"e\"\"\"\r\n,f", 100, &[(1, "a|b", 0), (3, "c|d \"e\"", 0), (4, "|f", 0)]);
        check("a,\"b\nc\"\nd,e\n", 100, &[(1, "a|b\nc", 1), (3, "d|e", 0)]);
        check("a,b\rc,d\r", 100, &[(1, "a|b", 0), (1, "c|d", 0)]);
        check("a\nb,c,d\n", 100, &[(1, "a", 0), (2, "b|c|d", 0)]);
    }

    #[test]
    fn an_open_quote_costs_no_other_row() {
        check("a,\"b\nc,d\ne,f\n", 100, &[(1, "a|b", 1), (2, "c|d", 0), (3, "e|f", 0)]);
        // Closed by the begin of a quote in another row.
        check("a,\"b\nc,d\ne,\"f\"\n", 100, &[(1, "a|b", 1), (2, "c|d", 0), (3, "e|f", 0)]);
        check("a,\"b\ncccccccc,d\ne,f\n", 12, &[(1, "a|b", 1), (2, "cccccccc|d", 0), (3, "e|f", 0)]);
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over() {
        check("a,b\ncccccccccccccccc,d\ne,f\n", 10, &[(1, "a|b", 0), (2, "too long", 0), (3, "e|f", 0)]);
    }

    #[test]
    fn lines_that_each_open_a_quote_are_read_in_linear_time() {
        // Every line leaves a quote open however the one before ends; a row that took all the others each time would never be done here.
        let text = "x\",\"\n".repeat(100_000);
        let mut rows = Rows::new(Lines::new(text.as_bytes(), 1 << 20), 1 << 20);
        rows.begin(b',', 2);
        let mut count = 0;
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, 100_000);
    }
}
