//! Records of a JSON file one by one: an array of objects, one object a line, or objects one after another. In goes the content as a
//! stream, out comes each record with its line; never more than one record is in memory. A record that is not JSON is handed out as
//! such, with its text, and the rest of the file goes on; an array that is cut off or followed by something refuses the file. Beside it
//! stand the members of an object, of which nothing is lost, and the keys that a register of millions has had.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead};

use interdict_model::MAX_LINE_BYTES;
use serde_json::{Map, Value as Json};

use crate::error::SourceError;
use crate::input::read_error;

/// The text of one record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r> {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    /// Its bytes; at most [`MAX_LINE_BYTES`] of them.
    pub(crate) bytes: &'r [u8],
    /// How many bytes it really has.
    pub(crate) length: u64,
}

impl Record<'_> {
    /// The record as text, with what is not UTF-8 replaced, for the rejects file.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }

    /// The record as a value of a type, or why it is none.
    pub(crate) fn read<'d, T: serde::Deserialize<'d>>(&'d self) -> Result<T, String> {
        if self.length > MAX_LINE_BYTES as u64 {
            return Err(format!("the record has {} bytes; the limit is {MAX_LINE_BYTES}", self.length));
        }
        let text = std::str::from_utf8(self.bytes)
            .map_err(|error| format!("not UTF-8: byte {} of the record", error.valid_up_to() + 1))?;
        serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
    }
}

/// How the records of a file stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Not known before the first bytes.
    Unknown,
    /// `[{…}, {…}]`.
    Array,
    /// One record a line: a broken one ends with its line.
    Lines,
    /// Objects over several lines, one after another.
    Spread,
    /// After the end of an array: nothing may follow.
    Closed,
}

/// Calls `each` with every record of the content.
pub(crate) fn each_record(
    file: &str,
    input: &mut dyn BufRead,
    each: &mut dyn FnMut(Record<'_>) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let mut splitter = Splitter::new();
    let mut offset = 0_u64;
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(reason) => return Err(read_error(file, offset, reason)),
        };
        if available.is_empty() {
            break;
        }
        let length = available.len();
        splitter.feed(available, each).map_err(|stop| stop.error(file, offset))?;
        input.consume(length);
        offset += length as u64;
    }
    splitter.finish(each).map_err(|stop| stop.error(file, offset))
}

/// Where a byte stands: braces in texts open nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    /// After a backslash.
    Escaped,
}

/// Why splitting ended early.
enum Stop {
    /// The caller's own reason.
    Caller(SourceError),
    /// What is wrong with the file.
    Broken(String),
}

impl Stop {
    fn error(self, file: &str, offset: u64) -> SourceError {
        match self {
            Self::Caller(error) => error,
            Self::Broken(reason) => {
                SourceError::Read { file: file.to_owned(), offset, reason: io::Error::new(io::ErrorKind::InvalidData, reason) }
            }
        }
    }
}

