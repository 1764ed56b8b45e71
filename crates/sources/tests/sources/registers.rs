//! What the tests of registers share: golden files, the real samples, and bytes that are changed at random.

use std::path::{Path, PathBuf};

use interdict_model::{DateValue, PropertyType, Schema, entity_from_json, entity_to_json};

use crate::support::{Loaded, load, try_load};

/// The bytes of a file under `tests/data`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

/// Loads a file of `tests/data` and compares its entities with `<name>.expected.jsonl`; with the environment variable `UPDATE_EXPECT` it
/// writes that file instead.
#[track_caller]
pub(crate) fn golden(name: &str) -> Loaded {
    let loaded = load(&fixture(name));
    is_sound(&loaded);
    let stem = name.split('.').next().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("{stem}.expected.jsonl"));
    let found = loaded.lines().join("\n") + "\n";
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {} of {stem}; UPDATE_EXPECT=1 rewrites it", number + 1);
    }
    assert_eq!(expected, found, "{stem}; UPDATE_EXPECT=1 rewrites it");
    loaded
}

/// The counts of a load.
pub(crate) fn counts(loaded: &Loaded) -> Vec<(&'static str, u64)> {
    loaded.report.counts.iter().map(|count| (count.what, count.count)).collect()
}

/// The real samples of a folder, or none with a word on the standard error when it is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub(crate) fn samples(folder: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        eprintln!("skipped: no folder ../shared/data/{folder} beside the checkout");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What holds of any register that is accepted: nobody in it is listed, links have two ends, dates are dates.
#[track_caller]
pub(crate) fn is_sound(loaded: &Loaded) {
    for entity in &loaded.entities {
        assert!(!entity.id.is_empty() && entity.properties().next().is_some(), "{} is empty", entity.id);
        assert_eq!(entity.target, None, "{}", entity.id);
        assert!(entity.texts("topics").all(|topic| topic == "role.pep"), "{}", entity.id);
        let edge = entity.schema.known().and_then(Schema::edge);
        for end in edge.into_iter().flat_map(|(source, target)| [source, target]) {
            assert_eq!(entity.values(end).len(), 1, "{} has no {end}", entity.id);
        }
        for (_, value) in entity.values_of(PropertyType::Date) {
            assert!(value.text.parse::<DateValue>().is_ok(), "{}: {}", entity.id, value.text);
        }
        for (property, _) in entity.properties() {
            assert!(entity.property_type(property).is_some(), "{} has no property {property}", entity.schema.as_str());
        }
        let again = entity_from_json(&entity_to_json(entity).to_string()).unwrap();
        assert_eq!(entity_to_json(&again), entity_to_json(entity));
    }
}

/// Cuts the bytes off and changes them in many ways; whatever comes of it is sound or an error.
pub(crate) fn survives(bytes: &[u8]) {
    let mut state = 7_u64;
    let mut random = move |below: usize| {
        // Knuth's MMIX generator: the same changes in every run.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..60 {
        let end = random(bytes.len());
        if let Ok(loaded) = try_load(&bytes[..end]) {
            is_sound(&loaded);
        }
        let mut changed = bytes.to_vec();
        for _ in 0..=random(12) {
            let place = random(changed.len());
            let marks = b"<>\"{}[],:/-0 \n\xff";
            changed[place] = marks[random(marks.len())];
        }
        let from = random(changed.len());
        let length = random(200).min(changed.len() - from);
        changed.drain(from..from + length);
        if let Ok(loaded) = try_load(&changed) {
            is_sound(&loaded);
        }
    }
}
