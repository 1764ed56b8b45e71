//! What a text is compared by: a text goes in; a `MinHash` sketch of its word triples comes out, from which the share of common triples of
//! two texts is estimated, and a hash of each of its sentences, under which equal sentences meet.
//!
//! The sketch is one-permutation `MinHash` with optimal densification (Shrivastava, ICML 2017; Broder, SEQUENCES 1997): 64 bins, so that the estimate has a standard error of
//! about 0.06 at half.

use std::ops::Range;

use twox_hash::XxHash3_64;

/// How many bins a sketch has.
pub(crate) const BINS: usize = 64;
/// Words of a shingle.
const SHINGLE: usize = 3;
/// A sentence of fewer words, numbers left out, is too short to mean anything: headings, stations with their dates, lists of skills.
const MIN_SENTENCE_WORDS: u32 = 8;
/// Sentences of a text that are looked at.
const MAX_SENTENCES: usize = 256;
/// A text of fewer shingles is too short to be compared as a whole.
pub(crate) const MIN_SHINGLES: u32 = 20;

/// The letters and digits of ASCII in lower case; 0 for other bytes.
const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            lower[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// What is left of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// The least hash of each bin.
    pub(crate) mins: [u32; BINS],
    /// How many shingles the text has, repeated ones counted.
    pub(crate) shingles: u32,
    /// Each sentence, in the order of the text, equal ones once.
    pub(crate) sentences: Box<[Sentence]>,
}

/// A sentence of a text: 48 bits of the hash of its words in lower case, and its length in bytes, at most 65,535. Where it stands is found by
/// cutting the text again, as few are ever shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sentence(u64);

impl Sentence {
    /// Of a hash whose bits are all good.
    pub(crate) const fn new(hash: u64, len: usize) -> Self {
        Self(hash >> 16 << 16 | if len > 0xffff { 0xffff } else { len as u64 })
    }

    /// What equal sentences have in common.
    pub(crate) const fn hash(self) -> u64 {
        self.0 >> 16
    }

    /// Bytes.
    pub(crate) const fn len(self) -> u32 {
        self.0 as u32 & 0xffff
    }
}

/// A sketch as it is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outline<'a> {
    /// The least hash of each bin; none of a text that is too short to be compared as a whole.
    pub(crate) mins: &'a [u32],
    /// How many shingles the text has, repeated ones counted.
    pub(crate) shingles: u32,
    /// Each sentence.
    pub(crate) sentences: &'a [Sentence],
}

impl Outline<'_> {
    /// The estimated share of common shingles, 0 to 1; 0 where one text is too short to compare.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        if self.mins.is_empty() || other.mins.is_empty() {
            return 0.0;
        }
        let equal = self.mins.iter().zip(other.mins).filter(|(a, b)| a == b).count();
        equal as f64 / BINS as f64
    }
}

impl Sketch {
    /// The sketch of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut bins = [u64::MAX; BINS];
        let mut shingles = 0;
        let mut window = [0_u64; SHINGLE];
        let mut filled = 0;
        let mut sentences: Vec<Sentence> = Vec::new();
        let word = |of_word: u64| {
            window.rotate_left(1);
            window[SHINGLE - 1] = of_word;
            filled = (filled + 1).min(SHINGLE);
            if filled == SHINGLE {
                shingles += 1;
                let shingle =
                    window.iter().fold(0, |sum: u64, part| (sum ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29));
                put(&mut bins, shingle);
            }
        };
        cut(text, word, |sentence, _| {
            if sentences.len() < MAX_SENTENCES && !sentences.iter().any(|known| known.hash() == sentence.hash()) {
                sentences.push(sentence);
            }
        });
        // Those of a text that is too short are never looked at.
        let mins = if shingles < MIN_SHINGLES { [u32::MAX; BINS] } else { densify(&bins) };
        Self { mins, shingles, sentences: sentences.into() }
    }

    /// The sketch of hashed shingles that somebody else made; texts hashed by another rule never meet ours, and meet each other.
    pub(crate) fn of_shingles(hashes: impl Iterator<Item = u64>) -> Self {
        let mut bins = [u64::MAX; BINS];
        let mut shingles = 0;
        for hash in hashes {
            shingles += 1;
            put(&mut bins, hash.wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29) ^ hash);
        }
        Self { mins: densify(&bins), shingles, sentences: Box::default() }
    }
}

