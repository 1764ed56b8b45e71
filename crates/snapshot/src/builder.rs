//! Making a snapshot: entities go in one by one, in the order of their sources; out comes the file's bytes. Only compact rows and each
//! distinct text are held, never the entities themselves.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use bytemuck::{Pod, bytes_of, cast_slice};
use interdict_model::{
    Country, Entity, Identifier, IdentifierKind, MergeError, NameDetail, PropertyType, Relation, Schema, Value, entity_to_json,
};
use interdict_names::{Attribute, NameKind, Token, TokenKind, attribute_keys, parse_name, rules_fingerprint};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use twox_hash::XxHash3_64;

use crate::attributes::{AttributeTables, PendingAttribute};
use crate::error::SnapshotError;
use crate::format::{
    ALIGNMENT, CLASSES, DetailRow, EntityRow, FORMAT_VERSION, Header, INLINE, IdentifierRow, LinkRow, MAGIC, Meta, NONE,
    NameRow, PropertyRow, Section, SectionRow, TokenRow,
};
use crate::keys::{KeyKind, KeyTableBuilder, bare, deletions, ends, letters, shape, skeleton_code, skeleton_deletions};
use crate::relations::{RelationRow, RelationTables};
use crate::storage::Storage;
use crate::view::{PART_SEPARATOR, escape_part, token_class, token_kind_code};

/// What a snapshot keeps of a source. The file's name is not among it: the same bytes under another name are the same source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMeta {
    /// Id of the source, such as `us_ofac_sdn`.
    pub id: String,
    /// Format of the file.
    pub format: String,
    /// Date of the issue, ISO 8601; empty when the file states none.
    pub issue_date: String,
    /// SHA-256 of the file as delivered.
    pub sha256: String,
    /// Size of the file as delivered, in bytes.
    pub bytes: u64,
    /// Entities from this source.
    pub entities: u64,
    /// What the parser counted, by its name.
    pub counts: Vec<(String, u64)>,
}

/// Distinct texts and where they begin.
#[derive(Default)]
struct Strings {
    ids: FxHashMap<Box<str>, u32>,
    heap: Vec<u8>,
    offsets: Vec<u32>,
}

impl Strings {
    fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = self.offsets.len() as u32;
        // Offsets beyond 4 GiB wrap here; `finish` refuses such a heap before anything reads by them.
        self.offsets.push(self.heap.len() as u32);
        self.heap.extend_from_slice(text.as_bytes());
        self.ids.insert(text.into(), id);
        id
    }

    fn optional(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.id(text))
    }
}

/// A token of the dictionary while it is built.
#[derive(Clone, PartialEq, Eq, Hash)]
struct TokenKey {
    text: u32,
    native: u32,
    skeleton: u32,
    korean: u32,
    canon: u32,
    readings: u32,
    kind: u8,
    common: u8,
}

/// An identifier whose holder is known only when all entities are in.
struct PendingIdentifier {
    stated_by: u32,
    holder: Option<u32>,
    row: IdentifierRow,
}

/// Collects entities and makes the snapshot.
#[derive(Default)]
pub struct Builder {
    strings: Strings,
    sources: Vec<SourceMeta>,
    entities: Vec<EntityRow>,
    properties: Vec<PropertyRow>,
    names: Vec<NameRow>,
    details: Vec<DetailRow>,
    name_tokens: Vec<u32>,
    tokens: Vec<TokenKey>,
    token_ids: FxHashMap<TokenKey, u32>,
    postings: Vec<Vec<u32>>,
    name_keys: KeyTableBuilder,
    identifiers: Vec<PendingIdentifier>,
    /// References: from entity, property string, id string of the entity referred to.
    references: Vec<(u32, u32, u32)>,
    /// Relations, whose ends are still strings: their ids.
    relations: Vec<RelationRow>,
    attributes: Vec<PendingAttribute>,
    /// Entity by the string of its id.
    by_id: FxHashMap<u32, u32>,
    /// Ids that came again.
    duplicates: Vec<String>,
    /// Entities that are held until all are in, because their ids come again, in the order of their first coming.
    held: Vec<Entity>,
    held_ids: FxHashMap<String, Option<usize>>,
    /// Hashes ([`id_hash`]) of further ids that come again.
    held_hashes: FxHashSet<u64>,
    conflict: Option<MergeError>,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("entities", &self.entities.len()).finish_non_exhaustive()
    }
}

