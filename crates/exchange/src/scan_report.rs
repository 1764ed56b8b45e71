//! What was found in documents, as values that go out in every form: documents with their parts, the listed parties named in them, how these
//! are linked, and names on no list. They come in filled; they go out as JSON by their members, or as one page (`page.rs`).

mod page;

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;

/// Bytes of a text up to which all of it is shown on a page.
const WHOLE: usize = 48 << 10;

/// Bytes around a place that are shown of a longer text.
const AROUND: usize = 400;

/// Bytes of a longer text that are shown altogether.
const MOST_SHOWN: usize = 128 << 10;

/// How the screening of a document or of a part of it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanResult {
    /// A listed party is named.
    Hit,
    /// All of its text was read, and no listed party is named.
    Clear,
    /// It, or a part of it, was not read, and no listed party is named in what was: it says nothing.
    NotChecked,
}

impl ScanResult {
    /// The result as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Clear => "clear",
            Self::NotChecked => "not_checked",
        }
    }

    /// The result in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Clear => "clear",
            Self::NotChecked => "not checked",
        }
    }
}

/// Bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first.
    pub start: usize,
    /// The first that is behind it.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A listed party in a text.
#[derive(Clone, Debug, Serialize)]
pub struct ScanMention {
    /// Where it stands, in bytes of the text of its part.
    pub span: Span,
    /// Line of the text, from 1.
    pub line: usize,
    /// Character of the line, from 1.
    pub column: usize,
    /// The place that it is in, such as `page 3`; none where the text has lines alone.
    pub place: Option<String>,
    /// The words that were found, on one line.
    pub words: String,
    /// The sentence around them, on one line; of a very long one what is near.
    pub sentence: String,
    /// Id of the listing.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// Its schema.
    pub schema: String,
    /// From 0 to 1, rounded to four places.
    pub score: f64,
    /// What of the party was found: `name`, `alias`, `weak_alias` or `identifier`.
    pub how: &'static str,
    /// Whether the name is weak or made of ordinary words, and counts because of what else the text says.
    pub by_context: bool,
    /// The listed name or identifier.
    pub listed: String,
    /// The lists that it is on.
    pub datasets: Vec<String>,
    /// The programmes that it is listed under.
    pub programs: Vec<String>,
    /// The [`NamedParty`] that it is a mention of: the id of its first listing.
    pub party: String,
}

/// A listing of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyListing {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// The lists that it is on.
    pub datasets: Vec<String>,
    /// The programmes that it is listed under.
    pub programs: Vec<String>,
}

/// A party that is named: the listings of it, on whatever list, are one.
#[derive(Clone, Debug, Serialize)]
pub struct NamedParty {
    /// Id of the listing that is found best.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// Its schema.
    pub schema: String,
    /// How many times it is named. Words that may mean it under several listings count once.
    pub mentions: usize,
    /// The best score of them.
    pub score: f64,
    /// The programmes of all its listings that were found.
    pub programs: Vec<String>,
    /// Its listings that were found, the best first.
    pub listings: Vec<PartyListing>,
}

/// How two parties that are named are linked.
#[derive(Clone, Debug, Serialize)]
pub struct PartyLink {
    /// Id of the one, as in [`NamedParty::id`].
    pub from: String,
    /// Id of the other.
    pub to: String,
    /// Ids of other parties of the document on the way: the links with these say the same.
    pub through: Vec<String>,
    /// Cost of the way, in units of which the link of an owner costs one.
    pub cost: f64,
    /// Each step in words.
    pub words: Vec<String>,
    /// Each step with its sources, as `network path` has it.
    pub hops: Vec<Value>,
}

/// A name that is on no list: a candidate for a closer look, which says nothing against anybody.
#[derive(Clone, Debug, Serialize)]
pub struct UnlistedName {
    /// The name as first written.
    pub name: String,
    /// What it looks like: `person` or `organization`.
    pub kind: &'static str,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub spans: Vec<Span>,
    /// Line of the first, from 1.
    pub line: usize,
}

/// A piece of the text of a part, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Where it begins in the text, in bytes.
    pub at: usize,
    /// The piece.
    pub text: String,
}

/// A file, or a file inside it.
#[derive(Clone, Debug, Serialize)]
pub struct ScanPart {
    /// Its name, and behind each ` > ` the file inside it.
    pub path: String,
    /// What it is, as a word.
    pub kind: String,
    /// How its reading ended, as a word.
    pub status: String,
    /// How its screening ended.
    pub result: ScanResult,
    /// What was not read of it, and why; empty only when all was.
    pub reasons: Vec<String>,
    /// What was repaired on the way and took no text away.
    pub notes: Vec<String>,
    /// Bytes of its text.
    pub text_bytes: usize,
    /// The mentions, in the order of the text.
    pub mentions: Vec<ScanMention>,
    /// How many there are beside these.
    pub mentions_left_out: usize,
    /// Names on no list.
    pub unlisted: Vec<UnlistedName>,
    /// How many there are beside these.
    pub unlisted_left_out: usize,
    /// What of its text a page shows.
    #[serde(skip)]
    pub excerpts: Vec<Excerpt>,
}

