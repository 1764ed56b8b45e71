//! Many phrases looked for in a text at once: phrases go in once, then the hits of a text come out in one pass, whole words only. A hit
//! inside a longer one is none: `Republic of Korea` is not found in `Democratic People's Republic of Korea`, nor `Cuba` in `Cuba Street`.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::words::{Gap, each_word};

/// Hits that are kept before those that cannot change any more are given out.
const PENDING: usize = 256;

/// Changes a folded word to the form under which phrases are kept; it may leave it as it is.
pub(super) type Form = fn(&str, &mut String);

/// A phrase in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Number of the phrase.
    pub(super) phrase: u32,
    /// First and last word, counted from 0.
    pub(super) words: (usize, usize),
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
}

/// Phrases, ready to be looked for.
#[derive(Debug)]
pub(super) struct Phrases {
    words: FxHashMap<Box<str>, u32>,
    /// From a node and a word to the next node. Node 0 is where phrases begin.
    steps: FxHashMap<(u32, u32), u32>,
    /// The phrase that ends at a node.
    ends: Vec<Option<u32>>,
    longest_word: usize,
    form: Form,
}

/// A phrase that has begun.
#[derive(Clone, Copy)]
struct Begun {
    node: u32,
    word: usize,
    start: usize,
}

impl Phrases {
    pub(super) fn new(form: Form) -> Self {
        Self { words: FxHashMap::default(), steps: FxHashMap::default(), ends: vec![None], longest_word: 0, form }
    }

    /// Adds a phrase; of two with the same words the first stays. A phrase without words is none. Gives whether it was added.
    pub(super) fn add(&mut self, text: &str, phrase: u32) -> bool {
        let mut words = Vec::new();
        let mut formed = String::new();
        each_word(text, |word, _, _| {
            formed.clear();
            (self.form)(word, &mut formed);
            words.push(formed.clone());
        });
        self.add_words(&words, phrase)
    }

    /// Adds a phrase as one word, too, where it has several: `NorthKorea`.
    pub(super) fn add_joined(&mut self, text: &str, phrase: u32, at_least: usize) {
        let mut joined = String::new();
        let mut count = 0;
        each_word(text, |word, _, _| {
            joined.push_str(word);
            count += 1;
        });
        let mut formed = String::new();
        (self.form)(&joined, &mut formed);
        if count > 1 && joined.chars().count() >= at_least && joined.is_ascii() {
            self.add_words(&[formed], phrase);
        }
    }

    fn add_words(&mut self, words: &[String], phrase: u32) -> bool {
        let mut node = 0;
        for word in words {
            self.longest_word = self.longest_word.max(word.len());
            let next_word = self.words.len() as u32;
            let word = *self.words.entry(word.as_str().into()).or_insert(next_word);
            let next_node = self.ends.len() as u32;
            node = *self.steps.entry((node, word)).or_insert(next_node);
            if node == next_node {
                self.ends.push(None);
            }
        }
        match self.ends.get_mut(node as usize) {
            Some(end @ None) if node != 0 => {
                *end = Some(phrase);
                true
            }
            _ => false,
        }
    }

    /// Calls `found` for each hit that is in no longer one, by where they begin.
    pub(super) fn each_hit(&self, text: &str, mut found: impl FnMut(&Hit)) {
        let mut pending: Vec<Hit> = Vec::new();
        // What has begun before this word, and before the word before it; two buffers in turn.
        let (mut begun, mut earlier, mut next) = (Vec::<Begun>::new(), Vec::<Begun>::new(), Vec::<Begun>::new());
        let (mut word, mut before, mut joined) = (String::new(), String::new(), String::new());
        let mut before_start = 0;
        let mut number = 0_usize;
        each_word(text, |raw, span, gap| {
            std::mem::swap(&mut word, &mut before);
            word.clear();
            (self.form)(raw, &mut word);
            if gap == Gap::Stop {
                begun.clear();
                earlier.clear();
            }
            next.clear();
            if let Some(&id) = self.words.get(word.as_str()) {
                let here = Begun { node: 0, word: number, start: span.start };
                self.step(id, begun.iter().chain([&here]), (number, span.end), &mut next, &mut pending);
            }
            // A word that was cut in two is looked for as one, too.
            if gap == Gap::Seam && number > 0 && before.len() + word.len() <= self.longest_word {
                joined.clear();
                // The first half is as it was read: only the end of a word has endings.
                joined.push_str(&before);
                joined.push_str(&word);
                if let Some(&id) = self.words.get(joined.as_str()) {
                    let here = Begun { node: 0, word: number - 1, start: before_start };
                    self.step(id, earlier.iter().chain([&here]), (number, span.end), &mut next, &mut pending);
                }
            }
            // earlier <- begun <- next <- the buffer of earlier.
            std::mem::swap(&mut earlier, &mut begun);
            std::mem::swap(&mut begun, &mut next);
            before_start = span.start;
            number += 1;
            if pending.len() > PENDING {
                let open = begun.iter().chain(&earlier).map(|begun| begun.word).min().unwrap_or(number);
                give(&mut pending, open.min(number - 1), &mut found);
            }
        });
        give(&mut pending, usize::MAX, &mut found);
    }

    fn step<'b>(
        &self,
        word: u32,
        begun: impl Iterator<Item = &'b Begun>,
        (number, end): (usize, usize),
        next: &mut Vec<Begun>,
        hits: &mut Vec<Hit>,
    ) {
        for from in begun {
            let Some(&node) = self.steps.get(&(from.node, word)) else { continue };
            next.push(Begun { node, ..*from });
            if let Some(phrase) = self.ends.get(node as usize).copied().flatten() {
                hits.push(Hit { phrase, words: (from.word, number), span: from.start..end });
            }
        }
    }
}

