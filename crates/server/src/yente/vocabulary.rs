//! Words of the `FollowTheMoney` model that clients show: how kinds of entities, types and topics are called, and under which name an
//! entity is found that refers to another. Facts of the published model at <https://followthemoney.tech>.

use interdict_model::{Country, PropertyType, Schema};

/// Properties that hold entities: where each is defined, and what it is called from the other side, on entities of which kind.
pub(super) const REVERSE: &[(Schema, &str, &str, Schema)] = &[
    (Schema::Thing, "addressEntity", "things", Schema::Address),
    (Schema::LegalEntity, "parent", "subsidiaries", Schema::LegalEntity),
    (Schema::Vehicle, "operator", "operatedVehicles", Schema::LegalEntity),
    (Schema::Vehicle, "owner", "ownedVehicles", Schema::LegalEntity),
    (Schema::CryptoWallet, "holder", "cryptoWallets", Schema::LegalEntity),
    (Schema::BankAccount, "bank", "bankAccounts", Schema::Organization),
    (Schema::Security, "issuer", "securities", Schema::LegalEntity),
    (Schema::Position, "organization", "positions", Schema::Organization),
    (Schema::Identification, "holder", "identification", Schema::LegalEntity),
    (Schema::Sanction, "entity", "sanctions", Schema::Thing),
    (Schema::Ownership, "asset", "ownershipAsset", Schema::Asset),
    (Schema::Ownership, "owner", "ownershipOwner", Schema::LegalEntity),
    (Schema::Directorship, "director", "directorshipDirector", Schema::LegalEntity),
    (Schema::Directorship, "organization", "directorshipOrganization", Schema::Organization),
    (Schema::Employment, "employee", "employers", Schema::Person),
    (Schema::Employment, "employer", "employees", Schema::Organization),
    (Schema::Membership, "member", "membershipMember", Schema::LegalEntity),
    (Schema::Membership, "organization", "membershipOrganization", Schema::Organization),
    (Schema::Representation, "agent", "agencyClient", Schema::LegalEntity),
    (Schema::Representation, "client", "agentRepresentation", Schema::LegalEntity),
    (Schema::Succession, "predecessor", "successors", Schema::LegalEntity),
    (Schema::Succession, "successor", "predecessors", Schema::LegalEntity),
    (Schema::UnknownLink, "object", "unknownLinkFrom", Schema::Thing),
    (Schema::UnknownLink, "subject", "unknownLinkTo", Schema::Thing),
    (Schema::Family, "person", "familyPerson", Schema::Person),
    (Schema::Family, "relative", "familyRelative", Schema::Person),
    (Schema::Associate, "associate", "associations", Schema::Person),
    (Schema::Associate, "person", "associates", Schema::Person),
    (Schema::Occupancy, "holder", "positionOccupancies", Schema::Person),
    (Schema::Occupancy, "post", "occupancies", Schema::Position),
];

/// The property under which an entity of `schema` that names another by `property` stands with that other.
pub(super) fn reverse_name(schema: Option<Schema>, property: &str) -> String {
    let Some(schema) = schema else { return format!("{property}Of") };
    let row = REVERSE.iter().find(|(owner, held, ..)| *held == property && schema.is_a(*owner));
    if let Some((_, _, name, _)) = row {
        return (*name).to_owned();
    }
    // Not in the published model: named after the schema and the property.
    let mut letters = schema.name().chars();
    let head: String = letters.next().map(|letter| letter.to_ascii_lowercase()).into_iter().chain(letters).collect();
    let mut letters = property.chars();
    let rest: String = letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().chain(letters).collect();
    head + &rest
}

/// Whether entities of `schema` can have others under a property: their own, or the other side of one.
pub(super) fn has_adjacent(schema: Option<Schema>, property: &str) -> bool {
    let Some(schema) = schema else { return false };
    schema.property(property) == Some(PropertyType::Entity)
        || REVERSE.iter().any(|(_, _, name, range)| *name == property && schema.is_a(*range))
}

