//! ISO 20022 messages: each sample of `tests/data/iso20022` gives what the text file beside it says, and what is wrong with a file is said.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fmt::Write as _;
use std::io::{BufReader, Read};
use std::path::Path;

use interdict_payments::{IdKind, Item, Payment, Problem, ReadLimits, Reader, RefKind, Role};
use proptest::prelude::*;

const SAMPLES: &[&str] =
    &["camt053", "camt054", "fedwire", "pacs004", "pacs008", "pacs009_cov", "pain001", "pain001_first", "pain013"];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/iso20022")
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.xml"))).unwrap()
}

fn read_with(input: impl Read + Send, limits: ReadLimits) -> (Vec<Payment>, Vec<Problem>) {
    let mut reader = Reader::open(BufReader::new(input), limits).unwrap();
    let (mut payments, mut problems) = (Vec::new(), Vec::new());
    while let Some(item) = reader.next_item().unwrap() {
        match item {
            Item::Payment(payment) => payments.push(*payment),
            Item::Problem(problem) => problems.push(problem),
        }
    }
    (payments, problems)
}

fn read(bytes: &[u8]) -> (Vec<Payment>, Vec<Problem>) {
    read_with(bytes, ReadLimits::default())
}

/// A payment as a text, a line for each value.
fn dump(payment: &Payment) -> String {
    let mut text = format!(
        "payment {} line {} {} {} id {}\n",
        payment.number,
        payment.line,
        payment.kind,
        payment.definition,
        payment.id()
    );
    let mut line = |words: String| writeln!(text, "  {}", words.replace('\n', "\\n")).unwrap();
    for reference in &payment.references {
        line(format!("reference {} {} = {}", reference.kind.code(), reference.field.path, reference.field.value));
    }
    if let Some(amount) = &payment.amount {
        line(format!("amount {} = {} {}", amount.path, amount.micros, amount.currency));
    }
    if let Some(date) = &payment.date {
        line(format!("date {} = {}", date.path, date.value));
    }
    for party in &payment.parties {
        line(format!("{} {:?} {}", party.role.code(), party.kind, party.path));
        let address = &party.address;
        let fields = (party.names.iter().map(|field| ("name", field)))
            .chain(address.lines.iter().map(|field| ("line", field)))
            .chain(address.street.iter().map(|field| ("street", field)))
            .chain(address.post_code.iter().map(|field| ("post code", field)))
            .chain(address.town.iter().map(|field| ("town", field)))
            .chain(address.subdivision.iter().map(|field| ("subdivision", field)))
            .chain(address.country.iter().map(|field| ("country", field)))
            .chain(party.countries.iter().map(|field| ("of country", field)))
            .chain(party.birth_date.iter().map(|field| ("born", field)))
            .chain(party.birth_place.iter().map(|field| ("born in", field)));
        for (word, field) in fields {
            line(format!("  {word} {} = {}", field.path, field.value));
        }
        for id in &party.ids {
            line(format!(
                "  {} {} = {} {}",
                id.kind.code(),
                id.field.path,
                id.field.value,
                id.scheme.as_deref().unwrap_or("-")
            ));
        }
    }
    for found in &payment.texts {
        line(format!("text {} {} = {}", found.kind.code(), found.field.path, found.field.value));
    }
    for warning in &payment.warnings {
        line(format!("warning {warning}"));
    }
    text
}

/// Compares with a file under `tests/data/iso20022`; with the environment variable `UPDATE_EXPECT` it writes the file instead.
#[track_caller]
fn check_sample(name: &str) {
    let (payments, problems) = read(sample(name).as_bytes());
    let mut found: String = payments.iter().map(dump).collect();
    for problem in &problems {
        writeln!(found, "problem {problem:?}").unwrap();
    }
    let path = folder().join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {} of {name}.txt; UPDATE_EXPECT=1 rewrites it", number + 1);
    }
    assert_eq!(expected, found, "{name}.txt; UPDATE_EXPECT=1 rewrites it");
}

