//! Parcels: lists of them as CSV, one row a device and parcel, and what the answers of carriers come down to. The person, the serial number
//! of the device and the delivery address go in, with events for sent, delivered, sent elsewhere and returned.
//!
//! A parcel has its person by the employee's id, or else by the e-mail address. A carrier seldom knows either: a parcel without them goes in
//! under the account `parcel:NUMBER`. All its events have the fact `tracking`, with the same writing of the number wherever it comes from,
//! by which they meet the row of a list. Nobody is put together with anybody by it: one number in two rows would make two employees one.

use std::io::{self, BufRead};

use super::once::Once;
use super::table::{Row, rows};
use crate::people::{Builder, FileId, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::time::Time;
use crate::value::ValueError;
use crate::vocabulary::{EventKind, Field, IdKind};

const EMPLOYEE: [&str; 14] = [
    "employeeid",
    "employee",
    "employeenumber",
    "employeeno",
    "empid",
    "workerid",
    "worker",
    "staffid",
    "personid",
    "person",
    "userid",
    "contractorid",
    "assignee",
    "assignedto",
];
const EMAIL: [&str; 6] = ["email", "employeeemail", "workemail", "recipientemail", "useremail", "assigneeemail"];
const SERIAL: [&str; 7] =
    ["assetserial", "serial", "serialnumber", "deviceserial", "serialno", "laptopserial", "deviceserialnumber"];
const TRACKING: [&str; 7] = ["tracking", "trackingnumber", "trackingno", "trackingid", "waybill", "awb", "airwaybill"];
const SHIP_TO: [&str; 8] = [
    "shipto",
    "shiptoaddress",
    "deliveryaddress",
    "shippingaddress",
    "recipientaddress",
    "destinationaddress",
    "destination",
    "address",
];
/// The parts of an address in columns of their own, each with its headings.
const ADDRESS_PARTS: [&[&str]; 6] = [
    &["address1", "addressline1", "shiptoaddress1", "shiptoaddressline1", "shiptostreet", "street"],
    &["address2", "addressline2", "shiptoaddress2", "shiptoaddressline2"],
    &["city", "shiptocity"],
    &["state", "province", "stateprovince", "shiptostate"],
    &["zip", "zipcode", "postalcode", "postcode", "shiptozip", "shiptopostalcode"],
    &["country", "countrycode", "shiptocountry"],
];
const SIGNED_BY: [&str; 7] =
    ["signedby", "signature", "receivedby", "signedforby", "proofofdelivery", "pod", "recipientsignature"];
const SHIPPED: [&str; 8] =
    ["shippedat", "shipped", "shipdate", "shippeddate", "dateshipped", "shippedon", "dispatchedat", "dispatchdate"];
const DELIVERED: [&str; 6] = ["deliveredat", "delivered", "deliverydate", "delivereddate", "datedelivered", "deliveredon"];
const REROUTED: [&str; 5] = ["reroutedat", "rerouted", "redirectedat", "redirected", "reroutedate"];
const RETURNED: [&str; 5] = ["returnedat", "returned", "returndate", "datereturned", "returnedon"];

/// Reads a list of parcels.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut events = Once::default();
    rows(input, file, to, |row, source, to| {
        row.header().pass(&["carrier"]);
        take(row, source, to, &mut events);
    })
}

