//! Casework on the command line, from customers to a decision by two people that is proved offline.

use std::fs;

use serde_json::Value;

use crate::run::{Place, Ran};

/// Two lists of one party, of two days; and nobody of the second day.
const MONDAY: &str = r#"{"id":"l-1","caption":"Orvantis Brellmoor","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"birthDate":["1971-02-03"],"topics":["sanction"]},"datasets":["list"],"target":true}
{"id":"l-2","caption":"Zyphera Kalloway","schema":"Person","properties":{"name":["Zyphera Kalloway"],"topics":["sanction"]},"datasets":["list"],"target":true}
"#;
const TUESDAY: &str = r#"{"id":"l-1","caption":"Orvantis Brellmoor","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"birthDate":["1971-02-04"],"topics":["sanction"]},"datasets":["list"],"target":true}
{"id":"l-3","caption":"Wendrick Saltholme","schema":"Person","properties":{"name":["Wendrick Saltholme"],"topics":["sanction"]},"datasets":["list"],"target":true}
"#;
const CUSTOMERS: &str = "id,name,birth_date\nc-1,Orvantis Brellmoor,\nc-2,Zyphera Kalloway,\nc-3,Wendrick Saltholme,\nc-4,Nobody Atall,1990-01-01\n,Without Number,\n";

fn staffed() -> Place {
    let place = Place::new();
    fs::write(place.path("monday.ftm.jsonl"), MONDAY).unwrap();
    fs::write(place.path("tuesday.ftm.jsonl"), TUESDAY).unwrap();
    fs::write(place.path("customers.csv"), CUSTOMERS).unwrap();
    for day in ["monday", "tuesday"] {
        place.run(&["build", "--source", &format!("list={day}.ftm.jsonl"), "--out", &format!("{day}.snapshot")]).code(0);
    }
    place.run(&["casework", "init", "--as", "root", "--name", "Ruth Example"]).code(0).says(&["administrator"]);
    for (id, role) in [("night", "service"), ("ann", "analyst"), ("bob", "approver"), ("aud", "auditor")] {
        place.run(&["casework", "actor", id, "--name", id, "--role", role, "--as", "root"]).code(0);
    }
    place.run(&["customers", "add", "customers.csv", "--as", "night"]).code(0).says(&["needs an id of yours"]);
    place
}

fn monitor(place: &Place, day: &str) -> Value {
    place.run(&["monitor", "--snapshot", &format!("{day}.snapshot"), "--as", "night", "--format", "json"]).code(0).json()
}

fn id(ran: &Ran, at: usize) -> String {
    ran.json()[at]["id"].as_str().unwrap().to_owned()
}

#[test]
fn from_a_customer_to_a_proof() {
    let place = staffed();
    let first = monitor(&place, "monday");
    assert_eq!(
        (&first["hits"], &first["screening"]["customers"], &first["screening"]["base"]),
        (&2.into(), &4.into(), &Value::Null)
    );
    let alerts = place.run(&["alerts", "list", "--customer", "c-1", "--as", "ann", "--format", "json"]).code(0);
    let alert = id(&alerts, 0);
    place.run(&["alerts", "show", &alert, "--as", "ann"]).code(0);
    place.run(&["alerts", "note", &alert, "asked for the passport", "--as", "ann"]).code(0);
    let propose = [
        "alerts",
        "propose",
        &alert,
        "--as-a",
        "false-positive",
        "--reason",
        "another year of birth",
        "--as",
        "ann",
        "--format",
        "json",
    ];
    let decision = id(&place.run(&propose).code(0), 0);
    place.run(&["alerts", "approve", &decision, "--as", "ann"]).code(1).says(&["hint"]);
    assert_eq!(id(&place.run(&["alerts", "pending", "--as", "bob", "--format", "json"]).code(0), 0), decision);
    place.run(&["alerts", "approve", &decision, "--as", "bob"]).code(0);
    // It runs again as it was, and says what is missing where the snapshot is not there.
    let replay = ["replay", decision.as_str(), "--as", "aud"];
    assert!(place.run(&replay).code(0).stdout.contains("the same comes out again"));
    fs::create_dir(place.path("elsewhere")).unwrap();
    let missing = place.run(&[&replay[..], &["--archive", "elsewhere"]].concat()).code(1).says(&["cannot be run again"]);
    assert!(missing.stdout.contains("list of "), "{}", missing.stdout);
    // The proof is checked without the store.
    place.run(&["bundle", "keygen", "--out", "keys"]).code(0);
    place.run(&["casework", "checkpoint", "--secret-key", "keys/bundle.key", "--as", "aud"]).code(0);
    place.run(&["casework", "export", "audit.jsonl", "--secret-key", "keys/bundle.key", "--as", "aud"]).code(0);
    let verify = ["verify", "audit.jsonl", "--public-key", "keys/bundle.pub"];
    let sound = place.run(&verify).code(0);
    assert!(sound.stdout.starts_with("sound\n") && sound.stdout.contains("signed to row"), "{}", sound.stdout);
    let text = fs::read_to_string(place.path("audit.jsonl")).unwrap();
    fs::write(place.path("audit.jsonl"), text.replacen("another", "an other", 1).replacen("\"ann\"", "\"bob\"", 1)).unwrap();
    let broken = place.run(&verify).code(1);
    assert!(broken.stdout.contains("wrong"), "{}", broken.stdout);
    place.run(&["casework", "verify"]).code(0);
}

