//! The list of denied persons: an invented one with every column, and the real one.

use crate::helpers::{check_sound, golden, load_real, real, survive_damage, text_of};
use crate::support::{Loaded, load, refusal, spec};

const FIXTURE: &str = include_str!("../data/bis.tsv");

fn mini() -> Loaded {
    load(FIXTURE.as_bytes())
}

#[test]
fn golden_entities() {
    let loaded = mini();
    check_sound(&loaded);
    assert_eq!(loaded.report.format, "us_bis_dpl");
    golden("bis.expected.jsonl", &loaded);
}

#[test]
fn counts_and_issues() {
    let loaded = mini();
    for (what, count) in
        [("rows", 8), ("rows_repeated", 1), ("parties", 5), ("addresses", 4), ("names", 6), ("sanctions_with_end", 1)]
    {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    let third = loaded.entities.iter().find(|entity| entity.id.ends_with("-2")).unwrap().id.clone();
    assert_eq!(
        loaded.issues(),
        [
            "4: line 4: : the row stands twice in the file; it was left out the second time".to_owned(),
            format!(
                "5: line 5: id: the name, address and effective date of an earlier row, too; both are kept, this one as `{third}`"
            ),
            "6: line 6: Effective_Date: a date cannot be read: the month 31 is not between 1 and 12; kept as a note".into(),
            "6: line 6: Expiration_Date: a date cannot be read: 2001-02 has no day 30; kept as a note".into(),
            "6: line 6: Last_Update: a date cannot be read: \"soon\" is in no known form of a date; kept as a note".into(),
            "6: line 6: Standard_Order: `X` is neither Y nor N; kept as a note".into(),
            "7: line 7: : the row has 5 cells, the header 12".into(),
            "7: line 7: Country: `Ruritania` is not a known country; kept as it stands".into(),
            "8: line 8: Name: a row without a name; it was left out".into(),
            "9: line 9: : the row has 13 cells, the header 12; it was left out".into(),
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 2);
}

#[test]
fn columns_are_found_by_name() {
    let text = "\"FR_Citation\"\t\"Standard_Order\"\t\"Mood\"\t\"Name\"\n\"1 F.R. 2\"\t\"Y\"\t\"grim\"\t\"SAMPLE\"\n";
    let loaded = load(text.as_bytes());
    assert_eq!(loaded.entities[0].first("notes"), Some("Mood: grim"));
    assert_eq!(loaded.entities[1].first("summary"), Some("1 F.R. 2"));
    assert!(loaded.issues().contains(&"1: header: Mood: a column that is not known; kept as notes".to_owned()));
    assert!(loaded.issues().contains(&"1: header: City: the file has no such column".to_owned()));
}

#[test]
fn an_empty_list_is_refused() {
    let header = FIXTURE.lines().next().unwrap();
    assert_eq!(refusal(header.as_bytes()), "list.dat: no parties in the file; an empty list is never accepted");
    assert!(refusal(b"Standard_Order\tFR_Citation\nY\tx\n").contains("without the column `Name`"));
}

#[test]
fn damaged_copies() {
    survive_damage(&spec(), FIXTURE.as_bytes());
}

#[test]
fn real_list() {
    let Some(path) = real("us_bis/dpl.txt") else { return };
    let loaded = load_real("us_bis_dpl", &path);
    check_sound(&loaded);
    let text = text_of(&path);
    let lines = text.lines().count() as u64;
    assert_eq!((loaded.report.count("rows"), loaded.report.count("rows")), (lines - 1, 546));
    assert_eq!(loaded.report.count("parties") + loaded.report.count("rows_repeated"), lines - 1);
    let cells = |column: usize| text.lines().skip(1).filter(|line| line.split('\t').nth(column) != Some("\"\"")).count() as u64;
    // Three rows that stand twice have an end date.
    assert_eq!(loaded.report.count("rows_repeated"), 3);
    assert_eq!(loaded.report.count("sanctions_with_end") + 3, cells(7));
    assert!(loaded.report.rejected.is_empty());
    let issues = loaded.issues();
    assert!(
        issues.iter().all(|issue| issue.contains("stands twice") || issue.contains("is not a known country")),
        "{issues:?}"
    );
    // 3 April in US order.
    let order = loaded.entities.iter().find(|entity| entity.first("startDate") == Some("2002-03-04"));
    assert!(order.is_some());
}
