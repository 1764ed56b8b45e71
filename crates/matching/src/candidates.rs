//! Which listed names are worth scoring: those that share enough weight of tokens with the query. Each query token is looked up in the
//! dictionary as it is, with a letter left out on either side, by sound, by Korean key, and joined with its neighbour; what is found adds
//! to the names that have it. Names that could not reach the floor even if everything unseen agreed are never scored.

use interdict_names::TokenKind;
use interdict_snapshot::{KeyKind, Snapshot, TokenRef, deletions, ends, skeleton_deletions};
use rustc_hash::FxHashMap;

use crate::settings::Settings;
use crate::similarity::similarity;
use crate::token::{Tok, dictionary_token};

/// A listed name and the weight of query tokens that it may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) name: u32,
    pub(crate) weight: f32,
}

/// Buffers as large as the name index, used again from query to query.
#[derive(Debug, Default)]
pub(crate) struct CandidateBuffers {
    weights: Vec<f32>,
    /// The last slot that added to the name, from 1, so that a slot adds its best only.
    slots: Vec<u16>,
    touched: Vec<u32>,
    tokens: FxHashMap<u32, f64>,
    text: String,
}

/// Similarity from which on a query's word is a word of the list.
const WELL_KNOWN: f64 = 0.9;

/// Letters that two words written as one must have for a slip in them to be looked for.
const MIN_JOINED: usize = 7;

/// Distinct tokens that are looked at for one query token, against keys that thousands share.
const MAX_VARIANTS: usize = 1000;

/// Candidates for one reading of a query's name, in falling order of weight. `floor` is the least share of the query's weight that a
/// name must have to matter.
pub(crate) fn candidates(
    snapshot: &Snapshot,
    query: &[Tok<'_>],
    floor: f64,
    settings: &Settings,
    buffers: &mut CandidateBuffers,
    found: &mut Vec<Candidate>,
) {
    found.clear();
    let names = snapshot.name_count() as usize;
    if buffers.weights.len() < names {
        buffers.weights.resize(names, 0.0);
        buffers.slots.resize(names, 0);
    }
    buffers.touched.clear();
    let total: f64 = query.iter().map(|token| token.weight).sum();
    let distinctive = query.iter().any(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number));
    let korean = query.iter().filter(|token| token.kind == TokenKind::Word).all(Tok::is_korean);
    // Tokens that nearly every name has are not looked up where there are better ones; they may all agree, so they count as found.
    let mut unseen = 0.0;
    let mut slot = 0_u16;
    for (at, token) in query.iter().enumerate() {
        let looked_up = match token.kind {
            TokenKind::Word | TokenKind::Number => true,
            TokenKind::Generic => !distinctive || token.weight / total > 0.2,
            _ => !distinctive,
        };
        if !looked_up {
            unseen += token.weight;
            continue;
        }
        slot += 1;
        // A slot adds once to a name, and what adds first stays; joined words count in full, so that the sum bounds the score.
        if token.kind == TokenKind::Word {
            for name in snapshot.names_by_joined(token.text) {
                add(name.index(), token.weight, slot, buffers);
            }
            for deletion in deletions(token.text).filter(|deletion| deletion.len() >= MIN_JOINED) {
                for name in snapshot.names_by_joined(&deletion) {
                    add(name.index(), token.weight, slot, buffers);
                }
            }
            if korean {
                for key in token.korean_keys() {
                    for name in snapshot.names_by_korean_pair(key) {
                        add(name.index(), token.weight, slot, buffers);
                    }
                }
            }
        }
        variants(snapshot, token, korean, settings, buffers);
        add_variants(snapshot, token.weight, slot, buffers);
        // A long word that is like none of the list's may be two of them with a slip.
        let alike = buffers.tokens.values().copied().fold(0.0, f64::max);
        if alike < WELL_KNOWN
            && token.text.len() >= MIN_JOINED
            && let Some(ends) = ends(token.text)
        {
            for name in snapshot.names_by_joined_ends(&ends) {
                add(name.index(), token.weight, slot, buffers);
            }
        }
        // The next token may be the other half of a word that the list writes as one.
        if let Some(next) = query.get(at + 1) {
            slot += 1;
            let mut text = std::mem::take(&mut buffers.text);
            text.clear();
            text.push_str(token.text);
            text.push_str(next.text);
            let weight = token.weight + next.weight;
            let mut offer = |found: TokenRef<'_>| {
                for name in found.postings() {
                    add(*name, weight, slot, buffers);
                }
            };
            snapshot.tokens_by_key(KeyKind::Text, &text).for_each(&mut offer);
            if text.len() >= MIN_JOINED {
                snapshot.tokens_by_key(KeyKind::Deletion, &text).for_each(&mut offer);
                for deletion in deletions(&text) {
                    snapshot.tokens_by_key(KeyKind::Text, &deletion).for_each(&mut offer);
                }
            }
            buffers.text = text;
        }
    }
    let needed = (floor * total - unseen) as f32;
    for name in &buffers.touched {
        let weight = std::mem::take(&mut buffers.weights[*name as usize]);
        buffers.slots[*name as usize] = 0;
        if weight >= needed {
            found.push(Candidate { name: *name, weight });
        }
    }
    found.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.name.cmp(&b.name)));
}

