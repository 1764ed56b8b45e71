//! Every listed name in a text: text goes in; mentions with their span, score and listed party come out.

use std::ops::Range;

use interdict_matching::{Matcher, Settings};
use interdict_snapshot::{EntityRef, NameRef, Snapshot};

/// How strict a scan is.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanSettings {
    /// Mentions below this score are not reported, from 0 to 1.
    pub threshold: f64,
}

impl Default for ScanSettings {
    fn default() -> Self {
        Self { threshold: 0.85 }
    }
}

/// What of a listed party stands in the text.
#[derive(Clone, Debug)]
pub enum Found<'s> {
    /// One of its names.
    Name {
        /// The listed name that agrees best.
        name: NameRef<'s>,
        /// Whether the list calls the name weak, or it is made of ordinary words: it counts because of what else the text says.
        by_context: bool,
    },
    /// One of its identifiers.
    Identifier {
        /// The kind of identifier, a code of `IdentifierKind`.
        kind: String,
        /// The property on the list, such as `publicKey`.
        property: String,
        /// As written on the list.
        listed: String,
    },
}

/// A listed party in a text.
#[derive(Clone, Debug)]
pub struct Mention<'s> {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// Who it may be.
    pub entity: EntityRef<'s>,
    /// From 0 to 1: the score that `screen` gives the words of the span.
    pub score: f64,
    /// What stands there.
    pub found: Found<'s>,
}

/// Buffers for one thread, used again from text to text.
#[derive(Debug, Default)]
pub struct ScanScratch {}

/// Finds listed names in texts. It is made once for a snapshot and shared by threads.
#[derive(Debug)]
pub struct Scanner<'s> {
    matcher: Matcher<'s>,
    settings: ScanSettings,
}

impl<'s> Scanner<'s> {
    /// A scanner over `snapshot`; names are scored with `matching`.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, matching: Settings, settings: ScanSettings) -> Self {
        Self { matcher: Matcher::new(snapshot, matching), settings }
    }

    /// Mentions in the order of the text. Where several parties bear the name, each is a mention of the same span, best first; of spans
    /// that overlap only the best is kept.
    #[must_use]
    pub fn scan(&self, text: &str, scratch: &mut ScanScratch) -> Vec<Mention<'s>> {
        let _ = (text, scratch, &self.settings, &self.matcher);
        Vec::new()
    }
}
