//! The coverage ledger: which customer was screened against which issue of which list, with which settings and engine, and who was not. *Not
//! checked* is never shown as *clean*.
//!
//! A screening of all states one thing about every customer whose facts did not change after its watermark, so that it costs one row and
//! not one a customer; those of whom it does not hold are written down one by one, as exceptions. One that matched only what changed in a list
//! rests on another, its base, and holds for nobody for whom the base does not.

use std::collections::BTreeMap;

use interdict_matching::Settings;
use interdict_snapshot::Snapshot;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::actors::Action;
use crate::customers::{BATCH, Customer, by_ids};
use crate::database::Cell;
use crate::error::{Error, invalid, not_found, plain, text};
use crate::monitor::{Basis, ListIssue};
use crate::record::{record, words};
use crate::store::{By, Store, find, select};

words! {
    /// Whom a screening is of.
    Scope {
        /// Every monitored customer.
        All = "all",
        /// Those that are written down.
        Some = "some",
    }
}

words! {
    /// Where a screening stands.
    Progress {
        /// It runs, or was cut off: it covers nobody.
        Running = "running",
        /// It is over, and covers.
        Complete = "complete",
        /// It failed, and covers nobody.
        Failed = "failed",
    }
}

words! {
    /// What a screening was for one customer.
    Outcome {
        /// No hit.
        Clear = "clear",
        /// A hit at least.
        Hit = "hit",
        /// Not screened, for a reason.
        Skipped = "skipped",
    }
}

/// A source of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Date of the issue, ISO 8601; empty when nothing says it.
    pub issue_date: String,
    /// Digest of its file; empty when it has several or none.
    #[serde(default)]
    pub sha256: String,
}

/// What customers are screened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// Id of the snapshot.
    pub snapshot: String,
    /// The lists in it with their issues.
    pub sources: Vec<Source>,
    /// Id of the settings.
    pub settings: String,
    /// Version of the engine.
    pub engine: String,
}

impl Against {
    /// A snapshot with settings, by this engine.
    #[must_use]
    pub fn of(snapshot: &Snapshot, settings: &Settings) -> Self {
        let Basis { snapshot, lists, settings, engine, .. } = Basis::of(snapshot, settings);
        let source = |list: ListIssue| Source { id: list.id, issue_date: list.issue_date, sha256: list.sha256 };
        Self { snapshot, sources: lists.into_iter().map(source).collect(), settings, engine }
    }
}

record! {
    /// A screening.
    Screening in "screening" by (id) {
        /// Its id.
        id: String,
        /// Whom it is of.
        scope: Scope,
        /// Where it stands.
        state: Progress,
        /// The screening that it rests on, when it matched only what changed in the lists since.
        base: Option<String>,
        /// Id of the snapshot.
        snapshot: String,
        /// The lists in it with their issues.
        sources: Value,
        /// Id of the settings.
        settings: String,
        /// Version of the engine.
        engine: String,
        /// The last row of the audit that the customers were read at; what changed after it is not covered.
        watermark: i64,
        /// Customers that it covers.
        customers: i64,
        /// Customers of all that it does not cover.
        exceptions: i64,
        /// Who ran it.
        actor: String,
        /// When it began.
        #[serde(with = "crate::record::time")]
        started_at: Timestamp,
        /// When it was over.
        #[serde(with = "crate::record::time::option")]
        finished_at: Option<Timestamp>,
    }
}

record! {
    /// One customer in a screening: of a screening of some, each; of one of all, the exceptions and those that were matched one by one.
    Covered in "coverage" by (screening, customer) {
        /// The screening.
        screening: String,
        /// The customer.
        customer: String,
        /// The facts that were matched.
        facts_hash: String,
        /// What came out.
        outcome: Outcome,
        /// Why not, for those who were skipped.
        reason: String,
    }
}

/// One customer's result, to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The customer.
    pub customer: String,
    /// The facts that were matched.
    pub facts_hash: String,
    /// What came out.
    pub outcome: Outcome,
    /// Why not, for those who were skipped.
    #[serde(default)]
    pub reason: String,
}

/// A customer that was not screened against something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    /// The customer.
    pub customer: String,
    /// Why.
    pub reason: String,
}

/// Whether a screening covers a customer `c` with the facts that it has now.
const COVERS: &str = "\
    s.state = 'complete' AND (\
        EXISTS (SELECT 1 FROM coverage v WHERE v.screening = s.id AND v.customer = c.id AND v.facts_hash = c.facts_hash AND v.outcome <> 'skipped') \
        OR (s.scope = 'all' AND c.changed_seq <= s.watermark AND NOT EXISTS (SELECT 1 FROM coverage v WHERE v.screening = s.id AND v.customer = c.id AND v.outcome = 'skipped')))";

