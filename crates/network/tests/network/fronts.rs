//! The front finder on invented parties: what counts together, what is damped, and what is no evidence at all.

use interdict_model::{Entity, Schema};
use interdict_names::NameKind;
use interdict_network::{Candidate, EvidenceKind, Finding, FrontFinder, FrontSettings, Graph, Officer, OfficerRole};
use interdict_snapshot::{Builder, Snapshot};
use proptest::prelude::*;

fn entity(id: &str, schema: Schema, properties: &[(&str, &str)]) -> Entity {
    let mut entity = Entity::new(id, schema);
    for (property, text) in properties {
        entity.add(property, *text);
    }
    entity
}

/// A listed firm with its listed director, an unlisted helper with a firm of his own, and an unrelated listed firm.
fn snapshot() -> Snapshot {
    let mut builder = Builder::new();
    let facts = [
        entity(
            "firm",
            Schema::Company,
            &[
                ("name", "Quorvex Shipping"),
                ("topics", "sanction"),
                ("address", "Room 12, 41 Mill Road, Cambridge, United Kingdom"),
                ("phone", "+44 20 7946 0018"),
                ("registrationNumber", "QX4471920"),
                ("email", "office@quorvex.example"),
            ],
        ),
        entity("boss", Schema::Person, &[("name", "Veldric Ostanmar"), ("topics", "sanction"), ("birthDate", "1961-04-09")]),
        entity("d", Schema::Directorship, &[("director", "boss"), ("organization", "firm")]),
        entity("helper", Schema::Person, &[("name", "Jorunn Palavec")]),
        entity("r", Schema::Representation, &[("agent", "helper"), ("client", "firm")]),
        entity("shop", Schema::Company, &[("name", "Palavec Services"), ("phone", "+44 20 7946 0555")]),
        entity("o", Schema::Ownership, &[("owner", "helper"), ("asset", "shop")]),
        entity("account", Schema::BankAccount, &[("iban", "DE89370400440532013000"), ("owner", "helper")]),
        entity(
            "other",
            Schema::Company,
            &[("name", "Marrowgate Metals"), ("topics", "sanction"), ("address", "7 Harbour Street, London, United Kingdom")],
        ),
    ];
    for fact in facts {
        builder.add(&fact);
    }
    builder.finish().unwrap().open().unwrap()
}

/// Equal names, case and order of words aside.
fn finder(snapshot: &Snapshot) -> impl Fn(&str, NameKind) -> Vec<(u32, f64)> + Sync {
    let sorted = |name: &str| {
        let mut words: Vec<String> = name.to_lowercase().split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let names: Vec<(u32, Vec<String>)> =
        snapshot.entities().flat_map(|entity| entity.texts("name").map(move |name| (entity.index(), sorted(name)))).collect();
    move |name, _| names.iter().filter(|(_, held)| *held == sorted(name)).map(|(entity, _)| (*entity, 1.0)).collect()
}

fn director(name: &str, born: Option<&str>) -> Officer {
    let mut entity = entity("", Schema::Person, &[("name", name)]);
    if let Some(born) = born {
        entity.add("birthDate", born);
    }
    Officer { role: OfficerRole::Director, entity }
}

fn row(id: &str, properties: &[(&str, &str)], officers: Vec<Officer>) -> Candidate {
    let mut entity = entity(id, Schema::Company, &[("name", &format!("Harmless {id} Ltd"))]);
    for (property, text) in properties {
        entity.add(property, *text);
    }
    Candidate::new(entity, officers)
}

fn find(rows: &[Candidate]) -> Vec<Finding> {
    let snapshot = snapshot();
    let graph = Graph::new(&snapshot);
    FrontFinder::new(&graph, FrontSettings::default()).find(rows, &finder(&snapshot))
}

/// The kinds of evidence of the finding of a row; nothing when it is none.
fn kinds(findings: &[Finding], row: usize) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.row == row)
        .flat_map(|finding| finding.evidence.iter().map(|one| one.kind.code()))
        .collect();
    kinds.sort_unstable();
    kinds
}

const PLACE: (&str, &str) = ("address", "41 Mill Rd., Cambridge, UK");

#[test]
fn one_weak_kind_alone_is_no_finding_and_two_at_one_party_are() {
    for (what, candidate, expected) in [
        ("a building", row("a", &[PLACE], vec![]), vec![]),
        ("a rare name", row("a", &[], vec![director("Veldric Ostanmar", None)]), vec![]),
        ("a mail domain", row("a", &[("email", "sales@quorvex.example")], vec![]), vec![]),
        ("both", row("a", &[PLACE], vec![director("OSTANMAR Veldric", None)]), vec!["address", "person"]),
        ("a phone", row("a", &[("phone", "0044 207946-0018")], vec![]), vec!["phone"]),
        ("a number", row("a", &[("registrationNumber", "qx 447 1920")], vec![]), vec!["registration"]),
        ("a proxy's account", row("a", &[("iban", "DE89 3704 0044 0532 0130 00")], vec![]), vec!["bank-account"]),
        // What meets at no one party is two coincidences.
        (
            "the name of one and the building of another",
            row("a", &[("address", "7 Harbour Street, London, UK")], vec![director("Veldric Ostanmar", None)]),
            vec![],
        ),
    ] {
        assert_eq!(kinds(&find(&[candidate]), 0), expected, "{what}");
    }
}

