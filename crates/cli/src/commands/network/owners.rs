//! `interdict network owners`: who owns and controls a party, as a tree upwards.

use std::collections::HashSet;
use std::io::Write;

use interdict_model::Schema;
use interdict_network::drawing::Direction;
use interdict_network::{Above, Graph, Hop, Owner};
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::{Value, json};

use super::draw::{self, Form, Piece};
use crate::args::{Format, Global, NetworkOwners};
use crate::commands::party;
use crate::dataset;
use crate::failure::Outcome;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::write_csv;

/// Runs the command.
pub(crate) fn run(global: &Global, args: &NetworkOwners, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let party = draw::party_of(&snapshot, party::find(&snapshot, &args.party, Schema::Thing)?);
    let graph = draw::graph(global, &args.graph, &snapshot, &[party])?;
    let owners = graph.owners(party.index(), args.depth, args.limit as usize);
    let output = args.graph.output.as_deref();
    let mut out = draw::open(global, output)?;
    match draw::form(global, output) {
        Form::Plain(Format::Json) => {
            let lines: Vec<Value> = owners.iter().map(|owner| owner_json(&graph, &snapshot, owner)).collect();
            let answer = json!({
                "snapshot": snapshot.id(),
                "engine": env!("CARGO_PKG_VERSION"),
                "party": draw::party_json(&graph, &snapshot, party.index()),
                "owners": lines,
            });
            output::write_json(&mut out, &answer)?;
        }
        Form::Plain(Format::Jsonl) => {
            owners.iter().try_for_each(|owner| output::write_jsonl(&mut out, &owner_json(&graph, &snapshot, owner)))?;
        }
        Form::Plain(Format::Csv) => {
            let header: Vec<&str> = ["level", "above"].into_iter().chain(draw::STEP_HEADER).collect();
            let rows = owners.iter().flat_map(|owner| owner.steps.iter().map(move |step| (owner, step)));
            let rows = rows.map(|(owner, step)| {
                let mut cells = vec![owner.level.to_string(), code(owner.above).to_owned()];
                cells.extend(draw::step_cells(&graph, &snapshot, step));
                cells
            });
            write_csv(&mut out, &header, rows)?;
        }
        Form::Plain(Format::Table) => write_text(&mut out, &graph, &snapshot, party, &owners)?,
        form => write_piece(&mut out, &graph, &snapshot, party, &owners, form)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// Why the tree does not go on.
fn code(above: Above) -> &'static str {
    match above {
        Above::Open => "",
        Above::Cycle => "cycle",
        Above::Elsewhere => "elsewhere",
        Above::CutOff => "cut_off",
    }
}

fn owner_json(graph: &Graph<'_>, snapshot: &Snapshot, owner: &Owner) -> Value {
    let steps: Vec<Value> = owner.steps.iter().map(|step| draw::step_json(graph, snapshot, step)).collect();
    json!({
        "level": owner.level,
        "owner": draw::party_json(graph, snapshot, owner.entity),
        "of": snapshot.entity_at(owner.over).map(EntityRef::id),
        "above": code(owner.above),
        "steps": steps,
    })
}

/// Who owns; of one that the snapshot does not hold, the id that the statement has.
fn name(graph: &Graph<'_>, snapshot: &Snapshot, owner: &Owner) -> String {
    if snapshot.entity_at(owner.entity).is_some() {
        return draw::named(graph, snapshot, owner.entity);
    }
    let statement = owner.steps.first().and_then(|step| graph.tell(step).statement).and_then(|at| snapshot.entity_at(at));
    let end = statement.and_then(|statement| Some((statement, statement.schema()?.edge()?)));
    let over = snapshot.entity_at(owner.over).map_or("", EntityRef::id);
    let id = end.and_then(|(statement, (source, target))| {
        let mut ids = statement.texts(source).chain(statement.texts(target));
        ids.find(|id| *id != over)
    });
    id.map_or("somebody who is not in the snapshot".to_owned(), |id| format!("{id} (not in the snapshot)"))
}

fn write_text(
    out: &mut dyn Write,
    graph: &Graph<'_>,
    snapshot: &Snapshot,
    party: EntityRef<'_>,
    owners: &[Owner],
) -> anyhow::Result<()> {
    let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
    line(out, &draw::named(graph, snapshot, party.index()))?;
    if owners.is_empty() {
        line(out, "  no owner or controller is known")?;
    }
    for owner in owners {
        let indent = "  ".repeat(owner.level.min(40).into());
        let mark = match owner.above {
            Above::Open => "",
            Above::Cycle => "  (a cycle: it stands below already)",
            Above::Elsewhere => "  (with its owners elsewhere in this tree)",
            Above::CutOff => "  (cut off here)",
        };
        for (at, step) in owner.steps.iter().enumerate() {
            let arrow = draw::arrow(graph, step);
            if at == 0 {
                line(out, &format!("{indent}{} {arrow}{mark}", name(graph, snapshot, owner)))?;
            } else {
                line(out, &format!("{indent}    also {arrow}"))?;
            }
        }
    }
    Ok(())
}

fn write_piece(
    out: &mut dyn Write,
    graph: &Graph<'_>,
    snapshot: &Snapshot,
    party: EntityRef<'_>,
    owners: &[Owner],
    form: Form,
) -> anyhow::Result<()> {
    let known = |owner: &&Owner| snapshot.entity_at(owner.entity).is_some();
    let mut seen = HashSet::new();
    let mut parties: Vec<u32> = vec![party.index()];
    parties.extend(owners.iter().filter(known).map(|owner| owner.entity));
    parties.retain(|party| seen.insert(*party));
    let mut pairs = HashSet::new();
    let hops: Vec<Hop> = owners
        .iter()
        .filter(known)
        .filter(|owner| pairs.insert((owner.entity, owner.over)))
        .map(|owner| Hop { from: owner.entity, to: owner.over, steps: owner.steps.clone() })
        .collect();
    let piece = Piece {
        title: format!("Owners of {}", party.caption()),
        direction: Direction::Down,
        parties,
        asked: vec![party.index()],
        hops: &hops,
        emphasised: HashSet::new(),
    };
    piece.write(out, graph, snapshot, form)
}
