//! Signing in and out: a user and a password, or a sign-in at an issuer, go in; the cookie of a session comes out.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::small;
use crate::access::{Identity, Role};
use crate::app::App;
use crate::identity::{Auth, Peer, host, not_meant};
use crate::problem::Problem;
use crate::sessions::{Found, Ticket};

/// A user who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// Name of the user.
    user: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
}

/// Who makes the requests.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// Public id of the session or key.
    id: String,
    /// Who it is in casework.
    actor: String,
    /// The roles.
    roles: Vec<&'static str>,
    /// Whose data he works on; empty where there is only one.
    tenant: String,
    /// When the session ends if nothing comes; none for a key.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires: Option<Timestamp>,
    /// What requests that change something show as `X-CSRF-Token`; none for a key.
    csrf: Option<String>,
}

impl Session {
    fn of(identity: &Identity, kept: Option<(&Ticket, Duration)>, now: Timestamp) -> Self {
        Self {
            id: identity.id.clone(),
            actor: identity.actor.clone(),
            roles: identity.roles.iter().map(Role::word).collect(),
            tenant: identity.tenant.clone(),
            expires: kept.and_then(|(_, left)| now.saturating_add(left).ok()),
            csrf: kept.map(|(ticket, _)| ticket.csrf()),
        }
    }
}

/// An answer with the cookie of a session.
pub(super) fn with_cookies(mut response: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        if let Ok(mut value) = HeaderValue::from_str(cookie) {
            value.set_sensitive(true);
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// Sign in: opens a session, whose cookie comes with the answer.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    request_body = SignIn,
    responses(
        (status = 200, body = Session),
        (status = 401, description = "User or password is wrong.", body = super::ProblemDetails),
        (status = 429, description = "Too many failures.", body = super::ProblemDetails)
    )
)]
pub(crate) async fn sign_in(State(app): State<App>, request: Request) -> Response {
    let auth = app.auth();
    let client = auth.client(request.headers(), request.extensions().get::<Peer>().copied());
    if auth.is_foreign(request.headers(), host(&request)) {
        return not_meant().into_response();
    }
    let before = auth.ticket(request.headers());
    let Ok(body) = axum::body::to_bytes(request.into_body(), app.options().body).await else {
        return Problem::internal().into_response();
    };
    let checked = checked(auth, &body, client).await;
    let (ticket, found) = match checked {
        Ok(opened) => opened,
        Err(problem) => return problem.into_response(),
    };
    // Who signs in again begins anew.
    if let Some(before) = before {
        auth.sessions.end(&before);
    }
    tracing::info!(actor = found.identity.actor, session = found.identity.id, %client, "signed in");
    let session = Session::of(&found.identity, Some((&ticket, found.left)), auth.known.clock.now());
    with_cookies(small(StatusCode::OK, session), &[auth.cookie(Some(&ticket))])
}

async fn checked(auth: &Auth, body: &Bytes, client: std::net::IpAddr) -> Result<(Ticket, Found), Problem> {
    let Some(users) = auth.users() else {
        let detail = "this server has no users with passwords";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_users", "No users", detail));
    };
    // What the reader of JSON has to say may repeat the password.
    let SignIn { user, password } =
        serde_json::from_slice(body).map_err(|_| super::invalid("give `user` and `password`, both texts"))?;
    let clock = &auth.known.clock;
    let attempt = auth.throttle.attempt(&user, client, clock.instant())?;
    let known = users.active(&user);
    let stand_in = users.stand_in();
    match auth.passwords.check(known.as_deref(), stand_in.as_deref(), password).await {
        Err(problem) => {
            attempt.undone();
            Err(problem)
        }
        Ok(false) => {
            // The name of nobody may be a password that was typed into the wrong field.
            tracing::info!(actor = known.map(|known| known.identity.actor.clone()).unwrap_or_default(), %client, "not signed in");
            Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_password", "Not signed in", "the user or the password is wrong"))
        }
        Ok(true) => {
            attempt.succeeded();
            let known = known.ok_or_else(Problem::internal)?;
            auth.sessions.open(known.identity.clone(), Some((user, known.print)), clock.instant(), Some(users))
        }
    }
}

/// Who makes the requests: of a session, how long it lasts and its token.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    responses((status = 200, body = Session), (status = 401, body = super::ProblemDetails))
)]
pub(crate) async fn session(State(app): State<App>, Extension(who): Extension<Arc<Identity>>, headers: HeaderMap) -> Response {
    let auth = app.auth();
    let clock = &auth.known.clock;
    // The gate knows the session already; a key that came with a cookie has none.
    let ticket = auth.ticket(&headers).filter(|_| !headers.contains_key(header::AUTHORIZATION));
    let kept = ticket.as_ref().and_then(|ticket| {
        let found = auth.sessions.find(ticket, clock.instant(), auth.users())?;
        Some((ticket, found.left))
    });
    small(StatusCode::OK, Session::of(&who, kept, clock.now()))
}

/// Sign out: ends the session.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    responses(
        (status = 204, description = "The session has ended."),
        (status = 404, description = "The request is not of a session.", body = super::ProblemDetails)
    )
)]
pub(crate) async fn sign_out(State(app): State<App>, Extension(who): Extension<Arc<Identity>>, headers: HeaderMap) -> Response {
    let auth = app.auth();
    let ticket = auth.ticket(&headers).filter(|_| !headers.contains_key(header::AUTHORIZATION));
    if !ticket.is_some_and(|ticket| auth.sessions.end(&ticket)) {
        let detail = "the request is not of a session";
        return Problem::new(StatusCode::NOT_FOUND, "no_session", "No session", detail).into_response();
    }
    tracing::info!(actor = who.actor, session = who.id, "signed out");
    with_cookies(StatusCode::NO_CONTENT.into_response(), &[auth.cookie(None)])
}
