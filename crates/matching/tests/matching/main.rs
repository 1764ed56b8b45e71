//! Tests of screening and comparing through the public interface: tables of names, what decides and what only moves a score, candidates
//! against brute force, and any text at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_input;
mod clusters;
mod compare;
mod screen;
mod settings;

use std::sync::LazyLock;

use interdict_matching::{Comparison, Query, Settings};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{Builder, Snapshot};
use interdict_sources::{SourceSpec, load_bytes};

/// An entity of a schema with properties.
fn entity(schema: Schema, properties: &[(&str, &str)]) -> Entity {
    let mut entity = Entity::new("q", schema);
    for (property, value) in properties {
        entity.add(property, *value);
    }
    entity
}

fn query(schema: Schema, properties: &[(&str, &str)]) -> Query {
    Query::from_entity(&entity(schema, properties)).unwrap()
}

fn score(left: &Entity, right: &Entity) -> f64 {
    Comparison::of_entities(left, right, &Settings::default()).unwrap().score
}

/// A snapshot of the built-in dataset, built once.
fn dataset() -> &'static Snapshot {
    static DATASET: LazyLock<Snapshot> = LazyLock::new(build_dataset);
    &DATASET
}

fn build_dataset() -> Snapshot {
    let bytes = include_bytes!("../../../../data/dprk_it_workers.ftm.jsonl");
    let spec = SourceSpec::new("dprk_it_workers");
    let mut builder = Builder::new();
    load_bytes(&spec, "dprk_it_workers.ftm.jsonl", bytes, &mut |entity| builder.add(&entity)).unwrap();
    builder.finish().unwrap().open().unwrap()
}
