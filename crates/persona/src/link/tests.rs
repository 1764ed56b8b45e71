//! Who is linked and who is not, on small tables written as people write them.

#![allow(clippy::format_collect, clippy::format_push_string, reason = "rows of tests are written as they read")]

use super::factors::tests::adds_up;
use super::pairs::From;
use super::{Family, FarmFact, Key, LinkKind, LinkSettings, Links};
use crate::assess::{Assessor, Band, Scale, Tests};
use crate::indicators::Catalogue;
use crate::key::TenantKey;
use crate::lists::Lists;
use crate::people::{Builder, Limits, People, PersonId};
use crate::policy::Policy;
use crate::read::{Form, Table, read_table};
use crate::time::Time;

/// Tables of a test: rows of CSV after fixed headers.
#[derive(Default)]
pub(super) struct World<'a> {
    pub(super) persons: &'a str,
    pub(super) identifiers: &'a str,
    pub(super) events: &'a str,
    pub(super) documents: &'a str,
    pub(super) relations: &'a str,
}

impl World<'_> {
    pub(super) fn people(&self) -> People {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        for (table, header, rows) in [
            (Table::Person, "id,display_name,claimed_country", self.persons),
            (Table::Identifier, "person,kind,value", self.identifiers),
            (Table::Document, "person,kind,time,text,metadata", self.documents),
            (Table::Relation, "a,kind,b", self.relations),
            (Table::Event, "person,kind,time,ip,device,detail", self.events),
        ] {
            let file = builder.file(table.name());
            let rows: String = rows.trim().lines().map(|line| format!("{}\n", line.trim())).collect();
            // In cells `~` stands for a line end.
            let text = format!("{header}\n{rows}").replace('~', "\n");
            read_table(table, Form::Csv, &mut text.as_bytes(), file, &mut builder).unwrap();
        }
        let (people, problems) = builder.finish(as_of());
        let told: Vec<String> = problems.told().iter().map(|one| format!("{}: {one}", people.place(one.source))).collect();
        assert_eq!(told, Vec::<String>::new());
        people
    }

    #[track_caller]
    fn rings(&self, expected: &[&[&str]]) -> (People, Links) {
        let people = self.people();
        let links = find(&people);
        let mut found: Vec<Vec<String>> = (links.rings().iter())
            .map(|ring| ring.members.iter().map(|member| people.person(member.person).key().to_owned()).collect())
            .collect();
        found.sort();
        assert_eq!(found, expected);
        adds_up(&people, &links);
        (people, links)
    }
}

pub(super) fn find(people: &People) -> Links {
    let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
    let tests = Tests::new(people, &catalogue, &lists, &policy, Scale::default(), as_of());
    Links::find(&tests, &LinkSettings::default())
}

fn as_of() -> Time {
    Time::parse("2026-11-01").unwrap().time
}

const FOUR: &str = "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,US\nd,Di Pattern,PL";

#[test]
fn one_account_one_telephone_and_one_computer_make_a_ring() {
    let (people, links) = World {
        persons: FOUR,
        identifiers: "a,payee,GB00 0000 0000 1111\nb,payee,gb00000000001111\nc,payee,DE00 5555 5555\nb,phone,+1 555 010 0100\nc,phone,+15550100100\n\
            b,serial,PF00001234\nc,serial,pf00001234\na,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"7 Model Road, Dayton, OH\"\nc,address,\"3 Test Lane, Salem, OR\"",
        ..World::default()
    }
    .rings(&[&["a", "b", "c"]]);
    let ring = &links.rings()[0];
    assert_eq!(ring.families, [Family::Contact, Family::Money, Family::Machine]);
    let weakest = ring.weakest().unwrap();
    assert_eq!((people.person(weakest.a).key(), people.person(weakest.b).key()), ("a", "b"));
    assert_eq!(weakest.kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [LinkKind::Payee]);
    let (value, records) = links.key(&people, &ring.keys[0]);
    assert!(value.unwrap().to_string().starts_with("payout account #"), "the number itself is nowhere");
    assert_eq!(records.iter().map(|one| people.place(one.source)).collect::<Vec<_>>(), ["identifier:2", "identifier:3"]);
}

#[test]
fn one_kind_of_evidence_is_no_ring() {
    World {
        persons: FOUR,
        identifiers: "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\nc,payee,GB00 0000 1111",
        ..World::default()
    }
    .rings(&[]);
}

/// The account of an exchange or a collector: who holds it is not linked by it alone, and that it is shared is still found.
#[test]
fn what_few_bear_out_links_nobody_and_is_still_shared() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let identifiers: String = ids.map(|id| format!("{id},payee,GB00 0000 1111\n")).concat();
    let identifiers = identifiers + "a,phone,+15550100100\nb,phone,+15550100100";
    let (people, links) = World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[]);
    let payee = links.shared_of(people.find("h").unwrap()).next().unwrap();
    assert_eq!((payee.kind, links.holders(payee).len()), (LinkKind::Payee, 8));
    assert!((payee.weight.value() - LinkKind::Payee.weight(8)).abs() < 1e-9, "its weight as a finding is that of its holders");
    assert!(links.borne_out[&(payee.space, payee.value)] < 1.0);
}

/// Pay that goes on to one wallet says less the more people's does; to that of an exchange very many's does.
#[test]
fn pay_that_goes_on_to_the_wallet_of_an_exchange_says_little() {
    let weight = |count: usize| -> f64 {
        let ids: Vec<String> = (0..count).map(|number| format!("p{number}")).collect();
        let persons: String = ids.iter().map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
        let transfer = |id: &String| {
            format!("{id},transfer,2026-03-01T10:00:00Z,,,counterparty=bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq\n")
        };
        let events: String = ids.iter().map(transfer).collect();
        let people = World { persons: &persons, events: &events, ..World::default() }.people();
        let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
        let tests = Tests::new(&people, &catalogue, &lists, &policy, Scale::default(), as_of());
        let links = Links::find(&tests, &LinkSettings::default());
        let findings = Assessor::new(&tests, &links).assess(PersonId(0)).findings;
        findings.iter().filter(|finding| finding.indicator.id == "PM-07").map(|finding| finding.weight).sum()
    };
    assert!((weight(3) - 2.56).abs() < 1e-6, "{}", weight(3));
    // Hardly anybody of them shows more.
    assert!(weight(10) > 0.3 && weight(10) < 0.9, "{}", weight(10));
    assert!(weight(40) < 0.3, "{}", weight(40));
    assert!(weight(70) < 1e-9, "{}", weight(70));
}

/// A couple at one address, with one account, one telephone, one line and one computer.
#[test]
fn a_household_is_no_ring() {
    let identifiers = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"12 Sample St, Springfield, IL\"\n\
        a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\na,phone,+15550100100\nb,phone,+15550100100";
    let events = "a,login,2026-03-01T10:00:00Z,198.18.0.9,D1,\na,login,2026-03-02T10:00:00Z,198.18.0.9,D1,\n\
        b,login,2026-03-01T11:00:00Z,198.18.0.9,D1,\nb,login,2026-03-03T10:00:00Z,198.18.0.9,D1,";
    World { persons: "a,Ada Test,US\nb,Bo Sample,US", identifiers, events, ..World::default() }.rings(&[]);
    // The same without stated homes: it may be a household all the same.
    let identifiers = "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\na,phone,+15550100100\nb,phone,+15550100100";
    World { persons: "a,Ada Test,US\nb,Bo Sample,US", identifiers, events, ..World::default() }.rings(&[]);
    // Two homes in two countries contradict it.
    let identifiers = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"Musterstr. 5, Berlin\"\n\
        a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\na,phone,+15550100100\nb,phone,+15550100100";
    World { persons: "a,Ada Test,US\nb,Bo Sample,DE", identifiers, events, ..World::default() }.rings(&[&["a", "b"]]);
}

/// Two who live together may show one picture of both; a third who shows it is somebody else.
#[test]
fn a_couple_may_show_one_picture() {
    let shown = |ids: &[&str]| -> (String, String) {
        let identifiers = ids.iter().map(|id| format!("{id},photo_hash,d0d42015b54932ba\n{id},phone,+15550100100\n"));
        let days = ["01", "02", "03"];
        let of = |id: &&str| days.map(|day| format!("{id},login,2026-03-{day}T10:00:00Z,198.18.0.9,,\n")).concat();
        (identifiers.collect(), ids.iter().map(of).collect())
    };
    let (identifiers, events) = shown(&["a", "b"]);
    World { persons: FOUR, identifiers: &identifiers, events: &events, ..World::default() }.rings(&[]);
    let (identifiers, events) = shown(&["a", "b", "c"]);
    World { persons: FOUR, identifiers: &identifiers, events: &events, ..World::default() }.rings(&[&["a", "b", "c"]]);
}

