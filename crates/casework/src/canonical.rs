//! Canonical JSON and digests: the same value gives the same bytes, wherever and whenever it is written. Keys in order of their bytes, no
//! blanks, texts with the escapes of `serde_json`, whole numbers as they are; a number that is not whole becomes the text of it, since not
//! every reader would read it back to the last bit.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The canonical text of a value.
#[must_use]
pub fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let mut out = Map::with_capacity(map.len());
            for key in keys {
                if let Some(value) = map.get(key) {
                    out.insert(key.clone(), sorted(value));
                }
            }
            Value::Object(out)
        }
        Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
        Value::Number(number) if number.is_f64() => Value::String(number.to_string()),
        other => other.clone(),
    }
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)] as char);
        text.push(DIGITS[usize::from(byte & 15)] as char);
    }
    text
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks_exact(2).map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)).collect()
}

/// What decides whether two records state the same of a party: its schema and its properties, each with its values sorted and once. Caption,
/// datasets and the dates of seeing it are left out, so that they change without anything having changed.
#[must_use]
pub fn facts(entity: &Value) -> String {
    let mut properties = Map::new();
    if let Some(Value::Object(given)) = entity.get("properties") {
        for (name, values) in given {
            let mut values: Vec<Value> = match values {
                Value::Array(values) => values.iter().map(sorted).collect(),
                Value::Null => Vec::new(),
                one => vec![sorted(one)],
            };
            values.sort_by_cached_key(Value::to_string);
            values.dedup();
            if !values.is_empty() {
                properties.insert(name.clone(), Value::Array(values));
            }
        }
    }
    let schema = entity.get("schema").and_then(Value::as_str).unwrap_or_default();
    let mut facts = Map::new();
    facts.insert("properties".to_owned(), Value::Object(properties));
    facts.insert("schema".to_owned(), Value::String(schema.to_owned()));
    canonical(&Value::Object(facts))
}

/// SHA-256 of the [`facts`] of an entity.
#[must_use]
pub fn facts_hash(entity: &Value) -> String {
    sha256(facts(entity).as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_and_what_is_beside_the_facts_do_not_count() {
        let one = json!({"id": "c1", "caption": "Ada", "schema": "Person", "properties": {"name": ["B", "A", "A"], "country": ["lv"]}});
        let other =
            json!({"schema": "Person", "properties": {"country": ["lv"], "name": ["A", "B"], "alias": []}, "last_seen": "x"});
        assert_eq!(facts_hash(&one), facts_hash(&other));
        let changed = json!({"schema": "Person", "properties": {"country": ["ee"], "name": ["A", "B"]}});
        assert_ne!(facts_hash(&one), facts_hash(&changed));
    }

    #[test]
    fn fractions_become_texts() {
        assert_eq!(canonical(&json!({"b": 0.1, "a": [1, null, "x"]})), r#"{"a":[1,null,"x"],"b":"0.1"}"#);
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(unhex(&hex(&[0, 1, 254, 255])), Some(vec![0, 1, 254, 255]));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("012"), None);
    }
}
