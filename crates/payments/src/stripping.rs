//! Stripping: a payment that was rejected or held comes again with a party, an address or a reference removed or altered. Payments of the
//! past go in; a new one comes out with what differs.
//!
//! Payments of the past are found by keys that few share: accounts, references, names and accounts with an amount. A key that very many
//! share finds nothing, so that the time of a look-up is bounded. What is found is scored by [`alike::Weights`], and the one most alike
//! is compared field by field. The order in which payments were added changes nothing.

mod alike;
mod compare;
mod facts;
mod past;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::message::Payment;
use alike::{ALIKE, alikeness};
use facts::Facts;
pub use past::{HistoryError, Past};

/// So many payments may share a key; one that more share finds none of them.
const MAX_POSTINGS: usize = 256;

/// So many payments of the past are compared at most: those that share most.
const MAX_COMPARED: usize = 64;

/// What differs between two payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is of: a role and what of it (`creditor`, `creditor name`, `debtor address`, `creditor_agent bic`), a kind of text
    /// (`remittance`), a kind of reference (`document reference`), `amount` or `date`.
    pub what: String,
    /// Path in the new payment; that in the old one where it was removed.
    pub path: String,
    /// What it was; `None` when it was added.
    pub before: Option<String>,
    /// What it is; `None` when it was removed.
    pub after: Option<String>,
}

/// A payment of the past that comes again.
#[derive(Clone, Debug, PartialEq)]
pub struct Resubmission<'h> {
    /// The payment of the past.
    pub past: &'h Past,
    /// How alike they are, from 0 to 1.
    pub alike: f64,
    /// What differs; never empty unless it is the same payment.
    pub differences: Vec<Difference>,
    /// Whether something was removed or altered that told who takes part, where, or what for.
    pub stripped: bool,
}

/// Payments of the past that share a key.
#[derive(Debug)]
enum Postings {
    Few(Vec<u32>),
    TooMany,
}

/// Payments of the past that were not let through.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Past>,
    /// By the hash of a key; two keys of one hash are told apart by the comparison.
    index: FxHashMap<u64, Postings>,
}

impl History {
    /// What is kept of a payment that is not let through.
    #[must_use]
    pub fn past(payment: &Payment, decision: &str, day: &str) -> Past {
        Past::of(payment, decision, day)
    }

    /// Adds a payment of the past.
    pub fn add(&mut self, past: Past) {
        let Ok(number) = u32::try_from(self.past.len()) else { return };
        for (key, _) in Facts::of(&past).keys() {
            match self.index.entry(key).or_insert_with(|| Postings::Few(Vec::new())) {
                Postings::Few(list) if list.len() < MAX_POSTINGS => list.push(number),
                postings => *postings = Postings::TooMany,
            }
        }
        self.past.push(past);
    }

    /// How many payments of the past there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.past.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.past.is_empty()
    }

    /// The payment of the past that a payment is most alike, if it is one that comes again. Of two that are equally alike, the one of the
    /// later day.
    #[must_use]
    pub fn resubmission(&self, payment: &Payment) -> Option<Resubmission<'_>> {
        if self.past.is_empty() {
            return None;
        }
        let new = Past::of(payment, "", "");
        let facts = Facts::of(&new);
        let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
        for (key, weight) in facts.keys() {
            if let Some(Postings::Few(list)) = self.index.get(&key) {
                for &number in list {
                    *shared.entry(number).or_default() += weight;
                }
            }
        }
        let mut found: Vec<(u32, &Past)> =
            shared.into_iter().filter_map(|(number, weight)| Some((weight, self.past.get(number as usize)?))).collect();
        let order = |&(weight, past): &(u32, &Past)| (Reverse(weight), Reverse(past.day.clone()), past.id.clone());
        if found.len() > MAX_COMPARED {
            found.sort_by_cached_key(order);
            found.truncate(MAX_COMPARED);
        }
        let (alike, past, old) = found
            .into_iter()
            .filter_map(|(_, past)| {
                let old = Facts::of(past);
                let alike = alikeness(&old, &facts);
                (alike >= ALIKE).then_some((alike, past, old))
            })
            .max_by(|a, b| {
                a.0.total_cmp(&b.0).then_with(|| a.1.day.cmp(&b.1.day)).then_with(|| b.1.id.cmp(&a.1.id)).then_with(|| {
                    // Two of the past that are called the same: by all that they have.
                    b.1.to_json_line().cmp(&a.1.to_json_line())
                })
            })?;
        let (differences, stripped) = compare::differences(&old, &facts);
        Some(Resubmission { past, alike, differences, stripped })
    }
}
