//! Dates as sanctions lists know them: often no more than a year, often "circa", often a span. Text in any form that lists and users
//! write goes in, a [`DateValue`] comes out; its text form is EDTF (ISO 8601-2:2019, levels 0 and 1), so that `1965~` and
//! `1965/1968` survive a round trip through any file. [`DateValue::relation`] says how two dates disagree, for scoring.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Longest text that is read as a date, in bytes. The longest real form ("between 25 September 1965 and 25 September 1968") has 48.
const MAX_BYTES: usize = 80;

/// Years apart up to which two dates are [`DateRelation::NearYear`].
const NEAR_YEARS: u16 = 2;

/// Why a text or a set of numbers is no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// There is nothing in it.
    #[error("the date is empty")]
    Empty,
    /// The text is longer than any date.
    #[error("a text of {0} bytes is no date")]
    TooLong(usize),
    /// The year is not in 1..=9999.
    #[error("the year {0} is not between 1 and 9999")]
    Year(u32),
    /// The month is not in 1..=12.
    #[error("the month {0} is not between 1 and 12")]
    Month(u32),
    /// The month has no such day.
    #[error("{year:04}-{month:02} has no day {day}")]
    Day {
        /// Year of the date.
        year: u16,
        /// Month of the date.
        month: u8,
        /// The day that does not exist.
        day: u32,
    },
    /// A day without a month says nothing.
    #[error("a day needs a month")]
    DayWithoutMonth,
    /// "05/01/79": the century would be a guess.
    #[error("the year in {0:?} needs four digits")]
    ShortYear(String),
    /// "1965/..": a span without an end.
    #[error("the span {0:?} has no beginning or no end")]
    OpenSpan(String),
    /// The span ends before it begins.
    #[error("the span ends ({to}) before it begins ({from})")]
    Backwards {
        /// Beginning as written.
        from: PartialDate,
        /// End as written.
        to: PartialDate,
    },
    /// A word that is no month name.
    #[error("{0:?} is not the name of a month")]
    Word(String),
    /// Nothing that looks like a date.
    #[error("{0:?} is in no known form of a date")]
    Form(String),
}

/// A year, a month or a day of the proleptic Gregorian calendar. Ordered by time, the less precise first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// Makes a date of a year (1..=9999), perhaps a month (1..=12), perhaps a day that this month has.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, DateError> {
        if !(1..=9999).contains(&year) {
            return Err(DateError::Year(year.into()));
        }
        match (month, day) {
            (None, None) => {}
            (None, Some(_)) => return Err(DateError::DayWithoutMonth),
            (Some(month), day) => {
                if !(1..=12).contains(&month) {
                    return Err(DateError::Month(month.into()));
                }
                if let Some(day) = day
                    && !(1..=days_in_month(year, month)).contains(&day)
                {
                    return Err(DateError::Day { year, month, day: day.into() });
                }
            }
        }
        Ok(Self { year, month, day })
    }

    /// A whole year.
    pub fn from_year(year: u16) -> Result<Self, DateError> {
        Self::new(year, None, None)
    }

    /// A full date.
    pub fn from_ymd(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        Self::new(year, Some(month), Some(day))
    }

    /// The year, 1..=9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1..=12, if known.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, if known.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether year, month and day are known.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.day.is_some()
    }

    /// The first day that this date can be.
    #[must_use]
    pub fn earliest(self) -> Self {
        Self { year: self.year, month: Some(self.month.unwrap_or(1)), day: Some(self.day.unwrap_or(1)) }
    }

    /// The last day that this date can be.
    #[must_use]
    pub fn latest(self) -> Self {
        let month = self.month.unwrap_or(12);
        Self { year: self.year, month: Some(month), day: Some(self.day.unwrap_or(days_in_month(self.year, month))) }
    }

    /// Month and day of a full date.
    fn month_and_day(self) -> Option<(u8, u8)> {
        self.month.zip(self.day)
    }

    fn without_day(self) -> Self {
        Self { day: None, ..self }
    }

    fn without_month(self) -> Self {
        Self { month: None, day: None, ..self }
    }

    /// The eight digits of the basic format of ISO 8601 (`YYYYMMDD`), for a full date.
    fn digits(self) -> Option<[u8; 8]> {
        let (month, day) = self.month_and_day()?;
        let mut number = u32::from(self.year) * 10_000 + u32::from(month) * 100 + u32::from(day);
        let mut digits = [0; 8];
        for digit in digits.iter_mut().rev() {
            *digit = (number % 10) as u8;
            number /= 10;
        }
        Some(digits)
    }
}

