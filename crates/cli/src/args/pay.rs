//! The command line of `pay`: files of payments and what to decide by, as they are typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueHint};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("work").args(["files", "good_guy"]).required(true)))]
pub(crate) struct PayArgs {
    /// Files of payments: ISO 20022, SWIFT MT, NACHA, or a table of payouts as CSV; what a file is, is told by how it begins. `-` is stdin.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// What you decided, as TOML: thresholds, corridors, good-guy rules.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,
    /// Payments that were not let through, one a line, as --remember writes them: one that comes again changed is held.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) history: Option<PathBuf>,
    /// Add the payments that are held or blocked to the file of --history, which is made where there is none.
    #[arg(long, requires = "history")]
    pub(crate) remember: bool,
    /// Day on which rules and listings are looked at [default: today, UTC].
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    pub(crate) date: Option<String>,
    /// Show in a table the payments that pass, too.
    #[arg(long)]
    pub(crate) all: bool,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Where to write payments that could not be read, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// End with exit code 3 when a payment is held or blocked, else with 1 when one could not be read or checked in full.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Print a good-guy rule against the listed party with this id, to fill in and to put into a policy, and do nothing else.
    #[arg(long, value_name = "LISTED_ID", conflicts_with_all = ["policy", "history", "date", "rejects", "exit_code"])]
    pub(crate) good_guy: Option<String>,
}
