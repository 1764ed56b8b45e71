//! Two names token by token: which token of one answers which of the other, how well, and what is left over on each side. The score of the
//! names is made of nothing else, so that a person can add it up.

use interdict_names::{NameKind, TokenKind};

use crate::settings::Settings;
use crate::similarity::{Relation, Syllables, cut_similarity, in_other_characters, is_korean, joined_similarity, similarity};
use crate::token::Tok;

/// A match of one to three tokens on the left with one to three on the right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// First token on the left, and how many.
    pub(crate) left: (usize, usize),
    /// First token on the right, and how many.
    pub(crate) right: (usize, usize),
    pub(crate) similarity: f32,
    pub(crate) relation: Relation,
}

/// Why the score is below the mean of the shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cap {
    Conflict,
    OnlyGeneric,
    SinglePart,
    OnlyWord,
    OtherBody,
    SyllableOrder,
    FatherAndSon,
    Common,
}

impl Cap {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Conflict => "each name has words that the other contradicts",
            Self::OnlyGeneric => "only generic words or initials were found",
            Self::SinglePart => "only one part of a name of several was found",
            Self::OnlyWord => "the only telling word is not the same",
            Self::OtherBody => "each name says another kind of body",
            Self::SyllableOrder => "the syllables stand in another order",
            Self::FatherAndSon => "father and son are exchanged",
            Self::Common => "only common names were found",
        }
    }
}

/// The outcome of aligning two names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    pub(crate) score: f64,
    pub(crate) pairs: Vec<Pair>,
    /// Share of the left name's weight that was found, each token by its similarity.
    pub(crate) left_found: f64,
    pub(crate) right_found: f64,
    /// What lowered the score below the mean of the shares; empty if nothing did.
    pub(crate) caps: Vec<Cap>,
}

/// Buffers that are used again from name to name. After [`align`] they hold its outcome.
#[derive(Debug, Default)]
pub(crate) struct AlignBuffers {
    options: Vec<(f32, Pair)>,
    left_used: Vec<bool>,
    right_used: Vec<bool>,
    pairs: Vec<Pair>,
    caps: Vec<Cap>,
    left_found: f64,
    right_found: f64,
    /// The sides were exchanged.
    exchanged: bool,
}

impl AlignBuffers {
    /// The outcome of the last [`align`], whose score that was.
    pub(crate) fn outcome(&self, score: f64) -> Alignment {
        let mut pairs = self.pairs.clone();
        let (mut left_found, mut right_found) = (self.left_found, self.right_found);
        if self.exchanged {
            for pair in &mut pairs {
                std::mem::swap(&mut pair.left, &mut pair.right);
            }
            pairs.sort_unstable_by_key(|pair| pair.left);
            std::mem::swap(&mut left_found, &mut right_found);
        }
        Alignment { score, pairs, left_found, right_found, caps: self.caps.clone() }
    }
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

/// A side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a, 's> {
    pub(crate) tokens: &'s [Tok<'a>],
    /// What its words can be read as.
    pub(crate) syllables: Syllables,
    /// Characters of the name as written.
    pub(crate) characters: usize,
}

impl Side<'_, '_> {
    /// Whether a field of a usual fixed width (20, 25, 30, 35, 40, 50) may have cut the name off: it ends there, or at a space before.
    pub(crate) fn may_be_cut(&self) -> bool {
        matches!(self.characters, 19 | 20 | 24 | 25 | 29 | 30 | 34 | 35 | 39 | 40 | 49 | 50)
    }

    /// Whether this may be the other name, cut off.
    fn is_cut_of(&self, whole: &Self) -> bool {
        self.may_be_cut() && self.characters < whole.characters
    }
}

/// Aligns `left` with `right` and returns the score, from 0 to 1. Symmetric: which of two equally good pairs is taken depends on the names
/// and not on their sides.
pub(crate) fn align(
    left: Side<'_, '_>,
    right: Side<'_, '_>,
    context: Context,
    settings: &Settings,
    buffers: &mut AlignBuffers,
) -> f64 {
    let order = |side: &Side<'_, '_>| side.tokens.len();
    let texts = |side: &Side<'_, '_>, other: &Side<'_, '_>| {
        side.tokens
            .iter()
            .map(|token| (token.text, token.native))
            .cmp(other.tokens.iter().map(|token| (token.text, token.native)))
    };
    let exchanged = order(&left).cmp(&order(&right)).then_with(|| texts(&left, &right)).is_gt();
    buffers.exchanged = exchanged;
    let (first, second) = if exchanged { (right, left) } else { (left, right) };
    align_in_order(first, second, context, settings, buffers)
}

