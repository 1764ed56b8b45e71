//! Results for people, as lines: each fact with its value and the record that it comes from, so that all of it can be checked line by line.

use std::collections::BTreeMap;
use std::io::{self, Write};

use interdict_persona::{
    Account, Assessment, Band, Cause, Class, Counted, Evidence, Factor, Family, Farm, Feeds, Key, LinkKind, LinkWhy, Links,
    People, PersonId, Ring, Shown, Source, Strength, Summary, Time,
};

use super::input::{self, Loaded};
use crate::messages::{counted, harmless};

/// How values are shown that are kept as keyed hashes only: by the begin of the hash where the key is kept, else by a number of this run.
pub(super) struct Numbers<'a> {
    people: &'a People,
    feeds: &'a Feeds,
    keyed: bool,
    of: BTreeMap<Shown, usize>,
}

impl<'a> Numbers<'a> {
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        let Loaded { people, feeds, keyed, .. } = loaded;
        let mut of = BTreeMap::new();
        if !keyed {
            for (index, shown) in people.keyed_values().into_iter().enumerate() {
                of.insert(shown, index + 1);
            }
        }
        Self { people, feeds, keyed: *keyed, of }
    }

    fn place(&self, source: Source) -> String {
        input::place(self.people, self.feeds, source)
    }

    fn show(&self, value: &Shown) -> String {
        match value {
            Shown::Text(text) => harmless(text).into_owned(),
            Shown::Keyed(kind, _) if !self.keyed => match self.of.get(value) {
                Some(number) => format!("{} no. {number}", kind.label()),
                None => kind.label().to_owned(),
            },
            Shown::Keyed(..) => value.to_string(),
        }
    }
}

fn who(people: &People, person: PersonId) -> String {
    let person = people.person(person);
    match person.name() {
        Some(name) => format!("{} ({})", harmless(person.key()), harmless(name)),
        None => harmless(person.key()).into_owned(),
    }
}

fn day(time: Time) -> String {
    time.to_string().chars().take(10).collect()
}

/// How many of each band there are.
pub(super) fn overview(out: &mut dyn Write, summaries: &[Summary], links: &Links) -> io::Result<()> {
    let count = |band: Band| summaries.iter().filter(|summary| summary.band == band).count();
    writeln!(
        out,
        "{}: {} priority review, {} review, {} no findings, {} not checked; {}, {}; {} with a sanctions hit",
        counted(summaries.len() as u64, "person", "persons"),
        count(Band::Priority),
        count(Band::Review),
        count(Band::NoFindings),
        count(Band::NotChecked),
        counted(links.rings().len() as u64, "ring", "rings"),
        counted(links.farms().len() as u64, "farm", "farms"),
        summaries.iter().filter(|summary| summary.legal).count(),
    )
}

/// One ring.
pub(super) fn ring(
    out: &mut dyn Write,
    number: usize,
    ring: &Ring,
    links: &Links,
    people: &People,
    numbers: &Numbers<'_>,
) -> io::Result<()> {
    let families: Vec<&str> = ring.families.iter().map(|family| family.label()).collect();
    writeln!(
        out,
        "\nRING {number}: {} persons, consistent with one operator; linked by {}; mean weight of a link {:.1}",
        ring.members.len(),
        families.join(", "),
        ring.weight
    )?;
    for member in &ring.members {
        writeln!(out, "  {:<44} strongest link {:>4.1}, links to {}", who(people, member.person), member.weight, member.links)?;
    }
    writeln!(out, "  shared:")?;
    for key in ring.keys.iter().take(12) {
        let (value, evidence) = links.key(people, key);
        let label = key.kind.label();
        let what = match value.map(|value| numbers.show(&value)) {
            None => label.to_owned(),
            // What is kept as a hash names its kind itself.
            Some(value) if value.starts_with(label) => value,
            Some(value) => format!("{label} {value}"),
        };
        writeln!(out, "    {what}: {} members{}", key.members, counts(key, links, people))?;
        for one in evidence.iter().take(8) {
            line(out, 6, one, people, numbers)?;
        }
        if evidence.len() > 8 {
            writeln!(out, "      and {} more", evidence.len() - 8)?;
        }
    }
    if ring.keys.len() > 12 {
        writeln!(out, "    and {} more", ring.keys.len() - 12)?;
    }
    if let Some(weakest) = ring.weakest() {
        let account = links.account(people, ring, weakest);
        let shown = |(kind, weight): &(LinkKind, f64)| {
            let of_kind = account.parts.iter().map(|(_, counted)| counted).filter(|counted| counted.kind == *kind);
            let most = of_kind.max_by(|one, other| one.counts.total_cmp(&other.counts));
            match most.filter(|counted| !counted.factors.is_empty()) {
                Some(counted) => format!("{} {weight:.1} of {:.1}: {}", kind.label(), counted.full, reasons(counted)),
                None => format!("{} {weight:.1}", kind.label()),
            }
        };
        let kinds: Vec<String> = weakest.kinds.iter().map(shown).collect();
        writeln!(
            out,
            "  weakest link: {} – {}, {:.1} ({}): without it the ring falls apart",
            harmless(people.person(weakest.a).key()),
            harmless(people.person(weakest.b).key()),
            weakest.weight,
            kinds.join("; ")
        )?;
        writeln!(out, "    {}", sum(&account))?;
    }
    writeln!(out, "  time line:")?;
    for (time, person, what) in ring.time_line(people).iter().take(24) {
        writeln!(out, "    {}  {:<16} {what}", day(*time), harmless(people.person(*person).key()))?;
    }
    Ok(())
}

