//! What every other part speaks of: entities in the FollowTheMoney shape, their schemata, partial dates, countries, and
//! identifiers with their own rules of validity. No I/O, no clock, no global state beyond tables of facts.

mod country;
mod date;
mod entity;
mod ftm;
mod identifier;
mod mail;
mod relation;
mod schema;
mod share;
mod wallet;

pub use country::Country;
pub use date::{DateError, DateRelation, DateValue, PartialDate};
pub use entity::{AliasKind, Entity, MergeError, NameDetail, NamePart, NamePartKind, Origin, Value, name_property_words};
pub use ftm::{FtmError, MAX_LINE_BYTES, entity_from_json, entity_from_value, entity_to_json};
pub use identifier::{Identifier, IdentifierError, IdentifierKind, identify};
pub use mail::{MailDomain, mail_domain};
pub use relation::{Held, Relation, RelationKind, RelationTerms};
pub use schema::{PropertyType, Schema, SchemaName};
pub use share::{Share, ShareError, ShareRange};
pub use wallet::{WalletAddress, WalletError, WalletFamily, WalletWarning, parse_wallet};
