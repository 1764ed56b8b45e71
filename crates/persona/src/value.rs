//! Values of identifiers as they come in exports become the form under which equal ones meet. What is no value, or a placeholder that
//! very many records hold (`N/A`, `000000`, `To be filled by O.E.M.`), is refused with the reason.

use std::net::{IpAddr, Ipv4Addr};

use interdict_model::{Country, Identifier as ModelIdentifier, IdentifierKind};
use interdict_names::AddressKeys;

use crate::vocabulary::IdKind;

/// The keys under which writings of one address meet, without the country: who writes an address mostly leaves it out, and the country that a
/// person claims need not be the address's.
pub(crate) fn address_keys(text: &str, country: Option<Country>) -> AddressKeys {
    let keys = interdict_names::address_keys(text, country);
    let bare = |key: String| key.split_once('|').map_or(key.clone(), |(_, rest)| rest.to_owned());
    AddressKeys { place: keys.place.map(bare), unit: keys.unit.map(bare), loose: keys.loose.into_iter().map(bare).collect() }
}

/// The longest value that is taken, in bytes. Addresses and web addresses are the longest that occur.
pub const MAX_VALUE_BYTES: usize = 2048;

/// Why a value is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Empty after trimming.
    #[error("it is empty")]
    Empty,
    /// Longer than [`MAX_VALUE_BYTES`].
    #[error("it is longer than {MAX_VALUE_BYTES} bytes")]
    TooLong,
    /// A text that forms and firmware put where a value is missing.
    #[error("it is a placeholder")]
    Placeholder,
    /// A part of it is masked or was rounded away: very many values share what is left.
    #[error("a part of it is masked or rounded away")]
    Masked,
    /// Not of the kind's form.
    #[error("it is no {}", .0.label())]
    Malformed(IdKind),
}

/// The form under which equal values meet. `country` is that which the person claims, by which national telephone numbers are read.
/// Addresses of the Internet have [`parse_ip`].
pub(crate) fn normalise(kind: IdKind, raw: &str, country: Option<Country>) -> Result<String, ValueError> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(ValueError::Empty);
    }
    if text.len() > MAX_VALUE_BYTES {
        return Err(ValueError::TooLong);
    }
    if is_placeholder(text) {
        return Err(ValueError::Placeholder);
    }
    let is_number = matches!(kind, IdKind::Doc | IdKind::Tax | IdKind::Payee | IdKind::Card | IdKind::Serial);
    let is_contact = matches!(kind, IdKind::Email | IdKind::RecoveryEmail | IdKind::ReferenceEmail);
    // What firmware and programs write where there is nothing.
    let is_hash = matches!(kind, IdKind::Device | IdKind::Usb | IdKind::Lan | IdKind::PhotoHash);
    if is_hash && is_one_digit(text) {
        return Err(ValueError::Placeholder);
    }
    // Three of one letter are a part of many a serial number.
    let is_masked = if kind == IdKind::Serial { is_masked_by(text, 4) } else { is_masked(text) };
    if is_number && (is_masked || is_rounded(text)) || is_contact && text.contains(MASKS) {
        return Err(ValueError::Masked);
    }
    let is_phone = matches!(kind, IdKind::Phone | IdKind::ReferencePhone);
    let text = if is_number || is_phone { without_point(text) } else { text };
    match kind {
        IdKind::Email | IdKind::RecoveryEmail | IdKind::ReferenceEmail => email(text).ok_or(ValueError::Malformed(kind)),
        IdKind::Phone | IdKind::ReferencePhone => phone(text, country).ok_or(ValueError::Malformed(kind)),
        IdKind::Ip => parse_ip(text).map(|ip| ip.to_string()).ok_or(ValueError::Malformed(kind)),
        IdKind::Handle | IdKind::Messenger => handle(text).ok_or(ValueError::Malformed(kind)),
        IdKind::Url => ModelIdentifier::parse(IdentifierKind::Website, text, None)
            .map(|site| site.key().to_owned())
            .map_err(|_| ValueError::Malformed(kind)),
        IdKind::Wallet => ModelIdentifier::parse(IdentifierKind::Wallet, text, None)
            .map(|wallet| wallet.key().to_owned())
            .map_err(|_| ValueError::Malformed(kind)),
        IdKind::PhotoHash => hexadecimal(text, 16).ok_or(ValueError::Malformed(kind)),
        IdKind::Commit => {
            let fits = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            fits.then(|| text.to_ascii_lowercase()).ok_or(ValueError::Malformed(kind))
        }
        IdKind::Bssid | IdKind::Gateway => {
            let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
            let digits = hexadecimal(&digits, 12).ok_or(ValueError::Malformed(kind))?;
            if matches!(digits.as_str(), "000000000000" | "ffffffffffff") {
                return Err(ValueError::Placeholder);
            }
            Ok(digits)
        }
        IdKind::Doc | IdKind::Tax | IdKind::Payee | IdKind::Card | IdKind::Serial => {
            let number: String = text.chars().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric()).collect();
            if number.chars().count() < 4 {
                return Err(ValueError::Malformed(kind));
            }
            if is_counted(&number) {
                return Err(ValueError::Placeholder);
            }
            Ok(number)
        }
        IdKind::DocAuthor => {
            let author = text.to_lowercase();
            if GENERIC_AUTHORS.contains(&author.as_str()) { Err(ValueError::Placeholder) } else { Ok(author) }
        }
        // Compared by their keys, which are made when all is read.
        IdKind::Address | IdKind::ShipTo => Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        // Case tells signing keys and analytics ids apart.
        IdKind::SigningKey | IdKind::Analytics => Ok(text.to_owned()),
        IdKind::Device | IdKind::Usb | IdKind::Lan | IdKind::HtmlHash | IdKind::Favicon => Ok(text.to_lowercase()),
    }
}

