//! How alike two tokens are, and in what way: equal, the same word abbreviated, the same syllables of Korean or Chinese, the same
//! consonants, a slip of typing or reading, a letter for a word, a word cut off.

use interdict_names::{KEY_LEN, TokenKind, skeleton};
use interdict_snapshot::{bare, is_bare};

use crate::edits::{EDIT, MAX_PRICED, price};
use crate::settings::Settings;
use crate::token::Tok;

/// In what way two tokens are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    SameScript,
    Reading,
    Abbreviation,
    LegalForm,
    Korean,
    Chinese,
    Sound,
    NoVowels,
    Typing,
    Initial,
    Nickname,
    Joined,
    Cut,
    Backwards,
}

impl Relation {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SameScript => "equal in its own script",
            Self::Reading => "another reading of the same characters",
            Self::Abbreviation => "the same word in another form",
            Self::LegalForm => "another legal form",
            Self::Korean => "the same Korean syllables, spelled differently",
            Self::Chinese => "the same Chinese syllables, spelled differently",
            Self::Sound => "the same consonants, spelled differently",
            Self::NoVowels => "the same word without its vowels",
            Self::Typing => "spelled nearly the same",
            Self::Initial => "a letter for the word",
            Self::Nickname => "a form of the same given name",
            Self::Joined => "the same, written as one word or two",
            Self::Cut => "the same word, cut off at the end of the name",
            Self::Backwards => "the same word written backwards",
        }
    }
}

/// Whose syllables the tokens of a name can be read as throughout. Keys are coarse; they speak only where the whole name can be read, or is
/// written in the language's own characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Syllables {
    pub(crate) korean: bool,
    pub(crate) chinese: bool,
    /// All words are written in Hangul or Han characters.
    native: bool,
}

impl Syllables {
    /// What all distinctive words of a name can be read as.
    pub(crate) fn of(tokens: &[Tok<'_>]) -> Self {
        let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word).peekable();
        if words.peek().is_none() {
            return Self::default();
        }
        words.fold(Self { korean: true, chinese: true, native: true }, |all, token| Self {
            korean: all.korean && token.keys().any(is_korean),
            chinese: all.chinese && token.keys().any(is_chinese),
            native: all.native && is_east_asian(token.native),
        })
    }

    /// What a name was read as, for looking its words up.
    pub(crate) fn reading(korean: bool, chinese: bool) -> Self {
        Self { korean, chinese, native: false }
    }

    /// What both of two names can be read as. What one writes in its own characters the other may spell in a way that no table foresees.
    pub(crate) fn and(self, other: Self) -> Self {
        let both = |own: bool, others: bool| (own && (others || self.native)) || (others && other.native);
        Self {
            korean: both(self.korean, other.korean),
            chinese: both(self.chinese, other.chinese),
            native: self.native && other.native,
        }
    }

    pub(crate) fn any(self) -> bool {
        self.korean || self.chinese
    }

    fn reads(self, key: &[u8]) -> bool {
        (self.korean && is_korean(key)) || (self.chinese && is_chinese(key))
    }
}

/// As [`interdict_names::is_chinese_key`], on bytes: keys of Chinese syllables begin with a lower-case letter, those of Korean ones do not.
fn is_chinese(key: &[u8]) -> bool {
    key.first().is_some_and(u8::is_ascii_lowercase)
}

pub(crate) fn is_korean(key: &[u8]) -> bool {
    !is_chinese(key)
}

/// Whether both tokens are written in Hangul or Han characters, and in different ones.
pub(crate) fn in_other_characters(a: &Tok<'_>, b: &Tok<'_>) -> bool {
    // The characters of one script begin with near bytes: Hangul from U+AC00, Han below.
    let hangul = |native: &[u8]| native.first().is_some_and(|byte| (0xea..=0xed).contains(byte));
    a.native != b.native && is_east_asian(a.native) && is_east_asian(b.native) && hangul(a.native) == hangul(b.native)
}

