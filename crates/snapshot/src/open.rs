//! Opening a snapshot: map the file, check header, checksums and every reference inside, then hand out views. Checking touches each byte
//! once, which for the whole SDN list takes milliseconds; afterwards nothing needs to be believed.

use std::fs::File;
use std::path::Path;

use bytemuck::{Pod, cast_slice, try_cast_slice};
use interdict_model::Schema;
use sha2::{Digest, Sha256};
use twox_hash::XxHash3_64;

use crate::attributes::{AttributeRow, Attributes, HoldingRow, kind};
use crate::builder::{header_id, hex, name_rules};
use crate::error::SnapshotError;
use crate::format::{
    ALIGNMENT, DetailRow, EntityRow, FORMAT_VERSION, Header, IdentifierRow, LinkRow, MAGIC, Meta, NONE, NameRow, PropertyRow,
    Section, SectionRow, TokenRow,
};
use crate::keys::{KeyEntry, KeyTable};
use crate::relations::{RelationRow, Relations};
use crate::storage::Storage;

/// An open snapshot. Cheap to share (`Arc`), safe to read from any number of threads.
pub struct Snapshot {
    storage: Storage,
    ranges: [(usize, usize); Section::ALL.len()],
    meta: Meta,
    id: String,
    /// The schemata in use: string of the name, and what it is. A handful, looked up for every candidate.
    schemata: Vec<(u32, Option<Schema>)>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("id", &self.id).field("entities", &self.meta.entities).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Opens a file by mapping it.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let io = |reason| SnapshotError::Io { path: path.to_owned(), reason };
        let name = path.display().to_string();
        let file = File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() < size_of::<Header>() as u64 {
            return Err(SnapshotError::Foreign { file: name, reason: "it is too short to have a header".to_owned() });
        }
        Self::from_storage(&name, Storage::map(&file).map_err(io)?)
    }

    /// Opens bytes, such as a snapshot received over the network. They are copied once.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::from_storage(name, Storage::owned(bytes))
    }

    pub(crate) fn from_storage(name: &str, storage: Storage) -> Result<Self, SnapshotError> {
        let (ranges, id) = check(name, storage.bytes())?;
        let (begin, end) = ranges[Section::Meta as usize];
        let meta: Meta = serde_json::from_slice(&storage.bytes()[begin..end]).map_err(|error| SnapshotError::Damaged {
            file: name.to_owned(),
            what: format!("section Meta cannot be read ({error})"),
            offset: begin as u64,
        })?;
        if meta.name_rules != name_rules() {
            return Err(SnapshotError::Rules { file: name.to_owned(), engine: meta.engine });
        }
        let mut snapshot = Self { storage, ranges, meta, id, schemata: Vec::new() };
        snapshot.validate(name)?;
        let mut schemata: Vec<u32> = snapshot.entity_rows().iter().map(|row| row.schema).collect();
        schemata.pop();
        schemata.sort_unstable();
        schemata.dedup();
        snapshot.schemata = schemata.into_iter().map(|id| (id, Schema::from_name(snapshot.string(id)))).collect();
        Ok(snapshot)
    }

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

    /// Size of the file in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.storage.bytes().len()
    }

    /// The file as it is, to be kept elsewhere.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.storage.bytes()
    }

    /// Checks the SHA-256 of every section, beyond the fast checksums that opening has checked.
    pub fn verify(&self, name: &str) -> Result<(), SnapshotError> {
        let bytes = self.storage.bytes();
        for (section, row) in Section::ALL.iter().zip(table(bytes)) {
            let (begin, end) = self.ranges[*section as usize];
            if <[u8; 32]>::from(Sha256::digest(&bytes[begin..end])) != row.sha256 {
                let what = format!("section {} does not have its SHA-256", section.name());
                return Err(SnapshotError::Damaged { file: name.to_owned(), what, offset: begin as u64 });
            }
        }
        Ok(())
    }

    fn rows<T: Pod>(&self, section: Section) -> &[T] {
        let (begin, end) = self.ranges[section as usize];
        // Alignment and whole rows were checked at opening.
        cast_slice(&self.storage.bytes()[begin..end])
    }

    pub(crate) fn entity_rows(&self) -> &[EntityRow] {
        self.rows(Section::Entities)
    }

    pub(crate) fn property_rows(&self) -> &[PropertyRow] {
        self.rows(Section::Properties)
    }

    pub(crate) fn name_rows(&self) -> &[NameRow] {
        self.rows(Section::Names)
    }

    pub(crate) fn detail_rows(&self) -> &[DetailRow] {
        self.rows(Section::NameDetails)
    }

    pub(crate) fn name_token_rows(&self) -> &[u32] {
        self.rows(Section::NameTokens)
    }

    pub(crate) fn token_rows(&self) -> &[TokenRow] {
        self.rows(Section::Tokens)
    }

    pub(crate) fn posting_rows(&self) -> &[u32] {
        self.rows(Section::Postings)
    }

    pub(crate) fn identifier_rows(&self) -> &[IdentifierRow] {
        self.rows(Section::Identifiers)
    }

    pub(crate) fn link_rows(&self) -> &[LinkRow] {
        self.rows(Section::Links)
    }

    /// The relations between its entities.
    #[must_use]
    pub fn relations(&self) -> Relations<'_> {
        Relations {
            rows: self.rows(Section::Relations),
            over: self.rows(Section::RelationsOver),
            by: self.rows(Section::RelationsBy),
            by_offsets: self.rows(Section::RelationsByOffsets),
        }
    }

    /// What its entities can share: addresses, telephone numbers, wallets and the like.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes {
            snapshot: self,
            values: self.rows(Section::Attributes),
            holdings: self.rows(Section::Holdings),
            by: self.rows(Section::HoldingsBy),
            by_offsets: self.rows(Section::HoldingsByOffsets),
        }
    }

    pub(crate) fn token_keys(&self) -> KeyTable<'_> {
        self.keys(Section::TokenKeyBuckets, Section::TokenKeys)
    }

    pub(crate) fn name_keys(&self) -> KeyTable<'_> {
        self.keys(Section::NameKeyBuckets, Section::NameKeys)
    }

    pub(crate) fn identifier_keys(&self) -> KeyTable<'_> {
        self.keys(Section::IdentifierKeyBuckets, Section::IdentifierKeys)
    }

    pub(crate) fn id_keys(&self) -> KeyTable<'_> {
        self.keys(Section::IdKeyBuckets, Section::IdKeys)
    }

    fn keys(&self, buckets: Section, entries: Section) -> KeyTable<'_> {
        KeyTable { buckets: self.rows(buckets), entries: self.rows::<KeyEntry>(entries) }
    }

    /// The schemata that occur in the snapshot, in no particular order; `None` for one that is not registered.
    pub fn schemata(&self) -> impl Iterator<Item = Option<Schema>> {
        self.schemata.iter().map(|(_, schema)| *schema)
    }

    /// Position of the schema that a string names; beyond the last for a string that names none.
    pub(crate) fn schema_index(&self, id: u32) -> usize {
        self.schemata.iter().position(|(held, _)| *held == id).unwrap_or(self.schemata.len())
    }

    /// The registered schema that a string names.
    pub(crate) fn schema(&self, id: u32) -> Option<Schema> {
        self.schemata.iter().find(|(held, _)| *held == id)?.1
    }

    /// The text of a string id; empty for `NONE`.
    pub(crate) fn string(&self, id: u32) -> &str {
        // Opening checked that every string is UTF-8.
        std::str::from_utf8(self.string_bytes(id)).unwrap_or_default()
    }

    /// The bytes of a string id; empty for `NONE`.
    pub(crate) fn string_bytes(&self, id: u32) -> &[u8] {
        if id == NONE {
            return &[];
        }
        let offsets: &[u32] = self.rows(Section::StringOffsets);
        let (Some(begin), Some(end)) = (offsets.get(id as usize), offsets.get((id as usize).saturating_add(1))) else {
            return &[];
        };
        let (base, _) = self.ranges[Section::Strings as usize];
        &self.storage.bytes()[base + *begin as usize..base + *end as usize]
    }

    /// Checks that every reference inside the file points inside the file.
    fn validate(&self, name: &str) -> Result<(), SnapshotError> {
        let fail = |section: Section, what: &str| {
            let offset = self.ranges[section as usize].0 as u64;
            let what = format!("section {}: {what}", section.name());
            Err(SnapshotError::Damaged { file: name.to_owned(), what, offset })
        };
        // Row numbers are 32-bit; `NONE` is none of them.
        if let Some(section) = Section::ALL.iter().find(|section| {
            let (begin, end) = self.ranges[**section as usize];
            (end - begin) / row_size(**section) >= NONE as usize
        }) {
            return fail(*section, "more rows than 32 bits can count");
        }
        let offsets: &[u32] = self.rows(Section::StringOffsets);
        let (begin, end) = self.ranges[Section::Strings as usize];
        let heap = &self.storage.bytes()[begin..end];
        if offsets.first() != Some(&0) || offsets.last().map(|last| *last as usize) != Some(heap.len()) || !offsets.is_sorted()
        {
            return fail(Section::StringOffsets, "offsets do not cover the strings in order");
        }
        let Ok(text) = std::str::from_utf8(heap) else {
            return fail(Section::Strings, "not UTF-8");
        };
        if !offsets.iter().all(|offset| text.is_char_boundary(*offset as usize)) {
            return fail(Section::StringOffsets, "an offset stands inside a character");
        }
        let strings = offsets.len() as u32 - 1;
        let is_string = |id: u32| id < strings;
        let is_optional = |id: u32| id < strings || id == NONE;

        let entities = self.entity_rows();
        let [entities @ .., close] = entities else { return fail(Section::Entities, "no closing row") };
        let entity_count = entities.len() as u32;
        let entities_are_good = entities.iter().all(|row| {
            is_string(row.id)
                && is_string(row.schema)
                && [row.caption, row.extra, row.source, row.issue, row.record].into_iter().all(is_optional)
        });
        if !entities_are_good {
            return fail(Section::Entities, "a string that is not there");
        }
        let all = || entities.iter().chain([close]);
        if !covers(all().map(|row| row.properties), self.property_rows().len()) {
            return fail(Section::Entities, "property ranges do not cover the properties in order");
        }
        let [names @ .., names_close] = self.name_rows() else { return fail(Section::Names, "no closing row") };
        if !covers(all().map(|row| row.names), names.len()) {
            return fail(Section::Entities, "name ranges do not cover the names in order");
        }
        if !covers(all().map(|row| row.details), self.detail_rows().len()) {
            return fail(Section::Entities, "detail ranges do not cover the details in order");
        }
        let details_are_good = self.detail_rows().iter().all(|row| {
            is_string(row.text) && is_string(row.kind) && [row.script, row.parts, row.record].into_iter().all(is_optional)
        });
        if !details_are_good {
            return fail(Section::NameDetails, "a string that is not there");
        }
        if !covers(all().map(|row| row.links), self.link_rows().len()) {
            return fail(Section::Entities, "link ranges do not cover the links in order");
        }
        let properties_are_good =
            self.property_rows().iter().all(|row| is_string(row.property) && is_string(row.value) && is_optional(row.record));
        if !properties_are_good {
            return fail(Section::Properties, "a string that is not there");
        }
        let name_tokens = self.name_token_rows();
        if !covers(names.iter().chain([names_close]).map(|row| row.tokens), name_tokens.len()) {
            return fail(Section::Names, "token ranges do not cover the tokens in order");
        }
        let names_are_good = names.iter().all(|row| {
            let strings = is_string(row.text) && is_string(row.property) && is_string(row.schema) && is_optional(row.record);
            row.entity < entity_count && strings
        });
        if !names_are_good {
            return fail(Section::Names, "an entity or string that is not there");
        }
        let ends = names.iter().skip(1).chain([names_close]).map(|row| row.tokens);
        if !names.iter().zip(ends).all(|(row, end)| row.comma == NONE || row.comma < end - row.tokens) {
            return fail(Section::Names, "a comma after a token that is not there");
        }
        let [tokens @ .., tokens_close] = self.token_rows() else { return fail(Section::Tokens, "no closing row") };
        if !name_tokens.iter().all(|token| (*token as usize) < tokens.len()) {
            return fail(Section::NameTokens, "a token that is not there");
        }
        let tokens_are_good = tokens.iter().all(|row| {
            is_string(row.text)
                && is_string(row.skeleton)
                && [row.native, row.korean, row.canon, row.readings].into_iter().all(is_optional)
        });
        if !tokens_are_good {
            return fail(Section::Tokens, "a string that is not there");
        }
        let postings = self.posting_rows();
        if !covers(tokens.iter().chain([tokens_close]).map(|row| row.postings), postings.len()) {
            return fail(Section::Tokens, "postings ranges do not cover the postings in order");
        }
        if !postings.iter().all(|posting| (*posting as usize) < names.len()) {
            return fail(Section::Postings, "a name that is not there");
        }
        let ends = tokens.iter().skip(1).chain([tokens_close]).map(|row| row.postings);
        let ascend =
            |(row, end): (&TokenRow, u32)| postings[row.postings as usize..end as usize].is_sorted_by(|name, next| name < next);
        if !tokens.iter().zip(ends).all(ascend) {
            return fail(Section::Postings, "names of a token that do not ascend");
        }
        let identifiers = self.identifier_rows();
        let identifiers_are_good = identifiers.iter().all(|row| {
            row.entity < entity_count
                && row.stated_by < entity_count
                && [row.property, row.kind, row.key, row.shown].into_iter().all(is_string)
                && is_optional(row.record)
        });
        if !identifiers_are_good {
            return fail(Section::Identifiers, "an entity or string that is not there");
        }
        if !self.link_rows().iter().all(|row| row.from < entity_count && is_string(row.property)) {
            return fail(Section::Links, "an entity or string that is not there");
        }
        let relations = self.relations();
        let is_end = |entity: u32| entity < entity_count || entity == NONE;
        let relations_are_good = relations.rows.iter().all(|row| {
            is_end(row.from)
                && is_end(row.to)
                && row.statement < entity_count
                && [row.class, row.joint, row.source].into_iter().all(is_optional)
        });
        if !relations_are_good || !relations.rows.iter().all(RelationRow::is_valid) {
            return fail(Section::Relations, "an entity, string or code that is not there");
        }
        let ends = [
            (Section::RelationsOver, relations.over, relations.rows.iter().filter(|row| row.to != NONE).count()),
            (Section::RelationsByOffsets, relations.by_offsets, relations.by.len()),
        ];
        for (section, offsets, length) in ends {
            if offsets.len() != entities.len() + 1 || !covers(offsets.iter().copied(), length) {
                return fail(section, "ranges do not cover the relations in order");
            }
        }
        if !relations.by.iter().all(|at| (*at as usize) < relations.rows.len()) {
            return fail(Section::RelationsBy, "a relation that is not there");
        }
        let attributes = self.attributes();
        let [values @ .., close] = attributes.values else { return fail(Section::Attributes, "no closing row") };
        let all = || values.iter().chain([close]).map(|row| row.holdings);
        if !covers(all(), attributes.holdings.len()) {
            return fail(Section::Attributes, "holding ranges do not cover the holdings in order");
        }
        if !values.iter().all(|row| is_string(row.key) && kind(row.kind).is_some()) {
            return fail(Section::Attributes, "a string or kind that is not there");
        }
        let holdings_are_good = attributes.holdings.iter().all(|row| {
            row.entity < entity_count && row.stated_by < entity_count && is_string(row.shown) && is_optional(row.record)
        });
        if !holdings_are_good {
            return fail(Section::Holdings, "an entity or string that is not there");
        }
        let in_order = values.iter().zip(all().skip(1)).zip(0..).all(|((row, end), value)| {
            let held = &attributes.holdings[row.holdings as usize..end as usize];
            held.iter().all(|one| one.value == value) && held.is_sorted_by(|one, next| one.entity < next.entity)
        });
        if !in_order {
            return fail(Section::Holdings, "holders of a value that are not in order");
        }
        if !values.is_sorted_by(|one, next| (one.kind, self.string(one.key)) < (next.kind, self.string(next.key))) {
            return fail(Section::Attributes, "values that are not in order");
        }
        if attributes.by_offsets.len() != entities.len() + 1
            || !covers(attributes.by_offsets.iter().copied(), attributes.by.len())
        {
            return fail(Section::HoldingsByOffsets, "ranges do not cover the holdings in order");
        }
        let by_entity = |at: u32| attributes.holdings.get(at as usize).map(|row| row.entity);
        let ranges = attributes.by_offsets.windows(2).zip(0..);
        let mut holdings_by = ranges.flat_map(|(range, entity)| {
            attributes.by[range[0] as usize..range[1] as usize].iter().map(move |at| by_entity(*at) == Some(entity))
        });
        if attributes.by.len() != attributes.holdings.len() || !holdings_by.all(|good| good) {
            return fail(Section::HoldingsBy, "a holding that is not there");
        }
        let tables = [
            (Section::TokenKeys, self.token_keys(), tokens.len()),
            (Section::NameKeys, self.name_keys(), names.len()),
            (Section::IdentifierKeys, self.identifier_keys(), identifiers.len()),
            (Section::IdKeys, self.id_keys(), entities.len()),
        ];
        for (section, table, rows) in tables {
            if !table.is_valid(rows) {
                return fail(section, "a key table that is not well-formed");
            }
        }
        let counts = [
            (self.meta.entities, entities.len()),
            (self.meta.names, names.len()),
            (self.meta.identifiers, identifiers.len()),
            (self.meta.links, self.link_rows().len()),
            (self.meta.relations, relations.rows.len()),
            (self.meta.attributes, values.len()),
        ];
        if counts.iter().any(|(stated, rows)| *stated != *rows as u64) {
            return fail(Section::Meta, "counts that are not those of the sections");
        }
        Ok(())
    }
}

