//! `interdict network verdict`: what follows in law from who owns and controls a party, by regime, side by side.

use std::io::Write;

use interdict_model::{DateValue, Schema, entity_to_json};
use interdict_network::{Assessment, Basis, Identity, Outcome as Found, Ownership, Regime, Verdict, all_designations};
use interdict_snapshot::{Day, EntityRef, Snapshot};
use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use super::super::identity::{Identities, Likely};
use super::super::party;
use super::super::today;
use super::super::verdict_words::Words;
use super::draw::{self, Form};
use super::picture;
use crate::args::{Format, Global, NetworkVerdict};
use crate::dataset;
use crate::failure::{Outcome, Usage};
use crate::messages::{Messages, harmless};
use crate::output::{self, JsonObjects};
use crate::table::{write_csv, write_table};

/// Rounds in which parties that turn out to be one lead to further owners.
const ROUNDS: usize = 4;

/// Runs the command.
pub(super) fn run(global: &Global, args: &NetworkVerdict, messages: Messages) -> anyhow::Result<Outcome> {
    let day = day_of(args.date.as_deref())?;
    let regimes = regimes_of(&args.regime)?;
    let snapshot = dataset::open(global, messages)?;
    let form = draw::form(global, args.output.as_deref());
    let mut identities = Identities::read(global, &snapshot)?;
    if args.all {
        let Form::Plain(format) = form else {
            return Err(Usage("--all: the forms are table, json, jsonl and csv".to_owned()).into());
        };
        let mut target = draw::open(global, args.output.as_deref())?;
        let found = all(&mut target, format, &snapshot, &identities, day, &regimes)?;
        target.finish()?;
        return Ok(if args.exit_code && found { Outcome::Hits } else { Outcome::Done });
    }
    let mut parties = Vec::new();
    for asked in &args.parties {
        parties.push(party::find(&snapshot, asked, Schema::Thing)?);
    }
    let is_picture = matches!(form, Form::Graphml | Form::Dot | Form::Svg);
    if is_picture && parties.len() != 1 {
        return Err(Usage("a picture is of one party: name one".to_owned()).into());
    }
    let mut target = draw::open(global, args.output.as_deref())?;
    let mut found = false;
    let mut objects = JsonObjects::new(form == Form::Plain(Format::Json));
    let mut rows = Vec::new();
    let mut written = FxHashSet::default();
    for entity in parties {
        let answer = answer(&mut identities, entity, day, &regimes, !args.no_likely);
        found |= answer.assessment.verdicts.iter().any(|verdict| verdict.outcome != Found::NotBlocked);
        match form {
            Form::Plain(Format::Table) => answer.print(&mut target, &snapshot)?,
            Form::Plain(Format::Json | Format::Jsonl) => objects.write(&mut target, &answer.json(&snapshot))?,
            Form::Plain(Format::Csv) => rows.extend(answer.rows(&snapshot)),
            Form::Ftm => answer.write_ftm(&mut target, &snapshot, &mut written)?,
            Form::Graphml | Form::Dot | Form::Svg => {
                let Some(verdict) = answer.telling() else { continue };
                let drawing = picture::verdict(&answer, verdict, &snapshot)?;
                let text = match form {
                    Form::Graphml => drawing.to_graphml(),
                    Form::Dot => drawing.to_dot(),
                    _ => drawing.to_svg(),
                };
                target.write_all(text.as_bytes())?;
            }
        }
    }
    match form {
        Form::Plain(Format::Json) => objects.finish(&mut target)?,
        Form::Plain(Format::Csv) => {
            write_csv(&mut target, &["id", "caption", "regime", "verdict", "finding", "rule"], rows)?;
        }
        _ => {}
    }
    target.finish()?;
    Ok(if args.exit_code && found { Outcome::Hits } else { Outcome::Done })
}

/// The day that is asked for; today when none is.
pub(in crate::commands) fn day_of(date: Option<&str>) -> Result<Day, Usage> {
    let text = date.map_or_else(today, ToOwned::to_owned);
    let date = DateValue::parse(&text).map_err(|error| Usage(format!("--date: `{text}`: {error}")))?;
    if !date.is_full_day() {
        return Err(Usage(format!("--date: `{text}` must be a day, such as 2025-01-31")));
    }
    Ok(Day::earliest(&date))
}

/// The regimes that are asked for.
pub(in crate::commands) fn regimes_of(codes: &[String]) -> Result<Vec<Regime>, Usage> {
    if codes.is_empty() {
        return Ok(vec![Regime::Us, Regime::Eu, Regime::Uk, Regime::Bis]);
    }
    let of = |code: &String| {
        Regime::from_code(&code.trim().to_lowercase()).ok_or_else(|| {
            let known: Vec<&str> = Regime::ALL.into_iter().map(Regime::code).collect();
            Usage(format!("--regime: `{code}` is none of {}", known.join(", ")))
        })
    };
    codes.iter().map(of).collect()
}

