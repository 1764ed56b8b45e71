//! The command line of `people`: its sub-commands and the options of each, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct PeopleArgs {
    #[command(subcommand)]
    pub(crate) command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Test each person against the published indicators, and show who asks for a review, with the records that say so.
    Assess(PeopleAssess),
    /// Groups of people who share an operator, and places where devices of several people stand.
    Rings(PeopleRings),
    /// The indicators: what each says, reads and weighs, why an honest person may show it, and what it follows.
    Indicators(PeopleIndicators),
    /// Make a key, under which numbers of papers, accounts and devices are hashed.
    Key(PeopleKey),
}

/// What to read, and what is known of the house.
#[derive(Debug, Args)]
pub(crate) struct PeopleInput {
    /// Folders and files: the tables person, identifier, event, document, relation as CSV, JSON lines or Parquet; exports of services;
    /// CVs and pictures.
    #[arg(value_name = "DIR|FILE", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// The moment of the assessment, RFC 3339 or a date [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// The tenant's key, at least 32 bytes; without it hashes are of this run alone and are shown as such.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key: Option<PathBuf>,
    /// What is known of the house, in TOML: offices, approved programs, recruiters' contacts [default: `policy.toml` in the folder].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,
    /// Indicators of your own, in TOML; one with an id of a built-in one replaces it. May be given many times.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) indicators: Vec<PathBuf>,
    /// Where to write rows that were left out, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleAssess {
    #[command(flatten)]
    pub(crate) input: PeopleInput,
    /// Only this person, by an id of the tables; may be given many times.
    #[arg(long, value_name = "ID")]
    pub(crate) person: Vec<String>,
    /// Everybody, also those without findings and those who could not be checked.
    #[arg(long)]
    pub(crate) all: bool,
    /// Show at most this many people, the highest scores first.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// File to write to; its ending is the form where --format is not given [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 3 when somebody asks for a review or a duty of law does.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleRings {
    #[command(flatten)]
    pub(crate) input: PeopleInput,
    /// Evidence from which two people are linked, in natural log-odds.
    #[arg(long, value_name = "WEIGHT", default_value_t = 4.0)]
    pub(crate) threshold: f64,
    /// Show at most this many rings and farms, the largest first.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// File to write to; its ending is the form where --format is not given [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 3 when there is a ring or a farm.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleIndicators {
    /// One indicator, with everything that is known of it.
    pub(crate) id: Option<String>,
    /// Indicators of your own, in TOML. May be given many times.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) indicators: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleKey {
    /// The file to write; one that is there is left as it is.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
}
