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
}

static LETTERS: LazyLock<FxHashMap<char, Letter>> = LazyLock::new(|| {
    tables::rows::<4>(data::ROMANISE_SEMITIC)
        .filter_map(|[letter, consonant, vowel, _]| {
            let text = |s: &'static str| if s == "-" { "" } else { s };
            Some((letter.chars().next()?, Letter { consonant: text(consonant), vowel: text(vowel) }))
        })
        .collect()
});

/// Whole words with a usual Latin spelling.
static NAMES: LazyLock<FxHashMap<String, &'static str>> =
    LazyLock::new(|| tables::rows::<3>(data::SEMITIC_NAMES).map(|[word, latin, _]| (fold(word), latin)).collect());

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

pub(crate) fn romanise(word: &str, out: &mut String) {
    if let Some(latin) = NAMES.get(word) {
        out.push_str(latin);
        return;
    }
    if let Some(rest) = word.strip_prefix(SERVANT).filter(|rest| rest.chars().count() >= 2) {
        out.push_str("abdul");
        romanise(rest, out);
        return;
    }
    spell(word, out);
}

fn spell(word: &str, out: &mut String) {
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
        let as_vowel = if letter.vowel.is_empty() {
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
            if initial_pair || cluster >= 2 || (cluster == 1 && last) {
                out.push('a');
                cluster = 0;
            }
            out.push_str(letter.consonant);
            cluster += 1;
        }
    }
}

/// Letters that are written for a vowel and nothing else.
fn is_pure_vowel(c: char) -> bool {
    matches!(c, 'ا' | 'آ' | 'ى' | 'ة')
}
