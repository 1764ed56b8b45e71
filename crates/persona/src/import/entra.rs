//! Sign-ins of Microsoft Entra ID, as `GET /auditLogs/signIns` answers, or as diagnostic settings store them with the record in
//! `properties`, or as the portal saves them in CSV: those that succeeded go in as log-ins of the account. What services and managed identities do is left out.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde_json::Value;

use super::console::{self, Column};
use super::json::{items, records_in, text};
use super::once::Once;
use crate::people::{Builder, Describe, FileId, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind};

/// The system under which accounts go in; devices of Intune belong to the same ones.
pub(super) const SYSTEM: &str = "entra";

/// The columns of the table that the portal saves.
const COLUMNS: &[Column] = &[
    ("id", &["requestid"]),
    ("createdDateTime", &["dateutc", "createddatetime", "date"]),
    ("userId", &["userid"]),
    ("userDisplayName", &["user", "userdisplayname"]),
    ("userPrincipalName", &["username", "userprincipalname"]),
    ("ipAddress", &["ipaddress"]),
    ("place", &["location"]),
    ("result", &["status"]),
    ("code", &["signinerrorcode", "errorcode"]),
    ("appDisplayName", &["application", "appdisplayname"]),
    ("deviceDetail.deviceId", &["deviceid"]),
    ("deviceDetail.isManaged", &["managed"]),
    ("deviceDetail.browser", &["browser"]),
    ("deviceDetail.operatingSystem", &["operatingsystem"]),
    ("userAgent", &["useragent"]),
    ("autonomousSystemNumber", &["autonomoussystemnumber"]),
    ("sessionId", &["sessionid"]),
];

/// What the portal writes in its own way, as the interface gives it.
fn as_answered(record: &mut Value) {
    console::utc(record, "createdDateTime");
    // City, state, country; a part that is not known is left out of the middle or the begin.
    let place = text(record, "place").into_owned();
    let parts: Vec<&str> = place.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if let Some((country, before)) = parts.split_last() {
        console::put(record, "location.countryOrRegion", (*country).into());
        if let [city, _] = before {
            console::put(record, "location.city", (*city).into());
        }
    }
    let (result, code) = (text(record, "result").into_owned(), text(record, "code").into_owned());
    let code = match (result.to_ascii_lowercase().as_str(), code.as_str()) {
        ("success", _) => "0".to_owned(),
        ("", code) => code.to_owned(),
        // Whatever the code: it did not succeed.
        (other, "" | "0") => other.to_owned(),
        (_, code) => code.to_owned(),
    };
    if !code.is_empty() {
        console::put(record, "status.errorCode", code.into());
    }
    if text(record, "userId").is_empty() {
        let principal = text(record, "userPrincipalName").to_lowercase();
        console::put(record, "userId", principal.into());
    }
}

/// Reads sign-ins.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let (mut events, mut people) = (Once::default(), Once::default());
    if console::is_table(input)? {
        return console::records_of(input, file, to, COLUMNS, |record, source, to| {
            as_answered(record);
            take(record, "", source, to, &mut events, &mut people);
        });
    }
    records_in(input, file, to, &["value", "records", "data", "results"], |record, source, to| {
        let inner = record.get("properties").filter(|properties| properties.is_object());
        take(inner.unwrap_or(record), &text(record, "time"), source, to, &mut events, &mut people);
    })
}

fn take(record: &Value, stored: &str, source: Source, to: &mut Builder, events: &mut Once, people: &mut Once) {
    let services = ["servicePrincipal", "managedIdentity"];
    if items(record, "signInEventTypes").iter().any(|kind| services.iter().any(|service| kind == service)) {
        return;
    }
    let user = guid(&text(record, "userId"));
    if user.is_empty() {
        if text(record, "servicePrincipalId").is_empty() {
            to.problem(source, ProblemKind::Missing("userId"));
        }
        return;
    }
    match &*text(record, "status.errorCode") {
        "" => return to.problem(source, ProblemKind::Missing("status.errorCode")),
        "0" => {}
        _ => return,
    }
    if !events.first(&[&text(record, "id")]) {
        return to.problem(source, ProblemKind::Row("its `id` was there before".to_owned()));
    }
    let person = to.account(SYSTEM, &user, source);
    let (principal, name) = (text(record, "userPrincipalName"), text(record, "userDisplayName"));
    if people.first(&[&user, &principal, &name]) {
        to.describe(person, Describe { name: &name, ..Describe::default() }, source);
        if let Some(mail) = mailbox(&principal) {
            to.identifier(person, IdKind::Email, &mail, Seen::default(), source);
        }
    }
    let created = text(record, "createdDateTime");
    let at = if created.is_empty() { stored } else { &created };
    let device = guid(&text(record, "deviceDetail.deviceId"));
    let location = |member: &str| text(record, &format!("location.{member}"));
    let facts = [
        (Field::Country, location("countryOrRegion")),
        (Field::City, location("city")),
        (Field::Lat, location("geoCoordinates.latitude")),
        (Field::Lon, location("geoCoordinates.longitude")),
        (Field::Asn, text(record, "autonomousSystemNumber")),
        (Field::Session, text(record, "sessionId")),
        (Field::Managed, yes_or_no(&text(record, "deviceDetail.isManaged")).into()),
        (Field::App, text(record, "appDisplayName")),
        (Field::Agent, agent(record)),
    ];
    let facts = facts.each_ref().map(|(field, text)| (*field, &**text));
    let ip = text(record, "ipAddress");
    let event = NewEvent { kind: EventKind::Login, time: at, offset: None, ip: &ip, device: &device, facts: &facts };
    to.event(person, &event, source);
}

