//! Records out of JSON as services export it: one array, one record a line, or answers of an interface with the records in a member. One
//! record is in memory at a time. A broken line costs itself; an array that breaks off gives what stands before. What is no object is no
//! record.

use std::borrow::Cow;
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
const BESIDE: [&str; 32] = [
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
    "nextLink",
    "next_cursor",
    "nextPageToken",
    "next_page_token",
    "nextPage",
    "next_page",
    "hasMore",
    "has_more",
    "previous",
    "_links",
    "paging",
    "pagination",
    "meta",
];

/// Members that say whether more follows an answer.
const HAS_MORE: [&str; 4] = ["moreDataAvailable", "hasNext", "hasMore", "has_more"];

/// Members that say where what follows is.
const NEXT: [&str; 9] = [
    "@odata.nextLink",
    "nextLink",
    "next",
    "nextCursor",
    "next_cursor",
    "nextPageToken",
    "next_page_token",
    "nextPage",
    "next_page",
];

/// Members that hold such members.
const ABOUT_PAGES: [&str; 5] = ["links", "_links", "paging", "pagination", "meta"];

/// The member that says who or what a record is about. An answer has none, so that a list behind it is part of the record.
const OWN_ID: [&str; 2] = ["id", "uuid"];

/// The longest line that is read as a record, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Hands every record to `take`, with its number from 1: the line, where there is one record a line. Answers hold their records in any
/// usual member.
pub(super) fn records(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    take: impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    records_in(input, file, to, &WRAPPERS, take)
}

/// The same for answers that hold their records in one of `wrappers`, where a usual member is one of the record itself.
pub(super) fn records_in(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    wrappers: &[&str],
    mut take: impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    let mut take = |value: &Value, source: Source, to: &mut Builder| {
        if value.is_object() {
            take(value, source, to);
        } else {
            to.problem(source, ProblemKind::Row("it is no object".to_owned()));
        }
    };
    skip_space(input)?;
    let first = input.fill_buf()?.first().copied();
    let mut at = Place::default();
    walk_all(input, first, file, to, wrappers, &mut at, &mut take)?;
    if let Some(member) = at.more {
        to.problem(Source { file, line: 0 }, ProblemKind::Page(member));
    }
    Ok(())
}

/// How far a file is read.
#[derive(Debug, Default)]
struct Place {
    /// The number of the last record.
    number: u32,
    /// The member of the last answer that says that more follows it.
    more: Option<String>,
}

fn walk_all(
    input: &mut dyn BufRead,
    first: Option<u8>,
    file: FileId,
    to: &mut Builder,
    wrappers: &[&str],
    place: &mut Place,
    take: &mut impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    if first != Some(b'{') {
        return stream(input, file, to, wrappers, place, take);
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
        if at == 1 && is_open(&line) && !(is_cut(&line) && input.fill_buf()?.first() == Some(&b'{')) {
            // Spread over lines, or one very long line: one value after the other.
            let mut rest = line.as_slice().chain(input);
            return stream(&mut rest, file, to, wrappers, place, take);
        }
        if read as u64 == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            to.problem(source, ProblemKind::Row(format!("it is longer than {MAX_LINE_BYTES} bytes")));
            skip_line(input)?;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        // Records are numbered by line; those of a line with many, which is an answer, through the file.
        place.number = place.number.max(at - 1);
        let mut from = serde_json::Deserializer::from_slice(&line);
        let walked =
            Walk { wrappers, place: &mut *place, take: &mut |value, record| take(value, Source { file, line: record }, to) }
                .deserialize(&mut from)
                .and_then(|()| from.end());
        if let Err(error) = walked {
            let kind = if error.is_eof() { ProblemKind::CutOff } else { ProblemKind::Row(format!("it is no JSON: {error}")) };
            to.problem(source, kind);
        }
    }
}

/// Whether a line ends within a value.
fn is_open(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err_and(|error| error.is_eof())
}

/// Whether an open line ends where no writer breaks lines: it is damaged.
fn is_cut(line: &[u8]) -> bool {
    line.last() == Some(&b'\n') && !matches!(line.trim_ascii().last(), Some(b'{' | b'[' | b',' | b':'))
}

