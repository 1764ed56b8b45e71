//! Amounts, currencies and dates as payment formats write them. A text goes in; an exact number of millionths, a currency code or an
//! ISO 8601 day comes out, or why the text is none. No amount is ever a floating-point number.

use thiserror::Error;

/// Millionths in a unit.
const MICROS: i128 = 1_000_000;

/// Decimals that are kept.
const DECIMALS: usize = 6;

/// Units beyond which no amount is believed: 10^18. The formats end at 10^15 (MT) and 10^18 (ISO 20022).
const MOST: i128 = 1_000_000_000_000_000_000;

/// How a format parts units from decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separators {
    /// `1234.56`: ISO 20022, NACHA.
    Point,
    /// `1234,56`, `1234,`: MT.
    Comma,
    /// As people write: `1,234.56`, `1.234,56`, `1 234,56`, `1'234.56`, where only one reading is possible.
    Any,
}

/// Why an amount is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum AmountError {
    #[error("no amount is stated")]
    Empty,
    #[error("`{0}` is not an amount")]
    NotANumber(String),
    #[error("`{0}` is negative")]
    Negative(String),
    #[error("`{0}` has more than 6 decimals")]
    TooManyDecimals(String),
    #[error("`{0}` can be read in two ways")]
    Ambiguous(String),
    #[error("`{0}` is out of range")]
    OutOfRange(String),
}

/// Why a code or a date is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ValueError {
    #[error("`{0}` is not a currency")]
    Currency(String),
    #[error("`{0}` is not a date")]
    Date(String),
}

/// The amount in millionths of the unit. White space around it does not count.
pub(crate) fn decimal(text: &str, separators: Separators) -> Result<i128, AmountError> {
    let text = text.trim();
    let said = || excerpt(text);
    let (sign, digits) = match text.as_bytes() {
        [] => return Err(AmountError::Empty),
        [b'-', ..] => (true, &text[1..]),
        // XML Schema allows a plus sign before a decimal.
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (units, decimals) = match separators {
        Separators::Point => digits.split_once('.').unwrap_or((digits, "")),
        Separators::Comma => digits.split_once(',').unwrap_or((digits, "")),
        Separators::Any => match by_people(digits) {
            Split::At(units, decimals) => (units, decimals),
            Split::Ambiguous => return Err(AmountError::Ambiguous(said())),
            Split::None => return Err(AmountError::NotANumber(said())),
        },
    };
    // Digits in groups have been checked by now: what parts them falls away.
    let grouped = separators == Separators::Any;
    let mut value = 0_i128;
    let mut any = false;
    for character in units.chars() {
        match character.to_digit(10) {
            Some(digit) => {
                any = true;
                value = value * 10 + i128::from(digit);
                if value > MOST {
                    // It is out of range only when the rest is digits too.
                    let rest = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || grouped && is_group(c));
                    return Err(if rest { AmountError::OutOfRange(said()) } else { AmountError::NotANumber(said()) });
                }
            }
            None if grouped && is_group(character) => {}
            None => return Err(AmountError::NotANumber(said())),
        }
    }
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || !any && decimals.is_empty() {
        return Err(AmountError::NotANumber(said()));
    }
    let kept = decimals.trim_end_matches('0');
    if kept.len() > DECIMALS {
        return Err(AmountError::TooManyDecimals(said()));
    }
    let mut micros = value * MICROS;
    let mut weight = MICROS;
    for digit in kept.bytes() {
        weight /= 10;
        micros += i128::from(digit - b'0') * weight;
    }
    if sign && micros != 0 {
        return Err(AmountError::Negative(said()));
    }
    if micros > MOST * MICROS {
        return Err(AmountError::OutOfRange(said()));
    }
    Ok(micros)
}

