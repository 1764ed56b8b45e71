//! Articles: templates and parties go in; a text comes out with what is truly named in it, and where.

use std::ops::Range;

use interdict_model::NamePartKind;

use super::forms::{family_first, given_first, legal, no_middle, respelled, rough, slipped, title_case};
use super::parties::{Named, Party, Pools, part};
use super::russian::{Case, declined};
use super::templates::{Kind, Piece, Sentence, Templates, is_listed};
use crate::data::Dice;

/// The class of mentions that stands in the table and not in the total.
pub(super) const APART: &str = "middle name dropped";

/// What is truly named.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) span: Range<usize>,
    /// The party, or those that hold the identifier.
    pub(super) entities: Vec<u32>,
    /// The names as rough keys: a party that bears one of them is right, too.
    pub(super) keys: Vec<String>,
    /// How it is written, for the table.
    pub(super) classes: Vec<&'static str>,
}

/// A text with its truth.
#[derive(Clone, Debug, Default)]
pub(super) struct Article {
    pub(super) text: String,
    pub(super) truths: Vec<Truth>,
}

/// A name as it is to be written.
struct Written {
    text: String,
    keys: Vec<String>,
    classes: Vec<&'static str>,
}

impl Written {
    fn new(text: String, base: &Named, classes: Vec<&'static str>) -> Self {
        Self { text, keys: vec![rough(&base.text)], classes }
    }
}

/// Makes articles.
pub(super) struct Writer<'a> {
    pub(super) pools: &'a Pools,
    pub(super) dice: Dice,
}

/// The language of a kind of article: the name of the kind, or that of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tongue<'a> {
    pub(super) code: &'a str,
}

impl Tongue<'_> {
    /// Whether all kinds of the templates are in this language, so that sentences of one may stand in another.
    fn mixes(self) -> bool {
        matches!(self.code, "en" | "ru")
    }

    /// Whether sentences follow each other without a space.
    fn tight(self) -> bool {
        self.code == "zh"
    }

    /// The language whose unlisted people and firms fill the slots.
    fn fills(self) -> &'static str {
        match self.code {
            "ru" => "ru",
            "ar" => "ar",
            "zh" => "zh",
            "ko" => "ko",
            _ => "en",
        }
    }
}

fn one_of<'a, T>(dice: &mut Dice, of: &'a [T]) -> Option<&'a T> {
    of.get(dice.roll(of.len()))
}