#[test]
fn samples_give_what_stands_beside_them() {
    for name in SAMPLES {
        check_sample(name);
    }
}

#[test]
fn the_parts_of_the_parties_are_told_apart() {
    let (payments, problems) = read(sample("pacs008").as_bytes());
    assert_eq!(problems, []);
    let [payment] = payments.as_slice() else { panic!("{} payments", payments.len()) };
    let debtor = payment.parties_in(Role::Debtor).next().unwrap();
    assert_eq!(
        debtor.names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(),
        ["Example Trading Ltd", "Example Trading payments"]
    );
    assert_eq!(debtor.address.town[0].path, "CdtTrfTxInf/Dbtr/PstlAdr/TwnNm");
    assert_eq!(debtor.address.lines[2].path, "CdtTrfTxInf/Dbtr/PstlAdr/AdrLine[2]");
    assert_eq!(debtor.ids_of(IdKind::Iban).next().unwrap().field.value, "DE02120300000000202051");
    let creditor = payment.parties_in(Role::Creditor).next().unwrap();
    assert_eq!(creditor.birth_date.as_ref().unwrap().value, "1980-02-29");
    assert_eq!(creditor.ids_of(IdKind::Passport).next().unwrap().field.value, "P0000001");
    assert_eq!(creditor.ids_of(IdKind::Wallet).count(), 1);
    assert_eq!(payment.reference(RefKind::Uetr), Some("0b1c6e43-6d7f-4c5a-9d55-0f5a3a1d2c11"));
}

/// Every word that a person wrote into a message is in the payments of it.
#[test]
fn nothing_is_left_out() {
    for (name, words) in [
        (
            "pacs008",
            &[
                "SHIP PARTS",
                "Chess club of Dover",
                "Sam Writer",
                "with",
                "said of the whole message",
                "Register of Samples",
                "Pat Example",
            ][..],
        ),
        ("camt053", &["collected by the harbour office", "end of the statement", "second of two"][..]),
        ("pain013", &["Contract with a third man"][..]),
    ] {
        let found: String = read(sample(name).as_bytes()).0.iter().map(dump).collect();
        for word in words {
            assert!(found.contains(word), "{name}: {word}");
        }
    }
}

const OPEN: &str = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\">\n<FIToFICstmrCdtTrf>\n";
const CLOSE: &str = "</FIToFICstmrCdtTrf>\n</Document>\n";

fn transaction(number: u32, more: &str) -> String {
    format!(
        "<CdtTrfTxInf><PmtId><TxId>T{number}</TxId></PmtId><IntrBkSttlmAmt Ccy=\"EUR\">5</IntrBkSttlmAmt>\
         <Dbtr><Nm>D</Nm></Dbtr><Cdtr><Nm>C</Nm></Cdtr>{more}</CdtTrfTxInf>\n"
    )
}

fn message(transactions: &str) -> String {
    format!("{OPEN}{transactions}{CLOSE}")
}

/// Checks the names of the payments, and that the one problem (or none) is on a line and says something.
#[track_caller]
fn check_file(bytes: &[u8], limits: ReadLimits, expected: &[&str], problems: &[(u64, &str)]) {
    let (found, said) = read_with(bytes, limits);
    assert_eq!(found.iter().map(Payment::id).collect::<Vec<_>>(), expected, "{said:?}");
    assert_eq!(said.len(), problems.len(), "{said:?}");
    for (problem, (line, words)) in said.iter().zip(problems) {
        assert!(problem.line == *line && problem.reason.contains(words), "{problem:?}, expected line {line}: {words}");
    }
}

/// A file, its payments, and its problems.
type Case = (String, &'static [&'static str], &'static [(u64, &'static str)]);