/// The words of the sentence of a text that has a hash.
pub(crate) fn sentence(text: &str, hash: u64) -> Option<&str> {
    let mut place = None;
    cut(
        text,
        |_| {},
        |sentence, at| {
            if sentence.hash() == hash {
                place.get_or_insert(at);
            }
        },
    );
    text.get(place?).map(str::trim)
}

/// Cuts a text into words, of each of which the hash is told, and into sentences, those of too few words left out. A sentence ends with its line,
/// or at a sign behind which there is space.
fn cut(text: &str, mut word: impl FnMut(u64), mut sentence: impl FnMut(Sentence, Range<usize>)) {
    let bytes = text.as_bytes();
    let mut letters: Vec<u8> = Vec::new();
    let (mut words, mut hash, mut start, mut at) = (0, 0_u64, 0, 0);
    let mut years = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let lower = LOWER[usize::from(byte)];
        let (mut ends_word, mut ends_sentence) = (true, false);
        if lower != 0 {
            letters.push(lower);
            ends_word = false;
            at += 1;
        } else if byte.is_ascii() {
            at += 1;
            let before_space = || bytes.get(at).is_none_or(u8::is_ascii_whitespace);
            ends_sentence = byte == b'\n' || matches!(byte, b'.' | b'!' | b'?') && before_space();
        } else {
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            for lower in c.to_lowercase().filter(|_| c.is_alphanumeric()) {
                letters.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
            ends_word = !c.is_alphanumeric();
            ends_sentence = matches!(c, '。' | '！' | '？' | '।' | '۔' | '؟');
        }
        let ends = at == bytes.len();
        if (ends_word || ends) && !letters.is_empty() {
            let of_word = XxHash3_64::oneshot(&letters);
            hash = (hash.rotate_left(5) ^ of_word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            words += u32::from(!letters[0].is_ascii_digit());
            years += u32::from(letters.len() == 4 && matches!(&letters[..2], b"19" | b"20"));
            word(of_word);
            letters.clear();
        }
        if ends_sentence || ends {
            if words >= MIN_SENTENCE_WORDS && !(years > 0 && crate::career::is_station(&text[start..at])) {
                sentence(Sentence::new(hash, at - start), start..at);
            }
            (words, hash, start, years) = (0, 0, at, 0);
        }
    }
}

fn put(bins: &mut [u64; BINS], hash: u64) {
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    let bin = (mixed >> 58) as usize;
    bins[bin] = bins[bin].min(mixed & (u64::MAX >> 6));
}

/// Empty bins take the value of a bin that is not, found by hashing, so that two texts that have one empty do not look alike for it.
fn densify(bins: &[u64; BINS]) -> [u32; BINS] {
    let mut mins = [u32::MAX; BINS];
    if bins.iter().all(|bin| *bin == u64::MAX) {
        return mins;
    }
    for (index, min) in mins.iter_mut().enumerate() {
        let mut at = index;
        let mut attempt = 0_u64;
        while bins[at] == u64::MAX {
            attempt += 1;
            at = ((index as u64 + 1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .wrapping_add(attempt.wrapping_mul(0xd1b5_4a32_d192_ed03))
                >> 58) as usize;
            if attempt > 4 * BINS as u64 {
                at = bins.iter().position(|bin| *bin != u64::MAX).unwrap_or(at);
            }
        }
        *min = (bins[at] >> 20) as u32 ^ (bins[at] as u32);
    }
    mins
}

#[cfg(test)]
mod tests {
    use super::{MIN_SHINGLES, Outline, Sketch, sentence};

    fn outline(sketch: &Sketch) -> Outline<'_> {
        let Sketch { mins, shingles, sentences } = sketch;
        Outline { mins: if *shingles < MIN_SHINGLES { &[] } else { mins }, shingles: *shingles, sentences }
    }

    fn likeness(a: &Sketch, b: &Sketch) -> f64 {
        outline(a).likeness(&outline(b))
    }

    fn text(words: std::ops::Range<u32>) -> String {
        words.map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn likeness_is_the_share_of_common_shingles() {
        let whole = Sketch::of(&text(0..400));
        assert!((likeness(&whole, &whole) - 1.0).abs() < f64::EPSILON);
        assert!(likeness(&whole, &Sketch::of(&text(1000..1400))) < 0.1);
        // 300 of 500 triples are common.
        let shifted = Sketch::of(&text(100..500));
        let like = likeness(&whole, &shifted);
        assert!((0.4..0.8).contains(&like), "{like}");
    }

    /// A station with its dates is no sentence, however many words and numbers it has.
    #[test]
    fn numbers_make_no_sentence() {
        let station = Sketch::of("Certificate of an invented academy, web, 2025-05-01 - 2025-08-31");
        assert!(station.sentences.is_empty());
        let station = Sketch::of("Codeworks Coding School Austin, Full Stack Web Development, 2024 - present");
        assert!(station.sentences.is_empty());
        let work = Sketch::of("From 2018 to 2021 I rebuilt the seat map of a cinema chain in two towns.");
        assert_eq!(work.sentences.len(), 1);
        let work = Sketch::of("Certificate of an invented academy for web work, 2025");
        assert_eq!(work.sentences.len(), 1);
    }

    #[test]
    fn short_texts_are_like_nothing() {
        let short = Sketch::of("Senior developer with passion");
        assert!(likeness(&short, &short).abs() < f64::EPSILON);
    }

    /// Letters of any script make words, and those of ASCII are no exception.
    #[test]
    fn words_are_in_lower_case_in_every_script() {
        let texts = [
            "Größe der ÜBERWEISUNG an Çelik, Ødegård & Łukasz: ÉCOLE 42 naïve CAFÉ x9É9x; ПРИВЕТ мир и Ёлка, 東京 Tokyo 한국 ΑΘΗΝΑ ok",
            "plain words in ASCII ONLY, with 3 Digits and (signs) that-end-them_all here and There",
            "é",
            "a\u{00a0}b\u{2014}C d\u{301}e",
        ];
        for text in texts {
            let (own, lower) = (Sketch::of(text), Sketch::of(&text.to_lowercase()));
            assert_eq!((own.mins, own.shingles), (lower.mins, lower.shingles), "{text}");
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            assert_eq!(own.shingles as usize, words.count().saturating_sub(2), "{text}");
        }
    }

    #[test]
    fn sentences_meet_whatever_their_case_and_signs() {
        const WORDS: &str = "Built a payment gateway for a shop in Lisbon, with three other engineers, in Go.";
        let text = format!(
            "Skills: Node.js\nAt Invented Inc. in spring. {WORDS} And more! Was it a success? Nobody ever told me so.\n"
        );
        let (a, b) =
            (Sketch::of(&text), Sketch::of("built a payment gateway for a shop in Lisbon with three other engineers in go"));
        assert_eq!((a.sentences.len(), b.sentences.len()), (1, 1));
        assert_eq!(a.sentences[0].hash(), b.sentences[0].hash());
        assert_eq!(a.sentences[0].len() as usize, WORDS.len() + 1);
        assert_eq!(sentence(&text, b.sentences[0].hash()), Some(WORDS));
        assert_eq!(sentence("Something else that is long enough to be one sentence", b.sentences[0].hash()), None);
    }

    /// What stands before a sentence and behind it does not count, in any script.
    #[test]
    fn a_sentence_is_one_wherever_it_stands() {
        let (one, other) = ("Мы перенесли девять складов с бумаги на сканеры за одну осень", "我 们 把 九 个 仓 库 换 了");
        let hash = |text: &str| Sketch::of(text).sentences.iter().map(|sentence| sentence.hash()).collect::<Vec<_>>();
        assert_eq!(hash(&format!("{one}! {other}。{one}")), [hash(one), hash(other)].concat());
    }
}
