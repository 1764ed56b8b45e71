//! What several lists put into one field, taken apart: enumerations (`a) ... b) ...`), several dates, names with an "also known as" in
//! them; and keys for records to which a list gives no id.

use std::borrow::Cow;

use interdict_model::{AliasKind, Country, DateValue};

use crate::fields::one_line;
use crate::listing::excel_serial;

/// The text with single spaces, and without the `_x000D_` that spreadsheets write for a carriage return.
pub(crate) fn tidy(text: &str) -> String {
    one_line(&without_returns(text))
}

/// The text with a line break for each `_x000D_`.
fn without_returns(text: &str) -> Cow<'_, str> {
    // Hardly any text has an underscore at all.
    if text.bytes().any(|byte| byte == b'_') { Cow::Owned(text.replace("_x000D_", "\n")) } else { Cow::Borrowed(text) }
}

/// Letters and digits in lower case, words parted by one space: what stays of a name when its case and punctuation are corrected.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut between = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            between = true;
            continue;
        }
        if between && !folded.is_empty() {
            folded.push(' ');
        }
        between = false;
        folded.push(c);
    }
    folded
}

const LETTERS: [&str; 26] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x",
    "y", "z",
];
const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
const NUMBERS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

/// The text behind `label)` or `(label)` with which `text` begins.
fn behind_label<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let rest = text.strip_prefix('(').unwrap_or(text);
    rest.get(..label.len()).filter(|begin| begin.eq_ignore_ascii_case(label))?;
    rest[label.len()..].strip_prefix(')')
}

/// The place of `label)` behind a space, comma or semicolon, and the text behind it.
fn find_label<'t>(text: &'t str, label: &str) -> Option<(usize, &'t str)> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if (before.is_whitespace() || matches!(before, ',' | ';'))
            && let Some(rest) = behind_label(&text[at..], label)
        {
            return Some((at, rest));
        }
        before = c;
    }
    None
}

/// The parts of `a) ... b) ...`, `i) ... ii) ...` or `1) ... 2) ...`; `None` when the text does not begin so.
fn enumerated(text: &str) -> Option<Vec<&str>> {
    for labels in [&LETTERS[..], &ROMAN, &NUMBERS] {
        let Some(mut rest) = behind_label(text, labels[0]) else { continue };
        let mut parts = Vec::new();
        for label in &labels[1..] {
            let Some((at, behind)) = find_label(rest, label) else { break };
            parts.push(&rest[..at]);
            rest = behind;
        }
        parts.push(rest);
        return Some(parts);
    }
    None
}

/// The values of a field that may be an enumeration, or have one value a line or a semicolon.
pub(crate) fn values(text: &str) -> Vec<String> {
    let text = without_returns(text);
    let text = text.trim();
    let parts = enumerated(text).unwrap_or_else(|| vec![text]);
    let trim = |part: &str| tidy(part).trim_matches([',', ';', ' ']).to_owned();
    parts.iter().flat_map(|part| part.split([';', '\n'])).map(trim).filter(|part| !part.is_empty()).collect()
}

/// The dates of a field.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    /// In EDTF.
    pub(crate) read: Vec<String>,
    /// What could not be read, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// What stands behind a date in brackets.
    pub(crate) remarks: Vec<String>,
}

/// Reads a field with any number of dates: enumerated, with `;`, `,`, `or` or `and` between them, or day numbers of a spreadsheet.
pub(crate) fn dates(text: &str) -> Dates {
    let mut dates = Dates::default();
    for piece in values(text) {
        if let Err(reason) = read_piece(&piece, &mut dates) {
            // What stands in brackets may be a remark.
            match piece.split_once('(') {
                Some((date, remark)) if read_piece(date.trim(), &mut dates).is_ok() => {
                    dates.remarks.push(format!("{} ({remark}", date.trim()));
                }
                _ => dates.unread.push((piece, reason)),
            }
        }
    }
    dates
}

fn read_piece(piece: &str, dates: &mut Dates) -> Result<(), String> {
    let lower = piece.to_ascii_lowercase();
    let alternatives: Vec<&str> = if lower.contains("between") {
        Vec::new()
    } else {
        split_at_words(piece, &lower, &[" or ", " and "]).into_iter().map(|part| part.trim_matches([',', ' '])).collect()
    };
    if alternatives.len() > 1 && read_all(&alternatives, dates) {
        return Ok(());
    }
    match one_date(piece) {
        Ok(date) => {
            dates.read.push(date);
            Ok(())
        }
        Err(reason) => {
            let parts: Vec<&str> = piece.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
            if parts.len() > 1 && read_all(&parts, dates) { Ok(()) } else { Err(reason) }
        }
    }
}

