//! Relations between entities as rows: who owns, controls, directs or acts for whom, how much, since when, and which entity of the list says
//! so. They are kept by the entity that they are over, with an index by the entity that has the power, so that both ways are one look-up.

use bytemuck::{Pod, Zeroable};
use interdict_model::{DateValue, Held, PartialDate, RelationKind, RelationTerms, Share, ShareError, ShareRange};

use crate::format::NONE;

/// A day as a number that orders as time does: year, month and day one after another. 0 is before all days, `u32::MAX` after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Day(u32);

impl Day {
    /// Before all days.
    pub const FIRST: Self = Self(0);
    /// After all days.
    pub const LAST: Self = Self(u32::MAX);

    /// The first day that a date can be.
    #[must_use]
    pub fn earliest(date: &DateValue) -> Self {
        Self::of(date.earliest().earliest())
    }

    /// The last day that a date can be.
    #[must_use]
    pub fn latest(date: &DateValue) -> Self {
        Self::of(date.latest().latest())
    }

    /// The first day of a date.
    #[must_use]
    pub fn of(date: PartialDate) -> Self {
        Self(u32::from(date.year()) << 9 | u32::from(date.month().unwrap_or(1)) << 5 | u32::from(date.day().unwrap_or(1)))
    }

    /// What comes before a day and after all days before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The date; `None` for the days before and after all.
    #[must_use]
    pub fn date(self) -> Option<PartialDate> {
        PartialDate::from_ymd(u16::try_from(self.0 >> 9).ok()?, (self.0 >> 5 & 15) as u8, (self.0 & 31) as u8).ok()
    }
}

/// Facts of a relation that are true or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct RelationFlags(u16);

impl RelationFlags {
    /// The holder holds for somebody else.
    pub const NOMINEE: Self = Self(1);
    /// Held through a trust or a firm.
    pub const TRUST: Self = Self(1 << 1);
    /// A part of another statement that says the whole.
    pub const COMPONENT: Self = Self(1 << 2);
    /// Held through others.
    pub const INDIRECT: Self = Self(1 << 3);
    /// Over, since nobody knows when.
    pub const ENDED: Self = Self(1 << 4);
    /// Its dates contradict each other, so that nobody knows when it was.
    pub const REVERSED_DATES: Self = Self(1 << 5);
    /// The power runs against the direction of the entity that states it.
    pub const AGAINST: Self = Self(1 << 6);
    /// Nothing is said of how much.
    pub const UNSTATED: Self = Self(1 << 7);

    /// Whether these facts are among them.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These facts, and others where a condition holds.
    #[must_use]
    pub const fn with(self, other: Self, condition: bool) -> Self {
        if condition { Self(self.0 | other.0) } else { self }
    }
}

/// No class, no joint arrangement, no entity.
pub const NOTHING: u32 = NONE;

/// A relation. Numbers of entities are positions in the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RelationRow {
    /// Number of shares, 0 when it is not known.
    pub count: u64,
    /// Who has the power; [`NOTHING`] when it is not in the snapshot.
    pub from: u32,
    /// Over whom; [`NOTHING`] when it is not in the snapshot.
    pub to: u32,
    /// The entity that states it.
    pub statement: u32,
    min: u32,
    max: u32,
    /// It begins on this day or later.
    pub begin_earliest: Day,
    /// It begins on this day or earlier.
    pub begin_latest: Day,
    /// It ends on this day or later; the day of the end is not of it.
    pub end_earliest: Day,
    /// It ends on this day or earlier.
    pub end_latest: Day,
    /// Class of the shares: equal numbers are equal classes, [`NOTHING`] is none. Of a snapshot it is a string.
    pub class: u32,
    /// Joint arrangement, likewise.
    pub joint: u32,
    /// Source of the statement, likewise.
    pub source: u32,
    reserved: u32,
    /// Facts.
    pub flags: RelationFlags,
    kind: u8,
    fault: u8,
}

/// Whether a relation holds on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It does not.
    No,
    /// What is known of its dates does not tell.
    Perhaps,
    /// It does.
    Yes,
}

