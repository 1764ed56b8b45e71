//! Screening a query against a snapshot, and comparing two entities: the same score, made by the same steps.

use interdict_model::{Country, DateValue, Entity, Identifier, IdentifierKind, Schema, name_property_words};
use interdict_names::NameKind;
use interdict_snapshot::{EntityRef, NameRef, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::align::{AlignBuffers, Alignment, Context, Side, align};
use crate::candidates::{Candidate, CandidateBuffers, Wanted, candidates, may_reach};
use crate::explain::Explanation;
use crate::features::{self, Effect, Feature};
use crate::ofac::{OfacName, ofac_score};
use crate::query::{Query, QueryIdentifier};
use crate::settings::Settings;
use crate::similarity::Syllables;
use crate::token::{Tok, Weights, characters, listed_tokens};

/// A finding: a listed party and why it was found.
#[derive(Clone, Debug)]
pub struct Hit<'s> {
    /// The party.
    pub entity: EntityRef<'s>,
    /// From 0 to 1.
    pub score: f64,
    /// From 0 to 100: the highest score that OFAC's own search page would give any of the query's names against any of the party's;
    /// `None` when no name was compared, or where the matcher was told to leave it out ([`Matcher::with_ofac`]).
    pub ofac: Option<u8>,
    /// The listed name that agreed best; `None` when only an identifier was found.
    pub name: Option<NameRef<'s>>,
    /// The identifiers that agreed.
    pub identifiers: Vec<MatchedIdentifier>,
    /// What the score is made of.
    pub features: Vec<Feature>,
    /// The same as a tree, down to the tokens, where the matcher was asked to explain ([`Matcher::explaining`]): it takes longer to write
    /// than most findings take to make.
    pub explanation: Option<Explanation>,
}

/// An identifier that the query and a listed party share.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchedIdentifier {
    /// The property on the list, such as `publicKey`.
    pub property: String,
    /// As written in the query.
    pub query: String,
    /// As written on the list.
    pub listed: String,
    /// Id of the entity that states it: the party, or its document or wallet.
    pub stated_by: String,
    /// Whether it is equal, or equal but for the case of letters.
    pub exact: bool,
    /// What it is worth on its own, from 0 to 1.
    pub value: f64,
}

/// The comparison of two entities.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// From 0 to 1.
    pub score: f64,
    /// From 0 to 100; `None` when no names were compared.
    pub ofac: Option<u8>,
    /// What the score is made of.
    pub features: Vec<Feature>,
    /// The same as a tree, down to the tokens, from [`compare_explained`].
    pub explanation: Option<Explanation>,
}

/// The step of screening at which a party fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNotStep {
    /// It did not fall: it is among the findings.
    Found,
    /// A party of another kind was asked for.
    OtherKind,
    /// No name, identifier or part of a name is alike.
    NothingShared,
    /// No key of the index led to it, though its score would reach the threshold: a candidate that was lost.
    NoCandidate,
    /// Its score is below the threshold.
    Score,
    /// Its score reaches the threshold, and as many better findings as the limit allows were reported.
    Limit,
}

impl WhyNotStep {
    /// The step in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Found => "it is among the findings",
            Self::OtherKind => "it is another kind of party than was asked for",
            Self::NothingShared => "no name, part of a name or identifier is alike",
            Self::NoCandidate => "no key of the index led to it, though its score would reach the threshold",
            Self::Score => "its score is below the threshold",
            Self::Limit => "better findings filled the limit",
        }
    }

    /// The step as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::OtherKind => "other_kind",
            Self::NothingShared => "nothing_shared",
            Self::NoCandidate => "no_candidate",
            Self::Score => "score",
            Self::Limit => "limit",
        }
    }
}

/// Why a party is not among the findings of a query.
#[derive(Clone, Debug)]
pub struct WhyNot {
    /// Where it fell.
    pub step: WhyNotStep,
    /// What it scores, from 0 to 1.
    pub score: f64,
    /// What it would have had to score.
    pub needed: f64,
    /// What the score is made of, down to the tokens of its best name.
    pub explanation: Explanation,
}

