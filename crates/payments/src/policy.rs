//! What the user decided: thresholds and decisions by corridor and message type, and good-guy rules that say of a party that it is not the
//! listed one. A file of TOML goes in.

use interdict_snapshot::EntityRef;
use thiserror::Error;

use crate::message::{MessageKind, Party, Payment};
use crate::screener::Decision;

/// Why a policy cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file is not a policy; what is wrong and where.
    #[error("{0}")]
    Invalid(String),
}

/// From which score on what becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Findings below are not reported, from 0 to 1.
    pub report: f64,
    /// From here on a finding holds the payment.
    pub hold: f64,
    /// From here on a finding of a listing that blocks property blocks the payment.
    pub block: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { report: 0.80, hold: 0.80, block: 0.95 }
    }
}

/// Settings for some payments.
#[derive(Clone, Debug, PartialEq)]
pub struct Corridor {
    /// What it is called in findings.
    pub name: String,
    /// Countries of the paying side, as codes of ISO 3166; empty: any.
    pub from: Vec<String>,
    /// Countries of the side that is paid; empty: any.
    pub to: Vec<String>,
    /// Kinds of messages; empty: any.
    pub messages: Vec<MessageKind>,
    /// Thresholds, where they differ.
    pub thresholds: Option<Thresholds>,
    /// What becomes of such payments at least, whatever is found.
    pub decision: Option<Decision>,
}

/// A party that is known not to be the listed one.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodGuy {
    /// What it is called in results.
    pub id: String,
    /// Why, by whom and when, in the user's words.
    pub reason: String,
}

impl GoodGuy {
    /// A rule for a listed party as a block of TOML, to be filled in. `day` is ISO 8601.
    #[must_use]
    pub fn template(listed: EntityRef<'_>, day: &str) -> String {
        let _ = day;
        format!("[[good_guy]]\nlisted = {:?}\nlisted_facts = \"none\"\n", listed.id())
    }
}

/// What a good-guy rule says of a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Cleared<'p> {
    /// The rule holds: both sides' facts are as they were.
    By(&'p GoodGuy),
    /// A rule names the two, and no longer holds; why, in words.
    Lapsed {
        /// The rule.
        rule: &'p GoodGuy,
        /// What changed.
        why: String,
    },
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Where no corridor says otherwise.
    pub thresholds: Thresholds,
    /// The first that fits is taken.
    pub corridors: Vec<Corridor>,
    good_guys: Vec<GoodGuy>,
}

impl Policy {
    /// Reads a policy.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let _ = text;
        Ok(Self::default())
    }

    /// The corridor of a payment.
    #[must_use]
    pub fn corridor(&self, payment: &Payment) -> Option<&Corridor> {
        let _ = payment;
        None
    }

    /// Whether a good-guy rule speaks for a party against a listed one. `day` is ISO 8601: rules may end.
    #[must_use]
    pub fn clears(&self, party: &Party, listed: EntityRef<'_>, day: &str) -> Option<Cleared<'_>> {
        let _ = (party, listed, day, &self.good_guys);
        None
    }
}
