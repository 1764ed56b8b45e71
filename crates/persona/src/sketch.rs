//! What a text is compared by: a text goes in; a `MinHash` sketch of its word triples comes out, from which the share of common triples of
//! two texts is estimated, and a hash of each of its paragraphs, under which equal paragraphs meet.
//!
//! The sketch is one-permutation `MinHash` with optimal densification (Shrivastava, ICML 2017; Broder, SEQUENCES 1997): 64 bins, so that the estimate has a standard error of
//! about 0.06 at half.

use twox_hash::XxHash3_64;

/// How many bins a sketch has.
pub(crate) const BINS: usize = 64;
/// Words of a shingle.
const SHINGLE: usize = 3;
/// A paragraph of fewer words, numbers left out, is too short to mean anything: headings, stations with their dates, lists of skills.
const MIN_PARAGRAPH_WORDS: u32 = 10;
/// A paragraph that a person would call one ends at a blank line; extraction from PDF and forms leaves single lines.
const MAX_PARAGRAPHS: usize = 256;
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
    /// Each paragraph: its hash, and where it stands in the text. In the order of the text, equal ones once.
    pub(crate) paragraphs: Box<[Paragraph]>,
}

/// A paragraph of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paragraph {
    /// Of its words in lower case.
    pub(crate) hash: u64,
    /// Bytes.
    pub(crate) start: u32,
    /// Bytes.
    pub(crate) len: u32,
}

/// A sketch as it is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outline<'a> {
    /// The least hash of each bin; none of a text that is too short to be compared as a whole.
    pub(crate) mins: &'a [u32],
    /// How many shingles the text has, repeated ones counted.
    pub(crate) shingles: u32,
    /// Each paragraph.
    pub(crate) paragraphs: &'a [Paragraph],
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
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let mut start = 0;
        let mut word: Vec<u8> = Vec::new();
        for line in text.split_inclusive('\n') {
            let mut words = 0;
            let mut hash = 0_u64;
            let mut add = |word: &[u8]| {
                let of_word = XxHash3_64::oneshot(word);
                hash = (hash.rotate_left(5) ^ of_word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                words += u32::from(!word[0].is_ascii_digit());
                window.rotate_left(1);
                window[SHINGLE - 1] = of_word;
                filled = (filled + 1).min(SHINGLE);
                if filled == SHINGLE {
                    shingles += 1;
                    put(
                        &mut bins,
                        window.iter().fold(0, |sum, part| (sum ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29)),
                    );
                }
            };
            let mut rest = line.as_bytes();
            while let Some((byte, next)) = rest.split_first() {
                let letter = LOWER[usize::from(*byte)];
                let ends = if letter != 0 {
                    word.push(letter);
                    rest = next;
                    false
                } else if byte.is_ascii() {
                    rest = next;
                    true
                } else {
                    let Some(c) = line[line.len() - rest.len()..].chars().next() else { break };
                    rest = &rest[c.len_utf8()..];
                    for lower in c.to_lowercase().filter(|_| c.is_alphanumeric()) {
                        word.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    !c.is_alphanumeric()
                };
                if ends && !word.is_empty() {
                    add(&word);
                    word.clear();
                }
            }
            if !word.is_empty() {
                add(&word);
                word.clear();
            }
            if words >= MIN_PARAGRAPH_WORDS
                && paragraphs.len() < MAX_PARAGRAPHS
                && !paragraphs.iter().any(|known| known.hash == hash)
            {
                paragraphs.push(Paragraph { hash, start: start as u32, len: line.trim_end().len() as u32 });
            }
            start += line.len();
        }
        // Those of a text that is too short are never looked at.
        let mins = if shingles < MIN_SHINGLES { [u32::MAX; BINS] } else { densify(&bins) };
        Self { mins, shingles, paragraphs: paragraphs.into() }
    }

    /// The sketch of hashed shingles that somebody else made; texts hashed by another rule never meet ours, and meet each other.
    pub(crate) fn of_shingles(hashes: impl Iterator<Item = u64>) -> Self {
        let mut bins = [u64::MAX; BINS];
        let mut shingles = 0;
        for hash in hashes {
            shingles += 1;
            put(&mut bins, hash.wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29) ^ hash);
        }
        Self { mins: densify(&bins), shingles, paragraphs: Box::default() }
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
    use super::{MIN_SHINGLES, Outline, Sketch};

    fn outline(sketch: &Sketch) -> Outline<'_> {
        let Sketch { mins, shingles, paragraphs } = sketch;
        Outline { mins: if *shingles < MIN_SHINGLES { &[] } else { mins }, shingles: *shingles, paragraphs }
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

    /// A station with its dates is no paragraph, however many numbers they have.
    #[test]
    fn numbers_make_no_paragraph() {
        let station = Sketch::of("Certificate of an invented academy, full stack web, 2025-05-01 - 2025-08-31");
        assert!(station.paragraphs.is_empty());
        let work = Sketch::of("Certificate of an invented academy for full stack web work with honours, 2025");
        assert_eq!(work.paragraphs.len(), 1);
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
    fn paragraphs_meet_whatever_their_case_and_signs() {
        let a = Sketch::of("Skills\nBuilt a payment gateway for a shop in Lisbon, with three other engineers, in Go.\n");
        let b = Sketch::of("built a payment gateway for a shop in Lisbon with three other engineers in go");
        assert_eq!(a.paragraphs.len(), 1);
        assert_eq!(a.paragraphs[0].hash, b.paragraphs[0].hash);
        assert_eq!(a.paragraphs[0].start, 7);
    }
}
