//! Parsing of names: a raw string and what it names go in; tokens with their parts, legal forms, native
//! spelling and keys come out. The steps are folding (see [`crate::fold`]), joining of dotted initials,
//! legal forms, then each word by the rules of its script, and last the parts of particles, titles and
//! generic words, which depend on the whole name.

use crate::chinese;
use crate::common;
use crate::cyrillic::Orthography;
use crate::fold::{Break, Folded, Word, fold_words};
use crate::hangul::{Syllable, romanise_syllable};
use crate::japanese;
use crate::korean::{cyrillic_keys, is_korean_key, korean_keys};
use crate::lexicon::{self, Part, Position};
use crate::prepare;
use crate::romanise::{self, word_to_latin};
use crate::script::{Script, script_of, script_of_words};
use crate::segment::{CHINESE, KOREAN, Piece, Sense};
use crate::semitic;
use crate::skeleton::skeleton;
use crate::surnames;
use crate::token::{NameKind, NameNote, ParsedName, Token, TokenKind};
use crate::translate;

/// The most tokens a name gives; the rest of a longer name is left out with [`NameNote::Truncated`].
pub const MAX_TOKENS: usize = 64;
/// The most characters of a name that are read, after normalisation. The longest name on the lists of
/// 2025 has fewer than 400.
pub const MAX_CHARS: usize = 2048;
/// The most further readings of a token.
pub const MAX_READINGS: usize = 6;
/// How many Cantonese readings of a given name are kept.
const CANTONESE: usize = 4;

/// Parses a name. Never fails: what cannot be read as a name comes out as few or no tokens.
///
/// ```
/// use interdict_names::{NameKind, TokenKind, parse_name};
///
/// let name = parse_name("Chonsurim Trading Corp.", NameKind::Organization);
/// let texts: Vec<&str> = name.tokens.iter().map(|token| token.text.as_str()).collect();
/// assert_eq!(texts, ["chonsurim", "trading", "corp"]);
/// assert_eq!(name.tokens[2].kind, TokenKind::LegalForm("corp"));
/// // The Hangul spelling meets it through its Korean key.
/// let hangul = parse_name("천수림무역회사", NameKind::Organization);
/// assert_eq!(hangul.tokens[0].korean, name.tokens[0].korean);
/// ```
#[must_use]
pub fn parse_name(raw: &str, kind: NameKind) -> ParsedName {
    let raw = &*prepare::split_camel(raw, kind == NameKind::Person);
    let Folded { words, mut notes } = fold_words(raw);
    let script = script_of_words(words.iter().map(|word| (word.script, word.text.as_str())));
    let orthography = romanise::orthography(raw, &words);
    let mut words = prepare::join_servant(split_numbers(words));
    if kind != NameKind::Person {
        words = lexicon::join_forms(lexicon::join_dotted(words));
    }
    if matches!(kind, NameKind::Organization | NameKind::Object) {
        words = prepare::split_making(prepare::numbers_in_words(prepare::join_letters(words)));
    }
    if matches!(kind, NameKind::Object | NameKind::Unknown) {
        join_vessel_prefix(&mut words);
    }
    let mut parser = Parser {
        kind,
        orthography,
        tokens: Vec::with_capacity(words.len().min(MAX_TOKENS)),
        comma_after: None,
        truncated: false,
    };
    parser.run(&words);
    parser.classify();
    if parser.truncated && !notes.contains(&NameNote::Truncated) {
        notes.push(NameNote::Truncated);
    }
    let comma_after = parser.comma_after.filter(|&at| at + 1 < parser.tokens.len());
    ParsedName { tokens: parser.tokens, script, notes, comma_after }
}

struct Parser {
    kind: NameKind,
    orthography: Orthography,
    tokens: Vec<Token>,
    comma_after: Option<usize>,
    truncated: bool,
}

impl Parser {
    /// Whether the rules for names of organisations apply.
    fn is_body(&self) -> bool {
        matches!(self.kind, NameKind::Organization | NameKind::Unknown)
    }

