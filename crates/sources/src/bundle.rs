//! Signed bundles: the issues of many lists in one file, for sites without a network. In goes what a machine with a network fetched;
//! out comes, on the other side, the same files, or the reason why the bundle is refused.
//!
//! A bundle is a zip archive: `manifest.json` (which lists, of which issue, with the digest of every file), `manifest.json.minisig`
//! (its signature in the format of minisign, Ed25519) and `files/SHA256` for every file. Nothing in it is believed
//! before the signature: then the manifest says what must be there, byte for byte, and nothing else may be. Names in the manifest are
//! never used as paths.
//!
//! The signature does not stop somebody from handing over an old bundle. The manifest has a `sequence` that rises with every bundle;
//! whoever takes one in must compare it with the last one taken in.
//!
//! The library behind can ask for a password on the terminal. Here it never does: a password is an argument, and a key file that needs
//! one is refused without.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::input::copy_hashed;
use crate::store::sync_folder;

const FORMAT: &str = "interdict-bundle";
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.json.minisig";
const FILES: &str = "files/";
/// Lengths of an algorithm, a key's number and a signature (2, 8 and 64 bytes), and of a signature, in base64.
const SIGNATURE_LINES: [usize; 2] = [100, 88];
/// The file of a signature is some 300 bytes.
const MAX_SIGNATURE: u64 = 4096;
/// What begins the last record of an archive, and its length when it has no comment.
const END_RECORD: &[u8; 4] = b"PK\x05\x06";
const END_RECORD_LEN: i64 = 22;
const CHUNK: usize = 1 << 16;

/// Why a bundle, or a key, was refused. A refused bundle leaves nothing behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file or folder cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// A key file cannot be used.
    #[error("{}: {reason}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The bundle is not signed, or not with this key, or was changed since.
    #[error("the bundle's signature is refused: {0}")]
    Signature(String),
    /// The archive is damaged, or does what no bundle does.
    #[error("the bundle is damaged: {0}")]
    Archive(String),
    /// The bundle is of another version than this program reads.
    #[error("the bundle is of format {found:?}, this program reads {FORMAT:?} version {VERSION}")]
    Version {
        /// What it says of itself.
        found: String,
    },
    /// The manifest says something that it must not.
    #[error("the bundle's manifest is refused: {0}")]
    Manifest(String),
    /// A file in the bundle is not as the manifest says.
    #[error("the bundle's member {name:?}: {reason}")]
    Member {
        /// The member of the archive.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The bundle is larger than allowed.
    #[error("the bundle is refused as too large: {0}")]
    TooLarge(String),
}

fn file_error(path: &Path) -> impl Fn(io::Error) -> BundleError + use<> {
    let path = path.to_owned();
    move |reason| BundleError::File { path: path.clone(), reason }
}

fn key_error<E: fmt::Display>(path: &Path) -> impl Fn(E) -> BundleError + use<E> {
    let path = path.to_owned();
    move |reason| BundleError::Key { path: path.clone(), reason: reason.to_string() }
}

/// Bounds on what is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleLimits {
    /// Bytes of all files together, unpacked. Default 16 GiB.
    pub max_bytes: u64,
    /// Files at most. Default 10,000.
    pub max_files: usize,
    /// Size of the manifest. Default 16 MiB.
    pub max_manifest: u64,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self { max_bytes: 16 << 30, max_files: 10_000, max_manifest: 16 << 20 }
    }
}

/// What a bundle holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u32,
    /// Rises with every bundle of one maker.
    pub sequence: u64,
    /// When it was made, ISO 8601.
    pub made_at: String,
    /// The lists in it.
    pub issues: Vec<ManifestIssue>,
}

/// One issue of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestIssue {
    /// Id of the source.
    pub source: String,
    /// Date of the issue as the file states it, ISO 8601; empty when it states none.
    pub issue_date: String,
    /// Name of its format.
    pub format: String,
    /// Its files.
    pub files: Vec<ManifestFile>,
}

/// One file of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name where it was published; a plain name without a folder.
    pub name: String,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl ManifestFile {
    /// Where the file is in a folder that [`read_bundle`] made.
    #[must_use]
    pub fn path_in(&self, unpacked: &Path) -> PathBuf {
        unpacked.join("files").join(&self.sha256)
    }
}

/// An issue to put into a bundle.
#[derive(Clone, Debug)]
pub struct BundleIssue {
    /// Id of the source.
    pub source: String,
    /// Date of the issue, ISO 8601, or empty.
    pub issue_date: String,
    /// Name of its format.
    pub format: String,
    /// The files: the name under which each is published, and where it is.
    pub files: Vec<(String, PathBuf)>,
}

