//! Which listed names are worth scoring: those that share enough weight of tokens with the query. Each query token is looked up in the
//! dictionary as it is, with a letter left out on either side, by sound, by shape, without its vowels, by Korean and Chinese key, in its
//! own script and joined with its neighbours; what is found adds to the names that have it. A query token that was not found in a name may
//! still be there, spelled in a way no key foresees: the name's own tokens are looked at before it is given up. Names that could not reach
//! the floor even then are never scored.

use std::cell::Cell;
use std::sync::Arc;

use interdict_names::TokenKind;
use interdict_snapshot::{
    KeyKind, NameRef, Snapshot, TokenRef, bare, ends, for_each_deletion, is_bare, shape, skeleton_deletions, token_class,
};

use rustc_hash::FxHashMap;

use crate::align::{Context, Side};
use crate::settings::Settings;
use crate::similarity::{Syllables, closeness, similarity};
use crate::token::{Tok, Weights, dictionary_token};

/// A listed name that the query shares tokens with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) name: u32,
    /// The query's tokens that it may have, a bit each.
    pub(crate) found: u32,
    /// Their weight, each by its similarity.
    pub(crate) weight: f32,
    /// The query's tokens that were not found in it and may be there all the same, a bit each.
    pub(crate) unseen: u32,
}

/// What a query's tokens add to a name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) weight: f32,
    pub(crate) found: u32,
}

/// Dictionary tokens with their similarity to a query's token, best first.
type Likes = Arc<[(u32, f32)]>;

/// Buffers as large as the name index and the dictionary, used again from query to query.
#[derive(Debug, Default)]
pub(crate) struct CandidateBuffers {
    pub(crate) sums: Vec<Sum>,
    pub(crate) touched: Vec<u32>,
    /// The last look-up that met a dictionary token.
    met: Vec<u32>,
    lookup: u32,
    pub(crate) variants: Vec<(u32, f32)>,
    text: String,
    /// What dictionary tokens earlier tokens were like: names share their words, and a name is read in more than one way.
    known: Known,
    key: Vec<u8>,
    /// The snapshot and settings that all of this is of.
    snapshot: String,
    settings: Settings,
    /// The names that have an initial, a bit each: it may stand for a word that was not found.
    with_initials: Vec<u64>,
}

/// Tokens whose likes are remembered, and as many again of those that were met before them.
const MOST_KNOWN: usize = 3 << 13;

/// What tokens are like, as far as it is remembered. When it is full, what was not asked for since it was last full is forgotten.
#[derive(Debug, Default)]
struct Known {
    young: FxHashMap<Box<[u8]>, Likes>,
    old: FxHashMap<Box<[u8]>, Likes>,
}

impl Known {
    fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    fn get(&mut self, key: &[u8]) -> Option<Likes> {
        if let Some(likes) = self.young.get(key) {
            return Some(Arc::clone(likes));
        }
        let (key, likes) = self.old.remove_entry(key)?;
        self.put(key, Arc::clone(&likes));
        Some(likes)
    }

