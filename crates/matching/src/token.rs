//! Tokens as the score sees them: the same shape for a query's own tokens and for those of the snapshot's dictionary.

use interdict_names::{ParsedName, TokenKind, is_chinese_key, is_korean_key};
use interdict_snapshot::{NameRef, TokenRef};

use crate::settings::Settings;

/// A token of either side. Empty texts mean "none".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tok<'a> {
    pub(crate) text: &'a str,
    pub(crate) native: &'a str,
    pub(crate) skeleton: &'a str,
    /// Korean keys separated by a space.
    pub(crate) korean: &'a str,
    /// Further readings separated by a space.
    pub(crate) readings: &'a str,
    pub(crate) canon: &'a str,
    pub(crate) kind: TokenKind,
    pub(crate) weight: f64,
}

impl Tok<'_> {
    pub(crate) fn korean_keys(&self) -> impl Iterator<Item = &str> {
        self.korean.split(' ').filter(|key| !key.is_empty())
    }

    pub(crate) fn is_korean(&self) -> bool {
        self.korean_keys().any(is_korean_key)
    }

    pub(crate) fn is_chinese(&self) -> bool {
        self.korean_keys().any(is_chinese_key)
    }

    /// The text and the further readings.
    pub(crate) fn readings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text).chain(self.readings.split(' ').filter(|reading| !reading.is_empty()))
    }

    /// Whether the token tells names apart: a word, a number or a letter.
    pub(crate) fn is_distinctive(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Number | TokenKind::Initial)
    }
}

pub(crate) fn weight(kind: TokenKind, settings: &Settings) -> f64 {
    match kind {
        TokenKind::Word => settings.weight_word,
        TokenKind::Number => settings.weight_number,
        TokenKind::Generic => settings.weight_generic,
        TokenKind::LegalForm(_) => settings.weight_legal_form,
        TokenKind::Initial => settings.weight_initial,
        TokenKind::Particle => settings.weight_particle,
        TokenKind::Title => settings.weight_title,
        TokenKind::Stop => settings.weight_stop,
    }
}

/// A query's name, parsed, with the Korean keys of each token joined as the snapshot keeps them.
#[derive(Clone, Debug)]
pub(crate) struct QueryName {
    pub(crate) raw: String,
    pub(crate) property: String,
    pub(crate) parsed: ParsedName,
    korean: Vec<String>,
    readings: Vec<String>,
}

impl QueryName {
    pub(crate) fn new(raw: &str, property: &str, parsed: ParsedName) -> Self {
        let korean = parsed.tokens.iter().map(|token| token.korean.join(" ")).collect();
        let readings = parsed.tokens.iter().map(|token| token.readings.join(" ")).collect();
        Self { raw: raw.to_owned(), property: property.to_owned(), parsed, korean, readings }
    }

    pub(crate) fn tokens<'a>(&'a self, settings: &Settings) -> Vec<Tok<'a>> {
        self.parsed
            .tokens
            .iter()
            .zip(&self.korean)
            .zip(&self.readings)
            .map(|((token, korean), readings)| Tok {
                readings,
                text: &token.text,
                native: token.native.as_deref().unwrap_or_default(),
                skeleton: &token.skeleton,
                korean,
                canon: token.canon.unwrap_or_default(),
                kind: token.kind,
                weight: weight(token.kind, settings),
            })
            .collect()
    }
}

pub(crate) fn dictionary_token<'s>(token: TokenRef<'s>, settings: &Settings) -> Tok<'s> {
    let kind = token.kind();
    Tok {
        text: token.text(),
        native: token.native(),
        skeleton: token.skeleton(),
        korean: token.korean_joined(),
        readings: "",
        canon: token.canon(),
        kind,
        weight: weight(kind, settings),
    }
}

/// The tokens of a listed name, into a buffer that is used again.
pub(crate) fn listed_tokens<'s>(name: NameRef<'s>, settings: &Settings, into: &mut Vec<Tok<'s>>) {
    into.clear();
    into.extend(name.tokens().map(|token| dictionary_token(token, settings)));
}