/// Five with two accounts, one computer and one handle: a family where they bear one name.
#[test]
fn a_family_of_one_name_is_no_ring() {
    let persons = |names: [&str; 5]| -> String {
        let named = ["a", "b", "c", "d", "e"].iter().zip(names);
        named.map(|(id, name)| format!("{id},{id}x {name},US\n")).collect()
    };
    let identifiers: String = ["a", "b", "c", "d", "e"]
        .map(|id| {
            let money = format!("{id},payee,GB00 0000 1111\n{id},card,4111000000001111\n");
            money + &format!("{id},device,7D6BEDEBB7701E3D\n{id},serial,PFC524837F49\n{id},handle,invented-5\n")
        })
        .concat();
    let strangers = persons(["Test", "Sample", "Model", "Pattern", "Invented"]);
    World { persons: &strangers, identifiers: &identifiers, ..World::default() }.rings(&[&["a", "b", "c", "d", "e"]]);
    World { persons: &persons(["Test"; 5]), identifiers: &identifiers, ..World::default() }.rings(&[]);
}

/// People of one firm have their parcels at one door: that they are of one firm is no second kind.
#[test]
fn the_door_of_a_firm_is_one_kind() {
    let ids = ["a", "b", "c", "d"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat() + "firm,Example Staffing Ltd,US";
    let doors: String = ids.map(|id| format!("{id},ship_to,\"12 Sample Street, Springfield, IL\"\n")).concat();
    let relations = ids.map(|id| format!("{id},staffed_by,firm\n")).concat();
    World { persons: &persons, identifiers: &doors, relations: &relations, ..World::default() }.rings(&[]);
    // Computers that several of them use are.
    let machines: String = ids.map(|id| format!("{id},device,7D6BEDEBB7701E3D\n")).concat();
    let world = World { persons: &persons, identifiers: &(doors + &machines), relations: &relations, ..World::default() };
    world.rings(&[&ids]);
}

/// Everybody's result, and that it is what the assessment with its reasons comes to.
fn assessed(people: &People) -> Vec<(Band, f64)> {
    let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
    let tests = Tests::new(people, &catalogue, &lists, &policy, Scale::default(), as_of());
    let links = Links::find(&tests, &LinkSettings::default());
    let assessor = Assessor::new(&tests, &links);
    for summary in assessor.summaries() {
        let assessment = assessor.assess(summary.person);
        assert_eq!((summary.band, summary.score), (assessment.band, assessment.score));
        assert_eq!(summary.findings as usize, assessment.findings.len());
        assert_eq!(summary.legal, !assessment.legal.is_empty());
    }
    assessor.summaries().iter().map(|summary| (summary.band, summary.score)).collect()
}

/// Line, account, telephone and computer in common: the first of what one household explains counts, a quarter of the others.
#[test]
fn one_household_is_one_fact() {
    let persons = "a,Ada Test,US\nb,Bo Sample,US\nc,Cy Model,US\nd,Di Pattern,PL";
    let events = "a,login,2026-03-01T10:00:00Z,198.18.0.9,,\na,login,2026-03-02T10:00:00Z,198.18.0.9,,\n\
        b,login,2026-03-01T11:00:00Z,198.18.0.9,,\nb,login,2026-03-03T10:00:00Z,198.18.0.9,,";
    let account = "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111";
    let score = |identifiers: &str, events: &str| {
        let people = World { persons, identifiers, events, ..World::default() }.people();
        let all = assessed(&people);
        assert!(all.iter().all(|(band, _)| *band <= Band::NoFindings), "{all:?}");
        all[0].1
    };
    let (line, money) = (score("", events), score(account, ""));
    assert!((line - 1.12).abs() < 1e-6 && (money - 1.12).abs() < 1e-6, "{line} {money}");
    let both = score(account, events);
    assert!((both - 1.4).abs() < 1e-6, "{both}");
    // With one person the line, with another the account: two matters.
    let others = score("a,payee,GB00 0000 1111\nc,payee,GB00 0000 1111", events);
    assert!((others - 2.24).abs() < 1e-6, "{others}");
}

/// Where there are people enough to say what an operator's things look like, what two share counts as far as all evidence bears it out, and
/// at least a quarter.
#[test]
fn what_nothing_bears_out_counts_little() {
    let identifiers = "p1,ship_to,\"12 Sample Street, Springfield, IL\"\np2,ship_to,\"12 Sample Street, Springfield, IL\"\n\
        p3,payee,GB00 0000 1111\np4,payee,GB00 0000 1111\np5,doc,X1234567\np6,doc,X1234567";
    let scores = |count: usize| {
        let persons: String = (0..count).map(|index| format!("p{index},Person{index} Invented{index},US\n")).collect();
        let people = World { persons: &persons, identifiers, ..World::default() }.people();
        let all = assessed(&people);
        ["p1", "p3", "p5"].map(|id| all[people.find(id).unwrap().index()].1)
    };
    let [few, many] = [scores(100), scores(2_500)];
    let part = |at: usize| many[at] / few[at];
    assert!((few[0] - 1.12).abs() < 1e-6 && (part(0) - 0.25).abs() < 1e-6, "{few:?} {many:?}");
    // An account says more than a door. A paper on two names speaks for itself.
    assert!(part(1) > 0.3 && part(1) < 1.0, "{few:?} {many:?}");
    assert!(few[2] > 3.0 && (part(2) - 1.0).abs() < 1e-9, "{few:?} {many:?}");
}

#[test]
fn a_staffing_firm_is_no_ring() {
    let identifiers = "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\nc,payee,GB00 0000 1111\n\
        a,phone,+15550100100\nb,phone,+15550100100\nc,phone,+15550100100";
    let relations = "a,staffed_by,firm\nb,staffed_by,firm\nc,staffed_by,firm";
    let persons = "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,US\nfirm,Example Staffing Ltd,US";
    World { persons, identifiers, relations, ..World::default() }.rings(&[]);
    // Up to twenty-five may be people of a firm that nobody told of.
    World { persons, identifiers, ..World::default() }.rings(&[]);
    let of = |count: usize| -> (Vec<String>, String, String) {
        let ids: Vec<String> = (0..count).map(|at| format!("p{at:02}")).collect();
        let persons = ids.iter().map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
        let identifiers = ids.iter().map(|id| format!("{id},payee,GB00 0000 1111\n{id},phone,+15550100100\n")).collect();
        (ids, persons, identifiers)
    };
    let (_, persons, identifiers) = of(25);
    World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[]);
    // A firm has an account in its name, and a wallet bears none: a handful who are paid to one are no firm's people.
    let (ids, persons, identifiers) = of(5);
    let identifiers = identifiers.replace("payee,GB00 0000 1111", "wallet,0x00000000000000000000000000000000000000aa");
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[&ids]);
    // With what a firm does not share, fewer are a ring.
    let (ids, persons, identifiers) = of(7);
    let identifiers: String = ids.iter().fold(identifiers, |all, id| all + &format!("{id},device,D1\n"));
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[&ids]);
}

#[test]
fn two_accounts_of_one_person_are_no_ring() {
    let identifiers = "a,email,ada@example.com\nb,email,ada@example.com\na,doc,X1234567\nb,doc,X1234567\na,payee,GB00 0000 1111\nb,payee,GB00 0000 1111";
    World { persons: "a,Ada Maria Test,US\nb,Ada Test,US", identifiers, ..World::default() }.rings(&[]);
}

/// An account without a name, with the purse and computer of one in another country: of the same mailbox it is the same person.
#[test]
fn an_account_without_a_name_is_that_of_its_mailbox() {
    let persons = "a,Ada Test,US\nb,,DE";
    let purse = "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\na,serial,PF00001234\nb,serial,PF00001234\n\
        a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"Musterstr. 5, Berlin\"\n";
    let rings = |contact: &str, expected: &[&[&str]]| {
        World { persons, identifiers: &(purse.to_owned() + contact), ..World::default() }.rings(expected);
    };
    rings("a,email,ada@example.com\nb,email,Ada@example.com", &[]);
    rings("a,email,ada@example.com\nb,recovery_email,ada@example.com", &[&["a", "b"]]);
    rings("a,phone,+15550100100\nb,phone,+15550100100", &[&["a", "b"]]);
    // Both numbers of a person are that person's; one may be borrowed.
    rings("a,doc,X1234567\nb,doc,X1234567\na,tax,900-00-0001\nb,tax,900-00-0001", &[]);
    rings("a,doc,X1234567\nb,doc,X1234567", &[&["a", "b"]]);
}

