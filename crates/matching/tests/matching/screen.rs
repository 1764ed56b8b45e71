//! Screening against a snapshot of the built-in dataset.

use interdict_matching::{Comparison, Matcher, Scratch, Settings};
use interdict_model::Schema;
use interdict_snapshot::{Builder, Snapshot};

use crate::{dataset, entity, query};

/// Ids and scores found, best first.
fn find(snapshot: &Snapshot, schema: Schema, properties: &[(&str, &str)], settings: &Settings) -> Vec<(String, f64)> {
    let matcher = Matcher::new(snapshot, settings.clone());
    let hits = matcher.screen(&query(schema, properties), &mut Scratch::default());
    hits.iter().map(|hit| (hit.entity.id().to_owned(), hit.score)).collect()
}

#[test]
fn the_network_is_found_however_it_is_spelled() {
    let snapshot = dataset();
    for (name, id) in [
        ("Chonsurim Trading Corp", "ofac-52283"),
        ("천수림무역회사", "ofac-52283"),
        ("Jong In Chol", "ofac-52289"),
        ("Chong In-ch'ol", "ofac-52289"),
        ("정인철", "ofac-52289"),
        ("Bureau 53", "ofac-52262"),
        ("조선봉래산무역회사", "ofac-52262"),
        ("Liaoning Zhongmao Industrial", "ofac-52264"),
        ("辽宁中贸实业有限公司", "ofac-52264"),
        ("Korea Osung Shiping Co", "ofac-52282"),
        ("0x97B1043ABD9E6FC31681635166D430A458D14F9C", "ofac-43377"),
        ("1d6gg9ikehpittcwrjiniuj1jym2hneafj", "ofac-43377"),
        ("1d6gg9ikehpittcwrjiniuj1jym2hnefaj", ""),
    ] {
        let found = find(snapshot, Schema::Thing, &[("name", name)], &Settings::default());
        assert_eq!(found.first().map_or("", |hit| hit.0.as_str()), id, "{name}: {found:?}");
    }
}

#[test]
fn a_wallet_in_the_wrong_case_is_found_and_said() {
    let snapshot = dataset();
    let matcher = Matcher::new(snapshot, Settings::default());
    let listed = "1D6gG9iKEhPitTcWRJiniuj1jYM2hNeAfJ";
    for (address, exact) in [(listed.to_owned(), true), (listed.to_lowercase(), false)] {
        let hits = matcher.screen(&query(Schema::CryptoWallet, &[("publicKey", &address)]), &mut Scratch::default());
        assert_eq!(hits.len(), 1, "{address}");
        assert_eq!(hits[0].entity.id(), "ofac-43377");
        assert_eq!(hits[0].identifiers[0].exact, exact, "{address}");
        assert_eq!(hits[0].identifiers[0].listed, listed);
    }
}