    fn put(&mut self, key: Box<[u8]>, likes: Likes) {
        if self.young.len() >= MOST_KNOWN {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(key, likes);
    }
}

impl CandidateBuffers {
    /// Forgets what was learnt from another snapshot or by other settings. What words are like does not depend on how much is reported:
    /// who asks for more shares what was learnt for who asks for less.
    pub(crate) fn belong_to(&mut self, snapshot: &Snapshot, settings: &Settings) {
        let reported = Settings { threshold: self.settings.threshold, limit: self.settings.limit, ..settings.clone() };
        if self.snapshot != snapshot.id() || self.settings != reported {
            snapshot.id().clone_into(&mut self.snapshot);
            self.settings = reported;
            self.known.clear();
            self.met.clear();
            self.sums.clear();
            self.with_initials.clear();
        }
    }
}

/// Similarity from which on a query's word is a word of the list.
pub(crate) const WELL_KNOWN: f32 = 0.9;

/// Similarity of a word that is a word of the list.
pub(crate) const SAME: f32 = 0.999;

/// Letters that two words written as one must have for a slip in them to be looked for.
pub(crate) const MIN_JOINED: usize = 6;

/// Distinct tokens that are looked at for one query token, against keys that thousands share.
pub(crate) const MAX_VARIANTS: usize = 1500;

/// Tokens of a query that are looked up; what a longer name has beyond is assumed to agree.
pub(crate) const MAX_LOOKED_UP: usize = 30;

/// Set beside the bits of tokens when one of them was found as a part of a joined word.
pub(crate) const JOINED: u32 = 1 << 31;

/// What a query token that no key found in a name can be like at most.
const UNFORESEEN: f32 = 0.80;

/// A query's name as the candidates' step sees it.
pub(crate) struct Wanted<'a, 's> {
    pub(crate) side: Side<'a, 's>,
    total: f32,
    /// Of tokens that are not looked up.
    minor: f32,
    /// Initials, which may stand for a listed word.
    initials: usize,
    /// Tokens that were looked up, a bit each.
    pub(crate) looked_up: u32,
    /// The name was read as that of an organisation: names of people and things have no generic words and legal forms.
    body: bool,
}

impl<'a, 's> Wanted<'a, 's> {
    pub(crate) fn new(side: Side<'a, 's>, body: bool) -> Self {
        let tokens = side.tokens;
        let total: f32 = tokens.iter().map(|token| token.weight).sum();
        let distinctive = tokens.iter().any(Tok::is_word);
        let (mut minor, mut looked_up) = (0.0, 0);
        for (at, token) in tokens.iter().enumerate() {
            let wanted = match token.kind {
                TokenKind::Word | TokenKind::Number => true,
                // Tokens that nearly every name has are not looked up where there are better ones; they may all agree.
                TokenKind::Generic => !distinctive || token.weight / total > 0.2,
                _ => !distinctive,
            };
            if wanted && at < MAX_LOOKED_UP {
                looked_up |= 1 << at;
            } else {
                minor += token.weight;
            }
        }
        let initials = tokens.iter().filter(|token| token.kind == TokenKind::Initial).count();
        Self { side, total, minor, initials, looked_up, body }
    }
}

/// Names that share tokens with one reading of the query's name.
pub(crate) fn candidates(
    snapshot: &Snapshot,
    wanted: &Wanted<'_, '_>,
    floor: f32,
    weights: &Weights,
    settings: &Settings,
    buffers: &mut CandidateBuffers,
    found: &mut Vec<Candidate>,
) {
    found.clear();
    let names = snapshot.name_count() as usize;
    if buffers.sums.len() < names {
        buffers.sums.resize(names, Sum::default());
    }
    if buffers.met.len() < snapshot.token_count() as usize {
        buffers.met.resize(snapshot.token_count() as usize, 0);
    }
    if buffers.with_initials.is_empty() {
        buffers.with_initials.resize(names.div_ceil(64).max(1), 0);
        for name in (0..snapshot.name_count()).filter_map(|index| snapshot.name_at(index)) {
            let has = name.classes()[token_class(TokenKind::Initial, 0)] > 0;
            buffers.with_initials[name.index() as usize / 64] |= u64::from(has) << (name.index() % 64);
        }
    }
    buffers.touched.clear();
    let query = wanted.side.tokens;
    let syllables = wanted.side.syllables;
    // Tokens that are none of the list's: they have a slip, or were cut off.
    let mut strange = 0_u32;
    for (at, token) in query.iter().enumerate().filter(|(at, _)| *at < MAX_LOOKED_UP && wanted.looked_up & (1 << at) != 0) {
        let bit = 1_u32 << at;
        let mut key = std::mem::take(&mut buffers.key);
        write_key(token, syllables, wanted.body, &mut key);
        let likes = match buffers.known.get(&key) {
            Some(likes) => likes,
            None => {
                variants(snapshot, token, (syllables, wanted.body), weights, settings, false, buffers);
                buffers.variants.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                let likes: Likes = buffers.variants.as_slice().into();
                buffers.known.put(key.as_slice().into(), Arc::clone(&likes));
                likes
            }
        };
        buffers.key = key;
        let known = likes.first().map_or(0.0, |(_, alike)| *alike);
        // What adds first to a name stays; words written as one count in full, so that the sum bounds the score.
        if token.kind == TokenKind::Word {
            let slips = known < SAME;
            joined_names(snapshot, token, syllables, slips, |name| {
                add(name.index(), token.weight, bit | JOINED, buffers);
            });
        }
        for (variant, alike) in likes.iter() {
            let Some(variant) = snapshot.token_at(*variant) else { continue };
            for name in variant.postings() {
                add(*name, token.weight * alike, bit, buffers);
            }
        }
        if known < SAME || (wanted.side.may_be_cut() && at + 1 == query.len()) {
            strange |= bit;
        }
        // A long word that is like none of the list's may be two of them with a slip.
        if known < WELL_KNOWN
            && token.kind == TokenKind::Word
            && token.text.len() >= MIN_JOINED
            && let Some(ends) = std::str::from_utf8(token.text).ok().and_then(ends)
        {
            for name in snapshot.names_by_joined_ends(&ends) {
                add(name.index(), token.weight, bit | JOINED, buffers);
            }
            split_names(snapshot, token, |name| add(name, token.weight, bit | JOINED, buffers));
        }
    }
    // Two or three of the query's tokens may be one of the list's.
    for parts in 2..=3 {
        for (at, window) in query.windows(parts).enumerate().take(MAX_LOOKED_UP - parts) {
            let slips = (at..at + parts).any(|at| strange & (1 << at) != 0);
            join_query(snapshot, window, at, slips, buffers);
        }
    }
    let least = floor * floor * wanted.total - wanted.minor;
    // A listed initial may stand for a word.
    let initial_weight = settings.initial_similarity as f32 * weights.get(TokenKind::Word, 0);
    let touched = std::mem::take(&mut buffers.touched);
    for name in &touched {
        let sum = std::mem::take(&mut buffers.sums[*name as usize]);
        let unseen = strange & !sum.found;
        // The cheapest bound first: nothing of the name is read for it.
        let bound = sum.weight + unseen.count_ones() as f32 * UNFORESEEN;
        let has_initial = || buffers.with_initials[*name as usize / 64] >> (name % 64) & 1 == 1;
        if bound >= least || (bound + initial_weight >= least && has_initial()) {
            found.push(Candidate { name: *name, found: sum.found, weight: sum.weight, unseen });
        }
    }
    buffers.touched = touched;
}

/// What the likes of a token depend on.
fn write_key(token: &Tok<'_>, syllables: Syllables, body: bool, key: &mut Vec<u8>) {
    key.clear();
    let kind = token_class(token.kind, token.common) as u8;
    key.extend([kind, u8::from(syllables.korean), u8::from(syllables.chinese), u8::from(body)]);
    for part in [token.text, token.native, token.canon, token.keys, token.readings] {
        key.extend_from_slice(part);
        // No text holds this byte: UTF-8 has no use for it.
        key.push(0xff);
    }
}

/// Names in which two neighbours, written as one, are the token.
pub(crate) fn joined_names<'s>(
    snapshot: &'s Snapshot,
    token: &Tok<'_>,
    syllables: Syllables,
    slips: bool,
    mut add: impl FnMut(NameRef<'s>),
) {
    let Ok(text) = std::str::from_utf8(token.text) else { return };
    snapshot.names_by_joined(text).for_each(&mut add);
    if slips && text.len() > MIN_JOINED {
        for_each_deletion(text, |deletion| snapshot.names_by_joined(deletion).for_each(&mut add));
    }
    for reading in token.readings().filter_map(|reading| std::str::from_utf8(reading).ok()) {
        snapshot.names_by_joined(reading).for_each(&mut add);
    }
    if syllables.any() {
        for key in token.keys().filter_map(|key| std::str::from_utf8(key).ok()) {
            snapshot.names_by_korean_pair(key).for_each(&mut add);
        }
    }
}

/// The fewest letters of a word of the list that a longer word may begin or end with.
const MIN_HALF: usize = 2;

/// The most names that a word of two letters may have for it to be looked at as a half; three times as many for each letter more.
const MOST_OF_HALF: usize = 300;

/// Names in which a word that the token begins or ends with stands beside another that may be the rest of it.
pub(crate) fn split_names(snapshot: &Snapshot, token: &Tok<'_>, mut add: impl FnMut(u32)) {
    let Ok(text) = std::str::from_utf8(token.text) else { return };
    if !text.is_ascii() {
        return;
    }
    for at in 2..text.len() - 1 {
        let (head, tail) = text.split_at(at);
        for (half, after) in [(head, true), (tail, false)] {
            if half.len() < MIN_HALF {
                continue;
            }
            for word in snapshot.tokens_by_key(KeyKind::Text, half).filter(|word| half_counts(*word)) {
                for name in word.postings() {
                    let beside = snapshot.name_at(*name).is_some_and(|name| {
                        let mut last: Option<TokenRef<'_>> = None;
                        name.tokens().any(|this| {
                            let pair = last.replace(this).map(|first| (first, this));
                            pair.is_some_and(|(first, second)| {
                                let (half, rest) = if after { (first, second) } else { (second, first) };
                                half.index() == word.index() && makes_up(token, half, rest)
                            })
                        })
                    });
                    if beside {
                        add(*name);
                    }
                }
            }
        }
    }
}

/// Whether a word may be looked at as a half: any, but for short ones that too many names have.
pub(crate) fn half_counts(word: TokenRef<'_>) -> bool {
    let more = word.text_bytes().len().saturating_sub(MIN_HALF).min(6) as u32;
    !matches!(word.kind(), TokenKind::LegalForm(_)) && word.postings().len() <= MOST_OF_HALF * 3_usize.pow(more)
}

/// Whether two listed tokens written as one may be the query's, by length and letters.
fn makes_up(token: &Tok<'_>, half: TokenRef<'_>, rest: TokenRef<'_>) -> bool {
    let length = half.text_bytes().len() + rest.text_bytes().len();
    length.abs_diff(token.text.len()) <= 2 && ((half.letters() | rest.letters()) ^ token.letters).count_ones() <= 3
}

pub(crate) fn join_query(snapshot: &Snapshot, window: &[Tok<'_>], at: usize, slips: bool, buffers: &mut CandidateBuffers) {
    if !window.iter().all(Tok::is_joinable) {
        return;
    }
    // Three words are one only where the middle one is small: abd al aziz.
    if window.len() == 3 && window[1].text.len() > 3 {
        return;
    }
    let mut text = std::mem::take(&mut buffers.text);
    text.clear();
    for token in window {
        text.push_str(std::str::from_utf8(token.text).unwrap_or_default());
    }
    let offer = |found: TokenRef<'_>, buffers: &mut CandidateBuffers| {
        for name in found.postings() {
            for (offset, token) in window.iter().enumerate() {
                add(*name, token.weight, 1 << (at + offset), buffers);
            }
        }
    };
    // The list may break the same letters into words elsewhere.
    if window.len() == 2 {
        for name in snapshot.names_by_joined(&text) {
            for (offset, token) in window.iter().enumerate() {
                add(name.index(), token.weight, (1 << (at + offset)) | JOINED, buffers);
            }
        }
    }
    if slips && text.len() >= MIN_JOINED {
        snapshot.tokens_by_key(KeyKind::Near, &text).for_each(|token| offer(token, buffers));
        for_each_deletion(&text, |key| snapshot.tokens_by_key(KeyKind::Near, key).for_each(|token| offer(token, buffers)));
    } else {
        snapshot.tokens_by_key(KeyKind::Text, &text).for_each(|token| offer(token, buffers));
    }
    if let [first, second] = window {
        for a in first.keys() {
            for b in second.keys() {
                text.clear();
                text.push_str(std::str::from_utf8(a).unwrap_or_default());
                text.push_str(std::str::from_utf8(b).unwrap_or_default());
                snapshot.tokens_by_key(KeyKind::Korean, &text).for_each(|token| offer(token, buffers));
            }
        }
    }
    buffers.text = text;
}

pub(crate) fn add(name: u32, weight: f32, bit: u32, buffers: &mut CandidateBuffers) {
    let sum = &mut buffers.sums[name as usize];
    if sum.found & bit & !JOINED != 0 {
        return;
    }
    if sum.found == 0 {
        buffers.touched.push(name);
    }
    sum.found |= bit;
    sum.weight += weight;
}

/// Dictionary tokens that are like the query's, with their similarity, into `buffers.variants`. `reading` is what its name can be read as,
/// and whether it is that of an organisation. With `all`, wider keys are looked up though a word of the list is like it, and there is no
/// limit to what is looked at.
pub(crate) fn variants(
    snapshot: &Snapshot,
    token: &Tok<'_>,
    (syllables, body): (Syllables, bool),
    weights: &Weights,
    settings: &Settings,
    all: bool,
    buffers: &mut CandidateBuffers,
) {
    let CandidateBuffers { met, lookup, variants, .. } = buffers;
    if met.len() < snapshot.token_count() as usize {
        met.resize(snapshot.token_count() as usize, 0);
    }
    variants.clear();
    *lookup = lookup.wrapping_add(1);
    if *lookup == 0 {
        met.fill(0);
        *lookup = 1;
    }
    let known = Cell::new(false);
    let mut looked_at = 0;
    let most = if all { usize::MAX } else { MAX_VARIANTS };
    let mut offer = |found: TokenRef<'_>| {
        let at = found.index() as usize;
        if looked_at >= most || met[at] == *lookup {
            return;
        }
        met[at] = *lookup;
        looked_at += 1;
        // Half of all companies share a legal form; a word of another name that happens to spell like one ("llc") does not mean it.
        let is_form = |kind| matches!(kind, TokenKind::LegalForm(_));
        let other = dictionary_token(found, weights);
        if is_form(other.kind) && !is_form(token.kind) || !body && (is_form(other.kind) || other.kind == TokenKind::Generic) {
            return;
        }
        if let Some((alike, _)) = similarity(token, &other, syllables, settings) {
            known.set(known.get() || alike >= WELL_KNOWN);
            variants.push((found.index(), alike));
        }
    };
    near_keys(token, syllables, |kind, key| snapshot.tokens_by_key(kind, key).for_each(&mut offer));
    // A word that is like none of the list's so far has more than one slip in it, and wider keys are worth their cost.
    if all || !known.get() {
        wide_keys(token, |kind, key| snapshot.tokens_by_key(kind, key).for_each(&mut offer));
    }
}

