//! One issue of a list, held packed so that two fit into memory side by side: entities go in as parsers hand them out, in any order; out
//! come parties with what hangs on them (addresses, documents, wallets, designations, relations), whatever ids those have.

use std::path::Path;

use interdict_model::{Entity, Schema};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::pack::{Dictionary, pack, unpack};
use crate::error::SourceError;
use crate::load::{SourceSpec, load_file};
use crate::report::Report;

/// Members of an export that say when it was made and not what it says.
const SEEN: [&str; 3] = ["first_seen", "last_seen", "last_change"];

/// What identifies one source within an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceIssue {
    /// Id of the source, such as `us_ofac_sdn`.
    pub source: String,
    /// Name of the format.
    pub format: String,
    /// Date of the issue as the file states it, ISO 8601; empty when it states none.
    pub issue_date: String,
    /// SHA-256 of the file as delivered.
    pub sha256: String,
    /// Size of the file as delivered, in bytes.
    pub bytes: u64,
}

impl SourceIssue {
    /// What a parser's report says of its file.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self {
            source: report.source.clone(),
            format: report.format.to_owned(),
            issue_date: report.issue_date.clone(),
            sha256: report.sha256.clone(),
            bytes: report.bytes,
        }
    }
}

/// What identifies an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueRef {
    /// The file, as named by the user.
    pub file: String,
    /// Id of the snapshot, when that is what the file is.
    pub snapshot: Option<String>,
    /// The sources: one, but for a snapshot.
    pub sources: Vec<SourceIssue>,
    /// Entities of every kind.
    pub entities: u64,
    /// Parties among them.
    pub parties: u64,
}

impl IssueRef {
    /// The date of the issue, the newest of its sources; empty when none states one.
    #[must_use]
    pub fn date(&self) -> &str {
        self.sources.iter().map(|source| source.issue_date.as_str()).max().unwrap_or_default()
    }

    /// The issue in words: `us_ofac_sdn of 2025-02-11`.
    #[must_use]
    pub fn describe(&self) -> String {
        let one = |source: &SourceIssue| {
            if source.issue_date.is_empty() {
                source.source.clone()
            } else {
                format!("{} of {}", source.source, source.issue_date)
            }
        };
        let sources: Vec<String> = self.sources.iter().map(one).collect();
        if sources.is_empty() { self.file.clone() } else { sources.join(", ") }
    }
}

struct Row {
    start: usize,
    end: usize,
    /// Of all that it says, apart from its id, where it came from and the order of values.
    hash: [u8; 16],
    satellite: bool,
}

/// Takes entities in.
#[derive(Default)]
pub struct ListIssueBuilder {
    packed: Vec<u8>,
    dictionary: Dictionary,
    /// Each id that is mentioned, and its row once it has come.
    symbols: FxHashMap<Box<str>, u32>,
    rows_of: Vec<u32>,
    rows: Vec<Row>,
    /// The entity that something hangs on, and the row that does.
    references: Vec<(u32, u32)>,
    /// For an address: the party's row and the address's id.
    mentions: Vec<(u32, u32)>,
    doubled: Vec<String>,
}

const NONE: u32 = u32::MAX;

/// One issue of a list.
pub struct ListIssue {
    reference: IssueRef,
    packed: Vec<u8>,
    dictionary: Dictionary,
    symbols: FxHashMap<Box<str>, u32>,
    rows_of: Vec<u32>,
    rows: Vec<Row>,
    /// Party's row and satellite's row, sorted.
    satellites: Vec<(u32, u32)>,
    doubled: Vec<String>,
}

impl std::fmt::Debug for ListIssueBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListIssueBuilder").field("entities", &self.rows.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ListIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListIssue").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl ListIssueBuilder {
    /// An issue without entities.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an entity in. A second one of the same id is merged into the first; if they are different kinds of thing, the first stays and
    /// the id is among [`ListIssue::doubled`].
    pub fn add(&mut self, entity: &Entity) {
        let symbol = self.symbol(&entity.id);
        match self.rows_of[symbol as usize] {
            NONE => {
                let row = self.rows.len() as u32;
                self.rows_of[symbol as usize] = row;
                let placed = self.place(entity);
                self.rows.push(placed);
                self.refer(row, entity);
            }
            row => {
                let held = &self.rows[row as usize];
                let Some(mut merged) = unpack(&self.packed[held.start..held.end], &self.dictionary) else { return };
                if merged.merge(entity.clone()).is_err() {
                    self.doubled.push(entity.id.clone());
                    return;
                }
                self.rows[row as usize] = self.place(&merged);
                self.refer(row, &merged);
            }
        }
    }

