//! Numbers made of facts: documents and events of one person go in; a ratio, an age or a span with the records that it is made of comes out,
//! and fires when it passes the bounds of the rule.

use super::baselines::first_clones;
use super::{Kinds, hired};
use crate::evaluate::sequence::line::{DAY, HOUR, Line};
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::indicators::Measure;
use crate::people::{Document, EventRow, Fact, Identifier, Person};
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// Followers and followed from which their ratio says something.
const FOLLOWED: f64 = 500.0;
const BIDS: f64 = 20.0;
const MEETINGS: u32 = 8;
const CONTRIBUTIONS: u32 = 10;
/// Pull requests among them: who only reports bugs has nothing to merge.
const PULL_REQUESTS: u32 = 5;
/// Years of experience from which a profile is expected to have an age.
const SENIOR: f64 = 5.0;
/// Years beyond which a number of years is an error of typing.
const LIFE: f64 = 80.0;
const YEAR: f64 = 365.25 * DAY as f64;

/// A record that a number is made of.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Fact(Document<'a>, Fact<'a>),
    Row(&'a EventRow, &'static str),
    Start(Time),
}

/// What became of a number.
enum Number<'a> {
    /// It cannot be made: what is missing.
    Missing(&'static str),
    /// It says nothing: too few of what it counts, or no claim that it is held against.
    Moot,
    Value {
        value: f64,
        /// How many of how many, where it is such a share.
        of: Option<(f64, f64)>,
        parts: [Option<Part<'a>>; 3],
        /// How far it can be relied on, to 1.
        certain: f64,
    },
}

impl<'a> Number<'a> {
    const fn new(value: f64, parts: [Option<Part<'a>>; 3]) -> Self {
        Self::Value { value, of: None, parts, certain: 1.0 }
    }

    fn ratio(above: f64, below: f64, parts: [Option<Part<'a>>; 3]) -> Self {
        Self::Value { value: above / below, of: Some((above, below)), parts, certain: 1.0 }
    }
}

/// Whether a number passes every bound that is given.
pub(super) fn measure(
    line: &Line<'_>,
    context: &Context<'_>,
    measure: Measure,
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> Outcome {
    let number = match measure {
        Measure::FollowRatio => follow_ratio(line.person),
        Measure::SkillsPerYear => skills_per_year(line.person),
        Measure::BidsPerWin => bids_per_win(line),
        Measure::PayShare => pay_share(line),
        Measure::CameraOff => camera_off(line),
        Measure::MergedShare => merged_share(line),
        Measure::ProfileYears => profile_years(line),
        Measure::Connections => connections(line.person),
        Measure::PortfolioDays => portfolio_days(line),
        Measure::CreditGap => credit_gap(line.person),
        Measure::ClonesAgainstRole => clones_against_role(line, context),
        Measure::PayeeAgeDays => payee_age(line),
        Measure::CryptoHours => crypto_hours(line, context),
    };
    let (value, of, parts, certain) = match number {
        Number::Missing(what) => return Outcome::NotChecked(what),
        Number::Moot => return Outcome::Clear,
        Number::Value { value, of, parts, certain } => (value, of, parts, certain),
    };
    let holds = at_least.is_none_or(|bound| value >= bound) && at_most.is_none_or(|bound| value <= bound);
    if !value.is_finite() || !holds || at_least.is_none() && at_most.is_none() {
        return Outcome::Clear;
    }
    let mut note = format!("{}: {}", label(measure), shown(value));
    if let Some((above, below)) = of {
        note.extend([" (", &shown(above), " of ", &shown(below), ")"]);
    }
    for (bound, word) in [(at_least, "at least"), (at_most, "at most")] {
        if let Some(bound) = bound {
            note.extend([", ", word, " ", &shown(bound)]);
        }
    }
    if measure == Measure::ClonesAgainstRole
        && let Some((usual, of_role)) = context.baselines.clones(line.person.role())
    {
        let of_whom = if of_role { "of the role" } else { "of all roles" };
        note.extend(["; the median of ", &usual.persons.to_string(), " newcomers ", of_whom, " is ", &shown(usual.median)]);
    }
    let evidence = parts.into_iter().flatten().map(|part| evidence(line, part)).collect();
    // At the bound it is less clear than far beyond it.
    let beyond = |bound: f64, value: f64| ((value - bound).abs() / bound.abs().max(1e-9)).min(1.0);
    let far = [at_least, at_most].into_iter().flatten().map(|bound| beyond(bound, value)).fold(1.0, f64::min);
    Outcome::Fired(Fired { share: (0.6 + 0.4 * far) * certain, ..Fired::new(evidence, note) })
}

fn evidence(line: &Line<'_>, part: Part<'_>) -> Evidence {
    match part {
        Part::Fact(document, fact) => Evidence {
            person: line.person.id(),
            what: format!("{} in the {}", fact.field().label(), document.kind().label()),
            value: fact.shown(),
            time: document.time(),
            source: document.source(),
        },
        Part::Row(row, what) => line.evidence(row, what, row.time.to_string()),
        Part::Start(time) => Evidence::new(line.person, "start", time.to_string(), Some(time), line.person.source()),
    }
}

/// With two digits after the point at most.
fn shown(value: f64) -> String {
    let text = format!("{value:.2}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

const fn label(measure: Measure) -> &'static str {
    match measure {
        Measure::FollowRatio => "followed for each follower",
        Measure::SkillsPerYear => "skills for each year of experience",
        Measure::BidsPerWin => "bids for each bid won",
        Measure::PayShare => "pay accepted as share of the usual pay",
        Measure::CameraOff => "share of meetings with the camera off",
        Measure::MergedShare => "share of contributions to others' projects that were merged",
        Measure::ProfileYears => "age of the profile in years at the application",
        Measure::Connections => "connections of the profile",
        Measure::PortfolioDays => "days from the registration of the portfolio's domain to the application",
        Measure::CreditGap => "years by which the credit file is younger than the first position",
        Measure::ClonesAgainstRole => "repositories cloned in the first week as a multiple of the usual",
        Measure::PayeeAgeDays => "days from the opening of the payout account to its first payout",
        Measure::CryptoHours => "hours from a payout to the move into virtual currency",
    }
}

/// What the latest document that says it says; of two of one time the first.
fn latest<'a, T>(person: Person<'a>, kinds: &[DocKind], read: impl Fn(Document<'a>) -> Option<T>) -> Option<T> {
    kinds.iter().find_map(|kind| {
        let mut found: Option<(Option<Time>, T)> = None;
        for document in person.documents_of(*kind) {
            let later = found.as_ref().is_none_or(|(time, _)| document.time() > *time);
            if let Some(read) = later.then(|| read(document)).flatten() {
                found = Some((document.time(), read));
            }
        }
        found.map(|(_, read)| read)
    })
}

/// The latest statement of a fact in documents of the first of the kinds that has one.
fn stated<'a>(person: Person<'a>, kinds: &[DocKind], field: Field) -> Option<(Document<'a>, Fact<'a>)> {
    latest(person, kinds, |document| document.fact(field).map(|fact| (document, fact)))
}

/// The latest statement of a number.
fn number<'a>(person: Person<'a>, kinds: &[DocKind], field: Field) -> Option<(f64, Part<'a>)> {
    let (document, fact) = stated(person, kinds, field)?;
    Some((fact.number()?, Part::Fact(document, fact)))
}

/// Both numbers of one document.
fn pair<'a>(person: Person<'a>, kinds: &[DocKind], above: Field, below: Field) -> Option<[(f64, Part<'a>); 2]> {
    latest(person, kinds, |document| {
        let (above, below) = (document.fact(above)?, document.fact(below)?);
        Some([(above.number()?, Part::Fact(document, above)), (below.number()?, Part::Fact(document, below))])
    })
}

const CAREER: [DocKind; 4] = [DocKind::Cv, DocKind::Profile, DocKind::Bio, DocKind::Answer];

/// Years of experience that the person claims.
fn claim(person: Person<'_>) -> Option<(f64, Part<'_>)> {
    number(person, &CAREER, Field::Years).filter(|(years, _)| (0.0..=LIFE).contains(years))
}

/// When the person applied: the first application, else the start.
fn applied<'a>(line: &Line<'a>) -> Option<(Time, Part<'a>)> {
    const APPLICATIONS: Kinds = Kinds::of(&[EventKind::Application]);
    if let Some((_, row)) = line.of(APPLICATIONS).next() {
        return Some((row.time, Part::Row(row, "application")));
    }
    begun(line)
}

/// When the person began, with the record that says so.
fn begun<'a>(line: &Line<'a>) -> Option<(Time, Part<'a>)> {
    let stated = line.person.start().map(|time| (time, Part::Start(time)));
    stated.or_else(|| hired(line).map(|row| (row.time, Part::Row(row, "hired"))))
}

/// A date as a year with its part, also where the text has a year or a month alone.
fn year(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(read) = Time::parse(text) {
        return Some(1970.0 + read.time.seconds() as f64 / YEAR);
    }
    let year: u32 = text.get(..4)?.parse().ok()?;
    let month = match text.get(4..) {
        None | Some("") => 0,
        Some(rest) => rest.strip_prefix(['-', '/', '.'])?.get(..2)?.parse::<u32>().ok()?.checked_sub(1)?,
    };
    ((1900..=2106).contains(&year) && month < 12).then(|| f64::from(year) + f64::from(month) / 12.0)
}

fn year_of(time: Time) -> f64 {
    1970.0 + time.seconds() as f64 / YEAR
}

fn follow_ratio(person: Person<'_>) -> Number<'_> {
    match pair(person, &[DocKind::Profile], Field::Following, Field::Followers) {
        None => Number::Missing("a profile with followers and followed"),
        Some([(following, _), (followers, _)]) if following < FOLLOWED || followers < FOLLOWED => Number::Moot,
        Some([(following, a), (followers, b)]) => Number::ratio(following, followers, [Some(a), Some(b), None]),
    }
}

fn skills_per_year(person: Person<'_>) -> Number<'_> {
    let skills = number(person, &CAREER, Field::Skills);
    match (skills, claim(person)) {
        (Some((skills, a)), Some((years, b))) => Number::ratio(skills, years.max(1.0), [Some(a), Some(b), None]),
        _ => Number::Missing("skills and years of experience"),
    }
}

fn bids_per_win<'a>(line: &Line<'a>) -> Number<'a> {
    if let Some([(bids, a), (wins, b)]) = pair(line.person, &[DocKind::Profile], Field::Bids, Field::Wins) {
        return if bids < BIDS { Number::Moot } else { Number::ratio(bids, wins.max(1.0), [Some(a), Some(b), None]) };
    }
    let bids = Kinds::of(&[EventKind::Bid]);
    let wins = Kinds::of(&[EventKind::Won]);
    let Some((_, first)) = line.of(bids).next() else { return Number::Missing("bids and bids won") };
    let (mut bid, mut won, mut last) = (0.0, 0.0, first);
    for (_, row) in line.of(bids.with(EventKind::Won)) {
        if wins.has(row.kind) {
            won += 1.0;
        } else {
            (bid, last) = (bid + 1.0, row);
        }
    }
    if bid < BIDS {
        return Number::Moot;
    }
    Number::ratio(bid, f64::max(won, 1.0), [Some(Part::Row(first, "first bid")), Some(Part::Row(last, "last bid")), None])
}

fn pay_share<'a>(line: &Line<'a>) -> Number<'a> {
    const HIRED: Kinds = Kinds::of(&[EventKind::Hired]);
    let kinds = [DocKind::Contract, DocKind::HrRecord, DocKind::Answer, DocKind::Profile];
    let share = |offer: f64, usual: f64, parts| {
        if offer > 0.0 && usual > 0.0 {
            Number::ratio(offer, usual, parts)
        } else {
            Number::Missing("pay accepted and usual pay")
        }
    };
    if let Some([(offer, a), (usual, b)]) = pair(line.person, &kinds, Field::Offer, Field::Benchmark) {
        return share(offer, usual, [Some(a), Some(b), None]);
    }
    let hired =
        line.of(HIRED).find_map(|(_, row)| Some((row, line.number(row, Field::Offer)?, line.number(row, Field::Benchmark)?)));
    match hired {
        Some((row, offer, usual)) => share(offer, usual, [Some(Part::Row(row, "hired")), None, None]),
        None => Number::Missing("pay accepted and usual pay"),
    }
}

