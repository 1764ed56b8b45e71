//! `/entities/{id}`: an entity with those around it, at once or in pages.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_snapshot::{EntityRef, Snapshot};

use super::dataset::Cache;
use super::error::{Answer, Failure};
use super::json::{Out, around, refers, write_adjacent, write_entity, write_nested};
use super::params::{DEFAULT_PAGE, MAX_OFFSET, MAX_PAGE, Params};
use super::search::sort;
use super::{path_of, shapes, vocabulary};
use crate::{Current, Engine};

/// An entity, or where it went.
enum Wanted<'s> {
    Here(EntityRef<'s>),
    Merged(Response),
}

/// Looks an id up; one that was merged into another leads there.
fn find<'s>(engine: &'s Arc<Engine>, cache: &Cache, id: &str, rest: &str) -> Answer<Wanted<'s>> {
    let snapshot = &engine.snapshot;
    if let Some(entity) = snapshot.entity(id) {
        return Ok(Wanted::Here(entity));
    }
    let index = cache.get(engine);
    let none = || Failure::missing("No such entity!");
    let entity = index.merged(snapshot, id).ok_or_else(none)?;
    let place = format!("/entities/{}{rest}", encoded(entity.id()));
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&place).map_err(|_| none())?);
    Ok(Wanted::Merged(response))
}

/// A text as one part of a path.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// An entity by its id.
#[utoipa::path(
    get,
    path = "/entities/{entity_id}",
    tag = "yente",
    params(
        ("entity_id" = String, Path, description = "Id of the entity, or one that was merged into it"),
        ("nested" = Option<bool>, Query, description = "Whether sanctions, documents, relations and their other ends come with it; yes by default"),
    ),
    responses(
        (status = 200, description = "The entity", body = shapes::EntityResponse),
        (status = 308, description = "The entity was merged into another"),
        (status = 404, description = "No such entity", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn get_entity(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let id = path_of(path).map_err(|_| Failure::missing("No such entity!"))?;
    let mut params = Params::parse(query.as_deref().unwrap_or_default());
    let nested = params.flag("nested").unwrap_or(true);
    params.finish()?;
    let engine = current.get();
    let entity = match find(&engine, &cache, &id, "")? {
        Wanted::Here(entity) => entity,
        Wanted::Merged(response) => return Ok(response),
    };
    let mut out = Out::with_capacity(4096);
    if nested {
        write_nested(&mut out, &engine.snapshot, entity);
    } else {
        write_entity(&mut out, entity);
    }
    Ok(out.take_response())
}

/// A page of those around an entity.
struct Page {
    limit: usize,
    offset: usize,
    sorts: Vec<String>,
}

impl Page {
    fn read(query: Option<&str>) -> Answer<Self> {
        let mut params = Params::parse(query.unwrap_or_default());
        let page = Self {
            limit: params.count("limit", DEFAULT_PAGE, 0, MAX_PAGE),
            offset: params.count("offset", 0, 0, MAX_OFFSET),
            sorts: params.list("sort"),
        };
        params.finish()?;
        Ok(page)
    }

    fn write(&self, out: &mut Out, snapshot: &Snapshot, root: EntityRef<'_>, property: &str, members: Vec<EntityRef<'_>>) {
        let mut members = members;
        sort(&mut members, &self.sorts);
        // Ids that the snapshot does not hold stay ids, behind the entities.
        let ids: Vec<&str> = if refers(root.schema(), property) {
            root.texts(property).filter(|id| snapshot.entity(id).is_none()).collect()
        } else {
            Vec::new()
        };
        out.raw("{\"results\":[");
        for member in members.iter().skip(self.offset).take(self.limit) {
            out.comma();
            write_adjacent(out, snapshot, *member, root);
        }
        let (from, left) = (self.offset.saturating_sub(members.len()), members.len().saturating_sub(self.offset));
        for id in ids.iter().skip(from).take(self.limit.saturating_sub(left)) {
            out.comma().value(*id);
        }
        out.raw("],\"total\":{\"value\":").value(&(members.len() + ids.len())).raw(",\"relation\":\"eq\"},\"limit\":");
        out.value(&self.limit).raw(",\"offset\":").value(&self.offset).raw("}");
    }
}

/// Those around an entity, by the property under which they stand, a page of each.
#[utoipa::path(
    get,
    path = "/entities/{entity_id}/adjacent",
    tag = "yente",
    params(
        ("entity_id" = String, Path, description = "Id of the entity"),
        ("limit" = Option<usize>, Query, minimum = 0, maximum = 500, description = "Entities of each property; 10 by default"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 9499, description = "Where the pages begin"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
    ),
    responses(
        (status = 200, description = "The entity and those around it", body = shapes::AdjacentResponse),
        (status = 308, description = "The entity was merged into another"),
        (status = 404, description = "No such entity", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn get_adjacent(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let id = path_of(path).map_err(|_| Failure::missing("No such entity!"))?;
    let page = Page::read(query.as_deref())?;
    let engine = current.get();
    let entity = match find(&engine, &cache, &id, "/adjacent")? {
        Wanted::Here(entity) => entity,
        Wanted::Merged(response) => return Ok(response),
    };
    let mut out = Out::with_capacity(4096);
    out.raw("{\"entity\":");
    write_entity(&mut out, entity);
    out.raw(",\"adjacent\":{");
    for (property, members) in around(&engine.snapshot, entity) {
        out.key(&property);
        page.write(&mut out, &engine.snapshot, entity, &property, members);
    }
    out.raw("}}");
    Ok(out.take_response())
}

/// Those around an entity under one property, in pages.
#[utoipa::path(
    get,
    path = "/entities/{entity_id}/adjacent/{property_name}",
    tag = "yente",
    params(
        ("entity_id" = String, Path, description = "Id of the entity"),
        ("property_name" = String, Path, description = "Such as `sanctions` or `ownershipOwner`"),
        ("limit" = Option<usize>, Query, minimum = 0, maximum = 500, description = "Entities on a page; 10 by default"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 9499, description = "Where the page begins"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
    ),
    responses(
        (status = 200, description = "A page of entities", body = shapes::AdjacentPage),
        (status = 308, description = "The entity was merged into another"),
        (status = 404, description = "No such entity or property", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn get_adjacent_property(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    let Ok(Path((id, property))) = path else { return Err(Failure::missing("No such entity!")) };
    let page = Page::read(query.as_deref())?;
    let engine = current.get();
    let entity = match find(&engine, &cache, &id, &format!("/adjacent/{}", encoded(&property)))? {
        Wanted::Here(entity) => entity,
        Wanted::Merged(response) => return Ok(response),
    };
    let mut groups = around(&engine.snapshot, entity);
    let members = match groups.iter().position(|(name, _)| *name == property) {
        Some(at) => groups.swap_remove(at).1,
        None if vocabulary::has_adjacent(entity.schema(), &property) => Vec::new(),
        None => return Err(Failure::missing("No such property!")),
    };
    let mut out = Out::with_capacity(4096);
    page.write(&mut out, &engine.snapshot, entity, &property, members);
    Ok(out.take_response())
}
