//! The registry of `FollowTheMoney` schemata that this field uses: which there are, what each inherits, which properties it has
//! and of what type. In goes `data/ftm_schemata.tsv` (facts of the published model at <https://followthemoney.tech>), out come
//! a `Copy` enum and look-ups. A schema that is not in the registry is kept by name (`SchemaName::Other`), never dropped.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const TABLE: &str = include_str!("../../../data/ftm_schemata.tsv");

macro_rules! schemata {
    ($($name:ident),+ $(,)?) => {
        /// A registered `FollowTheMoney` schema.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each variant is the published schema of that name")]
        #[non_exhaustive]
        pub enum Schema { $($name),+ }

        impl Schema {
            /// Every registered schema, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The published name, such as `Company`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

schemata!(
    Thing,
    LegalEntity,
    Person,
    Organization,
    PublicBody,
    Value,
    Asset,
    Company,
    Vehicle,
    Vessel,
    Airplane,
    CryptoWallet,
    BankAccount,
    Security,
    Address,
    Position,
    Interval,
    Interest,
    Identification,
    Passport,
    Sanction,
    Ownership,
    Directorship,
    Employment,
    Membership,
    Representation,
    Succession,
    UnknownLink,
    Family,
    Associate,
    Occupancy,
);

/// The type of a property: decides how a value is compared, indexed and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PropertyType {
    /// A name of the entity.
    Name,
    /// A partial date, a range or a date with "circa" (EDTF text).
    Date,
    /// A country or territory code.
    Country,
    /// A number or code issued by an authority.
    Identifier,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// A postal address as one string.
    Address,
    /// Prose.
    Text,
    /// A short free string.
    String,
    /// A controlled tag such as `sanction`.
    Topic,
    /// `male`, `female` or `other`.
    Gender,
    /// A number.
    Number,
    /// A language code.
    Language,
    /// The id of another entity.
    Entity,
}

impl PropertyType {
    fn from_table(text: &str) -> Option<Self> {
        Some(match text {
            "name" => Self::Name,
            "date" => Self::Date,
            "country" => Self::Country,
            "identifier" => Self::Identifier,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "url" => Self::Url,
            "address" => Self::Address,
            "text" => Self::Text,
            "string" => Self::String,
            "topic" => Self::Topic,
            "gender" => Self::Gender,
            "number" => Self::Number,
            "language" => Self::Language,
            "entity" => Self::Entity,
            _ => return None,
        })
    }
}

#[derive(Default)]
struct Definition {
    /// The schema itself and all its ancestors, nearest first.
    lineage: Vec<Schema>,
    edge: Option<(&'static str, &'static str)>,
    properties: FxHashMap<&'static str, PropertyType>,
}

struct Registry {
    definitions: Vec<Definition>,
    /// Every property of every schema, for interning.
    property_names: FxHashMap<&'static str, &'static str>,
}

/// Lines of the table that could not be read, for the test that there are none.
fn read_table() -> (Registry, Vec<String>) {
    let mut registry = Registry {
        definitions: Schema::ALL.iter().map(|_| Definition::default()).collect(),
        property_names: FxHashMap::default(),
    };
    let mut problems = Vec::new();
    let rows = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    for line in rows {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [name, extends, edge, properties, _source] = columns[..] else {
            problems.push(format!("not five columns: {line}"));
            continue;
        };
        let Some(schema) = Schema::from_name(name) else {
            problems.push(format!("not a schema of the enum: {name}"));
            continue;
        };
        // Parents stand above their children in the table, so their definitions are complete.
        let mut lineage = vec![schema];
        let mut inherited = FxHashMap::default();
        for parent in extends.split(',').filter(|parent| !parent.is_empty()) {
            let Some(parent) = Schema::from_name(parent) else {
                problems.push(format!("{name}: unknown parent {parent}"));
                continue;
            };
            let definition = &registry.definitions[parent as usize];
            for ancestor in &definition.lineage {
                if !lineage.contains(ancestor) {
                    lineage.push(*ancestor);
                }
            }
            inherited.extend(definition.properties.iter().map(|(name, kind)| (*name, *kind)));
        }
        for property in properties.split(' ').filter(|property| !property.is_empty()) {
            match property.split_once(':').map(|(name, kind)| (name, PropertyType::from_table(kind))) {
                Some((property, Some(kind))) => {
                    registry.property_names.insert(property, property);
                    inherited.insert(property, kind);
                }
                _ => problems.push(format!("{name}: unreadable property {property}")),
            }
        }
        registry.definitions[schema as usize] = Definition { lineage, edge: edge.split_once('>'), properties: inherited };
    }
    (registry, problems)
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| read_table().0);

impl Schema {
    /// The schema of that published name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|schema| schema.name() == name)
    }

    /// Whether this schema is `ancestor` or inherits from it: a `Company` is an `Organization` is a `LegalEntity`.
    #[must_use]
    pub fn is_a(self, ancestor: Self) -> bool {
        self.definition().lineage.contains(&ancestor)
    }

    /// The schema itself and its ancestors, nearest first.
    #[must_use]
    pub fn lineage(self) -> &'static [Self] {
        &self.definition().lineage
    }

    /// The type of a property, own or inherited; `None` when the schema has no such property.
    #[must_use]
    pub fn property(self, name: &str) -> Option<PropertyType> {
        self.definition().properties.get(name).copied()
    }

    /// Names of all properties, own and inherited, in no particular order.
    pub fn properties(self) -> impl Iterator<Item = (&'static str, PropertyType)> {
        self.definition().properties.iter().map(|(name, kind)| (*name, *kind))
    }

    /// For a schema that links two entities, the properties that hold the source and the target.
    #[must_use]
    pub fn edge(self) -> Option<(&'static str, &'static str)> {
        self.definition().edge
    }

    /// Whether entities of the two schemata may be the same thing in the world. One may be stated more broadly than the other
    /// (`LegalEntity` against `Person`), and kinds of organisation are not told apart by all lists, so that a `Company` is
    /// comparable with a `PublicBody`; a `Person` is never comparable with a `Company`.
    #[must_use]
    pub fn comparable(self, other: Self) -> bool {
        self.is_a(other) || other.is_a(self) || (self.is_a(Self::Organization) && other.is_a(Self::Organization))
    }

    fn definition(self) -> &'static Definition {
        &REGISTRY.definitions[self as usize]
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A schema as a file names it: registered, or kept by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SchemaName {
    /// A schema of the registry.
    Known(Schema),
    /// A schema that this version does not know; its entities are carried, shown and written back, and not matched.
    Other(Box<str>),
}

impl SchemaName {
    /// The name as written in files.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(schema) => schema.name(),
            Self::Other(name) => name,
        }
    }

    /// The registered schema, if it is one.
    #[must_use]
    pub fn known(&self) -> Option<Schema> {
        match self {
            Self::Known(schema) => Some(*schema),
            Self::Other(_) => None,
        }
    }

    /// Whether this is a registered schema that is or inherits from `ancestor`.
    #[must_use]
    pub fn is_a(&self, ancestor: Schema) -> bool {
        self.known().is_some_and(|schema| schema.is_a(ancestor))
    }
}

