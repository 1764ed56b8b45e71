//! Who is around a party, by relations and by what is shared.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use interdict_matching::{Clusterer, Scratch};
use interdict_network::{Graph, Hop, Link, Step};
use interdict_snapshot::{EntityRef, RelationFlags, Snapshot};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::entities::unknown;
use super::{Fields, invalid, tagged};
use crate::app::App;
use crate::problem::Problem;

/// How far to look.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reach {
    /// Links to follow, 1 to 4.
    #[serde(default = "one")]
    depth: u8,
    /// Parties to give, 1 to 500, the nearest first.
    #[serde(default = "some")]
    limit: usize,
}

fn one() -> u8 {
    1
}

fn some() -> usize {
    50
}

/// The parties around one, as `interdict network show` has them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is written")]
pub(crate) struct Around {
    /// Id of the snapshot.
    snapshot: String,
    /// Version of the engine.
    engine: String,
    #[schema(value_type = Object)]
    party: Value,
    depth: u8,
    /// The party, then the nearest first.
    #[schema(value_type = Vec<Object>)]
    parties: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    links: Vec<Value>,
    /// Parties within the depth that were left out.
    left_out: usize,
}

/// Shows who is around a party.
#[utoipa::path(
    get,
    path = "/api/v1/network/{id}",
    tag = "lists",
    params(("id" = String, Path, description = "Id of a party, such as ofac-52262."), Reach),
    responses(
        (status = 200, body = Around),
        (status = 404, body = super::ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn network(
    State(app): State<App>,
    Path(id): Path<String>,
    Fields(reach): Fields<Reach>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !(1..=4).contains(&reach.depth) {
        return Err(invalid("depth: must be a number from 1 to 4"));
    }
    if !(1..=500).contains(&reach.limit) {
        return Err(invalid("limit: must be a number from 1 to 500"));
    }
    let engine = app.current().get();
    engine.snapshot.entity(&id).ok_or_else(unknown)?;
    let held = Arc::clone(&engine);
    let around = app.heavy(move || around(&held.snapshot, &id, &reach)).await?.ok_or_else(unknown)?;
    Ok(tagged(&method, &headers, &around))
}

fn around(snapshot: &Snapshot, id: &str, reach: &Reach) -> Option<Value> {
    let party = snapshot.entity(id)?;
    let clusterer = Clusterer::new(snapshot, &[]);
    let mut links = clusterer.references();
    let own = clusterer.links_of(party.index(), &mut Scratch::default());
    links.extend(own.into_iter().filter(|link| link.decides));
    let same = links.into_iter().map(|link| {
        let evidence: Vec<String> = link.evidence.iter().map(interdict_matching::Evidence::describe).collect();
        (link.listings.0, link.listings.1, evidence.join(", "))
    });
    let graph = Graph::new(snapshot).with_same(same);
    let around = graph.around(party.index(), reach.depth, reach.limit);
    let parties: Vec<Value> = around
        .parties
        .iter()
        .map(|near| {
            let mut party = party_json(&graph, snapshot, near.entity);
            party["links"] = near.hops.into();
            party["cost"] = thousandths(near.cost).into();
            party
        })
        .collect();
    let links: Vec<Value> = around.hops.iter().map(|hop| hop_json(&graph, snapshot, hop)).collect();
    Some(json!({
        "snapshot": snapshot.id(),
        "engine": env!("CARGO_PKG_VERSION"),
        "party": party_json(&graph, snapshot, party.index()),
        "depth": reach.depth,
        "parties": parties,
        "links": links,
        "left_out": around.left_out,
    }))
}

/// A cost in units, of which the link of an owner costs one.
fn thousandths(cost: u32) -> f64 {
    f64::from(cost) / 1_000.0
}

fn party_json(graph: &Graph<'_>, snapshot: &Snapshot, entity: u32) -> Value {
    let Some(party) = snapshot.entity_at(entity) else { return Value::Null };
    json!({
        "id": party.id(),
        "caption": party.caption(),
        "schema": party.schema_name(),
        "datasets": party.datasets(),
        "listed": graph.is_listed(entity),
    })
}

fn hop_json(graph: &Graph<'_>, snapshot: &Snapshot, hop: &Hop) -> Value {
    let id = |entity: u32| snapshot.entity_at(entity).map(EntityRef::id);
    let steps: Vec<Value> = hop.steps.iter().map(|step| step_json(graph, snapshot, step)).collect();
    json!({"from": id(hop.from), "to": id(hop.to), "cost": thousandths(hop.cost()), "steps": steps})
}

fn step_json(graph: &Graph<'_>, snapshot: &Snapshot, step: &Step) -> Value {
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

/// The share of a step in percent, where one is stated.
fn share(graph: &Graph<'_>, step: &Step) -> Option<(f64, f64)> {
    let Link::Relation(at) = step.link else { return None };
    let row = graph.relations().rows().get(at as usize)?;
    let range = row.range();
    (!row.flags.has(RelationFlags::UNSTATED) && row.fault().is_none()).then(|| (range.min().percent(), range.max().percent()))
}
