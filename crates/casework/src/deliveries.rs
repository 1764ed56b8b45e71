//! What webhooks are told: rows of the audit come out in their order, and how far each webhook has got is kept, so that what was not delivered
//! when the server ended is delivered afterwards. How far it got is no state under proof.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::audit::{Entry, PAGE};
use crate::database::{Cell, Cells};
use crate::error::Error;
use crate::record::Column;
use crate::store::{Store, Writing};

/// How far a webhook has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Id of the webhook.
    pub webhook: String,
    /// The last row of the audit that it has, or that is none of its events.
    pub seq: i64,
    /// Attempts that failed since the last that did not.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// When to try again; none for at once.
    pub next_at: Option<Timestamp>,
    /// Whether it was given up.
    pub disabled: bool,
    /// When something was last delivered.
    pub delivered_at: Option<Timestamp>,
    /// What was wrong at the last attempt; empty when nothing was.
    pub trouble: String,
}

impl Delivery {
    /// One that begins behind a row of the audit.
    #[must_use]
    pub fn after(webhook: &str, seq: i64) -> Self {
        Self {
            webhook: webhook.to_owned(),
            seq,
            failures: 0,
            failing_since: None,
            next_at: None,
            disabled: false,
            delivered_at: None,
            trouble: String::new(),
        }
    }

    fn cells(&self) -> Cells {
        vec![
            (&self.webhook).into(),
            self.seq.into(),
            Cell::Int(i64::from(self.failures)),
            self.failing_since.to_cell(),
            self.next_at.to_cell(),
            Cell::Int(i64::from(self.disabled)),
            self.delivered_at.to_cell(),
            (&self.trouble).into(),
        ]
    }

    fn read(cells: Cells) -> Result<Self, Error> {
        let mut cells = cells.into_iter();
        let mut next = || cells.next().ok_or_else(|| Error::Damaged("columns of delivery".to_owned()));
        Ok(Self {
            webhook: next()?.text()?,
            seq: next()?.int()?,
            failures: u32::try_from(next()?.int()?).unwrap_or(u32::MAX),
            failing_since: Column::from_cell(next()?)?,
            next_at: Column::from_cell(next()?)?,
            disabled: next()?.int()? != 0,
            delivered_at: Column::from_cell(next()?)?,
            trouble: next()?.text()?,
        })
    }
}

const COLUMNS: &str = "webhook, seq, failures, failing_since, next_at, disabled, delivered_at, trouble";

impl Store {
    /// The rows of the audit after one whose action is among some, in order, at most a thousand; and the last row that was looked at: behind
    /// it, the next call goes on. For the program itself, which is no actor.
    pub async fn entries_after(&self, after: i64, actions: &[&str]) -> Result<(Vec<Entry>, i64), Error> {
        let mut tx = self.db.read().await?;
        let head = tx.count("SELECT seq FROM chain WHERE id = 1", &[]).await?;
        if head <= after || actions.is_empty() {
            return Ok((Vec::new(), head.max(after)));
        }
        let places = (4..4 + actions.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT seq, at, actor, action, subject, payload, changes, prev, hash FROM audit \
             WHERE seq > $1 AND seq <= $2 AND action IN ({places}) ORDER BY seq LIMIT $3"
        );
        let mut cells = vec![Cell::Int(after), Cell::Int(head), Cell::Int(PAGE)];
        cells.extend(actions.iter().map(|action| Cell::from(*action)));
        let rows = tx.rows(sqlx::AssertSqlSafe(sql), &cells).await?;
        let entries = rows.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
        let whole = i64::try_from(entries.len()).is_ok_and(|count| count < PAGE);
        let looked = if whole { head } else { entries.last().map_or(head, |entry| entry.seq) };
        Ok((entries, looked))
    }

    /// The last row of the audit.
    pub async fn last_entry(&self) -> Result<i64, Error> {
        self.db.read().await?.count("SELECT seq FROM chain WHERE id = 1", &[]).await
    }

    /// Records that a snapshot of the lists came into use, unless it is the one of which that was recorded last. Whether it was recorded.
    pub async fn note_lists(&self, snapshot: &str, sources: &Value, now: Timestamp) -> Result<bool, Error> {
        let last = "SELECT payload FROM audit WHERE subject = 'lists' AND action = 'lists.changed' ORDER BY seq DESC LIMIT 1";
        let before = self.db.read().await?.row(last, &[]).await?;
        let before = before.and_then(|row| row.into_iter().next()).unwrap_or(Cell::Null);
        let before = if before == Cell::Null { None } else { serde_json::from_str::<Value>(&before.text()?).ok() };
        let before = before.as_ref().and_then(|before| before["snapshot"].as_str());
        if before == Some(snapshot) {
            return Ok(false);
        }
        let mut writing = Writing::without_actor(self, "interdict", now).await?;
        let payload = json!({"snapshot": snapshot, "snapshot_before": before, "sources": sources});
        writing.entry("lists.changed", "lists", &payload).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// How far each webhook has got.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM delivery ORDER BY webhook");
        let rows = self.db.read().await?.rows(sqlx::AssertSqlSafe(sql), &[]).await?;
        rows.into_iter().map(Delivery::read).collect()
    }

    /// Keeps how far a webhook has got.
    pub async fn save_delivery(&self, delivery: &Delivery) -> Result<(), Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        let sql = format!(
            "INSERT INTO delivery ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (webhook) DO UPDATE SET \
             seq = excluded.seq, failures = excluded.failures, failing_since = excluded.failing_since, next_at = excluded.next_at, \
             disabled = excluded.disabled, delivered_at = excluded.delivered_at, trouble = excluded.trouble"
        );
        tx.execute(sqlx::AssertSqlSafe(sql), &delivery.cells()).await?;
        tx.commit().await
    }

    /// Forgets how far a webhook has got, which is there no more.
    pub async fn forget_delivery(&self, webhook: &str) -> Result<(), Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        tx.execute("DELETE FROM delivery WHERE webhook = $1", &[webhook.into()]).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_read_as_it_was_written() {
        let time = |second| Some(Timestamp::from_second(second).unwrap());
        let mut delivery = Delivery::after("w1", 7);
        assert_eq!(Delivery::read(delivery.cells()).unwrap(), delivery);
        delivery.failures = 3;
        (delivery.failing_since, delivery.next_at, delivery.delivered_at) = (time(5), time(6), time(4));
        (delivery.disabled, delivery.trouble) = (true, "status 500".to_owned());
        assert_eq!(Delivery::read(delivery.cells()).unwrap(), delivery);
    }
}
