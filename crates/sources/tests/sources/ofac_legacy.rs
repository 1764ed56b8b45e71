//! x
use crate::real_lists::list;
use interdict_sources::{SourceSpec, load_file};
use crate::support::Loaded;

pub(crate) fn load(path: &std::path::Path) -> Loaded {
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("us_ofac_cons"), path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

#[test]
fn cons_legacy_2025_03_28() {
    let Some(path) = list("nonsdn/consolidated_legacy_2025-03-28.xml.gz") else { return };
    let loaded = load(&path);
    println!("{:?} {:#?}", loaded.report.counts, loaded.issues());
    for id in ["ofac-9647", "ofac-17250", "ofac-doc-9668", "ofac-addr-26288"] { println!("{}", interdict_model::entity_to_json(loaded.entity(id))); }
}
