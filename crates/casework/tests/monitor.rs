//! Monitoring against screening everybody again: the same findings, whatever changed. Lists and customers are invented, made of the words of
//! the built-in dataset, or the SDN list where it is at hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::convert::Infallible;
use std::path::Path;
use std::sync::LazyLock;

use interdict_casework::monitor::{
    Change, CustomerIndex, Finding, Found, Monitor, MonitorError, Outcome, PartyChange, lookback,
};
use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{Builder, Snapshot, SourceMeta};
use interdict_sources::{SourceSpec, load_bytes, load_file};
use proptest::prelude::*;

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        ((u128::from(bits) * sides as u128) >> 64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.roll(many) == 0
    }
}

fn entity(id: &str, schema: Schema, properties: &[(&str, &str)]) -> Entity {
    let mut entity = Entity::new(id, schema);
    for (property, value) in properties {
        entity.add(property, *value);
    }
    entity
}

fn snapshot(entities: &[Entity]) -> Snapshot {
    let mut builder = Builder::new();
    for entity in entities {
        builder.add(entity);
    }
    builder.finish().unwrap().open().unwrap()
}

fn dataset() -> &'static [Entity] {
    static DATASET: LazyLock<Vec<Entity>> = LazyLock::new(|| {
        let bytes = include_bytes!("../../../data/dprk_it_workers.ftm.jsonl");
        let mut entities = Vec::new();
        let spec = SourceSpec::new("dprk_it_workers");
        load_bytes(&spec, "dprk_it_workers.ftm.jsonl", bytes, &mut |entity| entities.push(entity)).unwrap();
        entities
    });
    &DATASET
}

/// What full screening finds, for every customer.
fn all(snapshot: &Snapshot, customers: &[Entity], settings: &Settings) -> Vec<Vec<Found>> {
    let matcher = Matcher::new(snapshot, settings.clone());
    let mut scratch = Scratch::default();
    let screen = |customer: &Entity, scratch: &mut Scratch| {
        let query = Query::from_entity(customer).ok();
        query.map(|query| matcher.screen(&query, scratch).iter().map(Found::from).collect()).unwrap_or_default()
    };
    customers.iter().map(|customer| screen(customer, &mut scratch)).collect()
}

fn indexed(customers: &[Entity]) -> CustomerIndex {
    let mut index = CustomerIndex::new();
    for customer in customers {
        // One whom nothing can be asked of has a number all the same, so that numbers are places.
        match Query::from_entity(customer) {
            Ok(query) => index.add(&customer.id, &query).unwrap(),
            Err(error) => panic!("{customer:?}: {error}"),
        };
    }
    index.settle();
    index
}

fn run(old: Option<&Snapshot>, new: &Snapshot, customers: &[Entity], settings: &Settings) -> Outcome {
    let index = indexed(customers);
    let read = |number: u32, id: &str| {
        assert_eq!(customers[number as usize].id, id);
        Ok::<_, Infallible>(Query::from_entity(&customers[number as usize]).unwrap())
    };
    Monitor::new(settings.clone()).rescreen(old, new, &index, read).unwrap()
}

/// What is told of a finding, without how: customer, party, before and after.
type Told = (String, String, Option<Found>, Option<Found>);

/// What differs between two full runs; where the party's contents changed, also what is found alike.
fn expected(outcome: &Outcome, customers: &[Entity], before: &[Vec<Found>], after: &[Vec<Found>]) -> Vec<Told> {
    let mut told = Vec::new();
    for ((customer, was), is) in customers.iter().zip(before).zip(after) {
        let mut parties: Vec<&str> = was.iter().chain(is).map(|found| found.party.as_str()).collect();
        parties.sort_unstable();
        parties.dedup();
        for party in parties {
            let of = |found: &[Found]| found.iter().find(|found| found.party == party).cloned();
            let (was, is) = (of(was), of(is));
            if was != is || outcome.entities.iter().any(|(id, _)| id == party) {
                told.push((customer.id.clone(), party.to_owned(), was, is));
            }
        }
    }
    told
}

fn told(findings: &[Finding]) -> Vec<Told> {
    let told = |finding: &Finding| {
        let Finding { customer, party, before, after, .. } = finding.clone();
        (customer, party, before, after)
    };
    findings.iter().map(told).collect()
}