/// A building with deliveries to four people, who live elsewhere.
#[test]
fn colleagues_at_one_office_are_no_ring() {
    let persons = "a,Ada Test,US\nb,Bo Sample,US\nc,Cy Model,US\nd,Di Pattern,US";
    let each = |row: &dyn Fn(&str) -> String| ["a", "b", "c", "d"].map(row).join("\n");
    let identifiers = each(&|who| {
        let home = u32::from(who.as_bytes()[0]);
        format!(
            "{who},ship_to,\"98 Sample Avenue, Portland, OR 97201\"\n{who},payee,GB00 0000 1111\n\
             {who},address,\"{home} Street of {who}{who}{who}{who}, Springfield, IL 62701\""
        )
    });
    let logins = |network: &str| {
        each(&|who| format!("{who},login,2026-03-01T10:00:00Z,198.18.0.9,,\"{{\"\"network\"\":\"\"{network}\"\"}}\""))
    };
    for (network, expected) in [("residential", &[&["a", "b", "c", "d"][..]][..]), ("office", &[])] {
        World { persons, events: &logins(network), identifiers: &identifiers, ..World::default() }.rings(expected);
    }
}

#[test]
fn a_line_or_device_of_another_year_links_nobody() {
    let events = "a,login,2023-03-01T10:00:00Z,198.18.0.9,D1,\na,login,2023-03-02T10:00:00Z,198.18.0.9,D1,\n\
        b,login,2026-03-01T11:00:00Z,198.18.0.9,D1,\nb,login,2026-03-03T10:00:00Z,198.18.0.9,D1,";
    World { persons: "a,Ada Test,US\nb,Bo Sample,DE", events, ..World::default() }.rings(&[]);
    let events = events.replace("2023", "2026");
    let persons = "a,Ada Test,US\nb,Bo Sample,DE";
    World { persons, events: &events, ..World::default() }.rings(&[]);
    // Two who may live together are none; these say that they do not.
    let identifiers = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"7 Model Road, Dayton, OH\"";
    World { persons, events: &events, identifiers, ..World::default() }.rings(&[&["a", "b"]]);
}

/// A million accounts are tried in the benchmarks; what counts is that the number of pairs does not grow with the holders.
#[test]
fn what_very_many_hold_links_nobody_and_is_told() {
    let persons: String = (0..3000).map(|index| format!("p{index},Person{index} Invented{index},US\n")).collect();
    let identifiers: String =
        (0..3000).map(|index| format!("p{index},phone,+15550100100\np{index},payee,GB00 0000 1111\n")).collect();
    let (people, links) = World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[]);
    let told: Vec<(String, u32)> =
        links.wide(&people).into_iter().map(|(_, kind, holders)| (kind.code().to_owned(), holders)).collect();
    assert_eq!(told, [("phone".to_owned(), 3000), ("payee".to_owned(), 3000)]);
    assert!(links.shared.is_empty());
}

const WORK: [&str; 3] = [
    "Rebuilt the billing service of an invented bakery chain in Rust and halved the nights on call.",
    "Moved nine warehouses of a toy maker from paper lists to scanners over one rainy autumn.",
    "Wrote the seat maps of a small theatre so that nobody sits behind the pillar any more.",
];

fn cv(person: &str, begin: &str, sentences: &[&str]) -> String {
    format!("{person},cv,2026-01-01,\"{begin}~{}\",\n", sentences.join("~"))
}

#[test]
fn three_sentences_that_few_have_link_and_a_template_does_not() {
    let documents: String = [("a", "Ada"), ("b", "Bo"), ("c", "Cy")].map(|(person, begin)| cv(person, begin, &WORK)).concat();
    let identifiers = "a,phone,+15550100100\nb,phone,+15550100100";
    let (_, links) = World { persons: FOUR, identifiers, documents: &documents, ..World::default() }.rings(&[&["a", "b", "c"]]);
    assert!(links.texts.iter().all(|pair| pair.sentences == 3), "{:?}", links.texts);
    assert!(WORK.contains(&links.texts[0].passage.as_deref().unwrap()));
}