fn stream(
    input: &mut dyn Read,
    file: FileId,
    to: &mut Builder,
    wrappers: &[&str],
    place: &mut Place,
    take: &mut impl FnMut(&Value, Source, &mut Builder),
) -> io::Result<()> {
    let mut from = serde_json::Deserializer::from_reader(io::BufReader::new(input));
    loop {
        if from.end().is_ok() {
            return Ok(());
        }
        let walked =
            Walk { wrappers, place: &mut *place, take: &mut |value, record| take(value, Source { file, line: record }, to) }
                .deserialize(&mut from);
        match walked {
            Ok(()) => {}
            Err(error) if error.is_io() => return Err(error.into()),
            Err(error) => {
                let kind = if error.is_eof() {
                    ProblemKind::CutOff
                } else {
                    ProblemKind::Row(format!("it is no JSON, and nothing after it is read: {error}"))
                };
                to.problem(Source { file, line: place.number + 1 }, kind);
                return Ok(());
            }
        }
    }
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
    wrappers: &'a [&'a str],
    place: &'a mut Place,
    take: &'a mut Take<'f>,
}

impl Walk<'_, '_> {
    fn record(&mut self, record: &Value) {
        self.place.number += 1;
        (self.take)(record, self.place.number);
    }
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

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<Value>()? {
            match answer(&value, self.wrappers) {
                Some((records, beside)) => {
                    for record in records {
                        self.record(record);
                    }
                    self.place.more = more(beside);
                }
                None => self.record(&value),
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let mut own = Map::new();
        let (mut wrapped, mut empty) = (false, false);
        while let Some(name) = members.next_key::<String>()? {
            // An answer has no id: lists in what has one are its own.
            if self.wrappers.contains(&name.as_str()) && !has_own_id(&own) {
                match members.next_value_seed(Inside { number: &mut self.place.number, take: &mut *self.take })? {
                    Held::Records => wrapped = true,
                    Held::Nothing => empty = true,
                    Held::Other(value) => {
                        own.insert(name, value);
                    }
                }
            } else {
                own.insert(name, members.next_value()?);
            }
        }
        if wrapped || empty && !has_own_id(&own) {
            self.place.more = more(&own);
            return Ok(());
        }
        // An answer with one record that is no list.
        let mut inside = own.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
        let record = match (inside.next(), inside.next()) {
            (Some((name, record @ Value::Object(_))), None) if self.wrappers.contains(&name.as_str()) => record.clone(),
            _ => Value::Object(own),
        };
        self.record(&record);
        Ok(())
    }
}

/// The records of an answer among others in a list, and its members: nothing in it is of a record but one list.
fn answer<'v>(value: &'v Value, wrappers: &[&str]) -> Option<(&'v [Value], &'v Map<String, Value>)> {
    let members = value.as_object()?;
    let mut inside = members.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
    match (inside.next(), inside.next()) {
        (Some((name, Value::Array(records))), None)
            if wrappers.contains(&name.as_str()) && records.iter().all(Value::is_object) =>
        {
            Some((records, members))
        }
        _ => None,
    }
}

/// The member of an answer that says that more follows it.
fn more(members: &Map<String, Value>) -> Option<String> {
    let says = |name: &&str| members.get(*name).and_then(Value::as_bool);
    if HAS_MORE.iter().any(|name| says(name) == Some(false)) {
        return None;
    }
    let is_next = |name: &&&str| match members.get(**name) {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Number(page)) => page.as_f64() != Some(0.0),
        Some(Value::Object(link)) => !link.is_empty(),
        _ => false,
    };
    let found = NEXT.iter().find(is_next).or_else(|| HAS_MORE.iter().find(|name| says(name) == Some(true)));
    found
        .map(|name| (*name).to_owned())
        .or_else(|| ABOUT_PAGES.iter().find_map(|name| Some(format!("{name}.{}", more(members.get(*name)?.as_object()?)?))))
}

fn has_own_id(own: &Map<String, Value>) -> bool {
    OWN_ID.iter().any(|id| own.contains_key(*id))
}

