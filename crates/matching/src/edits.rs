//! What separates two words, edit by edit, each at its price: a slip of typing costs one, and what people, other alphabets and scanners
//! do for reasons costs less: a doubled letter, a vowel left out, ph for f, rn for m, a key beside the right one. In go two words of
//! lower-case ASCII, out comes the least sum of prices, in hundredths of an edit.

use std::sync::LazyLock;

/// The price of one edit without a reason.
pub(crate) const EDIT: u16 = 100;
/// The longest words that are compared by price; longer ones are compared by plain edits.
pub(crate) const MAX_PRICED: usize = 28;

/// Price of exchanging two neighbours.
const EXCHANGE: u16 = 80;
/// Price of a letter doubled, or one of two left out.
const DOUBLED: u16 = 20;
/// Price of a vowel left out or put in.
const VOWEL: u16 = 70;
/// Price of h left out or put in after a consonant, where romanisations differ.
const ASPIRATION: u16 = 45;
/// Price of y or j beside a vowel, which spells the same sound.
const GLIDE: u16 = 45;
/// Price of an s at the end, which is an ending in many languages (Lavrovs, Siemens').
const FINAL_S: u16 = 60;
/// Price of a vowel written for another.
const OTHER_VOWEL: u16 = 60;
/// Price of the letter of a neighbouring key on the usual keyboard.
const NEXT_KEY: u16 = 75;
/// Price of a digit for another digit within a word: it tells two things apart.
const OTHER_DIGIT: u16 = 160;
/// What an edit of the first letter costs more: people seldom get it wrong.
const FIRST_LETTER: u16 = 4;

const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Letters that are written for one another, with the price, either way.
const ALIKE: &[(u8, u8, u16)] = &[
    // One sound, two letters.
    (b'c', b'k', 25),
    (b'k', b'q', 15),
    (b'c', b'q', 30),
    (b's', b'z', 25),
    (b'c', b's', 35),
    (b'c', b'z', 50),
    (b'v', b'w', 20),
    (b'f', b'v', 45),
    (b'g', b'q', 35),
    (b'g', b'k', 50),
    (b'i', b'y', 20),
    (b'i', b'j', 35),
    (b'j', b'y', 40),
    (b'j', b'z', 55),
    (b'g', b'j', 50),
    (b'b', b'p', 70),
    (b'd', b't', 65),
    (b'b', b'v', 60),
    (b'h', b'x', 50),
    (b'k', b'x', 50),
    (b's', b'x', 50),
    (b'h', b'g', 60),
    // Vowels that romanisations disagree on.
    (b'o', b'u', 40),
    (b'e', b'i', 40),
    (b'a', b'e', 45),
    (b'a', b'o', 50),
    // One shape, two characters.
    (b'l', b'i', 25),
    (b'l', b'1', 15),
    (b'i', b'1', 15),
    (b'o', b'0', 10),
    (b'd', b'0', 50),
    (b's', b'5', 15),
    (b'b', b'8', 15),
    (b'z', b'2', 20),
    (b'g', b'9', 30),
    (b'g', b'6', 40),
    (b'u', b'v', 50),
];

/// Two letters for one, with the price, either way.
const PAIRS: &[(&[u8; 2], u8, u16)] = &[
    // Read wrongly from paper.
    (b"rn", b'm', 25),
    (b"cl", b'd', 25),
    (b"vv", b'w', 20),
    (b"ii", b'u', 40),
    // One sound, two spellings.
    (b"ph", b'f', 15),
    (b"kh", b'h', 25),
    (b"kh", b'k', 35),
    (b"kh", b'x', 25),
    (b"gh", b'g', 25),
    (b"gh", b'q', 25),
    (b"gh", b'k', 45),
    (b"ck", b'k', 10),
    (b"ks", b'x', 15),
    (b"qu", b'k', 25),
    (b"sh", b's', 45),
    (b"sh", b'x', 40),
    (b"sz", b's', 35),
    (b"ch", b'c', 35),
    (b"ch", b'k', 50),
    (b"ch", b'j', 55),
    (b"ts", b'c', 20),
    (b"tz", b'z', 30),
    (b"tz", b'c', 30),
    (b"dj", b'j', 15),
    (b"dz", b'z', 35),
    (b"dh", b'd', 30),
    (b"th", b't', 35),
    (b"zh", b'j', 30),
    (b"zh", b'z', 40),
    (b"ou", b'u', 15),
    (b"ou", b'o', 30),
    (b"oo", b'u', 20),
    (b"oo", b'o', 15),
    (b"ee", b'i', 20),
    (b"ea", b'i', 40),
    (b"ie", b'i', 30),
    (b"ei", b'i', 35),
    (b"ei", b'e', 30),
    (b"ey", b'i', 30),
    (b"ey", b'y', 25),
    (b"iy", b'i', 15),
    (b"yi", b'i', 30),
    (b"iy", b'y', 15),
    (b"ii", b'y', 20),
    (b"ij", b'i', 20),
    (b"ij", b'y', 20),
    (b"ay", b'i', 45),
    (b"ai", b'i', 50),
    (b"ai", b'e', 40),
    (b"ae", b'e', 20),
    (b"ae", b'a', 25),
    (b"oe", b'o', 20),
    (b"ue", b'u', 20),
    (b"eu", b'o', 40),
    (b"eo", b'o', 30),
    (b"ye", b'e', 30),
    (b"yo", b'o', 40),
    (b"ia", b'a', 50),
    (b"ya", b'a', 45),
];

