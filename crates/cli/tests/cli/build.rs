//! `build`: counts, what is refused, and that a refused build leaves the old snapshot as it was.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Place, people, root};

#[test]
fn counts_are_reported() {
    let place = Place::new();
    let source = place.file("a.jsonl", people(5));
    let out = place.path("a.snapshot").display().to_string();
    let ran = place.run(&["build", "--source", &format!("test={source}"), "--out", &out, "--format", "json"]).code(0);
    let report = ran.json();
    assert_eq!((&report["entities"], &report["sources"][0]["entities"]), (&json!(10), &json!(10)));
    assert_eq!(report["sources"][0]["id"], "test");
    assert_eq!(report["snapshot"], place.run(&["verify", &out, "--format", "json"]).json()["snapshot"]);
    let table = place.run(&["build", "--source", &format!("test={source}"), "--out", &out]).code(0).stdout;
    assert!(table.contains("entities") && table.contains("reference"), "{table}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let place = Place::new();
    let first = place.build("test", &people(5), "a.snapshot");
    let second = place.build("test", &people(5), "b.snapshot");
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn a_list_that_shrinks_too_far_is_refused() {
    let place = Place::new();
    let out = place.build("test", &people(20), "test.snapshot");
    let before = fs::read(&out).unwrap();
    let small = format!("test={}", place.file("small.jsonl", people(17)));
    let refused = place.run(&["build", "--source", &small, "--out", &out]).code(1);
    refused.says(&["source `test`: entities fell from 40 to 34", "hint: "]);
    assert_eq!(fs::read(&out).unwrap(), before);
    let other = place.path("other.snapshot").display().to_string();
    place
        .run(&["build", "--source", &small, "--out", &other, "--previous", &out])
        .code(1)
        .says(&["entities fell from 40 to 34"]);
    assert!(!Path::new(&other).exists());
    place.run(&["build", "--source", &small, "--out", &out, "--max-shrink", "15"]).code(0);
    assert_ne!(fs::read(&out).unwrap(), before);
}

#[test]
fn a_source_that_is_gone_is_said() {
    let place = Place::new();
    let out = place.build("old", &people(2), "test.snapshot");
    let source = format!("new={}", place.file("new.jsonl", people(2)));
    place
        .run(&["build", "--source", &source, "--out", &out])
        .code(0)
        .says(&["source `old` of the previous snapshot is not in this one"]);
}

#[test]
fn arguments_that_make_no_sense() {
    let place = Place::new();
    let source = place.file("a.jsonl", people(1));
    let twice = [format!("a={source}"), format!("a={source}")];
    place.run(&["build", "--source", &twice[0], "--source", &twice[1], "--out", "x"]).code(2).says(&["`a` is given twice"]);
    place.run(&["build", "--source", &source, "--out", "x"]).code(2);
    place.run(&["build", "--source", "A=x", "--out", "x"]).code(2);
    place.run(&["build", "--source", "a=missing", "--out", "x"]).code(1).says(&["source `a`", "missing"]);
    let both = [format!("a={source}"), format!("b={source}")];
    place.run(&["build", "--source", &both[0], "--source", &both[1], "--out", "x"]).code(1).says(&["entity id `p-0`"]);
    assert!(!place.path("x").exists());
}

#[test]
fn a_file_that_is_no_snapshot_is_not_replaced() {
    let place = Place::new();
    let source = format!("a={}", place.file("a.jsonl", people(1)));
    let out =
        place.file("letter.txt", "Dear Sir or Madam, this is not a snapshot, and it is long enough to have a header of one.");
    place.run(&["build", "--source", &source, "--out", &out]).code(1).says(&["not an interdict snapshot", "left as it is"]);
    assert!(place.read("letter.txt").starts_with("Dear"));
}

#[test]
fn broken_lines_are_left_out_and_kept_for_the_user() {
    let place = Place::new();
    let text = people(2) + "{\"id\":\"x\"}\n{broken\n";
    let source = format!("a={}", place.file("a.jsonl", text));
    let arguments = ["build", "--source", &source, "--out", "a.snapshot", "--rejects", "rejects.jsonl"];
    place.run(&arguments).code(0).says(&["a.jsonl:5: `schema` is missing", "issues: 2, records left out: 2"]);
    let rejects = place.read_jsonl("rejects.jsonl");
    assert_eq!(rejects.len(), 2);
    assert_eq!((&rejects[0]["line"], &rejects[1]["line"]), (&json!(5), &json!(6)));
    assert!(rejects[1]["text"].as_str().unwrap().starts_with("{broken"));
    fs::remove_file(place.path("a.snapshot")).unwrap();
    place.run(&[&arguments[..], &["--strict"]].concat()).code(1).says(&["refused because of --strict"]);
    assert!(!place.path("a.snapshot").exists());
}

/// The whole official list, with the counts it is known to have. Reads the optional folder of lists beside the repository.
#[test]
fn the_whole_list_reconciles() {
    let list = root().join("../shared/data/ofac/advanced");
    let file = ["sdn_advanced_2025-11-19.xml.bz2", "sdn_advanced_2025-11-19.xml"]
        .iter()
        .map(|name| list.join(name))
        .find(|path| path.exists());
    let Some(file) = file else {
        eprintln!("skipped: there is no folder with the official lists");
        return;
    };
    let place = Place::new();
    let source = format!("us_ofac_sdn={}", file.display());
    let ran = place.run(&["build", "--source", &source, "--out", "sdn.snapshot", "--format", "json"]).code(0);
    let report = ran.json();
    let counts = report["sources"][0]["counts"].as_array().unwrap();
    assert!(counts.iter().filter(|count| count["reference"].is_number()).count() >= 8, "{counts:#?}");
    assert!(counts.iter().all(|count| count["ok"] != false), "{counts:#?}");
    for (query, id) in [
        ("Chonsurim Trading Corp", "ofac-52283"),
        ("천수림무역회사", "ofac-52283"),
        ("Jong In Chol", "ofac-52289"),
        ("Chong In-ch'ol", "ofac-52289"),
        ("Korea Pongnaesan Trading Corporation", "ofac-52262"),
        ("0xb6f5ec1a0a9cd1526536d3f0426c429529471f40", "ofac-43377"),
    ] {
        let hits = place.run(&["screen", query, "--snapshot", "sdn.snapshot", "--format", "json", "-q"]).code(0).json();
        let ids: Vec<&str> = hits["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&id), "{query}: {ids:?}");
    }
}
