//! How many people have about a name: from how often its parts are met among the people of the file and of the snapshot, and in the tables of
//! common words. A name goes in; the number of namesakes to expect among 100,000 people comes out. Whose language it is plays no part.

use interdict_names::{NameKind, Token, TokenKind, is_korean_key, parse_name};
use interdict_snapshot::{KeyKind, Snapshot};
use rustc_hash::FxHashMap;

/// People among whom namesakes are counted.
const PEOPLE: f64 = 100_000.0;
/// Share of people who have a word of each class: nearly nobody, a common name, one of the commonest.
const CLASSES: [f64; 3] = [3e-5, 1e-3, 1e-2];
/// A word must be met in a file so often before its share there is believed.
const MET: u32 = 3;

/// Words of names and how often they are met.
#[derive(Debug)]
pub(super) struct Namesakes<'s> {
    snapshot: &'s Snapshot,
    words: FxHashMap<String, u32>,
    names: u32,
}

/// The words by which a name is counted, and the key under which two writings of one meet in a file.
pub(super) fn read(name: &str) -> (Vec<Token>, String) {
    let tokens = parse_name(name, NameKind::Person).tokens;
    let mut words: Vec<&str> = tokens.iter().filter(|token| counts(token)).map(|token| token.text.as_str()).collect();
    words.sort_unstable();
    let key = words.join(" ");
    (tokens, key)
}

fn counts(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Generic | TokenKind::Particle) && token.text.len() > 1
}

fn korean(token: &Token) -> Option<&str> {
    token.korean.first().map(String::as_str).filter(|key| is_korean_key(key))
}

impl<'s> Namesakes<'s> {
    /// From the distinct names of the people of a file.
    pub(super) fn new<'n>(snapshot: &'s Snapshot, names: impl Iterator<Item = &'n [Token]>) -> Self {
        let mut namesakes = Self { snapshot, words: FxHashMap::default(), names: 0 };
        for tokens in names {
            namesakes.names += 1;
            for token in tokens.iter().filter(|token| counts(token)) {
                for word in std::iter::once(token.text.as_str()).chain(korean(token)) {
                    *namesakes.words.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
        namesakes
    }

    /// Share of people who have a word in their name.
    fn share(&self, token: &Token) -> f64 {
        let met = |word: &str| self.words.get(word).copied().filter(|met| *met >= MET).unwrap_or_default();
        let file = met(&token.text).max(korean(token).map_or(0, met));
        let listed = self.snapshot.tokens_by_key(KeyKind::Text, &token.text).filter(|found| found.text() == token.text);
        let listed = listed.map(|found| found.postings().len()).sum::<usize>();
        let listed = if listed as u32 >= MET * 4 { listed as f64 / f64::from(self.snapshot.name_count().max(1)) } else { 0.0 };
        // A small file knows nothing of how common a word is.
        let file = if self.names >= 1_000 { f64::from(file) / f64::from(self.names) } else { 0.0 };
        CLASSES[usize::from(token.common).min(2)].max(file).max(listed)
    }

    /// Namesakes to expect among 100,000 people. A single word is too little of a name to count as one.
    pub(super) fn expected(&self, tokens: &[Token]) -> f64 {
        let shares: Vec<f64> = tokens.iter().filter(|token| counts(token)).map(|token| self.share(token)).collect();
        if shares.len() < 2 { PEOPLE } else { shares.iter().product::<f64>() * PEOPLE }
    }
}

/// What is left of a name's weight when so many have it: all of it when it is nobody else's, a third less with every ten times as many.
pub(super) fn damping(namesakes: f64) -> f64 {
    (1.0 - (1.0 + namesakes).log10() / 3.0).max(0.0)
}
