//! What each party holds in each, on a day: the relations over an asset, put together. Two records of one holding become one range, a nominee's
//! holding its principal's, treasury shares leave the whole, shares that others certainly have bound what can be unknown.

use interdict_model::{RelationKind, Share, ShareRange};
use interdict_snapshot::{Day, Holds, NOTHING, RelationFlags, RelationRow, Relations};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::identity::Identity;

/// Units of the whole.
pub(crate) const WHOLE: u64 = Share::WHOLE.units() as u64;

/// A holding of shares, between two bounds in units of [`Share`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stake {
    /// Who holds it; [`NOTHING`] when that is nobody in the graph.
    pub(crate) owner: u32,
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// Whether it is sure that it is there and the owner's.
    pub(crate) sure: bool,
    /// The least that it is if it is there at all and the owner's; above `min` when that is not sure.
    stated: u32,
    /// Class of the shares, [`NOTHING`] when they are of the whole.
    pub(crate) class: u32,
    /// Statement that several owners share, so that it counts once; [`NOTHING`] when it is this owner's alone.
    pub(crate) shared: u32,
    /// Joint arrangement, or [`NOTHING`].
    pub(crate) joint: u32,
    /// Position of the relation that says so; of several, the first.
    pub(crate) row: u32,
    /// The nominee that holds it for the owner, or [`NOTHING`].
    pub(crate) nominee: u32,
    /// Whether the owner is somebody who is not named.
    pub(crate) unnamed: bool,
}

/// Power without property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Power {
    /// Who has it.
    pub(crate) holder: u32,
    pub(crate) kind: RelationKind,
    /// Whether it is certain that it is there.
    pub(crate) certain: bool,
    /// Votes, in units of [`Share`].
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) row: u32,
}

/// Something about the holdings of an asset that a person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HoldingIssue {
    /// The holdings together are certainly more than the whole.
    MoreThanWhole,
    /// It holds shares of itself, which are left out of the whole.
    OwnShares,
    /// A share that is stated is none.
    Faulty,
    /// A holding ends before it begins.
    ReversedDates,
    /// Sources contradict each other on one holding.
    Contradiction,
    /// One source states a holding more than once.
    Repeated,
    /// A holding is held for somebody who is not named.
    NomineeForUnknown,
    /// An owner is not in the graph.
    UnknownOwner,
    /// It has several classes of shares, whose weights are not known.
    Classes,
    /// A holding is held in trust or through a firm.
    Trust,
}

impl HoldingIssue {
    /// What is to be said of it.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::MoreThanWhole => "what its owners hold sums to more than 100 %",
            Self::OwnShares => "it holds shares of itself; they are left out of the whole",
            Self::Faulty => "a share that is stated is none; it may be any",
            Self::ReversedDates => "a holding ends before it begins; it may hold or not",
            Self::Contradiction => "sources contradict each other on a holding; it may be what any of them says",
            Self::Repeated => "one source states a holding more than once; it may be the same shares or more",
            Self::NomineeForUnknown => "a nominee holds for somebody who is not named",
            Self::UnknownOwner => "an owner is not in the snapshot",
            Self::Classes => "it has classes of shares whose weights are not known",
            Self::Trust => "a holding is held in trust or through a firm; it may be another's",
        }
    }
}

/// The holdings in all assets of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    pub(crate) stakes: Vec<Stake>,
    pub(crate) powers: Vec<Power>,
    stake_offsets: Vec<u32>,
    power_offsets: Vec<u32>,
    /// What each joint arrangement certainly and possibly holds in an asset.
    joint: FxHashMap<(u32, u32), (u64, u64)>,
    /// Assets whose shares do not add up one by one: several classes, shared statements.
    intricate: Vec<bool>,
    /// What is certainly held in each asset, all owners together.
    certain: Vec<u64>,
    pub(crate) issues: Vec<(u32, HoldingIssue)>,
    /// Stakes and powers by who has them.
    pub(crate) stakes_by: Index,
    pub(crate) stakes_by_nominee: Index,
    pub(crate) powers_by: Index,
}

/// Positions of rows by entity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    offsets: Vec<u32>,
    positions: Vec<u32>,
    assets: Vec<u32>,
}

