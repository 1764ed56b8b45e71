//! Dates of positions and schools as CVs write them: a month, a year, "present"; months since year 0 come out, from the earliest to the
//! latest that may be meant.

/// Months that a text may mean: the same twice, or all of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    pub(super) earliest: u32,
    pub(super) latest: u32,
}

/// Reads `2020`, `2020-05`, `2020-05-17`, `05/2020`, `2020/05`, `May 2020`. `None` for anything else.
pub(super) fn month(text: &str) -> Option<Month> {
    let mut year = None;
    let mut month = None;
    // Two numbers before the year: which is the day is not known.
    let mut doubtful = false;
    for part in text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit()) {
            year = year.or(part.parse::<u32>().ok().filter(|year| (1900..2200).contains(year)));
        } else if let Ok(number) = part.parse::<u32>() {
            match month {
                None if (1..=12).contains(&number) => month = Some(number),
                Some(_) if year.is_none() && number <= 12 => doubtful = true,
                _ => {}
            }
        } else if let Some(named) = named(part) {
            (month, doubtful) = (Some(named), false);
        }
    }
    let month = month.filter(|_| !doubtful);
    let year = year?;
    Some(match month {
        Some(month) => Month { earliest: year * 12 + month - 1, latest: year * 12 + month - 1 },
        None => Month { earliest: year * 12, latest: year * 12 + 11 },
    })
}

/// Whether a text says that something goes on.
pub(super) fn goes_on(text: &str) -> bool {
    ["present", "now", "current", "today", "ongoing", "date"].iter().any(|word| super::has_word(text, word))
}

fn named(part: &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = part.get(..3)?;
    (1..).zip(NAMES).find(|(_, name)| name.eq_ignore_ascii_case(start)).map(|(number, _)| number)
}

/// The month of a moment.
pub(super) fn month_of(time: crate::time::Time) -> u32 {
    // Of a text of its own form there is always one.
    month(&time.to_string()[..7]).map_or(0, |month| month.earliest)
}

/// Years and months for people.
pub(super) fn span(months: u32) -> String {
    if months >= 24 { format!("{} years", months / 12) } else { format!("{months} months") }
}

#[cfg(test)]
mod tests {
    use super::{Month, month, month_of};
    use crate::time::Time;

    #[test]
    fn months_of_cvs() {
        for text in
            ["2020-05", "2020-05-17", "05/2020", "2020/05", "17/05/2020", "1 May 2020", "2020 may", "2020-05-17T10:00:00Z"]
        {
            assert_eq!(month(text), Some(Month { earliest: 24_244, latest: 24_244 }), "{text}");
        }
        assert_eq!(month("2020"), Some(Month { earliest: 24_240, latest: 24_251 }));
        assert_eq!(month("03/04/2020"), Some(Month { earliest: 24_240, latest: 24_251 }));
        for text in ["", "present", "20", "1"] {
            assert_eq!(month(text), None, "{text}");
        }
        assert_eq!(month_of(Time::parse("2020-05-17").unwrap().time), 24_244);
    }
}
