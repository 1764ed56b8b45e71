//! Alerts and the work on them.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_casework::{Filter, Priority};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use utoipa::ToSchema;

use super::super::{Fields, ProblemDetails, invalid, small, tagged};
use super::{given, limited, shapes, still, with_place, with_tag, word};
use crate::cases::{Seat, problem};
use crate::problem::Problem;

/// Which alerts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// new, `in_review`, proposed, escalated or closed.
    state: Option<String>,
    /// Whether to leave out those that are closed.
    open: Option<bool>,
    /// In this queue.
    queue: Option<String>,
    /// That this actor has.
    assignee: Option<String>,
    /// Of this customer.
    customer: Option<String>,
    /// Of this listed party.
    entity: Option<String>,
    /// Due on this day or before.
    due_by: Option<String>,
    /// Members to pass over.
    offset: Option<u32>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// The name of a file.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// Its name.
    name: String,
}

/// Who gets an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    /// The actor; `null` for nobody.
    #[serde(deserialize_with = "stated")]
    #[schema(required = true)]
    assignee: Option<String>,
}

/// What must be stated, be it `null`.
fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Where an alert goes; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triage {
    queue: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    priority: Option<String>,
    /// The last day to decide, ISO 8601.
    due_on: Option<String>,
    /// Why.
    reason: String,
}

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    text: String,
}

/// Another alert that belongs to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    /// The other alert.
    alert: String,
    /// Why.
    reason: String,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// The reason.
    pub(super) reason: String,
}

fn day(field: &str, text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| invalid(format!("{field}: must be a day, such as 2026-11-30")))
}

/// Lists alerts, the most urgent first, then by the day when they are due; that they were listed is recorded.
#[utoipa::path(get, operation_id = "alerts_list", path = "/api/v1/alerts", tag = "cases", params(Asked), responses((status = 200, body = shapes::Alerts)))]
pub(crate) async fn list(seat: Seat, Fields(asked): Fields<Asked>) -> Result<Response, Problem> {
    let (limit, offset) = (limited(asked.limit)?, asked.offset.unwrap_or_default());
    let filter = Filter {
        state: asked.state.as_deref().map(|state| word("state", state)).transpose()?,
        open: asked.open.unwrap_or_default(),
        queue: asked.queue,
        assignee: asked.assignee,
        customer: asked.customer,
        entity: asked.entity,
        due_by: asked.due_by.as_deref().map(|text| day("due_by", text)).transpose()?,
        offset,
        limit: u32::try_from(limit).unwrap_or_default(),
    };
    let (alerts, total) = seat.store().list_alerts(seat.by(), &filter).await.map_err(problem)?;
    let end = offset.saturating_add(u32::try_from(alerts.len()).unwrap_or_default());
    let next = (!alerts.is_empty() && i64::from(end) < total).then_some(end);
    Ok(small(StatusCode::OK, json!({"alerts": alerts, "total": total, "next": next})))
}

/// Shows an alert with all that is known of it; that it was seen is recorded.
///
/// The tag of the answer is of the alert itself, for `If-Match` of a change.
#[utoipa::path(
    get,
    operation_id = "alerts_see",
    path = "/api/v1/alerts/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::Case), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn see(seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let case = seat.store().see_alert(seat.by(), &id).await.map_err(problem)?;
    Ok(with_tag(StatusCode::OK, &case.alert, &case))
}

/// Moves an open alert to another queue, priority or day when it is due.
#[utoipa::path(
    patch,
    operation_id = "alerts_triage",
    path = "/api/v1/alerts/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), ("If-Match" = Option<String>, Header, description = "The tag of the alert that is changed.")),
    request_body = Triage,
    responses((status = 200, body = shapes::Alert), (status = 412, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn triage(seat: Seat, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let Triage { queue, priority, due_on, reason } = given(&body)?;
    let priority: Option<Priority> = priority.as_deref().map(|priority| word("priority", priority)).transpose()?;
    let due_on = due_on.as_deref().map(|text| day("due_on", text)).transpose()?;
    if queue.is_none() && priority.is_none() && due_on.is_none() {
        return Err(invalid("give a queue, a priority or due_on"));
    }
    let _edit = seat.desk.edits.lock().await;
    if headers.contains_key(header::IF_MATCH) {
        still(&headers, &seat.store().alert(seat.by(), &id).await.map_err(problem)?)?;
    }
    let alert = seat.store().triage(seat.by(), &id, queue.as_deref(), priority, due_on, &reason).await.map_err(problem)?;
    Ok(with_tag(StatusCode::OK, &alert, &alert))
}

/// Gives an alert to somebody, or to nobody. Giving it to others, or taking it from them, needs an approver.
#[utoipa::path(
    post,
    operation_id = "alerts_assign",
    path = "/api/v1/alerts/{id}/assign",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), ("If-Match" = Option<String>, Header, description = "The tag of the alert that is changed.")),
    request_body = Assignment,
    responses((status = 200, body = shapes::Alert), (status = 403, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn assign(seat: Seat, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let Assignment { assignee } = given(&body)?;
    let _edit = seat.desk.edits.lock().await;
    if headers.contains_key(header::IF_MATCH) {
        still(&headers, &seat.store().alert(seat.by(), &id).await.map_err(problem)?)?;
    }
    let alert = seat.store().assign(seat.by(), &id, assignee.as_deref()).await.map_err(problem)?;
    Ok(with_tag(StatusCode::OK, &alert, &alert))
}

/// Writes a note; on a closed alert as well.
#[utoipa::path(
    post,
    operation_id = "alerts_note",
    path = "/api/v1/alerts/{id}/notes",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = NewNote,
    responses((status = 201, body = shapes::Note))
)]
pub(crate) async fn note(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let NewNote { text } = given(&body)?;
    let note = seat.store().add_note(seat.by(), &id, &text).await.map_err(problem)?;
    Ok(small(StatusCode::CREATED, note))
}