fn camera_off<'a>(line: &Line<'a>) -> Number<'a> {
    const MEETING: Kinds = Kinds::of(&[EventKind::Meeting]);
    let (mut total, mut off, mut first, mut last) = (0_u32, 0_u32, None, None);
    for (_, row) in line.of(MEETING) {
        let Some(camera) = line.yes(row, Field::Camera) else { continue };
        total += 1;
        if !camera {
            off += 1;
            first = first.or(Some(Part::Row(row, "first meeting with the camera off")));
            last = Some(Part::Row(row, "last meeting with the camera off"));
        }
    }
    match total {
        0 => Number::Missing("meetings that say whether the camera was on"),
        few if few < MEETINGS => Number::Missing("enough meetings that say whether the camera was on"),
        _ => Number::ratio(f64::from(off), f64::from(total), [first, last, None]),
    }
}

fn merged_share<'a>(line: &Line<'a>) -> Number<'a> {
    const MISSING: Number<'static> = Number::Missing("enough pull requests at others' projects");
    const CONTRIBUTION: Kinds = Kinds::of(&[EventKind::PullRequest, EventKind::Issue]);
    let (mut total, mut requests, mut merged, mut first, mut last) = (0_u32, 0_u32, 0_u32, None, None);
    for (_, row) in line.of(CONTRIBUTION) {
        if line.fact_text(row, Field::Repo).is_some_and(|repo| is_own(line.person, repo)) {
            continue;
        }
        match (row.kind, line.yes(row, Field::Merged)) {
            (EventKind::PullRequest, Some(yes)) => {
                requests += 1;
                merged += u32::from(yes);
            }
            (EventKind::PullRequest, None) => continue,
            _ => {}
        }
        total += 1;
        first = first.or(Some(Part::Row(row, "first contribution")));
        last = Some(Part::Row(row, "last contribution"));
    }
    if total < CONTRIBUTIONS || requests < PULL_REQUESTS {
        return MISSING;
    }
    Number::ratio(f64::from(merged), f64::from(total), [first, last, None])
}