    fn run(&mut self, words: &[Word]) {
        let mut at = 0;
        while at < words.len() && !self.truncated {
            let legal = if self.is_body() { legal_form(words, at) } else { None };
            let word = &words[at];
            if word.before.has(Break::COMMA)
                && matches!(self.kind, NameKind::Person | NameKind::Unknown)
                && legal.is_none()
                && self.comma_after.is_none()
            {
                self.comma_after = self.tokens.len().checked_sub(1);
            }
            if let Some((length, id)) = legal {
                let native: Vec<&str> = words[at..at + length].iter().map(|word| word.text.as_str()).collect();
                let native = (word.script != Script::Latin).then(|| native.join(" "));
                self.push(id.to_owned(), native, TokenKind::LegalForm(id), lexicon::legal_canon(id), Vec::new());
                at += length;
            } else if let Some(length) = number_sign(words, at) {
                at += length;
            } else {
                self.word(words, at);
                at += 1;
            }
        }
    }

    fn push(
        &mut self,
        text: String,
        native: Option<String>,
        kind: TokenKind,
        canon: Option<&'static str>,
        korean: Vec<String>,
    ) {
        if self.tokens.len() >= MAX_TOKENS {
            self.truncated = true;
            return;
        }
        let skeleton = skeleton(&text);
        let canon = if kind == TokenKind::Generic { canon.map(lexicon::concept) } else { canon };
        self.tokens.push(Token { text, native, kind, canon, korean, skeleton, readings: Vec::new(), common: 0 });
    }

    fn word(&mut self, words: &[Word], at: usize) {
        let word = &words[at];
        match word.script {
            Script::None => {
                if word.text.bytes().all(|b| b.is_ascii_digit()) {
                    let number = word.text.trim_start_matches('0');
                    let number = if number.is_empty() { "0" } else { number };
                    self.push(number.to_owned(), None, TokenKind::Number, None, Vec::new());
                } else {
                    self.plain(word);
                }
            }
            Script::Latin => {
                if is_article(words, at) {
                    self.push("al".to_owned(), None, TokenKind::Word, None, Vec::new());
                } else {
                    self.plain(word);
                }
            }
            Script::Hangul => self.hangul(words, at),
            Script::Han => self.han(words, at),
            Script::Arabic => self.arabic(word),
            _ => self.plain(word),
        }
    }

    /// A word that is one token.
    fn plain(&mut self, word: &Word) {
        let text = word_to_latin(&word.text, word.script, self.orthography);
        let native = (text != word.text).then(|| word.text.clone());
        self.push(text, native, TokenKind::Word, None, Vec::new());
    }

    fn native(&mut self, text: String, native: &str, korean: Vec<String>) {
        self.push(text, Some(native.to_owned()), TokenKind::Word, None, korean);
    }

    /// A word with further readings, of which repetitions and those beyond [`MAX_READINGS`] are left out.
    fn read(&mut self, text: String, native: &str, keys: Vec<String>, readings: impl IntoIterator<Item = String>) {
        let mut kept: Vec<String> = Vec::new();
        for reading in readings {
            if kept.len() < MAX_READINGS && reading != text && !reading.is_empty() && !kept.contains(&reading) {
                kept.push(reading);
            }
        }
        let before = self.tokens.len();
        self.native(text, native, keys);
        // A name that is full takes no more tokens.
        if let Some(token) = self.tokens.get_mut(before) {
            token.readings = kept;
        }
    }

    fn arabic(&mut self, word: &Word) {
        let text = word.text.as_str();
        if self.is_body()
            && let Some(canon) = arabic_generic(text)
        {
            let latin = word_to_latin(text, Script::Arabic, self.orthography);
            self.push(latin, Some(text.to_owned()), TokenKind::Generic, Some(canon), Vec::new());
            return;
        }
        if self.is_body()
            && let Some(meaning) = translate::meaning(text, Script::Arabic)
        {
            let rest = text.strip_prefix(semitic::ARTICLE).filter(|rest| rest.chars().count() >= 2);
            let latin = word_to_latin(rest.unwrap_or(text), Script::Arabic, self.orthography);
            if rest.is_some() && !meaning.generic {
                self.push("al".to_owned(), Some(semitic::ARTICLE.to_owned()), TokenKind::Particle, None, Vec::new());
            }
            let kind = if meaning.generic { TokenKind::Generic } else { TokenKind::Word };
            self.push(latin, Some(rest.unwrap_or(text).to_owned()), kind, Some(meaning.english), Vec::new());
            return;
        }
        if let Some(rest) = semitic::without_article(text) {
            self.push("al".to_owned(), Some(semitic::ARTICLE.to_owned()), TokenKind::Particle, None, Vec::new());
            self.native(word_to_latin(rest, Script::Arabic, self.orthography), rest, Vec::new());
        } else {
            self.plain(word);
        }
    }

