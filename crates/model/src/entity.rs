//! The entity: an id, a schema, and properties that each hold any number of values, every one with the record it came from.
//! Parsers and users make entities; the snapshot stores them; everything that is shown or written out is made from them.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};
use thiserror::Error;

use crate::schema::{PropertyType, Schema, SchemaName, interned_property};

/// Where an entity or a value was stated: a source, the issue of it, and the record in that issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Id of the source in the catalogue, such as `us_ofac_sdn`.
    pub source: String,
    /// The issue's own date, ISO 8601; empty when the source states none.
    pub issue: String,
    /// The record within the issue: an element with its id (`DistinctParty 52262`), or `line 17`.
    pub record: String,
}

/// One value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value as text, in the form that the property's type asks for.
    pub text: String,
    /// The record that states it, where that is finer than the entity's own origin (`Feature 62739`).
    pub record: Option<Box<str>>,
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self { text, record: None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// How a list says that a name relates to its party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AliasKind {
    /// The name under which the party is listed, in any script.
    Name,
    /// Also known as.
    AlsoKnownAs,
    /// Formerly known as.
    FormerlyKnownAs,
    /// Now known as.
    NowKnownAs,
}

impl AliasKind {
    /// The code in JSON: `name`, `aka`, `fka`, `nka`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::AlsoKnownAs => "aka",
            Self::FormerlyKnownAs => "fka",
            Self::NowKnownAs => "nka",
        }
    }

    /// The kind of a code; `None` for any other text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Name, Self::AlsoKnownAs, Self::FormerlyKnownAs, Self::NowKnownAs].into_iter().find(|kind| kind.code() == code)
    }
}

/// What a part of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamePartKind {
    /// Family name.
    Family,
    /// Given name.
    Given,
    /// Middle name.
    Middle,
    /// Family name before marriage.
    Maiden,
    /// Name from the father's.
    Patronymic,
    /// Name from the mother's.
    Matronymic,
    /// Nickname.
    Nickname,
    /// The whole name, of an organisation, vessel or aircraft, or of a person whose name is not split.
    Whole,
}

impl NamePartKind {
    const ALL: [Self; 8] = [
        Self::Family,
        Self::Given,
        Self::Middle,
        Self::Maiden,
        Self::Patronymic,
        Self::Matronymic,
        Self::Nickname,
        Self::Whole,
    ];

    /// The code in JSON, such as `family`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Given => "given",
            Self::Middle => "middle",
            Self::Maiden => "maiden",
            Self::Patronymic => "patronymic",
            Self::Matronymic => "matronymic",
            Self::Nickname => "nickname",
            Self::Whole => "whole",
        }
    }

    /// The kind of a code; `None` for any other text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The property of a `Person` that holds such parts; none for nicknames and whole names.
    #[must_use]
    pub fn property(self) -> Option<&'static str> {
        match self {
            Self::Family => Some("lastName"),
            Self::Given => Some("firstName"),
            Self::Middle => Some("middleName"),
            Self::Maiden => Some("maidenName"),
            Self::Patronymic => Some("fatherName"),
            Self::Matronymic => Some("motherName"),
            Self::Nickname | Self::Whole => None,
        }
    }
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePart {
    /// What it is.
    pub kind: NamePartKind,
    /// Its text.
    pub text: String,
}

/// The field's words for the property under which a name stands: `weakAlias` is a weak alias. Other properties are their own words.
#[must_use]
pub fn name_property_words(property: &str) -> &str {
    match property {
        "weakAlias" => "weak alias",
        "previousName" => "former name",
        property => property,
    }
}

/// What a list says of one name beyond its text. The text itself also stands among the properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameDetail {
    /// The whole name.
    pub text: String,
    /// How it relates to the party.
    pub kind: AliasKind,
    /// Whether the list calls it weak ("low quality"): too broad to alert on its own.
    pub weak: bool,
    /// The script in the list's own words, such as `Latin`, `Korean`.
    pub script: String,
    /// Its parts in the order of the text.
    pub parts: Vec<NamePart>,
    /// The record that states it.
    pub record: String,
}

impl NameDetail {
    /// The property under which the name stands: `name`, `alias`, `previousName`, or `weakAlias` for any weak one.
    #[must_use]
    pub fn property(&self) -> &'static str {
        match self.kind {
            _ if self.weak => "weakAlias",
            AliasKind::Name => "name",
            AliasKind::AlsoKnownAs | AliasKind::NowKnownAs => "alias",
            AliasKind::FormerlyKnownAs => "previousName",
        }
    }
}

