//! Answers of the Track interface of UPS, version 1: `trackResponse.shipment[].package[]`. Each package goes in as a parcel of the person
//! whom its references name, or else of its tracking number; see [`super::parcels`].

use std::io::{self, BufRead};

use serde_json::Value;

use super::json::{first, items, joined, records_in, text};
use super::once::Once;
use super::parcels::{Parcel, Scan, Step, rerouted, tracking};
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

const ADDRESS: [&str; 9] = [
    "address.addressLine",
    "address.addressLine1",
    "address.addressLine2",
    "address.addressLine3",
    "address.city",
    "address.stateProvince",
    "address.postalCode",
    "address.countryCode",
    "address.country",
];

/// Reads answers.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut packages = Once::default();
    records_in(input, file, to, &["data", "results", "value"], |record, source, to| {
        for error in items(record, "response.errors") {
            to.problem(source, ProblemKind::Row(format!("the carrier answers: {}", text(error, "message"))));
        }
        let inner = record.get("trackResponse").unwrap_or(record);
        let shipments = items(inner, "shipment");
        if shipments.is_empty() && items(record, "response.errors").is_empty() {
            to.problem(source, ProblemKind::Missing("trackResponse.shipment"));
        }
        for shipment in shipments {
            for warning in items(shipment, "warnings") {
                to.problem(source, ProblemKind::Row(format!("the carrier answers: {}", text(warning, "message"))));
            }
            for package in items(shipment, "package") {
                take(shipment, package, source, to, &mut packages);
            }
        }
    })
}

fn take(shipment: &Value, package: &Value, source: Source, to: &mut Builder, packages: &mut Once) {
    let number = tracking(&text(package, "trackingNumber"));
    if number.is_empty() {
        return to.problem(source, ProblemKind::Missing("trackingNumber"));
    }
    // Of two answers about one package the same scans are taken once.
    let scans = items(package, "activity").iter().filter_map(|activity| {
        let code = first(activity, &["status.type", "status.code"]);
        let step = step(&code, &text(activity, "status.description"))?;
        let time = moment(&text(activity, "date"), &text(activity, "time"), &text(activity, "gmtOffset"));
        packages.first(&[&number, &format!("{step:?}"), &time]).then(|| Scan {
            step,
            time,
            city: text(activity, "location.address.city").into_owned(),
            country: first(activity, &["location.address.countryCode", "location.address.country"]).into_owned(),
        })
    });
    let mut scans: Vec<Scan> = scans.collect();
    let delivery = items(package, "deliveryDate").iter().find(|date| text(date, "type") == "DEL");
    let scanned = items(package, "activity").iter().any(|activity| text(activity, "status.type") == "D");
    if let Some(delivery) = delivery.filter(|_| !scanned) {
        let time = moment(&text(delivery, "date"), &text(package, "deliveryTime.endTime"), "");
        if packages.first(&[&number, "Delivered", &time]) {
            scans.push(Scan { step: Step::Delivered, time, city: String::new(), country: String::new() });
        }
    }
    let destination = items(package, "packageAddress").iter().find(|address| text(address, "type") == "DESTINATION");
    let street = |address: &&Value| !joined(address, &ADDRESS[..2]).is_empty();
    // The code of the country says it; its name besides would be another address.
    let written =
        |address: &Value| joined(address, if text(address, ADDRESS[7]).is_empty() { &ADDRESS } else { &ADDRESS[..8] });
    let references = items(package, "referenceNumber").iter().chain(items(shipment, "referenceNumber"));
    Parcel {
        tracking: number,
        references: references.map(|reference| text(reference, "number").into_owned()).collect(),
        ship_to: destination.filter(street).map(written).unwrap_or_default(),
        delivered_to: String::new(),
        signed_by: text(package, "deliveryInformation.receivedBy").into_owned(),
        scans,
    }
    .put(source, to);
}

/// What a scan says by its type and its words; `None` when nothing has moved, as when the label was made.
fn step(code: &str, words: &str) -> Option<Step> {
    let lower = words.to_lowercase();
    if code == "RS" || ["returned to", "return to", "returning to"].iter().any(|part| lower.contains(part)) {
        return Some(Step::Returned);
    }
    if code == "D" {
        return Some(Step::Delivered);
    }
    if let Some(what) = rerouted(words) {
        return Some(Step::Rerouted(what));
    }
    match code {
        "P" => Some(Step::PickedUp),
        "I" | "O" | "X" | "W" => Some(if lower.contains("origin scan") { Step::PickedUp } else { Step::Moved }),
        _ => None,
    }
}

