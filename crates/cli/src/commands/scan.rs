//! `interdict scan`: documents in, every listed party in them out, with its words, sentence and score, and how the parties of a document are
//! linked. Each part of a document ends as a hit, as clear, or as not checked with the reason; nothing that was not read is ever clear.

mod files;
mod finish;
mod pdf;
mod read;
mod write;

use std::path::Path;

use interdict_documents::{Limits, ScanSettings, Scanner};
use interdict_exchange::{ScanDocument, ScanResult};

use self::files::Item;
use self::finish::Finisher;
pub(super) use self::pdf::{ProcessPdf, pdf_text};
use self::read::Reading;
use self::write::{Form, Made, Writer};
use super::parallel;
use crate::args::{Global, ScanArgs};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, keep_apart};
use crate::messages::Messages;
use crate::settings::Choice;

#[derive(Default)]
struct Tally {
    documents: u64,
    hits: u64,
    clear: u64,
    not_checked: u64,
    /// Documents of which some part was not read, with a hit or without.
    unread: u64,
    /// Files that could not be opened or read at all.
    failed: u64,
}

impl Tally {
    fn add(&mut self, document: &ScanDocument, failed: bool) {
        self.documents += 1;
        match document.result {
            ScanResult::Hit => self.hits += 1,
            ScanResult::Clear => self.clear += 1,
            ScanResult::NotChecked => self.not_checked += 1,
        }
        self.unread += u64::from(document.parts.iter().any(|part| !part.reasons.is_empty()));
        self.failed += u64::from(failed);
    }

    fn outcome(&self, exit_code: bool) -> Outcome {
        if exit_code && self.hits > 0 {
            return Outcome::Hits;
        }
        let nothing = self.documents == 0 || self.unread == self.documents && self.hits == 0;
        if self.failed > 0 || nothing || exit_code && self.unread > 0 { Outcome::NothingWorked } else { Outcome::Done }
    }
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &ScanArgs, messages: Messages) -> anyhow::Result<Outcome> {
    let form = Form::choose(global.format, args.output.as_deref());
    let items = files::expand(&args.files)?;
    keep_files_apart(global, args, &items)?;
    let choice = Choice::read(&args.settings, None, None)?;
    let snapshot = dataset::open(global, messages)?;
    let strictness = args.threshold.map_or_else(ScanSettings::default, |threshold| ScanSettings { threshold });
    let settings_id = choice.settings.id();
    let made = Made::new(&snapshot, &settings_id, strictness.threshold);
    let scanner = Scanner::new(&snapshot, choice.settings, strictness);
    let defaults = Limits::default();
    let reading = Reading {
        scanner: &scanner,
        limits: Limits {
            file_bytes: args.max_bytes.unwrap_or(defaults.file_bytes),
            depth: args.max_depth.unwrap_or(defaults.depth),
            ..defaults
        },
        seconds: args.timeout,
        mentions: args.limit as usize,
        unlisted: form != Form::Csv,
        excerpts: form == Form::Html,
    };
    let mut finisher = Finisher::new(global, &snapshot, args.network || !args.no_network, form == Form::Html)?;
    let mut target = Target::open(args.output.as_deref())?;
    let mut writer = Writer::new(form, args.unlisted, made);
    let mut tally = Tally::default();
    let mut waiting = items.into_iter();
    parallel::in_order(
        args.threads,
        || Ok(waiting.next()),
        interdict_documents::ScanScratch::default,
        |scratch, item| reading.read(item, scratch),
        |chunk| {
            for read in chunk {
                if let Some(reason) = &read.failed {
                    Messages::warning(&format!("{}: {reason}", read.file));
                }
                let failed = read.failed.is_some();
                let document = finisher.document(read)?;
                tally.add(&document, failed);
                writer.write(&mut target, document)?;
            }
            Ok(())
        },
    )?;
    writer.finish(&mut target)?;
    target.finish()?;
    summary(&tally, snapshot.id(), messages);
    Ok(tally.outcome(args.exit_code))
}

/// Refuses an output that is one of the files to read, or a snapshot that may be in use.
fn keep_files_apart(global: &Global, args: &ScanArgs, items: &[Item]) -> Result<(), Usage> {
    if args.output.is_none() {
        return Ok(());
    }
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = items
        .iter()
        .filter_map(Item::path)
        .map(|path| ("FILE", path))
        .chain(args.settings.settings.iter().map(|path| ("--settings", path.as_path())))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    keep_apart(&[("--output", args.output.as_deref())], &inputs)
}

fn summary(tally: &Tally, snapshot: &str, messages: Messages) {
    let Tally { documents, hits, clear, not_checked, unread, .. } = tally;
    if *documents == 0 {
        Messages::warning("there are no files: nothing was scanned");
    }
    let (files, with) = (if *documents == 1 { "file" } else { "files" }, if *hits == 1 { "with a hit" } else { "with hits" });
    let partly = if unread > not_checked { format!(", {} read in part", unread - not_checked) } else { String::new() };
    let snapshot = short(snapshot);
    messages.note(&format!(
        "{documents} {files}: {hits} {with}, {clear} clear, {not_checked} not checked{partly}; snapshot {snapshot}"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_go_before_what_was_not_read() {
        let tally = |documents, hits, unread, failed| Tally { documents, hits, unread, failed, ..Tally::default() };
        for (tally, plain, asked) in [
            (tally(0, 0, 0, 0), Outcome::NothingWorked, Outcome::NothingWorked),
            (tally(2, 0, 0, 0), Outcome::Done, Outcome::Done),
            (tally(2, 1, 0, 0), Outcome::Done, Outcome::Hits),
            (tally(2, 1, 1, 1), Outcome::NothingWorked, Outcome::Hits),
            (tally(2, 0, 1, 0), Outcome::Done, Outcome::NothingWorked),
            (tally(2, 0, 2, 0), Outcome::NothingWorked, Outcome::NothingWorked),
            (tally(1, 1, 1, 0), Outcome::Done, Outcome::Hits),
        ] {
            assert_eq!((tally.outcome(false), tally.outcome(true)), (plain, asked));
        }
    }
}
