//! The binary `interdict`: arguments go in; data goes to stdout, messages go to stderr, and the exit code says how it went
//! (0 done, 1 error, 2 wrong usage, 3 hits found where `--exit-code` asked for it).

mod args;
mod columns;
mod commands;
mod dataset;
mod failure;
mod files;
mod input;
mod issues;
mod messages;
mod output;
mod rejects;
mod settings;
mod table;

use std::process::ExitCode;

use clap::Parser;

/// Reading lists is mostly making small texts, which this allocator is quicker at than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let messages = messages::Messages::new(cli.global.quiet);
    match commands::run(cli, messages) {
        Ok(outcome) => outcome.into(),
        Err(error) => failure::report(&error),
    }
}
