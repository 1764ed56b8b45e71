//! What goes in comes out, and the same input gives the same file.

use interdict_model::{AliasKind, Entity, NameDetail, NamePart, NamePartKind, Origin, Schema, entity_to_json};
use interdict_snapshot::{Builder, EntityRef, FORMAT_VERSION, Snapshot, SnapshotError};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::exercise::read_everything;
use crate::fixture::{EVM_WALLET, build, built, entities, snapshot, source};

/// Every entity as it was put in. Comparing JSON texts as well shows an order that changed, which comparing maps would not.
#[track_caller]
fn holds(snapshot: &Snapshot, entities: &[Entity]) {
    let held: Vec<Entity> = snapshot.entities().map(EntityRef::to_entity).collect();
    assert_eq!(held, entities);
    assert_eq!(snapshot.entity_count() as usize, entities.len());
    for (at, entity) in entities.iter().enumerate() {
        let found = snapshot.entity(&entity.id).expect("found by id");
        assert_eq!(found.index() as usize, at);
        assert_eq!(snapshot.entity_at(at as u32).map(EntityRef::id), Some(entity.id.as_str()));
        assert_eq!(found.to_entity(), *entity);
        let properties = |entity: &Entity| entity_to_json(entity)["properties"].to_string();
        assert_eq!(properties(&found.to_entity()), properties(entity));
        assert_eq!(found.caption(), entity.display_name());
        assert_eq!(found.schema(), entity.schema.known());
        assert_eq!(found.schema_name(), entity.schema.as_str());
        assert_eq!(found.origin(), entity.origin.clone().unwrap_or_default());
        assert_eq!(found.datasets(), entity.datasets);
        assert_eq!(found.name_details(), entity.names);
    }
}

#[test]
fn entities_come_back_from_memory() {
    let built = built();
    holds(&built.open().unwrap(), &entities());
    holds(&Snapshot::from_bytes("copy", built.bytes()).unwrap(), &entities());
}

#[test]
fn entities_come_back_from_a_mapped_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    let built = built();
    built.write(&path).unwrap();
    let snapshot = Snapshot::open(&path).unwrap();
    holds(&snapshot, &entities());
    assert_eq!(snapshot.id(), built.id());
    assert_eq!(snapshot.size(), built.bytes().len());
    assert!(read_everything(&snapshot, &["kim", ""]) > 0);
    snapshot.verify("list.snapshot").unwrap();
}

#[test]
fn bytes_need_no_alignment() {
    let mut shifted = vec![0_u8];
    shifted.extend_from_slice(built().bytes());
    holds(&Snapshot::from_bytes("shifted", &shifted[1..]).unwrap(), &entities());
}

#[test]
fn a_snapshot_says_what_it_is() {
    let built = built();
    let snapshot = built.open().unwrap();
    assert_eq!(snapshot.meta(), built.meta());
    let meta = snapshot.meta();
    assert_eq!(meta.sources, [source()]);
    assert_eq!((meta.entities, meta.names), (11, 8));
    assert_eq!(meta.names, u64::from(snapshot.name_count()));
    assert_eq!(meta.links, snapshot.entities().map(|entity| entity.referrers().count() as u64).sum::<u64>());
    assert_eq!(snapshot.id().len(), 64);
    assert!(snapshot.id().bytes().all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_uppercase()));
}

#[test]
fn captions_fall_back_as_the_model_says() {
    let snapshot = snapshot();
    for (id, caption) in [
        ("inv-1", "KIM, Chol Su"),
        ("inv-2", "Paektu Example Shipping Co., Ltd."),
        ("inv-3", "PX0000123"),
        ("inv-4", crate::fixture::EVM_WALLET),
        ("inv-8", "1 Example Street, Pyongyang"),
        ("inv-9", "inv-9"),
        ("inv-11", "inv-11"),
    ] {
        assert_eq!(snapshot.entity(id).unwrap().caption(), caption, "{id}");
    }
}

#[test]
fn referrers_are_who_points_here() {
    let snapshot = snapshot();
    let referrers = |id: &str| -> Vec<(String, String)> {
        let links = snapshot.entity(id).unwrap().referrers();
        links.map(|link| (link.entity.id().to_owned(), link.property.to_owned())).collect()
    };
    let pair = |from: &str, property: &str| (from.to_owned(), property.to_owned());
    assert_eq!(
        referrers("inv-1"),
        [pair("inv-3", "holder"), pair("inv-4", "holder"), pair("inv-5", "owner"), pair("inv-9", "entity")]
    );
    assert_eq!(referrers("inv-2"), [pair("inv-5", "asset")]);
    for id in ["inv-3", "inv-5", "inv-7", "inv-10", "inv-11"] {
        assert_eq!(referrers(id), [], "{id}");
    }
}

