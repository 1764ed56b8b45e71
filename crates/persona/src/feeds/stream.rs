//! JSON files of any size, one record in memory at a time: a stream and the names of the members that hold records go in; each record
//! comes out with the name of the member that it stood in. One value, one value after the other, or one value a line.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The longest line that is read as a record of its own, in bytes.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// What a reader of records is told.
pub(super) trait Sink {
    /// Members that hold a record or an array of records.
    const MEMBERS: &'static [&'static str];

    /// A record begins, of a member; `""` at the top.
    fn open(&mut self, member: &'static str);

    /// It ends: all of it that is not a record itself.
    fn close(&mut self, member: &'static str, own: Map<String, Value>);

    /// Line `line`, or the value behind the last record where `line` is `None`, is no JSON, or breaks off.
    fn broken(&mut self, line: Option<u32>, cut: bool, reason: String);
}

/// Reads everything.
pub(super) fn read<S: Sink>(input: &mut dyn BufRead, sink: &mut S) -> io::Result<()> {
    skip_mark(input)?;
    let mut first = Vec::new();
    Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut first)?;
    let whole = first.ends_with(b"\n") && serde_json::from_slice::<serde::de::IgnoredAny>(&first).is_ok();
    if !whole {
        return values(&mut first.as_slice().chain(input), sink);
    }
    let mut line = first;
    let mut number = 1;
    loop {
        if !line.trim_ascii().is_empty() {
            let mut from = serde_json::Deserializer::from_slice(&line);
            let walked = Walk { member: "", sink: &mut *sink }.deserialize(&mut from).and_then(|()| from.end());
            if let Err(error) = walked {
                sink.broken(Some(number), error.is_eof(), error.to_string());
            }
        }
        line.clear();
        if Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        number += 1;
        if line.len() as u64 == MAX_LINE_BYTES && !line.ends_with(b"\n") {
            sink.broken(Some(number), false, format!("a line longer than {MAX_LINE_BYTES} bytes"));
            return Ok(());
        }
    }
}

fn values<S: Sink>(input: &mut dyn Read, sink: &mut S) -> io::Result<()> {
    let mut from = serde_json::Deserializer::from_reader(io::BufReader::new(input));
    loop {
        if from.end().is_ok() {
            return Ok(());
        }
        match (Walk { member: "", sink: &mut *sink }).deserialize(&mut from) {
            Ok(()) => {}
            Err(error) if error.is_io() => return Err(error.into()),
            Err(error) => {
                sink.broken(None, error.is_eof(), error.to_string());
                return Ok(());
            }
        }
    }
}

fn skip_mark(input: &mut dyn BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

struct Walk<'s, S> {
    member: &'static str,
    sink: &'s mut S,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Walk<'_, S> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Walk<'_, S> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Walk { member: self.member, sink: &mut *self.sink })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.sink.open(self.member);
        let mut own = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            match S::MEMBERS.iter().find(|member| **member == name) {
                Some(member) => members.next_value_seed(Walk { member, sink: &mut *self.sink })?,
                None => {
                    own.insert(name, members.next_value()?);
                }
            }
        }
        self.sink.close(self.member, own);
        Ok(())
    }

    // Something else where records should be holds none.

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// The text of a member; numbers as text; empty when there is none.
pub(super) fn text<'v>(own: &'v Map<String, Value>, name: &str) -> std::borrow::Cow<'v, str> {
    match own.get(name) {
        Some(Value::String(text)) => text.trim().into(),
        Some(Value::Number(number)) => number.to_string().into(),
        _ => "".into(),
    }
}

/// Whether a member says yes, in any writing.
pub(super) fn is_true(own: &Map<String, Value>, name: &str) -> bool {
    match own.get(name) {
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => matches!(text.trim(), "1" | "true" | "yes"),
        _ => false,
    }
}

/// The items of a member that is an array; none for anything else.
pub(super) fn items<'v>(own: &'v Map<String, Value>, name: &str) -> &'v [Value] {
    own.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::{Sink, read};

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Sink for Seen {
        const MEMBERS: &'static [&'static str] = &["objects", "Event"];

        fn open(&mut self, member: &'static str) {
            self.0.push(format!("<{member}"));
        }

        fn close(&mut self, member: &'static str, own: Map<String, Value>) {
            self.0.push(format!("{member}>{}", Value::Object(own)));
        }

        fn broken(&mut self, line: Option<u32>, cut: bool, _: String) {
            self.0.push(format!("broken {line:?} {cut}"));
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut seen = Seen::default();
        read(&mut text.as_bytes(), &mut seen).unwrap();
        assert_eq!(seen.0, expected, "{text}");
    }

    #[test]
    fn records_come_one_by_one() {
        check(
            r#"{"a":1,"objects":[{"b":2},7,{"c":[{}]}]}"#,
            &["<", "<objects", r#"objects>{"b":2}"#, "<objects", r#"objects>{"c":[{}]}"#, r#">{"a":1}"#],
        );
        check("\u{feff}[{\"Event\":{\"b\":2}}]", &["<", "<Event", "Event>{\"b\":2}", ">{}"]);
    }

    #[test]
    fn one_value_a_line_or_spread_over_lines() {
        check("{\"a\":1}\n{\"b\":\n\n{\"c\":3}\n", &["<", ">{\"a\":1}", "<", "broken Some(2) true", "<", ">{\"c\":3}"]);
        check("{\n\"a\":1}\n{\n\"b\":2}\n", &["<", ">{\"a\":1}", "<", ">{\"b\":2}"]);
    }

    #[test]
    fn what_breaks_off_gives_what_stands_before() {
        check(r#"{"objects":[{"b":2},{"c":"#, &["<", "<objects", r#"objects>{"b":2}"#, "<objects", "broken None true"]);
        check(r#"{"objects":[{"b":2},}"#, &["<", "<objects", r#"objects>{"b":2}"#, "broken None false"]);
        check("", &[]);
        check("no json", &["broken None false"]);
    }
}
