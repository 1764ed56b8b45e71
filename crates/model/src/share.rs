//! Shares of a whole: how much of a company somebody holds, as registers and lists write it. In goes a text such as `50`, `25-50`, `>50` or
//! `12,5 %`; out comes the range in which the share certainly lies, or why the text says nothing of the kind.

use std::fmt;

use thiserror::Error;

/// A share of a whole, from nothing to all of it, in millionths of a percent: so that sums of shares are exact, and `more than 50 %` is the
/// next share above 50 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u32);

impl Share {
    /// Units in one percent.
    const PERCENT: u32 = 1_000_000;
    /// Digits after the decimal point that are kept; a share with more is a range.
    const DIGITS: usize = 6;

    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Half of the whole.
    pub const HALF: Self = Self(50 * Self::PERCENT);
    /// The whole.
    pub const WHOLE: Self = Self(100 * Self::PERCENT);

    /// The share of this many millionths of a percent; more than the whole is the whole.
    #[must_use]
    pub fn from_units(units: u64) -> Self {
        Self(u32::try_from(units).unwrap_or(u32::MAX).min(Self::WHOLE.0))
    }

    /// In millionths of a percent, 0 to 100 million.
    #[must_use]
    pub const fn units(self) -> u32 {
        self.0
    }

    /// In percent, 0 to 100.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / f64::from(Self::PERCENT)
    }

    /// The sum; more than the whole is the whole.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::from_units(u64::from(self.0) + u64::from(other.0))
    }

    /// What is left without the other; nothing if that is more.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The next smaller share.
    #[must_use]
    pub fn below(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The next larger share.
    #[must_use]
    pub fn above(self) -> Self {
        Self((self.0 + 1).min(Self::WHOLE.0))
    }

    /// How a lower bound is written: `>50` is the share next above 50 %.
    fn lower(self) -> (&'static str, Self) {
        if self.0 % Self::PERCENT == 1 { (">", Self(self.0 - 1)) } else { ("", self) }
    }

    /// How an upper bound is written: `<50` is the share next below 50 %.
    fn upper(self) -> (&'static str, Self) {
        if self.0 % Self::PERCENT == Self::PERCENT - 1 { ("<", Self(self.0 + 1)) } else { ("", self) }
    }
}

impl fmt::Display for Share {
    /// In percent without the sign, without zeros at the end: `12.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / Self::PERCENT, self.0 % Self::PERCENT);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:06}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// Why a text is no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShareError {
    /// There is nothing in it.
    #[error("no share is given")]
    Empty,
    /// It is below nothing.
    #[error("a share cannot be negative")]
    Negative,
    /// It is above the whole.
    #[error("a share cannot be more than 100 %")]
    MoreThanWhole,
    /// The lower bound is above the upper one.
    #[error("the lower bound is above the upper one")]
    Reversed,
    /// It is a figure that the source itself does not vouch for: `approx. 50`, `~50`.
    #[error("the share is only approximate, so that nothing follows from the figure")]
    Approximate,
    /// It is something else.
    #[error("not a share such as `50`, `12.5 %`, `25-50` or `>50`")]
    Unrecognised,
}

/// The range in which a share lies, both ends included. Made so that the lower end is never above the upper one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShareRange {
    min: Share,
    max: Share,
}

impl ShareRange {
    /// Nothing is known: any share.
    pub const UNKNOWN: Self = Self { min: Share::NONE, max: Share::WHOLE };

    /// Exactly this share.
    #[must_use]
    pub const fn exact(share: Share) -> Self {
        Self { min: share, max: share }
    }

    /// From one share to another; `None` when the first is the larger.
    #[must_use]
    pub fn new(min: Share, max: Share) -> Option<Self> {
        (min <= max).then_some(Self { min, max })
    }

    /// The smallest share that it may be.
    #[must_use]
    pub const fn min(self) -> Share {
        self.min
    }

    /// The largest share that it may be.
    #[must_use]
    pub const fn max(self) -> Share {
        self.max
    }