/// Whether a repository stands under a handle of the person.
fn is_own(person: Person<'_>, repo: &str) -> bool {
    let Some(owner) = repo.trim_start_matches("https://github.com/").split('/').next() else { return false };
    repo.contains('/')
        && person
            .identifiers_of(IdKind::Handle)
            .filter_map(Identifier::value)
            .any(|handle| handle.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case(owner)))
}

fn profile_years<'a>(line: &Line<'a>) -> Number<'a> {
    const CREATED: Kinds = Kinds::of(&[EventKind::ProfileCreated]);
    let person = line.person;
    let of_profile = || {
        let (document, fact) = stated(person, &[DocKind::Profile], Field::Created)?;
        Some((year(fact.text())?, Part::Fact(document, fact)))
    };
    let of_event = || line.of(CREATED).next().map(|(_, row)| (year_of(row.time), Part::Row(row, "profile made")));
    let Some((created, made)) = of_profile().or_else(of_event) else { return Number::Missing("when the profile was made") };
    let Some((years, claimed)) = claim(person) else { return Number::Missing("years of experience claimed") };
    if years < SENIOR {
        return Number::Moot;
    }
    let Some((applied, application)) = applied(line) else { return Number::Missing("an application or a start date") };
    Number::new((year_of(applied) - created).max(0.0), [Some(made), Some(application), Some(claimed)])
}

