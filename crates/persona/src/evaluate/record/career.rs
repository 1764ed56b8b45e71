//! What one person's papers state of work and school, against each other and against look-ups.

use interdict_names::{NameKind, TokenKind, parse_name};

use super::dates::{Month, goes_on, month, month_of, span};
use super::geography::{code, code_of, name as country_name, same};
use super::names::{Likeness, relate};
use super::{Findings, has_word, stated};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::{Document, Fact, Person};
use crate::vocabulary::{DocKind, Field};

/// A position or a school of a paper.
#[derive(Clone, Copy)]
struct Station<'a> {
    /// Employer or school.
    name: Fact<'a>,
    role: &'a str,
    from: Option<Month>,
    to: Option<Month>,
    /// Whether it says to go on.
    goes_on: bool,
    country: Option<&'static str>,
    verified: Option<bool>,
    /// What states the begin.
    from_fact: Option<Fact<'a>>,
    /// Whether it was read out of a text.
    is_read: bool,
}

fn is_paper(document: &Document<'_>) -> bool {
    matches!(document.kind(), DocKind::Cv | DocKind::Profile)
}

/// The positions ([`Field::Employer`]) or schools ([`Field::School`]) of a paper.
fn stations(document: Document<'_>, of: Field) -> Vec<Station<'_>> {
    let named = document.facts().filter(|fact| fact.group() > 0 && fact.field() == of);
    let mut all: Vec<Station<'_>> = Vec::new();
    for name in named {
        let get = |field: Field| document.facts().find(|fact| fact.group() == name.group() && fact.field() == field);
        let to = get(Field::To).or_else(|| get(Field::End));
        all.push(Station {
            name,
            role: get(Field::Role).or_else(|| get(Field::Title)).map_or("", Fact::text),
            from: get(Field::From).and_then(|fact| month(fact.text())),
            to: to.and_then(|fact| month(fact.text())),
            goes_on: to.is_none_or(|fact| goes_on(fact.text())),
            country: get(Field::Country).and_then(|fact| code_of(fact.text())),
            verified: get(Field::Verified).and_then(Fact::yes),
            from_fact: get(Field::From),
            is_read: get(Field::Flag).is_some_and(|flag| flag.text() == crate::career::READ),
        });
    }
    all
}

/// The same, but those that were read out of a text: what a layout says is enough to see two papers agree, and not to see one contradict.
fn stated_stations(document: Document<'_>, of: Field) -> Vec<Station<'_>> {
    let mut all = stations(document, of);
    all.retain(|station| !station.is_read);
    all
}

/// Words of posts that are held beside another, and of employers that are none.
const BESIDE: [&str; 31] = [
    "advisor",
    "adviser",
    "advisory",
    "apprentice",
    "assistant",
    "board",
    "co-founder",
    "consult",
    "contract",
    "fellow",
    "founder",
    "freelanc",
    "gig",
    "independent",
    "intern",
    "lectur",
    "member",
    "mentor",
    "open source",
    "owner",
    "part-time",
    "part time",
    "research",
    "self",
    "student",
    "teach",
    "trainee",
    "tutor",
    "upwork",
    "volunteer",
    "werkstudent",
];

fn is_beside(station: &Station<'_>) -> bool {
    BESIDE.iter().any(|word| has_word(station.role, word) || has_word(station.name.text(), word))
}

/// The words of an employer without its legal form.
fn words(name: &str) -> Vec<String> {
    let mut tokens = parse_name(name, NameKind::Organization).tokens;
    tokens.retain(|token| !matches!(token.kind, TokenKind::LegalForm(_) | TokenKind::Stop | TokenKind::Particle));
    tokens.into_iter().map(|token| token.text).collect()
}

/// Whether two writings are of one employer or school: the first words agree, or one writing begins the other.
fn same_body(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    let (a, b) = (words(a), words(b));
    let (Some(x), Some(y)) = (a.first(), b.first()) else { return true };
    let (joined_a, joined_b) = (a.concat(), b.concat());
    x == y && x.len() > 3
        || joined_a.starts_with(&joined_b)
        || joined_b.starts_with(&joined_a)
        || super::distance(&joined_a, &joined_b, 1).is_some()
}

/// Whether two schools may be one: a word that says more than what a school is agrees, or one is short for the other.
fn same_school(a: &str, b: &str) -> bool {
    const COMMON: [&str; 12] = [
        "university",
        "college",
        "institute",
        "institution",
        "school",
        "technology",
        "technical",
        "science",
        "sciences",
        "state",
        "national",
        "faculty",
    ];
    let (a_words, b_words) = (words(a), words(b));
    let telling = |word: &&String| word.len() > 2 && !COMMON.contains(&word.as_str());
    let initials = |words: &[String]| words.iter().filter_map(|word| word.chars().next()).collect::<String>();
    same_body(a, b)
        || a_words.iter().filter(telling).any(|word| b_words.contains(word))
        || a_words.concat() == initials(&b_words)
        || b_words.concat() == initials(&a_words)
        // Nothing telling on one side: no difference can be seen.
        || !a_words.iter().any(|word| telling(&word))
        || !b_words.iter().any(|word| telling(&word))
}

/// Whether two full-time positions of one paper overlap by more than so many months, or several by more than half as many each and half as
/// many again together. Careless dates, notice and leave make overlaps of some months in many honest papers.
pub(super) fn positions_overlap(months: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut most = 0;
    for document in person.documents().filter(is_paper) {
        let mut all = stated_stations(document, Field::Employer);
        let now = document.time().unwrap_or(context.as_of);
        all.retain(|station| station.from.is_some());
        all.sort_by_key(|station| station.from.map(|from| from.latest));
        let last = all.len().saturating_sub(1);
        // Start at the latest and end at the earliest that may be meant.
        let spans: Vec<Option<(u32, u32)>> = (all.iter().enumerate())
            .map(|(at, station)| {
                // An end that lies ahead of the paper is one that is planned: until then it goes on.
                let said = station.to.map(|to| to.earliest.min(month_of(now)));
                let to =
                    said.or_else(|| (station.goes_on && (at == last || has_end(document, station))).then(|| month_of(now)))?;
                Some((station.from?.latest, to))
            })
            .collect();
        findings.looked += u32::from(spans.iter().flatten().count() > 1);
        let mut pairs = Vec::new();
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate().skip(i + 1) {
                let (Some(x), Some(y)) = (spans[i], spans[j]) else { continue };
                let both = x.1.min(y.1).saturating_sub(x.0.max(y.0));
                if both <= months / 2 || is_beside(a) || is_beside(b) || same_body(a.name.text(), b.name.text()) {
                    continue;
                }
                pairs.push((both, a, b));
            }
        }
        let several = pairs.len() > 1 && pairs.iter().map(|(both, ..)| both).sum::<u32>() > months + months / 2;
        pairs.retain(|(both, ..)| several || *both > months);
        for (both, a, b) in pairs {
            most = most.max(both);
            let evidence = [a, b].map(|station| position(person, document, station));
            findings.add((f64::from(both) / 24.0).clamp(0.5, 1.0), evidence);
        }
    }
    findings.outcome("two positions with dates in one paper", |all| {
        format!("{} pairs of full-time positions overlap, the longest by {}", all.found, span(most))
    })
}

fn has_end(document: Document<'_>, station: &Station<'_>) -> bool {
    document.facts().any(|fact| fact.group() == station.name.group() && matches!(fact.field(), Field::To | Field::End))
}

fn position(person: Person<'_>, document: Document<'_>, station: &Station<'_>) -> Evidence {
    let fact = |field: Field| {
        document.facts().find(|fact| fact.group() == station.name.group() && fact.field() == field).map(Fact::text)
    };
    let (from, to) = (fact(Field::From).unwrap_or("?"), fact(Field::To).or_else(|| fact(Field::End)).unwrap_or("present"));
    let value = format!("{}, {from} to {to}", station.name.text());
    Evidence::new(person, format!("position in the {}", document.kind().label()), value, document.time(), document.source())
}

/// Papers that are held against one another.
const MAX_PAPERS: usize = 8;

/// Whether papers of one person over time give another name, another school, or the same employer another begin.
pub(super) fn changed(person: Person<'_>) -> Outcome {
    let mut papers: Vec<Document<'_>> = person.documents().filter(is_paper).collect();
    if papers.len() < 2 {
        return Outcome::NotChecked("two CVs or profiles with facts");
    }
    papers.sort_by_key(|paper| paper.time());
    papers.truncate(MAX_PAPERS);
    let mut findings = Findings::default();
    let mut notes: Vec<String> = Vec::new();
    for pair in papers.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let evidence = |what: &str, x: Fact<'_>, y: Fact<'_>| {
            [(a, x), (b, y)].map(|(paper, fact)| {
                stated(person, format!("{what} in the {}", paper.kind().label()), fact, paper.time(), paper.source())
            })
        };
        if let (Some(x), Some(y)) = (top(a, Field::Name), top(b, Field::Name)) {
            findings.looked += 1;
            let found = relate(x.text(), y.text());
            let is_handle = |fact: Fact<'_>| fact.text().is_ascii() && !fact.text().trim().contains(' ');
            if !matches!(found, Likeness::Same | Likeness::Company) && !is_handle(x) && !is_handle(y) {
                notes.push(format!("another name: {}", found.words()));
                findings.add(found.share(), evidence("name", x, y));
            }
        }
        let (schools_a, schools_b) = (stated_stations(a, Field::School), stated_stations(b, Field::School));
        if let (Some(x), Some(y)) = (schools_a.first(), schools_b.first()) {
            findings.looked += 1;
            let meet = |x: &Station<'_>| schools_b.iter().any(|y| same_school(x.name.text(), y.name.text()));
            if !schools_a.iter().any(meet) {
                notes.push("no school agrees".to_owned());
                findings.add(0.8, evidence("school", x.name, y.name));
            }
        }
        let (posts_a, posts_b) = (stated_stations(a, Field::Employer), stated_stations(b, Field::Employer));
        if posts_a.is_empty() || posts_b.is_empty() {
            continue;
        }
        findings.looked += 1;
        let agree = |x: &Station<'_>| posts_b.iter().any(|y| same_body(x.name.text(), y.name.text()));
        if posts_a.len() > 1 && posts_b.len() > 1 && !posts_a.iter().any(agree) {
            notes.push("no employer agrees".to_owned());
            findings.add(0.8, evidence("employer", posts_a[0].name, posts_b[0].name));
        }
        for x in &posts_a {
            let same: Vec<&Station<'_>> = posts_b.iter().filter(|y| same_body(x.name.text(), y.name.text())).collect();
            let apart = same.iter().filter_map(|y| Some(months_apart(x.from?, y.from?))).min();
            // A year is a slip of memory, or a month of one post of several there.
            let Some(apart) = apart.filter(|apart| *apart > 12 && same.iter().all(|y| y.from.is_some())) else { continue };
            if let (Some(x), Some(y)) = (x.from_fact, same.first().and_then(|y| y.from_fact)) {
                notes.push(format!("the begin of one position differs by {}", span(apart)));
                findings.add(if apart > 24 { 0.8 } else { 0.5 }, evidence("begin of the position", x, y));
            }
        }
    }
    findings.outcome("two CVs or profiles with facts", |_| notes.join("; "))
}

