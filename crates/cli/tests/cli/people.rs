//! `people` as its users meet it: the example from end to end, every bad input, the sub-commands on records of one person, and exit codes.

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::run::{Place, Ran, root};

/// A moment for all runs, so that the results do not depend on the day.
const AS_OF: &str = "2026-10-31";

fn example() -> String {
    root().join("examples/platform").display().to_string()
}

/// A folder with tables.
fn folder(place: &Place, files: &[(&str, &str)]) -> String {
    fs::create_dir_all(place.path("in")).unwrap();
    for (name, content) in files {
        place.file(&format!("in/{name}"), content);
    }
    place.path("in").display().to_string()
}

fn assess(place: &Place, arguments: &[&str]) -> Ran {
    place.run(&[&["people", "assess", "--as-of", AS_OF], arguments].concat())
}

/// The ids of those with a status, by id.
fn with_status(people: &Value, statuses: &[&str]) -> Vec<String> {
    let all = people.as_array().unwrap().iter().filter(|person| statuses.contains(&person["status"].as_str().unwrap()));
    let mut ids: Vec<String> = all.map(|person| person["person"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

const PERSONS: &str =
    "id,display_name,claimed_country,start,end\np1,Ada Example,US,2026-01-05,\np2,Bo Sample,CA,2026-02-02,\np3,Cy Other,,,\n";
const IDENTIFIERS: &str = "person,kind,value,first_seen\r\np1,email,ada@example.com,2026-01-05\r\np2,email,bo@example.org,\r\np2,phone,\"+1 202 555 0101\",\r\n";
const EVENTS: &str = "person,kind,time,ip,detail\np1,login,2026-03-02T09:00:00Z,198.51.100.7,country=US\np2,login,2026-03-01T09:00:00Z,203.0.113.9,country=CA\np3,application,2026-03-01,,\n";

fn tables() -> [(&'static str, &'static str); 3] {
    [("person.csv", PERSONS), ("identifier.csv", IDENTIFIERS), ("event.csv", EVENTS)]
}

#[test]
fn the_example_has_one_ring_one_farm_and_one_single_case() {
    let place = Place::new();
    let example = example();
    let ran = assess(&place, &[&example, "--all", "--format", "json"]).code(0);
    let people = ran.json();
    let expected = ["C-201", "C-202", "C-203", "C-204", "C-210", "E-111", "E-112", "E-113"];
    assert_eq!(with_status(&people, &["review", "priority_review"]), expected);
    ran.says(&["okta.jsonl: Okta System Log", "git.log: git log", "cvs/C-204__cv.txt: CV or letter of C-204"]);

    let rings = place.run(&["people", "rings", &example, "--as-of", AS_OF, "--format", "json"]).code(0).json();
    let members = |kind: &str| -> Vec<Vec<String>> {
        let of_kind = rings.as_array().unwrap().iter().filter(|one| one["kind"] == kind);
        of_kind
            .map(|one| {
                let members = one["members"].as_array().unwrap();
                let mut members: Vec<String> =
                    members.iter().map(|member| member["person"].as_str().unwrap().to_owned()).collect();
                members.sort();
                members
            })
            .collect()
    };
    assert!(members("ring").contains(&expected[..4].iter().map(|id| (*id).to_owned()).collect()), "{rings}");
    assert_eq!(members("farm"), [["E-111", "E-112", "E-113"]]);
}

/// What a thing counts is its full weight times all factors, and what the causes of a link count adds up to its weight: how many links, and
/// how many of their parts are lessened.
#[track_caller]
fn adds_up(rings: &Value) -> (usize, usize) {
    const ROUNDED: f64 = 0.002;
    let number = |of: &Value, what: &str| of[what].as_f64().unwrap();
    let all = |of: &Value, what: &str| of[what].as_array().unwrap().clone();
    let sum = |of: &[Value], what: &str| of.iter().map(|one| number(one, what)).sum::<f64>();
    let product = |full: f64, of: &Value| all(of, "factors").iter().fold(full, |left, factor| left * number(factor, "factor"));
    let (mut links, mut lessened) = (0, 0);
    for ring in rings.as_array().unwrap().iter().filter(|one| one["kind"] == "ring") {
        for key in all(ring, "keys") {
            let full = number(&key, "full");
            assert!((product(full, &key) - number(&key, "counts")).abs() < ROUNDED, "{key}");
            let least = &key["least"];
            assert!(least.is_null() || (product(full, least) - number(least, "counts")).abs() < ROUNDED, "{key}");
            assert!(least.is_null() || number(least, "counts") < number(&key, "counts"), "{key}");
        }
        for link in all(ring, "links") {
            let parts = all(&link, "parts");
            for part in &parts {
                assert!((product(number(part, "full"), part) - number(part, "counts")).abs() < ROUNDED, "{part}");
                assert_eq!(ring["keys"][part["key"].as_u64().unwrap() as usize]["kind"], part["kind"], "{link}");
                lessened += usize::from(!all(part, "factors").is_empty());
            }
            for family in all(&link, "families") {
                let of: Vec<Value> = parts.iter().filter(|part| part["family"] == family["families"][0]).cloned().collect();
                let heaviest = of.iter().map(|part| number(part, "counts")).fold(0.0, f64::max);
                let others = sum(&of, "counts") - heaviest;
                let counts = heaviest + (others / 5.0).min(heaviest / 2.0);
                assert!((counts - number(&family, "counts")).abs() < ROUNDED, "{link}");
            }
            let added =
                sum(&all(&link, "causes"), "counts") + number(&link, "further_causes") + number(&link, "believed_front");
            assert!((added - number(&link, "weight")).abs() < ROUNDED, "{added}: {link}");
            links += 1;
        }
    }
    (links, lessened)
}

#[test]
fn a_link_of_a_ring_is_the_sum_of_its_shown_parts() {
    let place = Place::new();
    let json = |folder: &str| place.run(&["people", "rings", folder, "--as-of", AS_OF, "--format", "json"]).code(0).json();
    let (links, _) = adds_up(&json(&example()));
    assert_eq!(links, 5);

    let ids = ["a", "b", "c", "d"];
    let persons: String = ids.map(|id| format!("{id},Person{id} Invented{id},US\n")).concat();
    let identifiers: String = ids.map(|id| format!("{id},payee,GB00 0000 1111\n")).concat();
    // Two have the computer at one time, two at another, and one of each two on one day alone.
    let seen = [("a", "03-01"), ("a", "03-02"), ("b", "03-02"), ("c", "08-01"), ("c", "08-02"), ("d", "08-02")];
    let events: String = seen.map(|(id, day)| format!("{id},login,2026-{day}T10:00:00Z,D1\n")).concat();
    let folder = folder(
        &place,
        &[
            ("person.csv", &format!("id,display_name,claimed_country\n{persons}")),
            ("identifier.csv", &format!("person,kind,value\n{identifiers}")),
            ("event.csv", &format!("person,kind,time,device\n{events}")),
        ],
    );
    let rings = json(&folder);
    let (links, lessened) = adds_up(&rings);
    assert_eq!((links, lessened), (3, 3), "{rings}");
    let device = rings[0]["keys"].as_array().unwrap().iter().find(|key| key["kind"] == "device").unwrap();
    let told = |of: &Value| (of["counts"].clone(), of["factors"][0]["why"].clone(), of["factors"][0]["factor"].clone());
    assert_eq!(told(device), (3.2.into(), "one_day".into(), 0.8.into()), "{device}");
    assert_eq!(told(&device["least"]), (0.8.into(), "other_times".into(), 0.2.into()), "{device}");
    let shown = place.run(&["people", "rings", &folder, "--as-of", AS_OF]).code(0).stdout;
    for line in [
        "4 members; counts 0.8 to 3.2 of 4.0 (seen at other times × 0.2; most: one of them seen on one day alone × 0.8)",
        "device 0.8 of 4.0: seen at other times × 0.2",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn somebody_with_nothing_but_a_name_is_not_checked() {
    let place = Place::new();
    let people = assess(&place, &[&example(), "--person", "A-306", "--format", "json"]).code(0).json();
    assert_eq!(with_status(&people, &["not_checked"]), ["A-306"], "{people}");
}

#[test]
fn without_a_key_two_runs_are_equal_to_the_byte() {
    let place = Place::new();
    let example = example();
    for arguments in [&["--all"][..], &["--format", "json"], &["--format", "csv"]] {
        let run = || assess(&place, &[&[example.as_str()], arguments].concat()).code(0).stdout;
        assert_eq!(run(), run(), "{arguments:?}");
    }
    let shown = assess(&place, &[&example]).code(0).stdout;
    assert!(shown.contains("payout account no. ") && !shown.contains("payout account #"), "{shown}");
    let two = |threads| place.run(&["people", "rings", &example, "--as-of", AS_OF, "--threads", threads]).code(0).stdout;
    assert_eq!(two("1"), two("3"));
}

#[test]
fn every_form_of_the_output_can_be_read_back() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let array = assess(&place, &[&folder, "--all", "--format", "json"]).code(0).json();
    let lines = assess(&place, &[&folder, "--all", "--format", "jsonl"]).code(0).jsonl();
    assert_eq!(array.as_array().unwrap(), &lines);
    assert_eq!(lines.len(), 3);
    let csv = assess(&place, &[&folder, "--all", "--format", "csv"]).code(0).stdout;
    let header = csv.lines().next().unwrap();
    assert_eq!(header, "person,status,score,ring,farm,legal,indicator,category,strength,weight,note,records");
    assert_eq!(place.run(&["people", "rings", &folder, "--format", "json"]).code(0).json(), serde_json::json!([]));
}

/// A table and what is said of it; the rest goes on.
#[track_caller]
fn told(name: &str, content: impl AsRef<[u8]>, expected: &[&str]) -> Value {
    let place = Place::new();
    let folder = folder(&place, &tables());
    place.file(&format!("in/{name}"), content);
    let ran = assess(&place, &[&folder, "--all", "--format", "json"]).code(0).says(expected);
    ran.json()
}

#[test]
fn bad_rows_cost_themselves_and_are_told() {
    let people = told(
        "person.csv",
        "id,display_name\np1,Ada Example\n,Nobody\np1,Ada Twice\n",
        &[
            "person.csv:3: the row is left out: `id` is missing",
            "person.csv:4: the id was there before",
            "no row of persons has this id",
        ],
    );
    assert_eq!(people.as_array().unwrap().len(), 3);
    told(
        "event.csv",
        "person,kind,time\np1,login,2099-01-01T00:00:00Z\n",
        &["event.csv:2: the time lies in the future: the clock is off"],
    );
    told(
        "event.csv",
        "person,kind,time\np1,login,2026-03-01T10:00:00\n",
        &["event.csv:2: no time zone is stated: taken as UTC"],
    );
    told("event.csv", "person,kind,time\np1,login,yesterday\n", &["event.csv:2: `time` is not taken"]);
    told(
        "event.csv",
        "person,kind,time,ip\np1,login,2026-03-01T10:00:00Z,999.1.2.3\n",
        &["event.csv:2: the IP address is not taken: `999.1.2.3`"],
    );
    told("event.csv", "person,kind,time\np1,dancing,2026-03-01T10:00:00Z\n", &["`dancing` is no kind of event"]);
    told(
        "identifier.csv",
        "person,kind,value\np1,email,not a mailbox\n",
        &["identifier.csv:2: the e-mail address is not taken"],
    );
    told(
        "person.csv",
        "id,display_name,claimed_country,claimed_tz\np1,Ada,Atlantis,Moon/Base\n",
        &["`Atlantis` is neither a code nor a name", "the time zone is not taken"],
    );
    told("person.csv", "id,display_name,ethnicity\np1,Ada,x\n", &["`ethnicity`"]);
}

#[test]
fn the_order_of_events_changes_nothing() {
    let rows = [
        "p1,login,2026-03-02T09:00:00Z,198.51.100.7",
        "p1,login,2026-03-01T09:00:00Z,198.51.100.8",
        "p2,login,2026-03-01T10:00:00+02:00,::ffff:203.0.113.9",
    ];
    let run = |order: &[usize]| {
        let place = Place::new();
        let events = order.iter().map(|row| rows[*row].to_owned() + "\n").collect::<Vec<_>>().concat();
        let events = format!("person,kind,time,ip\n{events}");
        let folder = folder(&place, &[("person.csv", PERSONS), ("event.csv", &events)]);
        let people = assess(&place, &[&folder, "--all", "--format", "json"]).code(0).json();
        let people = people.as_array().unwrap().clone();
        people
            .iter()
            .map(|person| (person["person"].clone(), person["status"].clone(), person["score"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(&[0, 1, 2]), run(&[2, 1, 0]));
}

#[test]
fn a_cut_export_gives_what_stands_before() {
    let whole = fs::read_to_string(root().join("examples/platform/okta.jsonl")).unwrap();
    let cut = &whole[..whole.len() - 100];
    told(
        "okta.jsonl",
        cut,
        &["okta.jsonl: Okta System Log", "the file ends in the middle of a record: what stands before is taken"],
    );
    let whole = fs::read_to_string(root().join("examples/platform/greenhouse.json")).unwrap();
    let people = told("greenhouse.json", &whole[..whole.len() - 100], &["the file ends in the middle of a record"]);
    assert!(people.as_array().unwrap().iter().any(|person| person["person"] == "greenhouse:61044170"), "{people}");
}

#[test]
fn papers_are_read_under_limits() {
    let large = vec![b'a'; 50 << 20];
    told("p1__cv.txt", large, &["p1__cv.txt: the file is not read in full: it has more than 33554432 bytes"]);
    told("p1__cv.pdf", b"%PDF-1.7\nthis is not one", &["p1__cv.pdf: the file is not read in full"]);
    told("p1__photo.png", b"\x89PNG\r\n\x1a\n\x00\x00", &["p1__photo.png: the file is not read in full"]);
    told("notes.txt", "Notes.", &["notes.txt: not read: its name does not say whose CV or picture it is"]);
    told("data.bin", b"\x00\x01\x02", &["data.bin: not read: it is no table of people"]);
}

/// One value on very many accounts links nobody, and takes no time that grows with the square of them.
#[test]
fn one_value_on_50_000_accounts_links_nobody() {
    let place = Place::new();
    let (mut persons, mut identifiers) = (String::from("id,display_name\n"), String::from("person,kind,value\n"));
    for number in 0..50_000 {
        let _ = writeln!(persons, "u{number},");
        let _ = writeln!(
            identifiers,
            "u{number},phone,+12025550101\nu{number},email,office@example.com\nu{number},ip,198.51.100.7"
        );
    }
    let folder = folder(&place, &[("person.csv", &persons), ("identifier.csv", &identifiers)]);
    let ran = place.run(&["people", "rings", &folder, "--as-of", AS_OF, "--no-screen", "--format", "json"]).code(0);
    assert_eq!(ran.json(), serde_json::json!([]));
    ran.says(&["50000 persons", "is held by 50000 persons and links nobody"]);
}

#[test]
fn accounts_of_exports_meet_the_tables_by_e_mail() {
    let place = Place::new();
    let persons = "id,display_name\nE-1,Ada Example\nE-2,Ada Example\n";
    let identifiers = "person,kind,value\nE-1,email,ada@example.com\nE-2,email,other@example.com\n";
    let candidate = |emails: &str| {
        format!(r#"[{{"id":7,"first_name":"Ada","last_name":"Example","application_ids":[],"email_addresses":[{emails}]}}]"#)
    };
    let one = candidate(r#"{"value":"ada@example.com","type":"personal"}"#);
    let both = candidate(r#"{"value":"ada@example.com","type":"personal"},{"value":"other@example.com","type":"work"}"#);
    for (candidates, expected) in [(one, vec!["greenhouse:7"]), (both, vec!["greenhouse:7"])] {
        let folder =
            folder(&place, &[("person.csv", persons), ("identifier.csv", identifiers), ("candidates.json", &candidates)]);
        let people = assess(&place, &[&folder, "--all", "--format", "json"]).code(0).json();
        let people = people.as_array().unwrap();
        assert_eq!(people.len(), 2, "two persons of the tables are never united: {people:?}");
        let also: Vec<&str> =
            people.iter().filter_map(|person| person["also"].as_array()).flatten().filter_map(Value::as_str).collect();
        assert_eq!(also, expected);
    }
}

/// A folder is of whoever has the id of an account as its name; any other folder is nobody's.
#[test]
fn papers_in_the_folder_of_an_account() {
    let place = Place::new();
    let candidates = r#"[{"id":31579927,"first_name":"Ann","last_name":"Poe","application_ids":[],
        "email_addresses":[{"value":"ann@example.com","type":"personal"}]}]"#;
    let folder = folder(&place, &[("candidates.json", candidates)]);
    let paper = "Ann Poe\nExperience\nHalden Labs, Engineer, 2019 - 2021\n";
    for name in ["31579927", "cvs", "cvs/31579927"] {
        fs::create_dir_all(place.path(&format!("in/{name}"))).unwrap();
        place.file(&format!("in/{name}/cv.txt"), paper);
    }
    let ran = assess(&place, &[&folder, "--all", "--format", "json"]).code(0);
    ran.says(&["1 persons", "cvs/cv.txt: the file is not read in full: nobody has the id `cvs`"]);
    let shown = place.run(&["people", "show", "greenhouse:31579927", &folder, "--as-of", AS_OF]).code(0).stdout;
    assert!(shown.contains("\"31579927/cv.txt\"") && shown.contains("\"cvs/31579927/cv.txt\""), "{shown}");
}

#[test]
fn columns_that_are_not_read_are_all_named_in_one_note() {
    told(
        "workers.csv",
        "Employee ID,Legal Name,Hire Date,Desk,Shoe Size,Gender\n1,Ada Example,05/04/2026,4,38,x\n",
        &[
            "workers.csv:2: not read: `Desk`, `Shoe Size`\n",
            "workers.csv:2: not read, as about a protected characteristic of a person: `Gender`",
            "workers.csv:1: the dates of `Hire Date` are not read",
        ],
    );
}

#[test]
fn the_policy_says_country_and_order_of_dates() {
    let place = Place::new();
    let worker = "Employee ID,Legal Name,Hire Date,Mobile Phone\n1,Ada Example,05/04/2026,(512) 555-0147\n";
    let folder =
        folder(&place, &[("workers.csv", worker), ("policy.toml", "default_country = 'US'\nslashed_dates = 'day-first'\n")]);
    let shown = place.run(&["people", "show", "hris:1", &folder, "--as-of", AS_OF]).code(0).stdout;
    assert!(shown.contains("+15125550147") && shown.contains("2026-04-05") && !shown.contains("United States"), "{shown}");
}

#[test]
fn tables_with_columns_of_the_user_are_read_by_a_map() {
    let place = Place::new();
    let map =
        "[columns]\n\"Worker no.\" = \"person.id\"\n\"Worker\" = \"person.display_name\"\n\"Mail\" = \"identifier.email\"\n";
    let table = "Worker no.,Worker,Mail\nw1,Ada Example,ada@example.com\n";
    let folder = folder(&place, &[("workers.csv", table)]);
    assess(&place, &[&folder]).code(1).says(&["workers.csv: not read: it is no table of people", "there is nothing to read"]);
    let file = place.file("map.toml", map);
    assess(&place, &[&folder, "--map", &file]).code(0).says(&["workers.csv: table with a map of its columns", "1 persons"]);
    assess(&place, &[&folder, "--map", &file, "--map", &file]).code(2).says(&["--map: there are two maps of columns"]);
    place.file("in/workers.map.toml", map);
    assess(&place, &[&folder]).code(0).says(&["workers.csv: table with a map of its columns"]);
    place.file("in/workers.map.toml", "[columns]\n\"Religion\" = \"person.role\"\n");
    assess(&place, &[&folder]).code(1).says(&["workers.map.toml: `Religion`: it is about a protected characteristic"]);
}

#[test]
fn feeds_are_read_from_the_folder_and_the_command_line() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    fs::create_dir(place.path("in/feeds")).unwrap();
    place.file("in/feeds/list.csv", "kind,value,last\nemail,bo@example.org,2026-10-01\nemail,nothing,2026-10-01\n");
    let ran = assess(&place, &[&folder, "--person", "p2", "--format", "json"]).code(0);
    assert!(ran.stdout.contains("feeds/list.csv:2"), "{}", ran.stdout);
    ran.says(&["feeds/list.csv: feed, 1 values", "feeds/list.csv:3"]);
    let more = place.file("more.csv", "kind,value\nemail,ada@example.com\n");
    assess(&place, &[&folder, "--feed", &more]).code(0).says(&["more.csv: feed, 1 values"]);
    let none = place.file("none.json", "{\"a\":1}");
    assess(&place, &[&folder, "--feed", &none]).code(1).says(&["none.json: it is no feed"]);
}

#[test]
fn sanctions_lists_are_looked_at_unless_told_not_to() {
    let place = Place::new();
    let snapshot = place.build("test", &crate::run::people(1), "test.snapshot");
    let folder = folder(&place, &[("person.csv", "id,display_name\np1,Quillon Vardek0\n")]);
    let run = |more: &[&str]| {
        assess(&place, &[&[folder.as_str(), "--snapshot", &snapshot, "--all", "--format", "json"], more].concat()).code(0)
    };
    let people = run(&[]).json();
    assert_eq!(people[0]["names"].as_array().unwrap().len(), 1, "{people}");
    assert_ne!(people[0]["snapshot"], Value::Null);
    let ran = run(&["--no-screen"]);
    assert_eq!((&ran.json()[0]["names"], &ran.json()[0]["snapshot"]), (&serde_json::json!([]), &Value::Null));
    ran.says(&["nobody was compared with sanctions lists"]);
}

#[test]
fn wrong_arguments_are_told_before_anything_is_read() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let f = folder.as_str();
    let run = |arguments: &[&str]| place.run(&[&["people"], arguments].concat());
    run(&["assess"]).code(2);
    run(&["assess", f, "--as-of", "yesterday"]).code(2).says(&["--as-of: `yesterday`"]);
    run(&["assess", f, "--person", "nobody"]).code(1).says(&["nobody has the id `nobody`"]);
    run(&["assess", f, "--format", "stix"]).code(2).says(&["`people share`"]);
    run(&["assess", f, "--actor", " "]).code(2).says(&["--actor: it is empty"]);
    run(&["assess", "no-such-folder"]).code(1).says(&["no-such-folder: cannot be opened"]);
    for command in [&["assess", f][..], &["rings", f], &["show", "p1", f], &["retention", f]] {
        run(&[command, &["-o", "x.xlsx"]].concat()).code(2).says(&["`.xlsx` says no form", ".json", ".csv"]);
    }
    assert!(!place.path("x.xlsx").exists());
    run(&["rings", f, "--threshold", "0"]).code(2).says(&["--threshold"]);
    run(&["show", "p1", f, "--format", "csv"]).code(2).says(&["JSON"]);
    run(&["show", "nobody", f]).code(1).says(&["nobody has the id `nobody`"]);
    run(&["erase", "p1", f]).code(2).says(&["--out DIR", "--in-place"]);
    run(&["erase", "p1", f, "--out", f]).code(2).says(&["is there already"]);
    run(&["erase", "p1", f, "--out", &format!("{f}/out")]).code(2).says(&["inside the folder"]);
    run(&["erase", "p1", &format!("{f}/person.csv"), "--out", "out"]).code(1).says(&["it is no folder"]);
    run(&["retention", f, "--in-place"]).code(2).says(&["go with --erase"]);
    run(&["share", "1", f]).code(2).says(&["--confirmed-by"]);
    run(&["share", "1", f, "--confirmed-by", "R", "--producer", "P"]).code(2).says(&["--sharing-key FILE is missing"]);
    run(&["share", "1", f, "--confirmed-by", "R", "--producer", "P", "--plain", "--tlp", "pink"])
        .code(2)
        .says(&["--tlp: `pink`"]);
    run(&["share", "1", f, "--confirmed-by", "R", "--producer", "P", "--plain"]).code(1).says(&["there is no ring 1"]);
    let short = place.file("short.key", "secret");
    run(&["assess", f, "--key", &short]).code(1).says(&["short.key"]);
}

#[test]
fn exit_codes_of_people() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let example = example();
    assess(&place, &[&folder, "--exit-code"]).code(0);
    assess(&place, &[&example, "--exit-code"]).code(3);
    assess(&place, &[&example]).code(0);
    place.run(&["people", "rings", &example, "--as-of", AS_OF, "--exit-code"]).code(3);
    place.run(&["people", "rings", &folder, "--as-of", AS_OF, "--exit-code"]).code(0);
}

/// Whoever reads the result and goes away early changes nothing of what was found.
#[test]
fn a_reader_that_goes_away_does_not_change_the_exit_code() {
    let place = Place::new();
    let example = example();
    for command in ["assess", "rings"] {
        for (more, expected) in [(&["--exit-code"][..], 3), (&[], 0)] {
            let arguments = [&["people", command, &example, "--as-of", AS_OF, "--format", "json"], more].concat();
            let mut child =
                (place.command(&arguments)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            drop(child.stdout.take());
            assert_eq!(child.wait().unwrap().code(), Some(expected), "{arguments:?}");
        }
    }
}

/// A cell of a file that people open is no formula, and whether somebody has a sanctions hit has a column of its own.
#[test]
fn csv_for_people_holds_no_formula() {
    let place = Place::new();
    let folder = folder(&place, &[("person.csv", "id,display_name\n=HYPERLINK(A1),Ada\n@p2,+Bo\n")]);
    let csv = assess(&place, &[&folder, "--all", "--no-screen", "--format", "csv"]).code(0).stdout;
    let rows: Vec<&str> = csv.lines().skip(1).collect();
    assert!(rows[0].starts_with("'=HYPERLINK(A1),not_checked,0.00,,,false,"), "{csv}");
    assert!(rows[1].starts_with("'@p2,"), "{csv}");
    let csv = place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--format", "csv"]).code(0).stdout;
    assert!(csv.contains("'=HYPERLINK(A1),Ada,") && csv.contains("'@p2,'+Bo,"), "{csv}");
    // Programs get the id as it is.
    let people = assess(&place, &[&folder, "--all", "--format", "json"]).code(0).json();
    assert_eq!(people[0]["person"], "=HYPERLINK(A1)");
}

/// Bank accounts are masked where a wallet is expected, and what is left of two of them is no link.
#[test]
fn masked_accounts_link_nobody() {
    let place = Place::new();
    let noted = |one: &str, other: &str| {
        let events = format!(
            "person,kind,time,detail\np1,transfer,2026-03-01T10:00:00Z,counterparty={one}\np2,transfer,2026-03-01T10:00:00Z,counterparty={other}\n"
        );
        let folder = folder(&place, &[("person.csv", PERSONS), ("event.csv", &events)]);
        let out = assess(&place, &[&folder, "--all", "--no-screen", "--format", "json"]).code(0).stdout;
        assert!(!out.contains("DE89"), "{out}");
        out.contains("goes on to the same address")
    };
    let wallet = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
    assert!(noted(wallet, wallet));
    assert!(!noted("DE89370400440532013000", "DE92500105175407323000"));
}

#[test]
fn each_record_of_a_value_is_shown() {
    let place = Place::new();
    let mut files = tables().to_vec();
    files.push(("identifier-2.csv", "person,kind,value\np2,email,Bo@example.org\n"));
    let folder = folder(&place, &files);
    let all = place.run(&["people", "show", "p2", &folder]).code(0).json();
    let rows = all["identifiers"].as_array().unwrap().iter().filter(|row| row["kind"] == "email");
    let places: Vec<&str> = rows.map(|row| row["source"].as_str().unwrap()).collect();
    // In the order of the files.
    assert_eq!(places, ["identifier-2.csv:2", "identifier.csv:3"]);
}

/// What is in a folder and cannot be read is named, and nobody is erased as if it were not there.
#[cfg(unix)]
#[test]
fn links_to_folders_and_what_is_no_file_are_named() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    fs::create_dir(place.path("elsewhere")).unwrap();
    place.file("elsewhere/event.csv", EVENTS);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(place.path(to), place.path(&format!("in/{name}"))).unwrap();
    link("elsewhere", "older");
    link("gone.csv", "event-2.csv");
    std::os::unix::net::UnixListener::bind(place.path("in/pipe.csv")).unwrap();
    link("nowhere", ".hidden");
    let ran = assess(&place, &[&folder, "--all", "--format", "json"]).code(0);
    assert!(!ran.stderr.contains(".hidden"));
    ran.says(&[
        "older: not read: it is a link to a folder, which is not followed",
        "event-2.csv: not read: it is a link to what is not there",
        "pipe.csv: not read: it is no file",
    ]);
    let out = place.path("out").display().to_string();
    let erase = place.run(&["people", "erase", "p2", &folder, "--out", &out]);
    erase.code(1).says(&["nothing was erased", "event-2.csv, older, pipe.csv"]);
    let rows = place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--format", "json"]).code(0).json();
    let kept = "records or dates could not be read: somebody must look";
    assert!(rows.as_array().unwrap().iter().any(|row| row["reason"] == kept), "{rows}");
}

#[test]
fn what_is_held_on_a_person_is_shown_with_its_places() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let all = place.run(&["people", "show", "p2", &folder]).code(0).json();
    assert_eq!((&all["person"], &all["name"]), (&"p2".into(), &"Bo Sample".into()));
    let places: Vec<&str> = all["identifiers"].as_array().unwrap().iter().map(|row| row["source"].as_str().unwrap()).collect();
    assert_eq!(places, ["identifier.csv:3", "identifier.csv:4"]);
    assert_eq!(all["events"][0]["ip"], "203.0.113.9");
    assert!(!all.to_string().contains("ada@example.com"));
}

#[test]
fn erasing_leaves_every_other_row_as_it_was() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    place.file("in/p2__cv.txt", "The CV of Bo.");
    place.file("in/p1__cv.txt", "The CV of Ada.");
    place.file("in/README.md", "About.");
    let out = place.path("out").display().to_string();
    place
        .run(&["people", "erase", "p2", &folder, "--out", &out])
        .code(0)
        .says(&["1 persons erased", "4 rows of 3 tables, 1 papers"]);
    let without = |text: &str| text.split_inclusive('\n').filter(|line| !line.starts_with("p2")).collect::<String>();
    for (name, content) in tables() {
        assert_eq!(place.read(&format!("out/{name}")), without(content), "{name}");
        assert_eq!(place.read(&format!("in/{name}")), content);
    }
    assert!(!place.path("out/p2__cv.txt").exists());
    assert_eq!(place.read("out/p1__cv.txt"), "The CV of Ada.");
    assert_eq!(place.read("out/README.md"), "About.");
    place.run(&["people", "show", "p2", &out]).code(1);

    place.run(&["people", "erase", "p1", "p3", &folder, "--in-place"]).code(0);
    assert_eq!(place.read("in/person.csv"), "id,display_name,claimed_country,start,end\np2,Bo Sample,CA,2026-02-02,\n");
    assert!(!place.path("in/p1__cv.txt").exists() && place.path("in/p2__cv.txt").exists());
    let left: Vec<_> = fs::read_dir(place.path("in")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn files_that_are_not_rewritten_are_named() {
    let place = Place::new();
    let example = example();
    let out = place.path("out").display().to_string();
    let ran = place.run(&["people", "erase", "C-210", &example, "--out", &out]).code(1);
    ran.says(&["nothing was erased", "git.log", "greenhouse.json", "payouts.csv", "--leave-exports"]);
    assert!(!place.path("out").exists());
    let ran = place.run(&["people", "erase", "C-210", &example, "--out", &out, "--leave-exports"]).code(0);
    ran.says(&["the erasure is not complete"]);
    assert!(!place.read("out/person.csv").contains("C-210"));
    assert_eq!(place.read("out/git.log"), fs::read_to_string(root().join("examples/platform/git.log")).unwrap());
}

#[test]
fn who_is_kept_and_why() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let hold = place.file("hold.txt", "# case 7\np9\np3\n");
    let run = |more: &[&str]| {
        let rows = place.run(&[&["people", "retention", &folder, "--as-of", AS_OF, "--format", "json"], more].concat()).code(0);
        let rows = rows.json();
        let row = rows.as_array().unwrap().iter().find(|row| row["person"] == "p3").unwrap().clone();
        (row["decision"].as_str().unwrap().to_owned(), row["reason"].as_str().unwrap().to_owned())
    };
    let (decision, reason) = run(&[]);
    assert_eq!((decision.as_str(), reason.as_str()), ("erase", "the period is over"));
    assert_eq!(run(&["--days", "3650"]).0, "keep");
    assert_eq!(run(&["--hold", &hold]).1, "on the hold list");
    place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--hold", &hold]).code(0).says(&["nobody has the id `p9`"]);
    for line in ["p3 # case 7\n", "\"p3\"\n", "\"p3\",\"case 7\"\n", "p3;case 7\n"] {
        let hold = place.file("hold2.txt", line);
        assert_eq!(run(&["--hold", &hold]).1, "on the hold list", "{line}");
    }
    let new = place.path("new").display().to_string();
    let refused =
        place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--hold", &hold, "--erase", "--out", &new]).code(1);
    refused.says(&["nothing was erased", "hold.txt:2: nobody has the id `p9`"]);
    assert!(!place.path("new").exists());
    assert_eq!(place.read("in/person.csv"), PERSONS);
    let out = place.path("out").display().to_string();
    place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--erase", "--out", &out]).code(0).says(&["1 of 3 persons"]);
    assert!(!place.read("out/person.csv").contains("p3") && place.read("out/person.csv").contains("p1"));
}

/// Who is flagged stays until somebody closed the alert, and then a year.
#[test]
fn alerts_keep_evidence() {
    let place = Place::new();
    // Nobody of the example is at work.
    let names = ["person.csv", "identifier.csv", "event.csv", "document.csv", "relation.csv"];
    let read = |name: &str| fs::read_to_string(root().join("examples/platform").join(name)).unwrap();
    let without_start = |row: &str| row.rsplitn(3, ',').last().map(|before| format!("{before},,\n")).unwrap();
    let persons: String = read("person.csv")
        .lines()
        .enumerate()
        .map(|(at, row)| match at {
            0 => format!("{row}\n"),
            _ => without_start(row),
        })
        .collect();
    let tables = names.map(|name| (name, if name == "person.csv" { persons.clone() } else { read(name) }));
    let example = folder(&place, &tables.each_ref().map(|(name, text)| (*name, text.as_str())));
    let decided = |more: &[&str], id: &str| {
        let rows = place.run(&[&["people", "retention", &example, "--as-of", "2036-10-31", "--format", "json"], more].concat());
        let rows = rows.code(0).json();
        let row = rows.as_array().unwrap().iter().find(|row| row["person"] == id).unwrap().clone();
        format!("{} {}", row["decision"].as_str().unwrap(), row["reason"].as_str().unwrap())
    };
    let open = decided(&[], "C-210");
    assert!(open.starts_with("keep the alert is not closed: "), "{open}");
    let closed = place.file("closed.txt", "C-210,2036-03-01 # case 7\n");
    assert_eq!(decided(&["--closed", &closed], "C-210"), "keep the alert was closed and its period is not over");
    let closed = place.file("closed.txt", "C-210,2030-03-01\n");
    assert_eq!(decided(&["--closed", &closed], "C-210"), "erase the period is over");
    let closed = place.file("closed.txt", "C-210,soon\n");
    place.run(&["people", "retention", &example, "--closed", &closed]).code(1).says(&["closed.txt:1: the date is not taken"]);
}

/// A file that is named beside its folder does not bear itself out.
#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let event = place.path("in/event.csv").display().to_string();
    let rows = |paths: &[&str]| {
        let ran = place.run(&[&["people", "show", "p1", "--as-of", AS_OF], paths].concat()).code(0);
        (ran.json(), ran)
    };
    let (once, _) = rows(&[&folder]);
    let (twice, ran) = rows(&[&folder, &event]);
    ran.says(&["it is named twice, and read once"]);
    assert_eq!(once, twice);
}

/// What was left out may hold a later date of whom it names.
#[test]
fn nobody_goes_by_records_that_were_not_read() {
    let place = Place::new();
    let mut files = tables().to_vec();
    files.push(("event-2.csv", "person,kind,time\np3,hired,01/02/2025\n"));
    let folder = folder(&place, &files);
    let rows = place.run(&["people", "retention", &folder, "--as-of", AS_OF, "--format", "json"]).code(0).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["person"] == "p3").unwrap();
    assert_eq!(
        (&row["decision"], &row["reason"]),
        (&"keep".into(), &"records or dates could not be read: somebody must look".into())
    );
    // A whole table that is lost stops it.
    place.file("in/event-2.csv", "person|kind|time\np3|hired|2025-02-01\n");
    place.run(&["people", "retention", &folder, "--as-of", AS_OF]).code(1).says(&["not separated by commas"]);
}

#[test]
fn erasing_tells_what_may_be_left() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let out = place.path("out").display().to_string();
    place.file("in/okta-failed.json", "[{\"actor\": \"bo@example.org\"}]");
    place.file("in/document.csv", "person,kind\np1,cv,too many\np2,cv,too many\n");
    let erase = |id: &str| place.run(&["people", "erase", id, &folder, "--out", &out]);
    erase("p2").code(1).says(&["nothing was erased", "document.csv, okta-failed.json"]);
    erase("p3").code(0);
    place.file("in/document.csv", "person,kind,text\np3,cv,\"open\np1,cv,\"in\"\n");
    place
        .run(&["people", "erase", "p1", &folder, "--in-place", "--leave-exports"])
        .code(1)
        .says(&["line 2: a quote is not closed"]);
    assert_eq!(place.read("in/person.csv"), PERSONS);
}

#[test]
fn papers_named_after_a_person_go() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let theirs = ["p2__passport.jpg", "p2/notes.md", "p2__cv.pdf", "p2__cv.txt.gz", "p2__cv.bak", "p2__scan.tiff"];
    fs::create_dir_all(place.path("in/p2")).unwrap();
    for name in theirs.iter().chain(&["p22__cv.bak"]) {
        place.file(&format!("in/{name}"), "junk");
    }
    place.run(&["people", "erase", "p2", &folder, "--in-place"]).code(0).says(&["6 papers"]);
    assert!(theirs.iter().all(|name| !place.path(&format!("in/{name}")).exists()));
    assert!(place.path("in/p22__cv.bak").exists());
}

