//! Beneficial Ownership Data Standard 0.4 (a JSON array of statements, or one statement a line), the statements of Open Ownership's
//! `data-standard`. Out come people, entities and stubs for parties that nobody names under `bods-<recordId>`, and for each interest of a
//! relationship an `Ownership`, a `Directorship` or a link under `bods-<recordId>-<n>`, where `n` counts from 1. Types of interest
//! are read by `data/bods_interests.tsv`. Nobody in the data is listed; only `politicalExposure` with the status `isPep` is a topic.
//!
//! The statements are read as a stream, but the text of the last one of each record is held to the end of the file: later statements
//! amend earlier ones. Of two statements of a record the one with the later `statementDate` counts, of two of the same day the later in
//! the file. A closed record is kept and says so; a closed relationship ends on the day of its statement, where its interests have no
//! end of their own.
//!
//! An entity with an identifier of the scheme `GB-COH` is the company of that number, `gb-coh-<number>`, and else one with an LEI (`XI-LEI`)
//! is `lei-<LEI>`, so that the statements join what the registers themselves say. Its papers and addresses keep the id of the record.
//!
//! Shares are texts: `50` where exact, else the bounds `25-50`, `>=25`, `<=50`, and `>` or `<` before a bound that is left out itself
//! (`>25-50`, `25-<50`). A relationship may be stated as a whole and by its components (`isComponent`); both are kept, and each component
//! says in its `role` of which relationship it is one, so that a sum can take one of the two. A party that is not specified becomes a
//! stub without a name, with the reason as a note, linked like any other.

use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, Entity, Identifier, IdentifierKind, NamePart, NamePartKind, Schema};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::companies_house;
use crate::error::SourceError;
use crate::facts::rows;
use crate::json_records::{Members, Record, Seen, each_record};
use crate::listing::{Address, Listing, Name, Place, country, not_empty};
use crate::report::Report;

/// The version that is read.
const VERSION: &str = "0.4";

const INTERESTS_TSV: &str = include_str!("../../../data/bods_interests.tsv");

static INTERESTS: LazyLock<FxHashMap<&'static str, Interest>> = LazyLock::new(|| {
    rows(INTERESTS_TSV)
        .filter_map(|row| {
            let [code, schema, kind, role, ..] = row[..] else { return None };
            Some((code, Interest { schema: Schema::from_name(schema)?, kind, role }))
        })
        .collect()
});

/// What a type of interest becomes.
#[derive(Clone, Copy, Debug)]
struct Interest {
    schema: Schema,
    /// What a share is of.
    kind: &'static str,
    role: &'static str,
}

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut parser = Parser {
        listing: Listing::new(report, sink),
        statements: Seen::default(),
        records: FxHashMap::default(),
        order: Vec::new(),
        wholes: FxHashMap::default(),
        joined: FxHashMap::default(),
        read: 0,
        other_version: false,
    };
    each_record(file, input, &mut |record| parser.statement(file, &record))?;
    let read = parser.read;
    parser.finish();
    not_empty(file, read, "statements")
}

/// What decides which statement of a record counts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(default)]
    statement_id: Option<String>,
    /// The id of a statement up to version 0.3.
    #[serde(rename = "statementID", default)]
    old_id: Option<Json>,
    #[serde(default)]
    record_id: Option<String>,
    #[serde(default)]
    record_type: Option<String>,
    #[serde(default)]
    record_status: Option<String>,
    #[serde(default)]
    statement_date: Option<String>,
    #[serde(default)]
    publication_details: Option<Publication>,
    #[serde(default)]
    record_details: Option<Details>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publication {
    #[serde(default)]
    bods_version: Option<Json>,
    #[serde(default)]
    publication_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    /// Every record has it; where it is missing, the statement closes a record without stating it again.
    #[serde(default)]
    is_component: Option<Json>,
    #[serde(default)]
    component_records: Vec<String>,
}

/// The statement of a record that counts.
struct Held {
    line: u64,
    kind: Kind,
    date: String,
    closed: bool,
    text: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Person,
    Entity,
    Relationship,
}

struct Parser<'a> {
    listing: Listing<'a>,
    statements: Seen,
    records: FxHashMap<String, Held>,
    /// Records in the order in which they first stand in the file.
    order: Vec<String>,
    /// The relationships that a record is a component of.
    wholes: FxHashMap<String, Vec<String>>,
    /// Ids of other registers, of the records of entities that state them.
    joined: FxHashMap<String, String>,
    read: u64,
    other_version: bool,
}

