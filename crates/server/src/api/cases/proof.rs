//! What is proved and tried: duties to release, decisions that are run again, settings that are tried on all customers before they are in force,
//! and what would have been found on a day.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_casework::desk::{self, Trial};
use interdict_casework::monitor::lookback as look_back;
use interdict_casework::{Archived, Error, ReleaseState};
use interdict_matching::{Query, Settings};
use interdict_model::entity_from_value;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::{Fields, ProblemDetails, invalid, small};
use super::customers::numbered;
use super::{given, limited, word};
use crate::app::App;
use crate::cases::{Seat, at_desk, problem, settings as of_tenant};
use crate::problem::Problem;

/// Which duties.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Duties {
    /// `open`, `released`, `held` or `void`; without it, all.
    state: Option<String>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// How a duty ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ending {
    /// Whether what was held was let go; else it stays held.
    released: bool,
    /// Why.
    reason: String,
}

/// Settings to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposed {
    /// The settings, all of them, as `GET /api/v1/cases/settings` gives them.
    #[schema(value_type = Object)]
    settings: Settings,
}

/// Settings to put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adoption {
    /// The settings, all of them.
    #[schema(value_type = Object)]
    settings: Settings,
    /// Why.
    reason: String,
    /// How many pairs may be lost that were decided to be more than false: the number that the trial gives.
    #[serde(default)]
    accept_lost: u64,
}

/// What to look back to.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    /// The day, such as 2026-11-09. Lists that were issued after it are refused.
    date: String,
    /// Id of a snapshot of the archive; without it, the one in use.
    snapshot: Option<String>,
}

/// Lists duties to release, those that are due first.
#[utoipa::path(get, operation_id = "proof_releases", path = "/api/v1/releases", tag = "cases", params(Duties), responses((status = 200, body = Object)))]
pub(crate) async fn releases(seat: Seat, Fields(duties): Fields<Duties>) -> Result<Response, Problem> {
    let state = duties.state.as_deref().map(|state| word::<ReleaseState>("state", state)).transpose()?;
    let releases = seat.store().releases(seat.by(), state, limited(duties.limit)?).await.map_err(problem)?;
    Ok(small(StatusCode::OK, json!({"releases": releases})))
}

/// Ends a duty to release: what was held was let go, or stays held.
#[utoipa::path(
    post,
    operation_id = "proof_end_release",
    path = "/api/v1/releases/{id}/end",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    request_body = Ending,
    responses((status = 200, body = Object), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn end_release(seat: Seat, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let ending: Ending = given(&body)?;
    let done = seat.store().end_release(seat.by(), &id, ending.released, &ending.reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, done))
}

/// Runs a decision again from what was kept: the same comes out, or what differs or is missing is said.
#[utoipa::path(
    get,
    operation_id = "proof_replay",
    path = "/api/v1/decisions/{id}/replay",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = Object), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn replay(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let replay = at_desk(&app, async move || desk::replay(seat.store(), seat.by(), &id, seat.cases.archive()).await).await?;
    Ok(small(StatusCode::OK, replay))
}

/// Shows the settings with which the customers are screened.
#[utoipa::path(get, operation_id = "proof_settings", path = "/api/v1/cases/settings", tag = "cases", responses((status = 200, body = Object)))]
pub(crate) async fn settings(State(app): State<App>, seat: Seat) -> Result<Response, Problem> {
    let settings = of_tenant(&seat, &app.current().get()).await.map_err(problem)?;
    Ok(small(StatusCode::OK, json!({"id": settings.id(), "settings": settings})))
}

