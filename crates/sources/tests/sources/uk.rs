//! The UK Sanctions List in both its formats: every field by an invented list, which both files hold, bad input, and the real fragment
//! where it is at hand.

use std::collections::{BTreeMap, HashSet};

use interdict_model::{AliasKind, NamePartKind};
use interdict_sources::{SourceSpec, load_file};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::helpers::{check_sound, golden_text};
use crate::support::{Loaded, load, refusal, try_load};
use crate::un::list;

const XML: &str = include_str!("../data/mini_uk.xml");
const ODD: &str = include_str!("../data/mini_uk_odd.xml");
const CSV: &str = include_str!("../data/mini_uk.csv");

#[test]
fn golden_entities() {
    for (name, text) in [("mini_uk", XML), ("mini_uk_odd", ODD), ("mini_uk_csv", CSV)] {
        golden_text(&format!("{name}.expected.jsonl"), &(load(text.as_bytes()).lines().join("\n") + "\n"));
    }
}

#[test]
fn every_issue_is_said() {
    assert_eq!(
        load(XML.as_bytes()).issues(),
        [
            "26: Designation AFG9001: TrustServicesSanctions: `perhaps` is neither true nor false; it was left out",
            "4: Designation AFG9001: Alias strength: `middling` is not known; the name was kept as a good one",
            "4: Designation AFG9001: Name type: `Stage name` is not known; kept as also known as",
            "4: Designation AFG9001: D.O.B: a date cannot be read: the year in \"15/08/19yy\" needs four digits",
            "4: Designation AFG9001: D.O.B: a date cannot be read: 1970-02 has no day 31",
            "71: Designation DPR9003: IMO number: `IMO 90747` is no IMO number of seven digits; it was kept as a note",
        ]
    );
    assert_eq!(
        load(CSV.as_bytes()).issues(),
        [
            "3: Designation AFG9001: Alias strength: `middling` is not known; the name was kept as a good one",
            "3: Designation AFG9001: Name type: `Stage name` is not known; kept as also known as",
            "3: Designation AFG9001: D.O.B: a date cannot be read: the year in \"15/08/19yy\" needs four digits",
            "3: Designation AFG9001: D.O.B: a date cannot be read: 1970-02 has no day 31",
            "8: Designation DPR9003: IMO number: `IMO 90747` is no IMO number of seven digits; it was kept as a note",
        ]
    );
    let odd = load(ODD.as_bytes());
    assert_eq!(
        odd.issues(),
        [
            "2: Designations: DateGenerated: a date cannot be read: \"soon\" is not the name of a month",
            "5: Designation XXX9001: Colour: an element that is not known; it was kept as a note",
            "7: Designation XXX9001: FavouriteColour: an element that is not known; it was kept as a note",
            "3: Designation XXX9001: Designation Type: `Aircraft` is not known; kept as a LegalEntity",
            "3: Designation XXX9001: Name type: a designation without a primary name",
            "3: Designation XXX9001: Regime Name: no regime",
            "11: Designation XXX9001: Unique ID: `XXX9001` stands for another designation, too; the id is `gb-XXX9001-2`",
            "18: Designation without a number: Unique ID: a designation without its number",
            "19: Designation XXX9004: Names: a designation without a name",
            "20: Designations: Remark: element Remark is not known; it was left out",
        ]
    );
    let rejected: Vec<&str> = odd.report.rejected.iter().map(|rejected| rejected.text.as_str()).collect();
    assert_eq!(rejected, ["Name6: NUMBERLESS", "UniqueID: XXX9004; IndividualEntityShip: Entity"]);
}

#[test]
fn reports() {
    let report = load(XML.as_bytes()).report;
    assert_eq!((report.format, report.issue_date.as_str()), ("uk_xml", "2025-02-03"));
    for (what, count) in [
        ("parties", 3),
        ("individuals", 1),
        ("entities", 1),
        ("ships", 1),
        ("names", 8),
        ("names_empty", 1),
        ("names_original_script", 2),
        ("addresses", 2),
        ("birth_dates", 5),
        ("birth_places", 2),
        ("passports", 2),
        ("national_identifiers", 1),
        ("imo_numbers", 2),
    ] {
        assert_eq!(report.count(what), count, "{what}");
    }
    let report = load(CSV.as_bytes()).report;
    assert_eq!((report.format, report.issue_date.as_str()), ("uk_csv", "2025-02-03"));
    for (what, count) in [("rows", 11), ("parties", 3), ("individuals", 1), ("entities", 1), ("ships", 1)] {
        assert_eq!(report.count(what), count, "{what}");
    }
}

