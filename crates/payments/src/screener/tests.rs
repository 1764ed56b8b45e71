//! The pieces of the screener by themselves: two names in one field, what is no name, what a country of birth is, what a party is kept under.

use super::query::{is_of_birth, is_placeholder, key_of, names_within};
use crate::message::{Field, IdKind, Party, PartyId, PartyKind, Role};

fn field(path: &str, value: &str) -> Field {
    Field { path: path.to_owned(), value: value.to_owned() }
}

#[test]
fn names_in_a_field_are_parted_by_words_alone() {
    for (name, expected) in [
        ("Example Payee Ltd", &[][..]),
        ("A1 Ltd c/o Bravo GmbH", &["A1 Ltd", "Bravo GmbH"]),
        ("Alpha Ltd on behalf of: Bravo GmbH, dba Charlie", &["Alpha Ltd", "Bravo GmbH", "Charlie"]),
        ("Alpha and/or Bravo", &["Alpha", "Bravo"]),
        ("Alpha\nC/O\nBravo", &["Alpha", "Bravo"]),
        ("c/o Bravo", &["Bravo"]),
        ("Orchard or", &[]),
        ("Oregon Doors", &[]),
        ("Ümit or Ünal", &["Ümit", "Ünal"]),
        ("\u{3000}아 or 비나", &["비나"]),
        (" or  or ", &[]),
        ("", &[]),
    ] {
        assert_eq!(names_within(name), expected, "{name:?}");
    }
    // Whoever fills a field with such words makes nothing grow.
    assert!(names_within(&"ab or ".repeat(1000)).len() <= 9);
}

#[test]
fn words_for_none_are_no_names() {
    for (text, expected) in [
        ("NOTPROVIDED", true),
        (" notprovided. ", true),
        ("N/A", true),
        ("Unknown", true),
        ("Unknown Pleasures Ltd", false),
        ("", false),
    ] {
        assert_eq!(is_placeholder(text), expected, "{text:?}");
    }
}

#[test]
fn a_country_of_birth_is_told_by_its_path_or_its_line() {
    let mut party = Party::new(Role::Debtor, "50F");
    party.birth_place = Some(field("50F/6", "GENT"));
    for (path, expected) in [
        ("Dbtr/Id/PrvtId/DtAndPlcOfBirth/CtryOfBirth", true),
        ("Birth Country", true),
        ("50F/6", true),
        ("50F/4", false),
        ("Dbtr/CtryOfRes", false),
        ("DtAndPlcOfBirth/Ctry", false),
    ] {
        assert_eq!(is_of_birth(&party, &field(path, "IR")), expected, "{path}");
    }
}

#[test]
fn a_party_is_kept_under_all_that_was_asked() {
    let base = || {
        let mut party = Party::new(Role::Creditor, "Cdtr");
        party.names.push(field("Cdtr/Nm", "Example Payee Ltd"));
        party
    };
    let key = |change: &dyn Fn(&mut Party)| {
        let mut party = base();
        change(&mut party);
        key_of(&party)
    };
    let id = |kind| PartyId { kind, field: field("Cdtr/Id", "4711"), scheme: None };
    let keys = [
        key(&|_| ()),
        key(&|party| party.names.push(field("Cdtr/Nm", "Other Ltd"))),
        key(&|party| party.names[0].value.push('x')),
        key(&|party| party.kind = PartyKind::Person),
        key(&|party| party.birth_date = Some(field("Cdtr/BirthDt", "1970-01-01"))),
        key(&|party| party.countries.push(field("Cdtr/CtryOfRes", "DE"))),
        key(&|party| party.countries.push(field("Cdtr/CtryOfBirth", "DE"))),
        key(&|party| party.ids.push(id(IdKind::Passport))),
        key(&|party| party.ids.push(id(IdKind::Tax))),
    ];
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key), "{at}");
    }
    // Where it was read and which part it plays changes nothing of what lists say.
    assert_eq!(
        keys[0],
        key(&|party| {
            party.path = "UltmtCdtr".to_owned();
            party.role = Role::UltimateCreditor;
        })
    );
}
