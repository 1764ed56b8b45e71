//! Files that a command writes: under a temporary name first, in place when whole, so that a reader never meets half a result.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Where output goes: stdout, or a file that appears when it is finished. Dropped unfinished, a file leaves nothing behind.
pub(crate) struct Target {
    writer: Option<BufWriter<Box<dyn Write>>>,
    /// The temporary file and the final one.
    rename: Option<(PathBuf, PathBuf)>,
    name: String,
}

impl Target {
    /// The file at `path`, or stdout. A path that is no ordinary file, such as a pipe, is written directly.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            let writer: Box<dyn Write> = Box::new(io::stdout().lock());
            return Ok(Self { writer: Some(BufWriter::new(writer)), rename: None, name: "stdout".to_owned() });
        };
        let name = path.display().to_string();
        let special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
        let (file, rename) = if special {
            (fs::OpenOptions::new().write(true).open(path), None)
        } else {
            let mut temporary = path.as_os_str().to_owned();
            temporary.push(format!(".{}.tmp", std::process::id()));
            let temporary = PathBuf::from(temporary);
            (File::create(&temporary), Some((temporary, path.to_owned())))
        };
        let writer: Box<dyn Write> = Box::new(file.with_context(|| format!("{name}: cannot be written"))?);
        Ok(Self { writer: Some(BufWriter::new(writer)), rename, name })
    }

    /// Writes what is buffered and puts the file in its place.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        let context = || format!("{}: cannot be written", self.name);
        if let Some(mut writer) = self.writer.take() {
            writer.flush().with_context(context)?;
        }
        if let Some((temporary, path)) = &self.rename {
            fs::rename(temporary, path).with_context(context)?;
        }
        self.rename = None;
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().map_or(Ok(buf.len()), |writer| writer.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.rename {
            // The error that stopped the work is the one to report.
            let _ = fs::remove_file(temporary);
        }
    }
}
