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
    // A rare spelling of a very common name says no more than the name.
    let class = COMMON.people.get(word).max(COMMON.sounds.get(skeleton));
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
        for (word, class) in [
            ("mohammad", 2),
            // Its own row says 1, and its sound says 2.
            ("muhammed", 2),
            // It has no row, and the sound of one.
            ("muhamadd", 2),
            ("vladimirovich", 2),
            ("petrovna", 2),
            // Too short to be a name and an ending.
            ("ovich", 0),
            ("kim", 2),
            ("john", 1),
            ("zarkari", 0),
            ("solar", 0),
            ("", 0),
        ] {
            assert_eq!(in_people(word, &skeleton(word)), class, "{word}");
        }
        for (word, class) in [("solar", 2), ("access", 1), ("zarkari", 0), ("mohammad", 0), ("vladimirovich", 0), ("", 0)] {
            assert_eq!(in_bodies(word), class, "{word}");
        }
    }

    #[test]
    fn sounds_are_those_of_very_common_names_and_long_enough() {
        // A short skeleton is shared by too many names to say that one of them is common.
        assert!(COMMON.sounds.keys().all(|skeleton| skeleton.len() >= 4));
        for [word, kind, class, _] in tables::rows::<4>(data::COMMON_WORDS) {
            let held = COMMON.sounds.contains_key(&skeleton(word));
            if kind == "person" && class == "2" && skeleton(word).len() >= 4 {
                assert!(held, "{word}");
            }
        }
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
