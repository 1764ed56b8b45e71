//! The UN's consolidated list: every element of it by an invented list, bad input, and the real issues where they are at hand.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use interdict_sources::{SourceSpec, load_file};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::helpers::{check_sound, golden_text};
use crate::support::{Loaded, load, refusal, try_load};

const UN: &str = include_str!("../data/mini_un.xml");

#[test]
fn golden_entities() {
    golden_text("mini_un.expected.jsonl", &(load(UN.as_bytes()).lines().join("\n") + "\n"));
}

#[test]
fn report() {
    let report = load(UN.as_bytes()).report;
    assert_eq!((report.format, report.issue_date.as_str()), ("un_xml", "2025-02-03"));
    for (what, count) in [
        ("parties", 10),
        ("individuals", 9),
        ("entities", 1),
        ("names", 7),
        ("names_original_script", 3),
        ("aliases", 10),
        ("aliases_low_quality", 1),
        ("addresses", 5),
        ("birth_dates", 10),
        ("birth_places", 2),
        ("id_documents", 7),
    ] {
        assert_eq!(report.count(what), count, "{what}");
    }
}

#[test]
fn every_issue_is_said() {
    let loaded = load(UN.as_bytes());
    let expected = [
        "29: INDIVIDUAL 9000001: QUALITY: `Excellent` is not known; kept as also known as",
        "43: INDIVIDUAL 9000001: INDIVIDUAL_DATE_OF_BIRTH: a date cannot be read: 1975-02 has no day 31",
        "44: INDIVIDUAL 9000001: INDIVIDUAL_DATE_OF_BIRTH: a span with one end; it was kept as a note",
        "45: INDIVIDUAL 9000001: TYPE_OF_DATE: `ROUGHLY` is not known; the date was read as it stands",
        "50: INDIVIDUAL 9000001: DATE_OF_ISSUE: a date cannot be read: the month 13 is not between 1 and 12",
        "61: INDIVIDUAL 9000001: FAVOURITE_COLOUR: an element that is not known; it was kept as a note",
        "70: INDIVIDUAL 9000002: DELISTED_ON: a listing that has ended stands in the list; it was kept as one that holds",
        "73: INDIVIDUAL 9000002: SHADE: an element of INDIVIDUAL_ALIAS that is not known; it was kept as a note",
        "75: INDIVIDUAL 9000003: REFERENCE_NUMBER: `KPi.902` is the number of another record, too; \
         the id is `un-KPi.902-9000003`",
        "82: INDIVIDUAL 9000004: REFERENCE_NUMBER: no reference number; the id is `un-data-9000004`",
        "86: INDIVIDUAL 9000004: LISTED_ON: a date cannot be read: \"unclear\" is not the name of a month",
        "88: INDIVIDUAL ZZi.1/2 b: DATAID: no number of the record",
        "88: INDIVIDUAL ZZi.1/2 b: REFERENCE_NUMBER: `ZZi.1/2 b` begins like that of no regime that is known",
        "92: INDIVIDUAL 9000006: FIRST_NAME: a party with aliases only",
        "97: INDIVIDUAL 9000007: FIRST_NAME: a party without a name",
        "102: INDIVIDUAL without a number: DATAID: no number of the record",
        "102: INDIVIDUAL without a number: REFERENCE_NUMBER: neither a reference number nor a DATAID",
        "105: INDIVIDUAL 9000003: REFERENCE_NUMBER: `KPi.902` is the number of another record, too; \
         the id is `un-KPi.902-9000003`",
        "105: INDIVIDUAL 9000003: DATAID: the record `un-KPi.902-9000003` stands more than once; \
         the id is `un-KPi.902-9000003-2`",
        "110: ANIMAL: : a record of a kind that is not known",
        "124: ENTITY 9000010: LAST_DAY_UPDATED: a date cannot be read: the month 13 is not between 1 and 12",
        "127: ENTITY 9000010: FLOOR: an element of ENTITY_ADDRESS that is not known; it was kept as a note",
        "135: CONSOLIDATED_LIST: PUBLICATION: element PUBLICATION is not known; it was left out",
    ];
    assert_eq!(loaded.issues(), expected);
    let rejected: Vec<&str> = loaded.report.rejected.iter().map(|rejected| rejected.text.as_str()).collect();
    assert_eq!(
        rejected,
        ["DATAID: 9000007; REFERENCE_NUMBER: QDi.907; FIRST_NAME: na", "FIRST_NAME: NUMBERLESS", "DATAID: 9000009",]
    );
}

