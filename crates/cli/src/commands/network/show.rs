//! `interdict network show`: who is around a party, by relations and by what is shared.

use std::collections::HashSet;
use std::io::Write;

use interdict_model::Schema;
use interdict_network::drawing::Direction;
use interdict_network::{Graph, Neighbourhood};
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::{Value, json};

use super::draw::{self, Form, Piece};
use crate::args::{Format, Global, NetworkShow};
use crate::commands::party;
use crate::dataset;
use crate::failure::Outcome;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::write_csv;

/// Runs the command.
pub(crate) fn run(global: &Global, args: &NetworkShow, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let party = draw::party_of(&snapshot, party::find(&snapshot, &args.party, Schema::Thing)?);
    let graph = draw::graph(global, &args.graph, &snapshot, &[party])?;
    let around = graph.around(party.index(), args.depth, args.limit as usize);
    let output = args.graph.output.as_deref();
    let mut out = draw::open(global, output)?;
    match draw::form(global, output) {
        Form::Plain(Format::Json) => output::write_json(&mut out, &to_json(&graph, &snapshot, party, args.depth, &around))?,
        Form::Plain(Format::Jsonl) => {
            around.hops.iter().try_for_each(|hop| output::write_jsonl(&mut out, &draw::hop_json(&graph, &snapshot, hop)))?;
        }
        Form::Plain(Format::Csv) => {
            let steps = around.hops.iter().flat_map(|hop| &hop.steps);
            write_csv(&mut out, &draw::STEP_HEADER, steps.map(|step| draw::step_cells(&graph, &snapshot, step)))?;
        }
        Form::Plain(Format::Table) => write_text(&mut out, &graph, &snapshot, party, &around)?,
        form => {
            let piece = Piece {
                title: format!("Around {}", party.caption()),
                direction: Direction::Right,
                parties: around.parties.iter().map(|party| party.entity).collect(),
                asked: vec![party.index()],
                hops: &around.hops,
                emphasised: HashSet::new(),
            };
            piece.write(&mut out, &graph, &snapshot, form)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn to_json(graph: &Graph<'_>, snapshot: &Snapshot, party: EntityRef<'_>, depth: u8, around: &Neighbourhood) -> Value {
    let parties: Vec<Value> = around
        .parties
        .iter()
        .map(|near| {
            let mut party = draw::party_json(graph, snapshot, near.entity);
            party["links"] = near.hops.into();
            party["cost"] = draw::thousandths(near.cost).into();
            party
        })
        .collect();
    let links: Vec<Value> = around.hops.iter().map(|hop| draw::hop_json(graph, snapshot, hop)).collect();
    json!({
        "snapshot": snapshot.id(),
        "engine": env!("CARGO_PKG_VERSION"),
        "party": draw::party_json(graph, snapshot, party.index()),
        "depth": depth,
        "parties": parties,
        "links": links,
        "left_out": around.left_out,
    })
}

fn write_text(
    out: &mut dyn Write,
    graph: &Graph<'_>,
    snapshot: &Snapshot,
    party: EntityRef<'_>,
    around: &Neighbourhood,
) -> anyhow::Result<()> {
    let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
    let named = |entity: u32| draw::named(graph, snapshot, entity);
    line(out, &format!("{}: {} around it", named(party.index()), count(around.parties.len() - 1, "party", "parties")))?;
    // The links of each party, the nearest first, with those that were named before.
    for hop in &around.hops {
        for (at, step) in hop.steps.iter().enumerate() {
            let head = if at == 0 { "  " } else { "      also " };
            let text = if at == 0 {
                format!("{head}{} {} {}", named(hop.from), draw::arrow(graph, step), named(hop.to))
            } else {
                format!("{head}{}", draw::arrow(graph, step))
            };
            line(out, &text)?;
        }
    }
    if around.left_out > 0 {
        let more = count(around.left_out, "more party", "more parties");
        line(out, &format!("{more} within that distance; --limit shows more."))?;
    }
    Ok(())
}

/// A number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}
