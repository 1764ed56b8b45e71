//! Whom a rule reaches: the least set that holds the designated parties and everything that is owned (where the rule says so, controlled) by
//! parties in it. It is computed twice: with the smallest shares that are certain, and with the largest that are possible.

use std::collections::VecDeque;

use interdict_model::RelationKind;
use interdict_snapshot::NOTHING;
use rustc_hash::{FxHashMap, FxHashSet};

use super::holdings::{Holdings, Power, Stake, WHOLE};
use super::rules::{Aggregate, Regime, Rule};

/// Which bounds are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What is certain.
    Certain,
    /// What is possible.
    Possible,
}

/// Who is reached, in the order in which it was found: an entity is reached only by such as were reached before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    /// 0 for one that is not reached, else its place in the order.
    pub(crate) order: Vec<u32>,
    /// For rules that go by one designated party at a time: which, of the first way that was found.
    pub(crate) party: Vec<u32>,
}

impl Reached {
    pub(crate) fn has(&self, node: u32) -> bool {
        self.order.get(node as usize).is_some_and(|order| *order > 0)
    }
}

/// What power of a kind says of control by itself. Votes control where they are the majority. Influence whose degree is not stated is control in
/// the UK (regulation 7(4): "in significant respects"); elsewhere it must be dominant.
pub(crate) fn control_by(kind: RelationKind, regime: Regime) -> Option<Mode> {
    match kind {
        RelationKind::OwnershipOrControl | RelationKind::Board => Some(Mode::Certain),
        RelationKind::Influence if regime == Regime::Uk => Some(Mode::Certain),
        RelationKind::Influence => Some(Mode::Possible),
        _ => None,
    }
}

/// A rule on the holdings of a graph.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'h> {
    pub(crate) holdings: &'h Holdings,
    pub(crate) rule: &'h Rule,
    pub(crate) mode: Mode,
}