impl Index {
    fn new(nodes: u32, offsets: &[u32], owners: impl Fn(usize) -> u32) -> Self {
        let rows = offsets.last().map_or(0, |last| *last as usize);
        let mut counts = vec![0_u32; nodes as usize + 1];
        for row in 0..rows {
            if let Some(count) = counts.get_mut((owners(row) as usize).saturating_add(1)) {
                *count += 1;
            }
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        let total = counts.last().map_or(0, |last| *last as usize);
        let (mut positions, mut assets) = (vec![0; total], vec![0; total]);
        let mut next = counts.clone();
        for asset in 0..nodes {
            for row in offsets[asset as usize]..offsets[asset as usize + 1] {
                let owner = owners(row as usize);
                if owner < nodes {
                    let at = &mut next[owner as usize];
                    positions[*at as usize] = row;
                    assets[*at as usize] = asset;
                    *at += 1;
                }
            }
        }
        Self { offsets: counts, positions, assets }
    }

    /// Rows of an entity, each with the asset that it is over.
    pub(crate) fn of(&self, entity: u32) -> impl Iterator<Item = (u32, u32)> {
        let range = self.offsets[entity as usize] as usize..self.offsets[entity as usize + 1] as usize;
        self.positions[range.clone()].iter().copied().zip(self.assets[range].iter().copied())
    }
}

impl Holdings {
    /// Number of nodes: the entities, and one more for whoever is not named.
    pub(crate) fn nodes(&self) -> u32 {
        self.intricate.len() as u32
    }

    /// The node of whoever holds through a nominee and is not named.
    pub(crate) fn unnamed(&self) -> u32 {
        self.nodes() - 1
    }

    pub(crate) fn stakes(&self, asset: u32) -> &[Stake] {
        let at = asset as usize;
        &self.stakes[self.stake_offsets[at] as usize..self.stake_offsets[at + 1] as usize]
    }

    pub(crate) fn powers(&self, asset: u32) -> &[Power] {
        let at = asset as usize;
        &self.powers[self.power_offsets[at] as usize..self.power_offsets[at + 1] as usize]
    }

    pub(crate) fn is_intricate(&self, asset: u32) -> bool {
        self.intricate[asset as usize]
    }

    /// What is certainly held in an asset, all owners together, in units of a share.
    pub(crate) fn certain(&self, asset: u32) -> u64 {
        self.certain[asset as usize]
    }

    fn push(&mut self, asset: u32, found: Asset) {
        if self.stake_offsets.is_empty() {
            self.stake_offsets.push(0);
            self.power_offsets.push(0);
        }
        self.intricate.push(found.is_intricate());
        self.certain.push(found.stakes.iter().map(|stake| u64::from(stake.min)).sum());
        for stake in found.stakes.iter().filter(|stake| stake.joint != NOTHING) {
            let held = self.joint.entry((asset, stake.joint)).or_default();
            (held.0, held.1) = (held.0 + u64::from(stake.min), held.1 + u64::from(stake.max));
        }
        self.stakes.extend(found.stakes);
        self.powers.extend(found.powers);
        self.stake_offsets.push(self.stakes.len() as u32);
        self.power_offsets.push(self.powers.len() as u32);
        self.issues.extend(found.issues.into_iter().map(|issue| (asset, issue)));
    }

    /// Appends the next assets.
    fn append(&mut self, other: Self) {
        if self.intricate.is_empty() {
            *self = other;
            return;
        }
        let (stakes, powers) = (self.stakes.len() as u32, self.powers.len() as u32);
        self.stakes.extend(other.stakes);
        self.powers.extend(other.powers);
        self.stake_offsets.extend(other.stake_offsets.iter().skip(1).map(|offset| offset + stakes));
        self.power_offsets.extend(other.power_offsets.iter().skip(1).map(|offset| offset + powers));
        self.intricate.extend(other.intricate);
        self.joint.extend(other.joint);
        self.certain.extend(other.certain);
        self.issues.extend(other.issues);
    }