fn take(row: Row<'_>, source: Source, to: &mut Builder, events: &mut Once) {
    let (employee, mail) = (row.get(&EMPLOYEE), row.get(&EMAIL));
    let number = tracking(row.get(&TRACKING));
    let person = if !employee.is_empty() {
        to.known_person(employee, source)
    } else if !mail.is_empty() {
        to.account("parcels", &mail.to_lowercase(), source)
    } else if !number.is_empty() {
        to.account("parcel", &number, source)
    } else {
        return to.problem(source, ProblemKind::Missing("employee_id"));
    };
    to.identifier(person, IdKind::Email, mail, Seen::default(), source);
    let shipped = row.get(&SHIPPED);
    let seen = Seen { first: if Time::parse(shipped).is_ok() { shipped } else { "" }, last: "" };
    to.identifier(person, IdKind::Serial, row.get(&SERIAL), seen, source);
    let mut ship_to = address(row);
    if !ship_to.is_empty() && !ship_to.bytes().any(|byte| byte.is_ascii_digit()) {
        // A town alone is the delivery address of everybody in it.
        let (kind, error) = (IdKind::ShipTo, ValueError::Malformed(IdKind::ShipTo));
        to.problem(source, ProblemKind::Value { kind, error });
        ship_to.clear();
    }
    to.identifier(person, IdKind::ShipTo, &ship_to, seen, source);

    let signed_by = signer(row.get(&SIGNED_BY));
    let who = format!("{person:?}");
    for (kind, columns, signed_by) in [
        (EventKind::ParcelShipped, SHIPPED.as_slice(), ""),
        (EventKind::ParcelRerouted, &REROUTED, ""),
        (EventKind::ParcelDelivered, &DELIVERED, signed_by),
        (EventKind::ParcelReturned, &RETURNED, ""),
    ] {
        let time = row.get(columns);
        // Two devices in one parcel are two rows of one event.
        let known = number.is_empty() || events.first(&[&who, &number, kind.code(), time, &ship_to]);
        if time.is_empty() || !known {
            continue;
        }
        let facts = [(Field::Tracking, number.as_str()), (Field::ShipTo, ship_to.as_str()), (Field::SignedBy, signed_by)];
        to.event(person, &NewEvent { kind, time, offset: None, ip: "", device: "", facts: &facts }, source);
    }
}

fn address(row: Row<'_>) -> String {
    let whole = row.get(&SHIP_TO);
    let parts = ADDRESS_PARTS.map(|names| row.get(names));
    if parts[0].is_empty() {
        return whole.to_owned();
    }
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if whole.len() > parts[0].len() { whole.to_owned() } else { parts.join(", ") }
}

/// A tracking number in the writing in which they are compared: capital letters and digits.
pub(super) fn tracking(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Who signed; empty for what couriers enter when nobody did.
pub(super) fn signer(text: &str) -> &str {
    const NOBODY: [&str; 24] = [
        "back door",
        "carport",
        "driver release",
        "front desk",
        "front door",
        "garage",
        "left at",
        "locker",
        "mail room",
        "mailbox",
        "mailroom",
        "met customer",
        "no signature",
        "not req",
        "on file",
        "patio",
        "porch",
        "reception",
        "release",
        "residence",
        "resident",
        "signature waived",
        "side door",
        "unknown",
    ];
    let lower = text.to_lowercase();
    let nobody = ["n/a", "na", "none", "-"].contains(&lower.as_str()) || NOBODY.iter().any(|words| lower.contains(words));
    if nobody { "" } else { text }
}

/// What a scan of a carrier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The carrier took it.
    PickedUp,
    /// It was somewhere on the way.
    Moved,
    /// It was handed over.
    Delivered,
    /// It was sent elsewhere, held, or another day was asked for: which of them.
    Rerouted(&'static str),
    /// It goes or went back.
    Returned,
}

/// A scan of a carrier.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) step: Step,
    /// In a writing of [`Time::parse`].
    pub(super) time: String,
    pub(super) city: String,
    pub(super) country: String,
}

/// What a carrier answers of a parcel.
#[derive(Debug, Default)]
pub(super) struct Parcel {
    /// As [`tracking`] writes it.
    pub(super) tracking: String,
    /// References of the sender.
    pub(super) references: Vec<String>,
    /// Empty when no street is given: a town alone is the delivery address of everybody in it.
    pub(super) ship_to: String,
    /// Where it was delivered, if that is another address; with street.
    pub(super) delivered_to: String,
    pub(super) signed_by: String,
    pub(super) scans: Vec<Scan>,
}

