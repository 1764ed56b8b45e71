//! All customers in little memory: each distinct word of their names once, each name as the numbers of its words, each identifier as a hash.
//! Built from a stream; nothing of a customer is held that the look-up does not need.

use std::hash::{DefaultHasher, Hash, Hasher};

use interdict_matching::{Query, WrittenWord};
use interdict_model::Schema;
use rustc_hash::FxHashMap;

use super::MonitorError;

/// A name of a customer, as it was read for one kind of party or several.
#[derive(Clone, Copy, Debug)]
struct NameRow {
    /// First of its words in `CustomerIndex::words`.
    begin: u32,
    customer: u32,
    /// [`pack`]ed.
    facts: u32,
}

/// What of a customer decides which names are looked at, in one number.
fn pack(schema: Schema, kinds: u8, characters: u8, birth_date: bool) -> u32 {
    u32::from(characters) | u32::from(kinds) << 8 | u32::from(birth_date) << 15 | (schema as u32) << 16
}

/// A name of a customer.
#[derive(Clone, Copy, Debug)]
pub(super) struct CustomerName<'i> {
    pub(super) customer: u32,
    /// Numbers of its words.
    pub(super) words: &'i [u32],
    /// The customer's schema, the kinds of party that the name was read for, and its length as written.
    pub(super) asked: (Schema, u8, u8),
    pub(super) birth_date: bool,
}

/// The customers under monitoring. Each has a number, in the order in which they were added.
#[derive(Debug, Default)]
pub struct CustomerIndex {
    /// Ids of the customers one after another, and where each begins.
    ids: Vec<u8>,
    id_starts: Vec<u32>,
    /// Distinct words one after another, and where each begins.
    heap: Vec<u8>,
    starts: Vec<u32>,
    /// Words by their hash.
    known: FxHashMap<u64, u32>,
    words: Vec<u32>,
    names: Vec<NameRow>,
    /// Hashes of identifiers with the customers that have them. The first `settled` are in order.
    identifiers: Vec<(u64, u32)>,
    settled: usize,
    /// Customers who are no longer monitored, a bit each.
    removed: Vec<u64>,
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn count(length: usize, what: &'static str) -> Result<u32, MonitorError> {
    u32::try_from(length).ok().filter(|count| *count < u32::MAX).ok_or(MonitorError::Full(what))
}

impl CustomerIndex {
    /// An index of nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a customer and returns the number. A customer whose data changed is removed and added again.
    pub fn add(&mut self, id: &str, query: &Query) -> Result<u32, MonitorError> {
        let customer = count(self.id_starts.len(), "customers")?;
        let id_start = count(self.ids.len(), "letters in ids")?;
        for written in query.written() {
            let begin = count(self.words.len(), "words in names")?;
            for word in &written.words {
                let number = self.number(word)?;
                self.words.push(number);
            }
            count(self.names.len(), "names")?;
            let facts = pack(query.schema(), written.kinds, written.characters, query.states_birth_date());
            self.names.push(NameRow { begin, customer, facts });
        }
        self.identifiers.extend(query.identifier_keys().map(|key| (hash(key.as_bytes()), customer)));
        self.id_starts.push(id_start);
        self.ids.extend_from_slice(id.as_bytes());
        Ok(customer)
    }

    /// The number of a word, which is added if it is new.
    fn number(&mut self, word: &[u8]) -> Result<u32, MonitorError> {
        let mut key = hash(word);
        while let Some(number) = self.known.get(&key) {
            if self.word(*number).0 == word {
                return Ok(*number);
            }
            // Two words with one hash are as good as never; the second stands at the next.
            key = key.wrapping_add(1);
        }
        let number = count(self.starts.len(), "distinct words")?;
        self.starts.push(count(self.heap.len(), "letters in words")?);
        self.heap.extend_from_slice(word);
        self.known.insert(key, number);
        Ok(number)
    }

