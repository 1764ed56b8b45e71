//! The audit: a table that is only added to. Each row names the digest of the row before it, and the digests of the rows of state that it
//! changed; it is written in the transaction that makes the change. Checkpoints are rows with a signature over all before them.
//!
//! **Encoding.** The digest of a row is SHA-256 over: the text `interdict-audit-1`, then sequence, time (microseconds since 1970), actor,
//! action, subject, payload, changes, and the digest of the row before, each as its length in bytes (eight bytes, big-endian) and its bytes;
//! numbers in decimal. Payload and changes are canonical JSON ([`crate::canonical`](fn@crate::canonical)). Changes are a list of `[table, key, digest]`; the
//! digest is that of the row's new state.

pub(crate) mod export;
mod keys;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use export::{Report, Trouble, verify_export};
pub use keys::{Checkpoint, SigningKey, VerifyingKey};

use crate::actors::Action;
use crate::canonical::{canonical, hex};
use crate::database::{Cell, Cells, Tx};
use crate::error::{Error, invalid};
use crate::store::{By, Store};

/// What the first row names as the one before it.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The action of a checkpoint.
pub(crate) const CHECKPOINT: &str = "audit.checkpoint";
/// Rows that are read at once.
pub(crate) const PAGE: i64 = 1000;

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What was done: `alert.opened`, `decision.approved`, `alert.seen`, ...
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// More of it, as canonical JSON.
    pub payload: String,
    /// Digests of the rows that it changed, as canonical JSON.
    pub changes: String,
    /// Digest of the row before.
    pub prev: String,
    /// Digest of this one.
    pub hash: String,
}

/// The bytes that the digest of a row is made of.
#[must_use]
pub fn encode(entry: &Entry) -> Vec<u8> {
    let (seq, at) = (entry.seq.to_string(), entry.at.to_string());
    let fields = [&seq, &at, &entry.actor, &entry.action, &entry.subject, &entry.payload, &entry.changes, &entry.prev]
        .map(String::as_bytes);
    let mut bytes = b"interdict-audit-1".to_vec();
    for field in fields {
        bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

impl Entry {
    /// The digest that it should have.
    #[must_use]
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(encode(self)))
    }

    /// When it was.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.at).ok()
    }

    /// As a line of an export: canonical JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        canonical(&json!({
            "seq": self.seq, "at": self.at, "actor": self.actor, "action": self.action, "subject": self.subject,
            "payload": parsed(&self.payload), "changes": parsed(&self.changes), "prev": self.prev, "hash": self.hash,
        }))
    }

    pub(crate) fn cells(&self) -> Cells {
        vec![
            Cell::Int(self.seq),
            Cell::Int(self.at),
            (&self.actor).into(),
            (&self.action).into(),
            (&self.subject).into(),
            (&self.payload).into(),
            (&self.changes).into(),
            (&self.prev).into(),
            (&self.hash).into(),
        ]
    }

    pub(crate) fn read(cells: Cells) -> Result<Self, Error> {
        let mut cells = cells.into_iter();
        let mut next = || cells.next().ok_or_else(|| Error::Damaged("columns of audit".to_owned()));
        Ok(Self {
            seq: next()?.int()?,
            at: next()?.int()?,
            actor: next()?.text()?,
            action: next()?.text()?,
            subject: next()?.text()?,
            payload: next()?.text()?,
            changes: next()?.text()?,
            prev: next()?.text()?,
            hash: next()?.text()?,
        })
    }
}

/// The rows after one, in order, at most [`PAGE`].
pub(crate) async fn page(tx: &mut Tx, after: i64, through: i64) -> Result<Vec<Entry>, Error> {
    let sql = "SELECT seq, at, actor, action, subject, payload, changes, prev, hash FROM audit \
               WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
    let rows = tx.rows(sql, &[after.into(), through.into(), Cell::Int(PAGE)]).await?;
    rows.into_iter().map(Entry::read).collect()
}

