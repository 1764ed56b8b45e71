//! The command line of `wallet`: addresses and files as they are typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::InputFormat;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("wallets").args(["addresses", "input", "transfers"]).required(true).multiple(true)))]
pub(crate) struct WalletArgs {
    /// Addresses, of any family.
    #[arg(value_name = "ADDRESS")]
    pub(crate) addresses: Vec<String>,
    /// File of addresses: .txt with one a line, .csv with a column `wallet` or `address`, .jsonl; `-` is stdin.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Kind of the input [default: by its ending].
    #[arg(long, value_name = "KIND", requires = "input")]
    pub(crate) input_format: Option<InputFormat>,
    /// Column of a CSV file that holds the addresses, as `publicKey=COLUMN`.
    #[arg(long, value_name = "PROPERTY=COLUMN", value_delimiter = ',', requires = "input")]
    pub(crate) map: Vec<String>,
    /// File of transfers (from, to, asset, amount, time, tx), CSV or JSON lines; `-` is stdin. Shows the exposure of the addresses asked
    /// for; without any, of all addresses in the file that have any.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) transfers: Option<PathBuf>,
    /// Columns of the transfers, as `from=COLUMN,to=COLUMN,...` [default: by their usual names].
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',', requires = "transfers")]
    pub(crate) columns: Vec<String>,
    /// Follow funds over this many transfers; 1 is direct alone.
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20), requires = "transfers")]
    pub(crate) hops: u8,
    /// How funds of several origins are told apart once they are mixed.
    #[arg(long, value_name = "METHOD", default_value = "haircut", requires = "transfers")]
    pub(crate) method: Method,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Where to write addresses and transfers that could not be read, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// End with exit code 3 when an address is listed or exposed to a listed one.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

/// How mixed funds are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Pro rata: what is sent holds each origin in the share that the balance holds of it.
    Haircut,
    /// All that is sent after anything came from a listed address: an upper bound.
    Poison,
}