impl fmt::Display for PartialDate {
    /// ISO 8601: `1965`, `1965-04` or `1965-04-25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    /// Reads ISO 8601 and nothing else: `1965`, `1965-04` or `1965-04-25`.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let form = || DateError::Form(shorten(text));
        let mut part = |width: usize| match parts.next() {
            None => Ok(None),
            Some(digits) if digits.len() == width => number(digits).map(Some).ok_or_else(form),
            Some(_) => Err(form()),
        };
        let (year, month, day) = (part(4)?.ok_or_else(form)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return Err(form());
        }
        checked(year, month, day)
    }
}

/// What is known of a moment: a date of some precision, one that is only about right, or a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateValue {
    /// The date as stated, in the precision stated.
    Exact(PartialDate),
    /// About that date ("circa 1965"). EDTF `1965~`.
    Circa(PartialDate),
    /// Some day from the first day of `from` to the last day of `to`. EDTF `1965/1968`.
    Range {
        /// Beginning, not after `to`.
        from: PartialDate,
        /// End.
        to: PartialDate,
        /// Both ends are only about right. EDTF `1965~/1968~`.
        circa: bool,
    },
}

/// How two dates stand to each other, from agreement to contradiction. The first that applies holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateRelation {
    /// They say the same in the same precision. (Ask [`DateValue::is_full_day`] how much that is worth.)
    Same,
    /// They can be the same day: one is less precise, or the spans overlap.
    Compatible,
    /// Full dates of one year with day and month exchanged: one of them was read in the wrong order.
    DayMonthSwapped,
    /// Full dates that differ in one digit of eight: a typing error.
    OneDigit,
    /// They fall into one year and contradict each other within it.
    SameYear,
    /// Their years are so many apart, 1 or 2.
    NearYear(u8),
    /// They contradict each other.
    Different,
}

impl DateValue {
    /// Reads a date in EDTF, in any usual form of ISO 8601, or as lists and users write it:
    ///
    /// | form | read as |
    /// |---|---|
    /// | `05 Jan 1979`, `5 January 1979`, `Jan 5, 1979`, `05-JAN-1979` | the day |
    /// | `1979-01-05`, `1979.01.05`, `1979/01/05`, `19790105`, `1979-01-05T00:00:00` | the day |
    /// | `05/01/1979`, `05.01.1979` | 5 January: the UN, UK and EU write the day first. If the second number is above 12, the month is first |
    /// | `Jan 1979`, `1979-01`, `01/1979`, `00/01/1979`, `dd/01/1979` | the month |
    /// | `1979`, `00/00/1979`, `dd/mm/1979`, `1979-XX-XX` | the year |
    /// | `circa 1965`, `c. 1965`, `ca. 1965`, `1965~`, `1965?` | about that |
    /// | `1965 to 1968`, `between 1965 and 1968`, `1965-1968`, `1965/1968`, `1965 or 1966` | the span |
    /// | `196X`, `1960s` | the span 1960/1969 |
    ///
    /// A span that is exactly a year or a month becomes that ("01 Jan 1965 to 31 Dec 1965" is 1965). Years need four digits. Month
    /// names are English, three letters at least. The error says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DateError::Empty);
        }
        if text.len() > MAX_BYTES {
            return Err(DateError::TooLong(text.len()));
        }
        // Lower case, one kind of space, one kind of hyphen.
        let text: String = text
            .chars()
            .map(|c| match c {
                '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
                c if c.is_whitespace() => ' ',
                c => c.to_ascii_lowercase(),
            })
            .collect();
        let text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        parse_value(&text)
    }

    /// The value of a `DatePeriod` of OFAC's advanced XML: four days, of which `start_from..=start_to` bounds the beginning and
    /// `end_from..=end_to` the end. OFAC writes the year 1968 as a period from 1968-01-01 to 1968-12-31, and the span 1955 to 1957 as a
    /// beginning within 1955 and an end within 1957; whole years and whole months collapse to what was meant. Where the file has only
    /// a start or only an end, pass that one twice. Fails when the period runs backwards.
    pub fn from_period(
        start_from: PartialDate,
        start_to: PartialDate,
        end_from: PartialDate,
        end_to: PartialDate,
        circa: bool,
    ) -> Result<Self, DateError> {
        let (from, to) = match (collapse(start_from, start_to)?, collapse(end_from, end_to)?) {
            // Both ends are points or whole units: the finest reading of them.
            (Collapsed::Unit(from), Collapsed::Unit(to)) => (from, to),
            // An end that is itself a span of odd length: keep the outer bounds, which lose no possible day.
            _ => (start_from, end_to),
        };
        span(from, to, circa)
    }

    /// The first day that this value allows as stated; "circa" does not widen it.
    #[must_use]
    pub fn earliest(&self) -> PartialDate {
        match *self {
            Self::Exact(date) | Self::Circa(date) | Self::Range { from: date, .. } => date.earliest(),
        }
    }

    /// The last day that this value allows as stated; "circa" does not widen it.
    #[must_use]
    pub fn latest(&self) -> PartialDate {
        match *self {
            Self::Exact(date) | Self::Circa(date) | Self::Range { to: date, .. } => date.latest(),
        }
    }

    /// Whether this is one exactly known day.
    #[must_use]
    pub fn is_full_day(&self) -> bool {
        matches!(self, Self::Exact(date) if date.is_full())
    }

    /// Whether the source says that it is only about right.
    #[must_use]
    pub fn is_circa(&self) -> bool {
        matches!(self, Self::Circa(_) | Self::Range { circa: true, .. })
    }

    /// How this date stands to another one. Symmetric.
    #[must_use]
    pub fn relation(&self, other: &Self) -> DateRelation {
        if self == other {
            return DateRelation::Same;
        }
        let (a, b) = ((self.earliest(), self.latest()), (other.earliest(), other.latest()));
        if a.0 <= b.1 && b.0 <= a.1 {
            return DateRelation::Compatible;
        }
        if let (Self::Exact(one), Self::Exact(two)) = (*self, *other) {
            if let (Some((month, day)), Some(reversed)) = (one.month_and_day(), two.month_and_day())
                && one.year == two.year
                && reversed == (day, month)
            {
                return DateRelation::DayMonthSwapped;
            }
            if let (Some(one), Some(two)) = (one.digits(), two.digits())
                && one.iter().zip(&two).filter(|(a, b)| a != b).count() == 1
            {
                return DateRelation::OneDigit;
            }
        }
        // The gap between the two spans of years; zero when they share one.
        let gap = b.0.year.saturating_sub(a.1.year).max(a.0.year.saturating_sub(b.1.year));
        match gap {
            0 => DateRelation::SameYear,
            1..=NEAR_YEARS => DateRelation::NearYear(gap as u8),
            _ => DateRelation::Different,
        }
    }
}

