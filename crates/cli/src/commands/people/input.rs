//! What `people` reads: the files of folders, each known by its name or content, in an order that makes persons first: person tables,
//! exports of systems that hold persons, the other exports, papers and pictures; with feeds, the policy, the key and the moment of the
//! assessment.

mod found;
mod map;
mod papers;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::mem::Discriminant;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_persona::{
    Builder, Catalogue, Feeds, Form, Limits, People, Policy, Problem, ProblemKind, Problems, Source, TenantKey, Time, Verdicts,
    import_with, read_parquet, read_table, recognise_feed,
};
use jiff::Timestamp;

pub(super) use self::found::{Item, Kind, PassedOver, files_below};
use self::map::Maps;
use super::access::Recorder;
use crate::args::PeopleReading;
use crate::failure::{Failure, Usage};
use crate::files::{self, small_text};
use crate::messages::Messages;
use crate::rejects::{Reject, Rejects};

/// The largest policy, map and file of indicators, in bytes.
const MOST_TEXT: u64 = 4 << 20;
/// The largest table about people that somebody keeps by hand, in bytes.
pub(super) const MOST_LISTED: u64 = 64 << 20;
/// Bytes that are read ahead.
const BUFFER: usize = 1 << 20;
/// Bytes by which a file is known.
const HEAD: u64 = 64 << 10;
/// Rejects of one kind in one file that are written.
const MOST_REJECTS: u64 = 1_000_000;
/// Files of which it is said one by one what they were read as.
const MOST_SAID: usize = 20;

/// What was read.
pub(super) struct Loaded {
    pub(super) people: People,
    pub(super) policy: Policy,
    pub(super) catalogue: Catalogue,
    pub(super) feeds: Feeds,
    pub(super) as_of: Time,
    pub(super) key: TenantKey,
    /// Whether the hashes are under a key that is kept.
    pub(super) keyed: bool,
    /// The files, in the order in which they were read.
    pub(super) items: Vec<Item>,
    /// What of folders was passed over.
    pub(super) passed_over: Vec<PassedOver>,
    /// What was wrong with the records.
    pub(super) problems: Problems,
    /// How alerts ended.
    pub(super) verdicts: Verdicts,
    maps: Maps,
}

impl Loaded {
    /// `file:line` of a record, of the people or of a feed.
    pub(super) fn place(&self, source: Source) -> String {
        place(&self.people, &self.feeds, source)
    }

    /// Whether a file by itself holds one of these ids.
    pub(super) fn holds(&self, item: &Item, ids: &dyn Fn(&str) -> bool) -> anyhow::Result<bool> {
        let mut builder = Builder::new(self.key.clone(), Limits::default());
        builder.set_default_country(self.policy.default_country);
        builder.set_slashed_dates(self.policy.slashed_dates);
        read(item, &self.maps, true, &mut builder).with_context(|| format!("{}: cannot be read", item.path.display()))?;
        let (people, _) = builder.finish(self.as_of);
        Ok(people.all().any(|person| ids(person.key()) || person.also().any(ids)))
    }
}

/// `file:line` of a record, of the people or of a feed.
pub(super) fn place(people: &People, feeds: &Feeds, source: Source) -> String {
    feeds.place(source).unwrap_or_else(|| people.place(source))
}