#[test]
fn files_that_are_damaged() {
    let limits = ReadLimits::default();
    let good = message(&transaction(1, ""));
    let other = message(&transaction(2, ""));
    let cases: &[Case] = &[
        (good.clone(), &["T1"], &[]),
        (format!("{good}{other}"), &["T1", "T2"], &[]),
        (format!("<?xml version=\"1.0\"?>\n{good}<?xml version=\"1.0\"?>\n{other}"), &["T1", "T2"], &[]),
        (format!("<Batch>{good}{other}</Batch>"), &["T1", "T2"], &[]),
        // Tags that do not match: what came before is given, and the next message is read.
        (
            format!("{OPEN}{}<CdtTrfTxInf><Dbtr></Cdtr>{CLOSE}{other}", transaction(1, "")),
            &["T1", "T2"],
            &[(4, "not well-formed")],
        ),
        (format!("<Batch>{OPEN}<CdtTrfTxInf></Dbtr>{CLOSE}{other}</Batch>"), &["T2"], &[(3, "not well-formed")]),
        // Cut off.
        (good[..good.len() - 30].to_owned(), &["T1"], &[(4, "cut off")]),
        (format!("{OPEN}{}<CdtTrfTxInf><Dbtr><Nm>X", transaction(1, "")), &["T1"], &[(4, "cut off")]),
        (format!("{OPEN}{}<CdtTrfTxInf><Dbtr><N", transaction(1, "")), &["T1"], &[(4, "not well-formed")]),
        // Entities.
        (
            format!("<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n{good}{other}"),
            &["T2"],
            &[(1, "document type declaration")],
        ),
        (format!("<Document><Foo/></Document>\n{good}"), &["T1"], &[(1, "`Foo`")]),
        (
            format!(
                "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10\">\n<FIToFIPmtStsRpt><X>1</X></FIToFIPmtStsRpt></Document>{good}"
            ),
            &["T1"],
            &[(2, "`FIToFIPmtStsRpt` (pacs.002.001.10)")],
        ),
        ("<html><body>no payment</body></html>".to_owned(), &[], &[(1, "no message is in this document")]),
        (message(""), &[], &[(2, "no transaction")]),
        (format!("{good}trailing words"), &["T1"], &[(6, "outside of any element")]),
        (format!("{good}</Batch>{other}"), &["T1", "T2"], &[(6, "did not begin")]),
        (format!("<AppHdr><BizMsgIdr>B</BizMsgIdr></AppHdr>{good}<AppHdr/>"), &["T1"], &[(6, "has no message")]),
        (format!("<Message xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\">{good}</Message>"), &["T1"], &[]),
        ("<!-- nothing -->".to_owned(), &[], &[(1, "no message is in this file")]),
    ];
    for (file, payments, problems) in cases {
        check_file(file.as_bytes(), limits, payments, problems);
    }
}