#[test]
fn same_input_same_bytes() {
    let (one, two) = (built(), built());
    assert_eq!(one.id(), two.id());
    assert!(one.bytes() == two.bytes());
}

#[test]
fn any_other_input_is_another_snapshot() {
    let mut reversed = entities();
    reversed.reverse();
    let mut fewer = entities();
    fewer.pop();
    let mut record = entities();
    record[0].add_from("alias", "Kim Chul Soo", "DocumentedName 14");
    let mut record_only = entities();
    record_only[0].add_from("alias", "Kim Chul Soo", "DocumentedName 15");
    let mut ids = vec![built().id().to_owned()];
    ids.extend([&reversed, &fewer, &record, &record_only].map(|entities| build(entities).id().to_owned()));
    // Another issue of the source, and no source at all.
    for source in [Some(interdict_snapshot::SourceMeta { issue_date: "2025-11-20".to_owned(), ..source() }), None] {
        let mut builder = Builder::new();
        for entity in entities() {
            builder.add(&entity);
        }
        if let Some(source) = source {
            builder.add_source(source);
        }
        ids.push(builder.finish().unwrap().id().to_owned());
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn entities_with_one_id_are_merged_at_the_second_try() {
    let mut again = Entity::new("inv-2", entities()[1].schema.clone());
    again.add("alias", "Another Name Altogether");
    let mut twice = entities();
    twice.push(again);
    let build = |mut builder: Builder| {
        for entity in &twice {
            builder.add(entity);
        }
        builder.finish()
    };
    let error = build(Builder::new()).unwrap_err();
    assert_eq!(error.to_string(), "1 ids stand for more than one entity, among them `inv-2`");
    let SnapshotError::DuplicateIds(ids) = error else { panic!("{error:?}") };
    let merged = build(Builder::merging(ids)).unwrap().open().unwrap();
    assert_eq!(merged.entity_count() as usize, entities().len());
    let entity = merged.entity("inv-2").unwrap();
    assert!(entity.texts("alias").any(|alias| alias == "Another Name Altogether"));
    assert!(entities()[1].texts("name").all(|name| entity.texts("name").any(|held| held == name)));
}

#[test]
fn one_id_cannot_stand_for_two_kinds_of_thing() {
    let mut builder = Builder::merging(vec!["x".to_owned()]);
    for schema in [Schema::Person, Schema::Vessel] {
        builder.add(&Entity::new("x", schema));
    }
    let error = builder.finish().unwrap_err();
    assert_eq!(error.to_string(), "`x` is stated as Person and as Vessel; one id cannot stand for both");
}

#[test]
fn nothing_is_not_a_list() {
    let mut builder = Builder::new();
    builder.add_source(source());
    let error = builder.finish().unwrap_err();
    assert!(matches!(error, SnapshotError::Empty), "{error:?}");
}

#[test]
fn the_format_version_is_in_the_file() {
    assert_eq!(&built().bytes()[..12], [b"INTRDCT\n".as_slice(), &FORMAT_VERSION.to_le_bytes()].concat());
}

/// Texts of every kind, among them some that would break a careless encoding.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-z ,.'-]{0,24}",
        2 => "[가-힣]{1,4}",
        2 => any::<String>(),
        1 => Just("a=b\u{1f}c\\d~".to_owned()),
        1 => Just(String::new()),
    ]
}

fn detail() -> impl Strategy<Value = NameDetail> {
    let kinds = [AliasKind::Name, AliasKind::AlsoKnownAs, AliasKind::FormerlyKnownAs, AliasKind::NowKnownAs];
    let part_kinds = [NamePartKind::Family, NamePartKind::Given, NamePartKind::Nickname, NamePartKind::Whole];
    let part = (prop::sample::select(part_kinds.to_vec()), text()).prop_map(|(kind, text)| NamePart { kind, text });
    let kind = prop::sample::select(kinds.to_vec());
    (text(), kind, any::<bool>(), text(), prop::collection::vec(part.boxed(), 0..4), text())
        .prop_map(|(text, kind, weak, script, parts, record)| NameDetail { text, kind, weak, script, parts, record })
}

fn extra() -> impl Strategy<Value = Map<String, Json>> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        text().prop_map(Json::from)
    ];
    let value = leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Json::from));
    prop::collection::vec(("x_[a-z]{0,6}", value), 0..4).prop_map(|members| members.into_iter().collect())
}

