//! Invented people against an invented list: what is found, how much it says and in which words; and what is not found.

#![allow(clippy::format_collect, clippy::format_push_string, reason = "rows of tests are written as they read")]

use interdict_matching::Settings;
use interdict_snapshot::Snapshot;
use interdict_sources::{SourceSpec, load_bytes};

use super::{HitRole, HitStrength, MAX_HITS_PER_NAME, SanctionHits, evaluate};
use crate::evaluate::{Baselines, Context, Outcome};
use crate::indicators::{SanctionKind, Test};
use crate::key::TenantKey;
use crate::lists::Lists;
use crate::networks::Networks;
use crate::people::{Builder, Limits, People, PersonId};
use crate::policy::Policy;
use crate::read::{Form, Table, read_table};
use crate::time::Time;

/// A banker with a wallet, a passport and a mailbox; a firm; a firm it owns, one that it owns a little of, one of which nobody says how much
/// it owns; a firm whose listing ended; a firm and a human being whom no list names.
const LIST: &str = r#"
{"id": "x-banker", "schema": "Person", "properties": {"name": ["Quillon Vardek"], "position": ["Representative of Zelmara Commercial Bank"], "country": ["kp"], "email": ["q.vardek@example.org"], "taxNumber": ["TX-998811"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-banker-sanction", "schema": "Sanction", "properties": {"entity": ["x-banker"], "program": ["TEST-1"], "startDate": ["2020-01-01"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-passport", "schema": "Passport", "properties": {"holder": ["x-banker"], "number": ["QV 4477881"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-wallet", "schema": "CryptoWallet", "properties": {"publicKey": ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"], "holder": ["x-banker"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-bank", "schema": "Company", "properties": {"name": ["Zelmara Commercial Bank"], "topics": ["sanction"], "programId": ["TEST-2"]}, "datasets": ["us_ofac_sdn"], "target": true}
{"id": "x-directs", "schema": "Directorship", "properties": {"director": ["x-banker"], "organization": ["x-bank"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-firm", "schema": "Company", "properties": {"name": ["Brennovar Trading House LLC"], "topics": ["sanction"], "programId": ["TEST-1"], "website": ["https://brennovar.example.net/"], "incorporationDate": ["2019-04-01"]}, "datasets": ["us_ofac_sdn"], "target": true}
{"id": "x-account", "schema": "BankAccount", "properties": {"iban": ["GB82 WEST 1234 5698 7654 32"], "owner": ["x-firm"]}, "datasets": ["us_ofac_sdn"]}
{"id": "y-owned", "schema": "Company", "properties": {"name": ["Ostravik Vendoria Systems"]}, "datasets": ["register"]}
{"id": "y-ownership", "schema": "Ownership", "properties": {"owner": ["x-firm"], "asset": ["y-owned"], "percentage": ["60"]}, "datasets": ["register"]}
{"id": "y-little", "schema": "Company", "properties": {"name": ["Kordavian Littlegrove Systems"]}, "datasets": ["register"]}
{"id": "y-little-ownership", "schema": "Ownership", "properties": {"owner": ["x-firm"], "asset": ["y-little"], "percentage": ["10"]}, "datasets": ["register"]}
{"id": "y-perhaps", "schema": "Company", "properties": {"name": ["Tolmachev Perhapsia Systems"]}, "datasets": ["register"]}
{"id": "y-perhaps-ownership", "schema": "Ownership", "properties": {"owner": ["x-firm"], "asset": ["y-perhaps"]}, "datasets": ["register"]}
{"id": "x-ended", "schema": "Company", "properties": {"name": ["Halcyrion Metals Foundry"]}, "datasets": ["us_ofac_sdn"], "target": true}
{"id": "x-ended-sanction", "schema": "Sanction", "properties": {"entity": ["x-ended"], "program": ["TEST-1"], "startDate": ["2015-01-01"], "endDate": ["2020-01-01"]}, "datasets": ["us_ofac_sdn"]}
{"id": "x-short", "schema": "Company", "properties": {"name": ["Halgrove Ltd"], "topics": ["sanction"]}, "datasets": ["us_ofac_sdn"], "target": true}
{"id": "y-plain", "schema": "Person", "properties": {"name": ["Ada Sampleton"], "idNumber": ["AS7788990"]}, "datasets": ["register"]}
"#;

const WALLET: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/// An address of nobody's: the burn address.
const OTHER_WALLET: &str = "0x000000000000000000000000000000000000dEaD";

fn snapshot(list: &str) -> Snapshot {
    let mut builder = interdict_snapshot::Builder::new();
    load_bytes(&SourceSpec::new("invented"), "invented.ftm.jsonl", list.trim().as_bytes(), &mut |entity| builder.add(&entity))
        .unwrap();
    builder.finish().unwrap().open().unwrap()
}

fn as_of() -> Time {
    Time::parse("2026-11-01").unwrap().time
}

fn key(byte: u8) -> TenantKey {
    TenantKey::new(&[byte; 32]).unwrap()
}

/// Rows of the neutral tables, as CSV after fixed headers.
#[derive(Clone, Copy, Default)]
struct World<'a> {
    persons: &'a str,
    identifiers: &'a str,
    events: &'a str,
    documents: &'a str,
    relations: &'a str,
}

impl World<'_> {
    fn people(&self) -> People {
        let mut builder = Builder::new(key(7), Limits::default());
        for (table, header, rows) in [
            (Table::Person, "id,display_name,claimed_country", self.persons),
            (Table::Identifier, "person,kind,value", self.identifiers),
            (Table::Document, "person,kind,metadata", self.documents),
            (Table::Relation, "a,kind,b", self.relations),
            (Table::Event, "person,kind,time,detail", self.events),
        ] {
            let file = builder.file(table.name());
            let rows: String = rows.trim().lines().map(|line| format!("{}\n", line.trim())).collect();
            read_table(table, Form::Csv, &mut format!("{header}\n{rows}").as_bytes(), file, &mut builder).unwrap();
        }
        let (people, problems) = builder.finish(as_of());
        let told: Vec<String> = problems.told().iter().map(|one| format!("{}: {one}", people.place(one.source))).collect();
        assert_eq!(told, Vec::<String>::new());
        people
    }

    fn hits(&self) -> (People, SanctionHits) {
        let people = self.people();
        let hits = SanctionHits::find(&people, &snapshot(LIST), &key(7), &Settings::default(), as_of());
        (people, hits)
    }

    /// The hits are these: person, role, party, strength.
    #[track_caller]
    fn check(&self, expected: &[(&str, HitRole, &str, HitStrength)]) -> (People, SanctionHits) {
        let (people, hits) = self.hits();
        let found: Vec<_> = (hits.all().iter())
            .map(|hit| (people.person(hit.person).key(), hit.role, hit.party.id.as_str(), hit.strength))
            .collect();
        assert_eq!(found, expected, "{:#?}", hits.all());
        for hit in hits.all() {
            let words = hit.describe();
            assert!(!words.contains(" is a listed") && !words.contains("is listed"), "{words}");
            assert!(hit.evidence.iter().all(|one| one.person == hit.person));
            assert!(!hit.evidence.is_empty());
        }
        (people, hits)
    }
}

/// What a test says of the first person.
fn outcome(people: &People, hits: Option<&SanctionHits>, what: SanctionKind) -> Outcome {
    let (lists, policy) = (Lists::default(), Policy::default());
    let networks = Networks::of(people, &lists, &policy);
    let baselines = Baselines::of(people, &networks, as_of());
    let context = Context {
        people,
        lists: &lists,
        policy: &policy,
        as_of: as_of(),
        networks: &networks,
        baselines: &baselines,
        sanctions: hits,
    };
    evaluate(&Test::Sanctioned { what }, people.person(PersonId(0)), &context).unwrap()
}

#[track_caller]
fn fired(people: &People, hits: &SanctionHits, what: SanctionKind, share: f64, words: &str) {
    match outcome(people, Some(hits), what) {
        Outcome::Fired(fired) => {
            assert!((fired.share - share).abs() < 1e-9, "{fired:?}");
            assert!(fired.note.contains(words), "{}", fired.note);
            assert!(!fired.evidence.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wallet_is_exact_wherever_it_stands() {
    let (people, hits) = World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,FR\nd,Di Pattern,PL\ne,Ed Blank,US",
        identifiers: &format!("a,wallet,{}\nb,payee,{WALLET}\nc,wallet,{OTHER_WALLET}", WALLET.to_lowercase()),
        events: &format!(
            "d,pay_in_crypto,2026-05-01,\"{{\"\"wallet\"\":\"\"{OTHER_WALLET}\"\",\"\"counterparty\"\":\"\"{WALLET}\"\"}}\""
        ),
        ..World::default()
    }
    .check(&[
        ("a", HitRole::Wallet, "x-banker", HitStrength::Exact),
        ("b", HitRole::Wallet, "x-banker", HitStrength::Exact),
        ("d", HitRole::Wallet, "x-banker", HitStrength::Exact),
    ]);
    fired(
        &people,
        &hits,
        SanctionKind::Wallet,
        1.0,
        "the wallet is stated by lists for Quillon Vardek (x-banker, listed by us_ofac_sdn under TEST-1)",
    );
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Name), Outcome::Clear);
    assert_eq!(outcome(&people, None, SanctionKind::Wallet), Outcome::NotChecked("a snapshot to screen against"));
}

#[test]
fn a_name_alone_is_a_namesake_whatever_the_score() {
    let (people, hits) =
        World { persons: "a,Quillon Vardek,KP\nb,Quillon Other,US\nc,Ada Sampleton,US\nd,Vardek,US", ..World::default() }
            .check(&[("a", HitRole::Person, "x-banker", HitStrength::NameOnly)]);
    assert!((hits.all()[0].score - 1.0).abs() < 1e-9);
    fired(&people, &hits, SanctionKind::Name, 0.4, "the name alone agrees with Quillon Vardek");
    fired(&people, &hits, SanctionKind::Name, 0.4, "a namesake until cleared");
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Wallet), Outcome::NotChecked("a wallet"));
    assert_eq!(
        outcome(&people, Some(&hits), SanctionKind::Owned),
        Outcome::NotChecked("a name of an employer, payee or vendor")
    );
}

#[test]
fn no_country_moves_a_name() {
    let score = |country: &str| {
        let (_, hits) = World { persons: &format!("a,Quilon Vardek,{country}"), ..World::default() }.hits();
        hits.all().first().map(|hit| (hit.score, hit.strength))
    };
    assert!(score("KP").is_some());
    assert_eq!(score("KP"), score("US"));
}

#[test]
fn a_number_under_the_key_makes_a_name_exact() {
    let world = World {
        persons: "a,Vardek Quillon,US\nb,Bo Sample,DE\nc,Cy Model,FR\nd,Di Pattern,PL",
        identifiers: "a,doc,qv4477881\nb,doc,QV-4477881\nc,tax,TX998811\nd,email,Q.Vardek+jobs@example.org",
        ..World::default()
    };
    let (people, hits) = world.check(&[
        ("a", HitRole::Person, "x-banker", HitStrength::Exact),
        ("b", HitRole::Person, "x-banker", HitStrength::IdentifierOnly),
        ("c", HitRole::Person, "x-banker", HitStrength::IdentifierOnly),
        ("d", HitRole::Person, "x-banker", HitStrength::Strong),
    ]);
    fired(&people, &hits, SanctionKind::Name, 1.0, "the name and the document number agree with Quillon Vardek");
    let shown: Vec<String> = hits.of(PersonId(0))[0].evidence.iter().map(|one| one.value.to_string()).collect();
    assert!(shown[0] == "Vardek Quillon" && shown[1].starts_with("document number #"), "{shown:?}");
    assert!(!format!("{hits:?}").to_lowercase().contains("4477881"), "the number itself is nowhere");
    // Under another key nothing meets.
    let other = SanctionHits::find(&people, &snapshot(LIST), &key(8), &Settings::default(), as_of());
    let strengths: Vec<HitStrength> = other.all().iter().map(|hit| hit.strength).collect();
    assert_eq!(strengths, [HitStrength::NameOnly, HitStrength::Strong], "the name, and the mailbox that is kept in the open");
}

#[test]
fn an_account_and_its_holder() {
    World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,FR",
        identifiers: "b,payee,GB82WEST12345698765432",
        events: r#"a,payout,2026-05-01,"{""payee"":""GB82 WEST 1234 5698 7654 32"",""holder"":""Brennovar Trading House""}"
            c,payout,2026-05-01,"{""payee"":""C-100200"",""holder"":""Quillon Vardek""}""#,
        ..World::default()
    }
    .check(&[
        ("a", HitRole::Holder, "x-firm", HitStrength::Exact),
        ("b", HitRole::Holder, "x-firm", HitStrength::Strong),
        ("c", HitRole::Holder, "x-banker", HitStrength::NameOnly),
    ]);
}

#[test]
fn employers_references_and_vendors() {
    let (people, hits) = World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,FR\nd,Di Pattern,PL\nv,Brennovar Trading House LLC,",
        identifiers: "c,reference_email,q.vardek@example.org",
        documents: r#"a,cv,"{""positions"":[{""employer"":""Brennovar Trading House""},{""employer"":""Halcyrion Metals Foundry""}]}"
            b,company,"{""name"":""Brennovar Trading House"",""registered"":""2019-04-01""}"
            c,reference,"{""name"":""Q. Vardek""}"
            c,company,"{""name"":""Model Works"",""domain"":""www.brennovar.example.net""}"
            d,reference,"{""name"":""Quillon Vardek""}""#,
        relations: "d,staffed_by,v",
        ..World::default()
    }
    .check(&[
        ("a", HitRole::Employer, "x-firm", HitStrength::Strong),
        ("b", HitRole::Vendor, "x-firm", HitStrength::Exact),
        ("c", HitRole::Reference, "x-banker", HitStrength::Exact),
        ("c", HitRole::Vendor, "x-firm", HitStrength::IdentifierOnly),
        ("d", HitRole::Vendor, "x-firm", HitStrength::Strong),
        ("d", HitRole::Reference, "x-banker", HitStrength::NameOnly),
        ("v", HitRole::Person, "x-firm", HitStrength::Strong),
    ]);
    fired(&people, &hits, SanctionKind::Name, 0.7, "employer: the name of a firm agrees with Brennovar Trading House LLC");
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Owned), Outcome::Clear);
    // Lists are read as of a day.
    let then = Time::parse("2018-06-01").unwrap().time;
    let then = SanctionHits::find(&people, &snapshot(LIST), &key(7), &Settings::default(), then);
    let of_a: Vec<&str> = then.of(PersonId(0)).iter().map(|hit| hit.party.id.as_str()).collect();
    assert_eq!(of_a, ["x-ended", "x-firm"]);
}

#[test]
fn a_firm_of_one_word_is_a_namesake() {
    World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE",
        documents: r#"a,cv,"{""positions"":[{""employer"":""Halgrove""}]}"
            b,cv,"{""positions"":[{""employer"":""General Trading Group""}]}""#,
        ..World::default()
    }
    .check(&[("a", HitRole::Employer, "x-short", HitStrength::NameOnly)]);
}

