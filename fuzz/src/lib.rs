//! What the targets that load list files hold: any bytes are an error that names its file, or entities that can be written and read again.

pub mod people;

use interdict_model::{entity_from_json, entity_to_json};
use interdict_sources::{Limits, SourceSpec, load_bytes};

/// The name of the file in messages.
const FILE: &str = "fuzz.dat";

/// A source with small bounds: what is looked for is a wrong step, not a long way.
pub fn spec() -> SourceSpec {
    let limits = Limits { max_bytes: 1 << 20, ..Limits::default() };
    SourceSpec { limits, ..SourceSpec::new("fuzz") }
}

/// Loads the bytes, and gives how many entities came out.
pub fn load(spec: &SourceSpec, bytes: &[u8]) -> u64 {
    let mut entities = 0;
    let loaded = load_bytes(spec, FILE, bytes, &mut |entity| {
        entities += 1;
        let json = entity_to_json(&entity).to_string();
        let again = entity_from_json(&json).expect("what is written can be read");
        assert_eq!(again.id, entity.id);
    });
    match loaded {
        Ok(report) => assert_eq!(report.entities, entities),
        Err(error) => assert!(error.to_string().contains(FILE), "{error}"),
    }
    entities
}
