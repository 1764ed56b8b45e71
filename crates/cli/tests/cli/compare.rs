//! `compare` and `eval`.

use serde_json::{Value, json};

use crate::run::Place;

fn pair(id: &str, a: &str, b: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",{more}\"a\":{{\"schema\":\"Person\",\"properties\":{{\"name\":[\"{a}\"]}}}},\
         \"b\":{{\"schema\":\"Person\",\"properties\":{{\"name\":[\"{b}\"]}}}}}}\n"
    )
}

#[test]
fn pairs_get_scores_in_order() {
    let place = Place::new();
    let text = pair("1", "Ada Example", "Example Ada", "")
        + "{\"id\":\"2\",\"a\":{}}\n"
        + "broken\n"
        + &pair("4", "Ada Example", "Tomasz Wierzbicki", "")
        + "{\"id\":\"5\",\"a\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"x\"]}}}\n";
    let input = place.file("pairs.jsonl", text);
    let ran = place.run(&["compare", "--input", &input, "--rejects", "rejects.jsonl"]).code(0);
    let lines = ran.jsonl();
    let members: Vec<&str> = lines[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["id", "score", "ofac", "features"]);
    assert!(lines[0]["score"].as_f64().unwrap() > 0.9, "{}", lines[0]);
    assert!(lines[3]["score"].as_f64().unwrap() < 0.5, "{}", lines[3]);
    assert_eq!(lines[1], json!({"id": "2", "error": "a.schema: is missing"}));
    assert_eq!(lines[2]["id"], Value::Null);
    assert_eq!(lines[4], json!({"id": "5", "error": "b: is missing"}));
    let rejects = place.read_jsonl("rejects.jsonl");
    let places: Vec<(u64, &str)> =
        rejects.iter().map(|line| (line["line"].as_u64().unwrap(), line["field"].as_str().unwrap())).collect();
    assert_eq!(places, [(2, "a.schema"), (3, ""), (5, "b")]);
    let explained = place.run(&["compare", "--input", &input, "--explain", "-q"]).jsonl();
    assert!(explained[0]["explanation"]["children"].is_array());
}

#[test]
fn labelled_pairs_give_precision_and_recall() {
    let place = Place::new();
    let text = pair("1", "Ada Example", "Example Ada", "\"match\":true,\"group\":\"order\",\"script\":\"Latin\",")
        + &pair("2", "Ada Example", "Ada Example", "\"match\":false,\"group\":\"homonym\",")
        + &pair("3", "Ada Example", "Tomasz Wierzbicki", "\"match\":true,\"group\":\"order\",")
        + &pair("4", "Emily Hartwell", "Tomasz Wierzbicki", "\"match\":false,\"group\":\"homonym\",")
        + &pair("5", "no", "label", "");
    let input = place.file("pairs.jsonl", text);
    let ran = place.run(&["eval", &input, "--format", "json", "--errors", "wrong.jsonl"]).code(0);
    let report = ran.json();
    assert_eq!((&report["pairs"], &report["matches"], &report["errors"]), (&json!(4), &json!(2), &json!(1)));
    assert_eq!((&report["precision"], &report["recall"], &report["f1"]), (&json!(0.5), &json!(0.5), &json!(0.5)));
    assert_eq!(report["by"]["group"]["order"]["recall"], 0.5);
    assert_eq!(report["by"]["group"]["homonym"]["recall"], Value::Null);
    assert_eq!(report["by"]["script"]["Latin"]["f1"], 1.0);
    let wrong: Vec<Value> = place.read_jsonl("wrong.jsonl").into_iter().map(|line| line["id"].clone()).collect();
    assert_eq!(wrong, [json!("2"), json!("3")]);
    ran.says(&["match: is missing", "1 of 5 lines rejected"]);
    let table = place.run(&["eval", &input, "-q"]).code(0).stdout;
    assert!(table.contains("group homonym") && table.contains("best F1"), "{table}");
    let empty = place.file("none.jsonl", "{}\n");
    place.run(&["eval", &empty]).code(1).says(&["no labelled pair"]);
}
