//! Any bytes as one of OFAC's CSV files, and as the Remarks of a party in one: an error, or entities that can be written and read again.
#![no_main]

use interdict_fuzz::{load, spec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    load(&spec(), bytes);
    load(&spec(), &[b"1,\"A\",\"individual\",-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,\"", bytes, b"\"\n"].concat());
});
