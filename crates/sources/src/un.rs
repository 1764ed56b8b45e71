//! The consolidated list of the UN Security Council, XML (`consolidated.xml`, schema `sc-sanctions.xsd`): `CONSOLIDATED_LIST` with
//! `INDIVIDUALS/INDIVIDUAL` and `ENTITIES/ENTITY`.
//!
//! In: the document, read record by record. Out: a `Person` or an `Organization` a record, with its `Sanction`, its addresses and its
//! documents. The id of a party is its reference number (`un-QDi.001`), which the Council and all lists that repeat its listings use;
//! the number of the record in the Council's own database (`DATAID`) is kept as the sanction's `recordId`. Ids of addresses and documents
//! are made of their content, as the list gives them none.
//!
//! What a field of the list becomes is in the two functions [`Parser::individual_part`] and [`Parser::common_part`]. `SORT_KEY` and
//! `SORT_KEY_LAST_MOD` (the order of the Council's own web page), `HAS_INTERPOL_LINK` (says whether `INTERPOL_LINK` is there) and a
//! `LIST_TYPE` of `UN List` are passed over; everything else that has no property is a note.

use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::{AliasKind, DateValue, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::SourceError;
use crate::facts::rows;
use crate::fields::{Element, Number, content_id, one_line, put, safe_id, says_nothing, script_of};
use crate::listing::{Address, Designation, Listing, Name, Place, country, not_empty};
use crate::report::Report;
use crate::xml::Xml;

const REGIMES: &str = include_str!("../../../data/un_regimes.tsv");

/// The id of a regime's programme by the first two letters of a reference number.
static PROGRAM_IDS: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| rows(REGIMES).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect());

const AUTHORITY: &str = "United Nations Security Council";

/// Nationalities whose people the list writes with the family name in `FIRST_NAME`, without exception.
const FAMILY_NAME_FIRST: [&str; 2] = ["kp", "kr"];

/// Nationalities of which some are written so and some are not: what their names' parts are is left open.
const FAMILY_NAME_MAYBE_FIRST: [&str; 6] = ["cn", "tw", "hk", "mo", "vn", "kh"];

const NAME_PARTS: [&str; 4] = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["CONSOLIDATED_LIST"])?;
    let mut parser = Parser { listing: Listing::new(report, sink), ids: FxHashSet::default() };
    let generated = xml.attribute("dateGenerated").map(std::borrow::Cow::into_owned).unwrap_or_default();
    let at = Place { line: xml.line(), record: "CONSOLIDATED_LIST" };
    parser.listing.report.issue_date =
        parser.listing.date(at, "dateGenerated", generated.get(..10).unwrap_or(&generated)).unwrap_or_default();
    xml.children(|xml| match xml.name() {
        "INDIVIDUALS" | "ENTITIES" => xml.children(|xml| parser.record(xml)),
        name => {
            let message = format!("element {name} is not known; it was left out");
            parser.listing.issue(Place { line: xml.line(), record: "CONSOLIDATED_LIST" }, name, message);
            xml.skip()
        }
    })?;
    xml.end()?;
    not_empty(file, parser.listing.report.count("parties"), "parties")
}

struct Parser<'a> {
    listing: Listing<'a>,
    ids: FxHashSet<String>,
}

/// What has been read of one party.
struct Party {
    /// Such as `INDIVIDUAL 6908555`.
    record: String,
    entity: Entity,
    designation: Designation<'static>,
    /// What the list says of the designation beyond its fields: the version of the record.
    remarks: Vec<String>,
    /// Addresses and documents, each with the record that states it.
    hanging: Vec<(Entity, String)>,
}

