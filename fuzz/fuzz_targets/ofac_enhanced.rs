//! Any bytes, loaded as a file of OFAC's enhanced format: an error, or entities that can be written and read again. What is a list is
//! the same list when it is held for deltas.
#![no_main]

use interdict_fuzz::{load, spec};
use interdict_sources::{OfacList, mismatches};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let spec = spec();
    let entities = load(&spec, bytes);
    if let Ok((list, report)) = OfacList::load_bytes(&spec, "fuzz.xml", bytes) {
        assert_eq!(report.entities, entities);
        assert!(mismatches(&list.parties(), &list.parties()).is_empty());
    }
});