    fn symbol(&mut self, id: &str) -> u32 {
        if let Some(symbol) = self.symbols.get(id) {
            return *symbol;
        }
        let symbol = self.rows_of.len() as u32;
        self.symbols.insert(id.into(), symbol);
        self.rows_of.push(NONE);
        symbol
    }

    fn place(&mut self, entity: &Entity) -> Row {
        let start = self.packed.len();
        pack(entity, &mut self.dictionary, &mut self.packed);
        Row { start, end: self.packed.len(), hash: content_hash(entity), satellite: is_satellite(entity) }
    }

    fn refer(&mut self, row: u32, entity: &Entity) {
        for property in holders(entity) {
            for id in entity.texts(property) {
                let symbol = self.symbol(id);
                self.references.push((symbol, row));
            }
        }
        for id in entity.texts("addressEntity") {
            let symbol = self.symbol(id);
            self.mentions.push((row, symbol));
        }
    }

    /// The issue. Only now is it known what hangs on what.
    #[must_use]
    pub fn finish(self, mut reference: IssueRef) -> ListIssue {
        let Self { mut packed, dictionary, symbols, rows_of, mut rows, references, mentions, doubled } = self;
        packed.shrink_to_fit();
        let known = |symbol: u32| Some(rows_of[symbol as usize]).filter(|row| *row != NONE);
        let mut satellites: Vec<(u32, u32)> = references
            .iter()
            .filter_map(|(holder, row)| Some((known(*holder)?, *row)))
            .chain(mentions.iter().filter_map(|(row, address)| Some((*row, known(*address)?))))
            .filter(|(holder, row)| !rows[*holder as usize].satellite && rows[*row as usize].satellite)
            .collect();
        satellites.sort_unstable();
        satellites.dedup();
        // What hangs on nothing is told on its own: it must not be lost.
        let mut hangs = vec![false; rows.len()];
        for (_, row) in &satellites {
            hangs[*row as usize] = true;
        }
        for (row, hangs) in rows.iter_mut().zip(hangs) {
            row.satellite &= hangs;
        }
        reference.entities = rows.len() as u64;
        reference.parties = rows.iter().filter(|row| !row.satellite).count() as u64;
        ListIssue { reference, packed, dictionary, symbols, rows_of, rows, satellites, doubled }
    }
}

impl ListIssue {
    /// Loads a file.
    pub fn load(spec: &SourceSpec, path: &Path) -> Result<(Self, Report), SourceError> {
        let mut builder = ListIssueBuilder::new();
        let report = load_file(spec, path, None, &mut |entity| builder.add(&entity))?;
        let file = path.display().to_string();
        let reference = IssueRef { file, sources: vec![SourceIssue::of(&report)], ..IssueRef::default() };
        Ok((builder.finish(reference), report))
    }

    /// Loads two files at once, each on a thread of its own.
    #[expect(clippy::type_complexity, reason = "two of what `load` gives")]
    pub fn load_pair(
        spec: &SourceSpec,
        old: &Path,
        new: &Path,
    ) -> (Result<(Self, Report), SourceError>, Result<(Self, Report), SourceError>) {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| Self::load(spec, old));
            let new = Self::load(spec, new);
            match other.join() {
                Ok(old) => (old, new),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// What identifies the issue.
    #[must_use]
    pub fn reference(&self) -> &IssueRef {
        &self.reference
    }

    /// Ids that stand for two kinds of thing; only the first was kept.
    #[must_use]
    pub fn doubled(&self) -> &[String] {
        &self.doubled
    }

    /// The entity of an id.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<Entity> {
        self.unpacked(self.row(id)?)
    }

