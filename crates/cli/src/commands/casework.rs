//! Casework on the command line: the store is opened, what was asked is done as the actor who is named, and what came of it is written out. The
//! same store can be behind a server; then the server has it, and this says so.

mod alerts;
mod customers;
mod monitor;
mod proof;

use std::future::Future;
use std::path::{Path, PathBuf};

use anyhow::Context;
use interdict_casework::desk::{self, Adopted};
use interdict_casework::{Archive, By, Error, Kind, Location, Role, Roles, Store};
use interdict_matching::Settings;
use jiff::Timestamp;
use serde::Serialize;

pub(super) use self::alerts::{alerts, releases};
pub(super) use self::customers::customers;
pub(super) use self::monitor::{lookback, monitor};
pub(super) use self::proof::{casework, replay, signing_key, verify_export};
use crate::args::{Format, Global, StoreArgs};
use crate::dataset;
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::output;
use crate::table::{write_csv, write_table};

/// Names the store where the command line does not.
const CASES_VARIABLE: &str = "INTERDICT_CASES";
/// Names the actor where the command line does not.
const ACTOR_VARIABLE: &str = "INTERDICT_ACTOR";
/// Name of the store in the data folder, and of the folder of snapshots.
const STORE_FILE: &str = "casework.db";
const ARCHIVE_DIR: &str = "archive";

/// Where the store is.
pub(super) fn location(global: &Global, named: Option<&str>) -> anyhow::Result<Location> {
    let named = named.map(str::to_owned).or_else(|| std::env::var(CASES_VARIABLE).ok().filter(|value| !value.is_empty()));
    match named {
        Some(text) => Ok(Location::parse(&text).map_err(|error| Usage(format!("--cases: {error}")))?),
        None => {
            let folder = dataset::data_folder(global)?;
            std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            Ok(Location::Sqlite(folder.join(STORE_FILE)))
        }
    }
}

/// The archive of snapshots.
pub(super) fn archive(global: &Global, named: Option<&Path>) -> anyhow::Result<Archive> {
    let folder: PathBuf = match named {
        Some(folder) => folder.to_owned(),
        None => dataset::data_folder(global)?.join(ARCHIVE_DIR),
    };
    Ok(Archive::new(&folder))
}

/// Who asks.
fn actor(args: &StoreArgs) -> anyhow::Result<String> {
    let named = args.actor.clone().or_else(|| std::env::var(ACTOR_VARIABLE).ok()).filter(|actor| !actor.is_empty());
    Ok(named.ok_or_else(|| Usage(format!("say who you are with --as ACTOR, or in {ACTOR_VARIABLE}")))?)
}

/// Runs what waits for a database.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting threads")?;
    runtime.block_on(work)
}

/// Opens the store that is there, and runs something in it as the actor.
fn with<T>(
    global: &Global,
    args: &StoreArgs,
    work: impl AsyncFnOnce(&Store, By<'_>) -> Result<T, anyhow::Error>,
) -> anyhow::Result<T> {
    let location = location(global, args.cases.as_deref())?;
    let actor = actor(args)?;
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        let message = format!("there is no store at {}", path.display());
        return Err(Failure::new(message, "make one with `interdict casework init --as ID --name NAME`").into());
    }
    block_on(async {
        let now = Timestamp::now();
        let store = Store::open(&location, now).await.map_err(explained)?;
        let done = work(&store, By::new(&actor, now)).await;
        store.close().await;
        done.map_err(|error| match error.downcast::<Error>() {
            Ok(error) => explained(error),
            Err(other) => other,
        })
    })
}

/// An error of the store with what to do about it.
fn explained(error: Error) -> anyhow::Error {
    let hint = match (&error, error.kind()) {
        (Error::InUse { .. }, _) => "one process at a time writes a store on SQLite; a team wants PostgreSQL",
        (Error::UnknownActor(_), _) => "`interdict casework actor ID --name NAME --role ROLE` adds one, as an administrator",
        (Error::FourEyes { .. }, _) => "a decision takes two people",
        (Error::Forbidden { .. }, _) => "`interdict casework actors` shows who has which role",
        (_, Kind::Unavailable) => "nothing was changed; it can be done again",
        (_, Kind::Damaged) => "`interdict casework verify` says what is wrong",
        _ => return error.into(),
    };
    Failure::new(error.to_string(), hint).into()
}

/// The settings to screen with: those that the store has, which the command line may state again and not replace.
async fn settings_of(store: &Store, stated: Option<Settings>) -> anyhow::Result<Settings> {
    let adopted = desk::adopted(store).await?;
    match (adopted, stated) {
        (Some(Adopted { settings, .. }), Some(stated)) if settings.id() != stated.id() => {
            let message = format!("the store screens with settings {}, and these are {}", settings.id(), stated.id());
            Err(Failure::new(message, "`interdict casework settings --adopt REASON` puts others in force").into())
        }
        (Some(Adopted { settings, .. }), _) => Ok(settings),
        (None, stated) => Ok(stated.unwrap_or_default()),
    }
}

fn roles(words: &[String]) -> anyhow::Result<Roles> {
    let roles: Vec<Role> =
        words.iter().map(|word| word.parse().map_err(|error| Usage(format!("--role: {error}")))).collect::<Result<_, _>>()?;
    Ok(Roles::new(roles).map_err(|error| Usage(format!("--role: {error}")))?)
}

/// Writes rows in the form that is asked for.
fn write_rows<T: Serialize>(
    global: &Global,
    rows: &[T],
    header: &[&str],
    right: &[usize],
    cells: impl Fn(&T) -> Vec<String>,
) -> anyhow::Result<Outcome> {
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &rows)?,
        Format::Jsonl => rows.iter().try_for_each(|row| output::write_jsonl(&mut out, row))?,
        Format::Csv => write_csv(&mut out, header, rows.iter().map(cells))?,
        Format::Table => write_table(&mut out, header, rows.iter().map(cells), right)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// Writes one thing: as lines for people, else as JSON.
fn write_one<T: Serialize>(global: &Global, value: &T, lines: impl FnOnce() -> Vec<String>) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, value)?,
        Format::Jsonl => output::write_jsonl(&mut out, value)?,
        Format::Csv => return Err(Usage("--format: here there are table, json and jsonl".to_owned()).into()),
        Format::Table => {
            for line in lines() {
                writeln!(out, "{}", crate::messages::harmless(&line))?;
            }
        }
    }
    out.finish()
}

/// A score of millionths, for people.
fn score(ppm: i64) -> String {
    format!("{:.2}", ppm as f64 / 1e6)
}

/// `1 alert`, `2 alerts`.
fn many(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
