//! OFAC's `SDN_ADVANCED.XML` and `CONS_ADVANCED.XML`, in the UN/Wolfsberg Advanced Sanctions Data Model (XSD: `ADVANCED_XML.xsd` of the
//! Sanctions List Service). In goes the XML as a stream; out go parties, their addresses, wallets and documents, sanctions entries and
//! relations. Every integer id is looked up in the dictionary that the file itself carries; elements are read by local name, so
//! the namespaces of 2020 (`http://www.un.org/sanctions/1.0`) and of today both do.
//!
//! The file's order makes one pass possible: reference values, locations and documents come before the parties, sanctions entries and
//! relationships after them. Held in memory are the dictionary, locations and documents until their party takes them, and the schema of
//! each profile, which decides the direction of its relations.

mod dates;
pub(crate) mod party;
pub(crate) mod tables;

use std::io::BufRead;

use interdict_model::{Country, DateValue, Entity, Origin, PartialDate, Schema};
use rustc_hash::FxHashMap;

use crate::error::SourceError;
use crate::report::{Count, Issue, Report};
use crate::xml::Xml;

/// The parts of a file, all of which the schema asks for.
const PARTS: [&str; 8] = [
    "DateOfIssue",
    "ReferenceValueSets",
    "Locations",
    "IDRegDocuments",
    "DistinctParties",
    "ProfileRelationships",
    "SanctionsEntries",
    "SanctionsEntryLinks",
];

/// Parses the whole file.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["Sanctions"])?;
    // A delta file holds only what changed, some of it as removed: taken for the list, it would be wrong both ways.
    if xml.attribute("DeltaBaseVersion").is_some() {
        let found = "`Sanctions` has a `DeltaBaseVersion`: a file of changes, not the whole list".to_owned();
        return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
    }
    let mut parser = Parser {
        report,
        sink,
        dictionary: Dictionary::default(),
        locations: FxHashMap::default(),
        documents: FxHashMap::default(),
        profiles: FxHashMap::default(),
        counted: Counted::default(),
        parts: Vec::new(),
    };
    xml.children(|xml| parser.part(xml))?;
    xml.end()?;
    parser.finish(file)
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    parties: u64,
    names: u64,
    names_not_latin: u64,
    names_low_quality: u64,
    id_documents: u64,
    locations: u64,
    relationships: u64,
    wallet_addresses: u64,
    sanctions_entries: u64,
}

/// A value of one of the file's reference sets.
#[derive(Debug, Default)]
struct Reference {
    text: String,
    /// ISO 3166-1 alpha-2 code of a country.
    iso2: Option<String>,
    /// For a party's subtype, the id of its type.
    party_type: Option<u32>,
    /// For an area code, the id of its country.
    country: Option<u32>,
}

/// The reference sets by element name (`FeatureType`) and id.
#[derive(Debug, Default)]
struct Dictionary {
    sets: FxHashMap<String, FxHashMap<u32, Reference>>,
}

impl Dictionary {
    fn get(&self, set: &str, id: u32) -> Option<&Reference> {
        self.sets.get(set)?.get(&id)
    }
}

/// A place: the parts of an address by the file's own part types, and the country.
#[derive(Debug, Default)]
pub(crate) struct Location {
    pub(crate) id: u32,
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) country: Option<Country>,
    /// The country's name as the file has it, kept where it is no country (`undetermined` is left out).
    pub(crate) country_text: Option<String>,
    /// The parts in other scripts, by the language that the file states for them (which may be empty).
    pub(crate) other_scripts: Vec<(String, Vec<(String, String)>)>,
}

impl Location {
    /// The country as the file names it. The places of nationalities have no country element: their only part is its name.
    fn country_name(&self) -> Option<String> {
        match &self.parts[..] {
            _ if self.country_text.is_some() => self.country_text.clone(),
            [(_, name)] => Some(name.clone()),
            _ => None,
        }
    }

    /// Whether nothing at all is known of the place.
    fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.other_scripts.is_empty() && self.country.is_none() && self.country_text.is_none()
    }

    /// The parts from the narrowest to the widest, then the country, in one line.
    pub(crate) fn full(&self) -> String {
        let country = self.country.map(Country::name).or(self.country_text.as_deref());
        line(&self.parts, country)
    }

    /// The same in each other script in which the file has it; the country stands in English only.
    fn full_in_other_scripts(&self) -> Vec<String> {
        self.other_scripts.iter().map(|(_, parts)| line(parts, None)).collect()
    }
}