    fn hangul(&mut self, words: &[Word], at: usize) {
        let text = words[at].text.as_str();
        let syllables: Option<Vec<Syllable>> = text.chars().map(Syllable::of).collect();
        let Some(syllables) = syllables else {
            // Single jamo: no syllables to work with.
            self.plain(&words[at]);
            return;
        };
        let person = match self.kind {
            NameKind::Person => true,
            NameKind::Unknown => !looks_like_body(&KOREAN.segment(text), syllables.len()),
            NameKind::Organization | NameKind::Object => false,
        };
        if person {
            self.korean_person(words, at, &syllables);
        } else if self.is_body() {
            self.pieces(KOREAN.segment(text), Script::Hangul);
        } else {
            self.unknown_run(text, Script::Hangul);
        }
    }

    /// A word of a Korean person's name: the family name, then one token for each syllable of the
    /// given name, as lists and passports write them.
    fn korean_person(&mut self, words: &[Word], at: usize, syllables: &[Syllable]) {
        let text = words[at].text.as_str();
        let others: Vec<&Word> = words.iter().filter(|word| word.script == Script::Hangul).collect();
        let alone = others.len() == 1;
        let first = others.first().is_some_and(|word| std::ptr::eq(*word, &raw const words[at]));
        let last = others.last().is_some_and(|word| std::ptr::eq(*word, &raw const words[at]));
        let count = syllables.len();
        // A family name in Han characters stands before the given name in Hangul (陳서준).
        let hanja = at > 0 && is_hanja_family(words, at - 1);
        // Byte length of the family name at the start of this word.
        let family = if hanja {
            0
        } else if alone || (first && (3..=4).contains(&count) && surnames::starts_with_korean_family(text)) {
            match count {
                2..=4 => surnames::korean_prefix(text),
                1 => text.len(),
                _ => 0,
            }
        } else if first && (count == 1 || surnames::is_korean_compound(text)) {
            text.len()
        } else if last
            && count == 1
            && others.first().is_some_and(|word| word.text.chars().count() > 1 && !surnames::is_korean_compound(&word.text))
        {
            // Given name first: 철민 최.
            text.len()
        } else {
            0
        };
        if family == 0 && count > 2 {
            // Too long for a given name: a foreign name in Hangul, or a title.
            self.unknown_run(text, Script::Hangul);
            return;
        }
        if family > 0 {
            let family = &text[..family];
            self.native(surnames::korean_text(family), family, korean_keys(family));
        }
        let given = &text[family..];
        let skipped = count - given.chars().count();
        let mut before = None;
        for (c, &syllable) in given.chars().zip(&syllables[skipped..]) {
            let native = c.to_string();
            let keys = korean_keys(&native);
            self.native(romanise_syllable(syllable, before), &native, keys);
            before = Some(syllable);
        }
    }

    fn han(&mut self, words: &[Word], at: usize) {
        let text = words[at].text.as_str();
        let count = text.chars().count();
        let person = match self.kind {
            NameKind::Person => true,
            NameKind::Unknown => !looks_like_body(&CHINESE.segment(text), count),
            NameKind::Organization | NameKind::Object => false,
        };
        if person {
            self.han_person(words, at);
        } else if self.is_body() {
            self.pieces(CHINESE.segment(text), Script::Han);
        } else {
            self.unknown_run(text, Script::Han);
        }
    }

