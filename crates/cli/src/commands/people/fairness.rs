//! `people fairness`: how alerts fall on groups that the house lawfully holds. Groups are kept apart from the records, and nobody is named.

use std::fs;
use std::io::Write;
use std::path::Path;

use interdict_persona::{
    Assessor, Class, Difference, DifferenceOf, Fairness, Group, Groups, Interval, LinkSettings, Links, Side,
};
use serde::Serialize;

use super::access::Recorder;
use super::input;
use super::input::Loaded;
use super::screen::Screened;
use crate::args::{Format, Global, PeopleFairness};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, small_text};
use crate::messages::{Messages, harmless};
use crate::output::{self, JsonObjects};
use crate::table::{write_inert_csv, write_table};

/// Differences of one grouping that the table for people tells.
const MOST_TOLD: usize = 20;

const HEADER: [&str; 8] =
    ["group", "persons", "in review", "rate", "95 % interval", "by lowest", "pass, of best", "wrong of judged"];

const CSV_HEADER: [&str; 15] = [
    "grouping",
    "group",
    "persons",
    "in_review",
    "share",
    "low",
    "high",
    "priority_review",
    "not_checked",
    "judged",
    "wrong",
    "open",
    "by_lowest",
    "by_best",
    "below_four_fifths",
];

pub(super) fn run(global: &Global, args: &PeopleFairness, messages: Messages) -> anyhow::Result<Outcome> {
    // Nobody's result is shown, so that there is nobody to record; the places of files are held apart as in the other commands.
    let recorder = Recorder::new(global, &args.reading.access, "people fairness")?;
    let groups: Vec<(&str, &Path)> = args.groups.iter().map(|path| ("--groups", path.as_path())).collect();
    let output = ("--output", args.output.as_deref());
    input::keep_apart(output, &recorder, &args.input.paths, &args.reading, &groups)?;
    if let Some(path) = &args.groups {
        is_apart(path, args)?;
    }
    let format = output::chosen(global.format, args.output.as_deref(), Format::Table)?;
    let loaded = input::load(&args.input.paths, &args.reading, messages)?;
    let groups = read_groups(args, &loaded)?;
    let screened = Screened::find(global, &loaded, args.no_screen, messages)?;
    let tests = screened.tests(&loaded);
    let links = Links::find(&tests, &LinkSettings::default());
    let all = Fairness::of(&Assessor::new(&tests, &links), &groups, args.least);

    let mut target = Target::open(args.output.as_deref())?;
    match format {
        Format::Table => {
            for one in &all {
                table(&mut target, one, args.least)?;
            }
        }
        Format::Csv => write_inert_csv(&mut target, &CSV_HEADER, all.iter().flat_map(csv_rows))?,
        Format::Json | Format::Jsonl => {
            let mut objects = JsonObjects::new(format == Format::Json);
            for one in &all {
                objects.write(&mut target, &Wire::of(one))?;
            }
            objects.finish(&mut target)?;
        }
    }
    target.finish()?;
    Ok(Outcome::Done)
}

/// Groups that lie among the records would be held against somebody sooner or later.
fn is_apart(groups: &Path, args: &PeopleFairness) -> anyhow::Result<()> {
    let Ok(place) = fs::canonicalize(groups) else { return Ok(()) };
    let is_below = |folder: &&std::path::PathBuf| {
        folder.is_dir() && fs::canonicalize(folder).is_ok_and(|folder| place.starts_with(folder))
    };
    match args.input.paths.iter().find(is_below) {
        Some(folder) => {
            let (groups, folder) = (groups.display(), folder.display());
            Err(Usage(format!("--groups: `{groups}` is in `{folder}`; groups are kept apart from the records")).into())
        }
        None => Ok(()),
    }
}

