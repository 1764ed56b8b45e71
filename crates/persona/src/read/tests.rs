//! Tables as people write them, and what is wrong with them.

#![allow(clippy::format_collect, clippy::format_push_string, reason = "rows of tests are written as they read")]

use std::io::Write as _;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::{Form, Table, read_parquet, read_table};
use crate::import::testing::lines;
use crate::key::TenantKey;
use crate::people::{Builder, Event, Limits, People, Shown};
use crate::privacy::export_person;
use crate::problem::Problems;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field, IdKind};

fn read(tables: &[(Table, Form, &str)]) -> (People, Problems) {
    let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
    for (table, form, text) in tables {
        let file = builder.file(&format!("{}.x", table.name()));
        read_table(*table, *form, &mut text.as_bytes(), file, &mut builder).unwrap();
    }
    builder.finish(Time::parse("2026-11-27").unwrap().time)
}

#[track_caller]
fn check_problems(problems: &Problems, people: &People, expected: &[&str]) {
    let told: Vec<String> =
        problems.told().iter().map(|problem| format!("{}: {problem}", people.place(problem.source))).collect();
    assert_eq!(told, expected);
}

const PERSONS: &str = "id,display_name,claimed_country,claimed_tz\np1,Ada Test,GB,Europe/London\np2,Bo Sample,Japan,+09:00\n";

#[test]
fn rows_come_out_by_person_and_time() {
    let events = "time,person,kind,ip,device,detail,tz_offset\n\
        2026-03-02T10:00:00Z,p1,login,203.0.113.9:443,D-1,\"{\"\"country\"\":\"\"GB\"\",\"\"lat\"\":51.5}\",\n\
        2026-03-01T10:00:00+09:00,p2,login,::ffff:198.51.100.7,D-2,country=JP;city=Tokyo,\n\
        2026-03-01T10:00:00Z,p1,commit,,,,+60\n";
    let identifiers =
        "person,kind,value,first_seen\np1,email,Ada <ADA+x@example.com>,2026-01-01\np1,doc,AB 12-34 567,\np2,doc,ab1234567,\n";
    let (people, problems) = read(&[
        (Table::Person, Form::Csv, PERSONS),
        (Table::Identifier, Form::Csv, identifiers),
        (Table::Event, Form::Csv, events),
    ]);
    check_problems(&problems, &people, &[]);
    let ada = people.person(people.find("p1").unwrap());
    let kinds: Vec<EventKind> = ada.events().map(super::super::people::Event::kind).collect();
    assert_eq!(kinds, [EventKind::Commit, EventKind::Login]);
    let login = ada.events_of(EventKind::Login).next().unwrap();
    assert_eq!(login.ip(), Some("203.0.113.9".parse().unwrap()));
    assert_eq!(login.fact(Field::Lat).unwrap().number(), Some(51.5));
    assert_eq!(login.offset(), None, "Z states no offset");
    assert_eq!(people.place(login.source()), "event.x:2");
    assert_eq!(ada.events().next().unwrap().offset(), Some(60));
    let bo = people.person(people.find("p2").unwrap());
    let login = bo.events().next().unwrap();
    assert_eq!((login.offset(), login.ip()), (Some(540), Some("198.51.100.7".parse().unwrap())));
    assert_eq!(login.fact(Field::City).unwrap().text(), "Tokyo");
    assert_eq!(ada.identifiers_of(IdKind::Email).next().unwrap().value(), Some("ada@example.com"));
    let number = |person: crate::Person<'_>| person.identifiers_of(IdKind::Doc).next().unwrap().value_id();
    assert_eq!(number(ada), number(bo));
    assert!(!format!("{people:?}").contains("1234567"), "numbers are kept as keyed hashes only");
}

#[test]
fn what_is_wrong_costs_itself() {
    let events = "person,kind,time,ip,detail\n\
        p1,login,2026-03-01 10:00:00,203.0.113.300,\n\
        p1,dance,2026-03-01T10:00:00Z,,\n\
        p1,login,soon,,\n\
        ,login,2026-03-01T10:00:00Z,,\n\
        p1,login,2031-03-01T10:00:00Z,,{broken\n\
        p9,login,2026-03-01T10:00:00Z,,nationality=xx\n\
        p1,login\n\
        p1,login,2026-03-0";
    let (people, problems) = read(&[(Table::Person, Form::Csv, PERSONS), (Table::Event, Form::Csv, events)]);
    check_problems(
        &problems,
        &people,
        &[
            "event.x:2: no time zone is stated: taken as UTC",
            "event.x:2: the IP address is not taken: `203.0.113.300`",
            "event.x:3: the row is left out: `dance` is no kind of event",
            "event.x:4: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)",
            "event.x:5: the row is left out: `person` is missing",
            "event.x:6: the row is left out: its facts are no JSON object: key must be a string at line 1 column 2",
            "event.x:7: `nationality` is not read",
            "event.x:8: the row is left out: it has 2 cells where the header has 5",
            "event.x:9: the file ends in the middle of a record: what stands before is taken",
            "event.x:6: the time lies in the future: the clock is off",
            "event.x:7: no row of persons has this id",
        ],
    );
    assert_eq!(people.events_len(), 3);
}

