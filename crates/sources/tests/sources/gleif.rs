//! GLEIF's files: everything by invented records, the counts of the real samples, and what is refused.

use interdict_sources::{SourceSpec, load_file};

use crate::registers::{counts, fixture, golden, is_sound, samples, survives};
use crate::support::{Loaded, load, refusal};

const A: &str = "lei-0000EXAMPLE000000183";
const B: &str = "lei-0000EXAMPLE000000280";

#[test]
fn legal_entities() {
    let loaded = golden("mini_gleif_lei.xml");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("gleif_lei_xml", "2025-03-01"));
    loaded.check(
        A,
        "Company",
        &[
            ("name", &["Exempelbolaget Ängö & Söner AB", "Общество Пример"]),
            ("previousName", &["Gamla Exempel AB"]),
            ("alias", &["Example Trading", "Exo", "Exempelbolaget Aengoe and Soener AB", "Exempelbolaget Ango & Soner AB"]),
            ("registrationNumber", &["556000-0001"]),
            ("status", &["INACTIVE", "LEI registration RETIRED"]),
            ("legalForm", &["ELF XJHM", "Aktiebolag"]),
            ("incorporationDate", &["1997-06-05"]),
            ("dissolutionDate", &["2024-03-09"]),
            ("jurisdiction", &["se"]),
        ],
    );
    let succession = "lei-0000EXAMPLE000000183-successor-0000EXAMPLE000000377";
    loaded.check(succession, "Succession", &[("predecessor", &[A]), ("successor", &["lei-0000EXAMPLE000000377"])]);
    assert_eq!(
        counts(&loaded),
        [
            ("records_stated", 9),
            ("events", 2),
            ("names", 13),
            ("addresses", 16),
            ("successors", 1),
            ("associated", 1),
            ("records", 9),
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 2);
    assert_eq!(
        loaded.issues().iter().map(|issue| issue.split_once(": ").unwrap().1).collect::<Vec<_>>(),
        [
            "LEIRecord 0000EXAMPLE000000183: type of a name: `NICKNAME` is not known; kept as also known as",
            "LEIRecord 0000EXAMPLE000000183: Continent: an element that is not known; its text was kept as a note",
            "LEIRecord 0000EXAMPLE000000183: EntityExpirationDate: a date cannot be read: 2024-02 has no day 30",
            "LEIRecord 0000EXAMPLE000000183: LegalEntityEventMood: an element that is not known; its text was kept as a note",
            "LEIRecord 0000EXAMPLE000000183: EntityMood: an element that is not known; its text was kept as a note",
            "LEIRecord 0000EXAMPLE000000571: EntityCategory: `GUILD` is not known; kept as a LegalEntity",
            "LEIRecord 0000EXAMPLE000000280: LEI: `0000EXAMPLE000000280` stands twice in the file",
            "LEIRecord NOT-AN-LEI: LEI: `NOT-AN-LEI` is not a valid LEI: the LEI has 8 characters instead of 20; it was kept",
            "LEIRecord : LEI: a record without an LEI",
            "LEIRecord 0000EXAMPLE000000668: LegalName: a record without a legal name",
            "LEIData: Remark: an element that is not known; it was left out",
        ]
    );
}

#[test]
fn relationships() {
    let loaded = golden("mini_gleif_rr.xml");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("gleif_rr_xml", "2025-03-01"));
    assert_eq!(counts(&loaded), [("records_stated", 13), ("records", 13)]);
    let id = "lei-rr-0000EXAMPLE000000183-is_directly_consolidated_by-0000EXAMPLE000000280";
    loaded.check(
        id,
        "Ownership",
        &[
            ("owner", &[B]),
            ("asset", &[A]),
            ("percentage", &["99.90"]),
            ("ownershipType", &["accounting consolidation"]),
            ("startDate", &["2018-02-06"]),
            ("endDate", &["2024-02-05"]),
        ],
    );
    // "1.00" may be one per cent or the whole.
    let ultimate = "lei-rr-0000EXAMPLE000000183-is_ultimately_consolidated_by-0000EXAMPLE000000377";
    assert!(loaded.texts(ultimate, "percentage").is_empty());
    assert!(loaded.texts(ultimate, "description").contains(&"Quantity (accounting consolidation): 1.00 percentage"));
    assert!(loaded.texts(ultimate, "role")[0].contains("no proof of a share of 50 %"));
    let branch = "lei-rr-0000EXAMPLE000000183-is_international_branch_of-0000EXAMPLE000000474";
    loaded.check(branch, "UnknownLink", &[("subject", &[A]), ("object", &["lei-0000EXAMPLE000000474"])]);
    assert_eq!(loaded.report.rejected.len(), 3);
}

