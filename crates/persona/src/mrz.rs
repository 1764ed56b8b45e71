//! The machine readable zone of identity documents (ICAO Doc 9303, parts 3 to 7): its lines go in; what a test reads of them comes out:
//! which check digits are wrong, names, expiry and country of issue. The numbers, the birth, nationality and sex are not kept.

use std::borrow::Cow;

/// What is kept of a zone that cannot be read.
const UNREADABLE: &str = "unreadable";

/// A check digit, by what it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    Number,
    Birth,
    Expiry,
    Personal,
    All,
}

impl Check {
    const ALL_KINDS: [Self; 5] = [Self::Number, Self::Birth, Self::Expiry, Self::Personal, Self::All];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Number => "check digit of the number",
            Self::Birth => "check digit of the birth",
            Self::Expiry => "check digit of the expiry",
            Self::Personal => "check digit of the personal number",
            Self::All => "check digit of all",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Birth => "birth",
            Self::Expiry => "expiry",
            Self::Personal => "personal",
            Self::All => "all",
        }
    }
}

/// A check digit that is not the one of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) check: Check,
    /// The digit that stands there.
    pub(crate) is: char,
    /// The digit of the field.
    pub(crate) should_be: char,
}

/// What is kept of a zone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Zone<'t> {
    pub(crate) issuer: &'t str,
    /// `SURNAME<<GIVEN<NAMES`, as far as it fits.
    pub(crate) names: &'t str,
    /// `YYMMDD`.
    pub(crate) expiry: &'t str,
    pub(crate) wrong: Vec<Wrong>,
}

/// What is kept of a fact: the word of a reader (`ok`, `bad`), else the zone without its numbers.
pub(crate) fn kept(text: &str) -> Cow<'_, str> {
    if text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return text.into();
    }
    read(text).map_or(UNREADABLE.into(), |lines| lines.kept().into())
}

impl<'t> Zone<'t> {
    /// What was kept; `None` for any other text.
    pub(crate) fn of_kept(text: &'t str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut part = |name: &str| parts.next()?.strip_prefix(name);
        let zone = (part("issuer=")?, part("expiry=")?, part("names=")?);
        let wrong = parts.map(|part| {
            let (word, digits) = part.strip_prefix("wrong=")?.split_once(':')?;
            let check = Check::ALL_KINDS.into_iter().find(|check| check.word() == word)?;
            let (is, should_be) = digits.split_once('/')?;
            Some(Wrong { check, is: is.chars().next()?, should_be: should_be.chars().next()? })
        });
        let wrong = wrong.collect::<Option<_>>()?;
        Some(Self { issuer: zone.0, expiry: zone.1, names: zone.2, wrong })
    }
}

/// A zone taken apart.
struct Lines {
    /// Checked fields: what it is over, the text of it, the digit.
    checks: Vec<(Check, String, u8)>,
    issuer: String,
    names: String,
    expiry: String,
}

impl Lines {
    fn kept(&self) -> String {
        let mut text = format!("issuer={} expiry={} names={}", self.issuer, self.expiry, self.names);
        for (check, field, digit) in &self.checks {
            // Where the optional field is empty its digit may be a filler (part 4).
            if *digit == b'<' && field.bytes().all(|c| c == b'<') {
                continue;
            }
            if let Some(expected) = check_digit(field).filter(|expected| expected != digit) {
                text += " wrong=";
                text += check.word();
                text.extend([':', char::from(*digit), '/', char::from(expected)]);
            }
        }
        text
    }
}

