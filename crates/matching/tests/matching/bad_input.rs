//! Queries that are no names, and any text at all.

use interdict_matching::{Comparison, Matcher, Query, QueryError, Scratch, Settings};
use interdict_model::Schema;
use proptest::prelude::*;

use crate::{dataset, entity};

#[test]
fn what_cannot_be_screened_is_refused_with_the_reason() {
    let long = "a".repeat(100_000);
    for (properties, expected) in [
        (vec![], "nothing to screen: no name and no identifier"),
        (vec![("name", "---")], "`name`: the name has no letter or digit in it"),
        (vec![("alias", "\u{200b}\u{200b}")], "`alias`: the name has no letter or digit in it"),
        (vec![("name", long.as_str())], "`name`: a name of 100000 bytes; the limit is 4096"),
        (vec![("gender", "female")], "nothing to screen: no name and no identifier"),
    ] {
        let error = Query::from_entity(&entity(Schema::Person, &properties)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let unknown = interdict_model::Entity::new("q", "HyperText");
    assert_eq!(Query::from_entity(&unknown).unwrap_err(), QueryError::UnknownSchema("HyperText".to_owned()));
}

#[test]
fn repairs_are_warnings() {
    for (property, value, expected) in [
        ("name", "Ada\u{202e}Beispiel", "bidirectional"),
        ("name", "Ada\u{7} Beispiel", "control"),
        ("name", "A\u{200b}da Beispiel", "invisible"),
        ("birthDate", "soon", "`birthDate`: `soon` was ignored"),
        ("country", "Atlantis", "`country`: `Atlantis` is not a known country"),
        ("imoNumber", "9187628", "`imoNumber`: `9187628`"),
    ] {
        let query = Query::from_entity(&entity(Schema::Thing, &[("name", "Ada Beispiel"), (property, value)])).unwrap();
        assert!(query.warnings().iter().any(|warning| warning.contains(expected)), "{value:?}: {:?}", query.warnings());
    }
}

#[test]
fn hidden_characters_do_not_hide_a_name() {
    let snapshot = dataset();
    let matcher = Matcher::new(snapshot, Settings::default());
    for name in
        ["Jong\u{200b} In\u{202e} Chol", "J\u{ad}ong In Chol", "Ｊｏｎｇ Ｉｎ Ｃｈｏｌ", "Jong\u{7} In Chol", "Jоng In Chоl"]
    {
        let query = Query::from_entity(&entity(Schema::Thing, &[("name", name)])).unwrap();
        let hits = matcher.screen(&query, &mut Scratch::default());
        assert_eq!(hits.first().map(|hit| hit.entity.id()), Some("ofac-52289"), "{name:?}");
    }
}

#[test]
fn names_that_say_nothing_find_nothing() {
    let snapshot = dataset();
    let matcher = Matcher::new(snapshot, Settings::default());
    let many = "ab ".repeat(1300);
    for name in ["K", "Ltd", "Co., Ltd.", "Trading Company", "of the and", "Mr", "1", &many] {
        let query = Query::from_entity(&entity(Schema::Thing, &[("name", name)])).unwrap();
        let hits = matcher.screen(&query, &mut Scratch::default());
        let found: Vec<_> = hits.iter().map(|hit| (hit.entity.caption(), hit.score)).collect();
        assert!(found.is_empty(), "{name:?}: {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_two_texts_have_a_score(a in "\\PC{0,40}", b in "\\PC{0,40}") {
        let (left, right) = (entity(Schema::Thing, &[("name", &a)]), entity(Schema::Thing, &[("name", &b)]));
        if let (Ok(forth), Ok(back)) = (
            Comparison::of_entities(&left, &right, &Settings::default()),
            Comparison::of_entities(&right, &left, &Settings::default()),
        ) {
            prop_assert!((0.0..=1.0).contains(&forth.score));
            prop_assert!((forth.score - back.score).abs() <= 0.02, "{} {}", forth.score, back.score);
        }
    }

    #[test]
    fn any_text_can_be_screened(text in "\\PC{1,60}") {
        let snapshot = dataset();
        let matcher = Matcher::new(snapshot, Settings::default());
        if let Ok(query) = Query::from_entity(&entity(Schema::Thing, &[("name", &text)])) {
            for hit in matcher.screen(&query, &mut Scratch::default()) {
                prop_assert!((0.7..=1.0).contains(&hit.score));
            }
        }
    }

    #[test]
    fn a_name_is_itself(text in "[a-z]{2,9}( [a-z]{2,9}){1,3}") {
        let name = entity(Schema::Person, &[("name", &text)]);
        let score = Comparison::of_entities(&name, &name, &Settings::default()).unwrap().score;
        prop_assert!(score > 0.999, "{text}: {score}");
    }
}
