//! Where people of the synthetic world are: countries with their clocks, cities, street addresses, telephone numbers and network addresses. A
//! number of a home, person or office goes in, a text comes out. Every number and address lies in a range kept for documentation, measurement
//! or fiction where there is one, and otherwise has a pattern that no numbering plan gives out.

use std::fmt::Write as _;

use super::dice::{Dice, Shuffle};

/// How clocks are set forward in summer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Summer {
    /// Never.
    None,
    /// As in the European Union.
    Europe,
    /// As in the United States.
    America,
}

/// A country.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166 alpha-2.
    pub(crate) code: &'static str,
    /// The IANA name of the zone that its people here live in.
    pub(crate) zone: &'static str,
    /// Minutes east of UTC in winter.
    pub(crate) offset: i64,
    /// Whether and how clocks are set forward.
    pub(crate) summer: Summer,
    /// Telephone prefix.
    calling: &'static str,
    /// Currency.
    pub(crate) currency: &'static str,
    /// Three cities.
    pub(crate) cities: [&'static str; 3],
    /// A place in it, in degrees; cities lie around it.
    pub(crate) middle: (f64, f64),
}

macro_rules! country {
    ($code:literal, $zone:literal, $offset:literal, $summer:ident, $calling:literal, $currency:literal, $cities:expr, $middle:expr) => {
        Country {
            code: $code,
            zone: $zone,
            offset: $offset,
            summer: Summer::$summer,
            calling: $calling,
            currency: $currency,
            cities: $cities,
            middle: $middle,
        }
    };
}

/// All countries.
pub(crate) const COUNTRIES: [Country; 34] = [
    country!("US", "America/New_York", -300, America, "1", "USD", ["Columbus", "Nashville", "Raleigh"], (37.5, -81.0)),
    country!("GB", "Europe/London", 0, Europe, "44", "GBP", ["Leeds", "Bristol", "Leicester"], (52.6, -1.5)),
    country!("DE", "Europe/Berlin", 60, Europe, "49", "EUR", ["Leipzig", "Hannover", "Kassel"], (51.7, 10.4)),
    country!("CA", "America/Toronto", -300, America, "1", "CAD", ["Toronto", "Ottawa", "London"], (44.2, -78.2)),
    country!("PL", "Europe/Warsaw", 60, Europe, "48", "PLN", ["Lodz", "Poznan", "Lublin"], (51.8, 19.2)),
    country!("UA", "Europe/Kyiv", 120, Europe, "380", "UAH", ["Kyiv", "Vinnytsia", "Lviv"], (49.8, 27.4)),
    country!("RS", "Europe/Belgrade", 60, Europe, "381", "RSD", ["Belgrade", "Nis", "Novi Sad"], (44.4, 20.6)),
    country!("EG", "Africa/Cairo", 120, None, "20", "EGP", ["Cairo", "Giza", "Tanta"], (30.3, 31.1)),
    country!("MA", "Africa/Casablanca", 60, None, "212", "MAD", ["Rabat", "Fes", "Meknes"], (33.9, -5.9)),
    country!("JO", "Asia/Amman", 180, None, "962", "JOD", ["Amman", "Zarqa", "Irbid"], (32.1, 35.9)),
    country!("IN", "Asia/Kolkata", 330, None, "91", "INR", ["Pune", "Nagpur", "Bhopal"], (20.6, 77.0)),
    country!("PK", "Asia/Karachi", 300, None, "92", "PKR", ["Lahore", "Multan", "Faisalabad"], (31.2, 73.2)),
    country!("BD", "Asia/Dhaka", 360, None, "880", "BDT", ["Dhaka", "Sylhet", "Comilla"], (24.0, 90.8)),
    country!("CN", "Asia/Shanghai", 480, None, "86", "CNY", ["Shenyang", "Dandong", "Yanji"], (41.8, 125.9)),
    country!("TW", "Asia/Taipei", 480, None, "886", "TWD", ["Taipei", "Taichung", "Hsinchu"], (24.6, 121.0)),
    country!("SG", "Asia/Singapore", 480, None, "65", "SGD", ["Bedok", "Jurong", "Tampines"], (1.35, 103.85)),
    country!("KR", "Asia/Seoul", 540, None, "82", "KRW", ["Daejeon", "Incheon", "Suwon"], (36.9, 127.0)),
    country!("MX", "America/Mexico_City", -360, None, "52", "MXN", ["Puebla", "Toluca", "Queretaro"], (19.6, -99.4)),
    country!("BR", "America/Sao_Paulo", -180, None, "55", "BRL", ["Campinas", "Curitiba", "Santos"], (-23.9, -47.6)),
    country!("ES", "Europe/Madrid", 60, Europe, "34", "EUR", ["Zaragoza", "Valladolid", "Burgos"], (41.9, -3.1)),
    country!("NG", "Africa/Lagos", 60, None, "234", "NGN", ["Ibadan", "Abeokuta", "Lagos"], (7.0, 3.5)),
    country!("GH", "Africa/Accra", 0, None, "233", "GHS", ["Accra", "Kumasi", "Cape Coast"], (5.8, -1.0)),
    country!("SN", "Africa/Dakar", 0, None, "221", "XOF", ["Dakar", "Thies", "Kaolack"], (14.5, -16.8)),
    country!("VN", "Asia/Ho_Chi_Minh", 420, None, "84", "VND", ["Hanoi", "Hai Phong", "Nam Dinh"], (20.7, 106.2)),
    country!("PH", "Asia/Manila", 480, None, "63", "PHP", ["Quezon City", "Angeles", "Dagupan"], (15.2, 120.6)),
    country!("ID", "Asia/Jakarta", 420, None, "62", "IDR", ["Bandung", "Bogor", "Jakarta"], (-6.6, 107.1)),
    country!("MY", "Asia/Kuala_Lumpur", 480, None, "60", "MYR", ["Ipoh", "Klang", "Seremban"], (3.5, 101.5)),
    country!("NL", "Europe/Amsterdam", 60, Europe, "31", "EUR", ["Utrecht", "Arnhem", "Breda"], (52.0, 5.3)),
    country!("RU", "Asia/Vladivostok", 600, None, "7", "RUB", ["Vladivostok", "Ussuriysk", "Nakhodka"], (43.3, 132.2)),
    country!("LA", "Asia/Vientiane", 420, None, "856", "LAK", ["Vientiane", "Pakse", "Savannakhet"], (17.0, 103.8)),
    country!("AE", "Asia/Dubai", 240, None, "971", "AED", ["Sharjah", "Ajman", "Dubai"], (25.3, 55.4)),
    country!(
        "AR",
        "America/Argentina/Buenos_Aires",
        -180,
        None,
        "54",
        "ARS",
        ["Rosario", "La Plata", "Cordoba"],
        (-33.0, -60.9)
    ),
    country!("RO", "Europe/Bucharest", 120, Europe, "40", "RON", ["Cluj", "Brasov", "Iasi"], (46.3, 25.2)),
    country!("ZA", "Africa/Johannesburg", 120, None, "27", "ZAR", ["Bloemfontein", "Polokwane", "Kimberley"], (-27.4, 26.5)),
];

