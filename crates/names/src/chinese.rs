//! Chinese keys: a Latin token or Han characters go in, the keys under which the spellings of the same Mandarin syllables meet come out
//! (Xi Jinping = Hsi Chin-p'ing = 習近平, Mao Zedong = Mao Tse-tung = 毛澤東), with the spellings of family names in other Chinese speech
//! (Wong, Oei and Huang are 黃) and the Cantonese spellings of given names.
//!
//! A key is made of [`KEY_LEN`] ASCII characters per syllable, like the Korean one, so that the key of a joined name is the concatenation
//! of the keys of its parts. Its first byte is a lower-case letter, where a Korean key starts with an upper-case letter or `0`:
//! [`is_chinese_key`] and [`is_korean_key`](crate::is_korean_key) tell them apart.
//!
//! | part | class | what falls together, because Wade-Giles without apostrophes and marks writes it alike |
//! |---|---|---|
//! | initial | `b` `d` `g` | b and p, d and t, g and k |
//! | initial | `j` | zh, ch, j and q |
//! | initial | `z` | z and c |
//! | initial | `c` `x` | sh; x (hs), which loose spelling also writes sh |
//! | initial | `e` | none |
//! | final | two letters | ü is u after every initial; ih is i |
//!
//! `data/chinese_syllables.tsv` has the keys and their spellings.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::cyrillic::Orthography;
use crate::korean::{KEY_LEN, MAX_SYLLABLES};
use crate::romanise::word_to_latin;
use crate::script::Script;
use crate::tables::{self, data};

/// The longest Latin token that is tried, in bytes.
const MAX_LATIN: usize = 20;
/// The longest spelling of a syllable, in bytes.
const LONGEST: usize = 6;
/// How many keys of an ambiguous token are kept.
const MAX_KEYS: usize = 3;
/// How many ways to cut a token into syllables are looked at.
const MAX_CUTS: usize = 4;
/// How many keys a spelling of a family name adds.
const MAX_FAMILY_KEYS: usize = 4;

type Syllable = [u8; KEY_LEN];

/// Whether a key is a Chinese one.
#[must_use]
pub fn is_chinese_key(key: &str) -> bool {
    key.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
}