impl Writer<'_> {
    /// An article with this many mentions, or a few more; `most` words, about.
    pub(super) fn article(
        &mut self,
        templates: &Templates,
        kind: &Kind,
        tongue: Tongue<'_>,
        mentions: usize,
        most: usize,
    ) -> Article {
        let mut sentences: Vec<&Sentence> = Vec::new();
        let mut placed = 0;
        while placed < mentions && !kind.naming.is_empty() {
            let Some(sentence) = one_of(&mut self.dice, &kind.naming) else { break };
            placed += sentence.listed;
            sentences.push(sentence);
        }
        // A sentence has some fifteen words. None comes twice before all of the kind were used, and then those of other kinds.
        let wanted = (most / 15).max(sentences.len() + 2);
        let others = templates.kinds.iter().filter(|other| other.name != kind.name && tongue.mixes());
        let mut rest: Vec<&Sentence> = others.flat_map(|other| &other.plain).filter(|sentence| !sentence.line).collect();
        let mut plain: Vec<&Sentence> = Vec::new();
        while sentences.len() < wanted && !kind.plain.is_empty() {
            if plain.is_empty() {
                plain = if rest.is_empty() || sentences.len() < kind.plain.len() {
                    kind.plain.iter().collect()
                } else {
                    std::mem::take(&mut rest)
                };
            }
            let sentence = plain.swap_remove(self.dice.roll(plain.len()));
            let at = self.dice.roll(sentences.len() + 1);
            sentences.insert(at, sentence);
        }
        let mut article = Article::default();
        if let Some(heading) = one_of(&mut self.dice, &kind.headings) {
            self.sentence(&mut article, templates, heading, tongue);
            article.text.push_str("\n\n");
        }
        let mut left = 2 + self.dice.roll(4);
        for (at, sentence) in sentences.iter().enumerate() {
            self.sentence(&mut article, templates, sentence, tongue);
            let next = sentences.get(at + 1);
            left = left.saturating_sub(1);
            match next {
                None => article.text.push('\n'),
                Some(next) if next.line && sentence.line => article.text.push('\n'),
                Some(next) if left == 0 || next.line || sentence.line => {
                    article.text.push_str("\n\n");
                    left = 2 + self.dice.roll(4);
                }
                Some(_) if tongue.tight() => {}
                Some(_) => article.text.push(' '),
            }
        }
        // Half of all texts are cut at 72 columns, and a third of these have hyphens where a word is cut.
        if matches!(tongue.fills(), "en" | "ru") && self.dice.roll(2) == 0 {
            let hyphens = self.dice.roll(3) == 0;
            article = wrapped(&article, hyphens);
        }
        article
    }

    fn sentence(&mut self, article: &mut Article, templates: &Templates, sentence: &Sentence, tongue: Tongue<'_>) {
        let begin = article.text.len();
        for piece in &sentence.pieces {
            match piece {
                Piece::Words(words) => {
                    let bare = if tongue.code == "ko" { after_particle(&article.text, words) } else { None };
                    article.text.push_str(bare.as_deref().unwrap_or(words));
                }
                Piece::Slot(slot) if is_listed(slot) => self.mention(article, slot, tongue),
                Piece::Slot(slot) => {
                    let fill = self.fill(templates, slot, tongue);
                    if article.text.len() == begin {
                        article.text.push_str(&capital(&fill));
                    } else {
                        article.text.push_str(&fill);
                    }
                }
            }
        }
    }

    fn fill(&mut self, templates: &Templates, slot: &str, tongue: Tongue<'_>) -> String {
        let dice = &mut self.dice;
        if let Some(words) = one_of(dice, templates.list(slot)) {
            return words.clone();
        }
        let unlisted = self.pools.unlisted(tongue.fills());
        match slot {
            "p" => unlisted.and_then(|of| one_of(dice, &of.people)).cloned().unwrap_or_default(),
            "o" => one_of(dice, self.pools.firms()).cloned().unwrap_or_default(),
            "year" => (1995 + dice.roll(30)).to_string(),
            "day" => (1 + dice.roll(28)).to_string(),
            "k" => (2 + dice.roll(8)).to_string(),
            "n" => (11 + dice.roll(88)).to_string(),
            "m" => format!("${}.{} million", 1 + dice.roll(90), dice.roll(10)),
            "ref" => format!("{}{:06}", char::from(b'A' + dice.roll(26) as u8), dice.roll(1_000_000)),
            _ => slot.to_owned(),
        }
    }

    fn mention(&mut self, article: &mut Article, slot: &str, tongue: Tongue<'_>) {
        let pools = self.pools;
        if let Some(of) = pools.identifiers.get(slot) {
            let class = match slot {
                "wallet" => "wallet address",
                "imo" => "IMO number",
                "bic" => "SWIFT code",
                _ => "passport number",
            };
            if let Some(one) = one_of(&mut self.dice, of) {
                let span = article.text.len()..article.text.len() + one.text.len();
                article.text.push_str(&one.text);
                article.truths.push(Truth { span, entities: one.holders.clone(), keys: Vec::new(), classes: vec![class] });
            }
            return;
        }
        let (base, case) = slot.split_once('.').unwrap_or((slot, "n"));
        let (kind, possessive) = base.strip_suffix("'s").map_or((base, false), |kind| (kind, true));
        let pool = match (kind, tongue.code) {
            ("P", "ru") => &pools.russian[0],
            ("O", "ru") => &pools.russian[1],
            ("N", code) => match pools.native.get(code) {
                Some(pool) => pool,
                None => return,
            },
            ("P", _) => &pools.people,
            ("O", _) => &pools.organisations,
            ("V", _) => &pools.vessels,
            _ => &pools.aircraft,
        };
        let Some(party) = one_of(&mut self.dice, pool) else { return };
        let Some(name) = one_of(&mut self.dice, &party.names) else { return };
        let mut written = match (kind, tongue.code) {
            ("P", "ru") => self.russian(party, name, Case::from_letter(case).unwrap_or(Case::Nominative)),
            ("O", "ru") => Written::new(name.text.clone(), name, vec!["Cyrillic, not inflected"]),
            ("N", "ar") => Written::new(name.text.clone(), name, vec!["Arabic writing"]),
            ("N", "zh") => Written::new(name.text.clone(), name, vec!["Chinese writing"]),
            ("N", _) => Written::new(name.text.clone(), name, vec!["Korean writing"]),
            ("P", _) => self.person(party, name),
            ("O", _) => self.organisation(name),
            ("V", _) => {
                let text = if self.dice.roll(2) == 0 { title_case(&name.text) } else { name.text.to_uppercase() };
                Written::new(text, name, vec!["vessel"])
            }
            _ => Written::new(name.text.clone(), name, vec!["aircraft"]),
        };
        if kind == "O" && tongue.code != "ru" && !name.text.contains(' ') {
            // A name of one word is introduced when it is first named.
            let line = article.text.rsplit('\n').next().is_some_and(|line| line.contains(':') || line.starts_with("| "));
            let introduction = if tongue.code == "en" && !line { "the company " } else { "" };
            let start = article.text.is_empty() || article.text.ends_with(['\n', '.', '?']) || article.text.ends_with(". ");
            article.text.push_str(&if start { capital(introduction) } else { introduction.to_owned() });
            written.classes.push("name of one word");
        }
        let has_title = ["Mr. ", "Mr ", "General "].iter().any(|title| article.text.ends_with(title));
        if kind == "P" && tongue.code == "en" && !has_title && self.dice.roll(8) == 0 {
            let title = if party.woman { "Ms. " } else { ["Mr. ", "Dr. ", "General ", "Col. "][self.dice.roll(4)] };
            article.text.push_str(title);
            written.classes.push("behind a title");
        }
        let begin = article.text.len();
        article.text.push_str(&written.text);
        let span = begin..article.text.len();
        if possessive {
            let apostrophe = if self.dice.roll(2) == 0 { "'" } else { "’" };
            let s = if written.text.to_lowercase().ends_with('s') && self.dice.roll(2) == 0 { "" } else { "s" };
            article.text.push_str(apostrophe);
            article.text.push_str(s);
            written.classes.push("possessive");
        }
        article.truths.push(Truth { span, entities: vec![party.entity], keys: written.keys, classes: written.classes });
    }

    /// A listed person in running text.
    fn person(&mut self, party: &Party, name: &Named) -> Written {
        let dice = &mut self.dice;
        let text = given_first(&name.parts).filter(|_| !party.korean).unwrap_or_else(|| name.text.clone());
        let titled = title_case(&text);
        let plain = |text: String, class| Written::new(text, name, vec![class]);
        match dice.roll(100) {
            0..=13 => plain(text.to_uppercase(), "all capitals"),
            14..=21 => match family_first(&name.parts, dice).filter(|_| !party.korean) {
                Some(text) => plain(title_case(&text), "family name first"),
                None => plain(titled, "given name first"),
            },
            22..=45 => match respelled(&text, party.korean, dice) {
                Some(text) => plain(text, "transliteration"),
                None => plain(titled, "given name first"),
            },
            46..=55 => match slipped(&titled, dice) {
                Some(text) => plain(text, "one slip"),
                None => plain(titled, "given name first"),
            },
            56..=61 => match no_middle(&name.parts) {
                Some(text) => {
                    let key = rough(&text);
                    let mut written = plain(title_case(&text), APART);
                    written.keys.push(key);
                    written
                }
                None => plain(titled, "given name first"),
            },
            62..=75 => plain(name.text.clone(), "as listed"),
            _ => plain(titled, "given name first"),
        }
    }

    /// A listed organisation in running text.
    fn organisation(&mut self, name: &Named) -> Written {
        let dice = &mut self.dice;
        let titled = title_case(&name.text);
        let word = !name.text.contains(' ');
        let plain = |text: String, class| Written::new(text, name, vec![class]);
        match dice.roll(100) {
            // A name of one word in capitals is mostly an abbreviation.
            _ if word && name.text.len() <= 5 => plain(name.text.clone(), "as listed"),
            0..=13 => plain(name.text.to_uppercase(), "all capitals"),
            14..=44 => match legal(&titled, dice) {
                Some((text, class)) => plain(text, class),
                None => plain(titled, "title case"),
            },
            45..=54 => match slipped(&titled, dice) {
                Some(text) => plain(text, "one slip"),
                None => plain(titled, "title case"),
            },
            55..=74 => plain(name.text.clone(), "as listed"),
            _ => plain(titled, "title case"),
        }
    }

    /// A listed person in a Russian sentence.
    fn russian(&mut self, party: &Party, name: &Named, case: Case) -> Written {
        let mut words: Vec<(NamePartKind, String)> = name
            .parts
            .iter()
            .filter_map(|(kind, text)| Some((*kind, declined(&title_case(text), part(*kind)?, party.woman, case)?)))
            .collect();
        // The official order has the family name first.
        let first = self.dice.roll(10) < 3;
        words.sort_by_key(|(kind, _)| match kind {
            NamePartKind::Family => {
                if first {
                    0
                } else {
                    3
                }
            }
            NamePartKind::Given => 1,
            _ => 2,
        });
        let text = words.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ");
        let class = if case == Case::Nominative { "Cyrillic, not inflected" } else { "Cyrillic, inflected" };
        Written::new(text, name, vec![class])
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Korean particles depend on whether a vowel or a consonant is before them: the words with the right one.
fn after_particle(text: &str, words: &str) -> Option<String> {
    let last = text.chars().next_back().filter(|last| matches!(last, '\u{ac00}'..='\u{d7a3}'))?;
    let open = (last as u32 - 0xac00).is_multiple_of(28);
    let forms = [("은 ", "는 "), ("이 ", "가 "), ("을 ", "를 "), ("과 ", "와 ")];
    forms.iter().find_map(|(closed, vowel)| {
        let rest = words.strip_prefix(closed).or_else(|| words.strip_prefix(vowel))?;
        Some(format!("{}{rest}", if open { vowel } else { closed }))
    })
}

/// Columns at which a text is cut.
const COLUMNS: usize = 72;

/// The text with its lines cut at 72 columns: at a space, or within a word behind a hyphen.
fn wrapped(article: &Article, hyphens: bool) -> Article {
    let text = &article.text;
    let mut out = String::with_capacity(text.len() + text.len() / 70);
    // Offsets of the old text at which two bytes, a hyphen and a line feed, were put in.
    let mut cuts: Vec<usize> = Vec::new();
    let mut column = 0;
    let mut at = 0;
    for word in text.split_inclusive([' ', '\n']) {
        let bare = word.trim_end_matches([' ', '\n']);
        let letters = bare.chars().count();
        if column > 0 && column + letters > COLUMNS && out.ends_with(' ') {
            let cut = if hyphens { hyphenation(bare, COLUMNS.saturating_sub(column + 1)) } else { None };
            if let Some((head, tail)) = cut.and_then(|cut| bare.split_at_checked(cut)) {
                out.push_str(head);
                out.push_str("-\n");
                cuts.push(at + head.len());
                out.push_str(tail);
                column = tail.chars().count();
            } else {
                out.pop();
                out.push('\n');
                out.push_str(bare);
                column = letters;
            }
        } else {
            out.push_str(bare);
            column += letters;
        }
        let behind = word.get(bare.len()..).unwrap_or_default();
        out.push_str(behind);
        column = if behind.contains('\n') { 0 } else { column + behind.len() };
        at += word.len();
    }
    let shifted = |offset: usize| offset + 2 * cuts.iter().filter(|cut| **cut < offset).count();
    let truths = article.truths.iter().map(|truth| {
        let span = shifted(truth.span.start)..shifted(truth.span.end);
        let mut truth = Truth { span: span.clone(), ..truth.clone() };
        let written = out.get(span).unwrap_or_default();
        if written.contains("-\n") {
            truth.classes.push("hyphenation");
        } else if written.contains('\n') {
            truth.classes.push("line break");
        }
        truth
    });
    let truths = truths.collect();
    Article { text: out, truths }
}

/// Where a word may be cut so that at most `room` letters stand before: between a vowel and a consonant, or two consonants, three letters
/// from its ends.
fn hyphenation(word: &str, room: usize) -> Option<usize> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    if letters.len() < 6 || !letters.iter().all(|(_, c)| c.is_alphabetic()) {
        return None;
    }
    let vowel = |c: char| "aeiouyаеёиоуыэюя".contains(c.to_ascii_lowercase());
    (3..=room.min(letters.len() - 3)).rev().find_map(|count| {
        let [(_, left), (at, right), (_, then)] = [letters[count - 1], letters[count], letters[count + 1]];
        let cut = !vowel(right) && (vowel(left) || vowel(then));
        cut.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: usize, hyphens: bool, class: &str) {
        let filler = "word ".repeat(words);
        let name = "Konstantin Verylongname";
        let span = filler.len()..filler.len() + name.len();
        let truth = Truth { span, entities: vec![0], keys: Vec::new(), classes: Vec::new() };
        let article = Article { text: format!("{filler}{name} and so on and on"), truths: vec![truth] };
        let wrapped = wrapped(&article, hyphens);
        let truth = &wrapped.truths[0];
        assert_eq!(wrapped.text[truth.span.clone()].replace("-\n", "").replace('\n', " "), name);
        assert!(wrapped.text.lines().all(|line| line.chars().count() <= COLUMNS), "{}", wrapped.text);
        assert_eq!(truth.classes.join(", "), class);
    }

    #[test]
    fn spans_follow_line_breaks_and_hyphens() {
        check(12, false, "line break");
        check(13, false, "");
        check(13, true, "hyphenation");
        check(2, true, "");
    }
}
