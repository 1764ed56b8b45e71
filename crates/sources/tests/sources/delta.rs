//! What changed between two issues: a folder of cases with what is to come out, laws that hold of any two lists, and real issues where
//! they are at hand.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use interdict_model::{Entity, Value, entity_from_json, entity_to_json};
use interdict_sources::{
    Delta, Fact, IssueRef, ListIssue, ListIssueBuilder, Operation, PartyRecord, Relevance, SourceSpec, entity_changes,
};
use proptest::prelude::*;
use serde_json::Value as Json;

fn issue(entities: &[Entity]) -> ListIssue {
    let mut builder = ListIssueBuilder::new();
    for entity in entities {
        builder.add(entity);
    }
    builder.finish(IssueRef::default())
}

fn lines(text: &str) -> Vec<Entity> {
    text.lines().map(|line| entity_from_json(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn party(out: &mut String, sign: char, party: &PartyRecord) {
    let PartyRecord { id, caption, schema, programs, listed, facts, id_reused, possibly_renumbered } = party;
    writeln!(out, "{sign} {id} {caption} ({schema}) {programs:?} {listed:?}").unwrap();
    if *id_reused {
        writeln!(out, "    its id stands for another party").unwrap();
    }
    if let Some(other) = possibly_renumbered {
        writeln!(out, "    possibly renumbered: {other}").unwrap();
    }
    for fact in facts {
        let record = if fact.record.is_empty() { String::new() } else { format!(" [{}]", fact.record) };
        writeln!(out, "    {}: {}{record}", Fact::words(&fact.kind), fact.full()).unwrap();
    }
}

fn shown(old: &ListIssue, new: &ListIssue) -> String {
    let delta = Delta::between(old, new);
    let mut out = String::new();
    delta.added.iter().for_each(|record| party(&mut out, '+', record));
    delta.removed.iter().for_each(|record| party(&mut out, '-', record));
    for change in &delta.changed {
        writeln!(out, "~ {} {} ({}) {:?}", change.id, change.caption, change.schema, change.programs).unwrap();
        for fact in &change.facts {
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            let record = if fact.record.is_empty() { String::new() } else { format!(" [{}]", fact.record) };
            writeln!(out, "    {}: {} -> {}{record}", Fact::words(&fact.kind), side(&fact.old), side(&fact.new)).unwrap();
        }
    }
    writeln!(out, "= {} unchanged", delta.unchanged).unwrap();
    for change in entity_changes(old, new) {
        writeln!(out, "{} {}", change.operation.code(), change.entity.id).unwrap();
    }
    out
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/delta");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 5);
    for case in cases {
        let read = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
        let (old, new) = (issue(&lines(&read("a.jsonl"))), issue(&lines(&read("b.jsonl"))));
        let found = shown(&old, &new);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(case.join("expected.txt"), &found).unwrap();
        }
        assert_eq!(read("expected.txt"), found, "{}; UPDATE_EXPECT=1 rewrites it", case.display());
        // Nothing changes from an issue to itself.
        for same in [&old, &new] {
            assert!(Delta::between(same, same).is_empty() && entity_changes(same, same).next().is_none());
        }
        check_applied(&lines(&read("a.jsonl")), &lines(&read("b.jsonl")));
    }
}

/// An entity as what it says: no provenance, values in no order, nothing that tells only when it was seen.
fn plain(entity: &Entity) -> Json {
    let mut plain = entity.clone();
    plain.origin = None;
    plain.names.iter_mut().for_each(|name| name.record.clear());
    plain.names.sort_by(|a, b| a.text.cmp(&b.text));
    plain.datasets.sort();
    for member in ["first_seen", "last_seen", "last_change"] {
        plain.extra.remove(member);
    }
    let mut json = entity_to_json(&plain);
    let properties: BTreeMap<String, Vec<String>> = entity
        .properties()
        .map(|(name, values)| {
            let mut texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
            texts.sort();
            (name.to_owned(), texts)
        })
        .collect();
    json["properties"] = serde_json::to_value(properties).unwrap();
    json
}

/// Applies the changes to the old list; the new one must come out.
#[track_caller]
fn check_applied(old: &[Entity], new: &[Entity]) {
    let (before, after) = (issue(old), issue(new));
    let mut held: BTreeMap<String, Entity> = before.entities().map(|entity| (entity.id.clone(), entity)).collect();
    for change in entity_changes(&before, &after) {
        let id = change.entity.id.clone();
        // What is written is what another program reads.
        let json = change.to_json();
        assert_eq!(json["op"], change.operation.code());
        match change.operation {
            Operation::Delete => {
                assert!(held.remove(&id).is_some(), "{id} is not there to delete");
                assert_eq!(json["entity"]["id"], id);
            }
            Operation::Add | Operation::Modify => {
                let entity = entity_from_json(&json["entity"].to_string()).unwrap();
                let replaced = held.insert(id.clone(), entity);
                assert_eq!(replaced.is_some(), change.operation == Operation::Modify, "{id}");
            }
        }
    }
    let applied: BTreeMap<&String, Json> = held.iter().map(|(id, entity)| (id, plain(entity))).collect();
    let expected: Vec<Entity> = after.entities().collect();
    let expected: BTreeMap<&String, Json> = expected.iter().map(|entity| (&entity.id, plain(entity))).collect();
    assert_eq!(applied, expected);
}

fn any_entity() -> impl Strategy<Value = Entity> {
    let id = (0..12_u8).prop_map(|n| format!("x-{n}"));
    let schema = prop::sample::select(vec![
        "Person",
        "Company",
        "Vessel",
        "Address",
        "Sanction",
        "Passport",
        "CryptoWallet",
        "Ownership",
        "Family",
        "HyperText",
    ]);
    let property = prop::sample::select(vec![
        "name",
        "alias",
        "weakAlias",
        "birthDate",
        "country",
        "holder",
        "entity",
        "owner",
        "asset",
        "person",
        "relative",
        "addressEntity",
        "full",
        "number",
        "program",
        "publicKey",
        "notes",
    ]);
    let text = prop_oneof![(0..12_u8).prop_map(|n| format!("x-{n}")), "[a-c]{1,2}( [a-c]{1,2})?", Just("kp".to_owned())];
    let target = prop::option::of(any::<bool>());
    (id, schema, prop::collection::vec((property, text, prop::option::of("[r-t]")), 0..6), target).prop_map(
        |(id, schema, values, target)| {
            let mut entity = Entity::new(id, schema);
            entity.target = target;
            for (property, text, record) in values {
                entity.add(property, Value { text, record: record.map(Into::into) });
            }
            entity
        },
    )
}

/// A list: no id comes twice.
fn any_list() -> impl Strategy<Value = Vec<Entity>> {
    prop::collection::vec(any_entity(), 0..10).prop_map(|entities| {
        entities.into_iter().map(|entity| (entity.id.clone(), entity)).collect::<BTreeMap<_, _>>().into_values().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_applied_to_the_old_list_give_the_new_one(old in any_list(), new in any_list()) {
        check_applied(&old, &new);
    }

    /// Every party of either list is told of once, and the way back has the same parties the other way round.
    #[test]
    fn every_party_is_accounted_for(old in any_list(), new in any_list(), seed in any::<u64>()) {
        let (before, after) = (issue(&old), issue(&new));
        let delta = Delta::between(&before, &after);
        let both = delta.changed.len() as u64 + delta.unchanged;
        prop_assert_eq!(both + delta.added.len() as u64, after.reference().parties);
        prop_assert_eq!(both + delta.removed.len() as u64, before.reference().parties);
        let back = Delta::between(&after, &before);
        prop_assert_eq!((delta.added.len(), delta.removed.len(), delta.changed.len()), (back.removed.len(), back.added.len(), back.changed.len()));
        // The order of a list says nothing.
        let mut shuffled = new.clone();
        let count = shuffled.len().max(1);
        shuffled.rotate_left(seed as usize % count);
        shuffled.reverse();
        prop_assert!(Delta::between(&after, &issue(&shuffled)).is_empty());
    }
}

#[test]
fn statements_of_one_id_are_merged_or_said() {
    let entities = lines(
        "{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada\"]}}\n\
         {\"id\":\"x\",\"schema\":\"Person\",\"properties\":{\"alias\":[\"Bea\"]}}\n\
         {\"id\":\"x\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"Argo\"]}}",
    );
    let issue = issue(&entities);
    assert_eq!(issue.doubled(), ["x"]);
    let held = issue.entity("x").unwrap();
    assert_eq!((held.first("name"), held.first("alias")), (Some("Ada"), Some("Bea")));
    assert_eq!(issue.reference().entities, 1);
}

#[test]
fn why_a_party_belongs_to_a_programme() {
    let issue = issue(&lines(
        r#"{"id":"tag","schema":"Person","properties":{"name":["Ada"]}}
{"id":"s","schema":"Sanction","properties":{"entity":["tag"],"program":["DPRK4"],"country":["us"]}}
{"id":"cyber","schema":"Person","properties":{"name":["Bea"],"notes":["Secondary sanctions risk: North Korea Sanctions Regulations"],"program":["CYBER4"]}}
{"id":"place","schema":"Company","properties":{"name":["Cee"],"addressEntity":["a"]}}
{"id":"a","schema":"Address","properties":{"full":["Testyang"],"country":["kp"]}}
{"id":"eu","schema":"Person","properties":{"name":["Jay"],"programId":["PRK"]}}
{"id":"uk","schema":"Person","properties":{"name":["Kay"],"program":["The Democratic People's Republic of Korea (Sanctions) Regulations"]}}
{"id":"born","schema":"Person","properties":{"name":["Dee"],"nationality":["kp"]}}
{"id":"linked","schema":"Company","properties":{"name":["Eff"],"country":["cn"]}}
{"id":"o","schema":"Ownership","properties":{"owner":["linked"],"asset":["cyber"]}}
{"id":"far","schema":"Company","properties":{"name":["Gee"]}}
{"id":"p","schema":"Ownership","properties":{"owner":["far"],"asset":["linked"]}}
{"id":"south","schema":"Person","properties":{"name":["Aitch"],"nationality":["kr"],"notes":["Lives in South Korea"]}}"#,
    ));
    let relevance = Relevance::of(&issue, "dprk");
    for (id, reasons) in [
        ("tag", &["programme DPRK4"][..]),
        ("cyber", &["notes name North Korea"]),
        ("place", &["address in North Korea"]),
        ("born", &["nationality North Korea"]),
        ("linked", &["linked to Bea (cyber): notes name North Korea"]),
        ("eu", &["programme PRK"]),
        ("uk", &["programme The Democratic People's Republic of Korea (Sanctions) Regulations"]),
        ("far", &[]),
        ("south", &[]),
    ] {
        assert_eq!(relevance.reasons(id), reasons, "{id}");
    }
    assert_eq!(Relevance::of(&issue, "CYBER").reasons("cyber"), ["programme CYBER4"]);
}

/// The path of an issue of the SDN list, or `None` with a word on the standard error when the folder is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn sdn(date: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: SDN list of {date}: no folder ../shared/data beside the checkout");
        return None;
    }
    Some(folder.join(format!("ofac/advanced/sdn_advanced_{date}.xml.bz2")))
}

fn sdn_delta(old: &str, new: &str) -> Option<(ListIssue, ListIssue, Delta)> {
    let spec = SourceSpec::new("us_ofac_sdn");
    let (old, new) = ListIssue::load_pair(&spec, &sdn(old)?, &sdn(new)?);
    let (old, new) = (old.unwrap().0, new.unwrap().0);
    let delta = Delta::between(&old, &new);
    Some((old, new, delta))
}

/// The designations of 16 January 2025, which the Treasury announced as Department 53, two fronts, their heads and a supplier.
#[test]
fn designations_of_2025_01_16() {
    let Some((old, new, delta)) = sdn_delta("2024-12-19", "2025-02-11") else { return };
    assert_eq!((delta.old.date(), delta.new.date()), ("2024-12-19", "2025-02-11"));
    let counts = (delta.added.len(), delta.removed.len(), delta.changed.len(), delta.unchanged);
    assert_eq!(counts, (652, 48, 112, 16_823));
    assert_eq!(delta.added.len() + delta.changed.len() + delta.unchanged as usize, new.reference().parties as usize);
    let (before, after) = (Relevance::of(&old, "DPRK"), Relevance::of(&new, "DPRK"));
    let of_programme: Vec<&PartyRecord> =
        delta.added.iter().filter(|party| !Relevance::either(&after, &before, &party.id).is_empty()).collect();
    let captions: Vec<&str> = of_programme.iter().map(|party| party.caption.as_str()).collect();
    assert_eq!(
        captions,
        [
            "Department 53 of the Ministry of the People's Armed Forces",
            "Liaoning China Trade Industry Co., LTD.",
            "Korea Osong Shipping Corporation",
            "Chonsurim Trading Corporation",
            "Son Kyong Sik",
            "Jong In Chol",
        ]
    );
    assert!(of_programme.iter().all(|party| party.listed == ["2025-01-16"]));
    let facts: Vec<String> =
        of_programme[5].facts.iter().map(|fact| format!("{}: {}", Fact::words(&fact.kind), fact.full())).collect();
    for expected in [
        "passport: 390220044 (kp); end date 2025-05-12",
        "acts for: Chonsurim Trading Corporation (ofac-52283); role Acting for or on behalf of",
        "birth date: 1979-01-05",
        "country: Laos (la)",
    ] {
        assert!(facts.iter().any(|fact| fact == expected), "{expected} in {facts:?}");
    }
    assert!(delta.removed.iter().chain(&delta.added).all(|party| !party.id_reused && party.possibly_renumbered.is_none()));
    // A party that came under another programme as well.
    let party = delta.changed.iter().find(|party| party.id == "ofac-24317").unwrap();
    let designation = party.facts.iter().find(|fact| fact.kind == "designation").unwrap();
    assert_eq!(designation.old.as_deref(), Some("UKRAINE-EO13662 on 2018-04-06"));
    assert!(designation.new.as_deref().unwrap().starts_with("RUSSIA-EO14024, UKRAINE-EO13662 on 2018-04-06"));
}

/// Two weeks of the list, and its changes applied.
#[test]
fn two_weeks_of_2025_08() {
    let Some((old, new, delta)) = sdn_delta("2025-08-14", "2025-08-27") else { return };
    let counts = (delta.added.len(), delta.removed.len(), delta.changed.len(), delta.unchanged);
    assert_eq!(counts, (36, 3, 11, 17_768));
    let entities = |issue: &ListIssue| issue.entities().collect::<Vec<_>>();
    check_applied(&entities(&old), &entities(&new));
}
