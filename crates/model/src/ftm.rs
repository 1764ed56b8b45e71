//! JSON in and out: one entity of a `FollowTheMoney` export a line. Any line that `OpenSanctions` publishes is read and, written
//! again, says the same: unknown schemata, properties and top-level members are kept. What is ours alone stands under two
//! top-level keys, `names` (type, strength, script and parts of names) and `origin`, which other tools pass over.

use serde_json::{Map, Value as Json, json};
use thiserror::Error;

use crate::entity::{AliasKind, Entity, NameDetail, NamePart, NamePartKind, Origin, Value};
use crate::schema::SchemaName;

/// The longest line that is read, in bytes: 16 MiB. The largest entities of public exports stay under 2 MiB.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// Why a JSON text is not an entity. `field` names are JSON paths.
#[derive(Debug, Error)]
pub enum FtmError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON is something else than an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member has the wrong type.
    #[error("`{field}` must be {expected}")]
    Type {
        /// The member's path.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A member that must be there is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
}

/// Reads one entity from a JSON text.
///
/// `id` may be missing (queries have none); `schema` must be there. Property values may be strings, numbers, booleans, nested
/// entities (their ids are taken), or one such value without an array around it.
pub fn entity_from_json(text: &str) -> Result<Entity, FtmError> {
    entity_from_value(serde_json::from_str(text)?)
}

/// Reads one entity from a parsed JSON value; see [`entity_from_json`].
pub fn entity_from_value(json: Json) -> Result<Entity, FtmError> {
    let Json::Object(mut object) = json else { return Err(FtmError::NotAnObject) };
    let schema = match object.shift_remove("schema") {
        Some(Json::String(name)) if !name.is_empty() => SchemaName::from(name.as_str()),
        Some(_) => return Err(FtmError::Type { field: "schema".into(), expected: "the name of a schema" }),
        None => return Err(FtmError::Missing("schema")),
    };
    let id = match object.shift_remove("id") {
        Some(Json::String(id)) => id,
        Some(Json::Number(id)) => id.to_string(),
        Some(Json::Null) | None => String::new(),
        Some(_) => return Err(FtmError::Type { field: "id".into(), expected: "a string" }),
    };
    let mut entity = Entity::new(id, schema);
    entity.caption = match object.shift_remove("caption") {
        Some(Json::String(caption)) => Some(caption),
        Some(Json::Null) | None => None,
        Some(_) => return Err(FtmError::Type { field: "caption".into(), expected: "a string" }),
    };
    entity.datasets = match object.shift_remove("datasets") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items
            .into_iter()
            .map(|item| match item {
                Json::String(text) => Ok(text),
                _ => Err(FtmError::Type { field: "datasets".into(), expected: "an array of strings" }),
            })
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(FtmError::Type { field: "datasets".into(), expected: "an array of strings" }),
    };
    entity.target = match object.shift_remove("target") {
        Some(Json::Bool(target)) => Some(target),
        Some(Json::Null) | None => None,
        Some(_) => return Err(FtmError::Type { field: "target".into(), expected: "true or false" }),
    };
    // Other tools may use the same keys for something else; what is not in our shape is kept as it is.
    if let Some(origin) = object.get("origin").and_then(Json::as_object).and_then(origin_from_json) {
        entity.origin = Some(origin);
        object.shift_remove("origin");
    }
    if let Some(names) =
        object.get("names").and_then(Json::as_array).and_then(|names| names.iter().map(name_from_json).collect())
    {
        entity.names = names;
        object.shift_remove("names");
    }
    match object.shift_remove("properties") {
        Some(Json::Object(properties)) => {
            for (name, values) in properties {
                add_values(&mut entity, &name, values)?;
            }
        }
        Some(Json::Null) | None => {}
        Some(_) => return Err(FtmError::Type { field: "properties".into(), expected: "an object" }),
    }
    entity.extra = object;
    Ok(entity)
}

/// Our origin, if the object is one: no members but ours, all of them texts.
fn origin_from_json(object: &Map<String, Json>) -> Option<Origin> {
    let mut origin = Origin::default();
    for (key, value) in object {
        let text = value.as_str()?.to_owned();
        match key.as_str() {
            "source" => origin.source = text,
            "issue" => origin.issue = text,
            "record" => origin.record = text,
            _ => return None,
        }
    }
    Some(origin)
}

/// One of our names' details, if the value is one.
fn name_from_json(json: &Json) -> Option<NameDetail> {
    let optional = |key: &str| json.get(key).map_or(Some(String::new()), |value| value.as_str().map(ToOwned::to_owned));
    let part = |item: &Json| {
        let kind = NamePartKind::from_code(item.get(0)?.as_str()?)?;
        Some(NamePart { kind, text: item.get(1)?.as_str()?.to_owned() })
    };
    Some(NameDetail {
        text: json.get("text")?.as_str()?.to_owned(),
        kind: AliasKind::from_code(json.get("kind")?.as_str()?)?,
        weak: json.get("weak").map_or(Some(false), Json::as_bool)?,
        script: optional("script")?,
        parts: json.get("parts").map_or(Some(Vec::new()), |parts| parts.as_array()?.iter().map(part).collect())?,
        record: optional("record")?,
    })
}

fn name_to_json(name: &NameDetail) -> Json {
    let mut object = Map::new();
    object.insert("text".into(), json!(name.text));
    object.insert("kind".into(), json!(name.kind.code()));
    if name.weak {
        object.insert("weak".into(), json!(true));
    }
    for (key, text) in [("script", &name.script), ("record", &name.record)] {
        if !text.is_empty() {
            object.insert(key.into(), json!(text));
        }
    }
    if !name.parts.is_empty() {
        object.insert("parts".into(), name.parts.iter().map(|part| json!([part.kind.code(), part.text])).collect());
    }
    Json::Object(object)
}

