//! CSV records over single lines, so that each has its line number and a broken one does not take the rest of the file with it: a
//! quotation mark that is never closed costs the line it stands on.

use std::io;

use csv_core::ReadRecordResult;

use super::Problem;
use super::lines::{Line, Lines, MAX_LINE};

/// Lines that one record may have at most.
const MAX_RECORD_LINES: usize = 1000;

/// A record: its fields, or why it has none.
pub(crate) struct CsvRecord {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    /// The text as it stood.
    pub(crate) text: String,
    pub(crate) fields: Result<Vec<String>, Problem>,
    /// Of a broken record, the fields of its first line that are whole and UTF-8, by their place on the line.
    pub(crate) readable: Vec<Option<String>>,
}

/// How much of the buffers a record has filled.
#[derive(Default)]
struct Filled {
    /// Bytes of the fields.
    output: usize,
    /// Fields that are complete.
    ends: usize,
}

/// Reads records.
pub(crate) struct CsvRows {
    lines: Lines,
    parser: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// Number of columns; none before the header.
    columns: Option<usize>,
}

impl CsvRows {
    /// Reads the header too, and from it the separator: the one of comma, semicolon and tab that occurs most. `None` when the file has
    /// no line.
    pub(crate) fn open(mut lines: Lines) -> io::Result<Option<(Self, CsvRecord)>> {
        let header = loop {
            match lines.next()? {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
            }
        };
        let count = |separator: u8| header.bytes.split(|byte| *byte == separator).count();
        let separator = *b",;\t".iter().rev().max_by_key(|separator| count(**separator)).unwrap_or(&b',');
        lines.give_back([header].into_iter());
        let parser = csv_core::ReaderBuilder::new().delimiter(separator).build();
        let mut rows = Self { lines, parser, output: vec![0; 1024], ends: vec![0; 32], columns: None };
        let header = rows.next()?;
        rows.columns = header.as_ref().and_then(|header| header.fields.as_ref().ok()).map(Vec::len);
        Ok(header.map(|header| (rows, header)))
    }

    /// The next record; `None` at the end. Blank lines are no records.
    pub(crate) fn next(&mut self) -> io::Result<Option<CsvRecord>> {
        loop {
            match self.lines.next()? {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => return self.record(line).map(Some),
            }
        }
    }

    fn record(&mut self, first: Line) -> io::Result<CsvRecord> {
        let mut lines = vec![first];
        let fields = match self.parse(&mut lines) {
            Err(error) => return Err(error),
            Ok(Err(problem)) => Err(problem),
            Ok(Ok(fields)) => match self.columns {
                Some(columns) if columns != fields.len() => {
                    Err(Problem::row(format!("{columns} columns expected, {} found", fields.len())))
                }
                _ => Ok(fields),
            },
        };
        // Of a broken record only its first line is given up: what follows may be sound.
        let mut readable = Vec::new();
        if fields.is_err() {
            let rest = lines.split_off(1);
            self.lines.give_back(rest.into_iter());
            readable = self.readable(&lines[0]);
        }
        let text = lines.iter().map(Line::lossy).collect::<Vec<_>>().join("\n");
        Ok(CsvRecord { line: lines[0].number, text, fields, readable })
    }

    /// The fields of a line of a broken record, as far as they can be told.
    fn readable(&mut self, line: &Line) -> Vec<Option<String>> {
        let mut content = line.bytes.clone();
        // Of a line that was cut, the last field is not whole: without an end of line it is not counted.
        if line.length <= MAX_LINE as u64 {
            content.push(b'\n');
        }
        self.parser.reset();
        let mut filled = Filled::default();
        self.feed(&content, &mut filled);
        let mut begin = 0;
        self.ends[..filled.ends]
            .iter()
            .map(|end| {
                let field = std::str::from_utf8(&self.output[begin..*end]).ok().map(|field| field.trim().to_owned());
                begin = *end;
                field
            })
            .collect()
    }

    /// Gives the parser more of a record; true when the record is complete.
    fn feed(&mut self, mut input: &[u8], filled: &mut Filled) -> bool {
        loop {
            let (result, read, output, ends) =
                self.parser.read_record(input, &mut self.output[filled.output..], &mut self.ends[filled.ends..]);
            input = &input[read..];
            filled.output += output;
            filled.ends += ends;
            match result {
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty => return false,
                ReadRecordResult::Record | ReadRecordResult::End => return true,
            }
        }
    }