/// The keys under which a query's token is looked up in the dictionary.
pub(crate) fn near_keys(token: &Tok<'_>, syllables: Syllables, mut by: impl FnMut(KeyKind, &str)) {
    let Ok(text) = std::str::from_utf8(token.text) else { return };
    let utf8 = |bytes| std::str::from_utf8(bytes).ok();
    by(KeyKind::Text, text);
    if let Some(native) = utf8(token.native).filter(|native| !native.is_empty()) {
        by(KeyKind::Native, native);
    }
    if let Some(canon) = utf8(token.canon).filter(|canon| !canon.is_empty()) {
        by(KeyKind::Text, canon);
    }
    token.readings().filter_map(utf8).for_each(|reading| by(KeyKind::Text, reading));
    token.nicknames.iter().for_each(|name| by(KeyKind::Text, name));
    if !matches!(token.kind, TokenKind::Word | TokenKind::Generic) {
        return;
    }
    if syllables.any() {
        token.keys().filter_map(utf8).for_each(|key| by(KeyKind::Korean, key));
    }
    by(KeyKind::Near, text);
    for_each_deletion(text, |deletion| by(KeyKind::Near, deletion));
    by(KeyKind::Skeleton, &interdict_names::skeleton(text));
    let shaped = shape(text);
    by(KeyKind::Shape, &shaped);
    if shaped != text {
        by(KeyKind::Text, &shaped);
    }
    if let Some(bare) = bare(text) {
        if is_bare(text) {
            by(KeyKind::Bare, &bare);
        } else {
            by(KeyKind::Text, &bare);
        }
    }
}

