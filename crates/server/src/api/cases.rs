//! Casework over HTTP: customers, screenings, alerts, decisions of two people, actors, the audit, webhooks. Each route asks the store of the
//! tenant of whoever asks; what the store refuses becomes a problem.

mod actors;
mod alerts;
mod audit;
mod customers;
mod decisions;
mod proof;
mod screenings;
mod shapes;
mod webhooks;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{invalid, small};
use crate::app::App;
use crate::keys::hex;
use crate::problem::Problem;

/// The routes of casework.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(customers::put, customers::list))
        .routes(routes!(customers::see, customers::remove))
        .routes(routes!(customers::coverage))
        .routes(routes!(customers::screen))
        .routes(routes!(screenings::list, screenings::begin))
        .routes(routes!(screenings::uncovered))
        .routes(routes!(screenings::see))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::see, alerts::triage))
        .routes(routes!(alerts::assign))
        .routes(routes!(alerts::note))
        .routes(routes!(alerts::attach))
        .routes(routes!(alerts::attachment))
        .routes(routes!(alerts::link))
        .routes(routes!(alerts::reopen))
        .routes(routes!(alerts::queues))
        .routes(routes!(decisions::propose))
        .routes(routes!(decisions::propose_many))
        .routes(routes!(decisions::approve))
        .routes(routes!(decisions::reject))
        .routes(routes!(decisions::withdraw))
        .routes(routes!(decisions::review_many))
        .routes(routes!(decisions::pending))
        .routes(routes!(decisions::see))
        .routes(routes!(proof::replay))
        .routes(routes!(proof::releases))
        .routes(routes!(proof::end_release))
        .routes(routes!(proof::settings, proof::adopt))
        .routes(routes!(proof::try_settings))
        .routes(routes!(proof::lookback))
        .routes(routes!(decisions::whitelistings))
        .routes(routes!(decisions::revoke))
        .routes(routes!(actors::list))
        .routes(routes!(actors::put))
        .routes(routes!(audit::history))
        .routes(routes!(audit::export))
        .routes(routes!(audit::checkpoint))
        .routes(routes!(audit::verify))
        .routes(routes!(webhooks::list, webhooks::add))
        .routes(routes!(webhooks::remove))
        .routes(routes!(webhooks::test))
}

/// The members of a body of JSON.
fn given<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            // Without where in the text it is: that says nothing of a structure.
            let reason = error.to_string();
            return invalid(reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason));
        }
        Problem::new(StatusCode::BAD_REQUEST, "not_json", "Not JSON", format!("not JSON: {error}"))
    })
}

/// A word of a list of words, such as a state.
fn word<T: std::str::FromStr<Err = interdict_casework::Error>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: interdict_casework::Error| invalid(format!("{field}: {error}")))
}

/// A number of members to give.
fn limited(limit: Option<u32>) -> Result<usize, Problem> {
    match limit {
        None => Ok(100),
        Some(limit @ 1..=1000) => Ok(limit as usize),
        Some(_) => Err(invalid("limit: must be a number from 1 to 1000")),
    }
}

/// The tag of a row, by which a change says what it is a change of.
fn tag_of(row: &impl Serialize) -> String {
    // Rows are texts and numbers, which can be written.
    let bytes = serde_json::to_vec(row).unwrap_or_default();
    format!("\"{}\"", hex(&Sha256::digest(bytes)[..12]))
}

/// Refuses a change that was meant for another state of a row.
fn still(headers: &HeaderMap, row: &impl Serialize) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(()) };
    let tag = tag_of(row);
    let wanted = wanted.to_str().unwrap_or_default();
    if wanted.split(',').map(str::trim).any(|one| one == "*" || one == tag) {
        return Ok(());
    }
    let detail = "somebody changed it: look again, and send the new tag";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed", "Changed meanwhile", detail))
}

/// An answer with the tag of a row.
fn with_tag(status: StatusCode, row: &impl Serialize, value: impl Serialize) -> Response {
    let mut response = small(status, value);
    if let Ok(tag) = HeaderValue::from_str(&tag_of(row)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// An answer that says where the thing is that was made.
fn with_place(status: StatusCode, place: &str, value: impl Serialize) -> Response {
    let mut response = small(status, value);
    if let Ok(place) = HeaderValue::from_str(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
