//! The server over real sockets: who may do what, what the API says of itself, and what it does with bad input, too much of it, snapshots
//! that change under it, and its own end.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "core/access.rs"]
mod access;
#[path = "core/bad_input.rs"]
mod bad_input;
#[path = "core/common.rs"]
mod common;
#[path = "core/document.rs"]
mod document;
#[path = "core/end.rs"]
mod end;
#[path = "core/http2.rs"]
mod http2;
#[path = "core/load.rs"]
mod load;
#[path = "core/own.rs"]
mod own;
#[path = "core/streams.rs"]
mod streams;
#[path = "core/swap.rs"]
mod swap;
