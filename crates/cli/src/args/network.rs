//! The command line of `network`: its sub-commands and the options of each, as they are typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueHint};

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
    /// How many links to follow.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=6))]
    pub(crate) depth: u8,
    /// Show at most this many parties, the nearest.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
}

/// Options of the commands that go through the graph.
#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// Only relations that hold on this day, or may [default: all; what is over is marked and counts less].
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    pub(crate) date: Option<String>,
    /// An address, phone, domain or site that more than this many share links nobody [default: by its kind, 50 for an address].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cap: Option<u32>,
    /// File to write to; its ending is the form where --format is not given: .svg, .dot, .graphml, .ftm.jsonl (FollowTheMoney), .json, .jsonl, .csv
    /// [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkPath {
    /// Id or name of the one party.
    pub(crate) from: String,
    /// Id or name of the other [default: the listed parties that are nearest].
    pub(crate) to: Option<String>,
    /// How many links a way may have.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) depth: u8,
    /// Show all ways, the one that says most first, and not only that one.
    #[arg(long)]
    pub(crate) all: bool,
    /// Show at most this many ways.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkOwners {
    /// Id or name of the party.
    pub(crate) party: String,
    /// How many levels to go up.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) depth: u16,
    /// Show at most this many lines.
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("asked").args(["parties", "all"]).required(true)))]
pub(crate) struct NetworkVerdict {
    /// Ids or names of the parties.
    pub(crate) parties: Vec<String>,
    /// Every party that is reached or undecided and not listed itself, instead of some.
    #[arg(long)]
    pub(crate) all: bool,
    /// Day of the verdict [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Regimes, separated by commas: us, eu, uk, bis, ch, ca [default: us,eu,uk,bis].
    #[arg(long, value_name = "REGIME", value_delimiter = ',')]
    pub(crate) regime: Vec<String>,
    /// Owners that are listed under another entry are found by what the lists say alone, not by names that are alike.
    #[arg(long)]
    pub(crate) no_likely: bool,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 3 when a party is listed, blocked or undecided in a regime.
    #[arg(long)]
    pub(crate) exit_code: bool,
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
pub(crate) struct NetworkCommunities {
    /// Only the group that this party is in, by id or name.
    #[arg(long, value_name = "PARTY")]
    pub(crate) of: Option<String>,
    /// Only groups of at least this many.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) min_size: u32,
    /// Show at most this many groups, the largest.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Groups among all parties, and not only among those that are linked with a listed one, however far.
    #[arg(long, conflicts_with = "of")]
    pub(crate) everybody: bool,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
}
