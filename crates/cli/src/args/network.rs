//! The command line of `network`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{InputFormat, share};

#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    #[command(subcommand)]
    pub(crate) command: NetworkCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NetworkCommand {
    /// Who is around a party: its relations, and others with the same address, phone, e-mail domain, website or wallet.
    Show(NetworkShow),
    /// How two parties are linked, with the source of every step; without a second, how one is linked to the listed.
    Path(NetworkPath),
    /// Who owns and controls a party, up to the last owner that is known.
    Owners(NetworkOwners),
    /// What follows in law from who owns and controls a party: US, EU, UK and BIS side by side, each with its chain.
    Verdict(NetworkVerdict),
    /// Which customers or vendors of a file look like unlisted fronts of a listed network, with the evidence.
    Fronts(NetworkFronts),
    /// Groups of parties that are linked more among each other than with others.
    Communities(NetworkCommunities),
}

#[derive(Debug, Args)]
pub(crate) struct NetworkShow {
    /// Id or name of the party.
    pub(crate) party: String,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkPath {
    /// Id or name of the one party.
    pub(crate) from: String,
    /// Id or name of the other.
    pub(crate) to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkOwners {
    /// Id or name of the party.
    pub(crate) party: String,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkVerdict {
    /// Ids or names of the parties.
    #[arg(required = true)]
    pub(crate) parties: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkFronts {
    /// File of customers or vendors: .csv, .tsv, .jsonl; `-` is stdin.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) input: PathBuf,
    /// Kind of the input [default: by its ending].
    #[arg(long, value_name = "KIND")]
    pub(crate) input_format: Option<InputFormat>,
    /// Columns of a CSV file, as `name=COLUMN,director=COLUMN,...`; director, owner and contact are who is behind a row.
    #[arg(long, value_name = "PROPERTY=COLUMN", value_delimiter = ',')]
    pub(crate) map: Vec<String>,
    /// Report rows with at least this score, 0 to 1 [default: 0.6].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    /// Report at most this many rows, the likeliest.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Where to write rows that could not be read, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// End with exit code 3 when a row looks like a front.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkCommunities {}
