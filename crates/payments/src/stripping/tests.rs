//! Pairs of payments, one of the past and one that comes after it: which come again, what differs, and what was stripped.

use proptest::prelude::*;

use super::*;
use crate::message::{Field, IdKind, MessageKind, Money, Party, PartyId, RefKind, Reference, Role, Text, TextKind};

fn field(path: &str, value: &str) -> Field {
    Field { path: path.to_owned(), value: value.to_owned() }
}

/// A payment of lines: `creditor name Acme`, `creditor address`, `creditor country`, `creditor account`, `creditor_agent bic`, `amount`,
/// `date`, `remittance`, `end_to_end`, `document`.
fn payment(lines: &[&str]) -> Payment {
    let mut payment = Payment::new(MessageKind::Pacs008, "pacs.008.001.08", 1, 1);
    for line in lines {
        let (what, rest) = line.split_once(' ').unwrap();
        let role = [
            ("debtor", Role::Debtor),
            ("creditor", Role::Creditor),
            ("ultimate_creditor", Role::UltimateCreditor),
            ("creditor_agent", Role::CreditorAgent),
            ("intermediary_agent", Role::IntermediaryAgent),
            ("instructing_agent", Role::InstructingAgent),
        ]
        .into_iter()
        .find(|(code, _)| *code == what);
        if let Some((code, role)) = role {
            let at = payment.parties.iter().position(|party| party.role == role).unwrap_or_else(|| {
                payment.parties.push(Party::new(role, code));
                payment.parties.len() - 1
            });
            let party = &mut payment.parties[at];
            let (part, value) = rest.split_once(' ').unwrap();
            let path = format!("{code}/{part}");
            let id = |kind| PartyId { kind, field: field(&path, value), scheme: None };
            match part {
                "name" => party.names.push(field(&path, value)),
                "address" => party.address.lines.push(field(&path, value)),
                "country" => party.address.country = Some(field(&path, value)),
                "account" => party.ids.push(id(IdKind::Account)),
                "bic" => party.ids.push(id(IdKind::Bic)),
                "passport" => party.ids.push(id(IdKind::Passport)),
                _ => panic!("{line}"),
            }
            continue;
        }
        let reference = |kind| Reference { kind, field: field(what, rest) };
        match what {
            "amount" => {
                let (units, currency) = rest.split_once(' ').unwrap();
                let micros = units.parse::<i128>().unwrap() * 1_000_000;
                payment.amount = Some(Money { path: "amount".to_owned(), micros, currency: currency.to_owned() });
            }
            "date" => payment.date = Some(field("date", rest)),
            "remittance" => payment.texts.push(Text { kind: TextKind::Remittance, field: field("remittance", rest) }),
            "end_to_end" => payment.references.push(reference(RefKind::EndToEnd)),
            "document" => payment.references.push(reference(RefKind::Document)),
            _ => panic!("{line}"),
        }
    }
    payment
}

const OLD: &[&str] = &[
    "debtor name Widget Imports GmbH",
    "debtor address Musterweg 1, Hamburg",
    "debtor country DE",
    "debtor account DE02120300000000202051",
    "creditor name Chonsurim Trading Corporation",
    "creditor address Mangyongdae District, Pyongyang",
    "creditor country KP",
    "creditor account 1234567890",
    "creditor_agent bic EXMPSGSGXXX",
    "intermediary_agent bic EXMPUS33",
    "instructing_agent bic EXMPDEFF",
    "amount 125000 USD",
    "date 2025-01-16",
    "end_to_end E2E-0001",
    "document INV-7781",
    "remittance Invoice INV-7781 spare parts for MV OCEAN STAR",
];

/// `OLD` with lines replaced (`a line => another line`) or removed (`a line =>`), or added (`=> a line`).
fn altered(old: &[&str], changes: &[(&str, &str)]) -> Payment {
    let mut lines: Vec<&str> = old.to_vec();
    for (from, to) in changes {
        if from.is_empty() {
            lines.push(to);
            continue;
        }
        let at = lines.iter().position(|line| line == from).unwrap_or_else(|| panic!("{from}"));
        if to.is_empty() {
            lines.remove(at);
        } else {
            lines[at] = to;
        }
    }
    payment(&lines)
}

/// What comes out for a payment of `OLD` with changes: the differences' names, with `!` in front when it is stripping; `-` for none.
#[track_caller]
fn check_of(old: &[&str], changes: &[(&str, &str)], expected: &str) {
    let mut history = History::default();
    history.add(History::past(&payment(old), "block", "2025-01-16"));
    let new = altered(old, changes);
    let found = match history.resubmission(&new) {
        None => "-".to_owned(),
        Some(found) => {
            let whats: Vec<&str> = found.differences.iter().map(|difference| difference.what.as_str()).collect();
            format!("{}{}", if found.stripped { "!" } else { "" }, whats.join(" | "))
        }
    };
    assert_eq!(found, expected, "{changes:?}");
}