    /// All entities in the order in which they came.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        (0..self.rows.len() as u32).filter_map(|row| self.unpacked(row))
    }

    /// The parties in the order in which they came.
    pub fn parties(&self) -> impl Iterator<Item = Entity> {
        self.party_rows().filter_map(|row| self.unpacked(row))
    }

    /// What hangs on a party, in the order in which it came: addresses, documents, wallets, designations, relations.
    #[must_use]
    pub fn satellites(&self, id: &str) -> Vec<Entity> {
        self.row(id).map(|row| self.satellites_of(row)).unwrap_or_default()
    }

    /// The name to show for an id; the id itself when it is not in the issue.
    #[must_use]
    pub fn caption(&self, id: &str) -> String {
        self.entity(id).map_or_else(|| id.to_owned(), |entity| entity.display_name().to_owned())
    }

    pub(super) fn row(&self, id: &str) -> Option<u32> {
        let symbol = self.symbols.get(id)?;
        Some(self.rows_of[*symbol as usize]).filter(|row| *row != NONE)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = u32> {
        0..self.rows.len() as u32
    }

    pub(super) fn party_rows(&self) -> impl Iterator<Item = u32> {
        self.rows().filter(|row| self.is_party(*row))
    }

    pub(super) fn is_party(&self, row: u32) -> bool {
        !self.rows[row as usize].satellite
    }

    pub(super) fn unpacked(&self, row: u32) -> Option<Entity> {
        let row = self.rows.get(row as usize)?;
        unpack(&self.packed[row.start..row.end], &self.dictionary)
    }

    pub(super) fn satellites_of(&self, row: u32) -> Vec<Entity> {
        self.satellite_rows(row).filter_map(|row| self.unpacked(row)).collect()
    }

    fn satellite_rows(&self, row: u32) -> impl Iterator<Item = u32> {
        let start = self.satellites.partition_point(|(holder, _)| *holder < row);
        self.satellites[start..].iter().take_while(move |(holder, _)| *holder == row).map(|(_, satellite)| *satellite)
    }

    /// Of all that an entity says itself.
    pub(super) fn hash(&self, row: u32) -> [u8; 16] {
        self.rows[row as usize].hash
    }

    /// Of a party and all that hangs on it, in no order.
    pub(super) fn party_hashes(&self, row: u32) -> Vec<[u8; 16]> {
        let mut hashes: Vec<[u8; 16]> = self.satellite_rows(row).map(|row| self.hash(row)).collect();
        hashes.sort_unstable();
        hashes.push(self.hash(row));
        hashes
    }
}

/// The properties by which an entity hangs on others; none for a party.
fn holders(entity: &Entity) -> Vec<&'static str> {
    let Some(schema) = entity.schema.known() else { return Vec::new() };
    if let Some((source, target)) = schema.edge() {
        return vec![source, target];
    }
    match schema {
        Schema::Sanction => vec!["entity"],
        Schema::CryptoWallet => vec!["holder"],
        Schema::BankAccount => vec!["owner"],
        _ if schema.is_a(Schema::Identification) => vec!["holder"],
        _ => Vec::new(),
    }
}

/// Whether it is of a kind that hangs on parties.
fn is_satellite(entity: &Entity) -> bool {
    entity.schema.known() == Some(Schema::Address) || holders(entity).iter().any(|property| entity.first(property).is_some())
}

/// Of all that an entity says: not its id, which may be renumbered, not where it came from, and not the order of its values.
fn content_hash(entity: &Entity) -> [u8; 16] {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    put(entity.schema.as_str());
    put(entity.caption.as_deref().unwrap_or_default());
    put(match entity.target {
        None => "",
        Some(false) => "false",
        Some(true) => "true",
    });
    let mut datasets: Vec<&str> = entity.datasets.iter().map(String::as_str).collect();
    datasets.sort_unstable();
    for dataset in datasets {
        put(dataset);
    }
    let mut properties: Vec<_> = entity.properties().filter(|(_, values)| !values.is_empty()).collect();
    properties.sort_unstable_by_key(|(name, _)| *name);
    for (name, values) in properties {
        put("\u{1}");
        put(name);
        let mut texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        texts.sort_unstable();
        for text in texts {
            put(text);
        }
    }
    let mut names: Vec<String> = entity
        .names
        .iter()
        .map(|name| {
            let parts: Vec<String> = name.parts.iter().map(|part| format!("{}={}", part.kind.code(), part.text)).collect();
            [name.text.as_str(), name.kind.code(), if name.weak { "weak" } else { "" }, &name.script, &parts.join("\u{1f}")]
                .join("\u{1e}")
        })
        .collect();
    names.sort_unstable();
    put("\u{2}");
    for name in &names {
        put(name);
    }
    let mut extra: Vec<_> = entity.extra.iter().filter(|(key, _)| !SEEN.contains(&key.as_str())).collect();
    extra.sort_unstable_by_key(|(key, _)| key.as_str());
    put("\u{3}");
    for (key, value) in extra {
        put(key);
        put(&value.to_string());
    }
    let digest = <[u8; 32]>::from(hash.finalize());
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    first
}