/// An id, in lower case; empty for one of zeros only, which stands where there is none.
pub(super) fn guid(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'0' | b'-')) { String::new() } else { text.to_lowercase() }
}

/// The mailbox that a user principal name is; that of a guest, `name_example.com#EXT#@tenant`, holds his own.
pub(super) fn mailbox(principal: &str) -> Option<Cow<'_, str>> {
    let guest = principal.find("#EXT#").or_else(|| principal.find("#ext#"));
    match guest {
        Some(end) => principal[..end].rsplit_once('_').map(|(name, host)| format!("{name}@{host}").into()),
        None => principal.contains('@').then_some(principal.into()),
    }
}

/// The browser as it calls itself, or else the operating system and browser that were made out: `Ios 17.5 Mobile Safari`.
fn agent(record: &Value) -> Cow<'_, str> {
    let whole = text(record, "userAgent");
    if !whole.is_empty() {
        return whole;
    }
    let (system, browser) = (text(record, "deviceDetail.operatingSystem"), text(record, "deviceDetail.browser"));
    match (&*system, &*browser) {
        ("", _) => browser,
        (_, "") => system,
        _ => format!("{system} {browser}").into(),
    }
}

fn yes_or_no(text: &str) -> &'static str {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => "yes",
        "no" | "false" => "no",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::{mailbox, read};

    #[test]
    fn the_table_that_the_portal_saves() {
        let table = "Date (UTC),Request ID,User ID,User,Username,User type,Application,IP address,Location,Status,Sign-in error code,\
            Client app,Device ID,Browser,Operating System,Compliant,Managed,Join Type,Autonomous system  number\n\
            2026-03-01T12:00:00Z,r-1,U-1,Ada Test,ada@example.com,Member,Office 365,203.0.113.7,\"Austin, Texas, US\",Success,,\
            Browser,D-1,Edge 129.0,Windows10,Yes,Yes,Azure AD joined,64500\n\
            2026-03-01T13:00:00Z,r-2,U-1,Ada Test,ada@example.com,Member,Office 365,203.0.113.7,US,Failure,50126,Browser,D-1,,,,,,\n\
            2026-03-01 14:00:00,r-3,,Bob Test,Bob@example.com,Member,Office 365,203.0.113.8,US,Success,0,Browser,,,,,,,\n\
            2026-03-01T15:00:00Z,r-4,U-1,Ada Test,ada@example.com,Member,Office 365,203.0.113.7,US,Interrupted,,Browser,,,,,,,\n";
        assert_eq!(crate::import::recognise("SignIns.csv", table.as_bytes()), Some(crate::import::Format::Entra));
        check(
            read,
            table,
            "person entra:u-1 name=Ada Test
            email ada@example.com
            login 2026-03-01T12:00:00Z ip=203.0.113.7 <device d-1> country=US city=Austin asn=64500 managed=yes app=Office 365 agent=Windows10 Edge 129.0 @2
            person entra:bob@example.com name=Bob Test
            email Bob@example.com
            login 2026-03-01T14:00:00Z ip=203.0.113.8 country=US app=Office 365 @4
            ! f:1: `User type` is not read
            ! f:1: `Client app` is not read
            ! f:1: `Compliant` is not read
            ! f:1: `Join Type` is not read",
        );
    }

    const USER: &str = "6F9619FF-8B86-D011-B42D-00C04FC964FF";

    /// A sign-in after the public list of fields.
    fn sign_in(id: &str, created: &str) -> Value {
        json!({
            "id": id, "createdDateTime": created, "userDisplayName": "Ada Test",
            "userPrincipalName": "ada@example.com", "userId": USER, "appId": "x", "appDisplayName": "Office 365",
            "ipAddress": "198.51.100.9", "clientAppUsed": "Browser", "isInteractive": true, "riskState": "none",
            "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": null},
            "deviceDetail": {
                "deviceId": "AAAA1111-0000-0000-0000-000000000001", "displayName": "LAPTOP-1", "operatingSystem": "Windows 11",
                "browser": "Edge 120", "isCompliant": true, "isManaged": true, "trustType": "Azure AD joined",
            },
            "location": {
                "city": "Springfield", "state": "Illinois", "countryOrRegion": "US",
                "geoCoordinates": {"altitude": null, "latitude": 39.8, "longitude": -89.64},
            },
            "autonomousSystemNumber": 64500,
        })
    }

    fn answer(records: &[Value]) -> String {
        json!({"@odata.context": "https://graph.example.com/v1.0/$metadata#auditLogs/signIns", "value": records}).to_string()
    }

    const PERSON: &str = "person entra:6f9619ff-8b86-d011-b42d-00c04fc964ff name=Ada Test\nemail ada@example.com\n";
    const FACTS: &str =
        "country=US city=Springfield lat=39.8 lon=-89.64 asn=64500 managed=yes app=Office 365 agent=Windows 11 Edge 120";
    const DEVICE: &str = "<device aaaa1111-0000-0000-0000-000000000001>";

    #[test]
    fn sign_ins() {
        let expected = format!(
            "{PERSON}
            login 2026-03-01T11:00:00Z ip=198.51.100.9 {DEVICE} {FACTS} @2
            login 2026-03-01T12:00:00Z ip=198.51.100.9 {DEVICE} {FACTS} @1"
        );
        let records = [sign_in("1", "2026-03-01T12:00:00Z"), sign_in("2", "2026-03-01T11:00:00.5Z")];
        check(read, &answer(&records), &expected);
        // As diagnostic settings store them.
        let stored =
            records.map(|record| json!({"time": "2026-03-01T12:00:00Z", "category": "SignInLogs", "properties": record}));
        check(read, &stored.each_ref().map(|record| format!("{record}\n")).concat(), &expected);
        check(read, &json!({"records": stored}).to_string(), &expected);
    }

    #[test]
    fn what_failed_or_is_nobodys_is_left_out() {
        let mut failed = sign_in("1", "2026-03-01T12:00:00Z");
        failed["status"]["errorCode"] = json!(50126);
        let mut service = sign_in("2", "2026-03-01T12:00:00Z");
        service["signInEventTypes"] = json!(["servicePrincipal"]);
        let mut principal = sign_in("3", "2026-03-01T12:00:00Z");
        principal["userId"] = json!("00000000-0000-0000-0000-000000000000");
        principal["servicePrincipalId"] = json!("x");
        check(read, &answer(&[failed, service, principal]), "");
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type() {
        let mut none = sign_in("1", "2026-03-01T12:00:00Z");
        none.as_object_mut().unwrap().remove("userId");
        let mut status = sign_in("2", "2026-03-01T12:00:00Z");
        status["status"] = json!("ok");
        let mut wrong = sign_in("3", "2026-03-01T12:00:00Z");
        for (member, value) in [("location", json!("US")), ("deviceDetail", json!([])), ("ipAddress", json!(null))] {
            wrong[member] = value;
        }
        let mut zeros = wrong.clone();
        zeros["id"] = json!("4");
        zeros["deviceDetail"] = json!({"deviceId": "00000000-0000-0000-0000-000000000000", "isManaged": false});
        let repeated = sign_in("3", "2026-03-01T12:00:00Z");
        let bare = json!({"id": "5", "userId": USER, "createdDateTime": "2026-03-01 13:00", "status": {"errorCode": 0}});
        check(
            read,
            &answer(&[none, status, wrong, zeros, repeated, bare]),
            &format!(
                "{PERSON}
                login 2026-03-01T12:00:00Z asn=64500 app=Office 365 @3
                login 2026-03-01T12:00:00Z asn=64500 managed=no app=Office 365 @4
                login 2026-03-01T13:00:00Z @6
                ! f:1: the row is left out: `userId` is missing
                ! f:2: the row is left out: `status.errorCode` is missing
                ! f:5: the row is left out: its `id` was there before
                ! f:6: no time zone is stated: taken as UTC"
            ),
        );
    }

    #[test]
    fn guests_have_their_own_mailbox() {
        assert_eq!(mailbox("ada_b_example.org#EXT#@tenant.example.com").as_deref(), Some("ada_b@example.org"));
        assert_eq!(mailbox("ada@example.com").as_deref(), Some("ada@example.com"));
        assert_eq!(mailbox("ada"), None);
        assert_eq!(mailbox("#EXT#@tenant.example.com"), None);
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &answer(&[sign_in("1", "2026-03-01T12:00:00Z"), sign_in("2", "2026-03-01T13:00:00Z")]));
    }
}
