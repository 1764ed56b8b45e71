//! E-mail addresses and telephone numbers against the name, the employers and the look-ups of one person.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use interdict_model::mail_domain;
use interdict_names::{NameKind, TokenKind, fold, nicknames, parse_name};
use regex::RegexSet;
use rustc_hash::FxHashMap;

use super::{Findings, distance, past, stated};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::{Event, NONE, Person, Source};
use crate::policy::Policy;
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// An e-mail address of a person.
struct Mail<'a> {
    /// As it is shown.
    raw: &'a str,
    /// Before the `@`, in lower case, without a tag after `+`.
    local: Cow<'a, str>,
    host: &'a str,
    time: Option<Time>,
    source: Source,
}

fn mails(person: Person<'_>) -> impl Iterator<Item = Mail<'_>> {
    person.id_rows().iter().filter(|row| row.kind == IdKind::Email && row.shown != NONE).filter_map(move |row| {
        let raw = person.people().text(TextId(row.shown));
        let (_, host) = person.people().text(TextId(row.value.0)).rsplit_once('@')?;
        // The form in which addresses are compared has lost the dots of some hosts.
        let (before, _) = raw.rsplit_once('@')?;
        let local = before.rsplit(['<', ':', ' ']).next()?;
        let local = local.split_once('+').map_or(local, |(local, _)| local);
        let local =
            if local.bytes().any(|byte| byte.is_ascii_uppercase()) { local.to_ascii_lowercase().into() } else { local.into() };
        Some(Mail { raw, local, host, time: row.last, source: row.source })
    })
}

impl Mail<'_> {
    /// Whether the person did not choose the address: of a relay, of the house, of a post and not of a person, a number.
    fn is_given(&self, policy: &Policy) -> bool {
        const RELAYS: [&str; 9] = [
            "privaterelay.appleid.com",
            "users.noreply.github.com",
            "relay.firefox.com",
            "mozmail.com",
            "duck.com",
            "simplelogin.com",
            "simplelogin.co",
            "passmail.net",
            "anonaddy.me",
        ];
        const POSTS: [&str; 16] = [
            "admin", "apply", "career", "contact", "email", "hello", "hi", "hire", "info", "job", "jobs", "mail", "me",
            "office", "sales", "work",
        ];
        RELAYS.contains(&self.host)
            || policy.company_domains.iter().any(|domain| domain.eq_ignore_ascii_case(self.host))
            || POSTS.contains(&&*self.local)
            || !self.local.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 128)
    }

    fn evidence(&self, person: Person<'_>) -> Evidence {
        Evidence::new(person, "e-mail address", self.raw, self.time, self.source)
    }
}

/// Whether a handle or local part holds a part of a name: a name, a form of it, its first letters, or the initials of all.
pub(super) fn holds_name(handle: &str, name: &str) -> bool {
    // Without allocation, for nearly all: a word of the name stands in the handle.
    let ascii = name.is_ascii() && handle.is_ascii();
    if ascii && name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 2 && contains(handle, word)) {
        return true;
    }
    let mut tokens = parse_name(name, NameKind::Person).tokens;
    tokens.retain(|token| !matches!(token.kind, TokenKind::Title | TokenKind::Stop | TokenKind::Number));
    if tokens.is_empty() {
        return true;
    }
    let folded = fold(handle);
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty()).collect();
    let letters: String = parts.concat();
    if letters.is_empty() {
        return true;
    }
    let forms = tokens.iter().flat_map(|token| std::iter::once(&token.text).chain(&token.readings).map(String::as_str));
    let holds = |form: &str| {
        form.len() > 2 && letters.contains(form)
            || form.len() > 1 && parts.contains(&form)
            || parts.iter().any(|part| part.len() > 2 && form.starts_with(part))
            || form.len() > 4 && parts.iter().any(|part| distance(part, form, 1).is_some())
            // The first letters, as `aleks` of Aleksandra.
            || form.len() > 4 && letters.contains(&form[..4])
    };
    let skeletons = |form: &str| {
        form.len() > 3
            && parts.iter().any(|part| part.len() > 3 && interdict_names::skeleton(part) == interdict_names::skeleton(form))
    };
    if forms.clone().any(|form| holds(form) || skeletons(form) || nicknames(form).iter().any(|nickname| holds(nickname))) {
        return true;
    }
    // A short name is within a part only beside the initial of another: `dle` of Duc Le.
    let initial_and_name = |part: &&str| {
        tokens.iter().enumerate().any(|(at, short)| {
            short.text.len() == 2
                && part.len() == 3
                && tokens.iter().enumerate().filter(|(other, _)| *other != at).any(|(_, other)| {
                    let initial = other.text.get(..1).unwrap_or_default();
                    part.strip_prefix(initial) == Some(short.text.as_str())
                        || part.strip_suffix(initial) == Some(short.text.as_str())
                })
        })
    };
    if parts.iter().any(initial_and_name) {
        return true;
    }
    // Initials of all names, alone or beside another part: `at`, `amt`, `at.dev`.
    let mut initials: Vec<u8> = tokens.iter().filter_map(|token| token.text.bytes().next()).collect();
    initials.sort_unstable();
    initials.len() > 1
        && parts.iter().any(|part| {
            let mut part = part.as_bytes().to_vec();
            part.sort_unstable();
            part == initials
        })
}

fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Whether no e-mail address that the person chose holds a part of the name.
pub(super) fn email_unlike_name(person: Person<'_>, context: &Context<'_>) -> Outcome {
    let Some(name) = person.name() else { return Outcome::NotChecked("the name of the person") };
    let mut findings = Findings::default();
    for mail in mails(person).filter(|mail| !mail.is_given(context.policy)) {
        findings.looked += 1;
        if holds_name(&mail.local, name) {
            return Outcome::Clear;
        }
        if findings.found == 0 {
            findings.evidence.push(Evidence::new(person, "name", name, None, person.source()));
        }
        // Another given name says more than a word or a nickname that anybody may choose.
        let parts = mail.local.split(|c: char| !c.is_ascii_alphabetic());
        let other_name = parts.filter(|part| part.len() > 2).any(|part| !nicknames(part).is_empty());
        findings.add(if other_name { 1.0 } else { 0.5 }, [mail.evidence(person)]);
    }
    findings.outcome("an e-mail address that the person chose", |all| {
        format!("{} e-mail addresses, none with a part of the name", all.found)
    })
}

thread_local! {
    /// Compiled patterns of rules: there are few, and each is asked for every person.
    static PATTERNS: RefCell<Vec<(Vec<String>, Option<RegexSet>)>> = const { RefCell::new(Vec::new()) };
}

/// Calls with the compiled patterns; `None` when one of them cannot be read.
fn with_patterns<T>(patterns: &[String], call: impl FnOnce(&RegexSet) -> T) -> Option<T> {
    PATTERNS.with_borrow_mut(|known| {
        let at = known.iter().position(|(held, _)| held == patterns).unwrap_or_else(|| {
            if known.len() == 64 {
                known.clear();
            }
            known.push((patterns.to_vec(), RegexSet::new(patterns).ok()));
            known.len() - 1
        });
        known[at].1.as_ref().map(call)
    })
}

/// Whether the local part of an e-mail address follows one of the patterns.
pub(super) fn email_pattern(patterns: &[String], person: Person<'_>, context: &Context<'_>) -> Outcome {
    let outcome = with_patterns(patterns, |set| {
        let mut findings = Findings::default();
        let mut which = 0;
        for mail in mails(person).filter(|mail| !mail.is_given(context.policy)) {
            findings.looked += 1;
            if let Some(first) = set.matches(&mail.local).iter().next() {
                which = first;
                findings.add(1.0, [mail.evidence(person)]);
            }
        }
        findings.outcome("an e-mail address that the person chose", |all| {
            format!("{} of {} e-mail addresses follow the pattern `{}`", all.found, all.looked, patterns[which])
        })
    });
    outcome.unwrap_or(Outcome::NotChecked("patterns that can be read"))
}

/// Whether the domain of an e-mail address is disposable, looks like that of a stated employer, or was young at the application.
pub(super) fn email_domain(young_days: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut notes: Vec<String> = Vec::new();
    for mail in mails(person) {
        if context.policy.company_domains.iter().any(|domain| domain.eq_ignore_ascii_case(mail.host)) {
            continue;
        }
        if context.lists.disposable(mail.host) {
            findings.looked += 1;
            notes.push(format!("`{}` gives mailboxes to throw away", mail.host));
            findings.add(1.0, [mail.evidence(person)]);
            continue;
        }
        if mail_domain(mail.raw).is_none() {
            // At a public service there is nothing more to ask.
            findings.looked += 1;
            continue;
        }
        if let Some((share, evidence, note)) = look_alike(person, &mail) {
            findings.looked += 1;
            notes.push(note);
            findings.add(share, [mail.evidence(person), evidence]);
        } else if let Some((days, evidence)) = age(person, mail.host, context) {
            findings.looked += 1;
            if days < i64::from(young_days) {
                notes.push(format!("`{}` was registered {days} days before", mail.host));
                findings.add(0.6, [mail.evidence(person), evidence]);
            }
        }
    }
    findings.outcome("an e-mail address with a look-up of its domain", |_| notes.join("; "))
}