#[track_caller]
fn check(changes: &[(&str, &str)], expected: &str) {
    check_of(OLD, changes, expected);
}

#[test]
fn what_was_removed_or_altered_is_told() {
    const NAME: &str = "creditor name Chonsurim Trading Corporation";
    const ADDRESS: &str = "creditor address Mangyongdae District, Pyongyang";
    const TEXT: &str = "remittance Invoice INV-7781 spare parts for MV OCEAN STAR";
    const REFERENCE: (&str, &str) = ("end_to_end E2E-0001", "end_to_end E2E-0002");
    check(&[], "");
    check(&[(NAME, "creditor name Chonsurim Trading Corp")], "creditor name");
    check(&[(NAME, "creditor name CHONSURIM  TRADING CORPORATION")], "");
    check(&[(NAME, "")], "!creditor name");
    check(&[(NAME, "creditor name Blue Sky General Goods")], "!creditor name");
    check(&[(NAME, "creditor name Ch0nsurim Trading Corporation")], "!creditor name");
    check(&[(NAME, "creditor name C. Trading Corporation")], "!creditor name");
    check(&[(NAME, "creditor name Chonsurim Trading Corporation of Pyongyang")], "creditor name");
    check(
        &[
            (NAME, "creditor name Blue Sky General Goods"),
            ("", "ultimate_creditor name Chonsurim Trading Corporation"),
            REFERENCE,
        ],
        "!creditor name | ultimate_creditor | end_to_end reference",
    );
    check(&[("creditor country KP", "")], "!creditor country");
    check(&[("creditor country KP", "creditor country CN")], "!creditor country");
    check(&[("creditor country KP", "creditor country Korea, North")], "");
    check(&[(ADDRESS, "")], "!creditor address");
    check(&[(ADDRESS, "creditor address Mangyongdae District")], "!creditor address");
    check(&[(ADDRESS, "creditor address Mangyongdae, Pyongyang")], "creditor address");
    check(&[(ADDRESS, "creditor address Liaoning Road 5, Dandong")], "!creditor address");
    check(&[(TEXT, "remittance Invoice INV-7781 spare parts")], "!remittance");
    check(&[(TEXT, "remittance Invoice INV-7781 spare parts for MV GOLDEN SUN")], "!remittance");
    check(&[(TEXT, "")], "!remittance");
    check(&[("document INV-7781", ""), (TEXT, "remittance spare parts for MV OCEAN STAR")], "!remittance | document reference");
    check(&[("creditor_agent bic EXMPSGSGXXX", "creditor_agent bic EXMPSGSG")], "");
    check(&[("creditor_agent bic EXMPSGSGXXX", "creditor_agent bic OTHRMYKL")], "!creditor_agent bic");
    check(&[("intermediary_agent bic EXMPUS33", "")], "!intermediary_agent");
    check(&[("instructing_agent bic EXMPDEFF", "instructing_agent bic OTHRDEFF")], "instructing_agent bic");
    check(&[("amount 125000 USD", "amount 123750 USD"), (NAME, "creditor name Blue Sky Goods")], "!amount | creditor name");
    check(&[("amount 125000 USD", "amount 123750 USD"), ("date 2025-01-16", "date 2025-01-20")], "amount | date");
    check(&[("creditor account 1234567890", "creditor account 99887766")], "creditor account");
    check(
        &[(NAME, ""), (ADDRESS, ""), ("creditor country KP", ""), REFERENCE],
        "!creditor name | creditor address | creditor country | end_to_end reference",
    );
}

#[test]
fn other_payments_do_not_come_again() {
    // Another payer and payee, with the bank and the amount of the first.
    let others: &[(&str, &str)] = &[
        ("debtor name Widget Imports GmbH", "debtor name Example Foods KG"),
        ("debtor address Musterweg 1, Hamburg", "debtor address Beispielgasse 9, Bremen"),
        ("debtor account DE02120300000000202051", "debtor account DE02500105170137075030"),
        ("creditor name Chonsurim Trading Corporation", "creditor name Sample Rice Mills"),
        ("creditor address Mangyongdae District, Pyongyang", "creditor address 5 Example Street, Singapore"),
        ("creditor country KP", "creditor country SG"),
        ("creditor account 1234567890", "creditor account 5550001112"),
        ("end_to_end E2E-0001", "end_to_end F-99"),
        ("document INV-7781", "document R-12"),
        ("remittance Invoice INV-7781 spare parts for MV OCEAN STAR", "remittance rice R-12"),
    ];
    check(others, "-");
    // The same parties, another deal: other amount, document and goods.
    check(
        &[
            ("amount 125000 USD", "amount 480 USD"),
            ("date 2025-01-16", "date 2025-06-02"),
            ("end_to_end E2E-0001", "end_to_end F-99"),
            ("document INV-7781", "document INV-9000"),
            ("remittance Invoice INV-7781 spare parts for MV OCEAN STAR", "remittance Invoice INV-9000 office chairs"),
        ],
        "-",
    );
    check(
        &[
            ("amount 125000 USD", "amount 125000 EUR"),
            ("end_to_end E2E-0001", "end_to_end F-99"),
            ("document INV-7781", "document D-1"),
            ("date 2025-01-16", "date 2025-09-16"),
        ],
        "-",
    );
    assert!(History::default().resubmission(&payment(OLD)).is_none());
}

