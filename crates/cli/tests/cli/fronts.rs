//! `network fronts`: what comes out for a file of vendors, and what is said of files and rows that cannot be read.

use serde_json::Value;

use crate::run::{Place, root};

fn example() -> String {
    root().join("examples/vendors_fronts.csv").display().to_string()
}

#[test]
fn fronts_come_out_ranked_with_their_evidence() {
    let place = Place::new();
    let found = place.run(&["network", "fronts", "--input", &example(), "--format", "jsonl", "-q"]).code(0).jsonl();
    let ids: Vec<&str> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["f04", "f05", "f02"]);
    let kinds = |one: &Value| -> Vec<String> {
        one["evidence"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found.iter().map(kinds).collect::<Vec<_>>(), [vec!["wallet"], vec!["row"], vec!["person", "address"]]);
    let first = &found[0]["evidence"][0];
    assert_eq!(first["party"]["id"], "ofac-22985");
    assert_eq!(first["record"], "us_ofac_sdn DistinctParty 22985");
}

#[test]
fn options_and_exit_codes() {
    let place = Place::new();
    let of = |more: &[&str], code: i32| {
        place
            .run(&[&["network", "fronts", "--input", &example(), "-q", "--format", "jsonl"], more].concat())
            .code(code)
            .jsonl()
            .len()
    };
    assert_eq!(of(&["--exit-code"], 3), 3);
    assert_eq!(of(&["--exit-code", "--threshold", "1"], 0), 0);
    assert_eq!((of(&["--limit", "1"], 0), of(&["--threads", "1"], 0)), (1, 3));
    assert_eq!((of(&["--threshold", "0.76"], 0), of(&["--threshold", "0.9"], 0)), (2, 1));
}

#[test]
fn bad_rows_are_rejected_and_bad_files_refused() {
    let place = Place::new();
    let mixed = place.file("mixed.csv", "company,phones,directors\nRiverbend,,Ada Example\nshort\n,,\n");
    let rejects = place.path("rejects.jsonl").display().to_string();
    place.run(&["network", "fronts", "--input", &mixed, "--rejects", &rejects]).code(0).says(&[
        "mixed.csv:3: 3 columns expected, 1 found",
        "nothing to look at",
        "1 looked at, 0 look like fronts",
    ]);
    assert_eq!(place.read_jsonl("rejects.jsonl").len(), 2);
    for (name, content, words) in [
        ("empty.csv", "", "the file is empty"),
        ("none.csv", "colour,size\nred,9\n", "no column holds a name or an identifier"),
        ("list.txt", "Riverbend\n", "a plain list has nothing but names"),
    ] {
        let file = place.file(name, content);
        place.run(&["network", "fronts", "--input", &file]).code(1).says(&[words]);
    }
}
