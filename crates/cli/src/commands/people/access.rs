//! The record of who looked at whose results: a line for each person, written before anything is shown.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_persona::{Access, AccessLog, ChainError};
use jiff::Timestamp;

use crate::args::{Global, PeopleAccess};
use crate::dataset;
use crate::failure::{Failure, Usage};
use crate::messages::Messages;

/// The log in the data folder.
const DEFAULT: &str = "people-access.jsonl";

/// Who looks, with what, and where that is recorded.
pub(super) struct Recorder {
    log: Option<PathBuf>,
    /// Whether it is the one in the data folder, which is made where there is none.
    is_default: bool,
    actor: String,
    purpose: String,
    command: &'static str,
}

impl Recorder {
    /// Refuses what makes no sense before anything is read.
    pub(super) fn new(global: &Global, args: &PeopleAccess, command: &'static str) -> anyhow::Result<Self> {
        for (name, text) in [("--actor", &args.actor), ("--purpose", &args.purpose)] {
            if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                return Err(Usage(format!("{name}: it is empty")).into());
            }
        }
        let user =
            || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
        let unknown = || "not stated".to_owned();
        let default = || Some(dataset::data_folder(global).ok()?.join(DEFAULT));
        Ok(Self {
            log: args.access_log.clone().or_else(default),
            is_default: args.access_log.is_none(),
            actor: args.actor.clone().or_else(user).unwrap_or_else(unknown),
            purpose: args.purpose.clone().unwrap_or_else(unknown),
            command,
        })
    }

    /// The file, which nothing else may write to.
    pub(super) fn file(&self) -> Option<&Path> {
        self.log.as_deref()
    }

    /// Writes a line for each person.
    pub(super) fn record<'p>(&self, persons: impl IntoIterator<Item = &'p str>, messages: Messages) -> anyhow::Result<()> {
        let mut persons = persons.into_iter().peekable();
        if persons.peek().is_none() {
            return Ok(());
        }
        let Some(path) = &self.log else {
            return Err(Failure::new(
                "there is no data folder to record who looks in, and without a record nothing is shown",
                "name a file with `--access-log FILE`, or a folder with `--data-dir DIR`",
            )
            .into());
        };
        let name = path.display();
        if let Some(folder) = path.parent().filter(|folder| self.is_default && !folder.is_dir()) {
            fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
            messages.note(&format!("who looks is recorded in {name}"));
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let mut file = file.with_context(|| format!("{name}: cannot be written, and without a record nothing is shown"))?;
        // Two commands at one time would both go on from one line. The lock ends with the file.
        file.lock().with_context(|| format!("{name}: cannot be locked"))?;
        let mut log = resume(&file, path)?;
        let time = Timestamp::from_second(Timestamp::now().as_second()).context("the clock is off")?.to_string();
        let mut lines = String::new();
        for person in persons {
            lines.push_str(&log.line(&Access {
                time: time.clone(),
                actor: self.actor.clone(),
                person: person.to_owned(),
                purpose: self.purpose.clone(),
                command: self.command.to_owned(),
            }));
        }
        file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()).with_context(|| format!("{name}: cannot be written"))
    }
}

fn resume(file: &File, path: &Path) -> anyhow::Result<AccessLog> {
    match AccessLog::resume(&mut BufReader::new(file)) {
        Ok(log) => Ok(log),
        Err(ChainError::Io(error)) => Err(error).with_context(|| format!("{}: cannot be read", path.display())),
        Err(error) => Err(Failure::new(
            format!("{}: {error}; nothing is shown that cannot be recorded", path.display()),
            "keep that file as it is for whoever looks into it, and name another with `--access-log FILE`",
        )
        .into()),
    }
}
