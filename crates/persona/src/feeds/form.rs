//! What a bare value is, by its form: a text goes in, also one that was made harmless (`hxxp://a[.]example`); its kind comes out.

use std::net::IpAddr;

use interdict_model::{Identifier as ModelIdentifier, IdentifierKind, mail_domain};
use ipnet::{IpNet, Ipv4Net};

use super::FeedKind;
use crate::value::{normalise, parse_ip};
use crate::vocabulary::IdKind;

/// Undoes the writings by which lists keep values from being clicked on.
pub(super) fn refang(text: &str) -> String {
    let mut plain = text.trim().to_owned();
    for (written, meant) in [
        ("[.]", "."),
        ("(.)", "."),
        ("{.}", "."),
        ("[dot]", "."),
        ("(dot)", "."),
        ("[:]", ":"),
        ("[@]", "@"),
        ("[at]", "@"),
        ("(at)", "@"),
        ("[://]", "://"),
    ] {
        if plain.contains(written) {
            plain = plain.replace(written, meant);
        }
    }
    let head = plain.get(..4).unwrap_or_default();
    if head.eq_ignore_ascii_case("hxxp") {
        plain.replace_range(..4, "http");
    }
    plain
}

/// A network or an address as network, or why it is none that can be listed.
pub(super) fn net(raw: &str) -> Result<IpNet, &'static str> {
    let text = raw.trim();
    let net = match text.split_once('/') {
        Some((_, bits)) if !bits.is_empty() => text.parse::<IpNet>().map_err(|_| "is no IP address or network")?,
        _ => IpNet::from(parse_ip(text).ok_or("is no IP address or network")?),
    };
    let net = match net {
        IpNet::V6(inner) => match (inner.addr().to_ipv4_mapped(), inner.prefix_len().checked_sub(96)) {
            (Some(ip), Some(bits)) => Ipv4Net::new(ip, bits).map_or(net, IpNet::V4),
            _ => net,
        },
        IpNet::V4(_) => net,
    }
    .trunc();
    let narrowest = match net {
        IpNet::V4(_) => 8,
        IpNet::V6(_) => 16,
    };
    if net.prefix_len() < narrowest {
        return Err("is so wide that it names everybody");
    }
    let own = match net.addr() {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.octets()[0] == 0
                // Shared address space of carriers, RFC 6598.
                || ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64
        }
        IpAddr::V6(ip) => {
            ip.is_loopback() || ip.is_multicast() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
    };
    if own { Err("is an address that very many networks have inside") } else { Ok(net) }
}

/// A domain in lower case, or why it is none that can be listed.
pub(super) fn domain(raw: &str) -> Result<String, &'static str> {
    let text = raw.trim().trim_end_matches('.').to_lowercase();
    let text = text.strip_prefix("*.").unwrap_or(&text);
    if !is_domain(text) {
        return Err("is no domain");
    }
    let shared_site = ModelIdentifier::parse(IdentifierKind::Website, text, None).is_err();
    if shared_site || mail_domain(&format!("a@{text}")).is_none_or(|mail| mail.shared) {
        return Err("is a service that very many people use");
    }
    Ok(text.to_owned())
}

fn is_domain(text: &str) -> bool {
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(fits)
        && text.rsplit('.').next().is_some_and(|top| top.len() >= 2 && top.chars().any(char::is_alphabetic))
}

/// What a value is; `None` when its form does not tell.
pub(super) fn kind(text: &str) -> Option<FeedKind> {
    if text.is_empty() || text.contains(char::is_whitespace) && !text.starts_with('+') {
        return None;
    }
    let of = |kind: IdKind| normalise(kind, text, None).is_ok().then(|| FeedKind::from(kind));
    if text.starts_with('+') {
        return of(IdKind::Phone);
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return of(IdKind::Url);
    }
    if let Some(name) = text.strip_prefix('@') {
        return (!name.contains('@')).then(|| of(IdKind::Handle)).flatten();
    }
    if text.contains('@') {
        return of(IdKind::Email);
    }
    // Whole numbers alone may be anything.
    if text.contains(['.', ':']) && (net(text).is_ok() || parse_ip(text).is_some() || text.parse::<IpNet>().is_ok()) {
        return Some(FeedKind::Net);
    }
    if is_domain(text.strip_prefix("*.").unwrap_or(text).trim_end_matches('.')) {
        return Some(FeedKind::Domain);
    }
    if let Some((site, name)) = text.split_once(':') {
        let fits = !name.is_empty() && (2..=24).contains(&site.len()) && site.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return fits.then(|| of(IdKind::Handle)).flatten();
    }
    // Only where the digits that check it are right, for a handle may look alike.
    let wallet = ModelIdentifier::parse(IdentifierKind::Wallet, text, None).is_ok_and(|wallet| wallet.warning().is_none());
    wallet.then(|| FeedKind::from(IdKind::Wallet))
}

/// What a word for a kind of indicator means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) kind: FeedKind,
    /// The site whose handles they are, as `github`.
    pub(super) site: &'static str,
}