impl Parser<'_> {
    fn statement(&mut self, file: &str, record: &Record<'_>) -> Result<(), SourceError> {
        let line = format!("line {}", record.line);
        let at = Place { line: record.line, record: &line };
        let head: Head = match record.read() {
            Ok(head) => head,
            Err(reason) => {
                self.listing.reject(at, "", reason, &record.text());
                return Ok(());
            }
        };
        let version = head.publication_details.as_ref().and_then(|details| details.bods_version.as_ref());
        let version = version.map(|version| version.as_str().map_or_else(|| version.to_string(), str::to_owned));
        let older = version.as_deref().is_some_and(|version| matches!(version.get(..3), Some("0.1" | "0.2" | "0.3")));
        if older || (head.old_id.is_some() && head.statement_id.is_none()) {
            let version = version.unwrap_or_else(|| "0.3 or older, by its `statementID`".to_owned());
            let found = format!("the Beneficial Ownership Data Standard in version {version}; version {VERSION} is read");
            return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
        }
        if let Some(version) = version.filter(|version| !version.starts_with(VERSION) && !self.other_version) {
            self.other_version = true;
            self.listing.issue(at, "bodsVersion", format!("version {version} was read as {VERSION}"));
        }
        self.hold(at, head, record);
        Ok(())
    }

    fn hold(&mut self, at: Place<'_>, head: Head, record: &Record<'_>) {
        let kind = match head.record_type.as_deref() {
            Some("person") => Kind::Person,
            Some("entity") => Kind::Entity,
            Some("relationship") => Kind::Relationship,
            other => {
                let message = format!("`{}` is none of person, entity and relationship", other.unwrap_or_default());
                return self.listing.reject(at, "recordType", message, &record.text());
            }
        };
        let statement = head.statement_id.filter(|id| !id.is_empty());
        let Some(id) = head.record_id.filter(|id| !id.is_empty()).or_else(|| statement.clone()) else {
            return self.listing.reject(at, "recordId", "neither `recordId` nor `statementId`", &record.text());
        };
        self.read += 1;
        self.listing.count("statements", 1);
        let name = match kind {
            Kind::Person => "person_statements",
            Kind::Entity => "entity_statements",
            Kind::Relationship => "relationship_statements",
        };
        self.listing.count(name, 1);
        if let Some(statement) = statement
            && !self.statements.is_new(&statement)
        {
            self.listing.issue(at, "statementId", format!("`{statement}` stands twice in the file"));
        }
        let published = head.publication_details.and_then(|details| details.publication_date).unwrap_or_default();
        let published = published.get(..10).unwrap_or_default();
        if published > self.listing.report.issue_date.as_str() && self.listing.date(at, "publicationDate", published).is_some()
        {
            published.clone_into(&mut self.listing.report.issue_date);
        }
        let closed = match head.record_status.as_deref() {
            Some("closed") => true,
            Some("new" | "updated") => false,
            other => {
                let message = format!("`{}` is none of new, updated and closed", other.unwrap_or_default());
                self.listing.issue(at, "recordStatus", message);
                false
            }
        };
        let stated = head.record_details.as_ref().is_some_and(|details| details.is_component.is_some());
        for component in head.record_details.map(|details| details.component_records).unwrap_or_default() {
            let wholes = self.wholes.entry(component).or_default();
            if !wholes.contains(&id) {
                wholes.push(id.clone());
            }
        }
        let newest = Held {
            line: record.line,
            kind,
            date: head.statement_date.unwrap_or_default(),
            closed,
            text: record.text().into_boxed_str(),
        };
        match self.records.get_mut(&id) {
            None => {
                self.order.push(id.clone());
                self.records.insert(id, newest);
            }
            Some(before) if before.kind != kind => {
                self.listing.reject(
                    at,
                    "recordType",
                    format!("record `{id}` has another type in line {}", before.line),
                    &record.text(),
                );
            }
            Some(before) if closed && !stated => (before.closed, before.date) = (true, newest.date),
            // A date that is missing leaves the order of the file.
            Some(before) if newest.date.is_empty() || before.date.is_empty() || newest.date >= before.date => *before = newest,
            Some(_) => {}
        }
    }

    /// Finds the entities that are known by a number of Companies House or an LEI: they take the ids that those registers give.
    fn join(&mut self) {
        for (id, held) in self.records.iter().filter(|(_, held)| held.kind == Kind::Entity) {
            // Most say nothing of the kind, and need not be read twice.
            if !["GB-COH", "LEI"].iter().any(|scheme| held.text.to_ascii_uppercase().contains(scheme)) {
                continue;
            }
            let Ok(json) = serde_json::from_str::<Json>(&held.text) else { continue };
            if let Some(other) =
                json.pointer("/recordDetails/identifiers").and_then(Json::as_array).and_then(|all| other_id(all))
            {
                self.joined.insert(id.clone(), other);
            }
        }
    }

    /// The id of the party of a record.
    fn party_id(&self, record: &str) -> String {
        self.joined.get(record).cloned().unwrap_or_else(|| id_of(record))
    }

    fn finish(&mut self) {
        self.join();
        for id in std::mem::take(&mut self.order) {
            let Some(held) = self.records.remove(&id) else { continue };
            let record = format!("record {id}");
            let at = Place { line: held.line, record: &record };
            let Ok(Json::Object(members)) = serde_json::from_str(&held.text) else {
                // It was read as a statement before.
                self.listing.reject(at, "", "not a JSON object", &held.text);
                continue;
            };
            self.listing.count("records", 1);
            let mut statement = Members(members);
            let details = statement.object("recordDetails").unwrap_or_else(|| Members(serde_json::Map::new()));
            let about = about(&mut statement, &held);
            match held.kind {
                Kind::Person => self.person(at, &id, details, &about, &held),
                Kind::Entity => self.entity(at, &id, details, &about, &held),
                Kind::Relationship => self.relationship(at, &id, details, &about, &held),
            }
        }
    }

    fn person(&mut self, at: Place<'_>, id: &str, mut details: Members, about: &About, held: &Held) {
        self.listing.count("people", 1);
        let mut person = Entity::new(id_of(id), Schema::Person);
        let kind = details.text("personType");
        for name in objects(&mut details, "names") {
            person_name(&mut self.listing, at, &mut person, name);
        }
        let unspecified = unspecified(&mut person, &mut details, "unspecifiedPersonDetails");
        if person.names.is_empty() {
            if kind == "knownPerson" || !(unspecified || matches!(kind.as_str(), "anonymousPerson" | "unknownPerson")) {
                return self.listing.reject(at, "names", "a known person without a name", &held.text);
            }
            person.caption =
                Some(if kind == "unknownPerson" { "An unknown person" } else { "A person who is not named" }.to_owned());
        }
        if !kind.is_empty() && kind != "knownPerson" {
            person.add("notes", format!("Type of person: {}", words(&kind)));
        }
        for nationality in objects(&mut details, "nationalities") {
            person.add_from("nationality", place(nationality), at.record);
        }
        for residency in objects(&mut details, "taxResidencies") {
            let country = place(residency);
            person.add_from("country", country.as_str(), at.record);
            person.add("notes", format!("Tax residency: {country}"));
        }
        for (property, field) in [("birthDate", "birthDate"), ("deathDate", "deathDate")] {
            let text = details.text(field);
            self.listing.add_date(at, &mut person, property, field, &text);
        }
        if let Some(birth) = details.object("placeOfBirth") {
            birth_place(&mut person, birth);
        }
        exposure(&mut person, &mut details);
        let mut entities = self.identifiers(at, id, &mut person, &mut details);
        entities.extend(self.addresses(at, id, &mut person, &mut details));
        self.party(at, id, person, details, about, entities);
    }

    fn entity(&mut self, at: Place<'_>, id: &str, mut details: Members, about: &About, held: &Held) {
        self.listing.count("entities", 1);
        let mut kind = details.object("entityType").unwrap_or_else(|| Members(serde_json::Map::new()));
        let code = kind.text("type");
        let schema = match code.as_str() {
            "registeredEntity" => Schema::Company,
            "state" => Schema::Organization,
            "stateBody" => Schema::PublicBody,
            "legalEntity" | "arrangement" | "anonymousEntity" | "unknownEntity" => Schema::LegalEntity,
            other => {
                self.listing.issue(at, "entityType", format!("`{other}` is not known; kept as a LegalEntity"));
                Schema::LegalEntity
            }
        };
        let mut entity = Entity::new(self.party_id(id), schema);
        let name = details.text("name");
        Name { text: name, kind: AliasKind::Name, weak: false, script: "", parts: Vec::new(), record: "name" }
            .attach(&mut entity);
        for text in details.texts("alternateNames") {
            Name { text, kind: AliasKind::AlsoKnownAs, weak: false, script: "", parts: Vec::new(), record: "alternateNames" }
                .attach(&mut entity);
        }
        let unspecified = unspecified(&mut entity, &mut details, "unspecifiedEntityDetails");
        let has_number = details.0.get("identifiers").and_then(Json::as_array).is_some_and(|found| !found.is_empty());
        if entity.names.is_empty() {
            if !(unspecified
                || has_number
                || matches!(code.as_str(), "anonymousEntity" | "unknownEntity" | "arrangement" | "state"))
            {
                return self.listing.reject(at, "name", "an entity without a name or an identifier", &held.text);
            }
            if !has_number {
                entity.caption = Some("An entity that is not named".to_owned());
            }
        }
        for text in [code, kind.text("subtype"), kind.text("details")] {
            entity.add_from("classification", words(&text), "entityType");
        }
        for note in kind.rest("entityType.") {
            entity.add("notes", note);
        }
        if let Some(jurisdiction) = details.object("jurisdiction") {
            entity.add_from("jurisdiction", place(jurisdiction), at.record);
        }
        for (property, field) in [("incorporationDate", "foundingDate"), ("dissolutionDate", "dissolutionDate")] {
            let text = details.text(field);
            self.listing.add_date(at, &mut entity, property, field, &text);
        }
        entity.add_from("website", details.text("uri"), "uri");
        if let Some(mut statute) = details.object("formedByStatute") {
            let (name, date) = (statute.text("name"), statute.text("date"));
            entity.add("notes", format!("Formed by statute: {}", format!("{name} {date}").trim()));
            for note in statute.rest("formedByStatute.") {
                entity.add("notes", note);
            }
        }
        if let Some(public) = details.object("publicListing") {
            public_listing(&mut entity, public);
        }
        let mut entities = self.identifiers(at, id, &mut entity, &mut details);
        entities.extend(self.addresses(at, id, &mut entity, &mut details));
        self.party(at, id, entity, details, about, entities);
    }

    /// What people and entities share, and the end of either.
    fn party(
        &mut self,
        at: Place<'_>,
        id: &str,
        mut party: Entity,
        mut details: Members,
        about: &About,
        entities: Vec<Entity>,
    ) {
        self.listing.count("names", party.names.len() as u64);
        if let Some(component) = self.component(id, &mut details) {
            party.add("notes", format!("Stated as a {component}"));
        }
        about.attach(&mut self.listing, at, &mut party, "notes");
        for note in details.rest("") {
            party.add("notes", note);
        }
        self.listing.emit(party, at.record);
        for entity in entities {
            self.listing.emit(entity, at.record);
        }
    }

    /// `component of …`, where a record is one.
    fn component(&self, id: &str, details: &mut Members) -> Option<String> {
        let stated = details.text("isComponent") == "true";
        match self.wholes.get(id) {
            Some(wholes) => {
                let wholes: Vec<String> = wholes.iter().map(|whole| id_of(whole)).collect();
                Some(format!("component of {}", wholes.join(", ")))
            }
            None => stated.then(|| "component of a relationship that is not in the file".to_owned()),
        }
    }

    fn identifiers(&mut self, at: Place<'_>, record: &str, party: &mut Entity, details: &mut Members) -> Vec<Entity> {
        let mut entities = Vec::new();
        for (number, mut identifier) in objects(details, "identifiers").into_iter().enumerate() {
            let [id, system, name, uri] = ["id", "scheme", "schemeName", "uri"].map(|key| identifier.text(key));
            for note in identifier.rest("identifiers.") {
                party.add("notes", note);
            }
            if id.is_empty() {
                if uri.is_empty() {
                    self.listing.issue(at, "identifiers", "an identifier without an id");
                }
                party.add("sourceUrl", uri);
                continue;
            }
            self.listing.count("identifiers", 1);
            let source = format!("identifier {}", if system.is_empty() { &name } else { &system });
            let property = identifier_property(party, &system, &name);
            party.add_from(property, id.as_str(), source.trim());
            if property == "leiCode" {
                continue;
            }
            let schema = if property == "passportNumber" { Schema::Passport } else { Schema::Identification };
            let mut document = Entity::new(format!("{}-id-{}", id_of(record), number + 1), schema);
            document.add("holder", party.id.as_str());
            document.add("number", id);
            document.add("type", system.as_str());
            document.add("authority", name);
            document.add("sourceUrl", uri);
            // Schemes begin with the code of their country (`GB-COH`), but for those of no country (`XI-LEI`).
            let country = system.split_once('-').and_then(|(country, _)| Country::from_code(country));
            document.add("country", country.map(Country::code).unwrap_or_default());
            entities.push(document);
        }
        entities
    }

    fn addresses(&mut self, at: Place<'_>, record: &str, party: &mut Entity, details: &mut Members) -> Vec<Entity> {
        let mut entities = Vec::new();
        for (number, mut members) in objects(details, "addresses").into_iter().enumerate() {
            let kind = members.text("type");
            if kind == "placeOfBirth" {
                birth_place(party, members);
                continue;
            }
            let full = members.text("address");
            let post_code = members.text("postCode");
            let country = members.object("country").map(place).unwrap_or_default();
            let mut remarks: Vec<String> =
                Some(kind).filter(|kind| !kind.is_empty()).map(|kind| format!("{kind} address")).into_iter().collect();
            remarks.extend(members.rest(""));
            // Many texts have the postal code already.
            let twice = full.contains(&post_code);
            let address = Address {
                postal_code: if twice { String::new() } else { post_code.clone() },
                full,
                country,
                remarks: remarks.join("; "),
                ..Address::default()
            };
            if address.line().is_empty() {
                continue;
            }
            self.listing.count("addresses", 1);
            let id = format!("{}-addr-{}", id_of(record), number + 1);
            if let Some(mut entity) = address.attach(party, &id, at.record) {
                entity.add("postalCode", post_code);
                entities.push(entity);
            }
        }
        entities
    }

    fn relationship(&mut self, at: Place<'_>, id: &str, mut details: Members, about: &About, held: &Held) {
        let base = id_of(id);
        let (mut ends, mut stubs) = (Vec::new(), Vec::new());
        for (field, what) in [("subject", "subject"), ("interestedParty", "party")] {
            let end = match details.0.shift_remove(field) {
                Some(Json::String(end)) if !end.is_empty() => self.party_id(&end),
                Some(Json::Object(members)) => {
                    let stub = stub(format!("{base}-unspecified-{what}"), Members(members));
                    let id = stub.id.clone();
                    stubs.push(stub);
                    id
                }
                _ => return self.listing.reject(at, field, "a relationship without it", &held.text),
            };
            ends.push(end);
        }
        self.listing.count("relationships", 1);
        let component = self.component(id, &mut details);
        let components: Vec<String> = details.texts("componentRecords").iter().map(|component| id_of(component)).collect();
        let mut interests = objects(&mut details, "interests");
        self.listing.count("interests", interests.len() as u64);
        if interests.is_empty() {
            interests.push(Members(serde_json::Map::new()));
        }
        let rest = details.rest("");
        let mut links = Vec::new();
        for (number, interest) in interests.into_iter().enumerate() {
            let mut link = self.interest(at, format!("{base}-{}", number + 1), &ends, interest, held);
            if let Some(component) = &component {
                link.add("role", component.as_str());
            }
            if !components.is_empty() {
                link.add("description", format!("Stated as a whole; its components are {}", components.join(", ")));
            }
            about.attach(&mut self.listing, at, &mut link, "description");
            for text in &rest {
                link.add("description", text.as_str());
            }
            links.push(link);
        }
        for entity in stubs.into_iter().chain(links) {
            self.listing.emit(entity, at.record);
        }
    }

    fn interest(&mut self, at: Place<'_>, id: String, ends: &[String], mut members: Members, held: &Held) -> Entity {
        let code = members.text("type");
        let share = members.object("share").map(share);
        let known = INTERESTS.get(code.as_str()).copied();
        if known.is_none() && !code.is_empty() {
            self.listing.issue(at, "interests.type", format!("`{code}` is not known; kept as a link"));
        }
        let schema = known.map_or(Schema::UnknownLink, |interest| interest.schema);
        let mut link = Entity::new(id, schema);
        let [party, subject] = match schema {
            Schema::Ownership => ["owner", "asset"],
            Schema::Directorship => ["director", "organization"],
            _ => ["subject", "object"],
        };
        link.add(party, ends[1].as_str());
        link.add(subject, ends[0].as_str());
        let mut role = known.map_or_else(|| words(&code), |interest| interest.role.to_owned());
        if role.is_empty() {
            "interest that is not stated".clone_into(&mut role);
        }
        match members.text("directOrIndirect").as_str() {
            "" => {}
            "unknown" => role.push_str(", direct or indirect is not known"),
            direct => {
                role.push_str(", ");
                role.push_str(direct);
            }
        }
        match (known.filter(|interest| interest.schema == Schema::Ownership), share) {
            (Some(interest), share) => {
                link.add("ownershipType", interest.kind);
                link.add("percentage", share.unwrap_or_default());
            }
            (None, Some(share)) if !share.is_empty() => {
                role.push_str(", share ");
                role.push_str(&share);
            }
            _ => {}
        }
        link.add("role", role);
        match members.text("beneficialOwnershipOrControl").as_str() {
            "true" => link.add("description", "Beneficial ownership or control"),
            "false" => link.add("description", "Not beneficial ownership or control"),
            _ => {}
        }
        link.add("description", members.text("details"));
        for property in ["startDate", "endDate"] {
            let text = members.text(property);
            match self.listing.date(at, property, &text) {
                Some(date) => link.add(property, date),
                None if !text.is_empty() => link.add("description", format!("{property}: {text}")),
                None => {}
            }
        }
        if held.closed {
            link.add("status", "closed");
            if link.first("endDate").is_none()
                && let Some(date) = self.listing.date(at, "statementDate", &held.date)
            {
                link.add("endDate", date);
            }
        }
        for text in members.rest("") {
            link.add("description", text);
        }
        link
    }
}