/// Value of a character in the sum of check digits.
fn value(c: u8) -> Option<u32> {
    match c {
        b'0'..=b'9' => Some(u32::from(c - b'0')),
        b'A'..=b'Z' => Some(u32::from(c - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// The check digit of a field (Doc 9303-3, 4.9): weights 7, 3, 1, modulo 10.
fn check_digit(field: &str) -> Option<u8> {
    let mut sum = 0;
    for (c, weight) in field.bytes().zip([7, 3, 1].into_iter().cycle()) {
        sum += value(c)? * weight;
    }
    Some(b'0' + (sum % 10) as u8)
}

/// Takes the lines apart, by their number and length; `None` for what is no zone.
fn read(text: &str) -> Option<Lines> {
    let text: String = text.replace("\\n", "\n").replace('|', "\n").to_ascii_uppercase();
    let mut lines: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect()).filter(|line: &String| !line.is_empty()).collect();
    if let [one] = lines.as_slice() {
        let width = match one.len() {
            88 => 44,
            72 => 36,
            90 => 30,
            _ => return None,
        };
        if !one.is_ascii() {
            return None;
        }
        lines = (0..one.len() / width).map(|at| one[at * width..(at + 1) * width].to_owned()).collect();
    }
    if lines.is_empty() || lines.iter().any(|line| !line.bytes().all(|c| value(c).is_some())) {
        return None;
    }
    let part = |line: usize, from: usize, to: usize| lines[line][from - 1..to].to_owned();
    let digit = |line: usize, at: usize| lines[line].as_bytes()[at - 1];
    let widths: Vec<usize> = lines.iter().map(String::len).collect();
    let visa = lines[0].starts_with('V');
    let mut checks = Vec::new();
    match widths.as_slice() {
        // Passports (part 4) and visas of format A (part 7); cards of size 2 (part 6) and visas of format B.
        [44, 44] | [36, 36] => {
            let wide = widths[0] == 44;
            checks.push((Check::Number, part(1, 1, 9), digit(1, 10)));
            checks.push((Check::Birth, part(1, 14, 19), digit(1, 20)));
            checks.push((Check::Expiry, part(1, 22, 27), digit(1, 28)));
            if wide && !visa {
                checks.push((Check::Personal, part(1, 29, 42), digit(1, 43)));
                checks.push((Check::All, part(1, 1, 10) + &part(1, 14, 20) + &part(1, 22, 43), digit(1, 44)));
            } else if !visa {
                checks.push((Check::All, part(1, 1, 10) + &part(1, 14, 20) + &part(1, 22, 35), digit(1, 36)));
            }
            // A longer number goes on in the optional field of a card of size 2.
            if !wide && !visa && digit(1, 10) == b'<' {
                checks.remove(0);
            }
            let expiry = part(1, 22, 27);
            Some(Lines { checks, issuer: part(0, 3, 5), names: lines[0][5..].to_owned(), expiry })
        }
        // Cards of size 1 (part 5).
        [30, 30, 30] => {
            if digit(0, 15) == b'<' {
                // The number goes on in the optional field, the digit behind it.
                let rest = lines[0][15..].split('<').next().unwrap_or_default();
                if let Some((rest, last)) = rest.len().checked_sub(1).and_then(|at| rest.split_at_checked(at)) {
                    checks.push((Check::Number, part(0, 6, 14) + "<" + rest, last.as_bytes()[0]));
                }
            } else {
                checks.push((Check::Number, part(0, 6, 14), digit(0, 15)));
            }
            checks.push((Check::Birth, part(1, 1, 6), digit(1, 7)));
            checks.push((Check::Expiry, part(1, 9, 14), digit(1, 15)));
            let all = part(0, 6, 30) + &part(1, 1, 7) + &part(1, 9, 15) + &part(1, 19, 29);
            checks.push((Check::All, all, digit(1, 30)));
            Some(Lines { checks, issuer: part(0, 3, 5), names: lines[2].clone(), expiry: part(1, 9, 14) })
        }
        _ => None,
    }
}

/// The specimens of Doc 9303, parts 4 to 6, of the invented state Utopia.
#[cfg(test)]
pub(crate) mod specimens {
    pub(crate) const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    pub(crate) const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<|D231458907UTO7408122F1204159<<<<<<<6";
    pub(crate) const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<6|ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
}

#[cfg(test)]
mod tests {
    use super::specimens::{TD1, TD2, TD3};
    use super::{Check, Wrong, Zone, check_digit, kept, read};

    #[test]
    fn digits_of_the_standard() {
        assert_eq!(check_digit("520727"), Some(b'3'));
        assert_eq!(check_digit("AB2134<<<"), Some(b'5'));
        assert_eq!(check_digit("ab"), None);
        for zone in [TD3, TD2, TD1] {
            for (what, field, digit) in read(zone).unwrap().checks {
                assert_eq!(check_digit(&field), Some(digit), "{what:?} of {zone}");
            }
        }
        assert!(read("P<UTO").is_none() && read("").is_none() && read(&"é".repeat(44)).is_none());
        assert!(read(&TD3.replace('|', "")).is_some() && read(&TD1.replace('|', "\\n")).is_some());
    }

    #[test]
    fn long_numbers_of_cards() {
        // Doc 9303-5, the number of more than nine characters: D23145890734, its digit 9 behind it.
        let zone = "I<UTOD23145890<7349<<<<<<<<<<<|3407127M9507122UTO<<<<<<<<<<<2|STEVENSON<<PETER<JOHN<<<<<<<<<";
        let zone = read(zone).unwrap();
        assert_eq!(zone.checks[0].1, "D23145890<734");
        for (what, field, digit) in zone.checks {
            assert_eq!(check_digit(&field), Some(digit), "{what:?}");
        }
    }

    #[test]
    fn numbers_births_nationality_and_sex_are_not_kept() {
        for text in [TD3, TD2, TD1] {
            let text = kept(text);
            let zone = Zone::of_kept(&text).unwrap();
            assert_eq!((zone.issuer, zone.expiry, zone.wrong.len()), ("UTO", "120415", 0));
            assert!(zone.names.starts_with("ERIKSSON<<ANNA<MARIA<"));
            assert!(!["L898902C", "D23145890", "740812", "ZE184226B", "F12"].iter().any(|part| text.contains(part)), "{text}");
        }
        let changed = TD3.replace("740812", "840812");
        let text = kept(&changed);
        let wrong = Zone::of_kept(&text).unwrap().wrong;
        assert_eq!(wrong.iter().map(|wrong| wrong.check).collect::<Vec<_>>(), [Check::Birth, Check::All]);
        assert!(matches!(wrong[0], Wrong { is: '2', should_be, .. } if should_be != '2'));
        // What is no zone may hold a number all the same.
        assert_eq!(kept("P<UTO L898902C3"), "unreadable");
        assert_eq!((kept("ok"), kept("bad")), ("ok".into(), "bad".into()));
        for text in ["ok", "unreadable", "issuer=UTO", "issuer=UTO expiry=120415 names=A wrong=x:1/2"] {
            assert_eq!(Zone::of_kept(text), None, "{text}");
        }
    }
}
