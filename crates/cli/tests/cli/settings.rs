//! Settings from files, profiles, flags and queries, and the command that prints them.

use serde_json::{Value, json};

use crate::run::{Place, people, root};

const FILE: &str =
    "threshold = 0.65\n\n[profiles.few]\nlimit = 1\n\n[profiles.high]\nthreshold = 0.99\nuse_birth_date = false\n";

/// The settings that a run of `interdict settings` prints.
#[track_caller]
fn printed(place: &Place, arguments: &[&str]) -> Value {
    place.run(&[&["settings", "--format", "json"], arguments].concat()).code(0).json()
}

fn default_settings(place: &Place) -> Value {
    printed(place, &[])
}

#[test]
fn the_file_then_its_profile_then_the_flags() {
    let place = Place::new();
    let toml = place.file("s.toml", FILE);
    let json = place.file("s.JSON", "{\"threshold\":0.65,\"profiles\":{\"few\":{\"limit\":1},\"high\":{\"threshold\":0.99}}}");
    for file in [&toml, &json] {
        for (arguments, threshold, limit) in [
            (&[][..], 0.65, 10),
            (&["--profile", "few"], 0.65, 1),
            (&["--profile", "high"], 0.99, 10),
            (&["--profile", "high", "--threshold", "0.8", "--limit", "4"], 0.8, 4),
        ] {
            let settings = &printed(&place, &[&["--settings", file], arguments].concat())["settings"];
            assert_eq!(
                (&settings["threshold"], &settings["limit"]),
                (&json!(threshold), &json!(limit)),
                "{file} {arguments:?}"
            );
        }
    }
    let weak = &printed(&place, &["--settings", &toml, "--no-weak-aliases"])["settings"]["weak_aliases"];
    assert_eq!(weak, &json!(false));
}

#[test]
fn what_is_printed_is_a_file_that_gives_the_same() {
    let place = Place::new();
    let default = default_settings(&place);
    let text = place.run(&["settings"]).code(0).stdout;
    assert!(text.contains("# Findings below this score are not reported."), "{text}");
    assert!(text.contains(default["id"].as_str().unwrap()) && text.contains("\nthreshold = 0.7\n"), "{text}");
    let file = place.file("s.toml", &text);
    assert_eq!(printed(&place, &["--settings", &file]), default);
    let csv = place.run(&["settings", "--format", "csv"]).code(0).stdout;
    assert_eq!(csv.lines().count(), default["settings"].as_object().unwrap().len() + 1);
    assert_ne!(printed(&place, &["--threshold", "0.71"])["id"], default["id"]);
}

#[test]
fn results_name_the_settings_they_were_made_with() {
    let place = Place::new();
    let file = place.file("s.toml", FILE);
    let snapshot = place.build("test", &people(3), "test.snapshot");
    let arguments = ["screen", "Quillon Vardek1", "--snapshot", &snapshot, "--format", "json", "-q"];
    for more in [&[][..], &["--settings", &file], &["--settings", &file, "--profile", "few"], &["--limit", "2"]] {
        let result = place.run(&[&arguments[..], more].concat()).code(0).json();
        assert_eq!(result["settings"], printed(&place, more)["id"], "{more:?}");
        assert!(!more.contains(&"few") || result["hits"].as_array().unwrap().len() == 1, "{result}");
    }
}

#[test]
fn a_query_may_have_settings_of_its_own() {
    let place = Place::new();
    let file = place.file("s.toml", FILE);
    let snapshot = place.build("test", &people(4), "test.snapshot");
    let query = |settings: &str| {
        format!("{{\"schema\":\"Person\",\"settings\":{settings},\"properties\":{{\"name\":[\"Quillon Vardek1\"]}}}}\n")
    };
    let own = ["null", "{\"limit\":2}", "{\"profile\":\"few\"}", "{\"profile\":\"few\",\"limit\":3}", "{}"];
    let input = place.file("in.jsonl", own.map(query).concat());
    let arguments = ["screen", "--snapshot", &snapshot, "--settings", &file, "--threshold", "0.5", "--input", &input];
    let lines = place.run(&[&arguments[..], &["--format", "jsonl"]].concat()).code(0).jsonl();
    let hits: Vec<usize> = lines.iter().map(|line| line["hits"].as_array().unwrap().len()).collect();
    assert_eq!(hits, [4, 2, 1, 3, 4]);
    let id = |limit: &str| printed(&place, &["--settings", &file, "--threshold", "0.5", "--limit", limit])["id"].clone();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["settings"]).collect();
    assert_eq!(ids, [&id("10"), &id("2"), &id("1"), &id("3"), &id("10")]);
    let csv = place.run(&[&arguments[..], &["--format", "csv"]].concat()).code(0).stdout;
    assert!(csv.contains(id("2").as_str().unwrap()), "{csv}");
}