/// The properties of each entity, in no order.
fn content(loaded: &Loaded) -> BTreeMap<String, BTreeMap<String, HashSet<String>>> {
    let properties = |entity: &interdict_model::Entity| {
        entity
            .properties()
            .map(|(name, values)| (name.to_owned(), values.iter().map(|value| value.text.clone()).collect()))
            .collect()
    };
    loaded.entities.iter().map(|entity| (entity.id.clone(), properties(entity))).collect()
}

/// The two files say the same, so that they become the same entities under the same ids, and merge.
#[test]
fn both_files_give_the_same() {
    let (xml, csv) = (content(&load(XML.as_bytes())), content(&load(CSV.as_bytes())));
    assert_eq!(xml, csv);
}

#[test]
fn a_person() {
    let loaded = load(XML.as_bytes());
    loaded.check(
        "gb-AFG9001",
        "Person",
        &[
            ("name", &["ADAMO CONTOSO B C D BEISPIEL"]),
            ("firstName", &["ADAMO"]),
            ("lastName", &["BEISPIEL"]),
            ("weakAlias", &["Adamo the Clerk"]),
            ("birthDate", &["1965", "1966-03", "1967-03-01"]),
            ("nationality", &["af", "jo", "iq"]),
            ("passportNumber", &["X123456"]),
            ("idNumber", &["12-345"]),
            ("programId", &["GB-AFG"]),
        ],
    );
    loaded.check(
        "gb-AFG9001-sanction",
        "Sanction",
        &[
            ("unscId", &["TAi.901"]),
            ("provisions", &["Asset freeze", "Travel Ban", "Arms embargo"]),
            ("reason", &["He keeps the books."]),
            ("listingDate", &["2001-01-25"]),
        ],
    );
    let name = &loaded.entity("gb-AFG9001").names[0];
    assert_eq!((name.kind, name.parts[0].kind), (AliasKind::Name, NamePartKind::Given));
}

#[test]
fn companies_that_a_designation_names() {
    let loaded = load(XML.as_bytes());
    for (id, schema, one, other) in [
        ("gb-DPR9003-owner-sample-lines", "Ownership", ("owner", "gb-DPR9003-owner-sample-lines"), ("asset", "gb-DPR9003")),
        (
            "gb-DPR9003-previous-owner-test-lines",
            "UnknownLink",
            ("subject", "gb-DPR9003-previous-owner-test-lines"),
            ("object", "gb-DPR9003"),
        ),
        (
            "gb-RUS9002-parent-sample-holding-ltd",
            "Ownership",
            ("owner", "gb-RUS9002-parent-sample-holding-ltd"),
            ("asset", "gb-RUS9002"),
        ),
        (
            "gb-RUS9002-subsidiary-example-shipping-ltd",
            "Ownership",
            ("owner", "gb-RUS9002"),
            ("asset", "gb-RUS9002-subsidiary-example-shipping-ltd"),
        ),
    ] {
        assert_eq!((loaded.entity(id).target, loaded.texts(id, "topics").len()), (Some(false), 0), "{id}");
        loaded.check(&format!("{id}-link"), schema, &[(one.0, &[one.1]), (other.0, &[other.1])]);
    }
}

const HEADER: &str = "Last Updated,Unique ID,OFSI Group ID,Name 6,Name type,Regime Name,Designation Type";

#[test]
fn rows_that_are_not_as_the_header_says() {
    let rows = [
        "Report Date: 3 Feb 2025",
        &format!("{HEADER},Shoe size"),
        "01/02/2025,ABC1,,ADA EXAMPLE,Primary Name,Test,Individual,38",
        "01/02/2025,ABC1,,EVA EXAMPLE,Alias,Test,Individual",
        "01/02/2025,ABC2,,SAMPLE, LTD,Primary Name,Test,Entity,",
        "01/02/2025,,,NUMBERLESS,Primary Name,Test,Individual,",
        ",,,,,,,",
        "01/02/2025,ABC1,,EXAMPLE HOLDING,Primary Name,Test,Entity,",
        "01/02/2025,ABC4,,,Primary Name,Test,Entity,",
        "01/02/2025,ABC5,,Caf\u{e9} Ltd,Primary Name,Test,Entity,,more",
    ];
    let text = rows.join("\n");
    // As older files were written.
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let loaded = load(&bytes);
    assert_eq!(
        loaded.issues(),
        [
            "2: header: Shoe size: a column that is not known; what it holds was kept as notes",
            "4: line 4: : 7 fields where the header has 8; what is there was kept",
            "5: line 5: : 9 fields where the header has 8, and no type of designation in its place",
            "6: line 6: Unique ID: a row without the number of its designation",
            "10: line 10: : a field that is not UTF-8 was read as Windows-1252",
            "10: line 10: : 9 fields where the header has 8; what is there was kept",
            "8: Designation ABC1: Unique ID: `ABC1` stands for another designation, too; the id is `gb-ABC1-2`",
            "9: Designation ABC4: Names: a designation without a name",
        ]
    );
    let rejected: Vec<&str> = loaded.report.rejected.iter().map(|rejected| rejected.text.as_str()).collect();
    assert_eq!(
        rejected,
        [
            "01/02/2025,ABC2,,SAMPLE,LTD,Primary Name,Test,Entity,",
            "01/02/2025,,,NUMBERLESS,Primary Name,Test,Individual,",
            "ABC4",
        ]
    );
    loaded.check(
        "gb-ABC1",
        "Person",
        &[("name", &["ADA EXAMPLE"]), ("alias", &["EVA EXAMPLE"]), ("notes", &["Shoe size: 38"])],
    );
    loaded.check("gb-ABC1-2", "Organization", &[("name", &["EXAMPLE HOLDING"])]);
    loaded.check("gb-ABC5", "Organization", &[("name", &["Café Ltd"]), ("notes", &["column without a header: more"])]);
}