impl Parser<'_> {
    fn record(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let element = Element::read(xml)?;
        let schema = match &*element.name {
            "INDIVIDUAL" => Schema::Person,
            "ENTITY" => Schema::Organization,
            name => {
                let at = Place { line: element.line, record: name };
                self.listing.reject(at, "", "a record of a kind that is not known", &element.flat());
                return Ok(());
            }
        };
        let (reference, data) = (one_line(element.get("REFERENCE_NUMBER")), one_line(element.get("DATAID")));
        let (reference, data) = (filled(&reference), filled(&data));
        let record = format!("{} {}", element.name, data.or(reference).unwrap_or("without a number"));
        let at = Place { line: element.line, record: &record };
        self.listing.count("parties", 1);
        self.listing.count(if schema == Schema::Person { "individuals" } else { "entities" }, 1);
        let Some(id) = self.party_id(at, reference, data) else {
            self.listing.reject(at, "REFERENCE_NUMBER", "neither a reference number nor a DATAID", &element.flat());
            return Ok(());
        };
        let mut party = Party {
            record: record.clone(),
            entity: Entity::new(id, schema),
            designation: Designation {
                authority: AUTHORITY,
                authority_id: reference.unwrap_or_default().to_owned(),
                unsc_id: reference.unwrap_or_default().to_owned(),
                ..Designation::default()
            },
            remarks: Vec::new(),
            hanging: Vec::new(),
        };
        // Lists are linked by this number: it must not link two parties of one list.
        if let Some(reference) = reference.filter(|reference| party.entity.id != format!("un-{}", safe_id(reference))) {
            party.designation.unsc_id.clear();
            note(&mut party, "REFERENCE_NUMBER", &format!("{reference}, which is that of another record, too"), &record);
        }
        self.names(&element, at, &mut party);
        for part in &element.children {
            let at = Place { line: part.line, record: &record };
            if !(schema == Schema::Person && self.individual_part(part, at, &mut party)) {
                self.common_part(part, at, &mut party);
            }
        }
        self.finish(at, party, reference, data, &element);
        Ok(())
    }

    /// The id of the party: by its reference number, or by the number of its record where that is missing or stands for another one
    /// already.
    fn party_id(&mut self, at: Place<'_>, reference: Option<&str>, data: Option<&str>) -> Option<String> {
        if data.is_none() {
            self.listing.issue(at, "DATAID", "no number of the record");
        }
        let Some(reference) = reference else {
            let id = format!("un-data-{}", safe_id(data?));
            self.listing.issue(at, "REFERENCE_NUMBER", format!("no reference number; the id is `{id}`"));
            return Some(self.unused(at, id));
        };
        let id = format!("un-{}", safe_id(reference));
        match data {
            Some(data) if self.ids.contains(&id) => {
                let other = format!("{id}-{}", safe_id(data));
                let message = format!("`{reference}` is the number of another record, too; the id is `{other}`");
                self.listing.issue(at, "REFERENCE_NUMBER", message);
                Some(self.unused(at, other))
            }
            _ => Some(self.unused(at, id)),
        }
    }

    /// The id if it is new, or with a number behind it: two records are never taken for one.
    fn unused(&mut self, at: Place<'_>, id: String) -> String {
        if self.ids.insert(id.clone()) {
            return id;
        }
        let mut number = 2_u32;
        let mut other = format!("{id}-{number}");
        while !self.ids.insert(other.clone()) {
            number += 1;
            other = format!("{id}-{number}");
        }
        self.listing.issue(at, "DATAID", format!("the record `{id}` stands more than once; the id is `{other}`"));
        other
    }

    /// The listed name, in Latin letters and in its own script.
    fn names(&mut self, element: &Element, at: Place<'_>, party: &mut Party) {
        let texts: Vec<String> =
            NAME_PARTS.iter().flat_map(|part| element.all(part)).map(one_line).filter(|text| !says_nothing(text)).collect();
        let text = texts.join(" ");
        if !text.is_empty() {
            self.listing.count("names", 1);
        }
        let person = &*element.name == "INDIVIDUAL";
        let known =
            if person { parts_of(&texts, element) } else { vec![NamePart { kind: NamePartKind::Whole, text: text.clone() }] };
        // An organisation may stand under two names at once.
        let names: Vec<&str> = if person { vec![&text] } else { split_names(&text).collect() };
        let whole = names.len() == 1;
        for name in names {
            let known = if whole { known.clone() } else { Vec::new() };
            attach(party, name, AliasKind::Name, false, known, at.record);
        }
        for text in element.all("NAME_ORIGINAL_SCRIPT").filter(|text| !says_nothing(text)) {
            self.listing.count("names_original_script", 1);
            original_script(party, text, AliasKind::Name, false, at.record);
        }
    }

    /// A part that only individuals have; `false` when it is none.
    fn individual_part(&mut self, part: &Element, at: Place<'_>, party: &mut Party) -> bool {
        let record = at.record;
        let text = part.text.as_str();
        match &*part.name {
            "GENDER" => {
                if !says_nothing(text) {
                    party.entity.add_from("gender", text.to_lowercase(), record);
                }
            }
            "TITLE" => values(part).for_each(|text| party.entity.add_from("title", text, record)),
            "DESIGNATION" => values(part).for_each(|text| party.entity.add_from("position", text, record)),
            "NATIONALITY" => values(part).for_each(|text| party.entity.add_from("nationality", country(&text), record)),
            "NATIONALITY2" => {
                if !says_nothing(text) {
                    party.entity.add_from("nationality", country(text), record);
                }
            }
            "INDIVIDUAL_DATE_OF_BIRTH" => self.date_of_birth(part, at, party),
            "INDIVIDUAL_PLACE_OF_BIRTH" => {
                if part.is_filled() {
                    self.listing.count("birth_places", 1);
                }
                let fields = ["STREET", "CITY", "STATE_PROVINCE", "COUNTRY"];
                place_of_birth(party, fields.map(|field| part.get(field)), record);
                note(party, "Place of birth", part.get("NOTE"), record);
                self.unknown(part, &[&fields[..], &["NOTE"]].concat(), at, party);
            }
            "INDIVIDUAL_DOCUMENT" => self.document(part, at, party),
            _ => return false,
        }
        true
    }

    fn common_part(&mut self, part: &Element, at: Place<'_>, party: &mut Party) {
        let record = at.record;
        let text = part.text.as_str();
        match &*part.name {
            "FIRST_NAME"
            | "SECOND_NAME"
            | "THIRD_NAME"
            | "FOURTH_NAME"
            | "NAME_ORIGINAL_SCRIPT"
            | "REFERENCE_NUMBER"
            | "DATAID"
            | "SORT_KEY"
            | "SORT_KEY_LAST_MOD"
            | "HAS_INTERPOL_LINK" => {}
            "VERSIONNUM" => {
                if !says_nothing(text) {
                    party.remarks.push(format!("VERSIONNUM {text}"));
                }
            }
            "UN_LIST_TYPE" => {
                if !says_nothing(text) {
                    party.designation.programs.push(one_line(text));
                }
            }
            "LISTED_ON" => party.designation.listing_date = self.day(at, "LISTED_ON", text, party),
            "DELISTED_ON" => {
                if !says_nothing(text) {
                    self.listing.issue(
                        at,
                        "DELISTED_ON",
                        "a listing that has ended stands in the list; it was kept as one that holds",
                    );
                }
                party.designation.end_date = self.day(at, "DELISTED_ON", text, party);
            }
            "LAST_DAY_UPDATED" => {
                let days: Vec<String> =
                    values(part).filter_map(|text| self.day(at, "LAST_DAY_UPDATED", &text, party)).collect();
                party.designation.modified.extend(days);
            }
            "LIST_TYPE" => {
                values(part).filter(|text| text != "UN List").for_each(|text| note(party, "List type", &text, record));
            }
            "SUBMITTED_BY" => note(party, "Submitted by", text, record),
            "INTERPOL_LINK" => {
                if !says_nothing(text) {
                    text.clone_into(&mut party.designation.source_url);
                }
            }
            "COMMENTS1" => {
                let text = one_line(text);
                if let Some(gender) = stated_gender(&text)
                    && party.entity.property_type("gender").is_some()
                {
                    party.entity.add_from("gender", gender, record);
                }
                if !says_nothing(&text) {
                    party.entity.add_from("notes", text, record);
                }
            }
            "INDIVIDUAL_ALIAS" | "ENTITY_ALIAS" => self.alias(part, at, party),
            "INDIVIDUAL_ADDRESS" | "ENTITY_ADDRESS" => self.address(part, at, party),
            name => {
                self.listing.issue(at, name, "an element that is not known; it was kept as a note");
                if part.is_filled() {
                    party.entity.add_from("notes", part.flat(), record);
                }
            }
        }
    }

    /// A day of the listing: it may have a time behind it.
    fn day(&mut self, at: Place<'_>, field: &str, text: &str, party: &mut Party) -> Option<String> {
        let text = text.trim();
        if says_nothing(text) {
            return None;
        }
        let day = self.listing.date(at, field, without_zone(text));
        if day.is_none() {
            note(party, field, text, at.record);
        }
        day
    }

    fn alias(&mut self, part: &Element, at: Place<'_>, party: &mut Party) {
        if part.is_filled() {
            self.listing.count("aliases", 1);
        }
        let (quality, text) = (one_line(part.get("QUALITY")), one_line(part.get("ALIAS_NAME")));
        let (kind, weak) = match quality.to_ascii_lowercase().as_str() {
            "good" | "a.k.a." | "a.k.a" | "aka" | "" => (AliasKind::AlsoKnownAs, false),
            "low" => (AliasKind::AlsoKnownAs, true),
            "f.k.a." | "f.k.a" | "fka" => (AliasKind::FormerlyKnownAs, false),
            "n.k.a." | "n.k.a" | "nka" => (AliasKind::NowKnownAs, false),
            _ => {
                self.listing.issue(at, "QUALITY", format!("`{quality}` is not known; kept as also known as"));
                (AliasKind::AlsoKnownAs, false)
            }
        };
        if weak {
            self.listing.count("aliases_low_quality", 1);
        }
        for text in alternatives(&text) {
            let name = without_remark(&text);
            if name != text {
                note(party, "Alias", &text, at.record);
            }
            attach(party, name, kind, weak, Vec::new(), at.record);
        }
        for original in part.all("NAME_ORIGINAL_SCRIPT").filter(|text| !says_nothing(text)) {
            self.listing.count("names_original_script", 1);
            original_script(party, original, kind, weak, at.record);
        }
        let remark = one_line(part.get("NOTE"));
        for name in names_in_note(&remark) {
            attach(party, name, kind, weak, Vec::new(), at.record);
        }
        let label = if text.is_empty() { "Alias".to_owned() } else { format!("Alias {text}") };
        note(party, &label, &remark, at.record);
        let born = part.get("DATE_OF_BIRTH");
        if !says_nothing(born) {
            if party.entity.property_type("birthDate").is_some() {
                self.listing.add_date(at, &mut party.entity, "birthDate", "DATE_OF_BIRTH", without_zone(born.trim()));
            } else {
                note(party, "DATE_OF_BIRTH", born, at.record);
            }
        }
        place_of_birth(party, ["", part.get("CITY_OF_BIRTH"), "", part.get("COUNTRY_OF_BIRTH")], at.record);
        let known =
            ["QUALITY", "ALIAS_NAME", "NAME_ORIGINAL_SCRIPT", "NOTE", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"];
        self.unknown(part, &known, at, party);
    }

    fn date_of_birth(&mut self, part: &Element, at: Place<'_>, party: &mut Party) {
        const FIELD: &str = "INDIVIDUAL_DATE_OF_BIRTH";
        if !part.is_filled() {
            return;
        }
        self.listing.count("birth_dates", 1);
        let record = at.record;
        let [kind, remark, from, to] = ["TYPE_OF_DATE", "NOTE", "FROM_YEAR", "TO_YEAR"].map(|field| one_line(part.get(field)));
        let about = remark.to_ascii_lowercase().starts_with("approximately")
            || match kind.as_str() {
                "APPROXIMATELY" => true,
                "EXACT" | "BETWEEN" | "" => false,
                _ => {
                    self.listing.issue(at, "TYPE_OF_DATE", format!("`{kind}` is not known; the date was read as it stands"));
                    false
                }
            };
        let about_text = |text: &str| if about { format!("circa {text}") } else { text.to_owned() };
        let (from, to) = (filled(&from), filled(&to));
        let mut dated = false;
        for text in part.all("DATE").chain(part.all("YEAR")).map(one_line).filter(|text| !says_nothing(text)) {
            dated = true;
            self.listing.add_date(at, &mut party.entity, "birthDate", FIELD, &about_text(without_zone(&text)));
        }
        match (from, to) {
            (Some(from), Some(to)) => {
                let span = if about { format!("{from}~/{to}~") } else { format!("{from}/{to}") };
                self.listing.add_date(at, &mut party.entity, "birthDate", FIELD, &span);
                dated = true;
            }
            (None, None) => {}
            (Some(end), None) | (None, Some(end)) => {
                self.listing.issue(at, FIELD, "a span with one end; it was kept as a note");
                note(party, FIELD, &format!("{} {end}", if to.is_none() { "from" } else { "to" }), record);
                dated = true;
            }
        }
        // The note says more of a date (its source), or it is the date itself, in words.
        if !dated && let Ok(date) = DateValue::parse(&about_text(&remark.replace(". ", " "))) {
            party.entity.add_from("birthDate", date.to_string(), record);
        } else if !remark.is_empty() {
            note(party, "Date of birth", &remark, record);
        }
        self.unknown(part, &["TYPE_OF_DATE", "NOTE", "FROM_YEAR", "TO_YEAR", "DATE", "YEAR"], at, party);
    }

    fn address(&mut self, part: &Element, at: Place<'_>, party: &mut Party) {
        if part.is_filled() {
            self.listing.count("addresses", 1);
        }
        let fields = ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"];
        let [street, city, state, postal_code, country, remarks] = fields.map(|field| clean(part.get(field)));
        let address = Address { street, city, state, postal_code, country, remarks, ..Address::default() };
        if !address.is_empty() {
            let id = format!("{}-addr-{}", party.entity.id, content_id(&[&address.line(), &address.remarks]));
            if address.line().is_empty() {
                // Words about a place, and no place.
                note(party, "Address", &address.remarks, at.record);
            } else if let Some(address) = address.attach(&mut party.entity, &id, at.record) {
                party.hang(address, at.record);
            }
        }
        self.unknown(part, &fields, at, party);
    }

    fn document(&mut self, part: &Element, at: Place<'_>, party: &mut Party) {
        if !part.is_filled() {
            return;
        }
        self.listing.count("id_documents", 1);
        let fields = [
            "TYPE_OF_DOCUMENT",
            "TYPE_OF_DOCUMENT2",
            "NUMBER",
            "ISSUING_COUNTRY",
            "COUNTRY_OF_ISSUE",
            "DATE_OF_ISSUE",
            "DATE_OF_EXPIRY",
            "CITY_OF_ISSUE",
            "NOTE",
        ];
        let [kind, kind2, text, issuer, issued_in, from, until, city, remark] = fields.map(|field| clean(part.get(field)));
        self.unknown(part, &fields, at, party);
        let mut number = Number::parse(&text);
        let mut kind2 = kind2.trim_end_matches(':').to_owned();
        if number.text.is_empty() {
            // Some stand behind what the document is.
            let found = Number::parse(&kind2);
            if !found.words.is_empty() {
                kind2.clone_from(&found.words);
                number = found;
            }
        }
        if number.text.is_empty() {
            if let Some(said) = filled(&part.flat()) {
                note(party, "Document without a number", said, at.record);
            }
            return;
        }
        let (schema, property) = document_kind(&[&number.words, &kind2, &kind]);
        let place = [&issuer, &issued_in].into_iter().find(|text| !text.is_empty());
        let place = place.map(|text| country(text)).or(number.country.map(|country| country.code().to_owned()));
        let place = place.unwrap_or_default();
        let id = format!("{}-doc-{}", party.entity.id, content_id(&[property, &number.text, &place]));
        let mut document = Entity::new(id, schema);
        document.add("holder", party.entity.id.as_str());
        document.add("number", number.text.as_str());
        if schema == Schema::Passport {
            document.add("passportNumber", number.text.as_str());
        }
        document.add("type", kind);
        document.add("type", kind2);
        for text in [issuer, issued_in].iter().filter(|text| !text.is_empty()) {
            document.add("country", country(text));
        }
        document.add("country", place);
        for (property, field, text) in [("startDate", "DATE_OF_ISSUE", from), ("endDate", "DATE_OF_EXPIRY", until)] {
            match self.listing.date(at, field, without_zone(&text)) {
                Some(date) => document.add(property, date),
                None if !text.is_empty() => document.add("description", format!("{field}: {text}")),
                None => {}
            }
        }
        document.add("description", number.words);
        document.add("description", number.remark);
        document.add("description", remark);
        if !city.is_empty() {
            document.add("description", format!("issued in {city}"));
        }
        party.entity.add_from(property, number.text, at.record);
        party.hang(document, at.record);
    }

    /// Says and keeps what stands in a part under names that are not known.
    fn unknown(&mut self, part: &Element, known: &[&str], at: Place<'_>, party: &mut Party) {
        for child in part.children.iter().filter(|child| !known.contains(&&*child.name)) {
            let at = Place { line: child.line, record: at.record };
            self.listing.issue(
                at,
                &child.name,
                format!("an element of {} that is not known; it was kept as a note", part.name),
            );
            if child.is_filled() {
                party.entity.add_from("notes", child.flat(), at.record);
            }
        }
        if !part.children.is_empty() && !part.text.is_empty() {
            note(party, &part.name, &part.text, at.record);
        }
    }

    fn finish(&mut self, at: Place<'_>, party: Party, reference: Option<&str>, data: Option<&str>, element: &Element) {
        let Party { record, mut entity, mut designation, remarks, hanging } = party;
        if entity.names.is_empty() {
            self.listing.reject(at, "FIRST_NAME", "a party without a name", &element.flat());
            return;
        }
        if !entity.names.iter().any(|name| name.kind == AliasKind::Name) {
            self.listing.issue(at, "FIRST_NAME", "a party with aliases only");
        }
        entity.target = Some(true);
        entity.add("topics", "sanction");
        if let Some(reference) = reference {
            match reference.get(..2).and_then(|prefix| PROGRAM_IDS.get(prefix)) {
                Some(id) => designation.program_ids.push((*id).to_owned()),
                None => {
                    self.listing.issue(
                        at,
                        "REFERENCE_NUMBER",
                        format!("`{reference}` begins like that of no regime that is known"),
                    );
                }
            }
        }
        let id = format!("{}-sanction", entity.id);
        let mut sanction = designation.attach(&mut entity, &id, &record);
        sanction.add("recordId", data.unwrap_or_default());
        for remark in remarks {
            sanction.add("description", remark);
        }
        self.listing.emit(entity, &record);
        self.listing.emit(sanction, &record);
        for (entity, record) in hanging {
            self.listing.emit(entity, &record);
        }
    }
}

