//! Names among the words of a text: a word that is an anchor of listed names is held against each, with the words around it.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use interdict_model::Schema;
use interdict_names::{NameKind, TokenKind, parse_name};
use interdict_snapshot::{KeyKind, NameRef};
use rustc_hash::FxHasher;
use unicode_normalization::UnicodeNormalization;

use super::context::Needs;
use super::index::{has_patronymic, is_minor};
use super::inflection::is_patronymic;
use super::words::{Case, Gap, Word, is_unspaced};
use super::{Found, Mention, Raw, ScanScratch, Scanner};

/// Words that may stand inside a name without being of it, beside its own.
const SLACK: usize = 2;

/// Words that are looked at on either side of a name whether they go on with it.
const MOST_MORE: usize = 3;

/// Similarity from which on a word is the listed one.
const EXACT: f32 = 0.999;

/// Score from which on nothing of a name is missing or different.
const WHOLE: f64 = 0.975;

/// Score from which on nothing but a legal form is.
const NEARLY_WHOLE: f64 = 0.945;

/// What of the threshold a name needs that lacks its patronymic alone.
const WITHOUT_PATRONYMIC: f64 = 0.9;

/// The fewest letters of a name of one word.
const SHORT: usize = 4;

/// Names that have a word written apart here; of a word that more have only those that it is an anchor of.
const MOST_APART: usize = 64;

/// An anchor in the text: where it begins, how many words it takes, and the token that it is, where it is one of words written apart.
#[derive(Clone, Copy)]
struct Anchor {
    at: usize,
    width: usize,
    token: Option<u32>,
}

impl<'s> Scanner<'s> {
    /// Names of scripts with spaces.
    pub(super) fn names(&self, text: &str, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        for at in 0..scratch.words.len() {
            let (word, id) = (scratch.words[at], scratch.ids[at]);
            if scratch.vocabulary.get(id).anchors {
                for like in 0..scratch.vocabulary.likes(id).len() {
                    let like = scratch.vocabulary.likes(id)[like];
                    let names = self.anchors.names(like.token);
                    // An ordinary word is one of a name only where it is written as one.
                    if names.is_empty() || (is_small(word) && self.anchors.is_ordinary(like.token)) {
                        continue;
                    }
                    for name in names {
                        self.candidate(text, Anchor { at, width: 1, token: None }, *name, scratch, raw);
                    }
                }
                for name in 0..scratch.vocabulary.joined(id).len() {
                    let name = scratch.vocabulary.joined(id)[name];
                    self.joined(text, at, name, scratch, raw);
                }
            }
            self.written_apart(text, at, scratch, raw);
        }
    }

    /// A word of the list that stands here as two.
    fn written_apart(&self, text: &str, at: usize, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let Some(next) = scratch.words.get(at + 1).copied() else { return };
        let word = scratch.words[at];
        let elided = is_elided(text, word, next);
        let near = elided || matches!(next.gap, Gap::Space | Gap::Hyphen | Gap::Line | Gap::CutLine);
        if !near || word.digits || next.digits {
            return;
        }
        let named = |word: Word| matches!(word.case, Case::Capital | Case::AllCapitals);
        if !(named(word) || elided) || !(named(next) || next.gap == Gap::Hyphen || next.gap == Gap::CutLine) {
            return;
        }
        let (first, second) = (word.text(text), next.text(text));
        let length = first.len() + second.len();
        let known = &scratch.vocabulary;
        if !(5..=24).contains(&length)
            || !first.is_ascii()
            || !second.is_ascii()
            || (known.get(scratch.ids[at]).ordinary && known.get(scratch.ids[at + 1]).ordinary)
        {
            return;
        }
        let mut joined = String::with_capacity(length);
        joined.extend(first.chars().chain(second.chars()).map(|c| c.to_ascii_lowercase()));
        for token in self.snapshot().tokens_by_key(KeyKind::Text, &joined) {
            if token.text() != joined {
                continue;
            }
            // Another word of the name may be its anchor, and miss this one.
            let all = token.postings();
            for name in if all.len() <= MOST_APART { all } else { self.anchors.names(token.index()) } {
                self.candidate(text, Anchor { at, width: 2, token: Some(token.index()) }, *name, scratch, raw);
            }
        }
    }