fn top(paper: Document<'_>, field: Field) -> Option<Fact<'_>> {
    paper.facts().find(|fact| fact.field() == field && fact.group() == 0)
}

/// Months between two statements at least; none when they may be one.
fn months_apart(a: Month, b: Month) -> u32 {
    b.earliest.saturating_sub(a.latest).max(a.earliest.saturating_sub(b.latest))
}

/// Whether an employer, or its site, came into being after the position there began. A firm that changed its name or form is older than
/// its register says, where the look-up tells.
pub(super) fn employer_younger(person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut most = 0;
    let is_lookup = |document: &Document<'_>| matches!(document.kind(), DocKind::EmployerLookup | DocKind::DomainLookup);
    let papers = person.documents().filter(|_| person.documents().any(|document| is_lookup(&document)));
    for paper in papers.filter(is_paper) {
        for station in stations(paper, Field::Employer) {
            let Some(from) = station.from else { continue };
            let lookups = person.documents().filter(is_lookup);
            let of_this = lookups.filter(|document| {
                let named = document
                    .fact(Field::Employer)
                    .or_else(|| document.fact(Field::Company))
                    .or_else(|| document.fact(Field::Name));
                named.is_some_and(|named| same_body(named.text(), station.name.text()))
            });
            // The oldest of all look-ups of the firm: an earlier form of it is the firm as well.
            let oldest = of_this
                .filter_map(|document| {
                    let registered = document.fact(Field::Registered)?;
                    Some((month(registered.text())?, registered, document))
                })
                .min_by_key(|(registered, ..)| registered.earliest);
            let Some((registered, fact, document)) = oldest else { continue };
            findings.looked += 1;
            let is_site = document.kind() == DocKind::DomainLookup;
            let renamed = document.facts().any(|fact| fact.field() == Field::From)
                || document.fact(Field::Flag).is_some_and(|flag| {
                    ["renamed", "rebrand", "merged", "predecessor"].iter().any(|word| has_word(flag.text(), word))
                });
            // Founders work before there is a register entry, and firms before they have a site.
            let slack =
                if has_word(station.role, "founder") || has_word(station.role, "co-founder") || is_site { 24 } else { 6 };
            let before = registered.earliest.saturating_sub(from.latest);
            if renamed || before <= slack {
                continue;
            }
            most = most.max(before);
            let share = if is_site { 0.4 } else { (f64::from(before) / 24.0).clamp(0.5, 1.0) };
            let what = if is_site { "registration of the employer's domain" } else { "registration of the employer" };
            findings.add(
                share,
                [position(person, paper, &station), stated(person, what, fact, document.time(), document.source())],
            );
        }
    }
    findings.outcome("a look-up of an employer with its begin", |all| {
        format!("{} of {} positions began before the employer, by up to {}", all.found, all.looked, span(most))
    })
}

/// Whether a school that could not be confirmed is in another country than all positions, without a stated move. Which country is not
/// looked at.
pub(super) fn unverified_education(person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let asked = |paper: &Document<'_>| paper.facts().any(|fact| fact.field() == Field::Verified && fact.group() > 0);
    for paper in person.documents_of(DocKind::Cv).filter(asked) {
        let posts: Vec<&'static str> = stations(paper, Field::Employer).iter().filter_map(|post| post.country).collect();
        let Some(first) = posts.first() else { continue };
        let schools = stations(paper, Field::School);
        let asked = schools.iter().filter(|school| school.country.is_some() && school.verified.is_some());
        for school in asked {
            findings.looked += 1;
            let (Some(country), Some(false)) = (school.country, school.verified) else { continue };
            let lived_there = posts.iter().any(|post| same(post, country))
                || person.country().and_then(code).is_some_and(|home| same(home, country));
            let moved = paper.facts().any(|fact| {
                fact.field() == Field::Flag && (has_word(fact.text(), "moved") || has_word(fact.text(), "relocated"))
            });
            if lived_there || moved || schools.iter().any(|other| other.verified == Some(true)) {
                continue;
            }
            let at = format!("{}, {}", school.name.text(), country_name(country));
            let evidence = [
                Evidence::new(person, "school that nobody confirmed", at, paper.time(), paper.source()),
                Evidence::new(person, "country of all positions", country_name(first), paper.time(), paper.source()),
            ];
            findings.add(1.0, evidence);
        }
    }
    findings.outcome("a check of the education, with the countries of school and positions", |all| {
        format!("{} of {} schools asked for are unconfirmed and far from all positions", all.found, all.looked)
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::check;
    use crate::indicators::Test;

    #[test]
    fn overlaps() {
        let test = Test::PositionsOverlap { months: 12 };
        let rows = |a: &str, b: &str| format!("doc cv 2026-01-01 1.employer=Acme Ltd; {a}; 2.employer=Sample Inc; {b}");
        check(&test, &rows("1.from=2020-01; 1.to=2022-07", "2.from=2021-01; 2.to=2023-01"), "0.75");
        check(&test, &rows("1.from=2020-01; 1.to=present", "2.from=2021-01; 2.to=present"), "1.00");
        // Several of half a year, which together are more than careless dates.
        let three = |second: &str, third: &str| {
            let rows = rows("1.from=2018-01; 1.to=2020-01", &format!("2.from={second}; 2.to=2022-01"));
            format!("{rows}; 3.employer=Third Works; 3.from={third}; 3.to=2024-01")
        };
        check(&test, &three("2019-02", "2021-03"), "0.50");
        check(&test, &three("2019-05", "2021-05"), "clear");
        check(&test, &three("2019-02", "2021-12"), "clear");
        // Months, a hand-over, years alone, posts beside another, a promotion.
        check(&test, &rows("1.from=2020-01; 1.to=2022-01", "2.from=2021-01; 2.to=2023-01"), "clear");
        check(&test, &rows("1.from=2020-01; 1.to=2021-03", "2.from=2021-01; 2.to=2023-01"), "clear");
        check(&test, &rows("1.from=2019; 1.to=2022", "2.from=2021; 2.to=2023"), "clear");
        check(&test, &rows("1.from=2020-01; 1.to=2023-01; 1.role=Advisor", "2.from=2021-01; 2.to=2023-01"), "clear");
        check(
            &test,
            &rows("1.from=2020-01; 1.to=2023-01", "2.from=2021-01; 2.to=2023-01; 2.role=Freelance developer"),
            "clear",
        );
        // An end that lies ahead of the paper.
        check(&test, &rows("1.from=2020-01; 1.to=2027-01", "2.from=2025-06; 2.to=2028-01"), "clear");
        check(
            &test,
            "doc cv 1.employer=Acme Ltd; 1.from=2020-01; 1.to=2023-01; 2.employer=ACME; 2.from=2020-06; 2.to=2023-01",
            "clear",
        );
        // An end that is left out is only that of the last position.
        check(&test, &rows("1.from=2020-01", "2.from=2021-01; 2.to=2023-01"), "not checked");
        check(&test, "doc cv 1.employer=Acme; 1.from=2020-01", "not checked");
        check(&test, "person name=Ada", "not checked");
    }

    #[test]
    fn papers_over_time() {
        let test = Test::CareerChanged {};
        let two = |a: &str, b: &str| format!("doc cv 2025-01-01 {a}\ndoc cv 2026-01-01 {b}");
        check(&test, &two("name=Ada Test", "name=Robert Sample"), "1.00");
        check(&test, &two("name=Ada Sample", "name=Ada Test"), "0.40");
        check(&test, &two("name=Ada Test", "name=star990"), "clear");
        check(&test, &two("1.school=University of Springfield", "1.school=Portland College"), "0.80");
        check(
            &test,
            &two("1.school=University of Springfield", "1.school=Springfield Univ.; 2.school=Portland College"),
            "clear",
        );
        let post = |from: &str| format!("1.employer=Acme Ltd; 1.from={from}; 1.to=2023-01");
        check(&test, &two(&post("2018-01"), &post("2021-06")), "0.80");
        check(&test, &two(&post("2020-01"), &post("2021-06")), "0.50");
        // A year instead of a month, a slip of some months, a new position.
        check(&test, &two(&post("2020"), &post("2020-09")), "clear");
        check(&test, &two(&post("2020-01"), &post("2020-06")), "clear");
        check(&test, &two(&post("2020-01"), "1.employer=Sample Inc; 1.from=2023-02; 2.employer=Acme; 2.from=2020-01"), "clear");
        check(&test, &two("1.employer=A1 Gmbh; 2.employer=Beta Ltd", "1.employer=Gamma Ltd; 2.employer=Delta Ltd"), "0.80");
        check(&test, "doc cv name=Ada Test", "not checked");
        check(&test, &two("years=3", "years=4"), "not checked");
    }

    #[test]
    fn young_employers() {
        let test = Test::EmployerYounger {};
        let rows = |from: &str, lookup: &str| format!("doc cv 1.employer=Acme Ltd; 1.from={from}\ndoc {lookup}");
        check(&test, &rows("2018-01", "employer_lookup employer=Acme; registered=2021-01-01"), "1.00");
        check(&test, &rows("2020-01", "employer_lookup employer=Acme; registered=2021-01-01"), "0.50");
        check(&test, &rows("2018-01", "domain_lookup employer=Acme; domain=acme.example; registered=2021-01-01"), "0.40");
        check(&test, &rows("2021-02", "employer_lookup employer=Acme; registered=2021-01-01"), "clear");
        // Work before the register entry, a site that came later, a new name, an earlier form of the firm.
        check(&test, &rows("2020-08", "employer_lookup employer=Acme; registered=2021-01-01"), "clear");
        check(&test, &rows("2020-01", "domain_lookup employer=Acme; registered=2021-01-01"), "clear");
        check(&test, &rows("2018-01", "employer_lookup employer=Acme; registered=2021-01-01; from=Sample Ltd"), "clear");
        let two =
            "employer_lookup employer=Acme; registered=2021-01-01\ndoc employer_lookup employer=Acme; registered=2010-01-01";
        check(&test, &rows("2018-01", two), "clear");
        check(&test, &rows("2018-01", "employer_lookup employer=Sample; registered=2021-01-01"), "not checked");
        check(&test, &rows("2018-01", "profile name=Ada"), "not checked");
    }

    #[test]
    fn education() {
        let test = Test::UnverifiedEducation {};
        let rows =
            |school: &str, posts: &str| format!("person country=us\ndoc cv 9.school=Sample University; {school}; {posts}");
        let posts = "1.employer=Acme; 1.country=us; 2.employer=Beta; 2.country=us";
        check(&test, &rows("9.country=sg; 9.verified=no", posts), "1.00");
        check(&test, &rows("9.country=sg; 9.verified=yes", posts), "clear");
        check(&test, &rows("9.country=us; 9.verified=no", posts), "clear");
        check(
            &test,
            &rows("9.country=sg; 9.verified=no", "1.employer=Acme; 1.country=sg; 2.employer=Beta; 2.country=us"),
            "clear",
        );
        check(&test, &rows("9.country=sg; 9.verified=no; flag=moved", posts), "clear");
        check(&test, &rows("9.country=sg", posts), "not checked");
        check(&test, &rows("9.country=sg; 9.verified=no", "1.employer=Acme"), "not checked");
    }
}
