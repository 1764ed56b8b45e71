//! Payouts as CSV from any payroll or platform: who was paid, to which account, in whose name. Rows become payees (kept as keyed hashes),
//! records of bank accounts, and payouts. What the other importers of payments share stands here too.

use std::io::{self, BufRead};

use interdict_model::Country;
use rustc_hash::{FxHashMap, FxHashSet};

use super::table::{Row, rows};
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::time::Time;
use crate::value::{ValueError, is_masked, normalise};
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

pub(super) const WORKER_ID: &[&str] = &[
    "workerid",
    "employeeid",
    "contractorid",
    "freelancerid",
    "personid",
    "userid",
    "useraccountid",
    "accountid",
    "sellerid",
    "employeenumber",
    "staffid",
    "worker",
    "employee",
    "contractor",
    "freelancer",
    "person",
    "user",
];
const WORKER_EMAIL: &[&str] = &["workeremail", "employeeemail", "contractoremail", "freelanceremail", "email", "emailaddress"];
const PAYEE_EMAIL: &[&str] = &["payeeemail", "recipientemail", "beneficiaryemail"];
const WORKER_NAME: &[&str] =
    &["workername", "employeename", "contractorname", "freelancername", "fullname", "workerfullname", "name"];
const WORKER_COUNTRY: &[&str] = &["workercountry", "employeecountry", "contractorcountry", "residencecountry"];
pub(super) const HOLDER: &[&str] = &[
    "accountholder",
    "accountholdername",
    "holder",
    "holdername",
    "beneficiary",
    "beneficiaryname",
    "payeename",
    "recipientname",
    "accountname",
    "nameonaccount",
    "accountownername",
    "destinationname",
    "destinationholder",
    "destinationaccountholder",
    "destinationaccountname",
];
pub(super) const IBAN: &[&str] = &["iban", "beneficiaryiban", "payeeiban", "destinationiban", "recipientiban"];
pub(super) const ACCOUNT: &[&str] = &[
    "account",
    "accountnumber",
    "bankaccount",
    "bankaccountnumber",
    "payee",
    "payeeid",
    "payeeaccount",
    "payoutaccount",
    "paypalemail",
    "paypal",
    "recipientaccount",
    "beneficiaryaccount",
    "beneficiaryaccountnumber",
    "recipientaccountnumber",
    "payeeaccountnumber",
    "destination",
    "destinationaccount",
    "destinationaccountnumber",
    "destinationid",
    "payoutdestination",
    "payoutaccountid",
    "payoutaccountnumber",
    "payoutmethodaccount",
    "withdrawalaccount",
    "withdrawalaccountnumber",
    "withdrawaldestination",
    "targetaccountnumber",
    "toaccount",
    "paypalaccount",
    "paypaladdress",
];
const BANK: &[&str] =
    &["sortcode", "routingnumber", "aba", "abartn", "bankcode", "ifsc", "ifsccode", "bsb", "bsbcode", "branchcode"];
const BIC: &[&str] = &["bic", "swift", "swiftcode", "swiftbic", "bicswift"];
const BANK_COUNTRY: &[&str] =
    &["bankcountry", "accountcountry", "payeecountry", "recipientcountry", "beneficiarycountry", "destinationcountry"];
pub(super) const AMOUNT: &[&str] =
    &["amount", "netamount", "amountpaid", "paymentamount", "payoutamount", "total", "value", "grossamount"];
const CURRENCY: &[&str] = &["currency", "currencycode", "paymentcurrency", "payoutcurrency", "asset"];
pub(super) const DATE: &[&str] = &[
    "time",
    "timestamp",
    "date",
    "datetime",
    "paymentdate",
    "payoutdate",
    "paiddate",
    "paidat",
    "paidon",
    "transactiondate",
    "completiondate",
    "processedat",
    "createdat",
    "created",
];
const METHOD: &[&str] = &["method", "paymentmethod", "payoutmethod", "withdrawalmethod", "provider"];
pub(super) const WALLET: &[&str] = &["wallet", "walletaddress", "cryptoaddress", "destinationwallet", "destinationaddress"];
const STATUS: &[&str] = &["status", "paymentstatus", "payoutstatus", "state"];
const OPENED: &[&str] =
    &["accountopened", "accountopenedat", "payeecreated", "payeecreatedat", "payeeopened", "payoutaccountcreated"];
