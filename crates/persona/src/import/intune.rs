//! Devices and programs of Microsoft Intune, as `GET /deviceManagement/managedDevices` answers, with `detectedApps` in the device where
//! they were asked for, or `GET /deviceManagement/detectedApps` with the devices in each program. Serial number, device, enrolment, last
//! check-in and programs go in for the Entra account of the user. A list of the programs of all devices without the devices says nothing
//! about a person, and is a problem.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde_json::Value;

use super::console::{self, Column};
use super::entra::{SYSTEM, guid, mailbox};
use super::json::{items, records_in, text};
use super::once::Once;
use crate::people::{Builder, Describe, FileId, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind};

/// The columns of the table of devices that the portal saves, and of its report.
const COLUMNS: &[Column] = &[
    ("id", &["deviceid", "id"]),
    ("deviceName", &["devicename"]),
    ("azureADDeviceId", &["azureaddeviceid", "microsoftentradeviceid", "entradeviceid", "aaddeviceid", "referenceid"]),
    ("serialNumber", &["serialnumber"]),
    ("enrolledDateTime", &["enrollmentdate", "enrolleddatetime", "enrolleddate", "createddate"]),
    ("lastSyncDateTime", &["lastcheckin", "lastsyncdatetime", "lastcontact"]),
    ("userId", &["primaryuserid", "userid"]),
    ("userPrincipalName", &["primaryuserupn", "userprincipalname", "upn"]),
    ("emailAddress", &["primaryuseremailaddress", "emailaddress", "useremail"]),
    ("userDisplayName", &["primaryuserdisplayname", "userdisplayname", "username"]),
    ("managedDeviceOwnerType", &["ownership", "manageddeviceownertype", "ownertype"]),
];

/// What the portal writes in its own way, as the interface gives it.
fn as_answered(record: &mut Value) {
    for member in ["enrolledDateTime", "lastSyncDateTime"] {
        console::utc(record, member);
    }
    if ["company", "corporate"].contains(&text(record, "managedDeviceOwnerType").to_lowercase().as_str()) {
        console::put(record, "managedDeviceOwnerType", "company".into());
    }
}

/// Reads devices or programs.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let (mut devices, mut people) = (Once::default(), Once::default());
    if console::is_table(input)? {
        return console::records_of(input, file, to, COLUMNS, |record, source, to| {
            as_answered(record);
            if !devices.first(&[&text(record, "id")]) {
                return to.problem(source, ProblemKind::Row("its `id` was there before".to_owned()));
            }
            device(record, source, to, &mut people);
        });
    }
    records_in(input, file, to, &["value", "data", "results"], |record, source, to| {
        let is_app = ["userId", "deviceName", "serialNumber", "enrolledDateTime"].iter().all(|name| record.get(name).is_none());
        if is_app && record.get("displayName").is_some() {
            return app(record, source, to, &mut people);
        }
        if !devices.first(&[&text(record, "id")]) {
            return to.problem(source, ProblemKind::Row("its `id` was there before".to_owned()));
        }
        device(record, source, to, &mut people);
    })
}

fn device(record: &Value, source: Source, to: &mut Builder, people: &mut Once) {
    let Some(person) = user(record, source, to, people) else { return };
    let (enrolled, synced) = (moment(record, "enrolledDateTime"), moment(record, "lastSyncDateTime"));
    let seen = Seen { first: &enrolled, last: &synced };
    to.identifier(person, IdKind::Serial, &text(record, "serialNumber"), seen, source);
    let device = device_id(record);
    // What is wrong with the times was said with the serial number, if there is one.
    to.identifier(person, IdKind::Device, &device, Seen::default(), source);
    let managed = if text(record, "managedDeviceOwnerType") == "company" { "yes" } else { "" };
    for (kind, time) in [(EventKind::Enrolment, &enrolled), (EventKind::DeviceSeen, &synced)] {
        if !time.is_empty() {
            let facts = [(Field::Managed, managed)];
            to.event(person, &NewEvent { kind, time, offset: None, ip: "", device: &device, facts: &facts }, source);
        }
    }
    for found in items(record, "detectedApps") {
        software(person, record, found, source, to);
    }
}

/// A program, with the devices that have it.
fn app(record: &Value, source: Source, to: &mut Builder, people: &mut Once) {
    let devices = items(record, "managedDevices");
    if devices.is_empty() {
        return to.problem(source, ProblemKind::Row("no device: the program is not said to be on any".to_owned()));
    }
    for device in devices {
        if let Some(person) = user(device, source, to, people) {
            software(person, device, record, source, to);
        }
    }
}

