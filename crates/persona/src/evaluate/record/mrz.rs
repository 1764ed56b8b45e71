//! The machine readable zone of identity documents (ICAO Doc 9303, parts 3 to 7): its check digits, and its names, expiry and country of
//! issue against the fields that are printed. Nationality and sex, which it holds as well, are not read.

use super::geography::same;
use super::names::{Likeness, relate};
use super::{Findings, stated};
use crate::evaluate::{Evidence, Outcome};
use crate::people::{Document, Fact, Person};
use crate::vocabulary::{DocKind, Field};

/// What is wrong: the words, what the zone says, what it should say.
struct Fault {
    what: &'static str,
    zone: String,
    expected: String,
    share: f64,
}

/// A zone taken apart.
struct Zone {
    /// Checked fields: the words, what the digit is over, the digit.
    checks: Vec<(&'static str, String, u8)>,
    issuer: String,
    /// `SURNAME<<GIVEN<NAMES`, as far as it fits.
    names: String,
    /// `YYMMDD`.
    expiry: String,
}

/// Whether the zone of an identity document disagrees with itself or with what is printed, by the words of a reader (`bad`) or by the lines.
pub(super) fn bad(person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut notes: Vec<String> = Vec::new();
    for document in person.documents_of(DocKind::IdentityDocument) {
        let Some(fact) = document.fact(Field::Mrz) else { continue };
        match fact.text() {
            "ok" | "OK" | "pass" => findings.looked += 1,
            "bad" | "BAD" | "fail" => {
                findings.looked += 1;
                notes.push("the reader of the document says that the zone is bad".to_owned());
                let evidence = stated(person, "machine readable zone", fact, document.time(), document.source());
                findings.add(1.0, [evidence]);
            }
            text => {
                let Some(zone) = read(text) else { continue };
                findings.looked += 1;
                for fault in faults(&zone, document, person) {
                    notes.push(format!("{}: `{}` instead of `{}`", fault.what, fault.zone, fault.expected));
                    let new =
                        |what: String, value: String| Evidence::new(person, what, value, document.time(), document.source());
                    let pair = [
                        new(format!("{} in the machine readable zone", fault.what), fault.zone),
                        new(format!("{} as printed or computed", fault.what), fault.expected),
                    ];
                    findings.add(fault.share, pair);
                }
            }
        }
    }
    findings.outcome("a machine readable zone", |_| notes.join("; "))
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
fn read(text: &str) -> Option<Zone> {
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
            checks.push(("check digit of the number", part(1, 1, 9), digit(1, 10)));
            checks.push(("check digit of the birth", part(1, 14, 19), digit(1, 20)));
            checks.push(("check digit of the expiry", part(1, 22, 27), digit(1, 28)));
            if wide && !visa {
                checks.push(("check digit of the personal number", part(1, 29, 42), digit(1, 43)));
                checks.push(("check digit of all", part(1, 1, 10) + &part(1, 14, 20) + &part(1, 22, 43), digit(1, 44)));
            } else if !visa {
                checks.push(("check digit of all", part(1, 1, 10) + &part(1, 14, 20) + &part(1, 22, 35), digit(1, 36)));
            }
            // A longer number goes on in the optional field of a card of size 2.
            if !wide && !visa && digit(1, 10) == b'<' {
                checks.remove(0);
            }
            let expiry = part(1, 22, 27);
            Some(Zone { checks, issuer: part(0, 3, 5), names: lines[0][5..].to_owned(), expiry })
        }
        // Cards of size 1 (part 5).
        [30, 30, 30] => {
            if digit(0, 15) == b'<' {
                // The number goes on in the optional field, the digit behind it.
                let rest = lines[0][15..].split('<').next().unwrap_or_default();
                if let Some((rest, last)) = rest.len().checked_sub(1).and_then(|at| rest.split_at_checked(at)) {
                    checks.push(("check digit of the number", part(0, 6, 14) + "<" + rest, last.as_bytes()[0]));
                }
            } else {
                checks.push(("check digit of the number", part(0, 6, 14), digit(0, 15)));
            }
            checks.push(("check digit of the birth", part(1, 1, 6), digit(1, 7)));
            checks.push(("check digit of the expiry", part(1, 9, 14), digit(1, 15)));
            let all = part(0, 6, 30) + &part(1, 1, 7) + &part(1, 9, 15) + &part(1, 19, 29);
            checks.push(("check digit of all", all, digit(1, 30)));
            Some(Zone { checks, issuer: part(0, 3, 5), names: lines[2].clone(), expiry: part(1, 9, 14) })
        }
        _ => None,
    }
}

