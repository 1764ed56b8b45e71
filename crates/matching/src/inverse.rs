//! Screening the other way round, for monitoring: from a few listed names that changed to the queries that may find them. Words of queries
//! are bytes that hold all their likes depend on, so that an index of millions of queries has each of them once; what a word finds among
//! the changed names is asked once a word, and the same alignment as that of [`Matcher::screen`] decides about whole names.

use interdict_model::Schema;
use interdict_names::{KEY_LEN, TokenKind, nicknames};
use interdict_snapshot::{KeyKind, NameRef, Snapshot, TokenRef, deletions, ends, token_class};

use crate::align::Context;
use crate::candidates::{
    JOINED, MAX_LOOKED_UP, MAX_VARIANTS, MIN_JOINED, SAME, WELL_KNOWN, Wanted, add, could_reach, half_counts, join_query,
    joined_names, near_keys, split_names, variants, wide_keys,
};
use crate::matcher::{Matcher, Scratch, name_floor, side, weak_factor};
use crate::query::{Query, Reading};
use crate::settings::Settings;
use crate::similarity::Syllables;
use crate::token::{QueryName, Tok, Weights, characters, listed_tokens};

/// What stands between the texts of a word: no UTF-8 holds this byte.
const END: u8 = 0xff;

/// Bytes of a word before its texts.
const HEAD: usize = 7;

/// A name of a query as it was read for one kind of party or several: its words, and what else of it decides whom it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// For which kinds of party it was read, a bit each.
    pub kinds: u8,
    /// Characters as written, counted as far as matters.
    pub characters: u8,
    /// Its words in order, each as the bytes of a [`WrittenWord`].
    pub words: Vec<Box<[u8]>>,
}

/// A word of a query's name with all that its likes depend on, as bytes: equal bytes find the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenWord<'a>(pub &'a [u8]);

/// Beyond this, the length of a name as written decides nothing.
const MOST_CHARACTERS: usize = 60;

impl Query {
    /// Its names in every way in which they are read.
    pub fn written(&self) -> impl Iterator<Item = Written> {
        let weights = Weights::of(&Settings::default());
        self.names.iter().map(move |(reading, name)| written(*reading, name, &weights))
    }

    /// The keys of its identifiers, by which they are looked up.
    pub fn identifier_keys(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().map(|identifier| identifier.lookup.as_str())
    }

    /// Whether a date of birth is stated: it can lift a score further than other facts can.
    #[must_use]
    pub fn states_birth_date(&self) -> bool {
        !self.birth_dates.is_empty()
    }
}

fn written(reading: Reading, name: &QueryName, weights: &Weights) -> Written {
    let tokens = name.tokens(weights);
    let syllables = Syllables::of(&tokens);
    let flags = u8::from(syllables.korean) | u8::from(syllables.chinese) << 1 | u8::from(reading.is_body()) << 2;
    let words = tokens.iter().map(|token| {
        let mut bytes = vec![token_class(token.kind, token.common) as u8, token.common, flags];
        bytes.extend(token.skeleton.to_le_bytes());
        for text in [token.text, token.native, token.canon, token.keys, token.readings] {
            bytes.extend_from_slice(text);
            bytes.push(END);
        }
        bytes.into_boxed_slice()
    });
    Written { kinds: reading.bits(), characters: name.characters().min(MOST_CHARACTERS) as u8, words: words.collect() }
}

impl<'a> WrittenWord<'a> {
    fn texts(self) -> [&'a [u8]; 5] {
        let mut texts = self.0.get(HEAD..).unwrap_or_default().split(|byte| *byte == END);
        std::array::from_fn(|_| texts.next().unwrap_or_default())
    }