    /// A word of a person's name in Han characters: the family name and the given name, by their Chinese reading, or by the Korean one
    /// beside a word in Hangul.
    fn han_person(&mut self, words: &[Word], at: usize) {
        let text = words[at].text.as_str();
        let count = text.chars().count();
        let alone = words
            .iter()
            .all(|word| std::ptr::eq(word, &raw const words[at]) || !matches!(word.script, Script::Han | Script::Kana));
        let first =
            words.iter().find(|word| word.script == Script::Han).is_some_and(|word| std::ptr::eq(word, &raw const words[at]));
        if is_hanja_family(words, at)
            && let Some(hangul) = surnames::hanja_reading(text)
        {
            let pinyin = surnames::chinese_text(text);
            self.read(surnames::korean_text(&hangul), text, surnames::hanja_keys(text, true), [pinyin]);
            return;
        }
        if let Some(family) = japanese_family(words, at, alone) {
            let (family, given) = text.split_at(family);
            self.japanese(family, given);
            return;
        }
        let family = if alone && (2..=4).contains(&count) {
            surnames::chinese_prefix(text)
        } else if first && surnames::is_chinese(text) {
            text.len()
        } else {
            0
        };
        let (family, given) = text.split_at(family);
        // 林, 森 and 原 are family names in both languages, and a given name may stand alone.
        let known = chinese::is_family(family);
        let both = japanese::is_given(given) && (!known || japanese::surname_readings(family).is_some());
        if !family.is_empty() {
            let latin = surnames::chinese_text(family);
            let mut readings = Vec::new();
            if both {
                readings.extend(japanese::surname_readings(family).into_iter().flatten().take(2).map(str::to_owned));
            }
            if known {
                readings.extend(chinese::family_spellings(family).iter().map(|spelling| (*spelling).to_owned()));
            } else {
                readings.extend(chinese::cantonese(family, CANTONESE / 2));
                readings.extend(japanese::given_readings(family));
            }
            self.read(latin, family, surnames::han_keys(family, true), readings);
        }
        if !given.is_empty() {
            let latin = word_to_latin(given, Script::Han, self.orthography);
            let mut readings = chinese::cantonese(given, if both { CANTONESE / 2 } else { CANTONESE });
            if both {
                readings.extend(japanese::given_readings(given));
            }
            self.read(latin, given, surnames::han_keys(given, false), readings);
        }
    }

    /// The parts of a Japanese name in kanji, either of which may be empty.
    fn japanese(&mut self, family: &str, given: &str) {
        let mut read = |part: &str, readings: Vec<String>| {
            let pinyin = word_to_latin(part, Script::Han, self.orthography);
            let mut readings = readings.into_iter();
            let text = readings.next().unwrap_or_else(|| pinyin.clone());
            self.read(text, part, surnames::han_keys(part, false), readings.take(MAX_READINGS - 1).chain([pinyin]));
        };
        if !family.is_empty() {
            let known = japanese::surname_readings(family).map(|readings| readings.map(str::to_owned).collect());
            read(family, known.unwrap_or_else(|| japanese::given_readings(family)));
        }
        if !given.is_empty() {
            read(given, japanese::given_readings(given));
        }
    }

    /// The pieces of a segmented name of an organisation.
    fn pieces(&mut self, pieces: Vec<Piece<'_>>, script: Script) {
        for piece in pieces {
            match piece {
                Piece::Unknown(run) => self.unknown_run(run, script),
                Piece::Known(native, senses) => {
                    for (i, &(word, sense)) in senses.iter().enumerate() {
                        // The native text goes with the first of its tokens.
                        let native = Some(if i == 0 { native.to_owned() } else { String::new() }).filter(|s| !s.is_empty());
                        match sense {
                            Sense::Generic => {
                                self.push(word.to_owned(), native, TokenKind::Generic, Some(word), Vec::new());
                            }
                            Sense::Stop => self.push(word.to_owned(), native, TokenKind::Stop, None, Vec::new()),
                            Sense::Word => self.push(word.to_owned(), native, TokenKind::Word, None, Vec::new()),
                            Sense::Legal(id) => {
                                let canon = lexicon::legal_canon(id);
                                self.push(id.to_owned(), native, TokenKind::LegalForm(id), canon, Vec::new());
                            }
                        }
                    }
                }
            }
        }
    }

    /// A run of Han or Hangul that no dictionary knows: one token.
    fn unknown_run(&mut self, run: &str, script: Script) {
        let keys = if script == Script::Hangul { korean_keys(run) } else { Vec::new() };
        self.native(word_to_latin(run, script, self.orthography), run, keys);
    }

