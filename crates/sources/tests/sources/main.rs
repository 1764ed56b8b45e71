//! Integration tests of the crate, in one binary: the formats by a small file that holds everything, broken and hostile input,
//! properties, and the real lists where they are at hand.

#![expect(clippy::unwrap_used, reason = "in a test, what should not fail ends it; the helpers are tests, too")]

mod advanced;
mod bad_input;
mod delta;
mod ftm;
mod properties;
mod real_lists;
mod support;
