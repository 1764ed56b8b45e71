//! Snapshots that arrive: a folder is looked at from time to time, and a newer snapshot in it, once it is whole and sound, takes the place
//! of the one in use. One that is not is refused, and the old one stays.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use interdict_snapshot::{Snapshot, SnapshotError};
use rustc_hash::FxHashMap;

use crate::app::App;
use crate::engine::Engine;
use crate::error::ServerError;

/// Bytes up to which a snapshot is read into memory instead of mapped: whoever overwrites the file then does no harm. Larger ones are
/// mapped, since they would need the memory twice while one takes the place of another.
const IN_MEMORY: u64 = 512 << 20;

/// By what the newer of two snapshots is told: its newest issue, then when the file was written.
pub(crate) type Rank = (String, SystemTime);

/// A snapshot that can be used.
#[derive(Debug)]
pub struct Opened {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Name of the file, without its folder.
    pub file: String,
    rank: Rank,
}

/// Opens a snapshot, and checks it to the last byte where `thorough`.
pub fn open_snapshot(path: &Path, thorough: bool) -> Result<Opened, ServerError> {
    let io = |reason| ServerError::File { path: path.to_owned(), reason };
    let name = name_of(path);
    let mut file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    let snapshot = if metadata.len() <= IN_MEMORY {
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
        file.read_to_end(&mut bytes).map_err(io)?;
        Snapshot::from_bytes(&name, &bytes)?
    } else {
        Snapshot::open(path)?
    };
    if thorough {
        snapshot.verify(&name)?;
    }
    let issue = snapshot.meta().sources.iter().map(|source| source.issue_date.as_str()).max().unwrap_or_default().to_owned();
    let rank = (issue, metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH));
    Ok(Opened { snapshot, file: name, rank })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A file as it was when it was looked at.
type Stamp = (SystemTime, u64);

/// What a look at the folder came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// Whether another snapshot took the place of the one in use.
    pub swapped: bool,
    /// Names of new files that were refused.
    pub refused: Vec<String>,
}

/// Watches a folder.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    seen: FxHashMap<PathBuf, Stamp>,
    rank: Rank,
}

impl Watch {
    /// Watches a folder, and says which of its snapshots is the newest, if it has one; with each that cannot be used, and why.
    #[must_use]
    pub fn begin(folder: &Path) -> (Self, Option<Opened>, Vec<(String, String)>) {
        let mut watch =
            Self { folder: folder.to_owned(), seen: FxHashMap::default(), rank: (String::new(), SystemTime::UNIX_EPOCH) };
        let (mut best, mut refused): (Option<Opened>, _) = (None, Vec::new());
        for (path, stamp) in watch.files() {
            match open_snapshot(&path, false) {
                Ok(opened) if best.as_ref().is_none_or(|held| held.rank < opened.rank) => best = Some(opened),
                Ok(_) => {}
                Err(error) => refused.push((name_of(&path), error.to_string())),
            }
            watch.seen.insert(path, stamp);
        }
        if let Some(best) = &best {
            watch.rank = best.rank.clone();
        }
        (watch, best, refused)
    }

    fn files(&self) -> Vec<(PathBuf, Stamp)> {
        // A folder that is not there, or not any more, has no new snapshots: the one in use stays.
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut files: Vec<(PathBuf, Stamp)> = entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let metadata = path.metadata().ok().filter(fs::Metadata::is_file)?;
                (path.extension()? == "snapshot").then_some((path, (metadata.modified().ok()?, metadata.len())))
            })
            .collect();
        files.sort();
        files
    }

    /// Looks at what is new, and puts the newest that is sound in the place of the one in use.
    pub fn look(&mut self, app: &App) -> Looked {
        let mut looked = Looked::default();
        let files = self.files();
        self.seen.retain(|path, _| {
            let there = files.iter().any(|(file, _)| file == path);
            if !there {
                app.forget_refusal(&name_of(path));
            }
            there
        });
        let mut best: Option<Opened> = None;
        for (path, stamp) in files {
            if self.seen.get(&path) == Some(&stamp) {
                continue;
            }
            self.seen.insert(path.clone(), stamp);
            match open_snapshot(&path, true) {
                Ok(opened) => {
                    app.forget_refusal(&opened.file);
                    let newer = opened.rank > best.as_ref().map_or(&self.rank, |held| &held.rank).clone();
                    if newer {
                        best = Some(opened);
                    } else {
                        tracing::info!(file = opened.file, "snapshot is not newer than the one in use");
                    }
                }
                Err(error) => {
                    let reason = match &error {
                        // A reader learns what is wrong, and not where the server has its files.
                        ServerError::File { reason, .. } | ServerError::Snapshot(SnapshotError::Io { reason, .. }) => {
                            reason.to_string()
                        }
                        other => other.to_string(),
                    };
                    looked.refused.push(name_of(&path));
                    app.refuse(name_of(&path), reason);
                }
            }
        }
        let Some(opened) = best else { return looked };
        self.rank = opened.rank;
        let settings = app.current().get().settings.clone();
        app.swap(Engine { snapshot: opened.snapshot, settings }, opened.file);
        looked.swapped = true;
        looked
    }
}