    /// Its letters.
    #[must_use]
    pub fn text(self) -> &'a str {
        std::str::from_utf8(self.texts()[0]).unwrap_or_default()
    }

    fn token(self, weights: &Weights) -> Tok<'a> {
        let [class, common, _, skeleton @ ..] = self.0.first_chunk::<HEAD>().copied().unwrap_or_default();
        let kind = match class {
            1 => TokenKind::Initial,
            2 => TokenKind::Number,
            3 => TokenKind::LegalForm(""),
            4 => TokenKind::Generic,
            5 => TokenKind::Particle,
            6 => TokenKind::Title,
            7 => TokenKind::Stop,
            _ => TokenKind::Word,
        };
        let [text, native, canon, keys, readings] = self.texts();
        Tok {
            text,
            letters: interdict_snapshot::letters(text),
            skeleton: u32::from_le_bytes(skeleton),
            kind,
            common,
            weight: weights.get(kind, common),
            native,
            keys,
            canon,
            readings,
            nicknames: match std::str::from_utf8(text) {
                Ok(text) if kind == TokenKind::Word => nicknames(text),
                _ => &[],
            },
        }
    }

    /// What its name can be read as, and whether it is that of an organisation.
    fn reading(self) -> (Syllables, bool) {
        let flags = self.0.get(2).copied().unwrap_or_default();
        (Syllables::reading(flags & 1 != 0, flags & 2 != 0), flags & 4 != 0)
    }

    /// What of it tells whether it can be a part of a listed word, in a number.
    #[must_use]
    pub fn outline(self) -> u64 {
        let token = self.token(&Weights::of(&Settings::default()));
        let text = token.text;
        let at = |at: usize| u64::from(text.get(at).copied().unwrap_or_default());
        let last = |back: usize| text.len().checked_sub(back).map_or(0, at);
        let plain = text.is_ascii() && text.len() >= 2;
        at(0)
            | at(1) << 8
            | last(2) << 16
            | last(1) << 24
            | (text.len().min(255) as u64) << 32
            | u64::from(plain) << 40
            | u64::from(token.is_joinable()) << 41
            | u64::from(!token.keys.is_empty()) << 42
    }
}

/// What a word of queries finds among the changed names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// Names with two words of which this may be both, written as one.
    joined: Box<[u32]>,
    /// Names with a word that is like this.
    like: Box<[u32]>,
    /// The words of the changed names that are so like this that it counts as one of the list's, by their number in the dictionary.
    pub known: Box<[u32]>,
}

impl Reached {
    /// Whether it finds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.like.is_empty()
    }
}

/// A word of a name that is asked about, and what it finds.
#[derive(Clone, Copy, Debug)]
pub struct AskedWord<'a> {
    /// The word.
    pub word: WrittenWord<'a>,
    /// What it finds, if anything.
    pub reached: Option<&'a Reached>,
}

/// Buffers for one thread, used again from word to word and name to name.
#[derive(Debug, Default)]
pub struct InverseScratch {
    scratch: Scratch,
    names: Vec<u32>,
}

/// A snapshot of nothing but changed names, and which queries may find them.
#[derive(Debug)]
pub struct Inverse<'s> {
    snapshot: &'s Snapshot,
    settings: Settings,
    weights: Weights,
    /// By first and last letter and length, the texts that neighbouring words of a query, written as one, may be looked up by.
    outlines: Box<[u64]>,
    /// Whether a word of the changed names is several syllables.
    syllables: bool,
}

/// Place of a text in [`Inverse::outlines`].
fn outline(first: u8, last: u8, length: usize) -> usize {
    usize::from(first & 31) | usize::from(last & 31) << 5 | (length & 63) << 10
}

