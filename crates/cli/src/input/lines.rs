//! Lines of a file with their numbers: a byte order mark is passed over, both kinds of line end are read, and of a line that is too
//! long only its length is kept.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::Problem;

/// The longest line that is read, in bytes.
pub(crate) const MAX_LINE: usize = 1 << 20;
/// Bytes of a line that is too long which are kept for the rejects file.
const KEPT: usize = 1 << 14;

pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// A line without its end.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// The bytes; of a line that is too long, only the first.
    pub(crate) bytes: Vec<u8>,
    /// How many bytes the line has.
    pub(crate) length: u64,
}

impl Line {
    /// The text, or why there is none.
    pub(crate) fn text(&self) -> Result<&str, Problem> {
        if self.length > MAX_LINE as u64 {
            return Err(Problem::row(format!("the line has {} bytes; the limit is {MAX_LINE}", self.length)));
        }
        std::str::from_utf8(&self.bytes)
            .map_err(|error| Problem::row(format!("not UTF-8 at byte {} of the line", error.valid_up_to() + 1)))
    }

    /// The text for the rejects file, whatever the bytes are.
    pub(crate) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Whether nothing but white space stands on it.
    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads lines, and takes them back.
pub(crate) struct Lines {
    input: Box<dyn BufRead>,
    number: u64,
    returned: VecDeque<Line>,
}

impl Lines {
    pub(crate) fn new(input: Box<dyn BufRead>) -> Self {
        Self { input, number: 0, returned: VecDeque::new() }
    }

    /// The next line; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let mut length = 0_u64;
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                if length == 0 {
                    return Ok(None);
                }
                break;
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let content = &available[..end.unwrap_or(available.len())];
            length += content.len() as u64;
            let room = (MAX_LINE + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&content[..content.len().min(room)]);
            let used = end.map_or(available.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if self.number == 1 && bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
            length -= BOM.len() as u64;
        }
        if length <= MAX_LINE as u64 + 1 && bytes.last() == Some(&b'\r') {
            bytes.pop();
            length -= 1;
        }
        if length > MAX_LINE as u64 {
            bytes.truncate(KEPT);
        }
        Ok(Some(Line { number: self.number, bytes, length }))
    }

    /// Takes lines back, to be given again in their order before any other.
    pub(crate) fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.returned.push_front(line);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Cursor;

    use super::*;

    pub(crate) fn lines(bytes: &[u8]) -> Lines {
        Lines::new(Box::new(Cursor::new(bytes.to_vec())))
    }

    #[test]
    fn ends_marks_and_lengths() {
        let long = vec![b'x'; MAX_LINE + 7];
        for (bytes, expected) in [
            (&b""[..], vec![]),
            (b"a", vec![("a", 1)]),
            (b"\xef\xbb\xbfa\r\nb\n", vec![("a", 1), ("b", 1)]),
            (b"a\n\nb", vec![("a", 1), ("", 0), ("b", 1)]),
            (&[&long[..], b"\nb"].concat(), vec![(std::str::from_utf8(&long[..KEPT]).unwrap(), long.len() as u64), ("b", 1)]),
        ] {
            let mut input = lines(bytes);
            let mut found = Vec::new();
            while let Some(line) = input.next().unwrap() {
                assert_eq!(line.number, found.len() as u64 + 1);
                found.push((line.lossy(), line.length));
            }
            let expected: Vec<_> = expected.into_iter().map(|(text, length)| (text.to_owned(), length)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_longest_line_is_read_and_the_next_is_not() {
        for (length, good) in [(MAX_LINE, true), (MAX_LINE + 1, false)] {
            let line = lines(&[vec![b'x'; length], b"\r\n".to_vec()].concat()).next().unwrap().unwrap();
            assert_eq!(line.text().is_ok(), good, "{length}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed() {
        let line = lines(b"ab\xffc").next().unwrap().unwrap();
        assert_eq!(line.text().unwrap_err().reason, "not UTF-8 at byte 3 of the line");
    }
}
