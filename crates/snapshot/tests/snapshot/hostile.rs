//! Files that are wrong inside and have right checksums: made by a mistake in a builder, or by somebody who means harm. They are
//! refused with the section that is wrong, or they are read to the end without a panic.

use interdict_snapshot::{Snapshot, SnapshotError};
use proptest::prelude::*;

use crate::exercise::read_everything;
use crate::fixture::built;
use crate::sealed::{Change, Patch, SECTIONS, Sealed, put, range, word};

/// Bytes a row, by section.
const ENTITY: usize = 44;
const NAME: usize = 40;
/// Bytes of a relation.
const RELATION: usize = 64;
/// Bytes of a value that an entity has.
const HOLDING: usize = 20;
const DETAIL: usize = 20;
const TOKEN: usize = 64;
/// Words of a token's row: the strings that it names, of them those that must be there, and its first posting.
const TOKEN_STRINGS: [usize; 6] = [8, 9, 10, 11, 12, 13];
const TOKEN_TEXTS: [usize; 2] = [8, 10];
const TOKEN_POSTINGS: usize = 14;
const IDENTIFIER: usize = 28;
const NONE: u32 = u32::MAX;

/// Keys to ask for: some are there, some would be, some are nothing.
const KEYS: [&str; 9] =
    ["", "kim", "cholsu", "inv-1", "PX0000999", "IMO1234567", "\u{0}", "김", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"];

/// Seals the fixture with one section changed, and expects that it is refused for `section` with `reason`.
#[track_caller]
fn refused(section: &str, reason: &str, change: impl FnOnce(&mut Sealed)) {
    let mut sealed = Sealed::of(built().bytes());
    change(&mut sealed);
    let bytes = sealed.bytes();
    let at = SECTIONS.iter().position(|name| *name == section).unwrap();
    match Snapshot::from_bytes("hostile", &bytes) {
        Ok(_) => panic!("section {section} opened, though {reason}"),
        Err(error) => {
            let SnapshotError::Damaged { file, what, offset } = &error else { panic!("{error:?}") };
            assert_eq!(file, "hostile");
            assert!(what.starts_with(&format!("section {section}")) && what.contains(reason), "{what}");
            assert_eq!(*offset as usize, range(&bytes, at).start, "{error}");
        }
    }
}

/// Sets a word of a row. `row` counts from the end when it is negative: -1 is the row that closes the ranges.
fn set(sealed: &mut Sealed, section: &str, row_bytes: usize, row: isize, word: usize, value: u32) {
    let content = sealed.section(section);
    let rows = content.len() / row_bytes;
    let row = rows.checked_add_signed(row).map_or(0, |at| at % rows);
    put(content, row * row_bytes / 4 + word, value);
}

#[test]
fn strings_that_are_not_there() {
    let strings = Sealed::of(built().bytes()).section("StringOffsets").len() as u32 / 4 - 1;
    for beyond in [strings, strings + 1, NONE - 1] {
        for (section, row_bytes, words) in [
            ("Entities", ENTITY, [0, 1, 2, 3, 4, 5, 6].as_slice()),
            ("Properties", 12, &[0, 1, 2]),
            ("Names", NAME, &[1, 2, 3, 6]),
            ("NameDetails", DETAIL, &[0, 1, 2, 3, 4]),
            ("Tokens", TOKEN, &TOKEN_STRINGS),
            ("Identifiers", IDENTIFIER, &[2, 3, 4, 5, 6]),
            ("Links", 8, &[1]),
            ("Relations", RELATION, &[11, 12, 13]),
            ("Attributes", 12, &[0]),
            ("Holdings", HOLDING, &[3, 4]),
        ] {
            for word in words {
                refused(section, "that is not there", |sealed| set(sealed, section, row_bytes, 0, *word, beyond));
            }
        }
    }
}

#[test]
fn strings_that_must_be_there() {
    for (section, row_bytes, words) in [
        ("Entities", ENTITY, [0, 1].as_slice()),
        ("Properties", 12, &[0, 1]),
        ("Names", NAME, &[1, 2, 6]),
        ("NameDetails", DETAIL, &[0, 1]),
        ("Tokens", TOKEN, &TOKEN_TEXTS),
        ("Identifiers", IDENTIFIER, &[2, 3, 4, 5]),
        ("Links", 8, &[1]),
        ("Attributes", 12, &[0]),
        ("Holdings", HOLDING, &[3]),
    ] {
        for word in words {
            refused(section, "that is not there", |sealed| set(sealed, section, row_bytes, 0, *word, NONE));
        }
    }
}

#[test]
fn rows_that_are_not_there() {
    let (entities, names, tokens) = {
        let snapshot = built().open().unwrap();
        (snapshot.entity_count(), snapshot.name_count(), snapshot.token_count())
    };
    for beyond in [0, 1, 1 << 31] {
        refused("Names", "that is not there", |sealed| set(sealed, "Names", NAME, 0, 0, entities + beyond));
        refused("Identifiers", "that is not there", |sealed| set(sealed, "Identifiers", IDENTIFIER, 0, 0, entities + beyond));
        refused("Identifiers", "that is not there", |sealed| set(sealed, "Identifiers", IDENTIFIER, 0, 1, entities + beyond));
        refused("Links", "that is not there", |sealed| set(sealed, "Links", 8, 0, 0, entities + beyond));
        for word in [2, 3, 4] {
            refused("Relations", "that is not there", |sealed| set(sealed, "Relations", RELATION, 0, word, entities + beyond));
        }
        // The lower bound, and the codes of kind and fault.
        refused("Relations", "that is not there", |sealed| set(sealed, "Relations", RELATION, 0, 5, 100_000_001 + beyond));
        refused("Relations", "that is not there", |sealed| set(sealed, "Relations", RELATION, 0, 15, 0xff << 16));
        refused("RelationsBy", "that is not there", |sealed| set(sealed, "RelationsBy", 4, 0, 0, 1 << 30 | beyond));
        refused("RelationsOver", "do not cover", |sealed| set(sealed, "RelationsOver", 4, 0, 0, 1 << 30 | beyond));
        refused("RelationsByOffsets", "do not cover", |sealed| set(sealed, "RelationsByOffsets", 4, 0, 0, 1 << 30 | beyond));
        for word in [1, 2] {
            refused("Holdings", "that is not there", |sealed| set(sealed, "Holdings", HOLDING, 0, word, entities + beyond));
        }
        refused("Attributes", "kind that is not there", |sealed| set(sealed, "Attributes", 12, 0, 1, 200 + beyond));
        refused("Holdings", "not in order", |sealed| set(sealed, "Holdings", HOLDING, 0, 0, 1 << 30 | beyond));
        refused("HoldingsBy", "that is not there", |sealed| set(sealed, "HoldingsBy", 4, 0, 0, 1 << 30 | beyond));
        refused("HoldingsByOffsets", "do not cover", |sealed| set(sealed, "HoldingsByOffsets", 4, 0, 0, 1 << 30 | beyond));
        refused("NameTokens", "that is not there", |sealed| set(sealed, "NameTokens", 4, 0, 0, tokens + beyond));
        refused("Postings", "that is not there", |sealed| set(sealed, "Postings", 4, 0, 0, names + beyond));
        for table in ["TokenKeys", "NameKeys", "IdentifierKeys", "IdKeys"] {
            refused(table, "not well-formed", |sealed| set(sealed, table, 8, 0, 1, u32::MAX - beyond));
        }
    }
}

#[test]
fn ranges_that_do_not_fit() {
    for (word, reason) in [
        (7, "property ranges do not cover"),
        (8, "name ranges do not cover"),
        (9, "detail ranges do not cover"),
        (10, "link ranges do not cover"),
    ] {
        // The end too far or too near, the order broken in the middle, the first row left out.
        for (row, value) in [(-1, NONE), (-1, 0), (1, NONE), (0, 1)] {
            refused("Entities", reason, |sealed| set(sealed, "Entities", ENTITY, row, word, value));
        }
    }
    for (row, value) in [(-1, NONE), (-1, 0), (1, NONE), (0, 1)] {
        refused("Names", "token ranges do not cover", |sealed| set(sealed, "Names", NAME, row, 4, value));
        refused("Attributes", "holding ranges do not cover", |sealed| set(sealed, "Attributes", 12, row, 2, value));
        refused("Tokens", "postings ranges do not cover", |sealed| set(sealed, "Tokens", TOKEN, row, TOKEN_POSTINGS, value));
    }
}

#[test]
fn a_comma_after_the_last_token() {
    for at in [3, 4, 1 << 20, NONE - 1] {
        refused("Names", "comma", |sealed| set(sealed, "Names", NAME, 0, 5, at));
    }
}

#[test]
fn postings_that_do_not_ascend() {
    let token = {
        let snapshot = built().open().unwrap();
        let tokens: Vec<_> = (0..snapshot.token_count()).filter_map(|at| snapshot.token_at(at)).collect();
        tokens.iter().position(|token| token.postings().len() > 1).expect("a token of two names")
    };
    for swap in [true, false] {
        refused("Postings", "ascend", |sealed| {
            let first = word(sealed.section("Tokens"), token * TOKEN + TOKEN_POSTINGS * 4) as usize;
            let postings = sealed.section("Postings");
            let (one, two) = (word(postings, first * 4), word(postings, first * 4 + 4));
            put(postings, first, two);
            put(postings, first + 1, if swap { one } else { two });
        });
    }
}

#[test]
fn values_and_holders_that_are_not_in_order() {
    refused("Attributes", "not in order", |sealed| {
        let content = sealed.section("Attributes");
        for at in [0, 1] {
            let (one, two) = (word(content, at * 4), word(content, 12 + at * 4));
            put(content, at, two);
            put(content, 3 + at, one);
        }
    });
    // A holding under another entity than its own, and one that is left out for another that comes twice.
    refused("HoldingsBy", "that is not there", |sealed| {
        let content = sealed.section("HoldingsBy");
        let last = word(content, content.len() - 4);
        put(content, 0, last);
    });
}

#[test]
fn closing_rows_that_are_missing() {
    for (section, row_bytes) in [("Entities", ENTITY), ("Names", NAME), ("Tokens", TOKEN), ("Attributes", 12)] {
        let mut sealed = Sealed::of(built().bytes());
        sealed.section(section).clear();
        let error = Snapshot::from_bytes("hostile", &sealed.bytes()).unwrap_err().to_string();
        assert!(error.contains("section ") && error.contains("no closing row"), "{error}");
        let mut sealed = Sealed::of(built().bytes());
        let shorter = sealed.section(section).len() - row_bytes;
        sealed.section(section).truncate(shorter);
        assert!(Snapshot::from_bytes("hostile", &sealed.bytes()).is_err(), "{section}");
    }
}

#[test]
fn rows_that_are_not_whole() {
    for section in &SECTIONS[2..] {
        refused(section, "does not hold whole rows", |sealed| sealed.section(section).push(0));
    }
}

#[test]
fn texts_that_are_not_texts() {
    refused("Strings", "not UTF-8", |sealed| sealed.section("Strings")[0] = 0xff);
    refused("Strings", "not UTF-8", |sealed| *sealed.section("Strings").last_mut().unwrap() = 0xed);
    refused("StringOffsets", "do not cover", |sealed| sealed.section("Strings").push(b'x'));
    refused("StringOffsets", "do not cover", |sealed| put(sealed.section("StringOffsets"), 0, 1));
    refused("StringOffsets", "do not cover", |sealed| put(sealed.section("StringOffsets"), 2, NONE));
    refused("StringOffsets", "do not cover", |sealed| sealed.section("StringOffsets").clear());
    refused("StringOffsets", "do not cover", |sealed| sealed.section("Strings").clear());
    refused("StringOffsets", "inside a character", |sealed| {
        let wide = sealed.section("Strings").iter().position(|byte| *byte >= 0xe0).unwrap() as u32;
        let offsets = sealed.section("StringOffsets");
        let at = (0..offsets.len() / 4).rfind(|at| word(offsets, at * 4) <= wide).unwrap();
        put(offsets, at, wide + 1);
    });
}

fn put_last(content: &mut [u8], value: u32) {
    let last = content.len() / 4 - 1;
    put(content, last, value);
}

#[test]
fn tables_that_are_not_tables() {
    for (buckets, entries) in [
        ("TokenKeyBuckets", "TokenKeys"),
        ("NameKeyBuckets", "NameKeys"),
        ("IdentifierKeyBuckets", "IdentifierKeys"),
        ("IdKeyBuckets", "IdKeys"),
    ] {
        let changes: [fn(&mut Vec<u8>); 7] = [
            Vec::clear,
            |content| content.truncate(4),
            // No power of two.
            |content| content.extend(content[content.len() - 4..].to_vec()),
            |content| put(content, 0, 1),
            |content| put(content, 1, NONE),
            |content| put_last(content, 0),
            |content| put_last(content, NONE),
        ];
        for change in changes {
            refused(entries, "not well-formed", |sealed| change(sealed.section(buckets)));
        }
        refused(entries, "not well-formed", |sealed| sealed.section(entries).clear());
    }
}

#[test]
fn a_description_that_is_not_one() {
    for meta in ["", "{}", "[]", "\"Meta\"", "{\"engine\":1}", "\u{0}", "{\"engine\":\"0.1.0\""] {
        refused("Meta", "cannot be read", |sealed| *sealed.section("Meta") = meta.as_bytes().to_vec());
    }
    refused("Meta", "cannot be read", |sealed| *sealed.section("Meta") = vec![0xff; 64]);
    // Nested beyond what a parser may follow.
    refused("Meta", "cannot be read", |sealed| *sealed.section("Meta") = "[".repeat(100_000).into_bytes());
}

#[test]
fn a_description_that_counts_wrong() {
    for member in ["entities", "names", "identifiers", "links"] {
        refused("Meta", "counts", |sealed| {
            let mut meta: serde_json::Value = serde_json::from_slice(sealed.section("Meta")).unwrap();
            meta[member] = 1_000_000.into();
            *sealed.section("Meta") = meta.to_string().into_bytes();
        });
    }
}

#[test]
fn members_that_are_not_json_are_left_out() {
    // The JSON of an entity's other members becomes any other text of the heap.
    let mut sealed = Sealed::of(built().bytes());
    let strings = sealed.section("StringOffsets").len() as u32 / 4 - 1;
    for string in (0..strings).step_by(7) {
        set(&mut sealed, "Entities", ENTITY, 0, 3, string);
        let snapshot = Snapshot::from_bytes("hostile", &sealed.bytes()).unwrap();
        assert_eq!(snapshot.entity("inv-1").unwrap().to_entity().id, "inv-1");
        assert!(read_everything(&snapshot, &KEYS) > 0);
    }
}

#[test]
fn what_a_row_says_of_its_text_is_not_believed_beyond_the_row() {
    // The letters that stand in a token's row, its length, kind, class, set of letters and skeleton code; a name's counts of classes.
    for (section, row_bytes, words) in [("Tokens", TOKEN, 0..8), ("Names", NAME, 7..10)] {
        for word in words {
            for value in [0, NONE, 0x8080_8080, 0x0101_0101] {
                let mut sealed = Sealed::of(built().bytes());
                set(&mut sealed, section, row_bytes, 0, word, value);
                let snapshot = Snapshot::from_bytes("hostile", &sealed.bytes()).unwrap();
                assert!(read_everything(&snapshot, &KEYS) > 0, "{section} {word} {value}");
                assert_eq!(snapshot.token_at(0).unwrap().text(), built().open().unwrap().token_at(0).unwrap().text());
            }
        }
    }
}

#[test]
fn a_schema_of_a_name_that_no_entity_has() {
    // Any text of the heap: what names no schema in use is beyond the last of them.
    let mut sealed = Sealed::of(built().bytes());
    let strings = sealed.section("StringOffsets").len() as u32 / 4 - 1;
    let mut unknown = 0;
    for string in (0..strings).step_by(5) {
        set(&mut sealed, "Names", NAME, 0, 6, string);
        let snapshot = Snapshot::from_bytes("hostile", &sealed.bytes()).unwrap();
        let name = snapshot.name_at(0).unwrap();
        if name.schema_index() >= snapshot.schemata().count() {
            assert_eq!(name.schema(), None);
            unknown += 1;
        }
        assert!(read_everything(&snapshot, &KEYS) > 0);
    }
    assert!(unknown > 10, "{unknown}");
}

fn change() -> impl Strategy<Value = Change> {
    let value = || prop_oneof![3 => 0..200_u32, 1 => any::<u32>(), 1 => Just(NONE), 1 => Just(NONE - 1)];
    prop_oneof![
        4 => value().prop_map(Change::Set),
        2 => prop::sample::select(vec![1, 2, u32::MAX, u32::MAX - 1, 1 << 8, 1 << 16, 1 << 31]).prop_map(Change::Add),
        2 => value().prop_map(Change::Swap),
        1 => Just(Change::Truncate),
        1 => value().prop_map(Change::Extend),
    ]
}

fn patch() -> impl Strategy<Value = Patch> {
    (0..SECTIONS.len(), any::<usize>(), change()).prop_map(|(section, word, change)| Patch { section, word, change })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_change_is_refused_or_harmless(patches in prop::collection::vec(patch(), 1..4), key in any::<String>()) {
        let mut sealed = Sealed::of(built().bytes());
        for patch in &patches {
            sealed.apply(*patch);
        }
        match Snapshot::from_bytes("hostile", &sealed.bytes()) {
            Ok(snapshot) => {
                prop_assert!(snapshot.verify("hostile").is_ok());
                let keys: Vec<&str> = KEYS.iter().copied().chain([key.as_str()]).collect();
                prop_assert!(read_everything(&snapshot, &keys) > 0);
            }
            Err(error) => prop_assert!(error.to_string().starts_with("hostile: "), "{error}"),
        }
    }
}
