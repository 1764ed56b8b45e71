//! Issues that the data folder keeps, told by name and time; and OFAC's own files of changes, held against the next whole file.

use std::fs;

use serde_json::{Value, json};

use crate::run::{Place, root};

const CATALOGUE: &str = r#"
[[source]]
id = "own/list"
title = "A list of our own"
publisher = "Example Ltd"
formats = ["ftm_json_lines"]
files = ["list_*"]
licence = "own"
kind = "list"
effect = "block"
stale_after = 30
"#;

fn party(id: &str, name: &str, program: &str) -> String {
    let party =
        json!({"id": id, "schema": "Organization", "target": true, "properties": {"name": [name], "programId": [program]}});
    let sanction = json!({"id": format!("{id}-s"), "schema": "Sanction",
        "properties": {"entity": [id], "programId": [program], "listingDate": ["2026-01-20"]}});
    format!("{party}\n{sanction}\n")
}

/// A data folder that keeps two issues.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    fs::write(place.path("data/catalog.toml"), CATALOGUE).unwrap();
    let old: String = (0..20).map(|n| party(&format!("x-{n}"), &format!("Quillon Works {n}"), "TEST")).collect();
    let new = old.clone() + &party("x-99", "Zephyr Example Trading", "DPRK9");
    fs::write(place.path("in/list_2026-01-01.jsonl"), &old).unwrap();
    fs::write(place.path("in/list_2026-02-01.jsonl"), &new).unwrap();
    place.run(&["update", "--from", "in"]).code(0);
    place
}

fn added(report: &Value) -> Vec<&str> {
    report["added"].as_array().unwrap().iter().map(|party| party["id"].as_str().unwrap()).collect()
}

#[test]
fn kept_issues_are_compared_by_name() {
    let place = place();
    let delta = |old: &str, new: &str| place.run(&["delta", old, new, "--format", "json"]);
    let report = delta("own/list@2026-01-01", "own/list@2026-02-01").code(0).json();
    assert_eq!(added(&report), ["x-99"]);
    assert_eq!(report["new"]["sources"][0]["issue_date"], "2026-02-01");
    delta("own/list@2026-01-02", "own/list@2026-02-01").code(1).says(&["kept are 2026-01-01, 2026-02-01"]);
    delta("own/none@2026-01-01", "own/none@2026-02-01").code(1).says(&["none is kept"]);
    delta("own/list@2026-01-01", "in/list_2026-02-01.jsonl").code(1).says(&["name both as SOURCE@DATE"]);
}

#[test]
fn a_bulletin_of_what_is_kept() {
    let place = place();
    let brief = |more: &[&str]| {
        let mut arguments = vec!["brief", "--format", "json"];
        arguments.extend(more);
        place.run(&arguments)
    };
    let told = brief(&["--since", "2026-01-01", "--until", "2026-02-15", "--program", "DPRK"]).code(0).json();
    assert_eq!(added(&told), ["x-99"]);
    assert_eq!(added(&brief(&["--since", "2026-01-10", "--only", "own/list"]).code(0).json()), ["x-99"]);
    brief(&["--since", "2026-02-01"]).code(1).says(&["no list has one issue until 2026-02-01"]);
    brief(&["--since", "2026-01-01", "--only", "own/none"]).code(1).says(&["no issue of a list `own/none`"]);
    brief(&[]).code(2);
}

#[test]
fn changes_of_ofac_are_held_against_the_next_whole_file() {
    let place = Place::new();
    let data = root().join("crates/sources/tests/data");
    let enhanced = fs::read_to_string(data.join("mini_enhanced.xml")).unwrap();
    let old = place.file("old.xml", &enhanced);
    let delta = data.join("mini_delta.xml").display().to_string();
    let report = place.run(&["delta", &old, &old, "--ofac-delta", &delta, "--format", "json"]).code(0).json();
    assert_eq!(report["deltas"].as_array().unwrap().len(), 1);
    assert!(!report["mismatches"].as_array().unwrap().is_empty(), "the changes are not in the old file: {report}");
    place.run(&["delta", &old, &old, "--ofac-delta", &delta, "--exit-code"]).code(3).says(&["the whole file is the list"]);
    let not_a_delta = place.file("list.xml", &enhanced);
    place.run(&["delta", &old, &old, "--ofac-delta", &not_a_delta]).code(1);
    place.run(&["delta", &old, &old, "--ofac-delta", &delta, "--program", "DPRK"]).code(2);
}
