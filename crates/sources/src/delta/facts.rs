//! A party with all that hangs on it as facts in the field's words: "passport 123 (kp)", "owned by Example Trading (x-7)". In go the
//! party and its satellites; out come facts that two issues can be compared by: ids of satellites, provenance and order are not in them.

use std::collections::BTreeSet;

use interdict_model::{Country, Entity, PropertyType, Schema, Value};

use super::issue::ListIssue;

/// Kinds in the order in which facts are told; others follow in the order of the alphabet.
const ORDER: [&str; 26] = [
    "schema",
    "name",
    "alias",
    "previousName",
    "weakAlias",
    "designation",
    "birthDate",
    "birthPlace",
    "incorporationDate",
    "nationality",
    "citizenship",
    "country",
    "jurisdiction",
    "gender",
    "position",
    "passport",
    "identification",
    "passportNumber",
    "idNumber",
    "registrationNumber",
    "imoNumber",
    "wallet",
    "bank_account",
    "address",
    "notes",
    "topics",
];

/// Properties whose values are names of the party.
pub(super) const NAMES: [&str; 4] = ["name", "alias", "previousName", "weakAlias"];
/// Properties that hold parts of a name, told with it.
const NAME_PARTS: [&str; 7] = ["firstName", "secondName", "middleName", "lastName", "fatherName", "motherName", "maidenName"];

/// Beginnings of kinds that are written in capitals.
const ACRONYMS: [&str; 14] =
    ["imo", "mmsi", "iban", "bic", "lei", "inn", "ogrn", "okpo", "kpp", "duns", "vat", "npi", "cik", "isin"];

/// Something that an issue says of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What kind of fact, a code: a property (`birthDate`), or `passport`, `identification`, `wallet`, `bank_account`, `address`,
    /// `designation`, or a relation (`owned_by`). [`Fact::words`] has it in words.
    pub kind: String,
    /// What it says.
    pub text: String,
    /// What it says beyond that, property by property, sorted: `("endDate", "2030-01-01")`.
    pub details: Vec<(String, String)>,
    /// The record that states it, such as `IDRegDocument 901`.
    pub record: String,
    /// The other party of a relation.
    pub other: Option<String>,
    /// What tells it from others of its kind, whatever it is called.
    pub(super) key: String,
    /// Id of the satellite; empty for a property of the party.
    pub(super) id: String,
}

impl Fact {
    /// A kind in words: `birth date`, `owned by`.
    #[must_use]
    pub fn words(kind: &str) -> String {
        if kind == "weakAlias" {
            return "weak alias".to_owned();
        }
        if kind == "previousName" {
            return "former name".to_owned();
        }
        if let Some(acronym) = ACRONYMS.iter().find(|acronym| kind.starts_with(*acronym)) {
            return format!("{}{}", acronym.to_uppercase(), Self::words(&kind[acronym.len()..]));
        }
        let mut words = String::with_capacity(kind.len() + 4);
        for c in kind.chars() {
            match c {
                '_' => words.push(' '),
                c if c.is_ascii_uppercase() => {
                    words.push(' ');
                    words.push(c.to_ascii_lowercase());
                }
                c => words.push(c),
            }
        }
        words
    }

    /// What it says, with its details; of a name only the script, as its parts stand in it.
    #[must_use]
    pub fn full(&self) -> String {
        let is_name = NAMES.contains(&self.kind.as_str());
        with_details(&self.text, self.details.iter().filter(|(property, _)| !is_name || property == "script"))
    }

    /// Whether two issues say the same by it.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.key == other.key && self.details == other.details
    }

    pub(super) fn rank(&self) -> (usize, &str, &str) {
        (rank(&self.kind), &self.kind, &self.text)
    }
}

/// The place of a kind in a telling.
pub(super) fn rank(kind: &str) -> usize {
    ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len())
}

/// A text, then details in words.
pub(super) fn with_details<'a>(text: &str, details: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut full = text.to_owned();
    for (property, value) in details {
        full.push_str("; ");
        full.push_str(&Fact::words(property));
        full.push(' ');
        full.push_str(value);
    }
    full
}

/// How a relation reads from the side of its first and of its second entity.
fn phrases(schema: Schema) -> (&'static str, &'static str) {
    match schema {
        Schema::Ownership => ("owner_of", "owned_by"),
        Schema::Directorship => ("leader_of", "led_by"),
        Schema::Employment => ("employer_of", "employed_by"),
        Schema::Membership => ("member_of", "has_member"),
        Schema::Representation => ("acts_for", "represented_by"),
        Schema::Succession => ("succeeded_by", "successor_of"),
        Schema::Family => ("family_of", "family_of"),
        Schema::Associate => ("associate_of", "associate_of"),
        Schema::Occupancy => ("holds_post", "held_by"),
        _ => ("linked_to", "linked_to"),
    }
}