impl Store {
    /// The rows of the audit about something, oldest first; reading them is recorded.
    pub async fn history(&self, by: By<'_>, subject: &str) -> Result<Vec<Entry>, Error> {
        let mut writing = self.write(by, Action::ReadAudit).await?;
        let sql =
            "SELECT seq, at, actor, action, subject, payload, changes, prev, hash FROM audit WHERE subject = $1 ORDER BY seq";
        let rows = writing.tx.rows(sql, &[subject.into()]).await?;
        let entries = rows.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
        writing.entry("audit.seen", subject, &json!({"rows": entries.len()})).await?;
        writing.commit().await?;
        Ok(entries)
    }

    /// Signs all rows until now, and adds the signature as a row. Keep what comes back somewhere else: with it, rows that were cut off the end
    /// are found as well.
    pub async fn checkpoint(&self, by: By<'_>, key: &SigningKey) -> Result<Checkpoint, Error> {
        let mut writing = self.write(by, Action::SignAudit).await?;
        let (seq, hash) = writing.head();
        if seq == 0 {
            return Err(invalid("checkpoint", "there is nothing to sign"));
        }
        let checkpoint = Checkpoint::sign(key, seq, hash, by.now.as_microsecond())?;
        writing.entry(CHECKPOINT, &seq.to_string(), &checkpoint.to_json()).await?;
        writing.commit().await?;
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> impl Strategy<Value = Entry> {
        let texts = (".{0,12}", ".{0,12}", ".{0,12}", ".{0,12}", ".{0,12}", ".{0,12}");
        (1i64..1000, any::<i64>(), texts).prop_map(|(seq, at, (actor, action, subject, payload, changes, prev))| Entry {
            seq,
            at,
            actor,
            action,
            subject,
            payload,
            changes,
            prev,
            hash: String::new(),
        })
    }

    proptest! {
        /// Two rows have one encoding only when they are one row: no shift of a letter from a field to the next goes unseen.
        #[test]
        fn an_encoding_is_of_one_row(one in entry(), other in entry()) {
            prop_assert_eq!(encode(&one) == encode(&other), one == other);
        }

        #[test]
        fn a_letter_that_moves_is_seen(mut one in entry(), letter in "[a-z]") {
            let mut other = one.clone();
            one.actor.push_str(&letter);
            other.action.insert_str(0, &letter);
            prop_assert_ne!(one.digest(), other.digest());
        }

        /// What an encoding says can be read back field by field.
        #[test]
        fn an_encoding_can_be_read_back(one in entry()) {
            let bytes = encode(&one);
            let mut rest = &bytes["interdict-audit-1".len()..];
            let mut fields = Vec::new();
            while !rest.is_empty() {
                let (length, after) = rest.split_at(8);
                let length = u64::from_be_bytes(length.try_into().unwrap()) as usize;
                let (field, after) = after.split_at(length);
                fields.push(String::from_utf8(field.to_vec()).unwrap());
                rest = after;
            }
            let expected =
                vec![one.seq.to_string(), one.at.to_string(), one.actor, one.action, one.subject, one.payload, one.changes, one.prev];
            prop_assert_eq!(fields, expected);
        }
    }

    /// The digest of a row, written down: an encoding that changes is found here first.
    #[test]
    fn a_digest_that_stays() {
        let entry = Entry {
            seq: 1,
            at: 1_700_000_000_000_000,
            actor: "ann".to_owned(),
            action: "alert.opened".to_owned(),
            subject: "A-1".to_owned(),
            payload: "{}".to_owned(),
            changes: "[]".to_owned(),
            prev: BEGINNING.to_owned(),
            hash: String::new(),
        };
        let mut by_hand = b"interdict-audit-1".to_vec();
        for (length, text) in [
            (1u8, "1"),
            (16, "1700000000000000"),
            (3, "ann"),
            (12, "alert.opened"),
            (3, "A-1"),
            (2, "{}"),
            (2, "[]"),
            (64, BEGINNING),
        ] {
            by_hand.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, length]);
            by_hand.extend_from_slice(text.as_bytes());
        }
        assert_eq!(encode(&entry), by_hand);
        assert_eq!(entry.digest(), crate::canonical::sha256(&by_hand));
    }
}
