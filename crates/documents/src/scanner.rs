//! Every listed name in a text: text goes in; mentions with their span, score and listed party come out.
//!
//! The words of the text are looked up on the list, each distinct word once (`known.rs`). A word that is an anchor of listed names
//! (`index.rs`) has the words around it held against them; what has enough of a name is scored as `screen` scores it, together with the
//! words that seem to go on with it: of "Ali Hassan Karimi", Ali Hassan is no mention. Names that a text may have without meaning anybody
//! wait for what else the text says (`context.rs`).

mod context;
mod identifiers;
mod index;
mod inflection;
mod known;
mod names;
mod told;
mod unspaced;
mod words;

use std::hash::{Hash, Hasher};
use std::ops::Range;

use interdict_matching::{Matcher, Scratch, Settings, Spelled};
use interdict_snapshot::{EntityRef, NameRef, Snapshot};
use rustc_hash::{FxHashMap, FxHasher};

use self::context::{Needs, resolve};
use self::index::{Anchors, Unspaced};
use self::known::Vocabulary;
use self::words::Word;

/// How strict a scan is.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanSettings {
    /// Mentions below this score are not reported, from 0 to 1. It is above that of `screen`: a text has thousands of words and names that
    /// nobody asked about, a query is asked. A name of three words without its patronymic, as texts have it, needs nine tenths of it.
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
        /// Whether the name alone would not tell (the list calls it weak, or it is made of ordinary words): it counts because of what else
        /// the text says.
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

/// A mention that may have to wait for context.
#[derive(Clone, Debug)]
struct Raw<'s> {
    mention: Mention<'s>,
    needs: Needs,
}

/// Words that may be a name where the text names the party otherwise, or one that is linked with it.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    name: u32,
    start: usize,
    end: usize,
}

/// A piece of text as a name, with what it scored as each listed name that it was held against. Pieces are known by their text and not by a
/// hash of it: who writes the text must not be able to give a name the score of another.
#[derive(Debug)]
struct Scored {
    spelled: Spelled,
    scores: FxHashMap<u32, f64>,
}

/// Buffers for one thread, used again from text to text.
#[derive(Debug, Default)]
pub struct ScanScratch {
    vocabulary: Vocabulary,
    words: Vec<Word>,
    ids: Vec<u32>,
    /// The marks of each word, beside its id.
    marks: Vec<u64>,
    matching: Scratch,
    scored: FxHashMap<String, Scored>,
    waiting: Vec<Waiting>,
    characters: Vec<char>,
    offsets: Vec<(usize, usize)>,
    owner: u64,
}

/// Pieces of text that are remembered with their scores; beyond, all are forgotten.
const MOST_SCORED: usize = 1 << 11;

/// Finds listed names in texts. It is made once for a snapshot and shared by threads.
#[derive(Debug)]
pub struct Scanner<'s> {
    matcher: Matcher<'s>,
    settings: ScanSettings,
    anchors: Anchors,
    unspaced: Unspaced,
    owner: u64,
}

/// A text is looked at in pieces of about this many bytes, cut where a line ends: what is held for a text does not grow with it.
const PIECE: usize = 1 << 16;

/// A piece that has no end of a line is cut at this many bytes.
const LONGEST_PIECE: usize = 1 << 18;

impl<'s> Scanner<'s> {
    /// A scanner over `snapshot`; names are scored with `matching`.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, matching: Settings, settings: ScanSettings) -> Self {
        let mut hasher = FxHasher::default();
        (snapshot.id(), matching.id(), settings.threshold.to_bits()).hash(&mut hasher);
        let matcher = Matcher::new(snapshot, matching);
        // The score is the root of the product of both sides' found shares.
        let least = (settings.threshold * settings.threshold) as f32;
        let anchors = Anchors::new(snapshot, &matcher, least);
        Self { unspaced: Unspaced::new(snapshot), anchors, matcher, settings, owner: hasher.finish() }
    }

    /// The snapshot that is scanned for.
    #[must_use]
    pub fn snapshot(&self) -> &'s Snapshot {
        self.matcher.snapshot()
    }

    /// Mentions in the order of the text. Where several parties bear the name, each is a mention of the same span, best first; of spans
    /// that overlap only the best is kept.
    #[must_use]
    pub fn scan(&self, text: &str, scratch: &mut ScanScratch) -> Vec<Mention<'s>> {
        scratch.waiting.clear();
        let (mut raw, mut found) = (Vec::new(), Vec::new());
        for piece in pieces(text) {
            scratch.vocabulary.begin(self.owner);
            if scratch.owner != self.owner || scratch.scored.len() > MOST_SCORED {
                scratch.owner = self.owner;
                scratch.scored.clear();
            }
            let waiting = scratch.waiting.len();
            self.piece(text, piece.seen, scratch, &mut found);
            let new = scratch.waiting.split_off(waiting);
            scratch.waiting.extend(new.into_iter().filter(|held| piece.own.contains(&held.start)));
            // What begins in another piece is found there, with the words around it.
            raw.extend(found.drain(..).filter(|raw| piece.own.contains(&raw.mention.span.start)));
        }
        if raw.is_empty() {
            return Vec::new();
        }
        let mut found = resolve(self.snapshot(), text, raw, &scratch.waiting);
        // What waited is scored now.
        found.retain_mut(|(mention, scored)| {
            let Found::Name { name, .. } = &mention.found else { return true };
            if *scored {
                return true;
            }
            let words: Vec<&str> = text[mention.span.clone()].split_whitespace().collect();
            mention.score = self.matcher.score_as(&mut Spelled::new(words.join(" ")), *name, &mut scratch.matching);
            mention.score >= self.settings.threshold
        });
        without_overlaps(found.into_iter().map(|(mention, _)| mention).collect())
    }

    /// What stands in a piece of a text.
    fn piece(&self, text: &str, piece: Range<usize>, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        scratch.words.clear();
        scratch.ids.clear();
        scratch.marks.clear();
        let snapshot = self.snapshot();
        let base = piece.start;
        let found = &mut scratch.words;
        words::words(&text[piece], base, |word| {
            match found.last_mut() {
                // One word that was cut in two at the end of a line.
                Some(last)
                    if word.gap == words::Gap::CutLine
                        && !last.digits
                        && (word.case == words::Case::Lower
                            || (word.case == words::Case::AllCapitals && last.case == words::Case::AllCapitals)) =>
                {
                    last.end = word.end;
                    last.possessive = word.possessive;
                    last.cut = true;
                }
                Some(last) if word.continues(last, text) => {
                    last.end = word.end;
                    last.case = words::Case::AllCapitals;
                    last.dotted = true;
                }
                _ => found.push(word),
            }
        });
        for word in &scratch.words {
            let id = scratch.vocabulary.index(text, *word, &self.matcher, snapshot, &self.anchors);
            scratch.ids.push(id);
            scratch.marks.push(scratch.vocabulary.get(id).marks);
        }
        self.names(text, scratch, raw);
        if !self.unspaced.is_empty() {
            self.unspaced(text, scratch, raw);
        }
        identifiers::find(snapshot, text, &scratch.words, raw);
    }
}

