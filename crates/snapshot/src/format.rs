//! The layout of a snapshot file, format version 3. All integers are little-endian; every section begins at a multiple of 64.
//!
//! ```text
//! Header     64 bytes: magic, format version, number of sections, file length, reserved, id
//! Table      64 bytes a section: kind, offset, length, XXH3-64, SHA-256
//! Sections   in the order of the table, zero bytes between them
//! ```
//!
//! The id is the SHA-256 of the header's first 32 bytes and the table, and the table has the SHA-256 of each section, so the id covers
//! every byte. Opening checks the header by SHA-256 and the sections by XXH3 (fast, finds damage); `verify` checks SHA-256 throughout.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use crate::builder::SourceMeta;

#[cfg(target_endian = "big")]
compile_error!("snapshot files are little-endian and are read in place; big-endian targets are not supported");

/// Version of the file format that this engine writes and reads.
pub const FORMAT_VERSION: u32 = 3;

pub(crate) const MAGIC: [u8; 8] = *b"INTRDCT\n";
pub(crate) const ALIGNMENT: usize = 64;
/// No string: the value of an optional string field that is not set.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) magic: [u8; 8],
    pub(crate) version: u32,
    pub(crate) sections: u32,
    pub(crate) length: u64,
    pub(crate) reserved: u64,
    pub(crate) id: [u8; 32],
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct SectionRow {
    pub(crate) kind: u32,
    pub(crate) reserved: u32,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) xxh3: u64,
    pub(crate) sha256: [u8; 32],
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// The sections, in file order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum Section { $($(#[$doc])* $name),+ }

        impl Section {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),+];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

sections!(
    /// JSON: [`Meta`].
    Meta,
    /// All texts, one after another, UTF-8.
    Strings,
    /// `u32` a text and one more: where it begins in `Strings`.
    StringOffsets,
    /// [`EntityRow`], in the order of the sources, and one more that closes the ranges.
    Entities,
    /// [`PropertyRow`].
    Properties,
    /// [`NameRow`] and one more that closes the ranges.
    Names,
    /// [`DetailRow`]: what a list says of a name beyond its text.
    NameDetails,
    /// `u32` a token of a name: index into `Tokens`.
    NameTokens,
    /// [`TokenRow`]: the dictionary, and one more that closes the ranges.
    Tokens,
    /// `u32`: names that have the token, ascending, each once.
    Postings,
    /// Keys to tokens: texts, deletions, skeletons, Korean keys.
    TokenKeyBuckets,
    TokenKeys,
    /// Keys to names: adjacent tokens written as one.
    NameKeyBuckets,
    NameKeys,
    /// [`IdentifierRow`].
    Identifiers,
    /// Keys to identifiers.
    IdentifierKeyBuckets,
    IdentifierKeys,
    /// Keys to entities: ids.
    IdKeyBuckets,
    IdKeys,
    /// [`LinkRow`]: for each entity, who refers to it.
    Links,
    /// [`crate::RelationRow`], by the entity that they are over.
    Relations,
    /// `u32` an entity and one more: where the relations over it begin.
    RelationsOver,
    /// `u32`: rows of `Relations`, by the entity that has the power.
    RelationsBy,
    /// `u32` an entity and one more: where its rows in `RelationsBy` begin.
    RelationsByOffsets,
    /// [`crate::attributes::AttributeRow`], by kind and key, and one more that closes the ranges.
    Attributes,
    /// [`crate::attributes::HoldingRow`]: by value, the entities ascending, each once.
    Holdings,
    /// `u32`: rows of `Holdings`, by the entity that has the value.
    HoldingsBy,
    /// `u32` an entity and one more: where its rows in `HoldingsBy` begin.
    HoldingsByOffsets,
);