fn connections(person: Person<'_>) -> Number<'_> {
    let Some((connections, stated)) = number(person, &[DocKind::Profile], Field::Connections) else {
        return Number::Missing("a profile with connections");
    };
    match claim(person) {
        None => Number::Missing("years of experience claimed"),
        Some((years, _)) if years < SENIOR => Number::Moot,
        Some((_, claimed)) => Number::new(connections, [Some(stated), Some(claimed), None]),
    }
}

fn portfolio_days<'a>(line: &Line<'a>) -> Number<'a> {
    let person = line.person;
    let own = stated(person, &[DocKind::Portfolio], Field::Registered);
    // A look-up of another domain, as that of the e-mail address, says nothing of the portfolio.
    let looked_up = || {
        person.documents_of(DocKind::DomainLookup).find_map(|document| {
            let (domain, registered) = (document.fact(Field::Domain)?, document.fact(Field::Registered)?);
            is_portfolio(person, domain.text()).then_some((document, registered))
        })
    };
    let Some((document, fact)) = own.or_else(looked_up) else {
        return Number::Missing("when the portfolio's domain was registered");
    };
    let Some(registered) = year(fact.text()) else { return Number::Missing("when the portfolio's domain was registered") };
    let Some((applied, application)) = applied(line) else { return Number::Missing("an application or a start date") };
    let days = (year_of(applied) - registered) * 365.25;
    Number::new(days.max(0.0).round(), [Some(Part::Fact(document, fact)), Some(application), None])
}

fn is_portfolio(person: Person<'_>, domain: &str) -> bool {
    let domain = domain.trim().trim_start_matches("www.");
    let is_of = |host: &str| {
        let host = host.split_once("://").map_or(host, |(_, rest)| rest);
        let host = host.split(['/', ':', '?', '#']).next().unwrap_or(host).trim_start_matches("www.");
        host.eq_ignore_ascii_case(domain)
            || host.len() > domain.len()
                && host.as_bytes()[host.len() - domain.len() - 1] == b'.'
                && host.as_bytes()[host.len() - domain.len()..].eq_ignore_ascii_case(domain.as_bytes())
    };
    !domain.is_empty()
        && (person
            .documents_of(DocKind::Portfolio)
            .filter_map(|portfolio| portfolio.fact(Field::Domain))
            .any(|fact| is_of(fact.text()))
            || person.identifiers_of(IdKind::Url).filter_map(Identifier::value).any(is_of))
}