fn software(person: PersonId, device: &Value, app: &Value, source: Source, to: &mut Builder) {
    let name = text(app, "displayName");
    if name.is_empty() {
        return to.problem(source, ProblemKind::Missing("displayName"));
    }
    // When the device last reported is the last moment at which the program is known to be on it.
    let (synced, enrolled) = (moment(device, "lastSyncDateTime"), moment(device, "enrolledDateTime"));
    let time = if synced.is_empty() { enrolled } else { synced };
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("lastSyncDateTime"));
    }
    let version = text(app, "version");
    let facts = [(Field::Software, &*name), (Field::Version, &*version)];
    let device = device_id(device);
    let event = NewEvent { kind: EventKind::Software, time: &time, offset: None, ip: "", device: &device, facts: &facts };
    to.event(person, &event, source);
}

/// The account of the user: by the id that Entra gives, or else by the user principal name, which meets others by the mailbox.
fn user(record: &Value, source: Source, to: &mut Builder, people: &mut Once) -> Option<PersonId> {
    let (id, principal) = (guid(&text(record, "userId")), text(record, "userPrincipalName"));
    let person = if !id.is_empty() {
        to.account(SYSTEM, &id, source)
    } else if !principal.is_empty() {
        to.account("intune", &principal.to_lowercase(), source)
    } else {
        to.problem(source, ProblemKind::Missing("userId"));
        return None;
    };
    let (name, mail) = (text(record, "userDisplayName"), text(record, "emailAddress"));
    if people.first(&[&id, &principal, &name, &mail]) {
        to.describe(person, Describe { name: &name, ..Describe::default() }, source);
        for mail in [mailbox(&principal), Some(mail)].into_iter().flatten() {
            to.identifier(person, IdKind::Email, &mail, Seen::default(), source);
        }
    }
    Some(person)
}

/// The id by which sign-ins name the device, or else that of Intune.
fn device_id(record: &Value) -> String {
    let entra = guid(&text(record, "azureADDeviceId"));
    if entra.is_empty() { guid(&text(record, "id")) } else { entra }
}

