//! Candidates and applications of Ashby (`candidate.list`, `candidate.info`, `application.list`, `application.info`), wrapped in answers as
//! `{"success":true,"results":[...],"moreDataAvailable":true,"nextCursor":"..."}` or laid bare. An application is known by its `candidate`.
//! What Ashby itself thinks of a candidate (`fraudStatus`) is a verdict, no record, and is not read.

use std::io::{self, BufRead};

use serde_json::Value;

use super::ats::{Context, Known, Stations, country_of, is_referral, web};
use super::json::{self, items, scalar, text, values};
use super::mapped::ColumnMap;
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

const SYSTEM: &str = "ashby";

/// Reads candidates and applications.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut context = Context::new(SYSTEM, map);
    json::records(input, file, to, |record, source, to| {
        if record.get("candidate").is_some() {
            application(record, &mut context, source, to);
        } else {
            candidate(record, &mut context, source, to);
        }
    })
}

fn candidate(record: &Value, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { id, .. }) = context.id(record, "candidate", source, to) else { return };
    let person = to.account(SYSTEM, &id, source);
    let created = text(record, "createdAt");
    let updated = text(record, "updatedAt");
    let seen = Seen { first: &created, last: "" };
    let place = match text(record, "location.locationSummary") {
        place if place.is_empty() => text(record, "primaryLocation.locationSummary"),
        place => place,
    };
    to.describe(person, Describe { name: &text(record, "name"), country: country_of(&place), ..Describe::default() }, source);
    for (members, kind) in
        [(["primaryEmailAddress", "emailAddresses"], IdKind::Email), (["primaryPhoneNumber", "phoneNumbers"], IdKind::Phone)]
    {
        let mut known = Vec::new();
        for member in members {
            for value in values(record, member, "value", source, to) {
                if !known.contains(&value) {
                    to.identifier(person, kind, &value, seen, source);
                    known.push(value);
                }
            }
        }
    }
    for url in values(record, "socialLinks", "url", source, to) {
        web(person, &url, seen, source, to);
    }
    let mut stations = Stations::default();
    stations.take([(Field::Employer, text(record, "company")), (Field::Role, text(record, "position"))]);
    stations.take([(Field::School, text(record, "school"))]);
    let file = text(record, "resumeFileHandle.name");
    if !stations.is_empty() || !file.is_empty() {
        let facts = stations.with(&[(Field::Title, &file)]);
        let time = if updated.is_empty() { &created } else { &updated };
        to.document(person, &NewDocument { time, facts: &facts, ..NewDocument::new(DocKind::Cv) }, source);
    }
    custom(record, person, context, source, to);
    referral(record, person, &created, source, to);
}

fn application(record: &Value, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { is_new, .. }) = context.id(record, "application", source, to) else { return };
    let candidate = text(record, "candidate.id");
    if candidate.is_empty() {
        return to.problem(source, ProblemKind::Missing("candidate.id"));
    }
    let person = to.account(SYSTEM, &candidate, source);
    let time = text(record, "createdAt");
    let job = text(record, "job.title");
    to.describe(person, Describe { name: &text(record, "candidate.name"), role: &job, ..Describe::default() }, source);
    let inside = record.get("candidate").unwrap_or(&Value::Null);
    for (member, kind) in [("primaryEmailAddress", IdKind::Email), ("primaryPhoneNumber", IdKind::Phone)] {
        for value in values(inside, member, "value", source, to) {
            to.identifier(person, kind, &value, Seen { first: &time, last: "" }, source);
        }
    }
    if time.is_empty() {
        to.problem(source, ProblemKind::Missing("createdAt"));
    } else if is_new {
        let facts = [(Field::Job, job.as_ref())];
        to.event(
            person,
            &NewEvent { kind: EventKind::Application, time: &time, offset: None, ip: "", device: "", facts: &facts },
            source,
        );
    }
    for form in items(record, "applicationFormSubmissions") {
        for section in items(form, "formDefinition.sections") {
            for field in items(section, "fields") {
                // A field stands in an entry of its own, or bare.
                let field = field.get("field").unwrap_or(field);
                let path = text(field, "path");
                let given = form.get("submittedValues").and_then(|values| values.get(path.as_ref())).and_then(scalar);
                context.answer(person, (&text(field, "title"), &given.unwrap_or_default()), &time, source, to);
            }
        }
    }
    custom(record, person, context, source, to);
    referral(record, person, &time, source, to);
}

fn custom(record: &Value, person: PersonId, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let fields: Vec<(&str, &Value)> = (items(record, "customFields").iter())
        .filter_map(|field| Some((field.get("title")?.as_str()?, field.get("value")?)))
        .collect();
    context.custom(person, fields.into_iter(), source, to);
}