/// Runs and compares with screening everybody against both.
fn check(old: &Snapshot, new: &Snapshot, customers: &[Entity], settings: &Settings) -> Outcome {
    let outcome = run(Some(old), new, customers, settings);
    let (before, after) = (all(old, customers, settings), all(new, customers, settings));
    let expected = expected(&outcome, customers, &before, &after);
    let found = told(&outcome.findings);
    for told in &expected {
        assert!(found.contains(told), "not told: {told:?}");
    }
    assert_eq!(found, expected);
    for finding in &outcome.findings {
        assert_eq!(finding.change == Change::New, finding.before.is_none(), "{finding:?}");
        let delisted = finding.after.is_none() && new.entity(&finding.party).is_none();
        assert_eq!(finding.change == Change::Delisted, delisted, "{finding:?}");
    }
    assert_eq!(outcome.delistings().count(), outcome.findings.iter().filter(|f| f.change == Change::Delisted).count());
    outcome
}

const WORDS: [&str; 56] = [
    "Mohammad",
    "Ali",
    "Hassan",
    "Ivan",
    "Ivanov",
    "Sergeyev",
    "Kim",
    "Chol",
    "Jong",
    "Un",
    "Ri",
    "Pak",
    "Wexcombe",
    "Quillfeather",
    "Ada",
    "Tobias",
    "Abdul",
    "Aziz",
    "Rahman",
    "Abd",
    "al",
    "bin",
    "Bin Laith",
    "Zephyr",
    "Lantern",
    "Trading",
    "Shipping",
    "Co",
    "Ltd",
    "LLC",
    "GmbH",
    "Star",
    "Paper",
    "Moon",
    "9",
    "39",
    "J.",
    "M",
    "Dr.",
    "William",
    "Bill",
    "Aleksandr",
    "Sasha",
    "محمد",
    "Иванов",
    "김철",
    "李",
    "山田",
    "Ironwater",
    "Iron",
    "Water",
    "Li",
    "Lee",
    "Van",
    "Der",
    "Vandermoor",
];

const WALLETS: [&str; 3] =
    ["0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"];

const SCHEMATA: [Schema; 6] =
    [Schema::Person, Schema::Person, Schema::Company, Schema::LegalEntity, Schema::Vessel, Schema::Organization];

fn word(dice: &mut Dice) -> String {
    if dice.one_in(4) {
        const PARTS: [&str; 12] = ["ka", "ro", "mi", "shu", "ter", "van", "dol", "qi", "ba", "zen", "lu", "or"];
        let word: String = (0..=dice.roll(3)).map(|_| *dice.pick(&PARTS)).collect();
        return word[..1].to_uppercase() + &word[1..];
    }
    (*dice.pick(&WORDS)).to_owned()
}

fn name(dice: &mut Dice) -> String {
    let words: Vec<String> = (0..=dice.roll(4)).map(|_| word(dice)).collect();
    words.join(" ")
}

/// A name as somebody else may write it.
fn rewritten(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = dice.roll(letters.len());
    match dice.roll(12) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, *dice.pick(&['a', 'e', 'n', 's', 'h'])),
        2 => letters[at] = *dice.pick(&['a', 'e', 'n', 's', 'o']),
        3 if at > 0 => letters.swap(at - 1, at),
        4 => letters.retain(|letter| *letter != ' '),
        5 => letters.retain(|letter| !"aeiou".contains(*letter)),
        6 => letters.truncate(20.min(letters.len())),
        7 => {
            let mut words: Vec<&str> = name.split(' ').collect();
            words.reverse();
            return words.join(" ");
        }
        8 => {
            let mut words: Vec<&str> = name.split(' ').collect();
            if words.len() > 1 {
                words.remove(dice.roll(words.len()));
            }
            return words.join(" ");
        }
        9 => return format!("{name} {}", word(dice)),
        10 => letters.insert(at, ' '),
        _ => {}
    }
    letters.into_iter().collect()
}

fn facts(entity: &mut Entity, dice: &mut Dice) {
    if dice.one_in(3) {
        entity.add("birthDate", format!("19{}-0{}-12", 60 + dice.roll(3), 1 + dice.roll(2)));
    }
    if dice.one_in(3) {
        entity.add("nationality", *dice.pick(&["kp", "ru", "ir"]));
    }
    if dice.one_in(6) {
        entity.add("gender", *dice.pick(&["male", "female"]));
    }
    if dice.one_in(6) {
        entity.add("passportNumber", *dice.pick(&["PS1234567", "472310022", "AB12"]));
    }
}

