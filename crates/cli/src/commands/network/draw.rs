//! What the commands of the graph have in common: the graph of the snapshot in use, the parties that are asked about, and a piece of the
//! network in every form: JSON, rows, `FollowTheMoney`, `GraphML`, DOT, SVG.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use interdict_matching::{Clusterer, Judgement, Scratch};
use interdict_model::{PropertyType, RelationKind, Schema, entity_to_json};
use interdict_network::drawing::{Direction, Drawing, Edge, Kind, Node, Style, Tone};
use interdict_network::{Graph, Hop, Link, LinkKind, Step, Weights};
use interdict_snapshot::{EntityRef, RelationFlags, Snapshot};
use serde_json::{Value, json};

use super::verdict::day_of;
use crate::args::{AskedFormat, Format, Global, GraphArgs};
use crate::commands::cluster;
use crate::dataset;
use crate::files::{Target, keep_apart};
use crate::output;

/// Form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Form {
    Plain(Format),
    Ftm,
    Graphml,
    Dot,
    Svg,
}

/// The form: as asked, else by the ending of the file.
pub(super) fn form(global: &Global, output: Option<&Path>) -> Form {
    match global.format {
        Some(AskedFormat::Ftm) => return Form::Ftm,
        Some(AskedFormat::Graphml) => return Form::Graphml,
        Some(AskedFormat::Dot) => return Form::Dot,
        Some(AskedFormat::Svg) => return Form::Svg,
        Some(asked) => return Form::Plain(asked.plain().unwrap_or(Format::Table)),
        None => {}
    }
    let name = output.and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".svg"]) {
        Form::Svg
    } else if ends(&[".dot", ".gv"]) {
        Form::Dot
    } else if ends(&[".graphml"]) {
        Form::Graphml
    } else if ends(&[".ftm.jsonl", ".ftm.json", ".ftm"]) {
        Form::Ftm
    } else {
        Form::Plain(output::choose(None, output, Format::Table))
    }
}

/// Opens the output, which must not be the snapshot in use.
pub(super) fn open(global: &Global, output: Option<&Path>) -> anyhow::Result<Target> {
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = snapshots.iter().map(|path| ("the snapshot", path.as_path())).collect();
    keep_apart(&[("--output", output)], &inputs)?;
    Target::open(output)
}

/// The graph of a snapshot, with what is known of listings that are one party: references between lists, what a person judged, and what
/// names and numbers decide for the parties asked about.
pub(in crate::commands) fn graph<'s>(
    global: &Global,
    args: &GraphArgs,
    snapshot: &'s Snapshot,
    asked: &[EntityRef<'s>],
) -> anyhow::Result<Graph<'s>> {
    let mut graph = Graph::new(snapshot);
    if let Some(date) = &args.date {
        graph = graph.on(day_of(Some(date))?);
    }
    if let Some(cap) = args.cap {
        graph = graph.with_weights(Weights::default().with_cap(cap));
    }
    let clusterer = Clusterer::new(snapshot, &[]);
    let judgements = cluster::read_judgements(global)?;
    let mut links = clusterer.references();
    let mut scratch = Scratch::default();
    for entity in asked {
        links.extend(clusterer.links_of(entity.index(), &mut scratch).into_iter().filter(|link| link.decides));
    }
    let id = |entity: u32| snapshot.entity_at(entity).map_or("", EntityRef::id);
    links.retain(|link| {
        let judged = judgements.get(id(link.listings.0), id(link.listings.1));
        !matches!(judged, Some(Judgement::NotSame | Judgement::Unsure))
    });
    let same = links.into_iter().map(|link| {
        let evidence: Vec<String> = link.evidence.iter().map(interdict_matching::Evidence::describe).collect();
        (link.listings.0, link.listings.1, evidence.join(", "))
    });
    let judged = judgements.pairs().filter(|(.., judgement)| *judgement == Judgement::Same).filter_map(|(a, b, _)| {
        Some((snapshot.entity(a)?.index(), snapshot.entity(b)?.index(), "judged to be the same".to_owned()))
    });
    Ok(graph.with_same(same).with_same(judged))
}

/// A piece of the network.
pub(in crate::commands) struct Piece<'p> {
    pub(in crate::commands) title: String,
    pub(in crate::commands) direction: Direction,
    /// The parties, in the order in which they matter.
    pub(in crate::commands) parties: Vec<u32>,
    /// Those that were asked about.
    pub(in crate::commands) asked: Vec<u32>,
    pub(in crate::commands) hops: &'p [Hop],
    /// Pairs of parties whose links are on the way that is asked for.
    pub(in crate::commands) emphasised: HashSet<(u32, u32)>,
}