/// Refuses files to write that are also read, or that lie in a folder that is read: a mistyped path must cost neither records nor a key.
/// `more` are files that one command alone reads.
pub(super) fn keep_apart(
    output: (&str, Option<&Path>),
    recorder: &Recorder,
    paths: &[PathBuf],
    args: &PeopleReading,
    more: &[(&str, &Path)],
) -> anyhow::Result<()> {
    let outputs = [output, ("--rejects", args.rejects.as_deref()), ("--access-log", recorder.file())];
    let mut inputs: Vec<(&str, &Path)> = paths.iter().map(|path| ("DIR|FILE", path.as_path())).collect();
    inputs.extend(args.key.iter().map(|path| ("--key", path.as_path())));
    inputs.extend(args.sharing_key.iter().map(|path| ("--sharing-key", path.as_path())));
    inputs.extend(args.policy.iter().map(|path| ("--policy", path.as_path())));
    inputs.extend(args.indicators.iter().map(|path| ("--indicators", path.as_path())));
    inputs.extend(args.map.iter().map(|path| ("--map", path.as_path())));
    inputs.extend(args.feed.iter().map(|path| ("--feed", path.as_path())));
    inputs.extend(args.verdicts.iter().map(|path| ("--verdicts", path.as_path())));
    inputs.extend(more);
    files::keep_apart(&outputs, &inputs)?;
    // The access log is only added to.
    for (name, path) in outputs[..2].iter().filter_map(|(name, path)| Some((name, (*path)?))) {
        // A file that is not there yet costs nothing.
        let Ok(place) = fs::canonicalize(path) else { continue };
        let folder = paths
            .iter()
            .find(|folder| folder.is_dir() && fs::canonicalize(folder).is_ok_and(|folder| place.starts_with(folder)));
        if let Some(folder) = folder {
            let (path, folder) = (path.display(), folder.display());
            return Err(Usage(format!("{name}: `{path}` is in `{folder}`, which is read; it was left as it is")).into());
        }
    }
    Ok(())
}

/// Reads everything that the command line names.
pub(super) fn load(paths: &[PathBuf], args: &PeopleReading, messages: Messages) -> anyhow::Result<Loaded> {
    load_under(Limits::default(), paths, args, messages)
}

/// The same with each record of an identifier that several records state.
pub(super) fn load_each_record(paths: &[PathBuf], args: &PeopleReading, messages: Messages) -> anyhow::Result<Loaded> {
    load_under(Limits { each_record: true, ..Limits::default() }, paths, args, messages)
}

fn load_under(mut limits: Limits, paths: &[PathBuf], args: &PeopleReading, messages: Messages) -> anyhow::Result<Loaded> {
    if let Some(threads) = args.threads {
        // A pool that is there already has the number of an earlier command of this process, of which there is none.
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("threads cannot be started")?;
    }
    let as_of = moment(args.as_of.as_deref())?;
    let (key, keyed) = tenant_key(args.key.as_deref())?;
    let maps = Maps::read(&args.map)?;
    let mut found = found::Found::default();
    let mut policy_file = args.policy.clone();
    for path in paths {
        let metadata = fs::metadata(path).with_context(|| format!("{}: cannot be opened", path.display()))?;
        if metadata.is_dir() {
            let own = path.join("policy.toml");
            if policy_file.is_none() && own.is_file() {
                policy_file = Some(own);
            }
            found.folder(path, &maps)?;
        } else {
            found.file(path, &maps)?;
        }
    }
    let catalogue = catalogue(&args.indicators)?;
    let policy = match &policy_file {
        Some(path) => read_policy(path, &catalogue, messages)?,
        None => Policy::default(),
    };
    let found::Found { mut items, feeds: mut feed_files, passed_over } = found;
    // What is read twice would bear itself out.
    let mut places: HashSet<PathBuf> = HashSet::new();
    items.retain(|item| {
        let is_new = places.insert(fs::canonicalize(&item.path).unwrap_or_else(|_| item.path.clone()));
        if !is_new {
            Messages::warning(&format!("{}: it is named twice, and read once", item.path.display()));
        }
        is_new
    });
    if items.is_empty() {
        return Err(Failure::new(
            "there is nothing to read: no table of people, no known export, no CV",
            "tables are called person, identifier, event, document and relation; a CV is called ID__cv.pdf, by the id of its person",
        )
        .into());
    }
    items.sort_by(|one, other| (one.kind.rank(), &one.name).cmp(&(other.kind.rank(), &other.name)));
    let is_alone = items.iter().all(|item| matches!(item.kind, Kind::Paper(_) | Kind::Picture(_)));
    if args.rejects.is_some() {
        limits.problems = MOST_REJECTS;
    }
    let mut builder = Builder::new(key.clone(), limits);
    builder.set_default_country(policy.default_country);
    builder.set_slashed_dates(policy.slashed_dates);
    for item in &items {
        read(item, &maps, is_alone, &mut builder).with_context(|| format!("{}: cannot be read", item.path.display()))?;
    }
    let (people, problems) = builder.finish(as_of);
    say(&items, messages);
    feed_files.extend(args.feed.iter().map(|path| (path.clone(), path.display().to_string())));
    let feeds = read_feeds(&feed_files, args, &key, as_of, messages)?;
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    tell(&|source| people.place(source), &problems, &mut rejects)?;
    tell(&|source| feeds.place(source).unwrap_or_default(), feeds.problems(), &mut rejects)?;
    rejects.finish("rows", 0)?;
    messages.note(&format!("{} persons, {} events from {} files", people.len(), people.events_len(), items.len()));
    let verdicts = args.verdicts.as_deref().map_or_else(|| Ok(Verdicts::default()), |path| verdicts(path, &people))?;
    Ok(Loaded { people, policy, catalogue, feeds, as_of, key, keyed, items, passed_over, problems, verdicts, maps })
}