    /// Whether it is one share and no range.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.min == self.max
    }

    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// What both ranges allow; `None` when they contradict each other.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        Self::new(self.min.max(other.min), self.max.min(other.max))
    }

    /// What either range allows, and all between.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// The same holding, if it exists at all.
    #[must_use]
    pub fn or_none(self) -> Self {
        Self { min: Share::NONE, max: self.max }
    }

    /// Reads a share. The forms are `50`, `12.5`, `12,5`, each with or without `%`; `25-50` and `25 to 50`; `>50`, `>=50`, `<50`, `<=50`, `≥`,
    /// `≤`, `more than`, `at least`, `less than`, `up to`; a bound that is left out of a range, `>25-50`, `>50-<75`; `1/3`.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let text = text.trim().to_lowercase().replace(['\u{2013}', '\u{2014}', '\u{2212}'], "-").replace("per cent", "%");
        let text = text.replace("percent", "%");
        let text = text.trim();
        if text.is_empty() {
            return Err(ShareError::Empty);
        }
        let approximate = ["~", "≈", "approx", "about", "around", "circa", "ca.", "ca ", "c."];
        if approximate.iter().any(|word| text.starts_with(word)) {
            return Err(ShareError::Approximate);
        }
        if let Some((low, high)) = split_range(text) {
            let (low, high) = (Bound::parse(low)?, Bound::parse(high)?);
            let min = match low.side {
                Side::Exactly | Side::From => low.min,
                Side::Above => low.min.above(),
                Side::UpTo | Side::Below => return Err(ShareError::Unrecognised),
            };
            let max = match high.side {
                Side::Exactly | Side::UpTo => high.max,
                Side::Below => high.max.below(),
                Side::From | Side::Above => return Err(ShareError::Unrecognised),
            };
            return Self::new(min, max).ok_or(ShareError::Reversed);
        }
        let bound = Bound::parse(text)?;
        let (min, max) = match bound.side {
            Side::Exactly => (bound.min, bound.max),
            Side::From => (bound.min, Share::WHOLE),
            Side::Above if bound.min == Share::WHOLE => return Err(ShareError::MoreThanWhole),
            Side::Above => (bound.max.above(), Share::WHOLE),
            Side::UpTo => (Share::NONE, bound.max),
            Side::Below if bound.max == Share::NONE => return Err(ShareError::Negative),
            Side::Below => (Share::NONE, bound.min.below()),
        };
        Self::new(min, max).ok_or(ShareError::Reversed)
    }
}

impl fmt::Display for ShareRange {
    /// With the sign of percent: `50 %`, `25–50 %`, `>50–<75 %`, `≥75 %`, `unknown`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unknown() {
            return f.write_str("unknown");
        }
        if self.is_exact() {
            return write!(f, "{} %", self.min);
        }
        let ((low_sign, low), (high_sign, high)) = (self.min.lower(), self.max.upper());
        match (self.min, self.max) {
            (_, Share::WHOLE) if low_sign.is_empty() => write!(f, "≥{low} %"),
            (_, Share::WHOLE) => write!(f, "{low_sign}{low} %"),
            (Share::NONE, _) if high_sign.is_empty() => write!(f, "≤{high} %"),
            (Share::NONE, _) => write!(f, "{high_sign}{high} %"),
            _ => write!(f, "{low_sign}{low}–{high_sign}{high} %"),
        }
    }
}

/// The two ends of a range; a minus at the beginning is a sign and divides nothing.
fn split_range(text: &str) -> Option<(&str, &str)> {
    let dash = text.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at);
    let (low, high) = match dash {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => text.strip_prefix("between ").and_then(|text| text.split_once(" and ")).or_else(|| text.split_once(" to "))?,
    };
    // `up to 50` has no lower end.
    (low.trim() != "up").then_some((low.trim(), high.trim()))
}

#[derive(Clone, Copy)]
enum Side {
    Exactly,
    From,
    Above,
    UpTo,
    Below,
}

/// A number with the side on which the share lies. A number with more digits than are kept lies between two shares.
struct Bound {
    side: Side,
    min: Share,
    max: Share,
}

impl Bound {
    fn parse(text: &str) -> Result<Self, ShareError> {
        const SIDES: [(&str, Side); 13] = [
            (">=", Side::From),
            ("=>", Side::From),
            ("≥", Side::From),
            ("at least", Side::From),
            ("<=", Side::UpTo),
            ("=<", Side::UpTo),
            ("≤", Side::UpTo),
            ("up to", Side::UpTo),
            (">", Side::Above),
            ("more than", Side::Above),
            ("over", Side::Above),
            ("<", Side::Below),
            ("less than", Side::Below),
        ];
        let text = text.trim();
        let (side, number) =
            SIDES.iter().find_map(|(sign, side)| Some((*side, text.strip_prefix(sign)?))).unwrap_or((Side::Exactly, text));
        let number = number.trim();
        let number = number.strip_suffix('%').unwrap_or(number).trim();
        let (min, max) = number_of(number)?;
        Ok(Self { side, min, max })
    }
}

