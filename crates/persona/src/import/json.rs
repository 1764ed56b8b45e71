//! Records out of JSON as services export it: one array, one record a line, or answers of an interface with the records in a member. One
//! record is in memory at a time. A broken line costs itself; an array that breaks off gives what stands before.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// Members that hold the records of an answer.
pub(super) const WRAPPERS: [&str; 14] = [
    "value",
    "results",
    "data",
    "items",
    "candidates",
    "applications",
    "users",
    "entries",
    "records",
    "opportunities",
    "computers",
    "events",
    "employees",
    "Report_Entry",
];

/// Members that stand beside the records of an answer and are no part of one.
const BESIDE: [&str; 19] = [
    "success",
    "errors",
    "warnings",
    "moreDataAvailable",
    "nextCursor",
    "syncToken",
    "hasNext",
    "next",
    "total",
    "totalCount",
    "count",
    "page",
    "per_page",
    "pageSize",
    "fields",
    "links",
    "@odata.context",
    "@odata.count",
    "@odata.nextLink",
];

/// The member that says who or what a record is about. An answer has none, so that a list behind it is part of the record.
const OWN_ID: [&str; 2] = ["id", "uuid"];

/// The longest line that is read as a record, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Hands every record to `take`, with its number from 1: the line, where there is one record a line.
pub(super) fn records(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    mut take: impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    skip_space(input)?;
    let first = input.fill_buf()?.first().copied();
    let mut number = 0;
    if first != Some(b'{') {
        stream(input, file, to, &mut number, &mut take)?;
        return Ok(());
    }
    let mut line = Vec::new();
    let mut at = 0;
    loop {
        line.clear();
        let read = Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        at += 1;
        let source = Source { file, line: at };
        if read as u64 == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            to.problem(source, ProblemKind::Row(format!("it is longer than {MAX_LINE_BYTES} bytes")));
            skip_line(input)?;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if at == 1 && serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_err_and(|error| error.is_eof()) {
            // Spread over lines: one value after the other.
            let mut rest = line.as_slice().chain(input);
            return stream(&mut rest, file, to, &mut number, &mut take);
        }
        let mut from = serde_json::Deserializer::from_slice(&line);
        let mut in_line = 0;
        let walked = Walk {
            number: &mut in_line,
            take: &mut |value, record| {
                // A line with many records is an answer: they are counted through the file.
                let line = if record == 1 { at } else { record };
                take(value, Source { file, line }, to);
            },
        }
        .deserialize(&mut from)
        .and_then(|()| from.end());
        if let Err(error) = walked {
            to.problem(source, if error.is_eof() { ProblemKind::CutOff } else { ProblemKind::Row(reason(&error)) });
        }
    }
}

fn stream(
    input: &mut dyn Read,
    file: FileId,
    to: &mut Builder,
    number: &mut u32,
    take: &mut impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    let mut from = serde_json::Deserializer::from_reader(io::BufReader::new(input));
    loop {
        if from.end().is_ok() {
            return Ok(());
        }
        let walked =
            Walk { number, take: &mut |value, record| take(value, Source { file, line: record }, to) }.deserialize(&mut from);
        match walked {
            Ok(()) => {}
            Err(error) if error.is_io() => return Err(error.into()),
            Err(error) => {
                let kind = if error.is_eof() { ProblemKind::CutOff } else { ProblemKind::Row(reason(&error)) };
                to.problem(Source { file, line: *number + 1 }, kind);
                return Ok(());
            }
        }
    }
}

fn reason(error: &serde_json::Error) -> String {
    format!("it is no JSON: {error}")
}

fn skip_space(input: &mut dyn BufRead) -> io::Result<()> {
    let mut first = true;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        if first && buffer.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
            first = false;
            continue;
        }
        first = false;
        let space = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let all = space == buffer.len();
        input.consume(space);
        if !all {
            return Ok(());
        }
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                input.consume(at + 1);
                return Ok(());
            }
            None => {
                let length = buffer.len();
                input.consume(length);
            }
        }
    }
}

/// Takes a record and its number.
type Take<'f> = dyn FnMut(&Value, u32) + 'f;

/// One value at the top: an array of records, an answer with them in a member, or a record.
struct Walk<'a, 'f> {
    number: &'a mut u32,
    take: &'a mut Take<'f>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<Value>()? {
            *self.number += 1;
            (self.take)(&value, *self.number);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut own = Map::new();
        let mut wrapped = false;
        while let Some(name) = members.next_key::<String>()? {
            if WRAPPERS.contains(&name.as_str()) && !OWN_ID.iter().any(|id| own.contains_key(*id)) {
                let inside = members.next_value_seed(Inside { number: &mut *self.number, take: &mut *self.take })?;
                match inside {
                    Some(value) => {
                        own.insert(name, value);
                    }
                    None => wrapped = true,
                }
            } else {
                own.insert(name, members.next_value()?);
            }
        }
        if wrapped {
            return Ok(());
        }
        // An answer without records, or with one that is no list.
        let mut inside = own.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
        let record = match (inside.next(), inside.next()) {
            (Some((name, Value::Array(none))), None) if WRAPPERS.contains(&name.as_str()) && none.is_empty() => return Ok(()),
            (Some((name, record @ Value::Object(_))), None) if WRAPPERS.contains(&name.as_str()) => record.clone(),
            _ => Value::Object(own),
        };
        *self.number += 1;
        (self.take)(&record, *self.number);
        Ok(())
    }
}

