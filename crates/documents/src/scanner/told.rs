//! What the words of a mention tell by themselves, and what the rest of the text must say for them: a listed name and the words that may be
//! it go in; what is needed comes out.

use std::ops::Range;

use interdict_model::Schema;
use interdict_names::{NameKind, TokenKind, parse_name};
use interdict_snapshot::NameRef;

use super::context::{Needs, calls_ship, is_transport};
use super::index::is_minor;
use super::words::{Case, Gap, Word};
use super::{ScanScratch, Scanner};

/// Similarity from which on a word is the listed one.
pub(super) const EXACT: f32 = 0.999;

/// Score from which on nothing of a name is missing or different.
const WHOLE: f64 = 0.975;

/// Score from which on nothing but a legal form is.
const NEARLY_WHOLE: f64 = 0.945;

/// The fewest letters of a name of one word.
const SHORT: usize = 4;

/// Words around a name, of its paragraph, that tell whether all is written in capitals.
const SENTENCE: usize = 8;

/// The words of a mention: those that are of the listed name, and with those that go on with it.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What the words of a mention tell by themselves.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(super) struct Told {
    /// Words that are no ordinary ones of a language.
    pub(super) telling: usize,
    /// Each of those is a listed word to the letter.
    pub(super) exact: bool,
    /// One is more than a number or letter.
    pub(super) lettered: bool,
    /// Words of the listed name that are there, but for legal forms and the like.
    pub(super) covered: usize,
    /// The only word is one that many people or firms are called by.
    pub(super) common: bool,
    /// Letters of the words that tell.
    pub(super) letters: usize,
    /// Capitalised words.
    pub(super) named: usize,
    /// A legal form, or a word of what a body does, is among them.
    pub(super) form: bool,
    /// One word of syllables of two signs.
    pub(super) syllables: bool,
    /// The words are in a script without vowels, or one word is all of the name.
    pub(super) loose: bool,
    /// Capitalised words between them that are not of the listed name.
    pub(super) between: usize,
    /// A word of the listed name stands here as two, or two as one: they were not looked up by themselves.
    pub(super) apart: bool,
}

impl Told {
    /// Whether nothing but the party's other names, or one that is linked with it, can make the words mean it, whatever they score.
    pub(super) fn needs_link(&self, listed: NameRef<'_>) -> bool {
        let thing = listed.schema().is_some_and(|schema| schema.is_a(Schema::Vehicle));
        if self.covered <= 2 && self.syllables {
            true
        } else if listed.property() == "weakAlias" {
            !(self.telling >= 2 && self.covered >= 2)
        } else if self.telling < 2 && self.between > 0 && !self.apart {
            true
        } else if thing {
            self.covered < 2 && self.tells() && !self.exact
        } else if self.tells() {
            self.covered < 2 && !(self.exact && self.letters >= SHORT && !self.common)
        } else {
            self.named < 2
        }
    }

    /// Whether a word is no ordinary one.
    fn tells(&self) -> bool {
        self.telling > 0 || self.apart
    }

    pub(super) fn of(listed: NameRef<'_>, words: Words, apart: bool, scratch: &ScanScratch) -> Self {
        let tokens = listed.token_indexes();
        let mut told = Self { exact: true, apart, ..Self::default() };
        for position in words.first..=words.last {
            let word = scratch.words[position];
            let known = scratch.vocabulary.get(scratch.ids[position]);
            let own = scratch.vocabulary.likes(scratch.ids[position]).iter().filter(|like| tokens.contains(&like.token));
            let alike = own.map(|like| like.alike).fold(0.0, f32::max);
            told.between += usize::from(alike == 0.0 && known.form == 0 && word.case != Case::Lower && word.span().len() > 2);
            told.lettered = told.lettered || (!word.digits && word.span().len() > 1);
            if !known.ordinary && word.span().len() > 1 && alike > 0.0 && !(word.digits && word.case == Case::None) {
                told.telling += 1;
                told.letters += word.span().len();
                told.exact = told.exact && alike >= EXACT;
            }
        }
        let there = |token: u32| (words.first..=words.last).any(|position| scratch.is_like(position, token));
        let mut common = true;
        for token in listed.tokens().filter(|token| there(token.index())) {
            if !is_minor(token.kind()) {
                told.covered += 1;
                common = common && token.kind() == TokenKind::Word && token.common() > 0;
            }
        }
        told.common = common && told.covered > 0;
        if apart {
            told.covered = told.covered.max(2);
        }
        for position in words.from..=words.to {
            let word = scratch.words[position];
            told.named += usize::from((word.case != Case::Lower && word.span().len() > 1) || word.digits);
            told.form = told.form || scratch.vocabulary.get(scratch.ids[position]).form > 0;
        }
        told.loose = told.covered > 1 && (words.first..=words.last).all(|position| scratch.words[position].case == Case::None);
        let only = scratch.words[words.first];
        told.syllables = words.first == words.last && only.case == Case::None && !only.digits && only.span().len() <= 6;
        told
    }
}