    /// Decides what the words are, and gives Korean keys to those that may be Korean.
    fn classify(&mut self) {
        let count = self.tokens.len();
        let person = matches!(self.kind, NameKind::Person | NameKind::Unknown);
        let mut plain = 0;
        for at in 0..count {
            let token = &mut self.tokens[at];
            if token.kind != TokenKind::Word {
                continue;
            }
            if token.korean.is_empty() && token.text.len() <= 14 {
                token.korean = latin_korean_keys(token);
            }
            if person && let Some(native) = token.native.as_deref() {
                token.korean.append(&mut chinese::cyrillic_keys(native));
            } else if person && token.native.is_none() {
                token.korean.append(&mut chinese::chinese_keys(&token.text));
                chinese::push_family_keys(&token.text, &mut token.korean);
            }
            // In a person's name a single letter at the start is no article or preposition.
            if is_letter(token) && (!is_name_word(token) || (at == 0 && self.kind == NameKind::Person)) {
                token.kind = TokenKind::Initial;
                continue;
            }
            plain += 1;
        }
        let all = |reads: fn(&str) -> bool| self.tokens.iter().all(|token| token.korean.iter().any(|key| reads(key)));
        let korean = all(is_korean_key);
        let east_asian = korean || all(chinese::is_chinese_key);
        for at in 0..count {
            if self.tokens[at].kind != TokenKind::Word {
                continue;
            }
            let Some(entry) = known_as(&self.tokens[at]) else {
                if self.is_body() {
                    translate(&mut self.tokens[at]);
                }
                continue;
            };
            let kind = self.part(at, entry.part, plain, east_asian);
            let token = &mut self.tokens[at];
            if let Some(canon) = entry.canon.filter(|_| matches!(self.kind, NameKind::Organization | NameKind::Unknown)) {
                token.kind = TokenKind::Generic;
                token.canon = Some(lexicon::concept(canon));
                token.korean = Vec::new();
            } else if let Some(kind) = kind {
                token.kind = kind;
                if kind == TokenKind::Title {
                    plain -= 1;
                }
                if kind == TokenKind::Stop {
                    token.korean = Vec::new();
                }
            } else if is_letter(token) {
                token.kind = TokenKind::Initial;
            }
        }
        self.made_of_two();
        self.say_it_once();
        self.roman_numerals();
        self.generation();
        if person && self.tokens.iter().all(|token| token.native.is_none()) {
            for token in self.tokens.iter_mut().filter(|token| token.kind == TokenKind::Word) {
                token.readings.extend(japanese::short_vowels(&token.text));
            }
        }
        // O, U and I are family names when the rest of the name can be Korean too.
        let whole = count >= 3 || self.comma_after == Some(0);
        if let Some(first) = self.tokens.first_mut().filter(|first| first.kind == TokenKind::Initial)
            && korean
            && whole
            && self.kind == NameKind::Person
        {
            first.kind = TokenKind::Word;
        }
        for token in self.tokens.iter_mut().filter(|token| token.kind == TokenKind::Word) {
            token.common = match self.kind {
                NameKind::Person => common::in_people(&token.text, &token.skeleton),
                NameKind::Organization => common::in_bodies(&token.text),
                NameKind::Object | NameKind::Unknown => 0,
            };
        }
    }

    /// "Machine building" and "instrument making" are one word elsewhere, and the first part says it.
    fn made_of_two(&mut self) {
        for at in 1..self.tokens.len() {
            let [before, token] = &mut self.tokens[at - 1..=at] else { return };
            let made = matches!(before.canon, Some("machinery" | "instrument" | "shipping" | "engine" | "turbine"));
            if made && token.kind == TokenKind::Generic && matches!(token.text.as_str(), "building" | "making") {
                token.kind = TokenKind::Stop;
                if before.canon == Some("shipping") {
                    before.canon = Some("shipbuilding");
                }
            }
        }
    }

    /// Of two generic words beside each other that translate to one ("scientific research", سرمایه گذاری in two words) one is enough.
    /// Two words of one language with the same canonical word (Korea Choson) are both meant.
    fn say_it_once(&mut self) {
        let canon = |token: &Token| lexicon::entry(&token.text).and_then(|entry| entry.canon);
        for at in 1..self.tokens.len() {
            let [before, token] = &mut self.tokens[at - 1..=at] else { return };
            let twice = token.kind == TokenKind::Generic && before.canon == token.canon && before.text != token.text;
            if twice && (token.native.is_some() || canon(before) != canon(token)) {
                token.kind = TokenKind::Stop;
            }
        }
    }

    /// Roman numerals in names of organisations, funds and vessels mean their number: two letters or more anywhere behind the first word,
    /// a single letter at the end of the name only. They stay words, so that a slip in one is seen as a slip.
    fn roman_numerals(&mut self) {
        if !matches!(self.kind, NameKind::Organization | NameKind::Object) {
            return;
        }
        let legal = |token: &Token| matches!(token.kind, TokenKind::LegalForm(_));
        let end = self.tokens.iter().rposition(|token| !legal(token)).map_or(0, |last| last + 1);
        for at in 1..end {
            let token = &mut self.tokens[at];
            let open = token.native.is_none()
                && token.canon.is_none()
                && matches!(token.kind, TokenKind::Word | TokenKind::Initial | TokenKind::Stop);
            if open && (token.text.len() > 1 || at + 1 == end) {
                token.canon = prepare::roman(&token.text);
            }
        }
    }

