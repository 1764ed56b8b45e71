//! The run: from two snapshots to the findings that differ between them.

use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};

use interdict_matching::{
    AskedWord, Inverse, InverseScratch, Matcher, Query, Reached, Scratch, Settings, WrittenWord, counts_as_half,
};
use interdict_model::{Entity, SchemaName};
use interdict_snapshot::{Builder, EntityRef, Snapshot, TokenRef, token_class};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, PartyChange};
use super::index::CustomerIndex;
use super::{Basis, Found, MonitorError};

/// Names of changed parties beyond which everybody is screened again: the index saves nothing then.
const MOST_NAMES: u32 = 20_000;

/// Names of customers that are looked at in one piece.
const PIECE: usize = 1 << 14;

/// How a finding differs from that of the last run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There was none.
    New,
    /// Its score or the facts of its party are others.
    Changed,
    /// It no longer reaches the threshold, or is no longer among as many as are reported, while its party is still listed.
    Gone,
    /// Its party is no longer listed: what was held because of it is due for release.
    Delisted,
}

/// A finding that differs from that of the last run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Number of the customer in the index.
    pub number: u32,
    /// The customer's id.
    pub customer: String,
    /// Id of the listed party.
    pub party: String,
    /// How it differs.
    pub change: Change,
    /// What happened to the party; `None` when it is as it was, and only what is found beside it differs.
    pub party_change: Option<PartyChange>,
    /// The finding as it was.
    pub before: Option<Found>,
    /// The finding as it is.
    pub after: Option<Found>,
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What findings were made with before; `None` when nobody had been screened.
    pub before: Option<Basis>,
    /// What they are made with now.
    pub after: Basis,
    /// Ids of the entities that came, went or have other contents, in the order of the lists.
    pub entities: Vec<(String, PartyChange)>,
    /// The findings that differ, by customer and party.
    pub findings: Vec<Finding>,
    /// Customers who are monitored.
    pub monitored: usize,
    /// Those of them whom the change could concern, who were screened.
    pub screened: usize,
}

impl Outcome {
    /// The findings whose party is no longer listed.
    pub fn delistings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.change == Change::Delisted)
    }
}

/// Rescreens customers by settings.
#[derive(Clone, Debug)]
pub struct Monitor {
    settings: Settings,
}

/// Numbers, a bit each.
struct Bits(Vec<u64>);

