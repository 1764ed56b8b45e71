//! Webhooks: who is told of which events, at which address, and how the deliveries stand.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use interdict_casework::{Delivery, Error, Kept};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::{ProblemDetails, invalid, small};
use super::{given, with_place};
use crate::cases::{EVENTS, Seat, WEBHOOK, Webhook, problem, trial};
use crate::keys::hex;
use crate::problem::Problem;

/// Webhooks of a tenant, at most.
const MOST: usize = 20;

/// A webhook as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// Where to send: https, or http on this machine.
    url: String,
    /// `alert.opened`, `alert.reopened`, `alert.refreshed`, `decision.made`, `list.changed`.
    events: Vec<String>,
    /// What it is for.
    #[serde(default)]
    description: String,
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookShown {
    id: String,
    url: String,
    events: Vec<String>,
    description: String,
    created_by: String,
    /// Whether it was given up: a successful test takes it up again.
    disabled: bool,
    /// Attempts that failed since the last that did not.
    failures: u32,
    /// What was wrong at the last attempt.
    trouble: String,
    /// When something was last delivered.
    delivered_at: Option<String>,
    /// When it is tried again.
    next_at: Option<String>,
    /// The last row of the audit that it was told.
    seq: i64,
    /// What signatures are made with; shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    webhooks: Vec<WebhookShown>,
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tested {
    /// Whether it was taken.
    delivered: bool,
    /// Why not.
    trouble: Option<String>,
}

fn shown(kept: &Kept, delivery: Option<&Delivery>) -> Option<WebhookShown> {
    let webhook = Webhook::read(kept)?;
    let fresh = Delivery::after(&kept.id, 0);
    let delivery = delivery.unwrap_or(&fresh);
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    Some(WebhookShown {
        id: kept.id.clone(),
        url: webhook.url,
        events: webhook.events,
        description: webhook.description,
        created_by: kept.author.clone(),
        disabled: delivery.disabled,
        failures: delivery.failures,
        trouble: delivery.trouble.clone(),
        delivered_at: time(delivery.delivered_at),
        next_at: time(delivery.next_at),
        seq: delivery.seq,
        secret: None,
    })
}

fn random(bytes: usize) -> Result<String, Problem> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| {
        tracing::error!(%error, "no random bytes");
        Problem::internal()
    })?;
    Ok(hex(&random))
}

async fn held(seat: &Seat, id: &str) -> Result<Kept, Problem> {
    let kept = seat.store().kept(WEBHOOK).await.map_err(problem)?;
    let found = kept.into_iter().find(|kept| kept.id == id);
    found.ok_or_else(|| problem(Error::NotFound { what: "webhook", id: id.to_owned() }))
}

/// Lists the webhooks, and how far each has got.
#[utoipa::path(get, operation_id = "webhooks_list", path = "/api/v1/webhooks", tag = "webhooks", responses((status = 200, body = Webhooks)))]
pub(crate) async fn list(seat: Seat) -> Result<Response, Problem> {
    let kept = seat.store().kept(WEBHOOK).await.map_err(problem)?;
    let deliveries = seat.store().deliveries().await.map_err(problem)?;
    let of = |kept: &Kept| shown(kept, deliveries.iter().find(|delivery| delivery.webhook == kept.id));
    Ok(small(StatusCode::OK, Webhooks { webhooks: kept.iter().filter_map(of).collect() }))
}

/// Makes a webhook; its secret is shown this once.
#[utoipa::path(
    post,
    operation_id = "webhooks_add",
    path = "/api/v1/webhooks",
    tag = "webhooks",
    request_body = NewWebhook,
    responses((status = 201, body = WebhookShown), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn add(seat: Seat, body: Bytes) -> Result<Response, Problem> {
    let NewWebhook { url, mut events, description } = given(&body)?;
    seat.cases.caller().check(&url).map_err(|reason| invalid(format!("url: {reason}")))?;
    events.sort_unstable();
    events.dedup();
    if let Some(other) = events.iter().find(|event| !EVENTS.iter().any(|(known, _)| known == event)) {
        return Err(invalid(format!("events: `{other}` is none of {}", EVENTS.map(|(event, _)| event).join(", "))));
    }
    if events.is_empty() {
        return Err(invalid("events: must not be empty"));
    }
    if description.len() > 1000 {
        return Err(invalid("description: must have at most 1000 bytes"));
    }
    if seat.store().kept(WEBHOOK).await.map_err(problem)?.len() >= MOST {
        return Err(problem(Error::Conflict(format!("there are {MOST} webhooks, which is as many as there may be"))));
    }
    let (id, secret) = (format!("wh_{}", random(6)?), format!("whs_{}", random(32)?));
    let webhook = Webhook { url, events, description, secret: secret.clone() };
    let body = serde_json::to_value(&webhook).map_err(|_| Problem::internal())?;
    let kept = seat.store().keep(seat.by(), WEBHOOK, &id, body, Some(0), "a webhook was made").await.map_err(problem)?;
    // It is told what comes after it was made.
    let delivery = Delivery::after(&id, seat.store().last_entry().await.map_err(problem)?);
    seat.store().save_delivery(&delivery).await.map_err(problem)?;
    let mut shown = shown(&kept, Some(&delivery)).ok_or_else(Problem::internal)?;
    shown.secret = Some(secret);
    Ok(with_place(StatusCode::CREATED, &format!("/api/v1/webhooks/{id}"), shown))
}

/// Takes a webhook away.
#[utoipa::path(
    delete,
    operation_id = "webhooks_remove",
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn remove(seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    held(&seat, &id).await?;
    seat.store().drop_kept(seat.by(), WEBHOOK, &id, "a webhook was taken away").await.map_err(problem)?;
    seat.store().forget_delivery(&id).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Sends the event `test` now, and says what came of it. A webhook that was given up goes on where it was when this succeeds.
#[utoipa::path(
    post,
    operation_id = "webhooks_test",
    path = "/api/v1/webhooks/{id}/test",
    tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = Tested), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn test(seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let kept = held(&seat, &id).await?;
    let webhook = Webhook::read(&kept).ok_or_else(Problem::internal)?;
    let now = Timestamp::now();
    let body = trial(&seat.desk.tenant, now);
    let trouble = seat.cases.caller().post(&webhook.url, &webhook.secret, now.as_second(), body).await.err();
    if trouble.is_none() {
        let deliveries = seat.store().deliveries().await.map_err(problem)?;
        if let Some(given_up) = deliveries.into_iter().find(|delivery| delivery.webhook == id && delivery.disabled) {
            let again = Delivery { delivered_at: given_up.delivered_at, ..Delivery::after(&id, given_up.seq) };
            seat.store().save_delivery(&again).await.map_err(problem)?;
        }
    }
    Ok(small(StatusCode::OK, json!(Tested { delivered: trouble.is_none(), trouble })))
}