impl WhyNot {
    /// By how much the score falls short; 0 when it does not.
    #[must_use]
    pub fn short_by(&self) -> f64 {
        (self.needed - self.score).max(0.0)
    }
}

/// Buffers for one thread, used again from query to query.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) candidates: CandidateBuffers,
    pub(crate) align: AlignBuffers,
    found: Vec<Candidate>,
    /// Room for what is in [`Named`].
    scored: Scored,
}

/// What names of a query scored as listed names, by the places of both.
type Scored = FxHashMap<(u32, u32), f64>;

/// What the names of a query found.
struct Named {
    /// The best agreement of each party.
    best: FxHashMap<u32, BestName>,
    /// Every pair of names that was scored.
    scored: Scored,
}

/// Screens queries against one snapshot.
#[derive(Clone, Debug)]
pub struct Matcher<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) settings: Settings,
    pub(crate) weights: Weights,
    explain: bool,
    ofac: bool,
}

/// What is known of one side of a comparison beside its names.
struct Facts<'a> {
    birth_dates: Vec<DateValue>,
    countries: Vec<Country>,
    genders: Vec<&'a str>,
}

/// The best agreement of names between a query and one party.
#[derive(Clone)]
struct BestName {
    score: f64,
    /// Index into the query's names.
    query: usize,
    /// Index into the snapshot's names.
    listed: u32,
}

