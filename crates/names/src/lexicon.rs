//! The lexicon: a folded word goes in, what is known of it comes out: its canonical business word, its
//! part in a person's name, the legal form it begins. Built once from the tables under `data/`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::fold::{Break, Word, fold_words};
use crate::script::Script;
use crate::tables::{self, data};
use crate::translate;

/// What a word is in a person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Particle,
    Title,
    Stop,
    /// A prefix of the name of a vessel.
    Vessel,
}

/// Where a word must stand to be what the lexicon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Any,
    /// First in the name.
    Start,
    /// Last in the name, or next to another legal form that is.
    End,
    /// First or last.
    Edge,
    /// Neither first nor last.
    Inner,
}

impl Position {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "any" => Self::Any,
            "start" => Self::Start,
            "end" => Self::End,
            "edge" => Self::Edge,
            "inner" => Self::Inner,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry {
    /// Canonical English word of a generic word.
    pub(crate) canon: Option<&'static str>,
    /// Part in a person's name.
    pub(crate) part: Option<(Part, Position)>,
}

/// A legal form: what follows its first word, and what it means.
#[derive(Debug, Clone)]
pub(crate) struct LegalForm {
    pub(crate) rest: Vec<String>,
    pub(crate) id: &'static str,
    pub(crate) position: Position,
}

pub(crate) struct Lexicon {
    words: FxHashMap<&'static str, Entry>,
    forms: FxHashMap<String, Vec<LegalForm>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut words: FxHashMap<&'static str, Entry> = FxHashMap::default();
    for [word, canon, _, _] in tables::rows::<4>(data::GENERIC_WORDS) {
        words.entry(word).or_default().canon = Some(canon);
    }
    for [word, part, position, _] in tables::rows::<4>(data::NAME_WORDS) {
        let part = match part {
            "particle" => Part::Particle,
            "title" => Part::Title,
            "stop" => Part::Stop,
            "vessel" => Part::Vessel,
            _ => continue,
        };
        if let Some(position) = Position::parse(position) {
            words.entry(word).or_default().part = Some((part, position));
        }
    }
    let mut forms: FxHashMap<String, Vec<LegalForm>> = FxHashMap::default();
    for [form, id, position, _, _] in tables::rows::<5>(data::LEGAL_FORMS) {
        let mut pieces = join_dotted(fold_words(form).words).into_iter().map(|word| word.text);
        let (Some(first), Some(position)) = (pieces.next(), Position::parse(position)) else { continue };
        forms.entry(first).or_default().push(LegalForm { rest: pieces.collect(), id, position });
    }
    for list in forms.values_mut() {
        list.sort_by_key(|form| std::cmp::Reverse(form.rest.len()));
    }
    Lexicon { words, forms }
});

pub(crate) fn entry(word: &str) -> Option<Entry> {
    LEXICON.words.get(word).copied()
}

/// The head of a group of canonical words that translate the same words of other languages (oil and petroleum, plant and mill): lists
/// disagree on which of them a native word is.
pub(crate) fn concept(canon: &'static str) -> &'static str {
    CONCEPTS.get(canon).copied().unwrap_or(canon)
}

static CONCEPTS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for [group, _] in tables::rows::<2>(data::GENERIC_SYNONYMS) {
        let mut words = group.split(' ');
        let Some(head) = words.next() else { continue };
        map.extend(words.map(|word| (word, head)));
    }
    map
});

/// The legal forms that begin with a word, longest first.
pub(crate) fn legal_forms(first: &str) -> &'static [LegalForm] {
    LEXICON.forms.get(first).map_or(&[], Vec::as_slice)
}

/// A legal form by the transliteration keys of its words.
#[derive(Debug)]
pub(crate) struct LooseForm {
    pub(crate) keys: Vec<String>,
    pub(crate) id: &'static str,
    pub(crate) position: Position,
}

/// Words of this many letters are known in spite of a slip; shorter ones turn into other words.
pub(crate) const LONG_WORD: usize = 7;

/// Legal forms whose first word is long, longest form first: they are written out, transliterated in many ways and misspelt.
static LOOSE_FORMS: LazyLock<Vec<LooseForm>> = LazyLock::new(|| {
    let mut forms: Vec<LooseForm> = Vec::new();
    for [form, id, position, _, _] in tables::rows::<5>(data::LEGAL_FORMS) {
        let words = fold_words(form).words;
        let alphabetic = words.iter().all(|word| matches!(word.script, Script::Latin | Script::Cyrillic));
        let Some(position) = Position::parse(position).filter(|_| alphabetic) else { continue };
        let keys: Vec<String> = words.iter().map(translate::key_of).collect();
        if keys.first().is_some_and(|key| key.len() >= LONG_WORD) && forms.iter().all(|held| held.keys != keys) {
            forms.push(LooseForm { keys, id, position });
        }
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.keys.len()));
    forms
});

pub(crate) fn loose_forms() -> &'static [LooseForm] {
    &LOOSE_FORMS
}

/// Whether two words are the same but for one slip: a letter too many, too few, wrong, or exchanged with its neighbour.
pub(crate) fn within_one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - suffix], &b[..b.len() - suffix]) {
        ([] | [_], [] | [_]) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}

