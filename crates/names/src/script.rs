//! Scripts of letters: a character or a text goes in, the script it is written in comes out
//! (Unicode Standard Annex #24, merged where one romanisation rule covers several scripts).

use unicode_script::{Script as Uax24, UnicodeScript};

/// A script, as far as names need to tell scripts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Script {
    /// Latin letters with or without diacritics.
    Latin,
    /// Cyrillic, all languages.
    Cyrillic,
    /// Greek.
    Greek,
    /// Arabic, with the letters of Persian, Urdu and Pashto.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Korean Hangul.
    Hangul,
    /// Han characters: Chinese, Japanese kanji, Korean Hanja.
    Han,
    /// Japanese hiragana and katakana.
    Kana,
    /// Devanagari (Hindi, Nepali, Marathi).
    Devanagari,
    /// Bengali and Assamese.
    Bengali,
    /// The other scripts of India: Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam.
    Indic,
    /// Thai.
    Thai,
    /// Georgian.
    Georgian,
    /// Armenian.
    Armenian,
    /// Any other script.
    Other,
    /// No letters: digits, punctuation, symbols.
    None,
}

/// Number of variants, for counting by script.
const COUNT: usize = Script::None as usize + 1;

/// The script of one character; [`Script::None`] when it belongs to no script of its own.
pub(crate) fn script_of_char(c: char) -> Script {
    if c.is_ascii() {
        return if c.is_ascii_alphabetic() { Script::Latin } else { Script::None };
    }
    if !c.is_alphabetic() {
        return Script::None;
    }
    match c.script() {
        Uax24::Latin => Script::Latin,
        Uax24::Cyrillic => Script::Cyrillic,
        Uax24::Greek => Script::Greek,
        Uax24::Arabic => Script::Arabic,
        Uax24::Hebrew => Script::Hebrew,
        Uax24::Hangul => Script::Hangul,
        Uax24::Han | Uax24::Bopomofo => Script::Han,
        Uax24::Hiragana | Uax24::Katakana => Script::Kana,
        Uax24::Devanagari => Script::Devanagari,
        Uax24::Bengali => Script::Bengali,
        Uax24::Gurmukhi | Uax24::Gujarati | Uax24::Oriya | Uax24::Tamil | Uax24::Telugu | Uax24::Kannada | Uax24::Malayalam => {
            Script::Indic
        }
        Uax24::Thai => Script::Thai,
        Uax24::Georgian => Script::Georgian,
        Uax24::Armenian => Script::Armenian,
        // The long-vowel mark is "Common" in Unicode; in a name only kana uses it.
        Uax24::Common | Uax24::Inherited if matches!(c, 'ー' | 'ｰ') => Script::Kana,
        _ => Script::Other,
    }
}

/// The script most letters of `s` are written in; [`Script::None`] when there is no letter. On a tie
/// the script that comes first in [`Script`] wins, so that the answer does not depend on letter order.
#[must_use]
pub fn script_of(s: &str) -> Script {
    let mut counts = [0usize; COUNT];
    for c in s.chars() {
        counts[script_of_char(c) as usize] += 1;
    }
    dominant(&counts)
}

/// The script most letters of some words are written in; the script of each word is known.
pub(crate) fn script_of_words<'a>(words: impl Iterator<Item = (Script, &'a str)>) -> Script {
    let mut counts = [0usize; COUNT];
    for (script, text) in words.filter(|(script, _)| *script != Script::None) {
        counts[script as usize] += text.chars().count();
    }
    dominant(&counts)
}

const ALL: [Script; COUNT - 1] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Greek,
    Script::Arabic,
    Script::Hebrew,
    Script::Hangul,
    Script::Han,
    Script::Kana,
    Script::Devanagari,
    Script::Bengali,
    Script::Indic,
    Script::Thai,
    Script::Georgian,
    Script::Armenian,
    Script::Other,
];

fn dominant(counts: &[usize; COUNT]) -> Script {
    let mut best = Script::None;
    let mut most = 0;
    for script in ALL {
        if counts[script as usize] > most {
            most = counts[script as usize];
            best = script;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dominant_scripts() {
        for (text, script) in [
            ("Kim", Script::Latin),
            ("Łukasz", Script::Latin),
            ("Иван", Script::Cyrillic),
            ("Κώστας", Script::Greek),
            ("محمد", Script::Arabic),
            ("משה", Script::Hebrew),
            ("정인철", Script::Hangul),
            ("崔哲民", Script::Han),
            ("さくら", Script::Kana),
            ("ー", Script::Kana),
            ("शर्मा", Script::Devanagari),
            ("ইসলাম", Script::Bengali),
            ("ஆறுமுகம்", Script::Indic),
            ("ลิซ่า", Script::Thai),
            ("ნინო", Script::Georgian),
            ("Սարգսյան", Script::Armenian),
            ("አበበ", Script::Other),
            ("39, - !", Script::None),
            ("", Script::None),
            ("Сара Petrevski", Script::Latin),
            ("аb", Script::Latin),
            ("bа", Script::Latin),
        ] {
            assert_eq!(script_of(text), script, "{text}");
        }
    }

    #[test]
    fn all_lists_every_script_in_order() {
        for (i, script) in ALL.into_iter().enumerate() {
            assert_eq!(script as usize, i);
        }
    }
}