/// The verdicts on a party, and what they would be were a likely identity true.
pub(in crate::commands) struct Answer {
    pub(in crate::commands) assessment: Assessment,
    /// Owners that may be listed parties, and the verdicts that would then differ.
    likely: Vec<(Likely, Vec<Verdict>)>,
    /// Owners that were not searched for, because there are too many.
    passed: usize,
    /// Entities that are one party with those above.
    identity: Identity,
}

/// Judges a party: parties that are one are put together as they turn up among the owners.
pub(in crate::commands) fn answer(
    identities: &mut Identities<'_>,
    entity: EntityRef<'_>,
    day: Day,
    regimes: &[Regime],
    with_likely: bool,
) -> Answer {
    let snapshot = identities.snapshot();
    let judge =
        |identity: &Identity| Ownership::new(snapshot.relations(), identity, snapshot, day).verdicts(entity.index(), regimes);
    let mut identity = identities.identity();
    let mut assessment = judge(&identity);
    for _ in 0..ROUNDS {
        let above = assessment.looked_at.clone();
        let by_number = identities.number(&above);
        let by_listing = identities.cluster(&above);
        if !by_number && !by_listing {
            break;
        }
        identity = identities.identity();
        assessment = judge(&identity);
    }
    let (mut likely, mut passed) = (Vec::new(), 0);
    if with_likely {
        let (found, not_searched) = identities.likely(&assessment.looked_at);
        passed = not_searched;
        for one in found {
            let then = judge(&identities.with(one.owner, one.listed));
            let differs = |(now, then): &(&Verdict, Verdict)| now.outcome != then.outcome;
            let verdicts: Vec<Verdict> =
                assessment.verdicts.iter().zip(then.verdicts).filter(differs).map(|(_, then)| then).collect();
            if !verdicts.is_empty() {
                likely.push((one, verdicts));
            }
        }
    }
    Answer { assessment, likely, passed, identity }
}

impl Answer {
    /// The entity that stands for the party of another.
    pub(super) fn first(&self, entity: u32) -> u32 {
        self.identity.first(entity)
    }

    /// Calls with every entity of the party that an entity stands for.
    pub(super) fn each(&self, first: u32, call: impl FnMut(u32)) {
        self.identity.each(first, call);
    }

    /// The verdict that a picture is of: the first that finds something, else the first.
    fn telling(&self) -> Option<&Verdict> {
        let verdicts = &self.assessment.verdicts;
        verdicts.iter().find(|verdict| verdict.outcome != Found::NotBlocked).or(verdicts.first())
    }

    fn rows<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = Vec<String>> + 'a {
        let party = snapshot.entity_at(self.assessment.entity);
        self.assessment.verdicts.iter().map(move |verdict| {
            vec![
                party.map(|party| party.id().to_owned()).unwrap_or_default(),
                party.map(|party| party.caption().to_owned()).unwrap_or_default(),
                verdict.regime.code().to_owned(),
                verdict.outcome.code().to_owned(),
                Words::finding(verdict).to_owned(),
                Words::rule(verdict),
            ]
        })
    }

    fn print(&self, out: &mut dyn Write, snapshot: &Snapshot) -> anyhow::Result<()> {
        let words = Words { snapshot };
        let date = self.assessment.day.date().map(|date| date.to_string()).unwrap_or_default();
        writeln!(out, "{}, verdicts on {date}\n", harmless(&words.party(self.assessment.entity)))?;
        let rows = self.assessment.verdicts.iter().map(|verdict| {
            let mut outcome = Words::outcome(verdict).to_owned();
            let finding = Words::finding(verdict);
            if !finding.is_empty() {
                outcome = format!("{outcome}: {finding}");
            }
            vec![verdict.regime.name().to_owned(), outcome, Words::rule(verdict)]
        });
        write_table(out, &["regime", "verdict", "rule"], rows, &[])?;
        for verdict in &self.assessment.verdicts {
            let lines = words.lines(verdict);
            if !lines.is_empty() {
                writeln!(out, "\n{}", verdict.regime.name())?;
                lines.iter().try_for_each(|line| writeln!(out, "  {}", harmless(line)))?;
            }
        }
        let mut issues = words.issues(&self.assessment.issues);
        issues.extend(words.unaccounted(&self.assessment));
        if !issues.is_empty() {
            writeln!(out, "\nIn the data")?;
            issues.iter().try_for_each(|line| writeln!(out, "  {}", harmless(line)))?;
        }
        let same = self.same();
        if !same.is_empty() {
            writeln!(out, "\nTaken for one party")?;
            same.iter()
                .try_for_each(|(a, b)| writeln!(out, "  {} and {}", harmless(&words.party(*a)), harmless(&words.party(*b))))?;
        }
        if !self.likely.is_empty() {
            writeln!(out, "\nTo be looked at: is one the other?")?;
            for (likely, verdicts) in &self.likely {
                let then: Vec<String> =
                    verdicts.iter().map(|verdict| format!("{} {}", verdict.regime.name(), Words::outcome(verdict))).collect();
                let (owner, listed) = (words.party(likely.owner), words.party(likely.listed));
                let line = format!("  {owner} = {listed}? The names agree by {:.2}. If so: {}", likely.score, then.join(", "));
                writeln!(out, "{}", harmless(&line))?;
            }
        }
        if self.passed > 0 {
            writeln!(out, "\n{} more owners were not looked at for likely listed parties", self.passed)?;
        }
        writeln!(out)?;
        Ok(())
    }

    /// The parties of the chains with their sanctions and the statements of their holdings, as the snapshot has them, each once.
    fn write_ftm(&self, out: &mut dyn Write, snapshot: &Snapshot, written: &mut FxHashSet<u32>) -> anyhow::Result<()> {
        let mut entities = vec![self.assessment.entity];
        let rows = snapshot.relations().rows();
        let statement = |row: u32| rows.get(row as usize).map(|row| row.statement);
        for step in self.assessment.verdicts.iter().flat_map(|verdict| &verdict.chain) {
            entities.push(step.entity);
            match &step.basis {
                Basis::Unnamed => {}
                Basis::Listed(statements) => entities.extend(statements),
                Basis::Owned { by, .. } => {
                    entities.extend(by.iter().flat_map(|one| [Some(one.owner), one.nominee, statement(one.row)]).flatten());
                }
                Basis::Controlled { by, row, .. } => entities.extend([Some(*by), statement(*row)].into_iter().flatten()),
            }
        }
        for entity in entities.into_iter().filter(|entity| written.insert(*entity)) {
            if let Some(entity) = snapshot.entity_at(entity) {
                output::write_jsonl(out, &entity_to_json(&entity.to_entity()))?;
            }
        }
        Ok(())
    }

    /// Pairs of entities that were taken for one party.
    fn same(&self) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for first in &self.assessment.looked_at {
            self.identity.each(*first, |member| {
                if member != *first {
                    pairs.push((*first, member));
                }
            });
        }
        pairs
    }

    pub(in crate::commands) fn json(&self, snapshot: &Snapshot) -> Value {
        let words = Words { snapshot };
        let id = |at: u32| snapshot.entity_at(at).map(|entity| entity.id().to_owned());
        let same: Vec<Value> = self.same().into_iter().map(|(a, b)| json!([id(a), id(b)])).collect();
        let likely: Vec<Value> = self
            .likely
            .iter()
            .map(|(likely, verdicts)| {
                let then: serde_json::Map<String, Value> =
                    verdicts.iter().map(|verdict| (verdict.regime.code().to_owned(), verdict.outcome.code().into())).collect();
                json!({"owner": id(likely.owner), "listed": id(likely.listed), "score": output::rounded(likely.score), "then": then})
            })
            .collect();
        let mut object = words.json(&self.assessment);
        object["same_party"] = same.into();
        object["likely_same"] = likely.into();
        object["likely_not_searched"] = self.passed.into();
        object["snapshot"] = snapshot.id().into();
        object["engine"] = env!("CARGO_PKG_VERSION").into();
        object
    }
}