fn align_in_order(
    left: Side<'_, '_>,
    right: Side<'_, '_>,
    context: Context,
    settings: &Settings,
    buffers: &mut AlignBuffers,
) -> f64 {
    let AlignBuffers { options, left_used, right_used, pairs, caps, left_found, right_found, exchanged: _ } = buffers;
    let syllables = left.syllables.and(right.syllables);
    let (left_cut, right_cut) = (left.is_cut_of(&right), right.is_cut_of(&left));
    let (left, right) = (left.tokens, right.tokens);
    pairs.clear();
    caps.clear();
    if is_same(left, right) {
        pairs.extend((0..left.len()).map(|at| Pair {
            left: (at, 1),
            right: (at, 1),
            similarity: 1.0,
            relation: Relation::Equal,
        }));
        (*left_found, *right_found) = (1.0, 1.0);
        return if left.is_empty() { 0.0 } else { 1.0 };
    }
    options.clear();
    let mut offer = |left_span: (usize, usize), right_span: (usize, usize), similarity: f32, relation: Relation| {
        let weight = |tokens: &[Tok<'_>], span: (usize, usize)| {
            tokens[span.0..span.0 + span.1].iter().map(|token| token.weight).sum::<f32>()
        };
        // Two words that nearly make one are a weaker reading than words that answer each other one by one.
        let reading = if relation == Relation::Joined && similarity < 0.97 { 0.6 } else { 1.0 };
        let gain = reading * similarity * (weight(left, left_span) + weight(right, right_span));
        options.push((gain, Pair { left: left_span, right: right_span, similarity, relation }));
    };
    // Words that are the same answer each other, whatever else they are like; only the others are compared.
    left_used.clear();
    left_used.resize(left.len(), false);
    right_used.clear();
    right_used.resize(right.len(), false);
    for (i, a) in left.iter().enumerate() {
        let is_form = |token: &Tok<'_>| matches!(token.kind, TokenKind::LegalForm(_));
        let same = (0..right.len())
            .filter(|j| {
                !right_used[*j]
                    && right[*j].letters == a.letters
                    && right[*j].text == a.text
                    && is_form(&right[*j]) == is_form(a)
                    && !in_other_characters(&right[*j], a)
            })
            .min_by_key(|j| i.abs_diff(*j));
        if let Some(j) = same {
            (left_used[i], right_used[j]) = (true, true);
            offer((i, 1), (j, 1), 1.0, Relation::Equal);
        }
    }
    for (i, a) in left.iter().enumerate().filter(|(i, _)| !left_used[*i]) {
        for (j, b) in right.iter().enumerate().filter(|(j, _)| !right_used[*j]) {
            if let Some((similarity, relation)) = similarity(a, b, syllables, settings) {
                offer((i, 1), (j, 1), similarity, relation);
            }
        }
    }
    // The last word of a name that was cut off stands where the whole one does.
    if let Some(at) = left.len().checked_sub(1).filter(|at| left_cut && !left_used[*at])
        && let Some(similarity) = right.get(at).and_then(|whole| cut_similarity(&left[at], whole))
    {
        offer((at, 1), (at, 1), similarity, Relation::Cut);
    }
    if let Some(at) = right.len().checked_sub(1).filter(|at| right_cut && !right_used[*at])
        && let Some(similarity) = left.get(at).and_then(|whole| cut_similarity(&right[at], whole))
    {
        offer((at, 1), (at, 1), similarity, Relation::Cut);
    }
    // A word that has its equal is not part of another.
    let open = |used: &[bool], span: std::ops::Range<usize>| used[span].contains(&false);
    for (i, a) in left.iter().enumerate().filter(|(i, _)| !left_used[*i]) {
        for parts in 2..=3 {
            for (j, window) in right.windows(parts).enumerate().filter(|(j, _)| open(right_used, *j..*j + parts)) {
                if let Some(similarity) = joined(&[a], window, syllables) {
                    offer((i, 1), (j, parts), similarity, Relation::Joined);
                }
            }
        }
    }
    for (j, b) in right.iter().enumerate().filter(|(j, _)| !right_used[*j]) {
        for parts in 2..=3 {
            for (i, window) in left.windows(parts).enumerate().filter(|(i, _)| open(left_used, *i..*i + parts)) {
                if let Some(similarity) = joined(&[b], window, syllables) {
                    offer((i, parts), (j, 1), similarity, Relation::Joined);
                }
            }
        }
    }
    for (i, pair) in left.windows(2).enumerate().filter(|(i, _)| open(left_used, *i..*i + 2)) {
        for (j, other) in right.windows(2).enumerate().filter(|(j, _)| open(right_used, *j..*j + 2)) {
            if pair[0].text.len() != other[0].text.len()
                && pair[0].text.len() + pair[1].text.len() == other[0].text.len() + other[1].text.len()
                && let Some(similarity) = joined(&[&pair[0], &pair[1]], other, syllables).filter(|found| *found > 0.97)
            {
                offer((i, 2), (j, 2), similarity, Relation::Joined);
            }
        }
    }
    // Best first; among equals, those that keep the order of the names, then the earlier ones.
    let shift = |option: &Pair| option.left.0.abs_diff(option.right.0);
    options.sort_unstable_by(|(gain, x), (other, y)| {
        other.total_cmp(gain).then(shift(x).cmp(&shift(y))).then(x.left.cmp(&y.left)).then(x.right.cmp(&y.right))
    });
    left_used.clear();
    left_used.resize(left.len(), false);
    right_used.clear();
    right_used.resize(right.len(), false);
    let weight = |tokens: &[Tok<'_>], span: (usize, usize)| {
        tokens[span.0..span.0 + span.1].iter().map(|token| f64::from(token.weight)).sum::<f64>()
    };
    let total = |tokens: &[Tok<'_>]| tokens.iter().map(|token| f64::from(token.weight)).sum::<f64>();
    let (mut left_total, mut right_total) = (total(left), total(right));
    let (mut left_sum, mut right_sum) = (0.0, 0.0);
    for (_, option) in options.iter() {
        let (l, r) = (option.left.0..option.left.0 + option.left.1, option.right.0..option.right.0 + option.right.1);
        if left_used[l.clone()].contains(&true) || right_used[r.clone()].contains(&true) {
            continue;
        }
        left_used[l].fill(true);
        right_used[r].fill(true);
        // Words written as one count as much as they do apart, on both sides.
        let (own, other) = (weight(left, option.left), weight(right, option.right));
        let common = if option.relation == Relation::Joined { own.max(other) } else { 0.0 };
        let similarity = f64::from(option.similarity);
        left_total += (common - own).max(0.0);
        right_total += (common - other).max(0.0);
        left_sum += similarity * own.max(common);
        right_sum += similarity * other.max(common);
        pairs.push(*option);
    }
    pairs.sort_unstable_by_key(|pair| pair.left);
    // What stood behind the place where a name was cut off says little.
    for pair in pairs.iter().filter(|pair| pair.relation == Relation::Cut) {
        let behind = |tokens: &[Tok<'_>], used: &[bool], from: usize| {
            tokens[from..]
                .iter()
                .zip(&used[from..])
                .filter(|(_, used)| !**used)
                .map(|(token, _)| f64::from(token.weight))
                .sum::<f64>()
        };
        if pair.left.0 + 1 == left.len() && left[pair.left.0].text.len() < right[pair.right.0].text.len() {
            right_total -= behind(right, right_used, pair.right.0 + 1) * settings.cut_factor;
        } else {
            left_total -= behind(left, left_used, pair.left.0 + 1) * settings.cut_factor;
        }
    }
    if context.person {
        // A telling name that is missing says more than one that many people have.
        let rare = |tokens: &[Tok<'_>], used: &[bool]| {
            tokens
                .iter()
                .zip(used)
                .filter(|(token, used)| !**used && token.kind == TokenKind::Word && token.common == 0)
                .map(|(token, _)| f64::from(token.weight))
                .sum::<f64>()
        };
        let more = settings.missing_rare_extra;
        left_total += more * rare(left, left_used);
        right_total += more * rare(right, right_used);
    }
    if left_total <= 0.0 || right_total <= 0.0 {
        return 0.0;
    }
    let (left_share, right_share) = (left_sum / left_total, right_sum / right_total);
    (*left_found, *right_found) = (left_share, right_share);
    let mut score = (left_share * right_share).sqrt();
    let mut cap = |score: &mut f64, most: f64, why: Cap| {
        if *score > most {
            *score = most;
            caps.push(why);
        }
    };
    let distinctive = |pair: &Pair| left[pair.left.0].is_distinctive() || right[pair.right.0].is_distinctive();
    let letters = |pair: &Pair| left[pair.left.0].kind == TokenKind::Initial || right[pair.right.0].kind == TokenKind::Initial;
    let unmatched = |tokens: &[Tok<'_>], used: &[bool]| {
        tokens
            .iter()
            .zip(used)
            .filter(|(token, used)| !**used && token.is_distinctive())
            .map(|(token, _)| f64::from(token.weight))
            .sum::<f64>()
    };
    let conflict = unmatched(left, left_used).min(unmatched(right, right_used));
    if conflict > 0.0 {
        let lowered = score * (1.0 - settings.conflict_penalty * (conflict / left_total.min(right_total)).min(1.0));
        cap(&mut score, lowered, Cap::Conflict);
        if context.single_token_cap && conflict > settings.weight_initial {
            cap(&mut score, settings.conflict_cap, Cap::Conflict);
        }
    }
    if context.person
        && score < settings.middle_left_out_floor
        && conflict == 0.0
        && (left_out_middle(left, left_used, right, right_used, pairs)
            || left_out_middle_of_left(left, left_used, right, right_used, pairs))
    {
        score = settings.middle_left_out_floor;
    }
    let says_nothing = pairs.iter().all(|pair| !distinctive(pair) || letters(pair));
    if says_nothing && !says_the_same(left, left_used, right, right_used, pairs) {
        cap(&mut score, settings.generic_cap, Cap::OnlyGeneric);
    }
    let found: usize = pairs.iter().filter(|pair| distinctive(pair)).map(|pair| pair.left.1.max(pair.right.1)).sum();
    let parts = |tokens: &[Tok<'_>]| tokens.iter().filter(|token| token.is_distinctive()).count();
    if context.single_token_cap {
        if found == 1 && parts(left).max(parts(right)) > 1 {
            cap(&mut score, settings.single_token_cap, Cap::SinglePart);
        }
    } else if found == 1 {
        let slip = |pair: &Pair| {
            let alike = f64::from(pair.similarity) < settings.single_word_floor;
            let other_script = left[pair.left.0].native.is_empty() != right[pair.right.0].native.is_empty();
            distinctive(pair) && alike && !other_script && matches!(pair.relation, Relation::Typing | Relation::Sound)
        };
        if pairs.iter().any(slip) {
            cap(&mut score, settings.generic_cap, Cap::OnlyWord);
        }
        let leftover = |tokens: &[Tok<'_>], used: &[bool]| {
            tokens.iter().zip(used).any(|(token, used)| !used && token.kind == TokenKind::Generic)
        };
        if leftover(left, left_used) && leftover(right, right_used) {
            let lowered = score * settings.generic_conflict;
            cap(&mut score, lowered, Cap::OtherBody);
        }
    }
    if context.person {
        let missing = |used: &[bool], tokens: &[Tok<'_>]| used.iter().zip(tokens).any(|(used, token)| !used && token.is_word());
        if (missing(left_used, left) || missing(right_used, right))
            && pairs.iter().all(|pair| !distinctive(pair) || left[pair.left.0].common > 1 || letters(pair))
        {
            cap(&mut score, settings.common_cap, Cap::Common);
        }
        if syllables.korean && monosyllabic(left) && monosyllabic(right) && !keeps_korean_order(pairs) {
            cap(&mut score, settings.single_token_cap, Cap::SyllableOrder);
        }
        if exchanges_father_and_son(left, right, pairs) {
            cap(&mut score, settings.single_token_cap, Cap::FatherAndSon);
        }
    }
    score.clamp(0.0, 1.0)
}

/// Whether the left name is the right one without words in the middle: all its words are found well, two or more, and its ends answer the
/// ends of the other.
fn left_out_middle(left: &[Tok<'_>], left_used: &[bool], right: &[Tok<'_>], right_used: &[bool], pairs: &[Pair]) -> bool {
    let ends = |tokens: &[Tok<'_>]| Some((tokens.iter().position(Tok::is_word)?, tokens.iter().rposition(Tok::is_word)?));
    let several = |(first, last): &(usize, usize)| first < last;
    let Some((first, last)) = ends(right).filter(several).filter(|_| ends(left).as_ref().is_some_and(several)) else {
        return false;
    };
    let whole = left.iter().zip(left_used).all(|(token, used)| *used || !token.is_distinctive());
    let well = pairs.iter().all(|pair| pair.similarity >= 0.85 || !left[pair.left.0].is_distinctive());
    let answered = right_used[first] && right_used[last];
    whole && well && answered && pairs.iter().filter(|pair| left[pair.left.0].is_word()).count() >= 2
}

/// [`left_out_middle`] with the sides exchanged.
fn left_out_middle_of_left(
    left: &[Tok<'_>],
    left_used: &[bool],
    right: &[Tok<'_>],
    right_used: &[bool],
    pairs: &[Pair],
) -> bool {
    let mirrored: Vec<Pair> = pairs.iter().map(|pair| Pair { left: pair.right, right: pair.left, ..*pair }).collect();
    left_out_middle(right, right_used, left, left_used, &mirrored)
}

/// Whether two names are the same tokens in the same order.
fn is_same(left: &[Tok<'_>], right: &[Tok<'_>]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(a, b)| a.letters == b.letters && a.text == b.text && !in_other_characters(a, b))
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

/// Whether every word is one Korean syllable.
fn monosyllabic(tokens: &[Tok<'_>]) -> bool {
    tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .all(|token| token.text.len() <= 6 && token.keys().any(|key| key.len() == interdict_names::KEY_LEN && is_korean(key)))
}

/// Whether matched syllables keep their order, but for the family name, which may stand first or last: Kim Chol Min is Chol Min Kim and
/// is not Kim Min Chol. A name may also be turned round as a whole.
fn keeps_korean_order(pairs: &[Pair]) -> bool {
    // Pairs are in the order of the left name.
    let order = || pairs.iter().map(|pair| pair.right.0);
    let count = pairs.len();
    let ascends = |skip: usize, take: usize| order().skip(skip).take(take).is_sorted();
    let (Some(first), Some(last)) = (order().next(), order().next_back()) else { return true };
    ascends(0, count)
        || order().is_sorted_by(|a, b| a > b)
        || (ascends(1, count) && order().skip(1).all(|other| other < first))
        || (ascends(0, count - 1) && order().take(count - 1).all(|other| other > last))
}

/// Whether one name is "A bin B ..." and the other "B bin A ...": the son of the one is not the father of the other. A name that is turned
/// round as a whole is the same name.
fn exchanges_father_and_son(left: &[Tok<'_>], right: &[Tok<'_>], pairs: &[Pair]) -> bool {
    let son = |tokens: &[Tok<'_>]| {
        (1..tokens.len().saturating_sub(1)).find(|at| matches!(tokens[*at].text, b"bin" | b"ibn" | b"ben" | b"bint"))
    };
    let (Some(l), Some(r)) = (son(left), son(right)) else { return false };
    let answers = |from: usize, to: usize| pairs.iter().any(|pair| pair.left.0 == from && pair.right.0 == to);
    let more = left.len() > 3 || right.len() > 3;
    more && answers(l - 1, r + 1) && answers(l + 1, r - 1) && !pairs.iter().map(|pair| pair.right.0).is_sorted_by(|a, b| a > b)
}

fn joined(one: &[&Tok<'_>], window: &[Tok<'_>], syllables: Syllables) -> Option<f32> {
    if !one.iter().all(|token| token.kind == TokenKind::Word) || !window.iter().all(Tok::is_joinable) {
        return None;
    }
    match window {
        [first, second] => joined_similarity(one, &[first, second], syllables),
        [first, second, third] => joined_similarity(one, &[first, second, third], syllables),
        _ => None,
    }
}