/// Whether a text is written in Hangul or Han characters, by the first bytes of its UTF-8 (from U+3000, and from U+20000).
fn is_east_asian(native: &[u8]) -> bool {
    match native {
        [0xf0, second, ..] => *second >= 0xa0,
        [first, ..] => (0xe3..=0xed).contains(first),
        [] => false,
    }
}

/// Letters in which two words of that length may differ for edits to be counted: more, and they are different words.
fn most_other_letters(longer: usize) -> u32 {
    match longer {
        0..=4 => 3,
        5..=9 => 4,
        10..=14 => 6,
        _ => 8,
    }
}

/// How alike, from the settings' floor to 1, and in what way; `None` for different words.
pub(crate) fn similarity(a: &Tok<'_>, b: &Tok<'_>, syllables: Syllables, settings: &Settings) -> Option<(f32, Relation)> {
    use TokenKind::{Initial, LegalForm, Number};
    // The text of a legal form is the id of its class, which a word may spell by chance.
    if matches!(a.kind, LegalForm(_)) != matches!(b.kind, LegalForm(_)) {
        return None;
    }
    if a.letters == b.letters && a.text == b.text && !in_other_characters(a, b) {
        return Some((1.0, Relation::Equal));
    }
    if !a.native.is_empty() && a.native == b.native {
        return Some((1.0, Relation::SameScript));
    }
    if !a.canon.is_empty() && (a.canon == b.canon || a.canon == b.text) || (!b.canon.is_empty() && b.canon == a.text) {
        return Some((0.98, Relation::Abbreviation));
    }
    // Other characters are another name, though it sounds the same, unless they are the traditional form or the North's spelling.
    if a.kind == TokenKind::Word && b.kind == TokenKind::Word && in_other_characters(a, b) {
        let sounds = a.text == b.text || (a.keys().next().is_some_and(is_korean) && a.keys().next() == b.keys().next());
        return sounds.then_some((settings.homophone_similarity as f32, Relation::Sound));
    }
    match (a.kind, b.kind) {
        // Numbers are equal or different; a digit is no slip.
        (Number, _) | (_, Number) => return None,
        (LegalForm(_), LegalForm(_)) => return Some((settings.other_legal_form as f32, Relation::LegalForm)),
        (Initial, _) | (_, Initial) => {
            let letters = a.text.first() == b.text.first();
            return letters.then_some((settings.initial_similarity as f32, Relation::Initial));
        }
        _ => {}
    }
    // Romanisations differ by more than slips do.
    let other_script = a.native.is_empty() != b.native.is_empty();
    let floor = if other_script { settings.other_script_floor } else { settings.token_floor };
    let mut best: Option<(f32, Relation)> = None;
    let mut offer = |similarity: f32, relation| {
        if best.is_none_or(|held| held.0 < similarity) {
            best = Some((similarity, relation));
        }
    };
    if (!a.readings.is_empty() || !b.readings.is_empty()) && share_reading(a, b) {
        offer(settings.reading_similarity as f32, Relation::Reading);
    }
    let mut other_syllable = false;
    if syllables.any() && !a.keys.is_empty() && !b.keys.is_empty() {
        let shared = |wanted: fn(&[u8]) -> bool| a.keys().any(|key| wanted(key) && b.keys().any(|other| key == other));
        let (korean, chinese) = (syllables.korean && shared(is_korean), syllables.chinese && shared(is_chinese));
        if korean {
            offer(settings.syllable_similarity as f32, Relation::Korean);
        } else if chinese && syllables.korean && a.native.is_empty() && b.native.is_empty() && is_korean_syllable(a) {
            // Two spellings in Latin letters that may as well be Korean, and there the syllables differ: Un is not Man, though one may
            // spell Wen and the other as well.
            other_syllable = true;
        } else if chinese {
            // Where the name may be Korean as well, and there the syllables differ, half of the reasons speak against it.
            let doubt = if syllables.korean && is_syllable(a, syllables) { settings.other_language_doubt } else { 0.0 };
            offer((settings.syllable_similarity - doubt) as f32, Relation::Chinese);
        } else {
            other_syllable = is_syllable(a, syllables) && is_syllable(b, syllables);
        }
    }
    if a.nicknames.iter().any(|name| name.as_bytes() == b.text) || b.nicknames.iter().any(|name| name.as_bytes() == a.text) {
        offer(settings.nickname_similarity as f32, Relation::Nickname);
    }
    let same_skeleton = a.skeleton == b.skeleton && a.skeleton & 15 >= 3 && !other_syllable;
    if is_vowelless(a.native) != is_vowelless(b.native) {
        if same_skeleton {
            offer(settings.vowelless_similarity as f32, Relation::Sound);
        } else if let Some(consonants) = same_consonants_in_arabic(a.text, b.text) {
            offer((settings.vowelless_similarity - if consonants == 2 { 0.12 } else { 0.06 }) as f32, Relation::Sound);
        }
    } else if same_skeleton && is_vowelless(a.native) {
        offer(sound(spelling(a.text, b.text, false, MOST_OF_SOUND).unwrap_or(0.0), a.skeleton & 15), Relation::Sound);
    }
    if (a.letters ^ b.letters).count_ones() <= most_other_letters(a.text.len().max(b.text.len())) || same_skeleton {
        // Words with the same consonants may differ in all their vowels.
        let most = if same_skeleton { MOST_OF_SOUND } else { most_edited(floor) };
        let edits = spelling(a.text, b.text, other_syllable, most);
        if same_skeleton {
            offer(sound(edits.unwrap_or(0.0), a.skeleton & 15), Relation::Sound);
        } else if let Some(edits) = edits {
            offer(edits, Relation::Typing);
        }
        if a.text.len() >= 5 && a.text.len() == b.text.len() && a.text.iter().eq(b.text.iter().rev()) {
            offer(settings.backwards_similarity as f32, Relation::Backwards);
        }
    }
    if let Some(similarity) = without_vowels(a.text, b.text) {
        offer(similarity, Relation::NoVowels);
    }
    best.filter(|held| f64::from(held.0) >= floor)
}

