//! What is known of countries as places: which share a calling code, where they lie, which clocks they have. Built-in tables go in; answers
//! to whether two statements can be of one place come out. They err for the person: what may agree agrees.

use std::sync::LazyLock;

use interdict_model::Country;
use interdict_names::table_rows;
use rustc_hash::FxHashMap;

use crate::people::People;
use crate::text::TextId;

/// A country by its ISO 3166-1 alpha-2 code in lower case; parts of a country are the country.
pub(crate) fn code(country: Country) -> Option<&'static str> {
    country.alpha2()
}

/// The code of a text: the quick way for codes, which most records hold.
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    let country = if text.len() == 2 { Country::from_code(text) } else { None };
    country.or_else(|| Country::parse(text)).and_then(code)
}

/// The code of the last text that was read: log-ins state one country again and again.
#[derive(Debug, Default)]
pub(super) struct LastCode(Option<(u32, Option<&'static str>)>);

impl LastCode {
    /// The code of a text of the tables, by its number.
    pub(super) fn of(&mut self, people: &People, text: u32) -> Option<&'static str> {
        match self.0 {
            Some((known, code)) if known == text => code,
            _ => {
                let code = code_of(people.text(TextId(text)));
                self.0 = Some((text, code));
                code
            }
        }
    }
}

/// The name for people.
pub(super) fn name(code: &str) -> String {
    Country::from_code(code).map_or_else(|| code.to_owned(), |country| country.name().to_owned())
}

/// The state whose papers, banks and moves within are those of a territory.
fn sovereign(code: &str) -> &str {
    match code {
        "pr" | "vi" | "gu" | "mp" | "as" | "um" => "us",
        "gg" | "je" | "im" | "gi" | "bm" | "ky" | "vg" | "ai" | "ms" | "tc" | "fk" | "sh" | "io" | "gs" | "pn" => "gb",
        "gf" | "gp" | "mq" | "re" | "yt" | "nc" | "pf" | "pm" | "wf" | "bl" | "mf" | "tf" => "fr",
        "aw" | "cw" | "sx" | "bq" => "nl",
        "fo" | "gl" => "dk",
        "sj" | "bv" => "no",
        "ax" => "fi",
        "cc" | "cx" | "nf" | "hm" => "au",
        "ck" | "nu" | "tk" => "nz",
        "hk" | "mo" => "cn",
        other => other,
    }
}

/// Whether two codes are of one state.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || sovereign(a) == sovereign(b)
}

/// States among which payment accounts are offered freely (the Single Euro Payments Area): a bank in another one is no contradiction.
const ONE_PAYMENT_AREA: [&str; 38] = [
    "ad", "al", "at", "be", "bg", "ch", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr", "hu", "ie", "is",
    "it", "li", "lt", "lu", "lv", "mc", "md", "me", "mk", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk",
];

/// Whether a bank may be in `bank` without any tie of its customer in `home` to that country.
pub(super) fn one_payment_area(home: &str, bank: &str) -> bool {
    let inside = |code: &str| ONE_PAYMENT_AREA.contains(&sovereign(code)) || matches!(code, "sm" | "va");
    inside(home) && inside(bank)
}

static CALLING_CODES: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let rows = table_rows::<4>(include_str!("../../../../../data/calling_codes.tsv"));
    rows.map(|[code, countries, _, _]| (code, countries.split(' ').collect())).collect()
});

/// The countries of a telephone number in E.164; empty when it is of none.
pub(super) fn of_phone(number: &str) -> &'static [&'static str] {
    let Some(digits) = number.strip_prefix('+') else { return &[] };
    let found = (1..=3).rev().find_map(|len| digits.get(..len).and_then(|code| CALLING_CODES.get(code)));
    found.map_or(&[], Vec::as_slice)
}

#[derive(Debug, Clone, Copy)]
struct Box {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

static EXTENTS: LazyLock<FxHashMap<&'static str, Vec<Box>>> = LazyLock::new(|| {
    let mut all: FxHashMap<&'static str, Vec<Box>> = FxHashMap::default();
    for [country, south, north, west, east, _, _] in table_rows::<7>(include_str!("../../../../../data/country_extents.tsv")) {
        if let (Ok(south), Ok(north), Ok(west), Ok(east)) = (south.parse(), north.parse(), west.parse(), east.parse()) {
            all.entry(country).or_default().push(Box { south, north, west, east });
        }
    }
    all
});

/// A place on the earth in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) lat: f64,
    pub(super) lon: f64,
}

