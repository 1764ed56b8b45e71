//! An entity of the list becomes a party with its addresses, documents and sanction.

use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::FxHashMap;

use super::facts::{Fact, Kind, Sanctioned, Texts, push_new};
use crate::facts::{Distinct, add_or_note, note, rows};
use crate::listing::{Address, Designation, Listing, Name, Place, country};

const ID_TYPES: &str = include_str!("../../../../data/eu_id_types.tsv");

static DOCUMENT_TYPES: LazyLock<FxHashMap<&'static str, (Schema, &'static str)>> = LazyLock::new(|| {
    rows(ID_TYPES).filter_map(|row| Some((*row.first()?, (Schema::from_name(row.get(1)?)?, *row.get(2)?)))).collect()
});

/// Keys of contacts and the property that each becomes; others become notes.
const CONTACTS: [(&str, &str); 4] = [("EMAIL", "email"), ("PHONE", "phone"), ("FAX", "phone"), ("WEB", "website")];

/// What the list writes for a country that it does not know.
const NO_COUNTRY: [&str; 2] = ["00", "UNKNOWN"];

/// Hands out an entity of the list.
pub(super) fn emit(listing: &mut Listing<'_>, ids: &mut Distinct, sanctioned: &Sanctioned) {
    let record = sanctioned.record();
    let at = Place { line: sanctioned.line, record: &record };
    let has_name = sanctioned.facts.iter().any(|fact| fact.kind == Kind::Name && !whole_name(&fact.texts).is_empty());
    if !has_name {
        return listing.reject(at, "nameAlias", "an entity without a name; it was left out", &format!("{sanctioned:#?}"));
    }
    let Some(id) = id(listing, ids, at, sanctioned) else { return };
    listing.count("parties", 1);
    let schema = schema(listing, at, &sanctioned.texts);
    let mut entity = Entity::new(id, schema);
    entity.target = Some(true);
    let mut party = Party { entity, others: Vec::new(), ids: Distinct::default() };
    party.names(listing, at, &sanctioned.facts);
    for remark in &sanctioned.remarks {
        party.entity.add_from("notes", remark.as_str(), at.record);
    }
    note(&mut party.entity, "Designation details", sanctioned.texts.get("designationDetails"), at.record);
    for other in &sanctioned.others {
        party.entity.add_from("notes", other.as_str(), at.record);
    }
    for fact in &sanctioned.facts {
        let record = match fact.texts.get("logicalId") {
            "" => record.clone(),
            id => format!("{} {id}", fact.kind.element()),
        };
        let at = Place { line: fact.line, record: &record };
        match fact.kind {
            Kind::Name => party.name_facts(fact, at),
            Kind::Address => party.address(fact, at),
            Kind::Birth => party.birth(listing, fact, at),
            Kind::Identification => party.identification(listing, fact, at),
            Kind::Citizenship => party.citizenship(fact, at),
        }
    }
    party.entity.add("topics", "sanction");
    party.sanction(listing, sanctioned, at);
    listing.emit(party.entity, at.record);
    for (other, record) in party.others {
        listing.emit(other, &record);
    }
}

/// The party's id. A second party under one number gets an id of its own: it must not be lost, nor pass for the first.
fn id(listing: &mut Listing<'_>, ids: &mut Distinct, at: Place<'_>, sanctioned: &Sanctioned) -> Option<String> {
    let (reference, logical) = (sanctioned.texts.get("euReferenceNumber"), sanctioned.texts.get("logicalId"));
    let id = match (reference, logical) {
        ("", "") => {
            listing.reject(at, "euReferenceNumber", "an entity without an id; it was left out", &format!("{sanctioned:#?}"));
            return None;
        }
        ("", logical) => {
            listing.issue(at, "euReferenceNumber", "no EU reference number; the logical id stands for it");
            format!("eu-{logical}")
        }
        (reference, _) => format!("eu-{reference}"),
    };
    Some(ids.take_listing(listing, at, id))
}