impl Piece<'_> {
    /// Writes it as `FollowTheMoney`, `GraphML`, DOT or SVG.
    pub(in crate::commands) fn write(
        &self,
        out: &mut dyn Write,
        graph: &Graph<'_>,
        snapshot: &Snapshot,
        form: Form,
    ) -> anyhow::Result<()> {
        match form {
            Form::Ftm => self.write_ftm(out, graph, snapshot),
            Form::Graphml => Ok(out.write_all(self.drawing(graph, snapshot)?.to_graphml().as_bytes())?),
            Form::Dot => Ok(out.write_all(self.drawing(graph, snapshot)?.to_dot().as_bytes())?),
            Form::Svg | Form::Plain(_) => Ok(out.write_all(self.drawing(graph, snapshot)?.to_svg().as_bytes())?),
        }
    }

    /// The parties, what states their links, and by what they have what they share, as the snapshot has them.
    fn write_ftm(&self, out: &mut dyn Write, graph: &Graph<'_>, snapshot: &Snapshot) -> anyhow::Result<()> {
        let mut seen = HashSet::new();
        let told = self.hops.iter().flat_map(|hop| &hop.steps).map(|step| graph.tell(step));
        let stated = told.flat_map(|told| told.through.into_iter().chain(told.statement));
        let entities = self.parties.iter().copied().chain(stated).filter(|entity| seen.insert(*entity));
        for entity in entities.filter_map(|entity| snapshot.entity_at(entity)) {
            output::write_jsonl(out, &entity_to_json(&entity.to_entity()))?;
        }
        Ok(())
    }

    fn drawing(&self, graph: &Graph<'_>, snapshot: &Snapshot) -> anyhow::Result<Drawing> {
        let nodes = self.parties.iter().filter_map(|party| snapshot.entity_at(*party)).map(|party| {
            let tone = if graph.is_listed(party.index()) { Tone::Listed } else { Tone::Plain };
            let mut node = Node::new(party.id(), party.caption(), kind(party)).tone(tone).note(party.id());
            let countries: Vec<String> = party.texts("country").map(str::to_uppercase).collect();
            if !countries.is_empty() {
                node = node.note(countries.join(", "));
            }
            if self.asked.contains(&party.index()) { node.asked() } else { node }
        });
        let id = |entity: u32| snapshot.entity_at(entity).map_or("", EntityRef::id);
        let edges = self.hops.iter().flat_map(|hop| &hop.steps).map(|step| {
            let told = graph.tell(step);
            let (from, to) = if told.backwards { (step.to, step.from) } else { (step.from, step.to) };
            let style = match graph.kind(step.link) {
                LinkKind::Relation(kind) => style(kind),
                _ => Style::Dotted,
            };
            let mut edge = Edge::new(id(from), id(to), told.words, style, told.sources.join("; "))
                .dates(told.since.as_deref(), told.until.as_deref());
            if let Some((least, greatest)) = share(graph, step) {
                edge = edge.share(least, greatest);
            }
            let pair = (step.from.min(step.to), step.from.max(step.to));
            if self.emphasised.contains(&pair) { edge.emphasised() } else { edge }
        });
        let drawing = Drawing::new(self.title.clone(), nodes.collect(), edges.collect())?;
        Ok(drawing.direction(self.direction).footnote(made_of(snapshot)))
    }
}

/// The line below a picture that says of what it was made.
pub(super) fn made_of(snapshot: &Snapshot) -> String {
    format!("snapshot {}, interdict {}", dataset::short(snapshot.id()), env!("CARGO_PKG_VERSION"))
}

/// Whether a relation is one of property, which may have a share.
pub(super) fn is_property(kind: RelationKind) -> bool {
    matches!(kind, RelationKind::Shares | RelationKind::OwnershipOrControl)
}

/// How a relation is drawn: property as a whole line, everything else between two parties broken.
pub(super) fn style(kind: RelationKind) -> Style {
    if is_property(kind) { Style::Solid } else { Style::Dashed }
}

/// The share of a step in percent, where one is stated.
fn share(graph: &Graph<'_>, step: &Step) -> Option<(f64, f64)> {
    let Link::Relation(at) = step.link else { return None };
    let row = graph.relations().rows().get(at as usize)?;
    let range = row.range();
    (!row.flags.has(RelationFlags::UNSTATED) && row.fault().is_none()).then(|| (range.min().percent(), range.max().percent()))
}

/// How a party is drawn.
pub(super) fn kind(party: EntityRef<'_>) -> Kind {
    let is = |schema| party.schema().is_some_and(|held| held.is_a(schema));
    if is(Schema::Person) {
        Kind::Person
    } else if is(Schema::Vessel) {
        Kind::Vessel
    } else if is(Schema::Airplane) {
        Kind::Aircraft
    } else if is(Schema::Company) {
        Kind::Company
    } else if is(Schema::Organization) {
        Kind::Organization
    } else {
        Kind::Other
    }
}

/// A party as JSON.
pub(super) fn party_json(graph: &Graph<'_>, snapshot: &Snapshot, entity: u32) -> Value {
    let Some(party) = snapshot.entity_at(entity) else { return Value::Null };
    json!({
        "id": party.id(),
        "caption": party.caption(),
        "schema": party.schema_name(),
        "datasets": party.datasets(),
        "listed": graph.is_listed(entity),
    })
}