/// The further keys of a word that is like none of the list's.
pub(crate) fn wide_keys(token: &Tok<'_>, mut by: impl FnMut(KeyKind, &str)) {
    let Ok(text) = std::str::from_utf8(token.text) else { return };
    if token.kind != TokenKind::Word {
        return;
    }
    let skeleton = interdict_names::skeleton(text);
    by(KeyKind::SkeletonDeletion, &skeleton);
    for deletion in skeleton_deletions(&skeleton) {
        by(KeyKind::Skeleton, &deletion);
        by(KeyKind::SkeletonDeletion, &deletion);
    }
    if let Some(ends) = ends(text) {
        by(KeyKind::Ends, &ends);
    }
    if text.len() >= 5 {
        by(KeyKind::Text, &text.chars().rev().collect::<String>());
    }
}

/// Whether a candidate can reach the floor.
///
/// What was looked up and not found may still be there when one of the name's tokens has nearly its letters; what was not looked up is
/// assumed to agree. The listed side can be found no further than by as many words as the query has found.
pub(crate) fn may_reach(
    listed: NameRef<'_>,
    candidate: Candidate,
    wanted: &Wanted<'_, '_>,
    context: Context,
    floor: f32,
    weights: &Weights,
    settings: &Settings,
) -> bool {
    let query = wanted.side.tokens;
    let classes = listed.classes();
    let by_class = weights.by_class();
    let most = Bound::of(listed, weights);
    let Bound { total, words, word_weights, .. } = most;
    let bound = |found: f32, count: usize| most.score(wanted, found, count);
    let unseen = candidate.unseen;
    let missed = wanted.looked_up & !candidate.found & !unseen;
    // Each initial of the listed name may stand for a word that was not found.
    let initials = u32::from(classes[1]).min(missed.count_ones());
    let by_initials = initials as f32 * settings.initial_similarity as f32 * by_class[0];
    // A joined word may stand for two of the list's.
    let parts = if candidate.found & JOINED == 0 { 1 } else { 2 };
    let found = (candidate.found & !JOINED).count_ones() as usize;
    let joined = found + unseen.count_ones() as usize;
    let all = candidate.weight + by_initials + unseen_weight(query, unseen, UNFORESEEN);
    if bound(all, joined * parts) < floor {
        return false;
    }
    let (mut weight, mut possible) = (candidate.weight + by_initials, found);
    let words_among = |bits: u32| {
        query.iter().enumerate().filter(|(at, token)| bits & (1_u32 << (*at).min(31)) != 0 && token.is_word()).count()
    };
    let mut missing = words_among(missed).saturating_sub(initials as usize);
    for (at, token) in query.iter().enumerate().take(MAX_LOOKED_UP).filter(|(at, _)| unseen & (1 << at) != 0) {
        let cut = wanted.side.may_be_cut() && at + 1 == query.len();
        let alike = listed.tokens().map(|other| may_be_alike(token, other, cut)).fold(0.0, f32::max);
        if alike > 0.0 {
            weight += token.weight * alike;
            possible += 1;
        } else if token.is_word() {
            missing += 1;
        }
    }
    // Common names alone identify nobody.
    if context.person
        && possible == found
        && initials == 0
        && (settings.common_cap as f32) < floor
        && missing > 0
        && only_common(query, candidate.found)
    {
        return false;
    }
    let listed_words = usize::from(words[0]) + usize::from(words[1]) + usize::from(words[2]);
    // Words missing on both sides contradict each other.
    if context.single_token_cap
        && missing > 0
        && listed_words > (possible + wanted.initials) * parts
        && (settings.conflict_cap as f32) < floor
    {
        return false;
    }
    let query_words = query.iter().filter(|token| token.is_word()).count();
    let one_part = parts == 1 && possible + wanted.initials + initials as usize <= 1;
    // One part of a name of several, for people and things.
    if context.single_token_cap && one_part && query_words.max(listed_words) > 1 && (settings.single_token_cap as f32) < floor {
        return false;
    }
    // Words missing on both sides lower the score of organisations too.
    let rarest = word_weights[2].min(word_weights[1]);
    let missing_there = listed_words.saturating_sub((possible + wanted.initials) * parts) as f32 * rarest;
    let conflict = (missing as f32 * rarest).min(missing_there);
    let lowered = 1.0 - settings.conflict_penalty as f32 * (conflict / wanted.total.max(total)).min(1.0);
    bound(weight, possible * parts) * lowered >= floor
}

