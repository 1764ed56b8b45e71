//! OFAC's delta files (`DeltaArchive/YYYY-MM-DD_delta.xml`, `/changes/{publicationID}` of the Sanctions List Service; XSD: `DeltaFile.xsd`,
//! namespace `https://www.treasury.gov/ofac/DeltaFile/1.0`): what one publication changed in all of OFAC's lists. In go a whole list
//! ([`OfacList`], an enhanced file) and deltas in their order; out comes the list as it is after them.
//!
//! # What an `entity` of a delta file is
//!
//! `action="add"` brings a whole record, `action="remove"` takes one away. Without an action (the XSD has it optional) the record is
//! changed in place: it holds only what changed, and the elements in it say by their own `action` (`add`, `update` with an `oldValue`,
//! `remove`) what becomes of them. A modification that is whole (a type and a name) and in which no element has an action replaces the
//! record; every other one is merged into it, element by element, by OFAC's ids. An element that is named stands for what it says now; one
//! that is not named stays. So a part of a name or of an address that a publisher drops without saying so stays on: screening finds too
//! much rather than too little, and the comparison with the next whole file shows it.
//!
//! That is why the list is held as OFAC's own records and not as entities: an element is removed by its id, whatever else says the same.
//! The records take about four times the size of the file in memory.
//!
//! A delta has the changes of all of OFAC's lists. Those of parties that say they are on other lists only are passed over; a party that
//! leaves this list for another is removed.
//!
//! # The recipe
//!
//! Apply the deltas in the order of their publication (OFAC's index `/changes/history/{year}` has their numbers; the file has its date),
//! then compare with the next whole file by [`mismatches`]. Any mismatch: take the whole file, and log the ids.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Cursor, Read};
use std::path::Path;

use interdict_model::{AliasKind, Entity, Schema, SchemaName};
use thiserror::Error;

use crate::error::SourceError;
use crate::input::{Limits, with_file, with_reader};
use crate::listing::{Listing, Place, not_empty};
use crate::load::head;
use crate::load::{Format, SourceSpec};
use crate::ofac_enhanced::party::Parties;
use crate::ofac_enhanced::tree::{ACTION, Action, Node};
use crate::ofac_enhanced::{Head, scan};
use crate::recognise::recognise;
use crate::report::{Issue, Report};
use crate::text;

/// What becomes of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Add,
    /// Something in it changed.
    Modify,
    /// It is no longer listed.
    Remove,
}

/// One change of a delta file.
#[derive(Clone, Debug)]
pub struct Change {
    /// Id of the party's entity, such as `ofac-52262`.
    pub id: String,
    /// What becomes of it.
    pub kind: ChangeKind,
    uid: u32,
    record: Node,
}

/// A delta file that has been read.
#[derive(Clone, Debug)]
pub struct OfacDelta {
    /// Number of the publication. The file need not state it; who has it from OFAC's index should set it, as it tells apart the
    /// publications of one day.
    pub publication_id: Option<u64>,
    /// Day of the publication, ISO 8601.
    pub date_published: String,
    /// The kind of publication in OFAC's words, such as `Standard Action`; empty when the file has none.
    pub publication_type: String,
    /// The changes in the order of the file.
    pub changes: Vec<Change>,
}

/// A delta was published before what has been applied already.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the delta {delta} was published before that {list}, which the list holds already; nothing was changed")]
pub struct OutOfOrder {
    /// The delta that was refused.
    pub delta: String,
    /// What the list holds.
    pub list: String,
}

/// What one delta did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Parties that are new in the list.
    pub added: u64,
    /// Parties of the list that were changed.
    pub modified: u64,
    /// Parties that have left the list.
    pub removed: u64,
    /// Changes of OFAC's other lists.
    pub of_other_lists: u64,
    /// Whether something could not be applied, so that the list may lack it until the next whole file is taken.
    pub needs_whole_file: bool,
    /// What did not fit.
    pub issues: Vec<Issue>,
}

