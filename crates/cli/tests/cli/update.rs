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
    // A copy elsewhere is a chain without files to check.
    fs::copy(place.path("data/issues/ledger.jsonl"), place.path("data/issues/copy.jsonl")).unwrap();
    let copy = place.run(&["verify", "data/issues/copy.jsonl", "--format", "json"]).code(0).json();
    assert_eq!((&copy["valid"], &copy["files"]), (&json!(true), &json!(0)));
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

#[test]
fn a_quarantine_is_shown_until_a_newer_issue_comes() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    put(&place, "people_2026-02-01.jsonl", &people(10));
    update(&place, &[]);
    // The older issue, which is good, is there each time and hides nothing.
    update(&place, &[]);
    let state = || place.run(&["sources", "--loaded", "--format", "json"]).code(0).json()[0].clone();
    assert!(state()["problem"].as_str().unwrap().starts_with("quarantined: "), "{}", state());
    put(&place, "people_2025-12-01.jsonl", &people(20));
    update(&place, &[]);
    assert!(state()["problem"].is_string(), "{}", state());
    // The next issue is held against the one in force, and is good.
    put(&place, "people_2026-03-01.jsonl", &people(21));
    let report = update(&place, &["--accept", "own/more"]);
    assert!(lines(&report).contains(&line("own/people", "in_force", "2026-03-01")), "{report}");
    assert!(state().get("problem").is_none_or(Value::is_null), "{}", state());
    place
        .run(&["update", "--from", "in", "--accept", "own/more"])
        .code(0)
        .says(&["`own/more`: --accept: no issue of it is quarantined"]);
}

#[test]
fn what_a_person_accepts_is_on_record_with_the_doubts() {
    let place = place();
    for (name, count) in [("people_2026-01-01.jsonl", 20), ("people_2026-02-01.jsonl", 10)] {
        put(&place, name, &people(count));
        update(&place, &[]);
    }
    put(&place, "people_2026-03-01.jsonl", &people(9));
    fs::remove_file(place.path("in/people_2026-02-01.jsonl")).unwrap();
    let report = update(&place, &["--accept", "own/people"]);
    assert!(lines(&report).contains(&line("own/people", "in_force", "2026-03-01")), "{report}");
    let told = |date: &str| -> Vec<String> {
        let ledger = place.read_jsonl("data/issues/ledger.jsonl");
        let of_date = ledger.iter().filter(|entry| entry["issue"]["issue_date"] == date);
        of_date.map(|entry| entry["event"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told("2026-03-01"), ["quarantined", "accepted"]);
    // The one that lay in quarantine before was not meant.
    assert_eq!(told("2026-02-01"), ["quarantined"]);
}

#[test]
fn an_issue_from_the_future_is_quarantined() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    put(&place, "people_2999-01-01.jsonl", &people(21));
    let report = update(&place, &[]);
    assert!(lines(&report).contains(&line("own/people", "quarantined", "2999-01-01")), "{report}");
    assert!(lines(&report).contains(&line("own/people", "in_force", "2026-01-01")), "{report}");
}

#[test]
fn nothing_in_a_folder_is_passed_over_in_silence() {
    let place = place();
    fs::create_dir_all(place.path("in/a/b/c/d/e/f/g/h/i")).unwrap();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    put(&place, "more_2026-01-01.jsonl.gz", "\u{1f}no longer packed");
    put(&place, "odd \u{7}name\n.txt", "not a list");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.path("in"), place.path("in/loop")).unwrap();
        std::os::unix::fs::symlink("nowhere", place.path("in/gone.xml")).unwrap();
    }
    let ran = place.run(&["update", "--from", "in", "--format", "json"]).code(0);
    let ran = ran.says(&["more_2026-01-01.jsonl.gz", "lies too deep"]);
    #[cfg(unix)]
    let ran = ran.says(&["a link to a folder", "a link to nothing"]);
    assert!(!ran.stderr.contains('\u{7}'), "{}", ran.stderr);
    assert_eq!(lines(&ran.json()), [line("own/people", "in_force", "2026-01-01")]);
    place.run(&["update", "--from", "in", "--strict"]).code(1);
    // A folder that is empty, as one that was not mounted, is no success.
    fs::create_dir(place.path("empty")).unwrap();
    place.run(&["update", "--from", "empty"]).code(0).says(&["folder empty: no issue of any list is in it"]);
    place.run(&["update", "--from", "empty", "--strict"]).code(1);
    place
        .run(&["update", "--from", "in", "--only", "own/more", "--strict"])
        .code(1)
        .says(&["`own/more`: no issue of it was found"]);
    place.run(&["update", "--from", "in/people_2026-01-01.jsonl"]).code(1).says(&["people_2026-01-01.jsonl"]);
}