/// Days from the registration of a domain to the application, or to the look-up.
fn age(person: Person<'_>, host: &str, context: &Context<'_>) -> Option<(i64, Evidence)> {
    let is_host =
        |domain: &str| domain.eq_ignore_ascii_case(host) || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    person.documents_of(DocKind::DomainLookup).find_map(|document| {
        document.fact(Field::Domain).filter(|fact| is_host(fact.text()))?;
        let fact = document.fact(Field::Registered)?;
        let applied = past(person, EventKind::Application, context.as_of).next().map(Event::time);
        let at = applied.or(document.time()).unwrap_or(context.as_of);
        let evidence = stated(person, "registration of the domain", fact, document.time(), document.source());
        Some((at.since(fact.time()?) / 86_400, evidence))
    })
}

/// A domain or name of an employer that the domain of the address is nearly, and is not.
fn look_alike(person: Person<'_>, mail: &Mail<'_>) -> Option<(f64, Evidence, String)> {
    let own = label(mail.host);
    if own.len() < 5 {
        return None;
    }
    let papers = person
        .documents()
        .filter(|document| matches!(document.kind(), DocKind::Cv | DocKind::Profile | DocKind::EmployerLookup));
    let own_unlooked = unlook(own);
    let mut found = None;
    for document in papers {
        for fact in document.facts() {
            let (employer, is_domain) = match fact.field() {
                Field::Employer => (employer(fact.text()), false),
                Field::Domain if document.kind() == DocKind::EmployerLookup => {
                    (Rc::new(Employer::new(label(fact.text()).to_owned())), true)
                }
                _ => continue,
            };
            let Employer { name: employer, unlooked } = &*employer;
            if employer == own {
                // The employer's own name: nothing tells another domain of it from a false one.
                return None;
            }
            let near = employer.len() > 5 && own_unlooked == *unlooked
                || employer.len() > 6 && distance(own, employer, 1).is_some()
                || employer.len() > 9 && distance(own, employer, 2).is_some();
            // The name with a word beside it, as careers and teams.
            let longer = employer.len() > 5 && own.contains('-') && own.replace('-', "").starts_with(employer.as_str());
            if near || longer {
                let what = if is_domain { "domain of the employer" } else { "employer" };
                let evidence = stated(person, what, fact, document.time(), document.source());
                let note = format!("`{}` looks like `{}` and is not", mail.host, fact.text());
                found = Some((if near { 1.0 } else { 0.6 }, evidence, note));
            }
        }
    }
    found
}

/// The name in a domain: what stands before the last dots.
fn label(host: &str) -> &str {
    let mut parts = host.rsplit('.');
    let (_, second, third) = (parts.next(), parts.next().unwrap_or(host), parts.next());
    if second.len() <= 3 { third.unwrap_or(second) } else { second }
}

/// An employer as domains are held against it.
struct Employer {
    name: String,
    unlooked: String,
}

impl Employer {
    fn new(name: String) -> Self {
        Self { unlooked: unlook(&name), name }
    }
}

/// How many employers are remembered.
const MOST_EMPLOYERS: usize = 1 << 14;

thread_local! {
    /// Employers by their names as written: they are far fewer than the CVs that name them.
    static EMPLOYERS: RefCell<FxHashMap<String, Rc<Employer>>> = RefCell::default();
}

fn employer(name: &str) -> Rc<Employer> {
    EMPLOYERS.with_borrow_mut(|known| {
        if let Some(employer) = known.get(name) {
            return Rc::clone(employer);
        }
        if known.len() == MOST_EMPLOYERS {
            known.clear();
        }
        let employer = Rc::new(Employer::new(squeezed(name)));
        known.insert(name.to_owned(), Rc::clone(&employer));
        employer
    })
}

fn squeezed(name: &str) -> String {
    let parsed = parse_name(name, NameKind::Organization);
    let words = parsed.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::LegalForm(_)));
    words.map(|token| token.text.as_str()).collect()
}

/// Letters that are taken for one another, as one.
fn unlook(text: &str) -> String {
    text.replace("rn", "m").replace("vv", "w").replace('0', "o").replace(['1', 'i'], "l").replace('5', "s").replace('-', "")
}

