//! Payroll in virtual currency as CSV: `worker_id, chain, asset, address, txid, amount, time`. Each row is a payout to a wallet; when pay to
//! a wallet began is an event of its own.

use std::io::{self, BufRead};

use super::payouts::{AMOUNT, DATE, Pay, Payees, Payout, WALLET, amount};
use super::table::rows;
use crate::people::{Builder, FileId};
use crate::problem::ProblemKind;

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let (mut payees, mut pay) = (Payees::neutral(), Pay::default());
    rows(input, file, to, |row, source, to| {
        let id = row.get(&["workerid", "employeeid", "contractorid", "personid", "worker", "employee", "contractor", "person"]);
        let Some(person) = payees.person(to, id, row.get(&["workeremail", "email"]), source) else {
            return to.problem(source, ProblemKind::Missing("worker_id"));
        };
        let wallet = match row.get(WALLET) {
            "" => row.get(&["address", "toaddress", "to", "destination", "recipient"]),
            wallet => wallet,
        };
        if wallet.is_empty() {
            return to.problem(source, ProblemKind::Missing("address"));
        }
        let Some(amount) = amount(row.get(AMOUNT)) else {
            return to.problem(source, ProblemKind::Row("the amount is no number".to_owned()));
        };
        let transaction = row.get(&["txid", "txhash", "transactionhash", "hash", "transaction"]);
        // One transaction can pay several wallets.
        if !transaction.is_empty() && pay.again(&[transaction, wallet, id]) {
            return to.problem(source, ProblemKind::DuplicateId);
        }
        let payout = Payout {
            time: row.get(DATE),
            amount: &amount,
            currency: row.get(&["asset", "currency", "token", "coin"]),
            wallet,
            method: row.get(&["chain", "network", "blockchain"]),
            ..Payout::default()
        };
        pay.account(to, person, &payout, "", source);
        pay.payout(to, person, &payout, source);
    })?;
    pay.finish(to);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::read;
    use crate::vocabulary::{EventKind, IdKind};

    const PAYROLL: &str = "worker_id,chain,asset,address,txid,amount,time\n\
                   W1,ethereum,USDC,0x00000000219ab540356cBB839Cbe05303d7705Fa,0xaa,4000,2026-03-01T00:00:00Z\n\
                   W1,ethereum,USDC,0x00000000219ab540356cBB839Cbe05303d7705Fa,0xaa,4000,2026-03-01T00:00:00Z\n\
                   W2,ethereum,USDC,0x00000000219ab540356cBB839Cbe05303d7705Fa,0xaa,4100,2026-03-01T00:00:00Z\n\
                   W3,ethereum,USDC,not-a-wallet,0xbb,1,2026-03-01T00:00:00Z\n\
                   W4,ethereum,USDC,,0xcc,1,2026-03-01T00:00:00Z\n\
                   W5,ethereum,US";

    #[test]
    fn a_payroll() {
        let (people, problems) = import(read, &[PAYROLL]);
        let all = told(&problems);
        assert_eq!(all.len(), 4, "{all:#?}");
        for (problem, line) in all.iter().zip(["3: the id", "5: the wallet", "6: the row", "7: the file ends"]) {
            assert!(problem.starts_with(line), "{problem}");
        }
        let (one, two) = (find(&people, "W1"), find(&people, "W2"));
        assert_eq!(one.events_of(EventKind::Payout).count(), 1);
        assert_eq!(one.events_of(EventKind::PayInCrypto).count(), 1);
        assert_eq!(
            events(two)[0],
            "payout wallet=0x00000000219ab540356cBB839Cbe05303d7705Fa,amount=4100,currency=USDC,vendor=ethereum"
        );
        let wallet = |person: crate::people::Person<'_>| person.identifiers_of(IdKind::Wallet).next().unwrap().value_id();
        assert_eq!(wallet(one), wallet(two));
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, PAYROLL);
    }
}
