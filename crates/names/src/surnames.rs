//! Family names of East Asia: a name without spaces goes in, where its family name ends and how that
//! is read come out, for Hangul and for Han characters, with the Korean reading of Hanja.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::chinese;
use crate::cyrillic::Orthography;
use crate::hangul::romanise_hangul;
use crate::korean::{MAX_SYLLABLES, korean_keys};
use crate::romanise::word_to_latin;
use crate::script::Script;
use crate::tables::{self, data};

/// Latin spelling of a Korean family name where the DPRK writes it otherwise than it would a word.
static KOREAN: LazyLock<FxHashMap<&'static str, Option<&'static str>>> = LazyLock::new(|| {
    tables::rows::<4>(data::KOREAN_SURNAMES).map(|[hangul, latin, _, _]| (hangul, (latin != "-").then_some(latin))).collect()
});

/// Readings of Chinese family names: compound ones, and characters read differently in a name.
static CHINESE: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    tables::rows::<3>(data::CHINESE_SURNAMES)
        .flat_map(|[names, latin, _]| names.split(' ').map(move |name| (name, latin)))
        .collect()
});

/// Korean readings of Han characters, the usual one first.
static HANJA: LazyLock<FxHashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    tables::rows::<3>(data::HANJA_READINGS)
        .flat_map(|[hanja, readings, _]| hanja.chars().map(move |c| (c, readings.split(' ').collect())))
        .collect()
});

/// Byte length of the first `count` characters.
fn prefix_len(text: &str, count: usize) -> usize {
    text.chars().take(count).map(char::len_utf8).sum()
}

pub(crate) fn is_korean_compound(text: &str) -> bool {
    text.chars().count() == 2 && KOREAN.contains_key(text)
}

/// Whether the first syllable of a text is a known Korean family name.
pub(crate) fn starts_with_korean_family(text: &str) -> bool {
    KOREAN.contains_key(&text[..korean_prefix(text)])
}

/// Byte length of the family name a Korean name of two to four syllables starts with.
pub(crate) fn korean_prefix(text: &str) -> usize {
    let two = prefix_len(text, 2);
    if text.len() > two && is_korean_compound(&text[..two]) { two } else { prefix_len(text, 1) }
}

/// The Latin spelling of a Korean family name.
pub(crate) fn korean_text(family: &str) -> String {
    match KOREAN.get(family) {
        Some(Some(latin)) => (*latin).to_owned(),
        _ => romanise_hangul(family),
    }
}

fn is_chinese_compound(two: &str) -> bool {
    CHINESE.contains_key(two) || chinese::is_family(two)
}

/// Whether a text starts with a Chinese family name of two characters.
pub(crate) fn is_chinese_compound_at(text: &str) -> bool {
    is_chinese_compound(&text[..prefix_len(text, 2)])
}

/// Whether a text is a family name as it stands: one character, or a compound one.
pub(crate) fn is_chinese(text: &str) -> bool {
    let count = text.chars().count();
    count == 1 || (count == 2 && is_chinese_compound(text))
}

/// Byte length of the family name a Chinese name of two to four characters starts with.
pub(crate) fn chinese_prefix(text: &str) -> usize {
    let two = prefix_len(text, 2);
    if text.len() > two && is_chinese_compound(&text[..two]) { two } else { prefix_len(text, 1) }
}

/// Pinyin of a Chinese family name.
pub(crate) fn chinese_text(family: &str) -> String {
    match CHINESE.get(family) {
        Some(latin) => (*latin).to_owned(),
        None => chinese::family_pinyin(family)
            .map_or_else(|| word_to_latin(family, Script::Han, Orthography::default()), str::to_owned),
    }
}

/// Korean and Chinese keys of Han characters in a name: Korean ones where every character has a known Korean reading, and the Chinese one
/// by the reading that the text has as a family name or as a word.
pub(crate) fn han_keys(text: &str, family: bool) -> Vec<String> {
    let mut keys = hanja_keys(text, family);
    let named = if family { chinese::chinese_keys(&chinese_text(text)).into_iter().next() } else { None };
    keys.extend(named.or_else(|| chinese::han_key(text)));
    keys
}

/// The usual Korean reading of Han characters in Hangul; `None` unless every character has one.
pub(crate) fn hanja_reading(text: &str) -> Option<String> {
    text.chars().map(|c| HANJA.get(&c)?.first().copied()).collect()
}

/// Korean keys of Han characters, where each of them has a known Korean reading. A family name keeps
/// all readings of its characters (金 is Kim and Kum), a given name the usual one.
pub(crate) fn hanja_keys(text: &str, family: bool) -> Vec<String> {
    if text.chars().count() > MAX_SYLLABLES {
        return Vec::new();
    }
    let mut readings = vec![String::new()];
    for c in text.chars() {
        let Some(known) = HANJA.get(&c) else { return Vec::new() };
        let kept = if family { known.len() } else { 1 };
        readings = readings.iter().flat_map(|r| known[..kept].iter().map(move |k| format!("{r}{k}"))).collect();
        readings.truncate(3);
    }
    let mut keys = Vec::new();
    for reading in readings {
        for key in korean_keys(&reading) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hangul::Syllable;

    #[test]
    fn family_names() {
        assert_eq!(korean_prefix("남궁민수"), 6);
        assert_eq!(korean_prefix("정인철"), 3);
        assert_eq!(korean_text("이"), "ri");
        assert_eq!(korean_text("김"), "kim");
        assert_eq!(chinese_prefix("欧阳修"), 6);
        assert_eq!(chinese_prefix("李白"), 3);
        assert_eq!(chinese_text("单"), "shan");
        assert_eq!(chinese_text("王"), "wang");
    }

    #[test]
    fn hanja_meet_hangul() {
        for (hanja, hangul) in
            [("崔", "최"), ("李", "리"), ("金", "김"), ("朴", "박"), ("哲民", "철민"), ("鄭", "정"), ("郑", "정")]
        {
            let keys = hanja_keys(hanja, true);
            assert!(korean_keys(hangul).iter().any(|key| keys.contains(key)), "{hanja} {keys:?}");
        }
    }

    #[test]
    fn tables_hold_hangul_where_they_say_so() {
        for [hangul, ..] in tables::rows::<4>(data::KOREAN_SURNAMES) {
            assert!(hangul.chars().all(|c| Syllable::of(c).is_some()), "{hangul}");
        }
        for [_, readings, _] in tables::rows::<3>(data::HANJA_READINGS) {
            assert!(
                readings.split(' ').all(|r| r.chars().count() == 1 && r.chars().all(|c| Syllable::of(c).is_some())),
                "{readings}"
            );
        }
    }
}