/// A spelling of at most eight bytes as a number, which hashes faster than a string.
fn packed(spelling: &[u8]) -> u64 {
    spelling.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// Keys by spelling, the plain pinyin reading first. No spelling has more than two.
static SYLLABLES: LazyLock<FxHashMap<u64, [Option<Syllable>; 2]>> = LazyLock::new(|| {
    let rows: Vec<[&str; 5]> = tables::rows::<5>(data::CHINESE_SYLLABLES).collect();
    let mut keys: FxHashMap<u64, [Option<Syllable>; 2]> = FxHashMap::default();
    // Pinyin of all rows, then Wade-Giles, then the rest: this is the order of the keys.
    for system in 1..4 {
        for row in &rows {
            let Ok(key) = Syllable::try_from(row[0].as_bytes()) else { continue };
            for spelling in row[system].split(' ').filter(|spelling| *spelling != "-") {
                add(&mut keys, spelling.as_bytes(), key);
            }
        }
    }
    keys
});

/// Adds a key to a spelling, unless it has two already.
fn add(keys: &mut FxHashMap<u64, [Option<Syllable>; 2]>, spelling: &[u8], key: Syllable) {
    let held = keys.entry(packed(spelling)).or_default();
    if held.contains(&Some(key)) {
        return;
    }
    if let Some(free) = held.iter_mut().find(|held| held.is_none()) {
        *free = Some(key);
    }
}

/// A Cyrillic word with one byte for each letter, by its place in the block; `None` for a word with other letters or too long a one.
fn cyrillic_bytes(word: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = word.chars().map(|c| u8::try_from(u32::from(c).checked_sub(0x400)?).ok()).collect();
    bytes.filter(|bytes| bytes.len() <= MAX_LATIN)
}

/// Keys by Cyrillic spelling, as [`cyrillic_bytes`] writes it.
static CYRILLIC: LazyLock<FxHashMap<u64, [Option<Syllable>; 2]>> = LazyLock::new(|| {
    let mut keys = FxHashMap::default();
    for [key, spellings, _] in tables::rows::<3>(data::CHINESE_CYRILLIC) {
        let Ok(key) = Syllable::try_from(key.as_bytes()) else { continue };
        for spelling in spellings.split(' ').filter_map(cyrillic_bytes) {
            add(&mut keys, &spelling, key);
        }
    }
    keys
});

/// The Chinese keys of a folded Cyrillic word that spells Mandarin as Russian does (Си Цзиньпин is 習近平).
pub(crate) fn cyrillic_keys(word: &str) -> Vec<String> {
    cyrillic_bytes(word).map_or_else(Vec::new, |bytes| read_keys(&bytes, &CYRILLIC, is_cyrillic_vowel))
}

/// Whether a letter, as its place in the Cyrillic block, is a vowel: а е и о у ы э ю я.
fn is_cyrillic_vowel(letter: u8) -> bool {
    matches!(letter, 0x30 | 0x35 | 0x38 | 0x3e | 0x43 | 0x4b | 0x4d..=0x4f)
}

/// The Chinese keys of a folded Latin token that can be read as one to [`MAX_SYLLABLES`] Mandarin syllables, best first, at most three.
/// Empty when the token cannot be Chinese, without allocating.
#[must_use]
pub fn chinese_keys(token: &str) -> Vec<String> {
    let token = token.as_bytes();
    if token.len() > MAX_LATIN || !plausible(token) {
        return Vec::new();
    }
    read_keys(token, &SYLLABLES, is_vowel)
}

fn read_keys(token: &[u8], syllables: &FxHashMap<u64, [Option<Syllable>; 2]>, vowel: fn(u8) -> bool) -> Vec<String> {
    if token.is_empty() {
        return Vec::new();
    }
    let mut reader = Reader {
        syllables,
        vowel,
        token,
        cut: [[None; 2]; MAX_SYLLABLES],
        found: [Cut::default(); MAX_CUTS],
        count: 0,
        dead: [0; MAX_LATIN + 1],
    };
    reader.read(0, 0, 0);
    let found = &mut reader.found[..reader.count];
    if found.is_empty() {
        return Vec::new();
    }
    found.sort_by_key(|cut| (cut.hiatus, cut.length));
    let best = found[0].hiatus;
    let mut keys = Vec::with_capacity(2);
    for cut in found.iter().take_while(|cut| cut.hiatus == best || cut.hiatus <= 1) {
        expand(&cut.syllables[..cut.length], &mut keys);
    }
    keys
}

/// Adds every key of a cut, in order, while there is room.
fn expand(syllables: &[[Option<Syllable>; 2]], keys: &mut Vec<String>) {
    // One bit for each syllable says which of its two keys is taken.
    for choice in 0..1usize << syllables.len() {
        let mut key = String::with_capacity(KEY_LEN * syllables.len());
        let complete = syllables.iter().enumerate().all(|(i, options)| {
            let Some(option) = options[choice >> i & 1] else { return false };
            key.extend(option.map(char::from));
            true
        });
        if complete && keys.len() < MAX_KEYS && !keys.contains(&key) {
            keys.push(key);
        }
    }
}

/// A cheap test that throws out most words of other languages: the last letter, and letters that never follow one another.
fn plausible(token: &[u8]) -> bool {
    let Some((&last, &first)) = token.last().zip(token.first()) else { return false };
    if !matches!(last, b'a' | b'e' | b'i' | b'o' | b'u' | b'n' | b'g' | b'h' | b'r' | b'v' | b'w' | b'l') || first == b'v' {
        return false;
    }
    token.iter().all(u8::is_ascii_lowercase)
}

#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    syllables: [[Option<Syllable>; 2]; MAX_SYLLABLES],
    length: usize,
    /// The worst place where a syllable starts with a vowel: 1 after a consonant, 2 after a vowel. Pinyin writes an apostrophe there,
    /// which folding has taken away.
    hiatus: u8,
}

