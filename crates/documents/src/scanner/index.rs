//! Where a name is met in a text: each listed name is kept under its rarest words, so many that no other words of it weigh enough to reach
//! the threshold without one of them. Names in scripts that are written without spaces are kept under their first two characters.

use interdict_matching::Matcher;
use interdict_model::Schema;
use interdict_names::{Script, TokenKind, fold, script_of};
use interdict_snapshot::{NameRef, Snapshot};
use rustc_hash::FxHashMap;

use super::inflection::is_patronymic;
use super::words::is_unspaced;
use crate::ordinary::is_ordinary;

/// What of a name's weight may be missing before a word of its anchors must be there.
pub(super) struct Anchors {
    /// By dictionary token, where its names begin in `names`; one more at the end.
    starts: Vec<u32>,
    names: Vec<Anchored>,
    /// By dictionary token: whether it is an ordinary word of a language.
    ordinary: Vec<bool>,
    /// By dictionary token: whether it may be missing from a text, as [`is_minor`] says.
    minor: Vec<bool>,
    /// By dictionary token, its weight.
    weights: Vec<f32>,
    /// By name, the weight of all its tokens.
    totals: Vec<f32>,
}

impl std::fmt::Debug for Anchors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anchors").field("entries", &self.names.len()).finish_non_exhaustive()
    }
}

/// A name under one of its anchors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchored {
    pub(super) name: u32,
    /// The [`mark`]s of the words without any one of which too little of the name is there; none for long names.
    pub(super) required: u64,
}

