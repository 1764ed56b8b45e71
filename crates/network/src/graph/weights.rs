//! What a link costs: the table of weights, each with its reason, and how a cost grows with how common the link is. Costs are in
//! thousandths; a path costs what its steps cost together, and the cheapest path is the one that says most.

use interdict_model::RelationKind;
use interdict_names::AttributeKind;

/// What links two parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// They are one party: two listings, or a listing and a register.
    Same,
    /// A relation that a source states.
    Relation(RelationKind),
    /// Something that both have.
    Shared(AttributeKind),
}

impl LinkKind {
    /// The stable name in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Relation(kind) => kind.code(),
            Self::Shared(kind) => kind.code(),
        }
    }
}

/// What links of one kind cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The kind.
    pub kind: LinkKind,
    /// Cost in thousandths of a link that is as rare as it can be.
    pub cost: u32,
    /// How many may share a value before it links nobody. Of relations: how many of its kind of power a party may have before each says
    /// less. 0 when it does not matter.
    pub cap: u32,
    /// Why it costs this.
    pub reason: &'static str,
}

const fn relation(kind: RelationKind, cost: u32, cap: u32, reason: &'static str) -> Weight {
    Weight { kind: LinkKind::Relation(kind), cost, cap, reason }
}

const fn shared(kind: AttributeKind, cost: u32, cap: u32, reason: &'static str) -> Weight {
    Weight { kind: LinkKind::Shared(kind), cost, cap, reason }
}

/// How many a party may direct, represent or have as members before a relation of that kind says less.
const FEW: u32 = 8;

/// The weights, by kind. Relations stand in the order of [`RelationKind`], attributes in that of [`AttributeKind`].
pub const WEIGHTS: &[Weight] = &[
    Weight { kind: LinkKind::Same, cost: 100, cap: 0, reason: "both are one party; only the statement of it can be wrong" },
    relation(RelationKind::Shares, 1_000, 0, "property: the unit that the others are measured by"),
    relation(RelationKind::OwnershipOrControl, 1_000, 0, "property or control, in the words of a list"),
    relation(RelationKind::Votes, 1_000, 0, "votes decide"),
    relation(RelationKind::Board, 1_000, 0, "who appoints the board decides"),
    relation(RelationKind::Influence, 1_000, 0, "control by other means"),
    relation(RelationKind::Consolidation, 1_000, 0, "a parent in the accounts"),
    relation(RelationKind::Income, 1_300, 0, "has the profit without the property"),
    relation(RelationKind::Trust, 1_300, 0, "property behind a trust"),
    relation(RelationKind::Nominee, 1_000, FEW, "holds for the other; a nominee of hundreds says little"),
    relation(RelationKind::Front, 1_000, 0, "a front is the other under another name"),
    relation(RelationKind::Direction, 1_500, FEW, "directs without owning; a director of hundreds says little"),
    relation(RelationKind::Operation, 1_500, FEW, "runs what another owns"),
    relation(RelationKind::Agency, 1_500, FEW, "acts for the other; an agent of hundreds says little"),
    relation(RelationKind::Support, 2_000, FEW, "works with the other, of free will"),
    relation(RelationKind::Employment, 2_500, FEW, "one of many who work there"),
    relation(RelationKind::Membership, 2_500, FEW, "one of many who belong to it"),
    relation(RelationKind::Family, 2_000, 0, "kin, who need not act together"),
    relation(RelationKind::Associate, 2_500, FEW, "known to work together, nothing more is said"),
    relation(RelationKind::Succession, 1_000, 0, "the same business before and after"),
    relation(RelationKind::Other, 3_000, FEW, "a link whose kind is not said"),
    shared(AttributeKind::Address, 2_500, 50, "one building; beyond the cap a registration agent or an office hotel"),
    shared(AttributeKind::AddressUnit, 1_600, 50, "one room"),
    shared(AttributeKind::AddressLoose, 4_500, 12, "addresses that are alike and may be two"),
    shared(AttributeKind::Phone, 1_400, 25, "one telephone; beyond the cap an agent's"),
    shared(AttributeKind::Email, 1_300, 25, "one mailbox"),
    shared(AttributeKind::MailDomain, 1_800, 50, "one operator of mail"),
    shared(AttributeKind::SharedMailDomain, 7_000, 6, "a provider that many use"),
    shared(AttributeKind::Website, 1_600, 50, "one web site"),
    shared(AttributeKind::Wallet, 1_000, 50, "one key to the money"),
    shared(AttributeKind::BankAccount, 1_000, 50, "one account"),
];

