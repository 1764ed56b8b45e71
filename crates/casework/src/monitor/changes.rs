//! What differs between two snapshots: parties that came, went, and whose facts are others, by their ids and hashes of their contents.

use std::hash::{DefaultHasher, Hash, Hasher};

use interdict_model::{PropertyType, Schema};
use interdict_snapshot::{EntityRef, Snapshot};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// What happened to a listed party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyChange {
    /// It is listed now and was not.
    Added,
    /// It was listed and is not now.
    Removed,
    /// Its names, facts, documents, wallets or measures are others.
    Changed,
}

/// The entities in which two snapshots differ, by their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// In the new one alone.
    pub added: Vec<u32>,
    /// In the old one alone.
    pub removed: Vec<u32>,
    /// In both, with other contents: old and new position.
    pub changed: Vec<(u32, u32)>,
    /// In both with the same contents and in another order among the others: old and new position. Where more parties are found than are
    /// reported, the order decides between equal scores.
    pub moved: Vec<(u32, u32)>,
}

/// Members that say when a record was fetched, not what it says.
const DATES_OF_RECORDS: [&str; 3] = ["first_seen", "last_seen", "last_change"];

impl Changes {
    /// Between two snapshots. Against no old one, all is added.
    #[must_use]
    pub fn between(old: Option<&Snapshot>, new: &Snapshot) -> Self {
        let mut changes = Self::default();
        let Some(old) = old else {
            changes.added = (0..new.entity_count()).collect();
            return changes;
        };
        if old.id() == new.id() {
            return changes;
        }
        let (before, after) = (contents(old), contents(new));
        let places: FxHashMap<&str, u32> = new.entities().map(|entity| (entity.id(), entity.index())).collect();
        let mut kept = Vec::new();
        let mut is_old = vec![false; after.len()];
        for entity in old.entities() {
            match places.get(entity.id()) {
                Some(place) => {
                    is_old[*place as usize] = true;
                    let same = before[entity.index() as usize] == after[*place as usize];
                    if same {
                        kept.push((entity.index(), *place));
                    } else {
                        changes.changed.push((entity.index(), *place));
                    }
                }
                None => changes.removed.push(entity.index()),
            }
        }
        changes.added = (0..new.entity_count()).filter(|place| !is_old[*place as usize]).collect();
        changes.moved = out_of_order(&kept);
        changes
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.moved.is_empty()
    }

    /// Entities that came, went or have other contents.
    #[must_use]
    pub fn count(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len()
    }
}

/// The fewest pairs without which the others are in order on both sides; the pairs are in the order of their first sides.
fn out_of_order(pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
    if pairs.is_sorted_by_key(|pair| pair.1) {
        return Vec::new();
    }
    // The longest rising run of second sides: for each length the pair that ends it lowest, and what stands before each pair.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut stays = vec![false; pairs.len()];
    let mut at = ends.last().copied();
    while let Some(pair) = at {
        stays[pair] = true;
        at = before[pair];
    }
    pairs.iter().zip(stays).filter(|(_, stays)| !stays).map(|(pair, _)| *pair).collect()
}

/// A hash of what each entity states, with what its documents, wallets, measures, relations and addresses state.
fn contents(snapshot: &Snapshot) -> Vec<u64> {
    let members: FxHashMap<&str, u64> = snapshot.entities().map(EntityRef::members_text).map(|text| (text, 0)).collect();
    let members: FxHashMap<&str, u64> = members.into_keys().map(|text| (text, members_hash(text))).collect();
    let entities: Vec<EntityRef<'_>> = snapshot.entities().collect();
    let own: Vec<u64> = entities.par_iter().map(|entity| own_hash(*entity, &members)).collect();
    entities
        .par_iter()
        .map(|entity| {
            let mut hasher = DefaultHasher::new();
            own[entity.index() as usize].hash(&mut hasher);
            for link in entity.referrers() {
                (link.property, link.entity.id(), own[link.entity.index() as usize]).hash(&mut hasher);
            }
            let schema = entity.schema();
            for (property, value, _) in entity.properties() {
                let refers = schema.and_then(|schema| schema.property(property)) == Some(PropertyType::Entity);
                if refers
                    && let Some(other) = snapshot.entity(value)
                    && other.schema().is_some_and(|schema| !schema.is_a(Schema::Thing) || schema.is_a(Schema::Address))
                {
                    own[other.index() as usize].hash(&mut hasher);
                }
            }
            hasher.finish()
        })
        .collect()
}

fn own_hash(entity: EntityRef<'_>, members: &FxHashMap<&str, u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (entity.schema_name(), entity.caption(), members.get(entity.members_text())).hash(&mut hasher);
    for (property, value, _) in entity.properties() {
        (property, value).hash(&mut hasher);
    }
    for name in entity.name_details() {
        (name.text.as_str(), name.kind.code(), name.weak).hash(&mut hasher);
    }
    hasher.finish()
}

fn members_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        Ok(members) => {
            let kept = members.iter().filter(|(name, _)| !DATES_OF_RECORDS.contains(&name.as_str()));
            kept.for_each(|(name, value)| (name, value.to_string()).hash(&mut hasher));
        }
        Err(_) => text.hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_are_out_of_order() {
        for (places, moved) in [
            (&[][..], &[][..]),
            (&[0, 1, 2, 3], &[]),
            (&[3, 0, 1, 2], &[3]),
            (&[1, 2, 3, 0], &[0]),
            (&[0, 5, 1, 2, 3, 9, 4], &[5, 9]),
        ] {
            let pairs: Vec<(u32, u32)> = places.iter().enumerate().map(|(at, place)| (at as u32, *place)).collect();
            let found: Vec<u32> = out_of_order(&pairs).iter().map(|pair| pair.1).collect();
            assert_eq!(found, moved, "{places:?}");
        }
    }
}
