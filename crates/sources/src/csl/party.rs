//! A row's party and what hangs on it.

use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, DateValue, Entity, NamePart, NamePartKind, PropertyType, Schema};
use rustc_hash::FxHashSet;

use super::List;
use super::row::{Row, RowAddress, RowId};
use crate::facts::{add_or_note, key, note, rows};
use crate::listing::{Address, Designation, Listing, Name, Place, country};
use crate::ofac_advanced::party::family_name_first;
use crate::ofac_advanced::tables::{WALLET_FEATURE, document_type, feature_property, plain};

const REMARKS: &str = include_str!("../../../../data/us_csl_remarks.tsv");

static REMARK_TYPES: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| rows(REMARKS).filter_map(|row| row.first().copied()).collect());

/// A party with all that is handed out after it.
pub(super) struct Party {
    entity: Entity,
    satellites: Vec<Entity>,
    record: String,
}

impl Party {
    pub(super) fn read(listing: &mut Listing<'_>, at: Place<'_>, id: String, row: &Row, list: Option<List>) -> Self {
        let schema = match row.get("type").to_lowercase().as_str() {
            "individual" => Schema::Person,
            "entity" => Schema::Organization,
            "vessel" => Schema::Vessel,
            "aircraft" => Schema::Airplane,
            "" => Schema::LegalEntity,
            other => {
                listing.issue(at, "type", format!("`{other}` is not known; kept as a LegalEntity"));
                Schema::LegalEntity
            }
        };
        let mut entity = Entity::new(id, schema);
        entity.target = Some(true);
        let mut party = Self { entity, satellites: Vec::new(), record: at.record.to_owned() };
        party.names(listing, at, row, list);
        party.facts(listing, at, row);
        for address in &row.addresses {
            party.address(listing, address, at);
        }
        for id in &row.ids {
            party.id(listing, at, id);
        }
        for (field, text) in &row.others {
            note(&mut party.entity, field, text, at.record);
        }
        if let Some(topic) = list.map(|list| list.topic) {
            party.entity.add("topics", topic);
            for wallet in party.satellites.iter_mut().filter(|satellite| satellite.schema.is_a(Schema::CryptoWallet)) {
                wallet.add("topics", topic);
            }
        }
        party.sanction(listing, at, row, list);
        party
    }

    /// Takes up another row of the same party.
    pub(super) fn merge(&mut self, listing: &mut Listing<'_>, at: Place<'_>, other: Self) {
        if let Err(error) = self.entity.merge(other.entity) {
            listing.issue(at, "type", error.to_string());
        }
        for satellite in other.satellites {
            self.add_satellite(listing, at, satellite);
        }
    }

    pub(super) fn emit(self, listing: &mut Listing<'_>) {
        listing.emit(self.entity, &self.record);
        for satellite in self.satellites {
            listing.emit(satellite, &self.record);
        }
    }

    fn add_satellite(&mut self, listing: &mut Listing<'_>, at: Place<'_>, satellite: Entity) {
        match self.satellites.iter_mut().find(|held| held.id == satellite.id) {
            Some(held) => {
                if let Err(error) = held.merge(satellite) {
                    listing.issue(at, "", error.to_string());
                }
            }
            None => self.satellites.push(satellite),
        }
    }

    fn is_person(&self) -> bool {
        self.entity.schema.is_a(Schema::Person)
    }

