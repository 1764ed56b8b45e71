//! Which entities are one party: two listings of one company, the entry of a register and that of a list. In go pairs; out comes one entity that
//! stands for each group.

use interdict_model::{Identifier, IdentifierKind, Schema};
use interdict_snapshot::{EntityRef, IdentifierHit, Snapshot};
use rustc_hash::FxHashMap;

/// Numbers of companies shorter than this are equal by chance.
const NUMBER_LENGTH: usize = 6;

/// Parties with one number of a company beyond this are a mistake of the source.
const SAME_NUMBER: usize = 8;

/// The numbers by which two entities are one party, with the property that states them.
pub(crate) const NUMBERS: [(&str, IdentifierKind); 3] = [
    ("leiCode", IdentifierKind::Lei),
    ("imoNumber", IdentifierKind::Imo),
    ("registrationNumber", IdentifierKind::RegistrationNumber),
];

/// Groups of entities that are one party. Entities in no group stand for themselves.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    first: FxHashMap<u32, u32>,
    members: FxHashMap<u32, Vec<u32>>,
}

impl Identity {
    /// The groups that pairs of entities make; what is one with the same is one.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut parent: FxHashMap<u32, u32> = FxHashMap::default();
        for (a, b) in pairs {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            // The smallest stands for all, whatever the order of the pairs.
            if a != b {
                parent.insert(a.max(b), a.min(b));
            }
        }
        let mut all: Vec<u32> = parent.keys().chain(parent.values()).copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut identity = Self::default();
        for entity in all {
            let first = root(&mut parent, entity);
            identity.first.insert(entity, first);
            identity.members.entry(first).or_default().push(entity);
        }
        identity
    }

    /// The entity that stands for the party of another.
    #[must_use]
    pub fn first(&self, entity: u32) -> u32 {
        self.first.get(&entity).copied().unwrap_or(entity)
    }

    /// Calls with every entity of the party that an entity stands for, in order.
    pub fn each(&self, first: u32, mut call: impl FnMut(u32)) {
        match self.members.get(&first) {
            Some(members) => members.iter().for_each(|member| call(*member)),
            None => call(first),
        }
    }
}

/// The entities that are the same party as another by a number that no two parties have: an LEI, an IMO number, a company number within one
/// jurisdiction. Each comes with the position of the number in [`NUMBERS`].
pub(crate) fn same_numbers(snapshot: &Snapshot, entity: EntityRef<'_>) -> Vec<(u32, usize)> {
    let Some(schema) = entity.schema().filter(|schema| schema.is_a(Schema::Thing)) else { return Vec::new() };
    let mut same = Vec::new();
    for (property, text, _) in entity.properties() {
        let Some(at) = NUMBERS.iter().position(|(name, _)| *name == property) else { continue };
        let Ok(number) = Identifier::parse(NUMBERS[at].1, text, None) else { continue };
        let (kind, key) = (number.kind(), number.lookup_key());
        let registered = !kind.is_self_validating();
        if registered && key.len() < NUMBER_LENGTH {
            continue;
        }
        let others: Vec<EntityRef<'_>> = snapshot
            .identifiers(&key)
            .filter(|hit| hit.kind() == kind.name() && hit.entity().index() != entity.index())
            .map(IdentifierHit::entity)
            .filter(|other| other.schema().is_some_and(|other| other.comparable(schema)))
            // A list does not list one party twice; two of its parties with one number have it by mistake.
            .filter(|other| {
                !registered || share_jurisdiction(entity, *other) && entity.origin().source != other.origin().source
            })
            .take(SAME_NUMBER + 1)
            .collect();
        if others.len() <= SAME_NUMBER {
            same.extend(others.into_iter().map(|other| (other.index(), at)));
        }
    }
    same
}

/// The entities that are the same party as another by a number that no two parties have.
#[must_use]
pub fn same_party(snapshot: &Snapshot, entity: EntityRef<'_>) -> Vec<u32> {
    same_numbers(snapshot, entity).into_iter().map(|(other, _)| other).collect()
}

fn share_jurisdiction(a: EntityRef<'_>, b: EntityRef<'_>) -> bool {
    let of = |entity: EntityRef<'_>| {
        ["jurisdiction", "mainCountry", "country"]
            .iter()
            .map(|property| entity.texts(property).map(str::to_owned).collect::<Vec<String>>())
            .find(|texts| !texts.is_empty())
            .unwrap_or_default()
    };
    let theirs = of(b);
    of(a).iter().any(|country| theirs.contains(country))
}

/// The root of an entity, with the way to it made short.
fn root(parent: &mut FxHashMap<u32, u32>, entity: u32) -> u32 {
    let mut at = entity;
    while let Some(up) = parent.get(&at).copied() {
        if let Some(further) = parent.get(&up).copied() {
            parent.insert(at, further);
        }
        at = up;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_stands_for_all_whatever_the_order() {
        for pairs in [[(5, 3), (3, 9), (9, 7)], [(9, 7), (7, 5), (5, 3)], [(3, 7), (9, 3), (5, 9)]] {
            let identity = Identity::new(pairs);
            let mut members = Vec::new();
            identity.each(3, |member| members.push(member));
            assert_eq!((members, identity.first(9), identity.first(4)), (vec![3, 5, 7, 9], 3, 4));
        }
    }
}