impl RelationRow {
    /// A relation with terms, whose class, joint arrangement and source have numbers of the caller's, in this order.
    #[must_use]
    pub fn new(from: u32, to: u32, statement: u32, terms: &RelationTerms, [class, joint, source]: [u32; 3]) -> Self {
        let range = terms.held.range();
        let bound =
            |date: Option<&DateValue>, open: Day| date.map_or((open, open), |date| (Day::earliest(date), Day::latest(date)));
        let (mut begin, mut end) = (bound(terms.begin.as_ref(), Day::FIRST), bound(terms.end.as_ref(), Day::LAST));
        let reversed = begin.0 > end.1;
        if reversed {
            (begin, end) = ((Day::FIRST, Day::LAST), (Day::FIRST, Day::LAST));
        }
        let flags = RelationFlags(0)
            .with(RelationFlags::NOMINEE, terms.nominee)
            .with(RelationFlags::TRUST, terms.trust)
            .with(RelationFlags::COMPONENT, terms.component)
            .with(RelationFlags::INDIRECT, terms.indirect)
            .with(RelationFlags::ENDED, terms.ended && terms.end.is_none())
            .with(RelationFlags::REVERSED_DATES, reversed)
            .with(RelationFlags::AGAINST, terms.against)
            .with(RelationFlags::UNSTATED, terms.held == Held::Unstated);
        Self {
            count: terms.count.unwrap_or(0),
            from,
            to,
            statement,
            min: range.min().units(),
            max: range.max().units(),
            begin_earliest: begin.0,
            begin_latest: begin.1,
            end_earliest: end.0,
            end_latest: end.1,
            class,
            joint,
            source,
            reserved: 0,
            flags,
            kind: terms.kind as u8,
            fault: if let Held::Faulty(fault) = terms.held { fault_code(fault) } else { 0 },
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> RelationKind {
        // Opening checked the number.
        RelationKind::from_number(self.kind).unwrap_or(RelationKind::Other)
    }

    /// How much is held.
    #[must_use]
    pub fn range(&self) -> ShareRange {
        let [min, max] = [self.min, self.max].map(|units| Share::from_units(units.into()));
        ShareRange::new(min, max).unwrap_or(ShareRange::UNKNOWN)
    }

    /// What is wrong with the share that is stated, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<ShareError> {
        FAULTS.get(usize::from(self.fault).checked_sub(1)?).copied()
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: Day) -> Holds {
        if self.flags.has(RelationFlags::ENDED) || day < self.begin_earliest || day >= self.end_latest {
            Holds::No
        } else if self.begin_latest <= day && day < self.end_earliest {
            Holds::Yes
        } else {
            Holds::Perhaps
        }
    }

    /// Whether its codes are ones that are written, which a damaged file need not have.
    pub(crate) fn is_valid(&self) -> bool {
        RelationKind::from_number(self.kind).is_some() && usize::from(self.fault) <= FAULTS.len() && self.min <= self.max
    }
}

const FAULTS: [ShareError; 6] = [
    ShareError::Empty,
    ShareError::Negative,
    ShareError::MoreThanWhole,
    ShareError::Reversed,
    ShareError::Approximate,
    ShareError::Unrecognised,
];

fn fault_code(fault: ShareError) -> u8 {
    FAULTS.iter().position(|held| *held == fault).map_or(0, |at| at as u8 + 1)
}

/// All relations of a graph, to read: those of a snapshot, or a [`RelationTables`].
#[derive(Clone, Copy, Debug)]
pub struct Relations<'g> {
    pub(crate) rows: &'g [RelationRow],
    pub(crate) over: &'g [u32],
    pub(crate) by: &'g [u32],
    pub(crate) by_offsets: &'g [u32],
}

impl<'g> Relations<'g> {
    /// Number of entities.
    #[must_use]
    pub fn entities(self) -> u32 {
        self.over.len() as u32 - 1
    }

    /// All rows: by the entity that they are over; those over nobody in the snapshot last.
    #[must_use]
    pub fn rows(self) -> &'g [RelationRow] {
        self.rows
    }

    /// The relations over an entity: its owners, directors, parents.
    #[must_use]
    pub fn over(self, entity: u32) -> &'g [RelationRow] {
        let at = entity as usize;
        &self.rows[self.over[at] as usize..self.over[at + 1] as usize]
    }

    /// Position in [`Self::rows`] of the first relation over an entity.
    #[must_use]
    pub fn first_over(self, entity: u32) -> u32 {
        self.over[entity as usize]
    }

    /// Positions in [`Self::rows`] of the relations by which an entity has power over others.
    #[must_use]
    pub fn positions_by(self, entity: u32) -> &'g [u32] {
        let at = entity as usize;
        &self.by[self.by_offsets[at] as usize..self.by_offsets[at + 1] as usize]
    }

    /// The relations by which an entity has power over others: what it owns, directs.
    pub fn by(self, entity: u32) -> impl Iterator<Item = &'g RelationRow> {
        self.positions_by(entity).iter().map(move |at| &self.rows[*at as usize])
    }
}