fn credit_gap(person: Person<'_>) -> Number<'_> {
    const SINCE: [Field; 3] = [Field::Registered, Field::Created, Field::Issued];
    let credit = SINCE.iter().find_map(|field| {
        let (document, fact) = stated(person, &[DocKind::CreditFile], *field)?;
        Some((year(fact.text())?, Part::Fact(document, fact)))
    });
    let Some((credit, of_credit)) = credit else { return Number::Missing("a credit file with its begin") };
    let positions =
        [DocKind::Cv, DocKind::Profile].into_iter().flat_map(|kind| person.documents_of(kind)).flat_map(|document| {
            let from = document.facts().filter(|fact| fact.field() == Field::From && fact.group() > 0);
            from.filter_map(move |fact| Some((year(fact.text())?, Part::Fact(document, fact))))
        });
    match positions.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((first, of_first)) => Number::new(credit - first, [Some(of_credit), Some(of_first), None]),
        None => Number::Missing("positions with dates"),
    }
}

fn clones_against_role<'a>(line: &Line<'a>, context: &Context<'_>) -> Number<'a> {
    if !context.baselines.recorded(EventKind::Clone) {
        return Number::Missing("clones of repositories");
    }
    let Some(first) = first_clones(line.person, context.as_of) else { return Number::Missing("a start date") };
    let Some((usual, of_role)) = context.baselines.clones(line.person.role()) else {
        return Number::Missing("clones of enough newcomers");
    };
    let Some((from, to)) = first.rows else { return Number::Moot };
    let rows = &line.rows;
    let (Some(one), Some(last)) = (rows.get(from), rows.get(to)) else { return Number::Moot };
    let parts = [Some(Part::Row(one, "first clone")), Some(Part::Row(last, "last clone")), begun(line).map(|(_, part)| part)];
    let repositories = f64::from(first.repositories);
    let certain = if of_role { 1.0 } else { 0.7 };
    Number::Value { value: repositories / usual.median, of: Some((repositories, usual.median)), parts, certain }
}

fn payee_age<'a>(line: &Line<'a>) -> Number<'a> {
    const OPENED: Kinds = Kinds::of(&[EventKind::PayeeOpened]);
    const PAID: Kinds = Kinds::of(&[EventKind::Payout]);
    let person = line.person;
    let mut best: Option<(i64, Part<'a>, Part<'a>)> = None;
    let mut any = false;
    let mut take = |opened: Time, account: Option<u32>, part: Part<'a>| {
        any = true;
        // An opening is often known by its day alone.
        let day = i64::from(opened.day()) * DAY;
        let paid = line.of(PAID).map(|(_, row)| row).filter(|row| row.time.seconds() >= day).find(|row| {
            let paid = line.fact(row, Field::Payee);
            paid.is_none() || account.is_none() || paid == account
        });
        if let Some(paid) = paid {
            let days = i64::from(paid.time.day() - opened.day());
            if best.is_none_or(|(known, ..)| days < known) {
                best = Some((days, part, Part::Row(paid, "first payout")));
            }
        }
    };
    for (_, row) in line.of(OPENED) {
        take(row.time, line.fact(row, Field::Payee), Part::Row(row, "payout account opened"));
    }
    for document in person.documents_of(DocKind::BankAccount) {
        let opened = [Field::Registered, Field::Created, Field::Issued].into_iter().find_map(|field| document.fact(field));
        let account = document.facts().filter_map(Fact::keyed).find(|(kind, _)| *kind == IdKind::Payee).map(|(_, id)| id.0);
        if let Some((fact, time)) = opened.and_then(|fact| Some((fact, fact.time()?))) {
            take(time, account, Part::Fact(document, fact));
        }
    }
    match best {
        Some((days, opened, paid)) => Number::new(days as f64, [Some(opened), Some(paid), None]),
        None if any => Number::Missing("payouts to the account that was opened"),
        None => Number::Missing("when the payout account was opened"),
    }
}

fn crypto_hours<'a>(line: &Line<'a>, context: &Context<'_>) -> Number<'a> {
    const PAID: Kinds = Kinds::of(&[EventKind::Payout]);
    const MOVED: Kinds = Kinds::of(&[EventKind::PayInCrypto]);
    if !line.may_have(PAID) {
        return Number::Missing("payouts");
    }
    if !line.may_have(MOVED) {
        let recorded = context.baselines.recorded(EventKind::PayInCrypto);
        return if recorded { Number::Moot } else { Number::Missing("moves into virtual currency") };
    }
    let mut paid: Option<&'a EventRow> = None;
    let mut moves: Vec<(i64, &'a EventRow, &'a EventRow)> = Vec::new();
    for (_, row) in line.of(PAID.with(EventKind::PayInCrypto)) {
        if row.kind == EventKind::Payout {
            paid = Some(row);
        } else if let Some(paid) = paid {
            moves.push((row.time.since(paid.time), paid, row));
        }
    }
    // One purchase may follow a payout by chance; the usual span is what is measured.
    moves.sort_by_key(|(seconds, ..)| *seconds);
    let Some((seconds, paid, crypto)) = moves.get(moves.len().saturating_sub(1) / 2).copied() else { return Number::Moot };
    let parts = [Some(Part::Row(paid, "payout")), Some(Part::Row(crypto, "pay in virtual currency")), None];
    let certain = match moves.len() {
        1 => 0.5,
        2 => 0.75,
        _ => 1.0,
    };
    Number::Value { value: seconds as f64 / HOUR as f64, of: None, parts, certain }
}

