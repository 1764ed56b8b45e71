//! The Swiss list: an invented file with every element, bad input, and a real fragment where it is at hand.

use std::path::Path;

use interdict_sources::{SourceSpec, load_file};
use proptest::prelude::*;

use crate::csl::damaged;
use crate::helpers::{check_sound, golden};
use crate::support::{Loaded, load, refusal};

const XML: &str = include_str!("../data/mini_seco.xml");

#[test]
fn every_element() {
    let loaded = load(XML.as_bytes());
    golden("mini_seco.expected.jsonl", &loaded);
    check_sound(&loaded);
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("ch_seco_xml", "2025-03-04"));
    for (what, count) in [
        ("targets", 4),
        ("parties", 3),
        ("de_listed", 1),
        ("names", 6),
        ("spellings", 3),
        ("names_low_quality", 1),
        ("dates", 5),
        ("addresses", 2),
        ("id_documents", 1),
        ("relations", 2),
        ("relations_to_de_listed", 1),
    ] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    let issues = loaded.issues();
    assert_eq!(issues.len(), 1, "{issues:#?}");
    assert!(
        issues[0].ends_with(": day-month-year 107: calendar: a date in the calendar `Islamic`; kept as a note"),
        "{issues:#?}"
    );
}

#[test]
fn history_and_de_listed_targets_leave_no_name() {
    let loaded = load(XML.as_bytes());
    for text in loaded.lines() {
        assert!(!text.contains("History") && !text.contains("No Longer Listed"), "{text}");
    }
}

fn list(content: &str) -> String {
    format!(
        "<swiss-sanctions-list date='2025-03-04'><sanctions-program ssid='1'><program-key lang='ger'>Nur deutsch</program-key>\
         <sanctions-set ssid='2' lang='ger'>Anhang</sanctions-set></sanctions-program>{content}</swiss-sanctions-list>"
    )
}

fn name(text: &str) -> String {
    format!(
        "<identity main='true'><name ssid='9' name-type='primary-name' quality='good'><name-part order='1' name-part-type='whole-name'>\
         <value>{text}</value></name-part></name></identity>"
    )
}

#[test]
fn bad_targets() {
    let (one, two, odd) = (name("One"), name("Two"), name("Odd"));
    let content = format!(
        "<target><sanctions-set-id>2</sanctions-set-id><entity>{one}</entity></target>
        <target ssid='3'><sanctions-set-id>2</sanctions-set-id><entity><identity/></entity></target>
        <target ssid='4'><sanctions-set-id>7</sanctions-set-id><entity>{one}
            <relation ssid='8' target-id='99' relation-type='related-to'/><relation target-id='5' relation-type='sings-with'/>
            <relation target-id='5' relation-type='sings-with'/></entity></target>
        <target ssid='4'><entity>{two}</entity></target>
        <target ssid='5'><sanctions-set-id>2</sanctions-set-id><object object-type='choir'>{odd}</object></target>
        <target ssid='6'><sanctions-set-id>2</sanctions-set-id><individual sex='x'><identity main='true'>
            <name ssid='61' name-type='nickname' quality='so-so'><name-part order='1' name-part-type='rune'><value>R</value></name-part></name>
            <name ssid='62' name-type='alias' quality='good'/>
            <day-month-year day='31' month='2' year='1960'/><day-month-year day='3'/><day-month-year day='3' year='1961'/>
            <address ssid='63' place-id='77'><address-details>1 Sample Road</address-details></address>
            <identification-document document-type='rune'><number>1</number><date-of-issue>soon</date-of-issue></identification-document>
            <colour>red</colour></identity></individual></target>"
    );
    let loaded = load(list(&content).as_bytes());
    let issues: Vec<String> =
        loaded.report.issues.iter().map(|issue| format!("{}: {}: {}", issue.record, issue.field, issue.message)).collect();
    for expected in [
        "target without an id: ssid: a target without an id; it was left out",
        "target 3: name: a target without a name; it was left out",
        "target 4: sanctions-set-id: the sanctions set 7 is not in the file",
        "target 4: id: `ch-4` stands twice in the file",
        "target 4: sanctions-set-id: a target under no sanctions set",
        "target 5: object-type: `choir` is not known; kept as a LegalEntity",
        "target 6: colour: an element that is not known; it was passed over",
        "name 61: name-type: `nickname` is not known; kept as also known as",
        "name 61: quality: `so-so` is not known; taken for good",
        "name 61: name-part-type: `rune` is not known; kept as a part of the name",
        "name 62: name-part: a name without a text; it was left out",
        "address 63: place-id: the place 77 is not in the file",
        "identification-document: document-type: `rune` is not known; kept as an identification",
        "relation 8: target-id: target 99 is not in the file; the relation was left out",
        "relation: relation-type: `sings-with` is not known; kept as an UnknownLink",
    ] {
        assert!(issues.iter().any(|issue| issue == expected), "{expected}\n{issues:#?}");
    }
    assert_eq!(issues.iter().filter(|issue| issue.contains("a date cannot be read")).count(), 2, "{issues:#?}");
    assert_eq!(loaded.report.rejected.len(), 2);
    check_sound(&loaded);
    loaded.check("ch-4-2", "Organization", &[("name", &["Two"])]);
    loaded.check("ch-6", "Person", &[("alias", &["R"]), ("birthDate", &["1961"]), ("idNumber", &["1"])]);
    assert_eq!(loaded.texts("ch-6", "notes"), ["Sex: x", "day-month-year: 1960-02-31", "Day and month: 3", "Day: 3"],);
    assert_eq!(loaded.entities.iter().filter(|entity| entity.schema.as_str() == "UnknownLink").count(), 1);
    loaded.check("ch-4-2-sanction", "Sanction", &[("program", &[])]);
}

