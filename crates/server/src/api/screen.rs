//! One query or a batch, and pairs.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use interdict_matching::{Matcher, Settings};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::{invalid, written};
use crate::app::App;
use crate::engine::Engine;
use crate::problem::Problem;
use crate::query::{ComparisonLine, Fault, Manner, ResultLine, with_own};
use crate::record::Recording;

/// Results of a batch, in the order of its queries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    results: Vec<ResultLine>,
}

/// Results of pairs, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comparisons {
    results: Vec<ComparisonLine>,
}

/// A query as the lines of `interdict screen` have it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as an entity")]
pub(crate) struct ScreenQuery {
    /// Id of the query, which comes back.
    id: Option<String>,
    /// Schema, such as `Person` or `Company`; `Thing` for anything.
    schema: Option<String>,
    /// Values by property, such as `{"name": ["..."], "birthDate": ["..."]}`.
    #[schema(value_type = Option<Object>)]
    properties: Option<Json>,
    /// Settings of this query, such as `{"threshold": 0.8}`.
    #[schema(value_type = Option<Object>)]
    settings: Option<Json>,
    /// Instead of `schema` and `properties`: a name alone.
    name: Option<String>,
    /// Report findings with at least this score, 0 to 1.
    threshold: Option<f64>,
    /// Report at most so many findings.
    limit: Option<u32>,
    /// Show how each score is made.
    explain: Option<bool>,
}

/// A batch.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as entities")]
pub(crate) struct ScreenBatch {
    queries: Vec<ScreenQuery>,
    /// Report findings with at least this score, 0 to 1.
    threshold: Option<f64>,
    /// Report at most so many findings a query.
    limit: Option<u32>,
    /// Settings of the batch.
    #[schema(value_type = Option<Object>)]
    settings: Option<Json>,
    /// Show how each score is made.
    explain: Option<bool>,
}

/// What is asked.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what is read")]
pub(crate) enum ScreenRequest {
    One(ScreenQuery),
    Many(ScreenBatch),
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what is written")]
pub(crate) enum ScreenAnswer {
    One(ResultLine),
    Many(Results),
}

/// A pair of entities.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as entities")]
pub(crate) struct Pair {
    id: Option<String>,
    #[schema(value_type = Object)]
    a: Json,
    #[schema(value_type = Object)]
    b: Json,
}

/// Pairs.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as entities")]
pub(crate) struct PairBatch {
    pairs: Vec<Pair>,
    explain: Option<bool>,
}

#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what is read")]
pub(crate) enum CompareRequest {
    One(Pair),
    Many(PairBatch),
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, clippy::large_enum_variant, reason = "it describes what is written, and is never made")]
pub(crate) enum CompareAnswer {
    One(ComparisonLine),
    Many(Comparisons),
}

/// Takes out of a request what says how it is to be screened.
pub(super) fn manner(app: &App, engine: &Engine, object: &mut Map<String, Json>, batch: bool) -> Result<Manner, Problem> {
    let explain = match object.shift_remove("explain") {
        None | Some(Json::Null) => false,
        Some(Json::Bool(explain)) => explain,
        Some(_) => return Err(invalid("explain: must be true or false")),
    };
    let mut own = Map::new();
    for field in ["threshold", "limit"] {
        if let Some(value) = object.shift_remove(field).filter(|value| !value.is_null()) {
            own.insert(field.to_owned(), value);
        }
    }
    let fault = |fault: &Fault| {
        invalid(fault.to_string().replace("settings.threshold", "threshold").replace("settings.limit", "limit"))
    };
    let mut settings = None;
    if batch && let Some(given) = object.shift_remove("settings").filter(|given| !given.is_null()) {
        settings = Some(with_own(&engine.settings, &given).map_err(|found| invalid(found.to_string()))?);
    }
    if !own.is_empty() {
        let base = settings.as_ref().unwrap_or(&engine.settings);
        settings = Some(with_own(base, &Json::Object(own)).map_err(|found| fault(&found))?);
    }
    let settings_id = settings.as_ref().map_or_else(|| app.settings_id().to_owned(), Settings::id);
    Ok(Manner { settings: settings.unwrap_or_else(|| engine.settings.clone()), settings_id, explain, recording: None })
}

