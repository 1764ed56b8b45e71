//! A `DistinctParty`: its names with their parts, its features, and what hangs on it: addresses, wallets, documents.

use interdict_model::{
    AliasKind, Country, DateError, DateValue, Entity, NameDetail, NamePart, NamePartKind, PropertyType, Schema,
};
use rustc_hash::FxHashMap;

use super::{Document, Location, Parser, Profile, tables};
use crate::error::SourceError;
use crate::xml::Xml;

/// Codes of countries where a name is written with the family name first, also in Latin letters.
const FAMILY_NAME_FIRST: [&str; 8] = ["kp", "kr", "cn", "tw", "hk", "mo", "vn", "kh"];

/// A name as the file has it, before the types of its parts are known: they come after the names.
#[derive(Debug)]
pub(crate) struct RawName {
    pub(crate) record: String,
    pub(crate) kind: AliasKind,
    pub(crate) primary: bool,
    pub(crate) weak: bool,
    pub(crate) script: String,
    /// Text of each part, with the group that says what it is.
    pub(crate) parts: Vec<(u32, String)>,
}

/// What has been read of one party.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) record: String,
    pub(crate) entity: Entity,
    pub(crate) names: Vec<RawName>,
    pub(crate) part_kinds: FxHashMap<u32, NamePartKind>,
    identities: Vec<u32>,
    pub(crate) addresses: Vec<Location>,
    /// Address, currency symbols, records.
    wallets: Vec<(String, Vec<String>, String)>,
    elements: Elements,
}

/// What a format calls the elements that are named as records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements {
    pub(crate) address: &'static str,
    pub(crate) document: &'static str,
}

const ELEMENTS: Elements = Elements { address: "Location", document: "IDRegDocument" };

/// A party and what hangs on it, each with its record, and what was wrong (the field and the message).
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) party: Entity,
    pub(crate) record: String,
    pub(crate) hanging: Vec<(Entity, String)>,
    pub(crate) faults: Vec<(&'static str, String)>,
}

