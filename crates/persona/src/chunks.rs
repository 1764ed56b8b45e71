//! Rows that are only added to. They lie in pieces of one size, so that growing copies none of them, and leaves at most one piece unused:
//! a vector that grows by doubling is twice as large as its rows for a moment, and may stay so.

/// Bytes of a piece.
const PIECE_BYTES: usize = 1 << 20;

/// Rows in pieces.
#[derive(Debug, Clone)]
pub(crate) struct Chunks<T> {
    pieces: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), len: 0 }
    }
}

impl<T> Chunks<T> {
    /// Rows of a piece: a power of two.
    const ROWS: usize = {
        let size = if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
        let rows = PIECE_BYTES / size;
        if rows == 0 { 1 } else { 1 << rows.ilog2() }
    };

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, row: T) {
        if self.len.is_multiple_of(Self::ROWS) {
            // The first piece grows: most tables are small.
            match self.len {
                0 => self.pieces.resize_with(1, Vec::new),
                _ => self.pieces.push(Vec::with_capacity(Self::ROWS)),
            }
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(row);
            self.len += 1;
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        self.pieces.get(index / Self::ROWS)?.get(index % Self::ROWS)
    }

    /// Puts another row in the place of one.
    pub(crate) fn set(&mut self, index: usize, row: T) {
        if let Some(slot) = self.pieces.get_mut(index / Self::ROWS).and_then(|piece| piece.get_mut(index % Self::ROWS)) {
            *slot = row;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pieces.iter_mut().flatten()
    }

    /// Takes all rows out, and keeps the first piece for others.
    pub(crate) fn clear(&mut self) {
        self.pieces.truncate(1);
        self.pieces.iter_mut().for_each(Vec::clear);
        self.len = 0;
    }

    /// All rows in one vector. Each piece is given back when it is copied, so that no more than one stands twice.
    pub(crate) fn into_vec(self) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len);
        for mut piece in self.pieces {
            all.append(&mut piece);
        }
        all
    }
}

impl<T> std::ops::Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.pieces[index / Self::ROWS][index % Self::ROWS]
    }
}

#[cfg(test)]
mod tests {
    use super::Chunks;

    #[test]
    fn rows_stand_in_their_order() {
        let mut rows: Chunks<[u64; 1000]> = Chunks::default();
        for number in 0..1000 {
            rows.push([number; 1000]);
        }
        assert_eq!(rows.len(), 1000);
        assert_eq!(rows[777][0], 777);
        assert_eq!(rows.get(1000), None);
        assert!(rows.iter().map(|row| row[0]).eq(0..1000));
        assert!(rows.into_vec().iter().map(|row| row[0]).eq(0..1000));
    }
}