    fn names(&mut self, listing: &mut Listing<'_>, at: Place<'_>, row: &Row, list: Option<List>) {
        let countries: Vec<String> =
            ["nationalities", "citizenships"].iter().flat_map(|field| row.all(field)).map(|text| country(text)).collect();
        let family_first = family_name_first(countries.iter().map(String::as_str));
        let is_ofac = list.is_some_and(|list| list.ofac);
        let alias = |text: &'_ str| {
            let text = text.trim_start_matches(['-', ',', ' ']);
            // The Federal Register's "a; b; and c".
            if is_ofac { text.to_owned() } else { text.strip_prefix("and ").unwrap_or(text).to_owned() }
        };
        let listed = std::iter::once((row.get("name").to_owned(), AliasKind::Name));
        let aliases = row.all("alt_names").iter().map(|text| (alias(text), AliasKind::AlsoKnownAs));
        for (text, kind) in listed.chain(aliases) {
            listing.count("names", 1);
            let (text, parts, suffix) =
                if self.is_person() { person_name(&text, family_first) } else { (text, Vec::new(), None) };
            if let Some(suffix) = suffix {
                self.entity.add_from("nameSuffix", suffix, at.record);
            }
            Name { text, kind, weak: false, script: "", parts, record: at.record }.attach(&mut self.entity);
        }
    }

    fn facts(&mut self, listing: &mut Listing<'_>, at: Place<'_>, row: &Row) {
        let title = row.get("title");
        if !title.is_empty() {
            add_or_note(&mut self.entity, "position", "Title", title, at.record);
        }
        for text in row.all("dates_of_birth") {
            if self.is_person() {
                listing.add_date(at, &mut self.entity, "birthDate", "Date of birth", text);
            } else {
                note(&mut self.entity, "Date of birth", text, at.record);
            }
        }
        for text in row.all("places_of_birth") {
            if let Some(code) =
                text.rsplit(',').next().and_then(|part| Country::parse(part.trim())).filter(|_| self.is_person())
            {
                self.entity.add_from("birthCountry", code.code(), at.record);
            }
            add_or_note(&mut self.entity, "birthPlace", "Place of birth", text, at.record);
        }
        for (field, property, name) in
            [("nationalities", "nationality", "Nationality"), ("citizenships", "citizenship", "Citizenship")]
        {
            for text in row.all(field) {
                add_or_note(&mut self.entity, property, name, &country(text), at.record);
            }
        }
        for (field, property, name) in [
            ("call_sign", "callSign", "Call sign"),
            ("vessel_type", "type", "Vessel type"),
            ("gross_tonnage", "tonnage", "Gross tonnage"),
            ("gross_registered_tonnage", "grossRegisteredTonnage", "Gross registered tonnage"),
        ] {
            let text = row.get(field);
            if !text.is_empty() {
                add_or_note(&mut self.entity, property, name, text, at.record);
            }
        }
        let flag = row.get("vessel_flag");
        if !flag.is_empty() {
            add_or_note(&mut self.entity, "flag", "Vessel flag", &country(flag), at.record);
        }
        note(&mut self.entity, "Vessel owner", row.get("vessel_owner"), at.record);
        self.entity.add_from("notes", row.get("remarks"), at.record);
    }

    fn address(&mut self, listing: &mut Listing<'_>, address: &RowAddress, at: Place<'_>) {
        listing.count("addresses", 1);
        let address = Address {
            full: address.line.clone(),
            street: address.street.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            postal_code: address.postal_code.clone(),
            country: address.country.clone(),
            ..Address::default()
        };
        let id = format!("{}-addr-{}", self.entity.id, key([&address.line()], 12));
        if let Some(entity) = address.attach(&mut self.entity, &id, at.record) {
            self.add_satellite(listing, at, entity);
        }
    }

    fn id(&mut self, listing: &mut Listing<'_>, at: Place<'_>, id: &RowId) {
        listing.count("numbers", 1);
        let kind = plain(&id.kind);
        if let Some(currency) = kind.strip_prefix(WALLET_FEATURE) {
            listing.count("wallet_addresses", 1);
            let mut wallet = Entity::new(format!("{}-wallet-{}", self.entity.id, id.number), Schema::CryptoWallet);
            wallet.target = Some(true);
            wallet.add_from("publicKey", id.number.as_str(), at.record);
            wallet.add("currency", currency.trim());
            wallet.add("holder", self.entity.id.as_str());
            return self.add_satellite(listing, at, wallet);
        }
        if let Some(property) = feature_property(kind) {
            return self.feature(listing, at, property, kind, id);
        }
        if kind.len() < id.kind.len() || kind.is_empty() || REMARK_TYPES.contains(kind) || id.number.is_empty() {
            let text = if kind.is_empty() { id.number.clone() } else { format!("{kind}: {}", id.number) };
            self.entity.add_from("notes", text.trim(), at.record);
            return;
        }
        listing.count("id_documents", 1);
        self.document(listing, at, kind, id);
    }

    fn feature(&mut self, listing: &mut Listing<'_>, at: Place<'_>, property: &str, kind: &str, id: &RowId) {
        let Some(value_type) = self.entity.property_type(property) else {
            return note(&mut self.entity, kind, &id.number, at.record);
        };
        match value_type {
            PropertyType::Date if DateValue::parse(&id.number).is_ok() => {
                listing.add_date(at, &mut self.entity, property, kind, &id.number);
            }
            PropertyType::Date => note(&mut self.entity, kind, &id.number, at.record),
            PropertyType::Country => self.entity.add_from(property, country(&id.number), at.record),
            PropertyType::Gender => self.entity.add_from(property, id.number.to_lowercase(), at.record),
            _ => self.entity.add_from(property, id.number.as_str(), at.record),
        }
        if !id.country.is_empty() {
            note(&mut self.entity, &format!("{kind} {}, country", id.number), &id.country, at.record);
        }
    }

    fn document(&mut self, listing: &mut Listing<'_>, at: Place<'_>, kind: &str, id: &RowId) {
        let fallback = if self.is_person() { "idNumber" } else { "registrationNumber" };
        let holder = self.entity.schema.known().unwrap_or(Schema::LegalEntity);
        let (schema, property) = document_type(kind, holder);
        let imo = id.number.strip_prefix("IMO ").map(str::trim);
        let property = match (property, imo) {
            (Some("registrationNumber"), Some(_)) if self.entity.property_type("imoNumber").is_some() => "imoNumber",
            (Some("imoNumber"), None) => "registrationNumber",
            (Some(property), _) if self.entity.property_type(property).is_some() => property,
            (None, _) => "",
            _ => fallback,
        };
        let number = if property == "imoNumber" { imo.unwrap_or(&id.number) } else { &id.number };
        if !property.is_empty() {
            self.entity.add_from(property, number, at.record);
        }
        let key = key([kind, &id.number, &id.country], 12);
        let mut document = Entity::new(format!("{}-doc-{key}", self.entity.id), schema);
        document.add("holder", self.entity.id.as_str());
        document.add_from("number", id.number.as_str(), at.record);
        document.add("type", kind);
        document.add("country", country(&id.country));
        for (property, field, text) in [("startDate", "issue_date", &id.issued), ("endDate", "expiration_date", &id.expires)] {
            match listing.date(at, field, text) {
                Some(date) => document.add(property, date),
                None if !text.is_empty() => document.add("description", format!("{field}: {text}")),
                None => {}
            }
        }
        if !id.dated.is_empty() {
            document.add("description", format!("dated {}: the file does not say whether of issue or of expiry", id.dated));
        }
        self.add_satellite(listing, at, document);
    }

    fn sanction(&mut self, listing: &mut Listing<'_>, at: Place<'_>, row: &Row, list: Option<List>) {
        let labelled = |label: &str, field: &str| {
            let text = row.get(field);
            (!text.is_empty()).then(|| format!("{label}: {text}"))
        };
        let urls = [row.get("source_list_url"), row.get("source_information_url")];
        let code = list.map_or_else(|| key([row.get("source")], 12), |list| list.code.to_owned());
        let id = format!("{}-sanction-{code}", self.entity.id);
        let mut date = |field: &str| {
            let text = row.get(field);
            let date = listing.date(at, field, text);
            if date.is_none() && !text.is_empty() {
                self.entity.add_from("notes", format!("{field}: {text}"), at.record);
            }
            date
        };
        let designation = Designation {
            authority: list.map_or("", |list| list.authority),
            programs: vec![row.get("source").to_owned()],
            program_ids: row.all("programs").to_vec(),
            authority_id: row.get("entity_number").to_owned(),
            provisions: [
                labelled("Standard order", "standard_order"),
                labelled("License requirement", "license_requirement"),
                labelled("License policy", "license_policy"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            legal_basis: labelled("Federal Register", "federal_register_notice").into_iter().collect(),
            start_date: date("start_date"),
            end_date: date("end_date"),
            country: "us",
            ..Designation::default()
        };
        let mut sanction = designation.attach(&mut self.entity, &id, at.record);
        for url in urls {
            sanction.add("sourceUrl", url);
        }
        self.add_satellite(listing, at, sanction);
    }
}

/// A person's name in OFAC's order "FAMILY, Given, Suffix", in the order in which it is written. A name without a comma, or with more of
/// them, stays as it is.
fn person_name(text: &str, family_first: bool) -> (String, Vec<NamePart>, Option<String>) {
    let pieces: Vec<&str> = text.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let (family, given, suffix) = match pieces[..] {
        [family, given] => (family, given, None),
        [family, given, suffix] if suffix.len() <= 4 => (family, given, Some(suffix.to_owned())),
        _ => return (text.to_owned(), Vec::new(), None),
    };
    let mut parts = vec![
        NamePart { kind: NamePartKind::Given, text: given.to_owned() },
        NamePart { kind: NamePartKind::Family, text: family.to_owned() },
    ];
    if family_first {
        parts.swap(0, 1);
    }
    parts.extend(suffix.iter().map(|suffix| NamePart { kind: NamePartKind::Whole, text: suffix.clone() }));
    let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    (text, parts, suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people() {
        for (text, family_first, expected) in [
            ("SAMPLE, Erika Anna", false, "Erika Anna SAMPLE"),
            ("HONG, Gil Dong", true, "HONG Gil Dong"),
            ("SAMPLE, Otto, Jr.", false, "Otto SAMPLE Jr."),
            ("SAMPLE", false, "SAMPLE"),
            ("A, B, C, D", false, "A, B, C, D"),
        ] {
            assert_eq!(person_name(text, family_first).0, expected);
        }
    }
}
