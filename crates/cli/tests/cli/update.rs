//! `update` from a folder, what `sources` shows of it, and clusters with judgements: what is good comes into force, what is not is said and
//! changes nothing.

use std::fs;
use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::run::{Place, people};

const CATALOGUE: &str = r#"
[[source]]
id = "own/people"
title = "People of our own"
publisher = "Example Ltd"
formats = ["ftm_json_lines"]
files = ["people_*"]
licence = "own"
kind = "list"
effect = "block"
at_least = {}
stale_after = 30

[[source]]
id = "own/more"
title = "More people"
publisher = "Example Ltd"
formats = ["ftm_json_lines"]
files = ["more_*"]
licence = "own"
kind = "list"
effect = "information"
stale_after = 30
"#;

/// A place with a catalogue and a folder of issues.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    fs::write(place.path("data/catalog.toml"), CATALOGUE).unwrap();
    place
}

fn put(place: &Place, name: &str, content: &str) {
    fs::write(place.path("in").join(name), content).unwrap();
}

/// The lines of an update's report: source, what became of it, issue date.
fn lines(report: &Value) -> Vec<(String, String, String)> {
    let text = |line: &Value, member: &str| line[member].as_str().unwrap_or_default().to_owned();
    let lines = report["sources"].as_array().unwrap();
    lines.iter().map(|line| (text(line, "source"), text(line, "became"), text(line, "issue_date"))).collect()
}

fn update(place: &Place, more: &[&str]) -> Value {
    let mut arguments = vec!["update", "--from", "in", "--format", "json"];
    arguments.extend(more);
    place.run(&arguments).code(0).json()
}

fn line(source: &str, became: &str, date: &str) -> (String, String, String) {
    (source.to_owned(), became.to_owned(), date.to_owned())
}

#[test]
fn the_newest_issue_comes_into_force_and_all_are_kept() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    put(&place, "people_2026-02-01.jsonl", &people(21));
    put(&place, "more_2026-01-15.jsonl", &people(5).replace("p-", "q-"));
    put(&place, "notes.txt", "not a list");
    let report = update(&place, &[]);
    let expected = [
        line("own/more", "in_force", "2026-01-15"),
        line("own/people", "kept", "2026-01-01"),
        line("own/people", "in_force", "2026-02-01"),
    ];
    assert_eq!((lines(&report), &report["built"]), (expected.to_vec(), &json!(true)));
    assert!(report["passed_over"][0].as_str().unwrap().starts_with("notes.txt: not a list"), "{report}");
    // The snapshot of the folder is the one in use.
    let show = place.run(&["sources", "--loaded", "--format", "json"]).code(0).json();
    assert_eq!(show[1]["issue_date"], "2026-02-01");
    assert_eq!((&show[1]["effect"], &show[1]["issues"]), (&json!("block"), &json!(2)));
    // Nothing new: nothing is built, and the check is on record.
    let again = update(&place, &[]);
    assert_eq!((&again["built"], &again["snapshot"]), (&json!(false), &report["snapshot"]));
    // An older issue changes nothing.
    put(&place, "people_2025-12-01.jsonl", &people(19));
    let older = update(&place, &[]);
    assert!(lines(&older).contains(&line("own/people", "kept", "2025-12-01")));
    assert_eq!(older["snapshot"], report["snapshot"]);
    place.run(&["verify", "data/issues/ledger.jsonl"]).code(0);
}

#[test]
fn what_is_not_good_leaves_the_old_issue_in_force() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    let first = update(&place, &[]);
    fs::remove_file(place.path("in/people_2026-01-01.jsonl")).unwrap();
    put(&place, "people_2026-02-01.jsonl", &people(10));
    put(&place, "people_2026-03-01.jsonl", "{\"id\":\"x\"}\n");
    let ran = place.run(&["update", "--from", "in", "--format", "json"]).code(0);
    let report = ran.json();
    let expected = [
        line("own/people", "in_force", "2026-01-01"),
        line("own/people", "quarantined", "2026-02-01"),
        line("own/people", "refused", "2026-03-01"),
    ];
    assert_eq!((lines(&report), &report["snapshot"]), (expected.to_vec(), &first["snapshot"]));
    ran.says(&["quarantined: entities fell from 40 to 20, by more than 10 percent", "no entities in the file"]);
    place.run(&["update", "--from", "in", "--strict"]).code(1);
    let state = place.run(&["sources", "--loaded", "--format", "json"]).code(0).json();
    assert!(state[0]["problem"].as_str().unwrap().starts_with("refused: "), "{state}");
    // A person may know that it is right.
    let report = update(&place, &["--accept", "own/people"]);
    assert!(lines(&report).contains(&line("own/people", "in_force", "2026-02-01")), "{report}");
}

