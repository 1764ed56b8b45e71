//! What parties share besides names: addresses, telephone numbers, mail domains, wallets and the like, each distinct value once with all
//! who have it. What a party's wallet, account or `Address` entity states is the party's. Both ways are one look-up.

use bytemuck::{Pod, Zeroable};
use interdict_names::AttributeKind;
use rustc_hash::FxHashMap;

use crate::format::NONE;
use crate::open::Snapshot;

/// A distinct value.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct AttributeRow {
    /// String: the canonical form.
    pub(crate) key: u32,
    /// Number of the [`AttributeKind`].
    pub(crate) kind: u32,
    /// First row in `Holdings`.
    pub(crate) holdings: u32,
}

/// A value that an entity has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct HoldingRow {
    /// Row in `Attributes`.
    pub(crate) value: u32,
    /// The entity that has it.
    pub(crate) entity: u32,
    /// The entity that states it: the same, or its address, wallet or account.
    pub(crate) stated_by: u32,
    /// String: the value as it is stated.
    pub(crate) shown: u32,
    /// String: record, or `NONE`.
    pub(crate) record: u32,
}

/// A value that an entity states, while the snapshot is built: whose it is shows only when all entities are in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingAttribute {
    pub(crate) kind: AttributeKind,
    /// String: the key.
    pub(crate) key: u32,
    pub(crate) stated_by: u32,
    pub(crate) shown: u32,
    pub(crate) record: u32,
}

/// The sections of attributes.
#[derive(Debug, Default)]
pub(crate) struct AttributeTables {
    pub(crate) values: Vec<AttributeRow>,
    pub(crate) holdings: Vec<HoldingRow>,
    /// Rows of `holdings`, by entity.
    pub(crate) by: Vec<u32>,
    pub(crate) by_offsets: Vec<u32>,
}

impl AttributeTables {
    /// Puts values in order of kind and key. `holders` gives those to whom what an entity states belongs; `text` is that of a string.
    pub(crate) fn new<'h, 't>(
        entities: u32,
        pending: &[PendingAttribute],
        holders: impl Fn(u32) -> &'h [u32],
        text: impl Fn(u32) -> &'t str,
    ) -> Self {
        let mut numbers: FxHashMap<(AttributeKind, u32), u32> = FxHashMap::default();
        let mut distinct: Vec<(AttributeKind, u32)> = pending.iter().map(|one| (one.kind, one.key)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))));
        numbers.extend(distinct.iter().enumerate().map(|(at, value)| (*value, at as u32)));
        let mut holdings = Vec::with_capacity(pending.len());
        for one in pending {
            let Some(value) = numbers.get(&(one.kind, one.key)).copied() else { continue };
            holdings.extend(holders(one.stated_by).iter().map(|entity| HoldingRow {
                value,
                entity: *entity,
                stated_by: one.stated_by,
                shown: one.shown,
                record: one.record,
            }));
        }
        // What a party states itself comes before what its address or wallet states; one row says it.
        holdings.sort_by_key(|row| (row.value, row.entity, row.stated_by != row.entity, row.stated_by));
        holdings.dedup_by_key(|row| (row.value, row.entity));
        let mut values = Vec::with_capacity(distinct.len() + 1);
        let mut at = 0;
        for (value, (kind, key)) in distinct.iter().enumerate() {
            let first = at;
            while holdings.get(at).is_some_and(|row| row.value as usize == value) {
                at += 1;
            }
            // Of an address that nobody has, nobody holds a value.
            if first < at {
                let number = values.len() as u32;
                holdings[first..at].iter_mut().for_each(|row| row.value = number);
                values.push(AttributeRow { key: *key, kind: *kind as u32, holdings: first as u32 });
            }
        }
        values.push(AttributeRow { key: NONE, kind: 0, holdings: holdings.len() as u32 });
        let mut by: Vec<u32> = (0..holdings.len() as u32).collect();
        by.sort_by_key(|at| holdings[*at as usize].entity);
        let mut by_offsets = vec![0_u32; entities as usize + 1];
        for row in &holdings {
            by_offsets[row.entity as usize + 1] += 1;
        }
        for at in 1..by_offsets.len() {
            by_offsets[at] += by_offsets[at - 1];
        }
        Self { values, holdings, by, by_offsets }
    }
}

