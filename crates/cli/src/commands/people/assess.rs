//! `people assess`: everybody's result, and the reasons of those who are looked at.

use std::collections::BTreeSet;

use interdict_persona::{Assessment, Assessor, Band, Farm, LinkSettings, Links, PersonId, Ring, Summary};

use super::access::Recorder;
use super::screen::Screened;
use super::{input, show, text, wire};
use crate::args::{Format, Global, PeopleAssess};
use crate::failure::Outcome;
use crate::files::Target;
use crate::messages::Messages;
use crate::output::{self, JsonObjects};
use crate::table::{write_csv_header, write_inert_csv_rows};

pub(super) fn run(global: &Global, args: &PeopleAssess, messages: Messages) -> anyhow::Result<Outcome> {
    let recorder = Recorder::new(global, &args.reading.access, "people assess")?;
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, &args.input.paths, &args.reading, &[])?;
    let format = output::chosen(global.format, args.output.as_deref(), Format::Table)?;
    let loaded = input::load(&args.input.paths, &args.reading, messages)?;
    let screened = Screened::find(global, &loaded, args.no_screen, messages)?;
    let tests = screened.tests(&loaded);
    let links = Links::find(&tests, &LinkSettings::default());
    let assessor = Assessor::new(&tests, &links);
    let asked: Vec<PersonId> = args.person.iter().map(|id| show::find(&loaded, id)).collect::<Result<_, _>>()?;

    let summaries = assessor.summaries();
    let shown = shown(&summaries, &asked, args);
    let mut seen: BTreeSet<PersonId> = shown.iter().copied().collect();
    // Of one who is asked for, the own ring and farm only.
    let is_asked = |has: &dyn Fn(PersonId) -> bool| asked.is_empty() || asked.iter().any(|one| has(*one));
    let limit = if format == Format::Table { args.limit as usize } else { 0 };
    let rings: Vec<(usize, &Ring)> = (links.rings().iter().enumerate())
        .filter(|(_, ring)| is_asked(&|one| ring.members.iter().any(|member| member.person == one)))
        .take(limit)
        .collect();
    let farms: Vec<(usize, &Farm)> = (links.farms().iter().enumerate())
        .filter(|(_, farm)| is_asked(&|one| farm.stands.iter().any(|stand| stand.person == one)))
        .take(limit)
        .collect();
    seen.extend(rings.iter().flat_map(|(_, ring)| ring.members.iter().map(|member| member.person)));
    seen.extend(farms.iter().flat_map(|(_, farm)| farm.stands.iter().map(|stand| stand.person)));
    // What is said of one names others. Who is among all is recorded already.
    if seen.len() < loaded.people.len() {
        for assessment in shown.iter().map(|person| assessor.assess(*person)) {
            let findings = assessment.findings.iter().chain(&assessment.legal).chain(&assessment.names);
            seen.extend(findings.flat_map(|finding| finding.fired.others.iter().copied()));
        }
    }
    recorder.record(seen.iter().map(|person| loaded.people.person(*person).key()), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let made = wire::Made::new(&loaded, screened.snapshot());
    let write = || -> anyhow::Result<()> {
        match format {
            Format::Table => {
                text::overview(&mut target, &summaries, &links)?;
                let numbers = text::Numbers::of(&loaded);
                for (index, ring) in rings {
                    text::ring(&mut target, index + 1, ring, &links, &loaded.people, &numbers)?;
                }
                for (index, farm) in farms {
                    text::farm(&mut target, index + 1, farm, &loaded.people, &numbers)?;
                }
                for person in &shown {
                    text::person(&mut target, &assessor.assess(*person), &links, &loaded.people, &numbers)?;
                }
            }
            Format::Json | Format::Jsonl => {
                let mut objects = JsonObjects::new(format == Format::Json);
                for person in &shown {
                    let assessment = assessor.assess(*person);
                    objects.write(&mut target, &wire::Person::new(&assessment, &links, &loaded.people, &made))?;
                }
                objects.finish(&mut target)?;
            }
            Format::Csv => {
                write_csv_header(&mut target, &text::CSV_HEADER)?;
                for person in &shown {
                    let assessment: Assessment<'_> = assessor.assess(*person);
                    write_inert_csv_rows(&mut target, text::csv_rows(&assessment, &links, &loaded))?;
                }
            }
        }
        target.finish()
    };
    let written = write();
    summary(&summaries, shown.len(), args, messages);
    let found = summaries.iter().any(|summary| summary.band >= Band::Review || summary.legal);
    let outcome = if args.exit_code && found { Outcome::Hits } else { Outcome::Done };
    outcome.after(written)
}

/// Who is shown, the highest first.
fn shown(summaries: &[Summary], asked: &[PersonId], args: &PeopleAssess) -> Vec<PersonId> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    let mut shown: Vec<&Summary> =
        summaries.iter().filter(|summary| args.all || summary.band >= Band::Review || summary.legal).collect();
    shown.sort_by(|one, other| {
        (other.legal, other.band)
            .cmp(&(one.legal, one.band))
            .then(other.score.total_cmp(&one.score))
            .then(one.person.cmp(&other.person))
    });
    let limit = if args.all { usize::MAX } else { args.limit as usize };
    shown.into_iter().take(limit).map(|summary| summary.person).collect()
}

fn summary(summaries: &[Summary], shown: usize, args: &PeopleAssess, messages: Messages) {
    let count = |band: Band| summaries.iter().filter(|summary| summary.band == band).count();
    let bands: Vec<String> = Band::ALL.iter().rev().map(|band| format!("{} {}", count(*band), band.label())).collect();
    let legal = summaries.iter().filter(|summary| summary.legal).count();
    let asks = count(Band::Review) + count(Band::Priority);
    messages.note(&format!("{} persons: {}; {legal} with a sanctions hit", summaries.len(), bands.join(", ")));
    if args.person.is_empty() && !args.all && asks > shown {
        messages.quiet_hint(&format!("{shown} of {asks} are shown; `--limit N` shows more"));
    }
}