/// What the words of a listed name weigh, by which no query can score more than it has found of them.
struct Bound {
    total: f32,
    /// Of all that are not words.
    minor: f32,
    /// Words in the order of their weight: rare, common, very common; numbers weigh as rare words do.
    words: [u8; 3],
    word_weights: [f32; 3],
}

impl Bound {
    fn of(listed: NameRef<'_>, weights: &Weights) -> Self {
        let classes = listed.classes();
        let by_class = weights.by_class();
        let total: f32 = classes.iter().zip(by_class).map(|(count, weight)| f32::from(*count) * weight).sum();
        let words = [classes[0] + classes[2], classes[8], classes[9]];
        let word_weights = [by_class[0].max(by_class[2]), by_class[8], by_class[9]];
        let word_total: f32 = f32::from(classes[0]) * by_class[0]
            + f32::from(classes[2]) * by_class[2]
            + f32::from(classes[8]) * by_class[8]
            + f32::from(classes[9]) * by_class[9];
        Self { total, minor: total - word_total, words, word_weights }
    }

    /// What a query that has found this weight in so many words can score.
    fn score(&self, wanted: &Wanted<'_, '_>, found: f32, count: usize) -> f32 {
        let left = ((found + wanted.minor) / wanted.total).min(1.0);
        let mut rest = (count + wanted.initials).min(255) as u8;
        let mut right = self.minor;
        for (number, weight) in self.words.iter().zip(self.word_weights) {
            let taken = rest.min(*number);
            right += f32::from(taken) * weight;
            rest -= taken;
        }
        (left * (right / self.total).min(1.0)).sqrt()
    }
}

