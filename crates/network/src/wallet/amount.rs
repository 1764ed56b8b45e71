//! Amounts of an asset as exact decimals. A text as exports write it goes in, a fixed-point number of 18 decimals comes out, or the
//! reason why there is none. Sums and pro-rata parts are whole numbers of the smallest unit; no floating point touches them.

use std::fmt;

use thiserror::Error;

/// Decimals that are kept: those of Ether, the most that any common asset has.
const DECIMALS: u32 = 18;
const UNIT: u128 = 10_u128.pow(DECIMALS);
/// Longest text that is read as an amount.
const MAX_TEXT: usize = 100;

/// An amount of an asset: a whole number of 10^-18 units, from 0 to about 3.4 * 10^20 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(pub(super) u128);

/// Why a text is no amount that moved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AmountError {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// Not a decimal number.
    #[error("`{0}` is no decimal number")]
    Garbled(String),
    /// A comma that may be a decimal or a thousands separator.
    #[error("`{0}` has a comma that may separate thousands or decimals; write a decimal point")]
    Comma(String),
    /// Less than zero.
    #[error("`{0}` is negative")]
    Negative(String),
    /// Nothing moved.
    #[error("is zero: nothing moved")]
    Zero,
    /// Finer than 10^-18.
    #[error("`{0}` has more than 18 decimals")]
    TooFine(String),
    /// Beyond 128 bits.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads an amount above zero: digits with a decimal point, with commas between thousands if there is a point too, or with an
    /// exponent (`1.5e-7`). A lone comma is read as a decimal one where it cannot be anything else (`12,5`).
    pub fn parse(raw: &str) -> Result<Self, AmountError> {
        let text = raw.trim();
        let shown = || text.chars().take(40).collect::<String>();
        let garbled = || AmountError::Garbled(shown());
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        if text.len() > MAX_TEXT {
            return Err(garbled());
        }
        let (negative, number) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match number.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| garbled())?),
            None => (number, 0),
        };
        let plain =
            without_separators(mantissa).map_err(|comma| if comma { AmountError::Comma(shown()) } else { garbled() })?;
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(garbled());
        }
        // The value is `digits` * 10^scale.
        let mut scale = exponent.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
        while digits.len() > 1 && digits.ends_with('0') {
            digits.pop();
            scale = scale.saturating_add(1);
        }
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Err(AmountError::Zero);
        }
        if negative {
            return Err(AmountError::Negative(shown()));
        }
        let shift = scale.saturating_add(DECIMALS.cast_signed());
        let Ok(shift) = u32::try_from(shift) else { return Err(AmountError::TooFine(shown())) };
        let value = digits.parse::<u128>().ok();
        let value = value.and_then(|value| value.checked_mul(10_u128.checked_pow(shift)?));
        value.map(Self).ok_or_else(|| AmountError::TooLarge(shown()))
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, if 128 bits hold it.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// In whole units of 10^-18.
    #[must_use]
    pub fn smallest_units(self) -> u128 {
        self.0
    }
}

/// The mantissa with a decimal point alone. Fails with whether a comma is the reason.
fn without_separators(mantissa: &str) -> Result<String, bool> {
    if !mantissa.contains(',') {
        return Ok(mantissa.to_owned());
    }
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let groups: Vec<&str> = whole.split(',').collect();
    let thousands = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[0] != "0"
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    match (&groups[..], fraction) {
        (_, Some(fraction)) if thousands => Ok(format!("{}.{fraction}", groups.concat())),
        (_, Some(_)) => Err(false),
        ([_, _], None) if thousands => Err(true),
        ([whole, decimals], None) => Ok(format!("{whole}.{decimals}")),
        // Two commas and more can only separate thousands.
        _ if thousands => Ok(groups.concat()),
        _ => Err(false),
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / UNIT, self.0 % UNIT);
        if fraction == 0 {
            return f.pad(&whole.to_string());
        }
        let fraction = format!("{fraction:018}");
        f.pad(&format!("{whole}.{}", fraction.trim_end_matches('0')))
    }
}

impl serde::Serialize for Amount {
    /// As a text, because many readers of JSON hold numbers in 53 bits.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How much of `whole` `part` is, from 0 to 1; 0 of nothing.
#[must_use]
pub fn share(part: Amount, whole: Amount) -> f64 {
    if whole.is_zero() { 0.0 } else { (part.0 as f64 / whole.0 as f64).clamp(0.0, 1.0) }
}

/// `value * part / whole`, rounded down, without overflow on the way. `part` is at most `whole`, and `whole` is not zero.
pub(super) fn pro_rata(value: u128, part: u128, whole: u128) -> u128 {
    if let Some(product) = value.checked_mul(part) {
        return product / whole;
    }
    if part >= whole {
        return value;
    }
    let (high, low) = widening_mul(value, part);
    divide(high, low, whole)
}

/// The product in 256 bits, as high and low half.
fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (low, middle_a, middle_b, high) = (a0 * b0, a0 * b1, a1 * b0, a1 * b1);
    let middle = (low >> 64) + (middle_a & LOW) + (middle_b & LOW);
    (high + (middle_a >> 64) + (middle_b >> 64) + (middle >> 64), (middle << 64) | (low & LOW))
}

