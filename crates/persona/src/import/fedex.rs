//! Answers of the Track interface of FedEx: `output.completeTrackResults[].trackResults[]`. Each result goes in as a parcel of the person
//! whom its references name, or else of its tracking number; see [`super::parcels`].

use std::io::{self, BufRead};

use serde_json::Value;

use super::json::{first, items, joined, records_in, text};
use super::once::Once;
use super::parcels::{Parcel, Scan, Step, rerouted, tracking};
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

const ADDRESS: [&str; 5] = ["streetLines", "city", "stateOrProvinceCode", "postalCode", "countryCode"];

/// References in which senders put whom a parcel is for; orders, invoices and numbers of other parcels name nobody.
const REFERENCES: [&str; 5] =
    ["CUSTOMER_REFERENCE", "SHIPPER_REFERENCE", "FREE_FORM_REFERENCE", "EXPRESS_ALTERNATE_REFERENCE", "DEPARTMENT"];

/// Reads answers.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut packages = Once::default();
    records_in(input, file, to, &["data", "results", "value"], |record, source, to| {
        for error in items(record, "errors") {
            to.problem(source, ProblemKind::Row(format!("the carrier answers: {}", text(error, "message"))));
        }
        let inner = record.get("output").unwrap_or(record);
        let complete = items(inner, "completeTrackResults");
        if complete.is_empty() && items(record, "errors").is_empty() {
            to.problem(source, ProblemKind::Missing("output.completeTrackResults"));
        }
        for of_number in complete {
            for result in items(of_number, "trackResults") {
                let number = text(result, "trackingNumberInfo.trackingNumber");
                let number = if number.is_empty() { text(of_number, "trackingNumber") } else { number };
                take(result, &tracking(&number), source, to, &mut packages);
            }
        }
    })
}

fn take(result: &Value, number: &str, source: Source, to: &mut Builder, packages: &mut Once) {
    if result.get("error").is_some_and(Value::is_object) {
        let words = first(result, &["error.message", "error.code"]);
        return to.problem(source, ProblemKind::Row(format!("the carrier answers: {words}")));
    }
    if number.is_empty() {
        return to.problem(source, ProblemKind::Missing("trackingNumber"));
    }
    // Of two answers about one package the same scans are taken once.
    let scans = items(result, "scanEvents").iter().filter_map(|event| {
        let words = format!("{} {}", text(event, "eventDescription"), text(event, "exceptionDescription"));
        let step = step(&first(event, &["eventType", "derivedStatusCode"]), &words)?;
        let time = text(event, "date").into_owned();
        packages.first(&[number, &format!("{step:?}"), &time]).then(|| Scan {
            step,
            time,
            city: text(event, "scanLocation.city").into_owned(),
            country: text(event, "scanLocation.countryCode").into_owned(),
        })
    });
    let mut scans: Vec<Scan> = scans.collect();
    // Where scans are not given, the two moments that matter may be.
    for (kind, code, step) in [("ACTUAL_PICKUP", "PU", Step::PickedUp), ("ACTUAL_DELIVERY", "DL", Step::Delivered)] {
        let scanned = items(result, "scanEvents").iter().any(|event| text(event, "eventType") == code);
        let stated = items(result, "dateAndTimes").iter().find(|moment| text(moment, "type") == kind);
        if let Some(stated) = stated.filter(|_| !scanned) {
            let time = text(stated, "dateTime").into_owned();
            if packages.first(&[number, &format!("{step:?}"), &time]) {
                scans.push(Scan { step, time, city: String::new(), country: String::new() });
            }
        }
    }
    let ship_to = address(result.pointer("/recipientInformation/address"));
    let delivered_to = address(result.pointer("/deliveryDetails/actualDeliveryAddress"));
    let identifiers = items(result, "additionalTrackingInfo.packageIdentifiers");
    let named = REFERENCES.iter().flat_map(|kind| identifiers.iter().filter(move |reference| text(reference, "type") == *kind));
    let mut references: Vec<String> = Vec::new();
    for reference in named {
        let values = items(reference, "values");
        references.extend((0..values.len()).map(|index| text(reference, &format!("values.{index}")).into_owned()));
        references.push(text(reference, "value").into_owned());
    }
    Parcel {
        tracking: number.to_owned(),
        references,
        delivered_to: if delivered_to == ship_to { String::new() } else { delivered_to },
        ship_to,
        signed_by: first(result, &["deliveryDetails.receivedByName", "deliveryDetails.signedByName"]).into_owned(),
        scans,
    }
    .put(source, to);
}

/// An address with a street; empty without.
fn address(value: Option<&Value>) -> String {
    let with_street = value.filter(|address| !joined(address, &ADDRESS[..1]).is_empty());
    with_street.map(|address| joined(address, &ADDRESS)).unwrap_or_default()
}

/// What a scan says by its type and its words; `None` when nothing has moved, as when the label was made.
fn step(code: &str, words: &str) -> Option<Step> {
    match code {
        "DL" => return Some(Step::Delivered),
        "RS" => return Some(Step::Returned),
        "HL" | "HP" => return Some(Step::Rerouted("hold")),
        // Options of delivery that the recipient asked for, or changed.
        "RR" | "RM" => return Some(Step::Rerouted(rerouted(words).unwrap_or("delivery option"))),
        _ => {}
    }
    if words.to_lowercase().contains("return to shipper") || words.to_lowercase().contains("returned to shipper") {
        return Some(Step::Returned);
    }
    if let Some(what) = rerouted(words) {
        return Some(Step::Rerouted(what));
    }
    match code {
        "PU" | "PX" | "DO" => Some(Step::PickedUp),
        "IT" | "AR" | "DP" | "AF" | "OF" | "OD" | "LO" | "AO" | "DE" | "SE" | "CC" => Some(Step::Moved),
        _ => None,
    }
}
