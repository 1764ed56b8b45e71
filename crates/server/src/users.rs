//! Users with passwords: a file of them, which keeps of each password what it was made into alone, and the work of checking one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::access::{Identity, Role, Roles};
use crate::admission::full;
use crate::error::ServerError;
use crate::keys::{Stamp, stamp, unreadable};
use crate::problem::Problem;

/// Bytes of a file of users beyond which it is some other file.
const MAX_FILE: u64 = 4 << 20;
/// Characters of a user's name.
const MAX_NAME: usize = 64;
/// Characters that a password has at least.
const MIN_PASSWORD: usize = 12;
/// Bytes that a password has at most.
const MAX_PASSWORD: usize = 1024;
/// Memory, rounds and lanes of argon2id, in KiB: what OWASP asks for at least.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// The most of them that a file may ask for, so that one user does not cost the memory of all.
const MOST_COST: (u32, u32, u32) = (256 * 1024, 10, 4);
/// Passwords that are checked at a time.
const AT_A_TIME: usize = 2;
/// Those that wait; one more is turned away.
const WAITING: usize = 32;

/// A user as the file has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserEntry {
    /// The name by which he signs in: lower-case letters, digits, `.`, `-`, `_`, `@`.
    pub name: String,
    /// Who it is in casework. Without it, the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// The roles, which must not conflict.
    pub roles: Vec<String>,
    /// Whose data he works on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    /// What the password was made into by argon2id, in PHC form.
    pub password: String,
    /// Whether he may not sign in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// When he was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl std::fmt::Debug for UserEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserEntry").field("name", &self.name).field("roles", &self.roles).finish_non_exhaustive()
    }
}

impl UserEntry {
    /// A user with a password, whose name and roles are checked.
    pub fn new(name: &str, roles: &[Role], password: &str, now: Timestamp) -> Result<Self, ServerError> {
        let entry = Self {
            name: name.to_owned(),
            actor: String::new(),
            roles: roles.iter().map(|role| role.word().to_owned()).collect(),
            tenant: String::new(),
            password: hash_password(name, password)?,
            disabled: false,
            created: Some(now),
        };
        entry.check().map_err(ServerError::Setup)?;
        Ok(entry)
    }

    fn check(&self) -> Result<(), String> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_@".contains(&byte);
        if self.name.is_empty() || self.name.len() > MAX_NAME || !self.name.bytes().all(allowed) {
            return Err(format!("`name` must be up to {MAX_NAME} lower-case letters, digits, `.`, `-`, `_` or `@`"));
        }
        self.roles()?;
        check_hash(&self.password)
    }

    fn roles(&self) -> Result<Roles, String> {
        let roles = self.roles.iter().map(|role| role.parse()).collect::<Result<Vec<Role>, _>>();
        let roles = roles.map_err(|_| "`roles` has one that is none".to_owned())?;
        if roles.is_empty() {
            return Err("`roles` must have one at least".to_owned());
        }
        Roles::new(roles).map_err(|error| error.to_string())
    }

    fn known(&self) -> Option<Arc<Known>> {
        let roles = self.roles().ok()?;
        let words = roles.iter().map(Role::word).collect::<Vec<_>>().join(",");
        let mut print = Sha256::new();
        for part in [&self.name, &self.actor, &words, &self.tenant, &self.password] {
            print.update((part.len() as u64).to_le_bytes());
            print.update(part.as_bytes());
        }
        Some(Arc::new(Known {
            hash: self.password.clone(),
            disabled: self.disabled,
            print: print.finalize().into(),
            identity: Identity {
                id: self.name.clone(),
                actor: if self.actor.is_empty() { self.name.clone() } else { self.actor.clone() },
                roles,
                scopes: Vec::new(),
                tenant: self.tenant.clone(),
            },
        }))
    }
}

