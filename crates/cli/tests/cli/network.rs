//! `network show`, `path`, `owners` and `communities`: every form of the output, what is said where there is nothing, and what is refused.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::run::Place;

/// A listed party, its owner, a company with the owner's telephone, one with no link at all, and two that own each other.
const LIST: &str = r#"{"id":"x-1","schema":"Company","properties":{"name":["Vardek Quillon Trading"],"topics":["sanction"],"phone":["+1 202 555 0142"]}}
{"id":"x-2","schema":"Person","properties":{"name":["Orrin Talvek"],"country":["us"]}}
{"id":"x-3","schema":"Ownership","properties":{"owner":["x-2"],"asset":["x-1"],"percentage":["60"],"startDate":["2020-01-01"],"endDate":["2023-01-01"]}}
{"id":"x-4","schema":"Company","properties":{"name":["Sundrel Marine"],"phone":["+1 (202) 555-0142"]}}
{"id":"x-5","schema":"Company","properties":{"name":["Hallowmere Foods"]}}
{"id":"x-6","schema":"Company","properties":{"name":["Brackwater Holdings"]}}
{"id":"x-7","schema":"Company","properties":{"name":["Pellinor Estates"]}}
{"id":"x-8","schema":"Ownership","properties":{"owner":["x-6"],"asset":["x-7"],"percentage":["100"]}}
{"id":"x-9","schema":"Ownership","properties":{"owner":["x-7"],"asset":["x-6"],"percentage":["25"]}}
{"id":"x-10","schema":"Ownership","properties":{"owner":["gone"],"asset":["x-6"],"percentage":["75"]}}
"#;

fn place() -> Place {
    let place = Place::new();
    place.build("invented", LIST, "data/list.snapshot");
    place
}

fn ids(parties: &Value) -> Vec<&str> {
    parties.as_array().unwrap().iter().map(|party| party["id"].as_str().unwrap()).collect()
}

#[test]
fn a_way_of_the_built_in_dataset_with_its_source() {
    let place = Place::new();
    let ran = place.run(&["network", "path", "Liaoning China Trade", "Department 53"]).code(0);
    for words in ["ofac-52264", "Providing support to", "us_ofac_sdn 2025-11-19, ProfileRelationship 21533]→", "ofac-52262"] {
        assert!(ran.stdout.contains(words), "`{words}` is missing in {}", ran.stdout);
    }
}

#[test]
fn a_way_in_every_form() {
    let place = place();
    let answer = place.run(&["network", "path", "Sundrel Marine", "Orrin Talvek", "--format", "json"]).code(0).json();
    assert_eq!((answer["snapshot"].as_str().unwrap().len(), &answer["engine"]), (64, &json!("0.1.0")));
    let path = &answer["paths"][0];
    assert_eq!(ids(&path["parties"]), ["x-4", "x-1", "x-2"]);
    assert_eq!(path["parties"][1]["listed"], true);
    let steps: Vec<&Value> = path["hops"].as_array().unwrap().iter().map(|hop| &hop["steps"][0]).collect();
    assert_eq!((&steps[0]["kind"], &steps[0]["direction"]), (&json!("phone"), &json!("both")));
    assert_eq!((&steps[1]["kind"], &steps[1]["direction"]), (&json!("shares"), &json!("backward")));
    assert_eq!((&steps[1]["statement"], &steps[1]["share"]), (&json!("x-3"), &json!({"min": 60.0, "max": 60.0})));
    assert_eq!((&steps[1]["since"], &steps[1]["until"]), (&json!("2020-01-01"), &json!("2023-01-01")));

    let lines = place.run(&["network", "path", "x-4", "x-2", "--format", "ftm"]).code(0).jsonl();
    let found: Vec<&str> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(found, ["x-4", "x-2", "x-1", "x-3"]);
    assert_eq!(lines[3]["properties"]["owner"], json!(["x-2"]));
    for (ending, begins) in [("svg", "<svg"), ("dot", "digraph"), ("graphml", "<?xml"), ("csv", "path,hop,from"), ("json", "{")]
    {
        let file = place.path(&format!("way.{ending}")).display().to_string();
        place.run(&["network", "path", "x-4", "x-2", "--output", &file]).code(0);
        let text = place.read(&format!("way.{ending}"));
        assert!(text.contains(begins) && text.contains("x-1"), "{ending}: {text}");
    }
    let file = place.path("way.ftm.jsonl").display().to_string();
    place.run(&["network", "path", "x-4", "x-2", "--output", &file]).code(0);
    assert_eq!(place.read_jsonl("way.ftm.jsonl"), lines);
}