/// Loads a delta file. The report tells what was wrong in it, among other things in the records that it brings whole.
pub fn load_ofac_delta(spec: &SourceSpec, path: &Path) -> Result<(OfacDelta, Report), SourceError> {
    let name = path.display().to_string();
    let file = path.file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
    let (loaded, delivered) = with_file(path, spec.limits, None, |content| read_delta(&spec.id, &name, file, content))?;
    let (delta, mut report) = loaded;
    report.set_delivered(delivered);
    Ok((delta, report))
}

/// Loads the bytes of a delta file. `file` is the name to report.
pub fn load_ofac_delta_bytes(spec: &SourceSpec, file: &str, bytes: &[u8]) -> Result<(OfacDelta, Report), SourceError> {
    let size = bytes.len() as u64;
    let (loaded, delivered) =
        with_reader(file, bytes, size, spec.limits, None, |content| read_delta(&spec.id, file, file.to_owned(), content))?;
    let (delta, mut report) = loaded;
    report.set_delivered(delivered);
    Ok((delta, report))
}

/// The content as UTF-8, if it is of the format.
fn expect<'c>(name: &str, content: &'c mut dyn BufRead, format: Format) -> Result<Box<dyn BufRead + 'c>, SourceError> {
    let mut content = text::decoded(name, content)?;
    let head = head(name, &mut content)?;
    match recognise(&head) {
        Some(found) if found == format => Ok(Box::new(Cursor::new(head).chain(content))),
        found => {
            let found = found.map_or_else(|| "something that is not known".to_owned(), |found| format!("`{}`", found.name()));
            Err(SourceError::UnknownFormat { file: name.to_owned(), found: format!("{found}, not `{}`", format.name()) })
        }
    }
}

fn read_delta(source: &str, name: &str, file: String, content: &mut dyn BufRead) -> Result<(OfacDelta, Report), SourceError> {
    let mut content = expect(name, content, Format::OfacDelta)?;
    let mut report = Report::new(source, Format::OfacDelta, file);
    let mut sink = |_: Entity| {};
    let mut listing = Listing::new(&mut report, &mut sink);
    let mut changes: Vec<Change> = Vec::new();
    let mut parties = Parties::default();
    let mut seen = BTreeSet::new();
    let head = scan(name, &mut content, &mut listing, true, &mut |listing, head, node| {
        let Some(uid) = node.number("id") else {
            let at = Place { line: node.line(), record: "entity" };
            listing.reject(at, "id", "a change of a party without an id; it was left out", &node.outline());
            return;
        };
        let record = format!("entity {uid}");
        let at = Place { line: node.line(), record: &record };
        let kind = match node.attribute(ACTION) {
            None | Some("") => ChangeKind::Modify,
            Some(text) => match Action::of(text) {
                Some(Action::Add) => ChangeKind::Add,
                Some(Action::Update) => ChangeKind::Modify,
                Some(Action::Remove) => ChangeKind::Remove,
                None => {
                    listing.reject(at, ACTION, format!("the action `{text}` is not known; it was left out"), &node.outline());
                    return;
                }
            },
        };
        // Two changes of one party are applied one after the other; the publisher has one a party.
        if !seen.insert(uid) {
            listing.issue(at, "id", "the party stands twice in the file; the changes are applied in their order");
        }
        listing.count("changes", 1);
        match kind {
            ChangeKind::Add => {
                listing.count("changes_add", 1);
                parties.read(&head.dictionary, &node.settled(), listing);
            }
            ChangeKind::Modify => listing.count("changes_modify", 1),
            ChangeKind::Remove => listing.count("changes_remove", 1),
        }
        changes.push(Change { id: format!("ofac-{uid}"), kind, uid, record: node });
    })?;
    not_empty(name, changes.len() as u64, "changes")?;
    let delta = OfacDelta {
        publication_id: head.publication_id,
        date_published: report.issue_date.clone(),
        publication_type: head.publication_type,
        changes,
    };
    Ok((delta, report))
}

/// A list of OFAC's as its own records, to which deltas can be applied.
#[derive(Clone, Debug)]
pub struct OfacList {
    source: String,
    file: String,
    /// Day of the whole file, then of the last delta.
    issue_date: String,
    publication_id: Option<u64>,
    head: Head,
    /// Records by uid, so that entities come out in one order whatever brought them.
    parties: BTreeMap<u32, Node>,
}