/// Two statements under one id speak of different kinds of thing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{id}` is stated as {ours} and as {theirs}; one id cannot stand for both")]
pub struct MergeError {
    /// The id.
    pub id: String,
    /// Schema of the first statement.
    pub ours: String,
    /// Schema of the other.
    pub theirs: String,
}

/// An entity in the `FollowTheMoney` shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Unique in its dataset, stable from issue to issue (`ofac-52262`); empty for a query that has none.
    pub id: String,
    /// What kind of thing it is.
    pub schema: SchemaName,
    /// The name to show, when the file gives one.
    pub caption: Option<String>,
    /// Datasets that contain the entity.
    pub datasets: Vec<String>,
    /// Whether the entity is itself listed (and not only linked with one that is); `None` when not stated.
    pub target: Option<bool>,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// Type, strength, script and parts of names, where the source states them.
    pub names: Vec<NameDetail>,
    /// Top-level members of the JSON object that have no field here (`first_seen`, `referents`, ...), kept as they are.
    pub extra: Map<String, Json>,
    properties: Vec<(Cow<'static, str>, Vec<Value>)>,
}

impl Entity {
    /// An entity without properties.
    pub fn new(id: impl Into<String>, schema: impl Into<SchemaName>) -> Self {
        Self {
            id: id.into(),
            schema: schema.into(),
            caption: None,
            datasets: Vec::new(),
            target: None,
            origin: None,
            names: Vec::new(),
            extra: Map::new(),
            properties: Vec::new(),
        }
    }

    /// Adds a value unless the property already has the same text. An empty text is not a value.
    pub fn add(&mut self, property: &str, value: impl Into<Value>) {
        let value = value.into();
        if value.text.is_empty() {
            return;
        }
        let values = self.values_mut(property);
        if !values.iter().any(|held| held.text == value.text) {
            values.push(value);
        }
    }

    /// Adds a value that was stated by `record`.
    pub fn add_from(&mut self, property: &str, text: impl Into<String>, record: &str) {
        self.add(property, Value { text: text.into(), record: Some(record.into()) });
    }

    /// The values of a property, none if it is not set.
    #[must_use]
    pub fn values(&self, property: &str) -> &[Value] {
        self.properties.iter().find(|(name, _)| name == property).map_or(&[], |(_, values)| values)
    }

    /// The texts of a property's values.
    pub fn texts(&self, property: &str) -> impl Iterator<Item = &str> {
        self.values(property).iter().map(|value| value.text.as_str())
    }

    /// The first value's text.
    #[must_use]
    pub fn first(&self, property: &str) -> Option<&str> {
        self.texts(property).next()
    }