    /// A listed name of which two neighbours stand here as one word.
    fn joined(&self, text: &str, at: usize, name: u32, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let Some(listed) = self.snapshot().name_at(name) else { return };
        let length = listed.token_indexes().len();
        let (from, to) = window(&scratch.words, at, 1, length + 1);
        // The words around that are of the name.
        let (mut first, mut last) = (at, at);
        for position in (from..to).filter(|position| *position != at) {
            let likes = scratch.vocabulary.likes(scratch.ids[position]);
            if likes.iter().any(|like| listed.token_indexes().contains(&like.token)) {
                first = first.min(position);
                last = last.max(position);
            }
        }
        self.offer(text, listed, (first, last), true, scratch, raw);
    }

    /// Holds a listed name against the words around its anchor.
    fn candidate(&self, text: &str, anchor: Anchor, name: u32, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let Some(listed) = self.snapshot().name_at(name) else { return };
        let tokens = listed.token_indexes();
        let (from, to) = window(&scratch.words, anchor.at, anchor.width, tokens.len() + SLACK);
        let share = (self.settings.threshold * self.settings.threshold) as f32;
        let mut missing = (1.0 - share) * self.anchors.total(name) + 1e-4;
        // For each token of the name the nearest word that it may be.
        scratch.places.clear();
        let (mut first, mut last) = (anchor.at, anchor.at + anchor.width - 1);
        for token in tokens {
            if anchor.token == Some(*token) {
                continue;
            }
            let mut best: Option<(f32, usize, usize)> = None;
            for position in from..to {
                for like in scratch.vocabulary.likes(scratch.ids[position]) {
                    if like.token != *token {
                        continue;
                    }
                    let distance = position.abs_diff(anchor.at);
                    if best.is_none_or(|(alike, near, _)| like.alike > alike || (like.alike >= alike && distance < near)) {
                        best = Some((like.alike, distance, position));
                    }
                }
            }
            let weight = self.anchors.weight(*token);
            match best {
                Some((alike, _, position)) => {
                    missing -= weight * (1.0 - alike);
                    first = first.min(position);
                    last = last.max(position);
                }
                None if self.snapshot().token_at(*token).is_some_and(|token| is_minor(token.kind())) => {}
                None if self.is_patronymic(listed, *token) => {}
                None => missing -= weight,
            }
            if missing < 0.0 {
                return;
            }
        }
        self.offer(text, listed, (first, last), anchor.width > 1, scratch, raw);
    }

    /// Scores words `first` to `last` as a listed name, with those that go on with it, and keeps what reaches the threshold.
    fn offer(
        &self,
        text: &str,
        listed: NameRef<'s>,
        (first, last): (usize, usize),
        apart: bool,
        scratch: &mut ScanScratch,
        raw: &mut Vec<Raw<'s>>,
    ) {
        let tokens = listed.token_indexes();
        if last + 1 - first > tokens.len() + SLACK + 1 {
            return;
        }
        let is_own = |position: usize| {
            let likes = scratch.vocabulary.likes(scratch.ids[position]);
            likes.iter().any(|like| tokens.contains(&like.token))
        };
        // An ordinary word in small letters is not a word of a name, but for those that say what a company does.
        let small = (first..=last).any(|position| {
            let word = scratch.words[position];
            is_small(word)
                && scratch.vocabulary.get(scratch.ids[position]).ordinary
                && is_own(position)
                && scratch.vocabulary.likes(scratch.ids[position]).iter().any(|like| {
                    tokens.contains(&like.token)
                        && self.snapshot().token_at(like.token).is_some_and(|token| token.kind() == TokenKind::Word)
                })
        });
        if small {
            return;
        }
        let (from, to) = self.going_on(text, (first, last), listed, scratch);
        let spelled = spelled(text, (from, to), tokens, scratch);
        let mut hasher = FxHasher::default();
        spelled.hash(&mut hasher);
        let key = (hasher.finish(), listed.index());
        let score = match scratch.scored.get(&key) {
            Some(score) => *score,
            None => {
                let score = self.matcher.score_as(&spelled, listed, &mut scratch.matching);
                scratch.scored.insert(key, score);
                score
            }
        };
        // Without its patronymic a name has two of three words.
        let lacks = |token: &u32| self.is_patronymic(listed, *token) && !(first..=last).any(|at| is_like(at, *token, scratch));
        let needed = if (from, to) == (first, first + 1) && tokens.iter().any(lacks) { WITHOUT_PATRONYMIC } else { 1.0 };
        if score < self.settings.threshold * needed {
            return;
        }
        let Some(needs) = Self::needs(listed, (first, last), score, apart, scratch) else { return };
        // The particle behind a Korean name is none of it.
        let last = scratch.words[to].span();
        let form = best_form(scratch.ids[to], tokens, scratch).filter(|form| text[last.clone()].starts_with(form));
        let end = form.map_or(last.end, |form| last.start + form.len());
        let span = scratch.words[from].start as usize..end;
        raw.push(Raw {
            mention: Mention {
                span,
                entity: listed.entity(),
                score,
                found: Found::Name { name: listed, by_context: needs != Needs::Nothing },
            },
            needs,
        });
    }

