//! Candidates and applications of Greenhouse (Harvest interface, `/v1/candidates` and `/v1/applications`). Candidates become persons with
//! contacts, a CV of stations, and letters by their names; applications become events and answers. Custom fields are read by a map alone.
//! The interface does not give the applicant's IP address.

use std::io::{self, BufRead};

use serde_json::Value;

use super::ats::{Context, Known, Stations, address, country_of, day, is_referral, web};
use super::json::{self, items, text, values};
use super::mapped::ColumnMap;
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

const SYSTEM: &str = "greenhouse";

/// Reads candidates.
pub(super) fn candidates(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut context = Context::new(SYSTEM, file, map);
    json::records(input, file, to, |record, source, to| candidate(record, &mut context, source, to))
}

/// Reads applications.
pub(super) fn applications(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut context = Context::new(SYSTEM, file, map);
    json::records(input, file, to, |record, source, to| application(record, None, &mut context, source, to))
}

fn candidate(record: &Value, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { id, .. }) = context.id(record, "candidate", source, to) else { return };
    let person = to.account(SYSTEM, &id, source);
    let created = text(record, "created_at");
    let seen = Seen { first: &created, last: "" };
    let addresses: Vec<String> = values(record, "addresses", "value", source, to).iter().map(|value| address(value)).collect();
    let name = format!("{} {}", text(record, "first_name").trim(), text(record, "last_name").trim());
    let country = addresses.iter().map(|address| country_of(address)).find(|country| !country.is_empty()).unwrap_or_default();
    to.describe(person, Describe { name: name.trim(), country, ..Describe::default() }, source);
    for (member, kind) in [("email_addresses", IdKind::Email), ("phone_numbers", IdKind::Phone)] {
        for value in values(record, member, "value", source, to) {
            to.identifier(person, kind, &value, seen, source);
        }
    }
    for address in &addresses {
        to.identifier(person, IdKind::Address, address, seen, source);
    }
    for member in ["website_addresses", "social_media_addresses"] {
        for value in values(record, member, "value", source, to) {
            web(person, &value, seen, source, to);
        }
    }
    // The system itself says that the applicant is that colleague.
    if let Some(users) = record.get("linked_user_ids").and_then(Value::as_array) {
        for user in users.iter().filter_map(Value::as_u64) {
            let user = to.account("greenhouse-user", &user.to_string(), source);
            to.relation(person, RelKind::SamePerson, user, "", source);
        }
    }
    papers(record, person, &created, source, to);
    custom(record, person, context, source, to);
    for item in items(record, "applications") {
        application(item, Some(person), context, source, to);
    }
}

/// The CV by its stations, and other papers by their names; what is in the files is read when they are at hand.
fn papers(record: &Value, person: PersonId, created: &str, source: Source, to: &mut Builder) {
    let mut stations = Stations::default();
    for item in items(record, "employments") {
        stations.take([
            (Field::Employer, text(item, "company_name")),
            (Field::Role, text(item, "title")),
            (Field::From, day_of(item, "start_date").into()),
            (Field::To, day_of(item, "end_date").into()),
        ]);
    }
    if stations.is_empty() {
        stations.take([(Field::Employer, text(record, "company")), (Field::Role, text(record, "title"))]);
    }
    for item in items(record, "educations") {
        stations.take([
            (Field::School, text(item, "school_name")),
            (Field::Degree, text(item, "degree")),
            (Field::What, text(item, "discipline")),
            (Field::From, day_of(item, "start_date").into()),
            (Field::To, day_of(item, "end_date").into()),
        ]);
    }
    let mut has_cv = false;
    for item in items(record, "attachments") {
        let kind = match text(item, "type").as_ref() {
            "resume" if !has_cv => DocKind::Cv,
            "cover_letter" => DocKind::Letter,
            _ => continue,
        };
        let name = text(item, "filename");
        let time = text(item, "created_at");
        let time = if time.is_empty() { created } else { &time };
        if kind == DocKind::Cv {
            has_cv = true;
            let facts = stations.with(&[(Field::Title, &name)]);
            to.document(person, &NewDocument { time, facts: &facts, ..NewDocument::new(kind) }, source);
        } else {
            let facts = [(Field::Title, 0, name.as_ref())];
            to.document(person, &NewDocument { time, facts: &facts, ..NewDocument::new(kind) }, source);
        }
    }
    if !has_cv && !stations.is_empty() {
        let facts = stations.with(&[]);
        to.document(person, &NewDocument { time: created, facts: &facts, ..NewDocument::new(DocKind::Cv) }, source);
    }
}

fn day_of(item: &Value, member: &str) -> String {
    day(&text(item, member)).to_owned()
}

fn custom(record: &Value, person: PersonId, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let keyed = record.get("keyed_custom_fields").and_then(Value::as_object);
    let keyed = keyed.into_iter().flatten().filter_map(|(key, field)| {
        let name = field.get("name").and_then(Value::as_str).unwrap_or(key);
        Some((name, field.get("value")?))
    });
    let plain = record.get("custom_fields").and_then(Value::as_object);
    // A field stands in both under its name and its key; a map that names both would read it twice, which values do not mind.
    let plain = plain.into_iter().flatten().map(|(key, value)| (key.as_str(), value));
    let fields: Vec<(&str, &Value)> = keyed.chain(plain).collect();
    context.custom(person, fields.into_iter(), source, to);
}

fn application(record: &Value, of: Option<PersonId>, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { is_new, .. }) = context.id(record, "application", source, to) else { return };
    let person = match of {
        Some(person) => person,
        None => {
            let id = text(record, "candidate_id");
            if id.is_empty() {
                return to.problem(source, ProblemKind::Missing("candidate_id"));
            }
            to.account(SYSTEM, &id, source)
        }
    };
    let place = text(record, "location.address");
    let jobs: Vec<_> = items(record, "jobs").iter().map(|job| text(job, "name")).filter(|name| !name.is_empty()).collect();
    let job = jobs.join(", ");
    let role = jobs.first().map_or("", |job| job.as_ref());
    to.describe(person, Describe { country: country_of(&place), role, ..Describe::default() }, source);
    let time = text(record, "applied_at");
    let via = text(record, "source.public_name");
    // A prospect was added by a colleague and has not applied.
    if is_new && text(record, "prospect") != "yes" {
        if time.is_empty() {
            to.problem(source, ProblemKind::Missing("applied_at"));
        } else {
            let facts = [(Field::Job, job.as_str())];
            to.event(person, &NewEvent { kind: EventKind::Application, time: &time, offset: None, ip: "", device: "", facts: &facts }, source);
        }
    }
    for item in items(record, "answers") {
        context.answer(person, (&text(item, "question"), &text(item, "answer")), &time, source, to);
    }
    let credited = record.get("credited_to").unwrap_or(&Value::Null);
    if is_new && credited.is_object() && (via.is_empty() || is_referral(&via)) {
        let (user, employee) = (text(credited, "id"), text(credited, "employee_id"));
        let mut accounts = Vec::new();
        if !user.is_empty() {
            accounts.push(format!("greenhouse-user:{user}"));
        }
        if !employee.is_empty() {
            accounts.push(format!("hris:{employee}"));
        }
        to.relation_from((accounts, &text(credited, "email")), RelKind::Referred, person, &time, source);
    }
    custom(record, person, context, source, to);
}
