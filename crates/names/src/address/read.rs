//! Reading an address into words: a text in any script goes in; words in Latin letters come out, each with the part of the address that
//! it stands in and what it is for. Parts are what commas, semicolons, brackets and line ends separate.

use super::words::{self, Class};
use crate::cyrillic::Orthography;
use crate::fold::{Break, fold_words};
use crate::romanise::{orthography, word_to_latin};
use crate::script::Script;

/// Longest address that is read, in bytes. The longest on the lists of 2025 has fewer than 700.
const MAX_BYTES: usize = 2048;
/// The most words of an address.
const MAX_WORDS: usize = 160;

/// A word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    start: u32,
    end: u32,
    /// The part in which it stands, from 0.
    pub(super) part: u16,
    /// What it is for; `None` for names and numbers.
    pub(super) class: Option<Class>,
    /// Whether it holds a digit.
    pub(super) number: bool,
    /// Whether it is a number behind a `#`.
    pub(super) marked: bool,
}

/// The words of an address.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    pub(super) tokens: Vec<Token>,
    part: u16,
    /// Whether the next name begins another part, as in scripts without spaces after a word for district or city.
    split: bool,
    /// Whether nothing but a hyphen or slash stands before the next word.
    join: bool,
    /// Whether a `#` stands before the next word.
    marked: bool,
}

impl Words {
    /// Reads an address; `None` when it is too long to be one.
    pub(super) fn read(full: &str) -> Option<Self> {
        if full.len() > MAX_BYTES {
            return None;
        }
        let mut words =
            Self { text: String::with_capacity(full.len() + 16), tokens: Vec::with_capacity(24), ..Self::default() };
        if full.is_ascii() {
            words.ascii(full);
        } else {
            words.folded(full);
        }
        (words.tokens.len() <= MAX_WORDS).then_some(words)
    }