async fn tried(app: &App, seat: &Seat, proposed: Settings) -> Result<Trial, Problem> {
    proposed.validate().map_err(|error| invalid(format!("settings.{}: {}", error.field, error.reason)))?;
    let (engine, seat, recorder) = (app.current().get(), seat.clone(), app.recorder().cloned());
    at_desk(app, async move || {
        let in_force = of_tenant(&seat, &engine).await?;
        let mut trial = desk::trial(seat.store(), seat.by(), &engine.snapshot, &in_force, &proposed).await?;
        if let Some(recorder) = &recorder {
            let queries = recorder.read(&seat.desk.tenant);
            let queries = queries.map_err(|reason| Error::File { path: "the recorded queries".into(), reason })?;
            trial.traffic = Some(desk::traffic(&engine.snapshot, &in_force, &proposed, queries));
        }
        Ok(trial)
    })
    .await
}

/// Tries settings on all customers: which findings would go, held against what was decided, and which would come. Where queries are recorded, on
/// all of these too.
#[utoipa::path(
    post,
    operation_id = "proof_try_settings",
    path = "/api/v1/cases/settings/trial",
    tag = "cases",
    request_body = Proposed,
    responses((status = 200, body = Object), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn try_settings(State(app): State<App>, seat: Seat, body: Bytes) -> Result<Response, Problem> {
    let proposed: Proposed = given(&body)?;
    Ok(small(StatusCode::OK, tried(&app, &seat, proposed.settings).await?))
}

/// Tries settings, and puts them in force for the reason that is given.
#[utoipa::path(
    put,
    operation_id = "proof_adopt",
    path = "/api/v1/cases/settings",
    tag = "cases",
    request_body = Adoption,
    responses((status = 200, body = Object), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn adopt(State(app): State<App>, seat: Seat, body: Bytes) -> Result<Response, Problem> {
    let Adoption { settings, reason, accept_lost } = given(&body)?;
    let trial = tried(&app, &seat, settings.clone()).await?;
    let in_force = of_tenant(&seat, &app.current().get()).await.map_err(problem)?;
    desk::adopt(seat.store(), seat.by(), &in_force, &settings, &trial, accept_lost, &reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, trial))
}

/// Would we have alerted on a day: customers, one a line, against the lists of a snapshot of the archive.
#[utoipa::path(
    post,
    operation_id = "proof_lookback",
    path = "/api/v1/lookback",
    tag = "cases",
    params(Day),
    request_body(content = Object, description = "Entities, one a line: `{\"id\", \"schema\", \"properties\": {name: [values]}}`."),
    responses((status = 200, body = Object), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn lookback(
    State(app): State<App>,
    seat: Seat,
    Fields(day): Fields<Day>,
    body: Bytes,
) -> Result<Response, Problem> {
    let date: jiff::civil::Date = day.date.parse().map_err(|_| invalid("date: must be a day, such as 2026-11-09"))?;
    let mut customers = Vec::new();
    for (number, line) in numbered(&body) {
        let wrong = |reason: String| invalid(format!("line {number}: {reason}"));
        let customer: Value = given(line).map_err(|problem| wrong(problem.detail))?;
        let entity = entity_from_value(customer).map_err(|error| wrong(error.to_string()))?;
        let entity = (app.options().meaning)(entity, &mut Vec::new());
        customers.push((entity.id.clone(), Query::from_entity(&entity).map_err(|error| wrong(error.to_string()))?));
    }
    let engine = app.current().get();
    let settings = of_tenant(&seat, &engine).await.map_err(problem)?;
    let done = app
        .heavy(move || {
            let date = date.to_string();
            match day.snapshot {
                None => look_back(customers, &date, &engine.snapshot, &settings).map_err(|error| invalid(error.to_string())),
                Some(id) => match seat.cases.archive().find(&id).map_err(problem)? {
                    Archived::There(snapshot) => {
                        look_back(customers, &date, &snapshot, &settings).map_err(|error| invalid(error.to_string()))
                    }
                    Archived::Absent => Err(invalid(format!("snapshot: the archive has no `{id}`"))),
                    Archived::Unusable(_) => Err(invalid(format!("snapshot: `{id}` cannot be used by this version"))),
                },
            }
        })
        .await??;
    Ok(small(StatusCode::OK, done))
}
