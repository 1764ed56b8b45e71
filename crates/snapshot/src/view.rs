//! What readers of a snapshot get: entities, names, tokens, identifiers and links as small copyable views that borrow from the file.

use interdict_model::{
    AliasKind, Entity, NameDetail, NamePart, NamePartKind, Origin, Schema, SchemaName, Value, entity_from_value,
};
use interdict_names::TokenKind;

use crate::format::{CLASSES, EntityRow, IdentifierRow, NONE, NameRow, TokenRow};
use crate::keys::KeyKind;
use crate::open::Snapshot;

/// The code of a token's kind in the file.
pub(crate) fn token_kind_code(kind: TokenKind) -> u8 {
    match kind {
        TokenKind::Word => 0,
        TokenKind::Initial => 1,
        TokenKind::Number => 2,
        TokenKind::LegalForm(_) => 3,
        TokenKind::Generic => 4,
        TokenKind::Particle => 5,
        TokenKind::Title => 6,
        TokenKind::Stop => 7,
    }
}

/// The kind of a code; unknown codes, which the builder never writes, are plain words.
fn token_kind(code: u8) -> TokenKind {
    match code {
        1 => TokenKind::Initial,
        2 => TokenKind::Number,
        // The class of the legal form is the token's text.
        3 => TokenKind::LegalForm(""),
        4 => TokenKind::Generic,
        5 => TokenKind::Particle,
        6 => TokenKind::Title,
        7 => TokenKind::Stop,
        _ => TokenKind::Word,
    }
}

/// Class of a token as its weight knows it: its kind, and for words how common they are. An index into [`NameRef::classes`].
#[must_use]
pub fn token_class(kind: TokenKind, common: u8) -> usize {
    match (kind, common) {
        (TokenKind::Word, 1) => 8,
        (TokenKind::Word, 2..) => 9,
        _ => usize::from(token_kind_code(kind)),
    }
}

/// Stands between the parts of a name in [`crate::format::DetailRow`].
pub(crate) const PART_SEPARATOR: &str = "\u{1f}";

/// The text of a part without the separator: `\s` stands for it, and `\\` for a backslash. Real names have neither.
pub(crate) fn escape_part(text: &str) -> String {
    text.replace('\\', "\\\\").replace(PART_SEPARATOR, "\\s")
}

/// What [`escape_part`] was given.
fn unescape_part(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
        } else if chars.next() == Some('s') {
            plain.push_str(PART_SEPARATOR);
        } else {
            plain.push('\\');
        }
    }
    plain
}

/// An entity of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct EntityRef<'s> {
    snapshot: &'s Snapshot,
    index: u32,
}