/// Where a new key pair is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleKeys {
    /// For the sites that take bundles in.
    pub public: PathBuf,
    /// For the machine that makes bundles, and for nobody else.
    pub secret: PathBuf,
    /// The public key as one line of text.
    pub public_text: String,
}

/// Makes a key pair in `dir`: `bundle.pub`, and `bundle.key`, which only its owner may read. Files that are there are not overwritten.
/// Without a password whoever reads `bundle.key` can sign.
pub fn generate_keypair(dir: &Path, password: Option<&str>) -> Result<BundleKeys, BundleError> {
    let secret = dir.join("bundle.key");
    let public = dir.join("bundle.pub");
    let failed = key_error(&secret);
    let KeyPair { pk, sk } = match password {
        // An empty password is a mistake in a script, not a wish.
        Some("") => return Err(failed("the password is empty".into())),
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password.to_owned())),
        None => KeyPair::generate_unencrypted_keypair(),
    }
    .map_err(|error| failed(error.to_string()))?;
    let secret_text = sk.to_box(Some("interdict bundle secret key")).map_err(|error| failed(error.to_string()))?;
    let public_text = pk.to_box().map_err(key_error(&public))?;
    create_new(&public, &public_text.to_bytes(), 0o644)?;
    if let Err(error) = create_new(&secret, &secret_text.to_bytes(), 0o600) {
        // A public key without its secret key only misleads. It was made here, so it may go.
        let _ = fs::remove_file(&public);
        return Err(error);
    }
    Ok(BundleKeys { public, secret, public_text: pk.to_base64() })
}

fn create_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), BundleError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path).map_err(file_error(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(file_error(path))
}

/// The key that signs bundles.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
}

impl fmt::Debug for SigningKey {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public.to_base64()).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Reads a secret key as [`generate_keypair`] or minisign writes it.
    pub fn read(path: &Path, password: Option<&str>) -> Result<Self, BundleError> {
        let text = read_small(path)?;
        let failed = |error: minisign::PError| BundleError::Key { path: path.to_owned(), reason: error.to_string() };
        let secret_box = || SecretKeyBox::from_string(&text).map_err(failed);
        let secret = match (secret_box()?.into_unencrypted_secret_key(), password) {
            (Ok(secret), _) => secret,
            (Err(_), Some(password)) => secret_box()?.into_secret_key(Some(password.to_owned())).map_err(failed)?,
            (Err(_), None) => return Err(key_error(path)("not a secret key, or one that needs its password")),
        };
        let public = PublicKey::from_secret_key(&secret).map_err(failed)?;
        Ok(Self { secret, public })
    }
}

/// The key that bundles are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// Reads a public key as [`generate_keypair`] or minisign writes it: with a line of comment, or the bare key.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let text = read_small(path)?;
        let text = text.trim();
        let key = if text.lines().count() > 1 {
            PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key)
        } else {
            PublicKey::from_base64(text)
        };
        key.map(Self).map_err(key_error(path))
    }
}

/// A key file is a few hundred bytes; whatever else was named by mistake is not read whole.
fn read_small(path: &Path) -> Result<String, BundleError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(4096).read_to_string(&mut text));
    read.map_err(file_error(path))?;
    Ok(text)
}

