//! Keys of the API: a file of them goes in, and says who makes a request. A key is 32 random bytes, shown once; the file has its SHA-256
//! alone, which is enough for a secret that nobody chose. The file is read again when it changes, so that what is revoked ends at once.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::access::{Identity, Role, Roles, Scope};
use crate::error::ServerError;

/// How a key begins, so that scanners for secrets find one that got lost.
const PREFIX: &str = "itd";
/// Bytes of a file of keys beyond which it is some other file.
const MAX_FILE: u64 = 4 << 20;

/// A key as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// Public id, which is part of the key.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// Who it is in casework: the same for all keys of one person, so that a new key does not make two people of one. Without it, the id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// SHA-256 of the key, in hexadecimal digits.
    pub sha256: String,
    /// The role.
    pub role: String,
    /// Permissions to which it is narrowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Whose data it works on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// From when on it is of no use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// A file of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// The keys.
    #[serde(default, rename = "key")]
    pub keys: Vec<KeyEntry>,
}

impl KeyFile {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ServerError> {
        let refused = |reason: String| ServerError::Keys { file: path.display().to_string(), reason };
        let length = fs::metadata(path).map_err(|error| refused(error.to_string()))?.len();
        if length > MAX_FILE {
            return Err(refused(format!("larger than {MAX_FILE} bytes, which no file of keys is")));
        }
        let text = fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
        // The text of the file is not repeated in the message: it has digests in it.
        let file: Self = toml::from_str(&text).map_err(|error| refused(unreadable(&error, &text)))?;
        for (at, key) in file.keys.iter().enumerate() {
            key.check().map_err(|reason| refused(format!("key {}: {reason}", at + 1)))?;
            if file.keys[..at].iter().any(|other| other.id == key.id) {
                return Err(refused(format!("key {}: its id stands in the file twice", at + 1)));
            }
        }
        Ok(file)
    }

    /// The file as text.
    pub fn to_text(&self) -> Result<String, ServerError> {
        toml::to_string_pretty(self).map_err(|error| ServerError::Setup(error.to_string()))
    }
}

/// Where a file cannot be read: its parser's own words would tell what stands there, which may be a key that was pasted in.
fn unreadable(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {} is not as in a file of keys", before.matches('\n').count() + 1)
}

impl KeyEntry {
    fn check(&self) -> Result<(), String> {
        self.role.parse::<Role>().map_err(|error| error.to_string())?;
        self.scopes.iter().try_for_each(|scope| scope.parse::<Scope>().map(|_| ()))?;
        if digest_of_hex(&self.sha256).is_none() {
            return Err("`sha256` must be 64 hexadecimal digits".to_owned());
        }
        if self.id.is_empty() || !self.id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("`id` must be letters and digits".to_owned());
        }
        Ok(())
    }

    fn known(&self) -> Option<Known> {
        Some(Known {
            digest: digest_of_hex(&self.sha256)?,
            expires: self.expires,
            revoked: self.revoked.is_some(),
            identity: Arc::new(Identity {
                id: self.id.clone(),
                actor: if self.actor.is_empty() { self.id.clone() } else { self.actor.clone() },
                roles: Roles::one(self.role.parse().ok()?),
                scopes: self.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
                tenant: self.tenant.clone(),
            }),
        })
    }
}

/// Makes a key: what its owner gets, which is nowhere kept, with its entry for the file.
pub fn new_key(name: &str, role: Role, now: Timestamp) -> Result<(String, KeyEntry), ServerError> {
    let mut random = [0_u8; 36];
    getrandom::fill(&mut random).map_err(|error| ServerError::Setup(format!("no random bytes: {error}")))?;
    let (id, secret) = (hex(&random[..4]), hex(&random[4..]));
    let key = format!("{PREFIX}_{id}_{secret}");
    let sha256 = hex(&Sha256::digest(key.as_bytes()));
    let entry = KeyEntry {
        id,
        name: name.to_owned(),
        actor: String::new(),
        sha256,
        role: role.word().to_owned(),
        scopes: Vec::new(),
        tenant: String::new(),
        created: Some(now),
        expires: None,
        revoked: None,
    };
    Ok((key, entry))
}

#[derive(Debug)]
struct Known {
    digest: [u8; 32],
    expires: Option<Timestamp>,
    revoked: bool,
    identity: Arc<Identity>,
}