/// The attributes of all entities of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) values: &'s [AttributeRow],
    pub(crate) holdings: &'s [HoldingRow],
    pub(crate) by: &'s [u32],
    pub(crate) by_offsets: &'s [u32],
}

/// A distinct value.
#[derive(Clone, Copy, Debug)]
pub struct AttributeRef<'s> {
    all: Attributes<'s>,
    index: u32,
}

/// A value that an entity has.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'s> {
    all: Attributes<'s>,
    row: &'s HoldingRow,
}

impl<'s> Attributes<'s> {
    /// Number of distinct values.
    #[must_use]
    pub fn count(self) -> u32 {
        self.values.len() as u32 - 1
    }

    /// The value at a position; `None` beyond the last.
    #[must_use]
    pub fn at(self, index: u32) -> Option<AttributeRef<'s>> {
        (index < self.count()).then_some(AttributeRef { all: self, index })
    }

    /// The value of a kind with a key, as [`interdict_names::attribute_keys`] gives them.
    #[must_use]
    pub fn find(self, kind: AttributeKind, key: &str) -> Option<AttributeRef<'s>> {
        let values = &self.values[..self.values.len() - 1];
        let order = |row: &AttributeRow| row.kind.cmp(&(kind as u32)).then_with(|| self.snapshot.string(row.key).cmp(key));
        values.binary_search_by(order).ok().map(|at| AttributeRef { all: self, index: at as u32 })
    }

    /// What an entity has, in the order of kinds and keys.
    pub fn of(self, entity: u32) -> impl Iterator<Item = Holding<'s>> {
        let at = entity as usize;
        let range = self.by_offsets[at] as usize..self.by_offsets[at + 1] as usize;
        self.by[range].iter().map(move |at| Holding { all: self, row: &self.holdings[*at as usize] })
    }
}

impl<'s> AttributeRef<'s> {
    /// Position among the values, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    fn row(self) -> &'s AttributeRow {
        &self.all.values[self.index as usize]
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> AttributeKind {
        kind(self.row().kind).unwrap_or(AttributeKind::AddressLoose)
    }

    /// The canonical form.
    #[must_use]
    pub fn key(self) -> &'s str {
        self.all.snapshot.string(self.row().key)
    }

    fn rows(self) -> &'s [HoldingRow] {
        let end = self.all.values[self.index as usize + 1].holdings;
        &self.all.holdings[self.row().holdings as usize..end as usize]
    }

    /// How many entities have it.
    #[must_use]
    pub fn holder_count(self) -> u32 {
        self.rows().len() as u32
    }

    /// Who has it, in ascending order of entities.
    pub fn holders(self) -> impl Iterator<Item = Holding<'s>> {
        self.rows().iter().map(move |row| Holding { all: self.all, row })
    }

    /// How an entity has it; `None` when it does not.
    #[must_use]
    pub fn held_by(self, entity: u32) -> Option<Holding<'s>> {
        let rows = self.rows();
        let at = rows.binary_search_by_key(&entity, |row| row.entity).ok()?;
        Some(Holding { all: self.all, row: &rows[at] })
    }
}

impl<'s> Holding<'s> {
    /// The value.
    #[must_use]
    pub fn value(self) -> AttributeRef<'s> {
        AttributeRef { all: self.all, index: self.row.value }
    }

    /// Position of the entity that has it.
    #[must_use]
    pub fn entity(self) -> u32 {
        self.row.entity
    }

    /// Position of the entity that states it: the same, or its address, wallet or account.
    #[must_use]
    pub fn stated_by(self) -> u32 {
        self.row.stated_by
    }

    /// The value as it is stated.
    #[must_use]
    pub fn shown(self) -> &'s str {
        self.all.snapshot.string(self.row.shown)
    }

    /// The record that states it; empty when that is the stating entity's own.
    #[must_use]
    pub fn record(self) -> &'s str {
        self.all.snapshot.string(self.row.record)
    }
}

/// The kind of a number in a row.
pub(crate) fn kind(number: u32) -> Option<AttributeKind> {
    u8::try_from(number).ok().and_then(AttributeKind::from_number)
}
