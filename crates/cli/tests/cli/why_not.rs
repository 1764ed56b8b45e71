//! `screen --why-not`: the step at which an entity fell, by how much, and what its best name scores.

use serde_json::{Value, json};

use crate::run::{Place, people};

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The step for each query, of one entity.
#[track_caller]
fn steps(place: &Place, arguments: &[&str]) -> Vec<String> {
    let ran = place.run(&[&["screen", "--format", "jsonl", "-q"], arguments].concat()).code(0);
    ran.jsonl().iter().map(|line| line["why_not"][0]["step"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_entity_that_did_not_come_out_says_where_it_fell() {
    let place = Place::new();
    let ran = place.run(&["screen", "Jong In Chol", "--why-not", "ofac-43377", "--format", "json", "-q"]).code(0);
    let result = ran.json();
    assert_eq!(members(&result), ["id", "status", "snapshot", "engine", "settings", "hits", "why_not"]);
    let why = &result["why_not"][0];
    assert_eq!(members(why), ["id", "caption", "step", "score", "needed", "short_by", "explanation"]);
    assert_eq!((&why["id"], &why["caption"], &why["needed"]), (&json!("ofac-43377"), &json!("Kim Sang Man"), &json!(0.7)));
    let number = |member: &str| why[member].as_f64().unwrap();
    assert!(number("score") < 0.7 && (number("short_by") - (0.7 - number("score"))).abs() < 1e-9, "{why}");
    assert_eq!(why["explanation"]["value"], why["score"]);
    assert!(why["explanation"]["description"].as_str().unwrap().contains("Kim Sang Man"), "{why}");
    assert!(why["explanation"]["children"][0]["children"].is_array(), "{why}");
}

#[test]
fn every_step_has_its_code() {
    let place = Place::new();
    let snapshot = place.build("test", &people(3), "test.snapshot");
    let of = |arguments: &[&str]| steps(&place, &[&["--snapshot", &snapshot], arguments].concat());
    assert_eq!(of(&["Quillon Vardek1", "--why-not", "p-1"]), ["found"]);
    assert_eq!(of(&["Quillon Vardek1", "--schema", "Vessel", "--why-not", "p-1"]), ["other_kind"]);
    assert_eq!(of(&["Emily Hartwell", "--why-not", "p-1"]), ["nothing_shared"]);
    assert_eq!(of(&["Quillon Hartwell", "--why-not", "p-1"]), ["score"]);
    assert_eq!(of(&["Quillon Vardek1", "--limit", "1", "--threshold", "0.1", "--why-not", "p-2"]), ["limit"]);
}

#[test]
fn a_party_found_by_its_identifier_is_found_whatever_its_kind() {
    let place = Place::new();
    let wallet = "TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz";
    let query = format!("{{\"id\":\"q\",\"schema\":\"Person\",\"properties\":{{\"publicKey\":[\"{wallet}\"]}}}}\n");
    let input = place.file("in.jsonl", query);
    assert_eq!(steps(&place, &["--input", &input, "--why-not", "ofac-22985"]), ["found"]);
}

#[test]
fn a_file_gets_it_for_every_query_and_every_id() {
    let place = Place::new();
    let input = place.file("in.csv", "id,name\n1,Jong In Chol\n2,\n3,Emily Hartwell\n");
    let arguments = ["screen", "--input", &input, "--why-not", "ofac-43377", "--why-not", "ofac-52289"];
    let lines = place.run(&[&arguments[..], &["--format", "jsonl"]].concat()).code(0).jsonl();
    let ids = |line: &Value| -> Vec<String> {
        line["why_not"].as_array().into_iter().flatten().map(|why| why["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&lines[0]), ["ofac-43377", "ofac-52289"]);
    assert_eq!(lines[0]["why_not"][1]["step"], "found");
    // A row that was not screened has no reason to show.
    assert_eq!((ids(&lines[1]), &lines[1]["status"]), (vec![], &json!("error")));
    assert_eq!(ids(&lines[2]), ["ofac-43377", "ofac-52289"]);
    for explain in [&[][..], &["--explain"]] {
        let table = place.run(&[&arguments[..], explain].concat()).code(0).stdout;
        for words in ["why not Kim Sang Man (ofac-43377)? ", "scored ", "needed 0.70, short by ", "it is among the findings"] {
            assert!(table.contains(words), "`{words}` is missing in\n{table}");
        }
    }
}

#[test]
fn an_id_that_is_not_there_and_a_form_without_a_place_are_refused() {
    let place = Place::new();
    place
        .run(&["screen", "Jong In Chol", "--why-not", "ofac-52289", "--why-not", "ofac-99999999"])
        .code(1)
        .says(&["no entity `ofac-99999999` in snapshot "]);
    place
        .run(&["screen", "Jong In Chol", "--why-not", "ofac-52289", "--format", "csv"])
        .code(2)
        .says(&["--why-not: a CSV file"]);
    place.run(&["screen", "Jong In Chol", "--why-not"]).code(2);
}
