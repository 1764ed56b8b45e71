//! The time of a transfer. A text as exports write it goes in: RFC 3339, ISO 8601, or seconds since 1970; nanoseconds since 1970 in UTC
//! come out, or the reason why not.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use thiserror::Error;

const NANOS: i64 = 1_000_000_000;

/// The first block of Bitcoin, 2009-01-03T18:15:05Z: nothing moved on any chain before.
const FIRST_BLOCK: i64 = 1_231_006_505;

/// A moment, in nanoseconds since 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferTime(pub(super) i64);

/// Why a text is no time of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TransferTimeError {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// No form that is read.
    #[error("`{0}` is no time; write it as 2026-03-01T12:00:00Z or in seconds since 1970")]
    Garbled(String),
    /// Nothing moved on any chain then.
    #[error("`{0}` is before the first block of any chain (2009-01-03)")]
    TooEarly(String),
    /// Beyond what can be held.
    #[error("`{0}` is after 2262")]
    TooLate(String),
}

impl TransferTime {
    /// Reads a time. One without a zone is in UTC, a day without a time its first moment; a whole number of 12 digits or more is in
    /// milliseconds.
    pub fn parse(raw: &str) -> Result<Self, TransferTimeError> {
        let text = raw.trim();
        let shown = || text.chars().take(40).collect::<String>();
        if text.is_empty() {
            return Err(TransferTimeError::Empty);
        }
        let nanos = match numeric(text) {
            Some(nanos) => nanos,
            None => written(text).ok_or_else(|| TransferTimeError::Garbled(shown()))?,
        };
        if nanos < i128::from(FIRST_BLOCK) * i128::from(NANOS) - i128::from(NANOS) * 86_400 {
            return Err(TransferTimeError::TooEarly(shown()));
        }
        i64::try_from(nanos).map(Self).map_err(|_| TransferTimeError::TooLate(shown()))
    }

    /// Nanoseconds since 1970-01-01 in UTC.
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        self.0
    }
}

/// Seconds, with decimals or without, or milliseconds since 1970.
fn numeric(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(whole) || fraction.len() > 9 || !digits(fraction) {
        return None;
    }
    let number: i128 = whole.parse().ok()?;
    if whole.len() >= 12 {
        return fraction.is_empty().then_some(number * 1_000_000);
    }
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(number * i128::from(NANOS) + fraction)
}

fn written(text: &str) -> Option<i128> {
    let text = text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |text| format!("{text}Z"));
    // Without a zone in brackets: what the rules of a place were is none of ours.
    if text.contains('[') {
        return None;
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_nanosecond());
    }
    // A time with an offset that cannot be read must not be taken for one without.
    let civil = text.parse::<DateTime>().ok().filter(|_| has_no_offset(&text));
    let civil = civil
        .or_else(|| Some(text.parse::<Date>().ok().filter(|_| text.len() == 10)?.to_datetime(jiff::civil::Time::midnight())));
    Some(TimeZone::UTC.to_timestamp(civil?).ok()?.as_nanosecond())
}

fn has_no_offset(text: &str) -> bool {
    let time = text.get(10..).unwrap_or_default();
    !time.contains(['+', '-', 'Z', 'z'])
}

impl fmt::Display for TransferTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(moment) => f.pad(&moment.to_string()),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl serde::Serialize for TransferTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read() {
        for (raw, expected) in [
            ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
            ("2026-03-01T12:00:00+09:00", "2026-03-01T03:00:00Z"),
            ("2026-03-01 12:00:00", "2026-03-01T12:00:00Z"),
            ("2026-03-01 12:00:00 UTC", "2026-03-01T12:00:00Z"),
            ("2026-03-01T12:00", "2026-03-01T12:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            (" 1772366400 ", "2026-03-01T12:00:00Z"),
            ("1772366400.25", "2026-03-01T12:00:00.25Z"),
            ("1772366400123", "2026-03-01T12:00:00.123Z"),
            ("2026-03-01T12:00:00.000000001Z", "2026-03-01T12:00:00.000000001Z"),
        ] {
            assert_eq!(TransferTime::parse(raw).map(|time| time.to_string()), Ok(expected.to_owned()), "{raw}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        for raw in
            ["yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "01/02/2026", "12:00", "2026-03-01T25:00:00Z", "-5", "1e9"]
        {
            assert!(matches!(TransferTime::parse(raw), Err(TransferTimeError::Garbled(_))), "{raw}");
        }
        assert_eq!(TransferTime::parse(" "), Err(TransferTimeError::Empty));
        for raw in ["0", "12345", "2001-01-01", "-0001-01-01"] {
            let found = TransferTime::parse(raw);
            assert!(matches!(found, Err(TransferTimeError::TooEarly(_) | TransferTimeError::Garbled(_))), "{raw} {found:?}");
        }
        assert!(matches!(TransferTime::parse("9999-01-01"), Err(TransferTimeError::TooLate(_))));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = TransferTime::parse(&text);
        }

        #[test]
        fn what_is_shown_is_read_again(nanos in FIRST_BLOCK * NANOS..i64::MAX) {
            prop_assert_eq!(TransferTime::parse(&TransferTime(nanos).to_string()), Ok(TransferTime(nanos)));
        }
    }
}
