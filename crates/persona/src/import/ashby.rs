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
    let mut context = Context::new(SYSTEM, file, map);
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
        to.event(person, &NewEvent { kind: EventKind::Application, time: &time, offset: None, ip: "", device: "", facts: &facts }, source);
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