impl From<PartialDate> for DateValue {
    fn from(date: PartialDate) -> Self {
        Self::Exact(date)
    }
}

impl fmt::Display for DateValue {
    /// EDTF: `1965-04-25`, `1965~`, `1965/1968`, `1965~/1968~`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(date) => write!(f, "{date}"),
            Self::Circa(date) => write!(f, "{date}~"),
            Self::Range { from, to, circa: false } => write!(f, "{from}/{to}"),
            Self::Range { from, to, circa: true } => write!(f, "{from}~/{to}~"),
        }
    }
}

impl FromStr for DateValue {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

/// A whole text, in lower case with single spaces.
fn parse_value(text: &str) -> Result<DateValue, DateError> {
    let (text, circa) = strip_circa(text);
    if let Some((from, to)) = split_span(text) {
        let (from, from_circa) = strip_circa(from);
        let (to, to_circa) = strip_circa(to);
        if matches!(from, "" | "..") || matches!(to, "" | "..") {
            return Err(DateError::OpenSpan(shorten(text)));
        }
        // "25 to 28 Sep 1965" leaves the first date without its month; that is not guessed.
        let (from, to) = (parse_piece(from)?, parse_piece(to)?);
        return span(from.0, to.1, circa || from_circa || to_circa);
    }
    let (from, to) = parse_piece(text)?;
    if from == to {
        return Ok(if circa { DateValue::Circa(from) } else { DateValue::Exact(from) });
    }
    span(from, to, circa)
}

/// Takes the words and signs away that mean "about".
fn strip_circa(text: &str) -> (&str, bool) {
    const BEFORE: &[&str] =
        &["approximately", "approx.", "approx", "circa", "about", "around", "abt.", "abt", "est.", "ca.", "ca", "c.", "c", "~"];
    const AFTER: &[&str] =
        &["(approximately)", "(approx.)", "(approx)", "(circa)", "approximately", "approx.", "approx", "circa"];
    let mut text = text.trim();
    let mut circa = false;
    if let Some(rest) = BEFORE.iter().find_map(|word| text.strip_prefix(word))
        && rest.starts_with(|c: char| c == ' ' || c.is_ascii_digit() || c.is_ascii_alphabetic() && text.starts_with('~'))
    {
        (text, circa) = (rest.trim_start(), true);
    }
    // EDTF: `~` about, `?` uncertain, `%` both. A matcher needs no finer difference.
    let rest = text.trim_end_matches(['~', '?', '%']);
    if rest.len() < text.len() {
        (text, circa) = (rest.trim_end(), true);
    }
    if let Some(rest) = AFTER.iter().find_map(|word| text.strip_suffix(word)) {
        (text, circa) = (rest.trim_end(), true);
    }
    (text, circa)
}

/// The two halves of a span, if the text is one.
fn split_span(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("between ") {
        return rest.split_once(" and ");
    }
    let text = text.strip_prefix("from ").unwrap_or(text);
    for separator in [" to ", " - ", " until ", " or ", " and "] {
        if let Some(halves) = text.split_once(separator) {
            return Some(halves);
        }
    }
    // EDTF `1965/1968` and `1965-04/1965-06`; not `05/01/1979`, `1979/01/05`, `01/1979`, `1979/01`.
    if let Some((from, to)) = text.split_once('/')
        && !to.contains('/')
    {
        let whole =
            |half: &str| half.is_empty() || half == ".." || half.len() >= 4 && half.is_char_boundary(4) && is_year(&half[..4]);
        return (whole(from) && whole(to)).then_some((from, to));
    }
    // "1965-1968".
    let (from, to) = text.split_once('-')?;
    (is_year(from) && is_year(to)).then_some((from, to))
}

/// One date, as the first and the last unit it can mean: they differ only for decades.
fn parse_piece(text: &str) -> Result<(PartialDate, PartialDate), DateError> {
    let text = text.trim().trim_end_matches([',', ';']);
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let same = |date: PartialDate| (date, date);
    // "196x" of EDTF, "1960s" of prose.
    let decade = text
        .strip_suffix('x')
        .filter(|head| head.len() == 3)
        .or_else(|| text.strip_suffix("0s").filter(|head| head.len() == 3));
    if let Some(tens) = decade.and_then(number) {
        return Ok((checked(tens * 10, None, None)?, checked(tens * 10 + 9, None, None)?));
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            4 => checked_text(text, "", "").map(same),
            8 => checked_text(&text[..4], &text[4..6], &text[6..]).map(same),
            _ => Err(DateError::Form(shorten(text))),
        };
    }
    let text = strip_time(text);
    numeric(text).unwrap_or_else(|| with_month_name(text)).map(same)
}