impl Party {
    /// Keeps an entity that belongs to the party. The same content twice is one entity that says what both say.
    fn hang(&mut self, entity: Entity, record: &str) {
        match self.hanging.iter_mut().find(|(held, _)| held.id == entity.id && held.schema == entity.schema) {
            Some((held, _)) => {
                for (property, values) in entity.properties() {
                    for value in values {
                        held.add(property, value.clone());
                    }
                }
            }
            None => self.hanging.push((entity, record.to_owned())),
        }
    }
}

/// A date of XML Schema without the time zone that may stand behind it (`2015-03-27-04:00`).
fn without_zone(text: &str) -> &str {
    let Some((date, zone)) = text.split_at_checked(10) else { return text };
    let is_zone = zone == "Z" || (zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':');
    if is_zone { date } else { text }
}

fn filled(text: &str) -> Option<&str> {
    (!says_nothing(text)).then_some(text)
}

/// A field in one line; empty when it says that it says nothing.
fn clean(text: &str) -> String {
    let text = one_line(text);
    if says_nothing(&text) { String::new() } else { text }
}

/// The `VALUE`s of a part, or its own text where it has none.
fn values(part: &Element) -> impl Iterator<Item = String> + '_ {
    let own = std::iter::once(part.text.as_str());
    own.chain(part.all("VALUE")).map(one_line).filter(|text| !says_nothing(text))
}

