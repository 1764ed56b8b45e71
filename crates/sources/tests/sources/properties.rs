//! Whatever the bytes are, loading ends with a list or an error, and what comes out is sound.

use std::collections::HashSet;

use interdict_model::{Entity, NameDetail, PropertyType, Schema, entity_from_json, entity_to_json};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{Loaded, MINI, bz2, gz, try_load, zip};

/// What holds of any list that is accepted, however odd the file was.
fn is_sound(loaded: &Loaded) {
    let lines = MINI.lines().count() as u64 + 64;
    for issue in &loaded.report.issues {
        assert!(issue.line <= lines && !issue.record.is_empty() && !issue.message.is_empty(), "{issue:?}");
    }
    assert_eq!(loaded.report.sha256.len(), 64);
    for entity in &loaded.entities {
        assert!(entity.id.starts_with("ofac-"), "{}", entity.id);
        let edge = entity.schema.known().and_then(Schema::edge);
        for end in edge.into_iter().flat_map(|(source, target)| [source, target]) {
            assert_eq!(entity.values(end).len(), 1, "{} has no {end}", entity.id);
        }
        let texts = |property: &str| entity.texts(property).map(str::to_owned).collect::<HashSet<_>>();
        for NameDetail { text, .. } in &entity.names {
            let known = ["name", "alias", "previousName", "weakAlias"].iter().any(|property| texts(property).contains(text));
            assert!(known, "{}: the name {text} is no property", entity.id);
        }
        let again = entity_from_json(&entity_to_json(entity).to_string()).unwrap();
        assert_eq!(entity_to_json(&again), entity_to_json(entity));
        for (_, value) in entity.values_of(PropertyType::Date) {
            assert!(value.text.parse::<interdict_model::DateValue>().is_ok(), "{}: {}", entity.id, value.text);
        }
    }
}

fn try_mini(bytes: &[u8]) -> Option<Loaded> {
    let loaded = try_load(bytes).ok()?;
    is_sound(&loaded);
    Some(loaded)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A file that lost its end is never taken for the list.
    #[test]
    fn truncated(end in any::<Index>()) {
        let whole = MINI.trim_end().len();
        prop_assert!(try_mini(&MINI.as_bytes()[..end.index(whole)]).is_none());
    }

    #[test]
    fn truncated_and_packed(end in any::<Index>(), kind in 0..3_usize) {
        let packed = match kind {
            0 => gz(MINI.as_bytes()),
            1 => bz2(MINI.as_bytes()),
            _ => zip(&[("list.xml", MINI.as_bytes())]),
        };
        prop_assert!(try_mini(&packed[..end.index(packed.len())]).is_none());
    }

    #[test]
    fn flipped(changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..20)) {
        let mut bytes = MINI.as_bytes().to_vec();
        for (place, value) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        let _ = try_mini(&bytes);
    }

    /// Lines moved, doubled or lost: well-formed XML more often than not, with a meaning that nobody intended.
    #[test]
    fn shuffled(changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0..3_u8), 1..20)) {
        let mut lines: Vec<&str> = MINI.lines().collect();
        for (from, to, kind) in &changes {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            match kind {
                0 => lines.swap(from, to),
                1 => lines.insert(to, lines[from]),
                _ => {
                    lines.remove(from);
                }
            }
        }
        let _ = try_mini(lines.join("\n").as_bytes());
    }

    /// Attributes with other values: ids that lead nowhere or to the wrong thing.
    #[test]
    fn other_ids(changes in prop::collection::vec((any::<Index>(), 0..1500_u32), 1..50)) {
        let mut pieces: Vec<String> = MINI.split('"').map(str::to_owned).collect();
        let numbers: Vec<usize> =
            (0..pieces.len()).filter(|place| pieces[*place].parse::<u32>().is_ok()).collect();
        for (place, value) in &changes {
            pieces[numbers[place.index(numbers.len())]] = value.to_string();
        }
        let _ = try_mini(pieces.join("\"").as_bytes());
    }

    #[test]
    fn flipped_and_packed(changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..5), kind in 0..3_usize) {
        let mut bytes = match kind {
            0 => gz(MINI.as_bytes()),
            1 => bz2(MINI.as_bytes()),
            _ => zip(&[("list.xml", MINI.as_bytes())]),
        };
        for (place, value) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        let _ = try_mini(&bytes);
    }

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000), head in 0..6_usize) {
        let heads: [&[u8]; 6] = [b"", b"<Sanctions>", b"{", b"\x1f\x8b\x08\x00", b"BZh9", b"PK\x03\x04"];
        let _ = try_load(&[heads[head], &bytes].concat());
    }

    #[test]
    fn arbitrary_markup(text in "(<(/?[SDLa]|Sanctions|DistinctParties|DistinctParty FixedRef=\"[0-9]\"|!--|\\?)[ />]|[a-z&;\"]|/>|-->){0,60}") {
        let _ = try_load(format!("<Sanctions>{text}</Sanctions>").as_bytes());
    }

    #[test]
    fn json_lines_round_trip(
        people in prop::collection::vec((
            "[a-zA-Z0-9-]{1,20}",
            prop::collection::vec(("[a-z]{1,8}", prop::collection::vec("\\PC{1,30}", 1..4)), 0..6),
            any::<Option<bool>>(),
        ), 1..8),
        blank in any::<bool>(),
    ) {
        let entities: Vec<Entity> = people
            .iter()
            .map(|(id, properties, target)| {
                let mut entity = Entity::new(id.clone(), Schema::Person);
                for (property, values) in properties {
                    for value in values {
                        entity.add(property, value.clone());
                    }
                }
                entity.target = *target;
                entity.datasets = vec!["mine".to_owned()];
                entity.origin = Some(interdict_model::Origin { source: "mine".into(), ..Default::default() });
                entity
            })
            .collect();
        let lines: Vec<String> = entities.iter().map(|entity| entity_to_json(entity).to_string()).collect();
        let text = lines.join(if blank { "\r\n\n" } else { "\n" });
        let loaded = try_load(text.as_bytes()).unwrap();
        prop_assert_eq!(loaded.lines(), lines);
        prop_assert!(loaded.report.issues.is_empty());
    }
}