/// Drops the time of day of "1979-01-05t00:00:00z" and "05/01/1979 00:00:00"; a date has no zone that could move it.
fn strip_time(text: &str) -> &str {
    match text.find(['t', ' ']) {
        Some(at)
            if text[..at].ends_with(|c: char| c.is_ascii_digit())
                && text[at + 1..].contains(':')
                && text[at + 1..].bytes().all(|b| b.is_ascii_digit() || b":.,+-z ampm".contains(&b)) =>
        {
            &text[..at]
        }
        _ => text,
    }
}

/// Numbers with separators: `1979-01-05`, `1979.01`, `05/01/1979`, `dd/mm/1979`, `01/1979`. `None` when it is no such text.
fn numeric(text: &str) -> Option<Result<PartialDate, DateError>> {
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let parts: Vec<&str> = text.trim_end_matches('.').split(separator).map(str::trim).collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && (part.bytes().all(|b| b.is_ascii_digit()) || matches!(*part, "dd" | "mm" | "d" | "m" | "xx" | "uu" | "??"))
    };
    if !parts.iter().all(is_part) {
        return None;
    }
    Some(match parts.as_slice() {
        [year, month] if is_year(year) => checked_text(year, month, ""),
        [month, year] if is_year(year) => checked_text(year, month, ""),
        [year, month, day] if is_year(year) => checked_text(year, month, day),
        [day, month, year] if is_year(year) => match (number(day), number(month)) {
            // Only the American order makes sense.
            (Some(first @ 1..=12), Some(second @ 13..)) => {
                number(year).ok_or(DateError::Empty).and_then(|year| checked(year, Some(first), Some(second)))
            }
            _ => checked_text(year, month, day),
        },
        [_, _, _] | [_, _] => Err(DateError::ShortYear(shorten(text))),
        _ => Err(DateError::Form(shorten(text))),
    })
}

