//! `interdict cluster`: which listings of different lists are one party, why, and what people judged of them. Judgements are lines in the data
//! folder that are only ever added to; the last one of a pair counts.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use interdict_matching::{Clusterer, Clusters, Judgement, Judgements, Link, Scratch, twins};
use interdict_snapshot::Snapshot;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::args::{ClusterArgs, ClusterCommand, ClusterList, Format, Global, JudgeArgs, Verdict};
use crate::dataset;
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::table::{write_csv, write_table};

/// Name of the file of judgements in the data folder.
const JUDGEMENTS: &str = "judgements.jsonl";

/// The format whose listings are names and nothing else.
pub(super) const NAMES_ONLY: &str = "names_json";

/// A judgement as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Judged {
    a: String,
    b: String,
    judgement: String,
    by: String,
    at: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &ClusterArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        ClusterCommand::List(list) => run_list(global, list, messages),
        ClusterCommand::Show { id } => run_show(global, id, messages),
        ClusterCommand::Judge(judge) => run_judge(global, judge, messages),
    }
}

fn judgements_file(global: &Global) -> anyhow::Result<PathBuf> {
    Ok(dataset::data_folder(global)?.join(JUDGEMENTS))
}

/// What people judged of listings; nothing where there is no data folder.
pub(super) fn read_judgements(global: &Global) -> anyhow::Result<Judgements> {
    let mut judgements = Judgements::default();
    let Ok(path) = judgements_file(global) else { return Ok(judgements) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(judgements),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}: line {}", path.display(), number + 1);
        let judged: Judged = serde_json::from_str(line).with_context(place)?;
        let judgement = Judgement::from_code(&judged.judgement)
            .with_context(|| format!("`judgement` is `{}`; it must be same, not_same or unsure", judged.judgement))
            .with_context(place)?;
        judgements.add(&judged.a, &judged.b, judgement);
    }
    Ok(judgements)
}

/// What finds the links between the listings of a snapshot; those of bare names take no part, as they say too little of whom they mean.
pub(super) fn clusterer(snapshot: &Snapshot) -> Clusterer<'_> {
    let without: Vec<&str> =
        snapshot.meta().sources.iter().filter(|source| source.format == NAMES_ONLY).map(|source| source.id.as_str()).collect();
    Clusterer::new(snapshot, &without)
}

/// Finds all clusters of a snapshot, on all cores.
fn find<'s>(snapshot: &'s Snapshot, judgements: &Judgements) -> (Clusterer<'s>, Clusters) {
    let clusterer = clusterer(snapshot);
    let starts = clusterer.starts();
    let mut links: Vec<Link> = starts
        .par_iter()
        .with_min_len(64)
        .map_init(Scratch::default, |scratch, listing| clusterer.links_of(*listing, scratch))
        .flatten()
        .collect();
    links.extend(clusterer.references());
    let clusters = clusterer.join(links, judgements);
    (clusterer, clusters)
}

/// A listing as it is written out.
#[derive(Serialize)]
struct Listing {
    id: String,
    source: String,
    caption: String,
    schema: String,
}

