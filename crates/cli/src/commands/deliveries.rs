//! How issues are delivered to `interdict update` other than in a folder: by their publishers over the network, or in a signed bundle. Out come
//! candidates, whose files lie in a folder of their own until they are kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use interdict_sources::{
    BundleLimits, Candidate, Catalogue, Conditional, DatedBy, FetchOptions, FetchRequest, Fetched, Format, Limits, Manifest,
    Proxies, Source, SourceKind, Store, StoredIssue, VerifyingKey, Version, fetch, newest, read_bundle, recognise_file,
};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::args::Fetching;
use crate::failure::Failure;
use crate::messages::Messages;

/// Publishers that are asked at once.
const AT_ONCE: usize = 8;

/// What came of asking a publisher.
pub(super) enum Asked {
    /// A new issue.
    New(Box<Candidate>),
    /// What is held is what there is.
    Unchanged(Source),
    /// It could not be had.
    Failed(Source, String),
}

/// The options of the network from the command line and the environment.
pub(super) fn options(network: &Fetching, limits: Limits) -> FetchOptions {
    let defaults = FetchOptions::default();
    FetchOptions {
        timeout_total: network.timeout.map_or(defaults.timeout_total, Duration::from_secs),
        retries: network.retries.unwrap_or(defaults.retries),
        max_bytes: limits.max_bytes,
        proxies: match &network.proxy {
            Some(proxy) => Proxies::all(proxy),
            None => Proxies::from_vars(|name| std::env::var(name).ok()),
        },
        ca_file: network.ca_file.clone(),
        ..defaults
    }
}

/// The sources to ask: those named, else every list that can be fetched. Registers are large and are asked only when named.
pub(super) fn to_ask(catalogue: &Catalogue, only: &[String]) -> anyhow::Result<Vec<Source>> {
    if only.is_empty() {
        let lists = catalogue.sources().filter(|source| !source.is_pattern() && !source.is_manual());
        return Ok(lists.filter(|source| source.kind != SourceKind::Register).cloned().collect());
    }
    let mut sources = Vec::new();
    for id in only {
        let Some(source) = catalogue.get(id) else { bail!("`{id}` is not in the catalogue") };
        if source.is_manual() {
            let message = format!("`{id}` has no address to fetch from");
            return Err(Failure::new(message, "put its file into a folder, and give that with `--from DIR`").into());
        }
        sources.push(source);
    }
    Ok(sources)
}

/// Asks all publishers, several at once. Files come into folders below `incoming`, where a download that broke off goes on the next time.
pub(super) fn ask_all(
    sources: Vec<Source>,
    store: &Store,
    incoming: &Path,
    options: &FetchOptions,
    limits: Limits,
    messages: Messages,
) -> anyhow::Result<Vec<Asked>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE.min(sources.len().max(1))).build()?;
    Ok(pool.install(|| {
        sources
            .into_par_iter()
            .with_max_len(1)
            .map(|source| match ask(&source, store, incoming, options, limits, messages) {
                Ok(Some(candidate)) => Asked::New(Box::new(candidate)),
                Ok(None) => Asked::Unchanged(source),
                Err(error) => Asked::Failed(source, format!("{error:#}")),
            })
            .collect()
    }))
}

/// Asks for every part of a source. Parts that did not change are taken from the store when another did: an issue is whole.
fn ask(
    source: &Source,
    store: &Store,
    incoming: &Path,
    options: &FetchOptions,
    limits: Limits,
    messages: Messages,
) -> anyhow::Result<Option<Candidate>> {
    let accepted = store.accepted(&source.id);
    let fetched: Vec<&StoredIssue> =
        accepted.into_iter().filter(|issue| issue.from == "publisher" && issue.files.len() == source.urls.len()).collect();
    let held = newest(source, &fetched).filter(|issue| store.holds(issue));
    let options =
        FetchOptions { user_agent: source.user_agent.clone().unwrap_or_else(|| options.user_agent.clone()), ..options.clone() };
    // No id has a full stop, so no two share a folder.
    let folder = incoming.join(source.id.replace('/', "."));
    let mut names = std::collections::HashSet::new();
    let mut parts: Vec<Option<(PathBuf, Version)>> = Vec::new();
    for (at, url) in source.urls.iter().enumerate() {
        let dir = folder.join(at.to_string());
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        let file = held.and_then(|issue| issue.files.get(at));
        let held = file.map_or_else(Conditional::default, |file| Conditional {
            etag: file.etag.clone(),
            last_modified: file.last_modified.clone(),
            sha256: Some(file.sha256.clone()),
        });
        let request = FetchRequest {
            url,
            held: &held,
            expected_sha256: source.sha256.get(at).map(String::as_str),
            expect_html: false,
            dir: &dir,
            seed: seed(&source.id, at),
        };
        let bar = messages.is_watched().then(|| progress_bar(&source.id));
        let result =
            fetch(&request, &options, &mut |read, _| bar.iter().for_each(|bar| bar.set_position(read)), &mut |pause| {
                std::thread::sleep(pause);
            });
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        parts.push(match result? {
            Fetched::NotModified { .. } => None,
            Fetched::Downloaded { path, etag, last_modified, .. } => {
                let mut name = file_name(source, url);
                // Parts are told apart by their names, in a bundle for instance.
                if !names.insert(name.to_lowercase()) {
                    name = format!("{at}-{name}");
                }
                let target = dir.join(name);
                fs::rename(&path, &target).with_context(|| target.display().to_string())?;
                Some((target, Version { etag, last_modified }))
            }
        });
    }
    if parts.iter().all(Option::is_none) {
        return Ok(None);
    }
    let (mut paths, mut versions) = (Vec::new(), Vec::new());
    for (at, part) in parts.into_iter().enumerate() {
        let (path, version) = match (part, held) {
            (Some(part), _) => part,
            (None, Some(issue)) => {
                let file = &issue.files[at];
                let one = StoredIssue { files: vec![file.clone()], ..issue.clone() };
                let path = store.extract(&one, &folder.join(at.to_string()))?.remove(0);
                (path, Version { etag: file.etag.clone(), last_modified: file.last_modified.clone() })
            }
            (None, None) => bail!("the server says that nothing changed, and nothing is held"),
        };
        paths.push(path);
        versions.push(version);
    }
    let format = if source.columns.is_some() { Format::Table } else { recognise_file(&paths[0], limits)? };
    if source.preference(format).is_none() {
        bail!("what came is `{}`; the list comes as {}", format.name(), source.formats.join(" or "));
    }
    let dated = versions.iter().filter_map(|version| http_day(version.last_modified.as_deref()?)).max();
    let dated = dated.map(|day| (day, DatedBy::Server));
    Ok(Some(Candidate { source: source.clone(), format, paths, dated, from: "publisher", versions }))
}

