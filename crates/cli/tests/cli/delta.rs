//! `delta` and `brief`: two issues of a list in, what changed out.

use serde_json::Value;

use crate::run::{Place, people};

const OLD: &str = r#"{"id":"x-1","schema":"Person","properties":{"name":["Quillon Vardek"],"birthDate":["1970"]},"target":true}
{"id":"x-2","schema":"Company","properties":{"name":["Example Trading"],"country":["pa"]},"target":true}
{"id":"x-s-2","schema":"Sanction","properties":{"entity":["x-2"],"program":["TEST1"],"listingDate":["2029-05-06"]}}
"#;
const NEW: &str = r#"{"id":"x-1","schema":"Person","properties":{"name":["Quillon Vardek"],"birthDate":["1970-02-03"]},"target":true}
{"id":"x-3","schema":"Organization","properties":{"name":["Test Bureau 9"],"country":["kp"]},"target":true}
{"id":"x-s-3","schema":"Sanction","properties":{"entity":["x-3"],"program":["DPRK9"],"listingDate":["2030-01-16"],"authority":["Sample Office"]}}
"#;

fn files(place: &Place) -> (String, String) {
    (place.file("old.jsonl", OLD), place.file("new.jsonl", NEW))
}

#[test]
fn two_files() {
    let place = Place::new();
    let (old, new) = files(&place);
    let ran = place.run(&["delta", &old, &new]).code(0);
    for words in
        ["1 added, 1 removed, 1 changed; 0 unchanged", "Test Bureau 9", "DPRK9", "2030-01-16", "birth date", "1970-02-03"]
    {
        assert!(ran.stdout.contains(words), "`{words}` is missing in\n{}", ran.stdout);
    }
    let json = place.run(&["delta", &old, &new, "--source", "test", "--format", "json"]).code(0).json();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(members, ["old", "new", "counts", "added", "removed", "changed"]);
    assert_eq!(json["old"]["sources"][0]["id"], "test");
    assert_eq!(json["old"]["sources"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&json["added"][0]["id"], &json["removed"][0]["id"]), (&"x-3".into(), &"x-2".into()));
    let fact = &json["changed"][0]["facts"][0];
    assert_eq!((&fact["kind"], &fact["old"], &fact["new"]), (&"birthDate".into(), &"1970".into(), &"1970-02-03".into()));
    let lines = place.run(&["delta", &old, &new, "--format", "jsonl"]).code(0).jsonl();
    let changes: Vec<&Value> = lines.iter().map(|line| &line["change"]).collect();
    assert_eq!(changes, ["added", "removed", "changed"]);
    let csv = place.run(&["delta", &old, &new, "--format", "csv"]).code(0).stdout;
    assert!(csv.starts_with("change,id,caption,schema,programs,fact,old,new,record,why\n"), "{csv}");
    assert!(csv.contains("changed,x-1,Quillon Vardek,Person,,birthDate,1970,1970-02-03,line 1,\n"), "{csv}");
    place.run(&["delta", &old, &new, "--output", "out.json"]).code(0);
    assert!(place.read("out.json").starts_with("{\n"));
}

#[test]
fn what_is_asked_for() {
    let place = Place::new();
    let (old, new) = files(&place);
    let counts = |arguments: &[&str]| {
        let ran = place.run(&[&["delta", &old, &new, "--format", "json"], arguments].concat()).code(0);
        let counts = ran.json()["counts"].clone();
        ["added", "removed", "changed"].map(|what| counts[what].as_u64().unwrap())
    };
    assert_eq!(counts(&["--program", "dprk"]), [1, 0, 0]);
    assert_eq!(counts(&["--program", "TEST"]), [0, 1, 0]);
    assert_eq!(counts(&["--schema", "person"]), [0, 0, 1]);
    assert_eq!(counts(&["--schema", "Organization"]), [1, 1, 0]);
    assert_eq!(counts(&["--program", "DPRK", "--schema", "Person"]), [0, 0, 0]);
    let json = place.run(&["delta", &old, &new, "--format", "json", "--program", "DPRK"]).code(0).json();
    assert_eq!(json["added"][0]["why"], serde_json::json!(["programme DPRK9", "country North Korea"]));
}

#[test]
fn exit_codes() {
    let place = Place::new();
    let (old, new) = files(&place);
    for (arguments, code) in [
        (&["delta", old.as_str(), new.as_str()][..], 0),
        (&["delta", &old, &new, "--exit-code"], 3),
        (&["delta", &old, &old, "--exit-code"], 0),
        (&["delta", &old, &new, "--exit-code", "--program", "NOSUCH"], 0),
        (&["delta", &old], 2),
        (&["delta", &old, "missing.xml"], 1),
        (&["delta", &old, &new, "--schema", "Bogus"], 2),
        (&["delta", &old, &new, "--source", "Not An Id"], 2),
        (&["delta", &old, &new, "--output", &old], 2),
        (&["delta", &old, &new, "--format", "html"], 2),
        (&["brief", "--old", &old, "--new", &new, "--format", "csv"], 2),
        (&["brief", "--old", &old], 2),
        (&["brief"], 2),
        (&["brief", "--old", &old, "--new", &new, "--since", "2030-02-01", "--until", "2030-01-01"], 2),
        (&["brief", "--old", &old, "--new", &new, "--since", "yesterday"], 2),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    }
    // What a wrong call names is left as it was.
    assert_eq!(place.read("old.jsonl"), OLD);
}