    /// Makes the look-ups by owner, once all assets are in.
    fn indexed(mut self) -> Self {
        self.push(self.nodes(), Asset::default());
        let (nodes, unnamed) = (self.nodes(), self.unnamed());
        for stake in self.stakes.iter_mut().filter(|stake| stake.unnamed) {
            stake.owner = unnamed;
        }
        self.stakes_by = Index::new(nodes, &self.stake_offsets, |row| self.stakes[row].owner);
        self.stakes_by_nominee = Index::new(nodes, &self.stake_offsets, |row| self.stakes[row].nominee);
        self.powers_by = Index::new(nodes, &self.power_offsets, |row| self.powers[row].holder);
        self
    }

    /// The holdings in every entity of a graph.
    pub(crate) fn of_all(relations: Relations<'_>, identity: &Identity, day: Day) -> Self {
        const CHUNK: u32 = 1 << 16;
        let nodes = relations.entities();
        let parts: Vec<Self> = (0..nodes.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut part = Self::default();
                let mut reader = Reader::new(relations, identity, day);
                for node in chunk * CHUNK..((chunk + 1) * CHUNK).min(nodes) {
                    // Whose party another stands for holds nothing of its own.
                    let found = if identity.first(node) == node { reader.read(node) } else { Asset::default() };
                    part.push(node, found);
                }
                part
            })
            .collect();
        let mut all = Self::default();
        for part in parts {
            all.append(part);
        }
        all.indexed()
    }

    /// The holdings in assets that are numbered in their order. A function gives the numbers of entities; owners without one are nobody.
    pub(crate) fn of_some(number: impl Fn(u32) -> Option<u32>, found: Vec<Asset>) -> Self {
        let mut all = Self::default();
        for (at, mut asset) in found.into_iter().enumerate() {
            for stake in &mut asset.stakes {
                stake.owner = number(stake.owner).unwrap_or(NOTHING);
                stake.nominee = number(stake.nominee).unwrap_or(NOTHING);
            }
            for power in &mut asset.powers {
                power.holder = number(power.holder).unwrap_or(NOTHING);
            }
            all.push(at as u32, asset);
        }
        all.indexed()
    }

    /// What a joint arrangement certainly and possibly holds in an asset, in units of a share.
    pub(crate) fn joint(&self, asset: u32, joint: u32) -> (u64, u64) {
        self.joint.get(&(asset, joint)).copied().unwrap_or_default()
    }

    /// What a question is answered with when one stake in an asset is exactly this share; the holdings are then as before.
    pub(crate) fn with_stake<T>(&mut self, asset: u32, row: u32, share: u32, ask: impl FnOnce(&Self) -> T) -> T {
        let Stake { min, max, .. } = self.stakes[row as usize];
        self.set_stake(asset, row, share, share);
        let answer = ask(self);
        self.set_stake(asset, row, min, max);
        answer
    }

    /// Sets the bounds of one stake in an asset anew.
    fn set_stake(&mut self, asset: u32, row: u32, min: u32, max: u32) {
        let stake = &mut self.stakes[row as usize];
        self.certain[asset as usize] = self.certain[asset as usize] - u64::from(stake.min) + u64::from(min);
        if let Some(held) = self.joint.get_mut(&(asset, stake.joint)) {
            held.0 = held.0 - u64::from(stake.min) + u64::from(min);
            held.1 = held.1 - u64::from(stake.max) + u64::from(max);
        }
        (stake.min, stake.max) = (min, max);
    }

    /// Makes one power certain, with the whole of the votes and with influence that is dominant, or takes it away.
    pub(crate) fn set_power(&mut self, row: u32, is_there: bool) {
        let power = &mut self.powers[row as usize];
        power.certain = is_there;
        (power.min, power.max) = if is_there { (power.max, power.max) } else { (0, 0) };
        power.kind = match power.kind {
            _ if !is_there => RelationKind::Other,
            // Dominant influence is as good as the board.
            RelationKind::Influence => RelationKind::Board,
            kind => kind,
        };
    }
}

/// The holdings in one asset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asset {
    pub(crate) stakes: Vec<Stake>,
    pub(crate) powers: Vec<Power>,
    pub(crate) issues: Vec<HoldingIssue>,
}

