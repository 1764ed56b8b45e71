//! The Remarks of OFAC's flat forms: statements in a row, divided by semicolons, each under words of its own ("DOB 1962; POB Shati;
//! Passport A123 (Iran) issued 01 Jan 2000; a.k.a. 'EXAMPLE'; Linked To: SAMPLE."). What a statement says goes to the party; what cannot
//! be recognised stays as a note, whole.

use interdict_model::{AliasKind, Country, DateValue};

use super::{Label, LabelKind, Paper, Party, label};
use crate::listing::{Listing, Place};
use crate::ofac_advanced::tables::plain;

/// A Remarks field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remarks<'r> {
    pub(crate) text: &'r str,
    /// Whether a full stop ends the field, as in the CSV files, so that it belongs to no statement.
    pub(crate) stopped: bool,
    /// Whether the field is cut off in the middle of its last statement, of which nothing may be concluded.
    pub(crate) cut: bool,
    /// The party's titles, which the CSV files repeat here.
    pub(crate) title: &'r str,
}

impl Remarks<'_> {
    /// Adds all that is said to the party.
    pub(crate) fn read(self, party: &mut Party, listing: &mut Listing<'_>, at: Place<'_>) {
        let text = self.text.trim();
        let text = if self.stopped { text.strip_suffix('.').unwrap_or(text) } else { text };
        let titles: Vec<String> = parts(self.title).into_iter().map(fold).collect();
        let statements = parts(text);
        for (index, statement) in statements.iter().enumerate() {
            let kind = if self.cut && index + 1 == statements.len() {
                party.note(statement, at.record);
                "remarks_cut"
            } else if is_title(&titles, statement) {
                // It came from the column already.
                "remarks_titles"
            } else if let Some(kind) = statement_of(party, listing, at, statement) {
                kind
            } else {
                party.note(statement, at.record);
                "remarks_unrecognised"
            };
            listing.count("remarks", 1);
            listing.count(kind, 1);
        }
    }
}

/// A name as it is compared: one space between words, upper case.
pub(super) fn fold(name: &str) -> String {
    name.split_whitespace().map(str::to_uppercase).collect::<Vec<_>>().join(" ")
}

fn is_title(titles: &[String], statement: &str) -> bool {
    let statement = fold(statement);
    titles.iter().any(|title| *title == statement || title.strip_suffix('.') == Some(&statement))
}

/// Adds one statement; `None` when it is not recognised, else what to count it as.
fn statement_of(party: &mut Party, listing: &mut Listing<'_>, at: Place<'_>, statement: &str) -> Option<&'static str> {
    let statement = without_brackets(statement);
    let text = without_alt(statement);
    // A website without the word: "http://www.example.com (website)".
    let address = text.trim_end_matches("(website)").trim();
    if ["http://", "https://", "www."].iter().any(|start| address.starts_with(start)) && !address.contains(' ') {
        party.feature(listing, at, "Website", address, at.record);
        return Some("remarks_features");
    }
    let (label, words, rest) = label(text)?;
    let value = rest.trim_start_matches([' ', ':']);
    let value = value.strip_prefix("- ").unwrap_or(value).trim();
    match label.kind {
        LabelKind::Phrase => {
            party.note(statement, at.record);
            Some("remarks_phrases")
        }
        _ if value.is_empty() => None,
        LabelKind::Feature => {
            party.feature(listing, at, label.feature.unwrap_or(plain(words)), value, at.record);
            Some("remarks_features")
        }
        LabelKind::Document => document(party, listing, at, words, value),
        LabelKind::Wallet => {
            let (currency, key) = value.split_once(' ')?;
            let key = key.trim();
            // One word is a wallet's address; more than that are words about one.
            let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
            is_key.then(|| {
                party.wallet(listing, currency, key, at.record);
                "remarks_wallets"
            })
        }
        LabelKind::Link => {
            party.link(value);
            Some("remarks_links")
        }
        LabelKind::Alias => {
            alias(party, listing, at, label, value);
            Some("remarks_aliases")
        }
    }
}