#[cfg(test)]
mod tests {
    use super::{Measure, year};
    use crate::evaluate::Outcome;
    use crate::evaluate::sequence::testing::{check, daily, note_of, share_of};
    use crate::indicators::Test;

    const fn above(measure: Measure, bound: f64) -> Test {
        Test::Measure { measure, at_least: Some(bound), at_most: None }
    }

    const fn below(measure: Measure, bound: f64) -> Test {
        Test::Measure { measure, at_least: None, at_most: Some(bound) }
    }

    #[test]
    fn numbers_of_documents() {
        let follow = above(Measure::FollowRatio, 5.0);
        let skills = above(Measure::SkillsPerYear, 5.0);
        let pay = below(Measure::PayShare, 0.5);
        let connections = below(Measure::Connections, 50.0);
        let bids = above(Measure::BidsPerWin, 20.0);
        for (test, rows, expected) in [
            (&follow, vec!["doc:profile followers=1000 following=9000"], "fires"),
            (&follow, vec!["doc:profile followers=3000 following=4000"], "clear"),
            (&follow, vec!["doc:profile followers=200 following=9000"], "clear"),
            (&follow, vec!["doc:profile followers=200"], "not checked"),
            (&skills, vec!["doc:cv skills=40 years=5"], "fires"),
            (&skills, vec!["doc:cv skills=12 years=5"], "clear"),
            (&skills, vec!["doc:cv skills=3 years=0"], "clear"),
            (&skills, vec!["doc:cv skills=40"], "not checked"),
            (&skills, vec!["doc:cv skills=many years=5"], "not checked"),
            (&pay, vec!["doc:contract offer=40000 benchmark=100000"], "fires"),
            (&pay, vec!["hired 2026-03-01 offer=40000 benchmark=100000"], "fires"),
            (&pay, vec!["doc:contract offer=90000 benchmark=100000"], "clear"),
            (&pay, vec!["doc:contract offer=0 benchmark=100000"], "not checked"),
            (&pay, vec!["doc:contract offer=40000 benchmark=0"], "not checked"),
            (&pay, vec!["doc:contract offer=40000"], "not checked"),
            (&connections, vec!["doc:profile connections=3", "doc:cv years=8"], "fires"),
            (&connections, vec!["doc:profile connections=3", "doc:cv years=2"], "clear"),
            (&connections, vec!["doc:profile connections=300", "doc:cv years=8"], "clear"),
            (&connections, vec!["doc:profile connections=3"], "not checked"),
            (&connections, vec!["doc:cv years=8"], "not checked"),
            (&bids, vec!["doc:profile bids=100 wins=1"], "fires"),
            (&bids, vec!["doc:profile bids=100 wins=0"], "fires"),
            (&bids, vec!["doc:profile bids=19 wins=0"], "clear"),
            (&bids, vec!["doc:profile bids=100 wins=30"], "clear"),
            (&bids, vec!["doc:profile wins=30"], "not checked"),
        ] {
            check(test, &rows, expected);
        }
        let fired = check(&follow, &["doc:profile followers=1000 following=9000"], "fires");
        assert_eq!(note_of(&fired), "followed for each follower: 9 (9000 of 1000), at least 5");
        assert!(share_of(&check(&follow, &["doc:profile followers=1000 following=5000"], "fires")) < share_of(&fired));
        // Both bounds, and none.
        let both = Test::Measure { measure: Measure::FollowRatio, at_least: Some(2.0), at_most: Some(5.0) };
        check(&both, &["doc:profile followers=1000 following=3000"], "fires");
        check(&both, &["doc:profile followers=1000 following=9000"], "clear");
        let none = Test::Measure { measure: Measure::FollowRatio, at_least: None, at_most: None };
        check(&none, &["doc:profile followers=1000 following=9000"], "clear");
    }

