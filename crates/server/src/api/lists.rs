//! What the snapshot is made of, and the settings in force.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use interdict_matching::Settings;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::{Fields, Paging, tagged};
use crate::app::App;
use crate::problem::Problem;

/// A list in the snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Source {
    /// Id, such as `us_ofac_sdn`.
    id: String,
    /// Format of the file.
    format: String,
    /// Date of the issue; empty when the file states none.
    issue_date: String,
    /// SHA-256 of the file as delivered.
    sha256: String,
    /// Size of the file.
    bytes: u64,
    /// Entities from it.
    entities: u64,
    /// What its parser counted.
    #[schema(value_type = Object)]
    counts: Map<String, Json>,
}

/// The lists in the snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the member has the name of its path")]
pub(crate) struct Sources {
    /// Id of the snapshot.
    snapshot: String,
    sources: Vec<Source>,
    /// How many there are.
    total: usize,
    /// Where the next page begins; none on the last.
    next: Option<usize>,
}

/// The settings in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsInForce {
    /// Id of the settings.
    id: String,
    settings: Vec<Setting>,
}

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Setting {
    name: &'static str,
    #[schema(value_type = Json)]
    value: Json,
    /// What it does, and why it is what it is.
    description: String,
}

/// Lists what the snapshot is made of.
#[utoipa::path(get, path = "/api/v1/sources", tag = "lists", params(Paging), responses((status = 200, body = Sources)))]
pub(crate) async fn sources(
    State(app): State<App>,
    Fields(paging): Fields<Paging>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let engine = app.current().get();
    let sources: Vec<_> = engine.snapshot.meta().sources.iter().collect();
    let total = sources.len();
    let (page, next) = paging.of(sources)?;
    let sources = page
        .into_iter()
        .map(|source| Source {
            id: source.id.clone(),
            format: source.format.clone(),
            issue_date: source.issue_date.clone(),
            sha256: source.sha256.clone(),
            bytes: source.bytes,
            entities: source.entities,
            counts: source.counts.iter().map(|(what, count)| (what.clone(), (*count).into())).collect(),
        })
        .collect();
    Ok(tagged(&method, &headers, &Sources { snapshot: engine.snapshot.id().to_owned(), sources, total, next }))
}

/// Shows the settings in force, with what each does.
#[utoipa::path(get, path = "/api/v1/settings", tag = "lists", responses((status = 200, body = SettingsInForce)))]
pub(crate) async fn settings(State(app): State<App>, method: Method, headers: HeaderMap) -> Response {
    let engine = app.current().get();
    let values = serde_json::to_value(&engine.settings).unwrap_or_default();
    let settings = Settings::fields()
        .into_iter()
        .map(|field| Setting {
            name: field.name,
            value: values.get(field.name).cloned().unwrap_or_default(),
            description: field.description.join(" "),
        })
        .collect();
    tagged(&method, &headers, &SettingsInForce { id: app.settings_id().to_owned(), settings })
}
