//! Release duties: when a party is listed no more, or is no longer found, what was held because of it has to be let go. Each is for a person to
//! do, with a day and a reason, and nobody has two for one pair.

use jiff::Timestamp;
use serde_json::json;

use crate::actors::Action;
use crate::alerts::{Disposition, State};
use crate::cases::{Alert, day};
use crate::database::Cell;
use crate::error::{Error, text};
use crate::record::{record, words};
use crate::store::{By, Store, select};
use crate::{BATCH, calendar};

/// Business days in which it is to be done.
const DUE_AFTER: u32 = 1;

words! {
    /// Where a release duty stands.
    ReleaseState {
        /// Somebody has to look at it.
        Open = "open",
        /// What was held was let go.
        Released = "released",
        /// It stays held, for the reason that is given.
        Held = "held",
        /// The party is found again.
        Void = "void",
    }
}

record! {
    /// A duty to let go what was held.
    Release in "release" by (id) {
        /// Its id.
        id: String,
        /// The customer.
        customer: String,
        /// Id of the party that was listed.
        entity: String,
        /// Its name.
        caption: String,
        /// The alert by which it was held.
        alert: String,
        /// Why it is to be let go.
        because: String,
        /// The snapshot in which the party is not, or is not found.
        snapshot: String,
        /// Where it stands.
        state: ReleaseState,
        /// The last day to do it, ISO 8601.
        due_on: String,
        /// When it was raised.
        #[serde(with = "crate::record::time")]
        raised_at: Timestamp,
        /// Who did it.
        done_by: Option<String>,
        /// When.
        #[serde(with = "crate::record::time::option")]
        done_at: Option<Timestamp>,
        /// Why so.
        reason: String,
    }
}

/// A pair whose party is listed no more, or is no longer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cleared {
    pub(crate) customer: String,
    pub(crate) entity: String,
    pub(crate) because: &'static str,
}

/// Whether something may be held because of an alert: it is open, or was found to be the party.
fn holds(alert: &Alert) -> bool {
    alert.state != State::Closed || alert.disposition == Some(Disposition::TrueMatch)
}

impl Store {
    /// The pairs because of which something may be held, after an alert's id, in order of ids.
    pub(crate) async fn held(&self, by: By<'_>, after: &str) -> Result<Vec<Alert>, Error> {
        let mut tx = self.reading(by, Action::Screen).await?;
        let rest = "WHERE id > $1 AND (closed_at = 0 OR disposition = 'true_match') ORDER BY id LIMIT $2";
        select(&mut tx, rest, &[after.into(), i64::try_from(BATCH).unwrap_or(0).into()]).await
    }

    /// Raises a duty for each pair because of which something may be held, and that has none; gives their ids.
    pub(crate) async fn raise_releases(&self, by: By<'_>, snapshot: &str, cleared: &[Cleared]) -> Result<Vec<String>, Error> {
        if cleared.is_empty() {
            return Ok(Vec::new());
        }
        let mut writing = self.write(by, Action::Screen).await?;
        let due_on = calendar::after(day(by.now), DUE_AFTER).to_string();
        let mut raised = Vec::new();
        for one in cleared {
            let pair = [Cell::from(&one.customer), Cell::from(&one.entity)];
            let last = "WHERE customer = $1 AND entity = $2 \
                ORDER BY CASE WHEN closed_at = 0 THEN 0 ELSE 1 END, closed_at DESC, id DESC LIMIT 1";
            let Some(alert) = select::<Alert>(&mut writing.tx, last, &pair).await?.into_iter().next().filter(holds) else {
                continue;
            };
            // One that somebody has done stays done, until the pair was looked at again.
            let known =
                "WHERE customer = $1 AND entity = $2 AND (state = 'open' OR (state <> 'void' AND raised_at >= $3)) LIMIT 1";
            let since = alert.closed_at.unwrap_or(alert.opened_at).as_microsecond();
            let cells = [pair[0].clone(), pair[1].clone(), since.into()];
            if !select::<Release>(&mut writing.tx, known, &cells).await?.is_empty() {
                continue;
            }
            let release = Release {
                id: writing.id("R"),
                customer: one.customer.clone(),
                entity: one.entity.clone(),
                caption: alert.caption,
                alert: alert.id,
                because: one.because.to_owned(),
                snapshot: snapshot.to_owned(),
                state: ReleaseState::Open,
                due_on: due_on.clone(),
                raised_at: by.now,
                done_by: None,
                done_at: None,
                reason: String::new(),
            };
            writing.save(&release).await?;
            let payload = json!({"customer": release.customer, "entity": release.entity, "alert": release.alert, "because": release.because, "snapshot": snapshot});
            writing.entry("release.raised", &release.id, &payload).await?;
            raised.push(release.id);
        }
        if !raised.is_empty() {
            writing.commit().await?;
        }
        Ok(raised)
    }

    /// Release duties that stand so, after an id, those that are due first.
    pub async fn releases(&self, by: By<'_>, state: Option<ReleaseState>, limit: usize) -> Result<Vec<Release>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let limit = i64::try_from(limit.min(1000)).unwrap_or(0);
        let cells = [state.map_or("", ReleaseState::word).into(), limit.into()];
        select(&mut tx, "WHERE $1 = '' OR state = $1 ORDER BY due_on, raised_at, id LIMIT $2", &cells).await
    }

    /// Does a duty: what was held was let go, or stays held; either for a reason.
    pub async fn end_release(&self, by: By<'_>, id: &str, released: bool, reason: &str) -> Result<Release, Error> {
        let reason = text("reason", reason, 4000)?;
        let mut writing = self.write(by, Action::Decide).await?;
        let mut release: Release = writing.get("release", id).await?;
        if release.state != ReleaseState::Open {
            return Err(Error::Conflict(format!("release `{id}` is {}", release.state)));
        }
        release.state = if released { ReleaseState::Released } else { ReleaseState::Held };
        release.done_by = Some(by.actor.to_owned());
        release.done_at = Some(by.now);
        release.reason.clone_from(&reason);
        writing.save(&release).await?;
        writing.entry("release.done", id, &json!({"state": release.state, "reason": reason})).await?;
        writing.commit().await?;
        Ok(release)
    }

    /// Ends the duties of pairs that are found again.
    pub(crate) async fn void_releases(&self, by: By<'_>, found: &[(String, String)]) -> Result<(), Error> {
        // Most of the time there are none, and then nobody waits for the turn to write.
        let open = "SELECT COUNT(*) FROM release WHERE state = 'open'";
        if self.reading(by, Action::Screen).await?.count(open, &[]).await? == 0 {
            return Ok(());
        }
        let mut writing = self.write(by, Action::Screen).await?;
        let mut ended = Vec::new();
        for (customer, entity) in found {
            let rest = "WHERE customer = $1 AND entity = $2 AND state = 'open'";
            for mut release in select::<Release>(&mut writing.tx, rest, &[customer.into(), entity.into()]).await? {
                release.state = ReleaseState::Void;
                release.done_at = Some(by.now);
                writing.save(&release).await?;
                ended.push(release.id);
            }
        }
        if !ended.is_empty() {
            writing.entry("release.void", "releases", &json!({"releases": ended})).await?;
            writing.commit().await?;
        }
        Ok(())
    }
}