#[test]
fn a_list_that_leaves_the_catalogue_is_missed() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    put(&place, "more_2026-01-01.jsonl", &people(5).replace("p-", "q-"));
    update(&place, &[]);
    let without = CATALOGUE.rsplit_once("[[source]]").unwrap().0;
    fs::write(place.path("data/catalog.toml"), without).unwrap();
    fs::remove_file(place.path("in/more_2026-01-01.jsonl")).unwrap();
    let words = ["`own/more` has issues, and is no longer in the catalogue"];
    place.run(&["update", "--from", "in", "--strict"]).code(1).says(&words);
}

#[test]
fn tables_of_ones_own_are_found_by_their_names() {
    let place = place();
    let table = r#"
[[source]]
id = "own/vendors"
title = "Vendors that we refused"
publisher = "Example Ltd"
formats = ["table"]
files = ["vendors*"]
licence = "own"
kind = "list"
effect = "information"
stale_after = 30

[source.columns]
id = "no"
schema = "Company"
properties = { name = "who" }
"#;
    fs::write(place.path("data/catalog.toml"), format!("{CATALOGUE}{table}")).unwrap();
    put(&place, "vendors_2026-01-01.csv", "no,who\n1,Zephyr Example\n2,Ada Sample\n");
    put(
        &place,
        "vendors_2026-02-01.jsonl",
        "{\"no\":\"1\",\"who\":\"Zephyr Example\"}\n{\"no\":\"2\",\"who\":\"Eva Sample\"}\n",
    );
    let report = update(&place, &[]);
    assert!(lines(&report).contains(&line("own/vendors", "in_force", "2026-02-01")), "{report}");
    assert!(lines(&report).contains(&line("own/vendors", "kept", "2026-01-01")), "{report}");
}

#[test]
fn another_snapshot_in_its_place_is_noticed() {
    let place = place();
    put(&place, "people_2026-01-01.jsonl", &people(20));
    let first = update(&place, &[]);
    fs::copy(place.path("data/lists.snapshot"), place.path("first")).unwrap();
    put(&place, "people_2026-02-01.jsonl", &people(21));
    let second = update(&place, &[]);
    fs::copy(place.path("first"), place.path("data/lists.snapshot")).unwrap();
    let again = update(&place, &[]);
    assert_eq!((&again["built"], &again["snapshot"]), (&json!(true), &second["snapshot"]));
    assert_ne!(first["snapshot"], second["snapshot"]);
    // As it would be when the power fails between the snapshot and the ledger: the ledger is told the next time.
    let ledger = place.read("data/issues/ledger.jsonl");
    let kept: Vec<&str> = ledger.lines().take_while(|line| !line.contains("2026-02-01")).collect();
    fs::write(place.path("data/issues/ledger.jsonl"), format!("{}\n", kept.join("\n"))).unwrap();
    assert_eq!(update(&place, &[])["snapshot"], second["snapshot"]);
    let now = place.run(&["sources", "--at", "2999-01-01", "--format", "json"]).code(0).json();
    assert_eq!(now[0]["issue_date"], "2026-02-01");
}

#[test]
fn a_publisher_may_go_back() {
    let (a, b) = (people(20), people(21));
    let server = Server::answering(vec![answer("200 OK", "", &a), answer("200 OK", "", &b), answer("200 OK", "", &a)]);
    let place = Place::new();
    let source = CATALOGUE.split("[[source]]").nth(1).unwrap();
    let url = format!("urls = [\"http://127.0.0.1:{}/lists/people.jsonl\"]", server.port);
    let catalogue = format!("[[source]]{source}").replace("files = [\"people_*\"]", &url);
    fs::write(place.path("data/catalog.toml"), catalogue).unwrap();
    let ask = || place.run(&["update", "--only", "own/people", "--retries", "0", "--format", "json"]).code(0).json();
    let snapshots: Vec<Value> = (0..3).map(|_| ask()["snapshot"].clone()).collect();
    assert_ne!(snapshots[0], snapshots[1]);
    assert_eq!(snapshots[0], snapshots[2], "undated issues: what the publisher has now is in force");
}

#[test]
fn judgements_that_contradict_each_other_unite_nobody() {
    let place = place();
    let party = |id: &str, name: &str| {
        json!({"id": id, "schema": "Organization", "target": true, "properties": {"name": [name]}}).to_string()
    };
    put(&place, "people_2026-01-01.jsonl", &format!("{}\n{}\n", party("a-1", "Zephyr Example"), party("a-2", "Quartz Sample")));
    put(&place, "more_2026-01-01.jsonl", &format!("{}\n", party("b-1", "Walnut Specimen")));
    update(&place, &[]);
    for (a, b, verdict) in [("a-1", "b-1", "same"), ("a-2", "b-1", "same"), ("a-1", "a-2", "not_same")] {
        place.run(&["cluster", "judge", a, b, verdict, "--by", "an officer"]).code(0);
    }
    let cluster = place.run(&["cluster", "show", "b-1", "--format", "json"]).code(0).json()[0].clone();
    assert_eq!(cluster["listings"].as_array().unwrap().len(), 2, "{cluster}");
    let open = place.run(&["cluster", "list", "--open", "--format", "json"]).code(0).json();
    assert_eq!(open[0]["why"], "judged_not_same", "{open}");
}
