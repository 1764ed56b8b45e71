//! Business days in the United States: a day and a number of business days go in, the day when they are over comes out.
//!
//! Holidays are those of federal law, 5 U.S.C. 6103(a), by their rule, and the day on which each is observed, 6103(b): the Friday before a
//! Saturday, the Monday after a Sunday. Inauguration Day, 6103(c), is a holiday around the capital alone and is none here. OFAC counts
//! reports on blocked property in ten business days (31 CFR 501.603).

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How many business days an alert has by default.
pub const DUE_AFTER: u32 = 10;

/// The name of the holiday that a day is observed as; none on a day of work. A holiday that falls on a weekend is named on the day of its
/// observance, and on its own day as well.
#[must_use]
pub fn holiday(day: Date) -> Option<&'static str> {
    let own = |day: Date| falls_on(day).filter(|_| !weekend(day));
    if let Some(name) = own(day) {
        return Some(name);
    }
    if weekend(day) {
        return falls_on(day);
    }
    match day.weekday() {
        Weekday::Friday => day.tomorrow().ok().and_then(falls_on),
        Weekday::Monday => day.yesterday().ok().and_then(falls_on),
        _ => None,
    }
}

/// Whether it is neither a Saturday, a Sunday nor the observance of a holiday.
#[must_use]
pub fn business_day(day: Date) -> bool {
    !weekend(day) && holiday(day).is_none()
}

/// The last of so many business days after a day; the day itself does not count. With 0, the day itself if it is one, else the next.
#[must_use]
pub fn after(day: Date, business_days: u32) -> Date {
    let mut day = day;
    if business_days == 0 {
        while !business_day(day) {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
        }
        return day;
    }
    for _ in 0..business_days {
        loop {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            if business_day(day) {
                break;
            }
        }
    }
    day
}

fn weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The holiday whose own date it is.
fn falls_on(day: Date) -> Option<&'static str> {
    let nth = |weekday: Weekday| if day.weekday() == weekday { (day.day() + 6) / 7 } else { 0 };
    let last = |weekday: Weekday| day.weekday() == weekday && day.saturating_add(7.days()).month() != day.month();
    match (day.month(), day.day()) {
        (1, 1) => Some("New Year's Day"),
        (1, _) if day.year() >= 1986 && nth(Weekday::Monday) == 3 => Some("Birthday of Martin Luther King, Jr."),
        (2, _) if nth(Weekday::Monday) == 3 => Some("Washington's Birthday"),
        (5, _) if last(Weekday::Monday) => Some("Memorial Day"),
        (6, 19) if day.year() >= 2021 => Some("Juneteenth National Independence Day"),
        (7, 4) => Some("Independence Day"),
        (9, _) if nth(Weekday::Monday) == 1 => Some("Labor Day"),
        (10, _) if nth(Weekday::Monday) == 2 => Some("Columbus Day"),
        (11, 11) => Some("Veterans Day"),
        (11, _) if nth(Weekday::Thursday) == 4 => Some("Thanksgiving Day"),
        (12, 25) => Some("Christmas Day"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// The days that the Office of Personnel Management publishes as holidays of federal employees.
    #[test]
    fn the_published_holidays() {
        let published = [
            (2026, vec![(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)]),
            (
                2027,
                vec![
                    (1, 1),
                    (1, 18),
                    (2, 15),
                    (5, 31),
                    (6, 18),
                    (7, 5),
                    (9, 6),
                    (10, 11),
                    (11, 11),
                    (11, 25),
                    (12, 24),
                    (12, 31),
                ],
            ),
            (2022, vec![(1, 17), (2, 21), (5, 30), (6, 20), (7, 4), (9, 5), (10, 10), (11, 11), (11, 24), (12, 26)]),
        ];
        for (year, days) in published {
            let first = date(year, 1, 1);
            let found: Vec<(i8, i8)> = (0..365)
                .map(|number| first.saturating_add(i64::from(number).days()))
                .filter(|day| !weekend(*day) && !business_day(*day))
                .map(|day| (day.month(), day.day()))
                .collect();
            assert_eq!(found, days, "{year}");
        }
    }

    #[test]
    fn ten_business_days() {
        // From the Friday before Thanksgiving: the holiday does not count.
        assert_eq!(after(date(2026, 11, 20), 10), date(2026, 12, 7));
        // Christmas and New Year, both on Fridays.
        assert_eq!(after(date(2026, 12, 21), 10), date(2027, 1, 6));
        assert_eq!(after(date(2026, 11, 28), 0), date(2026, 11, 30));
        assert_eq!(after(date(2026, 11, 30), 0), date(2026, 11, 30));
        assert_eq!(holiday(date(2027, 12, 31)), Some("New Year's Day"));
        assert_eq!(holiday(date(2020, 6, 19)), None);
    }

    #[test]
    fn the_end_of_time_ends_it() {
        assert_eq!(after(Date::MAX, 10), Date::MAX);
    }

    proptest! {
        /// Counting one by one from the day to the result finds as many business days as asked, and ends on one.
        #[test]
        fn counted_by_hand(offset in 0i64..40_000, days in 1u32..60) {
            let day = date(1990, 1, 1).saturating_add(offset.days());
            let due = after(day, days);
            prop_assert!(business_day(due));
            let span = day.until(due).unwrap().get_days();
            let counted = (1..=span).filter(|number| business_day(day.saturating_add(number.days()))).count();
            prop_assert_eq!(counted, days as usize);
            // No stretch without a business day is longer than a weekend with a holiday on either side.
            prop_assert!(i64::from(span) <= i64::from(days) * 4 + 4);
        }

        /// A year has ten to twelve days of rest on weekdays: eleven holidays, less or more a New Year's Day that moves.
        #[test]
        fn as_many_as_the_law_says(year in 2021i16..2300) {
            let first = date(year, 1, 1);
            let rest = (0..i64::from(first.days_in_year()))
                .map(|number| first.saturating_add(number.days()))
                .filter(|day| !weekend(*day) && !business_day(*day))
                .count();
            prop_assert!((10..=12).contains(&rest), "{} {}", year, rest);
        }
    }
}