/// A statement without the word that makes it another one of its kind.
fn without_alt(statement: &str) -> &str {
    ["alt. ", "Alt. "].iter().find_map(|alt| statement.strip_prefix(alt)).map_or(statement, str::trim_start)
}

/// A statement without the brackets around all of it: "(Linked To: SAMPLE)". Of two statements within one pair, each has one of them.
fn without_brackets(statement: &str) -> &str {
    let open = |text: &str| text.matches('(').count();
    let closed = |text: &str| text.matches(')').count();
    let mut text = statement;
    if let Some(inner) = text.strip_prefix('(') {
        text = inner;
    }
    if closed(text) > open(text) {
        text = text.strip_suffix(')').unwrap_or(text);
    }
    text.trim()
}

/// A name in quotation marks is a weak one: OFAC keeps strong ones in a table of their own.
fn alias(party: &mut Party, listing: &mut Listing<'_>, at: Place<'_>, label: &Label, value: &str) {
    let kind = match label.head {
        "f.k.a." => AliasKind::FormerlyKnownAs,
        "n.k.a." => AliasKind::NowKnownAs,
        _ => AliasKind::AlsoKnownAs,
    };
    let quoted = ['\'', '"', '‘', '“'].iter().find_map(|quote| value.strip_prefix(*quote));
    let name = quoted.map_or(value, |name| name.strip_suffix(['\'', '"', '’', '”']).unwrap_or(name));
    party.listed_name(listing, name, kind, quoted.is_some(), at.record);
}

/// A document: its number, then perhaps a country in brackets, then perhaps when it was issued and when it expires.
fn document(party: &mut Party, listing: &mut Listing<'_>, at: Place<'_>, kind: &str, value: &str) -> Option<&'static str> {
    let mut paper = Paper { kind, ..Paper::default() };
    let mut rest = value;
    let mut comments = Vec::new();
    while let Some((start, word)) = [" issued ", " expires "].iter().filter_map(|word| Some((rest.rfind(word)?, *word))).max() {
        let said = rest[start + word.len()..].trim();
        match (DateValue::parse(said), word) {
            (Ok(_), " issued ") if paper.issued.is_empty() => paper.issued = said,
            (Ok(_), " expires ") if paper.expires.is_empty() => paper.expires = said,
            _ => comments.push(rest[start..].trim().to_owned()),
        }
        rest = rest[..start].trim_end();
    }
    if let Some((number, country)) = bracketed(rest) {
        // "(Cabo Verde. Previously Cape Verde.)"
        let first = country.split(['.', ';']).next().unwrap_or_default().trim();
        if Country::parse(country).is_some() || country == "undetermined" {
            (rest, paper.country) = (number, country);
        } else if Country::parse(first).is_some() {
            (rest, paper.country) = (number, first);
            comments.push(country.to_owned());
        }
    }
    let number = ["No.:", "No."].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let (number, prose) = number_and_prose(number.trim_start_matches(['#', ':', ' ']).trim());
    if !prose.is_empty() {
        comments.push(prose.to_owned());
    }
    // "License to operate" has the words of a type and no number.
    if !number.contains(|character: char| character.is_ascii_digit()) {
        return None;
    }
    paper.number = number;
    comments.reverse();
    paper.comment = comments.join("; ");
    party.document(listing, at, &paper, None, at.record);
    Some("remarks_documents")
}

/// A number, and the prose behind it, which begins with a word in small letters: "OR801168 and Sample ID No. 2810".
fn number_and_prose(text: &str) -> (&str, &str) {
    let is_small = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let found = text.match_indices(' ').find(|(at, _)| text[at + 1..].split(' ').next().is_some_and(is_small));
    found.map_or((text, ""), |(at, _)| (text[..at].trim_end_matches([',', ' ']), &text[at + 1..]))
}

