//! Signed bundles: what goes in comes out, and whatever was tampered with does not.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use interdict_sources::{
    BundleError, BundleIssue, BundleLimits, Manifest, SigningKey, VerifyingKey, generate_keypair, read_bundle, verify_bundle,
    write_bundle,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const MADE_AT: &str = "2026-01-02T03:04:05Z";
const CONTENTS: [(&str, &str); 3] = [
    ("first.xml", "<list><party>Example Trading Ltd</party></list>"),
    ("second.csv", "id,name\n1,Example Shipping GmbH\n2,Example Shipping GmbH\n3,Example Shipping GmbH\n"),
    ("third.json", "{}"),
];

/// A folder with keys, two lists, and a bundle of them.
struct Site {
    dir: TempDir,
    signing: SigningKey,
    verifying: VerifyingKey,
}

impl Site {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = generate_keypair(dir.path(), None).unwrap();
        for (name, content) in CONTENTS {
            fs::write(dir.path().join(name), content).unwrap();
        }
        let (signing, verifying) = (SigningKey::read(&keys.secret, None).unwrap(), VerifyingKey::read(&keys.public).unwrap());
        Self { dir, signing, verifying }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn issues(&self) -> Vec<BundleIssue> {
        let file = |name: &str| (name.to_owned(), self.path(name));
        let issue = |source: &str, issue_date: &str, files| BundleIssue {
            source: source.to_owned(),
            issue_date: issue_date.to_owned(),
            format: "example_format".to_owned(),
            files,
        };
        vec![
            issue("example_sdn", "2026-01-01", vec![file("first.xml"), file("second.csv")]),
            // The same file under another name is stored once.
            issue("example_cons", "", vec![file("third.json"), ("copy.xml".to_owned(), self.path("first.xml"))]),
        ]
    }

    fn write(&self, name: &str, sequence: u64) -> PathBuf {
        let out = self.path(name);
        write_bundle(&out, &self.issues(), sequence, MADE_AT, &self.signing).unwrap();
        out
    }

    /// Reads a bundle; what was refused has left nothing behind.
    fn read(&self, bundle: &Path) -> Result<Manifest, BundleError> {
        let into = tempfile::tempdir().unwrap();
        let target = into.path().join("unpacked");
        let result = read_bundle(bundle, &self.verifying, BundleLimits::default(), &target);
        let checked = verify_bundle(bundle, &self.verifying, BundleLimits::default());
        assert_eq!(result.as_ref().map_err(ToString::to_string), checked.as_ref().map_err(ToString::to_string));
        match &result {
            Ok(manifest) => {
                let mut named = 0;
                for file in manifest.issues.iter().flat_map(|issue| &issue.files) {
                    let bytes = fs::read(file.path_in(&target)).unwrap();
                    assert_eq!((sha256(&bytes), bytes.len() as u64), (file.sha256.clone(), file.bytes));
                    named += 1;
                }
                assert!(fs::read_dir(target.join("files")).unwrap().count() <= named);
            }
            Err(_) => assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0),
        }
        result
    }

    fn read_bytes(&self, bytes: &[u8]) -> Result<Manifest, BundleError> {
        self.read(&self.tampered(bytes))
    }

    fn tampered(&self, bytes: &[u8]) -> PathBuf {
        let bundle = self.path("tampered.zip");
        // A file that is written over may wait for the disk, a new one does not.
        let _ = fs::remove_file(&bundle);
        fs::write(&bundle, bytes).unwrap();
        bundle
    }

    /// As `read_bytes`, without unpacking.
    fn check_bytes(&self, bytes: &[u8]) -> Result<Manifest, BundleError> {
        verify_bundle(&self.tampered(bytes), &self.verifying, BundleLimits::default())
    }

    /// A bundle with this manifest, properly signed, and these further members.
    fn forge(&self, manifest: &str, members: &[(&str, &[u8])]) -> Vec<u8> {
        let key = fs::read_to_string(self.path("bundle.key")).unwrap();
        let secret = minisign::SecretKeyBox::from_string(&key).unwrap().into_unencrypted_secret_key().unwrap();
        let signature = minisign::sign(None, &secret, manifest.as_bytes(), Some("x"), None).unwrap().to_bytes();
        let head: [(&str, &[u8]); 2] = [("manifest.json", manifest.as_bytes()), ("manifest.json.minisig", &signature)];
        zipped(&[&head[..], members].concat())
    }
}

