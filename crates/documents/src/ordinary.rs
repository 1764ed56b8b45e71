//! Ordinary words: those that a text has without naming anybody (`data/ordinary_words.tsv`). A name made of nothing else names somebody
//! only in context. Words of business, of translated company names and of countries are read from the tables that the names have.

use std::sync::LazyLock;

use interdict_names::{fold, table_rows};
use rustc_hash::FxHashMap;

const ORDINARY_TSV: &str = include_str!("../../../data/ordinary_words.tsv");
const GENERIC_TSV: &str = include_str!("../../../data/generic_words.tsv");
const TRANSLATED_TSV: &str = include_str!("../../../data/translated_words.tsv");
const COUNTRIES_TSV: &str = include_str!("../../../data/countries.tsv");

/// A word with its regular endings.
const WORD: u8 = 1;
/// A country, city, region, river or sea.
const PLACE: u8 = 2;
/// A word that names of organisations share.
const GENERIC: u8 = 4;

/// Every form of every word, with what it is.
static FORMS: LazyLock<FxHashMap<Box<str>, u8>> = LazyLock::new(|| {
    let mut forms = Forms::default();
    for [language, class, words, _] in table_rows(ORDINARY_TSV) {
        let flag = if class == "place" { PLACE } else { WORD };
        for word in words.split(' ') {
            forms.inflected(language, class, word, flag);
        }
    }
    for [word, _, language, _] in table_rows(GENERIC_TSV) {
        if word.chars().count() > 2 {
            let class = if language == "ru" { "noun" } else { "word" };
            forms.inflected(language, class, word, WORD | GENERIC);
        }
    }
    for [word, form, _, kind, _, _] in table_rows(TRANSLATED_TSV) {
        forms.translated(word, form, if kind == "generic" { WORD | GENERIC } else { WORD });
    }
    for [_, _, name, _, aliases, _] in table_rows(COUNTRIES_TSV) {
        for name in
            aliases.split('|').chain([name]).filter(|name| name.chars().count() > 3 && name.chars().all(char::is_alphabetic))
        {
            let word = name.to_lowercase();
            let language = if is_cyrillic(&word) { "ru" } else { "" };
            forms.inflected(language, "noun", &word, PLACE);
        }
    }
    forms.map
});

fn is_cyrillic(word: &str) -> bool {
    word.starts_with(|c: char| matches!(c, '\u{400}'..='\u{52f}'))
}

fn is_arabic(word: &str) -> bool {
    word.starts_with(|c: char| matches!(c, '\u{600}'..='\u{6ff}'))
}

/// Endings of a Russian adjective behind its stem.
const RU_ADJECTIVE: &[&str] = &[
    "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ей", "ую", "юю", "ым", "им", "ом", "ем",
    "ых", "их", "ыми", "ими", "о",
];

/// Endings of a Russian noun behind its stem. The genitive plural in `-ов` or `-ев` is left out, which is what surnames look like.
const RU_NOUN: &[&str] = &[
    "", "а", "у", "ом", "е", "ы", "и", "ам", "ами", "ах", "я", "ю", "ь", "ью", "ем", "ей", "ой", "ям", "ями", "ях", "о", "й",
    "ия", "ии", "ию", "ией", "ий", "иям", "иями", "иях", "ие", "ием", "ию",
];

