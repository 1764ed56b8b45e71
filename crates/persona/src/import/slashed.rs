//! Dates with slashes. The begin of a table goes in; which of its columns hold dates as `05/28/2026`, and whether the day or the month comes
//! first in each, comes out: a first part over 12 is a day, a second part over 12 is one as well. Where a column shows both or neither, the
//! policy says the order, or nothing does.

use std::borrow::Cow;

use super::table::header_of;
use crate::people::SlashedDates;

/// The order of the dates in each column.
#[derive(Debug, Default)]
pub(super) struct Slashed {
    /// By column; `None` for one without such dates, and for one whose order nothing tells.
    orders: Vec<Option<SlashedDates>>,
    open: Vec<usize>,
}

impl Slashed {
    /// Looks through the begin of a table. `said` is the order that the policy says.
    pub(super) fn of(begin: &[u8], said: Option<SlashedDates>) -> Self {
        // Most tables have none, and need no second reading.
        if !memchr::memchr_iter(b'/', begin).any(|at| is_slash_of_date(begin, at)) {
            return Self::default();
        }
        let text = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
        let text = match text.strip_prefix(b"sep=") {
            Some(_) => text.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default(),
            None => text,
        };
        let (_, delimiter) = header_of(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        // For each column: whether there is such a date, one whose first part is a day, and one whose second part is.
        let mut seen: Vec<[bool; 3]> = Vec::new();
        let mut cells = csv::ByteRecord::new();
        // Bytes in memory give no error of reading.
        while reader.read_byte_record(&mut cells).unwrap_or(false) {
            seen.resize(seen.len().max(cells.len()), [false; 3]);
            for (cell, seen) in cells.iter().zip(&mut seen) {
                if let Some((first, second, ..)) = std::str::from_utf8(cell).ok().and_then(parts) {
                    *seen = [true, seen[1] || first > 12, seen[2] || second > 12];
                }
            }
        }
        let mut found = Self::default();
        for (index, [any, day_first, month_first]) in seen.into_iter().enumerate() {
            let order = match (any, day_first, month_first) {
                (false, ..) => None,
                (_, true, false) => Some(SlashedDates::DayFirst),
                (_, false, true) => Some(SlashedDates::MonthFirst),
                _ => said,
            };
            if any && order.is_none() {
                found.open.push(index);
            }
            found.orders.push(order);
        }
        found
    }

    /// Whether a column has such dates and nothing tells their order.
    pub(super) fn is_open(&self, column: usize) -> bool {
        self.open.contains(&column)
    }

    /// Whether any column has dates that are read here.
    pub(super) fn has_order(&self) -> bool {
        self.orders.iter().any(Option::is_some)
    }

    /// A cell of a column, a date in it as `2026-05-28` or `2026-05-28T14:05:00`.
    pub(super) fn read<'c>(&self, column: usize, cell: &'c str) -> Cow<'c, str> {
        let Some(order) = self.orders.get(column).copied().flatten() else { return cell.into() };
        let Some((first, second, year, rest)) = parts(cell) else { return cell.into() };
        let (day, month) = if order == SlashedDates::DayFirst { (first, second) } else { (second, first) };
        match clock(rest) {
            Some(clock) => format!("{year}-{month:02}-{day:02}{clock}").into(),
            None => cell.into(),
        }
    }
}

/// Whether a slash stands between digits, as in a date, with another one or two digits on.
fn is_slash_of_date(bytes: &[u8], at: usize) -> bool {
    let is = |at: Option<usize>, test: fn(u8) -> bool| at.and_then(|at| bytes.get(at)).is_some_and(|byte| test(*byte));
    is(at.checked_sub(1), |byte| byte.is_ascii_digit())
        && is(Some(at + 1), |byte| byte.is_ascii_digit())
        && (is(Some(at + 2), |byte| byte == b'/') || is(Some(at + 3), |byte| byte == b'/'))
}

