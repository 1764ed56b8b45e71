//! Listings of several lists that are one party, that are two, and that cannot be told.

use interdict_matching::{Clusterer, Clusters, Evidence, Judgement, Judgements, Open, Scratch, twins};
use interdict_model::{Entity, Origin, entity_from_json};
use interdict_snapshot::{Builder, Snapshot};
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "so that callers may write `json!` in place")]
fn listing(list: &str, id: &str, schema: &str, properties: Value) -> Entity {
    let json = json!({"id": id, "schema": schema, "properties": properties, "target": true});
    let mut entity = entity_from_json(&json.to_string()).unwrap();
    entity.origin = Some(Origin { source: list.into(), issue: "2026-01-01".into(), record: id.into() });
    entity
}

fn sanction(list: &str, of: &str, unsc_id: &str) -> Entity {
    let json = json!({"id": format!("{of}-s"), "schema": "Sanction", "properties": {"entity": [of], "unscId": [unsc_id]}});
    let mut entity = entity_from_json(&json.to_string()).unwrap();
    entity.origin = Some(Origin { source: list.into(), issue: "2026-01-01".into(), record: of.into() });
    entity
}

fn snapshot(entities: &[Entity]) -> Snapshot {
    let mut builder = Builder::new();
    for entity in entities {
        builder.add(entity);
    }
    builder.finish().unwrap().open().unwrap()
}

fn cluster(snapshot: &Snapshot, judgements: &Judgements) -> Clusters {
    let clusterer = Clusterer::new(snapshot, &[]);
    let mut scratch = Scratch::default();
    let mut links = clusterer.references();
    for listing in clusterer.starts() {
        links.extend(clusterer.links_of(listing, &mut scratch));
    }
    clusterer.join(links, judgements)
}

/// The clusters as their ids.
fn ids(snapshot: &Snapshot, clusters: &Clusters) -> Vec<Vec<String>> {
    let id = |at: &u32| snapshot.entity_at(*at).unwrap().id().to_owned();
    clusters.clusters.iter().map(|cluster| cluster.listings.iter().map(id).collect()).collect()
}

fn open(snapshot: &Snapshot, clusters: &Clusters) -> Vec<(String, String, Open)> {
    let id = |at: u32| snapshot.entity_at(at).unwrap().id().to_owned();
    clusters.open.iter().map(|(link, open)| (id(link.listings.0), id(link.listings.1), *open)).collect()
}

#[test]
fn a_reference_links_whatever_the_names() {
    let snapshot = snapshot(&[
        listing("un", "un-KPe.900", "Organization", json!({"name": ["Example Trading Corporation"]})),
        sanction("un", "un-KPe.900", "KPe.900"),
        listing("eu", "eu-1", "Organization", json!({"name": ["Beispielhandel"]})),
        sanction("eu", "eu-1", "KPe 900"),
        listing("eu", "eu-2", "Organization", json!({"name": ["Other Works"]})),
        sanction("eu", "eu-2", "KPe.901"),
    ]);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert_eq!(ids(&snapshot, &clusters), [["eu-1", "un-KPe.900"]]);
    assert_eq!(clusters.clusters[0].links[0].evidence, [Evidence::Reference { number: "KPe.900".into() }]);
}

