//! Good-guy rules: a party of a payment, a listed party and a day go in; whether a rule holds, or why it does not hold any longer, comes out.
//! A rule is bound to the facts of both sides, so that it clears nobody but him for whom it was written, and nobody after the listing changed.

use std::collections::BTreeSet;
use std::fmt::Write;

use interdict_model::{Country, DateRelation, DateValue, PropertyType};
use interdict_names::fold;
use interdict_snapshot::EntityRef;
use sha2::{Digest, Sha256};

use crate::message::{IdKind, Party};

/// Bytes of a digest that are kept: enough to tell that something changed; nobody is kept out by it.
const DIGEST_BYTES: usize = 8;

/// A party that is known not to be the listed one.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodGuy {
    /// What it is called in results.
    pub id: String,
    /// Why, in the user's words.
    pub reason: String,
    /// Who decided it.
    pub by: String,
    /// The day on which it was decided, as ISO 8601; it does not hold before.
    pub on: String,
    /// The last day on which it holds; `None`: until the facts change.
    pub until: Option<String>,
    /// The id of the listed party.
    pub listed: String,
    /// [`Self::listed_facts_of`] the listed party when the rule was written.
    pub listed_facts: String,
    /// What a payment states of the party that is known.
    pub party: KnownParty,
}

/// The facts of a party that is known. A payment must state each kind of fact that stands here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownParty {
    /// Its names; each name that a payment states must be one of these. Compared after folding.
    pub names: Vec<String>,
    /// Date of birth, as ISO 8601.
    pub birth_date: Option<String>,
    /// Countries, as codes of ISO 3166 in capitals; each that a payment states must be one of these.
    pub countries: Vec<String>,
    /// Words that must stand in its address.
    pub address: Option<String>,
    /// Identifiers by their kind; an IBAN is an account. Each that a payment states must be one of these.
    pub ids: Vec<(IdKind, Vec<String>)>,
}

/// What a good-guy rule says of a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Cleared<'p> {
    /// The rule holds: both sides' facts are as they were.
    By(&'p GoodGuy),
    /// A rule names the two, and does not hold; why, in words.
    Lapsed {
        /// The rule.
        rule: &'p GoodGuy,
        /// What changed, or what the payment does not state.
        why: String,
    },
}

impl KnownParty {
    /// Whether something is stated that tells it from others of its name: an identifier, a date of birth, or a country with an address.
    #[must_use]
    pub fn tells_apart(&self) -> bool {
        !self.ids.is_empty() || self.birth_date.is_some() || (!self.countries.is_empty() && self.address.is_some())
    }

    /// Whether a party has one of its names.
    pub(super) fn names_one_of(&self, party: &Party) -> bool {
        party.names.iter().any(|name| self.has_name(&name.value))
    }

    fn has_name(&self, name: &str) -> bool {
        let folded = fold(name);
        !folded.is_empty() && self.names.iter().any(|known| fold(known) == folded)
    }

    /// Why a party is not known to be this one.
    fn check(&self, party: &Party) -> Result<(), String> {
        if let Some(name) = party.names.iter().find(|name| !self.has_name(&name.value)) {
            return Err(format!("the payment also states the name {}, which is none of the rule's", name.value));
        }
        if let Some(known) = &self.birth_date {
            let stated = party.birth_date.as_ref().ok_or("the payment states no birth date")?.value.as_str();
            let same = match (DateValue::parse(stated), DateValue::parse(known)) {
                (Ok(stated), Ok(known)) => stated.relation(&known) == DateRelation::Same,
                _ => false,
            };
            if !same {
                return Err(format!("the payment states the birth date {stated}, the rule {known}"));
            }
        }
        if !self.countries.is_empty() {
            let mut stated = party.address.country.iter().chain(&party.countries).map(|field| field.value.as_str()).peekable();
            if stated.peek().is_none() {
                return Err("the payment states no country".to_owned());
            }
            let known = |text: &str| {
                Country::parse(text)
                    .is_some_and(|country| self.countries.iter().any(|code| code.eq_ignore_ascii_case(country.code())))
            };
            if let Some(other) = stated.find(|text| !known(text)) {
                return Err(format!("the payment states the country {other}, the rule {}", self.countries.join(", ")));
            }
        }
        if let Some(known) = &self.address {
            let address = &party.address;
            let fields = address.lines.iter().chain(&address.street).chain(&address.post_code).chain(&address.town);
            let stated: Vec<&str> = fields.chain(&address.subdivision).map(|field| field.value.as_str()).collect();
            if stated.is_empty() {
                return Err("the payment states no address".to_owned());
            }
            let stated = stated.join(", ");
            let folded = fold(&stated);
            let words: BTreeSet<&str> = folded.split(' ').collect();
            if fold(known).split(' ').any(|word| !words.contains(word)) {
                return Err(format!("the payment states the address {}, the rule {known}", stated.replace('\n', ", ")));
            }
        }
        for (kind, known) in &self.ids {
            let mut stated =
                party.ids.iter().filter(|id| one_account(id.kind) == *kind).map(|id| id.field.value.as_str()).peekable();
            let word = kind.code();
            if stated.peek().is_none() {
                return Err(format!("the payment states no {word}"));
            }
            if let Some(other) = stated.find(|stated| !known.iter().any(|known| bare(known) == bare(stated))) {
                return Err(format!("the payment states the {word} {other}, the rule {}", known.join(", ")));
            }
        }
        Ok(())
    }
}

