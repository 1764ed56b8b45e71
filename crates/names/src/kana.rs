//! Kana: a word in hiragana or katakana goes in, modified Hepburn comes out, with long vowels written
//! short, as passports write them (おおの ono, ジュンイチロウ junichiro).

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tables::{self, data};

/// Hepburn by one or two hiragana.
static KANA: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| tables::rows::<3>(data::ROMANISE_KANA).map(|[kana, latin, _]| (kana, latin)).collect());

const KATAKANA_OFFSET: u32 = 0x60;

/// Katakana letters as hiragana.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - KATAKANA_OFFSET).unwrap_or(c),
        _ => c,
    }
}

pub(crate) fn romanise(word: &str, out: &mut String) {
    let letters: String = word.chars().map(hiragana).collect();
    let begin = out.len();
    let mut rest = letters.as_str();
    let mut doubled = false;
    while let Some(c) = rest.chars().next() {
        let one = c.len_utf8();
        let two = one + rest[one..].chars().next().map_or(0, char::len_utf8);
        if c == 'っ' {
            doubled = true;
            rest = &rest[one..];
            continue;
        }
        if c == 'ー' {
            rest = &rest[one..];
            continue;
        }
        let (latin, used) = match (KANA.get(&rest[..two]), KANA.get(&rest[..one])) {
            (Some(latin), _) if two > one => (*latin, two),
            (_, Some(latin)) => (*latin, one),
            _ => {
                crate::romanise::fallback(c, out);
                doubled = false;
                rest = &rest[one..];
                continue;
            }
        };
        if doubled {
            // Hepburn doubles the consonant, and writes tch for a doubled ch.
            match latin.as_bytes().first() {
                Some(b'c') => out.push('t'),
                Some(&b) if !matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'n') => out.push(char::from(b)),
                _ => {}
            }
            doubled = false;
        }
        // おう, おお and うう are long vowels.
        let long = out.len() > begin
            && match latin {
                "u" => out.ends_with(['o', 'u']),
                "o" => out.ends_with('o'),
                _ => false,
            };
        if !long {
            out.push_str(latin);
        }
        rest = &rest[used..];
    }
}
