//! Korean keys: a Latin or Hangul token goes in, the keys under which every common spelling of the
//! same Korean syllables meets come out (정 = Jong = Chong = Jung = Jeong, 이 = 리 = Ri = Lee = Yi).
//!
//! A key is made of [`KEY_LEN`] ASCII characters per syllable: initial class, vowel class, final
//! class. The key of a joined name is therefore the concatenation of the keys of its parts.
//!
//! | part | class | letters |
//! |---|---|---|
//! | initial | `K` `T` `P` `J` `S` `H` `M` | plain, tense and aspirated stops fall together, as romanisations confuse them |
//! | initial | `L` | ㄹ and ㄴ, and silent ㅇ before i and y: South Korean speech drops or changes them (리 = 이, 로 = 노) |
//! | initial | `0` | silent ㅇ before other vowels |
//! | vowel | `o` | ㅓ ㅗ ㅜ ㅡ: `o`, `eo` and `u` stand for different vowels in each system |
//! | vowel | `Y` | ㅕ ㅛ ㅠ, for the same reason |
//! | vowel | `a` `A` `i` `e` `E` `O` `w` `v` `W` | ㅏ, ㅑ, ㅣㅢ, ㅐㅔ, ㅒㅖ, ㅚㅙㅞ, ㅘ, ㅝ, ㅟ |
//! | final | `_` `K` `N` `T` `L` `M` `P` `G` | none and the seven spoken finals, `G` for ng |
//!
//! The classes are coarse on purpose: a key finds candidates, scoring tells them apart.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::hangul::{Coda, NIEUN, RIEUL, SILENT, Syllable};
use crate::tables::{self, data};

/// Length of the key of one syllable, in bytes.
pub const KEY_LEN: usize = 3;
/// The most syllables a token may have to get a key.
pub const MAX_SYLLABLES: usize = 4;
/// The longest Latin token that is tried, in bytes.
const MAX_LATIN: usize = 14;
/// The longest spelling that follows no system, in bytes.
const MAX_IRREGULAR: usize = 6;
/// How many readings of an ambiguous Latin token are kept.
const MAX_READINGS: usize = 3;

/// Whether a key is a Korean one, and not a Chinese one (see [`crate::chinese_keys`]).
#[must_use]
pub fn is_korean_key(key: &str) -> bool {
    key.as_bytes().first().is_some_and(|first| first.is_ascii_uppercase() || *first == b'0')
}

/// The first of [`korean_keys`].
#[must_use]
pub fn korean_key(token: &str) -> Option<String> {
    korean_keys(token).into_iter().next()
}

/// The Korean keys of a folded token: either Hangul syllables, or lower-case Latin letters that can be
/// read as one to [`MAX_SYLLABLES`] Korean syllables. Fewer syllables come first; at most three
/// readings are kept, each with one variant in which neighbouring consonants are assimilated
/// (Okryu = Ongnyu). Empty when the token cannot be Korean.
#[must_use]
pub fn korean_keys(token: &str) -> Vec<String> {
    match token.chars().next() {
        Some(first) if Syllable::of(first).is_some() => hangul_keys(token),
        Some(first) if first.is_ascii_lowercase() => latin_keys(token.as_bytes()),
        _ => Vec::new(),
    }
}

/// How many Latin spellings of a Cyrillic word are tried.
const MAX_CYRILLIC: usize = 6;

/// What Cyrillic letters stand for, by where they stand.
#[derive(Default)]
struct Cyrillic {
    any: FxHashMap<&'static str, &'static str>,
    start: FxHashMap<&'static str, &'static str>,
    end: FxHashMap<&'static str, &'static str>,
}

static CYRILLIC: LazyLock<Cyrillic> = LazyLock::new(|| {
    let mut cyrillic = Cyrillic::default();
    for [letters, place, latin, _] in tables::rows::<4>(data::KOREAN_CYRILLIC) {
        match place {
            "start" => cyrillic.start.insert(letters, latin),
            "end" => cyrillic.end.insert(letters, latin),
            _ => cyrillic.any.insert(letters, latin),
        };
    }
    cyrillic
});

