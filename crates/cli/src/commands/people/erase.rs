//! `people erase`: persons and a folder go in; the folder without their rows and papers comes out, everything else byte for byte as it was.
//! Exports and Parquet files are not rewritten: they are named, so that nobody takes an erasure for complete that is not.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_persona::{Erased, Form, PersonId, Table, erase_csv, erase_jsonl};

use super::access::Recorder;
use super::input::{self, Kind, Loaded, files_below};
use super::show;
use super::unread::{self, Unread};
use crate::args::{Global, PeopleErase, PeopleOut};
use crate::failure::{Failure, Outcome, Usage};
use crate::messages::Messages;

/// Files that are named one by one.
const MOST_NAMED: usize = 20;

pub(super) fn run(global: &Global, args: &PeopleErase, messages: Messages) -> anyhow::Result<Outcome> {
    let recorder = Recorder::new(global, &args.reading.access, "people erase")?;
    let Some((folder, ids)) = args.ids_and_folder.split_last() else {
        return Err(Usage("ID and DIR are missing".to_owned()).into());
    };
    let folder = Path::new(folder);
    let place = Place::check(folder, &args.out)?;
    let paths = [folder.to_owned()];
    input::keep_apart(("--out", None), &recorder, &paths, &args.reading, &[])?;
    let loaded = input::load(&paths, &args.reading, messages)?;
    let persons: Vec<PersonId> = ids.iter().map(|id| show::find(&loaded, id)).collect::<Result<_, _>>()?;
    erase(&loaded, folder, &place, &persons, &recorder, messages)
}

/// Where the result goes.
pub(super) struct Place {
    /// A new folder; `None` for the folder itself.
    out: Option<PathBuf>,
    leave_exports: bool,
    /// Held as long as a folder is changed in its place, so that of two erasures at once none is lost.
    _lock: Option<File>,
}

impl Place {
    /// Refuses what makes no sense before anything is read.
    pub(super) fn check(folder: &Path, args: &PeopleOut) -> anyhow::Result<Self> {
        if !folder.is_dir() {
            return Err(Failure::new(
                format!("{}: it is no folder", folder.display()),
                "the last argument is the folder with the tables",
            )
            .into());
        }
        match &args.out {
            None if !args.in_place => {
                return Err(Usage("where to write to is missing: `--out DIR`, or `--in-place`".to_owned()).into());
            }
            None => {}
            Some(out) => {
                if out.exists() {
                    return Err(Usage(format!("--out: `{}` is there already; it was left as it is", out.display())).into());
                }
                let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let parent = fs::canonicalize(parent).with_context(|| format!("--out: {}", parent.display()))?;
                if parent.starts_with(fs::canonicalize(folder)?) {
                    return Err(Usage(format!("--out: `{}` is inside the folder that is read", out.display())).into());
                }
            }
        }
        let lock = if args.out.is_none() { Some(lock(folder)?) } else { None };
        Ok(Self { out: args.out.clone(), leave_exports: args.leave_exports, _lock: lock })
    }
}