/// Similarity by the price of edits. One edit in a long word is a slip; in a short one it makes another word.
fn spelling(a: &[u8], b: &[u8], other_syllable: bool, most: f32) -> Option<f32> {
    let longer = a.len().max(b.len());
    if longer < 2 || a.len().abs_diff(b.len()) > 4 {
        return None;
    }
    let limit = (longer as f32 * f32::from(EDIT) * most).min(420.0) as u16;
    let price = if longer <= MAX_PRICED {
        price(a, b, limit)?
    } else {
        rapidfuzz::distance::osa::distance_with_args(
            a.iter().copied(),
            b.iter().copied(),
            &rapidfuzz::distance::osa::Args::default().score_cutoff(4),
        )? as u16
            * EDIT
    };
    // The keys absorb every way to spell a syllable. What is left is another syllable (Chol and Chon, Min and Man), unless the letters
    // are only exchanged, doubled or one key beside the right one.
    if other_syllable && (price > 85 || a.len() == b.len() && vowels_differ(a, b)) {
        return None;
    }
    Some(closeness(f32::from(price) / (f32::from(EDIT) * longer as f32)))
}

/// The share of a word's letters beyond which nothing is left of it, though its consonants are the same.
const MOST_OF_SOUND: f32 = 0.34;

/// The share of a word's letters that may be edited for it to be as similar as `floor`: [`closeness`] the other way round.
fn most_edited(floor: f64) -> f32 {
    let rest = 1.0 - floor as f32;
    ((1.44 + 8.0 * rest).sqrt() - 1.2) / 4.0 + 0.001
}

/// Similarity by the share of a word that was edited: nearly in proportion for small shares, and falling faster for larger ones.
pub(crate) fn closeness(share: f32) -> f32 {
    1.0 - 1.2 * share - 2.0 * share * share
}

fn vowels_differ(a: &[u8], b: &[u8]) -> bool {
    let is_vowel = |letter: u8| matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u');
    a.iter().zip(b).any(|(x, y)| x != y && is_vowel(*x) && is_vowel(*y))
}

