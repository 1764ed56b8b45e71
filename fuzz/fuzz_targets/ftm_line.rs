//! Any text, read as an entity: an error, or an entity that says the same after it was written and read again.
#![no_main]

use interdict_model::{entity_from_json, entity_to_json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(entity) = entity_from_json(text) else { return };
    let again = entity_from_json(&entity_to_json(&entity).to_string()).expect("what is written can be read");
    assert_eq!(again, entity);
    assert_eq!(again.display_name(), entity.display_name());
});
