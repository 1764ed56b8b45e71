//! Moments: the writings of time in exports go in; whole seconds UTC come out, with the offset that was stated, if one was.

use std::fmt;
use std::num::NonZeroU32;

/// A moment in whole seconds since 1970-01-01T00:00:00Z, to 2106. No table of people holds an earlier or later one.
///
/// The number is one more than the seconds, so that a moment that may be missing takes four bytes in the rows of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(NonZeroU32);

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a date or time in a known writing.
    #[error("it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)")]
    Unknown,
    /// Before 1970 or after 2106.
    #[error("it lies before 1970 or after 2106")]
    OutOfRange,
}

/// A moment as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The moment.
    pub time: Time,
    /// The offset from UTC in minutes that the text states; `None` when it states none and UTC was taken.
    pub offset: Option<i16>,
    /// Whether the text gives a day without a time.
    pub day_only: bool,
}

impl Default for Time {
    /// The begin of 1970.
    fn default() -> Self {
        Self(NonZeroU32::MIN)
    }
}

impl Time {
    /// The last moment that there is.
    pub(crate) const LAST: Self = Self(NonZeroU32::MAX);

    /// The moment so many seconds after 1970; `None` outside the range.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        NonZeroU32::new(u32::try_from(seconds.checked_add(1)?).ok()?).map(Self)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.get() as i64 - 1
    }

    /// Seconds from an earlier moment to this one; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.get() as i64 - earlier.0.get() as i64
    }

    /// Days since 1970, in UTC.
    #[must_use]
    pub const fn day(self) -> u32 {
        (self.0.get() - 1) / 86_400
    }

    /// Reads `2026-03-01T12:00:00Z`, as most exports write it; `None` for any other writing.
    fn plain(bytes: &[u8]) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2, b'Z'] = bytes else {
            return None;
        };
        let two = |one: &u8, other: &u8| {
            let (one, other) = (one.wrapping_sub(b'0'), other.wrapping_sub(b'0'));
            (one < 10 && other < 10).then(|| i64::from(one) * 10 + i64::from(other))
        };
        let (year, month, day) = (two(y1, y2)? * 100 + two(y3, y4)?, two(m1, m2)?, two(d1, d2)?);
        let (hour, minute, second) = (two(h1, h2)?, two(i1, i2)?, two(s1, s2)?);
        let is_day = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        if !is_day || hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        Self::from_seconds(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// Reads RFC 3339, the same with a space or without zone, a date, or a number of seconds or milliseconds since 1970.
    pub fn parse(text: &str) -> Result<Read, TimeError> {
        let text = crate::text::trimmed(text);
        let bytes = text.as_bytes();
        if let Some(time) = Self::plain(bytes) {
            return Ok(Read { time, offset: Some(0), day_only: false });
        }
        if bytes.len() >= 9 && bytes.iter().all(u8::is_ascii_digit) {
            let number: i64 = text.parse().map_err(|_| TimeError::OutOfRange)?;
            // Seconds have ten digits until 2286, milliseconds thirteen.
            let seconds = if bytes.len() >= 12 { number / 1000 } else { number };
            let time = Self::from_seconds(seconds).ok_or(TimeError::OutOfRange)?;
            return Ok(Read { time, offset: Some(0), day_only: false });
        }
        let digits = |range: std::ops::Range<usize>| -> Option<i64> {
            let part = bytes.get(range)?;
            part.iter().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
        };
        let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
            return dotted(text).map_or(Err(TimeError::Unknown), |text| Self::parse(&text));
        };
        if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return Err(TimeError::Unknown);
        }
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return Err(TimeError::Unknown);
        }
        let mut seconds = days_from_civil(year, month, day) * 86_400;
        if bytes.len() == 10 {
            let time = Self::from_seconds(seconds).ok_or(TimeError::OutOfRange)?;
            return Ok(Read { time, offset: None, day_only: true });
        }
        if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
            return Err(TimeError::Unknown);
        }
        let (Some(hour), Some(minute)) = (digits(11..13), digits(14..16)) else { return Err(TimeError::Unknown) };
        if bytes.get(13) != Some(&b':') || hour > 24 || minute > 59 {
            return Err(TimeError::Unknown);
        }
        seconds += hour * 3600 + minute * 60;
        let mut at = 16;
        if bytes.get(at) == Some(&b':') {
            let second = digits(at + 1..at + 3).ok_or(TimeError::Unknown)?;
            if second > 60 {
                return Err(TimeError::Unknown);
            }
            seconds += second;
            at += 3;
            if matches!(bytes.get(at), Some(b'.' | b',')) {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
            }
        }
        let rest = text.get(at..).ok_or(TimeError::Unknown)?.trim();
        let offset = match rest {
            "" => None,
            "Z" | "z" | "UTC" | "GMT" => Some(0),
            _ => Some(parse_offset(rest).ok_or(TimeError::Unknown)?),
        };
        let time = Self::from_seconds(seconds - i64::from(offset.unwrap_or(0)) * 60).ok_or(TimeError::OutOfRange)?;
        Ok(Read { time, offset, day_only: false })
    }
}

