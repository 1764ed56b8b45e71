//! Computers of Jamf Pro, as `GET /api/v1/computers-inventory` answers: serial number, device, enrolment, last check-in with its address
//! and programs go in for the user who is entered for the computer.

use std::io::{self, BufRead};

use serde_json::Value;

use super::json::{first, items, records_in, text};
use super::once::Once;
use crate::people::{Builder, Describe, FileId, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::value::parse_ip;
use crate::vocabulary::{EventKind, Field, IdKind};

/// Reads computers.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut computers = Once::default();
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
    to.identifier(person, IdKind::Serial, &text(record, "hardware.serialNumber"), Seen { first: &enrolled, last: &contact }, source);
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