/// A file with all that is in it.
#[derive(Clone, Debug, Serialize)]
pub struct ScanDocument {
    /// The file.
    pub file: String,
    /// How its screening ended: the result of its parts together.
    pub result: ScanResult,
    /// Who is named in it, the best found first.
    pub parties: Vec<NamedParty>,
    /// How they are linked with each other.
    pub links: Vec<PartyLink>,
    /// Pairs of them that were not looked at, because there are too many.
    pub pairs_left_out: usize,
    /// The file itself, then what is in it.
    pub parts: Vec<ScanPart>,
    /// Their links as a drawing: an SVG document.
    #[serde(skip)]
    pub drawing: Option<String>,
}

impl ScanDocument {
    /// The result of parts together: a hit in any; else not checked where any was not.
    #[must_use]
    pub fn result_of(parts: &[ScanPart]) -> ScanResult {
        let any = |result| parts.iter().any(|part| part.result == result);
        if any(ScanResult::Hit) {
            ScanResult::Hit
        } else if parts.is_empty() || any(ScanResult::NotChecked) {
            ScanResult::NotChecked
        } else {
            ScanResult::Clear
        }
    }
}

/// Documents, and what they were screened with.
#[derive(Clone, Debug, Serialize)]
pub struct ScanReport {
    /// The day of writing, as ISO 8601.
    pub generated: String,
    /// Id of the snapshot.
    pub snapshot: String,
    /// Version of the engine.
    pub engine: String,
    /// Id of the settings.
    pub settings: String,
    /// The lists of the snapshot, each with the day of its issue.
    pub lists: Vec<String>,
    /// Mentions below this score are not in it.
    pub threshold: f64,
    /// The documents.
    pub documents: Vec<ScanDocument>,
}

/// What to show of a text: all of it, or of a long one what is around the places, which come in order. What is left out between two
/// excerpts is told by their offsets.
#[must_use]
pub fn excerpts(text: &str, places: &[Range<usize>]) -> Vec<Excerpt> {
    if text.len() <= WHOLE {
        return vec![Excerpt { at: 0, text: text.to_owned() }];
    }
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    let begin: Range<usize> = 0..0;
    for place in std::iter::once(&begin).chain(places) {
        let start = text.floor_char_boundary(place.start.min(text.len()).saturating_sub(AROUND));
        let end = text.floor_char_boundary(place.end.saturating_add(AROUND));
        match pieces.last_mut() {
            Some(last) if start <= last.end => {
                shown += end.saturating_sub(last.end);
                last.end = last.end.max(end);
            }
            _ => {
                shown += end.saturating_sub(start);
                pieces.push(start..end.max(start));
            }
        }
        if shown >= MOST_SHOWN {
            break;
        }
    }
    pieces.into_iter().map(|piece| Excerpt { at: piece.start, text: text.get(piece).unwrap_or_default().to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_around_their_places() {
        let short = "a ".repeat(100);
        assert_eq!(excerpts(&short, &[]), [Excerpt { at: 0, text: short.clone() }]);
        let long = "é ".repeat(40_000);
        let places = [30_000..30_003, 30_100..30_103, 90_000..90_003, 119_999..usize::MAX];
        let shown = excerpts(&long, &places);
        let at: Vec<(usize, usize)> = shown.iter().map(|excerpt| (excerpt.at, excerpt.at + excerpt.text.len())).collect();
        assert_eq!(
            at,
            [(0, 400), (29_600, 30_503), (89_600, 90_403), (119_599, 120_000)]
                .map(|(a, b)| { (long.floor_char_boundary(a), long.floor_char_boundary(b)) })
        );
        for excerpt in &shown {
            assert_eq!(long.get(excerpt.at..excerpt.at + excerpt.text.len()), Some(excerpt.text.as_str()));
        }
        let many: Vec<Range<usize>> = (0..10_000).map(|n| n * 1_000..n * 1_000 + 3).collect();
        let huge = "b".repeat(10_000_000);
        let total: usize = excerpts(&huge, &many).iter().map(|excerpt| excerpt.text.len()).sum();
        assert!((MOST_SHOWN..2 * MOST_SHOWN).contains(&total), "{total}");
    }

    #[test]
    fn a_document_is_clear_only_when_all_of_it_is() {
        use ScanResult::{Clear, Hit, NotChecked};

        let part = |result| ScanPart {
            path: "a".to_owned(),
            kind: "text".to_owned(),
            status: "read".to_owned(),
            result,
            reasons: Vec::new(),
            notes: Vec::new(),
            text_bytes: 0,
            mentions: Vec::new(),
            mentions_left_out: 0,
            unlisted: Vec::new(),
            unlisted_left_out: 0,
            excerpts: Vec::new(),
        };
        for (results, expected) in [
            (&[][..], NotChecked),
            (&[Clear, Clear], Clear),
            (&[Clear, NotChecked], NotChecked),
            (&[NotChecked, Hit, Clear], Hit),
        ] {
            let parts: Vec<ScanPart> = results.iter().copied().map(part).collect();
            assert_eq!(ScanDocument::result_of(&parts), expected, "{results:?}");
        }
    }
}
