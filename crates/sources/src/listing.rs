//! What every parser of a list does the same way: hand out an entity with its provenance, say what was wrong and where, count, and turn
//! the texts of a list into values of the model (dates, countries, addresses, names, sanctions, documents).

use interdict_model::{AliasKind, Country, DateValue, Entity, NameDetail, NamePart, Origin, Schema};
use rustc_hash::FxHashSet;

use crate::error::SourceError;
use crate::fields::one_line;
use crate::report::{Count, Issue, Rejected, Report};

/// Characters of a rejected record that are kept for the rejects file.
const MAX_REJECTED_CHARS: usize = 10_000;

/// Where in the file something stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    /// Line in the decompressed file, from 1; 0 when a format has no lines.
    pub(crate) line: u64,
    /// The record, such as `INDIVIDUAL 6908555` or `line 17`.
    pub(crate) record: &'p str,
}

/// Collects what a parser hands out.
pub(crate) struct Listing<'a> {
    pub(crate) report: &'a mut Report,
    sink: &'a mut dyn FnMut(Entity),
    ids: FxHashSet<String>,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(report: &'a mut Report, sink: &'a mut dyn FnMut(Entity)) -> Self {
        Self { report, sink, ids: FxHashSet::default() }
    }

    /// Says that something is wrong with a record.
    pub(crate) fn issue(&mut self, at: Place<'_>, field: &str, message: impl Into<String>) {
        self.report.issues.push(issue(at, field, message));
    }

    /// Leaves a record out whole, and keeps its text.
    pub(crate) fn reject(&mut self, at: Place<'_>, field: &str, message: impl Into<String>, text: &str) {
        let issue = issue(at, field, message);
        self.report.issues.push(issue.clone());
        self.report.rejected.push(Rejected { issue, text: text.chars().take(MAX_REJECTED_CHARS).collect() });
    }

    /// Adds to a count.
    pub(crate) fn count(&mut self, what: &'static str, more: u64) {
        match self.report.counts.iter_mut().find(|count| std::ptr::eq(count.what, what) || count.what == what) {
            Some(count) => count.count += more,
            None => self.report.counts.push(Count { what, count: more }),
        }
    }

    /// Whether the id of a listing is new in this file; a second one is said as an issue. Call it once a listing, before its entities
    /// go out: a second listing under one id would pass for the first.
    pub(crate) fn is_new_id(&mut self, at: Place<'_>, id: &str) -> bool {
        let new = self.ids.insert(id.to_owned());
        if !new {
            self.issue(at, "id", format!("`{id}` stands twice in the file"));
        }
        new
    }

    /// Hands out an entity that `record` states.
    pub(crate) fn emit(&mut self, mut entity: Entity, record: &str) {
        entity.datasets = vec![self.report.source.clone()];
        entity.origin = Some(Origin {
            source: self.report.source.clone(),
            issue: self.report.issue_date.clone(),
            record: record.to_owned(),
        });
        self.report.entities += 1;
        (self.sink)(entity);
    }

    /// A date in the forms of [`DateValue::parse`], as EDTF text. What cannot be read is an issue, and nothing is guessed. Empty text is
    /// no date.
    pub(crate) fn date(&mut self, at: Place<'_>, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match DateValue::parse(text) {
            Ok(date) => Some(date.to_string()),
            Err(error) => {
                self.issue(at, field, format!("a date cannot be read: {error}"));
                None
            }
        }
    }

    /// A date that may also be a day number of a spreadsheet (days since 1899-12-30, from 367, which is 1901: smaller numbers are
    /// years).
    pub(crate) fn date_or_serial(&mut self, at: Place<'_>, field: &str, text: &str) -> Option<String> {
        excel_serial(text).or_else(|| self.date(at, field, text))
    }

    /// Adds a date to a property; text that is no date is an issue and kept as a note, so that nothing the list says is lost.
    pub(crate) fn add_date(&mut self, at: Place<'_>, entity: &mut Entity, property: &str, field: &str, text: &str) {
        match self.date(at, field, text) {
            Some(date) => entity.add_from(property, date, at.record),
            None if !text.trim().is_empty() => entity.add_from("notes", format!("{field}: {}", text.trim()), at.record),
            None => {}
        }
    }
}