#[test]
fn duplicate_ids_keep_the_first_row() {
    let persons = "id,display_name,claimed_country,extra\np1,Ada Test,GB,\np1,Other Name,,\n p1 ,,,\n,Nobody,,\n";
    let (people, problems) = read(&[(Table::Person, Form::Csv, persons)]);
    assert_eq!(people.len(), 1);
    assert_eq!(people.all().next().unwrap().name(), Some("Ada Test"));
    check_problems(
        &problems,
        &people,
        &[
            "person.x:1: `extra` is not read",
            "person.x:3: the id was there before: its first row stays, what it lacks is taken",
            "person.x:4: the id was there before: its first row stays, what it lacks is taken",
            "person.x:5: the row is left out: `id` is missing",
        ],
    );
}

#[test]
fn json_lines_say_the_same_as_csv() {
    let persons =
        "{\"id\":\"p1\",\"display_name\":\"Ada Test\",\"claimed_country\":\"GB\"}\n\n{\"id\":\"p2\"}\n{\"id\":\n{\"id\":\"p3\"";
    let documents = "{\"person\":\"p1\",\"kind\":\"cv\",\"time\":\"2026-01-02\",\"text\":\"Ada\",\"metadata\":{\"positions\":[{\"employer\":\"Example Ltd\",\"from\":\"2020-01\"},{\"employer\":\"Sample AG\"}],\"skills\":12}}\n\
        {\"person\":\"p1\",\"kind\":\"checklist\",\"metadata\":{\"H-01\":\"no\"}}\n";
    let (people, problems) = read(&[(Table::Person, Form::JsonLines, persons), (Table::Document, Form::JsonLines, documents)]);
    assert_eq!(people.len(), 2);
    let ada = people.person(people.find("p1").unwrap());
    let facts: Vec<(Field, u8, &str)> =
        ada.documents().next().unwrap().facts().map(|fact| (fact.field(), fact.group(), fact.text())).collect();
    assert_eq!(
        facts,
        [
            (Field::Employer, 1, "Example Ltd"),
            (Field::From, 1, "2020-01"),
            (Field::Employer, 2, "Sample AG"),
            (Field::Skills, 0, "12"),
        ]
    );
    let answers: Vec<(Field, &str)> = ada.documents().nth(1).unwrap().facts().map(|fact| (fact.field(), fact.text())).collect();
    assert_eq!(answers, [(Field::What, "H-01"), (Field::Answer, "no")]);
    assert_eq!(problems.total(), 2, "{:?}", problems.told());
}

/// The rows of a table in a form.
fn written(table: Table, form: Form, rows: &[Vec<&str>]) -> Vec<u8> {
    let columns = &table.columns()[..rows[0].len()];
    match form {
        Form::Csv => {
            let mut out = csv::Writer::from_writer(Vec::new());
            out.write_record(columns).unwrap();
            for row in rows {
                out.write_record(row).unwrap();
            }
            out.into_inner().unwrap()
        }
        Form::JsonLines => {
            let line = |row: &Vec<&str>| {
                let members = columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), serde_json::Value::from(*cell)));
                format!("{}\n", serde_json::Value::Object(members.collect()))
            };
            rows.iter().map(line).collect::<String>().into_bytes()
        }
        Form::Parquet => {
            let cells = |at: usize| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row[at]))) };
            let batch = RecordBatch::try_from_iter(columns.iter().enumerate().map(|(at, name)| (*name, cells(at)))).unwrap();
            let mut out = Vec::new();
            let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            out
        }
    }
}

