//! Words with a meaning that lists translate: a folded word of a name of an organisation goes in, its usual English word comes out.
//! Russian and its neighbours inflect, so the table holds stems with a class of endings; Arabic and Persian write articles,
//! prepositions and plural signs as part of the word, so those are taken off. A word that was transliterated into Latin letters
//! (zavod, aviatsionnaya) is looked up under a spelling in which the systems of transliteration agree.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::cyrillic::Orthography;
use crate::fold::Word;
use crate::romanise::word_to_latin;
use crate::script::{Script, script_of};
use crate::tables::{self, data};

/// What a word means in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The English word: the canonical one for a generic word.
    pub(crate) english: &'static str,
    /// Whether it is a word that many names share, and not one that tells names apart.
    pub(crate) generic: bool,
}

/// How a word of the table changes its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It stands as it is written.
    Fixed,
    /// The stem of a Slavic adjective.
    Adjective,
    /// The stem of a Slavic noun, or of a word of the Arabic script with its suffixes.
    Noun,
}

impl Form {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "-" => Self::Fixed,
            "adj" => Self::Adjective,
            "noun" => Self::Noun,
            _ => return None,
        })
    }
}

/// Endings of adjectives in Russian, Ukrainian, Belarusian, Bulgarian and Serbian, with the `о` of compounds.
const ADJECTIVE: &[&str] = &[
    "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ей", "ую", "юю", "ым", "им", "ом", "ем",
    "ых", "их", "ыми", "ими", "о", "ій", "а", "я", "е", "є", "і", "ої", "у", "ю", "ою", "ы", "ае", "яе", "ыя", "ія", "ага",
    "яга", "аго", "ай", "яй", "аму", "и", "ата", "ото", "ите", "ия", "ият", "ог", "н", "ен", "на", "но", "ни",
];

/// Endings of nouns in the same languages.
const NOUN: &[&str] = &[
    "", "а", "я", "о", "е", "ь", "и", "ы", "у", "ю", "ом", "ем", "ой", "ей", "ою", "ею", "ам", "ям", "ами", "ями", "ах", "ях",
    "ов", "ев", "ью", "ия", "ие", "ии", "ий", "ию", "ием", "ией", "иям", "иях", "й", "ія", "ії", "ій", "ію", "і", "ї", "ів",
    "ау", "аў", "яў", "ыі", "ыя", "ь", "та", "то", "ът", "ите", "еў", "ў",
];

/// The same endings as transliterations write them, after [`latin_key`].
const LATIN_ADJECTIVE: &[&str] = &[
    "i", "a", "e", "o", "ii", "oi", "aa", "ia", "oe", "ee", "ie", "ogo", "ego", "omu", "emu", "ei", "uu", "im", "om", "em",
    "ih", "imi", "oiu", "ae", "aga", "iaa", "aia", "oie", "eie", "ai", "n", "en", "na", "no", "ni", "iie", "iia", "aja", "oi",
    "ioe", "ieie", "ioie", "ia",
];

const LATIN_NOUN: &[&str] = &[
    "", "a", "o", "e", "i", "u", "om", "em", "oi", "ei", "am", "iam", "ami", "ah", "ov", "ev", "iu", "ia", "ie", "ii", "iia",
    "iie", "iiu", "iei", "iem", "ua", "iv", "au", "ou",
];

/// Suffixes of words in the Arabic script: feminine and relational endings, plurals, the Persian ones among them.
const ARABIC_SUFFIXES: &[&str] =
    &["", "ة", "ه", "ي", "ية", "يه", "ات", "يات", "ها", "هاي", "هايي", "ين", "ون", "ان", "ا", "تي", "اي", "ى", "يين", "ت"];

/// What is written before a word of the Arabic script as part of it: and, with, for, and the article.
const ARABIC_PREFIXES: &[&str] = &["", "ال", "وال", "بال", "لل", "ولل", "و", "ل", "ب"];

struct Words {
    stems: FxHashMap<&'static str, (Form, Meaning)>,
    latin: FxHashMap<String, (Form, Meaning)>,
}

/// The shortest Cyrillic stem whose transliteration is looked for in Latin letters: shorter ones are words of other languages.
const SHORTEST_LATIN: usize = 5;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { stems: FxHashMap::default(), latin: FxHashMap::default() };
    for [stem, form, english, kind, _, _] in tables::rows::<6>(data::TRANSLATED_WORDS) {
        let Some(form) = Form::parse(form) else { continue };
        let meaning = Meaning { english, generic: kind == "generic" };
        words.stems.insert(stem, (form, meaning));
        let shortest = if form == Form::Adjective { SHORTEST_LATIN } else { SHORTEST_LATIN + 1 };
        if script_of(stem) == Script::Cyrillic && stem.chars().count() >= shortest {
            let orthography =
                if stem.contains(['і', 'ї', 'є', 'ў']) { Orthography::EastSlavic } else { Orthography::Russian };
            let mut buffer = Buffer::default();
            let key = latin_key(&word_to_latin(stem, Script::Cyrillic, orthography), &mut buffer);
            words.latin.entry(key.to_owned()).or_insert((form, meaning));
        }
    }
    words
});

/// A word in the spelling in which the systems of transliteration agree; see [`latin_key`].
pub(crate) fn key_of(word: &Word) -> String {
    let orthography = if word.text.contains(['і', 'ї', 'є', 'ў']) { Orthography::EastSlavic } else { Orthography::Russian };
    let mut buffer = Buffer::default();
    latin_key(&word_to_latin(&word.text, word.script, orthography), &mut buffer).to_owned()
}

