//! The yente-compatible API: every route, bad input, and the published client of yente unchanged.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "yente/bad_input.rs"]
mod bad_input;
#[path = "yente/client.rs"]
mod client;
#[path = "yente/common.rs"]
mod common;
#[path = "yente/entities.rs"]
mod entities;
#[path = "yente/matching.rs"]
mod matching;
#[path = "yente/reconcile.rs"]
mod reconcile;
#[path = "yente/search.rs"]
mod search;
#[path = "yente/system.rs"]
mod system;
