//! What follows in law from who owns and controls a party, by regime and date. In go the relations of a graph and who is designated; out comes, for
//! each regime, whether the party is reached by its ownership rule, with the chain of holdings that says so, or the fact that is missing, and how
//! far the shares are from another verdict.
//!
//! The rules are those of [`Rule`]. Shares are ranges; a verdict is certain, excluded, or undecided, and nothing in between is guessed. Owners that
//! nobody states are not presumed to be designated.

mod designations;
mod evaluate;
mod explain;
mod holdings;
mod rules;

use std::collections::HashMap;

use interdict_model::RelationKind;
use interdict_snapshot::{Day, NOTHING, Relations};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use self::designations::{Designation, Role, all_designations, designations};
use self::evaluate::{Evaluation, Mode, Reached};
pub use self::explain::{Basis, Caution, ChainStep, Change, Contribution, Flip, Missing, MissingFact};
pub use self::holdings::HoldingIssue;
use self::holdings::{Asset, Holdings, Reader};
pub use self::rules::{Aggregate, Regime, Rule, Standing};
use crate::identity::Identity;

/// Ends of holdings, the latest first, before which a party may have been blocked.
const ENDS: usize = 8;

/// What a verdict says of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It is designated itself.
    Listed,
    /// It is owned, or controlled where that decides, by designated parties.
    Blocked,
    /// It may be, by what is known.
    Undecided,
    /// It is not, by what is known.
    NotBlocked,
}

impl Outcome {
    /// The code in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Blocked => "blocked",
            Self::Undecided => "undecided",
            Self::NotBlocked => "not_blocked",
        }
    }
}

/// The verdict of one regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whose.
    pub regime: Regime,
    /// The version of its rule; `None` when it had none on the day, so that only listings were looked at.
    pub rule: Option<&'static Rule>,
    /// What it says. Under a rule that is suspended, ownership gives a caution and no verdict.
    pub outcome: Outcome,
    /// The way from designated parties to the party, the party last: of a blocked one what is certain, of an undecided one what is possible.
    /// Empty when there is none.
    pub chain: Vec<ChainStep>,
    /// Of an undecided one, the facts that are missing.
    pub missing: Option<Missing>,
    /// The smallest change of one holding that gives another verdict.
    pub flip: Option<Flip>,
    /// What a person should know besides.
    pub cautions: Vec<Caution>,
}

/// The verdicts on one party.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The party: the entity that stands for it.
    pub entity: u32,
    /// The day.
    pub day: Day,
    /// One a regime, in the order asked.
    pub verdicts: Vec<Verdict>,
    /// What is strange in the holdings of the party and of those above it.
    pub issues: Vec<(u32, HoldingIssue)>,
    /// Entities that were looked at: the party and everybody above it.
    pub looked_at: Vec<u32>,
}

/// What is asked: a graph, who is designated, on which day.
#[derive(Clone, Copy)]
pub struct Ownership<'g> {
    relations: Relations<'g>,
    identity: &'g Identity,
    designations: &'g dyn Designated,
    day: Day,
}

impl std::fmt::Debug for Ownership<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ownership").field("relations", &self.relations).field("day", &self.day).finish_non_exhaustive()
    }
}

/// Says who is designated.
pub trait Designated: Sync {
    /// The designations of an entity.
    fn of(&self, entity: u32) -> Vec<Designation>;
}

impl<S: std::hash::BuildHasher + Sync> Designated for HashMap<u32, Vec<Designation>, S> {
    fn of(&self, entity: u32) -> Vec<Designation> {
        self.get(&entity).cloned().unwrap_or_default()
    }
}

impl Designated for interdict_snapshot::Snapshot {
    fn of(&self, entity: u32) -> Vec<Designation> {
        self.entity_at(entity).map(designations).unwrap_or_default()
    }
}

/// The part of a graph that a verdict needs: a party, and those above it whom designated parties may reach, numbered anew, the party 0. Others
/// who hold something in these count by their shares alone.
pub(crate) struct Above {
    /// The party and everybody above it.
    looked_at: Vec<u32>,
    /// Entities by their new number.
    pub(crate) entities: Vec<u32>,
    pub(crate) holdings: Holdings,
    /// Designations by new number.
    pub(crate) designations: Vec<Vec<Designation>>,
}

impl<'g> Ownership<'g> {
    /// Asks of a graph on a day, with parties that stand under several entities.
    #[must_use]
    pub fn new(relations: Relations<'g>, identity: &'g Identity, designations: &'g dyn Designated, day: Day) -> Self {
        Self { relations, identity, designations, day }
    }

