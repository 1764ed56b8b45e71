//! The form of results as JSON: people with their findings, rings and farms, each value with its record.

use interdict_persona::{
    Assessment, Cause, Class, Counted, Evidence, Factor, Family, Feeds, LinkWhy, Links, People, PersonId, Shown,
};
use serde::Serialize;

use super::input::{self, Loaded};
use crate::output::rounded;

/// By what a result was made.
pub(super) struct Made<'a> {
    feeds: &'a Feeds,
    snapshot: Option<&'a str>,
    engine: &'static str,
    as_of: String,
    catalogue: String,
    keyed: bool,
}

impl<'a> Made<'a> {
    pub(super) fn new(loaded: &'a Loaded, snapshot: Option<&'a str>) -> Self {
        Self {
            feeds: &loaded.feeds,
            snapshot,
            engine: env!("CARGO_PKG_VERSION"),
            as_of: loaded.as_of.to_string(),
            catalogue: loaded.catalogue.id(),
            keyed: loaded.keyed,
        }
    }
}

#[derive(Serialize)]
struct Record<'a> {
    person: &'a str,
    what: &'a str,
    /// The value; `null` for one of which only a hash of this run is known.
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hmac: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    source: String,
}

fn record<'a>(evidence: &'a Evidence, people: &'a People, made: &Made<'_>) -> Record<'a> {
    let (value, hmac) = match &evidence.value {
        Shown::Text(text) => (Some(text.clone()), None),
        Shown::Keyed(_, hash) => (None, made.keyed.then(|| hash.hex())),
    };
    Record {
        person: people.person(evidence.person).key(),
        what: &evidence.what,
        value,
        hmac,
        time: evidence.time.map(|time| time.to_string()),
        source: input::place(people, made.feeds, evidence.source),
    }
}

#[derive(Serialize)]
struct FindingOut<'a> {
    indicator: &'a str,
    category: &'static str,
    class: &'static str,
    strength: &'static str,
    weight: f64,
    statement: &'a str,
    note: &'a str,
    evidence: Vec<Record<'a>>,
    others: Vec<&'a str>,
    innocent: &'a [String],
    sources: Vec<SourceOut<'a>>,
}

#[derive(Serialize)]
struct SourceOut<'a> {
    title: &'a str,
    date: &'a str,
    url: &'a str,
    read: &'a str,
}

#[derive(Serialize)]
struct PartOut {
    category: &'static str,
    sum: f64,
    counted: f64,
}

#[derive(Serialize)]
struct NotChecked<'a> {
    indicator: &'a str,
    missing: &'a str,
}

/// A person's assessment.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the members of the JSON are named for those who read it")]
pub(super) struct Person<'a> {
    person: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    score: f64,
    parts: Vec<PartOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ring: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    farm: Option<usize>,
    legal: Vec<FindingOut<'a>>,
    names: Vec<FindingOut<'a>>,
    findings: Vec<FindingOut<'a>>,
    clear: usize,
    not_checked: Vec<NotChecked<'a>>,
    not_asked: Vec<&'a str>,
    engine: &'static str,
    catalogue: &'a str,
    /// The lists that the person was compared with; `null` for none.
    snapshot: Option<&'a str>,
    as_of: &'a str,
}

impl<'a> Person<'a> {
    pub(super) fn new(assessment: &'a Assessment<'a>, links: &Links, people: &'a People, made: &'a Made<'a>) -> Self {
        let person = people.person(assessment.person);
        let finding = |finding: &'a interdict_persona::Finding<'a>| FindingOut {
            indicator: &finding.indicator.id,
            category: finding.indicator.category.code(),
            class: finding.indicator.class.code(),
            strength: finding.indicator.strength.code(),
            weight: rounded(finding.weight),
            statement: &finding.indicator.statement,
            note: &finding.fired.note,
            evidence: finding.fired.evidence.iter().map(|one| record(one, people, made)).collect(),
            others: finding.fired.others.iter().map(|other| people.person(*other).key()).collect(),
            innocent: &finding.indicator.innocent,
            sources: (finding.indicator.sources.iter())
                .map(|source| SourceOut { title: &source.title, date: &source.date, url: &source.url, read: &source.read })
                .collect(),
        };
        let part = |part: &interdict_persona::Part| PartOut {
            category: part.category.code(),
            sum: rounded(part.sum),
            counted: rounded(part.counted),
        };
        let human = |class: Class| class == Class::Human;
        Self {
            person: person.key(),
            also: person.also().collect(),
            name: person.name(),
            status: assessment.band.code(),
            verdict: assessment.verdict.map(interdict_persona::Verdict::code),
            // A sum of nothing is minus zero.
            score: rounded(assessment.score) + 0.0,
            parts: assessment.parts.iter().map(part).collect(),
            ring: position(links.rings().iter().map(|ring| ring.members.iter().any(|one| one.person == assessment.person))),
            farm: position(links.farms().iter().map(|farm| farm.stands.iter().any(|one| one.person == assessment.person))),
            legal: assessment.legal.iter().map(finding).collect(),
            names: assessment.names.iter().map(finding).collect(),
            findings: assessment.findings.iter().map(finding).collect(),
            clear: assessment.clear,
            not_checked: (assessment.not_checked.iter())
                .filter(|(indicator, _)| !human(indicator.class))
                .map(|(indicator, missing)| NotChecked { indicator: &indicator.id, missing })
                .collect(),
            not_asked: (assessment.not_checked.iter())
                .filter(|(indicator, _)| human(indicator.class))
                .map(|(indicator, _)| indicator.id.as_str())
                .collect(),
            engine: made.engine,
            catalogue: &made.catalogue,
            snapshot: made.snapshot,
            as_of: &made.as_of,
        }
    }
}