/// The parts of an address, each with its kind, from the narrowest to the widest. Parts of a kind that is not known stand first.
fn line(parts: &[(String, String)], country: Option<&str>) -> String {
    const ORDER: [&str; 7] = ["ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "REGION", "POSTAL CODE"];
    let mut parts: Vec<&(String, String)> = parts.iter().collect();
    parts.sort_by_key(|(kind, _)| ORDER.iter().position(|known| known == kind).map_or(0, |place| place + 1));
    parts.into_iter().map(|(_, text)| text.as_str()).chain(country).collect::<Vec<_>>().join(", ")
}

/// An identity or registration document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) id: u32,
    pub(crate) kind: String,
    pub(crate) number: String,
    pub(crate) country: Option<Country>,
    pub(crate) authority: String,
    pub(crate) comment: String,
    pub(crate) validity: String,
    /// The place of issue in one line.
    pub(crate) issued_in: String,
    pub(crate) issued: Option<String>,
    pub(crate) expires: Option<String>,
}

/// A profile that has been read: the party that it belongs to, and what it is.
#[derive(Clone, Copy, Debug)]
struct Profile {
    uid: u32,
    schema: Schema,
}

struct Parser<'a> {
    report: &'a mut Report,
    sink: &'a mut dyn FnMut(Entity),
    dictionary: Dictionary,
    locations: FxHashMap<u32, Location>,
    /// Documents by the identity that holds them.
    documents: FxHashMap<u32, Vec<Document>>,
    /// What each profile is, by its id. The id of its party, and so of its entity, need not be the same.
    profiles: FxHashMap<u32, Profile>,
    counted: Counted,
    /// Names of the parts of the file that have been read.
    parts: Vec<String>,
}