/// A listed party, with a wallet of its own at times.
fn listed(id: usize, dice: &mut Dice) -> Vec<Entity> {
    let mut party = Entity::new(format!("l-{id}"), *dice.pick(&SCHEMATA));
    party.add("name", name(dice));
    for property in ["alias", "weakAlias"] {
        if dice.one_in(3) {
            party.add(property, name(dice));
        }
    }
    facts(&mut party, dice);
    let mut entities = vec![party];
    if dice.one_in(8) {
        let wallet = [("publicKey", *dice.pick(&WALLETS)), ("holder", &format!("l-{id}"))];
        entities.push(entity(&format!("w-{id}"), Schema::CryptoWallet, &wallet));
    }
    entities
}

fn changed(party: &mut Entity, dice: &mut Dice) {
    match dice.roll(5) {
        0 => party.add("alias", name(dice)),
        1 => party.add("birthDate", "1971-03-04"),
        2 => party.add("notes", "otherwise the same"),
        3 => {
            let mut other = Entity::new(party.id.clone(), Schema::Person);
            other.add("name", name(dice));
            *party = other;
        }
        _ => facts(party, dice),
    }
}

/// A list, the list of the next day, and customers.
fn world(seed: u64) -> (Vec<Entity>, Vec<Entity>, Vec<Entity>) {
    let mut dice = Dice(seed);
    let mut old: Vec<Entity> = (0..10 + dice.roll(60)).flat_map(|id| listed(id, &mut dice)).collect();
    if dice.one_in(2) {
        let begin = dice.roll(dataset().len());
        old.extend(dataset()[begin..].iter().take(60).cloned());
    }
    let mut new = old.clone();
    for _ in 0..dice.roll(5) {
        if new.len() > 1 {
            new.remove(dice.roll(new.len()));
        }
    }
    for id in 0..dice.roll(5) {
        let at = if dice.one_in(2) { new.len() } else { dice.roll(new.len()) };
        for entity in listed(1000 + id, &mut dice) {
            new.insert(at, entity);
        }
    }
    for _ in 0..dice.roll(4) {
        let at = dice.roll(new.len());
        if new[at].id.starts_with("l-") {
            changed(&mut new[at], &mut dice);
        }
    }
    if dice.one_in(4) {
        let (from, to) = (dice.roll(new.len()), dice.roll(new.len()));
        let moved = new.remove(from);
        new.insert(to, moved);
    }
    let names: Vec<String> = old
        .iter()
        .chain(&new)
        .flat_map(|entity| entity.values_of(interdict_model::PropertyType::Name))
        .map(|(_, value)| value.text.clone())
        .collect();
    let mut customers = Vec::new();
    while customers.len() < 70 {
        let schema =
            *dice.pick(&[Schema::Person, Schema::Person, Schema::Company, Schema::LegalEntity, Schema::Thing, Schema::Vessel]);
        let mut customer = Entity::new(format!("c-{:03}", customers.len()), schema);
        // The parties that changed are at the end of the names more often than elsewhere.
        let written = if names.is_empty() || dice.one_in(4) { name(&mut dice) } else { dice.pick(&names).clone() };
        let written = if dice.one_in(3) { written } else { rewritten(&written, &mut dice) };
        customer.add("name", written);
        if dice.one_in(6) {
            customer.add("alias", name(&mut dice));
        }
        facts(&mut customer, &mut dice);
        if dice.one_in(10) {
            customer.add("publicKey", *dice.pick(&WALLETS));
        }
        if Query::from_entity(&customer).is_ok() {
            customers.push(customer);
        }
    }
    (old, new, customers)
}