impl<'s> Matcher<'s> {
    /// A matcher over `snapshot`.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, settings: Settings) -> Self {
        let weights = Weights::of(&settings);
        Self { snapshot, settings, weights, explain: false, ofac: true }
    }

    /// The same matcher, whose findings carry their explanation or do not.
    #[must_use]
    pub fn explaining(self, explain: bool) -> Self {
        Self { explain, ..self }
    }

    /// The same matcher, whose findings carry the score of OFAC's own search or do not: it is made of every name of each party found, and
    /// not everybody asks for it.
    #[must_use]
    pub fn with_ofac(self, ofac: bool) -> Self {
        Self { ofac, ..self }
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The snapshot that is screened against.
    #[must_use]
    pub fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// Finds the parties that the query may be: best first, at most as many as the settings say, none below their threshold.
    #[must_use]
    pub fn screen(&self, query: &Query, scratch: &mut Scratch) -> Vec<Hit<'s>> {
        let mut identifiers = self.identifiers(query);
        let Named { best: names, scored } = self.names(query, self.settings.limit, scratch);
        let mut parties: Vec<u32> = names.keys().copied().chain(identifiers.keys().copied()).collect();
        parties.sort_unstable();
        parties.dedup();
        let mut ranked: Vec<(f64, u32)> = parties
            .into_iter()
            .filter_map(|party| {
                let entity = self.snapshot.entity_at(party)?;
                let found = identifiers.get(&party).map_or(&[][..], Vec::as_slice);
                let score = self.total(query, entity, names.get(&party).map(|best| best.score), found).0;
                (score >= self.settings.threshold).then_some((score, party))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(self.settings.limit);
        let mut hits: Vec<Hit<'s>> = ranked
            .into_iter()
            .filter_map(|(_, party)| {
                let entity = self.snapshot.entity_at(party)?;
                // Another name of the party may agree better than the one that led to it; a party that only an identifier led to has none.
                let best = names.contains_key(&party).then(|| self.best_name(query, entity, &scored, scratch)).flatten();
                let identifiers = identifiers.remove(&party).unwrap_or_default();
                Some(self.hit(query, entity, best.as_ref(), identifiers, self.explain, scratch))
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entity.index().cmp(&b.entity.index())));
        scratch.scored = scored;
        hits
    }

    /// Parties that share an identifier with the query.
    fn identifiers(&self, query: &Query) -> FxHashMap<u32, Vec<MatchedIdentifier>> {
        let mut found: FxHashMap<u32, Vec<MatchedIdentifier>> = FxHashMap::default();
        if !self.settings.use_identifiers {
            return found;
        }
        for identifier in &query.identifiers {
            for hit in self.snapshot.identifiers(&identifier.lookup) {
                let Some(kind) = IdentifierKind::from_name(hit.kind()).filter(|kind| may_equal(identifier.kind, *kind)) else {
                    continue;
                };
                let schema = hit.entity().schema().unwrap_or(Schema::Thing);
                let general = !kind.is_self_validating() && !kind.is_contact();
                if general && !query.schema.comparable(schema) {
                    continue;
                }
                let exact = is_exact(identifier, hit.shown());
                let matched = MatchedIdentifier {
                    property: hit.property().to_owned(),
                    query: identifier.raw.clone(),
                    listed: hit.shown().to_owned(),
                    stated_by: hit.stated_by().id().to_owned(),
                    exact,
                    value: identifier_value(kind, &identifier.lookup, exact, &self.settings),
                };
                let held = found.entry(hit.entity().index()).or_default();
                if !held.contains(&matched) {
                    held.push(matched);
                }
            }
        }
        found
    }

    /// The best agreement of names for each party that may reach the threshold and be among the `limit` best.
    fn names(&self, query: &Query, limit: usize, scratch: &mut Scratch) -> Named {
        let settings = &self.settings;
        let floor = name_floor(!query.birth_dates.is_empty(), settings);
        let mut best: FxHashMap<u32, BestName> = FxHashMap::default();
        scratch.candidates.belong_to(self.snapshot, &self.settings);
        let mut scored = std::mem::take(&mut scratch.scored);
        scored.clear();
        // Where nothing but names counts, a party that is worse than as many others as are reported need not be scored.
        let names_decide = !query.states_facts() && query.identifiers.is_empty();
        let mut leaders: Vec<f64> = Vec::new();
        let (mut tokens, mut listed) = (Vec::new(), Vec::new());
        for (index, (reading, name)) in query.names.iter().enumerate() {
            name.tokens_into(&self.weights, &mut tokens);
            let wanted = Wanted::new(side(&tokens, name.characters()), reading.is_body());
            // As what the name is compared with parties of each schema of the snapshot.
            let contexts: Vec<Option<Context>> = self
                .snapshot
                .schemata()
                .map(|schema| schema.filter(|schema| query.schema.comparable(*schema)))
                .map(|schema| schema.and_then(|schema| reading.kind_for(schema)).map(Context::of))
                .collect();
            candidates(
                self.snapshot,
                &wanted,
                floor as f32,
                &self.weights,
                settings,
                &mut scratch.candidates,
                &mut scratch.found,
            );
            // The likeliest first, so that they raise the floor for the others.
            if names_decide && scratch.found.len() / 4 > limit {
                scratch.found.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.name.cmp(&b.name)));
            }
            let mut floor = floor;
            for candidate in &scratch.found {
                if names_decide && let Some(least) = leaders.get(limit.saturating_sub(1)) {
                    floor = floor.max(*least);
                }
                let Some(listed_name) = self.snapshot.name_at(candidate.name) else { continue };
                let Some(Some(context)) = contexts.get(listed_name.schema_index()).copied() else { continue };
                // A little less, for what rounding takes away.
                let least = (floor - 1e-4) as f32;
                if !may_reach(listed_name, *candidate, &wanted, context, least, &self.weights, settings) {
                    continue;
                }
                listed_tokens(listed_name, &self.weights, &mut listed);
                let other = side(&listed, characters(listed_name.text()));
                let score = align(wanted.side, other, context, settings, &mut scratch.align)
                    * weak_factor([&name.property, listed_name.property()], settings);
                scored.insert((index as u32, candidate.name), score);
                if score < floor {
                    continue;
                }
                let party = listed_name.entity_index();
                if !best.contains_key(&party) {
                    let at = leaders.partition_point(|leader| *leader >= score);
                    leaders.insert(at, score);
                    leaders.truncate(limit);
                }
                let held = best.entry(party).or_insert(BestName { score: -1.0, query: 0, listed: 0 });
                if score > held.score {
                    *held = BestName { score, query: index, listed: candidate.name };
                }
            }
        }
        Named { best, scored }
    }

    /// The score of a party, and the features beside the name with their effects.
    fn total(
        &self,
        query: &Query,
        entity: EntityRef<'s>,
        name: Option<f64>,
        identifiers: &[MatchedIdentifier],
    ) -> (f64, Vec<(Feature, Effect)>) {
        // Nothing of the party is read for facts that the query does not state.
        let mut context = if query.states_facts() {
            context_features(&query_facts(query), &listed_facts(entity), &self.settings)
        } else {
            Vec::new()
        };
        if identifiers.is_empty() {
            let listed = |property: &str, kind| {
                entity
                    .texts(property)
                    .filter_map(|text| Identifier::parse(kind, text, None).ok())
                    .map(|held| held.key().to_owned())
                    .collect()
            };
            context.extend(identifier_conflict(query, listed, &self.settings));
        }
        let decided = identifiers.iter().map(|found| found.value).fold(0.0, f64::max);
        (combine(name, &context, decided, &self.settings), context)
    }

    /// The best agreement of any of the query's names with any of a party's, whether or not a key led to it. What was scored is not
    /// scored again.
    fn best_name(&self, query: &Query, entity: EntityRef<'s>, scored: &Scored, scratch: &mut Scratch) -> Option<BestName> {
        let schema = entity.schema().filter(|schema| query.schema.comparable(*schema))?;
        let mut best: Option<BestName> = None;
        let (mut tokens, mut listed) = (Vec::new(), Vec::new());
        for (index, (reading, name)) in query.names.iter().enumerate() {
            let Some(context) = reading.kind_for(schema).map(Context::of) else { continue };
            name.tokens_into(&self.weights, &mut tokens);
            let left = side(&tokens, name.characters());
            for other in entity.names() {
                let score = scored.get(&(index as u32, other.index())).copied().unwrap_or_else(|| {
                    listed_tokens(other, &self.weights, &mut listed);
                    let right = side(&listed, characters(other.text()));
                    align(left, right, context, &self.settings, &mut scratch.align)
                        * weak_factor([&name.property, other.property()], &self.settings)
                });
                if best.as_ref().is_none_or(|held| held.score < score) {
                    best = Some(BestName { score, query: index, listed: other.index() });
                }
            }
        }
        best
    }

    /// Why a party is not among the findings of a query: the step at which it fell, by how much, and what its best name scores.
    #[must_use]
    pub fn why_not(&self, query: &Query, entity: EntityRef<'s>, scratch: &mut Scratch) -> WhyNot {
        let identifiers = self.identifiers(query).remove(&entity.index()).unwrap_or_default();
        let comparable = entity.schema().filter(|schema| query.schema.comparable(*schema));
        // An identifier that decides is found whatever the kind.
        if comparable.is_none() && identifiers.is_empty() {
            let description = format!("a {} is not compared with a {}", query.schema, entity.schema_name());
            return WhyNot {
                step: WhyNotStep::OtherKind,
                score: 0.0,
                needed: self.settings.threshold,
                explanation: Explanation::leaf(0.0, description),
            };
        }
        let Named { best: found, scored } = self.names(query, usize::MAX, scratch);
        let found = found.contains_key(&entity.index());
        let best = self.best_name(query, entity, &scored, scratch);
        let hits = self.screen(query, scratch);
        let hit = self.hit(query, entity, best.as_ref(), identifiers, true, scratch);
        let step = if hits.iter().any(|hit| hit.entity.index() == entity.index()) {
            WhyNotStep::Found
        } else if hit.score < self.settings.threshold {
            if best.as_ref().is_some_and(|best| best.score > 0.0) { WhyNotStep::Score } else { WhyNotStep::NothingShared }
        } else if found || !hit.identifiers.is_empty() {
            WhyNotStep::Limit
        } else {
            WhyNotStep::NoCandidate
        };
        let needed = match step {
            WhyNotStep::Limit => hits.last().map_or(self.settings.threshold, |last| last.score),
            _ => self.settings.threshold,
        };
        let nothing = || Explanation::leaf(hit.score, entity.caption());
        WhyNot { step, score: hit.score, needed, explanation: hit.explanation.unwrap_or_else(nothing) }
    }

    fn hit(
        &self,
        query: &Query,
        entity: EntityRef<'s>,
        best: Option<&BestName>,
        identifiers: Vec<MatchedIdentifier>,
        explain: bool,
        scratch: &mut Scratch,
    ) -> Hit<'s> {
        let (score, context) = self.total(query, entity, best.map(|best| best.score), &identifiers);
        let mut features = Vec::new();
        let mut children = Vec::new();
        let mut ofac = None;
        let mut matched = None;
        if let Some(best) = best
            && let Some(listed) = self.snapshot.name_at(best.listed)
        {
            let (reading, name) = &query.names[best.query];
            let kind = if listed.property() == "name" { "the listed name" } else { name_property_words(listed.property()) };
            let words = format!("name \"{}\" against \"{}\" ({kind})", name.raw, listed.text());
            if explain {
                let tokens = name.tokens(&self.weights);
                let mut other = Vec::new();
                listed_tokens(listed, &self.weights, &mut other);
                let schema = entity.schema().unwrap_or(Schema::Thing);
                let (left, right) = (side(&tokens, name.characters()), side(&other, characters(listed.text())));
                let context = Context::of(reading.kind_for(schema).unwrap_or(NameKind::Unknown));
                let aligned = align(left, right, context, &self.settings, &mut scratch.align);
                let alignment = scratch.align.outcome(aligned);
                let weak = weak_factor([&name.property, listed.property()], &self.settings);
                children.push(explain_alignment(words.clone(), (best.score, weak), &alignment, &tokens, &other));
            }
            features.push(Feature { name: "name", value: best.score, detail: words });
            ofac = self.ofac.then(|| listed_ofac(query, entity));
            matched = Some(listed);
        }
        for found in &identifiers {
            let value = found.value;
            let how = if found.exact { "the same" } else { "the same but for the case of letters" };
            let detail = format!("{} {} is {how} as {} of {}", found.property, found.query, found.listed, found.stated_by);
            children.push(Explanation::leaf(value, format!("identifier: {detail}; it decides")));
            features.push(Feature { name: "identifier", value, detail });
        }
        push_context(context, &mut features, &mut children);
        let explanation = explain.then(|| Explanation {
            value: score,
            description: format!("{} ({})", entity.caption(), entity.id()),
            children,
        });
        Hit { entity, score, ofac, name: matched, identifiers, features, explanation }
    }
}

