//! A party of a payment as a query: its names, dates, countries and numbers under the properties of the model. A town, a street, a post code
//! are no names and are not among them.

use std::hash::{Hash, Hasher};

use interdict_model::{Entity, Schema, SchemaName, Value};
use rustc_hash::FxHasher;

use crate::message::{IdKind, Party, PartyKind};

/// A party as a query, and all that it states as a number.
pub(super) struct Stated {
    pub(super) entity: Entity,
    pub(super) key: u128,
}

/// The query of a party.
pub(super) fn stated(party: &Party) -> Stated {
    let schema = match party.kind {
        PartyKind::Person => Schema::Person,
        PartyKind::Organization | PartyKind::Bank => Schema::Organization,
        PartyKind::Unknown => Schema::LegalEntity,
    };
    let mut entity = Entity::new("", SchemaName::from(schema.name()));
    // Two hashes begun differently, as one would meet another by chance too often among millions.
    let (mut first, mut second) = (FxHasher::default(), FxHasher::default());
    (1_u64, schema.name()).hash(&mut first);
    (2_u64, schema.name()).hash(&mut second);
    let mut add = |property: &'static str, text: &str| {
        (property, text).hash(&mut first);
        (text, property).hash(&mut second);
        entity.add(property, Value { text: text.to_owned(), record: None });
    };
    for name in &party.names {
        add("name", &name.value);
    }
    for country in party.address.country.iter().chain(&party.countries) {
        let birth = country.path.ends_with("CtryOfBirth");
        add(if birth { "birthCountry" } else { "country" }, &country.value);
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
            // A customer number of the parties' own is no number of a list.
            IdKind::Other => continue,
        };
        add(property, &id.field.value);
        // Accounts of many forms of payment hold addresses of digital currencies.
        if id.kind == IdKind::Account && id.field.value.len() >= 25 {
            add("publicKey", &id.field.value);
        }
    }
    let key = (u128::from(first.finish()) << 64) | u128::from(second.finish());
    Stated { entity, key }
}