fn settings(seed: u64) -> Settings {
    let mut dice = Dice(!seed);
    match dice.roll(6) {
        0 => Settings { limit: 1 + dice.roll(3), ..Settings::default() },
        1 => Settings { threshold: 0.5 + dice.roll(40) as f64 / 100.0, ..Settings::default() },
        2 => Settings { use_identifiers: false, use_birth_date: false, limit: 2, ..Settings::default() },
        _ => Settings::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_inverted_run_is_the_full_run(seed in any::<u64>()) {
        let (old, new, customers) = world(seed);
        check(&snapshot(&old), &snapshot(&new), &customers, &settings(seed));
    }
}

#[test]
fn each_party_of_the_dataset_comes_and_goes() {
    let mut dice = Dice(7);
    let mut customers = Vec::new();
    for (at, party) in dataset().iter().enumerate() {
        for (_, value) in party.values_of(interdict_model::PropertyType::Name) {
            let schema = party.schema.known().unwrap();
            let text = if dice.one_in(2) { value.text.clone() } else { rewritten(&value.text, &mut dice) };
            let customer = entity(&format!("c-{at:04}-{:04}", customers.len()), schema, &[("name", &text)]);
            customers.extend(Query::from_entity(&customer).is_ok().then_some(customer));
        }
    }
    customers.truncate(400);
    let (mut came, mut went) = (0, 0);
    let whole = snapshot(dataset());
    for part in 0..6 {
        let rest: Vec<Entity> =
            dataset().iter().enumerate().filter(|(at, _)| at % 6 != part).map(|(_, party)| party.clone()).collect();
        let rest = snapshot(&rest);
        came += check(&rest, &whole, &customers, &Settings::default()).findings.len();
        went += check(&whole, &rest, &customers, &Settings::default()).delistings().count();
    }
    assert!(came > 100 && went > 100, "{came} {went}");
}

#[test]
fn each_kind_of_change_is_told() {
    let old = [
        entity("x-1", Schema::Person, &[("name", "Ada Wexcombe"), ("birthDate", "1971")]),
        entity("x-2", Schema::Company, &[("name", "Zephyr Lantern Trading")]),
        entity("x-3", Schema::Person, &[("name", "Tobias Quillfeather")]),
        entity("x-4", Schema::Person, &[("name", "Orla Pennyroyal")]),
    ];
    let new = [
        entity("x-1", Schema::Person, &[("name", "Ada Wexcombe"), ("birthDate", "1972")]),
        entity("x-3", Schema::Person, &[("name", "Casimir Dunmarrow")]),
        entity("x-4", Schema::Person, &[("name", "Orla Pennyroyal")]),
        entity("x-5", Schema::Person, &[("name", "Jory Thistlewood"), ("alias", "Dr. Jory Thistlewood")]),
        entity("x-6", Schema::CryptoWallet, &[("publicKey", WALLETS[0]), ("holder", "x-5")]),
    ];
    let customers = [
        entity("c-1", Schema::Person, &[("name", "Ada Wexcombe"), ("birthDate", "1972")]),
        entity("c-2", Schema::Company, &[("name", "Zephyr Lantern")]),
        entity("c-3", Schema::Person, &[("name", "Tobias Quilfeather")]),
        entity("c-4", Schema::Person, &[("name", "Orla Pennyroyal")]),
        entity("c-5", Schema::Person, &[("name", "Thistlewood Jory")]),
        entity("c-6", Schema::Person, &[("name", "Nobody Else"), ("publicKey", WALLETS[0])]),
        entity("c-7", Schema::Person, &[("name", "Quite Another")]),
    ];
    let (old, new) = (snapshot(&old), snapshot(&new));
    let outcome = check(&old, &new, &customers, &Settings::default());
    let told: Vec<(&str, &str, Change, Option<PartyChange>)> = outcome
        .findings
        .iter()
        .map(|finding| (finding.customer.as_str(), finding.party.as_str(), finding.change, finding.party_change))
        .collect();
    assert_eq!(
        told,
        [
            ("c-1", "x-1", Change::Changed, Some(PartyChange::Changed)),
            ("c-2", "x-2", Change::Delisted, Some(PartyChange::Removed)),
            ("c-3", "x-3", Change::Gone, Some(PartyChange::Changed)),
            ("c-5", "x-5", Change::New, Some(PartyChange::Added)),
            ("c-6", "x-5", Change::New, Some(PartyChange::Added)),
        ]
    );
    assert_eq!((outcome.monitored, outcome.screened), (7, 5));
    assert_eq!(outcome.delistings().map(|finding| finding.customer.as_str()).collect::<Vec<_>>(), ["c-2"]);
    assert_eq!(outcome.before.as_ref().unwrap().snapshot, old.id());
    assert_eq!((outcome.after.snapshot.as_str(), outcome.after.settings.as_str()), (new.id(), &*Settings::default().id()));
    // The same again is the same; and nothing changes between a list and itself.
    assert_eq!(run(Some(&old), &new, &customers, &Settings::default()), outcome);
    let nothing = run(Some(&new), &new, &customers, &Settings::default());
    assert_eq!((nothing.findings.len(), nothing.screened, nothing.entities.len()), (0, 0, 0));
    // Without an old list, all that is found is new.
    let first = run(None, &new, &customers, &Settings::default());
    assert_eq!(first.findings.len(), all(&new, &customers, &Settings::default()).iter().flatten().count());
    assert!(first.findings.iter().all(|finding| finding.change == Change::New));
}

#[test]
fn customers_who_left_are_not_screened() {
    let old = snapshot(&[entity("x-1", Schema::Person, &[("name", "Ada Wexcombe")])]);
    let new = snapshot(&[entity("x-2", Schema::Person, &[("name", "Jory Thistlewood"), ("passportNumber", "PS1234567")])]);
    let customers = [
        entity("c-0", Schema::Person, &[("name", "Jory Thistlewood")]),
        entity("c-1", Schema::Person, &[("name", "Jory Thistlewood"), ("passportNumber", "PS1234567")]),
    ];
    let mut index = CustomerIndex::new();
    for customer in &customers {
        index.add(&customer.id, &Query::from_entity(customer).unwrap()).unwrap();
    }
    let read = |number: u32, _: &str| Query::from_entity(&customers[number as usize]);
    let monitor = Monitor::new(Settings::default());
    // Unsettled, it finds the same.
    let both = monitor.rescreen(Some(&old), &new, &index, read).unwrap();
    assert_eq!(both.findings.len(), 2);
    index.settle();
    assert_eq!(monitor.rescreen(Some(&old), &new, &index, read).unwrap(), both);
    index.remove(1);
    let one = monitor.rescreen(Some(&old), &new, &index, read).unwrap();
    assert_eq!((one.findings.len(), one.monitored, one.screened), (1, 1, 1));
    // Somebody who cannot be read again is an error, not somebody without findings.
    let lost = monitor.rescreen(Some(&old), &new, &index, |_, _| Err::<Query, _>("the record is gone"));
    assert_eq!(lost.unwrap_err().to_string(), "customer `c-0`: the record is gone");
    assert_eq!((index.len(), index.is_empty(), index.id(1), index.id(9)), (2, false, "c-1", ""));
    assert!(index.memory() > 0 && index.word_count() == 2 && index.name_count() == 2);
}

/// A word that stands in so many names that it is no longer taken for a half of another: an unchanged party is found no more.
#[test]
fn halves_that_too_many_names_have_are_seen() {
    let filler = |at: usize| entity(&format!("f-{at}"), Schema::Person, &[("name", &format!("Xo Fill{at}qu"))]);
    let mut old: Vec<Entity> = (0..297).map(filler).collect();
    old.push(entity("x-1", Schema::Person, &[("name", "Xo Vandermoorle")]));
    old.push(entity("x-2", Schema::Person, &[("name", "Mortensgaard Xo")]));
    let mut new = old.clone();
    new.extend((400..410).map(filler));
    let names = ["Xovandermorle", "Xovandermoorle", "Xovandermorle Xo", "Mortensgardxo", "Xo Fill3qu", "Vandermoorle"];
    let customers: Vec<Entity> =
        names.iter().enumerate().map(|(at, name)| entity(&format!("c-{at}"), Schema::Person, &[("name", name)])).collect();
    let (old, new) = (snapshot(&old), snapshot(&new));
    check(&old, &new, &customers, &Settings::default());
    check(&new, &old, &customers, &Settings::default());
}

/// More words under one key than are looked at: which ones are depends on the order of the list.
#[test]
fn words_that_are_cut_short_are_seen() {
    const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];
    let word = |number: usize| -> String {
        let vowel = |at: u32| VOWELS[number / 5_usize.pow(at) % 5];
        ["k", "r", "b", "t"]
            .iter()
            .zip(0..)
            .flat_map(|(letter, at)| letter.chars().chain([vowel(at)]))
            .chain([vowel(4)])
            .collect()
    };
    let party =
        |number: usize| entity(&format!("x-{number}"), Schema::Person, &[("name", &format!("Wexcombe {}", word(number)))]);
    let old: Vec<Entity> = (0..1800).map(party).collect();
    let mut new: Vec<Entity> = (40..1800).map(party).collect();
    new.insert(900, party(2000));
    let customers: Vec<Entity> = (0..60)
        .map(|at| entity(&format!("c-{at:02}"), Schema::Person, &[("name", &format!("Wexcombe {}", word(at * 49)))]))
        .collect();
    let (old, new) = (snapshot(&old), snapshot(&new));
    check(&old, &new, &customers, &Settings { limit: 2000, ..Settings::default() });
}