/// Attaches a file of at most 32 MB: the body is its bytes, with their media type.
#[utoipa::path(
    post,
    operation_id = "alerts_attach",
    path = "/api/v1/alerts/{id}/attachments",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), Named),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = shapes::Attachment), (status = 413, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn attach(
    seat: Seat,
    Path(id): Path<String>,
    Fields(named): Fields<Named>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str);
    let kind = kind.transpose().map_err(|_| invalid("Content-Type: must be ASCII"))?.unwrap_or("application/octet-stream");
    let attachment = seat.store().attach(seat.by(), &id, &named.name, kind, body.to_vec()).await.map_err(problem)?;
    let place = format!("/api/v1/alerts/{}/attachments/{}", attachment.alert, attachment.id);
    Ok(with_place(StatusCode::CREATED, &place, &attachment))
}

/// Gives a file that is attached, to be saved; that it was taken is recorded.
#[utoipa::path(
    get,
    operation_id = "alerts_attachment",
    path = "/api/v1/alerts/{id}/attachments/{file}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), ("file" = String, Path, description = "Id of the file")),
    responses(
        (status = 200, content_type = "application/octet-stream", body = String),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn attachment(seat: Seat, Path((id, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let (attachment, bytes) = seat.store().see_attachment(seat.by(), &file).await.map_err(problem)?;
    if attachment.alert != id {
        let detail = format!("alert `{id}` has no attachment `{file}`");
        return Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "Not found", detail));
    }
    let mut response = Bytes::from(bytes).into_response();
    let headers = response.headers_mut();
    let unknown = || HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&attachment.media_type).unwrap_or_else(|_| unknown()));
    let place = HeaderValue::from_str(&disposition(&attachment.name));
    headers.insert(header::CONTENT_DISPOSITION, place.unwrap_or_else(|_| HeaderValue::from_static("attachment")));
    // Whatever it is, a browser saves it, guesses nothing, and runs nothing of it.
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}

/// The header that has a browser save a file under a name, by RFC 6266.
fn disposition(name: &str) -> String {
    use std::fmt::Write as _;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ' ');
    let simple: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    let mut coded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            coded.push(byte as char);
        } else {
            // Writing to a text does not fail.
            let _ = write!(coded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{simple}\"; filename*=UTF-8''{coded}")
}

/// Says that two alerts belong together.
#[utoipa::path(
    post,
    operation_id = "alerts_link",
    path = "/api/v1/alerts/{id}/links",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = NewLink,
    responses((status = 201, body = shapes::Link), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn link(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let NewLink { alert, reason } = given(&body)?;
    let link = seat.store().link(seat.by(), &id, &alert, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::CREATED, link))
}

/// Opens a closed alert again; its whitelisting, if there is one, ends.
#[utoipa::path(
    post,
    operation_id = "alerts_reopen",
    path = "/api/v1/alerts/{id}/reopen",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = Because,
    responses((status = 200, body = shapes::Alert), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn reopen(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let Because { reason } = given(&body)?;
    let alert = seat.store().reopen(seat.by(), &id, &reason).await.map_err(problem)?;
    Ok(with_tag(StatusCode::OK, &alert, &alert))
}

/// Lists the queues with open alerts.
#[utoipa::path(get, operation_id = "alerts_queues", path = "/api/v1/queues", tag = "cases", responses((status = 200, body = shapes::Queues)))]
pub(crate) async fn queues(seat: Seat, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let queues = seat.store().queues(seat.by()).await.map_err(problem)?;
    let queues: Vec<_> =
        queues.into_iter().map(|(name, open, overdue)| json!({"name": name, "open": open, "overdue": overdue})).collect();
    Ok(tagged(&method, &headers, &json!({"queues": queues})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let header = disposition("a\"b\r\n; x=ä.pdf");
        assert_eq!(header, "attachment; filename=\"a_b___ x__.pdf\"; filename*=UTF-8''a%22b%0D%0A%3B%20x%3D%C3%A4.pdf");
        assert!(HeaderValue::from_str(&header).is_ok());
    }
}
