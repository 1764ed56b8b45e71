//! `show`, `sources`, `verify`, `completions`, `man`, and which snapshot is used.

use std::fs;

use serde_json::Value;

use crate::run::{Place, people};

#[test]
fn an_entity_with_all_that_belongs_to_it() {
    let place = Place::new();
    let ran = place.run(&["show", "ofac-52289"]).code(0);
    for words in [
        "Jong In Chol (Person)",
        "birthDate            1979-01-05",
        "Sanction  (ofac-sanction-52289)  [us_ofac_sdn 2025-11-19, SanctionsEntry 52289]\n    authority          Office of Foreign Assets Control\n",
        "number 390220044",
        "Representation: agent Jong In Chol (ofac-52289) → client Chonsurim Trading Corporation (ofac-52283); role Acting for or on behalf of",
        "[us_ofac_sdn 2025-11-19, DistinctParty 52289]",
    ] {
        assert!(ran.stdout.contains(words), "`{words}` is missing in\n{}", ran.stdout);
    }
    let json = place.run(&["show", "ofac-52289", "--format", "json"]).code(0).json();
    assert_eq!(json["entity"]["id"], "ofac-52289");
    let ids =
        |json: &Value| json["related"].as_array().unwrap().iter().map(|entity| entity["id"].to_string()).collect::<Vec<_>>();
    let near = ids(&json);
    assert!(near.contains(&"\"ofac-52283\"".to_owned()) && near.contains(&"\"ofac-sanction-52289\"".to_owned()), "{near:?}");
    let far = ids(&place.run(&["show", "ofac-52289", "--format", "json", "--depth", "2"]).code(0).json());
    assert!(far.len() > near.len() && near.iter().all(|id| far.contains(id)), "{far:?}");
}

#[test]
fn a_document_shows_whose_it_is() {
    let place = Place::new();
    let ran = place.run(&["show", "ofac-doc-45246"]).code(0);
    assert!(ran.stdout.contains("belongs with Jong In Chol (ofac-52289)"), "{}", ran.stdout);
}

#[test]
fn a_relation_shows_both_its_ends() {
    let place = Place::new();
    let ran = place.run(&["show", "rel-52289-acting-for-52283"]).code(0);
    assert!(ran.stdout.contains("agent Jong In Chol (ofac-52289) → client Chonsurim"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("refer to it"), "{}", ran.stdout);
}

#[test]
fn an_unknown_id_gets_the_nearest() {
    let place = Place::new();
    place.run(&["show", "ofac-5228"]).code(1).says(&["no entity `ofac-5228`", "hint: the nearest ids are ofac-52282"]);
    place.run(&["show", "zzz"]).code(1).says(&["hint: `interdict screen NAME`"]);
}

#[test]
fn sources_of_the_built_in_dataset() {
    let place = Place::new();
    let json = place.run(&["sources", "--format", "json"]).code(0).json();
    assert_eq!(json[0]["id"], "dprk_it_workers");
    assert!(json[0]["entities"].as_u64().unwrap() > 400);
    assert_eq!(json[0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_sound_snapshot_is_verified() {
    let place = Place::new();
    let snapshot = place.build("test", &people(3), "test.snapshot");
    let json = place.run(&["verify", &snapshot, "--format", "json"]).code(0).json();
    assert_eq!((&json["valid"], &json["entities"]), (&true.into(), &6.into()));
    assert_eq!(json["sources"][0]["id"], "test");
    assert!(place.run(&["verify", &snapshot]).code(0).stdout.contains("sound"));
}

#[test]
fn the_data_folder_is_used_and_the_named_snapshot_wins() {
    let place = Place::new();
    let named = place.build("named", &people(1), "named.snapshot");
    place.build("kept", &people(2), "data/kept.snapshot");
    let used =
        |arguments: &[&str]| place.run(&[&["sources", "--format", "json"], arguments].concat()).code(0).json()[0]["id"].clone();
    assert_eq!(used(&[]), "kept");
    assert_eq!(used(&["--snapshot", &named]), "named");
    place.file("data/damaged.snapshot", "INTRDCT\n");
    place.run(&["sources"]).code(0).says(&["warning: passed over: ", "damaged.snapshot"]);
    fs::remove_file(place.path("data/kept.snapshot")).unwrap();
    // A demonstration must not stand in for a list that is broken.
    place.run(&["sources"]).code(1).says(&["none of its 1 snapshots can be used", "hint: "]);
}

#[test]
fn a_data_folder_that_was_named_must_be_there() {
    let place = Place::new();
    fs::remove_dir(place.path("data")).unwrap();
    place.run(&["sources"]).code(1).says(&["data folder"]);
}

#[test]
fn completions_and_man_pages() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).code(0).stdout.contains("interdict"), "{shell}");
    }
    assert!(place.run(&["man"]).code(0).stdout.contains(".TH interdict 1"));
    place.run(&["man", "pages"]).code(0);
    for page in ["interdict.1", "interdict-screen.1", "interdict-build.1"] {
        assert!(place.read(&format!("pages/{page}")).contains(".SH"), "{page}");
    }
}