/// All that an issue says of a party, in the order of telling.
pub(super) fn facts(issue: &ListIssue, party: &Entity, satellites: &[Entity]) -> Vec<Fact> {
    let mut facts = vec![Fact { key: party.schema.as_str().to_owned(), ..fact("schema", party.schema.as_str(), party) }];
    let (mut numbers, mut addresses, mut programs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for satellite in satellites {
        match satellite.schema.known() {
            Some(Schema::Address) => {
                addresses.extend(satellite.texts("full").map(str::to_owned));
                facts.push(address(satellite));
            }
            Some(Schema::Sanction) => {
                programs.extend(satellite.texts("program").chain(satellite.texts("programId")).map(str::to_owned));
                facts.push(designation(satellite));
            }
            Some(Schema::CryptoWallet) => facts.push(wallet(satellite)),
            Some(Schema::BankAccount) => facts.push(account(satellite)),
            Some(schema) if schema.is_a(Schema::Identification) => {
                numbers.extend(satellite.texts("number").chain(satellite.texts("passportNumber")).map(plain_number));
                facts.push(document(satellite, schema));
            }
            Some(schema) => facts.extend(relation(issue, party, satellite, schema)),
            None => {}
        }
    }
    let pieces: BTreeSet<&str> = party.names.iter().flat_map(|name| &name.parts).map(|part| part.text.as_str()).collect();
    for (property, values) in party.properties() {
        for value in values {
            let text = value.text.as_str();
            let told = match property {
                "addressEntity" => true,
                "address" => addresses.contains(text),
                "program" | "programId" => programs.contains(text),
                _ if NAME_PARTS.contains(&property) => pieces.contains(text),
                _ => party.property_type(property) == Some(PropertyType::Identifier) && numbers.contains(&plain_number(text)),
            };
            if !told {
                facts.push(own(issue, party, property, value));
            }
        }
    }
    if party.target == Some(false) {
        facts.push(Fact { key: "false".to_owned(), ..fact("target", "not itself listed", party) });
    }
    facts.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| a.details.cmp(&b.details)));
    facts.dedup_by(|a, b| a.same(b));
    facts
}

/// A number as documents and parties both have it.
fn plain_number(text: &str) -> String {
    text.strip_prefix("IMO ").unwrap_or(text).trim().to_owned()
}

fn fact(kind: &str, text: &str, of: &Entity) -> Fact {
    Fact {
        kind: kind.to_owned(),
        text: text.to_owned(),
        details: Vec::new(),
        record: of.origin.as_ref().map(|origin| origin.record.clone()).unwrap_or_default(),
        other: None,
        key: String::new(),
        id: String::new(),
    }
}

/// A value of the party's own.
fn own(issue: &ListIssue, party: &Entity, property: &str, value: &Value) -> Fact {
    let mut own = fact(property, &value.text, party);
    if let Some(record) = &value.record {
        own.record = record.to_string();
    }
    own.key.clone_from(&value.text);
    match party.property_type(property) {
        Some(PropertyType::Country) => own.text = country(&value.text),
        Some(PropertyType::Entity) => {
            own.text = named(issue, &value.text);
            own.other = Some(value.text.clone());
        }
        Some(PropertyType::Name) => {
            if let Some(detail) = party.names.iter().find(|name| name.text == value.text && name.property() == property) {
                if !detail.script.is_empty() && detail.script != "Latin" {
                    own.details.push(("script".to_owned(), detail.script.clone()));
                }
                own.details.extend(detail.parts.iter().filter(|part| part.text != detail.text).map(|part| {
                    let kind = part.kind.code();
                    (format!("{kind}Name"), part.text.clone())
                }));
                own.details.sort_unstable();
            }
        }
        _ => {}
    }
    own
}

/// A country with its name: `North Korea (kp)`.
fn country(code: &str) -> String {
    match Country::from_code(code) {
        Some(country) => format!("{} ({})", country.name(), country.code()),
        None => code.to_owned(),
    }
}

/// A party by its name and id.
fn named(issue: &ListIssue, id: &str) -> String {
    match issue.entity(id) {
        Some(entity) if entity.display_name() != id => format!("{} ({id})", entity.display_name()),
        _ => id.to_owned(),
    }
}

/// All values but those of `told`, sorted.
fn rest(entity: &Entity, told: &[&str]) -> Vec<(String, String)> {
    let mut rest: Vec<(String, String)> = entity
        .properties()
        .filter(|(property, _)| !told.contains(property))
        .flat_map(|(property, values)| values.iter().map(move |value| (property.to_owned(), value.text.clone())))
        .collect();
    rest.sort_unstable();
    rest
}

