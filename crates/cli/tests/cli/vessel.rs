//! `interdict vessel`: every form of a number, names old and new, files, bad input, verdicts.

use crate::run::Place;

/// An invented fleet: a ship of a listed company, one of which a listed person has 30 %, an aircraft, and the company with its IMO number.
const FLEET: &str = r#"{"id":"ship-1","schema":"Vessel","properties":{"name":["MARAL STAR"],"previousName":["OLD HERON"],"imoNumber":["IMO 9074729"],"mmsi":["351234567"],"callSign":["3FAB7"],"flag":["km"],"pastFlags":["pa"],"type":["Crude Oil Tanker"],"buildDate":["1994"]}}
{"id":"ship-2","schema":"Vessel","properties":{"name":["QUIET TERN"],"imoNumber":["9176187"],"flag":["mt"],"notes":["Vessel Owner: Tern Holding"]}}
{"id":"plane-1","schema":"Airplane","properties":{"name":["EP-XQZ"],"registrationNumber":["EP-XQZ"],"serialNumber":["27498"],"icaoCode":["7342B3"]}}
{"id":"co-1","schema":"Company","properties":{"name":["Vardek Shipping"],"imoNumber":["6112976"],"jurisdiction":["ir"]}}
{"id":"p-1","schema":"Person","properties":{"name":["Quillon Vardek"]}}
{"id":"s-1","schema":"Sanction","properties":{"entity":["ship-1"],"program":["TEST"],"startDate":["2020-02-03"],"authority":["Office of Foreign Assets Control"]}}
{"id":"s-2","schema":"Sanction","properties":{"entity":["p-1"],"program":["TEST"],"authority":["Office of Foreign Assets Control"]}}
{"id":"o-1","schema":"Ownership","properties":{"owner":["co-1"],"asset":["ship-1"],"role":["Owned or Controlled By"],"startDate":["2019-01-01"]}}
{"id":"o-2","schema":"Ownership","properties":{"owner":["p-1"],"asset":["co-1"],"percentage":["60"]}}
{"id":"o-3","schema":"Ownership","properties":{"owner":["p-1"],"asset":["ship-2"],"percentage":["30"]}}
"#;

fn fleet() -> (Place, String) {
    let place = Place::new();
    // The id of an official list, so that its sanctions mean something in law.
    let snapshot = place.build("us_ofac_sdn_invented", FLEET, "fleet.snapshot");
    (place, snapshot)
}