impl<'s> Inverse<'s> {
    /// Of a snapshot that holds the changed names.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, settings: &Settings) -> Self {
        let mut outlines = vec![0_u64; (1 << 16) / 64].into_boxed_slice();
        let mut set = |text: &str| {
            if let ([first, ..], [.., last]) = (text.as_bytes(), text.as_bytes()) {
                let at = outline(*first, *last, text.len());
                outlines[at / 64] |= 1 << (at % 64);
            }
        };
        let mut syllables = false;
        for token in (0..snapshot.token_count()).filter_map(|at| snapshot.token_at(at)) {
            set(token.text());
            set(token.canon());
            deletions(token.text()).for_each(|text| set(&text));
            std::str::from_utf8(token.readings_bytes()).unwrap_or_default().split(' ').for_each(&mut set);
            syllables |= token.korean().any(|key| key.len() > KEY_LEN);
        }
        for name in (0..snapshot.name_count()).filter_map(|at| snapshot.name_at(at)) {
            let tokens: Vec<TokenRef<'_>> = name.tokens().collect();
            tokens.windows(2).for_each(|pair| set(&format!("{}{}", pair[0].text(), pair[1].text())));
        }
        Self { snapshot, settings: settings.clone(), weights: Weights::of(settings), outlines, syllables }
    }

    /// What a word finds, whatever else the list has that the changed names will stand in.
    #[must_use]
    pub fn reached(&self, word: WrittenWord<'_>, buffers: &mut InverseScratch) -> Reached {
        let token = word.token(&self.weights);
        let (syllables, body) = word.reading();
        let InverseScratch { scratch, names } = buffers;
        names.clear();
        if token.kind == TokenKind::Word {
            joined_names(self.snapshot, &token, syllables, true, |name| names.push(name.index()));
            if token.text.len() >= MIN_JOINED
                && let Some(ends) = std::str::from_utf8(token.text).ok().and_then(ends)
            {
                names.extend(self.snapshot.names_by_joined_ends(&ends).map(NameRef::index));
                split_names(self.snapshot, &token, |name| names.push(name));
            }
            names.sort_unstable();
            names.dedup();
        }
        let joined: Box<[u32]> = names.as_slice().into();
        names.clear();
        variants(self.snapshot, &token, (syllables, body), &self.weights, &self.settings, true, &mut scratch.candidates);
        let mut known = Vec::new();
        for (at, alike) in &scratch.candidates.variants {
            names.extend(self.snapshot.token_at(*at).map(TokenRef::postings).unwrap_or_default());
            if *alike >= WELL_KNOWN {
                known.push(*at);
            }
        }
        names.sort_unstable();
        names.dedup();
        Reached { joined, like: names.as_slice().into(), known: known.into() }
    }

    /// Whether neighbouring words of a name, written as one, may be a word of the changed names or two, by their [`WrittenWord::outline`]s.
    /// What this denies is none.
    #[must_use]
    pub fn may_join(&self, words: &[u64]) -> bool {
        words.windows(2).any(|pair| self.window_may_join(pair))
            || words.windows(3).any(|three| three[1] >> 32 & 255 <= 3 && self.window_may_join(three))
    }

    fn window_may_join(&self, window: &[u64]) -> bool {
        let has = |word: &u64, bit: u32| word >> bit & 1 == 1;
        if !window.iter().all(|word| has(word, 41)) {
            return false;
        }
        if !window.iter().all(|word| has(word, 40)) || self.syllables && window.iter().all(|word| has(word, 42)) {
            return true;
        }
        let ([head, ..], [.., tail]) = (window, window) else { return false };
        let letter = |word: &u64, shift: u32| (word >> shift & 255) as u8;
        let length: usize = window.iter().map(|word| (word >> 32 & 255) as usize).sum();
        let (first, second, before, last) = (letter(head, 0), letter(head, 8), letter(tail, 16), letter(tail, 24));
        [(first, last, length), (second, last, length - 1), (first, before, length - 1), (first, last, length - 1)].iter().any(
            |(first, last, length)| {
                let at = outline(*first, *last, *length);
                self.outlines[at / 64] >> (at % 64) & 1 == 1
            },
        )
    }

    /// Whether a query of this schema with this name may find one of the changed names in any list that holds it: whether one of them scores
    /// enough for the query's facts to lift it to the threshold.
    #[must_use]
    pub fn may_find(
        &self,
        (schema, kinds, characters_written): (Schema, u8, u8),
        words: &[AskedWord<'_>],
        birth_date: bool,
        buffers: &mut InverseScratch,
    ) -> bool {
        let reading = Reading::from_bits(kinds);
        let tokens: Vec<Tok<'_>> = words.iter().map(|asked| asked.word.token(&self.weights)).collect();
        let wanted = Wanted::new(side(&tokens, characters_written.into()), reading.is_body());
        let floor = name_floor(birth_date, &self.settings);
        let Scratch { candidates: buffers, align, .. } = &mut buffers.scratch;
        let names = self.snapshot.name_count() as usize;
        if buffers.sums.len() < names {
            buffers.sums.resize_with(names, Default::default);
        }
        buffers.touched.clear();
        let mut text = String::new();
        for (at, pair) in tokens.windows(2).enumerate().take(MAX_LOOKED_UP - 2) {
            if pair.iter().all(Tok::is_joinable) {
                text.clear();
                text.extend(pair.iter().filter_map(|token| std::str::from_utf8(token.text).ok()));
                self.snapshot.names_by_joined(&text).for_each(|name| mark(name.index(), (3 << at) | JOINED, buffers));
            }
        }
        // With slips other keys are looked up than without.
        for (parts, slips) in [(2, false), (2, true), (3, false), (3, true)] {
            for (at, window) in tokens.windows(parts).enumerate().take(MAX_LOOKED_UP - parts) {
                join_query(self.snapshot, window, at, slips, buffers);
            }
        }
        let looked_up = |at: usize| at < MAX_LOOKED_UP && wanted.looked_up & (1 << at) != 0;
        for (at, asked) in words.iter().enumerate().filter(|(at, _)| looked_up(*at)) {
            let Some(reached) = asked.reached else { continue };
            reached.joined.iter().for_each(|name| mark(*name, (1 << at) | JOINED, buffers));
            reached.like.iter().for_each(|name| mark(*name, 1 << at, buffers));
        }
        let mut touched = std::mem::take(&mut buffers.touched);
        let mut listed = Vec::new();
        let mut found_one = false;
        for name in touched.drain(..) {
            let found = std::mem::take(&mut buffers.sums[name as usize]).found;
            if found_one {
                continue;
            }
            let Some(listed_name) = self.snapshot.name_at(name) else { continue };
            let context =
                listed_name.schema().filter(|listed| schema.comparable(*listed)).and_then(|listed| reading.kind_for(listed));
            let Some(context) = context.map(Context::of) else { continue };
            // A little less, for what rounding takes away.
            if !could_reach(listed_name, found, &wanted, (floor - 2e-4) as f32, &self.weights, &self.settings) {
                continue;
            }
            listed_tokens(listed_name, &self.weights, &mut listed);
            let other = side(&listed, characters(listed_name.text()));
            let score = crate::align::align(wanted.side, other, context, &self.settings, align)
                * weak_factor(["", listed_name.property()], &self.settings);
            found_one = score >= floor;
        }
        buffers.touched = touched;
        found_one
    }
}