#[test]
fn a_person() {
    let loaded = load(UN.as_bytes());
    loaded.check(
        "un-QDi.901",
        "Person",
        &[
            ("name", &["ADAMO BEISPIEL CONTOSO", "آدامو بيسبيل"]),
            ("firstName", &["ADAMO"]),
            ("lastName", &[]),
            ("weakAlias", &["Abu Sample", "Абу Сэмпл"]),
            ("gender", &["male"]),
            ("nationality", &["jo", "af", "Atlantis"]),
            ("birthDate", &["1961-05-06", "1962", "1963~", "1964/1966", "1967~/1968~", "1973-11", "1977"]),
            ("passportNumber", &["D 000123", "654321", "X00012098"]),
            ("idNumber", &["12-345", "665"]),
            ("taxNumber", &["XXXYYY60A01Z000X"]),
            ("programId", &["UN-SC1267"]),
        ],
    );
    loaded.check(
        "un-QDi.901-sanction",
        "Sanction",
        &[("listingDate", &["2015-03-27"]), ("unscId", &["QDi.901"]), ("recordId", &["9000001"])],
    );
}

#[test]
fn names_of_korea_begin_with_the_family_name() {
    let loaded = load(UN.as_bytes());
    loaded.check("un-KPi.902", "Person", &[("lastName", &["HONG"]), ("firstName", &["GIL DONG"])]);
    // Of China, some do and some do not.
    loaded.check("un-KPi.902-9000003", "Person", &[("lastName", &[]), ("firstName", &[])]);
}

#[test]
fn one_number_does_not_make_one_person_of_two() {
    let loaded = load(UN.as_bytes());
    assert_eq!(loaded.texts("un-KPi.902-sanction", "unscId"), ["KPi.902"]);
    assert_eq!(loaded.texts("un-KPi.902-9000003-sanction", "unscId"), [""; 0]);
    assert_eq!(loaded.texts("un-KPi.902-9000003-sanction", "authorityId"), ["KPi.902"]);
    let ids: HashSet<&str> = loaded.entities.iter().map(|entity| entity.id.as_str()).collect();
    assert_eq!(ids.len(), loaded.entities.len());
}

#[test]
fn refused() {
    for (text, reason) in [
        ("<CONSOLIDATED_LIST dateGenerated='2025-01-01'><INDIVIDUALS/></CONSOLIDATED_LIST>", "no parties"),
        ("<CONSOLIDATED_LIST><INDIVIDUALS></ENTITIES></CONSOLIDATED_LIST>", "line 1"),
        ("<CONSOLIDATED_LIST><INDIVIDUALS>\n<INDIVIDUAL>", "line 2: the file ends"),
    ] {
        let message = refusal(text.as_bytes());
        assert!(message.contains(reason), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn truncated(end in any::<Index>()) {
        prop_assert!(try_load(&UN.as_bytes()[..end.index(UN.trim_end().len())]).is_err());
    }

    #[test]
    fn changed(bytes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..20), lines in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20)) {
        let mut text: Vec<&str> = UN.lines().collect();
        for (one, other) in lines {
            text.swap(one.index(UN.lines().count()), other.index(UN.lines().count()));
        }
        let mut text = text.join("\n").into_bytes();
        if let Ok(loaded) = try_load(&text) {
            check_sound(&loaded);
        }
        for (place, byte) in bytes {
            let place = place.index(text.len());
            text[place] = byte;
        }
        if let Ok(loaded) = try_load(&text) {
            check_sound(&loaded);
        }
    }
}