/// Compares two entities with the score of [`Matcher::screen`]. `left` and `right` are queries so that both are read the same way.
#[must_use]
pub fn compare(left: &Query, right: &Query, settings: &Settings) -> Comparison {
    compare_with(left, right, settings, false)
}

/// [`compare`] with its explanation.
#[must_use]
pub fn compare_explained(left: &Query, right: &Query, settings: &Settings) -> Comparison {
    compare_with(left, right, settings, true)
}

fn compare_with(left: &Query, right: &Query, settings: &Settings, explain: bool) -> Comparison {
    let mut features = Vec::new();
    let mut children = Vec::new();
    let mut buffers = AlignBuffers::default();
    let comparable = left.schema.comparable(right.schema);
    let mut best: Option<(f64, Option<Alignment>, usize, usize)> = None;
    let weights = Weights::of(settings);
    let (mut left_tokens, mut right_tokens) = (Vec::new(), Vec::new());
    for (i, (left_reading, left_name)) in left.names.iter().enumerate() {
        left_name.tokens_into(&weights, &mut left_tokens);
        let left_side = side(&left_tokens, left_name.characters());
        for (j, (right_reading, right_name)) in right.names.iter().enumerate() {
            let Some(kind) = left_reading.kind_with(*right_reading).filter(|_| comparable) else { continue };
            right_name.tokens_into(&weights, &mut right_tokens);
            let right_side = side(&right_tokens, right_name.characters());
            let aligned = align(left_side, right_side, Context::of(kind), settings, &mut buffers);
            let score = aligned * weak_factor([&left_name.property, &right_name.property], settings);
            if best.as_ref().is_none_or(|held| held.0 < score) {
                best = Some((score, explain.then(|| buffers.outcome(aligned)), i, j));
            }
        }
    }
    let mut ofac = None;
    let name_score = best.as_ref().map(|best| best.0);
    if let Some((name_score, alignment, i, j)) = best {
        let (left_name, right_name) = (&left.names[i].1, &right.names[j].1);
        let words = format!("name \"{}\" against \"{}\"", left_name.raw, right_name.raw);
        if let Some(alignment) = alignment {
            children.push(explain_alignment(
                words.clone(),
                (name_score, weak_factor([&left_name.property, &right_name.property], settings)),
                &alignment,
                &left_name.tokens(&weights),
                &right_name.tokens(&weights),
            ));
        }
        features.push(Feature { name: "name", value: name_score, detail: words });
        ofac = Some(best_ofac(&ofac_names(left), &ofac_names(right)));
    }
    let mut decided = 0.0;
    for a in left.identifiers.iter().filter(|_| settings.use_identifiers) {
        for b in &right.identifiers {
            let Some(kind) = b.kind.or(a.kind) else { continue };
            let general = !kind.is_self_validating() && !kind.is_contact();
            if a.lookup == b.lookup && may_equal(a.kind, kind) && (comparable || !general) {
                let value = identifier_value(kind, &b.lookup, a.key == b.key, settings);
                decided = f64::max(decided, value);
                let detail = format!("{} {} is the same as {} {}", a.property, a.raw, b.property, b.raw);
                children.push(Explanation::leaf(value, format!("identifier: {detail}; it decides")));
                features.push(Feature { name: "identifier", value, detail });
            }
        }
    }
    let mut context = context_features(&query_facts(left), &query_facts(right), settings);
    if decided == 0.0 {
        let listed = |property: &str, _| {
            right.identifiers.iter().filter(|held| held.property == property).filter_map(|held| held.key.clone()).collect()
        };
        context.extend(identifier_conflict(left, listed, settings));
    }
    let score = combine(name_score, &context, decided, settings);
    push_context(context, &mut features, &mut children);
    let explanation = explain.then(|| Explanation { value: score, description: "the two entities".to_owned(), children });
    Comparison { score, ofac, features, explanation }
}

