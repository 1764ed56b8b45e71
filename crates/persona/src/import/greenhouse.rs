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
    let mut context = Context::new(SYSTEM, map);
    json::records(input, file, to, |record, source, to| candidate(record, &mut context, source, to))
}

/// Reads applications.
pub(super) fn applications(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut context = Context::new(SYSTEM, map);
    json::records(input, file, to, |record, source, to| application(record, None, &mut context, source, to))
}

fn candidate(record: &Value, context: &mut Context<'_>, source: Source, to: &mut Builder) {
    let Some(Known { id, .. }) = context.id(record, "candidate", source, to) else { return };
    let person = to.account(SYSTEM, &id, source);
    let created = text(record, "created_at");
    let seen = Seen { first: &created, last: "" };
    let addresses: Vec<String> = values(record, "addresses", "value", source, to).iter().map(|value| address(value)).collect();
    let name = format!("{} {}", text(record, "first_name").trim(), text(record, "last_name").trim());
    let places: Vec<_> = items(record, "applications").iter().map(|item| text(item, "location.address")).collect();
    let stated = addresses.iter().map(String::as_str).chain(places.iter().map(AsRef::as_ref));
    let country = stated.map(country_of).find(|country| !country.is_empty()).unwrap_or_default();
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
            to.event(
                person,
                &NewEvent { kind: EventKind::Application, time: &time, offset: None, ip: "", device: "", facts: &facts },
                source,
            );
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

#[cfg(test)]
mod tests {
    use crate::import::testing::{check, imported, lines};
    use crate::import::{ColumnMap, Format};

    const CANDIDATE: &str = r#"{
        "id": 17681532, "first_name": "Ada", "last_name": "Example", "company": "Firm Ltd", "title": "Engineer",
        "created_at": "2026-02-01T10:00:00.000Z", "is_private": false, "photo_url": null,
        "attachments": [
            {"filename": "ada.pdf", "url": "https://files.example.com/1", "type": "resume", "created_at": "2026-02-01T10:05:00.000Z"},
            {"filename": "hello.pdf", "url": "https://files.example.com/2", "type": "cover_letter"},
            {"filename": "test.zip", "url": "https://files.example.com/3", "type": "take_home_test"}],
        "application_ids": [5], "phone_numbers": [{"value": "+1 202 555 0143", "type": "mobile"}],
        "addresses": [{"value": "1 Main St\nBerlin, Germany", "type": "home"}],
        "email_addresses": [{"value": "ada@example.com", "type": "personal"}, {"value": "ada@example.org", "type": "work"}],
        "website_addresses": [{"value": "ada.example.net", "type": "personal"}],
        "social_media_addresses": [{"value": "linkedin.com/in/ada-example"}],
        "educations": [{"id": 1, "school_name": "Example University", "degree": "BSc", "discipline": "Physics",
            "start_date": "2010-08-15T00:00:00.000Z", "end_date": "2014-05-15T00:00:00.000Z"}],
        "employments": [{"id": 2, "company_name": "Firm Ltd", "title": "Engineer", "start_date": "2015-01-01T00:00:00.000Z", "end_date": null}],
        "linked_user_ids": [], "custom_fields": {"zone": "Europe/Berlin", "nationality": "secret"},
        "keyed_custom_fields": {"native_language": {"name": "Native language", "type": "short_text", "value": "secret"}},
        "applications": []}"#;

    const APPLICATION: &str = r#"{
        "id": 5, "candidate_id": 17681532, "prospect": false, "applied_at": "2026-02-01T10:00:00.000Z", "rejected_at": null,
        "location": {"address": "Berlin, Germany"}, "source": {"id": 1, "public_name": "Referral"},
        "credited_to": {"id": 9, "first_name": "Bob", "last_name": "Example", "employee_id": "44"},
        "jobs": [{"id": 3, "name": "Backend Engineer"}], "status": "active",
        "answers": [{"question": "Why us?", "answer": "I have always liked examples."},
            {"question": "Your gender", "answer": "secret"},
            {"question": "Page", "answer": "https://github.com/ada"},
            {"question": "May we call?", "answer": "Yes"}],
        "custom_fields": {}}"#;

    #[test]
    fn a_candidate_with_all_that_is_read() {
        check(
            Format::Greenhouse,
            &format!("[{CANDIDATE}]"),
            r"
            greenhouse:17681532 | Ada Example | DE | - | - to -
              email ada@example.com
              email ada@example.org
              phone +12025550143
              handle linkedin:ada-example
              address 1 Main St, Berlin, Germany
              url ada.example.net
              cv 2026-02-01T10:05:00Z 0.title=ada.pdf 1.employer=Firm Ltd 1.role=Engineer 1.from=2015-01-01 2.school=Example University 2.degree=BSc 2.what=Physics 2.from=2010-08-15 2.to=2014-05-15
              letter 2026-02-01T10:00:00Z 0.title=hello.pdf
            ! export-1:1: `Native language` is not read: it is about a protected characteristic of a person
            ! export-1:1: `nationality` is not read: it is about a protected characteristic of a person
            ",
        );
    }

    #[test]
    fn one_candidate_a_line_is_not_taken_for_an_answer_with_applications() {
        let line = CANDIDATE
            .replace('\n', " ")
            .replace(r#""applications": []"#, &format!(r#""applications": [{APPLICATION}]"#).replace('\n', " "));
        let (people, _) = imported(&[(Format::Greenhouse, &format!("{line}\n{line}\n"))], None);
        assert_eq!(people.len(), 1);
        assert_eq!(people.events_len(), 1);
    }

    #[test]
    fn applications_meet_their_candidates_and_referrers() {
        let people = |with_hr: bool| {
            let hr = "Employee ID,Legal Name,Hire Date\n44,Bob Example,2020-01-01\n";
            let applications = format!("[{APPLICATION}]");
            let candidates = format!("[{CANDIDATE}]");
            let mut texts = vec![(Format::GreenhouseApplications, applications.as_str()), (Format::Greenhouse, &candidates)];
            if with_hr {
                texts.push((Format::Hris, hr));
            }
            let (people, problems) = imported(&texts, None);
            lines(&people, &problems)
        };
        let got = people(true);
        assert!(got.contains("  @2026-02-01T10:00:00Z application job=Backend Engineer\n"), "{got}");
        assert!(got.contains("  answer 2026-02-01T10:00:00Z \"I have always liked examples.\" 0.what=Why us?\n"), "{got}");
        assert!(got.contains("  handle github:ada\n"), "{got}");
        assert!(got.contains("| Backend Engineer |"), "{got}");
        assert!(got.contains("! export-1:1: `Your gender` is not read"), "{got}");
        assert!(!got.contains("secret"), "{got}");
        assert!(got.contains("hris:44 | Bob Example | - | - | 2020-01-01 to -\n"), "{got}");
        assert!(got.ends_with('\n') && got.contains("  referred greenhouse:17681532\n"), "{got}");
        // Who is not in the data refers nobody and becomes no person.
        let got = people(false);
        assert!(!got.contains("referred") && !got.contains("Bob"), "{got}");
    }

    #[test]
    fn who_found_a_candidate_did_not_refer_it() {
        let found = APPLICATION.replace("\"Referral\"", "\"Some job board\"");
        let texts = [
            (Format::Hris, "Employee ID,Legal Name,Hire Date\n44,Bob Example,2020-01-01\n"),
            (Format::GreenhouseApplications, &found),
        ];
        let (people, problems) = imported(&texts, None);
        assert!(!lines(&people, &problems).contains("referred"));
    }

    #[test]
    fn custom_fields_by_a_map_alone() {
        let map = ColumnMap::custom_fields("[custom_fields]\n'zone' = 'person.tz'").unwrap();
        let (people, _) = imported(&[(Format::Greenhouse, CANDIDATE)], Some(&map));
        let person = people.all().next().unwrap();
        assert_eq!(person.zone().map(crate::people::Zone::name), Some("Europe/Berlin"));
        let (people, _) = imported(&[(Format::Greenhouse, CANDIDATE)], None);
        assert!(people.all().next().unwrap().zone().is_none());
    }

    #[test]
    fn missing_wrong_cut_and_twice() {
        check(
            Format::Greenhouse,
            r#"[
                {"id": 1, "first_name": "Ada"},
                {"first_name": "Nobody"},
                {"id": {"a": 1}},
                7,
                {"id": 2, "first_name": ["x"], "email_addresses": "b@example.com", "phone_numbers": 5, "addresses": [{"value": {}}, {}], "created_at": "soon"},
                {"id": 1, "first_name": "Ada", "last_name": "Other", "email_addresses": [{"value": "a@example.com"}]},
                {"id": 1, "first_name": "Ada"},
                {"id": 3, "first_na"#,
            r"
            greenhouse:1 | Ada | - | - | - to -
              email a@example.com
            greenhouse:2 | - | - | - | - to -
              email b@example.com
            ! export-1:2: the row is left out: `id` is missing
            ! export-1:3: the row is left out: `id` is missing
            ! export-1:4: the row is left out: it is no object
            ! export-1:5: `addresses` is not read
            ! export-1:5: `first_seen` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ! export-1:5: `phone_numbers` is not read
            ! export-1:6: the id was there before: its first row stays, what it lacks is taken
            ! export-1:7: the id was there before: its first row stays, what it lacks is taken
            ! export-1:8: the file ends in the middle of a record: what stands before is taken
            ",
        );
        check(
            Format::GreenhouseApplications,
            r#"[{"id": 1, "applied_at": "2026-01-01"}, {"id": 2, "candidate_id": 3}, {"id": 4, "candidate_id": 3, "prospect": true, "applied_at": "2026-01-01"}]"#,
            "
            greenhouse:3 | - | - | - | - to -
            ! export-1:1: the row is left out: `candidate_id` is missing
            ! export-1:2: the row is left out: `applied_at` is missing
            ",
        );
    }

    #[test]
    fn a_colleague_who_applies_is_one_person() {
        let candidate = CANDIDATE.replace("\"linked_user_ids\": []", "\"linked_user_ids\": [81]");
        let (people, problems) = imported(&[(Format::Greenhouse, &candidate)], None);
        assert_eq!(people.len(), 1);
        assert!(lines(&people, &problems).contains("  also greenhouse-user:81\n"));
    }
}