struct Reader<'a> {
    syllables: &'a FxHashMap<u64, [Option<Syllable>; 2]>,
    vowel: fn(u8) -> bool,
    token: &'a [u8],
    cut: [[Option<Syllable>; 2]; MAX_SYLLABLES],
    found: [Cut; MAX_CUTS],
    count: usize,
    /// By position, the numbers of syllables read before it, as bits, after which nothing was found.
    dead: [u8; MAX_LATIN + 1],
}

impl Reader<'_> {
    /// Reads syllable number `depth` at byte `at`; whether a reading was found.
    fn read(&mut self, at: usize, depth: usize, hiatus: u8) -> bool {
        let rest = &self.token[at..];
        if rest.is_empty() {
            if self.count < MAX_CUTS {
                self.found[self.count] = Cut { syllables: self.cut, length: depth, hiatus };
                self.count += 1;
            }
            return true;
        }
        if depth == MAX_SYLLABLES || self.dead[at] & 1 << depth != 0 {
            return false;
        }
        let mut hiatus = hiatus;
        if depth > 0 && (self.vowel)(rest[0]) {
            hiatus = hiatus.max(if (self.vowel)(self.token[at - 1]) { 2 } else { 1 });
        }
        let mut any = false;
        for length in (1..=LONGEST.min(rest.len())).rev() {
            // A lone vowel is a syllable only at the start: elsewhere it belongs to the one before (Maria is not Ma-ri-a).
            if length == 1 && depth > 0 {
                break;
            }
            if let Some(&keys) = self.syllables.get(&packed(&rest[..length])) {
                self.cut[depth] = keys;
                any |= self.read(at + length, depth + 1, hiatus);
            }
        }
        if !any {
            self.dead[at] |= 1 << depth;
        }
        any
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// A Chinese family name and how it is written.
struct Family {
    pinyin: &'static str,
    spellings: Vec<&'static str>,
}

struct Families {
    by_name: FxHashMap<&'static str, Family>,
    /// Keys of the names a Latin spelling may stand for, the most frequent name first.
    by_spelling: FxHashMap<u64, Vec<String>>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let mut families = Families { by_name: FxHashMap::default(), by_spelling: FxHashMap::default() };
    for [names, pinyin, spellings, _] in tables::rows::<4>(data::CHINESE_SURNAME_SPELLINGS) {
        let spellings: Vec<&str> = spellings.split(' ').filter(|spelling| *spelling != "-").collect();
        if let Some(key) = chinese_keys(pinyin).into_iter().next() {
            for spelling in spellings.iter().filter(|spelling| spelling.len() <= 8) {
                let held = families.by_spelling.entry(packed(spelling.as_bytes())).or_default();
                if !held.contains(&key) && held.len() < MAX_FAMILY_KEYS {
                    held.push(key.clone());
                }
            }
        }
        for name in names.split(' ') {
            families.by_name.insert(name, Family { pinyin, spellings: spellings.clone() });
        }
    }
    families
});

/// Whether a text is one of the family names of the table.
pub(crate) fn is_family(text: &str) -> bool {
    FAMILIES.by_name.contains_key(text)
}

/// Spellings of a Chinese family name outside of Mandarin, the most frequent first.
pub(crate) fn family_spellings(name: &str) -> &'static [&'static str] {
    FAMILIES.by_name.get(name).map_or(&[], |family| &family.spellings)
}

/// Pinyin of a family name of the table.
pub(crate) fn family_pinyin(name: &str) -> Option<&'static str> {
    FAMILIES.by_name.get(name).map(|family| family.pinyin)
}

