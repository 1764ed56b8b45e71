//! Deltas of `FollowTheMoney` data, as `OpenSanctions` publishes them and as the engine writes its own: JSON lines, each an operation
//! (`{"op":"ADD|MOD|DEL","entity":{…}}`), and an index (`delta.json`) that says which delta leads to which version. In go the file or the
//! index, out come changes in file order with a report; a broken line is rejected with its number and reason, and the rest goes on. A
//! delta is never read as a list: the two have functions of their own. `ADD` and `MOD` both carry the whole entity, so both put it in the
//! place of what was there; `DEL` carries the id. What a line says beyond that (`referents`, `first_seen`, `last_change`) stays with the
//! entity. Source: the delta files of `data.opensanctions.org` and their description in the documentation of bulk data.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use interdict_model::{Entity, Origin, entity_from_value, entity_to_json};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::error::SourceError;
use crate::input::{with_file, with_reader};
use crate::json_records::{Record, each_record};
use crate::listing::{Listing, Place};
use crate::load::{Format, Progress, SourceSpec};
use crate::report::Report;
use crate::text;

/// One change to a set of entities.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "changes are handed on one by one and not kept")]
pub enum FtmChange {
    /// The entity is new, or takes the place of the one with its id.
    Put(Entity),
    /// The entity with this id is gone.
    Delete(String),
}

impl FtmChange {
    /// The id of the entity that changes.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Put(entity) => &entity.id,
            Self::Delete(id) => id,
        }
    }
}

/// One operation to write.
#[derive(Clone, Copy, Debug)]
pub enum FtmOperation<'e> {
    /// An entity that was not there before.
    Add(&'e Entity),
    /// An entity that says something else than before.
    Modify(&'e Entity),
    /// The id of an entity that is gone.
    Delete(&'e str),
}

/// The index of a dataset's deltas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FtmDeltaIndex {
    /// Address of the delta that leads to a version, by version. Versions begin with their time and sort by it.
    pub versions: BTreeMap<String, String>,
    /// When the index was written, as it says; empty when it does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub updated_at: String,
}

impl FtmDeltaIndex {
    /// Reads `delta.json`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, SourceError> {
        serde_json::from_slice(bytes).map_err(|error| SourceError::UnknownFormat {
            file: file.to_owned(),
            found: format!("no index of deltas (`versions`, `updated_at`): {error}"),
        })
    }

    /// Versions and addresses of the deltas that lead from `held` to the newest version, oldest first. `None` when the index does not
    /// know `held`: then a delta may be missing between, and the whole data must be loaded.
    #[must_use]
    pub fn since(&self, held: &str) -> Option<Vec<(&str, &str)>> {
        self.versions.contains_key(held).then(|| {
            let later = self.versions.iter().filter(|(version, _)| version.as_str() > held);
            later.map(|(version, url)| (version.as_str(), url.as_str())).collect()
        })
    }
}

/// Loads a delta file. Every change goes to `sink` in file order; counted are `added`, `modified` and `deleted`.
pub fn load_ftm_delta(
    spec: &SourceSpec,
    path: &Path,
    on_progress: Option<Progress>,
    sink: &mut dyn FnMut(FtmChange),
) -> Result<Report, SourceError> {
    let name = path.display().to_string();
    let file = path.file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
    let (mut report, delivered) = with_file(path, spec.limits, on_progress, |content| parse(spec, &name, file, content, sink))?;
    report.set_delivered(delivered);
    Ok(report)
}

/// Loads a delta from bytes. `file` is the name to report.
pub fn load_ftm_delta_bytes(
    spec: &SourceSpec,
    file: &str,
    bytes: &[u8],
    sink: &mut dyn FnMut(FtmChange),
) -> Result<Report, SourceError> {
    let (mut report, delivered) = with_reader(file, bytes, bytes.len() as u64, spec.limits, None, |content| {
        parse(spec, file, file.to_owned(), content, sink)
    })?;
    report.set_delivered(delivered);
    Ok(report)
}

/// Writes operations, one a line; returns how many.
pub fn write_ftm_delta<'e>(out: &mut dyn Write, operations: impl IntoIterator<Item = FtmOperation<'e>>) -> io::Result<u64> {
    let mut written = 0;
    for operation in operations {
        let line = match operation {
            FtmOperation::Add(entity) => json!({"op": "ADD", "entity": entity_to_json(entity)}),
            FtmOperation::Modify(entity) => json!({"op": "MOD", "entity": entity_to_json(entity)}),
            FtmOperation::Delete(id) => json!({"op": "DEL", "entity": {"id": id}}),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
        written += 1;
    }
    Ok(written)
}

fn parse(
    spec: &SourceSpec,
    name: &str,
    file: String,
    content: &mut dyn BufRead,
    sink: &mut dyn FnMut(FtmChange),
) -> Result<Report, SourceError> {
    let mut report = Report::new(&spec.id, Format::FtmDelta, file);
    let mut content = text::decoded(name, content)?;
    let (mut puts, mut lines, mut good) = (0, 0_u64, 0_u64);
    let mut no_list = |_| {};
    let mut listing = Listing::new(&mut report, &mut no_list);
    each_record(name, &mut content, &mut |record| {
        lines += 1;
        let at = format!("line {}", record.line);
        let place = Place { line: record.line, record: &at };
        match change(&record, &at, &spec.id) {
            Ok((counted, change)) => {
                listing.is_new_id(place, change.id());
                listing.count(counted, 1);
                puts += u64::from(matches!(change, FtmChange::Put(_)));
                good += 1;
                sink(change);
            }
            Err((field, message)) => listing.reject(place, field, message, &record.text()),
        }
        Ok(())
    })?;
    report.entities = puts;
    // A day without changes is a delta; a file in which nothing could be read is none.
    if lines > 0 && good == 0 {
        return Err(SourceError::Empty { file: name.to_owned(), what: "readable changes" });
    }
    Ok(report)
}

/// The change that a line states and the name under which it is counted, or the field that is wrong and why.
fn change(record: &Record<'_>, at: &str, source: &str) -> Result<(&'static str, FtmChange), (&'static str, String)> {
    let json: Json = record.read().map_err(|reason| ("", reason))?;
    let Json::Object(mut line) = json else { return Err(("", "not a JSON object".to_owned())) };
    let counted = match line.get("op").and_then(Json::as_str) {
        Some("ADD") => "added",
        Some("MOD") => "modified",
        Some("DEL") => "deleted",
        Some(other) => return Err(("op", format!("`{other}` is none of ADD, MOD and DEL"))),
        None => return Err(("op", "`op` is missing".to_owned())),
    };
    let Some(entity) = line.shift_remove("entity") else { return Err(("entity", "`entity` is missing".to_owned())) };
    if counted == "deleted" {
        return match entity.get("id").and_then(Json::as_str) {
            Some(id) if !id.is_empty() => Ok((counted, FtmChange::Delete(id.to_owned()))),
            _ => Err(("entity", "`id` is missing".to_owned())),
        };
    }
    let mut entity = entity_from_value(entity).map_err(|error| ("entity", error.to_string()))?;
    if entity.id.is_empty() {
        return Err(("entity", "`id` is missing".to_owned()));
    }
    if entity.datasets.is_empty() {
        entity.datasets.push(source.to_owned());
    }
    if entity.origin.is_none() {
        entity.origin = Some(Origin { source: source.to_owned(), issue: String::new(), record: at.to_owned() });
    }
    Ok((counted, FtmChange::Put(entity)))
}
