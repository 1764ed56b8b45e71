//! `FollowTheMoney` JSON lines: good lines come out whatever stands between them, and every bad one is told with its text.

use interdict_model::MAX_LINE_BYTES;

use crate::support::{Loaded, bz2, gz, load, refusal, zip};

fn line(id: &str) -> String {
    format!(r#"{{"id":"{id}","schema":"Person","properties":{{"name":["Ada Example"]}}}}"#)
}

fn ids(loaded: &Loaded) -> Vec<&str> {
    loaded.entities.iter().map(|entity| entity.id.as_str()).collect()
}

/// Asserts that `bad`, between two good lines, is rejected with the message and its text, and that both good lines come out.
#[track_caller]
fn check_rejected(bad: &[u8], message: &str) {
    let bytes = [line("a").as_bytes(), b"\n", bad, b"\n", line("c").as_bytes(), b"\n"].concat();
    let loaded = load(&bytes);
    assert_eq!(ids(&loaded), ["a", "c"]);
    assert_eq!(loaded.issues(), [format!("2: line 2: : {message}")]);
    let rejected = &loaded.report.rejected;
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0].issue, loaded.report.issues[0]);
    let text: String = String::from_utf8_lossy(bad).chars().take(10_000).collect();
    assert_eq!(rejected[0].text.trim_end(), text, "a rejected line keeps its text");
}

#[test]
fn good_lines() {
    let text = format!("{}\n{}\n", line("a"), line("b"));
    let loaded = load(text.as_bytes());
    assert_eq!(ids(&loaded), ["a", "b"]);
    let report = &loaded.report;
    assert_eq!((report.format, report.issue_date.as_str(), report.entities), ("ftm_json_lines", "", 2));
    assert!(report.issues.is_empty() && report.rejected.is_empty() && report.counts.is_empty());
    let origin = loaded.entity("b").origin.as_ref().unwrap();
    assert_eq!((origin.source.as_str(), origin.issue.as_str(), origin.record.as_str()), ("mini", "", "line 2"));
    assert_eq!(loaded.entity("b").datasets, ["mini"], "an entity without a dataset is in the source's");
}

#[test]
fn what_the_line_says_of_itself_is_kept() {
    let text = r#"{"id":"a","caption":"Ada","schema":"Person","properties":{"name":["Ada Example"],"shoeSize":["38"]},"datasets":["x"],"target":true,"first_seen":"2024-01-01","origin":{"source":"y","issue":"2024-02-02","record":"row 9"}}"#;
    assert_eq!(load(text.as_bytes()).lines(), [text]);
}

#[test]
fn white_space_and_byte_order_mark() {
    let (a, b) = (line("a"), line("b"));
    for (what, text) in [
        ("no line feed at the end", format!("{a}\n{b}")),
        ("CRLF", format!("{a}\r\n{b}\r\n")),
        ("byte order mark", format!("\u{feff}{a}\n{b}\n")),
        ("blank lines", format!("\n\n{a}\n   \n\t\n{b}\n\n\n")),
        ("indented", format!("  {a}  \n\t{b}\t\n")),
        ("files put together, each with its mark", format!("\u{feff}{a}\n\u{feff}{b}\n")),
    ] {
        let loaded = load(text.as_bytes());
        assert_eq!(ids(&loaded), ["a", "b"], "{what}");
        assert_eq!(loaded.issues(), [""; 0], "{what}");
    }
    let loaded = load(format!("\n\n{a}\n").as_bytes());
    assert_eq!(loaded.entity("a").origin.as_ref().unwrap().record, "line 3", "blank lines count");
}

#[test]
fn broken_lines() {
    check_rejected(b"{\"id\":\"b\",", "not JSON: EOF while parsing a value at line 1 column 10");
    check_rejected(b"not json", "not JSON: expected ident at line 1 column 2");
    check_rejected(b"[]", "not a JSON object");
    check_rejected(b"7", "not a JSON object");
    check_rejected(br#"{"id":"b"}"#, "`schema` is missing");
    check_rejected(br#"{"schema":"Person"}"#, "`id` is missing");
    check_rejected(br#"{"id":"","schema":"Person"}"#, "`id` is missing");
    check_rejected(br#"{"id":["b"],"schema":"Person"}"#, "`id` must be a string");
    check_rejected(br#"{"id":"b","schema":"Person","properties":[]}"#, "`properties` must be an object");
    check_rejected(
        br#"{"id":"b","schema":"Person","properties":{"name":[["x"]]}}"#,
        "`properties.name` must be an array of strings",
    );
    check_rejected(
        br#"{"id":"b","schema":"Person"}{"id":"c","schema":"Person"}"#,
        "not JSON: trailing characters at line 1 column 29",
    );
    check_rejected(b"{\"id\":\"\xff\",\"schema\":\"Person\"}", "not UTF-8: byte 8 of the line");
    check_rejected(b"{\"id\":\"b\",\"schema\":\"Person\"}\xe2\x82", "not UTF-8: byte 29 of the line");
    // Deeper than a reader may follow.
    let deep = format!("{{\"id\":\"b\",\"schema\":\"Person\",\"x\":{}", "[".repeat(100_000));
    check_rejected(deep.as_bytes(), "not JSON: recursion limit exceeded at line 1 column 159");
}

#[test]
fn a_line_that_is_too_long() {
    let head = "{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"";
    let long = format!("{head}{}\"]}}}}", "A".repeat(MAX_LINE_BYTES));
    let length = long.len() + 1;
    check_rejected(long.as_bytes(), &format!("the line has {length} bytes; the limit is {MAX_LINE_BYTES}"));
    // The longest line that is read.
    let fits = format!("{head}{}\"]}}}}\n", "A".repeat(MAX_LINE_BYTES - head.len() - "\"]}}\n".len()));
    assert_eq!(fits.len(), MAX_LINE_BYTES);
    assert_eq!(ids(&load(fits.as_bytes())), ["b"]);
}

#[test]
fn a_file_without_entities() {
    const EMPTY: &str = "list.dat: no entities in the file; an empty list is never accepted";
    assert_eq!(refusal(b"{}\n"), EMPTY);
    assert_eq!(refusal(b"{\"id\":\"a\"}\n{\"id\":\"b\"}\n"), EMPTY);
    assert_eq!(
        refusal(b"[{\"id\":\"a\",\"schema\":\"Person\"}]"),
        "list.dat: not a list format that is known: it begins with \"[{\\\"id\\\":\\\"a\\\",\\\"schema\\\":\\\"Person\\\"}]\""
    );
}

#[test]
fn packed() {
    let text = format!("{}\n{}\n", line("a"), line("b"));
    let (name, bytes) = ("targets.jsonl", text.as_bytes());
    for packed in [gz(bytes), bz2(bytes), zip(&[(name, bytes)]), zip(&[("TARGETS.JSON", bytes), ("LICENSE", b"x")])] {
        assert_eq!(ids(&load(&packed)), ["a", "b"]);
    }
    let cut = gz(bytes);
    let message = refusal(&cut[..cut.len() - 9]);
    assert!(message.starts_with("list.dat: cannot be read after "), "{message}");
}
