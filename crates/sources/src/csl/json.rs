//! The JSON file: one object whose member `results` is the list. Its elements are read one by one.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Parser;
use super::row::{MANY, Row, RowAddress, RowId, SINGLE};
use crate::error::SourceError;
use crate::input::read_error;
use crate::listing::Place;

/// Counts what is read, for error messages.
struct Counted<'r> {
    inner: &'r mut dyn BufRead,
    read: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.read += n as u64;
        Ok(n)
    }
}

pub(super) fn read(file: &str, input: &mut dyn BufRead, parser: &mut Parser<'_>) -> Result<(), SourceError> {
    skip_mark(input).map_err(|reason| read_error(file, 0, reason))?;
    let mut counted = Counted { inner: input, read: 0 };
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::with_capacity(1 << 16, &mut counted));
    let result = Document { parser }.deserialize(&mut json).and_then(|()| json.end());
    drop(json);
    // An error of reading comes back as itself, one of the text as an invalid one with line and column.
    result.map_err(|error| read_error(file, counted.read, io::Error::from(error)))
}

/// Takes a byte order mark from the beginning.
fn skip_mark(input: &mut dyn BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

/// The outer object.
struct Document<'p, 'a> {
    parser: &'p mut Parser<'a>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `results`")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(member) = map.next_key::<String>()? {
            match member.as_str() {
                "results" => map.next_value_seed(Results { parser: self.parser })?,
                "total" => {
                    if let Some(total) = map.next_value::<Value>()?.as_u64() {
                        self.parser.listing.count("records_stated", total);
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The array of rows.
struct Results<'p, 'a> {
    parser: &'p mut Parser<'a>,
}

impl<'de> DeserializeSeed<'de> for Results<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Results<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let mut number = 0_u64;
        while let Some(value) = seq.next_element::<Value>()? {
            number += 1;
            let name = format!("result {number}");
            let at = Place { line: 0, record: &name };
            match row(self.parser, at, &value) {
                Some(row) => self.parser.row(&row),
                None => {
                    self.parser.listing.count("rows", 1);
                    self.parser.listing.reject(at, "", "not an object; it was left out", &value.to_string());
                }
            }
        }
        Ok(())
    }
}

fn row(parser: &mut Parser<'_>, at: Place<'_>, value: &Value) -> Option<Row> {
    let mut row = Row::default();
    for (member, value) in value.as_object()? {
        let field = if member == "_id" { "id" } else { member.as_str() };
        match field {
            "addresses" => row.addresses.extend(elements(value).filter_map(address)),
            "ids" => row.ids.extend(elements(value).map(id)),
            field if MANY.contains(&field) => elements(value).for_each(|value| row.set(field, &text(value))),
            field if SINGLE.contains(&field) => row.set(field, &text(value)),
            field => {
                let text = text(value);
                if !text.is_empty() {
                    parser.listing.issue(at, field, "a member that is not known; kept as a note");
                    row.set(field, &text);
                }
            }
        }
    }
    Some(row)
}

/// The elements of an array; a value that is none is its own only element.
fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.as_slice(),
        Value::Null => &[],
        value => std::slice::from_ref(value),
    }
    .iter()
}

/// A value as text; nothing of it is lost, whatever it is.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(values) => values.iter().map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; "),
        value => value.to_string(),
    }
}

fn member(value: &Value, name: &str) -> String {
    value.get(name).map(text).unwrap_or_default()
}

fn address(value: &Value) -> Option<RowAddress> {
    if !value.is_object() {
        let text = text(value);
        return (!text.is_empty()).then(|| RowAddress::from_text(&text));
    }
    Some(RowAddress {
        line: String::new(),
        street: member(value, "address"),
        city: member(value, "city"),
        state: member(value, "state"),
        postal_code: member(value, "postal_code"),
        country: member(value, "country"),
    })
}

fn id(value: &Value) -> RowId {
    if !value.is_object() {
        return RowId::from_text(&text(value));
    }
    RowId {
        kind: member(value, "type"),
        number: member(value, "number"),
        country: member(value, "country"),
        issued: member(value, "issue_date"),
        expires: member(value, "expiration_date"),
        dated: String::new(),
    }
}