#[test]
fn tables_say_the_same_in_every_form() {
    let details = ["city=Springfield", "{\"agent\":\"Edge \\\"120\\\"\",\"managed\":true}", "", "broken", "mood=good"];
    let times: Vec<String> =
        (0..40_000).map(|row| format!("2026-03-01T{:02}:00:00{}", row % 24, ["Z", "+02:00", ""][row % 3])).collect();
    let ids: Vec<String> = (0..40).map(|person| format!("p{person}")).collect();
    let mut events: Vec<Vec<&str>> = (times.iter().enumerate())
        .map(|(row, time)| {
            let ip = ["203.0.113.7", "", "2001:db8::1", "203.0.113"][row % 4];
            let offset = ["", "120", "+02:00", "east"][row % 4];
            vec![ids[row / 1000].as_str(), "login", time, offset, ip, ["d1", "D2", ""][row % 3], details[row % 5]]
        })
        .collect();
    events.extend([
        vec!["", "login", "2026-03-01", "", "", "", ""],
        vec!["p1", "dance", "2026-03-01", "", "", "", ""],
        vec!["p1", "login", "soon", "", "", "", ""],
        vec!["p1", "", "2026-03-01", "", "", "", ""],
    ]);
    let filler = "I built a service. ".repeat(20_000);
    let tables: Vec<(Table, Vec<Vec<&str>>)> = vec![
        (
            Table::Person,
            vec![
                vec!["p1", "Ada Test", "GB", "Europe/London"],
                vec!["", "Nobody", "", ""],
                vec!["p2", "Bo, \"B\" Sample", "Nowhere", "+9"],
            ],
        ),
        (
            Table::Identifier,
            vec![
                vec!["p1", "email", "Ada@Example.com ", ""],
                vec!["p1", "phone", "020 7946 0000", ""],
                vec!["p1", "doc", "A 123", ""],
                vec!["p2", "ip", "203.0.113.9", ""],
                vec!["p2", "email", "", "bo@example.com"],
                vec!["p2", "shoe", "42", ""],
                vec!["p2", "email", "", ""],
            ],
        ),
        (
            Table::Document,
            vec![
                vec![
                    "p1",
                    "cv",
                    "2026-01-02",
                    "Ada\nTest",
                    "",
                    "",
                    "{\"positions\":[{\"employer\":\"Example Ltd\"}],\"mood\":1}",
                ],
                vec!["p1", "checklist", "", "", "", "", "{\"H-01\":\"no\"}"],
                vec!["p2", "cv", "then", &filler, "", "", "{"],
                vec!["p2", "song", "", "", "", "", ""],
            ],
        ),
        (
            Table::Relation,
            vec![vec!["p1", "referred", "p2", "2026-01-01"], vec!["p1", "loved", "p2", ""], vec!["p1", "referred", "", ""]],
        ),
        (Table::Event, events),
    ];
    let read = |form: Form| {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        for (table, rows) in &tables {
            let file = to.file(table.name());
            let bytes = written(*table, form, rows);
            if form == Form::Parquet {
                let mut input = tempfile::tempfile().unwrap();
                input.write_all(&bytes).unwrap();
                read_parquet(*table, input, file, &mut to).unwrap();
            } else {
                read_table(*table, form, &mut bytes.as_slice(), file, &mut to).unwrap();
            }
        }
        let (people, problems) = to.finish(Time::parse("2026-11-27").unwrap().time);
        let text = lines(&people, &problems);
        // Lines of a file begin behind its header, and texts may have line ends.
        (
            text.lines().filter(|line| !line.starts_with('!')).map(str::to_owned).collect::<Vec<_>>(),
            problems.total(),
            people.events_len(),
        )
    };
    let csv = read(Form::Csv);
    assert_eq!(csv.2, 40_000);
    assert!(csv.1 > 20_000, "{}", csv.1);
    assert!(csv.0.len() > 40_000);
    assert_eq!(read(Form::JsonLines), csv);
    assert_eq!(read(Form::Parquet), csv);
}

/// A line that never ends costs itself, and what stands behind it is read.
#[test]
fn a_line_that_is_too_long_is_told_once() {
    let long = "x".repeat(super::blocks::MAX_ROW_BYTES + super::blocks::BLOCK_BYTES);
    let text = format!("{{\"id\":\"p1\"}}\n{{\"id\":\"{long}\"}}\n{{\"id\":\"p2\"}}\n");
    let (people, problems) = read(&[(Table::Person, Form::JsonLines, &text)]);
    assert_eq!(people.all().map(|person| people.place(person.source())).collect::<Vec<_>>(), ["person.x:1", "person.x:3"]);
    check_problems(&problems, &people, &["person.x:2: the row is left out: it is longer than 67108864 bytes"]);
}

