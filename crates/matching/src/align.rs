//! Two names token by token: which token of one answers which of the other, how well, and what is left over on each side. The score of the
//! names is made of nothing else, so that a person can add it up.

use interdict_names::{NameKind, TokenKind};

use crate::settings::Settings;
use crate::similarity::{Relation, joined_similarity, similarity};
use crate::token::Tok;

/// A match of one or two tokens on the left with one or two on the right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// First token on the left, and how many.
    pub(crate) left: (usize, usize),
    /// First token on the right, and how many.
    pub(crate) right: (usize, usize),
    pub(crate) similarity: f64,
    pub(crate) relation: Relation,
}

/// The outcome of aligning two names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    pub(crate) score: f64,
    pub(crate) pairs: Vec<Pair>,
    /// Share of the left name's weight that was found, each token by its similarity.
    pub(crate) left_found: f64,
    pub(crate) right_found: f64,
    /// What lowered the score below the mean of the shares, in words; empty if nothing did.
    pub(crate) caps: Vec<&'static str>,
}

/// Buffers that are used again from name to name.
#[derive(Debug, Default)]
pub(crate) struct AlignBuffers {
    options: Vec<Pair>,
    left_used: Vec<bool>,
    right_used: Vec<bool>,
    text: String,
}

/// What is being compared, as far as it changes how a name is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    /// The names are those of people.
    pub(crate) person: bool,
    /// One token of a name of several says nothing: for people and for things. Companies are known by one word.
    pub(crate) single_token_cap: bool,
}

impl Context {
    pub(crate) fn of(kind: NameKind) -> Self {
        Self { person: kind == NameKind::Person, single_token_cap: matches!(kind, NameKind::Person | NameKind::Object) }
    }
}