    #[test]
    fn bids_by_events() {
        let bids = above(Measure::BidsPerWin, 20.0);
        let rows = daily("2026-01-01", 40, 1, 600, "bid {day}");
        check(&bids, &rows, "fires");
        check(&bids, &rows[..19], "clear");
        check(&bids, &[rows, daily("2026-01-02", 4, 9, 700, "won {day}")].concat(), "clear");
    }

    #[test]
    fn ages() {
        let profile = below(Measure::ProfileYears, 1.0);
        let portfolio = below(Measure::PortfolioDays, 90.0);
        let credit = above(Measure::CreditGap, 5.0);
        let (cv, application) = ("doc:cv years=8", "application 2026-03-01T10:00:00Z");
        for (test, rows, expected) in [
            (&profile, vec!["doc:profile created=2025-12-01", cv, application], "fires"),
            (&profile, vec!["profile_created 2025-12-01", cv, application], "fires"),
            (&profile, vec!["profile_created 2025-12-01", cv, "person start=2026-02-01"], "fires"),
            (&profile, vec!["doc:profile created=2020", cv, application], "clear"),
            (&profile, vec!["doc:profile created=2025-12-01", "doc:cv years=1", application], "clear"),
            (&profile, vec!["doc:profile created=2025-12-01", cv], "not checked"),
            (&profile, vec!["doc:profile created=2025-12-01", application], "not checked"),
            (&profile, vec![cv, application], "not checked"),
            (&portfolio, vec!["doc:portfolio registered=2026-01-15", application], "fires"),
            (&portfolio, vec!["doc:portfolio registered=2026-03-15", application], "fires"),
            (&portfolio, vec!["doc:portfolio registered=2020-01-15", application], "clear"),
            (&portfolio, vec!["doc:portfolio registered=2026-01-15"], "not checked"),
            (&portfolio, vec!["doc:portfolio domain=a.example", application], "not checked"),
            (
                &portfolio,
                vec![
                    "doc:portfolio domain=www.a.example",
                    "doc:domain_lookup domain=a.example registered=2026-01-15",
                    application,
                ],
                "fires",
            ),
            (
                &portfolio,
                vec![
                    "doc:portfolio domain=a.example",
                    "doc:domain_lookup domain=mail.example registered=2026-01-15",
                    application,
                ],
                "not checked",
            ),
            (
                &credit,
                vec!["doc:credit_file registered=2022-01-01", "doc:cv 1.employer=X 1.from=2019-06 2.employer=Y 2.from=2010"],
                "fires",
            ),
            (&credit, vec!["doc:credit_file registered=2008-01-01", "doc:cv 1.employer=X 1.from=2010"], "clear"),
            (&credit, vec!["doc:credit_file registered=2022-01-01", "doc:cv years=8"], "not checked"),
            (&credit, vec!["doc:credit_file registered=soon", "doc:cv 1.from=2010"], "not checked"),
            (&credit, vec!["doc:cv 1.from=2010"], "not checked"),
        ] {
            check(test, &rows, expected);
        }
        for (text, expected) in [
            ("2015", Some(2015.0)),
            ("2015-07", Some(2015.5)),
            ("2015/01", Some(2015.0)),
            ("2015-13", None),
            ("now", None),
            ("", None),
        ] {
            assert_eq!(year(text), expected, "{text}");
        }
        assert!((year("1970-01-01").unwrap() - 1970.0).abs() < 0.01 && (year("1965-01").unwrap() - 1965.0).abs() < 0.01);
    }

    #[test]
    fn shares_of_events() {
        let camera = above(Measure::CameraOff, 0.9);
        let off = daily("2026-01-01", 10, 3, 600, "meeting {day} camera=no");
        let on = daily("2026-02-01", 5, 1, 600, "meeting {day} camera=yes");
        let fired = check(&camera, &off, "fires");
        assert!(note_of(&fired).contains("1 (10 of 10)"), "{}", note_of(&fired));
        check(&camera, &[off.clone(), on].concat(), "clear");
        check(&camera, &off[..7], "not checked");
        check(&camera, &["meeting 2026-01-01T10:00:00Z"], "not checked");

        let merged = below(Measure::MergedShare, 0.05);
        let requests = daily("2026-01-01", 12, 1, 600, "pull_request {day} repo=famous/thing merged=no");
        check(&merged, &requests, "fires");
        let own: Vec<String> = requests.iter().map(|row| row.replace("famous", "Ada")).collect();
        check(&merged, &[own, vec!["id:handle github:ada".to_owned()]].concat(), "not checked");
        check(&merged, &requests[..9], "not checked");
        let good = daily("2026-02-01", 3, 1, 600, "pull_request {day} repo=famous/thing merged=yes");
        check(&merged, &[requests, good].concat(), "clear");
        // Who reports bugs has nothing to merge.
        check(&merged, &daily("2026-01-01", 30, 1, 600, "issue {day} repo=famous/thing"), "not checked");
    }

