//! Tests of the network crate through its public interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod fronts;
mod listings;
mod oracle;
mod scale;
mod verdicts;
mod vessel;