fn schema(listing: &mut Listing<'_>, at: Place<'_>, texts: &Texts) -> Schema {
    let [code, class] = ["code", "classificationCode"].map(|field| texts.get(field).to_lowercase());
    let is = |words: &[&str]| words.contains(&code.as_str()) || words.contains(&class.as_str());
    if is(&["person", "p"]) {
        Schema::Person
    } else if is(&["enterprise", "e"]) {
        Schema::Organization
    } else if is(&["vessel", "ship", "v"]) {
        Schema::Vessel
    } else {
        listing.issue(at, "subjectType", format!("`{code}` is not known; kept as a LegalEntity"));
        Schema::LegalEntity
    }
}

fn whole_name(texts: &Texts) -> String {
    match texts.get("wholeName") {
        "" => ["firstName", "middleName", "lastName"].map(|field| texts.get(field)).join(" ").trim().to_owned(),
        name => name.to_owned(),
    }
}

/// Whether the list calls a name weak: by the attribute of the XML, or in its remark.
fn is_weak(fact: &Fact) -> bool {
    let low = |remark: &String| {
        let remark = remark.to_lowercase();
        remark.contains("low quality") || remark.contains("low-quality")
    };
    matches!(fact.texts.get("strong"), "false" | "0") || fact.remarks.iter().any(low)
}

/// Whether a remark calls the name a former one.
fn is_former(fact: &Fact) -> bool {
    fact.remarks.iter().any(|remark| {
        let remark = remark.trim_start_matches(['(', ' ']).to_lowercase();
        ["f.k.a", "fka ", "formerly known as", "former name"].iter().any(|words| remark.starts_with(words))
    })
}

/// The country: by its code, or by its name where the code is none.
fn country_of(texts: &Texts) -> String {
    let [code, name] = ["countryIso2Code", "countryDescription"].map(|field| {
        let text = texts.get(field);
        if NO_COUNTRY.contains(&text) { "" } else { text }
    });
    match Country::parse(code) {
        Some(known) if !code.is_empty() => known.code().to_owned(),
        _ if !name.is_empty() => country(name),
        _ => code.to_owned(),
    }
}

/// A party that is being put together.
struct Party {
    entity: Entity,
    /// What is handed out after it, with its records.
    others: Vec<(Entity, String)>,
    /// Ids of those.
    ids: Distinct,
}

impl Party {
    fn is_person(&self) -> bool {
        self.entity.schema.is_a(Schema::Person)
    }

    /// An id for something that the party has: by the list's own id, or by its place where that is missing or stands twice.
    fn other_id(&mut self, what: &str, logical: &str) -> String {
        self.ids.take(match logical {
            "" => format!("{}-{what}-n", self.entity.id),
            logical => format!("{}-{what}-{logical}", self.entity.id),
        })
    }

