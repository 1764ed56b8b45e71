//! `interdict network communities`: groups of parties that are linked more among each other than with others.

use std::collections::HashSet;
use std::io::Write;

use interdict_model::Schema;
use interdict_network::drawing::Direction;
use interdict_network::{Community, Graph, Scope};
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::{Value, json};

use super::draw::{self, Form, Piece};
use super::show::count;
use crate::args::{Format, Global, NetworkCommunities};
use crate::commands::party;
use crate::dataset;
use crate::failure::Outcome;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::write_csv;

/// Members of a group that are named in a line of text.
const NAMED: usize = 8;

/// Runs the command.
pub(crate) fn run(global: &Global, args: &NetworkCommunities, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let of = args.of.as_deref().map(|asked| party::find(&snapshot, asked, Schema::Thing)).transpose()?;
    let of = of.map(|party| draw::party_of(&snapshot, party));
    let asked: Vec<EntityRef<'_>> = of.into_iter().collect();
    let graph = draw::graph(global, &args.graph, &snapshot, &asked)?;
    let scope = match of {
        Some(party) => Scope::Of(party.index()),
        None if args.everybody => Scope::All,
        None => Scope::Listed,
    };
    let min_size = if of.is_some() { 1 } else { args.min_size as usize };
    let mut groups = graph.communities(scope, min_size);
    let left_out = groups.len().saturating_sub(args.limit as usize);
    groups.truncate(args.limit as usize);
    let output = args.graph.output.as_deref();
    let mut out = draw::open(global, output)?;
    match draw::form(global, output) {
        Form::Plain(Format::Json) => {
            let groups: Vec<Value> = groups.iter().map(|group| group_json(&graph, &snapshot, group)).collect();
            let answer = json!({
                "snapshot": snapshot.id(),
                "engine": env!("CARGO_PKG_VERSION"),
                "communities": groups,
                "left_out": left_out,
            });
            output::write_json(&mut out, &answer)?;
        }
        Form::Plain(Format::Jsonl) => {
            groups.iter().try_for_each(|group| output::write_jsonl(&mut out, &group_json(&graph, &snapshot, group)))?;
        }
        Form::Plain(Format::Csv) => {
            let rows = groups.iter().zip(1..).flat_map(|(group, number): (_, u32)| {
                let members = group.members.iter().filter_map(|member| snapshot.entity_at(*member));
                members.map(move |member| (number, member)).collect::<Vec<_>>()
            });
            let rows = rows.map(|(number, member)| {
                let listed = graph.is_listed(member.index()).to_string();
                let cells = [&number.to_string(), member.id(), member.caption(), member.schema_name(), &listed];
                cells.map(str::to_owned).to_vec()
            });
            write_csv(&mut out, &["community", "id", "caption", "schema", "listed"], rows)?;
        }
        Form::Plain(Format::Table) => write_text(&mut out, &graph, &snapshot, &groups, of, left_out)?,
        form => {
            let parties: Vec<u32> = groups.iter().flat_map(|group| group.members.iter().copied()).collect();
            let hops = graph.hops_among(&parties);
            let title = of.map_or("Communities".to_owned(), |party| format!("The community of {}", party.caption()));
            let asked = asked.iter().map(|party| party.index()).collect();
            let piece = Piece { title, direction: Direction::Right, parties, asked, hops: &hops, emphasised: HashSet::new() };
            piece.write(&mut out, &graph, &snapshot, form)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// What several members have, in words, and how many have it.
fn shared(snapshot: &Snapshot, group: &Community) -> Vec<(&'static str, String, u32)> {
    let value = |at: u32| snapshot.attributes().at(at);
    let shared = group.shared.iter().filter_map(|(at, members)| {
        let value = value(*at)?;
        let shown = value.holders().next().map_or_else(String::new, |held| held.shown().to_owned());
        Some((value.kind().label(), shown, *members))
    });
    shared.collect()
}

fn group_json(graph: &Graph<'_>, snapshot: &Snapshot, group: &Community) -> Value {
    let members: Vec<Value> = group.members.iter().map(|member| draw::party_json(graph, snapshot, *member)).collect();
    let id = |entity: u32| snapshot.entity_at(entity).map(EntityRef::id);
    let ties = group.ties.iter().map(|step| {
        let mut tie = draw::step_json(graph, snapshot, step);
        tie["from"] = id(step.from).into();
        tie["to"] = id(step.to).into();
        tie
    });
    let shared = shared(snapshot, group);
    json!({
        "size": group.members.len(),
        "listed": group.listed.len(),
        "links": group.pairs,
        "density": output::rounded(group.density),
        "members": members,
        "ties": ties.collect::<Vec<_>>(),
        "shared": shared.iter().map(|(kind, shown, members)| json!({"kind": kind, "shown": shown, "members": members}))
            .collect::<Vec<_>>(),
    })
}

fn write_text(
    out: &mut dyn Write,
    graph: &Graph<'_>,
    snapshot: &Snapshot,
    groups: &[Community],
    of: Option<EntityRef<'_>>,
    left_out: usize,
) -> anyhow::Result<()> {
    let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
    let named = |entity: u32| draw::named(graph, snapshot, entity);
    if groups.is_empty() {
        line(out, &of.map_or("No such group.".to_owned(), |party| format!("{} is linked with nobody.", party.caption())))?;
    }
    for (group, number) in groups.iter().zip(1..) {
        let density = group.density * 100.0;
        let size = count(group.members.len(), "member", "members");
        let listed = group.listed.len();
        line(
            out,
            &format!(
                "Community {number}: {size}, {listed} of them listed; {} linked pairs, density {density:.1} %",
                group.pairs
            ),
        )?;
        let shown = if of.is_some() { usize::MAX } else { NAMED };
        for member in group.members.iter().take(shown) {
            line(out, &format!("  {}", named(*member)))?;
        }
        if let Some(more) = group.members.len().checked_sub(shown).filter(|more| *more > 0) {
            line(out, &format!("  and {more} more"))?;
        }
        if !group.ties.is_empty() {
            line(out, "  Strongest ties")?;
        }
        for step in &group.ties {
            line(out, &format!("    {} {} {}", named(step.from), draw::arrow(graph, step), named(step.to)))?;
        }
        for (kind, shown, members) in shared(snapshot, group) {
            line(out, &format!("  {members} members have the same {kind}: {shown}"))?;
        }
    }
    if left_out > 0 {
        line(out, &format!("{}; --limit shows more.", count(left_out, "more group", "more groups")))?;
    }
    Ok(())
}
