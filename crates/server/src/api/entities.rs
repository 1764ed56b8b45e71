//! An entity with what is around it.

use std::collections::HashSet;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use interdict_model::{PropertyType, entity_to_json};
use interdict_snapshot::{EntityRef, Snapshot};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{Fields, Paging, tagged};
use crate::app::App;
use crate::problem::Problem;

/// An entity, and those that refer to it or that it refers to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    #[schema(value_type = Object)]
    entity: Json,
    /// A page of what is around it: sanctions, documents, wallets, relations, and the parties at their other ends.
    #[schema(value_type = Vec<Object>)]
    related: Vec<Json>,
    /// How much there is around it.
    total: usize,
    /// Where the next page begins; none on the last.
    next: Option<usize>,
}

/// No entity has the id.
pub(super) fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown_entity", "Not found", "no entity of the snapshot has this id")
}

/// Shows an entity with what is around it.
#[utoipa::path(
    get,
    path = "/api/v1/entities/{id}",
    tag = "lists",
    params(("id" = String, Path, description = "Id, such as ofac-52262."), Paging),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = super::ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn entity(
    State(app): State<App>,
    Path(id): Path<String>,
    Fields(paging): Fields<Paging>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let engine = app.current().get();
    let entity = engine.snapshot.entity(&id).ok_or_else(unknown)?;
    let around = around(&engine.snapshot, entity);
    let total = around.len();
    let (page, next) = paging.of(around)?;
    let related = page.into_iter().map(|entity| entity_to_json(&entity.to_entity())).collect();
    Ok(tagged(&method, &headers, &Shown { entity: entity_to_json(&entity.to_entity()), related, total, next }))
}

/// Entities that an entity names in its own properties.
fn referred<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>) -> impl Iterator<Item = EntityRef<'s>> {
    let schema = entity.schema();
    let is_reference = move |property: &str| schema.and_then(|schema| schema.property(property)) == Some(PropertyType::Entity);
    entity.properties().filter(move |(property, ..)| is_reference(property)).filter_map(|(_, id, _)| snapshot.entity(id))
}

/// What refers to the entity and what it refers to; of relations, the other ends too.
fn around<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>) -> Vec<EntityRef<'s>> {
    let mut seen = HashSet::from([entity.index()]);
    let mut found = Vec::new();
    for other in entity.referrers().map(|link| link.entity).chain(referred(snapshot, entity)) {
        if !seen.insert(other.index()) {
            continue;
        }
        found.push(other);
        if other.schema().is_some_and(|schema| schema.edge().is_some()) {
            found.extend(referred(snapshot, other).filter(|end| seen.insert(end.index())));
        }
    }
    found
}
