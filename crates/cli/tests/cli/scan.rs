//! `scan` as its users meet it: which files it takes, what it says of those it cannot read, the members of its lines, the exit codes, and the
//! example about the designations of 16 January 2025.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::run::{Place, people, root};

const CLEAR: &str = "The meeting was moved to Monday. Nobody had asked why.\n";
const NAMED: &str = "A payment of 300 dollars went to Quillon Vardek1 on Friday.\nNobody had asked why.\n";

/// A snapshot of three invented people.
fn snapshot(place: &Place) -> String {
    place.build("test", &people(3), "test.snapshot")
}

/// Runs `scan` with the snapshot.
fn scan(place: &Place, snapshot: &str, arguments: &[&str]) -> crate::run::Ran {
    place.run(&[&["scan", "--snapshot", snapshot], arguments].concat())
}

#[test]
fn a_line_of_scan_has_the_members_of_the_contract() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let file = place.file("a.txt", NAMED);
    let lines = scan(&place, &snapshot, &[&file, "--format", "jsonl"]).code(0).jsonl();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        members(&lines[0]),
        [
            "file",
            "path",
            "kind",
            "status",
            "result",
            "reasons",
            "notes",
            "text_bytes",
            "mentions",
            "mentions_left_out",
            "unlisted",
            "unlisted_left_out",
            "document",
            "snapshot",
            "engine",
            "settings",
            "threshold"
        ]
    );
    assert_eq!((&lines[0]["kind"], &lines[0]["status"], &lines[0]["result"]), (&"text".into(), &"read".into(), &"hit".into()));
    let mention = &lines[0]["mentions"][0];
    assert_eq!(
        members(mention),
        [
            "span",
            "line",
            "column",
            "place",
            "words",
            "sentence",
            "id",
            "caption",
            "schema",
            "score",
            "how",
            "by_context",
            "listed",
            "datasets",
            "programs",
            "party"
        ]
    );
    let start = NAMED.find("Quillon").unwrap();
    assert_eq!((&mention["span"]["start"], &mention["span"]["end"]), (&start.into(), &(start + 15).into()));
    assert_eq!((&mention["line"], &mention["column"]), (&1.into(), &(start + 1).into()));
    assert_eq!(mention["words"], "Quillon Vardek1");
    assert_eq!(mention["sentence"], "A payment of 300 dollars went to Quillon Vardek1 on Friday.");
    assert_eq!((&mention["id"], &mention["party"], &mention["how"]), (&"p-1".into(), &"p-1".into(), &"name".into()));
    assert_eq!(mention["programs"], serde_json::json!(["TEST"]));
    let document = &lines[0]["document"];
    assert_eq!(members(document), ["result", "parts", "parties", "links", "pairs_left_out"]);
    assert_eq!((&document["parties"][0]["id"], &document["parties"][0]["mentions"]), (&"p-1".into(), &1.into()));
}

