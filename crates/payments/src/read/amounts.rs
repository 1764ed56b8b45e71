//! Amounts, currencies and days as payment formats write them: a text goes in; millionths, a code or an ISO 8601 day come out, or an error
//! that says which rule is broken.

use interdict_model::PartialDate;
use thiserror::Error;

/// Which characters part the whole from the fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separators {
    /// A point alone: ISO 20022.
    #[allow(dead_code, reason = "the reader of ISO 20022 uses it")]
    Point,
    /// A comma alone: SWIFT MT.
    Comma,
    /// Either, with the other one between thousands: what people type.
    Any,
}

/// Why a text is no amount, currency or day.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum AmountError {
    #[error("it is empty")]
    Empty,
    #[error("it has {0:?} where it cannot be")]
    Character(char),
    #[error("it has more than six decimals")]
    Decimals,
    #[error("it is out of range")]
    Range,
    #[error("it is no code of a currency")]
    Currency,
    #[error("it is no day of the calendar")]
    Day,
}

/// Millionths of an amount. A sign is allowed with [`Separators::Any`] alone.
pub(crate) fn decimal(text: &str, separators: Separators) -> Result<i128, AmountError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) if separators == Separators::Any => (true, rest),
        _ => (false, text),
    };
    let point = match separators {
        Separators::Point => digits.rfind('.'),
        Separators::Comma => digits.rfind(','),
        Separators::Any => digits.rfind(['.', ',']).filter(|at| {
            // One sort of separator that occurs twice, or a comma before three digits, stands between thousands.
            let mark = digits.as_bytes().get(*at);
            let occurs = digits.bytes().filter(|byte| Some(byte) == mark).count();
            occurs == 1 && !(mark == Some(&b',') && digits.len() - at == 4 && !digits.contains('.'))
        }),
    };
    let (whole, fraction) = match point {
        Some(at) => (digits.get(..at).unwrap_or_default(), digits.get(at + 1..).unwrap_or_default()),
        None => (digits, ""),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(AmountError::Empty);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 6 {
        return Err(AmountError::Decimals);
    }
    let mut micros: i128 = 0;
    let mut push = |c: char| -> Result<(), AmountError> {
        let digit = c.to_digit(10).ok_or(AmountError::Character(c))?;
        micros = micros.checked_mul(10).and_then(|micros| micros.checked_add(i128::from(digit))).ok_or(AmountError::Range)?;
        if micros < 10_i128.pow(30) { Ok(()) } else { Err(AmountError::Range) }
    };
    for c in whole.chars() {
        if !(separators == Separators::Any && matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}')) {
            push(c)?;
        }
    }
    for c in fraction.chars() {
        push(c)?;
    }
    for _ in fraction.len()..6 {
        push('0')?;
    }
    Ok(if negative { -micros } else { micros })
}

/// The code of a currency, in capitals.
pub(crate) fn currency(text: &str) -> Result<String, AmountError> {
    let code = text.trim().to_ascii_uppercase();
    let right = (3..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if right { Ok(code) } else { Err(AmountError::Currency) }
}

/// A day written as ISO 8601 has it, perhaps with a time after it.
pub(crate) fn iso_day(text: &str) -> Result<String, AmountError> {
    let day = text.trim().get(..10).unwrap_or(text.trim());
    let mut parts = day.split('-').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(date)), None) if day.len() == 10 => self::day(year, month, date),
        _ => Err(AmountError::Day),
    }
}

/// A day of six digits; years of 80 and more are of the last century.
pub(crate) fn yymmdd(text: &str) -> Result<String, AmountError> {
    let text = text.trim();
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AmountError::Day);
    }
    let part = |from: usize| text.get(from..from + 2).and_then(|part| part.parse::<u16>().ok()).ok_or(AmountError::Day);
    let year = part(0)?;
    day(year + if year >= 80 { 1900 } else { 2000 }, part(2)?, part(4)?)
}

fn day(year: u16, month: u16, day: u16) -> Result<String, AmountError> {
    let (Ok(short_month), Ok(short_day)) = (u8::try_from(month), u8::try_from(day)) else { return Err(AmountError::Day) };
    PartialDate::from_ymd(year, short_month, short_day).map_err(|_| AmountError::Day)?;
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}