impl Parser<'_> {
    pub(super) fn party(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let Some(uid) = xml.id("FixedRef") else {
            self.issue(xml, "DistinctParty", "FixedRef", "a party without an id; it was left out");
            return xml.skip();
        };
        self.counted.parties += 1;
        let mut party = Party::new(uid, format!("DistinctParty {uid}"), ELEMENTS);
        xml.children(|xml| match xml.name() {
            "Comment" => {
                let comment = xml.leaf()?;
                party.entity.add_from("notes", comment, &party.record);
                Ok(())
            }
            "Profile" => self.profile(xml, uid, &mut party),
            _ => self.pass_over(xml, &party.record),
        })?;
        self.finish_party(xml, party);
        Ok(())
    }

    fn profile(&mut self, xml: &mut Xml<'_>, uid: u32, party: &mut Party) -> Result<(), SourceError> {
        let profile = xml.id("ID");
        let subtype = xml.id("PartySubTypeID");
        let schema = self.party_schema(subtype).unwrap_or_else(|| {
            let record = party.record.clone();
            self.issue(xml, &record, "PartySubTypeID", "unknown type of party; kept as a LegalEntity");
            Schema::LegalEntity
        });
        party.entity.schema = schema.into();
        if let Some(profile) = profile {
            self.profiles.insert(profile, Profile { uid, schema });
        }
        xml.children(|xml| match xml.name() {
            "Identity" => self.identity(xml, party),
            "Feature" => self.feature(xml, party),
            "Comment" => {
                let comment = xml.leaf()?;
                party.entity.add_from("notes", comment, &party.record);
                Ok(())
            }
            _ => self.pass_over(xml, &party.record),
        })
    }

    fn party_schema(&self, subtype: Option<u32>) -> Option<Schema> {
        let subtype = self.dictionary.get("PartySubType", subtype?)?;
        let kind = match subtype.text.as_str() {
            // The subtype of people and entities says nothing; their type does.
            "Unknown" => self.dictionary.get("PartyType", subtype.party_type?)?.text.as_str(),
            text => text,
        };
        schema_of(kind)
    }

    fn identity(&mut self, xml: &mut Xml<'_>, party: &mut Party) -> Result<(), SourceError> {
        party.identities.extend(xml.id("ID"));
        if xml.flag("False") {
            self.issue(xml, &party.record, "Identity", "the list calls this identity false; its names were kept");
        }
        xml.children(|xml| match xml.name() {
            "Alias" => {
                let record = party.record.clone();
                let kind = self.look_up(xml, &record, "AliasType", xml.id("AliasTypeID"));
                let kind = alias_kind(&kind).unwrap_or_else(|| {
                    self.issue(xml, &record, "AliasType", format!("`{kind}` is not known; kept as also known as"));
                    AliasKind::AlsoKnownAs
                });
                let (primary, weak) = (xml.flag("Primary"), xml.flag("LowQuality"));
                xml.children(|xml| match xml.name() {
                    "DocumentedName" => {
                        let name = self.documented_name(xml, &record, kind, primary, weak)?;
                        party.names.push(name);
                        Ok(())
                    }
                    _ => self.pass_over(xml, &record),
                })
            }
            "NamePartGroups" => xml.children(|xml| {
                // MasterNamePartGroup / NamePartGroup
                xml.children(|xml| {
                    let (id, kind) = (xml.id("ID"), xml.id("NamePartTypeID"));
                    let text = self.look_up(xml, &party.record, "NamePartType", kind);
                    if let (Some(id), Some(kind)) = (id, name_part_kind(&text)) {
                        party.part_kinds.insert(id, kind);
                    } else if !text.is_empty() {
                        self.issue(xml, &party.record, "NamePartType", format!("`{text}` is not known; kept as a whole name"));
                    }
                    xml.skip()
                })
            }),
            _ => self.pass_over(xml, &party.record),
        })
    }

    fn documented_name(
        &mut self,
        xml: &mut Xml<'_>,
        party: &str,
        kind: AliasKind,
        primary: bool,
        weak: bool,
    ) -> Result<RawName, SourceError> {
        let id = xml.id("ID").unwrap_or_default();
        let mut name =
            RawName { record: format!("DocumentedName {id}"), kind, primary, weak, script: String::new(), parts: Vec::new() };
        xml.children(|xml| {
            if xml.name() != "DocumentedNamePart" {
                return self.pass_over(xml, party);
            }
            xml.children(|xml| {
                let group = xml.id("NamePartGroupID").unwrap_or_default();
                let script = self.look_up(xml, party, "Script", xml.id("ScriptID"));
                // A name is in another script than Latin when any part of it is.
                if name.script.is_empty() || script != "Latin" {
                    name.script = script;
                }
                let text = xml.leaf()?;
                if !text.is_empty() {
                    name.parts.push((group, text));
                }
                Ok(())
            })
        })?;
        self.counted.names += 1;
        self.counted.names_not_latin += u64::from(name.script != "Latin");
        self.counted.names_low_quality += u64::from(weak);
        Ok(name)
    }

    fn feature(&mut self, xml: &mut Xml<'_>, party: &mut Party) -> Result<(), SourceError> {
        let id = xml.id("ID").unwrap_or_default();
        let record = format!("Feature {id}");
        let name = self.look_up(xml, &party.record, "FeatureType", xml.id("FeatureTypeID"));
        let issues = self.report.issues.len();
        let (mut texts, mut locations, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
        xml.children(|xml| match xml.name() {
            "FeatureVersion" => {
                let reliability = xml.id("ReliabilityID");
                if self.look_up(xml, &party.record, "Reliability", reliability) == "False" {
                    remarks.push("reported as false".to_owned());
                }
                xml.children(|xml| match xml.name() {
                    "Comment" => {
                        let comment = xml.leaf()?;
                        if !comment.is_empty() {
                            remarks.push(comment);
                        }
                        Ok(())
                    }
                    "DatePeriod" => {
                        texts.extend(self.period(xml, &party.record, &name)?.map(|date| date.to_string()));
                        Ok(())
                    }
                    "VersionDetail" => {
                        let reference = xml.id("DetailReferenceID");
                        let text = xml.leaf()?;
                        if !text.is_empty() {
                            texts.push(text);
                        } else if reference.is_some() {
                            texts.push(self.look_up(xml, &party.record, "DetailReference", reference));
                        }
                        Ok(())
                    }
                    "VersionLocation" => {
                        locations.extend(xml.id("LocationID"));
                        xml.skip()
                    }
                    _ => self.pass_over(xml, &party.record),
                })
            }
            _ => self.pass_over(xml, &party.record),
        })?;
        let said_already = self.report.issues.len() > issues;
        if texts.is_empty() && locations.is_empty() && remarks.is_empty() && !said_already {
            self.issue(xml, &party.record, &name, format!("{record} says nothing"));
        }
        for id in locations {
            // An address belongs to one party and is taken out; the places of a nationality may be shared and stay.
            if name == "Location" {
                self.counted.locations += 1;
                match self.locations.remove(&id) {
                    Some(location) => party.addresses.push(location),
                    None => self.issue(xml, &party.record, &name, format!("location {id} is not in the file, or stands twice")),
                }
            } else {
                match self.locations.get(&id).and_then(Location::country_name) {
                    Some(country) => texts.push(country),
                    None => self.issue(xml, &party.record, &name, format!("location {id} names no country")),
                }
            }
        }
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            self.counted.wallet_addresses += u64::from(tables::is_wallet(&name));
            party.feature_value(&name, text, &record);
        }
        for remark in remarks {
            party.entity.add_from("notes", note(&name, &remark), &record);
        }
        Ok(())
    }

    fn finish_party(&mut self, xml: &Xml<'_>, party: Party) {
        let documents: Vec<Document> =
            party.identities.iter().filter_map(|identity| self.documents.remove(identity)).flatten().collect();
        let finished = party.finish(&documents);
        for (field, message) in finished.faults {
            self.issue(xml, &finished.record, field, message);
        }
        self.emit(finished.party, finished.record);
        for (entity, record) in finished.hanging {
            self.emit(entity, record);
        }
    }
}