/// What each file was read as.
fn say(items: &[Item], messages: Messages) {
    for item in items.iter().take(MOST_SAID) {
        messages.note(&format!("{}: {}", item.name, item.kind.label()));
    }
    if items.len() > MOST_SAID {
        messages.note(&format!("{} more files", items.len() - MOST_SAID));
    }
}

fn verdicts(path: &Path, people: &People) -> anyhow::Result<Verdicts> {
    let text = small_text(path, MOST_LISTED, "no table of verdicts is")?;
    let verdicts = Verdicts::read(&text, people).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    tell_unknown("--verdicts", path, verdicts.unknown());
    Ok(verdicts)
}

/// Tells ids of a table that nobody has.
pub(super) fn tell_unknown(option: &str, path: &Path, unknown: &[(u64, String)]) {
    for (line, id) in unknown.iter().take(MOST_SAID) {
        Messages::warning(&format!("{option}: {}:{line}: nobody has the id `{id}`", path.display()));
    }
    if unknown.len() > MOST_SAID {
        Messages::warning(&format!("{option}: {}: {} more ids that nobody has", path.display(), unknown.len() - MOST_SAID));
    }
}

fn moment(asked: Option<&str>) -> anyhow::Result<Time> {
    match asked {
        Some(text) => Ok(Time::parse(text).map_err(|error| Usage(format!("--as-of: `{text}`: {error}")))?.time),
        None => Time::from_seconds(Timestamp::now().as_second()).context("the clock is outside 1970 to 2106"),
    }
}

/// The key, and whether it is one that is kept.
fn tenant_key(path: Option<&Path>) -> anyhow::Result<(TenantKey, bool)> {
    match path {
        Some(path) => Ok((read_key(path)?, true)),
        None => {
            let mut bytes = [0; 64];
            getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
            Ok((TenantKey::new(&bytes)?, false))
        }
    }
}

/// A key out of its file.
pub(super) fn read_key(path: &Path) -> anyhow::Result<TenantKey> {
    let name = path.display();
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("{name}: cannot be opened"))?;
    file.take(MOST_TEXT).read_to_end(&mut bytes).with_context(|| format!("{name}: cannot be read"))?;
    TenantKey::new(&bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))
}