impl Bits {
    fn of(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn set(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn has(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }
}

/// What a word of the customers' names has to do with the change.
struct WordChange {
    reached: Option<Box<Reached>>,
    outline: u64,
    /// Which words of the list are like it differs beyond the words that came and went.
    affected: bool,
}

impl Monitor {
    /// By settings, the limit and the threshold among them.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// The findings that differ between two snapshots, as screening every customer against both would tell. `read` reads a customer again,
    /// by number and id, as they were when they were added.
    ///
    /// Why nobody is missed. A score depends on the two sides alone. What the rest of the list decides is (1) whether a word of the customer
    /// is a word of the list, by which the look-up is wider or narrower, (2) of a word with very many likes, which are looked at, (3) of a
    /// long word, whether a word that it begins or ends with has so many names that it is not taken for a half, (4) which findings are
    /// reported when there are more than the limit. So these customers are screened against both snapshots, and what differs is reported:
    /// those who share an identifier with a changed entity; those with a name that scores enough, against a name that a changed entity has
    /// or had, for other facts to lift it to the threshold, however it is looked up, which covers (4) as nothing else can enter or leave a
    /// customer's findings; and those with a word for which (1), (2) or (3) came out otherwise. Entities in another order than before
    /// count as changed.
    pub fn rescreen<E: Display>(
        &self,
        old: Option<&Snapshot>,
        new: &Snapshot,
        index: &CustomerIndex,
        read: impl Fn(u32, &str) -> Result<Query, E> + Sync,
    ) -> Result<Outcome, MonitorError> {
        let changes = Changes::between(old, new);
        let customers = self.whom(old, new, &changes, index)?;
        self.compare(old, new, &changes, index, &customers, read)
    }

    /// Numbers of the customers whose findings may differ between two snapshots, ascending: whom [`Monitor::rescreen`] screens. For those who
    /// have to fetch customers before they can be read.
    pub fn concerned_by(
        &self,
        old: Option<&Snapshot>,
        new: &Snapshot,
        index: &CustomerIndex,
    ) -> Result<Vec<u32>, MonitorError> {
        self.whom(old, new, &Changes::between(old, new), index)
    }

    fn whom(
        &self,
        old: Option<&Snapshot>,
        new: &Snapshot,
        changes: &Changes,
        index: &CustomerIndex,
    ) -> Result<Vec<u32>, MonitorError> {
        match old {
            Some(old) => self.concerned(old, new, changes, index),
            None => Ok(index.customers().collect()),
        }
    }

    /// The findings of some customers that differ; those of [`Monitor::concerned_by`] are all that do.
    pub fn rescreen_these<E: Display>(
        &self,
        old: Option<&Snapshot>,
        new: &Snapshot,
        index: &CustomerIndex,
        customers: &[u32],
        read: impl Fn(u32, &str) -> Result<Query, E> + Sync,
    ) -> Result<Outcome, MonitorError> {
        self.compare(old, new, &Changes::between(old, new), index, customers, read)
    }

    fn compare<E: Display>(
        &self,
        old: Option<&Snapshot>,
        new: &Snapshot,
        changes: &Changes,
        index: &CustomerIndex,
        customers: &[u32],
        read: impl Fn(u32, &str) -> Result<Query, E> + Sync,
    ) -> Result<Outcome, MonitorError> {
        let mut parties: FxHashMap<&str, PartyChange> = FxHashMap::default();
        let mut entities = Vec::new();
        let mut tell = |entity: Option<EntityRef<'_>>, change| {
            entities.extend(entity.map(|entity| (entity.id().to_owned(), change)));
        };
        if let Some(old) = old {
            changes.removed.iter().for_each(|at| tell(old.entity_at(*at), PartyChange::Removed));
        }
        changes.changed.iter().for_each(|(_, at)| tell(new.entity_at(*at), PartyChange::Changed));
        changes.added.iter().for_each(|at| tell(new.entity_at(*at), PartyChange::Added));
        parties.extend(entities.iter().map(|(id, change)| (id.as_str(), *change)));
        let before = old.map(|old| Matcher::new(old, self.settings.clone()));
        let after = Matcher::new(new, self.settings.clone());
        let differ = |scratches: &mut (Scratch, Scratch), customer: &u32| {
            let id = index.id(*customer);
            let query = read(*customer, id)
                .map_err(|error| MonitorError::Customer { customer: id.to_owned(), reason: error.to_string() })?;
            let was: Vec<Found> = before
                .iter()
                .flat_map(|matcher| matcher.screen(&query, &mut scratches.0))
                .map(|hit| Found::from(&hit))
                .collect();
            let is: Vec<Found> = after.screen(&query, &mut scratches.1).iter().map(Found::from).collect();
            Ok(differences((*customer, id), was, is, &parties))
        };
        let findings: Vec<Vec<Finding>> =
            customers.par_iter().map_init(Default::default, differ).collect::<Result<_, MonitorError>>()?;
        let monitored = index.customers().count();
        Ok(Outcome {
            before: old.map(|old| Basis::of(old, &self.settings)),
            after: Basis::of(new, &self.settings),
            findings: findings.into_iter().flatten().collect(),
            entities,
            monitored,
            screened: customers.len(),
        })
    }

    /// Numbers of the customers whose findings may differ, ascending.
    fn concerned(
        &self,
        old: &Snapshot,
        new: &Snapshot,
        changes: &Changes,
        index: &CustomerIndex,
    ) -> Result<Vec<u32>, MonitorError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let Some(names) = changed_names(old, new, changes)? else {
            return Ok(self.with_identifiers(old, new, changes, index, Bits::of(index.len())));
        };
        if names.name_count() > MOST_NAMES {
            return Ok(index.customers().collect());
        }
        let inverse = Inverse::new(&names, &self.settings);
        let words = self.words(old, new, &names, &inverse, index);
        let mut concerned = Bits::of(index.len());
        let pieces: Vec<usize> = (0..index.name_count()).step_by(PIECE).collect();
        let found: Vec<Vec<u32>> = pieces
            .into_par_iter()
            .map_init(InverseScratch::default, |scratch, begin| {
                let end = (begin + PIECE).min(index.name_count());
                let mut outlines = Vec::new();
                let mut asked = Vec::new();
                let mut found = Vec::new();
                for at in begin..end {
                    let name = index.name(at);
                    if found.last() == Some(&name.customer) || !index.is_monitored(name.customer) {
                        continue;
                    }
                    let of = |number: &u32| &words[*number as usize];
                    if name.words.iter().any(|number| of(number).affected) {
                        found.push(name.customer);
                        continue;
                    }
                    outlines.clear();
                    outlines.extend(name.words.iter().map(|number| of(number).outline));
                    if name.words.iter().all(|number| of(number).reached.is_none()) && !inverse.may_join(&outlines) {
                        continue;
                    }
                    asked.clear();
                    asked.extend(
                        name.words
                            .iter()
                            .map(|number| AskedWord { word: index.word(*number), reached: of(number).reached.as_deref() }),
                    );
                    if inverse.may_find(name.asked, &asked, name.birth_date, scratch) {
                        found.push(name.customer);
                    }
                }
                found
            })
            .collect();
        found.iter().flatten().for_each(|customer| concerned.set(*customer as usize));
        Ok(self.with_identifiers(old, new, changes, index, concerned))
    }