impl Asset {
    fn is_intricate(&self) -> bool {
        let mut classes = self.stakes.iter().map(|stake| stake.class);
        let first = classes.next().unwrap_or(NOTHING);
        classes.any(|class| class != first) || self.stakes.iter().any(|stake| stake.shared != NOTHING)
    }
}

/// Reads the holdings in assets; keeps its working memory from one to the next.
pub(crate) struct Reader<'g> {
    relations: Relations<'g>,
    identity: &'g Identity,
    day: Day,
    /// Rows that say something of the asset on the day, with their positions.
    rows: Vec<(u32, &'g RelationRow)>,
}

impl<'g> Reader<'g> {
    pub(crate) fn new(relations: Relations<'g>, identity: &'g Identity, day: Day) -> Self {
        Self { relations, identity, day, rows: Vec::new() }
    }

    /// The holdings in the party that an entity stands for.
    pub(crate) fn read(&mut self, asset: u32) -> Asset {
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        self.identity.each(asset, |member| {
            let first = self.relations.first_over(member);
            let over = self.relations.over(member).iter().enumerate();
            rows.extend(over.map(|(at, row)| (first + at as u32, row)).filter(|(_, row)| row.holds(self.day) != Holds::No));
        });
        let mut found = Asset::default();
        if !rows.is_empty() {
            self.powers(&rows, &mut found);
            self.stakes(asset, &rows, &mut found);
        }
        self.rows = rows;
        found
    }

    fn owner(&self, row: &RelationRow) -> u32 {
        if row.from == NOTHING { NOTHING } else { self.identity.first(row.from) }
    }

    fn powers(&self, rows: &[(u32, &RelationRow)], found: &mut Asset) {
        let mut votes: Vec<(Power, u32)> = Vec::new();
        for (position, row) in rows {
            if row.kind() == RelationKind::Shares || row.flags.has(RelationFlags::COMPONENT) || row.from == NOTHING {
                continue;
            }
            let doubtful = row.holds(self.day) == Holds::Perhaps || row.flags.has(RelationFlags::TRUST);
            let range = row.range();
            let range = if doubtful { range.or_none() } else { range };
            let (min, max) = (range.min().units(), range.max().units());
            let power = Power { holder: self.owner(row), kind: row.kind(), certain: !doubtful, min, max, row: *position };
            if power.kind == RelationKind::Votes {
                votes.push((power, row.source));
            } else {
                found.powers.push(power);
            }
        }
        found.powers.extend(merged_votes(votes));
    }