/// A hash of an entity's id, by which ids that come more than once can be told before a snapshot is built.
#[must_use]
pub fn id_hash(id: &str) -> u64 {
    XxHash3_64::oneshot(id.as_bytes())
}

/// A finished snapshot, not yet written.
#[derive(Debug)]
pub struct Built {
    bytes: Vec<u8>,
    id: String,
    meta: Meta,
}

impl Built {
    /// The content id: 64 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the snapshot says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The file's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Opens the snapshot without a file.
    pub fn open(&self) -> Result<crate::Snapshot, SnapshotError> {
        crate::Snapshot::from_storage("(in memory)", Storage::owned(&self.bytes))
    }

    /// Writes the file: to a temporary name beside it, flushed to disk, then renamed, so that a reader sees the old file or the new one.
    pub fn write(&self, path: &Path) -> Result<(), SnapshotError> {
        // Writers of one path, in this process or another, each have a file of their own.
        static WRITERS: AtomicU64 = AtomicU64::new(0);
        let io = |reason| SnapshotError::Io { path: path.to_owned(), reason };
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}-{}.tmp", std::process::id(), WRITERS.fetch_add(1, Ordering::Relaxed)));
        let mut file = fs::File::create(&temporary).map_err(io)?;
        let result = (|| {
            file.write_all(&self.bytes)?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        })();
        if result.is_err() {
            // The first error is the one to report; what is left of the temporary file is of no use.
            let _ = fs::remove_file(&temporary);
        }
        result.map_err(io)
    }
}

