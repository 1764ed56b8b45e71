//! `people retention`: whose records are to be kept and whose are to go, with the reason; with `--erase` they go.

use std::collections::HashMap;
use std::path::Path;

use interdict_persona::{AlertState, Assessor, Band, Decision, LinkSettings, Links, PersonId, Reason, Retention, Time};
use serde::Serialize;

use super::access::Recorder;
use super::input::Loaded;
use super::screen::Screened;
use super::unread::Unread;
use super::{erase, input};
use crate::args::{Format, Global, PeopleRetention};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::{Target, small_text};
use crate::messages::Messages;
use crate::output::{self, JsonObjects};
use crate::table::{write_inert_csv, write_table};

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
    let mut lists: Vec<(&str, &Path)> = args.hold.iter().map(|path| ("--hold", path.as_path())).collect();
    lists.extend(args.closed.iter().map(|path| ("--closed", path.as_path())));
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, std::slice::from_ref(&args.folder), &args.reading, &lists)?;
    if !args.erase && (args.out.out.is_some() || args.out.in_place || args.out.leave_exports) {
        return Err(Usage("--out, --in-place and --leave-exports go with --erase".to_owned()).into());
    }
    let place = if args.erase { Some(erase::Place::check(&args.folder, &args.out)?) } else { None };
    let mut retention = Retention { not_hired_days: args.days, left_days: args.left_days, ..Retention::default() };
    let held = args.hold.as_deref().map_or_else(|| Ok(Vec::new()), listed)?;
    retention.legal_hold = held.iter().map(|one| one.id.clone()).collect();
    let closed = args.closed.as_deref().map_or_else(|| Ok(Vec::new()), listed)?;
    let format = output::chosen(global.format, args.output.as_deref(), Format::Table)?;
    let loaded = input::load(std::slice::from_ref(&args.folder), &args.reading, messages)?;
    let known = Known { loaded: &loaded, must_match: args.erase };
    for one in &held {
        known.find("--hold", one)?;
    }
    let alerts = alerts(global, &known, &closed, messages)?;
    let unread = Unread::of(&loaded)?;
    let state = |person: PersonId| alerts.get(&person).map_or(AlertState::None, |alert| alert.state);
    let decisions: Vec<(PersonId, Decision)> = retention
        .decide_all(&loaded.people, |person| state(person.id()), |person| unread.may_hold(person), loaded.as_of)
        .collect();
    let day = |time: Time| time.to_string().chars().take(10).collect::<String>();
    let rows = decisions.iter().map(|(id, decision)| {
        let person = loaded.people.person(*id);
        let (word, reason, time) = match decision {
            Decision::Keep { reason, until } => ("keep", reason, *until),
            Decision::Erase { reason, due } => ("erase", reason, Some(*due)),
        };
        let flag = alerts.get(id).filter(|_| *reason == Reason::AlertOpen).map(|alert| format!(": {}", alert.flag));
        let reason = format!("{reason}{}", flag.unwrap_or_default());
        Row { person: person.key(), name: person.name(), decision: word, reason, day: time.map(day) }
    });
    let cells = |row: Row<'_>| {
        let name = row.name.unwrap_or_default().to_owned();
        vec![row.person.to_owned(), name, row.decision.to_owned(), row.reason, row.day.unwrap_or_default()]
    };
    recorder.record(decisions.iter().map(|(person, _)| loaded.people.person(*person).key()), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    match format {
        Format::Table => write_table(&mut target, &HEADER, rows.map(cells), &[])?,
        Format::Csv => write_inert_csv(&mut target, &HEADER, rows.map(cells))?,
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

/// A line of a list of people.
struct Listed {
    id: String,
    /// What stands behind the id.
    rest: String,
    /// `file:line`.
    place: String,
}

/// The people of a list, one a line, as they stand or as cells of CSV. `#` at the begin of a line or after white space begins a remark.
fn listed(path: &Path) -> anyhow::Result<Vec<Listed>> {
    let text = small_text(path, input::MOST_LISTED, "no list of people is")?;
    let mut all = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let remark = line
            .char_indices()
            .find(|(at, letter)| *letter == '#' && line[..*at].chars().next_back().is_none_or(char::is_whitespace));
        let line = remark.map_or(line, |(at, _)| &line[..at]).trim();
        if line.is_empty() {
            continue;
        }
        let (id, rest) = match line.strip_prefix('"').and_then(|inside| inside.split_once('"')) {
            Some((id, rest)) => (id, rest),
            None => line.split_once([',', ';', '\t']).map_or((line, ""), |(id, rest)| (id, rest)),
        };
        let rest = rest.trim().trim_start_matches([',', ';']).trim().trim_matches('"');
        let place = format!("{}:{}", path.display(), index + 1);
        all.push(Listed { id: id.trim().to_owned(), rest: rest.to_owned(), place });
    }
    Ok(all)
}

/// The people that lists name.
struct Known<'a> {
    loaded: &'a Loaded,
    /// Whether an id that nobody has stops the work: a mistyped one would not hold whom it should.
    must_match: bool,
}

impl Known<'_> {
    fn find(&self, option: &str, one: &Listed) -> anyhow::Result<Option<PersonId>> {
        let found = self.loaded.people.find(&one.id);
        if found.is_none() {
            let what = format!("{option}: {}: nobody has the id `{}`", one.place, one.id);
            if self.must_match {
                return Err(Failure::new(format!("nothing was erased: {what}"), "mend or take out the line, then erase").into());
            }
            Messages::warning(&what);
        }
        Ok(found)
    }
}

/// An alert about a person, and what it is about.
struct Alert {
    state: AlertState,
    flag: &'static str,
}

/// The alerts: everybody whom the assessment flags has one, which is open until a list says that somebody closed it.
fn alerts(
    global: &Global,
    known: &Known<'_>,
    closed: &[Listed],
    messages: Messages,
) -> anyhow::Result<HashMap<PersonId, Alert>> {
    let loaded = known.loaded;
    let screened = Screened::find(global, loaded, false, messages)?;
    let tests = screened.tests(loaded);
    let links = Links::find(&tests, &LinkSettings::default());
    let mut alerts = HashMap::new();
    let open = |flag| Alert { state: AlertState::Open, flag };
    for stand in links.farms().iter().flat_map(|farm| &farm.stands) {
        alerts.insert(stand.person, open("in a farm"));
    }
    for member in links.rings().iter().flat_map(|ring| &ring.members) {
        alerts.insert(member.person, open("in a ring"));
    }
    for summary in Assessor::new(&tests, &links).summaries() {
        let flag = match summary.band {
            _ if summary.legal => "sanctions hit",
            Band::Priority => "in priority review",
            Band::Review => "in review",
            _ => continue,
        };
        alerts.insert(summary.person, open(flag));
    }
    for one in closed {
        let time = Time::parse(&one.rest).map_err(|error| {
            Failure::new(
                format!("--closed: {}: the date is not taken: {error}", one.place),
                "lines are `ID,DATE`, as `P4,2026-03-01`",
            )
        })?;
        if let Some(person) = known.find("--closed", one)? {
            alerts.insert(person, Alert { state: AlertState::Closed(time.time), flag: "" });
        }
    }
    Ok(alerts)
}