#[test]
fn every_file_of_a_folder_is_read_and_none_is_passed_over() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    fs::create_dir_all(place.path("in/deep")).unwrap();
    place.file("in/a.txt", NAMED);
    place.file("in/deep/b.txt", CLEAR);
    place.file("in/empty.txt", "");
    place.file("in/broken.pdf", "%PDF-1.7\nthis is not one");
    let folder = place.path("in").display().to_string();
    let ran = scan(&place, &snapshot, &[&folder, "--format", "jsonl"]).code(0);
    let found: Vec<(String, String)> = ran
        .jsonl()
        .iter()
        .map(|line| (line["path"].as_str().unwrap().to_owned(), line["result"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [("a.txt", "hit"), ("broken.pdf", "not_checked"), ("deep/b.txt", "clear"), ("empty.txt", "not_checked")];
    assert_eq!(found, expected.map(|(name, result)| (format!("{folder}/{name}"), result.to_owned())));
    ran.says(&["4 files: 1 with a hit, 1 clear, 2 not checked"]);
}

/// Whatever a file is, it has a line with a status, and what has no text is not clear.
#[test]
fn nothing_without_text_is_clear() {
    let place = Place::new();
    for (name, bytes) in [
        ("empty.txt", &b""[..]),
        ("blank.txt", b" \n\n"),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n"),
        ("cut.docx", b"PK\x03\x04\x14\x00"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        (
            "program.bin",
            b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00\x01\x00\x00\x00\xf0\x9d\x00\x00",
        ),
        ("cut.gz", b"\x1f\x8b\x08\x00\x00"),
    ] {
        let file = place.file(name, bytes);
        let ran = place.run(&["scan", &file, "--format", "json"]);
        let documents = ran.json();
        assert_eq!(documents[0]["result"], "not_checked", "{name}: {documents}");
        let part = &documents[0]["parts"][0];
        assert!(!part["reasons"].as_array().unwrap().is_empty(), "{name}: {part}");
        let shown = place.run(&["scan", &file]).stdout;
        assert!(shown.contains("not checked") && !shown.contains("clear"), "{name}: {shown}");
        let page = place.run(&["scan", &file, "--format", "html"]).stdout;
        assert!(page.contains("<h2>Not checked</h2>"), "{name}: {page}");
    }
}

#[test]
fn exit_codes_of_scan() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let (named, clear) = (place.file("named.txt", NAMED), place.file("clear.txt", CLEAR));
    let (empty, missing) = (place.file("empty.txt", ""), place.path("missing.txt").display().to_string());
    fs::create_dir(place.path("nothing")).unwrap();
    let nothing = place.path("nothing").display().to_string();
    for (arguments, code) in [
        (&[named.as_str()][..], 0),
        (&[&named, "--exit-code"], 3),
        (&[&clear, "--exit-code"], 0),
        (&[&clear, &empty], 0),
        (&[&clear, &empty, "--exit-code"], 1),
        (&[&named, &empty, "--exit-code"], 3),
        (&[&empty], 1),
        (&[&missing], 1),
        (&[&clear, &missing], 1),
        (&[&named, &missing, "--exit-code"], 3),
        (&[&nothing], 1),
        (&[], 2),
        (&[&clear, "--threshold", "1.5"], 2),
        (&[&clear, "--max-bytes", "0"], 2),
        (&[&clear, "--timeout", "0"], 2),
        (&[&clear, "--format", "svg"], 2),
        (&[&clear, "--profile", "x"], 2),
        (&["-", "-"], 2),
    ] {
        let ran = scan(&place, &snapshot, arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_missing_file_costs_that_file_alone() {
    let place = Place::new();
    let clear = place.file("clear.txt", CLEAR);
    let ran = place.run(&["scan", "missing.txt", &clear, "--format", "jsonl"]).code(1);
    let lines = ran.jsonl();
    assert_eq!((&lines[0]["status"], &lines[0]["result"]), (&"unreadable".into(), &"not_checked".into()));
    assert!(lines[0]["reasons"][0].as_str().unwrap().starts_with("cannot be opened: "));
    assert_eq!(lines[1]["result"], "clear");
    ran.says(&["warning: missing.txt: cannot be opened: "]);
}

#[test]
fn limits_are_said() {
    let place = Place::new();
    let file = place.file("a.txt", CLEAR);
    let ran = place.run(&["scan", &file, "--max-bytes", "10", "--format", "jsonl"]);
    assert_eq!(ran.jsonl()[0]["status"], "too_large");
    assert!(ran.jsonl()[0]["reasons"][0].as_str().unwrap().contains("larger than 10 bytes"));
}

#[test]
fn stdin_is_a_file() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let ran = place.run_with(&["scan", "--snapshot", &snapshot, "-", "--format", "jsonl"], NAMED.as_bytes()).code(0);
    assert_eq!((&ran.jsonl()[0]["file"], &ran.jsonl()[0]["result"]), (&"stdin".into(), &"hit".into()));
}

#[test]
fn every_form_is_what_it_says() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let (named, clear) = (place.file("named.txt", NAMED), place.file("clear.txt", CLEAR));
    let run = |format: &str| scan(&place, &snapshot, &[&named, &clear, "--format", format]).code(0);
    let json = run("json").json();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[0]["parts"][0]["result"], "hit");
    let csv = run("csv").stdout;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|held| held == name).unwrap();
    let records: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 2, "a row a mention, and one for a file without: {csv}");
    assert_eq!((&records[0][at("id")], &records[0][at("words")]), ("p-1", "Quillon Vardek1"));
    assert_eq!((&records[1][at("result")], &records[1][at("id")]), ("clear", ""));
    let table = run("table").stdout;
    assert!(table.contains("Quillon Vardek1\u{201d} (name)") && table.contains("clear.txt: clear"), "{table}");
    let page = run("html").stdout;
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Quillon Vardek1</a>"), "{page}");
    assert!(!page.contains("<script") && page.ends_with("</html>\n"));
}