fn note(party: &mut Party, field: &str, text: &str, record: &str) {
    let text = one_line(text);
    if !says_nothing(&text) {
        party.entity.add_from("notes", format!("{field}: {text}"), record);
    }
}

fn attach(party: &mut Party, text: &str, kind: AliasKind, weak: bool, known: Vec<NamePart>, record: &str) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).trim_start_matches([')', ' ']);
    if !says_nothing(text) {
        let name = Name { text: text.to_owned(), kind, weak, script: script_of(text), parts: known, record };
        name.attach(&mut party.entity);
    }
}

/// What the parts of a person's name are, as far as the list makes it sure: it says `FIRST` to `FOURTH` and not more. The second of two is
/// the family name; of more parts, only the first is known.
fn parts_of(texts: &[String], element: &Element) -> Vec<NamePart> {
    let [first, rest @ ..] = texts else { return Vec::new() };
    let nationalities: Vec<String> = element
        .children
        .iter()
        .filter(|child| matches!(&*child.name, "NATIONALITY" | "NATIONALITY2"))
        .flat_map(|child| values(child).map(|text| country(&text)).collect::<Vec<_>>())
        .collect();
    let of = |codes: &[&str]| nationalities.iter().any(|code| codes.contains(&code.as_str()));
    if rest.is_empty() {
        return vec![NamePart { kind: NamePartKind::Whole, text: first.clone() }];
    }
    if of(&FAMILY_NAME_MAYBE_FIRST) {
        return Vec::new();
    }
    let (one, other) = if of(&FAMILY_NAME_FIRST) {
        (NamePartKind::Family, NamePartKind::Given)
    } else {
        (NamePartKind::Given, NamePartKind::Family)
    };
    let mut parts = vec![NamePart { kind: one, text: first.clone() }];
    if let [second] = rest {
        parts.push(NamePart { kind: other, text: second.clone() });
    }
    parts
}

