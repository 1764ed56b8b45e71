//! The words of a text with what stands between them: text goes in; each word comes out with its span, how it is capitalised and what
//! parts it from the word before. One pass, a table for ASCII, nothing allocated for a word.

use std::borrow::Cow;

/// What parts a word from the one before it. A name goes on over all but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing: a change from letters of one script to those of another.
    None,
    /// White space on one line.
    Space,
    /// A hyphen.
    Hyphen,
    /// The end of a line, with or without white space.
    Line,
    /// A hyphen at the end of a line: one word that was cut in two, or two with a hyphen.
    CutLine,
    /// A full stop and perhaps white space: behind an abbreviation or initial, or the end of a sentence.
    Stop,
    /// A comma, quotation mark, bracket, slash, ampersand.
    Soft,
    /// What no name goes over: a blank line, the mark of a list item, spaces between columns, a semicolon, a colon, a tab, an exclamation or
    /// question mark, a full stop that ends a sentence.
    Hard,
}

/// How a word is capitalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// In small letters.
    Lower,
    /// It begins with a capital.
    Capital,
    /// It has capitals only, at least two.
    AllCapitals,
    /// Its script has no case, or it has digits alone.
    None,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(super) struct Word {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) gap: Gap,
    pub(super) case: Case,
    /// It has a digit.
    pub(super) digits: bool,
    /// A run of a script that is written without spaces.
    pub(super) unspaced: bool,
    /// It was cut in two at the end of a line.
    pub(super) cut: bool,
    /// Letters with full stops between, as in U.K. and S.A.
    pub(super) dotted: bool,
    /// Bytes of the possessive behind it, which are of the name in "People's Army" and not in "Garantex's owner".
    pub(super) possessive: u8,
}

impl Word {
    pub(super) fn span(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    /// The word with its possessive, as written.
    pub(super) fn whole(self, text: &str) -> Option<&str> {
        (self.possessive > 0).then(|| &text[self.start..self.end + usize::from(self.possessive)])
    }

    /// Whether it is a letter that goes on with letters and full stops before it.
    pub(super) fn continues(self, last: &Self, text: &str) -> bool {
        let one = |word: &Self| word.dotted || text[word.span()].chars().take(2).count() == 1;
        self.gap == Gap::Stop
            && last.end + 1 == self.start
            && self.case != Case::Lower
            && last.case != Case::Lower
            && !self.digits
            && !last.digits
            && one(&self)
            && one(last)
    }

    /// The word in one piece, without the marks inside it that are not seen.
    pub(super) fn text(self, text: &str) -> Cow<'_, str> {
        let shown = &text[self.span()];
        if self.dotted {
            return Cow::Owned(shown.replace('.', ""));
        }
        // The second is the stroke that draws an Arabic word out.
        if !self.cut && (shown.is_ascii() || !shown.contains(['\u{ad}', '\u{640}'])) {
            return Cow::Borrowed(shown);
        }
        let is_seen = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{ad}' | '\u{640}');
        Cow::Owned(shown.chars().filter(is_seen).collect())
    }
}

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 3;
const SPACE: u8 = 4;
const NEWLINE: u8 = 5;
const HYPHEN: u8 = 6;
const STOP: u8 = 7;
const SOFT: u8 = 8;
const HARD: u8 = 9;
const APOSTROPHE: u8 = 10;
const OTHER: u8 = 11;

const CLASSES: [u8; 128] = {
    let mut classes = [SOFT; 128];
    let mut at = 0;
    while at < 128 {
        classes[at] = match at as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b' ' => SPACE,
            b'\n' | b'\r' => NEWLINE,
            b'-' => HYPHEN,
            b'.' => STOP,
            b';' | b':' | b'\t' | b'!' | b'?' | b'|' | b'=' | b'<' | b'>' | b'*' | b'#' | 0x0b | 0x0c => HARD,
            b'\'' => APOSTROPHE,
            b'_' => SPACE,
            _ => SOFT,
        };
        at += 1;
    }
    classes
};

/// Whether a character is of a script that is written without spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
        && c != '・'
}

