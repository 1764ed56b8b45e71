//! What the service says of itself: its lists and its algorithms; and how it is told to look for newer lists.

use std::fmt;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use interdict_model::Schema;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::algorithms::{ALGORITHMS, DEFAULT};
use super::dataset::{Cache, WHOLE};
use super::error::{Answer, Failure};
use super::params::Params;
use super::work::on_pool;
use super::{shapes, vocabulary};
use crate::Current;

type Run = dyn Fn() -> Result<(), String> + Send + Sync;

/// What `POST /updatez` does: an [`Extension`] of the router. Without it that route refuses every token.
#[derive(Clone)]
pub struct Update {
    token: Arc<str>,
    run: Arc<Run>,
}

impl fmt::Debug for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Update").finish_non_exhaustive()
    }
}

impl Update {
    /// An update that is begun by who knows the token. `run` looks for newer lists and puts them in use; it may take long. What its error
    /// says goes to the log, and not to the client.
    pub fn new(token: &str, run: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { token: token.into(), run: Arc::new(run) }
    }

    fn accepts(&self, token: &str) -> bool {
        !self.token.trim().is_empty() && bool::from(self.token.as_bytes().ct_eq(token.as_bytes()))
    }
}

/// Looks for newer lists.
#[utoipa::path(
    post,
    path = "/updatez",
    tag = "yente",
    security(()),
    params(
        ("token" = Option<String>, Query, description = "The token of the operator"),
        ("sync" = Option<bool>, Query, description = "Whether to answer when it is done; no by default"),
    ),
    responses(
        (status = 200, description = "Begun, or done", body = shapes::StatusResponse),
        (status = 403, description = "Another token, or none is set", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
        (status = 500, description = "It failed; the lists in use stay", body = shapes::ErrorResponse),
    )
)]
pub(super) async fn updatez(
    update: Option<Extension<Update>>,
    RawQuery(query): RawQuery,
) -> Answer<Json<shapes::StatusResponse>> {
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let wait = params.flag("sync").unwrap_or_default();
    let token = params.text("token").unwrap_or_default().to_owned();
    params.finish()?;
    let invalid = || Failure::Plain(StatusCode::FORBIDDEN, "Invalid token.".to_owned());
    let Extension(update) = update.filter(|Extension(update)| update.accepts(&token)).ok_or_else(invalid)?;
    let work = move || {
        (update.run)().map_err(|error| {
            tracing::error!(%error, "the update that was asked for failed");
            Failure::Plain(StatusCode::INTERNAL_SERVER_ERROR, "The update failed; the log says why.".to_owned())
        })
    };
    if wait {
        on_pool(work).await??;
    } else {
        tokio::spawn(on_pool(work));
    }
    Ok(Json(shapes::StatusResponse { status: "ok" }))
}

/// The lists of the snapshot, and the names for all of it.
#[utoipa::path(
    get,
    path = "/catalog",
    tag = "yente",
    responses(
        (status = 200, description = "The datasets", body = shapes::Catalog),
        (status = 304, description = "As they were when the client last asked"),
    )
)]
pub(super) async fn catalog(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    headers: HeaderMap,
) -> Response {
    let engine = current.get();
    let index = cache.get(&engine);
    let tag = HeaderValue::from_str(&format!("\"{}\"", engine.snapshot.id())).ok();
    let known = headers.get(header::IF_NONE_MATCH).and_then(|held| held.to_str().ok());
    let unchanged = tag
        .as_ref()
        .and_then(|tag| tag.to_str().ok())
        .zip(known)
        .is_some_and(|(tag, known)| known.split(',').any(|held| held.trim().trim_start_matches("W/") == tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let whole: (u64, u64) = (
            u64::from(engine.snapshot.entity_count()),
            engine.snapshot.entities().filter(|entity| entity.schema().is_some_and(|kind| kind.is_a(Schema::Thing))).count()
                as u64,
        );
        let newest = index.datasets.values().map(|dataset| dataset.issue.as_str()).max().unwrap_or_default().to_owned();
        let short = engine.snapshot.id().get(..12).unwrap_or_default();
        let dataset = |name: &str, title: String, counts: (u64, u64), issue: &str, children: Vec<String>| {
            let version = if issue.is_empty() { short } else { issue };
            shapes::Dataset {
                name: name.to_owned(),
                title,
                load: true,
                version: version.to_owned(),
                index_version: version.to_owned(),
                index_current: true,
                entity_count: counts.0,
                thing_count: counts.1,
                updated_at: (!issue.is_empty()).then(|| issue.to_owned()),
                children,
            }
        };
        let lists: Vec<String> = index.datasets.keys().cloned().collect();
        let own = index.datasets.iter().map(|(name, held)| {
            let title = vocabulary::words(&name.replace('_', " "));
            let unknown = held.entities == 0 && index.is_whole(&engine.snapshot, name) == Some(true);
            let counts = if unknown { whole } else { (held.entities, held.things) };
            dataset(name, title, counts, &held.issue, Vec::new())
        });
        let all = WHOLE
            .iter()
            .filter(|name| !index.datasets.contains_key(**name))
            .map(|name| dataset(name, "All lists of the snapshot".to_owned(), whole, &newest, lists.clone()));
        let datasets: Vec<shapes::Dataset> = all.chain(own).collect();
        let current = datasets.iter().map(|dataset| dataset.name.clone()).collect();
        Json(shapes::Catalog { datasets, current, outdated: Vec::new(), index_stale: false }).into_response()
    };
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The algorithms by the names that clients use.
#[utoipa::path(
    get,
    path = "/algorithms",
    tag = "yente",
    responses((status = 200, description = "The algorithms", body = shapes::Algorithms))
)]
pub(super) async fn algorithms(State(current): State<Current>) -> Json<shapes::Algorithms> {
    let engine = current.get();
    let algorithms = ALGORITHMS
        .iter()
        .map(|algorithm| {
            let features = algorithm.features(&algorithm.settings(&engine.settings));
            let docs = json!({ "description": algorithm.description, "config": {}, "features": features });
            shapes::Algorithm { name: algorithm.name, description: algorithm.description, features, docs }
        })
        .collect();
    Json(shapes::Algorithms { algorithms, default: DEFAULT, best: DEFAULT })
}
