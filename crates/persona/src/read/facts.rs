//! Facts out of the columns `detail` and `metadata`: a flat JSON object, or `name=value;name=value`. Positions and education are arrays of
//! objects, each of which is a group.

use std::borrow::Cow;

use serde_json::Value;

use crate::problem::ProblemKind;
use crate::vocabulary::Field;

/// A fact with its group.
pub(crate) type Fact<'a> = (Field, u8, Cow<'a, str>);

/// The text of a value of one cell: texts as they are, exact numbers and booleans as text, objects and arrays as JSON.
pub(super) fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => text.as_str().into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => crate::import::exact(number).into(),
        other => other.to_string().into(),
    }
}

/// Hands out the facts of a cell. `checklist` says that names are questions.
pub(super) fn take_apart<'c>(
    cell: &'c str,
    checklist: bool,
    problem: &mut impl FnMut(ProblemKind),
    take: &mut impl FnMut(Fact<'c>),
) {
    let cell = cell.trim();
    if cell.is_empty() {
        return;
    }
    if !cell.starts_with('{') {
        for pair in cell.split(';').filter(|pair| !pair.trim().is_empty()) {
            match pair.split_once('=') {
                Some((name, value)) => one(name.trim(), 0, value.trim().into(), problem, take),
                None => problem(ProblemKind::Row(format!("`{}` is neither JSON nor `name=value`", short(pair)))),
            }
        }
        return;
    }
    if !checklist && let Some(members) = plain(cell) {
        for (name, value) in members {
            one(name, 0, value.into(), problem, take);
        }
        return;
    }
    let members: serde_json::Map<String, Value> = match serde_json::from_str(cell) {
        Ok(members) => members,
        Err(error) => {
            problem(ProblemKind::Row(format!("its facts are no JSON object: {error}")));
            return;
        }
    };
    let mut group = 0_u8;
    for (name, value) in &members {
        if checklist {
            group = group.saturating_add(1);
            take((Field::What, group, name.clone().into()));
            take((Field::Answer, group, as_text(value).into_owned().to_lowercase().into()));
            continue;
        }
        let mut add = |name: &str, group, value: &Value| {
            one(name, group, as_text(value).into_owned().into(), problem, take);
        };
        match value {
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Object(inside) => {
                            group = group.saturating_add(1);
                            inside.iter().for_each(|(name, value)| add(name, group, value));
                        }
                        other => add(name, 0, other),
                    }
                }
            }
            Value::Object(inside) => inside.iter().for_each(|(name, value)| add(name, 0, value)),
            other => add(name, 0, other),
        }
    }
}

/// The members of an object that holds plain texts, short numbers and words alone, each name once, as nearly all cells of events do;
/// `None` for any other, which a full parser reads. The texts are those that the full parser would give.
fn plain(cell: &str) -> Option<Vec<(&str, &str)>> {
    let bytes = cell.as_bytes();
    let space = |at: &mut usize| {
        while matches!(bytes.get(*at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            *at += 1;
        }
    };
    let quoted = |at: &mut usize| -> Option<&str> {
        if bytes.get(*at) != Some(&b'"') {
            return None;
        }
        let start = *at + 1;
        let length = bytes[start..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        *at = start + length + 1;
        (bytes[start + length] == b'"').then(|| &cell[start..start + length])
    };
    let mut members: Vec<(&str, &str)> = Vec::with_capacity(8);
    let mut at = 1;
    space(&mut at);
    if bytes.get(at) == Some(&b'}') {
        return (at + 1 == bytes.len()).then_some(members);
    }
    loop {
        space(&mut at);
        let name = quoted(&mut at)?;
        space(&mut at);
        if bytes.get(at) != Some(&b':') || members.iter().any(|(known, _)| *known == name) {
            return None;
        }
        at += 1;
        space(&mut at);
        let value = if bytes.get(at) == Some(&b'"') {
            quoted(&mut at)?
        } else {
            let length = bytes[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))?;
            let word = &cell[at..at + length];
            at += length;
            match word {
                "true" => "yes",
                "false" => "no",
                "null" => "",
                number if is_short_number(number) => number,
                _ => return None,
            }
        };
        members.push((name, value));
        space(&mut at);
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b'}') => return (at + 1 == bytes.len()).then_some(members),
            _ => return None,
        }
    }
}

/// Whether a number is written as it would be written again: no more digits than a double holds, no exponent, no zero that says nothing.
fn is_short_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.len() <= 15
        && all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && match part {
            None => text != "-0",
            Some(part) => all_digits(part) && !part.ends_with('0') && (whole != "0" || !part.starts_with("0000")),
        }
}

fn one<'c>(name: &str, group: u8, value: Cow<'c, str>, problem: &mut impl FnMut(ProblemKind), take: &mut impl FnMut(Fact<'c>)) {
    match Field::from_code(name) {
        Some(field) => take((field, group, value)),
        None => problem(ProblemKind::UnknownColumn(name.to_owned())),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{as_text, plain};

    /// Whatever the quick reader takes, it reads as the full one does.
    #[test]
    fn plain_cells_say_the_same() {
        let taken = [
            r"{}",
            r#"{"country":"ES","lat":32.82,"managed":false,"end":null,"bids":4}"#,
            r#"{ "a" : "b c" , "d":-12.5 ,"e":0,"f":0.25}"#,
            r#"{"ä":"ü","n":123456789012345}"#,
        ];
        let left = [
            r#"{"a":"b\"c"}"#,
            r#"{"a":1e5}"#,
            r#"{"a":1.50}"#,
            r#"{"a":-0}"#,
            r#"{"a":01}"#,
            r#"{"a":0.00001}"#,
            r#"{"a":[1]}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1} x"#,
            r#"{"a":1,}"#,
            r#"{"a"}"#,
            r#"{"a":12345678901234567890}"#,
            "{",
            r#"{"a":"b"#,
        ];
        for cell in taken {
            let full: serde_json::Map<String, Value> = serde_json::from_str(cell).unwrap();
            let full: Vec<(String, String)> =
                full.iter().map(|(name, value)| (name.clone(), as_text(value).into_owned())).collect();
            let quick = plain(cell).unwrap_or_else(|| panic!("{cell}"));
            let quick: Vec<(String, String)> = quick.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            assert_eq!(quick, full, "{cell}");
        }
        for cell in left {
            assert_eq!(plain(cell), None, "{cell}");
        }
    }
}