#[test]
fn a_party_whose_names_are_all_weak_can_be_found() {
    let content = format!("<target ssid='1'><sanctions-set-id>2</sanctions-set-id><entity>{}</entity></target>", name("Weak"));
    let loaded = load(list(&content.replace("quality='good'", "quality='low'")).as_bytes());
    loaded.check("ch-1", "Organization", &[("name", &["Weak"]), ("weakAlias", &[])]);
    assert_eq!(loaded.issues(), ["1: target 1: quality: all names are of low quality; the first counts as good"]);
}

#[test]
fn refused_whole() {
    assert!(refusal(list("").as_bytes()).contains("no parties"));
    let changes = XML.replace("list-type=\"whole-list\"", "list-type=\"modifications\"");
    assert!(refusal(changes.as_bytes()).contains("not the whole list"));
    let cut = &XML.as_bytes()[..XML.len() / 2];
    assert!(refusal(cut).contains("line "));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_are_no_reason_to_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        damaged(XML.as_bytes(), &changes, end);
    }
}

/// The real fragment of August 2026, where it is at hand.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
#[test]
fn real_fragment() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ch_sample/seco_fragment_2026-08-27.xml");
    if !path.exists() {
        eprintln!("skipped: ch_sample/seco_fragment_2026-08-27.xml: no folder ../shared/data beside the checkout");
        return;
    }
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("ch_seco"), &path, None, &mut |entity| entities.push(entity)).unwrap();
    let loaded = Loaded { entities, report };
    check_sound(&loaded);
    assert_eq!(loaded.issues(), [""; 0]);
    let content = std::fs::read_to_string(&path).unwrap();
    assert_eq!(loaded.report.count("targets"), content.matches("<target ").count() as u64);
    assert_eq!(loaded.report.count("de_listed"), content.matches("modification-type=\"de-listed\"").count() as u64);
    assert_eq!((loaded.report.count("parties"), loaded.report.issue_date.as_str()), (1, "2026-08-27"));
    let vessel = loaded.entities.iter().find(|entity| entity.schema.as_str() == "Vessel").unwrap();
    assert!(vessel.first("imoNumber").is_some_and(|number| content.contains(&format!("IMO Number: {number}"))));
}
