//! Errors in the form that clients of yente read: `{"detail": "..."}`, and for input of the wrong shape (422) a list of what is wrong where.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// One thing that is wrong with the input.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Invalid {
    /// A stable word for the rule that was broken.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// Where: `query` or `body`, then the names on the way.
    pub(super) loc: Vec<Value>,
    pub(super) msg: String,
    pub(super) input: Value,
}

impl Invalid {
    pub(super) fn new(kind: &'static str, loc: &[&str], msg: impl Into<String>, input: impl Into<Value>) -> Self {
        Self { kind, loc: loc.iter().map(|part| Value::from(*part)).collect(), msg: msg.into(), input: input.into() }
    }
}

/// Why a request has no result.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// A status and what is wrong.
    Plain(StatusCode, String),
    /// Input of the wrong shape.
    Invalid(Vec<Invalid>),
}

/// What a route gives.
pub(super) type Answer<T = Response> = Result<T, Failure>;

impl Failure {
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::Plain(StatusCode::BAD_REQUEST, detail.into())
    }

    pub(super) fn missing(detail: impl Into<String>) -> Self {
        Self::Plain(StatusCode::NOT_FOUND, detail.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Plain(status, detail) => (status, Json(json!({ "detail": detail }))).into_response(),
            Self::Invalid(items) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": items }))).into_response(),
        }
    }
}