fn sha256(bytes: &[u8]) -> String {
    crate::server::hex(&Sha256::digest(bytes))
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn members(bundle: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(fs::File::open(bundle).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut member = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            (member.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn manifest(files: &str) -> String {
    let head = format!("\"format\":\"interdict-bundle\",\"version\":1,\"sequence\":3,\"made_at\":\"{MADE_AT}\"");
    format!("{{{head},\"issues\":[{{\"source\":\"s\",\"issue_date\":\"\",\"format\":\"f\",\"files\":[{files}]}}]}}")
}

fn file(name: &str, bytes: &[u8]) -> String {
    format!("{{\"name\":{},\"sha256\":\"{}\",\"bytes\":{}}}", serde_json::json!(name), sha256(bytes), bytes.len())
}

#[test]
fn what_goes_in_comes_out() {
    let site = Site::new();
    let bundle = site.write("lists.bundle", 7);
    let into = site.path("unpacked");
    let manifest = read_bundle(&bundle, &site.verifying, BundleLimits::default(), &into).unwrap();
    assert_eq!((manifest.sequence, manifest.made_at.as_str(), manifest.issues.len()), (7, MADE_AT, 2));
    let described: Vec<(&str, &str, &str)> = manifest
        .issues
        .iter()
        .flat_map(|issue| issue.files.iter().map(|file| (issue.source.as_str(), issue.issue_date.as_str(), file.name.as_str())))
        .collect();
    assert_eq!(
        described,
        [
            ("example_sdn", "2026-01-01", "first.xml"),
            ("example_sdn", "2026-01-01", "second.csv"),
            ("example_cons", "", "third.json"),
            ("example_cons", "", "copy.xml"),
        ]
    );
    for file in manifest.issues.iter().flat_map(|issue| &issue.files) {
        let name = if file.name == "copy.xml" { "first.xml" } else { &file.name };
        assert_eq!(fs::read(file.path_in(&into)).unwrap(), fs::read(site.path(name)).unwrap());
    }
    assert_eq!(fs::read_dir(into.join("files")).unwrap().count(), 3);
    // What was taken in can be checked again later, by minisign as well.
    assert_eq!(fs::read(into.join("manifest.json")).unwrap(), members(&bundle)["manifest.json"]);
    assert!(into.join("manifest.json.minisig").exists());
    // A folder that is there is not touched.
    let again = read_bundle(&bundle, &site.verifying, BundleLimits::default(), &into);
    assert!(matches!(again, Err(BundleError::File { .. })));
}

#[test]
fn the_same_input_gives_the_same_bundle_but_for_the_signature() {
    let site = Site::new();
    let (one, two) = (site.write("one", 7), site.write("two", 7));
    let (mut one_members, mut two_members) = (members(&one), members(&two));
    assert_ne!(one_members.remove("manifest.json.minisig"), two_members.remove("manifest.json.minisig"));
    assert_eq!(one_members, two_members);
    assert_eq!(fs::read(&one).unwrap().len().abs_diff(fs::read(&two).unwrap().len()) / 16, 0);
    let other = members(&site.write("three", 8));
    assert_ne!(other["manifest.json"], one_members["manifest.json"]);
}

#[test]
fn a_byte_changed_anywhere_is_noticed() {
    let site = Site::new();
    let bundle = site.write("lists.bundle", 7);
    let whole = site.read(&bundle).unwrap();
    let bytes = fs::read(&bundle).unwrap();
    let mut unnoticed = Vec::new();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        if let Ok(manifest) = site.check_bytes(&changed) {
            // Times and the like are said twice in an archive and believed nowhere.
            assert_eq!(manifest, whole, "byte {at}");
            unnoticed.push(at);
        }
    }
    assert!(unnoticed.len() * 10 < bytes.len(), "{} of {}: {unnoticed:?}", unnoticed.len(), bytes.len());
}

#[test]
fn a_bundle_that_was_cut_off_or_added_to_is_refused() {
    let site = Site::new();
    let bytes = fs::read(site.write("lists.bundle", 7)).unwrap();
    for len in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        assert!(site.read_bytes(&bytes[..len]).is_err(), "{len}");
    }
    assert!(site.read_bytes(&[b"#!/bin/sh\n", &bytes[..]].concat()).is_err());
    assert!(site.read_bytes(&[&bytes[..], b"more"].concat()).is_err());
}

#[test]
fn another_key_is_refused() {
    let (site, other) = (Site::new(), Site::new());
    let bundle = other.write("lists.bundle", 7);
    let error = site.read(&bundle).unwrap_err();
    assert!(matches!(error, BundleError::Signature(_)), "{error}");
    // The right signature under another manifest, and none at all.
    let mut parts = members(&site.write("mine.bundle", 8));
    parts.insert("manifest.json".to_owned(), members(&bundle)["manifest.json"].clone());
    let list: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    assert!(matches!(site.read_bytes(&zipped(&list)), Err(BundleError::Signature(_))));
    parts.remove("manifest.json.minisig");
    let list: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    assert!(
        matches!(site.read_bytes(&zipped(&list)), Err(BundleError::Member { name, .. }) if name == "manifest.json.minisig")
    );
    for signature in ["", "untrusted comment: x\nAAAA\ntrusted comment: x\nAAAA\n", "\u{0}\u{0}", "x\ny\nz\nä\n"] {
        let forged = zipped(&[("manifest.json", b"{}"), ("manifest.json.minisig", signature.as_bytes())]);
        assert!(matches!(site.read_bytes(&forged), Err(BundleError::Signature(_))), "{signature:?}");
    }
}

#[test]
fn a_signature_that_was_tampered_with_is_refused() {
    let site = Site::new();
    let parts = members(&site.write("lists.bundle", 7));
    let text = String::from_utf8(parts["manifest.json.minisig"].clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with = |signature: &str| {
        let mut parts = parts.clone();
        parts.insert("manifest.json.minisig".to_owned(), signature.as_bytes().to_vec());
        let list: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        site.check_bytes(&zipped(&list))
    };
    with(&text).unwrap();
    for (number, line) in lines.iter().enumerate() {
        let base64 = number % 2 == 1;
        for len in (0..line.len()).step_by(if base64 { 3 } else { 9 }).chain(base64.then(|| line.len() - 1)) {
            // Cut off; cut off and closed as base64 closes; one letter changed; longer.
            let other = if line.as_bytes()[len] == b'B' { "C" } else { "B" };
            let changed = format!("{}{other}{}", &line[..len], &line[len + 1..]);
            for new in [
                line[..len].to_owned(),
                format!("{}==", &line[..len]),
                changed,
                format!("{}AAAA{}", &line[..len], &line[len..]),
            ] {
                let mut lines = lines.clone();
                lines[number] = &new;
                // The first line is a comment that nobody signs.
                let result = with(&(lines.join("\n") + "\n"));
                assert!(number == 0 || matches!(result, Err(BundleError::Signature(_))), "{new}");
            }
        }
        let fewer: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != number).map(|(_, line)| *line).collect();
        assert!(matches!(with(&fewer.join("\n")), Err(BundleError::Signature(_))));
    }
}

#[test]
fn the_members_are_those_of_the_manifest() {
    let site = Site::new();
    let content = b"content of the list";
    let name = format!("files/{}", sha256(content));
    let good = manifest(&file("list.xml", content));
    site.read_bytes(&site.forge(&good, &[(&name, content)])).unwrap();

    let refused = |bytes: &[u8], what: &str| {
        let error = site.read_bytes(bytes).unwrap_err();
        assert!(error.to_string().contains(what), "{what}: {error}");
    };
    refused(&site.forge(&good, &[]), "missing");
    for extra in ["extra", "files/extra", "../up", "/etc/cron.d/x", "files/../../up", "files/", "MANIFEST.JSON", "files\\x"] {
        refused(&site.forge(&good, &[(&name, content), (extra, b"x")]), "");
    }
    refused(&site.forge(&good, &[(&name, b"content of the LIST")]), "SHA-256");
    refused(&site.forge(&good, &[(&name, b"content")]), "7 bytes");
    // What a bomb unfolds to is not read: one byte more than promised is enough to know.
    refused(&site.forge(&good, &[(&name, &vec![0; 50 << 20])]), "more than 19 bytes");

    // Two members of one name: the library writes none, so the second's name is changed to the first's afterwards.
    let twin = name.replace("files/", "filez/");
    let mut bytes = site.forge(&good, &[(&name, content), (&twin, b"content of the LIST")]);
    while let Some(at) = bytes.windows(twin.len()).position(|window| window == twin.as_bytes()) {
        bytes[at..at + twin.len()].copy_from_slice(name.as_bytes());
    }
    refused(&bytes, "duplicate");

    // A link in the place of a file.
    let forged = Cursor::new(site.forge(&good, &[]));
    let mut zip = ZipWriter::new_append(forged).unwrap();
    zip.add_symlink(&*name, "/etc/passwd", SimpleFileOptions::default()).unwrap();
    refused(&zip.finish().unwrap().into_inner(), "not a plain file");
    // A folder.
    let mut zip = ZipWriter::new_append(Cursor::new(site.forge(&good, &[(&name, content)]))).unwrap();
    zip.add_directory("files/", SimpleFileOptions::default()).unwrap();
    refused(&zip.finish().unwrap().into_inner(), "not a plain file");
}

#[test]
fn the_manifest_says_nothing_odd() {
    let site = Site::new();
    let content = b"x";
    let member = format!("files/{}", sha256(content));
    let good = manifest(&file("list.xml", content));
    for (from, to, what) in [
        ("\"version\":1", "\"version\":2", "version 2"),
        ("\"version\":1", "\"version\":1.5", "manifest"),
        ("interdict-bundle", "other-bundle", "other-bundle"),
        ("\"sequence\":3", "\"sequence\":0", "sequence"),
        ("\"sequence\":3", "\"sequence\":-3", "manifest"),
        ("\"sequence\":3", "\"sequence\":3,\"surprise\":1", "surprise"),
        ("\"sequence\":3", "\"sequence\":3,\"sequence\":4", "duplicate"),
        (MADE_AT, "today", "today"),
        ("\"s\"", "\"../s\"", "../s"),
        ("\"s\"", "\"\"", "not an id"),
        ("\"f\"", "\"f\\u001b[2J\"", "not an id"),
        ("\"issue_date\":\"\"", "\"issue_date\":\"../..\"", "not a date"),
        ("list.xml", "../list.xml", "plain file name"),
        ("list.xml", "/list.xml", "plain file name"),
        ("list.xml", "c:list.xml", "plain file name"),
        ("list.xml", "..", "plain file name"),
        ("list.xml", "a\\\\b", "plain file name"),
        ("list.xml", "", "plain file name"),
        ("\"bytes\":1", "\"bytes\":18446744073709551615", "too large"),
        ("\"bytes\":1", "\"bytes\":2", "1 bytes"),
        ("\"bytes\":1", "\"bytes\":0", "more than 0 bytes"),
        (&member[6..], "../../../etc/passwd", "SHA-256"),
        (&member[6..], &member[6..].to_uppercase(), "SHA-256"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = site.read_bytes(&site.forge(&good.replace(from, to), &[(&member, content)])).unwrap_err();
        assert!(error.to_string().contains(what), "{to}: {error}");
    }
    let twice = [file("list.xml", content), file("list.xml", content)].join(",");
    let sizes = [file("a.xml", content), file("b.xml", content).replace("\"bytes\":1", "\"bytes\":2")].join(",");
    for bad in [String::new(), "[]".into(), "{".into(), manifest(""), manifest(&twice), manifest(&sizes), "[".repeat(100_000)] {
        assert!(site.read_bytes(&site.forge(&bad, &[(&member, content)])).is_err(), "{bad:.100}");
    }
    let small = BundleLimits { max_manifest: 10, ..BundleLimits::default() };
    let bundle = site.write("lists.bundle", 7);
    for limits in [small, BundleLimits { max_files: 2, ..small }, BundleLimits { max_bytes: 100, ..BundleLimits::default() }] {
        let error = read_bundle(&bundle, &site.verifying, limits, &site.path("never")).unwrap_err();
        assert!(matches!(error, BundleError::TooLarge(_)), "{error}");
    }
}

#[test]
fn what_would_be_refused_is_not_written() {
    let site = Site::new();
    let out = site.path("out.bundle");
    let cases: [fn(&mut Vec<BundleIssue>); 6] = [
        Vec::clear,
        |issues| issues[0].source = "../up".to_owned(),
        |issues| issues[1] = issues[0].clone(),
        |issues| issues[0].files.clear(),
        |issues| issues[0].files[0].0 = "a/b".to_owned(),
        |issues| issues[0].files[0].1 = PathBuf::from("/nowhere/at/all"),
    ];
    for case in cases {
        let mut issues = site.issues();
        case(&mut issues);
        write_bundle(&out, &issues, 1, MADE_AT, &site.signing).unwrap_err();
    }
    write_bundle(&out, &site.issues(), 0, MADE_AT, &site.signing).unwrap_err();
    write_bundle(&out, &site.issues(), 1, "yesterday evening", &site.signing).unwrap_err();
    assert!(!out.exists());
}

#[test]
fn keys_are_kept_and_protected() {
    let dir = tempfile::tempdir().unwrap();
    let keys = generate_keypair(dir.path(), Some("correct horse")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&keys.secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Nothing is overwritten.
    let before = fs::read(&keys.secret).unwrap();
    assert!(matches!(generate_keypair(dir.path(), None), Err(BundleError::File { .. })));
    fs::remove_file(&keys.public).unwrap();
    assert!(matches!(generate_keypair(dir.path(), None), Err(BundleError::File { .. })));
    assert!(!keys.public.exists());
    assert_eq!(fs::read(&keys.secret).unwrap(), before);
    // Nobody is asked for a password.
    assert!(matches!(SigningKey::read(&keys.secret, None), Err(BundleError::Key { .. })));
    assert!(matches!(SigningKey::read(&keys.secret, Some("wrong")), Err(BundleError::Key { .. })));
    let key = SigningKey::read(&keys.secret, Some("correct horse")).unwrap();
    assert!(format!("{key:?}").contains(&keys.public_text) && format!("{key:?}").len() < 120);
    // The public key as a bare line will do.
    let bare = dir.path().join("bare.pub");
    fs::write(&bare, format!("{}\n", keys.public_text)).unwrap();
    let list = dir.path().join("list.csv");
    fs::write(&list, "id,name\n").unwrap();
    let issue = BundleIssue {
        source: "s".to_owned(),
        issue_date: String::new(),
        format: "f".to_owned(),
        files: vec![("list.csv".to_owned(), list)],
    };
    let out = dir.path().join("out");
    write_bundle(&out, &[issue], 1, MADE_AT, &key).unwrap();
    read_bundle(&out, &VerifyingKey::read(&bare).unwrap(), BundleLimits::default(), &dir.path().join("in")).unwrap();
    for nonsense in ["", "nonsense", "untrusted comment: x\nnonsense\n"] {
        fs::write(&bare, nonsense).unwrap();
        assert!(matches!(VerifyingKey::read(&bare), Err(BundleError::Key { .. })));
        assert!(matches!(SigningKey::read(&bare, None), Err(BundleError::Key { .. })));
        assert!(matches!(SigningKey::read(&bare, Some("x")), Err(BundleError::Key { .. })));
    }
    assert!(generate_keypair(&dir.path().join("in"), Some("")).is_err());
}

static SHARED: LazyLock<(Site, Vec<u8>, Manifest)> = LazyLock::new(|| {
    let site = Site::new();
    let bundle = site.write("lists.bundle", 7);
    let (bytes, manifest) = (fs::read(&bundle).unwrap(), site.read(&bundle).unwrap());
    (site, bytes, manifest)
});

proptest! {
    #[test]
    fn tampering_is_refused_or_changes_nothing(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        moved in any::<prop::sample::Index>(),
        inserted in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let (site, bytes, whole) = &*SHARED;
        let mut changed = bytes.clone();
        for (at, byte) in changes {
            let at = at.index(changed.len());
            changed[at] = byte;
        }
        let at = moved.index(changed.len());
        changed.splice(at..at, inserted);
        if let Ok(manifest) = site.check_bytes(&changed) {
            prop_assert_eq!(&manifest, whole);
        }
    }
}
