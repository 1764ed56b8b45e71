//! `interdict monitor` and `interdict lookback`: the customers of the store, or of a file, against the lists of today or of a day.

use interdict_casework::desk::{Desk, Plan, Screened};
use interdict_casework::monitor::lookback as look_back;
use interdict_matching::{Query, Settings};
use interdict_snapshot::Snapshot;
use interdict_sources::Limits;
use serde_json::Value;

use super::super::assemble::{self, Input};
use super::super::screen::schema_named;
use super::super::sources::catalogue;
use super::{archive, many, settings_of, with, write_one, write_rows};
use crate::args::{Format, Global, LookbackArgs, MonitorArgs};
use crate::dataset::{self, short};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Shape, each_row};
use crate::issues;
use crate::messages::Messages;
use crate::output;
use crate::settings::Choice;
use crate::table::{write_csv, write_table};

/// The lists of a screening, for people.
pub(super) fn lists(sources: &Value) -> String {
    let text = |source: &Value, name: &str| source.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let one = |source: &Value| {
        let (id, issue) = (text(source, "id"), text(source, "issue_date"));
        if issue.is_empty() { id } else { format!("{id} of {issue}") }
    };
    sources.as_array().map(|sources| sources.iter().map(one).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

/// Runs `monitor`.
pub(in super::super) fn monitor(global: &Global, args: &MonitorArgs, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    if args.uncovered {
        let missing = with(global, &args.store, async |store, by| {
            let mut all = Vec::new();
            loop {
                let after = all.last().map(|one: &interdict_casework::Uncovered| one.customer.clone()).unwrap_or_default();
                let page = store.uncovered(by, snapshot.id(), &after, 5000).await?;
                if page.is_empty() {
                    return Ok(all);
                }
                all.extend(page);
            }
        })?;
        messages.note(&format!(
            "{} not covered against snapshot {}",
            many(missing.len() as u64, "customer"),
            short(snapshot.id())
        ));
        return write_rows(global, &missing, &["customer", "why"], &[], |one| vec![one.customer.clone(), one.reason.clone()]);
    }
    let archive = archive(global, None)?;
    let screened = with(global, &args.store, async |store, by| {
        let settings = settings_of(store, None).await?;
        let mut desk = Desk::new(store, &snapshot, &settings, &archive);
        if let Some(queue) = &args.queue {
            desk = desk.in_queue(queue);
        }
        if !args.only.is_empty() {
            let ids: Vec<&str> = args.only.iter().map(String::as_str).collect();
            return Ok(desk.screen_some(by, &ids).await?);
        }
        let plan = if args.full { Plan::Everybody(None) } else { desk.plan(by).await? };
        if let Plan::Everybody(Some(why)) = &plan {
            messages.note(&format!("everybody is screened: {why}"));
        }
        let screening = desk.begin(by, &plan).await?;
        Ok(desk.run(by, screening, &plan).await?)
    })?;
    for skipped in screened.skipped.iter().take(5) {
        Messages::warning(&format!("customer `{}` is not screened: {}", skipped.customer, skipped.reason));
    }
    if screened.skipped.len() > 5 {
        Messages::warning(&format!("{} more like these", screened.skipped.len() - 5));
    }
    write_one(global, &screened, || lines(&screened))?;
    Ok(if args.exit_code && !screened.alerts.is_empty() { Outcome::Hits } else { Outcome::Done })
}

fn lines(screened: &Screened) -> Vec<String> {
    let Screened { screening, outcomes, .. } = screened;
    let rests = screening.base.as_ref().map(|base| format!(", resting on {base}")).unwrap_or_default();
    vec![
        format!("screening {}{rests}: {}", screening.id, lists(&screening.sources)),
        format!(
            "{} covered, {} not; {} compared, {}",
            many(u64::try_from(screening.customers).unwrap_or_default(), "customer"),
            screening.exceptions,
            screened.compared,
            many(screened.hits, "hit"),
        ),
        format!(
            "alerts: {} opened, {} opened again, {} changed, {} as they were; {} decided before, {} whitelisted",
            outcomes.opened,
            outcomes.reopened,
            outcomes.refreshed,
            outcomes.already_open,
            outcomes.decided,
            outcomes.suppressed
        ),
        format!(
            "{} to release; {} ended",
            many(screened.releases.len() as u64, "duty").replace("dutys", "duties"),
            many(screened.expired.len() as u64, "whitelisting")
        ),
    ]
}

/// Runs `lookback`.
pub(in super::super) fn lookback(global: &Global, args: &LookbackArgs, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshots = dataset::files(global);
    let inputs = input_file(&args.input).map(|path| ("INPUT", path)).into_iter();
    let inputs: Vec<_> = inputs.chain(snapshots.iter().map(|path| ("the snapshot", path.as_path()))).collect();
    keep_apart(&[("--output", args.output.as_deref())], &inputs)?;
    let schema = args.schema.as_deref().map(schema_named).transpose()?;
    let Choice { settings, .. } = Choice::read(&args.settings, None, None)?;
    let snapshot = match &global.snapshot {
        Some(_) => dataset::open(global, messages)?,
        None => of_day(global, &args.date, &args.issue, messages)?,
    };
    let shape = Shape { kind: args.input_format, map: &args.map, schema };
    let mut customers: Vec<(String, Query)> = Vec::new();
    let mut refused: u64 = 0;
    let name = args.input.display().to_string();
    each_row(&args.input, &shape, messages, &mut |row| {
        let query = row
            .entity
            .map_err(|problem| problem.reason)
            .and_then(|entity| Query::from_entity(&entity).map_err(|error| error.to_string()));
        match query {
            Ok(query) => customers.push((row.id, query)),
            Err(reason) => {
                refused += 1;
                if refused <= 5 {
                    Messages::warning(&format!("{name}:{}: not screened: {reason}", row.line));
                }
            }
        }
        Ok(())
    })?;
    let screened = customers.len() as u64;
    let report = look_back(customers, &args.date, &snapshot, &settings)
        .map_err(|error| Failure::new(error.to_string(), "name the issues of that day with --issue SOURCE@DATE"))?;
    let mut out = Target::open(args.output.as_deref())?;
    let header = ["customer", "score", "party", "name", "id"];
    let rows = report.alerts.iter().flat_map(|row| {
        row.found.iter().map(|found| {
            vec![
                row.customer.clone(),
                format!("{:.2}", found.score),
                found.caption.clone(),
                found.name.clone().unwrap_or_default(),
                found.party.clone(),
            ]
        })
    });
    match output::choose(global.format, args.output.as_deref(), Format::Table) {
        Format::Json => output::write_json(&mut out, &report)?,
        Format::Jsonl => report.alerts.iter().try_for_each(|row| output::write_jsonl(&mut out, row))?,
        Format::Csv => write_csv(&mut out, &header, rows)?,
        Format::Table => write_table(&mut out, &header, rows, &[1])?,
    }
    out.finish()?;
    let lists: Vec<String> = report.basis.lists.iter().map(|list| format!("{} of {}", list.id, list.issue_date)).collect();
    let alerts = report.alerts.len() as u64;
    messages.note(&format!(
        "on {}, with {} and settings {}: {alerts} of {} would have alerted, {refused} could not be screened",
        args.date,
        lists.join(", "),
        report.basis.settings,
        many(screened, "customer"),
    ));
    Ok(if args.exit_code && alerts > 0 { Outcome::Hits } else { Outcome::Done })
}

/// The snapshot of the issues that were in force when a day was over, or of those that are named.
fn of_day(global: &Global, date: &str, named: &[String], messages: Messages) -> anyhow::Result<Snapshot> {
    let store = issues::store(global)?;
    let catalogue = catalogue(global, None)?;
    let issues: Vec<interdict_sources::StoredIssue> = if named.is_empty() {
        let end = format!("{date}T23:59:59.999999999Z");
        let in_force = store.in_force(Some(&end));
        in_force.iter().filter_map(|(source, sha256)| store.find(source, sha256).map(|(issue, _)| issue.clone())).collect()
    } else {
        named.iter().map(|name| issues::named(&store, name).cloned()).collect::<Result<_, _>>()?
    };
    if issues.is_empty() {
        let message = format!("nothing is known to have been in force on {date}");
        let hint = "name issues that the data folder keeps with --issue SOURCE@DATE, or a snapshot with --snapshot FILE";
        return Err(Failure::new(message, hint).into());
    }
    let inputs: Vec<Input> = issues
        .into_iter()
        .map(|issue| {
            let source = catalogue.get(&issue.source);
            let source = source.ok_or_else(|| Usage(format!("source `{}` is not in the catalogue any more", issue.source)))?;
            Ok(Input { source, issue })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(assemble::assemble(&store, &inputs, Limits::default(), messages)?.open()?)
}

/// The settings of the command line, where it states any.
pub(super) fn stated(args: &crate::args::SettingsArgs) -> anyhow::Result<Option<Settings>> {
    let says = args.settings.is_some() || args.no_weak_aliases;
    Ok(if says { Some(Choice::read(args, None, None)?.settings) } else { None })
}