#[test]
fn a_table_without_metadata() {
    let loaded = load(format!("{HEADER}\r\n01/02/2025,ABC1,,ADA,Primary Name,Test,Individual\r\n").as_bytes());
    assert_eq!((loaded.report.issue_date.as_str(), loaded.report.count("parties")), ("", 1));
    loaded.check("gb-ABC1-sanction", "Sanction", &[("modifiedAt", &["2025-02-01"])]);
}

#[test]
fn refused() {
    for (text, reason) in [
        ("<Designations><DateGenerated>03/02/2025</DateGenerated></Designations>", "no designations"),
        ("<Designations>\n<Designation></Designations>", "line 2"),
        ("Report Date: 1\nLast Updated,Unique ID,OFSI Group ID\n", "without the column `Designation Type` in line 2"),
        (&format!("Report Date: 03-Feb-2025\n{HEADER}\n"), "no designations"),
        (&format!("Report Date: 03-Feb-2025\n{HEADER}\n01/02/2025,ABC1,,ADA,Primary Name"), "the file is cut off"),
    ] {
        let message = refusal(text.as_bytes());
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn lists_are_sound() {
    for text in [XML, ODD, CSV] {
        check_sound(&load(text.as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn truncated(end in any::<Index>()) {
        prop_assert!(try_load(&XML.as_bytes()[..end.index(XML.trim_end().len())]).is_err());
        // A table that lost its end may pass for a shorter one; that it is shorter, its size says.
        if let Ok(loaded) = try_load(&CSV.as_bytes()[..end.index(CSV.len())]) {
            check_sound(&loaded);
        }
    }

    #[test]
    fn changed(bytes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..20), lines in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20)) {
        for whole in [XML, ODD, CSV] {
            let mut text: Vec<&str> = whole.lines().collect();
            let count = text.len();
            for (one, other) in &lines {
                text.swap(one.index(count), other.index(count));
            }
            let mut text = text.join("\n").into_bytes();
            if let Ok(loaded) = try_load(&text) {
                check_sound(&loaded);
            }
            for (place, byte) in &bytes {
                let place = place.index(text.len());
                text[place] = *byte;
            }
            if let Ok(loaded) = try_load(&text) {
                check_sound(&loaded);
            }
        }
    }
}

#[test]
fn real_fragment() {
    let Some(path) = list("uk_sample/UK_Sanctions_List_fragment_2026-08.xml") else { return };
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("gb_uksl"), &path, None, &mut |entity| entities.push(entity)).unwrap();
    let loaded = Loaded { entities, report };
    assert_eq!(loaded.issues(), [""; 0]);
    assert_eq!(loaded.report.issue_date, "2026-08-20");
    check_sound(&loaded);
    let text = std::fs::read_to_string(path).unwrap();
    for (what, tag) in [
        ("parties", "<Designation>"),
        ("names", "<Name>"),
        ("names_original_script", "<NonLatinName>"),
        ("addresses", "<Address>"),
        ("birth_dates", "<DOB>"),
        ("birth_places", "<Location>"),
        ("imo_numbers", "<IMONumber>"),
    ] {
        assert_eq!(loaded.report.count(what), text.matches(tag).count() as u64, "{what}");
    }
    let persons = loaded.entities.iter().filter(|entity| entity.schema.as_str() == "Person");
    assert!(persons.clone().all(|person| person.values("birthDate").len() == 3));
    let vessel = loaded.entities.iter().find(|entity| entity.schema.as_str() == "Vessel").unwrap();
    assert_eq!(vessel.first("imoNumber").map(str::len), Some(7));
}