/// Blocks end at ends of rows, also where a quoted cell has line ends, and lines are counted through.
#[test]
fn blocks_do_not_show() {
    let mut text = String::from("person,kind,time,detail\n");
    let filler = "x".repeat(300);
    for row in 0..20_000 {
        text.push_str(&format!("p{},login,2026-03-01T10:00:00Z,\"city={filler}\n{}\"\n", row % 7, row % 100));
    }
    assert!(text.len() > 3 * super::blocks::BLOCK_BYTES - (1 << 20));
    let (people, problems) = read(&[(Table::Event, Form::Csv, &text)]);
    assert_eq!(people.events_len(), 20_000);
    assert_eq!(problems.total(), 7, "{:?}", problems.told());
    let last = people.person(people.find("p0").unwrap()).events().last().unwrap();
    let row = (0..20_000).rfind(|row| row % 7 == 0).unwrap();
    assert_eq!(people.place(last.source()), format!("event.x:{}", 2 + 2 * row));
}

/// `file:line` is what people look up, however lines end and whatever stands between them.
#[test]
fn rows_are_placed_by_their_lines() {
    for end in ["\n", "\r\n"] {
        let lines = |lines: &[&str]| lines.join(end);
        let persons = lines(&["id,display_name", "", "p1,\"Ada", "Test\"", "p2,Bo Sample", ""]);
        let identifiers = lines(&["person,kind,value", "p1,email,ada@example.com", "", "p1,email,bo@example.com", "p1,doc"]);
        let events =
            lines(&["person,kind,time", "p1,login,2026-03-01T00:00:00Z", "", "p1,login,2026-03-02T00:00:00Z", "p1,logout"]);
        let (people, problems) = read(&[
            (Table::Person, Form::Csv, &persons),
            (Table::Identifier, Form::Csv, &identifiers),
            (Table::Event, Form::Csv, &events),
        ]);
        let cut = "the file ends in the middle of a record: what stands before is taken";
        check_problems(&problems, &people, &[&format!("identifier.x:5: {cut}"), &format!("event.x:5: {cut}")]);
        let place = |source| people.place(source);
        assert_eq!(people.all().map(|person| place(person.source())).collect::<Vec<_>>(), ["person.x:3", "person.x:5"]);
        let ada = people.person(people.find("p1").unwrap());
        let mut places: Vec<String> = ada.identifiers().map(|row| place(row.source())).collect();
        places.sort();
        assert_eq!(places, ["identifier.x:2", "identifier.x:4"], "{end:?}");
        assert_eq!(ada.events().map(|row| place(row.source())).collect::<Vec<_>>(), ["event.x:2", "event.x:4"]);
        assert_eq!(ada.identifiers().next().unwrap().value().map(|value| value.contains(".com")), Some(true));
    }
}

