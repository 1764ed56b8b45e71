//! A party of a payment as a query: its names, dates, countries and numbers under the properties of the model. A town, a street, a post code
//! are no names and are not among them.

use interdict_model::{Entity, IdentifierKind, Schema, SchemaName, Value, identify};
use interdict_names::{NameKind, TokenKind, parse_name};
use sha2::{Digest, Sha256};

use crate::message::{Field, IdKind, Party, PartyKind};

/// What makes a query the same as another: half of a SHA-256, as those who write payments must not be able to make two that agree.
pub(super) type Key = [u8; 16];

/// What formats have where there is no name.
const NO_NAMES: [&str; 9] =
    ["NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NOT AVAILABLE", "NOT APPLICABLE", "N/A", "UNKNOWN", "NONAME", "NO NAME"];

/// Whether what stands for a name or number says that there is none.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    NO_NAMES.iter().any(|none| text.eq_ignore_ascii_case(none))
}

/// Words between two names in one field, in small letters.
const BETWEEN: [&str; 20] = [
    "c/o",
    "obo",
    "o/b/o",
    "on behalf of",
    "fbo",
    "f/b/o",
    "for the benefit of",
    "dba",
    "d/b/a",
    "doing business as",
    "t/a",
    "trading as",
    "aka",
    "a/k/a",
    "also known as",
    "fka",
    "f/k/a",
    "formerly known as",
    "or",
    "and/or",
];

/// The names in a field of names where it has several: of "A c/o B" A and B. Nothing where it has one.
pub(super) fn names_within(name: &str) -> Vec<&str> {
    /// More than that are no names.
    const MOST: usize = 8;
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = name.len() - name.trim_start().len();
    while at < name.len() && found.len() < MOST {
        let rest = name.get(at..).unwrap_or_default();
        let between = BETWEEN.iter().filter(|between| {
            rest.get(..between.len()).is_some_and(|text| text.eq_ignore_ascii_case(between))
                && rest.get(between.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == ':'))
        });
        let length = match between.max_by_key(|between| between.len()) {
            Some(between) => {
                found.push(name.get(start..at).unwrap_or_default());
                start = at + between.len();
                between.len()
            }
            None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        // The next word; behind a colon it may stand at once.
        let rest = rest.get(length..).unwrap_or_default();
        let next = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
        at += length + rest.len() - next.len();
    }
    if found.is_empty() {
        return found;
    }
    found.push(name.get(start..).unwrap_or_default());
    let has_letters = |name: &&str| name.chars().filter(|c| c.is_alphabetic()).count() > 1;
    found.into_iter().map(bare).filter(has_letters).collect()
}

fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';'))
}

/// Whether a country of a party is the one in which it was born, which is no place of a payment.
pub(super) fn is_of_birth(party: &Party, country: &Field) -> bool {
    let last = country.path.rsplit('/').next().unwrap_or(&country.path);
    // Formats that have town and country of birth in one line give both its path.
    last.to_ascii_lowercase().contains("birth") || party.birth_place.as_ref().is_some_and(|place| place.path == country.path)
}

/// Characters of the shortest address of a digital currency; an account so long may be one of a currency that is not known here.
const LONG: usize = 25;

/// The properties of a number by its form alone.
fn by_form(number: &str) -> Vec<&'static str> {
    /// Characters of the shortest and longest number that has such a form.
    const LENGTHS: std::ops::RangeInclusive<usize> = 8..=128;
    if !LENGTHS.contains(&number.len()) {
        return Vec::new();
    }
    let property = |kind| match kind {
        IdentifierKind::Iban => Some("iban"),
        IdentifierKind::Lei => Some("leiCode"),
        IdentifierKind::Bic => Some("swiftBic"),
        IdentifierKind::Wallet => Some("publicKey"),
        _ => None,
    };
    identify(number).iter().filter_map(|found| property(found.kind())).collect()
}

/// Whether the number of a list that an account is equal to is one that nobody else has: numbers of registers are equal to accounts by chance.
pub(super) fn is_of_an_account(listed_property: &str) -> bool {
    matches!(listed_property, "iban" | "leiCode" | "swiftBic" | "bic" | "publicKey")
}

/// Whether a party has a name, whatever that is worth.
pub(super) fn is_named(party: &Party) -> bool {
    party.names.iter().any(|name| !is_placeholder(&name.value))
}

/// The key of a party: all of it that [`query_of`] reads.
pub(super) fn key_of(party: &Party) -> Key {
    let mut hash = Sha256::new();
    let mut add = |what: u8, text: &str| {
        hash.update([what]);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    add(0, schema_of(party).name());
    party.names.iter().for_each(|name| add(1, &name.value));
    for country in party.address.country.iter().chain(&party.countries) {
        add(if is_of_birth(party, country) { 2 } else { 3 }, &country.value);
    }
    party.birth_date.iter().for_each(|date| add(4, &date.value));
    for id in &party.ids {
        add(5, id.kind.code());
        add(6, &id.field.value);
    }
    let mut key = Key::default();
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    key
}

fn schema_of(party: &Party) -> Schema {
    match party.kind {
        PartyKind::Person => Schema::Person,
        PartyKind::Organization | PartyKind::Bank => Schema::Organization,
        // A legal form in each of its names says as much as an element of the message does.
        PartyKind::Unknown if !party.names.is_empty() && party.names.iter().all(|name| has_legal_form(&name.value)) => {
            Schema::Organization
        }
        PartyKind::Unknown => Schema::LegalEntity,
    }
}

fn has_legal_form(name: &str) -> bool {
    let parsed = parse_name(name, NameKind::Organization);
    parsed.tokens.len() > 1 && parsed.tokens.iter().any(|token| matches!(token.kind, TokenKind::LegalForm(_)))
}

/// The query of a party.
pub(super) fn query_of(party: &Party) -> Entity {
    let mut entity = Entity::new("", SchemaName::from(schema_of(party).name()));
    let mut add = |property: &'static str, text: &str| entity.add(property, Value { text: text.to_owned(), record: None });
    for name in party.names.iter().map(|field| field.value.as_str()).filter(|name| !is_placeholder(name)) {
        add("name", name);
        for within in names_within(name) {
            add("name", within);
        }
    }
    for country in party.address.country.iter().chain(&party.countries) {
        add(if is_of_birth(party, country) { "birthCountry" } else { "country" }, &country.value);
    }
    if let Some(date) = &party.birth_date {
        add("birthDate", &date.value);
    }
    for id in &party.ids {
        let property = match id.kind {
            IdKind::Bic => "swiftBic",
            IdKind::Lei => "leiCode",
            IdKind::Iban => "iban",
            IdKind::Account => "accountNumber",
            IdKind::Wallet => "publicKey",
            IdKind::Passport => "passportNumber",
            IdKind::National => "idNumber",
            IdKind::Tax => "taxNumber",
            IdKind::Register => "registrationNumber",
            IdKind::Phone => "phone",
            IdKind::Email => "email",
            IdKind::Clearing => "bikCode",
            // A customer number of the parties' own is no number of a list, unless its form says what it is.
            IdKind::Other => "",
        };
        let value = &id.field.value;
        if !property.is_empty() {
            add(property, value);
        }
        if matches!(id.kind, IdKind::Account | IdKind::Other) {
            // What has a form of its own is under any scheme what it is: an IBAN, an address of a digital currency.
            let by_form = by_form(value);
            for property in &by_form {
                add(property, value);
            }
            if id.kind == IdKind::Account && value.len() >= LONG && !by_form.contains(&"publicKey") {
                add("publicKey", value);
            }
        }
    }
    entity
}