#[test]
fn a_day_leaves_out_what_was_over() {
    let place = place();
    let paths = |date: &str| {
        place.run(&["network", "path", "x-4", "x-2", "--date", date, "--format", "json"]).code(0).json()["paths"].clone()
    };
    assert_eq!(paths("2022-06-01").as_array().unwrap().len(), 1);
    assert_eq!(paths("2024-06-01"), json!([]));
    place.run(&["network", "path", "x-4", "x-2", "--date", "summer"]).code(2).says(&["--date", "summer"]);
}

#[test]
fn no_way_is_an_answer() {
    let place = place();
    let ran = place.run(&["network", "path", "x-4", "x-5"]).code(0);
    assert!(
        ran.stdout.starts_with("There is no way from Sundrel Marine to Hallowmere Foods within 6 links."),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("nearest listed to Sundrel Marine: Vardek Quillon Trading (x-1, listed)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("no listed party is linked with Hallowmere Foods"), "{}", ran.stdout);
    let answer = place.run(&["network", "path", "x-4", "x-5", "--format", "json"]).code(0).json();
    assert_eq!(answer["paths"], json!([]));
    // Without a second party: the nearest listed.
    let answer = place.run(&["network", "path", "x-2", "--format", "json"]).code(0).json();
    assert_eq!(ids(&answer["paths"][0]["parties"]), ["x-2", "x-1"]);
}

#[test]
fn who_is_around() {
    let place = place();
    let answer = place.run(&["network", "show", "x-1", "--format", "json"]).code(0).json();
    assert_eq!(ids(&answer["parties"]).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["x-1", "x-2", "x-4"]));
    assert_eq!(answer["left_out"], 0);
    let answer = place.run(&["network", "show", "x-1", "--limit", "1", "--format", "json"]).code(0).json();
    assert_eq!((ids(&answer["parties"]).len(), &answer["left_out"]), (2, &json!(1)));
    let ran = place.run(&["network", "show", "Hallowmere Foods"]).code(0);
    assert!(ran.stdout.contains("no parties around it"), "{}", ran.stdout);
}

#[test]
fn owners_are_a_tree_and_cycles_are_marked() {
    let place = place();
    let answer = place.run(&["network", "owners", "Pellinor Estates", "--format", "json"]).code(0).json();
    let lines: Vec<(u64, &Value, &Value)> = answer["owners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["level"].as_u64().unwrap(), &line["owner"]["id"], &line["above"]))
        .collect();
    let (open, cycle) = (json!(""), json!("cycle"));
    let (six, seven) = (json!("x-6"), json!("x-7"));
    assert_eq!(lines, [(1, &six, &open), (2, &Value::Null, &open), (2, &seven, &cycle)]);
    let ran = place.run(&["network", "owners", "x-7"]).code(0);
    assert!(ran.stdout.contains("gone (not in the snapshot)") && ran.stdout.contains("a cycle"), "{}", ran.stdout);
    let ran = place.run(&["network", "owners", "x-5"]).code(0);
    assert!(ran.stdout.contains("no owner or controller is known"), "{}", ran.stdout);
}

#[test]
fn communities_are_those_of_the_listed() {
    let place = place();
    let answer = place.run(&["network", "communities", "--format", "json"]).code(0).json();
    let groups = answer["communities"].as_array().unwrap();
    assert_eq!((groups.len(), &groups[0]["size"], &groups[0]["listed"]), (1, &json!(3), &json!(1)));
    let answer = place.run(&["network", "communities", "--everybody", "--min-size", "2", "--format", "json"]).code(0).json();
    assert_eq!(answer["communities"].as_array().unwrap().len(), 2);
    let answer = place.run(&["network", "communities", "--of", "x-6", "--format", "json"]).code(0).json();
    assert_eq!(ids(&answer["communities"][0]["members"]).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["x-6", "x-7"]));
}

#[test]
fn what_is_refused() {
    let place = place();
    for command in [["network", "path"], ["network", "show"], ["network", "owners"]] {
        place.run(&[command[0], command[1], "Nobody Whatsoever"]).code(1).says(&["`Nobody Whatsoever`"]);
    }
    place.run(&["screen", "x", "--format", "svg"]).code(2).says(&["svg is a form of `network`", "table, json, jsonl and csv"]);
    place
        .run(&["network", "show", "x-1", "--format", "html"])
        .code(2)
        .says(&["html is a form of `brief`", "graphml, dot and svg"]);
    place.run(&["network", "path", "x-1", "x-2", "--depth", "0"]).code(2).says(&["--depth"]);
    let list = place.path("data/list.snapshot").display().to_string();
    place.run(&["network", "show", "x-1", "--output", &list]).code(2).says(&["same file"]);
}
