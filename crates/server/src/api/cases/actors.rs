//! Actors and their roles, as the store of the tenant has them: listed for all, changed by an administrator.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use interdict_casework::{Error, Role, Roles};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::{ProblemDetails, tagged};
use super::{given, shapes, still, with_tag, word};
use crate::cases::{SERVER, Seat, problem};
use crate::problem::Problem;

/// An actor as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewActor {
    /// Name, for people.
    name: String,
    /// Roles; some are nobody's together.
    roles: Vec<String>,
    /// Whether it may do anything at all.
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

/// Lists the actors, by id.
#[utoipa::path(get, operation_id = "actors_list", path = "/api/v1/actors", tag = "cases", responses((status = 200, body = shapes::Actors)))]
pub(crate) async fn list(seat: Seat, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let actors = seat.store().actors(seat.by()).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"actors": actors})))
}

/// Adds an actor, or changes name, roles and whether it is active. Those who have keys follow their keys.
#[utoipa::path(
    put,
    operation_id = "actors_put",
    path = "/api/v1/actors/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), ("If-Match" = Option<String>, Header, description = "The tag of the actor that is changed.")),
    request_body = NewActor,
    responses((status = 200, body = shapes::Actor), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn put(seat: Seat, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let NewActor { name, roles, active } = given(&body)?;
    let roles = roles.iter().map(|role| word::<Role>("roles", role)).collect::<Result<Vec<_>, _>>()?;
    let roles = Roles::new(roles).map_err(|error| {
        let mut problem = problem(error);
        // Wrong in itself, whoever asks for it.
        (problem.status, problem.title) = (StatusCode::UNPROCESSABLE_ENTITY.as_u16(), "Invalid request");
        problem
    })?;
    if id == SERVER {
        return Err(problem(Error::Conflict(format!("`{SERVER}` is the server itself, which keeps the actors"))));
    }
    if seat.desk.follows_keys(&id).await {
        let reason = format!("`{id}` has the roles of its keys: change them in the file of keys");
        return Err(problem(Error::Conflict(reason)));
    }
    let _edit = seat.desk.edits.lock().await;
    if headers.contains_key(header::IF_MATCH) {
        still(&headers, &seat.store().actor(&id).await.map_err(problem)?)?;
    }
    let actor = seat.store().put_actor(seat.by(), &id, &name, roles, active).await.map_err(problem)?;
    Ok(with_tag(StatusCode::OK, &actor, &actor))
}
