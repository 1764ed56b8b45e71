//! How a fact is kept: numbers of accounts, papers and devices never as they are written. Accounts become keyed hashes, a machine readable
//! zone what a test reads of it, serial numbers of USB devices their last characters. Every fact goes through here before it is stored.

use std::borrow::Cow;

use interdict_model::{Identifier, IdentifierKind};

use crate::mrz;
use crate::value::is_masked;
use crate::vocabulary::{Field, IdKind};

/// In what facts stand, as far as it says what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FactsOf {
    /// Any record but these.
    Record,
    /// A checklist, whose names are questions.
    Checklist,
    /// A change of the payout account: what was before and after are accounts.
    PayeeChange,
}

/// How a fact is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept<'t> {
    /// As a text that may be shown.
    Text(Cow<'t, str>),
    /// As keyed hash of a value of a kind, and as nothing else.
    Keyed(IdKind),
}

/// As which fact, and how, a text is kept that was given as a fact.
pub(crate) fn kept(field: Field, text: &str, of: FactsOf) -> (Field, Kept<'_>) {
    let field = match field {
        Field::From if of == FactsOf::PayeeChange && is_account(text) => Field::PayeeFrom,
        Field::To if of == FactsOf::PayeeChange && is_account(text) => Field::PayeeTo,
        // What is sent, goes there.
        Field::To if of == FactsOf::Record && is_wallet(text) => Field::Counterparty,
        // A wallet is public, and a bank account is none.
        Field::Wallet if is_iban(text) => Field::Payee,
        field => field,
    };
    let kept = match (field.keyed_as(), field) {
        (Some(kind), _) => Kept::Keyed(kind),
        (None, Field::Mrz) => Kept::Text(mrz::kept(text)),
        (None, Field::Usb) => Kept::Text(without_serials(text)),
        (None, Field::From | Field::To | Field::Counterparty) if is_iban(text) => Kept::Text(last_four(text).into()),
        (None, _) => Kept::Text(text.into()),
    };
    (field, kept)
}

/// Whether a text is the number or mailbox of an account, and not the name of a bank or of a service, nor masked already.
fn is_account(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 4 || text.contains('@')) && !is_masked(text)
}

/// Whether a text is an international bank account number. The shortest has 15 characters.
fn is_iban(text: &str) -> bool {
    text.len() >= 15 && Identifier::parse(IdentifierKind::Iban, text, None).is_ok()
}

/// Whether a text is the address of a wallet. The shortest has 25 characters.
fn is_wallet(text: &str) -> bool {
    text.len() >= 25 && Identifier::parse(IdentifierKind::Wallet, text, None).is_ok()
}

fn last_four(number: &str) -> String {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("****{}", &plain[plain.len().saturating_sub(4)..])
}

/// The string of a USB device without its serial numbers: of words that may be one their first letters and last four characters stay, so
/// that the make can still be told. Numbers of maker and product (`0781:5581`) are no serial numbers.
fn without_serials(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':')).count();
        // Inside other characters there is no word.
        let word = text.get(at..at + length).unwrap_or_default();
        if is_serial(word) {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let end = if word.len() - letters > 4 { word.len() - 4 } else { word.len() };
            out.push_str(&text[copied..at + letters]);
            out.push_str("****");
            copied = at + end;
        }
        at += length.max(1);
    }
    if copied == 0 {
        return text.into();
    }
    out.push_str(&text[copied..]);
    out.into()
}

fn is_serial(word: &str) -> bool {
    let is_product = || {
        word.split_once(':').is_some_and(|parts| {
            [parts.0, parts.1].iter().all(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        })
    };
    word.len() >= 8 && word.bytes().filter(u8::is_ascii_digit).count() >= 2 && !is_product()
}

#[cfg(test)]
mod tests {
    use super::{FactsOf, Kept, is_iban, kept, without_serials};
    use crate::vocabulary::{Field, IdKind};

    #[test]
    fn accounts_before_and_after_a_change_are_hashed() {
        let payee = |field, text| kept(field, text, FactsOf::PayeeChange);
        for text in ["GB29 NWBK 6016 1331 9268 19", "40012345", "pay@example.com"] {
            assert_eq!(payee(Field::From, text), (Field::PayeeFrom, Kept::Keyed(IdKind::Payee)), "{text}");
            assert_eq!(payee(Field::To, text), (Field::PayeeTo, Kept::Keyed(IdKind::Payee)), "{text}");
        }
        // Services, and what is masked already, can be read.
        for text in ["Wise", "bank 2", "****6819"] {
            assert_eq!(payee(Field::To, text), (Field::To, Kept::Text(text.into())), "{text}");
        }
        // The years of a position are no account.
        assert_eq!(kept(Field::From, "2020-01", FactsOf::Record), (Field::From, Kept::Text("2020-01".into())));
        let wallet = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
        assert_eq!(kept(Field::To, wallet, FactsOf::Record), (Field::Counterparty, Kept::Text(wallet.into())));
        assert_eq!(kept(Field::From, wallet, FactsOf::Record), (Field::From, Kept::Text(wallet.into())));
        let name = "a name of many letters and of nobody";
        assert_eq!(kept(Field::To, name, FactsOf::Record), (Field::To, Kept::Text(name.into())));
    }

    #[test]
    fn bank_accounts_in_other_facts_are_not_kept() {
        let record = |field, text| kept(field, text, FactsOf::Record);
        assert_eq!(
            record(Field::Counterparty, "GB29 NWBK 6016 1331 9268 19"),
            (Field::Counterparty, Kept::Text("****6819".into()))
        );
        assert_eq!(record(Field::Wallet, "DE89370400440532013000"), (Field::Payee, Kept::Keyed(IdKind::Payee)));
        let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
        assert_eq!(record(Field::Wallet, wallet), (Field::Wallet, Kept::Text(wallet.into())));
        for text in ["DE89370400440532013001", "DE89", "2026-03-01T10:00:00Z", "Rüdigerstraße 12", "example/tools-and-things"]
        {
            assert!(!is_iban(text), "{text}");
        }
    }

    #[test]
    fn serial_numbers_of_usb_devices_are_masked() {
        for (text, expected) in [
            ("SanDisk Ultra 4C530001230604107354", "SanDisk Ultra ****7354"),
            (r"USB\VID_0781&PID_5581\4C530001230604107354&0", r"USB\VID_0781&PID_5581\****7354&0"),
            ("0781:5581 AA:BB:CC:00:11:22", "0781:5581 AA****1:22"),
            ("JKVM12345678", "JKVM****5678"),
            ("SDDR0113", "SDDR****"),
            ("PiKVM Composite KVM Device", "PiKVM Composite KVM Device"),
            ("DELL U2720Q", "DELL U2720Q"),
            ("Gerät é", "Gerät é"),
        ] {
            assert_eq!(without_serials(text), expected, "{text}");
        }
    }
}