fn entity() -> impl Strategy<Value = Entity> {
    let schemata =
        ["Person", "Company", "Vessel", "Passport", "CryptoWallet", "Ownership", "Sanction", "Address", "HyperText", "?"];
    let properties = [
        "name",
        "alias",
        "weakAlias",
        "passportNumber",
        "number",
        "publicKey",
        "holder",
        "owner",
        "asset",
        "imoNumber",
        "email",
        "country",
        "shoeSize",
        "",
    ];
    let value = (prop::sample::select(properties.to_vec()), text(), prop::option::of(text()));
    let origin = prop::option::of((text(), text(), text()));
    let first = (prop::sample::select(schemata.to_vec()), prop::option::of(text()), prop::option::of(any::<bool>()));
    let second = (origin, prop::collection::vec(text(), 0..3), prop::collection::vec(detail(), 0..3), extra());
    (first, second, prop::collection::vec(value, 0..12)).prop_map(
        |((schema, caption, target), (origin, datasets, names, extra), values)| {
            let mut entity = Entity::new("", schema);
            (entity.caption, entity.target, entity.datasets, entity.names, entity.extra) =
                (caption, target, datasets, names, extra);
            entity.origin = origin.map(|(source, issue, record)| Origin { source, issue, record });
            for (property, text, record) in values {
                entity.add(property, interdict_model::Value { text, record: record.map(Into::into) });
            }
            entity
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_entities_come_back(mut entities in prop::collection::vec(entity(), 1..6), ids in prop::collection::hash_set(text(), 6)) {
        for (entity, id) in entities.iter_mut().zip(ids) {
            entity.id = id;
        }
        let built = build(&entities);
        let snapshot = built.open().unwrap();
        holds(&snapshot, &entities);
        prop_assert!(read_everything(&snapshot, &["kim", ""]) > 0);
        let again = build(&entities);
        prop_assert_eq!(built.id(), again.id());
    }
}

#[test]
fn values_belong_to_those_who_have_them() {
    let mut entities = Vec::new();
    let mut add = |id: &str, schema, properties: &[(&str, &str)]| {
        let mut entity = Entity::new(id, schema);
        for (property, text) in properties {
            entity.add_from(property, *text, format!("{property} of {id}").as_str());
        }
        entities.push(entity);
    };
    add("a", Schema::Company, &[("phone", "+1 202 555 0142"), ("addressEntity", "place")]);
    add("b", Schema::Company, &[("phone", "+1 (202) 555-0142"), ("addressEntity", "place"), ("addressEntity", "empty")]);
    add("place", Schema::Address, &[("full", "12 Example Street, Springfield, 12345"), ("country", "us")]);
    add("nobody's", Schema::Address, &[("full", "99 Unheld Road, Springfield, 12345"), ("country", "us")]);
    add("wallet", Schema::CryptoWallet, &[("holder", "a"), ("holder", "b"), ("publicKey", EVM_WALLET)]);
    add("lost", Schema::CryptoWallet, &[("holder", "gone"), ("publicKey", EVM_WALLET)]);
    let snapshot = build(&entities).open().unwrap();
    let attributes = snapshot.attributes();
    let id = |at| snapshot.entity_at(at).unwrap().id();
    let mut found: Vec<String> = Vec::new();
    for value in (0..attributes.count()).filter_map(|at| attributes.at(at)) {
        assert_eq!(attributes.find(value.kind(), value.key()).unwrap().index(), value.index());
        for held in value.holders() {
            assert!(
                attributes.of(held.entity()).any(|one| one.value().index() == value.index() && one.shown() == held.shown())
            );
            found.push(format!("{} {} by {}: {}", value.kind().code(), id(held.entity()), id(held.stated_by()), held.record()));
        }
        assert_eq!(value.holder_count() as usize, value.holders().count());
    }
    found.retain(|line| !line.starts_with("address"));
    assert_eq!(
        found,
        [
            "phone a by a: phone of a",
            "phone b by b: phone of b",
            "wallet a by wallet: publicKey of wallet",
            "wallet b by wallet: publicKey of wallet",
            "wallet lost by lost: publicKey of lost",
        ]
    );
    assert!(attributes.find(interdict_names::AttributeKind::Phone, "+1").is_none());
    let of_address = |at| snapshot.entity_at(at).unwrap().schema() == Some(Schema::Address);
    assert!(
        (0..attributes.count())
            .filter_map(|at| attributes.at(at))
            .all(|value| { value.holders().all(|held| !of_address(held.entity())) })
    );
}
