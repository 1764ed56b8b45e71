//! How common a word is in names: a folded word goes in, 0, 1 or 2 comes out. Agreeing in Mohammad says less than agreeing in Zarkari, and
//! a patronymic is left out as often as it is given.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::skeleton::skeleton;
use crate::tables::{self, data};

/// The class of a word that thousands of names have.
pub(crate) const VERY_COMMON: u8 = 2;

#[derive(Default)]
struct Common {
    people: FxHashMap<&'static str, u8>,
    bodies: FxHashMap<&'static str, u8>,
    /// Skeletons of the very common given names that every romanisation spells otherwise.
    sounds: FxHashMap<String, u8>,
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let mut common = Common::default();
    for [word, kind, class, _] in tables::rows::<4>(data::COMMON_WORDS) {
        let Ok(class) = class.parse::<u8>() else { continue };
        if kind != "person" {
            common.bodies.insert(word, class);
            continue;
        }
        common.people.insert(word, class);
        let skeleton = skeleton(word);
        if class == VERY_COMMON && skeleton.len() >= 4 {
            common.sounds.insert(skeleton, class);
        }
    }
    common
});

/// How common a word is in names of people.
pub(crate) fn in_people(word: &str, skeleton: &str) -> u8 {
    if is_patronymic(word) {
        return VERY_COMMON;
    }
    let class = COMMON.people.get(word).or_else(|| COMMON.sounds.get(skeleton));
    class.copied().unwrap_or(0)
}

/// How common a word is in names of organisations.
pub(crate) fn in_bodies(word: &str) -> u8 {
    COMMON.bodies.get(word).copied().unwrap_or(0)
}

/// Whether a word has the ending of an East Slavic patronymic.
fn is_patronymic(word: &str) -> bool {
    const ENDINGS: [&str; 9] = ["ovich", "evich", "ovych", "avich", "yevich", "ovna", "evna", "ivna", "auna"];
    word.len() >= 7 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    #[test]
    fn classes() {
        for (word, class) in [("mohammad", 2), ("muhammed", 2), ("vladimirovich", 2), ("zarkari", 0), ("kim", 2), ("john", 2)] {
            assert_eq!(in_people(word, &skeleton(word)), class, "{word}");
        }
        assert_eq!(in_bodies("solar"), 2);
        assert_eq!(in_bodies("zarkari"), 0);
    }

    #[test]
    fn rows_are_folded_and_of_a_known_class() {
        for [word, kind, class, _] in tables::rows::<4>(data::COMMON_WORDS) {
            assert_eq!(fold(word), word);
            assert!(matches!(kind, "person" | "organization"), "{word}: {kind}");
            assert!(matches!(class, "1" | "2"), "{word}: {class}");
        }
    }
}