#[test]
fn a_recurring_payment_is_no_stripping() {
    let salary = &[
        "debtor name Widget Imports GmbH",
        "debtor account DE02120300000000202051",
        "creditor name Kim Example",
        "creditor account DE02500105170137075030",
        "amount 3100 EUR",
        "date 2025-05-30",
        "end_to_end SAL-2025-05",
        "remittance Salary May 2025",
    ];
    check_of(
        salary,
        &[
            ("date 2025-05-30", "date 2025-06-29"),
            ("end_to_end SAL-2025-05", "end_to_end SAL-2025-06"),
            ("remittance Salary May 2025", "remittance Salary June 2025"),
        ],
        "date | remittance | end_to_end reference",
    );
    check_of(salary, &[("creditor name Kim Example", "creditor name K. Example")], "!creditor name");
    check_of(salary, &[], "");
}

#[test]
fn a_difference_says_what_was_and_what_is() {
    let mut history = History::default();
    history.add(History::past(&payment(OLD), "hold", "2025-01-16"));
    let new = altered(OLD, &[("creditor country KP", ""), ("amount 125000 USD", "amount 124000 USD")]);
    let found = history.resubmission(&new).unwrap();
    assert!(found.alike > ALIKE && found.alike < 1.0 && found.past.id == "E2E-0001" && found.past.decision == "hold");
    assert_eq!(found.differences[0].before.as_deref(), Some("125000.00 USD"));
    assert_eq!(found.differences[0].after.as_deref(), Some("124000.00 USD"));
    assert_eq!(
        found.differences[1],
        Difference {
            what: "creditor country".to_owned(),
            path: "creditor/country".to_owned(),
            before: Some("KP".to_owned()),
            after: None
        }
    );
    let same = payment(OLD);
    let found = history.resubmission(&same).unwrap();
    assert!(found.differences.is_empty() && !found.stripped && (found.alike - 1.0).abs() < 1e-9);
}

#[test]
fn a_line_of_history_is_read_again() {
    let past = History::past(&payment(OLD), "block", "2025-01-16");
    let line = past.to_json_line();
    assert!(!line.contains('\n') && line.starts_with("{\"version\":1,"));
    assert_eq!(Past::from_json_line(&line).unwrap(), past);
    let newer = line.replace("\"version\":1", "\"version\":2");
    assert!(matches!(Past::from_json_line(&newer), Err(HistoryError::Version(2))));
    assert!(serde_json::from_str::<Past>(&newer).is_err());
    for broken in ["", "{}", "[]", &line[..line.len() - 5], "{\"version\":1}"] {
        assert!(matches!(Past::from_json_line(broken), Err(HistoryError::Json(_))), "{broken}");
    }
}

#[test]
fn very_many_payments_through_one_account_are_not_all_compared() {
    let mut history = History::default();
    let account = "debtor account DE02120300000000202051".to_owned();
    for number in 0..3_000 {
        let lines = [
            account.clone(),
            format!("creditor name Firm{number} Example"),
            format!("creditor account 77{number:06}"),
            format!("amount {} USD", 100 + number),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        history.add(History::past(&payment(&lines), "hold", "2025-01-16"));
    }
    let key = Facts::of(&history.past[0]).keys();
    assert!(key.iter().any(|(key, _)| matches!(history.index.get(key), Some(Postings::TooMany))));
    let new = payment(&[&account, "creditor name Someone Else", "creditor account 77001234", "amount 1334 USD"]);
    let found = history.resubmission(&new).unwrap();
    assert_eq!(found.differences[0].before.as_deref(), Some("Firm1234 Example"));
    assert!(found.stripped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_order_of_the_past_changes_nothing(order in Just((0..40usize).collect::<Vec<_>>()).prop_shuffle()) {
        let past = |number: usize| {
            let amount = format!("amount {} USD", 124_000 + number % 7 * 200);
            let name = format!("creditor name Chonsurim Trading {}", number % 5);
            let new = altered(OLD, &[("amount 125000 USD", &amount), ("creditor name Chonsurim Trading Corporation", &name)]);
            History::past(&new, "hold", &format!("2025-01-{:02}", 10 + number % 3))
        };
        let (mut first, mut second) = (History::default(), History::default());
        for (number, other) in order.iter().enumerate().take(40) {
            first.add(past(number));
            second.add(past(*other));
        }
        let new = altered(OLD, &[("creditor country KP", "")]);
        prop_assert_eq!(first.resubmission(&new), second.resubmission(&new));
    }
}