#[test]
fn bad_settings_of_a_query_cost_that_query() {
    let place = Place::new();
    let query = |settings: &str| {
        format!("{{\"schema\":\"Person\",\"settings\":{settings},\"properties\":{{\"name\":[\"Jong In Chol\"]}}}}\n")
    };
    let own = ["{\"threshold\":2}", "{\"limit\":0}", "{\"tresh\":1}", "[1]", "{\"profile\":\"x\"}", "{\"threshold\":0.8}"];
    let input = place.file("in.jsonl", own.map(query).concat());
    let arguments = ["screen", "--input", &input, "--rejects", "rejects.jsonl", "--format", "jsonl"];
    let lines = place.run(&arguments).code(0).jsonl();
    let statuses: Vec<&str> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["error", "error", "error", "error", "error", "hit"]);
    let rejects = place.read_jsonl("rejects.jsonl");
    let found: Vec<(u64, &str, &str)> = rejects
        .iter()
        .map(|line| (line["line"].as_u64().unwrap(), line["field"].as_str().unwrap(), line["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "settings.threshold", "must be a number from 0 to 1"),
            (2, "settings.limit", "must be a whole number of at least 1"),
            (3, "settings.tresh", "is not a setting"),
            (4, "settings", "must be an object"),
            (5, "settings.profile", "`x` needs a file that has it, and none was given with --settings"),
        ]
    );
}

#[test]
fn bad_files_are_refused_with_field_and_reason() {
    let place = Place::new();
    for (name, content, says) in [
        ("a.toml", "threshold = nan\n", "a.toml: threshold: must be a number from 0 to 1"),
        ("b.toml", "conflict_cap = -0.5\n", "b.toml: conflict_cap: must be a number from 0 to 1"),
        ("c.toml", "limit = 0\n", "c.toml: limit: must be a whole number of at least 1"),
        ("d.toml", "use_gender = \"no\"\n", "d.toml: use_gender: must be true or false"),
        ("e.toml", "treshold = 0.5\n", "e.toml: treshold: is not a setting"),
        ("f.toml", "[profiles.x]\nweight_word = 1.5\n", "f.toml: profiles.x.weight_word: must be a number from 0 to 1"),
        ("g.toml", "[profiles.x]\nprofiles = 1\n", "g.toml: profiles.x.profiles: is not a setting"),
        ("h.toml", "profiles = 1\n", "h.toml: profiles: must be a table of profiles"),
        ("i.toml", "[profiles]\nx = 1\n", "i.toml: profiles.x: must be a table"),
        ("j.toml", "limit = 1\nlimit = 2\n", "j.toml:2: not TOML: "),
        ("k.json", "{\"limit\": 1,\n", "k.json:2: not JSON: "),
        ("l.json", "[]", "l.json:1: not a JSON object"),
        ("m.json", "{\"threshold\": 1e999}", "m.json:1: not JSON: "),
    ] {
        place.file(name, content);
        for command in [&["settings"][..], &["screen", "Jong In Chol"]] {
            place.run(&[command, &["--settings", name]].concat()).code(1).says(&[says]);
        }
    }
    std::fs::write(place.path("n.toml"), b"threshold = 0.5 # \xff").unwrap();
    place.run(&["settings", "--settings", "n.toml"]).code(1).says(&["n.toml: not UTF-8 at byte 19"]);
    place.run(&["settings", "--settings", "missing.toml"]).code(1).says(&["missing.toml: cannot be opened"]);
    place.file("huge.toml", "#".repeat((1 << 20) + 1));
    place.run(&["settings", "--settings", "huge.toml"]).code(1).says(&["huge.toml: larger than 1048576 bytes"]);
}

