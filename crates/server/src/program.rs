//! The commands of the program that the API answers with: documents, payments, people, wallets, vessels and networks go to a process of
//! their own, in a folder of its own, and what it prints comes back. An answer is that of the command to the letter; a file that brings its
//! reader down takes nothing with it.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use axum::http::StatusCode;
use serde::de::IgnoredAny;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use crate::problem::Problem;

/// What stands for a file where the snapshot in use is the one that is in the program.
pub const BUILT_IN: &str = "the built-in dataset";
/// Bytes of an answer at most.
const LONGEST_ANSWER: u64 = 64 << 20;
/// Bytes of what a command says beside its answer, of which the rest is left out.
const LONGEST_SAID: u64 = 64 << 10;
/// Bytes of one argument.
const LONGEST_ARGUMENT: usize = 1 << 10;
/// Bytes of the name of a file.
const LONGEST_NAME: usize = 200;
/// The folder of a request's files, and one that stays empty.
const FILES: &str = "files";
const NOTHING: &str = "nothing";

/// The program, and what it works on.
#[derive(Debug, Clone)]
pub struct Program {
    /// The file of the program.
    pub executable: PathBuf,
    /// The folder of snapshots and issues, where there is one.
    pub data: Option<PathBuf>,
    /// The snapshot, where one file was named for good.
    pub snapshot: Option<PathBuf>,
}

/// A command with its arguments and files.
#[derive(Debug, Default)]
pub(crate) struct Job {
    words: Vec<&'static str>,
    options: Vec<OsString>,
    operands: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
    fault: Option<String>,
}

/// What a command printed.
#[derive(Debug)]
pub(crate) struct Printed {
    /// One JSON value.
    pub(crate) json: Vec<u8>,
    /// Lines that it said beside it.
    pub(crate) said: Vec<String>,
    /// Whether it did all that it was to do.
    pub(crate) whole: bool,
}

impl Job {
    /// A command, such as `["network", "path"]`.
    pub(crate) fn new(words: &[&'static str]) -> Self {
        Self { words: words.to_vec(), ..Self::default() }
    }

    /// An option with its value, where there is one.
    pub(crate) fn option(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            let value = self.checked(name, value.to_string());
            // In one word, so that no value is taken for another option.
            self.options.push(format!("--{name}={value}").into());
        }
        self
    }

    /// An option without a value, where it is wanted.
    pub(crate) fn switch(mut self, name: &'static str, wanted: bool) -> Self {
        if wanted {
            self.options.push(format!("--{name}").into());
        }
        self
    }

    /// A value that stands for itself.
    pub(crate) fn operand(mut self, name: &'static str, value: &str) -> Self {
        let value = self.checked(name, value.to_owned());
        if value == "-" {
            self.fault.get_or_insert_with(|| format!("{name}: `-` is none"));
        }
        self.operands.push(value);
        self
    }

    /// A file under a name, which the command reads as an operand or as the value of an option.
    pub(crate) fn file(mut self, name: &str, bytes: Vec<u8>) -> Self {
        if let Err(fault) = check_name(name) {
            self.fault.get_or_insert(fault);
        } else if self.files.iter().any(|(held, _)| held == name) {
            self.fault.get_or_insert_with(|| format!("{name}: there are two of this name"));
        }
        self.files.push((name.to_owned(), bytes));
        self
    }

    /// Puts all files into a folder.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        for (name, _) in &mut self.files {
            name.insert(0, '/');
            name.insert_str(0, folder);
        }
        self
    }

    fn checked(&mut self, name: &str, value: String) -> String {
        if value.contains('\0') || value.len() > LONGEST_ARGUMENT {
            self.fault
                .get_or_insert_with(|| format!("{name}: must be text of up to {LONGEST_ARGUMENT} bytes without zero bytes"));
        }
        value
    }
}

/// Names of files are plain, or stand in one folder: nothing outside of the folder of the job can be meant.
fn check_name(name: &str) -> Result<(), String> {
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with(['.', '-']) && !part.contains(['\\', ':']) && !part.chars().any(char::is_control)
    };
    if name.len() > LONGEST_NAME || name.split('/').count() > 2 || !name.split('/').all(plain) {
        return Err(format!(
            "{name:?}: the name of a file must have 1 to {LONGEST_NAME} bytes, be in one folder at most, and not begin with a dot or dash"
        ));
    }
    Ok(())
}

