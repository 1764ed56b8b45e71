//! `/reconcile/{dataset}`: the reconciliation API, version 0.2, as `OpenRefine` and others speak it
//! (<https://reconciliation-api.github.io/specs/0.2/>).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use interdict_model::{Entity, PropertyType, Schema, Value};
use interdict_snapshot::EntityRef;
use serde_json::Value as Json;

use super::algorithms::{Algorithm, DEFAULT};
use super::dataset::{Cache, Filter, Index};
use super::error::{Answer, Failure};
use super::json::{Out, rounded};
use super::matching::{MATCH_PAGE, MAX_BATCH, Screening};
use super::params::{DEFAULT_PAGE, MAX_PAGE, Params};
use super::query::matchable;
use super::work::on_pool;
use super::{body_of, path_of, search, shapes, vocabulary};
use crate::{Current, Engine};

const MODEL: &str = "https://www.opensanctions.org/reference/#schema";
const THRESHOLD: f64 = 0.7;
const CUTOFF: f64 = 0.5;

/// Kinds of entities as the API describes them.
fn write_type(out: &mut Out, schema: Schema) {
    out.raw("{\"id\":").value(schema.name()).raw(",\"name\":").value(vocabulary::plural(schema));
    out.raw(",\"description\":").value(&vocabulary::label(schema)).raw("}");
}

/// An entity without its closing brace.
fn open_entity(out: &mut Out, entity: EntityRef<'_>) {
    out.raw("{\"id\":").value(entity.id()).raw(",\"name\":").value(entity.caption()).raw(",\"description\":");
    match entity.schema() {
        Some(schema) => {
            out.value(&vocabulary::label(schema)).raw(",\"type\":[");
            write_type(out, schema);
            out.raw("]");
        }
        None => {
            out.value(entity.schema_name()).raw(",\"type\":[]");
        }
    }
}

/// What the service can do; with `queries`, their answers.
#[utoipa::path(
    get,
    path = "/reconcile/{dataset}",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "A list of the snapshot, or `default`, `all` or `sanctions` for all of it"),
        ("queries" = Option<String>, Query, description = "Queries as JSON: a map from name to query"),
    ),
    responses(
        (status = 200, description = "The manifest, or the answers", body = shapes::Manifest),
        (status = 400, description = "Queries that cannot be read", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
    )
)]
pub(super) async fn get_reconcile(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let dataset = path_of(path)?;
    let raw = query.unwrap_or_default();
    let params = Params::parse(&raw);
    let engine = current.get();
    let index = cache.get(&engine);
    if params.text("queries").is_some() {
        return on_pool(move || reconcile(&engine, &index, &dataset, params)).await?;
    }
    index.is_whole(&engine.snapshot, &dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
    let mut base = String::new();
    if let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) {
        let forwarded = headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok());
        let scheme = if forwarded == Some("https") { "https" } else { "http" };
        base = format!("{scheme}://{host}");
    }
    let _ = write!(base, "/reconcile/{dataset}");
    // A key in the address of the service stays in those of its parts.
    let rest = if raw.trim().is_empty() { String::new() } else { format!("?{raw}") };
    let mut out = Out::with_capacity(4096);
    out.raw("{\"versions\":[\"0.2\"],\"name\":").value(&format!("{dataset} (interdict)"));
    out.raw(",\"identifierSpace\":").value(MODEL).raw(",\"schemaSpace\":").value(MODEL);
    let origin = base.strip_suffix(&format!("/reconcile/{dataset}")).unwrap_or_default();
    out.raw(",\"view\":{\"url\":").value(&format!("{origin}/entities/{{{{id}}}}")).raw("}");
    out.raw(",\"documentation\":\"https://reconciliation-api.github.io/specs/0.2/\",\"batchSize\":").value(&MAX_BATCH);
    out.raw(",\"suggest\":{");
    for part in ["entity", "type", "property"] {
        out.key(part).raw("{\"service_url\":").value(&base);
        out.raw(",\"service_path\":").value(&format!("/suggest/{part}{rest}")).raw("}");
    }
    out.raw("},\"extend\":{\"propose_properties\":{\"service_url\":").value(&base);
    out.raw(",\"service_path\":").value(&format!("/extend/property{rest}"));
    out.raw("},\"property_settings\":[{\"name\":\"limit\",\"label\":\"Limit\",\"type\":\"number\",\"default\":0,");
    out.raw("\"help_text\":\"Values of a row at most; 0 for all.\"}]},\"defaultTypes\":[");
    for schema in &index.schemata {
        out.comma();
        write_type(&mut out, *schema);
    }
    out.raw("]}");
    Ok(out.take_response())
}

