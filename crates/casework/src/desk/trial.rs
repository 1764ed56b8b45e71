//! Trying settings before they are taken: all customers are screened with the settings in force and with those proposed, and what differs is held
//! against what was decided. Which false alarms would go, which true matches would be lost, what would be new. Settings that a store has are taken
//! with that report and a reason, and nothing screens with others.

use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::Entity;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{PAGE, query};
use crate::alerts::Disposition;
use crate::cases::Alert;
use crate::error::{Error, invalid};
use crate::kept::Kept;
use crate::store::{By, Store};

/// The kind under which settings are kept, and the id of those in force.
const KIND: &str = "settings";
const IN_FORCE: &str = "matching";

/// A pair of customer and listed party on which two settings differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The customer.
    pub customer: String,
    /// The listed party.
    pub entity: String,
    /// Its name.
    pub caption: String,
    /// The score with the settings in force, or with those proposed where there was none.
    pub score: f64,
    /// What the pair was last decided to be; none when it never was.
    pub decided: Option<Disposition>,
}

/// What other settings would have changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Id of the settings in force.
    pub in_force: String,
    /// Id of those proposed.
    pub proposed: String,
    /// Id of the snapshot.
    pub snapshot: String,
    /// Customers who were screened with both.
    pub customers: u64,
    /// Customers who cannot be screened with any.
    pub not_screened: u64,
    /// Findings with the settings in force.
    pub findings_before: u64,
    /// Findings with those proposed.
    pub findings_after: u64,
    /// Findings that go, and were decided to be false: alerts that would have been saved.
    pub saved: Vec<Judged>,
    /// Findings that go, and were decided to be true matches, possible victims or escalated: these would be lost.
    pub lost: Vec<Judged>,
    /// Findings that go, and were never decided.
    pub undecided: Vec<Judged>,
    /// Findings that come.
    pub new: Vec<Judged>,
    /// Decided true matches that neither settings find: the customer or the list changed since.
    pub not_found_by_either: u64,
    /// The same for recorded queries, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
}

/// What other settings would have answered to recorded queries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// Queries that were screened with both.
    pub queries: u64,
    /// Lines that are no query that can be screened.
    pub not_screened: u64,
    /// Queries with a finding, with the settings in force.
    pub hits_before: u64,
    /// Queries with a finding, with those proposed.
    pub hits_after: u64,
    /// Findings with the settings in force.
    pub findings_before: u64,
    /// Findings with those proposed.
    pub findings_after: u64,
    /// Findings that go; of more than [`MOST_SHOWN`] the others are counted.
    pub gone: Vec<Changed>,
    /// Findings that come.
    pub new: Vec<Changed>,
    /// How many of both are not shown.
    pub not_shown: u64,
}

/// A finding of a query that one of two settings makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// Id of the query.
    pub query: String,
    /// Its first name, or what it has instead.
    pub words: String,
    /// The listed party.
    pub entity: String,
    /// Its name.
    pub caption: String,
    /// The score.
    pub score: f64,
}

/// Findings of recorded queries that are shown of those that go, and of those that come.
pub const MOST_SHOWN: usize = 1000;

/// Queries that are screened together.
const QUERIES: usize = 1024;

/// Screens recorded queries with both settings. What cannot be read as an entity is given as an error, and counted.
#[must_use]
pub fn traffic<E>(
    snapshot: &Snapshot,
    in_force: &Settings,
    proposed: &Settings,
    queries: impl Iterator<Item = Result<Entity, E>>,
) -> Traffic {
    let [before, after] = [in_force, proposed].map(|settings| Matcher::new(snapshot, settings.clone()).with_ofac(false));
    let mut traffic = Traffic::default();
    let mut waiting = Vec::with_capacity(QUERIES);
    let mut queries = queries.peekable();
    while queries.peek().is_some() {
        for query in queries.by_ref().take(QUERIES) {
            match query {
                Ok(entity) => waiting.push(entity),
                Err(_) => traffic.not_screened += 1,
            }
        }
        let found: Vec<Option<[Vec<Changed>; 2]>> = waiting
            .par_iter()
            .map_init(Scratch::default, |scratch, entity| {
                let query = Query::from_entity(entity).ok()?;
                let words = ["name", "alias"].iter().flat_map(|name| entity.texts(name)).next();
                let words = words
                    .or_else(|| entity.properties().flat_map(|(_, values)| values).map(|value| value.text.as_str()).next());
                let mut of = |matcher: &Matcher<'_>| -> Vec<Changed> {
                    let changed = |hit: &interdict_matching::Hit<'_>| Changed {
                        query: entity.id.clone(),
                        words: words.unwrap_or_default().to_owned(),
                        entity: hit.entity.id().to_owned(),
                        caption: hit.entity.caption().to_owned(),
                        score: hit.score,
                    };
                    matcher.screen(&query, scratch).iter().map(changed).collect()
                };
                Some([of(&before), of(&after)])
            })
            .collect();
        waiting.clear();
        for found in found {
            traffic.add(found);
        }
    }
    traffic
}

