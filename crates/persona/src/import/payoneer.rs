//! Payoneer's payout report as CSV: payee id, name, e-mail address, country, amount, currency, date, status. The payee's id is an account of
//! its own; its name is that of the holder, to be compared with the name under which the person works.

use std::io::{self, BufRead};

use super::payouts::{Payees, read_as};
use crate::people::{Builder, FileId};

const IDS: &[&str] = &["payeeid", "payoneerid", "clientpayeeid", "partnerpayeeid"];

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    read_as(input, file, to, Payees::of("payoneer", true), IDS, IDS)
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, find, import, told};
    use super::read;
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

    const REPORT: &str = "Payee ID,Payee Name,Email,Country,Amount,Currency,Date,Status\n\
                   P-1001,Ada Test,ada@example.com,US,500.00,USD,2026-03-01,Completed\n\
                   P-1001,Ada Test,ada@example.com,US,500.00,USD,2026-04-01,Completed\n\
                   P-1001,Ada Test,ada@example.com,US,500.00,USD,2026-05-01,Cancelled\n\
                   P-1002,Bob Test,,US,500.00,USD,2026-03-01,Completed\n\
                   P-1003,Cy Test,,US,500.00,USD,03/05/2026,Completed\n\
                   P-1004,Dee Te";

    #[test]
    fn a_report() {
        let (people, problems) = import(read, &[REPORT]);
        let all = told(&problems);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all.iter().any(|text| text.contains("`Date`") && text.contains("`slashed_dates`")), "{all:?}");
        let person = find(&people, "payoneer:P-1001");
        assert_eq!(person.id(), find(&people, "payoneer:ada@example.com").id());
        assert_eq!(person.name(), None, "the holder's name is not the person's while an e-mail address tells who it is");
        assert_eq!(person.events_of(EventKind::Payout).count(), 2);
        assert_eq!(person.identifiers_of(IdKind::Payee).count(), 1);
        let account = person.documents_of(DocKind::BankAccount).next().unwrap();
        assert_eq!(account.fact(Field::Holder).unwrap().text(), "Ada Test");
        assert_eq!(find(&people, "payoneer:P-1002").name(), Some("Bob Test"));
    }

    #[test]
    fn dates_of_a_country() {
        let (people, problems) = import(read, &[&REPORT.replace("2026-03-01", "05/28/2026")]);
        let all = told(&problems);
        assert!(!all.iter().any(|text| text.contains("Date") || text.contains("`time`")), "{all:?}");
        let paid = find(&people, "payoneer:P-1003").events_of(EventKind::Payout).next().unwrap().time().to_string();
        assert_eq!(paid, "2026-03-05T00:00:00Z", "month first, as another row of the column tells");
    }

    #[test]
    fn the_address_of_the_payee_is_the_worker_s() {
        let report = "Payee ID,Payee Name,Payee Email,Country,Amount,Currency,Date,Status\n\
                      E1,Ada Test,ada@example.com,US,500.00,USD,2026-03-01,Completed\n";
        let (people, problems) = import(read, &[report]);
        assert_eq!(problems.total(), 0, "{:?}", told(&problems));
        assert_eq!(find(&people, "payoneer:E1").id(), find(&people, "payoneer:ada@example.com").id());
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, REPORT);
    }
}