fn satellite(kind: &str, text: &str, key: &str, of: &Entity, told: &[&str]) -> Fact {
    let mut made = fact(kind, text, of);
    key.clone_into(&mut made.key);
    made.details = rest(of, told);
    made.id.clone_from(&of.id);
    made
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

fn address(entity: &Entity) -> Fact {
    let full = match entity.first("full") {
        Some(full) => full.to_owned(),
        None => joined(
            ["street", "street2", "street3", "postOfficeBox", "city", "state", "region", "postalCode", "country"]
                .iter()
                .filter_map(|part| entity.first(part)),
        ),
    };
    let mut made = satellite("address", &full, &full, entity, &[]);
    // Parts that stand in the line already, and the country whose name does, say nothing beyond it.
    made.details.retain(|(property, value)| {
        let country = Country::from_code(value).filter(|_| property == "country");
        !full.contains(country.map_or(value.as_str(), |country| country.name()))
    });
    made
}

fn document(entity: &Entity, schema: Schema) -> Fact {
    let number = entity.first("number").or_else(|| entity.first("passportNumber")).unwrap_or_default();
    let passport = schema.is_a(Schema::Passport);
    let kind = entity.first("type").filter(|kind| !passport || *kind != "Passport");
    let countries = joined(entity.texts("country"));
    let mut text = [kind.unwrap_or_default(), number].join(" ").trim().to_owned();
    if !countries.is_empty() {
        text = format!("{text} ({countries})");
    }
    let told: &[&str] = &["holder", "number", "type", "country"];
    satellite(if passport { "passport" } else { "identification" }, &text, &text, entity, told)
}

fn wallet(entity: &Entity) -> Fact {
    let key = entity.first("publicKey").or_else(|| entity.first("accountId")).unwrap_or(&entity.id);
    let currencies = joined(entity.texts("currency"));
    let text = if currencies.is_empty() { key.to_owned() } else { format!("{key} ({currencies})") };
    satellite("wallet", &text, &text, entity, &["holder", "publicKey", "currency", "topics"])
}

fn account(entity: &Entity) -> Fact {
    let number = ["iban", "accountNumber", "name"].iter().find_map(|property| entity.first(property)).unwrap_or(&entity.id);
    let bank = joined(entity.texts("bankName"));
    let text = if bank.is_empty() { number.to_owned() } else { format!("{number} ({bank})") };
    satellite("bank_account", &text, &text, entity, &["owner", "iban", "accountNumber", "bankName"])
}

/// What a listing is known by: its programmes, else its authority.
fn designation(entity: &Entity) -> Fact {
    let mut programs: Vec<&str> = entity.texts("program").collect();
    if programs.is_empty() {
        programs.extend(entity.texts("programId"));
    }
    programs.sort_unstable();
    let mut text = if programs.is_empty() { joined(entity.texts("authority")) } else { programs.join(", ") };
    let listed = entity.first("listingDate").or_else(|| entity.first("startDate"));
    if let Some(date) = listed {
        text = if text.is_empty() { format!("on {date}") } else { format!("{text} on {date}") };
    }
    // Where the publisher's page is says nothing of the party: in 2026 the UN's list got such a link for hundreds at once.
    let mut told = vec!["entity", "listingDate", "sourceUrl"];
    told.push(if entity.first("program").is_some() {
        "program"
    } else if programs.is_empty() {
        "authority"
    } else {
        "programId"
    });
    // The start repeats the day of listing.
    if entity.first("startDate") == listed {
        told.push("startDate");
    }
    satellite("designation", &text, &text, entity, &told)
}

/// A relation from the side of `party`; none when it is not one of its ends.
fn relation(issue: &ListIssue, party: &Entity, entity: &Entity, schema: Schema) -> Vec<Fact> {
    let Some((source, target)) = schema.edge() else { return Vec::new() };
    let (from_source, from_target) = phrases(schema);
    let mut facts = Vec::new();
    for (own, other, phrase) in [(source, target, from_source), (target, source, from_target)] {
        if !entity.texts(own).any(|id| id == party.id) {
            continue;
        }
        for id in entity.texts(other) {
            let mut made = satellite(phrase, &named(issue, id), id, entity, &[source, target]);
            made.other = Some(id.to_owned());
            facts.push(made);
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_in_words() {
        for (kind, words) in [
            ("birthDate", "birth date"),
            ("owned_by", "owned by"),
            ("weakAlias", "weak alias"),
            ("previousName", "former name"),
            ("imoNumber", "IMO number"),
            ("mmsi", "MMSI"),
            ("address", "address"),
        ] {
            assert_eq!(Fact::words(kind), words);
        }
    }
}
