//! Identifiers in a text: wallets, IMO numbers, LEIs, BICs, document numbers, mail addresses, web sites. Only what is on the list is kept.

use interdict_model::{Identifier, IdentifierKind, identify};
use interdict_snapshot::{IdentifierHit, Snapshot};

use super::context::Needs;
use super::words::{Case, Gap, Word, is_unspaced};
use super::{Found, Mention, Raw};

/// The fewest characters of a number without a rule of its own that is looked up.
const SHORTEST: usize = 6;

/// Bytes before a number in which a word must say what it is.
const BEFORE: usize = 48;

/// Signs before a word that are looked at for whether it begins an address.
const MOST_SIGNS: usize = 8;

/// Words behind which a number is that of a document or register, in small letters.
const NUMBER_WORDS: [&str; 36] = [
    "passport",
    "pasaporte",
    "passeport",
    "reisepass",
    "паспорт",
    "паспорта",
    "identity",
    "серия",
    "серии",
    "identification",
    "id",
    "registration",
    "register",
    "tax",
    "vat",
    "инн",
    "огрн",
    "inn",
    "ogrn",
    "license",
    "licence",
    "no",
    "number",
    "nr",
    "tin",
    "ssn",
    "mmsi",
    "№",
    "护照",
    "身份证",
    "号",
    "番号",
    "여권",
    "번호",
    "جواز",
    "رقم",
];

/// Words beside which those say something else.
const OTHER_NUMBERS: [&str; 16] = [
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "fax",
    "whatsapp",
    "телефон",
    "тел",
    "факс",
    "invoice",
    "order",
    "page",
    "flight",
    "电话",
    "전화",
];

/// Listed identifiers among the words of a text.
pub(super) fn find<'s>(snapshot: &'s Snapshot, text: &str, words: &[Word], raw: &mut Vec<Raw<'s>>) {
    for (at, word) in words.iter().enumerate() {
        let span = word.span();
        let bytes = text.as_bytes();
        let shown = &text[span.clone()];
        let length = shown.len();
        // A mail address or a web site: its signs are no letters, so that it is several words. It is looked at from its first word on.
        if is_first_of_run(text, span.start) && matches!(bytes.get(span.end), Some(b'@' | b'.' | b'-' | b'_' | b'+')) {
            run(snapshot, text, span.start, raw);
        }
        if !shown.is_ascii() || word.cut {
            continue;
        }
        // A bank's code: letters that no word has together.
        if (word.case == Case::AllCapitals || word.digits)
            && matches!(length, 8 | 11)
            && is_bic(shown)
            && let Ok(bic) = Identifier::parse(IdentifierKind::Bic, shown, None)
        {
            offer(snapshot, span.clone(), &[(IdentifierKind::Bic, bic.lookup_key().into_owned())], raw);
        }
        if !word.digits {
            continue;
        }
        if text[..span.start].ends_with('+') {
            phone(snapshot, text, &words[at..], raw);
        }
        if length >= 20 || (length == 7 && shown.bytes().all(|byte| byte.is_ascii_digit())) {
            let typed: Vec<(IdentifierKind, String)> =
                identify(shown).iter().map(|found| (found.kind(), found.lookup_key().into_owned())).collect();
            // Seven digits are an IMO number beside a word that says so.
            let imo = |kind: IdentifierKind| kind != IdentifierKind::Imo || says(text, span.start, &["imo", "имо"]);
            let typed: Vec<_> = typed.into_iter().filter(|typed| imo(typed.0)).collect();
            offer(snapshot, span.clone(), &typed, raw);
        }
        // Companies have numbers of the IMO, too.
        if length == 7 && says(text, span.start, &["imo"]) {
            let key = Identifier::unverified_key(IdentifierKind::Other, shown);
            offer_any(snapshot, span.clone(), &key, raw);
        }
        if (SHORTEST..=24).contains(&length) {
            let letters = shown.bytes().any(|byte| byte.is_ascii_alphabetic());
            // Digits alone are an amount, a date, a telephone number, unless a word says what they are.
            if says(text, span.start, &NUMBER_WORDS) || (letters && length >= 9) {
                let key = Identifier::unverified_key(IdentifierKind::Other, shown);
                offer_any(snapshot, span.clone(), &key, raw);
            }
            // Letters or a series before it, a check digit in brackets behind it.
            let before = at.checked_sub(1).map(|before| words[before]);
            if let Some(before) = before.filter(|before| word.gap == Gap::Space && is_series(text, *before))
                && says(text, before.start, &NUMBER_WORDS)
            {
                let span = before.start..span.end;
                let key = Identifier::unverified_key(IdentifierKind::Other, &text[span.clone()]);
                offer_any(snapshot, span, &key, raw);
            }
            if let Some([b'(', _, b')']) = bytes.get(span.end..span.end + 3)
                && let Some(shown) = text.get(span.start..span.end + 3)
            {
                let key = Identifier::unverified_key(IdentifierKind::Other, shown);
                offer_any(snapshot, span.start..span.end + 3, &key, raw);
            }
        }
        // An account number in groups of four.
        if length == 4
            && shown.as_bytes()[..2].iter().all(u8::is_ascii_uppercase)
            && shown.as_bytes()[2..].iter().all(u8::is_ascii_digit)
        {
            grouped(snapshot, text, &words[at..], raw);
        }
    }
}