/// The Korean keys of a folded Cyrillic word that spells Korean syllables as Russian does (Чен and Чон are 정, Цой and Чхве are 최).
/// Empty when the word cannot be Korean.
pub(crate) fn cyrillic_keys(word: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for latin in cyrillic_spellings(word) {
        for key in latin_keys(latin.as_bytes()) {
            if keys.len() < MAX_CYRILLIC && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

fn cyrillic_spellings(word: &str) -> Vec<String> {
    let is_vowel = |c: char| matches!(c, 'а' | 'я' | 'о' | 'е' | 'э' | 'у' | 'ю' | 'ы' | 'и' | 'і' | 'в' | 'й');
    if word.chars().nth(MAX_LATIN).is_some() {
        return Vec::new();
    }
    let tables = &*CYRILLIC;
    let mut out = vec![String::new()];
    let mut at = 0;
    while let Some(first) = word[at..].chars().next() {
        let one = at + first.len_utf8();
        let two = one + word[one..].chars().next().map_or(0, char::len_utf8);
        let found = [two, one].into_iter().find_map(|end| {
            let letters = &word[at..end];
            let closes = at > 0 && word[..at].chars().next_back().is_some_and(is_vowel) && !word[end..].starts_with(is_vowel);
            let placed = if at == 0 {
                tables.start.get(letters)
            } else if closes {
                tables.end.get(letters)
            } else {
                None
            };
            placed.or_else(|| tables.any.get(letters)).map(|latin| (*latin, end))
        });
        let Some((latin, end)) = found else { return Vec::new() };
        out = latin.split(' ').flat_map(|latin| out.iter().map(move |begin| format!("{begin}{latin}"))).collect();
        out.truncate(2 * MAX_CYRILLIC);
        at = end;
    }
    out
}

/// One syllable of a key, and what assimilation needs to know of its spelling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Part {
    key: [u8; KEY_LEN],
    /// The initial is ㄹ or is written `r` or `l`.
    rieul: bool,
    /// The initial is ㄴ or is written `n`.
    nieun: bool,
}

/// Adds the key of `parts`, and of their assimilated form when that differs.
fn push_keys(parts: &[Part], out: &mut Vec<String>) {
    let text = |parts: &[Part]| {
        let mut key = String::with_capacity(KEY_LEN * MAX_SYLLABLES);
        for part in parts {
            key.extend(part.key.map(char::from));
        }
        key
    };
    let plain = text(parts);
    if !out.contains(&plain) {
        out.push(plain);
    }
    let mut spoken = [Part::default(); MAX_SYLLABLES];
    let Some(spoken) = spoken.get_mut(..parts.len()) else { return };
    spoken.copy_from_slice(parts);
    let mut changed = false;
    for i in 1..spoken.len() {
        let next = spoken[i];
        let nasal_next = next.rieul || next.nieun || next.key[0] == b'M';
        let coda = &mut spoken[i - 1].key[2];
        let assimilated = match *coda {
            b'K' if nasal_next => b'G',
            b'P' if nasal_next => b'M',
            b'T' if nasal_next => b'N',
            b'N' if next.rieul => b'L',
            _ => continue,
        };
        *coda = assimilated;
        changed = true;
    }
    if changed {
        let key = text(spoken);
        if !out.contains(&key) {
            out.push(key);
        }
    }
}

fn hangul_keys(token: &str) -> Vec<String> {
    let mut parts = [Part::default(); MAX_SYLLABLES];
    let mut count = 0;
    for c in token.chars() {
        let (Some(syllable), Some(part)) = (Syllable::of(c), parts.get_mut(count)) else { return Vec::new() };
        *part = part_of(syllable);
        count += 1;
    }
    let mut out = Vec::with_capacity(2);
    push_keys(&parts[..count], &mut out);
    out
}

fn part_of(syllable: Syllable) -> Part {
    let vowel = match syllable.vowel {
        0 => b'a',
        2 => b'A',
        1 | 5 => b'e',
        3 | 7 => b'E',
        6 | 12 | 17 => b'Y',
        9 => b'w',
        10 | 11 | 15 => b'O',
        14 => b'v',
        16 => b'W',
        19 | 20 => b'i',
        _ => b'o',
    };
    let onset = match syllable.onset {
        0 | 1 | 15 => b'K',
        3 | 4 | 16 => b'T',
        7 | 8 | 17 => b'P',
        12..=14 => b'J',
        9 | 10 => b'S',
        18 => b'H',
        6 => b'M',
        SILENT => silent(vowel),
        _ => b'L',
    };
    let coda = match syllable.sound() {
        Coda::None => b'_',
        Coda::K => b'K',
        Coda::N => b'N',
        Coda::T => b'T',
        Coda::L => b'L',
        Coda::M => b'M',
        Coda::P => b'P',
        Coda::Ng => b'G',
    };
    Part { key: [onset, vowel, coda], rieul: syllable.onset == RIEUL, nieun: syllable.onset == NIEUN }
}

/// The initial class of a syllable written without an initial.
fn silent(vowel: u8) -> u8 {
    if matches!(vowel, b'i' | b'Y' | b'A' | b'E') { b'L' } else { b'0' }
}

/// Spellings of one part of a syllable by their first letter, longest first.
type Spellings = [Vec<(&'static [u8], u8)>; 26];

struct Tables {
    initials: Spellings,
    vowels: Spellings,
    finals: Spellings,
    /// Spellings that follow no system, with the key of the syllable they stand for (Park, Whang).
    irregular: FxHashMap<&'static [u8], [u8; KEY_LEN]>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        initials: std::array::from_fn(|_| Vec::new()),
        vowels: std::array::from_fn(|_| Vec::new()),
        finals: std::array::from_fn(|_| Vec::new()),
        irregular: FxHashMap::default(),
    };
    for [part, spelling, class, _] in tables::rows::<4>(data::KOREAN_SYLLABLES) {
        let spelling = spelling.as_bytes();
        let (Some(first), Some(&class)) = (spelling.first(), class.as_bytes().first()) else { continue };
        let list = match part {
            "initial" => &mut tables.initials,
            "vowel" => &mut tables.vowels,
            "final" => &mut tables.finals,
            _ => continue,
        };
        if let Some(list) = list.get_mut(letter_index(*first)) {
            list.push((spelling, class));
        }
    }
    for list in tables.initials.iter_mut().chain(&mut tables.vowels).chain(&mut tables.finals) {
        list.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    }
    for [hangul, _, spellings, _] in tables::rows::<4>(data::KOREAN_SURNAMES) {
        let mut chars = hangul.chars();
        let (Some(syllable), None) = (chars.next().and_then(Syllable::of), chars.next()) else { continue };
        for spelling in spellings.split(' ').filter(|s| *s != "-") {
            tables.irregular.insert(spelling.as_bytes(), part_of(syllable).key);
        }
    }
    tables
});

fn letter_index(letter: u8) -> usize {
    usize::from(letter.wrapping_sub(b'a'))
}

fn latin_keys(token: &[u8]) -> Vec<String> {
    if token.len() > MAX_LATIN {
        return Vec::new();
    }
    let tables = &*TABLES;
    let mut out = Vec::new();
    if token.len() <= MAX_IRREGULAR
        && let Some(&key) = tables.irregular.get(token)
    {
        push_keys(&[Part { key, ..Part::default() }], &mut out);
    }
    if !plausible(token) {
        return out;
    }
    let mut reader = Reader { tables, token, parts: [Part::default(); MAX_SYLLABLES], found: Vec::new(), dead: 0 };
    let mut readings = 0;
    let mut fewest = None;
    for syllables in 1..=MAX_SYLLABLES {
        // A reading with one more syllable than needed is kept for recall (Suin is Su-in, not S-uin),
        // further ones only repeat vowels.
        if fewest.is_some_and(|fewest| syllables > fewest + 1) {
            break;
        }
        reader.found.clear();
        reader.read(0, 0, syllables, false);
        // A vowel directly after a vowel is the unlikely reading: it counts only when no other exists.
        let clean = reader.found.iter().any(|(_, hiatus)| !hiatus);
        if !clean && fewest.is_some() {
            continue;
        }
        for (parts, hiatus) in &reader.found {
            if readings < MAX_READINGS && !(clean && *hiatus) {
                push_keys(&parts[..syllables], &mut out);
                readings += 1;
            }
        }
        if readings > 0 && fewest.is_none() {
            fewest = Some(syllables);
        }
    }
    out
}

/// A cheap test that throws out most words of other languages.
fn plausible(token: &[u8]) -> bool {
    let mut run = 0;
    for (i, &b) in token.iter().enumerate() {
        match b {
            b'f' | b'q' | b'v' | b'x' => return false,
            b'z' if i > 0 => return false,
            b'c' if token.get(i + 1) != Some(&b'h') => return false,
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w' => run = 0,
            b'a'..=b'z' => {
                run += 1;
                // The longest runs: two at the start (ch, sh), four inside (ng + ch).
                if run > 4 || (run > 2 && run == i + 1) {
                    return false;
                }
            }
            _ => return false,
        }
    }
    match token {
        [.., b'c' | b'd' | b's' | b'j' | b'z'] | [] => false,
        // Two consonants at the end: ng, ck, or a vowel with h before one (Ahn).
        [.., before, last] if !is_open(*last) && !is_open(*before) => {
            *before == b'h' || matches!((before, last), (b'n', b'g') | (b'c', b'k'))
        }
        _ => true,
    }
}

struct Reader<'a> {
    tables: &'a Tables,
    token: &'a [u8],
    parts: [Part; MAX_SYLLABLES],
    /// States without a reading, as bits: eight for each byte position, by the syllables still wanted.
    dead: u128,
    /// Readings found, and whether one holds a vowel directly after a vowel.
    found: Vec<([Part; MAX_SYLLABLES], bool)>,
}

impl Reader<'_> {
    /// Reads syllable number `depth` of `total` at byte `at`.
    fn read(&mut self, at: usize, depth: usize, total: usize, hiatus: bool) {
        let token = self.token;
        let left = token.len() - at;
        if depth == total {
            if left == 0 && self.found.len() < 2 * MAX_READINGS {
                self.found.push((self.parts, hiatus));
            }
            return;
        }
        // A syllable has at least one letter and at most two, four and two for its parts.
        let wanted = total - depth;
        let state = 1u128 << (at * 8 + wanted);
        if left < wanted || left > 8 * wanted || self.dead & state != 0 {
            return;
        }
        let known = self.found.len();
        let tables = self.tables;
        let rest = &token[at..];
        let first = rest[0];
        for &(spelling, class) in &tables.initials[letter_index(first)] {
            if rest.starts_with(spelling) {
                let part = Part { key: [class, 0, 0], rieul: matches!(first, b'r' | b'l'), nieun: first == b'n' };
                self.vowel(at + spelling.len(), depth, total, part, hiatus);
            }
        }
        let after_vowel = depth > 0 && self.parts[depth - 1].key[2] == b'_' && is_vowel(first);
        self.vowel(at, depth, total, Part { key: [b'0', 0, 0], ..Part::default() }, hiatus || after_vowel);
        if self.found.len() == known && known < 2 * MAX_READINGS {
            self.dead |= state;
        }
    }

    fn vowel(&mut self, at: usize, depth: usize, total: usize, part: Part, hiatus: bool) {
        let tables = self.tables;
        let Some(rest) = self.token.get(at..) else { return };
        let Some(&first) = rest.first() else { return };
        for &(spelling, class) in &tables.vowels[letter_index(first)] {
            if !rest.starts_with(spelling) {
                continue;
            }
            let mut part = part;
            part.key[1] = class;
            if part.key[0] == b'0' {
                part.key[0] = silent(class);
            } else if matches!(spelling, b"wu" | b"woo") {
                // Woo and Wu spell ㅜ only without an initial.
                continue;
            }
            let next = at + spelling.len();
            self.close(next, depth, total, part, b'_', hiatus);
            // ㅢ takes no final consonant in names.
            if matches!(spelling, b"ui" | b"eui") {
                continue;
            }
            let Some(&coda) = self.token.get(next) else { continue };
            for &(spelling, class) in &tables.finals[letter_index(coda)] {
                let end = next + spelling.len();
                let closes = self.token.get(next..).is_some_and(|rest| rest.starts_with(spelling));
                // A final r is a spelling of ㄹ at the end of a word only.
                if closes && (spelling != b"r" || end == self.token.len()) {
                    self.close(end, depth, total, part, class, hiatus);
                }
            }
        }
    }

    fn close(&mut self, at: usize, depth: usize, total: usize, mut part: Part, coda: u8, hiatus: bool) {
        part.key[2] = coda;
        self.parts[depth] = part;
        self.read(at, depth + 1, total, hiatus);
    }
}