impl<'s> EntityRef<'s> {
    /// Position in the snapshot, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    fn row(self) -> &'s EntityRow {
        &self.snapshot.entity_rows()[self.index as usize]
    }

    fn next_row(self) -> &'s EntityRow {
        &self.snapshot.entity_rows()[self.index as usize + 1]
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> &'s str {
        self.snapshot.string(self.row().id)
    }

    /// The name of its schema.
    #[must_use]
    pub fn schema_name(self) -> &'s str {
        self.snapshot.string(self.row().schema)
    }

    /// Its schema, if it is registered.
    #[must_use]
    pub fn schema(self) -> Option<Schema> {
        self.snapshot.schema(self.row().schema)
    }

    /// The name to show: the caption, else the first name, number or address, else the id.
    #[must_use]
    pub fn caption(self) -> &'s str {
        let row = self.row();
        if row.caption != NONE {
            return self.snapshot.string(row.caption);
        }
        ["name", "alias", "previousName", "weakAlias", "publicKey", "number", "full"]
            .iter()
            .find_map(|property| self.texts(property).next())
            .unwrap_or_else(|| self.id())
    }

    /// All properties: name, value, record (empty when the value has none of its own).
    pub fn properties(self) -> impl Iterator<Item = (&'s str, &'s str, &'s str)> {
        let range = self.row().properties as usize..self.next_row().properties as usize;
        self.snapshot.property_rows()[range].iter().map(move |row| {
            (self.snapshot.string(row.property), self.snapshot.string(row.value), self.snapshot.string(row.record))
        })
    }

    /// The texts of one property.
    pub fn texts(self, property: &str) -> impl Iterator<Item = &'s str> {
        self.properties().filter(move |(name, _, _)| *name == property).map(|(_, value, _)| value)
    }

    /// Its names in the name index.
    pub fn names(self) -> impl Iterator<Item = NameRef<'s>> {
        (self.row().names..self.next_row().names).map(move |index| NameRef { snapshot: self.snapshot, index })
    }

    /// The entities that refer to it, with the property by which each does: its sanctions, documents, wallets, relations.
    pub fn referrers(self) -> impl Iterator<Item = LinkRef<'s>> {
        let range = self.row().links as usize..self.next_row().links as usize;
        self.snapshot.link_rows()[range].iter().map(move |row| LinkRef {
            entity: EntityRef { snapshot: self.snapshot, index: row.from },
            property: self.snapshot.string(row.property),
        })
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(self) -> Origin {
        let row = self.row();
        let text = |id| self.snapshot.string(id).to_owned();
        Origin { source: text(row.source), issue: text(row.issue), record: text(row.record) }
    }

    /// The datasets that contain it.
    #[must_use]
    pub fn datasets(self) -> Vec<String> {
        self.extra().map(|extra| extra.datasets).unwrap_or_default()
    }

    /// The members of its JSON object that have no place of their own here: `target`, `datasets`, and what the source added (`referents`,
    /// `first_seen`, ...).
    #[must_use]
    pub fn members(self) -> serde_json::Map<String, serde_json::Value> {
        // What was written from a map is one.
        serde_json::from_str(self.snapshot.string(self.row().extra)).unwrap_or_default()
    }

    /// The same as text: a JSON object, or empty. Entities with equal members share it.
    #[must_use]
    pub fn members_text(self) -> &'s str {
        self.snapshot.string(self.row().extra)
    }

    /// What the list says of its names beyond their text.
    #[must_use]
    pub fn name_details(self) -> Vec<NameDetail> {
        let text = |id| self.snapshot.string(id);
        let range = self.row().details as usize..self.next_row().details as usize;
        self.snapshot.detail_rows()[range]
            .iter()
            .map(|row| {
                let kind = text(row.kind);
                NameDetail {
                    text: text(row.text).to_owned(),
                    kind: AliasKind::from_code(kind.trim_start_matches('~')).unwrap_or(AliasKind::AlsoKnownAs),
                    weak: kind.starts_with('~'),
                    script: text(row.script).to_owned(),
                    parts: text(row.parts)
                        .split(PART_SEPARATOR)
                        .filter_map(|part| part.split_once('='))
                        .filter_map(|(kind, text)| {
                            Some(NamePart { kind: NamePartKind::from_code(kind)?, text: unescape_part(text) })
                        })
                        .collect(),
                    record: text(row.record).to_owned(),
                }
            })
            .collect()
    }

    fn extra(self) -> Option<Entity> {
        let text = self.snapshot.string(self.row().extra);
        let mut json: serde_json::Value = serde_json::from_str(text).ok()?;
        json.as_object_mut()?.insert("schema".to_owned(), self.schema_name().into());
        entity_from_value(json).ok()
    }

    /// The whole entity, as it was put in.
    #[must_use]
    pub fn to_entity(self) -> Entity {
        let mut entity = self.extra().unwrap_or_else(|| Entity::new("", SchemaName::from(self.schema_name())));
        self.id().clone_into(&mut entity.id);
        let row = self.row();
        entity.caption = (row.caption != NONE).then(|| self.snapshot.string(row.caption).to_owned());
        let range = row.properties as usize..self.next_row().properties as usize;
        for row in &self.snapshot.property_rows()[range] {
            let record = (row.record != NONE).then(|| self.snapshot.string(row.record).into());
            entity.add(self.snapshot.string(row.property), Value { text: self.snapshot.string(row.value).to_owned(), record });
        }
        entity.names = self.name_details();
        entity.origin = (row.source != NONE).then(|| self.origin());
        entity
    }
}