impl OfacList {
    /// Loads the whole list from an enhanced file. The report is that of [`load_file`](crate::load_file).
    pub fn load(spec: &SourceSpec, path: &Path) -> Result<(Self, Report), SourceError> {
        let name = path.display().to_string();
        let file = path.file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
        let (loaded, delivered) = with_file(path, spec.limits, None, |content| Self::read(&spec.id, &name, file, content))?;
        let (list, mut report) = loaded;
        report.set_delivered(delivered);
        Ok((list, report))
    }

    /// Loads the whole list from the bytes of an enhanced file. `file` is the name to report.
    pub fn load_bytes(spec: &SourceSpec, file: &str, bytes: &[u8]) -> Result<(Self, Report), SourceError> {
        let (size, limits): (u64, Limits) = (bytes.len() as u64, spec.limits);
        let (loaded, delivered) =
            with_reader(file, bytes, size, limits, None, |content| Self::read(&spec.id, file, file.to_owned(), content))?;
        let (list, mut report) = loaded;
        report.set_delivered(delivered);
        Ok((list, report))
    }

    fn read(source: &str, name: &str, file: String, content: &mut dyn BufRead) -> Result<(Self, Report), SourceError> {
        let mut content = expect(name, content, Format::OfacEnhanced)?;
        let mut report = Report::new(source, Format::OfacEnhanced, file.clone());
        let mut sink = |_: Entity| {};
        let mut listing = Listing::new(&mut report, &mut sink);
        let (mut readings, mut parties) = (Parties::default(), BTreeMap::new());
        let head = scan(name, &mut content, &mut listing, false, &mut |listing, head, mut node| {
            readings.read(&head.dictionary, &node, listing);
            node.shrink();
            if let Some(uid) = node.number("id") {
                parties.entry(uid).or_insert(node);
            }
        })?;
        not_empty(name, readings.count, "parties")?;
        readings.relations(&mut listing);
        let issue_date = report.issue_date.clone();
        Ok((Self { source: source.to_owned(), file, issue_date, publication_id: None, head, parties }, report))
    }