    fn is_patronymic(&self, listed: NameRef<'_>, token: u32) -> bool {
        has_patronymic(listed) && self.snapshot().token_at(token).is_some_and(|token| is_patronymic(token.text()))
    }

    /// The words of a name with those that seem to go on with it: a legal form, a further part of a person's or company's name.
    fn going_on(
        &self,
        text: &str,
        (first, last): (usize, usize),
        listed: NameRef<'_>,
        scratch: &ScanScratch,
    ) -> (usize, usize) {
        let words = &scratch.words;
        let tokens = listed.token_indexes();
        // A word of the name that is not there yet: where it is, the name begins again.
        let own = |position: usize| {
            let likes = |position: usize| scratch.vocabulary.likes(scratch.ids[position]);
            let count = |token: u32| tokens.iter().filter(|own| **own == token).count();
            let held = |token: u32| (first..=last).filter(|at| likes(*at).iter().any(|like| like.token == token)).count();
            likes(position).iter().any(|like| count(like.token) > held(like.token))
        };
        let form = |position: usize| {
            let likes = scratch.vocabulary.likes(scratch.ids[position]);
            words[position].case != Case::Lower
                && likes.iter().any(|like| {
                    like.alike >= 0.999
                        && self
                            .snapshot()
                            .token_at(like.token)
                            .is_some_and(|token| matches!(token.kind(), TokenKind::LegalForm(_)))
                })
        };
        let named = (first..=last).any(|position| matches!(words[position].case, Case::Capital | Case::AllCapitals));
        let more = |position: usize| {
            let word = words[position];
            named
                && matches!(word.case, Case::Capital | Case::AllCapitals)
                && word.span().len() > 1
                && !scratch.vocabulary.get(scratch.ids[position]).ordinary
        };
        // Any word has a capital at the start of a sentence: there it must be one of a listed name to be a name.
        let begins = |position: usize| words[position].gap >= Gap::Stop;
        let listed_word = |position: usize| {
            let likes = scratch.vocabulary.likes(scratch.ids[position]);
            let is_word = |token: u32| self.snapshot().token_at(token).is_some_and(|token| token.kind() == TokenKind::Word);
            likes.iter().any(|like| like.alike >= EXACT && is_word(like.token))
        };
        // A small number behind a name tells ships and units apart; a year does not.
        let number = |position: usize| {
            let word = words[position];
            word.digits && word.case == Case::None && word.span().len() <= 3
        };
        let person = listed.schema().is_some_and(|schema| schema.is_a(Schema::Person));
        let near = |position: usize| match words[position].gap {
            Gap::Space | Gap::Hyphen | Gap::CutLine => true,
            Gap::Line => is_wrapped(text, words[position - 1]),
            _ => false,
        };
        let (mut from, mut to) = (first, last);
        from -= long_form(text, &words[..from], words[from].gap);
        for _ in 0..MOST_MORE {
            let Some(next) = words.get(to + 1) else { break };
            let close = near(to + 1);
            if (close && (more(to + 1) || own(to + 1) || (number(to + 1) && to == last && !person)))
                || (next.gap <= Gap::Soft && (form(to + 1) || (own(to + 1) && next.gap != Gap::None)))
            {
                to += 1;
            } else {
                break;
            }
        }
        for _ in 0..MOST_MORE {
            if from > 0 && near(from) && ((more(from - 1) && (!begins(from - 1) || listed_word(from - 1))) || own(from - 1)) {
                from -= 1;
            } else {
                break;
            }
        }
        (from, to)
    }