/// Similarity of two words with the same consonants: the longer the skeleton, the less the vowels matter.
fn sound(edits: f32, consonants: u32) -> f32 {
    let edits = edits.max(0.3);
    let evidence = match consonants {
        3 => 0.35,
        4 => 0.5,
        _ => 0.6,
    };
    edits + (1.0 - edits) * evidence
}

/// Similarity of two words of which one was written without its vowels.
fn without_vowels(a: &[u8], b: &[u8]) -> Option<f32> {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() < 2 || short.len() == long.len() || short[0] != long[0] || short.len() * 2 + 2 < long.len() {
        return None;
    }
    let (short, long) = (std::str::from_utf8(short).ok()?, std::str::from_utf8(long).ok()?);
    if !is_bare(short) {
        return None;
    }
    let left = bare(short)?;
    if bare(long)? != left {
        return None;
    }
    Some(match left.len() {
        2 => 0.68,
        3 => 0.82,
        _ => 0.88,
    })
}

/// Whether the token can be one syllable of a language that is read.
fn is_syllable(token: &Tok<'_>, syllables: Syllables) -> bool {
    token.keys().any(|key| key.len() == KEY_LEN && syllables.reads(key))
}

/// A token's text and its other readings.
fn texts<'a>(token: &Tok<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    std::iter::once(token.text).chain(token.readings())
}

/// Whether the token can be one Korean syllable.
fn is_korean_syllable(token: &Tok<'_>) -> bool {
    token.keys().any(|key| key.len() == KEY_LEN && is_korean(key))
}

/// Whether a reading of one token is the text or a reading of the other.
fn share_reading(a: &Tok<'_>, b: &Tok<'_>) -> bool {
    a.readings().any(|reading| reading == b.text || b.readings().any(|other| other == reading))
        || b.readings().any(|reading| reading == a.text)
}

/// Whether the text is in a script that leaves out short vowels: Arabic or Hebrew.
fn is_vowelless(native: &[u8]) -> bool {
    // U+0590 to U+06FF and U+0750 to U+077F, by the first byte of their UTF-8.
    native.first().is_some_and(|byte| (0xd6..=0xdd).contains(byte))
}

/// How many consonants two words share when one comes out of a script that has no p, v or hard g and writes b, f and j, gh or k for them.
/// `None` when they differ.
fn same_consonants_in_arabic(a: &[u8], b: &[u8]) -> Option<usize> {
    let (a, b) = (std::str::from_utf8(a).ok()?, std::str::from_utf8(b).ok()?);
    // Mostly they differ in the first letter already.
    let fold = |letter: u8| match letter {
        b'p' => b'b',
        b'v' | b'w' => b'f',
        b'g' | b'j' | b'q' | b'c' | b'x' => b'k',
        other => other,
    };
    let consonants = |word: &str| skeleton(word).bytes().map(fold).collect::<Vec<u8>>();
    let a = consonants(a);
    (a.len() >= 2 && a == consonants(b)).then_some(a.len())
}

