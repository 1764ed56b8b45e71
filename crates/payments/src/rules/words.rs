//! The words of a text for rules of places and goods: a text goes in, its folded words come out one by one with their place in the text
//! and what stood before each. No list of them is made, so that a text of any length costs no memory.
//!
//! Latin, Cyrillic and other letters come as [`interdict_names::fold`] folds them. Han characters, Hangul syllables and kana are words one
//! by one: these scripts do not part words, or part them elsewhere than a list does.

use std::ops::Range;

use interdict_names::fold;

/// What stood between a word and the word before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, a hyphen, or the end of a line: the two may be one word that was cut.
    Seam,
    /// White space and punctuation inside a sentence, an address or a list.
    Space,
    /// The end of a sentence: no phrase goes on behind it.
    Stop,
}

/// Longest word that is looked at, in bytes: far beyond any name, with invisible characters in it.
const LONGEST: usize = 1024;

/// Letters of a word in front of a dot that make it no abbreviation: `Rep.`, `Dem.` and `N.` are some.
const NO_ABBREVIATION: usize = 4;

/// What a character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letter, digit, mark or invisible character of a word.
    Word,
    Apostrophe,
    /// A word by itself.
    Sign,
    /// A part of a Hangul syllable, or a half-width form.
    Part,
    Hyphen,
    LineEnd,
    Space,
    /// A character of control, which is not there.
    Nothing,
    /// Ends a sentence when white space follows.
    Dot,
    /// Ends a sentence.
    Stop,
    Other,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => Class::Word,
        '\'' | '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{2b9}'..='\u{2bf}' | '\u{ff07}' => {
            Class::Apostrophe
        }
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' => Class::Hyphen,
        '\n' | '\r' => Class::LineEnd,
        ' ' | '\t' | '\u{b}' | '\u{c}' => Class::Space,
        '.' => Class::Dot,
        '!' | '?' | ';' | '\u{3002}' | '\u{ff01}' | '\u{ff1f}' => Class::Stop,
        c if c.is_ascii_control() => Class::Nothing,
        c if c.is_ascii() => Class::Other,
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ff66}'..='\u{ffdc}' => Class::Part,
        '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{318f}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Sign,
        // Marks, and characters that are not seen.
        '\u{ad}'
        | '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}'
        | '\u{5bf}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{61c}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}' => Class::Word,
        c if c.is_alphanumeric() => Class::Word,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

/// What has been seen since the last word.
#[derive(Clone, Copy, Default)]
struct Between {
    hyphens: u32,
    line_ends: u32,
    spaces: bool,
    other: bool,
    end: End,
}

/// What may end a sentence.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    #[default]
    None,
    Dot,
    Stop,
}

impl Between {
    fn add(&mut self, class: Class) {
        match class {
            Class::Hyphen => self.hyphens += 1,
            Class::LineEnd => self.line_ends += 1,
            Class::Space => self.spaces = true,
            Class::Dot => self.end = self.end.max(End::Dot),
            Class::Stop => self.end = End::Stop,
            Class::Other => self.other = true,
            Class::Word | Class::Apostrophe | Class::Sign | Class::Part | Class::Nothing => {}
        }
    }

    fn gap(self, letters_before: usize) -> Gap {
        let white = self.spaces || self.line_ends > 0;
        if self.end == End::Stop || (self.end == End::Dot && white && letters_before >= NO_ABBREVIATION) {
            Gap::Stop
        } else if self.end == End::Dot || self.other || self.spaces || self.hyphens > 1 || self.line_ends > 2 {
            Gap::Space
        } else {
            Gap::Seam
        }
    }
}

/// Calls `found` for each word of a text: the folded word, where it stands, and what stood before it.
pub(super) fn each_word(text: &str, mut found: impl FnMut(&str, Range<usize>, Gap)) {
    let bytes = text.as_bytes();
    let mut between = Between::default();
    let mut letters_before = 0;
    let mut lower = String::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        if first.is_ascii() && class(char::from(first)) != Class::Word {
            between.add(class(char::from(first)));
            at += 1;
            continue;
        }
        // The usual case: a word of plain letters with nothing in it to fold but their case.
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let after = bytes.get(end).copied().unwrap_or(b' ');
        if end > at && after.is_ascii() && class(char::from(after)) != Class::Apostrophe {
            lower.clear();
            if end - at <= LONGEST {
                lower.push_str(&text[at..end]);
                lower.make_ascii_lowercase();
            }
            found(&lower, at..end, std::mem::take(&mut between).gap(letters_before));
            letters_before = end - at;
            at = end;
            continue;
        }
        let Some(run) = run(&text[at..]) else {
            // A character between words that is not ASCII; a byte that is none begins no character and cannot stand here.
            let c = text[at..].chars().next().unwrap_or(' ');
            between.add(class(c));
            at += c.len_utf8();
            continue;
        };
        let end = at + run.len();
        let gap = std::mem::take(&mut between).gap(letters_before);
        letters_before = of_run(run, at, gap, &mut found);
        at = end;
    }
}