/// A query's names, each once, as OFAC's search reads them.
fn ofac_names(query: &Query) -> Vec<OfacName> {
    let mut seen = FxHashSet::default();
    query.names.iter().filter(|(_, name)| seen.insert(name.raw.as_str())).map(|(_, name)| OfacName::new(&name.raw)).collect()
}

/// The least score of names that context can still lift to the threshold, for a query that states a date of birth or none.
pub(crate) fn name_floor(birth_date: bool, settings: &Settings) -> f64 {
    let shares =
        [(settings.use_birth_date && birth_date, settings.birth_date_boost), (settings.use_country, settings.country_boost)];
    // Settings of the user's own may have boosts that together are more than the whole way to 1.
    let boost = shares.iter().filter(|share| share.0).map(|share| share.1).sum::<f64>().min(1.0);
    ((settings.threshold - boost) / (1.0 - boost)).max(0.0)
}

/// The highest OFAC score of any of the query's names against any of a party's. The page knows Latin text only: a listed name without a
/// Latin letter scores nothing against a query that has no other.
fn listed_ofac(query: &Query, entity: EntityRef<'_>) -> u8 {
    let latin = query.names.iter().all(|(_, name)| name.raw.is_ascii());
    let listed = entity
        .names()
        .map(NameRef::text)
        .filter(|text| !latin || text.bytes().any(|byte| byte.is_ascii_alphanumeric()))
        .map(OfacName::new);
    best_ofac(&ofac_names(query), &listed.collect::<Vec<_>>())
}

