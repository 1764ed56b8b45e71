//! Sentences of a text, by its script: full stops that end no abbreviation, the stops of Chinese, Japanese, Arabic and Indic scripts,
//! blank lines, list items, headings.
//!
//! A text is cut into blocks by its lines first, then each block by its stops. Both look at a bounded number of characters around a
//! place, so that the time is linear in the length of the text.

use std::ops::Range;
use std::sync::LazyLock;

use interdict_names::table_rows;
use rustc_hash::FxHashMap;

use crate::ordinary::is_place;

/// The longest sentence, in bytes; what is longer is cut, at white space if it has any.
const MAX_BYTES: usize = 2_000;

/// The longest word looked at, in bytes.
const MAX_WORD: usize = 48;

/// The longest line that is taken for a heading by its capitals, in bytes.
const MAX_HEADING: usize = 100;

const ABBREVIATIONS_TSV: &str = include_str!("../../../data/abbreviations.tsv");

/// What a full stop behind a word says, as a set of flags.
const BEFORE: u8 = 1;
const NUMBER: u8 = 2;
const EITHER: u8 = 4;
const STARTER: u8 = 8;

static WORDS: LazyLock<FxHashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut words: FxHashMap<&'static str, u8> = FxHashMap::default();
    for [_, class, list, _] in table_rows(ABBREVIATIONS_TSV) {
        let flag = match class {
            "before" => BEFORE,
            "number" => NUMBER,
            "either" => EITHER,
            _ => STARTER,
        };
        for word in list.split(' ') {
            *words.entry(word).or_default() |= flag;
        }
    }
    words
});

/// The sentences of a text as byte ranges, in order, without the white space around them; together they have all that is not white space.
/// None is longer than 2,000 bytes.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for block in blocks(text) {
        cut_block(text, block, &mut found);
    }
    found
}

/// Whether a word in lower case begins sentences and no names.
pub(crate) fn is_starter(word: &str) -> bool {
    WORDS.get(word).is_some_and(|flags| flags & STARTER != 0)
}

/// A line of a text without its end.
struct Line {
    range: Range<usize>,
    /// Whether it ends in a form feed, or a separator of paragraphs.
    page: bool,
}

/// Cuts a text at line feeds, carriage returns, form feeds and the separators of Unicode.
fn lines(text: &str) -> impl Iterator<Item = Line> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let rest = &text[at..];
        let start = at;
        let Some(length) = rest.find(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) else {
            at = text.len();
            return Some(Line { range: start..at, page: true });
        };
        let end = rest[length..].chars().next().unwrap_or('\n');
        let width = if rest[length..].starts_with("\r\n") { 2 } else { end.len_utf8() };
        at = start + length + width;
        Some(Line { range: start..start + length, page: matches!(end, '\u{c}' | '\u{2029}') })
    })
}

/// Blocks of lines in which sentences go on from line to line.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut open: Option<Range<usize>> = None;
    // Whether the line before is by itself, so that the next begins a block.
    let mut closed = false;
    let mut heading = false;
    for Line { range, page } in lines(text) {
        let line = &text[range.clone()];
        let range_start = range.start;
        let shown = line.trim();
        if shown.is_empty() {
            blocks.extend(open.take());
        } else {
            let small = shown.chars().any(char::is_lowercase);
            let begins = closed || begins_block(shown) || heading && small;
            match &mut open {
                Some(block) if !begins => block.end = range.end,
                _ => {
                    blocks.extend(open.take());
                    open = Some(range);
                }
            }
            // A heading by its capitals stands at the beginning of a block or behind another line of it.
            let first = open.as_ref().is_some_and(|block| block.start == range_start);
            heading = (first || heading) && is_capital_line(shown);
            closed = line.contains('\t') || shown.starts_with('|');
        }
        if page {
            blocks.extend(open.take());
        }
        if open.is_none() {
            closed = false;
        }
    }
    blocks.extend(open);
    blocks
}

/// Whether a line is a heading by its letters: capitals only, and short. It ends where a line with small letters begins.
fn is_capital_line(line: &str) -> bool {
    line.len() <= MAX_HEADING
        && line.chars().filter(|c| c.is_uppercase()).count() > 3
        && !line.chars().any(char::is_lowercase)
        && !line.ends_with(['.', ',', ';', '-'])
}

