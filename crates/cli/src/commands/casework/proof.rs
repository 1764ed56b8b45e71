//! `interdict casework`, `interdict replay`, and what `interdict verify` says of an export: who may do what, which settings are in force, and the
//! proof of what was done.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::Context;
use interdict_casework::desk::{self, Difference, Judged, Missing, Replay, Trial, Verdict};
use interdict_casework::{Report, SigningKey, Store, VerifyingKey, verify_export as check};
use interdict_matching::Settings;
use interdict_model::entity_from_json;
use jiff::Timestamp;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::{actor, archive, block_on, explained, location, many, roles, score, with, write_one, write_rows};
use crate::args::{CaseworkArgs, CaseworkCommand, Global, ReplayArgs};
use crate::dataset::{self, short};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::small_text;
use crate::messages::Messages;

/// Has the password of the key that signs the audit.
const PASSWORD_VARIABLE: &str = "INTERDICT_AUDIT_PASSWORD";
/// A file of a key is a few hundred bytes.
const MAX_KEY: u64 = 1 << 16;

/// Reads the key that signs the audit; a password comes from the environment.
pub(in super::super) fn signing_key(path: &Path) -> anyhow::Result<SigningKey> {
    let text = small_text(path, MAX_KEY, "no key is")?;
    let password = std::env::var(PASSWORD_VARIABLE).ok();
    SigningKey::read(&text, password.as_deref()).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

fn verifying_key(path: Option<&Path>) -> anyhow::Result<Option<VerifyingKey>> {
    let Some(path) = path else { return Ok(None) };
    let text = small_text(path, MAX_KEY, "no key is")?;
    Ok(Some(VerifyingKey::read(&text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?))
}

/// Runs `casework`.
pub(in super::super) fn casework(global: &Global, args: &CaseworkArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        CaseworkCommand::Init { store, name } => {
            let (place, id) = (location(global, store.cases.as_deref())?, actor(store)?);
            block_on(async {
                let store = Store::open(&place, Timestamp::now()).await.map_err(explained)?;
                let made = store.add_first_admin(&id, name, Timestamp::now()).await;
                store.close().await;
                made.map_err(explained)
            })?;
            messages.note(&format!("{id} is the administrator of a new store"));
            messages.quiet_hint(
                "`interdict casework actor` adds those who work with it: a service that screens, an analyst, an approver",
            );
            Ok(Outcome::Done)
        }
        CaseworkCommand::Actor { id, store, name, role, inactive } => {
            let roles = roles(role)?;
            let actor = with(global, store, async |store, by| Ok(store.put_actor(by, id, name, roles, !inactive).await?))?;
            write_actors(global, &[actor])
        }
        CaseworkCommand::Actors { store } => {
            let actors = with(global, store, async |store, by| Ok(store.actors(by).await?))?;
            write_actors(global, &actors)
        }
        CaseworkCommand::Settings { store, settings, traffic, adopt, accept_lost } => {
            let snapshot = dataset::open(global, messages)?;
            let proposed = super::monitor::stated(settings)?.unwrap_or_default();
            let trial = with(global, store, async |store, by| {
                let in_force = desk::adopted(store).await?.map_or_else(Settings::default, |adopted| adopted.settings);
                let mut trial = desk::trial(store, by, &snapshot, &in_force, &proposed).await?;
                if let Some(path) = traffic {
                    let file = File::open(path).with_context(|| path.display().to_string())?;
                    // What is read to an error is no whole traffic.
                    let mut broken = None;
                    let lines = BufReader::new(file).lines().map_while(|line| line.map_err(|error| broken = Some(error)).ok());
                    let queries = lines.filter(|line| !line.trim().is_empty()).map(|line| entity_from_json(&line));
                    trial.traffic = Some(desk::traffic(&snapshot, &in_force, &proposed, queries));
                    if let Some(error) = broken {
                        return Err(anyhow::Error::from(error).context(path.display().to_string()));
                    }
                }
                if let Some(reason) = adopt {
                    desk::adopt(store, by, &in_force, &proposed, &trial, *accept_lost, reason).await?;
                }
                Ok(trial)
            })?;
            write_one(global, &trial, || trial_lines(&trial))?;
            let done = if adopt.is_some() { "are in force" } else { "were tried; --adopt REASON puts them in force" };
            messages.note(&format!("settings {} {done}", trial.proposed));
            Ok(Outcome::Done)
        }
        CaseworkCommand::Backup { file, store } => {
            with(global, store, async |store, by| Ok(store.backup(by, file).await?))?;
            messages.note(&format!("{}: written", file.display()));
            Ok(Outcome::Done)
        }
        CaseworkCommand::Restore { file, cases } => {
            let place = location(global, cases.as_deref())?;
            let report = block_on(async {
                let (store, report) = Store::restore(file, &place, Timestamp::now()).await.map_err(explained)?;
                store.close().await;
                Ok(report)
            })?;
            write_report(global, &report)
        }
        CaseworkCommand::Verify { store, public_key } => {
            let key = verifying_key(public_key.as_deref())?;
            let place = location(global, store.cases.as_deref())?;
            let report = block_on(async {
                let store = Store::open_read_only(&place).await.map_err(explained)?;
                let report = store.verify(key.as_ref(), &[]).await.map_err(explained);
                store.close().await;
                report
            })?;
            write_report(global, &report)
        }
        CaseworkCommand::Checkpoint { store, secret_key } => {
            let key = signing_key(secret_key)?;
            let checkpoint = with(global, store, async |store, by| Ok(store.checkpoint(by, &key).await?))?;
            messages.note(&format!("row {} is signed, and all before it", checkpoint.seq));
            write_one(global, &checkpoint, || checkpoint.text().lines().map(str::to_owned).collect())?;
            Ok(Outcome::Done)
        }
        CaseworkCommand::Export { file, store, secret_key } => {
            let key = secret_key.as_deref().map(signing_key).transpose()?;
            let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let place = || format!("{}: cannot be written", file.display());
            let new = tempfile::NamedTempFile::new_in(parent).with_context(place)?;
            let mut out = BufWriter::new(new);
            let last = with(global, store, async |store, by| Ok(store.export_audit(by, key.as_ref(), &mut out).await?))?;
            out.flush().with_context(place)?;
            let new = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(place)?;
            new.as_file().sync_all().with_context(place)?;
            new.persist(file).with_context(place)?;
            messages.note(&format!("{}: {}; `interdict verify` checks it", file.display(), many(last, "row")));
            Ok(Outcome::Done)
        }
        CaseworkCommand::History { subject, store } => {
            let entries = with(global, store, async |store, by| Ok(store.history(by, subject).await?))?;
            let header = ["row", "when", "who", "what", "details"];
            let rows: Vec<Row> = entries.into_iter().map(Row).collect();
            write_rows(global, &rows, &header, &[0], |Row(entry)| {
                let when = entry.time().map(|time| time.to_string()).unwrap_or_default();
                vec![entry.seq.to_string(), when, entry.actor.clone(), entry.action.clone(), entry.payload.clone()]
            })
        }
    }
}

/// A row of the audit, written as exports have it.
struct Row(interdict_casework::Entry);

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let value: serde_json::Value = serde_json::from_str(&self.0.line()).map_err(S::Error::custom)?;
        value.serialize(to)
    }
}