/// Whether a name of which the query's tokens may be `found` (and [`JOINED`]) can reach the floor whatever else the list has: [`may_reach`]
/// where it is not known which words are words of the list. Whenever that says yes of a candidate, this does.
pub(crate) fn could_reach(
    listed: NameRef<'_>,
    found: u32,
    wanted: &Wanted<'_, '_>,
    floor: f32,
    weights: &Weights,
    settings: &Settings,
) -> bool {
    let query = wanted.side.tokens;
    let classes = listed.classes();
    let initials = u32::from(classes[1]).min(wanted.looked_up.count_ones());
    let mut weight = initials as f32 * settings.initial_similarity as f32 * weights.by_class()[0];
    let mut possible = 0;
    for (at, token) in
        query.iter().enumerate().take(MAX_LOOKED_UP).filter(|(at, _)| (wanted.looked_up | found) & (1 << at) != 0)
    {
        let cut = wanted.side.may_be_cut() && at + 1 == query.len();
        let alike = if found & (1 << at) == 0 {
            listed.tokens().map(|other| may_be_alike(token, other, cut)).fold(0.0, f32::max)
        } else {
            1.0
        };
        weight += token.weight * alike;
        possible += usize::from(alike > 0.0);
    }
    let parts = if found & JOINED == 0 { 1 } else { 2 };
    Bound::of(listed, weights).score(wanted, weight, possible * parts) >= floor
}