/// An entity. Ranges end where those of the next row begin.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct EntityRow {
    /// String: id.
    pub(crate) id: u32,
    /// String: name of the schema.
    pub(crate) schema: u32,
    /// String or `NONE`.
    pub(crate) caption: u32,
    /// String: JSON of what has no field (datasets, target, extra members), or `NONE`.
    pub(crate) extra: u32,
    /// String: source of the origin, or `NONE`.
    pub(crate) source: u32,
    /// String: issue of the origin, or `NONE`.
    pub(crate) issue: u32,
    /// String: record of the origin, or `NONE`.
    pub(crate) record: u32,
    /// First row in `Properties`.
    pub(crate) properties: u32,
    /// First row in `Names`.
    pub(crate) names: u32,
    /// First row in `NameDetails`.
    pub(crate) details: u32,
    /// First row in `Links`.
    pub(crate) links: u32,
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct PropertyRow {
    /// String: name of the property.
    pub(crate) property: u32,
    /// String: the value.
    pub(crate) value: u32,
    /// String: record of the value, or `NONE`.
    pub(crate) record: u32,
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct NameRow {
    /// Entity that has the name.
    pub(crate) entity: u32,
    /// String: the name as written.
    pub(crate) text: u32,
    /// String: the property (`name`, `alias`, `weakAlias`, `previousName`).
    pub(crate) property: u32,
    /// String: record of the name, or `NONE`.
    pub(crate) record: u32,
    /// First row in `NameTokens`.
    pub(crate) tokens: u32,
    /// Index of the token after which a comma stands, or `NONE`.
    pub(crate) comma: u32,
    /// String: the schema of the entity that has the name.
    pub(crate) schema: u32,
    /// How many tokens of each class it has ([`crate::TokenClass`]): enough to bound a score before any token is read.
    pub(crate) classes: [u8; CLASSES],
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct DetailRow {
    /// String: the name.
    pub(crate) text: u32,
    /// String: kind of alias, with a `~` before it when the name is weak.
    pub(crate) kind: u32,
    /// String: script in the list's words, or `NONE`.
    pub(crate) script: u32,
    /// String: parts as `kind=text`, separated by U+001F, which in a text stands as `\s` (and `\` as `\\`), or `NONE`.
    pub(crate) parts: u32,
    /// String: record, or `NONE`.
    pub(crate) record: u32,
}

/// Letters of a token that stand in its row.
pub(crate) const INLINE: usize = 20;
/// Classes of tokens that a name counts.
pub(crate) const CLASSES: usize = 12;

/// A token: one cache line, with what comparing it with another mostly needs.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct TokenRow {
    /// The first letters of the romanised token, zeros after its end.
    pub(crate) inline: [u8; INLINE],
    /// Its length in bytes, at most 255.
    pub(crate) length: u8,
    /// What kind of token: a code of `view`.
    pub(crate) kind: u8,
    /// How common the word is in names: 0 rare, 1 common, 2 very common.
    pub(crate) common: u8,
    pub(crate) reserved: u8,
    /// [`crate::letters`] of the token.
    pub(crate) letters: u32,
    /// [`crate::skeleton_code`] of its skeleton.
    pub(crate) skeleton_code: u32,
    /// String: the romanised token.
    pub(crate) text: u32,
    /// String: the token in its own script, or `NONE`.
    pub(crate) native: u32,
    /// String: the skeleton.
    pub(crate) skeleton: u32,
    /// String: Korean and Chinese keys separated by a space, or `NONE`.
    pub(crate) korean: u32,
    /// String: canonical form, or `NONE`.
    pub(crate) canon: u32,
    /// String: further readings separated by a space, or `NONE`.
    pub(crate) readings: u32,
    /// First row in `Postings`.
    pub(crate) postings: u32,
    pub(crate) reserved_too: u32,
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct IdentifierRow {
    /// Entity that is identified: the holder, for a document or wallet that has one.
    pub(crate) entity: u32,
    /// Entity that states the identifier.
    pub(crate) stated_by: u32,
    /// String: the property.
    pub(crate) property: u32,
    /// String: the kind of identifier.
    pub(crate) kind: u32,
    /// String: canonical form; equal identifiers have the same.
    pub(crate) key: u32,
    /// String: as written in the list.
    pub(crate) shown: u32,
    /// String: record, or `NONE`.
    pub(crate) record: u32,
}

/// An entity that refers to another.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct LinkRow {
    /// The entity that refers.
    pub(crate) from: u32,
    /// String: the property by which it refers.
    pub(crate) property: u32,
}

/// What a snapshot says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Version of the engine that built it.
    pub engine: String,
    /// Fingerprint of the rules by which its names were read, hexadecimal; the engine that opens it must have the same.
    pub name_rules: String,
    /// The sources it was built from, in order.
    pub sources: Vec<SourceMeta>,
    /// Entities.
    pub entities: u64,
    /// Names in the name index.
    pub names: u64,
    /// Identifiers in the identifier index.
    pub identifiers: u64,
    /// References between entities.
    pub links: u64,
    /// Relations between parties.
    pub relations: u64,
    /// Distinct values that parties can share.
    pub attributes: u64,
}