/// Of a whole table that is lost more is said than of a row.
#[test]
fn what_is_no_table_is_refused() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(PERSONS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let array = br#"[{"id":"p1"}]"#;
    for (form, bytes, expected) in [
        (
            Form::Csv,
            &b"id|display_name\np1|Ada Test\n"[..],
            "its header has no column `id`, and its cells are not separated by commas",
        ),
        (
            Form::Csv,
            b"number;display_name\np1;Ada Test\n",
            "its header has no column `id`, and its cells are not separated by commas",
        ),
        (Form::Csv, b"# people\nid,display_name\np1,Ada Test\n", "its header has no column `id`"),
        (Form::Csv, b"id,display_name\rp1,Ada Test\r", "its lines end with carriage returns alone: write it with line feeds"),
        (Form::Csv, b"\x1f\x8b\x08\0", "it is compressed: unpack it first"),
        (Form::Csv, &utf_16, "it is UTF-16: write it as UTF-8"),
        (Form::JsonLines, array, "it is one JSON array: a table has an object a line"),
    ] {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = builder.file("person.csv");
        let error = read_table(Table::Person, form, &mut &*bytes, file, &mut builder).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// Spreadsheets of many countries separate cells by semicolons.
#[test]
fn semicolons_and_tabs_are_read_and_told() {
    let persons = "id;display_name;role\np1;\"Test; Ada\";Engineer, Backend\np2;Bo\n";
    let events = "person\tkind\ttime\tdetail\r\np1\tlogin\t2026-03-01T10:00:00Z\tcountry=GB;city=Leeds\r\n";
    // Semicolons in the name of a column make no table of semicolons.
    let identifiers = "person,kind,value,a;b;c;d;e\np1,email,ada@example.com,\n";
    let (people, problems) = read(&[
        (Table::Person, Form::Csv, persons),
        (Table::Event, Form::Csv, events),
        (Table::Identifier, Form::Csv, identifiers),
    ]);
    check_problems(
        &problems,
        &people,
        &[
            "person.x:1: its cells are separated by semicolons, and it is read so",
            "person.x:3: the row is left out: it has 2 cells where the header has 3",
            "event.x:1: its cells are separated by tabs, and it is read so",
            "identifier.x:1: `a;b;c;d;e` is not read",
        ],
    );
    let ada = people.person(people.find("p1").unwrap());
    assert_eq!((ada.name(), ada.role()), (Some("Test; Ada"), Some("Engineer, Backend")));
    assert_eq!(ada.events().next().unwrap().fact(Field::City).unwrap().text(), "Leeds");
    assert_eq!(ada.identifiers().count(), 1);
}

/// What is kept of all people holds no number of an account, paper or device, whichever table states it.
#[test]
fn numbers_in_facts_are_not_kept_as_written() {
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let events = "person,kind,time,detail\n\
        p1,payee_changed,2026-03-01,from=GB29NWBK60161331926819;to=40012345\n\
        p1,payee_changed,2026-03-02,\"{\"\"from\"\":\"\"Wise\"\",\"\"to\"\":\"\"GB29 NWBK 6016 1331 9268 19\"\"}\"\n\
        p1,renamed,2026-03-03,from=Ada Test;to=Ada Example\n\
        p1,transfer,2026-03-04,counterparty=DE89370400440532013000\n\
        p1,usb,2026-03-05,usb=SanDisk Ultra 4C530001230604107354\n\
        p1,kyc,2026-03-06,number=X1234567\n";
    let documents = format!("{{\"person\":\"p1\",\"kind\":\"identity_document\",\"metadata\":{{\"mrz\":\"{mrz}\"}}}}\n");
    let (people, problems) = read(&[
        (Table::Person, Form::Csv, PERSONS),
        (Table::Event, Form::Csv, events),
        (Table::Document, Form::JsonLines, &documents),
    ]);
    check_problems(&problems, &people, &[]);
    let person = people.person(people.find("p1").unwrap());
    let all = format!("{people:?} {}", export_person(person, Time::parse("2026-11-27").unwrap().time));
    for number in ["NWBK", "40012345", "37040044", "4C530001", "1234567", "L898902C", "740812", "ZE184226B"] {
        assert!(!all.contains(number), "{number}");
    }
    // They meet all the same: the account before the first change is the one after the second.
    let keyed: Vec<(Field, Shown)> =
        (person.events_of(EventKind::PayeeChanged).flat_map(Event::facts)).map(|fact| (fact.field(), fact.shown())).collect();
    assert_eq!(
        keyed.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
        [Field::PayeeFrom, Field::PayeeTo, Field::From, Field::PayeeTo]
    );
    assert_eq!((&keyed[0].1, &keyed[2].1), (&keyed[3].1, &Shown::Text("Wise".to_owned())));
    let renamed = person.events_of(EventKind::Renamed).next().unwrap();
    assert_eq!(renamed.fact(Field::To).unwrap().text(), "Ada Example");
    for shown in ["****3000", "SanDisk Ultra ****7354", "ERIKSSON<<ANNA<MARIA"] {
        assert!(all.contains(shown), "{shown}");
    }
}

#[test]
fn other_encodings_and_second_columns_are_told() {
    let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
    let file = builder.file("person.csv");
    let table = b"id,display_name,id\np1,J\xf6rg Test,p2\n";
    read_table(Table::Person, Form::Csv, &mut &table[..], file, &mut builder).unwrap();
    let empty = builder.file("event.csv");
    read_table(Table::Event, Form::Csv, &mut &b""[..], empty, &mut builder).unwrap();
    let (people, problems) = builder.finish(Time::parse("2026-11-27").unwrap().time);
    assert_eq!(people.person(people.find("p1").unwrap()).name(), Some("J\u{f6}rg Test"));
    check_problems(
        &problems,
        &people,
        &[
            "person.csv:1: the column `id` is there twice: the first is read",
            "person.csv:2: bytes that are no UTF-8 are read as ISO 8859-1 (Latin-1)",
            "event.csv: the file is not read in full: it is empty",
        ],
    );
}

/// Different numbers that a double cannot tell apart are no ids.
#[test]
fn numbers_that_are_not_exact_are_no_ids() {
    let rows = "{\"id\":92345678901234567891}\n{\"id\":92345678901234567892}\n{\"id\":1234567890123456789}\n";
    let (people, problems) = read(&[(Table::Person, Form::JsonLines, rows)]);
    assert_eq!(people.all().map(|person| person.key().to_owned()).collect::<Vec<_>>(), ["1234567890123456789"]);
    assert!(problems.told()[0].to_string().contains("`id` is a number of more digits than are exact"), "{:?}", problems.told());
}
