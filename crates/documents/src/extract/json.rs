//! JSON and JSON lines: bytes go in; a line `key: value` for each text, number and truth comes out, with its JSON pointer (RFC 6901) as
//! the place. It reads one value after the other and holds no tree, so that depth costs nothing, a key that comes twice gives both
//! values, and what is broken costs what it breaks: the rest is read as plain text.

use super::text::{decoded, line_at};
use super::{Budget, Place, Read, Status};

/// Levels of JSON; what lies deeper is read as plain text.
const DEPTH: usize = 512;
/// Places kept of one file, and bytes of one pointer and one key.
pub(super) const PLACES: usize = 1 << 20;
const LABEL: usize = 160;
/// Values between two questions whether to stop.
const STEP: usize = 4096;

/// Reads JSON or JSON lines.
pub(super) fn json(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, None, usize::MAX / 4, "", |text| {
        let mut reader = Reader { text, at: 0, out: String::new(), places: Vec::new(), levels: Vec::new(), budget, values: 0 };
        let end = reader.read();
        let Reader { at, mut out, places, .. } = reader;
        if let End::Broken(_) = end {
            let from = text.floor_char_boundary(at);
            out.push_str(text.get(from..).unwrap_or_default());
        }
        let mut read = Read::text(out);
        read.places = places;
        match end {
            End::Whole => {}
            End::Full => read.missing(budget.text_reason(), Status::TooLarge),
            End::Stopped => read.missing("the reading was stopped".to_owned(), |_| Status::Stopped),
            End::Broken(reason) => {
                let line = line_at(text, at);
                read.missing(format!("line {line}: {reason}; from there on it was read as plain text"), Status::Damaged);
            }
        }
        read
    })
}

