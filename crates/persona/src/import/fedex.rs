//! Answers of the Track interface of `FedEx`: `output.completeTrackResults[].trackResults[]`. Each result goes in as a parcel of the person
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::read;

    fn scan(kind: &str, words: &str, date: &str) -> Value {
        json!({
            "date": date, "eventType": kind, "eventDescription": words, "exceptionDescription": "",
            "scanLocation": {"city": "SPRINGFIELD", "stateOrProvinceCode": "IL", "countryCode": "US"},
        })
    }

    /// A result after the public list of fields; scans stand with the last one first.
    fn result(scans: &[Value]) -> Value {
        json!({
            "trackingNumberInfo": {"trackingNumber": "7712 3456 7890", "carrierCode": "FDXE"},
            "additionalTrackingInfo": {"packageIdentifiers": [
                {"type": "PURCHASE_ORDER", "values": ["PO-77"]},
                {"type": "CUSTOMER_REFERENCE", "values": ["Laptop desk", "E-1001"]},
            ]},
            "recipientInformation": {"contact": {}, "address": {
                "streetLines": ["1 Example St", ""], "city": "SPRINGFIELD", "stateOrProvinceCode": "IL", "postalCode": "62701",
                "countryCode": "US",
            }},
            "deliveryDetails": {
                "receivedByName": "B.OTHER", "locationType": "RESIDENCE",
                "actualDeliveryAddress": {"streetLines": ["7 Farm Rd"], "city": "SPRINGFIELD", "countryCode": "US"},
            },
            "dateAndTimes": [{"type": "ACTUAL_DELIVERY", "dateTime": "2026-02-03T10:15:00-06:00"}],
            "scanEvents": scans,
        })
    }

    fn answer(result: &Value) -> String {
        let complete = json!([{"trackingNumber": "771234567890", "trackResults": [result]}]);
        json!({"transactionId": "t", "output": {"completeTrackResults": complete}}).to_string()
    }

    fn scans() -> [Value; 6] {
        [
            scan("DL", "Delivered", "2026-02-03T10:15:00-06:00"),
            scan("RR", "Delivery option requested", "2026-02-02T19:00:00-06:00"),
            scan("HL", "Ready for recipient pickup", "2026-02-02T18:00:00-06:00"),
            scan("DP", "Left FedEx origin facility", "2026-02-01T20:00:00-05:00"),
            scan("PU", "Picked up", "2026-02-01T17:00:00-05:00"),
            scan("OC", "Shipment information sent to FedEx", "2026-02-01T09:00:00-05:00"),
        ]
    }

    const TO: &str = "tracking=771234567890 ship_to=1 Example St, SPRINGFIELD, IL, 62701, US";

    #[test]
    fn results() {
        let expected = format!(
            "person E-1001
            ship_to 1 Example St, SPRINGFIELD, IL, 62701, US from 2026-02-01T22:00:00Z
            ship_to 7 Farm Rd, SPRINGFIELD, US
            parcel_shipped 2026-02-01T22:00:00Z offset=-300 {TO} @1
            parcel_rerouted 2026-02-03T00:00:00Z offset=-360 {TO} what=hold @1
            parcel_rerouted 2026-02-03T01:00:00Z offset=-360 {TO} what=delivery option @1
            parcel_delivered 2026-02-03T16:15:00Z offset=-360 tracking=771234567890 ship_to=7 Farm Rd, SPRINGFIELD, US signed_by=B.OTHER city=SPRINGFIELD country=US @1"
        );
        check(read, &answer(&result(&scans())), &expected);
        let mut mixed = scans();
        mixed.reverse();
        let again = format!("{}\n{}\n", answer(&result(&mixed)), answer(&result(&mixed)));
        check(read, &again, &expected);
    }

    #[test]
    fn what_goes_back_is_not_delivered() {
        let scans = [
            scan("DL", "Delivered", "2026-02-09T10:00:00Z"),
            scan("RS", "Returning package to shipper", "2026-02-05T10:00:00Z"),
        ];
        let mut result = result(&scans);
        result["deliveryDetails"] = json!({});
        check(
            read,
            &answer(&result),
            &format!(
                "person E-1001
                ship_to 1 Example St, SPRINGFIELD, IL, 62701, US
                parcel_returned 2026-02-05T10:00:00Z {TO} @1"
            ),
        );
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type() {
        // Without scans, the moment of delivery; without a street, no delivery address; without a name, the number.
        let mut bare = result(&[]);
        bare["scanEvents"] = json!("none");
        bare["additionalTrackingInfo"] = json!([]);
        bare["recipientInformation"]["address"]["streetLines"] = json!([]);
        bare["deliveryDetails"] = json!({"receivedByName": "Signature not required", "actualDeliveryAddress": "x"});
        check(
            read,
            &answer(&bare),
            "person parcel:771234567890
            parcel_delivered 2026-02-03T16:15:00Z offset=-360 tracking=771234567890 @1",
        );
        let unknown =
            json!({"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Tracking number cannot be found."}});
        check(read, &answer(&unknown), "! f:1: the row is left out: the carrier answers: Tracking number cannot be found.");
        check(read, "{\"a\":1}", "! f:1: the row is left out: `output.completeTrackResults` is missing");
        let refused = json!({"errors": [{"code": "NOT.AUTHORIZED.ERROR", "message": "Access token expired."}]});
        check(read, &refused.to_string(), "! f:1: the row is left out: the carrier answers: Access token expired.");
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, &answer(&result(&scans())));
    }
}
