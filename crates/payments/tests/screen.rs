//! The screener against the built-in dataset and invented parties: each message of `tests/data/screen` gives what the file beside it says;
//! days, thresholds, policies and the past change what they must, and nothing else does.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use interdict_documents::{ScanSettings, Scanner};
use interdict_matching::{Matcher, Settings};
use interdict_payments::{
    Assessment, Decision, Effect, Field, Finding, GoodGuy, History, IdKind, Item, MessageKind, Party, PartyId, Payment, Policy,
    ReadLimits, Reader, Reason, RefKind, Reference, Role, Rules, ScreenScratch, Screener, Text, TextKind,
};
use interdict_snapshot::{Builder, Snapshot};
use interdict_sources::{SourceSpec, load_bytes};
use proptest::prelude::*;

const DAY: &str = "2026-04-01";

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let mut builder = Builder::new();
    for (id, bytes) in [
        ("dprk_it_workers", &include_bytes!("../../../data/dprk_it_workers.ftm.jsonl")[..]),
        ("invented", &include_bytes!("data/screen/parties.ftm.jsonl")[..]),
    ] {
        load_bytes(&SourceSpec::new(id), "parties.ftm.jsonl", bytes, &mut |entity| builder.add(&entity)).unwrap();
    }
    builder.finish().unwrap().open().unwrap()
});

fn screener_on(policy: &str, day: &str) -> Screener<'static> {
    let matcher = Matcher::new(&SNAPSHOT, Settings::default());
    let scanner = Scanner::new(&SNAPSHOT, Settings::default(), ScanSettings::default());
    Screener::new(&matcher, scanner, Rules::on(day), Policy::from_toml(policy).unwrap(), day)
}

/// Without a policy.
static PLAIN: LazyLock<Screener<'static>> = LazyLock::new(|| screener_on("", DAY));

fn read(bytes: &[u8]) -> Vec<Payment> {
    let mut reader = Reader::open(bytes, ReadLimits::default()).unwrap();
    let mut payments = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        match item {
            Item::Payment(payment) => payments.push(*payment),
            Item::Problem(problem) => panic!("{problem:?}"),
        }
    }
    payments
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/screen")
}

fn sample(name: &str) -> Vec<Payment> {
    read(&std::fs::read(folder().join(name)).unwrap())
}

fn effect(effect: &Effect) -> String {
    let note = effect.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{} {:?} {} {}{note}", effect.regime.code(), effect.role, effect.dataset, effect.programs.join("+"))
}

fn reason(reason: &Reason<'_>) -> String {
    match reason {
        Reason::Listed { entity, name, effects, .. } => {
            let effects: Vec<String> = effects.iter().map(effect).collect();
            format!("listed {} {name:?} [{}]", entity.id(), effects.join("; "))
        }
        Reason::Place { name, rules } => {
            let rules: Vec<String> =
                rules.iter().map(|rule| format!("{} {}", rule.regime.code(), rule.decision.code())).collect();
            format!("place {name} [{}]", rules.join("; "))
        }
        Reason::Goods { category, .. } => format!("goods {category}"),
        Reason::Stripping { past, day, differences } => {
            let differences: Vec<String> =
                differences.iter().map(|one| format!("{}: {:?} → {:?}", one.what, one.before, one.after)).collect();
            format!("again {past} of {day} [{}]", differences.join("; "))
        }
        Reason::Corridor { name } => format!("corridor {name}"),
    }
}

fn line(finding: &Finding<'_>) -> String {
    let lapsed = finding.lapsed.as_ref().map(|why| format!(" lapsed: {why}")).unwrap_or_default();
    format!(
        "{} {:.2} {} {} = {:?}: {}{lapsed}",
        finding.decision.code(),
        finding.score,
        finding.field_of,
        finding.path,
        finding.value,
        reason(&finding.reason)
    )
}

/// An assessment as a text, a line for each finding.
fn dump(payment: &Payment, assessment: &Assessment<'_>) -> String {
    let mut text = format!("{} {}\n", assessment.decision.code(), payment.id());
    let mut add = |words: String| writeln!(text, "  {words}").unwrap();
    if let Some(corridor) = &assessment.corridor {
        add(format!("corridor {corridor}"));
    }
    assessment.findings.iter().for_each(|finding| add(line(finding)));
    for one in &assessment.suppressed {
        add(format!("left out by {} because {}: {}", one.rule, one.because, line(&one.finding)));
    }
    assessment.not_checked.iter().for_each(|what| add(format!("not checked: {what}")));
    text
}