    /// The first name that is not weak is the listed one: the list has no mark for it. If all are weak, the first is, and counts as
    /// strong, for a party without a strong name would never be found.
    fn names(&mut self, listing: &mut Listing<'_>, at: Place<'_>, facts: &[Fact]) {
        let names: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == Kind::Name).collect();
        let usable = |fact: &&&Fact| !whole_name(&fact.texts).is_empty();
        let listed = names.iter().filter(usable).position(|fact| !is_weak(fact) && !is_former(fact));
        if listed.is_none() {
            listing.issue(at, "nameAlias", "all names are weak or former; the first stands as the listed name");
        }
        let listed = listed.unwrap_or(0);
        listing.count("names_low_quality", names.iter().filter(|fact| is_weak(fact)).count() as u64);
        let empty = names.iter().filter(|fact| whole_name(&fact.texts).is_empty()).count();
        if empty > 0 {
            listing.issue(at, "nameAlias", format!("{empty} names without a text; they were left out"));
        }
        for (index, fact) in names.into_iter().filter(|fact| !whole_name(&fact.texts).is_empty()).enumerate() {
            let kind = match index == listed {
                true => AliasKind::Name,
                false if is_former(fact) => AliasKind::FormerlyKnownAs,
                false => AliasKind::AlsoKnownAs,
            };
            let parts =
                [("firstName", NamePartKind::Given), ("middleName", NamePartKind::Middle), ("lastName", NamePartKind::Family)]
                    .into_iter()
                    .filter(|(field, _)| self.is_person() && !fact.texts.get(field).is_empty())
                    .map(|(field, kind)| NamePart { kind, text: fact.texts.get(field).to_owned() })
                    .collect();
            let record = format!("nameAlias {}", fact.texts.get("logicalId"));
            let weak = is_weak(fact) && index != listed;
            Name { text: whole_name(&fact.texts), kind, weak, script: "", parts, record: record.trim() }
                .attach(&mut self.entity);
        }
    }

    /// What stands with a name and is said of the party.
    fn name_facts(&mut self, fact: &Fact, at: Place<'_>) {
        let texts = &fact.texts;
        match texts.get("gender") {
            "" => {}
            "M" | "m" if self.is_person() => self.entity.add_from("gender", "male", at.record),
            "F" | "f" if self.is_person() => self.entity.add_from("gender", "female", at.record),
            other => note(&mut self.entity, "Gender", other, at.record),
        }
        for (field, property, name) in [("title", "title", "Title"), ("function", "position", "Function")] {
            let text = texts.get(field);
            if !text.is_empty() {
                add_or_note(&mut self.entity, property, name, text, at.record);
            }
        }
        for remark in &fact.remarks {
            note(&mut self.entity, &format!("Name {}", whole_name(texts)), remark, at.record);
        }
    }

    fn address(&mut self, fact: &Fact, at: Place<'_>) {
        let texts = &fact.texts;
        let mut remarks = fact.remarks.clone();
        if texts.flag("asAtListingTime") {
            remarks.push("as at the time of listing".to_owned());
        }
        let address = Address {
            street: texts.get("street").to_owned(),
            street2: texts.get("place").to_owned(),
            post_box: texts.get("poBox").to_owned(),
            city: texts.get("city").to_owned(),
            region: texts.get("region").to_owned(),
            postal_code: texts.get("zipCode").to_owned(),
            country: country_of(texts),
            ..Address::default()
        };
        // A remark alone makes no address; it is a note of the party.
        if address.is_empty() {
            for remark in &remarks {
                note(&mut self.entity, "Address", remark, at.record);
            }
        } else {
            let address = Address { remarks: remarks.join("; "), ..address };
            let id = self.other_id("addr", texts.get("logicalId"));
            if let Some(entity) = address.attach(&mut self.entity, &id, at.record) {
                self.others.push((entity, at.record.to_owned()));
            }
        }
        let written = texts.get("contactInfo");
        let read = contacts(written);
        if read.is_none() {
            note(&mut self.entity, "Contact", written, at.record);
        }
        for (key, value) in fact.contacts.iter().cloned().chain(read.unwrap_or_default()) {
            let property = CONTACTS.iter().find(|(known, _)| key.eq_ignore_ascii_case(known)).map(|(_, property)| *property);
            match property {
                Some(property) => add_or_note(&mut self.entity, property, &key, &value, at.record),
                None => note(&mut self.entity, if key.is_empty() { "Contact" } else { &key }, &value, at.record),
            }
        }
    }

    fn birth(&mut self, listing: &mut Listing<'_>, fact: &Fact, at: Place<'_>) {
        let texts = &fact.texts;
        let property = if self.is_person() { "birthDate" } else { "incorporationDate" };
        let property = if self.entity.property_type(property).is_some() { property } else { "buildDate" };
        let [date, day, month, year, from, to] =
            ["birthdate", "dayOfMonth", "monthOfYear", "year", "yearRangeFrom", "yearRangeTo"].map(|field| texts.get(field));
        let mut written = Vec::new();
        if !date.is_empty() {
            written.push(date.to_owned());
        } else if !year.is_empty() {
            written.push(match (month, day) {
                ("", _) => year.to_owned(),
                (month, "") => format!("{year}-{month:0>2}"),
                (month, day) => format!("{year}-{month:0>2}-{day:0>2}"),
            });
            if month.is_empty() {
                note(&mut self.entity, "Day of birth", day, at.record);
            }
        } else {
            note(&mut self.entity, "Day of birth", day, at.record);
            note(&mut self.entity, "Month of birth", month, at.record);
        }
        match (from, to) {
            ("", to) => note(&mut self.entity, "Year of birth, at the latest", to, at.record),
            (from, "") => note(&mut self.entity, "Year of birth, at the earliest", from, at.record),
            (from, to) => written.push(format!("{from}/{to}")),
        }
        let calendar = texts.get("calendarType");
        if calendar.is_empty() || calendar.eq_ignore_ascii_case("GREGORIAN") {
            for text in written {
                let text = match (texts.flag("circa"), text.split_once('/')) {
                    (false, _) => text,
                    // EDTF marks both ends.
                    (true, Some((from, to))) => format!("{from}~/{to}~"),
                    (true, None) => format!("circa {text}"),
                };
                listing.add_date(at, &mut self.entity, property, "birthdate", &text);
            }
        } else {
            listing.issue(at, "calendarType", format!("a date in the calendar `{calendar}`; kept as a note"));
            for text in written {
                note(&mut self.entity, &format!("Date of birth, calendar {calendar}"), &text, at.record);
            }
        }
        let place = Address {
            city: texts.get("city").to_owned(),
            street: texts.get("place").to_owned(),
            region: texts.get("region").to_owned(),
            postal_code: texts.get("zipCode").to_owned(),
            country: country_of(texts),
            ..Address::default()
        };
        let line = place.line();
        if !line.is_empty() {
            add_or_note(&mut self.entity, "birthPlace", "Place", &line, at.record);
        }
        if !place.country.is_empty() && self.is_person() {
            self.entity.add_from("birthCountry", place.country, at.record);
        }
        for remark in &fact.remarks {
            note(&mut self.entity, "Birth", remark, at.record);
        }
    }

    fn identification(&mut self, listing: &mut Listing<'_>, fact: &Fact, at: Place<'_>) {
        let texts = &fact.texts;
        let fallback = if self.is_person() { "idNumber" } else { "registrationNumber" };
        let code = texts.get("identificationTypeCode");
        let (schema, property) = DOCUMENT_TYPES.get(code).copied().unwrap_or_else(|| {
            listing.issue(at, "identificationTypeCode", format!("`{code}` is not known; kept as an identification"));
            (Schema::Identification, fallback)
        });
        let property = if self.entity.property_type(property).is_some() { property } else { fallback };
        let id = self.other_id("doc", texts.get("logicalId"));
        let mut document = Entity::new(id, schema);
        document.add("holder", self.entity.id.as_str());
        for number in ["number", "latinNumber"].map(|field| texts.get(field)) {
            document.add_from("number", number, at.record);
            let number = if property == "imoNumber" { number.trim_start_matches("IMO").trim() } else { number };
            self.entity.add_from(property, number, at.record);
        }
        let description = texts.get("identificationTypeDescription");
        document.add("type", if description.is_empty() { code } else { description });
        document.add("country", country_of(texts));
        document.add("authority", texts.get("issuedBy"));
        for (property, field) in [("startDate", "issuedDate"), ("startDate", "validFrom"), ("endDate", "validTo")] {
            let text = texts.get(field);
            match listing.date(at, field, text) {
                // A document with a date of issue starts there; what it says beyond goes into the description.
                Some(date) if document.first(property).is_some_and(|held| held != date) => {
                    document.add("description", format!("{field}: {date}"));
                }
                Some(date) => document.add(property, date),
                None if !text.is_empty() => document.add("description", format!("{field}: {text}")),
                None => {}
            }
        }
        for (field, words) in [
            ("diplomatic", "diplomatic"),
            ("knownExpired", "known to be expired"),
            ("knownFalse", "known to be false"),
            ("reportedLost", "reported lost"),
            ("revokedByIssuer", "revoked by its issuer"),
        ] {
            if texts.flag(field) {
                document.add("description", words);
            }
        }
        for (field, words) in [("nameOnDocument", "name on the document"), ("region", "region")] {
            if !texts.get(field).is_empty() {
                document.add("description", format!("{words}: {}", texts.get(field)));
            }
        }
        for remark in &fact.remarks {
            document.add("description", remark.as_str());
        }
        self.others.push((document, at.record.to_owned()));
    }

    fn citizenship(&mut self, fact: &Fact, at: Place<'_>) {
        let country = country_of(&fact.texts);
        let property = if self.is_person() { "citizenship" } else { "country" };
        self.entity.add_from(property, country, at.record);
        note(&mut self.entity, "Citizenship, region", fact.texts.get("region"), at.record);
        for remark in &fact.remarks {
            note(&mut self.entity, "Citizenship", remark, at.record);
        }
    }

    fn sanction(&mut self, listing: &mut Listing<'_>, sanctioned: &Sanctioned, at: Place<'_>) {
        let texts = &sanctioned.texts;
        let mut in_force = Vec::new();
        let (mut published, mut acts, mut programmes, mut urls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for regulation in &sanctioned.regulations {
            in_force.extend(listing.date(at, "entryIntoForceDate", regulation.get("entryIntoForceDate")));
            published.extend(listing.date(at, "publicationDate", regulation.get("publicationDate")));
            let act = ["numberTitle", "regulationType", "organisationType"].map(|field| regulation.get(field));
            let act = act.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
            push_new(&mut acts, Some(act).filter(|act| !act.is_empty()));
            push_new(&mut programmes, Some(regulation.get("programme").to_owned()).filter(|text| !text.is_empty()));
            push_new(&mut urls, Some(regulation.get("publicationUrl")).filter(|url| !url.is_empty()));
        }
        for fact in &sanctioned.facts {
            push_new(&mut acts, fact.acts.iter().cloned());
        }
        let designated = listing.date(at, "designationDate", texts.get("designationDate"));
        if designated.is_none() {
            note(&mut self.entity, "Designation date", texts.get("designationDate"), at.record);
        }
        let start = in_force.iter().min().cloned();
        // Full days of ISO 8601 sort by time.
        let listed = designated.into_iter().chain(start.clone()).min();
        let id = format!("{}-sanction", self.entity.id);
        let designation = Designation {
            authority: "European Union",
            program_ids: programmes.clone(),
            programs: programmes,
            authority_id: texts.get("euReferenceNumber").to_owned(),
            unsc_id: texts.get("unitedNationId").to_owned(),
            legal_basis: acts,
            listing_date: listed,
            start_date: start,
            modified: published.into_iter().max().into_iter().collect(),
            ..Designation::default()
        };
        let mut sanction = designation.attach(&mut self.entity, &id, at.record);
        for url in urls {
            sanction.add("sourceUrl", url);
        }
        self.others.insert(0, (sanction, at.record.to_owned()));
    }
}