impl Parcel {
    /// Puts it in: one event each for sent, delivered and returned, and one for each time that it was sent elsewhere.
    pub(super) fn put(mut self, source: Source, to: &mut Builder) {
        let person = self.holder(source, to);
        // Carriers list the last scan first.
        self.scans.sort_by_key(|scan| Time::parse(&scan.time).map_or(i64::MAX, |read| read.time.seconds()));
        let sent = self.scans.iter().find(|scan| scan.step == Step::PickedUp);
        let sent = sent.or_else(|| self.scans.iter().find(|scan| scan.step == Step::Moved));
        let first = sent.map_or("", |scan| &scan.time);
        let seen = Seen { first: if Time::parse(first).is_ok() { first } else { "" }, last: "" };
        to.identifier(person, IdKind::ShipTo, &self.ship_to, seen, source);
        to.identifier(person, IdKind::ShipTo, &self.delivered_to, Seen::default(), source);
        if let Some(scan) = sent {
            self.event(person, EventKind::ParcelShipped, scan, "", source, to);
        }
        let returned = self.scans.iter().position(|scan| scan.step == Step::Returned);
        let mut rerouted = Vec::new();
        for scan in &self.scans {
            if let Step::Rerouted(what) = scan.step
                && !rerouted.contains(&(what, scan.time.as_str()))
            {
                rerouted.push((what, scan.time.as_str()));
                self.event(person, EventKind::ParcelRerouted, scan, what, source, to);
            }
        }
        // What is delivered after it was sent back came to the sender.
        let outward = &self.scans[..returned.unwrap_or(self.scans.len())];
        if let Some(scan) = outward.iter().find(|scan| scan.step == Step::Delivered) {
            self.event(person, EventKind::ParcelDelivered, scan, "", source, to);
        }
        if let Some(index) = returned {
            self.event(person, EventKind::ParcelReturned, &self.scans[index], "", source, to);
        }
    }

    fn event(&self, person: PersonId, kind: EventKind, scan: &Scan, what: &str, source: Source, to: &mut Builder) {
        let delivered = kind == EventKind::ParcelDelivered;
        let only = |text| if delivered { text } else { "" };
        let ship_to = if delivered && !self.delivered_to.is_empty() { &self.delivered_to } else { &self.ship_to };
        let facts = [
            (Field::Tracking, self.tracking.as_str()),
            (Field::ShipTo, ship_to),
            (Field::SignedBy, only(signer(&self.signed_by))),
            (Field::City, only(&scan.city)),
            (Field::Country, only(&scan.country)),
            (Field::What, what),
        ];
        to.event(person, &NewEvent { kind, time: &scan.time, offset: None, ip: "", device: "", facts: &facts }, source);
    }

    /// The person: by the first reference that has the form of an id or of an e-mail address, which senders put there, or else by the
    /// tracking number. Texts as `IT department` stand on the parcels of everybody.
    fn holder(&self, source: Source, to: &mut Builder) -> PersonId {
        let references = self.references.iter().map(|reference| reference.trim());
        let mut references = references.filter(|reference| tracking(reference) != self.tracking);
        match references.find(|reference| is_id(reference)) {
            Some(mail) if mail.contains('@') => {
                let person = to.account("parcels", &mail.to_lowercase(), source);
                to.identifier(person, IdKind::Email, mail, Seen::default(), source);
                person
            }
            Some(id) => to.known_person(id, source),
            None => to.account("parcel", &self.tracking, source),
        }
    }
}

fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '#' | '/' | '@' | '+');
    (2..=64).contains(&text.len())
        && text.chars().all(fits)
        && (text.contains('@') || text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Which change of a delivery the words of a carrier tell; `None` when they tell none. A delay of the carrier's own is none.
pub(super) fn rerouted(words: &str) -> Option<&'static str> {
    let words = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if has(&["customs", "clearance"]) {
        return None;
    }
    if has(&["redirect", "re-direct", "reroute", "re-route", "intercept", "alternate address", "different address"]) {
        return Some("redirect");
    }
    if words.contains("address") && has(&["chang", "new address"]) {
        return Some("address change");
    }
    if has(&["hold at", "held at", "hold for", "held for", "will call", "access point", "recipient pickup", "customer pickup"])
    {
        return Some("hold");
    }
    let asked = has(&["request", "customer", "receiver", "recipient", "consignee"]);
    if asked && has(&["reschedul", "future delivery", "another day", "different day"]) {
        return Some("reschedule");
    }
    if asked && has(&["delivery change", "delivery option"]) {
        return Some("delivery option");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::cases::{check, check_cut};
    use super::{read, rerouted, signer};

    const HEAD: &str = "employee_id,asset_serial,carrier,tracking,ship_to,shipped_at,delivered_at,signed_by\n";

    #[test]
    fn parcels() {
        let list = format!(
            "{HEAD}E1,5CG1234ABC,UPS,1Z 999 AA1 0123456784,\"1 Example St, Springfield, IL 62701\",2026-02-01,2026-02-03T10:00:00-06:00,B OTHER\n\
            E1,5CG1234ABD,UPS,1Z999AA10123456784,\"1 Example St, Springfield, IL 62701\",2026-02-01,2026-02-03T10:00:00-06:00,B OTHER\n\
            E2,5CG1234ABE,FedEx,,\"2 Example St, Springfield, IL 62701\",2026-02-02,,FRONT DOOR\n"
        );
        let to = "ship_to=1 Example St, Springfield, IL 62701";
        check(
            read,
            &list,
            &format!(
                "person E1
                <serial 5CG1234ABC> from 2026-02-01T00:00:00Z
                <serial 5CG1234ABD> from 2026-02-01T00:00:00Z
                ship_to 1 Example St, Springfield, IL 62701 from 2026-02-01T00:00:00Z
                parcel_shipped 2026-02-01T00:00:00Z tracking=1Z999AA10123456784 {to} @2
                parcel_delivered 2026-02-03T16:00:00Z offset=-360 tracking=1Z999AA10123456784 {to} signed_by=B OTHER @2
                person E2
                <serial 5CG1234ABE> from 2026-02-02T00:00:00Z
                ship_to 2 Example St, Springfield, IL 62701 from 2026-02-02T00:00:00Z
                parcel_shipped 2026-02-02T00:00:00Z ship_to=2 Example St, Springfield, IL 62701 @4"
            ),
        );
    }

    #[test]
    fn other_headings() {
        check(
            read,
            "\u{feff}Tracking Number;Employee E-Mail;Street;City;State;Zip;Country;Ship Date;Date Returned;Received By\n\
            7712 3456;Ada@example.com;1 Example St;Springfield;IL;62701;US;2026-02-01;2026-02-09;Ada Test\n\
            7712 3457;;1 Example St;Springfield;IL;62701;US;2026-02-01;;\n",
            "person parcels:ada@example.com
            email Ada@example.com
            ship_to 1 Example St, Springfield, IL, 62701, US from 2026-02-01T00:00:00Z
            parcel_shipped 2026-02-01T00:00:00Z tracking=77123456 ship_to=1 Example St, Springfield, IL, 62701, US @2
            parcel_returned 2026-02-09T00:00:00Z tracking=77123456 ship_to=1 Example St, Springfield, IL, 62701, US @2
            person parcel:77123457
            ship_to 1 Example St, Springfield, IL, 62701, US from 2026-02-01T00:00:00Z
            parcel_shipped 2026-02-01T00:00:00Z tracking=77123457 ship_to=1 Example St, Springfield, IL, 62701, US @3",
        );
    }

    #[test]
    fn what_is_missing_or_wrong() {
        let list = format!(
            "{HEAD},5CG1234ABC,UPS,,x,2026-02-01,,\n\
            E1,N/A,UPS,1Z1,Springfield,soon,,\n\
            E2,5CG1234ABC\n\
            E3,,,,,,2026-02-03 10:00,Ada Test\n"
        );
        check(
            read,
            &list,
            "person E1
            person E3
            parcel_delivered 2026-02-03T10:00:00Z signed_by=Ada Test @5
            ! f:2: the row is left out: `employee_id` is missing
            ! f:3: the serial number is not taken: it is a placeholder
            ! f:3: the delivery address is not taken: it is no delivery address
            ! f:3: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ! f:4: the row is left out: it has 2 cells where the header has 8
            ! f:5: no time zone is stated: taken as UTC",
        );
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &format!("{HEAD}E1,5CG1234ABC,UPS,1Z1,1 Example St,2026-02-01,2026-02-03,Ada Test"));
    }

    #[test]
    fn words_of_carriers() {
        for (words, expected) in [
            ("Your package was redirected at the receiver's request", Some("redirect")),
            ("Delivery intercept requested", Some("redirect")),
            ("The delivery address was changed", Some("address change")),
            ("Hold at location request received", Some("hold")),
            ("Your package is held for pickup at a UPS Access Point", Some("hold")),
            ("The receiver requested that delivery be rescheduled", Some("reschedule")),
            ("Customer requested a delivery change", Some("delivery option")),
            ("Severe weather has delayed delivery; it will be rescheduled", None),
            ("Held for customs clearance", None),
            ("Out for delivery", None),
            ("The address was incorrect and has been corrected", None),
        ] {
            assert_eq!(rerouted(words), expected, "{words}");
        }
        for (text, expected) in [
            ("B OTHER", "B OTHER"),
            ("FRONT DOOR", ""),
            ("Signature not required", ""),
            ("N/A", ""),
            ("Nadia Test", "Nadia Test"),
        ] {
            assert_eq!(signer(text), expected, "{text}");
        }
    }
}
