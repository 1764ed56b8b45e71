//! The one place that every request passes: who it is, whether he may, whether there is room, whether the body is one; and on the way out
//! headers, figures and the log. What comes behind it has a whole body within the limits, from somebody who may ask.

use std::any::Any;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use interdict_casework::LONGEST_ATTACHMENT;

use crate::access::{Identity, Permission, RULES, Rule, Takes, methods, rule_for};
use crate::app::App;
use crate::identity::{Asked, Auth};
use crate::problem::Problem;
use crate::record::Recording;
use crate::trace::{RESPONSE, Trace};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of an id that a client gives its request.
const MAX_REQUEST_ID: usize = 64;

/// Passes a request on, or answers it.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let (begin, clock) = (Instant::now(), SystemTime::now());
    let trace = Trace::of(&app, request.headers());
    let id = request_id(&app, request.headers());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let rule = path.as_deref().and_then(|path| rule_for(method.as_str(), path));
    let mut key = String::new();
    let passed = match (&path, rule) {
        (None, _) => Err(Problem::no_route()),
        (Some(path), None) => Err(closed(path)),
        (Some(_), Some(rule)) => pass(&app, &RULES[rule], request, next, &mut key).await,
    };
    let mut response = passed.unwrap_or_else(IntoResponse::into_response);
    if response.status().is_client_error() || response.status().is_server_error() {
        response = as_problem(response);
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Ok(allow) = HeaderValue::from_str(&methods(path.as_deref().unwrap_or_default()).join(", "))
    {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    finish(&app, &mut response, &id);
    if let Some(value) = trace.header() {
        response.headers_mut().insert(RESPONSE, value);
    }
    let took = begin.elapsed();
    let status = response.status().as_u16();
    app.meter().answered(rule, status, took);
    // The path with its parameters left out: what was asked for does not go to the log.
    let (route, milliseconds) = (path.as_deref().unwrap_or("none"), took.as_secs_f64() * 1000.0);
    match status {
        500.. => tracing::warn!(id, %method, route, status, milliseconds, key, trace = trace.id(), "request"),
        400.. => tracing::info!(id, %method, route, status, milliseconds, key, trace = trace.id(), "request"),
        _ => tracing::debug!(id, %method, route, status, milliseconds, key, trace = trace.id(), "request"),
    }
    if let Some(spans) = app.spans()
        && let Some(span) = trace.span(&method, route, status, clock, took)
    {
        spans.put(span);
    }
    response
}

/// A path that has no such method, or one that the table does not know, which nobody may use.
fn closed(path: &str) -> Problem {
    if methods(path).is_empty() {
        return Problem::new(StatusCode::FORBIDDEN, "closed", "Closed", "nobody may use this route");
    }
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", "the path has other methods")
}

async fn pass(app: &App, rule: &Rule, mut request: Request, next: Next, key: &mut String) -> Result<Response, Problem> {
    let asked = app.auth().asked(&request);
    let local = app.auth().is_open().then(|| Auth::local(&request, &asked));
    let who = identify(app, rule, asked, local).await?;
    key.push_str(&who.id);
    if !who.may(rule.permission) {
        let detail = format!("this needs the permission `{}`, which the key does not have", rule.permission.word());
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "Forbidden", detail));
    }
    if rule.permission != Permission::Public {
        app.rates().take(&who.id, Instant::now())?;
    }
    if rule.permission == Permission::Screen
        && let Some(recorder) = app.recorder()
    {
        request.extensions_mut().insert(Recording { recorder: recorder.clone(), tenant: who.tenant.clone() });
    }
    request.extensions_mut().insert(Arc::clone(&who));
    let mut large = None;
    let request = match rule.takes {
        Takes::Nothing => request.map(|_| Body::empty()),
        // All that it has to say may stand in the address.
        Takes::Form if request.body().is_end_stream() => request,
        Takes::Stream => {
            media_type(request.headers(), &["application/x-ndjson", "application/jsonl", "application/json"])?;
            return Ok(next.run(request).await);
        }
        Takes::Json if request.body().is_end_stream() => {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "empty_body",
                "Empty body",
                "the body must be JSON, and there is none",
            ));
        }
        Takes::Bulk | Takes::File => {
            let lines = ["application/x-ndjson", "application/jsonl", "application/json"];
            let kind = if rule.takes == Takes::Bulk { media_type(request.headers(), &lines)? } else { "" };
            // So many large bodies are in memory at a time, and no more.
            large = Some(app.stream()?);
            let (parts, body) = request.into_parts();
            let bytes = whole(app, &parts.headers, body, LONGEST_ATTACHMENT).await?;
            match kind {
                "" => {}
                "application/json" => shallow(&bytes, app.options().depth)?,
                _ => bytes.split(|byte| *byte == b'\n').try_for_each(|line| shallow(line, app.options().depth))?,
            }
            Request::from_parts(parts, Body::from(bytes))
        }
        Takes::Json | Takes::Form => {
            let form = ["application/json", "application/x-www-form-urlencoded"];
            let json = media_type(request.headers(), if rule.takes == Takes::Form { &form } else { &form[..1] })? == form[0];
            let (parts, body) = request.into_parts();
            let bytes = whole(app, &parts.headers, body, app.options().body).await?;
            if json && !bytes.is_empty() {
                shallow(&bytes, app.options().depth)?;
            }
            Request::from_parts(parts, Body::from(bytes))
        }
    };
    if rule.is_light() {
        return Ok(next.run(request).await);
    }
    let admitted = app.admission().enter().await.inspect_err(|_| app.meter().turned_away.increment(1))?;
    let answered = tokio::time::timeout(app.options().work_time, next.run(request)).await;
    drop(admitted);
    drop(large);
    answered.map_err(|_| {
        let mut problem =
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "Took too long", "the request was not answered in time");
        problem.retry_after = Some(1);
        problem
    })
}

