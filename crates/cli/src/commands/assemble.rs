//! From the issues in force to one snapshot: sources are read on one thread while the other compiles what they give. Supplements add what
//! their list lacks; entities that come twice under one id are merged.

use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, anyhow};
use interdict_model::{Entity, PropertyType};
use interdict_snapshot::{Builder, Built, SnapshotError};
use interdict_sources::{Limits, Source, SourceKind, SourceSpec, Store, StoredIssue};

use crate::dataset::source_meta;
use crate::messages::Messages;

/// Entities that are handed from the reader to the compiler at once.
const BATCH: usize = 512;
/// Batches that may wait.
const WAITING: usize = 16;

/// A source and its issue in force.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) source: Source,
    pub(super) issue: StoredIssue,
}

/// Builds the snapshot of all inputs. They are taken in an order of their own: lists, then registers, then supplements, each by id.
pub(super) fn assemble(store: &Store, inputs: &[Input], limits: Limits, messages: Messages) -> anyhow::Result<Built> {
    let mut inputs: Vec<&Input> = inputs.iter().collect();
    inputs.sort_by_key(|input| (rank(input.source.kind), input.source.id.clone()));
    // Ids that come twice are known before, as a rule; else the first reading finds them and a second merges.
    if let Some(repeated) = repeated_ids(store, &inputs) {
        match compile(store, &inputs, limits, Builder::merging_hashes(repeated))?.finish() {
            // A supplement repeats an id of its own.
            Err(SnapshotError::DuplicateIds(_)) => {}
            built => return Ok(built?),
        }
    }
    match compile(store, &inputs, limits, Builder::new())?.finish() {
        Err(SnapshotError::DuplicateIds(ids)) => {
            messages.note(&format!("{} ids come more than once and are merged", ids.len()));
            Ok(compile(store, &inputs, limits, Builder::merging(ids))?.finish()?)
        }
        built => Ok(built?),
    }
}

/// What is kept of an issue: the hashes of its entities' ids, by this version of the engine.
const IDS: &str = concat!("ids-", env!("CARGO_PKG_VERSION"));

/// Keeps the hashes of an issue's ids.
pub(super) fn keep_ids(store: &Store, issue: &StoredIssue, ids: &[u64]) -> anyhow::Result<()> {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
    Ok(store.put_note(issue, IDS, &bytes)?)
}

/// The specification by which a source is read. `skip_repeated` says whether the lists that it repeats are there themselves.
pub(super) fn spec(source: &Source, limits: Limits, skip_repeated: bool) -> SourceSpec {
    SourceSpec { limits, columns: source.columns.clone(), skip_repeated, ..SourceSpec::new(&*source.id) }
}

/// Whether the lists that a collection repeats are there themselves, and none from before the collection: what the collection says of an older
/// list is newer, and a designation in it must not be lost. A collection that states no date is taken for older.
fn repeats_are_loaded(source: &Source, issue_date: &str, loaded: &BTreeMap<&str, &str>) -> bool {
    !source.repeats.is_empty()
        && source
            .repeats
            .iter()
            .all(|id| loaded.get(id.as_str()).is_some_and(|date| issue_date.is_empty() || *date >= issue_date))
}

/// The dates of the issues by source.
fn dates<'i>(inputs: &[&'i Input]) -> BTreeMap<&'i str, &'i str> {
    inputs.iter().map(|input| (input.source.id.as_str(), input.issue.issue_date.as_str())).collect()
}

/// Hashes of ids that come more than once; `None` when they are not known of every source. What a supplement adds is new by its nature.
fn repeated_ids(store: &Store, inputs: &[&Input]) -> Option<HashSet<u64>> {
    let loaded = dates(inputs);
    let (mut seen, mut repeated) = (HashSet::new(), HashSet::new());
    for input in inputs.iter().filter(|input| input.source.kind != SourceKind::Supplement) {
        let source = &input.source;
        // The hashes of a collection are those without what it repeats.
        if !source.repeats.is_empty() && !repeats_are_loaded(source, &input.issue.issue_date, &loaded) {
            return None;
        }
        let bytes = store.get_note(&input.issue, IDS)?;
        for id in bytes.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok()).map(u64::from_le_bytes) {
            if !seen.insert(id) {
                repeated.insert(id);
            }
        }
    }
    Some(repeated)
}

fn rank(kind: SourceKind) -> u8 {
    match kind {
        SourceKind::List => 0,
        SourceKind::Register => 1,
        SourceKind::Supplement => 2,
    }
}

/// What the reader hands over.
enum Message {
    Entities(Vec<Entity>),
    End(Box<interdict_snapshot::SourceMeta>),
}

fn compile(store: &Store, inputs: &[&Input], limits: Limits, mut builder: Builder) -> anyhow::Result<Builder> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let reader = scope.spawn(move || read(store, inputs, limits, &sender));
        take(&receiver, &mut builder);
        reader.join().map_err(|_| anyhow!("the reader of the lists stopped"))??;
        Ok(builder)
    })
}

fn take(receiver: &Receiver<Message>, builder: &mut Builder) {
    for message in receiver {
        match message {
            Message::Entities(entities) => entities.iter().for_each(|entity| builder.add(entity)),
            Message::End(meta) => builder.add_source(*meta),
        }
    }
}

