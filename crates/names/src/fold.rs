//! Folding: a raw string goes in, its words come out without case, diacritics, invisible characters
//! and punctuation, each word in one script, with what stood between it and the word before.
//!
//! Text is normalised to NFKC first, so that input in NFC, NFD or full-width letters folds alike and
//! Hangul stays in syllables. Vowel signs of Indic and Southeast Asian scripts are letters of a name and stay;
//! vowel points of Arabic and Hebrew, accents and stress marks go.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::{IsNormalized, UnicodeNormalization, char as ucd, is_nfkc_quick};
use unicode_script::{Script as Uax24, UnicodeScript};

use crate::parse::MAX_CHARS;
use crate::script::{Script, script_of_char};
use crate::tables::{self, data};
use crate::token::NameNote;

/// What stood between a word and the word before it, as a set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Break(u8);

impl Break {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const SPACE: Self = Self(1);
    pub(crate) const HYPHEN: Self = Self(2);
    pub(crate) const DOT: Self = Self(4);
    pub(crate) const COMMA: Self = Self(8);
    pub(crate) const HASH: Self = Self(16);
    pub(crate) const OTHER: Self = Self(32);

    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(crate) fn add(&mut self, flag: Self) {
        self.0 |= flag.0;
    }
}

/// A folded word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded text in the word's own script; never empty.
    pub(crate) text: String,
    /// Script of the word; [`Script::None`] for a number.
    pub(crate) script: Script,
    /// What stood before the word.
    pub(crate) before: Break,
}

/// The words of a string and what was done to get them.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) words: Vec<Word>,
    pub(crate) notes: Vec<NameNote>,
}

/// Folds a string: NFKC, no marks, lower case, no invisible, bidirectional or control characters,
/// punctuation to single spaces. Letters stay in their own script; Latin letters come out as `a-z`.
#[must_use]
pub fn fold(raw: &str) -> String {
    let folded = fold_words(raw);
    let mut out = String::with_capacity(raw.len().min(MAX_CHARS));
    for word in &folded.words {
        if !out.is_empty() && word.before != Break::NONE {
            out.push(' ');
        }
        out.push_str(&word.text);
    }
    out
}

pub(crate) fn fold_words(raw: &str) -> Folded {
    let mut folder = Folder::default();
    if raw.is_ascii() {
        folder.run(raw.chars());
    } else {
        let mut cleaned = String::with_capacity(raw.len().min(8 * MAX_CHARS));
        for c in raw.chars() {
            match class(c) {
                Class::Bidi => folder.bidi += 1,
                Class::Control => folder.control += 1,
                Class::Invisible => folder.invisible += 1,
                Class::Apostrophe => cleaned.push('\''),
                Class::Text => {
                    cleaned.push(c);
                    if cleaned.len() > 16 * MAX_CHARS {
                        // Far beyond the limit that `run` applies after normalisation.
                        folder.truncated = true;
                        break;
                    }
                }
            }
        }
        if is_nfkc_quick(cleaned.chars()) != IsNormalized::Yes {
            // One character more than `run` reads, by which it sees that there are more.
            cleaned = cleaned.nfkc().take(MAX_CHARS + 1).collect();
        }
        // Only normalised text: ї is one letter, which has no Latin look-alike, also where it was written as і and a mark.
        if let Some((latin, changed)) = written_with_look_alikes(&cleaned) {
            folder.homoglyphs += changed;
            cleaned = latin;
        }
        folder.run(cleaned.chars());
    }
    folder.finish()
}

/// A Latin name in which Cyrillic letters that look Latin were put: it has Latin letters that look like no Cyrillic one, each of its
/// Cyrillic letters looks Latin, and a word has letters of both. Without such a word it is a name in two scripts: Сара Petrevski is Sara,
/// though each letter of Сара looks Latin. Gives the Latin name, and how many letters were replaced.
fn written_with_look_alikes(text: &str) -> Option<(String, usize)> {
    let map = &HOMOGLYPHS[0];
    let (mut latin, mut mixed) = (false, false);
    // Scripts of the word being read.
    let (mut latin_here, mut cyrillic_here) = (false, false);
    for c in text.chars() {
        match script_of_char(c) {
            Script::Latin => {
                latin = latin || !LOOKS_CYRILLIC.contains(c);
                latin_here = true;
            }
            Script::Cyrillic if map.contains_key(&c) => cyrillic_here = true,
            Script::Cyrillic => return None,
            // Apostrophes and marks stand inside words.
            _ if c == '\'' || ucd::is_combining_mark(c) => {}
            _ => (latin_here, cyrillic_here) = (false, false),
        }
        mixed = mixed || (latin_here && cyrillic_here);
    }
    if !(latin && mixed) {
        return None;
    }
    let mut changed = 0;
    let replaced = text
        .chars()
        .map(|c| {
            let other = map.get(&c).filter(|_| script_of_char(c) == Script::Cyrillic);
            changed += usize::from(other.is_some());
            other.copied().unwrap_or(c)
        })
        .collect();
    Some((replaced, changed))
}