impl Builder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is known of a source once its entities are in.
    pub fn add_source(&mut self, source: SourceMeta) {
        self.sources.push(source);
    }

    /// An empty builder that merges entities with the given ids ([`Entity::merge`]), as [`SnapshotError::DuplicateIds`] names them after a
    /// first try. Only those are held in memory.
    #[must_use]
    pub fn merging(ids: Vec<String>) -> Self {
        Self { held_ids: ids.into_iter().map(|id| (id, None)).collect(), ..Self::default() }
    }

    /// The same, of ids known by their hashes ([`id_hash`]).
    #[must_use]
    pub fn merging_hashes(hashes: impl IntoIterator<Item = u64>) -> Self {
        Self { held_hashes: hashes.into_iter().collect(), ..Self::default() }
    }

    /// Adds an entity.
    pub fn add(&mut self, entity: &Entity) {
        if !self.held_hashes.is_empty()
            && self.held_hashes.contains(&id_hash(&entity.id))
            && !self.held_ids.contains_key(&entity.id)
        {
            self.held_ids.insert(entity.id.clone(), None);
        }
        match self.held_ids.get_mut(&entity.id) {
            Some(Some(at)) => {
                if let Err(conflict) = self.held[*at].merge(entity.clone()) {
                    self.conflict.get_or_insert(conflict);
                }
            }
            Some(place) => {
                *place = Some(self.held.len());
                self.held.push(entity.clone());
            }
            None => self.compile(entity),
        }
    }

    fn compile(&mut self, entity: &Entity) {
        let id = self.strings.id(&entity.id);
        let row = self.entities.len() as u32;
        match self.by_id.entry(id) {
            std::collections::hash_map::Entry::Occupied(_) => {
                self.duplicates.push(entity.id.clone());
                return;
            }
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(row),
        };
        let schema = entity.schema.known();
        let names_begin = self.names.len() as u32;
        let properties_begin = self.properties.len() as u32;
        for (property, values) in entity.properties() {
            let property_id = self.strings.id(property);
            for value in values {
                let value_id = self.strings.id(&value.text);
                let record = self.strings.optional(value.record.as_deref());
                self.properties.push(PropertyRow { property: property_id, value: value_id, record });
                if entity.property_type(property) == Some(PropertyType::Entity) {
                    self.references.push((row, property_id, value_id));
                }
            }
        }
        if let Some(schema) = schema {
            if is_named_party(schema) {
                self.add_names(entity, schema, row);
            }
            self.add_identifiers(entity, schema, row);
        }
        self.add_relations(entity, row);
        self.add_attributes(entity, row);
        let details_begin = self.details.len() as u32;
        for name in &entity.names {
            let detail = self.detail(name);
            self.details.push(detail);
        }
        let caption = self.strings.optional(entity.caption.as_deref());
        let extra = extra_json(entity).map(|json| json.to_string());
        let extra = self.strings.optional(extra.as_deref());
        let schema = self.strings.id(entity.schema.as_str());
        let origin = entity.origin.as_ref();
        // An origin that states nothing is still an origin: all three are set, or none.
        let mut part = |text: Option<&str>| self.strings.optional(text);
        let (source, issue, record) = (
            part(origin.map(|origin| origin.source.as_str())),
            part(origin.map(|origin| origin.issue.as_str())),
            part(origin.map(|origin| origin.record.as_str())),
        );
        self.entities.push(EntityRow {
            id,
            schema,
            caption,
            extra,
            source,
            issue,
            record,
            properties: properties_begin,
            names: names_begin,
            details: details_begin,
            links: 0,
        });
    }

    fn add_names(&mut self, entity: &Entity, schema: Schema, row: u32) {
        let kind = name_kind(schema);
        let mut seen = FxHashSet::default();
        let from_parts = entity.name_from_parts().map(Value::from);
        let stated = entity.values_of(PropertyType::Name).chain(from_parts.as_ref().map(|value| ("name", value)));
        for (property, value) in stated {
            if !seen.insert(value.text.as_str()) {
                continue;
            }
            // A name without a letter or digit can be shown and not searched.
            let parsed = parse_name(&value.text, kind);
            if parsed.tokens.is_empty() {
                continue;
            }
            let name = self.names.len() as u32;
            let begin = self.name_tokens.len() as u32;
            let mut classes = [0_u8; CLASSES];
            for token in &parsed.tokens {
                let token_id = self.token(token);
                // A name has at most `interdict_names::MAX_TOKENS` tokens.
                classes[token_class(token.kind, token.common)] += 1;
                self.name_tokens.push(token_id);
                let postings = &mut self.postings[token_id as usize];
                if postings.last() != Some(&name) {
                    postings.push(name);
                }
            }
            for pair in parsed.tokens.windows(2) {
                if joinable(&pair[0]) && joinable(&pair[1]) {
                    let joined = format!("{}{}", pair[0].text, pair[1].text);
                    self.name_keys.insert(KeyKind::Joined, &joined, name);
                    if let Some(ends) = ends(&joined) {
                        self.name_keys.insert(KeyKind::Ends, &ends, name);
                    }
                    for first in &pair[0].korean {
                        for second in &pair[1].korean {
                            self.name_keys.insert(KeyKind::Korean, &format!("{first}{second}"), name);
                        }
                    }
                }
            }
            let (text, property) = (self.strings.id(&value.text), self.strings.id(property));
            let record = self.strings.optional(value.record.as_deref());
            let comma = parsed.comma_after.map_or(NONE, |at| at as u32);
            let schema = self.strings.id(entity.schema.as_str());
            self.names.push(NameRow { entity: row, text, property, record, tokens: begin, comma, schema, classes });
        }
    }

    fn detail(&mut self, name: &NameDetail) -> DetailRow {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let parts: Vec<String> =
            name.parts.iter().map(|part| format!("{}={}", part.kind.code(), escape_part(&part.text))).collect();
        DetailRow {
            text: self.strings.id(&name.text),
            kind: self.strings.id(&format!("{}{}", if name.weak { "~" } else { "" }, name.kind.code())),
            script: self.strings.optional(filled(&name.script).as_deref()),
            parts: self.strings.optional(filled(&parts.join(PART_SEPARATOR)).as_deref()),
            record: self.strings.optional(filled(&name.record).as_deref()),
        }
    }

    fn token(&mut self, token: &Token) -> u32 {
        let key = TokenKey {
            text: self.strings.id(&token.text),
            native: self.strings.optional(token.native.as_deref()),
            skeleton: self.strings.id(&token.skeleton),
            korean: if token.korean.is_empty() { NONE } else { self.strings.id(&token.korean.join(" ")) },
            canon: self.strings.optional(token.canon),
            readings: if token.readings.is_empty() { NONE } else { self.strings.id(&token.readings.join(" ")) },
            kind: token_kind_code(token.kind),
            common: token.common,
        };
        if let Some(id) = self.token_ids.get(&key) {
            return *id;
        }
        let id = self.tokens.len() as u32;
        self.tokens.push(key.clone());
        self.token_ids.insert(key, id);
        self.postings.push(Vec::new());
        id
    }

    fn add_identifiers(&mut self, entity: &Entity, schema: Schema, row: u32) {
        let holder = ["holder", "owner"]
            .iter()
            .filter(|_| is_held(schema))
            .find_map(|property| entity.first(property))
            .map(|holder| self.strings.id(holder));
        let country = ["country", "nationality", "jurisdiction"]
            .iter()
            .find_map(|property| entity.first(property))
            .and_then(Country::from_code);
        for (property, values) in entity.properties() {
            let Some(kind) = IdentifierKind::from_property(schema, property) else { continue };
            let property_id = self.strings.id(property);
            for value in values {
                // A value that breaks the rule of its kind is still what the list says: it is found as it is written.
                let (kind, key) = match Identifier::parse(kind, &value.text, country) {
                    Ok(identifier) => (identifier.kind(), identifier.lookup_key().to_string()),
                    Err(_) => (kind, Identifier::unverified_key(kind, &value.text)),
                };
                if key.is_empty() {
                    continue;
                }
                let row_key = self.strings.id(&key);
                let pending = IdentifierRow {
                    entity: row,
                    stated_by: row,
                    property: property_id,
                    kind: self.strings.id(kind.name()),
                    key: row_key,
                    shown: self.strings.id(&value.text),
                    record: self.strings.optional(value.record.as_deref()),
                };
                self.identifiers.push(PendingIdentifier { stated_by: row, holder, row: pending });
            }
        }
    }

    fn add_relations(&mut self, entity: &Entity, row: u32) {
        for Relation { from, to, terms } in Relation::of(entity) {
            let (from, to) = (self.strings.id(from), self.strings.id(to));
            let mut label = |text: &str| self.strings.optional((!text.is_empty()).then_some(text));
            let source = entity.origin.as_ref().map_or("", |origin| &origin.source);
            let labels = [&terms.class, &terms.joint, source].map(&mut label);
            self.relations.push(RelationRow::new(from, to, row, &terms, labels));
        }
    }

    fn add_attributes(&mut self, entity: &Entity, row: u32) {
        for Attribute { kind, key, shown, record } in attribute_keys(entity) {
            let (key, shown) = (self.strings.id(&key), self.strings.id(&shown));
            let record = self.strings.optional(record);
            self.attributes.push(PendingAttribute { kind, key, stated_by: row, shown, record });
        }
    }

    /// The values that entities have. What an address states is of those who name it as theirs; what a wallet, an account or a document
    /// states is of its holders, and its own where none of them is in the snapshot.
    fn attribute_tables(&mut self) -> AttributeTables {
        let pending = std::mem::take(&mut self.attributes);
        let ids = |name: &str| self.strings.ids.get(name).copied();
        let [address, held, owned] = [ids("addressEntity"), ids("holder"), ids("owner")];
        let mut belongs: FxHashMap<u32, Option<Vec<u32>>> = FxHashMap::default();
        for one in &pending {
            let schema = Schema::from_name(string(&self.strings, self.entities[one.stated_by as usize].schema));
            if schema.is_some_and(|schema| schema == Schema::Address || is_held(schema)) {
                belongs.entry(one.stated_by).or_insert_with(|| (schema == Some(Schema::Address)).then(Vec::new));
            }
        }
        for (from, property, to) in &self.references {
            let property = Some(*property);
            if property == address {
                let Some(to) = self.by_id.get(to) else { continue };
                if let Some(Some(holders)) = belongs.get_mut(to) {
                    holders.push(*from);
                }
            } else if property == held || property == owned {
                let Some(to) = self.by_id.get(to) else { continue };
                let schema = Schema::from_name(string(&self.strings, self.entities[*from as usize].schema));
                if let Some(holders) = belongs.get_mut(from).filter(|_| schema.is_some_and(is_held)) {
                    holders.get_or_insert_default().push(*to);
                }
            }
        }
        let own: Vec<u32> = (0..self.entities.len() as u32).collect();
        AttributeTables::new(
            own.len() as u32,
            &pending,
            |entity| match belongs.get(&entity) {
                Some(Some(holders)) => holders,
                _ => &own[entity as usize..=entity as usize],
            },
            |id| string(&self.strings, id),
        )
    }

    /// The relations between entities that are in. One whose ends are both missing is said by its statement alone.
    fn relation_tables(&mut self) -> RelationTables {
        let mut rows = std::mem::take(&mut self.relations);
        for row in &mut rows {
            for end in [&mut row.from, &mut row.to] {
                *end = self.by_id.get(end).copied().unwrap_or(NONE);
            }
        }
        rows.retain(|row| row.from != NONE || row.to != NONE);
        RelationTables::new(self.entities.len() as u32, rows)
    }

    /// Makes the snapshot.
    pub fn finish(mut self) -> Result<Built, SnapshotError> {
        if let Some(conflict) = self.conflict {
            return Err(SnapshotError::Merge(conflict));
        }
        for entity in std::mem::take(&mut self.held) {
            self.compile(&entity);
        }
        if self.entities.is_empty() {
            return Err(SnapshotError::Empty);
        }
        if !self.duplicates.is_empty() {
            self.duplicates.sort_unstable();
            self.duplicates.dedup();
            return Err(SnapshotError::DuplicateIds(self.duplicates));
        }
        // Before anything reads by an offset that may have wrapped.
        self.fits()?;
        let identifiers = self.identifier_rows();
        let mut identifier_keys = KeyTableBuilder::default();
        for (at, row) in identifiers.iter().enumerate() {
            identifier_keys.insert(KeyKind::Identifier, string(&self.strings, row.key), at as u32);
        }
        let mut id_keys = KeyTableBuilder::default();
        for (at, row) in self.entities.iter().enumerate() {
            id_keys.insert(KeyKind::Id, string(&self.strings, row.id), at as u32);
        }
        let mut token_keys = KeyTableBuilder::default();
        for (at, token) in self.tokens.iter().enumerate() {
            insert_token_keys(&mut token_keys, &self.strings, token, at as u32);
        }
        fits("keys of tokens", token_keys.len())?;
        let relations = self.relation_tables();
        let attributes = self.attribute_tables();
        fits("attributes of entities", attributes.holdings.len())?;
        let links = self.link_rows();
        let postings: Vec<u32> = self.postings.iter().flatten().copied().collect();
        let mut begin = 0;
        let mut token_rows = Vec::with_capacity(self.tokens.len() + 1);
        for (token, names) in self.tokens.iter().zip(&self.postings) {
            token_rows.push(token_row(&self.strings, token, begin));
            begin += names.len() as u32;
        }
        token_rows.push(TokenRow { postings: begin, ..TokenRow::zeroed_row() });
        let meta = Meta {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            name_rules: name_rules(),
            sources: self.sources,
            entities: self.entities.len() as u64,
            names: self.names.len() as u64,
            identifiers: identifiers.len() as u64,
            links: links.len() as u64,
            relations: relations.rows.len() as u64,
            attributes: attributes.values.len() as u64 - 1,
        };
        self.entities.push(EntityRow {
            properties: self.properties.len() as u32,
            names: self.names.len() as u32,
            details: self.details.len() as u32,
            links: links.len() as u32,
            ..bytemuck::Zeroable::zeroed()
        });
        self.names.push(NameRow { tokens: self.name_tokens.len() as u32, ..bytemuck::Zeroable::zeroed() });
        self.strings.offsets.push(self.strings.heap.len() as u32);
        // Struct members serialise without fail; a map with non-string keys, the one thing that could fail, is not among them.
        let meta_json = serde_json::to_vec(&meta).unwrap_or_default();
        let (token_buckets, token_entries) = token_keys.finish();
        let (name_buckets, name_entries) = self.name_keys.finish();
        let (identifier_buckets, identifier_entries) = identifier_keys.finish();
        let (id_buckets, id_entries) = id_keys.finish();
        let contents: [(Section, &[u8]); Section::ALL.len()] = [
            (Section::Meta, &meta_json),
            (Section::Strings, &self.strings.heap),
            (Section::StringOffsets, as_bytes(&self.strings.offsets)),
            (Section::Entities, as_bytes(&self.entities)),
            (Section::Properties, as_bytes(&self.properties)),
            (Section::Names, as_bytes(&self.names)),
            (Section::NameDetails, as_bytes(&self.details)),
            (Section::NameTokens, as_bytes(&self.name_tokens)),
            (Section::Tokens, as_bytes(&token_rows)),
            (Section::Postings, as_bytes(&postings)),
            (Section::TokenKeyBuckets, as_bytes(&token_buckets)),
            (Section::TokenKeys, as_bytes(&token_entries)),
            (Section::NameKeyBuckets, as_bytes(&name_buckets)),
            (Section::NameKeys, as_bytes(&name_entries)),
            (Section::Identifiers, as_bytes(&identifiers)),
            (Section::IdentifierKeyBuckets, as_bytes(&identifier_buckets)),
            (Section::IdentifierKeys, as_bytes(&identifier_entries)),
            (Section::IdKeyBuckets, as_bytes(&id_buckets)),
            (Section::IdKeys, as_bytes(&id_entries)),
            (Section::Links, as_bytes(&links)),
            (Section::Relations, as_bytes(&relations.rows)),
            (Section::RelationsOver, as_bytes(&relations.over)),
            (Section::RelationsBy, as_bytes(&relations.by)),
            (Section::RelationsByOffsets, as_bytes(&relations.by_offsets)),
            (Section::Attributes, as_bytes(&attributes.values)),
            (Section::Holdings, as_bytes(&attributes.holdings)),
            (Section::HoldingsBy, as_bytes(&attributes.by)),
            (Section::HoldingsByOffsets, as_bytes(&attributes.by_offsets)),
        ];
        Ok(assemble(&contents, meta))
    }

    /// Refuses what 32-bit offsets and row numbers cannot hold.
    fn fits(&self) -> Result<(), SnapshotError> {
        [
            ("bytes of text", self.strings.heap.len()),
            ("texts", self.strings.offsets.len()),
            ("entities", self.entities.len()),
            ("property values", self.properties.len()),
            ("names", self.names.len()),
            ("name details", self.details.len()),
            ("tokens of names", self.name_tokens.len()),
            ("postings", self.postings.iter().map(Vec::len).sum()),
            ("keys of names", self.name_keys.len()),
            ("identifiers", self.identifiers.len()),
            ("references", self.references.len()),
            ("relations", self.relations.len()),
            ("attributes", self.attributes.len()),
        ]
        .into_iter()
        .try_for_each(|(what, count)| fits(what, count))
    }

    fn identifier_rows(&self) -> Vec<IdentifierRow> {
        let mut rows: Vec<IdentifierRow> = self
            .identifiers
            .iter()
            .map(|pending| {
                // A holder that is not in the snapshot leaves the identifier with the entity that states it.
                let holder = pending.holder.and_then(|id| self.by_id.get(&id).copied());
                IdentifierRow { entity: holder.unwrap_or(pending.stated_by), ..pending.row }
            })
            .collect();
        // The same number stands on the party and on its document; one row says it, and the party's own comes first. Only a kind that the
        // first cannot stand for has a row of its own.
        let mut seen: FxHashMap<(u32, u32), Vec<IdentifierKind>> = FxHashMap::default();
        rows.sort_by_key(|row| (row.entity, row.stated_by != row.entity));
        rows.retain(|row| {
            let Some(kind) = IdentifierKind::from_name(string(&self.strings, row.kind)) else { return false };
            let kinds = seen.entry((row.entity, row.key)).or_default();
            let covered = kinds.iter().any(|held| held.may_equal(kind));
            if !covered {
                kinds.push(kind);
            }
            !covered
        });
        rows
    }

    fn link_rows(&mut self) -> Vec<LinkRow> {
        let mut resolved: Vec<(u32, u32, u32)> = self
            .references
            .iter()
            .filter_map(|(from, property, to)| self.by_id.get(to).map(|to| (*to, *from, *property)))
            .collect();
        resolved.sort_unstable();
        let mut at = 0;
        for (entity, row) in self.entities.iter_mut().enumerate() {
            row.links = at as u32;
            while resolved.get(at).is_some_and(|link| link.0 as usize == entity) {
                at += 1;
            }
        }
        resolved.into_iter().map(|(_, from, property)| LinkRow { from, property }).collect()
    }
}