/// The member that may hold the records: `None` when it did, else its value.
struct Inside<'a, 'f> {
    number: &'a mut u32,
    take: &'a mut Take<'f>,
}

impl<'de> DeserializeSeed<'de> for Inside<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Option<Value>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Value>, A::Error> {
        // Records are objects; a list of anything else is a member of the record around it.
        let mut others = Vec::new();
        let mut records = false;
        while let Some(value) = items.next_element::<Value>()? {
            // Behind a record, what is no object is a broken record, which the importer tells.
            if records || value.is_object() && others.is_empty() {
                records = true;
                *self.number += 1;
                (self.take)(&value, *self.number);
            } else {
                others.push(value);
            }
        }
        Ok(if records { None } else { Some(Value::Array(others)) })
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<Value>, A::Error> {
        let value: Value = serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(members))?;
        Ok(Some(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(Some(Value::String(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<Value>, E> {
        Ok(Some(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<Value>, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<Value>, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<Value>, E> {
        Ok(Some(Value::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(Some(Value::Null))
    }
}

/// The text at a path of members and array indexes, as `client.geographicalContext.city`; numbers and booleans as text; empty when there is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> std::borrow::Cow<'v, str> {
    let found = path.split('.').try_fold(value, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(members) => members.get(step),
        _ => None,
    });
    match found {
        Some(Value::String(text)) => text.as_str().into(),
        Some(Value::Number(number)) => number.to_string().into(),
        Some(Value::Bool(true)) => "yes".into(),
        Some(Value::Bool(false)) => "no".into(),
        _ => "".into(),
    }
}

/// The items of the array at a path; none when there is no array.
pub(super) fn items<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    let found = path.split('.').try_fold(value, |value, step| value.get(step));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text of a value, as [`text`] gives it; `None` for lists and objects.
pub(super) fn scalar(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    Some(match value {
        Value::String(text) => text.trim().into(),
        Value::Number(number) => number.to_string().into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Null => "".into(),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

/// The texts in a list at a member: of its items, or of the member `inner` of items that are objects. A single text, or a single object,
/// is taken as a list of one. What is none of these is a problem that names the member.
pub(super) fn values<'v>(
    record: &'v Value,
    member: &'static str,
    inner: &str,
    source: Source,
    to: &mut Builder,
) -> Vec<std::borrow::Cow<'v, str>> {
    let items = match record.get(member) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        let text = match item {
            Value::Object(members) => members.get(inner).map_or(Some("".into()), scalar),
            Value::Number(_) | Value::Bool(_) | Value::Array(_) => None,
            item => scalar(item),
        };
        match text {
            Some(text) if text.is_empty() => {}
            Some(text) => texts.push(text),
            None => to.problem(source, ProblemKind::UnknownColumn(member.to_owned())),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::{records, text};
    use crate::import::testing::{builder, finish};

    /// What the records hold in `n`, with their places, and how many problems there are.
    #[track_caller]
    fn check(input: &str, expected: &[&str], problems: u64) {
        let mut to = builder();
        let file = to.file("f");
        let mut got = Vec::new();
        records(&mut input.as_bytes(), file, &mut to, |record, source, _| {
            got.push(format!("{}:{}", source.line, text(record, "n")));
        })
        .unwrap();
        assert_eq!(got, expected, "{input}");
        assert_eq!(finish(to).1.total(), problems, "{input}");
    }

    #[test]
    fn the_forms_of_exports() {
        check(r#"[{"n":1},{"n":2}]"#, &["1:1", "2:2"], 0);
        check("{\"n\":1}\n\n{\"n\":2}\n", &["1:1", "3:2"], 0);
        check("{\n\"n\":1\n}\n{\n\"n\":2}\n", &["1:1", "2:2"], 0);
        check(r#"{"success":true,"results":[{"n":1},{"n":2}],"nextCursor":"x"}"#, &["1:1", "2:2"], 0);
        check(r#"{"success":true,"results":{"n":1}}"#, &["1:1"], 0);
        check(r#"{"success":true,"results":[],"nextCursor":null}"#, &[], 0);
        check(r#"{"results":[{"n":1},7,{"n":3}]}"#, &["1:1", "2:", "3:3"], 0);
        check("", &[], 0);
    }

    #[test]
    fn what_a_record_holds_is_its_own() {
        check(r#"{"id":1,"n":1,"applications":[{"n":2}]}"#, &["1:1"], 0);
        check(r#"{"n":1,"events":[],"name":"x"}"#, &["1:1"], 0);
        check(r#"{"n":1,"events":["a"]}"#, &["1:1"], 0);
    }

    #[test]
    fn broken_lines_and_ends() {
        check("{\"n\":1}\n{\"n\":\n{\"n\":3}\n", &["1:1", "3:3"], 1);
        check(r#"[{"n":1},{"n":"#, &["1:1"], 1);
        check("no json", &[], 1);
    }
}
