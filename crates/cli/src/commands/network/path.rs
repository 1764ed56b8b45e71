//! `interdict network path`: how two parties are linked, or how one is linked to the listed, with the source of every step.

use std::collections::HashSet;
use std::io::Write;

use interdict_model::Schema;
use interdict_network::drawing::Direction;
use interdict_network::{Graph, Hop, Path, Ways};
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::{Value, json};

use super::draw::{self, Form, Piece};
use crate::args::{Format, Global, NetworkPath};
use crate::commands::party;
use crate::dataset;
use crate::failure::Outcome;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::write_csv;

/// Listed parties that are looked for on either side where there is no way between two.
const NEAREST: usize = 3;

/// Runs the command.
pub(crate) fn run(global: &Global, args: &NetworkPath, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let find = |asked: &str| anyhow::Ok(draw::party_of(&snapshot, party::find(&snapshot, asked, Schema::Thing)?));
    let from = find(&args.from)?;
    let to = args.to.as_deref().map(find).transpose()?;
    let asked: Vec<EntityRef<'_>> = std::iter::once(from).chain(to).collect();
    let graph = draw::graph(global, &args.graph, &snapshot, &asked)?;
    let limit = args.limit as usize;
    let ways = match to {
        Some(to) if args.all => graph.simple_paths(from.index(), to.index(), args.depth, limit),
        Some(to) => {
            let shortest = graph.shortest(from.index(), to.index(), args.depth);
            Ways { paths: shortest.into_iter().collect(), cut_off: false }
        }
        None => graph.to_listed(from.index(), args.depth, if args.all { limit } else { 1 }),
    };
    let answer = Answer { graph: &graph, snapshot: &snapshot, from, to, ways, depth: args.depth };
    let output = args.graph.output.as_deref();
    let mut out = draw::open(global, output)?;
    match draw::form(global, output) {
        Form::Plain(Format::Json) => output::write_json(&mut out, &answer.json())?,
        Form::Plain(Format::Jsonl) => {
            answer.ways.paths.iter().try_for_each(|path| output::write_jsonl(&mut out, &answer.path_json(path)))?;
        }
        Form::Plain(Format::Csv) => answer.write_csv(&mut out)?,
        Form::Plain(Format::Table) => answer.write_text(&mut out)?,
        form => {
            if answer.ways.paths.is_empty() {
                Messages::warning(&answer.none());
            }
            answer.write_piece(&mut out, form)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

struct Answer<'a, 's> {
    graph: &'a Graph<'s>,
    snapshot: &'s Snapshot,
    from: EntityRef<'s>,
    to: Option<EntityRef<'s>>,
    ways: Ways,
    depth: u8,
}

impl Answer<'_, '_> {
    /// What to say where there is no way.
    fn none(&self) -> String {
        let to = self.to.map_or("a listed party".to_owned(), |to| to.caption().to_owned());
        let links = if self.depth == 1 { "one link".to_owned() } else { format!("{} links", self.depth) };
        let more = if self.ways.cut_off { "; the search was cut off before its end" } else { "" };
        format!("There is no way from {} to {to} within {links}{more}.", self.from.caption())
    }

    /// The listed parties nearest to each side.
    fn nearest(&self) -> Vec<(EntityRef<'_>, Ways)> {
        let near = |party: EntityRef<'_>| self.graph.to_listed(party.index(), self.depth, NEAREST);
        [Some(self.from), self.to].into_iter().flatten().map(|party| (party, near(party))).collect()
    }

    fn path_json(&self, path: &Path) -> Value {
        let parties: Vec<Value> =
            path.parties.iter().map(|party| draw::party_json(self.graph, self.snapshot, *party)).collect();
        let hops: Vec<Value> = path.hops.iter().map(|hop| draw::hop_json(self.graph, self.snapshot, hop)).collect();
        json!({"cost": draw::thousandths(path.cost), "parties": parties, "hops": hops})
    }

    fn json(&self) -> Value {
        let paths: Vec<Value> = self.ways.paths.iter().map(|path| self.path_json(path)).collect();
        let party = |party: EntityRef<'_>| draw::party_json(self.graph, self.snapshot, party.index());
        json!({
            "snapshot": self.snapshot.id(),
            "engine": env!("CARGO_PKG_VERSION"),
            "from": party(self.from),
            "to": self.to.map(party),
            "depth": self.depth,
            "paths": paths,
            "cut_off": self.ways.cut_off,
        })
    }

    fn write_csv(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let header: Vec<&str> = ["path", "hop"].into_iter().chain(draw::STEP_HEADER).collect();
        let rows = self.ways.paths.iter().zip(1..).flat_map(|(path, number)| {
            path.hops.iter().zip(1..).flat_map(move |(hop, at)| hop.steps.iter().map(move |step| (number, at, step)))
        });
        let rows = rows.map(|(number, at, step): (u32, u32, _)| {
            let mut cells = vec![number.to_string(), at.to_string()];
            cells.extend(draw::step_cells(self.graph, self.snapshot, step));
            cells
        });
        write_csv(out, &header, rows)
    }

    fn write_text(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
        let named = |entity: u32| draw::named(self.graph, self.snapshot, entity);
        if self.ways.paths.is_empty() {
            line(out, &self.none())?;
            for (party, ways) in self.nearest() {
                match ways.paths.first() {
                    Some(path) => {
                        let end = path.parties.last().copied().unwrap_or_default();
                        let (hops, cost) = (path.hops.len(), draw::thousandths(path.cost));
                        let text =
                            format!("  nearest listed to {}: {}, links {hops}, cost {cost:.2}", party.caption(), named(end));
                        line(out, &text)?;
                    }
                    None => line(out, &format!("  no listed party is linked with {} within that", party.caption()))?,
                }
            }
            return Ok(());
        }
        for (path, number) in self.ways.paths.iter().zip(1..) {
            if number > 1 {
                writeln!(out)?;
            }
            let (hops, cost) = (path.hops.len(), draw::thousandths(path.cost));
            line(out, &format!("Way {number} of {}: links {hops}, cost {cost:.2}", self.ways.paths.len()))?;
            if path.hops.is_empty() {
                line(out, &format!("  {} is both", named(self.from.index())))?;
            }
            for hop in &path.hops {
                let mut steps = hop.steps.iter();
                if let Some(step) = steps.next() {
                    line(out, &format!("  {} {} {}", named(hop.from), draw::arrow(self.graph, step), named(hop.to)))?;
                }
                for step in steps {
                    line(out, &format!("      also {}", draw::arrow(self.graph, step)))?;
                }
            }
        }
        if self.ways.cut_off {
            line(out, "\nThere are more ways than these; --limit shows more of them.")?;
        }
        Ok(())
    }

    fn write_piece(&self, out: &mut dyn Write, form: Form) -> anyhow::Result<()> {
        let mut parties = vec![self.from.index()];
        parties.extend(self.to.map(EntityRef::index));
        parties.extend(self.ways.paths.iter().flat_map(|path| &path.parties));
        let mut seen = HashSet::new();
        parties.retain(|party| seen.insert(*party));
        let mut pairs = HashSet::new();
        let pair = |hop: &Hop| (hop.from.min(hop.to), hop.from.max(hop.to));
        let hops: Vec<Hop> =
            self.ways.paths.iter().flat_map(|path| &path.hops).filter(|hop| pairs.insert(pair(hop))).cloned().collect();
        let emphasised = self.ways.paths.first().into_iter().flat_map(|path| &path.hops).map(pair).collect();
        let asked: Vec<u32> = std::iter::once(self.from).chain(self.to).map(EntityRef::index).collect();
        let title = match self.to {
            Some(to) => format!("{} — {}", self.from.caption(), to.caption()),
            None => format!("{} — listed parties", self.from.caption()),
        };
        Piece { title, direction: Direction::Right, parties, asked, hops: &hops, emphasised }.write(
            out,
            self.graph,
            self.snapshot,
            form,
        )
    }
}