#[test]
fn limits_hold() {
    let limits = ReadLimits { payment_bytes: 10_000, depth: 20 };
    let three = |middle: &str| message(&format!("{}{middle}{}", transaction(1, ""), transaction(3, "")));
    let long = "x".repeat(100_000);
    let transaction_of = |more: &str| transaction(2, more);
    check_file(
        three(&transaction_of(&format!("<RmtInf><Ustrd>{long}</Ustrd></RmtInf>"))).as_bytes(),
        limits,
        &["T1", "T3"],
        &[(4, "more than 10000 bytes")],
    );
    // Many small elements are as large as a large one.
    check_file(
        three(&transaction_of(&"<RmtInf><Ustrd>xy</Ustrd></RmtInf>".repeat(1000))).as_bytes(),
        limits,
        &["T1", "T3"],
        &[(4, "more than 10000 bytes")],
    );
    // So are many parties of which nothing is said, once they are said to be anything.
    check_file(
        three(&transaction_of(&"<InitgPty><Nm>i</Nm></InitgPty>".repeat(200))).as_bytes(),
        limits,
        &["T1", "T3"],
        &[(4, "more than 10000 bytes")],
    );
    // Within a tag there is no going on.
    let other = message(&transaction(4, ""));
    check_file(
        format!("{}{other}", three(&transaction_of(&format!("<X y=\"{long}\"/>")))).as_bytes(),
        limits,
        &["T1", "T4"],
        &[(4, "the transaction has more than"), (4, "a tag, a comment")],
    );
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    check_file(
        format!("{}{other}", three(&transaction_of(&deep))).as_bytes(),
        limits,
        &["T1", "T4"],
        &[(4, "more than 20 elements")],
    );
    // Outside of any message too.
    check_file(
        format!("<Batch x=\"{long}\"><X y=\"{long}\"/></Batch>{other}").as_bytes(),
        limits,
        &["T4"],
        &[(1, "a tag, a comment")],
    );
    // The header is bounded too.
    check_file(
        format!("{OPEN}<GrpHdr><MsgId>{long}</MsgId></GrpHdr>{}{CLOSE}{other}", transaction(1, "")).as_bytes(),
        limits,
        &["T4"],
        &[(2, "the message has more than")],
    );
    // What is said of all is not copied without end.
    let notes = "<Note>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</Note>".repeat(1000);
    let shared = format!("{OPEN}<GrpHdr>{notes}</GrpHdr>{}{}{CLOSE}{other}", transaction(1, ""), transaction(2, ""));
    check_file(shared.as_bytes(), ReadLimits::default(), &["T1", "T4"], &[(4, "said of all transactions")]);
}

#[test]
fn a_message_of_50_megabytes_is_read_or_refused() {
    let long = format!("{} tail", "word ".repeat(10 << 20));
    let file =
        message(&format!("{}{}", transaction(1, &format!("<RmtInf><Ustrd>{long}</Ustrd></RmtInf>")), transaction(2, "")));
    let (payments, problems) = read(file.as_bytes());
    assert_eq!((payments.len(), problems.len()), (2, 0));
    assert!(payments[0].texts[0].field.value.ends_with("tail"));
    check_file(file.as_bytes(), ReadLimits { payment_bytes: 1 << 20, depth: 64 }, &["T2"], &[(3, "more than 1048576 bytes")]);
}

