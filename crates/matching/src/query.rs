//! What is screened: an entity as the user gave it, read once. Names become tokens, dates and countries their types, numbers their keys;
//! what could not be read, and what was repaired, is kept as warnings and reported with the result.

use std::collections::BTreeSet;

use interdict_model::{Country, DateValue, Entity, Identifier, IdentifierKind, PropertyType, Schema, identify};
use interdict_names::{NameKind, NameNote, ParsedName, parse_name};
use thiserror::Error;

use crate::token::QueryName;

/// The longest name that is screened, in bytes. The longest name on any official list has under 400.
pub const MAX_NAME_BYTES: usize = 4096;

/// Why an entity cannot be screened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Neither a name nor an identifier.
    #[error("nothing to screen: no name and no identifier")]
    Nothing,
    /// A name without a letter or digit.
    #[error("`{property}`: the name has no letter or digit in it")]
    BlankName {
        /// The property.
        property: String,
    },
    /// A name beyond the limit, which is no name.
    #[error("`{property}`: a name of {bytes} bytes; the limit is {MAX_NAME_BYTES}")]
    NameTooLong {
        /// The property.
        property: String,
        /// Its length.
        bytes: usize,
    },
    /// A schema that is not registered.
    #[error("`schema`: `{0}` is not a schema of this field")]
    UnknownSchema(String),
}

/// An identifier of a query.
#[derive(Clone, Debug)]
pub(crate) struct QueryIdentifier {
    pub(crate) property: String,
    /// `None` for a number that was typed without saying what it is.
    pub(crate) kind: Option<IdentifierKind>,
    pub(crate) raw: String,
    /// Canonical form, when the value obeys the rule of its kind.
    pub(crate) key: Option<String>,
    pub(crate) lookup: String,
    /// Whether it was stated as an identifier, and not only read out of a name.
    pub(crate) stated: bool,
}

/// What a name was read as: one kind of party, or several whose rules read it alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    person: bool,
    body: bool,
    object: bool,
}

impl Reading {
    pub(crate) fn of(kind: NameKind) -> Self {
        let mut reading = Self { person: false, body: false, object: false };
        reading.add(kind);
        reading
    }

    fn add(&mut self, kind: NameKind) {
        match kind {
            NameKind::Person => self.person = true,
            NameKind::Organization => self.body = true,
            NameKind::Object => self.object = true,
            NameKind::Unknown => *self = Self { person: true, body: true, object: true },
        }
    }

    /// The kinds as bits.
    pub(crate) fn bits(self) -> u8 {
        u8::from(self.person) | u8::from(self.body) << 1 | u8::from(self.object) << 2
    }

    /// What [`Self::bits`] gave.
    pub(crate) fn from_bits(bits: u8) -> Self {
        Self { person: bits & 1 != 0, body: bits & 2 != 0, object: bits & 4 != 0 }
    }

    /// Whether the name was read as that of an organisation.
    pub(crate) fn is_body(self) -> bool {
        self.body
    }

    /// As what the name is compared with a party of the schema; `None` when it was read for other kinds only.
    pub(crate) fn kind_for(self, schema: Schema) -> Option<NameKind> {
        if schema.is_a(Schema::Person) {
            self.person.then_some(NameKind::Person)
        } else if schema.is_a(Schema::Organization) {
            self.body.then_some(NameKind::Organization)
        } else if schema == Schema::LegalEntity {
            if self.body { Some(NameKind::Organization) } else { self.person.then_some(NameKind::Person) }
        } else if schema.is_a(Schema::Asset) {
            self.object.then_some(NameKind::Object)
        } else {
            // The list does not say what has the name: it is taken as what the query is of.
            match (self.person, self.body, self.object) {
                (true, true, true) => Some(NameKind::Unknown),
                (true, false, _) => Some(NameKind::Person),
                (_, true, _) => Some(NameKind::Organization),
                (_, _, object) => object.then_some(NameKind::Object),
            }
        }
    }

    /// As what two names are compared; `None` when they were read for different kinds.
    pub(crate) fn kind_with(self, other: Self) -> Option<NameKind> {
        if self.body && other.body {
            let only = !(self.person && other.person && self.object && other.object);
            Some(if only { NameKind::Organization } else { NameKind::Unknown })
        } else if self.person && other.person {
            Some(NameKind::Person)
        } else {
            (self.object && other.object).then_some(NameKind::Object)
        }
    }
}

