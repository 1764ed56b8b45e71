//! The command line as it is typed. The help texts here are the reference: `--help`, the man pages and the completions come from them.

mod casework;
mod network;
mod pay;
mod people;
mod scan;
mod serve;
mod users;
mod vessel;
mod wallet;

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub(crate) use self::casework::{
    AlertsArgs, AlertsCommand, CaseworkArgs, CaseworkCommand, CustomersArgs, CustomersCommand, Found, LookbackArgs,
    MonitorArgs, ReleasesArgs, ReleasesCommand, ReplayArgs, StoreArgs,
};
pub(crate) use self::network::{
    GraphArgs, NetworkArgs, NetworkCommand, NetworkCommunities, NetworkFronts, NetworkOwners, NetworkPath, NetworkShow,
    NetworkVerdict,
};
pub(crate) use self::pay::PayArgs;
pub(crate) use self::people::{
    LogCommand, PeopleAccess, PeopleArgs, PeopleAssess, PeopleCommand, PeopleErase, PeopleFairness, PeopleIndicators,
    PeopleKey, PeopleOut, PeopleReading, PeopleRetention, PeopleRings, PeopleShare, PeopleShow, PeopleVerify,
};
pub(crate) use self::scan::{PdfTextArgs, ScanArgs};
pub(crate) use self::serve::{KeysArgs, KeysCommand, LogFormat, ServeArgs};
pub(crate) use self::users::{KnownArgs, UsersArgs, UsersCommand};
pub(crate) use self::vessel::VesselArgs;
pub(crate) use self::wallet::{Method, WalletArgs};

/// Find sanctioned parties, their fronts and networks behind names, identifiers and wallets.
///
/// Data goes to stdout, messages go to stderr. Exit codes: 0 done, 1 error, 2 wrong usage, 3 hits found (with --exit-code).
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Snapshot to use; else the newest `*.snapshot` in the data folder, else the built-in dataset.
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) snapshot: Option<PathBuf>,
    /// Folder that holds snapshots [env: `INTERDICT_DATA_DIR`] [default: `$XDG_DATA_HOME/interdict` or
    /// `~/.local/share/interdict`].
    // The environment is read where the folder is looked up: were it bound here, usage lines would show the option as if the user had
    // typed it.
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Form of the output [default: table; jsonl for compare; by the ending of --output where there is one].
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) format: Option<AskedFormat>,
    /// Say nothing on stderr but warnings and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// Form of the output, as it can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskedFormat {
    /// For people.
    Table,
    /// One JSON value.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// A document in Markdown; for `brief` alone.
    #[value(hide = true)]
    Markdown,
    /// A page; for `brief` and `scan`.
    #[value(hide = true)]
    Html,
    /// Entities in the FollowTheMoney form, one JSON object a line; for `network` and `vessel`.
    #[value(hide = true)]
    Ftm,
    /// A graph for other programs; for `network` alone.
    #[value(hide = true)]
    Graphml,
    /// A graph for Graphviz; for `network` alone.
    #[value(hide = true)]
    Dot,
    /// A picture; for `network` alone.
    #[value(hide = true)]
    Svg,
    /// A bundle of STIX 2.1; for `people share` alone.
    #[value(hide = true)]
    Stix,
    /// An event of MISP; for `people share` alone.
    #[value(hide = true)]
    Misp,
}

/// Form of the output of most commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON value.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
}