enum End {
    Whole,
    Full,
    Stopped,
    Broken(&'static str),
}

/// An open object or array.
struct Level {
    array: bool,
    /// The number of the value in an array.
    index: usize,
    /// The key of the value in an object.
    key: String,
}

struct Reader<'t, 'b> {
    text: &'t str,
    at: usize,
    out: String,
    places: Vec<Place>,
    levels: Vec<Level>,
    budget: &'b Budget<'b>,
    values: usize,
}

impl Reader<'_, '_> {
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0x1e).unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads values one after the other to the end.
    fn read(&mut self) -> End {
        let mut line = 0;
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        while self.peek().is_some() {
            line += 1;
            if let Err(end) = self.value(line) {
                return end;
            }
            // Values of a list whose brackets were left out.
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        End::Whole
    }

    /// Reads one value of the outermost level.
    fn value(&mut self, number: usize) -> Result<(), End> {
        loop {
            // A value begins here.
            let opened = match self.peek() {
                Some(sign @ (b'{' | b'[')) => {
                    if self.levels.len() >= DEPTH {
                        return Err(End::Broken("more than 512 levels"));
                    }
                    self.at += 1;
                    self.levels.push(Level { array: sign == b'[', index: 0, key: String::new() });
                    true
                }
                Some(b'"') => {
                    let text = self.string()?;
                    self.line(number, &text)?;
                    false
                }
                Some(_) => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let len =
                        rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'+' | b'.'));
                    let word = rest.get(..len.unwrap_or(rest.len())).unwrap_or_default();
                    let number_like = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                    if !number_like && !matches!(word, "true" | "false" | "null" | "NaN" | "Infinity") {
                        return Err(End::Broken("no value where one is expected"));
                    }
                    self.at += word.len();
                    if word != "null" {
                        self.line(number, word)?;
                    }
                    false
                }
                None => return Err(End::Broken("it is cut off")),
            };
            if self.next(opened)? {
                return Ok(());
            }
        }
    }

    /// Goes to the next value: `true` at the end of the outermost. `opened` says that an object or array has just begun.
    fn next(&mut self, mut opened: bool) -> Result<bool, End> {
        loop {
            let Some(array) = self.levels.last().map(|level| level.array) else {
                return Ok(true);
            };
            match self.peek() {
                Some(b']') if array => self.at += 1,
                Some(b'}') if !array => self.at += 1,
                Some(b',') if !opened => {
                    self.at += 1;
                    // A comma behind the last value does no harm.
                    if matches!((self.peek(), array), (Some(b']'), true) | (Some(b'}'), false)) {
                        continue;
                    }
                    if let Some(level) = self.levels.last_mut() {
                        level.index += 1;
                    }
                    self.key(array)?;
                    return Ok(false);
                }
                Some(_) if opened => {
                    self.key(array)?;
                    return Ok(false);
                }
                Some(_) => return Err(End::Broken("a comma or an end is missing")),
                None => return Err(End::Broken("it is cut off")),
            }
            self.levels.pop();
            opened = false;
        }
    }

    /// Reads the key before a value of an object.
    fn key(&mut self, array: bool) -> Result<(), End> {
        if array {
            return Ok(());
        }
        if self.peek() != Some(b'"') {
            return Err(End::Broken("no key where one is expected"));
        }
        let mut key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(End::Broken("a colon is missing"));
        }
        self.at += 1;
        // A key may be a name; a long one is no word for a value and gets a line of its own.
        if key.len() > LABEL {
            self.line(0, &key)?;
            key.truncate(key.floor_char_boundary(LABEL));
        }
        if let Some(level) = self.levels.last_mut() {
            level.key = key;
        }
        Ok(())
    }

    /// Reads a string whose quotation mark is next.
    fn string(&mut self) -> Result<String, End> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut escaped = false;
        let mut len = None;
        let mut bytes = rest.bytes().enumerate().skip(1);
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    len = Some(at);
                    break;
                }
                b'\\' => {
                    escaped = true;
                    bytes.next();
                }
                _ => {}
            }
        }
        let Some(len) = len else {
            return Err(End::Broken("a text without an end"));
        };
        self.at += len + 1;
        let inside = rest.get(1..len).unwrap_or_default();
        if !escaped {
            return Ok(inside.to_owned());
        }
        // Half a surrogate pair or an unknown escape: the text as written is better than none.
        Ok(rest.get(..=len).and_then(|quoted| serde_json::from_str(quoted).ok()).unwrap_or_else(|| inside.to_owned()))
    }

    /// Writes a value with its key.
    fn line(&mut self, number: usize, value: &str) -> Result<(), End> {
        self.values += 1;
        if self.values.is_multiple_of(STEP) && self.budget.stop() {
            return Err(End::Stopped);
        }
        if self.places.len() < PLACES {
            let label = self.pointer(number);
            self.places.push(Place { at: self.out.len(), label });
        }
        // The nearest key says what a value of an array is.
        if let Some(level) = self.levels.iter().rev().find(|level| !level.array && !level.key.is_empty()) {
            self.out.push_str(&level.key);
            self.out.push_str(": ");
        }
        self.out.push_str(value);
        self.out.push('\n');
        if self.out.len() > self.budget.text_left() { Err(End::Full) } else { Ok(()) }
    }

    /// The JSON pointer to the value that is being read; in a file of many values after the number of its value.
    fn pointer(&self, number: usize) -> String {
        let mut label = if number > 1 { format!("value {number}: ") } else { String::new() };
        for (depth, level) in self.levels.iter().enumerate() {
            if label.len() > LABEL {
                label.push_str("/...");
                break;
            }
            label.push('/');
            if level.array {
                label.push_str(&level.index.to_string());
            } else {
                label.push_str(&level.key.replace('~', "~0").replace('/', "~1"));
            }
            debug_assert!(depth < DEPTH);
        }
        if label.is_empty() { "/".to_owned() } else { label }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::one;

    #[track_caller]
    fn check(json: &str, text: &str, status: &str) {
        let part = one("a.json", json.as_bytes());
        assert_eq!((part.text.as_str(), part.status.code()), (text, status), "{part:?}");
    }

    #[test]
    fn values() {
        check(
            r#"{"name":"Kim \u0416","n":[1,-2.5e3],"x":{"t":true,"z":null}}"#,
            "name: Kim Ж\nn: 1\nn: -2.5e3\nt: true\n",
            "read",
        );
        check("{\"a\":\"x\",\"a\":\"y\",}\n{\"b\":\"z\"}\n", "a: x\na: y\nb: z\n", "read");
        check("[]", "", "no_text");
        check("{\"a\":\"x\",\"b\":", "a: x\n", "partly");
        check("{\"a\":\"x\" Kim Example}", "a: x\nKim Example}", "partly");
        check("{\"a\":\"\\ud800 Kim\"}", "a: \\ud800 Kim\n", "read");
    }

    #[test]
    fn pointers() {
        let part = one("a.jsonl", b"{\"payees\":[{\"name\":\"Ann\"},{\"na/me\":\"Bob\"}]}\n{\"x\":1}");
        let places: Vec<&str> =
            ["Ann", "Bob", "x: 1"].iter().map(|of| part.place(part.text.find(of).unwrap()).unwrap()).collect();
        assert_eq!(places, ["/payees/0/name", "/payees/1/na~1me", "value 2: /x"]);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{{\"a\":\"first\",\"b\":{}\"Kim Example\"", "[".repeat(1_000_000));
        let part = one("a.json", deep.as_bytes());
        assert_eq!(part.status.code(), "partly");
        assert!(part.text.starts_with("a: first\n") && part.text.ends_with("\"Kim Example\""));
    }
}
