//! Why a verdict is what it is: the chain of holdings, the fact that is missing, the smallest change of one holding that gives another verdict, and
//! what a person should know besides.

use interdict_model::{RelationKind, Share, ShareRange};
use interdict_snapshot::{Day, NOTHING};
use rustc_hash::FxHashSet;

use super::evaluate::{Evaluation, Mode, Reached, control_by};
use super::holdings::{Holdings, Power, Stake, WHOLE};
use super::rules::{Aggregate, Rule, Standing};
use super::{Above, Designation, Outcome, Regime, Verdict, indicates_control, outcome_of};

/// Holdings that are tried for a missing fact or a change, the nearest to the party first.
const TRIED: usize = 48;

/// Holdings in a graph from which on fewer are tried, so that a verdict on the largest takes seconds at most.
const LARGE: usize = 10_000;

/// A party on the way from the designated to the party asked.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainStep {
    /// The entity.
    pub entity: u32,
    /// Why it is on the way.
    pub basis: Basis,
}

/// Why a party is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis {
    /// It is designated; the sanctions that say so.
    Listed(Vec<u32>),
    /// Somebody for whom a nominee holds and who is not named, and so may be designated. The entity is [`NOTHING`].
    Unnamed,
    /// Parties that are reached own enough of it.
    Owned {
        /// What they hold together.
        total: ShareRange,
        /// Who holds what.
        by: Vec<Contribution>,
    },
    /// A party that is reached controls it.
    Controlled {
        /// Which.
        by: u32,
        /// How.
        kind: RelationKind,
        /// Position of the relation that says so.
        row: u32,
        /// What is said of votes.
        votes: ShareRange,
    },
}

/// A holding that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Who holds it.
    pub owner: u32,
    /// How much.
    pub share: ShareRange,
    /// Position of the relation that says so.
    pub row: u32,
    /// The nominee who holds it for the owner.
    pub nominee: Option<u32>,
}

/// The facts that keep a verdict open.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// Any one of these decides it, the nearest first.
    One(Vec<MissingFact>),
    /// No one fact decides it; these are open.
    Several(Vec<MissingFact>),
}

/// A fact that is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MissingFact {
    /// Who holds or controls.
    pub owner: u32,
    /// What.
    pub asset: u32,
    /// Position of the relation.
    pub row: u32,
    /// What is known of the share; none when the fact is whether a power exists.
    pub share: Option<ShareRange>,
    /// The party is blocked from this share on; none when no share by itself makes it so, or the fact is no share.
    pub blocked_from: Option<Share>,
    /// Whether the party is certainly not blocked below that share, or without the power.
    pub clears: bool,
}

/// A change of one holding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// What changes.
    pub change: Change,
    /// By how much, in percent of the asset.
    pub by: Share,
}

/// What changes to give another verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A holding of one party in another falls or rises to a share.
    Holding {
        /// Who holds it.
        owner: u32,
        /// What it is a share of.
        asset: u32,
        /// Position of the relation.
        row: u32,
        /// The share as it is now: the bound that counts.
        from: Share,
        /// The share that gives the other verdict.
        to: Share,
    },
    /// A designated party gets this much of the party asked.
    NewHolding,
}

/// Something a person should know beside the verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Caution {
    /// The regime had no rule of ownership on the day.
    NoRule,
    /// The rule is suspended; this would be the outcome if it were not.
    Suspended(Outcome),
    /// The standing of the rule must be checked.
    Unconfirmed,
    /// The verdict rests on control, which is a matter of judgement.
    ByControl,
    /// Designated parties, or such as they own, have power over the party, or over one that owns it, without owning enough.
    Control {
        /// Who.
        by: u32,
        /// How.
        kind: RelationKind,
        /// Position of the relation.
        row: u32,
    },
    /// Designated parties, or such as they own, hold this much, and it is not enough.
    Minority(ShareRange),
    /// A holder is a party of which only some dealings are restricted, and which the rule does not reach through.
    Restricted(u32),
    /// A nominee who is designated holds for somebody who is not.
    Nominee(u32),
    /// It is designated elsewhere than in this regime, in a way that a listing here is to be expected.
    ListedElsewhere(u32),
    /// It was blocked to this day, not included: property that was blocked then is not released by itself (FAQ 402).
    BlockedUntil(Day),
    /// Owners of this much are not stated.
    Unaccounted(Share),
}

