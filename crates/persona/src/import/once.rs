//! Pages of an export overlap, and one record then stands in it twice. The ids of records go in; whether one was there before comes out.
//! At least the last million ids are remembered.

use rustc_hash::FxHashSet;
use twox_hash::XxHash3_64;

/// How many ids one of the two sets holds.
const GENERATION: usize = 1 << 20;

/// The ids that were met, by their hashes.
#[derive(Debug, Default)]
pub(super) struct Once {
    now: FxHashSet<u64>,
    before: FxHashSet<u64>,
}

impl Once {
    /// Whether an id, which may have parts, is met for the first time. An empty one always is.
    pub(super) fn first(&mut self, parts: &[&str]) -> bool {
        if parts.iter().all(|part| part.is_empty()) {
            return true;
        }
        let hash = parts.iter().fold(0, |seed, part| XxHash3_64::oneshot_with_seed(seed, part.as_bytes()).rotate_left(1));
        if self.before.contains(&hash) || !self.now.insert(hash) {
            return false;
        }
        if self.now.len() == GENERATION {
            self.before = std::mem::take(&mut self.now);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{GENERATION, Once};

    #[test]
    fn remembers_the_last_million() {
        let mut once = Once::default();
        assert!(once.first(&["a", "bc"]));
        assert!(once.first(&["ab", "c"]));
        assert!(!once.first(&["a", "bc"]));
        assert!(once.first(&[""]) && once.first(&[""]));
        for number in 0..GENERATION {
            assert!(once.first(&[&number.to_string()]), "{number}");
        }
        assert!(!once.first(&["0"]));
        for number in GENERATION..2 * GENERATION {
            assert!(once.first(&[&number.to_string()]), "{number}");
        }
        assert!(!once.first(&[&GENERATION.to_string()]));
        assert!(once.first(&["ab", "c"]), "forgotten by now");
    }
}