    /// II, III and IV at the end of a person's name of three parts or more count generations.
    fn generation(&mut self) {
        if self.kind == NameKind::Person
            && self.tokens.len() >= 3
            && let Some(last) = self.tokens.last_mut().filter(|last| last.kind == TokenKind::Word && last.native.is_none())
            && matches!(last.text.as_str(), "ii" | "iii" | "iv")
        {
            last.kind = TokenKind::Title;
            last.korean = Vec::new();
        }
    }

    /// The kind of the token at `at` when it plays a part in its name.
    fn part(&self, at: usize, part: Option<(Part, Position)>, plain: usize, east_asian: bool) -> Option<TokenKind> {
        let (part, position) = part?;
        let count = self.tokens.len();
        let person = self.kind == NameKind::Person;
        let ends = at + 1 == count || self.comma_after == Some(at);
        match part {
            Part::Stop => (!person || position == Position::Any).then_some(TokenKind::Stop),
            Part::Particle => {
                // A short word such as Da or Do is a particle only between others, and never in a name
                // whose every word can be Korean or Chinese.
                let doubtful = position == Position::Inner && (at == 0 || (person && east_asian));
                (!ends && !doubtful).then_some(TokenKind::Particle)
            }
            Part::Title => {
                let wanted = if position == Position::Any { 2 } else { 3 };
                // What a particle leads to at the end is the name: El Sayed, bin Khan.
                if ends && at > 0 && self.tokens[at - 1].kind == TokenKind::Particle {
                    return None;
                }
                (matches!(self.kind, NameKind::Person | NameKind::Unknown) && plain >= wanted).then_some(TokenKind::Title)
            }
            Part::Vessel => {
                (matches!(self.kind, NameKind::Object | NameKind::Unknown) && at == 0 && count > 1).then_some(TokenKind::Title)
            }
        }
    }
}

/// What the lexicon knows of a token: by its native spelling first, and for the part it plays by the
/// Latin one too, so that بن is the particle bin.
fn known_as(token: &Token) -> Option<lexicon::Entry> {
    let Some(native) = token.native.as_deref() else { return lexicon::entry(&token.text) };
    lexicon::entry(native).or_else(|| {
        let alphabetic = matches!(script_of(native), Script::Arabic | Script::Cyrillic | Script::Hebrew);
        let part = lexicon::entry(&token.text).filter(|_| alphabetic)?.part;
        Some(lexicon::Entry { canon: None, part })
    })
}

/// Gives a word of an organisation's name its English meaning when the table has one.
fn translate(token: &mut Token) {
    let script = token.native.as_deref().map_or(Script::Latin, script_of);
    if token.canon.is_some() || !matches!(script, Script::Latin | Script::Cyrillic | Script::Greek | Script::Hebrew) {
        return;
    }
    if let Some(meaning) = translate::meaning(token.native.as_deref().unwrap_or(&token.text), script) {
        token.canon = Some(if meaning.generic { lexicon::concept(meaning.english) } else { meaning.english });
        token.korean = Vec::new();
        if meaning.generic {
            token.kind = TokenKind::Generic;
        }
    }
}

/// Whether a token is listed as a particle, title or function word.
fn is_name_word(token: &Token) -> bool {
    lexicon::entry(token.native.as_deref().unwrap_or(&token.text)).is_some_and(|entry| entry.part.is_some())
}

/// Korean keys of a token that was not written in Hangul.
fn latin_korean_keys(token: &Token) -> Vec<String> {
    match &token.native {
        Some(native) if native.chars().all(|c| ('\u{400}'..='\u{52f}').contains(&c)) => {
            let mut keys = cyrillic_keys(native);
            for key in korean_keys(&token.text) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            keys
        }
        // Kana, Arabic and the like are not how Korean names are spelled; Latin and Cyrillic are.
        Some(_) => Vec::new(),
        None => korean_keys(&token.text),
    }
}

/// Whether a token is a single letter.
fn is_letter(token: &Token) -> bool {
    let native = token.native.as_deref();
    native.unwrap_or(&token.text).chars().count() == 1 && !is_syllabic(native)
}

/// Whether a native token of one character is a whole syllable or word, not an initial.
fn is_syllabic(native: Option<&str>) -> bool {
    native.is_some_and(|native| {
        matches!(script_of(native), Script::Hangul | Script::Han | Script::Kana | Script::Other | Script::None)
    })
}

