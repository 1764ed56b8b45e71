//! What else a team keeps under proof: settings, keys of the API as hashes, webhooks. JSON under a kind and an id, with a version, so that of two
//! who change it at once one is told.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actors::Action;
use crate::canonical::{canonical, sha256};
use crate::error::{Error, not_found, text};
use crate::record::record;
use crate::store::{By, Store, select};

record! {
    /// Something that is kept.
    Kept in "kept" by (kind, id) {
        /// What it is.
        kind: String,
        /// Its id among its kind.
        id: String,
        /// It.
        body: Value,
        /// 1, and one more with each change; 0 and an empty body once it is taken away.
        version: i64,
        /// Who changed it last.
        author: String,
        /// When.
        #[serde(with = "crate::record::time")]
        updated_at: Timestamp,
    }
}

impl Store {
    /// Keeps something, or changes it, for a reason. With `expected`, only when it still has that version (0: when it is not there). The audit
    /// has the digest of the body, not the body.
    pub async fn keep(
        &self,
        by: By<'_>,
        kind: &str,
        id: &str,
        body: Value,
        expected: Option<i64>,
        reason: &str,
    ) -> Result<Kept, Error> {
        let reason = text("reason", reason, 4000)?;
        let (kind, id) = (text("kind", kind, 100)?, text("id", id, 200)?);
        let mut writing = self.write(by, Action::ManageSettings).await?;
        let before: Vec<Kept> = select(&mut writing.tx, "WHERE kind = $1 AND id = $2", &[(&kind).into(), (&id).into()]).await?;
        let version = before.first().map_or(0, |before| before.version);
        if expected.is_some_and(|expected| expected != version) {
            return Err(Error::Conflict(format!("{kind} `{id}` has version {version}: somebody changed it")));
        }
        let payload =
            json!({"kind": kind, "reason": reason, "version": version + 1, "sha256": sha256(canonical(&body).as_bytes())});
        let kept = Kept { kind, id, body, version: version + 1, author: by.actor.to_owned(), updated_at: by.now };
        writing.save(&kept).await?;
        writing.entry("kept.changed", &kept.id, &payload).await?;
        writing.commit().await?;
        Ok(kept)
    }

    /// Takes away what is kept, for a reason; that it was there stays known.
    pub async fn drop_kept(&self, by: By<'_>, kind: &str, id: &str, reason: &str) -> Result<(), Error> {
        let reason = text("reason", reason, 4000)?;
        let mut writing = self.write(by, Action::ManageSettings).await?;
        let before: Vec<Kept> =
            select(&mut writing.tx, "WHERE kind = $1 AND id = $2 AND version > 0", &[kind.into(), id.into()]).await?;
        let Some(mut kept) = before.into_iter().next() else { return Err(not_found("kept", id)) };
        (kept.version, kept.body) = (0, Value::Null);
        (kept.author, kept.updated_at) = (by.actor.to_owned(), by.now);
        writing.save(&kept).await?;
        writing.entry("kept.dropped", id, &json!({"kind": kind, "reason": reason})).await?;
        writing.commit().await
    }

    /// What is kept of a kind, by id; for the program itself, which is no actor.
    pub async fn kept(&self, kind: &str) -> Result<Vec<Kept>, Error> {
        select(&mut self.db.read().await?, "WHERE kind = $1 AND version > 0 ORDER BY id", &[kind.into()]).await
    }
}
