//! Integration tests of the crate, in one binary: the formats by a small file that holds everything, broken and hostile input,
//! properties, and the real lists where they are at hand.

#![expect(clippy::unwrap_used, reason = "in a test, what should not fail ends it; the helpers are tests, too")]

mod advanced;
mod bad_input;
mod bundle;
mod fetch;
mod bods;
mod csl;
mod eu;
mod ftm;
mod ftm_delta;
mod gleif;
mod ofac_delta;
mod ofac_enhanced;
mod properties;
mod real_lists;
mod server;
mod registers;
mod seco;
mod support;
mod uk_companies;