/// The members of a batch under a name; none where the request is one query.
fn members(app: &App, object: &mut Map<String, Json>, name: &str) -> Result<Option<Vec<Json>>, Problem> {
    match object.shift_remove(name) {
        None => Ok(None),
        Some(Json::Array(members)) if members.is_empty() => Err(invalid(format!("{name}: is empty"))),
        Some(Json::Array(members)) if members.len() > app.options().batch => {
            let most = app.options().batch;
            Err(invalid(format!("{name}: {} are more than the {most} of a batch; use /api/v1/screen/stream", members.len())))
        }
        Some(Json::Array(members)) => Ok(Some(members)),
        Some(_) => Err(invalid(format!("{name}: must be an array"))),
    }
}

fn object(json: Json) -> Result<Map<String, Json>, Problem> {
    match json {
        Json::Object(object) => Ok(object),
        _ => Err(invalid("the body must be an object")),
    }
}

fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::internal()
    })
}

fn screened(app: &App, engine: &Engine, body: &[u8], recording: Option<Recording>) -> Result<Vec<u8>, Problem> {
    let mut object = object(super::json(body)?)?;
    let queries = members(app, &mut object, "queries")?;
    let manner = Manner { recording, ..manner(app, engine, &mut object, queries.is_some())? };
    let matcher = Matcher::new(&engine.snapshot, manner.settings.clone()).explaining(manner.explain);
    if let Some(queries) = queries {
        if let Some(other) = object.keys().next() {
            return Err(invalid(format!("{other}: is no member of a batch")));
        }
        let results = queries
            .into_iter()
            .enumerate()
            .map(|(at, query)| ResultLine::screen(app, engine, &matcher, &manner, query, || format!("query-{}", at + 1)))
            .collect();
        return to_bytes(&Results { results });
    }
    if !object.contains_key("properties")
        && let Some(name) = object.shift_remove("name")
    {
        let Json::String(name) = name else { return Err(invalid("name: must be a string")) };
        object.entry("id").or_insert_with(|| name.chars().take(200).collect::<String>().into());
        object.entry("schema").or_insert_with(|| "Thing".into());
        object.insert("properties".to_owned(), json!({"name": [name]}));
    }
    let line = ResultLine::screen(app, engine, &matcher, &manner, Json::Object(object), || "query-1".to_owned());
    match line.error() {
        Some(error) => Err(invalid(error)),
        None => to_bytes(&line),
    }
}

fn compared(app: &App, engine: &Engine, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut object = object(super::json(body)?)?;
    let pairs = members(app, &mut object, "pairs")?;
    let manner = manner(app, engine, &mut object, pairs.is_some())?;
    let line = |pair| ComparisonLine::new(app, &manner.settings, manner.explain, pair);
    if let Some(pairs) = pairs {
        return to_bytes(&Comparisons { results: pairs.into_iter().map(line).collect() });
    }
    let line = line(Json::Object(object));
    match line.error() {
        Some(error) => Err(invalid(error)),
        None => to_bytes(&line),
    }
}

/// Does the work of a body, of which bytes of JSON come out: a small one here, where it is in the cache of the processor already; a large one
/// on a thread of the pool.
async fn answer(
    app: App,
    body: Bytes,
    work: impl FnOnce(&App, &Engine, &[u8]) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Response {
    let engine = app.current().get();
    let done = if body.len() <= app.options().inline {
        work(&app, &engine, &body)
    } else {
        let (app, engine) = (app.clone(), Arc::clone(&engine));
        let pool = app.clone();
        pool.heavy(move || work(&app, &engine, &body)).await.and_then(|done| done)
    };
    done.map_or_else(IntoResponse::into_response, written)
}

/// Screens one query, or a batch of them.
///
/// A query that cannot be read is an error 422; in a batch it is an object with `error`, and the others are screened.
#[utoipa::path(
    post,
    path = "/api/v1/screen",
    tag = "screening",
    request_body = ScreenRequest,
    responses(
        (status = 200, body = ScreenAnswer),
        (status = 422, body = super::ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn screen(State(app): State<App>, recording: Option<Extension<Recording>>, body: Bytes) -> Response {
    let recording = recording.map(|Extension(recording)| recording);
    answer(app, body, move |app, engine, body| screened(app, engine, body, recording)).await
}

/// Compares two entities, or pairs of them, with the scorer of `screen`.
#[utoipa::path(
    post,
    path = "/api/v1/compare",
    tag = "screening",
    request_body = CompareRequest,
    responses(
        (status = 200, body = CompareAnswer),
        (status = 422, body = super::ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn compare(State(app): State<App>, body: Bytes) -> Response {
    answer(app, body, compared).await
}