#[test]
fn a_vendor_that_a_listed_firm_owns() {
    let (people, hits) = World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,FR\nOstravik Vendoria Systems,,",
        documents: r#"b,company,"{""name"":""Kordavian Littlegrove Systems""}"
            c,company,"{""name"":""Tolmachev Perhapsia Systems""}""#,
        relations: "a,staffed_by,Ostravik Vendoria Systems",
        ..World::default()
    }
    .hits();
    let first = &hits.of(PersonId(0))[0];
    assert_eq!((first.role, first.party.id.as_str(), first.party.listed), (HitRole::Vendor, "y-owned", false));
    let owners = first.party.owners.as_ref().unwrap();
    assert!(owners.certain && owners.regimes.contains(&"us"), "{owners:?}");
    fired(
        &people,
        &hits,
        SanctionKind::Owned,
        0.7,
        "Brennovar Trading House LLC (x-firm) → Ostravik Vendoria Systems (y-owned)",
    );
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Name), Outcome::Clear, "no list names it");
    assert!(hits.of(PersonId(1)).is_empty(), "a tenth is no half: {hits:?}");
    let third = &hits.of(PersonId(2))[0];
    assert!(third.party.owners.as_ref().is_some_and(|owners| !owners.certain), "{third:?}");
    assert!(third.describe().contains("facts are missing"), "{}", third.describe());
}