impl Party {
    /// A party of which nothing has been read.
    pub(crate) fn new(uid: u32, record: String, elements: Elements) -> Self {
        Self {
            record,
            entity: Entity::new(format!("ofac-{uid}"), Schema::LegalEntity),
            names: Vec::new(),
            part_kinds: FxHashMap::default(),
            identities: Vec::new(),
            addresses: Vec::new(),
            wallets: Vec::new(),
            elements,
        }
    }

    /// Adds what a feature says.
    pub(crate) fn feature_value(&mut self, name: &str, text: String, record: &str) {
        if let Some(currency) = name.strip_prefix(tables::WALLET_FEATURE) {
            match self.wallets.iter_mut().find(|wallet| wallet.0 == text) {
                Some(wallet) => {
                    if !wallet.1.iter().any(|held| held == currency) {
                        wallet.1.push(currency.to_owned());
                    }
                }
                None => self.wallets.push((text, vec![currency.to_owned()], record.to_owned())),
            }
            return;
        }
        // A date that cannot be read is kept as it is said.
        let _ = add_feature(&mut self.entity, name, text, record);
    }

    /// The party's entity and those that hang on it. `documents` are its own.
    pub(crate) fn finish(self, documents: &[Document]) -> Finished {
        let mut party = self;
        let mut faults = Vec::new();
        let schema = party.entity.schema.known().unwrap_or(Schema::LegalEntity);
        // Readers expect the names first, but how they are written depends on what came after them.
        let facts = std::mem::replace(&mut party.entity, Entity::new("", schema));
        party.entity.id.clone_from(&facts.id);
        let countries = ["nationality", "citizenship", "birthCountry"]
            .iter()
            .flat_map(|property| facts.texts(property))
            .chain(party.addresses.iter().filter_map(|address| address.country.map(Country::code)));
        let family_first =
            family_name_first(countries) || party.names.iter().any(|name| writes_family_name_first(&name.script));
        for name in &party.names {
            let detail = name_detail(name, &party.part_kinds, family_first);
            if detail.text.is_empty() {
                faults.push(("DocumentedName", format!("{} has no text; it was left out", name.record)));
                continue;
            }
            party.entity.add_from(detail.property(), detail.text.clone(), &name.record);
            if name.primary && name.script == "Latin" {
                for part in &detail.parts {
                    if let Some(property) = part.kind.property().filter(|property| schema.property(property).is_some()) {
                        party.entity.add_from(property, part.text.clone(), &name.record);
                    }
                }
            }
            party.entity.names.push(detail);
        }
        for (property, values) in facts.properties() {
            for value in values {
                party.entity.add(property, value.clone());
            }
        }
        party.entity.caption = party.entity.first("name").map(ToOwned::to_owned);
        if party.entity.caption.is_none() {
            faults.push(("Alias", "a party without a name".to_owned()));
        }
        party.entity.target = Some(true);
        party.entity.add("topics", "sanction");
        let holder = party.entity.id.clone();
        let mut hanging = Vec::new();
        // OFAC gives a party without a known address the place "undetermined": nothing to make an address of.
        for location in party.addresses.iter().filter(|location| !location.is_empty()) {
            hanging.push(address(&mut party.entity, location, party.elements.address));
        }
        for document in documents {
            let id = format!("ofac-doc-{}", document.id);
            let record = format!("{} {}", party.elements.document, document.id);
            let entity = identification(&mut party.entity, schema, document, &id, &record);
            hanging.push((entity, record));
        }
        for (key, currencies, record) in &party.wallets {
            let wallet = wallet(&holder, key, currencies, record);
            hanging.push((wallet, record.clone()));
        }
        Finished { party: party.entity, record: party.record, hanging, faults }
    }
}