/// Writes a bundle. Two bundles of the same input differ in their signatures only. `sequence` must be above that of every bundle made
/// before; `made_at` is the time, ISO 8601.
pub fn write_bundle(
    out: &Path,
    issues: &[BundleIssue],
    sequence: u64,
    made_at: &str,
    key: &SigningKey,
) -> Result<Manifest, BundleError> {
    let mut members: BTreeMap<String, (&Path, u64)> = BTreeMap::new();
    let mut manifest =
        Manifest { format: FORMAT.to_owned(), version: VERSION, sequence, made_at: made_at.to_owned(), issues: Vec::new() };
    for issue in issues {
        let mut files = Vec::with_capacity(issue.files.len());
        for (name, path) in &issue.files {
            let file = File::open(path).map_err(file_error(path))?;
            let (sha256, bytes) = copy_hashed(file, io::sink()).map_err(file_error(path))?;
            members.insert(sha256.clone(), (path, bytes));
            files.push(ManifestFile { name: name.clone(), sha256, bytes });
        }
        let (source, issue_date, format) = (issue.source.clone(), issue.issue_date.clone(), issue.format.clone());
        manifest.issues.push(ManifestIssue { source, issue_date, format, files });
    }
    check_manifest(&manifest)?;
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(|error| BundleError::Manifest(error.to_string()))?;
    text.push(b'\n');
    // Without a comment of ours the library would write the time there.
    let comment = format!("interdict bundle {sequence}, made {made_at}");
    let signature = minisign::sign(Some(&key.public), &key.secret, &text[..], Some(&comment), Some("interdict bundle"))
        .map_err(|error| BundleError::Signature(error.to_string()))?;

    let dir = parent(out);
    let failed = file_error(out);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let temp = builder.prefix(".bundle-").tempfile_in(dir).map_err(&failed)?;
    let mut archive = ZipWriter::new(BufWriter::with_capacity(CHUNK, temp.as_file()));
    let broken = |error: zip::result::ZipError| BundleError::File { path: out.to_owned(), reason: error.into() };
    let options = |bytes: u64| {
        SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            // Deflating may lengthen what is packed already.
            .large_file(bytes >= u64::from(u32::MAX) - (1 << 20))
    };
    for (name, bytes) in [(MANIFEST, &text), (SIGNATURE, &signature.to_bytes())] {
        archive.start_file(name, options(bytes.len() as u64)).map_err(broken)?;
        archive.write_all(bytes).map_err(&failed)?;
    }
    for (sha256, (path, bytes)) in &members {
        archive.start_file(format!("{FILES}{sha256}"), options(*bytes)).map_err(broken)?;
        let file = File::open(path).map_err(file_error(path))?;
        let copied = copy_hashed(file, &mut archive).map_err(file_error(path))?;
        if copied != (sha256.clone(), *bytes) {
            return Err(file_error(path)(io::Error::other("it changed while the bundle was being written")));
        }
    }
    let mut buffer = archive.finish().map_err(broken)?;
    buffer.flush().map_err(&failed)?;
    drop(buffer);
    temp.as_file().sync_all().map_err(&failed)?;
    temp.persist(out).map_err(|error| failed(error.error))?;
    sync_dir(dir)?;
    Ok(manifest)
}

/// Checks the bundle `path` whole, and unpacks nothing.
pub fn verify_bundle(path: &Path, key: &VerifyingKey, limits: BundleLimits) -> Result<Manifest, BundleError> {
    let mut bundle = Opened::open(path, key, limits)?;
    for (sha256, bytes) in std::mem::take(&mut bundle.files) {
        bundle.copy_member(&sha256, bytes, io::sink())?;
    }
    Ok(bundle.manifest)
}

