//! Records of 94 characters out of a stream: bytes go in, with line ends or without; records come out, from which fields are cut by their
//! positions as the rules count them, from 1.

use std::io::{BufRead, Result};

use super::super::lines::{decode, fill};

/// Characters of a record.
const WIDTH: usize = 94;

/// Bytes that are kept of a line that is longer than a record; characters of UTF-8 have up to four.
const LINE_BYTES: usize = 4096;

/// A record.
pub(super) struct Record {
    /// Line of the file, or which record it is when there are no lines.
    pub(super) line: u64,
    chars: Vec<char>,
    /// What is wrong with its bytes.
    undecoded: Option<String>,
    cut: bool,
}

impl Record {
    /// The characters between two positions, both included, without the white space around them.
    pub(super) fn cut(&self, from: usize, to: usize) -> String {
        let end = to.min(self.chars.len());
        let field: String = self.chars.get(from - 1..end).unwrap_or_default().iter().collect();
        field.trim().to_owned()
    }

    /// The first character: the type of the record.
    pub(super) fn kind(&self) -> char {
        self.chars.first().copied().unwrap_or(' ')
    }

    /// What stands after the record on its line.
    pub(super) fn rest(&self) -> String {
        self.cut(WIDTH + 1, self.chars.len())
    }

    /// Everything.
    pub(super) fn text(&self) -> String {
        self.cut(1, self.chars.len())
    }

    /// The begin, for a message.
    pub(super) fn begin(&self) -> String {
        self.cut(1, 40)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.chars.iter().all(|c| c.is_whitespace() || matches!(c, '\0' | '\u{1a}'))
    }

    /// Whether it only fills the last block.
    pub(super) fn is_fill(&self) -> bool {
        self.chars.len() >= WIDTH
            && self.chars.iter().all(|c| matches!(c, '9' | ' '))
            && self.chars.iter().take(WIDTH).all(|c| *c == '9')
    }

    pub(super) fn bytes(&self) -> usize {
        self.chars.len()
    }

    /// What is wrong with its form.
    pub(super) fn wrong(&self) -> Option<String> {
        let length = self.chars.len();
        if self.cut {
            return Some(format!("the line is longer than {LINE_BYTES} bytes, and its rest is not read"));
        }
        if self.undecoded.is_some() {
            return self.undecoded.clone();
        }
        // File records end in fields that may be blank, and blanks at the end of a line are lost easily.
        let may_be_short = matches!(self.kind(), '1' | '9');
        let is_wrong =
            if may_be_short { length > WIDTH && !self.rest().is_empty() } else { length < WIDTH || !self.rest().is_empty() };
        is_wrong.then(|| format!("the record has {length} characters instead of {WIDTH}"))
    }
}

/// Reads records.
pub(super) struct Records<R> {
    input: R,
    line: u64,
    /// Whether records stand on lines; not known before the first one.
    lines: Option<bool>,
}

/// Why a read ended.
#[derive(PartialEq, Eq)]
enum End {
    Line,
    Full,
    File,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, line: 0, lines: None }
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next record; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Record>> {
        let mut bytes = Vec::new();
        let mut cut = false;
        let mut end = self.read(&mut bytes, WIDTH)?;
        if self.lines == Some(false) {
            // Line ends between blocks of records.
            while end == End::Line && matches!(bytes.as_slice(), [] | [b'\r']) {
                bytes.clear();
                end = self.read(&mut bytes, WIDTH)?;
            }
        } else if end == End::Full {
            // After a whole record comes the end of the line, or the next record.
            let next = fill(&mut self.input)?.first().copied();
            let runs_on = matches!(next, Some(b'1' | b'5'..=b'9')) && self.lines.is_none();
            self.lines = Some(!runs_on);
            if !runs_on {
                end = self.read(&mut bytes, LINE_BYTES)?;
                while end == End::Full {
                    cut = true;
                    end = self.read(&mut Vec::new(), LINE_BYTES)?;
                }
            }
        } else {
            self.lines = Some(true);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        if bytes.is_empty() && end == End::File {
            return Ok(None);
        }
        self.line += 1;
        let (text, undecoded) = decode(&bytes);
        Ok(Some(Record { line: self.line, chars: text.chars().collect(), undecoded, cut }))
    }

    /// Reads bytes to the end of the line, and no more than so many.
    fn read(&mut self, bytes: &mut Vec<u8>, most: usize) -> Result<End> {
        let full = bytes.len() + most;
        loop {
            if bytes.len() >= full {
                return Ok(End::Full);
            }
            let buffer = fill(&mut self.input)?;
            if buffer.is_empty() {
                return Ok(End::File);
            }
            let room = buffer.get(..buffer.len().min(full - bytes.len())).unwrap_or_default();
            let end = room.iter().position(|byte| *byte == b'\n');
            bytes.extend_from_slice(room.get(..end.unwrap_or(room.len())).unwrap_or_default());
            let used = end.map_or(room.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                return Ok(End::Line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u64, String)]) {
        for capacity in [1, 94, 1000] {
            let mut records = Records::new(std::io::BufReader::with_capacity(capacity, text.as_bytes()));
            let mut found = Vec::new();
            while let Some(record) = records.next().unwrap() {
                found.push((record.line, record.text()));
            }
            assert_eq!(found, expected, "{capacity} bytes at a time");
        }
    }

    #[test]
    fn records_stand_on_lines_or_run_on() {
        let [a, b, c] = ['1', '5', '9'].map(|kind| format!("{kind}{}", "x".repeat(93)));
        let expected = [(1, a.clone()), (2, b.clone()), (3, c.clone())];
        check(&format!("{a}\n{b}\n{c}\n"), &expected);
        check(&format!("{a}\r\n{b}\r\n{c}"), &expected);
        check(&format!("{a}{b}{c}"), &expected);
        check(&format!("{a}{b}{c}\r\n"), &expected);
        check(&format!("{a}\n5short\n{c}"), &[(1, a.clone()), (2, "5short".to_owned()), (3, c.clone())]);
        check(&format!("1short\n{b}{c}\n{c}"), &[(1, "1short".to_owned()), (2, format!("{b}{c}")), (3, c.clone())]);
        check("", &[]);
    }

    #[test]
    fn positions_count_characters() {
        let text = format!("6{}Müller{}", "0".repeat(3), " ".repeat(84));
        let record = Records::new(text.as_bytes()).next().unwrap().unwrap();
        assert_eq!((record.cut(5, 10), record.cut(200, 300), record.wrong()), ("Müller".to_owned(), String::new(), None));
    }

    #[test]
    fn a_line_without_an_end_is_bounded() {
        let text = "6".to_owned() + &" ".repeat(93) + &"x".repeat(1_000_000) + "\n9";
        let mut records = Records::new(text.as_bytes());
        let record = records.next().unwrap().unwrap();
        assert!(record.wrong().unwrap().contains("longer than 4096"));
        assert_eq!(record.chars.len(), WIDTH + LINE_BYTES);
        assert_eq!(records.next().unwrap().unwrap().text(), "9");
    }
}