#[cfg(unix)]
#[test]
fn links_keep_pointing_and_erasures_do_not_meet() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let real = place.file("real.csv", EVENTS);
    fs::remove_file(place.path("in/event.csv")).unwrap();
    std::os::unix::fs::symlink(&real, place.path("in/event.csv")).unwrap();
    let held = fs::File::open(&folder).unwrap();
    held.lock().unwrap();
    let erase = || place.run(&["people", "erase", "p2", &folder, "--in-place"]);
    erase().code(1).says(&["another erasure is at work"]);
    drop(held);
    erase().code(0);
    assert!(place.path("in/event.csv").is_symlink());
    assert!(!place.read("real.csv").contains("p2") && place.read("real.csv").contains("p1"));
}

#[test]
fn who_looked_is_recorded_and_tampering_shows() {
    let place = Place::new();
    let folder = folder(&place, &tables());
    let log = place.path("log.jsonl").display().to_string();
    let who = ["--access-log", &log, "--actor", "reviewer 7", "--purpose", "case R-7"];
    place.run(&[&["people", "show", "p1", &folder], &who[..]].concat()).code(0);
    assess(&place, &[&[folder.as_str(), "--all"], &who[..]].concat()).code(0);
    let lines = place.read_jsonl("log.jsonl");
    let seen: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["command"].as_str().unwrap(), line["person"].as_str().unwrap())).collect();
    assert_eq!(seen, [("people show", "p1"), ("people assess", "p1"), ("people assess", "p2"), ("people assess", "p3")]);
    assert_eq!((&lines[0]["actor"], &lines[0]["purpose"]), (&"reviewer 7".into(), &"case R-7".into()));
    let verified = place.run(&["people", "log", "verify", &log]).code(0).stdout;
    assert!(verified.starts_with("4 lines hold together"), "{verified}");
    let head = verified.trim().rsplit(' ').next().unwrap().to_owned();

    // Who gives neither name nor purpose is recorded as the user of the system.
    let plain = place.path("plain.jsonl").display().to_string();
    place.run(&["people", "show", "p1", &folder, "--access-log", &plain]).code(0);
    let line = &place.read_jsonl("plain.jsonl")[0];
    assert_eq!(
        (line["purpose"].as_str(), line["actor"].as_str().is_some_and(|actor| !actor.is_empty())),
        (Some("not stated"), true)
    );

    let text = place.read("log.jsonl");
    let shorter: String = text.split_inclusive('\n').take(3).collect();
    place.file("log.jsonl", shorter);
    place.run(&["people", "log", "verify", &log]).code(0);
    place.run(&["people", "log", "verify", &log, "--head", &head]).code(1).says(&["lines are missing"]);
    place.file("log.jsonl", text.replacen("\"p1\"", "\"p9\"", 1));
    place.run(&["people", "log", "verify", &log]).code(1).says(&["line 2 does not follow from the line before it"]);
    let ran = place.run(&[&["people", "show", "p1", &folder], &who[..]].concat()).code(1);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);

    // Without an option the log is in the data folder.
    place.run(&["people", "show", "p1", &folder]).code(0);
    assert_eq!(place.read_jsonl("data/people-access.jsonl").len(), 1);
    fs::remove_dir_all(place.path("data")).unwrap();
    place.run(&["people", "show", "p1", &folder]).code(0).says(&["who looks is recorded in"]);
    assert_eq!(place.read_jsonl("data/people-access.jsonl").len(), 1, "the folder is made");
}