    /// What the rest of the text must say for the words to mean the party; `None` when nothing could make them.
    fn needs(
        listed: NameRef<'_>,
        (first, last): (usize, usize),
        score: f64,
        apart: bool,
        scratch: &ScanScratch,
    ) -> Option<Needs> {
        let tokens = listed.token_indexes();
        let (mut lettered, mut telling, mut exact, mut owned) = (false, 0, true, 0);
        for position in first..=last {
            let word = scratch.words[position];
            let known = scratch.vocabulary.get(scratch.ids[position]);
            let own = scratch.vocabulary.likes(scratch.ids[position]).iter().filter(|like| tokens.contains(&like.token));
            let alike = own.map(|like| like.alike).fold(0.0, f32::max);
            lettered = lettered || (!word.digits && word.span().len() > 1);
            owned += usize::from(alike >= EXACT);
            if !known.ordinary && !word.digits && word.span().len() > 1 && alike > 0.0 {
                telling += 1;
                exact = exact && alike >= EXACT;
            }
        }
        if !lettered && !apart {
            return None;
        }
        // A word that was written apart or together was not looked up by itself.
        let told = telling > 0 || apart;
        let weak = listed.property() == "weakAlias";
        let (mut words, mut common_only) = (0, true);
        for token in listed.tokens().filter(|token| token.kind() == TokenKind::Word) {
            words += 1;
            common_only = common_only && token.common() > 0;
        }
        let thing = listed.schema().is_some_and(|schema| schema.is_a(Schema::Vehicle));
        let letters = listed.text().chars().filter(|c| c.is_alphanumeric()).count();
        // One word tells only where all of a name that is not too short is there as it is listed; beside a word that says what the company
        // does, its legal form may be missing.
        let enough = if owned > 1 { NEARLY_WHOLE } else { WHOLE };
        let single = words <= 1 && !(exact && score >= enough && letters >= SHORT && !common_only);
        Some(match (told, weak) {
            (false, true) => Needs::Link,
            (false, false) if score < NEARLY_WHOLE => Needs::Link,
            (false, false) if thing => Needs::Transport,
            (false, false) => Needs::Country,
            (true, true) if words <= 1 || telling < 2 => Needs::Link,
            (true, false) if words <= 1 && thing && score >= NEARLY_WHOLE && exact => Needs::Transport,
            (true, _) if single => Needs::Link,
            _ => Needs::Nothing,
        })
    }

    /// Names of scripts without spaces.
    pub(super) fn unspaced(&self, text: &str, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let mut next = 0;
        while let Some(word) = scratch.words.get(next).copied() {
            next += 1;
            if !word.unspaced {
                continue;
            }
            // A line may end anywhere, and names of Thai have a space.
            let mut end = word.end as usize;
            while let Some(more) = scratch.words.get(next).filter(|more| more.unspaced && is_same_run(more.gap)) {
                end = more.end as usize;
                next += 1;
            }
            scratch.characters.clear();
            scratch.offsets.clear();
            let start = word.start as usize;
            for (at, c) in text[start..end].char_indices() {
                // As the names are indexed.
                for folded in std::iter::once(c).nfkc().filter(|c| is_unspaced(*c)) {
                    scratch.characters.push(folded);
                    scratch.offsets.push((start + at, start + at + c.len_utf8()));
                }
            }
            self.run(text, scratch, raw);
        }
    }

    /// Names in a run of such a script.
    fn run(&self, text: &str, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let (characters, offsets) = (&scratch.characters, &scratch.offsets);
        let mut at = 0;
        while at < characters.len() {
            let mut step = 1;
            for (length, name) in self.unspaced.at(&characters[at..]) {
                // Only the longest name that begins here, by whoever bears it.
                if step > 1 && length != step {
                    break;
                }
                step = length.max(1);
                let Some(listed) = self.snapshot().name_at(name) else { continue };
                let span = offsets[at].0..offsets[at + length - 1].1;
                let score = self.matcher.score_as(&in_one_line(&text[span.clone()]), listed, &mut scratch.matching);
                if score >= self.settings.threshold {
                    let needs = if listed.property() == "weakAlias" { Needs::Link } else { Needs::Nothing };
                    raw.push(Raw {
                        mention: Mention {
                            span,
                            entity: listed.entity(),
                            score,
                            found: Found::Name { name: listed, by_context: needs != Needs::Nothing },
                        },
                        needs,
                    });
                }
            }
            at += step;
        }
    }
}

/// Whether a run of a script without spaces goes on over a gap.
fn is_same_run(gap: Gap) -> bool {
    matches!(gap, Gap::None | Gap::Space | Gap::Line)
}

