//! The scripts of India: a word goes in, its Latin spelling comes out. Unicode lays these scripts out in
//! parallel blocks of 128 code points after ISCII, so one table by the position in the block reads
//! Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada and Malayalam.
//!
//! A consonant carries the vowel `a` unless a vowel sign or the virama follows. At the end of a word
//! the `a` is silent in the northern languages, and left out for all.

use std::sync::LazyLock;

use crate::tables::{self, data};

const FIRST: u32 = 0x0900;
const LAST: u32 = 0x0D7F;
const BLOCK: u32 = 0x80;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sign {
    #[default]
    Unknown,
    Consonant,
    Vowel,
    /// A vowel sign, which replaces the inherent vowel.
    Matra,
    /// Ends a consonant without a vowel.
    Virama,
    /// A nasal or breathing that follows the vowel.
    After,
    /// The dot that makes a borrowed sound; it changes nothing here.
    Nukta,
}

static SIGNS: LazyLock<[(Sign, &'static str); BLOCK as usize]> = LazyLock::new(|| {
    let mut signs = [(Sign::Unknown, ""); BLOCK as usize];
    for [letter, sign, latin, _] in tables::rows::<4>(data::ROMANISE_INDIC) {
        let kind = match sign {
            "consonant" => Sign::Consonant,
            "vowel" => Sign::Vowel,
            "matra" => Sign::Matra,
            "virama" => Sign::Virama,
            "after" => Sign::After,
            "nukta" => Sign::Nukta,
            _ => continue,
        };
        let Some(slot) = letter.chars().next().and_then(position) else { continue };
        signs[slot] = (kind, if latin == "-" { "" } else { latin });
    }
    signs
});

/// The position of a letter in its block.
fn position(c: char) -> Option<usize> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| ((code - FIRST) % BLOCK) as usize)
}

pub(crate) fn romanise(word: &str, out: &mut String) {
    // Whether the last consonant still carries its inherent vowel, and how many vowels were written.
    let mut inherent = false;
    let mut vowels = 0;
    for c in word.chars() {
        let (sign, latin) = position(c).map_or((Sign::Unknown, ""), |at| SIGNS[at]);
        match sign {
            Sign::Consonant => {
                if inherent {
                    out.push('a');
                    vowels += 1;
                }
                out.push_str(latin);
                inherent = true;
            }
            Sign::Vowel => {
                if inherent {
                    out.push('a');
                }
                out.push_str(latin);
                inherent = false;
                vowels += 1;
            }
            Sign::Matra => {
                out.push_str(latin);
                inherent = false;
                vowels += 1;
            }
            Sign::Virama => inherent = false,
            Sign::After => {
                if inherent {
                    out.push('a');
                    vowels += 1;
                }
                out.push_str(latin);
                inherent = false;
            }
            Sign::Nukta => {}
            Sign::Unknown => {
                if inherent {
                    out.push('a');
                }
                crate::romanise::fallback(c, out);
                inherent = false;
                vowels += 1;
            }
        }
    }
    if inherent && (vowels == 0 || ends_in_cluster(out)) {
        out.push('a');
    }
}

/// After two consonants the last `a` is spoken (शर्मा is written with its vowel, कृष्ण krishna is not).
fn ends_in_cluster(text: &str) -> bool {
    let vowel = |b: &u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'h' | b'g');
    let bytes = text.as_bytes();
    bytes.len() >= 2 && bytes[bytes.len() - 2..].iter().all(|b| !vowel(b))
}
