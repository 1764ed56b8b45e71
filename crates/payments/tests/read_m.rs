//! SWIFT MT, NACHA and tables of payouts through the reader: samples written from the published definitions with invented parties, bad
//! input, and damage of any sort, which must never pass in silence. `UPDATE_EXPECT=1` rewrites the expected dumps.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write;
use std::path::Path;

use interdict_payments::{Field, IdKind, Item, Party, Payment, Problem, ReadLimits, Reader, RefKind, Role};
use proptest::prelude::*;

const FOLDERS: [&str; 3] = ["mt", "nacha", "csv"];

fn items_within(bytes: &[u8], limits: ReadLimits) -> Vec<Item> {
    let mut reader = match Reader::open(bytes, limits) {
        Ok(reader) => reader,
        Err(error) => {
            return vec![Item::Problem(Problem { line: 1, field: String::new(), reason: error.to_string() })];
        }
    };
    let mut items = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        items.push(item);
    }
    items
}

fn items(bytes: &[u8]) -> Vec<Item> {
    items_within(bytes, ReadLimits::default())
}

fn payments(items: &[Item]) -> Vec<&Payment> {
    items.iter().filter_map(|item| if let Item::Payment(payment) = item { Some(&**payment) } else { None }).collect()
}

fn problems(items: &[Item]) -> Vec<String> {
    let said = |item: &Item| match item {
        Item::Problem(Problem { line, field, reason }) => Some(format!("{line}: {field}: {reason}")),
        Item::Payment(_) => None,
    };
    items.iter().filter_map(said).collect()
}

/// The one payment of a file without problems.
#[track_caller]
fn one(text: &str) -> Payment {
    let items = items(text.as_bytes());
    assert_eq!(problems(&items), [""; 0]);
    let [payment] = payments(&items)[..] else { panic!("{} payments", payments(&items).len()) };
    payment.clone()
}

#[track_caller]
fn party(payment: &Payment, role: Role) -> &Party {
    payment.parties_in(role).last().unwrap_or_else(|| panic!("no {role:?}: {payment:?}"))
}

fn values(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.value.as_str()).collect()
}

fn dump(items: &[Item]) -> String {
    let mut out = String::new();
    let show = |field: &Field| format!("{} = {:?}", field.path, field.value);
    for item in items {
        match item {
            Item::Problem(Problem { line, field, reason }) => writeln!(out, "PROBLEM line {line} {field:?} {reason}").unwrap(),
            Item::Payment(payment) => {
                writeln!(out, "PAYMENT {} {} {} line {}", payment.number, payment.kind, payment.definition, payment.line)
                    .unwrap();
                for reference in &payment.references {
                    writeln!(out, "  ref {} {}", reference.kind.code(), show(&reference.field)).unwrap();
                }
                if let Some(amount) = &payment.amount {
                    writeln!(out, "  amount {} = {} {:?}", amount.path, amount.micros, amount.currency).unwrap();
                }
                if let Some(date) = &payment.date {
                    writeln!(out, "  date {}", show(date)).unwrap();
                }
                for party in &payment.parties {
                    writeln!(out, "  {} {} {:?}", party.role.code(), party.path, party.kind).unwrap();
                    let address = &party.address;
                    let groups: [(&str, Vec<&Field>); 10] = [
                        ("name", party.names.iter().collect()),
                        ("line", address.lines.iter().collect()),
                        ("street", address.street.iter().collect()),
                        ("post code", address.post_code.iter().collect()),
                        ("town", address.town.iter().collect()),
                        ("subdivision", address.subdivision.iter().collect()),
                        ("country", address.country.iter().collect()),
                        ("other country", party.countries.iter().collect()),
                        ("born", party.birth_date.iter().collect()),
                        ("born in", party.birth_place.iter().collect()),
                    ];
                    for (what, fields) in groups {
                        for field in fields {
                            writeln!(out, "    {what} {}", show(field)).unwrap();
                        }
                    }
                    for id in &party.ids {
                        let scheme = id.scheme.as_ref().map(|scheme| format!(" ({scheme})")).unwrap_or_default();
                        writeln!(out, "    {}{scheme} {}", id.kind.code(), show(&id.field)).unwrap();
                    }
                }
                for text in &payment.texts {
                    writeln!(out, "  text {} {}", text.kind.code(), show(&text.field)).unwrap();
                }
                for warning in &payment.warnings {
                    writeln!(out, "  WARNING {warning}").unwrap();
                }
            }
        }
    }
    out
}

