//! Which entities of a snapshot are one party, for the commands that follow owners: what people judged, numbers that only one party has, and, for
//! the few parties that a question is about, listings of other lists and register entries that are the same party or may be.

use interdict_matching::{Clusterer, Judgement, Judgements, Matcher, Query, Scratch, Settings};
use interdict_model::Schema;
use interdict_network::{Identity, designations, same_party};
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::FxHashSet;

use super::cluster::{clusterer, read_judgements};
use crate::args::Global;

/// Score from which an owner of a register may be a listed party.
const LIKELY: f64 = 0.85;

/// Owners that are looked at for a likely listed party, the nearest first: each takes a search of the whole snapshot.
pub(super) const LIKELY_OWNERS: usize = 64;

/// Likely parties that are looked at for one owner.
const LIKELY_EACH: u32 = 3;

/// Pairs of entities that are one party, and what people judged.
pub(super) struct Identities<'s> {
    snapshot: &'s Snapshot,
    judgements: Judgements,
    pairs: Vec<(u32, u32)>,
    known: FxHashSet<(u32, u32)>,
    /// Made when a listing is first met, since it reads the whole snapshot.
    clusterer: Option<Clusterer<'s>>,
    /// Entities that were looked at for their numbers and for listings of other lists.
    numbered: FxHashSet<u32>,
    clustered: FxHashSet<u32>,
}

/// An owner that may be a listed party under another entry.
pub(super) struct Likely {
    /// The owner.
    pub(super) owner: u32,
    /// The listed party.
    pub(super) listed: u32,
    /// The score of `screen`, 0 to 1.
    pub(super) score: f64,
}

impl<'s> Identities<'s> {
    /// What people judged.
    pub(super) fn read(global: &Global, snapshot: &'s Snapshot) -> anyhow::Result<Self> {
        let judgements = read_judgements(global)?;
        let mut pairs = Vec::new();
        for (a, b, judgement) in judgements.pairs() {
            if judgement == Judgement::Same
                && let (Some(a), Some(b)) = (snapshot.entity(a), snapshot.entity(b))
            {
                pairs.push((a.index(), b.index()));
            }
        }
        Ok(Self {
            snapshot,
            judgements,
            known: pairs.iter().copied().collect(),
            pairs,
            clusterer: None,
            numbered: FxHashSet::default(),
            clustered: FxHashSet::default(),
        })
    }

    /// The snapshot whose entities these are.
    pub(super) fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// Adds pairs of one party that are not among what is known, unless a person judged otherwise. True when there were any.
    fn add(&mut self, pairs: Vec<(u32, u32)>) -> bool {
        let id = |at: u32| self.snapshot.entity_at(at).map(EntityRef::id).unwrap_or_default();
        let before = self.pairs.len();
        for (a, b) in pairs {
            if self.judgements.get(id(a), id(b)) != Some(Judgement::NotSame) && self.known.insert((a, b)) {
                self.pairs.push((a, b));
            }
        }
        self.pairs.len() > before
    }

    /// Adds the entities that are the same parties as these by a number that no two parties have. True when there were any.
    pub(super) fn number(&mut self, entities: &[u32]) -> bool {
        let of = |at: &u32| self.snapshot.entity_at(*at);
        let new: Vec<u32> = entities.iter().copied().filter(|entity| self.numbered.insert(*entity)).collect();
        let pairs = new.iter().filter_map(of).flat_map(|entity| {
            same_party(self.snapshot, entity)
                .into_iter()
                .map(move |other| (entity.index().min(other), entity.index().max(other)))
        });
        let pairs = pairs.collect();
        self.add(pairs)
    }

    /// Who is one party with whom.
    pub(super) fn identity(&self) -> Identity {
        Identity::new(self.pairs.iter().copied())
    }

    /// The same, were two more one party.
    pub(super) fn with(&self, a: u32, b: u32) -> Identity {
        Identity::new(self.pairs.iter().copied().chain([(a, b)]))
    }

    /// Adds the listings of other lists that are the same parties as these entities, by the evidence of `cluster`. True when there were any.
    pub(super) fn cluster(&mut self, entities: &[u32]) -> bool {
        let snapshot = self.snapshot;
        let is_listing = |at: &u32| {
            snapshot.entity_at(*at).is_some_and(|entity| {
                entity.schema().is_some_and(|schema| schema.is_a(Schema::Thing))
                    && entity.members().get("target").and_then(serde_json::Value::as_bool) == Some(true)
            })
        };
        let new: FxHashSet<u32> =
            entities.iter().copied().filter(is_listing).filter(|entity| self.clustered.insert(*entity)).collect();
        if new.is_empty() {
            return false;
        }
        let clusterer = self.clusterer.get_or_insert_with(|| clusterer(snapshot));
        let mut scratch = Scratch::default();
        let mut links = Vec::new();
        let mut in_order: Vec<u32> = new.iter().copied().collect();
        in_order.sort_unstable();
        for entity in in_order {
            links.extend(clusterer.links_of(entity, &mut scratch));
        }
        let of_these = |link: &interdict_matching::Link| {
            link.listings.0 != link.listings.1 && (new.contains(&link.listings.0) || new.contains(&link.listings.1))
        };
        links.extend(clusterer.references().into_iter().filter(of_these));
        let clusters = clusterer.join(links, &self.judgements);
        let pairs = clusters.clusters.iter().flat_map(|cluster| cluster.listings.windows(2).map(|pair| (pair[0], pair[1])));
        self.add(pairs.collect())
    }

    /// Which of these entities, none of them listed, may be listed parties by name and what is known beside it, the best first; and how many
    /// were passed over because there are more than [`LIKELY_OWNERS`].
    pub(super) fn likely(&self, entities: &[u32]) -> (Vec<Likely>, usize) {
        let settings = Settings { threshold: LIKELY, limit: LIKELY_EACH as usize, ..Settings::default() };
        let matcher = Matcher::new(self.snapshot, settings);
        let identity = self.identity();
        let mut scratch = Scratch::default();
        let mut found: Vec<Likely> = Vec::new();
        let (mut searched, mut passed) = (0, 0);
        for at in entities {
            let Some(entity) = self.snapshot.entity_at(*at) else { continue };
            if !entity.schema().is_some_and(|schema| schema.is_a(Schema::LegalEntity)) || !designations(entity).is_empty() {
                continue;
            }
            if searched == LIKELY_OWNERS {
                passed += 1;
                continue;
            }
            searched += 1;
            let Ok(query) = Query::from_entity(&entity.to_entity()) else { continue };
            for hit in matcher.screen(&query, &mut scratch) {
                let listed = hit.entity.index();
                let judged = self.judgements.get(entity.id(), hit.entity.id()) == Some(Judgement::NotSame);
                let is_party = hit.entity.schema().is_some_and(|schema| schema.is_a(Schema::LegalEntity));
                if judged || !is_party || identity.first(listed) == identity.first(*at) || designations(hit.entity).is_empty() {
                    continue;
                }
                found.push(Likely { owner: *at, listed, score: hit.score });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.owner.cmp(&b.owner)).then(a.listed.cmp(&b.listed)));
        (found, passed)
    }
}
