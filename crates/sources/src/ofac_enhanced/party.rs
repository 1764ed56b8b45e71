//! An `entity` of the list: what it says becomes a party with its addresses, documents and wallets, its listings, and relations, which wait
//! until every party has been read. The entities are built by the advanced format's own functions, so that both formats give the same.

use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, DateValue, Entity, NamePartKind, PartialDate, PropertyType, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

use super::tree::Node;
use crate::facts::rows;
use crate::listing::{Listing, Place};
use crate::ofac_advanced::party::{Elements, Party, RawName, alias_kind, name_part_kind, note, schema_of};
use crate::ofac_advanced::{Document, Location, link_parties, quality_words, tables};

const LISTS: &str = include_str!("../../../../data/ofac_lists.tsv");

/// Where the ids of the entries of a list begin, by the list's reference id.
static LIST_OFFSETS: LazyLock<FxHashMap<u32, u32>> =
    LazyLock::new(|| rows(LISTS).filter_map(|row| Some((row.first()?.parse().ok()?, row.get(2)?.parse().ok()?))).collect());

const ELEMENTS: Elements = Elements { address: "address", document: "identityDocument" };

/// What OFAC writes where it knows no country.
const NO_COUNTRY: &str = "undetermined";

/// A value of the file's dictionary.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    pub(crate) text: String,
    /// ISO 3166-1 code of a country.
    pub(crate) iso: String,
    /// For a list: where the ids of its entries begin in the advanced format.
    pub(crate) offset: Option<u32>,
}

/// What the file says of its own codes. Elements state the text of a code beside it; this is for those that do not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    pub(crate) references: FxHashMap<u32, Reference>,
    /// Names of features by `featureTypeId`.
    pub(crate) features: FxHashMap<u32, String>,
}

impl Dictionary {
    /// The text of an element that names a reference value.
    fn text<'n>(&'n self, node: &'n Node) -> &'n str {
        if !node.text().is_empty() {
            return node.text();
        }
        node.number("refId").and_then(|id| self.references.get(&id)).map_or("", |reference| &reference.text)
    }

    fn text_of<'n>(&'n self, node: &'n Node, child: &str) -> &'n str {
        node.child(child).map_or("", |child| self.text(child))
    }

    /// The country that an element names, and its name as the file has it.
    fn country(&self, node: &Node) -> (Option<Country>, Option<String>) {
        let text = self.text(node);
        let iso = node.number("refId").and_then(|id| self.references.get(&id)).map(|reference| reference.iso.as_str());
        let country = iso.and_then(Country::from_code).or_else(|| Country::parse(text));
        (country, (!text.is_empty() && text != NO_COUNTRY).then(|| text.to_owned()))
    }
}

/// A relation from one party to another.
#[derive(Debug)]
struct Relation {
    id: u32,
    line: u64,
    from: u32,
    to: u32,
    /// The other party's name as the relation has it.
    to_name: String,
    kind: String,
    quality: String,
    comment: String,
    start: Option<String>,
    end: Option<String>,
}

/// Reads parties and hands out their entities; remembers what relations need.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    schemas: FxHashMap<u32, Schema>,
    relations: Vec<Relation>,
    /// Place among the relations by id.
    relation_ids: FxHashMap<u32, usize>,
    pub(crate) count: u64,
}

/// A listing: the list, the element's own id, and since when.
struct OnList {
    list: String,
    list_id: u32,
    id: u32,
    date: Option<String>,
}

/// What the listings of a party say in common.
#[derive(Default)]
struct Listings {
    lists: Vec<OnList>,
    programs: Vec<String>,
    types: Vec<String>,
    authorities: Vec<String>,
}

/// One party while it is read.
struct Reading<'r, 'l, 'a> {
    dictionary: &'r Dictionary,
    listing: &'l mut Listing<'a>,
    uid: u32,
    party: Party,
    documents: Vec<Document>,
    listings: Listings,
    relations: Vec<Relation>,
    /// Ids of the versions of the party's features.
    versions: FxHashSet<u32>,
    /// The next id of a part of a name that has none.
    next_part: u32,
}