/// The index of a country by its code; the first where there is none.
pub(crate) fn country(code: &str) -> usize {
    COUNTRIES.iter().position(|country| country.code == code).unwrap_or_default()
}

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Days since 1970-01-01 of a date (proleptic Gregorian; Howard Hinnant's algorithm).
pub(crate) const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub(crate) const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days - era * 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + (month <= 2) as i64, month, day)
}

impl Country {
    /// Minutes east of UTC at a time, to the day on which clocks are set.
    pub(crate) fn offset_at(&self, time: i64) -> i64 {
        let (_, month, day) = date(time.div_euclid(DAY));
        let of_year = month * 100 + day;
        let summer = match self.summer {
            Summer::None => false,
            Summer::Europe => (328..1_027).contains(&of_year),
            Summer::America => (310..1_103).contains(&of_year),
        };
        self.offset + if summer { 60 } else { 0 }
    }
}

/// Adds a number with leading zeros.
pub(crate) fn digits(out: &mut String, number: u64, width: usize) {
    let mut buffer = [b'0'; 20];
    let (mut rest, mut at) = (number, buffer.len());
    while rest > 0 && at > 0 {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let start = at.min(buffer.len().saturating_sub(width.max(1)));
    buffer[start..].iter().for_each(|digit| out.push(*digit as char));
}

/// Adds a number in lower-case hexadecimal digits.
pub(crate) fn hex(out: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        out.push(char::from(b"0123456789abcdef"[(number >> (place * 4)) as usize & 15]));
    }
}

/// Adds a date as `2026-01-31`.
pub(crate) fn write_date(out: &mut String, day: i64) {
    let (year, month, day) = date(day);
    digits(out, year as u64, 4);
    out.push('-');
    digits(out, month as u64, 2);
    out.push('-');
    digits(out, day as u64, 2);
}

/// Adds a time as `2026-01-31T12:00:00Z`.
pub(crate) fn write_time(out: &mut String, time: i64) {
    write_date(out, time.div_euclid(DAY));
    let second = time.rem_euclid(DAY) as u64;
    out.push('T');
    digits(out, second / 3_600, 2);
    out.push(':');
    digits(out, second / 60 % 60, 2);
    out.push(':');
    digits(out, second % 60, 2);
    out.push('Z');
}

/// A date as a text.
pub(crate) fn date_text(day: i64) -> String {
    let mut out = String::with_capacity(10);
    write_date(&mut out, day);
    out
}