/// A token as one bit of 64: what lacks the bit lacks the token.
pub(super) fn mark(token: u32) -> u64 {
    1 << (u64::from(token).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

/// Tokens of a name that is held against the marks of the words around; what is longer reaches further than they do.
pub(super) const MOST_MARKED: usize = 8;

/// Whether a name may have a patronymic: a person's of a given name, a patronymic and a family name.
pub(super) fn has_patronymic(name: NameRef<'_>) -> bool {
    name.token_indexes().len() == 3 && name.schema().is_some_and(|schema| schema.is_a(Schema::Person))
}

/// How much rarer any word is than an ordinary one: a text is full of ordinary words, however few listed names have them.
const ORDINARY_COST: usize = 1 << 20;

/// Whether a token may be missing from a text whatever the name: it weighs next to nothing.
pub(super) fn is_minor(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::LegalForm(_) | TokenKind::Particle | TokenKind::Title | TokenKind::Stop | TokenKind::Initial)
}

impl Anchors {
    /// Anchors for mentions whose found share of the listed weight is `least` or more.
    pub(super) fn new(snapshot: &Snapshot, matcher: &Matcher<'_>, least: f32) -> Self {
        let tokens = snapshot.token_count();
        let mut ordinary = Vec::with_capacity(tokens as usize);
        let mut minor_tokens = Vec::with_capacity(tokens as usize);
        let mut weights = Vec::with_capacity(tokens as usize);
        for token in (0..tokens).filter_map(|index| snapshot.token_at(index)) {
            // Words of other scripts are ordinary in their own letters.
            let word = if token.native().is_empty() { token.text() } else { token.native() };
            ordinary.push(is_minor(token.kind()) || matches!(token.kind(), TokenKind::Generic) || is_ordinary(word));
            minor_tokens.push(is_minor(token.kind()));
            weights.push(matcher.token_weight(token));
        }
        let mut pairs: Vec<(u32, u32, u64)> = Vec::new();
        let mut totals = Vec::with_capacity(snapshot.name_count() as usize);
        let mut order: Vec<(usize, u32, f32)> = Vec::new();
        for name in (0..snapshot.name_count()).filter_map(|index| snapshot.name_at(index)) {
            let total: f32 = name.tokens().map(|token| weights[token.index() as usize]).sum();
            totals.push(total);
            order.clear();
            let person = has_patronymic(name);
            let mut minor = 0.0;
            for token in name.tokens() {
                let weight = weights[token.index() as usize];
                if is_minor(token.kind()) || (person && is_patronymic(token.text())) {
                    minor += weight;
                    continue;
                }
                let cost = token.postings().len() + if ordinary[token.index() as usize] { ORDINARY_COST } else { 0 };
                order.push((cost, token.index(), weight));
            }
            if order.is_empty() {
                // Nothing but initials or function words: no text means it by them.
                continue;
            }
            order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
            order.dedup_by_key(|entry| entry.1);
            let mut required = 0;
            if name.token_indexes().len() <= MOST_MARKED {
                for (_, token, weight) in &order {
                    if *weight > (1.0 - least) * total + 2e-4 {
                        required |= mark(*token);
                    }
                }
            }
            // Without any of the anchors the others are too little.
            let mut rest: f32 = order.iter().map(|entry| entry.2).sum::<f32>() + minor;
            for (_, token, weight) in &order {
                pairs.push((*token, name.index(), required));
                rest -= weight;
                if rest < least * total - 1e-4 {
                    break;
                }
            }
        }
        pairs.sort_unstable();
        let mut starts = vec![0_u32; tokens as usize + 1];
        for (token, _, _) in &pairs {
            starts[*token as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self {
            starts,
            names: pairs.into_iter().map(|(_, name, required)| Anchored { name, required }).collect(),
            ordinary,
            minor: minor_tokens,
            weights,
            totals,
        }
    }

    /// The names that a token is an anchor of.
    pub(super) fn names(&self, token: u32) -> &[Anchored] {
        let at = token as usize;
        &self.names[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub(super) fn is_ordinary(&self, token: u32) -> bool {
        self.ordinary[token as usize]
    }

    pub(super) fn is_minor(&self, token: u32) -> bool {
        self.minor[token as usize]
    }

    pub(super) fn weight(&self, token: u32) -> f32 {
        self.weights[token as usize]
    }

    pub(super) fn total(&self, name: u32) -> f32 {
        self.totals[name as usize]
    }
}

/// Names in scripts without spaces, as texts have them: letter by letter.
#[derive(Debug, Default)]
pub(super) struct Unspaced {
    by_start: FxHashMap<[char; 2], Vec<(Box<str>, u32)>>,
}

/// Legal forms that a text may leave out, the longest first.
const LEGAL_FORMS: [&str; 6] = ["股份有限公司", "有限责任公司", "株式会社", "有限公司", "有限會社", "公司"];

/// The fewest characters of such a name that are looked for: two are a word of every text.
const MIN_CHARACTERS: usize = 3;

impl Unspaced {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let mut by_start: FxHashMap<[char; 2], Vec<(Box<str>, u32)>> = FxHashMap::default();
        for name in (0..snapshot.name_count()).filter_map(|index| snapshot.name_at(index)) {
            let Some(text) = Self::key(name) else { continue };
            let mut characters = text.chars();
            let (Some(first), Some(second)) = (characters.next(), characters.next()) else { continue };
            let names = by_start.entry([first, second]).or_default();
            names.push((text.as_str().into(), name.index()));
            let short = LEGAL_FORMS.iter().find_map(|form| text.strip_suffix(form));
            if let Some(short) = short.filter(|short| short.chars().count() > MIN_CHARACTERS) {
                names.push((short.into(), name.index()));
            }
        }
        // The longest first; names in order.
        for names in by_start.values_mut() {
            names.sort_unstable_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
            names.dedup();
        }
        Self { by_start }
    }

    /// The name without spaces and signs, where it is of such a script.
    fn key(name: NameRef<'_>) -> Option<String> {
        let text = name.text();
        if text.is_ascii()
            || !text.chars().any(is_unspaced)
            || !matches!(script_of(text), Script::Han | Script::Kana | Script::Thai)
        {
            return None;
        }
        let key: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
        (key.chars().count() >= MIN_CHARACTERS && key.chars().next().is_some_and(is_unspaced)).then_some(key)
    }

    /// The names that begin at the start of `text`, a folded run, with their length in characters; the longest first.
    pub(super) fn at<'a>(&'a self, text: &'a [char]) -> impl Iterator<Item = (usize, u32)> + 'a {
        let start = match text {
            [first, second, ..] => self.by_start.get(&[*first, *second]),
            _ => None,
        };
        start.into_iter().flatten().filter_map(move |(key, name)| {
            let length = key.chars().count();
            let agrees = text.len() >= length && key.chars().zip(text).all(|(a, b)| a == *b);
            agrees.then_some((length, *name))
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_start.is_empty()
    }
}