/// Every party that is reached or undecided in one of the regimes and not listed there. True when there is any.
fn all(
    out: &mut dyn Write,
    format: Format,
    snapshot: &Snapshot,
    identities: &Identities<'_>,
    day: Day,
    regimes: &[Regime],
) -> anyhow::Result<bool> {
    let identity = identities.identity();
    let designated = all_designations(snapshot);
    let outcomes = Ownership::new(snapshot.relations(), &identity, &designated, day).outcomes(regimes, &designated);
    let reached = |at: usize| {
        outcomes.iter().any(|(_, outcomes)| matches!(outcomes[at], Found::Blocked | Found::Undecided))
            && outcomes.iter().all(|(_, outcomes)| outcomes[at] != Found::Listed)
    };
    let parties: Vec<EntityRef<'_>> = snapshot.entities().filter(|entity| reached(entity.index() as usize)).collect();
    let of = |entity: &EntityRef<'_>| {
        outcomes.iter().map(|(regime, outcomes)| (*regime, outcomes[entity.index() as usize])).collect::<Vec<_>>()
    };
    match format {
        Format::Json | Format::Jsonl => {
            let mut objects = JsonObjects::new(format == Format::Json);
            for entity in &parties {
                let verdicts: serde_json::Map<String, Value> =
                    of(entity).into_iter().map(|(regime, outcome)| (regime.code().to_owned(), outcome.code().into())).collect();
                let object = json!({
                    "id": entity.id(),
                    "caption": entity.caption(),
                    "date": day.date().map(|date| date.to_string()),
                    "verdicts": verdicts,
                    "snapshot": snapshot.id(),
                    "engine": env!("CARGO_PKG_VERSION"),
                });
                objects.write(out, &object)?;
            }
            objects.finish(out)?;
        }
        Format::Table | Format::Csv => {
            let header: Vec<&str> = ["id", "party"].into_iter().chain(regimes.iter().map(|regime| regime.code())).collect();
            let rows = parties.iter().map(|entity| {
                let verdicts = of(entity).into_iter().map(|(_, outcome)| outcome.code().to_owned());
                [entity.id().to_owned(), entity.caption().to_owned()].into_iter().chain(verdicts).collect()
            });
            if format == Format::Csv {
                write_csv(out, &header, rows)?;
            } else {
                write_table(out, &header, rows, &[])?;
            }
        }
    }
    Ok(!parties.is_empty())
}
