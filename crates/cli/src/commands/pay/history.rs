//! Payments that were not let through, as a file keeps them: one JSON object a line, only ever added to. The file goes in; new lines are kept
//! aside while the payments are screened, and added at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use interdict_payments::{Assessment, Decision, History, Past, Payment};

/// What is to be added to the past.
pub(super) struct Memory {
    path: Option<PathBuf>,
    /// New lines, where they are to be added: on disk, since there may be many.
    new: Option<BufWriter<File>>,
    added: u64,
}

impl Memory {
    /// Reads the file, if one is named and there: gives the past, where there is any, and what is to be added to it.
    pub(super) fn read(path: Option<&Path>, remember: bool) -> anyhow::Result<(Option<History>, Self)> {
        let Some(path) = path else { return Ok((None, Self { path: None, new: None, added: 0 })) };
        let name = path.display();
        let mut history = History::default();
        match File::open(path) {
            Ok(file) => {
                for (line, number) in BufReader::new(file).lines().zip(1_u64..) {
                    let line = line.with_context(|| format!("{name}: line {number}: cannot be read"))?;
                    if line.trim().is_empty() {
                        continue;
                    }
                    let past: Past = serde_json::from_str(&line)
                        .with_context(|| format!("{name}: line {number}: not a payment of the past"))?;
                    history.add(past);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && remember => {}
            Err(error) => return Err(error).with_context(|| format!("{name}: cannot be opened")),
        }
        let new = if remember {
            let file = tempfile::tempfile().context("a temporary file cannot be made")?;
            Some(BufWriter::new(file))
        } else {
            None
        };
        Ok((Some(history), Self { path: Some(path.to_owned()), new, added: 0 }))
    }

    /// Keeps payments aside.
    pub(super) fn keep(&mut self, payments: Vec<Past>) -> anyhow::Result<()> {
        let Some(new) = &mut self.new else { return Ok(()) };
        for past in payments {
            crate::output::write_jsonl(new, &past)?;
            self.added += 1;
        }
        Ok(())
    }

    /// Adds what was kept aside to the file; how many there were, where they were to be added.
    pub(super) fn finish(self) -> anyhow::Result<Option<u64>> {
        let (Some(new), Some(path)) = (self.new, self.path) else { return Ok(None) };
        let mut new = new.into_inner().map_err(io::IntoInnerError::into_error)?;
        new.rewind()?;
        let context = || format!("{}: cannot be written", path.display());
        let mut file = OpenOptions::new().append(true).create(true).open(&path).with_context(context)?;
        // A last line that was cut off must not take the first new one with it.
        if !ends_with_a_line(&path).with_context(context)? {
            file.write_all(b"\n").with_context(context)?;
        }
        io::copy(&mut new, &mut file).with_context(context)?;
        file.sync_data().with_context(context)?;
        Ok(Some(self.added))
    }
}

/// Whether a file is empty or ends with a line feed.
fn ends_with_a_line(path: &Path) -> io::Result<bool> {
    use std::io::{Read, SeekFrom};

    if fs::metadata(path)?.len() == 0 {
        return Ok(true);
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

/// What is to be remembered of a payment: one that is not let through, and is not remembered already as it is.
pub(super) fn worth_keeping(past: Option<&History>, payment: &Payment, assessment: &Assessment<'_>, day: &str) -> Option<Past> {
    if assessment.decision == Decision::Pass {
        return None;
    }
    let known = past?.resubmission(payment).is_some_and(|again| again.differences.is_empty());
    (!known).then(|| History::past(payment, assessment.decision.code(), day))
}

#[cfg(test)]
mod tests {
    use interdict_payments::MessageKind;

    use super::*;

    #[test]
    fn the_past_is_only_added_to() {
        let place = tempfile::TempDir::new().unwrap();
        let path = place.path().join("past.jsonl");
        let past = |number| History::past(&Payment::new(MessageKind::Payout, "payouts", number, 1), "hold", "2030-01-02");
        assert!(Memory::read(Some(&path), false).is_err(), "a file that is only read must be there");
        for run in 1..=2_usize {
            let (_, mut memory) = Memory::read(Some(&path), true).unwrap();
            memory.keep(vec![past(run as u64)]).unwrap();
            assert_eq!(memory.finish().unwrap(), Some(1));
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().count(), run, "{text}");
        }
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, whole.trim_end()).unwrap();
        let (_, mut memory) = Memory::read(Some(&path), true).unwrap();
        memory.keep(vec![past(3)]).unwrap();
        memory.finish().unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with(&whole));
        Memory::read(Some(&path), false).unwrap();
        fs::write(&path, "{}\n{\"id\":").unwrap();
        let error = format!("{:#}", Memory::read(Some(&path), false).err().unwrap());
        assert!(error.contains("past.jsonl: line 1: not a payment of the past"), "{error}");
    }
}