fn faults(zone: &Zone, document: Document<'_>, person: Person<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (what, field, digit) in &zone.checks {
        // Where the optional field is empty its digit may be a filler (part 4).
        if *digit == b'<' && field.bytes().all(|c| c == b'<') {
            continue;
        }
        if let Some(expected) = check_digit(field).filter(|expected| expected != digit) {
            let (zone, expected) = (char::from(*digit).to_string(), char::from(expected).to_string());
            faults.push(Fault { what, zone, expected, share: 1.0 });
        }
    }
    // One wrong character breaks the digit of its field and that of all: what is misread by a machine looks the same.
    if faults.len() == 1 {
        faults[0].share = 0.8;
    }
    let printed_name = document.fact(Field::Name).map(Fact::text).or(person.name());
    if let Some(printed) = printed_name {
        let names = zone.names.trim_end_matches('<');
        // A name that fills the line is cut.
        let cut = names.len() == zone.names.len();
        let (family, given) = names.split_once("<<").unwrap_or((names, ""));
        let shown = format!("{} {}", given.replace('<', " ").trim(), family.replace('<', " ").trim());
        let found = relate(printed, shown.trim());
        if !cut && !names.is_empty() && !matches!(found, Likeness::Same | Likeness::Company) {
            faults.push(Fault {
                what: "name",
                zone: shown.trim().to_owned(),
                expected: printed.to_owned(),
                share: found.share().max(0.5),
            });
        }
    }
    if let Some(printed) = document.fact(Field::Expires) {
        let written: Option<String> = printed.text().get(..10).map(|day| day.chars().filter(char::is_ascii_digit).collect());
        if let Some(expected) = written.filter(|day| day.len() == 8 && printed.time().is_some()).map(|day| day[2..].to_owned())
            && expected != zone.expiry
            && zone.expiry.bytes().all(|c| c.is_ascii_digit())
        {
            faults.push(Fault { what: "expiry", zone: zone.expiry.clone(), expected, share: 0.8 });
        }
    }
    if let Some(printed) = document.fact(Field::IssuingCountry).and_then(Fact::country) {
        let issuer = match zone.issuer.trim_end_matches('<') {
            "D" => "DEU",
            "RKS" => "XKX",
            "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => "GBR",
            other => other,
        };
        // Organisations that issue documents are no country.
        if let Some(stated) = interdict_model::Country::from_code(issuer)
            && let (Some(a), Some(b)) = (stated.alpha2(), printed.alpha2())
            && issuer.len() == 3
            && !same(a, b)
        {
            let (zone, expected) = (stated.name().to_owned(), printed.name().to_owned());
            faults.push(Fault { what: "country of issue", zone, expected, share: 0.8 });
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{check_digit, read};
    use crate::evaluate::record::testing::check;
    use crate::indicators::Test;

    /// The specimens of Doc 9303, parts 4 to 6, of the invented state Utopia.
    const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<|D231458907UTO7408122F1204159<<<<<<<6";
    const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<6|ERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    #[test]
    fn digits_of_the_standard() {
        assert_eq!(check_digit("520727"), Some(b'3'));
        assert_eq!(check_digit("AB2134<<<"), Some(b'5'));
        assert_eq!(check_digit("ab"), None);
        for zone in [TD3, TD2, TD1] {
            for (what, field, digit) in read(zone).unwrap().checks {
                assert_eq!(check_digit(&field), Some(digit), "{what} of {zone}");
            }
        }
        assert!(read("P<UTO").is_none() && read("").is_none() && read(&"é".repeat(44)).is_none());
        assert!(read(&TD3.replace('|', "")).is_some() && read(&TD1.replace('|', "\\n")).is_some());
    }

    #[test]
    fn zones() {
        let test = Test::MrzBad {};
        let rows =
            |zone: &str, more: &str| format!("person name=Anna Eriksson\ndoc identity_document mrz={zone}; agent=x; {more}");
        check(&test, &rows("bad", ""), "1.00");
        check(&test, &rows("ok", ""), "clear");
        for zone in [TD3, TD2, TD1] {
            check(&test, &rows(zone, "name=Anna Maria Eriksson; expires=2012-04-15"), "clear");
        }
        // A birth that was changed breaks its own digit and that of all.
        check(&test, &rows(&TD3.replace("740812", "840812"), ""), "1.00");
        check(&test, &rows(&TD1.replace("<<<<6|", "<<<<5|"), ""), "0.80");
        check(&test, &rows(TD3, "name=Robert Sample"), "1.00");
        check(&test, &rows(TD3, "name=Anna Sample"), "0.50");
        check(&test, &rows(TD3, "expires=2022-04-15"), "0.80");
        let german = TD3.replace("P<UTO", "P<D<<");
        check(&test, &rows(&german, "issuing_country=de"), "clear");
        check(&test, &rows(&german, "issuing_country=fr"), "0.80");
        check(&test, &rows("not read", ""), "not checked");
        check(&test, &rows("?", ""), "not checked");
        check(&test, "person name=Ada", "not checked");
    }

    #[test]
    fn long_numbers_of_cards() {
        // Doc 9303-5, the number of more than nine characters: D23145890734, its digit 9 behind it.
        let zone = "I<UTOD23145890<7349<<<<<<<<<<<|3407127M9507122UTO<<<<<<<<<<<2|STEVENSON<<PETER<JOHN<<<<<<<<<";
        let zone = read(zone).unwrap();
        assert_eq!(zone.checks[0].1, "D23145890<734");
        for (what, field, digit) in zone.checks {
            assert_eq!(check_digit(&field), Some(digit), "{what}");
        }
    }
}