#[test]
fn the_ending_of_the_output_is_its_form() {
    let place = Place::new();
    let clear = place.file("clear.txt", CLEAR);
    for (name, begin) in [("o.html", "<!DOCTYPE html>"), ("o.csv", "file,part,"), ("o.json", "[\n{"), ("o.jsonl", "{\"file\"")]
    {
        let out = place.path(name).display().to_string();
        place.run(&["scan", &clear, "--output", &out]).code(0);
        assert!(place.read(name).starts_with(begin), "{name}");
    }
}

#[test]
fn scan_does_not_write_over_what_it_reads() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    let file = place.file("in/a.txt", CLEAR);
    let folder = place.path("in").display().to_string();
    for input in [&file, &folder] {
        place.run(&["scan", input, "--output", &file]).code(2).says(&["is the same file as FILE"]);
        assert_eq!(place.read("in/a.txt"), CLEAR);
    }
}

#[test]
fn what_is_piped_has_no_progress() {
    let place = Place::new();
    let clear = place.file("clear.txt", CLEAR);
    let ran = place.run(&["scan", &clear, "--quiet"]).code(0);
    assert_eq!(ran.stderr, "");
    let ran = place.run(&["scan", &clear]).code(0);
    assert!(!ran.stderr.contains('\r') && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
}

#[test]
fn the_process_for_pdf_is_no_command_of_the_user() {
    let place = Place::new();
    let help = place.run(&["--help"]).code(0).stdout;
    assert!(help.contains("scan") && !help.contains("pdf-text"), "{help}");
    // A file that is no PDF ends it in order; that without limits nothing is read is held by their being required.
    place.run_with(&["pdf-text", "--memory", "2147483648", "--seconds", "20"], b"%PDF-1.7 no").code(0);
    place.run_with(&["pdf-text"], b"%PDF-1.7 no").code(2);
}

/// The example, against the built-in dataset: all four parties, the two people, how they hang together, and nothing else.
#[test]
fn the_designations_of_16_january_2025() {
    let article = root().join("examples/article.txt").display().to_string();
    let place = Place::new();
    let ran = place.run(&["scan", &article, "--format", "json"]).code(0);
    let document = &ran.json()[0];
    let mut ids: Vec<&str> = document["parties"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["ofac-52262", "ofac-52264", "ofac-52282", "ofac-52283", "ofac-52286", "ofac-52289"]);
    let links = document["links"].as_array().unwrap();
    for front in ["ofac-52264", "ofac-52282", "ofac-52283"] {
        let pair = |link: &&Value| {
            let ends = [link["from"].as_str().unwrap(), link["to"].as_str().unwrap()];
            ends.contains(&"ofac-52262") && ends.contains(&front)
        };
        assert!(links.iter().any(|link| pair(&link)), "{front}: {links:?}");
    }
    let programs = |id: &str| {
        let party = document["parties"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
        party["programs"].clone()
    };
    assert_eq!(programs("ofac-52262"), serde_json::json!(["DPRK2"]));
    assert_eq!(programs("ofac-52283"), serde_json::json!(["DPRK3"]));
    let mentions: Vec<&str> =
        document["parts"][0]["mentions"].as_array().unwrap().iter().map(|one| one["words"].as_str().unwrap()).collect();
    assert!(mentions.iter().filter(|words| words.contains("Department 53")).count() == 2, "{mentions:?}");
    assert!(!mentions.iter().any(|words| words.to_lowercase().contains("third floor")), "{mentions:?}");
    let unlisted = document["parts"][0]["unlisted"].to_string();
    assert!(unlisted.contains("Emily Hartwell") && unlisted.contains("Northwind Staffing"), "{unlisted}");
    let alone = place.run(&["scan", &article, "--format", "json", "--no-network"]).code(0).json();
    assert_eq!(alone[0]["links"], serde_json::json!([]));
    let page = place.run(&["scan", &article, "--format", "html"]).code(0).stdout;
    assert!(page.contains("How they are linked") && page.contains("data:image/svg+xml,"), "{page}");
}

/// A reader of stdout that goes away early is no error.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    let clear = place.file("clear.txt", CLEAR.repeat(2_000));
    let files = vec![clear.as_str(); 200];
    let mut command: Command = place.command(&[&["scan"], &files[..], &["--format", "jsonl"]].concat());
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
