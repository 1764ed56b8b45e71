//! Any bytes, loaded as a delta file of OFAC's and applied to a small list: an error, or a list that is the same however often it is asked.
#![no_main]

use std::sync::LazyLock;

use interdict_sources::{OfacList, SourceSpec, load_ofac_delta_bytes, mismatches};
use libfuzzer_sys::fuzz_target;

static LIST: LazyLock<OfacList> = LazyLock::new(|| {
    let bytes = include_bytes!("../../crates/sources/tests/data/mini_enhanced.xml");
    OfacList::load_bytes(&SourceSpec::new("fuzz"), "list.xml", bytes).expect("the list of the tests").0
});

fuzz_target!(|bytes: &[u8]| {
    let Ok((delta, report)) = load_ofac_delta_bytes(&interdict_fuzz::spec(), "fuzz.xml", bytes) else { return };
    assert_eq!(report.count("changes"), delta.changes.len() as u64);
    let mut list = LIST.clone();
    let held = list.len() as u64;
    let Ok(applied) = list.apply(&delta) else { return };
    assert_eq!(list.len() as u64, held + applied.added - applied.removed);
    assert!(mismatches(&list.parties(), &list.parties()).is_empty());
});