/// What stands before the last pair of brackets that ends the text, and within it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_suffix(')')?;
    let mut depth = 1_u32;
    let (open, _) = inner.char_indices().rev().find(|(_, character)| {
        match character {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some((inner[..open].trim_end(), inner[open + 1..].trim()))
}

/// The statements of a text: divided by semicolons, but for those within quotation marks or brackets that end before a new statement
/// begins. Empty ones are left out.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = start + length(&text[start..]);
        let part = text[start..end].trim();
        if !part.is_empty() {
            parts.push(part);
        }
        start = end + 1;
    }
    parts
}

/// Bytes of the first statement of a text.
fn length(text: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find(';').map(|at| from + at) {
        if !is_within(text, at) {
            return at;
        }
        from = at + 1;
    }
    text.len()
}

/// Whether the semicolon at `at` stands within quotation marks or brackets of the statement that begins the text.
fn is_within(text: &str, at: usize) -> bool {
    let (before, after) = (&text[..at], &text[at + 1..]);
    let next = after.trim_start();
    // What begins like a statement is one, whatever was left open before it.
    if label(without_alt(next)).is_some() {
        return false;
    }
    let open = before.matches('(').count() > before.matches(')').count();
    if open && after.find(')').is_some() {
        return true;
    }
    if before.matches('"').count() % 2 == 1 && after.contains('"') {
        return true;
    }
    // An alias in single quotation marks, which may hold apostrophes: its end is a mark before a semicolon or at the end of the text.
    let name = before.trim_start();
    let quoted = label(name).filter(|(label, _, rest)| label.kind == LabelKind::Alias && rest.trim_start().starts_with('\''));
    quoted.is_some_and(|(_, _, rest)| {
        let closed = rest.trim().len() > 1 && rest.trim_end().ends_with('\'');
        let first = after.split(';').find(|part| part.trim_end().ends_with(['\'', '.']));
        !closed && first.is_some_and(|part| part.trim_end().trim_end_matches('.').ends_with('\''))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        for (text, expected) in [
            ("", &[][..]),
            ("DOB 1962; POB Shati", &["DOB 1962", "POB Shati"]),
            ("nationality possibly Ruritanian;arrested; ", &["nationality possibly Ruritanian", "arrested"]),
            ("a.k.a. 'ONE; TWO'; DOB 1962", &["a.k.a. 'ONE; TWO'", "DOB 1962"]),
            ("a.k.a. 'O'NE'; a.k.a. 'T'; x", &["a.k.a. 'O'NE'", "a.k.a. 'T'", "x"]),
            ("POB Town (north; south), Iran; x", &["POB Town (north; south), Iran", "x"]),
            ("Passport 1 (Iran; Passport 2 (Iraq)", &["Passport 1 (Iran", "Passport 2 (Iraq)"]),
            ("(Linked To: ONE; Linked To: TWO)", &["(Linked To: ONE", "Linked To: TWO)"]),
            ("said \"one; two\"; three", &["said \"one; two\"", "three"]),
            ("a.k.a. 'OPEN; DOB 1962", &["a.k.a. 'OPEN", "DOB 1962"]),
            ("a (open; b; c", &["a (open", "b", "c"]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn prose_behind_numbers() {
        assert_eq!(number_and_prose("OR801168 and Sample ID No. 2810"), ("OR801168", "and Sample ID No. 2810"));
        assert_eq!(number_and_prose("FN 161285 i"), ("FN 161285 i", ""));
        assert_eq!(number_and_prose("405885 Bogota"), ("405885 Bogota", ""));
    }

    #[test]
    fn brackets() {
        assert_eq!(bracketed("1 (Jalisco) (Mexico)"), Some(("1 (Jalisco)", "Mexico")));
        assert_eq!(bracketed("1 (Korea (North))"), Some(("1", "Korea (North)")));
        assert_eq!(bracketed("1 Mexico)"), None);
        assert_eq!(without_brackets("(Linked To: BANK (UAE))"), "Linked To: BANK (UAE)");
        assert_eq!(without_brackets("Linked To: TWO)"), "Linked To: TWO");
        assert_eq!(without_brackets("Linked To: BANK (UAE)"), "Linked To: BANK (UAE)");
    }
}