fn read_policy(path: &Path, catalogue: &Catalogue, messages: Messages) -> anyhow::Result<Policy> {
    let text = small_text(path, MOST_TEXT, "no policy is")?;
    let read = Policy::from_toml(&text).and_then(|mut policy| policy.hold_against(catalogue, &text).map(|()| policy));
    let policy = read.map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
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

/// The begin of a file.
fn head(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut head = Vec::new();
    let file = File::open(path).with_context(|| format!("{}: cannot be opened", path.display()))?;
    file.take(HEAD).read_to_end(&mut head).with_context(|| format!("{}: cannot be read", path.display()))?;
    Ok(head)
}

/// Reads one file. `is_alone`: there are no records of persons besides papers, so that a paper makes its person.
fn read(item: &Item, maps: &Maps, is_alone: bool, to: &mut Builder) -> anyhow::Result<()> {
    let file = to.file(&item.name);
    let opened = File::open(&item.path)?;
    match &item.kind {
        Kind::Table(table, Form::Parquet) => read_parquet(*table, opened, file, to)?,
        Kind::Table(table, form) => read_table(*table, *form, &mut BufReader::with_capacity(BUFFER, opened), file, to)?,
        Kind::Export(format) => {
            let map = item.map.as_ref().or_else(|| maps.for_format(*format));
            import_with(*format, &mut BufReader::with_capacity(BUFFER, opened), file, map, to)?;
        }
        Kind::Paper(owner) => papers::paper(opened, &item.name, owner, is_alone, file, to)?,
        Kind::Picture(owner) => papers::picture(opened, &item.name, owner, is_alone, file, to)?,
    }
    Ok(())
}

fn read_feeds(
    files: &[(PathBuf, String)],
    args: &PeopleReading,
    key: &TenantKey,
    as_of: Time,
    messages: Messages,
) -> anyhow::Result<Feeds> {
    let mut feeds = Feeds::new(as_of).with_tenant_key(key.clone());
    if let Some(path) = &args.sharing_key {
        feeds = feeds.with_sharing_key(read_key(path)?);
    }
    for (path, name) in files {
        let Some(format) = recognise_feed(name, &head(path)?) else {
            return Err(Failure::new(
                format!("{}: it is no feed", path.display()),
                "a feed is a table with `kind` and `value` (or `hmac`), one value a line, a bundle of STIX 2.1, or events of MISP",
            )
            .into());
        };
        let by = path.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
        let mut input = BufReader::with_capacity(
            BUFFER,
            File::open(path).with_context(|| format!("{}: cannot be opened", path.display()))?,
        );
        let before = feeds.sightings().len();
        feeds.read(name, &by, format, &mut input).with_context(|| format!("{}: cannot be read", path.display()))?;
        messages.note(&format!("{name}: feed, {} values", feeds.sightings().len() - before));
    }
    Ok(feeds)
}

/// What is said of all problems of one kind in one file: the first with the number of the others; of columns the name of each.
fn told_once(first: &Problem, problems: &Problems) -> String {
    let like = || {
        let is_like = |other: &&Problem| {
            other.source.file == first.source.file && std::mem::discriminant(&other.kind) == std::mem::discriminant(&first.kind)
        };
        problems.told().iter().filter(is_like)
    };
    let mut names: Vec<&str> = Vec::new();
    for name in like().filter_map(|problem| problem.kind.column()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names: String = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let untold = problems.like(first) - like().count() as u64;
    let more = match problems.like(first) - 1 {
        0 => String::new(),
        _ if first.kind.column().is_some() && untold == 0 => String::new(),
        _ if first.kind.column().is_some() => format!(" ({untold} more like this)"),
        more => format!(" ({more} more like this)"),
    };
    match &first.kind {
        ProblemKind::UnknownColumn(_) => format!("not read: {names}{more}"),
        ProblemKind::Protected(_) => format!("not read, as about a protected characteristic of a person: {names}{more}"),
        ProblemKind::SlashedDates(_) => format!(
            "the dates of {names} are not read: whether the day or the month comes first cannot be told (policy: `slashed_dates`){more}"
        ),
        _ => format!("{first}{more}"),
    }
}

/// Says what was wrong: the first of each kind in each file with their number, each column by its name; all that were kept to the rejects file.
fn tell(place: &dyn Fn(Source) -> String, problems: &Problems, rejects: &mut Rejects) -> anyhow::Result<()> {
    let mut said: Vec<(String, Discriminant<ProblemKind>)> = Vec::new();
    for problem in problems.told() {
        let place = place(problem.source);
        let (file, line) = match place.rsplit_once(':') {
            Some((file, line)) if problem.source.line > 0 => (file, line.parse().unwrap_or(0)),
            _ => (place.as_str(), 0),
        };
        let kind = std::mem::discriminant(&problem.kind);
        if !said.iter().any(|(known, of)| known == file && *of == kind) {
            Messages::warning(&format!("{place}: {}", told_once(problem, problems)));
            said.push((file.to_owned(), kind));
        }
        rejects.write(&Reject { file, line, record: &place, field: "", reason: &problem.to_string(), text: "" })?;
    }
    Ok(())
}
