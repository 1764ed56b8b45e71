//! Running the binary in a folder of its own, apart from the snapshots and settings of whoever runs the tests.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that a message says all of `words`.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for words in words {
            assert!(self.stderr.contains(words), "`{words}` is missing in stderr:\n{}", self.stderr);
        }
        self
    }

    /// stdout as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in stdout:\n{}", self.stdout))
    }

    /// stdout as JSON lines.
    #[track_caller]
    pub(crate) fn jsonl(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
    }
}

/// A folder for one test, with an empty data folder in it.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("data")).unwrap();
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file and gives its path as text.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The lines of a file as JSON.
    pub(crate) fn read_jsonl(&self, name: &str) -> Vec<Value> {
        self.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
        command.arg("--data-dir").arg(self.path("data")).args(arguments).current_dir(self.dir.path());
        command.env_remove("INTERDICT_DATA_DIR").env_remove("COLUMNS");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs with `stdin`.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A run that refuses its arguments does not read its input.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Builds a snapshot of one FtM file named `id`, and gives its path.
    #[track_caller]
    pub(crate) fn build(&self, id: &str, lines: &str, out: &str) -> String {
        let source = self.file(&format!("{id}.ftm.jsonl"), lines);
        let out = self.path(out).display().to_string();
        self.run(&["build", "--source", &format!("{id}={source}"), "--out", &out]).code(0);
        out
    }
}

/// `count` invented people as FtM lines, with a sanction for each.
pub(crate) fn people(count: usize) -> String {
    let person = |n| {
        let properties = format!("{{\"name\":[\"Quillon Vardek{n}\"],\"birthDate\":[\"1970-01-01\"]}}");
        format!("{{\"id\":\"p-{n}\",\"schema\":\"Person\",\"properties\":{properties}}}\n")
    };
    let sanction = |n| {
        let properties = format!("{{\"entity\":[\"p-{n}\"],\"program\":[\"TEST\"]}}");
        format!("{{\"id\":\"s-{n}\",\"schema\":\"Sanction\",\"properties\":{properties}}}\n")
    };
    (0..count).flat_map(|n| [person(n), sanction(n)]).collect()
}