/// Whether one of the words stands shortly before an offset.
fn says(text: &str, at: usize, wanted: &[&str]) -> bool {
    let from = text.ceil_char_boundary(at.saturating_sub(BEFORE));
    let before = text[from..at].to_lowercase();
    // Numbers before it are further ones of the same kind.
    let last = before.rsplit(|c: char| !c.is_alphanumeric() && c != '№').filter(|word| word.chars().any(|c| !c.is_numeric()));
    // Chinese, Japanese and Korean write them behind other words.
    let is_eastern = |word: &str| word.starts_with(|c| c >= '\u{2e80}');
    let is = |word: &str, wanted: &[&str]| {
        wanted.iter().any(|wanted| *wanted == word || (is_eastern(wanted) && word.ends_with(wanted)))
    };
    let mut found = false;
    for word in last.take(4) {
        if is(word, &OTHER_NUMBERS) {
            return false;
        }
        found = found || is(word, wanted);
    }
    found
}

/// Whether a word is the letters or the series of a document's number.
fn is_series(text: &str, word: Word) -> bool {
    let shown = &text[word.span()];
    let bytes = shown.as_bytes();
    (bytes.len() <= 4 && bytes.iter().all(u8::is_ascii_digit)) || (bytes.len() <= 2 && bytes.iter().all(u8::is_ascii_uppercase))
}

fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes[..6].iter().all(u8::is_ascii_uppercase)
        && bytes[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether a character may stand inside a mail address or the name of a host; those of scripts without spaces are the text around it.
fn is_run(c: char) -> bool {
    matches!(c, '@' | '.' | '-' | '_' | '+') || (c.is_alphanumeric() && !is_unspaced(c))
}

/// Whether a word is the first of a mail address or the name of a host: at most signs of one are before it.
fn is_first_of_run(text: &str, start: usize) -> bool {
    let before = text[..start].chars().rev().take_while(|c| is_run(*c));
    !before.take(MOST_SIGNS).any(char::is_alphanumeric)
}

/// A mail address or web site that begins at an offset.
fn run<'s>(snapshot: &'s Snapshot, text: &str, start: usize, raw: &mut Vec<Raw<'s>>) {
    /// The longest mail address there may be (RFC 5321).
    const LONGEST: usize = 254;
    let length = text[start..].chars().take(LONGEST + 1).take_while(|c| is_run(*c)).map(char::len_utf8).sum::<usize>();
    let shown = text[start..start + length].trim_end_matches(['.', '-', '_', '+', '@']);
    let length = shown.len();
    if length > LONGEST {
        return;
    }
    let Some((_, last)) = shown.rsplit_once('.') else { return };
    if last.len() < 2 || !last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return;
    }
    let kind = if shown.contains('@') { IdentifierKind::Email } else { IdentifierKind::Website };
    if let Ok(found) = Identifier::parse(kind, shown, None) {
        offer(snapshot, start..start + length, &[(kind, found.lookup_key().into_owned())], raw);
    }
}