/// Latin letters that look like a Cyrillic letter of a living language in either case.
const LOOKS_CYRILLIC: &str = "aABceEHiIjJkKMmoOpPsSTtxXyYCnur";

enum Class {
    Text,
    Apostrophe,
    Bidi,
    Control,
    Invisible,
}

fn class(c: char) -> Class {
    match c {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' => Class::Text,
        // Apostrophes, primes and the letters that transliterations use for ayn, hamza and soft signs.
        '\''
        | '`'
        | '\u{b4}'
        | '\u{2b9}'..='\u{2bf}'
        | '\u{2c8}'
        | '\u{2ca}'
        | '\u{2cb}'
        | '\u{2ee}'
        | '\u{374}'
        | '\u{384}'
        | '\u{55a}'
        | '\u{5f3}'
        | '\u{1fbd}'
        | '\u{1fbf}'
        // These are the breathings before and after them with an accent, and may be written as two characters.
        | '\u{1fcd}'..='\u{1fcf}'
        | '\u{1fdd}'..='\u{1fdf}'
        | '\u{1fef}'
        | '\u{1ffd}'
        | '\u{1ffe}'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{201b}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{a78b}'
        | '\u{a78c}'
        | '\u{ff07}'
        | '\u{ff40}' => Class::Apostrophe,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Class::Bidi,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Class::Invisible,
        c if c.is_control() => Class::Control,
        _ => Class::Text,
    }
}

#[derive(Default)]
struct Folder {
    words: Vec<Word>,
    /// The word being read, before case folding.
    word: Vec<char>,
    before: Break,
    bidi: usize,
    control: usize,
    invisible: usize,
    homoglyphs: usize,
    truncated: bool,
}

impl Folder {
    fn run(&mut self, text: impl Iterator<Item = char>) {
        let mut text = text.enumerate().peekable();
        while let Some((at, c)) = text.next() {
            if at >= MAX_CHARS {
                self.truncated = true;
                break;
            }
            if c.is_ascii() {
                self.ascii(c, text.peek().map(|&(_, next)| next));
            } else if !matches!(class(c), Class::Text) {
                // Normalisation can bring up such characters anew (ŉ is ʼn).
            } else if ucd::is_combining_mark(c) {
                if mark_is_letter(c) {
                    self.word.push(c);
                }
            } else if c.is_alphanumeric() {
                self.letter(c);
            } else if matches!(c, '\u{640}') {
                // Tatweel stretches an Arabic word and means nothing.
            } else {
                self.separator(match c {
                    '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30a0}' | '\u{5be}' => Break::HYPHEN,
                    '\u{60c}' | '\u{3001}' => Break::COMMA,
                    '\u{6d4}' | '\u{3002}' | '\u{b7}' | '\u{2022}' | '\u{30fb}' => Break::DOT,
                    c if c.is_whitespace() => Break::SPACE,
                    _ => Break::OTHER,
                });
            }
        }
        self.flush();
    }

