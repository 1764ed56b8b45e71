//! Comparing two entities.

use interdict_matching::Settings;
use interdict_model::Schema;

use crate::{entity, score};

/// Whether two names of a schema reach the default threshold.
#[track_caller]
fn check(schema: Schema, cases: &[(&str, &str, bool)]) {
    let threshold = Settings::default().threshold;
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(a, b, expected)| {
            let (left, right) = (entity(schema, &[("name", a)]), entity(schema, &[("name", b)]));
            let forth = score(&left, &right);
            let back = score(&right, &left);
            let agrees = (forth >= threshold) == *expected && (forth - back).abs() <= 0.02;
            (!agrees).then(|| format!("{a} | {b}: {forth:.2}, other way {back:.2}, expected a match: {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn people() {
    check(
        Schema::Person,
        &[
            ("Ada Beispiel", "Ada Beispiel", true),
            ("Beispiel, Ada", "Ada Beispiel", true),
            ("ADA  BEISPIEL", "ada beispiel", true),
            ("Ada Beispeil", "Ada Beispiel", true),
            ("A. Beispiel", "Ada Beispiel", true),
            ("Ada Maria Beispiel", "Ada Beispiel", true),
            ("Виталий Андреев", "Vitaliy Andreyev", true),
            ("Jong In Chol", "Chong In-ch'ol", true),
            ("Jong Inchol", "Jong In Chol", true),
            ("정인철", "Jong In Chol", true),
            ("In Chol Jong", "Jong In Chol", true),
            ("Kim Sangman", "Kim Sang Man", true),
            ("Kim Sang Man", "Sang-man KIM", true),
            ("Park Chol Su", "Pak Chol-su", true),
            ("Lee Yong Ho", "Ri Yong Ho", true),
            ("William Beispiel", "Bill Beispiel", true),
            ("Muhammad Beispiel", "Mohamed Beispiel", true),
            ("Ada Beispiel", "Berta Muster", false),
            ("Ada Beispiel", "Ada Muster", false),
            ("Ada", "Ada Beispiel", false),
            ("A. B.", "Ada Beispiel", false),
            ("Kim Sung-ho", "Jong Song Ho", false),
            ("Lee Min Jung", "Jong In Chol", false),
            ("Reza Ali Karimi", "Reza Ali Ahmadi", false),
        ],
    );
}

#[test]
fn organisations() {
    check(
        Schema::Company,
        &[
            ("Chonsurim Trading Corp", "Chonsurim Trading Corporation", true),
            ("Chonsurim Trdg Co.", "Korea Chonsurim Trading Corporation", true),
            ("천수림무역회사", "Chonsurim Trading Corporation", true),
            ("OOO Beispiel", "Beispiel LLC", true),
            ("Beispiel GmbH", "Beispiel Limited", true),
            ("The Beispiel Foundation", "Beispiel Foundation", true),
            ("Beispeil Shipping Co., Ltd.", "Beispiel Shipping Company Limited", true),
            ("Office 39", "Office #39", true),
            ("Office 39", "Office 99", false),
            ("Department 53", "Department 35", false),
            ("Trading Company Limited", "Shipping Company Limited", false),
            ("International Trading Group", "Beispiel International Trading Group", false),
            ("Osong Biotech Park Ltd", "Korea Osong Shipping Corporation", false),
        ],
    );
}

#[test]
fn people_are_not_companies() {
    let person = entity(Schema::Person, &[("name", "Ada Beispiel")]);
    let company = entity(Schema::Company, &[("name", "Ada Beispiel")]);
    assert!(score(&person, &company) < 0.01);
    assert!((score(&person, &entity(Schema::LegalEntity, &[("name", "Ada Beispiel")])) - 1.0).abs() < 1e-9);
}

#[test]
fn a_birth_date_moves_a_score_and_never_sinks_it() {
    let of = |name: &str, born: &str| {
        let left = entity(Schema::Person, &[("name", name), ("birthDate", born)]);
        score(&left, &entity(Schema::Person, &[("name", "Ada Beispiel"), ("birthDate", "1979-01-05")]))
    };
    assert!((of("Ada Beispiel", "1979-01-05") - 1.0).abs() < 1e-9);
    assert!(of("Ada Beispeil", "1979-01-05") > of("Ada Beispeil", "1985-06-07"));
    let order = [
        of("Ada Beispiel", "1979"),
        of("Ada Beispiel", "1979-05-01"),
        of("Ada Beispiel", "1980-11-30"),
        of("Ada Beispiel", "1950-02-03"),
    ];
    assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
    assert!(of("Ada Beispiel", "1979-01-06") > 0.9, "one digit");
    assert!(of("Ada Beispiel", "1950-02-03") >= 0.7, "an exact name is seen, whatever the date");
}

#[test]
fn identifiers_decide_by_their_kind() {
    for (schema, property, left, right, expected) in [
        (Schema::Person, "passportNumber", "390220044", "390220044", 0.95..=0.95),
        (Schema::Person, "passportNumber", "390 220 044", "390220044", 0.95..=0.95),
        (Schema::Company, "registrationNumber", "1234", "1234", 0.5..=0.5),
        (Schema::Company, "uscCode", "91210600MA0YQP7Y0B", "91210600MA0YQP7Y0B", 1.0..=1.0),
        (Schema::Person, "email", "Ada@Example.com", "ada@example.com", 0.85..=0.85),
        (Schema::Person, "passportNumber", "390220044", "390220045", 0.0..=0.3),
    ] {
        let left = entity(schema, &[("name", "Ada Beispiel"), (property, left)]);
        let right = entity(schema, &[("name", "Berta Muster"), (property, right)]);
        let found = score(&left, &right);
        assert!(expected.contains(&found), "{property}: {found}");
    }
}

#[test]
fn features_and_explanation_say_what_the_score_is_made_of() {
    let left = entity(Schema::Person, &[("name", "Chong In-ch'ol"), ("birthDate", "1979-01-05"), ("country", "North Korea")]);
    let right = entity(Schema::Person, &[("name", "Jong In Chol"), ("birthDate", "1979-01-05"), ("country", "kp")]);
    let read = |entity| interdict_matching::Query::from_entity(entity).unwrap();
    let comparison = interdict_matching::compare_explained(&read(&left), &read(&right), &Settings::default());
    let names: Vec<&str> = comparison.features.iter().map(|feature| feature.name).collect();
    assert_eq!(names, ["name", "birthDate", "country"]);
    let lines = comparison.explanation.as_ref().unwrap().to_lines().join("\n");
    for expected in
        ["chong = jong: the same Korean syllables, spelled differently", "in = in: equal", "born 1979-01-05", "North Korea"]
    {
        assert!(lines.contains(expected), "{expected:?} is not in\n{lines}");
    }
    assert_eq!(comparison.ofac, Some(93));
}
