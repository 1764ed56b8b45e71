//! `interdict settings`: the settings in force as a TOML file, each with what it does and why, so that a user can start a file of their
//! own from it.

use std::io::Write;

use interdict_matching::Settings;
use serde_json::{Value as Json, json};

use crate::args::{Format, Global, SettingsCommand};
use crate::failure::Outcome;
use crate::files::Target;
use crate::output;
use crate::settings::Choice;
use crate::table::write_csv;

/// Runs the command.
pub(super) fn run(global: &Global, args: &SettingsCommand) -> anyhow::Result<Outcome> {
    let Choice { settings, .. } = Choice::read(&args.settings, args.threshold, args.limit)?;
    let values = serde_json::to_value(&settings)?;
    let id = settings.id();
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &json!({"id": id, "settings": values}))?,
        Format::Jsonl => output::write_jsonl(&mut out, &json!({"id": id, "settings": values}))?,
        Format::Csv => {
            let rows = Settings::fields().into_iter().map(|field| {
                vec![
                    field.name.to_owned(),
                    values.get(field.name).map(Json::to_string).unwrap_or_default(),
                    field.description.join(" "),
                ]
            });
            write_csv(&mut out, &["setting", "value", "description"], rows)?;
        }
        Format::Table => {
            writeln!(out, "# Settings {id}")?;
            for field in Settings::fields() {
                writeln!(out)?;
                field.description.iter().try_for_each(|line| writeln!(out, "# {line}"))?;
                // A number or a truth value is written in TOML as it is in JSON.
                writeln!(out, "{} = {}", field.name, values.get(field.name).unwrap_or(&Json::Null))?;
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}