    fn ascii(&mut self, c: char, next: Option<char>) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => self.word.push(c),
            '\'' | '`' => {}
            // The gershayim of Hebrew abbreviations (בע"מ) is mostly typed as a quotation mark.
            '"' if self.word.last().is_some_and(|&c| script_of_char(c) == Script::Hebrew)
                && next.is_some_and(|c| script_of_char(c) == Script::Hebrew) => {}
            '-' => self.separator(Break::HYPHEN),
            '.' => self.separator(Break::DOT),
            ',' => self.separator(Break::COMMA),
            '#' => self.separator(Break::HASH),
            '&' => {
                self.separator(Break::OTHER);
                self.word.extend(['a', 'n', 'd']);
                self.separator(Break::OTHER);
            }
            ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' => self.separator(Break::SPACE),
            c if c.is_ascii_control() => self.control += 1,
            _ => self.separator(Break::OTHER),
        }
    }

    fn letter(&mut self, c: char) {
        if c.is_alphabetic() {
            self.word.push(c);
        } else if let Some(digit) = deunicode::deunicode_char(c).filter(|s| s.len() == 1 && s.as_bytes()[0].is_ascii_digit()) {
            // Arabic-Indic, Devanagari and other decimal digits.
            self.word.extend(digit.chars());
        } else {
            self.word.push(c);
        }
    }

    fn separator(&mut self, flag: Break) {
        self.flush();
        self.before.add(flag);
    }

    /// Ends the word being read.
    fn flush(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        if word.iter().all(char::is_ascii) {
            self.emit_ascii(&word);
        } else if word.iter().any(|c| c.is_alphanumeric()) {
            self.split_scripts(&word);
        }
        self.word = word;
        self.word.clear();
    }

    fn emit_ascii(&mut self, word: &[char]) {
        let text = word.iter().map(char::to_ascii_lowercase).collect();
        let script = if word.iter().any(char::is_ascii_alphabetic) { Script::Latin } else { Script::None };
        self.emit(text, script);
    }

    fn emit(&mut self, text: String, script: Script) {
        if text.is_empty() {
            return;
        }
        let before = std::mem::take(&mut self.before);
        self.words.push(Word { text, script, before });
    }

    /// Splits a word where its script changes. Latin, Cyrillic and Greek together are first tried as
    /// one word spelled with look-alike letters.
    fn split_scripts(&mut self, word: &[char]) {
        let mut start = 0;
        while start < word.len() {
            let mut run = Run::Neutral;
            let mut end = start;
            while end < word.len() {
                let next = Run::of(word[end]);
                if next == Run::Neutral || run == Run::Neutral || next == run {
                    if run == Run::Neutral {
                        run = next;
                    }
                    end += 1;
                } else {
                    break;
                }
            }
            match run {
                Run::European => self.european(&word[start..end]),
                _ => self.emit_run(&word[start..end]),
            }
            start = end;
        }
    }

    /// A run of Latin, Cyrillic and Greek letters.
    fn european(&mut self, run: &[char]) {
        let count = |script| run.iter().filter(|&&c| script_of_char(c) == script).count();
        let counts = [Script::Latin, Script::Cyrillic, Script::Greek].map(|script| (count(script), script));
        if counts.iter().filter(|(n, _)| *n > 0).count() < 2 {
            self.emit_run(run);
            return;
        }
        let mut order = counts;
        // Stable: on a tie Latin comes before Cyrillic, Cyrillic before Greek.
        order.sort_by_key(|&(n, _)| std::cmp::Reverse(n));
        for (n, target) in order {
            if n == 0 {
                break;
            }
            if let Some((word, changed)) = to_script(run, target) {
                self.homoglyphs += changed;
                self.emit_run(&word);
                return;
            }
        }
        // Letters of two alphabets that do not look alike: two words written together.
        let mut start = 0;
        while start < run.len() {
            let mut script = Script::None;
            let mut end = start;
            while end < run.len() {
                let next = script_of_char(run[end]);
                if next != Script::None && script != Script::None && next != script {
                    break;
                }
                if next != Script::None {
                    script = next;
                }
                end += 1;
            }
            self.emit_run(&run[start..end]);
            start = end;
        }
    }

    fn emit_run(&mut self, run: &[char]) {
        let mut text = String::with_capacity(run.len() * 3);
        let mut script = Script::None;
        for &c in run {
            if script == Script::None {
                script = script_of_char(c);
            }
            fold_char(c, &mut text);
        }
        self.emit(text, script);
    }

    /// A single letter among Cyrillic words that looks Cyrillic is: the preposition с is often typed as
    /// Latin c.
    fn fold_single_letters(&mut self) {
        let letters = |script| self.words.iter().filter(|w| w.script == script).map(|w| w.text.len()).sum::<usize>();
        if letters(Script::Cyrillic) <= 2 * letters(Script::Latin) {
            return;
        }
        for word in self.words.iter_mut().filter(|word| word.script == Script::Latin && word.text.len() == 1) {
            let letter = word.text.chars().next().and_then(|c| HOMOGLYPHS[1].get(&c));
            if let Some(letter) = letter {
                word.text = letter.to_string();
                word.script = Script::Cyrillic;
                self.homoglyphs += 1;
            }
        }
    }

    fn finish(mut self) -> Folded {
        self.fold_single_letters();
        let mut notes = Vec::new();
        for (count, note) in [
            (self.bidi, NameNote::BidiRemoved as fn(usize) -> NameNote),
            (self.control, NameNote::ControlRemoved),
            (self.invisible, NameNote::InvisibleRemoved),
            (self.homoglyphs, NameNote::HomoglyphsFolded),
        ] {
            if count > 0 {
                notes.push(note(count));
            }
        }
        if self.truncated {
            notes.push(NameNote::Truncated);
        }
        Folded { words: self.words, notes }
    }
}

