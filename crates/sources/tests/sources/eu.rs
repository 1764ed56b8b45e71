//! The EU's financial sanctions files: the same invented entities as XML and as CSV, and bad input. No real file is at hand.

use proptest::prelude::*;

use crate::csl::damaged;
use crate::helpers::{check_sound, golden};
use crate::support::{load, refusal};

const XML: &str = include_str!("../data/mini_eu.xml");
const CSV: &str = include_str!("../data/mini_eu.csv");

#[test]
fn xml() {
    let loaded = load(XML.as_bytes());
    golden("mini_eu.expected.jsonl", &loaded);
    check_sound(&loaded);
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("eu_fsf_xml", "2025-03-04"));
    let elements = |tag: &str| XML.matches(&format!("<{tag} ")).count() as u64;
    for (what, tag) in [
        ("parties", "sanctionEntity"),
        ("names", "nameAlias"),
        ("addresses", "address"),
        ("birthdates", "birthdate"),
        ("id_documents", "identification"),
        ("citizenships", "citizenship"),
        ("regulations", "regulation"),
    ] {
        assert_eq!(loaded.report.count(what), elements(tag), "{what}");
    }
    assert_eq!(loaded.report.count("names_low_quality"), 1);
    let issues = loaded.issues();
    assert_eq!(issues.len(), 1, "{issues:#?}");
    assert!(
        issues[0].ends_with(": birthdate 34: calendarType: a date in the calendar `ISLAMIC`; kept as a note"),
        "{issues:#?}"
    );
}

#[test]
fn csv_says_the_same() {
    let (xml, csv) = (load(XML.as_bytes()), load(CSV.as_bytes()));
    assert_eq!((csv.report.format, csv.report.issue_date.as_str()), ("eu_fsf_csv", "2025-03-04"));
    for (xml, csv) in xml.lines().into_iter().zip(csv.lines()) {
        assert_eq!(xml, csv);
    }
    assert_eq!(xml.entities.len(), csv.entities.len());
    for count in &xml.report.counts {
        assert_eq!(csv.report.count(count.what), count.count, "{}", count.what);
    }
    assert_eq!(csv.report.count("rows"), CSV.lines().count() as u64 - 1);
}

#[test]
fn rows_of_an_entity_may_stand_apart() {
    let mut lines: Vec<&str> = CSV.lines().collect();
    let last = lines.pop().unwrap();
    lines.insert(2, last);
    let moved = load((lines.join("\r\n") + "\r\n").as_bytes());
    assert_eq!(moved.report.count("parties"), 2);
    assert!(moved.report.rejected.is_empty());
    check_sound(&moved);
}

fn export(content: &str) -> String {
    format!("<export xmlns='http://eu.europa.ec/fpi/fsd/export' generationDate='2025-03-04T00:00:00Z'>{content}</export>")
}

#[test]
fn bad_entities() {
    let loaded = load(
        export(
            "<sanctionEntity euReferenceNumber='EU.1.1' logicalId='1'><subjectType code='person'/></sanctionEntity>
            <sanctionEntity><subjectType code='person'/><nameAlias wholeName='No Id'/></sanctionEntity>
            <sanctionEntity logicalId='3'><subjectType code='choir' classificationCode='C'/><nameAlias wholeName='No Number' strong='false'/>
                <colour>red</colour></sanctionEntity>
            <sanctionEntity euReferenceNumber='EU.4.1' logicalId='4'><subjectType code='person'/><nameAlias firstName='First' lastName='Last'/>
                <birthdate birthdate='1960-02-31'/><birthdate year='0' dayOfMonth='9'/>
                <identification number='1' identificationTypeCode='rune'/></sanctionEntity>
            <sanctionEntity euReferenceNumber='EU.4.1' logicalId='5'><subjectType code='person'/><nameAlias wholeName='Second'/></sanctionEntity>",
        )
        .as_bytes(),
    );
    let issues = loaded.issues();
    for (issue, expected) in issues.iter().zip([
        "1: sanctionEntity 1: nameAlias: an entity without a name; it was left out",
        "2: sanctionEntity without an id: euReferenceNumber: an entity without an id; it was left out",
        "4: sanctionEntity 3: colour: an element that is not known; it was passed over",
        "3: sanctionEntity 3: euReferenceNumber: no EU reference number; the logical id stands for it",
        "3: sanctionEntity 3: subjectType: `choir` is not known; kept as a LegalEntity",
        "3: sanctionEntity 3: nameAlias: all names are weak or former; the first stands as the listed name",
        "6: sanctionEntity 4: birthdate: a date cannot be read",
        "6: sanctionEntity 4: birthdate: a date cannot be read",
        "7: sanctionEntity 4: identificationTypeCode: `rune` is not known; kept as an identification",
        "8: sanctionEntity 5: id: `eu-EU.4.1` stands twice in the file",
    ]) {
        assert!(issue.starts_with(expected), "{issue}\n{expected}");
    }
    assert_eq!(issues.len(), 10, "{issues:#?}");
    assert_eq!(loaded.report.rejected.len(), 2);
    loaded.check("eu-3", "LegalEntity", &[("name", &["No Number"]), ("weakAlias", &[])]);
    loaded.check("eu-EU.4.1", "Person", &[("name", &["First Last"]), ("birthDate", &[]), ("idNumber", &["1"])]);
    loaded.check("eu-EU.4.1-2", "Person", &[("name", &["Second"])]);
    assert_eq!(loaded.texts("eu-EU.4.1", "notes"), ["birthdate: 1960-02-31", "Day of birth: 9", "birthdate: 0"]);
    assert!(refusal(export("").as_bytes()).contains("no parties"));
    assert!(refusal(&export("<sanctionEntity>").as_bytes()[..100]).contains("line 1"));
}

#[test]
fn bad_rows() {
    let header = "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;NameAlias_WholeName;Colour";
    let text = format!("{header}\nx;1;EU.1.1;P;One;red\n31/01/2025;1;EU.1.2;P;One;;more\n;;;;Nobody;\n;;;;;\n;2;;E;Caf\u{e9};");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let loaded = load(&bytes);
    let issues = loaded.issues();
    for (issue, expected) in issues.iter().zip([
        "1: line 1: Colour: a column that is not known; kept as notes",
        "2: line 2: fileGenerationDate: a date cannot be read",
        "3: line 3: : 7 fields under 6 columns; read from the left",
        "3: line 3: EU_ReferenceNumber: `EU.1.2`, but a row before has `EU.1.1`; kept as a note",
        "4: line 4: Entity_LogicalId: a row without an id; it was left out",
        "6: line 6: : a field is not UTF-8; read as Windows-1252",
        "6: sanctionEntity 2: euReferenceNumber: no EU reference number",
    ]) {
        assert!(issue.starts_with(expected), "{issue}\n{expected}");
    }
    assert_eq!(issues.len(), 7, "{issues:#?}");
    assert_eq!(loaded.report.issue_date, "2025-01-31");
    loaded.check(
        "eu-EU.1.1",
        "Person",
        &[("notes", &["Colour: red", "EU_ReferenceNumber: EU.1.2", "a field beyond the header: more"])],
    );
    loaded.check("eu-2", "Organization", &[("name", &["Café"])]);
    assert!(refusal(header.as_bytes()).contains("no parties"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_are_no_reason_to_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        damaged(XML.as_bytes(), &changes, end);
        damaged(CSV.as_bytes(), &changes, end);
    }
}
