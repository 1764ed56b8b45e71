//! `interdict alerts` and `interdict releases`: from a hit to a decision by two people, and from a delisting to what is let go.

use std::path::Path;

use anyhow::Context;
use interdict_casework::{Alert, Case, Disposition, Filter, Proposal, ReleaseState};
use serde_json::Value;

use super::{many, score, with, write_one, write_rows};
use crate::args::{AlertsArgs, AlertsCommand, Found, Global, ReleasesArgs, ReleasesCommand};
use crate::failure::Outcome;
use crate::messages::Messages;

impl From<Found> for Disposition {
    fn from(found: Found) -> Self {
        match found {
            Found::TrueMatch => Self::TrueMatch,
            Found::FalsePositive => Self::FalsePositive,
            Found::Unsure => Self::Unsure,
            Found::Escalated => Self::Escalated,
            Found::PossibleVictim => Self::PossibleVictim,
        }
    }
}

const ALERTS: [&str; 9] = ["alert", "priority", "due", "state", "customer", "score", "party", "assignee", "queue"];

fn alert_cells(alert: &Alert) -> Vec<String> {
    vec![
        alert.id.clone(),
        alert.priority.to_string(),
        alert.due_on.clone(),
        alert.state.to_string(),
        alert.customer.clone(),
        score(alert.score_ppm),
        format!("{} ({})", alert.caption, alert.entity),
        alert.assignee.clone().unwrap_or_default(),
        alert.queue.clone(),
    ]
}

const PROPOSALS: [&str; 7] = ["proposal", "alert", "disposition", "by", "reason", "outcome", "reviewer"];

fn proposal_cells(proposal: &Proposal) -> Vec<String> {
    vec![
        proposal.id.clone(),
        proposal.alert.clone(),
        proposal.disposition.to_string(),
        proposal.proposer.clone(),
        proposal.reason.clone(),
        proposal.outcome.to_string(),
        proposal.reviewer.clone().unwrap_or_default(),
    ]
}

fn write_proposals(global: &Global, proposals: &[Proposal]) -> anyhow::Result<Outcome> {
    write_rows(global, proposals, &PROPOSALS, &[], proposal_cells)
}

/// Runs `alerts`.
pub(in super::super) fn alerts(global: &Global, args: &AlertsArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        AlertsCommand::List { store, all, queue, assignee, customer, due_by, limit } => {
            let due_by = due_by.as_deref().map(str::parse).transpose()?;
            let filter = Filter {
                open: !all,
                queue: queue.clone(),
                assignee: assignee.clone(),
                customer: customer.clone(),
                due_by,
                limit: *limit,
                ..Filter::default()
            };
            let (alerts, total) = with(global, store, async |store, by| Ok(store.list_alerts(by, &filter).await?))?;
            messages.note(&format!("{} of {total}", many(alerts.len() as u64, "alert")));
            write_rows(global, &alerts, &ALERTS, &[5], alert_cells)
        }
        AlertsCommand::Show { id, store } => {
            let case = with(global, store, async |store, by| Ok(store.see_alert(by, id).await?))?;
            write_one(global, &case, || case_lines(&case))?;
            Ok(Outcome::Done)
        }
        AlertsCommand::Assign { id, to, store } => {
            let alert = with(global, store, async |store, by| Ok(store.assign(by, id, to.as_deref()).await?))?;
            write_rows(global, &[alert], &ALERTS, &[5], alert_cells)
        }
        AlertsCommand::Note { id, text, store } => {
            let note = with(global, store, async |store, by| Ok(store.add_note(by, id, text).await?))?;
            messages.note(&format!("note {} is written", note.id));
            Ok(Outcome::Done)
        }
        AlertsCommand::Attach { id, file, store, media_type } => {
            let bytes = std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))?;
            let name = file_name(file);
            let attached = with(global, store, async |store, by| Ok(store.attach(by, id, &name, media_type, bytes).await?))?;
            messages.note(&format!("{} is attached, SHA-256 {}", attached.id, attached.sha256));
            Ok(Outcome::Done)
        }
        AlertsCommand::Link { id, other, reason, store } => {
            with(global, store, async |store, by| Ok(store.link(by, id, other, reason).await?))?;
            messages.note(&format!("{id} and {other} are linked"));
            Ok(Outcome::Done)
        }
        AlertsCommand::Propose { ids, disposition, reason, store } => {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let disposition = (*disposition).into();
            let proposals =
                with(global, store, async |store, by| Ok(store.propose_many(by, &ids, disposition, reason).await?))?;
            write_proposals(global, &proposals)
        }
        AlertsCommand::Pending { store } => {
            let pending = with(global, store, async |store, by| Ok(store.pending_for(by, 1000).await?))?;
            write_proposals(global, &pending)
        }
        AlertsCommand::Approve { ids, reason, store } => review(global, store, ids, true, reason),
        AlertsCommand::Reject { ids, reason, store } => review(global, store, ids, false, reason),
        AlertsCommand::Reopen { id, reason, store } => {
            let alert = with(global, store, async |store, by| Ok(store.reopen(by, id, reason).await?))?;
            write_rows(global, &[alert], &ALERTS, &[5], alert_cells)
        }
    }
}