/// Adds the keys of the family names that a Latin token may stand for.
pub(crate) fn push_family_keys(token: &str, keys: &mut Vec<String>) {
    if token.len() > 8 {
        return;
    }
    for key in FAMILIES.by_spelling.get(&packed(token.as_bytes())).into_iter().flatten() {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
}

/// The Chinese key of one to [`MAX_SYLLABLES`] Han characters by their pinyin.
pub(crate) fn han_key(text: &str) -> Option<String> {
    if text.chars().count() > MAX_SYLLABLES {
        return None;
    }
    let mut key = String::with_capacity(KEY_LEN * MAX_SYLLABLES);
    let mut buffer = [0; 4];
    for c in text.chars() {
        let latin = word_to_latin(c.encode_utf8(&mut buffer), Script::Han, Orthography::default());
        if latin.len() > LONGEST {
            return None;
        }
        let [Some(syllable), _] = SYLLABLES.get(&packed(latin.as_bytes()))? else { return None };
        key.extend(syllable.map(char::from));
    }
    Some(key)
}

/// Cantonese spellings of a character, the usual one first.
static CANTONESE: LazyLock<FxHashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    tables::rows::<3>(data::CANTONESE_READINGS)
        .flat_map(|[spellings, characters, _]| characters.chars().map(move |c| (c, spellings.split(' ').collect())))
        .collect()
});