impl Traffic {
    fn add(&mut self, found: Option<[Vec<Changed>; 2]>) {
        let Some([was, is]) = found else {
            self.not_screened += 1;
            return;
        };
        self.queries += 1;
        self.hits_before += u64::from(!was.is_empty());
        self.hits_after += u64::from(!is.is_empty());
        self.findings_before += was.len() as u64;
        self.findings_after += is.len() as u64;
        let has = |all: &[Changed], one: &Changed| all.iter().any(|other| other.entity == one.entity);
        for (into, some, others) in [(&mut self.gone, &was, &is), (&mut self.new, &is, &was)] {
            for one in some.iter().filter(|one| !has(others, one)) {
                if into.len() < MOST_SHOWN {
                    into.push(one.clone());
                } else {
                    self.not_shown += 1;
                }
            }
        }
    }
}

/// Settings that a store has.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// They.
    pub settings: Settings,
    /// Their version in the store.
    pub version: i64,
}

/// The settings in force in a store; none when none were taken yet.
pub async fn adopted(store: &Store) -> Result<Option<Adopted>, Error> {
    let kept = store.kept(KIND).await?.into_iter().find(|kept| kept.id == IN_FORCE);
    let Some(kept) = kept else { return Ok(None) };
    let damaged = |reason: String| Error::Damaged(format!("the settings that the store has: {reason}"));
    let settings = kept.body.get("settings").cloned().unwrap_or_default();
    let settings: Settings = serde_json::from_value(settings).map_err(|error| damaged(error.to_string()))?;
    settings.validate().map_err(|error| damaged(error.to_string()))?;
    Ok(Some(Adopted { settings, version: kept.version }))
}

/// Screens all customers with both settings, and holds the difference against what was decided.
pub async fn trial(
    store: &Store,
    by: By<'_>,
    snapshot: &Snapshot,
    in_force: &Settings,
    proposed: &Settings,
) -> Result<Trial, Error> {
    let decided = decisions(store, by).await?;
    let before = Matcher::new(snapshot, in_force.clone());
    let after = Matcher::new(snapshot, proposed.clone());
    let mut trial = Trial {
        in_force: in_force.id(),
        proposed: proposed.id(),
        snapshot: snapshot.id().to_owned(),
        customers: 0,
        not_screened: 0,
        findings_before: 0,
        findings_after: 0,
        saved: Vec::new(),
        lost: Vec::new(),
        undecided: Vec::new(),
        new: Vec::new(),
        not_found_by_either: 0,
        traffic: None,
    };
    let mut found_true: u64 = 0;
    let mut from = String::new();
    loop {
        let page = store.customers_after(by, &from, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        from.clone_from(&last.id);
        let found: Vec<Option<[Vec<Judged>; 2]>> = page
            .par_iter()
            .map_init(Scratch::default, |scratch, (customer, entity)| {
                let query = query(entity).ok()?;
                let mut of = |matcher: &Matcher<'_>| -> Vec<Judged> {
                    let judged = |hit: &interdict_matching::Hit<'_>| Judged {
                        customer: customer.id.clone(),
                        entity: hit.entity.id().to_owned(),
                        caption: hit.entity.caption().to_owned(),
                        score: hit.score,
                        decided: decided.get(&(customer.id.clone(), hit.entity.id().to_owned())).copied(),
                    };
                    matcher.screen(&query, scratch).iter().map(judged).collect()
                };
                Some([of(&before), of(&after)])
            })
            .collect();
        for found in found {
            let Some([was, is]) = found else {
                trial.not_screened += 1;
                continue;
            };
            trial.customers += 1;
            trial.findings_before += was.len() as u64;
            trial.findings_after += is.len() as u64;
            let has = |all: &[Judged], one: &Judged| all.iter().any(|other| other.entity == one.entity);
            found_true += was.iter().filter(|one| counts(one.decided)).count() as u64;
            found_true += is.iter().filter(|one| counts(one.decided) && !has(&was, one)).count() as u64;
            for one in was.iter().filter(|one| !has(&is, one)) {
                let place = match one.decided {
                    Some(Disposition::FalsePositive) => &mut trial.saved,
                    Some(Disposition::TrueMatch | Disposition::PossibleVictim | Disposition::Escalated) => &mut trial.lost,
                    Some(Disposition::Unsure) | None => &mut trial.undecided,
                };
                place.push(one.clone());
            }
            trial.new.extend(is.iter().filter(|one| !has(&was, one)).cloned());
        }
    }
    let all_true = decided.values().filter(|disposition| counts(Some(**disposition))).count() as u64;
    trial.not_found_by_either = all_true.saturating_sub(found_true);
    Ok(trial)
}

