//! Wise: recipients and transfers as its interface answers them. A recipient becomes a payee with its bank account; a transfer becomes a
//! payout to the recipient that it names. With an e-mail address the recipient is whoever has it, and the holder's name is only compared.

use std::io::{self, BufRead};

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::json::{records, text};
use super::payouts::{Pay, Payees, Payout, account, amount, bank_country, failed};
use crate::people::{Builder, Describe, FileId, PersonId, Source};
use crate::problem::ProblemKind;

/// Where a recipient's account is, kept while its file is read.
#[derive(Debug)]
struct Recipient {
    account: String,
    holder: String,
    bank_country: String,
}

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let (mut payees, mut pay) = (Payees::of("wise", true), Pay::default());
    let mut recipients = FxHashMap::default();
    records(input, file, to, |value, source, to| {
        let target = text(value, "targetAccount");
        if !target.is_empty() {
            transfer(value, &target, source, to, &mut payees, &mut pay, &recipients);
        } else if text(value, "id").is_empty() {
            to.problem(source, ProblemKind::Missing("id"));
        } else if value.get("details").is_some() || value.get("accountHolderName").is_some() || value.get("name").is_some() {
            let found = recipient(value, source, to, &mut payees, &mut pay);
            recipients.extend(found);
        } else {
            to.problem(source, ProblemKind::Row("it is neither a recipient nor a transfer".to_owned()));
        }
    })?;
    pay.finish(to);
    Ok(())
}

fn recipient(
    value: &Value,
    source: Source,
    to: &mut Builder,
    payees: &mut Payees,
    pay: &mut Pay,
) -> Option<(String, (PersonId, Recipient))> {
    let first = |paths: &[&str]| paths.iter().map(|path| text(value, path)).find(|text| !text.is_empty()).unwrap_or_default();
    let id = text(value, "id");
    if pay.again(&["recipient", &id]) {
        to.problem(source, ProblemKind::DuplicateId);
        return None;
    }
    let email = first(&["email", "details.email"]);
    let holder = first(&["accountHolderName", "name.fullName"]);
    let person = payees.person(to, &id, &email, source)?;
    if email.is_empty() {
        payees.describe(to, person, Describe { name: &holder, ..Describe::default() }, source);
    }
    let iban = first(&["details.iban", "details.IBAN"]);
    let bic = first(&["details.BIC", "details.bic", "details.swiftCode"]);
    let number = first(&["details.accountNumber", "details.clabe", "details.cardNumber", "details.account"]);
    let bank = first(&[
        "details.sortCode",
        "details.abartn",
        "details.bankCode",
        "details.ifscCode",
        "details.bsbCode",
        "details.branchCode",
        "details.routingNumber",
    ]);
    let account = if !iban.is_empty() {
        iban.to_string()
    } else if !number.is_empty() {
        account(&bank, &number)
    } else {
        // Paid to an e-mail address.
        text(value, "details.email").into_owned()
    };
    let country = bank_country(&[&iban, &number], &bic, &first(&["country", "details.address.country"]), to, source);
    let payout = Payout {
        account: &account,
        holder: &holder,
        bank_country: &country,
        currency: &text(value, "currency"),
        ..Payout::default()
    };
    pay.account(to, person, &payout, "", source);
    Some((id.into_owned(), (person, Recipient { account, holder: holder.into_owned(), bank_country: country })))
}

