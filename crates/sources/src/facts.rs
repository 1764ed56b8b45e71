//! Small things that parsers of several formats share: the tables of facts under `data/`, keys for things to which a list gives
//! no id of their own, and ids that must differ.

use interdict_model::Entity;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::input::hex;
use crate::listing::{Listing, Place};

/// The rows of a table of facts: tab-separated, with comment lines and one header line before them.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).map(|line| line.split('\t').collect())
}

/// A key made of texts, for ids that must stay the same from issue to issue as long as the texts do: the first hexadecimal digits of a SHA-256.
pub(crate) fn key<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>, digits: usize) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_ref());
        // Keeps `ab, c` and `a, bc` apart.
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut text = hex(&digest[..digits.div_ceil(2).min(digest.len())]);
    text.truncate(digits);
    text
}

/// Adds a text as a note under the name of its field; an empty one says nothing.
pub(crate) fn note(entity: &mut Entity, field: &str, text: &str, record: &str) {
    if !text.is_empty() {
        entity.add_from("notes", format!("{field}: {text}"), record);
    }
}

/// Adds a value if the entity's schema has the property, else a note.
pub(crate) fn add_or_note(entity: &mut Entity, property: &str, field: &str, text: &str, record: &str) {
    if entity.property_type(property).is_some() {
        entity.add_from(property, text, record);
    } else {
        note(entity, field, text, record);
    }
}

/// Ids, each handed out once: a second thing under an id gets a number after it.
#[derive(Debug, Default)]
pub(crate) struct Distinct(FxHashMap<String, u32>);

impl Distinct {
    /// The id, or one made of it when it was taken before.
    pub(crate) fn take(&mut self, id: String) -> String {
        let Some(mut number) = self.0.get(&id).copied() else {
            self.0.insert(id.clone(), 1);
            return id;
        };
        loop {
            number += 1;
            let other = format!("{id}-{number}");
            if !self.0.contains_key(&other) {
                // The next search begins where this one ended.
                self.0.insert(id, number);
                self.0.insert(other.clone(), 1);
                return other;
            }
        }
    }

    /// As [`Self::take`], for the id of a listing: a second one is said. It must not be lost, nor pass for the first.
    pub(crate) fn take_listing(&mut self, listing: &mut Listing<'_>, at: Place<'_>, id: String) -> String {
        listing.is_new_id(at, &id);
        self.take(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_once() {
        let mut ids = Distinct::default();
        let taken = ["a", "a", "a-2", "a", "b"].map(|id| ids.take(id.to_owned()));
        assert_eq!(taken, ["a", "a-2", "a-2-2", "a-3", "b"]);
    }

    #[test]
    fn keys_tell_texts_apart() {
        assert_eq!(key(["ab", "c"], 12), key(["ab", "c"], 12));
        assert_ne!(key(["ab", "c"], 12), key(["a", "bc"], 12));
        assert_eq!(key([""; 0], 12).len(), 12);
    }
}
