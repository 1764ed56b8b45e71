//! Chance for the synthetic world: pseudo-random numbers that depend on the seed and on who is asked about, never on what was asked before, and
//! shuffles of whole numbers that can be undone. With both, any person can be made at any time without a table of all people.

/// Mixes the bits of a number so that near numbers give far ones (the last steps of `SplitMix64`).
pub(crate) fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Pseudo-random numbers that are the same in every run: `SplitMix64` of Steele, Lea and Flood (2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Numbers for one purpose (`salt`) and one thing (`number`) of a world.
    pub(crate) fn new(seed: u64, salt: u64, number: u64) -> Self {
        Self(mix(mix(seed ^ salt.wrapping_mul(0xd6e8_feb8_6659_fd93)) ^ number))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let bits = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits
    }

    /// A number from 0 to `sides` less 1; 0 where there are no sides.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(sides)) >> 64) as u64
    }

    /// Whether something happens that happens `rate` times in ten thousand.
    pub(crate) fn happens(&mut self, rate: u32) -> bool {
        self.roll(10_000) < u64::from(rate)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.roll(100) < u64::from(percent)
    }

    /// A whole number between two, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.roll((high - low).max(0) as u64 + 1).cast_signed()
    }

    /// A number around 0 that lies mostly within `width` of it: the sum of three even ones.
    pub(crate) fn near(&mut self, width: i64) -> i64 {
        (self.between(-width, width) + self.between(-width, width) + self.between(-width, width)) / 2
    }

    /// One of several things; the list is not empty.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.roll(things.len() as u64) as usize]
    }

    /// One of several words; the list is not empty.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.roll(words.len() as u64) as usize]
    }

    /// The index of one of several things by weight.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut point = self.roll(weights.iter().map(|weight| u64::from(*weight)).sum());
        for (index, weight) in weights.iter().enumerate() {
            match point.checked_sub(u64::from(*weight)) {
                Some(rest) => point = rest,
                None => return index,
            }
        }
        0
    }
}

/// A shuffle of the numbers from 0 to `count` less 1 that can be undone: a Feistel network, walked until it stays in range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shuffle {
    count: u64,
    half: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// A shuffle for one purpose.
    pub(crate) fn new(seed: u64, salt: u64, count: u64) -> Self {
        let bits = 64 - count.saturating_sub(1).leading_zeros();
        let mut dice = Dice::new(seed, salt, count);
        Self { count, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| dice.bits()) }
    }

    fn round(self, value: u64, key: u64) -> u64 {
        mix(value ^ key) & ((1 << self.half) - 1)
    }

    /// Where a number goes. Numbers that are out of range are taken into it first.
    pub(crate) fn forth(self, number: u64) -> u64 {
        let mut value = number % self.count.max(1);
        loop {
            let (mut left, mut right) = (value >> self.half, value & ((1 << self.half) - 1));
            for key in self.keys {
                (left, right) = (right, left ^ self.round(right, key));
            }
            value = (left << self.half) | right;
            if value < self.count.max(1) {
                return value;
            }
        }
    }

    /// Where a number came from.
    pub(crate) fn back(self, number: u64) -> u64 {
        let mut value = number % self.count.max(1);
        loop {
            let (mut left, mut right) = (value >> self.half, value & ((1 << self.half) - 1));
            for key in self.keys.into_iter().rev() {
                (left, right) = (right ^ self.round(left, key), left);
            }
            value = (left << self.half) | right;
            if value < self.count.max(1) {
                return value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_one_to_one_and_can_be_undone() {
        for count in [1, 2, 7, 64, 1_000, 131_072] {
            let shuffle = Shuffle::new(1, 2, count);
            let mut seen = vec![false; count as usize];
            for number in 0..count {
                let there = shuffle.forth(number);
                assert_eq!(shuffle.back(there), number);
                assert!(!std::mem::replace(&mut seen[there as usize], true));
            }
        }
    }

    #[test]
    fn chances_are_near_their_rates() {
        let mut dice = Dice::new(1, 2, 3);
        let hits = (0..100_000).filter(|_| dice.happens(500)).count();
        assert!((4_700..5_300).contains(&hits), "{hits}");
        let third = (0..90_000).filter(|_| dice.weighted(&[1, 0, 2]) == 0).count();
        assert!((29_000..31_000).contains(&third), "{third}");
    }
}