/// A step for a designated party.
pub(super) fn listed(above: &Above, regime: Regime, node: u32) -> ChainStep {
    let statements = above.designations[node as usize]
        .iter()
        .filter(|one| one.regime == regime && (one.decides() || one.seeds()))
        .map(|one| one.statement)
        .collect();
    ChainStep { entity: above.entities[node as usize], basis: Basis::Listed(statements) }
}

/// What ownership says of the first node, and nothing more.
pub(super) fn outcome(above: &Above, rule: &'static Rule, seeds: &[u32]) -> Outcome {
    Question { above, rule, seeds }.outcome(&above.holdings)
}

/// The verdict on the first node.
pub(super) fn verdict(above: &Above, rule: &'static Rule, seeds: &[u32], is_listed: bool) -> Verdict {
    let question = Question { above, rule, seeds };
    let (certain, possible) = question.both(&above.holdings);
    let by_ownership = outcome_of(&certain, &possible, 0);
    let suspended = rule.standing == Standing::Suspended;
    let outcome = match (is_listed, suspended) {
        (true, _) => Outcome::Listed,
        (false, true) => Outcome::NotBlocked,
        (false, false) => by_ownership,
    };
    let mut cautions = Vec::new();
    match rule.standing {
        Standing::Suspended if !is_listed => cautions.push(Caution::Suspended(by_ownership)),
        Standing::Unconfirmed if outcome != Outcome::NotBlocked => cautions.push(Caution::Unconfirmed),
        _ => {}
    }
    let chain = match (is_listed, by_ownership) {
        (true, _) => vec![listed(above, rule.regime, 0)],
        (false, Outcome::Blocked | Outcome::Listed) => question.chain(&above.holdings, Mode::Certain, &certain),
        (false, Outcome::Undecided) => question.chain(&above.holdings, Mode::Possible, &possible),
        (false, Outcome::NotBlocked) => Vec::new(),
    };
    if !is_listed {
        question.cautions(outcome, &certain, &possible, &mut cautions);
    }
    if outcome == Outcome::Blocked && matches!(chain.last(), Some(ChainStep { basis: Basis::Controlled { .. }, .. })) {
        cautions.push(Caution::ByControl);
    }
    let missing = (!is_listed && by_ownership == Outcome::Undecided).then(|| question.missing());
    let flip = if is_listed || suspended { None } else { question.flip(by_ownership, &certain) };
    Verdict { regime: rule.regime, rule: Some(rule), outcome, chain, missing, flip, cautions }
}

/// Positions of stakes and powers, each after the asset that it is over.
struct Near {
    stakes: Vec<(u32, u32)>,
    powers: Vec<(u32, u32)>,
}

/// A rule on the part of a graph above a party.
struct Question<'a> {
    above: &'a Above,
    rule: &'static Rule,
    seeds: &'a [u32],
}

