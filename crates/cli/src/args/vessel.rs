//! The command line of `vessel`: numbers, names and files as they are typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueHint};

use super::InputFormat;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("asked").args(["vessels", "input"]).required(true).multiple(true)))]
pub(crate) struct VesselArgs {
    /// IMO numbers, MMSIs, call signs or names of vessels; registrations, serial numbers or names of aircraft; IMO numbers of companies.
    #[arg(value_name = "NUMBER|NAME")]
    pub(crate) vessels: Vec<String>,
    /// File of vessels: .csv with columns such as `imo`, `mmsi`, `call_sign`, `name`, `flag`; .jsonl; .txt; `-` is stdin.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Kind of the input [default: by its ending].
    #[arg(long, value_name = "KIND", requires = "input")]
    pub(crate) input_format: Option<InputFormat>,
    /// Columns of a CSV file, as `imoNumber=COLUMN,name=COLUMN,...`.
    #[arg(long, value_name = "PROPERTY=COLUMN", value_delimiter = ',', requires = "input")]
    pub(crate) map: Vec<String>,
    /// Day of the verdicts [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Regimes, separated by commas: us, eu, uk, bis, ch, ca [default: us,eu,uk,bis].
    #[arg(long, value_name = "REGIME", value_delimiter = ',')]
    pub(crate) regime: Vec<String>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Where to write rows that could not be looked up, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// End with exit code 3 when a vessel is listed, or reached by an ownership rule.
    #[arg(long)]
    pub(crate) exit_code: bool,
}