    fn stakes(&self, asset: u32, rows: &[(u32, &RelationRow)], found: &mut Asset) {
        let is_stake = |row: &RelationRow| {
            matches!(row.kind(), RelationKind::Shares | RelationKind::OwnershipOrControl | RelationKind::Consolidation)
                && !row.flags.has(RelationFlags::COMPONENT)
        };
        let counted = counts(rows, is_stake);
        // Owners of whom a share is stated, and statements of stakes; sorted, because an asset may have a million owners.
        let with_share = rows
            .iter()
            .filter(|(_, row)| row.kind() == RelationKind::Shares && is_stake(row) && row.holds(self.day) == Holds::Yes);
        let mut stated: Vec<u32> = with_share.map(|(_, row)| self.owner(row)).collect();
        stated.sort_unstable();
        let mut statements: Vec<u32> = rows.iter().filter(|(_, row)| is_stake(row)).map(|(_, row)| row.statement).collect();
        statements.sort_unstable();
        let states_several = |statement: u32| {
            let first = statements.partition_point(|held| *held < statement);
            statements.get(first + 1) == Some(&statement)
        };
        let mut stakes: Vec<Stake> = Vec::new();
        for (position, row) in rows.iter().filter(|(_, row)| is_stake(row)) {
            let owner = self.owner(row);
            if row.fault().is_some() {
                found.issues.push(HoldingIssue::Faulty);
            }
            if row.flags.has(RelationFlags::REVERSED_DATES) {
                found.issues.push(HoldingIssue::ReversedDates);
            }
            if owner == NOTHING {
                found.issues.push(HoldingIssue::UnknownOwner);
            }
            if row.flags.has(RelationFlags::TRUST) {
                found.issues.push(HoldingIssue::Trust);
            }
            // What is owned or controlled, and whose accounts are consolidated, is already said where somebody also says how much.
            if row.kind() != RelationKind::Shares && stated.binary_search(&owner).is_ok() {
                continue;
            }
            // What is not sure to be there may be nothing.
            let mut range = row.range();
            let mut class = row.class;
            match &counted {
                Some(Counts { whole: Some(whole), .. }) if row.count > 0 => {
                    range = share_of(row.count, *whole);
                    class = NOTHING;
                }
                // There may be more shares than those of the holders that are stated.
                Some(Counts { stated, .. }) if row.count > 0 && row.flags.has(RelationFlags::UNSTATED) => {
                    range = share_of(row.count, *stated).or_none();
                }
                _ => {}
            }
            let at_least = range.min().units();
            let is_there = row.holds(self.day) == Holds::Yes
                && !row.flags.has(RelationFlags::TRUST)
                && !row.flags.has(RelationFlags::INDIRECT);
            if !is_there {
                range = range.or_none();
            }
            let (min, max) = (range.min().units(), range.max().units());
            let shared = if states_several(row.statement) { row.statement } else { NOTHING };
            // A joint arrangement that is one statement of several owners is that statement.
            let joint = if shared == NOTHING { row.joint } else { NOTHING };
            let mut push = |owner: u32, nominee: u32, min: u32, sure: bool| {
                // Who is nominee for itself holds for itself.
                let nominee = if nominee == owner { NOTHING } else { nominee };
                stakes.push(Stake {
                    owner,
                    min,
                    max,
                    sure,
                    stated: at_least,
                    class,
                    shared,
                    joint,
                    row: *position,
                    nominee,
                    unnamed: owner == NOTHING && nominee != NOTHING,
                });
            };
            if row.flags.has(RelationFlags::NOMINEE) {
                let principals = self.principals(row.from);
                match principals[..] {
                    [] => {
                        found.issues.push(HoldingIssue::NomineeForUnknown);
                        push(NOTHING, owner, min, is_there);
                    }
                    [(principal, true)] => push(principal, owner, min, is_there),
                    _ => {
                        // For one of them; for somebody who is not named where perhaps none of them is one.
                        let any_is_sure = principals.iter().any(|(_, sure)| *sure);
                        for (principal, _) in principals {
                            push(principal, owner, 0, false);
                        }
                        if !any_is_sure {
                            found.issues.push(HoldingIssue::NomineeForUnknown);
                            push(NOTHING, owner, 0, false);
                        }
                    }
                }
            } else {
                push(owner, NOTHING, min, is_there);
            }
        }
        found.stakes = self.merged(stakes, &mut found.issues);
        let own: Vec<Stake> = found.stakes.extract_if(.., |stake| stake.owner == asset).collect();
        if !own.is_empty() {
            found.issues.push(HoldingIssue::OwnShares);
            without_own_shares(&mut found.stakes, &own);
        }
        bound(found);
        found.issues.sort_unstable();
        found.issues.dedup();
    }

    /// For whom a nominee holds, and whether that is sure on the day.
    fn principals(&self, nominee: u32) -> Vec<(u32, bool)> {
        if nominee == NOTHING {
            return Vec::new();
        }
        let mut principals = Vec::new();
        self.identity.each(self.identity.first(nominee), |member| {
            let links = self.relations.by(member);
            let links = links
                .filter(|row| row.kind() == RelationKind::Nominee && row.to != NOTHING && row.holds(self.day) != Holds::No);
            principals.extend(links.map(|row| (self.identity.first(row.to), row.holds(self.day) == Holds::Yes)));
        });
        // What is sure stands first.
        principals.sort_unstable_by_key(|(principal, sure)| (*principal, !sure));
        principals.dedup_by_key(|(principal, _)| *principal);
        principals
    }