/// Checks the bundle `path` and unpacks it into the folder `into`, which must not exist yet: `manifest.json`, its signature, and
/// `files/SHA256`. The folder appears when everything has been checked, or not at all.
pub fn read_bundle(path: &Path, key: &VerifyingKey, limits: BundleLimits, into: &Path) -> Result<Manifest, BundleError> {
    let exists = || file_error(into)(io::ErrorKind::AlreadyExists.into());
    if into.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let mut bundle = Opened::open(path, key, limits)?;
    let dir = parent(into);
    let temp = tempfile::Builder::new().prefix(".bundle-").tempdir_in(dir).map_err(file_error(dir))?;
    let folder = temp.path().join("files");
    fs::create_dir(&folder).map_err(file_error(&folder))?;
    let mut unpacked = Vec::with_capacity(bundle.files.len());
    for (sha256, bytes) in std::mem::take(&mut bundle.files) {
        let target = folder.join(&sha256);
        let file = File::create_new(&target).map_err(file_error(&target))?;
        bundle.copy_member(&sha256, bytes, file)?;
        unpacked.push(target);
    }
    for (name, bytes) in [(MANIFEST, &bundle.text), (SIGNATURE, &bundle.signature)] {
        create_new(&temp.path().join(name), bytes, 0o644)?;
    }
    // The disk is waited for when everything is known to be good.
    for target in &unpacked {
        let file = OpenOptions::new().write(true).open(target);
        file.and_then(|file| file.sync_all()).map_err(file_error(target))?;
    }
    #[cfg(unix)]
    fs::set_permissions(temp.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(file_error(temp.path()))?;
    sync_dir(&folder)?;
    sync_dir(temp.path())?;
    // Renaming replaces an empty folder silently; one that came to be meanwhile is not ours.
    if into.symlink_metadata().is_ok() {
        return Err(exists());
    }
    fs::rename(temp.path(), into).map_err(file_error(into))?;
    // It has another name now, and is not to be deleted.
    let _ = temp.keep();
    sync_dir(dir)?;
    Ok(bundle.manifest)
}

/// A bundle of which all is checked but the content of the files.
struct Opened {
    archive: ZipArchive<BufReader<File>>,
    text: Vec<u8>,
    signature: Vec<u8>,
    manifest: Manifest,
    /// Digest and size of what there is to unpack.
    files: BTreeMap<String, u64>,
}

impl Opened {
    fn open(path: &Path, key: &VerifyingKey, limits: BundleLimits) -> Result<Self, BundleError> {
        let mut file = File::open(path).map_err(file_error(path))?;
        // An archive ends with this record. What came behind it would be passed over by the archive's reader.
        let mut end = [0; END_RECORD.len()];
        let found = file.seek(SeekFrom::End(-END_RECORD_LEN)).and_then(|_| file.read_exact(&mut end));
        if found.is_err() || end != *END_RECORD {
            return Err(BundleError::Archive("it is cut off, or something is behind it, or it is no bundle".to_owned()));
        }
        let mut archive = ZipArchive::new(BufReader::with_capacity(CHUNK, file)).map_err(archive_error)?;
        let text = small_member(&mut archive, MANIFEST, limits.max_manifest)?;
        let signature = small_member(&mut archive, SIGNATURE, MAX_SIGNATURE)?;
        verify(key, &text, &signature)?;
        let manifest = parse_manifest(&text)?;
        let files = check_members(&mut archive, &manifest, limits)?;
        Ok(Self { archive, text, signature, manifest, files })
    }

    /// Copies a file out, and checks that it is the one the manifest names.
    fn copy_member(&mut self, sha256: &str, bytes: u64, to: impl Write) -> Result<(), BundleError> {
        let name = format!("{FILES}{sha256}");
        let index = self.archive.index_for_name_raw(name.as_bytes()).ok_or_else(|| missing(&name))?;
        let member = self.archive.by_index(index).map_err(archive_error)?;
        // One byte more than there should be shows that there is more; what a bomb would unfold to is never read.
        let copied = copy_hashed(member.take(bytes.saturating_add(1)), to);
        let (found, read) = copied.map_err(|error| BundleError::Member { name: name.clone(), reason: error.to_string() })?;
        if read != bytes {
            let more = if read > bytes { "more than " } else { "" };
            let reason = format!("it has {more}{} bytes, the manifest says {bytes}", read.min(bytes));
            return Err(BundleError::Member { name, reason });
        }
        if found != sha256 {
            return Err(BundleError::Member { name, reason: format!("its SHA-256 is {found}") });
        }
        Ok(())
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_dir(dir: &Path) -> Result<(), BundleError> {
    sync_folder(dir).map_err(file_error(dir))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn archive_error(error: zip::result::ZipError) -> BundleError {
    BundleError::Archive(error.to_string())
}

fn missing(name: &str) -> BundleError {
    BundleError::Member { name: name.to_owned(), reason: "it is missing".to_owned() }
}

/// A member that is held in memory.
fn small_member<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str, max: u64) -> Result<Vec<u8>, BundleError> {
    let index = archive.index_for_name_raw(name.as_bytes()).ok_or_else(|| missing(name))?;
    let member = archive.by_index(index).map_err(archive_error)?;
    let mut bytes = Vec::new();
    let read = member.take(max + 1).read_to_end(&mut bytes);
    read.map_err(|error| BundleError::Member { name: name.to_owned(), reason: error.to_string() })?;
    if bytes.len() as u64 > max {
        return Err(BundleError::TooLarge(format!("{name} has more than {max} bytes")));
    }
    Ok(bytes)
}

fn verify(key: &VerifyingKey, text: &[u8], signature: &[u8]) -> Result<(), BundleError> {
    let refused = |reason: &dyn fmt::Display| BundleError::Signature(reason.to_string());
    let signature = std::str::from_utf8(signature).map_err(|error| refused(&error))?;
    // The library takes the lengths of the two signatures, of the manifest and of the comment, for granted.
    let lengths = [1, 3].map(|number| signature.lines().nth(number).unwrap_or_default().trim().len());
    let closed =
        [(1, "="), (3, "==")].map(|(number, end)| signature.lines().nth(number).unwrap_or_default().trim().ends_with(end));
    if lengths != SIGNATURE_LINES || closed != [true, true] {
        return Err(refused(&"it is not in the format of minisign"));
    }
    let signature = SignatureBox::from_string(signature).map_err(|error| refused(&error))?;
    let (quiet, output, allow_legacy) = (true, false, false);
    minisign::verify(&key.0, &signature, Cursor::new(text), quiet, output, allow_legacy).map_err(|error| refused(&error))
}

/// What every version of the manifest says of itself.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

fn parse_manifest(text: &[u8]) -> Result<Manifest, BundleError> {
    let refused = |error: serde_json::Error| BundleError::Manifest(error.to_string());
    let head: Head = serde_json::from_slice(text).map_err(refused)?;
    if head.format.as_deref() != Some(FORMAT) || head.version != Some(u64::from(VERSION)) {
        let version = head.version.map_or(String::new(), |version| format!(" version {version}"));
        return Err(BundleError::Version { found: format!("{}{version}", head.format.unwrap_or_default()) });
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(refused)?;
    check_manifest(&manifest)?;
    Ok(manifest)
}

/// Who signed a manifest is trusted to say what is in the bundle, but what it says may come to stand in paths and on terminals.
fn check_manifest(manifest: &Manifest) -> Result<(), BundleError> {
    let refused = |what: String| Err(BundleError::Manifest(what));
    if manifest.sequence == 0 {
        return refused("the sequence begins at 1".to_owned());
    }
    if manifest.made_at.is_empty() || !is_date(&manifest.made_at) {
        return refused(format!("{:?} is not a time", manifest.made_at));
    }
    if manifest.issues.is_empty() {
        return refused("there are no lists in it".to_owned());
    }
    let mut seen = BTreeSet::new();
    for issue in &manifest.issues {
        if !issue.source.split('/').all(is_word) || !is_word(&issue.format) {
            return refused(format!("{:?} or {:?} is not an id", issue.source, issue.format));
        }
        if !is_date(&issue.issue_date) {
            return refused(format!("{:?} is not a date", issue.issue_date));
        }
        if !seen.insert((&issue.source, &issue.issue_date)) {
            return refused(format!("the issue {:?} of {} is in it twice", issue.issue_date, issue.source));
        }
        if issue.files.is_empty() {
            return refused(format!("{} has no files", issue.source));
        }
        let mut names = BTreeSet::new();
        for file in &issue.files {
            if !is_file_name(&file.name) {
                return refused(format!("{:?} is not a plain file name", file.name));
            }
            if !names.insert(&file.name) {
                return refused(format!("{} has two files {:?}", issue.source, file.name));
            }
            if file.sha256.len() != 64 || !file.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                return refused(format!("{:?} is not a SHA-256", file.sha256));
            }
        }
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    (1..=100).contains(&text.len()) && letters && !text.starts_with('-')
}

fn is_date(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:+.-".contains(&byte))
}

/// Whether a text is the name of a file and nothing more, on every system.
pub(crate) fn is_file_name(name: &str) -> bool {
    let letters = name.chars().all(|c| !c.is_control() && !r#"/\:*?"<>|"#.contains(c));
    (1..=200).contains(&name.len()) && letters && !name.starts_with(['.', ' ', '-']) && !name.ends_with(['.', ' '])
}

/// Compares the members of the archive with the manifest: the files to unpack, with their sizes.
fn check_members<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    manifest: &Manifest,
    limits: BundleLimits,
) -> Result<BTreeMap<String, u64>, BundleError> {
    // Two members of one name, members that share bytes, and members that are not in the directory.
    archive.validate_header_consistency().map_err(archive_error)?;
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err(BundleError::Archive("there is something before it, or a comment in it".to_owned()));
    }
    let mut files = BTreeMap::new();
    let mut total = 0_u64;
    for file in manifest.issues.iter().flat_map(|issue| &issue.files) {
        match files.insert(file.sha256.clone(), file.bytes) {
            None => total = total.saturating_add(file.bytes),
            Some(bytes) if bytes == file.bytes => {}
            Some(_) => return Err(BundleError::Manifest(format!("{} has two sizes", file.sha256))),
        }
    }
    if files.len() > limits.max_files || total > limits.max_bytes {
        return Err(BundleError::TooLarge(format!("{} files with {total} bytes", files.len())));
    }
    let mut found = 0;
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(archive_error)?;
        let name = member.name().map_err(archive_error)?.into_owned();
        let refused = |reason: &str| Err(BundleError::Member { name: name.clone(), reason: reason.to_owned() });
        if !member.is_file() || member.is_symlink() || member.encrypted() {
            return refused("it is not a plain file");
        }
        match name.strip_prefix(FILES) {
            Some(sha256) if files.contains_key(sha256) => found += 1,
            None if name == MANIFEST || name == SIGNATURE => {}
            _ => return refused("the manifest does not name it"),
        }
    }
    if found != files.len() {
        let missed = files.keys().find(|sha256| archive.index_for_name_raw(format!("{FILES}{sha256}").as_bytes()).is_none());
        return Err(missing(&format!("{FILES}{}", missed.map_or("", String::as_str))));
    }
    Ok(files)
}