/// What was in a member that may hold the records.
enum Held {
    /// Records, which were taken.
    Records,
    /// An empty list.
    Nothing,
    /// A member of the record around it.
    Other(Value),
}

/// The member that may hold the records.
struct Inside<'a, 'f> {
    number: &'a mut u32,
    take: &'a mut Take<'f>,
}

impl<'de> DeserializeSeed<'de> for Inside<'_, '_> {
    type Value = Held;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Held, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_> {
    type Value = Held;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Held, A::Error> {
        // Records are objects; a list of anything else is a member of the record around it.
        let mut others = Vec::new();
        let mut records = false;
        while let Some(value) = items.next_element::<Value>()? {
            if records || value.is_object() && others.is_empty() {
                records = true;
                *self.number += 1;
                (self.take)(&value, *self.number);
            } else {
                others.push(value);
            }
        }
        Ok(match (records, others.is_empty()) {
            (true, _) => Held::Records,
            (false, true) => Held::Nothing,
            (false, false) => Held::Other(Value::Array(others)),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Held, A::Error> {
        let value: Value = serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(members))?;
        Ok(Held::Other(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Held, E> {
        Ok(Held::Other(Value::String(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Held, E> {
        Ok(Held::Other(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Held, E> {
        Ok(Held::Other(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Held, E> {
        Ok(Held::Other(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Held, E> {
        Ok(Held::Other(Value::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Held, E> {
        Ok(Held::Other(Value::Null))
    }
}

/// What stands at a path of members and array indexes, as `client.geographicalContext.city`.
fn find<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(members) => members.get(step),
        _ => None,
    })
}

fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.trim().into(),
        Value::Number(number) => exact(number).into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Null | Value::Array(_) | Value::Object(_) => "".into(),
    }
}

/// The text at a path of members and array indexes, trimmed; numbers and booleans as text; empty when there is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> Cow<'v, str> {
    find(value, path).map_or("".into(), plain)
}

/// The first text that is not empty.
pub(super) fn first<'v>(value: &'v Value, paths: &[&str]) -> Cow<'v, str> {
    paths.iter().map(|path| text(value, path)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The items of the array at a path; none when there is no array.
pub(super) fn items<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    find(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts at the paths, and those in the arrays there, flattened to one text: `1 Example St, Springfield, US`.
pub(super) fn joined(value: &Value, paths: &[&str]) -> String {
    let mut all = String::new();
    for found in paths.iter().filter_map(|path| find(value, path)) {
        let parts = found.as_array().map_or(std::slice::from_ref(found), Vec::as_slice);
        for part in parts.iter().map(plain).filter(|part| !part.is_empty()) {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(&part);
        }
    }
    all
}

/// A number as text; empty for one of more digits than a double holds, of which different ones would be one. Ids of that length are texts.
pub(crate) fn exact(number: &serde_json::Number) -> String {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let kept = !number.is_f64() || number.as_f64().is_some_and(|number| number.abs() < MOST);
    if kept { number.to_string() } else { String::new() }
}

/// The text of a value, as [`text`] gives it; `None` for lists and objects.
pub(super) fn scalar(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    Some(match value {
        Value::String(text) => text.trim().into(),
        Value::Number(number) => exact(number).into(),
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
    use std::io::BufReader;

    use serde_json::json;

    use super::{first, items, joined, records, records_in, text};
    use crate::key::TenantKey;
    use crate::people::{Builder, Limits};

    fn read(export: &str, wrappers: Option<&[&str]>) -> Vec<String> {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = to.file("f");
        let mut found = Vec::new();
        let mut input = BufReader::with_capacity(5, export.as_bytes());
        let take = |record: &serde_json::Value, source: crate::Source, _: &mut Builder| {
            found.push(format!("{}:{}", source.line, text(record, "a")));
        };
        match wrappers {
            Some(wrappers) => records_in(&mut input, file, &mut to, wrappers, take),
            None => records(&mut input, file, &mut to, take),
        }
        .unwrap();
        found.extend(to.problems().told().iter().map(|problem| {
            let text = problem.to_string();
            format!("! {}: {}", problem.source.line, text.split(" at line").next().unwrap())
        }));
        found
    }

    /// `record:a` of each record, then `! record: problem`.
    #[track_caller]
    fn check(export: &str, expected: &[&str]) {
        assert_eq!(read(export, None), expected, "{export}");
    }

    const CUT: &str = "the file ends in the middle of a record: what stands before is taken";

    #[test]
    fn arrays() {
        check(r#"[{"a":1},{"a":"x"}]"#, &["1:1", "2:x"]);
        check(" \n[ ]\n", &[]);
        check("\u{feff}[{\"a\":1}]", &["1:1"]);
        check(
            r#"[{"a":1},7,null,{"a":2}]"#,
            &["1:1", "4:2", "! 2: the row is left out: it is no object", "! 3: the row is left out: it is no object"],
        );
        check(r#"[{"a":1}][{"a":2}]"#, &["1:1", "2:2"]);
    }

    #[test]
    fn one_record_a_line() {
        check("{\"a\":1}\n\n  {\"a\":2}\r\n{\"a\":3}", &["1:1", "3:2", "4:3"]);
        check("\u{feff}{\"a\":1}\n", &["1:1"]);
        check(
            "{\"a\":1}\n{\"a\":nope}\n{\"a\":3} x\n{\"a\":4\n5\n{\"a\":6}\n",
            &[
                "1:1",
                "3:3",
                "6:6",
                "! 2: the row is left out: it is no JSON: expected ident",
                "! 3: the row is left out: it is no JSON: trailing characters",
                &format!("! 4: {CUT}"),
                "! 5: the row is left out: it is no JSON: invalid type: integer `5`, expected an array or an object",
            ],
        );
        check("{\"a\":1,\"b\":{\"c\":1\n{\"a\":2}\n", &["2:2", &format!("! 1: {CUT}")]);
        let control =
            "! 1: the row is left out: it is no JSON: control character (\\u0000-\\u001F) found while parsing a string";
        check("{\"a\":1,\"b\":\"half\n{\"a\":2}\n", &["2:2", control]);
    }

    #[test]
    fn answers() {
        check(r#"{"@odata.context":"c","value":[{"a":1},{"a":2}]}"#, &["1:1", "2:2"]);
        check("{\"results\":[{\"a\":1},{\"a\":2}]}\n{\"results\":[{\"a\":3}]}\n", &["1:1", "2:2", "3:3"]);
        check(r#"{"value":[]}"#, &[]);
        check(r#"{"value":[{"a":1},null,{"a":3}]}"#, &["1:1", "3:3", "! 2: the row is left out: it is no object"]);
        // What is no list of objects is a member.
        check(r#"{"a":1,"value":"x"}"#, &["1:1"]);
        check(r#"{"a":1,"value":["x",{"a":2}]}"#, &["1:1"]);
        check(r#"{"a":1,"value":{"a":2}}"#, &["1:1"]);
        for other in ["null", "true", "-1", "1", "1.5"] {
            check(&format!(r#"{{"a":1,"value":{other}}}"#), &["1:1"]);
        }
        // The applications of a candidate, which has an id, are its own.
        check(r#"{"id":7,"a":1,"applications":[{"a":2}]}"#, &["1:1"]);
        check(r#"{"id":7,"a":1,"applications":[]}"#, &["1:1"]);
        assert_eq!(read(r#"{"a":1,"applications":[{"a":2}]}"#, Some(&["results"])), ["1:1"]);
        assert_eq!(read(r#"{"results":[{"a":2}]}"#, Some(&["results"])), ["1:2"]);
    }

    /// What a page says of the next is told, unless the next is there.
    #[test]
    fn pages() {
        let page = |member: &str| {
            format!(
                "! 0: it is one page of a longer list (`{member}`): what the next pages hold is missing, unless they are read, too"
            )
        };
        check(r#"{"value":[{"a":1}],"@odata.nextLink":"https://x"}"#, &["1:1", &page("@odata.nextLink")]);
        check(
            r#"{"success":true,"results":[{"a":1}],"moreDataAvailable":true,"nextCursor":"c"}"#,
            &["1:1", &page("nextCursor")],
        );
        check(r#"{"success":true,"results":[{"a":1}],"moreDataAvailable":false,"nextCursor":"c"}"#, &["1:1"]);
        check(r#"{"data":[],"hasNext":true}"#, &[&page("hasNext")]);
        check(r#"{"data":[{"a":1}],"next":null,"links":{"next":{"href":"x"}}}"#, &["1:1", &page("links.next")]);
        check(r#"{"value":[{"a":1}],"next_page":2}"#, &["1:1", &page("next_page")]);
        // The last of several answers says whether they are all.
        let (first, last) = (r#"{"value":[{"a":1},{"a":2}],"@odata.nextLink":"x"}"#, r#"{"value":[{"a":3}]}"#);
        check(&format!("{first}\n{last}\n"), &["1:1", "2:2", "3:3"]);
        check(&format!("[{first},{last}]"), &["1:1", "2:2", "3:3"]);
        check(&format!("[{last},\n{first}]"), &["1:3", "2:1", "3:2", &page("@odata.nextLink")]);
        // A record of a list keeps its own lists, and a link to the next one is its own.
        check(r#"[{"a":1,"value":[{"a":2}]},{"id":"x","a":3,"value":[{"a":4}]},{"a":5,"next":"x"}]"#, &["1:1", "2:3", "3:5"]);
    }

    #[test]
    fn spread_over_lines() {
        check("{\n  \"a\": 1\n}\n", &["1:1"]);
        check("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", &["1:1", "2:2"]);
        check("{\n  \"value\": [\n    {\n      \"a\": 1\n    },\n    {\"a\": 2}\n  ]\n}\n", &["1:1", "2:2"]);
        check("{ \"value\": [\n{\"a\": 1},\n{\"a\": 2}\n] }\n", &["1:1", "2:2"]);
        check("[\n  {\n    \"a\": 1\n  }\n]", &["1:1"]);
    }

    #[test]
    fn cut_in_half() {
        check(r#"[{"a":1},{"a":"#, &["1:1", &format!("! 2: {CUT}")]);
        check(r#"[{"a":1},"#, &["1:1", &format!("! 2: {CUT}")]);
        check(r#"{"value":[{"a":1},{"a""#, &["1:1", &format!("! 2: {CUT}")]);
        check("{\n \"value\": [\n{\"a\": 1},\n{\"a", &["1:1", &format!("! 2: {CUT}")]);
        check("{\"a\":1}\n{\"a\":", &["1:1", &format!("! 2: {CUT}")]);
        check(r#"{"a":"#, &[&format!("! 1: {CUT}")]);
        check(
            r#"[{"a":1},{"a":nope},{"a":3}]"#,
            &["1:1", "! 2: the row is left out: it is no JSON, and nothing after it is read: expected ident"],
        );
    }

    #[test]
    fn nothing_and_noise() {
        check("", &[]);
        check(" \n\t", &[]);
        check("<html>", &["! 1: the row is left out: it is no JSON, and nothing after it is read: expected value"]);
        check(
            "\"text\"",
            &[
                "! 1: the row is left out: it is no JSON, and nothing after it is read: invalid type: string \"text\", expected an array or an object",
            ],
        );
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep, None).len(), 1);
    }

    #[test]
    fn texts_at_paths() {
        let value = json!({
            "n": 1.5, "t": true, "f": false, "z": null, "s": " x ",
            "o": {"l": [{"m": "deep"}, "second"]},
            "lines": ["1 Example St", "", "Unit 2"], "city": "Springfield",
        });
        for (path, expected) in [
            ("n", "1.5"),
            ("t", "yes"),
            ("f", "no"),
            ("z", ""),
            ("s", "x"),
            ("o", ""),
            ("o.l.0.m", "deep"),
            ("o.l.1", "second"),
            ("o.l.2", ""),
            ("o.l.m", ""),
            ("s.t", ""),
            ("absent", ""),
        ] {
            assert_eq!(text(&value, path), expected, "{path}");
        }
        assert_eq!(first(&value, &["z", "absent", "s", "n"]), "x");
        assert_eq!(items(&value, "o.l").len(), 2);
        assert!(items(&value, "o").is_empty());
        assert_eq!(joined(&value, &["lines", "city", "z", "absent"]), "1 Example St, Unit 2, Springfield");
    }
}