    /// The text of a word, in `[a-z0-9-]`.
    pub(super) fn text(&self, token: Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// The same words in the same order as by [`Self::folded`], without its cost.
    fn ascii(&mut self, full: &str) {
        let mut before = Break::NONE;
        let mut start = None;
        for byte in full.bytes() {
            if byte.is_ascii_alphanumeric() {
                if start.is_none() {
                    self.separate(before);
                    before = Break::NONE;
                    start = Some(self.text.len());
                }
                self.text.push(char::from(byte.to_ascii_lowercase()));
                continue;
            }
            if matches!(byte, b'\'' | b'`') || (byte.is_ascii_control() && !byte.is_ascii_whitespace() && byte != 0x0b) {
                continue;
            }
            if let Some(start) = start.take() {
                self.word(start);
            }
            before.add(match byte {
                b'-' => Break::HYPHEN,
                b'.' => Break::DOT,
                b',' | b'\n' | b'\r' => Break::COMMA,
                b'#' => Break::HASH,
                b' ' | b'\t' | 0x0b | 0x0c | b'"' | b':' => Break::SPACE,
                _ => Break::OTHER,
            });
        }
        if let Some(start) = start {
            self.word(start);
        }
    }

    fn folded(&mut self, full: &str) {
        let mut cleaned = String::with_capacity(full.len() + 8);
        for c in full.chars() {
            match c {
                '\n' | '\r' => cleaned.push(','),
                '"' | ':' | '：' | '°' | '“' | '”' | '„' | '«' | '»' => cleaned.push(' '),
                // A letter pair to compatibility normalisation, which would run into what follows.
                '№' => cleaned.push_str(" no "),
                c => cleaned.push(c),
            }
        }
        let full = cleaned.as_str();
        let folded = fold_words(full);
        let orthography = orthography(full, &folded.words);
        for word in &folded.words {
            self.separate(word.before);
            match word.script {
                Script::Han | Script::Hangul | Script::Kana => self.syllables(&word.text, word.script),
                script => {
                    let start = self.text.len();
                    self.text.push_str(&word_to_latin(&word.text, script, orthography));
                    self.word(start);
                }
            }
        }
    }

    /// What stands between two words.
    fn separate(&mut self, before: Break) {
        if before.has(Break::COMMA) || (before.has(Break::OTHER) && before != Break::OTHER) {
            self.part = self.part.saturating_add(u16::from(!self.tokens.is_empty()));
            self.split = false;
        }
        self.join = before == Break::HYPHEN || before == Break::OTHER;
        self.marked = before.has(Break::HASH);
    }

    fn push(&mut self, start: usize, class: Option<Class>, number: bool) {
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.text.len())) else { return };
        if start < end {
            self.join = false;
            let marked = std::mem::take(&mut self.marked) && number;
            self.tokens.push(Token { start, end, part: self.part, class, number, marked });
        }
    }

    /// Ends the word in Latin letters and digits that begins there: numbers that run into their label are taken apart, and numbers
    /// that a hyphen or slash joins are put together.
    fn word(&mut self, start: usize) {
        let text = self.text.get(start..).unwrap_or_default();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            self.letters(start);
        } else if digits == text.len() {
            self.number(start);
        } else {
            let lead = text.bytes().take_while(u8::is_ascii_digit).count();
            let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            if letters + digits == text.len()
                && letters > 0
                && (letters > 1 || text.starts_with('f'))
                && is_label(&text[..letters])
            {
                let number = self.text.split_off(start + letters);
                self.letters(start);
                let start = self.text.len();
                self.text.push_str(&number);
                self.number(start);
            } else if lead == digits && matches!(&text[lead..], "st" | "nd" | "rd" | "th") && !self.after_letters_and_digits() {
                self.text.truncate(start + lead);
                self.text.push('o');
                self.push(start, None, false);
            } else if lead == digits && matches!(words::of(&text[lead..]), Some(Class::Unit { .. })) {
                let label = self.text.split_off(start + lead);
                self.number(start);
                let start = self.text.len();
                self.text.push_str(&label);
                self.letters(start);
            } else {
                self.number(start);
            }
        }
    }

    /// Whether the word before may be the first half of a British postcode ("HG1 2ND").
    fn after_letters_and_digits(&self) -> bool {
        self.tokens.last().is_some_and(|last| {
            last.number && last.part == self.part && self.text(*last).starts_with(|c: char| c.is_ascii_alphabetic())
        })
    }

    fn letters(&mut self, start: usize) {
        let text = self.text.get(start..).unwrap_or_default();
        // "5-ya ulitsa": the ending of an ordinal number in Cyrillic.
        if self.join
            && matches!(text, "st" | "nd" | "rd" | "th" | "ya" | "aya" | "y" | "yy" | "iy" | "oy" | "go" | "oe" | "ye" | "i")
            && let Some(last) = self.tokens.last_mut()
            && last.number
            && last.part == self.part
            && last.end as usize == start
        {
            self.text.truncate(start);
            self.text.push('o');
            (last.number, last.end) = (false, last.end + 1);
            self.join = false;
            return;
        }
        // "pr-t", "b-r", "r-n": the first and last letters of a word, which the table has without their hyphen.
        if self.join
            && text.len() <= 2
            && let Some(last) = self.tokens.last_mut()
            && last.end as usize == start
            && last.end - last.start <= 2
            && let Some(class) = words::of(self.text.get(last.start as usize..).unwrap_or_default())
        {
            last.end = u32::try_from(self.text.len()).unwrap_or(last.end);
            last.class = Some(class);
            self.join = false;
            return;
        }
        let class = words::of(text);
        let unit = matches!(class, Some(Class::Unit { .. }));
        if let &[letter] = text.as_bytes()
            && !unit
            && (self.join || matches!(letter, b'a'..=b'c'))
            && let Some(last) = self.tokens.last_mut()
            && last.number
            && last.part == self.part
            && last.end as usize == start
            && self.text.as_bytes().get(start - 1).is_some_and(u8::is_ascii_digit)
        {
            last.end += 1;
            self.join = false;
            return;
        }
        if class.is_none() {
            for suffix in ["strasse", "str"] {
                if text.len() > suffix.len() + 3 && text.ends_with(suffix) {
                    self.text.truncate(self.text.len() - suffix.len());
                    self.push(start, None, false);
                    let start = self.text.len();
                    self.text.push_str(suffix);
                    self.push(start, Some(Class::Street(None)), false);
                    return;
                }
            }
        }
        self.push(start, class, false);
    }

    fn number(&mut self, start: usize) {
        let mut start = start;
        if self.join
            && let Some(last) = self.tokens.last_mut()
            && last.part == self.part
            && last.end as usize == start
            && (last.number || last.end - last.start <= 2)
        {
            if last.number {
                self.text.insert(start, '-');
            }
            (last.number, last.class) = (true, None);
            last.end = u32::try_from(self.text.len()).unwrap_or(last.end);
            self.join = false;
            return;
        }
        // 05 is 5; longer numbers with a zero in front are postcodes.
        if self.text.len() - start <= 3 {
            let zeros = self.text.get(start..).unwrap_or_default().bytes().take_while(|byte| *byte == b'0').count();
            start += zeros.min(self.text.len() - start - 1);
        }
        self.push(start, None, true);
    }

    /// A word in a script of syllables, with the numbers in it.
    fn syllables(&mut self, word: &str, script: Script) {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_alphanumeric();
            let end = rest.find(|c: char| c.is_ascii_alphanumeric() != digits).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            match script {
                _ if digits => {
                    let start = self.text.len();
                    self.text.push_str(run);
                    self.word(start);
                }
                Script::Hangul => self.hangul(run),
                _ => self.han(run),
            }
            rest = after;
        }
    }

    /// A word in Chinese characters, in which a character or two say what the ones before them are.
    fn han(&mut self, word: &str) {
        let mut name = 0;
        let mut at = 0;
        let after_number = self.tokens.last().is_some_and(|last| last.number && last.part == self.part);
        while let Some(c) = word[at..].chars().next() {
            let one = at + c.len_utf8();
            let two = one + word[one..].chars().next().map_or(0, char::len_utf8);
            let found = [two, one].into_iter().find_map(|end| Some((end, words::of(&word[at..end])?)));
            match found {
                Some((end, class)) if at > name || (at == 0 && after_number) || matches!(class, Class::Country(_)) => {
                    self.name(&word[name..at], Script::Han);
                    let start = self.text.len();
                    self.text.push('.');
                    self.push(start, Some(class), false);
                    self.split = matches!(class, Class::Region | Class::Area | Class::City | Class::Country(_));
                    (name, at) = (end, end);
                }
                _ => at = one,
            }
        }
        self.name(&word[name..], Script::Han);
    }

    /// A word in Hangul, the end of which says what it is.
    fn hangul(&mut self, word: &str) {
        let after_number = self.tokens.last().is_some_and(|last| last.number && last.part == self.part);
        let ends = word.char_indices().map(|(at, _)| at).rev().take(3).collect::<Vec<_>>();
        let whole = words::of(word)
            .filter(|class| after_number || matches!(class, Class::Country(_) | Class::Name(_)))
            .map(|class| (0, class));
        let found =
            whole.or_else(|| ends.iter().rev().filter(|at| **at > 0).find_map(|at| Some((*at, words::of(&word[*at..])?))));
        let Some((at, class)) = found else {
            self.name(word, Script::Hangul);
            return;
        };
        self.name(&word[..at], Script::Hangul);
        let start = self.text.len();
        self.text.push('.');
        self.push(start, Some(class), false);
    }

    /// A name in a script of syllables. Of what Latin words can be for, it is a place or nothing.
    fn name(&mut self, name: &str, script: Script) {
        if name.is_empty() {
            return;
        }
        if std::mem::take(&mut self.split) {
            self.part = self.part.saturating_add(1);
        }
        let start = self.text.len();
        self.text.push_str(&word_to_latin(name, script, Orthography::default()));
        let class = words::of(self.text.get(start..).unwrap_or_default());
        self.push(start, class.filter(|class| matches!(class, Class::Name(_) | Class::RegionName | Class::Country(_))), false);
    }
}

/// Whether the word is a label that may run into its number ("rm2505").
fn is_label(word: &str) -> bool {
    matches!(words::of(word), Some(Class::House { .. } | Class::Building { .. } | Class::Unit { .. } | Class::Box))
}