/// Refuses a count that 32 bits cannot hold, or could only as `NONE`.
fn fits(what: &'static str, count: usize) -> Result<(), SnapshotError> {
    if count < NONE as usize { Ok(()) } else { Err(SnapshotError::TooLarge { what }) }
}

impl TokenRow {
    fn zeroed_row() -> Self {
        bytemuck::Zeroable::zeroed()
    }
}

fn token_row(strings: &Strings, token: &TokenKey, postings: u32) -> TokenRow {
    let TokenKey { text, native, skeleton, korean, canon, readings, kind, common } = *token;
    let bytes = string(strings, text).as_bytes();
    let mut inline = [0; INLINE];
    let held = bytes.len().min(INLINE);
    inline[..held].copy_from_slice(&bytes[..held]);
    TokenRow {
        inline,
        length: bytes.len().min(usize::from(u8::MAX)) as u8,
        kind,
        common,
        reserved: 0,
        letters: letters(bytes),
        skeleton_code: skeleton_code(string(strings, skeleton)),
        text,
        native,
        skeleton,
        korean,
        canon,
        readings,
        postings,
        reserved_too: 0,
    }
}

fn string(strings: &Strings, id: u32) -> &str {
    let begin = strings.offsets[id as usize] as usize;
    let end = strings.offsets.get(id as usize + 1).map_or(strings.heap.len(), |end| *end as usize);
    std::str::from_utf8(&strings.heap[begin..end]).unwrap_or_default()
}

