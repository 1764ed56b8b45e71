//! Parameters of a query string or a form: names may come again and make a list. What cannot be read is gathered, so that one answer names
//! all of it.

use super::error::{Answer, Failure, Invalid};

/// Page size where none is asked for.
pub(super) const DEFAULT_PAGE: usize = 10;
/// Page size at most.
pub(super) const MAX_PAGE: usize = 500;
/// Where a page may begin at most.
pub(super) const MAX_OFFSET: usize = 9499;

/// The parameters of a request, with what is wrong with those read so far.
#[derive(Debug, Default)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
    problems: Vec<Invalid>,
}

impl Params {
    /// Reads `a=1&b=2` with percent-encoding.
    pub(super) fn parse(raw: &str) -> Self {
        let pairs = raw
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        Self { pairs, problems: Vec::new() }
    }

    /// The last value of a name: that which counts where one is expected.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// All values of a name that are not empty.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(held, value)| held == name && !value.is_empty()).map(|(_, value)| value.clone()).collect()
    }

    fn problem(&mut self, kind: &'static str, name: &str, msg: String) {
        let input = self.text(name).unwrap_or_default().to_owned();
        self.problems.push(Invalid::new(kind, &["query", name], msg, input));
    }

    /// A whole number between two bounds.
    pub(super) fn count(&mut self, name: &str, default: usize, least: usize, most: usize) -> usize {
        let Some(text) = self.text(name).map(str::trim) else { return default };
        // Numbers beyond the range of the type are still numbers, and too large or too small.
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let msg = "Input should be a valid integer, unable to parse string as an integer";
            self.problem("int_parsing", name, msg.to_owned());
            return default;
        }
        let magnitude = digits.parse::<usize>().unwrap_or(usize::MAX);
        if (text.starts_with('-') && magnitude > 0) || magnitude < least {
            self.problem("greater_than_equal", name, format!("Input should be greater than or equal to {least}"));
            return default;
        }
        if magnitude > most {
            self.problem("less_than_equal", name, format!("Input should be less than or equal to {most}"));
            return default;
        }
        magnitude
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str, default: f64) -> f64 {
        let Some(text) = self.text(name).map(str::trim) else { return default };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            Ok(_) => {
                self.problem("finite_number", name, "Input should be a finite number".to_owned());
                default
            }
            Err(_) => {
                let msg = "Input should be a valid number, unable to parse string as a number";
                self.problem("float_parsing", name, msg.to_owned());
                default
            }
        }
    }

    /// Yes or no; `None` where it is not said.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let text = self.text(name)?.trim().to_ascii_lowercase();
        match text.as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Some(false),
            _ => {
                let msg = "Input should be a valid boolean, unable to interpret input";
                self.problem("bool_parsing", name, msg.to_owned());
                None
            }
        }
    }

    /// Values out of a fixed set.
    pub(super) fn choices(&mut self, name: &str, known: &[&'static str]) -> Vec<&'static str> {
        let mut chosen = Vec::new();
        for value in self.list(name) {
            if let Some(choice) = known.iter().find(|choice| **choice == value) {
                chosen.push(*choice);
            } else {
                let words = known.iter().map(|choice| format!("'{choice}'")).collect::<Vec<_>>();
                let (last, others) = words
                    .split_last()
                    .map_or((String::new(), String::new()), |(last, others)| (last.clone(), others.join(", ")));
                self.problem("enum", name, format!("Input should be {others} or {last}"));
            }
        }
        chosen
    }

    /// A list that may not be longer than `most`.
    pub(super) fn list_up_to(&mut self, name: &str, most: usize) -> Vec<String> {
        let list = self.list(name);
        if list.len() > most {
            let msg = format!("List should have at most {most} items after validation, not {}", list.len());
            self.problem("too_long", name, msg);
        }
        list
    }

    /// A day or a time, in whole or in part: `2026`, `2026-01`, `2026-01-31`, `2026-01-31T10`, `2026-01-31T10:00:00`.
    pub(super) fn time(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?.trim().to_owned();
        if is_time(&text) {
            return Some(text);
        }
        let msg = "String should match pattern '^\\d{4}(-\\d{2}(-\\d{2}([T ]\\d{2}(:\\d{2}(:\\d{2})?)?)?)?)?'";
        self.problem("string_pattern_mismatch", name, msg.to_owned());
        None
    }

    /// A text that may not be missing or empty.
    pub(super) fn needed(&mut self, name: &str) -> String {
        match self.text(name) {
            Some(text) if !text.is_empty() => text.to_owned(),
            Some(_) => {
                self.problem("string_too_short", name, "String should have at least 1 character".to_owned());
                String::new()
            }
            None => {
                self.problem("missing", name, "Field required".to_owned());
                String::new()
            }
        }
    }

    /// An error if any of what was read could not be.
    pub(super) fn finish(self) -> Answer<()> {
        if self.problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.problems)) }
    }
}

fn is_time(text: &str) -> bool {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let (day, clock) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let year = parts.next().is_some_and(|part| digits(part, 4));
    let rest: Vec<&str> = parts.collect();
    if !year || rest.len() > 2 || !rest.iter().all(|part| digits(part, 2)) {
        return false;
    }
    let Some(clock) = clock else { return true };
    // Fractions and offsets, as programs write them, are read over.
    let clock = clock.find(['.', '+', 'Z', '-']).map_or(clock, |at| &clock[..at]);
    rest.len() == 2 && clock.split(':').count() <= 3 && clock.split(':').all(|part| digits(part, 2))
}

fn decode(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = || std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, code()) {
            (b'%', Some(code)) => {
                plain.push(code);
                at += 3;
                continue;
            }
            (b'+', _) => plain.push(b' '),
            _ => plain.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_encodings() {
        let params = Params::parse("q=a+b%20c&topics=x&topics=y%2Fz&topics=&bad=%zz&cut=%2");
        assert_eq!(params.text("q"), Some("a b c"));
        assert_eq!(params.list("topics"), ["x", "y/z"]);
        assert_eq!(params.text("bad"), Some("%zz"));
        assert_eq!(params.text("cut"), Some("%2"));
        assert_eq!(Params::parse("a=1&a=2").text("a"), Some("2"));
    }

    #[test]
    fn what_is_wrong_is_gathered() {
        let mut params = Params::parse("limit=501&offset=-1&threshold=nan&fuzzy=maybe&since=soon&x=99999999999999999999999");
        assert_eq!(params.count("limit", 5, 1, 500), 5);
        params.count("offset", 0, 0, 10);
        params.count("x", 0, 0, 10);
        params.number("threshold", 0.7);
        assert_eq!(params.flag("fuzzy"), None);
        assert_eq!(params.time("since"), None);
        let Err(Failure::Invalid(problems)) = params.finish() else { panic!("read") };
        let kinds: Vec<&str> = problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(
            kinds,
            [
                "less_than_equal",
                "greater_than_equal",
                "less_than_equal",
                "finite_number",
                "bool_parsing",
                "string_pattern_mismatch"
            ]
        );
    }

    #[test]
    fn times() {
        for good in ["2026", "2026-01", "2026-01-31", "2026-01-31T10", "2026-01-31T10:00:00", "2026-01-31T10:00:00.5+00:00"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["", "26", "2026-1", "2026-01-31-01", "2026T10", "2026-01-31T", "2026-01-31T10:00:00:00", "'; DROP"] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
