//! Names for screening: a raw name string goes in; its scripts, romanised tokens, name parts, legal
//! forms, Korean keys and consonant skeletons come out. Everything here is a pure function over
//! embedded tables: no network, no clock, no state, and no input makes it panic.
//!
//! The one call most users need is [`parse_name`]. [`fold`] and [`romanise`] give the folded text as a
//! string, [`korean_keys`], [`chinese_keys`] and [`skeleton`] the keys under which spellings of one name meet.

mod address;
mod attributes;
mod chinese;
mod common;
mod cyrillic;
mod fold;
mod hangul;
mod indic;
mod japanese;
mod kana;
mod korean;
mod lexicon;
mod parse;
mod prepare;
mod romanise;
mod script;
mod segment;
mod semitic;
mod skeleton;
mod surnames;
mod tables;
mod token;
mod translate;

pub use address::{AddressKeys, address_keys};
pub use attributes::{Attribute, AttributeKind, attribute_keys};
pub use chinese::{chinese_keys, is_chinese_key};
pub use fold::fold;
pub use hangul::romanise_hangul;
pub use korean::{KEY_LEN, MAX_SYLLABLES, is_korean_key, korean_key, korean_keys};
pub use lexicon::nicknames;
pub use parse::{MAX_CHARS, MAX_READINGS, MAX_TOKENS, parse_name};
pub use romanise::romanise;
pub use script::{Script, script_of};
pub use skeleton::skeleton;
pub use tables::{rows as table_rows, rules_fingerprint};
pub use token::{NameKind, NameNote, ParsedName, Token, TokenKind};