/// Letters that can end a syllable without a final consonant.
fn is_open(letter: u8) -> bool {
    is_vowel(letter) || matches!(letter, b'y' | b'h' | b'w')
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn meet(hangul: &str, spellings: &str) {
        let wanted = korean_keys(hangul);
        assert!(!wanted.is_empty(), "{hangul} has no key");
        for spelling in spellings.split(' ') {
            let keys = korean_keys(spelling);
            assert!(keys.iter().any(|key| wanted.contains(key)), "{hangul} {wanted:?} and {spelling} {keys:?}");
        }
    }

    #[test]
    fn spellings_meet_their_hangul() {
        for (hangul, spellings) in [
            ("정", "chong jong jung jeong chung joung"),
            ("철", "chol cheol chul"),
            ("인", "in"),
            ("리", "ri rhee lee yi i li rhi"),
            ("이", "ri rhee lee yi i li rhi"),
            ("박", "pak park bak bark pahk"),
            ("최", "choe choi choy chey"),
            ("김", "kim gim"),
            ("현", "hyon hyun hyeon"),
            ("성", "song seong sung"),
            ("경", "kyong kyung gyeong kyoung"),
            ("우", "u woo wu"),
            ("오", "o oh"),
            ("용", "yong young yeong ryong"),
            ("국", "guk kuk gook kook"),
            ("은", "un eun"),
            ("천수림", "chonsurim cheonsurim"),
            ("금풍리", "geumpungri kumpungri kumpungni"),
            ("전", "jon chon zyon jeon"),
            ("유", "yu yoo ryu you yew"),
            ("임", "im rim lim yim"),
            ("노", "no ro roh noh"),
            ("백", "paek baek paik baik"),
            ("곽", "kwak gwak"),
            ("권", "kwon gwon kweon"),
            ("황", "hwang whang"),
            ("허", "ho heo huh hur"),
            ("희", "hui hi hee"),
            ("혁", "hyok hyuk hyeok"),
            ("서", "so seo suh"),
            ("안", "an ahn"),
            ("손", "son sohn"),
            ("석", "sok seok suk seog"),
            ("상만", "sangman"),
            ("인철", "inchol incheol inchul"),
            ("수인", "suin sooin"),
            ("은주", "eunju unju eunjoo"),
            ("경훈", "kyonghun kyunghoon kyeonghun"),
            ("옥류", "okryu ongnyu okryoo"),
            ("봉래산", "pongnaesan bongraesan pongraesan"),
            ("서준", "seojun sojun seojoon"),
            ("정은", "jongun jeongeun chongun jungeun"),
            ("여정", "yojong yeojeong yojung"),
        ] {
            meet(hangul, spellings);
        }
    }

    #[test]
    fn cyrillic_meets_hangul() {
        for (hangul, spellings) in [
            ("김", "ким"),
            ("정", "чен чон чжон"),
            ("은", "ын"),
            ("일", "ир иль"),
            ("성", "сен сон"),
            ("리", "ли ри"),
            ("박", "пак"),
            ("최", "цой чхве чой"),
            ("윤", "юн"),
            ("강", "кан"),
            ("황", "хван"),
            ("양", "ян"),
            ("손", "сон"),
            ("재", "чжэ чэ"),
            ("영", "ен"),
            ("혁", "хек"),
            ("원", "вон"),
            ("철", "чхоль чоль чер"),
            ("인철", "инчхоль"),
        ] {
            let wanted = korean_keys(hangul);
            for spelling in spellings.split(' ') {
                let keys = cyrillic_keys(spelling);
                assert!(keys.iter().any(|key| wanted.contains(key)), "{hangul} {wanted:?} and {spelling} {keys:?}");
            }
        }
        for word in ["сергей", "владимир", "иванов", "фёдор", "", "kim"] {
            assert_eq!(cyrillic_keys(word), Vec::<String>::new(), "{word}");
        }
    }

    #[test]
    fn keys_of_parts_concatenate() {
        for (joined, parts) in [
            ("inchol", "in chol"),
            ("sangman", "sang man"),
            ("cholmin", "chol min"),
            ("kyonghun", "kyong hun"),
            ("sukil", "su kil"),
            ("cholung", "chol ung"),
        ] {
            let mut keys = vec![String::new()];
            for part in parts.split(' ') {
                keys = keys.iter().flat_map(|k| korean_keys(part).into_iter().map(move |p| format!("{k}{p}"))).collect();
            }
            let whole = korean_keys(joined);
            assert!(whole.iter().any(|k| keys.contains(k)), "{joined} {whole:?} {keys:?}");
        }
    }

    #[test]
    fn different_syllables_stay_apart() {
        for (a, b) in [("kim", "kang"), ("jong", "jon"), ("chol", "chon"), ("pak", "paek"), ("han", "hong"), ("min", "myong")] {
            let keys = korean_keys(a);
            assert!(korean_keys(b).iter().all(|key| !keys.contains(key)), "{a} {b}");
        }
    }

    #[test]
    fn other_words_have_no_key() {
        for word in [
            "",
            "smith",
            "ivanov",
            "xavier",
            "franz",
            "trading",
            "schmidt",
            "christopher",
            "aleksandr",
            "qadhafi",
            "39",
            "a1",
            "kim2",
            "llc",
            "hassan5",
            "brown",
            "street",
            "bank",
            "technologies",
            "정a",
            "кім",
        ] {
            assert_eq!(korean_keys(word), Vec::<String>::new(), "{word}");
        }
    }

    #[test]
    fn every_syllable_has_one_key_and_its_own_spelling_meets_it() {
        let mut missed = 0;
        for code in 0xAC00..=0xD7A3u32 {
            let c = char::from_u32(code).unwrap();
            let hangul = c.to_string();
            let wanted = korean_keys(&hangul);
            assert_eq!(wanted.len(), 1, "{c}");
            assert_eq!(wanted[0].len(), KEY_LEN);
            // The DPRK spelling of the syllable reads back to the same key. ㅢ with a final is left out.
            let keys = korean_keys(&crate::romanise_hangul(&hangul));
            if !keys.contains(&wanted[0]) {
                missed += 1;
            }
        }
        // 19 initials times 27 finals of ㅢ at most, and finals that are never spelled.
        assert!(missed <= 19 * 27, "{missed}");
    }
}
