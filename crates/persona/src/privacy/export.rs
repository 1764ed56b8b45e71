//! Everything that is held on one person, for that person: the person goes in; one JSON document with every row and where it comes from
//! comes out. Others are named in it by their ids only.

use serde_json::{Map, Value, json};

use crate::people::{Event, Fact, Identifier, Person, Shown, Source};
use crate::time::Time;

fn moment(time: Option<Time>) -> Value {
    time.map_or(Value::Null, |time| time.to_string().into())
}

/// A text as it is; a keyed hash in full, for from it nobody without the key finds the number.
fn shown(value: &Shown) -> Value {
    match value {
        Shown::Text(text) => text.as_str().into(),
        Shown::Keyed(kind, hash) => json!({"kept_as_keyed_hash_of": kind.label(), "hmac_sha256": hash.hex()}),
    }
}

fn facts<'a>(facts: impl Iterator<Item = Fact<'a>>) -> Value {
    let mut own = Map::new();
    // Positions and schools, each with its facts.
    let mut groups: Vec<Map<String, Value>> = Vec::new();
    for fact in facts {
        let into = match usize::from(fact.group()) {
            0 => &mut own,
            group => {
                if groups.len() < group {
                    groups.resize_with(group, Map::new);
                }
                &mut groups[group - 1]
            }
        };
        let value = shown(&fact.shown());
        match into.get_mut(fact.field().code()) {
            None => {
                into.insert(fact.field().code().to_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = json!([one.take(), value]),
        }
    }
    let groups: Vec<Value> = groups.into_iter().filter(|group| !group.is_empty()).map(Value::Object).collect();
    if !groups.is_empty() {
        own.insert("positions_and_schools".to_owned(), groups.into());
    }
    Value::Object(own)
}

/// All of it, as of a moment.
#[must_use]
pub fn export_person(person: Person<'_>, as_of: Time) -> Value {
    let place = |source: Source| person.people().place(source);
    let event = |event: Event<'_>| {
        json!({
            "kind": event.kind().code(),
            "time": event.time().to_string(),
            "offset_minutes": event.offset(),
            "ip": event.ip().map(|ip| ip.to_string()),
            "device": event.device().as_ref().map(shown),
            "facts": facts(event.facts()),
            "source": place(event.source()),
        })
    };
    let identifiers: Vec<Value> = person
        .identifiers()
        .flat_map(Identifier::records)
        .map(|identifier| {
            json!({
                "kind": identifier.kind().code(),
                "value": shown(&identifier.shown()),
                "compared_as": identifier.value(),
                "first_seen": moment(identifier.first()),
                "last_seen": moment(identifier.last()),
                "source": place(identifier.source()),
            })
        })
        .collect();
    let documents: Vec<Value> = person
        .documents()
        .map(|document| {
            json!({
                "kind": document.kind().code(),
                "time": moment(document.time()),
                "facts": facts(document.facts()),
                "text": document.text(),
                "source": place(document.source()),
            })
        })
        .collect();
    let relations: Vec<Value> = person
        .relations()
        .chain(person.relations_to())
        .map(|relation| {
            json!({
                "a": relation.a().key(),
                "kind": relation.kind().code(),
                "b": relation.b().key(),
                "time": moment(relation.time()),
                "source": place(relation.source()),
            })
        })
        .collect();
    json!({
        "person": person.key(),
        "other_ids": person.also().collect::<Vec<_>>(),
        "as_of": as_of.to_string(),
        "name": person.name(),
        "stated_country": person.country().map(|country| country.code().to_owned()),
        "stated_time_zone": person.zone().map(crate::people::Zone::name),
        "role": person.role(),
        "start": moment(person.start()),
        "end": moment(person.end()),
        "source": place(person.source()),
        "identifiers": identifiers,
        "events": person.events().map(event).collect::<Vec<_>>(),
        "documents": documents,
        "relations": relations,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::export_person;
    use crate::key::TenantKey;
    use crate::people::{Builder, Describe, Limits, NewDocument, NewEvent, Seen};
    use crate::time::Time;
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

    #[test]
    fn everything_with_its_source() {
        let key = TenantKey::new(&[7; 32]).unwrap();
        let hash = key.hash(IdKind::Doc, "AB12345").hex();
        let mut builder = Builder::new(key, Limits::default());
        let at = |builder: &mut Builder, line: u32| builder.source(&format!("a.csv:{line}"));
        let source = at(&mut builder, 1);
        let describe = Describe { name: "Ada Test", ..Describe::default() };
        let person = builder.person_row("p1", describe, source);
        let other = builder.person_row("p2", Describe { name: "Bo Other", ..Describe::default() }, source);
        let source = at(&mut builder, 2);
        builder.identifier(person, IdKind::Email, "Ada@Example.com", Seen::default(), source);
        let source = at(&mut builder, 3);
        builder.identifier(person, IdKind::Doc, "AB 12345", Seen::default(), source);
        let source = at(&mut builder, 4);
        let new = NewEvent {
            kind: EventKind::Login,
            time: "2026-05-01T10:00:00Z",
            offset: None,
            ip: "198.51.100.7",
            device: "LAPTOP-12345",
            facts: &[(Field::Country, "us"), (Field::Software, "A"), (Field::Software, "B")],
        };
        builder.event(person, &new, source);
        let source = at(&mut builder, 5);
        builder.document(person, &NewDocument { text: "My life.", ..NewDocument::new(DocKind::Cv) }, source);
        let source = at(&mut builder, 6);
        builder.relation(other, RelKind::Referred, person, "2026-04-01", source);
        builder.identifier(other, IdKind::Email, "bo@example.com", Seen::default(), source);
        let as_of = Time::parse("2026-06-01").unwrap().time;
        let people = builder.finish(as_of).0;
        let person = people.person(people.find("p1").unwrap());

        let all = export_person(person, as_of);
        assert_eq!((&all["person"], &all["name"], &all["source"]), (&json!("p1"), &json!("Ada Test"), &json!("a.csv:1")));
        let doc = all["identifiers"].as_array().unwrap().iter().find(|row| row["kind"] == "doc").unwrap();
        assert_eq!((&doc["value"]["hmac_sha256"], &doc["source"]), (&json!(hash), &json!("a.csv:3")));
        assert_eq!(all["events"][0]["ip"], "198.51.100.7");
        assert_eq!(all["events"][0]["facts"], json!({"country": "us", "software": ["A", "B"]}));
        assert_eq!(all["events"][0]["time"], "2026-05-01T10:00:00Z");
        assert_eq!(all["documents"][0]["text"], "My life.");
        assert_eq!((&all["relations"][0]["a"], &all["relations"][0]["source"]), (&json!("p2"), &json!("a.csv:6")));
        // Nothing of the other one but the id, and no number in the clear.
        let text = all.to_string();
        assert!(!text.contains("Bo Other") && !text.contains("bo@example.com") && !text.contains("12345"), "{text}");
    }

    #[test]
    fn each_record_of_one_value_is_shown() {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits { each_record: true, ..Limits::default() });
        let as_of = Time::parse("2026-06-01").unwrap().time;
        for (record, id, email, first) in [
            ("b.csv:9", "p1", "ada+jobs@example.com", "2026-04-01"),
            ("a.csv:3", "p1", "Ada@Example.com", "2026-05-01"),
            ("a.csv:4", "p1", "other@example.com", ""),
            ("a.csv:5", "p2", "bo@example.com", ""),
            ("b.csv:2", "p2", "bo@example.com", ""),
        ] {
            let source = builder.source(record);
            let person = builder.person(id, source);
            builder.identifier(person, IdKind::Email, email, Seen { first, last: "" }, source);
        }
        let people = builder.finish(as_of).0;
        let person = people.person(people.find("p1").unwrap());
        assert_eq!(person.identifiers().count(), 2, "to be compared it is one");
        let all = export_person(person, as_of);
        let rows = all["identifiers"].as_array().unwrap().iter().map(|row| {
            let [value, first, source] = ["value", "first_seen", "source"].map(|name| row[name].as_str().unwrap_or("-"));
            format!("{value} {} {source}", &first[..first.len().min(10)])
        });
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        assert_eq!(
            rows,
            ["Ada@Example.com 2026-05-01 a.csv:3", "ada+jobs@example.com 2026-04-01 b.csv:9", "other@example.com - a.csv:4"]
        );
    }
}