/// The contacts in the one text of the CSV, `EMAIL[a@example.com] PHONE[1]` with any marks between; `None` when it does not begin with a
/// key that is known.
fn contacts(text: &str) -> Option<Vec<(String, String)>> {
    let mut starts: Vec<(usize, &str)> = CONTACTS.iter().flat_map(|(key, _)| text.match_indices(key)).collect();
    starts.sort_unstable();
    let (first, _) = starts.first()?;
    if !text[..*first].trim_matches(|c: char| !c.is_alphanumeric()).is_empty() {
        return None;
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let values = starts.iter().zip(ends).map(|((at, key), end)| {
        let value = text[at + key.len()..end].trim_matches([' ', ':', '=', '[', ']', ',', ';', '\n', '\r', '\t']);
        ((*key).to_owned(), value.to_owned())
    });
    Some(values.filter(|(_, value)| !value.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_of_the_csv() {
        let read = |text: &str| {
            contacts(text).map(|found| found.into_iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>())
        };
        assert_eq!(
            read("EMAIL[a@example.com]\nPHONE[+1 202 555 0142]; WEB: https://example.org"),
            Some(vec!["EMAIL a@example.com".into(), "PHONE +1 202 555 0142".into(), "WEB https://example.org".into()])
        );
        assert_eq!(read("ask at the door, PHONE 1"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn the_table_of_documents_is_whole() {
        assert_eq!(DOCUMENT_TYPES.len(), rows(ID_TYPES).count());
    }
}
