//! Replay: a decision is run again from what was kept: the facts of the customer, the snapshot, the settings. Either the same comes out, to the
//! last digit of the last feature, or what differs is said; or what is missing, so that nobody takes a guess for a proof.

use interdict_matching::{Matcher, Scratch, Settings};
use serde::Serialize;
use serde_json::{Value, json};

use super::{finding, query};
use crate::archive::{Archive, Archived};
use crate::canonical::facts_hash;
use crate::cases::Finding;
use crate::decisions::Proposal;
use crate::error::Error;
use crate::monitor::Basis;
use crate::store::{By, Store};

/// What running a decision again gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// The decision.
    pub decision: Proposal,
    /// The finding that it was made on.
    pub finding: Finding,
    /// The facts of the customer that were matched.
    pub customer: Value,
    /// What the finding was made with.
    pub made_with: Value,
    /// What it was made with again; none when it could not be.
    pub replayed_with: Option<Basis>,
    /// What came out.
    pub verdict: Verdict,
}

/// How a replay came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", content = "details", rename_all = "snake_case")]
pub enum Verdict {
    /// The same, all of it.
    Same,
    /// Something else came out.
    Differs(Vec<Difference>),
    /// It cannot be run again, for want of these.
    Missing(Vec<Missing>),
}

/// Something that came out otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What, such as `score`.
    pub what: String,
    /// As it was.
    pub then: Value,
    /// As it is now.
    pub now: Value,
}

/// Something without which a decision cannot be run again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "missing", rename_all = "snake_case")]
pub enum Missing {
    /// The snapshot; with the lists of which it can be built again.
    Snapshot {
        /// Its id.
        id: String,
        /// Its lists with their issues and digests.
        lists: Value,
        /// What is in its place, if anything.
        reason: String,
    },
    /// The engine: this is another version.
    Engine {
        /// The version that it was made with.
        made_with: String,
        /// This one.
        this: String,
    },
    /// The settings were not kept with the finding, or are not those that it names.
    Settings {
        /// Their id.
        id: String,
        /// What is wrong with what was kept.
        reason: String,
    },
    /// The customer's facts cannot be made a query of by this engine.
    Customer {
        /// Why not.
        reason: String,
    },
}

/// Runs a decision again.
pub async fn replay(store: &Store, by: By<'_>, decision: &str, archive: &Archive) -> Result<Replay, Error> {
    let (decision, finding) = store.decision(by, decision).await?;
    let alert = store.alert(by, &finding.alert).await?;
    let facts = store.facts(by, &finding.customer_hash).await?;
    let mut customer = facts.clone();
    if let Some(members) = customer.as_object_mut() {
        members.insert("id".to_owned(), Value::String(alert.customer.clone()));
    }
    let made_with = finding.explanation.get("basis").cloned().unwrap_or_default();
    let mut missing = Vec::new();
    let settings = match kept_settings(&finding) {
        Ok(settings) => Some(settings),
        Err(reason) => {
            missing.push(Missing::Settings { id: finding.settings.clone(), reason });
            None
        }
    };
    let this = env!("CARGO_PKG_VERSION");
    if finding.engine != this {
        missing.push(Missing::Engine { made_with: finding.engine.clone(), this: this.to_owned() });
    }
    let lists = || made_with.get("lists").cloned().unwrap_or_default();
    let snapshot = match archive.find(&finding.snapshot)? {
        Archived::There(snapshot) => Some(snapshot),
        Archived::Absent => {
            let reason = format!("{} does not have it", archive.folder().display());
            missing.push(Missing::Snapshot { id: finding.snapshot.clone(), lists: lists(), reason });
            None
        }
        Archived::Unusable(error) => {
            missing.push(Missing::Snapshot { id: finding.snapshot.clone(), lists: lists(), reason: error.to_string() });
            None
        }
    };
    let query = match query(&customer) {
        Ok(query) => Some(query),
        Err(reason) => {
            missing.push(Missing::Customer { reason });
            None
        }
    };
    let (Some(settings), Some(snapshot), Some(query)) = (settings, snapshot, query) else {
        let verdict = Verdict::Missing(missing);
        return Ok(Replay { decision, finding, customer: facts, made_with, replayed_with: None, verdict });
    };
    let matcher = Matcher::new(&snapshot, settings.clone()).explaining(true);
    let hits = matcher.screen(&query, &mut Scratch::default());
    let hit = hits.iter().find(|hit| hit.entity.id() == alert.entity);
    let mut differences = Vec::new();
    let then = finding.explanation.get("result").cloned().unwrap_or_default();
    match hit {
        None => differences.push(Difference { what: "finding".to_owned(), then: json!(alert.entity), now: Value::Null }),
        Some(hit) => {
            let now = finding::result(hit);
            differ(&then, &now, &mut differences);
            let hash = facts_hash(&finding::entity_json(hit.entity));
            if hash != finding.entity_hash {
                let what = "facts of the listed party".to_owned();
                differences.push(Difference { what, then: json!(finding.entity_hash), now: json!(hash) });
            }
            let ppm = (hit.score * 1e6).round() as i64;
            if ppm != finding.score_ppm {
                let what = "score in millionths".to_owned();
                differences.push(Difference { what, then: json!(finding.score_ppm), now: json!(ppm) });
            }
        }
    }
    let basis = Basis::of(&snapshot, &settings);
    // Another engine proves nothing where it differs, and is said where it does not.
    let verdict = match (differences.is_empty(), missing.is_empty()) {
        (_, false) => Verdict::Missing(missing),
        (true, true) => Verdict::Same,
        (false, true) => Verdict::Differs(differences),
    };
    Ok(Replay { decision, finding, customer: facts, made_with, replayed_with: Some(basis), verdict })
}

/// The settings that were kept with a finding, if they are those that it names.
fn kept_settings(finding: &Finding) -> Result<Settings, String> {
    let kept = finding.explanation.get("settings").cloned().ok_or("the finding was kept without them")?;
    let settings: Settings = serde_json::from_value(kept).map_err(|error| error.to_string())?;
    settings.validate().map_err(|error| error.to_string())?;
    let id = settings.id();
    if id == finding.settings { Ok(settings) } else { Err(format!("what was kept has the id {id}")) }
}

/// The members that differ, each by itself.
fn differ(then: &Value, now: &Value, differences: &mut Vec<Difference>) {
    let (Some(then), Some(now)) = (then.as_object(), now.as_object()) else {
        differences.push(Difference { what: "result".to_owned(), then: then.clone(), now: now.clone() });
        return;
    };
    let mut names: Vec<&String> = then.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (then, now) = (then.get(name).cloned().unwrap_or_default(), now.get(name).cloned().unwrap_or_default());
        if then != now {
            differences.push(Difference { what: name.clone(), then, now });
        }
    }
}
