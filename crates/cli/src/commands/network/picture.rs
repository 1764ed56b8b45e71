//! A verdict as a drawing: the chain from designated parties to the party asked about, and beside it the other owners of those on the chain.

use interdict_model::RelationKind;
use interdict_network::drawing::{Drawing, Edge, Node, Tone};
use interdict_network::{Basis, Caution, Outcome, Regime, Verdict};
use interdict_snapshot::{Holds, NOTHING, RelationRow, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::verdict_words::Words;
use super::draw::{is_property, kind, made_of, style};
use super::verdict::Answer;

/// Parties of a picture that are not on the chain.
const BESIDE: usize = 40;

/// The id of whoever a nominee holds for and is not named.
const UNNAMED: &str = "unnamed";

/// Draws one verdict of an answer.
pub(super) fn verdict(answer: &Answer, verdict: &Verdict, snapshot: &Snapshot) -> anyhow::Result<Drawing> {
    let words = Words { snapshot };
    let asked = answer.assessment.entity;
    let mut tones: FxHashMap<u32, Tone> = FxHashMap::default();
    let mut chain_rows: FxHashSet<u32> = FxHashSet::default();
    let mut order: Vec<u32> = Vec::new();
    let mut placed: FxHashSet<u32> = FxHashSet::default();
    for step in &verdict.chain {
        let reached = match verdict.outcome {
            Outcome::Undecided => Tone::Undecided,
            _ if verdict.regime == Regime::Bis => Tone::Licence,
            _ => Tone::Blocked,
        };
        let tone = match &step.basis {
            Basis::Listed(_) => Tone::Listed,
            Basis::Unnamed => Tone::Undecided,
            Basis::Owned { by, .. } => {
                chain_rows.extend(by.iter().map(|one| one.row));
                reached
            }
            Basis::Controlled { row, .. } => {
                chain_rows.insert(*row);
                reached
            }
        };
        tones.insert(step.entity, tone);
        order.push(step.entity);
        placed.insert(step.entity);
    }
    if verdict.outcome == Outcome::NotBlocked {
        let cautioned = verdict.cautions.iter().any(|caution| !matches!(caution, Caution::Unaccounted(_)));
        tones.insert(asked, if cautioned { Tone::Caution } else { Tone::Plain });
    }
    if placed.insert(asked) {
        order.push(asked);
    }
    // Those who hold something in a party of the chain; without a chain, everybody above the party, as far as there is room.
    let mut at = 0;
    let on_chain = order.len();
    while at < order.len() && order.len() < on_chain + BESIDE {
        if at >= on_chain && verdict.chain.len() > 1 {
            break;
        }
        for (_, row) in over(answer, snapshot, order[at]) {
            let owner = answer.first(row.from);
            if order.len() < on_chain + BESIDE && placed.insert(owner) {
                order.push(owner);
            }
        }
        at += 1;
    }
    let id = |entity: u32| snapshot.entity_at(entity).map_or(UNNAMED, |entity| entity.id());
    let nodes = order.iter().map(|entity| {
        let tone = tones.get(entity).copied().unwrap_or_default();
        let node = match snapshot.entity_at(*entity) {
            Some(party) => {
                let countries: Vec<String> = party.texts("country").map(str::to_uppercase).collect();
                let note = [vec![party.id().to_owned()], countries].concat().join(", ");
                Node::new(party.id(), party.caption(), kind(party)).note(note)
            }
            None => Node::new(UNNAMED, words.party(*entity), interdict_network::drawing::Kind::Other),
        };
        let node = node.tone(tone);
        if *entity == asked { node.asked() } else { node }
    });
    let nodes: Vec<Node> = nodes.collect();
    let mut edges = Vec::new();
    for asset in &order {
        for (position, row) in over(answer, snapshot, *asset) {
            let owner = answer.first(row.from);
            if !placed.contains(&owner) {
                continue;
            }
            let mut edge = Edge::new(id(owner), id(*asset), label(row), style(row.kind()), words.source(row.statement));
            let date = |day: interdict_snapshot::Day| day.date().map(|date| date.to_string());
            edge = edge.dates(date(row.begin_earliest).as_deref(), date(row.end_latest).as_deref());
            if is_property(row.kind()) && row.fault().is_none() && !row.range().is_unknown() {
                edge = edge.share(row.range().min().percent(), row.range().max().percent());
            }
            edges.push(if chain_rows.contains(&position) { edge.emphasised() } else { edge });
        }
    }
    let date = answer.assessment.day.date().map(|date| date.to_string()).unwrap_or_default();
    let title = format!("{} on {date}, {}: {}", words.name(asked), verdict.regime.name(), Words::outcome(verdict));
    let mut drawing = Drawing::new(title, nodes, edges)?;
    if let Some(rule) = verdict.rule {
        drawing = drawing.footnote(format!("Rule: {}, {}", Words::rule(verdict), rule.threshold_words()));
    }
    for line in words.notes(verdict) {
        drawing = drawing.footnote(line);
    }
    Ok(drawing.footnote(made_of(snapshot)))
}

/// The relations over a party that speak of property or control and hold on the day, with their positions.
fn over<'s>(answer: &Answer, snapshot: &'s Snapshot, first: u32) -> Vec<(u32, &'s RelationRow)> {
    let mut found = Vec::new();
    if first == NOTHING {
        return found;
    }
    let relations = snapshot.relations();
    answer.each(first, |member| {
        let begin = relations.first_over(member);
        let rows = relations.over(member).iter().enumerate().map(|(at, row)| (begin + at as u32, row));
        found.extend(rows.filter(|(_, row)| {
            let counts = interdict_network::is_power(row.kind()) || row.kind() == RelationKind::Direction;
            counts && row.from != NOTHING && row.holds(answer.assessment.day) != Holds::No
        }));
    });
    found
}

/// What stands at a line.
fn label(row: &RelationRow) -> String {
    match row.kind() {
        RelationKind::Shares if row.fault().is_some() => "no share that is one".to_owned(),
        RelationKind::Shares if row.range().is_unknown() => "unknown share".to_owned(),
        RelationKind::Shares => row.range().to_string(),
        RelationKind::Votes if row.range().is_unknown() => "votes".to_owned(),
        RelationKind::Votes => format!("{} of votes", row.range()),
        kind => kind.label().to_owned(),
    }
}