/// Minutes east of UTC of `+09:00`, `-0430`, `+09`, a plain number of minutes, or of hours: no zone is fourteen minutes away from UTC.
pub(crate) fn parse_offset(text: &str) -> Option<i16> {
    let text = text.trim();
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => (1, text),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
        return None;
    }
    let (hours, minutes): (i16, i16) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours.parse().ok()?, minutes.parse().ok()?),
        None if digits.len() == 4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        // No zone is more than fourteen hours away: what is more is a number of minutes, as `+60` and `-300`.
        None if digits.len() <= 2 && digits.parse::<i16>().ok()? <= 14 => (digits.parse().ok()?, 0),
        None => (0, digits.parse().ok()?),
    };
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 || hours == 0).then_some(sign * total).filter(|minutes| (-14 * 60..=14 * 60).contains(minutes))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 of a day of the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `2026-01-19T12:00` from `19.01.2026 12:00`: where dots separate, the day comes first.
fn dotted(text: &str) -> Option<String> {
    let (day, rest) = text.split_once('.')?;
    let (month, rest) = rest.split_once('.')?;
    let (year, clock) = rest.split_at_checked(4)?;
    let is_number =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(day, 2) || !is_number(month, 2) || !is_number(year, 4) {
        return None;
    }
    match clock.trim_start_matches([',', ' ', 'T']) {
        "" if clock.is_empty() => Some(format!("{year}-{month:0>2}-{day:0>2}")),
        time if time.len() < clock.len() => Some(format!("{year}-{month:0>2}-{day:0>2}T{time}")),
        _ => None,
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC: `2026-03-01T12:00:00Z`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = i64::from(self.day()) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let of_era_year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = of_era_year + era * 400 + i64::from(month <= 2);
        let second = (self.0.get() - 1) % 86_400;
        write!(out, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::{Time, TimeError, parse_offset};

    fn check(text: &str, seconds: i64, offset: Option<i16>) {
        let read = Time::parse(text).unwrap();
        assert_eq!((read.time.seconds(), read.offset), (seconds, offset), "{text}");
    }

    /// The common writing is read as the others are.
    #[test]
    fn the_common_writing_is_no_exception() {
        let parts = [
            ["1970-01-01", "2026-02-29", "2024-02-29", "2106-02-07", "2026-13-01", "2026-00-10", "1969-12-31", "2026-1a-01"],
            ["00:00:00", "23:59:60", "24:00:00", "25:00:00", "10:60:00", "10:00:61", "10:0x:00", "06:28:14"],
        ];
        for day in parts[0] {
            for clock in parts[1] {
                let [plain, other] = ["Z", "z"].map(|end| Time::parse(&format!("{day}T{clock}{end}")));
                assert_eq!(plain, other, "{day}T{clock}");
            }
        }
        assert!(Time::parse("2026-03-01T12:00:00Z").is_ok_and(|read| read.offset == Some(0) && !read.day_only));
    }

    #[test]
    fn reads_the_writings_of_exports() {
        check("2026-03-01T12:00:00Z", 1_772_366_400, Some(0));
        check("2026-03-01T21:00:00.123+09:00", 1_772_366_400, Some(540));
        check("2026-03-01 12:00", 1_772_366_400, None);
        check("2026-03-01 08:00:00 -0400", 1_772_366_400, Some(-240));
        check("2026-03-01", 1_772_323_200, None);
        check("01.03.2026", 1_772_323_200, None);
        check("1.3.2026", 1_772_323_200, None);
        check("01.03.2026 12:00", 1_772_366_400, None);
        check("1.3.2026, 12:00:00 +00:00", 1_772_366_400, Some(0));
        check("1772366400", 1_772_366_400, Some(0));
        check("1772366400000", 1_772_366_400, Some(0));
        check("1970-01-01T00:00:00Z", 0, Some(0));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "2026-03-01T25:00",
            "2026-03-01Tnoon",
            "12/03/2026",
            "13.13.2026",
            "1.3.26",
            "1.3.2026.4",
            "192.0.2.1",
        ] {
            assert_eq!(Time::parse(text), Err(TimeError::Unknown), "{text}");
        }
        assert_eq!(Time::parse("1969-12-31"), Err(TimeError::OutOfRange));
        assert_eq!(Time::parse("2200-01-01"), Err(TimeError::OutOfRange));
    }

    #[test]
    fn shows_what_it_reads() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-12-31T00:00:01Z", "2100-03-01T10:00:00Z"] {
            assert_eq!(Time::parse(text).unwrap().time.to_string(), text);
        }
    }

    #[test]
    fn offsets() {
        assert_eq!(parse_offset("+09:00"), Some(540));
        assert_eq!(parse_offset("-0430"), Some(-270));
        assert_eq!(parse_offset("540"), Some(540));
        assert_eq!(parse_offset("-300"), Some(-300));
        assert_eq!(parse_offset("+5"), Some(300));
        assert_eq!(parse_offset("+60"), Some(60));
        assert_eq!(parse_offset("60"), Some(60));
        for hours in ["9", "09", "+9", "0900", "9:00"] {
            assert_eq!(parse_offset(hours), Some(540), "{hours}");
        }
        assert_eq!(parse_offset("0"), Some(0));
        assert_eq!(parse_offset("nine"), None);
        assert_eq!(parse_offset("+25:00"), None);
        assert_eq!(parse_offset("+999:00"), None);
        assert_eq!(parse_offset("-32767:59"), None);
        assert_eq!(parse_offset("east"), None);
    }
}