#[derive(Serialize)]
struct LinkLine {
    a: String,
    b: String,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct ClusterLine {
    cluster: String,
    listings: Vec<Listing>,
    links: Vec<LinkLine>,
}

#[derive(Serialize)]
struct OpenLine {
    a: Listing,
    b: Listing,
    why: &'static str,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct TwinLine {
    list: String,
    parties: usize,
    other: String,
    /// Parties of the list with a twin on the other.
    linked: u64,
    /// Parties with a pair that was left open.
    open: u64,
}

#[derive(Serialize)]
struct Summary {
    snapshot: String,
    engine: &'static str,
    listings: usize,
    clusters: usize,
    open: BTreeMap<&'static str, usize>,
    twins: Vec<TwinLine>,
}

fn listing(snapshot: &Snapshot, clusterer: &Clusterer<'_>, at: u32) -> Listing {
    let entity = snapshot.entity_at(at);
    Listing {
        id: entity.map(|entity| entity.id().to_owned()).unwrap_or_default(),
        source: clusterer.lists(at).join(", "),
        caption: entity.map(|entity| entity.caption().to_owned()).unwrap_or_default(),
        schema: entity.map(|entity| entity.schema_name().to_owned()).unwrap_or_default(),
    }
}

fn link_line(snapshot: &Snapshot, link: &Link) -> LinkLine {
    let id = |at| snapshot.entity_at(at).map(|entity| entity.id().to_owned()).unwrap_or_default();
    let evidence = link.evidence.iter().map(interdict_matching::Evidence::describe).collect();
    LinkLine { a: id(link.listings.0), b: id(link.listings.1), evidence }
}

fn run_list(global: &Global, args: &ClusterList, messages: Messages) -> anyhow::Result<Outcome> {
    let judgements = read_judgements(global)?;
    let snapshot = dataset::open(global, messages)?;
    let (clusterer, clusters) = find(&snapshot, &judgements);
    let mut out = Target::open(args.output.as_deref())?;
    if args.open {
        let lines: Vec<OpenLine> = clusters
            .open
            .iter()
            .map(|(link, open)| OpenLine {
                a: listing(&snapshot, &clusterer, link.listings.0),
                b: listing(&snapshot, &clusterer, link.listings.1),
                why: open.code(),
                evidence: link_line(&snapshot, link).evidence,
            })
            .collect();
        write_open(&mut out, output::choose(global.format, args.output.as_deref(), Format::Table), &lines)?;
    } else {
        let format = output::choose(global.format, args.output.as_deref(), Format::Table);
        if format == Format::Table {
            write_summary(&mut out, &summary(&snapshot, &clusterer, &clusters))?;
        } else {
            let lines: Vec<ClusterLine> =
                clusters.clusters.iter().map(|cluster| cluster_line(&snapshot, &clusterer, cluster)).collect();
            write_clusters(&mut out, format, &lines)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn cluster_line(snapshot: &Snapshot, clusterer: &Clusterer<'_>, cluster: &interdict_matching::Cluster) -> ClusterLine {
    ClusterLine {
        cluster: cluster.id.clone(),
        listings: cluster.listings.iter().map(|at| listing(snapshot, clusterer, *at)).collect(),
        links: cluster.links.iter().map(|link| link_line(snapshot, link)).collect(),
    }
}

fn summary(snapshot: &Snapshot, clusterer: &Clusterer<'_>, clusters: &Clusters) -> Summary {
    let mut parties: BTreeMap<&str, usize> = BTreeMap::new();
    for at in clusterer.listings() {
        for list in clusterer.lists(*at) {
            *parties.entry(list).or_default() += 1;
        }
    }
    let mut open: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (_, why) in &clusters.open {
        *open.entry(why.code()).or_default() += 1;
    }
    let twins = twins(clusterer, clusters)
        .into_iter()
        .map(|((list, other), (linked, open))| TwinLine {
            parties: parties.get(list.as_str()).copied().unwrap_or_default(),
            list,
            other,
            linked,
            open,
        })
        .collect();
    Summary {
        snapshot: snapshot.id().to_owned(),
        engine: env!("CARGO_PKG_VERSION"),
        listings: clusterer.listings().len(),
        clusters: clusters.clusters.len(),
        open,
        twins,
    }
}

fn write_summary(out: &mut dyn Write, summary: &Summary) -> anyhow::Result<()> {
    let rows = summary.twins.iter().map(|line| {
        let share = line.linked as f64 * 100.0 / line.parties.max(1) as f64;
        vec![
            line.list.clone(),
            line.parties.to_string(),
            line.other.clone(),
            line.linked.to_string(),
            format!("{share:.1} %"),
            line.open.to_string(),
        ]
    });
    write_table(out, &["list", "parties", "have a twin on", "linked", "share", "open"], rows, &[1, 3, 4, 5])?;
    let open: Vec<String> = summary.open.iter().map(|(why, count)| format!("{why} {count}")).collect();
    let open = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
    writeln!(out, "\n{} listings, {} clusters; pairs left open: {open}", summary.listings, summary.clusters)?;
    Ok(())
}

fn write_clusters(out: &mut dyn Write, format: Format, lines: &[ClusterLine]) -> anyhow::Result<()> {
    match format {
        Format::Json | Format::Table => output::write_json(out, &lines),
        Format::Jsonl => lines.iter().try_for_each(|line| output::write_jsonl(out, line)),
        Format::Csv => {
            let rows = lines.iter().flat_map(|line| {
                line.listings.iter().map(|listing| {
                    vec![
                        line.cluster.clone(),
                        listing.id.clone(),
                        listing.source.clone(),
                        listing.caption.clone(),
                        listing.schema.clone(),
                    ]
                })
            });
            write_csv(out, &["cluster", "id", "source", "caption", "schema"], rows)
        }
    }
}

fn write_open(out: &mut dyn Write, format: Format, lines: &[OpenLine]) -> anyhow::Result<()> {
    let header = ["a", "b", "why", "evidence"];
    let cells = lines.iter().map(|line| {
        vec![
            format!("{} {}", line.a.id, line.a.caption),
            format!("{} {}", line.b.id, line.b.caption),
            line.why.to_owned(),
            line.evidence.join("; "),
        ]
    });
    match format {
        Format::Json => output::write_json(out, &lines),
        Format::Jsonl => lines.iter().try_for_each(|line| output::write_jsonl(out, line)),
        Format::Csv => write_csv(out, &header, cells),
        Format::Table => Ok(write_table(out, &header, cells, &[])?),
    }
}

fn run_show(global: &Global, id: &str, messages: Messages) -> anyhow::Result<Outcome> {
    let judgements = read_judgements(global)?;
    let snapshot = dataset::open(global, messages)?;
    let entity = snapshot
        .entity(id)
        .ok_or_else(|| Failure::new(format!("no entity `{id}` in the snapshot"), "`interdict screen NAME` finds ids"))?;
    let (clusterer, clusters) = find(&snapshot, &judgements);
    let cluster = clusters.clusters.iter().find(|cluster| cluster.listings.contains(&entity.index()));
    let line = match cluster {
        Some(cluster) => cluster_line(&snapshot, &clusterer, cluster),
        None => ClusterLine {
            cluster: id.to_owned(),
            listings: vec![listing(&snapshot, &clusterer, entity.index())],
            links: Vec::new(),
        },
    };
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Table => {
            let rows = line.listings.iter().map(|listing| {
                vec![listing.id.clone(), listing.source.clone(), listing.schema.clone(), listing.caption.clone()]
            });
            write_table(&mut out, &["listing", "list", "schema", "name"], rows, &[])?;
            for link in &line.links {
                writeln!(out, "{} = {}", link.a, link.b)?;
                for evidence in &link.evidence {
                    writeln!(out, "    {}", crate::messages::harmless(evidence))?;
                }
            }
            if line.links.is_empty() {
                writeln!(out, "no other list is known to list this party")?;
            }
        }
        format => write_clusters(&mut out, format, &[line])?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn run_judge(global: &Global, args: &JudgeArgs, messages: Messages) -> anyhow::Result<Outcome> {
    let path = judgements_file(global)?;
    // A file that cannot be read must not grow further.
    read_judgements(global)?;
    let snapshot = dataset::open(global, messages)?;
    if args.a == args.b {
        return Err(Failure::new("a listing is the same as itself", "give the ids of two listings").into());
    }
    for id in [&args.a, &args.b] {
        if snapshot.entity(id).is_none() {
            let message = format!("no entity `{id}` in the snapshot");
            return Err(Failure::new(message, "`interdict screen NAME` finds ids").into());
        }
    }
    let judgement = match args.verdict {
        Verdict::Same => Judgement::Same,
        Verdict::NotSame => Judgement::NotSame,
        Verdict::Unsure => Judgement::Unsure,
    };
    let judged = Judged {
        a: args.a.clone(),
        b: args.b.clone(),
        judgement: judgement.code().to_owned(),
        by: args.by.clone(),
        at: Timestamp::now().to_string(),
        reason: args.reason.clone().unwrap_or_default(),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let line = serde_json::to_string(&judged)?;
    let mut file = OpenOptions::new().create(true).append(true).open(&path).with_context(|| path.display().to_string())?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()?;
    messages.note(&format!("{} and {}: {}, written to {}", args.a, args.b, judgement.code(), path.display()));
    Ok(Outcome::Done)
}