/// Characters that stand for others which are not shown.
const MASKS: [char; 4] = ['*', '•', '●', '…'];

/// Whether only a part of a number is shown: `****1234`, `XXX-XX-6789`, `ending in 1234`.
pub(crate) fn is_masked(number: &str) -> bool {
    is_masked_by(number, 3)
}

/// The same where so many `x` in a row are a mask.
fn is_masked_by(number: &str, least: usize) -> bool {
    let lower = number.to_ascii_lowercase();
    let has_run = lower.split(|c| c != 'x').any(|run| run.len() >= least) || lower.contains("####");
    number.contains(MASKS) || has_run || lower.contains("ending in")
}

/// Whether a text is nothing but zeros, or nothing but Fs, with what separates them.
fn is_one_digit(text: &str) -> bool {
    let mut digits =
        text.bytes().filter(|byte| !matches!(byte, b':' | b'-' | b'.' | b'{' | b'}')).map(|byte| byte.to_ascii_lowercase());
    let Some(first @ (b'0' | b'f')) = digits.next() else { return false };
    digits.all(|digit| digit == first)
}

/// Whether a spreadsheet has rounded a number: `1.23457E+15`.
fn is_rounded(number: &str) -> bool {
    let Some((digits, power)) = number.split_once(['E', 'e']) else { return false };
    let power = power.strip_prefix('+').unwrap_or_default();
    let digits = digits.split_once(['.', ',']).map_or("", |(whole, part)| if whole.len() == 1 { part } else { "" });
    [digits, power].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number without the `.0` of spreadsheets that take it for an amount: `447700900417.0`.
fn without_point(number: &str) -> &str {
    let whole = number.strip_suffix(".0").filter(|whole| {
        let digits = whole.strip_prefix('+').unwrap_or(whole);
        digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    whole.unwrap_or(number)
}

/// What programs write as author when nobody is named.
const GENERIC_AUTHORS: [&str; 16] = [
    "admin",
    "administrator",
    "apache poi",
    "author",
    "canva",
    "dell",
    "hp",
    "lenovo",
    "microsoft",
    "microsoft office user",
    "owner",
    "pc",
    "python-docx",
    "user",
    "windows user",
    "word",
];

/// What forms and firmware hold where a value is missing.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 38] = [
        "-",
        "--",
        ".",
        "?",
        "n/a",
        "na",
        "n.a.",
        "nil",
        "none",
        "null",
        "nan",
        "undefined",
        "unknown",
        "not available",
        "not provided",
        "not applicable",
        "tbd",
        "test",
        "xxx",
        "default string",
        "system serial number",
        "to be filled by o.e.m.",
        "not specified",
        "no value",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "(blank)",
        "blank",
        "[object object]",
        "pending",
        "invalid",
        "k.a.",
        "unknown device",
        "see hr",
        "remote",
        "none@none.com",
    ];
    text.len() <= 24 && PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(text))
}

/// Whether a number is one digit again and again, or counts up or down.
fn is_counted(number: &str) -> bool {
    let bytes = number.as_bytes();
    let steps = |step: i16| {
        bytes.windows(2).all(|pair| (i16::from(pair[1]) - i16::from(pair[0])).rem_euclid(10) == step.rem_euclid(10))
    };
    bytes.iter().all(u8::is_ascii_digit) && (steps(0) || steps(1) || steps(-1)) || bytes.iter().all(|byte| *byte == b'X')
}