/// A name without the ends of lines in it, and in Chinese characters without spaces.
fn in_one_line(name: &str) -> Cow<'_, str> {
    if !name.contains(char::is_whitespace) {
        return Cow::Borrowed(name);
    }
    if name.starts_with(|c| matches!(c, '\u{3040}'..='\u{9fff}')) {
        return Cow::Owned(name.split_whitespace().collect());
    }
    Cow::Owned(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a word is one letter and an apostrophe before the next: an article, or the start of D'Angelo.
fn is_elided(text: &str, word: Word, next: Word) -> bool {
    let between = &text[word.end as usize..next.start as usize];
    word.span().len() == 1 && matches!(between, "'" | "’" | "‘" | "`" | "´")
}

/// Whether a word may be a token of the list.
fn is_like(position: usize, token: u32, scratch: &ScanScratch) -> bool {
    scratch.vocabulary.likes(scratch.ids[position]).iter().any(|like| like.token == token)
}

/// How many of the last words of `before` are a legal form in full, as Russian documents have it before a name.
fn long_form(text: &str, before: &[Word], gap: Gap) -> usize {
    /// What the last word of one begins with.
    const LAST: [&str; 3] = ["ответственност", "обществ", "відповідальніст"];
    let Some(last) = before.last().filter(|_| gap <= Gap::Soft) else { return 0 };
    let shown = text[last.span()].to_lowercase();
    if !LAST.iter().any(|last| shown.starts_with(last)) {
        return 0;
    }
    let is_form = |count: &usize| {
        let Some(first) = before.len().checked_sub(*count).and_then(|first| before.get(first)) else { return false };
        let parsed = parse_name(&text[first.start as usize..last.end as usize], NameKind::Organization);
        matches!(parsed.tokens.as_slice(), [form] if matches!(form.kind, TokenKind::LegalForm(_)))
    };
    (2..=5).rev().find(is_form).unwrap_or(0)
}

/// Whether a word stands alone in quotation marks or brackets; `next` is the word behind it.
fn is_quoted(text: &str, word: Word, next: Word) -> bool {
    let between = &text[word.end as usize..next.start as usize];
    text[..word.start as usize].ends_with(['"', '“', '„', '«', '‘', '\'', '('])
        && between.starts_with(['"', '”', '“', '»', '’', '\'', ')'])
}

/// Whether a word is written as an ordinary one is: in small letters, and not as the second part of Chol-song.
fn is_small(word: Word) -> bool {
    word.case == Case::Lower && !matches!(word.gap, Gap::Hyphen | Gap::CutLine)
}

/// Whether the line that a word ends goes on in the next: it is a full one, and no item of a list.
fn is_wrapped(text: &str, word: Word) -> bool {
    /// The shortest line of running text that is broken, in bytes.
    const FULL: usize = 40;
    let before = &text.as_bytes()[..word.end as usize];
    before.len() >= FULL && !before[before.len() - FULL..].contains(&b'\n')
}

/// The words that a name around an anchor may reach to: as many as it has, and not over a hard break.
fn window(words: &[Word], at: usize, width: usize, reach: usize) -> (usize, usize) {
    let mut from = at;
    while from > 0 && at - from < reach && words[from].gap != Gap::Hard {
        from -= 1;
    }
    let mut to = at + width;
    while to < words.len() && to - at < reach + width && words[to].gap != Gap::Hard {
        to += 1;
    }
    (from, to)
}

/// The form of a word in which it is most of a name; `None` for the word as written.
fn best_form<'v>(id: u32, tokens: &[u32], scratch: &'v ScanScratch) -> Option<&'v str> {
    let own = || scratch.vocabulary.likes(id).iter().filter(|like| tokens.contains(&like.token));
    // Korean words are several tokens. Where the word says no more than without its particle, that is none of the name.
    let without = |form: u8| form.wrapping_sub(1);
    let agrees = |form: u8| own().filter(|like| like.form == form).map(|like| like.alike).sum::<f32>();
    let best = own().max_by(|a, b| agrees(a.form).total_cmp(&agrees(b.form)).then(without(b.form).cmp(&without(a.form))))?;
    scratch.vocabulary.form(id, best.form)
}

/// The words as they are scored: on one line, each in the form that is on the list.
fn spelled(text: &str, (from, to): (usize, usize), tokens: &[u32], scratch: &ScanScratch) -> String {
    let mut out = String::new();
    for position in from..=to {
        let (word, id) = (scratch.words[position], scratch.ids[position]);
        // What somebody is also called, between his names.
        let own = || scratch.vocabulary.likes(id).iter().any(|like| tokens.contains(&like.token));
        if position > from && position < to && is_quoted(text, word, scratch.words[position + 1]) && !own() {
            continue;
        }
        if position > from {
            match word.gap {
                Gap::Hyphen | Gap::CutLine => out.push('-'),
                Gap::Stop => out.push_str(". "),
                Gap::Soft if is_elided(text, scratch.words[position - 1], word) => out.push('\''),
                _ => out.push(' '),
            }
        }
        match best_form(id, tokens, scratch) {
            Some(form) => out.push_str(form),
            None => out.push_str(&word.text(text)),
        }
    }
    out
}
