//! The API that users of yente have, at the paths where they have it: an integration switches by changing a URL. Requests as yente takes
//! them go in; answers in yente's form come out of this engine, errors too (`{"detail": ...}`).
//!
//! It is written from the published behaviour of yente and of its client; `docs/yente.md` says what is mapped and what differs.

mod algorithms;
mod dataset;
mod entities;
mod error;
mod json;
mod matching;
mod params;
mod query;
mod reconcile;
mod search;
mod shapes;
mod system;
mod vocabulary;
mod work;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRef, Path};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Router};
use utoipa::OpenApi;

use self::dataset::Cache;
use self::error::{Answer, Failure, Invalid};
use crate::Current;

pub use self::system::Update;

/// The routes, for a server whose state holds the engine in use.
///
/// An [`Update`] that is layered over them as an extension is what `POST /updatez` runs. `/healthz` and `/readyz` are the server's own, which
/// answer as yente does.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Current: FromRef<S>,
{
    Router::new()
        .route("/match/{dataset}", post(matching::post_match))
        .route("/search/{dataset}", get(search::get_search).post(search::post_search))
        .route("/entities/{entity_id}", get(entities::get_entity))
        .route("/entities/{entity_id}/adjacent", get(entities::get_adjacent))
        .route("/entities/{entity_id}/adjacent/{property_name}", get(entities::get_adjacent_property))
        .route("/catalog", get(system::catalog))
        .route("/manifest", get(system::catalog))
        .route("/algorithms", get(system::algorithms))
        .route("/reconcile/{dataset}", get(reconcile::get_reconcile).post(reconcile::post_reconcile))
        .route("/reconcile/{dataset}/suggest/entity", get(reconcile::suggest_entity))
        .route("/reconcile/{dataset}/suggest/property", get(reconcile::suggest_property))
        .route("/reconcile/{dataset}/suggest/type", get(reconcile::suggest_type))
        .route("/reconcile/{dataset}/extend/property", get(reconcile::extend_property))
        .route("/updatez", post(system::updatez))
        .method_not_allowed_fallback(not_allowed)
        .layer(Extension(Arc::new(Cache::default())))
}

#[derive(OpenApi)]
#[openapi(paths(
    matching::post_match,
    search::get_search,
    search::post_search,
    entities::get_entity,
    entities::get_adjacent,
    entities::get_adjacent_property,
    system::catalog,
    system::algorithms,
    reconcile::get_reconcile,
    reconcile::post_reconcile,
    reconcile::suggest_entity,
    reconcile::suggest_property,
    reconcile::suggest_type,
    reconcile::extend_property,
    system::updatez,
), tags((name = "yente", description = "The API that users of yente have")))]
struct Description;

/// The description of the routes, to be merged into that of the server.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

async fn not_allowed() -> Failure {
    Failure::Plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed".to_owned())
}

/// The dataset of a path. One that cannot be read is none that there is.
fn path_of(path: Result<Path<String>, PathRejection>) -> Answer<String> {
    path.map(|Path(name)| name).map_err(|_| Failure::missing("No such dataset."))
}

fn body_of(body: Result<Bytes, BytesRejection>) -> Answer<Bytes> {
    body.map_err(|rejection| Failure::Plain(rejection.status(), rejection.body_text()))
}

fn not_json(error: &serde_json::Error) -> Failure {
    Failure::Invalid(vec![Invalid::new("json_invalid", &["body"], "JSON decode error", error.to_string())])
}
