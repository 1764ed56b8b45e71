//! Tokens as the score sees them: the same shape for a query's own tokens and for those of the snapshot's dictionary.

use interdict_names::{ParsedName, TokenKind, nicknames};
use interdict_snapshot::{NameRef, TokenRef, letters, skeleton_code, token_class};

use crate::settings::Settings;

/// A token of either side. Empty texts mean "none".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tok<'a> {
    pub(crate) text: &'a [u8],
    /// [`letters`] of the text.
    pub(crate) letters: u32,
    /// [`skeleton_code`] of the skeleton.
    pub(crate) skeleton: u32,
    pub(crate) kind: TokenKind,
    /// How common the word is: 0 to 2.
    pub(crate) common: u8,
    pub(crate) weight: f32,
    pub(crate) native: &'a [u8],
    /// Korean and Chinese keys separated by a space.
    pub(crate) keys: &'a [u8],
    pub(crate) canon: &'a [u8],
    /// Other readings separated by a space.
    pub(crate) readings: &'a [u8],
    /// Other given names that this one may stand for; known on the query's side only, which is enough, as the relation is mutual.
    pub(crate) nicknames: &'static [&'static str],
}

impl<'a> Tok<'a> {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        pieces(self.keys)
    }

    pub(crate) fn readings(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        pieces(self.readings)
    }

    /// Whether the token tells names apart: a word, a number or a letter.
    pub(crate) fn is_distinctive(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Number | TokenKind::Initial)
    }

    pub(crate) fn is_word(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Number)
    }

    /// Whether the token may be written as one word with its neighbour elsewhere.
    pub(crate) fn is_joinable(&self) -> bool {
        use TokenKind::{Generic, Initial, Particle, Stop, Word};
        matches!(self.kind, Word | Particle | Generic | Initial | Stop)
    }

    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }
}

fn pieces(joined: &[u8]) -> impl Iterator<Item = &[u8]> {
    joined.split(|byte| *byte == b' ').filter(|piece| !piece.is_empty())
}

/// Weights by class of token ([`token_class`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights([f32; 10]);

impl Weights {
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut weights = [0.0; 10];
        let mut set = |kind, common, weight: f64| weights[token_class(kind, common)] = weight as f32;
        set(TokenKind::Word, 0, settings.weight_word);
        set(TokenKind::Word, 1, settings.weight_word * settings.common_factor);
        set(TokenKind::Word, 2, settings.weight_word * settings.very_common_factor);
        set(TokenKind::Number, 0, settings.weight_number);
        set(TokenKind::Generic, 0, settings.weight_generic);
        set(TokenKind::LegalForm(""), 0, settings.weight_legal_form);
        set(TokenKind::Initial, 0, settings.weight_initial);
        set(TokenKind::Particle, 0, settings.weight_particle);
        set(TokenKind::Title, 0, settings.weight_title);
        set(TokenKind::Stop, 0, settings.weight_stop);
        Self(weights)
    }

    pub(crate) fn get(&self, kind: TokenKind, common: u8) -> f32 {
        self.0[token_class(kind, common)]
    }

    /// By class, in the order of [`NameRef::classes`].
    pub(crate) fn by_class(&self) -> &[f32; 10] {
        &self.0
    }
}

/// A query's name, parsed, with what comparing needs of each token.
#[derive(Clone, Debug)]
pub(crate) struct QueryName {
    pub(crate) raw: String,
    pub(crate) property: String,
    pub(crate) parsed: ParsedName,
    characters: usize,
    tokens: Vec<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    letters: u32,
    skeleton: u32,
    keys: String,
    readings: String,
    nicknames: &'static [&'static str],
}

impl QueryName {
    pub(crate) fn new(raw: &str, property: &str, parsed: ParsedName) -> Self {
        let tokens = parsed
            .tokens
            .iter()
            .map(|token| Held {
                letters: letters(token.text.as_bytes()),
                skeleton: skeleton_code(&token.skeleton),
                keys: token.korean.join(" "),
                readings: token.readings.join(" "),
                nicknames: if token.kind == TokenKind::Word { nicknames(&token.text) } else { &[] },
            })
            .collect();
        Self { characters: characters(raw), raw: raw.to_owned(), property: property.to_owned(), parsed, tokens }
    }

    pub(crate) fn tokens<'a>(&'a self, weights: &Weights) -> Vec<Tok<'a>> {
        let mut into = Vec::with_capacity(self.tokens.len());
        self.tokens_into(weights, &mut into);
        into
    }

    pub(crate) fn tokens_into<'a>(&'a self, weights: &Weights, into: &mut Vec<Tok<'a>>) {
        into.clear();
        into.extend(self.parsed.tokens.iter().zip(&self.tokens).map(|(token, held)| Tok {
            text: token.text.as_bytes(),
            letters: held.letters,
            skeleton: held.skeleton,
            kind: token.kind,
            common: token.common,
            weight: weights.get(token.kind, token.common),
            native: token.native.as_deref().unwrap_or_default().as_bytes(),
            keys: held.keys.as_bytes(),
            canon: token.canon.unwrap_or_default().as_bytes(),
            readings: held.readings.as_bytes(),
            nicknames: held.nicknames,
        }));
    }

    /// Characters of the name as written.
    pub(crate) fn characters(&self) -> usize {
        self.characters
    }
}

/// Characters of a name as written, counted as far as matters.
pub(crate) fn characters(raw: &str) -> usize {
    if raw.is_ascii() { raw.len() } else { raw.chars().count() }
}

pub(crate) fn dictionary_token<'s>(token: TokenRef<'s>, weights: &Weights) -> Tok<'s> {
    let kind = token.kind();
    let common = token.common();
    Tok {
        text: token.text_bytes(),
        letters: token.letters(),
        skeleton: token.skeleton_code(),
        kind,
        common,
        weight: weights.get(kind, common),
        native: token.native_bytes(),
        keys: token.korean_bytes(),
        canon: token.canon_bytes(),
        readings: token.readings_bytes(),
        nicknames: &[],
    }
}

/// The tokens of a listed name, into a buffer that is used again.
pub(crate) fn listed_tokens<'s>(name: NameRef<'s>, weights: &Weights, into: &mut Vec<Tok<'s>>) {
    into.clear();
    into.extend(name.tokens().map(|token| dictionary_token(token, weights)));
}