/// The meaning of a folded word of a name of an organisation.
pub(crate) fn meaning(word: &str, script: Script) -> Option<Meaning> {
    let words = &*WORDS;
    match script {
        Script::Cyrillic => stem_of(word, 3, |stem, ending| {
            let (form, meaning) = words.stems.get(stem)?;
            fits(*form, ending, ADJECTIVE, NOUN).then_some(*meaning)
        }),
        Script::Arabic => ARABIC_PREFIXES.iter().find_map(|prefix| {
            let rest = word.strip_prefix(prefix)?;
            // One letter taken off must leave a word, not the rest of another one.
            if prefix.chars().count() == 1 && rest.chars().count() < 4 {
                return None;
            }
            stem_of(rest, 4, |stem, ending| {
                let (form, meaning) = words.stems.get(stem)?;
                let stands = ending.is_empty() || (*form == Form::Noun && ARABIC_SUFFIXES.contains(&ending));
                stands.then_some(*meaning)
            })
        }),
        Script::Latin => words.stems.get(word).map(|(_, meaning)| *meaning).or_else(|| {
            let mut buffer = Buffer::default();
            let key = latin_key(word, &mut buffer);
            if key.len() < SHORTEST_LATIN {
                return None;
            }
            stem_of(key, 4, |stem, ending| {
                let (form, meaning) = words.latin.get(stem)?;
                fits(*form, ending, LATIN_ADJECTIVE, LATIN_NOUN).then_some(*meaning)
            })
        }),
        _ => words.stems.get(word).map(|(_, meaning)| *meaning),
    }
}

fn fits(form: Form, ending: &str, adjective: &[&str], noun: &[&str]) -> bool {
    match form {
        Form::Fixed => ending.is_empty(),
        Form::Adjective => adjective.contains(&ending),
        Form::Noun => noun.contains(&ending),
    }
}

/// Offers every way to take up to `most` letters off the end of a word, the longest stem first.
fn stem_of(word: &str, most: usize, offer: impl Fn(&str, &str) -> Option<Meaning>) -> Option<Meaning> {
    if let Some(found) = offer(word, "") {
        return Some(found);
    }
    word.char_indices().rev().take(most).filter(|(at, _)| *at > 0).find_map(|(at, _)| offer(&word[..at], &word[at..]))
}

/// Room for the key of a Latin word; longer words are not looked up whole.
#[derive(Debug)]
struct Buffer([u8; 48]);

impl Default for Buffer {
    fn default() -> Self {
        Self([0; 48])
    }
}

/// A transliterated word in the spelling in which the systems agree: `shch` and `sch` are `sh`, `kh` is `h`, `ts` is `c`, a `y` or `j`
/// is `i` and goes before another vowel, and doubled letters are one but for the vowels.
fn latin_key<'b>(word: &str, buffer: &'b mut Buffer) -> &'b str {
    let bytes = word.as_bytes();
    let mut length = 0;
    let mut at = 0;
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    while at < bytes.len() && length + 2 < buffer.0.len() {
        let rest = &bytes[at..];
        let (class, used): (&[u8], usize) = match rest {
            [b's', b'h', b'c', b'h', ..] => (b"sh", 4),
            [b's', b'c', b'h', ..] => (b"sh", 3),
            [b'k', b'h', ..] => (b"h", 2),
            [b't', b's' | b'z', ..] => (b"c", 2),
            [b'k', b's', ..] => (b"x", 2),
            [b'y' | b'j' | b'i', next, ..] if vowel(*next) => (b"", 1),
            [b'y' | b'j', ..] => (b"i", 1),
            [b'w', ..] => (b"v", 1),
            [one, next, ..] if one == next && !vowel(*one) => (b"", 1),
            _ => (&rest[..1], 1),
        };
        for &b in class {
            buffer.0[length] = b;
            length += 1;
        }
        at += used;
    }
    std::str::from_utf8(&buffer.0[..length]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fold, lexicon};

    #[test]
    fn every_row_is_sound() {
        for [stem, form, english, kind, language, _] in tables::rows::<6>(data::TRANSLATED_WORDS) {
            assert_eq!(fold(stem), stem);
            assert!(Form::parse(form).is_some(), "{stem}: {form}");
            assert!(matches!(kind, "generic" | "word"), "{stem}: {kind}");
            assert!(!language.is_empty(), "{stem}");
            assert!(english.bytes().all(|b| b.is_ascii_lowercase()), "{stem}: {english}");
            let canon = lexicon::entry(english).and_then(|entry| entry.canon);
            let wanted = (kind == "generic").then_some(english);
            assert_eq!(canon, wanted, "{stem}: {english} is {kind}");
        }
    }

    #[test]
    fn inflected_and_prefixed_words_have_their_meaning() {
        for (word, script, english) in [
            ("авиационная", Script::Cyrillic, "aviation"),
            ("авиационного", Script::Cyrillic, "aviation"),
            ("технологий", Script::Cyrillic, "technology"),
            ("московский", Script::Cyrillic, "moscow"),
            ("moskovskiy", Script::Latin, "moscow"),
            ("moskovskii", Script::Latin, "moscow"),
            ("moskovskaia", Script::Latin, "moscow"),
            ("aviatsionnoe", Script::Latin, "aviation"),
            ("aviacionnoye", Script::Latin, "aviation"),
            ("الذهبي", Script::Arabic, "gold"),
            ("للتجارة", Script::Arabic, "trading"),
            ("النجم", Script::Arabic, "star"),
        ] {
            assert_eq!(meaning(word, script).map(|found| found.english), Some(english), "{word}");
        }
        for (word, script) in [("shell", Script::Latin), ("новатэк", Script::Cyrillic), ("محمد", Script::Arabic)] {
            assert_eq!(meaning(word, script), None, "{word}");
        }
    }
}