#[test]
fn what_was_in_force_can_be_told_later() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    update(&place, &[]);
    let ledger = place.read_jsonl("data/issues/ledger.jsonl");
    let first = ledger.last().unwrap()["at"].as_str().unwrap().to_owned();
    put(&place, "people_2026-02-01.jsonl", &people(21));
    update(&place, &[]);
    let at = |time: &str| place.run(&["sources", "--at", time, "--format", "json"]).code(0).json();
    assert_eq!(at(&first)[0]["issue_date"], "2026-01-01");
    assert_eq!(at("2999-01-01")[0]["issue_date"], "2026-02-01");
    place.run(&["sources", "--at", "1999-01-01"]).code(1).says(&["nothing is known to have been in force"]);
    place.run(&["sources", "--at", "yesterday"]).code(2);
    // Who changes the past is found out.
    let text = place.read("data/issues/ledger.jsonl").replacen("2026-01-01", "2026-01-02", 1);
    fs::write(place.path("data/issues/ledger.jsonl"), text).unwrap();
    place.run(&["verify", "data/issues/ledger.jsonl"]).code(1).says(&["line 2: it does not follow from the line before"]);
    place.run(&["update", "--from", "in"]).code(1).says(&["the ledger was changed"]);
}

#[test]
fn wrong_arguments() {
    let place = place();
    place.run(&["update", "--from", "in", "--only", "own/none"]).code(1).says(&["`own/none` is not in the catalogue"]);
    place.run(&["update", "--from", "nowhere"]).code(1).says(&["nowhere"]);
    place.run(&["update", "--from", "in"]).code(1).says(&["no list is in force"]);
    fs::write(place.path("data/catalog.toml"), "[[source]]\nid = \"x\"\n").unwrap();
    place.run(&["update", "--from", "in"]).code(1).says(&["catalog.toml", "missing field"]);
}

#[test]
fn listings_of_one_party_and_judgements() {
    let place = place();
    let party = |id: &str| {
        json!({"id": id, "schema": "Organization", "target": true,
            "properties": {"name": ["Zephyr Example Holding"], "country": ["kp"]}})
        .to_string()
    };
    put(&place, "people_2026-01-01.jsonl", &format!("{}\n", party("a-1")));
    put(&place, "more_2026-01-01.jsonl", &format!("{}\n", party("b-1")));
    update(&place, &[]);
    let show = || place.run(&["cluster", "show", "b-1", "--format", "json"]).code(0).json()[0].clone();
    let cluster = show();
    assert_eq!(cluster["cluster"], "a-1");
    assert_eq!(cluster["listings"].as_array().unwrap().len(), 2);
    let list = place.run(&["cluster", "list"]).code(0).stdout;
    assert!(list.contains("2 listings, 1 clusters; pairs left open: none"), "{list}");
    place.run(&["cluster", "judge", "a-1", "b-1", "not_same", "--by", "an officer", "--reason", "two firms"]).code(0);
    assert_eq!(show()["listings"].as_array().unwrap().len(), 1);
    let open = place.run(&["cluster", "list", "--open", "--format", "json"]).code(0).json();
    assert_eq!(open[0]["why"], "judged_not_same");
    place.run(&["cluster", "judge", "b-1", "a-1", "same", "--by", "an officer"]).code(0);
    assert_eq!(show()["links"][0]["evidence"][0], "judged the same");
    place.run(&["cluster", "judge", "a-1", "c-1", "same", "--by", "x"]).code(1).says(&["no entity `c-1`"]);
    place.run(&["cluster", "judge", "a-1", "a-1", "same", "--by", "x"]).code(1).says(&["the same as itself"]);
    place.run(&["cluster", "judge", "a-1", "b-1", "perhaps", "--by", "x"]).code(2);
    place.run(&["cluster", "show", "c-1"]).code(1).says(&["no entity `c-1`"]);
}

/// A server that gives its answers in turn, one a connection, and says what it was asked.
struct Server {
    port: u16,
    asked: std::sync::mpsc::Receiver<String>,
}

