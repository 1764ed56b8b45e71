//! The parties of a table of owners: what rows say of each in, one entity a party out.
//!
//! A party is known by an id, an LEI, the number of a British company, or else by name, country, registration, birth date and IMO number
//! together. A row that gives a name alone means the only party of the file with that name.

use interdict_model::{AliasKind, Country, Entity, Identifier, IdentifierKind, Schema};
use rustc_hash::FxHashMap;

use crate::companies_house;
use crate::facts::key;
use crate::fields::put;
use crate::listing::{Listing, Name, Place};
use crate::pieces::{folded, tidy};

/// Beginnings of ids that lists and registers give.
const FOREIGN: [&str; 12] = ["au-", "bis-dpl-", "bods-", "ca-", "ch-", "csl-", "eu-", "gb-", "lei-", "names-", "ofac-", "un-"];

/// Beginnings of ids of registers of companies: of those a row may say more than who is meant.
const REGISTERS: [&str; 2] = ["lei-", "gb-coh-"];

/// Before an id: it is one of another source, whatever it begins with.
const AS_IT_IS: &str = "id:";

/// What a row says of one party.
#[derive(Debug, Default)]
pub(super) struct Mention {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) schema: Option<Schema>,
    pub(super) country: String,
    /// EDTF.
    pub(super) birth_date: String,
    pub(super) registration: String,
    pub(super) lei: String,
    pub(super) imo: String,
    pub(super) is_asset: bool,
}

/// The number of a party among those of the file.
pub(super) type Number = usize;

#[derive(Debug)]
struct Party {
    id: String,
    folded: String,
    /// Known by its name alone.
    bare: bool,
    /// Under the id of another source.
    foreign: bool,
    schema: Option<Schema>,
    is_asset: bool,
    /// Properties with the lines that state them.
    facts: Vec<(&'static str, String, u64)>,
    line: u64,
}

impl Party {
    fn is_register(&self) -> bool {
        REGISTERS.iter().any(|begin| self.id.starts_with(begin))
    }
}

/// All parties of a file.
#[derive(Debug)]
pub(super) struct Parties {
    prefix: String,
    all: Vec<Party>,
    by_id: FxHashMap<String, Number>,
}

impl Parties {
    pub(super) fn new(prefix: String) -> Self {
        Self { prefix, all: Vec::new(), by_id: FxHashMap::default() }
    }

    /// The party that a row speaks of; what is new in the row is added to it.
    pub(super) fn of(&mut self, listing: &mut Listing<'_>, at: Place<'_>, mention: Mention) -> Number {
        let name = tidy(&mention.name);
        let (id, foreign) = self.id(listing, at, &mention);
        let told = [&mention.country, &mention.registration, &mention.birth_date, &mention.imo];
        let bare = mention.id.is_empty() && !foreign && told.iter().all(|text| text.is_empty());
        let number = *self.by_id.entry(id.clone()).or_insert_with(|| {
            self.all.push(Party {
                id,
                folded: folded(&name),
                bare,
                foreign,
                schema: None,
                is_asset: false,
                facts: Vec::new(),
                line: at.line,
            });
            self.all.len() - 1
        });
        let party = &mut self.all[number];
        party.is_asset |= mention.is_asset;
        // The list whose id it is says what the party is; the row only says who is meant.
        let whole = !foreign || party.is_register();
        if let Some(schema) = mention.schema.filter(|_| !foreign) {
            match party.schema {
                Some(held) if held.is_a(schema) => {}
                Some(held) if !schema.is_a(held) => {
                    let message = format!("`{}` is {held} in a row before, and {schema} here; kept as {held}", party.id);
                    listing.issue(at, "type", message);
                }
                _ => party.schema = Some(schema),
            }
        }
        let name_property = if whole { "name" } else { "weakAlias" };
        let mut facts = vec![(name_property, name)];
        if whole {
            facts.extend([
                ("country", mention.country),
                ("birthDate", mention.birth_date),
                ("registrationNumber", mention.registration),
                ("leiCode", mention.lei),
                ("imoNumber", mention.imo),
            ]);
        }
        for (property, text) in facts {
            if !text.is_empty() && !party.facts.iter().any(|(held, value, _)| *held == property && *value == text) {
                party.facts.push((property, text, at.line));
            }
        }
        number
    }

    /// The party that a text means, which is an id or a name.
    pub(super) fn named(&mut self, listing: &mut Listing<'_>, at: Place<'_>, text: &str) -> Number {
        let own = self.own_id(text);
        if let Some(number) = self.by_id.get(&own) {
            return *number;
        }
        let mention = if foreign_id(text).is_some() {
            Mention { id: text.to_owned(), ..Mention::default() }
        } else {
            Mention { name: text.to_owned(), ..Mention::default() }
        };
        self.of(listing, at, mention)
    }

    fn own_id(&self, text: &str) -> String {
        format!("{}-{}", self.prefix, tidy(text))
    }