    #[test]
    fn clones_of_newcomers() {
        let test = above(Measure::ClonesAgainstRole, 5.0);
        let clones = |person: &str, role: &str, count: u32| -> Vec<String> {
            let mut rows = vec![format!("@{person} person role={role} start=2026-03-01")];
            rows.extend((0..count).map(|number| format!("@{person} clone 2026-03-02T10:{number:02}:00Z repo=r{number}")));
            rows
        };
        let team = |role: &str| ["b", "c", "d", "e", "f", "g"].map(|person| clones(person, role, 3)).concat();
        let fired = check(&test, &[clones("a", "Engineer", 30), team("engineer")].concat(), "fires");
        assert!(
            note_of(&fired).contains("10 (30 of 3)") && note_of(&fired).contains("7 newcomers of the role"),
            "{}",
            note_of(&fired)
        );
        let other_role = check(&test, &[clones("a", "Designer", 30), team("engineer")].concat(), "fires");
        assert!(share_of(&other_role) < share_of(&fired));
        check(&test, &[clones("a", "engineer", 5), team("engineer")].concat(), "clear");
        check(&test, &[clones("a", "engineer", 0), team("engineer")].concat(), "clear");
        check(&test, &clones("a", "engineer", 30), "not checked");
        check(&test, &[clones("a", "engineer", 30).split_off(1), team("engineer")].concat(), "not checked");
        check(&test, &["person role=engineer start=2026-03-01"], "not checked");
        // Later than the first week; and one repository again and again.
        let later: Vec<String> =
            clones("a", "engineer", 30).iter().map(|row| row.replace("clone 2026-03-02", "clone 2026-04-02")).collect();
        check(&test, &[later, team("engineer")].concat(), "clear");
        let again: Vec<String> = (0..30).map(|minute| format!("clone 2026-03-02T10:{minute:02}:00Z repo=r1")).collect();
        check(&test, &[clones("a", "engineer", 0), again, team("engineer")].concat(), "clear");
    }

    #[test]
    fn accounts_and_currencies() {
        let age = below(Measure::PayeeAgeDays, 30.0);
        for (rows, expected) in [
            (vec!["payee_opened 2026-03-01 payee=ACC-7734", "payout 2026-03-20T10:00:00Z payee=ACC-7734"], "fires"),
            (vec!["payee_opened 2026-03-01T11:00:00Z", "payout 2026-03-01T10:00:00Z"], "fires"),
            (vec!["doc:bank_account payee=ACC-7734 created=2026-03-01", "payout 2026-03-20T10:00:00Z payee=ACC-7734"], "fires"),
            (vec!["payee_opened 2020-03-01 payee=ACC-7734", "payout 2026-03-20T10:00:00Z payee=ACC-7734"], "clear"),
            (vec!["payee_opened 2026-03-01 payee=ACC-7734", "payout 2026-03-20T10:00:00Z payee=ACC-8845"], "not checked"),
            (vec!["payee_opened 2026-03-01 payee=ACC-7734"], "not checked"),
            (vec!["payout 2026-03-20T10:00:00Z payee=ACC-7734"], "not checked"),
        ] {
            check(&age, &rows, expected);
        }
        let crypto = below(Measure::CryptoHours, 48.0);
        let both = |hours: u32, times: u32| {
            let mut rows = daily("2026-01-01", times, 14, 0, "payout {day} amount=10");
            rows.extend(daily("2026-01-01", times, 14, hours * 60, "pay_in_crypto {day}"));
            rows
        };
        let often = check(&crypto, &both(20, 5), "fires");
        let once = check(&crypto, &both(20, 1), "fires");
        assert!(share_of(&often) > share_of(&once), "one may be chance");
        check(&crypto, &both(100, 5), "clear");
        let one_soon = [both(100, 5), vec!["pay_in_crypto 2026-01-01T09:00:00Z".to_owned()]].concat();
        check(&crypto, &one_soon, "clear");
        check(&crypto, &["payout 2026-01-01T10:00:00Z"], "not checked");
        check(&crypto, &["payout 2026-01-01T10:00:00Z", "@b pay_in_crypto 2026-01-01T10:00:00Z"], "clear");
        check(&crypto, &["pay_in_crypto 2026-01-01T10:00:00Z"], "not checked");
        assert!(matches!(
            check(&crypto, &["pay_in_crypto 2026-01-01T10:00:00Z"], "not checked"),
            Outcome::NotChecked("payouts")
        ));
    }
}