fn insert_token_keys(keys: &mut KeyTableBuilder, strings: &Strings, token: &TokenKey, row: u32) {
    let text = string(strings, token.text);
    keys.insert(KeyKind::Text, text, row);
    if token.kind == token_kind_code(TokenKind::Word) || token.kind == token_kind_code(TokenKind::Generic) {
        keys.insert(KeyKind::Near, text, row);
        for deletion in deletions(text) {
            keys.insert(KeyKind::Near, &deletion, row);
        }
        keys.insert(KeyKind::Skeleton, string(strings, token.skeleton), row);
        for deletion in skeleton_deletions(string(strings, token.skeleton)) {
            keys.insert(KeyKind::SkeletonDeletion, &deletion, row);
        }
        if let Some(ends) = ends(text) {
            keys.insert(KeyKind::Ends, &ends, row);
        }
        let shaped = shape(text);
        if shaped != text {
            keys.insert(KeyKind::Shape, &shaped, row);
        }
        if let Some(bare) = bare(text).filter(|bare| bare != text) {
            keys.insert(KeyKind::Bare, &bare, row);
        }
    }
    if token.canon != NONE {
        keys.insert(KeyKind::Text, string(strings, token.canon), row);
    }
    if token.native != NONE {
        keys.insert(KeyKind::Native, string(strings, token.native), row);
    }
    if token.readings != NONE {
        for reading in string(strings, token.readings).split(' ') {
            keys.insert(KeyKind::Text, reading, row);
        }
    }
    if token.korean != NONE {
        for key in string(strings, token.korean).split(' ') {
            keys.insert(KeyKind::Korean, key, row);
        }
    }
}