#[test]
fn look_back_says_who_would_have_alerted() {
    let mut builder = Builder::new();
    builder.add(&entity("x-1", Schema::Person, &[("name", "Ada Wexcombe")]));
    builder.add_source(SourceMeta {
        id: "own".to_owned(),
        format: "ftm".to_owned(),
        issue_date: "2026-02-01".to_owned(),
        sha256: "00".to_owned(),
        bytes: 1,
        entities: 1,
        counts: Vec::new(),
    });
    let snapshot = builder.finish().unwrap().open().unwrap();
    let customers = || {
        (0..10_000).map(|at| {
            let name = if at % 4000 == 17 { "Wexcombe Ada" } else { "Orla Pennyroyal" };
            let customer = entity("", Schema::Person, &[("name", name)]);
            (format!("c-{at}"), Query::from_entity(&customer).unwrap())
        })
    };
    let answer = lookback(customers(), "2026-02-01", &snapshot, &Settings::default()).unwrap();
    assert_eq!((answer.screened, answer.day.as_str()), (10_000, "2026-02-01"));
    let alerted: Vec<&str> = answer.alerts.iter().map(|row| row.customer.as_str()).collect();
    assert_eq!(alerted, ["c-17", "c-4017", "c-8017"]);
    assert_eq!(answer.alerts[0].found[0].party, "x-1");
    assert_eq!(answer.basis.snapshot, snapshot.id());
    assert_eq!(answer.basis.lists[0].issue_date, "2026-02-01");
    assert_eq!(answer.basis.settings, Settings::default().id());
    let strict = Settings { threshold: 1.0, ..Settings::default() };
    let other = lookback(customers(), "2027-01-01", &snapshot, &strict).unwrap();
    assert_ne!(other.basis.settings, answer.basis.settings);
    // Nobody could have screened against a list of the next day.
    let early = lookback(customers(), "2026-01-31", &snapshot, &Settings::default()).unwrap_err();
    assert!(matches!(&early, MonitorError::LaterIssue { source_id, .. } if source_id == "own"), "{early}");
    let json = serde_json::to_string(&answer).unwrap();
    assert_eq!(serde_json::from_str::<interdict_casework::monitor::Lookback>(&json).unwrap(), answer);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn the_sdn_list_changes_by_a_day() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ofac/advanced/sdn_advanced_2025-11-19.xml.bz2");
    if !file.exists() {
        eprintln!("skipped: {} is not here", file.display());
        return;
    }
    let mut dice = Dice(11);
    let mut entities = Vec::new();
    load_file(&SourceSpec::new("us_ofac_sdn"), &file, None, &mut |entity| entities.push(entity)).unwrap();
    let mut old = Vec::new();
    let mut new = Vec::new();
    let mut customers = Vec::new();
    for mut party in entities {
        let fate = dice.roll(1500);
        let names: Vec<String> =
            party.values_of(interdict_model::PropertyType::Name).map(|(_, value)| value.text.clone()).collect();
        if fate < 3 || dice.one_in(250) {
            let schema = party.schema.known().unwrap();
            for name in &names {
                let mut customer =
                    entity(&format!("c-{:05}", customers.len()), schema, &[("name", &rewritten(name, &mut dice))]);
                facts(&mut customer, &mut dice);
                customers.extend(Query::from_entity(&customer).is_ok().then_some(customer));
            }
        }
        if fate != 0 {
            old.push(party.clone());
        }
        if fate == 1 && !names.is_empty() {
            changed(&mut party, &mut dice);
        }
        if fate != 2 {
            new.push(party);
        }
    }
    customers.truncate(500);
    let outcome = check(&snapshot(&old), &snapshot(&new), &customers, &Settings::default());
    assert!(
        !outcome.findings.is_empty() && outcome.screened < outcome.monitored,
        "{} of {}",
        outcome.screened,
        outcome.monitored
    );
}