const ROW_ID: &[&str] = &["payoutid", "paymentid", "transactionid", "transferid", "withdrawalid"];

/// Payouts as CSV, with headings by common names. The id of the worker is that of the neutral tables.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    read_as(input, file, to, Payees::neutral(), WORKER_ID, &[])
}

/// The same for a service with accounts of its own. `ids` are the headings of its ids, and `payee_ids` those of what is itself the payee.
pub(super) fn read_as(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    mut payees: Payees,
    ids: &[&str],
    payee_ids: &[&str],
) -> io::Result<()> {
    let mut pay = Pay::default();
    rows(input, file, to, |row, source, to| one(row, source, to, &mut payees, &mut pay, ids, payee_ids))?;
    pay.finish(to);
    Ok(())
}

fn one(row: Row<'_>, source: Source, to: &mut Builder, payees: &mut Payees, pay: &mut Pay, ids: &[&str], payee_ids: &[&str]) {
    if failed(row.get(STATUS)) {
        return;
    }
    let Some(amount) = amount(row.get(AMOUNT)) else {
        return to.problem(source, ProblemKind::Row("the amount is no number".to_owned()));
    };
    let email = match row.get(WORKER_EMAIL) {
        // Where the payee is the worker, the payee's address is.
        "" if payees.names_holders => row.get(PAYEE_EMAIL),
        email => email,
    };
    let Some(person) = payees.person(to, row.get(ids), email, source) else {
        return to.problem(source, ProblemKind::Missing("worker_id"));
    };
    if !row.get(ROW_ID).is_empty() && pay.again(&[row.get(ROW_ID)]) {
        return to.problem(source, ProblemKind::DuplicateId);
    }
    let name = row.get(WORKER_NAME);
    // A service that knows the payee only, names the holder: whose name it is, is to be compared and not to be taken.
    let holder = match row.get(HOLDER) {
        "" if payees.names_holders => name,
        holder => holder,
    };
    let described = match (payees.names_holders, email) {
        (false, _) => name,
        (true, "") => holder,
        (true, _) => "",
    };
    payees.describe(to, person, Describe { name: described, country: row.get(WORKER_COUNTRY), ..Describe::default() }, source);

    let (iban, number) = (row.get(IBAN), row.get(ACCOUNT));
    let own_id = row.get(payee_ids);
    let account = if !iban.is_empty() {
        iban.to_owned()
    } else if !own_id.is_empty() {
        format!("{}:{own_id}", payees.system)
    } else {
        account(row.get(BANK), number)
    };
    let bank_country = bank_country(&[iban, number], row.get(BIC), row.get(BANK_COUNTRY), to, source);
    let method = row.get(METHOD);
    let (wallet, account) = match row.get(WALLET) {
        "" if is_crypto(method) => (account.as_str(), ""),
        wallet => (wallet, account.as_str()),
    };
    let payout = Payout {
        time: row.get(DATE),
        amount: &amount,
        currency: row.get(CURRENCY),
        account,
        wallet,
        holder,
        bank_country: &bank_country,
        country: row.get(&["country"]),
        method,
    };
    pay.account(to, person, &payout, row.get(OPENED), source);
    pay.payout(to, person, &payout, source);
}

/// Who is paid, by the ids of a service or by those of the neutral tables.
#[derive(Debug)]
pub(super) struct Payees {
    /// The name of the service.
    system: &'static str,
    /// Whether ids are those of the neutral tables. Two of them with one e-mail address then stay two persons.
    neutral: bool,
    /// Whether a name is that of the holder of the account, and not one under which the person works.
    names_holders: bool,
    known: FxHashMap<String, PersonId>,
    described: FxHashSet<PersonId>,
}

impl Payees {
    /// Ids of the neutral tables.
    pub(super) fn neutral() -> Self {
        Self {
            system: "payroll",
            neutral: true,
            names_holders: false,
            known: FxHashMap::default(),
            described: FxHashSet::default(),
        }
    }

    /// Ids of a service, in which one e-mail address is one person.
    pub(super) fn of(system: &'static str, names_holders: bool) -> Self {
        Self { system, neutral: false, names_holders, ..Self::neutral() }
    }