/// What a word of a feed for a kind means: our own words, those of MISP and the common ones; `None` for others.
pub(super) fn word(word: &str) -> Option<Typed> {
    let lower = word.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let (kind, site) = match lower.as_str() {
        "email"
        | "e-mail"
        | "mail"
        | "email-addr"
        | "email-address"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "whois-registrant-email"
        | "dns-soa-email" => (IdKind::Email.into(), ""),
        "phone" | "phone-number" | "telephone" | "whois-registrant-phone" => (IdKind::Phone.into(), ""),
        "ip" | "ipv4" | "ipv6" | "ip-src" | "ip-dst" | "ip-address" | "ipv4-addr" | "ipv6-addr" | "cidr" | "net"
        | "network" => (FeedKind::Net, ""),
        "domain" | "hostname" | "host" | "fqdn" | "domain-name" => (FeedKind::Domain, ""),
        "url" | "uri" | "link" => (IdKind::Url.into(), ""),
        "handle" | "username" | "user-account" | "account" => (IdKind::Handle.into(), ""),
        "github" | "github-username" | "github-organisation" => (IdKind::Handle.into(), "github"),
        "gitlab" | "gitlab-username" => (IdKind::Handle.into(), "gitlab"),
        "linkedin" => (IdKind::Handle.into(), "linkedin"),
        "upwork" => (IdKind::Handle.into(), "upwork"),
        "freelancer" => (IdKind::Handle.into(), "freelancer"),
        "twitter" | "twitter-id" => (IdKind::Handle.into(), "twitter"),
        "telegram" => (IdKind::Messenger.into(), "telegram"),
        "skype" => (IdKind::Messenger.into(), "skype"),
        "discord" => (IdKind::Messenger.into(), "discord"),
        "jabber-id" | "jabber" | "xmpp" => (IdKind::Messenger.into(), ""),
        "wallet" | "btc" | "xmr" | "dash" | "eth" | "cryptocurrency" | "cryptocurrency-wallet" | "crypto" => {
            (IdKind::Wallet.into(), "")
        }
        "iban" | "bank-account-nr" => (IdKind::Payee.into(), ""),
        "cc-number" => (IdKind::Card.into(), ""),
        "passport-number" | "identity-card-number" => (IdKind::Doc.into(), ""),
        "reference-email" | "recovery-email" => (IdKind::Email.into(), ""),
        _ => (FeedKind::from_code(&lower.replace('-', "_"))?, ""),
    };
    Some(Typed { kind, site })
}

/// A handle with its site, as `github:name`; a handle that names its site, and anything else, as it is.
pub(super) fn with_site<'t>(site: &str, value: &'t str) -> std::borrow::Cow<'t, str> {
    if site.is_empty() || value.contains(':') {
        value.into()
    } else {
        format!("{site}:{}", value.trim_start_matches('@')).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{FeedKind, domain, kind, net, refang, word};
    use crate::vocabulary::IdKind;

    #[test]
    fn kinds_by_form() {
        let id = |kind| Some(FeedKind::Identifier(kind));
        for (text, expected) in [
            ("a@example.com", id(IdKind::Email)),
            ("a[at]example[.]com", id(IdKind::Email)),
            ("+1 555 0100 123", id(IdKind::Phone)),
            ("198.51.100.7", Some(FeedKind::Net)),
            ("198.51.100[.]0/24", Some(FeedKind::Net)),
            ("10.0.0.1", Some(FeedKind::Net)),
            ("2001:db8::/32", Some(FeedKind::Net)),
            ("198.51.100.7:443", Some(FeedKind::Net)),
            ("front.example", Some(FeedKind::Domain)),
            ("hxxps://front[.]example/jobs", id(IdKind::Url)),
            ("github:ada", id(IdKind::Handle)),
            ("@ada", id(IdKind::Handle)),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", id(IdKind::Wallet)),
            ("3405803783", None),
            ("hello", None),
            ("two words", None),
            ("", None),
            ("5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99", None),
        ] {
            assert_eq!(kind(&refang(text)), expected, "{text}");
        }
    }

    #[test]
    fn networks_that_name_everybody_are_refused() {
        for (text, taken) in [
            ("198.51.100.9/24", Some("198.51.100.0/24")),
            ("198.51.100.9", Some("198.51.100.9/32")),
            ("::ffff:198.51.100.0/120", Some("198.51.100.0/24")),
            ("2001:db8::1", Some("2001:db8::1/128")),
            ("0.0.0.0/0", None),
            ("198.0.0.0/7", None),
            ("::/0", None),
            ("10.1.2.3", None),
            ("192.168.1.0/24", None),
            ("100.64.0.1", None),
            ("127.0.0.1", None),
            ("fe80::1", None),
            ("fd00::/8", None),
            ("198.51.100.0/33", None),
            ("198.51.100.0/", None),
            ("x", None),
        ] {
            assert_eq!(net(text).ok().map(|net| net.to_string()).as_deref(), taken, "{text}");
        }
    }

    #[test]
    fn words_of_feeds() {
        for (text, code, site) in [
            ("email-src", "email", ""),
            ("IP-dst", "ip", ""),
            ("github-username", "handle", "github"),
            ("photo_hash", "photo_hash", ""),
            ("xmr", "wallet", ""),
            ("hostname", "domain", ""),
        ] {
            let typed = word(text).unwrap();
            assert_eq!((typed.kind.code(), typed.site), (code, site), "{text}");
        }
        assert_eq!(word("sha256"), None);
        assert_eq!(word("nationality"), None);
    }

    #[test]
    fn domains() {
        assert_eq!(domain("*.Front.Example.").as_deref(), Ok("front.example"));
        for text in ["example", "-a.example", "a..example", "1.2.3.4", "gmail.com", "github.com", ""] {
            assert!(domain(text).is_err(), "{text}");
        }
    }
}
