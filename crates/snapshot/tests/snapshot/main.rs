//! What a snapshot promises, held from outside: what goes in comes out, the same input gives the same bytes, a damaged, foreign or
//! hostile file is refused or read without a panic, and a file of every released format version opens or is refused with advice.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod compatibility;
mod contents;
mod damage;
mod exercise;
mod fixture;
mod hostile;
mod lookups;
mod sealed;
mod writing;
