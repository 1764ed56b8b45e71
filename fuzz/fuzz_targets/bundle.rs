//! Any bytes, read as a signed bundle: refused, with nothing left behind. Bytes made at random are never signed, so the input is also
//! read as changes to a good bundle, which then is refused or gives what it held before.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use interdict_sources::{
    BundleIssue, BundleLimits, Manifest, SigningKey, VerifyingKey, generate_keypair, read_bundle, write_bundle,
};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// A folder, the key, a good bundle and what it holds.
static GOOD: LazyLock<(TempDir, VerifyingKey, Vec<u8>, Manifest)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let keys = generate_keypair(folder.path(), None).expect("keys");
    let list = folder.path().join("list.csv");
    fs::write(&list, "id,name\n1,Example Trading Ltd\n").expect("a list");
    let issue = BundleIssue {
        source: "example".to_owned(),
        issue_date: "2026-01-01".to_owned(),
        format: "names".to_owned(),
        files: vec![("list.csv".to_owned(), list.clone()), ("again.csv".to_owned(), list)],
    };
    let out = folder.path().join("good.bundle");
    let signing = SigningKey::read(&keys.secret, None).expect("the secret key");
    let manifest = write_bundle(&out, &[issue], 1, "2026-01-01T00:00:00Z", &signing).expect("a bundle");
    let verifying = VerifyingKey::read(&keys.public).expect("the public key");
    let bytes = fs::read(&out).expect("the bundle");
    (folder, verifying, bytes, manifest)
});

fn read(bytes: &[u8]) -> Option<Manifest> {
    let (folder, key, ..) = &*GOOD;
    let (bundle, into) = (folder.path().join("fuzz.bundle"), folder.path().join("unpacked"));
    fs::write(&bundle, bytes).expect("the file to read");
    // Small bounds: what is looked for is a wrong step, not a long way.
    let limits = BundleLimits { max_bytes: 1 << 20, ..BundleLimits::default() };
    match read_bundle(&bundle, key, limits, &into) {
        Ok(manifest) => {
            fs::remove_dir_all(&into).expect("what was unpacked is a folder");
            Some(manifest)
        }
        Err(_) => {
            assert!(!into.exists(), "a refused bundle leaves nothing");
            None
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(read(bytes), None, "not signed by this key");
    let (_, _, good, manifest) = &*GOOD;
    let mut changed = good.clone();
    // Four bytes: where, what, and whether it is put in, taken out or written over.
    for change in bytes.chunks_exact(4).take(16) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % changed.len();
        match change[3] % 4 {
            0 => changed.insert(at, change[2]),
            1 if changed.len() > 1 => drop(changed.remove(at)),
            _ => changed[at] = change[2],
        }
    }
    if let Some(found) = read(&changed) {
        assert_eq!(found, *manifest);
    }
});
