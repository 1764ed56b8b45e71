//! Tables of a freelance platform as CSV, out of its own database: accounts, bids, log-ins with devices, payouts, ratings, messages. Which of
//! them a file is, its headings say. Ids are those of the neutral tables. Texts of messages are not read unless the caller asks for them.

use std::io::{self, BufRead};

use rustc_hash::FxHashSet;

use super::payouts::{self, ACCOUNT, AMOUNT, HOLDER, IBAN, WALLET, amount, event};
use super::table::{Header, Row, header_of, rows};
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

const USER: &[&str] = &[
    "userid",
    "freelancerid",
    "accountid",
    "workerid",
    "bidderid",
    "contractorid",
    "sellerid",
    "personid",
    "user",
    "freelancer",
    "bidder",
    "seller",
    "account",
    "login",
    "username",
];
const COUNTRY: &[&str] = &["country", "countrycode", "residencecountry"];
const CREATED: &[&str] = &["created", "createdat", "registered", "registeredat", "joined", "joinedat", "signupdate"];
const CLOSED: &[&str] = &["closed", "closedat", "banned", "bannedat", "suspended", "suspendedat", "deactivatedat"];
const WHEN: &[&str] = &[
    "time",
    "timestamp",
    "date",
    "datetime",
    "createdat",
    "created",
    "loginat",
    "logintime",
    "seenat",
    "lastseen",
    "ratedat",
    "bidat",
    "bidtime",
    "sentat",
    "submittedat",
];
const IP: &[&str] = &["ip", "ipaddress", "loginip", "clientip", "remoteip"];
const DEVICE: &[&str] = &["device", "deviceid", "fingerprint", "devicefingerprint", "browserfingerprint", "devicehash"];
const RECOVERY: &[&str] = &["recoveryemail", "recoverymail", "backupemail", "secondaryemail", "alternateemail"];
const ADDRESS: &[&str] = &["address", "homeaddress", "streetaddress", "billingaddress"];
const CLIENT: &[&str] = &["clientid", "client", "buyerid", "buyer", "employerid", "raterid", "rater", "fromuser"];
const SCORE: &[&str] = &["rating", "score", "stars"];
const TEXT: &[&str] = &["text", "body", "message", "content", "messagetext"];
const PROPOSAL: &[&str] = &["proposal", "proposaltext", "coverletter", "bidtext", "description", "text", "message", "body"];
const SENDER: &[&str] = &["senderid", "sender", "fromid", "from", "fromuser", "userid", "user"];
const BID: &[&str] =
    &["bidid", "bidamount", "proposal", "proposalid", "proposaltext", "bidder", "bidderid", "bidat", "bidtime"];

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Accounts,
    Bids,
    Logins,
    Payouts,
    Ratings,
    Messages,
}

impl Table {
    /// By its headings; `None` when it is none of them.
    fn of(header: &Header) -> Option<Self> {
        let has = |names: &[&str]| header.find(names).is_some();
        let sender =
            has(&["senderid", "sender", "fromid", "from", "recipientid", "recipient", "toid", "threadid", "conversationid"]);
        if has(TEXT) && sender || has(&["messageid"]) {
            Some(Self::Messages)
        } else if has(SCORE) && has(CLIENT) {
            Some(Self::Ratings)
        } else if has(BID) {
            Some(Self::Bids)
        } else if has(AMOUNT) && (has(IBAN) || has(HOLDER) || has(WALLET) || has(ACCOUNT) || has(&["method", "payoutmethod"])) {
            Some(Self::Payouts)
        } else if has(IP) || has(DEVICE) {
            Some(Self::Logins)
        } else if has(CREATED) || has(CLOSED) || has(&["name", "displayname", "fullname", "lastname"]) {
            Some(Self::Accounts)
        } else {
            None
        }
    }
}

/// Reads a table; texts of messages are left out.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    read_with(input, file, to, false)
}