/// Whether a text is what a password was made into, at a cost within the limits.
fn check_hash(text: &str) -> Result<(), String> {
    let refused = || {
        let (memory, rounds, lanes) = COST;
        format!("`password` must be of argon2id in PHC form, with m={memory}, t={rounds}, p={lanes} or more")
    };
    let hash = PasswordHash::new(text).map_err(|_| refused())?;
    let params = Params::try_from(&hash).map_err(|_| refused())?;
    let (memory, rounds, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    let within = (COST.0..=MOST_COST.0).contains(&memory)
        && (COST.1..=MOST_COST.1).contains(&rounds)
        && (COST.2..=MOST_COST.2).contains(&lanes);
    let is_whole = hash.algorithm == argon2::ARGON2ID_IDENT && hash.salt.is_some() && hash.hash.is_some();
    if within && is_whole { Ok(()) } else { Err(refused()) }
}

fn hasher() -> Result<Argon2<'static>, ServerError> {
    let params = Params::new(COST.0, COST.1, COST.2, None).map_err(|error| ServerError::Setup(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What a password is made into, for the file; refused where it is too short or the name of its user.
pub fn hash_password(name: &str, password: &str) -> Result<String, ServerError> {
    let refused = |reason: String| Err(ServerError::Setup(reason));
    if password.chars().count() < MIN_PASSWORD {
        return refused(format!("a password has at least {MIN_PASSWORD} characters"));
    }
    if password.len() > MAX_PASSWORD {
        return refused(format!("a password has at most {MAX_PASSWORD} bytes"));
    }
    if password.to_lowercase() == name.to_lowercase() {
        return refused("a password must not be the name of its user".to_owned());
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| ServerError::Setup(format!("no random bytes: {error}")))?;
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| ServerError::Setup(error.to_string()))
}

/// What is checked where there is no such user, so that it takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| {
    let hash = hasher().ok()?.hash_password_with_salt(b"nobody has this password", b"of nobody at all").ok()?;
    Some(hash.to_string())
});

/// A file of users.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFile {
    /// The users.
    #[serde(default, rename = "user")]
    pub users: Vec<UserEntry>,
}

impl UserFile {
    /// Reads a file. What it says of a file that is none does not repeat what stands there.
    pub fn read(path: &Path) -> Result<Self, ServerError> {
        let refused = |reason: String| ServerError::Users { file: path.display().to_string(), reason };
        let length = fs::metadata(path).map_err(|error| refused(error.to_string()))?.len();
        if length > MAX_FILE {
            return Err(refused(format!("larger than {MAX_FILE} bytes, which no file of users is")));
        }
        let text = fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
        let file: Self = toml::from_str(&text).map_err(|error| refused(unreadable(&error, &text, "a file of users")))?;
        for (at, user) in file.users.iter().enumerate() {
            user.check().map_err(|reason| refused(format!("user {}: {reason}", at + 1)))?;
            if file.users[..at].iter().any(|other| other.name == user.name) {
                return Err(refused(format!("user {}: the name stands in the file twice", at + 1)));
            }
        }
        Ok(file)
    }

    /// The file as text.
    pub fn to_text(&self) -> Result<String, ServerError> {
        toml::to_string_pretty(self).map_err(|error| ServerError::Setup(error.to_string()))
    }
}

/// A user in use.
pub(crate) struct Known {
    hash: String,
    disabled: bool,
    /// Digest of all that a session depends on.
    pub(crate) print: [u8; 32],
    pub(crate) identity: Identity,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// The users by name, with what told the file apart that they were read from.
type Held = (Option<Stamp>, FxHashMap<String, Arc<Known>>);

/// The users in use.
#[derive(Debug)]
pub struct Users {
    path: PathBuf,
    held: RwLock<Held>,
}

impl Users {
    /// Reads the users of a file.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let users = Self { path: path.to_owned(), held: RwLock::new((None, FxHashMap::default())) };
        users.look()?;
        Ok(users)
    }

    /// Reads the file again where it has changed. A file that cannot be read leaves the users as they were.
    pub fn look(&self) -> Result<bool, ServerError> {
        let stamp = stamp(&self.path);
        if stamp.is_some() && self.held.read().unwrap_or_else(PoisonError::into_inner).0 == stamp {
            return Ok(false);
        }
        let file = UserFile::read(&self.path)?;
        let known = file.users.iter().filter_map(|user| Some((user.name.clone(), user.known()?))).collect();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = (stamp, known);
        Ok(true)
    }