/// Who is credited is who referred, unless the source says that it was otherwise: recruiters are credited with whom they found.
fn referral(record: &Value, person: PersonId, time: &str, source: Source, to: &mut Builder) {
    let via = format!("{} {}", text(record, "source.title"), text(record, "source.sourceType.title"));
    let user = record.get("creditedToUser").unwrap_or(&Value::Null);
    if user.is_object() && (via.trim().is_empty() || is_referral(&via)) {
        let id = text(user, "id");
        let accounts = if id.is_empty() { Vec::new() } else { vec![format!("ashby-user:{id}")] };
        // The record of the candidate and each application say the same.
        if to.first_sight("ashby/referral", format!("{id} {} {}", text(user, "email"), person.index()).as_bytes()) {
            to.relation_from((accounts, &text(user, "email")), RelKind::Referred, person, time, source);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::import::Format;
    use crate::import::testing::{check, imported, lines};

    const CANDIDATE: &str = r#"{"id": "c-1", "createdAt": "2026-02-01T10:00:00.000Z", "updatedAt": "2026-02-02T10:00:00.000Z", "name": "Ada Example",
        "primaryEmailAddress": {"value": "ada@example.com", "type": "Personal", "isPrimary": true},
        "emailAddresses": [{"value": "ada@example.com", "type": "Personal", "isPrimary": true}, {"value": "ada@example.org", "type": "Work"}],
        "primaryPhoneNumber": {"value": "+44 7700 900123", "type": "Personal"}, "phoneNumbers": [],
        "socialLinks": [{"type": "GitHub", "url": "https://github.com/ada"}, {"type": "Website", "url": "https://ada.example.net"}],
        "location": {"locationSummary": "London, United Kingdom"}, "company": "Firm Ltd", "position": "Engineer", "school": "Example University",
        "resumeFileHandle": {"id": "f", "name": "ada.pdf", "handle": "h"}, "fraudStatus": "Fraudulent",
        "customFields": [{"id": "x", "title": "Religion", "value": "secret"}],
        "source": {"title": "Referral"}, "creditedToUser": {"id": "u", "firstName": "Bob", "lastName": "Example", "email": "bob@example.com"}}"#;

    const APPLICATION: &str = r#"{"id": "a-1", "createdAt": "2026-02-01T10:00:00.000Z", "status": "Active",
        "candidate": {"id": "c-1", "name": "Ada Example", "primaryEmailAddress": {"value": "ada@example.com"}},
        "job": {"id": "j", "title": "Backend Engineer"}, "source": {"title": "Job board"},
        "creditedToUser": {"id": "u", "email": "bob@example.com"},
        "applicationFormSubmissions": [{"formDefinition": {"sections": [{"fields": [
            {"field": {"path": "why", "title": "Why us?", "type": "LongText"}},
            {"field": {"path": "race", "title": "Race", "type": "ValueSelect"}}]}]},
            "submittedValues": {"why": "I have always liked examples.", "race": "secret"}}]}"#;

    #[test]
    fn answers_are_unwrapped() {
        check(
            Format::Ashby,
            &format!(r#"{{"success": true, "results": [{CANDIDATE}], "moreDataAvailable": true, "nextCursor": "n"}}"#),
            r"
            ashby:c-1 | Ada Example | GB | - | - to -
              email ada@example.com
              email ada@example.org
              phone +447700900123
              handle github:ada
              url ada.example.net
              cv 2026-02-02T10:00:00Z 0.title=ada.pdf 1.employer=Firm Ltd 1.role=Engineer 2.school=Example University
            ! export-1: it is one page of a longer list (`nextCursor`): what the next pages hold is missing, unless they are read, too
            ! export-1:1: `Religion` is not read: it is about a protected characteristic of a person
            ",
        );
        // One candidate, as `candidate.info` answers, and the pages of a list, one a line.
        let bare = CANDIDATE.replace('\n', " ");
        for text in [
            format!(r#"{{"success": true, "results": {bare}}}"#),
            bare.clone(),
            format!("{{\"success\":true,\"results\":[]}}\n{bare}\n"),
        ] {
            let (people, problems) = imported(&[(Format::Ashby, &text)], None);
            assert_eq!((people.len(), problems.total()), (1, 1), "{text}");
        }
    }

    #[test]
    fn applications_and_referrals() {
        let hr = "Employee ID,Legal Name,Work Email,Hire Date\n44,Bob Example,bob@example.com,2020-01-01\n";
        let okta = "Employee ID,Legal Name,Work Email\n44,Bob Example,bob@example.com\n";
        let (people, problems) = imported(
            &[(Format::Ashby, APPLICATION), (Format::Ashby, CANDIDATE), (Format::Hris, hr), (Format::Hris, okta)],
            None,
        );
        let got = lines(&people, &problems);
        assert_eq!(got.matches("  referred ashby:c-1\n").count(), 1, "{got}");
        assert!(got.contains("  @2026-02-01T10:00:00Z application job=Backend Engineer\n"), "{got}");
        assert!(got.contains("  answer 2026-02-01T10:00:00Z \"I have always liked examples.\" 0.what=Why us?\n"), "{got}");
        assert!(got.contains("! export-1:1: `Race` is not read"), "{got}");
        assert!(!got.contains("secret") && !got.contains("raudulent"), "{got}");
        // The board found the person, so that the application alone refers nobody.
        let (people, problems) = imported(&[(Format::Ashby, APPLICATION), (Format::Hris, hr)], None);
        assert!(!lines(&people, &problems).contains("referred"));
    }

    #[test]
    fn missing_wrong_cut_and_twice() {
        check(
            Format::Ashby,
            r#"{"success": false, "errors": ["invalid_input"]}
{"success": true, "results": [{"id": "c-1", "name": "Ada"}, {"name": "Nobody"}, {"id": "c-2", "name": 5, "emailAddresses": {"value": "b@example.com"}, "socialLinks": "@ada"}, {"id": "c-1", "name": "Ada"}]}
{"id": "a-1", "candidate": {}}
{"id": "a-2", "candidate": {"id": "c-1"}}
{"success": true, "results": [{"id": "c-3", "na"#,
            r"
            ashby:c-1 | Ada | - | - | - to -
            ashby:c-2 | 5 | - | - | - to -
              email b@example.com
              handle ada
            ! export-1:1: the row is left out: the service answered with an error
            ! export-1:3: the row is left out: `id` is missing
            ! export-1:5: the file ends in the middle of a record: what stands before is taken
            ! export-1:5: the id was there before: its first row stays, what it lacks is taken
            ! export-1:6: the row is left out: `candidate.id` is missing
            ! export-1:7: the row is left out: `createdAt` is missing
            ",
        );
    }
}