/// Reads a table, with the texts of messages where `messages` says so: the policy of the house must allow it.
pub(super) fn read_with(input: &mut dyn BufRead, file: FileId, to: &mut Builder, messages: bool) -> io::Result<()> {
    // The first line is read ahead, however long it is, and put back before the rest.
    let mut first = Vec::new();
    io::Read::take(&mut *input, 1 << 20).read_until(b'\n', &mut first)?;
    let (header, _) = header_of(&first);
    let mut whole = io::Read::chain(first.as_slice(), input);
    let Some(table) = Table::of(&header) else {
        let text = "it is no table of accounts, bids, log-ins, payouts, ratings or messages by its headings";
        to.problem(Source { file, line: 1 }, ProblemKind::Row(text.to_owned()));
        return Ok(());
    };
    if table == Table::Payouts {
        return payouts::read(&mut whole, file, to);
    }
    let mut once = Once::default();
    rows(&mut whole, file, to, |row, source, to| {
        let id = match table {
            Table::Accounts => row.get(&["id"]),
            Table::Messages => row.get(SENDER),
            _ => "",
        };
        let id = if id.is_empty() { row.get(USER) } else { id };
        if id.is_empty() {
            return to.problem(source, ProblemKind::Missing(if table == Table::Accounts { "id" } else { "user_id" }));
        }
        match table {
            Table::Accounts => account(row, id, source, to),
            Table::Logins => login(row, to.known_person(id, source), source, to, &mut once),
            Table::Bids => bid(row, to.known_person(id, source), source, to, &mut once),
            Table::Ratings => rating(row, to.known_person(id, source), source, to, &mut once),
            Table::Messages => message(row, to.known_person(id, source), source, to, &mut once, messages),
            Table::Payouts => {}
        }
    })
}

/// What has been put in already.
#[derive(Debug, Default)]
struct Once {
    devices: FxHashSet<(PersonId, Box<str>)>,
    ids: FxHashSet<u64>,
}

impl Once {
    /// Whether a row with the id in one of these columns was there before; said as a problem.
    fn again(&mut self, row: Row<'_>, names: &[&str], source: Source, to: &mut Builder) -> bool {
        let id = row.get(names);
        let again = !id.is_empty() && !self.ids.insert(twox_hash::XxHash3_64::oneshot(id.as_bytes()));
        if again {
            to.problem(source, ProblemKind::DuplicateId);
        }
        again
    }
}

fn account(row: Row<'_>, id: &str, source: Source, to: &mut Builder) {
    let parts = format!("{} {}", row.get(&["firstname", "givenname"]), row.get(&["lastname", "surname", "familyname"]));
    let name = match row.get(&["displayname", "fullname", "name", "realname"]) {
        "" => parts.trim(),
        name => name,
    };
    let (created, closed) = (row.get(CREATED), row.get(CLOSED));
    let describe = Describe {
        name,
        country: row.get(COUNTRY),
        zone: row.get(&["timezone", "tz"]),
        role: row.get(&["role", "title", "category"]),
        ..Describe::default()
    };
    let person = to.person_row(id, describe, source);
    let seen = Seen { first: created, last: "" };
    to.identifier(person, IdKind::Email, row.get(&["email", "emailaddress"]), seen, source);
    to.identifier(person, IdKind::Phone, row.get(&["phone", "phonenumber", "mobile"]), seen, source);
    to.identifier(person, IdKind::RecoveryEmail, row.get(RECOVERY), seen, source);
    to.identifier(person, IdKind::Address, row.get(ADDRESS), seen, source);
    to.identifier(person, IdKind::Handle, row.get(&["handle", "username", "login"]), seen, source);
    if !created.is_empty() {
        to.event(person, &event(EventKind::ProfileCreated, created, &[]), source);
    }
    if !closed.is_empty() {
        let reason = row.get(&["reason", "closereason", "banreason", "closedreason"]);
        to.event(person, &event(EventKind::Closed, closed, &[(Field::What, reason)]), source);
    }
    let facts = [
        (Field::Name, 0, name),
        (Field::Created, 0, created),
        (Field::Bids, 0, row.get(&["bids", "bidcount", "bidstotal"])),
        (Field::Wins, 0, row.get(&["wins", "won", "bidswon", "wincount"])),
    ];
    to.document(person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::Profile) }, source);
    let bio = row.get(&["bio", "about", "overview", "profiletext"]);
    if !bio.is_empty() {
        to.document(person, &NewDocument { text: bio, ..NewDocument::new(DocKind::Bio) }, source);
    }
}