fn review(
    global: &Global,
    store: &crate::args::StoreArgs,
    ids: &[String],
    approve: bool,
    reason: &str,
) -> anyhow::Result<Outcome> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let reviewed = with(global, store, async |store, by| Ok(store.review_many(by, &ids, approve, reason).await?))?;
    write_proposals(global, &reviewed)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A case for people: both sides, what was found and why, what was said and decided.
fn case_lines(case: &Case) -> Vec<String> {
    let Case { alert, customer, .. } = case;
    let mut lines = vec![
        format!("{}: {} and {} ({})", alert.id, customer.caption, alert.caption, alert.entity),
        format!("  {}, priority {}, due {}, queue {}", alert.state, alert.priority, alert.due_on, alert.queue),
        format!("  opened {}, because {}", alert.opened_at, alert.because),
    ];
    lines.extend(alert.assignee.as_ref().map(|assignee| format!("  {assignee} has it")));
    for (side, facts) in [(&customer.id, &case.customer_facts), (&alert.entity, &case.entity_facts)] {
        lines.push(format!("{side}:"));
        for (name, values) in facts["properties"].as_object().into_iter().flatten() {
            let values: Vec<&str> = values.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            lines.push(format!("  {name}: {}", values.join("; ")));
        }
    }
    for finding in &case.findings {
        let lists = super::monitor::lists(&finding.explanation["basis"]["lists"]);
        lines.push(format!("{}: score {}, {} ({lists})", finding.id, score(finding.score_ppm), finding.found_at));
        for feature in finding.explanation["result"]["features"].as_array().into_iter().flatten() {
            let text = |name: &str| feature[name].as_str().unwrap_or_default();
            lines.push(format!("  {}: {}", text("name"), text("detail")));
        }
    }
    for proposal in &case.proposals {
        let by = proposal.reviewer.as_ref().map(|reviewer| format!(" by {reviewer}")).unwrap_or_default();
        lines.push(format!("{}: {} proposes {}: {}", proposal.id, proposal.proposer, proposal.disposition, proposal.reason));
        lines.push(format!("  {}{by} {}", proposal.outcome, proposal.review_reason).trim_end().to_owned());
    }
    lines.extend(case.notes.iter().map(|note| format!("{}: {} writes: {}", note.id, note.author, note.text)));
    lines.extend(
        case.attachments.iter().map(|file| format!("{}: {} ({} bytes, {})", file.id, file.name, file.bytes, file.sha256)),
    );
    lines.extend(case.links.iter().map(|link| format!("linked: {} and {}, because {}", link.one, link.other, link.reason)));
    lines
}

/// Runs `releases`.
pub(in super::super) fn releases(global: &Global, args: &ReleasesArgs) -> anyhow::Result<Outcome> {
    let header = ["release", "due", "state", "customer", "party", "because", "alert"];
    let cells = |one: &interdict_casework::Release| {
        vec![
            one.id.clone(),
            one.due_on.clone(),
            one.state.to_string(),
            one.customer.clone(),
            format!("{} ({})", one.caption, one.entity),
            one.because.clone(),
            one.alert.clone(),
        ]
    };
    match &args.command {
        ReleasesCommand::List { store, all } => {
            let state = (!all).then_some(ReleaseState::Open);
            let duties = with(global, store, async |store, by| Ok(store.releases(by, state, 1000).await?))?;
            write_rows(global, &duties, &header, &[], cells)
        }
        ReleasesCommand::End { id, held, reason, store } => {
            let done = with(global, store, async |store, by| Ok(store.end_release(by, id, !held, reason).await?))?;
            write_rows(global, &[done], &header, &[], cells)
        }
    }
}
