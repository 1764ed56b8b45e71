//! `pay` as its users meet it: which files it takes, the members of its lines, what it remembers, the exit codes, and the examples.

use std::fs;

use serde_json::{Value, json};

use crate::run::{Place, people, root};

const HEADER: &str = "id,date,name,country,account,amount,currency,reference\n";

/// Payouts to one of the invented people, to somebody else, and one that cannot be read.
fn payouts(place: &Place) -> String {
    let rows = "a-1,2030-01-02,Quillon Vardek1,IE,0123456789,1800.00,EUR,Translation\n\
                a-2,2030-01-02,Emily Hartwell,IE,9876543210,12.5,EUR,Design\n\
                a-3,2030-01-02,Tobias Weidner,DE,9876543211,a lot,EUR,Design\n";
    place.file("payouts.csv", format!("{HEADER}{rows}"))
}

fn snapshot(place: &Place) -> String {
    place.build("test", &people(3), "test.snapshot")
}

fn pay(place: &Place, snapshot: &str, arguments: &[&str]) -> crate::run::Ran {
    place.run(&[&["pay", "--snapshot", snapshot, "--date", "2030-01-02"], arguments].concat())
}

#[test]
fn a_line_of_pay_has_the_members_of_the_contract() {
    let place = Place::new();
    let (snapshot, file) = (snapshot(&place), payouts(&place));
    let lines = pay(&place, &snapshot, &[&file, "--format", "jsonl"]).jsonl();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        members(&lines[0]),
        [
            "file",
            "number",
            "line",
            "id",
            "message",
            "definition",
            "decision",
            "amount",
            "currency",
            "date",
            "corridor",
            "findings",
            "suppressed",
            "not_checked",
            "warnings",
            "snapshot",
            "engine",
            "settings",
            "day"
        ]
    );
    let line = &lines[0];
    assert_eq!((&line["file"], &line["number"], &line["line"]), (&json!(file), &json!(1), &json!(2)));
    assert_eq!((&line["message"], &line["amount"], &line["currency"]), (&json!("payout"), &json!("1800.00"), &json!("EUR")));
    assert_eq!((&line["date"], &line["day"]), (&json!("2030-01-02"), &json!("2030-01-02")));
    assert!(line["decision"] == "block" || line["decision"] == "hold", "{line}");
    let finding = &line["findings"][0];
    assert_eq!(
        members(finding),
        [
            "decision", "field", "path", "value", "score", "reason", "id", "caption", "schema", "name", "datasets", "programs",
            "features", "effects"
        ]
    );
    assert_eq!((&finding["field"], &finding["value"]), (&json!("creditor"), &json!("Quillon Vardek1")));
    assert_eq!((&finding["reason"], &finding["id"], &finding["programs"]), (&json!("listed"), &json!("p-1"), &json!(["TEST"])));
    assert_eq!((&lines[1]["decision"], &lines[1]["findings"]), (&json!("pass"), &json!([])));
}

/// The three examples: one that passes, and those to a listed party by its name as a party, or in the text.
#[test]
fn the_examples_are_stopped_where_a_listed_party_takes_part() {
    let place = Place::new();
    let example = |name: &str| root().join("examples/payments").join(name).display().to_string();
    let policy = example("policy.toml");
    for (file, expected) in [
        ("pacs008.xml", &[("pass", ""), ("block", "ofac-52264"), ("hold|block", "ofac-52282")][..]),
        ("mt103.fin", &[("hold|block", "ofac-52289")]),
        ("payouts.csv", &[("pass", ""), ("hold|block", "ofac-52286"), ("pass", "")]),
    ] {
        let file = example(file);
        let ran = place.run(&["pay", &file, "--policy", &policy, "--date", "2025-02-03", "--format", "jsonl"]).code(0);
        let lines = ran.jsonl();
        assert_eq!(lines.len(), expected.len(), "{file}: {}", ran.stdout);
        for (line, (decision, id)) in lines.iter().zip(expected) {
            assert!(decision.split('|').any(|one| line["decision"] == one), "{file}: {line}");
            let found = line["findings"].as_array().unwrap().iter().any(|finding| finding["id"] == *id);
            assert!(id.is_empty() || found, "{file}: {line}");
        }
        assert_eq!(place.run(&["pay", &file, "--date", "2025-02-03", "--exit-code"]).code, Some(3), "{file}");
    }
}