fn screen(screener: &Screener<'static>, payment: &Payment) -> String {
    dump(payment, &screener.screen(payment, None, &mut ScreenScratch::default()))
}

/// All fields of a payment.
fn fields(payment: &Payment) -> Vec<&Field> {
    let parties = payment.parties.iter().flat_map(|party| {
        let address = &party.address;
        party
            .names
            .iter()
            .chain(&address.lines)
            .chain(&address.street)
            .chain(&address.post_code)
            .chain(&address.town)
            .chain(&address.subdivision)
            .chain(&address.country)
            .chain(&party.countries)
            .chain(party.ids.iter().map(|id| &id.field))
    });
    let texts = payment.texts.iter().map(|text| &text.field);
    parties.chain(texts).chain(payment.references.iter().map(|reference| &reference.field)).collect()
}

/// What holds for any assessment: the decision is that of the first finding, findings stand in order and point to fields.
#[track_caller]
fn check_laws(payment: &Payment, assessment: &Assessment<'_>) {
    let strictest = assessment.findings.first().map_or(Decision::Pass, |finding| finding.decision);
    assert_eq!(assessment.decision, strictest);
    let in_order = |pair: &[Finding<'_>]| {
        pair[0].decision > pair[1].decision || pair[0].decision == pair[1].decision && pair[0].score >= pair[1].score
    };
    assert!(assessment.findings.windows(2).all(in_order), "{assessment:#?}");
    let fields = fields(payment);
    let mut seen = BTreeSet::new();
    for finding in assessment.findings.iter().chain(assessment.suppressed.iter().map(|one| &one.finding)) {
        assert!((0.0..=1.0).contains(&finding.score) && !finding.path.is_empty(), "{finding:?}");
        let found = fields.iter().any(|field| field.path == finding.path)
            || payment.parties.iter().any(|party| party.path == finding.path);
        match &finding.reason {
            // A field that was taken away is one of the old payment.
            Reason::Stripping { .. } => {}
            Reason::Corridor { .. } => assert!(found || finding.path == payment.definition, "{finding:?}"),
            Reason::Listed { entity, .. } => {
                assert!(found, "{finding:?}");
                assert!(seen.insert((finding.path.clone(), finding.field_of, entity.id())), "twice: {finding:?}");
            }
            _ => assert!(found && !finding.value.is_empty(), "{finding:?}"),
        }
    }
}

const SAMPLES: [&str; 15] = [
    "camt053.xml",
    "camt054.xml",
    "iat.ach",
    "mt101.fin",
    "mt103.fin",
    "mt202.fin",
    "mt700.fin",
    "pacs004.xml",
    "pacs008_parties.xml",
    "pacs008_places.xml",
    "pacs008_texts.xml",
    "pacs008_unchecked.xml",
    "pacs009_cov.xml",
    "pain001.xml",
    "pain013.xml",
];