    /// The person with an id, an e-mail address or both; `None` without either.
    pub(super) fn person(&mut self, to: &mut Builder, id: &str, email: &str, source: Source) -> Option<PersonId> {
        let key = format!("{id}\u{1f}{email}");
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let mailbox = normalise(IdKind::Email, email, None).ok();
        let person = match (id, &mailbox) {
            ("", None) => return None,
            ("", Some(mailbox)) => match self.known.get(&format!("\u{1f}{mailbox}")) {
                Some(known) => *known,
                None => {
                    let account = to.account(self.system, mailbox, source);
                    to.identifier(account, IdKind::Email, email, Seen::default(), source);
                    account
                }
            },
            (id, _) if self.neutral => {
                let person = to.known_person(id, source);
                if mailbox.is_some() {
                    // An account with an e-mail address can be put together with those of other systems.
                    let account = to.account(self.system, id, source);
                    to.identifier(account, IdKind::Email, email, Seen::default(), source);
                    to.relation(person, RelKind::SamePerson, account, "", source);
                }
                person
            }
            (id, None) => to.account(self.system, id, source),
            (id, Some(mailbox)) => {
                let anchor = to.account(self.system, mailbox, source);
                to.identifier(anchor, IdKind::Email, email, Seen::default(), source);
                let account = to.account(self.system, id, source);
                to.relation(anchor, RelKind::SamePerson, account, "", source);
                account
            }
        };
        if mailbox.is_none() {
            // Says what is wrong with it.
            to.identifier(person, IdKind::Email, email, Seen::default(), source);
        }
        if let Some(mailbox) = mailbox {
            self.known.entry(format!("\u{1f}{mailbox}")).or_insert(person);
        }
        self.known.insert(key, person);
        Some(person)
    }

    /// Says what is stated of a person, once in a file.
    pub(super) fn describe(&mut self, to: &mut Builder, person: PersonId, describe: Describe<'_>, source: Source) {
        if self.described.insert(person) {
            to.describe(person, describe, source);
        }
    }
}

/// A payout, and the account or wallet it went to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Payout<'a> {
    pub(super) time: &'a str,
    pub(super) amount: &'a str,
    pub(super) currency: &'a str,
    pub(super) account: &'a str,
    pub(super) wallet: &'a str,
    pub(super) holder: &'a str,
    pub(super) bank_country: &'a str,
    pub(super) country: &'a str,
    pub(super) method: &'a str,
}

/// A moment, as it was written, and the row of it.
type FirstPay = (Time, Box<str>, Source);

/// What has been put in of accounts, wallets and payouts of a file, so that each is put in once.
#[derive(Debug, Default)]
pub(super) struct Pay {
    accounts: FxHashSet<(PersonId, Box<str>)>,
    /// When each person was first paid to a wallet.
    wallets: FxHashMap<(PersonId, Box<str>), FirstPay>,
    ids: FxHashSet<u64>,
}

impl Pay {
    /// Whether a record with these ids was there before.
    pub(super) fn again(&mut self, ids: &[&str]) -> bool {
        !self.ids.insert(twox_hash::XxHash3_64::oneshot(ids.join("\u{1f}").as_bytes()))
    }

    /// Puts the account or wallet of a person in: the identifier and the record of the bank account.
    pub(super) fn account(&mut self, to: &mut Builder, person: PersonId, payout: &Payout<'_>, opened: &str, source: Source) {
        let stated = format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", payout.account, payout.wallet, payout.holder, payout.bank_country);
        if stated.len() == 3 || !self.accounts.insert((person, stated.into())) {
            return;
        }
        let account = shown(payout.account, to, source);
        to.identifier(person, IdKind::Payee, account, Seen::default(), source);
        to.identifier(person, IdKind::Wallet, payout.wallet, Seen::default(), source);
        let facts = [
            (Field::Payee, 0, account),
            (Field::Wallet, 0, payout.wallet),
            (Field::Holder, 0, payout.holder),
            (Field::BankCountry, 0, payout.bank_country),
            (Field::Currency, 0, payout.currency),
            (Field::Created, 0, opened),
        ];
        to.document(person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::BankAccount) }, source);
        if !opened.is_empty() {
            let facts = [(Field::Payee, account), (Field::Holder, payout.holder)];
            to.event(person, &event(EventKind::PayeeOpened, opened, &facts), source);
        }
    }

    /// Puts a payout in.
    pub(super) fn payout(&mut self, to: &mut Builder, person: PersonId, payout: &Payout<'_>, source: Source) {
        if payout.time.is_empty() {
            return to.problem(source, ProblemKind::Missing("time"));
        }
        let account = if is_masked(payout.account) { "" } else { payout.account };
        let facts = [
            (Field::Payee, account),
            (Field::Wallet, payout.wallet),
            (Field::Holder, payout.holder),
            (Field::Amount, payout.amount),
            (Field::Currency, payout.currency),
            (Field::BankCountry, payout.bank_country),
            (Field::Country, payout.country),
            (Field::Vendor, payout.method),
        ];
        to.event(person, &event(EventKind::Payout, payout.time, &facts), source);
        if !payout.wallet.is_empty()
            && let Ok(read) = Time::parse(payout.time)
        {
            let first = self.wallets.entry((person, payout.wallet.into())).or_insert((read.time, payout.time.into(), source));
            if read.time < first.0 {
                *first = (read.time, payout.time.into(), source);
            }
        }
    }

    /// Says of everybody who was paid in virtual currency when that began, wallet by wallet.
    pub(super) fn finish(self, to: &mut Builder) {
        let mut all: Vec<_> = self.wallets.into_iter().collect();
        all.sort_unstable();
        for ((person, wallet), (_, time, source)) in all {
            to.event(person, &event(EventKind::PayInCrypto, &time, &[(Field::Wallet, &wallet)]), source);
        }
    }
}