    /// Number of the parties.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parties.len()
    }

    /// Whether no party is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    /// Day of the whole file, or of the last delta that was applied, ISO 8601.
    #[must_use]
    pub fn issue_date(&self) -> &str {
        &self.issue_date
    }

    /// Hands out the entities of the list as it is now, in the order of the parties' uids.
    pub fn entities(&self, sink: &mut dyn FnMut(Entity)) -> Report {
        let mut report = Report::new(&self.source, Format::OfacEnhanced, self.file.clone());
        report.issue_date.clone_from(&self.issue_date);
        let mut listing = Listing::new(&mut report, sink);
        let mut parties = Parties::default();
        for node in self.parties.values() {
            parties.read(&self.head.dictionary, node, &mut listing);
        }
        parties.relations(&mut listing);
        report
    }

    /// The entities of the list as it is now by the id of their party, see [`by_party`].
    #[must_use]
    pub fn parties(&self) -> BTreeMap<String, Vec<Entity>> {
        let mut entities = Vec::new();
        self.entities(&mut |entity| entities.push(entity));
        by_party(entities)
    }

    /// Applies a delta. One that was published before the list, or before the last delta, is refused. What does not fit (an addition of a
    /// party that is there, a change or removal of one that is not) is an issue, and the rest is applied.
    pub fn apply(&mut self, delta: &OfacDelta) -> Result<Applied, OutOfOrder> {
        let refused = match (delta.publication_id, self.publication_id) {
            (Some(delta), Some(held)) => delta <= held,
            // ISO dates are in the order of time. On one day there may be several publications.
            _ => delta.date_published < self.issue_date,
        };
        if refused {
            let words = |number: Option<u64>, date: &str| match number {
                Some(number) => format!("{number} of {date}"),
                None => format!("of {date}"),
            };
            return Err(OutOfOrder {
                delta: words(delta.publication_id, &delta.date_published),
                list: words(self.publication_id, &self.issue_date),
            });
        }
        let mut applied = Applied::default();
        for change in &delta.changes {
            self.change(change, &mut applied);
        }
        if !delta.date_published.is_empty() {
            self.issue_date.clone_from(&delta.date_published);
        }
        self.publication_id = delta.publication_id.or(self.publication_id);
        Ok(applied)
    }

    fn change(&mut self, change: &Change, applied: &mut Applied) {
        let record = format!("entity {}", change.uid);
        let (issues, needs_whole_file) = (&mut applied.issues, &mut applied.needs_whole_file);
        let mut say = |node: &Node, field: &str, message: &str| {
            issues.push(Issue {
                line: node.line(),
                record: record.clone(),
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        let held = self.parties.contains_key(&change.uid);
        // OFAC publishes the changes of all its lists together.
        let elsewhere = self.is_elsewhere(&change.record);
        match change.kind {
            _ if elsewhere && !held => applied.of_other_lists += 1,
            ChangeKind::Add | ChangeKind::Remove if elsewhere => {
                // Taking it for ours could take a party off this list that is still on it.
                say(
                    &change.record,
                    "sanctionsLists",
                    "another list adds or removes a party that this list has; it was kept as it is",
                );
                applied.of_other_lists += 1;
                *needs_whole_file = true;
            }
            ChangeKind::Add => {
                if held {
                    say(&change.record, ACTION, "a party is to be added that is in the list already; it was replaced");
                }
                self.parties.insert(change.uid, change.record.settled());
                applied.added += u64::from(!held);
                applied.modified += u64::from(held);
            }
            ChangeKind::Remove if held => {
                self.parties.remove(&change.uid);
                applied.removed += 1;
            }
            ChangeKind::Remove => say(&change.record, ACTION, "a party is to be removed that is not in the list"),
            ChangeKind::Modify if is_whole(&change.record) => {
                if !held {
                    say(
                        &change.record,
                        ACTION,
                        "a party is to be changed that is not in the list; its record is whole and was added",
                    );
                }
                self.parties.insert(change.uid, change.record.settled());
                applied.added += u64::from(!held);
                applied.modified += u64::from(held);
            }
            ChangeKind::Modify => match self.parties.get_mut(&change.uid) {
                None => {
                    say(&change.record, ACTION, "a party is to be changed that is not in the list; it was left out");
                    *needs_whole_file = true;
                }
                Some(node) => {
                    node.merge(&change.record, &mut |node, message| say(node, node.name(), &message));
                    // A party that no longer is on this list has left it, though another list may have it.
                    if self.parties.get(&change.uid).is_some_and(|node| self.is_elsewhere(node)) {
                        self.parties.remove(&change.uid);
                        applied.removed += 1;
                    } else {
                        applied.modified += 1;
                    }
                }
            },
        }
    }

    /// Whether a record says on which lists it is, and none is this one.
    fn is_elsewhere(&self, record: &Node) -> bool {
        let lists = record.child("sanctionsLists").map_or(&[][..], Node::children);
        // By its id, which lists of one name have had through all changes of their names; by its name where the id is not stated.
        let is_ours = |list: &Node| {
            let id = list.number("refId");
            self.head.lists.iter().any(|(ours, name)| id.map_or(list.text() == name, |id| id == *ours))
        };
        !self.head.lists.is_empty() && !lists.is_empty() && !lists.iter().any(is_ours)
    }
}

/// Whether a modification is the whole record: it has a type and a name, and nothing in it says what becomes of it.
fn is_whole(record: &Node) -> bool {
    let has_type = record.child("generalInfo").is_some_and(|info| info.child("entityType").is_some());
    let has_name = record.child("names").is_some_and(|names| names.child("name").is_some());
    has_type && has_name && !record.children().iter().any(Node::is_acted)
}

/// Entities of OFAC's by the id of the party that they belong to: the party itself, what it holds, its addresses and listings, and the
/// links of which it is the source. What belongs to none stands under its own id.
#[must_use]
pub fn by_party(entities: impl IntoIterator<Item = Entity>) -> BTreeMap<String, Vec<Entity>> {
    let entities: Vec<Entity> = entities.into_iter().collect();
    let mut addresses = BTreeMap::new();
    for entity in &entities {
        for address in entity.texts("addressEntity") {
            addresses.insert(address.to_owned(), entity.id.clone());
        }
    }
    let mut parties: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
    for entity in entities {
        let edge = entity.schema.known().and_then(Schema::edge);
        let owner = ["holder", "entity"]
            .into_iter()
            .chain(edge.map(|(source, _)| source))
            .find_map(|property| entity.first(property).map(ToOwned::to_owned))
            .or_else(|| addresses.get(&entity.id).cloned())
            .unwrap_or_else(|| entity.id.clone());
        parties.entry(owner).or_default().push(entity);
    }
    parties
}

/// The ids of the parties that are not the same in both: one that only one side has, or of which anything that is said differs. The order of
/// values, and where they were read, is no difference.
#[must_use]
pub fn mismatches(ours: &BTreeMap<String, Vec<Entity>>, theirs: &BTreeMap<String, Vec<Entity>>) -> Vec<String> {
    let ids: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let said = |entities: Option<&Vec<Entity>>| -> Vec<Said> {
        let mut said: Vec<Said> = entities.map_or(&[][..], Vec::as_slice).iter().map(Said::of).collect();
        said.sort();
        said
    };
    ids.into_iter().filter(|id| said(ours.get(*id)) != said(theirs.get(*id))).cloned().collect()
}

/// All that an entity says, in an order of its own.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    id: String,
    schema: String,
    target: Option<bool>,
    values: BTreeSet<(String, String)>,
    names: BTreeSet<(String, &'static str, bool, String)>,
}

impl Said {
    fn of(entity: &Entity) -> Self {
        let values = entity
            .properties()
            .flat_map(|(property, values)| values.iter().map(move |value| (property.to_owned(), value.text.clone())))
            .collect();
        let kind = |kind: AliasKind| kind.code();
        let names =
            entity.names.iter().map(|name| (name.text.clone(), kind(name.kind), name.weak, name.script.clone())).collect();
        Self {
            id: entity.id.clone(),
            schema: SchemaName::as_str(&entity.schema).to_owned(),
            target: entity.target,
            values,
            names,
        }
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
mod tests {
    use super::*;

    /// Changes in place, element by element, bring one real issue to the next: what a delta says of a year's changes is what they were.
    #[test]
    fn a_year_of_changes_in_place() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ofac/nonsdn");
        if !folder.is_dir() {
            eprintln!("skipped: no folder ../shared/data beside the checkout");
            return;
        }
        let spec = SourceSpec::new("us_ofac_cons");
        let (mut list, _) = OfacList::load(&spec, &folder.join("CONS_ENHANCED_2025-01-10.ZIP")).unwrap();
        let (next, _) = OfacList::load(&spec, &folder.join("cons_enhanced_2026-01-08.xml.gz")).unwrap();
        let change = |uid: u32, kind, record| Change { id: format!("ofac-{uid}"), kind, uid, record };
        let mut changes = Vec::new();
        for (uid, after) in &next.parties {
            match list.parties.get(uid) {
                None => changes.push(change(*uid, ChangeKind::Add, after.clone())),
                Some(before) if before.outline() == after.outline() => {}
                Some(before) => {
                    let record = before.changes_to(after);
                    assert!(record.is_acted() && !is_whole(&record));
                    changes.push(change(*uid, ChangeKind::Modify, record));
                }
            }
        }
        for (uid, before) in list.parties.iter().filter(|(uid, _)| !next.parties.contains_key(uid)) {
            changes.push(change(*uid, ChangeKind::Remove, before.clone()));
        }
        assert!(changes.len() > 10 && changes.len() < 150, "{}", changes.len());
        let delta = OfacDelta {
            publication_id: Some(1),
            date_published: "2026-01-08".to_owned(),
            publication_type: String::new(),
            changes,
        };
        let applied = list.apply(&delta).unwrap();
        assert_eq!((applied.issues, applied.needs_whole_file), (Vec::new(), false));
        assert_eq!(mismatches(&list.parties(), &next.parties()), [""; 0]);
    }
}
