//! Deltas of `FollowTheMoney` data: what good lines become, what is said of bad ones, and that what is written is read again.

use interdict_model::{Entity, Schema, entity_to_json};
use interdict_sources::{
    FtmChange, FtmDeltaIndex, FtmOperation, Report, SourceError, load_ftm_delta, load_ftm_delta_bytes, write_ftm_delta,
};

use crate::registers::fixture;
use crate::support::{gz, refusal, spec};

fn changes(bytes: &[u8]) -> Result<(Vec<FtmChange>, Report), SourceError> {
    let mut changes = Vec::new();
    let report = load_ftm_delta_bytes(&spec(), "delta.json", bytes, &mut |change| changes.push(change))?;
    Ok((changes, report))
}

#[test]
fn good_and_bad_lines() {
    let (changes, report) = changes(&fixture("mini_ftm_delta.jsonl")).unwrap();
    let ids: Vec<&str> = changes.iter().map(FtmChange::id).collect();
    assert_eq!(ids, ["x-1", "x-2", "x-3", "x-1"]);
    let FtmChange::Put(ada) = &changes[0] else { panic!("an entity") };
    assert_eq!(ada.datasets, ["other"]);
    assert_eq!(ada.extra.keys().collect::<Vec<_>>(), ["referents", "first_seen", "last_change"], "they are kept");
    let FtmChange::Put(company) = &changes[1] else { panic!("an entity") };
    assert_eq!(
        (company.datasets.as_slice(), company.origin.as_ref().unwrap().record.as_str()),
        (&["mini".to_owned()][..], "line 2")
    );
    assert_eq!(changes[2], FtmChange::Delete("x-3".to_owned()));
    assert_eq!((report.format, report.entities), ("ftm_delta", 2));
    let counts: Vec<(&str, u64)> = report.counts.iter().map(|count| (count.what, count.count)).collect();
    assert_eq!(counts, [("added", 1), ("modified", 1), ("deleted", 2)]);
    let issues: Vec<String> =
        report.issues.iter().map(|issue| format!("{}: {}: {}", issue.line, issue.field, issue.message)).collect();
    assert_eq!(
        issues,
        [
            "4: : not JSON: EOF while parsing an object at line 1 column 32",
            "6: entity: `id` is missing",
            "7: entity: `entity` is missing",
            "8: entity: `id` is missing",
            "9: entity: `schema` is missing",
            "10: op: `PUT` is none of ADD, MOD and DEL",
            "11: op: `op` is missing",
            "12: : not a JSON object",
            "13: id: `x-1` stands twice in the file",
        ]
    );
    assert_eq!(report.rejected.len(), 8);
    assert_eq!(report.rejected[0].text, r#"{"op":"ADD","entity":{"id":"cut""#);
}

#[test]
fn nothing_changed_and_nothing_readable() {
    let (none, report) = changes(b"\n").unwrap();
    assert!(none.is_empty() && report.counts.is_empty());
    assert!(changes(b"{\"op\":\"ADD\"}\n").unwrap_err().to_string().contains("no readable changes"));
    // As a list it is refused.
    assert!(refusal(&fixture("mini_ftm_delta.jsonl")).contains("a file of changes"));
}

#[test]
fn what_is_written_is_read() {
    let mut entity = Entity::new("x-1", Schema::Person);
    entity.add("name", "Ada \"Quoted\"\nExample");
    let mut written = Vec::new();
    let operations = [FtmOperation::Add(&entity), FtmOperation::Modify(&entity), FtmOperation::Delete("x-2")];
    assert_eq!(write_ftm_delta(&mut written, operations).unwrap(), 3);
    assert!(written.ends_with(b"{\"op\":\"DEL\",\"entity\":{\"id\":\"x-2\"}}\n"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("delta.json.gz");
    std::fs::write(&path, gz(&written)).unwrap();
    let mut read = Vec::new();
    let report = load_ftm_delta(&spec(), &path, None, &mut |change| read.push(change)).unwrap();
    assert_eq!((report.file.as_str(), report.sha256.len(), read.len()), ("delta.json.gz", 64, 3));
    let FtmChange::Put(again) = &read[1] else { panic!("an entity") };
    assert_eq!(entity_to_json(again)["properties"], entity_to_json(&entity)["properties"]);
}

#[test]
fn index() {
    let text = br#"{"versions":{"20250103000000-ccc":"https://example.org/3","20250101000000-aaa":"https://example.org/1",
        "20250102000000-bbb":"https://example.org/2"},"updated_at":"2025-01-03T00:00:00","more":1}"#;
    let index = FtmDeltaIndex::parse("delta.json", text).unwrap();
    assert_eq!(index.updated_at, "2025-01-03T00:00:00");
    assert_eq!(
        index.since("20250101000000-aaa").unwrap(),
        [("20250102000000-bbb", "https://example.org/2"), ("20250103000000-ccc", "https://example.org/3")]
    );
    assert_eq!(index.since("20250103000000-ccc").unwrap(), []);
    assert_eq!(index.since("20240101000000-zzz"), None, "a delta may be missing between");
    assert!(FtmDeltaIndex::parse("delta.json", b"[]").unwrap_err().to_string().contains("no index of deltas"));
}

#[test]
fn any_bytes() {
    let bytes = fixture("mini_ftm_delta.jsonl");
    for end in 0..bytes.len() {
        let _ = changes(&bytes[..end]);
        let mut changed = bytes.clone();
        changed[end] = b"{}\"\n\xff"[end % 5];
        let _ = changes(&changed);
    }
}