/// The highest OFAC score over all pairs of names.
fn best_ofac(left: &[OfacName], right: &[OfacName]) -> u8 {
    left.iter().flat_map(|a| right.iter().map(move |b| ofac_score(a, b))).max().unwrap_or_default()
}

/// The score: that of the names moved by the context, or what an identifier decides, whichever is more. A whole name is not lowered
/// below its floor by context.
fn combine(name: Option<f64>, context: &[(Feature, Effect)], decided: f64, settings: &Settings) -> f64 {
    let Some(name) = name else { return decided };
    let moved = context.iter().fold(name, |score, (_, effect)| effect.apply(score));
    let floor = if name > WHOLE_NAME { settings.whole_name_floor } else { 0.0 };
    moved.max(floor).max(decided)
}

/// From this score of names on, nothing of them is missing or different but legal forms and the like.
const WHOLE_NAME: f64 = 0.97;

/// What a score of names counts when either name stands under a property for weak names.
pub(crate) fn weak_factor(properties: [&str; 2], settings: &Settings) -> f64 {
    match properties.contains(&"weakAlias") {
        true if settings.weak_aliases => settings.weak_alias_factor,
        true => 0.0,
        false => 1.0,
    }
}

/// A stated number of the same kind on both sides that differs from all of the other's. Numbers that break their rule contradict nothing.
fn identifier_conflict(
    query: &Query,
    listed: impl Fn(&str, IdentifierKind) -> Vec<String>,
    settings: &Settings,
) -> Option<(Feature, Effect)> {
    if !settings.use_identifiers {
        return None;
    }
    query.identifiers.iter().filter(|identifier| identifier.stated).find_map(|identifier| {
        let (key, kind) = (identifier.key.as_ref()?, identifier.kind?);
        let others = listed(&identifier.property, kind);
        if others.is_empty() || others.contains(key) || kind.is_contact() {
            return None;
        }
        let detail = format!("{}: {} is not {}", identifier.property, identifier.raw, others.join(" or "));
        Some((Feature { name: "identifier", value: 0.0, detail }, Effect::Factor(settings.identifier_conflict)))
    })
}

