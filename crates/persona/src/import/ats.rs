//! What the importers of applicant tracking systems share: web addresses that are handles, countries at the end of addresses, stations of
//! a CV, answers of a form, and records that were met before.

use std::borrow::Cow;

use interdict_model::Country;
use serde_json::Value;

use super::json::{scalar, text};
use super::mapped::ColumnMap;
use super::protected::Refusals;
use crate::people::{Builder, NewDocument, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, Field, IdKind};

/// Sites whose addresses name an account.
const SITES: [&str; 16] = [
    "behance.net",
    "bitbucket.org",
    "dribbble.com",
    "facebook.com",
    "freelancer.com",
    "github.com",
    "gitlab.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "npmjs.com",
    "stackoverflow.com",
    "t.me",
    "twitter.com",
    "upwork.com",
    "x.com",
];

/// Hosts whose pages are of very many persons, and whose addresses name none.
const SHARED: [&str; 12] = [
    "bit.ly",
    "calendly.com",
    "canva.com",
    "dropbox.com",
    "figma.com",
    "google.com",
    "icloud.com",
    "notion.site",
    "notion.so",
    "onedrive.live.com",
    "tinyurl.com",
    "youtube.com",
];

/// Puts in an address on the web: that of an account on a known site is a handle, any other is a web address.
pub(super) fn web(person: PersonId, value: &str, seen: Seen<'_>, source: Source, to: &mut Builder) {
    let value = value.trim();
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let is_site =
        SITES.iter().any(|site| host.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    if is_site && !path.is_empty() {
        // The part of a host for a language says nothing of the account.
        let site = SITES.iter().find(|site| host.ends_with(**site)).copied().unwrap_or(&host);
        let site = if site == "x.com" { "twitter.com" } else { site };
        to.identifier(person, IdKind::Handle, &format!("https://{site}/{path}"), seen, source);
    } else if SHARED
        .iter()
        .any(|shared| host.strip_suffix(shared).is_some_and(|before| before.is_empty() || before.ends_with('.')))
    {
        // Web addresses meet by their host, which here is everybody's.
    } else if host.contains('.') && !value.contains(char::is_whitespace) && !value.contains('@') {
        to.identifier(person, IdKind::Url, value, seen, source);
    } else {
        to.identifier(person, IdKind::Handle, value, seen, source);
    }
}

/// An address on one line.
pub(super) fn address(value: &str) -> String {
    let lines = value.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

/// The country that an address ends with, when it is written out. Two letters may be a state, and so may `Georgia`.
pub(super) fn country_of(address: &str) -> &str {
    let last = address.rsplit([',', '\n']).map(str::trim).find(|part| !part.is_empty()).unwrap_or_default();
    let is_short = last.len() < 4 && !matches!(last, "USA" | "UK");
    if is_short || last.eq_ignore_ascii_case("georgia") || Country::parse(last).is_none() { "" } else { last }
}

/// A date without a midnight that only the form asks for.
pub(super) fn day(text: &str) -> &str {
    match text.split_once('T') {
        Some((day, rest)) if rest.starts_with("00:00:00") => day,
        _ => text,
    }
}

/// Reads positions and schools into facts: each of them is a group, from 1.
#[derive(Debug, Default)]
pub(super) struct Stations<'v> {
    facts: Vec<(Field, u8, Cow<'v, str>)>,
    group: u8,
}

impl<'v> Stations<'v> {
    /// Takes a station when it says anything. The 256th and later of a person are left out.
    pub(super) fn take(&mut self, facts: impl IntoIterator<Item = (Field, Cow<'v, str>)>) {
        let facts: Vec<_> = facts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
        let Some(group) = self.group.checked_add(1) else { return };
        if facts.iter().any(|(field, _)| matches!(field, Field::Employer | Field::School)) {
            self.group = group;
            self.facts.extend(facts.into_iter().map(|(field, text)| (field, group, text)));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts, with others of the document itself before them.
    pub(super) fn with<'f>(&'f self, own: &[(Field, &'f str)]) -> Vec<(Field, u8, &'f str)> {
        let own = own.iter().map(|(field, text)| (*field, 0, *text));
        own.chain(self.facts.iter().map(|(field, group, text)| (*field, *group, text.as_ref()))).collect()
    }
}

/// What an importer remembers from record to record.
#[derive(Debug)]
pub(super) struct Context<'m> {
    pub(super) system: &'static str,
    pub(super) map: Option<&'m ColumnMap>,
    pub(super) refusals: Refusals,
    /// Ids of the file, hashed.
    ids: rustc_hash::FxHashSet<u64>,
}

/// A record with an id.
#[derive(Debug)]
pub(super) struct Known<'v> {
    pub(super) id: Cow<'v, str>,
    /// Whether no record of any file had the id before.
    pub(super) is_new: bool,
}

impl<'m> Context<'m> {
    pub(super) fn new(system: &'static str, map: Option<&'m ColumnMap>) -> Self {
        Self { system, map, refusals: Refusals::default(), ids: rustc_hash::FxHashSet::default() }
    }

    /// The id of a record that has not been read before. What is no record or has no id is a problem, and so is an id that stood in the
    /// same file before; with another content it is read besides. A record that stands in several files is read once and is no problem.
    pub(super) fn id<'v>(&mut self, record: &'v Value, kind: &str, source: Source, to: &mut Builder) -> Option<Known<'v>> {
        let Value::Object(members) = record else {
            to.problem(source, ProblemKind::Row("it is no object".to_owned()));
            return None;
        };
        if members.get("success") == Some(&Value::Bool(false)) {
            to.problem(source, ProblemKind::Row("the service answered with an error".to_owned()));
            return None;
        }
        for name in members.keys() {
            self.refusals.refuse(name, source, to);
        }
        let id = text(record, "id");
        if id.is_empty() {
            to.problem(source, ProblemKind::Missing("id"));
            return None;
        }
        let system = format!("{}/{kind}", self.system);
        let is_new = to.first_sight(&system, id.as_bytes());
        if !self.ids.insert(twox_hash::XxHash3_64::oneshot(format!("{kind}/{id}").as_bytes())) {
            to.problem(source, ProblemKind::DuplicateId);
        }
        let whole = record.to_string();
        to.first_sight(&format!("{system}/whole"), whole.as_bytes()).then_some(Known { id, is_new })
    }

    /// Puts in the custom fields that the map names; what is protected is refused.
    pub(super) fn custom<'v>(
        &mut self,
        person: PersonId,
        fields: impl Iterator<Item = (&'v str, &'v Value)>,
        source: Source,
        to: &mut Builder,
    ) {
        let mut held = Vec::new();
        for (name, value) in fields {
            if !self.refusals.refuse(name, source, to) && self.map.is_some_and(|map| map.names(name)) {
                match scalar(value) {
                    Some(text) => held.push((name.into(), text.into_owned())),
                    None => to.problem(source, ProblemKind::UnknownColumn(name.to_owned())),
                }
            }
        }
        if let Some(map) = self.map {
            map.apply_fields(person, &held, source, to);
        }
    }

    /// Puts in an answer of a form. A whole web address is one of the person besides. A question about a protected characteristic is
    /// refused, its answer is not looked at.
    pub(super) fn answer(
        &mut self,
        person: PersonId,
        (question, answer): (&str, &str),
        time: &str,
        source: Source,
        to: &mut Builder,
    ) {
        let (question, answer) = (question.trim(), answer.trim());
        if self.refusals.refuse(question, source, to)
            || answer.is_empty()
            || ["yes", "no"].iter().any(|word| answer.eq_ignore_ascii_case(word))
        {
            return;
        }
        if (answer.starts_with("https://") || answer.starts_with("http://")) && !answer.contains(char::is_whitespace) {
            return web(person, answer, Seen { first: time, last: "" }, source, to);
        }
        let whole = format!("{} {time} {question}\0{answer}", person.index());
        if !to.first_sight(&format!("{}/answer", self.system), whole.as_bytes()) {
            return;
        }
        if asks_for_reference(question) {
            let (mails, phones) = contacts(answer);
            let seen = Seen { first: time, last: "" };
            for mail in mails {
                to.identifier(person, IdKind::ReferenceEmail, mail, seen, source);
            }
            for phone in phones {
                to.identifier(person, IdKind::ReferencePhone, phone, seen, source);
            }
        }
        let facts = [(Field::What, 0, question)];
        to.document(person, &NewDocument { time, text: answer, facts: &facts, ..NewDocument::new(DocKind::Answer) }, source);
    }
}

/// Whether a question asks for somebody who knows the work of the person.
fn asks_for_reference(question: &str) -> bool {
    let mut words = question.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.any(|word| matches!(word.as_str(), "reference" | "references" | "referee" | "referees"))
}

/// The e-mail addresses and telephone numbers in a text. A number has at least nine digits, or eight behind a plus, with what numbers are
/// divided by between them: a date has eight, and so have two years.
fn contacts(text: &str) -> (Vec<&str>, Vec<&str>) {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"' | '|' | '/');
    let mails = text.split(is_edge).map(|word| word.trim_matches(['.', ':', '\'', '[', ']']));
    let mails = mails.map(|word| word.strip_prefix("mailto:").unwrap_or(word)).filter(|word| {
        word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.contains('@'))
    });
    let runs = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')')));
    let phones = runs.map(|run| run.trim_matches([' ', '-', '.']).trim_end_matches('(').trim()).filter(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        (if run.starts_with('+') { 8 } else { 9 }..=15).contains(&digits)
    });
    (mails.collect(), phones.collect())
}

