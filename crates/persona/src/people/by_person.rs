//! Rows by person: those of a person stand together, in pieces that no person goes over, so that millions of rows are never copied when all
//! are put in.

use rayon::prelude::*;

use super::{EventRow, IdRow, PersonId};

/// Rows of a piece.
const ROWS: usize = 1 << 16;
/// One row in so many may stand out of the order of persons before all are sorted anew.
const MOST_STRAYS: usize = 8;
/// Rows after which a piece ends with the person.
const FULL: usize = ROWS - ROWS / 64;

/// A row that belongs to a person.
pub(crate) trait OfPerson: Copy + Send + Sync {
    fn person(&self) -> PersonId;
    fn set_person(&mut self, person: PersonId);
}

impl OfPerson for EventRow {
    fn person(&self) -> PersonId {
        self.person
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }
}

impl OfPerson for IdRow {
    fn person(&self) -> PersonId {
        self.person
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }
}

/// Rows of people.
#[derive(Debug)]
pub(crate) struct ByPerson<T> {
    pieces: Vec<Vec<T>>,
    len: usize,
    /// The piece of each person's rows, and where they begin and end in it.
    places: Vec<(u32, u32, u32)>,
}

impl<T> Default for ByPerson<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), len: 0, places: Vec::new() }
    }
}

impl<T: OfPerson> ByPerson<T> {
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// The rows of a person, when they are sorted.
    pub(crate) fn of(&self, person: PersonId) -> &[T] {
        match self.places.get(person.index()) {
            Some((piece, start, end)) if start < end => &self.pieces[*piece as usize][*start as usize..*end as usize],
            _ => &[],
        }
    }

    pub(super) fn push(&mut self, row: T) {
        let ends = |piece: &Vec<T>| {
            piece.len() == ROWS || piece.len() >= FULL && piece.last().is_some_and(|last| last.person() != row.person())
        };
        if self.pieces.last().is_none_or(ends) {
            // The first piece grows: most tables are small.
            self.pieces.push(if self.pieces.is_empty() { Vec::new() } else { Vec::with_capacity(ROWS) });
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(row);
            self.len += 1;
        }
    }

    /// Gives each row the person that it is moved to.
    pub(super) fn move_to(&mut self, moved: &[PersonId]) {
        self.pieces.par_iter_mut().flatten().for_each(|row| row.set_person(moved[row.person().index()]));
    }

    /// Sorts the rows by person, and those of a person by a key; rows that `same` makes one with the row before are taken out. Tables are
    /// mostly written person by person.
    pub(super) fn sort<K: Ord>(
        &mut self,
        persons: usize,
        key: impl Fn(&T) -> K + Sync,
        same: Option<impl Fn(&mut T, &mut T) -> bool + Sync>,
    ) {
        if self.place_strays() {
            self.join_persons();
            self.pieces.par_iter_mut().for_each(|piece| {
                if piece.is_sorted_by_key(OfPerson::person) {
                    let persons = piece.chunk_by_mut(|one, other| one.person() == other.person());
                    persons.for_each(|rows| rows.sort_unstable_by_key(&key));
                } else {
                    piece.sort_unstable_by_key(|row| (row.person(), key(row)));
                }
            });
        } else {
            let mut all = Vec::with_capacity(self.len);
            for mut piece in std::mem::take(&mut self.pieces) {
                all.append(&mut piece);
            }
            all.par_sort_unstable_by_key(|row| (row.person(), key(row)));
            self.pieces = vec![all];
        }
        if let Some(same) = same {
            self.pieces.par_iter_mut().for_each(|piece| piece.dedup_by(&same));
            self.len = self.pieces.iter().map(Vec::len).sum();
        }
        self.places = vec![(0, 0, 0); persons];
        for (piece, rows) in self.pieces.iter().enumerate() {
            let mut start = 0;
            for of_person in rows.chunk_by(|one, other| one.person() == other.person()) {
                let end = start + of_person.len();
                self.places[of_person[0].person().index()] = (piece as u32, start as u32, end as u32);
                start = end;
            }
        }
    }

    /// Puts the few rows that do not stand in the order of persons, as those of accounts that were put together with one before, into the pieces
    /// of their persons; `false` where most rows stand in another order.
    fn place_strays(&mut self) -> bool {
        let is_stray = |last: &mut PersonId, row: &T| {
            let stray = row.person() < *last;
            *last = row.person().max(*last);
            stray
        };
        let mut last = PersonId(0);
        let count = self.iter().filter(|row| is_stray(&mut last, row)).count();
        if count == 0 {
            return true;
        }
        if count > self.len / MOST_STRAYS {
            return false;
        }
        let mut strays: Vec<T> = Vec::with_capacity(count);
        let mut last = PersonId(0);
        for piece in &mut self.pieces {
            piece.retain(|row| {
                let stray = is_stray(&mut last, row);
                if stray {
                    strays.push(*row);
                }
                !stray
            });
        }
        self.pieces.retain(|piece| !piece.is_empty());
        strays.sort_unstable_by_key(OfPerson::person);
        let mut strays = strays.as_slice();
        for at in 0..self.pieces.len() {
            let next = self.pieces.get(at + 1).and_then(|next| next.first()).map(OfPerson::person);
            let count = next.map_or(strays.len(), |next| strays.partition_point(|row| row.person() < next));
            let (own, rest) = strays.split_at(count);
            self.pieces[at].reserve_exact(own.len());
            self.pieces[at].extend_from_slice(own);
            strays = rest;
        }
        true
    }