impl From<&str> for SchemaName {
    fn from(name: &str) -> Self {
        Schema::from_name(name).map_or_else(|| Self::Other(name.into()), Self::Known)
    }
}

impl From<Schema> for SchemaName {
    fn from(schema: Schema) -> Self {
        Self::Known(schema)
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The registry's own copy of a property name, so that entities need no allocation for the names of known properties.
pub(crate) fn interned_property(name: &str) -> Option<&'static str> {
    REGISTRY.property_names.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let (registry, problems) = read_table();
        assert_eq!(problems, Vec::<String>::new());
        for schema in Schema::ALL {
            let definition = &registry.definitions[*schema as usize];
            assert!(!definition.lineage.is_empty(), "{schema} has no line in the table");
            if let Some((source, target)) = definition.edge {
                assert_eq!(definition.properties.get(source), Some(&PropertyType::Entity), "{schema}.{source}");
                assert_eq!(definition.properties.get(target), Some(&PropertyType::Entity), "{schema}.{target}");
            }
        }
    }

    #[test]
    fn inheritance() {
        assert!(Schema::Company.is_a(Schema::Organization));
        assert!(Schema::Company.is_a(Schema::LegalEntity));
        assert!(Schema::Company.is_a(Schema::Asset));
        assert!(Schema::Passport.is_a(Schema::Interval));
        assert!(!Schema::Organization.is_a(Schema::Company));
        assert_eq!(Schema::Company.property("name"), Some(PropertyType::Name));
        assert_eq!(Schema::Person.property("imoNumber"), None);
        assert_eq!(Schema::Ownership.edge(), Some(("owner", "asset")));
    }

    #[test]
    fn comparable_schemata() {
        for (a, b, expected) in [
            (Schema::Person, Schema::LegalEntity, true),
            (Schema::Person, Schema::Company, false),
            (Schema::Company, Schema::PublicBody, true),
            (Schema::Vessel, Schema::Airplane, false),
            (Schema::Thing, Schema::Vessel, true),
        ] {
            assert_eq!(a.comparable(b), expected, "{a} {b}");
            assert_eq!(b.comparable(a), expected, "{b} {a}");
        }
    }
}
