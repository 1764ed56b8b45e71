//! `network verdict`: the chain of OFAC's FAQ 401 as it is printed, identities that are known and that are likely, bad shares and what is said of
//! each, wrong arguments, and the forms of output.

use serde_json::{Value, json};

use crate::run::{Place, Ran};

const LIST: &str = r#"{"id":"x","schema":"Person","properties":{"name":["Vardek Quillon"],"country":["cy"],"topics":["sanction"]},"target":true}
{"id":"x-s","schema":"Sanction","properties":{"entity":["x"],"authority":["Office of Foreign Assets Control"],"summary":["SDN List"],"program":["DPRK4"],"startDate":["2020-01-01"]}}
{"id":"l","schema":"Company","properties":{"name":["Ostrel Maritime"],"leiCode":["529900T8BM49AURSDO55"],"topics":["sanction"]},"target":true}
{"id":"l-s","schema":"Sanction","properties":{"entity":["l"],"authority":["Office of Foreign Assets Control"],"summary":["SDN List"],"program":["DPRK4"]}}
{"id":"r","schema":"Company","properties":{"name":["Ostrel Maritime Limited"],"leiCode":["529900T8BM49AURSDO55"]}}
{"id":"a","schema":"Company","properties":{"name":["Aldertide Holdings"]}}
{"id":"b","schema":"Company","properties":{"name":["Borrowmere Shipping"]}}
{"id":"c","schema":"Company","properties":{"name":["Cindervale Lines"]}}
{"id":"d1","schema":"Company","properties":{"name":["Duskwater Ferries"]}}
{"id":"d2","schema":"Company","properties":{"name":["Duskwater Ferries"]}}
{"id":"xa","schema":"Ownership","properties":{"owner":["x"],"asset":["a"],"percentage":["50"]}}
{"id":"ab","schema":"Ownership","properties":{"owner":["a"],"asset":["b"],"percentage":["50"]}}
{"id":"rc","schema":"Ownership","properties":{"owner":["r"],"asset":["c"],"percentage":["70"]}}
{"id":"gone","schema":"Ownership","properties":{"owner":["nobody-here"],"asset":["c"],"percentage":["30"]}}
"#;

const OWNERS: &str = "\
owner,owner_id,owner_type,owner_country,owner_birth_date,asset,asset_country,asset_type,asset_imo,relation,percentage,shares,share_class,votes,from,to,nominee_for,joint,source
Vardek Quillon,,person,Cyprus,,Cobaltine Trading Ltd,Cyprus,company,,shareholder,60,,,,2021-03-01,,,,register
Perrin Ostwick,,person,Cyprus,,Cobaltine Trading Ltd,Cyprus,company,,shareholder,55,,,,2021-03-01,,,,register
Brisa Ostwick,,person,Cyprus,,Dunmarrow Ltd,Cyprus,company,,shareholder,-5,,,,2021-03-01,,,,register
Orrin Ostwick,,person,Cyprus,,Dunmarrow Ltd,Cyprus,company,,shareholder,approx. 50,,,,2021-03-01,,,,register
Tamsin Ostwick,,person,Cyprus,,Dunmarrow Ltd,Cyprus,company,,shareholder,20,,,,2022-03-01,2021-01-01,,,register
Dunmarrow Ltd,,company,Cyprus,,Dunmarrow Ltd,Cyprus,company,,shareholder,10,,,,2021-03-01,,,,register
";

fn place() -> Place {
    let place = Place::new();
    let (list, owners) = (place.file("list.ftm.jsonl", LIST), place.file("owners.csv", OWNERS));
    place.file("data/keep", "");
    let (list, owners) = (format!("mine={list}"), format!("own={owners}"));
    let built = place.run(&["build", "--source", &list, "--source", &owners, "--out", "data/all.snapshot"]).code(0);
    built.says(&[
        "`-5`: a share cannot be negative",
        "`approx. 50`: the share is only approximate",
        "it ends on 2021-01-01, before it begins on 2022-03-01",
        "owner and asset are one party",
        "sum to at least 115 %",
    ]);
    place
}

fn ask(place: &Place, arguments: &[&str]) -> Ran {
    let all: Vec<&str> = ["network", "verdict", "--date", "2025-06-01"].iter().chain(arguments).copied().collect();
    place.run(&all)
}