/// Names that stand in one field: between semicolons, or counted (`a) ... b) ...`).
fn split_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').flat_map(split_counted).map(str::trim).filter(|text| !says_nothing(text))
}

/// The parts of a text between single letters with a closing bracket.
fn split_counted(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (bracket, _) in text.match_indices(") ") {
        let counter = bracket.checked_sub(1).filter(|letter| text.as_bytes()[*letter].is_ascii_lowercase());
        let Some(letter) = counter.filter(|letter| *letter == 0 || text.as_bytes()[*letter - 1] == b' ') else { continue };
        parts.push(&text[start..letter]);
        start = bracket + 2;
    }
    parts.push(&text[start..]);
    parts
}

/// A name without what some have behind it that is none: words on a birth, or brackets with a number or with small words only
/// (`previously listed as`). Brackets with an abbreviation stay.
fn without_remark(text: &str) -> &str {
    let mut name = text;
    if let Some((before, _)) = name.split_once(" born ") {
        name = before;
    }
    if let Some((before, inside)) = name.split_once(" (") {
        let remark = inside.trim_end_matches([')', ',', ' ']);
        let small = remark.split_whitespace().all(|word| word.chars().all(|c| c.is_lowercase() || !c.is_alphabetic()));
        if small && script_of(remark) == "Latin" || remark.bytes().any(|byte| byte.is_ascii_digit()) {
            name = before;
        }
    }
    let name = name.trim_end_matches([',', ' ']);
    if name.is_empty() { text } else { name }
}