/// Byte length of the family name in the word at `at` when the name is Japanese: it has a word in kana, or starts with a Japanese family
/// name of two characters or more. `alone` says that no other word is in kanji or kana.
fn japanese_family(words: &[Word], at: usize, alone: bool) -> Option<usize> {
    let text = words[at].text.as_str();
    let chinese = text.chars().next().is_some_and(|c| chinese::is_family(&text[..c.len_utf8()]));
    if alone {
        return if surnames::is_chinese_compound_at(text) { None } else { japanese::long_surname(text, chinese) };
    }
    let kana = words.iter().any(|word| word.script == Script::Kana);
    let first = words.iter().position(|word| matches!(word.script, Script::Han | Script::Kana))?;
    if first == at {
        let known = japanese::surname_readings(text).is_some();
        if known && (kana || (japanese::is_long_surname(text) && !surnames::is_chinese(text))) {
            return Some(text.len());
        }
        // A given name that ends in kana.
        return if kana { japanese::long_surname(text, false) } else { None };
    }
    let before = words[first].text.as_str();
    let follows = kana || (japanese::is_long_surname(before) && !surnames::is_chinese(before));
    (follows && japanese::is_given(text)).then_some(0)
}

/// Whether the word at `at` is the family name of a Korean in Hanja: one or two characters before the only word in Hangul.
fn is_hanja_family(words: &[Word], at: usize) -> bool {
    let [family, given] = words else { return false };
    at == 0
        && family.script == Script::Han
        && given.script == Script::Hangul
        && family.text.chars().count() <= 2
        && given.text.chars().count() <= 2
}

/// Whether a run of Han or Hangul of unknown kind reads like the name of an organisation.
fn looks_like_body(pieces: &[Piece<'_>], characters: usize) -> bool {
    let ends_known = matches!(pieces.last(), Some(Piece::Known(word, senses))
        if word.chars().count() > 1 && senses.iter().any(|(_, sense)| matches!(sense, Sense::Generic | Sense::Legal(_))));
    characters > 4 || (ends_known && characters >= 4)
}

/// The canonical word of an Arabic business word, with or without the article and the particles that
/// are written together with it (للتجارة for trading, والمقاولات and contracting).
fn arabic_generic(word: &str) -> Option<&'static str> {
    const PREFIXES: [&str; 8] = ["", "وال", "بال", "لل", "ال", "و", "ب", "ل"];
    PREFIXES.iter().find_map(|prefix| {
        let rest = word.strip_prefix(prefix)?;
        // One letter taken off must leave a word, not the rest of another one.
        if prefix.chars().count() == 1 && rest.chars().count() < 4 {
            return None;
        }
        lexicon::entry(rest)?.canon
    })
}

/// The longest legal form that starts at word `at`: how many words it takes up, and its class.
fn legal_form(words: &[Word], at: usize) -> Option<(usize, &'static str)> {
    let first = words.get(at)?;
    for form in lexicon::legal_forms(&first.text) {
        let length = 1 + form.rest.len();
        let Some(rest) = words.get(at + 1..at + length) else { continue };
        if rest.iter().zip(&form.rest).all(|(word, wanted)| word.text == *wanted) && stands(words, at, length, form.position) {
            return Some((length, form.id));
        }
    }
    if let Some(found) = loose_legal_form(words, at) {
        return Some(found);
    }
    // Single letters apart: L L C, A/S, ش م ح. They must end the run of single letters.
    if !lexicon::is_single_letter(first) {
        return None;
    }
    let run = words[at..].iter().take_while(|word| lexicon::is_single_letter(word) && word.script == first.script).count();
    if !(2..=5).contains(&run) {
        return None;
    }
    let joined: String = words[at..at + run].iter().map(|word| word.text.as_str()).collect();
    let form = lexicon::legal_forms(&joined).iter().find(|form| form.rest.is_empty())?;
    stands(words, at, run, form.position).then_some((run, form.id))
}

