//! Datasets as clients name them, and which entities a request is about. The names are those of the lists of the snapshot, and three that
//! stand for all of it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use interdict_model::Schema;
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use super::error::{Answer, Failure};
use super::params::Params;
use crate::Engine;

/// Names that stand for the whole snapshot, unless a list of it has that name itself.
pub(super) const WHOLE: [&str; 3] = ["default", "all", "sanctions"];

/// Texts of which what they say is remembered while the tables of a snapshot are made.
const REMEMBERED: usize = 1024;

/// Ids of entities that a request may leave out at most.
const MOST_EXCLUDED: usize = 50;

/// What an entity says of itself beside its properties.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Members {
    pub(super) datasets: Vec<String>,
    pub(super) referents: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) target: bool,
    pub(super) first_seen: Option<String>,
    pub(super) last_seen: Option<String>,
    pub(super) last_change: Option<String>,
}

fn or_default<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::<bool>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Members {
    pub(super) fn of(entity: EntityRef<'_>) -> Self {
        let text = entity.members_text();
        let mut members =
            if text.is_empty() { Self::default() } else { serde_json::from_str(text).unwrap_or_else(|_| Self::of_odd(entity)) };
        if members.datasets.is_empty() {
            members.datasets = Some(entity.origin().source).filter(|source| !source.is_empty()).into_iter().collect();
        }
        members
    }

    fn said_by(entity: EntityRef<'_>) -> Self {
        let text = entity.members_text();
        if text.is_empty() {
            return Self::default();
        }
        serde_json::from_str(text).unwrap_or_else(|_| Self::of_odd(entity))
    }

    /// The same where a member is of another type than the model says: each for itself.
    fn of_odd(entity: EntityRef<'_>) -> Self {
        let members = entity.members();
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let list = |name: &str| {
            let items = members.get(name).and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            datasets: list("datasets"),
            referents: list("referents"),
            target: members.get("target").and_then(Value::as_bool).unwrap_or_default(),
            first_seen: text("first_seen"),
            last_seen: text("last_seen"),
            last_change: text("last_change"),
        }
    }
}

/// What is known of a dataset.
#[derive(Debug, Default, Clone)]
pub(super) struct Dataset {
    /// Entities in it.
    pub(super) entities: u64,
    /// Of those, the ones that are no relations, sanctions or documents.
    pub(super) things: u64,
    /// Date of its issue; empty when that is not known.
    pub(super) issue: String,
    /// Entities of its file, as the snapshot says.
    stated: u64,
}

/// What requests look up and the snapshot has no table for: made once for each snapshot.
#[derive(Debug)]
pub(super) struct Index {
    engine: Weak<Engine>,
    pub(super) datasets: BTreeMap<String, Dataset>,
    /// Entities by the ids that they were merged from.
    referents: FxHashMap<Box<str>, u32>,
    /// Kinds of parties and things that there are, with what they are kinds of.
    pub(super) schemata: Vec<Schema>,
}

impl Index {
    fn new(engine: &Arc<Engine>) -> Self {
        let snapshot = &engine.snapshot;
        let mut datasets: BTreeMap<String, Dataset> = BTreeMap::new();
        for source in &snapshot.meta().sources {
            let dataset = datasets.entry(source.id.clone()).or_default();
            dataset.issue.clone_from(&source.issue_date);
            dataset.stated = source.entities;
        }
        let mut referents = FxHashMap::default();
        // Most entities of a list say the same of themselves, in one text that they share.
        let mut read: FxHashMap<&str, Members> = FxHashMap::default();
        for entity in snapshot.entities() {
            let text = entity.members_text();
            if read.len() >= REMEMBERED {
                read.clear();
            }
            let members = read.entry(text).or_insert_with(|| Members::said_by(entity));
            for referent in members.referents.iter().filter(|referent| *referent != entity.id()) {
                referents.insert(referent.as_str().into(), entity.index());
            }
            let thing = entity.schema().is_some_and(|schema| schema.is_a(Schema::Thing));
            let source = entity.origin().source;
            let mut count = |name: &str| {
                let dataset = match datasets.get_mut(name) {
                    Some(dataset) => dataset,
                    None => datasets.entry(name.to_owned()).or_default(),
                };
                dataset.entities += 1;
                dataset.things += u64::from(thing);
            };
            members.datasets.iter().for_each(|name| count(name));
            if !source.is_empty() && !members.datasets.contains(&source) {
                count(&source);
            }
        }
        let mut schemata: Vec<Schema> = Vec::new();
        for schema in snapshot.schemata().flatten().filter(|schema| schema.is_a(Schema::Thing)) {
            for kind in schema.lineage().iter().filter(|kind| kind.is_a(Schema::Thing)) {
                if !schemata.contains(kind) {
                    schemata.push(*kind);
                }
            }
        }
        schemata.sort_unstable();
        Self { engine: Arc::downgrade(engine), datasets, referents, schemata }
    }

    /// The entity that an id was merged into.
    pub(super) fn merged<'s>(&self, snapshot: &'s Snapshot, id: &str) -> Option<EntityRef<'s>> {
        self.referents.get(id).and_then(|index| snapshot.entity_at(*index))
    }

    /// Whether a name stands for all of the snapshot; `None` when it stands for nothing.
    pub(super) fn is_whole(&self, snapshot: &Snapshot, name: &str) -> Option<bool> {
        match self.datasets.get(name) {
            // A file whose entities name other datasets: which are its own is not known, and none may be left out.
            Some(Dataset { entities: 0, stated: 1.., .. }) => Some(true),
            Some(dataset) => Some(dataset.entities == u64::from(snapshot.entity_count())),
            None => WHOLE.contains(&name).then_some(true),
        }
    }
}