impl Server {
    fn answering(answers: Vec<String>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, asked) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for answer in answers {
                let Ok((mut connection, _)) = listener.accept() else { return };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && matches!(connection.read(&mut byte), Ok(1)) {
                    head.push(byte[0]);
                }
                let _ = sender.send(String::from_utf8_lossy(&head).into_owned());
                let _ = connection.write_all(answer.as_bytes());
            }
        });
        Self { port, asked }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

#[test]
fn publishers_are_asked() {
    let list = people(20);
    let cut = answer("200 OK", "", &list);
    let server = Server::answering(vec![
        answer("200 OK", "ETag: \"v1\"\r\nLast-Modified: Thu, 01 Jan 2026 10:00:00 GMT\r\n", &list),
        answer("304 Not Modified", "ETag: \"v1\"\r\n", ""),
        answer("500 Internal Server Error", "", "no"),
        cut[..cut.len() / 2].to_owned(),
        answer("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><p>Maintenance</p>"),
        answer("200 OK", "", "{\"id\":\"x\"}\n"),
        answer("200 OK", "ETag: \"v2\"\r\nLast-Modified: Sun, 01 Feb 2026 10:00:00 GMT\r\n", &people(21)),
    ]);
    let place = Place::new();
    let source = CATALOGUE.split("[[source]]").nth(1).unwrap();
    let url = format!("urls = [\"http://127.0.0.1:{}/lists/people.jsonl?key=public\"]", server.port);
    let catalogue = format!("[[source]]{source}").replace("files = [\"people_*\"]", &url);
    fs::write(place.path("data/catalog.toml"), catalogue).unwrap();
    let ask = || place.run(&["update", "--only", "own/people", "--retries", "0", "--format", "json"]).code(0);
    let first = ask().json();
    assert_eq!(lines(&first), [line("own/people", "in_force", "2026-01-01")]);
    server.asked.recv().unwrap();
    // Nothing new.
    let same = ask().json();
    assert_eq!((&same["snapshot"], &same["built"]), (&first["snapshot"], &json!(false)));
    assert!(server.asked.recv().unwrap().to_lowercase().contains("if-none-match: \"v1\""));
    // Whatever goes wrong, what is in force stays.
    for words in ["500", "cut off", "web page", "no entities in the file"] {
        let ran = ask();
        assert_eq!(ran.json()["snapshot"], first["snapshot"], "{words}");
        ran.says(&["source `own/people`", words]);
        server.asked.recv().unwrap();
    }
    let newer = ask().json();
    assert!(lines(&newer).contains(&line("own/people", "in_force", "2026-02-01")), "{newer}");
    let ledger = place.read("data/issues/ledger.jsonl");
    assert!(!ledger.contains("key=public"), "{ledger}");
    // Nobody answers any more.
    let ran = place.run(&["update", "--only", "own/people", "--retries", "0", "--strict"]).code(1);
    ran.says(&["what is in force stays"]);
}

#[test]
fn a_bundle_takes_lists_to_a_site_without_a_network() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    let made = update(&place, &[]);
    place.run(&["bundle", "keygen", "--out", "keys"]).code(0);
    place.run(&["bundle", "keygen", "--out", "other"]).code(0);
    place.run(&["bundle", "export", "--secret-key", "keys/bundle.key", "--out", "lists.bundle"]).code(0);
    let content = ["bundle", "verify", "lists.bundle", "--public-key", "keys/bundle.pub", "--format", "json"];
    assert_eq!(place.run(&content).code(0).json()["issues"][0]["issue_date"], "2026-01-01");
    let site = Place::new();
    fs::write(site.path("data/catalog.toml"), CATALOGUE).unwrap();
    for file in ["lists.bundle", "keys/bundle.pub", "other/bundle.pub"] {
        fs::copy(place.path(file), site.path(&file.replace('/', "-"))).unwrap();
    }
    let import = |key: &str| site.run(&["update", "--bundle", "lists.bundle", "--public-key", key, "--format", "json"]);
    import("other-bundle.pub").code(1).says(&["bundle lists.bundle"]);
    let taken = import("keys-bundle.pub").code(0).json();
    assert_eq!(taken["snapshot"], made["snapshot"], "the same lists give the same snapshot");
    // An old bundle cannot come again.
    import("keys-bundle.pub").code(1).says(&["is not newer than the last one"]);
    let mut bytes = fs::read(place.path("lists.bundle")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(site.path("lists.bundle"), bytes).unwrap();
    import("keys-bundle.pub").code(1);
    site.run(&["update", "--bundle", "lists.bundle"]).code(2);
    site.run(&["bundle", "export", "--secret-key", "keys-bundle.pub", "--out", "x"]).code(1);
}
