//! What the tests of single formats share: golden files, the folder of real lists, and broken copies of a fixture.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use interdict_model::{DateValue, PropertyType};
use interdict_sources::{SourceSpec, load_bytes, load_file};

use crate::support::{Loaded, zip};

/// Bytes that mean something in one format or another.
const BYTES: &[u8] = b"\0<>/\"',;:()[]{}\t\r\n 019aZ\xc3\xff";

/// Compares the entities with a file under `tests/data`, see [`golden_text`].
#[track_caller]
pub(crate) fn golden(name: &str, loaded: &Loaded) {
    golden_text(name, &(loaded.lines().join("\n") + "\n"));
}

/// Compares with a file under `tests/data`; with the environment variable `UPDATE_EXPECT` it writes the file instead.
#[track_caller]
pub(crate) fn golden_text(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {} of {name}; UPDATE_EXPECT=1 rewrites it", number + 1);
    }
    assert_eq!(expected, found, "{name}; UPDATE_EXPECT=1 rewrites it");
}

/// The path of a real list, or `None` with a word on the standard error when the folder is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: {name}: no folder ../shared/data beside the checkout");
        return None;
    }
    Some(folder.join(name))
}

pub(crate) fn load_real(source: &str, path: &Path) -> Loaded {
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new(source), path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

/// The text of a real list.
pub(crate) fn text_of(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        return text;
    }
    String::from_utf8(bytes).unwrap()
}

/// What holds of the entities of every list: ids are unique, references resolve, properties belong to their schema, dates can be read.
#[track_caller]
pub(crate) fn check_sound(loaded: &Loaded) {
    let ids: std::collections::HashSet<&str> = loaded.entities.iter().map(|entity| entity.id.as_str()).collect();
    assert_eq!(ids.len(), loaded.entities.len(), "ids are unique");
    for entity in &loaded.entities {
        assert!(entity.properties().next().is_some(), "{} is empty", entity.id);
        for (property, _) in entity.properties() {
            assert!(entity.property_type(property).is_some(), "{} has no {property}: {}", entity.schema, entity.id);
        }
        for (property, value) in entity.values_of(PropertyType::Entity) {
            assert!(ids.contains(value.text.as_str()), "{} {property} {}", entity.id, value.text);
        }
        for (property, value) in entity.values_of(PropertyType::Date) {
            assert!(value.text.parse::<DateValue>().is_ok(), "{} {property} {}", entity.id, value.text);
        }
    }
}

/// Loads copies of a file that are cut off or have bytes changed: each is refused or read, and nothing panics.
pub(crate) fn survive_damage(spec: &SourceSpec, bytes: &[u8]) {
    damaged(bytes, 400, |copy| {
        let _ = load_bytes(spec, "damaged", copy, &mut |_| {});
    });
}

/// As [`survive_damage`], for the members of a workbook: damage to the archive itself seldom gets past its checksums.
pub(crate) fn survive_damage_inside(spec: &SourceSpec, workbook: &[u8]) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut members: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        members.push((member.name().unwrap().into_owned(), bytes));
    }
    for (position, (_, bytes)) in members.iter().enumerate() {
        damaged(bytes, 150, |copy| {
            let members: Vec<(&str, &[u8])> = members
                .iter()
                .enumerate()
                .map(|(at, (name, bytes))| (name.as_str(), if at == position { copy } else { bytes.as_slice() }))
                .collect();
            let _ = load_bytes(spec, "damaged", &zip(&members), &mut |_| {});
        });
    }
}

/// Gives `each` copies of the bytes that are cut off or changed, always the same ones.
fn damaged(bytes: &[u8], copies: u32, mut each: impl FnMut(&[u8])) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for round in 0..copies {
        let mut copy = bytes.to_vec();
        if round % 3 == 0 {
            copy.truncate(random(copy.len()));
        }
        for _ in 0..=random(4) {
            if copy.is_empty() {
                break;
            }
            let at = random(copy.len());
            match random(3) {
                0 => copy[at] = BYTES[random(BYTES.len())],
                1 => {
                    copy.remove(at);
                }
                _ => copy.insert(at, BYTES[random(BYTES.len())]),
            }
        }
        each(&copy);
    }
}