fn issue(at: Place<'_>, field: &str, message: impl Into<String>) -> Issue {
    Issue { line: at.line, record: at.record.to_owned(), field: field.to_owned(), message: message.into() }
}

/// Refuses a file that held nothing.
pub(crate) fn not_empty(file: &str, count: u64, what: &'static str) -> Result<(), SourceError> {
    if count == 0 { Err(SourceError::Empty { file: file.to_owned(), what }) } else { Ok(()) }
}

/// The day of a spreadsheet's day number as ISO text; `None` when the text is none. Numbers up to 2958465 (9999-12-31) and from 10000
/// (1927-05-18) are taken: four digits are a year.
pub(crate) fn excel_serial(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if !(5..=7).contains(&whole.len()) || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days: i32 = whole.parse().ok().filter(|days| (10_000..=2_958_465).contains(days))?;
    let epoch = jiff::civil::date(1899, 12, 30);
    epoch.checked_add(jiff::Span::new().days(days)).ok().map(|date| date.to_string())
}

/// The code of a country, or the text as it stands when it is none: what a list says is kept either way.
pub(crate) fn country(text: &str) -> String {
    let text = text.trim();
    Country::parse(text).map_or_else(|| text.to_owned(), |country| country.code().to_owned())
}

/// An address in parts. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) street2: String,
    pub(crate) street3: String,
    pub(crate) post_box: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) region: String,
    pub(crate) postal_code: String,
    /// As the list has it, code or name.
    pub(crate) country: String,
    pub(crate) remarks: String,
    /// The whole address where the list gives no parts.
    pub(crate) full: String,
}

impl Address {
    /// The parts from the narrowest to the widest, in one line, with the country's English name.
    pub(crate) fn line(&self) -> String {
        let country = match Country::parse(&self.country) {
            Some(country) => country.name(),
            None => &self.country,
        };
        let parts = [
            self.full.as_str(),
            &self.street,
            &self.street2,
            &self.street3,
            &self.post_box,
            &self.city,
            &self.state,
            &self.region,
            &self.postal_code,
            country,
        ];
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_country_only() && self.country.trim().is_empty()
    }

    /// Whether it has nothing but a country, or not even that.
    fn is_country_only(&self) -> bool {
        let parts = [
            &self.full,
            &self.street,
            &self.street2,
            &self.street3,
            &self.post_box,
            &self.city,
            &self.state,
            &self.region,
            &self.postal_code,
            &self.remarks,
        ];
        parts.iter().all(|part| part.trim().is_empty())
    }

    /// Adds the address to its party and, when it says more than a country, makes an `Address` entity of it under `id`.
    pub(crate) fn attach(&self, party: &mut Entity, id: &str, record: &str) -> Option<Entity> {
        if !self.country.trim().is_empty() {
            party.add_from("country", country(&self.country), record);
        }
        if self.is_country_only() {
            return None;
        }
        let full = self.line();
        let mut address = Entity::new(id, Schema::Address);
        for (property, text) in [
            ("full", full.as_str()),
            ("street", &self.street),
            ("street2", &self.street2),
            ("street3", &self.street3),
            ("postOfficeBox", &self.post_box),
            ("city", &self.city),
            ("state", &self.state),
            ("region", &self.region),
            ("postalCode", &self.postal_code),
            ("remarks", &self.remarks),
        ] {
            address.add(property, text.trim());
        }
        if !self.country.trim().is_empty() {
            address.add("country", country(&self.country));
        }
        party.add_from("address", full, record);
        party.add_from("addressEntity", id, record);
        Some(address)
    }
}

/// A name as the list has it.
#[derive(Clone, Debug)]
pub(crate) struct Name<'n> {
    pub(crate) text: String,
    pub(crate) kind: AliasKind,
    pub(crate) weak: bool,
    /// In the list's own words; empty when it says nothing.
    pub(crate) script: &'n str,
    pub(crate) parts: Vec<NamePart>,
    pub(crate) record: &'n str,
}

