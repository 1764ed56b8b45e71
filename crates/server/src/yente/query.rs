//! The body of `/match`: examples of parties, each with a schema and properties. It is read in one pass; only where that fails is it gone
//! through again, to say what is wrong and where.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use interdict_model::{Entity, Schema, Value};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::error::{Answer, Failure, Invalid};
use super::json::Out;

/// Texts of a property.
#[derive(Debug, Default)]
struct Texts<'a>(Vec<Cow<'a, str>>);

/// One value of a property. `None` for null, and for an object without an id.
#[derive(Debug)]
struct Text<'a>(Option<Cow<'a, str>>);

/// A party that is looked for.
#[derive(Debug, Deserialize)]
pub(super) struct Example<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    schema: Cow<'a, str>,
    #[serde(borrow)]
    properties: Pairs<'a, Texts<'a>>,
}

/// The members of an object in their order, the last where a name comes again.
#[derive(Debug)]
pub(super) struct Pairs<'a, T>(Vec<(Cow<'a, str>, T)>);

/// The whole body.
#[derive(Debug, Deserialize)]
pub(super) struct Body<'a> {
    #[serde(borrow)]
    queries: Pairs<'a, Option<Example<'a>>>,
    #[serde(default)]
    pub(super) weights: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) config: Map<String, Json>,
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, or an entity with an id")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(flag.to_string()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        let mut id = None;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == "id" {
                id = map.next_value::<Option<String>>()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Text(id.map(Cow::Owned)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Texts<'de>, E> {
        Ok(Texts(vec![Cow::Borrowed(text)]))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Texts<'de>, E> {
        Ok(Texts(vec![Cow::Owned(text.to_owned())]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts<'de>, A::Error> {
        let mut texts = Vec::new();
        while let Some(Text(text)) = items.next_element()? {
            texts.extend(text);
        }
        Ok(Texts(texts))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct PairsVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de, T>, A::Error> {
        let mut pairs: Vec<(Cow<'de, str>, T)> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            let value = map.next_value()?;
            match pairs.iter_mut().find(|(held, _)| *held == name) {
                Some(held) => held.1 = value,
                None => pairs.push((name, value)),
            }
        }
        Ok(Pairs(pairs))
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(std::marker::PhantomData))
    }
}

/// A name of a member, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Body<'a> {
    /// Reads a body.
    pub(super) fn read(bytes: &'a [u8]) -> Answer<Self> {
        serde_json::from_slice(bytes).map_err(|error| diagnose(bytes, &error))
    }

    /// The queries with their names, without those that are null.
    pub(super) fn queries(&self) -> impl Iterator<Item = (&str, &Example<'a>)> {
        self.queries.0.iter().filter_map(|(name, example)| Some((name.as_ref(), example.as_ref()?)))
    }

    /// How many queries there are, null or not.
    pub(super) fn len(&self) -> usize {
        self.queries.0.len()
    }
}

impl Example<'_> {
    /// The example as an entity that can be screened, with the names of properties that no schema has.
    pub(super) fn entity(&self) -> Answer<(Entity, Vec<&str>)> {
        let cannot = |why: String| Failure::bad(format!("Cannot parse example entity: {why}"));
        let schema = matchable(&self.schema).map_err(cannot)?;
        let mut entity = Entity::new(self.id.as_deref().unwrap_or_default(), schema);
        let mut unknown = Vec::new();
        for (name, texts) in &self.properties.0 {
            if schema.property(name).is_none() {
                unknown.push(name.as_ref());
            }
            for text in texts.0.iter().filter(|text| !text.trim().is_empty()) {
                entity.add(name, Value::from(text.trim()));
            }
        }
        Ok((entity, unknown))
    }
}

/// A schema whose entities can be looked for.
pub(super) fn matchable(name: &str) -> Result<Schema, String> {
    match Schema::from_name(name) {
        Some(schema) if schema.is_a(Schema::Thing) => Ok(schema),
        Some(schema) => Err(format!("entities of schema {schema} cannot be matched")),
        None => Err(format!("No such schema: {name:?}")),
    }
}

