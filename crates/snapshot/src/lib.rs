//! The compiled list: one immutable file, made once, opened by mmap in milliseconds, shared by all processes, never changed. It
//! holds entities with the record of every value, a name index, an identifier index, the references between entities, and the sources
//! with their hashes. Its id is the hash of its content: same inputs, same options, same engine version, same id.
//!
//! A file is refused with a reason when it is damaged (a checksum for every section), foreign, of another format version, or when
//! anything inside points outside. What is opened can be read without a panic and without undefined behaviour.

mod attributes;
mod builder;
mod error;
mod format;
mod keys;
mod open;
mod relations;
mod storage;
mod view;

pub use attributes::{AttributeRef, Attributes, Holding};
pub use builder::{Builder, Built, SourceMeta, id_hash};
pub use error::SnapshotError;
pub use format::{FORMAT_VERSION, Meta};
pub use keys::{KeyKind, bare, deletions, ends, for_each_deletion, is_bare, letters, shape, skeleton_code, skeleton_deletions};
pub use open::Snapshot;
pub use relations::{Day, Holds, NOTHING, RelationFlags, RelationRow, RelationTables, Relations};
pub use view::{EntityRef, IdentifierHit, LinkRef, NameRef, TokenRef, token_class};