/// An entity that refers to another.
#[derive(Clone, Copy, Debug)]
pub struct LinkRef<'s> {
    /// The entity that refers.
    pub entity: EntityRef<'s>,
    /// The property by which it does, such as `holder` or `owner`.
    pub property: &'s str,
}

/// A name in the name index.
#[derive(Clone, Copy, Debug)]
pub struct NameRef<'s> {
    snapshot: &'s Snapshot,
    index: u32,
}

impl<'s> NameRef<'s> {
    fn row(self) -> &'s NameRow {
        &self.snapshot.name_rows()[self.index as usize]
    }

    /// Position in the name index, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The entity that has the name.
    #[must_use]
    pub fn entity(self) -> EntityRef<'s> {
        EntityRef { snapshot: self.snapshot, index: self.row().entity }
    }

    /// The name as written in the list.
    #[must_use]
    pub fn text(self) -> &'s str {
        self.snapshot.string(self.row().text)
    }

    /// The property under which it stands.
    #[must_use]
    pub fn property(self) -> &'s str {
        self.snapshot.string(self.row().property)
    }

    /// The record that states it; empty when that is the entity's own.
    #[must_use]
    pub fn record(self) -> &'s str {
        self.snapshot.string(self.row().record)
    }

    /// Indexes of its tokens in the dictionary, in order.
    #[must_use]
    pub fn token_indexes(self) -> &'s [u32] {
        let end = self.snapshot.name_rows()[self.index as usize + 1].tokens;
        &self.snapshot.name_token_rows()[self.row().tokens as usize..end as usize]
    }

    /// Its tokens in order.
    pub fn tokens(self) -> impl Iterator<Item = TokenRef<'s>> {
        let rows = self.snapshot.token_rows();
        self.token_indexes().iter().map(move |index| TokenRef {
            snapshot: self.snapshot,
            row: &rows[*index as usize],
            index: *index,
        })
    }

    /// How many tokens of each class it has; see [`token_class`].
    #[must_use]
    pub fn classes(self) -> &'s [u8; CLASSES] {
        &self.row().classes
    }

    /// The schema of the entity that has it, if it is registered.
    #[must_use]
    pub fn schema(self) -> Option<Schema> {
        self.snapshot.schema(self.row().schema)
    }

    /// Position of that schema in [`Snapshot::schemata`].
    #[must_use]
    pub fn schema_index(self) -> usize {
        self.snapshot.schema_index(self.row().schema)
    }

    /// Position of the entity that has it.
    #[must_use]
    pub fn entity_index(self) -> u32 {
        self.row().entity
    }

    /// Index of the token after which a comma stands.
    #[must_use]
    pub fn comma_after(self) -> Option<usize> {
        let comma = self.row().comma;
        (comma != NONE).then_some(comma as usize)
    }
}

/// A token of the dictionary.
#[derive(Clone, Copy, Debug)]
pub struct TokenRef<'s> {
    snapshot: &'s Snapshot,
    row: &'s TokenRow,
    index: u32,
}