fn hexadecimal(text: &str, digits: usize) -> Option<String> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// A mailbox: lower case, without display name and `mailto:`, without the tag after `+`; without dots where the host ignores them.
fn email(text: &str) -> Option<String> {
    let text = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(open), Some(inside)) => inside.get(open + 1..)?,
        _ => text,
    };
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, host) = text.rsplit_once('@')?;
    let local_fits = !local.is_empty() && !local.chars().any(|c| c.is_whitespace() || c == '@' || c == ',');
    let host_fits = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    if !local_fits || !host_fits {
        return None;
    }
    let host = host.to_lowercase();
    let local = local.split_once('+').map_or(local, |(box_name, _)| box_name).to_lowercase();
    if local.is_empty() {
        return None;
    }
    if matches!(host.as_str(), "gmail.com" | "googlemail.com") {
        return Some(format!("{}@gmail.com", local.replace('.', "")));
    }
    Some(format!("{local}@{host}"))
}

/// A telephone number as E.164. One that has its country code already is taken by its digits; others are read by the country.
fn phone(text: &str, country: Option<Country>) -> Option<String> {
    // "00" is the international prefix of most countries, and no number begins with two zeros otherwise.
    if let Some(rest) = text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        let plain = rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'.'));
        if plain && !rest.contains("(0)") {
            let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
            let fits = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
            return fits.then(|| format!("+{digits}"));
        }
    }
    let parsed = ModelIdentifier::parse(IdentifierKind::Phone, text, country).ok()?;
    let key = parsed.key();
    (key.bytes().filter(u8::is_ascii_digit).count() >= 7).then(|| key.to_owned())
}

/// `github:name` from an address of a profile, `name` from `@name`.
fn handle(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let path = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if let Some(path) = path {
        let path = path.strip_prefix("www.").unwrap_or(path);
        let mut parts = path.split(['/', '?', '#']).filter(|part| !part.is_empty());
        let host = parts.next()?;
        let site = host.split('.').rev().nth(1)?;
        let name = parts.find(|part| !matches!(*part, "in" | "u" | "user" | "users" | "profile" | "pub" | "freelancers"))?;
        return Some(format!("{site}:{}", name.trim_start_matches(['@', '~'])));
    }
    let name = lower.trim_start_matches('@');
    (!name.is_empty() && !name.contains(char::is_whitespace)).then(|| name.to_owned())
}

/// An address of the Internet in any common notation: dotted, IPv6 with brackets, zone or port, IPv4 inside IPv6, with a prefix length
/// that names one address, as a whole or hexadecimal number. A dotted part with a leading zero is refused, as programs read it as
/// decimal or as octal.
#[must_use]
pub fn parse_ip(text: &str) -> Option<IpAddr> {
    let mut text = text.trim();
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(plain(ip));
    }
    if let Some(rest) = text.strip_prefix('[') {
        text = rest.split_once(']')?.0;
    } else if text.matches(':').count() == 1 {
        let (host, port) = text.split_once(':')?;
        port.parse::<u16>().ok()?;
        text = host;
    }
    if let Some((host, bits)) = text.split_once('/') {
        if !matches!((host.contains(':'), bits), (false, "32") | (true, "128")) {
            return None;
        }
        text = host;
    }
    if let Some((host, _zone)) = text.split_once('%') {
        text = host;
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(plain(ip));
    }
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        // Numbers below 16,777,216 are more likely to be counts.
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse::<u32>().ok().filter(|number| *number >> 24 != 0)?
        }
        None => return None,
    };
    Some(IpAddr::V4(Ipv4Addr::from(number)))
}

