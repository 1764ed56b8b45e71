//! `interdict brief`: issues of lists in, one bulletin out, as Markdown, a page or JSON.

use std::io::Write;
use std::path::Path;

use interdict_exchange::{Brief, BriefOptions, Customer, Customers, IssuePair, brief};
use jiff::{Timestamp, tz::TimeZone};

use crate::args::{self, AskedFormat, Global};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, keep_apart};
use crate::input::{Input, Rows};
use crate::issues;
use crate::messages::Messages;
use crate::output;
use crate::settings::Choice;

enum Form {
    Markdown,
    Html,
    Json,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &args::Brief, messages: Messages) -> anyhow::Result<Outcome> {
    let form = form(global.format, args.output.as_deref())?;
    if let (Some(since), Some(until)) = (&args.since, &args.until)
        && since > until
    {
        return Err(Usage(format!("--until: {until} is before --since {since}")).into());
    }
    let mut inputs: Vec<(&str, &Path)> = Vec::new();
    inputs.extend(args.issues.iter().flat_map(|issue| [("--issue", issue.old.as_path()), ("--issue", issue.new.as_path())]));
    inputs.extend(args.old.as_deref().map(|path| ("--old", path)));
    inputs.extend(args.new.as_deref().map(|path| ("--new", path)));
    inputs.extend(args.customers.as_deref().map(|path| ("--customers", path)));
    keep_apart(&[("--output", args.output.as_deref())], &inputs)?;
    let customers = customers(args, messages)?;
    let mut pairs = Vec::new();
    if let (Some(old), Some(new)) = (&args.old, &args.new) {
        pairs.push(load(old, new, args.source.as_deref())?);
    }
    for issue in &args.issues {
        pairs.push(load(&issue.old, &issue.new, Some(&issue.id))?);
    }
    let today = || TimeZone::UTC.to_datetime(Timestamp::now()).date().to_string();
    let options = BriefOptions {
        generated: args.generated.clone().unwrap_or_else(today),
        since: args.since.clone(),
        until: args.until.clone(),
        program: args.program.clone(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let told = brief(&pairs, &options, customers.as_ref())?;
    for notice in &told.notices {
        Messages::warning(notice.trim_end_matches('.'));
    }
    write(&told, &form, args.output.as_deref())?;
    Ok(Outcome::Done)
}

fn load(old: &Path, new: &Path, source: Option<&str>) -> anyhow::Result<IssuePair> {
    let (old, new) = issues::load_pair(old, new, source)?;
    issues::check(&old, &new)?;
    Ok(IssuePair { old, new })
}

/// As asked, else by the ending of the output file, else Markdown.
fn form(asked: Option<AskedFormat>, output: Option<&Path>) -> Result<Form, Usage> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    match asked {
        Some(AskedFormat::Markdown) => Ok(Form::Markdown),
        Some(AskedFormat::Html) => Ok(Form::Html),
        Some(AskedFormat::Json) => Ok(Form::Json),
        Some(_) => Err(Usage("--format: a bulletin is markdown, html or json".to_owned())),
        None => Ok(match ending.as_deref() {
            Some("html" | "htm") => Form::Html,
            Some("json") => Form::Json,
            _ => Form::Markdown,
        }),
    }
}

fn write(told: &Brief, form: &Form, output: Option<&Path>) -> anyhow::Result<()> {
    let mut out = Target::open(output)?;
    match form {
        Form::Markdown => out.write_all(told.to_markdown().as_bytes())?,
        Form::Html => out.write_all(told.to_html().as_bytes())?,
        Form::Json => output::write_json(&mut out, told)?,
    }
    out.finish()
}

fn customers(args: &args::Brief, messages: Messages) -> anyhow::Result<Option<Customers>> {
    let Some(path) = &args.customers else { return Ok(None) };
    let choice = Choice::read(&args.settings, args.threshold, None)?;
    let mut input = Input::open(path)?;
    let kind = input.kind(None, path)?;
    let mut rows = Rows::open(input, kind, &[], None)?;
    if let Some(columns) = rows.columns() {
        messages.note(&format!("{}: {columns}", rows.name));
    }
    for doubled in rows.doubled_columns() {
        Messages::warning(&format!("{}: {doubled}", rows.name));
    }
    let mut customers = Customers::new(rows.name.clone(), choice.settings);
    while let Some(row) = rows.next()? {
        match row.entity {
            Ok(entity) => customers.add(&Customer { id: row.id, entity }),
            Err(problem) => {
                let reason = format!("line {}: {}", row.line, problem.reason);
                Messages::warning(&format!("{}: {}: {reason}; not checked", rows.name, row.id));
                customers.unread(row.id, reason);
            }
        }
    }
    Ok(Some(customers))
}