/// Whether a line begins with the mark of a list item, a number of one, or a label with a colon, or is a row of a table.
fn begins_block(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    let after = chars.as_str();
    match first {
        '-' | '*' | '•' | '‣' | '◦' | '▪' | '●' | '○' | '■' | '–' | '—' | '·' | '+' | '>' | '#' | '・' | '※' => {
            after.trim_start_matches(first).starts_with(char::is_whitespace)
                || matches!(first, '•' | '●' | '■' | '▪' | '・' | '※')
        }
        '|' => true,
        '(' => enumerator(after).is_some_and(|rest| rest.starts_with(')')),
        _ if line.contains('\t') => true,
        c if c.is_ascii_digit() || c.is_alphabetic() => {
            enumerator(line).is_some_and(|rest| match rest.strip_prefix(')') {
                Some(rest) => rest.starts_with(char::is_whitespace),
                None => {
                    c.is_ascii_digit()
                        && rest.strip_prefix(['.', '、']).is_some_and(|rest| rest.starts_with(char::is_whitespace))
                }
            }) || is_label(line)
        }
        _ => false,
    }
}

/// What follows the number, letter or Roman numeral of a list item.
fn enumerator(text: &str) -> Option<&str> {
    let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        // Numbers of parts: 1.2.3
        let mut rest = &text[digits..];
        for _ in 0..4 {
            let Some(part) = rest.strip_prefix('.') else { break };
            let more = part.bytes().take(3).take_while(u8::is_ascii_digit).count();
            if more == 0 {
                break;
            }
            rest = &part[more..];
        }
        return Some(rest);
    }
    let roman = text.bytes().take(5).take_while(|b| b"ivxIVX".contains(b)).count();
    if (1..=4).contains(&roman) && text[roman..].starts_with(')') {
        return Some(&text[roman..]);
    }
    let mut chars = text.chars();
    chars.next().filter(|c| c.is_alphabetic()).map(|_| chars.as_str())
}

/// Whether a line begins with a label of up to three words and a colon: `Date of birth: `.
fn is_label(line: &str) -> bool {
    let mut words = 1;
    for (at, c) in line.char_indices() {
        match c {
            ':' => return line[at + 1..].starts_with(char::is_whitespace),
            ' ' => words += 1,
            _ if c.is_alphanumeric() || c == '-' => {}
            _ => return false,
        }
        if words > 3 || at > MAX_WORD {
            return false;
        }
    }
    false
}

/// What a character does at the end of a sentence.
fn is_full_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！'
            | '？'
            | '｡'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '፧'
            | '፨'
            | '။'
            | '។'
            | '៕'
            | '⸮'
            | '᠃'
            | '᠉'
    )
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '“'
            | '‘'
            | '»'
            | '«'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '〕'
            | '＂'
    )
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '„'
            | '«'
            | '»'
            | '‹'
            | '('
            | '['
            | '{'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
            | '¿'
            | '¡'
            | '*'
            | '_'
    )
}

/// Cuts a block at its stops.
fn cut_block(text: &str, block: Range<usize>, found: &mut Vec<Range<usize>>) {
    let body = &text[block.clone()];
    let mut start = 0;
    // Where the first word of the sentence begins.
    let mut first = None;
    let mut word = 0;
    // The word before `word`.
    let mut previous = 0..0;
    let mut at = 0;
    while let Some(c) = body[at..].chars().next() {
        let next = at + c.len_utf8();
        if c.is_whitespace() {
            if word < at {
                previous = word..at;
            }
            word = next;
            at = next;
            continue;
        }
        let first_word = *first.get_or_insert(at);
        let full = is_full_stop(c);
        if !full && !matches!(c, '.' | '!' | '?' | '…') {
            at = next;
            continue;
        }
        let stops = body[next..]
            .find(|c: char| !is_full_stop(c) && !matches!(c, '.' | '!' | '?' | '…'))
            .map_or(body.len(), |length| next + length);
        let closed = body[stops..].find(|c: char| !is_closer(c)).map_or(body.len(), |length| stops + length);
        let run = &body[at..stops];
        let ends = full
            || run.chars().any(is_full_stop)
            || match Follow::of(&body[closed..]) {
                Follow::Nothing => true,
                Follow::Joined => false,
                Follow::Lower => false,
                Follow::Word(follow) if run == "." => {
                    ends_at_stop(&body[word..at], &body[previous.clone()], first_word == word, follow)
                }
                Follow::Word(_) => true,
            };
        if ends {
            push(text, block.start + start..block.start + closed, found);
            start = closed;
            first = None;
            word = closed;
            previous = closed..closed;
        }
        at = if ends { closed } else { stops };
    }
    push(text, block.start + start..block.end, found);
}

