//! Names in a text that look like people or organisations and are on no list: candidates for a closer look. They say nothing against
//! anybody.
//!
//! Each sentence is cut into runs of words with a capital; a run is a name by a legal form, a word that names of organisations share, a
//! title, a given name, or by being made of no ordinary word. What is doubtful is left out: a list of candidates is read by people.

use std::ops::Range;
use std::sync::LazyLock;

use interdict_names::{NameKind, TokenKind, fold, nicknames, parse_name, table_rows};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ordinary::{is_ordinary, is_place};
use crate::sentences::{is_starter, sentences};

/// What a name looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnlistedKind {
    /// A person.
    Person,
    /// A company, agency, bank, group or any other body.
    Organization,
}

/// A name in a text that is on no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The name as first written, on one line.
    pub name: String,
    /// What it looks like.
    pub kind: UnlistedKind,
    /// Where it stands in the text, in bytes; each occurrence.
    pub spans: Vec<Range<usize>>,
    /// Why it looks like one, in words: `legal form ltd`, `given name`, `title Mr`.
    pub reason: String,
}

/// A run of more words is a heading or a list.
const MAX_RUN: usize = 8;

/// The longest word of a name, in bytes.
const MAX_WORD: usize = 60;

const COMMON_TSV: &str = include_str!("../../../data/common_words.tsv");
const SURNAMES_TSV: &str = include_str!("../../../data/korean_surnames.tsv");

/// Names that many people have, folded.
static COMMON_NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    table_rows(COMMON_TSV)
        .filter(|[_, kind, _, _]| *kind == "person")
        .map(|[word, ..]| word)
        .filter(|word| word.len() > 2)
        .collect()
});

/// Korean family names of one syllable.
static SURNAMES: LazyLock<FxHashSet<char>> = LazyLock::new(|| {
    table_rows(SURNAMES_TSV)
        .filter_map(|[name, _, _, _]| {
            let mut chars = name.chars();
            chars.next().filter(|_| chars.as_str().is_empty())
        })
        .collect()
});

/// Words before the name of a person, folded.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "president",
    "minister",
    "ambassador",
    "senator",
    "governor",
    "general",
    "colonel",
    "major",
    "captain",
    "capt",
    "gen",
    "col",
    "lt",
    "lieutenant",
    "admiral",
    "marshal",
    "comrade",
    "sheikh",
    "mullah",
    "ayatollah",
    "herr",
    "frau",
    "senor",
    "senora",
    "sr",
    "sra",
    "mme",
    "monsieur",
    "madame",
    "don",
    "judge",
    "director",
    "chairman",
    "secretary",
    "г-н",
    "г-жа",
    "господин",
    "госпожа",
    "президент",
    "министр",
    "генерал",
    "полковник",
    "директор",
    "товарищ",
];

/// Particles inside a name of a person, in small letters.
const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "zu", "af",
    "al", "el", "bin", "ibn", "bint", "abu", "ben", "ul", "ur", "y", "e", "af",
];

/// Words that join the parts of a name of an organisation.
const JOINERS: &[&str] = &["of", "for", "de", "des", "du", "der", "für", "del", "di", "&"];

/// Words that begin names of places.
const PLACE_STARTS: &[&str] = &[
    "san", "santa", "santo", "saint", "st", "são", "fort", "mount", "mt", "new", "lake", "port", "los", "las", "el", "la",
    "puerto", "río",
];

/// Canonical words of places, which make no organisation of a name.
const PLACE_WORDS: &[&str] = &[
    "province", "city", "district", "region", "county", "port", "airport", "sea", "ocean", "river", "park", "zone", "area",
    "road", "bridge", "building", "house", "railway", "highway", "republic", "people", "korea", "china", "russia", "iran",
    "north", "south", "east", "west", "central", "new", "station", "street",
];

/// Words of office behind a Korean name.
const KOREAN_TITLES: &[&str] = &[
    "위원장",
    "대표",
    "씨",
    "사장",
    "회장",
    "부장",
    "교수",
    "박사",
    "장관",
    "대사",
    "총리",
    "국장",
    "의원",
    "대통령",
    "기자",
    "동지",
    "선생",
    "부상",
    "총국장",
    "비서",
    "과장",
    "대장",
    "상장",
    "참사",
    "이사",
];