fn id_of(record: &str) -> String {
    format!("bods-{record}")
}

/// The id under which Companies House, or else GLEIF, knows an entity with these identifiers.
fn other_id(identifiers: &[Json]) -> Option<String> {
    let find = |schemes: &[&str], read: &dyn Fn(&str) -> Option<String>| {
        identifiers.iter().find_map(|identifier| {
            let text = |key: &str| identifier.get(key).and_then(Json::as_str).unwrap_or_default().trim();
            let stated = schemes.iter().any(|scheme| text("scheme").eq_ignore_ascii_case(scheme));
            if stated { read(text("id")) } else { None }
        })
    };
    let company = find(&["GB-COH"], &|id| companies_house::number(id).map(|number| format!("gb-coh-{number}")));
    company.or_else(|| {
        find(&["XI-LEI", "LEI"], &|id| {
            Identifier::parse(IdentifierKind::Lei, id, None).ok().map(|lei| format!("lei-{}", lei.key()))
        })
    })
}

/// A code in camel case as words: `otherInfluenceOrControl` is `other influence or control`.
fn words(code: &str) -> String {
    let mut text = String::with_capacity(code.len() + 8);
    for (at, c) in code.char_indices() {
        if c.is_uppercase() && at > 0 {
            text.push(' ');
            text.extend(c.to_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

/// The objects of an array; what is no object stays among what is left.
fn objects(members: &mut Members, key: &str) -> Vec<Members> {
    match members.0.shift_remove(key) {
        Some(Json::Array(items)) if items.iter().all(Json::is_object) => items
            .into_iter()
            .filter_map(|item| match item {
                Json::Object(members) => Some(Members(members)),
                _ => None,
            })
            .collect(),
        Some(Json::Null) | None => Vec::new(),
        Some(other) => {
            members.0.insert(key.to_owned(), other);
            Vec::new()
        }
    }
}

/// A country or jurisdiction: by its code, else by its name. A part of a country (`US-DE`) is its country.
fn place(mut members: Members) -> String {
    let (code, name) = (members.text("code"), members.text("name"));
    let by_code = Country::from_code(&code).or_else(|| code.split_once('-').and_then(|(code, _)| Country::from_code(code)));
    match by_code {
        Some(country) => country.code().to_owned(),
        None if name.is_empty() => code,
        None => country(&name),
    }
}

fn birth_place(person: &mut Entity, mut members: Members) {
    if let Some(members) = members.object("country") {
        person.add_from("birthCountry", place(members), "placeOfBirth");
    }
    let texts = [members.text("address"), members.text("postCode")];
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    person.add_from("birthPlace", texts.join(", "), "placeOfBirth");
    members.text("type");
    for note in members.rest("placeOfBirth.") {
        person.add("notes", note);
    }
}

/// Political exposure: a topic only where the person has it, the rest as notes.
fn exposure(person: &mut Entity, details: &mut Members) {
    let Some(mut stated) = details.object("politicalExposure") else { return };
    let status = stated.text("status");
    if status == "isPep" {
        person.add("topics", "role.pep");
    }
    if !status.is_empty() {
        person.add("notes", format!("Political exposure: {}", words(&status)));
    }
    for mut detail in objects(&mut stated, "details") {
        let mut parts = Vec::new();
        for key in ["reason", "missingInfoReason"] {
            parts.push(detail.text(key));
        }
        if let Some(jurisdiction) = detail.object("jurisdiction") {
            parts.push(place(jurisdiction));
        }
        for (key, what) in [("startDate", "from"), ("endDate", "until")] {
            let date = detail.text(key);
            if !date.is_empty() {
                parts.push(format!("{what} {date}"));
            }
        }
        if let Some(source) = detail.object("source") {
            parts.extend(source_note(source).0);
        }
        parts.extend(detail.rest(""));
        parts.retain(|part| !part.is_empty());
        person.add("notes", format!("Political exposure: {}", parts.join(", ")));
    }
    for note in stated.rest("politicalExposure.") {
        person.add("notes", note);
    }
}

/// The bounds of a share, as text.
fn share(mut members: Members) -> String {
    let exact = members.text("exact");
    if !exact.is_empty() {
        return exact;
    }
    let [low, high] =
        [("minimum", "exclusiveMinimum", '>'), ("maximum", "exclusiveMaximum", '<')].map(|(bound, exclusive, sign)| {
            let (bound, exclusive) = (members.text(bound), members.text(exclusive));
            match exclusive.as_str() {
                "" | "false" => (bound, String::new()),
                // As flags the standard had them before.
                "true" => (bound, sign.to_string()),
                _ => (exclusive, sign.to_string()),
            }
        });
    match (low, high) {
        ((low, _), (high, _)) if low.is_empty() && high.is_empty() => String::new(),
        ((low, sign), (high, _)) if high.is_empty() => format!("{}{low}", if sign.is_empty() { ">=" } else { &sign }),
        ((low, _), (high, sign)) if low.is_empty() => format!("{}{high}", if sign.is_empty() { "<=" } else { &sign }),
        ((low, above), (high, below)) => format!("{above}{low}-{below}{high}"),
    }
}

/// Adds why a party is not specified; whether it says so at all.
fn unspecified(party: &mut Entity, details: &mut Members, key: &str) -> bool {
    let Some(mut members) = details.object(key) else { return false };
    party.add("notes", reason(&mut members));
    for note in members.rest("") {
        party.add("notes", note);
    }
    true
}

fn reason(members: &mut Members) -> String {
    let (reason, description) = (words(&members.text("reason")), members.text("description"));
    let text = [reason, description].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    format!("Not specified: {}", if text.is_empty() { "no reason is stated" } else { &text })
}

/// The stand-in for a party that a relationship does not name.
fn stub(id: String, mut members: Members) -> Entity {
    let mut stub = Entity::new(id, Schema::LegalEntity);
    stub.caption = Some("A party that is not specified".to_owned());
    stub.add("notes", reason(&mut members));
    for note in members.rest("") {
        stub.add("notes", note);
    }
    stub
}

fn person_name(listing: &mut Listing<'_>, at: Place<'_>, person: &mut Entity, mut members: Members) {
    let code = members.text("type");
    let kind = match code.as_str() {
        "" | "legal" => AliasKind::Name,
        "translation" | "transliteration" | "alternative" => AliasKind::AlsoKnownAs,
        // The name at birth is one that was given up.
        "former" | "birth" => AliasKind::FormerlyKnownAs,
        other => {
            listing.issue(at, "names.type", format!("`{other}` is not known; kept as also known as"));
            AliasKind::AlsoKnownAs
        }
    };
    let mut parts = Vec::new();
    for (key, kind) in
        [("givenName", NamePartKind::Given), ("patronymicName", NamePartKind::Patronymic), ("familyName", NamePartKind::Family)]
    {
        let text = members.text(key);
        if !text.is_empty() {
            parts.push(NamePart { kind, text });
        }
    }
    let full = members.text("fullName");
    let text = if full.is_empty() { parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ") } else { full };
    let record = format!("name {code}");
    Name { text, kind, weak: false, script: "", parts, record: record.trim() }.attach(person);
    for note in members.rest("names.") {
        person.add("notes", note);
    }
}

/// The property that holds an identifier of a scheme.
fn identifier_property(party: &Entity, scheme: &str, name: &str) -> &'static str {
    let code = scheme.to_ascii_uppercase();
    if matches!(code.as_str(), "XI-LEI" | "LEI") || name.eq_ignore_ascii_case("Legal Entity Identifier") {
        return "leiCode";
    }
    if !party.schema.is_a(Schema::Person) {
        return "registrationNumber";
    }
    // Schemes of people are the code of a country and a kind: `IRL-TAXID`.
    match code.split_once('-').map_or(code.as_str(), |(_, kind)| kind) {
        "PASSPORT" => "passportNumber",
        "TAXID" => "taxNumber",
        "SOCSEC" => "socialSecurityNumber",
        _ => "idNumber",
    }
}

fn public_listing(entity: &mut Entity, mut members: Members) {
    match members.text("hasPublicListing").as_str() {
        "true" => entity.add("notes", "Publicly listed: yes"),
        "false" => entity.add("notes", "Publicly listed: no"),
        _ => {}
    }
    for url in members.texts("companyFilingsURLs") {
        entity.add_from("sourceUrl", url, "companyFilingsURLs");
    }
    let is_company = entity.schema.is_a(Schema::Company);
    for mut listing in objects(&mut members, "securitiesListings") {
        let mut parts = Vec::new();
        for key in
            ["stockExchangeName", "stockExchangeJurisdiction", "marketIdentifierCode", "operatingMarketIdentifierCode", "uri"]
        {
            parts.push(listing.text(key));
        }
        if let Some(mut security) = listing.object("security") {
            let [id, scheme, ticker] = ["id", "idScheme", "ticker"].map(|key| security.text(key));
            if is_company && scheme == "isin" {
                entity.add_from("isinCode", id.as_str(), "securitiesListings");
            }
            if is_company {
                entity.add_from("ticker", ticker.as_str(), "securitiesListings");
            }
            parts.push(format!("{scheme} {id}").trim().to_owned());
            parts.push(ticker);
            parts.extend(security.rest(""));
        }
        parts.extend(listing.rest(""));
        parts.retain(|part| !part.is_empty());
        entity.add("notes", format!("Listed: {}", parts.join(", ")));
    }
    for note in members.rest("publicListing.") {
        entity.add("notes", note);
    }
}

/// What a statement says of itself.
struct About {
    date: String,
    closed: bool,
    publisher: String,
    url: String,
    notes: Vec<String>,
}

/// Takes it from the statement. Ids of the statement, of the declaration and its subject, the licence and the date of publication (which
/// is that of the file) are left out on purpose: they group statements and say nothing of a party.
fn about(statement: &mut Members, held: &Held) -> About {
    for key in ["statementId", "statementDate", "recordId", "recordType", "recordStatus", "declaration", "declarationSubject"] {
        statement.0.shift_remove(key);
    }
    let mut about =
        About { date: held.date.clone(), closed: held.closed, publisher: String::new(), url: String::new(), notes: Vec::new() };
    if let Some(mut publication) = statement.object("publicationDetails") {
        about.publisher = publication.object("publisher").map(|mut publisher| publisher.text("name")).unwrap_or_default();
    }
    if let Some(source) = statement.object("source") {
        let (note, url) = source_note(source);
        (about.url, about.notes) = (url, note.into_iter().collect());
    }
    for mut annotation in objects(statement, "annotations") {
        let motivation = annotation.text("motivation");
        let target = annotation.text("statementPointerTarget");
        let mut note = format!("Annotation ({})", [motivation, target].join(" ").trim());
        let by = annotation.object("createdBy").map(|mut by| by.text("name")).unwrap_or_default();
        let texts = [
            annotation.text("description"),
            annotation.text("transformedContent"),
            annotation.text("url"),
            by,
            annotation.text("creationDate"),
        ];
        for text in texts.into_iter().chain(annotation.rest("")).filter(|text| !text.is_empty()) {
            note.push_str(if note.ends_with(')') { ": " } else { "; " });
            note.push_str(&text);
        }
        about.notes.push(note);
    }
    let rest = Members(std::mem::take(&mut statement.0));
    about.notes.extend(rest.rest(""));
    about
}

/// A source as a note, and its address.
fn source_note(mut source: Members) -> (Option<String>, String) {
    let url = source.text("url");
    let mut parts =
        vec![source.texts("type").iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", "), source.text("description")];
    for mut asserter in objects(&mut source, "assertedBy") {
        let (name, uri) = (asserter.text("name"), asserter.text("uri"));
        parts.push(format!("asserted by {}", format!("{name} {uri}").trim()));
    }
    let retrieved = source.text("retrievedAt");
    if !retrieved.is_empty() {
        parts.push(format!("retrieved {retrieved}"));
    }
    parts.extend(source.rest(""));
    parts.retain(|part| !part.is_empty());
    let note = (!parts.is_empty()).then(|| format!("Source: {}", parts.join("; ")));
    (note, url)
}

impl About {
    fn attach(&self, listing: &mut Listing<'_>, at: Place<'_>, entity: &mut Entity, notes: &str) {
        if let Some(date) = listing.date(at, "statementDate", &self.date) {
            if self.closed && notes == "notes" {
                entity.add(notes, format!("Record closed on {date}"));
            }
            entity.add("modifiedAt", date);
        }
        entity.add("publisher", self.publisher.as_str());
        entity.add("sourceUrl", self.url.as_str());
        for note in &self.notes {
            entity.add(notes, note.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = INTERESTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count() - 1;
        assert_eq!(INTERESTS.len(), lines);
    }

    #[test]
    fn shares() {
        for (members, expected) in [
            (json!({"exact": 50}), "50"),
            (json!({"exact": 33.3, "minimum": 25}), "33.3"),
            (json!({"minimum": 25, "maximum": 50}), "25-50"),
            (json!({"minimum": 25, "exclusiveMaximum": 50}), "25-<50"),
            (json!({"exclusiveMinimum": 25, "maximum": 50}), ">25-50"),
            (json!({"exclusiveMinimum": 25}), ">25"),
            (json!({"minimum": 75}), ">=75"),
            (json!({"maximum": 10}), "<=10"),
            (json!({"exclusiveMaximum": 10}), "<10"),
            (json!({"minimum": 25, "exclusiveMinimum": true}), ">25"),
            (json!({}), ""),
        ] {
            let Json::Object(object) = members.clone() else { unreachable!() };
            assert_eq!(share(Members(object)), expected, "{members}");
        }
    }
}