/// First and second part, year, and what follows a date as `5/28/2026`.
fn parts(cell: &str) -> Option<(u8, u8, &str, &str)> {
    let cell = cell.trim();
    let (first, rest) = cell.split_once('/')?;
    let (second, rest) = rest.split_once('/')?;
    let number = |text: &str| -> Option<u8> {
        let fits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| fits && (1..=31).contains(number))
    };
    let (year, rest) = rest.split_at_checked(4)?;
    let is_whole = rest.is_empty() || rest.starts_with([' ', ',', 'T']);
    let is_date = is_whole && year.bytes().all(|byte| byte.is_ascii_digit());
    is_date.then_some((number(first)?, number(second)?, year, rest))
}

/// `T14:05:00` from what follows a date: ` 2:05 PM`, `, 14:05:00`, ` 14:05 UTC`; empty for a day alone, `None` for what is no time.
fn clock(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches([' ', ',', 'T']).trim_end();
    if rest.is_empty() {
        return Some(String::new());
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(end);
    let (hour, minutes) = time.split_once(':')?;
    let hour: u8 = hour.parse().ok()?;
    let zone = zone.trim();
    let half = zone.get(..2).map(str::to_ascii_uppercase).unwrap_or_default();
    let (hour, zone) = match half.as_str() {
        "AM" if (1..=12).contains(&hour) => (hour % 12, &zone[2..]),
        "PM" if (1..=12).contains(&hour) => (hour % 12 + 12, &zone[2..]),
        "AM" | "PM" => return None,
        _ => (hour, zone),
    };
    let zone = match zone.trim() {
        "UTC" | "GMT" => "Z",
        zone => zone,
    };
    Some(format!("T{hour:02}:{minutes}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::Slashed;
    use crate::people::SlashedDates::{self, DayFirst, MonthFirst};

    #[track_caller]
    fn check(table: &str, said: Option<SlashedDates>, orders: &[Option<SlashedDates>], open: &[usize]) {
        let found = Slashed::of(table.as_bytes(), said);
        assert_eq!((found.orders.as_slice(), found.open.as_slice()), (orders, open), "{table}");
    }

    #[test]
    fn each_column_tells_its_order() {
        check(
            "a,b,c\n05/28/2026,28/05/2026,x\n05/04/2026,05/04/2026,1/2\n",
            None,
            &[Some(MonthFirst), Some(DayFirst), None],
            &[],
        );
        check("\u{feff}a;b\r\n5/4/2026;x\r\n", None, &[None, None], &[0]);
        check("sep=;\na;b\nx;5/4/2026\n", Some(DayFirst), &[None, Some(DayFirst)], &[]);
        // Both orders in one column tell none.
        check("a\n05/28/2026\n28/05/2026\n", None, &[None], &[0]);
        // What the dates tell stands above what the policy says.
        check("a\n05/28/2026\n", Some(DayFirst), &[Some(MonthFirst)], &[]);
        check("a,b\nhttps://example.com/1/2/2026,2026-05-04\n", None, &[None, None], &[]);
        check("a,b\nx,2026-05-04\n", None, &[], &[]);
    }

    #[test]
    fn dates_and_times() {
        let found = Slashed::of(b"a\n05/28/2026\n", None);
        for (cell, expected) in [
            ("05/28/2026", "2026-05-28"),
            ("5/4/2026", "2026-05-04"),
            ("5/28/2026, 7:12:03 AM", "2026-05-28T07:12:03"),
            ("5/28/2026 12:05 AM", "2026-05-28T00:05"),
            ("5/28/2026 2:05 PM UTC", "2026-05-28T14:05Z"),
            ("5/28/2026 14:05:00", "2026-05-28T14:05:00"),
            ("5/28/2026 noon", "5/28/2026 noon"),
            ("5/28/2026 13:00 PM", "5/28/2026 13:00 PM"),
            ("2026-05-28", "2026-05-28"),
            ("", ""),
        ] {
            assert_eq!(found.read(0, cell), expected, "{cell}");
        }
        assert_eq!(found.read(1, "05/28/2026"), "05/28/2026");
    }
}