impl Scanner<'_> {
    /// What the rest of the text must say for words that [do not need a link](Told::needs_link) to mean the party; `None` when nothing could
    /// make them.
    pub(super) fn needs(
        text: &str,
        listed: NameRef<'_>,
        words: Words,
        told: &Told,
        score: f64,
        scratch: &ScanScratch,
    ) -> Option<Needs> {
        let tokens = listed.token_indexes();
        if !told.lettered && !told.apart {
            return None;
        }
        let weak = listed.property() == "weakAlias";
        let thing = listed.schema().is_some_and(|schema| schema.is_a(Schema::Vehicle));
        let (whole, nearly) = (score >= WHOLE, score >= NEARLY_WHOLE);
        let boxed = || Self::is_boxed(text, words, tokens, scratch);
        let of = Self::is_of(text, words, scratch);
        // What a script without vowels or a word of syllables leaves open must be made up for by the rest.
        if !nearly && told.loose && told.telling <= 2 {
            return Some(Needs::Link);
        }
        Some(if weak {
            Needs::Nothing
        } else if thing {
            match (told.tells(), told.covered >= 2) {
                _ if !nearly => Needs::Link,
                (true, true) => Needs::Nothing,
                _ if !is_called(text, words, scratch) && boxed() => Needs::Link,
                (true, false) => Needs::Transport,
                (false, _) => Needs::Beside,
            }
        } else if told.tells() {
            // One word tells only where all of the name is there as it is listed, and nothing goes on with it.
            match told.covered {
                2.. if told.telling >= 2 || told.apart || !boxed() => Needs::Nothing,
                _ if whole && !boxed() && !of => Needs::Nothing,
                _ => Needs::Link,
            }
        } else if boxed() {
            Needs::Link
        } else if !of && ((whole && (told.named >= 3 || (told.named >= 2 && told.form))) || (nearly && told.named >= 4)) {
            Needs::Nothing
        } else if nearly && told.named >= 2 {
            Needs::Country
        } else {
            Needs::Link
        })
    }

    /// Whether the words are a part of a longer name: what stands beside them is capitalised as they are, and is neither the first word of a
    /// sentence nor a title or a word of ships. Names of scripts without capitals are a part of none in another script.
    fn is_boxed(text: &str, words: Words, tokens: &[u32], scratch: &ScanScratch) -> bool {
        let near = |gap: Gap| matches!(gap, Gap::Space | Gap::Hyphen | Gap::Line | Gap::CutLine);
        let own = &scratch.words[words.from..=words.to];
        if own.iter().all(|word| word.case == Case::None && !word.digits) {
            return false;
        }
        let around = paragraph_around(text, words, &scratch.words);
        let shouting = !scratch.words[around].iter().any(|word| word.case == Case::Lower);
        let goes_on = |position: usize| {
            let word = scratch.words[position];
            if !matches!(word.case, Case::Capital | Case::AllCapitals) || word.span().len() < 2 {
                return false;
            }
            let shown = word.text(text);
            let title = || {
                let parsed = parse_name(&shown, NameKind::Person);
                parsed.tokens.first().is_some_and(|token| token.kind == TokenKind::Title)
            };
            // Where all is in capitals they tell nothing of an ordinary word.
            let telling = !shouting || !scratch.vocabulary.get(scratch.ids[position]).ordinary;
            telling && !scratch.is_of(position, tokens) && !is_transport(&shown.to_lowercase()) && !title()
        };
        // What stands at the start of the next line before a colon is a label.
        let label = |position: usize| {
            let next = scratch.words.iter().skip(position + 1).take(3);
            scratch.words[position].gap == Gap::Line
                && next.take_while(|word| word.gap != Gap::Line).any(|word| word.gap == Gap::Hard)
        };
        // Behind its legal form a name has ended.
        let ended = scratch.vocabulary.get(scratch.ids[words.to]).form > 0;
        let right = !ended
            && scratch
                .words
                .get(words.to + 1)
                .is_some_and(|next| near(next.gap) && goes_on(words.to + 1) && !label(words.to + 1));
        let left = words.from > 0 && near(scratch.words[words.from].gap) && {
            let first = scratch.words[words.from - 1];
            let begins = matches!(first.gap, Gap::Stop | Gap::Hard);
            (!begins || first.case == Case::AllCapitals) && goes_on(words.from - 1)
        };
        right || left
    }

    /// Whether the words go on with "of" and a name: "National Development Bank of Fiji" is another bank.
    fn is_of(text: &str, words: Words, scratch: &ScanScratch) -> bool {
        const JOINING: [&str; 10] = ["of", "for", "de", "du", "des", "del", "della", "der", "di", "für"];
        let (Some(joining), Some(next)) = (scratch.words.get(words.to + 1), scratch.words.get(words.to + 2)) else {
            return false;
        };
        let near = |gap: Gap| matches!(gap, Gap::Space | Gap::Line);
        near(joining.gap)
            && near(next.gap)
            && matches!(next.case, Case::Capital | Case::AllCapitals)
            && JOINING.contains(&&*joining.text(text))
    }
}

/// The places of the words around a name, as many as [`SENTENCE`] says on either side, and none behind a blank line.
fn paragraph_around(text: &str, words: Words, all: &[Word]) -> Range<usize> {
    let is_blank =
        |first: &Word, second: &Word| text[first.end..second.start].bytes().filter(|byte| *byte == b'\n').count() > 1;
    let least = words.from.saturating_sub(SENTENCE);
    let most = (words.to + SENTENCE).min(all.len());
    let from = (least + 1..=words.from).rev().find(|at| is_blank(&all[at - 1], &all[*at])).unwrap_or(least);
    let to = (words.to + 1..most).find(|at| is_blank(&all[at - 1], &all[*at])).unwrap_or(most);
    from..to
}

/// Whether a word before says that this is a ship or an aircraft: "M/V", "the vessel".
fn is_called(text: &str, words: Words, scratch: &ScanScratch) -> bool {
    let before = |back: usize| {
        let word = words.from.checked_sub(back).and_then(|at| scratch.words.get(at));
        word.map(|word| word.text(text).to_lowercase()).unwrap_or_default()
    };
    calls_ship(&before(2), &before(1))
}
