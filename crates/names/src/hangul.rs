//! Hangul: syllables go in, their Latin spelling comes out, in the practice of the DPRK's own
//! publications that sanctions lists follow (정 jong, 철 chol, 봉래산 pongnaesan).
//!
//! Syllables are taken apart by the arithmetic of the Unicode Standard, section 3.12. The spelling
//! follows the DPRK system of 1992 as reported to the UN Group of Experts on Geographical Names, which is McCune-Reischauer
//! without diacritics but with ㅈ as `j`; aspirated ㅋ ㅌ ㅍ are written `k t p` as the lists do.

const BASE: u32 = 0xAC00;
const LAST: u32 = 0xD7A3;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;

/// One Hangul syllable as indices into the initial, vowel and final consonants of the Unicode
/// Standard; `coda` 0 stands for no final consonant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syllable {
    pub(crate) onset: u8,
    pub(crate) vowel: u8,
    pub(crate) coda: u8,
}

/// Index of ㅇ, which is silent as an initial.
pub(crate) const SILENT: u8 = 11;
/// Index of ㄹ as an initial.
pub(crate) const RIEUL: u8 = 5;
/// Index of ㄴ as an initial.
pub(crate) const NIEUN: u8 = 2;
/// Index of ㅁ as an initial.
const MIEUM: u8 = 6;

impl Syllable {
    pub(crate) fn of(c: char) -> Option<Self> {
        let code = u32::from(c);
        if !(BASE..=LAST).contains(&code) {
            return None;
        }
        let index = code - BASE;
        Some(Self {
            onset: (index / (VOWELS * FINALS)) as u8,
            vowel: (index / FINALS % VOWELS) as u8,
            coda: (index % FINALS) as u8,
        })
    }

    /// The class of the final consonant as it is spoken.
    pub(crate) fn sound(self) -> Coda {
        match self.coda {
            0 | 27 => Coda::None,
            1..=3 | 9 | 24 => Coda::K,
            4..=6 => Coda::N,
            8 | 11..=13 | 15 => Coda::L,
            10 | 16 => Coda::M,
            14 | 17 | 18 | 26 => Coda::P,
            21 => Coda::Ng,
            _ => Coda::T,
        }
    }

    /// Whether a following ㄱ ㄷ ㅂ is voiced.
    fn voices_next(self) -> bool {
        matches!(self.sound(), Coda::None | Coda::N | Coda::L | Coda::M | Coda::Ng)
    }
}

/// The seven spoken final consonants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coda {
    None,
    K,
    N,
    T,
    L,
    M,
    P,
    Ng,
}

impl Coda {
    fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::K => "k",
            Self::N => "n",
            Self::T => "t",
            Self::L => "l",
            Self::M => "m",
            Self::P => "p",
            Self::Ng => "ng",
        }
    }
}

/// Initials as at the start of a word.
const ONSET: [&str; 19] = ["k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
/// Vowels.
const VOWEL: [&str; 21] =
    ["a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"];
/// Final consonants before a vowel, where they are spoken as the initial of the next syllable.
const LINKED: [&str; 28] = [
    "", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls", "lt", "lp", "r", "m", "b", "ps", "s", "ss", "ng",
    "j", "ch", "k", "t", "p", "",
];

fn onset(index: u8, voiced: bool) -> &'static str {
    match (index, voiced) {
        (0, true) => "g",
        (3, true) => "d",
        (7, true) => "b",
        _ => ONSET.get(usize::from(index)).copied().unwrap_or(""),
    }
}

fn vowel(index: u8) -> &'static str {
    VOWEL.get(usize::from(index)).copied().unwrap_or("")
}

/// One syllable that stands as a word of its own, as given names are listed; `after` is the syllable
/// before it in the same name part, which may voice its initial.
pub(crate) fn romanise_syllable(syllable: Syllable, after: Option<Syllable>) -> String {
    let voiced = after.is_some_and(Syllable::voices_next);
    let mut out = String::with_capacity(6);
    out.push_str(onset(syllable.onset, voiced));
    out.push_str(vowel(syllable.vowel));
    out.push_str(syllable.sound().text());
    out
}

/// Romanises a run of Hangul syllables as one word, with voicing, linking and assimilation between
/// syllables. Characters that are not Hangul syllables end the run and are left out.
///
/// ```
/// assert_eq!(interdict_names::romanise_hangul("봉래산"), "pongnaesan");
/// assert_eq!(interdict_names::romanise_hangul("천수림"), "chonsurim");
/// ```
#[must_use]
pub fn romanise_hangul(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut previous: Option<Syllable> = None;
    for c in text.chars() {
        let Some(now) = Syllable::of(c) else {
            if let Some(last) = previous.take() {
                out.push_str(last.sound().text());
            }
            continue;
        };
        match previous {
            None => out.push_str(onset(now.onset, false)),
            Some(before) => join(before, now, &mut out),
        }
        out.push_str(vowel(now.vowel));
        previous = Some(now);
    }
    if let Some(last) = previous {
        out.push_str(last.sound().text());
    }
    out
}

/// Writes the final consonant of `before` and the initial of `now` as they are spoken together.
fn join(before: Syllable, now: Syllable, out: &mut String) {
    let coda = before.sound();
    if now.onset == SILENT {
        out.push_str(LINKED.get(usize::from(before.coda)).copied().unwrap_or(""));
        return;
    }
    let (coda, initial) = match (coda, now.onset) {
        (Coda::N | Coda::L, RIEUL) | (Coda::L, NIEUN) => ("l", "l"),
        (Coda::K, RIEUL) => ("ng", "n"),
        (Coda::P, RIEUL) => ("m", "n"),
        (Coda::T, RIEUL) => ("n", "n"),
        (Coda::M | Coda::Ng, RIEUL) => (coda.text(), "n"),
        (Coda::K, NIEUN | MIEUM) => ("ng", onset(now.onset, false)),
        (Coda::P, NIEUN | MIEUM) => ("m", onset(now.onset, false)),
        (Coda::T, NIEUN | MIEUM) => ("n", onset(now.onset, false)),
        _ => (coda.text(), onset(now.onset, before.voices_next())),
    };
    out.push_str(coda);
    out.push_str(initial);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_the_lists_spell_them() {
        for (hangul, latin) in [
            ("천수림", "chonsurim"),
            ("봉래산", "pongnaesan"),
            ("승리산", "sungnisan"),
            ("합장강", "hapjanggang"),
            ("운천", "unchon"),
            ("새날", "saenal"),
            ("화려", "hwaryo"),
            ("은성", "unsong"),
            ("신진", "sinjin"),
            ("대진", "taejin"),
            ("금풍리", "kumpungni"),
            ("천리마", "chollima"),
            ("독립", "tongnip"),
            ("목요", "mogyo"),
            ("평양", "pyongyang"),
            ("압록", "amnok"),
            ("", ""),
        ] {
            assert_eq!(romanise_hangul(hangul), latin, "{hangul}");
        }
    }

    #[test]
    fn every_syllable_has_a_spelling() {
        for code in BASE..=LAST {
            let c = char::from_u32(code).unwrap();
            let syllable = Syllable::of(c).unwrap();
            let text = romanise_syllable(syllable, None);
            assert!(!text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase()), "{c}");
        }
        assert_eq!(Syllable::of('a'), None);
        assert_eq!(Syllable::of('ㄱ'), None);
    }
}