/// The canonical word of a class of legal forms.
pub(crate) fn legal_canon(id: &str) -> Option<&'static str> {
    Some(match id {
        "llc" => "limited",
        "jsc" => "joint-stock",
        "corp" => "corporation",
        "co" => "company",
        "lp" => "partnership",
        "state" => "state enterprise",
        "enterprise" => "enterprise",
        "fz" => "free zone",
        "sole" => "sole proprietor",
        "assoc" => "association",
        "found" => "foundation",
        "coop" => "cooperative",
        _ => return None,
    })
}

/// Joins single letters with a full stop between them and nothing else: L.L.C. becomes llc.
pub(crate) fn join_dotted(words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    // Whether the last word of `out` is a single letter or was joined from single letters.
    let mut open = false;
    for word in words {
        let letter = is_single_letter(&word);
        match out.last_mut() {
            Some(last) if open && letter && word.before == Break::DOT && last.script == word.script => {
                last.text.push_str(&word.text);
            }
            _ => {
                open = letter;
                out.push(word);
            }
        }
    }
    out
}

/// Joins single letters with a full stop and a space between them when they spell a legal form:
/// S. A. de C. V. becomes sa de cv.
pub(crate) fn join_forms(words: Vec<Word>) -> Vec<Word> {
    let dotted = |word: &Word| is_single_letter(word) && word.before.has(Break::DOT);
    if !words.iter().any(dotted) {
        return words;
    }
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut rest = words.into_iter().peekable();
    while let Some(word) = rest.next() {
        let script = word.script;
        let mut run = vec![word];
        while is_single_letter(&run[0])
            && let Some(next) = rest.next_if(|next| dotted(next) && next.script == script)
        {
            run.push(next);
        }
        let joined: String = run.iter().map(|word| word.text.as_str()).collect();
        if run.len() > 1 && LEXICON.forms.get(&joined).is_some_and(|forms| !forms.is_empty()) {
            run.truncate(1);
            run[0].text = joined;
        }
        out.append(&mut run);
    }
    out
}

pub(crate) fn is_single_letter(word: &Word) -> bool {
    let mut chars = word.text.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

static NICKNAMES: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut map: FxHashMap<&'static str, Vec<&'static str>> = FxHashMap::default();
    for [group, _] in tables::rows::<2>(data::NICKNAMES) {
        let names: Vec<&'static str> = group.split(' ').collect();
        for name in &names {
            let others = map.entry(name).or_default();
            for other in &names {
                if other != name && !others.contains(other) {
                    others.push(other);
                }
            }
        }
    }
    map
});

/// Other given names a folded given name may stand for, full forms and short forms alike (`bill` gives
/// `william`, `will`, ...). Empty when none is known. A relation between pairs: it is not transitive.
#[must_use]
pub fn nicknames(given_name: &str) -> &'static [&'static str] {
    NICKNAMES.get(given_name).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    #[test]
    fn words_are_written_folded() {
        for [word, ..] in tables::rows::<4>(data::GENERIC_WORDS).chain(tables::rows::<4>(data::NAME_WORDS)) {
            assert_eq!(fold(word), word);
        }
        for [group, _] in tables::rows::<2>(data::NICKNAMES) {
            assert_eq!(fold(group), group);
        }
    }

    #[test]
    fn canonical_words_are_plain_and_final() {
        for [word, canon, ..] in tables::rows::<4>(data::GENERIC_WORDS) {
            assert!(canon.bytes().all(|b| b.is_ascii_lowercase()), "{word}: {canon}");
            let again = entry(canon).and_then(|entry| entry.canon);
            assert_eq!(again, Some(canon), "{word}: {canon} must be its own canonical word");
        }
    }

    #[test]
    fn every_legal_form_has_a_known_class_and_position() {
        for [form, id, position, ..] in tables::rows::<5>(data::LEGAL_FORMS) {
            assert!(legal_canon(id).is_some(), "{form}: {id}");
            assert!(Position::parse(position).is_some(), "{form}: {position}");
            assert!(!fold(form).is_empty(), "{form}");
            // Two letters are too often a word: such a form is one at an edge of the name only.
            let letters = fold(form).chars().filter(|c| c.is_alphanumeric()).count();
            let short = letters <= 2 && !fold(form).chars().any(|c| c >= '\u{2e80}');
            assert!(!short || position != "any" || fold(form).ends_with("co"), "{form}");
        }
    }

    #[test]
    fn every_name_word_has_a_known_part_and_position() {
        for [word, part, position, _] in tables::rows::<4>(data::NAME_WORDS) {
            assert!(matches!(part, "particle" | "title" | "stop" | "vessel"), "{word}: {part}");
            assert!(Position::parse(position).is_some(), "{word}: {position}");
        }
    }

    #[test]
    fn nicknames_are_symmetric() {
        assert!(nicknames("bill").contains(&"william"));
        assert!(nicknames("william").contains(&"bill"));
        assert!(nicknames("nobodycallsme").is_empty());
    }
}