const STREETS: [&str; 40] = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Foxglove",
    "Garnet",
    "Hazel",
    "Iris",
    "Juniper",
    "Kestrel",
    "Laurel",
    "Maple",
    "Nettle",
    "Oak",
    "Poplar",
    "Quince",
    "Rowan",
    "Sorrel",
    "Thistle",
    "Umber",
    "Violet",
    "Willow",
    "Yarrow",
    "Amber",
    "Bluff",
    "Canyon",
    "Dale",
    "Ember",
    "Fern",
    "Granite",
    "Harbour",
    "Island",
    "Jasper",
    "Knoll",
    "Lantern",
    "Meadow",
    "Northgate",
    "Orchard",
    "Prairie",
];
const KINDS: [&str; 14] = [
    "Street", "Road", "Lane", "Avenue", "Drive", "Court", "Way", "Close", "Place", "Terrace", "Row", "Square", "Walk",
    "Crescent",
];

/// The addresses of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    people: u64,
    lines: u64,
    homes: Shuffle,
    v4: Shuffle,
    every: u64,
}

/// IPv4 addresses of homes in 198.18.0.0/15; the rest of the block is for offices, cafés and the like.
const HOME_V4: u64 = 122_880;
/// The rest of it.
const PUBLIC_V4: u64 = 8_192;

/// What a public place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Public {
    /// An employer's office.
    Office,
    /// A shared office.
    Coworking,
    /// A café, a library, an hotel.
    Cafe,
    /// A dormitory or hostel.
    Dormitory,
    /// A server that someone rents.
    Server,
}

impl Places {
    /// The places of a world of that many people, with some homes more than people.
    pub(crate) fn new(seed: u64, people: u64, more: u64) -> Self {
        let lines = people + more;
        let every = lines.div_ceil(HOME_V4).max(1);
        Self { people, lines, homes: Shuffle::new(seed, 201, lines), v4: Shuffle::new(seed, 202, HOME_V4), every }
    }

    /// The number of an address that is no home: offices, forwarders and the like, each kind with room for a million.
    pub(crate) fn other(&self, kind: u64, number: u64) -> u64 {
        self.lines + kind * 1_000_000 + number % 1_000_000
    }

    /// A street address of a home, or of what [`Places::other`] numbers.
    pub(crate) fn address(&self, home: u64, country: usize, city: usize) -> String {
        let number = if home < self.lines { self.homes.forth(home) } else { home };
        let (house, street) = (number % 9_000 + 1, number / 9_000);
        let stem = STREETS[(street % 40) as usize];
        let kind = KINDS[(street / 40 % 14) as usize];
        let mut out = format!("{house} {stem} {kind}");
        if street >= 560 {
            let _ = write!(out, " {}", street / 560);
        }
        if number % 5 < 2 {
            let _ = write!(out, " Apt {}", number % 37 + 1);
        }
        let country = &COUNTRIES[country];
        let _ = write!(out, ", {}, {:05} {}", country.cities[city], 10_000 + (number * 7) % 89_999, country.code);
        out
    }

    /// Adds the address that a home's line has. One home in a few has IPv4 alone, most in large worlds IPv6 alone, so that no two homes of any
    /// world have one address by chance. `device` chooses the lower half of an IPv6 address, `reused` a line whose IPv4 was another home's before.
    pub(crate) fn home_ip(&self, out: &mut String, home: u64, device: u64, reused: bool) {
        let slot = self.homes.forth(home);
        let has_v4 = slot.is_multiple_of(self.every);
        let prefers_v6 = slot / self.every % 20 < 8 && !device.is_multiple_of(4);
        if has_v4 && !prefers_v6 {
            let line = slot / self.every;
            let line = if reused { line / 2 } else { line };
            Self::benchmark(out, self.v4.forth(line));
        } else {
            out.push_str("2001:db8:");
            hex(out, slot >> 16 | 0x1000, 4);
            out.push(':');
            hex(out, slot & 0xffff, 4);
            out.push(':');
            hex(out, 0x1000 | (device >> 44), 4);
            out.push(':');
            hex(out, 0x1000 | (device >> 28) & 0xfff, 4);
            out.push(':');
            hex(out, 0x1000 | (device >> 12) & 0xfff, 4);
            out.push(':');
            hex(out, 0x1000 | device & 0xfff, 4);
        }
    }

    fn benchmark(out: &mut String, line: u64) {
        out.push_str(if line < 65_536 { "198.18." } else { "198.19." });
        digits(out, line >> 8 & 255, 1);
        out.push('.');
        digits(out, line & 255, 1);
    }