    /// The verdicts on one party, with chain, missing facts, smallest change and cautions.
    #[must_use]
    pub fn verdicts(&self, entity: u32, regimes: &[Regime]) -> Assessment {
        let above = self.above(self.identity.first(entity));
        let mut verdicts: Vec<Verdict> = regimes.iter().map(|regime| self.verdict(&above, *regime)).collect();
        for verdict in verdicts.iter_mut().filter(|verdict| verdict.regime == Regime::Us) {
            if matches!(verdict.outcome, Outcome::NotBlocked | Outcome::Undecided)
                && let Some(until) = self.blocked_until(&above)
            {
                verdict.cautions.push(Caution::BlockedUntil(until));
            }
        }
        let mut issues: Vec<(u32, HoldingIssue)> =
            above.holdings.issues.iter().map(|(node, issue)| (above.entities[*node as usize], *issue)).collect();
        issues.sort_unstable();
        Assessment { entity: above.entities[0], day: self.day, verdicts, issues, looked_at: above.looked_at }
    }

    /// The outcomes of each regime for every entity of the graph, on all cores.
    #[must_use]
    pub fn outcomes(&self, regimes: &[Regime], designated: &FxHashMap<u32, Vec<Designation>>) -> Vec<(Regime, Vec<Outcome>)> {
        let holdings = Holdings::of_all(self.relations, self.identity, self.day);
        let mut parties: Vec<(u32, &[Designation])> =
            designated.iter().map(|(entity, designations)| (*entity, designations.as_slice())).collect();
        parties.sort_unstable_by_key(|(entity, _)| *entity);
        regimes
            .par_iter()
            .map(|regime| {
                let of = |test: fn(&Designation) -> bool| {
                    let holds = |one: &Designation| one.regime == *regime && one.holds(self.day) && test(one);
                    let mut found: Vec<u32> = parties
                        .iter()
                        .filter(|(_, designations)| designations.iter().any(holds))
                        .map(|(entity, _)| self.identity.first(*entity))
                        .collect();
                    found.sort_unstable();
                    found.dedup();
                    found
                };
                let mut outcomes = vec![Outcome::NotBlocked; self.relations.entities() as usize];
                let rule = Rule::on(*regime, self.day).filter(|rule| rule.standing != Standing::Suspended);
                if let Some(rule) = rule {
                    let seeds = of(Designation::seeds);
                    let reach = |mode| Evaluation { holdings: &holdings, rule, mode }.reach(&seeds);
                    let (certain, possible) = rayon::join(|| reach(Mode::Certain), || reach(Mode::Possible));
                    for (node, outcome) in outcomes.iter_mut().enumerate() {
                        *outcome = outcome_of(&certain, &possible, node as u32);
                    }
                }
                for node in of(Designation::decides) {
                    outcomes[node as usize] = Outcome::Listed;
                }
                // Every entity of a party says what the one that stands for it says.
                for entity in 0..self.relations.entities() {
                    let first = self.identity.first(entity);
                    outcomes[entity as usize] = outcomes[first as usize];
                }
                (*regime, outcomes)
            })
            .collect()
    }

    /// The party and everybody above it by shares, power or as principal of a nominee.
    fn above(&self, first: u32) -> Above {
        let mut reader = Reader::new(self.relations, self.identity, self.day);
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut entities = vec![first];
        numbers.insert(first, 0);
        let mut found: Vec<Asset> = Vec::new();
        let mut at = 0;
        while let Some(entity) = entities.get(at).copied() {
            let asset = reader.read(entity);
            let owners = asset.stakes.iter().flat_map(|stake| [stake.owner, stake.nominee]);
            let holders = asset.powers.iter().map(|power| power.holder);
            for owner in owners.chain(holders).filter(|owner| *owner != NOTHING) {
                numbers.entry(owner).or_insert_with(|| {
                    entities.push(owner);
                    entities.len() as u32 - 1
                });
            }
            found.push(asset);
            at += 1;
        }
        let designations: Vec<Vec<Designation>> = entities.iter().map(|entity| self.designations_of(*entity)).collect();
        let kept = relevant(&numbers, &found, &designations);
        let looked_at = entities.clone();
        if kept.len() < entities.len() {
            numbers = kept.iter().enumerate().map(|(new, old)| (entities[*old as usize], new as u32)).collect();
            found = kept.iter().map(|old| std::mem::take(&mut found[*old as usize])).collect();
            entities = kept.iter().map(|old| entities[*old as usize]).collect();
        }
        let designations = kept.iter().map(|old| designations[*old as usize].clone()).collect();
        let holdings = Holdings::of_some(|entity| numbers.get(&entity).copied(), found);
        Above { looked_at, entities, holdings, designations }
    }

    /// The designations that hold on the day of all entities of a party.
    fn designations_of(&self, first: u32) -> Vec<Designation> {
        let mut found = Vec::new();
        self.identity.each(first, |member| found.extend(self.designations.of(member)));
        found.retain(|designation| designation.holds(self.day));
        found
    }