/// `20260301`, `143000` and `-05:00` as one moment; what has another form is left as it is, to be reported.
fn moment(date: &str, time: &str, offset: &str) -> String {
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = if digits(date, 8) { format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]) } else { date.to_owned() };
    if !digits(time, 6) {
        return date;
    }
    format!("{date}T{}:{}:{}{offset}", &time[..2], &time[2..4], &time[4..])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::read;

    fn scan(kind: &str, words: &str, date: &str, time: &str, city: &str) -> Value {
        json!({
            "date": date, "time": time, "gmtOffset": "-06:00", "status": {"type": kind, "code": "XX", "description": words},
            "location": {"address": {"city": city, "countryCode": "US", "country": "US"}},
        })
    }

    /// A package after the public list of fields; scans stand with the last one first.
    fn package(number: &str, scans: &[Value]) -> Value {
        json!({
            "trackingNumber": number, "activity": scans,
            "deliveryDate": [{"type": "DEL", "date": "20260203"}], "deliveryTime": {"type": "DEL", "endTime": "101500"},
            "deliveryInformation": {"location": "Front Door", "receivedBy": "B OTHER"},
            "packageAddress": [
                {"type": "ORIGIN", "address": {"addressLine1": "9 Depot Rd", "city": "Louisville", "countryCode": "US"}},
                {"type": "DESTINATION", "name": "Ada Test", "address": {
                    "addressLine1": "1 Example St", "city": "Springfield", "stateProvince": "IL", "postalCode": "62701",
                    "countryCode": "US", "country": "United States",
                }},
            ],
        })
    }

    fn answer(package: &Value) -> String {
        json!({"trackResponse": {"shipment": [{"inquiryNumber": "x", "package": [package]}]}}).to_string()
    }

    const TO: &str = "tracking=1Z999AA1 ship_to=1 Example St, Springfield, IL, 62701, US";

    fn scans() -> [Value; 5] {
        [
            scan("D", "DELIVERED", "20260203", "101500", "Springfield"),
            scan("X", "The receiver requested a hold at location", "20260202", "180000", "Springfield"),
            scan("I", "Departure Scan", "20260202", "010000", "Louisville"),
            scan("P", "Pickup Scan", "20260201", "170000", "Louisville"),
            scan("M", "Shipper created a label", "20260201", "090000", ""),
        ]
    }

    fn expected(person: &str) -> String {
        format!(
            "person {person}
            ship_to 1 Example St, Springfield, IL, 62701, US from 2026-02-01T23:00:00Z
            parcel_shipped 2026-02-01T23:00:00Z offset=-360 {TO} @1
            parcel_rerouted 2026-02-03T00:00:00Z offset=-360 {TO} what=hold @1
            parcel_delivered 2026-02-03T16:15:00Z offset=-360 {TO} signed_by=B OTHER city=Springfield country=US @1"
        )
    }

    #[test]
    fn packages() {
        let mut package = package("1z999aa1", &scans());
        check(read, &answer(&package), &expected("parcel:1Z999AA1"));
        package["referenceNumber"] = json!([{"type": "SHIPMENT", "number": "1Z999AA1"}, {"type": "SHIPMENT", "number": "IT dept"}, {"number": "E-1001"}]);
        check(read, &answer(&package), &expected("E-1001"));
        // Out of order.
        let mut mixed = scans();
        mixed.swap(0, 3);
        package["activity"] = mixed.to_vec().into();
        check(read, &answer(&package), &expected("E-1001"));
        // Asked for twice.
        let twice = format!("{}\n{}\n", answer(&package), answer(&package));
        check(read, &twice, &expected("E-1001"));
    }

    #[test]
    fn what_goes_back_is_not_delivered() {
        let scans = [
            scan("D", "DELIVERED", "20260209", "101500", "Louisville"),
            scan("RS", "Returning to sender", "20260204", "120000", "Springfield"),
            scan("P", "Pickup Scan", "20260201", "170000", "Louisville"),
        ];
        check(
            read,
            &answer(&package("1Z999AA1", &scans)),
            &format!(
                "person parcel:1Z999AA1
                ship_to 1 Example St, Springfield, IL, 62701, US from 2026-02-01T23:00:00Z
                parcel_shipped 2026-02-01T23:00:00Z offset=-360 {TO} @1
                parcel_returned 2026-02-04T18:00:00Z offset=-360 {TO} @1"
            ),
        );
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type() {
        // Without scans, the day of delivery; without a street, no delivery address.
        let mut bare = package("1Z999AA1", &[]);
        bare["packageAddress"][1]["address"]["addressLine1"] = json!(null);
        check(
            read,
            &answer(&bare),
            "person parcel:1Z999AA1
            parcel_delivered 2026-02-03T10:15:00Z tracking=1Z999AA1 signed_by=B OTHER @1
            ! f:1: no time zone is stated: taken as UTC",
        );
        let wrong =
            json!({"trackingNumber": "1Z2", "activity": [scan("D", "DELIVERED", "3 Feb", "", ""), 5], "packageAddress": {}});
        check(
            read,
            &answer(&wrong),
            "person parcel:1Z2
            ! f:1: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)",
        );
        check(read, &answer(&json!({"activity": []})), "! f:1: the row is left out: `trackingNumber` is missing");
        check(read, "{\"a\":1}", "! f:1: the row is left out: `trackResponse.shipment` is missing");
        let warned = json!({"trackResponse": {"shipment": [{"warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}]}});
        check(read, &warned.to_string(), "! f:1: the row is left out: the carrier answers: Tracking Information Not Found");
        let refused = json!({"response": {"errors": [{"code": "250002", "message": "Invalid Authentication Information."}]}});
        check(
            read,
            &refused.to_string(),
            "! f:1: the row is left out: the carrier answers: Invalid Authentication Information.",
        );
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &answer(&package("1Z999AA1", &scans())));
    }
}