/// Whether a character parts groups of digits.
fn is_group(character: char) -> bool {
    matches!(character, ',' | '.' | ' ' | '\'' | '’' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Where a number as people write it is parted.
enum Split<'a> {
    /// Units, with what parts their groups, and decimals.
    At(&'a str, &'a str),
    /// There are two readings, as of `1,234`.
    Ambiguous,
    /// It is no number.
    None,
}

fn by_people(digits: &str) -> Split<'_> {
    let is_separator = |(_, character): &(usize, char)| !character.is_ascii_digit();
    if !digits.chars().all(|character| character.is_ascii_digit() || is_group(character)) {
        return Split::None;
    }
    let (first, last) = (digits.char_indices().find(is_separator), digits.char_indices().rev().find(is_separator));
    let (Some((first_at, first)), Some((last_at, last))) = (first, last) else { return Split::At(digits, "") };
    let whole = || if groups_of_three(digits, first) { Split::At(digits, "") } else { Split::None };
    let is_point = matches!(last, '.' | ',');
    let (units, decimals) = (&digits[..last_at], &digits[last_at + last.len_utf8()..]);
    if first_at == last_at {
        if !is_point {
            return whole();
        }
        // `1,234` and `1.234` may be a thousand and more, or one and a little; `0.234` and `1234.567` have one reading.
        if decimals.len() == 3 && matches!(units.len(), 1..=3) && !units.starts_with('0') {
            return Split::Ambiguous;
        }
        return Split::At(units, decimals);
    }
    if first == last {
        // The same one many times parts groups.
        return whole();
    }
    if is_point && groups_of_three(units, first) { Split::At(units, decimals) } else { Split::None }
}

/// Whether the digits stand in groups of three behind a first one of one to three, all parted by one character; India's groups of two
/// (`12,34,567`) are taken too.
fn groups_of_three(units: &str, by: char) -> bool {
    let mut groups = units.split(by);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let are_digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let Some((last, between)) = rest.split_last() else { return are_digits(first) };
    are_digits(first)
        && first.len() <= 3
        && are_digits(last)
        && last.len() == 3
        && between.iter().all(|group| are_digits(group))
        && (between.iter().all(|group| group.len() == 3) || first.len() <= 2 && between.iter().all(|group| group.len() == 2))
}

/// A currency code in capitals: three letters (ISO 4217), or 2 to 10 letters and digits with a letter among them (a digital currency).
pub(crate) fn currency(text: &str) -> Result<String, ValueError> {
    let text = text.trim();
    let shape = matches!(text.len(), 2..=10)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if shape { Ok(text.to_ascii_uppercase()) } else { Err(ValueError::Currency(excerpt(text))) }
}

/// A day of 1900 to 2200, of ISO 8601 (`2026-11-27`), alone or before a time (`2026-11-27T10:00:00Z`) or a zone.
pub(crate) fn iso_day(text: &str) -> Result<String, ValueError> {
    let text = text.trim();
    let none = || ValueError::Date(excerpt(text));
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text.as_bytes() else { return Err(none()) };
    // A date of XML Schema may be followed by a zone, a date and time by `T`.
    if !matches!(rest, [] | [b'T' | b'Z' | b'+' | b'-' | b' ', ..]) {
        return Err(none());
    }
    day([*y1, *y2, *y3, *y4], [*m1, *m2], [*d1, *d2]).ok_or_else(none)
}

/// A day of six digits, `YYMMDD`: years 80 to 99 are of the last century, as SWIFT reads them.
pub(crate) fn yymmdd(text: &str) -> Result<String, ValueError> {
    let text = text.trim();
    let none = || ValueError::Date(excerpt(text));
    let [y1, y2, m1, m2, d1, d2] = text.as_bytes() else { return Err(none()) };
    let century = if matches!(y1, b'8' | b'9') { *b"19" } else { *b"20" };
    day([century[0], century[1], *y1, *y2], [*m1, *m2], [*d1, *d2]).ok_or_else(none)
}

/// The day of such digits when the calendar has it.
fn day(year: [u8; 4], month: [u8; 2], day: [u8; 2]) -> Option<String> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0')))
    };
    let year = number(&year)?;
    let date = jiff::civil::Date::new(year, number(&month)? as i8, number(&day)? as i8).ok()?;
    (1900..=2200).contains(&year).then(|| date.to_string())
}