/// Whether a source of an application is a referral, by its words.
pub(super) fn is_referral(source: &str) -> bool {
    let source = source.to_lowercase();
    source.contains("refer") || source.contains("employee")
}

#[cfg(test)]
mod tests {
    use super::{address, asks_for_reference, contacts, country_of, day, is_referral, web};
    use crate::import::testing::{builder, finish};
    use crate::people::{Seen, Source};

    #[test]
    fn web_addresses_of_accounts_are_handles() {
        for (value, expected) in [
            ("https://www.linkedin.com/in/ada-example", "linkedin:ada-example"),
            ("de.linkedin.com/in/ada-example/", "linkedin:ada-example"),
            ("github.com/Ada", "github:ada"),
            ("https://twitter.com/@ada", "twitter:ada"),
            ("@ada", "ada"),
            ("https://x.com/ada", "twitter:ada"),
            ("https://ada.example.com/about", "ada.example.com"),
            ("notgithub.com/ada", "notgithub.com"),
        ] {
            let mut to = builder();
            let source = Source { file: to.file("f"), line: 1 };
            let person = to.known_person("p", source);
            web(person, value, Seen::default(), source, &mut to);
            let (people, problems) = finish(to);
            assert_eq!(problems.total(), 0, "{value}");
            let identifier = people.person(person).identifiers().next().unwrap();
            let got = identifier.value().unwrap();
            assert_eq!(got, expected, "{value}");
        }
    }