/// What a party is, in OFAC's word for it.
pub(crate) fn schema_of(kind: &str) -> Option<Schema> {
    Some(match kind {
        "Individual" => Schema::Person,
        "Entity" | "Other Entity" => Schema::Organization,
        "Vessel" => Schema::Vessel,
        "Aircraft" => Schema::Airplane,
        "Transport" => Schema::Vehicle,
        _ => return None,
    })
}

/// The kind of a name; `None` for a word that is not known. No word is said already where it is missing, and is the common kind.
pub(crate) fn alias_kind(kind: &str) -> Option<AliasKind> {
    Some(match kind {
        "Name" => AliasKind::Name,
        "F.K.A." => AliasKind::FormerlyKnownAs,
        "N.K.A." => AliasKind::NowKnownAs,
        "A.K.A." | "" => AliasKind::AlsoKnownAs,
        _ => return None,
    })
}

/// Adds what a feature says to the property that it becomes, or as a note. The error says that a text is no date; it is kept as a note,
/// too.
pub(crate) fn add_feature(entity: &mut Entity, name: &str, text: String, record: &str) -> Result<(), DateError> {
    let property = tables::feature_property(name).filter(|property| entity.property_type(property).is_some());
    let Some(property) = property else {
        entity.add_from("notes", note(name, &text), record);
        return Ok(());
    };
    match property {
        // A date may come as text (a year of build); what is none is kept as it is said.
        _ if entity.property_type(property) == Some(PropertyType::Date) => match DateValue::parse(&text) {
            Ok(date) => entity.add_from(property, date.to_string(), record),
            Err(error) => {
                entity.add_from("notes", note(name, &text), record);
                return Err(error);
            }
        },
        "nationality" | "citizenship" | "flag" | "pastFlags" | "jurisdiction" => {
            let value = Country::parse(&text).map_or(text, |country| country.code().to_owned());
            entity.add_from(property, value, record);
        }
        "gender" => entity.add_from(property, text.to_lowercase(), record),
        "birthPlace" => {
            // The last part of a place is its country more often than not; where it is none, nothing is added.
            if let Some(country) = text.rsplit(',').next().and_then(|part| Country::parse(part.trim())) {
                entity.add_from("birthCountry", country.code(), record);
            }
            entity.add_from(property, text, record);
        }
        _ => entity.add_from(property, text, record),
    }
    Ok(())
}

/// The wallet entity of an address, under every currency that the list names for it.
pub(crate) fn wallet(holder: &str, key: &str, currencies: &[String], record: &str) -> Entity {
    let mut wallet = Entity::new(format!("{holder}-wallet-{key}"), Schema::CryptoWallet);
    wallet.add_from("publicKey", key, record);
    for currency in currencies {
        wallet.add("currency", currency.clone());
    }
    wallet.add("holder", holder);
    wallet.add("topics", "sanction");
    wallet.target = Some(true);
    wallet
}

/// A statement that has no property of its own, under the name of its feature, if that is known.
pub(crate) fn note(feature: &str, text: &str) -> String {
    match tables::plain(feature) {
        "" => text.to_owned(),
        feature => format!("{feature}: {text}"),
    }
}

/// The address entity of a location; the party gets the address as text, its country, and the reference.
fn address(party: &mut Entity, location: &Location, element: &str) -> (Entity, String) {
    let record = format!("{element} {}", location.id);
    let mut entity = Entity::new(format!("ofac-addr-{}", location.id), Schema::Address);
    for (kind, text) in &location.parts {
        let property = match kind.as_str() {
            "ADDRESS1" => "street",
            "ADDRESS2" => "street2",
            "ADDRESS3" => "street3",
            "CITY" => "city",
            "STATE/PROVINCE" => "state",
            "POSTAL CODE" => "postalCode",
            "REGION" => "region",
            _ => "remarks",
        };
        entity.add_from(property, text.clone(), &record);
    }
    let full = location.full();
    entity.add_from("full", full.clone(), &record);
    // The same address in its own script: a search for it must find it as it is written on the spot.
    let others = location.full_in_other_scripts();
    for other in &others {
        entity.add_from("full", other.clone(), &record);
    }
    if let Some(country) = location.country {
        entity.add("country", country.code());
        party.add_from("country", country.code(), &record);
    }
    for text in std::iter::once(full).chain(others) {
        party.add_from("address", text, &record);
    }
    party.add("addressEntity", entity.id.clone());
    (entity, record)
}

