//! The API of interdict under `/api/v1`, what is beside it for machines that watch the server, and the document that describes both.

mod cases;
mod entities;
mod lists;
mod network;
mod oidc;
mod page;
mod program;
mod screen;
mod session;
mod stream;
mod watched;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::gate::has_it;
use crate::keys::hex;
use crate::problem::Problem;
use crate::yente;

pub(crate) use self::page::pages;
pub(crate) use self::program::{UpdateState, Updating};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "interdict",
        description = "Find sanctioned parties, their fronts and networks. Every error is an object by RFC 9457 (`application/problem+json`) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemDetails)),
    modifiers(&Finish),
    security(("key" = []))
)]
struct Api;

/// An error, as clients see it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes `Problem`, whose code is a fixed text")]
struct ProblemDetails {
    /// HTTP status.
    status: u16,
    /// Stable code.
    code: String,
    /// The kind of error, in words.
    title: String,
    /// What is wrong with this request.
    detail: String,
}

struct Finish;

impl Modify for Finish {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        components.security_schemes.insert("key".to_owned(), key.into());
    }
}

/// The routes, with the document made of them.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(watched::health))
        .routes(routes!(watched::ready))
        .routes(routes!(watched::metrics))
        .routes(routes!(watched::status))
        .routes(routes!(session::sign_in, session::session, session::sign_out))
        .routes(routes!(oidc::login))
        .routes(routes!(oidc::callback))
        .routes(routes!(screen::screen))
        .routes(routes!(stream::screen_stream))
        .routes(routes!(screen::compare))
        .routes(routes!(entities::entity))
        .routes(routes!(network::network))
        .routes(routes!(lists::sources))
        .routes(routes!(lists::settings))
        .routes(routes!(program::documents))
        .routes(routes!(program::payments))
        .routes(routes!(program::assess))
        .routes(routes!(program::rings))
        .routes(routes!(program::indicators))
        .routes(routes!(program::wallet))
        .routes(routes!(program::transfers))
        .routes(routes!(program::vessel))
        .routes(routes!(program::path))
        .routes(routes!(program::owners))
        .routes(routes!(program::verdict))
        .routes(routes!(program::communities))
        .routes(routes!(program::fronts))
        .routes(routes!(program::cluster))
        .routes(routes!(program::catalogue))
        .routes(routes!(program::delta))
        .routes(routes!(program::bulletin))
        .routes(routes!(program::update, program::updated))
        .merge(cases::routes())
}

/// The `OpenAPI` document.
#[must_use]
pub fn document() -> Value {
    let (_, mut document) = routes().split_for_parts();
    document.merge(yente::openapi());
    // A document made of plain maps serialises without fail.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    // Any route may be refused by the gate, or fail, in the one form that errors have.
    let problem = serde_json::json!({
        "description": "An error",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    });
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut);
    for responses in operations.flat_map(|path| path.values_mut()).filter_map(|operation| operation.get_mut("responses")) {
        responses["default"] = problem.clone();
        // The gate has the first word, also where a route has errors of its own.
        let errors = responses.as_object_mut().into_iter().flatten().filter(|(status, _)| status.starts_with(['4', '5']));
        for content in errors.filter_map(|(_, response)| response.get_mut("content")?.as_object_mut()) {
            let kind = "application/problem+json";
            content.entry(kind).or_insert_with(|| problem["content"][kind].clone());
        }
    }
    document
}

/// The fields of the query string, or a problem that says which is wrong.
#[derive(Debug)]
pub(crate) struct Fields<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Fields<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let fields: Result<Query<T>, QueryRejection> = Query::try_from_uri(&parts.uri);
        fields.map(|Query(fields)| Self(fields)).map_err(|error| invalid(error.body_text()))
    }
}

/// What can be read but makes no sense.
pub(crate) fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request", detail)
}

/// The JSON of a body.
pub(crate) fn json(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!("not JSON: {error}");
        Problem::new(StatusCode::BAD_REQUEST, "not_json", "Not JSON", detail)
    })
}

/// JSON that is written already.
pub(crate) fn written(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], Bytes::from(bytes)).into_response()
}

/// A value as JSON, with a tag of its content; nothing but the tag for who has it already.
pub(crate) fn tagged(method: &Method, headers: &HeaderMap, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => tagged_bytes(method, headers, "application/json", bytes.into()),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            Problem::internal().into_response()
        }
    }
}

/// Bytes with a tag of their content.
pub(crate) fn tagged_bytes(method: &Method, headers: &HeaderMap, kind: &'static str, bytes: Bytes) -> Response {
    let tag = format!("\"{}\"", hex(&Sha256::digest(&bytes)[..12]));
    let mut response = if has_it(method, headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response()
    };
    let headers = response.headers_mut();
    // It may be kept, and is asked for again each time with its tag.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// A page of a list.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// Members to pass over.
    #[serde(default)]
    pub(crate) offset: usize,
    /// Members to give, 1 to 500.
    #[serde(default = "usual_limit")]
    pub(crate) limit: usize,
}

fn usual_limit() -> usize {
    100
}

impl Paging {
    /// The members of the page, and where the next begins.
    pub(crate) fn of<T>(&self, members: Vec<T>) -> Result<(Vec<T>, Option<usize>), Problem> {
        if !(1..=500).contains(&self.limit) {
            return Err(invalid("limit: must be a number from 1 to 500"));
        }
        let end = self.offset.saturating_add(self.limit);
        let next = (end < members.len()).then_some(end);
        Ok((members.into_iter().skip(self.offset).take(self.limit).collect(), next))
    }
}

/// A small answer.
pub(crate) fn small(status: StatusCode, value: impl Serialize) -> Response {
    (status, Json(value)).into_response()
}
