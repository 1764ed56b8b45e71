//! The repository as the checks see it: where its root is, which files belong to it, and the text of one of them. Git is
//! asked first; a source archive without Git is walked instead.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// Folders that hold build output or tool state, never sources. Used only when Git cannot be asked.
const NOT_SOURCES: [&str; 4] = [".git", "target", "out", "node_modules"];

/// The workspace root: the parent of this crate's folder.
pub(crate) fn root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own.parent().context("the folder of xtask has no parent")?.to_path_buf())
}

/// Every file of the repository, tracked or new but not ignored, as sorted paths relative to `root` with `/` between
/// the parts.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let mut files = match git_files(root) {
        Some(files) => files,
        None => walked_files(root)?,
    };
    files.sort_unstable();
    files.dedup();
    Ok(files)
}

/// The text of `path`, or `None` when the file is binary. Bytes that are not UTF-8 become replacement characters, so
/// that a deliberately broken fixture can still be searched.
pub(crate) fn text(root: &Path, path: &str) -> Result<Option<String>> {
    let bytes = fs::read(root.join(path)).with_context(|| format!("cannot read {path}"))?;
    Ok((!bytes.contains(&0)).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Asks Git; `None` when Git is absent, refuses, or knows nothing of this folder.
fn git_files(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let files: Vec<String> = String::from_utf8(output.stdout)
        .ok()?
        .split('\0')
        // A file that was deleted but not yet committed is still in the index.
        .filter(|path| root.join(path).is_file())
        .map(str::to_owned)
        .collect();
    // An archive unpacked inside another repository, where it is ignored, gives a list without our own manifest.
    files.iter().any(|path| path == "Cargo.toml").then_some(files)
}

/// Walks the folder, without following symbolic links.
fn walked_files(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        for entry in fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let relative = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_dir() && !NOT_SOURCES.contains(&name.as_str()) {
                folders.push(relative);
            } else if kind.is_file() {
                files.push(relative);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_git_is_walked_without_build_output() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["Cargo.toml", "crates/a/src/lib.rs", ".ci/run", "target/debug/x", "out/y"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut files = walked_files(folder.path()).unwrap();
        files.sort_unstable();
        assert_eq!(files, [".ci/run", "Cargo.toml", "crates/a/src/lib.rs"]);
    }

    #[test]
    fn the_repository_lists_this_file() {
        let files = files(&root().unwrap()).unwrap();
        assert!(files.iter().any(|path| path == "xtask/src/repo.rs"));
        assert!(!files.iter().any(|path| path.starts_with("target/")));
    }

    #[test]
    fn binary_files_have_no_text_and_broken_ones_still_do() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("binary"), b"PK\0\x03").unwrap();
        fs::write(folder.path().join("latin1"), b"caf\xe9").unwrap();
        assert_eq!(text(folder.path(), "binary").unwrap(), None);
        assert_eq!(text(folder.path(), "latin1").unwrap().as_deref(), Some("caf\u{fffd}"));
        assert!(text(folder.path(), "absent").is_err());
    }
}
