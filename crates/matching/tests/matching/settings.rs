//! Settings that leave a field out, and settings at the edges of what is allowed.

use interdict_matching::{Comparison, Matcher, Scratch, Settings};
use interdict_model::Schema;
use serde_json::Value;

use crate::{dataset, entity, query};

/// A name on the list with what contradicts its entry, under settings that leave fields out.
fn features(settings: Settings) -> Vec<&'static str> {
    let query = query(
        Schema::Person,
        &[
            ("name", "Jong In Chol"),
            ("birthDate", "1955-05-05"),
            ("nationality", "us"),
            ("gender", "female"),
            ("passportNumber", "123456789"),
        ],
    );
    let hits = Matcher::new(dataset(), settings).screen(&query, &mut Scratch::default());
    let mut names: Vec<&str> =
        hits.iter().find(|hit| hit.entity.id() == "ofac-52289").unwrap().features.iter().map(|feature| feature.name).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_field_that_is_left_out_is_not_reported_by_screening() {
    assert_eq!(features(Settings::default()), ["birthDate", "country", "gender", "identifier", "name"]);
    let without = |settings: Settings| features(settings);
    assert_eq!(without(Settings { use_birth_date: false, ..Settings::default() }), ["country", "gender", "identifier", "name"]);
    assert_eq!(without(Settings { use_country: false, ..Settings::default() }), ["birthDate", "gender", "identifier", "name"]);
    assert_eq!(without(Settings { use_gender: false, ..Settings::default() }), ["birthDate", "country", "identifier", "name"]);
    assert_eq!(without(Settings { use_identifiers: false, ..Settings::default() }), ["birthDate", "country", "gender", "name"]);
}

#[test]
fn a_field_that_is_left_out_does_not_move_a_comparison() {
    let names = [("name", "Ada Beispiel")];
    let plain = |settings: &Settings| {
        let (left, right) = (entity(Schema::Person, &names), entity(Schema::Person, &[("name", "Ada Maria Beispiel")]));
        Comparison::of_entities(&left, &right, settings).unwrap().score
    };
    for (property, left, right, settings) in [
        ("birthDate", "1970-01-01", "1985-06-07", Settings { use_birth_date: false, ..Settings::default() }),
        ("birthDate", "1970-01-01", "1970-01-01", Settings { use_birth_date: false, ..Settings::default() }),
        ("nationality", "us", "de", Settings { use_country: false, ..Settings::default() }),
        ("gender", "male", "female", Settings { use_gender: false, ..Settings::default() }),
        ("passportNumber", "123456789", "123456789", Settings { use_identifiers: false, ..Settings::default() }),
        ("passportNumber", "123456789", "987654321", Settings { use_identifiers: false, ..Settings::default() }),
    ] {
        let a = entity(Schema::Person, &[names[0], (property, left)]);
        let b = entity(Schema::Person, &[("name", "Ada Maria Beispiel"), (property, right)]);
        let used = Comparison::of_entities(&a, &b, &Settings::default()).unwrap();
        let unused = Comparison::of_entities(&a, &b, &settings).unwrap();
        assert!((used.score - unused.score).abs() > 1e-9, "{property} {left} {right}: {} does not move", used.score);
        assert!((unused.score - plain(&settings)).abs() < 1e-12, "{property} {left} {right}: {}", unused.score);
        assert_eq!(unused.features.iter().map(|feature| feature.name).collect::<Vec<_>>(), ["name"]);
    }
}

#[test]
fn identifiers_that_are_left_out_find_nothing() {
    let wallet = query(Schema::Thing, &[("publicKey", "TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz")]);
    assert!(wallet.has_identifier() && !wallet.has_name());
    for (use_identifiers, found) in [(true, 1), (false, 0)] {
        let settings = Settings { use_identifiers, ..Settings::default() };
        assert_eq!(Matcher::new(dataset(), settings).screen(&wallet, &mut Scratch::default()).len(), found);
    }
}

#[test]
fn any_settings_that_are_allowed_give_scores_in_range() {
    let queries = [
        query(Schema::Person, &[("name", "Jong In Chol"), ("birthDate", "1979-01-05"), ("nationality", "kp")]),
        query(Schema::Company, &[("name", "Chonsurim Trading Corp")]),
        query(Schema::Thing, &[("name", "Kim S. M.")]),
    ];
    let default = serde_json::to_value(Settings::default()).unwrap();
    // Each number alone at an edge, then all of them.
    let mut variants = Vec::new();
    for edge in [0.0, 1.0] {
        let mut all = default.clone();
        for (name, value) in default.as_object().unwrap().iter().filter(|(_, value)| value.is_f64()) {
            assert!(value.is_number());
            let mut one = default.clone();
            one[name] = edge.into();
            all[name] = edge.into();
            variants.push((format!("{name} = {edge}"), one));
        }
        variants.push((format!("all = {edge}"), all));
    }
    for (what, values) in variants {
        let settings: Settings = serde_json::from_value::<Settings>(values).unwrap();
        assert_eq!(settings.validate(), Ok(()), "{what}");
        let matcher = Matcher::new(dataset(), settings);
        let mut scratch = Scratch::default();
        for query in &queries {
            for hit in matcher.screen(query, &mut scratch) {
                assert!((0.0..=1.0).contains(&hit.score), "{what}: {} scores {}", hit.entity.id(), hit.score);
            }
        }
    }
}

#[test]
fn boosts_that_together_reach_one_lose_nobody() {
    let query = query(Schema::Person, &[("name", "Jong In Chol"), ("birthDate", "1979-01-05"), ("nationality", "kp")]);
    let settings = Settings { birth_date_boost: 0.9, country_boost: 0.8, ..Settings::default() };
    let hits = Matcher::new(dataset(), settings).screen(&query, &mut Scratch::default());
    assert_eq!(hits.first().map(|hit| hit.entity.id()), Some("ofac-52289"));
}

#[test]
fn unknown_settings_are_refused() {
    let unknown: Value = serde_json::json!({"treshold": 0.5});
    assert!(serde_json::from_value::<Settings>(unknown).is_err());
}