    /// The id of a party, and whether it is one of another source.
    fn id(&self, listing: &mut Listing<'_>, at: Place<'_>, mention: &Mention) -> (String, bool) {
        if !mention.id.is_empty() {
            return foreign_id(&mention.id).map_or_else(|| (self.own_id(&mention.id), false), |id| (id.to_owned(), true));
        }
        if !mention.lei.is_empty() {
            match Identifier::parse(IdentifierKind::Lei, &mention.lei, None) {
                Ok(lei) => return (format!("lei-{}", lei.key()), true),
                Err(error) => listing.issue(at, "lei", error.to_string()),
            }
        }
        if mention.country == "gb"
            && let Some(number) = companies_house::number(&mention.registration)
        {
            return (format!("gb-coh-{number}"), true);
        }
        let plain = folded(&mention.name);
        let name = if plain.is_empty() { mention.name.as_str() } else { &plain };
        let registration = folded(&mention.registration);
        let parts = [name, &mention.country, &registration, &mention.birth_date, &mention.imo];
        (format!("{}-{}", self.prefix, key(parts, 12)), false)
    }

    /// Who is meant by each number, now that all rows are read: a name alone means the only other party that has it.
    pub(super) fn resolve(&self, listing: &mut Listing<'_>) -> Vec<Number> {
        let mut by_name: FxHashMap<&str, Vec<Number>> = FxHashMap::default();
        for (number, party) in self.all.iter().enumerate().filter(|(_, party)| !party.bare && !party.folded.is_empty()) {
            by_name.entry(&party.folded).or_default().push(number);
        }
        let mut meant: Vec<Number> = (0..self.all.len()).collect();
        for (number, party) in self.all.iter().enumerate().filter(|(_, party)| party.bare) {
            match by_name.get(party.folded.as_str()).map(Vec::as_slice) {
                Some([one]) => meant[number] = *one,
                Some(several) => {
                    let record = format!("row {}", party.line);
                    let message = format!(
                        "{} parties of the file have this name, and the row does not say which is meant; kept as another one",
                        several.len()
                    );
                    listing.issue(Place { line: party.line, record: &record }, "name", message);
                }
                None => {}
            }
        }
        meant
    }

    pub(super) fn id_of(&self, number: Number) -> &str {
        &self.all[number].id
    }

    /// Takes to each party what was said of it by name alone, and hands all out.
    pub(super) fn emit(mut self, listing: &mut Listing<'_>, meant: &[Number]) {
        for (number, &to) in meant.iter().enumerate() {
            if to != number {
                let (schema, is_asset) = (self.all[number].schema, self.all[number].is_asset);
                let target = &mut self.all[to];
                if !target.foreign {
                    target.is_asset |= is_asset;
                    target.schema = target.schema.or(schema);
                }
            }
        }
        for (number, party) in self.all.into_iter().enumerate() {
            if meant[number] == number {
                listing.count("parties", 1);
                let record = format!("row {}", party.line);
                listing.emit(entity(party), &record);
            }
        }
    }
}

fn entity(party: Party) -> Entity {
    let born = party.facts.iter().any(|(property, ..)| *property == "birthDate");
    let schema = if party.is_register() {
        Schema::LegalEntity
    } else if party.foreign {
        Schema::Thing
    } else {
        party.schema.unwrap_or(match (party.is_asset, born) {
            (_, true) => Schema::Person,
            (true, false) => Schema::Company,
            (false, false) => Schema::LegalEntity,
        })
    };
    let mut entity = Entity::new(party.id, schema);
    for (property, text, line) in party.facts {
        let record = format!("row {line}");
        match property {
            "name" | "weakAlias" => {
                let weak = property == "weakAlias";
                let named = entity.first("name").is_some();
                let kind = if weak || named { AliasKind::AlsoKnownAs } else { AliasKind::Name };
                Name { text, kind, weak, script: "", parts: Vec::new(), record: &record }.attach(&mut entity);
            }
            "country" => {
                // A ship has a flag.
                let property = if entity.property_type("flag").is_some() { "flag" } else { "country" };
                entity.add_from(property, text, &record);
            }
            _ => put(&mut entity, property, property, &text, &record),
        }
    }
    if entity.properties().next().is_none() {
        entity.add("notes", "No row states a name.");
    }
    entity
}

/// The id of another source that a text is.
fn foreign_id(text: &str) -> Option<&str> {
    let text = text.trim();
    match text.strip_prefix(AS_IT_IS) {
        Some(id) => Some(id.trim()).filter(|id| !id.is_empty()),
        None => FOREIGN.iter().any(|begin| text.len() > begin.len() && text.starts_with(begin)).then_some(text),
    }
}

/// What kind of thing a text says that a party is.
pub(super) fn schema_of(text: &str) -> Option<Schema> {
    Some(match folded(text).as_str() {
        "person" | "individual" | "natural person" => Schema::Person,
        "company" | "corporation" | "corporate" => Schema::Company,
        "organization" | "organisation" => Schema::Organization,
        "legalentity" | "legal entity" | "entity" | "trust" | "partnership" | "fund" | "foundation" => Schema::LegalEntity,
        "publicbody" | "public body" | "state" | "government" => Schema::PublicBody,
        "vessel" | "ship" => Schema::Vessel,
        "airplane" | "aircraft" => Schema::Airplane,
        _ => return None,
    })
}

/// The code of a country, and whether it is known.
pub(super) fn country_of(text: &str) -> (String, bool) {
    match Country::parse(text) {
        Some(country) => (country.code().to_owned(), true),
        None => (text.trim().to_owned(), text.trim().is_empty()),
    }
}