/// A moment; the year 1 is how the interface says never.
fn moment<'v>(record: &'v Value, member: &str) -> Cow<'v, str> {
    let text = text(record, member);
    if text.starts_with("0001-01-01") { "".into() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::read;

    /// A device after the public list of fields.
    fn device(id: &str) -> Value {
        json!({
            "id": id, "userId": "u-1", "userPrincipalName": "ada@example.com", "userDisplayName": "Ada Test",
            "emailAddress": "ada.test@example.com", "deviceName": "LAPTOP-1", "serialNumber": "5CG1234ABC",
            "azureADDeviceId": "AAAA1111-0000-0000-0000-000000000001", "manufacturer": "Example", "model": "Book",
            "operatingSystem": "Windows", "osVersion": "10.0.22631", "complianceState": "compliant",
            "enrolledDateTime": "2026-02-01T09:00:00Z", "lastSyncDateTime": "2026-03-01T12:00:00Z",
            "managedDeviceOwnerType": "company", "wiFiMacAddress": "00005E005301", "isEncrypted": true,
        })
    }

    fn answer(records: &[Value]) -> String {
        json!({"@odata.context": "c", "@odata.count": records.len(), "value": records}).to_string()
    }

    const DEVICE: &str = "<device aaaa1111-0000-0000-0000-000000000001>";

    /// The rows of a person, with the mailboxes in the order of their first sight.
    fn person(rest: &str) -> String {
        format!("person entra:u-1 name=Ada Test\nemail ada@example.com\nemail ada.test@example.com\n{rest}")
    }

    #[test]
    fn devices_and_their_programs() {
        let mut with_apps = device("1");
        with_apps["detectedApps"] = json!([
            {"id": "a", "displayName": "AnyDesk", "version": "8.0", "deviceCount": 1},
            {"id": "b", "displayName": "Editor", "version": null},
            {"id": "c"},
        ]);
        let expected = person(&format!(
            "{DEVICE}
            <serial 5CG1234ABC> from 2026-02-01T09:00:00Z to 2026-03-01T12:00:00Z
            enrolment 2026-02-01T09:00:00Z {DEVICE} managed=yes @1
            device_seen 2026-03-01T12:00:00Z {DEVICE} managed=yes @1
            software 2026-03-01T12:00:00Z {DEVICE} software=AnyDesk version=8.0 @1
            software 2026-03-01T12:00:00Z {DEVICE} software=Editor @1
            ! f:1: the row is left out: `displayName` is missing"
        ));
        check(read, &answer(&[with_apps.clone()]), &expected);
        check(read, &format!("{with_apps}\n"), &expected);
    }

    #[test]
    fn the_table_that_the_portal_saves() {
        let table = "Device ID,Device name,Enrollment date,Last check-in,Azure AD Device ID,OS version,Ownership,Compliance,Serial number,\
            Primary user UPN,Primary user email address,Primary user display name\n\
            d1,LT-1,2026-02-01 09:00:00.0000000,2026-03-01 12:00:00.0000000,AAAA1111-0000-0000-0000-000000000001,10.0.22631,Company,\
            Compliant,5CG1234ABC,ada@example.com,ada.test@example.com,Ada Test\n\
            d2,LT-2,2026-02-01 09:00:00.0000000,,,10.0.22631,Personal,Compliant,5CG1234ABD,,,\n";
        assert_eq!(crate::import::recognise("Devices.csv", table.as_bytes()), Some(crate::import::Format::Intune));
        check(
            read,
            table,
            &format!(
                "person intune:ada@example.com name=Ada Test
                email ada@example.com
                email ada.test@example.com
                {DEVICE}
                <serial 5CG1234ABC> from 2026-02-01T09:00:00Z to 2026-03-01T12:00:00Z
                enrolment 2026-02-01T09:00:00Z {DEVICE} managed=yes @2
                device_seen 2026-03-01T12:00:00Z {DEVICE} managed=yes @2
                ! f:3: the row is left out: `userId` is missing
                ! f:1: `OS version` is not read
                ! f:1: `Compliance` is not read"
            ),
        );
    }

    #[test]
    fn programs_with_their_devices() {
        let app =
            json!({"id": "a", "displayName": "RustDesk", "version": "1.2", "deviceCount": 1, "managedDevices": [device("1")]});
        let expected = person(&format!("software 2026-03-01T12:00:00Z {DEVICE} software=RustDesk version=1.2 @1"));
        check(read, &answer(&[app]), &expected);
    }

    #[test]
    fn programs_of_all_devices_are_nobodys() {
        let apps = [
            json!({"id": "a", "displayName": "RustDesk", "version": "1.2", "publisher": "", "platform": "windows", "deviceCount": 9}),
            json!({"id": "b", "displayName": "Editor", "managedDevices": []}),
        ];
        check(
            read,
            &answer(&apps),
            "! f:1: the row is left out: no device: the program is not said to be on any
            ! f:2: the row is left out: no device: the program is not said to be on any",
        );
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type() {
        let mut nobody = device("1");
        nobody["userId"] = json!("");
        nobody["userPrincipalName"] = json!(null);
        let never = json!({
            "id": "2", "userId": "u-1", "userDisplayName": "Ada Test", "userPrincipalName": "ada@example.com", "emailAddress": "",
            "serialNumber": "To be filled by O.E.M.", "azureADDeviceId": "00000000-0000-0000-0000-000000000000",
            "enrolledDateTime": "0001-01-01T00:00:00Z", "lastSyncDateTime": "soon", "detectedApps": "many",
        });
        let timeless = json!({"id": "2b", "userId": "u-1", "detectedApps": [{"displayName": "Editor"}]});
        check(
            read,
            &answer(&[nobody, never, timeless, device("1")]),
            "person entra:u-1 name=Ada Test
            email ada@example.com
            <device 2>
            <device 2b>
            ! f:1: the row is left out: `userId` is missing
            ! f:2: the serial number is not taken: it is a placeholder
            ! f:2: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ! f:3: the row is left out: `lastSyncDateTime` is missing
            ! f:4: the row is left out: its `id` was there before",
        );
    }

    #[test]
    fn without_an_id_the_principal_names_the_user() {
        let device = json!({"id": "1", "userPrincipalName": "Ada@example.com", "lastSyncDateTime": "2026-03-01T12:00:00Z", "serialNumber": "5CG1234ABC"});
        check(
            read,
            &answer(&[device]),
            "person intune:ada@example.com
            email Ada@example.com
            <device 1>
            <serial 5CG1234ABC> to 2026-03-01T12:00:00Z
            device_seen 2026-03-01T12:00:00Z <device 1> @1",
        );
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &answer(&[device("1"), device("2")]));
    }
}
