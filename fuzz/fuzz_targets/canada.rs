//! Any bytes, loaded as a list file; seeded with Canada's XML: an error, or entities that can be written and read again.
#![no_main]

use interdict_model::{entity_from_json, entity_to_json};
use interdict_sources::{Limits, SourceSpec, load_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Small bounds: what is looked for is a wrong step, not a long way.
    let limits = Limits { max_bytes: 1 << 20, ..Limits::default() };
    let spec = SourceSpec { limits, ..SourceSpec::new("fuzz") };
    let mut entities = 0;
    let loaded = load_bytes(&spec, "fuzz", bytes, &mut |entity| {
        entities += 1;
        let json = entity_to_json(&entity).to_string();
        let again = entity_from_json(&json).expect("what is written can be read");
        assert_eq!(again.id, entity.id);
    });
    if let Ok(report) = loaded {
        assert_eq!(report.entities, entities);
    }
});
