//! The examples come out as `examples/expected.tsv` says.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::run::{Place, root};

#[test]
fn every_example_comes_out_as_expected() {
    let examples = root().join("examples");
    let expected = fs::read_to_string(examples.join("expected.tsv")).unwrap();
    let rows: Vec<Vec<&str>> =
        expected.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect()).collect();
    let mut found: BTreeMap<(&str, String), Value> = BTreeMap::new();
    let place = Place::new();
    for row in &rows {
        let file = row[0];
        if found.keys().all(|(held, _)| *held != file) {
            let path = examples.join(file).display().to_string();
            let ran = place.run(&["screen", "--input", &path, "--format", "jsonl"]).code(0);
            found.extend(ran.jsonl().into_iter().map(|line| ((file, line["id"].as_str().unwrap().to_owned()), line)));
        }
    }
    assert_eq!(found.len(), rows.len(), "examples without an expectation, or the other way round");
    let mut deviations = Vec::new();
    for row in &rows {
        let [file, id, status, entities, _why] = row[..] else { panic!("not five columns: {row:?}") };
        let Some(line) = found.get(&(file, id.to_owned())) else {
            deviations.push(format!("{file} {id}: did not come out"));
            continue;
        };
        let hits: Vec<&str> = line["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        let right =
            line["status"] == status && (entities.is_empty() || entities.split('|').any(|entity| hits.contains(&entity)));
        if !right {
            deviations.push(format!("{file} {id}: expected {status} {entities}, came out {} {hits:?}", line["status"]));
        }
    }
    assert!(deviations.is_empty(), "{}", deviations.join("\n"));
}