#[test]
fn a_date_of_birth_decides() {
    let of = |born| find(&[row("a", &[PLACE], vec![director("Veldric Ostanmar", born)])]);
    assert_eq!(kinds(&of(Some("1984-11-30")), 0), Vec::<&str>::new());
    assert_eq!(kinds(&find(&[row("a", &[], vec![director("Veldric Ostanmar", Some("1961-04-09"))])]), 0), ["person"]);
    assert!(of(Some("1961"))[0].score > of(None)[0].score);
}

#[test]
fn a_helper_one_step_away_counts_less_and_his_firm_still_less() {
    let phone = |number: &str| find(&[row("a", &[("phone", number), PLACE], vec![])]).first().map_or(0.0, |found| found.score);
    let helper = find(&[row("a", &[("phone", "+44 20 7946 0555")], vec![director("Jorunn Palavec", None)])]);
    assert_eq!(kinds(&helper, 0), ["person", "phone"]);
    assert!(phone("+44 20 7946 0018") > helper[0].score);
    let evidence = helper[0].evidence.iter().find(|one| one.kind == EvidenceKind::Phone).unwrap();
    assert!(evidence.weight < EvidenceKind::Phone.weight().weight);
    let snapshot = snapshot();
    assert_eq!(snapshot.entity_at(helper[0].listed).unwrap().id(), "firm");
}

#[test]
fn what_many_rows_have_links_nobody() {
    let with = |others: usize| {
        let rows: Vec<Candidate> =
            (0..=others).map(|at| row(&format!("r{at}"), &[("phone", "+44 20 7946 0018")], vec![])).collect();
        find(&rows).len()
    };
    assert_eq!((with(0), with(4), with(40)), (1, 5, 0));
}

#[test]
fn a_country_and_a_name_like_others_are_no_evidence() {
    let plain = find(&[row("a", &[("phone", "+44 20 7946 0018")], vec![])]);
    for country in ["kp", "gb", "ir"] {
        let found = find(&[row("a", &[("phone", "+44 20 7946 0018"), ("country", country)], vec![])]);
        assert_eq!(found[0].score.to_bits(), plain[0].score.to_bits(), "{country}");
        assert_eq!(find(&[row("a", &[("country", country)], vec![director("Kim Yong Chol", None)])]), vec![]);
    }
    // A name alone is for `screen`, even the very name of a listed firm.
    let mut named = entity("a", Schema::Company, &[("name", "Quorvex Shipping")]);
    assert_eq!(find(&[Candidate::new(named.clone(), vec![])]), vec![]);
    named.add("phone", "+44 20 7946 0018");
    let found = find(&[Candidate::new(named, vec![])]);
    assert!(found[0].named_as.is_some() && found[0].score > plain[0].score);
}

#[test]
fn a_front_leads_to_another_row_by_account_and_director() {
    let ours = ("iban", "GB29NWBK60161331926819");
    let rows = [
        row("a", &[("phone", "+44 20 7946 0018"), ours], vec![director("Ferrun Adavessa", None)]),
        row("b", &[ours], vec![director("Ferrun Adavessa", None)]),
        row("c", &[], vec![director("Ferrun Adavessa", None)]),
        row("d", &[], vec![director("Ada Unrelated", None)]),
    ];
    let findings = find(&rows);
    assert_eq!(findings.iter().map(|found| found.row).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(kinds(&findings, 1), ["row"]);
    assert!(findings[1].score < findings[0].score);
}

#[test]
fn a_rare_word_supports_and_never_flags() {
    let named = |extra: &[(&str, &str)]| {
        let mut entity = entity("a", Schema::Company, &[("name", "Quorvex Consulting Ltd")]);
        for (property, text) in extra {
            entity.add(property, *text);
        }
        find(&[Candidate::new(entity, vec![])])
    };
    assert_eq!(named(&[]), vec![]);
    assert_eq!(kinds(&named(&[PLACE]), 0), ["address", "word"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a file holds: scores are shares, come in order, and rows do not depend on the order of the file.
    #[test]
    fn scores_are_shares_and_in_order(choices in proptest::collection::vec((0_u8..6, 0_u8..3, 0_u8..3), 1..12)) {
        let rows: Vec<Candidate> = choices
            .iter()
            .enumerate()
            .map(|(at, (value, person, name))| {
                let value: &[(&str, &str)] = match value {
                    0 => &[PLACE],
                    1 => &[("phone", "+44 20 7946 0018")],
                    2 => &[("iban", "GB29NWBK60161331926819")],
                    3 => &[("registrationNumber", "QX4471920"), ("email", "office@quorvex.example")],
                    4 => &[("address", "\u{202e}?!"), ("phone", "+"), ("iban", "x")],
                    _ => &[],
                };
                let people = match person {
                    0 => vec![director("Veldric Ostanmar", None)],
                    1 => vec![director("Ferrun Adavessa", Some("no date"))],
                    _ => vec![],
                };
                let id = if *name == 0 { String::new() } else { at.to_string() };
                row(&id, value, people)
            })
            .collect();
        let found = find(&rows);
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(found.iter().all(|one| (0.6..=0.99).contains(&one.score) && !one.evidence.is_empty()));
        let mut turned = rows.clone();
        turned.reverse();
        let mut back: Vec<usize> = find(&turned).iter().map(|one| rows.len() - 1 - one.row).collect();
        let mut plain: Vec<usize> = found.iter().map(|one| one.row).collect();
        back.sort_unstable();
        plain.sort_unstable();
        prop_assert_eq!(back, plain);
    }
}
