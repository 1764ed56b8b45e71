//! A reader sees the old file or the new one, never a part of one, and a failed write leaves nothing behind.

use std::fs;
use std::path::Path;

use interdict_model::{Entity, Schema};
use interdict_snapshot::{Built, Snapshot, SnapshotError};

use crate::exercise::read_everything;
use crate::fixture::{build, built};

fn other() -> Built {
    build(&[Entity::new("other-1", Schema::Person)])
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn fails(built: &Built, path: &Path) {
    let error = built.write(path).unwrap_err();
    assert!(matches!(&error, SnapshotError::Io { path: named, .. } if named == path), "{error:?}");
    assert!(error.to_string().starts_with(&format!("{}: ", path.display())), "{error}");
}

#[test]
fn the_file_has_the_bytes_and_no_other_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    built().write(&path).unwrap();
    assert!(fs::read(&path).unwrap() == built().bytes());
    assert_eq!(names_in(folder.path()), ["list.snapshot"]);
}

#[test]
fn a_new_file_takes_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    built().write(&path).unwrap();
    let before = Snapshot::open(&path).unwrap();
    other().write(&path).unwrap();
    let after = Snapshot::open(&path).unwrap();
    assert_eq!(after.id(), other().id());
    // Who has the old one open goes on reading it.
    assert_eq!(before.id(), built().id());
    assert!(read_everything(&before, &["kim"]) > 0);
    before.verify("list.snapshot").unwrap();
    assert_eq!(names_in(folder.path()), ["list.snapshot"]);
}

#[test]
fn a_folder_in_its_place_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("kept"), "kept").unwrap();
    fails(&built(), &path);
    assert_eq!(names_in(folder.path()), ["list.snapshot"]);
    assert_eq!(names_in(&path), ["kept"]);
}

#[test]
fn a_missing_folder_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    fails(&built(), &folder.path().join("missing").join("list.snapshot"));
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

#[test]
fn the_old_file_stays_when_the_new_one_cannot_be_begun() {
    let folder = tempfile::tempdir().unwrap();
    // A file name may have 255 bytes; the temporary one beside it has more.
    let path = folder.path().join("n".repeat(255));
    if fs::write(&path, "old").is_err() {
        // A file system with shorter names has another way to fail, which the next test takes.
        return;
    }
    fails(&built(), &path);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names_in(folder.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn the_old_file_stays_when_the_folder_is_read_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    built().write(&path).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // Permissions do not bind a superuser; what such a one writes must be right.
    let superuser = fs::write(folder.path().join("probe"), "").is_ok();
    if superuser {
        other().write(&path).unwrap();
        assert_eq!(Snapshot::open(&path).unwrap().id(), other().id());
        fs::remove_file(folder.path().join("probe")).unwrap();
    } else {
        fails(&other(), &path);
        assert_eq!(Snapshot::open(&path).unwrap().id(), built().id());
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(names_in(folder.path()), ["list.snapshot"]);
}

#[test]
fn writers_of_one_path_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    let snapshots = [built(), other()];
    std::thread::scope(|scope| {
        for at in 0..8 {
            let (built, path) = (&snapshots[at % 2], &path);
            scope.spawn(move || {
                for _ in 0..8 {
                    built.write(path).unwrap();
                    Snapshot::open(path).unwrap().verify("list.snapshot").unwrap();
                }
            });
        }
    });
    assert_eq!(names_in(folder.path()), ["list.snapshot"]);
}