/// The samples of a folder, by name.
fn samples(folder: &str) -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension != "expected"));
    files.sort();
    files.iter().map(|file| (file.display().to_string(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn samples_give_what_is_expected() {
    let mut count = 0;
    for (name, bytes) in FOLDERS.into_iter().flat_map(samples) {
        count += 1;
        let found = dump(&items(&bytes));
        let file = format!("{name}.expected");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
            assert_eq!(expected, found, "line {} of {file}; UPDATE_EXPECT=1 rewrites it", number + 1);
        }
        assert_eq!(expected, found, "{file}; UPDATE_EXPECT=1 rewrites it");
    }
    assert!(count >= 10, "{count} samples");
}

#[test]
fn the_sound_samples_have_no_problem() {
    for (name, bytes) in FOLDERS.into_iter().flat_map(samples) {
        if !name.contains("bad") {
            let items = items(&bytes);
            assert_eq!(problems(&items), [""; 0], "{name}");
            assert!(!payments(&items).is_empty(), "{name}");
            let warned: Vec<_> = payments(&items).iter().flat_map(|payment| payment.warnings.clone()).collect();
            assert_eq!(warned, [""; 0], "{name}");
        }
    }
}

/// An MT103 with some of its fields replaced.
fn mt103(fields: &str) -> String {
    let head = "{1:F01EXAMBEBBAXXX0000000000}{2:I103SAMPDEFFXXXXN}{4:\r\n";
    let tag = |line: &str| line.get(1..3).map(str::to_owned);
    let given: Vec<_> = fields.lines().filter(|line| line.starts_with(':')).filter_map(tag).collect();
    let usual =
        [":20:REF1", ":23B:CRED", ":32A:260105EUR1000,00", ":50K:/1\r\nADA EXAMPLE", ":59:/2\r\nBEN SAMPLE", ":71A:SHA"];
    let mut text = head.to_owned();
    for line in usual {
        if !tag(line).is_some_and(|tag| given.contains(&tag)) {
            text.push_str(line);
            text.push_str("\r\n");
        }
    }
    format!("{text}{}\r\n-}}", fields.replace('\n', "\r\n"))
}

#[track_caller]
fn check_names(fields: &str, role: Role, names: &[&str], lines: &[&str]) {
    let payment = one(&mt103(fields));
    let party = party(&payment, role);
    assert_eq!((values(&party.names).as_slice(), values(&party.address.lines).as_slice()), (names, lines), "{fields}");
}

#[test]
fn the_name_stands_on_the_first_line_and_goes_on_where_it_fills_it() {
    check_names(":59:/1\nBEN SAMPLE\nHIGH STREET 1\nPARIS", Role::Creditor, &["BEN SAMPLE"], &["HIGH STREET 1", "PARIS"]);
    check_names(":59:BEN SAMPLE", Role::Creditor, &["BEN SAMPLE"], &[]);
    let full = "EXAMPLE TRADING AND CONTRACTING COM";
    assert_eq!(full.len(), 35);
    check_names(
        &format!(":59:/1\n{full}\nPANY LTD\nPARIS"),
        Role::Creditor,
        &[full, &format!("{full} PANY LTD"), &format!("{full}PANY LTD")],
        &["PANY LTD", "PARIS"],
    );
    check_names(":50F:/1\n1/ADA\n1/EXAMPLE\n2/ROAD\n3/BE/GENT", Role::Debtor, &["ADA EXAMPLE", "ADA"], &[]);
    check_names(
        ":50F:/1\n1/ADA EXAMPLE\n1/BEN SAMPLE",
        Role::Debtor,
        &["ADA EXAMPLE BEN SAMPLE", "ADA EXAMPLE", "BEN SAMPLE"],
        &[],
    );
    check_names(":50F:ADA EXAMPLE\nROAD", Role::Debtor, &["ADA EXAMPLE"], &["ROAD"]);
    check_names(":59:/1\n1/BEN SAMPLE\n2/ROAD", Role::Creditor, &["BEN SAMPLE"], &[]);
    // A name where a BIC belongs is a name.
    check_names(":57A:BEN SAMPLE", Role::CreditorAgent, &["BEN SAMPLE"], &[]);
    check_names(":57A:SAMPDEFF\nBEN SAMPLE", Role::CreditorAgent, &[], &["BEN SAMPLE"]);
    check_names(":57C:/123\nBEN SAMPLE", Role::CreditorAgent, &["BEN SAMPLE"], &[]);
    check_names(":59:/KIM CHOL\nBEN SAMPLE", Role::Creditor, &["KIM CHOL", "BEN SAMPLE"], &[]);
    check_names(":50F:NIDN/KP/KIM CHOL\n1/ADA", Role::Debtor, &["KIM CHOL", "ADA"], &[]);
    check_names(":59Z:/123\nBEN SAMPLE", Role::Creditor, &["BEN SAMPLE"], &[]);
}

#[track_caller]
fn check_id(fields: &str, role: Role, expected: (IdKind, &str, Option<&str>)) {
    let payment = one(&mt103(fields));
    let ids = &party(&payment, role).ids;
    let found: Vec<_> = ids.iter().map(|id| (id.kind, id.field.value.as_str(), id.scheme.as_deref())).collect();
    assert_eq!(found, [expected], "{fields}");
}

#[test]
fn numbers_of_parties_are_what_their_form_says() {
    check_id(":59:/DE89370400440532013000\nBEN", Role::Creditor, (IdKind::Iban, "DE89370400440532013000", None));
    check_id(":59:/DE89370400440532013001\nBEN", Role::Creditor, (IdKind::Account, "DE89370400440532013001", None));
    check_id(":57D://FW021000021\nSAMPLE BANK", Role::CreditorAgent, (IdKind::Clearing, "021000021", Some("FW")));
    check_id(":57D://CH123456\nSAMPLE BANK", Role::CreditorAgent, (IdKind::Clearing, "123456", Some("CH")));
    check_id(":57D:/D/998\nSAMPLE BANK", Role::CreditorAgent, (IdKind::Account, "998", None));
    check_id(":57A:SAMPDEFF500", Role::CreditorAgent, (IdKind::Bic, "SAMPDEFF500", None));
    check_id(":50F:CCPT/BE/AB123\n1/ADA", Role::Debtor, (IdKind::Passport, "AB123", Some("CCPT BE")));
    check_id(":50F:CUST/BE/BANK/77\n1/ADA", Role::Debtor, (IdKind::Register, "77", Some("CUST BE BANK")));
    check_id(":50F:NIDN/BE/12\n8/34\n1/ADA", Role::Debtor, (IdKind::National, "1234", Some("NIDN BE")));
    check_id(":50F:TXID/BE/12\n1/ADA", Role::Debtor, (IdKind::Tax, "12", Some("TXID BE")));
}

#[test]
fn references_stand_in_the_remittance_too() {
    let payment = one(&mt103(":70:/INV/ABC/SDF-96//1234-234///ROC/98IU87\n/RFB/77\n//78 /INV/9"));
    let documents = payment.references.iter().filter(|reference| reference.kind == RefKind::Document);
    let documents: Vec<_> = documents.map(|reference| (&*reference.field.path, &*reference.field.value)).collect();
    assert_eq!(
        documents,
        [
            ("70/INV", "ABC/SDF-96"),
            ("70/INV", "1234-234"),
            ("70/ROC", "98IU87"),
            ("70/RFB", "77"),
            ("70/RFB", "78"),
            ("70/INV", "9"),
        ]
    );
    let payment = one(&mt103(":72:/INS/SAMPDEFF\n/BNF/HELLO\n:77B:/BENEFRES/FR//X"));
    assert_eq!(party(&payment, Role::PreviousAgent).ids[0].field.value, "SAMPDEFF");
    assert_eq!(values(&party(&payment, Role::Creditor).countries), ["FR"]);
}

/// Whatever is wrong with a message, the payment comes out with a warning, and the text that was not understood is kept.
#[track_caller]
fn check_warned(fields: &str, warning: &str, kept: &str) {
    let payment = one(&mt103(fields));
    assert!(payment.warnings.iter().any(|found| found.contains(warning)), "{fields}: {:?}", payment.warnings);
    assert!(format!("{payment:?}").contains(kept), "{fields}: {kept} is lost");
}

#[test]
fn fields_that_break_a_rule_are_warned_of_and_kept() {
    check_warned(":32A:261305EUR1,", "field 32A: the date \"261305\"", "261305");
    check_warned(":32A:260230EUR1,", "field 32A: the date \"260230\"", "260230");
    check_warned(":32A:260105EURKIM CHOL", "field 32A: the amount", "KIM CHOL");
    check_warned(":32A:260105EUR1.000,00", "field 32A: the amount", "1.000,00");
    check_warned(":32A:260105EUR1234567890123456,", "field 32A: the amount", "1234567890123456,");
    check_warned(":32A:260105EUR-5,", "field 32A: the amount", "-5,");
    check_warned(":32A:260105EUR0,", "the amount is zero", "EUR");
    check_warned(":32A:260105E1", "field 32A: the amount", "E1");
    check_warned(":32A:KIM CHOL", "field 32A: the date", "KIM CH");
    check_warned(":32A:260105EUR1,\nKIM CHOL", "field 32A has more than one line", "KIM CHOL");
    check_warned(":20:REF\nKIM CHOL", "field 20 has more than one line", "KIM CHOL");
    check_warned(":23B:KIM", "field 23B: \"KIM\" is not one", "KIM");
    check_warned(":71A:KIM CHOL", "field 71A: \"KIM CHOL\" is not one", "KIM CHOL");
    check_warned(":99Z:KIM CHOL", "field 99Z does not belong", "KIM CHOL");
    check_warned(":5OK:KIM CHOL", "field 5OK does not belong", "KIM CHOL");
    check_warned(":58D:KIM CHOL", "field 58D does not belong", "KIM CHOL");
    check_warned(":70:A\n:70:KIM CHOL", "field 70 occurs twice", "KIM CHOL");
    check_warned(":59:", "field 59 is empty", "ADA");
    check_warned(":59:/1\nBEN\nA LINE THAT IS LONGER THAN THIRTY-FIVE CHARACTERS", "is longer than 35", "THIRTY-FIVE");
    check_warned(":70:K{IM CHOL|", "outside of the character sets", "K{IM CHOL|");
    check_warned(":70:Müller", "'ü' is outside of the character sets", "Müller");
    check_warned(":50F:/1\n1/ADA\n4/19991332", "is no day of the form YYYYMMDD", "19991332");
    check_warned(":50F:/1\n1/ADA\n9/KIM CHOL", "has no number of 1 to 8", "KIM CHOL");
    check_warned(":59:/DE89370400440532013001\nBEN", "check digit", "DE89370400440532013001");
    for tag in ["20", "23B", "32A", "50", "59", "71A"] {
        let text = mt103("");
        let start = text.find(&format!("\r\n:{tag}")).unwrap();
        let end = start + 2 + text[start + 2..].find("\r\n:").unwrap_or_else(|| text[start + 2..].find("\r\n-}").unwrap());
        let payment = one(&format!("{}{}", &text[..start], &text[end..]));
        assert_eq!(payment.warnings, [format!("field {tag} is missing")]);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_read_with_a_warning() {
    let mut bytes = mt103(":70:M?LLER").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xdc;
    let items = items(&bytes);
    let payment = payments(&items)[0];
    assert!(payment.texts.iter().any(|text| text.field.value == "MÜLLER"));
    assert!(payment.warnings.iter().any(|warning| warning.contains("windows-1252")), "{:?}", payment.warnings);
}

#[track_caller]
fn check_problem(text: &str, expected: &str) {
    // A sound message after it is read all the same.
    let items = items(format!("{text}\r\n{}", mt103(":20:AFTER")).as_bytes());
    let problems = problems(&items);
    assert!(problems.iter().any(|problem| problem.contains(expected)), "{problems:?}");
    assert_eq!(payments(&items).last().and_then(|payment| payment.reference(RefKind::Instruction)), Some("AFTER"));
}

#[test]
fn messages_that_are_no_payment_are_problems_and_the_file_goes_on() {
    check_problem("{1:F01EXAMBEBBAXXX0000000000}{2:I940SAMPDEFFXXXXN}{4:\n:20:X\n-}", "MT940 are not read");
    check_problem("{1:F21EXAMBEBBAXXX0000000000}{4:{177:2601050900}{451:0}}", "acknowledgement");
    check_problem("{1:F01EXAMBEBBAXXX0000000000}{4:\n:59:KIM\n-}", "block 2: it is missing");
    check_problem("{1:F01EXAMBEBBAXXX0000000000}{2:I103SAMPDEFFXXXXN}", "has no text");
    check_problem("{1:F01EXAMBEBBAXXX0000000000}{2:I103SAMPDEFFXXXXN}{4:\n-}", "has no field");
    check_problem("{1:F01EXAMBEBBAXXX0000000000}{2:noise}{4:\n-}", "has no message type");
    check_problem("{", "it is missing");
    let huge = mt103(&format!(":70:{}", "X\n".repeat(100_000)));
    check_problem(&huge, "more than 100000 bytes is passed over");
}

#[test]
fn a_message_of_fifty_megabytes_is_passed_over() {
    let text = mt103(&format!(":70:{}", "KIM CHOL\n".repeat(50 << 17)));
    let items = items(format!("{text}\n{}", mt103("")).as_bytes());
    assert_eq!((problems(&items).len(), payments(&items).len()), (1, 1));
}

#[test]
fn an_open_block_4_costs_no_other_message() {
    let open = mt103(":20:FIRST").replace("\r\n-}", "\r\n");
    let items = items(format!("{open}{}", mt103(":20:SECOND")).as_bytes());
    let payments = payments(&items);
    assert_eq!(payments.iter().map(|payment| payment.id()).collect::<Vec<_>>(), ["FIRST", "SECOND"]);
    assert_eq!((payments[0].warnings.as_slice(), payments[1].warnings.len()), (&["block 4 is not closed".to_owned()][..], 0));
}

#[test]
fn a_reference_that_occurs_twice_is_warned_of() {
    let items = items([mt103(":20:A"), mt103(":20:B"), mt103(":20:A")].join("\u{3}\u{1}").as_bytes());
    let warned: Vec<_> = payments(&items).iter().map(|payment| payment.warnings.join(" ")).collect();
    assert_eq!(warned, ["", "", "the reference \"A\" occurs before in the file"]);
}

#[test]
fn a_cover_and_its_missing_parts_are_told() {
    let head = "{1:F01EXAMBEBBAXXX0000000000}{2:I202SAMPDEFFXXXXN}";
    let all = ":20:X\n:21:Y\n:32A:260105EUR1,\n:58A:SAMPFRPP\n";
    let cover = ":50K:ADA\n:59:BEN\n";
    for (block, text, definition, warnings) in [
        ("", all.to_owned(), "MT202", 0),
        ("{3:{119:COV}}", format!("{all}{cover}"), "MT202 COV", 0),
        ("", format!("{all}{cover}"), "MT202 COV", 1),
        ("{3:{119:COV}}", all.to_owned(), "MT202 COV", 1),
        ("{3:{119:COV}}", format!("{all}:50K:ADA\n"), "MT202 COV", 1),
    ] {
        let payment = one(&format!("{head}{block}{{4:\n{text}-}}"));
        assert_eq!((payment.definition.as_str(), payment.warnings.len()), (definition, warnings), "{:?}", payment.warnings);
    }
}

/// An IAT file with two entries.
fn iat() -> String {
    String::from_utf8(samples("nacha").into_iter().find(|(name, _)| name.ends_with("iat.ach")).unwrap().1).unwrap()
}

/// Replaces characters of one line of the file, at a position from 1.
fn altered(text: &str, line: usize, at: usize, with: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[line - 1].replace_range(at - 1..at - 1 + with.len(), with);
    lines.join("\n") + "\n"
}

#[track_caller]
fn check_altered(line: usize, at: usize, with: &str, expected: &str) {
    let items = items(altered(&iat(), line, at, with).as_bytes());
    let mut said = problems(&items);
    said.extend(payments(&items).iter().flat_map(|payment| payment.warnings.clone()));
    assert!(said.iter().any(|said| said.contains(expected)), "{said:?}");
}

#[test]
fn what_does_not_add_up_in_a_nacha_file_is_told() {
    let text = iat();
    let line = |begin: &str| text.lines().position(|line| line.starts_with(begin)).unwrap() + 1;
    check_altered(line("6"), 77, "1", "6:77: the gateway screened it");
    check_altered(line("6"), 78, "1", "6:78: the second one to screen screened it");
    check_altered(line("6"), 77, "X", "no indicator of OFAC screening");
    check_altered(line("6"), 12, "9", "wrong by its check digit");
    check_altered(line("6"), 13, "0009", "6:13-16: \"0009\" addenda are said");
    check_altered(line("6"), 2, "99", "no transaction code");
    check_altered(line("6"), 30, "KIM CHOL  ", "6:30-39: the amount \"KIM CHOL\" is no number");
    check_altered(line("6"), 17, "KIM", "6:17-29: positions that are to be blank");
    check_altered(line("6"), 30, "0000000001", "credits of the batch");
    check_altered(line("711"), 1, "720", "addenda \"20\" are not known");
    check_altered(line("711"), 1, "720", "the mandatory addenda 11 is missing");
    check_altered(line("711"), 74, "KIM", "711:74-87: positions");
    check_altered(line("711"), 88, "9999999", "is not that of the entry");
    check_altered(line("712"), 4, "GENT      ", "town and state are not written as");
    check_altered(line("713"), 39, "99", "does not say what identifies the bank");
    check_altered(line("5"), 70, "269999", "5:70-75: the date \"269999\"");
    check_altered(line("5"), 51, "PPD", "it is read as IAT");
    check_altered(line("5"), 88, "0000009", "the number of the batch is");
    check_altered(line("8"), 5, "000099", "entries and addenda of the batch");
    check_altered(line("8"), 11, "0000000001", "hash of the batch");
    check_altered(line("9"), 2, "000009", "9:2-7: batches");
    check_altered(line("9"), 14, "00000009", "entries and addenda of the file");
    check_altered(line("8"), 1, "X", "no record of a NACHA file");
    check_altered(line("8"), 1, "X", "has no control record");
    check_altered(line("6"), 1, "X", "an addenda record without an entry");
    check_altered(line("5"), 1, "X", "an entry outside of a batch");
    let cut: String = text.split_inclusive('\n').take(line("711")).collect();
    assert!(problems(&items(cut.as_bytes())).iter().any(|problem| problem.contains("may be cut off")));
}

#[test]
fn a_nacha_file_is_the_same_without_line_ends() {
    let run_on: String = iat().lines().collect();
    let without_lines = |text: &str| dump(&items(text.as_bytes()));
    assert_eq!(without_lines(&run_on), without_lines(&iat()));
    assert_eq!(without_lines(&iat().replace('\n', "\r\n")), without_lines(&iat()));
}

#[test]
fn who_pays_follows_the_transaction_code() {
    let text = iat();
    let line = text.lines().position(|line| line.starts_with('6')).unwrap() + 1;
    for (code, payer) in [("22", Role::Debtor), ("27", Role::Creditor), ("37", Role::Creditor), ("32", Role::Debtor)] {
        let items = items(altered(&text, line, 2, code).as_bytes());
        let payment = payments(&items)[0];
        let originator = payment.parties.iter().find(|party| party.names.iter().any(|name| name.path == "711:4-38")).unwrap();
        assert_eq!(originator.role, payer, "{code}");
    }
}

#[test]
fn an_entry_with_more_addenda_than_fit_is_passed_over() {
    let items = items_within(iat().as_bytes(), ReadLimits { payment_bytes: 500, ..ReadLimits::default() });
    assert_eq!(payments(&items).len(), 0);
    assert_eq!(problems(&items).iter().filter(|problem| problem.contains("more than 500 bytes")).count(), 2);
}

#[test]
fn rows_of_another_length_and_odd_cells_are_told() {
    let header = "Payee name;IBAN;Amount;Currency;Colour\n";
    for (row, warning, kept) in [
        ("Ben Sample;DE89370400440532013000;10,50;EUR", "the row has 4 cells, the header 5", "Ben Sample"),
        ("Ben;;1;EUR;blue;Kim Chol;;x", "the rest is screened as free text", "Kim Chol"),
        ("Ben;;1;EUR;Kim Chol", "", "Kim Chol"),
        ("Ben;;much;EUR;", "the amount \"much\" cannot be read", "much"),
        ("Ben;;;EUR;", "the row has no amount", "Ben"),
        ("Ben;;-5;EUR;", "is negative", "Ben"),
        ("Ben;;5 Kim Chol;EUR;", "beside the amount is not its currency", "Kim Chol"),
        ("Ben;;5;;", "the amount has no currency", "Ben"),
        ("Ben;;5;Kim Chol;", "the currency \"Kim Chol\" cannot be read", "Kim Chol"),
        (";;5;EUR;red", "the row names nobody", "red"),
        ("Ben;DE89370400440532013001;5;EUR;", "check digit", "DE89370400440532013001"),
        ("\"Ben;;5;EUR;", "a quotation mark of the row is not closed", "Ben"),
    ] {
        let payment = one(&format!("{header}{row}\n"));
        assert!(
            warning.is_empty() || payment.warnings.iter().any(|found| found.contains(warning)),
            "{row}: {:?}",
            payment.warnings
        );
        assert!(format!("{payment:?}").contains(kept), "{row}: {kept} is lost");
    }
}

#[test]
fn amounts_stand_with_currencies_beside_them() {
    for (cell, micros, currency) in [
        ("1000", 1_000_000_000, "EUR"),
        ("1 000.50", 1_000_500_000, "EUR"),
        ("EUR 12.5", 12_500_000, "EUR"),
        ("€12.5", 12_500_000, "EUR"),
        ("12.5 EUR", 12_500_000, "EUR"),
    ] {
        let payment = one(&format!("name\tamount\tcurrency\nBen\t{cell}\tEUR\n"));
        let amount = payment.amount.unwrap();
        assert_eq!((amount.micros, amount.currency.as_str(), payment.warnings.len()), (micros, currency, 0), "{cell}");
    }
}

#[test]
fn a_header_that_names_nobody_or_has_no_rows_is_a_problem() {
    for text in ["colour,shape\nred,round\n", "amount,currency\n1,EUR\n", "just words\n", "name", "name\n\n,\n", "\n\n"] {
        let items = items(text.as_bytes());
        assert!(payments(&items).is_empty());
        assert_eq!(problems(&items).len(), 1, "{text:?}");
    }
}

#[test]
fn tables_are_read_in_every_usual_encoding() {
    for (bytes, name, warned) in [
        (&b"\xef\xbb\xbfname,amount,currency\nM\xc3\xbcller,1,EUR\n"[..], "Müller", false),
        (b"name,amount,currency\r\nM\xfcller,1,EUR\r\n", "Müller", true),
        (b"sep=;\r\nname;amount;currency\r\nBen;1;EUR\r\n", "Ben", false),
        (b"name|amount|currency\rBen|1|EUR\r", "Ben", false),
        (b"\n \nname\tamount\tcurrency\nBen\t1\tEUR", "Ben", false),
    ] {
        let items = items(bytes);
        let [payment] = payments(&items)[..] else { panic!("{items:?}") };
        assert_eq!((party(payment, Role::Creditor).name(), !payment.warnings.is_empty()), (Some(name), warned));
    }
    assert!(problems(&items(b"\xff\xfen\0a\0m\0e\0,\0a\0\n\0"))[0].contains("UTF-16"));
}

#[test]
fn a_row_over_the_limit_does_not_take_the_next() {
    let text = format!("name,amount,currency\nA,1,EUR\n{},1,EUR\nB,1,EUR\n", "x".repeat(200));
    let items = items_within(text.as_bytes(), ReadLimits { payment_bytes: 100, ..ReadLimits::default() });
    assert_eq!((payments(&items).len(), problems(&items).len()), (2, 1));
}

/// Every name of the samples that the damaged file still has is in what is screened, warnings not counted, or a problem says that a payment
/// is missing.
fn check_nothing_is_lost(original: &str, damaged: &[u8]) {
    let items = items_within(damaged, ReadLimits { payment_bytes: 1 << 16, ..ReadLimits::default() });
    if !problems(&items).is_empty() {
        return;
    }
    let dump = dump(&items);
    let screened: Vec<&str> = dump.lines().filter(|line| !line.trim_start().starts_with("WARNING")).collect();
    let screened = screened.join("\n");
    let text = String::from_utf8_lossy(damaged);
    // The header of a table names columns, whatever damage made of it.
    let is_table = !original.starts_with(['{', '\u{1}', '1']);
    let text = if is_table { text.trim_start().split_once(['\n', '\r']).map_or("", |(_, rows)| rows) } else { &text };
    let names = ["KIM", "EXAMPLE", "SAMPLE", "DEMO", "BEN", "Example", "Sample", "Demo"];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| names.contains(word)) {
        assert!(screened.contains(word), "{word} is lost in silence\n{original}\n{text}\n{dump}");
    }
}

fn mutate(bytes: &[u8], way: u8, at: usize, byte: u8) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    let at = at % copy.len().max(1);
    match way {
        0 => copy.truncate(at),
        1 => copy[at] = byte,
        2 => {
            copy.remove(at);
        }
        3 => copy.insert(at, byte),
        _ => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            lines.remove(at % lines.len());
            copy = lines.concat();
        }
    }
    copy
}

proptest! {
    #[test]
    fn damage_never_passes_in_silence(
        folder in 0..3_usize,
        sample in any::<prop::sample::Index>(),
        changes in prop::collection::vec((0..5_u8, any::<usize>(), prop::sample::select(b"{}:-/\n\r\",;*\\ 19AK\0\x01\xff".to_vec())), 1..4),
    ) {
        let samples = samples(FOLDERS[folder]);
        let original = &sample.get(&samples).1;
        // Two changes can move the fields of a fixed record without another sign of it.
        let most = if FOLDERS[folder] == "nacha" { 1 } else { changes.len() };
        let damaged = changes.iter().take(most).fold(original.clone(), |bytes, (way, at, byte)| {
            if bytes.is_empty() { bytes } else { mutate(&bytes, *way, *at, *byte) }
        });
        check_nothing_is_lost(&String::from_utf8_lossy(original), &damaged);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(start in prop::sample::select(vec!["{1:", "{2:I103", "101 ", "name,", ""]), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = items_within(&[start.as_bytes(), &bytes].concat(), ReadLimits { payment_bytes: 200, ..ReadLimits::default() });
    }

    #[test]
    fn any_fields_are_read_without_a_panic(fields in "(:[0-9]{2}[A-Z]?:[A-Z0-9/,.{}-]{0,20}\n([A-Z0-9/,. {}-]{0,12}\n){0,3}){0,8}") {
        let items = items(mt103(&fields).as_bytes());
        prop_assert!(!items.is_empty());
    }
}
