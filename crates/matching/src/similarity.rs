//! How alike two tokens are, and in what way: equal, the same word abbreviated, the same Korean syllables, the same consonants, a slip of
//! typing, a letter for a word.

use interdict_names::{KEY_LEN, TokenKind, nicknames};
use rapidfuzz::distance::osa;

use crate::settings::Settings;
use crate::token::Tok;

/// In what way two tokens are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    SameScript,
    Abbreviation,
    LegalForm,
    Korean,
    Sound,
    Typing,
    Initial,
    Nickname,
    Joined,
}

impl Relation {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SameScript => "equal in its own script",
            Self::Abbreviation => "the same word in another form",
            Self::LegalForm => "another legal form",
            Self::Korean => "the same Korean syllables, spelled differently",
            Self::Sound => "the same consonants, spelled differently",
            Self::Typing => "spelled nearly the same",
            Self::Initial => "a letter for the word",
            Self::Nickname => "a form of the same given name",
            Self::Joined => "the same, written as one word or two",
        }
    }
}

/// Similarity of different legal forms: both say "a company", and lists, registers and invoices disagree on which.
const OTHER_LEGAL_FORM: f64 = 0.75;
/// Similarity of tokens with equal skeletons when one is written in a script without vowels: nothing more can be known.
const VOWELLESS: f64 = 0.92;

/// How alike, from the settings' floor to 1, and in what way; `None` for different words.
pub(crate) fn similarity(a: &Tok<'_>, b: &Tok<'_>, korean: bool, settings: &Settings) -> Option<(f64, Relation)> {
    use TokenKind::{Initial, LegalForm, Number};
    if a.text == b.text {
        return Some((1.0, Relation::Equal));
    }
    if !a.native.is_empty() && a.native == b.native {
        return Some((1.0, Relation::SameScript));
    }
    if !a.canon.is_empty() && (a.canon == b.canon || a.canon == b.text) || (!b.canon.is_empty() && b.canon == a.text) {
        return Some((0.98, Relation::Abbreviation));
    }
    match (a.kind, b.kind) {
        // Numbers are equal or different; a digit is no slip.
        (Number, _) | (_, Number) => return None,
        (LegalForm(_), LegalForm(_)) => return Some((OTHER_LEGAL_FORM, Relation::LegalForm)),
        (LegalForm(_), _) | (_, LegalForm(_)) => return None,
        (Initial, _) | (_, Initial) => {
            let letters = a.text.as_bytes().first() == b.text.as_bytes().first();
            return letters.then_some((settings.initial_similarity, Relation::Initial));
        }
        _ => {}
    }
    if a.readings().any(|reading| b.readings().any(|other| reading == other)) {
        return Some((0.97, Relation::SameScript));
    }
    let mut best = spelling(a.text, b.text).map(|similarity| (similarity, Relation::Typing));
    let mut other_syllable = false;
    if korean && !a.korean.is_empty() && !b.korean.is_empty() {
        if a.korean_keys().any(|key| b.korean_keys().any(|other| key == other)) {
            best = best
                .filter(|held| held.0 >= settings.korean_similarity)
                .or(Some((settings.korean_similarity, Relation::Korean)));
        } else if a.is_korean() && b.is_korean() && is_syllable(a) && is_syllable(b) {
            // The keys absorb every way to spell a syllable. Another letter in the place of one is then another syllable (Chol and Chon,
            // Min and Man), while a letter too many, too few or exchanged is still a slip.
            other_syllable = true;
            best = best.filter(|_| !is_one_substitution(a.text, b.text));
        }
    }
    let mut offer = |similarity: f64, relation| {
        if best.is_none_or(|held| held.0 < similarity) {
            best = Some((similarity, relation));
        }
    };
    if a.kind == TokenKind::Word && b.kind == TokenKind::Word && share_nickname(a.text, b.text) {
        offer(settings.nickname_similarity, Relation::Nickname);
    }
    // Two consonants are shared by too many names to say anything.
    if a.skeleton == b.skeleton && a.skeleton.len() >= 3 && !other_syllable {
        if is_vowelless(a.native) || is_vowelless(b.native) {
            offer(VOWELLESS, Relation::Sound);
        } else {
            offer(sound(a.text, b.text, a.skeleton), Relation::Sound);
        }
    }
    best.filter(|held| held.0 >= settings.token_floor)
}