/// Whether a look-up says that a telephone line is of one of these types. A second number of an ordinary type halves it.
pub(super) fn line_type(types: &[String], person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut ordinary = false;
    for document in person.documents_of(DocKind::PhoneLookup) {
        let Some(fact) = document.fact(Field::LineType) else { continue };
        findings.looked += 1;
        if !types.iter().any(|kind| kind.eq_ignore_ascii_case(fact.text())) {
            ordinary |= matches!(fact.text(), "mobile" | "landline");
            continue;
        }
        let number = document.fact(Field::Phone);
        let evidence = number.map(|number| stated(person, "telephone number", number, document.time(), document.source()));
        let kind = stated(person, "type of line", fact, document.time(), document.source());
        findings.add(1.0, evidence.into_iter().chain([kind]));
    }
    if ordinary {
        findings.share *= 0.5;
    }
    findings.outcome("a look-up of the telephone number", |all| {
        format!("{} of {} numbers are {}", all.found, all.looked, types.join(" or "))
    })
}

#[cfg(test)]
mod tests {
    use super::holds_name;
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn parts_of_names() {
        for (handle, name) in [
            ("ada.test", "Ada Test"),
            ("atest84", "Ada Test"),
            ("at84", "Ada Test"),
            ("amt.dev", "Ada Maria Test"),
            ("bill1970", "William Sample"),
            ("minsu.k", "Kim Min Su"),
            ("petrov.aleks", "Александр Петров"),
            ("alex", "Oleksandr Sample"),
            ("mueller", "Jürgen Müller"),
            ("wu88", "Wu Li"),
            ("dle.tools", "Duc Le"),
        ] {
            assert!(holds_name(handle, name), "{handle} {name}");
        }
        for (handle, name) in [("stardev0915", "Ada Test"), ("john.sample", "Ada Test"), ("codemaster", "Иван Петров")]
        {
            assert!(!holds_name(handle, name), "{handle} {name}");
        }
    }

    #[test]
    fn addresses_unlike_the_name() {
        let test = Test::EmailUnlikeName {};
        let rows = |mail: &str| format!("person name=Ada Test\nid email {mail}");
        check(&test, &rows("stardev0915@example.com"), "0.50");
        check(&test, &rows("robert.sample@example.com"), "1.00");
        check(&test, &rows("a.test@example.com"), "clear");
        check(&test, &rows("stardev@example.com\nid email ada@example.org"), "clear");
        for relay in ["x7k2q@privaterelay.appleid.com", "info@example.com", "12345678@example.com"] {
            check(&test, &rows(relay), "not checked");
        }
        check(&test, "id email stardev@example.com", "not checked");
        check(&test, "person name=Ada Test", "not checked");
        let own = Policy { company_domains: vec!["example.com".to_owned()], ..Policy::default() };
        assert_eq!(word_under(&own, &test, &rows("employee77@example.com")), "not checked");
    }

    #[test]
    fn patterns() {
        let test = Test::EmailPattern { patterns: vec!["(dev|star|tech)".to_owned(), r"\d{4}$".to_owned()] };
        check(&test, "id email Star.Ada@example.com", "1.00");
        check(&test, "id email ada0915+jobs@example.com", "1.00");
        check(&test, "id email ada.test@example.com", "clear");
        check(&test, "id email x0915@privaterelay.appleid.com", "not checked");
        check(&test, "person name=Ada", "not checked");
        check(&Test::EmailPattern { patterns: vec!["(".to_owned()] }, "id email ada@example.com", "not checked");
    }

    #[test]
    fn domains() {
        let test = Test::EmailDomain { young_days: 90 };
        check(&test, "id email ada@mailinator.com", "1.00");
        check(&test, "id email ada@gmail.com", "clear");
        check(&test, "id email ada@ada.example", "not checked");
        check(&test, "person name=Ada", "not checked");
        let lookup = |day: &str| {
            format!("id email ada@ada.example\napplication 2026-03-01\ndoc domain_lookup domain=ada.example; registered={day}")
        };
        check(&test, &lookup("2026-01-15"), "0.60");
        check(&test, &lookup("2020-01-15"), "clear");
        let employer = |host: &str| format!("id email ada@{host}\ndoc cv 1.employer=Sample Systems Ltd; 1.from=2020-01");
        check(&test, &employer("samplesysterns.example"), "1.00");
        check(&test, &employer("sample-systems-careers.example"), "0.60");
        check(&test, &employer("samplesystems.example"), "not checked");
        check(&test, &employer("elsewhere.example"), "not checked");
    }

    #[test]
    fn lines() {
        let test = Test::LineType { types: vec!["voip".to_owned(), "invalid".to_owned()] };
        check(&test, "doc phone_lookup phone=+12025550123; line_type=voip", "1.00");
        check(&test, "doc phone_lookup line_type=voip\ndoc phone_lookup line_type=mobile", "0.50");
        check(&test, "doc phone_lookup line_type=mobile", "clear");
        check(&test, "id phone +12025550123", "not checked");
    }
}