/// The keys in use.
#[derive(Debug)]
pub struct Keys {
    path: PathBuf,
    held: RwLock<(Option<Stamp>, FxHashMap<String, Known>)>,
}

type Stamp = (SystemTime, u64);

impl Keys {
    /// Reads the keys of a file.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let keys = Self { path: path.to_owned(), held: RwLock::new((None, FxHashMap::default())) };
        keys.look()?;
        Ok(keys)
    }

    fn stamp(&self) -> Option<Stamp> {
        let metadata = fs::metadata(&self.path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    /// Reads the file again where it has changed. A file that cannot be read leaves the keys as they were.
    pub fn look(&self) -> Result<bool, ServerError> {
        let stamp = self.stamp();
        if stamp.is_some() && self.held.read().unwrap_or_else(PoisonError::into_inner).0 == stamp {
            return Ok(false);
        }
        let file = KeyFile::read(&self.path)?;
        let known = file.keys.iter().filter_map(|key| Some((key.id.clone(), key.known()?))).collect();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = (stamp, known);
        Ok(true)
    }

    /// Whether there is none that can be used.
    #[must_use]
    pub fn is_empty(&self, now: Timestamp) -> bool {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        !held.1.values().any(|key| !key.revoked && key.expires.is_none_or(|end| now < end))
    }

    /// Whose key it is; none for one that is wrong, expired or revoked. The comparison takes as long for any key.
    #[must_use]
    pub fn identity(&self, key: &str, now: Timestamp) -> Option<Arc<Identity>> {
        let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let id = key.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('_')).and_then(|rest| rest.split_once('_'));
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let known = held.1.get(id?.0)?;
        let equal = bool::from(known.digest.ct_eq(&digest));
        (equal && !known.revoked && known.expires.is_none_or(|end| now < end)).then(|| Arc::clone(&known.identity))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn digest_of_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Permission;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn keys_are_known_until_they_expire_or_are_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let (key, mut entry) = new_key("Ada Example", Role::Analyst, second(1)).unwrap();
        assert_eq!(key.len(), "itd_".len() + 8 + 1 + 64);
        entry.scopes = vec!["screen".to_owned()];
        entry.expires = Some(second(100));
        let mut file = KeyFile { keys: vec![entry] };
        let text = file.to_text().unwrap();
        assert!(!text.contains(key.rsplit('_').next().unwrap()), "the file must not have the secret");
        fs::write(&path, text).unwrap();
        let keys = Keys::open(&path).unwrap();
        let who = keys.identity(&key, second(99)).unwrap();
        assert_eq!((who.may(Permission::Screen), who.may(Permission::Read)), (true, false));
        assert_eq!((&who.roles, who.actor == who.id), (&Roles::one(Role::Analyst), true));
        assert_eq!(keys.identity(&key, second(100)), None);
        assert!(keys.is_empty(second(100)) && !keys.is_empty(second(99)));
        let mut wrong = key.clone();
        wrong.pop();
        for wrong in [wrong.as_str(), "", "itd_", "itd__", &key.to_uppercase(), &format!("{key}0")] {
            assert_eq!(keys.identity(wrong, second(2)), None, "{wrong}");
        }
        file.keys[0].revoked = Some(second(5));
        fs::write(&path, file.to_text().unwrap()).unwrap();
        assert!(keys.look().unwrap());
        assert_eq!(keys.identity(&key, second(6)), None);
        // What cannot be read leaves the keys as they were, and says why without what stands in it.
        fs::write(&path, "key = 'secret-word'").unwrap();
        let error = keys.look().unwrap_err().to_string();
        assert!(!error.contains("secret-word"), "{error}");
    }

    #[test]
    fn files_that_are_none_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let (_, entry) = new_key("Ada Example", Role::Admin, second(1)).unwrap();
        let file = |change: fn(&mut KeyEntry)| {
            let mut entry = entry.clone();
            change(&mut entry);
            KeyFile { keys: vec![entry] }
        };
        for (file, reason) in [
            (file(|key| key.role = "king".to_owned()), "is none of"),
            (file(|key| key.scopes = vec!["all".to_owned()]), "is not a scope"),
            (file(|key| key.sha256.truncate(63)), "64 hexadecimal digits"),
            (file(|key| key.id.clear()), "letters and digits"),
            (KeyFile { keys: vec![entry.clone(), entry.clone()] }, "twice"),
        ] {
            fs::write(&path, file.to_text().unwrap()).unwrap();
            let error = Keys::open(&path).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