type Each<'e> = &'e mut dyn FnMut(Record<'_>) -> Result<(), SourceError>;

struct Splitter {
    layout: Layout,
    line: u64,
    /// Line on which the record began.
    begin: u64,
    depth: u32,
    text: Text,
    /// Whether a record has ended since the last comma of an array.
    needs_comma: bool,
    /// Byte order mark bytes seen.
    mark: usize,
    /// Whether a record has been found.
    handed_out: bool,
    record: Vec<u8>,
    length: u64,
}

impl Splitter {
    fn new() -> Self {
        Self {
            layout: Layout::Unknown,
            line: 1,
            begin: 1,
            depth: 0,
            text: Text::Outside,
            needs_comma: false,
            mark: 0,
            handed_out: false,
            record: Vec::new(),
            length: 0,
        }
    }

    fn feed(&mut self, bytes: &[u8], each: Each<'_>) -> Result<(), Stop> {
        let mut rest = bytes;
        while let [byte, after @ ..] = rest {
            // Within a line nothing but its end matters.
            if self.layout == Layout::Lines && self.length > 0 && *byte != b'\n' {
                let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                let room = MAX_LINE_BYTES.saturating_sub(self.record.len());
                self.record.extend_from_slice(&rest[..end.min(room)]);
                self.length += end as u64;
                rest = &rest[end..];
                continue;
            }
            self.byte(*byte, each)?;
            self.line += u64::from(*byte == b'\n');
            rest = after;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8, each: Each<'_>) -> Result<(), Stop> {
        match self.layout {
            Layout::Unknown => {
                const MARK: &[u8] = b"\xef\xbb\xbf";
                if byte.is_ascii_whitespace() {
                    return Ok(());
                }
                if MARK.get(self.mark) == Some(&byte) {
                    self.mark += 1;
                    return Ok(());
                }
                if byte == b'[' {
                    self.layout = Layout::Array;
                    return Ok(());
                }
                self.layout = Layout::Lines;
                self.in_line(byte, each)
            }
            Layout::Lines => self.in_line(byte, each),
            Layout::Array | Layout::Spread => self.in_records(byte, each),
            Layout::Closed if byte.is_ascii_whitespace() => Ok(()),
            Layout::Closed => Err(Stop::Broken(format!("line {}: something follows the end of the array", self.line))),
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.length == 0 {
            self.begin = self.line;
        }
        self.length += 1;
        if self.record.len() < MAX_LINE_BYTES {
            self.record.push(byte);
        }
    }

    fn in_line(&mut self, byte: u8, each: Each<'_>) -> Result<(), Stop> {
        if byte != b'\n' {
            if self.length > 0 || !byte.is_ascii_whitespace() {
                self.keep(byte);
            }
            return Ok(());
        }
        // The first line decides: a brace alone begins an object that is spread over lines.
        if !self.handed_out && self.record.trim_ascii_end() == b"{" {
            self.record.clear();
            (self.length, self.layout) = (0, Layout::Spread);
            self.in_records(b'{', each)?;
            return self.in_records(byte, each);
        }
        self.hand_out(each)
    }

    fn in_records(&mut self, byte: u8, each: Each<'_>) -> Result<(), Stop> {
        if self.depth > 0 {
            self.keep(byte);
            match self.text {
                Text::Outside => {}
                Text::Escaped => {
                    self.text = Text::Inside;
                    return Ok(());
                }
                Text::Inside => {
                    match byte {
                        b'\\' => self.text = Text::Escaped,
                        b'"' => self.text = Text::Outside,
                        _ => {}
                    }
                    return Ok(());
                }
            }
            match byte {
                b'"' => self.text = Text::Inside,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.needs_comma = true;
                        return self.hand_out(each);
                    }
                }
                _ => {}
            }
            return Ok(());
        }
        let array = self.layout == Layout::Array;
        match byte {
            byte if byte.is_ascii_whitespace() => Ok(()),
            b',' if array && self.needs_comma => {
                self.needs_comma = false;
                Ok(())
            }
            b']' if array => {
                self.layout = Layout::Closed;
                Ok(())
            }
            b'{' if !(array && self.needs_comma) => {
                self.depth = 1;
                self.keep(byte);
                Ok(())
            }
            _ => Err(Stop::Broken(format!(
                "line {}: `{}` stands where a record, a comma or the end should",
                self.line,
                char::from(byte).escape_default()
            ))),
        }
    }

    fn hand_out(&mut self, each: Each<'_>) -> Result<(), Stop> {
        if self.length == 0 {
            return Ok(());
        }
        self.handed_out = true;
        let bytes = self.record.trim_ascii_end();
        let result = each(Record { line: self.begin, bytes, length: self.length });
        self.record.clear();
        self.length = 0;
        result.map_err(Stop::Caller)
    }

    fn finish(&mut self, each: Each<'_>) -> Result<(), Stop> {
        match self.layout {
            Layout::Lines => self.hand_out(each),
            Layout::Unknown | Layout::Closed => Ok(()),
            Layout::Spread if self.depth == 0 => Ok(()),
            Layout::Array | Layout::Spread => {
                Err(Stop::Broken(format!("line {}: the file ends within an array or a record; it is cut off", self.line)))
            }
        }
    }
}

/// Keys that have been seen, as hashes: registers have millions of records.
#[derive(Default)]
pub(crate) struct Seen(HashSet<u64>);

impl Seen {
    /// Whether the key is new.
    pub(crate) fn is_new(&mut self, key: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.0.insert(hasher.finish())
    }
}

/// The members of a JSON object, taken one by one; what is left at the end is not known to the parser.
pub(crate) struct Members(pub(crate) Map<String, Json>);

impl Members {
    /// A text, a number or a flag as text; empty when it is not there or something else.
    pub(crate) fn text(&mut self, key: &str) -> String {
        match self.0.shift_remove(key) {
            Some(Json::String(text)) => text.trim().to_owned(),
            Some(Json::Number(number)) => number.to_string(),
            Some(Json::Bool(flag)) => flag.to_string(),
            Some(other @ (Json::Array(_) | Json::Object(_))) => {
                // Not what it should be: it stays among what is left.
                self.0.insert(key.to_owned(), other);
                String::new()
            }
            Some(Json::Null) | None => String::new(),
        }
    }

    pub(crate) fn object(&mut self, key: &str) -> Option<Members> {
        match self.0.shift_remove(key)? {
            Json::Object(members) => Some(Members(members)),
            other => {
                self.0.insert(key.to_owned(), other);
                None
            }
        }
    }

    /// The texts of an array; what is no text stays among what is left.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        match self.0.shift_remove(key) {
            Some(Json::Array(items)) if items.iter().all(Json::is_string) => {
                items.iter().filter_map(Json::as_str).map(|text| text.trim().to_owned()).collect()
            }
            Some(other) => {
                self.0.insert(key.to_owned(), other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// What is left, as notes: `key: value`.
    pub(crate) fn rest(self, within: &str) -> Vec<String> {
        let shown = |(key, value): (String, Json)| match value {
            Json::Null => None,
            Json::String(text) if text.trim().is_empty() => None,
            Json::String(text) => Some(format!("{within}{key}: {}", text.trim())),
            other => Some(format!("{within}{key}: {other}")),
        };
        self.0.into_iter().filter_map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Result<Vec<(u64, String)>, String> {
        let mut records = Vec::new();
        let mut content = io::BufReader::with_capacity(3, text.as_bytes());
        each_record("x", &mut content, &mut |record| {
            records.push((record.line, record.text()));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        Ok(records)
    }

    fn found(text: &str) -> Vec<(u64, String)> {
        split(text).unwrap()
    }

    #[test]
    fn layouts() {
        let (a, b) = (r#"{"a":"}]\"{"}"#, r#"{"b":[1,{}]}"#);
        for (what, text, lines) in [
            ("array", format!("[{a},{b}]"), [1, 1]),
            ("array over lines", format!("\u{feff}[\n{a},\n{b}\n]\n"), [2, 3]),
            ("lines", format!("{a}\n{b}\n"), [1, 2]),
            ("lines without an end, with blanks", format!("\u{feff}\n  {a}  \r\n\n{b}"), [2, 4]),
        ] {
            assert_eq!(found(&text), [(lines[0], a.to_owned()), (lines[1], b.to_owned())], "{what}");
        }
        let spread = "{\n \"a\": 1\n}\n{\n \"b\": 2\n}\n";
        assert_eq!(found(spread), [(1, "{\n \"a\": 1\n}".to_owned()), (4, "{\n \"b\": 2\n}".to_owned())]);
        assert_eq!(found("[]"), []);
        assert_eq!(found(" \n"), []);
    }

    #[test]
    fn a_broken_line_does_not_swallow_the_next() {
        assert_eq!(
            found("{\"a\":1}\n{\"b\": \"cut\n{\n{\"c\":3}\n").iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [1, 2, 3, 4]
        );
    }

    #[test]
    fn broken_arrays_refuse_the_file() {
        for (text, reason) in [
            ("[{\"a\":1}", "cut off"),
            ("[{\"a\":1},{\"b\"", "cut off"),
            ("[{\"a\":1}]x", "something follows the end"),
            ("[{\"a\":1}{\"b\":1}]", "`{` stands where"),
            ("[,{}]", "`,` stands where"),
            ("[1]", "`1` stands where"),
            ("{\n\"a\":1", "cut off"),
        ] {
            let error = split(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
