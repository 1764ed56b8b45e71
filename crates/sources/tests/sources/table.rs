//! Tables of a firm's own, in each form, and the map that says what their columns are.

use interdict_sources::{ColumnMap, SourceSpec};

use crate::helpers::{check_sound, golden, survive_damage, survive_damage_inside};
use crate::support::{Loaded, try_load_with};
use crate::workbook::{Date, Empty, Error, Number, Text, workbook};

const FIXTURE: &str = include_str!("../data/table.csv");

const MAP: &str = r#"
id = "No"
split = "|"
date_order = "dmy"
topics = ["role.supplier"]
schema = { column = "Type", map = { Firm = "Company", Person = "Person" } }

[properties]
name = "Supplier name"
alias = ["Trading as"]
birthDate = "Born"
country = "country"
vatCode = "VAT"
notes = "Remarks"
gender = "Sex"
"#;

const PLAIN: &str = "schema = \"Company\"\n[properties]\nname = \"name\"\nincorporationDate = \"since\"\n";

fn spec(map: &str) -> SourceSpec {
    let columns: ColumnMap = toml::from_str(map).unwrap();
    SourceSpec { columns: Some(columns), ..SourceSpec::new("own/suppliers") }
}

#[track_caller]
fn load(map: &str, bytes: &[u8]) -> Loaded {
    try_load_with(&spec(map), bytes).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refusal(map: &str, bytes: &[u8]) -> String {
    try_load_with(&spec(map), bytes).unwrap_err().to_string()
}

#[test]
fn golden_entities() {
    let loaded = load(MAP, FIXTURE.as_bytes());
    check_sound(&loaded);
    assert_eq!(loaded.report.format, "table");
    golden("table.expected.jsonl", &loaded);
}

#[test]
fn counts_and_issues() {
    let loaded = load(MAP, FIXTURE.as_bytes());
    for (what, count) in [("rows", 10), ("rows_repeated", 1), ("parties", 7), ("names", 9), ("columns_left_out", 1)] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(
        loaded.issues(),
        [
            "6: row 6: country: `Ruritania` in column `country` is not a known country; kept as it stands",
            "7: row 7: birthDate: a date in column `Born` cannot be read: the month 13 is not between 1 and 12; kept as a note",
            "7: row 7: gender: `q` in column `Sex` is not a gender; kept as a note",
            "7: row 7: id: `own-suppliers-8` stands before with other values; both are kept, this one as `own-suppliers-8-2`",
            "8: row 8: birthDate: a date in column `Born` cannot be read: the month 13 is not between 1 and 12; kept as a note",
            "8: row 8: gender: `q` in column `Sex` is not a gender; kept as a note",
            "9: row 9: schema: `Ghost` in column `Type` is no schema of the map; kept as a LegalEntity",
            "10: row 10: id: a row without an id; it is made from the name",
            "12: row 12: name: a row without a name; it was left out",
            "13: row 13: : the row has 3 cells, the header 10",
            "14: row 14: : the row has 12 cells, the header 10; it was left out",
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 2);
}

#[test]
fn every_form_gives_the_same() {
    let csv = "name,since\r\nSample Ltd,5 Jan 1979\r\n\"Probe, Ltd\",\r\n";
    let expected = load(PLAIN, csv.as_bytes()).lines();
    assert_eq!(expected.len(), 2);
    let without_rows = |lines: Vec<String>| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.split("\"record\"").map(|part| part.trim_start_matches(|c| c != ',' && c != '}')).collect())
            .collect()
    };
    let utf16: Vec<u8> = format!("\u{feff}{csv}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (what, bytes) in [
        ("a byte order mark", format!("\u{feff}{csv}").into_bytes()),
        ("UTF-16", utf16),
        ("tabs", csv.replace("e,s", "e\ts").replace("d,5", "d\t5").replace("\",\r", "\"\t\r").into_bytes()),
        ("semicolons", csv.replace("e,s", "e;s").replace("d,5", "d;5").replace("\",\r", "\";\r").into_bytes()),
        (
            "JSON lines",
            b"{\"name\":\"Sample Ltd\",\"since\":\"5 Jan 1979\",\"x\":{}}\n\n{\"name\":[\"Probe, Ltd\"],\"since\":null}\n"
                .to_vec(),
        ),
        ("a JSON array", b" [{\"name\":\"Sample Ltd\",\"since\":\"5 Jan 1979\"},{\"name\":\"Probe, Ltd\"}] ".to_vec()),
        (
            "a workbook",
            workbook(&[
                (
                    "One",
                    &[
                        &[Text("Since")],
                        &[Empty, Text("NAME"), Text("since")],
                        &[Empty, Text("Sample Ltd"), Date(28860.0)],
                        &[Empty, Text("Probe, Ltd")],
                    ],
                ),
                ("Two", &[&[Text("name")]]),
            ]),
        ),
    ] {
        assert_eq!(without_rows(load(PLAIN, &bytes).lines()), without_rows(expected.clone()), "{what}");
    }
}