impl Name<'_> {
    /// Adds the name, its kind and strength and its parts to its party. Parts become properties of a `Person` for its listed name only,
    /// as they do not go together across names.
    pub(crate) fn attach(self, party: &mut Entity) {
        let text = one_line(&self.text);
        if text.is_empty() {
            return;
        }
        let detail = NameDetail {
            text,
            kind: self.kind,
            weak: self.weak,
            script: self.script.to_owned(),
            parts: self.parts,
            record: self.record.to_owned(),
        };
        party.add_from(detail.property(), detail.text.as_str(), self.record);
        let is_person = party.schema.known().is_some_and(|schema| schema.is_a(Schema::Person));
        if is_person && detail.kind == AliasKind::Name && !detail.weak {
            for part in &detail.parts {
                if let Some(property) = part.kind.property() {
                    party.add_from(property, part.text.as_str(), self.record);
                }
            }
        }
        if !party.names.iter().any(|held| held.text == detail.text && held.kind == detail.kind) {
            party.names.push(detail);
        }
    }
}

/// A designation: the `Sanction` entity that says under what a party is listed. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Designation<'d> {
    pub(crate) authority: &'d str,
    /// The code or name of the programme or regime.
    pub(crate) programs: Vec<String>,
    pub(crate) program_ids: Vec<String>,
    /// The list's own number of the listing.
    pub(crate) authority_id: String,
    pub(crate) unsc_id: String,
    pub(crate) provisions: Vec<String>,
    pub(crate) reasons: Vec<String>,
    pub(crate) legal_basis: Vec<String>,
    /// ISO or EDTF.
    pub(crate) listing_date: Option<String>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) modified: Vec<String>,
    pub(crate) status: String,
    pub(crate) source_url: String,
    /// Code of the country that lists; empty for the United Nations and the EU (`eu` is a code too).
    pub(crate) country: &'d str,
}

impl Designation<'_> {
    /// The entity under `id`, for `party`. The party gets the programmes, too.
    pub(crate) fn attach(self, party: &mut Entity, id: &str, record: &str) -> Entity {
        let mut sanction = Entity::new(id, Schema::Sanction);
        sanction.add("entity", party.id.as_str());
        sanction.add("authority", self.authority);
        sanction.add("authorityId", self.authority_id);
        sanction.add("unscId", self.unsc_id);
        sanction.add("status", self.status);
        sanction.add("sourceUrl", self.source_url);
        sanction.add("country", self.country);
        for (property, texts) in [
            ("program", self.programs),
            ("programId", self.program_ids),
            ("provisions", self.provisions),
            ("reason", self.reasons),
            ("summary", self.legal_basis),
            ("modifiedAt", self.modified),
        ] {
            for text in texts {
                if property == "program" || property == "programId" {
                    party.add_from(property, text.trim(), record);
                }
                sanction.add(property, text.trim());
            }
        }
        for (property, date) in [("listingDate", self.listing_date), ("startDate", self.start_date), ("endDate", self.end_date)]
        {
            sanction.add(property, date.unwrap_or_default());
        }
        sanction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_of_spreadsheets() {
        for (text, expected) in [
            ("44197", Some("2021-01-01")),
            ("25569", Some("1970-01-01")),
            ("44197.0", Some("2021-01-01")),
            ("1972", None),
            ("9999", None),
            ("2958466", None),
            ("12/34", None),
            ("", None),
        ] {
            assert_eq!(excel_serial(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_country_alone_makes_no_address() {
        let mut party = Entity::new("x", Schema::Person);
        let address = Address { country: "Korea, North".into(), ..Address::default() };
        assert!(address.attach(&mut party, "x-addr-1", "r").is_none());
        assert_eq!(party.first("country"), Some("kp"));
        let address = Address { city: "Pyongyang".into(), ..address };
        let entity = address.attach(&mut party, "x-addr-1", "r").unwrap();
        assert_eq!(entity.first("full"), Some("Pyongyang, North Korea"));
        assert_eq!(party.first("addressEntity"), Some("x-addr-1"));
    }
}