#[test]
fn exceptions() {
    let loaded = golden("mini_gleif_repex.xml");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("gleif_repex_xml", "2025-03-01"));
    assert_eq!(counts(&loaded), [("reasons", 5), ("records", 5)]);
    assert_eq!(
        loaded.issues().iter().map(|issue| issue.split_once(": ").unwrap().1).collect::<Vec<_>>(),
        [
            "header: RecordCount: `many` is no number",
            "Exception: ExceptionMood: an element that is not known; its text was kept as a note",
            "Exception 0000EXAMPLE000000183 ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT: LEI: the exception stands twice in the file",
            "Exception BAD SIDEWAYS_PARENT: LEI: `BAD` is not a valid LEI: the LEI has 3 characters instead of 20; it was kept",
            "Exception BAD SIDEWAYS_PARENT: ExceptionCategory: `SIDEWAYS_PARENT` is not known; kept as it stands",
            "Exception  DIRECT_ACCOUNTING_CONSOLIDATION_PARENT: LEI: a record without an LEI",
        ]
    );
}

#[test]
fn what_is_refused() {
    let text = String::from_utf8(fixture("mini_gleif_lei.xml")).unwrap();
    let changes = text.replace("GLEIF_FULL_PUBLISHED", "GLEIF_DELTA_PUBLISHED");
    assert!(refusal(changes.as_bytes()).contains("a file of changes"));
    let empty = "<LEIData><LEIHeader><RecordCount>0</RecordCount></LEIHeader><LEIRecords/></LEIData>";
    assert!(refusal(empty.as_bytes()).contains("no records in the file"));
    assert!(refusal(format!("{text}<x/>").as_bytes()).contains("line"));
    for name in ["mini_gleif_lei.xml", "mini_gleif_rr.xml", "mini_gleif_repex.xml"] {
        survives(&fixture(name));
    }
}

/// How often a tag begins.
fn tags(text: &str, tag: &str) -> u64 {
    let open = |end: &str| text.matches(&format!(":{tag}{end}")).count() - text.matches(&format!("</lei:{tag}{end}")).count();
    (open(">") + open(" ")) as u64
}

#[test]
fn real_samples() {
    for path in samples("gleif") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut entities = Vec::new();
        let report = load_file(&SourceSpec::new("gleif"), &path, None, &mut |entity| entities.push(entity)).unwrap();
        let loaded = Loaded { entities, report };
        assert_eq!(loaded.issues(), [""; 0]);
        is_sound(&loaded);
        let report = &loaded.report;
        let record = match report.format {
            "gleif_lei_xml" => {
                assert_eq!(report.count("records_stated"), 2_394_586);
                assert_eq!(report.count("names"), tags(&text, "LegalName") + tags(&text, "OtherEntityName"));
                let addresses = ["LegalAddress", "HeadquartersAddress", "TransliteratedOtherAddress"];
                assert_eq!(report.count("addresses"), addresses.iter().map(|tag| tags(&text, tag)).sum::<u64>());
                let parties = loaded.entities.iter().filter(|entity| entity.first("leiCode").is_some()).count() as u64;
                assert_eq!(parties, report.count("records"));
                "</lei:LEIRecord>"
            }
            "gleif_rr_xml" => {
                assert_eq!(report.count("records_stated"), 394_970);
                assert_eq!(loaded.entities.len() as u64, report.count("records"));
                "</rr:RelationshipRecord>"
            }
            _ => {
                assert_eq!((report.format, report.count("records_stated")), ("gleif_repex_xml", 4_244_309));
                assert_eq!(loaded.entities.len() as u64, report.count("records"));
                "</repex:Exception>"
            }
        };
        assert_eq!(report.count("records"), text.matches(record).count() as u64, "{}", path.display());
    }
}

#[test]
fn a_relationship_that_began_again_has_an_id_of_its_own() {
    let loaded = load(&fixture("mini_gleif_rr.xml"));
    let id = "lei-rr-0000EXAMPLE000000183-is_directly_consolidated_by-0000EXAMPLE000000280";
    let ids: Vec<&str> =
        loaded.entities.iter().map(|entity| entity.id.as_str()).filter(|found| found.starts_with(id)).collect();
    let again = format!("{id}-2025-01-01");
    assert_eq!(ids, [id, again.as_str(), again.as_str()]);
    assert!(loaded.issues().iter().any(|issue| issue.contains("the relationship stands twice in the file")));
}
