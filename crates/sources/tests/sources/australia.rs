//! The Australian list, by workbooks that the test writes: no real file is at hand.

use crate::helpers::{check_sound, golden, survive_damage, survive_damage_inside};
use crate::support::{load, refusal, spec};
use crate::workbook::{Cell, Date, Empty, Error, Flag, Number, Text, workbook};

const HEADER: [Cell<'static>; 20] = [
    Text("Reference"),
    Text("Name of Individual or Entity"),
    Text("Type"),
    Text("Name Type"),
    Text("Alias Strength"),
    Text("Date of Birth"),
    Text("Place of Birth"),
    Text("Citizenship"),
    Text("Address"),
    Text("Additional Information"),
    Text("Listing Information"),
    Text("IMO Number"),
    Text("Committees"),
    Text("Control Date"),
    Text("Instrument of  designation"),
    Text("Targeted Financial Sanction"),
    Text("Travel Ban"),
    Text("Arms Embargo"),
    Text("Maritime Restriction"),
    Text("Mood"),
];

/// A row: the cells up to `Alias Strength`, then cells at columns.
fn row<'c>(first: [Cell<'c>; 5], more: &[(usize, Cell<'c>)]) -> Vec<Cell<'c>> {
    let mut cells = vec![Empty; HEADER.len()];
    cells[..5].copy_from_slice(&first);
    for (column, cell) in more {
        if cells.len() <= *column {
            cells.resize(*column + 1, Empty);
        }
        cells[*column] = *cell;
    }
    cells
}

fn named<'c>(reference: &'c str, name: &'c str, kind: &'c str, name_type: &'c str) -> Vec<Cell<'c>> {
    row([Text(reference), Text(name), Text(kind), Text(name_type), Empty], &[])
}

fn sheet(rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let title: &[Cell<'_>] = &[Text("Sample Sanctions Consolidated List as at 5 January 2026")];
    let mut all: Vec<&[Cell<'_>]> = vec![title, &[], &HEADER];
    all.extend(rows.iter().map(Vec::as_slice));
    workbook(&[("Consolidated List", &all)])
}

/// Every column, every form of a date, every kind of name, references used twice.
fn everything() -> Vec<u8> {
    sheet(&[
        row(
            [Number(101.0), Text("Erika  MUSTER"), Text("Individual"), Text("Primary Name"), Empty],
            &[
                (5, Text("a) 5 Jan 1970, b) c. 1968 c) 6 Feb. 1971 (false passport)")),
                (6, Text("a) Strelsau, Panama b) Testyang, Korea, North")),
                (7, Text("Panama, Ruritania")),
                (8, Text("a) 1 Sample Road, Panama City, Panama b) Panama")),
                (9, Text("Passport no: 000123456_x000D_\nSecond line.")),
                (10, Text("Listed by the Sample Committee.")),
                (12, Text("Autonomous (Sample)")),
                (13, Date(44197.0)),
                (14, Text("Sample Instrument 2021")),
                (15, Text("Yes")),
                (16, Flag(true)),
                (17, Text("No")),
                (18, Flag(false)),
                (19, Text("grim")),
            ],
        ),
        row(
            [Text("101a"), Text("Erica Muster"), Text("Individual"), Text("aka"), Text("Strong")],
            &[
                (8, Text("1 Sample Road, Panama City, Panama; Box 7, Strelsau")),
                (13, Number(44228.0)),
                (12, Text("Autonomous (Sample)")),
            ],
        ),
        row([Text("101b"), Text("The Hawk"), Text("Individual"), Text("Aka"), Text("Weak")], &[]),
        row([Text("101c"), Text("Эрика Мустер"), Text("Individual"), Text("Original Script"), Empty], &[]),
        row(
            [Number(102.0), Text("Sample Trading Pty"), Text("Entity"), Text("Primary Name"), Empty],
            &[(5, Text("1980")), (6, Text("Strelsau")), (7, Text("Panama")), (10, Date(44197.0)), (11, Text("IMO 1234567"))],
        ),
        named("102a", "Sample Old Trading", "Entity", "Formerly known as"),
        named("102b", "Sample New Trading", "Entity", "Now known as"),
        named("102c", "Sample Stage Trading", "Entity", "Stage name"),
        row(
            [Number(103.0), Text("SAMPLE STAR"), Text("Vessel"), Text("Primary Name"), Empty],
            &[(5, Number(1994.0)), (11, Number(9_074_729.0)), (18, Text("perhaps")), (13, Text("soon"))],
        ),
        // The reference of Erika Muster again, for another party, and behind it a name of that one.
        named("101", "Max VORLAGE", "Individual", "Primary Name"),
        row([Text("101a"), Text("M. Vorlage"), Text("Individual"), Text("aka"), Text("Good")], &[(5, Date(25569.0))]),
        // A party's own row twice, and a name of it apart from the others.
        named("102", "SAMPLE TRADING PTY", "Entity", "Primary Name"),
        row(
            [Text("104a"), Text("Probe"), Text("Individual"), Text("aka"), Text("Middling")],
            &[(5, Text("31 February 1970; 25570"))],
        ),
        named("104", "Probe Beispiel", "Individual", "Primary Name"),
        named("105", "Sample Spirit", "Spirit", ""),
        named("105a", "Sample Ghost", "Entity", ""),
        row(
            [Text("105-b"), Text("Sample Spectre"), Text("Individual"), Text("aka"), Empty],
            &[(20, Text("beyond")), (5, Error("#REF!"))],
        ),
        named("", "No reference", "Individual", "Primary Name"),
        named("x1", "No number", "Individual", "Primary Name"),
        named("106", " ", "Individual", "Primary Name"),
    ])
}

#[test]
fn golden_entities() {
    let loaded = load(&everything());
    check_sound(&loaded);
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("au_dfat_xlsx", "2026-01-05"));
    golden("australia.expected.jsonl", &loaded);
}

#[test]
fn counts_and_issues() {
    let loaded = load(&everything());
    for (what, count) in
        [("rows", 20), ("parties", 6), ("names", 17), ("names_weak", 1), ("names_original_script", 1), ("addresses", 2)]
    {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    let other = &loaded.entities.iter().find(|entity| entity.first("name") == Some("Max VORLAGE")).unwrap().id;
    assert!(other.starts_with("au-101-"));
    assert_eq!(
        loaded.issues(),
        [
            "3: header: Mood: a column that is not known; kept as notes".to_owned(),
            format!("13: row 13: Reference: 101 is the reference of another party, too: both are kept, this one as `{other}`"),
            "15: row 15: Reference: 102 stands twice with the same name and type; taken as one party".into(),
            "18: row 18: Type: `spirit` is not a known type of party".into(),
            "20: row 20: Reference: `105-b` is not a number with letters; taken for a name of 105".into(),
            "20: row 20: Type: `individual`, which the row of 105 is not; kept as a name of it".into(),
            "21: row 21: Reference: a row without a reference; it was left out".into(),
            "22: row 22: Reference: `x1` is no reference; it was left out".into(),
            "23: row 23: Name of Individual or Entity: a row without a name; it was left out".into(),
            "4: row 4: Citizenship: `Ruritania` is not a known country; kept as it stands".into(),
            "11: row 11: Name Type: `Stage name` is not known; kept as also known as".into(),
            "12: row 12: Control Date: a date cannot be read: \"soon\" is not the name of a month; kept as a note".into(),
            "12: row 12: Maritime Restriction: `perhaps` is neither yes nor no; kept as a note".into(),
            "16: row 16: Alias Strength: `Middling` is not known; taken as strong".into(),
            "16: row 16: Date of Birth: a date cannot be read: 1970-02 has no day 31; kept as a note".into(),
            "20: row 20: : a cell with the error #REF!".into(),
            "20: row 20: : a cell beyond the header; kept as a note".into(),
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 3);
}

#[test]
fn one_party_over_rows_that_stand_apart() {
    let loaded = load(&sheet(&[
        named("7", "Erika MUSTER", "Individual", "Primary Name"),
        named("8", "Max VORLAGE", "Individual", "Primary Name"),
        named("7a", "Erica Muster", "Individual", "aka"),
    ]));
    loaded.check("au-7", "Person", &[("name", &["Erika MUSTER"]), ("alias", &["Erica Muster"])]);
    assert_eq!((loaded.issues().len(), loaded.report.count("parties")), (1, 2), "the column `Mood`");
}

#[test]
fn other_workbooks_are_refused() {
    let bytes = workbook(&[("One", &[&[Text("Name"), Text("Age")], &[Text("x"), Number(1.0)]]), ("Two", &[])]);
    let expected = "list.dat: not a list format that is known: a workbook without the columns `Reference` and \
                    `Name of Individual or Entity`: sheet `One` begins with [\"Name\", \"Age\"]";
    assert_eq!(refusal(&bytes), expected);
    assert!(refusal(&workbook(&[("One", &[])])).ends_with(": it is empty"));
    assert_eq!(refusal(&sheet(&[])), "list.dat: no parties in the file; an empty list is never accepted");
}

#[test]
fn the_header_may_stand_anywhere_near_the_top_and_on_any_sheet() {
    let rows: &[&[Cell<'_>]] = &[
        &[Empty, Text("Type"), Text("NAME OF INDIVIDUAL  OR ENTITY"), Text("Reference")],
        &[Empty, Text("Individual"), Text("Erika MUSTER"), Number(5.0)],
    ];
    let loaded = load(&workbook(&[("Notes", &[&[Text("Read this first")]]), ("List", rows)]));
    loaded.check("au-5", "Person", &[("name", &["Erika MUSTER"])]);
    let issues = loaded.issues();
    assert_eq!(issues[0], "0: workbook: : sheet `Notes` begins with [\"Read this first\"]; it was left out");
    assert!(issues.contains(&"1: header: Citizenship: the sheet has no such column".to_owned()));
}

/// A cell at the far corner of a sheet must not make the reader lay out the rectangle.
#[test]
fn a_far_cell_costs_nothing() {
    let mut bytes = Vec::new();
    let packed = everything();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        bytes.clear();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let text = text.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>");
        members.push((name, text.into_bytes()));
    }
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert!(refusal(&crate::support::zip(&members)).contains("more than 1024 columns"));
}

#[test]
fn damaged_copies() {
    survive_damage(&spec(), &everything());
    survive_damage_inside(&spec(), &everything());
}
