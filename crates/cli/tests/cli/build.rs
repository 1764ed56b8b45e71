//! `build`: counts, what is refused, and that a refused build leaves the old snapshot as it was.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Place, people, root};

#[test]
fn counts_are_reported() {
    let place = Place::new();
    let source = place.file("a.jsonl", people(5));
    let out = place.path("a.snapshot").display().to_string();
    let ran = place.run(&["build", "--source", &format!("test={source}"), "--out", &out, "--format", "json"]).code(0);
    let report = ran.json();
    assert_eq!((&report["entities"], &report["sources"][0]["entities"]), (&json!(10), &json!(10)));
    assert_eq!(report["sources"][0]["id"], "test");
    assert_eq!(report["snapshot"], place.run(&["verify", &out, "--format", "json"]).json()["snapshot"]);
    let table = place.run(&["build", "--source", &format!("test={source}"), "--out", &out]).code(0).stdout;
    assert!(table.contains("entities") && table.contains("reference"), "{table}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let place = Place::new();
    let first = place.build("test", &people(5), "a.snapshot");
    let second = place.build("test", &people(5), "b.snapshot");
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn a_list_that_shrinks_too_far_is_refused() {
    let place = Place::new();
    let out = place.build("test", &people(20), "test.snapshot");
    let before = fs::read(&out).unwrap();
    let small = format!("test={}", place.file("small.jsonl", people(17)));
    let refused = place.run(&["build", "--source", &small, "--out", &out]).code(1);
    refused.says(&["source `test`: entities fell from 40 to 34", "hint: "]);
    assert_eq!(fs::read(&out).unwrap(), before);
    let other = place.path("other.snapshot").display().to_string();
    place
        .run(&["build", "--source", &small, "--out", &other, "--previous", &out])
        .code(1)
        .says(&["entities fell from 40 to 34"]);
    assert!(!Path::new(&other).exists());
    place.run(&["build", "--source", &small, "--out", &out, "--max-shrink", "15"]).code(0);
    assert_ne!(fs::read(&out).unwrap(), before);
}

#[test]
fn a_source_that_is_gone_is_refused() {
    let place = Place::new();
    let out = place.build("old", &people(2), "test.snapshot");
    let other = place.build("other", &people(2), "other.snapshot");
    let before = fs::read(&out).unwrap();
    let source = format!("new={}", place.file("new.jsonl", people(2)));
    let arguments = ["build", "--source", &source, "--out", &out];
    let refused = place.run(&arguments).code(1);
    refused.says(&["source `old` of the previous snapshot is not given; the snapshot was not built", "hint: "]);
    // The one named is compared with; the one that would be replaced counts all the same.
    let refused = place.run(&[&arguments[..], &["--previous", &other]].concat()).code(1);
    refused.says(&["sources `old`, `other` of the previous snapshot are not given"]);
    place.run(&["build", "--source", &source, "--out", "new.snapshot", "--previous", &other]).code(1).says(&["source `other`"]);
    assert_eq!(fs::read(&out).unwrap(), before);
    assert!(!place.path("new.snapshot").exists());
    let allowed = place.run(&[&arguments[..], &["--allow-missing-source"]].concat()).code(0);
    allowed.says(&["warning: source `old` of the previous snapshot is not in this one"]);
}

/// An official list of invented parties: so many, with a sanctions entry for each of the first `entries` ids and a relationship from
/// each of the first `relationships` ids to the first party.
fn official_list(parties: usize, entries: usize, relationships: usize) -> String {
    let party = |id| {
        format!(
            "<DistinctParty FixedRef=\"{id}\"><Profile ID=\"{id}\" PartySubTypeID=\"4\"><Identity ID=\"{id}\" FixedRef=\"{id}\" \
             Primary=\"true\"><Alias FixedRef=\"{id}\" AliasTypeID=\"1\" Primary=\"true\" LowQuality=\"false\"><DocumentedName ID=\"{id}\" \
             FixedRef=\"{id}\" DocNameStatusID=\"1\"><DocumentedNamePart><NamePartValue NamePartGroupID=\"1\" ScriptID=\"1\" \
             ScriptStatusID=\"1\" Acronym=\"false\">Quillon {id}</NamePartValue></DocumentedNamePart></DocumentedName></Alias>\
             <NamePartGroups><MasterNamePartGroup><NamePartGroup ID=\"1\" NamePartTypeID=\"1\"/></MasterNamePartGroup></NamePartGroups>\
             </Identity></Profile></DistinctParty>"
        )
    };
    let entry = |id| format!("<SanctionsEntry ID=\"{id}\" ProfileID=\"{id}\" ListID=\"1\"/>");
    let relationship = |id| {
        format!(
            "<ProfileRelationship ID=\"{id}\" From-ProfileID=\"{id}\" To-ProfileID=\"5001\" RelationTypeID=\"1\" Former=\"false\"/>"
        )
    };
    let all = |count: usize, record: &dyn Fn(usize) -> String| (0..count).map(|n| record(5001 + n)).collect::<String>();
    let (parties, entries) = (all(parties, &party), all(entries, &entry));
    let relationships = all(relationships, &relationship);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <Sanctions xmlns=\"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML\">\
         <DateOfIssue CalendarTypeID=\"1\"><Year>2025</Year><Month>2</Month><Day>3</Day></DateOfIssue><ReferenceValueSets>\
         <AliasTypeValues><AliasType ID=\"1\">Name</AliasType></AliasTypeValues>\
         <CalendarTypeValues><CalendarType ID=\"1\">Gregorian</CalendarType></CalendarTypeValues>\
         <ListValues><List ID=\"1\">SDN List</List></ListValues>\
         <NamePartTypeValues><NamePartType ID=\"1\">Entity Name</NamePartType></NamePartTypeValues>\
         <PartySubTypeValues><PartySubType ID=\"4\" PartyTypeID=\"1\">Unknown</PartySubType></PartySubTypeValues>\
         <PartyTypeValues><PartyType ID=\"1\">Entity</PartyType></PartyTypeValues>\
         <RelationTypeValues><RelationType ID=\"1\">Associate Of</RelationType></RelationTypeValues>\
         <ScriptValues><Script ID=\"1\" ScriptCode=\"Latn\">Latin</Script></ScriptValues></ReferenceValueSets><Locations/>\
         <IDRegDocuments/><DistinctParties>{parties}</DistinctParties><ProfileRelationships>{relationships}</ProfileRelationships>\
         <SanctionsEntries>{entries}</SanctionsEntries><SanctionsEntryLinks/></Sanctions>"
    )
}

#[test]
fn an_official_list_with_gaps_is_refused() {
    for (parties, entries, relationships, words) in [
        (40, 40, 40, None),
        // Five percent may be missing.
        (38, 40, 38, None),
        (38, 38, 40, None),
        (37, 40, 37, Some("3 of 40 sanctions entries point to parties that the file does not have")),
        (37, 37, 40, Some("3 of 40 relationships point to parties that the file does not have")),
        (1, 40, 40, Some("39 of 40 sanctions entries")),
    ] {
        let place = Place::new();
        let source = format!("x={}", place.file("list.xml", official_list(parties, entries, relationships)));
        let arguments = ["build", "--source", &source, "--out", "x.snapshot"];
        let ran = place.run(&arguments);
        if let Some(words) = words {
            ran.code(1).says(&["source `x`", words, "the snapshot was not built", "`--allow-issues`"]);
            assert!(!place.path("x.snapshot").exists());
            place.run(&[&arguments[..], &["--allow-issues"]].concat()).code(0);
        } else {
            ran.code(0);
        }
    }
}

#[test]
fn an_official_list_with_many_issues_is_refused() {
    // So many things that are not known, in a list of twenty parties.
    for (strange, refused) in [(2, false), (3, true)] {
        let place = Place::new();
        let text = official_list(20, 20, 20)
            .replace("<Locations/>", &format!("<Locations>{}</Locations>", "<Location/>".repeat(strange)));
        let source = format!("x={}", place.file("list.xml", text));
        let arguments = ["build", "--source", &source, "--out", "x.snapshot"];
        let ran = place.run(&arguments);
        if refused {
            ran.code(1).says(&["source `x`: issues: 3, parties: 20; more than 10 issues for 100 parties"]);
            place.run(&[&arguments[..], &["--allow-issues"]].concat()).code(0);
        } else {
            ran.code(0).says(&["issues: 2"]);
        }
    }
}

#[test]
fn arguments_that_make_no_sense() {
    let place = Place::new();
    let source = place.file("a.jsonl", people(1));
    let twice = [format!("a={source}"), format!("a={source}")];
    place.run(&["build", "--source", &twice[0], "--source", &twice[1], "--out", "x"]).code(2).says(&["`a` is given twice"]);
    place.run(&["build", "--source", &source, "--out", "x"]).code(2);
    place.run(&["build", "--source", "A=x", "--out", "x"]).code(2);
    place.run(&["build", "--source", "a=missing", "--out", "x"]).code(1).says(&["source `a`", "missing"]);
    assert!(!place.path("x").exists());
}

#[test]
fn sources_that_state_one_party_are_merged() {
    let place = Place::new();
    let line = |schema: &str, property: &str, value: &str| {
        format!("{{\"id\":\"p-0\",\"schema\":\"{schema}\",\"properties\":{{\"{property}\":[\"{value}\"]}}}}\n")
    };
    let first = format!("a={}", place.file("a.jsonl", line("Organization", "name", "Example Trading")));
    let second = format!("b={}", place.file("b.jsonl", line("Company", "alias", "Sample Commerce")));
    let ran = place.run(&["build", "--source", &first, "--source", &second, "--out", "x.snapshot"]);
    ran.code(0).says(&["1 ids come more than once and are merged (p-0)"]);
    for name in ["Example Trading", "Sample Commerce"] {
        place.run(&["screen", name, "--snapshot", "x.snapshot", "--exit-code"]).code(3);
    }
    let other = format!("b={}", place.file("c.jsonl", line("Vessel", "name", "EXAMPLE STAR")));
    let ran = place.run(&["build", "--source", &first, "--source", &other, "--out", "y.snapshot"]);
    ran.code(1).says(&["`p-0` is stated as Organization and as Vessel; one id cannot stand for both"]);
    assert!(!place.path("y.snapshot").exists());
}

#[test]
fn a_folder_of_files_is_one_source() {
    let place = Place::new();
    fs::create_dir_all(place.path("lists/older")).unwrap();
    let nulls = ",-0- ".repeat(8);
    place.file("lists/sdn.csv", format!("1,\"VARDEK, Quillon\",\"individual\",\"TEST\"{nulls}\n"));
    place.file("lists/alt.csv", "1,2,\"aka\",\"VARDECK, Quill\",-0- \n");
    place.file("lists/.hidden", "x");
    place.file("lists/older/sdn.csv", "x");
    let lists = place.path("lists").display().to_string();
    let ran = place.run(&["build", "--source", &format!("us={lists}"), "--out", "x.snapshot", "--format", "json"]).code(0);
    let report = ran.json();
    let source = &report["sources"][0];
    assert_eq!((source["file"].as_str(), source["format"].as_str()), (Some("alt.csv, sdn.csv"), Some("ofac_csv")));
    assert_eq!(report["names"], 2);
    assert!(ran.stderr.contains("the addresses (ADD.CSV or CONS_ADD.CSV) of the set is missing"), "{}", ran.stderr);
    // The files of the folder are inputs, each of them.
    let out = format!("{lists}/sdn.csv");
    place.run(&["build", "--source", &format!("us={lists}"), "--out", &out]).code(2);
    fs::create_dir(place.path("empty")).unwrap();
    let empty = place.path("empty").display().to_string();
    let ran = place.run(&["build", "--source", &format!("us={empty}"), "--out", "y.snapshot"]).code(2);
    assert!(ran.stderr.contains("has no files"), "{}", ran.stderr);
}

#[test]
fn the_same_bytes_under_another_name_are_the_same_snapshot() {
    let place = Place::new();
    let ids = ["one.jsonl", "two.jsonl"].map(|name| {
        let source = format!("a={}", place.file(name, people(3)));
        let out = format!("{name}.snapshot");
        place.run(&["build", "--source", &source, "--out", &out]).code(0);
        std::fs::read(place.path(&out)).unwrap()
    });
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_file_that_is_no_snapshot_is_not_replaced() {
    let place = Place::new();
    let source = format!("a={}", place.file("a.jsonl", people(1)));
    let out =
        place.file("letter.txt", "Dear Sir or Madam, this is not a snapshot, and it is long enough to have a header of one.");
    place.run(&["build", "--source", &source, "--out", &out]).code(1).says(&["not an interdict snapshot", "left as it is"]);
    assert!(place.read("letter.txt").starts_with("Dear"));
}

#[test]
fn broken_lines_are_left_out_and_kept_for_the_user() {
    let place = Place::new();
    let text = people(2) + "{\"id\":\"x\"}\n{broken\n";
    let source = format!("a={}", place.file("a.jsonl", text));
    let arguments = ["build", "--source", &source, "--out", "a.snapshot", "--rejects", "rejects.jsonl"];
    place.run(&arguments).code(0).says(&["a.jsonl:5: `schema` is missing", "issues: 2, records left out: 2"]);
    let rejects = place.read_jsonl("rejects.jsonl");
    assert_eq!(rejects.len(), 2);
    assert_eq!((&rejects[0]["line"], &rejects[1]["line"]), (&json!(5), &json!(6)));
    assert!(rejects[1]["text"].as_str().unwrap().starts_with("{broken"));
    fs::remove_file(place.path("a.snapshot")).unwrap();
    place.run(&[&arguments[..], &["--strict"]].concat()).code(1).says(&["refused because of --strict"]);
    assert!(!place.path("a.snapshot").exists());
}

/// The whole official list, with the counts it is known to have. Reads the optional folder of lists beside the repository.
#[test]
fn the_whole_list_reconciles() {
    let list = root().join("../shared/data/ofac/advanced");
    let file = ["sdn_advanced_2025-11-19.xml.bz2", "sdn_advanced_2025-11-19.xml"]
        .iter()
        .map(|name| list.join(name))
        .find(|path| path.exists());
    let Some(file) = file else {
        eprintln!("skipped: there is no folder with the official lists");
        return;
    };
    let place = Place::new();
    let source = format!("us_ofac_sdn={}", file.display());
    let ran = place.run(&["build", "--source", &source, "--out", "sdn.snapshot", "--format", "json"]).code(0);
    let report = ran.json();
    let counts = report["sources"][0]["counts"].as_array().unwrap();
    assert!(counts.iter().filter(|count| count["reference"].is_number()).count() >= 8, "{counts:#?}");
    assert!(counts.iter().all(|count| count["ok"] != false), "{counts:#?}");
    for (query, id) in [
        ("Chonsurim Trading Corp", "ofac-52283"),
        ("천수림무역회사", "ofac-52283"),
        ("Jong In Chol", "ofac-52289"),
        ("Chong In-ch'ol", "ofac-52289"),
        ("Korea Pongnaesan Trading Corporation", "ofac-52262"),
        ("0xb6f5ec1a0a9cd1526536d3f0426c429529471f40", "ofac-43377"),
    ] {
        let hits = place.run(&["screen", query, "--snapshot", "sdn.snapshot", "--format", "json", "-q"]).code(0).json();
        let ids: Vec<&str> = hits["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&id), "{query}: {ids:?}");
    }
}
