//! The mirrors that give names: invented ones, and the real ones.

use crate::helpers::{check_sound, golden, load_real, real, survive_damage, text_of};
use crate::support::{load, refusal, spec};

const NAMES: &str = include_str!("../data/names.json");
const OFAC: &str = include_str!("../data/ofac_names.json");

#[test]
fn golden_entities() {
    for (text, format, file) in
        [(NAMES, "names_json", "names.expected.jsonl"), (OFAC, "ofac_names_json", "ofac_names.expected.jsonl")]
    {
        let loaded = load(text.as_bytes());
        check_sound(&loaded);
        assert_eq!(loaded.report.format, format);
        golden(file, &loaded);
    }
}

#[test]
fn names_counts_and_issues() {
    let loaded = load(NAMES.as_bytes());
    for (what, count) in [("records", 7), ("parties", 4), ("records_of_the_same_name", 1), ("aliases", 5)] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(
        loaded.issues(),
        [
            "0: entry 5: full_name: an entry without a name; it was left out",
            "0: entry 6: aliases: 1 aliases are no text; they were left out",
            "0: entry 6: mood: a member that is not known; kept as a note",
            "0: entry 7: full_name: an entry without a name; it was left out",
        ]
    );
    assert_eq!(loaded.report.rejected[1].text, "\"not an entry\"");
}

#[test]
fn ofac_counts_and_issues() {
    let loaded = load(OFAC.as_bytes());
    assert_eq!(loaded.report.issue_date, "2026-02-03");
    assert_eq!(loaded.entities[0].origin.as_ref().unwrap().issue, "2026-02-03");
    for (what, count) in
        [("records_stated", 5), ("records", 9), ("parties", 7), ("names", 11), ("aliases", 4), ("individuals", 2)]
    {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(
        loaded.issues(),
        [
            "0: typeCounts: spirit: a total that is not known; it was not compared",
            "0: uid 9006: type: `spirit` is not a known type of party; kept as a LegalEntity",
            "0: uid 9006: alternateNames: 1 values are no text; they were left out",
            "0: uid 9006: programs: 1 values are no text; they were left out",
            "0: uid 9006: mood: a member that is not known; kept as a note",
            "0: uid 9006: id: `ofac-9006` stands twice in the file",
            "0: uid 9006: uid: a second entry of that number; it is kept as `ofac-9006-2`",
            "0: entry 8: uid: an entry without OFAC's number; it was left out",
            "0: uid 9008: name: an entry without a name; it was left out",
            "0: counts: entries: the file states 5, and 7 were read",
            "0: counts: totalNames: the file states 9, and 11 were read",
            "0: counts: entity: the file states 1, and 2 were read",
        ]
    );
}

#[test]
fn what_is_broken_is_refused() {
    assert!(refusal(b"[{\"full_name\":\"x\",\"aliases\":[]}").contains("EOF while parsing a list at line 1"));
    assert!(refusal(b"[{\"full_name\":\"x\",\"aliases\":[]}] y").contains("trailing characters"));
    assert!(refusal(b"[{\"full_name\":\"\",\"aliases\":[]}]").contains("no parties in the file"));
    assert!(refusal(b"{\"sourceUrl\":\"x\",\"totalNames\":1,\"entries\":7}").contains("expected an array of entries"));
    let deep = format!("[{{\"full_name\":\"x\",\"aliases\":{}", "[".repeat(100_000));
    assert!(refusal(deep.as_bytes()).contains("recursion limit"));
    let marked = format!("\u{feff}{NAMES}");
    assert_eq!(load(marked.as_bytes()).lines(), load(NAMES.as_bytes()).lines());
}

#[test]
fn damaged_copies() {
    survive_damage(&spec(), NAMES.as_bytes());
    survive_damage(&spec(), OFAC.as_bytes());
}

#[test]
fn real_names() {
    for (name, records, parties) in
        [("au_dfat", 11_046, 0), ("eu_fin", 5_994, 0), ("eu_travel", 3_859, 0), ("uk", 15_313, 0), ("un", 1_002, 1_001)]
    {
        let Some(path) = real(&format!("names_2026-06/{name}.json.gz")) else { return };
        let loaded = load_real("names", &path);
        check_sound(&loaded);
        assert_eq!(loaded.issues(), [""; 0], "{name}");
        let text = text_of(&path);
        assert_eq!(text.matches("\"full_name\":").count() as u64, records, "{name}");
        assert_eq!(loaded.report.count("records"), records, "{name}");
        assert_eq!(loaded.report.count("parties") + loaded.report.count("records_of_the_same_name"), records, "{name}");
        assert_eq!(loaded.entities.len() as u64, loaded.report.count("parties"));
        assert!(parties == 0 || loaded.report.count("parties") == parties, "{name}");
        // Between the brackets of each `aliases` stand as many texts as commas and one.
        let by_hand: usize = text
            .split("\"aliases\":[")
            .skip(1)
            .map(|rest| rest.split(']').next().unwrap())
            .map(|list| list.split("\",\"").filter(|alias| alias.chars().any(|c| c != '"')).count())
            .sum();
        if !text.contains("]\"") {
            assert_eq!(loaded.report.count("aliases"), by_hand as u64, "{name}");
        }
    }
}

#[test]
fn real_ofac() {
    for (date, entries, aliases) in
        [("2026-07-23", 19_254, 20_350), ("2026-07-24", 19_157, 20_159), ("2026-08-20", 19_249, 20_194)]
    {
        let Some(path) = real(&format!("ofac/json/ofac-sdn_{date}.json.gz")) else { return };
        let loaded = load_real("us_ofac_sdn", &path);
        check_sound(&loaded);
        assert_eq!(loaded.issues(), [""; 0], "its own totals reconcile");
        assert_eq!(loaded.report.issue_date, date);
        let text = text_of(&path);
        assert_eq!(text.matches("\"uid\":").count() as u64, entries, "{date}");
        for (what, count) in
            [("records_stated", entries), ("parties", entries), ("aliases", aliases), ("names", entries + aliases)]
        {
            assert_eq!(loaded.report.count(what), count, "{date} {what}");
        }
        assert_eq!(loaded.entities.len() as u64, 2 * entries);
    }
}