/// As [`add`], but what is added again is not lost.
fn mark(name: u32, bits: u32, buffers: &mut crate::candidates::CandidateBuffers) {
    if buffers.sums[name as usize].found == 0 {
        add(name, 0.0, bits, buffers);
    }
    buffers.sums[name as usize].found |= bits;
}

/// Whether a word of the list is looked at as a half of a query's word, which depends on how many names have it.
#[must_use]
pub fn counts_as_half(word: TokenRef<'_>) -> bool {
    half_counts(word)
}

impl Matcher<'_> {
    /// The words of the list that a word of a query's name is like, best first, with their similarity.
    pub fn word_likes(&self, word: WrittenWord<'_>, scratch: &mut Scratch, into: &mut Vec<(u32, f32)>) {
        let token = word.token(&self.weights);
        let buffers = &mut scratch.candidates;
        variants(self.snapshot, &token, word.reading(), &self.weights, &self.settings, false, buffers);
        buffers.variants.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        into.clear();
        into.extend_from_slice(&buffers.variants);
    }

    /// How well known a similarity makes a word to the look-up: not, as a word of the list with a slip, or as the word itself. What is known
    /// better is looked for less widely.
    #[must_use]
    pub fn known_by(similarity: f32) -> u8 {
        u8::from(similarity >= WELL_KNOWN) + u8::from(similarity >= SAME)
    }

    /// Whether there may be more words under a word's keys than are looked at, so that their order in the list decides which are: in this
    /// list, and in any that has at most `more` words beside those of this one.
    #[must_use]
    pub fn may_be_cut_short(&self, word: WrittenWord<'_>, more: usize) -> bool {
        let token = word.token(&self.weights);
        let mut count = 0;
        let mut by = |kind: KeyKind, key: &str| count += self.snapshot.tokens_by_key(kind, key).count();
        near_keys(&token, word.reading().0, &mut by);
        wide_keys(&token, &mut by);
        count + more >= MAX_VARIANTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use interdict_model::Entity;

    #[test]
    fn a_written_word_is_the_token_again() {
        let weights = Weights::of(&Settings::default());
        for (schema, text) in [
            (Schema::Person, "Dr. Ivan J. al-Karimi"),
            (Schema::Person, "김정은"),
            (Schema::Person, "Kim Jong Un"),
            (Schema::Company, "Star 9 Trading of the East LLC"),
            (Schema::Thing, "محمد رضا"),
            (Schema::LegalEntity, "山田 太郎"),
        ] {
            let mut entity = Entity::new("q", schema);
            entity.add("name", text);
            let query = Query::from_entity(&entity).unwrap();
            for ((reading, name), written) in query.names.iter().zip(query.written()) {
                let tokens = name.tokens(&weights);
                assert_eq!(tokens.len(), written.words.len());
                assert_eq!(Reading::from_bits(written.kinds), *reading);
                let again: Vec<Tok<'_>> = written.words.iter().map(|word| WrittenWord(word).token(&weights)).collect();
                for (token, again) in tokens.iter().zip(&again) {
                    let shown = |token: &Tok<'_>| {
                        let kind = token_class(token.kind, token.common);
                        (
                            (token.text.to_vec(), token.native.to_vec(), token.canon.to_vec()),
                            (token.keys.to_vec(), token.readings.to_vec(), token.nicknames),
                            (token.letters, token.skeleton, kind, token.common, token.weight.to_bits()),
                        )
                    };
                    assert_eq!(shown(token), shown(again), "{text}");
                }
                let syllables = Syllables::of(&again);
                assert_eq!(syllables, Syllables::of(&tokens));
                for word in &written.words {
                    let (read, body) = WrittenWord(word).reading();
                    assert_eq!((read.korean, read.chinese, body), (syllables.korean, syllables.chinese, reading.is_body()));
                }
            }
        }
    }
}