fn position(found: impl Iterator<Item = bool>) -> Option<usize> {
    found.enumerate().find(|(_, is)| *is).map(|(index, _)| index + 1)
}

#[derive(Serialize)]
struct MemberOut<'a> {
    person: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    weight: f64,
    links: usize,
}

#[derive(Serialize)]
struct LinkOut<'a> {
    a: &'a str,
    b: &'a str,
    weight: f64,
    kinds: Vec<KindOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openly: Option<&'static str>,
    parts: Vec<ThingOut>,
    families: Vec<CauseOut>,
    causes: Vec<CauseOut>,
    further_causes: f64,
    believed_front: f64,
}

/// A thing that the two of a link share, by its place among the keys.
#[derive(Serialize)]
struct ThingOut {
    key: Option<usize>,
    kind: &'static str,
    family: &'static str,
    #[serde(flatten)]
    counted: CountedOut,
}

/// The heaviest whole, and a fifth of the others, at most half as much again.
#[derive(Serialize)]
struct CauseOut {
    families: Vec<&'static str>,
    heaviest: f64,
    others: f64,
    of_others: f64,
    counts: f64,
}

impl CauseOut {
    fn of(families: &[Family], cause: Cause) -> Self {
        Self {
            families: families.iter().map(|family| family.code()).collect(),
            heaviest: rounded(cause.heaviest()),
            others: rounded(cause.others()),
            of_others: rounded(cause.of_others()),
            counts: rounded(cause.counts()),
        }
    }
}

/// `full` times all factors is what it counts.
#[derive(Serialize)]
struct CountedOut {
    full: f64,
    holders: usize,
    factors: Vec<FactorOut>,
    counts: f64,
}

#[derive(Serialize)]
struct FactorOut {
    why: &'static str,
    factor: f64,
}

impl CountedOut {
    fn of(counted: &Counted) -> Self {
        let factor = |factor: &Factor| FactorOut { why: factor.why().code(), factor: rounded(factor.share()) };
        Self {
            full: rounded(counted.full),
            holders: counted.holders,
            factors: counted.factors.iter().map(factor).collect(),
            counts: rounded(counted.counts),
        }
    }
}

/// What a thing counts between two members.
#[derive(Serialize)]
struct BetweenOut<'a> {
    a: &'a str,
    b: &'a str,
    factors: Vec<FactorOut>,
    counts: f64,
}

#[derive(Serialize)]
struct KindOut {
    kind: &'static str,
    weight: f64,
}

#[derive(Serialize)]
struct KeyOut<'a> {
    kind: &'static str,
    value: Option<String>,
    members: usize,
    /// Where it counts most between two members.
    #[serde(flatten)]
    counted: CountedOut,
    between: [&'a str; 2],
    /// Where it counts least, if that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<BetweenOut<'a>>,
    records: Vec<RecordOwned<'a>>,
}

#[derive(Serialize)]
struct RecordOwned<'a> {
    person: &'a str,
    source: String,
}

#[derive(Serialize)]
struct Moment<'a> {
    time: String,
    person: &'a str,
    what: String,
}

/// A ring.
#[derive(Serialize)]
pub(super) struct Ring<'a> {
    kind: &'static str,
    id: usize,
    size: usize,
    weight: f64,
    families: Vec<&'static str>,
    members: Vec<MemberOut<'a>>,
    keys: Vec<KeyOut<'a>>,
    links: Vec<LinkOut<'a>>,
    weakest: Option<LinkOut<'a>>,
    time_line: Vec<Moment<'a>>,
    engine: &'static str,
    as_of: &'a str,
}

