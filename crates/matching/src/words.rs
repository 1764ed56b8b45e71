//! What a scanner of texts needs of the score: which words of the list a word of a text may be, what each weighs, and what a piece of text
//! scores as one listed name. The same tokens, weights and alignment as those of [`Matcher::screen`], so that a name scores alike
//! wherever it stands.

use interdict_model::Schema;
use interdict_names::{NameKind, TokenKind, parse_name, skeleton};
use interdict_snapshot::{KeyKind, NameRef, TokenRef, for_each_deletion};

use crate::align::{Context, align};
use crate::matcher::{Matcher, Scratch, side, weak_factor};
use crate::query::Reading;
use crate::similarity::{Syllables, similarity};
use crate::token::{QueryName, Tok, characters, dictionary_token, listed_tokens};

/// How far from the word of a text its likes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The same word: as written, in its own script, by another reading, in another form.
    Same,
    /// Also by syllables, consonants and with one slip: for words that may be names.
    Near,
}

/// Dictionary tokens that are looked at for one word.
const MAX_LIKES: usize = 400;

/// Letters in which a word of a text and one of the list may differ, of the 26, to be one word.
const MOST_OTHER_LETTERS: u32 = 4;

/// The fewest letters of a word that may have a slip.
const MIN_SLIP: usize = 5;

impl Matcher<'_> {
    /// What a word of the list weighs in a score: 1 for a distinctive word.
    #[must_use]
    pub fn token_weight(&self, token: TokenRef<'_>) -> f32 {
        self.weights.get(token.kind(), token.common())
    }

    /// Words of the list that a word of a text may be, with their similarity from `least` to 1, into `into`. A word may be several tokens:
    /// the likes of all are given.
    pub fn likes(&self, word: &str, reach: Reach, least: f32, into: &mut Vec<(u32, f32)>) {
        let parsed = parse_name(word, NameKind::Unknown);
        let name = QueryName::new(word, "", parsed);
        for token in &name.tokens(&self.weights) {
            self.token_likes(token, reach, least, into);
        }
        // A word that spells a legal form or an abbreviation of one may be a word as well.
        if word.is_ascii() {
            let text = word.to_ascii_lowercase();
            let same = self.snapshot.tokens_by_key(KeyKind::Text, &text).filter(|token| token.text() == text);
            into.extend(same.map(|token| (token.index(), 1.0)));
        }
        into.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        into.dedup_by_key(|like| like.0);
    }

    fn token_likes(&self, token: &Tok<'_>, reach: Reach, least: f32, into: &mut Vec<(u32, f32)>) {
        let snapshot = self.snapshot;
        let utf8 = |bytes| std::str::from_utf8(bytes).ok().filter(|text: &&str| !text.is_empty());
        let Some(text) = utf8(token.text) else { return };
        let mut found: Vec<u32> = Vec::new();
        let mut by = |kind: KeyKind, key: &str| {
            for other in snapshot.tokens_by_key(kind, key) {
                if found.len() < MAX_LIKES && !found.contains(&other.index()) {
                    found.push(other.index());
                }
            }
        };
        by(KeyKind::Text, text);
        if let Some(native) = utf8(token.native) {
            by(KeyKind::Native, native);
        }
        if let Some(canon) = utf8(token.canon) {
            by(KeyKind::Text, canon);
        }
        token.readings().filter_map(utf8).for_each(|reading| by(KeyKind::Text, reading));
        // A word of its own characters has its syllables in every reach: nothing else of it is in the list's Latin letters.
        if reach == Reach::Near || !token.native.is_empty() {
            token.keys().filter_map(utf8).for_each(|key| by(KeyKind::Korean, key));
        }
        if reach == Reach::Near && matches!(token.kind, TokenKind::Word | TokenKind::Generic) {
            token.nicknames.iter().for_each(|name| by(KeyKind::Text, name));
            if text.len() >= MIN_SLIP {
                by(KeyKind::Near, text);
                for_each_deletion(text, |deletion| by(KeyKind::Near, deletion));
                by(KeyKind::Skeleton, &skeleton(text));
            }
        }
        let syllables = Syllables::of(std::slice::from_ref(token));
        for index in found {
            let Some(other) = snapshot.token_at(index) else { continue };
            // Most of what shares a key with a Latin word is another word, by its letters alone.
            let unlike = token.native.is_empty()
                && other.native_bytes().is_empty()
                && !syllables.any()
                && (other.letters() ^ token.letters).count_ones() > MOST_OTHER_LETTERS;
            if unlike && other.canon_bytes().is_empty() && token.nicknames.is_empty() && token.canon.is_empty() {
                continue;
            }
            let other = dictionary_token(other, &self.weights);
            // A legal form in a text is one also where the word alone does not tell.
            let alike = if other.text == token.text {
                Some(1.0)
            } else {
                similarity(token, &other, syllables, &self.settings).map(|(alike, _)| alike)
            };
            if let Some(alike) = alike.filter(|alike| *alike >= least) {
                into.push((index, alike));
            }
        }
    }

    /// What a piece of text scores as a listed name: the score that `screen` gives a query of that text and kind, without context.
    #[must_use]
    pub fn score_as(&self, spelled: &mut Spelled, listed: NameRef<'_>, scratch: &mut Scratch) -> f64 {
        let kinds: &[NameKind] = match listed.schema() {
            Some(schema) if schema.is_a(Schema::Person) => &[NameKind::Person],
            Some(schema) if schema.is_a(Schema::Organization) => &[NameKind::Organization],
            Some(schema) if schema.is_a(Schema::Asset) => &[NameKind::Object],
            _ => &[NameKind::Person, NameKind::Organization],
        };
        let mut other = Vec::new();
        listed_tokens(listed, &self.weights, &mut other);
        let right = side(&other, characters(listed.text()));
        let mut best = 0.0;
        for kind in kinds {
            let name = spelled.read_as(*kind);
            let tokens = name.tokens(&self.weights);
            if tokens.is_empty() {
                continue;
            }
            let context = Context::of(listed.schema().and_then(|schema| Reading::of(*kind).kind_for(schema)).unwrap_or(*kind));
            let score = align(side(&tokens, name.characters()), right, context, &self.settings, &mut scratch.align);
            best = f64::max(best, score);
        }
        best * weak_factor(["name", listed.property()], &self.settings)
    }
}

/// A piece of text that is scored as names: read once as each kind of name, however many it is held against.
#[derive(Clone, Debug)]
pub struct Spelled {
    text: String,
    person: Option<Box<QueryName>>,
    body: Option<Box<QueryName>>,
    object: Option<Box<QueryName>>,
}

impl Spelled {
    /// The piece, on one line.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, person: None, body: None, object: None }
    }

    fn read_as(&mut self, kind: NameKind) -> &QueryName {
        let held = match kind {
            NameKind::Person => &mut self.person,
            NameKind::Object => &mut self.object,
            NameKind::Organization | NameKind::Unknown => &mut self.body,
        };
        held.get_or_insert_with(|| Box::new(QueryName::new(&self.text, "name", parse_name(&self.text, kind))))
    }
}