#[test]
fn a_confirmed_ring_is_shared_without_anybodys_contacts() {
    let place = Place::new();
    let example = example();
    let key = place.path("sharing.key").display().to_string();
    place.run(&["people", "key", "--out", &key]).code(0);
    let rings = place.run(&["people", "rings", &example, "--as-of", AS_OF, "--format", "json"]).code(0).json();
    let rings = rings.as_array().unwrap();
    let ring = rings.iter().find(|ring| ring.to_string().contains("C-201") && ring["kind"] == "ring").unwrap();
    let number = ring["id"].to_string();
    let share = |form: &str| {
        let who = ["--confirmed-by", "Rae Reviewer", "--producer", "Example Platform"];
        let arguments = ["people", "share", &number, &example, "--as-of", AS_OF, "--sharing-key", &key, "--format", form];
        place.run(&[&arguments[..], &who].concat()).code(0).stdout
    };
    for form in ["stix", "misp", "csv"] {
        let text = share(form);
        assert_eq!(text, share(form));
        for secret in ["Havlin", "Santoral", "larkmoor.example", "900417", "C-201", "Rae Reviewer"] {
            assert!(!text.contains(secret), "{form}: {secret} in {text}");
        }
        if form != "csv" {
            let _: Value = serde_json::from_str(&text).unwrap();
        }
    }
    // What was shared is a feed for the receiver.
    let feed = place.file("shared.csv", share("csv"));
    assess(&place, &[&example, "--feed", &feed, "--sharing-key", &key]).code(0).says(&["shared.csv: feed"]);
}