/// Gives out the hits that end before word `open`, without those inside longer ones, and keeps the others.
fn give(pending: &mut Vec<Hit>, open: usize, found: &mut impl FnMut(&Hit)) {
    pending.sort_by_key(|hit| (hit.words.0, std::cmp::Reverse(hit.words.1), hit.phrase));
    // Whatever begins before and ends behind stands before it in this order.
    let mut furthest = None;
    pending.retain(|hit| {
        let inside = furthest.is_some_and(|furthest| hit.words.1 <= furthest);
        furthest = furthest.max(Some(hit.words.1));
        !inside
    });
    // In this order, too: of two hits of which none is inside the other, the one that begins first ends first.
    let done = pending.iter().take_while(|hit| hit.words.1 < open).count();
    pending.drain(..done).for_each(|hit| found(&hit));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use interdict_names::fold;
    use proptest::prelude::*;

    use super::*;

    fn plain(word: &str, form: &mut String) {
        form.push_str(word);
    }

    fn phrases(texts: &[&str]) -> Phrases {
        let mut phrases = Phrases::new(plain);
        for (number, text) in texts.iter().enumerate() {
            assert!(phrases.add(text, number as u32), "{text}");
        }
        phrases
    }

    fn hits(phrases: &Phrases, text: &str) -> Vec<(u32, usize, usize)> {
        let mut found = Vec::new();
        phrases.each_hit(text, |hit| found.push((hit.phrase, hit.words.0, hit.words.1)));
        found
    }

    const PHRASES: [&str; 9] = [
        "north korea",
        "korea",
        "republic of korea",
        "democratic republic of korea",
        "pyongyang",
        "a b",
        "b a b",
        "Крым",
        "a a a",
    ];
    const WORDS: [&str; 13] =
        ["north", "Korea", "republic", "OF", "democratic", "pyong", "yang", "a", "b", "КРЫМ", "крымский", "ab", "Pyongyang"];
    const SEPARATORS: [&str; 6] = [" ", ", ", "\n", "-", " / ", "! "];

    /// Every phrase at every word, over the folded words; `seams` says after which words two may be one, `stops` where sentences end.
    fn naive(words: &[String], seams: &[bool], stops: &[bool]) -> Vec<(u32, usize, usize)> {
        fn ends(rest: &[String], at: usize, words: &[String], seams: &[bool], stops: &[bool], first: bool) -> BTreeSet<usize> {
            let Some((wanted, rest)) = rest.split_first() else { return BTreeSet::from([at - 1]) };
            if at >= words.len() || (!first && stops[at - 1]) {
                return BTreeSet::new();
            }
            let mut found = BTreeSet::new();
            if words[at] == *wanted {
                found.extend(ends(rest, at + 1, words, seams, stops, false));
            }
            if at + 1 < words.len() && seams[at] && format!("{}{}", words[at], words[at + 1]) == *wanted {
                found.extend(ends(rest, at + 2, words, seams, stops, false));
            }
            found
        }
        let mut found = Vec::new();
        for start in 0..words.len() {
            for (number, phrase) in PHRASES.iter().enumerate() {
                let folded = fold(phrase);
                let phrase: Vec<String> = folded.split(' ').map(str::to_owned).collect();
                found
                    .extend(ends(&phrase, start, words, seams, stops, true).into_iter().map(|end| (number as u32, start, end)));
            }
        }
        let inside = |hit: &(u32, usize, usize)| {
            found
                .iter()
                .any(|other| other.1 <= hit.1 && hit.2 <= other.2 && ((other.1, other.2) != (hit.1, hit.2) || other.0 < hit.0))
        };
        let mut kept: Vec<_> = found.iter().filter(|hit| !inside(hit)).copied().collect();
        kept.sort_by_key(|hit| hit.1);
        kept
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn one_pass_finds_what_a_naive_search_finds(
            picks in prop::collection::vec((0..WORDS.len(), 0..SEPARATORS.len()), 0..60),
            times in 1..12_usize,
        ) {
            let picks: Vec<_> = picks.iter().cycle().take(picks.len() * times).collect();
            let text: String = picks.iter().flat_map(|(word, separator)| [WORDS[*word], SEPARATORS[*separator]]).collect();
            // In pieces, as folding reads the beginning of a long text alone.
            let words: Vec<String> = picks.iter().map(|(word, _)| fold(WORDS[*word])).collect();
            let seams: Vec<bool> = picks.iter().map(|(_, separator)| matches!(SEPARATORS[*separator], "-" | "\n")).collect();
            let stops: Vec<bool> = picks.iter().map(|(_, separator)| SEPARATORS[*separator] == "! ").collect();
            prop_assert_eq!(hits(&phrases(&PHRASES), &text), naive(&words, &seams, &stops), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}|[a-zA-Z'’\u{200b}\u{1100}-\u{1112}\u{ac00}-\u{ac10}\n. -]{0,60}") {
            let mut last = 0;
            phrases(&PHRASES).each_hit(&text, |hit| {
                assert!(text.get(hit.span.clone()).is_some() && hit.span.start >= last);
                last = hit.span.start;
            });
        }
    }

    #[test]
    fn hits_come_out_once_also_when_there_are_many() {
        let found = hits(&phrases(&PHRASES), &"north korea ".repeat(5_000));
        assert_eq!(found.len(), 5_000);
        assert!(found.iter().enumerate().all(|(at, hit)| *hit == (0, 2 * at, 2 * at + 1)));
    }
}
