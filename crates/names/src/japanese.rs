//! Japanese names: kanji go in, where the family name ends and the readings of both parts in Latin letters come out (藤田碧 is Fujita and
//! Aoi, Ao or Midori). A given name that no table knows is read by its characters, as Japanese given names are free to be.
//!
//! Readings are Hepburn with long vowels written short, as passports write them; [`short_vowels`] brings Latin spellings with `ou`, `oo`,
//! `oh` or a doubled `u` to that form.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tables::{self, data};

/// How many readings of a name are kept.
const MAX_READINGS: usize = 6;
/// The most characters a family name or a given name has.
const MAX_CHARACTERS: usize = 4;
/// Up to this row of the table a family name is frequent: it is taken for Japanese even where it could be a Chinese family name and the
/// first character of a given name (金子, 高木, 石川).
const FREQUENT_ROWS: usize = 3_000;

/// Readings of family names, separated by spaces, and the row each stands in.
static SURNAMES: LazyLock<FxHashMap<&'static str, (usize, &'static str)>> = LazyLock::new(|| {
    tables::rows::<3>(data::JAPANESE_SURNAMES)
        .enumerate()
        .flat_map(|(row, [names, readings, _])| names.split(' ').map(move |name| (name, (row, readings))))
        .collect()
});

static GIVEN: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    tables::rows::<3>(data::JAPANESE_GIVEN_NAMES)
        .flat_map(|[names, readings, _]| names.split(' ').map(move |name| (name, readings)))
        .collect()
});

/// Readings of single characters in given names.
static CHARACTERS: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
    tables::rows::<3>(data::JAPANESE_NAME_READINGS)
        .flat_map(|[characters, readings, _]| characters.chars().map(move |c| (c, readings)))
        .collect()
});

/// The form that the tables use, by variant.
static VARIANTS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    tables::rows::<3>(data::JAPANESE_VARIANTS)
        .filter_map(|[form, variants, _]| Some((form.chars().next()?, variants)))
        .flat_map(|(form, variants)| variants.chars().map(move |variant| (variant, form)))
        .collect()
});

/// A name in the forms that the tables use (髙橋 is 高橋). Its characters end at the same bytes as before.
fn usual_forms(name: &str) -> Cow<'_, str> {
    if name.chars().any(|c| VARIANTS.contains_key(&c)) {
        Cow::Owned(name.chars().map(|c| VARIANTS.get(&c).copied().unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(name)
    }
}

/// The row and the readings of a family name, as it is written or in the usual forms of its characters.
fn surname(name: &str) -> Option<(usize, &'static str)> {
    SURNAMES.get(name).or_else(|| SURNAMES.get(&*usual_forms(name))).copied()
}

/// Readings of a given name of the table, as it is written or in the usual forms of its characters.
fn given_name(name: &str) -> Option<&'static str> {
    GIVEN.get(name).or_else(|| GIVEN.get(&*usual_forms(name))).copied()
}

/// Readings of a character in given names.
fn character(c: char) -> Option<&'static str> {
    CHARACTERS.get(&c).or_else(|| CHARACTERS.get(VARIANTS.get(&c)?)).copied()
}

/// Readings of a family name, the usual one first.
pub(crate) fn surname_readings(name: &str) -> Option<impl Iterator<Item = &'static str>> {
    surname(name).map(|(_, readings)| readings.split(' '))
}

/// Whether a word that stands alone is a Japanese family name of two characters or more.
pub(crate) fn is_long_surname(word: &str) -> bool {
    word.chars().nth(1).is_some() && surname(word).is_some()
}

/// Byte length of the family name of two characters or more that a Japanese name starts with. `chinese` says that its first character is
/// a Chinese family name too: then only a frequent family name before a known given name is taken for Japanese.
pub(crate) fn long_surname(name: &str, chinese: bool) -> Option<usize> {
    let ends: Vec<usize> = name.char_indices().map(|(at, c)| at + c.len_utf8()).take(MAX_CHARACTERS + 1).collect();
    if surname(name).is_some() && (ends.len() > 2 || !chinese) && ends.len() > 1 {
        return Some(name.len());
    }
    let known = (2..ends.len().min(MAX_CHARACTERS + 1)).rev().find_map(|count| {
        let end = ends[count - 1];
        let (row, _) = surname(&name[..end])?;
        let given = &name[end..];
        let sure = !chinese || (row < FREQUENT_ROWS && given_name(given).is_some()) || (ends.len() > 3 && is_given(given));
        (sure && is_given(given)).then_some(end)
    });
    // Four characters that start with no Chinese family name are two and two, read by the characters (光安克明).
    known.or_else(|| {
        let &[_, middle, _, end] = ends.as_slice() else { return None };
        (!chinese && end == name.len() && is_given(&name[..middle]) && is_given(&name[middle..])).then_some(middle)
    })
}