#[test]
fn lists_that_do_not_belong_together() {
    let place = Place::new();
    let (old, _) = files(&place);
    let other = place.file("other.jsonl", people(2));
    place.run(&["delta", &old, &other]).code(1).says(&["have no party in common", "hint: "]);
    let list = include_str!("../../../sources/tests/data/mini_advanced.xml");
    let xml = place.file("list.xml", list);
    place.run(&["delta", &old, &xml]).code(1).says(&["not two issues of one list", "ofac_sdn_advanced", "ftm_json_lines"]);
    let snapshot = place.build("test", OLD, "old.snapshot");
    place.run(&["delta", &snapshot, &old]).code(1).says(&["is a snapshot and", "hint: "]);
    let foreign = place.build("other", &people(2), "other.snapshot");
    place.run(&["delta", &snapshot, &foreign]).code(1).says(&["no source in common"]);
    let again = place.build("test", NEW, "new.snapshot");
    place
        .run(&["delta", &snapshot, &again, "--source", "nosuch"])
        .code(1)
        .says(&["no source `nosuch`", "its sources are test"]);
}

#[test]
fn two_snapshots() {
    let place = Place::new();
    let old = place.build("test", OLD, "old.snapshot");
    let new = place.build("test", NEW, "new.snapshot");
    for arguments in [&["--source", "test"][..], &[]] {
        let json = place.run(&[&["delta", &old, &new, "--format", "json"], arguments].concat()).code(0).json();
        assert_eq!(json["counts"], serde_json::json!({"added": 1, "removed": 1, "changed": 1, "unchanged": 0}));
        assert_eq!(json["new"]["snapshot"].as_str().unwrap().len(), 64);
    }
    // Two lists in one snapshot are two, and the one that only the newer has is said.
    let (a, b) = (place.file("a.jsonl", OLD), place.file("b.jsonl", people(2)));
    let both = place.path("both.snapshot").display().to_string();
    let (a, b) = (format!("test={a}"), format!("more={b}"));
    place.run(&["build", "--source", &a, "--source", &b, "--out", &both]).code(0);
    let ran = place.run(&["delta", &old, &both, "--format", "json"]).code(0).says(&["no source `more`"]);
    assert_eq!(ran.json()["counts"]["added"], 2);
    let json = place.run(&["delta", &old, &both, "--source", "test", "--format", "json"]).code(0).json();
    assert_eq!(json["counts"], serde_json::json!({"added": 0, "removed": 0, "changed": 0, "unchanged": 2}));
}

#[test]
fn changes_of_entities() {
    let place = Place::new();
    let (old, new) = files(&place);
    place
        .run(&["delta", &old, &new, "--ftm-delta", "delta.jsonl", "--program", "DPRK"])
        .code(0)
        .says(&["5 changes of entities"]);
    let lines = place.read_jsonl("delta.jsonl");
    let shown: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {}", line["op"].as_str().unwrap(), line["entity"]["id"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, ["MOD x-1", "ADD x-3", "ADD x-s-3", "DEL x-2", "DEL x-s-2"]);
    assert_eq!(lines[0]["entity"]["properties"]["birthDate"][0], "1970-02-03");
}

#[test]
fn a_bulletin() {
    let place = Place::new();
    let (old, new) = files(&place);
    let customers = place.file("customers.csv", "id,name,type\nc1,Test Bureau Nine,company\nc2,Test Bureau 9,company\nc3\n");
    let issue = format!("test={old},{new}");
    let common = ["brief", "--issue", &issue, "--generated", "2030-02-02", "--customers", &customers];
    let ran = place.run(&common).code(0).says(&["c3", "not checked"]);
    for words in ["# Sanctions bulletin\n", "written 2030-02-02", "### Designated on 2030-01-16", "| c2 | Test Bureau 9 |"] {
        assert!(ran.stdout.contains(words), "`{words}` is missing in\n{}", ran.stdout);
    }
    let json = place.run(&[&common[..], &["--format", "json", "--program", "DPRK"]].concat()).code(0).json();
    assert_eq!((&json["program"], &json["counts"]["added"]), (&"DPRK".into(), &1.into()));
    assert_eq!(json["customers"]["unread"][0]["id"], "c3");
    assert_eq!(json["sources"][0]["source"], "test");
    place.run(&[&common[..], &["--output", "out.html"]].concat()).code(0);
    assert!(place.read("out.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(place.run(&[&common[..], &["--format", "html"]].concat()).code(0).stdout, place.read("out.html"));
    // Two snapshots do as well as two files.
    let (old, new) = (place.build("test", OLD, "old.snapshot"), place.build("test", NEW, "new.snapshot"));
    let ran = place.run(&["brief", "--old", &old, "--new", &new]).code(0);
    assert!(ran.stdout.contains("**1 party added, 1 removed, 1 changed on test**"), "{}", ran.stdout);
}
