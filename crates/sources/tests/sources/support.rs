//! What the tests share: loading bytes, packing them, and asking entities.

use std::io::Write;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use interdict_model::{Entity, entity_to_json};
use interdict_sources::{Report, SourceError, SourceSpec, load_bytes};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The invented list.
pub(crate) const MINI: &str = include_str!("../data/mini_advanced.xml");

pub(crate) fn spec() -> SourceSpec {
    SourceSpec::new("mini")
}

/// What one load gave.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) entities: Vec<Entity>,
    pub(crate) report: Report,
}

impl Loaded {
    #[track_caller]
    pub(crate) fn entity(&self, id: &str) -> &Entity {
        let mut found = self.entities.iter().filter(|entity| entity.id == id);
        let entity = found.next().unwrap_or_else(|| panic!("no entity {id}"));
        assert!(found.next().is_none(), "two entities {id}");
        entity
    }

    /// The values of a property of an entity.
    #[track_caller]
    pub(crate) fn texts(&self, id: &str, property: &str) -> Vec<&str> {
        self.entity(id).texts(property).collect()
    }

    /// Asserts properties of an entity, all values of each.
    #[track_caller]
    pub(crate) fn check(&self, id: &str, schema: &str, expected: &[(&str, &[&str])]) {
        assert_eq!(self.entity(id).schema.as_str(), schema, "schema of {id}");
        for (property, values) in expected {
            assert_eq!(self.texts(id, property), *values, "{id} {property}");
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.entities.iter().map(|entity| entity_to_json(entity).to_string()).collect()
    }

    /// `line: record: field: message` of each issue.
    pub(crate) fn issues(&self) -> Vec<String> {
        let text =
            |issue: &interdict_sources::Issue| format!("{}: {}: {}: {}", issue.line, issue.record, issue.field, issue.message);
        self.report.issues.iter().map(text).collect()
    }
}

pub(crate) fn try_load(bytes: &[u8]) -> Result<Loaded, SourceError> {
    try_load_with(&spec(), bytes)
}

pub(crate) fn try_load_with(spec: &SourceSpec, bytes: &[u8]) -> Result<Loaded, SourceError> {
    let mut entities = Vec::new();
    let report = load_bytes(spec, "list.dat", bytes, &mut |entity| entities.push(entity))?;
    assert_eq!(report.entities, entities.len() as u64, "the report counts what was handed out");
    Ok(Loaded { entities, report })
}

#[track_caller]
pub(crate) fn load(bytes: &[u8]) -> Loaded {
    try_load(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// The message with which the bytes are refused.
#[track_caller]
pub(crate) fn refusal(bytes: &[u8]) -> String {
    match try_load(bytes) {
        Ok(loaded) => panic!("accepted, with {} entities", loaded.entities.len()),
        Err(error) => error.to_string(),
    }
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