/// A word of a sentence.
struct Word<'t> {
    range: Range<usize>,
    text: &'t str,
    /// Whether it begins with a capital.
    capital: bool,
    /// What stands between it and the word before: `true` when nothing but white space, or the full stop of an initial or abbreviation.
    joined: bool,
    /// Whether a comma and white space stand before it.
    comma: bool,
}

/// Names that look like people or organisations, outside the spans that are listed (sorted by start), in the order of their first
/// occurrence.
#[must_use]
pub fn unlisted(text: &str, listed: &[Range<usize>]) -> Vec<Unlisted> {
    let mut finder = Finder::new(text, listed);
    let mut words = Vec::new();
    for sentence in sentences(text) {
        words.clear();
        cut_words(text, sentence.clone(), &mut words);
        let headline = !text[sentence.clone()].chars().any(char::is_lowercase);
        let mut at = 0;
        while at < words.len() {
            if words[at].text.starts_with(is_hangul) {
                finder.hangul(&words, at, &sentence);
                at += 1;
            } else if words[at].capital && !headline {
                let end = run_end(&words, at);
                finder.run(&words, at..end);
                at = end;
            } else {
                at += 1;
            }
        }
    }
    finder.found
}

fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// The words of a sentence: letters and digits, with hyphens and apostrophes inside, the possessive cut off.
fn cut_words<'t>(text: &'t str, sentence: Range<usize>, words: &mut Vec<Word<'t>>) {
    let body = &text[sentence.clone()];
    let mut last_end = 0;
    let mut at = 0;
    while let Some(length) = body[at..].find(|c: char| c.is_alphanumeric() || c == '&') {
        let start = at + length;
        let mut end = start;
        if body[start..].starts_with('&') {
            end += 1;
        }
        let mut chars = body[end..].char_indices().peekable();
        let base = end;
        while let Some((offset, c)) = chars.next() {
            let inside = matches!(c, '-' | '\'' | '’') && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
            if !(c.is_alphanumeric() || inside || unicode_normalization::char::is_combining_mark(c))
                || body[start..].starts_with('&')
            {
                break;
            }
            end = base + offset + c.len_utf8();
        }
        let shown = &body[start..end];
        let own = shown.strip_suffix("'s").or_else(|| shown.strip_suffix("’s")).unwrap_or(shown);
        let gap = &body[last_end..start];
        let short = words.last().is_some_and(|word: &Word<'_>| word.text.len() < 7);
        let joined = !gap.is_empty()
            && (gap.trim().is_empty() || short && gap.trim_start_matches('.').trim().is_empty() && gap.starts_with('.'));
        words.push(Word {
            range: sentence.start + start..sentence.start + start + own.len(),
            text: own,
            capital: after_article(own).starts_with(char::is_uppercase) && own.len() <= MAX_WORD,
            // What follows a possessive is another name.
            joined: joined && words.last().is_none_or(|word| word.range.end == sentence.start + last_end),
            comma: gap.trim_end() == "," && gap.len() > 1,
        });
        last_end = end;
        at = end;
    }
}

/// Where the run of words with a capital that begins at `at` ends: particles and joining words stand inside.
fn run_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(word) = words.get(end) {
        if word.capital && (word.joined || word.comma && is_legal_form(word.text)) {
            end += 1;
            continue;
        }
        // Up to two particles, and a word with a capital behind them.
        let small = words[end..].iter().take(2).take_while(|word| word.joined && inside(word.text)).count();
        if small > 0 && words.get(end + small).is_some_and(|word| word.capital && word.joined) {
            end += small + 1;
        } else {
            break;
        }
    }
    end
}

/// The word behind the Arabic article, which is written small.
fn after_article(word: &str) -> &str {
    ["al-", "el-", "ul-"].iter().find_map(|article| word.strip_prefix(article)).unwrap_or(word)
}