/// What is written on to the front of an Arabic word.
const AR_PREFIX: &[&str] = &["", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ك", "كال", "ف"];

/// What is written on to the end of an Arabic word.
const AR_SUFFIX: &[&str] = &["", "ة", "ات", "ين", "ه", "ها", "هم"];

#[derive(Default)]
struct Forms {
    map: FxHashMap<Box<str>, u8>,
}

impl Forms {
    fn add(&mut self, word: &str, flag: u8) {
        *self.map.entry(word.into()).or_default() |= flag;
    }

    /// Adds a word, also as it is written without its accents.
    fn plain(&mut self, word: &str, flag: u8) {
        self.add(word, flag);
        if word.contains('ё') {
            self.add(&word.replace('ё', "е"), flag);
        } else if !word.is_ascii() && !is_cyrillic(word) && !is_arabic(word) {
            let folded = fold(word);
            if folded != word && !folded.is_empty() {
                self.add(&folded, flag);
            }
            if word.contains(['ä', 'ö', 'ü', 'ß']) {
                self.add(&word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss"), flag);
            }
        }
    }

    fn with(&mut self, stem: &str, endings: &[&str], flag: u8) {
        for ending in endings {
            self.plain(&format!("{stem}{ending}"), flag);
        }
    }

    fn inflected(&mut self, language: &str, class: &str, word: &str, flag: u8) {
        self.plain(word, flag);
        match (language, class) {
            ("en", "noun") => self.add(&plural(word), flag),
            ("en", "verb") => {
                self.add(&plural(word), flag);
                for stem in verb_stems(word) {
                    self.with(&stem, &["ing"], flag);
                }
                for stem in verb_stems(
                    &word
                        .strip_suffix('y')
                        .filter(|stem| ends_consonant(stem))
                        .map_or(word.to_owned(), |stem| format!("{stem}i")),
                ) {
                    self.with(&stem, &["ed"], flag);
                }
            }
            ("en", "adjective") => match word {
                _ if word.ends_with("le") => self.with(&word[..word.len() - 1], &["y"], flag),
                _ if word.ends_with('y') => self.with(&word[..word.len() - 1], &["ily"], flag),
                _ if word.ends_with("ic") => self.with(word, &["ally"], flag),
                _ => self.with(word, &["ly"], flag),
            },
            ("es", "noun" | "adjective") => {
                self.with(word, &["s", "es"], flag);
                if let Some(stem) = word.strip_suffix('o').filter(|_| class == "adjective") {
                    self.with(stem, &["a", "as"], flag);
                } else if let Some(stem) = word.strip_suffix("ón") {
                    self.with(stem, &["ones"], flag);
                } else if let Some(stem) = word.strip_suffix('z') {
                    self.with(stem, &["ces"], flag);
                }
            }
            ("fr", "noun") => self.with(word, &["s", "x"], flag),
            ("fr", "adjective") => self.with(word, &["s", "e", "es"], flag),
            ("de", "noun") => self.with(word, &["n", "en", "e", "er", "es", "s"], flag),
            ("de", "adjective") => self.with(word, &["e", "en", "er", "es", "em"], flag),
            ("ru", "adjective") => {
                if let Some((stem, _)) = split_end(word, 2) {
                    self.with(stem, RU_ADJECTIVE, flag);
                }
            }
            ("ru", "noun" | "place") => self.russian_noun(word, flag),
            ("ar", "noun" | "adjective") => self.arabic(word, flag),
            _ => {}
        }
    }

    /// Adds the cases of a Russian noun in the nominative. A word of up to three letters keeps the endings that go with any noun.
    fn russian_noun(&mut self, word: &str, flag: u8) {
        let stem = word
            .strip_suffix("ия")
            .or_else(|| word.strip_suffix("ие"))
            .or_else(|| word.strip_suffix(['а', 'я', 'о', 'е', 'ь', 'й', 'ы', 'и']));
        let vowel = stem.is_some();
        let stem = stem.unwrap_or(word);
        if stem.chars().count() < 2 {
            return;
        }
        self.with(stem, RU_NOUN, flag);
        match word.chars().last() {
            Some('й' | 'ц') => self.with(stem, &["ев"], flag),
            Some(_) if !vowel => self.with(stem, &["ов"], flag),
            _ => {}
        }
        // отец, отца; рынок, рынка; день, дня: the vowel that falls out.
        if let Some((front, [_, last])) = split_end_array(stem)
            && front.chars().count() > 1
            && (stem.ends_with("ец") || stem.ends_with("ок") || stem.ends_with("ень"))
        {
            self.with(&format!("{front}{last}"), &["а", "у", "ом", "ем", "е", "и", "ы", "ов", "ам", "ами", "ах"], flag);
        }
    }

    fn arabic(&mut self, word: &str, flag: u8) {
        let stem = word.strip_suffix('ة').unwrap_or(word);
        for prefix in AR_PREFIX {
            for suffix in AR_SUFFIX {
                self.add(&format!("{prefix}{stem}{suffix}"), flag);
            }
            self.add(&format!("{prefix}{word}"), flag);
        }
    }

    /// Adds a word of translated names of organisations, which is a stem or stands as it is.
    fn translated(&mut self, word: &str, form: &str, flag: u8) {
        let cyrillic = is_cyrillic(word);
        match form {
            _ if !cyrillic && !is_arabic(word) => {}
            "-" if word.chars().count() > 2 => self.plain(word, flag),
            "adj" if cyrillic => self.with(word, RU_ADJECTIVE, flag),
            "noun" if cyrillic => {
                self.with(word, RU_NOUN, flag);
                if flag & GENERIC != 0 {
                    self.with(word, &["ов"], flag);
                }
            }
            "noun" => self.arabic(word, flag),
            _ => {}
        }
    }
}

/// The text before the last `n` characters, and these.
fn split_end(word: &str, n: usize) -> Option<(&str, &str)> {
    let (at, _) = word.char_indices().rev().nth(n.checked_sub(1)?)?;
    Some(word.split_at(at))
}

fn split_end_array(word: &str) -> Option<(&str, [char; 2])> {
    let (front, end) = split_end(word, 2)?;
    let mut end = end.chars();
    Some((front, [end.next()?, end.next()?]))
}

fn ends_consonant(word: &str) -> bool {
    word.ends_with(|c: char| c.is_ascii_lowercase() && !"aeiou".contains(c))
}

/// The plural of an English noun, or the third person of a verb.
fn plural(word: &str) -> String {
    match word {
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) => format!("{word}es"),
        _ if word.len() > 4 && word.ends_with("man") => format!("{}men", &word[..word.len() - 3]),
        _ => match word.strip_suffix('y') {
            Some(stem) if ends_consonant(stem) => format!("{stem}ies"),
            _ => format!("{word}s"),
        },
    }
}

/// What `-ing` and `-ed` are put to: the verb without its silent `e`, and with its last letter doubled after a short vowel.
fn verb_stems(word: &str) -> Vec<String> {
    let mut stems = vec![match word.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => stem.to_owned(),
        Some(stem) => stem.to_owned() + "e",
        None => word.to_owned(),
    }];
    let mut end = word.chars().rev();
    if let (Some(last), Some(vowel), Some(first)) = (end.next(), end.next(), end.next())
        && !"aeiouwxy".contains(last)
        && "aeiou".contains(vowel)
        && !"aeiou".contains(first)
    {
        stems.push(format!("{word}{last}"));
    }
    stems
}