/// `(high * 2^128 + low) / divisor`, where `high < divisor`: Knuth's algorithm D with two digits of 64 bits, after `divlu` in Warren,
/// "Hacker's Delight".
fn divide(high: u128, low: u128, divisor: u128) -> u128 {
    const BASE: u128 = 1 << 64;
    const LOW: u128 = BASE - 1;
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let (d1, d0) = (divisor >> 64, divisor & LOW);
    let high = if shift == 0 { high } else { (high << shift) | (low >> (128 - shift)) };
    let low = low << shift;
    let digit = |rest: u128, next: u128| {
        let mut digit = rest / d1;
        let mut left = rest - digit * d1;
        while digit >= BASE || digit * d0 > (left << 64) + next {
            digit -= 1;
            left += d1;
            if left >= BASE {
                break;
            }
        }
        digit
    };
    let first = digit(high, low >> 64);
    let rest = (high << 64).wrapping_add(low >> 64).wrapping_sub(first.wrapping_mul(divisor));
    let second = digit(rest, low & LOW);
    (first << 64) | second
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (raw, expected) in [
            ("1", "1"),
            (" 0.1 ", "0.1"),
            ("+007.500", "7.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0.000000000000000001", "0.000000000000000001"),
            ("1.0000000000000000010000", "1.000000000000000001"),
            ("123456789012345678.123456789012345678", "123456789012345678.123456789012345678"),
            ("1.5e-7", "0.00000015"),
            ("1E3", "1000"),
            ("1e18", "1000000000000000000"),
            ("12,5", "12.5"),
            ("0,125", "0.125"),
            ("1,234.5", "1234.5"),
            ("1,234,567", "1234567"),
            ("1,234,567.25", "1234567.25"),
        ] {
            assert_eq!(Amount::parse(raw).map(|amount| amount.to_string()), Ok(expected.to_owned()), "{raw}");
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        let words = |raw: &str| Amount::parse(raw).unwrap_err().to_string();
        for (raw, expected) in [
            ("", "is empty"),
            ("   ", "is empty"),
            ("ten", "`ten` is no decimal number"),
            ("1.2.3", "`1.2.3` is no decimal number"),
            ("0x10", "`0x10` is no decimal number"),
            ("1 000", "`1 000` is no decimal number"),
            ("5 USDT", "`5 USDT` is no decimal number"),
            ("1e", "`1e` is no decimal number"),
            ("NaN", "`NaN` is no decimal number"),
            ("inf", "`inf` is no decimal number"),
            (".", "`.` is no decimal number"),
            ("1,23,4", "`1,23,4` is no decimal number"),
            ("1,2345.6", "`1,2345.6` is no decimal number"),
            ("1,234", "`1,234` has a comma that may separate thousands or decimals; write a decimal point"),
            ("-5", "`-5` is negative"),
            ("\u{2212}5", "`\u{2212}5` is negative"),
            ("0", "is zero: nothing moved"),
            ("-0.00", "is zero: nothing moved"),
            ("0e999999999", "is zero: nothing moved"),
            ("0.0000000000000000001", "`0.0000000000000000001` has more than 18 decimals"),
            ("1e-2147483648", "`1e-2147483648` has more than 18 decimals"),
            ("1e21", "`1e21` is too large"),
            ("1e2147483647", "`1e2147483647` is too large"),
        ] {
            assert_eq!(words(raw), expected, "{raw}");
        }
        assert!(Amount::parse(&"9".repeat(5000)).is_err());
    }

    /// Division by shift and subtraction.
    fn slow(value: u128, part: u128, whole: u128) -> u128 {
        let (high, low) = widening_mul(value, part);
        let (mut rest, mut quotient) = (0_u128, 0_u128);
        for bit in (0..256).rev() {
            let carry = rest >> 127 == 1;
            let next = if bit >= 128 { (high >> (bit - 128)) & 1 } else { (low >> bit) & 1 };
            rest = (rest << 1) | next;
            quotient <<= 1;
            if carry || rest >= whole {
                rest = rest.wrapping_sub(whole);
                quotient |= 1;
            }
        }
        quotient
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Amount::parse(&text);
        }

        #[test]
        fn what_is_shown_is_read_again(units in 1..u128::MAX) {
            prop_assert_eq!(Amount::parse(&Amount(units).to_string()), Ok(Amount(units)));
        }

        #[test]
        fn pro_rata_is_the_quotient(value in any::<u128>(), a in any::<u128>(), b in 1..u128::MAX, shift in 0..128_u32) {
            let (part, whole) = ((a >> shift).min(b >> shift), (b >> shift).max(1));
            let part = part.min(whole);
            prop_assert_eq!(pro_rata(value, part, whole), slow(value, part, whole));
        }
    }
}
