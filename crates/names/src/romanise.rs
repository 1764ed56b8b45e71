//! Romanisation: a string in any script goes in, lower-case ASCII words come out. Each script has its
//! own rules and table; what has none falls back to a general transliteration, which for Han
//! characters is pinyin without tones.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::cyrillic::{self, Orthography};
use crate::fold::{Break, Word, fold_words};
use crate::script::Script;
use crate::tables::{self, data};
use crate::{hangul, indic, kana, semitic};

/// Folds a string (see [`crate::fold`]) and writes it in Latin letters: words of `[a-z0-9]`, separated
/// by single spaces. No name rules apply; [`crate::parse_name`] knows those.
///
/// ```
/// assert_eq!(interdict_names::romanise("Сергей Королёв"), "sergey korolev");
/// ```
#[must_use]
pub fn romanise(raw: &str) -> String {
    let folded = fold_words(raw);
    let orthography = orthography(raw, &folded.words);
    let mut out = String::with_capacity(raw.len().min(4096));
    for word in &folded.words {
        if !out.is_empty() && word.before != Break::NONE {
            out.push(' ');
        }
        out.push_str(&word_to_latin(&word.text, word.script, orthography));
    }
    out
}

/// The orthography of a name: its raw text tells Persian from Arabic, its folded words tell Cyrillic languages apart.
pub(crate) fn orthography(raw: &str, words: &[Word]) -> Orthography {
    if semitic::is_persian(raw) { Orthography::Persian } else { cyrillic::orthography(words) }
}

/// One folded word in Latin letters: `[a-z0-9]`, never empty.
pub(crate) fn word_to_latin(word: &str, script: Script, orthography: Orthography) -> String {
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len() * 2);
    match script {
        Script::Cyrillic => cyrillic::romanise(word, orthography, &mut out),
        Script::Greek => greek(word, &mut out),
        Script::Arabic | Script::Hebrew => semitic::romanise(word, orthography == Orthography::Persian, &mut out),
        Script::Hangul => {
            out = hangul::romanise_hangul(word);
            // Letters outside the syllable block: single jamo, which are rare and stand for themselves.
            if out.is_empty() {
                word.chars().for_each(|c| fallback(c, &mut out));
            }
        }
        Script::Han => {
            for c in word.chars() {
                match HAN.get(&c) {
                    Some(latin) => out.push_str(latin),
                    None => fallback(c, &mut out),
                }
            }
        }
        Script::Kana => kana::romanise(word, &mut out),
        Script::Devanagari | Script::Bengali | Script::Indic => indic::romanise(word, &mut out),
        Script::Georgian | Script::Armenian => by_letter(word, script, &mut out),
        _ => word.chars().for_each(|c| fallback(c, &mut out)),
    }
    if out.is_empty() {
        // A letter without a sound, or one no table knows: name it by its code point, so that it
        // still equals itself.
        for c in word.chars().take(8) {
            out.push('u');
            for digit in format!("{:x}", u32::from(c)).chars() {
                out.push(digit);
            }
        }
    }
    out
}

/// General transliteration of one character, reduced to `[a-z0-9]`.
pub(crate) fn fallback(c: char, out: &mut String) {
    if c.is_ascii_alphanumeric() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    // A known character gives letters; an unknown one gives nothing.
    if let Some(text) = deunicode::deunicode_char(c) {
        out.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    }
}

/// Han characters whose usual reading in names is not the one of the general transliteration.
static HAN: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
    tables::rows::<3>(data::ROMANISE_HAN)
        .flat_map(|[characters, latin, _]| characters.chars().map(move |c| (c, latin)))
        .collect()
});

/// Georgian and Armenian: letter by letter, with a second spelling at the start of a word.
static CAUCASUS: LazyLock<FxHashMap<char, [&'static str; 2]>> = LazyLock::new(|| {
    tables::rows::<4>(data::ROMANISE_ARMENIAN_GEORGIAN)
        .filter_map(|[letter, latin, initial, _]| {
            Some((letter.chars().next()?, [latin, if initial == "-" { latin } else { initial }]))
        })
        .collect()
});

fn by_letter(word: &str, script: Script, out: &mut String) {
    let mut chars = word.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        // Armenian writes u with two letters.
        if script == Script::Armenian && c == 'ո' && chars.peek() == Some(&'ւ') {
            chars.next();
            out.push('u');
        } else if let Some(spellings) = CAUCASUS.get(&c) {
            out.push_str(spellings[usize::from(first)]);
        } else {
            fallback(c, out);
        }
        first = false;
    }
}

static GREEK: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| tables::rows::<3>(data::ROMANISE_GREEK).map(|[letters, latin, _]| (letters, latin)).collect());

/// Greek after ELOT 743: pairs of letters first, with the sounds that stand at the start of a word.
fn greek(word: &str, out: &mut String) {
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let one = c.len_utf8();
        let two = one + rest[one..].chars().next().map_or(0, char::len_utf8);
        let initial = match &rest[..two] {
            "μπ" if out.is_empty() => Some("b"),
            "ντ" if out.is_empty() => Some("d"),
            "γκ" if out.is_empty() => Some("g"),
            _ => None,
        };
        if let Some(latin) = initial {
            out.push_str(latin);
            rest = &rest[two..];
        } else if let Some(latin) = GREEK.get(&rest[..two]).filter(|_| two > one) {
            out.push_str(latin);
            rest = &rest[two..];
        } else {
            match GREEK.get(&rest[..one]) {
                Some(latin) => out.push_str(latin),
                None => fallback(c, out),
            }
            rest = &rest[one..];
        }
    }
}