fn login(row: Row<'_>, person: PersonId, source: Source, to: &mut Builder, once: &mut Once) {
    if once.again(row, &["loginid", "eventid"], source, to) {
        return;
    }
    let (time, device) = (row.get(WHEN), row.get(DEVICE));
    if !device.is_empty() && once.devices.insert((person, device.into())) {
        to.identifier(person, IdKind::Device, device, Seen::default(), source);
    }
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("time"));
    }
    let facts = [
        (Field::Country, row.get(COUNTRY)),
        (Field::City, row.get(&["city"])),
        (Field::Network, row.get(&["network", "networkclass", "iptype"])),
        (Field::Asn, row.get(&["asn"])),
        (Field::Org, row.get(&["org", "isp", "asorg"])),
        (Field::Tz, row.get(&["tz", "timezone", "browsertz", "browsertimezone"])),
        (Field::Agent, row.get(&["useragent", "agent"])),
        (Field::Session, row.get(&["sessionid", "session"])),
    ];
    let new = NewEvent { kind: EventKind::Login, time, offset: None, ip: row.get(IP), device, facts: &facts };
    to.event(person, &new, source);
}

fn bid(row: Row<'_>, person: PersonId, source: Source, to: &mut Builder, once: &mut Once) {
    if once.again(row, &["bidid", "proposalid", "id"], source, to) {
        return;
    }
    let Some(offer) = amount(row.get(&["bidamount", "amount", "offer", "rate", "price"])) else {
        return to.problem(source, ProblemKind::Row("the amount is no number".to_owned()));
    };
    let time = row.get(WHEN);
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("time"));
    }
    let facts = [
        (Field::Job, row.get(&["jobid", "job", "projectid", "project", "postid"])),
        (Field::Client, row.get(CLIENT)),
        (Field::Amount, offer.as_str()),
        (Field::Currency, row.get(&["currency"])),
    ];
    to.event(person, &event(EventKind::Bid, time, &facts), source);
    let won = row.get(&["won", "awarded", "accepted", "status", "result", "outcome"]).to_lowercase();
    if matches!(won.as_str(), "yes" | "true" | "1" | "won" | "awarded" | "accepted" | "hired" | "t") {
        let at = row.get(&["wonat", "awardedat", "acceptedat"]);
        to.event(person, &event(EventKind::Won, if at.is_empty() { time } else { at }, &facts), source);
    }
    let text = row.get(PROPOSAL);
    if !text.is_empty() {
        to.document(person, &NewDocument { time, text, ..NewDocument::new(DocKind::Proposal) }, source);
    }
}

fn rating(row: Row<'_>, person: PersonId, source: Source, to: &mut Builder, once: &mut Once) {
    if once.again(row, &["ratingid", "reviewid", "id"], source, to) {
        return;
    }
    let score = row.get(SCORE);
    if score.parse::<f64>().is_ok_and(|score| !(0.0..=5.0).contains(&score)) || score.parse::<f64>().is_err() {
        return to.problem(source, ProblemKind::Row("the rating is no number from 0 to 5".to_owned()));
    }
    let time = row.get(WHEN);
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("time"));
    }
    let facts = [
        (Field::Client, row.get(CLIENT)),
        (Field::Score, score),
        (Field::Job, row.get(&["jobid", "job", "projectid", "project"])),
    ];
    to.event(person, &event(EventKind::Rating, time, &facts), source);
}