    /// Records of one holding put together. Different sources speak of the same shares: what all allow, or, where they contradict each other,
    /// all that any allows. One source that states a holding twice may mean the same shares or further ones: the larger one at least, both at
    /// most.
    fn merged(&self, mut stakes: Vec<Stake>, issues: &mut Vec<HoldingIssue>) -> Vec<Stake> {
        let source = |stake: &Stake| self.relations.rows()[stake.row as usize].source;
        stakes.sort_by_key(|stake| (stake.owner, stake.class, stake.shared, stake.nominee, source(stake), stake.row));
        let mut of_sources: Vec<(Stake, u32)> = Vec::with_capacity(stakes.len());
        for stake in stakes {
            match of_sources.last_mut() {
                Some((held, held_source))
                    if *held_source == source(&stake) && same_holding(held, &stake) && stake.owner != NOTHING =>
                {
                    issues.push(HoldingIssue::Repeated);
                    held.min = held.min.max(stake.min);
                    held.max = held.max.saturating_add(stake.max).min(WHOLE as u32);
                    held.stated = held.min.max(held.stated.min(stake.stated));
                    held.sure |= stake.sure;
                    held.joint = held.joint.min(stake.joint);
                }
                _ => {
                    let source = source(&stake);
                    of_sources.push((stake, source));
                }
            }
        }
        let mut merged: Vec<Stake> = Vec::with_capacity(of_sources.len());
        for (stake, _) in of_sources {
            match merged.last_mut() {
                Some(held) if same_holding(held, &stake) && stake.owner != NOTHING => {
                    // One source may be silent on the arrangement.
                    held.joint = held.joint.min(stake.joint);
                    let agree = held.stated.max(stake.stated) <= held.max.min(stake.max);
                    if !agree {
                        issues.push(HoldingIssue::Contradiction);
                    }
                    // What may not be there bounds nothing of what is.
                    (held.min, held.max, held.stated) = match (held.sure, stake.sure) {
                        (true, true) if agree => {
                            let min = held.min.max(stake.min);
                            (min, held.max.min(stake.max), min)
                        }
                        (true, false) if agree => (held.min, held.max, held.stated),
                        (false, true) if agree => (stake.min, stake.max, stake.stated),
                        (false, false) => (0, held.max.max(stake.max), held.stated.min(stake.stated)),
                        _ => {
                            let min = held.stated.min(stake.stated);
                            (min, held.max.max(stake.max), min)
                        }
                    };
                    held.sure |= stake.sure;
                }
                _ => merged.push(stake),
            }
        }
        merged
    }
}

/// Records of the votes of one holder put together, as those of shares are: of one source the larger at least and both at most, of several
/// sources what all allow, or all that any allows.
fn merged_votes(mut votes: Vec<(Power, u32)>) -> Vec<Power> {
    votes.sort_by_key(|(power, source)| (power.holder, *source, power.row));
    let mut of_sources: Vec<(Power, u32)> = Vec::with_capacity(votes.len());
    for (power, source) in votes {
        match of_sources.last_mut() {
            Some((held, held_source)) if held.holder == power.holder && *held_source == source => {
                held.min = held.min.max(power.min);
                held.max = held.max.saturating_add(power.max).min(WHOLE as u32);
                held.certain |= power.certain;
            }
            _ => of_sources.push((power, source)),
        }
    }
    let mut merged: Vec<Power> = Vec::with_capacity(of_sources.len());
    for (power, _) in of_sources {
        match merged.last_mut() {
            Some(held) if held.holder == power.holder => {
                let (min, max) = (held.min.max(power.min), held.max.min(power.max));
                let all_sure = held.certain && power.certain;
                (held.min, held.max) = match min <= max {
                    true if all_sure => (min, max),
                    // What may not be there bounds nothing of what is.
                    true => (min, held.max.max(power.max)),
                    false if all_sure => (held.min.min(power.min), held.max.max(power.max)),
                    false => (0, held.max.max(power.max)),
                };
                held.certain |= power.certain;
            }
            _ => merged.push(power),
        }
    }
    merged
}

fn same_holding(a: &Stake, b: &Stake) -> bool {
    a.owner == b.owner && a.class == b.class && a.shared == b.shared && a.nominee == b.nominee
}

/// How many shares there are, as far as counted holdings tell.
struct Counts {
    /// Shares of the holders that are stated: there are at least as many.
    stated: u64,
    /// Shares of all classes together, where of each class a holding is stated both in number and in percent.
    whole: Option<u64>,
}