/// Checks the warnings of the one payment of a message with this in its transaction, which replaces its amount.
#[track_caller]
fn check_warnings(amount: &str, more: &str, has_amount: bool, expected: &[&str]) {
    let file = message(&transaction(1, more)).replace("<IntrBkSttlmAmt Ccy=\"EUR\">5</IntrBkSttlmAmt>", amount);
    let (payments, problems) = read(file.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(payments[0].amount.is_some(), has_amount, "{amount}");
    assert_eq!(payments[0].warnings, expected);
}

#[test]
fn values_that_cannot_be() {
    const AMOUNT: &str = "<IntrBkSttlmAmt Ccy=\"EUR\">5</IntrBkSttlmAmt>";
    let amount = |value: &str| format!("<IntrBkSttlmAmt Ccy=\"EUR\">{value}</IntrBkSttlmAmt>");
    let path = "CdtTrfTxInf/IntrBkSttlmAmt";
    check_warnings(AMOUNT, "", true, &[]);
    check_warnings(&amount("-1"), "", false, &[&format!("{path}: `-1` is negative")]);
    check_warnings(&amount("9999999999999999999"), "", false, &[&format!("{path}: `9999999999999999999` is out of range")]);
    check_warnings(&amount("ten"), "", false, &[&format!("{path}: `ten` is not an amount")]);
    check_warnings("<IntrBkSttlmAmt>5</IntrBkSttlmAmt>", "", false, &[&format!("{path}: no currency is stated")]);
    check_warnings("<IntrBkSttlmAmt Ccy=\"€\">5</IntrBkSttlmAmt>", "", false, &[&format!("{path}: `€` is not a currency")]);
    check_warnings("<IntrBkSttlmAmt Ccy=\"EUR\"/>", "", false, &["no amount is stated"]);
    check_warnings(
        AMOUNT,
        "<IntrBkSttlmDt>2026-02-30</IntrBkSttlmDt>",
        true,
        &["CdtTrfTxInf/IntrBkSttlmDt: `2026-02-30` is not a date"],
    );
    check_warnings(
        AMOUNT,
        "<UltmtCdtr><Id><PrvtId><DtAndPlcOfBirth><BirthDt>1801-01-01</BirthDt></DtAndPlcOfBirth></PrvtId></Id></UltmtCdtr>",
        true,
        &["CdtTrfTxInf/UltmtCdtr/Id/PrvtId/DtAndPlcOfBirth/BirthDt: `1801-01-01` is not a date"],
    );
    check_warnings(
        AMOUNT,
        "<Purp><Prtry>a&nbsp;b</Prtry></Purp>",
        true,
        &["CdtTrfTxInf/Purp/Prtry: `&nbsp;` is no character; it is kept as written"],
    );
    let (payments, _) = read(message("<CdtTrfTxInf><Dbtr><Nm> </Nm></Dbtr><Cdtr/></CdtTrfTxInf>").as_bytes());
    assert_eq!(payments[0].warnings, ["no debtor is stated", "no creditor is stated", "no amount is stated"]);
}

/// Words where a number, a day or a code belongs are read as words.
#[test]
fn words_in_the_wrong_place() {
    for element in ["IntrBkSttlmDt", "ChrgBr", "AccptncDtTm", "InstdAmt"] {
        let (payments, _) = read(message(&transaction(1, &format!("<{element}>Sample Star</{element}>"))).as_bytes());
        assert!(payments[0].texts.iter().any(|text| text.field.value == "Sample Star"), "{element}");
    }
}

#[test]
fn references_that_come_twice() {
    let (payments, _) = read(message(&[1, 2, 3, 1].map(|number| transaction(number, "")).concat()).as_bytes());
    assert_eq!(payments[3].warnings, ["transaction reference T1 was on payment 1 already"]);
    assert!(payments[..3].iter().all(|payment| payment.warnings.is_empty()));
}

/// Checks the debtor's name in a file of these bytes, and what is said of the characters.
#[track_caller]
fn check_characters(bytes: &[u8], expected: &str, warnings: usize, problems: &[(u64, &str)]) {
    check_file(bytes, ReadLimits::default(), &["T1"], problems);
    let (payments, _) = read(bytes);
    let purpose = &payments[0].texts[0].field.value;
    assert_eq!((purpose.as_str(), payments[0].warnings.len()), (expected, warnings), "{:?}", payments[0].warnings);
    // The same however small the pieces are in which the bytes come.
    let slow = BufReader::with_capacity(1, bytes);
    let mut reader = Reader::open(slow, ReadLimits::default()).unwrap();
    let mut found = None;
    while let Some(item) = reader.next_item().unwrap() {
        if let Item::Payment(payment) = item {
            found = Some(*payment);
        }
    }
    assert_eq!(found.as_ref(), Some(&payments[0]));
}

#[test]
fn character_sets() {
    let file = |declaration: &str| {
        let start = if declaration.is_empty() {
            String::new()
        } else {
            format!("<?xml version=\"1.0\" encoding=\"{declaration}\"?>\n")
        };
        start + &message(&transaction(1, "<Purp><Prtry>Müller – “Söhne”</Prtry></Purp>"))
    };
    let name = "Müller – “Söhne”";
    let wide = |text: &str, little: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    let narrow = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|character| match character {
                '–' => 0x96,
                '“' => 0x93,
                '”' => 0x94,
                character => u8::try_from(u32::from(character)).unwrap(),
            })
            .collect()
    };
    check_characters(file("").as_bytes(), name, 0, &[]);
    check_characters(file("UTF-8").as_bytes(), name, 0, &[]);
    check_characters(format!("\u{feff}{}", file("UTF-8")).as_bytes(), name, 0, &[]);
    check_characters(&wide(&format!("\u{feff}{}", file("UTF-16")), true), name, 0, &[]);
    check_characters(&wide(&format!("\u{feff}{}", file("UTF-16")), false), name, 0, &[]);
    check_characters(&wide(&file("UTF-16"), true), name, 0, &[]);
    check_characters(&narrow(&file("windows-1252")), name, 0, &[]);
    check_characters(&narrow(&file("ISO-8859-1")), name, 0, &[]);
    // What is declared is not what is there.
    check_characters(file("ISO-8859-1").as_bytes(), name, 0, &[(1, "read as UTF-8")]);
    check_characters(file("UTF-16").as_bytes(), name, 0, &[(1, "UTF-16")]);
    check_characters(file("no-such-set").as_bytes(), name, 0, &[(1, "no-such-set")]);
    check_characters(&narrow(&file("UTF-8")), "M\u{fffd}ller \u{fffd} \u{fffd}S\u{fffd}hne\u{fffd}", 1, &[]);
}

