//! Any bytes, loaded as a delta of `FollowTheMoney` data and as its index: an error, or changes that can be written and read again.
#![no_main]

use interdict_sources::{FtmChange, FtmDeltaIndex, FtmOperation, Limits, SourceSpec, load_ftm_delta_bytes, write_ftm_delta};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_bytes: 1 << 20, ..Limits::default() };
    let spec = SourceSpec { limits, ..SourceSpec::new("fuzz") };
    let _ = FtmDeltaIndex::parse("fuzz.json", bytes);
    let mut changes = Vec::new();
    if load_ftm_delta_bytes(&spec, "fuzz.json", bytes, &mut |change| changes.push(change)).is_err() {
        return;
    }
    let operations = changes.iter().map(|change| match change {
        FtmChange::Put(entity) => FtmOperation::Modify(entity),
        FtmChange::Delete(id) => FtmOperation::Delete(id),
    });
    let mut written = Vec::new();
    write_ftm_delta(&mut written, operations).expect("a vector takes everything");
    let mut again = Vec::new();
    load_ftm_delta_bytes(&spec, "fuzz.json", &written, &mut |change| again.push(change)).expect("what is written can be read");
    assert!(changes.iter().map(FtmChange::id).eq(again.iter().map(FtmChange::id)));
});