/// An account number of ISO 13616 that is written in groups.
fn grouped<'s>(snapshot: &'s Snapshot, text: &str, words: &[Word], raw: &mut Vec<Raw<'s>>) {
    let mut joined = String::new();
    for word in words.iter().take(9) {
        if !joined.is_empty() && !matches!(word.gap, Gap::Space | Gap::Hyphen) {
            break;
        }
        joined.push_str(&text[word.span()]);
        if joined.len() > 34 {
            break;
        }
        if joined.len() >= 15
            && let Ok(found) = Identifier::parse(IdentifierKind::Iban, &joined, None)
        {
            let span = words[0].start..word.end;
            offer(snapshot, span, &[(IdentifierKind::Iban, found.lookup_key().into_owned())], raw);
        }
    }
}

/// A telephone number in its international form, which begins behind a plus sign.
fn phone<'s>(snapshot: &'s Snapshot, text: &str, words: &[Word], raw: &mut Vec<Raw<'s>>) {
    /// The most groups of digits that it is written in.
    const MOST_GROUPS: usize = 8;
    let start = words[0].start - 1;
    let goes_on = |(at, word): &(usize, &Word)| *at == 0 || (word.digits && word.case == Case::None && word.gap < Gap::Hard);
    for (_, last) in words.iter().enumerate().take(MOST_GROUPS).take_while(goes_on) {
        let end = last.end;
        let held = raw.len();
        if let Ok(found) = Identifier::parse(IdentifierKind::Phone, &text[start..end], None) {
            offer(snapshot, start..end, &[(IdentifierKind::Phone, found.lookup_key().into_owned())], raw);
        }
        if raw.len() > held {
            break;
        }
    }
}

fn offer<'s>(snapshot: &'s Snapshot, span: std::ops::Range<usize>, typed: &[(IdentifierKind, String)], raw: &mut Vec<Raw<'s>>) {
    for (kind, key) in typed {
        for hit in snapshot.identifiers(key) {
            if IdentifierKind::from_name(hit.kind()).is_some_and(|listed| kind.may_equal(listed)) {
                push(span.clone(), hit, raw);
            }
        }
    }
}

/// A number that may be of any document or register.
fn offer_any<'s>(snapshot: &'s Snapshot, span: std::ops::Range<usize>, key: &str, raw: &mut Vec<Raw<'s>>) {
    for hit in snapshot.identifiers(key) {
        if IdentifierKind::from_name(hit.kind()).is_some_and(|kind| !kind.is_contact()) {
            push(span.clone(), hit, raw);
        }
    }
}

fn push<'s>(span: std::ops::Range<usize>, hit: IdentifierHit<'s>, raw: &mut Vec<Raw<'s>>) {
    let kind = IdentifierKind::from_name(hit.kind());
    // What each is worth is what `screen` gives it by default.
    let score = match kind {
        Some(kind) if kind.is_self_validating() => 1.0,
        Some(kind) if kind.is_contact() => 0.85,
        _ => 0.95,
    };
    let entity = hit.entity();
    let held = raw.iter().any(|raw| {
        raw.mention.span == span
            && raw.mention.entity.index() == entity.index()
            && matches!(raw.mention.found, Found::Identifier { .. })
    });
    if held {
        return;
    }
    raw.push(Raw {
        mention: Mention {
            span,
            entity,
            score,
            found: Found::Identifier {
                kind: hit.kind().to_owned(),
                property: hit.property().to_owned(),
                listed: hit.shown().to_owned(),
            },
        },
        needs: Needs::Nothing,
    });
}