/// Two letters for two others, with the price, either way.
const DOUBLES: &[(&[u8; 2], &[u8; 2], u16)] = &[
    (b"ai", b"ei", 25),
    (b"ay", b"ei", 25),
    (b"ai", b"ey", 25),
    (b"ay", b"ey", 25),
    (b"ae", b"ai", 20),
    (b"ei", b"ie", 20),
    (b"ou", b"oo", 15),
    (b"ou", b"ow", 20),
    (b"au", b"ow", 25),
    (b"au", b"aw", 20),
    (b"ya", b"ia", 15),
    (b"yu", b"iu", 15),
    (b"ya", b"ja", 20),
    (b"yu", b"ju", 20),
    (b"ee", b"ie", 20),
    (b"sh", b"sz", 25),
    (b"ch", b"cz", 20),
    (b"ch", b"ts", 40),
    (b"zh", b"dj", 35),
    (b"kh", b"ch", 35),
    (b"ff", b"ov", 80),
];

/// Letters and digits, each with its index.
const ALPHABET: usize = 36;

struct Prices {
    /// Price of one letter for another, by their indexes.
    alike: [[u16; ALPHABET]; ALPHABET],
    /// For the first letter of a pair, the second letters that make a pair of [`PAIRS`], a bit each.
    pairs: [u64; ALPHABET],
    /// Price of a pair for a single letter, by first, second and single letter; 0 where there is none.
    pair: Vec<u8>,
    /// The same for [`DOUBLES`].
    doubles: [u64; ALPHABET],
    double: Vec<([u8; 2], [u8; 2], u16)>,
}

static PRICES: LazyLock<Prices> = LazyLock::new(|| {
    let mut alike = [[EDIT; ALPHABET]; ALPHABET];
    let mut set = |a: u8, b: u8, price: u16| {
        alike[index(a)][index(b)] = price;
        alike[index(b)][index(a)] = price;
    };
    for a in b'0'..=b'9' {
        for b in b'0'..=b'9' {
            set(a, b, OTHER_DIGIT);
        }
    }
    for a in *b"aeiou" {
        for b in *b"aeiou" {
            set(a, b, OTHER_VOWEL);
        }
    }
    for (above, row) in ROWS.iter().enumerate() {
        for (at, key) in row.iter().enumerate() {
            let below = ROWS.get(above + 1).copied().unwrap_or_default();
            let neighbours = [row.get(at + 1), below.get(at), at.checked_sub(1).and_then(|at| below.get(at))];
            for other in neighbours.into_iter().flatten() {
                if !(is_vowel(*key) && is_vowel(*other)) {
                    set(*key, *other, NEXT_KEY);
                }
            }
        }
    }
    for (a, b, price) in ALIKE {
        set(*a, *b, *price);
    }
    for letter in (b'a'..=b'z').chain(b'0'..=b'9') {
        set(letter, letter, 0);
    }
    let mut prices = Prices {
        alike,
        pairs: [0; ALPHABET],
        pair: vec![0; ALPHABET * ALPHABET * ALPHABET],
        doubles: [0; ALPHABET],
        double: Vec::new(),
    };
    for (pair, single, price) in PAIRS {
        let (first, second) = (index(pair[0]), index(pair[1]));
        prices.pairs[first] |= 1 << second;
        // Every price of a pair is below 256.
        prices.pair[(first * ALPHABET + second) * ALPHABET + index(*single)] = *price as u8;
    }
    for (a, b, price) in DOUBLES {
        for (from, to) in [(a, b), (b, a)] {
            prices.doubles[index(from[0])] |= 1 << index(from[1]);
            prices.double.push((**from, **to, *price));
        }
    }
    prices
});

