//! `people rings`: groups that share an operator, and farms, with what ties them together.

use std::collections::BTreeSet;

use interdict_persona::{LinkSettings, Links, PersonId};

use super::access::Recorder;
use super::screen::Screened;
use super::{input, text, wire};
use crate::args::{Format, Global, PeopleRings};
use crate::failure::{Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;
use crate::output::{self, JsonObjects};
use crate::table::{write_csv_header, write_inert_csv_rows};

pub(super) fn run(global: &Global, args: &PeopleRings, messages: Messages) -> anyhow::Result<Outcome> {
    if !(args.threshold > 0.0 && args.threshold <= 100.0) {
        return Err(Usage("--threshold: a weight above 0, at most 100".to_owned()).into());
    }
    let recorder = Recorder::new(global, &args.reading.access, "people rings")?;
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, &args.input.paths, &args.reading, &[])?;
    let format = output::chosen(global.format, args.output.as_deref(), Format::Table)?;
    let loaded = input::load(&args.input.paths, &args.reading, messages)?;
    let screened = Screened::find(global, &loaded, args.no_screen, messages)?;
    let settings = LinkSettings { link: args.threshold, ..LinkSettings::default() };
    let tests = screened.tests(&loaded);
    let links = Links::find(&tests, &settings);
    let (rings, farms) = (links.rings(), links.farms());
    let limit = args.limit as usize;
    let mut seen: BTreeSet<PersonId> = BTreeSet::new();
    seen.extend(rings.iter().take(limit).flat_map(|ring| ring.members.iter().map(|member| member.person)));
    seen.extend(farms.iter().take(limit).flat_map(|farm| farm.stands.iter().map(|stand| stand.person)));
    recorder.record(seen.iter().map(|person| loaded.people.person(*person).key()), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let made = wire::Made::new(&loaded, screened.snapshot());
    let write = || -> anyhow::Result<()> {
        match format {
            Format::Table => {
                let numbers = text::Numbers::of(&loaded);
                for (index, ring) in rings.iter().enumerate().take(limit) {
                    text::ring(&mut target, index + 1, ring, &links, &loaded.people, &numbers)?;
                }
                for (index, farm) in farms.iter().enumerate().take(limit) {
                    text::farm(&mut target, index + 1, farm, &loaded.people, &numbers)?;
                }
            }
            Format::Json | Format::Jsonl => {
                let mut objects = JsonObjects::new(format == Format::Json);
                for (index, ring) in rings.iter().enumerate().take(limit) {
                    objects.write(&mut target, &wire::Ring::new(index + 1, ring, &links, &loaded.people, &made))?;
                }
                for (index, farm) in farms.iter().enumerate().take(limit) {
                    objects.write(&mut target, &wire::Farm::new(index + 1, farm, &loaded.people, &made))?;
                }
                objects.finish(&mut target)?;
            }
            Format::Csv => {
                write_csv_header(&mut target, &["kind", "number", "person", "weight", "links"])?;
                for (index, ring) in rings.iter().enumerate().take(limit) {
                    let rows = ring.members.iter().map(|member| {
                        let key = loaded.people.person(member.person).key().to_owned();
                        vec![
                            "ring".to_owned(),
                            (index + 1).to_string(),
                            key,
                            format!("{:.2}", member.weight),
                            member.links.to_string(),
                        ]
                    });
                    write_inert_csv_rows(&mut target, rows)?;
                }
                for (index, farm) in farms.iter().enumerate().take(limit) {
                    let rows = farm.stands.iter().map(|stand| {
                        let key = loaded.people.person(stand.person).key().to_owned();
                        vec!["farm".to_owned(), (index + 1).to_string(), key, String::new(), String::new()]
                    });
                    write_inert_csv_rows(&mut target, rows)?;
                }
            }
        }
        target.finish()
    };
    let written = write();
    let members: usize = rings.iter().map(|ring| ring.members.len()).sum();
    let devices: usize = farms.iter().map(|farm| farm.stands.len()).sum();
    messages.note(&format!(
        "{} rings with {members} members, {} farms with devices of {devices}, among {} persons",
        rings.len(),
        farms.len(),
        loaded.people.len()
    ));
    for (value, kind, holders) in links.wide(&loaded.people).into_iter().take(3) {
        messages.note(&format!("{} `{value}` is held by {holders} persons and links nobody", kind.label()));
    }
    if rings.len() > limit || farms.len() > limit {
        messages.quiet_hint("`--limit N` shows more");
    }
    let found = !(rings.is_empty() && farms.is_empty());
    let outcome = if args.exit_code && found { Outcome::Hits } else { Outcome::Done };
    outcome.after(written)
}