/// What an edit costs, as a share of the word's length. A little less than in proportion: a word of five letters with one wrong is still
/// more likely a slip than another name.
const EDIT_COST: f64 = 0.9;

/// Similarity by edits: insertions, deletions, substitutions and exchanges of neighbours. One edit in a long word is a slip; in a short
/// one it makes another word.
fn spelling(a: &str, b: &str) -> Option<f64> {
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    let allowed = match longer {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    if longer - shorter > allowed || allowed == 0 {
        return None;
    }
    let distance = osa::distance_with_args(a.bytes(), b.bytes(), &osa::Args::default().score_cutoff(allowed))?;
    let mut similarity = 1.0 - distance as f64 / longer as f64 * EDIT_COST;
    // People and machines seldom get the first letter wrong.
    if a.as_bytes().first() != b.as_bytes().first() {
        similarity -= 0.08;
    }
    Some(similarity)
}

/// Similarity of two words with the same consonants: the longer the skeleton, the less the vowels matter.
fn sound(a: &str, b: &str, skeleton: &str) -> f64 {
    let longer = a.len().max(b.len());
    let distance = osa::distance(a.bytes(), b.bytes());
    let edits = 1.0 - distance as f64 / longer as f64 * EDIT_COST;
    let evidence = ((skeleton.len() as f64 - 1.0) * 0.2).min(0.6);
    edits + (1.0 - edits) * evidence
}

/// Whether the token can be one Korean syllable.
fn is_syllable(token: &Tok<'_>) -> bool {
    token.korean_keys().any(|key| key.len() == KEY_LEN)
}

/// Whether two words differ in one letter that stands in the place of another.
fn is_one_substitution(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).filter(|(x, y)| x != y).count() == 1
}

/// Whether two given names are forms of one.
fn share_nickname(a: &str, b: &str) -> bool {
    nicknames(a).contains(&b)
}

/// Whether the text is in a script that leaves out short vowels: Arabic or Hebrew.
fn is_vowelless(native: &str) -> bool {
    native.chars().next().is_some_and(|letter| matches!(letter, '\u{590}'..='\u{6ff}' | '\u{750}'..='\u{77f}'))
}

/// Similarity of a token with two written as one.
pub(crate) fn joined_similarity(
    one: &Tok<'_>,
    first: &Tok<'_>,
    second: &Tok<'_>,
    korean: bool,
    buffer: &mut String,
) -> Option<f64> {
    for x in first.readings() {
        for y in second.readings() {
            if one.readings().any(|reading| reading.strip_prefix(x) == Some(y)) {
                return Some(1.0);
            }
        }
    }
    buffer.clear();
    buffer.push_str(first.text);
    buffer.push_str(second.text);
    if one.text == buffer {
        return Some(0.98);
    }
    if korean {
        let joins = |a: &str, b: &str| one.korean_keys().any(|key| key.strip_prefix(a) == Some(b));
        if first.korean_keys().any(|a| second.korean_keys().any(|b| joins(a, b))) {
            return Some(0.92);
        }
    }
    spelling(one.text, buffer).filter(|similarity| *similarity >= 0.85).map(|similarity| similarity - 0.02)
}

#[cfg(test)]
mod tests {
    use super::*;
    use interdict_names::{NameKind, parse_name};

    use crate::token::QueryName;

    fn of(a: &str, b: &str) -> Option<(f64, Relation)> {
        let settings = Settings::default();
        let name = |raw: &str| QueryName::new(raw, "name", parse_name(raw, NameKind::Person));
        let (a, b) = (name(a), name(b));
        similarity(&a.tokens(&settings)[0], &b.tokens(&settings)[0], true, &settings)
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
            ("min", "man", None),
            ("chol", "chon", None),
            ("chol", "chlo", Some(Relation::Typing)),
            ("omm", "emma", None),
            ("karimi", "ahmadi", None),
        ] {
            assert_eq!(of(a, b).map(|found| found.1), relation, "{a} {b}: {:?}", of(a, b));
            assert_eq!(of(a, b), of(b, a), "{a} {b}");
        }
    }
}