/// What many entities of a schema are called.
pub(super) fn plural(schema: Schema) -> &'static str {
    match schema {
        Schema::Thing => "Things",
        Schema::LegalEntity => "Legal entities",
        Schema::Person => "People",
        Schema::Organization => "Organizations",
        Schema::PublicBody => "Public bodies",
        Schema::Value => "Values",
        Schema::Asset => "Assets",
        Schema::Company => "Companies",
        Schema::Vehicle => "Vehicles",
        Schema::Vessel => "Vessels",
        Schema::Airplane => "Airplanes",
        Schema::CryptoWallet => "Cryptocurrency wallets",
        Schema::BankAccount => "Bank accounts",
        Schema::Security => "Securities",
        Schema::Address => "Addresses",
        Schema::Position => "Positions",
        Schema::Identification => "Identifications",
        Schema::Passport => "Passports",
        Schema::Sanction => "Sanctions",
        Schema::Ownership => "Ownerships",
        Schema::Directorship => "Directorships",
        Schema::Employment => "Employments",
        Schema::Membership => "Memberships",
        Schema::Representation => "Representations",
        Schema::Succession => "Successions",
        Schema::UnknownLink => "Other links",
        Schema::Family => "Family members",
        Schema::Associate => "Associates",
        Schema::Occupancy => "Occupancies",
        other => other.name(),
    }
}

/// What one entity of a schema is called.
pub(super) fn label(schema: Schema) -> String {
    match schema {
        Schema::UnknownLink => "Other link".to_owned(),
        Schema::CryptoWallet => "Cryptocurrency wallet".to_owned(),
        other => words(other.name()),
    }
}

/// `birthDate` in words: `Birth date`.
pub(super) fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if at == 0 {
            words.extend(letter.to_uppercase());
        } else if letter.is_ascii_uppercase() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// What a topic is called; the topic itself where it has no better name.
pub(super) fn topic(code: &str) -> &str {
    match code {
        "sanction" => "Sanctioned entity",
        "sanction.linked" => "Sanction-linked entity",
        "sanction.counter" => "Counter-sanctioned entity",
        "sanction.control" => "Sanction ownership or control",
        "debarment" => "Debarred entity",
        "export.control" => "Export controlled",
        "export.control.linked" => "Export control-linked",
        "export.risk" => "Trade risk",
        "crime" => "Crime",
        "crime.cyber" => "Cybercrime",
        "crime.fin" => "Financial crime",
        "crime.fraud" => "Fraud",
        "crime.terror" => "Terrorism",
        "crime.theft" => "Theft",
        "crime.traffick" => "Trafficking",
        "crime.war" => "War crimes",
        "fin.bank" => "Bank",
        "gov" => "Government",
        "gov.security" => "Security services",
        "gov.soe" => "State-owned enterprise",
        "mare.detained" => "Maritime detention",
        "mare.shadow" => "Shadow fleet",
        "mil" => "Military",
        "poi" => "Person of interest",
        "reg.action" => "Regulator action",
        "reg.warn" => "Regulator warning",
        "role.oligarch" => "Oligarch",
        "role.pep" => "PEP",
        "role.rca" => "Close Associate",
        "wanted" => "Wanted",
        other => other,
    }
}

/// What a country's code stands for; the code where it is none.
pub(super) fn country(code: &str) -> &str {
    Country::from_code(code).map_or(code, |country| country.name())
}

/// The schema that a property is first defined in, among a schema and its ancestors.
pub(super) fn defined_in(schema: Schema, property: &str) -> Schema {
    let holders = || schema.lineage().iter().copied().filter(|ancestor| ancestor.property(property).is_some());
    holders().find(|first| holders().all(|other| other.is_a(*first))).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_sides_belong_to_properties_of_the_model() {
        for (schema, property, name, _) in REVERSE {
            if *property != "addressEntity" {
                assert_eq!(schema.property(property), Some(PropertyType::Entity), "{schema}.{property}");
            }
            assert_eq!(reverse_name(Some(*schema), property), *name);
        }
        assert_eq!(reverse_name(Some(Schema::Passport), "holder"), "identification");
        assert_eq!(reverse_name(Some(Schema::BankAccount), "owner"), "bankAccountOwner");
        assert!(has_adjacent(Some(Schema::Company), "ownershipAsset"));
        assert!(!has_adjacent(Some(Schema::Person), "name"));
        assert!(!has_adjacent(Some(Schema::Person), "ownershipAsset"));
    }

    #[test]
    fn names_in_words() {
        assert_eq!(words("birthDate"), "Birth date");
        assert_eq!(label(Schema::LegalEntity), "Legal entity");
        assert_eq!(plural(Schema::Person), "People");
        assert_eq!(country("kp"), Country::from_code("kp").unwrap().name());
        assert_eq!(country("zzz"), "zzz");
        assert_eq!(defined_in(Schema::Company, "name"), Schema::Thing);
    }
}
