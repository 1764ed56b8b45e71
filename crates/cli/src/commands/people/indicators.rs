//! `people indicators`: the catalogue as a table, or one indicator with everything that is known of it.

use std::io::Write as _;

use interdict_persona::Indicator;
use serde::Serialize;

use super::input;
use crate::args::{Format, Global, PeopleIndicators};
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::output::{self, JsonObjects};
use crate::table::{write_inert_csv, write_table};

#[derive(Serialize)]
struct Out<'a> {
    id: &'a str,
    category: &'static str,
    class: &'static str,
    strength: &'static str,
    statement: &'a str,
    reason: &'a str,
    fields: &'a [String],
    innocent: &'a [String],
    sources: Vec<[&'a str; 4]>,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_fed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partly: Option<&'a str>,
}

fn out(indicator: &Indicator) -> Out<'_> {
    Out {
        id: &indicator.id,
        category: indicator.category.code(),
        class: indicator.class.code(),
        strength: indicator.strength.code(),
        statement: &indicator.statement,
        reason: &indicator.reason,
        fields: &indicator.fields,
        innocent: &indicator.innocent,
        sources: (indicator.sources.iter())
            .map(|source| [source.title.as_str(), &source.date, &source.url, &source.read])
            .collect(),
        enabled: indicator.enabled,
        not_fed: indicator.not_fed.as_deref(),
        partly: indicator.partly.as_deref(),
    }
}

fn state(indicator: &Indicator) -> &'static str {
    match (&indicator.test, indicator.enabled) {
        (None, _) => "not fed",
        (Some(_), false) => "off",
        (Some(_), true) => "on",
    }
}

pub(super) fn run(global: &Global, args: &PeopleIndicators) -> anyhow::Result<Outcome> {
    let catalogue = input::catalogue(&args.indicators)?;
    let format = output::choose(global.format, None, Format::Table);
    let mut target = Target::open(None)?;
    let all: Vec<&Indicator> = match &args.id {
        None => catalogue.indicators().iter().collect(),
        Some(id) => {
            let found = catalogue.indicators().iter().find(|indicator| indicator.id.eq_ignore_ascii_case(id));
            let missing = || Failure::new(format!("no indicator has the id `{id}`"), "`interdict people indicators` lists all");
            vec![found.ok_or_else(missing)?]
        }
    };
    let rows = all.iter().map(|indicator| {
        [
            &indicator.id,
            indicator.category.code(),
            indicator.class.code(),
            indicator.strength.code(),
            state(indicator),
            &indicator.statement,
        ]
        .map(str::to_owned)
        .to_vec()
    });
    let header = ["id", "category", "class", "strength", "state", "statement"];
    match format {
        Format::Table if args.id.is_some() => {
            for indicator in all {
                writeln!(target, "{}: {}", indicator.id, indicator.statement)?;
                writeln!(
                    target,
                    "category: {}; class: {}; strength: {}, {}",
                    indicator.category.label(),
                    indicator.class.code(),
                    indicator.strength.code(),
                    indicator.reason
                )?;
                writeln!(target, "reads: {}", indicator.fields.join(", "))?;
                if let Some(reason) = &indicator.not_fed {
                    writeln!(target, "not fed: {reason}")?;
                } else {
                    writeln!(target, "state: {}", state(indicator))?;
                }
                if let Some(reason) = &indicator.partly {
                    writeln!(target, "not tested: {reason}")?;
                }
                writeln!(target, "innocent if: {}", indicator.innocent.join("; "))?;
                for source in &indicator.sources {
                    writeln!(target, "follows: {}, {}, {} ({})", source.title, source.date, source.url, source.read)?;
                }
            }
        }
        Format::Table => write_table(&mut target, &header, rows, &[])?,
        Format::Csv => write_inert_csv(&mut target, &header, rows)?,
        Format::Json | Format::Jsonl => {
            let mut objects = JsonObjects::new(format == Format::Json);
            for indicator in all {
                objects.write(&mut target, &out(indicator))?;
            }
            objects.finish(&mut target)?;
        }
    }
    target.finish()?;
    Ok(Outcome::Done)
}