impl<'s> TokenRef<'s> {
    fn row(self) -> &'s TokenRow {
        self.row
    }

    /// Position in the dictionary, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The romanised text.
    #[must_use]
    pub fn text(self) -> &'s str {
        self.snapshot.string(self.row().text)
    }

    /// The romanised text as bytes: out of the token's row where it is short, as nearly all are.
    #[must_use]
    pub fn text_bytes(self) -> &'s [u8] {
        let row = self.row();
        row.inline.get(..usize::from(row.length)).unwrap_or_else(|| self.snapshot.string_bytes(row.text))
    }

    /// [`crate::letters`] of the text.
    #[must_use]
    pub fn letters(self) -> u32 {
        self.row().letters
    }

    /// [`crate::skeleton_code`] of the skeleton.
    #[must_use]
    pub fn skeleton_code(self) -> u32 {
        self.row().skeleton_code
    }

    /// How common the word is in names: 0 rare, 1 common, 2 very common.
    #[must_use]
    pub fn common(self) -> u8 {
        self.row().common
    }

    /// Further readings, separated by a space; empty when there are none.
    #[must_use]
    pub fn readings_bytes(self) -> &'s [u8] {
        self.snapshot.string_bytes(self.row().readings)
    }

    /// [`Self::native`] as bytes.
    #[must_use]
    pub fn native_bytes(self) -> &'s [u8] {
        self.snapshot.string_bytes(self.row().native)
    }

    /// [`Self::korean_joined`] as bytes.
    #[must_use]
    pub fn korean_bytes(self) -> &'s [u8] {
        self.snapshot.string_bytes(self.row().korean)
    }

    /// [`Self::canon`] as bytes.
    #[must_use]
    pub fn canon_bytes(self) -> &'s [u8] {
        self.snapshot.string_bytes(self.row().canon)
    }

    /// The token in its own script; empty when that is Latin.
    #[must_use]
    pub fn native(self) -> &'s str {
        self.snapshot.string(self.row().native)
    }

    /// The consonant skeleton.
    #[must_use]
    pub fn skeleton(self) -> &'s str {
        self.snapshot.string(self.row().skeleton)
    }

    /// The Korean keys, best first.
    pub fn korean(self) -> impl Iterator<Item = &'s str> {
        self.snapshot.string(self.row().korean).split(' ').filter(|key| !key.is_empty())
    }

    /// The Korean keys, separated by a space; empty when there are none.
    #[must_use]
    pub fn korean_joined(self) -> &'s str {
        self.snapshot.string(self.row().korean)
    }

    /// The canonical form; empty when there is none.
    #[must_use]
    pub fn canon(self) -> &'s str {
        self.snapshot.string(self.row().canon)
    }

    /// What kind of token it is. The class of a legal form is its text.
    #[must_use]
    pub fn kind(self) -> TokenKind {
        token_kind(self.row().kind)
    }

    /// The names that have it, ascending.
    #[must_use]
    pub fn postings(self) -> &'s [u32] {
        let end = self.snapshot.token_rows()[self.index as usize + 1].postings;
        &self.snapshot.posting_rows()[self.row().postings as usize..end as usize]
    }
}

/// A match in the identifier index.
#[derive(Clone, Copy, Debug)]
pub struct IdentifierHit<'s> {
    snapshot: &'s Snapshot,
    row: &'s IdentifierRow,
}

impl<'s> IdentifierHit<'s> {
    /// The party identified: the holder of the document or wallet.
    #[must_use]
    pub fn entity(self) -> EntityRef<'s> {
        EntityRef { snapshot: self.snapshot, index: self.row.entity }
    }

    /// The entity that states it: the party itself, or its document or wallet.
    #[must_use]
    pub fn stated_by(self) -> EntityRef<'s> {
        EntityRef { snapshot: self.snapshot, index: self.row.stated_by }
    }

    /// The property, such as `publicKey`.
    #[must_use]
    pub fn property(self) -> &'s str {
        self.snapshot.string(self.row.property)
    }

    /// The kind of identifier, a code of `IdentifierKind`.
    #[must_use]
    pub fn kind(self) -> &'s str {
        self.snapshot.string(self.row.kind)
    }

    /// The look-up key.
    #[must_use]
    pub fn key(self) -> &'s str {
        self.snapshot.string(self.row.key)
    }

    /// The identifier as written in the list.
    #[must_use]
    pub fn shown(self) -> &'s str {
        self.snapshot.string(self.row.shown)
    }

    /// The record that states it; empty when that is the entity's own.
    #[must_use]
    pub fn record(self) -> &'s str {
        self.snapshot.string(self.row.record)
    }
}

