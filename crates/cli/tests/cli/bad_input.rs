//! Bad input of every kind: each gets a message that names file, place and reason, and costs no more than itself.

use std::fs;
use std::io::Write;

use serde_json::{Value, json};

use crate::run::{Place, people};

/// Status and error of each line.
fn outcomes(lines: &[Value]) -> Vec<(String, String)> {
    lines
        .iter()
        .map(|line| (line["status"].as_str().unwrap().to_owned(), line["error"].as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[track_caller]
fn check_screen(name: &str, content: impl AsRef<[u8]>, expected: &[(&str, &str)]) {
    let place = Place::new();
    let input = place.file(name, content);
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl", "--rejects", "rejects.jsonl"]);
    let found = outcomes(&ran.jsonl());
    let expected: Vec<(String, String)> =
        expected.iter().map(|(status, error)| ((*status).to_owned(), (*error).to_owned())).collect();
    assert_eq!(found, expected, "{}", ran.stderr);
    let rejects = place.read_jsonl("rejects.jsonl");
    assert_eq!(rejects.len(), expected.iter().filter(|(status, _)| status == "error").count());
    for reject in &rejects {
        assert_eq!(reject["file"], input.as_str());
        assert!(reject["line"].as_u64().unwrap() > 0 && !reject["reason"].as_str().unwrap().is_empty(), "{reject}");
        assert!(reject["text"].is_string() && reject["field"].is_string() && reject["record"].is_string(), "{reject}");
    }
}

#[test]
fn one_broken_line_of_json() {
    check_screen(
        "in.jsonl",
        "{\"schema\":\"Person\",\"properties\":{\"name\":[\"Jong In Chol\"]}}\n{\"schema\":\"Person\",\n\
         {\"schema\":\"Person\",\"properties\":{\"name\":[\"Emily Hartwell\"]}}\n{\"schema\":\"Martian\",\"properties\":{\"name\":[\"x\"]}}\n",
        &[
            ("hit", ""),
            ("error", "not JSON: EOF while parsing a value at byte 19 of the line"),
            ("clear", ""),
            ("error", "schema: `Martian` is not a schema of this field"),
        ],
    );
}

#[test]
fn rows_that_are_not_utf8() {
    check_screen(
        "in.csv",
        b"id,name\n1,Jong In Chol\n2,Jos\xe9\n3,Emily Hartwell\n",
        &[("hit", ""), ("error", "not UTF-8 at byte 6 of the line"), ("clear", "")],
    );
    check_screen("in.txt", b"Jong In Chol\n\xff\n", &[("hit", ""), ("error", "not UTF-8 at byte 1 of the line")]);
}

#[test]
fn rows_with_the_wrong_number_of_columns() {
    check_screen(
        "in.csv",
        "id,name\n1\n2,Jong In Chol\n3,a,b\n4,\"open\n5,Emily Hartwell\n",
        &[
            ("error", "2 columns expected, 1 found"),
            ("hit", ""),
            ("error", "2 columns expected, 3 found"),
            ("error", "a quotation mark is opened on this line and never closed"),
            ("clear", ""),
        ],
    );
}

#[test]
fn names_that_are_none_and_names_that_are_too_long() {
    let long = "x".repeat(100_000);
    let huge = "y".repeat(2 << 20);
    check_screen(
        "in.csv",
        format!("id,name\n1,\n2,---\n3,{long}\n4,{huge}\n5,Jong In Chol\n"),
        &[
            ("error", "name: nothing to screen: no name and no identifier"),
            ("error", "name: the name has no letter or digit in it"),
            ("error", "name: a name of 100000 bytes; the limit is 4096"),
            ("error", &format!("the line has {} bytes; the limit is 1048576", huge.len() + 2)),
            ("hit", ""),
        ],
    );
}

#[test]
fn placeholders_are_no_names() {
    let nothing = "name: nothing to screen: no name and no identifier";
    check_screen(
        "in.csv",
        "id,name,passport\n1,N/A,\n2,unknown,n/a\n3,-,\n4,None,\n5,TBD,390220044\n6,Null,\n7,Na,\n",
        &[
            ("error", nothing),
            ("error", nothing),
            ("error", nothing),
            ("clear", ""),
            ("hit", ""),
            ("error", nothing),
            ("clear", ""),
        ],
    );
    let place = Place::new();
    let input = place.file("in.jsonl", "{\"schema\":\"Person\",\"properties\":{\"name\":[\"n/a\",\"Jong In Chol\"]}}\n");
    let line = &place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(0).jsonl()[0];
    assert_eq!((&line["status"], &line["hits"][0]["id"]), (&json!("hit"), &json!("ofac-52289")));
    assert_eq!(line["warnings"], json!(["`name`: `n/a` stands for no value; it was not used"]));
    place.run(&["screen", "null"]).code(1).says(&["nothing to screen"]);
}

#[test]
fn bad_rows_are_called_by_their_id_or_their_line() {
    let place = Place::new();
    let input = place.file("in.csv", b"id,name\n7,a,b\n3,Jos\xe9\n\xff,x\n9,Jong In Chol\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl", "--rejects", "rejects.jsonl"]).code(0);
    let ids: Vec<Value> = ran.jsonl().into_iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, [json!("7"), json!("3"), json!("line-4"), json!("9")]);
    let records: Vec<Value> = place.read_jsonl("rejects.jsonl").into_iter().map(|line| line["record"].clone()).collect();
    assert_eq!(records, [json!("7"), json!("3"), json!("line-4")]);
    ran.says(&["in.csv:2: 7: 2 columns expected, 3 found", "in.csv:4: not UTF-8 at byte 1"]);
}

#[test]
fn control_and_bidirectional_characters_do_not_hide_a_name() {
    let place = Place::new();
    let input = place.file("in.txt", "Jong\u{202e} In\u{0} Chol\u{1b}[2J\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(0);
    let line = &ran.jsonl()[0];
    assert!(line["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty()), "{line}");
    for arguments in [&["screen", "--input", &input][..], &["screen", "--input", &input, "--explain"]] {
        let ran = place.run(arguments).code(0);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{0}']), "{text:?}");
        }
    }
    let input = place.file("bidi.txt", "Jong\u{202e} In\u{200b} Chol\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(0);
    assert_eq!(ran.jsonl()[0]["hits"][0]["id"], "ofac-52289");
}

#[test]
fn byte_order_marks_and_line_ends_are_no_problem() {
    check_screen("in.csv", "\u{feff}name,notes\r\nJong In Chol,x\r\n\r\nEmily Hartwell,\r\n", &[("hit", ""), ("clear", "")]);
    check_screen("in.txt", "\u{feff}Jong In Chol\r\n", &[("hit", "")]);
}

#[test]
fn files_that_cannot_be_screened_at_all() {
    let place = Place::new();
    for (name, content, words) in [
        ("a.csv", &b"a,b\n1,2\n"[..], &["a.csv: no column holds a name or an identifier", "`a`, `b`", "hint: "][..]),
        ("b.csv", b"", &["b.csv: the file is empty"]),
        ("c.csv", b"\xff\xfen\0a\0m\0e\0", &["c.csv: byte 1: the file is UTF-16", "hint: "]),
        ("d.csv", b"na\xffme\nx\n", &["d.csv:1: the header cannot be read: not UTF-8 at byte 3"]),
        ("e.json", b"[{\"schema\":\"Person\"}]", &["e.json: line 1: the file is a JSON array", "hint: "]),
    ] {
        let input = place.file(name, content);
        let ran = place.run(&["screen", "--input", &input, "--output", "out.jsonl"]).code(1).says(words);
        assert_eq!(ran.stdout, "");
        assert!(!place.path("out.jsonl").exists());
    }
    let unknown = place.file("x.dat", "a");
    place.run(&["screen", "--input", &unknown]).code(2).says(&["--input-format"]);
    place.run(&["screen", "--input", &unknown, "--input-format", "txt", "--map", "name"]).code(0);
}

#[test]
fn when_every_row_is_bad_the_run_failed() {
    let place = Place::new();
    let input = place.file("in.jsonl", "{\n[]\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(1);
    assert_eq!(ran.jsonl().len(), 2);
    ran.says(&["2 of 2 rows rejected", "in.jsonl:1: not JSON"]);
    let none = place.file("none.csv", "name\n");
    place.run(&["screen", "--input", &none]).code(0).says(&["nothing was screened"]);
}

#[test]
fn a_snapshot_with_one_flipped_bit_is_refused() {
    let place = Place::new();
    let snapshot = place.build("test", &people(2), "test.snapshot");
    let bytes = fs::read(&snapshot).unwrap();
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        let damaged = place.file("damaged.snapshot", damaged);
        let ran = place.run(&["verify", &damaged]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "byte {at} of {}", bytes.len());
        assert!(ran.stderr.contains("damaged.snapshot"), "byte {at}: {}", ran.stderr);
    }
    let cut = place.file("cut.snapshot", &bytes[..bytes.len() - 1]);
    place.run(&["verify", &cut]).code(1).says(&["cut.snapshot", "damaged"]);
    place.run(&["screen", "x", "--snapshot", &cut]).code(1);
}

#[test]
fn other_files_and_other_versions_are_refused_with_advice() {
    let place = Place::new();
    let foreign = place.file("letter.snapshot", "Dear Sir or Madam, ".repeat(10));
    place.run(&["verify", &foreign]).code(1).says(&["letter.snapshot: not an interdict snapshot"]);
    let empty = place.file("empty.snapshot", "");
    place.run(&["verify", &empty]).code(1).says(&["not an interdict snapshot"]);
    let snapshot = place.build("test", &people(1), "test.snapshot");
    let mut bytes = fs::read(&snapshot).unwrap();
    bytes[8] = 99;
    let newer = place.file("newer.snapshot", bytes);
    place.run(&["verify", &newer]).code(1).says(&["snapshot format 99", "build it again"]);
    place.run(&["verify", "missing.snapshot"]).code(1).says(&["missing.snapshot"]);
}

/// Builds from one file that must be refused, and checks that nothing was written.
#[track_caller]
fn check_refused(name: &str, content: &[u8], more: &[&str], words: &[&str]) {
    let place = Place::new();
    let source = format!("x={}", place.file(name, content));
    let ran = place.run(&[&["build", "--source", &source, "--out", "out.snapshot"], more].concat()).code(1);
    let ran = ran.says(&["interdict: error: source `x`", name]).says(words);
    assert_eq!(ran.stdout, "");
    assert!(!place.path("out.snapshot").exists());
}

const SDN_HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <Sanctions xmlns=\"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML\">";

#[test]
fn lists_that_are_broken_are_refused() {
    check_refused("empty.xml", b"", &[], &["the file is empty"]);
    check_refused("noise.xml", b"\x00\x01\x02", &[], &["not a list format"]);
    check_refused("none.jsonl", b"{\n", &[], &["no entities in the file"]);
    check_refused("root.xml", b"<?xml version=\"1.0\"?>\n<html><body/></html>", &[], &["html"]);
    check_refused("cut.xml", format!("{SDN_HEAD}<DistinctParties><DistinctParty FixedRef=\"1\">").as_bytes(), &[], &["byte"]);
    let nothing = format!("{SDN_HEAD}<DistinctParties></DistinctParties></Sanctions>");
    check_refused("zero.xml", nothing.as_bytes(), &[], &["an empty list is never accepted"]);
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE Sanctions [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>\
                <Sanctions><DistinctParties>&b;</DistinctParties></Sanctions>";
    check_refused("bomb.xml", bomb.as_bytes(), &[], &["byte"]);
}

#[test]
fn archives_that_are_broken_are_refused() {
    let text = people(5000);
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    let bz2 = encoder.finish().unwrap();
    check_refused("cut.jsonl.bz2", &bz2[..bz2.len() / 2], &[], &["cannot be read after"]);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    let gz = encoder.finish().unwrap();
    check_refused("cut.jsonl.gz", &gz[..gz.len() / 2], &[], &["cannot be read after"]);
    check_refused("small.jsonl.gz", &gz, &["--max-bytes", "1000"], &["more than 1000 bytes"]);
}

#[test]
fn decompression_bombs_are_refused() {
    let zeros = vec![b' '; 1 << 20];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("list.jsonl", zip::write::SimpleFileOptions::default()).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        zip.write_all(&zeros).unwrap();
        gz.write_all(&zeros).unwrap();
    }
    check_refused("bomb.zip", &zip.finish().unwrap().into_inner(), &[], &["bomb"]);
    check_refused("bomb.jsonl.gz", &gz.finish().unwrap(), &[], &["bomb"]);
    let mut two = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a.jsonl", "b.jsonl"] {
        two.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        two.write_all(people(1).as_bytes()).unwrap();
    }
    check_refused("two.zip", &two.finish().unwrap().into_inner(), &[], &["there must be one"]);
}

#[test]
fn warnings_say_what_was_read_otherwise() {
    let place = Place::new();
    let input = place.file("in.csv", "id,type,name,country\n1,invoice,Emily Hartwell,Atlantis\n");
    let ran = place.run(&["screen", "--input", &input, "--format", "jsonl"]).code(0);
    let warnings = &ran.jsonl()[0]["warnings"];
    assert_eq!(warnings.as_array().unwrap().len(), 2, "{warnings}");
    assert_eq!(warnings[0], json!("`type`: `invoice` is not a known kind; screened as Thing"));
}