/// Locks a folder against other erasures.
fn lock(folder: &Path) -> anyhow::Result<File> {
    // Where a folder cannot be opened, a hidden file in it stands for it.
    let opened = if cfg!(unix) { File::open(folder) } else { File::create(folder.join(".interdict.lock")) };
    let file = opened.with_context(|| format!("{}: cannot be locked", folder.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::new(
            format!("nothing was erased: another erasure is at work in {}", folder.display()),
            "begin again when it is done",
        )
        .into()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{}: cannot be locked", folder.display())),
    }
}

/// Whether a file is a paper of one of these persons by its place: its name begins `ID__`, or it stands in a folder named ID.
fn is_theirs(name: &str, ids: &HashSet<String>) -> bool {
    let is_id = |text: &str| ids.contains(text) || ids.contains(&text.replace("%3A", ":").replace("%3a", ":"));
    let mut steps = name.split('/').rev();
    let file = steps.next().unwrap_or_default();
    let begins = file.match_indices("__").any(|(at, _)| is_id(&file[..at]));
    begins || steps.any(is_id)
}

/// Erases persons.
pub(super) fn erase(
    loaded: &Loaded,
    folder: &Path,
    place: &Place,
    persons: &[PersonId],
    recorder: &Recorder,
    messages: Messages,
) -> anyhow::Result<Outcome> {
    let mut ids: HashSet<String> = HashSet::new();
    for person in persons {
        let person = loaded.people.person(*person);
        ids.insert(person.key().to_owned());
        ids.extend(person.also().map(str::to_owned));
    }
    let mut tables: Vec<(&str, Table, Form)> = Vec::new();
    let below = files_below(folder)?.files;
    let is_data = |name: &str| {
        let item = loaded.items.iter().find(|item| item.name == name);
        item.is_some_and(|item| matches!(item.kind, Kind::Table(..) | Kind::Export(_)))
    };
    let papers: Vec<&str> =
        below.iter().map(|(_, name)| name.as_str()).filter(|name| is_theirs(name, &ids) && !is_data(name)).collect();
    let unread = Unread::after_erasing(loaded)?;
    let of_persons = || persons.iter().map(|person| loaded.people.person(*person));
    let mut others: Vec<&str> = of_persons().flat_map(|person| unread.holding(person)).collect();
    for item in &loaded.items {
        match &item.kind {
            Kind::Table(table, form @ (Form::Csv | Form::JsonLines)) => tables.push((&item.name, *table, *form)),
            Kind::Paper(_) | Kind::Picture(_) => {}
            Kind::Table(..) | Kind::Export(_) => {
                let path = item.path.display();
                let bytes = fs::read(&item.path).with_context(|| format!("{path}: cannot be read"))?;
                if unread::names(&bytes, of_persons()) || loaded.holds(item, &|id| ids.contains(id))? {
                    others.push(&item.name);
                }
            }
        }
    }
    others.sort_unstable();
    others.dedup();
    others.retain(|name| !papers.contains(name));
    if !others.is_empty() && !place.leave_exports {
        return Err(Failure::new(
            format!("nothing was erased: records of these persons also stand, or may stand, in files that are not rewritten or not read in full: {}", named(&others)),
            "erase them where these files come from and export again, or take the files away; `--leave-exports` erases the rest now",
        )
        .into());
    }
    let keys: Vec<&str> = persons.iter().map(|person| loaded.people.person(*person).key()).collect();
    recorder.record(keys.iter().copied(), messages)?;
    let erased = match &place.out {
        Some(out) => to_new(folder, out, &tables, &papers, &ids)?,
        None => in_place(folder, &tables, &papers, &ids)?,
    };
    let mut rows = 0;
    for (name, erased) in &erased {
        rows += erased.erased;
        if erased.unread > 0 {
            let lines: Vec<String> = erased.unread_lines.iter().take(5).map(u32::to_string).collect();
            Messages::warning(&format!(
                "{name}: whose {} rows are cannot be told, and they stay: line {}; somebody must look",
                erased.unread,
                lines.join(", ")
            ));
        }
    }
    if !others.is_empty() {
        Messages::warning(&format!("the erasure is not complete: records also stand in {}", named(&others)));
    }
    let place = place.out.as_deref().unwrap_or(folder).display();
    messages.note(&format!(
        "{} persons erased in {place}: {rows} rows of {} tables, {} papers",
        persons.len(),
        erased.iter().filter(|(_, erased)| erased.erased > 0).count(),
        papers.len()
    ));
    Ok(Outcome::Done)
}

fn named(files: &[&str]) -> String {
    let more = files.len().saturating_sub(MOST_NAMED);
    let named = files.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

type Counts = Vec<(String, Erased)>;

/// Writes a new folder, which appears when it is whole.
fn to_new(
    folder: &Path,
    out: &Path,
    tables: &[(&str, Table, Form)],
    papers: &[&str],
    ids: &HashSet<String>,
) -> anyhow::Result<Counts> {
    let mut temporary = out.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = fill(folder, &temporary, tables, papers, ids).and_then(|erased| {
        fs::rename(&temporary, out).with_context(|| format!("{}: cannot be written", out.display()))?;
        Ok(erased)
    });
    if written.is_err() {
        // The error that stopped the work is the one to report.
        let _ = fs::remove_dir_all(&temporary);
    }
    written
}

fn fill(
    folder: &Path,
    out: &Path,
    tables: &[(&str, Table, Form)],
    papers: &[&str],
    ids: &HashSet<String>,
) -> anyhow::Result<Counts> {
    fs::create_dir(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    let mut counts = Counts::new();
    for (path, name) in files_below(folder)?.files {
        if papers.contains(&name.as_str()) {
            continue;
        }
        let to = out.join(&name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
        }
        match tables.iter().find(|(table, ..)| *table == name) {
            Some((_, table, form)) => counts.push((name, rewrite(&path, &to, *table, *form, ids)?)),
            None => drop(fs::copy(&path, &to).with_context(|| format!("{}: cannot be copied", path.display()))?),
        }
    }
    Ok(counts)
}

/// Changes the folder: first all tables are written beside the old ones, then put in their places.
fn in_place(folder: &Path, tables: &[(&str, Table, Form)], papers: &[&str], ids: &HashSet<String>) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut work = || -> anyhow::Result<()> {
        for (name, table, form) in tables {
            // What a link points to is replaced, not the link.
            let path = folder.join(name);
            let path = fs::canonicalize(&path).with_context(|| format!("{}: cannot be opened", path.display()))?;
            let mut beside = path.as_os_str().to_owned();
            beside.push(format!(".{}.tmp", std::process::id()));
            let beside = PathBuf::from(beside);
            written.push((beside.clone(), path.clone()));
            counts.push(((*name).to_owned(), rewrite(&path, &beside, *table, *form, ids)?));
            keep_owner(&path, &beside)?;
        }
        Ok(())
    };
    if let Err(error) = work() {
        for (beside, _) in &written {
            // The error that stopped the work is the one to report.
            let _ = fs::remove_file(beside);
        }
        return Err(error);
    }
    for ((beside, path), (_, erased)) in written.iter().zip(&counts) {
        let context = || format!("{}: cannot be put in its place", path.display());
        if erased.erased == 0 {
            fs::remove_file(beside).with_context(context)?;
        } else {
            fs::rename(beside, path).with_context(context)?;
        }
    }
    for name in papers {
        let path = folder.join(name);
        if path.is_symlink() {
            let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            Messages::warning(&format!("{name}: the link goes, and what it points to stays: {}", target.display()));
        }
        fs::remove_file(&path).with_context(|| format!("{}: cannot be taken away", path.display()))?;
    }
    Ok(counts)
}

fn rewrite(from: &Path, to: &Path, table: Table, form: Form, ids: &HashSet<String>) -> anyhow::Result<Erased> {
    let mut input = BufReader::new(File::open(from).with_context(|| format!("{}: cannot be opened", from.display()))?);
    let file = File::create(to).with_context(|| format!("{}: cannot be written", to.display()))?;
    let mut output = BufWriter::new(file);
    let erased = match form {
        Form::JsonLines => erase_jsonl(table, &mut input, &mut output, ids),
        _ => erase_csv(table, &mut input, &mut output, ids),
    };
    let erased = erased.with_context(|| format!("{}: cannot be rewritten", from.display()))?;
    output
        .flush()
        .and_then(|()| output.get_ref().sync_all())
        .with_context(|| format!("{}: cannot be written", to.display()))?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())
        .with_context(|| format!("{}: its rights cannot be set", to.display()))?;
    Ok(erased)
}

/// Gives a file the owner of another, and its rights, which a change of owner may have narrowed.
#[cfg(unix)]
fn keep_owner(from: &Path, to: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};

    let (old, new) = (fs::metadata(from)?, fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        let context = || format!("{}: its owner cannot be kept", from.display());
        chown(to, Some(old.uid()), Some(old.gid())).with_context(context)?;
        fs::set_permissions(to, old.permissions()).with_context(context)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_from: &Path, _to: &Path) -> anyhow::Result<()> {
    Ok(())
}