/// Dates with a month in letters: "05 jan 1979", "jan 5, 1979", "5th of january 1979", "1979 jan", "05jan1979".
fn with_month_name(text: &str) -> Result<PartialDate, DateError> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    let mut after_number = false;
    while let Some(first) = rest.chars().next() {
        let (digits, letters) = (first.is_ascii_digit(), first.is_alphabetic());
        // A run of digits, a run of letters, or one separator: never empty, so the loop ends.
        let end = if digits {
            rest.find(|c: char| !c.is_ascii_digit())
        } else if letters {
            rest.find(|c: char| !c.is_alphabetic())
        } else {
            Some(first.len_utf8())
        };
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if digits {
            match token.len() {
                4 if year.is_none() => year = number(token),
                1 | 2 if day.is_none() => day = number(token),
                1 | 2 => return Err(DateError::ShortYear(shorten(text))),
                _ => return Err(DateError::Form(shorten(text))),
            }
        } else if letters {
            let ordinal = after_number && matches!(token, "st" | "nd" | "rd" | "th");
            if !ordinal && token != "of" {
                let number = month_number(token).ok_or_else(|| DateError::Word(shorten(token)))?;
                if month.replace(number).is_some() {
                    return Err(DateError::Form(shorten(text)));
                }
            }
        } else if !matches!(first, ' ' | ',' | '.' | '-' | '/') {
            return Err(DateError::Form(shorten(text)));
        }
        after_number = digits;
    }
    match (year, month) {
        (Some(year), Some(month)) => checked(year, Some(month), day),
        (None, Some(_)) if day.is_some() => Err(DateError::ShortYear(shorten(text))),
        _ => Err(DateError::Form(shorten(text))),
    }
}

/// The month of an English name or an abbreviation of at least three letters.
fn month_number(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let number = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(name))?;
    u32::try_from(number + 1).ok()
}

/// The date of three texts of digits; a month or day that is empty, zero or a placeholder is unknown.
fn checked_text(year: &str, month: &str, day: &str) -> Result<PartialDate, DateError> {
    let known = |text: &str| number(text).filter(|number| *number != 0);
    checked(number(year).ok_or_else(|| DateError::Form(shorten(year)))?, known(month), known(day))
}

fn checked(year: u32, month: Option<u32>, day: Option<u32>) -> Result<PartialDate, DateError> {
    let short_year = u16::try_from(year).map_err(|_| DateError::Year(year))?;
    let short_month = month.map(|month| u8::try_from(month).map_err(|_| DateError::Month(month))).transpose()?;
    let short_day = match day {
        // A day that no calendar has; the month is checked first, so that the message is about the first thing that is wrong.
        Some(day) if u8::try_from(day).is_err() => {
            PartialDate::new(short_year, short_month, None)?;
            let month = short_month.ok_or(DateError::DayWithoutMonth)?;
            return Err(DateError::Day { year: short_year, month, day });
        }
        day => day.map(|day| day as u8),
    };
    PartialDate::new(short_year, short_month, short_day)
}

/// A span in the fewest words: the unit that it is exactly, whole years, whole months, else days.
fn span(from: PartialDate, to: PartialDate, circa: bool) -> Result<DateValue, DateError> {
    let (from, to) = match collapse(from, to)? {
        Collapsed::Unit(date) => return Ok(if circa { DateValue::Circa(date) } else { DateValue::Exact(date) }),
        Collapsed::Span(from, to) => (from, to),
    };
    Ok(DateValue::Range { from, to, circa })
}

enum Collapsed {
    Unit(PartialDate),
    Span(PartialDate, PartialDate),
}