impl AskedFormat {
    /// How it is asked for.
    pub(crate) fn word(self) -> String {
        // None is left out of what can be asked for.
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The form; none for those of documents.
    pub(crate) fn plain(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Jsonl => Some(Format::Jsonl),
            Self::Csv => Some(Format::Csv),
            Self::Markdown | Self::Html | Self::Ftm | Self::Graphml | Self::Dot | Self::Svg | Self::Stix | Self::Misp => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build a snapshot from official lists and files of your own.
    Build(Build),
    /// Screen a name, or a file of names, identifiers and wallets.
    Screen(Box<Screen>),
    /// Compare pairs of entities, with the scorer of `screen`.
    Compare(Compare),
    /// Measure precision and recall on labelled pairs.
    Eval(Eval),
    /// Show an entity with everything that is known of it, and where each fact comes from.
    Show(Show),
    /// Print the settings in force, with what each does, as a file to start from.
    Settings(SettingsCommand),
    /// Fetch the lists, check them, and build one snapshot of the newest good issue of each.
    Update(Update),
    /// Carry the lists to a site without a network, in a signed file.
    Bundle(BundleArgs),
    /// Show the catalogue of lists: what is loaded, from when it is, how old it is.
    Sources(Sources),
    /// Show which listings of different lists are one party, and judge what cannot be told.
    Cluster(ClusterArgs),
    /// Show what changed from one issue of a list to another: parties added, removed and changed, fact by fact.
    Delta(Delta),
    /// Show the network around a party: its owners, what follows from them in law, its links to others; find fronts among your customers.
    Network(NetworkArgs),
    /// Look up wallet addresses, and where their funds come from and go to.
    Wallet(WalletArgs),
    /// Look up vessels and aircraft: former names and flags, owners and operators, and whether sanctions reach them.
    Vessel(VesselArgs),
    /// Find every listed party in documents: mails, PDF, office files, pages, archives, plain text.
    Scan(ScanArgs),
    /// Screen payment messages: each passes, is held or is blocked, with the reasons.
    Pay(PayArgs),
    /// Look at people: whose records contradict each other, who may share an operator, where devices of several stand.
    People(PeopleArgs),
    /// Write a bulletin of what changed: who was designated, under what, how they are connected, and which of your customers it concerns.
    Brief(Brief),
    /// Customers under monitoring: add them, remove them, see which screenings cover them.
    Customers(CustomersArgs),
    /// Screen the customers against the newest lists: those whom what changed can concern, with the result of screening all.
    Monitor(MonitorArgs),
    /// Alerts and the decisions on them, which take two people.
    Alerts(AlertsArgs),
    /// Duties to let go what was held because of parties that are listed no more.
    Releases(ReleasesArgs),
    /// The store of casework: actors, settings, backup, and the audit that proves what was done.
    Casework(CaseworkArgs),
    /// Run a decision again from what was kept: the same comes out, or what differs or is missing is said.
    Replay(ReplayArgs),
    /// Would we have alerted on a day, with the lists of that day: over a file of customers.
    Lookback(LookbackArgs),
    /// Serve the API over HTTP.
    Serve(Box<ServeArgs>),
    /// Make, list and revoke the keys of the API.
    Keys(KeysArgs),
    /// Add, list and disable those who sign in to the API with passwords.
    Users(UsersArgs),
    /// Check a snapshot, the ledger of a data folder with all files that it names, or an export of an audit, to the last byte.
    Verify(Verify),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the man page, or write all man pages to a folder.
    Man {
        /// Folder to write the pages to.
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Read a PDF from stdin and write its pages to stdout, within limits; `scan` reads each PDF in such a process.
    #[command(hide = true)]
    PdfText(PdfTextArgs),
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// A source and its file, or a folder whose files together are the source; may be given many times. Files may be plain or compressed
    /// (gzip, bzip2, zip).
    #[arg(long = "source", value_name = "ID=PATH", required = true, value_parser = source)]
    pub(crate) sources: Vec<(String, PathBuf)>,
    /// The snapshot to write. An old one is replaced only when the new one is good.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Snapshot to compare counts with [default: the one at --out, if there is one].
    #[arg(long, value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) previous: Option<PathBuf>,
    /// Refuse to build when a count falls by more than this many percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0, value_parser = percent)]
    pub(crate) max_shrink: f64,
    /// Where to write records that were left out, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Refuse a source with more decompressed bytes than this [default: 4 GiB].
    #[arg(long, value_name = "BYTES", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub(crate) max_bytes: Option<u64>,
    /// Refuse to build when anything is wrong with a record, or a count differs from its reference.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Build although a source of the previous snapshot is not among the sources.
    #[arg(long)]
    pub(crate) allow_missing_source: bool,
    /// Build although so much is wrong with an official list that parts of it seem to be missing.
    #[arg(long, conflicts_with = "strict")]
    pub(crate) allow_issues: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Folder of files to take instead of asking the publishers; may be given many times.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) from: Vec<PathBuf>,
    /// Signed bundle to take instead, for a site without a network.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "public_key", conflicts_with = "from")]
    pub(crate) bundle: Option<PathBuf>,
    /// Public key of who makes the bundles.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "bundle")]
    pub(crate) public_key: Option<PathBuf>,
    /// Only these sources, by id, separated by commas. The others stay as they are.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Accept the issues of these sources although they look implausible.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) accept: Vec<String>,
    /// Catalogue of your own, beside the built-in one [default: `catalog.toml` in the data folder].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) catalog: Option<PathBuf>,
    /// Refuse a file with more decompressed bytes than this [default: 4 GiB].
    #[arg(long, value_name = "BYTES", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub(crate) max_bytes: Option<u64>,
    /// End with exit code 1 when a new issue could not be had, read or believed, although the others are in force.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Build the snapshot anew although nothing changed.
    #[arg(long)]
    pub(crate) rebuild: bool,
    #[command(flatten)]
    pub(crate) fetching: Fetching,
}

/// How publishers are asked.
#[derive(Debug, Args)]
pub(crate) struct Fetching {
    /// Proxy for all addresses [default: from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`].
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Certificates (PEM) to trust beside those of the web, as of a proxy that opens secure connections.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// Seconds for one attempt at one file [default: 1800].
    #[arg(long, value_name = "SECONDS", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub(crate) timeout: Option<u64>,
    /// Attempts after the first that failed [default: 4].
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    #[command(subcommand)]
    pub(crate) command: BundleCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Make the pair of keys with which bundles are signed and checked. A password comes from `INTERDICT_BUNDLE_PASSWORD`.
    Keygen {
        /// Folder for `bundle.key` and `bundle.pub`.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: PathBuf,
    },
    /// Write the issues in force into one signed file.
    Export(BundleExport),
    /// Check a bundle to the last byte and say what it holds, without taking it in.
    Verify {
        /// The bundle.
        #[arg(value_hint = ValueHint::FilePath)]
        bundle: PathBuf,
        /// Public key of who made it.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        public_key: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct BundleExport {
    /// The secret key to sign with.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) secret_key: PathBuf,
    /// The bundle to write.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Only these sources, by id, separated by commas.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Sources {
    /// Show only what is loaded.
    #[arg(long)]
    pub(crate) loaded: bool,
    /// Show what was in force at this time (UTC, such as 2026-03-01T09:30:00Z, or a day).
    #[arg(long, value_name = "TIME", conflicts_with = "loaded")]
    pub(crate) at: Option<String>,
    /// Catalogue of your own, beside the built-in one [default: `catalog.toml` in the data folder].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) catalog: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterArgs {
    #[command(subcommand)]
    pub(crate) command: ClusterCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// How many parties of each list have a twin on another; with --format json, jsonl or csv, every cluster.
    List(ClusterList),
    /// All listings of the party that a listing is of, and the evidence.
    Show {
        /// Id of a listing.
        id: String,
    },
    /// Record what a person decided of two listings; it overrides all other evidence.
    Judge(JudgeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ClusterList {
    /// Show the pairs that were left open instead, with the reason.
    #[arg(long)]
    pub(crate) open: bool,
    /// Where to write [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// Id of a listing.
    pub(crate) a: String,
    /// Id of another.
    pub(crate) b: String,
    /// What was decided.
    pub(crate) verdict: Verdict,
    /// Who decided.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// What a person decided of two listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// They are one party.
    Same,
    /// They are two parties.
    NotSame,
    /// It cannot be told.
    Unsure,
}

/// Where the settings come from. What is more specific wins: the file, its profile, the flags, then what a query says itself.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// File of settings, .toml or .json; `interdict settings` prints one to start from.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) settings: Option<PathBuf>,
    /// Profile of the file of settings to use.
    #[arg(long, value_name = "NAME", requires = "settings")]
    pub(crate) profile: Option<String>,
    /// Pass over names that a list or an entity itself calls weak.
    #[arg(long)]
    pub(crate) no_weak_aliases: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("queries").args(["name", "input"]).required(true)))]
pub(crate) struct Screen {
    /// A name, wallet address, IMO number or other identifier.
    pub(crate) name: Option<String>,
    /// File of queries: .csv, .tsv, .jsonl, .json, .ndjson, .txt; `-` is stdin.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Kind of the input [default: by its ending].
    #[arg(long, value_name = "KIND", requires = "input")]
    pub(crate) input_format: Option<InputFormat>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Report findings with at least this score, 0 to 1 [default: that of the settings, 0.7].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    /// Report at most this many findings a query [default: that of the settings, 10].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// What the queries are, such as Person, Company or Vessel [default: by the columns, else anything].
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) schema: Option<String>,
    /// Columns of a CSV file, as `name=COLUMN,birthDate=COLUMN,...`.
    #[arg(long, value_name = "PROPERTY=COLUMN", value_delimiter = ',', requires = "input")]
    pub(crate) map: Vec<String>,
    /// Show how each score is made, token by token.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Say why the entity with this id is not among the findings, and by how much; may be given many times.
    #[arg(long, value_name = "ID")]
    pub(crate) why_not: Vec<String>,
    /// Where to write rows that could not be screened, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// End with exit code 3 when there are hits.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// Kind of an input file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// A header and rows, separated by comma, semicolon or tab.
    Csv,
    /// One query a line: `{"id","schema","properties":{...}}`.
    Jsonl,
    /// One name or identifier a line; lines that begin with `#` are comments.
    Txt,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Pairs, one a line: `{"id","a":{entity},"b":{entity}}`; `-` is stdin.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) input: PathBuf,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Show how each score is made, token by token.
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Where to write lines that could not be compared, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// Labelled pairs, one a line: `{"id","a":{entity},"b":{entity},"match":true}`, with `group`, `script` or `country` if you
    /// want figures by them; `-` is stdin.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Score from which a pair counts as a match, 0 to 1 [default: that of the settings, 0.7].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Where to write wrongly judged pairs with their scores, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) errors: Option<PathBuf>,
    /// Where to write lines that could not be read, as JSON lines.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Threads to use [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct SettingsCommand {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Report findings with at least this score, 0 to 1.
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    /// Report at most this many findings a query.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Id of the entity, such as ofac-52262.
    pub(crate) id: String,
    /// How many relations to follow.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=6))]
    pub(crate) depth: u8,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "it is OFAC that calls its files of changes deltas")]