/// The outcome of a party in the US.
#[track_caller]
fn of_us(answer: &Value) -> &str {
    let verdicts = answer["verdicts"].as_array().unwrap();
    verdicts.iter().find(|verdict| verdict["regime"] == "us").unwrap()["outcome"].as_str().unwrap()
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in\n{text}");
    }
}

#[test]
fn the_chain_of_faq_401_is_printed_with_its_sources() {
    let ran = ask(&place(), &["b"]).code(0);
    holds(
        &ran.stdout,
        &[
            "US (OFAC)   BLOCKED (owned): property is blocked",
            "Vardek Quillon (x) is designated: SDN List, DPRK4, since 2020-01-01  [mine, line 2]",
            "Vardek Quillon holds 50 % of Aldertide Holdings  [mine, line 11]",
            "Aldertide Holdings holds 50 % of Borrowmere Shipping  [mine, line 12]",
            "Borrowmere Shipping (b) is owned: 50 % together, 50 % or more is enough",
            "fell from 50 % to less than 50 % (however little)",
            "nobody states who holds the rest: 50 %",
        ],
    );
    assert_eq!(ask(&place(), &["b", "--exit-code"]).code, Some(3));
}

#[test]
fn one_number_is_one_party_and_one_name_is_a_question() {
    let place = place();
    let known = ask(&place, &["c"]).code(0);
    holds(&known.stdout, &["BLOCKED (owned)", "Taken for one party", "an owner is not in the snapshot"]);
    let likely = ask(&place, &["Cobaltine Trading Ltd"]).code(0);
    holds(
        &likely.stdout,
        &[
            "US (OFAC)   not blocked",
            "To be looked at: is one the other?",
            "If so: US (OFAC) BLOCKED (owned)",
            "more than 100 %",
        ],
    );
    let without = ask(&place, &["Cobaltine Trading Ltd", "--no-likely"]).code(0);
    assert!(!without.stdout.contains("To be looked at"));
}

#[test]
fn what_is_strange_in_the_shares_is_said() {
    let ran = ask(&place(), &["Dunmarrow Ltd"]).code(0);
    holds(
        &ran.stdout,
        &[
            "it holds shares of itself; they are left out of the whole",
            "a share that is stated is none; it may be any",
            "a holding ends before it begins; it may hold or not",
        ],
    );
}

#[test]
fn wrong_arguments_are_errors() {
    let place = place();
    for (arguments, code, said) in [
        (vec!["b", "--regime", "zz"], 2, "--regime: `zz` is none of us, eu, uk, bis, ch, ca"),
        (vec![], 2, "<PARTIES|--all>"),
        (vec!["--all", "b"], 2, "cannot be used with"),
        (vec!["nosuch"], 1, "`nosuch` is neither an id nor the name of a party"),
        (vec!["Duskwater Ferries"], 1, "Duskwater Ferries"),
    ] {
        ask(&place, &arguments).code(code).says(&[said]);
    }
    for date in ["2025", "2025-02-30", "soon"] {
        place.run(&["network", "verdict", "b", "--date", date]).code(2).says(&["--date"]);
    }
}

#[test]
fn every_form_of_output_says_the_same() {
    let place = place();
    let all = ask(&place, &["b", "a", "x", "--format", "json"]).code(0).json();
    let outcomes: Vec<&str> = all.as_array().unwrap().iter().map(of_us).collect();
    assert_eq!(outcomes, ["blocked", "blocked", "listed"]);
    assert_eq!(all[0]["verdicts"][0]["chain"][2]["holdings"][0]["owner"], json!("a"));
    let lines = ask(&place, &["b", "a", "x", "--format", "jsonl"]).code(0).jsonl();
    assert_eq!(Value::from(lines), all);
    let csv = ask(&place, &["b", "--regime", "us", "--format", "csv"]).code(0).stdout;
    assert!(
        csv.starts_with(
            "id,caption,regime,verdict,finding,rule\nb,Borrowmere Shipping,us,blocked,property is blocked,\"OFAC 50"
        )
    );
    let every = ask(&place, &["--all", "--regime", "us", "--format", "csv"]).code(0).stdout;
    assert_eq!(every, "id,party,us\na,Aldertide Holdings,blocked\nb,Borrowmere Shipping,blocked\n");
}