/// The names of an alias: those between semicolons and, where brackets hold the same name in another script, those before and in them.
fn alternatives(text: &str) -> Vec<String> {
    let plain = || split_names(text).map(str::to_owned).collect();
    let trimmed = text.trim_end_matches([',', ';', ' ']);
    let Some((before, inside)) = trimmed.strip_suffix(')').and_then(|rest| rest.split_once('(')) else { return plain() };
    let inside = after_label(inside).unwrap_or(inside);
    let (outer, inner) = (script_of(before), script_of(inside));
    let is_other_script = outer != inner && !outer.is_empty() && !inner.is_empty() && (outer == "Latin" || inner == "Latin");
    if !is_other_script || has_both(before) || has_both(inside) {
        return plain();
    }
    split_names(before).chain(split_names(inside)).map(str::to_owned).collect()
}

/// Whether a text mixes Latin with other letters.
fn has_both(text: &str) -> bool {
    let mut scripts = text.split_whitespace().map(script_of).filter(|script| !script.is_empty());
    let Some(first) = scripts.next() else { return false };
    scripts.any(|script| (script == "Latin") != (first == "Latin"))
}

/// A name in its own script. A bracket behind it is the list's remark in the same language ("listed so before"): the name goes without
/// it, and the whole is kept as a note.
fn original_script(party: &mut Party, text: &str, kind: AliasKind, weak: bool, record: &str) {
    let text = one_line(text);
    for one in split_names(&text) {
        // The closing bracket is missing in some.
        let name = match one.split_once(" (") {
            Some((name, remark)) if script_of(name) == script_of(remark) && !remark.trim_end_matches(')').contains(')') => name,
            _ => one,
        };
        if name != one {
            note(party, "Name in original script", one, record);
        }
        attach(party, name, kind, weak, Vec::new(), record);
    }
}

