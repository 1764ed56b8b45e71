//! What other tools build on: the lines of `screen`, the exit codes, where data and where messages go.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::run::{Place, people};

#[test]
fn a_line_of_screen_has_the_members_of_the_contract() {
    let place = Place::new();
    let snapshot = place.build("test", &people(3), "test.snapshot");
    let input = place.file(
        "in.jsonl",
        "{\"id\":\"q1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Quillon Vardek1\"],\"birthDate\":[\"1970-01-01\"]}}\n\
         {\"schema\":\"Person\",\"properties\":{\"name\":[\"Somebody Else\"]}}\n{\"id\":\"q3\"\n",
    );
    let ran = place.run(&["screen", "--snapshot", &snapshot, "--input", &input, "--format", "jsonl", "--limit", "1"]).code(0);
    let lines = ran.jsonl();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&lines[0]), ["id", "line", "status", "snapshot", "engine", "settings", "hits"]);
    assert_eq!(lines[0]["id"], "q1");
    assert_eq!(lines[0]["status"], "hit");
    assert_eq!(lines[0]["engine"], "0.1.0");
    assert_eq!(lines[0]["snapshot"].as_str().unwrap().len(), 64);
    let hit = &lines[0]["hits"][0];
    assert_eq!(members(hit), ["id", "caption", "schema", "score", "ofac", "name", "datasets", "programs", "features"]);
    assert_eq!(hit["id"], "p-1");
    assert_eq!(hit["schema"], "Person");
    assert_eq!(hit["name"], "Quillon Vardek1");
    assert_eq!(hit["datasets"], json!(["test"]));
    assert_eq!(hit["programs"], json!(["TEST"]));
    let score = hit["score"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&score) && ((score * 1e4).round() - score * 1e4).abs() < 1e-9, "{score}");
    assert!(hit["features"]["name"].as_f64().is_some());
    assert_eq!((&lines[1]["id"], &lines[1]["status"], &lines[1]["hits"]), (&json!("line-2"), &json!("clear"), &json!([])));
    assert_eq!((&lines[2]["id"], &lines[2]["status"]), (&json!("q3"), &json!("error")));
    assert_eq!(lines.iter().map(|line| line["line"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(lines[2]["error"].as_str().unwrap().starts_with("not JSON: "));
    assert_eq!(lines.len(), 3);
    ran.says(&["3 screened, 1 with a hit, 1 clear, 1 error"]);
}

#[test]
fn explanations_come_when_asked_for() {
    let place = Place::new();
    let ran = place.run(&["screen", "Jong In Chol", "--format", "json", "--explain"]).code(0);
    let explanation = &ran.json()["hits"][0]["explanation"];
    assert!(explanation["children"].as_array().is_some_and(|children| !children.is_empty()), "{explanation}");
    let shown = place.run(&["screen", "Jong In Chol", "--explain"]).code(0).stdout;
    assert!(shown.starts_with("Jong In Chol  [hit]\n  "), "{shown}");
    assert!(shown.contains("ofac-52289"), "{shown}");
}

#[test]
fn exit_codes() {
    let place = Place::new();
    for (arguments, code) in [
        (&["screen", "Jong In Chol"][..], 0),
        (&["screen", "Jong In Chol", "--exit-code"], 3),
        (&["screen", "Emily Hartwell", "--exit-code"], 0),
        (&["screen", ""], 1),
        (&["screen", "--input", "missing.csv"], 1),
        (&["screen"], 2),
        (&["screen", "a", "--input", "b.csv"], 2),
        (&["screen", "a", "--threshold", "1.5"], 2),
        (&["screen", "a", "--schema", "Bogus"], 2),
        (&["screen", "--input", "-"], 2),
        (&["bogus"], 2),
        (&["show", "no-such-id"], 1),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn json_on_stdout_stands_alone() {
    let place = Place::new();
    let csv = place.file("in.csv", "name,notes\nJong In Chol,x\n\n\u{202e},y\n");
    let txt = place.file("in.txt", "Jong In Chol\n");
    let empty = place.file("empty.txt", "# nothing\n");
    let pairs = place.file("pairs.jsonl", PAIR);
    let snapshot = place.build("test", &people(2), "test.snapshot");
    let source = format!("test={}", place.path("test.ftm.jsonl").display());
    for arguments in [
        &["screen", "Jong In Chol"][..],
        &["screen", ""],
        &["screen", "--input", &csv],
        &["screen", "--input", &txt, "--explain"],
        &["screen", "--input", &empty],
        &["compare", "--input", &pairs],
        &["eval", &pairs],
        &["show", "ofac-52262"],
        &["sources"],
        &["verify", &snapshot],
        &["build", "--source", &source, "--out", &snapshot],
    ] {
        let ran = place.run(&[arguments, &["--format", "json"]].concat());
        ran.json();
        let lines = place.run(&[arguments, &["--format", "jsonl"]].concat());
        lines.jsonl();
    }
}

const PAIR: &str = "{\"id\":\"1\",\"match\":true,\"a\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada Example\"]}},\
                    \"b\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"Example, Ada\"]}}}\n";

#[test]
fn quiet_says_nothing_when_nothing_is_wrong() {
    let place = Place::new();
    let ran = place.run(&["screen", "Jong In Chol", "--quiet"]).code(0);
    assert_eq!(ran.stderr, "");
    let ran = place.run(&["screen", "Jong In Chol"]).code(0);
    ran.says(&["the built-in dataset", "1 screened, 1 with a hit, 0 clear, 0 errors"]);
}

#[test]
fn usage_names_what_is_missing_and_nothing_from_the_environment() {
    let place = Place::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
    let output = command.arg("screen").env("INTERDICT_DATA_DIR", place.path("data")).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("<NAME|--input <FILE>>"), "{stderr}");
    assert!(!stderr.contains("--data-dir"), "{stderr}");
}

#[test]
fn the_data_folder_may_be_named_by_the_environment() {
    let place = Place::new();
    place.build("test", &people(2), "data/test.snapshot");
    let run = |folder: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
        command.args(["sources", "--format", "csv"]).env("INTERDICT_DATA_DIR", folder).env("XDG_DATA_HOME", place.path("none"));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = run(&place.path("data").display().to_string());
    assert!(code == Some(0) && stderr.contains("test.snapshot"), "{stderr}");
    let (code, stderr) = run(&place.path("missing").display().to_string());
    assert!(code == Some(1) && stderr.contains("missing"), "{stderr}");
    let (code, stderr) = run("");
    assert!(code == Some(0) && stderr.contains("the built-in dataset"), "{stderr}");
}

#[test]
fn a_line_number_comes_with_a_file_and_not_with_a_name() {
    let place = Place::new();
    let input = place.file("in.csv", "id,name\n\n3,Jong In Chol\n,Emily Hartwell\n");
    let lines = place.run(&["screen", "--input", &input, "--format", "json", "-q"]).code(0).json();
    let found: Vec<(&str, u64)> =
        lines.as_array().unwrap().iter().map(|line| (line["id"].as_str().unwrap(), line["line"].as_u64().unwrap())).collect();
    assert_eq!(found, [("3", 3), ("line-4", 4)]);
    let one = place.run(&["screen", "Jong In Chol", "--format", "json", "-q"]).code(0).json();
    assert_eq!(one.get("line"), None);
    let csv = place.run(&["screen", "Jong In Chol", "--format", "csv", "-q"]).code(0).stdout;
    assert!(csv.contains("\nJong In Chol,,Jong In Chol,hit,"), "{csv}");
}

#[test]
fn a_contradicting_identifier_is_among_the_reasons() {
    let place = Place::new();
    let list = "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Quillon Vardek\"],\"passportNumber\":[\"AB1234567\"]}}\n";
    let snapshot = place.build("test", list, "test.snapshot");
    let input = place.file("in.csv", "name,passport\nQuillon Vardek,CD7654321\n");
    let arguments = ["screen", "--input", &input, "--snapshot", &snapshot, "--threshold", "0.3", "-q"];
    let line = &place.run(&[&arguments[..], &["--format", "jsonl"]].concat()).code(0).jsonl()[0];
    assert_eq!(line["hits"][0]["features"]["identifier"], 0.0, "{line}");
    for format in ["table", "csv"] {
        let shown = place.run(&[&arguments[..], &["--format", format]].concat()).code(0).stdout;
        assert!(shown.contains("CD7654321") && shown.contains("AB1234567"), "{shown}");
    }
}

#[test]
fn queries_say_what_nothing_reads_and_accept_the_usual_names() {
    let place = Place::new();
    let input = place.file(
        "in.jsonl",
        "{\"id\":\"q1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jong In Chol\"],\"dob\":[\"1979-01-05\"],\"shoeSize\":[41]}}\n\
         {\"id\":\"q2\",\"schema\":\"Person\",\"properties\":{\"wallet\":[\"0xb6f5ec1a0a9cd1526536d3f0426c429529471f40\"]}}\n",
    );
    let lines = place.run(&["screen", "--input", &input, "--format", "jsonl", "-q"]).code(0).jsonl();
    assert_eq!(lines[0]["hits"][0]["features"]["birthDate"], 1.0, "{}", lines[0]);
    assert_eq!(lines[0]["warnings"], json!(["`shoeSize` is not a property of schema Person; it was not used"]));
    assert_eq!(lines[1]["hits"][0]["id"], "ofac-43377");
    assert_eq!(lines[1].get("warnings"), None, "{}", lines[1]);
}

#[test]
fn columns_that_are_taken_for_the_same_are_said() {
    let place = Place::new();
    let input = place.file("in.csv", "name,name\nEmily Hartwell,Jong In Chol\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl", "--quiet"]).code(0);
    assert_eq!(ran.jsonl()[0]["hits"][0]["id"], "ofac-52289");
    ran.says(&["in.csv: columns `name`, `name` are all read as name; the values of all count"]);
}

#[test]
fn warnings_about_what_was_typed_have_no_place() {
    let place = Place::new();
    let ran = place.run(&["screen", "None", "-q"]).code(0);
    assert!(ran.stderr.starts_with("interdict: warning: `name`: `None` often stands for no name"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("NAME"), "{}", ran.stderr);
    let input = place.file("in.txt", "None\n");
    place.run(&["screen", "--input", &input, "-q"]).code(0).says(&["in.txt:1: `name`: `None` often"]);
}

#[test]
fn the_order_of_the_input_is_kept_over_chunks_and_threads() {
    let place = Place::new();
    let names: Vec<String> = (0..5000).map(|n| format!("q{n},Name Number{n}\n")).collect();
    let input = place.file("in.csv", format!("id,name\n{}", names.concat()));
    for threads in ["1", "4"] {
        let ran = place.run(&["screen", "--input", &input, "--format", "jsonl", "--threads", threads, "-q"]).code(0);
        let ids: Vec<String> = ran.jsonl().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, (0..5000).map(|n| format!("q{n}")).collect::<Vec<_>>());
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    let input = place.file("in.txt", "Name Of Somebody\n".repeat(20_000));
    let mut command = place.command(&["screen", "--input", &input, "--format", "jsonl", "-q"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_form_follows_the_output_file() {
    let place = Place::new();
    let input = place.file("in.txt", "Jong In Chol\nEmily Hartwell\n");
    for name in ["out.jsonl", "out.json", "out.csv"] {
        let ran = place.run(&["screen", "--input", &input, "--output", name]).code(0);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(place.read_jsonl("out.jsonl").len(), 2);
    assert_eq!(serde_json::from_str::<Value>(&place.read("out.json")).unwrap().as_array().unwrap().len(), 2);
    let csv = place.read("out.csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(rows.headers().unwrap().iter().take(5).collect::<Vec<_>>(), ["id", "line", "query", "status", "hit"]);
    let found: Vec<(String, String)> =
        rows.records().map(|row| row.unwrap()).map(|row| (row[3].to_owned(), row[4].to_owned())).collect();
    assert_eq!(found, [("hit".to_owned(), "ofac-52289".to_owned()), ("clear".to_owned(), String::new())]);
}

#[test]
fn input_from_stdin() {
    let place = Place::new();
    let query = br#"{"id":"q","schema":"Person","properties":{"name":["Jong In Chol"]}}"#;
    let ran = place.run_with(&["screen", "--input", "-", "--format", "jsonl"], query).code(0);
    assert_eq!(ran.jsonl()[0]["status"], "hit");
    let ran =
        place.run_with(&["screen", "--input", "-", "--input-format", "txt", "--format", "jsonl"], b"Jong In Chol").code(0);
    assert_eq!(ran.jsonl()[0]["status"], "hit");
}

#[test]
fn what_is_typed_may_be_an_identifier() {
    let place = Place::new();
    for (typed, id) in [
        ("0xb6f5ec1a0a9cd1526536d3f0426c429529471f40", "ofac-43377"),
        ("0xB6F5EC1A0A9CD1526536D3F0426C429529471F40", "ofac-43377"),
        ("1d6gg9ikehpittcwrjiniuj1jym2hneafj", "ofac-43377"),
        ("KDBKKPPY", "ofac-12312"),
    ] {
        let hits = place.run(&["screen", typed, "--format", "json"]).code(0).json();
        assert_eq!(hits["hits"][0]["id"], id, "{typed}: {hits}");
    }
}

#[test]
fn columns_are_recognised_and_said() {
    let place = Place::new();
    let input = place.file("in.csv", "Ref_ID;Full Name;Date of Birth;Shoe size\nr1;Jong In Chol;1979-01-05;41\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(0);
    let ran = ran.says(&[
        "columns: id from Ref_ID, name from Full Name, birthDate from Date of Birth; schema Person; not used: Shoe size",
    ]);
    assert_eq!(ran.jsonl()[0]["id"], "r1");
    assert_eq!(ran.jsonl()[0]["hits"][0]["features"]["birthDate"], 1.0);
    let input = place.file("odd.csv", "who,when\nJong In Chol,1979-01-05\n");
    let map = "name=who,birthDate=when";
    let ran = place.run(&["screen", "--input", &input, "--map", map, "--format", "jsonl"]).code(0);
    assert_eq!(ran.jsonl()[0]["hits"][0]["features"]["birthDate"], 1.0);
}

#[test]
fn weak_aliases_can_be_left_out() {
    let place = Place::new();
    let with = place.run(&["screen", "BTSB", "--format", "json", "--schema", "Company"]).code(0).json();
    let without = place.run(&["screen", "BTSB", "--format", "json", "--schema", "Company", "--no-weak-aliases"]).code(0).json();
    assert_eq!(with["hits"][0]["id"], "ofac-11581");
    assert_eq!(without["hits"], json!([]));
    assert_ne!(with["settings"], without["settings"]);
}
