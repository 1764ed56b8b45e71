//! Signing in at an issuer: a browser goes there, comes back with a code, and gets the same session as by a password.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Fields;
use super::session::with_cookies;
use crate::app::App;
use crate::identity::{Peer, host};
use crate::oidc::Back;
use crate::problem::Problem;

/// The page that leads on. A browser that comes from another site does not show the cookie of a session yet; from this page it does.
const ONWARD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url=/docs\">\
                      <title>Signed in</title><p>Signed in. <a href=\"/docs\">Go on</a></p></html>";

/// What the issuer sends a browser back with.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Callback {
    /// The state that the sign-in began with.
    #[serde(default)]
    state: String,
    /// The code.
    #[serde(default)]
    code: String,
    /// What went wrong there.
    #[serde(default)]
    error: String,
}

fn none() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_sign_in", "No sign-in", "browsers do not sign in at an issuer here")
}

/// Begin to sign in at the issuer.
#[utoipa::path(
    get,
    path = "/api/v1/oidc/login",
    tag = "session",
    security(()),
    responses((status = 303, description = "To the issuer."), (status = 404, body = super::ProblemDetails), (status = 503, body = super::ProblemDetails))
)]
pub(crate) async fn login(State(app): State<App>, request: Request) -> Response {
    let auth = app.auth();
    let (Some(oidc), Some(origin)) = (&auth.known.oidc, auth.origin(host(&request))) else { return none().into_response() };
    let begun = oidc.begin(&origin, &auth.known.clock).await;
    let (place, state) = match begun {
        Ok(begun) => begun,
        Err(problem) => return problem.into_response(),
    };
    let Ok(mut place) = HeaderValue::from_str(&place) else { return Problem::internal().into_response() };
    place.set_sensitive(true);
    let response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    with_cookies(response, &[auth.login_cookie(Some(&state))])
}

/// End of a sign-in at the issuer: opens a session.
#[utoipa::path(
    get,
    path = "/api/v1/oidc/callback",
    tag = "session",
    security(()),
    params(Callback),
    responses((status = 200, body = String, content_type = "text/html"), (status = 401, body = super::ProblemDetails), (status = 403, body = super::ProblemDetails))
)]
pub(crate) async fn callback(State(app): State<App>, Fields(fields): Fields<Callback>, request: Request) -> Response {
    let auth = app.auth();
    let Some(oidc) = &auth.known.oidc else { return none().into_response() };
    let (clock, headers) = (&auth.known.clock, request.headers());
    let client = auth.client(headers, request.extensions().get::<Peer>().copied());
    let cookie = auth.login_value(headers);
    // Counted before, so that an address that fails has the issuer asked no more often than this.
    if let Err(throttled) = auth.throttle.failed(client, clock.instant()) {
        return throttled.into_response();
    }
    let ended = if fields.error.is_empty() {
        oidc.end(Back { state: &fields.state, cookie: cookie.as_deref(), code: &fields.code }, clock).await
    } else {
        Err(Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Not signed in", "the issuer did not sign the browser in"))
    };
    let opened = ended.and_then(|identity| auth.sessions.open(identity, None, clock.instant(), None));
    let response = match opened {
        Ok((ticket, found)) => {
            auth.throttle.give_back(client);
            tracing::info!(actor = found.identity.actor, session = found.identity.id, %client, "signed in");
            let page = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], ONWARD).into_response();
            with_cookies(page, &[auth.cookie(Some(&ticket))])
        }
        Err(problem) => {
            if problem.status != StatusCode::UNAUTHORIZED {
                auth.throttle.give_back(client);
            }
            problem.into_response()
        }
    };
    with_cookies(response, &[auth.login_cookie(None)])
}