/// The path of a list, or `None` with a word on the standard error when the folder is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub(crate) fn list(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: {name}: no folder ../shared/data beside the checkout");
        return None;
    }
    Some(folder.join(name))
}

/// The texts of all elements of a name, by searching for its tags.
fn elements<'t>(text: &'t str, tag: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(&format!("<{tag}>"))
        .skip(1)
        .map(move |rest| rest.split(&format!("</{tag}>")).next().unwrap_or_default())
        .collect::<Vec<_>>()
        .into_iter()
}

/// How many elements of a name hold any text.
fn filled(text: &str, tag: &str) -> u64 {
    let has_text = |content: &&str| {
        content.split('<').any(|piece| !piece.split_once('>').map_or(piece, |(_, text)| text).trim().is_empty())
    };
    elements(text, tag).filter(has_text).count() as u64
}

#[track_caller]
fn check_real(file: &str, issue_date: &str, parties: [u64; 2]) {
    let Some(path) = list(&format!("un/{file}")) else { return };
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("un_sc"), &path, None, &mut |entity| entities.push(entity)).unwrap();
    let loaded = Loaded { entities, report };
    assert_eq!(loaded.issues(), [""; 0]);
    assert_eq!((loaded.report.issue_date.as_str(), loaded.report.rejected.len()), (issue_date, 0));
    check_sound(&loaded);
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let count = |tags: &[&str]| tags.iter().map(|tag| filled(&text, tag)).sum::<u64>();
    for (what, expected) in [
        ("individuals", count(&["INDIVIDUAL"])),
        ("entities", count(&["ENTITY"])),
        ("parties", count(&["DATAID"])),
        ("names", count(&["FIRST_NAME"])),
        ("names_original_script", count(&["NAME_ORIGINAL_SCRIPT"])),
        ("aliases", count(&["INDIVIDUAL_ALIAS", "ENTITY_ALIAS"])),
        ("aliases_low_quality", elements(&text, "QUALITY").filter(|text| text.trim() == "Low").count() as u64),
        ("addresses", count(&["INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"])),
        ("birth_dates", count(&["INDIVIDUAL_DATE_OF_BIRTH"])),
        ("birth_places", count(&["INDIVIDUAL_PLACE_OF_BIRTH"])),
        ("id_documents", count(&["INDIVIDUAL_DOCUMENT"])),
    ] {
        assert_eq!(loaded.report.count(what), expected, "{what}");
    }
    assert_eq!([loaded.report.count("individuals"), loaded.report.count("entities")], parties);
    // Every listing has its party, its sanction and its programme.
    let targets = loaded.entities.iter().filter(|entity| entity.target == Some(true));
    assert_eq!(targets.clone().count() as u64, parties[0] + parties[1]);
    for party in targets {
        assert_eq!(party.values("programId").len(), 1, "{}", party.id);
        assert_eq!(loaded.texts(&format!("{}-sanction", party.id), "unscId").len(), 1);
    }
}

#[test]
fn real_2025_04_19() {
    check_real("un_consolidated_2025-04-19.xml.gz", "2025-04-19", [684, 193]);
}

#[test]
fn real_2026_02_27() {
    check_real("un_consolidated_2026-02-27.xml.gz", "2026-02-27", [730, 273]);
}

#[test]
fn real_2026_04_17() {
    check_real("un_consolidated_2026-04-17.xml.gz", "2026-04-17", [733, 272]);
}

#[test]
fn real_and_malformed() {
    let Some(path) = list("un/un_consolidated_2025-08-16_MALFORMED.xml.gz") else { return };
    let error = load_file(&SourceSpec::new("un_sc"), &path, None, &mut |_| ()).unwrap_err().to_string();
    assert!(
        error.ends_with("line 51: cannot decode input using UTF-8: invalid utf-8 sequence of 1 bytes from index 246"),
        "{error}"
    );
}