/// An event without address and device.
pub(super) fn event<'a>(kind: EventKind, time: &'a str, facts: &'a [(Field, &'a str)]) -> NewEvent<'a> {
    NewEvent { kind, time, offset: None, ip: "", device: "", facts }
}

/// The account, or nothing with a problem where most of it is masked: the last four digits are those of very many people.
fn shown<'a>(account: &'a str, to: &mut Builder, source: Source) -> &'a str {
    if is_masked(account) {
        to.problem(source, ProblemKind::Value { kind: IdKind::Payee, error: ValueError::Masked });
        return "";
    }
    account
}

/// An account number with the code of its bank, where there is one: numbers alone are given out by every bank.
pub(super) fn account(bank: &str, number: &str) -> String {
    if bank.is_empty() || number.is_empty() || iban_country(number).is_some() {
        number.to_owned()
    } else {
        format!("{bank} {number}")
    }
}

/// The country that an IBAN is of.
fn iban_country(text: &str) -> Option<Country> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let bytes = plain.as_bytes();
    let fits = (15..=34).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit);
    if fits { Country::from_code(&plain[..2]) } else { None }
}

/// The country that a BIC is of.
fn bic_country(text: &str) -> Option<Country> {
    let fits = matches!(text.len(), 8 | 11) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits { text.get(4..6).and_then(Country::from_code) } else { None }
}

/// The country of the bank: that of the IBAN, else of the BIC, else the one stated.
pub(super) fn bank_country(accounts: &[&str], bic: &str, stated: &str, to: &mut Builder, source: Source) -> String {
    let known = accounts.iter().find_map(|account| iban_country(account)).or_else(|| bic_country(bic));
    if known.is_none() && !stated.is_empty() && Country::parse(stated).is_none() {
        to.problem(source, ProblemKind::Country(stated.chars().take(64).collect()));
        return String::new();
    }
    known.map_or_else(|| stated.to_owned(), |country| country.code().to_owned())
}

/// Whether a way of paying is virtual currency.
fn is_crypto(method: &str) -> bool {
    let method = method.to_lowercase();
    ["crypto", "usdt", "usdc", "bitcoin", "ethereum", "coinbase", "binance", "stablecoin"]
        .iter()
        .any(|word| method.contains(word))
}

/// Whether money did not arrive.
pub(super) fn failed(status: &str) -> bool {
    let status = status.to_lowercase();
    ["fail", "cancel", "reject", "return", "refund", "bounce", "decline", "void", "revers"]
        .iter()
        .any(|word| status.contains(word))
}

/// An amount as people and programs write it, without sign: `1,234.50`, `1.234,50 €`, `(12.00)`, `USD 5`. Empty stays empty; `None` when
/// it is no number.
pub(super) fn amount(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(String::new());
    }
    let number: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let other = text.chars().filter(|c| c.is_alphabetic()).count();
    // A currency has three letters, some five.
    if other > 5 || !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let last = |mark: char| number.rfind(mark);
    let single = |mark: char| number.matches(mark).count() == 1;
    let decimal = match (last('.'), last(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (Some(dot), None) => single('.').then_some(dot),
        // One comma before three digits parts thousands.
        (None, Some(comma)) => (single(',') && number.len() - comma != 4).then_some(comma),
        (None, None) => None,
    };
    let mut out = String::with_capacity(number.len());
    for (at, c) in number.char_indices() {
        if c.is_ascii_digit() {
            out.push(c);
        } else if Some(at) == decimal {
            out.push('.');
        }
    }
    out.parse::<f64>().ok().map(|_| out)
}