impl Evaluation<'_> {
    /// All that is reached from the designated.
    pub(crate) fn reach(&self, designated: &[u32]) -> Reached {
        match self.rule.aggregate {
            Aggregate::All => {
                let mut walk = Walk::new(self.holdings.nodes());
                walk.run(self, &self.seeds(designated));
                Reached { order: walk.order, party: Vec::new() }
            }
            Aggregate::Joint | Aggregate::None => self.one_at_a_time(designated),
        }
    }

    /// What each designated party reaches by itself, put together.
    fn one_at_a_time(&self, designated: &[u32]) -> Reached {
        let nodes = self.holdings.nodes() as usize;
        let mut reached = Reached { order: vec![0; nodes], party: vec![NOTHING; nodes] };
        let mut walk = Walk::new(nodes as u32);
        let mut order = 0;
        // Nobody but the unnamed, too: they may be all that is needed.
        let unnamed = (self.mode == Mode::Possible).then(|| self.holdings.unnamed());
        for party in designated.iter().chain(&unnamed) {
            walk.run(self, &self.seeds(&[*party]));
            for node in &walk.found {
                if !reached.has(*node) {
                    order += 1;
                    reached.order[*node as usize] = order;
                    reached.party[*node as usize] = *party;
                }
            }
            walk.clear();
        }
        reached
    }

    /// What one designated party alone reaches.
    pub(crate) fn reach_of(&self, party: u32) -> Reached {
        let mut walk = Walk::new(self.holdings.nodes());
        walk.run(self, &self.seeds(&[party]));
        Reached { order: walk.order, party: Vec::new() }
    }

    fn bound(&self, stake: &Stake) -> u64 {
        u64::from(match self.mode {
            Mode::Certain => stake.min,
            Mode::Possible => stake.max,
        })
    }

    /// The joint arrangements in an asset that one of a set is party to, where the rule counts all of an arrangement with one.
    pub(crate) fn joint(&self, asset: u32, is_in: impl Fn(u32) -> bool) -> FxHashSet<u32> {
        let counts = |stake: &&Stake| self.rule.aggregate == Aggregate::Joint && stake.joint != NOTHING && is_in(stake.owner);
        self.holdings.stakes(asset).iter().filter(counts).map(|stake| stake.joint).collect()
    }

    /// What those in a set hold in an asset, in units of a share; may be more than the whole where sources are wrong.
    pub(crate) fn total(&self, asset: u32, is_in: impl Fn(u32) -> bool) -> u64 {
        let stakes = self.holdings.stakes(asset);
        let joint = self.joint(asset, &is_in);
        let holds = |stake: &Stake| self.counts(stake, &is_in) || joint.contains(&stake.joint);
        if !self.holdings.is_intricate(asset) {
            let held: u64 = stakes.iter().filter(|stake| holds(stake)).map(|stake| self.bound(stake)).sum();
            let others = || stakes.iter().filter(|stake| !holds(stake)).map(|stake| u64::from(stake.min)).sum();
            return self.capped(asset, held, others);
        }
        // Whose share of the whole is known has no more by what is known of its classes. A statement that several share counts once.
        let mut of_whole: FxHashMap<u32, u64> = FxHashMap::default();
        let mut classes: FxHashMap<u32, u64> = FxHashMap::default();
        let mut counted: FxHashSet<u32> = FxHashSet::default();
        let has_classes = stakes.iter().any(|stake| stake.class != NOTHING);
        let is_of_whole = |stake: &Stake| has_classes && stake.class == NOTHING && self.mode == Mode::Certain;
        for stake in stakes.iter().filter(|stake| is_of_whole(stake) && holds(stake)) {
            if stake.shared == NOTHING || counted.insert(stake.shared) {
                *of_whole.entry(stake.owner).or_default() += self.bound(stake);
            }
        }
        for stake in stakes.iter().filter(|stake| !is_of_whole(stake)) {
            let held = classes.entry(stake.class).or_default();
            if !of_whole.contains_key(&stake.owner) && holds(stake) && (stake.shared == NOTHING || counted.insert(stake.shared))
            {
                *held += self.bound(stake);
            }
        }
        let whole = of_whole.values().sum::<u64>() + classes.remove(&NOTHING).unwrap_or(0);
        let of_classes = match self.mode {
            Mode::Certain => classes.values().min(),
            Mode::Possible => classes.values().max(),
        };
        whole + of_classes.copied().unwrap_or(0)
    }

    /// Whether a power is control by itself, by what the mode takes for true.
    fn is_control(&self, power: &Power) -> bool {
        match control_by(power.kind, self.rule.regime) {
            Some(Mode::Certain) => power.certain || self.mode == Mode::Possible,
            Some(Mode::Possible) => self.mode == Mode::Possible,
            None => false,
        }
    }

    /// Whether a stake counts for a set: its owner is in it, or may be in it through its nominee. In the UK a nominee's shares are the
    /// principal's; elsewhere a designated nominee has an interest of some nature, too.
    pub(crate) fn counts(&self, stake: &Stake, is_in: impl Fn(u32) -> bool) -> bool {
        is_in(stake.owner) || self.nominee_counts() && stake.nominee != NOTHING && is_in(stake.nominee)
    }

    fn nominee_counts(&self) -> bool {
        self.mode == Mode::Possible && self.rule.regime != Regime::Uk
    }

    /// The parties that a walk begins with. Whoever holds through a nominee and is not named may be designated.
    fn seeds(&self, designated: &[u32]) -> Vec<u32> {
        let unnamed = (self.mode == Mode::Possible).then(|| self.holdings.unnamed());
        designated.iter().copied().chain(unnamed).collect()
    }

    /// What is possible is at most what others certainly leave.
    fn capped(&self, asset: u32, held: u64, others: impl FnOnce() -> u64) -> u64 {
        // Sources that give more than the whole are not believed in what they leave.
        if self.mode == Mode::Certain || self.holdings.certain(asset) > WHOLE {
            held
        } else {
            held.min(WHOLE.saturating_sub(others()))
        }
    }

    /// The power by which those in a set control an asset, if any does.
    pub(crate) fn control(&self, asset: u32, is_in: impl Fn(u32) -> bool) -> Option<&Power> {
        let powers = self.holdings.powers(asset);
        if let Some(power) = powers.iter().find(|power| is_in(power.holder) && self.is_control(power)) {
            return Some(power);
        }
        let mut votes = powers.iter().filter(|power| is_in(power.holder) && power.kind == RelationKind::Votes);
        let total: u64 =
            votes.clone().map(|power| u64::from(if self.mode == Mode::Certain { power.min } else { power.max })).sum();
        if total > WHOLE / 2 { votes.next() } else { None }
    }
}

/// A walk over the graph from parties to what they reach.
struct Walk {
    order: Vec<u32>,
    found: Vec<u32>,
    /// What those found so far hold in each asset, of that what is certain, and their votes.
    held: Vec<u64>,
    certain: Vec<u64>,
    votes: Vec<u64>,
    touched: Vec<u32>,
    /// Joint arrangements in assets that were counted.
    joint: FxHashSet<(u32, u32)>,
    /// Assets that are to be looked at as a whole once nobody else is found: one at each new owner would cost the square of the owners.
    open: FxHashSet<u32>,
}

impl Walk {
    fn new(nodes: u32) -> Self {
        let zeros = || vec![0; nodes as usize];
        Self {
            order: vec![0; nodes as usize],
            found: Vec::new(),
            held: zeros(),
            certain: zeros(),
            votes: zeros(),
            touched: Vec::new(),
            joint: FxHashSet::default(),
            open: FxHashSet::default(),
        }
    }