/// Whether every character of a text stands in Japanese given names.
pub(crate) fn is_given(text: &str) -> bool {
    (1..=MAX_CHARACTERS).contains(&text.chars().count())
        && (given_name(text).is_some() || text.chars().all(|c| c == '々' || character(c).is_some()))
}

/// Readings of a given name: those of the table, then those that its characters make, each combination by how usual its parts are.
pub(crate) fn given_readings(given: &str) -> Vec<String> {
    let mut out: Vec<String> =
        given_name(given).into_iter().flat_map(|readings| readings.split(' ')).map(str::to_owned).collect();
    if out.len() < MAX_READINGS {
        for reading in composed(given) {
            if out.len() < MAX_READINGS && !out.contains(&reading) {
                out.push(reading);
            }
        }
    }
    out
}

fn composed(given: &str) -> Vec<String> {
    let mut parts = Vec::with_capacity(MAX_CHARACTERS);
    for c in given.chars().take(MAX_CHARACTERS + 1) {
        match character(c) {
            Some(readings) => parts.push(readings),
            // The repetition mark reads like the character before it.
            None if c == '々' && !parts.is_empty() => parts.extend_from_within(parts.len() - 1..),
            None => return Vec::new(),
        }
    }
    if parts.is_empty() || parts.len() > MAX_CHARACTERS {
        return Vec::new();
    }
    let mut made = vec![(0, String::new())];
    for readings in parts {
        made = made
            .iter()
            .flat_map(|(rank, begin)| {
                readings.split(' ').enumerate().map(move |(i, reading)| (rank + i, format!("{begin}{reading}")))
            })
            .collect();
        made.sort_by_key(|(rank, _)| *rank);
        made.truncate(4 * MAX_READINGS);
    }
    made.into_iter().map(|(_, reading)| reading).take(MAX_READINGS).collect()
}

