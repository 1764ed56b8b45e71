//! Which files to scan: paths as typed go in; files come out, folders with all that is in them, in the order of their names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Usage;

/// Folders inside each other that are gone into.
const DEEPEST: usize = 256;

/// What is to be scanned.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A file.
    File(PathBuf),
    /// What comes on stdin.
    Stdin,
    /// A folder, or a file in one, that cannot be read; why.
    Unreadable(PathBuf, String),
}

impl Item {
    /// Its path, where it has one.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin | Self::Unreadable(..) => None,
        }
    }
}

/// The files of the paths.
pub(super) fn expand(paths: &[PathBuf]) -> Result<Vec<Item>, Usage> {
    if paths.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Usage("FILE: only one of them can be stdin".to_owned()));
    }
    let mut items = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            items.push(Item::Stdin);
        } else if path.is_dir() {
            folder(path, 0, &mut items);
        } else {
            items.push(Item::File(path.clone()));
        }
    }
    Ok(items)
}

/// Links inside a folder are not followed to folders, which may lead back to it.
fn folder(path: &Path, depth: usize, items: &mut Vec<Item>) {
    let entries = match fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) if depth < DEEPEST => entries,
        Ok(_) => {
            items.push(Item::Unreadable(path.to_owned(), format!("more than {DEEPEST} folders inside each other")));
            return;
        }
        Err(error) => {
            items.push(Item::Unreadable(path.to_owned(), format!("cannot be read: {error}")));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let is_link = path.is_symlink();
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => items.push(Item::File(path)),
            Ok(metadata) if metadata.is_dir() && !is_link => folder(&path, depth + 1, items),
            Ok(metadata) if metadata.is_dir() => {
                items.push(Item::Unreadable(path, "a link to a folder, which is not followed".to_owned()));
            }
            Ok(_) => items.push(Item::Unreadable(path, "not an ordinary file".to_owned())),
            Err(error) => items.push(Item::Unreadable(path, format!("cannot be opened: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_read_in_order_and_whole() {
        let place = tempfile::TempDir::new().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir_all(path("b/c")).unwrap();
        for name in ["z.txt", "b/2.txt", "b/1.txt", "b/c/3.txt", "a.txt"] {
            fs::write(path(name), "x").unwrap();
        }
        let items = expand(&[place.path().to_owned(), path("missing"), "-".into()]).unwrap();
        let mut expected: Vec<Item> =
            ["a.txt", "b/1.txt", "b/2.txt", "b/c/3.txt", "z.txt", "missing"].map(|name| Item::File(path(name))).into();
        expected.push(Item::Stdin);
        assert_eq!(items, expected);
        assert!(expand(&["-".into(), "-".into()]).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn links_that_lead_back_do_not_go_round() {
        let place = tempfile::TempDir::new().unwrap();
        fs::write(place.path().join("a.txt"), "x").unwrap();
        std::os::unix::fs::symlink(place.path(), place.path().join("loop")).unwrap();
        std::os::unix::fs::symlink(place.path().join("nowhere"), place.path().join("torn")).unwrap();
        let items = expand(&[place.path().to_owned()]).unwrap();
        let [Item::File(_), Item::Unreadable(_, link), Item::Unreadable(_, torn)] = &items[..] else { panic!("{items:?}") };
        assert!(link.contains("not followed") && torn.contains("cannot be opened"), "{items:?}");
    }
}