impl Prices {
    /// Price of two letters for one.
    fn pair(&self, first: u8, second: u8, single: u8) -> Option<u16> {
        let (first, second) = (index(first), index(second));
        if self.pairs[first] & (1 << second) == 0 {
            return None;
        }
        let price = self.pair[(first * ALPHABET + second) * ALPHABET + index(single)];
        (price > 0).then_some(u16::from(price))
    }

    /// Price of two letters for two others.
    fn double(&self, from: [u8; 2], to: [u8; 2]) -> Option<u16> {
        if self.doubles[index(from[0])] & (1 << index(from[1])) == 0 {
            return None;
        }
        self.double.iter().find(|known| known.0 == from && known.1 == to).map(|known| known.2)
    }
}

fn index(letter: u8) -> usize {
    match letter {
        b'a'..=b'z' => usize::from(letter - b'a'),
        b'0'..=b'9' => 26 + usize::from(letter - b'0'),
        _ => ALPHABET - 1,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// What it costs that one word has the letter at `at` and the other has none there.
fn missing(word: &[u8], at: usize) -> u16 {
    let letter = word[at];
    let before = if at > 0 { word[at - 1] } else { 0 };
    let after = word.get(at + 1).copied().unwrap_or(0);
    let base = if letter == before {
        DOUBLED
    } else if letter == b's' && after == 0 {
        FINAL_S
    } else if letter == b'c' && before == b's' && after == b'h' {
        // Schell and Shell, Schevchenko and Shevchenko.
        ASPIRATION
    } else if letter == b'h' && before != 0 && !is_vowel(before) {
        ASPIRATION
    } else if matches!(letter, b'y' | b'j') && (is_vowel(before) || is_vowel(after)) {
        GLIDE
    } else if is_vowel(letter) {
        VOWEL
    } else {
        EDIT
    };
    if at == 0 { base + FIRST_LETTER } else { base }
}

/// Whether two words are no more than `most` insertions, deletions, substitutions and exchanges of neighbours apart (the bit-parallel
/// algorithm of Hyyrö, 2003, for optimal string alignment). Both are at most 64 bytes long.
fn within(a: &[u8], b: &[u8], most: u32) -> bool {
    let mut places = [0_u64; ALPHABET];
    for (at, letter) in a.iter().enumerate() {
        places[index(*letter)] |= 1 << at;
    }
    let last = 1_u64 << (a.len() - 1);
    let (mut positive, mut negative) = (u64::MAX, 0_u64);
    let mut distance = a.len() as u32;
    let (mut diagonal, mut before) = (0_u64, 0_u64);
    for letter in b {
        let here = places[index(*letter)];
        let exchange = (((!diagonal) & here) << 1) & before;
        diagonal = (((here & positive).wrapping_add(positive)) ^ positive) | here | negative | exchange;
        let mut plus = negative | !(diagonal | positive);
        let minus = diagonal & positive;
        distance += u32::from(plus & last != 0);
        distance -= u32::from(minus & last != 0);
        plus = (plus << 1) | 1;
        positive = (minus << 1) | !(diagonal | plus);
        negative = plus & diagonal;
        before = here;
    }
    distance <= most
}

/// The least price at which one word becomes the other, or `None` when that is more than `limit`. Both words are at most [`MAX_PRICED`]
/// bytes long; symmetric. More plain edits than the limit pays for, and one, are more than the limit, whatever their reasons.
pub(crate) fn price(a: &[u8], b: &[u8], limit: u16) -> Option<u16> {
    const FAR: u16 = 20_000;
    const WIDTH: usize = MAX_PRICED + 1;
    if a.len() > MAX_PRICED || b.len() > MAX_PRICED {
        return None;
    }
    // What both begin and end with costs nothing. One letter of it stays: it may belong to a pair.
    let shorter = a.len().min(b.len());
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take(shorter - begin).take_while(|(x, y)| x == y).count();
    let (from, to) = ((&a[begin..a.len() - end]), (&b[begin..b.len() - end]));
    // Cheap edits come in twos at most where they count: a pair of letters for one, two vowels for two others.
    let most = u32::from(limit / EDIT) + 1;
    if !from.is_empty() && !to.is_empty() && !within(from, to, most) {
        return None;
    }
    let begin = begin.saturating_sub(1);
    let end = end.saturating_sub(1);
    let (a_end, b_end) = (a.len() - end, b.len() - end);
    let prices = &*PRICES;
    // Cheap letters allow a band of a few cells on either side of the diagonal.
    let band = 3 + a.len().abs_diff(b.len());
    // Three rows are enough: of this letter of `a`, of the one before, and of the one before that.
    let mut rows = [[FAR; WIDTH]; 3];
    let first = begin % 3;
    rows[first][begin] = 0;
    for j in begin + 1..=b_end.min(begin + band) {
        rows[first][j] = rows[first][j - 1] + missing(b, j - 1);
    }
    for i in begin + 1..=a_end {
        let (now, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        let letter = a[i - 1];
        let deletion = missing(a, i - 1);
        let from = i.saturating_sub(band).max(begin);
        let to = (i + band).min(b_end);
        rows[now] = [FAR; WIDTH];
        let mut cheapest = FAR;
        for j in from..=to {
            let mut best = rows[last][j] + deletion;
            if j > begin {
                let other = b[j - 1];
                best = best.min(rows[now][j - 1] + missing(b, j - 1));
                let mut written = prices.alike[index(letter)][index(other)];
                if (i == 1 || j == 1) && written > 0 {
                    written += FIRST_LETTER;
                }
                best = best.min(rows[last][j - 1] + written);
                if i > begin + 1 {
                    // Two letters of `a` for one of `b`.
                    if let Some(price) = prices.pair(a[i - 2], letter, other) {
                        best = best.min(rows[before][j - 1] + price);
                    }
                    if j > begin + 1 {
                        if a[i - 2] == other && letter == b[j - 2] && a[i - 2] != letter {
                            best = best.min(rows[before][j - 2] + EXCHANGE);
                        }
                        if let Some(price) = prices.double([a[i - 2], letter], [b[j - 2], other]) {
                            best = best.min(rows[before][j - 2] + price);
                        }
                    }
                }
                // One letter of `a` for two of `b`.
                if j > begin + 1
                    && let Some(price) = prices.pair(b[j - 2], other, letter)
                {
                    best = best.min(rows[last][j - 2] + price);
                }
            }
            rows[now][j] = best;
            cheapest = cheapest.min(best);
        }
        // Steps over two letters look one row further back.
        if cheapest > limit && rows[last][begin..=b_end].iter().all(|price| *price > limit) {
            return None;
        }
    }
    let price = rows[a_end % 3][b_end];
    (price <= limit).then_some(price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_cost_less_than_slips() {
        for (a, b, most) in [
            ("igor", "lgor", 40),
            ("amin", "arnin", 30),
            ("philip", "filip", 30),
            ("hussein", "husein", 30),
            ("mohammed", "mohamed", 30),
            ("khalid", "halid", 40),
            ("sun", "zun", 40),
            ("yousef", "yusef", 20),
            ("husayn", "hussein", 60),
            ("john", "jonh", 80),
            ("putin", "putni", 80),
            ("karimi", "karini", 80),
        ] {
            let found = price(a.as_bytes(), b.as_bytes(), 400);
            assert!(found.is_some_and(|price| price <= most), "{a} {b}: {found:?}");
            assert_eq!(found, price(b.as_bytes(), a.as_bytes(), 400), "{a} {b}");
        }
    }

    #[test]
    fn slips_cost_one_each() {
        for (a, b, least) in
            [("smith", "smixh", 90), ("petrov", "pekrov", 90), ("castro", "castillo", 180), ("39a", "38a", 150)]
        {
            let found = price(a.as_bytes(), b.as_bytes(), 900);
            assert!(found.is_some_and(|price| price >= least), "{a} {b}: {found:?}");
        }
        assert_eq!(price(b"castro", b"fernandez", 300), None);
        assert_eq!(price(b"", b"", 0), Some(0));
    }
}