impl<'a> Ring<'a> {
    pub(super) fn new(
        id: usize,
        ring: &interdict_persona::Ring,
        links: &Links,
        people: &'a People,
        made: &'a Made<'a>,
    ) -> Self {
        let key = |person: PersonId| people.person(person).key();
        let link = |link: &interdict_persona::RingLink| {
            let account = links.account(people, ring, link);
            let part = |(key, counted): &(Option<usize>, Counted)| ThingOut {
                key: *key,
                kind: counted.kind.code(),
                family: counted.kind.row().family.code(),
                counted: CountedOut::of(counted),
            };
            LinkOut {
                a: key(link.a),
                b: key(link.b),
                weight: rounded(link.weight),
                kinds: (link.kinds.iter())
                    .map(|(kind, weight)| KindOut { kind: kind.code(), weight: rounded(*weight) })
                    .collect(),
                openly: account.openly.map(LinkWhy::code),
                parts: account.parts.iter().map(part).collect(),
                families: account.families.iter().map(|(family, cause)| CauseOut::of(&[*family], *cause)).collect(),
                causes: account.causes.iter().map(|(families, cause)| CauseOut::of(families, *cause)).collect(),
                further_causes: rounded(account.further),
                believed_front: rounded(account.front),
            }
        };
        let shared = |shared: &interdict_persona::Key| {
            let (value, evidence) = links.key(people, shared);
            let value = match value {
                Some(Shown::Text(text)) => Some(text),
                Some(Shown::Keyed(_, hash)) => made.keyed.then(|| hash.hex()),
                None => None,
            };
            let records = evidence.iter().map(|one| RecordOwned { person: key(one.person), source: people.place(one.source) });
            let (most, least) = links.counts(people, shared);
            let least = least.map(|least| {
                let CountedOut { factors, counts, .. } = CountedOut::of(&least.counted);
                BetweenOut { a: key(least.a), b: key(least.b), factors, counts }
            });
            KeyOut {
                kind: shared.kind.code(),
                value,
                members: shared.members,
                counted: CountedOut::of(&most.counted),
                between: [key(most.a), key(most.b)],
                least,
                records: records.collect(),
            }
        };
        Self {
            kind: "ring",
            id,
            size: ring.members.len(),
            weight: rounded(ring.weight),
            families: ring.families.iter().map(|family| family.code()).collect(),
            members: (ring.members.iter())
                .map(|member| MemberOut {
                    person: key(member.person),
                    name: people.person(member.person).name(),
                    weight: rounded(member.weight),
                    links: member.links,
                })
                .collect(),
            keys: ring.keys.iter().map(shared).collect(),
            links: ring.links.iter().map(link).collect(),
            weakest: ring.weakest().map(link),
            time_line: (ring.time_line(people).into_iter())
                .map(|(time, person, what)| Moment { time: time.to_string(), person: key(person), what: what.to_owned() })
                .collect(),
            engine: made.engine,
            as_of: &made.as_of,
        }
    }
}

#[derive(Serialize)]
struct StandOut<'a> {
    person: &'a str,
    days: usize,
    states_other_home: Option<bool>,
    source: String,
}

#[derive(Serialize)]
struct FactOut {
    fact: &'static str,
    sources: Vec<String>,
}

/// A farm.
#[derive(Serialize)]
pub(super) struct Farm<'a> {
    kind: &'static str,
    id: usize,
    size: usize,
    members: Vec<StandOut<'a>>,
    facts: Vec<FactOut>,
    engine: &'static str,
    as_of: &'a str,
}

impl<'a> Farm<'a> {
    pub(super) fn new(id: usize, farm: &interdict_persona::Farm, people: &'a People, made: &'a Made<'a>) -> Self {
        Self {
            kind: "farm",
            id,
            size: farm.stands.len(),
            members: (farm.stands.iter())
                .map(|stand| StandOut {
                    person: people.person(stand.person).key(),
                    days: stand.days,
                    states_other_home: stand.elsewhere,
                    source: people.place(stand.evidence.source),
                })
                .collect(),
            facts: (farm.facts.iter())
                .map(|(fact, evidence)| FactOut {
                    fact: fact.code(),
                    sources: evidence.iter().map(|one| people.place(one.source)).collect(),
                })
                .collect(),
            engine: made.engine,
            as_of: &made.as_of,
        }
    }
}