    /// The last day, not included, to which the party was blocked in the US by holdings that have ended since: what was blocked then stays
    /// blocked (FAQ 402).
    fn blocked_until(&self, above: &Above) -> Option<Day> {
        let mut ends: Vec<Day> = Vec::new();
        for first in &above.looked_at {
            self.identity.each(*first, |member| {
                let over = self.relations.over(member).iter().map(|row| row.end_latest);
                ends.extend(over.filter(|end| *end <= self.day && end.date().is_some()));
            });
        }
        ends.sort_unstable();
        ends.dedup();
        let blocked_before = |end: &Day| {
            let then = Ownership { day: end.before(), ..*self };
            let above = then.above(above.entities[0]);
            // Only the outcome counts; what explains it takes many walks.
            let listed = Self::any(&above, 0, Regime::Us, Designation::decides);
            let rule = Rule::on(Regime::Us, then.day).filter(|_| !listed);
            rule.is_some_and(|rule| explain::outcome(&above, rule, &Self::seeds(&above, Regime::Us)) == Outcome::Blocked)
        };
        ends.into_iter().rev().take(ENDS).find(blocked_before)
    }

    fn any(above: &Above, node: u32, regime: Regime, test: fn(&Designation) -> bool) -> bool {
        above.designations[node as usize].iter().any(|one| one.regime == regime && test(one))
    }

    /// The parties above whose holdings count in a regime.
    fn seeds(above: &Above, regime: Regime) -> Vec<u32> {
        (0..above.entities.len() as u32).filter(|node| Self::any(above, *node, regime, Designation::seeds)).collect()
    }

    fn verdict(&self, above: &Above, regime: Regime) -> Verdict {
        let seeds = Self::seeds(above, regime);
        let listed = Self::any(above, 0, regime, Designation::decides);
        let rule = Rule::on(regime, self.day);
        let Some(rule) = rule else {
            let outcome = if listed { Outcome::Listed } else { Outcome::NotBlocked };
            let chain = if listed { vec![explain::listed(above, regime, 0)] } else { Vec::new() };
            return Verdict { regime, rule: None, outcome, chain, missing: None, flip: None, cautions: vec![Caution::NoRule] };
        };
        explain::verdict(above, rule, &seeds, listed)
    }
}

/// The party and, of those above it, the ones in which a designated or unnamed party has any holding or power, however small, itself or through
/// others; in the order in which they stand.
fn relevant(numbers: &FxHashMap<u32, u32>, found: &[Asset], designations: &[Vec<Designation>]) -> Vec<u32> {
    let mut assets: Vec<Vec<u32>> = vec![Vec::new(); found.len()];
    let mut reached: Vec<bool> = designations.iter().map(|designations| !designations.is_empty()).collect();
    for (asset, of) in found.iter().enumerate() {
        let owners = of.stakes.iter().flat_map(|stake| [stake.owner, stake.nominee]);
        for owner in owners.chain(of.powers.iter().map(|power| power.holder)) {
            if let Some(owner) = numbers.get(&owner) {
                assets[*owner as usize].push(asset as u32);
            }
        }
        reached[asset] |= of.stakes.iter().any(|stake| stake.unnamed);
    }
    reached[0] = true;
    let mut open: Vec<u32> = (0..found.len() as u32).filter(|node| reached[*node as usize]).collect();
    while let Some(node) = open.pop() {
        for asset in &assets[node as usize] {
            if !std::mem::replace(&mut reached[*asset as usize], true) {
                open.push(*asset);
            }
        }
    }
    // With one of a joint arrangement count all, who are to be named; so is the nominee of somebody who is not.
    let with_others: Vec<u32> = (0..found.len())
        .filter(|asset| reached[*asset])
        .flat_map(|asset| found[asset].stakes.iter().filter(|stake| stake.joint != NOTHING || stake.unnamed))
        .flat_map(|stake| [stake.owner, stake.nominee])
        .filter_map(|owner| numbers.get(&owner).copied())
        .collect();
    for owner in with_others {
        reached[owner as usize] = true;
    }
    (0..found.len() as u32).filter(|node| reached[*node as usize]).collect()
}

/// What the two walks say of a node.
fn outcome_of(certain: &Reached, possible: &Reached, node: u32) -> Outcome {
    if certain.has(node) {
        Outcome::Blocked
    } else if possible.has(node) {
        Outcome::Undecided
    } else {
        Outcome::NotBlocked
    }
}

/// Whether power of a kind speaks for control without being it: who directs, consolidates, runs or fronts for a party.
fn indicates_control(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::OwnershipOrControl
            | RelationKind::Board
            | RelationKind::Influence
            | RelationKind::Votes
            | RelationKind::Consolidation
            | RelationKind::Trust
            | RelationKind::Front
            | RelationKind::Direction
            | RelationKind::Operation
            | RelationKind::Income
    )
}