    #[test]
    fn pages_of_everybody_are_of_nobody() {
        let mut to = builder();
        let source = Source { file: to.file("f"), line: 1 };
        let person = to.known_person("p", source);
        web(person, "https://drive.google.com/file/d/1", Seen::default(), source, &mut to);
        let (people, problems) = finish(to);
        assert_eq!((people.person(person).identifiers().count(), problems.total()), (0, 0));
    }

    #[test]
    fn references_in_answers() {
        for (question, asks) in [
            ("Please name a professional reference (name, e-mail, phone)", true),
            ("Referees", true),
            ("What is your preference?", false),
            ("Who referred you?", false),
        ] {
            assert_eq!(asks_for_reference(question), asks, "{question}");
        }
        for (text, mails, phones) in [
            ("Ada Example, ada@example.com, +1 (202) 555-0143", vec!["ada@example.com"], vec!["+1 (202) 555-0143"]),
            ("Ada <ada@example.com>; Bob: bob@example.org.", vec!["ada@example.com", "bob@example.org"], vec![]),
            ("Bob Example - 020 7946 0018", vec![], vec!["020 7946 0018"]),
            ("Worked with her 2019-2023, since 12.03.2019, see me@here", vec![], vec![]),
            ("+45 32 12 34 56", vec![], vec!["+45 32 12 34 56"]),
            ("on request", vec![], vec![]),
        ] {
            assert_eq!(contacts(text), (mails, phones), "{text}");
        }
    }

    #[test]
    fn parts_of_addresses_and_dates() {
        assert_eq!(address("1 Main St\n Springfield,\n\nUSA"), "1 Main St, Springfield, USA");
        assert_eq!(country_of("Berlin, Germany"), "Germany");
        assert_eq!(country_of("Berlin, Germany\n"), "Germany");
        assert_eq!(country_of("1 Main St, Springfield, USA"), "USA");
        for text in ["Atlanta, Georgia", "San Diego, CA", "Wilmington, DE", "Remote", ""] {
            assert_eq!(country_of(text), "", "{text}");
        }
        assert_eq!(day("2020-01-01T00:00:00.000Z"), "2020-01-01");
        assert_eq!(day("2020-01-01T10:00:00.000Z"), "2020-01-01T10:00:00.000Z");
        assert!(is_referral("Referral") && is_referral("Employee") && !is_referral("LinkedIn"));
    }
}
