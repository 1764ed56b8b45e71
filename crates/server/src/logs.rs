//! What is written to stderr: lines for people, or JSON for machines. Of a request there are its route, status, time, id and key, and
//! never what it asked for.

use tracing_subscriber::EnvFilter;

use crate::error::ServerError;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// Lines for people.
    Text,
    /// An object a line.
    Json,
}

/// Starts to log, from a level on (`error`, `warn`, `info`, `debug`). At `debug` every request is logged; before, those that went wrong.
pub fn start_logging(form: LogForm, level: &str) -> Result<(), ServerError> {
    let filter = EnvFilter::try_new(level).map_err(|error| ServerError::Setup(format!("log level: {error}")))?;
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(false);
    let started = match form {
        LogForm::Text => log.try_init(),
        LogForm::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| ServerError::Setup(error.to_string()))
}
