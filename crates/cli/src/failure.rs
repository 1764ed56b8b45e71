//! How a command ends: the outcome and its exit code, errors that carry a hint, and the one place where an error is reported.

use std::fmt;
use std::io;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::messages::Messages;

/// How a command that ran to its end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to report: exit code 0.
    Done,
    /// It ran, but every row was bad, or a whole file was: exit code 1.
    NothingWorked,
    /// Hits were found, and the exit code was asked to say so: exit code 3.
    Hits,
}

impl Outcome {
    /// The outcome of work of which the result was written: a reader of it who has gone away changes nothing of what was found.
    pub(crate) fn after(self, written: anyhow::Result<()>) -> anyhow::Result<Self> {
        match written {
            Err(error) if !error.chain().any(is_broken_pipe) => Err(error),
            _ => Ok(self),
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::NothingWorked => 1,
            Outcome::Hits => 3,
        })
    }
}

/// An error with advice on what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Arguments that parse and still make no sense together: exit code 2, in the words of the argument parser.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Reports an error on stderr and gives the exit code for it. A reader of stdout that has gone away is no error.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(usage) = error.downcast_ref::<Usage>() {
        Cli::command().error(ErrorKind::ValueValidation, usage).exit();
    }
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    Messages::error(&format!("{error:#}"));
    if let Some(failure) = error.chain().find_map(|cause| cause.downcast_ref::<Failure>()) {
        Messages::hint(&failure.hint);
    }
    ExitCode::FAILURE
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    let json = || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    let csv = || match cause.downcast_ref::<csv::Error>().map(csv::Error::kind) {
        Some(csv::ErrorKind::Io(error)) => Some(error.kind()),
        _ => None,
    };
    io.or_else(json).or_else(csv) == Some(io::ErrorKind::BrokenPipe)
}
