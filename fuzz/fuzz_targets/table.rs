//! Any bytes, loaded as a table of a firm's own (CSV, JSON or XLSX): an error, or entities that can be written and read again.
#![no_main]

use interdict_fuzz::{load, spec};
use interdict_sources::{ColumnMap, SourceSpec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    const MAP: &str = r#"{"id":"No","split":"|","date_order":"dmy","schema":{"column":"Type","map":{"Firm":"Company","Person":"Person"}},
        "properties":{"name":"Supplier name","alias":"Trading as","birthDate":"Born","country":"Country","notes":"Remarks"}}"#;
    let columns: ColumnMap = serde_json::from_str(MAP).expect("the map is one");
    load(&SourceSpec { columns: Some(columns), ..spec() }, bytes);
});
