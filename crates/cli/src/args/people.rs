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
    /// How alerts, and wrong ones, fall on groups of people that you lawfully hold, and whether all were checked alike.
    Fairness(PeopleFairness),
    /// Everything that is held on one person, each row with the record that states it, as JSON.
    Show(PeopleShow),
    /// Take all rows of persons out of the tables of a folder; every other row stays byte for byte.
    Erase(PeopleErase),
    /// Whose records are to be kept, whose are to go, and why.
    Retention(PeopleRetention),
    /// Write a ring that somebody confirmed as indicators for others: people's own contacts as keyed hashes only.
    Share(PeopleShare),
    /// The record of who looked at whom.
    Log(PeopleLog),
    /// The indicators: what each says, reads and weighs, why an honest person may show it, and what it follows.
    Indicators(PeopleIndicators),
    /// Make a key, under which numbers of papers, accounts and devices are hashed.
    Key(PeopleKey),
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct PeoplePaths {
    /// Folders and files: the tables person, identifier, event, document, relation as CSV, JSON lines or Parquet; exports of services;
    /// CVs and pictures, whose names say whose they are, as `ID__cv.pdf`.
    #[arg(value_name = "DIR|FILE", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Who looks at records of people, and what for.
#[derive(Debug, Args)]
pub(crate) struct PeopleAccess {
    /// Where to record whose results were shown, one line each, chained by hashes [default: `people-access.jsonl` in the data folder].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) access_log: Option<PathBuf>,
    /// Who looks, for that record [default: the user of the system].
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// What for, such as the number of the case [default: "not stated"].
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

/// How to read, and what is known of the house.
#[derive(Debug, Args)]
pub(crate) struct PeopleReading {
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
    /// A map of columns, in TOML, for tables that no importer knows, or of custom fields; `NAME.map.toml` beside a file is its own.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) map: Vec<PathBuf>,
    /// A feed of indicators: CSV, list, STIX 2.1 or MISP; those in `feeds/` of the folder are read as well. May be given many times.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) feed: Vec<PathBuf>,
    /// The key that was agreed with others, under which feeds and shared rings hold hashes.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) sharing_key: Option<PathBuf>,
    /// How alerts ended: CSV with the columns person, verdict (fraudulent, `not_fraudulent`, unsure, unreviewed, passed), reason, by, second and
    /// date. What was often wrong here weighs less here.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) verdicts: Option<PathBuf>,
    /// Where to write rows that were left out, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) access: PeopleAccess,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleAssess {
    #[command(flatten)]
    pub(crate) input: PeoplePaths,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// Only this person, by an id of the tables; may be given many times.
    #[arg(long, value_name = "ID")]
    pub(crate) person: Vec<String>,
    /// Everybody, also those without findings and those who could not be checked.
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not compare with sanctions lists.
    #[arg(long)]
    pub(crate) no_screen: bool,
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
    pub(crate) input: PeoplePaths,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// Evidence from which two people are linked, in natural log-odds.
    #[arg(long, value_name = "WEIGHT", default_value_t = 4.0)]
    pub(crate) threshold: f64,
    /// Do not compare with sanctions lists.
    #[arg(long)]
    pub(crate) no_screen: bool,
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
pub(crate) struct PeopleShow {
    /// The person, by any of its ids.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) input: PeoplePaths,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// Where tables without the erased rows go.
#[derive(Debug, Args)]
pub(crate) struct PeopleOut {
    /// The folder to write the tables without them to; it must not be there yet.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Change the folder itself.
    #[arg(long, conflicts_with = "out")]
    pub(crate) in_place: bool,
    /// Leave exports and Parquet files that hold the persons as they are, and name them; without it nothing is erased where there are any.
    #[arg(long)]
    pub(crate) leave_exports: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleErase {
    /// The persons, by any of their ids, and last the folder.
    #[arg(value_names = ["ID", "DIR"], required = true, num_args = 2..)]
    pub(crate) ids_and_folder: Vec<String>,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    #[command(flatten)]
    pub(crate) out: PeopleOut,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("by").required(true).multiple(true)))]
pub(crate) struct PeopleFairness {
    #[command(flatten)]
    pub(crate) input: PeoplePaths,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// Who is of which group: CSV with a column person and one for each grouping. It is kept apart from the records, outside their folder, and
    /// no test reads it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "by")]
    pub(crate) groups: Option<PathBuf>,
    /// Take roles as groups: all of a role are to be checked alike.
    #[arg(long, group = "by")]
    pub(crate) by_role: bool,
    /// Persons of a group from which it is shown; smaller ones are put together.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) least: u32,
    /// Do not compare with sanctions lists.
    #[arg(long)]
    pub(crate) no_screen: bool,
    /// File to write to; its ending is the form where --format is not given [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleRetention {
    /// The folder with the tables.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// Days after the last sign (event, identifier that was seen, document) for which records of people who were not hired are kept.
    #[arg(long, value_name = "N", default_value_t = 90)]
    pub(crate) days: u32,
    /// Days for which records of people who left are kept, from the end or a later sign [default: without end, as the law of the place
    /// says how long].
    #[arg(long, value_name = "N")]
    pub(crate) left_days: Option<u32>,
    /// Ids of people whose records are evidence in a case and stay, one a line; `#` begins a remark. With --erase each must be somebody's.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) hold: Option<PathBuf>,
    /// Alerts that somebody closed, lines `ID,DATE`: records are kept 365 days from then. Other people with a sanctions hit, in review or in a
    /// ring or farm have an alert that is not closed, and stay.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) closed: Option<PathBuf>,
    /// Erase those whose period is over.
    #[arg(long)]
    pub(crate) erase: bool,
    #[command(flatten)]
    pub(crate) out: PeopleOut,
    /// File to write the list to; its ending is the form where --format is not given [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleShare {
    /// The ring, by its number in `people rings`.
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) ring: u32,
    #[command(flatten)]
    pub(crate) input: PeoplePaths,
    #[command(flatten)]
    pub(crate) reading: PeopleReading,
    /// Who looked at the ring and confirmed it: what nobody confirmed is not shared.
    #[arg(long, value_name = "NAME")]
    pub(crate) confirmed_by: String,
    /// Who shares it, as the receivers know you.
    #[arg(long, value_name = "NAME")]
    pub(crate) producer: String,
    /// How far it may be passed on: clear, green, amber, amber+strict, red.
    #[arg(long, value_name = "TLP", default_value = "amber")]
    pub(crate) tlp: String,
    /// Write wallets, addresses of the Internet and domains as they are; people's own contacts never are.
    #[arg(long)]
    pub(crate) plain: bool,
    /// Do not compare with sanctions lists.
    #[arg(long)]
    pub(crate) no_screen: bool,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PeopleLog {
    #[command(subcommand)]
    pub(crate) command: LogCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Check that no line of an access log was changed, taken out or put in.
    Verify(PeopleVerify),
}

#[derive(Debug, Args)]
pub(crate) struct PeopleVerify {
    /// The log.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Hash of the last line at an earlier time, kept elsewhere: shows lines that were cut off.
    #[arg(long, value_name = "HASH")]
    pub(crate) head: Option<String>,
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