/// An address of IPv4 inside IPv6 as that of IPv4.
fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::Country;

    use super::{ValueError, address_keys, normalise, parse_ip};
    use crate::vocabulary::IdKind;

    #[track_caller]
    fn same(kind: IdKind, country: &str, writings: &[&str]) {
        let country = Country::from_code(country);
        let first = normalise(kind, writings[0], country).unwrap();
        for writing in &writings[1..] {
            assert_eq!(normalise(kind, writing, country).as_ref(), Ok(&first), "{writing}");
        }
    }

    #[test]
    fn writings_of_one_value_meet() {
        same(
            IdKind::Email,
            "us",
            &["a.person@example.com", "A.Person@Example.com", "A P <a.person+jobs@example.com>", "mailto:a.person@example.com"],
        );
        same(IdKind::Email, "us", &["ada.test@gmail.com", "adatest@googlemail.com"]);
        same(
            IdKind::Phone,
            "gb",
            &["+447700900123", "+44 7700 900-123", "+44 (0)7700 900123", "07700 900123", "0044 7700 900123"],
        );
        same(IdKind::Phone, "gb", &["447700900417", "447700900417.0", "+447700900417.0"]);
        same(IdKind::Payee, "gb", &["31926819", "31926819.0", "3192 6819"]);
        same(IdKind::Bssid, "us", &["00:00:5E:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301"]);
        same(IdKind::Handle, "us", &["https://github.com/Ada-Test", "github:ada-test", "https://www.github.com/ada-test/"]);
        same(IdKind::Doc, "us", &["X 12-34 567", "x1234567"]);
    }

    #[test]
    fn placeholders_link_nobody() {
        for (kind, text) in [
            (IdKind::Doc, "N/A"),
            (IdKind::Serial, "To be filled by O.E.M."),
            (IdKind::Tax, "000-00-0000"),
            (IdKind::Tax, "123456789"),
            (IdKind::DocAuthor, "Microsoft Office User"),
            (IdKind::Device, "#N/A"),
            (IdKind::Device, "00000000-0000-0000-0000-000000000000"),
            (IdKind::Device, "ff:ff:ff:ff:ff:ff"),
            (IdKind::PhotoHash, "0000000000000000"),
            (IdKind::Gateway, "00:00:00:00:00:00"),
        ] {
            assert_eq!(normalise(kind, text, None), Err(ValueError::Placeholder), "{text}");
        }
        for (kind, text) in [
            (IdKind::Card, "411111******1111"),
            (IdKind::Payee, "DE89 **** 3000"),
            (IdKind::Payee, "1.23457E+15"),
            (IdKind::Tax, "XXX-XX-6789"),
            (IdKind::Email, "a***n@example.com"),
        ] {
            assert_eq!(normalise(kind, text, None), Err(ValueError::Masked), "{text}");
        }
        for text in ["****1234", "XXXX-1234", "xxxx1234", "1.23E+11", "####4711"] {
            assert_eq!(normalise(IdKind::Serial, text, None), Err(ValueError::Masked), "{text}");
        }
        for text in ["5CGXXX1234", "C02XXXQ1MD6T", "5CG0000000", "7E+1234", "1E12345"] {
            assert!(normalise(IdKind::Serial, text, None).is_ok(), "{text}");
        }
        assert_eq!(normalise(IdKind::Doc, "E1234567", None).as_deref(), Ok("E1234567"));
        assert_eq!(normalise(IdKind::Email, "nobody", None), Err(ValueError::Malformed(IdKind::Email)));
        assert_eq!(normalise(IdKind::Phone, " ", None), Err(ValueError::Empty));
    }

    #[test]
    fn an_address_is_one_with_and_without_its_country() {
        let (us, ca) = (Country::parse("US"), Country::parse("CA"));
        let written = address_keys("40 Example Place, Apt 17, Denver, CO 80201, USA", None);
        assert_eq!(written.unit.as_deref(), Some("denver example place|40|u17"));
        for (other, country) in [
            ("40 EXAMPLE PL #17, DENVER, CO 80201", us),
            ("40 Example Pl., #17, Denver", ca),
            ("40 Example Place, #17, Denver", None),
        ] {
            let keys = address_keys(other, country);
            assert_eq!((keys.place, keys.unit), (written.place.clone(), written.unit.clone()), "{other:?}");
        }
    }

    #[test]
    fn addresses_of_the_internet() {
        for text in [
            "203.0.113.7",
            "203.0.113.7:443",
            " 203.0.113.7 ",
            "::ffff:203.0.113.7",
            "[::ffff:203.0.113.7]:443",
            "203.0.113.7/32",
            "3405803783",
            "0xcb007107",
        ] {
            assert_eq!(parse_ip(text), Some("203.0.113.7".parse().unwrap()), "{text}");
        }
        for text in ["2001:db8::1", "2001:0db8:0000::0001", "[2001:db8::1]:8443", "2001:db8::1%eth0", "2001:db8::1/128"] {
            assert_eq!(parse_ip(text), Some("2001:db8::1".parse().unwrap()), "{text}");
        }
        for text in ["", "203.0.113", "203.0.113.007", "203.0.113.0/24", "example.com", "12345", "203.0.113.7:http"] {
            assert_eq!(parse_ip(text), None, "{text}");
        }
    }
}
