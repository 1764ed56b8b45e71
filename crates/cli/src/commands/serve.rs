//! `interdict serve` and `interdict keys`: the snapshot and settings in use go in, with who may ask; the API is served until the process
//! is told to end.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use interdict_server::{
    App, BUILT_IN, CasesOptions, Engine, KeyFile, LogForm, Options, Program, Recorder, Role, Scope, Server, ServerError, Spans,
    SpansOptions, Tls, Watch, new_key, open_snapshot, start_logging,
};
use jiff::Timestamp;
use serde_json::json;

use super::{casework, users};
use crate::args::{Format, Global, KeysArgs, KeysCommand, LogFormat, ServeArgs};
use crate::dataset;
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::input::understood;
use crate::messages::Messages;
use crate::output;
use crate::settings::Choice;
use crate::table::{write_csv, write_table};

/// Runs `serve`.
pub(super) fn run(global: &Global, args: &ServeArgs, messages: Messages) -> anyhow::Result<Outcome> {
    let form = if args.log == LogFormat::Json { LogForm::Json } else { LogForm::Text };
    start_logging(form, &args.log_level).map_err(|error| Usage(format!("--log-level: {error}")))?;
    let Choice { settings, .. } = Choice::read(&args.settings, args.threshold, args.limit)?;
    let known = users::known(&args.known, args.keys.as_deref())?;
    let spans = args
        .known
        .otlp
        .clone()
        .map(|endpoint| Spans::start(SpansOptions { endpoint, ..SpansOptions::default() }))
        .transpose()?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Some(Tls::read(certificates, key)?),
        _ => None,
    };
    let usual = Options::default();
    let options = Options {
        workers: args.workers.map_or(usual.workers, usize::from),
        queue: args.queue as usize,
        connections: args.connections as usize,
        rate: args.rate,
        body: args.max_body as usize,
        work_time: Duration::from_secs(args.timeout.into()),
        grace: Duration::from_secs(args.grace.into()),
        linger: Duration::from_secs(args.linger.into()),
        watch: Duration::from_secs(args.watch.into()),
        meaning: understood,
        ..usual
    };
    let (snapshot, file, watch, refused) = opened(global, messages)?;
    let (entities, secure) = (snapshot.entity_count(), tls.is_some());
    let app = App::new(Engine { snapshot, settings }, &file, options, known, secure)?;
    app.answer_with(Program {
        executable: std::env::current_exe().context("finding this program")?,
        data: dataset::data_folder(global).ok().map(std::path::absolute).transpose()?,
        snapshot: global.snapshot.as_ref().map(std::path::absolute).transpose()?,
    });
    if let Some(spans) = spans {
        app.trace_to(spans);
    }
    if let Some(folder) = &args.record {
        // Two files of half of it.
        let recorder = Recorder::new(folder, args.record_max / 2).with_context(|| folder.display().to_string())?;
        app.record_to(recorder);
    }
    for (file, reason) in refused {
        app.refuse(file, reason);
    }
    let token = update_token(args)?;
    if token.is_some() && watch.is_none() {
        return Err(Usage(
            "a token for /updatez needs a data folder to look at; --snapshot names one file for good".to_owned(),
        )
        .into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting threads")?;
    if let Some(location) = &args.cases {
        let cases = cases(global, args, location)?;
        runtime.block_on(app.open_cases(cases, Timestamp::now())).map_err(|error| match error {
            ServerError::CasesNeedKeys => {
                let advice =
                    "make a key for each person with `interdict keys add --actor NAME`, and name their file with `--keys FILE`";
                Failure::new(error.to_string(), advice).into()
            }
            other => anyhow::Error::from(other),
        })?;
    }
    let kept = app.cases().cloned();
    let mut server = Server::bind(args.bind, app, tls, watch).map_err(|error| match error {
        ServerError::Open(_) => {
            let hint = "make a key with `interdict keys add` and name its file with `--keys FILE`, or a user with `interdict users add`";
            Failure::new(error.to_string(), hint).into()
        }
        ServerError::Clear(_) => {
            let hint = "give a certificate with `--tls-cert` and `--tls-key`; or put a proxy that ends TLS before it, and say so with `--behind-proxy`";
            Failure::new(error.to_string(), hint).into()
        }
        other => anyhow::Error::from(other),
    })?;
    if let Some(token) = token {
        server = server.updated_by(&token);
    }
    let scheme = if secure { "https" } else { "http" };
    messages.note(&format!("{scheme}://{}: {entities} entities of {file}; the page /docs shows the API", server.address()));
    runtime.block_on(async {
        let end = told_to_end()?;
        server.run(end).await?;
        if let Some(cases) = kept {
            cases.close().await;
        }
        anyhow::Ok(())
    })?;
    // Work that nobody waits for any more does not keep the process.
    runtime.shutdown_background();
    messages.note("ended");
    Ok(Outcome::Done)
}

/// The token of `POST /updatez`: from its file, else from the environment. The command line, which others can read, has no option for it.
fn update_token(args: &ServeArgs) -> anyhow::Result<Option<String>> {
    let given = match &args.update_token_file {
        Some(path) => Some(fs::read_to_string(path).with_context(|| path.display().to_string())?),
        None => std::env::var("INTERDICT_UPDATE_TOKEN").ok(),
    };
    let Some(token) = given.map(|token| token.trim().to_owned()) else { return Ok(None) };
    if token.len() < 16 {
        return Err(
            Usage("the token for /updatez must have 16 characters or more, so that nobody guesses it".to_owned()).into()
        );
    }
    Ok(Some(token))
}

/// How cases are kept.
fn cases(global: &Global, args: &ServeArgs, location: &str) -> anyhow::Result<CasesOptions> {
    let location = casework::location(global, Some(location))?;
    let audit_key = args.audit_key.as_deref().map(casework::signing_key).transpose()?;
    let archive = casework::archive(global, None)?;
    Ok(CasesOptions { location, audit_key, archive, webhook_private: args.webhook_private })
}

type Opened = (interdict_snapshot::Snapshot, String, Option<Watch>, Vec<(String, String)>);

/// The snapshot to begin with: the one named; else the newest in the data folder, which is watched; else the built-in dataset.
fn opened(global: &Global, messages: Messages) -> anyhow::Result<Opened> {
    if let Some(path) = &global.snapshot {
        let opened = open_snapshot(path, false)?;
        return Ok((opened.snapshot, opened.file, None, Vec::new()));
    }
    let (watch, newest, refused) = match dataset::data_folder(global) {
        Ok(folder) => {
            let (watch, newest, refused) = Watch::begin(&folder);
            (Some(watch), newest, refused)
        }
        Err(_) => (None, None, Vec::new()),
    };
    if let Some(newest) = newest {
        return Ok((newest.snapshot, newest.file, watch, refused));
    }
    // Falling back to the demonstration because all real snapshots are broken would show names as clear that were not checked.
    if let Some((file, reason)) = refused.first() {
        let message = format!("none of the snapshots in the data folder can be used; {file}: {reason}");
        return Err(
            Failure::new(message, "build one again with `interdict build`, or name another with `--snapshot FILE`").into()
        );
    }
    messages.quiet_hint("the built-in dataset is a demonstration, not a whole list; `interdict build` makes a snapshot of one");
    Ok((dataset::built_in()?, BUILT_IN.to_owned(), watch, refused))
}

/// Comes when the process is told to end.
#[cfg(unix)]
fn told_to_end() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Comes when the process is told to end.
#[cfg(not(unix))]
fn told_to_end() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be told, it ends with its window.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Runs `keys`.
pub(super) fn keys(global: &Global, args: &KeysArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        KeysCommand::Add { keys, name, actor, role, scope, tenant, expires } => {
            let role: Role = role.parse().map_err(|error| Usage(format!("--role: {error}")))?;
            for scope in scope {
                scope.parse::<Scope>().map_err(|error| Usage(format!("--scope: {error}")))?;
            }
            let mut file = if keys.exists() { KeyFile::read(keys)? } else { KeyFile::default() };
            let (key, mut entry) = new_key(name, role, Timestamp::now())?;
            entry.actor.clone_from(actor);
            entry.scopes.clone_from(scope);
            entry.tenant.clone_from(tenant);
            entry.expires = expires.as_ref().map(|day| format!("{day}T00:00:00Z").parse()).transpose()?;
            let id = entry.id.clone();
            file.keys.push(entry);
            write(keys, &file.to_text()?)?;
            let mut out = Target::open(None)?;
            if output::choose(global.format, None, Format::Table) == Format::Table {
                writeln!(out, "{key}")?;
            } else {
                output::write_json(&mut out, &json!({"id": id, "key": key}))?;
            }
            out.finish()?;
            messages.note(&format!("key {id} of {name}: it is shown this once"));
        }
        KeysCommand::List { keys } => {
            let file = KeyFile::read(keys)?;
            let mut out = Target::open(None)?;
            let header = ["id", "name", "actor", "role", "scopes", "tenant", "created", "expires", "revoked"];
            let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
            let rows = file.keys.iter().map(|key| {
                let (scopes, tenant) = (key.scopes.join(","), key.tenant.clone());
                let times = [time(key.created), time(key.expires), time(key.revoked)];
                [vec![key.id.clone(), key.name.clone(), key.actor.clone(), key.role.clone(), scopes, tenant], times.to_vec()]
                    .concat()
            });
            let shown = |key: &interdict_server::KeyEntry| {
                json!({"id": key.id, "name": key.name, "actor": key.actor, "role": key.role, "scopes": key.scopes, "tenant": key.tenant,
                       "created": key.created.map(|time| time.to_string()), "expires": key.expires.map(|time| time.to_string()),
                       "revoked": key.revoked.map(|time| time.to_string())})
            };
            match output::choose(global.format, None, Format::Table) {
                Format::Table => write_table(&mut out, &header, rows, &[])?,
                Format::Csv => write_csv(&mut out, &header, rows)?,
                Format::Json => output::write_json(&mut out, &file.keys.iter().map(shown).collect::<Vec<_>>())?,
                Format::Jsonl => file.keys.iter().try_for_each(|key| output::write_jsonl(&mut out, &shown(key)))?,
            }
            out.finish()?;
        }
        KeysCommand::Revoke { keys, id } => {
            let mut file = KeyFile::read(keys)?;
            let Some(key) = file.keys.iter_mut().find(|key| key.id == *id) else {
                return Err(Failure::new(
                    format!("{}: no key `{id}`", keys.display()),
                    "`interdict keys list` shows the ids of the file",
                )
                .into());
            };
            key.revoked = Some(key.revoked.unwrap_or_else(Timestamp::now));
            write(keys, &file.to_text()?)?;
            messages.note(&format!("key {id} is revoked"));
        }
    }
    Ok(Outcome::Done)
}

/// Writes a file of keys or users whole or not at all, for its owner alone.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = || format!("{}: cannot be written", path.display());
    // Temporary files are their owner's alone.
    let mut new = tempfile::NamedTempFile::new_in(folder).with_context(place)?;
    new.write_all(text.as_bytes()).with_context(place)?;
    new.as_file().sync_all().with_context(place)?;
    if let Ok(metadata) = fs::metadata(path) {
        new.as_file().set_permissions(metadata.permissions()).with_context(place)?;
    }
    new.persist(path).with_context(place)?;
    Ok(())
}