impl Question<'_> {
    fn reach(&self, holdings: &Holdings, mode: Mode) -> Reached {
        Evaluation { holdings, rule: self.rule, mode }.reach(self.seeds)
    }

    fn both(&self, holdings: &Holdings) -> (Reached, Reached) {
        (self.reach(holdings, Mode::Certain), self.reach(holdings, Mode::Possible))
    }

    fn outcome(&self, holdings: &Holdings) -> Outcome {
        let (certain, possible) = self.both(holdings);
        outcome_of(&certain, &possible, 0)
    }

    /// Whether the party is certainly reached.
    fn is_blocked(&self, holdings: &Holdings) -> bool {
        self.reach(holdings, Mode::Certain).has(0)
    }

    fn entity(&self, node: u32) -> u32 {
        self.above.entities.get(node as usize).copied().unwrap_or(NOTHING)
    }

    /// The steps from designated parties to the party, each after those that it rests on.
    fn chain(&self, holdings: &Holdings, mode: Mode, reached: &Reached) -> Vec<ChainStep> {
        let evaluation = Evaluation { holdings, rule: self.rule, mode };
        // Rules that go by one party at a time: the walk of the party that reaches the one asked.
        let alone = (self.rule.aggregate != Aggregate::All)
            .then(|| reached.party.first().copied())
            .flatten()
            .filter(|party| *party != NOTHING)
            .map(|party| (party, evaluation.reach_of(party)));
        let (order, seeds): (&Reached, Vec<u32>) = match &alone {
            Some((party, reached)) => (reached, vec![*party]),
            None => (reached, self.seeds.to_vec()),
        };
        let before = |node: u32, of: u32| order.has(node) && order.order[node as usize] < order.order[of as usize];
        let designated: FxHashSet<u32> = seeds.iter().copied().collect();
        let mut wanted = vec![0_u32];
        let mut seen = vec![false; holdings.nodes() as usize];
        let mut steps: Vec<(u32, ChainStep)> = Vec::new();
        seen[0] = true;
        while let Some(node) = wanted.pop() {
            let (step, rests_on) = if node == holdings.unnamed() {
                (ChainStep { entity: NOTHING, basis: Basis::Unnamed }, Vec::new())
            } else if designated.contains(&node) {
                (listed(self.above, self.rule.regime, node), Vec::new())
            } else {
                self.step(&evaluation, node, |owner| owner != NOTHING && before(owner, node))
            };
            steps.push((order.order[node as usize], step));
            for owner in rests_on {
                if !std::mem::replace(&mut seen[owner as usize], true) {
                    wanted.push(owner);
                }
            }
        }
        steps.sort_by_key(|(at, _)| *at);
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Why a node is reached by those before it, and on whom that rests.
    fn step(&self, evaluation: &Evaluation<'_>, node: u32, is_in: impl Fn(u32) -> bool + Copy) -> (ChainStep, Vec<u32>) {
        let entity = self.entity(node);
        let total = evaluation.total(node, is_in);
        if total < u64::from(self.rule.threshold.units())
            && let Some(power) = evaluation.control(node, is_in)
        {
            let basis = Basis::Controlled {
                by: self.entity(power.holder),
                kind: power.kind,
                row: power.row,
                votes: range(power.min, power.max),
            };
            return (ChainStep { entity, basis }, vec![power.holder]);
        }
        let stakes = evaluation.holdings.stakes(node);
        let joint = evaluation.joint(node, is_in);
        let jointly = |stake: &Stake| joint.contains(&stake.joint);
        let counts = |stake: &&Stake| (evaluation.counts(stake, is_in) || jointly(stake)) && stake.max > 0;
        let by = stakes.iter().filter(counts).map(|stake| self.contribution(stake)).collect();
        let rests_on = stakes
            .iter()
            .filter(|stake| (stake.max > 0 || jointly(stake)) && evaluation.counts(stake, is_in))
            .flat_map(|stake| [stake.owner, stake.nominee])
            .filter(|owner| *owner != NOTHING && is_in(*owner))
            .collect();
        let other =
            Evaluation { mode: if evaluation.mode == Mode::Certain { Mode::Possible } else { Mode::Certain }, ..*evaluation };
        let other = other.total(node, is_in);
        let total = range(total.min(other).min(WHOLE) as u32, total.max(other).min(WHOLE) as u32);
        (ChainStep { entity, basis: Basis::Owned { total, by } }, rests_on)
    }

    fn contribution(&self, stake: &Stake) -> Contribution {
        Contribution {
            owner: self.entity(stake.owner),
            share: range(stake.min, stake.max),
            row: stake.row,
            nominee: (stake.nominee != NOTHING).then(|| self.entity(stake.nominee)),
        }
    }

    fn cautions(&self, outcome: Outcome, certain: &Reached, possible: &Reached, cautions: &mut Vec<Caution>) {
        let holdings = &self.above.holdings;
        let of_regime = |node: u32| self.above.designations[node as usize].iter().filter(|one| one.regime == self.rule.regime);
        if outcome != Outcome::Blocked {
            let held = |mode, reached: &Reached| {
                Evaluation { holdings, rule: self.rule, mode }.total(0, |owner| reached.has(owner)).min(WHOLE) as u32
            };
            let (low, high) = (held(Mode::Certain, certain), held(Mode::Possible, possible));
            if low > 0 || high > 0 && outcome == Outcome::NotBlocked {
                cautions.push(Caution::Minority(range(low, high.max(low))));
            }
            // One caution a holder and kind. What would decide by itself is not among them: it is a fact that is missing.
            let decides = |kind: RelationKind| self.rule.control_decides && control_by(kind, self.rule.regime).is_some();
            let mut said: FxHashSet<(u32, RelationKind)> = FxHashSet::default();
            for power in holdings.powers(0) {
                let speaks = possible.has(power.holder) && indicates_control(power.kind) && !decides(power.kind);
                if speaks && said.insert((power.holder, power.kind)) {
                    cautions.push(Caution::Control { by: self.entity(power.holder), kind: power.kind, row: power.row });
                }
            }
            if said.is_empty() {
                cautions.extend(self.control_above());
            }
            let is_named = |node: u32| (node as usize) < self.above.entities.len();
            for stake in holdings.stakes(0) {
                if is_named(stake.owner)
                    && of_regime(stake.owner).any(|one| !one.seeds())
                    && !of_regime(stake.owner).any(Designation::seeds)
                {
                    cautions.push(Caution::Restricted(self.entity(stake.owner)));
                }
                if stake.nominee != NOTHING && certain.has(stake.nominee) && !certain.has(stake.owner) {
                    cautions.push(Caution::Nominee(self.entity(stake.nominee)));
                }
            }
        }
        if of_regime(0).any(|one| !one.decides()) {
            cautions.push(Caution::ListedElsewhere(self.entity(0)));
        }
        let stated = holdings.certain(0);
        if !holdings.stakes(0).is_empty() && outcome == Outcome::NotBlocked {
            let possible: u64 = holdings.stakes(0).iter().map(|stake| u64::from(stake.max)).sum();
            // What may be anybody's, even if all that is known were at its largest.
            let open = WHOLE.saturating_sub(possible.max(stated));
            if open > 0 && !holdings.is_intricate(0) {
                cautions.push(Caution::Unaccounted(Share::from_units(open)));
            }
        }
    }

    /// The power by which designated parties would reach the party, were control as good as ownership.
    fn control_above(&self) -> Option<Caution> {
        if self.rule.control_decides {
            return None;
        }
        let rule = Rule { control_decides: true, ..self.rule.clone() };
        let holdings = &self.above.holdings;
        let evaluation = Evaluation { holdings, rule: &rule, mode: Mode::Possible };
        let reached = evaluation.reach(self.seeds);
        if !reached.has(0) {
            return None;
        }
        // Of all that are reached, the one nearest to the party that is controlled.
        (1..holdings.nodes()).filter(|node| reached.has(*node)).find_map(|node| {
            let is_in = |holder: u32| reached.has(holder) && reached.order[holder as usize] < reached.order[node as usize];
            let power = evaluation.control(node, is_in)?;
            Some(Caution::Control { by: self.entity(power.holder), kind: power.kind, row: power.row })
        })
    }

    /// Positions of stakes and powers with their assets, the nearest to the party first, at most [`TRIED`] of each.
    fn near(holdings: &Holdings) -> Near {
        let (mut stakes, mut powers) = (Vec::new(), Vec::new());
        let tried = (TRIED * LARGE / holdings.stakes.len().max(LARGE)).max(1);
        let (mut at, mut over) = (0_u32, 0_u32);
        for asset in 0..holdings.nodes() {
            for stake in holdings.stakes(asset) {
                if stake.owner != NOTHING && stakes.len() < tried {
                    stakes.push((asset, at));
                }
                at += 1;
            }
            for _ in holdings.powers(asset) {
                if powers.len() < tried {
                    powers.push((asset, over));
                }
                over += 1;
            }
            if stakes.len() >= tried && powers.len() >= tried {
                break;
            }
        }
        Near { stakes, powers }
    }

    /// The facts that keep the verdict open: each that is not known is set to its ends.
    fn missing(&self) -> Missing {
        let mut holdings = self.above.holdings.clone();
        let Near { stakes, powers } = Self::near(&holdings);
        let (mut one, mut several) = (Vec::new(), Vec::new());
        let possible = self.reach(&holdings, Mode::Possible);
        for (asset, row) in stakes {
            let Stake { owner, min, max, row: position, .. } = holdings.stakes[row as usize];
            if min == max || !possible.has(owner) || !possible.has(asset) {
                continue;
            }
            let mut at = |share: u32| holdings.with_stake(asset, row, share, |holdings| self.outcome(holdings));
            let highest = at(max);
            let blocked_from = (highest == Outcome::Blocked)
                .then(|| Share::from_units(u64::from(first_share(min, max, |share| at(share) == Outcome::Blocked))));
            // Below the share from which it is blocked it must be clear, or the fact leaves it open: just below it, and at the least, where
            // others may hold the most.
            let clear_at = blocked_from.map_or(min, |from| from.below().units().max(min));
            let clears = at(min) == Outcome::NotBlocked && (clear_at == min || at(clear_at) == Outcome::NotBlocked);
            let fact = MissingFact {
                owner: self.entity(owner),
                asset: self.entity(asset),
                row: position,
                share: Some(range(min, max)),
                blocked_from,
                clears,
            };
            if blocked_from.is_some() && fact.clears { one.push(fact) } else { several.push(fact) }
        }
        for (asset, row) in powers {
            let Power { holder, kind, certain, row: position, .. } = holdings.powers[row as usize];
            let control = control_by(kind, self.rule.regime);
            let open = control == Some(Mode::Possible) || !certain && (control.is_some() || kind == RelationKind::Votes);
            if !self.rule.control_decides || !open || !possible.has(holder) || !possible.has(asset) {
                continue;
            }
            let known = holdings.powers[row as usize];
            holdings.set_power(row, true);
            let with = self.outcome(&holdings);
            holdings.set_power(row, false);
            let without = self.outcome(&holdings);
            holdings.powers[row as usize] = known;
            let fact = MissingFact {
                owner: self.entity(holder),
                asset: self.entity(asset),
                row: position,
                share: None,
                blocked_from: None,
                clears: without == Outcome::NotBlocked,
            };
            if with == Outcome::Blocked && fact.clears { one.push(fact) } else { several.push(fact) }
        }
        if one.is_empty() { Missing::Several(several) } else { Missing::One(one) }
    }

    /// The smallest change of one holding that gives another verdict.
    fn flip(&self, outcome: Outcome, certain: &Reached) -> Option<Flip> {
        match outcome {
            Outcome::Blocked => self.flip_down(),
            Outcome::NotBlocked => self.flip_up(certain),
            Outcome::Listed | Outcome::Undecided => None,
        }
    }

    fn flip_down(&self) -> Option<Flip> {
        let mut holdings = self.above.holdings.clone();
        let Near { stakes, .. } = Self::near(&holdings);
        let mut best: Option<Flip> = None;
        for (asset, row) in stakes {
            let Stake { owner, min, row: position, .. } = holdings.stakes[row as usize];
            let mut blocked_at = |share: u32| holdings.with_stake(asset, row, share, |holdings| self.is_blocked(holdings));
            if min == 0 || blocked_at(0) {
                continue;
            }
            let least = first_share(0, min, &mut blocked_at);
            let (from, to) = (Share::from_units(u64::from(min)), Share::from_units(u64::from(least)).below());
            let change = Change::Holding { owner: self.entity(owner), asset: self.entity(asset), row: position, from, to };
            keep_smaller(&mut best, Flip { change, by: from.minus(to) });
        }
        best
    }

    fn flip_up(&self, certain: &Reached) -> Option<Flip> {
        let mut holdings = self.above.holdings.clone();
        let Near { stakes, .. } = Self::near(&holdings);
        let mut best: Option<Flip> = None;
        for (asset, row) in stakes {
            let Stake { owner, min, max, row: position, .. } = holdings.stakes[row as usize];
            if !certain.has(owner) {
                continue;
            }
            // What others certainly hold, they hold.
            let room = (WHOLE.saturating_sub(holdings.certain(asset) - u64::from(min))) as u32;
            let mut blocked_at = |share: u32| holdings.with_stake(asset, row, share, |holdings| self.is_blocked(holdings));
            if room <= max || !blocked_at(room) {
                continue;
            }
            let (from, to) = (Share::from_units(u64::from(max)), first_share(max, room, &mut blocked_at));
            let to = Share::from_units(u64::from(to));
            let change = Change::Holding { owner: self.entity(owner), asset: self.entity(asset), row: position, from, to };
            keep_smaller(&mut best, Flip { change, by: to.minus(from) });
        }
        if self.rule.aggregate == Aggregate::All {
            let evaluation = Evaluation { holdings: &self.above.holdings, rule: self.rule, mode: Mode::Certain };
            let held = evaluation.total(0, |owner| certain.has(owner));
            let needed = u64::from(self.rule.threshold.units()).saturating_sub(held);
            keep_smaller(&mut best, Flip { change: Change::NewHolding, by: Share::from_units(needed) });
        } else {
            keep_smaller(&mut best, Flip { change: Change::NewHolding, by: self.rule.threshold });
        }
        best
    }
}

/// Keeps the smaller change; between equals the one that was there.
fn keep_smaller(best: &mut Option<Flip>, flip: Flip) {
    if best.as_ref().is_none_or(|held| flip.by < held.by) {
        *best = Some(flip);
    }
}

/// The first share from `low` to `high` of which something holds, when it holds of `high` and of every share above one of which it holds.
fn first_share(low: u32, high: u32, mut holds: impl FnMut(u32) -> bool) -> u32 {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

fn range(min: u32, max: u32) -> ShareRange {
    let [min, max] = [min, max].map(|units| Share::from_units(u64::from(units)));
    ShareRange::new(min, max).unwrap_or(ShareRange::UNKNOWN)
}