#[test]
fn the_next_day_is_screened_by_what_changed() {
    let place = staffed();
    monitor(&place, "monday");
    let open = |customer: &str| {
        let alerts = place.run(&["alerts", "list", "--customer", customer, "--as", "ann", "--format", "json"]).code(0).json();
        alerts.as_array().unwrap().len()
    };
    for (customer, found) in [("c-1", "false-positive"), ("c-2", "true-match")] {
        let alert = id(&place.run(&["alerts", "list", "--customer", customer, "--as", "ann", "--format", "json"]).code(0), 0);
        let propose =
            ["alerts", "propose", &alert, "--as-a", found, "--reason", "by the papers", "--as", "ann", "--format", "json"];
        let decision = id(&place.run(&propose).code(0), 0);
        place.run(&["alerts", "approve", &decision, "--as", "bob"]).code(0);
    }
    assert_eq!((open("c-1"), open("c-3")), (0, 0));
    let next = monitor(&place, "tuesday");
    assert!(next["screening"]["base"].is_string(), "{next}");
    // The whitelisting of c-1 ended with the other date of birth, c-3 is listed, and c-2 is due for release.
    assert_eq!((open("c-1"), open("c-2"), open("c-3")), (1, 0, 1));
    let duties = place.run(&["releases", "list", "--as", "bob", "--format", "json"]).code(0);
    assert_eq!(duties.json()[0]["customer"], "c-2");
    place.run(&["releases", "end", &id(&duties, 0), "--reason", "the account is free", "--as", "bob"]).code(0);
    assert_eq!(place.run(&["releases", "list", "--as", "bob", "--format", "json"]).code(0).json(), Value::Array(Vec::new()));
    // Somebody who comes now is not covered until he is screened.
    fs::write(place.path("late.jsonl"), r#"{"id":"c-9","schema":"Person","properties":{"name":["Late Comer"]}}"#).unwrap();
    place.run(&["customers", "add", "late.jsonl", "--as", "night"]).code(0);
    let uncovered = ["monitor", "--uncovered", "--snapshot", "tuesday.snapshot", "--as", "ann", "--format", "json"];
    assert_eq!(place.run(&uncovered).code(0).json()[0]["customer"], "c-9");
    place.run(&["customers", "coverage", "c-9", "--as", "ann"]).code(0).says(&["not checked, which is not clean"]);
    place.run(&["monitor", "--only", "c-9", "--snapshot", "tuesday.snapshot", "--as", "night"]).code(0);
    assert_eq!(place.run(&uncovered).code(0).json(), Value::Array(Vec::new()));
}

#[test]
fn settings_are_tried_and_then_in_force() {
    let place = staffed();
    monitor(&place, "monday");
    fs::write(place.path("strict.toml"), "threshold = 1.0\n").unwrap();
    let snapshot = ["--snapshot", "monday.snapshot"];
    let tried =
        place.run(&[&["casework", "settings", "--settings", "strict.toml", "--as", "root"], &snapshot[..]].concat()).code(0);
    assert!(tried.stdout.contains("4 customers screened"), "{}", tried.stdout);
    let adopt = ["casework", "settings", "--settings", "strict.toml", "--adopt", "fewer alarms", "--as", "root"];
    place.run(&[&adopt[..], &snapshot].concat()).code(0).says(&["are in force"]);
    let after = monitor(&place, "monday");
    assert_eq!(after["screening"]["base"], Value::Null, "other settings rest on nothing");
    place.run(&["casework", "history", "matching", "--as", "aud"]).code(0);
}

#[test]
fn looking_back_on_a_day() {
    let place = staffed();
    let on = |date: &str, more: &[&str]| {
        place.run(&[&["lookback", "customers.csv", "--date", date, "--format", "json"], more].concat())
    };
    let report = on("2026-11-09", &["--snapshot", "monday.snapshot"]).code(0).json();
    assert_eq!(report["alerts"].as_array().unwrap().len(), 2);
    assert_eq!(on("2026-11-09", &["--snapshot", "monday.snapshot", "--exit-code"]).code, Some(3));
    // Without a snapshot the issues that were in force are looked for: here nothing ever was.
    on("2026-11-09", &[]).code(1).says(&["nothing is known to have been in force on 2026-11-09"]);
    on("yesterday", &[]).code(2);
    on("2026-11-09", &["--issue", "list"]).code(2).says(&["not written as SOURCE@DATE"]);
}

#[test]
fn backups_and_mistakes() {
    let place = staffed();
    place.run(&["casework", "backup", "copy.db", "--as", "root"]).code(0);
    place.run(&["casework", "restore", "copy.db", "--cases", "other.db"]).code(0);
    place.run(&["casework", "verify", "--cases", "other.db"]).code(0);
    place.run(&["casework", "restore", "copy.db", "--cases", "other.db"]).code(1);
    place.run(&["casework", "init", "--as", "x", "--name", "X"]).code(1).says(&["has actors"]);
    place.run(&["customers", "list"]).code(2).says(&["--as ACTOR"]);
    place.run(&["customers", "list", "--as", "ann", "--cases", "none.db"]).code(1).says(&["there is no store at"]);
    place.run(&["customers", "list", "--as", "nobody"]).code(1).says(&["nobody who may do anything"]);
    place.run(&["customers", "add", "customers.csv", "--as", "aud"]).code(1).says(&["has no role"]);
    place.run(&["casework", "actor", "x", "--name", "x", "--role", "admin,approver", "--as", "root"]).code(2);
    place.run(&["alerts", "show", "A-1'; DROP TABLE alert; --", "--as", "ann"]).code(1).says(&["there is no alert"]);
    place.run(&["casework", "actors", "--cases", "mysql://x", "--as", "root"]).code(2);
    fs::write(place.path("broken.jsonl"), "{\"id\": 1\n").unwrap();
    place.run(&["customers", "add", "broken.jsonl", "--as", "night"]).code(1);
}

/// A Parquet file with columns of texts.
fn parquet(header: [&str; 3], rows: &[[&str; 3]]) -> Vec<u8> {
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::writer::SerializedFileWriter;

    let columns = header.map(|name| format!("REQUIRED BYTE_ARRAY {name} (UTF8);")).concat();
    let schema = parquet::schema::parser::parse_message_type(&format!("message customers {{ {columns} }}")).unwrap();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema.into(), std::sync::Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    for at in 0..header.len() {
        let values: Vec<ByteArray> = rows.iter().map(|row| row[at].into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    file.close().unwrap();
    bytes
}

/// Customers of a Parquet file are those of the same rows as CSV; half a file adds nobody.
#[test]
fn customers_come_as_parquet() {
    let place = staffed();
    let rows = [["p-1", "Orvantis Brellmoor", "1971-02-03"], ["p-2", "Somebody Else", ""], ["", "Without Number", ""]];
    let bytes = parquet(["id", "name", "birth_date"], &rows);
    fs::write(place.path("half.parquet"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(place.path("whole.parquet"), &bytes).unwrap();
    let ids = || -> Vec<String> {
        let listed = place.run(&["customers", "list", "--as", "ann", "--format", "json"]).code(0).json();
        listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids();
    place.run(&["customers", "add", "half.parquet", "--as", "night"]).code(1).says(&["half.parquet"]);
    assert_eq!(ids(), before);
    place.run(&["customers", "add", "whole.parquet", "--as", "night"]).code(0).says(&["needs an id of yours"]);
    assert_eq!(ids().iter().filter(|id| !before.contains(id)).collect::<Vec<_>>(), ["p-1", "p-2"]);
    let alerts = monitor(&place, "monday");
    assert!(alerts.to_string().contains("p-1") || alerts["hits"].as_u64() >= Some(3), "{alerts}");
}