    /// Adds those who share an identifier with a changed entity.
    fn with_identifiers(
        &self,
        old: &Snapshot,
        new: &Snapshot,
        changes: &Changes,
        index: &CustomerIndex,
        mut concerned: Bits,
    ) -> Vec<u32> {
        if self.settings.use_identifiers {
            let both = || changes.changed.iter().chain(&changes.moved);
            let before: FxHashSet<u32> = changes.removed.iter().copied().chain(both().map(|pair| pair.0)).collect();
            let after: FxHashSet<u32> = changes.added.iter().copied().chain(both().map(|pair| pair.1)).collect();
            for (snapshot, entities) in [(old, before), (new, after)] {
                for hit in snapshot.all_identifiers() {
                    if entities.contains(&hit.entity().index()) || entities.contains(&hit.stated_by().index()) {
                        index.with_identifier(hit.key()).for_each(|customer| concerned.set(customer as usize));
                    }
                }
            }
        }
        index.customers().filter(|customer| concerned.has(*customer as usize)).collect()
    }

    /// What each word of the customers' names has to do with the change.
    fn words(
        &self,
        old: &Snapshot,
        new: &Snapshot,
        changed: &Snapshot,
        inverse: &Inverse<'_>,
        index: &CustomerIndex,
    ) -> Vec<WordChange> {
        let (before, after) = (Matcher::new(old, self.settings.clone()), Matcher::new(new, self.settings.clone()));
        let lists = [dictionary(old), dictionary(new)];
        let [old_words, new_words] = &lists;
        // Words that came or went are words of changed names.
        let differ: FxHashSet<u32> = (0..changed.token_count())
            .filter(|at| {
                let hash = changed.token_at(*at).map(token_hash).unwrap_or_default();
                !(old_words.contains_key(&hash) && new_words.contains_key(&hash))
            })
            .collect();
        let mut kept: Vec<(u32, u32)> = old_words.iter().filter_map(|(hash, at)| Some((*at, *new_words.get(hash)?))).collect();
        kept.sort_unstable();
        let reordered = !differ.is_empty() || !kept.is_sorted_by_key(|pair| pair.1);
        let half = |snapshot: &Snapshot, at: u32| snapshot.token_at(at).is_some_and(counts_as_half);
        let halves: Vec<&str> = kept
            .iter()
            .filter(|(was, is)| half(old, *was) != half(new, *is))
            .filter_map(|(was, _)| old.token_at(*was).map(TokenRef::text))
            .collect();
        (0..index.word_count() as u32)
            .into_par_iter()
            .map_init(Buffers::default, |buffers, number| {
                let word = index.word(number);
                let reached = inverse.reached(word, &mut buffers.inverse);
                let affected = halves.iter().any(|half| word.text().starts_with(half) || word.text().ends_with(half))
                    || (reached.known.iter().any(|at| differ.contains(at))
                        || reordered && before.may_be_cut_short(word, differ.len()))
                        && likes_differ(word, [&before, &after], &lists, buffers);
                WordChange { outline: word.outline(), affected, reached: (!reached.is_empty()).then(|| Box::new(reached)) }
            })
            .collect()
    }
}

#[derive(Default)]
struct Buffers {
    inverse: InverseScratch,
    scratch: [Scratch; 2],
    likes: Vec<(u32, f32)>,
}

