//! How the server is: whether it lives, whether it is ready, its figures, and what it works with.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::small;
use crate::app::{App, Refusal};
use crate::trace::Spans;

/// Whether the server lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Whether the server is ready for requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ok`, or `ending`.
    status: &'static str,
    /// Id of the snapshot in use.
    snapshot: String,
    /// Newer snapshots that were refused; the one in use stays.
    refused: Vec<Refusal>,
}

/// What the server works with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// Version of the engine.
    engine: &'static str,
    /// Id of the snapshot in use.
    snapshot: String,
    /// Name of its file.
    file: String,
    /// Entities in it.
    entities: u32,
    /// Names in it.
    names: u32,
    /// Lists in it.
    sources: usize,
    /// Id of the settings.
    settings: String,
    /// When the server began.
    #[schema(value_type = String, format = DateTime)]
    started: Timestamp,
    /// Newer snapshots that were refused.
    refused: Vec<Refusal>,
}

/// Whether the server lives.
#[utoipa::path(get, path = "/healthz", tag = "server", security(()), responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Response {
    small(StatusCode::OK, Health { status: "ok" })
}

/// Whether the server is ready for requests.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    security(()),
    responses((status = 200, body = Readiness), (status = 503, description = "It ends.", body = Readiness))
)]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let ending = app.is_draining();
    let readiness = Readiness {
        status: if ending { "ending" } else { "ok" },
        snapshot: app.current().get().snapshot.id().to_owned(),
        refused: app.refusals(),
    };
    small(if ending { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, readiness)
}

/// Figures of the server, in the form of Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "server",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let entities = app.current().get().snapshot.entity_count();
    app.meter().spans_dropped.absolute(app.spans().map_or(0, Spans::dropped));
    let text = app.meter().render(app.admission().inside(), entities);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// What the server works with.
#[utoipa::path(get, path = "/api/v1/status", tag = "server", responses((status = 200, body = Status)))]
pub(crate) async fn status(State(app): State<App>) -> Response {
    let engine = app.current().get();
    let status = Status {
        engine: env!("CARGO_PKG_VERSION"),
        snapshot: engine.snapshot.id().to_owned(),
        file: app.file(),
        entities: engine.snapshot.entity_count(),
        names: engine.snapshot.name_count(),
        sources: engine.snapshot.meta().sources.len(),
        settings: app.settings_id().to_owned(),
        started: app.started(),
        refused: app.refusals(),
    };
    small(StatusCode::OK, status)
}