    /// Puts the index in order after customers were added. Without it all is found as well, more slowly.
    pub fn settle(&mut self) {
        self.identifiers.sort_unstable();
        self.identifiers.dedup();
        self.settled = self.identifiers.len();
        self.ids.shrink_to_fit();
        self.id_starts.shrink_to_fit();
        self.heap.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.words.shrink_to_fit();
        self.names.shrink_to_fit();
        self.identifiers.shrink_to_fit();
    }

    /// Takes a customer out of monitoring. The number is not given again.
    pub fn remove(&mut self, customer: u32) {
        let at = customer as usize / 64;
        if self.removed.len() <= at {
            self.removed.resize(at + 1, 0);
        }
        self.removed[at] |= 1 << (customer % 64);
    }

    /// Whether the number is that of a customer who is monitored.
    #[must_use]
    pub fn is_monitored(&self, customer: u32) -> bool {
        (customer as usize) < self.id_starts.len()
            && self.removed.get(customer as usize / 64).is_none_or(|bits| bits >> (customer % 64) & 1 == 0)
    }

    /// Customers that were added, with those who were removed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id_starts.len()
    }

    /// Whether nobody was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id_starts.is_empty()
    }

    /// The customers who are monitored.
    pub fn customers(&self) -> impl Iterator<Item = u32> {
        (0..self.id_starts.len() as u32).filter(|customer| self.is_monitored(*customer))
    }

    /// The id of a customer; empty for a number that was not given.
    #[must_use]
    pub fn id(&self, customer: u32) -> &str {
        let at = customer as usize;
        let Some(begin) = self.id_starts.get(at) else { return "" };
        let end = self.id_starts.get(at + 1).map_or(self.ids.len(), |end| *end as usize);
        std::str::from_utf8(&self.ids[*begin as usize..end]).unwrap_or_default()
    }

    /// Distinct words of all names.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.starts.len()
    }

    /// Names in all ways in which they are read.
    #[must_use]
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// Bytes that the index takes.
    #[must_use]
    pub fn memory(&self) -> usize {
        // A table of hashes is at most 7/8 full, with a byte of its own for each place.
        let table = self.known.capacity() * 8 / 7 * (size_of::<(u64, u32)>() + 1);
        self.ids.capacity()
            + self.id_starts.capacity() * size_of::<u32>()
            + self.heap.capacity()
            + self.starts.capacity() * size_of::<u32>()
            + table
            + self.words.capacity() * size_of::<u32>()
            + self.names.capacity() * size_of::<NameRow>()
            + self.identifiers.capacity() * size_of::<(u64, u32)>()
            + self.removed.capacity() * size_of::<u64>()
    }

    pub(super) fn word(&self, number: u32) -> WrittenWord<'_> {
        let at = number as usize;
        let end = self.starts.get(at + 1).map_or(self.heap.len(), |end| *end as usize);
        WrittenWord(&self.heap[self.starts[at] as usize..end])
    }

    pub(super) fn name(&self, at: usize) -> CustomerName<'_> {
        let row = self.names[at];
        let end = self.names.get(at + 1).map_or(self.words.len(), |next| next.begin as usize);
        let schema = Schema::ALL.get((row.facts >> 16) as usize).copied().unwrap_or(Schema::Thing);
        CustomerName {
            customer: row.customer,
            words: &self.words[row.begin as usize..end],
            asked: (schema, (row.facts >> 8 & 127) as u8, row.facts as u8),
            birth_date: row.facts >> 15 & 1 == 1,
        }
    }

    /// Customers with an identifier under a key. Hashes may collide: somebody may come who does not have it.
    pub(super) fn with_identifier(&self, key: &str) -> impl Iterator<Item = u32> {
        let hash = hash(key.as_bytes());
        let (ordered, rest) = self.identifiers.split_at(self.settled);
        let begin = ordered.partition_point(|held| held.0 < hash);
        ordered[begin..]
            .iter()
            .take_while(move |held| held.0 == hash)
            .chain(rest.iter().filter(move |held| held.0 == hash))
            .map(|held| held.1)
    }
}
