//! Responses are written straight into their bytes: no tree is built of what is read once.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interdict_model::{PropertyType, Schema};
use interdict_snapshot::{EntityRef, Snapshot};
use serde::Serialize;

use super::dataset::Members;
use super::vocabulary::reverse_name;

/// Entities around one that are nested in it at most.
const MOST_NESTED: usize = 9999;

/// JSON while it is written.
#[derive(Debug, Default)]
pub(super) struct Out(Vec<u8>);

impl Out {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// JSON as it is.
    pub(super) fn raw(&mut self, json: &str) -> &mut Self {
        self.0.extend_from_slice(json.as_bytes());
        self
    }

    /// A value.
    pub(super) fn value(&mut self, value: &(impl Serialize + ?Sized)) -> &mut Self {
        // Texts and numbers into memory: neither can fail.
        let _ = serde_json::to_writer(&mut self.0, value);
        self
    }

    /// A member's name with its colon, after a comma where one is due.
    pub(super) fn key(&mut self, name: &str) -> &mut Self {
        self.comma().value(name).raw(":")
    }

    /// A comma, unless an object or array has just begun.
    pub(super) fn comma(&mut self) -> &mut Self {
        if !matches!(self.0.last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(b',');
        }
        self
    }

    /// What was written with another writer.
    pub(super) fn append(&mut self, other: &Self) -> &mut Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    /// What was written, as a response.
    pub(super) fn take_response(&mut self) -> Response {
        let mut response = Body::from(std::mem::take(&mut self.0)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// A score as it is shown.
pub(super) fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

/// An entity without those around it.
pub(super) fn write_entity(out: &mut Out, entity: EntityRef<'_>) {
    open_entity(out, entity);
    out.raw("}");
}

/// The same without the closing brace, so that more can follow.
pub(super) fn open_entity(out: &mut Out, entity: EntityRef<'_>) {
    head(out, entity);
    let mut last = "";
    for (property, value, _) in entity.properties() {
        if property == last {
            out.raw(",");
        } else {
            if !last.is_empty() {
                out.raw("]");
            }
            out.key(property).raw("[");
            last = property;
        }
        out.value(value);
    }
    if !last.is_empty() {
        out.raw("]");
    }
    tail(out, entity);
}

fn head(out: &mut Out, entity: EntityRef<'_>) {
    out.raw("{\"id\":").value(entity.id());
    out.raw(",\"caption\":").value(entity.caption());
    out.raw(",\"schema\":").value(entity.schema_name());
    out.raw(",\"properties\":{");
}

fn tail(out: &mut Out, entity: EntityRef<'_>) {
    let members = Members::of(entity);
    out.raw("},\"datasets\":").value(&members.datasets);
    out.raw(",\"referents\":").value(&members.referents);
    out.raw(",\"target\":").value(&members.target);
    out.raw(",\"first_seen\":").value(&members.first_seen);
    out.raw(",\"last_seen\":").value(&members.last_seen);
    out.raw(",\"last_change\":").value(&members.last_change);
}

/// Those around an entity, by the property under which they stand: what it names itself, and what names it.
pub(super) fn around<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>) -> Vec<(String, Vec<EntityRef<'s>>)> {
    let mut groups: Vec<(String, Vec<EntityRef<'s>>)> = Vec::new();
    let mut add = |name: String, other: EntityRef<'s>| match groups.iter_mut().find(|(held, _)| *held == name) {
        Some((_, members)) if members.iter().any(|held| held.index() == other.index()) => {}
        Some((_, members)) => members.push(other),
        None => groups.push((name, vec![other])),
    };
    for (property, value, _) in entity.properties().filter(|(property, ..)| refers(entity.schema(), property)) {
        if let Some(other) = snapshot.entity(value) {
            add(property.to_owned(), other);
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    for link in entity.referrers().filter(|link| link.entity.index() != entity.index()).take(MOST_NESTED) {
        let name = reverse_name(link.entity.schema(), link.property);
        if seen.insert((link.entity.index(), link.property)) {
            match groups.iter_mut().find(|(held, _)| *held == name) {
                Some((_, members)) => members.push(link.entity),
                None => groups.push((name, vec![link.entity])),
            }
        }
    }
    groups
}

/// Whether the values of a property are ids of entities.
pub(super) fn refers(schema: Option<Schema>, property: &str) -> bool {
    schema.and_then(|schema| schema.property(property)) == Some(PropertyType::Entity)
}

/// An entity with those around it, and where those are relations, with their other ends.
pub(super) fn write_nested(out: &mut Out, snapshot: &Snapshot, entity: EntityRef<'_>) {
    head(out, entity);
    let groups = around(snapshot, entity);
    let mut last = "";
    let mut open = false;
    for (property, value, _) in entity.properties() {
        if property != last {
            if open {
                out.raw("]");
            }
            last = property;
            open = !groups.iter().any(|(name, _)| name == property);
            if open {
                out.key(property).raw("[");
            }
        }
        if open {
            out.comma().value(value);
        }
    }
    if open {
        out.raw("]");
    }
    for (name, members) in &groups {
        out.key(name).raw("[");
        if refers(entity.schema(), name) {
            // Ids that the snapshot does not hold stay ids.
            for id in entity.texts(name).filter(|id| snapshot.entity(id).is_none()) {
                out.comma().value(id);
            }
        }
        for member in members {
            out.comma();
            write_adjacent(out, snapshot, *member, entity);
        }
        out.raw("]");
    }
    tail(out, entity);
    out.raw("}");
}

/// An entity next to `root`: without its reference to `root`, and where it is a relation, with its other end in it.
pub(super) fn write_adjacent(out: &mut Out, snapshot: &Snapshot, entity: EntityRef<'_>, root: EntityRef<'_>) {
    head(out, entity);
    let relation = entity.schema().is_some_and(|schema| schema.edge().is_some());
    let mut last = "";
    for (property, value, _) in entity.properties() {
        let reference = refers(entity.schema(), property);
        if reference && value == root.id() {
            continue;
        }
        if property != last {
            if !last.is_empty() {
                out.raw("]");
            }
            out.key(property).raw("[");
            last = property;
        }
        out.comma();
        match snapshot.entity(value).filter(|_| reference && relation) {
            Some(other) => write_entity(out, other),
            None => {
                out.value(value);
            }
        }
    }
    if !last.is_empty() {
        out.raw("]");
    }
    tail(out, entity);
    out.raw("}");
}