/// Who makes the request.
async fn identify(
    app: &App,
    rule: &Rule,
    asked: Asked,
    local: Option<Result<Arc<Identity>, Problem>>,
) -> Result<Arc<Identity>, Problem> {
    match local {
        Some(local) => local,
        None if rule.permission == Permission::Public => Ok(Arc::new(Identity::nobody())),
        None => app.auth().who(asked).await,
    }
}

/// The media type of the body, which must be one of those that are taken. A form of another site cannot send JSON.
fn media_type<'t>(headers: &HeaderMap, taken: &[&'t str]) -> Result<&'t str, Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    taken.iter().find(|taken| taken.eq_ignore_ascii_case(given)).copied().ok_or_else(|| {
        let detail = format!("the body must be {}", taken.join(" or "));
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type", detail)
    })
}

/// The whole body, within the limits of bytes and time.
async fn whole(app: &App, headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        let detail = format!("the body may have {most} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Body too large", detail)
    };
    let told = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let read = async {
        // What a client says of a body takes no memory; what comes does.
        let mut bytes = Vec::with_capacity(told.unwrap_or_default().min(64 << 10));
        let mut body = std::pin::pin!(body);
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            let frame = frame.map_err(|_| {
                Problem::new(StatusCode::BAD_REQUEST, "body_broken", "Body broken off", "the body ended before it was whole")
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    };
    tokio::time::timeout(app.options().body_time, read).await.unwrap_or_else(|_| {
        let detail = "the body did not come in time";
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "slow_body", "Body too slow", detail))
    })
}

/// Refuses JSON that is nested deeper than `most`, before anything reads it.
pub(crate) fn shallow(bytes: &[u8], most: usize) -> Result<(), Problem> {
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        if inside {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => inside = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => inside = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > most {
                    let detail = format!("JSON may be nested {most} levels deep");
                    return Err(Problem::new(StatusCode::BAD_REQUEST, "too_deep", "JSON too deep", detail));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// The id that the client gave, where it is one, else a new one.
fn request_id(app: &App, headers: &HeaderMap) -> String {
    let is_id = |text: &&str| {
        !text.is_empty()
            && text.len() <= MAX_REQUEST_ID
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(is_id);
    given.map_or_else(|| format!("{:016x}", app.next_id()), str::to_owned)
}

/// An error that something else wrote, such as the reader of a query string, as a problem.
fn as_problem(response: Response) -> Response {
    let has = |part: &str| {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        kind.is_some_and(|kind| kind.contains(part))
    };
    if has("json") {
        return response;
    }
    let status = response.status();
    let title = status.canonical_reason().unwrap_or("Error");
    let code = if status.is_server_error() { "internal" } else { "bad_request" };
    Problem::new(status, code, title, "the request cannot be understood").into_response()
}

/// Sets the headers that every answer has.
fn finish(app: &App, response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(header::CACHE_CONTROL, "no-store");
    unless_set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::X_FRAME_OPTIONS, "DENY");
    unless_set(header::REFERRER_POLICY, "no-referrer");
    if app.is_secure() {
        unless_set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
        && response.status() == StatusCode::UNAUTHORIZED
    {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// The answer when a handler panicked. What it said goes to the log by the hook of panics, and not to the client.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

/// Reads the next piece of a body.
pub(crate) async fn next_piece(body: &mut Pin<Box<Body>>) -> Option<Result<axum::body::Bytes, axum::Error>> {
    loop {
        match poll_fn(|context| body.as_mut().poll_frame(context)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Whether a client has the answer already, by its tag.
pub(crate) fn has_it(method: &Method, headers: &HeaderMap, tag: &str) -> bool {
    (method == Method::GET || method == Method::HEAD)
        && headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*"))
}