/// The beginning of a text for a message: what is wrong may be megabytes long.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, separators: Separators, expected: Result<i128, &str>) {
        let found = decimal(text, separators).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{text} {separators:?}");
    }

    #[test]
    fn amounts_of_the_formats() {
        use Separators::{Comma, Point};
        check("1234.56", Point, Ok(1_234_560_000));
        check(" 0.000001 ", Point, Ok(1));
        check("+7", Point, Ok(7_000_000));
        check(".5", Point, Ok(500_000));
        check("5.", Point, Ok(5_000_000));
        check("1.50000000", Point, Ok(1_500_000));
        check("-0.00", Point, Ok(0));
        check("1000000000000000000", Point, Ok(MOST * MICROS));
        check("1000000000000000000.01", Point, Err("`1000000000000000000.01` is out of range"));
        check("1000000000000000001", Point, Err("`1000000000000000001` is out of range"));
        check(&"9".repeat(400), Point, Err(&format!("`{}…` is out of range", "9".repeat(40))));
        check("1.0000001", Point, Err("`1.0000001` has more than 6 decimals"));
        check("-1.00", Point, Err("`-1.00` is negative"));
        check("1,234.56", Point, Err("`1,234.56` is not an amount"));
        check("1.2.3", Point, Err("`1.2.3` is not an amount"));
        check("1e9", Point, Err("`1e9` is not an amount"));
        check("NaN", Point, Err("`NaN` is not an amount"));
        check(".", Point, Err("`.` is not an amount"));
        check("", Point, Err("no amount is stated"));
        check("٣", Point, Err("`٣` is not an amount"));
        check("1234,56", Comma, Ok(1_234_560_000));
        check("1234,", Comma, Ok(1_234_000_000));
        check("1234", Comma, Ok(1_234_000_000));
        check("1.234,56", Comma, Err("`1.234,56` is not an amount"));
    }

    #[test]
    fn amounts_of_people() {
        use Separators::Any;
        for text in
            ["1234.56", "1234,56", "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1’234.56", "1\u{202f}234,56", "1_234.56"]
        {
            check(text, Any, Ok(1_234_560_000));
        }
        check("1,234,567", Any, Ok(1_234_567_000_000));
        check("12,34,567.5", Any, Ok(1_234_567_500_000));
        check("1 000", Any, Ok(1_000_000_000));
        check("0.125", Any, Ok(125_000));
        check("1234.567", Any, Ok(1_234_567_000));
        check("1,234", Any, Err("`1,234` can be read in two ways"));
        check("1.234", Any, Err("`1.234` can be read in two ways"));
        check("1,23,4", Any, Err("`1,23,4` is not an amount"));
        check("1,234.567.8", Any, Err("`1,234.567.8` is not an amount"));
        check("12 34", Any, Err("`12 34` is not an amount"));
        check("(100)", Any, Err("`(100)` is not an amount"));
    }

    #[test]
    fn currencies() {
        for (text, expected) in [("EUR", Some("EUR")), (" usd", Some("USD")), ("USDT", Some("USDT")), ("1INCH", Some("1INCH"))]
        {
            assert_eq!(currency(text).ok().as_deref(), expected, "{text}");
        }
        for text in ["", "€", "840", "E", "EUR USD", "ABCDEFGHIJK"] {
            assert!(currency(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days() {
        for (text, expected) in [
            ("2026-02-28", Some("2026-02-28")),
            ("2024-02-29T23:59:59+09:00", Some("2024-02-29")),
            ("2024-02-29Z", Some("2024-02-29")),
            ("2026-02-29", None),
            ("1899-12-31", None),
            ("2201-01-01", None),
            ("2026-2-01", None),
            ("2026-02-011", None),
            ("", None),
        ] {
            assert_eq!(iso_day(text).ok().as_deref(), expected, "{text}");
        }
        for (text, expected) in
            [("260228", Some("2026-02-28")), ("991231", Some("1999-12-31")), ("260230", None), ("2602", None), ("26022é", None)]
        {
            assert_eq!(yymmdd(text).ok().as_deref(), expected, "{text}");
        }
    }
}
