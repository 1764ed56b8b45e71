//! `wallet`: look-ups in every form, exposure over transfers, bad rows in both files, exit codes, and what may be read and written where.

use std::fs;

use serde_json::{Value, json};

use crate::run::{Place, root};

const LISTED: &str = "TKH3sUfk2Ln3zh7aEejnmt3EU9oATBFsWP";
const FIRST: &str = "TDky9yMK1SgSffe35xMgE8DxzrNjtW73Wi";
const SECOND: &str = "TLEw36a4qfVREDgpSnUuxvkaaTfTTa6yR7";

/// A place with the list and the transfers of the examples.
fn place() -> Place {
    let place = Place::new();
    let list = fs::read_to_string(root().join("examples/wallet_list.ftm.jsonl")).unwrap();
    place.build("example_wallets", &list, "data/wallets.snapshot");
    place.file("transfers.csv", fs::read_to_string(root().join("examples/transfers.csv")).unwrap());
    place
}

fn members(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// The answer to one address.
#[track_caller]
fn ask(place: &Place, address: &str) -> Value {
    place.run(&["wallet", address, "--format", "json"]).json()
}

#[test]
fn a_line_has_the_members_of_the_contract() {
    let place = place();
    let answer = ask(&place, LISTED);
    assert_eq!(members(&answer), ["id", "status", "snapshot", "engine", "address", "family", "how", "hits"]);
    assert_eq!((&answer["status"], &answer["how"], &answer["family"]), (&json!("hit"), &json!("exact"), &json!("Tron")));
    assert_eq!((answer["snapshot"].as_str().unwrap().len(), &answer["engine"]), (64, &json!("0.1.0")));
    let hit = json!({
        "id": "ew-1",
        "caption": "Vardek Quillon Trading LLP",
        "address": LISTED,
        "wallet": "ew-1-tron",
        "source": "example_wallets",
        "record": "line 3",
        "datasets": ["example_wallets"],
        "programs": ["EXAMPLE1"],
        "tickers": ["USDT", "TRX"],
    });
    assert_eq!(answer["hits"], json!([hit]));
}

#[test]
fn statuses_and_how_they_are_found() {
    let place = place();
    for (address, status, how, said) in [
        (LISTED, "hit", json!("exact"), ""),
        ("0x46F3CDB2BE8664FE64EE50C76194735DB5656433", "hit", json!("exact"), ""),
        ("ethereum:0x46f3cdb2be8664fe64ee50c76194735db5656433@1", "hit", json!("exact"), ""),
        ("tkh3sufk2ln3zh7aeejnmt3eu9oatbfswp", "hit", json!("case_lost"), "matched by checksum"),
        ("0x46f31111111111111111111111111111111 16433", "warning", Value::Null, "address poisoning"),
        ("0x46f3cdb2be8664fe64ee50c76194735db5656439", "warning", Value::Null, "one character away"),
        ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "clear", Value::Null, ""),
    ] {
        let answer = ask(&place, address);
        assert_eq!((&answer["status"], &answer["how"]), (&json!(status), &how), "{address}: {answer}");
        let warnings = answer["warnings"].to_string();
        assert!(warnings.contains(said), "{address}: {warnings}");
        assert_eq!(answer["hits"].as_array().unwrap().is_empty(), status != "hit", "{address}");
    }
    let lost = ask(&place, &LISTED.to_uppercase());
    let case = &lost["case"];
    let open = case["open_letters"].as_u64().unwrap();
    assert_eq!(case["check_bits"], 32);
    let expected = (2_f64.powi(i32::try_from(open).unwrap()) - 1.0) / 2_f64.powi(32);
    assert!((case["other_addresses_expected"].as_f64().unwrap() / expected - 1.0).abs() < 0.01, "{case}");
}

