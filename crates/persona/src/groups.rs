//! Groups of numbered things that grow as two of them are joined (union-find).

/// Groups of `0..count`; each is named by the least of it.
#[derive(Debug)]
pub(crate) struct Groups(Vec<u32>);

impl Groups {
    /// Each alone.
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// The name of the group of one.
    pub(crate) fn of(&mut self, one: u32) -> u32 {
        let mut root = one;
        while self.0[root as usize] != root {
            root = self.0[root as usize];
        }
        let mut at = one;
        while self.0[at as usize] != root {
            at = std::mem::replace(&mut self.0[at as usize], root);
        }
        root
    }

    /// Makes one group of those of two; whether they were apart.
    pub(crate) fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other) as usize] = one.min(other);
        one != other
    }

    /// Whether no two were joined.
    pub(crate) fn are_apart(&self) -> bool {
        self.0.iter().enumerate().all(|(index, parent)| index as u32 == *parent)
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn the_least_names_a_group() {
        let mut groups = Groups::new(6);
        assert!(groups.are_apart());
        assert!(groups.join(5, 4) && groups.join(3, 5) && groups.join(1, 0));
        assert!(!groups.join(4, 3) && !groups.are_apart());
        assert_eq!((0..6).map(|one| groups.of(one)).collect::<Vec<_>>(), [0, 0, 2, 3, 3, 3]);
    }
}