#[test]
fn exit_codes_of_pay() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let clear = place.file("clear.csv", format!("{HEADER}a-1,2030-01-02,Emily Hartwell,IE,1,12.5,EUR,Design\n"));
    let unknown = place.file("unknown.bin", b"\x00\x01\x02 no payment");
    let empty = place.file("empty.csv", "");
    let policy = place.file("bad.toml", "[thresholds\n");
    for (arguments, code) in [
        (&[clear.as_str()][..], 0),
        (&[&clear, "--exit-code"], 0),
        (&[&unknown], 1),
        (&[&clear, &unknown], 1),
        (&[&empty], 1),
        (&["missing.xml"], 1),
        (&[&clear, "--policy", "missing.toml"], 1),
        (&[&clear, "--policy", &policy], 1),
        (&[&clear, "--history", "missing.jsonl"], 1),
        (&[&clear, "--remember"], 2),
        (&[&clear, "--format", "html"], 2),
        (&[&clear, "--threads", "0"], 2),
        (&["--good-guy", "no-such-id"], 1),
        (&["--good-guy", "p-1", "--exit-code"], 2),
        (&[&clear, "--good-guy", "p-1"], 2),
        (&["-", "-"], 2),
    ] {
        let ran = pay_plain(&place, &snapshot, arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    }
    assert_eq!(place.run(&["pay"]).code, Some(2));
    assert_eq!(place.run(&["pay", &clear, "--date", "2030-02-30"]).code, Some(2));
}

fn pay_plain(place: &Place, snapshot: &str, arguments: &[&str]) -> crate::run::Ran {
    place.run(&[&["pay", "--snapshot", snapshot], arguments].concat())
}

/// A file of which nobody knows what it is, and one that is not there, cost themselves alone.
#[test]
fn files_that_cannot_be_read_are_said() {
    let place = Place::new();
    let (snapshot, payouts) = (snapshot(&place), payouts(&place));
    let unknown = place.file("unknown.bin", "Dear Sir or Madam\n");
    let empty = place.file("empty.csv", "");
    let ran = pay(&place, &snapshot, &[&unknown, "missing.xml", &payouts, &empty, "--format", "json"]).code(1);
    assert!(ran.json().is_array());
    assert!(!ran.json().as_array().unwrap().is_empty(), "the other file is read: {}", ran.stdout);
    ran.says(&[
        "unknown.bin: not a file of payments that is read here",
        "missing.xml: cannot be opened",
        "empty.csv: the file is empty",
        "3 files failed",
    ]);
}

#[test]
fn payments_that_cannot_be_read_are_rejected_with_their_line() {
    let place = Place::new();
    let (snapshot, payouts) = (snapshot(&place), payouts(&place));
    let rejects = place.path("rejects.jsonl").display().to_string();
    let ran = pay(&place, &snapshot, &[&payouts, "--rejects", &rejects, "--format", "jsonl"]).code(0);
    let (lines, rejected) = (ran.jsonl(), place.read_jsonl("rejects.jsonl"));
    // An amount that is none may cost the payment, or be a warning of one that is screened all the same; it is never lost.
    let warned = lines.iter().any(|line| line["warnings"].to_string().contains("amount"));
    assert!(warned && lines.len() == 3 || rejected.len() == 1 && rejected[0]["line"] == 4, "{lines:?} {rejected:?}");
}

#[test]
fn every_form_of_pay_is_what_it_says() {
    let place = Place::new();
    let (snapshot, payouts) = (snapshot(&place), payouts(&place));
    let run = |format: &str| pay(&place, &snapshot, &[&payouts, "--format", format]).stdout;
    assert!(serde_json::from_str::<Vec<Value>>(&run("json")).is_ok_and(|lines| lines.len() >= 2));
    let csv = run("csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let at = |name: &str| header.iter().position(|held| held == name).unwrap();
    assert_eq!((&records[0][at("hit")], &records[0][at("field")]), ("p-1", "creditor"));
    let table = run("table");
    assert!(table.contains("a-1") && !table.contains("a-2"), "those that pass are counted: {table}");
    let all = pay(&place, &snapshot, &[&payouts, "--all"]).stdout;
    assert!(all.contains("a-1") && all.contains("a-2"), "{all}");
}

#[test]
fn stdin_is_a_file_of_payments() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let input = fs::read(payouts(&place)).unwrap();
    let ran = place.run_with(&["pay", "--snapshot", &snapshot, "-", "--format", "jsonl"], &input);
    assert_eq!(ran.jsonl()[0]["file"], "stdin");
}