impl Store {
    /// Begins a screening. The watermark is taken now: read the customers after this. `base` is the complete screening of all that this one
    /// rests on, when only what changed in the lists since is matched; it must have had the same settings and engine.
    pub async fn begin_screening(
        &self,
        by: By<'_>,
        scope: Scope,
        against: &Against,
        base: Option<&str>,
    ) -> Result<Screening, Error> {
        let mut writing = self.write(by, Action::Screen).await?;
        if let Some(base) = base {
            let base: Screening = writing.get("screening", base).await?;
            if scope != Scope::All || base.scope != Scope::All || base.state != Progress::Complete {
                return Err(invalid("base", "only a screening of all rests on another, which must be complete and of all"));
            }
            if base.settings != against.settings || base.engine != against.engine {
                return Err(invalid("base", "had other settings or another engine: a whole screening is needed"));
            }
        }
        let (watermark, _) = writing.head();
        let screening = Screening {
            id: writing.id("S"),
            scope,
            state: Progress::Running,
            base: base.map(str::to_owned),
            snapshot: text("snapshot", &against.snapshot, 200)?,
            sources: json!(against.sources),
            settings: text("settings", &against.settings, 200)?,
            engine: text("engine", &against.engine, 200)?,
            watermark,
            customers: 0,
            exceptions: 0,
            actor: by.actor.to_owned(),
            started_at: by.now,
            finished_at: None,
        };
        writing.save(&screening).await?;
        let payload = json!({"scope": scope, "base": base, "snapshot": screening.snapshot, "sources": screening.sources, "settings": screening.settings, "engine": screening.engine});
        writing.entry("screening.begun", &screening.id, &payload).await?;
        writing.commit().await?;
        Ok(screening)
    }

    /// Writes results of customers down, at most [`BATCH`] at once. Of a screening of all only exceptions need to be, and customers that
    /// the base does not cover.
    pub async fn record_coverage(&self, by: By<'_>, screening: &str, results: &[Checked]) -> Result<(), Error> {
        if results.len() > BATCH {
            return Err(invalid("results", format!("{} at once; at most {BATCH} are taken", results.len())));
        }
        let mut writing = self.write(by, Action::Screen).await?;
        let running: Screening = writing.get("screening", screening).await?;
        if running.state != Progress::Running {
            return Err(Error::Conflict(format!("screening `{screening}` is over")));
        }
        let known = by_ids(&mut writing.tx, results.iter().map(|result| result.customer.clone())).await?;
        let mut covered = BTreeMap::new();
        for result in results {
            if !known.contains_key(&result.customer) {
                return Err(not_found("customer", &result.customer));
            }
            let reason = if result.outcome == Outcome::Skipped {
                text("reason", &result.reason, 1000)?
            } else {
                plain("reason", &result.reason, 1000)?
            };
            let one = Covered {
                screening: screening.to_owned(),
                customer: result.customer.clone(),
                facts_hash: result.facts_hash.clone(),
                outcome: result.outcome,
                reason,
            };
            if covered.insert(result.customer.as_str(), one).is_some() {
                return Err(invalid("results", format!("customer `{}` is there twice", result.customer)));
            }
        }
        writing.save_all(&covered.into_values().collect::<Vec<_>>()).await?;
        writing.entry("screening.covered", screening, &json!({"customers": results.len()})).await?;
        writing.commit().await
    }

    /// Ends a screening. Complete, it covers; what its base does not cover, and nobody wrote down, becomes an exception by itself.
    pub async fn finish_screening(&self, by: By<'_>, screening: &str, complete: bool) -> Result<Screening, Error> {
        let mut writing = self.write(by, Action::Screen).await?;
        let mut screening: Screening = writing.get("screening", screening).await?;
        if screening.state != Progress::Running {
            return Err(Error::Conflict(format!("screening `{}` is over", screening.id)));
        }
        screening.state = if complete { Progress::Complete } else { Progress::Failed };
        screening.finished_at = Some(by.now);
        if complete && let Some(base) = screening.base.clone() {
            let rest = format!(
                "c WHERE c.active = 1 AND c.changed_seq <= $1 \
                 AND NOT EXISTS (SELECT 1 FROM coverage v WHERE v.screening = $2 AND v.customer = c.id) \
                 AND NOT EXISTS (SELECT 1 FROM screening s WHERE s.id = $3 AND {COVERS}) ORDER BY c.id LIMIT {BATCH}"
            );
            let cells = [screening.watermark.into(), (&screening.id).into(), base.as_str().into()];
            // In portions, each with its own row of the audit: a base may be long ago.
            loop {
                let missing = select::<Customer>(&mut writing.tx, &rest, &cells).await?;
                if missing.is_empty() {
                    break;
                }
                let count = missing.len();
                let covered = missing.into_iter().map(|customer| Covered {
                    screening: screening.id.clone(),
                    customer: customer.id,
                    facts_hash: customer.facts_hash,
                    outcome: Outcome::Skipped,
                    reason: format!("screening {base}, which this one rests on, does not cover it"),
                });
                writing.save_all(&covered.collect::<Vec<_>>()).await?;
                writing.entry("screening.covered", &screening.id, &json!({"customers": count, "base": base})).await?;
            }
        }
        writing.save(&screening).await?;
        if complete {
            let covers = format!("SELECT COUNT(*) FROM customer c, screening s WHERE s.id = $1 AND c.active = 1 AND {COVERS}");
            let id = [Cell::from(&screening.id)];
            screening.customers = writing.tx.count(sqlx::AssertSqlSafe(covers), &id).await?;
            let skipped = "SELECT COUNT(*) FROM coverage WHERE screening = $1 AND outcome = 'skipped'";
            screening.exceptions = writing.tx.count(skipped, &id).await?;
            writing.save(&screening).await?;
        }
        let payload = json!({"complete": complete, "customers": screening.customers, "exceptions": screening.exceptions});
        writing.entry("screening.finished", &screening.id, &payload).await?;
        writing.commit().await?;
        Ok(screening)
    }

