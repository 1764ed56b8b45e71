//! No command writes over what it reads: a path given twice is an error of usage, and nothing is touched.

use std::fs;

use crate::run::{Place, people};

const CSV: &str = "id,name\n1,Jong In Chol\n2\n";
const PAIRS: &str = "{\"id\":\"1\",\"match\":true,\"a\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada Example\"]}},\
                     \"b\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"Example, Ada\"]}}}\nbroken\n";

/// Every file of the folder and the data folder in it, with its content.
fn content(place: &Place) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [place.path("."), place.path("data")] {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.push((path.display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn place() -> Place {
    let place = Place::new();
    place.build("list", &people(2), "test.snapshot");
    place.build("list", &people(2), "data/in_use.snapshot");
    place.build("list", &people(2), "previous.snapshot");
    place.file("in.csv", CSV);
    place.file("pairs.jsonl", PAIRS);
    fs::create_dir(place.path("folder")).unwrap();
    place
}

#[track_caller]
fn check_refused(place: &Place, command: &str, words: &str) {
    let before = content(place);
    let arguments: Vec<&str> = command.split(' ').collect();
    let ran = place.run(&arguments).code(2).says(&[words, "is the same file as", "it was left as it is"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(content(place), before, "{command}");
}

#[test]
fn outputs_are_kept_apart_from_inputs_and_from_each_other() {
    let place = place();
    for (command, words) in [
        ("screen --input in.csv --output in.csv", "--output: `in.csv` is the same file as --input `in.csv`"),
        ("screen --input in.csv --output ./folder/../in.csv", "--output"),
        ("screen --input in.csv --rejects in.csv", "--rejects"),
        ("screen --input in.csv --output new --rejects new", "--rejects: `new` is the same file as --output `new`"),
        ("screen --input in.csv --output new --rejects folder/../new", "--rejects"),
        ("screen --input in.csv --snapshot test.snapshot --output test.snapshot", "--output"),
        ("screen --input in.csv --snapshot test.snapshot --rejects test.snapshot", "--rejects"),
        ("screen --input in.csv --output data/in_use.snapshot", "the same file as the snapshot"),
        ("screen x --rejects data/in_use.snapshot", "the same file as the snapshot"),
        ("compare --input pairs.jsonl --output pairs.jsonl", "--output"),
        ("compare --input pairs.jsonl --rejects pairs.jsonl", "--rejects"),
        ("compare --input pairs.jsonl --output new --rejects new", "--rejects"),
        ("compare --input pairs.jsonl --snapshot test.snapshot --output test.snapshot", "--output"),
        ("eval pairs.jsonl --errors pairs.jsonl", "--errors: `pairs.jsonl` is the same file as the input"),
        ("eval pairs.jsonl --rejects pairs.jsonl", "--rejects"),
        ("eval pairs.jsonl --errors new --rejects new", "--rejects"),
        ("eval pairs.jsonl --snapshot test.snapshot --errors test.snapshot", "--errors"),
        ("build --source list=list.ftm.jsonl --out list.ftm.jsonl", "--out: `list.ftm.jsonl` is the same file as --source"),
        ("build --source list=list.ftm.jsonl --out new --rejects list.ftm.jsonl", "--rejects"),
        ("build --source list=list.ftm.jsonl --out new --rejects new", "--rejects: `new` is the same file as --out"),
        ("build --source list=list.ftm.jsonl --out test.snapshot --rejects test.snapshot", "--rejects"),
        ("build --source list=list.ftm.jsonl --out previous.snapshot --previous previous.snapshot", "--out"),
        ("build --source list=list.ftm.jsonl --out new --previous previous.snapshot --rejects previous.snapshot", "--rejects"),
        ("build --source list=list.ftm.jsonl --snapshot test.snapshot --out test.snapshot", "--out"),
    ] {
        check_refused(&place, command, words);
    }
}

#[cfg(unix)]
#[test]
fn links_do_not_hide_that_a_file_is_the_same() {
    let place = place();
    std::os::unix::fs::symlink(place.path("in.csv"), place.path("symbolic.csv")).unwrap();
    std::os::unix::fs::symlink(place.path("folder"), place.path("other")).unwrap();
    fs::hard_link(place.path("in.csv"), place.path("hard.csv")).unwrap();
    for command in [
        "screen --input in.csv --output symbolic.csv",
        "screen --input symbolic.csv --output in.csv",
        "screen --input in.csv --output hard.csv",
        "screen --input in.csv --output folder/new --rejects other/new",
    ] {
        check_refused(&place, command, "`");
    }
    // What is no ordinary file is not overwritten, and may be shared.
    place.run(&["screen", "--input", "in.csv", "--output", "/dev/null", "--rejects", "/dev/null"]).code(0);
}

#[test]
fn files_that_differ_are_written() {
    let place = place();
    place.run(&["screen", "--input", "in.csv", "--output", "folder/in.csv", "--rejects", "rejects.jsonl"]).code(0);
    place.run_with(&["screen", "--input", "-", "--input-format", "csv", "--output", "out.csv"], CSV.as_bytes()).code(0);
    place.run(&["eval", "pairs.jsonl", "--errors", "errors.jsonl", "--rejects", "rejected.jsonl"]).code(0);
    for written in ["folder/in.csv", "rejects.jsonl", "out.csv", "errors.jsonl", "rejected.jsonl"] {
        assert!(place.path(written).exists(), "{written}");
    }
    assert_eq!(place.read("in.csv"), CSV);
}
