//! The Canadian list: an invented one with every field, and the real one.

use interdict_model::AliasKind;

use crate::helpers::{check_sound, golden, load_real, real, survive_damage, text_of};
use crate::support::{Loaded, load, refusal, spec};

const FIXTURE: &str = include_str!("../data/canada.xml");

fn mini() -> Loaded {
    load(FIXTURE.as_bytes())
}

#[test]
fn golden_entities() {
    let loaded = mini();
    check_sound(&loaded);
    golden("canada.expected.jsonl", &loaded);
}

#[test]
fn counts_and_issues() {
    let loaded = mini();
    for (what, count) in [("records", 10), ("parties", 9), ("persons", 5), ("organisations", 3), ("vessels", 1), ("dates", 6)] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    assert_eq!(loaded.report.issue_date, "", "the file states none");
    let (six, eight) =
        ("50: record 6: Justice for Samples Regulations (JSR), item 1", "66: record 8: Ruritania, schedule 1, Part 1, item 8");
    let again = &loaded.entities[14].id;
    assert!(again.ends_with("-2") && again[..again.len() - 2] == loaded.entities[12].id, "{again}");
    assert_eq!(
        loaded.issues(),
        [
            format!("{six}: DateOfBirthOrShipBuildDate: a date cannot be read: the year in \"sep-99\" needs four digits; kept as a note"),
            format!("{six}: DateOfListing: a date cannot be read: 2020-02 has no day 31"),
            format!("{eight}: id: the regime, name and date of listing of an earlier record, too; both are kept, this one as `{again}`"),
            format!("{eight}: Mood: a field that is not known; kept as a note"),
            format!("{eight}: Item: a field that stands twice; the second is kept as a note"),
            "76: record 9: EntityOrShip: a record with the name of a person and of an entity; both are kept as names of a LegalEntity".into(),
            "76: record 9: Country: a record without a regime".into(),
            "76: record 9: Item: a record without an item".into(),
            "76: record 9: DateOfListing: a record without a date of listing".into(),
            "82: record 10: Ruritania, schedule 1, Part 1, item 9: EntityOrShip: a record without a name; it was left out".into(),
            "87: data-set: footnote: an element that is not known; it was left out".into(),
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 1);
    assert_eq!(loaded.report.rejected[0].text, "Country: Ruritania / Ruritanie\nSchedule: 1, Part 1\nItem: 9");
}

#[test]
fn what_is_no_such_list_is_refused() {
    assert_eq!(refusal(b"<data-set/>"), "list.dat: no parties in the file; an empty list is never accepted");
    assert!(refusal(b"<data-set><record><LastName>x</LastName>").contains("it is cut off"));
}

#[test]
fn keys_do_not_hang_on_place_or_spelling() {
    let key = |text: &str| load(text.as_bytes()).entities[0].id.clone();
    let record = |body: &str| format!("<data-set><record><Country>Ruritania / Ruritanie</Country>{body}</record></data-set>");
    let first = key(&record(
        "<LastName>MUSTER</LastName><GivenName>Erika</GivenName><Item>1</Item><DateOfListing>2020-01-01</DateOfListing>",
    ));
    let moved = key(&record(
        "<LastName>Muster </LastName><GivenName>Erika</GivenName><Item>5</Item><DateOfListing>2020-01-01</DateOfListing>",
    ));
    let later = key(&record(
        "<LastName>Muster</LastName><GivenName>Erika</GivenName><Item>1</Item><DateOfListing>2021-01-01</DateOfListing>",
    ));
    assert_eq!(first, moved);
    assert_ne!(first, later);
    let ship = |name: &str| key(&record(&format!("<EntityOrShip>{name}</EntityOrShip><ShipIMONumber>9074729</ShipIMONumber>")));
    assert_eq!(ship("Sample Star"), ship("Renamed"));
}

#[test]
fn damaged_copies() {
    survive_damage(&spec(), FIXTURE.as_bytes());
}

#[test]
fn real_2025_03_20() {
    let Some(path) = real("ca_sema/sema_2025-03-20.xml.gz") else { return };
    let loaded = load_real("ca_sema", &path);
    check_sound(&loaded);
    let text = text_of(&path);
    let tags = |tag: &str| text.matches(&format!("<{tag}>")).count() as u64;
    for (what, tag) in [
        ("records", "record"),
        ("parties", "record"),
        ("persons", "LastName"),
        ("vessels", "ShipIMONumber"),
        ("aliases_fields", "Aliases"),
        ("dates", "DateOfBirthOrShipBuildDate"),
    ] {
        assert_eq!(loaded.report.count(what), tags(tag), "{what}");
    }
    assert_eq!(loaded.report.count("organisations"), tags("EntityOrShip") - tags("ShipIMONumber"));
    assert_eq!(loaded.report.count("records"), 4_759);
    let sanctions = loaded.entities.iter().filter(|entity| entity.schema.as_str() == "Sanction").count();
    assert_eq!(sanctions, 4_759);
    // "Sep-99" and "born in the early 1970s" are no dates.
    assert_eq!(loaded.issues().len(), 2, "{:?}", loaded.issues());
    assert!(loaded.report.rejected.is_empty());
    let aliases = loaded.entities.iter().flat_map(|entity| &entity.names).filter(|name| name.kind == AliasKind::AlsoKnownAs);
    assert!(aliases.clone().all(|name| name.text.chars().any(char::is_alphanumeric)));
    assert!(aliases.count() as u64 > loaded.report.count("aliases_fields"));
}

/// Prints what the field of aliases became, to be read by a person.
#[test]
#[ignore = "for reading"]
#[expect(clippy::print_stdout, reason = "for reading")]
fn show_aliases() {
    let Some(path) = real("ca_sema/sema_2025-03-20.xml.gz") else { return };
    for entity in
        load_real("ca_sema", &path).entities.iter().filter(|entity| entity.names.len() > 2 || entity.first("notes").is_some())
    {
        let names: Vec<String> =
            entity.names.iter().map(|name| format!("{}{}", if name.weak { "~" } else { "" }, name.text)).collect();
        println!("{}\n    {}", names.join(" | "), entity.texts("notes").collect::<Vec<_>>().join("\n    "));
    }
}