    /// Whether there is none who may sign in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.read().unwrap_or_else(PoisonError::into_inner).1.values().all(|user| user.disabled)
    }

    /// All of them by name, and whether each may sign in: casework has to know them too.
    #[must_use]
    pub fn identities(&self) -> Vec<(Identity, bool)> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = held.1.values().map(|user| (user.identity.clone(), !user.disabled)).collect();
        all.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
        all
    }

    /// One who is checked in place of somebody who is not there, so that it costs as much.
    pub(crate) fn stand_in(&self) -> Option<Arc<Known>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).1.values().next().cloned()
    }

    /// The user of a name who may sign in.
    pub(crate) fn active(&self, name: &str) -> Option<Arc<Known>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.1.get(name).filter(|user| !user.disabled).cloned()
    }
}

/// The work of checking passwords, which takes memory and time: little of it at once.
#[derive(Debug)]
pub(crate) struct Passwords {
    room: Arc<Semaphore>,
    inside: AtomicUsize,
    done: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_A_TIME)), inside: AtomicUsize::new(0), done: Arc::default() }
    }
}

struct Inside<'a>(&'a AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Passwords {
    /// Whether a password is the user's. Without a user it takes as long as for the one who stands in, and is wrong.
    pub(crate) async fn check(
        &self,
        user: Option<&Known>,
        stand_in: Option<&Known>,
        password: String,
    ) -> Result<bool, Problem> {
        let before = self.inside.fetch_add(1, Ordering::Relaxed);
        let _inside = Inside(&self.inside);
        if before >= AT_A_TIME + WAITING {
            return Err(full("as many sign in as the server checks at a time"));
        }
        let hash = user.or(stand_in).map(|user| user.hash.clone()).or_else(|| NOBODY.clone()).ok_or_else(Problem::internal)?;
        let permit = Arc::clone(&self.room).acquire_owned().await.map_err(|_| Problem::internal())?;
        let done = Arc::clone(&self.done);
        let checked = tokio::task::spawn_blocking(move || {
            // The permit goes with the work, which goes on also when nobody waits for its result any more.
            let _permit = permit;
            let bytes = if password.len() > MAX_PASSWORD { &[] } else { password.as_bytes() };
            let right = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(bytes, &hash).is_ok());
            done.fetch_add(1, Ordering::Relaxed);
            right
        });
        let right = checked.await.map_err(|_| Problem::internal())?;
        Ok(right && user.is_some())
    }

    /// How many passwords were checked.
    #[cfg(test)]
    pub(crate) fn checked(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "glass harbour lantern 7";

    fn ada() -> UserEntry {
        UserEntry::new("ada", &[Role::Analyst], PASSWORD, Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn passwords_have_a_least_length_and_are_not_the_name() {
        for (name, password, words) in [
            ("ada", "elevenchars", "at least 12 characters"),
            ("ada.long.name", "ADA.long.name", "must not be the name"),
            ("ada", "ü".repeat(600).as_str(), "at most 1024 bytes"),
        ] {
            let error = hash_password(name, password).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains(password), "{error}");
        }
        let (one, other) = (hash_password("ada", PASSWORD).unwrap(), hash_password("ada", PASSWORD).unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other, "each has a salt of its own");
    }

    #[test]
    fn files_that_are_none_are_refused_without_a_word_of_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.toml");
        let file = |change: fn(&mut UserEntry)| {
            let mut entry = ada();
            change(&mut entry);
            UserFile { users: vec![entry] }.to_text().unwrap()
        };
        let both = ada();
        for (text, reason) in [
            (file(|user| user.roles = vec!["secret-word".to_owned()]), "one that is none"),
            (file(|user| user.roles = vec!["admin".to_owned(), "approver".to_owned()]), "who gives roles decides nothing"),
            (file(|user| user.roles.clear()), "one at least"),
            (file(|user| user.name = "Secret-Word".to_owned()), "lower-case letters"),
            (file(|user| user.password = "secret-word".to_owned()), "PHC form"),
            (file(|user| user.password = user.password.replace("m=19456", "m=8192")), "or more"),
            (file(|user| user.password = user.password.replace("m=19456", "m=4194304")), "PHC form"),
            (file(|user| user.password = user.password.replace("argon2id", "argon2i")), "argon2id"),
            (UserFile { users: vec![both.clone(), both] }.to_text().unwrap(), "twice"),
            ("user = 'secret-word'".to_owned(), "line 1 is not as in a file of users"),
        ] {
            fs::write(&path, text).unwrap();
            let error = Users::open(&path).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert!(!error.to_lowercase().contains("secret-word"), "{error}");
        }
    }

    #[test]
    fn all_users_are_told_with_those_who_may_not_sign_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.toml");
        let (mut one, mut other) = (ada(), ada());
        (one.name, one.disabled) = ("zoe".to_owned(), true);
        (other.actor, other.tenant) = ("ada.example".to_owned(), "north".to_owned());
        fs::write(&path, UserFile { users: vec![one, other] }.to_text().unwrap()).unwrap();
        let told: Vec<_> = Users::open(&path).unwrap().identities();
        let told: Vec<_> =
            told.iter().map(|(who, active)| (who.id.as_str(), who.actor.as_str(), who.tenant.as_str(), *active)).collect();
        assert_eq!(told, [("ada", "ada.example", "north", true), ("zoe", "zoe", "", false)]);
    }

    #[test]
    fn what_a_session_depends_on_changes_its_print() {
        let print = |change: fn(&mut UserEntry)| {
            let mut entry = UserEntry { password: NOBODY.clone().unwrap(), ..ada() };
            change(&mut entry);
            entry.known().unwrap().print
        };
        let before = print(|_| {});
        assert_eq!(before, print(|user| user.created = None));
        for changed in [
            print(|user| user.roles.push("viewer".to_owned())),
            print(|user| user.password = hash_password("ada", PASSWORD).unwrap()),
            print(|user| user.tenant = "north".to_owned()),
            print(|user| user.actor = "ada2".to_owned()),
        ] {
            assert_ne!(before, changed);
        }
    }

    #[tokio::test]
    async fn who_does_not_exist_costs_as_much_as_who_does() {
        let passwords = Passwords::default();
        let known = ada().known().unwrap();
        assert!(passwords.check(Some(&known), None, PASSWORD.to_owned()).await.unwrap());
        assert!(!passwords.check(Some(&known), None, "another password".to_owned()).await.unwrap());
        assert_eq!(passwords.checked(), 2);
        assert!(!passwords.check(None, None, PASSWORD.to_owned()).await.unwrap());
        assert!(!passwords.check(None, None, "nobody has this password".to_owned()).await.unwrap(), "nobody signs in");
        assert!(!passwords.check(None, Some(&known), PASSWORD.to_owned()).await.unwrap(), "nor as who stands in");
        assert_eq!(passwords.checked(), 5, "one piece of work each");
        let cost = |text: &str| Params::try_from(&PasswordHash::new(text).unwrap()).unwrap();
        assert_eq!(cost(&known.hash), cost(NOBODY.as_ref().unwrap()), "of the same cost");
    }

    #[tokio::test]
    async fn few_passwords_are_checked_at_a_time_and_few_wait() {
        let passwords = Passwords::default();
        let held = Arc::clone(&passwords.room).acquire_many_owned(AT_A_TIME as u32).await.unwrap();
        let mut waiting: Vec<_> =
            (0..AT_A_TIME + WAITING).map(|_| Box::pin(passwords.check(None, None, PASSWORD.to_owned()))).collect();
        for one in &mut waiting {
            assert!(tokio::time::timeout(std::time::Duration::ZERO, one).await.is_err(), "it waits");
        }
        let refused = passwords.check(None, None, PASSWORD.to_owned()).await.unwrap_err();
        assert_eq!((refused.status, refused.retry_after, passwords.checked()), (503, Some(1), 0));
        drop(waiting);
        drop(held);
        assert!(!passwords.check(None, None, PASSWORD.to_owned()).await.unwrap());
    }
}
