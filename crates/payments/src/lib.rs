//! Payments where they are: messages come in as the official formats have them; parties, routes and free text come out of them, and of
//! these what a list, a place or a word of trade says against the payment. A file of any length is read as a stream.
//!
//! [`Reader`] reads ISO 20022, SWIFT MT, NACHA and CSV to [`Payment`]s. [`Screener`] makes an [`Assessment`] of each: pass, hold or
//! block, with a finding for each reason. [`Rules`] says what is embargoed and what goods may be of double use, [`Policy`] what the user
//! decided by corridor and message type and whom he knows to be somebody else, [`History`] what was rejected before.

mod message;
mod policy;
mod read;
mod rules;
mod screener;
mod stripping;

pub use message::{
    Address, Field, IdKind, MessageKind, Money, Party, PartyId, PartyKind, Payment, RefKind, Reference, Role, Text, TextKind,
};
pub use policy::{Cleared, Corridor, GoodGuy, KnownParty, Policy, PolicyError, Thresholds};
pub use read::{Item, PaymentError, Problem, ReadLimits, Reader};
pub use rules::{GoodsFinding, GoodsRule, PlaceFinding, PlaceKind, PlaceRule, Rules};
pub use screener::{Assessment, Decision, Effect, Finding, PlaceEffect, Reason, ScreenScratch, Screener, Suppressed};
pub use stripping::{Difference, History, HistoryError, Past, Resubmission};