/// Whether two such neighbours may be written as one word elsewhere.
fn joinable(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Particle | TokenKind::Initial | TokenKind::Generic | TokenKind::Stop)
}

/// Whether entities of the schema are found by name: parties and things, not addresses, posts or documents.
fn is_named_party(schema: Schema) -> bool {
    schema.is_a(Schema::Thing) && !schema.is_a(Schema::Address) && !schema.is_a(Schema::Position)
}

/// Whether what an entity of the schema states belongs to the party that holds it.
fn is_held(schema: Schema) -> bool {
    schema.is_a(Schema::CryptoWallet) || schema.is_a(Schema::Identification) || schema.is_a(Schema::BankAccount)
}

/// The rules by which names of a schema are read.
#[must_use]
pub(crate) fn name_kind(schema: Schema) -> NameKind {
    if schema.is_a(Schema::Person) {
        NameKind::Person
    } else if schema.is_a(Schema::Organization) {
        NameKind::Organization
    } else if schema.is_a(Schema::Asset) {
        NameKind::Object
    } else {
        NameKind::Unknown
    }
}

/// The fingerprint of the name rules of this engine, as it stands in a snapshot.
pub(crate) fn name_rules() -> String {
    format!("{:016x}", rules_fingerprint())
}

/// Everything of an entity that has no row of its own, as a JSON object; `None` when there is nothing.
fn extra_json(entity: &Entity) -> Option<serde_json::Value> {
    let mut bare = Entity::new("", "");
    bare.datasets.clone_from(&entity.datasets);
    bare.target = entity.target;
    bare.extra.clone_from(&entity.extra);
    let serde_json::Value::Object(mut object) = entity_to_json(&bare) else { return None };
    for member in ["id", "schema", "properties"] {
        object.shift_remove(member);
    }
    (!object.is_empty()).then_some(serde_json::Value::Object(object))
}