#[test]
fn what_is_no_address_is_an_error() {
    let place = place();
    for (address, words) in [
        ("", "the wallet address is empty"),
        ("Vardek Quillon", "the text is no wallet address of a known family"),
        ("TKH3sUfk2Ln3zh7aEejnmt3EU9oATBFsWQ", "the checksum of the wallet address is wrong"),
        ("0x46f3", "an EVM address has 40 hexadecimal digits after 0x, not 4"),
        (&"1".repeat(100_000), "a text of 100000 bytes is no wallet address"),
    ] {
        place.run(&["wallet", address]).code(1).says(&[words]);
    }
    // The listed address that a slip was meant for is said, and is no hit.
    let ran = place.run(&["wallet", "TKH3sUfk2Ln3zh7aEejnmt3EU9oATBFsWQ", "--exit-code", "--format", "json"]).code(1);
    assert_eq!(ran.json()["near"][0]["address"], LISTED);
    place.run(&["wallet", "TKH3sUfk2Ln3zh7aEejnmt3EU9oATBFsWQ"]).code(1).says(&["one character away from the listed"]);
}

#[test]
fn exposures_are_those_of_the_document() {
    let place = place();
    let ran = place.run(&["wallet", "--transfers", "transfers.csv", "--format", "jsonl"]).code(0);
    ran.says(&["7 transfers, between 6 addresses, 1 of them listed", "1 listed, 5 exposed, 0 neither"]);
    let ran = place.run(&["wallet", FIRST, SECOND, "--transfers", "transfers.csv", "--format", "jsonl"]).code(0);
    let lines = ran.jsonl();
    let side = |at: usize, side: &str| {
        let flow = &lines[at]["exposure"]["assets"][0][side];
        let text = |member: &str| flow[member].as_str().unwrap().to_owned();
        (text("total"), text("direct"), text("indirect"), flow["share"].as_f64().unwrap())
    };
    let expected = |total: &str, direct: &str, indirect: &str, share: f64| {
        (total.to_owned(), direct.to_owned(), indirect.to_owned(), share)
    };
    assert_eq!(side(0, "received"), expected("1000", "400", "0", 0.4));
    assert_eq!(side(0, "sent"), expected("500", "0", "20", 0.04));
    assert_eq!(side(1, "received"), expected("800", "0", "200", 0.25));
    assert_eq!(side(1, "sent"), expected("400", "0", "80", 0.2));
    let received = &lines[1]["exposure"]["assets"][0]["received"];
    assert_eq!(received["by_hops"], json!(["0", "200", "0", "0", "0"]));
    let steps = received["path"]["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| step["tx"].as_str().unwrap()).collect::<Vec<_>>(), ["a001", "a003"]);
    assert_eq!(steps[0]["from"], LISTED);
    // Poison is an upper bound; one hop is direct alone.
    let poison = place.run(&["wallet", SECOND, "-t", "transfers.csv", "--method", "poison", "--format", "json"]).code(0).json();
    assert_eq!(poison["exposure"]["assets"][0]["received"]["indirect"], "500");
    let near = place.run(&["wallet", SECOND, "-t", "transfers.csv", "--hops", "1", "--format", "json"]).code(0).json();
    let received = &near["exposure"]["assets"][0]["received"];
    assert_eq!((&near["status"], &received["indirect"], &received["beyond"]), (&json!("clear"), &json!("0"), &json!("200")));
    // An address that no transfer has.
    let other = place.run(&["wallet", "0x000000000000000000000000000000000000dEaD", "-t", "transfers.csv", "--format", "json"]);
    assert_eq!(other.code(0).json()["exposure"]["in_transfers"], false);
}

#[test]
fn exit_codes() {
    let place = place();
    for (arguments, code) in [
        (&["wallet", LISTED][..], 0),
        (&["wallet", LISTED, "--exit-code"], 3),
        (&["wallet", "tkh3sufk2ln3zh7aeejnmt3eu9oatbfswp", "--exit-code"], 3),
        (&["wallet", FIRST, "--exit-code"], 0),
        (&["wallet", FIRST, "--exit-code", "--transfers", "transfers.csv"], 3),
        (&["wallet", FIRST, "nothing", "--exit-code"], 0),
        (&["wallet", "nothing"], 1),
        (&["wallet"], 2),
        (&["wallet", FIRST, "--hops", "3"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--hops", "0"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--hops", "21"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--method", "magic"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--columns", "from"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--columns", "sum=amount"], 2),
        (&["wallet", FIRST, "-t", "transfers.csv", "--columns", "from=a,from=b"], 2),
        (&["wallet", FIRST, "--format", "svg"], 2),
        (&["wallet", "--input", "-", "--transfers", "-"], 2),
        (&["wallet", "--input", "missing.txt"], 1),
        (&["wallet", "--transfers", "missing.csv"], 1),
        (&["wallet", FIRST, "-t", "transfers.csv", "--output", "transfers.csv"], 2),
        (&["wallet", FIRST, "--output", "new", "--rejects", "new"], 2),
        (&["wallet", FIRST, "--output", "data/wallets.snapshot"], 2),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn files_of_addresses_in_every_form() {
    let place = place();
    let text = format!("# comment\n{LISTED}\n\nnothing\n");
    let csv = format!("id;Address\na;{LISTED}\nb;\nc;nothing\n");
    let wallets = format!("id,name,wallet\na,Ada Example,{LISTED}\nb,Bo Example,\n");
    let properties = format!("{{\"publicKey\":[\"{LISTED}\",\"{FIRST}\"]}}");
    let jsonl = format!("{{\"id\":\"a\",\"schema\":\"CryptoWallet\",\"properties\":{properties}}}\n{{\"id\":\"b\"\n");
    for (name, content, expected) in [
        ("in.txt", &text, &[(LISTED, 2, "hit"), ("nothing", 4, "error")][..]),
        ("in.csv", &csv, &[("a", 2, "hit"), ("b", 3, "error"), ("c", 4, "error")]),
        ("wallets.csv", &wallets, &[("a", 2, "hit"), ("b", 3, "error")]),
        ("in.jsonl", &jsonl, &[("a", 1, "hit"), ("a", 1, "clear"), ("b", 2, "error")]),
    ] {
        place.file(name, content);
        let ran = place.run(&["wallet", "--input", name, "--format", "jsonl", "--rejects", "rejects.jsonl"]).code(0);
        let lines = ran.jsonl();
        let found: Vec<(&str, u64, &str)> = lines
            .iter()
            .map(|line| (line["id"].as_str().unwrap(), line["line"].as_u64().unwrap(), line["status"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected, "{name}");
        let errors = expected.iter().filter(|(.., status)| *status == "error").count();
        let rejects = place.read_jsonl("rejects.jsonl");
        assert_eq!(rejects.len(), errors, "{name}: {rejects:?}");
        assert!(rejects.iter().all(|reject| reject["file"] == name && !reject["reason"].as_str().unwrap().is_empty()));
    }
    let ran = place.run_with(&["wallet", "--input", "-", "--input-format", "txt", "--format", "csv"], LISTED.as_bytes());
    let csv = ran.code(0).stdout;
    assert!(csv.starts_with("id,line,address,family,status,how,hits,"), "{csv}");
    assert_eq!(csv.lines().count(), 2);
}

#[test]
fn bad_transfers_are_rejected_with_line_field_and_reason() {
    let place = place();
    let rows = [
        format!("{LISTED},{FIRST},USDT,10,2026-03-01T00:00:00Z,a"),
        format!("{LISTED},{FIRST},USDT,-10,2026-03-01T00:00:00Z,b"),
        format!("{LISTED},{FIRST},USDT,0,2026-03-01T00:00:00Z,c"),
        format!("{LISTED},{FIRST},USDT,ten,2026-03-01T00:00:00Z,d"),
        format!("{LISTED},{FIRST},USDT,10,yesterday,e"),
        format!("{LISTED},,USDT,10,2026-03-01T00:00:00Z,f"),
        format!("{LISTED},{FIRST},,10,2026-03-01T00:00:00Z,g"),
        format!("{LISTED},{FIRST},USDT,10"),
        format!("{LISTED},{FIRST},USDT,10,2026-03-01T00:00:00Z,a"),
        format!("{FIRST},Example Exchange,USDT,10,1772323200,h"),
    ];
    place.file("bad.csv", format!("from,to,asset,amount,time,tx\n{}\n", rows.join("\n")));
    let ran = place.run(&["wallet", FIRST, "--transfers", "bad.csv", "--rejects", "rejects.jsonl", "--format", "json"]).code(0);
    let found: Vec<String> = place
        .read_jsonl("rejects.jsonl")
        .iter()
        .map(|reject| {
            format!("{} {} {}", reject["line"], reject["field"].as_str().unwrap(), reject["reason"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        found,
        [
            "3 amount `-10` is negative",
            "4 amount is zero: nothing moved",
            "5 amount `ten` is no decimal number",
            "6 time `yesterday` is no time; write it as 2026-03-01T12:00:00Z or in seconds since 1970",
            "7 to the wallet address is empty",
            "8 asset is empty",
            "9  6 columns expected, 4 found",
            "10 tx the row repeats line 2 in all fields",
        ]
    );
    // The others count, and an address of no known family is taken as it stands.
    let answer = ran.json();
    let asset = &answer["exposure"]["assets"][0];
    assert_eq!((&asset["received"]["total"], &asset["sent"]["total"]), (&json!("10"), &json!("10")));
    ran.says(&["bad.csv:11: to: `Example Exchange` is taken as it stands", "8 of 11 rows rejected"]);
}

#[test]
fn forms_of_files_of_transfers() {
    let place = place();
    let semicolons = format!("Sender;Recipient;Token;Qty;Date\n{LISTED};{FIRST};usdt;1,5;2026-03-01\n");
    let explorer = format!(
        "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"TokenValue\",\"TokenSymbol\"\n\
         \"a\",\"1\",\"1772323200\",\"2026-03-01 00:00:00\",\"{LISTED}\",\"{FIRST}\",\"1,234.5\",\"USDT\"\n"
    );
    let tabs = format!("a\tb\tc\td\n{LISTED}\t{FIRST}\t1e-18\t1772323200000\n");
    let json = format!(
        "{{\"from\":\"{LISTED}\",\"to\":\"{FIRST}\",\"value\":0.123456789012345678,\"timestamp\":1772323200,\"hash\":null}}\n{{\"from\":7}}\n[]\n"
    );
    for (name, content, extra, total) in [
        ("a.csv", &semicolons, "", "1.5"),
        ("b.csv", &explorer, "", "1234.5"),
        ("c.tsv", &tabs, "from=a,to=b,amount=c,time=d", "0.000000000000000001"),
        ("d.jsonl", &json, "", "0.123456789012345678"),
    ] {
        place.file(name, content);
        let mut arguments = vec!["wallet", FIRST, "--transfers", name, "--format", "json"];
        if !extra.is_empty() {
            arguments.extend(["--columns", extra]);
        }
        let answer = place.run(&arguments).code(0).json();
        assert_eq!(answer["exposure"]["assets"][0]["received"]["direct"], total, "{name}: {answer}");
        let piped = place.run_with(
            &["wallet", FIRST, "-t", "-", "--format", "json", "--columns", extra][..if extra.is_empty() { 6 } else { 8 }],
            content.as_bytes(),
        );
        assert_eq!(piped.code(0).json(), answer, "{name}");
    }
    for (content, words) in [
        ("", "the file is empty"),
        ("from,to,time\n", "no column holds `amount`"),
        ("[{}]", "the file is a JSON array"),
        ("\u{feff}from,to,amount,time\n", "the file has no transfers"),
    ] {
        place.file("odd.csv", content);
        let ran = place.run(&["wallet", FIRST, "--transfers", "odd.csv"]);
        assert_eq!(ran.code, Some(i32::from(!content.contains("amount,time"))), "{content}: {}", ran.stderr);
        ran.says(&[words]);
    }
    // Nothing but bad rows is no success.
    place.file("bad.csv", "from,to,amount,time\na,b,c,d\n");
    place.run(&["wallet", FIRST, "--transfers", "bad.csv"]).code(1).says(&["bad.csv:2: amount: `c` is no decimal number"]);
}

#[test]
fn the_output_is_the_same_every_time_and_goes_where_it_is_told() {
    let place = place();
    for format in ["table", "json", "jsonl", "csv"] {
        let arguments = ["wallet", "--transfers", "transfers.csv", "--format", format, "--quiet"];
        let one = place.run(&arguments).code(0).stdout;
        assert_eq!(one, place.run(&arguments).code(0).stdout);
        let output = format!("out.{format}");
        place.run(&[&arguments[..], &["--output", &output]].concat()).code(0);
        assert_eq!(place.read(&output), one, "{format}");
    }
}