impl Program {
    /// Runs a command against the snapshot of a name in the data folder, as long as it may take.
    pub(crate) async fn run(&self, job: Job, snapshot: &str, most: Duration) -> Result<Printed, Problem> {
        if let Some(fault) = job.fault {
            return Err(invalid(fault));
        }
        let files = job.files;
        // Writing may take long where the disk does.
        let folder = tokio::task::spawn_blocking(move || lay(&files)).await.map_err(|error| {
            tracing::error!(%error, "files of a command");
            Problem::internal()
        })?;
        let folder = folder.map_err(|error| {
            tracing::warn!(%error, "files of a command cannot be written");
            no_room()
        })?;
        let mut command = Command::new(&self.executable);
        command.args(job.words).args(["--format=json", "--quiet"]).args(job.options);
        if let Some(file) = self.file(snapshot)? {
            command.arg(assigned("snapshot", &file));
        }
        // Without one the built-in dataset is meant: no folder that somebody has in his home, and no file that came with the request.
        let nothing = folder.path().join(NOTHING);
        command.arg(assigned("data-dir", self.data.as_deref().unwrap_or(&nothing)));
        if !job.operands.is_empty() {
            command.arg("--").args(job.operands);
        }
        command
            .current_dir(folder.path().join(FILES))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // When nobody waits any more, it ends.
        command.kill_on_drop(true);
        let child = command.spawn().map_err(|error| {
            tracing::error!(%error, "a command cannot be started");
            no_room()
        })?;
        let ended = tokio::time::timeout(most, ended(child)).await.map_err(|_| {
            let detail = "the command did not end in time; ask for less at once";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "Took too long", detail)
        })?;
        let (status, printed, said) = ended.map_err(|error| {
            tracing::error!(%error, "a command cannot be read");
            Problem::internal()
        })?;
        self.told(status, printed, &said, &folder.path().join(FILES))
    }

    /// The file of the snapshot in use; none for the built-in dataset. Without its file nothing is answered: another snapshot would say
    /// something else.
    fn file(&self, name: &str) -> Result<Option<PathBuf>, Problem> {
        let file = match (&self.snapshot, &self.data) {
            (Some(file), _) => file.clone(),
            (None, _) if name == BUILT_IN => return Ok(None),
            (None, Some(data)) => data.join(name),
            (None, None) => PathBuf::from(name),
        };
        if file.is_file() {
            return Ok(Some(file));
        }
        tracing::warn!(name, "the file of the snapshot in use is away");
        Err(away("the file of the snapshot in use is away"))
    }

    /// What came of a command, by how it ended.
    fn told(&self, status: ExitStatus, printed: Vec<u8>, said: &[u8], folder: &Path) -> Result<Printed, Problem> {
        let said = self.lines(said, folder);
        if printed.len() as u64 > LONGEST_ANSWER {
            return Err(invalid(format!("the answer has more than {LONGEST_ANSWER} bytes; ask for less at once")));
        }
        let is_json = serde_json::from_slice::<IgnoredAny>(&printed).is_ok();
        // Where nothing could be read there is an error, and an answer with nothing in it.
        let is_empty = serde_json::from_slice::<Vec<IgnoredAny>>(&printed).is_ok_and(|members| members.is_empty());
        match status.code() {
            Some(code @ (0 | 1)) if is_json && !(code == 1 && is_empty) => {
                Ok(Printed { json: printed, said, whole: code == 0 })
            }
            Some(1 | 2) => {
                let error = said.iter().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be done");
                Err(invalid(error.lines().next().unwrap_or_default()))
            }
            code => {
                tracing::error!(?code, said = said.join("; "), "a command failed");
                Err(Problem::internal())
            }
        }
    }

    /// What a command said, without the name of the program and without folders of this machine.
    fn lines(&self, said: &[u8], folder: &Path) -> Vec<String> {
        let text = String::from_utf8_lossy(said);
        let mut text = text.replace(&*folder.to_string_lossy(), "the request");
        if let Some(data) = &self.data {
            text = text.replace(&*data.to_string_lossy(), "the data folder");
        }
        text.lines().map(|line| line.strip_prefix("interdict: ").unwrap_or(line).to_owned()).collect()
    }
}

fn assigned(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(format!("--{option}="));
    argument.push(path);
    argument
}