/// Groups stay apart from the records and name nobody; verdicts lower what was wrong, and nobody gives one alone.
#[test]
fn alerts_are_counted_by_group() {
    let place = Place::new();
    let oversight = |name: &str| root().join("examples/oversight").join(name).display().to_string();
    let (example, groups, verdicts) = (example(), oversight("groups.csv"), oversight("verdicts.csv"));
    let run = |arguments: &[&str]| place.run(&[&["people"], arguments].concat());
    let fairness = |arguments: &[&str]| run(&[&["fairness", &example, "--as-of", AS_OF, "--no-screen"], arguments].concat());
    let by_age = ["--groups", &groups, "--verdicts", &verdicts];
    let report = fairness(&[&by_age[..], &["--format", "json"]].concat()).code(0).json();
    let [of_age] = report.as_array().unwrap().as_slice() else { panic!("{report}") };
    let of = |field: &str| -> Vec<u64> {
        of_age["groups"].as_array().unwrap().iter().map(|group| group[field]["count"].as_u64().unwrap()).collect()
    };
    assert_eq!(of_age["grouping"], "age_band");
    let assessed = run(&["assess", &example, "--as-of", AS_OF, "--no-screen", "--verdicts", &verdicts, "--format", "json"]);
    let alerts = assessed.code(0).json();
    assert_eq!(of("in_review").iter().sum::<u64>(), alerts.as_array().unwrap().len() as u64);
    assert_eq!(of("wrong"), [1, 0, 0]);
    let passed = alerts.as_array().unwrap().iter().find(|one| one["person"] == "C-210").unwrap();
    assert_eq!(passed["verdict"], "passed");
    // No id, no name.
    let table = fairness(&by_age).code(0).stdout;
    assert!(!table.contains("C-2") && !table.contains("Colworth"), "{table}");
    let csv = fairness(&["--by-role", "--least", "1", "--format", "csv"]).code(0).stdout;
    assert!(csv.lines().any(|line| line.starts_with("role,applicant,5,")), "{csv}");

    run(&["fairness", &example]).code(2).says(&["--groups", "--by-role"]);
    let inside = folder(&place, &tables());
    let own = place.file("in/groups.csv", "person,site\np1,a\n");
    run(&["fairness", &inside, "--groups", &own]).code(2).says(&["kept apart from the records"]);
    let other = place.file("groups.csv", "person,site\np1,a\np7,b\n");
    run(&["fairness", &inside, "--groups", &other]).code(0).says(&["groups.csv:3: nobody has the id `p7`"]);
    let alone = place.file("verdicts.csv", "person,verdict,reason,by,second\np1,fraudulent,so,ann,\n");
    run(&["assess", &inside, "--verdicts", &alone]).code(1).says(&["verdicts.csv: line 2: `fraudulent` needs a second person"]);
}