    /// All properties in the order in which they were first set.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.properties.iter().map(|(name, values)| (name.as_ref(), values.as_slice()))
    }

    /// All values whose property has the given type under the entity's schema.
    pub fn values_of(&self, kind: PropertyType) -> impl Iterator<Item = (&str, &Value)> {
        self.properties()
            .filter(move |(name, _)| self.property_type(name) == Some(kind))
            .flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
    }

    /// The type of a property under the entity's schema; under an unknown schema, and for a property that the schema does not
    /// have, `None`.
    #[must_use]
    pub fn property_type(&self, property: &str) -> Option<PropertyType> {
        self.schema.known().and_then(|schema| schema.property(property))
    }

    /// The name to show: the caption, else the first name, else the first number that identifies it, else the id.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.caption
            .as_deref()
            .or_else(|| {
                ["name", "alias", "previousName", "weakAlias", "publicKey", "number", "full"].iter().find_map(|p| self.first(p))
            })
            .unwrap_or(&self.id)
    }

    /// Adds all that another statement of the same entity says: values, names, datasets, extra members. What both state stays as the
    /// first has it. A value that comes from the other keeps its source, issue and record in its record.
    ///
    /// The more specific schema is kept. Fails, and changes nothing, when neither schema is the other's kind: then one id stands for
    /// two things.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        match (self.schema.known(), other.schema.known()) {
            (Some(ours), Some(theirs)) if theirs.is_a(ours) => self.schema = SchemaName::Known(theirs),
            (Some(ours), Some(theirs)) if ours.is_a(theirs) || ours.comparable(theirs) => {}
            _ if self.schema == other.schema => {}
            _ => {
                let (id, ours, theirs) = (self.id.clone(), self.schema.to_string(), other.schema.to_string());
                return Err(MergeError { id, ours, theirs });
            }
        }
        let origin = other.origin.as_ref().filter(|origin| self.origin.as_ref() != Some(*origin));
        let place = origin.map(|origin| [origin.source.as_str(), &origin.issue].join(" ").trim().to_owned());
        for (property, values) in &other.properties {
            for value in values {
                let record = value.record.as_deref().or(origin.map(|origin| origin.record.as_str())).unwrap_or_default();
                let record = place.as_ref().map_or_else(|| record.to_owned(), |place| format!("{place} {record}"));
                let record = Some(record.trim()).filter(|record| !record.is_empty()).map(Into::into);
                self.add(property, Value { text: value.text.clone(), record });
            }
        }
        for name in other.names {
            if !self.names.iter().any(|held| held.text == name.text && held.kind == name.kind) {
                self.names.push(name);
            }
        }
        for dataset in other.datasets {
            if !self.datasets.contains(&dataset) {
                self.datasets.push(dataset);
            }
        }
        self.target = match (self.target, other.target) {
            (Some(ours), Some(theirs)) => Some(ours || theirs),
            (ours, theirs) => ours.or(theirs),
        };
        self.caption = self.caption.take().or(other.caption);
        self.origin = self.origin.take().or(other.origin);
        for (key, value) in other.extra {
            self.extra.entry(key).or_insert(value);
        }
        Ok(())
    }

    /// The name of a person that is given only by its parts; `None` when there is a whole name, or no part.
    #[must_use]
    pub fn name_from_parts(&self) -> Option<String> {
        let named = ["name", "alias", "previousName", "weakAlias"].iter().any(|property| self.first(property).is_some());
        let parts: Vec<&str> =
            ["firstName", "middleName", "fatherName", "lastName"].iter().filter_map(|property| self.first(property)).collect();
        (!named && !parts.is_empty()).then(|| parts.join(" "))
    }

    /// Whether the entity links two others (`Ownership`, `Family`, ...).
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.schema.known().and_then(Schema::edge).is_some()
    }

    fn values_mut(&mut self, property: &str) -> &mut Vec<Value> {
        let position = self.properties.iter().position(|(name, _)| name == property).unwrap_or_else(|| {
            let name = interned_property(property).map_or_else(|| Cow::Owned(property.to_owned()), Cow::Borrowed);
            self.properties.push((name, Vec::new()));
            self.properties.len() - 1
        });
        &mut self.properties[position].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_statements_become_one() {
        let origin = |source: &str| Some(Origin { source: source.into(), issue: "2025-01-01".into(), record: "line 1".into() });
        let mut first = Entity::new("x-1", Schema::Organization);
        first.add("name", "Example Trading");
        first.datasets.push("one".into());
        first.origin = origin("one");
        let mut second = Entity::new("x-1", Schema::Company);
        second.add("name", "Example Trading");
        second.add("alias", "Extra");
        second.datasets.push("two".into());
        second.target = Some(true);
        second.origin = origin("two");
        first.merge(second).unwrap();
        assert_eq!(first.schema, SchemaName::Known(Schema::Company));
        assert_eq!(first.texts("name").collect::<Vec<_>>(), ["Example Trading"]);
        assert_eq!(first.values("alias"), [Value { text: "Extra".into(), record: Some("two 2025-01-01 line 1".into()) }]);
        assert_eq!((first.datasets.len(), first.target), (2, Some(true)));
        assert_eq!(first.origin, origin("one"));
        let error = first.merge(Entity::new("x-1", Schema::Person)).unwrap_err();
        assert_eq!(error.to_string(), "`x-1` is stated as Company and as Person; one id cannot stand for both");
    }

    #[test]
    fn values_are_kept_once_and_in_order() {
        let mut entity = Entity::new("x-1", Schema::Person);
        entity.add("name", "Ada Example");
        entity.add("alias", "A. Example");
        entity.add("name", "Ada Example");
        entity.add("name", "");
        entity.add("shoeSize", "38");
        assert_eq!(entity.texts("name").collect::<Vec<_>>(), ["Ada Example"]);
        assert_eq!(entity.properties().map(|(name, _)| name).collect::<Vec<_>>(), ["name", "alias", "shoeSize"]);
        assert_eq!(entity.values_of(PropertyType::Name).count(), 2);
        assert_eq!(entity.display_name(), "Ada Example");
    }
}