/// Answers queries, or extends rows, from a form.
#[utoipa::path(
    post,
    path = "/reconcile/{dataset}",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "As for GET"),
        ("algorithm" = Option<String>, Query, description = "As for `/match`"),
        ("changed_since" = Option<String>, Query, description = "As for `/match`"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`queries` or `extend`, as JSON"),
    responses(
        (status = 200, description = "Candidates for each query, or values for each row", body = BTreeMap<String, shapes::ReconcileResult>),
        (status = 400, description = "Queries that cannot be read", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn post_reconcile(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let dataset = path_of(path)?;
    let body = body_of(body)?;
    let form = String::from_utf8_lossy(&body);
    let params = Params::parse(&format!("{}&{}", query.unwrap_or_default(), form.trim()));
    let engine = current.get();
    let index = cache.get(&engine);
    on_pool(move || match params.text("extend").filter(|text| !text.trim().is_empty()) {
        Some(text) => extend(&engine, &index, &dataset, text),
        None => reconcile(&engine, &index, &dataset, params),
    })
    .await?
}

/// A text, a number, or an object with an id.
fn text_of(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(json.to_string()),
        Json::Object(members) => members.get("id").and_then(text_of),
        _ => None,
    }
}

fn reconcile(engine: &Engine, index: &Index, dataset: &str, mut params: Params) -> Answer {
    let filter = Filter::read(&mut params, &engine.snapshot, index, dataset)?;
    let algorithm = Algorithm::find(params.text("algorithm").unwrap_or(DEFAULT));
    let text = params.text("queries").map(str::to_owned);
    params.finish()?;
    let algorithm = algorithm?;
    let unreadable = || Failure::bad("Cannot decode query");
    let queries: Json = serde_json::from_str(&text.ok_or_else(unreadable)?).map_err(|_| unreadable())?;
    let queries = queries.as_object().ok_or_else(unreadable)?;
    if queries.len() > MAX_BATCH {
        return Err(Failure::bad(format!("Too many queries in one batch (limit: {MAX_BATCH})")));
    }
    // All are read before any is screened.
    let mut read: Vec<(&str, Entity, usize)> = Vec::with_capacity(queries.len());
    for (name, query) in queries {
        let members = query.as_object().ok_or_else(unreadable)?;
        let kinds = members.get("type").or_else(|| members.get("types"));
        let kind = match kinds {
            None | Some(Json::Null) => None,
            Some(Json::Array(kinds)) => kinds.first().map(|kind| text_of(kind).ok_or_else(unreadable)).transpose()?,
            Some(kind) => Some(text_of(kind).ok_or_else(unreadable)?),
        };
        let schema = matchable(kind.as_deref().unwrap_or(Schema::Thing.name())).map_err(Failure::bad)?;
        let mut entity = Entity::new("", schema);
        if let Some(text) = members.get("query").and_then(text_of).filter(|text| !text.trim().is_empty()) {
            entity.add("name", Value::from(text.trim()));
        }
        for property in members.get("properties").and_then(Json::as_array).into_iter().flatten() {
            let Some(id) = property.get("pid").and_then(Json::as_str) else { continue };
            let id = id.rsplit(':').next().unwrap_or(id);
            let values = property.get("v").unwrap_or(&Json::Null);
            for value in values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice).iter().filter_map(text_of) {
                entity.add(id, Value::from(value.trim()));
            }
        }
        let limit = match members.get("limit") {
            None | Some(Json::Null) => MATCH_PAGE,
            Some(limit) => limit.as_u64().filter(|limit| *limit > 0).ok_or_else(unreadable)?.min(MAX_PAGE as u64) as usize,
        };
        read.push((name, entity, limit));
    }
    let settings = algorithm.settings(&engine.settings);
    let most = read.iter().map(|(_, _, limit)| *limit).max().unwrap_or(MATCH_PAGE);
    let screening = Screening::new(engine, &settings, algorithm, &filter, (THRESHOLD, CUTOFF, most));
    let mut out = Out::with_capacity(1024 * read.len());
    out.raw("{");
    for (name, entity, limit) in &read {
        out.key(name).raw("{\"result\":[");
        // An empty cell of a table has no candidates.
        if let Ok(found) = screening.screen(entity) {
            for (score, hit) in found.hits.iter().take(*limit) {
                out.comma();
                open_entity(&mut out, hit.entity);
                out.raw(",\"score\":").value(&rounded(*score)).raw(",\"match\":").value(&(*score >= THRESHOLD)).raw("}");
            }
        }
        out.raw("]}");
    }
    let mut response = out.raw("}").take_response();
    response.headers_mut().insert("x-batch-size", HeaderValue::from(read.len()));
    Ok(response)
}

fn extend(engine: &Engine, index: &Index, dataset: &str, text: &str) -> Answer {
    index.is_whole(&engine.snapshot, dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
    let unreadable = || Failure::bad("Cannot decode extension request");
    let json: Json = serde_json::from_str(text).map_err(|_| unreadable())?;
    let ids: Vec<&str> =
        json.get("ids").and_then(Json::as_array).ok_or_else(unreadable)?.iter().filter_map(Json::as_str).collect();
    if ids.len() > MAX_BATCH {
        return Err(Failure::bad(format!("Too many queries in one batch (limit: {MAX_BATCH})")));
    }
    let mut properties: Vec<(&str, usize)> = Vec::new();
    for property in json.get("properties").and_then(Json::as_array).ok_or_else(unreadable)? {
        let id = property.get("id").and_then(Json::as_str).ok_or_else(unreadable)?;
        let limit = property.get("settings").and_then(|settings| settings.get("limit")).and_then(text_of);
        let limit = limit.and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        if !properties.iter().any(|(held, _)| *held == id) {
            properties.push((id, limit));
        }
    }
    let bare = |id: &str| id.rsplit(':').next().unwrap_or(id).to_owned();
    let mut out = Out::with_capacity(1024);
    out.raw("{\"meta\":[");
    for (id, _) in &properties {
        out.comma().raw("{\"id\":").value(*id).raw(",\"name\":").value(&vocabulary::words(&bare(id))).raw("}");
    }
    out.raw("],\"rows\":{");
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        out.key(id).raw("{");
        if let Some(entity) = engine.snapshot.entity(id) {
            for (property, limit) in &properties {
                let name = bare(property);
                let kind = entity.schema().and_then(|schema| schema.property(&name));
                out.key(property).raw("[");
                for value in entity.texts(&name).take(*limit) {
                    let shown = match kind {
                        Some(PropertyType::Country) => vocabulary::country(value),
                        Some(PropertyType::Topic) => vocabulary::topic(value),
                        _ => value,
                    };
                    out.comma().raw("{\"str\":").value(shown).raw("}");
                }
                out.raw("]");
            }
        }
        out.raw("}");
    }
    Ok(out.raw("}}").take_response())
}

/// Suggests entities whose names begin so.
#[utoipa::path(
    get,
    path = "/reconcile/{dataset}/suggest/entity",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "As for `/reconcile`"),
        ("prefix" = String, Query, description = "The beginning of a name"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500, description = "10 by default"),
    ),
    responses(
        (status = 200, description = "Suggestions", body = shapes::Suggestions),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn suggest_entity(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let dataset = path_of(path)?;
    let engine = current.get();
    let index = cache.get(&engine);
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let filter = Filter::read(&mut params, &engine.snapshot, &index, &dataset)?;
    let prefix = params.needed("prefix");
    let limit = params.count("limit", DEFAULT_PAGE, 1, MAX_PAGE);
    params.finish()?;
    on_pool(move || {
        suggestions(&prefix, |out| {
            for entity in search::suggest(&engine, &filter, &prefix, limit) {
                out.comma();
                open_entity(out, entity);
                out.raw("}");
            }
        })
        .take_response()
    })
    .await
}

fn suggestions(prefix: &str, results: impl FnOnce(&mut Out)) -> Out {
    let mut out = Out::with_capacity(1024);
    out.raw("{\"code\":\"/api/status/ok\",\"status\":\"200 OK\",\"prefix\":").value(prefix).raw(",\"result\":[");
    results(&mut out);
    out.raw("]}");
    out
}

fn begins(prefix: &str, texts: &[&str]) -> bool {
    let prefix = prefix.trim().to_lowercase();
    texts.iter().any(|text| {
        let text = text.to_lowercase();
        text.starts_with(&prefix) || text.split(' ').any(|word| word.starts_with(&prefix))
    })
}

/// Suggests properties by their beginning.
#[utoipa::path(
    get,
    path = "/reconcile/{dataset}/suggest/property",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "As for `/reconcile`"),
        ("prefix" = String, Query, description = "The beginning of a property's name"),
    ),
    responses(
        (status = 200, description = "Suggestions", body = shapes::Suggestions),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn suggest_property(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let dataset = path_of(path)?;
    let engine = current.get();
    let index = cache.get(&engine);
    index.is_whole(&engine.snapshot, &dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let prefix = params.needed("prefix");
    params.finish()?;
    Ok(suggestions(&prefix, |out| {
        for (id, label) in properties(&index.schemata).into_iter().filter(|(id, label)| {
            let name = id.rsplit(':').next().unwrap_or(id);
            begins(&prefix, &[id, name, label])
        }) {
            out.comma().raw("{\"id\":").value(&id).raw(",\"name\":").value(&label).raw("}");
        }
    })
    .take_response())
}

/// Properties of entities of some kinds, each where it is first defined, with their names in words.
fn properties(schemata: &[Schema]) -> BTreeMap<String, String> {
    schemata
        .iter()
        .flat_map(|schema| schema.properties().map(move |(name, kind)| (*schema, name, kind)))
        .filter(|(_, _, kind)| *kind != PropertyType::Entity)
        .map(|(schema, name, _)| (format!("{}:{name}", vocabulary::defined_in(schema, name)), vocabulary::words(name)))
        .collect()
}

/// Suggests kinds of entities by their beginning.
#[utoipa::path(
    get,
    path = "/reconcile/{dataset}/suggest/type",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "As for `/reconcile`"),
        ("prefix" = String, Query, description = "The beginning of a schema's name"),
    ),
    responses(
        (status = 200, description = "Suggestions", body = shapes::Suggestions),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn suggest_type(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let dataset = path_of(path)?;
    let engine = current.get();
    let index = cache.get(&engine);
    index.is_whole(&engine.snapshot, &dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let prefix = params.needed("prefix");
    params.finish()?;
    Ok(suggestions(&prefix, |out| {
        for schema in &index.schemata {
            if begins(&prefix, &[schema.name(), &vocabulary::label(*schema), vocabulary::plural(*schema)]) {
                out.comma();
                write_type(out, *schema);
            }
        }
    })
    .take_response())
}

/// Properties that rows of a kind can be extended by.
#[utoipa::path(
    get,
    path = "/reconcile/{dataset}/extend/property",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "As for `/reconcile`"),
        ("type" = Option<String>, Query, description = "Kind of the entities; `Thing` by default"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500, description = "As many at most"),
    ),
    responses(
        (status = 200, description = "Properties", body = shapes::Suggestions),
        (status = 400, description = "No such kind", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn extend_property(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let dataset = path_of(path)?;
    let engine = current.get();
    let index = cache.get(&engine);
    index.is_whole(&engine.snapshot, &dataset).ok_or_else(|| Failure::missing("No such dataset."))?;
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let kind = params.text("type").unwrap_or(Schema::Thing.name()).to_owned();
    let limit = params.count("limit", MAX_PAGE, 1, MAX_PAGE);
    params.finish()?;
    let schema = Schema::from_name(&kind).ok_or_else(|| Failure::bad("Invalid schema"))?;
    let mut out = Out::with_capacity(1024);
    out.raw("{\"limit\":").value(&limit).raw(",\"type\":").value(schema.name()).raw(",\"properties\":[");
    for (id, label) in properties(&[schema]).into_iter().take(limit) {
        let name = id.rsplit(':').next().unwrap_or(&id);
        out.comma().raw("{\"id\":").value(name).raw(",\"name\":").value(&label).raw("}");
    }
    Ok(out.raw("]}").take_response())
}