fn inside(word: &str) -> bool {
    PARTICLES.contains(&word)
        || JOINERS.contains(&word)
        || word.starts_with("al-")
        || word.starts_with("el-")
        || word.starts_with("ul-")
}

fn is_legal_form(word: &str) -> bool {
    parse_name(&format!("Zzyx {word}"), NameKind::Organization)
        .tokens
        .iter()
        .any(|token| matches!(token.kind, TokenKind::LegalForm(_)))
}

/// What a run was found to be.
#[derive(Clone)]
struct Verdict {
    kind: UnlistedKind,
    reason: String,
}

struct Finder<'t> {
    text: &'t str,
    listed: &'t [Range<usize>],
    /// How far the listed spans up to each reach.
    reach: Vec<usize>,
    found: Vec<Unlisted>,
    /// By the name in small letters: where in `found`.
    known: FxHashMap<String, usize>,
}

impl<'t> Finder<'t> {
    fn new(text: &'t str, listed: &'t [Range<usize>]) -> Self {
        let reach = listed.iter().scan(0, |most, span| {
            *most = span.end.max(*most);
            Some(*most)
        });
        Self { text, listed, reach: reach.collect(), found: Vec::new(), known: FxHashMap::default() }
    }

    fn is_listed(&self, span: &Range<usize>) -> bool {
        let before = self.listed.partition_point(|listed| listed.start < span.end);
        before.checked_sub(1).and_then(|last| self.reach.get(last)).is_some_and(|&reach| reach > span.start)
    }