impl ScanScratch {
    /// Whether the word at a position may be a listed token.
    fn is_like(&self, position: usize, token: u32) -> bool {
        self.vocabulary.likes(self.ids[position]).iter().any(|like| like.token == token)
    }

    /// Whether the word at a position may be one of the tokens of a listed name.
    fn is_of(&self, position: usize, tokens: &[u32]) -> bool {
        self.vocabulary.likes(self.ids[position]).iter().any(|like| tokens.contains(&like.token))
    }
}

/// A piece of a text.
struct Piece {
    /// Mentions that begin here are of the piece.
    own: Range<usize>,
    /// With what is looked at on either side.
    seen: Range<usize>,
}

/// Bytes that are looked at on either side of a piece, but where no name goes over its border: more than a name has with the words around.
const AROUND: usize = 1 << 10;

/// The pieces of a text.
fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    // Where what may be seen begins.
    let mut first = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let seen_from = first;
        let mut end = text.len();
        let mut hard = false;
        if end - start > PIECE {
            let bytes = text.as_bytes();
            let most = (start + LONGEST_PIECE).min(text.len());
            let break_at = |wanted: &dyn Fn(usize) -> bool| (start + PIECE..most).find(|at| wanted(*at));
            // A blank line, else the end of a line, else white space, else between two characters.
            let blank = break_at(&|at| bytes[at] == b'\n' && bytes[at - 1] == b'\n');
            hard = blank.is_some();
            end = blank
                .or_else(|| break_at(&|at| bytes[at] == b'\n'))
                .or_else(|| break_at(&|at| bytes[at].is_ascii_whitespace()))
                .unwrap_or(most);
            end = text.floor_char_boundary(end);
        }
        at = end;
        first = if hard { end } else { word_start(text, start, end) };
        let seen_to = if hard { end } else { text.ceil_char_boundary((end + AROUND).min(text.len())) };
        Some(Piece { own: start..end, seen: seen_from..seen_to })
    })
}

/// Where the piece from `end` on begins to look: between words, if there are any, shortly before.
fn word_start(text: &str, start: usize, end: usize) -> usize {
    let from = text.floor_char_boundary(end.saturating_sub(AROUND).max(start));
    let space = text[from..end].find(char::is_whitespace);
    space.map_or(from, |space| from + space)
}

/// Of mentions that overlap the best alone, and beside it who else bears the name; in the order of the text.
fn without_overlaps(mut found: Vec<Mention<'_>>) -> Vec<Mention<'_>> {
    /// How much less another party may score on the same words to be reported beside the best.
    const BESIDE: f64 = 0.03;
    // A name of more words says more.
    let rank = |mention: &Mention<'_>| mention.score + 0.001 * (mention.span.len().min(60)) as f64;
    found.sort_by(|a, b| {
        rank(b).total_cmp(&rank(a)).then(a.span.start.cmp(&b.span.start)).then(a.entity.index().cmp(&b.entity.index()))
    });
    // By start; spans that were taken do not overlap.
    let mut taken: std::collections::BTreeMap<usize, (usize, f64)> = std::collections::BTreeMap::new();
    let mut kept: Vec<Mention<'_>> = Vec::new();
    let mut who: rustc_hash::FxHashSet<(usize, u32)> = rustc_hash::FxHashSet::default();
    for mention in found {
        let before = taken.range(..mention.span.end).next_back().map(|(start, held)| (*start, *held));
        match before {
            Some((start, (end, score))) if end > mention.span.start => {
                let same = start == mention.span.start && end == mention.span.end;
                if !same || mention.score + BESIDE < score || !who.insert((start, mention.entity.index())) {
                    continue;
                }
            }
            _ => {
                taken.insert(mention.span.start, (mention.span.end, mention.score));
                who.insert((mention.span.start, mention.entity.index()));
            }
        }
        kept.push(mention);
    }
    kept.sort_by(|a, b| {
        a.span.start.cmp(&b.span.start).then(b.score.total_cmp(&a.score)).then(a.entity.index().cmp(&b.entity.index()))
    });
    kept
}
