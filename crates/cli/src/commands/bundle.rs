//! `interdict bundle`: keys, and signed bundles of the issues in force, for sites without a network.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use interdict_sources::{
    BundleIssue, BundleLimits, Manifest, ManifestIssue, SigningKey, Store, StoredIssue, VerifyingKey, generate_keypair,
    verify_bundle, write_bundle,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::{BundleArgs, BundleCommand, BundleExport, Format, Global};
use crate::dataset;
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::table::{write_csv, write_table};

/// Names the password of a secret key, so that it does not stand on the command line.
const PASSWORD_VARIABLE: &str = "INTERDICT_BUNDLE_PASSWORD";

fn password() -> Option<String> {
    std::env::var(PASSWORD_VARIABLE).ok()
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &BundleArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        BundleCommand::Keygen { out } => {
            std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
            let keys = generate_keypair(out, password().as_deref())?;
            messages.note(&format!("{} signs bundles; keep it to yourself", keys.secret.display()));
            messages.note(&format!("{} checks them; it goes to the sites", keys.public.display()));
            let mut target = Target::open(None)?;
            writeln!(target, "{}", keys.public_text)?;
            target.finish()?;
            Ok(Outcome::Done)
        }
        BundleCommand::Export(export) => run_export(global, export, messages),
        BundleCommand::Verify { bundle, public_key } => {
            let manifest = verify_bundle(bundle, &VerifyingKey::read(public_key)?, BundleLimits::default())?;
            write_report(global, &report(bundle, &manifest))
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a bundle holds, as it is written out.
#[derive(Serialize)]
struct Contents {
    file: String,
    sequence: u64,
    made_at: String,
    issues: Vec<Content>,
}

#[derive(Serialize)]
struct Content {
    source: String,
    issue_date: String,
    format: String,
    bytes: u64,
}

fn report(file: &Path, manifest: &Manifest) -> Contents {
    let content = |issue: &ManifestIssue| Content {
        source: issue.source.clone(),
        issue_date: issue.issue_date.clone(),
        format: issue.format.clone(),
        bytes: issue.files.iter().map(|file| file.bytes).sum(),
    };
    Contents {
        file: file.display().to_string(),
        sequence: manifest.sequence,
        made_at: manifest.made_at.clone(),
        issues: manifest.issues.iter().map(content).collect(),
    }
}

fn write_report(global: &Global, report: &Contents) -> anyhow::Result<Outcome> {
    let mut out = Target::open(None)?;
    let header = ["source", "issue", "format", "bytes"];
    let rows = report
        .issues
        .iter()
        .map(|issue| vec![issue.source.clone(), issue.issue_date.clone(), issue.format.clone(), issue.bytes.to_string()]);
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, report)?,
        Format::Jsonl => output::write_jsonl(&mut out, report)?,
        Format::Csv => write_csv(&mut out, &header, rows)?,
        Format::Table => {
            write_table(&mut out, &header, rows, &[3])?;
            writeln!(out, "\nmade {}, sequence {}", report.made_at, report.sequence)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn run_export(global: &Global, args: &BundleExport, messages: Messages) -> anyhow::Result<Outcome> {
    let dir = dataset::data_folder(global)?;
    let store = Store::read(&dir)?;
    let key = SigningKey::read(&args.secret_key, password().as_deref())?;
    let in_force = store.in_force(None);
    let chosen: Vec<StoredIssue> = in_force
        .iter()
        .filter(|(source, _)| args.only.is_empty() || args.only.iter().any(|id| id == *source))
        .filter_map(|(source, sha256)| store.find(source, sha256).map(|(issue, _)| issue.clone()))
        .collect();
    if let Some(id) = args.only.iter().find(|id| !in_force.contains_key(id.as_str())) {
        return Err(Failure::new(format!("`{id}` is not in force"), "`interdict sources --loaded` shows what is").into());
    }
    if chosen.is_empty() {
        return Err(Failure::new("no list is in force; there is nothing to export", "`interdict update` first").into());
    }
    let folder = tempfile::tempdir_in(&dir).with_context(|| dir.display().to_string())?;
    let mut issues = Vec::new();
    for (at, issue) in chosen.iter().enumerate() {
        let into = folder.path().join(at.to_string());
        std::fs::create_dir(&into).with_context(|| into.display().to_string())?;
        let paths: Vec<PathBuf> = store.extract(issue, &into)?;
        issues.push(BundleIssue {
            source: issue.source.clone(),
            issue_date: issue.issue_date.clone(),
            format: issue.format.clone(),
            // The names on the disk: those as delivered, but for what could be no name elsewhere.
            files: paths.into_iter().map(|path| (file_name(&path), path)).collect(),
        });
    }
    let now = Timestamp::now();
    // The time rises with every export, and needs no record of the last one.
    let sequence = u64::try_from(now.as_millisecond()).context("the clock stands before 1970")?;
    let manifest = write_bundle(&args.out, &issues, sequence, &now.to_string(), &key)?;
    let report = report(&args.out, &manifest);
    if output::choose(global.format, None, Format::Table) != Format::Table {
        write_report(global, &report)?;
    }
    messages.note(&format!("{} issues written to {}, sequence {}", report.issues.len(), report.file, report.sequence));
    Ok(Outcome::Done)
}