/// A query that is ready to be screened any number of times.
#[derive(Clone, Debug)]
pub struct Query {
    pub(crate) schema: Schema,
    pub(crate) names: Vec<(Reading, QueryName)>,
    pub(crate) birth_dates: Vec<DateValue>,
    pub(crate) countries: BTreeSet<Country>,
    pub(crate) genders: BTreeSet<String>,
    pub(crate) identifiers: Vec<QueryIdentifier>,
    warnings: Vec<String>,
}

impl Query {
    /// Reads an entity.
    ///
    /// A schema that says little (`Thing`, `LegalEntity`) lets a name be read both as a person's and as an organisation's.
    pub fn from_entity(entity: &Entity) -> Result<Self, QueryError> {
        let schema = entity.schema.known().ok_or_else(|| QueryError::UnknownSchema(entity.schema.as_str().to_owned()))?;
        let mut query = Self {
            schema,
            names: Vec::new(),
            birth_dates: Vec::new(),
            countries: BTreeSet::new(),
            genders: BTreeSet::new(),
            identifiers: Vec::new(),
            warnings: Vec::new(),
        };
        let mut unusable = Vec::new();
        for (property, value) in entity.properties().flat_map(|(name, values)| values.iter().map(move |value| (name, value))) {
            // A property that the schema lacks is still read by what its name means elsewhere: users' columns are not the model's.
            let kind = schema
                .property(property)
                .or_else(|| Schema::Person.property(property))
                .or_else(|| Schema::Company.property(property));
            match kind {
                Some(PropertyType::Name) => unusable.extend(query.add_name(property, &value.text).err()),
                Some(PropertyType::Country) => query.add_country(property, &value.text),
                Some(PropertyType::Gender) => {
                    query.genders.insert(value.text.trim().to_lowercase());
                }
                _ if property == "birthDate" => query.add_birth_date(&value.text),
                _ => {}
            }
        }
        if let Some(name) = entity.name_from_parts().filter(|_| schema.is_a(Schema::LegalEntity)) {
            unusable.extend(query.add_name("firstName, lastName", &name).err());
        }
        for (property, values) in entity.properties() {
            let Some(kind) = IdentifierKind::from_property(schema, property) else { continue };
            for value in values {
                query.add_identifier(property, kind, &value.text);
            }
        }
        // One name that is none does not keep the others from being screened.
        if query.names.is_empty() && query.identifiers.is_empty() {
            return Err(unusable.into_iter().next().unwrap_or(QueryError::Nothing));
        }
        query.warnings.extend(unusable.iter().map(|error| format!("{error}; ignored")));
        Ok(query)
    }

    /// What was repaired or left out.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The same without dates, countries and genders: nothing but names and identifiers.
    #[must_use]
    pub fn without_context(mut self) -> Self {
        self.birth_dates.clear();
        self.countries.clear();
        self.genders.clear();
        self
    }

