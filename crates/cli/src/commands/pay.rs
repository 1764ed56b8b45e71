//! `interdict pay`: files of payments in, what is to become of each payment out, with its reasons, in the order of the files. A payment that
//! cannot be read is a problem with its line; a file that cannot be read is an error, and the others go on.

mod good_guy;
mod history;
mod line;
mod write;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::Context;
use interdict_documents::{ScanSettings, Scanner};
use interdict_matching::{Matcher, Settings};
use interdict_payments::{
    Assessment, Decision, History, Item, Payment, PaymentError, Policy, Problem, ReadLimits, Reader, Rules, ScreenScratch,
    Screener,
};

use self::history::Memory;
use self::line::Made;
use self::write::Writer;
use super::parallel;
use crate::args::{Format, Global, PayArgs};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, input_file, keep_apart, small_text};
use crate::messages::{Messages, counted};
use crate::output;
use crate::rejects::{Reject, Rejects};

/// The most that is read of a policy, in bytes: what is larger is some other file.
const MAX_POLICY: u64 = 8 << 20;

/// What came of an item of a file.
enum Row<'s> {
    Payment(Box<Payment>, Assessment<'s>),
    Problem(Problem),
}

#[derive(Default)]
struct Tally {
    passed: u64,
    held: u64,
    blocked: u64,
    /// Payments of which something was not checked.
    not_checked: u64,
    problems: u64,
    /// Files that could not be read, or not to their end.
    failed: u64,
}

impl Tally {
    fn payments(&self) -> u64 {
        self.passed + self.held + self.blocked
    }

    fn add(&mut self, assessment: &Assessment<'_>) {
        match assessment.decision {
            Decision::Pass => self.passed += 1,
            Decision::Hold => self.held += 1,
            Decision::Block => self.blocked += 1,
        }
        self.not_checked += u64::from(!assessment.not_checked.is_empty());
    }

    fn outcome(&self, exit_code: bool) -> Outcome {
        if exit_code && self.held + self.blocked > 0 {
            Outcome::Hits
        } else if self.failed > 0 || self.problems > 0 && self.payments() == 0 {
            Outcome::NothingWorked
        } else if exit_code && self.problems + self.not_checked > 0 {
            // What was not checked says nothing.
            Outcome::NothingWorked
        } else {
            Outcome::Done
        }
    }
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &PayArgs, messages: Messages) -> anyhow::Result<Outcome> {
    check(global, args)?;
    if let Some(id) = &args.good_guy {
        return good_guy::print(global, id, args.output.as_deref(), messages);
    }
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    let day = args.date.clone().unwrap_or_else(super::today);
    let (policy, policy_id) = match &args.policy {
        Some(path) => {
            let (policy, id) = read_policy(path)?;
            (policy, Some(id))
        }
        None => (Policy::default(), None),
    };
    let (past, mut memory) = Memory::read(args.history.as_deref(), args.remember)?;
    let snapshot = dataset::open(global, messages)?;
    for rule in policy.good_guys().iter().filter(|rule| snapshot.entity(&rule.listed).is_none()) {
        Messages::warning(&format!("good-guy rule {}: no party of the snapshot has the id {}", rule.id, rule.listed));
    }
    let settings = Settings::default();
    let scanner = Scanner::new(&snapshot, settings.clone(), ScanSettings::default());
    let screener = Screener::new(&Matcher::new(&snapshot, settings), scanner, Rules::on(&day), policy, &day);
    let made = Made::new(&snapshot, screener.settings(), policy_id, &day);
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let mut writer = Writer::new(format, args.all, made);
    let mut tally = Tally::default();
    for path in &args.files {
        let mut run = Run {
            screener: &screener,
            past: past.as_ref(),
            memory: &mut memory,
            rejects: &mut rejects,
            target: &mut target,
            writer: &mut writer,
            tally: &mut tally,
            threads: args.threads,
            day: &day,
        };
        if let Some(error) = run.file(path)? {
            // A reader that has gone away is told by what writes to it; here it is the file that cannot be read.
            Messages::error(&error);
            tally.failed += 1;
        }
    }
    writer.finish(&mut target, &tally)?;
    target.finish()?;
    rejects.finish("payments", tally.payments() + tally.problems)?;
    if let Some(remembered) = memory.finish()? {
        let path = args.history.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
        messages.note(&format!("{path}: {} added", counted(remembered, "payment", "payments")));
    }
    summary(&tally, args.files.len(), snapshot.id(), messages);
    Ok(tally.outcome(args.exit_code))
}

