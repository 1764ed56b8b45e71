//! A file of every format version ever released lies in `tests/data` beside the entities that it holds, and is opened here, or refused
//! with advice. Where an engine reads names by other rules, the file is refused for that, and its layout is read all the same once the
//! fingerprint of this engine stands in it.
//!
//! `UPDATE_EXPECT=1 cargo test -p interdict-snapshot --test snapshot -- --ignored` makes the file of the present format version. Files
//! of released versions are never made again.

use std::fs;
use std::path::{Path, PathBuf};

use interdict_model::{Entity, entity_from_json};
use interdict_snapshot::{Builder, Built, EntityRef, FORMAT_VERSION, KeyKind, Snapshot, SnapshotError};

use crate::exercise::read_everything;
use crate::fixture::{built, source};
use crate::sealed::Sealed;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn entities(version: u32) -> Vec<Entity> {
    let lines = fs::read_to_string(data(&format!("format-{version}.ftm.jsonl"))).unwrap();
    lines.lines().map(|line| entity_from_json(line).unwrap()).collect()
}

fn generated() -> Built {
    let mut builder = Builder::new();
    for entity in entities(FORMAT_VERSION) {
        builder.add(&entity);
    }
    builder.add_source(source());
    builder.finish().unwrap()
}

#[test]
#[ignore = "makes the file that the other tests read; for a new format version only"]
fn make_the_file() {
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1") {
        generated().write(&data(&format!("format-{FORMAT_VERSION}.snapshot"))).unwrap();
    }
}

/// The entities are there and are found.
fn holds(snapshot: &Snapshot, entities: &[Entity]) {
    let held: Vec<Entity> = snapshot.entities().map(EntityRef::to_entity).collect();
    assert_eq!(held, entities);
    assert_eq!(snapshot.meta().sources, [source()]);
    for entity in entities {
        assert_eq!(snapshot.entity(&entity.id).unwrap().to_entity(), *entity);
    }
    assert!(snapshot.tokens_by_key(KeyKind::Text, "ironwater").any(|token| token.text() == "ironwater"));
    let owners: Vec<&str> = snapshot.identifiers("IMO1234567").map(|hit| hit.entity().id()).collect();
    assert_eq!(owners, ["old-5"]);
    let owners: Vec<&str> = snapshot.identifiers("PX0000123").map(|hit| hit.entity().id()).collect();
    assert_eq!(owners, ["old-1"]);
    let referrers: Vec<&str> = snapshot.entity("old-1").unwrap().referrers().map(|link| link.entity.id()).collect();
    assert_eq!(referrers, ["old-3", "old-4"]);
    assert!(read_everything(snapshot, &["kim", ""]) > 0);
}

#[test]
fn every_released_format_opens_or_is_refused_with_advice() {
    for version in 1..=FORMAT_VERSION {
        let path = data(&format!("format-{version}.snapshot"));
        match Snapshot::open(&path) {
            Ok(snapshot) => {
                snapshot.verify("fixture").unwrap();
                holds(&snapshot, &entities(version));
            }
            Err(error @ (SnapshotError::Rules { .. } | SnapshotError::Version { .. })) => {
                let text = error.to_string();
                assert!(text.starts_with(&format!("{}: ", path.display())), "{text}");
                assert!(text.ends_with("build it again from its sources"), "{text}");
                assert!(version == FORMAT_VERSION || matches!(error, SnapshotError::Version { .. }), "{text}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn the_first_format_is_refused_with_advice() {
    let path = data("format-1.snapshot");
    let error = Snapshot::open(&path).unwrap_err();
    assert!(matches!(error, SnapshotError::Version { found: 1, supported: FORMAT_VERSION, .. }), "{error:?}");
    let advice = format!("snapshot format 1, but this engine reads format {FORMAT_VERSION}; build it again from its sources");
    assert_eq!(error.to_string(), format!("{}: {advice}", path.display()));
    // The version is read before anything else, so bytes without a file are refused alike, and so is what is left of a cut file.
    let bytes = fs::read(&path).unwrap();
    for bytes in [bytes.as_slice(), &bytes[..64]] {
        assert_eq!(Snapshot::from_bytes("old", bytes).unwrap_err().to_string(), format!("old: {advice}"));
    }
    // The advice can be followed: its entities make a snapshot of the present format.
    let mut builder = Builder::new();
    for entity in entities(1) {
        builder.add(&entity);
    }
    builder.add_source(source());
    holds(&builder.finish().unwrap().open().unwrap(), &entities(1));
}

#[test]
fn the_layout_of_the_present_format_is_read_under_any_name_rules() {
    let mut sealed = Sealed::of(&fs::read(data(&format!("format-{FORMAT_VERSION}.snapshot"))).unwrap());
    let mut meta: serde_json::Value = serde_json::from_slice(sealed.section("Meta")).unwrap();
    meta["name_rules"] = built().meta().name_rules.clone().into();
    *sealed.section("Meta") = meta.to_string().into_bytes();
    holds(&Snapshot::from_bytes("fixture", &sealed.bytes()).unwrap(), &entities(FORMAT_VERSION));
}
