//! A finding as it is kept: with all that is needed to make it again but the snapshot, which has its own place.

use interdict_matching::{Explanation, Hit, Settings};
use interdict_model::entity_to_json;
use interdict_snapshot::{EntityRef, NameRef, Snapshot};
use serde_json::{Value, json};

use crate::error::Error;
use crate::monitor::Basis;

/// What all findings of a screening are made with.
pub(super) struct Made {
    basis: Value,
    settings: Value,
}

pub(super) fn basis(snapshot: &Snapshot, settings: &Settings) -> Result<Made, Error> {
    let damaged = |error: serde_json::Error| Error::Damaged(error.to_string());
    Ok(Made {
        basis: serde_json::to_value(Basis::of(snapshot, settings)).map_err(damaged)?,
        settings: serde_json::to_value(settings).map_err(damaged)?,
    })
}

/// A listed party as casework keeps it.
pub(super) fn entity_json(entity: EntityRef<'_>) -> Value {
    entity_to_json(&entity.to_entity())
}

/// Why it was found: what it was made with, and what the score is made of.
pub(super) fn explanation(hit: &Hit<'_>, made: &Made) -> Value {
    json!({
        "basis": made.basis,
        "settings": made.settings,
        "result": result(hit),
    })
}

/// What is compared when a finding is made again.
pub(super) fn result(hit: &Hit<'_>) -> Value {
    let identifiers = hit.identifiers.iter().map(|found| {
        json!({"property": found.property, "query": found.query, "listed": found.listed, "stated_by": found.stated_by, "exact": found.exact})
    });
    let features =
        hit.features.iter().map(|feature| json!({"name": feature.name, "value": feature.value, "detail": feature.detail}));
    json!({
        "party": hit.entity.id(),
        "score": hit.score,
        "ofac": hit.ofac,
        "name": hit.name.map(NameRef::text),
        "identifiers": identifiers.collect::<Vec<_>>(),
        "features": features.collect::<Vec<_>>(),
        "tree": hit.explanation.as_ref().map(tree),
    })
}

fn tree(explanation: &Explanation) -> Value {
    json!({
        "value": explanation.value,
        "description": explanation.description,
        "children": explanation.children.iter().map(tree).collect::<Vec<_>>(),
    })
}