#[track_caller]
fn check_sample(name: &str) {
    let mut text = String::new();
    let mut scratch = ScreenScratch::default();
    for payment in sample(name) {
        let assessment = PLAIN.screen(&payment, None, &mut scratch);
        check_laws(&payment, &assessment);
        // What is remembered changes nothing.
        let again = PLAIN.screen(&payment, None, &mut scratch);
        let once = dump(&payment, &assessment);
        assert_eq!(once, dump(&payment, &again));
        assert_eq!(once, screen(&PLAIN, &payment));
        text.push_str(&once);
    }
    let path = folder().join(format!("{name}.expected"));
    // `UPDATE_EXPECT=1` writes the files anew; what changed is to be read before it is kept.
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn each_message_gives_what_is_written_beside_it() {
    SAMPLES.into_iter().chain(["payouts.csv"]).for_each(check_sample);
}

fn field(path: &str, value: &str) -> Field {
    Field { path: path.to_owned(), value: value.to_owned() }
}

fn party(role: Role, name: &str) -> Party {
    let mut party = Party::new(role, role.code());
    party.names.push(field(&format!("{}/Nm", role.code()), name));
    party
}

/// A payment of somebody to a creditor.
fn to(creditor: Party) -> Payment {
    let mut payment = Payment::new(MessageKind::Pacs008, "pacs.008.001.08", 1, 1);
    payment.parties = vec![party(Role::Debtor, "Example Payer Ltd"), creditor];
    payment
}

fn to_named(name: &str) -> Payment {
    to(party(Role::Creditor, name))
}

fn in_country(name: &str, country: &str) -> Payment {
    let mut creditor = party(Role::Creditor, name);
    creditor.address.country = Some(field("creditor/Ctry", country));
    to(creditor)
}

#[track_caller]
fn check(policy: &str, day: &str, payment: &Payment, expected: Decision) {
    let screener = screener_on(policy, day);
    let assessment = screener.screen(payment, None, &mut ScreenScratch::default());
    check_laws(payment, &assessment);
    assert_eq!(assessment.decision, expected, "{}", dump(payment, &assessment));
}

#[test]
fn a_listing_holds_from_its_first_day_to_the_day_before_its_last() {
    for (name, day, expected) in [
        ("Halcyrion Metals Trading", "2026-05-31", Decision::Pass),
        ("Halcyrion Metals Trading", "2026-06-01", Decision::Block),
        ("Halcyrion Metals Trading", "2030-01-01", Decision::Block),
        ("Mirelund Freight Forwarding", "2019-12-31", Decision::Pass),
        ("Mirelund Freight Forwarding", "2020-01-01", Decision::Block),
        ("Mirelund Freight Forwarding", "2026-02-28", Decision::Block),
        ("Mirelund Freight Forwarding", "2026-03-01", Decision::Pass),
        // A day that is none is no way round a listing.
        ("Halcyrion Metals Trading", "today", Decision::Block),
        ("Brennovar Trading House LLC", "", Decision::Block),
    ] {
        check("", day, &to_named(name), expected);
    }
}

#[test]
fn thresholds_say_what_becomes_of_a_score() {
    // The weak alias scores 0.9.
    let weak = to_named("Foreign Trade Bank");
    let score = PLAIN.screen(&weak, None, &mut ScreenScratch::default()).findings[0].score;
    assert!((score - 0.9).abs() < 0.005, "{score}");
    for (thresholds, expected, findings) in [
        ("report = 0.8\nhold = 0.8\nblock = 0.95", Decision::Hold, 1),
        ("report = 0.8\nhold = 0.8\nblock = 0.85", Decision::Block, 1),
        ("report = 0.8\nhold = 0.95\nblock = 0.95", Decision::Pass, 1),
        ("report = 0.95\nhold = 0.95\nblock = 0.95", Decision::Pass, 0),
    ] {
        let screener = screener_on(&format!("[thresholds]\n{thresholds}"), DAY);
        let assessment = screener.screen(&weak, None, &mut ScreenScratch::default());
        let listed = assessment.findings.iter().filter(|finding| matches!(finding.reason, Reason::Listed { .. })).count();
        assert_eq!((assessment.decision, listed), (expected, findings), "{thresholds}");
    }
    // A text is asked less strictly for by no threshold of a party.
    let mut text = to_named("Example Payee Ltd");
    text.texts.push(Text { kind: TextKind::Remittance, field: field("RmtInf/Ustrd", "for Quillon Vardek") });
    check("[thresholds]\nreport = 0.5\nhold = 0.5\nblock = 1", DAY, &text, Decision::Hold);
}

#[test]
fn corridors_have_thresholds_and_decisions_of_their_own() {
    let policy = "[[corridor]]\nname = \"to Malta\"\nto = [\"MT\"]\ndecision = \"hold\"\n\
                  [[corridor]]\nname = \"to Chile\"\nto = [\"CL\"]\nmessages = [\"pacs.008\"]\nhold = 0.95\n\
                  [[corridor]]\nname = \"to Peru\"\nto = [\"PE\"]\nreport = 0.6\nhold = 0.6\n\
                  [[corridor]]\nname = \"table\"\nmessages = [\"payout\"]\ndecision = \"block\"\n";
    // Another birth date leaves a score below the least that holds; a whole name is held all the same, but where a corridor asks for more.
    let born = |country: &str| {
        let mut payment = in_country("Quillon Vardek", country);
        payment.parties[1].birth_date = Some(field("creditor/BirthDt", "1999-11-30"));
        payment
    };
    check(policy, DAY, &in_country("Example Payee Ltd", "MT"), Decision::Hold);
    check(policy, DAY, &in_country("Example Payee Ltd", "DE"), Decision::Pass);
    check(policy, DAY, &in_country("Foreign Trade Bank", "CL"), Decision::Pass);
    check(policy, DAY, &born("DE"), Decision::Hold);
    check(policy, DAY, &born("CL"), Decision::Pass);
    check(policy, DAY, &born("PE"), Decision::Hold);
    let mut payout = to_named("Example Payee Ltd");
    payout.kind = MessageKind::Payout;
    check(policy, DAY, &payout, Decision::Block);
    payout.parties.clear();
    check(policy, DAY, &payout, Decision::Block);
    let screener = screener_on(policy, DAY);
    let text = screen(&screener, &in_country("Example Payee Ltd", "MT"));
    assert!(text.contains("hold 1.00 corridor creditor = \"Example Payee Ltd\": corridor to Malta"), "{text}");
}

#[test]
fn a_good_guy_rule_clears_him_for_whom_it_was_written() {
    let facts = GoodGuy::listed_facts_of(SNAPSHOT.entity("x-person").unwrap());
    let policy = |facts: &str, until: &str| {
        format!(
            "[[good_guy]]\nid = \"GG-1\"\nlisted = \"x-person\"\nlisted_facts = \"{facts}\"\nreason = \"another man\"\nby = \"A. Reviewer\"\n\
             on = 2026-01-01\nuntil = {until}\nparty = {{ name = [\"Quillon Vardek\"], account = [\"4711-0815\"] }}\n"
        )
    };
    let with_account = |account: &str| {
        let mut creditor = party(Role::Creditor, "Quillon Vardek");
        creditor.ids.push(PartyId { kind: IdKind::Account, field: field("creditor/Acct", account), scheme: None });
        to(creditor)
    };
    let good = policy(&facts, "2026-12-31");
    for (policy, payment, expected, says) in [
        (&good, with_account("4711 0815"), Decision::Pass, "left out by GG-1 because another man: hold 1.00 creditor"),
        (&good, with_account("4711-0816"), Decision::Hold, "lapsed: GG-1: the payment states the account 4711-0816"),
        (&good, to_named("Quillon Vardek"), Decision::Hold, "lapsed: GG-1: the payment states no account"),
        (
            &policy(&facts, "2026-03-31"),
            with_account("4711-0815"),
            Decision::Hold,
            "lapsed: GG-1: the rule ended on 2026-03-31",
        ),
        (
            &policy("0123456789abcdef", "2026-12-31"),
            with_account("4711-0815"),
            Decision::Hold,
            "lapsed: GG-1: the listing has changed",
        ),
        (&good, to_named("Brennovar Trading House LLC"), Decision::Block, "block 1.00 creditor"),
    ] {
        check(policy, DAY, &payment, expected);
        let text = screen(&screener_on(policy, DAY), &payment);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn a_payment_that_comes_again_without_what_stopped_it_is_held() {
    let mut first = to_named("Brennovar Trading House LLC");
    first.references.push(Reference { kind: RefKind::EndToEnd, field: field("EndToEndId", "E-4711") });
    let account = PartyId { kind: IdKind::Account, field: field("creditor/Acct", "5566778899"), scheme: None };
    first.parties[1].ids.push(account);
    first.amount =
        Some(interdict_payments::Money { path: "Amt".to_owned(), micros: 12_345_670_000, currency: "USD".to_owned() });
    let mut scratch = ScreenScratch::default();
    let mut history = History::default();
    let decision = PLAIN.screen(&first, Some(&history), &mut scratch).decision;
    assert_eq!(decision, Decision::Block);
    history.add(History::past(&first, decision.code(), "2026-03-30"));
    let mut again = first.clone();
    again.parties[1].names[0].value = "Best Imports Ltd".to_owned();
    let assessment = PLAIN.screen(&again, Some(&history), &mut scratch);
    check_laws(&again, &assessment);
    let text = dump(&again, &assessment);
    assert_eq!(assessment.decision, Decision::Hold, "{text}");
    assert!(text.contains("resubmission creditor/Nm = \"Best Imports Ltd\": again E-4711 of 2026-03-30"), "{text}");
    // Without the past it is as clean as it looks; what has nothing to do with it stays clean with it.
    assert_eq!(PLAIN.screen(&again, None, &mut scratch).decision, Decision::Pass);
    assert_eq!(PLAIN.screen(&to_named("Example Payee Ltd"), Some(&history), &mut scratch).decision, Decision::Pass);
}

/// Many namesakes that nobody lists, entered before the one that is listed.
#[test]
fn namesakes_do_not_hide_who_is_listed() {
    let mut lines = String::new();
    for number in 0..40 {
        let line = format!(
            "{{\"id\":\"r-{number}\",\"schema\":\"Company\",\"properties\":{{\"name\":[\"Global Tessaract Traders\"]}},\
             \"datasets\":[\"gb_companies_house\"],\"target\":false}}\n"
        );
        lines.push_str(&line);
    }
    lines.push_str(
        "{\"id\":\"z-listed\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Global Tessaract Traders\"],\"topics\":[\"sanction\"]},\
         \"datasets\":[\"us_ofac_sdn\"],\"target\":true}\n",
    );
    let mut builder = Builder::new();
    load_bytes(&SourceSpec::new("many"), "many.ftm.jsonl", lines.as_bytes(), &mut |entity| builder.add(&entity)).unwrap();
    let snapshot = builder.finish().unwrap().open().unwrap();
    let scanner = Scanner::new(&snapshot, Settings::default(), ScanSettings::default());
    let matcher = Matcher::new(&snapshot, Settings::default());
    let screener = Screener::new(&matcher, scanner, Rules::on(DAY), Policy::default(), DAY);
    let mut scratch = ScreenScratch::default();
    // A scratch that knows the name as clear from another list is of no use here.
    let payment = to_named("Global Tessaract Traders");
    assert_eq!(PLAIN.screen(&payment, None, &mut scratch).decision, Decision::Pass);
    let assessment = screener.screen(&payment, None, &mut scratch);
    check_laws(&payment, &assessment);
    assert_eq!(assessment.decision, Decision::Block);
    assert_eq!(assessment.findings.len(), 11, "{}", dump(&payment, &assessment));
}

#[test]
fn a_name_that_cannot_be_compared_beside_one_that_can_is_said() {
    let mut payment = to_named("Example Payee Ltd");
    payment.parties[1].names.push(field("creditor/Nm[2]", &"x".repeat(5000)));
    let mut scratch = ScreenScratch::default();
    for _ in 0..2 {
        let assessment = PLAIN.screen(&payment, None, &mut scratch);
        assert_eq!(assessment.not_checked.len(), 1, "{:?}", assessment.not_checked);
        assert!(assessment.not_checked[0].contains("creditor") && assessment.not_checked[0].contains("5000 bytes"));
    }
    // The second of two names is the one that agrees, and is the one that is shown.
    payment.parties[1].names[1].value = "Brennovar Trading House LLC".to_owned();
    let text = screen(&PLAIN, &payment);
    assert!(text.contains("block 1.00 creditor creditor/Nm[2] = \"Brennovar Trading House LLC\""), "{text}");
}

#[test]
fn two_names_in_one_field_are_two_names() {
    for (name, expected) in [
        ("Example Payee Ltd C/O Brennovar Trading House LLC", Decision::Block),
        ("Example Payee Ltd on behalf of: Brennovar Trading House LLC", Decision::Block),
        ("Brennovar Trading House LLC dba Sunny Days", Decision::Block),
        ("Robin Sample or Quillon Vardek", Decision::Hold),
        ("Example Orchards Ltd", Decision::Pass),
        ("or or or or or or or or or or or or", Decision::Pass),
    ] {
        check("", DAY, &to_named(name), expected);
    }
}

/// The payments of all samples.
static POOL: LazyLock<Vec<Payment>> = LazyLock::new(|| SAMPLES.into_iter().flat_map(sample).collect());

static ALONE: LazyLock<Vec<String>> = LazyLock::new(|| POOL.iter().map(|payment| screen(&PLAIN, payment)).collect());

fn words() -> impl Strategy<Value = String> {
    let known = [
        "Quillon Vardek",
        "Brennovar Trading House LLC",
        "ZELMAEAD",
        "Pyongyang",
        "KP",
        "IR",
        "c/o",
        "krytron",
        "NOTPROVIDED",
        "9074729",
        "IMO",
        "\u{202e}",
        "김상만",
        "\n",
        "-",
        "",
        "1970-03-04",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "é",
        "or",
    ];
    let word = prop_oneof![4 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,12}"];
    proptest::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

fn any_field() -> impl Strategy<Value = Field> {
    ("[a-zA-Z/]{1,8}", words()).prop_map(|(path, value)| Field { path, value })
}

fn any_party() -> impl Strategy<Value = Party> {
    let roles = [Role::Debtor, Role::Creditor, Role::CreditorAgent, Role::UltimateDebtor, Role::AccountOwner, Role::Other];
    let kinds = [
        IdKind::Bic,
        IdKind::Lei,
        IdKind::Iban,
        IdKind::Account,
        IdKind::Wallet,
        IdKind::Clearing,
        IdKind::Passport,
        IdKind::National,
        IdKind::Tax,
        IdKind::Register,
        IdKind::Phone,
        IdKind::Email,
        IdKind::Other,
    ];
    let fields = || proptest::collection::vec(any_field(), 0..3);
    let id =
        (proptest::sample::select(kinds.to_vec()), any_field()).prop_map(|(kind, field)| PartyId { kind, field, scheme: None });
    let address = (fields(), fields(), proptest::option::of(any_field()), proptest::option::of(any_field()));
    let rest = (proptest::option::of(any_field()), proptest::option::of(any_field()), fields());
    (proptest::sample::select(roles.to_vec()), "[a-z]{1,3}", fields(), address, proptest::collection::vec(id, 0..3), rest)
        .prop_map(|(role, path, names, (lines, town, subdivision, country), ids, (birth_date, birth_place, countries))| {
            let mut party = Party::new(role, path);
            party.names = names;
            party.address.lines = lines;
            party.address.town = town;
            party.address.subdivision = subdivision;
            party.address.country = country;
            party.birth_date = birth_date;
            party.birth_place = birth_place;
            party.countries = countries;
            party.ids = ids;
            party
        })
}

fn any_payment() -> impl Strategy<Value = Payment> {
    let kinds = [TextKind::Remittance, TextKind::Goods, TextKind::Transport, TextKind::Instruction, TextKind::Purpose];
    let text = (proptest::sample::select(kinds.to_vec()), any_field()).prop_map(|(kind, field)| Text { kind, field });
    let reference = any_field().prop_map(|field| Reference { kind: RefKind::EndToEnd, field });
    (
        proptest::sample::select(MessageKind::ALL.to_vec()),
        proptest::collection::vec(any_party(), 0..4),
        proptest::collection::vec(text, 0..4),
        proptest::collection::vec(reference, 0..2),
    )
        .prop_map(|(kind, parties, texts, references)| {
            let mut payment = Payment::new(kind, "any", 1, 1);
            payment.parties = parties;
            payment.texts = texts;
            payment.references = references;
            payment
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What was screened before, in whatever order, changes nothing.
    #[test]
    fn the_order_of_payments_changes_nothing(order in proptest::collection::vec(0..POOL.len(), 1..40)) {
        let mut scratch = ScreenScratch::default();
        for at in order {
            let assessment = PLAIN.screen(&POOL[at], None, &mut scratch);
            prop_assert_eq!(&dump(&POOL[at], &assessment), &ALONE[at]);
        }
    }

    #[test]
    fn any_payment_is_assessed_by_the_laws(payment in any_payment()) {
        let mut scratch = ScreenScratch::default();
        let assessment = PLAIN.screen(&payment, None, &mut scratch);
        check_laws(&payment, &assessment);
        let again = PLAIN.screen(&payment, None, &mut scratch);
        prop_assert_eq!(dump(&payment, &assessment), dump(&payment, &again));
    }
}

#[test]
fn threads_change_nothing() {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || {
                let mut scratch = ScreenScratch::default();
                for at in (0..POOL.len()).map(|at| (at * 7 + part) % POOL.len()) {
                    let assessment = PLAIN.screen(&POOL[at], None, &mut scratch);
                    assert_eq!(dump(&POOL[at], &assessment), ALONE[at]);
                }
            });
        }
    });
}
