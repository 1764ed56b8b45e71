//! Segmentation of names written without spaces: a run of Han characters or Hangul syllables goes in,
//! known business words and the unknown runs between them come out, longest word first.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tables::{self, data};

/// What a token of a dictionary word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    Generic,
    Word,
    Stop,
    Legal(&'static str),
}

impl Sense {
    fn parse(text: &'static str) -> Option<Self> {
        Some(match text {
            "generic" => Self::Generic,
            "word" => Self::Word,
            "stop" => Self::Stop,
            _ => Self::Legal(text.strip_prefix("legal:")?),
        })
    }
}

/// A dictionary word as English tokens.
pub(crate) type Senses = Vec<(&'static str, Sense)>;

/// A piece of a segmented run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Known(&'a str, &'static [(&'static str, Sense)]),
    Unknown(&'a str),
}

pub(crate) struct Dictionary {
    words: FxHashMap<&'static str, Senses>,
    /// Characters of the longest word.
    longest: usize,
}

impl Dictionary {
    fn new() -> Self {
        Self { words: FxHashMap::default(), longest: 0 }
    }

    fn add(&mut self, word: &'static str, tokens: &'static str, kinds: &'static str) {
        let senses = senses(tokens, kinds);
        self.longest = self.longest.max(word.chars().count());
        self.words.insert(word, senses);
    }

    /// Cuts a run into known and unknown pieces. A word of one character is known only at the end of
    /// the run or right after another known word: inside a name such characters mean nothing.
    pub(crate) fn segment<'a>(&'static self, run: &'a str) -> Vec<Piece<'a>> {
        let ends: Vec<usize> = run.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let start_of = |i: usize| if i == 0 { 0 } else { ends[i - 1] };
        let mut pieces = Vec::new();
        let mut unknown = 0;
        let mut i = 0;
        while i < ends.len() {
            let from = start_of(i);
            let most = self.longest.min(ends.len() - i);
            let found = (1..=most).rev().find_map(|n| {
                let end = ends[i + n - 1];
                let word = &run[from..end];
                let senses = self.words.get(word)?;
                let allowed = n > 1 || (i > 0 && (i + 1 == ends.len() || unknown == from));
                allowed.then_some((n, word, senses.as_slice()))
            });
            if let Some((n, word, senses)) = found {
                if unknown < from {
                    pieces.push(Piece::Unknown(&run[unknown..from]));
                }
                pieces.push(Piece::Known(word, senses));
                i += n;
                unknown = start_of(i);
            } else {
                i += 1;
            }
        }
        if unknown < run.len() {
            pieces.push(Piece::Unknown(&run[unknown..]));
        }
        pieces
    }
}

fn senses(tokens: &'static str, kinds: &'static str) -> Senses {
    tokens.split(' ').zip(kinds.split(' ')).filter_map(|(token, kind)| Some((token, Sense::parse(kind)?))).collect()
}

/// Korean business words.
pub(crate) static KOREAN: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut dictionary = Dictionary::new();
    for [word, tokens, kinds, _] in tables::rows::<4>(data::KOREAN_WORDS) {
        dictionary.add(word, tokens, kinds);
    }
    dictionary
});

/// Chinese business words and place names, simplified and traditional.
pub(crate) static CHINESE: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut dictionary = Dictionary::new();
    for [simplified, traditional, tokens, kinds, _] in tables::rows::<5>(data::CHINESE_WORDS) {
        dictionary.add(simplified, tokens, kinds);
        if traditional != "-" {
            dictionary.add(traditional, tokens, kinds);
        }
    }
    dictionary
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon;

    #[test]
    fn every_word_has_one_kind_a_token() {
        let korean = tables::rows::<4>(data::KOREAN_WORDS).map(|[word, tokens, kinds, _]| (word, tokens, kinds));
        let chinese = tables::rows::<5>(data::CHINESE_WORDS).map(|[word, _, tokens, kinds, _]| (word, tokens, kinds));
        for (word, tokens, kinds) in korean.chain(chinese) {
            assert_eq!(tokens.split(' ').count(), kinds.split(' ').count(), "{word}");
            assert_eq!(senses(tokens, kinds).len(), kinds.split(' ').count(), "{word}: {kinds}");
            for (token, sense) in senses(tokens, kinds) {
                assert!(token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{word}: {token}");
                match sense {
                    Sense::Generic => {
                        let canon = lexicon::entry(token).and_then(|entry| entry.canon);
                        assert_eq!(canon, Some(token), "{word}: {token} must be a canonical generic word");
                    }
                    Sense::Legal(id) => assert!(lexicon::legal_canon(id).is_some(), "{word}: {id}"),
                    Sense::Word | Sense::Stop => {}
                }
            }
        }
    }

    #[test]
    fn longest_word_first_and_single_characters_only_where_they_mean_something() {
        let texts = |pieces: Vec<Piece<'_>>| {
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Known(word, _) => format!("[{word}]"),
                    Piece::Unknown(run) => (*run).to_owned(),
                })
                .collect::<String>()
        };
        assert_eq!(texts(KOREAN.segment("대진무역총회사")), "대진[무역총회사]");
        assert_eq!(texts(KOREAN.segment("기계공업부")), "[기계][공업][부]");
        assert_eq!(texts(KOREAN.segment("부부")), "부[부]");
        assert_eq!(texts(CHINESE.segment("深圳市华圣工业有限公司")), "[深圳][市]华圣[工业][有限公司]");
        assert_eq!(texts(CHINESE.segment("")), "");
    }
}