fn as_bytes<T: Pod>(rows: &[T]) -> &[u8] {
    cast_slice(rows)
}

fn assemble(contents: &[(Section, &[u8])], meta: Meta) -> Built {
    let align = |at: usize| at.next_multiple_of(ALIGNMENT);
    let table_end = size_of::<Header>() + contents.len() * size_of::<SectionRow>();
    let mut offset = align(table_end);
    let mut table = Vec::with_capacity(contents.len());
    for (kind, content) in contents {
        table.push(SectionRow {
            kind: *kind as u32,
            reserved: 0,
            offset: offset as u64,
            length: content.len() as u64,
            xxh3: XxHash3_64::oneshot(content),
            sha256: Sha256::digest(content).into(),
        });
        offset = align(offset + content.len());
    }
    let mut header = Header {
        magic: MAGIC,
        version: FORMAT_VERSION,
        sections: contents.len() as u32,
        length: offset as u64,
        reserved: 0,
        id: [0; 32],
    };
    header.id = header_id(&header, &table);
    let mut bytes = Vec::with_capacity(offset);
    bytes.extend_from_slice(bytes_of(&header));
    bytes.extend_from_slice(as_bytes(&table));
    for (_, content) in contents {
        bytes.resize(align(bytes.len()), 0);
        bytes.extend_from_slice(content);
    }
    bytes.resize(offset, 0);
    Built { bytes, id: hex(&header.id), meta }
}

/// The id that a header with this table must have.
pub(crate) fn header_id(header: &Header, table: &[SectionRow]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(&bytes_of(header)[..size_of::<Header>() - header.id.len()]);
    hash.update(as_bytes(table));
    hash.finalize().into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