/// What follows a stop.
enum Follow<'a> {
    /// The end of the block.
    Nothing,
    /// A character that is no white space.
    Joined,
    /// A word in small letters.
    Lower,
    /// Any other word, without the brackets and quotation marks before it.
    Word(&'a str),
}

impl<'a> Follow<'a> {
    fn of(rest: &'a str) -> Self {
        let shown = rest.trim_start();
        if shown.is_empty() {
            return Self::Nothing;
        }
        if shown.len() == rest.len() {
            return Self::Joined;
        }
        let shown = shown.trim_start_matches(is_opener);
        let shown = clip(shown, MAX_WORD);
        let end =
            shown.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | ')' | '"' | '”')).unwrap_or(shown.len());
        match shown.chars().next() {
            Some(c) if c.is_lowercase() => Self::Lower,
            // What goes on after an abbreviation, or a stop among other signs.
            Some(',' | ';' | ':') => Self::Lower,
            _ => Self::Word(&shown[..end]),
        }
    }
}

/// The beginning of a text, of at most so many bytes.
fn clip(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Whether the full stop behind `token` ends a sentence, when a word that is not in small letters follows; `first`: it is the first word of
/// the sentence.
fn ends_at_stop(token: &str, previous: &str, first: bool, follow: &str) -> bool {
    if token.len() > MAX_WORD {
        return true;
    }
    let token = token.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '№' && c != '°');
    // The part behind a dash or slash: `and/or Co.`, `Import-Export Inc.`
    let token = token.rsplit(['/', '(', '–', '—']).next().unwrap_or(token);
    if token.is_empty() {
        return true;
    }
    let digits = token.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let follow_lower = follow.to_lowercase();
    let starts = WORDS.get(&*follow_lower).is_some_and(|flags| flags & STARTER != 0);
    if digits {
        // The number of a list item, or an ordinal number before a month.
        let item = first && token.split('.').all(|part| part.len() <= 3);
        return !(item || token.len() <= 2 && is_month(&follow_lower));
    }
    let lower = token.to_lowercase();
    let mut flags = WORDS.get(&*lower).map_or(0, |flags| flags & !STARTER);
    // A word that is no abbreviation where it is not written with a capital, as most are: `no.`, `art.`, `max.`
    let number_follows = follow.starts_with(|c: char| c.is_numeric() || c == '№' || c == '#');
    if flags & NUMBER != 0 && !number_follows {
        flags &= !NUMBER;
    }
    if lower == "г" {
        // A year before it, or a city behind it.
        let year = previous.bytes().filter(u8::is_ascii_digit).count() >= 4;
        return year && (starts || !is_place(&follow_lower));
    }
    if flags & (BEFORE | NUMBER) != 0 {
        return starts && is_initial(token);
    }
    if flags & EITHER != 0 || is_initial(token) || is_dotted(token) {
        return starts;
    }
    true
}

/// The initial of a name; also of two joined by a hyphen: `J.-P.`
fn is_initial(token: &str) -> bool {
    let mut chars = token.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() && (c.is_uppercase() || c.is_lowercase())) && chars.as_str().is_empty()
        || token
            .rsplit(['-', '.'])
            .next()
            .is_some_and(|last| last != token && last.chars().count() == 1 && last.chars().all(char::is_uppercase))
}