fn add_values(entity: &mut Entity, name: &str, values: Json) -> Result<(), FtmError> {
    let wrong = || FtmError::Type { field: format!("properties.{name}"), expected: "an array of strings" };
    let items = match values {
        Json::Array(items) => items,
        Json::Null => return Ok(()),
        single => vec![single],
    };
    for item in items {
        let text = match item {
            Json::String(text) => text,
            Json::Number(number) => number.to_string(),
            Json::Bool(flag) => flag.to_string(),
            Json::Null => continue,
            // A nested entity, as the `OpenSanctions` export `targets.nested.json` writes them.
            Json::Object(mut nested) => match nested.shift_remove("id") {
                Some(Json::String(id)) => id,
                _ => return Err(wrong()),
            },
            Json::Array(_) => return Err(wrong()),
        };
        entity.add(name, Value::from(text));
    }
    Ok(())
}

/// The entity as a JSON object in the published member order: `id`, `caption`, `schema`, `properties`, `datasets`, then the rest.
#[must_use]
pub fn entity_to_json(entity: &Entity) -> Json {
    let mut object = Map::new();
    object.insert("id".into(), json!(entity.id));
    if let Some(caption) = &entity.caption {
        object.insert("caption".into(), json!(caption));
    }
    object.insert("schema".into(), json!(entity.schema.as_str()));
    let properties: Map<String, Json> = entity
        .properties()
        .map(|(name, values)| (name.to_owned(), values.iter().map(|value| json!(value.text)).collect()))
        .collect();
    object.insert("properties".into(), Json::Object(properties));
    if !entity.datasets.is_empty() {
        object.insert("datasets".into(), json!(entity.datasets));
    }
    if let Some(target) = entity.target {
        object.insert("target".into(), json!(target));
    }
    for (key, value) in &entity.extra {
        object.insert(key.clone(), value.clone());
    }
    if !entity.names.is_empty() {
        object.insert("names".into(), entity.names.iter().map(name_to_json).collect());
    }
    if let Some(origin) = &entity.origin {
        let mut members = Map::new();
        for (key, text) in [("source", &origin.source), ("issue", &origin.issue), ("record", &origin.record)] {
            if !text.is_empty() {
                members.insert(key.into(), json!(text));
            }
        }
        object.insert("origin".into(), Json::Object(members));
    }
    Json::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    /// Reads, writes, and compares as JSON values; `datasets: []` and absent members are the same statement.
    fn round_trips(text: &str) {
        let before: Json = serde_json::from_str(text).unwrap();
        let after = entity_to_json(&entity_from_json(text).unwrap());
        assert_eq!(before, after);
    }

    #[test]
    fn round_trip() {
        round_trips(
            r#"{"id":"NK-1","caption":"Ada Example","schema":"Person","properties":{"name":["Ada Example","Ада Пример"],
            "shoeSize":["38"],"topics":["sanction"]},"referents":["gb-hmt-1"],"datasets":["us_ofac_sdn"],"target":true,
            "first_seen":"2023-04-20T00:00:00","last_seen":"2026-01-01T00:00:00","last_change":null}"#,
        );
        round_trips(
            r#"{"id":"x","schema":"Person","properties":{"name":["Ada Example"]},"names":[{"text":"Ada Example","kind":"name",
            "script":"Latin","record":"DocumentedName 7","parts":[["given","Ada"],["family","Example"]]}]}"#,
        );
        for foreign in [r#""origin":["x"]"#, r#""origin":{"source":7}"#, r#""names":["Ada"]"#, r#""names":"Ada""#] {
            round_trips(&format!(r#"{{"id":"x","schema":"Person","properties":{{"name":["Ada Example"]}},{foreign}}}"#));
        }
        round_trips(r#"{"id":"x","schema":"HyperText","properties":{"bodyText":["kept"]}}"#);
        round_trips(
            r#"{"id":"x","schema":"Vessel","properties":{},"origin":{"source":"s","issue":"2025-01-01","record":"line 1"}}"#,
        );
    }

    #[test]
    fn nested_entities_become_references() {
        let entity = entity_from_json(
            r#"{"id":"o","schema":"Ownership","properties":{"owner":[{"id":"a","schema":"Person","properties":{}}],"percentage":50}}"#,
        )
        .unwrap();
        assert_eq!(entity.first("owner"), Some("a"));
        assert_eq!(entity.first("percentage"), Some("50"));
        assert_eq!(entity.schema, SchemaName::Known(Schema::Ownership));
    }

    #[test]
    fn errors_name_the_field() {
        for (text, expected) in [
            ("{", "not JSON: EOF while parsing an object at line 1 column 1"),
            ("[]", "not a JSON object"),
            ("{}", "`schema` is missing"),
            (r#"{"schema":7}"#, "`schema` must be the name of a schema"),
            (r#"{"schema":"Person","properties":[]}"#, "`properties` must be an object"),
            (r#"{"schema":"Person","properties":{"name":[[]]}}"#, "`properties.name` must be an array of strings"),
            (r#"{"schema":"Person","datasets":[1]}"#, "`datasets` must be an array of strings"),
            (r#"{"schema":"Person","target":"yes"}"#, "`target` must be true or false"),
        ] {
            assert_eq!(entity_from_json(text).unwrap_err().to_string(), expected, "{text}");
        }
    }
}