#[test]
fn wrong_usage_is_told_from_bad_files() {
    let place = Place::new();
    let file = place.file("s.toml", FILE);
    place.file("s.yaml", "threshold: 0.5\n");
    for (arguments, says) in [
        (&["--profile", "few"][..], "--settings"),
        (&["--settings", &file, "--profile", "none"], "--profile: `none` is not a profile of "),
        (&["--settings", "s.yaml"], "`s.yaml` must end in .toml or .json"),
        (&["--threshold", "NaN"], "must be a number from 0 to 1"),
        (&["--limit", "0"], "--limit"),
    ] {
        place.run(&[&["settings"], arguments].concat()).code(2).says(&[says]);
        place.run(&[&["screen", "Jong In Chol"], arguments].concat()).code(2).says(&[says]);
    }
    place.run(&["settings", "--settings", &file, "--profile", "none"]).code(2).says(&["there are few, high"]);
    place.run(&["screen", "x", "--settings", &file, "--output", &file]).code(2).says(&["the same file as --settings"]);
    assert_eq!(place.read("s.toml"), FILE);
}

#[test]
fn compare_and_eval_take_settings_too() {
    let place = Place::new();
    let file = place.file("s.toml", FILE);
    let person = |date: &str| {
        format!("{{\"schema\":\"Person\",\"properties\":{{\"name\":[\"Ada Example\"],\"birthDate\":[\"{date}\"]}}}}")
    };
    let pair = format!("{{\"id\":\"1\",\"match\":true,\"a\":{},\"b\":{}}}\n", person("1970-01-01"), person("1985-06-07"));
    let pairs = place.file("pairs.jsonl", pair);
    let line = place.run(&["compare", "--input", &pairs]).code(0).jsonl().remove(0);
    assert_eq!(line["features"]["birthDate"], 0.0);
    let line = place.run(&["compare", "--input", &pairs, "--settings", &file, "--profile", "high"]).code(0).jsonl().remove(0);
    assert_eq!((&line["score"], &line["features"]), (&json!(1.0), &json!({"name": 1.0})));
    let report = place.run(&["eval", &pairs, "--settings", &file, "--profile", "high", "--format", "json"]).code(0).json();
    let settings = printed(&place, &["--settings", &file, "--profile", "high"]);
    assert_eq!((&report["threshold"], &report["settings"], &report["recall"]), (&json!(0.99), &settings["id"], &json!(1.0)));
    place.run(&["compare", "--input", &pairs, "--settings", "missing.toml"]).code(1).says(&["missing.toml"]);
}

#[test]
fn what_was_not_compared_is_never_clear() {
    let place = Place::new();
    let file = place.file("s.toml", "use_identifiers = false\n");
    let input = place.file(
        "in.jsonl",
        "{\"schema\":\"Person\",\"properties\":{\"passportNumber\":[\"390220044\"]}}\n\
         {\"schema\":\"Person\",\"properties\":{\"passportNumber\":[\"390220044\"],\"name\":[\"Emily Hartwell\"]}}\n",
    );
    let lines = place.run(&["screen", "--input", &input, "--settings", &file, "--format", "jsonl"]).code(0).jsonl();
    assert_eq!(lines[0]["error"], "nothing to screen: the settings leave identifiers out, and there is no name");
    assert_eq!(lines[1]["status"], "clear");
    assert_eq!(lines[1]["warnings"], json!(["identifiers were not compared: the settings leave them out"]));
}

#[test]
fn the_example_profiles_do_what_they_say() {
    let place = Place::new();
    let file = root().join("examples/settings.toml").display().to_string();
    let with = |profile: &str| printed(&place, &["--settings", &file, "--profile", profile])["settings"].clone();
    let default = default_settings(&place)["settings"].clone();
    let threshold = |settings: &Value| settings["threshold"].as_f64().unwrap();
    assert_eq!(printed(&place, &["--settings", &file])["settings"], default);
    assert!(threshold(&with("strict")) < threshold(&default) && threshold(&with("payments")) > threshold(&default));
    // A whole name with another date of birth must not fall below the threshold of a profile that looks for more.
    assert!(with("strict")["whole_name_floor"].as_f64().unwrap() >= threshold(&with("strict")));
}