fn message(row: Row<'_>, person: PersonId, source: Source, to: &mut Builder, once: &mut Once, texts: bool) {
    if once.again(row, &["messageid", "id"], source, to) {
        return;
    }
    let time = row.get(WHEN);
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("time"));
    }
    let facts = [(Field::To, row.get(&["recipientid", "recipient", "toid", "to", "touser"]))];
    to.event(person, &event(EventKind::Message, time, &facts), source);
    let text = row.get(TEXT);
    if texts && !text.is_empty() {
        to.document(person, &NewDocument { time, text, ..NewDocument::new(DocKind::Message) }, source);
    }
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::{read, read_with};
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

    const ACCOUNTS: &str = "id,name,country,created,closed,reason,email\n\
                   f1,Ada Test,Poland,2025-01-01,2026-02-01T00:00:00Z,banned,ada@example.com\n\
                   f2,Bob Test,,2025-01-01,,,bob\n\
                   f1,Ada Other,,,,,\n\
                   ,No One,,,,,\n\
                   f3,Cy Test,Atlantis,yesterday,,,\n\
                   f4,De";

    #[test]
    fn accounts() {
        let (people, problems) = import(read, &[ACCOUNTS]);
        let all = told(&problems);
        for (problem, expected) in all.iter().zip([
            "3: the e-mail address",
            "4: the id",
            "5: the row is left out: `id`",
            "6: the country",
            "6: `time`",
            "7: the file ends in the middle",
        ]) {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 6, "{all:#?}");
        let ada = find(&people, "f1");
        assert_eq!((ada.name(), ada.country().map(interdict_model::Country::code)), (Some("Ada Test"), Some("pl")));
        assert_eq!(events(ada), ["profile_created ", "closed what=banned"]);
    }

    /// Whatever a platform calls the account to which pay goes.
    #[test]
    fn destinations_of_payouts() {
        for (id, destination) in [
            ("freelancer_id", "destination_account"),
            ("account_id", "destination_account"),
            ("account_id", "Payout Destination"),
            ("seller_id", "Beneficiary account number"),
            ("user_id", "to_account"),
        ] {
            let csv = format!(
                "payout_id,{id},method,{destination},account_holder,amount,currency,paid_at,batch,empty\n\
                 W1,7118055,bank,DE02120300000000202051,Ada Test,100,EUR,2026-03-01T10:00:00Z,B-1,\n\
                 W2,7118056,bank,DE02 1203 0000 0000 2020 51,Bob Test,100,EUR,2026-03-02T10:00:00Z,B-1,\n"
            );
            let format = crate::import::recognise("payouts_2026.csv", csv.as_bytes()).unwrap();
            let (people, problems) = crate::import::testing::imported(&[(format, &csv)], None);
            let payee = |id| find(&people, id).identifiers_of(IdKind::Payee).next().map(crate::people::Identifier::value_id);
            assert!(payee("7118055").is_some() && payee("7118055") == payee("7118056"), "{id}, {destination}");
            let told: Vec<String> = problems.told().iter().map(|problem| problem.kind.to_string()).collect();
            assert_eq!(told, ["`batch` is not read"]);
        }
    }

    #[test]
    fn names_in_two_columns() {
        let csv = "account_id,username,first_name,last_name,email,country,city,created_at\n\
                   7118055,zk823,Zofia,Kowalczyk,zofia@example.org,PL,Example,2025-05-15T00:00:00Z\n";
        let (people, problems) = import(read, &[csv]);
        assert_eq!(find(&people, "7118055").name(), Some("Zofia Kowalczyk"));
        assert_eq!(told(&problems), ["1: `city` is not read"]);
    }

    #[test]
    fn addresses_by_which_accounts_are_kept() {
        let csv = "account_id,full_name,email,recovery_email,address,created_at\n\
                   a1,Ada Test,ada@example.com,both@example.org,\"1 Main St, Springfield\",2025-01-01\n\
                   a2,Bob Test,bob@example.com,both@example.org,,2025-01-01\n";
        let (people, problems) = import(read, &[csv]);
        assert_eq!(problems.total(), 0, "{:?}", told(&problems));
        let recovery = |id| find(&people, id).identifiers_of(IdKind::RecoveryEmail).next().unwrap().value_id();
        assert_eq!(recovery("a1"), recovery("a2"));
        assert_eq!(find(&people, "a1").identifiers_of(IdKind::Address).count(), 1);
    }

    #[test]
    fn log_ins_with_devices() {
        let csv = "user_id,time,ip,fingerprint,country\n\
                   f1,2026-03-01T00:00:00Z,203.0.113.7,fp-1,PL\n\
                   f1,2026-03-02T00:00:00Z,203.0.113.7,fp-1,PL\n\
                   f2,2026-03-02T00:00:00Z,nowhere,fp-1,PL\n\
                   f2,,203.0.113.7,fp-1,PL\n";
        let (people, problems) = import(read, &[csv]);
        assert_eq!(told(&problems).len(), 2, "{:?}", told(&problems));
        let device = |id| find(&people, id).identifiers_of(IdKind::Device).next().unwrap().value_id();
        assert_eq!(device("f1"), device("f2"));
        assert_eq!(find(&people, "f1").events_of(EventKind::Login).count(), 2);
        assert_eq!(find(&people, "f2").events_of(EventKind::Login).count(), 1);
    }

    #[test]
    fn bids_ratings_and_payouts() {
        let bids = "bid_id;freelancer_id;job_id;amount;created_at;status;proposal\n\
                    1;f1;j1;1.200,00;2026-03-01T00:00:00Z;won;I build things\n\
                    2;f1;j2;900;2026-03-02T00:00:00Z;lost;\n\
                    2;f1;j2;900;2026-03-02T00:00:00Z;lost;\n\
                    3;f1;j3;much;2026-03-02T00:00:00Z;lost;\n";
        let ratings = "freelancer_id,client_id,rating,date\nf1,c1,5,2026-03-05\nf1,c1,9,2026-03-05\nf1,c1,good,2026-03-05\n";
        let payouts = "user_id,payee,amount,date,account_holder\nf1,DE89370400440532013000,10,2026-03-09,Ada Test\n";
        let (people, problems) = import(read, &[bids, ratings, payouts]);
        assert_eq!(told(&problems).len(), 4, "{:?}", told(&problems));
        let person = find(&people, "f1");
        let count = |kind| person.events_of(kind).count();
        assert_eq!(
            [EventKind::Bid, EventKind::Won, EventKind::Rating, EventKind::Payout].map(count),
            [2, 1, 1, 1],
            "{:?}",
            events(person)
        );
        assert_eq!(person.documents_of(DocKind::Proposal).next().unwrap().text().as_deref(), Some("I build things"));
        let rating = person.events_of(EventKind::Rating).next().unwrap();
        assert_eq!(rating.fact(Field::Client).unwrap().text(), "c1");
    }

    #[test]
    fn texts_of_messages_are_read_only_when_asked_for() {
        let csv = "message_id,sender_id,recipient_id,time,text\n1,f1,c1,2026-03-01T00:00:00Z,hello there\n1,f1,c1,2026-03-01T00:00:00Z,hello there\n";
        let (people, problems) = import(read, &[csv]);
        assert_eq!(told(&problems).len(), 1);
        let person = find(&people, "f1");
        assert_eq!(events(person), ["message to=c1"]);
        assert_eq!(person.documents().count(), 0);
        let (people, _) = import(|input, file, to| read_with(input, file, to, true), &[csv]);
        assert_eq!(find(&people, "f1").documents_of(DocKind::Message).next().unwrap().text().as_deref(), Some("hello there"));
    }

    #[test]
    fn a_table_of_something_else_says_so() {
        let (people, problems) = import(read, &["colour,weight\nred,1\n"]);
        assert!(told(&problems)[0].contains("no table of"));
        assert_eq!(people.len(), 0);
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, ACCOUNTS);
    }
}
