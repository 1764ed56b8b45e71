//! Opportunities of Lever (`/v1/opportunities`), wrapped in `{"data":[...],"hasNext":true,"next":"..."}` or laid bare. A contact may have
//! several opportunities: the contact is the person, each opportunity an application. Times are milliseconds since 1970.

use std::io::{self, BufRead};

use serde_json::Value;

use super::ats::{Context, Known, Stations, country_of, web};
use super::json::{self, text, values};
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

const SYSTEM: &str = "lever";

/// Origins by which the person has applied; the others say that somebody found or added it.
const APPLIED: [&str; 3] = ["applied", "referred", "university"];

/// What stands behind a comma in the name of a firm and is none.
const LEGAL_FORMS: [&str; 8] = ["Inc", "Inc.", "LLC", "Ltd", "Ltd.", "Limited", "Corp.", "S.A."];

/// Reads opportunities.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut context = Context::new(SYSTEM, None);
    json::records(input, file, to, |record, source, to| opportunity(record, &mut context, source, to))
}

fn opportunity(record: &Value, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { id, is_new }) = context.id(record, "opportunity", source, to) else { return };
    // `contact` is an id, or an object when the answer was expanded.
    let contact = match text(record, "contact") {
        contact if contact.is_empty() => text(record, "contact.id"),
        contact => contact,
    };
    let person = to.account(SYSTEM, if contact.is_empty() { &id } else { &contact }, source);
    let created = text(record, "createdAt");
    let seen = Seen { first: &created, last: "" };
    let place = match text(record, "location") {
        place if place.is_empty() => text(record, "location.name"),
        place => place,
    };
    let job =
        [text(record, "applications.0.posting.text"), text(record, "posting.text"), text(record, "applications.0.posting")];
    let job = job.into_iter().find(|job| !job.is_empty()).unwrap_or_default();
    to.describe(person, Describe { name: &text(record, "name"), country: country_of(&place), ..Describe::default() }, source);
    for email in values(record, "emails", "value", source, to) {
        to.identifier(person, IdKind::Email, &email, seen, source);
    }
    for phone in values(record, "phones", "value", source, to) {
        to.identifier(person, IdKind::Phone, &phone, seen, source);
    }
    for link in values(record, "links", "url", source, to) {
        web(person, &link, seen, source, to);
    }
    // `Last firm, firm before`, as the person wrote it.
    let headline = text(record, "headline");
    let mut stations = Stations::default();
    for firm in headline.split(',').map(str::trim).filter(|firm| !firm.is_empty() && !LEGAL_FORMS.contains(firm)) {
        stations.take([(Field::Employer, firm.into())]);
    }
    if !stations.is_empty() {
        let facts = stations.with(&[]);
        to.document(person, &NewDocument { time: &created, facts: &facts, ..NewDocument::new(DocKind::Cv) }, source);
    }
    let origin = text(record, "origin");
    if is_new && (origin.is_empty() || APPLIED.contains(&origin.as_ref())) {
        if created.is_empty() {
            return to.problem(source, ProblemKind::Missing("createdAt"));
        }
        let facts = [(Field::Job, job.as_ref())];
        to.event(
            person,
            &NewEvent { kind: EventKind::Application, time: &created, offset: None, ip: "", device: "", facts: &facts },
            source,
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::import::Format;
    use crate::import::testing::{check, imported};

    #[test]
    fn contacts_are_persons_and_opportunities_are_applications() {
        check(
            Format::Lever,
            r#"{"data": [
                {"id": "o-1", "name": "Ada Example", "headline": "Firm Ltd, Other, Inc", "contact": "k-1", "emails": ["ada@example.com"],
                 "phones": [{"type": "mobile", "value": "+1 202 555 0143"}], "location": "Berlin, Germany", "links": ["https://github.com/ada"],
                 "origin": "applied", "sources": ["Referral"], "createdAt": 1772366400000, "archived": null,
                 "applications": [{"id": "a", "posting": {"text": "Backend Engineer"}}]},
                {"id": "o-2", "name": "Ada Example", "contact": {"id": "k-1"}, "emails": ["ada@example.com"], "phones": [],
                 "origin": "applied", "createdAt": 1772452800000},
                {"id": "o-3", "name": "Bob Example", "contact": "k-2", "emails": [], "origin": "sourced", "createdAt": 1772452800000}
            ], "hasNext": true, "next": "n"}"#,
            r"
            lever:k-1 | Ada Example | DE | - | - to -
              email ada@example.com
              phone +12025550143
              handle github:ada
              @2026-03-01T12:00:00Z application job=Backend Engineer
              @2026-03-02T12:00:00Z application
              cv 2026-03-01T12:00:00Z 1.employer=Firm Ltd 2.employer=Other
            lever:k-2 | Bob Example | - | - | - to -
            ! export-1: it is one page of a longer list (`next`): what the next pages hold is missing, unless they are read, too
            ",
        );
    }

    #[test]
    fn missing_wrong_cut_and_twice() {
        check(
            Format::Lever,
            r#"{"data": [{"name": "Nobody"}, {"id": "o-1", "emails": [7, "nobody", "a@example.com"], "gender": "secret"}, {"id": "o-1", "createdAt": "soon"}, {"id": "o-2", "em"#,
            r"
            lever:o-1 | - | - | - | - to -
              email a@example.com
            ! export-1:1: the row is left out: `id` is missing
            ! export-1:2: `emails` is not read
            ! export-1:2: `gender` is not read: it is about a protected characteristic of a person
            ! export-1:2: the e-mail address is not taken: it is no e-mail address
            ! export-1:2: the row is left out: `createdAt` is missing
            ! export-1:3: the id was there before: its first row stays, what it lacks is taken
            ! export-1:4: the file ends in the middle of a record: what stands before is taken
            ",
        );
    }

    #[test]
    fn a_page_without_records_is_none() {
        let (people, problems) = imported(&[(Format::Lever, r#"{"data": [], "hasNext": false}"#)], None);
        assert_eq!((people.len(), problems.total()), (0, 0));
    }
}
