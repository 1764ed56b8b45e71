//! Time zones that people claim: an IANA name or a fixed offset.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::time::{Time, parse_offset};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ZoneId(pub(crate) u32);

/// The text is no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no time zone (an IANA name as `Europe/Berlin`, or an offset as `+09:00`)")]
pub struct ZoneError;

/// A time zone.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// Reads an IANA name or an offset.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        let offset =
            parse_offset(text).or_else(|| text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).and_then(parse_offset));
        let zone = match offset {
            Some(minutes) => TimeZone::fixed(jiff::tz::Offset::from_seconds(i32::from(minutes) * 60).map_err(|_| ZoneError)?),
            None => TimeZone::get(text).map_err(|_| ZoneError)?,
        };
        Ok(Self { name: text.to_owned(), zone })
    }

    /// A zone that is so many minutes east of UTC all year; `None` for more than a day.
    pub(crate) fn fixed(name: impl Into<String>, minutes: i16) -> Option<Self> {
        let offset = jiff::tz::Offset::from_seconds(i32::from(minutes) * 60).ok()?;
        Some(Self { name: name.into(), zone: TimeZone::fixed(offset) })
    }

    /// As it was written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Minutes east of UTC at a moment.
    #[must_use]
    pub fn offset_at(&self, time: Time) -> i16 {
        let Ok(at) = Timestamp::from_second(time.seconds()) else { return 0 };
        i16::try_from(self.zone.to_offset(at).seconds() / 60).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Zone;
    use crate::time::Time;

    #[test]
    fn offsets_follow_the_season() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let at = |text: &str| Time::parse(text).unwrap().time;
        assert_eq!(berlin.offset_at(at("2026-01-15")), 60);
        assert_eq!(berlin.offset_at(at("2026-07-15")), 120);
        assert_eq!(Zone::parse("+05:30").unwrap().offset_at(at("2026-07-15")), 330);
        assert_eq!(Zone::parse("UTC-3").unwrap().offset_at(at("2026-07-15")), -180);
        assert!(Zone::parse("Middle/Earth").is_err());
    }
}
