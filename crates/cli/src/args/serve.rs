//! The arguments of `serve` and `keys`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{KnownArgs, SettingsArgs, day, share};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on. One that other machines reach needs somebody who is known, and TLS.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8053")]
    pub(crate) bind: SocketAddr,
    /// File of the keys by which clients are known; `interdict keys add` makes it. It is read again when it changes.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) keys: Option<PathBuf>,
    /// Keep cases: customers, alerts, decisions and their audit, in an SQLite file, or in PostgreSQL at `postgres://...#SCHEMA`. Needs --keys.
    #[arg(long, value_name = "LOCATION")]
    pub(crate) cases: Option<String>,
    /// Secret key of minisign that signs checkpoints and exports of the audit; its password comes from `INTERDICT_AUDIT_PASSWORD`.
    #[arg(long, value_name = "FILE", requires = "cases", value_hint = ValueHint::FilePath)]
    pub(crate) audit_key: Option<PathBuf>,
    /// Let webhooks go to this machine and to private networks.
    #[arg(long, requires = "cases")]
    pub(crate) webhook_private: bool,
    /// Keep the queries that are screened in this folder, so that other settings can be tried on them. They name people: they are
    /// readable for the owner of the process alone, and the newest are kept.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) record: Option<PathBuf>,
    /// Bytes of recorded queries of a tenant that are kept, about.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30, requires = "record", value_parser = RangedU64ValueParser::<u64>::new().range(1 << 16..))]
    pub(crate) record_max: u64,
    /// Chain of certificates in PEM: the server then speaks TLS alone.
    #[arg(long, value_name = "FILE", requires = "tls_key", value_hint = ValueHint::FilePath)]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key of the certificate in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert", value_hint = ValueHint::FilePath)]
    pub(crate) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) known: KnownArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) settings: SettingsArgs,
    /// Report findings with at least this score, 0 to 1 [default: that of the settings, 0.7].
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<f64>,
    /// Report at most this many findings a query [default: that of the settings, 10].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Requests to work on at a time [default: two for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) workers: Option<u16>,
    /// Requests that may wait; one more is turned away at once.
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub(crate) queue: u32,
    /// Connections at a time.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) connections: u32,
    /// Requests a second that each key may make [default: no limit].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rate: Option<u32>,
    /// Bytes that the body of a request may have.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20, value_parser = clap::value_parser!(u32).range(1024..))]
    pub(crate) max_body: u32,
    /// Seconds in which a request must be answered.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) timeout: u16,
    /// Seconds that running requests have when the server is told to end.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub(crate) grace: u16,
    /// Seconds for which the server, told to end, still takes requests while /readyz says that it ends.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) linger: u16,
    /// File with the token for POST /updatez, which has the data folder looked at at once [default: what `INTERDICT_UPDATE_TOKEN` holds].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) update_token_file: Option<PathBuf>,
    /// Seconds after which the data folder is looked at for a newer snapshot again; 0 for never.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    pub(crate) watch: u16,
    /// Form of the log on stderr.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) log: LogFormat,
    /// From which level on to log: error, warn, info, or debug, which logs every request.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: String,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key. It is printed once; the file keeps its SHA-256 alone.
    Add {
        /// File of keys; it is made where it is not there.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        keys: PathBuf,
        /// Whose it is.
        #[arg(long)]
        name: String,
        /// Who it is in casework, such as a user name: the same for all keys of one person [default: the id of the key].
        #[arg(long, default_value = "")]
        actor: String,
        /// viewer, analyst, approver, admin, auditor or service.
        #[arg(long)]
        role: String,
        /// Narrow the key: read, screen, metrics, admin, cases.
        #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
        scope: Vec<String>,
        /// Whose data it works on.
        #[arg(long, default_value = "")]
        tenant: String,
        /// Day from which on it is of no use, in UTC.
        #[arg(long, value_name = "DATE", value_parser = day)]
        expires: Option<String>,
    },
    /// List the keys of a file.
    List {
        /// File of keys.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        keys: PathBuf,
    },
    /// Revoke a key: a server that has the file ends it within seconds.
    Revoke {
        /// File of keys.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        keys: PathBuf,
        /// Id of the key, which stands in it and in the list.
        id: String,
    },
}
