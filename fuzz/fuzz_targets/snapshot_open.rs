//! Any bytes, opened as a snapshot from memory and through the mapping of a file: refused, or read to the end. Bytes made at random
//! never have a right checksum, so the input is also read as changes to a good file, which is sealed again with right checksums and
//! then must be refused or read to the end as well. This is the target that covers the crate's one `unsafe` block.
#![no_main]

#[path = "../../crates/snapshot/tests/snapshot/exercise.rs"]
mod exercise;
#[allow(dead_code, reason = "shared with the tests of the snapshot, which use all of it")]
#[path = "../../crates/snapshot/tests/snapshot/fixture.rs"]
mod fixture;
#[path = "../../crates/snapshot/tests/snapshot/sealed.rs"]
mod sealed;

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use interdict_snapshot::Snapshot;
use libfuzzer_sys::fuzz_target;

use crate::sealed::{Change, Patch, Sealed};

static GOOD: LazyLock<Sealed> = LazyLock::new(|| Sealed::of(fixture::built().bytes()));

/// A file that each run replaces, in a folder that lives as long as the process.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    folder.keep().join("fuzz.snapshot")
});

fuzz_target!(|bytes: &[u8]| {
    open(bytes);
    let mut sealed = GOOD.clone();
    for patch in bytes.chunks_exact(8).take(64).map(patch) {
        sealed.apply(patch);
    }
    open(&sealed.bytes());
});

/// Eight bytes: what to do, the section, the word, the value.
fn patch(bytes: &[u8]) -> Patch {
    let value = sealed::word(bytes, 4);
    let change = match bytes[0] % 5 {
        0 => Change::Set(value),
        1 => Change::Add(value),
        2 => Change::Swap(value),
        3 => Change::Truncate,
        _ => Change::Extend(value),
    };
    Patch { section: bytes[1].into(), word: u16::from_le_bytes([bytes[2], bytes[3]]).into(), change }
}

fn open(bytes: &[u8]) {
    let keys = ["", "kim", "cholsu", "inv-1", "IMO1234567"];
    let from_memory = Snapshot::from_bytes("fuzz", bytes);
    fs::write(&*FILE, bytes).expect("the temporary file can be written");
    let mapped = Snapshot::open(&FILE);
    assert_eq!(from_memory.is_ok(), mapped.is_ok());
    // The two differ in nothing but where the bytes lie, so reading one of them is enough.
    if let Ok(snapshot) = mapped {
        assert!(exercise::read_everything(&snapshot, &keys) > 0);
    }
}