    fn add(&mut self, span: Range<usize>, verdict: Verdict) {
        if self.is_listed(&span) {
            return;
        }
        let name = self.text[span.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        let key = name.to_lowercase();
        if let Some(known) = self.known.get(&key).and_then(|&at| self.found.get_mut(at)) {
            known.spans.push(span);
        } else {
            self.known.insert(key, self.found.len());
            self.found.push(Unlisted { name, kind: verdict.kind, spans: vec![span], reason: verdict.reason });
        }
    }

    /// Looks at a run of words with a capital.
    fn run(&mut self, words: &[Word<'_>], run: Range<usize>) {
        let mut start = run.start;
        // A word that has its capital from the beginning of the sentence, and those that begin no name.
        while start < run.end && is_starter(&words[start].text.to_lowercase()) {
            start += 1;
        }
        let names = words.get(start..run.end).unwrap_or_default();
        let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
        if names.len() > MAX_RUN || self.is_listed(&(first.range.start..last.range.end)) {
            return;
        }
        let lower: Vec<String> = names.iter().map(|word| word.text.to_lowercase()).collect();
        if names.len() > 1
            && let Some(verdict) = self.organization(names, &lower)
        {
            self.add(first.range.start..last.range.end, verdict);
            return;
        }
        // Names of people have none of the words that join names of organisations.
        let mut part = 0;
        for end in 0..=names.len() {
            if end == names.len() || matches!(&*lower[end], "of" | "for" | "&" | "des" | "für") {
                let from = if start + part == 0 { None } else { words.get(start + part - 1) };
                self.person(&names[part..end], &lower[part..end], start + part == 0, from);
                part = end + 1;
            }
        }
    }

    fn organization(&self, names: &[Word<'_>], lower: &[String]) -> Option<Verdict> {
        let (first, last) = (names.first()?, names.last()?);
        if TITLES.contains(&&*fold(first.text)) && !lower.iter().any(|word| word == "of") && !is_legal_form(last.text) {
            return None;
        }
        let tokens = parse_name(&self.text[first.range.start..last.range.end], NameKind::Organization).tokens;
        let own = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Generic)).count();
        let legal = tokens.iter().position(|token| matches!(token.kind, TokenKind::LegalForm(_)));
        if let Some(at) = legal
            && own > 0
            && (at == 0 || at + 1 == tokens.len())
        {
            let form = if at == 0 { &lower[0] } else { &lower[lower.len() - 1] };
            return Some(Verdict { kind: UnlistedKind::Organization, reason: format!("legal form {form}") });
        }
        // A word that many share, and one of its own: `Chonsurim Trading`, `Bank of Example`.
        let distinctive =
            lower.iter().zip(names).any(|(word, name)| name.capital && word.chars().count() > 2 && !is_ordinary(word));
        let generic = tokens.iter().rposition(|token| {
            token.kind == TokenKind::Generic && token.canon.is_some_and(|canon| !PLACE_WORDS.contains(&canon))
        })?;
        let placed = generic > 0 && generic + 1 == tokens.len()
            || lower.iter().any(|word| word == "of")
            || generic == 0 && tokens.first().is_some_and(|token| token.canon == Some("bank"));
        if !distinctive || !placed || names.len() > 6 {
            return None;
        }
        let reason = format!("company word {}", tokens.get(generic)?.canon.unwrap_or_default());
        Some(Verdict { kind: UnlistedKind::Organization, reason })
    }

    /// Looks at a run without words of organisations; `start`: it begins its sentence.
    fn person(&mut self, names: &[Word<'_>], lower: &[String], start: bool, before: Option<&Word<'_>>) {
        let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
        let title = TITLES.contains(&&*fold(first.text)) || TITLES.contains(&&*lower[0]);
        let skipped = usize::from(title);
        let (names_only, lower_only) = (&names[skipped..], &lower[skipped..]);
        let capitals: Vec<(&Word<'_>, &String)> = names_only.iter().zip(lower_only).filter(|(word, _)| word.capital).collect();
        let Some((head, _)) = capitals.first() else { return };
        if capitals.len() > 4
            || names_only.last().is_some_and(|word| !word.capital)
            || capitals.iter().any(|(word, _)| word.text.chars().any(char::is_numeric))
            || lower_only.first().is_some_and(|word| PLACE_STARTS.contains(&word.as_str()))
            || capitals.iter().any(|(_, word)| is_place(word))
        {
            return;
        }
        let initial = |word: &Word<'_>| word.text.chars().count() == 1;
        let titlecase = |word: &Word<'_>| word.text.chars().skip(1).any(char::is_lowercase);
        let strange = |(word, lower): &(&Word<'_>, &String)| !initial(word) && lower.chars().count() > 1 && !is_ordinary(lower);
        let strangers = capitals.iter().filter(|pair| strange(pair)).count();
        let span = head.range.start..last.range.end;
        let verdict = |reason: String| Verdict { kind: UnlistedKind::Person, reason };
        if title && strangers > 0 && capitals.iter().any(|(word, _)| titlecase(word)) {
            self.add(span, verdict(format!("title {}", first.text)));
            return;
        }
        if capitals.len() < 2 || !capitals.iter().any(|(word, _)| titlecase(word)) {
            return;
        }
        let given = capitals.iter().find_map(|(word, _)| {
            let folded = fold(word.text);
            let known = !nicknames(&folded).is_empty() || COMMON_NAMES.contains(&*folded);
            known.then_some((folded, word.range.start))
        });
        if let Some((given, at)) = given
            && capitals.iter().any(|pair| pair.0.range.start != at && strange(pair))
        {
            self.add(span, verdict(format!("given name {given}")));
            return;
        }
        // No ordinary word at all, in the midst of a sentence and behind no article.
        let article = before.is_some_and(|word| {
            matches!(word.text, "the" | "a" | "an" | "The" | "A" | "An" | "der" | "die" | "das" | "le" | "la")
        });
        let all = capitals.iter().all(|(word, lower)| initial(word) || titlecase(word) && strange(&(word, lower)));
        if !start && !article && all && strangers >= 1 && (strangers >= 2 || capitals.iter().any(|(word, _)| initial(word))) {
            self.add(span, verdict("capitalised words".to_owned()));
        }
    }

    /// Looks at a word in Hangul: a name of three syllables with a family name, before a word of office or alone between brackets or
    /// commas.
    fn hangul(&mut self, words: &[Word<'_>], at: usize, sentence: &Range<usize>) {
        let word = &words[at];
        let Some((end, _)) =
            word.text.char_indices().nth(3).or((word.text.chars().count() == 3).then_some((word.text.len(), ' ')))
        else {
            return;
        };
        let (name, rest) = word.text.split_at(end);
        if !name.starts_with(|c| SURNAMES.contains(&c)) || !name.chars().all(is_hangul) {
            return;
        }
        let title = |text: &str| KOREAN_TITLES.iter().find(|title| text.starts_with(**title)).copied();
        let span = word.range.start..word.range.start + end;
        let next = words.get(at + 1).filter(|next| next.joined && rest.is_empty());
        let reason = if let Some(title) = title(rest).or_else(|| next.and_then(|next| title(next.text))) {
            format!("family name and title {title}")
        } else if rest.is_empty() && self.alone(&span, sentence) {
            "family name".to_owned()
        } else {
            return;
        };
        self.add(span, Verdict { kind: UnlistedKind::Person, reason });
    }

    /// Whether brackets stand around it.
    fn alone(&self, span: &Range<usize>, sentence: &Range<usize>) -> bool {
        let before = self.text[sentence.start..span.start].chars().next_back();
        let after = self.text[span.end..sentence.end].chars().next();
        matches!((before, after), (Some('(' | '（'), Some(')' | '）' | ',' | ' ')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `P name: reason`, `O name: reason`, joined by `; `.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<String> = unlisted(text, &[])
            .into_iter()
            .map(|name| {
                for span in &name.spans {
                    assert_eq!(
                        text[span.clone()].split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
                        name.name.to_lowercase()
                    );
                }
                format!("{} {}: {}", if name.kind == UnlistedKind::Person { 'P' } else { 'O' }, name.name, name.reason)
            })
            .collect();
        assert_eq!(found.join("; "), expected, "{text}");
    }

    #[test]
    fn organisations_are_found_by_their_words() {
        check("He worked for Zoltran Widgets Ltd. in Dubai.", "O Zoltran Widgets Ltd: legal form ltd");
        check("Payments went to Golden Star GmbH and others.", "O Golden Star GmbH: legal form gmbh");
        check("The Quellmar Trading\nCompany paid.", "O Quellmar Trading Company: legal form company");
        check("It was sold to Zoltran, Inc. last year.", "O Zoltran, Inc: legal form inc");
        check("The shares of Zoltran Shipping were sold.", "O Zoltran Shipping: company word shipping");
        check("Он работал в ООО Зелтран до мая.", "O ООО Зелтран: legal form ооо");
        check("They met in North Hamgyong Province near the Tumen River.", "");
        check("The Central Bank said that the General Office was closed.", "");
    }

    #[test]
    fn people_are_found_by_titles_and_given_names() {
        check("We met Mr. Quellmar in Vienna.", "P Quellmar: title Mr");
        check("John Zeltran signed; later John Zeltran's brother left.", "P John Zeltran: given name john");
        check("It was signed by Orvek Tansilov and others.", "P Orvek Tansilov: capitalised words");
        check("The mail came from J. K. Tansilov today.", "P J. K. Tansilov: capitalised words");
        check("It was Hans van der Zeltran who paid.", "P Hans van der Zeltran: given name hans");
        check("The report names Ahmed al-Zeltran of Oman.", "P Ahmed al-Zeltran: given name ahmed");
        check("김철수 위원장이 왔다. 정부는 발표했다.", "P 김철수: family name and title 위원장");
        check("A man called Zeltran (박영희) left.", "P 박영희: family name");
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for text in [
            "",
            "The Company shall pay the Amount on the Due Date.",
            "SANCTIONS LIST OF ORVEK TANSILOV",
            "Yesterday Russia and North Korea signed in Pyongyang.",
            "On Monday, January 5, the Ministry of Foreign Affairs met.",
            "Zeltran is a word.",
            "They flew to San Jose and Buenos Aires.",
            "这是一个公司。",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn listed_spans_are_left_out_and_names_are_given_once() {
        let text = "Mr. Zeltran met Mr. Quellmar. Then Mr. Zeltran\nleft.";
        let listed = text.find("Quellmar").unwrap();
        let found = unlisted(text, &std::iter::once(listed..listed + 8).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), found[0].spans.len()), ("Zeltran", 2));
    }
}
