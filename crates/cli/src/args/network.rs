//! The command line of `network`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueHint};

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
}

#[derive(Debug, Args)]
pub(crate) struct NetworkCommunities {}