/// The query as it was read.
pub(super) fn write_query(out: &mut Out, entity: &Entity) {
    out.raw("{\"id\":").value(&Some(&entity.id).filter(|id| !id.is_empty()));
    out.raw(",\"schema\":").value(entity.schema.as_str()).raw(",\"properties\":{");
    let known = entity.properties().filter(|(name, _)| entity.property_type(name).is_some());
    for (name, values) in known {
        out.key(name).raw("[");
        for value in values {
            out.comma().value(value.text.as_str());
        }
        out.raw("]");
    }
    out.raw("}}");
}

/// What is wrong with a body that could not be read, and where.
fn diagnose(bytes: &[u8], error: &serde_json::Error) -> Failure {
    let json: Json = match serde_json::from_slice(bytes) {
        Ok(json) => json,
        Err(broken) => {
            let place = format!("line {} column {}", broken.line(), broken.column());
            let item = Invalid::new("json_invalid", &["body", &place], "JSON decode error", broken.to_string());
            return Failure::Invalid(vec![item]);
        }
    };
    let mut found = Vec::new();
    let brief = |json: &Json| match json {
        Json::Array(_) => Json::from("[...]"),
        Json::Object(_) => Json::from("{...}"),
        other => other.clone(),
    };
    let mut add = |kind, loc: &[&str], msg: &str, input: &Json| {
        found.push(Invalid::new(kind, &[&["body"], loc].concat(), msg, brief(input)));
    };
    let dictionary = ("dict_type", "Input should be a valid dictionary");
    let text = ("string_type", "Input should be a valid string");
    let Json::Object(body) = &json else {
        add("model_attributes_type", &[], "Input should be a valid dictionary or object to extract fields from", &json);
        return Failure::Invalid(found);
    };
    match body.get("queries") {
        None => add("missing", &["queries"], "Field required", &json),
        Some(Json::Object(queries)) => {
            for (name, query) in queries.iter().filter(|(_, query)| !query.is_null()) {
                let Json::Object(query) = query else {
                    add(dictionary.0, &["queries", name], dictionary.1, query);
                    continue;
                };
                match query.get("schema") {
                    None => add("missing", &["queries", name, "schema"], "Field required", &Json::Null),
                    Some(Json::String(_)) => {}
                    Some(other) => add(text.0, &["queries", name, "schema"], text.1, other),
                }
                if let Some(id) = query.get("id").filter(|id| !id.is_string() && !id.is_null()) {
                    add(text.0, &["queries", name, "id"], text.1, id);
                }
                match query.get("properties") {
                    None => add("missing", &["queries", name, "properties"], "Field required", &Json::Null),
                    Some(Json::Object(properties)) => {
                        for (property, value) in properties.iter().filter(|(_, value)| !value.is_string()) {
                            if !value.is_array() {
                                let loc = ["queries", name, "properties", property];
                                add("list_type", &loc, "Input should be a valid list", value);
                            }
                        }
                    }
                    Some(other) => add(dictionary.0, &["queries", name, "properties"], dictionary.1, other),
                }
            }
        }
        Some(other) => add(dictionary.0, &["queries"], dictionary.1, other),
    }
    match body.get("weights") {
        None => {}
        Some(Json::Object(weights)) => {
            for (name, weight) in weights.iter().filter(|(_, weight)| !weight.is_number()) {
                add("float_type", &["weights", name], "Input should be a valid number", weight);
            }
        }
        Some(other) => add(dictionary.0, &["weights"], dictionary.1, other),
    }
    if let Some(config) = body.get("config").filter(|config| !config.is_object()) {
        add(dictionary.0, &["config"], dictionary.1, config);
    }
    if found.is_empty() {
        found.push(Invalid::new("value_error", &["body"], error.to_string(), Json::Null));
    }
    Failure::Invalid(found)
}
