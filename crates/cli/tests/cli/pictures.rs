//! The pictures of the documents are what the program draws. `UPDATE_EXPECT=1` draws them anew.

use std::fs;

use crate::run::{Place, root};

/// The pictures, with what is asked for each.
const PICTURES: [(&str, &[&str]); 5] = [
    ("verdict-us.svg", &["verdict", "Cedar Logistics", "--date", "2026-03-02", "--regime", "us"]),
    ("verdict-eu.svg", &["verdict", "Elm Chartering", "--date", "2026-03-02", "--regime", "eu"]),
    ("verdict-uk.svg", &["verdict", "Hazel Yachts", "--date", "2026-03-02", "--regime", "uk"]),
    ("verdict-bis.svg", &["verdict", "Ivy Optics", "--date", "2025-10-15", "--regime", "bis"]),
    ("path-department-53.svg", &["path", "Liaoning China Trade", "Korea Osong Shipping", "--depth", "3"]),
];

#[test]
fn the_pictures_of_the_documents_are_drawn_by_the_program() {
    let place = Place::new();
    let example = root().join("examples/network.ftm.jsonl").display().to_string();
    let snapshot = place.path("network.snapshot").display().to_string();
    place.run(&["build", "--source", &format!("example={example}"), "--out", &snapshot, "-q"]).code(0);
    let update = std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    for (name, asked) in PICTURES {
        let mut arguments = [&["network"], asked, &["--format", "svg", "-q"]].concat();
        if asked[0] == "verdict" {
            arguments.extend(["--snapshot", &snapshot]);
        }
        let drawn = place.run(&arguments).code(0).stdout;
        let path = root().join("docs/images").join(name);
        if update {
            fs::write(&path, &drawn).unwrap();
        }
        let held = fs::read_to_string(&path).unwrap_or_default();
        assert!(held == drawn, "{name} is not what the program draws; UPDATE_EXPECT=1 draws it anew");
    }
}