fn collapse(from: PartialDate, to: PartialDate) -> Result<Collapsed, DateError> {
    let (first, last) = (from.earliest(), to.latest());
    if first > last {
        return Err(DateError::Backwards { from, to });
    }
    let whole_months = first == first.without_day().earliest() && last == last.without_day().latest();
    let whole_years = first == first.without_month().earliest() && last == last.without_month().latest();
    let (short_from, short_to) = if whole_years {
        (first.without_month(), last.without_month())
    } else if whole_months {
        (first.without_day(), last.without_day())
    } else {
        // Only the ends that were full days stay full days: "1965-04-25 to 1968" keeps its year.
        (from, to)
    };
    Ok(if short_from == short_to { Collapsed::Unit(short_from) } else { Collapsed::Span(short_from, short_to) })
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The number of a text of one to nine digits.
fn number(text: &str) -> Option<u32> {
    if (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// The text for an error message, cut to a length that fits a line.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    fn value(text: &str) -> DateValue {
        DateValue::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn reads_every_form() {
        let cases = [
            // EDTF.
            ("1965", "1965"),
            ("1965-04", "1965-04"),
            ("1965-04-25", "1965-04-25"),
            ("1965~", "1965~"),
            ("1965-04?", "1965-04~"),
            ("1965%", "1965~"),
            ("1965/1968", "1965/1968"),
            ("1965~/1968~", "1965~/1968~"),
            ("1965-04/1965-06", "1965-04/1965-06"),
            ("1965-04-25/1966-01-02", "1965-04-25/1966-01-02"),
            ("196X", "1960/1969"),
            ("1965-XX", "1965"),
            ("1965-XX-XX", "1965"),
            ("1965-04-XX", "1965-04"),
            // ISO 8601 and its neighbours.
            ("1979-01-05T00:00:00", "1979-01-05"),
            ("1979-01-05T00:00:00Z", "1979-01-05"),
            ("1979-01-05T00:00:00.000+09:00", "1979-01-05"),
            ("1979-01-05 12:30:00", "1979-01-05"),
            ("05/01/1979 00:00:00", "1979-01-05"),
            ("1979.01.05", "1979-01-05"),
            ("1979/01/05", "1979-01-05"),
            ("1979-1-5", "1979-01-05"),
            ("20040131", "2004-01-31"),
            ("20040100", "2004-01"),
            ("20040000", "2004"),
            // OFAC.
            ("05 Jan 1979", "1979-01-05"),
            ("Jan 1979", "1979-01"),
            ("1979", "1979"),
            ("circa 1965", "1965~"),
            ("circa 05 Jan 1979", "1979-01-05~"),
            ("1965 to 1968", "1965/1968"),
            ("circa 1965 to 1968", "1965~/1968~"),
            ("circa 1965-1968", "1965~/1968~"),
            ("01 Jan 1965 to 31 Dec 1965", "1965"),
            ("01 Jan 1965 to 31 Dec 1968", "1965/1968"),
            ("01 Feb 1964 to 29 Feb 1964", "1964-02"),
            ("Jan 1965 to Dec 1965", "1965"),
            ("Jan 1965 to Mar 1965", "1965-01/1965-03"),
            ("26 Sep 1946 to 07 Dec 1946", "1946-09-26/1946-12-07"),
            ("1965 to 1965", "1965"),
            // UN, UK, EU.
            ("between 1965 and 1968", "1965/1968"),
            ("Between 1965 and 1968", "1965/1968"),
            ("Approximately 1965", "1965~"),
            ("approx. 1965", "1965~"),
            ("1965 (approximately)", "1965~"),
            ("00/00/1965", "1965"),
            ("00/04/1965", "1965-04"),
            ("dd/mm/1965", "1965"),
            ("dd/04/1965", "1965-04"),
            ("05/01/1979", "1979-01-05"),
            ("31/01/1979", "1979-01-31"),
            ("01/31/1979", "1979-01-31"),
            ("5.1.1979", "1979-01-05"),
            ("05-01-1979", "1979-01-05"),
            ("01/1979", "1979-01"),
            ("1979/01", "1979-01"),
            ("1965-1968", "1965/1968"),
            ("1965 – 1968", "1965/1968"),
            ("1965 or 1966", "1965/1966"),
            // Users.
            ("5 January 1979", "1979-01-05"),
            ("January 5, 1979", "1979-01-05"),
            ("January 5th 1979", "1979-01-05"),
            ("1st of March 1979", "1979-03-01"),
            ("Sept. 3, 1979", "1979-09-03"),
            ("05-Jan-1979", "1979-01-05"),
            ("05JAN1979", "1979-01-05"),
            ("1979 Jan 05", "1979-01-05"),
            ("c. 1965", "1965~"),
            ("c1965", "1965~"),
            ("ca. 1965", "1965~"),
            ("ca 1965", "1965~"),
            ("~1965", "1965~"),
            ("about 1965", "1965~"),
            ("circa Jan 1965", "1965-01~"),
            ("1960s", "1960/1969"),
            ("circa 1960s", "1960~/1969~"),
            ("from 1965 to 1968", "1965/1968"),
            ("  1965\u{a0} ", "1965"),
            ("29 February 2000", "2000-02-29"),
        ];
        for (text, edtf) in cases {
            let read = value(text);
            assert_eq!(read.to_string(), edtf, "{text:?}");
            assert_eq!(value(edtf), read, "{edtf:?} does not come back");
        }
    }

    #[test]
    fn says_why_a_text_is_no_date() {
        let cases = [
            ("", "the date is empty"),
            ("  ", "the date is empty"),
            ("0000", "the year 0 is not between 1 and 9999"),
            ("1965-13", "the month 13 is not between 1 and 12"),
            ("13/13/1965", "the month 13 is not between 1 and 12"),
            ("1965-02-29", "1965-02 has no day 29"),
            ("1900-02-29", "1900-02 has no day 29"),
            ("31 Apr 1965", "1965-04 has no day 31"),
            ("1965-04-999", "1965-04 has no day 999"),
            ("1965-00-12", "a day needs a month"),
            ("05/01/79", "the year in \"05/01/79\" needs four digits"),
            ("5 Jan 79", "the year in \"5 jan 79\" needs four digits"),
            ("5 Jan", "the year in \"5 jan\" needs four digits"),
            ("1965/..", "the span \"1965/..\" has no beginning or no end"),
            ("../1965", "the span \"../1965\" has no beginning or no end"),
            ("1968 to 1965", "the span ends (1965) before it begins (1968)"),
            ("05 Foo 1979", "\"foo\" is not the name of a month"),
            ("unknown", "\"unknown\" is not the name of a month"),
            ("5 enero 1979", "\"enero\" is not the name of a month"),
            ("123", "\"123\" is in no known form of a date"),
            ("1965/1966/1967", "the month 1966 is not between 1 and 12"),
            ("5 Jan ٣", "\"5 jan ٣\" is in no known form of a date"),
            ("1965_04", "\"1965_04\" is in no known form of a date"),
        ];
        for (text, message) in cases {
            match DateValue::parse(text) {
                Ok(value) => panic!("{text:?} was read as {value}"),
                Err(error) => assert_eq!(error.to_string(), message, "{text:?}"),
            }
        }
        assert_eq!(DateValue::parse(&"1".repeat(100_000)), Err(DateError::TooLong(100_000)));
    }

    #[test]
    fn partial_dates_are_iso_8601_and_nothing_else() {
        for text in ["1965", "1965-04", "1965-04-25", "0001-01-01", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in ["", "65", "1965-4", "1965-04-25-01", "1965/04", "+1965", "1965-", "1965-00", "1965-02-30", " 1965"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text:?}");
        }
        assert_eq!(PartialDate::new(1965, None, Some(1)), Err(DateError::DayWithoutMonth));
        assert_eq!(PartialDate::new(0, None, None), Err(DateError::Year(0)));
        assert_eq!(PartialDate::new(10_000, None, None), Err(DateError::Year(10_000)));
    }

    #[test]
    fn bounds_are_full_dates() {
        for (text, earliest, latest) in [
            ("1965", "1965-01-01", "1965-12-31"),
            ("1964-02", "1964-02-01", "1964-02-29"),
            ("1964-02-03~", "1964-02-03", "1964-02-03"),
            ("1965/1968-03", "1965-01-01", "1968-03-31"),
        ] {
            let value = value(text);
            assert_eq!((value.earliest(), value.latest()), (date(earliest), date(latest)), "{text}");
        }
    }

    #[test]
    fn periods_of_ofac() {
        // Every shape of DatePeriod in the issue of 2025-11-19.
        let cases = [
            (["2013-08-11", "2013-08-11", "2013-08-11", "2013-08-11"], false, "2013-08-11"),
            (["1968-01-01", "1968-01-01", "1968-12-31", "1968-12-31"], false, "1968"),
            (["2020-01-01", "2020-01-01", "2020-01-01", "2020-01-01"], false, "2020-01-01"),
            (["1997-07-01", "1997-07-01", "1997-07-31", "1997-07-31"], false, "1997-07"),
            (["1955-01-01", "1955-12-31", "1957-01-01", "1957-12-31"], false, "1955/1957"),
            (["1951-01-01", "1951-01-01", "1951-12-31", "1951-12-31"], true, "1951~"),
            (["2008-01-01", "2008-01-01", "2010-12-31", "2010-12-31"], false, "2008/2010"),
            (["2023-08-15", "2023-08-15", "2024-08-15", "2024-08-15"], false, "2023-08-15/2024-08-15"),
            (["1965-03-01", "1965-03-31", "1966-03-01", "1966-03-31"], false, "1965-03/1966-03"),
            (["1946-09-26", "1946-09-26", "1946-12-07", "1946-12-07"], false, "1946-09-26/1946-12-07"),
            (["1966-07-07", "1966-07-07", "1966-07-07", "1966-07-07"], true, "1966-07-07~"),
            (["1962-03-01", "1962-03-31", "1963-02-01", "1963-02-28"], false, "1962-03/1963-02"),
            (["1947-01-01", "1947-01-01", "1949-01-01", "1949-01-01"], false, "1947-01-01/1949-01-01"),
            (["2015-01-01", "2015-01-31", "2020-04-14", "2020-04-14"], false, "2015-01/2020-04-14"),
            (["1955-01-01", "1955-12-31", "1955-01-01", "1955-12-31"], false, "1955"),
            (["1955-01-01", "1955-06-15", "1957-01-01", "1957-12-31"], false, "1955/1957"),
        ];
        for (period, circa, expected) in cases {
            let [a, b, c, d] = period.map(date);
            let value = DateValue::from_period(a, b, c, d, circa).unwrap();
            assert_eq!(value.to_string(), expected, "{period:?}");
        }
        let backwards = DateValue::from_period(date("1966"), date("1966"), date("1965"), date("1965"), false);
        assert_eq!(backwards, Err(DateError::Backwards { from: date("1966"), to: date("1965") }));
    }

    #[test]
    fn relations() {
        use DateRelation::*;
        let cases = [
            ("1965-04-25", "1965-04-25", Same),
            ("1965", "1965", Same),
            ("1965", "1965-04-25", Compatible),
            ("1965-04", "1965-04-25", Compatible),
            ("1965/1968", "1967-04-25", Compatible),
            ("1965/1968", "1968/1970", Compatible),
            ("1965~", "1965", Compatible),
            ("1979-01-05", "1979-05-01", DayMonthSwapped),
            ("1979-01-05", "1979-01-06", OneDigit),
            ("1979-01-05", "1989-01-05", OneDigit),
            ("1979-01-05", "1979-01-15", OneDigit),
            ("1979-01-05", "1979-11-05", OneDigit),
            ("1979-01-05", "1980-01-05", NearYear(1)),
            ("1979-01-05", "1979-12-24", SameYear),
            ("1979-01", "1979-02-03", SameYear),
            ("1965", "1966", NearYear(1)),
            ("1965/1968", "1970-04-25", NearYear(2)),
            ("1965~", "1967", NearYear(2)),
            ("1965", "1968", Different),
            ("1965-04-25", "1974-12-01", Different),
        ];
        for (a, b, expected) in cases {
            assert_eq!(value(a).relation(&value(b)), expected, "{a} {b}");
            assert_eq!(value(b).relation(&value(a)), expected, "{b} {a}");
        }
    }

    fn any_date() -> impl Strategy<Value = PartialDate> {
        (1_u16..=9999, 0_u8..=12, 0_u8..=31).prop_map(|(year, month, day)| {
            let month = (month > 0).then_some(month);
            let day = month.filter(|_| day > 0).map(|month| day.min(days_in_month(year, month)));
            PartialDate::new(year, month, day).unwrap()
        })
    }

    fn any_value() -> impl Strategy<Value = DateValue> {
        prop_oneof![
            any_date().prop_map(DateValue::Exact),
            any_date().prop_map(DateValue::Circa),
            (any_date(), any_date(), any::<bool>())
                .prop_map(|(a, b, circa)| { span(a, b, circa).or_else(|_| span(b, a, circa)).unwrap() }),
        ]
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = DateValue::parse(&text);
            let _ = text.parse::<PartialDate>();
        }

        #[test]
        fn never_panics_on_near_dates(text in "[0-9cajnXxs~?/. -]{0,24}|(circa )?[0-9]{1,4}[-/. ][0-9]{1,4}([-/. T][0-9:é]{1,5})?") {
            if let Ok(value) = DateValue::parse(&text) {
                prop_assert!(value.earliest() <= value.latest());
                prop_assert_eq!(DateValue::parse(&value.to_string()), Ok(value));
            }
        }

        #[test]
        fn edtf_round_trips(value in any_value()) {
            prop_assert_eq!(DateValue::parse(&value.to_string()), Ok(value));
        }

        #[test]
        fn relation_is_symmetric_and_reflexive(a in any_value(), b in any_value()) {
            prop_assert_eq!(a.relation(&a), DateRelation::Same);
            prop_assert_eq!(a.relation(&b), b.relation(&a));
        }
    }
}