/// Single letters with stops between them: `D.P.R.K`, `e.g`.
fn is_dotted(token: &str) -> bool {
    token.contains('.') && token.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

fn is_month(lower: &str) -> bool {
    const MONTHS: &[&str] = &[
        "januar",
        "jänner",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
        "january",
        "february",
        "march",
        "may",
        "june",
        "july",
        "october",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "oct",
        "nov",
        "dez",
        "dec",
        "januari",
        "februari",
        "marts",
        "maj",
        "tammikuuta",
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ];
    MONTHS.contains(&lower.trim_end_matches('.'))
}

/// Adds a sentence without the white space around it; a long one in pieces.
fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut start = range.start;
    loop {
        let rest = &text[start..range.end];
        let shown = rest.trim_start();
        start += rest.len() - shown.len();
        let shown = shown.trim_end();
        if shown.is_empty() {
            return;
        }
        if shown.len() <= MAX_BYTES {
            found.push(start..start + shown.len());
            return;
        }
        let head = clip(shown, MAX_BYTES);
        let next = shown[head.len()..].chars().next();
        let length = match head.rfind(char::is_whitespace) {
            _ if next.is_some_and(char::is_whitespace) => head.len(),
            Some(space) => space,
            None => head.len(),
        };
        let piece = head[..length].trim_end();
        found.push(start..start + piece.len());
        start += length;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text in which `|` marks every end of a sentence but the last.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let found: Vec<&str> = sentences(&text).into_iter().map(|range| &text[range]).collect();
        let expected: Vec<&str> = marked.split('|').map(str::trim).filter(|part| !part.is_empty()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn abbreviations_and_initials_end_no_sentence() {
        for marked in [
            "Mr. Kim met Dr. Pak in St. Petersburg.| They left.",
            "Acme Co. Ltd. Shanghai paid No. 91 Bureau.| The rest was held.",
            "It moved to the U.S. The end was near.".replace("U.S. ", "U.S.| ").as_str(),
            "The D.P.R.K. Ministry of Defence, e.g. Bureau 39, i.e. Office 39.| He left in Jan. 2025.",
            "Signed by J. K. Smith and J.-P. Martin.| Then J. Smith left.",
            "И. И. Иванов и ООО \"Ромашка\", г. Москва, ул. Ленина, д. 5, стр. 2.| Он уехал в 2019 г.| Компания закрыта.",
            "Общество им. Кирова, т.е. завод, и т. д.| В 2020 г. оно закрыто.",
            "Das ist z. B. Berlin, Nr. 5, am 3. Oktober 1990.| Es war gut.",
            "M. Dupont et Mme. Martin sont venus.| Ils sont partis.",
            "El Sr. López de Banco S.A. Madrid pagó.| No volvió.",
            "See Art. 5 of Reg. 2017/1509.| Next.",
            "The firm Widget Inc.| The owner left.",
            "He was paid on 16.01.2025 with 12.5 BTC at www.example.org, mail a.b@example.com.| Done",
            "Wait... what?| No!| Yes.",
            "Hmm... Then he left.".replace("... ", "...| ").as_str(),
            "The year was 2019.| Pak left with 12.| Then 3 came.",
            "He said \"I left.\"| Then (as planned.)| She stayed.",
            "Yahoo! is a firm.| Is it?| It is.",
        ] {
            check(marked);
        }
    }

    #[test]
    fn stops_of_other_scripts_end_sentences() {
        for marked in [
            "他走了。|她来了！|是吗？|「好。」|完",
            "हम आए।| वे गए॥| अंत",
            "هل جاء؟| نعم. ثم ذهب۔| انتهى".replace("نعم. ", "نعم.| ").as_str(),
            "Նա եկավ։| Գնաց։",
            "그는 떠났다.| 김정은 위원장이 왔다.",
            "እሱ መጣ።| ሄደ።",
        ] {
            check(marked);
        }
    }

    #[test]
    fn lines_end_sentences_where_they_begin_something() {
        for marked in [
            "A heading\n\n|The text goes on\nover lines.| End.",
            "A heading\r\n\r\n|The text goes on\r\nover lines.| End.",
            "A list:\n|- one thing\n|- another thing\n  that goes on\n|* third\n|• fourth",
            "1. First item\n|2. Second item\n|3) Third\n|(a) Fourth\n|b) Fifth\n|1.2. Sixth",
            "SANCTIONS LIST UPDATE\n|The list was changed.",
            "PAYMENT FOR SPARE PARTS OF\nMV OCEAN STAR.| THANKS",
            "Name: Kim Chol\n|Date of birth: 1 Jan. 1970\n|Address: Pyongyang",
            "a\tb\n|c\td\n|The text\ngoes on",
            "page one\u{c}|page two",
        ] {
            check(marked);
        }
        assert!(sentences("").is_empty() && sentences(" \n\r\n\t").is_empty());
    }

    #[test]
    fn a_long_sentence_is_cut_at_white_space() {
        let text = "word ".repeat(1_000);
        let found = sentences(&text);
        assert!(
            found.len() == 3
                && found.iter().all(|range| text[range.clone()].starts_with("word") && text[range.clone()].ends_with("word"))
        );
        let text = "日".repeat(2_000);
        assert_eq!(sentences(&text).len(), 4);
    }

    proptest! {
        #[test]
        fn sentences_are_in_order_and_have_all_that_is_shown(text in "([A-Za-zа-яé日。.!?…\"() \n\r\t:-]|Mr\\. |[0-9]|\\PC){0,300}", times in 1usize..12) {
            let text = text.repeat(times);
            let mut at = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= at && range.start < range.end && range.len() <= MAX_BYTES);
                prop_assert!(text[at..range.start].trim().is_empty());
                let sentence = &text[range.clone()];
                prop_assert_eq!(sentence, sentence.trim());
                at = range.end;
            }
            prop_assert!(text[at..].trim().is_empty());
        }
    }
}
