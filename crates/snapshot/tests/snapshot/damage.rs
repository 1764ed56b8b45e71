//! Damaged and foreign files are refused, with a message that names the file, what does not fit, and where.

use std::fs;

use interdict_snapshot::{FORMAT_VERSION, Snapshot, SnapshotError};

use crate::fixture::built;
use crate::sealed::{SECTIONS, Sealed, range};

/// The error with which the bytes are refused.
#[track_caller]
fn refused(bytes: &[u8]) -> SnapshotError {
    match Snapshot::from_bytes("list.snapshot", bytes) {
        Ok(_) => panic!("opened"),
        Err(error) => {
            let text = error.to_string();
            assert!(text.starts_with("list.snapshot: "), "{text}");
            error
        }
    }
}

#[test]
fn sealing_again_changes_nothing() {
    let built = built();
    assert!(Sealed::of(built.bytes()).bytes() == built.bytes());
}

#[test]
fn one_changed_byte_is_noticed_wherever_it_is() {
    let built = built();
    let mut bytes = built.bytes().to_vec();
    for at in 0..bytes.len() {
        for change in [1 << (at % 8), 0xff] {
            bytes[at] ^= change;
            refused(&bytes);
            bytes[at] ^= change;
        }
    }
    assert!(Snapshot::from_bytes("list.snapshot", &bytes).is_ok());
}

#[test]
fn damage_is_named_with_section_and_offset() {
    let built = built();
    for (section, name) in SECTIONS.iter().enumerate() {
        let range = range(built.bytes(), section);
        assert!(!range.is_empty(), "the fixture should have rows in every section, and has none in {name}");
        let mut bytes = built.bytes().to_vec();
        bytes[range.start + range.len() / 2] ^= 0x10;
        let expected = format!(
            "list.snapshot: damaged: section {name} does not have its checksum at byte {}; copy it again or build it again from its \
             sources",
            range.start
        );
        assert_eq!(refused(&bytes).to_string(), expected);
    }
}

#[test]
fn damage_outside_the_sections_is_named_too() {
    let bytes = built().bytes().to_vec();
    let table_end = 64 + SECTIONS.len() * 64;
    let gap = (0..SECTIONS.len()).map(|at| range(&bytes, at).end).find(|end| end % 64 != 0).expect("some padding");
    for (at, expected) in [
        (0, "not an interdict snapshot: it does not begin with the mark of a snapshot".to_owned()),
        (12, "damaged: the section table does not fit the format at byte 12".to_owned()),
        (16, format!("damaged: the header says {} bytes, the file has {} at byte 16", bytes.len() ^ 1, bytes.len())),
        (24, "damaged: header and section table do not have their SHA-256 at byte 0".to_owned()),
        (32, "damaged: header and section table do not have their SHA-256 at byte 0".to_owned()),
        (table_end - 1, "damaged: header and section table do not have their SHA-256 at byte 0".to_owned()),
        (gap, format!("are not zero at byte {gap}")),
    ] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        let text = refused(&bytes).to_string();
        assert!(text.contains(&expected), "byte {at}: {text}");
    }
}

#[test]
fn a_cut_file_is_refused_at_every_length() {
    let built = built();
    let bytes = built.bytes();
    for length in (0..bytes.len()).step_by(64).chain([1, 7, 8, 63, 65, bytes.len() - 1]) {
        let error = refused(&bytes[..length]);
        match error {
            SnapshotError::Foreign { .. } => assert!(length < 64, "{length}: {error}"),
            SnapshotError::Damaged { offset, .. } => assert_eq!(offset, 16, "{length}: {error}"),
            _ => panic!("{length}: {error}"),
        }
    }
}

