//! `people show`: everything that is held on one person, each row with its place.

use interdict_persona::export_person;

use super::access::Recorder;
use super::input;
use crate::args::{Format, Global, PeopleShow};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;
use crate::output::{self, write_json, write_jsonl};

pub(super) fn run(global: &Global, args: &PeopleShow, messages: Messages) -> anyhow::Result<Outcome> {
    let recorder = Recorder::new(global, &args.reading.access, "people show")?;
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, &args.input.paths, &args.reading, &[])?;
    let format = output::chosen(global.format, args.output.as_deref(), Format::Json)?;
    if matches!(format, Format::Table | Format::Csv) {
        return Err(Usage("--format: what is held on a person is JSON or JSON lines".to_owned()).into());
    }
    let loaded = input::load_each_record(&args.input.paths, &args.reading, messages)?;
    let person = find(&loaded, &args.id)?;
    let person = loaded.people.person(person);
    recorder.record([person.key()], messages)?;
    let all = export_person(person, loaded.as_of);
    let mut target = Target::open(args.output.as_deref())?;
    if format == Format::Json {
        write_json(&mut target, &all)?;
    } else {
        write_jsonl(&mut target, &all)?;
    }
    target.finish()?;
    Ok(Outcome::Done)
}

/// The person with an id.
pub(super) fn find(loaded: &input::Loaded, id: &str) -> Result<interdict_persona::PersonId, Failure> {
    loaded.people.find(id).ok_or_else(|| {
        Failure::new(
            format!("nobody has the id `{id}`"),
            "ids are those of the tables; accounts of a service have its name before them, as `okta:ID`",
        )
    })
}
