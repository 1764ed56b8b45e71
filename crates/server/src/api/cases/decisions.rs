//! Decisions by two people, and the whitelistings that come from them.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::{Fields, ProblemDetails, small, tagged};
use super::alerts::Because;
use super::{given, limited, shapes, word};
use crate::cases::{Seat, problem};
use crate::problem::Problem;

/// What an alert is found to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProposal {
    /// `true_match`, `false_positive`, `unsure`, `escalated` or `possible_victim`.
    disposition: String,
    /// Why.
    reason: String,
}

/// What several alerts are found to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProposals {
    /// The alerts, at most 100.
    alerts: Vec<String>,
    /// `true_match`, `false_positive`, `unsure`, `escalated` or `possible_victim`.
    disposition: String,
    /// Why.
    reason: String,
}

/// An approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    /// Why, where there is more to say.
    #[serde(default)]
    reason: String,
}

/// A review of several proposals.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reviews {
    /// The proposals, at most 100.
    proposals: Vec<String>,
    /// Whether they are approved, or rejected.
    approve: bool,
    /// Why; an approval needs none.
    #[serde(default)]
    reason: String,
}

/// How many members.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct First {
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// A page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Behind {
    /// Those after this id.
    after: Option<String>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

/// Proposes what an alert is; another person decides.
#[utoipa::path(
    post,
    operation_id = "decisions_propose",
    path = "/api/v1/alerts/{id}/proposals",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = NewProposal,
    responses((status = 201, body = shapes::Proposal), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn propose(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let NewProposal { disposition, reason } = given(&body)?;
    let disposition = word("disposition", &disposition)?;
    let proposal = seat.store().propose(seat.by(), &id, disposition, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::CREATED, proposal))
}

/// Proposes the same of several alerts, for one reason: all of them or none.
#[utoipa::path(
    post,
    operation_id = "decisions_propose_many",
    path = "/api/v1/proposals",
    tag = "cases",
    request_body = NewProposals,
    responses((status = 201, body = shapes::Proposals), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn propose_many(seat: Seat, body: Bytes) -> Result<Response, Problem> {
    let NewProposals { alerts, disposition, reason } = given(&body)?;
    let disposition = word("disposition", &disposition)?;
    let proposals = seat.store().propose_many(seat.by(), &refs(&alerts), disposition, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::CREATED, json!({"proposals": proposals})))
}

/// Approves what another person proposed.
#[utoipa::path(
    post,
    operation_id = "decisions_approve",
    path = "/api/v1/proposals/{id}/approve",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = Approval,
    responses((status = 200, body = shapes::Proposal), (status = 403, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn approve(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let Approval { reason } = given(&body)?;
    let proposal = seat.store().approve(seat.by(), &id, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, proposal))
}

/// Rejects what another person proposed, for a reason.
#[utoipa::path(
    post,
    operation_id = "decisions_reject",
    path = "/api/v1/proposals/{id}/reject",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = Because,
    responses((status = 200, body = shapes::Proposal), (status = 403, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn reject(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let Because { reason } = given(&body)?;
    let proposal = seat.store().reject(seat.by(), &id, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, proposal))
}

/// Takes back what one proposed oneself.
#[utoipa::path(
    post,
    operation_id = "decisions_withdraw",
    path = "/api/v1/proposals/{id}/withdraw",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::Proposal), (status = 403, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn withdraw(seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let proposal = seat.store().withdraw(seat.by(), &id).await.map_err(problem)?;
    Ok(small(StatusCode::OK, proposal))
}

/// Approves, or rejects, several proposals of others: all of them or none.
#[utoipa::path(
    post,
    operation_id = "decisions_review_many",
    path = "/api/v1/reviews",
    tag = "cases",
    request_body = Reviews,
    responses((status = 200, body = shapes::Proposals), (status = 403, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn review_many(seat: Seat, body: Bytes) -> Result<Response, Problem> {
    let Reviews { proposals, approve, reason } = given(&body)?;
    let proposals = seat.store().review_many(seat.by(), &refs(&proposals), approve, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, json!({"proposals": proposals})))
}

/// Lists proposals that wait for somebody else than those who made them, oldest first.
#[utoipa::path(get, operation_id = "decisions_pending", path = "/api/v1/pending", tag = "cases", params(First), responses((status = 200, body = shapes::Proposals)))]
pub(crate) async fn pending(seat: Seat, Fields(first): Fields<First>) -> Result<Response, Problem> {
    let proposals = seat.store().pending_for(seat.by(), limited(first.limit)?).await.map_err(problem)?;
    Ok(small(StatusCode::OK, json!({"proposals": proposals})))
}

/// Shows a proposal or decision, with the finding that it was made on.
#[utoipa::path(
    get,
    operation_id = "decisions_see",
    path = "/api/v1/decisions/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::Decision), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn see(seat: Seat, Path(id): Path<String>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let (decision, finding) = seat.store().decision(seat.by(), &id).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"decision": decision, "finding": finding})))
}

/// Lists the whitelistings that hold, by id.
#[utoipa::path(
    get,
    operation_id = "decisions_whitelistings",
    path = "/api/v1/whitelistings",
    tag = "cases",
    params(Behind),
    responses((status = 200, body = shapes::Whitelistings))
)]
pub(crate) async fn whitelistings(
    seat: Seat,
    Fields(behind): Fields<Behind>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = limited(behind.limit)?;
    let after = behind.after.unwrap_or_default();
    let whitelistings = seat.store().whitelistings(seat.by(), &after, limit).await.map_err(problem)?;
    let next = whitelistings.last().filter(|_| whitelistings.len() == limit).map(|last| last.id.clone());
    Ok(tagged(&method, &headers, &json!({"whitelistings": whitelistings, "next": next})))
}

/// Ends a whitelisting; the next hit of the pair opens its alert again.
#[utoipa::path(
    post,
    operation_id = "decisions_revoke",
    path = "/api/v1/whitelistings/{id}/revoke",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = Because,
    responses((status = 200, body = shapes::Whitelisting), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn revoke(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let Because { reason } = given(&body)?;
    let whitelisting = seat.store().revoke_whitelisting(seat.by(), &id, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, whitelisting))
}