/// Whether a query's number may be a number of that kind; one that was typed without its kind may be any but a way to reach somebody.
fn may_equal(query: Option<IdentifierKind>, kind: IdentifierKind) -> bool {
    query.map_or(!kind.is_contact(), |query| query.may_equal(kind))
}

/// What an equal identifier is worth on its own. Document numbers of fewer than six characters occur in too many registers to say much.
fn identifier_value(kind: IdentifierKind, key: &str, exact: bool, settings: &Settings) -> f64 {
    let value = if kind.is_self_validating() {
        settings.identifier_decides
    } else if kind.is_contact() {
        settings.identifier_contact
    } else if key.len() >= 6 || kind == IdentifierKind::CallSign {
        settings.identifier_document
    } else {
        settings.generic_cap
    };
    if exact { value } else { value * settings.identifier_case_factor }
}

/// Whether a query's identifier is the listed one, or only so when case is ignored.
fn is_exact(identifier: &QueryIdentifier, listed: &str) -> bool {
    if identifier.kind != Some(IdentifierKind::Wallet) {
        return true;
    }
    match Identifier::parse(IdentifierKind::Wallet, listed, None) {
        Ok(listed) => identifier.key.as_deref() == Some(listed.key()),
        Err(_) => identifier.raw == listed,
    }
}

/// A side of a comparison, with what its words can be read as.
pub(crate) fn side<'a, 's>(tokens: &'s [Tok<'a>], characters: usize) -> Side<'a, 's> {
    Side { tokens, syllables: Syllables::of(tokens), characters }
}

fn query_facts(query: &Query) -> Facts<'_> {
    Facts {
        birth_dates: query.birth_dates.clone(),
        countries: query.countries.iter().copied().collect(),
        genders: query.genders.iter().map(String::as_str).collect(),
    }
}

/// Properties of a listed party that name a country it is linked with.
const COUNTRY_PROPERTIES: [&str; 8] =
    ["nationality", "citizenship", "country", "birthCountry", "jurisdiction", "mainCountry", "flag", "pastFlags"];

