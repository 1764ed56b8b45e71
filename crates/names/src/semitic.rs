//! Arabic and Hebrew script: a folded word goes in, a Latin spelling comes out. These scripts write
//! consonants and long vowels only, so the short vowels are guessed: an `a` is put wherever a word
//! would otherwise start with two consonants, run three together or end in two. That brings the text
//! near the usual spelling (احمد ahmad, حسن hasan); the skeleton, which has no vowels, then decides.
//!
//! Common given names and name parts are read from a table first, because no rule finds their vowels.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::fold::fold;
use crate::tables::{self, data};

/// A letter: its consonant value, and its vowel value when it can be read as one.
#[derive(Debug, Clone, Copy)]
struct Letter {
    consonant: &'static str,
    vowel: &'static str,
    /// The consonant in a Persian name.
    persian: &'static str,
}

static LETTERS: LazyLock<FxHashMap<char, Letter>> = LazyLock::new(|| {
    tables::rows::<5>(data::ROMANISE_SEMITIC)
        .filter_map(|[letter, consonant, vowel, persian, _]| {
            let text = |s: &'static str| if s == "-" { "" } else { s };
            let persian = if persian == "-" { text(consonant) } else { persian };
            Some((letter.chars().next()?, Letter { consonant: text(consonant), vowel: text(vowel), persian }))
        })
        .collect()
});

/// Whole words with a usual Latin spelling: the Arabic or Hebrew one, and the Persian one.
static NAMES: LazyLock<FxHashMap<String, [&'static str; 2]>> = LazyLock::new(|| {
    tables::rows::<4>(data::SEMITIC_NAMES)
        .map(|[word, latin, persian, _]| (fold(word), [latin, if persian == "-" { latin } else { persian }]))
        .collect()
});

/// Whether a text in the Arabic script is Persian (or Urdu, Pashto, Kurdish): it has letters that Arabic lacks, or the forms of kaf
/// and yeh that Arabic does not use, and neither the feminine ending nor the joined preposition of Arabic.
pub(crate) fn is_persian(raw: &str) -> bool {
    raw.contains(['پ', 'چ', 'ژ', 'گ', 'ک', 'ی', 'ے', 'ٹ', 'ڈ', 'ړ', 'ښ']) && !raw.contains('ة') && !raw.contains(" لل")
}

/// The Arabic definite article.
pub(crate) const ARTICLE: &str = "ال";
/// "Servant of the", the first part of many joined given names.
const SERVANT: &str = "عبدال";

/// The word without a leading Arabic article, when what is left is long enough to be a word.
pub(crate) fn without_article(word: &str) -> Option<&str> {
    // الله (God) and what is formed with it are words of their own.
    word.strip_prefix(ARTICLE)
        .filter(|rest| rest.chars().nth(1).is_some() && !rest.starts_with("له"))
        .filter(|_| !NAMES.contains_key(word))
}

pub(crate) fn romanise(word: &str, persian: bool, out: &mut String) {
    if let Some(latin) = NAMES.get(word) {
        out.push_str(latin[usize::from(persian)]);
        return;
    }
    if let Some(rest) = word.strip_prefix(SERVANT).filter(|rest| rest.chars().count() >= 2) {
        out.push_str("abdul");
        romanise(rest, persian, out);
        return;
    }
    // Two names written as one: محمدرضا, حسینزاده, نجفآبادی.
    if let Some((first, second)) = compound(word) {
        romanise(first, persian, out);
        romanise(second, persian, out);
        return;
    }
    spell(word, persian, out);
}

/// Second parts that make a name of another one.
const SECOND_PARTS: [&str; 14] =
    ["زاده", "نژاد", "پور", "آبادي", "اله", "الله", "الدين", "رضا", "علي", "حسين", "فر", "خاني", "وند", "لو"];

/// The two parts of a name that ends in a usual second part, when the first is a known name too.
fn compound(word: &str) -> Option<(&str, &str)> {
    SECOND_PARTS.iter().find_map(|second| {
        let first = word.strip_suffix(second)?;
        let known = NAMES.contains_key(first) || (second.chars().count() >= 3 && first.chars().count() >= 4);
        known.then_some((first, *second))
    })
}

fn spell(word: &str, persian: bool, out: &mut String) {
    let letters: Vec<(char, Option<Letter>)> = word.chars().map(|c| (c, LETTERS.get(&c).copied())).collect();
    // Consonants since the last vowel; a word starts as after a consonant, so that it gets a vowel early.
    let mut cluster = 0usize;
    // An alef before waw or yeh at the start carries their vowel: اولادي uladi, ايماني imani.
    let carrier = match letters.as_slice() {
        [('ا', _), ('و' | 'ي', _), (third, _), ..] => !is_pure_vowel(*third),
        _ => false,
    };
    for (i, &(c, letter)) in letters.iter().enumerate() {
        let Some(letter) = letter else {
            crate::romanise::fallback(c, out);
            cluster = 0;
            continue;
        };
        if carrier && i == 0 {
            continue;
        }
        let first = i == 0;
        let last = i + 1 == letters.len();
        let next_is_vowel = letters.get(i + 1).is_some_and(|&(next, _)| is_pure_vowel(next));
        let after_vowel = !first && cluster == 0;
        // A waw before the last yeh is a consonant: علوي alawi, رضوی razavi.
        let before_last_yeh = c == 'و' && i + 2 == letters.len() && letters[i + 1].0 == 'ي' && i >= 2;
        let as_vowel = if letter.vowel.is_empty() || before_last_yeh {
            false
        } else if carrier && i == 1 {
            true
        } else if c == 'ה' {
            // Hebrew he is a vowel at the end only.
            last
        } else if letter.consonant.is_empty() {
            true
        } else {
            // A weak letter is a consonant at the start, before a written vowel and after one.
            !(first || next_is_vowel || (after_vowel && !last))
        };
        if as_vowel {
            // Two written vowels that read alike (عا) are one.
            if !(out.ends_with(letter.vowel) && letter.vowel == "a") {
                out.push_str(letter.vowel);
            }
            cluster = 0;
        } else {
            let initial_pair = i == 1 && cluster == 1;
            // At the end of a Persian word he is the sound of the vowel before it: لاله laleh.
            let silent = persian && c == 'ه' && last;
            if initial_pair || cluster >= 2 || (cluster == 1 && (last || before_last_yeh)) {
                // A yeh colours the vowel before it: دياب diyab.
                out.push(if silent {
                    'e'
                } else if c == 'ي' {
                    'i'
                } else {
                    'a'
                });
                cluster = 0;
            }
            out.push_str(if persian { letter.persian } else { letter.consonant });
            cluster += 1;
        }
    }
}

/// Letters that are written for a vowel and nothing else.
fn is_pure_vowel(c: char) -> bool {
    matches!(c, 'ا' | 'آ' | 'ى' | 'ة')
}