fn transfer(
    value: &Value,
    target: &str,
    source: Source,
    to: &mut Builder,
    payees: &mut Payees,
    pay: &mut Pay,
    recipients: &FxHashMap<String, (PersonId, Recipient)>,
) {
    if failed(&text(value, "status")) {
        return;
    }
    let id = text(value, "id");
    if !id.is_empty() && pay.again(&["transfer", &id]) {
        return to.problem(source, ProblemKind::DuplicateId);
    }
    let known = recipients.get(target);
    let person = match known {
        Some((person, _)) => Some(*person),
        None => payees.person(to, target, "", source),
    };
    let Some(person) = person else { return };
    let Some(amount) = amount(&text(value, "targetValue")) else {
        return to.problem(source, ProblemKind::Row("`targetValue` is no number".to_owned()));
    };
    let recipient = known.map(|(_, recipient)| recipient);
    let time = text(value, "created");
    let currency = text(value, "targetCurrency");
    let payout = Payout {
        time: &time,
        amount: &amount,
        currency: &currency,
        account: recipient.map_or("", |recipient| &recipient.account),
        holder: recipient.map_or("", |recipient| &recipient.holder),
        bank_country: recipient.map_or("", |recipient| &recipient.bank_country),
        ..Payout::default()
    };
    pay.payout(to, person, &payout, source);
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, facts_of, find, import, told};
    use super::read;
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

    const RECIPIENTS: &str = r#"[
        {"id": 501, "profile": 9, "accountHolderName": "Ada Test", "currency": "EUR", "country": "US", "type": "iban",
         "details": {"iban": "DE89370400440532013000", "legalType": "PRIVATE", "email": "bob@example.com"}},
        {"id": 502, "profile": 9, "accountHolderName": "Cy Test", "currency": "GBP", "country": "GB", "type": "sort_code",
         "details": {"sortCode": "040075", "accountNumber": "37778842"}},
        {"id": 503, "accountHolderName": "Dee Test", "currency": "GBP", "country": "GB",
         "details": {"sortCode": "04-00-75", "accountNumber": "37778842"}},
        {"id": 502, "accountHolderName": "Other", "details": {}},
        {"accountHolderName": "Nobody", "details": {}},
        {"id": 504, "accountHolderName": ["wrong"], "country": 7, "details": "none"},
        {"id": 505}
    ]"#;

    #[test]
    fn recipients_and_transfers() {
        let transfers = r#"{"id": 1, "targetAccount": 502, "status": "outgoing_payment_sent", "created": "2026-03-01 10:00:00", "targetCurrency": "GBP", "targetValue": 1500.5}
{"id": 1, "targetAccount": 502, "created": "2026-03-01 10:00:00", "targetValue": 1500.5}
{"id": 2, "targetAccount": 502, "status": "cancelled", "created": "2026-03-02 10:00:00", "targetValue": 1}
{"id": 3, "targetAccount": 501, "created": "yesterday", "targetValue": 1}
{"id": 4, "targetAccount": 501, "created": "2026-03-01T10:00:00Z", "targ"#;
        let (people, problems) = import(read, &[RECIPIENTS, transfers]);
        let all = told(&problems);
        for (problem, expected) in all.iter().zip([
            "4: the id",
            "5: the row is left out: `id`",
            "6: the country",
            "7: the row is left out: it is neither",
            "1: no time zone",
            "2: the id",
            "4: `time`",
            "5: the file ends",
        ]) {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 8, "{all:#?}");
        let with_email = find(&people, "wise:501");
        assert_eq!(with_email.name(), None);
        assert_eq!(with_email.identifiers_of(IdKind::Email).next().unwrap().value(), Some("bob@example.com"));
        let account = with_email.documents_of(DocKind::BankAccount).next().unwrap();
        assert_eq!(account.fact(Field::Holder).unwrap().text(), "Ada Test");
        assert_eq!(account.fact(Field::BankCountry).unwrap().text(), "de", "of the IBAN, not the recipient");
        let (one, two) = (find(&people, "wise:502"), find(&people, "wise:503"));
        assert_eq!(one.name(), Some("Cy Test"));
        let payee = |person: crate::people::Person<'_>| person.identifiers_of(IdKind::Payee).next().unwrap().value_id();
        assert_eq!(payee(one), payee(two));
        assert_eq!(facts_of(one, EventKind::Payout, Field::Amount), ["1500.5"]);
    }

    const BOTH: &str = r#"{"id": 7, "accountHolderName": "Ada Test", "country": "US", "details": {"accountNumber": "998877"}}
{"id": 1, "targetAccount": 7, "created": "2026-03-01T10:00:00Z", "targetValue": 3}"#;

    #[test]
    fn transfers_in_the_file_of_the_recipients_name_the_holder() {
        let (people, problems) = import(read, &[BOTH]);
        assert_eq!(told(&problems), [] as [&str; 0]);
        assert_eq!(facts_of(find(&people, "wise:7"), EventKind::Payout, Field::Holder), ["Ada Test"]);
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, BOTH);
    }
}