#[test]
fn what_xml_allows_is_read() {
    let more = "<?note here?><!-- <Nm>none</Nm> --><Purp><Prtry>a<![CDATA[ <b> & ]]>&#99;&#x64;&lt;</Prtry></Purp><X/><Y> </Y>";
    let (payments, problems) = read(message(&transaction(1, more)).as_bytes());
    assert_eq!(problems, []);
    assert_eq!(payments[0].texts.len(), 1);
    assert_eq!(payments[0].texts[0].field.value, "a <b> & cd<");
}

#[test]
fn a_long_file_is_read_to_its_end() {
    let transactions: String = (0..5000).map(|number| transaction(number, "")).collect();
    let (payments, problems) = read(message(&transactions).as_bytes());
    assert_eq!((payments.len(), problems.len()), (5000, 0));
    assert_eq!((payments[4999].number, payments[4999].line), (5000, 5002));
}

#[test]
fn what_is_no_file_of_payments_is_refused() {
    for bytes in [&b""[..], b"\x00\x01\x02", b"%PDF-1.7", b"{\"a\": 1}", b"just words\n"] {
        assert!(Reader::open(bytes, ReadLimits::default()).is_err(), "{bytes:?}");
    }
}

proptest! {
    /// A file that is cut anywhere gives all its payments or says that something is wrong.
    #[test]
    fn cut_files_say_so(which in 0..SAMPLES.len(), share in 0.0..1.0_f64) {
        let file = sample(SAMPLES[which]);
        let cut = &file.as_bytes()[..(file.len() as f64 * share) as usize];
        let whole = read(file.as_bytes()).0;
        if let Ok(mut reader) = Reader::open(cut, ReadLimits::default()) {
            let (mut payments, mut problems) = (0, 0);
            while let Some(item) = reader.next_item().unwrap() {
                match item {
                    Item::Payment(_) => payments += 1,
                    Item::Problem(_) => problems += 1,
                }
            }
            prop_assert!(problems > 0 || payments == whole.len());
        }
    }

    /// Bytes that are changed anywhere do no harm.
    #[test]
    fn changed_files_do_no_harm(
        which in 0..SAMPLES.len(),
        changes in prop::collection::vec((0.0..1.0_f64, prop_oneof![any::<u8>(), Just(b'<'), Just(b'>'), Just(b'/'), Just(b'&')]), 1..20),
    ) {
        let mut bytes = sample(SAMPLES[which]).into_bytes();
        for (share, byte) in changes {
            let at = (bytes.len() as f64 * share) as usize;
            bytes[at] = byte;
        }
        let limits = ReadLimits { payment_bytes: 5000, depth: 24 };
        if let Ok(mut reader) = Reader::open(bytes.as_slice(), limits) {
            let mut items = 0;
            while reader.next_item().unwrap().is_some() {
                items += 1;
            }
            prop_assert!(items > 0 && items < 100);
        }
    }
}
