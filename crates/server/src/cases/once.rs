//! Requests that carry a key of their own (`Idempotency-Key`): sent twice, they are done once, and answered twice. The answers are kept in the
//! store of the tenant for a day, so that this holds when the server ends in between.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use interdict_casework::{Answered, Asked};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::seat::{Seat, problem};
use crate::access::{Identity, Permission, RULES, rule_for};
use crate::app::App;
use crate::keys::hex;
use crate::problem::Problem;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const LONGEST_KEY: usize = 255;
/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// The longest answer that is kept, in bytes.
const LONGEST_ANSWER: usize = 8 << 20;
/// Headers that are kept with the answer.
const HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Does a request of casework once for each key; others pass through.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let rule = path.and_then(|path| rule_for(request.method().as_str(), path.as_str()));
    if !rule.is_some_and(|rule| matches!(RULES[rule].permission, Permission::Cases(_))) {
        return next.run(request).await;
    }
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().contains("%00")) {
        return invalid("the address has a zero byte in it").into_response();
    }
    let changes = request.method() != Method::GET;
    let response = if request.method() == Method::POST && request.headers().contains_key(KEY) {
        keyed(&app, request, next).await.unwrap_or_else(IntoResponse::into_response)
    } else {
        next.run(request).await
    };
    if changes
        && response.status().is_success()
        && let Some(cases) = app.cases()
    {
        cases.wake();
    }
    response
}

fn invalid(detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request", detail)
}

/// The key of a request.
fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let wrong = || invalid("Idempotency-Key: must be one, of 1 to 255 visible characters of ASCII");
    let mut given = headers.get_all(KEY).iter();
    let (Some(key), None) = (given.next(), given.next()) else { return Err(wrong()) };
    let key = key.to_str().map_err(|_| wrong())?;
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(key.to_owned()) } else { Err(wrong()) }
}

fn digest(parts: &Parts, body: &Bytes) -> String {
    let mut digest = Sha256::new();
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let uri = parts.uri.path_and_query().map_or("", |uri| uri.as_str());
    for part in [parts.method.as_str().as_bytes(), uri.as_bytes(), kind, &body[..]] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}

async fn keyed(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let key = key_of(&parts.headers)?;
    let who = parts.extensions.get::<Arc<Identity>>().cloned().ok_or_else(Problem::internal)?;
    let seat = Seat::of(app, who).await?;
    // The gate has read it, within its limits.
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Problem::internal())?;
    let digest = digest(&parts, &body);
    let token = format!("{:016x}", app.next_id());
    let now = Timestamp::now();
    let until = now.saturating_add(app.options().work_time).unwrap_or(now);
    match seat.store().begin_request(&seat.who.actor, &key, &digest, &token, now, until).await.map_err(problem)? {
        Asked::Anew => {}
        Asked::Done(answer) => return Ok(replayed(&answer)),
        Asked::Running => {
            let detail = "the request with this key is being worked on";
            let mut problem = Problem::new(StatusCode::CONFLICT, "idempotency_in_progress", "In progress", detail);
            problem.retry_after = Some(1);
            return Err(problem);
        }
        Asked::Other => {
            let detail = "this key was used for another request";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch", "Key used before", detail));
        }
    }
    let request = Request::from_parts(parts, Body::from(body));
    // It ends, and its answer is kept, also when the client goes away meanwhile.
    let work = tokio::spawn(async move {
        let response = next.run(request).await;
        keep(&seat, &key, &token, response).await
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "a request with a key did not end");
        Problem::internal()
    })
}

/// Keeps an answer. What went wrong by the server is not kept: nothing was done, and the request can be sent again.
async fn keep(seat: &Seat, key: &str, token: &str, response: Response) -> Response {
    let actor = &seat.who.actor;
    let (parts, body) = response.into_parts();
    let body = match to_bytes(body, LONGEST_ANSWER).await {
        Ok(body) if !parts.status.is_server_error() => body,
        read => {
            if let Err(error) = seat.store().forget_request(actor, key, token).await {
                tracing::warn!(%error, "a request with a key is blocked until its time is over");
            }
            return read
                .map_or_else(|_| Problem::internal().into_response(), |body| Response::from_parts(parts, Body::from(body)));
        }
    };
    let kept = HEADERS.iter().filter_map(|name| Some((name.as_str().to_owned(), parts.headers.get(name)?.to_str().ok()?)));
    let headers = kept.map(|(name, value)| (name, value.into())).collect::<serde_json::Map<_, _>>();
    let headers = serde_json::Value::Object(headers).to_string();
    let answer = Answered { status: parts.status.as_u16(), headers, body: body.to_vec() };
    let now = Timestamp::now();
    let until = now.saturating_add(KEPT).unwrap_or(now);
    if let Err(error) = seat.store().end_request(actor, key, token, &answer, until).await {
        tracing::warn!(%error, "an answer could not be kept");
    }
    Response::from_parts(parts, Body::from(body))
}

fn replayed(answer: &Answered) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body.clone()).into_response();
    let held: serde_json::Value = serde_json::from_str(&answer.headers).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for name in HEADERS {
        if let Some(value) = held[name.as_str()].as_str().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