/// A step as JSON.
pub(super) fn step_json(graph: &Graph<'_>, snapshot: &Snapshot, step: &Step) -> Value {
    let told = graph.tell(step);
    let id = |entity: u32| snapshot.entity_at(entity).map(EntityRef::id);
    json!({
        "kind": graph.kind(step.link).code(),
        "words": told.words,
        "direction": if told.mutual { "both" } else if told.backwards { "backward" } else { "forward" },
        "share": share(graph, step).map(|(min, max)| json!({"min": min, "max": max})),
        "since": told.since,
        "until": told.until,
        "certain": step.certain,
        "cost": thousandths(step.cost),
        "statement": told.statement.and_then(id),
        "through": told.through.iter().filter_map(|entity| id(*entity)).collect::<Vec<_>>(),
        "sources": told.sources,
    })
}

/// A hop as JSON.
pub(in crate::commands) fn hop_json(graph: &Graph<'_>, snapshot: &Snapshot, hop: &Hop) -> Value {
    let id = |entity: u32| snapshot.entity_at(entity).map(EntityRef::id);
    let steps: Vec<Value> = hop.steps.iter().map(|step| step_json(graph, snapshot, step)).collect();
    json!({"from": id(hop.from), "to": id(hop.to), "cost": thousandths(hop.cost()), "steps": steps})
}

/// A cost as it is written out: in units, of which the link of an owner costs one.
pub(in crate::commands) fn thousandths(cost: u32) -> f64 {
    f64::from(cost) / 1_000.0
}

/// A party in words: `CAPTION (id, listed)`.
pub(in crate::commands) fn named(graph: &Graph<'_>, snapshot: &Snapshot, entity: u32) -> String {
    let Some(party) = snapshot.entity_at(entity) else { return "a party that is not in the snapshot".to_owned() };
    let listed = if graph.is_listed(entity) { ", listed" } else { "" };
    format!("{} ({}{listed})", party.caption(), party.id())
}

/// A step as an arrow: `—[words; sources]→`.
pub(in crate::commands) fn arrow(graph: &Graph<'_>, step: &Step) -> String {
    let told = graph.tell(step);
    let dates = match (&told.since, &told.until) {
        (Some(since), Some(until)) => format!(", {since} to {until}"),
        (Some(since), None) => format!(", since {since}"),
        (None, Some(until)) => format!(", until {until}"),
        (None, None) => String::new(),
    };
    let sources: Vec<String> = std::iter::once(told.words + &dates).chain(told.sources).collect();
    let inside = sources.join("; ");
    match (told.mutual, told.backwards) {
        (true, _) => format!("—[{inside}]—"),
        (false, true) => format!("←[{inside}]—"),
        (false, false) => format!("—[{inside}]→"),
    }
}

/// Header of rows of steps.
pub(super) const STEP_HEADER: [&str; 12] = [
    "from",
    "from_caption",
    "to",
    "to_caption",
    "kind",
    "words",
    "direction",
    "since",
    "until",
    "cost",
    "statement",
    "sources",
];

/// The cells of a step.
pub(super) fn step_cells(graph: &Graph<'_>, snapshot: &Snapshot, step: &Step) -> Vec<String> {
    let told = graph.tell(step);
    let end = |entity: u32| {
        snapshot.entity_at(entity).map_or_else(<[String; 2]>::default, |one| [one.id().to_owned(), one.caption().to_owned()])
    };
    let statement = told.statement.and_then(|entity| snapshot.entity_at(entity)).map_or("", EntityRef::id);
    let direction = if told.mutual {
        "both"
    } else if told.backwards {
        "backward"
    } else {
        "forward"
    };
    let mut cells = [end(step.from), end(step.to)].concat();
    cells.extend([
        graph.kind(step.link).code().to_owned(),
        told.words,
        direction.to_owned(),
        told.since.unwrap_or_default(),
        told.until.unwrap_or_default(),
        thousandths(step.cost).to_string(),
        statement.to_owned(),
        told.sources.join("; "),
    ]);
    cells
}

/// The party to go from: of a wallet, a document or an account, the one that holds it.
pub(super) fn party_of<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>) -> EntityRef<'s> {
    let is_held = entity.schema().is_some_and(|schema| {
        schema.is_a(Schema::CryptoWallet) || schema.is_a(Schema::Identification) || schema.is_a(Schema::BankAccount)
    });
    let reference = |property: &str| {
        entity.schema().and_then(|schema| schema.property(property)) == Some(PropertyType::Entity)
            && matches!(property, "holder" | "owner")
    };
    let mut holders = entity.properties().filter(|(property, ..)| is_held && reference(property));
    holders.find_map(|(_, id, _)| snapshot.entity(id)).unwrap_or(entity)
}