/// Reads all parts, or none.
fn read_all(parts: &[&str], dates: &mut Dates) -> bool {
    let read: Result<Vec<String>, String> = parts.iter().map(|part| one_date(part)).collect();
    match read {
        Ok(read) => {
            dates.read.extend(read);
            true
        }
        Err(_) => false,
    }
}

fn one_date(text: &str) -> Result<String, String> {
    if let Some(day) = excel_serial(text) {
        return Ok(day);
    }
    DateValue::parse(text).map(|date| date.to_string()).map_err(|error| error.to_string())
}

/// `text` cut at each of the words, which are in lower case with their spaces; `lower` is `text` in lower case.
pub(crate) fn split_at_words<'t>(text: &'t str, lower: &str, words: &[&str]) -> Vec<&'t str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    while let Some((at, length)) =
        words.iter().filter_map(|word| lower[start..].find(word).map(|at| (start + at, word.len()))).min()
    {
        parts.push(&text[start..at]);
        start = at + length;
    }
    parts.push(&text[start..]);
    parts
}

/// Words that say that another name follows.
const ALIAS_WORDS: [(&str, AliasKind); 16] = [
    ("(also known as ", AliasKind::AlsoKnownAs),
    ("(a.k.a. ", AliasKind::AlsoKnownAs),
    ("(a/k/a ", AliasKind::AlsoKnownAs),
    ("(aka ", AliasKind::AlsoKnownAs),
    ("(now known as ", AliasKind::NowKnownAs),
    ("(n.k.a. ", AliasKind::NowKnownAs),
    ("(formerly known as ", AliasKind::FormerlyKnownAs),
    ("(previously known as ", AliasKind::FormerlyKnownAs),
    ("(f.k.a. ", AliasKind::FormerlyKnownAs),
    ("(f/k/a ", AliasKind::FormerlyKnownAs),
    (" also known as ", AliasKind::AlsoKnownAs),
    (" a.k.a. ", AliasKind::AlsoKnownAs),
    (" a/k/a ", AliasKind::AlsoKnownAs),
    (" d/b/a ", AliasKind::AlsoKnownAs),
    (" formerly known as ", AliasKind::FormerlyKnownAs),
    (" f/k/a ", AliasKind::FormerlyKnownAs),
];

/// A name with "also known as" in it: the name without it, and the other names as they stand there. What stands in brackets ends with
/// the bracket, or with the text where the bracket is not closed.
pub(crate) fn known_as(text: &str) -> (String, Vec<(AliasKind, String)>) {
    let text = tidy(text);
    let lower = text.to_ascii_lowercase();
    // Each of the words ends with one of these, and most names have none of them.
    if !lower.as_bytes().windows(3).any(|end| matches!(end, b"as " | b"ka " | b"a. " | b"/a ")) {
        return (text, Vec::new());
    }
    let first =
        ALIAS_WORDS.iter().filter_map(|(word, kind)| lower.find(word).map(|at| (at, *word, *kind))).min_by_key(|found| found.0);
    let Some((at, word, kind)) = first else { return (text, Vec::new()) };
    let behind = &text[at + word.len()..];
    let (inside, after) = if word.starts_with('(') { to_closing_bracket(behind) } else { (behind, "") };
    let name = tidy(&format!("{} {after}", &text[..at]));
    if name.is_empty() || inside.trim().is_empty() {
        return (text, Vec::new());
    }
    let (name, mut others) = known_as(&name);
    let (alias, more) = known_as(inside.trim());
    others.push((kind, alias));
    others.extend(more);
    (name, others)
}

