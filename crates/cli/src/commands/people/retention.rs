//! `people retention`: whose records are to be kept and whose are to go, with the reason; with `--erase` they go.

use std::path::Path;

use interdict_persona::{AlertState, Decision, PersonId, Retention, Time};
use serde::Serialize;

use super::access::Recorder;
use super::{erase, input};
use crate::args::{Format, Global, PeopleRetention};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, small_text};
use crate::messages::Messages;
use crate::output::{self, JsonObjects};
use crate::table::{write_csv, write_table};

/// The largest list of people to hold, in bytes.
const MOST_HELD: u64 = 64 << 20;

const HEADER: [&str; 5] = ["person", "name", "decision", "reason", "day"];

#[derive(Serialize)]
struct Row<'a> {
    person: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    decision: &'static str,
    reason: String,
    /// Until when it is kept, or since when it should have been gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<String>,
}

pub(super) fn run(global: &Global, args: &PeopleRetention, messages: Messages) -> anyhow::Result<Outcome> {
    let recorder = Recorder::new(global, &args.reading.access, "people retention")?;
    let hold: Vec<(&str, &Path)> = args.hold.iter().map(|path| ("--hold", path.as_path())).collect();
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, std::slice::from_ref(&args.folder), &args.reading, &hold)?;
    if !args.erase && (args.out.out.is_some() || args.out.in_place || args.out.leave_exports) {
        return Err(Usage("--out, --in-place and --leave-exports go with --erase".to_owned()).into());
    }
    let place = if args.erase { Some(erase::Place::check(&args.folder, &args.out)?) } else { None };
    let mut retention = Retention { not_hired_days: args.days, left_days: args.left_days, ..Retention::default() };
    if let Some(path) = &args.hold {
        let text = small_text(path, MOST_HELD, "no list of people is")?;
        let ids = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        retention.legal_hold = ids.filter(|id| !id.is_empty() && !id.starts_with('#')).map(str::to_owned).collect();
    }
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    let loaded = input::load(std::slice::from_ref(&args.folder), &args.reading, messages)?;
    for id in &retention.legal_hold {
        if loaded.people.find(id).is_none() {
            Messages::warning(&format!("--hold: nobody has the id `{id}`"));
        }
    }
    let decisions: Vec<(PersonId, Decision)> =
        retention.decide_all(&loaded.people, |_| AlertState::None, loaded.as_of).collect();
    let day = |time: Time| time.to_string().chars().take(10).collect::<String>();
    let rows = decisions.iter().map(|(person, decision)| {
        let person = loaded.people.person(*person);
        let (word, reason, time) = match decision {
            Decision::Keep { reason, until } => ("keep", reason, *until),
            Decision::Erase { reason, due } => ("erase", reason, Some(*due)),
        };
        Row { person: person.key(), name: person.name(), decision: word, reason: reason.to_string(), day: time.map(day) }
    });
    let cells = |row: Row<'_>| {
        let name = row.name.unwrap_or_default().to_owned();
        vec![row.person.to_owned(), name, row.decision.to_owned(), row.reason, row.day.unwrap_or_default()]
    };
    recorder.record(decisions.iter().map(|(person, _)| loaded.people.person(*person).key()), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    match format {
        Format::Table => write_table(&mut target, &HEADER, rows.map(cells), &[])?,
        Format::Csv => write_csv(&mut target, &HEADER, rows.map(cells))?,
        Format::Json | Format::Jsonl => {
            let mut objects = JsonObjects::new(format == Format::Json);
            for row in rows {
                objects.write(&mut target, &row)?;
            }
            objects.finish(&mut target)?;
        }
    }
    target.finish()?;
    let due: Vec<PersonId> = decisions.iter().filter(|(_, decision)| decision.is_erase()).map(|(person, _)| *person).collect();
    messages.note(&format!("{} of {} persons are to be erased", due.len(), decisions.len()));
    match place {
        Some(place) if !due.is_empty() => erase::erase(&loaded, &args.folder, &place, &due, &recorder, messages),
        _ => Ok(Outcome::Done),
    }
}