#[test]
fn bytes_at_the_end_are_refused() {
    for more in [1, 63, 64, 4096] {
        for byte in [0, 0xa5] {
            let mut bytes = built().bytes().to_vec();
            bytes.resize(bytes.len() + more, byte);
            assert!(matches!(refused(&bytes), SnapshotError::Damaged { offset: 16, .. }));
        }
    }
    // Also when the header knows of them.
    let mut sealed = Sealed::of(built().bytes());
    sealed.sections.push(vec![0; 64]);
    assert!(matches!(refused(&sealed.bytes()), SnapshotError::Damaged { offset: 12, .. }));
}

#[test]
fn another_format_version_is_refused_with_advice() {
    for version in [0, FORMAT_VERSION - 1, FORMAT_VERSION + 1, u32::MAX] {
        let bytes = Sealed { version, ..Sealed::of(built().bytes()) }.bytes();
        let error = refused(&bytes);
        assert!(matches!(error, SnapshotError::Version { found, supported: FORMAT_VERSION, .. } if found == version));
        let expected = format!(
            "list.snapshot: snapshot format {version}, but this engine reads format {FORMAT_VERSION}; build it again from its sources"
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn other_name_rules_are_refused_with_advice() {
    let mut sealed = Sealed::of(built().bytes());
    let meta = String::from_utf8(sealed.section("Meta").clone()).unwrap();
    let rules = built().meta().name_rules.clone();
    *sealed.section("Meta") = meta.replace(rules.as_str(), &"0".repeat(rules.len())).into_bytes();
    let error = refused(&sealed.bytes());
    assert!(matches!(error, SnapshotError::Rules { .. }), "{error:?}");
    assert!(error.to_string().ends_with("which reads names by other rules; build it again from its sources"), "{error}");
}

#[test]
fn foreign_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(4096, 0);
    for (name, content, reason) in [
        ("empty", b"".as_slice(), "it is too short to have a header"),
        ("short", b"INTRDCT\n", "it is too short to have a header"),
        ("text.csv", "id,name\n1,Ada Example\n".repeat(20).as_bytes(), "it does not begin with the mark of a snapshot"),
        ("xml", "<?xml version=\"1.0\"?><Sanctions/>".repeat(8).as_bytes(), "it does not begin with the mark of a snapshot"),
        ("program", &elf, "it does not begin with the mark of a snapshot"),
        ("zeros", &[0; 4096], "it does not begin with the mark of a snapshot"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let expected = format!("not an interdict snapshot: {reason}");
        let error = Snapshot::open(&path).unwrap_err();
        assert!(matches!(error, SnapshotError::Foreign { .. }), "{name}: {error:?}");
        assert_eq!(error.to_string(), format!("{}: {expected}", path.display()));
        assert_eq!(Snapshot::from_bytes(name, content).unwrap_err().to_string(), format!("{name}: {expected}"));
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing.snapshot")] {
        let error = Snapshot::open(&path).unwrap_err();
        assert!(matches!(error, SnapshotError::Io { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&format!("{}: ", path.display())), "{error}");
    }
}

#[test]
fn verify_finds_what_fast_checksums_cannot() {
    // A strong checksum in the table that is not the section's, under a header that is right again.
    let built = built();
    let mut bytes = built.bytes().to_vec();
    let row = 64 + 64;
    bytes[row + 32] ^= 1;
    let table_end = 64 + SECTIONS.len() * 64;
    let id = {
        use sha2::{Digest, Sha256};
        Sha256::new().chain_update(&bytes[..32]).chain_update(&bytes[64..table_end]).finalize()
    };
    bytes[32..64].copy_from_slice(&id);
    let snapshot = Snapshot::from_bytes("list.snapshot", &bytes).unwrap();
    let error = snapshot.verify("list.snapshot").unwrap_err().to_string();
    let begin = range(&bytes, 1).start;
    assert!(
        error.starts_with(&format!("list.snapshot: damaged: section Strings does not have its SHA-256 at byte {begin}")),
        "{error}"
    );
    built.open().unwrap().verify("list.snapshot").unwrap();
}