/// Similarity of tokens written as one: `one` against the words of `parts` one after another.
pub(crate) fn joined_similarity(one: &[&Tok<'_>], parts: &[&Tok<'_>], syllables: Syllables) -> Option<f32> {
    let length = |tokens: &[&Tok<'_>]| tokens.iter().map(|token| token.text.len()).sum::<usize>();
    let letters = |tokens: &[&Tok<'_>]| tokens.iter().fold(0, |set, token| set | token.letters);
    let (left, right) = (length(one), length(parts));
    if syllables.any()
        && let ([whole], [first, second]) = (one, parts)
    {
        let joins = |a: &[u8], b: &[u8]| whole.keys().any(|key| syllables.reads(key) && key.strip_prefix(a) == Some(b));
        if first.keys().any(|a| second.keys().any(|b| joins(a, b))) {
            return Some(0.92);
        }
    }
    if let ([whole], [first, second]) = (one, parts)
        && [whole, first, second].iter().any(|token| !token.readings.is_empty())
        && texts(whole)
            .any(|text| texts(first).any(|a| text.strip_prefix(a).is_some_and(|rest| texts(second).any(|b| rest == b))))
    {
        return Some(0.97);
    }
    if one.iter().chain(parts).any(|token| is_vowelless(token.native)) && left.max(right) <= MAX_PRICED {
        let written = |tokens: &[&Tok<'_>]| skeleton(&tokens.iter().map(|token| token.shown()).collect::<String>());
        let consonants = written(one);
        if consonants.len() >= 4 && consonants == written(parts) {
            return Some(0.88);
        }
    }
    if left.abs_diff(right) > 2 || (letters(one) ^ letters(parts)).count_ones() > 3 {
        return None;
    }
    let (mut a, mut b) = ([0_u8; 2 * MAX_PRICED], [0_u8; 2 * MAX_PRICED]);
    let (a, b) = (write(one, &mut a)?, write(parts, &mut b)?);
    if a == b {
        return Some(0.98);
    }
    if left.max(right) > MAX_PRICED {
        return None;
    }
    let price = price(a, b, 200)?;
    let similarity = closeness(f32::from(price) / (f32::from(EDIT) * left.max(right) as f32));
    (similarity >= 0.75).then_some(similarity - 0.02)
}

/// The texts one after another, if they fit.
fn write<'b>(tokens: &[&Tok<'_>], into: &'b mut [u8]) -> Option<&'b [u8]> {
    let mut at = 0;
    for token in tokens {
        into.get_mut(at..at + token.text.len())?.copy_from_slice(token.text);
        at += token.text.len();
    }
    into.get(..at)
}

/// Similarity of the last word of a name that may have been cut off with a word that begins with it.
pub(crate) fn cut_similarity(cut: &Tok<'_>, whole: &Tok<'_>) -> Option<f32> {
    if !matches!(cut.kind, TokenKind::Word | TokenKind::Initial | TokenKind::Generic | TokenKind::Particle)
        || !matches!(whole.kind, TokenKind::Word | TokenKind::Generic)
        || whole.text.len() <= cut.text.len()
        || !whole.text.starts_with(cut.text)
    {
        return None;
    }
    match (cut.kind, cut.text.len()) {
        (TokenKind::Initial, _) | (_, 1) => Some(0.80),
        (_, 2) => Some(0.82),
        (_, 3) => Some(0.85),
        _ => Some(0.90),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use interdict_names::{NameKind, parse_name};

    use crate::token::{QueryName, Weights};

    fn of(a: &str, b: &str) -> Option<(f32, Relation)> {
        let settings = Settings::default();
        let weights = Weights::of(&settings);
        let name = |raw: &str| QueryName::new(raw, "name", parse_name(raw, NameKind::Person));
        let (a, b) = (name(a), name(b));
        let (a, b) = (a.tokens(&weights), b.tokens(&weights));
        similarity(&a[0], &b[0], Syllables::of(&a[..1]).and(Syllables::of(&b[..1])), &settings)
    }

    #[test]
    fn kinds_of_likeness() {
        for (a, b, relation) in [
            ("kim", "Kim", Some(Relation::Equal)),
            ("jong", "chong", Some(Relation::Korean)),
            ("mohammed", "muhamad", Some(Relation::Sound)),
            ("andreyev", "andreev", Some(Relation::Sound)),
            ("karimi", "karini", Some(Relation::Typing)),
            ("william", "bill", Some(Relation::Nickname)),
            ("v", "vitaliy", Some(Relation::Initial)),
            ("39", "99", None),
            ("min", "mun", None),
            ("un", "man", None),
            ("chol", "chon", None),
            ("chol", "chlo", Some(Relation::Typing)),
            ("omm", "emma", None),
            ("karimi", "ahmadi", None),
            ("castro", "castillo", None),
            ("putin", "nitup", Some(Relation::Backwards)),
            ("vldmr", "vladimir", Some(Relation::NoVowels)),
            ("thr", "taher", Some(Relation::NoVowels)),
            ("amin", "arnin", Some(Relation::Typing)),
        ] {
            assert_eq!(of(a, b).map(|found| found.1), relation, "{a} {b}: {:?}", of(a, b));
            assert_eq!(of(a, b), of(b, a), "{a} {b}");
        }
    }
}