    /// Adds the address of a public place.
    pub(crate) fn public_ip(out: &mut String, kind: Public, number: u64) {
        // Each kind has a block: large worlds have more places than addresses, which then serve several rooms of one provider.
        let (from, count) = match kind {
            Public::Office => (0, 3_072),
            Public::Coworking => (3_072, 1_024),
            Public::Cafe => (4_096, 2_048),
            Public::Dormitory => (6_144, 1_024),
            Public::Server => (7_168, 1_024),
        };
        Self::benchmark(out, HOME_V4 + (from + number % count) % PUBLIC_V4);
    }

    /// Adds an address that a mobile carrier gives to hundreds of people at a time (100.64.0.0/10).
    pub(crate) fn carrier_ip(&self, out: &mut String, country: usize, dice: &mut Dice) {
        // A country has one address for some 600 people of the world, and at least one.
        let addresses = (self.people / 12_000).clamp(1, 4_096);
        let line = country as u64 * 4_096 + dice.roll(addresses);
        out.push_str("100.");
        digits(out, 64 + (line >> 16), 1);
        out.push('.');
        digits(out, line >> 8 & 255, 1);
        out.push('.');
        digits(out, line & 255, 1);
    }

    /// How many exits consumer VPNs have.
    pub(crate) fn exits(&self) -> u64 {
        (self.people / 100).clamp(12, 768)
    }

    /// Adds the address of a VPN's exit and gives its country.
    pub(crate) fn exit_ip(&self, out: &mut String, exit: u64) -> usize {
        const COUNTRIES_OF_EXITS: [usize; 8] = [0, 0, 0, 1, 2, 27, 15, 3];
        let exit = exit % self.exits();
        out.push_str(["203.0.113.", "198.51.100.", "192.0.2."][(exit % 3) as usize]);
        digits(out, exit / 3, 1);
        COUNTRIES_OF_EXITS[(exit / 3 % 8) as usize]
    }

    /// A telephone number of a person; the second one is the one of before, of work or of an old country. American ones are those kept for
    /// fiction (555-01xx) as far as they go, then others of the exchange 555; in large worlds the area code of a second one begins with 0 or 1,
    /// which none does. Other countries' begin with 5550, of which no plan makes use.
    pub(crate) fn phone(&self, person: u64, second: bool, country: usize) -> String {
        let calling = COUNTRIES[country].calling;
        match (calling, second) {
            ("1", false) if self.lines <= 80_000 => format!("+1{:03}55501{:02}", 200 + person / 100 % 800, person % 100),
            ("1", false) => format!("+1{:03}555{:04}", 200 + person / 10_000 % 800, person % 10_000),
            ("1", true) if self.lines <= 80_000 => {
                format!("+1{:03}555{:04}", 200 + person / 9_000 % 800, 1_000 + person % 9_000)
            }
            ("1", true) => format!("+1{:03}555{:04}", person / 10_000 % 200, person % 10_000),
            ("44", false) if person < 1_000 => format!("+447700900{person:03}"),
            _ => format!("+{calling}5550{}{:07}", u8::from(second), person),
        }
    }
}

/// A telephone number as people write it: with spaces, with 00, or plainly.
pub(crate) fn phone_as_written(phone: &str, style: u64) -> String {
    match style % 4 {
        0 => phone.to_owned(),
        1 => {
            let (head, tail) = phone.split_at(phone.len() - 4);
            let (head, middle) = head.split_at(head.len() - 3);
            format!("{head} {middle} {tail}")
        }
        2 => format!("00{}", &phone[1..]),
        _ => {
            let (head, tail) = phone.split_at(phone.len() - 4);
            let (head, middle) = head.split_at(head.len() - 3);
            format!("{head}-{middle}-{tail}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(date_text(days(2024, 2, 29)), "2024-02-29");
        for day in (0..40_000).step_by(37) {
            let (year, month, date) = date(day);
            assert_eq!(days(year, month, date), day);
        }
    }

    #[test]
    fn homes_have_addresses_of_their_own() {
        for people in [1_000_u64, 200_000] {
            let places = Places::new(1, people, 40);
            let mut seen = std::collections::HashSet::new();
            for home in 0..people + 40 {
                let mut ip = String::new();
                places.home_ip(&mut ip, home, 0, false);
                assert!(ip.starts_with("198.1") || ip.starts_with("2001:db8:"), "{ip}");
                assert!(seen.insert(ip.clone()), "{ip} twice");
                assert!(ip.parse::<std::net::IpAddr>().is_ok());
            }
        }
    }

    #[test]
    fn telephones_are_not_given_out_twice() {
        let places = Places::new(1, 10_000, 0);
        let all: std::collections::HashSet<String> = (0..10_000).map(|person| places.phone(person, false, 0)).collect();
        assert_eq!(all.len(), 10_000);
        assert_eq!(phone_as_written("+12025550123", 1), "+1202 555 0123");
    }
}
