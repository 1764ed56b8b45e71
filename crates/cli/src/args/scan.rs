//! The command line of `scan`: files to read and how strictly, as they are typed; and of the process in which it reads PDF.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueHint};

use super::{SettingsArgs, share};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ScanArgs {
    /// Files to read, and folders, which are read with all that is in them; `-` is stdin.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,
    /// File to write to; its ending .html, .json, .jsonl or .csv is the form where --format (table, json, jsonl, csv, html) is not given
    /// [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Report mentions with at least this score, 0 to 1 [default: 0.85].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    /// Write out at most this many mentions of a file, or of a file inside it; the others are counted.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Say how the parties of a file are linked with each other; this is so anyway, and undoes an earlier --no-network.
    #[arg(long, overrides_with = "no_network")]
    pub(crate) network: bool,
    /// Do not say how the parties of a file are linked with each other.
    #[arg(long, overrides_with = "network")]
    pub(crate) no_network: bool,
    /// Show all names that look like people or organisations and are on no list; else a table shows the first few.
    #[arg(long)]
    pub(crate) unlisted: bool,
    /// End with exit code 3 when there are hits, else with 1 when a file could not be read wholly.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Read no file, and no file inside one, with more bytes than this [default: 256 MiB].
    #[arg(long, value_name = "BYTES", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub(crate) max_bytes: Option<u64>,
    /// Open at most this many files inside each other: an archive in a mail in an archive [default: 4].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=64))]
    pub(crate) max_depth: Option<u32>,
    /// Seconds for one file with all that is in it.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400))]
    pub(crate) timeout: u64,
}

/// Limits of the process that reads a PDF from stdin and writes its pages to stdout.
#[derive(Debug, Args)]
pub(crate) struct PdfTextArgs {
    /// Bytes of memory.
    #[arg(long, value_name = "BYTES")]
    pub(crate) memory: u64,
    /// Seconds of processor time.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) seconds: u64,
}