fn lay(files: &[(String, Vec<u8>)]) -> std::io::Result<TempDir> {
    let folder = TempDir::with_prefix("interdict-")?;
    for name in [FILES, NOTHING] {
        std::fs::create_dir(folder.path().join(name))?;
    }
    for (name, bytes) in files {
        let path = folder.path().join(FILES).join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::File::create_new(path)?.write_all(bytes)?;
    }
    Ok(folder)
}

async fn ended(mut child: Child) -> std::io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (printed, said) = (child.stdout.take(), child.stderr.take());
    let (printed, said) = tokio::try_join!(read(printed, LONGEST_ANSWER), read(said, LONGEST_SAID))?;
    let status = child.wait().await?;
    Ok((status, printed, said))
}

/// Reads to the end; of more than `most` bytes one more, while the rest is passed over so that the other side can end.
async fn read(from: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(mut from) = from else { return Ok(bytes) };
    (&mut from).take(most + 1).read_to_end(&mut bytes).await?;
    tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
    Ok(bytes)
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request", detail)
}

fn no_room() -> Problem {
    away("the server has no room for the files or the process of this request now")
}

fn away(detail: &str) -> Problem {
    let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Unavailable", detail);
    problem.retry_after = Some(5);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for name in ["a.txt", "cvs/a b.pdf", "Ünïcode.docx", "a..b"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        let long = "a".repeat(LONGEST_NAME + 1);
        for name in
            ["", "/etc/passwd", "../a", "a/../b", "a/b/c", ".hidden", "-", "-o", "a\\b", "c:a", "a\0", "a\nb", "a/", &long]
        {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn no_value_is_an_option() {
        let job = Job::new(&["network", "path"])
            .option("to", Some("--output=/x"))
            .option("date", None::<&str>)
            .operand("id", "--all");
        assert_eq!((job.options, job.operands), (vec![OsString::from("--to=--output=/x")], vec!["--all".to_owned()]));
        for job in [
            Job::new(&["scan"]).operand("id", "-"),
            Job::new(&["scan"]).operand("id", "a\0b"),
            Job::new(&["scan"]).option("to", Some("x".repeat(LONGEST_ARGUMENT + 1))),
            Job::new(&["scan"]).file("a", Vec::new()).file("a", Vec::new()),
        ] {
            assert!(job.fault.is_some(), "{job:?}");
        }
    }

    #[cfg(unix)]
    fn program(folder: &Path, script: &str) -> Program {
        use std::os::unix::fs::PermissionsExt;
        let executable = folder.join("program");
        std::fs::write(&executable, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&executable, std::fs::Permissions::from_mode(0o700)).unwrap();
        Program { executable, data: Some(folder.to_owned()), snapshot: None }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_command_prints_is_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let most = Duration::from_mins(1);
        let script = r#"echo 'interdict: warning: a thing' >&2; printf '["%s","%s"]' "$1" "$(cat a.txt)""#;
        let job = || Job::new(&["scan"]).file("a.txt", b"text".to_vec());
        let printed = program(folder.path(), script).run(job(), BUILT_IN, most).await.unwrap();
        assert_eq!((&*printed.json, printed.said), (&br#"["scan","text"]"#[..], vec!["warning: a thing".to_owned()]));
        // No part of an answer is taken for the whole, and no folder of this machine is told.
        let refused = |script: &'static str| {
            let program = program(folder.path(), script);
            async move { program.run(job(), BUILT_IN, most).await.unwrap_err() }
        };
        let problem = refused(r#"echo "interdict: error: $PWD/a.txt: no" >&2; exit 1"#).await;
        assert_eq!((problem.status, problem.detail.as_str()), (422, "the request/a.txt: no"));
        assert_eq!(refused("printf '[1,'; exit 1").await.status, 422);
        assert_eq!(refused("printf '[1,'").await.code, "internal");
        assert_eq!(refused("kill -9 $$").await.code, "internal");
        let late = program(folder.path(), "exec cat /dev/zero").run(job(), BUILT_IN, Duration::ZERO).await.unwrap_err();
        assert_eq!(late.code, "timeout");
        let gone = program(folder.path(), script).run(job(), "gone.snapshot", most).await.unwrap_err();
        assert_eq!((gone.status, gone.retry_after), (503, Some(5)));
    }
}
