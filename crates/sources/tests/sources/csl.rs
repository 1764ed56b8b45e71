//! The US Consolidated Screening List: the same invented rows as CSV and as JSON, bad input, and the real file where it is at hand.

use std::collections::HashSet;
use std::path::Path;

use interdict_model::Entity;
use interdict_sources::{SourceSpec, load_file};
use proptest::prelude::*;

use crate::helpers::{check_sound, golden};
use crate::support::{Loaded, load, refusal, spec, try_load, try_load_with};

const CSV: &str = include_str!("../data/mini_csl.csv");
const JSON: &str = include_str!("../data/mini_csl.json");

/// Feeds pieces and changed bytes of a file to its parser: it may refuse them, and must not panic.
pub(crate) fn damaged(bytes: &[u8], changes: &[(prop::sample::Index, u8)], end: prop::sample::Index) {
    let mut bytes = bytes.to_vec();
    for (place, value) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *value;
    }
    let _ = try_load(&bytes);
    let _ = try_load(&bytes[..end.index(bytes.len())]);
}

#[test]
fn csv() {
    let loaded = load(CSV.as_bytes());
    golden("mini_csl.expected.jsonl", &loaded);
    check_sound(&loaded);
    assert_eq!(loaded.report.format, "us_csl_csv");
    for (what, count) in [
        ("rows", 10),
        ("parties", 9),
        ("rows_of_parties_read_before", 1),
        ("names", 17),
        ("addresses", 8),
        ("numbers", 15),
        ("id_documents", 4),
        ("wallet_addresses", 1),
        ("repeated_ofac", 0),
    ] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(
        loaded.issues(),
        [
            "10: row abc5: source: the list `List of Samples (LOS) - Department of Examples` is not known; its parties are kept as listed, \
          without a topic"
        ]
    );
}

/// Without what only the JSON tells: the parts of an address, and in which of them a text stands.
fn comparable(entity: &Entity) -> Vec<(String, Vec<String>)> {
    const PARTS: [&str; 4] = ["street", "city", "state", "postalCode"];
    let mut values: Vec<(String, Vec<String>)> = entity
        .properties()
        .filter(|(property, _)| !PARTS.contains(property))
        .map(|(property, values)| (property.to_owned(), values.iter().map(|value| value.text.clone()).collect()))
        .collect();
    values.push(("id".to_owned(), vec![entity.id.clone()]));
    values.push(("schema".to_owned(), vec![entity.schema.to_string()]));
    values.push(("names".to_owned(), entity.names.iter().map(|name| format!("{name:?}")).collect()));
    values.push(("rest".to_owned(), vec![format!("{:?} {:?}", entity.target, entity.origin)]));
    values
}

#[test]
fn json_says_the_same() {
    let (csv, json) = (load(CSV.as_bytes()), load(JSON.as_bytes()));
    assert_eq!(json.report.format, "us_csl_json");
    check_sound(&json);
    let of = |loaded: &Loaded| loaded.entities.iter().map(comparable).collect::<Vec<_>>();
    for (csv, json) in of(&csv).into_iter().zip(of(&json)) {
        assert_eq!(csv, json);
    }
    assert_eq!(csv.entities.len(), json.entities.len());
    assert_eq!((json.report.count("records_stated"), json.report.count("rows")), (10, 10));
    let address = json.entities.iter().find(|entity| entity.first("street") == Some("1 Sample Road")).unwrap();
    assert_eq!(address.first("city"), Some("Exampleton"));
}

#[test]
fn rows_of_lists_that_are_loaded_themselves_are_left_out() {
    let spec = interdict_sources::SourceSpec { skip_repeated: true, ..spec() };
    for bytes in [CSV, JSON] {
        let loaded = try_load_with(&spec, bytes.as_bytes()).unwrap();
        assert_eq!((loaded.report.count("repeated_ofac"), loaded.report.count("parties")), (5, 5));
        assert!(loaded.entities.iter().all(|entity| entity.id.starts_with("csl-")));
    }
}

#[test]
fn one_party_on_several_lists() {
    let loaded = load(CSV.as_bytes());
    loaded.check("ofac-90003", "Organization", &[("alias", &["SAMPLE BANK JSC"]), ("programId", &["SAMPLE1", "SAMPLE-EO"])]);
    loaded.check("ofac-90003-sanction-sdn", "Sanction", &[("programId", &["SAMPLE1"])]);
    loaded.check("ofac-90003-sanction-ssi", "Sanction", &[("programId", &["SAMPLE-EO"])]);
}

