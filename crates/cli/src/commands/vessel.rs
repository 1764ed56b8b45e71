//! `interdict vessel`: numbers and names in, what lists and registers say of each vessel out, in their order. Each ends as a hit (listed, or reached
//! by an ownership rule), as found (known, and not reached), as clear, or as an error that says what was wrong with it.

mod look_up;
mod write;

use std::path::Path;

use interdict_matching::{Matcher, Settings};
use interdict_model::{Entity, Schema, Value};

use self::look_up::{Answer, LookUp};
use self::write::Writer;
use super::identity::Identities;
use super::network::verdict::{day_of, regimes_of};
use crate::args::{AskedFormat, Format, Global, VesselArgs};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Input, Problem, Row, Rows};
use crate::messages::Messages;
use crate::output;
use crate::rejects::{Reject, Rejects};

#[derive(Default)]
struct Tally {
    asked: u64,
    hits: u64,
    found: u64,
    errors: u64,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &VesselArgs, messages: Messages) -> anyhow::Result<Outcome> {
    check(global, args)?;
    let day = day_of(args.date.as_deref())?;
    let regimes = regimes_of(&args.regime)?;
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    let as_ftm = global.format == Some(AskedFormat::Ftm);
    let mut rows = args
        .input
        .as_deref()
        .map(|path| {
            let mut input = Input::open(path)?;
            let kind = input.kind(args.input_format, path)?;
            Rows::open(input, kind, &args.map, Some(Schema::Vessel))
        })
        .transpose()?;
    let snapshot = dataset::open(global, messages)?;
    if let Some(columns) = rows.as_ref().and_then(Rows::columns) {
        messages.note(&columns);
    }
    let matcher = Matcher::new(&snapshot, Settings { limit: look_up::NAMED, ..Settings::default() });
    let identities = Identities::read(global, &snapshot)?;
    let mut look_up = LookUp { snapshot: &snapshot, identities, matcher: &matcher, day, regimes: &regimes };
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let mut writer = Writer::new(&snapshot, format, as_ftm);
    let mut tally = Tally::default();
    for asked in &args.vessels {
        let answer = if asked.trim().is_empty() {
            let reason = "it is empty: give a number or a name";
            Messages::error(&format!("`{asked}`: {reason}"));
            rejects.write(&Reject { file: "NUMBER", line: 0, record: asked, field: "", reason, text: asked })?;
            Answer::error(asked.clone(), None, reason.to_owned())
        } else {
            look_up.typed(asked)
        };
        tally.add(&answer);
        writer.write(&mut target, &answer)?;
    }
    if let Some(rows) = &mut rows {
        let file = rows.name.clone();
        while let Some(Row { line, id, text, entity, warnings, .. }) = rows.next()? {
            let asked = entity.and_then(|entity| as_vessel(entity, &text));
            let mut answer = match asked {
                Ok(entity) => look_up.row(id, line, &entity),
                Err(Problem { field, reason }) => {
                    rejects.add(&Reject { file: &file, line, record: &id, field: &field, reason: &reason, text: &text })?;
                    let reason = if field.is_empty() { reason } else { format!("{field}: {reason}") };
                    Answer::error(id, Some(line), reason)
                }
            };
            answer.cautions.extend(warnings);
            tally.add(&answer);
            writer.write(&mut target, &answer)?;
        }
    }
    writer.finish(&mut target)?;
    target.finish()?;
    rejects.finish("rows", tally.asked)?;
    let Tally { asked, hits, found, errors } = tally;
    if asked == 0 {
        Messages::warning("the input has no rows: nothing was looked up");
    }
    let error = if errors == 1 { "error" } else { "errors" };
    messages.note(&format!(
        "{asked} looked up, {hits} listed or reached, {found} known and not reached, {} clear, {errors} {error}; snapshot {}",
        asked - hits - found - errors,
        short(snapshot.id())
    ));
    if errors > 0 && errors == asked {
        return Ok(Outcome::NothingWorked);
    }
    Ok(if args.exit_code && hits > 0 { Outcome::Hits } else { Outcome::Done })
}

impl Tally {
    fn add(&mut self, answer: &Answer) {
        self.asked += 1;
        match answer.status {
            "hit" => self.hits += 1,
            "found" => self.found += 1,
            "error" => self.errors += 1,
            _ => {}
        }
    }
}

/// Refuses what makes no sense together, before anything is read.
fn check(global: &Global, args: &VesselArgs) -> Result<(), Usage> {
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = args
        .input
        .iter()
        .filter_map(|path| Some(("--input", input_file(path)?)))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    keep_apart(&[("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)
}

/// The row, if there is anything in it by which a vessel can be found. A line of a plain list is a number or a name.
fn as_vessel(mut entity: Entity, text: &str) -> Result<Entity, Problem> {
    let asked = look_up::NUMBERS.iter().chain(&look_up::NAMES).any(|property| entity.first(property).is_some());
    if asked {
        return Ok(entity);
    }
    if entity.properties().next().is_none() && !text.trim().is_empty() && !text.contains([',', ';', '{']) {
        entity.add("name", Value::from(text.trim()));
        return Ok(entity);
    }
    Err(Problem::row("the row has no number and no name of a vessel or an aircraft"))
}
