//! `docs/persona.md` states what the program does: the words of the tables, the formats, the weights of links and the numbers of the score
//! are taken from the program and looked for in the page.

use std::fmt::Write as _;

use interdict_persona::{DocKind, EventKind, Field, Format, IdKind, LinkSettings, LinkWhy, RelKind, Scale, Table, WEIGHTS};

/// The page.
const PAGE: &str = include_str!("../../../docs/persona.md");

/// Every piece must stand in the page; the missing ones are told together, as they should stand.
#[track_caller]
fn check(pieces: impl IntoIterator<Item = String>) {
    // Lines of prose break anywhere.
    let page = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut missing = String::new();
    let mut count = 0;
    for piece in pieces {
        count += 1;
        if !page.contains(&piece) {
            let _ = writeln!(missing, "{piece}");
        }
    }
    assert!(count > 0);
    assert!(missing.is_empty(), "not in docs/persona.md:\n{missing}");
}

fn code(word: &str) -> String {
    format!("`{word}`")
}

/// The row of a table that begins so.
#[track_caller]
fn row(begin: &str) -> String {
    PAGE.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("no row `{begin}`")).to_owned()
}

#[test]
fn weights_of_links() {
    check(WEIGHTS.iter().map(|row| {
        let (kind, family) = (row.kind.label(), row.family.label());
        format!("| {kind} | {family} | {:.1} | {} | {} | {} |", row.weight, row.full, row.most, row.reason)
    }));
    let rows = PAGE
        .lines()
        .skip_while(|line| !line.starts_with("| what is shared |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .count();
    assert_eq!(rows, WEIGHTS.len(), "rows that the program does not have");
}

#[test]
fn reasons_that_lessen_a_weight() {
    check(LinkWhy::ALL.map(|why| format!("`{}` ({})", why.code(), why.label())));
}

#[test]
fn words_of_the_tables() {
    for (begin, words) in [
        ("| `event.kind` |", EventKind::ALL.iter().map(|word| word.code()).collect::<Vec<_>>()),
        ("| `document.kind` |", DocKind::ALL.iter().map(|word| word.code()).collect()),
        ("| `relation.kind` |", RelKind::ALL.iter().map(|word| word.code()).collect()),
        ("| facts in `detail` and `metadata` |", Field::ALL.iter().map(|word| word.code()).collect()),
        ("| `identifier.kind` |", IdKind::ALL.iter().filter(|word| !word.is_keyed()).map(|word| word.code()).collect()),
        (
            "| `identifier.kind`, kept only as keyed hash |",
            IdKind::ALL.iter().filter(|word| word.is_keyed()).map(|word| word.code()).collect(),
        ),
    ] {
        let row = row(begin);
        let cell = row.strip_prefix(begin).unwrap();
        let stated: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        assert_eq!(stated, words, "{begin}");
    }
    for table in Table::ALL {
        let row = row(&format!("| `{}` |", table.name()));
        for column in table.columns() {
            assert!(row.contains(&code(column)), "{}: {column}", table.name());
        }
    }
}

#[test]
fn formats() {
    let begin = PAGE.find("### Exports of services").unwrap();
    for format in Format::ALL {
        assert!(PAGE[begin..].contains(&code(format.code())), "{}", format.code());
    }
}

#[test]
fn numbers_of_the_score() {
    let scale = Scale::default();
    check([
        format!("| weak | {:.1} |", scale.weak),
        format!("| moderate | {:.1} |", scale.moderate),
        format!("| strong | {:.1} |", scale.strong),
        format!("all weak ones together count at most {:.1}", scale.weak_cap),
        format!("weak and moderate ones together at most {:.1}", scale.moderate_cap),
        format!("a category counts at most {:.1}", scale.category_cap),
        format!(
            "| priority review | {:.1} or more; at least two categories that bring {:.1} or more",
            scale.priority, scale.counts
        ),
        format!("| review | {:.1} or more", scale.review),
    ]);
    assert!((scale.further - 0.5).abs() < f64::EPSILON, "the page says that each other strong one counts half");
}

#[test]
fn numbers_of_links() {
    let settings = LinkSettings::default();
    check([
        format!("Two people are linked from {:.1} on", settings.link),
        format!("already from {:.1} on", settings.hint),
        format!("of two families and reaches {:.1}", settings.join),
        format!("at most {} days apart", settings.gap_days),
        format!("at most {} of 64 bits", settings.picture_bits),
        format!("{} % of word triples", settings.likeness * 100.0),
    ]);
    assert_eq!(settings.families, 2, "the page says that a ring needs two families");
}