/// The class of a character that is not ASCII.
fn class_of(c: char) -> u8 {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => 0,
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' | '\u{02b9}' | '\u{2032}' | '\u{ff07}' | '`' | '\u{b4}' => APOSTROPHE,
        '\u{2010}' | '\u{2011}' => HYPHEN,
        '\u{2028}' => NEWLINE,
        '。' | '！' | '？' | '；' | '：' | '؟' | '؛' | '۔' | '।' | '։' | '…' | '•' | '▪' | '●' | '\u{2029}' | '—' | '–' => {
            HARD
        }
        _ if c.is_whitespace() => SPACE,
        _ if c.is_alphabetic() => {
            if c.is_uppercase() {
                UPPER
            } else if c.is_lowercase() {
                LOWER
            } else {
                OTHER
            }
        }
        _ if c.is_numeric() => DIGIT,
        _ if unicode_normalization::char::is_combining_mark(c) => OTHER,
        _ => SOFT,
    }
}

/// Letters of the longest word that a full stop may abbreviate: Corp., Capt.
const LONGEST_ABBREVIATION: usize = 4;

/// So many spaces part the columns of a table.
const COLUMN: usize = 4;

/// Whether white space stands at an offset.
fn is_space(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_whitespace)
}

/// Calls `each` with every word of `text`, in order. Offsets are from the start of `text` plus `base`.
pub(super) fn words(text: &str, base: usize, mut each: impl FnMut(Word)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut gap = Gap::Hard;
    let mut lines = 0;
    let mut hyphen = false;
    let (mut letters, mut spaces) = (0_usize, 0_usize);
    while at < bytes.len() {
        let (class, length) = classify(text, at);
        match class {
            LOWER | UPPER | DIGIT | OTHER => {
                if lines == 0 && spaces >= COLUMN {
                    gap = Gap::Hard;
                }
                let word = read_word(text, at, base, gap);
                letters = if word.digits { 0 } else { text[at..word.end - base].chars().take(8).count() };
                at = word.end - base + usize::from(word.possessive);
                each(word);
                gap = Gap::None;
                lines = 0;
                spaces = 0;
                hyphen = false;
                continue;
            }
            // Where a soft hyphen was used.
            0 if gap == Gap::None && text[at..].starts_with('\u{ad}') && text[at + length..].starts_with(['\n', '\r']) => {
                hyphen = true;
                gap = Gap::Hyphen;
            }
            0 => {}
            SPACE => {
                gap = gap.max(Gap::Space);
                spaces += 1;
            }
            NEWLINE => {
                // A carriage return and a line feed are one line.
                if !(bytes[at] == b'\n' && at > 0 && bytes[at - 1] == b'\r') {
                    lines += 1;
                }
                gap = if lines > 1 {
                    Gap::Hard
                } else if hyphen && gap == Gap::Hyphen {
                    Gap::CutLine
                } else {
                    gap.max(Gap::Line)
                };
            }
            HYPHEN => {
                hyphen = gap == Gap::None;
                gap = match gap {
                    Gap::None => Gap::Hyphen,
                    // The mark of a list item.
                    _ if lines > 0 => Gap::Hard,
                    _ => gap.max(Gap::Soft),
                };
            }
            // Behind more than an abbreviation and before white space it ends a sentence.
            STOP if gap == Gap::None && letters > LONGEST_ABBREVIATION && is_space(text, at + 1) => gap = Gap::Hard,
            STOP => gap = gap.max(Gap::Stop),
            HARD => gap = Gap::Hard,
            _ => gap = gap.max(Gap::Soft),
        }
        at += length;
    }
}

fn classify(text: &str, at: usize) -> (u8, usize) {
    let byte = text.as_bytes()[at];
    if byte < 128 {
        return (CLASSES[usize::from(byte)], 1);
    }
    text[at..].chars().next().map_or((SOFT, 1), |c| (class_of(c), c.len_utf8()))
}

/// Reads the word that begins at `at`.
fn read_word(text: &str, at: usize, base: usize, gap: Gap) -> Word {
    let bytes = text.as_bytes();
    let (mut lower, mut upper, mut digits) = (0_u32, 0_u32, false);
    let first_upper = classify(text, at).0 == UPPER;
    let mut end = at;
    let mut possessive_bytes = 0;
    let unspaced = text[at..].chars().next().is_some_and(is_unspaced);
    loop {
        // The fast way: letters and digits of ASCII.
        if !unspaced {
            while end < bytes.len() && bytes[end] < 128 {
                match CLASSES[usize::from(bytes[end])] {
                    LOWER => lower += 1,
                    UPPER => upper += 1,
                    DIGIT => digits = true,
                    _ => break,
                }
                end += 1;
            }
        }
        if end >= bytes.len() {
            break;
        }
        let (class, length) = classify(text, end);
        let c = text[end..].chars().next().unwrap_or(' ');
        match class {
            LOWER | UPPER | DIGIT | OTHER if bytes[end] >= 128 && is_unspaced(c) == unspaced => {
                match class {
                    LOWER => lower += 1,
                    UPPER => upper += 1,
                    DIGIT => digits = true,
                    _ => {}
                }
                end += length;
            }
            // A mark that is not seen stands inside a word, as where a line may be broken.
            0 => {
                let next = end + length;
                if next < bytes.len() && matches!(classify(text, next).0, LOWER | UPPER | OTHER) && !unspaced {
                    end = next;
                } else {
                    break;
                }
            }
            // An apostrophe inside a word belongs to it, but for the possessive.
            APOSTROPHE if !unspaced => {
                let next = end + length;
                let rest = &text[next.min(text.len())..];
                let follows = rest.chars().next().is_some_and(char::is_alphabetic);
                let mut after = rest.chars();
                let possessive = matches!(after.next(), Some('s' | 'S')) && !after.next().is_some_and(char::is_alphanumeric);
                // The French article is no part of a name.
                let elision = end - at <= 1 && matches!(bytes[at].to_ascii_lowercase(), b'l' | b'd' | b's' | b'n' | b'j');
                if follows && !possessive && !elision {
                    end = next;
                } else {
                    possessive_bytes = if possessive { length as u8 + 1 } else { 0 };
                    break;
                }
            }
            _ => break,
        }
    }
    let case = if lower + upper == 0 {
        Case::None
    } else if upper >= 2 && lower == 0 {
        Case::AllCapitals
    } else if first_upper || upper > 0 {
        Case::Capital
    } else {
        Case::Lower
    };
    Word {
        start: base + at,
        end: base + end,
        gap,
        case,
        digits,
        unspaced,
        cut: false,
        dotted: false,
        possessive: possessive_bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Gap, Case)]) {
        let mut found = Vec::new();
        words(text, 0, |word| found.push((&text[word.span()], word.gap, word.case)));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_and_what_is_between_them() {
        use Case::{AllCapitals, Capital, Lower};
        check(
            "Kim Jong-un’s aide",
            &[
                ("Kim", Gap::Hard, Capital),
                ("Jong", Gap::Space, Capital),
                ("un", Gap::Hyphen, Lower),
                ("aide", Gap::Space, Lower),
            ],
        );
        check("P'yongyang\nKOREA", &[("P'yongyang", Gap::Hard, Capital), ("KOREA", Gap::Line, AllCapitals)]);
        check(
            "Chon-\nsurim\n\nTrading",
            &[("Chon", Gap::Hard, Capital), ("surim", Gap::CutLine, Lower), ("Trading", Gap::Hard, Capital)],
        );
        check(
            "l'Iran, J. Doe",
            &[("l", Gap::Hard, Lower), ("Iran", Gap::Soft, Capital), ("J", Gap::Soft, Capital), ("Doe", Gap::Stop, Capital)],
        );
        check("Сергея Ива\u{301}нова", &[("Сергея", Gap::Hard, Capital), ("Ива\u{301}нова", Gap::Space, Capital)]);
        check("公司ABC", &[("公司", Gap::Hard, Case::None), ("ABC", Gap::None, AllCapitals)]);
        check("a\r\nb\r\n\r\nc", &[("a", Gap::Hard, Lower), ("b", Gap::Line, Lower), ("c", Gap::Hard, Lower)]);
        check("Tarquin. Go", &[("Tarquin", Gap::Hard, Capital), ("Go", Gap::Hard, Capital)]);
        check("Capt. Ray", &[("Capt", Gap::Hard, Capital), ("Ray", Gap::Stop, Capital)]);
        check("Kim\n- Lee", &[("Kim", Gap::Hard, Capital), ("Lee", Gap::Hard, Capital)]);
        check("Kim - Lee", &[("Kim", Gap::Hard, Capital), ("Lee", Gap::Soft, Capital)]);
        check("Kim    Lee", &[("Kim", Gap::Hard, Capital), ("Lee", Gap::Hard, Capital)]);
        check("Kim    \n    Lee", &[("Kim", Gap::Hard, Capital), ("Lee", Gap::Line, Capital)]);
        check("Chon\u{ad}\nsurim", &[("Chon", Gap::Hard, Capital), ("surim", Gap::CutLine, Lower)]);
        check("", &[]);
    }
}