/// What follows a label such as `original script:` or `In Arabic:`.
fn after_label(text: &str) -> Option<&str> {
    let (label, rest) = text.rsplit_once(':')?;
    let label = label.to_ascii_lowercase();
    (label.ends_with("script") || label.ends_with("in arabic")).then(|| rest.trim())
}

/// Names in the note of an alias, where there can be no doubt that it holds names: one behind a label of its script and in that script, or
/// a list of names between semicolons.
fn names_in_note(text: &str) -> Vec<&str> {
    if let Some(name) = after_label(text) {
        let foreign = !name.is_empty() && name.split_whitespace().all(|word| !matches!(script_of(word), "Latin" | ""));
        return if foreign { vec![name] } else { Vec::new() };
    }
    let is_name = |text: &str| {
        let words = text.split_whitespace().count();
        (2..=6).contains(&words)
            && text.chars().next().is_some_and(char::is_uppercase)
            && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '(' | ')' | ',' | '.'))
    };
    let names: Vec<&str> = split_names(text).collect();
    if names.len() > 1 && names.iter().all(|name| is_name(name)) { names } else { Vec::new() }
}

/// The gender that a comment states in so many words: `Gender: Male`, `Gender [Female]`.
fn stated_gender(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let mut found = None;
    for (start, _) in lower.match_indices("gender") {
        let rest = lower[start + "gender".len()..].trim_start_matches([' ', ':', '[', '(']);
        let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let gender = match word {
            "male" => "male",
            "female" => "female",
            _ => continue,
        };
        if found.is_some_and(|held| held != gender) {
            return None;
        }
        found = Some(gender);
    }
    found
}

/// A place of birth from the narrowest to the widest.
fn place_of_birth(party: &mut Party, place: [&str; 4], record: &str) {
    let place = place.map(clean);
    let text = place.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ");
    put(&mut party.entity, "birthPlace", "Place of birth", &text, record);
    let [.., state] = place;
    if !state.is_empty() && party.entity.property_type("birthCountry").is_some() {
        party.entity.add_from("birthCountry", country(&state), record);
    }
}

/// What a document is, by the first of the texts that says it: its schema and the property of its holder.
fn document_kind(texts: &[&str]) -> (Schema, &'static str) {
    for text in texts {
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["passport", "passeport", "pasaporte"]) {
            return (Schema::Passport, "passportNumber");
        }
        if has(&["social security"]) {
            return (Schema::Identification, "socialSecurityNumber");
        }
        if has(&["fiscal code", "tax ", "taxpayer"]) {
            return (Schema::Identification, "taxNumber");
        }
        // Other words (`travel document`) leave it to the type that the list gives.
        if has(&["identi", "card", "certificate", "licence", "license", "permit"]) {
            return (Schema::Identification, "idNumber");
        }
    }
    (Schema::Identification, "idNumber")
}