/// Whether range starts begin at 0 and ascend, and the last of them is the length of what they divide.
fn covers(mut starts: impl Iterator<Item = u32>, length: usize) -> bool {
    let mut last = 0;
    if starts.next() != Some(0) {
        return false;
    }
    for start in starts {
        if start < last {
            return false;
        }
        last = start;
    }
    last as usize == length
}

/// The section table of a file whose header was checked.
fn table(bytes: &[u8]) -> &[SectionRow] {
    let begin = size_of::<Header>();
    cast_slice(&bytes[begin..begin + Section::ALL.len() * size_of::<SectionRow>()])
}

type Ranges = [(usize, usize); Section::ALL.len()];

/// Checks header, table, padding and fast checksums; returns where the sections are and the id.
fn check(file: &str, bytes: &[u8]) -> Result<(Ranges, String), SnapshotError> {
    let foreign = |reason: &str| SnapshotError::Foreign { file: file.to_owned(), reason: reason.to_owned() };
    let damaged = |what: String, offset: usize| SnapshotError::Damaged { file: file.to_owned(), what, offset: offset as u64 };
    let Some(head) = bytes.get(..size_of::<Header>()) else {
        return Err(foreign("it is too short to have a header"));
    };
    let header: Header = bytemuck::pod_read_unaligned(head);
    if header.magic != MAGIC {
        return Err(foreign("it does not begin with the mark of a snapshot"));
    }
    if header.version != FORMAT_VERSION {
        return Err(SnapshotError::Version { file: file.to_owned(), found: header.version, supported: FORMAT_VERSION });
    }
    if header.length != bytes.len() as u64 {
        return Err(damaged(format!("the header says {} bytes, the file has {}", header.length, bytes.len()), 16));
    }
    let table_end = size_of::<Header>() + Section::ALL.len() * size_of::<SectionRow>();
    if header.sections as usize != Section::ALL.len() || bytes.len() < table_end {
        return Err(damaged("the section table does not fit the format".to_owned(), 12));
    }
    let table: &[SectionRow] = try_cast_slice(&bytes[size_of::<Header>()..table_end])
        .map_err(|error| damaged(format!("the section table cannot be read ({error})"), size_of::<Header>()))?;
    if header_id(&header, table) != header.id {
        return Err(damaged("header and section table do not have their SHA-256".to_owned(), 0));
    }
    let mut ranges = [(0, 0); Section::ALL.len()];
    let mut expected = table_end.next_multiple_of(ALIGNMENT);
    let mut gap = table_end;
    for (section, row) in Section::ALL.iter().zip(table) {
        let end =
            row.offset.checked_add(row.length).and_then(|end| usize::try_from(end).ok()).filter(|end| *end <= bytes.len());
        let (begin, Some(end)) = (row.offset as usize, end) else {
            return Err(damaged(format!("section {} does not lie in the file", section.name()), size_of::<Header>()));
        };
        if row.kind != *section as u32 || begin != expected {
            return Err(damaged(format!("section {} is not where it belongs", section.name()), size_of::<Header>()));
        }
        if bytes[gap..begin].iter().any(|byte| *byte != 0) {
            return Err(damaged(format!("bytes before section {} are not zero", section.name()), gap));
        }
        if XxHash3_64::oneshot(&bytes[begin..end]) != row.xxh3 {
            return Err(damaged(format!("section {} does not have its checksum", section.name()), begin));
        }
        if (end - begin) % row_size(*section) != 0 {
            return Err(damaged(format!("section {} does not hold whole rows", section.name()), begin));
        }
        ranges[*section as usize] = (begin, end);
        gap = end;
        expected = end.next_multiple_of(ALIGNMENT);
    }
    if expected != bytes.len() || bytes[gap..].iter().any(|byte| *byte != 0) {
        return Err(damaged("bytes after the last section".to_owned(), gap));
    }
    Ok((ranges, hex(&header.id)))
}

fn row_size(section: Section) -> usize {
    match section {
        Section::Meta | Section::Strings => 1,
        Section::Entities => size_of::<EntityRow>(),
        Section::Properties => size_of::<PropertyRow>(),
        Section::Names => size_of::<NameRow>(),
        Section::NameDetails => size_of::<DetailRow>(),
        Section::Tokens => size_of::<TokenRow>(),
        Section::Identifiers => size_of::<IdentifierRow>(),
        Section::Links => size_of::<LinkRow>(),
        Section::Relations => size_of::<RelationRow>(),
        Section::Attributes => size_of::<AttributeRow>(),
        Section::Holdings => size_of::<HoldingRow>(),
        Section::TokenKeys | Section::NameKeys | Section::IdentifierKeys | Section::IdKeys => size_of::<KeyEntry>(),
        Section::StringOffsets
        | Section::RelationsOver
        | Section::RelationsBy
        | Section::RelationsByOffsets
        | Section::HoldingsBy
        | Section::HoldingsByOffsets
        | Section::NameTokens
        | Section::Postings
        | Section::TokenKeyBuckets
        | Section::NameKeyBuckets
        | Section::IdentifierKeyBuckets
        | Section::IdKeyBuckets => size_of::<u32>(),
    }
}