fn add(name: u32, weight: f64, slot: u16, buffers: &mut CandidateBuffers) {
    let at = name as usize;
    if buffers.slots[at] == slot {
        return;
    }
    if buffers.slots[at] == 0 {
        buffers.touched.push(name);
    }
    buffers.slots[at] = slot;
    buffers.weights[at] += weight as f32;
}

/// Dictionary tokens that are like the query's, with their similarity, into `buffers.tokens`.
fn variants(snapshot: &Snapshot, token: &Tok<'_>, korean: bool, settings: &Settings, buffers: &mut CandidateBuffers) {
    let tokens = &mut buffers.tokens;
    tokens.clear();
    let mut offer = |found: TokenRef<'_>| offer_to(tokens, token, found, korean, settings);
    snapshot.tokens_by_key(KeyKind::Text, token.text).for_each(&mut offer);
    if !token.native.is_empty() {
        snapshot.tokens_by_key(KeyKind::Native, token.native).for_each(&mut offer);
    }
    if !token.canon.is_empty() {
        snapshot.tokens_by_key(KeyKind::Text, token.canon).for_each(&mut offer);
    }
    if matches!(token.kind, TokenKind::Word | TokenKind::Generic) {
        if korean {
            for key in token.korean_keys() {
                snapshot.tokens_by_key(KeyKind::Korean, key).for_each(&mut offer);
            }
        }
        snapshot.tokens_by_key(KeyKind::Deletion, token.text).for_each(&mut offer);
        for deletion in deletions(token.text) {
            snapshot.tokens_by_key(KeyKind::Text, &deletion).for_each(&mut offer);
            snapshot.tokens_by_key(KeyKind::Deletion, &deletion).for_each(&mut offer);
        }
        snapshot.tokens_by_key(KeyKind::Skeleton, token.skeleton).for_each(&mut offer);
    }
    // A word that is like none of the list's so far has more than one slip in it, and wider keys are worth their cost.
    if token.kind == TokenKind::Word && tokens.values().all(|alike| *alike < WELL_KNOWN) {
        let mut offer = |found: TokenRef<'_>| offer_to(tokens, token, found, korean, settings);
        snapshot.tokens_by_key(KeyKind::SkeletonDeletion, token.skeleton).for_each(&mut offer);
        for deletion in skeleton_deletions(token.skeleton) {
            snapshot.tokens_by_key(KeyKind::Skeleton, &deletion).for_each(&mut offer);
            snapshot.tokens_by_key(KeyKind::SkeletonDeletion, &deletion).for_each(&mut offer);
        }
        if let Some(ends) = ends(token.text) {
            snapshot.tokens_by_key(KeyKind::Ends, &ends).for_each(&mut offer);
        }
    }
}

/// Keeps a dictionary token with its similarity, unless there are too many or it is a legal form that the query's is not.
fn offer_to(tokens: &mut FxHashMap<u32, f64>, token: &Tok<'_>, found: TokenRef<'_>, korean: bool, settings: &Settings) {
    if tokens.len() >= MAX_VARIANTS || tokens.contains_key(&found.index()) {
        return;
    }
    // Half of all companies share a legal form; a word of another name that happens to spell like one ("llc") does not mean it.
    let is_form = |kind| matches!(kind, TokenKind::LegalForm(_));
    if is_form(found.kind()) && !is_form(token.kind) {
        return;
    }
    let other = dictionary_token(found, settings);
    let alike = similarity(token, &other, korean, settings).map_or(0.0, |found| found.0);
    tokens.insert(found.index(), alike);
}

/// Adds the best variant's weight to every name that has one.
fn add_variants(snapshot: &Snapshot, weight: f64, slot: u16, buffers: &mut CandidateBuffers) {
    let mut ranked: Vec<(u32, f64)> =
        buffers.tokens.iter().filter(|(_, alike)| **alike > 0.0).map(|(t, alike)| (*t, *alike)).collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (token, alike) in ranked {
        let Some(token) = snapshot.token_at(token) else { continue };
        for name in token.postings() {
            add(*name, weight * alike, slot, buffers);
        }
    }
}
