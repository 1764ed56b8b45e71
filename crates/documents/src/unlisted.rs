//! Names in a text that look like people or organisations and are on no list: candidates for a closer look. They say nothing against
//! anybody.

use std::ops::Range;

/// What a name looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnlistedKind {
    /// A person.
    Person,
    /// A company, agency, bank, group or any other body.
    Organization,
}

/// A name in a text that is on no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The name as first written, on one line.
    pub name: String,
    /// What it looks like.
    pub kind: UnlistedKind,
    /// Where it stands in the text, in bytes; each occurrence.
    pub spans: Vec<Range<usize>>,
    /// Why it looks like one, in words: `legal form ltd`, `given name`, `title Mr`.
    pub reason: String,
}

/// Names that look like people or organisations, outside the spans that are listed (sorted by start), in the order of their first
/// occurrence.
#[must_use]
pub fn unlisted(text: &str, listed: &[Range<usize>]) -> Vec<Unlisted> {
    let _ = (text, listed);
    Vec::new()
}