#[test]
fn numbers_and_names() {
    let person = |list, id, name, born: &str, more: Value| {
        let mut properties = json!({"name": [name], "birthDate": [born], "nationality": ["kp"]});
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        listing(list, id, "Person", properties)
    };
    let snapshot = snapshot(&[
        // The same day of birth and nearly the same name.
        person("a", "a-1", "PAK Chol Sample", "1970-02-03", json!({})),
        person("b", "b-1", "Pak Chol-Sample", "1970-02-03", json!({})),
        // The same name, and days that contradict.
        person("a", "a-2", "RI Example Su", "1960-01-01", json!({})),
        person("b", "b-2", "RI Example Su", "1978-05-09", json!({})),
        // One passport.
        person("a", "a-3", "HONG Fiction Il", "1980-01-01", json!({"passportNumber": ["KP0001234"]})),
        person("b", "b-3", "HONG Fiction", "1981-06-01", json!({"passportNumber": ["KP0001234"]})),
        // A name alone.
        person("a", "a-4", "JANG Invented Hak", "1955", json!({})),
        listing("b", "b-4", "Person", json!({"name": ["JANG Invented Hak"]})),
        // A ship that was renamed.
        listing("a", "a-5", "Vessel", json!({"name": ["SAMPLE STAR"], "imoNumber": ["9074729"]})),
        listing("b", "b-5", "Vessel", json!({"name": ["OTHER MOON"], "imoNumber": ["9074729"]})),
        // Two ships of one name.
        listing("a", "a-6", "Vessel", json!({"name": ["EXAMPLE WAVE"], "flag": ["kp"]})),
        listing("b", "b-6", "Vessel", json!({"name": ["EXAMPLE WAVE"], "flag": ["kp"]})),
    ]);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert_eq!(ids(&snapshot, &clusters), [["a-1", "b-1"], ["a-3", "b-3"], ["a-5", "b-5"]]);
    let pairs = [("a-4".to_owned(), "b-4".to_owned(), Open::Possible), ("a-6".to_owned(), "b-6".to_owned(), Open::Possible)];
    assert_eq!(open(&snapshot, &clusters), pairs);
    let twins = twins(&Clusterer::new(&snapshot, &[]), &clusters);
    assert_eq!(twins[&("a".to_owned(), "b".to_owned())], (3, 2));
}

#[test]
fn a_programme_named_for_a_country_says_the_country() {
    let under = |of: &str, program: &str| {
        let json = json!({"id": format!("{of}-s"), "schema": "Sanction", "properties": {"entity": [of], "program": [program]}});
        entity_from_json(&json.to_string()).unwrap()
    };
    let body = |list, id: &str, country: &[&str]| {
        listing(list, id, "Organization", json!({"name": [format!("Zephyr {} Industries", &id[2..])], "country": country}))
    };
    let snapshot = snapshot(&[
        // The one is listed for its country and does not state it.
        body("a", "a-Example", &[]),
        under("a-Example", "DPRK"),
        body("b", "b-Example", &["kp"]),
        // A programme that is no country's says nothing.
        body("a", "a-Invented", &[]),
        under("a-Invented", "Al-Qaida"),
        body("b", "b-Invented", &["ye"]),
        // A country that is stated counts for more than a programme.
        body("a", "a-Sample", &["cn"]),
        under("a-Sample", "DPRK"),
        body("b", "b-Sample", &["kp"]),
    ]);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert_eq!(ids(&snapshot, &clusters), [["a-Example", "b-Example"]]);
    let Evidence::Name { with, .. } = &clusters.clusters[0].links[0].evidence[0] else { panic!("by name") };
    assert_eq!(with, &["North Korea, by the programme of a side that states no country"]);
    let pairs = open(&snapshot, &clusters).into_iter().map(|(a, _, why)| (a, why)).collect::<Vec<_>>();
    assert_eq!(pairs, [("a-Invented".to_owned(), Open::Possible), ("a-Sample".to_owned(), Open::Possible)]);
}

#[test]
fn bodies_with_different_numbers_are_left_to_a_person() {
    let body = |list, id: &str, number: &str| {
        let name = format!("Zephyr {} Insurance", &id[2..]);
        listing(list, id, "Company", json!({"name": [name], "country": ["kp"], "registrationNumber": [number]}))
    };
    let snapshot = snapshot(&[
        body("a", "a-Example", "111-222"),
        body("b", "b-Example", "333-444"),
        body("a", "a-Sample", "555-666"),
        body("b", "b-Sample", "555666"),
    ]);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert_eq!(ids(&snapshot, &clusters), [["a-Sample", "b-Sample"]]);
    assert_eq!(open(&snapshot, &clusters), [("a-Example".to_owned(), "b-Example".to_owned(), Open::Possible)]);
}

