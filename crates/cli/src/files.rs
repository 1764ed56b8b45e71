//! Files that a command writes: none of them one that it reads or writes otherwise; under a temporary name first, in place when whole, so
//! that a reader never meets half a result.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::failure::Usage;

/// Refuses files to write that are also files to read, or that are to be written twice, before any is touched: a mistyped path must not
/// cost the input. Each has the name by which the message calls it. Links are followed; devices and pipes may be shared.
pub(crate) fn keep_apart(outputs: &[(&str, Option<&Path>)], inputs: &[(&str, &Path)]) -> Result<(), Usage> {
    let mut taken: Vec<(&str, &Path, Place)> =
        inputs.iter().filter_map(|(name, path)| Some((*name, *path, Place::of(path)?))).collect();
    for (name, path) in outputs.iter().filter_map(|(name, path)| Some((*name, (*path)?))) {
        let Some(place) = Place::of(path) else { continue };
        if let Some((other, same, _)) = taken.iter().find(|(_, _, held)| held.is(&place)) {
            let (path, same) = (path.display(), same.display());
            return Err(Usage(format!("{name}: `{path}` is the same file as {other} `{same}`; it was left as it is")));
        }
        taken.push((name, path, place));
    }
    Ok(())
}

/// The input as a file; none when it is stdin.
pub(crate) fn input_file(path: &Path) -> Option<&Path> {
    Some(path).filter(|path| *path != Path::new("-"))
}

/// The text of a small file; `which` says why what is larger is some other file, such as "no settings are".
pub(crate) fn small_text(path: &Path, most: u64, which: &str) -> anyhow::Result<String> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("{name}: cannot be opened"))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).with_context(|| format!("{name}: cannot be read"))?;
    if bytes.len() as u64 > most {
        anyhow::bail!("{name}: larger than {most} bytes, which {which}");
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| anyhow::anyhow!("{name}: not UTF-8 at byte {}", error.utf8_error().valid_up_to() + 1))?;
    Ok(text)
}

/// Where a file is, whatever it is called.
struct Place {
    /// The path without links; of a file that is not there yet, its folder's with the name.
    path: PathBuf,
    /// Device and number of the file, by which hard links are the same.
    node: Option<(u64, u64)>,
}

impl Place {
    /// None for what is there and no ordinary file: writing to it overwrites nothing.
    fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => None,
            Ok(metadata) => {
                Some(Self { path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()), node: node(&metadata) })
            }
            Err(_) => Some(Self { path: place_of_none(path), node: None }),
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.node.is_some() && self.node == other.node)
    }
}

fn place_of_none(path: &Path) -> PathBuf {
    let parent = path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    match (parent.and_then(|parent| fs::canonicalize(parent).ok()), path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such number")]
fn node(metadata: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn node(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

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