/// What a shared thing counts between members, and why not in full: nothing where it does and hardly anybody else holds it.
fn counts(key: &Key, links: &Links, people: &People) -> String {
    let (most, least) = links.counts(people, key);
    let Counted { holders, full, .. } = most.counted;
    // Where their number lessens it, the reason says so; of what ties two alone others have the like.
    let lessens = |counted: &Counted| counted.factors.iter().any(|factor| factor.why() == LinkWhy::Holders);
    let held = if holders > key.members && !key.is_of_two() && !lessens(&most.counted) {
        format!("; held by {holders} of all")
    } else {
        String::new()
    };
    match least {
        Some(least) => format!(
            "{held}; counts {:.1} to {:.1} of {full:.1} ({}; most: {})",
            least.counted.counts,
            most.counted.counts,
            reasons(&least.counted),
            reasons(&most.counted)
        ),
        None if most.counted.factors.is_empty() => held,
        None => format!("{held}; counts {:.1} of {full:.1} ({})", most.counted.counts, reasons(&most.counted)),
    }
}

/// Why something counts less than in full, with what each reason leaves.
fn reasons(counted: &Counted) -> String {
    let reason = |factor: &Factor| match factor.why() {
        LinkWhy::Holders => format!("held by {} of all × {}", counted.holders, share(factor.share())),
        why => format!("{} × {}", why.label(), share(factor.share())),
    };
    let reasons: Vec<String> = counted.factors.iter().map(reason).collect();
    if reasons.is_empty() { "in full".to_owned() } else { reasons.join(", ") }
}

/// A share with as many digits as it needs, two at most.
fn share(share: f64) -> String {
    let digits = format!("{share:.2}");
    digits.strip_suffix('0').unwrap_or(&digits).to_owned()
}

/// How the weight of a link comes about, by cause.
fn sum(account: &Account) -> String {
    let cause = |(families, cause): &(Vec<Family>, Cause)| {
        let labels: Vec<&str> = families.iter().map(|family| family.label()).collect();
        let how = match (cause.of_others(), cause.others()) {
            (more, _) if more <= 0.0 => String::new(),
            (more, others) if more < others * 0.199 => {
                format!(" ({:.1} and half as much again for others)", cause.heaviest())
            }
            (_, others) => format!(" ({:.1} and a fifth of {others:.1})", cause.heaviest()),
        };
        format!("{} {:.1}{how}", labels.join(" and "), cause.counts())
    };
    let mut sum: Vec<String> = account.causes.iter().map(cause).collect();
    if account.further > 0.0 {
        sum.push(format!("{:.1} for further causes", account.further));
    }
    if account.front > 0.0 {
        sum.push(format!("{:.1} for a firm believed to be a front", account.front));
    }
    let openly = account.openly.map_or_else(String::new, |why| format!("; openly {}", why.label()));
    format!("{:.1} = {}{openly}", account.weight(), sum.join(" + "))
}

