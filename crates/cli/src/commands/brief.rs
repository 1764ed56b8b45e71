//! `interdict brief`: issues of lists in, one bulletin out, as Markdown, a page or JSON.

use std::io::Write;
use std::path::Path;

use interdict_exchange::{Brief, BriefOptions, Customer, Customers, IssuePair, brief, choose_issues};
use interdict_sources::{Source, SourceKind, StoredIssue};

use crate::args::{self, AskedFormat, Global};
use crate::commands::catalogue;
use crate::failure::{Failure, Outcome, Usage};
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
        pairs.push(load(global, old, new, args.source.as_deref())?);
    }
    for issue in &args.issues {
        pairs.push(load(global, &issue.old, &issue.new, Some(&issue.id))?);
    }
    if args.old.is_none() && args.issues.is_empty() {
        pairs = kept_pairs(global, args, &args.until.clone().unwrap_or_else(super::today))?;
    }
    let options = BriefOptions {
        generated: args.generated.clone().unwrap_or_else(super::today),
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

/// For every list of the data folder the issue that was the last on `--since` and the one that was on `--until`.
fn kept_pairs(global: &Global, args: &args::Brief, until: &str) -> anyhow::Result<Vec<IssuePair>> {
    let Some(since) = &args.since else {
        return Err(Usage("name two issues (--old and --new, or --issue), or a time (--since, --until)".to_owned()).into());
    };
    let (store, catalogue) = (issues::store(global)?, catalogue(global, args.catalog.as_deref())?);
    let mut ids: Vec<String> = store.issues().iter().map(|(issue, _)| issue.source.clone()).collect();
    ids.sort();
    ids.dedup();
    let lists: Vec<Source> = ids
        .iter()
        .filter(|id| args.only.is_empty() || args.only.contains(id))
        .filter_map(|id| catalogue.get(id))
        .filter(|source| source.kind == SourceKind::List)
        .collect();
    if let Some(id) = args.only.iter().find(|id| !lists.iter().any(|source| source.id == **id)) {
        let message = format!("the data folder has no issue of a list `{id}`");
        return Err(Failure::new(message, "`interdict sources` shows what it has").into());
    }
    let (mut pairs, mut without) = (Vec::new(), Vec::new());
    for source in lists {
        match kept_pair(&source, &store.accepted(&source.id), since, until) {
            Some((old, new)) => {
                let (old, new) = issues::load_kept(&store, &catalogue, old, new)?;
                pairs.push(IssuePair { old, new });
            }
            None => without.push(source.id),
        }
    }
    if pairs.is_empty() {
        let message = format!("no list has one issue until {since} and another until {until} in one format");
        return Err(Failure::new(message, "`interdict update` keeps every issue from the day it first runs").into());
    }
    if !without.is_empty() {
        Messages::warning(&format!(
            "nothing is said of {}: no two issues of {since} and {until} in one format are kept",
            without.join(", ")
        ));
    }
    Ok(pairs)
}

/// The two issues, in the best format in which there are two.
fn kept_pair<'s>(
    source: &Source,
    accepted: &[&'s StoredIssue],
    since: &str,
    until: &str,
) -> Option<(&'s StoredIssue, &'s StoredIssue)> {
    source.formats.iter().find_map(|format| {
        let issues: Vec<&StoredIssue> = accepted.iter().copied().filter(|issue| issue.format == *format).collect();
        let dates: Vec<&str> = issues.iter().map(|issue| issue.issue_date.as_str()).collect();
        choose_issues(&dates, since, until).map(|(old, new)| (issues[old], issues[new]))
    })
}

fn load(global: &Global, old: &Path, new: &Path, source: Option<&str>) -> anyhow::Result<IssuePair> {
    let (old, new) = issues::load_pair(global, old, new, source)?;
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