fn read(store: &Store, inputs: &[&Input], limits: Limits, sender: &SyncSender<Message>) -> anyhow::Result<()> {
    let loaded = dates(inputs);
    let supplemented: HashSet<&str> = inputs.iter().filter_map(|input| input.source.supplements.as_deref()).collect();
    let mut held: BTreeMap<&str, Held> = BTreeMap::new();
    for input in inputs {
        let source = &input.source;
        let spec = spec(source, limits, repeats_are_loaded(source, &input.issue.issue_date, &loaded));
        let mut batch = Vec::with_capacity(BATCH);
        let mut notes = supplemented.contains(source.id.as_str()).then(Held::default);
        let main = source.supplements.as_deref().and_then(|main| held.get(main));
        let mut left_out = LeftOut::default();
        let report = store
            .load(&spec, &input.issue, None, &mut |entity| {
                if main.is_some_and(|main| left_out.is_known(main, &entity)) {
                    return;
                }
                if let Some(notes) = &mut notes {
                    notes.note(&entity);
                }
                batch.push(entity);
                if batch.len() == BATCH {
                    // The other side only goes away when this one has failed.
                    let _ = sender.send(Message::Entities(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))));
                }
            })
            .with_context(|| format!("source `{}`", source.id))?;
        let _ = sender.send(Message::Entities(batch));
        let mut meta = source_meta(&report);
        if left_out.parties > 0 {
            meta.counts.push(("parties_known_from_the_list".to_owned(), left_out.parties));
            meta.entities -= left_out.entities;
        }
        let _ = sender.send(Message::End(Box::new(meta)));
        if let Some(notes) = notes {
            held.insert(&source.id, notes);
        }
    }
    Ok(())
}

/// What a list has that a supplement need not repeat.
#[derive(Default)]
struct Held {
    ids: HashSet<String>,
    names: HashSet<String>,
}

impl Held {
    fn note(&mut self, entity: &Entity) {
        if entity.target == Some(true) {
            self.ids.insert(entity.id.clone());
            self.names.extend(entity.values_of(PropertyType::Name).map(|(_, value)| plain(&value.text)));
        }
    }
}

/// What was left out of a supplement.
#[derive(Default)]
struct LeftOut {
    ids: HashSet<String>,
    parties: u64,
    entities: u64,
}

impl LeftOut {
    /// Whether the list has the party already, by its id or by all its names, or the entity speaks of such a party.
    fn is_known(&mut self, main: &Held, entity: &Entity) -> bool {
        let mut names = entity.values_of(PropertyType::Name).peekable();
        let known_by_name = names.peek().is_some() && names.all(|(_, value)| main.names.contains(&plain(&value.text)));
        let speaks_of_known = || entity.values_of(PropertyType::Entity).any(|(_, value)| self.ids.contains(&value.text));
        let is_party = entity.target == Some(true);
        let known = if is_party { main.ids.contains(&entity.id) || known_by_name } else { speaks_of_known() };
        if known {
            self.entities += 1;
            if is_party {
                self.parties += 1;
                self.ids.insert(entity.id.clone());
            }
        }
        known
    }
}

/// A name without case, punctuation and spaces, and with its words in order, so that "LAST, First" is "First LAST".
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use interdict_model::Schema;

    use super::*;

    #[test]
    fn a_newer_collection_is_read_whole() {
        let source = interdict_sources::Catalogue::built_in().unwrap().get("us_trade_csl").unwrap();
        let loaded = |sdn, cons| BTreeMap::from([("us_ofac_sdn", sdn), ("us_ofac_cons", cons)]);
        for (date, loaded, expected) in [
            ("2026-01-01", loaded("2026-01-01", "2026-01-02"), true),
            ("2026-01-02", loaded("2026-01-01", "2026-01-02"), false),
            ("", loaded("2026-01-01", "2026-01-02"), true),
            ("2026-01-01", loaded("", "2026-01-02"), false),
            ("2020-01-01", BTreeMap::from([("us_ofac_sdn", "2026-01-01")]), false),
        ] {
            assert_eq!(repeats_are_loaded(&source, date, &loaded), expected, "{date}");
        }
    }

    #[test]
    fn a_supplement_adds_what_the_list_lacks() {
        let party = |id: &str, names: &[&str]| {
            let mut entity = Entity::new(id, Schema::Person);
            entity.target = Some(true);
            for name in names {
                entity.add("name", *name);
            }
            entity
        };
        let mut main = Held::default();
        main.note(&party("l-1", &["EXAMPLE, Ada", "Ada Sample"]));
        let mut left_out = LeftOut::default();
        assert!(left_out.is_known(&main, &party("l-1", &["Another"])), "by id");
        assert!(left_out.is_known(&main, &party("n-1", &["Ada Example"])), "by name");
        assert!(!left_out.is_known(&main, &party("n-2", &["Ada Example", "Eva Example"])), "a name that is new");
        assert!(!left_out.is_known(&main, &party("n-3", &[])));
        let mut sanction = Entity::new("n-1-sanction", Schema::Sanction);
        sanction.add("entity", "n-1");
        assert!(left_out.is_known(&main, &sanction));
        sanction = Entity::new("n-2-sanction", Schema::Sanction);
        sanction.add("entity", "n-2");
        assert!(!left_out.is_known(&main, &sanction));
        assert_eq!((left_out.parties, left_out.entities), (2, 3));
    }
}