/// One farm.
pub(super) fn farm(out: &mut dyn Write, number: usize, farm: &Farm, people: &People, numbers: &Numbers<'_>) -> io::Result<()> {
    writeln!(out, "\nFARM {number}: devices of {} persons in one place", farm.stands.len())?;
    for stand in &farm.stands {
        let elsewhere = match stand.elsewhere {
            Some(true) => "; states a home of its own elsewhere",
            Some(false) => "; states the same home as another one here",
            None => "",
        };
        writeln!(out, "  {:<44} seen there on {} days{elsewhere}", who(people, stand.person), stand.days)?;
        line(out, 4, &stand.evidence, people, numbers)?;
    }
    for (fact, evidence) in &farm.facts {
        writeln!(out, "  {}:", fact.label())?;
        for one in evidence.iter().take(8) {
            line(out, 4, one, people, numbers)?;
        }
        if evidence.len() > 8 {
            writeln!(out, "    and {} more", evidence.len() - 8)?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, indent: usize, evidence: &Evidence, people: &People, numbers: &Numbers<'_>) -> io::Result<()> {
    let time = evidence.time.map_or_else(String::new, |time| format!(", {}", day(time)));
    writeln!(
        out,
        "{:indent$}{}: {} = {}{time}  [{}]",
        "",
        harmless(people.person(evidence.person).key()),
        harmless(&evidence.what),
        numbers.show(&evidence.value),
        harmless(&numbers.place(evidence.source)),
    )
}

/// One person with all reasons.
pub(super) fn person(
    out: &mut dyn Write,
    assessment: &Assessment<'_>,
    links: &Links,
    people: &People,
    numbers: &Numbers<'_>,
) -> io::Result<()> {
    let parts: Vec<String> =
        assessment.parts.iter().map(|part| format!("{} {:.1}", part.category.label(), part.counted)).collect();
    let sum = if parts.is_empty() { String::new() } else { format!(" = {}", parts.join(" + ")) };
    let verdict = assessment.verdict.map_or_else(String::new, |verdict| format!("; verdict: {}", verdict.label()));
    writeln!(
        out,
        "\nPERSON {}: {}, score {:.1}{sum}{verdict}",
        who(people, assessment.person),
        assessment.band.label(),
        // A sum of nothing is minus zero.
        assessment.score + 0.0
    )?;
    for finding in assessment.legal.iter().chain(&assessment.names).chain(&assessment.findings) {
        let indicator = finding.indicator;
        let weight = match indicator.strength {
            Strength::Legal if finding.fired.share >= 0.7 => "a duty of law".to_owned(),
            Strength::Legal => "a name to clear, not scored".to_owned(),
            Strength::Shown => "shown, not scored".to_owned(),
            strength => format!("{} {:.1}", strength.code(), finding.weight),
        };
        writeln!(out, "  {} [{weight}] {}", indicator.id, indicator.statement)?;
        if !finding.fired.note.is_empty() {
            writeln!(out, "      {}", harmless(&finding.fired.note))?;
        }
        for one in &finding.fired.evidence {
            line(out, 6, one, people, numbers)?;
        }
        writeln!(out, "      innocent if: {}", indicator.innocent.join("; "))?;
        let sources = indicator.sources.iter().map(|source| {
            let caveat = source.caveat().map_or_else(String::new, |caveat| format!(", {caveat}"));
            format!("{} ({}{caveat})", source.title, source.date)
        });
        writeln!(out, "      follows: {}", sources.collect::<Vec<_>>().join("; "))?;
    }
    if links.ring_of(assessment.person).is_some() || links.farm_of(assessment.person).is_some() {
        let place = |position: Option<usize>, word: &str| position.map(|index| format!("{word} {}", index + 1));
        let ring =
            place(links.rings().iter().position(|ring| ring.members.iter().any(|one| one.person == assessment.person)), "ring");
        let farm =
            place(links.farms().iter().position(|farm| farm.stands.iter().any(|one| one.person == assessment.person)), "farm");
        let both: Vec<String> = [ring, farm].into_iter().flatten().collect();
        writeln!(out, "  belongs to: {}", both.join(", "))?;
    }
    let (mut asked, mut missing): (Vec<&str>, BTreeMap<&str, Vec<&str>>) = (Vec::new(), BTreeMap::new());
    for (indicator, what) in &assessment.not_checked {
        if indicator.class == Class::Human {
            asked.push(&indicator.id);
        } else {
            missing.entry(what).or_default().push(&indicator.id);
        }
    }
    writeln!(out, "  tested and clear: {}", assessment.clear)?;
    if !missing.is_empty() {
        let missing: Vec<String> = missing.into_iter().map(|(what, ids)| format!("{what} ({})", ids.join(", "))).collect();
        writeln!(out, "  not checked, as there is no: {}", missing.join("; "))?;
    }
    if !asked.is_empty() {
        writeln!(out, "  not asked: {}", asked.join(", "))?;
    }
    Ok(())
}

/// Columns of CSV: one row a finding, or one row a person without any. `legal` says whether the person has a sanctions hit, which is in no
/// score.
pub(super) const CSV_HEADER: [&str; 12] =
    ["person", "status", "score", "ring", "farm", "legal", "indicator", "category", "strength", "weight", "note", "records"];

pub(super) fn csv_rows(assessment: &Assessment<'_>, links: &Links, loaded: &Loaded) -> Vec<Vec<String>> {
    let people = &loaded.people;
    let position = |found: Option<usize>| found.map_or_else(String::new, |index| (index + 1).to_string());
    let ring = position(links.rings().iter().position(|ring| ring.members.iter().any(|one| one.person == assessment.person)));
    let farm = position(links.farms().iter().position(|farm| farm.stands.iter().any(|one| one.person == assessment.person)));
    let begin = vec![
        people.person(assessment.person).key().to_owned(),
        assessment.band.code().to_owned(),
        // A sum of nothing is minus zero.
        format!("{:.2}", assessment.score + 0.0),
        ring,
        farm,
        (!assessment.legal.is_empty()).to_string(),
    ];
    let row = |finding: &interdict_persona::Finding<'_>| {
        let records: Vec<String> = finding.fired.evidence.iter().map(|one| loaded.place(one.source)).collect();
        let mut row = begin.clone();
        row.extend([
            finding.indicator.id.clone(),
            finding.indicator.category.code().to_owned(),
            finding.indicator.strength.code().to_owned(),
            format!("{:.2}", finding.weight),
            finding.fired.note.clone(),
            records.join(" "),
        ]);
        row
    };
    let rows: Vec<Vec<String>> =
        assessment.legal.iter().chain(&assessment.names).chain(&assessment.findings).map(row).collect();
    if rows.is_empty() {
        let mut row = begin.clone();
        row.resize(CSV_HEADER.len(), String::new());
        return vec![row];
    }
    rows
}