/// The weights in force.
#[derive(Clone, Debug)]
pub struct Weights {
    relations: Vec<(u32, u32)>,
    shared: Vec<(u32, u32)>,
    same: u32,
}

impl Default for Weights {
    fn default() -> Self {
        let mut weights = Self {
            relations: vec![(3_000, FEW); RelationKind::ALL.len()],
            shared: vec![(7_000, 6); AttributeKind::ALL.len()],
            same: 100,
        };
        for row in WEIGHTS {
            match row.kind {
                LinkKind::Same => weights.same = row.cost,
                LinkKind::Relation(kind) => weights.relations[kind as usize] = (row.cost, row.cap),
                LinkKind::Shared(kind) => weights.shared[kind as usize] = (row.cost, row.cap),
            }
        }
        weights
    }
}

impl Weights {
    /// With another cap for all attributes that can be a mass registration agent's: an address, a telephone, a mail domain, a site.
    #[must_use]
    pub fn with_cap(mut self, cap: u32) -> Self {
        for (_, held) in &mut self.shared {
            *held = (*held).min(cap);
        }
        self.shared[AttributeKind::Address as usize].1 = cap;
        self
    }

    /// Cost of being one party.
    #[must_use]
    pub fn same(&self) -> u32 {
        self.same
    }

    /// Cost of a relation, of whose kind of power the busier of its ends has `degree`.
    #[must_use]
    pub fn relation(&self, kind: RelationKind, degree: u32) -> u32 {
        let (cost, few) = self.relations[kind as usize];
        if few == 0 || degree <= few { cost } else { grown(cost, degree, few) }
    }

    /// Whether relations of the kind say less the more of them a party has.
    #[must_use]
    pub fn is_damped(&self, kind: RelationKind) -> bool {
        self.relations[kind as usize].1 > 0
    }

    /// Cost of a value that so many have; `None` when it links nobody, because they are too many or it is one alone.
    #[must_use]
    pub fn shared(&self, kind: AttributeKind, holders: u32) -> Option<u32> {
        let (cost, cap) = self.shared[kind as usize];
        (2..=cap).contains(&holders).then(|| grown(cost, holders, 2))
    }
}

/// A cost that grows by its half with every doubling of how common it is, from a number at which it is whole.
fn grown(cost: u32, count: u32, from: u32) -> u32 {
    let doublings = log2_thousandths(count) - log2_thousandths(from);
    (u64::from(cost) * u64::from(2_000 + doublings) / 2_000) as u32
}

/// The logarithm to the base 2 in thousandths, straight between the powers of 2, so that it is the same on every machine.
fn log2_thousandths(number: u32) -> u32 {
    let number = u64::from(number.max(1));
    let whole = number.ilog2();
    whole * 1_000 + ((number - (1 << whole)) * 1_000 / (1 << whole)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_weight_once() {
        let kinds: Vec<LinkKind> = WEIGHTS.iter().map(|row| row.kind).collect();
        let expected: Vec<LinkKind> = std::iter::once(LinkKind::Same)
            .chain(RelationKind::ALL.iter().map(|kind| LinkKind::Relation(*kind)))
            .chain(AttributeKind::ALL.iter().map(|kind| LinkKind::Shared(*kind)))
            .collect();
        assert_eq!(kinds, expected);
        assert!(WEIGHTS.iter().all(|row| row.cost > 0 && !row.reason.is_empty()));
    }

    #[test]
    fn the_more_have_it_the_more_it_costs_until_it_links_nobody() {
        let weights = Weights::default();
        for kind in AttributeKind::ALL {
            let costs: Vec<Option<u32>> = (0..100).map(|holders| weights.shared(*kind, holders)).collect();
            assert_eq!((costs[0], costs[1]), (None, None));
            let cap = costs.iter().rposition(Option::is_some).unwrap();
            assert!(costs[2..=cap].iter().all(Option::is_some) && costs[2..=cap].is_sorted(), "{kind:?}");
            assert!(costs[2] < costs[cap], "{kind:?}");
        }
        for kind in RelationKind::ALL {
            let costs: Vec<u32> = (0..2_000).map(|degree| weights.relation(*kind, degree)).collect();
            assert!(costs.is_sorted(), "{kind:?}");
            assert_eq!(costs[1] < costs[1_999], weights.is_damped(*kind), "{kind:?}");
        }
    }

    #[test]
    fn a_cap_can_be_set() {
        let weights = Weights::default().with_cap(3);
        let shared = |holders| weights.shared(AttributeKind::Address, holders).is_some();
        assert_eq!([1, 2, 3, 4].map(shared), [false, true, true, false]);
    }
}