#[test]
fn every_name_of_the_dataset_finds_its_party() {
    let snapshot = dataset();
    let matcher = Matcher::new(snapshot, Settings { limit: 50, ..Settings::default() });
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for index in 0..snapshot.name_count() {
        let name = snapshot.name_at(index).unwrap();
        let schema = name.entity().schema().unwrap();
        let hits = matcher.screen(&query(schema, &[("name", name.text())]), &mut scratch);
        let expected = if name.property() == "weakAlias" { 0.9 } else { 1.0 };
        let found = hits.iter().find(|hit| hit.entity.id() == name.entity().id());
        if found.is_none_or(|hit| hit.score < expected - 1e-9) {
            wrong.push(format!("{} of {}: {:?}", name.text(), name.entity().id(), found.map(|hit| hit.score)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Slips of typing in a name: each letter of the first and last word left out, doubled, exchanged with its neighbour.
fn slips(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut found = Vec::new();
    for at in 0..letters.len().min(24) {
        let mut without = letters.clone();
        without.remove(at);
        found.push(without.iter().collect());
        if at + 1 < letters.len() {
            let mut exchanged = letters.clone();
            exchanged.swap(at, at + 1);
            found.push(exchanged.iter().collect());
        }
    }
    found
}

#[test]
fn candidates_lose_nothing_that_scoring_everything_finds() {
    let snapshot = dataset();
    let settings = Settings { limit: 1000, ..Settings::default() };
    let matcher = Matcher::new(snapshot, settings.clone());
    let mut scratch = Scratch::default();
    let people: Vec<_> = snapshot
        .entities()
        .filter(|party| party.schema() == Some(Schema::Person))
        .map(interdict_snapshot::EntityRef::to_entity)
        .collect();
    let (mut queries, mut expected, mut lost) = (0, 0, Vec::new());
    for name in people.iter().filter_map(|party| party.first("name")).step_by(2) {
        for slip in slips(name).into_iter().step_by(3) {
            let asked = entity(Schema::Person, &[("name", &slip)]);
            let Ok(read) = interdict_matching::Query::from_entity(&asked) else { continue };
            let found: Vec<String> = matcher.screen(&read, &mut scratch).iter().map(|hit| hit.entity.id().to_owned()).collect();
            queries += 1;
            for party in &people {
                let mut listed = entity(Schema::Person, &[]);
                for property in ["name", "alias", "previousName", "weakAlias"] {
                    party.texts(property).for_each(|text| listed.add(property, text));
                }
                let score = Comparison::of_entities(&asked, &listed, &settings).unwrap().score;
                if score >= settings.threshold {
                    expected += 1;
                    if !found.contains(&party.id) {
                        lost.push(format!("{slip} → {} ({score:.2})", party.display_name()));
                    }
                }
            }
        }
    }
    assert!(queries > 150 && expected > queries / 2, "{queries} queries, {expected} expected");
    assert!((lost.len() as f64) < f64::from(expected) * 0.01, "lost {} of {expected}:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn screening_and_comparing_give_one_score() {
    let snapshot = dataset();
    let settings = Settings { threshold: 0.3, limit: 1000, ..Settings::default() };
    let matcher = Matcher::new(snapshot, settings.clone());
    let mut scratch = Scratch::default();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (party, slip) in
        snapshot.entities().filter(|party| party.schema().is_some()).map(interdict_snapshot::EntityRef::to_entity).flat_map(
            |party| {
                party.first("name").map(slips).unwrap_or_default().into_iter().step_by(7).map(move |slip| (party.clone(), slip))
            },
        )
    {
        let mut asked =
            entity(party.schema.known().unwrap(), &[("name", &slip), ("birthDate", "1970-01-01"), ("gender", "female")]);
        party.texts("country").take(1).for_each(|country| asked.add("country", country));
        asked.add("passportNumber", "000111222");
        let Ok(read) = interdict_matching::Query::from_entity(&asked) else { continue };
        for hit in matcher.screen(&read, &mut scratch) {
            let score = Comparison::of_entities(&asked, &hit.entity.to_entity(), &settings).unwrap().score;
            compared += 1;
            if (score - hit.score).abs() > 1e-9 {
                wrong.push(format!("{slip} and {}: screen {}, compare {score}", hit.entity.caption(), hit.score));
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

#[test]
fn a_country_is_read_however_a_list_spells_it() {
    let mut builder = Builder::new();
    let mut listed = entity(Schema::Person, &[("name", "Ada Beispiel"), ("country", "North Korea")]);
    listed.id = "p-1".to_owned();
    builder.add(&listed);
    let snapshot = &builder.finish().unwrap().open().unwrap();
    let ask = |country: &str| {
        find(snapshot, Schema::Person, &[("name", "Ada Beispeil"), ("country", country)], &Settings::default())[0].1
    };
    assert!(ask("kp") > ask("fr"));
}

#[test]
fn weak_aliases_are_marked_and_can_be_switched_off() {
    let snapshot = dataset();
    let ask = |settings: &Settings| find(snapshot, Schema::Organization, &[("name", "Department 53")], settings);
    let found = ask(&Settings::default());
    assert_eq!(found[0].0, "ofac-52262");
    assert!((found[0].1 - 0.9).abs() < 1e-9, "{found:?}");
    let without = ask(&Settings { weak_aliases: false, ..Settings::default() });
    assert!(without.iter().all(|hit| hit.0 != "ofac-52262" || hit.1 < 0.9), "{without:?}");
}

#[test]
fn threshold_limit_and_schema_hold() {
    let snapshot = dataset();
    let all = find(
        snapshot,
        Schema::Thing,
        &[("name", "Jong Song Ho")],
        &Settings { threshold: 0.3, limit: 100, ..Settings::default() },
    );
    assert!(all.len() > 3 && all.iter().all(|hit| hit.1 >= 0.3) && all.is_sorted_by(|a, b| a.1 >= b.1), "{all:?}");
    let limited = find(
        snapshot,
        Schema::Thing,
        &[("name", "Jong Song Ho")],
        &Settings { threshold: 0.3, limit: 2, ..Settings::default() },
    );
    assert_eq!(limited, all[..2]);
    assert!(find(snapshot, Schema::Vessel, &[("name", "Jong Song Ho")], &Settings::default()).is_empty());
}

#[test]
fn a_passport_finds_its_holder_and_not_a_company() {
    let snapshot = dataset();
    let settings = Settings::default();
    let person = find(snapshot, Schema::Person, &[("name", "Berta Muster"), ("passportNumber", "390220044")], &settings);
    assert_eq!(person[0].0, "ofac-52289");
    assert!(
        find(snapshot, Schema::Company, &[("name", "Muster GmbH"), ("registrationNumber", "390220044")], &settings).is_empty()
    );
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let snapshot = dataset();
    let matcher = Matcher::new(snapshot, Settings { threshold: 0.4, ..Settings::default() });
    let asked = query(Schema::Thing, &[("name", "Kim Chol Min")]);
    let mut used = Scratch::default();
    let first =
        format!("{:?}", matcher.screen(&asked, &mut used).iter().map(|hit| (hit.entity.id(), hit.score)).collect::<Vec<_>>());
    for _ in 0..3 {
        let _ = matcher.screen(&query(Schema::Thing, &[("name", "Other Name")]), &mut used);
        let again = format!(
            "{:?}",
            matcher.screen(&asked, &mut used).iter().map(|hit| (hit.entity.id(), hit.score)).collect::<Vec<_>>()
        );
        assert_eq!(first, again);
    }
}

#[test]
fn an_entity_without_names_is_found_by_its_number_only() {
    let mut builder = Builder::new();
    let mut vessel = entity(Schema::Vessel, &[("name", "EXAMPLE STAR"), ("imoNumber", "9187629")]);
    vessel.id = "v-1".to_owned();
    builder.add(&vessel);
    let snapshot = &builder.finish().unwrap().open().unwrap();
    for (property, value) in [("imoNumber", "IMO 9187629"), ("imoNumber", "9187629"), ("name", "IMO9187629")] {
        let found = find(snapshot, Schema::Thing, &[(property, value)], &Settings::default());
        assert_eq!(found, [("v-1".to_owned(), 1.0)], "{property} {value}");
    }
}

#[test]
fn a_list_of_bare_names_is_found_whatever_is_asked_for() {
    let mut listed = interdict_model::Entity::new("names-1", interdict_model::Schema::Thing);
    listed.add("name", "Zephyrin Quillon Sample");
    let mut builder = interdict_snapshot::Builder::new();
    builder.add(&listed);
    let snapshot = builder.finish().unwrap().open().unwrap();
    let matcher = interdict_matching::Matcher::new(&snapshot, interdict_matching::Settings::default());
    for schema in ["Person", "Organization", "Company", "LegalEntity", "Vessel", "Thing"] {
        let json = format!(r#"{{"schema":"{schema}","properties":{{"name":["Zephyrin Quillon Sample"]}}}}"#);
        let query = interdict_matching::Query::from_entity(&interdict_model::entity_from_json(&json).unwrap()).unwrap();
        let hits = matcher.screen(&query, &mut interdict_matching::Scratch::default());
        assert_eq!(hits.first().map(|hit| (hit.entity.id(), hit.score)), Some(("names-1", 1.0)), "{schema}");
    }
}