fn counts(decided: Option<Disposition>) -> bool {
    decided == Some(Disposition::TrueMatch)
}

/// What each pair was last decided to be.
async fn decisions(store: &Store, by: By<'_>) -> Result<FxHashMap<(String, String), Disposition>, Error> {
    let mut decided: FxHashMap<(String, String), (jiff::Timestamp, Disposition)> = FxHashMap::default();
    let mut after = String::new();
    loop {
        let page: Vec<Alert> = store.alerts_after(by, &after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for alert in page {
            let Some(disposition) = alert.disposition else { continue };
            let held = decided.entry((alert.customer, alert.entity)).or_insert((alert.updated_at, disposition));
            if held.0 < alert.updated_at {
                *held = (alert.updated_at, disposition);
            }
        }
    }
    Ok(decided.into_iter().map(|(pair, (_, disposition))| (pair, disposition)).collect())
}

/// Takes settings, for a reason, after they were tried. `in_force` are those of a store that has none of its own yet. A trial that loses true matches is refused unless they are accepted by their number, so
/// that nobody accepts what he has not seen.
pub async fn adopt(
    store: &Store,
    by: By<'_>,
    in_force: &Settings,
    proposed: &Settings,
    trial: &Trial,
    accept_lost: u64,
    reason: &str,
) -> Result<Kept, Error> {
    if trial.proposed != proposed.id() {
        return Err(invalid("trial", "it tried other settings"));
    }
    let before = adopted(store).await?;
    let in_force = before.as_ref().map_or_else(|| in_force.id(), |before| before.settings.id());
    if trial.in_force != in_force {
        return Err(Error::Conflict("other settings are in force since they were tried: try them again".to_owned()));
    }
    let lost = trial.lost.len() as u64;
    if lost != accept_lost {
        return Err(invalid(
            "accept_lost",
            format!("these settings lose {lost} pairs that were decided to be more than false"),
        ));
    }
    let summary = json!({
        "in_force": trial.in_force, "proposed": trial.proposed, "snapshot": trial.snapshot, "customers": trial.customers,
        "findings_before": trial.findings_before, "findings_after": trial.findings_after, "saved": trial.saved.len(),
        "lost": trial.lost, "undecided": trial.undecided.len(), "new": trial.new.len(),
        "traffic": trial.traffic.as_ref().map(|traffic| json!({
            "queries": traffic.queries, "hits_before": traffic.hits_before, "hits_after": traffic.hits_after,
            "gone": traffic.gone, "new": traffic.new.len(), "not_shown": traffic.not_shown,
        })),
    });
    let settings: Value = serde_json::to_value(proposed).map_err(|error| Error::Damaged(error.to_string()))?;
    let version = before.map_or(0, |before| before.version);
    store.keep(by, KIND, IN_FORCE, json!({"settings": settings, "trial": summary}), Some(version), reason).await
}