#[cfg(test)]
pub(super) mod testing {
    use std::io::{self, BufRead};

    use crate::key::TenantKey;
    use crate::people::{Builder, FileId, Limits, People, Person};
    use crate::problem::Problems;
    use crate::time::Time;
    use crate::vocabulary::{EventKind, Field};

    /// What becomes of texts that are read one after the other.
    pub(in crate::import) fn import(
        read: fn(&mut dyn BufRead, FileId, &mut Builder) -> io::Result<()>,
        texts: &[&str],
    ) -> (People, Problems) {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        for (index, text) in texts.iter().enumerate() {
            let file = to.file(&format!("{index}"));
            // A small buffer: nothing may depend on a file being in it as a whole.
            read(&mut io::BufReader::with_capacity(512, text.as_bytes()), file, &mut to).unwrap();
        }
        to.finish(Time::parse("2026-11-01T00:00:00Z").unwrap().time)
    }

    /// Cuts a file at every place: nothing panics, and less of a file never gives more events.
    #[track_caller]
    pub(in crate::import) fn cut_anywhere(read: fn(&mut dyn BufRead, FileId, &mut Builder) -> io::Result<()>, text: &str) {
        let whole = import(read, &[text]).0.events_len();
        assert!(whole > 0);
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (people, _) = import(read, &[&text[..at]]);
            assert!(people.events_len() <= whole, "cut at {at}: {} events of {whole}", people.events_len());
        }
    }

    #[track_caller]
    pub(in crate::import) fn find<'a>(people: &'a People, id: &str) -> Person<'a> {
        let ids: Vec<_> = people.all().map(|person| person.key().to_owned()).collect();
        people.person(people.find(id).unwrap_or_else(|| panic!("no {id} in {ids:?}")))
    }

    /// `kind field=value,...` of every event in the order of time.
    pub(in crate::import) fn events(person: Person<'_>) -> Vec<String> {
        person
            .events()
            .map(|event| {
                let facts: Vec<String> =
                    event.facts().map(|fact| format!("{}={}", fact.field().code(), fact.shown())).collect();
                format!("{} {}", event.kind().code(), facts.join(","))
            })
            .collect()
    }

    pub(in crate::import) fn facts_of(person: Person<'_>, kind: EventKind, field: Field) -> Vec<String> {
        person.events_of(kind).map(|event| event.fact(field).map_or(String::new(), |fact| fact.text().to_owned())).collect()
    }

    /// Each problem as it is told.
    pub(in crate::import) fn told(problems: &Problems) -> Vec<String> {
        problems.told().iter().map(|problem| format!("{}: {problem}", problem.source.line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{cut_anywhere, facts_of, find, import, told};
    use super::{amount, read};
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

    const PAYOUTS: &str = "Employee ID;Account Holder;IBAN;Amount;Currency;Payment Date;Method\n\
                   E1;Ada Test;DE89 3704 0044 0532 0130 00;1.200,50;EUR;2026-03-01;bank\n\
                   E2;Ada Test;DE89370400440532013000;\"1,300.00\";EUR;2026-03-01;bank\n\
                   E1;Ada Test;DE89370400440532013000;1200.50;EUR;2026-04-01;bank\n";

    #[test]
    fn payouts_with_common_headings() {
        let (people, problems) = import(read, &[PAYOUTS]);
        assert_eq!(told(&problems), [] as [&str; 0]);
        let (one, two) = (find(&people, "E1"), find(&people, "E2"));
        let payee = |person: crate::people::Person<'_>| person.identifiers_of(IdKind::Payee).next().unwrap().value_id();
        assert_eq!(payee(one), payee(two));
        assert_eq!(facts_of(one, EventKind::Payout, Field::Amount), ["1200.50", "1200.50"]);
        let account = one.documents_of(DocKind::BankAccount).next().unwrap();
        assert_eq!(account.fact(Field::BankCountry).unwrap().text(), "de");
        assert_eq!(account.fact(Field::Holder).unwrap().text(), "Ada Test");
        assert_eq!(account.fact(Field::Payee).unwrap().text(), "", "the number is kept as keyed hash");
    }

    #[test]
    fn faults_cost_their_row_only() {
        let csv = "worker_id,account,bank country,amount,date,status,payment_id\n\
                   W1,12348765,Atlantis,10,2026-01-01,paid,1\n\
                   ,87654321,US,10,2026-01-01,paid,2\n\
                   W2,****5678,US,ten,2026-01-01,paid,3\n\
                   W2,****5678,US,10,2026-01-01,paid,4\n\
                   W2,****5678,US,10,soon,paid,5\n\
                   W2,44556678,US,10,,paid,6\n\
                   W2,44556678,US,10,2026-01-02,failed,7\n\
                   W2,44556678,US,10,2026-01-01,paid,4\n\
                   W2,44556678,US\n\
                   W3,44550078,US,10,2026-01-03,paid,8";
        let (people, problems) = import(read, &[csv]);
        let expected = ["2: the country", "3: the row is left out: `worker_id`", "4: the row", "5: the payout account is not"];
        let rest =
            ["6: `time` is not taken", "7: the row is left out: `time`", "9: the id", "10: the row is left out: it has 3"];
        let all = told(&problems);
        assert_eq!(all.len(), 8, "{all:#?}");
        for (problem, expected) in all.iter().zip(expected.iter().chain(&rest)) {
            assert!(problem.starts_with(expected), "{problem} / {expected}");
        }
        assert_eq!(find(&people, "W2").events_of(EventKind::Payout).count(), 1);
        assert_eq!(find(&people, "W3").events_of(EventKind::Payout).count(), 1);
    }

    #[test]
    fn masked_accounts_link_nobody() {
        let (people, _) = import(read, &["worker,account,amount,date\nA,xxxx1234,1,2026-01-01\nB,****1234,1,2026-01-01\n"]);
        assert!(people.all().all(|person| person.identifiers().count() == 0));
        assert_eq!(people.events_len(), 2);
    }

    #[test]
    fn numbers_of_different_banks_do_not_meet() {
        let csv = "worker,sort code,account,amount,date\nA,11-22-33,55667788,1,2026-01-01\nB,44-55-66,55667788,1,2026-01-01\n";
        let (people, _) = import(read, &[csv]);
        let payee = |id| find(&people, id).identifiers_of(IdKind::Payee).next().unwrap().value_id();
        assert_ne!(payee("A"), payee("B"));
    }

    #[test]
    fn one_mailbox_of_two_workers_leaves_them_two() {
        let csv = "worker id,email,amount,date\nA,x@example.com,1,2026-01-01\nB,x@example.com,1,2026-01-01\nA,x@example.com,2,2026-02-01\n";
        let (people, problems) = import(read, &[csv]);
        assert_eq!(told(&problems), [] as [&str; 0]);
        assert_eq!(people.len(), 2);
        assert_eq!(find(&people, "payroll:A").id(), find(&people, "A").id());
    }

    #[test]
    fn pay_to_a_wallet_is_said_once() {
        let csv = "worker,wallet,amount,currency,date\n\
                   A,0x00000000219ab540356cBB839Cbe05303d7705Fa,5,USDT,2026-02-01T00:00:00Z\n\
                   A,0x00000000219ab540356cBB839Cbe05303d7705Fa,5,USDT,2026-01-01T00:00:00Z\n";
        let (people, _) = import(read, &[csv]);
        let person = find(&people, "A");
        assert_eq!(person.events_of(EventKind::Payout).count(), 2);
        let began: Vec<_> = person.events_of(EventKind::PayInCrypto).map(|event| event.source().line).collect();
        assert_eq!(began, [3]);
        assert_eq!(person.identifiers_of(IdKind::Wallet).count(), 1);
    }

    #[test]
    fn amounts() {
        for (text, expected) in [
            ("1,234.50", Some("1234.50")),
            ("1.234,50 €", Some("1234.50")),
            ("1,234", Some("1234")),
            ("12,5", Some("12.5")),
            ("1.234.567", Some("1234567")),
            ("1'234.00 CHF", Some("1234.00")),
            ("-$5", Some("5")),
            ("(7.00)", Some("7.00")),
            ("", Some("")),
            ("n/a", None),
            ("12 thousand", None),
        ] {
            assert_eq!(amount(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, PAYOUTS);
    }
}
