//! Names among the words of a text: a word that is an anchor of listed names is held against each, with the words around it.

use std::collections::hash_map::Entry;

use interdict_matching::Spelled;
use interdict_model::Schema;
use interdict_names::{NameKind, TokenKind, parse_name};
use interdict_snapshot::{KeyKind, NameRef};
use rustc_hash::FxHashMap;

use super::context::Needs;
use super::index::{MOST_MARKED, has_patronymic, mark};
use super::inflection::is_patronymic;
use super::known::MOST_FORMS;
use super::told::{EXACT, Told, Words};
use super::words::{Case, Gap, Word};
use super::{Found, Mention, Raw, ScanScratch, Scanner, Scored, Waiting};

/// Words that may stand inside a name without being of it, beside its own.
const SLACK: usize = 2;

/// Words that are looked at on either side of a name whether they go on with it.
const MOST_MORE: usize = 3;

/// Score that nothing of a name may be missing from, not even its legal form.
const EXACTLY: f64 = 0.9999;

/// What of the threshold a name needs that lacks its patronymic alone.
const WITHOUT_PATRONYMIC: f64 = 0.9;

/// What a legal form adds to a score at most.
const MOST_OF_FORM: f64 = 0.06;

/// Names that have a word written apart here; of a word that more have only those that it is an anchor of.
const MOST_APART: usize = 64;

/// An anchor in the text: where it begins, how many words it takes, and the token that it is, where it is one of words written apart.
#[derive(Clone, Copy)]
struct Anchor {
    at: usize,
    width: usize,
    token: Option<u32>,
    /// The marks of the words around.
    around: u64,
}