/// Refuses what makes no sense together, before anything is read.
fn check(global: &Global, args: &PayArgs) -> Result<(), Usage> {
    if args.files.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Usage("FILE: only one of them can be stdin".to_owned()));
    }
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = args
        .files
        .iter()
        .filter_map(|path| Some(("FILE", input_file(path)?)))
        .chain(args.policy.iter().map(|path| ("--policy", path.as_path())))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    // A history that is only read is an input; one that is added to must be none of the others either.
    let history = ("--history", args.history.as_deref());
    let outputs = [history, ("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())];
    keep_apart(&outputs, &inputs)
}

fn read_policy(path: &Path) -> anyhow::Result<(Policy, String)> {
    let text = small_text(path, MAX_POLICY, "no policy is")?;
    let policy = Policy::from_toml(&text).with_context(|| path.display().to_string())?;
    Ok((policy, line::digest(text.as_bytes())))
}

/// What all files share.
struct Run<'a, 's> {
    screener: &'a Screener<'s>,
    past: Option<&'a History>,
    memory: &'a mut Memory,
    rejects: &'a mut Rejects,
    target: &'a mut Target,
    writer: &'a mut Writer,
    tally: &'a mut Tally,
    threads: Option<u16>,
    day: &'a str,
}

impl Run<'_, '_> {
    /// Screens the payments of a file; gives why it could not be read to its end, where that is so.
    fn file(&mut self, path: &Path) -> anyhow::Result<Option<String>> {
        let (name, mut input): (String, Box<dyn BufRead + Send>) = if path == Path::new("-") {
            ("stdin".to_owned(), Box::new(BufReader::with_capacity(1 << 16, io::stdin())))
        } else {
            let name = path.display().to_string();
            match File::open(path) {
                Ok(file) => (name, Box::new(BufReader::with_capacity(1 << 16, file))),
                Err(error) => return Ok(Some(format!("{name}: cannot be opened: {error}"))),
            }
        };
        match input.fill_buf() {
            Ok([]) => return Ok(Some(format!("{name}: the file is empty"))),
            Ok(_) => {}
            Err(error) => return Ok(Some(format!("{name}: cannot be read: {error}"))),
        }
        let mut reader = match Reader::open(input, ReadLimits::default()) {
            Ok(reader) => reader,
            Err(error) => return Ok(Some(failure(&name, &error))),
        };
        let Self { screener, past, memory, rejects, target, writer, tally, threads, day } = self;
        let mut failed = None;
        parallel::in_order(
            *threads,
            || {
                Ok(reader.next_item().unwrap_or_else(|error| {
                    failed = Some(failure(&name, &error));
                    None
                }))
            },
            ScreenScratch::default,
            |scratch, item| match item {
                Item::Payment(payment) => {
                    let assessment = screener.screen(&payment, *past, scratch);
                    Row::Payment(payment, assessment)
                }
                Item::Problem(problem) => Row::Problem(problem),
            },
            |rows| {
                let mut stopped = Vec::new();
                for row in rows {
                    match row {
                        Row::Payment(payment, assessment) => {
                            tally.add(&assessment);
                            writer.write(*target, &name, &payment, &assessment)?;
                            stopped.extend(history::worth_keeping(*past, &payment, &assessment, day));
                        }
                        Row::Problem(problem) => {
                            tally.problems += 1;
                            let Problem { line, field, reason } = &problem;
                            let record = format!("line {line}");
                            rejects.add(&Reject { file: &name, line: *line, record: &record, field, reason, text: "" })?;
                        }
                    }
                }
                memory.keep(stopped)
            },
        )?;
        Ok(failed)
    }
}

fn failure(name: &str, error: &PaymentError) -> String {
    match error {
        PaymentError::Io(error) => format!("{name}: cannot be read: {error}"),
        error => format!("{name}: {error}"),
    }
}

fn summary(tally: &Tally, files: usize, snapshot: &str, messages: Messages) {
    let Tally { passed, held, blocked, problems, failed, not_checked } = tally;
    let payments = tally.payments();
    if payments == 0 && *problems == 0 && *failed == 0 {
        Messages::warning("there are no payments: nothing was screened");
    }
    if *not_checked > 0 {
        let of = counted(payments, "payment", "payments");
        Messages::warning(&format!("{not_checked} of {of} not checked in full; what was not is said of each"));
    }
    let mut words = vec![
        format!("{blocked} blocked"),
        format!("{held} held"),
        format!("{passed} passed"),
        format!("{problems} could not be read"),
    ];
    if *failed > 0 {
        words.push(format!("{} failed", counted(*failed, "file", "files")));
    }
    messages.note(&format!(
        "{} in {}: {}; snapshot {}",
        counted(payments + problems, "payment", "payments"),
        counted(files as u64, "file", "files"),
        words.join(", "),
        short(snapshot)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stopped_goes_before_what_could_not_be_read() {
        let tally = |passed, held, problems, failed| Tally { passed, held, problems, failed, ..Tally::default() };
        for (tally, plain, asked) in [
            (tally(0, 0, 0, 0), Outcome::Done, Outcome::Done),
            (tally(2, 0, 0, 0), Outcome::Done, Outcome::Done),
            (tally(2, 1, 0, 0), Outcome::Done, Outcome::Hits),
            (tally(2, 1, 1, 1), Outcome::NothingWorked, Outcome::Hits),
            (tally(2, 0, 1, 0), Outcome::Done, Outcome::NothingWorked),
            (tally(0, 0, 1, 0), Outcome::NothingWorked, Outcome::NothingWorked),
            (tally(0, 0, 0, 1), Outcome::NothingWorked, Outcome::NothingWorked),
        ] {
            assert_eq!((tally.outcome(false), tally.outcome(true)), (plain, asked));
        }
    }
}
