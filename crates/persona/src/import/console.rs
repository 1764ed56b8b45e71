//! Tables that people save from the pages of a service, where its interface answers in JSON. A row goes in; the record comes out as the interface
//! gives it, so that one reader takes both. Which column is which member, each importer says by its headings.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::table::rows;
use crate::people::{Builder, FileId, Source};

/// A member of the record by its path, `client.ipAddress` or `target.0.id`, and the plain headings under which a column holds it.
pub(super) type Column = (&'static str, &'static [&'static str]);

/// Whether a stream holds a table: what services answer in JSON begins with a bracket.
pub(super) fn is_table(input: &mut dyn BufRead) -> io::Result<bool> {
    let head = input.fill_buf()?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    Ok(head.first().is_some_and(|byte| !matches!(byte, b'{' | b'[')))
}

/// Hands every row to `take` as a record. Cells that are empty are no members.
pub(super) fn records_of(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    columns: &[Column],
    mut take: impl FnMut(&mut Value, Source, &mut Builder),
) -> io::Result<()> {
    let mut places: Option<Vec<(&'static str, usize)>> = None;
    rows(input, file, to, |row, source, to| {
        let places = places.get_or_insert_with(|| {
            let header = row.header();
            columns.iter().filter_map(|(path, headings)| Some((*path, header.find(headings)?))).collect()
        });
        let mut record = Value::Object(Map::new());
        for (path, place) in places.iter() {
            let text = row.at(*place);
            if !text.is_empty() {
                put(&mut record, path, Value::String(text.to_owned()));
            }
        }
        take(&mut record, source, to);
    })
}

/// Puts a value in at a path, with the objects and lists on the way.
pub(super) fn put(record: &mut Value, path: &str, value: Value) {
    let mut at = record;
    for step in path.split('.') {
        let place = match step.parse::<usize>() {
            Ok(index) => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                let Value::Array(items) = at else { return };
                items.resize(items.len().max(index + 1), Value::Null);
                items.get_mut(index)
            }
            Err(_) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                let Value::Object(members) = at else { return };
                Some(members.entry(step).or_insert(Value::Null))
            }
        };
        let Some(place) = place else { return };
        at = place;
    }
    *at = value;
}

/// Writes what pages show for true and false as the interface does.
pub(super) fn truth(record: &mut Value, pointer: &str) {
    if let Some(value) = record.pointer_mut(pointer) {
        let is = |words: &[&str]| value.as_str().is_some_and(|text| words.iter().any(|word| word.eq_ignore_ascii_case(text)));
        if is(&["true", "yes", "managed"]) {
            *value = Value::Bool(true);
        } else if is(&["false", "no", "unmanaged"]) {
            *value = Value::Bool(false);
        }
    }
}

/// A moment without a zone, in a table whose times are those of UTC.
pub(super) fn utc(record: &mut Value, member: &str) {
    if let Some(Value::String(text)) = record.get_mut(member)
        && text.len() > 10
        && text.contains(':')
        && text.ends_with(|c: char| c.is_ascii_digit())
        && !text.rsplit([' ', 'T']).next().is_some_and(|clock| clock.contains(['+', '-']))
    {
        text.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{put, utc};

    #[test]
    fn members_are_put_where_the_path_says() {
        let mut record = Value::Null;
        for (path, text) in [("id", "1"), ("actor.id", "a"), ("actor.type", "User"), ("target.1.id", "t")] {
            put(&mut record, path, text.into());
        }
        assert_eq!(record, json!({"id": "1", "actor": {"id": "a", "type": "User"}, "target": [null, {"id": "t"}]}));
    }

    #[test]
    fn moments_of_utc() {
        for (text, expected) in [
            ("2026-01-20 10:11:12.0000000", "2026-01-20 10:11:12.0000000Z"),
            ("2026-01-20T10:11:12Z", "2026-01-20T10:11:12Z"),
            ("2026-01-20T10:11:12+02:00", "2026-01-20T10:11:12+02:00"),
            ("2026-01-20", "2026-01-20"),
        ] {
            let mut record = json!({"at": text});
            utc(&mut record, "at");
            assert_eq!(record["at"], expected);
        }
    }
}