    /// A screening.
    pub async fn screening(&self, by: By<'_>, id: &str) -> Result<Screening, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        find(&mut tx, id).await?.ok_or_else(|| not_found("screening", id))
    }

    /// The newest screenings, newest first.
    pub async fn screenings(&self, by: By<'_>, limit: usize) -> Result<Vec<Screening>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let limit = i64::try_from(limit.min(1000)).unwrap_or(0);
        select(&mut tx, "ORDER BY started_at DESC, watermark DESC, id DESC LIMIT $1", &[limit.into()]).await
    }

    /// The screenings that cover a customer with the facts that it has now, newest first.
    pub async fn coverage_of(&self, by: By<'_>, customer: &str) -> Result<Vec<Screening>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        if find::<Customer>(&mut tx, customer).await?.is_none() {
            return Err(not_found("customer", customer));
        }
        let rest = format!(
            "s WHERE EXISTS (SELECT 1 FROM customer c WHERE c.id = $1 AND {COVERS}) ORDER BY started_at DESC, watermark DESC, id DESC"
        );
        select(&mut tx, &rest, &[customer.into()]).await
    }

    /// The newest complete screening of all customers with settings and an engine: what another can rest on.
    pub async fn last_complete(&self, by: By<'_>, settings: &str, engine: &str) -> Result<Option<Screening>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let rest = "WHERE settings = $1 AND engine = $2 AND state = 'complete' AND scope = 'all' \
            ORDER BY started_at DESC, watermark DESC, id DESC LIMIT 1";
        let found = select(&mut tx, rest, &[settings.into(), engine.into()]).await?;
        Ok(found.into_iter().next())
    }

    /// Ids of the monitored customers, after an id, whom a screening does not cover with their facts of now.
    pub async fn not_covered_by(&self, by: By<'_>, screening: &str, after: &str) -> Result<Vec<String>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let sql = format!(
            "SELECT c.id FROM customer c WHERE c.active = 1 AND c.id > $2 \
             AND NOT EXISTS (SELECT 1 FROM screening s WHERE s.id = $1 AND {COVERS}) ORDER BY c.id LIMIT {BATCH}"
        );
        let rows = tx.rows(sqlx::AssertSqlSafe(sql), &[screening.into(), after.into()]).await?;
        rows.into_iter().map(|row| row.into_iter().next().unwrap_or(Cell::Null).text()).collect()
    }

    /// The monitored customers, after an id, that no complete screening covers against a snapshot with their facts of now, and why.
    pub async fn uncovered(&self, by: By<'_>, snapshot: &str, after: &str, limit: usize) -> Result<Vec<Uncovered>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let sql = format!(
            "SELECT c.id, COALESCE((SELECT MAX(v.reason) FROM coverage v JOIN screening s ON s.id = v.screening \
                 WHERE v.customer = c.id AND v.outcome = 'skipped' AND s.snapshot = $2 AND v.facts_hash = c.facts_hash), ''), \
             (SELECT COUNT(*) FROM screening s WHERE s.snapshot = $2 AND s.state = 'complete' AND \
                 (s.scope = 'all' OR EXISTS (SELECT 1 FROM coverage v WHERE v.screening = s.id AND v.customer = c.id))) \
             FROM customer c WHERE c.active = 1 AND c.id > $1 \
             AND NOT EXISTS (SELECT 1 FROM screening s WHERE s.snapshot = $2 AND {COVERS}) ORDER BY c.id LIMIT $3"
        );
        let limit = i64::try_from(limit.min(BATCH)).unwrap_or(0);
        let rows = tx.rows(sqlx::AssertSqlSafe(sql), &[after.into(), snapshot.into(), limit.into()]).await?;
        rows.into_iter()
            .map(|row| {
                let mut cells = row.into_iter();
                let mut next = || cells.next().unwrap_or(Cell::Null);
                let (customer, reason, screenings) = (next().text()?, next().text()?, next().int()?);
                let reason = match (reason.is_empty(), screenings) {
                    (false, _) => reason,
                    (true, 0) => "never screened against it".to_owned(),
                    (true, _) => "added or changed after it was screened".to_owned(),
                };
                Ok(Uncovered { customer, reason })
            })
            .collect()
    }
}