/// Spreads the pauses of retries, so that many machines that ask at one hour do not come back together.
fn seed(id: &str, at: usize) -> u64 {
    let digest = Sha256::digest(format!("{id} {at} {}", std::process::id()).as_bytes());
    digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// The name under which a publisher has a file, or one of ours where its address has none.
fn file_name(source: &Source, url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let plain = last.len() <= 100
        && last.contains('.')
        && !last.starts_with('.')
        && last.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if plain && path.matches('/').count() > 2 { last.to_owned() } else { source.id.replace('/', "_") }
}

/// The day of an HTTP date.
fn http_day(text: &str) -> Option<String> {
    let zoned = rfc2822::DateTimeParser::new().parse_zoned_datetime(text).ok()?;
    Some(zoned.with_time_zone(TimeZone::UTC).date().to_string())
}

fn progress_bar(id: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_prefix(id.to_owned());
    // The template is a constant; were it wrong, the bar's own style would do.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {bytes} fetched, {bytes_per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// What a signed bundle holds, once its signature and every file have been checked. Lists that the catalogue does not have are said.
pub(super) fn unpack(
    bundle: &Path,
    key: &Path,
    catalogue: &Catalogue,
    limits: Limits,
    folder: &Path,
) -> anyhow::Result<(Manifest, Vec<Candidate>)> {
    let key = VerifyingKey::read(key)?;
    let unpacked = folder.join("bundle");
    let limits = BundleLimits { max_bytes: limits.max_bytes.max(BundleLimits::default().max_bytes), ..BundleLimits::default() };
    let manifest = read_bundle(bundle, &key, limits, &unpacked).with_context(|| format!("bundle {}", bundle.display()))?;
    let mut candidates = Vec::new();
    for (at, issue) in manifest.issues.iter().enumerate() {
        let (Some(source), Some(format)) = (catalogue.get(&issue.source), Format::from_name(&issue.format)) else {
            Messages::warning(&format!(
                "bundle {}: `{}` in format `{}` is not in the catalogue; it was left out",
                bundle.display(),
                issue.source,
                issue.format
            ));
            continue;
        };
        let dir = folder.join(at.to_string());
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        let mut paths = Vec::new();
        for file in &issue.files {
            let path = dir.join(&file.name);
            fs::copy(file.path_in(&unpacked), &path).with_context(|| path.display().to_string())?;
            paths.push(path);
        }
        let dated = (!issue.issue_date.is_empty()).then(|| (issue.issue_date.clone(), DatedBy::Bundle));
        candidates.push(Candidate { source, format, paths, dated, from: "bundle", versions: Vec::new() });
    }
    Ok((manifest, candidates))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_days() {
        let source = Catalogue::built_in().unwrap().get("eu_fsf").unwrap();
        for (url, expected) in [
            ("https://lists.example/exports/SDN_ADVANCED.XML", "SDN_ADVANCED.XML"),
            ("https://lists.example/content?token=secret.xml", "eu_fsf"),
            ("https://lists.example", "eu_fsf"),
            ("https://lists.example/a%2e.xml", "eu_fsf"),
        ] {
            assert_eq!(file_name(&source, url), expected, "{url}");
        }
        assert_eq!(http_day("Wed, 19 Nov 2025 23:59:59 GMT").as_deref(), Some("2025-11-19"));
        assert_eq!(http_day("yesterday"), None);
    }
}