/// Aligns `left` with `right`. Symmetric but for ties.
pub(crate) fn align(
    left: &[Tok<'_>],
    right: &[Tok<'_>],
    context: Context,
    settings: &Settings,
    buffers: &mut AlignBuffers,
) -> Alignment {
    let AlignBuffers { options, left_used, right_used, text } = buffers;
    options.clear();
    // Korean keys are coarse; they speak only where a name can be Korean throughout.
    let in_korean = reads_as_korean(left) && reads_as_korean(right);
    let korean = in_korean || (reads_as_chinese(left) && reads_as_chinese(right)) || is_syllabic(left) || is_syllabic(right);
    for (i, a) in left.iter().enumerate() {
        for (j, b) in right.iter().enumerate() {
            if let Some((similarity, relation)) = similarity(a, b, korean, settings) {
                options.push(Pair { left: (i, 1), right: (j, 1), similarity, relation });
            }
        }
    }
    for (i, a) in left.iter().enumerate() {
        for (j, pair) in right.windows(2).enumerate() {
            if let Some(similarity) = joined(a, pair, korean, text) {
                options.push(Pair { left: (i, 1), right: (j, 2), similarity, relation: Relation::Joined });
            }
        }
    }
    for (j, b) in right.iter().enumerate() {
        for (i, pair) in left.windows(2).enumerate() {
            if let Some(similarity) = joined(b, pair, korean, text) {
                options.push(Pair { left: (i, 2), right: (j, 1), similarity, relation: Relation::Joined });
            }
        }
    }
    let weight = |tokens: &[Tok<'_>], span: (usize, usize)| {
        tokens[span.0..span.0 + span.1].iter().map(|token| token.weight).sum::<f64>()
    };
    // Two words that nearly make one are a weaker reading than words that answer each other one by one.
    let reading = |option: &Pair| if option.relation == Relation::Joined && option.similarity < 0.97 { 0.6 } else { 1.0 };
    let gain = |option: &Pair| reading(option) * option.similarity * (weight(left, option.left) + weight(right, option.right));
    // Best first; among equals, those that keep the order of the names, then the earlier ones.
    let shift = |option: &Pair| option.left.0.abs_diff(option.right.0);
    options.sort_by(|x, y| gain(y).total_cmp(&gain(x)).then(shift(x).cmp(&shift(y))).then(x.left.cmp(&y.left)));
    left_used.clear();
    left_used.resize(left.len(), false);
    right_used.clear();
    right_used.resize(right.len(), false);
    let mut pairs = Vec::with_capacity(left.len());
    let (mut left_found, mut right_found) = (0.0, 0.0);
    for option in options.iter() {
        let (l, r) = (option.left.0..option.left.0 + option.left.1, option.right.0..option.right.0 + option.right.1);
        if left_used[l.clone()].contains(&true) || right_used[r.clone()].contains(&true) {
            continue;
        }
        left_used[l].fill(true);
        right_used[r].fill(true);
        left_found += option.similarity * weight(left, option.left);
        right_found += option.similarity * weight(right, option.right);
        pairs.push(*option);
    }
    pairs.sort_by_key(|pair| pair.left);
    let total = |tokens: &[Tok<'_>]| tokens.iter().map(|token| token.weight).sum::<f64>();
    let (left_total, right_total) = (total(left), total(right));
    if left_total <= 0.0 || right_total <= 0.0 {
        return Alignment::default();
    }
    let unmatched = |tokens: &[Tok<'_>], used: &[bool]| {
        tokens
            .iter()
            .zip(used)
            .filter(|(token, used)| !**used && token.is_distinctive())
            .map(|(token, _)| token.weight)
            .sum::<f64>()
    };
    let (left_share, right_share) = (left_found / left_total, right_found / right_total);
    let mut score = (left_share * right_share).sqrt();
    let mut caps = Vec::new();
    let conflict = unmatched(left, left_used).min(unmatched(right, right_used));
    if conflict > 0.0 {
        score *= 1.0 - settings.conflict_penalty * (conflict / left_total.min(right_total)).min(1.0);
        caps.push("each name has words that the other contradicts");
    }
    let distinctive = |pair: &Pair| left[pair.left.0].is_distinctive() || right[pair.right.0].is_distinctive();
    let letters = |pair: &Pair| left[pair.left.0].kind == TokenKind::Initial || right[pair.right.0].kind == TokenKind::Initial;
    let says_nothing = pairs.iter().all(|pair| !distinctive(pair) || letters(pair));
    if says_nothing && score > settings.generic_cap && !says_the_same(left, left_used, right, right_used, &pairs) {
        score = settings.generic_cap;
        caps.push("only generic words or initials were found");
    }
    let found: usize = pairs.iter().filter(|pair| distinctive(pair)).map(|pair| pair.left.1.max(pair.right.1)).sum();
    let parts = |tokens: &[Tok<'_>]| tokens.iter().filter(|token| token.is_distinctive()).count();
    if context.single_token_cap && found == 1 && parts(left).max(parts(right)) > 1 && score > settings.single_token_cap {
        score = settings.single_token_cap;
        caps.push("only one part of a name of several was found");
    }
    if !context.single_token_cap && found == 1 {
        let slip = |pair: &Pair| {
            distinctive(pair) && pair.relation == Relation::Typing && left[pair.left.0].text.len() <= settings.short_word
        };
        if score > settings.generic_cap && pairs.iter().any(slip) {
            score = settings.generic_cap;
            caps.push("the only telling word is short and not the same");
        }
        let leftover = |tokens: &[Tok<'_>], used: &[bool]| {
            tokens.iter().zip(used).any(|(token, used)| !used && token.kind == TokenKind::Generic)
        };
        if leftover(left, left_used) && leftover(right, right_used) {
            score *= settings.generic_conflict;
            caps.push("each name says another kind of body");
        }
    }
    if in_korean && context.person && score > settings.single_token_cap && !keeps_korean_order(&pairs) {
        score = settings.single_token_cap;
        caps.push("the syllables stand in another order");
    }
    if is_same(left, right) {
        (score, caps) = (1.0, Vec::new());
    }
    Alignment { score: score.clamp(0.0, 1.0), pairs, left_found: left_share, right_found: right_share, caps }
}

/// Whether two names are the same tokens in the same order.
fn is_same(left: &[Tok<'_>], right: &[Tok<'_>]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| a.text == b.text)
}

/// Whether names of generic words agree in all of at least two of them, whatever their legal forms: such a name is all that some
/// companies have ("Ocean Maritime Management").
fn says_the_same(left: &[Tok<'_>], left_used: &[bool], right: &[Tok<'_>], right_used: &[bool], pairs: &[Pair]) -> bool {
    let matters =
        |token: &Tok<'_>| matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Generic | TokenKind::Initial);
    let all = |tokens: &[Tok<'_>], used: &[bool]| tokens.iter().zip(used).all(|(token, used)| *used || !matters(token));
    let generic = pairs.iter().filter(|pair| left[pair.left.0].kind == TokenKind::Generic && pair.similarity > 0.95).count();
    generic >= 2 && all(left, left_used) && all(right, right_used)
}

/// Whether matched syllables keep their order, but for the family name, which may stand first or last: Kim Chol Min is Chol Min Kim and
/// is not Kim Min Chol.
fn keeps_korean_order(pairs: &[Pair]) -> bool {
    // Pairs are in the order of the left name.
    let order: Vec<usize> = pairs.iter().map(|pair| pair.right.0).collect();
    let ascends = |order: &[usize]| order.is_sorted();
    let [first, middle @ ..] = &order[..] else { return true };
    let [.., last] = &order[..] else { return true };
    ascends(&order)
        || (ascends(middle) && middle.iter().all(|other| other < first))
        || (ascends(&order[..order.len() - 1]) && order[..order.len() - 1].iter().all(|other| other > last))
}

fn joined(one: &Tok<'_>, pair: &[Tok<'_>], korean: bool, text: &mut String) -> Option<f64> {
    let [first, second] = pair else { return None };
    let joinable = |token: &Tok<'_>| {
        matches!(token.kind, TokenKind::Word | TokenKind::Particle | TokenKind::Generic | TokenKind::Initial | TokenKind::Stop)
    };
    (one.kind == TokenKind::Word && joinable(first) && joinable(second))
        .then(|| joined_similarity(one, first, second, korean, text))?
}

/// Whether every distinctive word can be read as Korean syllables.
fn reads_as_korean(tokens: &[Tok<'_>]) -> bool {
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word).peekable();
    words.peek().is_some() && words.all(Tok::is_korean)
}

fn reads_as_chinese(tokens: &[Tok<'_>]) -> bool {
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word).peekable();
    words.peek().is_some() && words.all(Tok::is_chinese)
}

/// Whether every word is written in Han characters or Hangul.
fn is_syllabic(tokens: &[Tok<'_>]) -> bool {
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word).peekable();
    words.peek().is_some()
        && words.all(|token| {
            token.native.chars().next().is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
        })
}
