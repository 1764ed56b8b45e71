//! OFAC's SDN.XML: all of the form by an invented list, bad input, and the real list where it is at hand.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use interdict_sources::{SourceSpec, load_file};
use proptest::prelude::*;

use crate::helpers::golden_text;
use crate::real_lists::list;
use crate::support::{self, Loaded, refusal, try_load};

pub(crate) const MINI: &str = include_str!("../data/mini_legacy.xml");

pub(crate) fn load(path: &Path) -> Loaded {
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("us_ofac_cons"), path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

fn mini() -> Loaded {
    support::load(MINI.as_bytes())
}

#[test]
fn golden_entities() {
    golden_text("mini_legacy.expected.jsonl", &(mini().lines().join("\n") + "\n"));
}

#[test]
fn report() {
    let report = mini().report;
    assert_eq!((report.format, report.issue_date.as_str()), ("ofac_legacy_xml", "2025-02-03"));
    for (what, count) in [
        ("records_stated", 9),
        ("parties", 8),
        ("names", 13),
        ("names_low_quality", 2),
        ("ids", 20),
        ("id_documents", 6),
        ("wallet_addresses", 2),
        ("features", 12),
        ("addresses", 4),
        ("relationships", 2),
    ] {
        assert_eq!(report.count(what), count, "{what}");
    }
    assert_eq!(report.files.len(), 1);
    assert_eq!((report.files[0].sha256.as_str(), report.files[0].bytes), (report.sha256.as_str(), report.bytes));
    let left_out: Vec<&str> = report.rejected.iter().map(|rejected| rejected.text.as_str()).collect();
    assert_eq!(left_out, [" | NO NUMBER |  | ", "9107 |  |  | "]);
}

#[test]
fn every_issue_is_said_once_and_nothing_else() {
    let expected = [
        "6: publshInformation: Weather: an element that is not known; it was left out",
        "69: id: Stamp: an element that is not known; it was left out",
        "123: address: planet: an element that is not known; it was left out",
        "164: sdnEntry: mood: an element that is not known; it was left out",
        "8: sdnEntry 9101: Birthdate: a date cannot be read: \"in\" is not the name of a month; it was kept as a note",
        "8: sdnEntry 9101: idType: `Library Card` is not known; kept as a document",
        "8: sdnEntry 9101: Library Card: `Ruritania` is not a known country",
        "8: sdnEntry 9101: Library Card: a date cannot be read: 2019-02 has no day 31",
        "8: sdnEntry 9101: idType: `Favourite Colour` is not known; kept as a note",
        "8: sdnEntry 9101: Passport: a document without a number",
        "166: sdnEntry 9102: type: `stage name` is not known; aka 54 was kept as also known as",
        "166: sdnEntry 9102: category: `middling` is not known; aka 54 was kept as strong",
        "166: sdnEntry 9102: aka: aka 55 has no text; it was left out",
        "254: vesselInfo: mast: an element that is not known; it was left out",
        "292: sdnEntry: project: an element that is not known; it was left out",
        "286: sdnEntry 9105: sdnType: `Spaceship` is not known; kept as a LegalEntity",
        "295: sdnEntry : uid: a party without an id; it was left out",
        "300: sdnEntry 9107: lastName: a party without a name; it was left out",
        "305: sdnEntry 9104: id: `ofac-9104` stands twice in the file",
        "311: sdnList: appendix: an element that is not known; it was left out",
        "0: publshInformation: Record_Count: the file says that it has 9 records; it has 8",
    ];
    assert_eq!(mini().issues(), expected);
}

#[test]
fn facts() {
    let loaded = mini();
    loaded.check(
        "ofac-9101",
        "Person",
        &[
            ("name", &["HONG Gil Dong"]),
            ("alias", &["HONG Kil-tong", "Hongi"]),
            ("weakAlias", &["HAWK The"]),
            ("lastName", &["HONG"]),
            ("firstName", &["Gil Dong"]),
            ("birthDate", &["1979-01-05", "1980~"]),
            ("birthPlace", &["Testyang, Korea, North"]),
            ("nationality", &["kp"]),
            ("citizenship", &["pa"]),
            ("gender", &["male"]),
            ("position", &["Deputy Director & Secretary; Colonel (Reserve; retired)"]),
            ("program", &["SAMPLE1", "SAMPLE2"]),
            ("passportNumber", &["000123456"]),
        ],
    );
    loaded.check(
        "ofac-doc-1",
        "Passport",
        &[("number", &["000123456"]), ("country", &["kp"]), ("startDate", &["2015-06-01"]), ("endDate", &["2020-05-31"])],
    );
    loaded.check(
        "ofac-9101-wallet-0x000000000000000000000000000000000000dEaD",
        "CryptoWallet",
        &[("currency", &["XBT", "ETH"]), ("holder", &["ofac-9101"])],
    );
    loaded.check("ofac-9101-linked-9102", "UnknownLink", &[("subject", &["ofac-9101"]), ("object", &["ofac-9102"])]);
    loaded.check("ofac-9103", "Vessel", &[("imoNumber", &["9074729"]), ("mmsi", &["351999999"]), ("flag", &["pa"])]);
    loaded.check("ofac-9105", "LegalEntity", &[("name", &["ROCINANTE"])]);
}

#[test]
fn what_is_no_list_is_refused() {
    let empty = "<sdnList><publshInformation/></sdnList>";
    assert_eq!(refusal(empty.as_bytes()), "list.dat: no parties in the file; an empty list is never accepted");
    assert!(refusal(&MINI.as_bytes()[..MINI.len() / 2]).contains("cut off"));
    assert!(refusal(format!("{MINI}<sdnList/>").as_bytes()).contains("something follows"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_bytes_never_panic(at in 0..MINI.len(), byte: u8, length in 0..=MINI.len()) {
        let mut bytes = MINI.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = try_load(&bytes);
        let _ = try_load(&bytes[..length]);
    }
}

#[test]
fn cons_legacy_2025_03_28() {
    let Some(path) = list("nonsdn/consolidated_legacy_2025-03-28.xml.gz") else { return };
    let loaded = load(&path);
    assert_eq!(loaded.issues(), [""; 0]);
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("ofac_legacy_xml", "2025-03-28"));
    let mut content = String::new();
    MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut content).unwrap();
    let mut by_hand: HashMap<&str, u64> = HashMap::new();
    let mut tags = |what, tags: &[&str]| {
        by_hand.insert(what, tags.iter().map(|tag| content.matches(*tag).count() as u64).sum());
    };
    tags("parties", &["<sdnEntry>"]);
    tags("names", &["<sdnEntry>", "<aka>"]);
    tags("names_low_quality", &["<category>weak<"]);
    tags("ids", &["<id>"]);
    tags("programs", &["<program>"]);
    tags("addresses", &["<address>"]);
    tags("dateOfBirthItem", &["<dateOfBirthItem>"]);
    tags("placeOfBirthItem", &["<placeOfBirthItem>"]);
    tags("nationality", &["<nationality>"]);
    tags("citizenship", &["<citizenship>"]);
    tags("linked_names", &["(Linked To: "]);
    for (what, count) in by_hand {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(loaded.report.count("records_stated"), 443);
    assert_eq!(loaded.report.count("parties"), 443);
    assert_eq!(loaded.report.count("features") + loaded.report.count("id_documents"), loaded.report.count("ids"));
}
