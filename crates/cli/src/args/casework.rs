//! The arguments of casework: customers, monitoring, alerts, decisions, duties to release, proof.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{InputFormat, SettingsArgs, day};

/// Which store, and who asks.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// Where casework is kept: a file (SQLite), or `postgres://USER:PASSWORD@HOST/DATABASE#SCHEMA` [env: `INTERDICT_CASES`]
    /// [default: `casework.db` in the data folder].
    // Read where it is used, so that a password in the environment is not shown in a usage line.
    #[arg(long, value_name = "LOCATION")]
    pub(crate) cases: Option<String>,
    /// Who does this: id of an actor of the store [env: `INTERDICT_ACTOR`].
    #[arg(long = "as", value_name = "ACTOR")]
    pub(crate) actor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CaseworkArgs {
    #[command(subcommand)]
    pub(crate) command: CaseworkCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaseworkCommand {
    /// Make a store with its first actor, an administrator.
    Init {
        #[command(flatten)]
        store: StoreArgs,
        /// Name of the administrator.
        #[arg(long)]
        name: String,
    },
    /// Add an actor, or change name and roles.
    Actor {
        /// Id of the actor.
        id: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Name.
        #[arg(long)]
        name: String,
        /// Roles: viewer, analyst, approver, admin, auditor, service; separated by commas.
        #[arg(long, value_name = "ROLE", value_delimiter = ',', required = true)]
        role: Vec<String>,
        /// He may do nothing any more.
        #[arg(long)]
        inactive: bool,
    },
    /// List the actors with their roles.
    Actors {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Try settings on all customers: what would be found no more, what anew, held against what was decided. With --adopt they are in force.
    Settings {
        #[command(flatten)]
        store: StoreArgs,
        #[command(flatten)]
        settings: SettingsArgs,
        /// Try them on recorded queries too: JSON lines, as `screen` takes them and `serve --record` keeps them.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        traffic: Option<PathBuf>,
        /// Put them in force for this reason.
        #[arg(long, value_name = "REASON")]
        adopt: Option<String>,
        /// So many pairs may be lost that were decided to be more than false.
        #[arg(long, value_name = "N", default_value_t = 0, requires = "adopt")]
        accept_lost: u64,
    },
    /// Copy the store while it is in use: a database file on SQLite, JSON lines on PostgreSQL.
    Backup {
        /// File to write.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Fill a new store from a backup, and compare it with its audit.
    Restore {
        /// The backup.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The store to make; it must not be there.
        #[arg(long, value_name = "LOCATION")]
        cases: Option<String>,
    },
    /// Compare every row of the store with its audit.
    Verify {
        #[command(flatten)]
        store: StoreArgs,
        /// Public key of the checkpoints.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        public_key: Option<PathBuf>,
    },
    /// Sign the audit as it is now. A password comes from `INTERDICT_AUDIT_PASSWORD`; `interdict bundle keygen` makes a pair of keys.
    Checkpoint {
        #[command(flatten)]
        store: StoreArgs,
        /// The secret key.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        secret_key: PathBuf,
    },
    /// Write the audit to a file that `interdict verify` checks offline.
    Export {
        /// File to write.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
        /// The secret key to sign its end with.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        secret_key: Option<PathBuf>,
    },
    /// Show what was done to something: an alert, a customer, a decision.
    History {
        /// Its id.
        subject: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CustomersArgs {
    #[command(subcommand)]
    pub(crate) command: CustomersCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CustomersCommand {
    /// Add customers of a file, or change them.
    Add {
        /// The file: .csv, .tsv, .jsonl, .json, .ndjson, .parquet; `-` is stdin. Each needs an id of yours.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
        /// Kind of the input [default: by its ending].
        #[arg(long, value_name = "KIND")]
        input_format: Option<InputFormat>,
        /// Which column is what, such as name=Client or id=Number; may be given many times.
        #[arg(long, value_name = "FIELD=COLUMN")]
        map: Vec<String>,
        /// Schema of rows that state none.
        #[arg(long)]
        schema: Option<String>,
        /// Where to write rows that were left out, as JSON lines.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        rejects: Option<PathBuf>,
    },
    /// Take a customer out of monitoring. What was found stays.
    Remove {
        /// Id of the customer.
        id: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// List customers.
    List {
        /// Part of an id or a name.
        #[arg(default_value = "")]
        text: String,
        #[command(flatten)]
        store: StoreArgs,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Show which screenings cover a customer as it is now.
    Coverage {
        /// Id of the customer.
        id: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct MonitorArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Screen everybody, also where what changed in the lists would do.
    #[arg(long)]
    pub(crate) full: bool,
    /// Only these customers, by id, separated by commas.
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with = "full")]
    pub(crate) only: Vec<String>,
    /// Screen nobody; show whom no complete screening covers against the snapshot, and why.
    #[arg(long, conflicts_with_all = ["full", "only"])]
    pub(crate) uncovered: bool,
    /// Queue of new alerts.
    #[arg(long, value_name = "NAME")]
    pub(crate) queue: Option<String>,
    /// Exit with 3 when alerts were opened, opened again or changed.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AlertsArgs {
    #[command(subcommand)]
    pub(crate) command: AlertsCommand,
}

/// What an alert is found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Found {
    /// It is the listed party.
    TrueMatch,
    /// It is not.
    FalsePositive,
    /// It cannot be told.
    Unsure,
    /// Somebody else has to say.
    Escalated,
    /// Somebody whose identity was used.
    PossibleVictim,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// List alerts, the most urgent first.
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Closed ones as well.
        #[arg(long)]
        all: bool,
        /// In this queue.
        #[arg(long, value_name = "NAME")]
        queue: Option<String>,
        /// That this actor has.
        #[arg(long, value_name = "ACTOR")]
        assignee: Option<String>,
        /// Of this customer.
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
        /// Due on this day or before.
        #[arg(long, value_name = "DATE", value_parser = day)]
        due_by: Option<String>,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Show an alert with all that is known of it.
    Show {
        /// Id of the alert.
        id: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Give an alert to somebody, or take it back.
    Assign {
        /// Id of the alert.
        id: String,
        /// Whom; nobody when left out.
        #[arg(long, value_name = "ACTOR")]
        to: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Write a note.
    Note {
        /// Id of the alert.
        id: String,
        /// The note.
        text: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Attach a file.
    Attach {
        /// Id of the alert.
        id: String,
        /// The file.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
        /// Its media type.
        #[arg(long, value_name = "TYPE", default_value = "application/octet-stream")]
        media_type: String,
    },
    /// Link two alerts.
    Link {
        /// One.
        id: String,
        /// The other.
        other: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Propose what alerts are. Another person has to approve.
    Propose {
        /// Ids of alerts; at most 100, all or none.
        #[arg(required = true)]
        ids: Vec<String>,
        /// What they are.
        #[arg(long = "as-a", value_name = "DISPOSITION")]
        disposition: Found,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List proposals that wait for you.
    Pending {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Approve proposals that others made: they are decisions then.
    Approve {
        /// Ids of proposals; at most 100, all or none.
        #[arg(required = true)]
        ids: Vec<String>,
        /// Why; need not be said.
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Reject proposals that others made.
    Reject {
        /// Ids of proposals; at most 100, all or none.
        #[arg(required = true)]
        ids: Vec<String>,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Open a closed alert again.
    Reopen {
        /// Id of the alert.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReleasesArgs {
    #[command(subcommand)]
    pub(crate) command: ReleasesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReleasesCommand {
    /// List duties to release: parties that are listed no more, or no longer found.
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Those that are done as well.
        #[arg(long)]
        all: bool,
    },
    /// Say that what was held was let go, or stays held.
    End {
        /// Id of the duty.
        id: String,
        /// It stays held.
        #[arg(long)]
        held: bool,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Id of the decision.
    pub(crate) decision: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Folder of snapshots by their ids [default: `archive` in the data folder].
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) archive: Option<PathBuf>,
    /// Exit with 3 when something differs or is missing.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LookbackArgs {
    /// File of customers: .csv, .tsv, .jsonl, .json, .ndjson, .txt, .parquet.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) input: PathBuf,
    /// The day.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) date: String,
    /// Issues to take, as SOURCE@DATE, separated by commas [default: those that were in force at the end of the day, or the snapshot named].
    #[arg(long, value_name = "ISSUE", value_delimiter = ',', conflicts_with = "snapshot")]
    pub(crate) issue: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Kind of the input [default: by its ending].
    #[arg(long, value_name = "KIND")]
    pub(crate) input_format: Option<InputFormat>,
    /// Which column is what, such as name=Client or id=Number; may be given many times.
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub(crate) map: Vec<String>,
    /// Schema of rows that state none.
    #[arg(long)]
    pub(crate) schema: Option<String>,
    /// File to write to [default: stdout].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 3 when somebody would have alerted.
    #[arg(long)]
    pub(crate) exit_code: bool,
}