/// Relations of a graph that is made in memory.
#[derive(Clone, Debug)]
pub struct RelationTables {
    pub(crate) rows: Vec<RelationRow>,
    pub(crate) over: Vec<u32>,
    pub(crate) by: Vec<u32>,
    pub(crate) by_offsets: Vec<u32>,
}

impl RelationTables {
    /// Puts relations between this many entities in order. An end that is no entity becomes [`NOTHING`].
    #[must_use]
    pub fn new(entities: u32, mut rows: Vec<RelationRow>) -> Self {
        for row in &mut rows {
            for end in [&mut row.from, &mut row.to] {
                if *end >= entities {
                    *end = NOTHING;
                }
            }
        }
        rows.sort_by_key(|row| (row.to, row.from, row.statement));
        let over = offsets(entities, rows.iter().map(|row| row.to));
        let mut by: Vec<u32> = (0..rows.len() as u32).filter(|at| rows[*at as usize].from != NOTHING).collect();
        by.sort_by_key(|at| rows[*at as usize].from);
        let by_offsets = offsets(entities, by.iter().map(|at| rows[*at as usize].from));
        Self { rows, over, by, by_offsets }
    }

    /// The relations, to read.
    #[must_use]
    pub fn relations(&self) -> Relations<'_> {
        Relations { rows: &self.rows, over: &self.over, by: &self.by, by_offsets: &self.by_offsets }
    }
}

/// Where the rows of each entity begin, of rows that are in the order of entities; what is beyond the last entity is not counted.
fn offsets(entities: u32, order: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut counts = vec![0_u32; entities as usize + 1];
    for entity in order {
        if let Some(count) = counts.get_mut(entity as usize + 1) {
            *count += 1;
        }
    }
    for at in 1..counts.len() {
        counts[at] += counts[at - 1];
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(begin: &str, end: &str) -> RelationTerms {
        let date = |text: &str| DateValue::parse(text).ok();
        RelationTerms {
            begin: date(begin),
            end: date(end),
            ..RelationTerms::new(RelationKind::Shares, Held::Faulty(ShareError::Approximate))
        }
    }

    #[test]
    fn what_is_known_of_dates_tells_whether_it_holds() {
        let day = |text: &str| Day::earliest(&DateValue::parse(text).unwrap());
        for (begin, end, asked, expected) in [
            ("", "", "2025-01-01", Holds::Yes),
            ("2025-01-01", "", "2025-01-01", Holds::Yes),
            ("2025-01-02", "", "2025-01-01", Holds::No),
            ("2025", "", "2025-06-01", Holds::Perhaps),
            ("2024", "2025-01-01", "2025-01-01", Holds::No),
            ("2024", "2025", "2025-01-01", Holds::Perhaps),
            ("2024", "2026", "2025-01-01", Holds::Yes),
            ("2026-01-01", "2024-01-01", "2025-01-01", Holds::Perhaps),
        ] {
            let row = RelationRow::new(0, 1, 2, &terms(begin, end), [NOTHING; 3]);
            assert_eq!(row.holds(day(asked)), expected, "{begin} to {end} on {asked}");
            assert_eq!((row.fault(), row.range()), (Some(ShareError::Approximate), ShareRange::UNKNOWN));
        }
    }

    #[test]
    fn days_order_as_dates_do() {
        let day = |text: &str| Day::earliest(&DateValue::parse(text).unwrap());
        assert!(Day::FIRST < day("1900-12-31") && day("1900-12-31") < day("1901-01-01") && day("9999-12-31") < Day::LAST);
        assert_eq!(day("2024-02-29").date().unwrap().to_string(), "2024-02-29");
        assert_eq!((Day::FIRST.date(), Day::LAST.date()), (None, None));
    }

    #[test]
    fn both_ways_are_one_look_up() {
        let row = |from, to| RelationRow::new(from, to, 0, &terms("", ""), [NOTHING; 3]);
        let tables = RelationTables::new(4, vec![row(0, 1), row(3, 1), row(9, 2), row(3, 9), row(3, 3)]);
        let relations = tables.relations();
        let over = |entity| relations.over(entity).iter().map(|row| row.from).collect::<Vec<_>>();
        let by = |entity| relations.by(entity).map(|row| row.to).collect::<Vec<_>>();
        assert_eq!([over(0), over(1), over(2), over(3)], [vec![], vec![0, 3], vec![NOTHING], vec![3]]);
        assert_eq!([by(0), by(1), by(2), by(3)], [vec![1], vec![], vec![], vec![1, 3, NOTHING]]);
    }
}