/// The datasets of an entity, and the list that it comes from.
fn names(entity: EntityRef<'_>, mut datasets: Vec<String>) -> Vec<String> {
    let source = entity.origin().source;
    if !source.is_empty() && !datasets.contains(&source) {
        datasets.push(source);
    }
    datasets
}

/// The index of the snapshot in use, made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Cache(RwLock<Option<Arc<Index>>>);

impl Cache {
    pub(super) fn get(&self, engine: &Arc<Engine>) -> Arc<Index> {
        let fits = |index: &Arc<Index>| std::ptr::eq(index.engine.as_ptr(), Arc::as_ptr(engine));
        if let Some(index) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().filter(|index| fits(index)) {
            return Arc::clone(index);
        }
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = held.as_ref().filter(|index| fits(index)) {
            return Arc::clone(index);
        }
        let index = Arc::new(Index::new(engine));
        *held = Some(Arc::clone(&index));
        index
    }
}

/// Which entities a request is about.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Datasets of which an entity must be in one; empty for any.
    within: Vec<String>,
    exclude_dataset: Vec<String>,
    exclude_schema: Vec<String>,
    exclude_ids: Vec<String>,
    changed_since: Option<String>,
    /// Topics of which an entity must have one; empty for any.
    pub(super) topics: Vec<String>,
}

impl Filter {
    /// Reads what `/match` and `/search` share. Unknown datasets are refused: nothing would be found in them, and that is not the same as
    /// nobody being listed.
    pub(super) fn read(params: &mut Params, snapshot: &Snapshot, index: &Index, dataset: &str) -> Answer<Self> {
        let whole = index.is_whole(snapshot, dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
        let include = params.list("include_dataset");
        let mut within: Vec<String> = Vec::new();
        let mut all = include.is_empty();
        for name in include {
            match index.is_whole(snapshot, &name) {
                Some(true) => all = true,
                Some(false) => within.push(name),
                None => return Err(Failure::missing(format!("No such dataset: {name}"))),
            }
        }
        if whole {
            if all {
                within.clear();
            }
        } else if all && within.is_empty() && params.text("include_dataset").is_some_and(|name| !name.is_empty()) {
            // The dataset of the path and the whole snapshot: that is the whole snapshot.
            within.clear();
        } else {
            // The client names one dataset in the path and the others here.
            within.push(dataset.to_owned());
        }
        Ok(Self {
            within,
            exclude_dataset: params.list("exclude_dataset"),
            exclude_schema: params.list("exclude_schema"),
            exclude_ids: params.list_up_to("exclude_entity_ids", MOST_EXCLUDED),
            changed_since: params.time("changed_since"),
            topics: Vec::new(),
        })
    }

    /// Whether every entity passes.
    pub(super) fn is_open(&self) -> bool {
        self.within.is_empty()
            && self.exclude_dataset.is_empty()
            && self.exclude_schema.is_empty()
            && self.exclude_ids.is_empty()
            && self.topics.is_empty()
            && self.changed_since.is_none()
    }

    /// Whether an entity passes.
    pub(super) fn admits(&self, entity: EntityRef<'_>) -> bool {
        if self.is_open() {
            return true;
        }
        if self.exclude_schema.iter().any(|schema| schema == entity.schema_name()) {
            return false;
        }
        if !self.topics.is_empty() && !entity.texts("topics").any(|topic| self.topics.iter().any(|held| held == topic)) {
            return false;
        }
        let members = Members::of(entity);
        if self.exclude_ids.iter().any(|id| id == entity.id() || members.referents.contains(id)) {
            return false;
        }
        if let Some(since) = &self.changed_since {
            // A list that does not say when a party changed says when it was issued; one that says neither is not left out.
            let issue = entity.origin().issue;
            let changed = members.last_change.as_deref().unwrap_or(&issue);
            if !changed.is_empty() && !not_before(changed, since) {
                return false;
            }
        }
        if self.within.is_empty() && self.exclude_dataset.is_empty() {
            return true;
        }
        let mut names = names(entity, members.datasets);
        if names.is_empty() {
            // In no dataset that is known by name: it belongs to the snapshot alone.
            return self.within.is_empty();
        }
        names.retain(|name| !self.exclude_dataset.contains(name));
        names.iter().any(|name| self.within.is_empty() || self.within.contains(name))
    }
}

/// Whether a time is at or after another, both ISO 8601 and perhaps only the beginning of it. The shorter says less and is held to its
/// whole span.
fn not_before(time: &str, since: &str) -> bool {
    let length = time.len().min(since.len()).min(19);
    match (time.get(..length), since.get(..length)) {
        (Some(time), Some(since)) => time.replace(' ', "T") >= since.replace(' ', "T"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_different_length() {
        assert!(not_before("2026-02-01T10:00:00", "2026-02-01"));
        assert!(not_before("2026-02-01", "2026-02-01T10:00:00"));
        assert!(not_before("2026-02-01", "2026"));
        assert!(!not_before("2025-12-31T23:59:59", "2026"));
        assert!(!not_before("2026-01-31", "2026-02-01T00:00:00.000+00:00"));
        assert!(not_before("2026-01-31T10:00:00", "2026-01-31 10:00"));
    }
}