pub(crate) struct Delta {
    /// The older issue: a list file, a snapshot, or an issue that the data folder keeps, as SOURCE@DATE.
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The newer issue: a file of the same list in the same format, a snapshot, or SOURCE@DATE.
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub(crate) new: PathBuf,
    /// Of two snapshots, the source to compare [default: all]; of two files, what to call their list.
    #[arg(long, value_name = "ID", value_parser = source_id)]
    pub(crate) source: Option<String>,
    /// Only parties that have to do with a programme, such as DPRK: by its tag, by what their notes name, by country or address, or by a
    /// relation to such a party.
    #[arg(long, value_name = "TEXT")]
    pub(crate) program: Option<String>,
    /// Only parties of this kind, such as Person, Organization or Vessel.
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) schema: Option<String>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Where to write every change of an entity as JSON lines, `{"op":"ADD|MOD|DEL","entity":{...}}`; --program and --schema do not narrow
    /// it, so that OLD with these changes is NEW.
    #[arg(long = "ftm-delta", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) entity_changes: Option<PathBuf>,
    /// A delta file of OFAC's Sanctions List Service; may be given many times, in the order of publication. They are applied to OLD (a file of
    /// the ENHANCED format), and what that gives is held against NEW.
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["program", "schema", "entity_changes"]
    )]
    pub(crate) ofac_delta: Vec<PathBuf>,
    /// End with exit code 3 when something changed.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Brief {
    /// A list with its older and newer issue; may be given many times.
    #[arg(long = "issue", value_name = "ID=OLD,NEW", value_parser = issue_pair)]
    pub(crate) issues: Vec<IssuePaths>,
    /// The older issue of one list, or an older snapshot.
    #[arg(long, value_name = "FILE", requires = "new", value_hint = ValueHint::FilePath)]
    pub(crate) old: Option<PathBuf>,
    /// The newer issue of the same list, or a newer snapshot.
    #[arg(long, value_name = "FILE", requires = "old", value_hint = ValueHint::FilePath)]
    pub(crate) new: Option<PathBuf>,
    /// What to call the list of --old and --new; of two snapshots, the source [default: all].
    #[arg(long, value_name = "ID", requires = "old", value_parser = source_id)]
    pub(crate) source: Option<String>,
    /// Of the issues that the data folder keeps, where none are named: only these lists, by id, separated by commas.
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with_all = ["issues", "old"])]
    pub(crate) only: Vec<String>,
    /// Catalogue of your own, beside the built-in one [default: `catalog.toml` in the data folder].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) catalog: Option<PathBuf>,
    /// First day of the time that the bulletin is about [default: the day of the oldest issue]. Where no issues are named, those that the data
    /// folder keeps are compared: the last of each list on this day with the last on --until.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) since: Option<String>,
    /// Last day of the time that the bulletin is about [default: the day of the newest issue].
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) until: Option<String>,
    /// Only parties that have to do with a programme, such as DPRK; the bulletin says for each why it is in.
    #[arg(long, value_name = "TEXT")]
    pub(crate) program: Option<String>,
    /// Your customers, in any form that `screen --input` reads: those whom a change concerns are named.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) customers: Option<PathBuf>,
    /// Name a customer when the score is at least this, 0 to 1 [default: that of the settings, 0.7].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Day to print as the day of writing [default: today, UTC].
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) generated: Option<String>,
    /// File to write to; its ending .md, .html or .json is the form where --format (markdown, html, json) is not given [default: stdout,
    /// in Markdown].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// Two issues of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuePaths {
    pub(crate) id: String,
    pub(crate) old: PathBuf,
    pub(crate) new: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The snapshot, `issues/ledger.jsonl` in the data folder, or an export of an audit.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Public key with which the end of the export and its checkpoints were signed.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) public_key: Option<PathBuf>,
}

