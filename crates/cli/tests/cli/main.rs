//! The command line as its users and scripts meet it: the built binary is run, and what it says is held against the contracts.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and one that is skipped says so"
)]

mod bad_input;
mod build;
mod casework;
mod compare;
mod contract;
mod delta;
mod docs;
mod examples;
mod files;
mod fronts;
mod inspect;
mod kept;
mod network;
mod pay;
mod people;
mod pictures;
mod run;
mod scan;
mod serve;
mod settings;
mod update;
mod users;
mod verdict;
mod vessel;
mod wallet;
mod why_not;
