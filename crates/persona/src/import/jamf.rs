//! Computers of Jamf Pro, as `GET /api/v1/computers-inventory` answers, or as a search saves them in CSV: serial number, device, enrolment, last check-in with its address
//! and programs go in for the user who is entered for the computer.

use std::io::{self, BufRead};

use serde_json::Value;

use super::console::{self, Column};
use super::json::{first, items, records_in, text};
use super::once::Once;
use crate::people::{Builder, Describe, FileId, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::value::parse_ip;
use crate::vocabulary::{EventKind, Field, IdKind};

/// The columns of the table that a search of computers saves.
const COLUMNS: &[Column] = &[
    ("id", &["jamfprocomputerid", "jamfcomputerid", "computerid"]),
    ("udid", &["udid"]),
    ("general.name", &["computername"]),
    ("general.lastIpAddress", &["ipaddress", "lastipaddress"]),
    ("general.lastReportedIp", &["lastreportedipaddress", "lastreportedip", "reportedipaddress"]),
    ("general.lastContactTime", &["lastcheckin", "lastcontacttime", "lastcontact"]),
    ("general.reportDate", &["lastinventoryupdate", "reportdate"]),
    ("general.lastEnrolledDate", &["lastenrollment", "lastenrolleddate", "enrollmentdate", "lastenrolled"]),
    ("general.managed", &["managed"]),
    ("hardware.serialNumber", &["serialnumber"]),
    ("userAndLocation.username", &["username"]),
    ("userAndLocation.realname", &["fullname", "realname"]),
    ("userAndLocation.email", &["emailaddress", "email"]),
    ("userAndLocation.phone", &["phonenumber", "phone"]),
    ("userAndLocation.position", &["position"]),
];

/// Reads computers.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut computers = Once::default();
    if console::is_table(input)? {
        return console::records_of(input, file, to, COLUMNS, |record, source, to| {
            console::truth(record, "/general/managed");
            if !computers.first(&[&first(record, &["udid", "id"])]) {
                return to.problem(source, ProblemKind::Row("its `id` was there before".to_owned()));
            }
            take(record, source, to);
        });
    }
    records_in(input, file, to, &["results", "computers", "data", "value"], |record, source, to| {
        if !computers.first(&[&first(record, &["udid", "id"])]) {
            return to.problem(source, ProblemKind::Row("its `id` was there before".to_owned()));
        }
        take(record, source, to);
    })
}