/// A Latin word with its long vowels written short, when it can be read as Japanese syllables and has a long vowel or an m before b, m
/// or p: Souma and Sohma are Soma, Jumpei is Junpei. `None` for most words, without allocating.
pub(crate) fn short_vowels(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let changes = bytes.windows(2).any(|pair| matches!(pair, b"ou" | b"oo" | b"oh" | b"uu" | b"mb" | b"mp"));
    if !changes || !is_syllables(bytes) {
        return None;
    }
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let after = bytes.get(at + 2).copied();
        let vowel_after = after.is_some_and(is_vowel);
        at += match (byte, next) {
            // Inoue is I-no-u-e, Ohashi is O-ha-shi: no long vowel before a vowel.
            (b'o', Some(b'u' | b'o' | b'h')) | (b'u', Some(b'u')) if !vowel_after => {
                out.push(char::from(byte));
                2
            }
            (b'm', Some(b'b' | b'm' | b'p')) => {
                out.push('n');
                1
            }
            _ => {
                out.push(char::from(byte));
                1
            }
        };
    }
    (out != word).then_some(out)
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Whether a word can be cut into Japanese syllables as Hepburn spells them: a consonant is followed by a vowel, y and a vowel, or itself;
/// n and m also close a syllable, and h an o.
fn is_syllables(word: &[u8]) -> bool {
    let mut at = 0;
    while let Some(&byte) = word.get(at) {
        let next = word.get(at + 1).copied();
        let vowel = |offset: usize| word.get(at + offset).copied().is_some_and(is_vowel);
        at += match byte {
            _ if is_vowel(byte) => 1,
            b'h' if at > 0 && word[at - 1] == b'o' && !vowel(1) => 1,
            b'n' if !vowel(1) && next != Some(b'y') => 1,
            b'm' if matches!(next, Some(b'b' | b'm' | b'p')) => 1,
            b's' if next == Some(b'h') && vowel(2) => 3,
            b'c' if next == Some(b'h') && vowel(2) => 3,
            b't' if next == Some(b's') && word.get(at + 2) == Some(&b'u') => 3,
            b't' if next == Some(b'c') => 1,
            b'k' | b'g' | b'h' | b'b' | b'p' | b'm' | b'n' | b'r' | b'j' if next == Some(b'y') && vowel(2) => 3,
            b'k' | b's' | b't' | b'p' if next == Some(byte) => 1,
            b'f' if next == Some(b'u') => 2,
            b'k' | b'g' | b's' | b'z' | b't' | b'd' | b'n' | b'h' | b'b' | b'p' | b'm' | b'y' | b'r' | b'w' | b'j'
                if vowel(1) =>
            {
                2
            }
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_names_and_their_end() {
        for (name, family) in [
            ("藤田碧", "藤田"),
            ("佐々木凛", "佐々木"),
            ("佐々木", "佐々木"),
            ("光安克明", "光安"),
            ("藤田", "藤田"),
            ("髙橋樹", "髙橋"),
            ("瀧本力", "瀧本"),
            ("渡邊陽菜", "渡邊"),
            ("高木暖", "高木"),
            ("石川凛", "石川"),
            ("山本大和", "山本"),
        ] {
            let chinese = crate::chinese::is_family(&name[..3]);
            assert_eq!(long_surname(name, chinese), Some(family.len()), "{name}");
        }
        // Chinese names whose first two characters happen to be a Japanese family name.
        for name in ["金子涵", "林子祥", "王国栋", "李小龙"] {
            assert_eq!(long_surname(name, true), None, "{name}");
        }
        for (name, reading) in
            [("渡部", "watanabe"), ("井上", "inoue"), ("菅原", "sugawara"), ("河野", "kono"), ("林", "hayashi")]
        {
            assert!(
                surname_readings(name).is_some_and(|mut readings| readings.any(|held| held == reading)),
                "{name} {reading}"
            );
        }
    }

    #[test]
    fn given_names() {
        for (name, readings) in [
            ("碧", "ao aoi midori"),
            ("陽菜", "hina haruna"),
            ("悠真", "yuma haruma"),
            ("忠正", "tadamasa"),
            ("克明", "katsuaki"),
            ("力", "chikara"),
            ("奈々", "nana"),
            ("健太郎", "kentaro"),
        ] {
            let held = given_readings(name);
            assert!(readings.split(' ').all(|reading| held.iter().any(|h| h == reading)), "{name} {readings}: {held:?}");
            assert!(held.len() <= MAX_READINGS);
        }
        assert!(given_readings("x").is_empty());
    }

    #[test]
    fn long_vowels() {
        for (word, short) in [
            ("souma", Some("soma")),
            ("sohma", Some("soma")),
            ("ohtani", Some("otani")),
            ("satoh", Some("sato")),
            ("yuuna", Some("yuna")),
            ("jumpei", Some("junpei")),
            ("ryouta", Some("ryota")),
            ("inoue", None),
            ("ohashi", None),
            ("soma", None),
            ("smooth", None),
            ("youssef", None),
            ("", None),
        ] {
            assert_eq!(short_vowels(word).as_deref(), short, "{word}");
        }
    }

    #[test]
    fn variants_are_as_long_as_their_form() {
        for [form, variants, _] in tables::rows::<3>(data::JAPANESE_VARIANTS) {
            assert_eq!(form.chars().count(), 1, "{form}");
            assert!(variants.chars().all(|c| c.len_utf8() == form.len() && !form.contains(c)), "{form} {variants}");
        }
    }

    #[test]
    fn tables_hold_kanji_and_romaji() {
        let rows = [data::JAPANESE_SURNAMES, data::JAPANESE_GIVEN_NAMES, data::JAPANESE_NAME_READINGS];
        for [names, readings, _] in rows.into_iter().flat_map(tables::rows::<3>) {
            assert!(
                names.chars().all(|c| c == ' ' || crate::script::script_of_char(c) == crate::script::Script::Han),
                "{names}"
            );
            let count = readings.split(' ').count();
            assert!(
                count <= MAX_READINGS && readings.bytes().all(|b| b == b' ' || b.is_ascii_lowercase()),
                "{names}: {readings}"
            );
        }
    }
}
