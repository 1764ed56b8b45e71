//! Any bytes within a list of OFAC's SDN.XML, and alone: an error, or entities that can be written and read again.
#![no_main]

use interdict_fuzz::{load, spec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    load(&spec(), bytes);
    load(&spec(), &[b"<sdnList><sdnEntry><uid>1</uid><lastName>A</lastName>", bytes, b"</sdnEntry></sdnList>"].concat());
});