#[test]
fn every_form_of_a_number_finds_it() {
    let (place, snapshot) = fleet();
    for (asked, expected, property) in [
        ("9074729", "ship-1", "imoNumber"),
        ("IMO9074729", "ship-1", "imoNumber"),
        ("imo 9074729", "ship-1", "imoNumber"),
        ("IMO No. 9074 729", "ship-1", "imoNumber"),
        ("351234567", "ship-1", "mmsi"),
        ("MMSI 351234567", "ship-1", "mmsi"),
        ("3fab7", "ship-1", "callSign"),
        ("EP-XQZ", "plane-1", "registrationNumber"),
        ("epxqz", "plane-1", "registrationNumber"),
        ("MSN 27498", "plane-1", "serialNumber"),
        ("7342b3", "plane-1", "icaoCode"),
        ("6112976", "co-1", "imoNumber"),
        ("IMO 6112976", "co-1", "imoNumber"),
    ] {
        let ran = place.run(&["--snapshot", &snapshot, "--format", "jsonl", "vessel", asked]).code(0);
        let line = &ran.jsonl()[0];
        let found = line["found"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{asked}: {line}");
        assert_eq!((&found[0]["id"], &found[0]["found_by"][0]["property"]), (&expected.into(), &property.into()), "{asked}");
        assert!(line["snapshot"].is_string() && line["engine"].is_string());
    }
}

#[test]
fn names_old_and_new_find_it() {
    let (place, snapshot) = fleet();
    for asked in ["Maral Star", "OLD HERON"] {
        let ran = place.run(&["--snapshot", &snapshot, "--format", "jsonl", "vessel", asked]).code(0);
        assert_eq!(ran.jsonl()[0]["found"][0]["id"], "ship-1", "{asked}");
    }
}

#[test]
fn a_vessel_under_a_new_name_is_found_and_said() {
    let (place, snapshot) = fleet();
    let input = place.file(
        "in.csv",
        "id,imo,mmsi,call_sign,name,flag\n\
         a,9074729,,,BLUE FINCH,Panama\n\
         b,IMO 9074729,,,OLD HERON,Comoros\n\
         c,9187629,,,MARAL STAR,\n\
         d,9176187,215000001,,QUIET TERN,Panama\n\
         e,9074728,,,,\n\
         f,,,,,\n\
         g,12345,,,UNSEEN THING,\n",
    );
    let rejects = place.path("rejects.jsonl").display().to_string();
    let arguments =
        ["--snapshot", &snapshot, "--format", "jsonl", "vessel", "--input", &input, "--rejects", &rejects, "--exit-code"];
    let lines = place.run(&arguments).code(3).jsonl();
    let said = |at: usize| format!("{} {}", lines[at]["cautions"], lines[at]["found"][0]["cautions"]);
    for (at, status, words) in [
        (0, "hit", "listed under the name MARAL STAR"),
        (0, "hit", "the flag Panama is a former flag"),
        (1, "hit", "`OLD HERON` is a former name of the vessel listed as MARAL STAR"),
        (2, "clear", "another IMO number, 9074729: another vessel"),
        (3, "found", "property interest"),
        (3, "found", "MMSI 215000001 was assigned by Malta; the stated flag is Panama"),
        (4, "clear", "the check digit is wrong: a ship's would end in 9"),
        (6, "clear", "must have seven digits"),
    ] {
        assert_eq!(lines[at]["status"], status, "{}", lines[at]);
        assert!(said(at).contains(words), "{at}: {}", said(at));
    }
    assert_eq!(lines[5]["status"], "error");
    assert_eq!(place.read_jsonl("rejects.jsonl")[0]["line"], 7);
}

#[test]
fn owners_verdicts_and_listings_stand_together() {
    let (place, snapshot) = fleet();
    let ran = place.run(&["--snapshot", &snapshot, "vessel", "9074729", "--date", "2025-01-01", "--regime", "us,eu"]).code(0);
    for words in [
        "former name    OLD HERON",
        "former flag    Panama",
        "held or run by Vardek Shipping (co-1): Owned or Controlled By, since 2019-01-01",
        "above it Quillon Vardek (p-1)",
        "since 2020-02-03",
        "MMSI 351234567 was assigned by Panama; the listed flag is Comoros",
        "US (OFAC)",
    ] {
        assert!(ran.stdout.contains(words), "`{words}` is missing in\n{}", ran.stdout);
    }
    // The owner in words is an owner.
    let ran = place.run(&["--snapshot", &snapshot, "--format", "json", "vessel", "9176187"]).code(0);
    assert_eq!(ran.json()[0]["found"][0]["holders"][1]["name"], "Tern Holding");
    assert_eq!(ran.json()[0]["status"], "found");
}

#[test]
fn other_forms_and_bad_input() {
    let (place, snapshot) = fleet();
    let run = |arguments: &[&str]| place.run(&[&["--snapshot", snapshot.as_str()], arguments].concat());
    let csv = run(&["--format", "csv", "vessel", "9074729"]).code(0).stdout;
    assert!(csv.starts_with("id,line,status,entity,") && csv.contains("ship-1"), "{csv}");
    let ftm = run(&["--format", "ftm", "vessel", "9074729"]).code(0).jsonl();
    let ids: Vec<&str> = ftm.iter().filter_map(|entity| entity["id"].as_str()).collect();
    assert_eq!(ids, ["ship-1", "s-1", "o-1", "co-1", "p-1", "o-2"]);
    assert_eq!(run(&["--format", "json", "vessel", "9074728"]).code(0).json()[0]["status"], "clear");
    run(&["vessel"]).code(2);
    run(&["--format", "svg", "vessel", "9074729"]).code(2).says(&["table, json, jsonl, csv and ftm"]);
    run(&["vessel", "9074729", "--regime", "xx"]).code(2).says(&["--regime"]);
    run(&["vessel", "9074729", "--date", "2025-13"]).code(2).says(&["--date"]);
    run(&["vessel", " "]).code(1).says(&["it is empty"]);
    let jsonl =
        place.file("in.jsonl", "{\"id\":\"x\",\"schema\":\"Vessel\",\"properties\":{\"imoNumber\":[\"9074729\"]}}\n{\n");
    let lines = run(&["--format", "jsonl", "vessel", "--input", &jsonl]).code(0).jsonl();
    assert_eq!((&lines[0]["status"], &lines[1]["status"]), (&"hit".into(), &"error".into()));
}
