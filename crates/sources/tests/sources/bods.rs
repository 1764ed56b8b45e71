//! The Beneficial Ownership Data Standard: every member by invented statements, the real samples, and what is refused.

use interdict_sources::{SourceSpec, load_file};
use serde_json::Value as Json;

use crate::registers::{counts, fixture, golden, is_sound, samples, survives};
use crate::support::{Loaded, load, refusal};

#[test]
fn statements() {
    let loaded = golden("mini_bods.json");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("bods_json", "2025-02-05"));
    loaded.check(
        "bods-per-1",
        "Person",
        &[
            ("name", &["Erika Petrovna Muster"]),
            ("alias", &["Эрика Мустер", "Erica Sample", "Rika Muster", "La Muster"]),
            ("previousName", &["Erika Vorlage", "Erika Beispiel"]),
            ("fatherName", &["Petrovna"]),
            ("birthDate", &["1971-04"]),
            ("birthPlace", &["Sampleburg, 00001", "Old Sampleburg"]),
            ("nationality", &["de", "Ruritania"]),
            ("passportNumber", &["C00000001"]),
            ("taxNumber", &["7000000AA"]),
            ("topics", &["role.pep"]),
        ],
    );
    loaded.check("bods-per-2", "Person", &[("name", &[]), ("topics", &[])]);
    // Known to Companies House, which gives the id.
    loaded.check(
        "gb-coh-SC990001",
        "Company",
        &[
            ("leiCode", &["0000EXAMPLE000000183"]),
            ("registrationNumber", &["SC990001", "77"]),
            ("incorporationDate", &["1996-06-10"]),
            ("isinCode", &["US0000000001"]),
        ],
    );
    // The whole and its components, told apart.
    loaded.check("bods-rel-2-1", "Ownership", &[("percentage", &["50.5"]), ("role", &["shareholding, direct"])]);
    loaded.check("bods-rel-2-2", "Ownership", &[("percentage", &[">25-50"]), ("ownershipType", &["voting rights"])]);
    loaded.check("bods-rel-3-1", "Ownership", &[("role", &["shareholding, direct", "component of bods-rel-2"])]);
    // The closing statement stands before the one that it closes.
    let closed =
        [("percentage", &["10"][..]), ("status", &["closed"]), ("startDate", &["2020-01-01"]), ("endDate", &["2025-01-20"])];
    loaded.check("bods-rel-8-1", "Ownership", &closed);
    loaded.check("bods-rel-8-2", "Directorship", &[("endDate", &["2024-12-31"])]);
    // Closed without being stated again.
    loaded.check("bods-per-3", "Person", &[("name", &["Max Beispiel"]), ("notes", &["Record closed on 2025-01-06"])]);
    let unnamed = loaded.entity("bods-rel-5-unspecified-party");
    assert_eq!(unnamed.caption.as_deref(), Some("A party that is not specified"));
    loaded.check("bods-rel-5-1", "UnknownLink", &[("subject", &["bods-rel-5-unspecified-party"]), ("object", &["bods-ent-3"])]);
    assert_eq!(
        counts(&loaded),
        [
            ("statements", 28),
            ("entity_statements", 13),
            ("person_statements", 6),
            ("relationship_statements", 9),
            ("records", 24),
            ("entities", 12),
            ("identifiers", 8),
            ("addresses", 3),
            ("names", 18),
            ("people", 4),
            ("relationships", 7),
            ("interests", 32),
        ]
    );
    assert_eq!(
        loaded.issues().iter().map(|issue| issue.split_once(": ").unwrap().1).collect::<Vec<_>>(),
        [
            "line 5: bodsVersion: version 0.5 was read as 0.4",
            "line 27: recordType: record `per-3` has another type in line 25",
            "line 28: recordType: `robot` is none of person, entity and relationship",
            "line 30: recordId: neither `recordId` nor `statementId`",
            "line 31: statementId: `statement-000000000000000000000001` stands twice in the file",
            "line 31: recordStatus: `paused` is none of new, updated and closed",
            "record ent-1: dissolutionDate: a date cannot be read: 2024-02 has no day 31",
            "record ent-1: identifiers: an identifier without an id",
            "record per-1: names.type: `stage` is not known; kept as also known as",
            "record per-4: names: a known person without a name",
            "record ent-8: entityType: `guild` is not known; kept as a LegalEntity",
            "record ent-10: name: an entity without a name or an identifier",
            "record rel-2: interests.type: `charm` is not known; kept as a link",
            "record rel-2: startDate: a date cannot be read: \"soon\" is not the name of a month",
            "record rel-7: interestedParty: a relationship without it",
        ]
    );
}

#[test]
fn lines_say_the_same_as_an_array() {
    let text = String::from_utf8(fixture("mini_bods.json")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('{')).map(|line| line.trim_end_matches(',')).collect();
    assert_eq!(load(lines.join("\n").as_bytes()).lines(), load(text.as_bytes()).lines());
}

#[test]
fn what_is_refused() {
    let old = r#"[{"statementID":"a","statementType":"personStatement","publicationDetails":{"bodsVersion":"0.2"}}]"#;
    assert!(refusal(old.as_bytes()).contains("in version 0.2; version 0.4 is read"));
    let old = r#"[{"statementID":"a","statementType":"personStatement"}]"#;
    assert!(refusal(old.as_bytes()).contains("in version 0.3 or older, by its `statementID`"));
    let old = r#"[{"statementId":"a","recordType":"person","publicationDetails":{"bodsVersion":"0.3"}}]"#;
    assert!(refusal(old.as_bytes()).contains("in version 0.3;"));
    assert!(refusal(br#"[{"statementId":"a","recordType":"robot"}]"#).contains("no statements in the file"));
    let text = fixture("mini_bods.json");
    assert!(refusal(&text[..text.len() - 4]).contains("cut off"));
    survives(&text);
}

/// The objects of an array, at each of the paths.
fn length(statements: &[Json], path: &str) -> u64 {
    statements.iter().filter_map(|statement| statement.pointer(path)?.as_array()).map(|items| items.len() as u64).sum()
}

#[test]
fn real_samples() {
    for path in samples("bods") {
        let Json::Array(statements) = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap() else { panic!() };
        let mut entities = Vec::new();
        let report = load_file(&SourceSpec::new("bods"), &path, None, &mut |entity| entities.push(entity)).unwrap();
        let loaded = Loaded { entities, report };
        assert_eq!(loaded.issues(), [""; 0], "{}", path.display());
        is_sound(&loaded);
        let report = &loaded.report;
        assert_eq!(report.count("statements"), statements.len() as u64);
        let ids: std::collections::HashSet<&str> =
            statements.iter().filter_map(|statement| statement["recordId"].as_str()).collect();
        assert_eq!(report.count("records"), ids.len() as u64, "{}", path.display());
        // Where no record is amended, every interest and name is there.
        if ids.len() == statements.len() {
            assert_eq!(report.count("interests"), length(&statements, "/recordDetails/interests"), "{}", path.display());
            assert_eq!(report.count("identifiers"), length(&statements, "/recordDetails/identifiers"), "{}", path.display());
            let titled =
                statements.iter().filter(|statement| statement.pointer("/recordDetails/name").is_some()).count() as u64;
            let names = ["/recordDetails/names", "/recordDetails/alternateNames"].map(|path| length(&statements, path));
            assert_eq!(report.count("names"), titled + names.iter().sum::<u64>(), "{}", path.display());
        }
    }
}