impl Parties {
    /// Reads a party, and hands out all its entities but the relations. One without an id, and a second one under an id that has been
    /// read, is rejected.
    pub(crate) fn read(&mut self, dictionary: &Dictionary, node: &Node, listing: &mut Listing<'_>) {
        self.count += 1;
        let Some(uid) = node.number("id") else {
            let at = Place { line: node.line(), record: "entity" };
            listing.reject(at, "id", "a party without an id; it was left out", &node.outline());
            return;
        };
        let record = format!("entity {uid}");
        if self.schemas.contains_key(&uid) {
            let at = Place { line: node.line(), record: &record };
            listing.reject(at, "id", "its id stands twice in the file; the second was left out", &node.outline());
            return;
        }
        listing.count("parties", 1);
        let mut reading = Reading {
            dictionary,
            listing,
            uid,
            party: Party::new(uid, record, ELEMENTS),
            documents: Vec::new(),
            listings: Listings::default(),
            relations: Vec::new(),
            versions: FxHashSet::default(),
            next_part: u32::MAX,
        };
        let schema = reading.read(node);
        let relations = reading.finish(node);
        self.schemas.insert(uid, schema);
        for relation in relations {
            match self.relation_ids.get(&relation.id).map(|place| &self.relations[*place]) {
                None => {
                    self.relation_ids.insert(relation.id, self.relations.len());
                    self.relations.push(relation);
                }
                // A relation that both its parties state is one relation.
                Some(held) if (held.from, held.to, &held.kind) == (relation.to, relation.from, &relation.kind) => {}
                Some(_) => {
                    let record = format!("relationship {}", relation.id);
                    let at = Place { line: relation.line, record: &record };
                    listing.issue(at, "id", "its id stands twice in the file with another meaning; the second was left out");
                }
            }
        }
    }

    /// Hands out the relations, now that it is known what every party is.
    pub(crate) fn relations(self, listing: &mut Listing<'_>) {
        for relation in self.relations {
            let record = format!("relationship {}", relation.id);
            let at = Place { line: relation.line, record: &record };
            let Some(from) = self.schemas.get(&relation.from).copied() else { continue };
            let to = self.schemas.get(&relation.to).copied();
            let mut entity = Entity::new(format!("ofac-rel-{}", relation.id), Schema::UnknownLink);
            entity.add("startDate", relation.start.unwrap_or_default());
            entity.add("endDate", relation.end.unwrap_or_default());
            // A party of another list of OFAC has the same id there. What it is, this file does not say.
            let ends = ((relation.from, from), (relation.to, to.unwrap_or(Schema::LegalEntity)));
            if link_parties(&mut entity, &relation.kind, ends.0, ends.1) && !relation.kind.is_empty() {
                let message = format!("relation `{}` is not known; kept as an UnknownLink", relation.kind);
                listing.issue(at, "type", message);
            }
            entity.add("description", relation.comment);
            entity.add("description", quality_words(&relation.quality));
            if to.is_none() {
                listing.count("relationships_to_other_lists", 1);
                entity.add("description", format!("to a party of another list: {}", relation.to_name));
            }
            listing.emit(entity, &record);
        }
    }
}