fn take(record: &Value, source: Source, to: &mut Builder) {
    let user = |member: &str| text(record, &format!("userAndLocation.{member}"));
    let (name, mail) = (user("username"), user("email"));
    let account = if name.is_empty() { &mail } else { &name };
    if account.is_empty() {
        return to.problem(source, ProblemKind::Missing("userAndLocation.username"));
    }
    let person = to.account("jamf", &account.to_lowercase(), source);
    let describe = Describe { name: &user("realname"), role: &user("position"), ..Describe::default() };
    to.describe(person, describe, source);
    to.identifier(person, IdKind::Email, &mail, Seen::default(), source);
    if name.contains('@') {
        to.identifier(person, IdKind::Email, &name, Seen::default(), source);
    }
    to.identifier(person, IdKind::Phone, &user("phone"), Seen::default(), source);

    let enrolled = first(record, &["general.lastEnrolledDate", "general.initialEntryDate"]);
    let contact = text(record, "general.lastContactTime");
    to.identifier(
        person,
        IdKind::Serial,
        &text(record, "hardware.serialNumber"),
        Seen { first: &enrolled, last: &contact },
        source,
    );
    let device = first(record, &["udid", "general.managementId"]);
    // What is wrong with the times was said with the serial number, if there is one.
    to.identifier(person, IdKind::Device, &device, Seen::default(), source);

    let managed = first(record, &["general.remoteManagement.managed", "general.managed"]);
    let facts = [(Field::Managed, &*managed)];
    if !enrolled.is_empty() {
        let kind = EventKind::Enrolment;
        to.event(person, &NewEvent { kind, time: &enrolled, offset: None, ip: "", device: &device, facts: &facts }, source);
    }
    if !contact.is_empty() {
        // The first is the address that the server saw, the second that which the computer gave itself.
        let (seen, own) = (text(record, "general.lastIpAddress"), text(record, "general.lastReportedIp"));
        let ip = if parse_ip(&seen).is_none() && parse_ip(&own).is_some() { &own } else { &seen };
        let kind = EventKind::DeviceSeen;
        to.event(person, &NewEvent { kind, time: &contact, offset: None, ip, device: &device, facts: &facts }, source);
    }

    let apps = items(record, "applications");
    let time = first(record, &["general.reportDate", "general.lastContactTime", "general.lastEnrolledDate"]);
    if time.is_empty() {
        if !apps.is_empty() {
            to.problem(source, ProblemKind::Missing("general.lastContactTime"));
        }
        return;
    }
    for app in apps {
        let (name, version) = (text(app, "name"), text(app, "version"));
        if name.is_empty() {
            to.problem(source, ProblemKind::Missing("applications.name"));
            continue;
        }
        let facts = [(Field::Software, &*name), (Field::Version, &*version)];
        let kind = EventKind::Software;
        to.event(person, &NewEvent { kind, time: &time, offset: None, ip: "", device: &device, facts: &facts }, source);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::read;

    /// A computer after the public list of fields.
    fn computer(id: &str) -> Value {
        json!({
            "id": id, "udid": format!("UDID-{id}"),
            "general": {
                "name": "Ada's MacBook", "lastIpAddress": "203.0.113.7", "lastReportedIp": "192.168.1.20",
                "lastContactTime": "2026-03-01T12:00:00.5Z", "reportDate": "2026-03-01T08:00:00Z",
                "lastEnrolledDate": "2026-02-01T09:00:00Z", "remoteManagement": {"managed": true},
            },
            "hardware": {"serialNumber": "C02ABC12D3EF", "macAddress": "00:00:5E:00:53:01", "model": "MacBook Pro"},
            "userAndLocation": {
                "username": "Ada", "realname": "Ada Test", "email": "ada@example.com", "phone": "+1 312 555 0101", "position": "Engineer",
            },
            "applications": [
                {"name": "AnyDesk.app", "version": "8.0", "bundleId": "com.example.any", "path": "/Applications/AnyDesk.app"},
                {"version": "1"},
            ],
        })
    }

    const EXPECTED: &str = "person jamf:ada name=Ada Test role=Engineer
        email ada@example.com
        phone +1 312 555 0101
        <device UDID-1>
        <serial C02ABC12D3EF> from 2026-02-01T09:00:00Z to 2026-03-01T12:00:00Z
        enrolment 2026-02-01T09:00:00Z <device UDID-1> managed=yes @1
        software 2026-03-01T08:00:00Z <device UDID-1> software=AnyDesk.app version=8.0 @1
        device_seen 2026-03-01T12:00:00Z ip=203.0.113.7 <device UDID-1> managed=yes @1
        ! f:1: the row is left out: `applications.name` is missing";

    #[test]
    fn computers() {
        let computer = computer("1");
        check(read, &json!({"totalCount": 1, "results": [computer]}).to_string(), EXPECTED);
        check(read, &format!("{computer}\n"), EXPECTED);
        // With the members in another order, the programs stand before the id.
        let mut text = computer.to_string();
        text = format!("{{\"applications\":{},{}", computer["applications"], &text[1..]);
        check(read, &text, EXPECTED);
    }

    #[test]
    fn the_table_that_a_search_saves() {
        let table = "Computer Name,Serial Number,Last Check-in,IP Address,Last Reported IP Address,Username,Full Name,Email Address,UDID,Managed,Building\n\
            ada-mbp,C02ABC12D3EF,2026-03-01T12:00:00Z,203.0.113.7,192.168.1.20,Ada,Ada Test,ada@example.com,UDID-1,Managed,HQ\n";
        assert_eq!(crate::import::recognise("search.csv", table.as_bytes()), Some(crate::import::Format::Jamf));
        check(
            read,
            table,
            "person jamf:ada name=Ada Test
            email ada@example.com
            <device UDID-1>
            <serial C02ABC12D3EF> to 2026-03-01T12:00:00Z
            device_seen 2026-03-01T12:00:00Z ip=203.0.113.7 <device UDID-1> managed=yes @2
            ! f:1: `Building` is not read",
        );
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type() {
        let mut nobody = computer("1");
        nobody["userAndLocation"] = json!({"username": "", "email": null});
        let mut by_mail = computer("2");
        by_mail["userAndLocation"] = json!({"email": "Bob@example.org"});
        by_mail["general"] =
            json!({"lastIpAddress": "", "lastReportedIp": "2001:db8::7", "lastContactTime": 1_772_366_400_000_i64});
        by_mail["hardware"] = json!("none");
        by_mail["applications"] = json!({"name": "x"});
        let mut timeless = computer("3");
        timeless["userAndLocation"] = json!({"email": "Bob@example.org"});
        timeless["general"] = json!([]);
        timeless["hardware"] = json!(null);
        check(
            read,
            &json!({"results": [nobody, by_mail, timeless, computer("2"), 5]}).to_string(),
            "person jamf:bob@example.org
            email Bob@example.org
            <device UDID-2>
            <device UDID-3>
            device_seen 2026-03-01T12:00:00Z ip=2001:db8::7 <device UDID-2> @2
            ! f:1: the row is left out: `userAndLocation.username` is missing
            ! f:3: the row is left out: `general.lastContactTime` is missing
            ! f:4: the row is left out: its `id` was there before
            ! f:5: the row is left out: it is no object",
        );
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &json!({"totalCount": 2, "results": [computer("1"), computer("2")]}).to_string());
    }
}