impl<'s> Scanner<'s> {
    /// Names of scripts with spaces.
    pub(super) fn names(&self, text: &str, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        for at in 0..scratch.words.len() {
            let (word, id) = (scratch.words[at], scratch.ids[at]);
            if scratch.vocabulary.get(id).anchors {
                let around = marks_around(at, scratch);
                for like in 0..scratch.vocabulary.likes(id).len() {
                    let like = scratch.vocabulary.likes(id)[like];
                    let names = self.anchors.names(like.token);
                    // An ordinary word is one of a name only where it is written as one.
                    if names.is_empty() || (is_small(word) && self.anchors.is_ordinary(like.token)) {
                        continue;
                    }
                    for anchored in names.iter().filter(|anchored| anchored.required & !around == 0) {
                        self.candidate(text, Anchor { at, width: 1, token: None, around }, anchored.name, scratch, raw);
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
            let around = marks_around(at, scratch) | mark(token.index());
            let all = token.postings();
            let anchor = Anchor { at, width: 2, token: Some(token.index()), around };
            if all.len() <= MOST_APART {
                for name in all {
                    self.candidate(text, anchor, *name, scratch, raw);
                }
                continue;
            }
            for anchored in self.anchors.names(token.index()).iter().filter(|anchored| anchored.required & !around == 0) {
                self.candidate(text, anchor, anchored.name, scratch, raw);
            }
        }
    }

    /// A listed name of which two neighbours stand here as one word.
    fn joined(&self, text: &str, at: usize, name: u32, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let Some(listed) = self.snapshot().name_at(name) else { return };
        let length = listed.token_indexes().len();
        // Two ordinary words written as one are another word: BlackRock is no Black Rock.
        if listed.token_indexes().iter().all(|token| self.anchors.is_ordinary(*token)) {
            return;
        }
        let (from, to) = window(&scratch.words, at, 1, length + 1);
        // The words around that are of the name.
        let (mut first, mut last) = (at, at);
        for position in (from..to).filter(|position| *position != at) {
            if scratch.is_of(position, listed.token_indexes()) {
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
        let (mut first, mut last) = (anchor.at, anchor.at + anchor.width - 1);
        for token in tokens {
            if anchor.token == Some(*token) {
                continue;
            }
            let weight = self.anchors.weight(*token);
            let minor = self.anchors.is_minor(*token);
            if tokens.len() <= MOST_MARKED && anchor.around & mark(*token) == 0 {
                missing -= if minor || self.is_patronymic(listed, *token) { 0.0 } else { weight };
                if missing < 0.0 {
                    return;
                }
                continue;
            }
            let mut best: Option<(f32, usize, usize)> = None;
            let wanted = mark(*token);
            for position in (from..to).filter(|position| scratch.marks[*position] & wanted != 0) {
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
            match best {
                Some((alike, _, position)) => {
                    missing -= weight * (1.0 - alike);
                    first = first.min(position);
                    last = last.max(position);
                }
                None if minor || self.is_patronymic(listed, *token) => {}
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
        // An ordinary word in small letters is not a word of a name, but for those that say what a company does.
        let small = (first..=last).any(|position| {
            let word = scratch.words[position];
            is_small(word)
                && scratch.vocabulary.get(scratch.ids[position]).ordinary
                && scratch.vocabulary.likes(scratch.ids[position]).iter().any(|like| {
                    tokens.contains(&like.token)
                        && self.snapshot().token_at(like.token).is_some_and(|token| token.kind() == TokenKind::Word)
                })
        });
        // Unless others of the name are no ordinary words: a text may be in small letters throughout.
        let telling = |position: &usize| {
            let word = scratch.words[*position];
            !scratch.vocabulary.get(scratch.ids[*position]).ordinary
                && !word.digits
                && word.span().len() > 1
                && scratch.is_of(*position, tokens)
        };
        if small && (first..=last).filter(telling).count() < 2 {
            return;
        }
        let (mut from, mut to) = self.going_on(text, (first, last), listed, scratch);
        let mut told = Told::of(listed, Words { first, last, from, to }, apart, scratch);
        if told.needs_link(listed) {
            // Scored only where the text names the party otherwise, or one that is linked with it.
            scratch.waiting.push(Waiting {
                name: listed.index(),
                start: scratch.words[from].start,
                end: scratch.words[to].end,
            });
            return;
        }
        if !apart
            && Self::bound((from, to), &told, tokens, scratch) < self.settings.threshold
            && ((from, to) == (first, last) || Self::bound((first, last), &told, tokens, scratch) < self.settings.threshold)
        {
            return;
        }
        let mut score = self.score(text, (from, to), listed, scratch);
        if score < EXACTLY && self.lacks_form((first, last), tokens, scratch) {
            let plain = if (from, to) == (first, last) { score } else { self.score(text, (first, last), listed, scratch) };
            // In Latin letters a legal form is not written small.
            let may_be = |position: usize| {
                scratch
                    .words
                    .get(position)
                    .is_some_and(|word| word.case != Case::Lower || !text.as_bytes()[word.start].is_ascii())
            };
            let beside = may_be(last + 1) || (first > 0 && may_be(first - 1));
            if beside && plain > self.settings.threshold - MOST_OF_FORM {
                let formed = self.with_form(text, (first, last), plain, listed, scratch);
                if formed.2 > score && formed.2 > plain {
                    (from, to, score) = formed;
                    told = Told::of(listed, Words { first, last, from, to }, apart, scratch);
                }
            }
        }
        // Without its patronymic a name has two of three words.
        let lacks = |token: &u32| self.is_patronymic(listed, *token) && !(first..=last).any(|at| scratch.is_like(at, *token));
        let without = (from, to) == (first, first + 1) && tokens.iter().any(lacks);
        let needed = if without { WITHOUT_PATRONYMIC } else { 1.0 };
        if score < self.settings.threshold * needed {
            return;
        }
        // The rest of a legal form in several words.
        for more in 1..=3 {
            let end = to + more;
            let Some(next) = scratch.words.get(end).filter(|next| next.gap < Gap::Stop && next.case != Case::Lower) else {
                break;
            };
            debug_assert!(next.start > scratch.words[to].start);
            if scratch.vocabulary.get(scratch.ids[end]).form > 0 && self.score(text, (from, end), listed, scratch) >= score {
                to = end;
                break;
            }
        }
        let Some(needs) = Self::needs(text, listed, Words { first, last, from, to }, &told, score, scratch) else {
            return;
        };
        // Thousands are called by a given name and a family name that several of the list have.
        let needs = if without && needs == Needs::Nothing && !self.is_borne_by_one(listed, (first, last), scratch) {
            Needs::Link
        } else {
            needs
        };
        // The particle behind a Korean name is none of it.
        let last = scratch.words[to].span();
        let form = best_form(scratch.ids[to], tokens, scratch).filter(|form| text[last.clone()].starts_with(form));
        let end = form.map_or(last.end, |form| last.start + form.len());
        let span = scratch.words[from].start..end;
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

    /// What words can score at most, by how many of them are of the listed name.
    fn bound((from, to): (usize, usize), told: &Told, tokens: &[u32], scratch: &ScanScratch) -> f64 {
        /// What a word that is not of the name weighs at least: an ordinary one may be a generic word, another a very common name.
        const ORDINARY: f32 = 0.3;
        const OTHER: f32 = 0.6;
        let mut other = 0.0;
        for position in from..=to {
            let (word, id) = (scratch.words[position], scratch.ids[position]);
            let known = scratch.vocabulary.get(id);
            if known.form > 0 || word.span().len() <= 3 || word.digits {
                continue;
            }
            if !scratch.is_of(position, tokens) {
                other += if known.ordinary { ORDINARY } else { OTHER };
            }
        }
        let own = told.covered as f32;
        f64::from((own / (own + other)).sqrt())
    }

    /// The score of words as a listed name.
    fn score(&self, text: &str, (from, to): (usize, usize), listed: NameRef<'s>, scratch: &mut ScanScratch) -> f64 {
        let spelled = spelled(text, (from, to), listed.token_indexes(), scratch);
        let held = match scratch.scored.entry(spelled) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(new) => {
                let spelled = Spelled::new(new.key().clone());
                new.insert(Scored { spelled, scores: FxHashMap::default() })
            }
        };
        let score = || self.matcher.score_as(&mut held.spelled, listed, &mut scratch.matching);
        *held.scores.entry(listed.index()).or_insert_with(score)
    }

    /// Whether the listed name has a legal form that the words do not have.
    fn lacks_form(&self, (from, to): (usize, usize), tokens: &[u32], scratch: &ScanScratch) -> bool {
        tokens.iter().any(|token| {
            self.snapshot().token_at(*token).is_some_and(|token| {
                matches!(token.kind(), TokenKind::LegalForm(_))
                    && !(from..=to).any(|at| scratch.vocabulary.is_form(scratch.ids[at], token.text()))
            })
        })
    }

    /// The words with those beside them that are the legal form, which may be written in many words: "Общество с ограниченной
    /// ответственностью", "Limited Liability Company".
    fn with_form(
        &self,
        text: &str,
        (from, to): (usize, usize),
        score: f64,
        listed: NameRef<'s>,
        scratch: &mut ScanScratch,
    ) -> (usize, usize, f64) {
        /// Words of the longest legal form.
        const LONGEST: usize = 5;
        /// What a legal form adds at least.
        const WORTH: f64 = 0.004;
        let mut best = (from, to, score);
        // Where the legal form may end: at a word that is one, or where the words are no longer capitalised. Scripts other than Latin may
        // write it small.
        let capital = |position: usize| {
            scratch
                .words
                .get(position)
                .is_some_and(|word| word.case != Case::Lower && !(word.case == Case::None && word.digits))
        };
        let latin = |position: usize| scratch.words.get(position).is_some_and(|word| text.as_bytes()[word.start].is_ascii());
        let form = |position: usize| scratch.vocabulary.get(scratch.ids[position]).form > 0;
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for more in 1..=LONGEST {
            let Some(start) = from.checked_sub(more).filter(|start| scratch.words[start + 1].gap <= Gap::Soft) else { break };
            if latin(start) && !capital(start) {
                break;
            }
            let ends = start == 0 || more == LONGEST || !capital(start - 1) || scratch.words[start].gap > Gap::Soft;
            if form(start) || ends || !latin(start) {
                left.push(start);
            }
        }
        for more in 1..=LONGEST {
            let end = to + more;
            if !capital(end) || scratch.words[end].gap > Gap::Soft {
                break;
            }
            if form(end) || more == LONGEST || !capital(end + 1) || scratch.words[end + 1].gap > Gap::Soft {
                right.push(end);
            }
        }
        for start in left {
            let found = self.score(text, (start, to), listed, scratch);
            if found > best.2 + WORTH || (best.2 > score && found >= best.2) {
                best = (start, to, found);
            }
        }
        for end in right {
            let found = self.score(text, (from, end), listed, scratch);
            if found > best.2 + WORTH || (best.1 > to && found >= best.2) {
                best = (from, end, found);
            }
        }
        best
    }

    /// Whether both words are those of the listed name and one of them is in the names of no other listed party.
    fn is_borne_by_one(&self, listed: NameRef<'_>, (first, last): (usize, usize), scratch: &ScanScratch) -> bool {
        /// Similarity of a word that is the listed one in another spelling.
        const SAME: f32 = 0.9;
        let best = |position: usize| {
            let own = scratch.vocabulary.likes(scratch.ids[position]).iter();
            own.filter(|like| listed.token_indexes().contains(&like.token)).max_by(|a, b| a.alike.total_cmp(&b.alike))
        };
        let found: Vec<_> = (first..=last).filter_map(best).collect();
        let only = |token: u32| {
            self.snapshot().token_at(token).is_some_and(|token| {
                let mut names = token.postings().iter().filter_map(|name| self.snapshot().name_at(*name));
                token.common() == 0 && names.all(|name| name.entity_index() == listed.entity_index())
            })
        };
        found.len() == last + 1 - first
            && found.iter().all(|like| like.alike >= SAME)
            && found.iter().any(|like| only(like.token))
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
        let person = listed.schema().is_some_and(|schema| schema.is_a(Schema::Person));
        let named = (first..=last).any(|position| matches!(words[position].case, Case::Capital | Case::AllCapitals));
        // A legal form is written small only behind a name that is; "as" is none.
        let form = |position: usize| {
            let known = scratch.vocabulary.get(scratch.ids[position]);
            !person && known.form > 0 && (words[position].case != Case::Lower || (!named && words[position].span().len() > 2))
        };
        let more = |position: usize| {
            let word = words[position];
            named
                && matches!(word.case, Case::Capital | Case::AllCapitals)
                && word.span().len() > 2
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
}

/// Whether a word is one letter and an apostrophe before the next: an article, or the start of D'Angelo.
fn is_elided(text: &str, word: Word, next: Word) -> bool {
    let between = &text[word.end..next.start];
    word.span().len() == 1 && matches!(between, "'" | "’" | "‘" | "`" | "´")
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
        let Some([first, others @ ..]) = before.len().checked_sub(*count).and_then(|first| before.get(first..)) else {
            return false;
        };
        if others.iter().any(|word| word.gap == Gap::Hard) {
            return false;
        }
        let parsed = parse_name(&text[first.start..last.end], NameKind::Organization);
        matches!(parsed.tokens.as_slice(), [form] if matches!(form.kind, TokenKind::LegalForm(_)))
    };
    (2..=5).rev().find(is_form).unwrap_or(0)
}

/// Whether a word stands alone in quotation marks or brackets; `next` is the word behind it.
fn is_quoted(text: &str, word: Word, next: Word) -> bool {
    let between = &text[word.end..next.start];
    text[..word.start].ends_with(['"', '“', '„', '«', '‘', '\'', '('])
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
    let before = &text.as_bytes()[..word.end];
    before.len() >= FULL && !before[before.len() - FULL..].contains(&b'\n')
}

/// The marks of the words that a name around an anchor may reach to.
fn marks_around(at: usize, scratch: &ScanScratch) -> u64 {
    const REACH: usize = MOST_MARKED + SLACK + 2;
    let marks = &scratch.marks[at.saturating_sub(REACH)..(at + REACH).min(scratch.marks.len())];
    marks.iter().fold(0, |all, marks| all | marks)
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
    scratch.vocabulary.form(id, 1)?;
    // One word may be several of the name's.
    let mut forms = [0.0_f32; MOST_FORMS as usize + 1];
    for like in scratch.vocabulary.likes(id).iter().filter(|like| tokens.contains(&like.token)) {
        if let Some(sum) = forms.get_mut(usize::from(like.form)) {
            *sum += like.alike;
        }
    }
    // Of two that are as much the shorter: the other has a particle or an ending more.
    let length = |form: usize| scratch.vocabulary.form(id, form as u8).map_or(usize::MAX, str::len);
    let best = forms
        .iter()
        .enumerate()
        .filter(|(_, sum)| **sum > 0.0)
        .max_by(|a, b| a.1.total_cmp(b.1).then_with(|| length(b.0).cmp(&length(a.0))).then(b.0.cmp(&a.0)))?;
    scratch.vocabulary.form(id, best.0 as u8)
}

/// The words as they are scored: on one line, each in the form that is on the list.
fn spelled(text: &str, (from, to): (usize, usize), tokens: &[u32], scratch: &ScanScratch) -> String {
    let mut out = String::new();
    for position in from..=to {
        let (word, id) = (scratch.words[position], scratch.ids[position]);
        // What somebody is also called, between his names.
        if position > from
            && position < to
            && is_quoted(text, word, scratch.words[position + 1])
            && !scratch.is_of(position, tokens)
        {
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
            None if word.dotted => out.push_str(&text[word.span()]),
            None => out.push_str(&word.text(text)),
        }
    }
    out
}
