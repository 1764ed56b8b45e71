//! The command line of `network`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

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
}

#[derive(Debug, Args)]
pub(crate) struct NetworkCommunities {}