    /// Whether there is a name to compare.
    #[must_use]
    pub fn has_name(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether there is an identifier to look up.
    #[must_use]
    pub fn has_identifier(&self) -> bool {
        !self.identifiers.is_empty()
    }

    /// Whether anything but names and identifiers is stated.
    pub(crate) fn states_facts(&self) -> bool {
        !(self.birth_dates.is_empty() && self.countries.is_empty() && self.genders.is_empty())
    }

    /// The schema that was asked for.
    #[must_use]
    pub fn schema(&self) -> Schema {
        self.schema
    }

    fn add_name(&mut self, property: &str, raw: &str) -> Result<(), QueryError> {
        if raw.len() > MAX_NAME_BYTES {
            return Err(QueryError::NameTooLong { property: property.to_owned(), bytes: raw.len() });
        }
        let kinds: &[NameKind] = if self.schema.is_a(Schema::Person) {
            &[NameKind::Person]
        } else if self.schema.is_a(Schema::Organization) {
            &[NameKind::Organization]
        } else if self.schema.is_a(Schema::Vehicle) {
            &[NameKind::Object]
        } else {
            &[NameKind::Person, NameKind::Organization, NameKind::Object]
        };
        let mut readings: Vec<(Reading, QueryName)> = Vec::new();
        for kind in kinds {
            let parsed = parse_name(raw, *kind);
            if readings.is_empty() {
                self.note(property, &parsed.notes);
            }
            // How common a word is, and how else it can be read, depends on the kind; one reading is the same words in the same parts.
            let same = |held: &QueryName| {
                let parts =
                    |name: &ParsedName| name.tokens.iter().map(|token| (token.text.clone(), token.kind)).collect::<Vec<_>>();
                held.parsed.tokens.len() == parsed.tokens.len() && parts(&held.parsed) == parts(&parsed)
            };
            match readings.iter_mut().find(|(_, held)| same(held)) {
                Some(held) => held.0.add(*kind),
                None => readings.push((Reading::of(*kind), QueryName::new(raw, property, parsed))),
            }
        }
        if readings.iter().all(|(_, name)| name.parsed.tokens.is_empty()) {
            return Err(QueryError::BlankName { property: property.to_owned() });
        }
        if kinds.len() > 1 {
            self.add_typed_identifiers(property, raw.trim());
        }
        readings.retain(|(_, name)| !name.parsed.tokens.is_empty());
        self.names.extend(readings);
        Ok(())
    }

    /// What is typed into one field may be a wallet, an IMO number, a passport, a telephone number, a web site.
    fn add_typed_identifiers(&mut self, property: &str, raw: &str) {
        let found = identify(raw);
        let mut typed: Vec<(Option<IdentifierKind>, Option<String>, String)> = found
            .iter()
            .map(|identifier| (Some(identifier.kind()), Some(identifier.key().to_owned()), identifier.lookup_key().to_string()))
            .collect();
        let one_word = !raw.contains(char::is_whitespace);
        let digits = raw.bytes().filter(u8::is_ascii_digit).count();
        if one_word && raw.contains('.') {
            typed.extend(
                Identifier::parse(IdentifierKind::Website, raw, None)
                    .ok()
                    .map(|site| (Some(site.kind()), None, site.key().to_owned())),
            );
        }
        if digits >= 7 {
            typed.extend(
                Identifier::parse(IdentifierKind::Phone, raw, None)
                    .ok()
                    .map(|phone| (Some(phone.kind()), None, phone.key().to_owned())),
            );
        }
        if digits >= 5 || (one_word && digits > 0 && raw.len() >= 4) {
            typed.push((None, None, Identifier::unverified_key(IdentifierKind::Other, raw)));
        }
        if found.is_empty() && one_word && raw.len() >= 20 && raw.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            typed.push((Some(IdentifierKind::Wallet), None, Identifier::unverified_key(IdentifierKind::Wallet, raw)));
        }
        for (kind, key, lookup) in typed.into_iter().filter(|typed| !typed.2.is_empty()) {
            let (property, raw) = (property.to_owned(), raw.to_owned());
            self.identifiers.push(QueryIdentifier { property, kind, raw, key, lookup, stated: false });
        }
    }

    fn note(&mut self, property: &str, notes: &[NameNote]) {
        for note in notes {
            self.warnings.push(match note {
                NameNote::BidiRemoved(n) => format!("`{property}`: {n} bidirectional control characters were ignored"),
                NameNote::ControlRemoved(n) => format!("`{property}`: {n} control characters were ignored"),
                NameNote::InvisibleRemoved(n) => format!("`{property}`: {n} invisible characters were ignored"),
                NameNote::HomoglyphsFolded(n) => {
                    format!("`{property}`: {n} look-alike letters of another script were replaced")
                }
                NameNote::Truncated => format!("`{property}`: the name is too long; its end was ignored"),
                other => format!("`{property}`: {other:?}"),
            });
        }
    }

    fn add_birth_date(&mut self, raw: &str) {
        match DateValue::parse(raw) {
            Ok(date) => self.birth_dates.push(date),
            Err(error) => self.warnings.push(format!("`birthDate`: `{raw}` was ignored: {error}")),
        }
    }

    fn add_country(&mut self, property: &str, raw: &str) {
        match Country::parse(raw) {
            Some(country) => {
                self.countries.insert(country);
            }
            None => self.warnings.push(format!("`{property}`: `{raw}` is not a known country; ignored")),
        }
    }

    fn add_identifier(&mut self, property: &str, kind: IdentifierKind, raw: &str) {
        let country = self.countries.first().copied();
        let (kind, key, lookup) = match Identifier::parse(kind, raw, country) {
            Ok(identifier) => (identifier.kind(), Some(identifier.key().to_owned()), identifier.lookup_key().to_string()),
            Err(error) => {
                self.warnings.push(format!("`{property}`: `{raw}`: {error}; looked up as it stands"));
                (kind, None, Identifier::unverified_key(kind, raw))
            }
        };
        if !lookup.is_empty() {
            self.identifiers.push(QueryIdentifier {
                property: property.to_owned(),
                kind: Some(kind),
                raw: raw.to_owned(),
                key,
                lookup,
                stated: true,
            });
        }
    }
}
