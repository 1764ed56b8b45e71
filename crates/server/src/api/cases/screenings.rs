//! Screenings of customers, and who was not screened.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::{Fields, ProblemDetails, small, tagged};
use super::{limited, shapes, with_place};
use crate::app::App;
use crate::cases::{Seat, Tally, problem, rescreen};
use crate::problem::Problem;

/// How many screenings.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Newest {
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// Who was not screened.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Against {
    /// Id of the snapshot; without it, the one in use.
    snapshot: Option<String>,
    /// Those after this id.
    after: Option<String>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// A screening, with how far it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is written")]
pub(crate) struct ScreeningShown {
    screening: shapes::Screening,
    /// How far it is; none for one that this process did not begin.
    progress: Option<Tally>,
}

/// Lists the newest screenings.
#[utoipa::path(get, operation_id = "screenings_list", path = "/api/v1/screenings", tag = "cases", params(Newest), responses((status = 200, body = shapes::Screenings)))]
pub(crate) async fn list(
    seat: Seat,
    Fields(newest): Fields<Newest>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let screenings = seat.store().screenings(seat.by(), limited(newest.limit)?).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"screenings": screenings})))
}

/// Whom to screen.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    /// Everybody, also where those whom what changed in the lists can concern would do.
    #[serde(default)]
    full: bool,
}

/// Begins to screen all customers against the snapshot in use; it goes on beside the requests.
///
/// Where all were screened before, those alone are compared whom what changed in the lists can concern, and those who changed: the result is
/// that of screening all. Parties that are listed no more raise duties to release.
#[utoipa::path(
    post,
    operation_id = "screenings_begin",
    path = "/api/v1/screenings",
    tag = "cases",
    params(Whom),
    responses((status = 202, body = shapes::Screening), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn begin(State(app): State<App>, seat: Seat, Fields(whom): Fields<Whom>) -> Result<Response, Problem> {
    let screening = rescreen(&app, &seat, whom.full).await?;
    Ok(with_place(StatusCode::ACCEPTED, &format!("/api/v1/screenings/{}", screening.id), &screening))
}

/// Shows a screening, and how far it is.
#[utoipa::path(
    get,
    operation_id = "screenings_see",
    path = "/api/v1/screenings/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = ScreeningShown), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn see(seat: Seat, Path(id): Path<String>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    // The tally first: a screening that it shows as over is over in the store.
    let progress = seat.desk.running().get(&id).cloned();
    let screening = seat.store().screening(seat.by(), &id).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"screening": screening, "progress": progress})))
}

/// Lists the monitored customers whom no complete screening covers, and why.
#[utoipa::path(
    get,
    operation_id = "screenings_uncovered",
    path = "/api/v1/screenings/uncovered",
    tag = "cases",
    params(Against),
    responses((status = 200, body = shapes::UncoveredPage))
)]
pub(crate) async fn uncovered(
    State(app): State<App>,
    seat: Seat,
    Fields(against): Fields<Against>,
) -> Result<Response, Problem> {
    let limit = limited(against.limit)?;
    let snapshot = against.snapshot.unwrap_or_else(|| app.current().get().snapshot.id().to_owned());
    let after = against.after.unwrap_or_default();
    let uncovered = seat.store().uncovered(seat.by(), &snapshot, &after, limit).await.map_err(problem)?;
    let next = uncovered.last().filter(|_| uncovered.len() == limit).map(|last| last.customer.clone());
    Ok(small(StatusCode::OK, json!({"snapshot": snapshot, "uncovered": uncovered, "next": next})))
}
