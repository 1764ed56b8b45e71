//! Events by person: the rows of a person stand together, in pieces that no person goes over, so that millions of rows are never copied when
//! all are put in.

use rayon::prelude::*;

use super::{EventRow, PersonId};

/// Rows of a piece.
const ROWS: usize = 1 << 16;
/// Rows after which a piece ends with the person.
const FULL: usize = ROWS - ROWS / 8;

/// Rows of events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    pieces: Vec<Vec<EventRow>>,
    len: usize,
    /// The piece of each person's rows, and where they begin and end in it.
    places: Vec<(u32, u32, u32)>,
}

impl Events {
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &EventRow> {
        self.pieces.iter().flatten()
    }

    /// The rows of a person, when they are sorted.
    pub(crate) fn of(&self, person: PersonId) -> &[EventRow] {
        match self.places.get(person.index()) {
            Some((piece, start, end)) if start < end => &self.pieces[*piece as usize][*start as usize..*end as usize],
            _ => &[],
        }
    }

    pub(super) fn push(&mut self, row: EventRow) {
        let ends = |piece: &Vec<EventRow>| {
            piece.len() == ROWS || piece.len() >= FULL && piece.last().is_some_and(|last| last.person != row.person)
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
        self.pieces.par_iter_mut().flatten().for_each(|row| row.person = moved[row.person.index()]);
    }

    /// Sorts the rows by person and time. Tables are mostly written person by person.
    pub(super) fn sort(&mut self, persons: usize) {
        let key = |row: &EventRow| (row.time, row.kind, row.file, row.line);
        if self.iter().is_sorted_by_key(|row| row.person) {
            self.join_persons();
            self.pieces.par_iter_mut().for_each(|piece| {
                piece.chunk_by_mut(|one, other| one.person == other.person).for_each(|rows| rows.sort_unstable_by_key(key));
            });
        } else {
            let mut all = Vec::with_capacity(self.len);
            for mut piece in std::mem::take(&mut self.pieces) {
                all.append(&mut piece);
            }
            all.par_sort_unstable_by_key(|row| (row.person, key(row)));
            self.pieces = vec![all];
        }
        self.places = vec![(0, 0, 0); persons];
        for (piece, rows) in self.pieces.iter().enumerate() {
            let mut start = 0;
            for of_person in rows.chunk_by(|one, other| one.person == other.person) {
                let end = start + of_person.len();
                self.places[of_person[0].person.index()] = (piece as u32, start as u32, end as u32);
                start = end;
            }
        }
    }

    /// Puts pieces together that one person goes over, as somebody with thousands of events does.
    fn join_persons(&mut self) {
        let mut joined: Vec<Vec<EventRow>> = Vec::with_capacity(self.pieces.len());
        for mut piece in std::mem::take(&mut self.pieces) {
            let last = joined.last_mut().filter(|last| last.last().map(|row| row.person) == piece.first().map(|row| row.person));
            match last {
                Some(last) => last.append(&mut piece),
                None => joined.push(piece),
            }
        }
        self.pieces = joined;
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = &'a EventRow;
    type IntoIter = std::iter::Flatten<std::slice::Iter<'a, Vec<EventRow>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.pieces.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{Events, ROWS};
    use crate::people::{EventRow, NO_OFFSET, NONE, PersonId};
    use crate::time::Time;
    use crate::vocabulary::EventKind;

    /// Each person has as many events as its number says; `by_person` says whether they stand together.
    #[track_caller]
    fn check(counts: &[usize], by_person: bool) {
        let mut events = Events::default();
        let row = |person: usize, at: usize| EventRow {
            person: PersonId(person as u32),
            time: Time::from_seconds(1_000_000 - at as i64).unwrap(),
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
                counts.iter().enumerate().filter(|(_, count)| at < **count).for_each(|(person, _)| events.push(row(person, at)));
            }
        }
        events.sort(counts.len());
        assert_eq!(events.len(), counts.iter().sum());
        assert_eq!(events.iter().count(), events.len());
        for (person, count) in counts.iter().enumerate() {
            let rows = events.of(PersonId(person as u32));
            assert_eq!(rows.len(), *count);
            assert!(rows.iter().all(|row| row.person.index() == person) && rows.is_sorted_by_key(|row| row.time));
        }
    }

    #[test]
    fn rows_of_a_person_stand_together() {
        for by_person in [true, false] {
            check(&[], by_person);
            check(&[3, 0, 2], by_person);
            check(&[ROWS + 1, 0, 3 * ROWS, 7, ROWS - 8, 9], by_person);
            check(&[30; 5000], by_person);
        }
    }
}