fn listed_facts(entity: EntityRef<'_>) -> Facts<'_> {
    let mut facts = Facts { birth_dates: Vec::new(), countries: Vec::new(), genders: Vec::new() };
    for (property, value, _) in entity.properties() {
        if property == "birthDate" {
            facts.birth_dates.extend(DateValue::parse(value));
        } else if property == "gender" {
            facts.genders.push(value);
        } else if COUNTRY_PROPERTIES.contains(&property)
            && let Some(country) = Country::parse(value)
            && !facts.countries.contains(&country)
        {
            facts.countries.push(country);
        }
    }
    facts
}

fn context_features(left: &Facts<'_>, right: &Facts<'_>, settings: &Settings) -> Vec<(Feature, Effect)> {
    let mut found = Vec::new();
    if settings.use_birth_date {
        found.extend(features::birth_date(&left.birth_dates, &right.birth_dates, settings));
    }
    if settings.use_country {
        found.extend(features::country(&left.countries, &right.countries, settings));
    }
    if settings.use_gender {
        found.extend(features::gender(&left.genders, &right.genders, settings));
    }
    found
}

fn push_context(context: Vec<(Feature, Effect)>, features: &mut Vec<Feature>, children: &mut Vec<Explanation>) {
    for (feature, effect) in context {
        let effect = match effect {
            Effect::Boost(share) => format!("moves the score {:.0} % of the way to 1", share * 100.0),
            Effect::Factor(factor) => format!("multiplies the score by {factor:.2}"),
        };
        children.push(Explanation::leaf(feature.value, format!("{}: {}; {effect}", feature.name, feature.detail)));
        features.push(feature);
    }
}

/// The tree of an alignment. `score` is what the names count, and the factor for weak names that is in it.
fn explain_alignment(
    words: String,
    (score, weak): (f64, f64),
    alignment: &Alignment,
    left: &[Tok<'_>],
    right: &[Tok<'_>],
) -> Explanation {
    let text = |tokens: &[Tok<'_>], span: (usize, usize)| {
        tokens[span.0..span.0 + span.1].iter().map(Tok::shown).collect::<Vec<_>>().join(" ")
    };
    let mut children: Vec<Explanation> = alignment
        .pairs
        .iter()
        .map(|pair| {
            let words = format!("{} = {}: {}", text(left, pair.left), text(right, pair.right), pair.relation.describe());
            Explanation::leaf(f64::from(pair.similarity), words)
        })
        .collect();
    let unmatched = |tokens: &[Tok<'_>], used: &dyn Fn(usize) -> bool, side: &str| {
        let rest: Vec<String> = (0..tokens.len()).filter(|at| !used(*at)).map(|at| tokens[at].shown()).collect();
        (!rest.is_empty()).then(|| Explanation::leaf(0.0, format!("{} only in the {side}", rest.join(", "))))
    };
    let in_left = |at: usize| alignment.pairs.iter().any(|pair| (pair.left.0..pair.left.0 + pair.left.1).contains(&at));
    let in_right = |at: usize| alignment.pairs.iter().any(|pair| (pair.right.0..pair.right.0 + pair.right.1).contains(&at));
    children.extend(unmatched(left, &in_left, "query"));
    children.extend(unmatched(right, &in_right, "listed name"));
    children.push(Explanation::leaf(
        (alignment.left_found * alignment.right_found).sqrt(),
        format!(
            "{:.0} % of the query's weight and {:.0} % of the listed name's were found",
            alignment.left_found * 100.0,
            alignment.right_found * 100.0
        ),
    ));
    for cap in &alignment.caps {
        children.push(Explanation::leaf(alignment.score, format!("lowered: {}", cap.describe())));
    }
    if weak < 1.0 {
        children.push(Explanation::leaf(weak, "factor: the list calls this alias weak"));
    }
    Explanation { value: score, description: words, children }
}

impl Comparison {
    /// Reads both entities and compares them.
    pub fn of_entities(left: &Entity, right: &Entity, settings: &Settings) -> Result<Self, crate::QueryError> {
        Ok(compare(&Query::from_entity(left)?, &Query::from_entity(right)?, settings))
    }
}
