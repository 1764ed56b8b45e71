//! What the formats of lines share: lines of bounded length out of a stream, their decoding, references that occur twice, and the kind of
//! a number that a format calls an account. Bytes go in; texts, kinds and warnings come out.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, ErrorKind, Result};

use encoding_rs::WINDOWS_1252;
use interdict_model::{Identifier, IdentifierError, IdentifierKind, parse_wallet};
use rustc_hash::{FxHashSet, FxHasher};

use super::{Item, Problem};
use crate::message::{Field, IdKind, Party, PartyId};

/// Bytes of one MT message, row or record at most, whatever the limits of the caller: a hundred times what SWIFT takes.
pub(super) const RECORD_BYTES: usize = 1 << 20;

/// References that are remembered to find those which occur twice.
const REMEMBERED: usize = 1 << 18;

/// A line without its end.
#[derive(Debug)]
pub(super) struct Line {
    /// Which line of the file it is, from 1.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether it is longer than the limit; then it holds the begin alone.
    pub(super) cut: bool,
}

/// Reads lines that end in LF or CR LF.
pub(super) struct Lines<R> {
    input: R,
    limit: usize,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R, limit: usize) -> Self {
        Self { input, limit, number: 0 }
    }

    /// The next line; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let mut line = Line { number: self.number + 1, bytes: Vec::new(), cut: false };
        let mut any = false;
        loop {
            let buffer = fill(&mut self.input)?;
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let room = self.limit.saturating_sub(line.bytes.len());
            line.cut |= part.len() > room;
            line.bytes.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        self.number = line.number;
        Ok(Some(line))
    }
}

/// The next bytes of a stream; empty at its end.
pub(super) fn fill<R: BufRead>(input: &mut R) -> Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // Asked a second time, because the borrow of the first answer would last through the loop; it reads nothing more.
    input.fill_buf()
}

/// The text of bytes that should be ASCII or UTF-8, and what is wrong when they are neither.
pub(super) fn decode(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(error) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            let wrong = format!("byte {} is not UTF-8; the text is read as windows-1252", error.valid_up_to() + 1);
            (text.into_owned(), Some(wrong))
        }
    }
}

/// Remembers the last references of a file.
#[derive(Default)]
pub(super) struct Seen {
    hashes: FxHashSet<u64>,
    order: VecDeque<u64>,
}

impl Seen {
    /// Whether the reference is new among the last ones.
    pub(super) fn is_new(&mut self, reference: &str) -> bool {
        let mut hasher = FxHasher::default();
        reference.hash(&mut hasher);
        let hash = hasher.finish();
        if !self.hashes.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        true
    }
}

pub(super) fn problem(line: u64, field: impl Into<String>, reason: impl Into<String>) -> Item {
    Item::Problem(Problem { line, field: field.into(), reason: reason.into() })
}

pub(super) fn field(path: impl Into<String>, value: impl Into<String>) -> Field {
    Field { path: path.into(), value: value.into() }
}

/// Adds an identifier; nothing when it is empty. A number without a digit may be a name that stands in its place, and is one besides.
pub(super) fn add_id(party: &mut Party, kind: IdKind, path: impl Into<String>, value: &str, scheme: Option<&str>) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let path = path.into();
    let is_number =
        matches!(kind, IdKind::Account | IdKind::Passport | IdKind::National | IdKind::Tax | IdKind::Register | IdKind::Other);
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    if is_number && letters >= 3 && !value.chars().any(char::is_numeric) {
        party.names.push(field(&*path, value));
    }
    party.ids.push(PartyId { kind, field: field(path, value), scheme: scheme.map(str::to_owned) });
}

/// Adds a number that the format calls an account: an IBAN is told by its check digits, a wallet by its checksum.
pub(super) fn add_account(party: &mut Party, path: &str, value: &str, warnings: &mut Vec<String>) {
    let value = value.trim();
    let (kind, wrong) = account_kind(value);
    warnings.extend(wrong.map(|wrong| format!("{path}: {wrong}")));
    add_id(party, kind, path, value, None);
}

/// What an account number is, and what is wrong with one that looks like an IBAN.
fn account_kind(value: &str) -> (IdKind, Option<String>) {
    match Identifier::parse(IdentifierKind::Iban, value, None) {
        Ok(_) => return (IdKind::Iban, None),
        Err(error @ (IdentifierError::CheckDigit(_) | IdentifierError::Length { .. })) if looks_like_iban(value) => {
            return (IdKind::Account, Some(format!("{error}; it is taken as an account number of another form")));
        }
        Err(_) => {}
    }
    if value.len() >= 20 && parse_wallet(value).is_ok() { (IdKind::Wallet, None) } else { (IdKind::Account, None) }
}

fn looks_like_iban(value: &str) -> bool {
    let mut bytes = value.bytes().filter(|byte| *byte != b' ');
    let begin: Vec<u8> = bytes.by_ref().take(4).collect();
    matches!(begin.as_slice(), [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
        && bytes.count() >= 8
}

/// Adds a BIC. A text that is none is kept as one all the same, and as a name besides, since a name may stand where a BIC belongs.
pub(super) fn add_bic(party: &mut Party, path: &str, value: &str, warnings: &mut Vec<String>) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let error = match Identifier::parse(IdentifierKind::Bic, value, None) {
        Ok(_) if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) => None,
        Ok(_) => Some("it has other characters than letters and digits".to_owned()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(error) = error {
        warnings.push(format!("{path}: {value:?} is no BIC: {error}; it is read as a name, too"));
        party.names.push(field(path, value));
    }
    add_id(party, IdKind::Bic, path, value, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_counted() {
        let mut lines = Lines::new(&b"a\r\nbcdefgh\n\nlast"[..], 4);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push((line.number, String::from_utf8(line.bytes).unwrap(), line.cut));
        }
        let expected = [(1, "a", false), (2, "bcde", true), (3, "", false), (4, "last", false)];
        assert_eq!(found, expected.map(|(number, text, cut)| (number, text.to_owned(), cut)));
    }

    #[test]
    fn references_are_remembered_up_to_a_bound() {
        let mut seen = Seen::default();
        assert!(seen.is_new("first"));
        assert!(!seen.is_new("first"));
        for number in 0..REMEMBERED {
            assert!(seen.is_new(&number.to_string()), "{number}");
        }
        assert_eq!((seen.hashes.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
        assert!(seen.is_new("first"), "the oldest is forgotten");
    }

    #[test]
    fn an_account_is_what_its_check_digits_say() {
        for (value, kind, warned) in [
            ("DE89370400440532013000", IdKind::Iban, false),
            ("DE89370400440532013001", IdKind::Account, true),
            ("DE8937040044053201", IdKind::Account, true),
            ("123456789", IdKind::Account, false),
            ("QQ89370400440532013000", IdKind::Account, false),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", IdKind::Wallet, false),
        ] {
            let (found, warning) = account_kind(value);
            assert_eq!((found, warning.is_some()), (kind, warned), "{value}");
        }
    }

    #[test]
    fn what_stands_for_a_bic_and_is_none_is_a_name() {
        for (value, names) in [("DEUTDEFF", 0), ("DEUTDEFF500", 0), ("DEUTQQFF", 1), ("KIM CHOL", 1), ("", 0)] {
            let (mut party, mut warnings) = (Party::new(crate::Role::Creditor, "57A"), Vec::new());
            add_bic(&mut party, "57A", value, &mut warnings);
            assert_eq!((party.names.len(), warnings.len()), (names, names), "{value}");
        }
    }
}
