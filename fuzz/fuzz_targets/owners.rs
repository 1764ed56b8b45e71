//! Any bytes, loaded as a table of owners and officers: an error, or
//! entities that can be written and read again.
#![no_main]

use interdict_fuzz::{load, spec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    load(&spec(), bytes);
});