/// What the counted holdings of an asset say; `None` when no holding is counted.
fn counts(rows: &[(u32, &RelationRow)], is_stake: impl Fn(&RelationRow) -> bool) -> Option<Counts> {
    let mut stated = 0_u64;
    // Class, and its shares as far as they are known.
    let mut classes: Vec<(u32, Option<u64>)> = Vec::new();
    for (_, row) in rows.iter().filter(|(_, row)| is_stake(row)) {
        stated = stated.checked_add(row.count)?;
        let range = row.range();
        let of_class = (row.count > 0 && range.is_exact() && range.min() > Share::NONE)
            .then(|| u128::from(row.count) * u128::from(WHOLE) / u128::from(range.min().units()))
            .and_then(|shares| u64::try_from(shares).ok());
        match classes.iter_mut().find(|(class, _)| *class == row.class) {
            Some((_, known)) => *known = known.or(of_class),
            None => classes.push((row.class, of_class)),
        }
    }
    let several = classes.len() > 1 && classes.iter().all(|(class, _)| *class != NOTHING);
    let mut of_all = classes.iter().map(|(_, known)| *known);
    let whole = several.then(|| of_all.try_fold(0_u64, |sum, known| sum.checked_add(known?))).flatten();
    (stated > 0).then_some(Counts { stated, whole })
}

/// The share that a number of shares is of all.
fn share_of(count: u64, total: u64) -> ShareRange {
    let units = u128::from(count) * u128::from(WHOLE);
    let total = u128::from(total.max(1));
    let share = |units: u128| Share::from_units(u64::try_from(units).unwrap_or(u64::MAX));
    ShareRange::new(share(units / total), share(units.div_ceil(total))).unwrap_or(ShareRange::UNKNOWN)
}

/// Shares that an asset holds of itself are nobody's: the whole is what is left. Where nothing is left, they are passed over. Own shares of a
/// class leave that class; of what other classes they take, and of which classes own shares of no class are, nothing is known.
fn without_own_shares(stakes: &mut [Stake], own: &[Stake]) {
    let scaled = |share: u32, own: u64, up: bool| {
        let left = WHOLE - own;
        let units = u64::from(share) * WHOLE;
        let scaled = if up { units.div_ceil(left) } else { units / left };
        scaled.min(WHOLE) as u32
    };
    let has_classes = stakes.iter().chain(own).any(|stake| stake.class != NOTHING);
    for stake in stakes {
        let (mut own_min, mut own_max) = (0_u64, 0_u64);
        for own in own {
            if own.class == stake.class {
                (own_min, own_max) = (own_min + u64::from(own.min), own_max + u64::from(own.max));
            } else if stake.class == NOTHING || own.class == NOTHING {
                own_max += if has_classes && stake.class != NOTHING && own.max > 0 { WHOLE } else { u64::from(own.max) };
            }
        }
        if own_min >= WHOLE {
            continue;
        }
        // When it may hold all of itself, others' shares may be anything.
        stake.max = match own_max {
            WHOLE.. if stake.max > 0 => WHOLE as u32,
            WHOLE.. => 0,
            _ => scaled(stake.max, own_max, true),
        };
        // Own shares of the whole are passed over, so that no more is certain than is stated.
        if own_max < WHOLE {
            stake.min = scaled(stake.min, own_min, false);
        }
    }
}

/// What others certainly hold cannot be held by one. Where holdings are of several classes or shared, nothing follows.
fn bound(found: &mut Asset) {
    let mut classes = found.stakes.iter().map(|stake| stake.class);
    let first = classes.next().unwrap_or(NOTHING);
    if classes.any(|class| class != first) {
        found.issues.push(HoldingIssue::Classes);
        return;
    }
    if found.stakes.iter().any(|stake| stake.shared != NOTHING) {
        return;
    }
    let certain: u64 = found.stakes.iter().map(|stake| u64::from(stake.min)).sum();
    if certain > WHOLE {
        found.issues.push(HoldingIssue::MoreThanWhole);
        return;
    }
    for stake in &mut found.stakes {
        let others = certain - u64::from(stake.min);
        stake.max = stake.max.min((WHOLE - others) as u32);
    }
}