fn source(text: &str) -> Result<(String, PathBuf), String> {
    let (id, path) = text.split_once('=').ok_or("write it as ID=PATH, such as us_ofac_sdn=SDN_ADVANCED.XML")?;
    let id = source_id(id)?;
    if path.is_empty() {
        return Err("the path is missing".to_owned());
    }
    Ok((id, path.into()))
}

fn source_id(id: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '/');
    if id.is_empty() || !id.chars().all(allowed) {
        return Err(format!("`{id}` is not a source id: lower-case letters, digits, `_`, `-` and `/`"));
    }
    Ok(id.to_owned())
}

fn issue_pair(text: &str) -> Result<IssuePaths, String> {
    let form = "write it as ID=OLD,NEW, such as us_ofac_sdn=january.xml,february.xml";
    let (id, paths) = text.split_once('=').ok_or(form)?;
    let id = source_id(id)?;
    let (old, new) = paths.split_once(',').filter(|(old, new)| !old.is_empty() && !new.is_empty()).ok_or(form)?;
    Ok(IssuePaths { id, old: old.into(), new: new.into() })
}

fn day(text: &str) -> Result<String, String> {
    let day: jiff::civil::Date = text.parse().map_err(|_| "must be a day, such as 2025-01-31".to_owned())?;
    Ok(day.to_string())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value| (0.0..=1.0).contains(value)).ok_or_else(|| "must be a number from 0 to 1".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value| (0.0..=100.0).contains(value)).ok_or_else(|| "must be a number from 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sources_are_an_id_and_a_path() {
        assert_eq!(source("us_ofac_sdn=a=b.xml"), Ok(("us_ofac_sdn".to_owned(), "a=b.xml".into())));
        for bad in ["list.xml", "=a", "id=", "Id=a", "a b=c"] {
            assert!(source(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn issues_are_an_id_and_two_paths() {
        let expected = IssuePaths { id: "a".to_owned(), old: "../x=1.xml".into(), new: "y.xml".into() };
        assert_eq!(issue_pair("a=../x=1.xml,y.xml"), Ok(expected));
        for bad in ["a", "a=x", "a=,y", "a=x,", "A=x,y"] {
            assert!(issue_pair(bad).is_err(), "{bad}");
        }
        assert_eq!(
            (day("2025-01-31"), day("2025-02-31").is_err(), day("2025").is_err()),
            (Ok("2025-01-31".to_owned()), true, true)
        );
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        for bad in ["-0.1", "1.1", "NaN", "x", ""] {
            assert!(share(bad).is_err(), "{bad}");
        }
        for bad in ["-1", "101", "inf"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }
}