/// Whether every token that was found is a very common name.
fn only_common(query: &[Tok<'_>], found: u32) -> bool {
    found & JOINED == 0
        && query.iter().enumerate().take(MAX_LOOKED_UP).all(|(at, token)| found & (1 << at) == 0 || token.common > 1)
}

fn unseen_weight(query: &[Tok<'_>], unseen: u32, alike: f32) -> f32 {
    query
        .iter()
        .enumerate()
        .take(MAX_LOOKED_UP)
        .filter(|(at, _)| unseen & (1 << at) != 0)
        .map(|(_, token)| token.weight * alike)
        .sum()
}

/// How like a query's token a listed one can be though no key says so: by length and letters, or because the query's was cut off, or
/// because one is a letter.
pub(crate) fn may_be_alike(token: &Tok<'_>, listed: TokenRef<'_>, cut: bool) -> f32 {
    let kind = listed.kind();
    if kind == TokenKind::Initial {
        return if listed.text_bytes().first() == token.text.first() { UNFORESEEN } else { 0.0 };
    }
    if matches!(kind, TokenKind::LegalForm(_) | TokenKind::Number) {
        return 0.0;
    }
    let text = listed.text_bytes();
    if cut && text.starts_with(token.text) {
        return 0.9;
    }
    let longer = token.text.len().max(text.len());
    let others = (token.letters ^ listed.letters()).count_ones();
    // What is left of words as short as these after two slips is found by a key, or is another word.
    let most = match longer {
        0..=5 => 1,
        6..=8 => 3,
        _ => 5,
    };
    if text.len().abs_diff(token.text.len()) > 3 || others > most {
        return 0.0;
    }
    // No key of one slip found it, so it takes more than one, or one that another letter of the word hides.
    closeness((0.3 * others as f32).max(UNFORESEEN_EDITS) / longer as f32).max(0.0)
}

/// The least of edits that no key foresees.
const UNFORESEEN_EDITS: f32 = 0.9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_remembered_longest() {
        let mut known = Known::default();
        let key = |number: usize| Box::from(number.to_string().as_bytes());
        for number in 0..MOST_KNOWN * 3 {
            known.put(key(number), Likes::from([(number as u32, 1.0)]));
            // Asked for again and again.
            assert!(known.get(b"7").is_some() || number < 7, "{number}");
        }
        assert!(known.young.len() <= MOST_KNOWN && known.old.len() <= MOST_KNOWN);
        let last = MOST_KNOWN * 3 - 1;
        assert_eq!(known.get(&key(last)).unwrap()[0].0 as usize, last);
        assert!(known.get(b"8").is_none());
        known.clear();
        assert!(known.get(b"7").is_none());
    }
}