/// The letters at the beginning of a text that are read together; `None` if there are none.
fn run(text: &str) -> Option<&str> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let kind = class(first);
    let end = match kind {
        Class::Sign => first.len_utf8(),
        Class::Word | Class::Part => {
            let goes_on = |c: char| match class(c) {
                Class::Word => kind == Class::Word,
                Class::Part => kind == Class::Part,
                Class::Apostrophe => kind == Class::Word,
                _ => false,
            };
            let end = chars.find(|&(_, c)| !goes_on(c)).map_or(text.len(), |(end, _)| end);
            // Parts of syllables have no end of a word, and are cut where a text has too many of them.
            if kind == Class::Part && end > LONGEST {
                (0..=LONGEST).rev().find(|&cut| text.is_char_boundary(cut))?
            } else {
                end
            }
        }
        _ => return None,
    };
    text.get(..end)
}

/// The words of a run that begins at `start`. Gives how many letters the last one has.
fn of_run(run: &str, start: usize, mut gap: Gap, found: &mut impl FnMut(&str, Range<usize>, Gap)) -> usize {
    let is_apostrophe = |c: char| class(c) == Class::Apostrophe;
    let mut chars = run.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next());
    // The article of French and Italian: l'Iran, d'Iran.
    if matches!(first, 'd' | 'D' | 'l' | 'L') && second.is_some_and(is_apostrophe) {
        let rest = run[1..].trim_start_matches(is_apostrophe);
        found(if matches!(first, 'd' | 'D') { "d" } else { "l" }, start..start + 1, gap);
        if rest.is_empty() {
            return 1;
        }
        return of_run(rest, start + run.len() - rest.len(), Gap::Space, found);
    }
    let mut word = run.trim_end_matches(is_apostrophe);
    // The possessive: Iran's.
    if let Some(owner) = word.strip_suffix(['s', 'S']).filter(|owner| owner.ends_with(is_apostrophe)) {
        word = owner.trim_end_matches(is_apostrophe);
    }
    let span = start..start + word.len();
    if word.len() > LONGEST {
        found("", span, gap);
        return word.len();
    }
    // A word of Latin letters among which others were put that look alike. Folding needs a letter that is surely Latin to see it, and this
    // word may have none: the whole text would.
    let is_mixed =
        word.bytes().any(|byte| byte.is_ascii_alphabetic()) && word.chars().any(|c| ('\u{370}'..'\u{530}').contains(&c));
    let folded = if is_mixed { fold(&format!("z {word}")) } else { fold(word) };
    let folded = if is_mixed { folded.strip_prefix("z ").unwrap_or_default() } else { &folded };
    let mut letters = 0;
    for piece in folded.split(' ').filter(|piece| !piece.is_empty()) {
        if class(first) == Class::Part {
            for sign in piece.split_inclusive(|_| true) {
                found(sign, span.clone(), gap);
                gap = Gap::Seam;
            }
        } else {
            found(piece, span.clone(), gap);
        }
        gap = Gap::Seam;
        letters = piece.len();
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut found = String::new();
        let mut last = 0;
        each_word(text, |word, span, gap| {
            assert!(span.start >= last && text.get(span.clone()).is_some(), "{text:?}: {span:?}");
            last = span.start;
            if !found.is_empty() {
                found.push_str(match gap {
                    Gap::Seam => "-",
                    Gap::Space => " ",
                    Gap::Stop => "|",
                });
            }
            found.push_str(word);
        });
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_come_folded_with_what_stands_between() {
        check("", "");
        check("...", "");
        check("P.O. Box 12, Pyong-yang", "p o box 12 pyong-yang");
        check("sent north. Korea is", "sent north|korea is");
        check("Dem. People's Rep. of Korea", "dem people rep of korea");
        check("PYONG\r\nYANG", "pyong-yang");
        check("P'yŏngyang’s l'Iran d’Iran", "pyongyang l iran d iran");
        check("ＰＹＯＮＧＹＡＮＧ", "pyongyang");
        check("Pyong\u{200b}yang", "pyongyang");
        check("평양시 平壤 КНДР", "평-양-시 平-壤 кндр");
        // Hangul in parts, as some systems write it.
        check("\u{1111}\u{1167}\u{11bc}\u{110b}\u{1163}\u{11bc}", "평-양");
        check("DPRK朝鲜", "dprk-朝-鲜");
        check("Рyоngyаng", "pyongyang");
        check("Kоrеа Nоrth", "korea north");
        check("Кpым", "крым");
        check("' '' Iran' 's", "iran s");
    }

    #[test]
    fn no_length_of_a_word_harms() {
        let mut count = 0;
        let text = format!("{} {} {}", "a".repeat(100_000), "é".repeat(100_000), "\u{1111}".repeat(10_000));
        each_word(&text, |_, _, _| count += 1);
        assert!(count > 2, "{count}");
    }
}
