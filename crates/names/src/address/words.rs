//! The words of addresses that are no names: a folded word goes in, what it is for comes out (`data/address_words.tsv`).

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::tables::{self, data};

/// What a word of an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A kind of street; `None` is the plain kind.
    Street(Option<&'static str>),
    /// A label before a house number, or behind it.
    House { after: bool },
    /// A label before the number of a building at one house number, or behind it.
    Building { after: bool },
    /// A label before the number of a floor (`true`) or room, or behind it.
    Unit { floor: bool, after: bool },
    /// "Box", which makes a number that of a post office box.
    Box,
    /// What stands before "box" and means nothing else.
    BoxPart,
    /// Province, oblast: what it stands with is left out where there is a town.
    Region,
    /// District, village: what it stands with is left out where there is a town.
    Area,
    /// A part of a district that has a number.
    Quarter,
    /// "City".
    City,
    /// The kind of a building that has a name.
    Site,
    /// A word that is left out; an article or preposition of European languages is a syllable in others.
    Fill { article: bool },
    /// A number in words.
    Ordinal(&'static str),
    /// Another spelling of this name.
    Name(&'static str),
    /// The name of a province, which is left out where there is a town.
    RegionName,
    /// The name of a state of a federation, likewise, in that country.
    StateName,
    /// A country by its code.
    Country(&'static str),
}

fn class(name: &str, canon: &'static str) -> Option<Class> {
    let floor = canon == "floor";
    Some(match name {
        "street" => Class::Street((canon != "-").then_some(canon)),
        "house" => Class::House { after: false },
        "house_after" => Class::House { after: true },
        "building" => Class::Building { after: false },
        "building_after" => Class::Building { after: true },
        "unit" => Class::Unit { floor, after: false },
        "unit_after" => Class::Unit { floor, after: true },
        "box" => Class::Box,
        "box_part" => Class::BoxPart,
        "region" => Class::Region,
        "area" => Class::Area,
        "quarter" => Class::Quarter,
        "city" => Class::City,
        "site" => Class::Site,
        "fill" => Class::Fill { article: canon == "article" },
        "ordinal" => Class::Ordinal(canon),
        "name" => Class::Name(canon),
        "region_name" => Class::RegionName,
        "state_name" => Class::StateName,
        "country" => Class::Country(canon),
        _ => return None,
    })
}

struct Words {
    one: FxHashMap<&'static str, Class>,
    /// First word of entries of several words, with the others and the class; the longest first.
    several: FxHashMap<&'static str, Vec<(Vec<&'static str>, Class)>>,
    /// Abbreviations of states, which are words of their own elsewhere.
    states: FxHashSet<&'static str>,
    directions: FxHashMap<&'static str, &'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        one: FxHashMap::default(),
        several: FxHashMap::default(),
        states: FxHashSet::default(),
        directions: FxHashMap::default(),
    };
    for [word, name, canon, _] in tables::rows::<4>(data::ADDRESS_WORDS) {
        match name {
            "state" => {
                words.states.insert(word);
            }
            "direction" => {
                words.directions.insert(word, canon);
            }
            _ => {
                let Some(class) = class(name, canon) else { continue };
                if let Some((first, rest)) = word.split_once(' ') {
                    words.several.entry(first).or_default().push((rest.split(' ').collect(), class));
                } else {
                    words.one.insert(word, class);
                }
            }
        }
    }
    for entries in words.several.values_mut() {
        entries.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
    }
    words
});

/// What a word is for; `None` for a name.
pub(super) fn of(word: &str) -> Option<Class> {
    WORDS.one.get(word).copied()
}

/// The entries of several words that begin with this one: the other words, and what they are together.
pub(super) fn several(first: &str) -> &'static [(Vec<&'static str>, Class)] {
    WORDS.several.get(first).map_or(&[], Vec::as_slice)
}

/// Whether the word abbreviates a state of the United States, Canada or Australia.
pub(super) fn is_state(word: &str) -> bool {
    WORDS.states.contains(word)
}

/// The direction that a letter on a street sign stands for.
pub(super) fn direction(word: &str) -> Option<&'static str> {
    WORDS.directions.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_class() {
        for [word, name, canon, _] in tables::rows::<4>(data::ADDRESS_WORDS) {
            assert!(matches!(name, "state" | "direction") || class(name, canon).is_some(), "{word}: {name}");
            let folded: Vec<String> = word.split(' ').map(crate::fold).collect();
            assert_eq!(folded.join(" "), word, "not as it is looked up");
        }
    }
}