    /// Makes it ready for another walk, at the cost of what it touched.
    fn clear(&mut self) {
        // A set that was large once is emptied at the cost of what it could hold.
        (self.joint, self.open) = Default::default();
        for node in self.found.drain(..) {
            self.order[node as usize] = 0;
        }
        for node in self.touched.drain(..) {
            let at = node as usize;
            (self.held[at], self.certain[at], self.votes[at]) = (0, 0, 0);
        }
    }

    fn add(&mut self, node: u32, queue: &mut VecDeque<u32>) {
        if self.order[node as usize] == 0 {
            self.found.push(node);
            self.order[node as usize] = self.found.len() as u32;
            queue.push_back(node);
        }
    }

    fn run(&mut self, evaluation: &Evaluation<'_>, parties: &[u32]) {
        let mut queue = VecDeque::new();
        for party in parties {
            self.add(*party, &mut queue);
        }
        while let Some(party) = queue.pop_front().or_else(|| self.look_at_open(evaluation, &mut queue)) {
            let holdings = evaluation.holdings;
            let nominees = evaluation.nominee_counts().then(|| holdings.stakes_by_nominee.of(party));
            for (row, asset) in holdings.stakes_by.of(party).chain(nominees.into_iter().flatten()) {
                if self.order[asset as usize] == 0
                    && (!evaluation.nominee_counts() || self.is_first(party, &holdings.stakes[row as usize]))
                    && self.owns(evaluation, row, asset)
                {
                    self.add(asset, &mut queue);
                }
            }
            if !evaluation.rule.control_decides {
                continue;
            }
            for (row, asset) in evaluation.holdings.powers_by.of(party) {
                if self.order[asset as usize] == 0 && self.controls(evaluation, row, asset) {
                    self.add(asset, &mut queue);
                }
            }
        }
    }

    /// Looks at the assets that were put off; the first party that is then found, if any.
    fn look_at_open(&mut self, evaluation: &Evaluation<'_>, queue: &mut VecDeque<u32>) -> Option<u32> {
        let threshold = u64::from(evaluation.rule.threshold.units());
        let mut open: Vec<u32> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_unstable();
        for asset in open {
            if self.order[asset as usize] == 0 && evaluation.total(asset, |owner| self.is_in(owner)) >= threshold {
                self.add(asset, queue);
            }
        }
        queue.pop_front()
    }

    /// Adds a stake of one who was found, and says whether all of them now own the asset.
    fn owns(&mut self, evaluation: &Evaluation<'_>, row: u32, asset: u32) -> bool {
        let holdings = evaluation.holdings;
        let threshold = u64::from(evaluation.rule.threshold.units());
        let stake = &holdings.stakes[row as usize];
        let at = asset as usize;
        self.touched.push(asset);
        let is_joint = stake.joint != NOTHING && evaluation.rule.aggregate == Aggregate::Joint;
        if is_joint && !holdings.is_intricate(asset) && self.is_in(stake.owner) {
            // With one of an arrangement come all.
            if !self.joint.insert((asset, stake.joint)) {
                return false;
            }
            let (certain, possible) = holdings.joint(asset, stake.joint);
            self.held[at] += if evaluation.mode == Mode::Certain { certain } else { possible };
            self.certain[at] += certain;
        } else {
            self.held[at] += evaluation.bound(stake);
            self.certain[at] += u64::from(stake.min);
        }
        if holdings.is_intricate(asset) {
            // Together they may hold less than the sum, and with a joint arrangement more.
            if is_joint || self.held[at] >= threshold {
                self.open.insert(asset);
            }
            return false;
        }
        let others = || holdings.certain(asset) - self.certain[at];
        self.held[at] >= threshold && evaluation.capped(asset, self.held[at], others) >= threshold
    }

    /// Adds a power of one who was found, and says whether all of them now control the asset.
    fn controls(&mut self, evaluation: &Evaluation<'_>, row: u32, asset: u32) -> bool {
        let power = &evaluation.holdings.powers[row as usize];
        if power.kind == RelationKind::Votes {
            self.touched.push(asset);
            let votes = &mut self.votes[asset as usize];
            *votes += u64::from(if evaluation.mode == Mode::Certain { power.min } else { power.max });
            return *votes > WHOLE / 2;
        }
        evaluation.is_control(power)
    }

    /// Whether a stake was not counted before for the other of its owner and nominee, who was found earlier.
    fn is_first(&self, party: u32, stake: &Stake) -> bool {
        let other = if stake.owner == party { stake.nominee } else { stake.owner };
        !self.is_in(other) || self.order[other as usize] >= self.order[party as usize]
    }

    fn is_in(&self, node: u32) -> bool {
        node != NOTHING && self.order[node as usize] > 0
    }
}
