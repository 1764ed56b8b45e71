//! Deel: contracts as its interface answers them (JSON), payments and withdrawals as CSV. A contract states who works, from when and from
//! which country; a payment is a payout.

use std::io::{self, BufRead};

use super::json::{records, text};
use super::payouts::{Pay, Payees, event, read_as};
use crate::people::{Builder, Describe, FileId, NewDocument};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, RelKind};

const IDS: &[&str] = &["workerid", "contractorid", "employeeid", "contractid"];

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let head = input.fill_buf()?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if matches!(head.first(), Some(b'{' | b'[')) {
        contracts(input, file, to)
    } else {
        read_as(input, file, to, Payees::of("deel", false), IDS, &[])
    }
}

fn contracts(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut payees = Payees::of("deel", false);
    let mut seen = Pay::default();
    records(input, file, to, |value, source, to| {
        let (contract, worker) = (text(value, "id"), text(value, "worker.id"));
        let Some(person) = payees.person(to, &worker, &text(value, "worker.email"), source) else {
            return to.problem(source, ProblemKind::Missing("worker.id"));
        };
        if !contract.is_empty() {
            if seen.again(&[&contract]) {
                return to.problem(source, ProblemKind::DuplicateId);
            }
            // Payments name the contract where they do not name the worker.
            let account = to.account("deel", &contract, source);
            to.relation(person, RelKind::SamePerson, account, "", source);
        }
        let (title, start) = (text(value, "title"), text(value, "start_date"));
        let country = text(value, "worker.country");
        let describe = Describe {
            name: &text(value, "worker.full_name"),
            country: &country,
            role: &title,
            start: &start,
            end: &text(value, "termination_date"),
            ..Describe::default()
        };
        payees.describe(to, person, describe, source);
        let client = ["client.legal_name", "client.name", "client.team.name", "client.id", "client"]
            .iter()
            .map(|path| text(value, path))
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        let facts = [
            (Field::Title, 0, title.as_ref()),
            (Field::Name, 0, describe.name),
            (Field::Country, 0, country.as_ref()),
            (Field::Employer, 0, client.as_ref()),
        ];
        let document = NewDocument { time: &text(value, "created_at"), facts: &facts, ..NewDocument::new(DocKind::Contract) };
        to.document(person, &document, source);
        if !start.is_empty() {
            to.event(person, &event(EventKind::Hired, &start, &[(Field::Job, &title)]), source);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, facts_of, find, import, told};
    use super::read;
    use crate::vocabulary::{DocKind, EventKind, Field};

    const CONTRACTS: &str = r#"{"data": [
        {"id": "c1", "title": "Engineer", "type": "ongoing_time_based", "status": "in_progress", "client": {"name": "Example Ltd"},
         "worker": {"id": "w1", "full_name": "Ada Test", "email": "ada@example.com", "country": "PL"},
         "created_at": "2026-01-01T00:00:00Z", "start_date": "2026-01-15"},
        {"id": "c2", "worker": null},
        {"id": "c1", "worker": {"id": "w1", "email": "ada@example.com"}},
        {"id": "c3", "worker": {"id": "w3", "full_name": 7, "country": "Atlantis"}, "start_date": "then"}
    ]}"#;

    #[test]
    fn contracts_and_payments() {
        let payments = "Contract ID,Worker Email,Amount,Currency,Payment Date,Method,Country\n\
                        c1,,2000,USD,2026-02-01,payoneer,PL\n\
                        ,ADA@example.com,2000,USD,2026-03-01,payoneer,PL\n\
                        ,,1,USD,2026-03-01,payoneer,PL\n\
                        c9,not an address,1,USD,2026-03-01,payoneer,PL\n";
        let (people, problems) = import(read, &[CONTRACTS, payments]);
        let all = told(&problems);
        for (problem, expected) in all.iter().zip([
            "2: the row is left out: `worker.id`",
            "3: the id",
            "4: the country",
            "4: `start`",
            "4: `time`",
            "4: the row is left out: `worker_id`",
            "5: the e-mail address",
        ]) {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 7, "{all:#?}");
        let person = find(&people, "deel:w1");
        assert_eq!(person.id(), find(&people, "deel:c1").id());
        assert_eq!((person.name(), person.role()), (Some("Ada Test"), Some("Engineer")));
        assert_eq!(person.country().map(interdict_model::Country::code), Some("pl"));
        assert_eq!(person.documents_of(DocKind::Contract).count(), 1);
        assert_eq!(facts_of(person, EventKind::Payout, Field::Amount), ["2000", "2000"]);
        assert_eq!(person.events_of(EventKind::Hired).count(), 1);
    }

    #[test]
    fn a_file_cut_in_half_gives_what_stands_before() {
        let half = &CONTRACTS[..CONTRACTS.find(r#"{"id": "c3""#).unwrap() + 20];
        let (people, problems) = import(read, &[half]);
        assert!(told(&problems).iter().any(|problem| problem.contains("the file ends")));
        assert_eq!(find(&people, "deel:w1").name(), Some("Ada Test"));
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, CONTRACTS);
    }
}