/// Classmates have one teacher as referee, one project with one description and common repositories: no ring. With whole careers in the same
/// words it is one.
#[test]
fn fellows_of_one_school_are_no_ring() {
    let ids = ["a", "b", "c", "d", "e"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let referee: String = ids.map(|id| format!("{id},reference_email,teacher@school.example\n")).concat();
    let relations = "a,commits_with,b\nb,commits_with,c\nc,commits_with,d\nd,commits_with,e\ne,referred,a";
    let write = |sentences: &[&str]| -> String { ids.map(|id| cv(id, id, sentences)).concat() };
    let [project, careers] = [write(&WORK[..1]), write(&WORK)];
    let world = World { persons: &persons, identifiers: &referee, documents: &project, relations, ..World::default() };
    let (people, links) = world.rings(&[]);
    assert_eq!(links.texts.len(), 10, "{:?}", links.texts);
    assert_eq!(people.len(), 5);
    World { documents: &careers, ..world }.rings(&[&ids]);
    // What a school gives a whole class to write may be long.
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let referee: String = ids.map(|id| format!("{id},reference_email,teacher@school.example\n")).concat();
    let long: String = ids.map(|id| cv(id, id, &WORK)).concat();
    let world = World { persons: &persons, identifiers: &referee, documents: &long, relations, ..World::default() };
    world.rings(&[]);
}

const STATIONS: [&str; 3] = [
    "Engineer at Northwind Systems, 2021 - present",
    "Developer at Southgate Labs, 2018 - 2021",
    "Northport University, BSc, 2014 - 2018",
];

/// Who writes CVs for others gives them its words. One career under several names, in the same words, is another thing, however many bear it.
#[test]
fn one_career_in_the_same_words_is_a_ring() {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let write = |stations: &dyn Fn(usize) -> Vec<String>| -> String {
        let of = |(number, id): (usize, &&str)| {
            let stations = stations(number);
            let lines: Vec<&str> = WORK.into_iter().chain(stations.iter().map(String::as_str)).collect();
            cv(id, id, &lines)
        };
        ids.iter().enumerate().map(of).collect()
    };
    let one = write(&|_| STATIONS.map(str::to_owned).to_vec());
    let (_, links) = World { persons: &persons, documents: &one, ..World::default() }.rings(&[&ids]);
    assert_eq!(links.rings()[0].families, [Family::Text, Family::Career]);
    let own = write(&|number| (0..3).map(|year| format!("Engineer at Firm{number}x{year}, 201{year} - 202{year}")).collect());
    World { persons: &persons, documents: &own, ..World::default() }.rings(&[]);
}

/// People who name one school have one teacher as referee and tell in the same words of what they built there.
#[test]
fn a_class_that_tells_of_its_project_is_no_ring() {
    let ids = ["a", "b", "c", "d"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let referee: String = ids.map(|id| format!("{id},reference_email,teacher@school.example\n")).concat();
    let tell = |school: &str| -> String {
        let of = |id: &str| {
            let station = format!("Engineer at Firm{id}, 2020 - 2023");
            cv(id, id, &[WORK[0], WORK[1], WORK[2], &station, "Education", school])
        };
        ids.map(of).concat()
    };
    let [class, strangers] = [tell("Web Development, Southgate Coding School (2019)"), tell("None")];
    let world = World { persons: &persons, identifiers: &referee, documents: &class, ..World::default() };
    world.rings(&[]);
    World { documents: &strangers, ..world }.rings(&[&ids]);
}

/// A firm that nobody told of is paid for its people, answers for them, and they refer each other.
#[test]
fn people_of_an_undeclared_firm_are_no_ring() {
    let ids = ["a", "b", "c", "d", "e"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let identifiers: String =
        ids.map(|id| format!("{id},payee,GB00 0000 1111\n{id},recovery_email,office@firm.example\n")).concat();
    let relations = "a,referred,b\nb,referred,c\nc,referred,d\nd,referred,e";
    // That the account is not in a person's name is the same fact.
    let accounts: String = ids.map(|id| format!("{id},bank_account,2026-01-01,,holder=Sam Other\n")).concat();
    let world = World { persons: &persons, identifiers: &identifiers, documents: &accounts, relations, ..World::default() };
    world.rings(&[]);
    // A firm's people do not each have hardware for remote control.
    let hardware: String = ids.map(|id| format!("{id},usb,2026-03-01T10:00:00Z,,,usb=PiKVM Composite Device\n")).concat();
    World { events: &hardware, ..world }.rings(&[&ids]);
    let world = World { persons: &persons, identifiers: &identifiers, documents: &accounts, relations, ..World::default() };
    // One of five may.
    let of_one = hardware.lines().next().unwrap();
    World { events: of_one, ..world }.rings(&[]);
    let world = World { persons: &persons, identifiers: &identifiers, documents: &accounts, relations, ..World::default() };
    // One wallet in which all pay is gathered is no firm's account.
    let events: String = ids
        .map(|id| format!("{id},transfer,2026-03-01T10:00:00Z,,,counterparty=bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq\n"))
        .concat();
    let (_, links) = World { events: &events, ..world }.rings(&[&ids]);
    let pays_on = |links: &Links| links.shared.iter().any(|shared| shared.kind == LinkKind::PaidOn);
    assert!(pays_on(&links), "{:?}", links.rings()[0].kinds);
    // As exchanges write it; and one that each has as an own is that, and nothing more.
    let to = events.replace("counterparty=", "from=0x52908400098527886E0F7030069857D2E4169EE7;to=");
    let (_, links) = World { events: &to, ..world }.rings(&[&ids]);
    assert!(pays_on(&links), "{:?}", links.rings()[0].kinds);
    let own = ids.map(|id| format!("\n{id},wallet,bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")).concat();
    let people = World { events: &to, identifiers: &(identifiers.clone() + &own), ..world }.people();
    assert!(!pays_on(&find(&people)));
}

/// The account of a firm bears the firm's name.
#[test]
fn who_is_paid_on_the_account_of_a_person_is_of_no_firm() {
    let ids = ["a", "b", "c", "d", "e"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let identifiers: String =
        ids.map(|id| format!("{id},payee,GB00 0000 1111\n{id},recovery_email,office@firm.example\n")).concat();
    let rings = |holder: &str, expected: &[&[&str]]| {
        let documents: String =
            ids.map(|id| format!("{id},bank_account,2026-01-01,,payee=GB00 0000 1111;holder={holder}\n")).concat();
        World { persons: &persons, identifiers: &identifiers, documents: &documents, ..World::default() }.rings(expected);
    };
    rings("Personq Inventedq", &[]);
    rings("Persona Inventedb", &[&ids]);
    rings("Persona Inventedb Consulting", &[]);
    rings("Persona", &[]);
}

/// A staffing firm that says so: it is paid for its people, writes their CVs and sends some of their computers to its office.
#[test]
fn what_a_firm_does_for_its_people_is_nothing_that_they_show() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let relations: String = ids.map(|id| format!("{id},staffed_by,firm\n")).concat();
    let identifiers: String = ids.map(|id| format!("{id},payee,GB00 0000 1111\n{id},doc_author,Quill Desk\n")).concat();
    let documents: String = ids
        .map(|id| {
            format!(
                "{id},bank_account,2026-01-01,,payee=GB00 0000 1111;holder=Sam Other\n{id},cv,2026-01-01,,author=Quill Desk\n"
            )
        })
        .concat();
    let events: String = ids[..3]
        .iter()
        .map(|id| format!("{id},parcel_delivered,2026-03-01T10:00:00Z,,,\"ship_to=5 Invented Road, Springfield, IL\"\n"))
        .collect();
    let persons = persons + "firm,Quill Partners,US";
    World { persons: &persons, identifiers: &identifiers, events: &events, documents: &documents, relations: &relations }
        .rings(&[]);
}

/// Whoever sets machines up is seen once with each of them.
#[test]
fn who_sets_machines_up_is_linked_by_none() {
    let users = ["a", "b", "c", "d", "e"];
    let persons: String = users.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat() + "it,Ida Helper,US";
    let used = |days: u32, machines: &[&str]| -> String {
        let of_user = |id: &&str| -> String {
            (1..=days).map(|day| format!("{id},login,2026-03-{day:02}T10:00:00Z,,D{id},\n")).collect()
        };
        let set_up = |id: &&str| format!("it,enrolment,2026-03-01T09:00:00Z,,D{id},\n");
        users.iter().map(of_user).collect::<String>() + &machines.iter().map(set_up).collect::<String>()
    };
    let relations: String = users.map(|id| format!("it,referred,{id}\n")).concat();
    let rings = |days: u32, machines: &[&str], expected: &[&[&str]]| {
        World { persons: &persons, events: &used(days, machines), relations: &relations, ..World::default() }.rings(expected);
    };
    rings(4, &users, &[]);
    // A table of machines states no days.
    let identifiers: String = users.map(|id| format!("it,device,D{id}\n")).concat();
    let events = used(4, &users);
    World { persons: &persons, identifiers: &identifiers, events: &events, relations: &relations, ..World::default() }
        .rings(&[]);
    // Of two machines it may be chance, and machines that nobody uses for longer are nobody's.
    rings(4, &users[..3], &[&["a", "b", "c", "it"]]);
    rings(1, &users, &[&["a", "b", "c", "d", "e", "it"]]);
}

/// A team of a hackathon has one wallet and common repositories. A private key is nobody else's, and a team whose members each show something is
/// none.
#[test]
fn a_team_that_works_together_openly_is_no_ring() {
    let ids = ["a", "b", "c", "d"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let wallet: String = ids.map(|id| format!("{id},wallet,0x{}\n", "ab".repeat(20))).concat();
    let relations = "a,commits_with,b\nb,commits_with,c\nc,commits_with,d\nd,commits_with,a\na,follows,c";
    World { persons: &persons, identifiers: &wallet, relations, ..World::default() }.rings(&[]);
    // Each works with the next, and they show what they have built: one text and one page.
    let chain = "a,commits_with,b\nb,commits_with,c\nc,commits_with,d";
    let page = wallet.clone() + &ids.map(|id| format!("{id},html_hash,0123456789abcdef\n")).concat();
    World { persons: &persons, identifiers: &page, relations: chain, ..World::default() }.rings(&[]);
    let apart = "a,commits_with,b\nc,commits_with,d";
    World { persons: &persons, identifiers: &page, relations: apart, ..World::default() }.rings(&[&ids]);
    // They do not say that they work together.
    let by_two = "a,commits_with,b\na,referred,c\nb,referred,d";
    World { persons: &persons, identifiers: &wallet, relations: by_two, ..World::default() }.rings(&[&ids]);
    let keys = wallet + &ids.map(|id| format!("{id},signing_key,0123456789ABCDEF\n")).concat();
    World { persons: &persons, identifiers: &keys, relations, ..World::default() }.rings(&[&ids]);
}

/// Who registers again with a slip in the name is one person, and no ring of two.
#[test]
fn a_slip_in_the_name_makes_no_second_person() {
    let identifiers = "a,doc,AB123456\nb,doc,AB123456\na,payee,GB00TEST00012345\nb,payee,GB00TEST00012345\n";
    let slip = "a,Donna Anderson,US\nb,Donne Anderson,US\n";
    World { persons: slip, identifiers, ..World::default() }.rings(&[]);
    let other = "a,Donna Anderson,US\nb,Viktor Marlow,US\n";
    World { persons: other, identifiers, ..World::default() }.rings(&[&["a", "b"]]);
    let married = "a,Donna Anderson,US\nb,\"Marlow, Donna\",US\n";
    World { persons: married, identifiers, ..World::default() }.rings(&[]);
}

/// A staffing firm lends its telephone to three whose CVs it writes. One account on a site for developers is one person's.
#[test]
fn one_account_on_a_site_is_no_firms() {
    let ids = ["a", "b", "c"];
    let documents = ids.map(|id| cv(id, id, &WORK[..1])).concat();
    let all = |identifier: &str| -> String { ids.map(|id| format!("{id},{identifier}\n")).concat() };
    let phone = all("phone,+15550100100");
    World { persons: FOUR, identifiers: &phone, documents: &documents, ..World::default() }.rings(&[]);
    let handle = all("handle,github:adaexample");
    World { persons: FOUR, identifiers: &handle, documents: &documents, ..World::default() }.rings(&[&ids]);
}

/// One sentence that two of few people have in common is no reason to put one of them to the other's ring.
#[test]
fn little_brings_nobody_into_a_ring_among_few() {
    let identifiers = "a,payee,GB00 0000 1111\nb,payee,GB00 0000 1111\nc,payee,GB00 0000 1111\n\
        a,messenger,@one\nb,messenger,@one\nc,messenger,@one\na,signing_key,0123456789ABCDEF\nb,signing_key,0123456789ABCDEF\nc,signing_key,0123456789ABCDEF";
    let documents = cv("c", "Cy", &WORK[..1]) + &cv("d", "Di", &WORK[..1]);
    let (_, links) = World { persons: FOUR, identifiers, documents: &documents, ..World::default() }.rings(&[&["a", "b", "c"]]);
    assert_eq!(links.texts.len(), 1, "{:?}", links.texts);
    let documents = cv("c", "Cy", &WORK) + &cv("d", "Di", &WORK);
    World { persons: FOUR, identifiers, documents: &documents, ..World::default() }.rings(&[&["a", "b", "c", "d"]]);
}

/// One firm has one telephone and one form. Two telephones, two forms and a mailbox of two or three people each are of no one firm.
#[test]
fn a_firm_has_one_thing_that_half_of_its_people_hold() {
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let of = |kind: &str, value: &str, holders: &[&str]| -> String {
        holders.iter().map(|id| format!("{id},{kind},{value}\n")).collect()
    };
    let one_firm = of("phone", "+15550100100", &ids) + &of("doc_author", "Sam Other", &ids);
    World { persons: &persons, identifiers: &one_firm, ..World::default() }.rings(&[]);
    let many = of("phone", "+15550100100", &["a", "b", "c"])
        + &of("doc_author", "Sam Other", &["c", "d", "e"])
        + &of("phone", "+15550100101", &["d", "e", "f"])
        + &of("doc_author", "Pat Another", &["f", "g", "a"])
        + &of("recovery_email", "both@mail.example", &["g", "b"]);
    World { persons: &persons, identifiers: &many, ..World::default() }.rings(&[&ids]);
}

/// A firm's people meet at its computer, behind its line, and go home; those who are nowhere else live there.
#[test]
fn the_office_of_an_undeclared_firm_is_no_ring() {
    // More than live in a flat.
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let identifiers: String = ids.map(|id| format!("{id},payee,GB00 0000 1111\n")).concat();
    let relations = "a,referred,b\nb,referred,c\nc,referred,d\nd,referred,e\ne,referred,f\nf,referred,g";
    let events = |at_home: bool| -> String {
        let of = |(index, id): (usize, &str)| -> String {
            let line = if at_home { format!("198.18.{}.9", index + 1) } else { "198.18.0.9".to_owned() };
            let day = |day: &str| {
                format!("{id},login,2026-03-{day}T10:00:00Z,198.18.0.9,D1,\n{id},login,2026-03-{day}T20:00:00Z,{line},,\n")
            };
            ["01", "02", "03"].map(day).concat()
        };
        ids.into_iter().enumerate().map(of).collect()
    };
    let (office, one_house) = (events(true), events(false));
    let world = |events| World { persons: &persons, identifiers: &identifiers, events, relations, ..World::default() };
    world(&office).rings(&[]);
    world(&one_house).rings(&[&ids]);
    // A firm that writes their CVs has an office; a person who does has a house.
    let signed = |author: &str, text: &str| -> String {
        let paper = |id: &&str| format!("{id},cv,2026-02-01,\"{text}\",\"{{\"\"author\"\":\"\"{author}\"\"}}\"\n");
        ids[..3].iter().map(paper).collect()
    };
    let of_firm = "Invented People Ltd presents its consultant to you and vouches for the whole of the work that is shown here.~\
                   Invented People Ltd answers each of your questions about this consultant within one day of your letter.~\
                   Invented People Ltd sends another consultant of equal skill to you at once when this one falls ill.";
    let of_work = of_firm
        .replace("Invented People Ltd presents its consultant to you", "I rebuilt the ledger of a shipyard in one winter")
        .replace("Invented People Ltd", "The owner of that ledger");
    for (author, text, is_ring) in [
        ("Invented People Ltd", "", false),
        ("Pat Another", "", true),
        ("Invented People Ltd", of_firm, false),
        ("Invented People Ltd", &of_work, true),
    ] {
        let documents = signed(author, text);
        let ring: &[&[&str]] = if is_ring { &[&ids] } else { &[] };
        World { documents: &documents, ..world(&one_house) }.rings(ring);
    }
}

/// A firm whose account it is and by whose name its people go has an office; a front has people of many lands behind one line.
#[test]
fn the_office_of_a_firm_by_whose_name_its_people_go_is_no_ring() {
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let account: String = ids.map(|id| format!("{id},payee,GB00 0000 1111\n{id},phone,+15550100100\n")).concat();
    let days = |id: &str| ["01", "02", "03"].map(|day| format!("{id},login,2026-03-{day}T10:00:00Z,198.18.0.9,,\n")).concat();
    let events: String = ids.map(days).concat();
    let machine: String = ids[..4].iter().map(|id| format!("{id},device,7D6BEDEBB7701E3D\n")).collect();
    let rings = |holder: &str, domain: &str, lands: &[&str], more: &str, expected: &[&[&str]]| {
        let at = |(number, id): (usize, &&str)| format!("{id},Person{id} Invented{id},{}\n", lands[number % lands.len()]);
        let persons: String = ids.iter().enumerate().map(at).collect();
        let identifiers = account.clone() + &ids.map(|id| format!("{id},email,{id}@{domain}\n")).concat() + more;
        let documents: String =
            ids.map(|id| format!("{id},bank_account,2026-01-01,,payee=GB00 0000 1111;holder={holder}\n")).concat();
        let world =
            World { persons: &persons, identifiers: &identifiers, events: &events, documents: &documents, ..World::default() };
        world.rings(expected);
    };
    rings("Invented People Ltd", "invented-people.example", &["US"], "", &[]);
    rings("Invented People Ltd", "mail.example", &["US"], "", &[&ids]);
    rings("Invented People Ltd", "invented-people.example", &["US", "DE"], "", &[&ids]);
    rings("Invented People Ltd", "invented-people.example", &["US"], &machine, &[&ids]);
    rings("Sam Other", "invented-people.example", &["US"], "", &[&ids]);
}

/// The line of a data centre is no flat's.
#[test]
fn nobody_lives_in_a_data_centre() {
    let ids = ["a", "b", "c", "d"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let behind = |network: &str| -> String {
        let days = ["01", "02", "03"];
        let of = |id: &str| days.map(|day| format!("{id},login,2026-03-{day}T10:00:00Z,198.18.0.9,D1,{network}\n")).concat();
        ids.map(of).concat()
    };
    let (home, centre) = (behind(""), behind("network=hosting"));
    World { persons: &persons, events: &home, ..World::default() }.rings(&[]);
    World { persons: &persons, events: &centre, ..World::default() }.rings(&[&ids]);
}

/// Four people whose documents and tax numbers are of each other are no one with several accounts.
#[test]
fn numbers_of_two_papers_are_two_kinds_among_several() {
    let numbers = |ids: &[&str]| -> String {
        let of = |(at, pair): (usize, &[&str])| -> String {
            let one = |kind: &str| pair.iter().map(|id| format!("{id},{kind},X{at}0{at}4455{at}\n")).collect::<String>();
            one("doc") + &one("tax")
        };
        ids.windows(2).enumerate().map(of).collect()
    };
    let (few, several) = (numbers(&["a", "b", "c"]), numbers(&["a", "b", "c", "d"]));
    World { persons: FOUR, identifiers: &few, ..World::default() }.rings(&[]);
    World { persons: FOUR, identifiers: &several, ..World::default() }.rings(&[&["a", "b", "c", "d"]]);
}

/// Guests of a café use its line and its computer, and most of them their own line at home.
#[test]
fn guests_of_a_cafe_are_no_ring() {
    let ids = ["a", "b", "c", "d"];
    let days = ["01", "02", "03"];
    let events = |at_home: bool| -> String {
        let home = |index: usize| if at_home { format!("198.18.{}.9", index + 1) } else { "198.18.0.9".to_owned() };
        let of = |(index, id): (usize, &str)| -> String {
            let there = days.map(|day| format!("{id},login,2026-03-{day}T10:00:00Z,198.18.0.9,D1,\n")).concat();
            let own = days.map(|day| format!("{id},login,2026-03-{day}T20:00:00Z,{},,\n", home(index))).concat();
            there + &own
        };
        ids.into_iter().enumerate().map(of).collect()
    };
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let homes: String = (ids.iter().enumerate())
        .map(|(index, id)| format!("{id},address,\"{} Sample Street, Town{id}, IL\"\n", index + 1))
        .collect();
    let world = World { persons: &persons, identifiers: &homes, ..World::default() };
    let (guests, one_house) = (events(true), events(false));
    World { events: &guests, ..world }.rings(&[]);
    World { events: &one_house, ..World { persons: &persons, identifiers: &homes, ..World::default() } }.rings(&[&ids]);
}

/// What two of nine have in common besides is no second kind of all; what three have is.
#[test]
fn a_kind_ties_a_quarter_of_a_ring() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let keys: String = ids.map(|id| format!("{id},signing_key,SHA256:AbCdEf0123456789\n")).concat();
    let with = |count: usize| -> String {
        let phones = ids[..count].iter().map(|id| format!("{id},phone,+15550100100\n"));
        keys.clone() + &phones.collect::<String>()
    };
    // A key that six hold must be borne out by what some of them share besides, and there it is.
    let (two, three) = (with(2), with(3));
    World { persons: &persons, identifiers: &two, ..World::default() }.rings(&[]);
    World { persons: &persons, identifiers: &three, ..World::default() }.rings(&[&ids]);
}

/// Three company laptops behind one line, with remote tools, whose people state other homes.
#[test]
fn laptops_behind_one_home_line_are_a_farm_and_an_office_is_none() {
    let homes = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"9 Model Road, Austin, TX\"\nc,address,\"3 Pattern Ave, Reno, NV\"\n\
        a,ship_to,\"77 Farm Lane, Litchfield Park, AZ\"\nb,ship_to,\"77 Farm Ln, Litchfield Park, AZ\"\nc,ship_to,\"77 Farm Lane, Litchfield Park, AZ\"";
    let mut events = String::new();
    for person in ["a", "b", "c"] {
        for day in 1..6 {
            events.push_str(&format!("{person},device_seen,2026-03-0{day}T10:00:00Z,198.18.7.7,laptop-{person},\n"));
        }
    }
    let office = World { persons: FOUR, identifiers: homes, events: &events, ..World::default() };
    let (_, links) = office.rings(&[]);
    assert!(links.farms().is_empty(), "one place and one door are an office too");

    for person in ["a", "b"] {
        events.push_str(&format!(
            "{person},parcel_rerouted,2026-02-20T10:00:00Z,,,\"ship_to=77 Farm Lane, Litchfield Park, AZ\"\n"
        ));
    }
    let (people, links) =
        World { persons: FOUR, identifiers: homes, events: &events, ..World::default() }.rings(&[&["a", "b", "c"]]);
    let farm = &links.farms()[0];
    assert_eq!(farm.stands.len(), 3);
    let facts: Vec<FarmFact> = farm.facts.iter().map(|(fact, _)| *fact).collect();
    assert_eq!(facts, [FarmFact::OnePlace, FarmFact::OneDoor, FarmFact::Rerouted]);
    assert!(farm.stands.iter().all(|stand| stand.elsewhere == Some(true) && stand.days == 5));
    assert_eq!(people.place(farm.stands[0].evidence.source), "event:2");

    // Another place before it, only one of whose people is rather a persona: it is left out, and what tells of the farm still does.
    let mut other = farm.clone();
    other.stands[0].person = people.find("d").unwrap();
    let mut rings = links.rings().to_vec();
    let of_farm = |key: &Key| matches!(key.from, From::Farm(_));
    rings[0].keys.iter_mut().filter(|key| of_farm(key)).for_each(|key| key.from = From::Farm(1));
    let belief = |person: PersonId| if ["b", "c"].contains(&people.person(person).key()) { 0.9 } else { 0.4 };
    other.stands.truncate(2);
    let kept = super::believed(vec![other, farm.clone()], &mut rings, belief);
    assert_eq!(kept.0.iter().map(|farm| farm.stands.len()).collect::<Vec<_>>(), [3]);
    let keys: Vec<From> = rings[0].keys.iter().filter(|key| of_farm(key)).map(|key| key.from).collect();
    assert_eq!(keys, [From::Farm(0)]);
}

/// Parcels that were sent on to one door after dispatch, where one stranger signs for them; a desk signs for what goes there at once.
#[test]
fn one_stranger_who_signs_for_what_was_sent_on_tells_of_a_farm() {
    let homes = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"9 Model Road, Austin, TX\"\nc,address,\"3 Pattern Ave, Reno, NV\"";
    let door = "\"ship_to=77 Farm Lane, Litchfield Park, AZ";
    let facts = |rerouted: &[&str], signer: &str| -> Vec<FarmFact> {
        let delivered = |id| format!("{id},parcel_delivered,2026-03-01T10:00:00Z,,,{door};signed_by={signer}\"\n");
        let sent_on = |id: &&str| format!("{id},parcel_rerouted,2026-02-20T10:00:00Z,,,{door}\"\n");
        let events = ["a", "b", "c"].map(delivered).concat() + &rerouted.iter().map(sent_on).collect::<String>();
        let people = World { persons: FOUR, identifiers: homes, events: &events, ..World::default() }.people();
        find(&people).farms().iter().flat_map(|farm| farm.facts.iter().map(|(fact, _)| *fact)).collect()
    };
    assert_eq!(facts(&["a", "b"], "P HELPER"), [FarmFact::OneDoor, FarmFact::Rerouted, FarmFact::OneSigner]);
    assert_eq!(facts(&["a"], "P HELPER"), []);
    assert_eq!(facts(&["a", "b"], "Front Desk"), []);
    assert_eq!(facts(&["a", "b"], ""), []);
}

/// An undeclared office, the same with a program for remote access on so many of its four computers, and others who have some as often.
#[test]
fn programs_for_remote_access_tell_of_a_farm_beyond_chance_alone() {
    let others: Vec<String> = (0..60).map(|number| format!("o{number}")).collect();
    let persons: String = others.iter().map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
    let homes = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"9 Model Road, Austin, TX\"\n\
        c,address,\"3 Pattern Ave, Reno, NV\"\nd,address,\"8 Trial Court, Salem, OR\"";
    let farms = |with_tool: usize, of_house: &str| {
        let mut events = String::new();
        for (at, id) in others.iter().enumerate() {
            let program = if at % 12 == 0 { "AnyDesk" } else { "Paint" };
            events.push_str(&format!("{id},software,2026-03-01T10:00:00Z,,,software={program}\n"));
            if at % 5 > 0 {
                events.push_str(&format!("{id},software,2026-03-02T10:00:00Z,,,software={of_house}\n"));
            }
        }
        for (at, id) in ["a", "b", "c", "d"].into_iter().enumerate() {
            for day in 1..6 {
                events.push_str(&format!("{id},device_seen,2026-03-0{day}T10:00:00Z,198.18.7.7,laptop-{id},\n"));
            }
            let program = if at < with_tool { "AnyDesk" } else { "Paint" };
            events.push_str(&format!("{id},software,2026-03-01T10:00:00Z,,,software={program}\n"));
            events.push_str(&format!("{id},software,2026-03-02T10:00:00Z,,,software={of_house}\n"));
        }
        let persons = FOUR.to_owned() + "\n" + &persons;
        let people = World { persons: &persons, identifiers: homes, events: &events, ..World::default() }.people();
        find(&people).farms().iter().map(|farm| farm.stands.len()).collect::<Vec<_>>()
    };
    assert_eq!(farms(2, "Paint"), [0_usize; 0]);
    assert_eq!(farms(4, "Paint"), [4]);
    // What most of the house have tells of nobody, and hides nobody.
    assert_eq!(farms(0, "TeamViewer"), [0_usize; 0]);
    assert_eq!(farms(4, "TeamViewer"), [4]);
}

/// Laptops in one place to which they were sent, whose clocks run elsewhere; and an office to which they were sent, whose clocks are its own.
#[test]
fn clocks_of_another_zone_tell_of_a_farm() {
    let homes = "a,address,\"12 Sample Street, Springfield, IL\"\nb,address,\"9 Model Road, Austin, TX\"\n\
        c,address,\"3 Pattern Ave, Reno, NV\"\nd,address,\"8 Trial Court, Salem, OR\"";
    let facts = |zone: &str| -> Vec<FarmFact> {
        let mut events = String::new();
        for id in ["a", "b", "c", "d"] {
            events.push_str(&format!(
                "{id},parcel_delivered,2026-02-01T10:00:00Z,,,\"ship_to=77 Farm Lane, Litchfield Park, AZ\"\n"
            ));
            for day in 1..6 {
                events.push_str(&format!(
                    "{id},device_seen,2026-03-0{day}T10:00:00Z,198.18.7.7,laptop-{id},country=US;tz={zone}\n"
                ));
            }
        }
        let people = World { persons: FOUR, identifiers: homes, events: &events, ..World::default() }.people();
        find(&people).farms().iter().flat_map(|farm| farm.facts.iter().map(|(fact, _)| *fact)).collect()
    };
    assert_eq!(facts("Asia/Shanghai"), [FarmFact::OnePlace, FarmFact::OneDoor, FarmFact::ClocksElsewhere]);
    assert_eq!(facts("America/Phoenix"), []);
}

/// Forty applicants with the same form of CV, and each with a telephone of one other.
#[test]
fn sentences_that_many_have_are_a_template() {
    let persons: String = (0..40).map(|index| format!("p{index},Person{index} Invented{index},US\n")).collect();
    let documents: String = (0..40).map(|index| cv(&format!("p{index}"), &format!("Number {index}"), &WORK)).collect();
    let identifiers: String = (0..40).map(|index| format!("p{index},messenger,m{}\n", index / 2)).collect();
    let (_, links) = World { persons: &persons, documents: &documents, ..World::default() }.rings(&[]);
    assert!(links.texts.is_empty(), "{:?}", links.texts.first());
    // A messenger handle alone is one kind of evidence.
    World { persons: &persons, documents: &documents, identifiers: &identifiers, ..World::default() }.rings(&[]);
}

/// Log-ins of a person through exits, each twice.
fn behind(person: &str, exits: &[u32]) -> String {
    let login = |(at, exit): (usize, &u32)| {
        let day = 1 + at;
        format!(
            "{person},login,2026-10-{day:02}T10:00:00Z,198.51.100.{exit},,network=vpn\n{person},login,2026-10-{day:02}T12:00:00Z,198.51.100.{exit},,network=vpn\n"
        )
    };
    exits.iter().enumerate().map(login).collect()
}

/// What ties two people by habit, with its weight.
fn habit(links: &Links, people: &People, a: &str, b: &str) -> Option<(LinkKind, f64)> {
    let pair = [people.find(a)?, people.find(b)?];
    links.habits.iter().find(|one| [one.a.person, one.b.person] == pair).map(|one| (one.kind, one.weight.value()))
}

#[test]
fn several_exits_in_common_are_a_habit_and_one_is_everybodys() {
    let others: Vec<String> = (0..30).map(|number| format!("o{number}")).collect();
    let persons: String = others.iter().map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
    let mut events: String =
        others.iter().enumerate().map(|(at, id)| behind(id, &[100 + at as u32, 101 + at as u32, 1])).collect();
    events += &behind("a", &[7, 8, 9]);
    events += &behind("b", &[7, 8, 9]);
    events += &behind("c", &[7, 8, 200]);
    events += &behind("d", &[1, 210, 211]);
    let world = World { persons: &(FOUR.to_owned() + "\n" + &persons), events: &events, ..World::default() };
    let people = world.people();
    let links = find(&people);
    assert_eq!(habit(&links, &people, "a", "b"), Some((LinkKind::Exits, LinkKind::Exits.row().weight)));
    let (_, two) = habit(&links, &people, "a", "c").unwrap();
    assert!(two > 0.0 && two < LinkKind::Exits.row().weight * 0.31, "{two}");
    assert_eq!(habit(&links, &people, "d", "o1"), None);
    assert_eq!(habit(&links, &people, "a", "d"), None);
    assert!(links.rings().is_empty(), "exits alone are one cause");
}

/// All who use a service use its nearest exits: what chance brings is told by how many use each.
#[test]
fn exits_of_all_are_no_habit() {
    let events: String = ["a", "b", "c", "d"].iter().map(|id| behind(id, &[7, 8, 9])).collect();
    let world = World { persons: FOUR, events: &events, ..World::default() };
    let people = world.people();
    assert_eq!(habit(&find(&people), &people, "a", "b"), None);
}

/// Customers of one service choose among its few exits, and meet at several by chance, however few they are among all.
#[test]
fn customers_of_one_service_have_no_habit_in_common() {
    // Twelve who use four of six exits each, and many who use exits of other services.
    let of_service: String = (0..12_u32)
        .map(|number| {
            let out = [number % 6, (number + 1 + number / 6) % 6];
            let used: Vec<u32> = (0..6).filter(|exit| !out.contains(exit)).map(|exit| 10 + exit).collect();
            behind(&format!("s{number}"), &used)
        })
        .collect();
    let others: String =
        (0..60).map(|number| behind(&format!("o{number}"), &[50 + number, 120 + number, 180 + number])).collect();
    let ids = (0..12).map(|number| format!("s{number}")).chain((0..60).map(|number| format!("o{number}")));
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
    let events = of_service + &others + &behind("a", &[7, 8, 9]) + &behind("b", &[7, 8, 9]);
    let world = World { persons: &(FOUR.to_owned() + "\n" + &persons), events: &events, ..World::default() };
    let people = world.people();
    let links = find(&people);
    assert_eq!(habit(&links, &people, "a", "b"), Some((LinkKind::Exits, LinkKind::Exits.row().weight)));
    let most =
        links.habits.iter().filter(|one| people.person(one.a.person).key().starts_with('s')).map(|one| one.weight.value());
    assert!(most.fold(0.0, f64::max) < LinkKind::Exits.row().weight * 0.3, "{:?}", links.habits);
}

/// Two groups that share one thing each, and one person or two in both, are none; three of seven in both are a ring.
#[test]
fn what_one_person_knows_of_two_groups_makes_no_ring() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let world = |both: usize| -> (String, Vec<&str>) {
        let members = &ids[..10 - both];
        let wallet = members[..5].iter().map(|id| format!("{id},wallet,0x00000000000000000000000000000000000000aa\n"));
        let keys = members[5 - both..].iter().map(|id| format!("{id},signing_key,SHA256:AbCdEf0123456789\n"));
        (wallet.chain(keys).collect(), members.to_vec())
    };
    for both in [1, 2] {
        World { persons: &persons, identifiers: &world(both).0, ..World::default() }.rings(&[]);
    }
    let (identifiers, members) = world(3);
    World { persons: &persons, identifiers: &identifiers, ..World::default() }.rings(&[&members]);
}

/// A sentence in common says little where many have one in common with somebody, and as much as before where few have.
#[test]
fn texts_weigh_by_how_many_have_the_like_in_common() {
    let weights = |pairs: usize| -> (f64, f64) {
        let ids: Vec<String> = (0..2000).map(|number| format!("p{number}")).collect();
        let persons: String = ids.iter().map(|id| format!("{id},Person{id} Invented{id},US\n")).collect();
        let word = |number: usize| {
            ["amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "inlet", "jade"][number % 10]
        };
        let sentence = |number: usize| {
            let [a, b] = [word(number), word(number / 10)];
            format!("Kept the {a} and {b} ledgers of an invented harbour office in good order for years.")
        };
        // Words that nobody else has, so that the texts are alike in the one sentence alone.
        let own = |person: usize| -> String { ('a'..='l').map(|letter| format!("{letter}word{person:04} ")).collect() };
        let mut documents = String::new();
        for number in 0..pairs {
            for (person, begin) in [(2 * number, "One"), (2 * number + 1, "Two")] {
                documents += &cv(&ids[person], begin, &[&sentence(number), &own(person)]);
            }
        }
        documents += &cv("p1998", "Ada", &WORK);
        documents += &cv("p1999", "Bo", &WORK);
        let people = World { persons: &persons, documents: &documents, ..World::default() }.people();
        let links = find(&people);
        let weight = |sentences| links.texts.iter().find(|pair| pair.sentences == sentences).unwrap().weight.value();
        (weight(1), weight(3))
    };
    let full = LinkKind::Cv.row().weight;
    let (few, copied) = weights(3);
    assert!((few - full * 0.4).abs() < 1e-9 && (copied - full).abs() < 1e-9, "{few} {copied}");
    // Two hundred of two thousand, where eight would be operators'.
    let (many, copied) = weights(100);
    assert!((many - (4.0 + (8.0_f64 / 200.0).ln())).abs() < 0.1 && (copied - full).abs() < 1e-9, "{many} {copied}");
}

/// On a platform everybody sends many letters: how many people have one is counted, and not how often each sent it.
#[test]
fn letters_that_are_sent_again_and_again_are_held_by_few() {
    for times in [1, 8, 60] {
        let letter = |id: &str| -> String {
            let one = |number: usize| format!("{id},proposal,2026-02-01,\"Job {number}~{}\",\n", WORK.join("~"));
            (0..times).map(one).collect()
        };
        let documents = ["a", "b", "c", "d"].map(letter).concat();
        let identifiers = "a,device,7D6BEDEBB7701E3D\nb,device,7D6BEDEBB7701E3D";
        let (_, links) =
            World { persons: FOUR, identifiers, documents: &documents, ..World::default() }.rings(&[&["a", "b", "c", "d"]]);
        let full = LinkKind::Letter.row().weight;
        let weights = || links.texts.iter().map(|pair| pair.weight.value());
        assert_eq!(weights().count(), 6, "{times}");
        assert!(weights().all(|weight| (weight - full).abs() < 1e-9), "{times}: {:?}", weights().collect::<Vec<_>>());
    }
}

/// References who are each other's, of whom no two were ever in one place; colleagues and friends, who were; and one who led two.
#[test]
fn who_vouch_for_each_other_in_a_circle_are_tied() {
    let ids = ["a", "b", "c", "d"];
    let own: String = ids.map(|id| format!("{id},email,{id}@mail.example\n")).concat();
    let names = |named: &[(&str, &str)]| -> String {
        own.clone()
            + &named.iter().map(|(one, other)| format!("{one},reference_email,{other}@mail.example\n")).collect::<String>()
    };
    let worked = |at: [&str; 4]| -> String {
        let cv = |(id, at): (&str, &str)| {
            format!(
                "{id},cv,2026-01-01,,\"{{\"\"positions\"\":[{{\"\"employer\"\":\"\"{at}\"\",\"\"from\"\":\"\"2019-01\"\"}}]}}\"\n"
            )
        };
        ids.into_iter().zip(at).map(cv).collect()
    };
    let apart = worked(["Northlight", "Sable Works", "Quill Desk", "Umber Mills"]);
    let circle = names(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c"), ("b", "d")]);
    let rings = |identifiers: &str, documents: &str, expected: &[&[&str]]| {
        World { persons: FOUR, identifiers, documents, ..World::default() }.rings(expected).1
    };
    let links = rings(&circle, &apart, &[&ids]);
    assert_eq!(links.rings()[0].families, [Family::Contact, Family::Work]);
    // Colleagues have worked together, and where nothing says where they did, they may be some.
    rings(&circle, &worked(["Northlight", "Northlight Ltd", "Northlight", "Northlight GmbH"]), &[]);
    rings(&circle, "", &[]);
    // Friends in pairs, and a row that does not come back.
    rings(&names(&[("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]), &apart, &[]);
    rings(&names(&[("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d"), ("b", "d")]), &apart, &[]);
}

/// Papers of six people with three stations in common, a school among them, and three sentences: more than a class has, however many they are.
#[test]
fn a_career_in_common_is_no_class() {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let station = |name: &str, from: &str| format!("{{\"\"employer\"\":\"\"{name}\"\",\"\"from\"\":\"\"{from}\"\"}}");
    let rings = |common: &[String], expected: &[&[&str]]| {
        let cv = |id: &str| {
            let own = station(&format!("Own Works {id}"), "2016-01");
            let positions = common.iter().chain([&own]).cloned().collect::<Vec<_>>().join(",");
            let school = "{\"\"school\"\":\"\"Sample College\"\",\"\"from\"\":\"\"2012-09\"\"}";
            let text = WORK.join("~");
            format!("{id},cv,2026-01-01,\"{text}\",\"{{\"\"positions\"\":[{positions}],\"\"education\"\":[{school}]}}\"\n")
        };
        let documents = ids.map(cv).concat();
        World { persons: &persons, documents: &documents, ..World::default() }.rings(expected)
    };
    rings(&[station("Northlight", "2019-01"), station("Sable Works", "2022-03")], &[&ids]);
    rings(&[station("Northlight", "2019-01")], &[]);
}

#[test]
fn commits_and_ratings_tie() {
    let world = World {
        persons: FOUR,
        identifiers: "a,email,ada@example.com\na,handle,adatest\nb,handle,bosample",
        events: "b,commit,2026-10-01T10:00:00Z,,,\"email=Ada@example.com;repo=bosample/tool\"\n\
            c,commit,2026-10-01T10:00:00Z,,,repo=adatest/site\n\
            d,commit,2026-10-01T10:00:00Z,,,\"email=ada@example.com;repo=open/library;fork=true\"\n\
            c,rating,2026-10-01T10:00:00Z,,,client=C1\nc,rating,2026-10-09T10:00:00Z,,,client=C1\n\
            d,rating,2026-03-01T10:00:00Z,,,client=C1\nd,rating,2026-03-02T10:00:00Z,,,client=C1\n\
            b,rating,2026-03-01T10:00:00Z,,,client=C1\nb,rating,2026-05-02T10:00:00Z,,,client=C1",
        ..World::default()
    };
    let people = world.people();
    let links = find(&people);
    let kind = |a, b| habit(&links, &people, a, b).map(|(kind, _)| kind);
    assert_eq!(kind("a", "b"), Some(LinkKind::CommitsAs));
    assert_eq!(kind("a", "c"), Some(LinkKind::CommitsTo));
    assert_eq!(kind("a", "d"), None, "a fork has commits of the project that it is of");
    assert_eq!(kind("c", "d"), Some(LinkKind::Rater));
    assert_eq!(kind("b", "c"), None, "ratings months apart are two jobs");
}

/// The address of commits is set on a machine; each mostly commits under it, and it is the own of none.
#[test]
fn who_commits_under_one_address_is_tied() {
    let commits = |person: &str, email: &str, count: u32| -> String {
        (1..=count).map(|day| format!("{person},commit,2026-10-{day:02}T10:00:00Z,,,email={email}\n")).collect()
    };
    let kind = |events: &str, identifiers: &str| {
        let people = World { persons: FOUR, identifiers, events, ..World::default() }.people();
        let links = find(&people);
        habit(&links, &people, "a", "b").map(|(kind, _)| kind)
    };
    let both = commits("a", "box@mail.example", 4) + &commits("b", "box@mail.example", 3);
    assert_eq!(kind(&both, ""), Some(LinkKind::CommitMail));
    assert_eq!(kind(&both, "a,email,box@mail.example"), Some(LinkKind::CommitsAs));
    // Once, or beside others, it may be a robot's.
    let once = commits("a", "box@mail.example", 4) + &commits("b", "box@mail.example", 2);
    assert_eq!(kind(&once, ""), None);
    let robots = commits("a", "noreply@host.example", 4) + &commits("b", "noreply@host.example", 3);
    assert_eq!(kind(&robots, ""), None);
    let beside = both.clone() + &commits("b", "bo@mail.example", 3);
    assert_eq!(kind(&beside, ""), None);
}

/// A log of git has a person by each address: under one that no record knows, names tell who commits.
#[test]
fn names_tell_who_commits_under_an_address_of_nobody() {
    let kind = |account: &str, names: [&str; 2]| {
        let commits = |name: &str, first: u32| -> String {
            let row = |day| format!("{account},commit,2026-10-{day:02}T10:00:00Z,,,name={name};email=box@mail.example\n");
            (first..first + 3).map(row).collect()
        };
        let persons = format!("{FOUR}\n{account},Ada Test,");
        let events = commits(names[0], 1) + &commits(names[1], 11);
        let people = World { persons: &persons, events: &events, ..World::default() }.people();
        habit(&find(&people), &people, "a", "b").map(|(kind, _)| kind)
    };
    assert_eq!(kind("git:box@mail.example", ["Ada Test", "bo  sample"]), Some(LinkKind::CommitMail));
    assert_eq!(kind("git:box@mail.example", ["Ada Test", "Ada Test"]), None);
    assert_eq!(kind("git:box@mail.example", ["Ada Test", "bo"]), None, "one word may be anybody's");
    assert_eq!(kind("e", ["Ada Test", "Bo Sample"]), None, "the address of a person who is known");
}

/// A telephone with one and a client with another: each alone is little, both by chance hardly anybody has.
#[test]
fn rare_things_of_different_causes_bear_each_other_out() {
    let events = "b,rating,2026-10-01T10:00:00Z,,,client=C1\nb,rating,2026-10-09T10:00:00Z,,,client=C1\n\
        c,rating,2026-03-01T10:00:00Z,,,client=C1\nc,rating,2026-03-02T10:00:00Z,,,client=C1";
    let phone = "a,phone,+15550100100\nb,phone,+15550100100";
    World { persons: FOUR, identifiers: phone, events, ..World::default() }.rings(&[&["a", "b", "c"]]);
    World { persons: FOUR, events, ..World::default() }.rings(&[]);
    World { persons: FOUR, identifiers: phone, ..World::default() }.rings(&[]);
    // A telephone of the house and a computer of the house are one cause.
    let house = "a,phone,+15550100100\nb,phone,+15550100100\nb,serial,PF00001234\nc,serial,PF00001234";
    World { persons: FOUR, identifiers: house, ..World::default() }.rings(&[]);
}

/// Who leaves out the flat lives in the house all the same.
#[test]
fn a_house_contradicts_no_flat_in_it() {
    let one_home = |a: &str, b: &str| {
        let identifiers = format!("a,address,\"{a}\"\nb,address,\"{b}\"");
        let people = World { persons: "a,Ada Test,US\nb,Bo Sample,US", identifiers: &identifiers, ..World::default() }.people();
        let [a, b] = ["a", "b"].map(|id| people.find(id).unwrap());
        super::pairs::Openly::of(&people).one_home(a, b)
    };
    let (flat, house) = ("12 Sample Street, Apt 4, Springfield, IL 62701", "12 Sample Street, Springfield, IL 62701");
    assert_eq!(one_home(flat, flat), Some(true));
    assert_eq!(one_home(house, house), Some(true));
    assert_eq!(one_home(flat, "12 Sample Street, Apt 9, Springfield, IL 62701"), Some(false));
    assert_eq!(one_home(flat, house), None);
    assert_eq!(one_home(flat, "7 Model Road, Dayton, OH 45402"), Some(false));
}

/// Who applies again under the initial of the surname has a second account.
#[test]
fn a_name_with_initials_and_one_contact_is_one_person() {
    let identifiers = "a,phone,+15550100100\nb,phone,+15550100100";
    let documents = cv("a", "Ada", &WORK) + &cv("b", "Ada", &WORK);
    World { persons: "a,Salma Saleh,US\nb,Salma S.,US", identifiers, documents: &documents, ..World::default() }.rings(&[]);
    World { persons: "a,Salma Saleh,US\nb,Ines Kotaro,US", identifiers, documents: &documents, ..World::default() }
        .rings(&[&["a", "b"]]);
}

#[test]
fn namesakes_share_the_author_of_their_files() {
    let cv = |id: &str, author: &str| format!("{id},cv,2026-10-01,,author={author}\n");
    let persons = "a,Ada Test,US\nb,,DE\nc,Cy Model,US\nd,Di Pattern,PL";
    let documents = cv("a", "Ada Test") + &cv("b", "Ada Test") + &cv("c", "Sam Writer") + &cv("d", "Sam Writer");
    let people = World { persons, documents: &documents, ..World::default() }.people();
    let links = find(&people);
    let shares = |id: &str| links.shared_of(people.find(id).unwrap()).map(|shared| shared.kind).collect::<Vec<_>>();
    assert_eq!(shares("b"), []);
    assert_eq!(shares("c"), [LinkKind::Author]);
}