fn read_groups(args: &PeopleFairness, loaded: &Loaded) -> anyhow::Result<Groups> {
    let mut groups = Groups::default();
    if let Some(path) = &args.groups {
        let text = small_text(path, input::MOST_LISTED, "no table of groups is")?;
        groups = Groups::read(&text, &loaded.people).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        input::tell_unknown("--groups", path, groups.unknown());
    }
    if args.by_role {
        groups = groups.and(Groups::of_roles(&loaded.people)?);
    }
    Ok(groups)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn factor(factor: Option<f64>) -> String {
    factor.map_or_else(|| "–".to_owned(), |factor| format!("{factor:.2}"))
}

fn table(target: &mut Target, one: &Fairness<'_>, least: u32) -> anyhow::Result<()> {
    writeln!(target, "GROUPS BY {}", harmless(&one.grouping))?;
    let cells = |group: &Group| {
        let alerts = group.alerts;
        vec![
            group.name.clone().unwrap_or_else(|| format!("not stated, or of fewer than {least}")),
            alerts.of.to_string(),
            alerts.count.to_string(),
            alerts.share().map_or_else(String::new, percent),
            format!("{} to {}", percent(alerts.low), percent(alerts.high)),
            factor(group.by_lowest),
            factor(group.by_best),
            format!("{} of {}", group.wrong.count, group.wrong.of),
        ]
    };
    write_table(target, &HEADER, one.groups.iter().map(cells), &[1, 2, 3, 5, 6, 7])?;
    match one.ratio {
        Some(ratio) => {
            let chance = if one.beyond_chance { "more than chance does" } else { "which chance may do" };
            writeln!(target, "highest rate by lowest: {ratio:.2}, {chance}")?;
        }
        None => {
            let why = "there are not two groups, or nobody of one is in review";
            writeln!(target, "highest rate by lowest: not told, as {why}")?;
        }
    }
    for group in one.groups.iter().filter(|group| group.is_left_behind()) {
        let (name, by_best) = (group.name.as_deref().unwrap_or_default(), factor(group.by_best));
        writeln!(target, "{}: {by_best} of those pass whom another group would pass: below four fifths", harmless(name))?;
    }
    for difference in one.differences.iter().take(MOST_TOLD) {
        writeln!(target, "{}", sentence(difference))?;
    }
    if one.differences.len() > MOST_TOLD {
        writeln!(target, "{} more differences; `--format json` tells all", one.differences.len() - MOST_TOLD)?;
    }
    writeln!(target)?;
    Ok(())
}

fn sentence(one: &Difference<'_>) -> String {
    let did = match one.of {
        DifferenceOf::Made if one.indicator.class == Class::Human => "was asked of",
        DifferenceOf::Made => "could be tested of",
        DifferenceOf::Fired => "fired for",
    };
    let side = |side: &Side| format!("{} of {} {}", side.share.count, side.share.of, harmless(&side.group));
    format!("{} {did} {} and {}: more than chance does", one.indicator.id, side(&one.lowest), side(&one.highest))
}

fn csv_rows<'f>(one: &'f Fairness<'_>) -> impl Iterator<Item = Vec<String>> + 'f {
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| format!("{number:.4}"));
    one.groups.iter().map(move |group| {
        vec![
            one.grouping.clone(),
            group.name.clone().unwrap_or_default(),
            group.alerts.of.to_string(),
            group.alerts.count.to_string(),
            number(group.alerts.share()),
            number(Some(group.alerts.low)),
            number(Some(group.alerts.high)),
            group.priority.count.to_string(),
            group.not_checked.to_string(),
            group.wrong.of.to_string(),
            group.wrong.count.to_string(),
            group.open.to_string(),
            number(group.by_lowest),
            number(group.by_best),
            group.is_left_behind().to_string(),
        ]
    })
}

#[derive(Serialize)]
struct Wire<'a> {
    grouping: &'a str,
    groups: Vec<WireGroup<'a>>,
    /// The highest rate of alerts by the lowest.
    ratio: Option<f64>,
    beyond_chance: bool,
    differences: Vec<WireDifference<'a>>,
}

#[derive(Serialize)]
struct WireGroup<'a> {
    /// Without those of whom none is stated, and of groups that are too small to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    persons: u32,
    in_review: WireShare,
    priority_review: WireShare,
    not_checked: u32,
    wrong: WireShare,
    open: u32,
    by_lowest: Option<f64>,
    by_best: Option<f64>,
    below_four_fifths: bool,
}

#[derive(Serialize)]
struct WireShare {
    count: u32,
    of: u32,
    share: Option<f64>,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct WireDifference<'a> {
    indicator: &'a str,
    of: &'static str,
    lowest: WireSide<'a>,
    highest: WireSide<'a>,
}

#[derive(Serialize)]
struct WireSide<'a> {
    group: &'a str,
    count: u32,
    of: u32,
}

impl WireShare {
    fn of(interval: Interval) -> Self {
        let Interval { of, count, low, high } = interval;
        Self { count, of, share: interval.share(), low, high }
    }
}

impl<'a> WireSide<'a> {
    fn of(side: &'a Side) -> Self {
        Self { group: &side.group, count: side.share.count, of: side.share.of }
    }
}

impl<'a> Wire<'a> {
    fn of(one: &'a Fairness<'_>) -> Self {
        let group = |group: &'a Group| WireGroup {
            group: group.name.as_deref(),
            persons: group.alerts.of,
            in_review: WireShare::of(group.alerts),
            priority_review: WireShare::of(group.priority),
            not_checked: group.not_checked,
            wrong: WireShare::of(group.wrong),
            open: group.open,
            by_lowest: group.by_lowest,
            by_best: group.by_best,
            below_four_fifths: group.is_left_behind(),
        };
        let difference = |one: &'a Difference<'_>| WireDifference {
            indicator: &one.indicator.id,
            of: match one.of {
                DifferenceOf::Made => "made",
                DifferenceOf::Fired => "fired",
            },
            lowest: WireSide::of(&one.lowest),
            highest: WireSide::of(&one.highest),
        };
        Self {
            grouping: &one.grouping,
            groups: one.groups.iter().map(group).collect(),
            ratio: one.ratio,
            beyond_chance: one.beyond_chance,
            differences: one.differences.iter().map(difference).collect(),
        }
    }
}