#[test]
fn a_ring_meets_the_network() {
    let (people, hits) = World {
        persons: "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,FR",
        identifiers: &format!("a,payee,{WALLET}\nb,payee,{WALLET}\nc,payee,{WALLET}"),
        documents: r#"b,cv,"{""positions"":[{""employer"":""Zelmara Commercial Bank""}]}""#,
        ..World::default()
    }
    .hits();
    let id = |text: &str| people.find(text).unwrap();
    let ring = hits.of_ring(&[id("b"), id("a"), id("a")]);
    assert_eq!(ring.len(), 2);
    assert_eq!((ring[0].role, ring[0].members.as_slice()), (HitRole::Wallet, &[id("a"), id("b")][..]));
    let place = &ring[0].place;
    for words in [
        "payout account of 2 members that is also a wallet of Quillon Vardek",
        "Representative of Zelmara Commercial Bank",
        "director or official of Zelmara Commercial Bank (listed)",
    ] {
        assert!(place.contains(words), "{place}");
    }
    assert_eq!(ring[1].role, HitRole::Employer);
    assert!(hits.of_ring(&[]).is_empty());
}

#[test]
fn many_of_one_name_are_bounded_and_do_not_hide_a_listed_one() {
    let mut list = String::new();
    for number in 0..40 {
        let listed = if number < 15 { "" } else { r#", "topics": ["sanction"]"# };
        list.push_str(&format!(
            r#"{{"id": "n-{number}", "schema": "Person", "properties": {{"name": ["Orlan Kestrovic"], "phone": ["+1 555 010 0199"]{listed}}}, "datasets": ["us_ofac_sdn"]}}"#
        ));
        list.push('\n');
    }
    let people = World {
        persons: "a,Orlan Kestrovic,US\nb,Orlan Kestrovic,DE\nc,Cy Model,FR",
        identifiers: "c,phone,+15550100199",
        ..World::default()
    }
    .people();
    let hits = SanctionHits::find(&people, &snapshot(&list), &key(7), &Settings::default(), as_of());
    assert_eq!(hits.names(), 2, "a name is screened once");
    let of_telephone = hits.of(PersonId(2));
    assert_eq!(of_telephone.len(), 16, "of 25 that have one telephone");
    assert!(of_telephone.iter().all(|hit| hit.strength == HitStrength::IdentifierOnly && hit.name.is_none()));
    for person in people.all().take(2) {
        assert_eq!(hits.of(person.id()).len(), MAX_HITS_PER_NAME);
        assert!(hits.of(person.id()).iter().all(|hit| hit.party.listed && hit.strength == HitStrength::NameOnly));
    }
}

#[test]
fn what_is_no_name_is_not_checked() {
    let (people, hits) = World { persons: "a,N/A,US\nb,???,US\nc,,US", ..World::default() }.check(&[]);
    assert_eq!(hits.unread(), 1);
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Name), Outcome::NotChecked("a name"));
    let (people, hits) = World { persons: "a,???,US", ..World::default() }.check(&[]);
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Name), Outcome::NotChecked("a name"));
    let (people, hits) = World { persons: "a,Ada Test,US", ..World::default() }.check(&[]);
    assert_eq!(outcome(&people, Some(&hits), SanctionKind::Name), Outcome::Clear);
    assert!(hits.of(PersonId(99)).is_empty());
}