#[test]
fn a_date_with_a_slip_is_left_to_a_person() {
    let person = |list, id: &str, born: &str| {
        let properties = json!({"name": [format!("Ada {} Sample", &id[2..])], "birthDate": [born], "nationality": ["dz"]});
        listing(list, id, "Person", properties)
    };
    let snapshot = snapshot(&[
        person("a", "a-Zwick", "1965-05-12"),
        person("b", "b-Zwick", "1965-12-05"),
        person("a", "a-Quorum", "1966-01-27"),
        person("b", "b-Quorum", "1966-01-28"),
        person("a", "a-Mwangi", "1966-01-27"),
        person("b", "b-Mwangi", "1971-03-02"),
    ]);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert!(clusters.clusters.is_empty());
    let mut pairs = open(&snapshot, &clusters).into_iter().map(|(a, _, why)| (a, why)).collect::<Vec<_>>();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(pairs, [("a-Quorum".to_owned(), Open::Possible), ("a-Zwick".to_owned(), Open::Possible)]);
}

#[test]
fn a_list_knows_its_own_parties() {
    let party = |list, id| listing(list, id, "Organization", json!({"name": ["Zephyr Example Holding"], "country": ["kp"]}));
    let entities = [party("a", "a-1"), party("a", "a-2"), party("b", "b-1")];
    let snapshot = snapshot(&entities);
    let clusters = cluster(&snapshot, &Judgements::default());
    assert_eq!(ids(&snapshot, &clusters), [["a-1", "b-1"]]);
    assert_eq!(open(&snapshot, &clusters), [("a-2".to_owned(), "b-1".to_owned(), Open::Conflict)]);
    // A person may know better than the lists.
    let mut judgements = Judgements::default();
    judgements.add("b-1", "a-2", Judgement::Same);
    judgements.add("a-1", "b-1", Judgement::NotSame);
    let clusters = cluster(&snapshot, &judgements);
    assert_eq!(ids(&snapshot, &clusters), [["a-2", "b-1"]]);
    assert_eq!(open(&snapshot, &clusters), [("a-1".to_owned(), "b-1".to_owned(), Open::Contradicted)]);
    assert_eq!(clusters.clusters[0].links[0].evidence[0], Evidence::Judged);
    // What was judged is undone by another judgement, and nothing else is left of it.
    judgements.add("a-2", "b-1", Judgement::Unsure);
    judgements.add("a-1", "b-1", Judgement::Same);
    let clusters = cluster(&snapshot, &judgements);
    assert_eq!(ids(&snapshot, &clusters), [["a-1", "b-1"]]);
    assert_eq!(open(&snapshot, &clusters), [("a-2".to_owned(), "b-1".to_owned(), Open::Unsure)]);
}

#[test]
fn not_the_same_holds_across_a_third() {
    let snapshot = snapshot(&[
        listing("a", "a-1", "Organization", json!({"name": ["Quorum Example Works"], "country": ["kp"]})),
        listing("b", "b-1", "Organization", json!({"name": ["Quorum Example Works"], "country": ["kp"]})),
        listing("c", "c-1", "Organization", json!({"name": ["Quorum Example Works"], "country": ["kp"]})),
    ]);
    let mut judgements = Judgements::default();
    judgements.add("a-1", "c-1", Judgement::NotSame);
    let clusters = cluster(&snapshot, &judgements);
    for cluster in ids(&snapshot, &clusters) {
        assert!(!(cluster.contains(&"a-1".to_owned()) && cluster.contains(&"c-1".to_owned())), "{cluster:?}");
    }
    assert_eq!(clusters.clusters.len(), 1);
}

#[test]
fn referents_of_an_export() {
    let mut entity = listing("os", "NK-1", "Person", json!({"name": ["Somebody Else"]}));
    entity.extra.insert("referents".into(), json!(["a-1", "gone-2"]));
    let snapshot = snapshot(&[entity, listing("a", "a-1", "Person", json!({"name": ["PAK Chol Sample"]}))]);
    assert_eq!(ids(&snapshot, &cluster(&snapshot, &Judgements::default())), [["NK-1", "a-1"]]);
}
