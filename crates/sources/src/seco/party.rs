//! A target that is listed becomes a party with its addresses, documents and sanction.

use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, DateValue, Entity, PropertyType, Schema};
use rustc_hash::FxHashMap;

use super::names::{forms, part_kind};
use super::target::{Dated, Document, Kind, Located, Name as StatedName, Target};
use super::{Parser, Program, Relation, Whereabouts};
use crate::facts::{Distinct, add_or_note, key, note, rows};
use crate::listing::{Address, Designation, Listing, Name, Place, country};

const ID_TYPES: &str = include_str!("../../../../data/seco_id_types.tsv");
const INFORMATION: &str = include_str!("../../../../data/seco_information.tsv");

static DOCUMENT_TYPES: LazyLock<FxHashMap<&'static str, (Schema, &'static str)>> = LazyLock::new(|| {
    rows(ID_TYPES).filter_map(|row| Some((*row.first()?, (Schema::from_name(row.get(1)?)?, *row.get(2)?)))).collect()
});

static LABELS: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| rows(INFORMATION).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect());

impl Parser<'_> {
    /// Hands out a target that is listed.
    pub(super) fn emit(&mut self, target: Target) {
        let record = target.record();
        let at = Place { line: target.line, record: &record };
        if !target.names.iter().any(StatedName::has_text) {
            return self.listing.reject(at, "name", "a target without a name; it was left out", &format!("{target:#?}"));
        }
        let schema = match &target.kind {
            Kind::Individual => Schema::Person,
            Kind::Entity => Schema::Organization,
            Kind::Object(kind) if kind == "vessel" => Schema::Vessel,
            Kind::Object(kind) if kind == "aircraft" => Schema::Airplane,
            Kind::Object(kind) => {
                self.listing.issue(at, "object-type", format!("`{kind}` is not known; kept as a LegalEntity"));
                Schema::LegalEntity
            }
            Kind::Missing => {
                self.listing.issue(at, "", "neither individual, entity nor object; kept as a LegalEntity");
                Schema::LegalEntity
            }
        };
        let id = self.ids.take_listing(&mut self.listing, at, format!("ch-{}", target.ssid));
        self.schemas.insert(target.ssid.clone(), Some(schema));
        self.listing.count("parties", 1);
        let mut entity = Entity::new(id, schema);
        entity.target = Some(true);
        let mut party = Party { entity, others: Vec::new(), ids: Distinct::default() };
        let strong = |name: &StatedName| name.quality != "low" && name.has_text();
        let has_strong = target.names.iter().any(strong);
        if !has_strong {
            // A party without a strong name would never be found.
            self.listing.issue(at, "quality", "all names are of low quality; the first counts as good");
        }
        let mut first = !has_strong;
        for name in &target.names {
            let is_first = first && name.has_text();
            party.name(&mut self.listing, name, is_first);
            first &= !is_first;
        }
        match target.sex.as_str() {
            "" => {}
            sex @ ("male" | "female") => party.entity.add_from("gender", sex, at.record),
            other => note(&mut party.entity, "Sex", other, at.record),
        }
        for day in &target.days {
            party.day(&mut self.listing, day);
        }
        for place in &target.birth_places {
            let address = address(&mut self.listing, &self.places, place, "place-of-birth");
            party.birth_place(&address, &format!("place-of-birth {}", place.ssid));
        }
        for nationality in &target.nationalities {
            let property = if party.is_person() { "nationality" } else { "country" };
            party.entity.add_from(property, country(nationality), at.record);
        }
        for located in &target.addresses {
            self.listing.count("addresses", 1);
            let address = address(&mut self.listing, &self.places, located, "address");
            party.address(&address, located);
        }
        for document in &target.documents {
            party.document(&mut self.listing, document);
        }
        for text in &target.information {
            party.information(text, at.record);
        }
        for (name, text) in &target.attributes {
            note(&mut party.entity, name, text, at.record);
        }
        party.entity.add("topics", "sanction");
        let sanction = self.sanction(&mut party.entity, &target, at);
        self.listing.emit(party.entity, at.record);
        self.listing.emit(sanction, at.record);
        for (other, record) in party.others {
            self.listing.emit(other, &record);
        }
        self.relations.extend(target.relations.into_iter().map(|stated| Relation {
            line: stated.line,
            ssid: stated.ssid,
            from: target.ssid.clone(),
            to: stated.to,
            kind: stated.kind,
            remark: stated.remark,
        }));
    }

    fn sanction(&mut self, party: &mut Entity, target: &Target, at: Place<'_>) -> Entity {
        let mut programs: Vec<&Program> = Vec::new();
        for set in &target.sets {
            match self.programs.get(set) {
                Some(program) => programs.push(program),
                None => self.listing.issue(at, "sanctions-set-id", format!("the sanctions set {set} is not in the file")),
            }
        }
        if target.sets.is_empty() {
            self.listing.issue(at, "sanctions-set-id", "a target under no sanctions set");
        }
        let texts =
            |of: fn(&Program) -> &String| -> Vec<String> { programs.iter().map(|program| of(program).clone()).collect() };
        let origins = programs.iter().filter(|program| !program.origin.is_empty());
        let mut provisions = texts(|program| &program.set);
        provisions.extend(origins.map(|program| format!("Origin: {}", program.origin)));
        let listed = target
            .modifications
            .iter()
            .filter(|modification| modification.kind == "listed")
            .max_by_key(|modification| modification.day());
        let mut day = |listing: &mut Listing<'_>, field: &str, text: &str| {
            let date = listing.date(at, field, text);
            if date.is_none() && !text.is_empty() {
                party.add_from("notes", format!("{field}: {text}"), at.record);
            }
            date
        };
        let listing_date = listed.and_then(|listed| day(&mut self.listing, "publication-date", &listed.published));
        let start_date = listed.and_then(|listed| day(&mut self.listing, "effective-date", &listed.effective));
        let modified = target.last_modification().and_then(|last| day(&mut self.listing, "publication-date", &last.published));
        let (united_nations, foreign): (Vec<&String>, Vec<&String>) =
            target.foreign_ids.iter().partition(|id| is_un_reference(id));
        let id = format!("{}-sanction", party.id);
        let designation = Designation {
            authority: "State Secretariat for Economic Affairs",
            programs: texts(|program| if program.key.is_empty() { &program.name } else { &program.key }),
            program_ids: texts(|program| &program.ssid),
            provisions,
            reasons: target.justifications.clone(),
            legal_basis: texts(|program| &program.name),
            listing_date,
            start_date,
            modified: modified.into_iter().collect(),
            country: "ch",
            ..Designation::default()
        };
        let mut sanction = designation.attach(party, &id, at.record);
        for id in united_nations {
            sanction.add("unscId", id.as_str());
        }
        for id in foreign {
            sanction.add("authorityId", id.as_str());
        }
        sanction
    }
}