/// The shares next below and above a number; the same where it has no more digits than are kept.
fn number_of(text: &str) -> Result<(Share, Share), ShareError> {
    let (text, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    if let Some((part, whole)) = text.split_once('/') {
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| ShareError::Unrecognised);
        let (part, whole) = (number(part)?, number(whole)?);
        if whole == 0 {
            return Err(ShareError::Unrecognised);
        }
        if part > whole {
            return Err(ShareError::MoreThanWhole);
        }
        let units = u64::from(part) * u64::from(Share::WHOLE.0);
        let (below, above) = (units / u64::from(whole), units.div_ceil(u64::from(whole)));
        return Ok((Share::from_units(below), Share::from_units(above)));
    }
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && decimals.is_empty() || !digits(whole) || !digits(decimals) {
        return Err(ShareError::Unrecognised);
    }
    let kept: String = decimals.chars().chain(std::iter::repeat('0')).take(Share::DIGITS).collect();
    let beyond = decimals.bytes().skip(Share::DIGITS).any(|digit| digit != b'0');
    let whole = whole.trim_start_matches('0');
    // More digits than a share can have; what they are does not matter.
    let whole: u64 = if whole.len() > 3 { 1000 } else { whole.parse().unwrap_or(0) };
    let units = whole * u64::from(Share::PERCENT) + kept.parse::<u64>().unwrap_or(0);
    if negative && (units > 0 || beyond) {
        return Err(ShareError::Negative);
    }
    if units > u64::from(Share::WHOLE.0) || units == u64::from(Share::WHOLE.0) && beyond {
        return Err(ShareError::MoreThanWhole);
    }
    let share = Share::from_units(units);
    Ok((share, if beyond { share.above() } else { share }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_of_shares() {
        for (text, shown) in [
            ("50", "50 %"),
            ("50.000", "50 %"),
            (" 12,5 % ", "12.5 %"),
            ("33.333333", "33.333333 %"),
            ("25-50", "25–50 %"),
            ("25 – 50 %", "25–50 %"),
            ("25% to 50%", "25–50 %"),
            (">25-50", ">25–50 %"),
            (">50-<75", ">50–<75 %"),
            ("75-100", "≥75 %"),
            (">=75", "≥75 %"),
            ("≥ 75 percent", "≥75 %"),
            ("more than 50 per cent", ">50 %"),
            ("<50", "<50 %"),
            ("up to 10", "≤10 %"),
            ("0", "0 %"),
            ("100", "100 %"),
            ("0-100", "unknown"),
            ("1/2", "50 %"),
            ("1/3", "33.333333–33.333334 %"),
            ("49.9999999", "49.999999–50 %"),
            ("050", "50 %"),
            ("-0", "0 %"),
        ] {
            assert_eq!(ShareRange::parse(text).map(|range| range.to_string()).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_share() {
        for (text, expected) in [
            ("", ShareError::Empty),
            ("-5", ShareError::Negative),
            ("-0.0000001", ShareError::Negative),
            ("100.0000001", ShareError::MoreThanWhole),
            ("150", ShareError::MoreThanWhole),
            (">100", ShareError::MoreThanWhole),
            ("<0", ShareError::Negative),
            ("99999999999999999999", ShareError::MoreThanWhole),
            ("75-50", ShareError::Reversed),
            (">50-50", ShareError::Reversed),
            ("approx. 50", ShareError::Approximate),
            ("~50", ShareError::Approximate),
            ("majority", ShareError::Unrecognised),
            ("50-", ShareError::Unrecognised),
            ("5 0", ShareError::Unrecognised),
            ("1/0", ShareError::Unrecognised),
            ("3/2", ShareError::MoreThanWhole),
            ("NaN", ShareError::Unrecognised),
            ("٥٠", ShareError::Unrecognised),
        ] {
            assert_eq!(ShareRange::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn more_than_half_is_not_half() {
        let [half, above] = ["50", ">50"].map(|text| ShareRange::parse(text).unwrap());
        assert!(half.min() >= Share::HALF && half.max() <= Share::HALF && above.min() > Share::HALF);
        assert_eq!(half.and(above), None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".{0,24}") {
            if let Ok(range) = ShareRange::parse(&text) {
                prop_assert!(range.min() <= range.max() && range.max() <= Share::WHOLE);
            }
        }

        #[test]
        fn what_is_shown_reads_back(low in 0_u64..=100_000_000, high in 0_u64..=100_000_000) {
            let (low, high) = (Share::from_units(low.min(high)), Share::from_units(low.max(high)));
            let range = ShareRange::new(low, high).unwrap();
            let shown = range.to_string();
            let again = if shown == "unknown" { Ok(ShareRange::UNKNOWN) } else { ShareRange::parse(&shown) };
            prop_assert_eq!(again, Ok(range));
        }
    }
}