/// The document entity; the party gets the number as the property that fits the type.
pub(crate) fn identification(party: &mut Entity, holder: Schema, document: &Document, id: &str, record: &str) -> Entity {
    let (schema, property) = tables::document_type(&document.kind, holder);
    // OFAC files company IMO numbers and other registrations under "Company Number", and anything under a vessel's registration.
    let imo = document.number.strip_prefix("IMO ").map(str::trim);
    let property = match (property, imo) {
        (Some("registrationNumber"), Some(_)) if holder.property("imoNumber").is_some() => Some("imoNumber"),
        (Some("imoNumber"), None) => Some("registrationNumber"),
        (property, _) => property,
    };
    let mut entity = Entity::new(id, schema);
    entity.add("holder", party.id.clone());
    entity.add_from("number", document.number.clone(), record);
    entity.add("type", document.kind.clone());
    if let Some(country) = document.country {
        entity.add("country", country.code());
    }
    entity.add("authority", document.authority.clone());
    if let Some(date) = &document.issued {
        entity.add("startDate", date.clone());
    }
    if let Some(date) = &document.expires {
        entity.add("endDate", date.clone());
    }
    entity.add("description", document.comment.clone());
    if !document.issued_in.is_empty() {
        entity.add("description", format!("issued in {}", document.issued_in));
    }
    if document.validity == "Fraudulent" {
        entity.add("description", "reported as fraudulent");
    }
    if let Some(property) = property {
        let number = if property == "imoNumber" { imo.unwrap_or(&document.number) } else { &document.number };
        let fits = holder.property(property).is_some();
        party.add_from(if fits { property } else { fallback_property(holder) }, number.to_owned(), record);
    }
    entity
}

/// Where a number goes that the holder's schema has no own property for.
fn fallback_property(holder: Schema) -> &'static str {
    if holder.is_a(Schema::Person) { "idNumber" } else { "registrationNumber" }
}

pub(crate) fn name_part_kind(text: &str) -> Option<NamePartKind> {
    Some(match text {
        "Last Name" => NamePartKind::Family,
        "First Name" => NamePartKind::Given,
        "Middle Name" => NamePartKind::Middle,
        "Maiden Name" => NamePartKind::Maiden,
        "Patronymic" => NamePartKind::Patronymic,
        "Matronymic" => NamePartKind::Matronymic,
        "Nickname" => NamePartKind::Nickname,
        "Entity Name" | "Vessel Name" | "Aircraft Name" => NamePartKind::Whole,
        _ => return None,
    })
}

/// Whether names are written family name first in any of the countries.
pub(crate) fn family_name_first<'c>(mut countries: impl Iterator<Item = &'c str>) -> bool {
    countries.any(|code| FAMILY_NAME_FIRST.contains(&code))
}

/// Whether names in the script stand family name first and without a space between the parts.
fn writes_family_name_first(script: &str) -> bool {
    ["Chinese Simplified", "Chinese Traditional", "Japanese", "Korean", "Hangul"].contains(&script)
}

/// The name as text in the order in which it is written in its script and country, with its parts.
fn name_detail(name: &RawName, kinds: &FxHashMap<u32, NamePartKind>, family_first: bool) -> NameDetail {
    let parts = name
        .parts
        .iter()
        .map(|(group, text)| NamePart { kind: kinds.get(group).copied().unwrap_or(NamePartKind::Whole), text: text.clone() })
        .collect();
    let (text, parts) = written_name(parts, &name.script, family_first);
    NameDetail { text, kind: name.kind, weak: name.weak, script: name.script.clone(), parts, record: name.record.clone() }
}

/// The parts of a name in the order in which it is written, and the whole of it.
pub(crate) fn written_name(mut parts: Vec<NamePart>, script: &str, family_first: bool) -> (String, Vec<NamePart>) {
    let joined = writes_family_name_first(script);
    let rank = |kind: NamePartKind| match kind {
        NamePartKind::Family if family_first || joined => 0,
        NamePartKind::Given => 1,
        NamePartKind::Middle => 2,
        NamePartKind::Patronymic => 3,
        NamePartKind::Matronymic => 5,
        NamePartKind::Family => 4,
        NamePartKind::Maiden => 6,
        NamePartKind::Nickname => 7,
        NamePartKind::Whole => 1,
    };
    parts.sort_by_key(|part| rank(part.kind));
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let text = texts.join(if joined { "" } else { " " });
    (text, parts)
}