/// Whether an identifier has the form of the UN's permanent reference numbers: `KPi.033`, `QDe.004`.
fn is_un_reference(text: &str) -> bool {
    let Some((letters, digits)) = text.split_once('.') else { return false };
    let letters = letters.as_bytes();
    letters.len() == 3
        && letters[..2].iter().all(u8::is_ascii_uppercase)
        && matches!(letters[2], b'i' | b'e')
        && digits.len() >= 3
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// The address, with what the place says that it refers to.
fn address(listing: &mut Listing<'_>, places: &FxHashMap<String, Whereabouts>, located: &Located, element: &str) -> Address {
    let record = format!("{element} {}", located.ssid);
    let unknown = Whereabouts::default();
    let place = if located.place.is_empty() {
        &unknown
    } else {
        places.get(&located.place).unwrap_or_else(|| {
            let message = format!("the place {} is not in the file", located.place);
            listing.issue(Place { line: located.line, record: record.trim() }, "place-id", message);
            &unknown
        })
    };
    let own = |own: &String, place: &String| if own.is_empty() { place.clone() } else { own.clone() };
    let mut remarks = located.remarks.clone();
    if !located.care_of.is_empty() {
        remarks.push(format!("c/o {}", located.care_of));
    }
    if !place.variants.is_empty() {
        remarks.push(format!("also written {}", place.variants.join(", ")));
    }
    if located.quality == "low" {
        remarks.push("low quality".to_owned());
    }
    Address {
        street: located.details.clone(),
        post_box: located.post_box.clone(),
        postal_code: located.zip_code.clone(),
        city: own(&located.location, &place.location),
        region: own(&located.area, &place.area),
        country: own(&located.country, &place.country),
        remarks: remarks.join("; "),
        ..Address::default()
    }
}

/// A party that is being put together.
struct Party {
    entity: Entity,
    /// What is handed out after it, with its records.
    others: Vec<(Entity, String)>,
    ids: Distinct,
}

impl Party {
    fn is_person(&self) -> bool {
        self.entity.schema.is_a(Schema::Person)
    }

    /// An id for something that the party has: by the list's own id, or by its texts where that is missing or stands twice.
    fn other_id(&mut self, what: &str, ssid: &str, texts: &[&str]) -> String {
        self.ids.take(match ssid {
            "" => format!("{}-{what}-{}", self.entity.id, key(texts, 12)),
            ssid => format!("{}-{what}-{ssid}", self.entity.id),
        })
    }

    fn name(&mut self, listing: &mut Listing<'_>, name: &StatedName, counts_as_good: bool) {
        let record = format!("name {}", name.ssid);
        let at = Place { line: name.line, record: record.trim() };
        listing.count("names", 1);
        let kind = match name.kind.as_str() {
            "primary-name" if name.main => AliasKind::Name,
            "primary-name" | "alias" => AliasKind::AlsoKnownAs,
            "formerly-known-as" => AliasKind::FormerlyKnownAs,
            other => {
                listing.issue(at, "name-type", format!("`{other}` is not known; kept as also known as"));
                AliasKind::AlsoKnownAs
            }
        };
        let weak = match name.quality.as_str() {
            "good" | "" => false,
            "low" => true,
            other => {
                listing.issue(at, "quality", format!("`{other}` is not known; taken for good"));
                false
            }
        };
        listing.count("names_low_quality", u64::from(weak));
        let weak = weak && !counts_as_good;
        for part in &name.parts {
            if part_kind(&part.kind).is_none() {
                listing.issue(at, "name-part-type", format!("`{}` is not known; kept as a part of the name", part.kind));
            }
            let property = match part.kind.as_str() {
                "title" => "title",
                "suffix" => "nameSuffix",
                _ => continue,
            };
            for text in std::iter::once(&part.value).chain(part.variants.iter().map(|variant| &variant.text)) {
                if !text.is_empty() {
                    add_or_note(&mut self.entity, property, &part.kind, text, at.record);
                }
            }
        }
        let (forms, cut) = forms(&name.parts);
        if cut {
            listing.issue(at, "spelling-variant", "too many combinations of spelling variants; the rest was left out");
        }
        if forms.is_empty() {
            listing.issue(at, "name-part", "a name without a text; it was left out");
        }
        for (index, form) in forms.into_iter().enumerate() {
            // The main spelling is the name; others are as good, but not what the list calls the party.
            let kind = if index > 0 && kind == AliasKind::Name { AliasKind::AlsoKnownAs } else { kind };
            listing.count("spellings", u64::from(index > 0));
            let text = form.text();
            let parts = if self.is_person() { form.parts } else { Vec::new() };
            Name { text, kind, weak, script: &form.script, parts, record: at.record }.attach(&mut self.entity);
        }
    }

    fn day(&mut self, listing: &mut Listing<'_>, day: &Dated) {
        listing.count("dates", 1);
        let record = format!("day-month-year {}", day.ssid);
        let at = Place { line: day.line, record: record.trim() };
        let property = ["birthDate", "incorporationDate", "buildDate"]
            .into_iter()
            .find(|property| self.entity.property_type(property).is_some())
            .unwrap_or("notes");
        let text = match (day.year.as_str(), day.month.as_str(), day.day.as_str()) {
            ("", month, day) => {
                note(&mut self.entity, "Day and month", format!("{day}.{month}.").trim_matches('.'), at.record);
                String::new()
            }
            (year, "", "") => year.to_owned(),
            (year, "", day) => {
                note(&mut self.entity, "Day", day, at.record);
                year.to_owned()
            }
            (year, month, "") => format!("{year}-{month:0>2}"),
            (year, month, day) => format!("{year}-{month:0>2}-{day:0>2}"),
        };
        if !text.is_empty() {
            if !day.calendar.is_empty() && !day.calendar.eq_ignore_ascii_case("gregorian") {
                listing.issue(at, "calendar", format!("a date in the calendar `{}`; kept as a note", day.calendar));
                note(&mut self.entity, &format!("Date, calendar {}", day.calendar), &text, at.record);
            } else {
                let written = if day.circa { format!("circa {text}") } else { text.clone() };
                listing.add_date(at, &mut self.entity, property, "day-month-year", &written);
            }
            if day.quality == "low" {
                note(&mut self.entity, "Date of low quality", &text, at.record);
            }
        }
        note(&mut self.entity, "Date", &day.remark, at.record);
    }

    fn birth_place(&mut self, address: &Address, record: &str) {
        let line = address.line();
        if !line.is_empty() {
            add_or_note(&mut self.entity, "birthPlace", "Place of birth", &line, record);
        }
        if !address.country.is_empty() && self.is_person() {
            self.entity.add_from("birthCountry", country(&address.country), record);
        }
        note(&mut self.entity, "Place of birth", &address.remarks, record);
    }

    fn address(&mut self, address: &Address, located: &Located) {
        let record = format!("address {}", located.ssid);
        if address.is_empty() {
            return;
        }
        let id = self.other_id("addr", &located.ssid, &[&address.line(), &address.remarks]);
        if let Some(entity) = address.attach(&mut self.entity, &id, record.trim()) {
            self.others.push((entity, record.trim().to_owned()));
        }
    }

    fn document(&mut self, listing: &mut Listing<'_>, stated: &Document) {
        listing.count("id_documents", 1);
        let record = format!("identification-document {}", stated.ssid);
        let at = Place { line: stated.line, record: record.trim() };
        let fallback = if self.is_person() { "idNumber" } else { "registrationNumber" };
        let (schema, property) = DOCUMENT_TYPES.get(stated.kind.as_str()).copied().unwrap_or_else(|| {
            listing.issue(at, "document-type", format!("`{}` is not known; kept as an identification", stated.kind));
            (Schema::Identification, fallback)
        });
        let property = if self.entity.property_type(property).is_some() { property } else { fallback };
        self.entity.add_from(property, stated.number.as_str(), at.record);
        let id = self.other_id("doc", &stated.ssid, &[&stated.kind, &stated.number]);
        let mut document = Entity::new(id, schema);
        document.add("holder", self.entity.id.as_str());
        document.add_from("number", stated.number.as_str(), at.record);
        document.add("type", stated.kind.as_str());
        match Country::parse(&stated.issuer) {
            Some(issuer) => document.add("country", issuer.code()),
            None => document.add("authority", stated.issuer.as_str()),
        }
        for (property, field, text) in
            [("startDate", "date-of-issue", &stated.issued), ("endDate", "expiry-date", &stated.expires)]
        {
            match listing.date(at, field, text) {
                Some(date) => document.add(property, date),
                None if !text.is_empty() => document.add("description", format!("{field}: {text}")),
                None => {}
            }
        }
        for remark in &stated.remarks {
            document.add("description", remark.as_str());
        }
        self.others.push((document, at.record.to_owned()));
    }

    /// A text of `other-information`: one label and one value become a property, anything else is a note. A number of the International
    /// Maritime Organization is taken out of a note, too.
    fn information(&mut self, text: &str, record: &str) {
        if text.is_empty() {
            return;
        }
        if let Some((property, value)) = labelled(text) {
            match self.entity.property_type(property) {
                Some(PropertyType::Date) => {
                    if let Ok(date) = DateValue::parse(value) {
                        return self.entity.add_from(property, date.to_string(), record);
                    }
                }
                Some(_) if property != "imoNumber" || imo_number(text).is_some() => {
                    let value = value.strip_prefix("IMO").map_or(value, str::trim);
                    return self.entity.add_from(property, value, record);
                }
                _ => {}
            }
        }
        if let Some(number) = imo_number(text).filter(|_| self.entity.property_type("imoNumber").is_some()) {
            self.entity.add_from("imoNumber", number, record);
        }
        self.entity.add_from("notes", text, record);
    }
}

/// The property and value of a text that is one known label and one value.
fn labelled(text: &str) -> Option<(&'static str, &str)> {
    let (label, value) = text.split_once(':')?;
    let property = LABELS.get(label.trim().to_lowercase().as_str())?;
    let value = value.trim().trim_end_matches('.').trim_end();
    let plain = !value.is_empty() && !value.contains([';', ',', '\n', '(']) && !value.contains(": ");
    plain.then_some((*property, value))
}

/// The seven digits after the word `IMO`, with at most a few words between.
fn imo_number(text: &str) -> Option<&str> {
    let upper = text.to_ascii_uppercase();
    let start = upper.find("IMO").filter(|at| *at == 0 || !upper.as_bytes()[at - 1].is_ascii_alphanumeric())? + 3;
    let digits = start + text[start..].find(|c: char| c.is_ascii_digit())?;
    let number = text.get(digits..digits + 7)?;
    let ended = !text[digits + 7..].starts_with(|c: char| c.is_ascii_digit());
    (digits - start <= 20 && ended && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_maritime_organization() {
        for (text, expected) in [
            ("IMO Number: 1234567", Some("1234567")),
            ("Vessel, IMO no. 1234567.", Some("1234567")),
            ("IMO 12345678", None),
            ("IMO: unknown", None),
            ("MIMO 1234567", None),
            ("IMO é", None),
            ("IMO 123456é", None),
        ] {
            assert_eq!(imo_number(text), expected, "{text}");
        }
    }

    #[test]
    fn references_of_the_united_nations() {
        for (text, expected) in [("KPi.033", true), ("QDe.004", true), ("140", false), ("EU.27.28", false), ("KPx.033", false)]
        {
            assert_eq!(is_un_reference(text), expected, "{text}");
        }
    }

    #[test]
    fn one_label_and_one_value() {
        assert_eq!(labelled("Website: https://www.example.org"), Some(("website", "https://www.example.org")));
        assert_eq!(labelled("Registration number: 12; Tax registration number: 13"), None);
        assert_eq!(labelled("Colour: red"), None);
    }

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(DOCUMENT_TYPES.len(), rows(ID_TYPES).count());
        assert_eq!(LABELS.len(), rows(INFORMATION).count());
    }
}