/// Scripts that may stand in one word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Neutral,
    European,
    Other(Script),
}

impl Run {
    fn of(c: char) -> Self {
        match script_of_char(c) {
            Script::None => Self::Neutral,
            Script::Latin | Script::Cyrillic | Script::Greek => Self::European,
            other => Self::Other(other),
        }
    }
}

/// Whether a combining mark is a vowel or another sound of its script, so that dropping it would
/// change the name.
fn mark_is_letter(c: char) -> bool {
    !matches!(
        c.script(),
        Uax24::Inherited
            | Uax24::Common
            | Uax24::Latin
            | Uax24::Greek
            | Uax24::Cyrillic
            | Uax24::Arabic
            | Uax24::Hebrew
            | Uax24::Syriac
            | Uax24::Hiragana
            | Uax24::Katakana
    )
}

/// Appends one letter without case and diacritics.
fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match script_of_char(c) {
        Script::Latin | Script::Greek => {
            ucd::decompose_canonical(c, |part| {
                if !ucd::is_combining_mark(part) {
                    for lower in part.to_lowercase() {
                        fold_letter(lower, out);
                    }
                }
            });
        }
        Script::Cyrillic => {
            for lower in c.to_lowercase() {
                match lower {
                    'ё' | 'ѐ' => out.push('е'),
                    'ѝ' => out.push('и'),
                    // Letters of their own: dropping the mark would change the sound.
                    'й' | 'ї' | 'ў' | 'ѓ' | 'ќ' => out.push(lower),
                    _ => ucd::decompose_canonical(lower, |part| {
                        if !ucd::is_combining_mark(part) {
                            out.push(part);
                        }
                    }),
                }
            }
        }
        Script::Arabic => match c {
            'أ' | 'إ' | 'ٱ' => out.push('ا'),
            'ؤ' => out.push('و'),
            'ئ' | 'ی' | 'ے' => out.push('ي'),
            'ک' | 'ڪ' => out.push('ك'),
            'ھ' | 'ہ' | 'ۀ' | 'ە' | 'ۂ' => out.push('ه'),
            'ء' => {}
            _ => out.push(c),
        },
        _ => {
            for lower in c.to_lowercase() {
                out.push(lower);
            }
        }
    }
}

fn fold_letter(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c);
    } else if c == 'ς' {
        out.push('σ');
    } else if ucd::is_combining_mark(c) {
        // The dot that lower-casing gives to İ.
    } else if let Some(text) = LATIN.get(&c) {
        out.push_str(text);
    } else {
        out.push(c);
    }
}

/// Latin letters that have no canonical decomposition.
static LATIN: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
    tables::rows::<3>(data::ROMANISE_LATIN).filter_map(|[letter, text, _]| Some((letter.chars().next()?, text))).collect()
});

/// Look-alike letters: per target script the letter of that script for a letter of another.
static HOMOGLYPHS: LazyLock<[FxHashMap<char, char>; 3]> = LazyLock::new(|| {
    let mut maps: [FxHashMap<char, char>; 3] = std::array::from_fn(|_| FxHashMap::default());
    for [latin, cyrillic, greek, _] in tables::rows::<4>(data::HOMOGLYPHS) {
        let letters = [latin, cyrillic, greek].map(|s| s.chars().next().filter(|&c| c != '-'));
        for (target, map) in maps.iter_mut().enumerate() {
            let Some(to) = letters[target] else { continue };
            for (source, from) in letters.iter().enumerate() {
                if let Some(from) = from.filter(|_| source != target) {
                    map.entry(from).or_insert(to);
                }
            }
        }
    }
    maps
});

/// The run with every letter of another script replaced by its look-alike in `target`, and how many
/// were replaced; `None` when a letter has no look-alike there.
fn to_script(run: &[char], target: Script) -> Option<(Vec<char>, usize)> {
    let map = match target {
        Script::Latin => &HOMOGLYPHS[0],
        Script::Cyrillic => &HOMOGLYPHS[1],
        _ => &HOMOGLYPHS[2],
    };
    let mut changed = 0;
    let word = run
        .iter()
        .map(|&c| {
            let script = script_of_char(c);
            if script == target || script == Script::None {
                Some(c)
            } else {
                changed += 1;
                map.get(&c).copied()
            }
        })
        .collect::<Option<Vec<char>>>()?;
    Some((word, changed))
}
