//! What `people` reads: the files of folders in the order of their names, tables first, each known by its name or content; with the
//! policy, the key and the moment of the assessment.

use std::fs::{self, File};
use std::io::BufReader;
use std::mem::Discriminant;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_persona::{
    Builder, Catalogue, Form, Limits, People, Policy, Problem, ProblemKind, Problems, Table, TenantKey, Time, read_parquet,
    read_table,
};
use jiff::Timestamp;

use crate::args::PeopleInput;
use crate::failure::Usage;
use crate::files::small_text;
use crate::messages::Messages;
use crate::rejects::{Reject, Rejects};

/// The largest policy and file of indicators, in bytes.
const MOST_TEXT: u64 = 4 << 20;
/// Bytes that are read ahead.
const BUFFER: usize = 1 << 20;

/// What was read.
pub(super) struct Loaded {
    pub(super) people: People,
    pub(super) policy: Policy,
    pub(super) catalogue: Catalogue,
    pub(super) as_of: Time,
    /// Whether the hashes are under a key that is kept.
    pub(super) keyed: bool,
}

/// A file and what it is read as.
struct Item {
    path: PathBuf,
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Table(Table, Form),
}

/// Reads everything that the command line names.
pub(super) fn load(args: &PeopleInput, messages: Messages) -> anyhow::Result<Loaded> {
    if let Some(threads) = args.threads {
        // A pool that is there already has the number of an earlier command of this process, of which there is none.
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("threads cannot be started")?;
    }
    let as_of = moment(args.as_of.as_deref())?;
    let (key, keyed) = tenant_key(args.key.as_deref())?;
    let mut items = Vec::new();
    let mut policy_file = args.policy.clone();
    for path in &args.paths {
        let metadata = fs::metadata(path).with_context(|| format!("{}: cannot be opened", path.display()))?;
        if metadata.is_dir() {
            let own = path.join("policy.toml");
            if policy_file.is_none() && own.is_file() {
                policy_file = Some(own);
            }
            collect(path, path, &mut items)?;
        } else {
            let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
            match kind_of(path, &name)? {
                Some(kind) => items.push(Item { path: path.clone(), name, kind }),
                None => anyhow::bail!("{}: it is no table of people, no known export, and no CV or picture", path.display()),
            }
        }
    }
    let policy = match &policy_file {
        Some(path) => read_policy(path, messages)?,
        None => Policy::default(),
    };
    let catalogue = catalogue(&args.indicators)?;
    if items.is_empty() {
        anyhow::bail!("there is nothing to read: no table of people, no known export, no CV");
    }
    items.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    let mut builder = Builder::new(key, Limits::default());
    for item in &items {
        read(item, &mut builder).with_context(|| format!("{}: cannot be read", item.path.display()))?;
    }
    let (people, problems) = builder.finish(as_of);
    tell(&people, &problems, args, messages)?;
    messages.note(&format!("{} persons, {} events from {} files", people.len(), people.events_len(), items.len()));
    Ok(Loaded { people, policy, catalogue, as_of, keyed })
}

fn moment(asked: Option<&str>) -> anyhow::Result<Time> {
    match asked {
        Some(text) => Ok(Time::parse(text).map_err(|error| Usage(format!("--as-of: `{text}`: {error}")))?.time),
        None => Time::from_seconds(Timestamp::now().as_second()).context("the clock is outside 1970 to 2106"),
    }
}

/// The key, and whether it is one that is kept.
fn tenant_key(path: Option<&Path>) -> anyhow::Result<(TenantKey, bool)> {
    let (bytes, kept) = match path {
        Some(path) => (fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?, true),
        None => {
            let mut bytes = vec![0; 64];
            getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
            (bytes, false)
        }
    };
    let name = path.map_or_else(String::new, |path| format!("{}: ", path.display()));
    Ok((TenantKey::new(&bytes).map_err(|error| anyhow::anyhow!("{name}{error}"))?, kept))
}

fn read_policy(path: &Path, messages: Messages) -> anyhow::Result<Policy> {
    let text = small_text(path, MOST_TEXT, "no policy is")?;
    let policy = toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    messages.note(&format!("policy {}", path.display()));
    Ok(policy)
}

/// The built-in indicators with those of files.
pub(super) fn catalogue(files: &[PathBuf]) -> anyhow::Result<Catalogue> {
    let texts =
        files.iter().map(|path| Ok((path.display().to_string(), small_text(path, MOST_TEXT, "no file of indicators is")?)));
    let texts: Vec<(String, String)> = texts.collect::<anyhow::Result<_>>()?;
    Ok(Catalogue::with(&texts)?)
}

fn collect(root: &Path, folder: &Path, items: &mut Vec<Item>) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = (fs::read_dir(folder).with_context(|| format!("{}: cannot be read", folder.display()))?)
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(|| format!("{}: cannot be read", folder.display()))?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, items)?;
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        if is_about(&name) {
            continue;
        }
        match kind_of(&path, &name)? {
            Some(kind) => items.push(Item { path, name, kind }),
            None => Messages::warning(&format!(
                "{}: not read: it is no table of people, no known export, and no CV or picture",
                path.display()
            )),
        }
    }
    Ok(())
}

/// Files about the data, which are not data.
fn is_about(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = |ending: &str| Path::new(file).extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    file.starts_with('.') || ending("md") || ending("toml") || ending("key")
}

fn kind_of(_path: &Path, name: &str) -> anyhow::Result<Option<Kind>> {
    Ok(Table::of_file(name).map(|(table, form)| Kind::Table(table, form)))
}

fn read(item: &Item, to: &mut Builder) -> anyhow::Result<()> {
    let file = to.file(&item.name);
    let opened = File::open(&item.path)?;
    if let Kind::Table(table, Form::Parquet) = item.kind {
        return Ok(read_parquet(table, opened, file, to)?);
    }
    let mut input = BufReader::with_capacity(BUFFER, opened);
    match item.kind {
        Kind::Table(table, form) => {
            read_table(table, form, &mut input, file, to)?;
        }
    }
    Ok(())
}

/// Says what was wrong: the first of each kind in each file with their number, all that were kept to the rejects file.
fn tell(people: &People, problems: &Problems, args: &PeopleInput, messages: Messages) -> anyhow::Result<()> {
    let mut order: Vec<(String, Discriminant<ProblemKind>, &Problem)> = Vec::new();
    for problem in problems.told() {
        let place = people.place(problem.source);
        let file = place.rsplit_once(':').map_or(place.as_str(), |(file, _)| file).to_owned();
        let kind = std::mem::discriminant(&problem.kind);
        if !order.iter().any(|(known, of, _)| *known == file && *of == kind) {
            order.push((file, kind, problem));
        }
    }
    for (_, _, problem) in &order {
        let more = problems.like(problem) - 1;
        let more = if more == 0 { String::new() } else { format!(" ({more} more like this)") };
        Messages::warning(&format!("{}: {problem}{more}", people.place(problem.source)));
    }
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    if args.rejects.is_some() {
        for problem in problems.told() {
            let place = people.place(problem.source);
            let (file, line) =
                place.rsplit_once(':').map_or((place.as_str(), 0), |(file, line)| (file, line.parse().unwrap_or(0)));
            rejects.write(&Reject { file, line, record: &place, field: "", reason: &problem.to_string(), text: "" })?;
        }
    }
    rejects.finish("rows", 0)
}