    /// Parses the record that begins on the first of `lines`, taking as many more as it needs.
    fn parse(&mut self, lines: &mut Vec<Line>) -> io::Result<Result<Vec<String>, Problem>> {
        self.parser.reset();
        let mut filled = Filled::default();
        let (mut size, mut next) = (0, 0);
        loop {
            let line = &lines[next];
            if let Err(problem) = line.text() {
                let place = if next == 0 { String::new() } else { format!("line {}: ", line.number) };
                return Ok(Err(Problem::row(format!("{place}{}", problem.reason))));
            }
            size += line.bytes.len();
            let content = [line.bytes.as_slice(), b"\n"].concat();
            if self.feed(&content, &mut filled) {
                return Ok(Ok(self.fields(filled.ends)));
            }
            let more = if size > MAX_LINE || lines.len() == MAX_RECORD_LINES { None } else { self.lines.next()? };
            let Some(more) = more else {
                return Ok(Err(Problem::row("a quotation mark is opened on this line and never closed")));
            };
            lines.push(more);
            next += 1;
        }
    }

    fn fields(&self, count: usize) -> Vec<String> {
        let mut begin = 0;
        self.ends[..count]
            .iter()
            .map(|end| {
                let field = String::from_utf8_lossy(&self.output[begin..*end]).trim().to_owned();
                begin = *end;
                field
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::lines;
    use super::*;

    fn records(text: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
        let Some((mut rows, header)) = CsvRows::open(lines(text)).unwrap() else { return Vec::new() };
        let mut found = vec![(header.line, header.fields.map_err(|problem| problem.reason))];
        while let Some(record) = rows.next().unwrap() {
            found.push((record.line, record.fields.map_err(|problem| problem.reason)));
        }
        found
    }

    #[expect(clippy::unnecessary_wraps, reason = "the same type as that of a broken record")]
    fn fields(texts: &[&str]) -> Result<Vec<String>, String> {
        Ok(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn separators_quotes_and_line_ends() {
        let expected = vec![(1, fields(&["id", "name"])), (2, fields(&["1", "Ada, \"A.\" Example"]))];
        assert_eq!(records(b"id,name\n1,\"Ada, \"\"A.\"\" Example\"\n"), expected);
        assert_eq!(records(b"\xef\xbb\xbfid;name\r\n1;\"Ada, \"\"A.\"\" Example\"\r\n"), expected);
        assert_eq!(records(b"id\tname\n1\tAda, \"A.\" Example"), expected);
        assert_eq!(records(b"\n  \n"), vec![]);
        assert_eq!(records(b""), vec![]);
    }

    #[test]
    fn a_field_may_have_line_breaks() {
        let expected = vec![(1, fields(&["id", "name"])), (2, fields(&["1", "a\nb"])), (4, fields(&["2", "c"]))];
        assert_eq!(records(b"id,name\n1,\"a\nb\"\n2,c\n"), expected);
    }

    #[test]
    fn of_a_broken_record_the_whole_fields_can_be_read() {
        let long = "x".repeat(MAX_LINE);
        for (line, expected) in [
            (&b"1"[..], vec![Some("1")]),
            (b"1,a,b", vec![Some("1"), Some("a"), Some("b")]),
            (b"1,\xff", vec![Some("1"), None]),
            (b"\xff,a", vec![None, Some("a")]),
            (b"1,\"open", vec![Some("1")]),
            (b"\"open,1", vec![]),
            (format!("1,{long}").as_bytes(), vec![Some("1")]),
            (format!("{long},1").as_bytes(), vec![]),
        ] {
            let text = [b"id,name\n", line].concat();
            let (mut rows, _) = CsvRows::open(lines(&text)).unwrap().unwrap();
            let record = rows.next().unwrap().unwrap();
            assert!(record.fields.is_err());
            let readable: Vec<Option<&str>> = record.readable.iter().map(Option::as_deref).collect();
            assert_eq!(readable, expected);
        }
    }

    #[test]
    fn a_broken_record_costs_one_line() {
        let unclosed = "a quotation mark is opened on this line and never closed".to_owned();
        assert_eq!(
            records(b"id,name\n1,\"a\n2,b\n3,c\n"),
            vec![(1, fields(&["id", "name"])), (2, Err(unclosed)), (3, fields(&["2", "b"])), (4, fields(&["3", "c"]))]
        );
        let columns = |found: usize| Err(format!("2 columns expected, {found} found"));
        assert_eq!(
            records(b"id,name\n1\n2,a,b\n\xff,c\n4,\"d\n5,\"e\"\n"),
            vec![
                (1, fields(&["id", "name"])),
                (2, columns(1)),
                (3, columns(3)),
                (4, Err("not UTF-8 at byte 1 of the line".to_owned())),
                (5, fields(&["4", "d\n5,e\""])),
            ]
        );
    }
}