impl Parser<'_> {
    fn part(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        self.parts.push(xml.name().to_owned());
        match xml.name() {
            "DateOfIssue" => {
                // Its calendar cannot be looked up: the dictionary comes after it.
                let reading = dates::date(xml)?;
                self.fault(xml, "Sanctions", "DateOfIssue", reading.fault);
                self.report.issue_date = reading.value.map(|date| date.to_string()).unwrap_or_default();
                Ok(())
            }
            "ReferenceValueSets" => xml.children(|xml| xml.children(|xml| self.reference(xml))),
            "Locations" => xml.children(|xml| self.location(xml)),
            "IDRegDocuments" => xml.children(|xml| self.document(xml)),
            "DistinctParties" => xml.children(|xml| self.party(xml)),
            "ProfileRelationships" => xml.children(|xml| self.relationship(xml)),
            "SanctionsEntries" => xml.children(|xml| self.entry(xml)),
            // Empty in every issue so far; what would stand in it is said, as is a part that is not known.
            "SanctionsEntryLinks" => xml.children(|xml| self.pass_over(xml, "SanctionsEntryLinks")),
            name => {
                let name = name.to_owned();
                self.issue(xml, &name, "", "a part of the file that is not known; it was left out");
                xml.skip()
            }
        }
    }

    fn finish(self, file: &str) -> Result<(), SourceError> {
        let counted = self.counted;
        if counted.parties == 0 {
            return Err(SourceError::Empty { file: file.to_owned(), what: "parties" });
        }
        for part in PARTS.iter().filter(|part| !self.parts.iter().any(|read| read == *part)) {
            let message = "the file has no such part".to_owned();
            self.report.issues.push(Issue { line: 0, record: (*part).into(), field: String::new(), message });
        }
        if self.report.issue_date.is_empty() {
            let message = "the file does not say when it was issued".to_owned();
            self.report.issues.push(Issue { line: 0, record: "Sanctions".into(), field: "DateOfIssue".into(), message });
        }
        let left = self.documents.values().map(Vec::len).sum::<usize>();
        if left > 0 {
            let message = format!("{left} documents belong to no party of the file; they were left out");
            self.report.issues.push(Issue { line: 0, record: "IDRegDocuments".into(), field: "IdentityID".into(), message });
        }
        self.report.counts = vec![
            Count { what: "parties", count: counted.parties },
            Count { what: "names", count: counted.names },
            Count { what: "names_not_latin", count: counted.names_not_latin },
            Count { what: "names_low_quality", count: counted.names_low_quality },
            Count { what: "id_documents", count: counted.id_documents },
            Count { what: "locations", count: counted.locations },
            Count { what: "relationships", count: counted.relationships },
            Count { what: "wallet_addresses", count: counted.wallet_addresses },
            Count { what: "sanctions_entries", count: counted.sanctions_entries },
        ];
        Ok(())
    }

    fn issue(&mut self, xml: &Xml<'_>, record: &str, field: &str, message: impl Into<String>) {
        let (record, field) = (record.to_owned(), field.to_owned());
        self.report.issues.push(Issue { line: xml.line(), record, field, message: message.into() });
    }

    /// Passes over the current element. References from record to record repeat what the records say themselves; anything else that
    /// holds something becomes an issue, so that a new element of the format is noticed and not lost.
    fn pass_over(&mut self, xml: &mut Xml<'_>, record: &str) -> Result<(), SourceError> {
        let name = xml.name().to_owned();
        match name.as_str() {
            "FeatureVersionReference"
            | "IDRegDocumentReference"
            | "DocumentedNameReference"
            | "ProfileRelationshipReference"
            | "IdentityReference" => xml.skip(),
            "Comment" => {
                let text = xml.leaf()?;
                if !text.is_empty() {
                    self.issue(xml, record, "Comment", format!("the comment `{text}` has no place here; it was left out"));
                }
                Ok(())
            }
            _ => {
                self.issue(xml, record, &name, "an element that is not known; it was left out");
                xml.skip()
            }
        }
    }

    /// Reads the current element as a date; what cannot be read is an issue.
    fn date(&mut self, xml: &mut Xml<'_>, record: &str, field: &str) -> Result<Option<PartialDate>, SourceError> {
        self.check_calendar(xml, record, field);
        let reading = dates::date(xml)?;
        self.fault(xml, record, field, reading.fault);
        Ok(reading.value)
    }

    /// Reads the current `DatePeriod` as one date; what cannot be read is an issue.
    fn period(&mut self, xml: &mut Xml<'_>, record: &str, field: &str) -> Result<Option<DateValue>, SourceError> {
        self.check_calendar(xml, record, field);
        let reading = dates::period(xml)?;
        if reading.value.is_none() && reading.fault.is_none() {
            self.issue(xml, record, field, "a period without a date");
        }
        self.fault(xml, record, field, reading.fault);
        Ok(reading.value)
    }

    /// Reads the current `DatePeriod` as a beginning and an end into an entity that has them.
    fn interval(&mut self, xml: &mut Xml<'_>, record: &str, entity: &mut Entity) -> Result<(), SourceError> {
        self.check_calendar(xml, record, "DatePeriod");
        let reading = dates::interval(xml)?;
        self.fault(xml, record, "DatePeriod", reading.fault);
        let interval = reading.value.unwrap_or_default();
        for (property, date) in [("startDate", interval.start), ("endDate", interval.end)] {
            entity.add(property, date.map(|date| date.to_string()).unwrap_or_default());
        }
        Ok(())
    }

    fn fault(&mut self, xml: &Xml<'_>, record: &str, field: &str, fault: Option<String>) {
        if let Some(fault) = fault {
            self.issue(xml, record, field, format!("a date cannot be read in full: {fault}"));
        }
    }

    fn check_calendar(&mut self, xml: &Xml<'_>, record: &str, field: &str) {
        let Some(calendar) = xml.id("CalendarTypeID") else { return };
        let name = self.look_up(xml, record, "CalendarType", Some(calendar));
        if name != "Gregorian" && !name.is_empty() {
            self.issue(xml, record, field, format!("a date of the calendar `{name}` was read as a Gregorian one"));
        }
    }

    /// The text of a reference value; a missing one is an issue and empty text.
    fn look_up(&mut self, xml: &Xml<'_>, record: &str, set: &str, id: Option<u32>) -> String {
        match id.and_then(|id| self.dictionary.get(set, id)) {
            Some(reference) => reference.text.clone(),
            None => {
                let id = id.map_or_else(|| "(none)".to_owned(), |id| id.to_string());
                self.issue(xml, record, set, format!("reference value {set} {id} is not in the file"));
                String::new()
            }
        }
    }

    fn emit(&mut self, mut entity: Entity, record: String) {
        entity.datasets = vec![self.report.source.clone()];
        entity.origin = Some(Origin { source: self.report.source.clone(), issue: self.report.issue_date.clone(), record });
        self.report.entities += 1;
        (self.sink)(entity);
    }

    fn reference(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let set = xml.name().to_owned();
        let id = xml.id("ID");
        let mut reference = Reference {
            text: String::new(),
            iso2: xml.attribute("ISO2").map(std::borrow::Cow::into_owned),
            party_type: xml.id("PartyTypeID"),
            country: xml.id("CountryID"),
        };
        reference.text = xml.leaf()?;
        match id {
            Some(id) => {
                self.dictionary.sets.entry(set).or_default().insert(id, reference);
            }
            None => self.issue(xml, &set, "ID", "a reference value without an id"),
        }
        Ok(())
    }

    /// The country of a reference value of the set `Country` or `AreaCode`: by its ISO code, else by its name.
    fn country(&mut self, xml: &Xml<'_>, record: &str, set: &str, id: Option<u32>) -> (Option<Country>, Option<String>) {
        let Some(id) = id else { return (None, None) };
        let Some(reference) = self.dictionary.get(set, id) else {
            self.issue(xml, record, set, format!("reference value {set} {id} is not in the file"));
            return (None, None);
        };
        let of_area = reference.country.and_then(|country| self.dictionary.get("Country", country));
        let reference = of_area.unwrap_or(reference);
        let country = reference.iso2.as_deref().and_then(Country::from_code).or_else(|| Country::parse(&reference.text));
        let text = reference.text.clone();
        if country.is_none() && text != "undetermined" {
            self.issue(xml, record, "Country", format!("`{text}` is not a known country"));
        }
        (country, (text != "undetermined").then_some(text))
    }

    fn location(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let Some(id) = xml.id("ID") else {
            self.issue(xml, "Location", "ID", "a location without an id; it was left out");
            return xml.skip();
        };
        let record = format!("Location {id}");
        let mut location = Location { id, ..Location::default() };
        xml.children(|xml| match xml.name() {
            "LocationCountry" => {
                (location.country, location.country_text) = self.country(xml, &record, "Country", xml.id("CountryID"));
                xml.skip()
            }
            "LocationPart" => {
                let kind = self.look_up(xml, &record, "LocPartType", xml.id("LocPartTypeID"));
                xml.children(|xml| {
                    let primary = xml.attribute("Primary").is_none() || xml.flag("Primary");
                    let (mut text, mut language) = (String::new(), String::new());
                    xml.children(|xml| match xml.name() {
                        "Value" => {
                            text = xml.leaf()?;
                            Ok(())
                        }
                        // OFAC names the language of a value here: `Chinese Simplified`.
                        "Comment" => {
                            language = xml.leaf()?;
                            Ok(())
                        }
                        _ => self.pass_over(xml, &record),
                    })?;
                    if text.is_empty() {
                        return Ok(());
                    }
                    if primary {
                        location.parts.push((kind.clone(), text));
                    } else if let Some((_, parts)) = location.other_scripts.iter_mut().find(|held| held.0 == language) {
                        parts.push((kind.clone(), text));
                    } else {
                        location.other_scripts.push((language, vec![(kind.clone(), text)]));
                    }
                    Ok(())
                })
            }
            // The area code repeats the country; where a region has no country element (`Region: Gaza`) it is all there is.
            "LocationAreaCode" => {
                if location.country.is_none() {
                    (location.country, location.country_text) = self.country(xml, &record, "AreaCode", xml.id("AreaCodeID"));
                }
                xml.skip()
            }
            _ => self.pass_over(xml, &record),
        })?;
        self.locations.insert(id, location);
        Ok(())
    }

    fn document(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        self.counted.id_documents += 1;
        let id = xml.id("ID").unwrap_or_default();
        let record = format!("IDRegDocument {id}");
        let identity = xml.id("IdentityID");
        let mut document = Document {
            id,
            kind: self.look_up(xml, &record, "IDRegDocType", xml.id("IDRegDocTypeID")),
            country: self.country(xml, &record, "Country", xml.id("IssuedBy-CountryID")).0,
            ..Document::default()
        };
        if let Some(place) = xml.id("IssuedIn-LocationID") {
            match self.locations.get(&place) {
                Some(location) => document.issued_in = location.full(),
                None => self.issue(xml, &record, "IssuedIn-LocationID", format!("location {place} is not in the file")),
            }
        }
        if let Some(validity) = xml.id("ValidityID") {
            document.validity = self.look_up(xml, &record, "Validity", Some(validity));
        }
        xml.children(|xml| match xml.name() {
            "IDRegistrationNo" => {
                document.number = xml.leaf()?;
                Ok(())
            }
            "IssuingAuthority" => {
                document.authority = xml.leaf()?;
                Ok(())
            }
            "Comment" => {
                document.comment = xml.leaf()?;
                Ok(())
            }
            "DocumentDate" => {
                let kind = self.look_up(xml, &record, "IDRegDocDateType", xml.id("IDRegDocDateTypeID"));
                let mut period = None;
                xml.children(|xml| match xml.name() {
                    "DatePeriod" => {
                        period = self.period(xml, &record, "DocumentDate")?;
                        Ok(())
                    }
                    _ => self.pass_over(xml, &record),
                })?;
                let date = period.map(|date| date.to_string());
                match kind.as_str() {
                    "Issue Date" => document.issued = date,
                    "Expiration Date" => document.expires = date,
                    _ => self.issue(xml, &record, "DocumentDate", format!("a date of unknown kind `{kind}`; it was left out")),
                }
                Ok(())
            }
            _ => self.pass_over(xml, &record),
        })?;
        if document.number.is_empty() {
            self.issue(xml, &record, "IDRegistrationNo", "a document without a number");
        }
        match identity {
            Some(identity) => self.documents.entry(identity).or_default().push(document),
            None => self.issue(xml, &record, "IdentityID", "a document without a holder; it was left out"),
        }
        Ok(())
    }

    /// The comment of the current element; its period, if it states one, becomes the start and end of `entity`.
    fn comment_and_period(&mut self, xml: &mut Xml<'_>, record: &str, entity: &mut Entity) -> Result<String, SourceError> {
        let mut comment = String::new();
        xml.children(|xml| match xml.name() {
            "Comment" => {
                comment = xml.leaf()?;
                Ok(())
            }
            "DatePeriod" => self.interval(xml, record, entity),
            _ => self.pass_over(xml, record),
        })?;
        Ok(comment)
    }

    fn relationship(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        self.counted.relationships += 1;
        let id = xml.id("ID").unwrap_or_default();
        let record = format!("ProfileRelationship {id}");
        let (from, to, former) = (xml.id("From-ProfileID"), xml.id("To-ProfileID"), xml.flag("Former"));
        let kind = self.look_up(xml, &record, "RelationType", xml.id("RelationTypeID"));
        let quality = match xml.id("RelationQualityID") {
            Some(quality) => self.look_up(xml, &record, "RelationQuality", Some(quality)),
            None => String::new(),
        };
        let mut entity = Entity::new(format!("ofac-rel-{id}"), Schema::UnknownLink);
        let comment = self.comment_and_period(xml, &record, &mut entity)?;
        let (Some(from), Some(to)) = (from, to) else {
            self.issue(xml, &record, "", "a relationship without two ends; it was left out");
            return Ok(());
        };
        let (Some(from), Some(to)) = (self.profiles.get(&from).copied(), self.profiles.get(&to).copied()) else {
            self.issue(xml, &record, "", format!("profile {from} or {to} is not in the file; the relationship was left out"));
            return Ok(());
        };
        // An id that is not in the file has been said already.
        if link_parties(&mut entity, &kind, (from.uid, from.schema), (to.uid, to.schema)) && !kind.is_empty() {
            self.issue(xml, &record, "RelationType", format!("relation `{kind}` is not known; kept as an UnknownLink"));
        }
        if former {
            let status = entity.schema.known().is_some_and(|schema| schema.property("status").is_some());
            entity.add(if status { "status" } else { "description" }, "former");
        }
        entity.add("description", comment);
        entity.add("description", quality_words(&quality));
        self.emit(entity, record);
        Ok(())
    }

    fn entry(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        self.counted.sanctions_entries += 1;
        let id = xml.id("ID").unwrap_or_default();
        let record = format!("SanctionsEntry {id}");
        let profile = xml.id("ProfileID");
        let list = self.look_up(xml, &record, "List", xml.id("ListID"));
        let mut entity = Entity::new(format!("ofac-sanction-{id}"), Schema::Sanction);
        if let Some(profile) = profile.and_then(|profile| self.profiles.get(&profile)) {
            entity.add("entity", format!("ofac-{}", profile.uid));
        } else {
            self.issue(xml, &record, "ProfileID", "the profile is not in the file; the entry was left out");
            return xml.skip();
        }
        entity.add("authority", "Office of Foreign Assets Control");
        entity.add("country", "us");
        entity.add("authorityId", id.to_string());
        entity.add("summary", list);
        xml.children(|xml| match xml.name() {
            "EntryEvent" => {
                let kind = self.look_up(xml, &record, "EntryEventType", xml.id("EntryEventTypeID"));
                let basis = xml.id("LegalBasisID");
                if basis.is_some() {
                    let basis = self.look_up(xml, &record, "LegalBasis", basis);
                    if basis != "Unknown" {
                        entity.add_from("reason", basis, &record);
                    }
                }
                xml.children(|xml| match xml.name() {
                    "Date" => {
                        match self.date(xml, &record, "EntryEvent")? {
                            Some(date) if kind == "Created" => {
                                entity.add("listingDate", date.to_string());
                                entity.add("startDate", date.to_string());
                            }
                            // Any other event is told and dates nothing.
                            Some(date) => entity.add("summary", format!("{kind}: {date}")),
                            None => self.issue(xml, &record, "EntryEvent", "an event without a date"),
                        }
                        Ok(())
                    }
                    "Comment" => {
                        let comment = xml.leaf()?;
                        entity.add("summary", comment);
                        Ok(())
                    }
                    _ => self.pass_over(xml, &record),
                })
            }
            "Comment" => {
                let comment = xml.leaf()?;
                entity.add("summary", comment);
                Ok(())
            }
            "SanctionsMeasure" => {
                let kind = self.look_up(xml, &record, "SanctionsType", xml.id("SanctionsTypeID"));
                // The period is empty in every issue; where it says something, that is when the measure holds.
                let comment = self.comment_and_period(xml, &record, &mut entity)?;
                if kind == "Program" {
                    if comment.is_empty() {
                        self.issue(xml, &record, "SanctionsMeasure", "a programme without a tag");
                    }
                    entity.add("program", comment);
                } else {
                    let texts = [kind, comment];
                    let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
                    entity.add("provisions", texts.join(": "));
                }
                Ok(())
            }
            _ => self.pass_over(xml, &record),
        })?;
        self.emit(entity, record);
        Ok(())
    }
}

/// Makes `entity` the typed link for a relation from one party to another, each given by its uid and what it is; the relation's own words
/// stand beside the ends. Returns whether the relation is not known.
pub(crate) fn link_parties(entity: &mut Entity, kind: &str, from: (u32, Schema), to: (u32, Schema)) -> bool {
    let link = tables::relation(kind, from.1, to.1);
    let (source, target) = if link.reversed { (to, from) } else { (from, to) };
    entity.schema = link.schema.into();
    if let Some((source_property, target_property)) = link.schema.edge() {
        entity.add(source_property, format!("ofac-{}", source.0));
        entity.add(target_property, format!("ofac-{}", target.0));
    }
    // What the list says, in its own words and direction, stands beside the typed link.
    entity.add(if link.schema.property("role").is_some() { "role" } else { "relationship" }, kind);
    link.unknown
}

/// What the list says of the quality of a relation; empty where it says nothing. `High` and `Low` are OFAC's own, `Unknown` is none.
pub(crate) fn quality_words(quality: &str) -> String {
    if ["", "Unknown"].contains(&quality) { String::new() } else { format!("relation quality: {}", tables::plain(quality)) }
}