fn write_actors(global: &Global, actors: &[interdict_casework::Actor]) -> anyhow::Result<Outcome> {
    write_rows(global, actors, &["actor", "name", "roles", "active"], &[], |actor| {
        let roles: Vec<&str> = actor.roles.iter().map(interdict_casework::Role::word).collect();
        let active = if actor.active { "yes" } else { "no" };
        vec![actor.id.clone(), actor.name.clone(), roles.join(", "), active.to_owned()]
    })
}

/// What a check found. Anything wrong is an error: a script must not take a broken proof for one.
fn write_report(global: &Global, report: &Report) -> anyhow::Result<Outcome> {
    write_one(global, report, || report_lines(report))?;
    Ok(if report.is_sound() { Outcome::Done } else { Outcome::NothingWorked })
}

fn report_lines(report: &Report) -> Vec<String> {
    let mut lines = vec![if report.is_sound() { "sound".to_owned() } else { format!("{} wrong", many(report.wrong, "thing")) }];
    lines.push(format!("{} to row {}, digest {}", many(report.rows, "row"), report.last, report.hash));
    if report.compared > 0 {
        lines.push(format!("{} of state compared with them", many(report.compared, "row")));
    }
    lines.push(match report.signed_through {
        Some(row) => format!("signed to row {row}; {}", many(report.checkpoints, "checkpoint")),
        None => "no signature was checked".to_owned(),
    });
    if report.clock_went_back > 0 {
        lines.push(format!("the clock went back {}", many(report.clock_went_back, "time")));
    }
    lines.extend(report.troubles.iter().map(|trouble| format!("{}: {}", trouble.place, trouble.what)));
    lines
}

/// Checks an export of an audit, without the program that wrote it.
pub(in super::super) fn verify_export(global: &Global, path: &Path, public_key: Option<&Path>) -> anyhow::Result<Outcome> {
    let key = verifying_key(public_key)?;
    let file = File::open(path).with_context(|| format!("{}: cannot be opened", path.display()))?;
    let report =
        check(BufReader::new(file), key.as_ref(), &[]).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    write_report(global, &report)
}