#[test]
fn bad_rows() {
    let header = CSV.lines().next().unwrap();
    let rows = [
        ",Entity List (EL) - Bureau of Industry and Security,,,,No Id",
        "a1,Entity List (EL) - Bureau of Industry and Security,,,,",
        "a2,Entity List (EL) - Bureau of Industry and Security,,,,Twice",
        "a2,Entity List (EL) - Bureau of Industry and Security,,,,Again",
        "a3,Entity List (EL) - Bureau of Industry and Security,,Robot,,Odd,,,,31/02/2020",
    ];
    let pad = |row: &str| format!("{row}{}", ",".repeat(28 - row.matches(',').count()));
    let text = format!("\u{feff}{header}\n{}\n", rows.map(pad).join("\n"));
    let loaded = load(text.as_bytes());
    let issues = loaded.issues();
    assert_eq!(issues.len(), 5, "{issues:#?}");
    assert!(issues[0].starts_with("2: line 2: id: a row without an id"), "{}", issues[0]);
    assert!(issues[1].starts_with("3: row a1: name: a row without a name"), "{}", issues[1]);
    assert_eq!(issues[2], "5: row a2: id: `csl-a2` stands twice in the file");
    assert_eq!(issues[3], "6: row a3: type: `robot` is not known; kept as a LegalEntity");
    assert!(issues[4].starts_with("6: row a3: start_date: a date cannot be read"), "{}", issues[4]);
    assert_eq!(loaded.report.rejected.len(), 2);
    loaded.check("csl-a2-2", "LegalEntity", &[("name", &["Again"])]);
    loaded.check("csl-a3", "LegalEntity", &[("notes", &["start_date: 31/02/2020"])]);
    let short = format!("{header},colour\na1,Entity List (EL) - x,,,,Short\n");
    let loaded = load(short.as_bytes());
    assert_eq!(
        loaded.issues(),
        [
            "1: header: colour: a column that is not known; kept as notes",
            "2: line 2: : 6 fields under 30 columns; read from the left"
        ]
    );
    assert!(refusal(header.as_bytes()).contains("no parties"));
}

#[test]
fn bad_json() {
    let loaded = load(br#"{"source": "x", "results": [7, {"id": "a", "source": "UFLPA", "name": "A", "colour": {"b": 1}, "ids": "12, Sample Card"}]}"#);
    assert_eq!(loaded.report.rejected.len(), 1);
    loaded.check(
        "csl-a",
        "LegalEntity",
        &[("notes", &["colour: {\"b\":1}"]), ("topics", &["export.control"]), ("registrationNumber", &["12"])],
    );
    for bytes in
        [&br#"{"source": "x", "results": ["#[..], br#"{"source": "x", "results": 7}"#, br#"{"results": [], "source": 1} x"#]
    {
        assert!(refusal(bytes).contains("cannot be read"), "{}", refusal(bytes));
    }
    assert!(refusal(br#"{"source": "x", "results": []}"#).contains("no parties"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_are_no_reason_to_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        damaged(CSV.as_bytes(), &changes, end);
        damaged(JSON.as_bytes(), &changes, end);
    }
}

/// The real file of April 2022, where it is at hand.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
#[test]
fn real_csv() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/us_csl/consolidated.csv.gz");
    if !path.exists() {
        eprintln!("skipped: us_csl/consolidated.csv.gz: no folder ../shared/data beside the checkout");
        return;
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()), &mut text)
        .unwrap();
    let mut by_hand = csv::Reader::from_reader(text.as_bytes());
    let columns = by_hand.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (number, addresses, ids, source) = (column("entity_number"), column("addresses"), column("ids"), column("source"));
    let (mut rows, mut ofac, mut address_count, mut id_count, mut wallets, mut others) = (0, HashSet::new(), 0, 0, 0, 0);
    for row in by_hand.records() {
        let row = row.unwrap();
        let values = |column: usize| row[column].split("; ").filter(|text| !text.is_empty()).collect::<Vec<_>>();
        rows += 1;
        if row[source].ends_with("Treasury Department") {
            ofac.insert(row[number].to_owned());
        } else {
            others += 1;
        }
        address_count += values(addresses).len() as u64;
        id_count += values(ids).len() as u64;
        wallets += values(ids).iter().filter(|text| text.contains(", Digital Currency Address - ")).count() as u64;
    }
    for skip_repeated in [false, true] {
        let spec = SourceSpec { skip_repeated, ..SourceSpec::new("us_trade_csl") };
        let mut entities = Vec::new();
        let report = load_file(&spec, &path, None, &mut |entity| entities.push(entity)).unwrap();
        let loaded = Loaded { entities, report };
        check_sound(&loaded);
        assert_eq!(loaded.issues(), [""; 0]);
        let report = &loaded.report;
        assert_eq!((report.count("rows"), rows), (14_160, 14_160));
        if skip_repeated {
            assert_eq!((report.count("parties"), report.count("repeated_ofac")), (others, rows - others));
            continue;
        }
        assert_eq!(report.count("parties"), ofac.len() as u64 + others);
        assert_eq!(report.count("addresses"), address_count);
        assert_eq!(report.count("numbers"), id_count);
        assert_eq!(report.count("wallet_addresses"), wallets);
    }
}
