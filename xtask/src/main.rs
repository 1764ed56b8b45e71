//! Repository chores that need more than a shell line. A command name goes in (`cargo xtask tidy`); findings, one a line,
//! come out on standard error, and the exit code says whether there were any. `indicators` writes a page of the documents.

mod cargo;
mod indicators;
mod repo;
mod tidy;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

/// What `cargo xtask help` prints.
const USAGE: &str = "\
Usage: cargo xtask COMMAND

Commands:
  tidy        Check layering, module docs, licences, data tables, wording, links and made pages; exit 1 when there are findings
  indicators  Write docs/persona-indicators.md from data/indicators
  help        Print this text
";

/// Exit code of a command line that cannot be understood.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next();
    let outcome = match (command.as_deref(), arguments.next()) {
        (Some("tidy"), None) => tidy_command(),
        (Some("indicators"), None) => repo::root().and_then(|root| indicators::write(&root)).map(|()| ExitCode::SUCCESS),
        (Some("help" | "--help" | "-h"), None) => {
            io::stdout().lock().write_all(USAGE.as_bytes()).map(|()| ExitCode::SUCCESS).map_err(Into::into)
        }
        _ => io::stderr().lock().write_all(USAGE.as_bytes()).map(|()| ExitCode::from(EXIT_USAGE)).map_err(Into::into),
    };
    outcome.unwrap_or_else(|error: anyhow::Error| {
        // When standard error itself is gone there is nobody left to tell.
        let _ = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::FAILURE
    })
}

/// Runs every tidy check over this repository and prints what was found.
fn tidy_command() -> anyhow::Result<ExitCode> {
    let report = tidy::run(&repo::root()?)?;
    io::stderr().lock().write_all(report.to_string().as_bytes())?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