impl Snapshot {
    /// Number of entities.
    #[must_use]
    pub fn entity_count(&self) -> u32 {
        self.entity_rows().len() as u32 - 1
    }

    /// Number of names in the name index.
    #[must_use]
    pub fn name_count(&self) -> u32 {
        self.name_rows().len() as u32 - 1
    }

    /// Number of tokens in the dictionary.
    #[must_use]
    pub fn token_count(&self) -> u32 {
        self.token_rows().len() as u32 - 1
    }

    /// All entities in the order of the sources.
    pub fn entities(&self) -> impl Iterator<Item = EntityRef<'_>> {
        (0..self.entity_count()).map(|index| EntityRef { snapshot: self, index })
    }

    /// The entity at a position; `None` beyond the last.
    #[must_use]
    pub fn entity_at(&self, index: u32) -> Option<EntityRef<'_>> {
        (index < self.entity_count()).then_some(EntityRef { snapshot: self, index })
    }

    /// The entity with an id.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<EntityRef<'_>> {
        self.id_keys().get(KeyKind::Id, id).map(|index| EntityRef { snapshot: self, index }).find(|entity| entity.id() == id)
    }

    /// The name at a position; `None` beyond the last.
    #[must_use]
    pub fn name_at(&self, index: u32) -> Option<NameRef<'_>> {
        (index < self.name_count()).then_some(NameRef { snapshot: self, index })
    }

    /// The token at a position; `None` beyond the last.
    #[must_use]
    pub fn token_at(&self, index: u32) -> Option<TokenRef<'_>> {
        let row = self.token_rows().get(index as usize).filter(|_| index < self.token_count())?;
        Some(TokenRef { snapshot: self, row, index })
    }

    /// Dictionary tokens under a key. Hashes may collide: a token may come that does not have the key.
    pub fn tokens_by_key(&self, kind: KeyKind, key: &str) -> impl Iterator<Item = TokenRef<'_>> {
        let rows = self.token_rows();
        self.token_keys().get(kind, key).map(move |index| TokenRef { snapshot: self, row: &rows[index as usize], index })
    }

    /// Names in which two neighbouring tokens, written as one, are `joined`. Hashes may collide.
    pub fn names_by_joined(&self, joined: &str) -> impl Iterator<Item = NameRef<'_>> {
        self.name_keys().get(KeyKind::Joined, joined).map(|index| NameRef { snapshot: self, index })
    }

    /// Names in which two neighbouring tokens, written as one, have these [`crate::ends`]. Hashes may collide.
    pub fn names_by_joined_ends(&self, ends: &str) -> impl Iterator<Item = NameRef<'_>> {
        self.name_keys().get(KeyKind::Ends, ends).map(|index| NameRef { snapshot: self, index })
    }

    /// Names in which two neighbouring tokens have Korean keys that, one after the other, are `key`. Hashes may collide.
    pub fn names_by_korean_pair(&self, key: &str) -> impl Iterator<Item = NameRef<'_>> {
        self.name_keys().get(KeyKind::Korean, key).map(|index| NameRef { snapshot: self, index })
    }

    /// All identifiers, each with the party that it identifies.
    pub fn all_identifiers(&self) -> impl Iterator<Item = IdentifierHit<'_>> {
        self.identifier_rows().iter().map(|row| IdentifierHit { snapshot: self, row })
    }

    /// Identifiers with the look-up key.
    pub fn identifiers(&self, key: &str) -> impl Iterator<Item = IdentifierHit<'_>> {
        self.identifier_keys()
            .get(KeyKind::Identifier, key)
            .map(|at| IdentifierHit { snapshot: self, row: &self.identifier_rows()[at as usize] })
            .filter(move |hit| hit.key() == key)
    }
}
