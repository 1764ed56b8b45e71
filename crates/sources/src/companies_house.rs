//! Numbers of Companies House as other registers and tables write them: a text in, the number of 8 characters out, under which the register
//! itself knows the company. Source: Companies House, "Company number prefixes" and the URI of a company.

use interdict_model::Country;

use crate::pieces::folded;

/// Letters that a number begins with, by where and what is registered; numbers of England and Wales have digits alone.
const PREFIXES: [&str; 39] = [
    "AC", "CE", "CS", "FC", "FE", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC", "NF", "NI", "NL", "NO", "NP", "NR", "NV",
    "NZ", "OC", "OE", "PC", "RC", "RS", "SA", "SC", "SE", "SF", "SG", "SI", "SL", "SO", "SP", "SR", "SZ", "ZC", "R0",
];

/// Digits at least: a shorter number is more often a mistake than one of the first companies.
const MIN_DIGITS: usize = 5;

/// The number in the register's own form: letters in upper case, and zeros before the digits up to 8 characters. `None` for a text that
/// is no such number. Whether a text stands for one of Companies House at all, its place must say.
pub(crate) fn number(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/')).collect();
    let bare = bare.to_ascii_uppercase();
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits(&bare) {
        let fits = (MIN_DIGITS..=8).contains(&bare.len()) && bare.bytes().any(|byte| byte != b'0');
        return fits.then(|| format!("{bare:0>8}"));
    }
    let (letters, digits) = bare.split_at_checked(2)?;
    let fits = PREFIXES.contains(&letters) && (1..=6).contains(&digits.len()) && all_digits(digits);
    fits.then(|| format!("{letters}{digits:0>6}"))
}

/// The number of a legal person that is plainly registered at Companies House, by what a register says of its registration: the place or
/// the register, the country, and the number. `None` where the words say something else, or leave it open.
pub(crate) fn registered(place: &str, country: &str, text: &str) -> Option<String> {
    let of_the_country = is_its_place(country) || Country::parse(country).is_some_and(|country| country.code() == "gb");
    let named = is_its_place(place) && (country.is_empty() || of_the_country);
    // "Register of companies", "Companies Registry": which one, the country says.
    let words = place.to_lowercase();
    let is_register = place.is_empty() || words.contains("compan") && (words.contains("house") || words.contains("regist"));
    if named || of_the_country && is_register { number(text) } else { None }
}

/// Whether the words for a register or its place mean Companies House: its name, or the United Kingdom or a part of it.
fn is_its_place(text: &str) -> bool {
    const PLACES: [&str; 23] = [
        "companies house",
        "uk companies house",
        "companies house uk",
        "companies house england",
        "companies house england and wales",
        "companies house scotland",
        "companies house northern ireland",
        "companies house cardiff",
        "companies house edinburgh",
        "companies house belfast",
        "uk register of companies",
        "england",
        "wales",
        "england and wales",
        "england wales",
        "scotland",
        "northern ireland",
        "united kingdom",
        "united kingdom england",
        "united kingdom england and wales",
        "uk",
        "gb",
        "great britain",
    ];
    let words = folded(&text.replace('&', " and "));
    let words = words.strip_prefix("the ").unwrap_or(&words);
    PLACES.contains(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_form_of_the_register() {
        for (text, expected) in [
            ("01234567", Some("01234567")),
            ("1234567", Some("01234567")),
            (" 12 34 56 ", Some("00123456")),
            ("sc123456", Some("SC123456")),
            ("SC 12345", Some("SC012345")),
            ("NI-000001", Some("NI000001")),
            ("R0000123", Some("R0000123")),
            ("OE031044", Some("OE031044")),
            ("0", None),
            ("00000000", None),
            ("1234", None),
            ("123456789", None),
            ("HRB 12345", None),
            ("XX123456", None),
            ("SC1234567", None),
            ("SC", None),
            ("é1", None),
            ("", None),
        ] {
            assert_eq!(number(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn who_is_registered_there() {
        for (place, country, joined) in [
            ("Companies House", "England", true),
            ("Companies House", "", true),
            ("Register of Companies", "United Kingdom", true),
            ("England And Wales", "England And Wales", true),
            ("", "Scotland", true),
            ("Companies House", "Jersey", false),
            ("Register of Companies", "", false),
            ("Register of Companies", "Guernsey", false),
            ("Charity Commission", "England", false),
            ("", "", false),
        ] {
            assert_eq!(registered(place, country, "1234567").is_some(), joined, "{place}, {country}");
        }
    }

    #[test]
    fn places_of_the_register() {
        for text in ["Companies House", "England & Wales", "ENGLAND AND WALES", "The United Kingdom", "Scotland"] {
            assert!(is_its_place(text), "{text}");
        }
        for text in ["Jersey", "Guernsey", "New South Wales", "Companies Registry", "Isle of Man", ""] {
            assert!(!is_its_place(text), "{text}");
        }
    }
}