/// An IBAN is an account, whichever of the two a format calls it.
pub(super) fn one_account(kind: IdKind) -> IdKind {
    if kind == IdKind::Iban { IdKind::Account } else { kind }
}

/// An identifier without what it is only written with.
fn bare(identifier: &str) -> String {
    identifier.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl GoodGuy {
    /// Why the rule does not hold for a party that has its name.
    pub(super) fn check(&self, party: &Party, listed: EntityRef<'_>, day: &str) -> Result<(), String> {
        if day < self.on.as_str() {
            return Err(format!("the rule was written on {}, after this day", self.on));
        }
        if let Some(until) = self.until.as_deref().filter(|until| day > *until) {
            return Err(format!("the rule ended on {until}"));
        }
        let facts = Self::listed_facts_of(listed);
        if facts != self.listed_facts {
            return Err(format!(
                "the listing has changed: its names, birth dates, countries and identifiers give {facts}, the rule was written for {}",
                self.listed_facts
            ));
        }
        self.party.check(party)
    }

    /// A digest of the facts of a listed party by which a party is found or told apart: its names, birth dates, countries and identifiers,
    /// with those of its documents and wallets. Sixteen hexadecimal digits of the SHA-256 over the sorted facts.
    #[must_use]
    pub fn listed_facts_of(entity: EntityRef<'_>) -> String {
        let mut hash = Sha256::new();
        for (kind, value) in facts(entity) {
            hash.update(kind);
            hash.update([0]);
            hash.update(&value);
            hash.update([0]);
        }
        hash.finalize().iter().take(DIGEST_BYTES).fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// A rule for a listed party as a block of TOML, to be filled in: the id and the digest are right, what stands in the listing is said in
    /// comments, and the rest is empty, which no policy takes. `day` is ISO 8601.
    #[must_use]
    pub fn template(listed: EntityRef<'_>, day: &str) -> String {
        let mut text = String::from("[[good_guy]]\n");
        for (kind, value) in facts(listed) {
            let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(text, "# listed: {kind} {value}");
        }
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let _ = write!(
            text,
            "id = \"\"\nlisted = {}\nlisted_facts = {}\nreason = \"\"\nby = \"\"\non = {day}\n\
             # until = the last day on which it holds\n\
             # The name, and at least one of: birth_date, account, passport, another identifier, or country with address.\n\
             party = {{ name = [], birth_date = \"\", account = [] }}\n",
            quoted(listed.id()),
            quoted(&Self::listed_facts_of(listed)),
        );
        text
    }
}

/// The facts of a listed party, sorted, each once: what it is, and the value.
fn facts(entity: EntityRef<'_>) -> BTreeSet<(&'static str, String)> {
    let mut facts = BTreeSet::new();
    let mut add = |of: EntityRef<'_>, own: bool| {
        let Some(schema) = of.schema() else { return };
        for (property, value, _) in of.properties() {
            let kind = match schema.property(property) {
                Some(PropertyType::Name) if own && !is_name_part(property) => "name",
                Some(PropertyType::Date) if own && property == "birthDate" => "birth date",
                Some(PropertyType::Country) if own => "country",
                Some(PropertyType::Identifier) => "identifier",
                _ if !own && matches!(property, "number" | "publicKey" | "accountNumber") => "identifier",
                _ => continue,
            };
            facts.insert((kind, value.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    };
    add(entity, true);
    for link in entity.referrers().filter(|link| link.property == "holder") {
        add(link.entity, false);
    }
    facts
}

/// Parts of names, which say what the whole names say.
fn is_name_part(property: &str) -> bool {
    matches!(
        property,
        "firstName" | "secondName" | "middleName" | "lastName" | "fatherName" | "motherName" | "title" | "nameSuffix"
    )
}