#[test]
fn a_sheet_a_delimiter_and_a_header_may_be_named() {
    let bytes = workbook(&[
        ("One", &[&[Text("name"), Text("since")]]),
        ("Two", &[&[Text("name"), Text("since")], &[Text("Sample"), Number(1999.0)], &[Text("Other"), Error("#N/A")]]),
    ]);
    let loaded = load(&format!("sheet = \"Two\"\n{PLAIN}"), &bytes);
    assert_eq!(loaded.entities[0].first("incorporationDate"), Some("1999"));
    assert_eq!(loaded.issues(), ["3: row 3: : a cell with the error #N/A; it was left out"]);
    assert!(
        refusal(&format!("sheet = \"Three\"\n{PLAIN}"), &bytes)
            .ends_with("a workbook without the sheet `Three`; it has `One`, `Two`")
    );
    let text = b"name,since\nname|since\nSample|1999\n";
    let loaded = load(&format!("delimiter = \"|\"\nheader_row = 2\n{PLAIN}"), text);
    assert_eq!((loaded.entities.len(), loaded.entities[0].first("incorporationDate")), (1, Some("1999")));
    assert!(refusal(&format!("delimiter = \"|\"\nheader_row = 1\n{PLAIN}"), text).contains("row 1 has `name,since`"));
}

#[test]
fn missing_columns_are_named_with_their_use() {
    assert_eq!(
        refusal(MAP, b"Type,Supplier name,Country,Mood\nFirm,x,y,z\n"),
        "list.dat: not a list format that is known: a table without the columns `No` (for `id`), `Trading as` (for `alias`), \
         `Born` (for `birthDate`), `Sex` (for `gender`), `Remarks` (for `notes`), `VAT` (for `vatCode`); \
         row 1 has `Type`, `Supplier name`, `Country`, `Mood`"
    );
    assert_eq!(
        refusal(PLAIN, b"[{\"name\":\"x\"}]"),
        "list.dat: not a list format that is known: a table without the column `since` (for `incorporationDate`)"
    );
    assert!(refusal(PLAIN, b"").ends_with("a table without a header"));
    assert!(refusal(PLAIN, b"name,since\n").ends_with("no rows with a name in the file; an empty list is never accepted"));
}

#[test]
fn persons_by_the_parts_of_their_names() {
    let map = "schema = \"Person\"\n[properties]\nfirstName = \"Given\"\nlastName = \"Family\"\n";
    let loaded = load(map, b"Given,Family\nErika,Muster\n,\nMax,\n");
    assert_eq!(loaded.entities[0].first("name"), Some("Erika Muster"));
    assert_eq!(loaded.entities[0].names[0].parts.len(), 2);
    assert_eq!((loaded.entities.len(), loaded.report.rejected.len()), (2, 0), "a row of empty cells is no row");
}

#[test]
fn broken_rows_of_json() {
    let text = "{\"name\":\"Sample\",\"since\":1999}\n{\"name\":\n7\n{\"name\":{\"x\":1},\"since\":true}\n";
    let loaded = load(PLAIN, text.as_bytes());
    assert_eq!(
        loaded.issues(),
        [
            "2: row 2: : EOF while parsing a value at line 2 column 0",
            "3: row 3: : not a JSON object; it was left out",
            "4: row 4: name: an object or a list in a list; it was left out",
            "4: row 4: name: a row without a name; it was left out",
        ]
    );
}

#[test]
fn maps_that_make_no_sense() {
    for (map, message) in [
        ("schema = \"Persona\"\n[properties]\nname = \"N\"", "`Persona` is not a schema"),
        ("schema = \"Sanction\"\n[properties]\nname = \"N\"", "`Sanction` is not a schema of parties"),
        (
            "schema = \"Company\"\n[properties]\nname = \"N\"\nbirthDate = [\"Born\", \"B\"]",
            "the column `Born`, `B` is to be `birthDate`, which is not a property of `Company`",
        ),
        (
            "schema = \"Company\"\n[properties]\nname = \"N\"\naddressEntity = \"A\"",
            "the column `A` is to be `addressEntity`, which names another entity; a table has none",
        ),
        ("schema = \"Company\"\n[properties]\nalias = \"N\"", "no column is to be `name`"),
        ("schema = \"Company\"\n[properties]\nname = []", "the property `name` has no column"),
        ("schema = \"Company\"\n[properties]\nname = 7", "a property must have the name of a column, or a list of such names"),
        ("schema = 7\n[properties]\nname = \"N\"", "`schema` must be the name of a schema"),
        ("schema = { column = \"T\", map = {} }\n[properties]\nname = \"N\"", "`schema` maps no value to a schema"),
        ("schema = \"Company\"\nmood = 1\n[properties]\nname = \"N\"", "unknown field `mood`"),
        ("schema = \"Company\"\ndelimiter = \"ab\"\n[properties]\nname = \"N\"", "the delimiter `ab` is not one character"),
        ("schema = \"Company\"\nsplit = \"\"\n[properties]\nname = \"N\"", "`split` is empty"),
        ("schema = \"Company\"\nheader_row = 0\n[properties]\nname = \"N\"", "`header_row` counts from 1"),
        ("schema = \"Company\"\ndate_order = \"ymd\"\n[properties]\nname = \"N\"", "unknown variant `ymd`"),
    ] {
        let error = toml::from_str::<ColumnMap>(map).unwrap_err().to_string();
        assert!(error.contains(message), "{map}\n{error}");
    }
}

#[test]
fn damaged_copies() {
    survive_damage(&spec(MAP), FIXTURE.as_bytes());
    survive_damage(&spec(PLAIN), b"{\"name\":\"Sample\",\"since\":1999}\n{\"name\":[\"Probe\"]}\n");
    let bytes = workbook(&[("One", &[&[Text("name"), Text("since")], &[Text("Sample"), Date(28860.0)]])]);
    survive_damage(&spec(PLAIN), &bytes);
    survive_damage_inside(&spec(PLAIN), &bytes);
}
