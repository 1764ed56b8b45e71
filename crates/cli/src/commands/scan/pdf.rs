//! PDF in a process of its own: a file made for it can crash, hold up or exhaust the library that reads it, and then costs that process. It is
//! this program, called as `pdf-text`, with limits of memory and of processor time that it sets itself before it reads, and it is ended when
//! the time for the file is over.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use interdict_documents::{InProcessPdf, PdfError, PdfText, decode_pages, encode_pages};

use crate::args::PdfTextArgs;
use crate::failure::Outcome;
use crate::files::Target;

/// Memory for reading one PDF, in bytes.
const MEMORY: u64 = 2 << 30;

/// The most that a process may write, in bytes.
const MOST_TEXT: u64 = 256 << 20;

/// How often it is looked whether a process has ended.
const PAUSE: Duration = Duration::from_millis(2);

/// The command of this program that reads a PDF.
const COMMAND: &str = "pdf-text";

/// Runs the command `pdf-text`.
pub(in crate::commands) fn pdf_text(args: &PdfTextArgs) -> anyhow::Result<Outcome> {
    limit(args)?;
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let pages = InProcessPdf.pages(&bytes);
    let mut out = Target::open(None)?;
    out.write_all(&encode_pages(&pages))?;
    out.finish()?;
    Ok(Outcome::Done)
}

/// Without the limits nothing is read.
#[cfg(unix)]
fn limit(args: &PdfTextArgs) -> io::Result<()> {
    use rlimit::Resource;

    Resource::CORE.set(0, 0)?;
    Resource::CPU.set(args.seconds, args.seconds)?;
    Resource::AS.set(args.memory, args.memory)
}

/// Other systems have no such limits; the time of a file ends the process there.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn limit(_: &PdfTextArgs) -> io::Result<()> {
    Ok(())
}

/// Reads PDF in processes, until an instant.
#[derive(Debug)]
pub(in crate::commands) struct ProcessPdf {
    /// When the time of the file is over.
    pub(in crate::commands) deadline: Instant,
    /// The seconds of the file, for messages.
    pub(in crate::commands) seconds: u64,
}

impl PdfText for ProcessPdf {
    fn pages(&self, bytes: &[u8]) -> Result<Vec<String>, PdfError> {
        let failed = |what: &str, error: &io::Error| PdfError::Damaged(format!("the process that reads PDF {what}: {error}"));
        let program = std::env::current_exe().map_err(|error| failed("cannot be found", &error))?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        let seconds = (left.as_secs() + 1).to_string();
        let memory = MEMORY.to_string();
        let arguments: [&str; 5] = [COMMAND, "--memory", &memory, "--seconds", &seconds];
        let child = start(program.as_os_str(), &arguments).map_err(|error| failed("cannot be started", &error))?;
        match talk(child, bytes, self.deadline) {
            Ok(Ended::OutOfTime) => Err(PdfError::Limit(format!("it took more than {} s", self.seconds))),
            Ok(Ended::TooMuch) => Err(PdfError::Limit(format!("it has more than {} MiB of text", MOST_TEXT >> 20))),
            Ok(Ended::Done(status, out)) if status.success() => decode_pages(&out),
            Ok(Ended::Done(status, _)) => Err(why(status, self.seconds)),
            Err(error) => Err(failed("failed", &error)),
        }
    }
}

fn start(program: &OsStr, arguments: &[&str]) -> io::Result<Child> {
    Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
}

/// How a process ended.
enum Ended {
    /// By itself; what it wrote.
    Done(ExitStatus, Vec<u8>),
    /// It was ended, as its time was over.
    OutOfTime,
    /// It was ended, as it wrote too much.
    TooMuch,
}

/// Gives a process its input and takes its output, until the deadline. When this is over, so is the process.
fn talk(mut child: Child, bytes: &[u8], deadline: Instant) -> io::Result<Ended> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // A process that ends before it has read all says so by how it ends.
                let _ = stdin.write_all(bytes);
            }
        });
        scope.spawn(move || {
            let mut out = Vec::new();
            let read = stdout.map_or(Ok(0), |stdout| stdout.take(MOST_TEXT + 1).read_to_end(&mut out));
            // Nobody waits any longer when the time is over.
            let _ = sender.send(read.map(|_| out));
        });
        let heard = receiver.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let in_time = matches!(&heard, Ok(Ok(out)) if out.len() as u64 <= MOST_TEXT);
        if !in_time {
            // One that has ended already cannot be ended.
            let _ = child.kill();
        }
        let Some(status) = wait(&mut child, deadline)? else { return Ok(Ended::OutOfTime) };
        match heard {
            Ok(out) => {
                let out = out?;
                Ok(if in_time { Ended::Done(status, out) } else { Ended::TooMuch })
            }
            Err(RecvTimeoutError::Timeout) => Ok(Ended::OutOfTime),
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("its output cannot be read")),
        }
    })
}

/// Waits for a process that has closed its output, which it mostly does by ending; at the deadline it is ended, and there is no status.
fn wait(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            // One that has ended already cannot be ended.
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

/// Why a process did not end well.
fn why(status: ExitStatus, seconds: u64) -> PdfError {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;

        // Numbers of signals that POSIX gives by name: SIGABRT 6, SIGKILL 9, SIGSEGV 11; SIGXCPU is 24 on all systems that are built for.
        match status.signal() {
            Some(9 | 24) => {
                return PdfError::Limit(format!("it took more than {seconds} s of processor time, or was ended from outside"));
            }
            Some(6) => {
                let memory = MEMORY >> 20;
                return PdfError::Limit(format!("it took more than {memory} MiB of memory, or is nested too deeply"));
            }
            Some(signal) => return PdfError::Damaged(format!("its reading crashed (signal {signal})")),
            None => {}
        }
    }
    let _ = seconds;
    PdfError::Damaged(format!("its reading crashed ({status})"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs a shell as the process.
    fn run(script: &str, bytes: &[u8], milliseconds: u64) -> Result<Vec<u8>, String> {
        let child = start("/bin/sh".as_ref(), &["-c", script]).map_err(|error| error.to_string())?;
        match talk(child, bytes, Instant::now() + Duration::from_millis(milliseconds)) {
            Ok(Ended::Done(status, out)) if status.success() => Ok(out),
            Ok(Ended::Done(status, _)) => Err(why(status, 7).to_string()),
            Ok(Ended::OutOfTime) => Err("out of time".to_owned()),
            Ok(Ended::TooMuch) => Err("too much".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn whatever_a_process_does_there_is_an_answer() {
        let large = vec![b'x'; 1 << 20];
        assert_eq!(run("cat", &large, 60_000), Ok(large.clone()));
        // It does not read what it is given.
        assert_eq!(run("echo done", &large, 60_000), Ok(b"done\n".to_vec()));
        for (script, expected) in [
            ("exit 101", "its reading crashed"),
            ("kill -ABRT $$", "of memory"),
            ("kill -SEGV $$", "crashed (signal 11)"),
            ("kill -XCPU $$", "more than 7 s of processor time"),
        ] {
            let error = run(script, b"", 60_000).unwrap_err();
            assert!(error.contains(expected), "{script}: {error}");
        }
        assert_eq!(run("exec sleep 600 >&-", b"", 500), Err("out of time".to_owned()));
        assert_eq!(run("exec sleep 600", &large, 1), Err("out of time".to_owned()));
    }
}