/// What was stopped is remembered, once; when it comes again under another name, it is held for that.
#[test]
fn what_was_stopped_is_known_when_it_comes_again() {
    let place = Place::new();
    let (snapshot, first) = (snapshot(&place), payouts(&place));
    let history = place.path("past.jsonl").display().to_string();
    for _ in 0..2 {
        pay(&place, &snapshot, &[&first, "--history", &history, "--remember"]);
        assert_eq!(place.read_jsonl("past.jsonl").len(), 1);
    }
    let row = "a-1,2030-01-03,Q. V.,IE,0123456789,1800.00,EUR,Translation\n";
    let again = place.file("again.csv", format!("{HEADER}{row}"));
    let lines = pay(&place, &snapshot, &[&again, "--history", &history, "--format", "jsonl"]).code(0).jsonl();
    let finding = lines[0]["findings"].as_array().unwrap().iter().find(|one| one["reason"] == "stripping").unwrap();
    assert!(finding["differences"].to_string().contains("Quillon Vardek1"), "{finding}");
    assert_ne!(lines[0]["decision"], "pass");
    // A file that is only read stays as it is.
    assert_eq!(place.read_jsonl("past.jsonl").len(), 1);
    place.file("bad.jsonl", "{}\n");
    pay(&place, &snapshot, &[&again, "--history", "bad.jsonl"]).code(1).says(&["bad.jsonl: line 1: "]);
}

#[test]
fn pay_does_not_write_over_what_it_reads() {
    let place = Place::new();
    let payouts = payouts(&place);
    let before = place.read("payouts.csv");
    for option in ["--output", "--rejects", "--history"] {
        place.run(&["pay", &payouts, option, &payouts]).code(2).says(&["is the same file as FILE"]);
        assert_eq!(place.read("payouts.csv"), before);
    }
}

/// The block can be put into a policy as soon as it is filled in.
#[test]
fn a_good_guy_rule_to_start_from_is_toml() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let block = place.run(&["pay", "--good-guy", "p-1", "--snapshot", &snapshot]).code(0).stdout;
    let policy: toml::Table = block.parse().unwrap();
    assert_eq!(policy["good_guy"][0]["listed"].as_str(), Some("p-1"), "{block}");
    assert!(policy["good_guy"][0]["listed_facts"].as_str().is_some_and(|facts| !facts.is_empty()), "{block}");
}

/// A place is one finding with the rules of all regimes; a good-guy rule for nobody is said; the settings printed are those used.
#[test]
fn places_have_effects_and_rules_for_nobody_are_said() {
    let place = Place::new();
    let snapshot = snapshot(&place);
    let file = place.file("places.csv", format!("{HEADER}a-1,2030-01-02,Emily Hartwell,KP,1,12.5,EUR,Design\n"));
    let policy = place.file(
        "policy.toml",
        "[[good_guy]]\nid = \"GG-1\"\nlisted = \"nobody\"\nlisted_facts = \"0123456789abcdef\"\nreason = \"seen\"\nby = \"A. Reviewer\"\n\
         on = 2029-01-01\nparty = { name = [\"Emily Hartwell\"], account = [\"1\"] }\n",
    );
    let ran = pay(&place, &snapshot, &[&file, "--policy", &policy, "--format", "jsonl"])
        .code(0)
        .says(&["good-guy rule GG-1: no party of the snapshot has the id nobody"]);
    let line = &ran.jsonl()[0];
    let findings: Vec<&Value> = line["findings"].as_array().unwrap().iter().filter(|one| one["reason"] == "place").collect();
    assert_eq!((findings.len(), &line["decision"]), (1, &json!("block")), "{line}");
    let effects = findings[0]["effects"].as_array().unwrap();
    let regimes: Vec<&str> = effects.iter().map(|effect| effect["regime"].as_str().unwrap()).collect();
    assert!(regimes.contains(&"us") && regimes.contains(&"eu") && regimes.contains(&"uk"), "{line}");
    assert!(effects.iter().all(|effect| effect["measure"].is_string() && effect["source"].is_string()), "{line}");
    // Thresholds of a policy are settings, too.
    let strict = place.file("strict.toml", "[thresholds]\nreport = 0.5\n");
    let other = pay(&place, &snapshot, &[&file, "--policy", &strict, "--format", "jsonl"]).jsonl();
    assert_ne!(other[0]["settings"], line["settings"]);
}
