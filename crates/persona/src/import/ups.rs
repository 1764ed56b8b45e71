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
        let time = moment(
            &text(activity, "date"),
            &text(activity, "time"),
            &text(activity, "gmtOffset"),
        );
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
    let written = |address: &Value| joined(address, if text(address, ADDRESS[7]).is_empty() { &ADDRESS } else { &ADDRESS[..8] });
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