impl Reading<'_, '_, '_> {
    fn issue(&mut self, node: &Node, field: &str, message: impl Into<String>) {
        self.listing.issue(Place { line: node.line(), record: &self.party.record }, field, message);
    }

    fn unknown(&mut self, node: &Node) {
        if !node.is_empty() {
            let text: String = node.outline().chars().take(200).collect();
            self.issue(node, node.name(), format!("an element that is not known; it was left out: {text}"));
        }
    }

    fn read(&mut self, node: &Node) -> Schema {
        let info = node.child("generalInfo");
        let kind = info.map_or("", |info| self.dictionary.text_of(info, "entityType")).to_owned();
        let schema = schema_of(&kind).unwrap_or_else(|| {
            self.issue(node, "entityType", format!("unknown type of party `{kind}`; kept as a LegalEntity"));
            Schema::LegalEntity
        });
        self.party.entity.schema = schema.into();
        for part in node.children() {
            match part.name() {
                "generalInfo" => self.general(part),
                "sanctionsLists" => self.each(part, "sanctionsList", Self::list),
                "sanctionsPrograms" => self.each(part, "sanctionsProgram", |reading, node| {
                    reading.listings.programs.push(reading.dictionary.text(node).to_owned());
                }),
                "sanctionsTypes" => self.each(part, "sanctionsType", |reading, node| {
                    reading.listings.types.push(reading.dictionary.text(node).to_owned());
                }),
                "legalAuthorities" => self.each(part, "legalAuthority", |reading, node| {
                    reading.listings.authorities.push(reading.dictionary.text(node).to_owned());
                }),
                "names" => self.each(part, "name", Self::name),
                "addresses" => self.each(part, "address", Self::address),
                "features" => self.each(part, "feature", Self::feature),
                // They may name features, which come before them in the format and need not in a delta.
                "identityDocuments" => {}
                "relationships" => self.each(part, "relationship", Self::relationship),
                _ => self.unknown(part),
            }
        }
        if let Some(part) = node.child("identityDocuments") {
            self.each(part, "identityDocument", Self::document);
        }
        schema
    }

    /// Reads each child of a part that has children of one name.
    fn each(&mut self, part: &Node, name: &str, read: impl Fn(&mut Self, &Node)) {
        for child in part.children() {
            if child.name() == name {
                read(self, child);
            } else {
                self.unknown(child);
            }
        }
    }

    fn general(&mut self, info: &Node) {
        let record = self.party.record.clone();
        for part in info.children() {
            let text = self.dictionary.text(part);
            match part.name() {
                // The id of the identity is of use within OFAC only; the type has been read.
                "identityId" | "entityType" => {}
                "remarks" => self.party.entity.add_from("notes", text, &record),
                "title" if !text.is_empty() => self.party.feature_value("Title", text.to_owned(), &record),
                "livingStatus" if !text.is_empty() => {
                    self.party.entity.add_from("notes", format!("Living status: {text}"), &record);
                }
                "title" | "livingStatus" => {}
                "isUsCitizen" if part.flag() == Some(true) => {
                    self.party.feature_value("Citizenship Country", "us".to_owned(), &record);
                }
                "isUsPerson" if part.flag() == Some(true) => {
                    self.party.entity.add_from("notes", "US person: true", &record);
                }
                "isUsCitizen" | "isUsPerson" if part.flag() == Some(false) || text.is_empty() => {}
                "isUsCitizen" | "isUsPerson" => {
                    self.issue(part, part.name(), format!("`{text}` is neither true nor false; kept as a note"));
                    self.party.entity.add_from("notes", format!("{}: {text}", part.name()), &record);
                }
                _ => self.unknown(part),
            }
        }
    }

    fn list(&mut self, node: &Node) {
        let list = self.dictionary.text(node).to_owned();
        let record = self.party.record.clone();
        let at = Place { line: node.line(), record: &record };
        let date = self.listing.date(at, "datePublished", node.attribute("datePublished").unwrap_or_default());
        if date.is_none() {
            self.issue(node, "datePublished", format!("a listing on `{list}` without a date"));
        }
        let (list_id, id) = (node.number("refId").unwrap_or_default(), node.number("id").unwrap_or_default());
        self.listings.lists.push(OnList { list, list_id, id, date });
    }

    /// Whether a child is true; a text that is neither is an issue, and false.
    fn flag(&mut self, node: &Node, name: &str) -> bool {
        let Some(child) = node.child(name) else { return false };
        child.flag().unwrap_or_else(|| {
            self.issue(child, name, format!("`{}` is neither true nor false; taken as false", child.text()));
            false
        })
    }

    fn name(&mut self, node: &Node) {
        let (primary, weak) = (self.flag(node, "isPrimary"), self.flag(node, "isLowQuality"));
        let kind = match node.child("aliasType").map(|child| self.dictionary.text(child).to_owned()) {
            Some(kind) => alias_kind(&kind).unwrap_or_else(|| {
                self.issue(node, "aliasType", format!("`{kind}` is not known; kept as also known as"));
                AliasKind::AlsoKnownAs
            }),
            // The listed name has no type.
            None if primary => AliasKind::Name,
            None => {
                self.issue(node, "aliasType", "a name that is not the listed one, without a type; kept as also known as");
                AliasKind::AlsoKnownAs
            }
        };
        for part in node.children() {
            match part.name() {
                "isPrimary" | "isLowQuality" | "aliasType" => {}
                "translations" => {
                    self.each(part, "translation", |reading, node| reading.translation(node, kind, primary, weak));
                }
                _ => self.unknown(part),
            }
        }
    }

    fn translation(&mut self, node: &Node, kind: AliasKind, primary: bool, weak: bool) {
        let record = format!("translation {}", node.attribute("id").unwrap_or("without id"));
        // Without a script it may be any; Latin is what the format's own renderings are in.
        let script = self.dictionary.text_of(node, "script").to_owned();
        let mut name = RawName { record, kind, primary, weak, script, parts: Vec::new() };
        for part in node.children() {
            match part.name() {
                // `isPrimary` says which of the translations is the publisher's own. The formatted names are the parts in capitals.
                "isPrimary" | "script" | "formattedFirstName" | "formattedLastName" | "formattedFullName" => {}
                "nameParts" => {
                    for child in part.children() {
                        if child.name() == "namePart" {
                            name.parts.extend(self.name_part(child));
                        } else {
                            self.unknown(child);
                        }
                    }
                }
                _ => self.unknown(part),
            }
        }
        if name.parts.is_empty() {
            name.parts = self.formatted(node);
        }
        self.listing.count("names", 1);
        self.listing.count("names_not_latin", u64::from(!["Latin", ""].contains(&name.script.as_str())));
        self.listing.count("names_low_quality", u64::from(weak));
        self.party.names.push(name);
    }

    fn name_part(&mut self, node: &Node) -> Option<(u32, String)> {
        let kind = self.dictionary.text_of(node, "type").to_owned();
        let id = node.number("id").unwrap_or_else(|| self.part_id());
        match name_part_kind(&kind) {
            Some(kind) => {
                self.party.part_kinds.insert(id, kind);
            }
            None => self.issue(node, "namePart", format!("type `{kind}` is not known; kept as a whole name")),
        }
        let text = node.text_of("value");
        (!text.is_empty()).then(|| (id, text.to_owned()))
    }

    fn part_id(&mut self) -> u32 {
        self.next_part -= 1;
        self.next_part
    }

    /// The parts of a name of which only the formatted texts are there, `LAST, First`.
    fn formatted(&mut self, node: &Node) -> Vec<(u32, String)> {
        let (first, last, full) =
            (node.text_of("formattedFirstName"), node.text_of("formattedLastName"), node.text_of("formattedFullName"));
        let is_person = self.party.entity.schema.is_a(Schema::Person);
        let (last, first) = match full.split_once(", ") {
            Some((family, given)) if is_person && last.is_empty() => (family, given),
            _ => (last, first),
        };
        let parts = if is_person && !first.is_empty() && !last.is_empty() {
            vec![(NamePartKind::Family, last), (NamePartKind::Given, first)]
        } else {
            vec![(NamePartKind::Whole, [full, last, first].into_iter().find(|text| !text.is_empty()).unwrap_or_default())]
        };
        let mut out = Vec::new();
        for (kind, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
            let id = self.part_id();
            self.party.part_kinds.insert(id, kind);
            out.push((id, text.to_owned()));
        }
        out
    }

    fn address(&mut self, node: &Node) {
        let id = node.number("id");
        let mut location = Location { id: id.unwrap_or_default(), ..Location::default() };
        let mut countries: Vec<&Node> = node.child("country").into_iter().collect();
        for part in node.children() {
            match part.name() {
                "country" => {}
                "translations" => {
                    for child in part.children() {
                        match child.name() {
                            // The format has a second place for the country.
                            "country" => countries.push(child),
                            "translation" => self.address_translation(child, &mut location),
                            _ => self.unknown(child),
                        }
                    }
                }
                _ => self.unknown(part),
            }
        }
        for node in countries {
            let (country, text) = self.dictionary.country(node);
            if country.is_none()
                && let Some(text) = &text
            {
                self.issue(node, "country", format!("`{text}` is not a known country"));
            }
            if location.country.is_none() && location.country_text.is_none() {
                (location.country, location.country_text) = (country, text);
            }
        }
        self.listing.count("locations", 1);
        if id.is_some() {
            self.party.addresses.push(location);
            return;
        }
        // Two addresses under one made-up id would pass for one.
        self.issue(node, "address", "an address without an id; kept as text");
        let record = self.party.record.clone();
        self.party.entity.add_from("country", location.country.map_or("", Country::code), &record);
        self.party.entity.add_from("address", location.full(), &record);
    }

    fn address_translation(&mut self, node: &Node, location: &mut Location) {
        let primary = node.child("isPrimary").is_none() || self.flag(node, "isPrimary");
        let script = self.dictionary.text_of(node, "script").to_owned();
        let mut parts = Vec::new();
        for part in node.children() {
            match part.name() {
                "isPrimary" | "script" => {}
                "addressParts" => {
                    for child in part.children() {
                        let (kind, text) = (self.dictionary.text_of(child, "type"), child.text_of("value"));
                        if child.name() != "addressPart" {
                            self.unknown(child);
                        } else if !text.is_empty() {
                            parts.push((kind.to_owned(), text.to_owned()));
                        }
                    }
                }
                _ => self.unknown(part),
            }
        }
        if parts.is_empty() {
            return;
        }
        if primary && location.parts.is_empty() {
            location.parts = parts;
        } else {
            location.other_scripts.push((script, parts));
        }
    }

    fn feature(&mut self, node: &Node) {
        let record = format!("feature {}", node.attribute("id").unwrap_or("without id"));
        self.versions.extend(node.text_of("versionId").parse::<u32>());
        let name = node.child("type").map_or("", |kind| match kind.text() {
            "" => {
                let name = kind.number("featureTypeId").and_then(|id| self.dictionary.features.get(&id));
                name.map_or("", String::as_str)
            }
            text => text,
        });
        let name = name.to_owned();
        if name.is_empty() {
            self.issue(node, "feature", format!("{record} has no type; kept as a note"));
        }
        let text = match node.text_of("value") {
            "" => node
                .child("valueRefId")
                .and_then(|id| id.text().parse().ok())
                .and_then(|id| self.dictionary.references.get(&id)),
            _ => None,
        };
        let text = text.map_or(node.text_of("value"), |reference| &reference.text).to_owned();
        let mut remarks = Vec::new();
        if self.dictionary.text_of(node, "reliability") == "False" {
            remarks.push("reported as false".to_owned());
        }
        let mut date = None;
        for part in node.children() {
            match part.name() {
                // Which of several values is the main one, OFAC's other formats do not say; the values keep their order.
                "type" | "versionId" | "value" | "valueRefId" | "isPrimary" | "reliability" => {}
                "valueDate" => date = self.period(part, &name),
                "comments" if part.is_empty() => {}
                "comments" => remarks.push(part.text().to_owned()),
                _ => self.unknown(part),
            }
        }
        if let Some(date) = &date
            && let Ok(said) = DateValue::parse(&text)
            && said != *date
        {
            self.issue(node, &name, format!("the value `{text}` and the date {date} are not the same; both were kept"));
            self.party.entity.add_from("notes", note(&name, &text), &record);
        }
        let property = tables::feature_property(&name).and_then(|property| self.party.entity.property_type(property));
        if date.is_none()
            && property == Some(PropertyType::Date)
            && !text.is_empty()
            && let Err(error) = DateValue::parse(&text)
        {
            self.issue(node, &name, format!("a date cannot be read: {error}; kept as a note"));
        }
        let text = date.map_or(text, |date| date.to_string());
        if text.is_empty() && remarks.is_empty() {
            self.issue(node, &name, format!("{record} says nothing"));
        }
        if !text.is_empty() {
            self.listing.count("wallet_addresses", u64::from(tables::is_wallet(&name)));
            self.party.feature_value(&name, text, &record);
        }
        for remark in remarks {
            self.party.entity.add_from("notes", note(&name, &remark), &record);
        }
        self.listing.count("features", 1);
    }

    /// The four days of a period in the order of [`DateValue::from_period`], and whether it is approximate.
    fn days(&mut self, node: &Node, field: &str) -> ([Option<PartialDate>; 4], bool) {
        let mut days = [None; 4];
        for part in node.children() {
            let place = match part.name() {
                "fromDateBegin" => 0,
                "fromDateEnd" => 1,
                "toDateBegin" => 2,
                "toDateEnd" => 3,
                "isApproximate" | "isDateRange" => continue,
                _ => {
                    self.unknown(part);
                    continue;
                }
            };
            match day(part.text()) {
                Ok(date) => days[place] = date,
                Err(message) => self.issue(part, field, format!("a date cannot be read in full: {message}")),
            }
        }
        (days, self.flag(node, "isApproximate"))
    }

    /// When something was.
    fn period(&mut self, node: &Node, field: &str) -> Option<DateValue> {
        let ([start_from, start_to, end_from, end_to], circa) = self.days(node, field);
        // A missing bound is the other one of its span; a missing end is the start.
        let first = start_from.or(start_to).or(end_from).or(end_to)?;
        let start_to = start_to.unwrap_or(first);
        let last = end_to.or(end_from).unwrap_or(start_to);
        match DateValue::from_period(first, start_to, end_from.unwrap_or(first), last, circa) {
            Ok(date) => Some(date),
            Err(error) => {
                self.issue(node, field, format!("a date cannot be read in full: {error}"));
                None
            }
        }
    }

    /// From when until when something holds.
    fn interval(&mut self, node: &Node, field: &str) -> [Option<String>; 2] {
        let ([start_from, start_to, end_from, end_to], circa) = self.days(node, field);
        [[start_from, start_to], [end_from, end_to]].map(|[from, to]| {
            let (from, to) = (from.or(to)?, to.or(from)?);
            match DateValue::from_period(from, to, from, to, circa) {
                Ok(date) => Some(date.to_string()),
                Err(error) => {
                    self.issue(node, field, format!("a date cannot be read in full: {error}"));
                    None
                }
            }
        })
    }

    fn document(&mut self, node: &Node) {
        self.listing.count("id_documents", 1);
        let id = node.number("id");
        let mut document = Document { id: id.unwrap_or_default(), ..Document::default() };
        for part in node.children() {
            match part.name() {
                "type" => self.dictionary.text(part).clone_into(&mut document.kind),
                // The name is one of the party's.
                "name" => {}
                "documentNumber" => part.text().clone_into(&mut document.number),
                "isValid" => {
                    if part.flag() == Some(false) {
                        "Fraudulent".clone_into(&mut document.validity);
                    }
                }
                "issuingAuthority" => part.text().clone_into(&mut document.authority),
                "issuingLocation" => part.text().clone_into(&mut document.issued_in),
                "issuingCountry" => {
                    let (country, text) = self.dictionary.country(part);
                    document.country = country;
                    if country.is_none()
                        && let Some(text) = text
                    {
                        self.issue(part, "issuingCountry", format!("`{text}` is not a known country"));
                    }
                }
                "issueDate" => document.issued = self.period(part, "issueDate").map(|date| date.to_string()),
                "expirationDate" => document.expires = self.period(part, "expirationDate").map(|date| date.to_string()),
                "comments" => part.text().clone_into(&mut document.comment),
                "idFeatures" => self.each(part, "idFeature", |reading, node| {
                    // It names a feature of the party, which says the rest itself.
                    let known = node.number("featureVersionId").is_some_and(|id| reading.versions.contains(&id));
                    if !known {
                        let text = format!("Feature of a document: {}", node.text());
                        reading.issue(
                            node,
                            "idFeature",
                            format!("`{}` is no feature of the party; kept as a note", node.text()),
                        );
                        let record = reading.party.record.clone();
                        reading.party.entity.add_from("notes", text, &record);
                    }
                }),
                _ => self.unknown(part),
            }
        }
        if id.is_none() {
            self.issue(node, "identityDocument", "a document without an id; kept as a note");
            let (kind, record) = (if document.kind.is_empty() { "Document" } else { &document.kind }, &self.party.record);
            self.party.entity.add_from("notes", note(kind, &document.number), record);
            return;
        }
        if document.number.is_empty() {
            self.issue(node, "documentNumber", format!("document {} has no number", document.id));
        }
        if document.kind.is_empty() {
            self.issue(node, "type", format!("document {} has no type", document.id));
        }
        self.documents.push(document);
    }

    fn relationship(&mut self, node: &Node) {
        self.listing.count("relationships", 1);
        let other = node.child("relatedEntity");
        let (Some(id), Some(to)) = (node.number("id"), other.and_then(|other| other.number("entityId"))) else {
            self.issue(node, "relationship", "a relationship without an id, or without another party; kept as a note");
            let other = other.map_or("", Node::text);
            let record = self.party.record.clone();
            self.party.entity.add_from("notes", note(self.dictionary.text_of(node, "type"), other), &record);
            return;
        };
        let mut relation = Relation {
            id,
            line: node.line(),
            from: self.uid,
            to,
            to_name: other.map_or("", Node::text).to_owned(),
            kind: self.dictionary.text_of(node, "type").to_owned(),
            quality: self.dictionary.text_of(node, "quality").to_owned(),
            comment: node.text_of("comments").to_owned(),
            start: None,
            end: None,
        };
        if relation.kind.is_empty() {
            self.issue(node, "relationship", format!("relationship {id} has no type; kept as an UnknownLink"));
        }
        for part in node.children() {
            match part.name() {
                "type" | "relatedEntity" | "quality" | "comments" => {}
                "dateRange" => [relation.start, relation.end] = self.interval(part, "dateRange"),
                _ => self.unknown(part),
            }
        }
        self.relations.push(relation);
    }

    /// Hands out the entities of the party.
    fn finish(self, node: &Node) -> Vec<Relation> {
        let Reading { dictionary, listing, uid, party, documents, listings, relations, .. } = self;
        let finished = party.finish(&documents);
        for (field, message) in finished.faults {
            let at = Place { line: node.line(), record: &finished.record };
            listing.issue(at, if field == "Alias" { "names" } else { "translation" }, message);
        }
        if listings.lists.is_empty() {
            listing.issue(
                Place { line: node.line(), record: &finished.record },
                "sanctionsLists",
                "a party that is on no list",
            );
        }
        let holder = finished.party.id.clone();
        listing.emit(finished.party, &finished.record);
        for (entity, record) in finished.hanging {
            listing.emit(entity, &record);
        }
        let mut ids = FxHashSet::default();
        for on in &listings.lists {
            listing.count("sanctions_entries", 1);
            let record = format!("sanctionsList {}", on.id);
            let stated = dictionary.references.get(&on.list_id).and_then(|reference| reference.offset);
            let number = stated
                .or_else(|| LIST_OFFSETS.get(&on.list_id).copied())
                .and_then(|offset| uid.checked_add(offset))
                .map_or_else(|| format!("{uid}-{}", on.list_id), |number| number.to_string());
            let mut id = format!("ofac-sanction-{number}");
            if !ids.insert(id.clone()) {
                id = format!("{id}-{}", on.id);
            }
            let mut sanction = Entity::new(id, Schema::Sanction);
            sanction.add("entity", holder.as_str());
            sanction.add("authority", "Office of Foreign Assets Control");
            sanction.add("country", "us");
            sanction.add("authorityId", number);
            sanction.add("summary", on.list.as_str());
            for authority in listings.authorities.iter().filter(|authority| *authority != "Unknown") {
                sanction.add("reason", authority.as_str());
            }
            for property in ["listingDate", "startDate"] {
                sanction.add(property, on.date.as_deref().unwrap_or_default());
            }
            for kind in &listings.types {
                sanction.add("provisions", kind.as_str());
            }
            for program in &listings.programs {
                sanction.add("program", program.as_str());
            }
            listing.emit(sanction, &record);
        }
        relations
    }
}

/// A day in the form of XML Schema, perhaps with a time or a time zone after it. Empty text is none.
fn day(text: &str) -> Result<Option<PartialDate>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let fault = || format!("`{text}` is no day");
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u16>().ok()).ok_or_else(fault);
    if text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
        return Err(fault());
    }
    let small = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    PartialDate::new(number(0..4)?, Some(small(number(5..7)?)), Some(small(number(8..10)?)))
        .map(Some)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_lists_is_whole() {
        let rows = LISTS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).count();
        assert_eq!(
            (LIST_OFFSETS.len(), LIST_OFFSETS.get(&1550), LIST_OFFSETS.get(&91_512)),
            (rows, Some(&0), Some(&70_000_000))
        );
    }

    #[test]
    fn days() {
        let date = |year, month, day| Ok(Some(PartialDate::from_ymd(year, month, day).unwrap()));
        for text in ["1979-01-05", "1979-01-05Z", "1979-01-05+05:00", "1979-01-05T00:00:00"] {
            assert_eq!(day(text), date(1979, 1, 5), "{text}");
        }
        assert_eq!(day(""), Ok(None));
        for text in ["1979", "1979-13-01", "1979-02-30", "-979-01-05", "05/01/1979", "1979-01-0é", "0000-00-00"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