/// Cantonese spellings of a given name, written as one word, at most `most`.
pub(crate) fn cantonese(given: &str, most: usize) -> Vec<String> {
    if given.chars().count() > MAX_SYLLABLES {
        return Vec::new();
    }
    let mut out = vec![String::new()];
    for c in given.chars() {
        let Some(spellings) = CANTONESE.get(&c) else { return Vec::new() };
        // The usual spellings of all syllables first, then those with the second spelling of one.
        out = spellings.iter().flat_map(|spelling| out.iter().map(move |begin| format!("{begin}{spelling}"))).collect();
        out.truncate(most.saturating_mul(2));
    }
    out.truncate(most);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn meet(han: &str, spellings: &str) {
        let wanted = han_key(han).unwrap();
        for spelling in spellings.split(' ') {
            let keys = chinese_keys(spelling);
            assert!(keys.contains(&wanted), "{han} {wanted} and {spelling} {keys:?}");
        }
    }

    #[test]
    fn spellings_meet_their_characters() {
        for (han, spellings) in [
            ("习", "xi hsi shi syi"),
            ("近平", "jinping chinping"),
            ("毛", "mao mau"),
            ("澤東", "zedong tsetung tzetung"),
            ("志明", "zhiming chihming jhihming"),
            ("淑娟", "shujuan shuchuan"),
            ("俊傑", "junjie chunchieh"),
            ("建宏", "jianhong chienhung"),
            ("志豪", "zhihao chihhao"),
            ("許", "xu hsu shyu"),
            ("蔡", "cai tsai"),
            ("郭", "guo kuo"),
            ("蔣", "jiang chiang"),
            ("謝", "xie hsieh shieh"),
            ("子", "zi tzu tze"),
            ("思", "si szu ssu sze"),
            ("學", "xue hsueh"),
            ("葛", "ge ko"),
            ("任", "ren jen"),
            ("日", "ri jih"),
            ("顏", "yan yen"),
            ("葉", "ye yeh"),
            ("友", "you yu"),
            ("永", "yong yung"),
            ("雨桐", "yutong yutung"),
            ("貴", "gui kuei kwei"),
            ("二", "er erh"),
            ("羅", "luo lo"),
            ("長安", "changan"),
        ] {
            meet(han, spellings);
        }
    }

    #[test]
    fn cyrillic_meets_characters() {
        for (han, spellings) in [
            ("习", "си"),
            ("近平", "цзиньпин"),
            ("泽东", "цзэдун"),
            ("恩來", "эньлай"),
            ("小平", "сяопин"),
            ("王", "ван"),
            ("张", "чжан"),
            ("刘", "лю"),
            ("黄", "хуан"),
            ("国强", "гоцян"),
            ("志明", "чжимин"),
            ("周", "чжоу"),
            ("薛", "сюэ"),
            ("许", "сюй"),
            ("子", "цзы"),
        ] {
            let wanted = han_key(han).unwrap();
            for spelling in spellings.split(' ') {
                assert!(cyrillic_keys(spelling).contains(&wanted), "{han} {wanted} {spelling} {:?}", cyrillic_keys(spelling));
            }
        }
        for word in ["сергей", "владимир", "петров", "", "kim", "习"] {
            assert_eq!(cyrillic_keys(word), Vec::<String>::new(), "{word}");
        }
        for [key, spellings, _] in tables::rows::<3>(data::CHINESE_CYRILLIC) {
            assert_eq!(key.len(), KEY_LEN, "{key}");
            for spelling in spellings.split(' ') {
                assert!(spelling.chars().count() <= LONGEST, "{spelling}");
                assert!(
                    cyrillic_keys(spelling).iter().any(|held| held == key),
                    "{key} {spelling} {:?}",
                    cyrillic_keys(spelling)
                );
            }
        }
    }

    #[test]
    fn keys_of_parts_concatenate() {
        for (joined, parts) in
            [("jinping", "chin ping"), ("chihming", "zhi ming"), ("shuchuan", "shu juan"), ("chunchieh", "jun jie")]
        {
            let mut keys = vec![String::new()];
            for part in parts.split(' ') {
                keys = keys.iter().flat_map(|k| chinese_keys(part).into_iter().map(move |p| format!("{k}{p}"))).collect();
            }
            let whole = chinese_keys(joined);
            assert!(whole.iter().any(|k| keys.contains(k)), "{joined} {whole:?} {keys:?}");
        }
    }

    #[test]
    fn other_words_have_no_key() {
        for word in [
            "",
            "smith",
            "maria",
            "ivanov",
            "schmidt",
            "mohammed",
            "vladimir",
            "christopher",
            "bank",
            "39",
            "a1",
            "кім",
            "v",
            "kim",
            "park",
        ] {
            assert_eq!(chinese_keys(word), Vec::<String>::new(), "{word}");
        }
    }

    #[test]
    fn keys_have_their_form_and_every_spelling_is_found() {
        for [key, pinyin, wade, other, _] in tables::rows::<5>(data::CHINESE_SYLLABLES) {
            assert_eq!(key.len(), KEY_LEN, "{key}");
            assert!(is_chinese_key(key) && !crate::is_korean_key(key), "{key}");
            for spelling in [pinyin, wade, other].into_iter().flat_map(|column| column.split(' ')).filter(|s| *s != "-") {
                assert!(spelling.len() <= LONGEST && spelling.bytes().all(|b| b.is_ascii_lowercase()), "{spelling}");
                assert!(SYLLABLES[&packed(spelling.as_bytes())].contains(&key.as_bytes().try_into().ok()), "{spelling} {key}");
            }
        }
    }

    #[test]
    fn family_names_of_the_table_have_keys_and_spellings() {
        for [names, pinyin, spellings, _] in tables::rows::<4>(data::CHINESE_SURNAME_SPELLINGS) {
            assert!(!chinese_keys(pinyin).is_empty(), "{names} {pinyin}");
            assert!(names.split(' ').all(|name| (1..=2).contains(&name.chars().count())), "{names}");
            assert!(spellings == "-" || spellings.split(' ').all(|s| s.bytes().all(|b| b.is_ascii_lowercase())), "{names}");
        }
        let mut keys = chinese_keys("wong");
        push_family_keys("wong", &mut keys);
        assert!(keys.contains(&han_key("黃").unwrap()) && keys.contains(&han_key("王").unwrap()), "{keys:?}");
    }

    #[test]
    fn cantonese_given_names() {
        for (han, latin) in
            [("志明", "chiming"), ("桂華", "kwaiwah"), ("展鵬", "chinpang"), ("澤頤", "chakyee"), ("國強", "kwokkeung")]
        {
            let readings = cantonese(han, 6);
            assert!(readings.iter().any(|reading| reading == latin), "{han} {latin} {readings:?}");
        }
        for [spellings, characters, _] in tables::rows::<3>(data::CANTONESE_READINGS) {
            assert!(spellings.split(' ').all(|s| s.bytes().all(|b| b.is_ascii_lowercase())), "{spellings}");
            assert!(characters.chars().all(|c| crate::script::script_of_char(c) == Script::Han), "{characters}");
        }
    }
}