impl Place {
    /// A place; `None` outside the globe, and for 0, 0, which devices write when they know none.
    pub(super) fn new(lat: f64, lon: f64) -> Option<Self> {
        let fits = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0);
        fits.then_some(Self { lat, lon })
    }

    /// Kilometres to another place over the surface.
    pub(super) fn kilometres(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let chord = half(other.lat - self.lat) + a.cos() * b.cos() * half(other.lon - self.lon);
        2.0 * 6371.0 * chord.sqrt().min(1.0).asin()
    }

    /// Whether it lies in one of the boxes of a country; `None` when the country has none.
    pub(super) fn is_in(self, country: &str) -> Option<bool> {
        let boxes = EXTENTS.get(country)?;
        let inside = |b: &Box| (b.south..=b.north).contains(&self.lat) && (b.west..=b.east).contains(&self.lon);
        Some(boxes.iter().any(inside))
    }

    /// Kilometres from the nearest box of a country, roughly.
    pub(super) fn kilometres_from(self, country: &str) -> f64 {
        let to = |b: &Box| {
            let lon = if self.lon < b.west { b.west } else { self.lon.min(b.east) };
            self.kilometres(Self { lat: self.lat.clamp(b.south, b.north), lon })
        };
        EXTENTS.get(country).map_or(0.0, |boxes| boxes.iter().map(to).fold(f64::INFINITY, f64::min))
    }
}

static OFFSETS: LazyLock<FxHashMap<&'static str, (i16, i16)>> = LazyLock::new(|| {
    let rows = table_rows::<4>(include_str!("../../../../../data/country_offsets.tsv"));
    rows.filter_map(|[country, least, most, _]| Some((country, (least.parse().ok()?, most.parse().ok()?)))).collect()
});

/// Least and most minutes east of UTC of the clocks at a place in a country: of the whole country, and of the part of a wide one at a
/// longitude, where it is known.
pub(crate) fn clocks(country: &str, lon: Option<f64>) -> Option<(i16, i16)> {
    let (least, most) = *OFFSETS.get(country)?;
    let Some(lon) = lon.filter(|lon| lon.abs() <= 180.0) else { return Some((least, most)) };
    // Four minutes a degree; laws and summer time move clocks by up to two hours to the west's side and three to the east's.
    let sun = (lon * 4.0).round() as i16;
    let narrow = (least.max(sun - 120), most.min(sun + 180));
    Some(if narrow.0 <= narrow.1 { narrow } else { (least, most) })
}

#[cfg(test)]
mod tests {
    use interdict_names::table_rows;

    use super::{CALLING_CODES, Country, EXTENTS, OFFSETS, Place, clocks, code_of, of_phone, one_payment_area, same};

    #[test]
    fn tables_hold_every_country() {
        let rows = table_rows::<7>(include_str!("../../../../../data/country_extents.tsv"));
        assert_eq!(rows.count(), EXTENTS.values().map(Vec::len).sum::<usize>());
        for boxes in EXTENTS.values().flatten() {
            assert!(boxes.south < boxes.north && boxes.west < boxes.east, "{boxes:?}");
        }
        for country in Country::all().filter(|country| country.code().len() == 2) {
            let code = country.code();
            let uninhabited = matches!(code, "bv" | "hm");
            let union = matches!(code, "eu" | "an" | "dd" | "su" | "yu");
            assert!(EXTENTS.contains_key(code) || union, "{code} has no box");
            assert!(OFFSETS.contains_key(code) || uninhabited || union, "{code} has no clock");
            assert!(CALLING_CODES.values().flatten().any(|known| *known == code) || union, "{code} has no calling code");
        }
        for code in EXTENTS.keys().chain(OFFSETS.keys()).chain(CALLING_CODES.values().flatten()) {
            assert!(Country::from_code(code).is_some(), "{code} is no country");
        }
    }

    #[track_caller]
    fn check(lat: f64, lon: f64, country: &str, inside: bool) {
        assert_eq!(Place::new(lat, lon).unwrap().is_in(country), Some(inside), "{lat} {lon} {country}");
    }

    #[test]
    fn places_lie_in_their_countries() {
        check(55.75, 37.6, "ru", true);
        check(55.75, 37.6, "us", false);
        check(21.3, -157.9, "us", true);
        check(-21.1, 55.5, "fr", true);
        check(54.7, 20.5, "ru", true);
        check(66.0, -172.0, "ru", true);
        check(40.1, 124.4, "us", false);
        check(28.1, -15.4, "es", true);
        assert_eq!(Place::new(0.0, 0.0), None);
        let (london, paris) = (Place::new(51.5, -0.13).unwrap(), Place::new(48.86, 2.35).unwrap());
        assert!((london.kilometres(paris) - 344.0).abs() < 5.0);
        assert!(Place::new(55.75, 37.6).unwrap().kilometres_from("gb") > 1500.0);
    }

    #[test]
    fn statements_of_one_place() {
        assert!(of_phone("+12025550123").contains(&"ca") && of_phone("+447700900123").contains(&"je"));
        assert_eq!(of_phone("+85221234567"), ["hk"]);
        assert!(of_phone("+88312345678").is_empty() && of_phone("2025550123").is_empty());
        assert!(same("pr", "us") && same("hk", "mo") && !same("us", "ca"));
        assert!(one_payment_area("de", "lt") && one_payment_area("je", "be") && !one_payment_area("us", "lt"));
        assert_eq!((code_of("GB"), code_of("United Kingdom"), code_of("nowhere")), (Some("gb"), Some("gb"), None));
        assert_eq!(clocks("de", None), Some((60, 120)));
        assert_eq!(clocks("us", Some(-74.0)).map(|(least, most)| least < -240 && most < -60), Some(true));
        assert_eq!(clocks("cn", Some(76.0)), clocks("cn", None));
    }
}