/// The words of a snapshot by their hashes.
type Dictionary = FxHashMap<u64, u32>;

fn dictionary(snapshot: &Snapshot) -> Dictionary {
    (0..snapshot.token_count()).filter_map(|at| Some((token_hash(snapshot.token_at(at)?), at))).collect()
}

/// A hash of all that tells a word of a list from others.
fn token_hash(token: TokenRef<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (token.text(), token.native(), token.skeleton(), token.korean_joined(), token.canon()).hash(&mut hasher);
    (token.readings_bytes(), token_class(token.kind(), token.common()), token.common()).hash(&mut hasher);
    hasher.finish()
}

/// Whether a word of a query is looked up otherwise than before: more or less widely, or with other likes among the words that both lists
/// have.
fn likes_differ(word: WrittenWord<'_>, matchers: [&Matcher<'_>; 2], lists: &[Dictionary; 2], buffers: &mut Buffers) -> bool {
    let Buffers { scratch, likes, .. } = buffers;
    let mut seen = [0, 1].map(|side| {
        let matcher = matchers[side];
        matcher.word_likes(word, &mut scratch[side], likes);
        let known = Matcher::known_by(likes.first().map_or(0.0, |like| like.1));
        let common: Vec<(u64, u32)> = likes
            .iter()
            .filter_map(|(at, alike)| Some((token_hash(matcher.snapshot().token_at(*at)?), alike.to_bits())))
            .filter(|(hash, _)| lists.iter().all(|list| list.contains_key(hash)))
            .collect();
        (known, common)
    });
    for (_, common) in &mut seen {
        common.sort_unstable();
    }
    seen[0] != seen[1]
}

/// The names that changed entities have and had, as a snapshot of their own; `None` when they have none.
fn changed_names(old: &Snapshot, new: &Snapshot, changes: &Changes) -> Result<Option<Snapshot>, MonitorError> {
    let mut builder = Builder::new();
    let mut count = 0;
    let mut add = |entity: Option<EntityRef<'_>>| {
        let Some(entity) = entity.filter(|entity| entity.names().next().is_some()) else { return };
        let mut bare = Entity::new(count.to_string(), SchemaName::from(entity.schema_name()));
        for name in entity.names() {
            bare.add(name.property(), name.text());
        }
        builder.add(&bare);
        count += 1;
    };
    changes.removed.iter().for_each(|at| add(old.entity_at(*at)));
    changes.added.iter().for_each(|at| add(new.entity_at(*at)));
    for (was, is) in changes.changed.iter().chain(&changes.moved) {
        let (was, is) = (old.entity_at(*was), new.entity_at(*is));
        if was.map(names_of) != is.map(names_of) {
            add(was);
        }
        add(is);
    }
    Ok(if count == 0 { None } else { Some(builder.finish()?.open()?) })
}

/// The schema of an entity and its names, each with its property.
fn names_of(entity: EntityRef<'_>) -> (&str, Vec<(&str, &str)>) {
    (entity.schema_name(), entity.names().map(|name| (name.property(), name.text())).collect())
}

/// What differs between the findings of a customer, by party.
fn differences(
    (number, customer): (u32, &str),
    was: Vec<Found>,
    is: Vec<Found>,
    parties: &FxHashMap<&str, PartyChange>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut was: FxHashMap<String, Found> = was.into_iter().map(|found| (found.party.clone(), found)).collect();
    let mut tell = |before: Option<Found>, after: Option<Found>| {
        let Some(party) = after.as_ref().or(before.as_ref()).map(|found| found.party.clone()) else { return };
        let party_change = parties.get(party.as_str()).copied();
        let change = match (&before, &after) {
            (None, _) => Change::New,
            (Some(_), None) if party_change == Some(PartyChange::Removed) => Change::Delisted,
            (Some(_), None) => Change::Gone,
            (Some(before), Some(after)) if before == after && party_change.is_none() => return,
            (Some(_), Some(_)) => Change::Changed,
        };
        let customer = customer.to_owned();
        findings.push(Finding { number, customer, party, change, party_change, before, after });
    };
    for found in is {
        tell(was.remove(&found.party), Some(found));
    }
    for found in was.into_values() {
        tell(Some(found), None);
    }
    findings.sort_by(|a, b| a.party.cmp(&b.party));
    findings
}