fn trial_lines(trial: &Trial) -> Vec<String> {
    let mut lines = vec![
        format!("settings {} in force, {} proposed, snapshot {}", trial.in_force, trial.proposed, short(&trial.snapshot)),
        format!(
            "{} screened, {} not; {} before, {} after",
            many(trial.customers, "customer"),
            trial.not_screened,
            many(trial.findings_before, "finding"),
            trial.findings_after
        ),
        format!(
            "{} saved, {} lost, {} undecided go; {} come",
            many(trial.saved.len() as u64, "alert"),
            many(trial.lost.len() as u64, "true match").replace("matchs", "matches"),
            trial.undecided.len(),
            trial.new.len()
        ),
    ];
    if trial.not_found_by_either > 0 {
        lines.push(format!(
            "{} found by neither: the customer or the list changed since",
            many(trial.not_found_by_either, "true match").replace("matchs", "matches")
        ));
    }
    if let Some(traffic) = &trial.traffic {
        lines.push(format!(
            "{} recorded, {} of them not screened; {} with a hit before, {} after",
            many(traffic.queries + traffic.not_screened, "query").replace("querys", "queries"),
            traffic.not_screened,
            traffic.hits_before,
            traffic.hits_after
        ));
        for (what, changed) in [("goes", &traffic.gone), ("comes", &traffic.new)] {
            for one in changed.iter().take(20) {
                lines.push(format!("  {what}: “{}” and {} ({}), {:.2}", one.words, one.caption, one.entity, one.score));
            }
            if changed.len() > 20 {
                lines.push(format!("  {} more", changed.len() - 20));
            }
        }
    }
    let mut list = |what: &str, judged: &[Judged]| {
        for one in judged.iter().take(20) {
            lines.push(format!("  {what}: {} and {} ({}), {:.2}", one.customer, one.caption, one.entity, one.score));
        }
        if judged.len() > 20 {
            lines.push(format!("  {} more", judged.len() - 20));
        }
    };
    list("lost", &trial.lost);
    list("saved", &trial.saved);
    list("goes undecided", &trial.undecided);
    list("comes", &trial.new);
    lines
}

/// Runs `replay`.
pub(in super::super) fn replay(global: &Global, args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let archive = archive(global, args.archive.as_deref())?;
    if args.archive.as_ref().is_some_and(|folder| !folder.is_dir()) {
        return Err(Usage(format!("--archive: `{}` is no folder", archive.folder().display())).into());
    }
    let replay = with(global, &args.store, async |store, by| Ok(desk::replay(store, by, &args.decision, &archive).await?))?;
    write_one(global, &replay, || replay_lines(&replay))?;
    match replay.verdict {
        Verdict::Same => Ok(Outcome::Done),
        _ if args.exit_code => Ok(Outcome::Hits),
        Verdict::Differs(_) => Err(Failure::new("the decision does not come out again", "see what differs above").into()),
        Verdict::Missing(_) => Err(Failure::new("the decision cannot be run again", "see what is missing above").into()),
    }
}

fn replay_lines(replay: &Replay) -> Vec<String> {
    let Replay { decision, finding, made_with, verdict, .. } = replay;
    let mut lines = vec![
        format!(
            "{}: {} found {} to be {}, {} approved",
            decision.id,
            decision.proposer,
            decision.alert,
            decision.disposition,
            decision.reviewer.as_deref().unwrap_or("nobody")
        ),
        format!("finding {}: score {}, {}", finding.id, score(finding.score_ppm), super::monitor::lists(&made_with["lists"])),
        format!("made with snapshot {}, settings {}, engine {}", short(&finding.snapshot), finding.settings, finding.engine),
    ];
    match verdict {
        Verdict::Same => lines.push("the same comes out again, to the last feature".to_owned()),
        Verdict::Differs(all) => {
            lines.push(format!("{} out otherwise:", if all.len() == 1 { "one thing comes" } else { "these come" }));
            lines.extend(all.iter().map(|Difference { what, then, now }| format!("  {what}: then {then}, now {now}")));
        }
        Verdict::Missing(all) => {
            lines.push("it cannot be run again, for want of:".to_owned());
            lines.extend(all.iter().map(missing_line));
        }
    }
    lines
}

fn missing_line(missing: &Missing) -> String {
    match missing {
        Missing::Snapshot { id, lists, reason } => {
            let lists: Vec<String> = lists
                .as_array()
                .into_iter()
                .flatten()
                .map(|list| {
                    let text = |name: &str| list[name].as_str().unwrap_or_default();
                    format!("{} of {}, SHA-256 {}", text("id"), text("issue_date"), text("sha256"))
                })
                .collect();
            format!("  snapshot {id} ({}): {reason}", lists.join("; "))
        }
        Missing::Engine { made_with, this } => format!("  engine {made_with}: this is {this}"),
        Missing::Settings { id, reason } => format!("  settings {id}: {reason}"),
        Missing::Customer { reason } => format!("  a customer that can be screened: {reason}"),
    }
}
