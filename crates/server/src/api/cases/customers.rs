//! Customers under monitoring: JSON goes in and is kept; who they are and which screenings cover them comes out.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use interdict_casework::{BATCH, Imported};
use interdict_model::{entity_from_value, entity_to_json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Fields, ProblemDetails, invalid, small, tagged};
use super::{limited, shapes};
use crate::app::App;
use crate::cases::{Seat, problem, screen_customer};
use crate::problem::Problem;

/// Which customers.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// A part of the id or of the caption.
    text: Option<String>,
    /// Those after this id.
    after: Option<String>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// Why something is done.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// The reason.
    reason: String,
}

/// The lines of a body that have something in them, with their numbers.
pub(super) fn numbered(body: &[u8]) -> Vec<(usize, &[u8])> {
    let lines = body.split(|byte| *byte == b'\n').zip(1..).map(|(line, number)| (number, line));
    lines.filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace)).collect()
}

/// A customer with its properties under the names by which they are read, and without values that are none: as it is kept it is screened, now and
/// when a decision is run again. What is no entity is left to the store, which says what is wrong with it.
fn understood(app: &App, customer: Value) -> Value {
    let Ok(entity) = entity_from_value(customer.clone()) else { return customer };
    let mut read = entity_to_json(&(app.options().meaning)(entity, &mut Vec::new()));
    if let (Some(caption), Some(members)) = (customer.get("caption"), read.as_object_mut()) {
        members.insert("caption".to_owned(), caption.clone());
    }
    read
}

/// Adds customers, or changes them: one, an array of at most 5,000, or lines of JSON.
///
/// An array is taken whole or not at all. Lines are taken in portions of 5,000; where one cannot be taken, the answer says so and names the
/// line before which all were.
#[utoipa::path(
    post,
    operation_id = "customers_put",
    path = "/api/v1/customers",
    tag = "cases",
    request_body(content = Object, description = "An entity: `{\"id\", \"schema\", \"properties\": {name: [values]}, \"caption\"?}`; an array of them, or one a line."),
    responses((status = 200, body = shapes::Imported), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn put(State(app): State<App>, seat: Seat, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let customers = match super::given(&body)? {
            Value::Array(customers) => customers.into_iter().map(|one| understood(&app, one)).collect(),
            one @ Value::Object(_) => vec![understood(&app, one)],
            _ => return Err(invalid("the body must be a customer or an array of customers")),
        };
        let imported = seat.store().put_customers(seat.by(), &customers).await.map_err(problem)?;
        return Ok(small(StatusCode::OK, imported));
    }
    let mut all = Imported::default();
    let (mut first, mut portion) = (1, Vec::new());
    let lines = numbered(&body);
    let last = lines.last().map_or(0, |(number, _)| *number);
    for (number, line) in lines {
        let taken = |mut problem: Problem| {
            problem.detail = format!("line {number}: {}; all before line {first} were taken", problem.detail);
            problem
        };
        portion.push(understood(&app, super::given::<Value>(line).map_err(taken)?));
        if portion.len() == BATCH || number == last {
            let imported = seat.store().put_customers(seat.by(), &portion).await.map_err(|error| {
                let mut problem = problem(error);
                problem.detail = format!("lines {first} to {number}: {}; all before line {first} were taken", problem.detail);
                problem
            })?;
            all.added += imported.added;
            all.changed += imported.changed;
            all.unchanged += imported.unchanged;
            all.expired.extend(imported.expired);
            portion.clear();
            first = number + 1;
        }
    }
    Ok(small(StatusCode::OK, all))
}

/// Finds customers by a part of their id or caption; that they were listed is recorded.
#[utoipa::path(get, operation_id = "customers_list", path = "/api/v1/customers", tag = "cases", params(Asked), responses((status = 200, body = shapes::Customers)))]
pub(crate) async fn list(seat: Seat, Fields(asked): Fields<Asked>) -> Result<Response, Problem> {
    let limit = limited(asked.limit)?;
    let (text, after) = (asked.text.unwrap_or_default(), asked.after.unwrap_or_default());
    let customers = seat.store().find_customers(seat.by(), &text, &after, limit).await.map_err(problem)?;
    let next = customers.last().filter(|_| customers.len() == limit).map(|customer| customer.id.clone());
    Ok(small(StatusCode::OK, json!({"customers": customers, "next": next})))
}

/// Shows a customer with what is stated of them; that it was seen is recorded.
#[utoipa::path(
    get,
    operation_id = "customers_see",
    path = "/api/v1/customers/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::CustomerShown), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn see(seat: Seat, Path(id): Path<String>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let (customer, entity) = seat.store().see_customer(seat.by(), &id).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"customer": customer, "entity": entity})))
}

/// Takes a customer out of monitoring; what was found and decided stays.
#[utoipa::path(
    delete,
    operation_id = "customers_remove",
    path = "/api/v1/customers/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "Its id"), Because),
    responses((status = 200, body = shapes::Customer), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn remove(seat: Seat, Path(id): Path<String>, Fields(because): Fields<Because>) -> Result<Response, Problem> {
    let customer = seat.store().remove_customer(seat.by(), &id, &because.reason).await.map_err(problem)?;
    Ok(small(StatusCode::OK, customer))
}

/// Lists the screenings that cover a customer with the facts of now, newest first.
#[utoipa::path(
    get,
    operation_id = "customers_coverage",
    path = "/api/v1/customers/{id}/coverage",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::Screenings), (status = 404, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn coverage(
    seat: Seat,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let screenings = seat.store().coverage_of(seat.by(), &id).await.map_err(problem)?;
    Ok(tagged(&method, &headers, &json!({"screenings": screenings})))
}

/// Screens a customer now, records that it was, and opens alerts.
#[utoipa::path(
    post,
    operation_id = "customers_screen",
    path = "/api/v1/customers/{id}/screen",
    tag = "cases",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = shapes::ScreenedNow), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn screen(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let screened = screen_customer(&app, &seat, &id).await?;
    let findings = screened.found.iter().map(|(hit, became)| {
        json!({"entity": hit.entity["id"], "caption": hit.entity["caption"], "score": hit.score, "became": became})
    });
    let findings: Vec<Value> = findings.collect();
    let answer = json!({"screening": screened.screening, "findings": findings, "warnings": screened.warnings});
    Ok(small(StatusCode::OK, answer))
}
