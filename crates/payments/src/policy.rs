//! What the user decided: thresholds and decisions by corridor and message type, and good-guy rules that say of a party that it is not the
//! listed one. A file of TOML goes in; [`Policy::from_toml`] refuses what it does not know, with table, key and line.
//!
//! ```toml
//! [thresholds]                  # each from 0 to 1, in this order
//! report = 0.80
//! hold = 0.80
//! block = 0.95
//!
//! [[corridor]]                  # the first that fits a payment is taken
//! name = "to Cuba"
//! from = ["US"]                 # countries of the paying side: codes of ISO 3166 or names; without the key: any
//! to = ["Cuba"]                 # countries of the side that is paid
//! messages = ["pacs.008"]       # codes of `MessageKind`
//! hold = 0.70                   # thresholds, where they differ
//! decision = "hold"             # what becomes of such payments at least
//!
//! [[good_guy]]
//! id = "GG-1"
//! listed = "ofac-1"             # the id of the listed party
//! listed_facts = "0123456789abcdef"   # `GoodGuy::listed_facts_of` it, when the rule was written
//! reason = "another person: born in 1990, passport seen"
//! by = "A. Reviewer"
//! on = 2026-01-15
//! until = 2027-01-14            # the last day, if there is one
//! party = { name = ["John Doe"], birth_date = "1990-05-01", account = ["DE02120300000000202051"] }
//! ```

mod corridor;
mod good_guy;
mod load;

use interdict_snapshot::EntityRef;
use thiserror::Error;

pub use self::good_guy::{Cleared, GoodGuy, KnownParty};
use crate::message::{MessageKind, Party, Payment};
use crate::screener::Decision;

/// Why a policy cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file is not a policy; what is wrong and where: line, table, key.
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
    /// Countries of the paying side, as codes of ISO 3166 in capitals; empty: any.
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

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Where no corridor says otherwise.
    pub thresholds: Thresholds,
    /// The first that fits is taken.
    pub corridors: Vec<Corridor>,
    /// By the id of the listed party.
    good_guys: Vec<GoodGuy>,
}

impl Policy {
    /// Reads a policy. An empty text is one, with the built-in thresholds and nothing else. An error names line, table and key.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let mut policy = load::policy(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        policy.good_guys.sort_by(|a, b| a.listed.cmp(&b.listed));
        Ok(policy)
    }

    /// The corridor of a payment: the first whose countries and messages fit. A side of which no country is stated fits a corridor that
    /// names none alone.
    ///
    /// The country of a side is that of the debtor's or creditor's address, or else of his IBAN, his residence, his own BIC, or his bank.
    #[must_use]
    pub fn corridor(&self, payment: &Payment) -> Option<&Corridor> {
        corridor::of(&self.corridors, payment)
    }

    /// The good-guy rules, by the id of the listed party.
    #[must_use]
    pub fn good_guys(&self) -> &[GoodGuy] {
        &self.good_guys
    }

    /// Whether a good-guy rule speaks for a party against a listed one. `day` is ISO 8601: rules may end. Of several rules that name the two
    /// one that holds is enough.
    #[must_use]
    pub fn clears(&self, party: &Party, listed: EntityRef<'_>, day: &str) -> Option<Cleared<'_>> {
        let start = self.good_guys.partition_point(|rule| rule.listed.as_str() < listed.id());
        let rules = self.good_guys.get(start..).unwrap_or_default();
        let mut lapsed = None;
        for rule in rules.iter().take_while(|rule| rule.listed == listed.id()).filter(|rule| rule.party.names_one_of(party)) {
            match rule.check(party, listed, day) {
                Ok(()) => return Some(Cleared::By(rule)),
                Err(why) => lapsed = lapsed.or(Some(Cleared::Lapsed { rule, why })),
            }
        }
        lapsed
    }
}