/// The text up to the bracket that closes an open one, and the text behind it.
fn to_closing_bracket(text: &str) -> (&str, &str) {
    let mut open = 1_u32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// The code of the country in which a place or address ends, where its last part is one, or its last two are ("Korea, North").
pub(crate) fn country_of_place(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches(['.', ',', ' ']);
    let mut commas = text.rmatch_indices(',').map(|(at, _)| at + 1);
    let (last, before) = (commas.next().unwrap_or(0), commas.next().unwrap_or(0));
    [before, last].into_iter().find_map(|from| Country::parse(text[from..].trim())).map(Country::code)
}

/// The codes of a field of countries: one, or several with `,`, `/`, `;` or `and` between them. A part that is none stays as it stands
/// and is given in the second list, too.
pub(crate) fn countries(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for value in values(text) {
        // A country's own name may have a comma or an "and".
        if let Some(country) = Country::parse(&value) {
            found.push(country.code().to_owned());
            continue;
        }
        for part in value.split([',', '/']) {
            let part = part.trim();
            let lower = part.to_ascii_lowercase();
            let parts =
                if Country::parse(part).is_some() { vec![part] } else { split_at_words(part, &lower, &[" and ", " or "]) };
            for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
                match Country::parse(part) {
                    Some(country) => found.push(country.code().to_owned()),
                    None => {
                        found.push(part.to_owned());
                        unknown.push(part.to_owned());
                    }
                }
            }
        }
    }
    (found, unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumerations() {
        for (text, expected) in [
            ("a) one, b) two c) three", &["one", "two", "three"][..]),
            ("(a) one; (b) two", &["one", "two"]),
            ("i) one ii) two, (c) of it iii) three", &["one", "two, (c) of it", "three"]),
            ("1) one 2) two", &["one", "two"]),
            ("one; two\nthree", &["one", "two", "three"]),
            ("Plan b) of it", &["Plan b) of it"]),
            ("é) x", &["é) x"]),
            ("a)", &[]),
            ("", &[]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn several_dates() {
        for (text, expected) in [
            ("1957", &["1957"][..]),
            ("c. 1968", &["1968~"]),
            ("a) 5 Jan 1970, b) 6 Feb 1971", &["1970-01-05", "1971-02-06"]),
            ("1972-08-10 OR 1975-08-11", &["1972-08-10", "1975-08-11"]),
            ("January 1, 1970 or 1971", &["1970-01-01", "1971"]),
            ("January 1, 1970", &["1970-01-01"]),
            ("between 1965 and 1968", &["1965/1968"]),
            ("01/10/1983,15/10/1983, 01/01/1980", &["1983-10-01", "1983-10-15", "1980-01-01"]),
            ("25569", &["1970-01-01"]),
            ("5 Feb. 1970 (this aka only)", &["1970-02-05"]),
        ] {
            let dates = dates(text);
            assert_eq!(
                (dates.read.as_slice(), dates.unread.len()),
                (expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), 0),
                "{text}"
            );
        }
        assert_eq!(dates("1957 (so he says)").remarks, ["1957 (so he says)"]);
        for text in ["Sep-99", "born in the early 1970s", "31 February 1970", "0/0/1"] {
            assert_eq!((dates(text).read.len(), dates(text).unread.len()), (0, 1), "{text}");
        }
    }

    #[test]
    fn names_in_names() {
        let aka = |text: &str| (AliasKind::AlsoKnownAs, text.to_owned());
        for (text, name, others) in [
            ("Sample Works", "Sample Works", vec![]),
            ("Sample\nWorks (also\nknown as Probe (Plant) Ltd.)", "Sample Works", vec![aka("Probe (Plant) Ltd.")]),
            ("Sample (also known as Probe", "Sample", vec![aka("Probe")]),
            ("ERIKA (A.K.A. MUSTER) PROBE", "ERIKA PROBE", vec![aka("MUSTER")]),
            ("ERIKA PROBE A/K/A E MUSTER", "ERIKA PROBE", vec![aka("E MUSTER")]),
            ("One (formerly known as Two)", "One", vec![(AliasKind::FormerlyKnownAs, "Two".into())]),
            ("(also known as Two)", "(also known as Two)", vec![]),
        ] {
            assert_eq!(known_as(text), (name.to_owned(), others), "{text}");
        }
    }

    #[test]
    fn every_alias_word_is_found() {
        for (word, kind) in ALIAS_WORDS {
            let text = format!("One {}Two", word.trim_start());
            assert_eq!(known_as(&text), ("One".to_owned(), vec![(kind, "Two".to_owned())]), "{text}");
        }
    }

    #[test]
    fn fields_of_countries() {
        for (text, codes, unknown) in [
            ("Panama", &["pa"][..], 0),
            ("Panama, Trinidad and Tobago", &["pa", "tt"], 0),
            ("a) Panama b) Korea, North", &["pa", "kp"], 0),
            ("Panama/Ruritania", &["pa", "Ruritania"], 1),
            ("", &[], 0),
        ] {
            let found = countries(text);
            assert_eq!(
                (found.0.as_slice(), found.1.len()),
                (codes.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), unknown),
                "{text}"
            );
        }
        for (text, code) in [
            ("Sampleton, Panama.", Some("pa")),
            ("Panama", Some("pa")),
            ("Testyang, Korea, North", Some("kp")),
            ("Korea, North", Some("kp")),
            ("Strelsau, Ruritania", None),
            ("", None),
        ] {
            assert_eq!(country_of_place(text), code, "{text}");
        }
    }
}
