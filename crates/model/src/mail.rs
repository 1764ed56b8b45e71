//! Domains of e-mail addresses as something that two parties can share. An e-mail address goes in; the host behind the `@` comes out,
//! unless it is a public mail service, where a common host says nothing.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::identifier::{Identifier, IdentifierKind};

const MAIL_HOSTS_TSV: &str = include_str!("../../../data/mail_hosts.tsv");

/// What is known of a mail host that many unrelated parties use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Anyone can have a mailbox there.
    Public,
    /// Many parties of one country or field have their mailboxes there, and few others.
    Shared,
}

static MAIL_HOSTS: LazyLock<FxHashMap<&'static str, Class>> = LazyLock::new(|| {
    let lines = MAIL_HOSTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    lines.filter_map(row).collect()
});

fn row(line: &str) -> Option<(&str, Class)> {
    let mut fields = line.split('\t');
    let host = fields.next()?;
    match fields.next()? {
        "public" => Some((host, Class::Public)),
        "shared" => Some((host, Class::Shared)),
        _ => None,
    }
}

/// The domain of an e-mail address that is not a public mail service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailDomain {
    /// The host behind the `@` in lower case, without a leading `mail.` or `www.`. A party's own web site under the same host has the
    /// same text as its [`IdentifierKind::Website`] key.
    pub host: String,
    /// Whether many parties of one country share the host (the providers of North Korea): it is telling, but names no single party.
    pub shared: bool,
}

/// The domain of an e-mail address, by which colleagues can be known; `None` when the text is no e-mail address, or its host is a
/// public mail service (`data/mail_hosts.tsv`).
///
/// The whole host is kept: what part of it one owner registered cannot be told without a list of public suffixes, and hosts of one
/// owner that differ (`sales.example.com`) are then two, which links too little and never too much.
///
/// ```
/// # use interdict_model::mail_domain;
/// assert_eq!(mail_domain("Kim@Mail.Example.com").unwrap().host, "example.com");
/// assert_eq!(mail_domain("kim@gmail.com"), None);
/// ```
#[must_use]
pub fn mail_domain(email: &str) -> Option<MailDomain> {
    let email = Identifier::parse(IdentifierKind::Email, email, None).ok()?;
    let (_, host) = email.key().rsplit_once('@')?;
    mail_domain_of_host(host)
}

/// As [`mail_domain`], of a host in lower case.
fn mail_domain_of_host(host: &str) -> Option<MailDomain> {
    let host = host.trim_end_matches('.');
    let mut rest = host;
    loop {
        match MAIL_HOSTS.get(rest) {
            Some(Class::Public) => return None,
            Some(Class::Shared) => return Some(MailDomain { host: rest.to_owned(), shared: true }),
            None => {}
        }
        match rest.split_once('.') {
            Some((_, parent)) if parent.contains('.') => rest = parent,
            _ => break,
        }
    }
    Some(MailDomain { host: own_host(host).to_owned(), shared: false })
}

/// The host without `mail.` or `www.`, unless what is left looks like a suffix under which anyone registers (`co.uk`).
fn own_host(host: &str) -> &str {
    let Some(rest) = ["mail.", "www."].iter().find_map(|prefix| host.strip_prefix(prefix)) else { return host };
    match rest.split('.').collect::<Vec<_>>()[..] {
        [] | [_] => host,
        [second, top] if top.len() == 2 && second.len() <= 3 => host,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_class_and_a_source() {
        let lines: Vec<&str> =
            MAIL_HOSTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1).collect();
        assert!(lines.len() >= 80, "{} rows", lines.len());
        for line in &lines {
            assert!(row(line).is_some(), "{line:?}");
            assert_eq!(line.split('\t').count(), 3, "{line:?}");
            assert_eq!(line.to_lowercase().split('\t').next(), line.split('\t').next(), "{line:?}");
        }
        assert_eq!(MAIL_HOSTS.len(), lines.len(), "a host stands twice");
    }

    #[test]
    fn own_domains_stay_and_public_ones_go() {
        let cases: &[(&str, Option<(&str, bool)>)] = &[
            ("Kim.Chol@Example.COM", Some(("example.com", false))),
            ("mailto:a@mail.example.com", Some(("example.com", false))),
            ("a@www.example.org", Some(("example.org", false))),
            ("a@sales.example.com", Some(("sales.example.com", false))),
            ("a@mail.co.uk", Some(("mail.co.uk", false))),
            ("a@mail.example", Some(("mail.example", false))),
            ("a@gmail.com", None),
            ("a@vip.qq.com", None),
            ("a@QQ.com", None),
            ("a@mail.ru", None),
            ("a@notmail.ru", Some(("notmail.ru", false))),
            ("a@star-co.net.kp", Some(("star-co.net.kp", true))),
            ("no address", None),
            ("a@", None),
        ];
        for (email, expected) in cases {
            let found = mail_domain(email);
            assert_eq!(found.as_ref().map(|found| (found.host.as_str(), found.shared)), *expected, "{email:?}");
        }
    }
}