/// A legal form that is written out, with slips or in any transliteration: every long word may have one edit. The words are looked at
/// only when the first is long; alone, it must mean nothing else.
fn loose_legal_form(words: &[Word], at: usize) -> Option<(usize, &'static str)> {
    let first = words.get(at)?;
    let alphabetic = matches!(first.script, Script::Latin | Script::Cyrillic);
    if !alphabetic || first.text.chars().count() + 1 < lexicon::LONG_WORD {
        return None;
    }
    let known = lexicon::entry(&first.text).is_some();
    let key = translate::key_of(first);
    let same = |key: &str, wanted: &str| {
        key == wanted
            || (wanted.len() >= lexicon::LONG_WORD && lexicon::within_one_edit(key, wanted))
            // A Latin c for the Cyrillic letter that looks like it.
            || (wanted == "s" && key == "c")
    };
    let mut rest: Vec<String> = Vec::new();
    for form in lexicon::loose_forms() {
        let length = form.keys.len();
        let Some(others) = words.get(at + 1..at + length) else { continue };
        if (known && length == 1) || !same(&key, &form.keys[0]) {
            continue;
        }
        while rest.len() < others.len() {
            rest.push(translate::key_of(&others[rest.len()]));
        }
        let all = rest.iter().zip(&form.keys[1..]).all(|(key, wanted)| same(key, wanted));
        if all && stands(words, at, length, form.position) {
            return Some((length, form.id));
        }
    }
    None
}

/// Whether a legal form stands where it may.
fn stands(words: &[Word], at: usize, length: usize, position: Position) -> bool {
    let after = at + length;
    let start = at == 0 && after < words.len();
    let end = || {
        let closes = after == words.len() || words[after].before.has(Break::OTHER) || legal_form(words, after).is_some();
        closes && (at > 0 || after == words.len())
    };
    match position {
        Position::Any => true,
        Position::Start => start,
        Position::End => end(),
        Position::Edge => start || end(),
        Position::Inner => at > 0 && after < words.len(),
    }
}

/// "No." and its like before a number say nothing: how many words to skip at `at`.
fn number_sign(words: &[Word], at: usize) -> Option<usize> {
    let word = &words[at];
    let next = words.get(at + 1).filter(|next| next.script == Script::None)?;
    let sign = matches!(word.text.as_str(), "no" | "nr" | "num" | "number" | "numero" | "номер");
    // n° 39
    let short = word.text == "n" && next.before.has(Break::OTHER);
    (sign || short).then_some(1)
}

/// Whether the word is an Arabic article whose l has become the next word's first letter: ash-Shabab.
fn is_article(words: &[Word], at: usize) -> bool {
    let text = words[at].text.as_str();
    let Some(next) = words.get(at + 1).filter(|next| next.before == Break::HYPHEN) else { return false };
    let Some(consonant) = text.strip_prefix(['a', 'e', 'i', 'u']) else { return false };
    matches!(consonant, "s" | "sh" | "d" | "dh" | "r" | "t" | "th" | "z" | "n" | "l") && next.text.starts_with(consonant)
}

/// Takes words such as `no39` and `39th` apart into the number and what is written with it.
fn split_numbers(words: Vec<Word>) -> Vec<Word> {
    let mixed = |word: &Word| {
        word.script != Script::None
            && word.text.bytes().any(|b| b.is_ascii_digit())
            && word.text.chars().any(char::is_alphabetic)
    };
    if !words.iter().any(mixed) {
        return words;
    }
    let mut out = Vec::with_capacity(words.len() + 1);
    for word in words {
        if !mixed(&word) {
            out.push(word);
            continue;
        }
        if let Some(number) = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.text.strip_suffix(suffix))
            && number.bytes().all(|b| b.is_ascii_digit())
        {
            out.push(Word { text: number.to_owned(), script: Script::None, before: word.before });
            continue;
        }
        let letters = word.text.trim_end_matches(|c: char| c.is_ascii_digit());
        let (letters, digits) = word.text.split_at(letters.len());
        if !digits.is_empty() && letters.chars().count() >= 2 && letters.chars().all(char::is_alphabetic) {
            out.push(Word { text: letters.to_owned(), script: word.script, before: word.before });
            out.push(Word { text: digits.to_owned(), script: Script::None, before: Break::NONE });
        } else {
            out.push(word);
        }
    }
    out
}

/// M/V and M.V. before the name of a vessel are one prefix.
fn join_vessel_prefix(words: &mut Vec<Word>) {
    let [first, second, _, ..] = words.as_slice() else { return };
    if !lexicon::is_single_letter(first) || !lexicon::is_single_letter(second) || second.before.has(Break::SPACE) {
        return;
    }
    let joined = format!("{}{}", first.text, second.text);
    if lexicon::entry(&joined).and_then(|entry| entry.part).is_some_and(|(part, _)| part == Part::Vessel) {
        words[0].text = joined;
        words.remove(1);
    }
}
