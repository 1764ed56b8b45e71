//! Names of scripts that are written without spaces: a run of the text goes in; the longest listed names in it come out, sign by sign.

use std::borrow::Cow;

use interdict_matching::Spelled;
use unicode_normalization::UnicodeNormalization;

use super::context::Needs;
use super::words::{Gap, is_unspaced};
use super::{Found, Mention, Raw, ScanScratch, Scanner};

impl<'s> Scanner<'s> {
    /// Names of scripts without spaces.
    pub(super) fn unspaced(&self, text: &str, scratch: &mut ScanScratch, raw: &mut Vec<Raw<'s>>) {
        let mut next = 0;
        while let Some(word) = scratch.words.get(next).copied() {
            next += 1;
            if !word.unspaced {
                continue;
            }
            // A line may end anywhere, and names of Thai have a space.
            let mut end = word.end;
            while let Some(more) = scratch.words.get(next).filter(|more| more.unspaced && is_same_run(more.gap)) {
                end = more.end;
                next += 1;
            }
            scratch.characters.clear();
            scratch.offsets.clear();
            let start = word.start;
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
                let mut spelled = Spelled::new(in_one_line(&text[span.clone()]).into_owned());
                let score = self.matcher.score_as(&mut spelled, listed, &mut scratch.matching);
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