    /// Puts pieces together that one person goes over, as somebody with thousands of events does.
    fn join_persons(&mut self) {
        let mut joined: Vec<Vec<T>> = Vec::with_capacity(self.pieces.len());
        for mut piece in std::mem::take(&mut self.pieces) {
            let person = piece.first().map(OfPerson::person);
            let last = joined.last_mut().filter(|last| last.last().map(OfPerson::person) == person);
            match last {
                Some(last) => last.append(&mut piece),
                None => joined.push(piece),
            }
        }
        self.pieces = joined;
    }
}

impl<'a, T> IntoIterator for &'a ByPerson<T> {
    type Item = &'a T;
    type IntoIter = std::iter::Flatten<std::slice::Iter<'a, Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.pieces.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{ByPerson, ROWS};
    use crate::people::{EventRow, NO_OFFSET, NONE, PersonId};
    use crate::time::Time;
    use crate::vocabulary::EventKind;

    /// Each person has as many events as its number says; `by_person` says whether they stand together.
    #[track_caller]
    fn check(counts: &[usize], by_person: bool) {
        let mut events: ByPerson<EventRow> = ByPerson::default();
        let row = |person: usize, at: usize| EventRow {
            person: PersonId(person as u32),
            time: Time::from_seconds(i64::try_from(1_000_000 - at).unwrap()).unwrap(),
            ip: NONE,
            device: NONE,
            facts: NONE,
            line: at as u32,
            file: 0,
            kind: EventKind::Login,
            offset: NO_OFFSET,
        };
        let most = counts.iter().copied().max().unwrap_or(0);
        if by_person {
            for (person, count) in counts.iter().enumerate() {
                (0..*count).for_each(|at| events.push(row(person, at)));
            }
        } else {
            for at in 0..most {
                counts
                    .iter()
                    .enumerate()
                    .filter(|(_, count)| at < **count)
                    .for_each(|(person, _)| events.push(row(person, at)));
            }
        }
        events.sort(
            counts.len(),
            |row| (row.time, row.line),
            Some(|later: &mut EventRow, earlier: &mut EventRow| (later.person, later.line) == (earlier.person, earlier.line)),
        );
        assert_eq!(events.len(), counts.iter().sum::<usize>());
        assert_eq!(events.iter().count(), events.len());
        for (person, count) in counts.iter().enumerate() {
            let rows = events.of(PersonId(person as u32));
            assert_eq!(rows.len(), *count);
            assert!(rows.iter().all(|row| row.person.index() == person) && rows.is_sorted_by_key(|row| row.time));
        }
    }

    #[test]
    fn rows_of_accounts_that_were_put_together_find_their_person() {
        let mut events: ByPerson<EventRow> = ByPerson::default();
        for (at, person) in (0..200_000_u32).map(|at| (at, at / 40)) {
            let time = Time::from_seconds(i64::from(at)).unwrap();
            let (kind, offset) = (EventKind::Login, NO_OFFSET);
            events.push(EventRow {
                person: PersonId(person),
                time,
                ip: NONE,
                device: NONE,
                facts: NONE,
                line: at,
                file: 0,
                kind,
                offset,
            });
        }
        // Every fiftieth is the account of somebody long before.
        let moved = |person: u32| if person % 50 == 49 { person / 3 } else { person };
        events.move_to(&(0..5000).map(|person| PersonId(moved(person))).collect::<Vec<_>>());
        events.sort(5000, |row| row.time, None::<fn(&mut EventRow, &mut EventRow) -> bool>);
        for person in 0..5000 {
            let lines: Vec<u32> = events.of(PersonId(person)).iter().map(|row| row.line).collect();
            let accounts = (0..5000_u32).filter(|account| moved(*account) == person);
            assert_eq!(lines, accounts.flat_map(|account| account * 40..(account + 1) * 40).collect::<Vec<_>>());
        }
    }

    #[test]
    fn rows_of_a_person_stand_together() {
        for by_person in [true, false] {
            check(&[], by_person);
            check(&[3, 0, 2], by_person);
            check(&[ROWS + 1, 0, 3 * ROWS, 7, ROWS - 8, 9], by_person);
            check(&vec![30; 5000], by_person);
        }
    }
}
