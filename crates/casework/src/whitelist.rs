//! Whitelists that expire by themselves: a false positive that was approved holds for a pair and for the facts of both sides, word by word. When
//! either side states something else, the whitelisting of that pair alone ends, and the next hit reopens its alert.

use jiff::Timestamp;
use serde_json::json;

use crate::actors::Action;
use crate::database::Tx;
use crate::error::{Error, text};
use crate::record::{record, words};
use crate::store::{By, Store, Writing, select};

words! {
    /// Where a whitelisting stands.
    Standing {
        /// It holds.
        Active = "active",
        /// Facts changed.
        Expired = "expired",
        /// A person ended it.
        Revoked = "revoked",
    }
}

record! {
    /// A pair that was found to be two parties.
    Whitelisting in "whitelist" by (id) {
        /// Its id.
        id: String,
        /// The customer.
        customer: String,
        /// The customer's facts that it is bound to.
        customer_hash: String,
        /// The listed party.
        entity: String,
        /// Its facts that it is bound to.
        entity_hash: String,
        /// The alert that was decided.
        alert: String,
        /// The approved proposal that it comes from.
        decision: String,
        /// Whether it holds.
        state: Standing,
        /// Since when.
        #[serde(with = "crate::record::time")]
        since: Timestamp,
        /// Until when.
        #[serde(with = "crate::record::time::option")]
        ended_at: Option<Timestamp>,
        /// Why it ended.
        ended_because: String,
    }
}

/// The one that holds for a pair, whatever facts it is bound to.
pub(crate) async fn active(tx: &mut Tx, customer: &str, entity: &str) -> Result<Option<Whitelisting>, Error> {
    let rest = "WHERE customer = $1 AND entity = $2 AND state = 'active'";
    Ok(select(tx, rest, &[customer.into(), entity.into()]).await?.into_iter().next())
}

pub(crate) async fn end(writing: &mut Writing, mut one: Whitelisting, state: Standing, because: &str) -> Result<(), Error> {
    one.state = state;
    one.ended_at = Some(writing.now);
    because.clone_into(&mut one.ended_because);
    writing.save(&one).await
}

/// Ends what is bound to other facts of a customer than those of now; all of it without facts.
pub(crate) async fn expire_of_customer(
    writing: &mut Writing,
    customer: &str,
    facts: Option<&str>,
    expired: &mut Vec<String>,
) -> Result<(), Error> {
    let rest = "WHERE customer = $1 AND customer_hash <> $2 AND state = 'active' ORDER BY id";
    let ending: Vec<Whitelisting> = select(&mut writing.tx, rest, &[customer.into(), facts.unwrap_or("none").into()]).await?;
    for one in ending {
        expired.push(one.id.clone());
        end(writing, one, Standing::Expired, "the facts of the customer changed").await?;
    }
    Ok(())
}

impl Store {
    /// The whitelisting that holds for a pair with exactly these facts.
    pub async fn suppressed(
        &self,
        customer: &str,
        customer_hash: &str,
        entity: &str,
        entity_hash: &str,
    ) -> Result<Option<Whitelisting>, Error> {
        let found = active(&mut self.db.read().await?, customer, entity).await?;
        Ok(found.filter(|one| one.customer_hash == customer_hash && one.entity_hash == entity_hash))
    }

    /// Ends the whitelistings of listed parties whose facts changed, or that are listed no more: pairs of an id and the digest of its facts
    /// now. Gives the ids of what ended.
    pub async fn entities_changed(&self, by: By<'_>, entities: &[(String, Option<String>)]) -> Result<Vec<String>, Error> {
        let mut writing = self.write(by, Action::Screen).await?;
        let mut expired = Vec::new();
        for (entity, hash) in entities {
            let rest = "WHERE entity = $1 AND entity_hash <> $2 AND state = 'active' ORDER BY id";
            let cells = [entity.into(), hash.as_deref().unwrap_or("none").into()];
            let ending: Vec<Whitelisting> = select(&mut writing.tx, rest, &cells).await?;
            for one in ending {
                expired.push(one.id.clone());
                let because =
                    if hash.is_some() { "the facts of the listed party changed" } else { "the party is listed no more" };
                end(&mut writing, one, Standing::Expired, because).await?;
            }
        }
        if !expired.is_empty() {
            writing.entry("whitelist.expired", "whitelist", &json!({"whitelistings": expired})).await?;
            writing.commit().await?;
        }
        Ok(expired)
    }

    /// Ends a whitelisting by a person's decision.
    pub async fn revoke_whitelisting(&self, by: By<'_>, id: &str, reason: &str) -> Result<Whitelisting, Error> {
        let reason = text("reason", reason, 4000)?;
        let mut writing = self.write(by, Action::Reopen).await?;
        let one: Whitelisting = writing.get("whitelisting", id).await?;
        if one.state != Standing::Active {
            return Err(Error::Conflict(format!("whitelisting `{id}` is {}", one.state)));
        }
        end(&mut writing, one, Standing::Revoked, &reason).await?;
        writing.entry("whitelist.revoked", id, &json!({"reason": reason})).await?;
        let one = writing.get("whitelisting", id).await?;
        writing.commit().await?;
        Ok(one)
    }

    /// The whitelistings that hold, after an id, in order of ids.
    pub async fn whitelistings(&self, by: By<'_>, after: &str, limit: usize) -> Result<Vec<Whitelisting>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let limit = i64::try_from(limit.min(1000)).unwrap_or(0);
        select(&mut tx, "WHERE state = 'active' AND id > $1 ORDER BY id LIMIT $2", &[after.into(), limit.into()]).await
    }
}