/// Whether a word is an ordinary one of a language: English, Spanish, French, German, Russian or Arabic, or a word that names of
/// organisations or places share. It is given in lower case, as written: with or without its accents, an `'s` at its end, hyphens between
/// ordinary words.
#[must_use]
pub fn is_ordinary(word: &str) -> bool {
    flags(word) != 0
}

/// Whether a word is a country, city, region, river or sea; in lower case.
#[must_use]
pub fn is_place(word: &str) -> bool {
    flags(word) & PLACE != 0
}

fn flags(word: &str) -> u8 {
    if let Some(&flags) = FORMS.get(word) {
        return flags;
    }
    let own = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).or_else(|| word.strip_suffix(['\'', '’']));
    if let Some(own) = own {
        return FORMS.get(own).copied().unwrap_or(0);
    }
    if word.contains('-') {
        let parts = || word.split('-').map(|part| FORMS.get(part).copied().unwrap_or(0));
        return if parts().all(|flags| flags != 0) { parts().fold(0, |all, flags| all | flags) } else { 0 };
    }
    0
}

/// Whether a text has nothing but ordinary words, numbers and single letters, in any case of letters. A text without a word is none.
#[must_use]
pub fn is_ordinary_phrase(text: &str) -> bool {
    let mut words = 0usize;
    for word in text.split(|c: char| !c.is_alphanumeric() && !"'’-".contains(c)) {
        let word = word.trim_matches(['\'', '’', '-']);
        let mut chars = word.chars();
        let (Some(first), rest) = (chars.next(), chars.as_str()) else { continue };
        words += 1;
        let short = rest.is_empty() || word.chars().all(char::is_numeric);
        if !(short || first.is_lowercase() && is_ordinary(word) || is_ordinary(&word.to_lowercase())) {
            return false;
        }
    }
    words > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: bool) {
        let wrong: Vec<&str> = words.split(' ').filter(|word| is_ordinary(word) != expected).collect();
        assert!(wrong.is_empty(), "{wrong:?} should give {expected}");
    }

    #[test]
    fn words_of_running_text_are_ordinary_in_their_forms() {
        check(
            "the third floor ocean star glory victory eagle black spring unity office department bureau general trading",
            true,
        );
        check("golden united global premier tiger hope pearl may rose king young long sun shipping bank", true);
        check(
            "companies ships boxes banned banning paid pays transferred studied studying made firmly possibly economically",
            true,
        );
        check("korea's ministers' state-owned co-operation policemen vessels", true);
        check("el la los empresas nacionales presidenta año ano señora naciones luces", true);
        check("société societe navires française nouvelle c'est", true);
        check("straße strasse gesellschaften deutscher großen grossen koreanischen rechnungen", true);
        check("и компании компанией российского заводов отца рынка судна морской партии господин", true);
        check("الشركة شركات والحكومة بنك تجارية", true);
        check("pyongyang korea iran россии корея vietnam deutschland", true);
    }

    #[test]
    fn names_are_not() {
        check(
            "kim ivan ahmed mohammad hassan smith petrov иванов путин волков chonsurim rungrado wagner abramovich ramzan",
            false,
        );
        check("john michael elena fatima hans jacques harding golding مادورو", false);
        check(" - ' 's", false);
    }

    #[track_caller]
    fn phrase(text: &str, expected: bool) {
        assert_eq!(is_ordinary_phrase(text), expected, "{text}");
    }

    #[test]
    fn a_phrase_is_ordinary_when_every_word_is() {
        for text in [
            "Third Floor",
            "GOLDEN STAR 7",
            "Ocean Trading Co.",
            "Department No. 91",
            "Black-Sea Shipping",
            "China's Banks",
            "BUREAU 39",
        ] {
            phrase(text, true);
        }
        for text in ["", " .-' ", "Golden Star Kim", "Chonsurim Trading", "Ivanov"] {
            phrase(text, false);
        }
    }

    #[test]
    fn kinds_of_words_are_told() {
        assert!(is_place("pyongyang") && is_place("россии") && !is_place("trading") && !is_place("kim"));
        assert!(FORMS.len() > 30_000, "{}", FORMS.len());
    }
}
