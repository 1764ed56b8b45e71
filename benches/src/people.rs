//! People: planted rings, farms and lone misrepresenters among honest people of a synthetic world (`world.rs`), found or not; what each class of
//! indicators brings; how honest people of each group fare. The truth is read when the results are there. The rules were settled on seeds
//! 1 to 4, 11 to 16, 21 to 26, 31 to 36, 51 to 56 and 61 to 62; those of the tables were not looked at on the way. `--quick` looks at 1 to 4.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use interdict_persona::{
    Assessor, Band, Builder, Catalogue, Class, Form, Limits, LinkSettings, Links, Lists, People, PersonId, Policy, Ring, Scale,
    Table, TenantKey, Tests, Time, read_table,
};
use serde_json::json;

use crate::data::Setting;
use crate::table::{Bar, dump, interval, percent, print, progress, rate, share};
use crate::world::sink::CsvSink;
use crate::world::{self, Kind, WorldOptions};

/// Seeds that were not used while building, and those that were.
const SEEDS: [u64; 3] = [5_501_911, 71_040_883, 912_220_417];
const SEEDS_OF_BUILDING: [u64; 4] = [1, 2, 3, 4];
/// People of a world.
const PEOPLE: u32 = 100_000;
/// People of a world in which rates of groups are measured: some thousands of reviews.
const PEOPLE_OF_GROUPS: u32 = 500_000;
/// Members found, flagged who are members, honest people in priority review for each one.
const FOUND: Bar = Bar::AtLeast(0.95);
const RIGHT: Bar = Bar::AtLeast(0.98);
const PRIORITY: Bar = Bar::AtMost(1.0 / 5000.0);
/// The most that the rates of two groups of honest people may differ, as a ratio.
const GROUPS: Bar = Bar::AtMost(1.25);

/// What the world knows of a person.
struct Truth {
    ring: Option<String>,
    tradecraft: String,
    group: String,
    /// Whether the person shares a trace with another member.
    linked: bool,
    marks: String,
}

impl Truth {
    fn is_honest(&self) -> bool {
        self.ring.is_none() && self.tradecraft.is_empty()
    }
}

/// The truth of a world: of people, and of how many causes the traces of a ring are.
struct Answers {
    people: HashMap<String, Truth>,
    causes: HashMap<String, usize>,
}

impl Answers {
    fn read(folder: &Path) -> Result<Self> {
        let mut people = HashMap::new();
        for row in csv::Reader::from_path(folder.join("people.csv"))?.records() {
            let row = row?;
            let cell = |index: usize| row.get(index).unwrap_or_default().to_owned();
            let ring = Some(cell(2)).filter(|ring| !ring.is_empty());
            people
                .insert(cell(0), Truth { ring, tradecraft: cell(3), group: cell(4), linked: cell(5) == "yes", marks: cell(6) });
        }
        let mut causes = HashMap::new();
        for row in csv::Reader::from_path(folder.join("rings.csv"))?.records() {
            let row = row?;
            let of: BTreeSet<&str> = row.get(3).unwrap_or_default().split(';').filter_map(cause).collect();
            causes.insert(row.get(0).unwrap_or_default().to_owned(), of.len());
        }
        Ok(Self { people, causes })
    }

    /// Whether links can show that a member is one: it shares a trace with another, and the ring leaves traces of two independent causes.
    fn can_be_shown(&self, truth: &Truth) -> bool {
        truth.linked && truth.ring.as_ref().is_some_and(|ring| self.causes.get(ring).is_some_and(|causes| *causes >= 2))
    }
}

/// From what cause a trace of the world is; `None` for VPN exits and staffing firms, which link nobody.
fn cause(trace: &str) -> Option<&'static str> {
    Some(match trace {
        "ship_to" | "network" | "house_line" | "server" => "place",
        "payee" | "wallet" => "money",
        "phone" | "recovery_email" | "messenger" | "reference" => "contact",
        "device" => "machine",
        "photo" | "document_base" | "number" => "paper",
        "cv_text" | "cv_author" | "letter" | "portfolio" | "career" => "text",
        "commits" | "referral" | "rating" | "evasion" | "commit_slip" | "copied_history" => "work",
        _ => return None,
    })
}

/// Writes the tables of a world, and its truth.
pub(crate) fn make(options: &WorldOptions, folder: &Path, apart: &Path) -> Result<()> {
    let mut sink = CsvSink::create(folder, apart)?;
    world::generate(options, &mut sink)?;
    sink.finish()?;
    Ok(())
}

/// Reads the tables of a folder.
pub(crate) fn load(folder: &Path, as_of: Time) -> Result<People> {
    let mut builder = Builder::new(TenantKey::new(&[42; 32])?, Limits::default());
    for table in Table::ALL {
        let name = format!("{}.csv", table.name());
        let file = builder.file(&name);
        let mut input = BufReader::with_capacity(1 << 20, File::open(folder.join(&name))?);
        read_table(table, Form::Csv, &mut input, file, &mut builder)?;
    }
    Ok(builder.finish(as_of).0)
}

/// The moment at which worlds are looked at: behind their last event.
pub(crate) fn as_of() -> Result<Time> {
    Ok(Time::parse("2026-11-01").context("a day")?.time)
}

/// Who was flagged, by the place of the person in the tables.
#[derive(Default)]
struct Outcome {
    /// In a ring or farm.
    flagged: Vec<bool>,
    bands: Vec<Band>,
    rings: Vec<Ring>,
    /// What fired for those in review without a ring, where it was asked for.
    reasons: HashMap<PersonId, Vec<String>>,
}

fn look(people: &People, catalogue: &Catalogue, policy: &Policy, as_of: Time, with_reasons: bool) -> Outcome {
    let lists = Lists::built_in();
    let tests = Tests::new(people, catalogue, &lists, policy, Scale::default(), as_of);
    let links = Links::find(&tests, &LinkSettings::default());
    let assessor = Assessor::new(&tests, &links);
    let bands: Vec<Band> = assessor.summaries().iter().map(|summary| summary.band).collect();
    let flagged: Vec<bool> =
        (people.all()).map(|person| links.ring_of(person.id()).is_some() || links.farm_of(person.id()).is_some()).collect();
    let mut reasons = HashMap::new();
    if with_reasons {
        for person in people.all().filter(|person| bands[person.id().index()] >= Band::Review && !flagged[person.id().index()])
        {
            let fired = assessor.assess(person.id()).findings;
            let fired = fired.iter().map(|one| format!("{} {:.2}", one.indicator.id, one.weight)).collect();
            reasons.insert(person.id(), fired);
        }
    }
    Outcome { flagged, bands, rings: links.rings().to_vec(), reasons }
}

/// Counts of one world.
#[derive(Default, Clone, Copy)]
struct Counts {
    members: usize,
    linked: usize,
    can: usize,
    found: usize,
    found_linked: usize,
    found_can: usize,
    flagged: usize,
    right: usize,
    honest: usize,
    honest_priority: usize,
    honest_review: usize,
    singles: usize,
    singles_review: usize,
    /// Everybody in review or priority who is in no ring that was found.
    review_alone: usize,
}

fn count(people: &People, outcome: &Outcome, answers: &Answers) -> Counts {
    let mut counts = Counts::default();
    for person in people.all() {
        let Some(truth) = answers.people.get(person.key()) else { continue };
        let (flagged, band) = (outcome.flagged[person.id().index()], outcome.bands[person.id().index()]);
        let review = band >= Band::Review;
        counts.flagged += usize::from(flagged);
        counts.review_alone += usize::from(review && !flagged);
        if truth.ring.is_some() {
            let can = answers.can_be_shown(truth);
            counts.members += 1;
            counts.linked += usize::from(truth.linked);
            counts.can += usize::from(can);
            counts.found += usize::from(flagged);
            counts.found_linked += usize::from(flagged && truth.linked);
            counts.found_can += usize::from(flagged && can);
            counts.right += usize::from(flagged);
        } else if truth.is_honest() {
            counts.honest += 1;
            counts.honest_priority += usize::from(band == Band::Priority);
            counts.honest_review += usize::from(review);
        } else {
            counts.singles += 1;
            counts.singles_review += usize::from(review);
        }
    }
    counts
}

/// Of honest people of each group: how many, how many in review or priority, how many in priority.
type Groups = BTreeMap<String, [usize; 3]>;

fn count_groups(people: &People, outcome: &Outcome, answers: &Answers, groups: &mut Groups) {
    for person in people.all() {
        let truth = answers.people.get(person.key());
        let Some(truth) = truth.filter(|truth| truth.is_honest()) else { continue };
        let band = outcome.bands[person.id().index()];
        let row = groups.entry(truth.group.clone()).or_default();
        row[0] += 1;
        row[1] += usize::from(band >= Band::Review);
        row[2] += usize::from(band == Band::Priority);
    }
}

fn print_groups(title: &str, groups: &Groups) {
    let rates = || groups.values().map(|[all, review, _]| share(*review, *all));
    let (least, most) = (rates().fold(f64::INFINITY, f64::min), rates().fold(0.0, f64::max));
    let mut rows = Vec::new();
    for (group, [all, review, priority]) in groups {
        let [low, high] = interval(*review, *all);
        rows.push(vec![
            group.clone(),
            all.to_string(),
            percent(*review, *all),
            format!("{:.2}–{:.2} %", low * 100.0, high * 100.0),
            percent(*priority, *all),
        ]);
    }
    for (what, ratio) in [
        ("highest rate by lowest", if least > 0.0 { most / least } else { f64::INFINITY }),
        ("the same, less what chance explains", beyond_chance(groups.values().map(|[all, review, _]| (*review, *all)))),
    ] {
        let [bar, reached] = GROUPS.columns(ratio, |value| format!("{value:.2}"));
        rows.push(vec![what.to_owned(), String::new(), format!("{ratio:.2}"), bar, reached]);
    }
    print(title, &["group", "people", "in review", "95 % interval", "in priority review"], &rows);
}

/// How honest people of each group fare in companies so large that the rates of groups can be told apart from chance.
pub(crate) fn groups(setting: &Setting) -> Result<()> {
    let seeds = if setting.quick { &SEEDS_OF_BUILDING[..2] } else { &SEEDS[..] };
    let catalogue = Catalogue::built_in()?;
    let as_of = as_of()?;
    let mut groups = Groups::new();
    let mut reviewed = Vec::new();
    for seed in seeds {
        let folder = setting.folder.path().join("people-groups");
        let apart = setting.folder.path().join("people-groups-truth");
        let options = WorldOptions { people: PEOPLE_OF_GROUPS, events_per_person: 30, seed: *seed, kind: Kind::Company };
        make(&options, &folder, &apart)?;
        let people = load(&folder, as_of)?;
        std::fs::remove_dir_all(&folder)?;
        let outcome = look(&people, &catalogue, &Policy::default(), as_of, setting.dump.is_some());
        let answers = Answers::read(&apart)?;
        count_groups(&people, &outcome, &answers, &mut groups);
        progress(&format!("company of seed {seed}: {} persons, {} events", people.len(), people.events_len()));
        for (person, fired) in outcome.reasons {
            let (key, band) = (people.person(person).key(), outcome.bands[person.index()]);
            if let Some(truth) = answers.people.get(key).filter(|truth| truth.is_honest()) {
                reviewed.push(json!({
                    "seed": seed, "person": key, "group": truth.group, "marks": truth.marks, "band": band.code(), "fired": fired,
                }));
            }
        }
    }
    print_groups(&format!("Honest people by group, {} companies of {PEOPLE_OF_GROUPS}", seeds.len()), &groups);
    setting.dump.as_ref().map_or(Ok(()), |path| dump(path, reviewed))
}

/// A ring with somebody who is in none, link by link.
fn impure(world: &str, ring: &Ring, people: &People, answers: &Answers) -> Option<serde_json::Value> {
    let truth = |person: PersonId| answers.people.get(people.person(person).key());
    let in_one = |person: PersonId| truth(person).is_some_and(|truth| truth.ring.is_some());
    if ring.members.iter().all(|member| in_one(member.person)) {
        return None;
    }
    let members = ring.members.iter().map(|member| {
        let truth = truth(member.person);
        let marks = truth.map(|truth| truth.marks.as_str());
        json!({"person": people.person(member.person).key(), "ring": truth.and_then(|truth| truth.ring.as_deref()), "marks": marks})
    });
    let links = ring.links.iter().map(|link| {
        let kinds: Vec<String> = link.kinds.iter().map(|(kind, weight)| format!("{} {weight:.1}", kind.code())).collect();
        let key = |person: PersonId| people.person(person).key();
        let honest = !in_one(link.a) || !in_one(link.b);
        json!({"a": key(link.a), "b": key(link.b), "weight": link.weight, "kinds": kinds, "honest": honest})
    });
    let families: Vec<&str> = ring.families.iter().map(|family| family.code()).collect();
    Some(json!({
        "world": world, "members": members.collect::<Vec<_>>(), "links": links.collect::<Vec<_>>(), "families": families,
    }))
}

/// The highest rate by the lowest, when each is drawn to the mean of all as far as counts so small differ by chance: `DerSimonian` and Laird's
/// variance between groups of log rates, Poisson's within them. Of each group go in: how many fired, and of how many.
fn beyond_chance(groups: impl Iterator<Item = (usize, usize)>) -> f64 {
    // How many fired, which is the weight of the group, and the logarithm of its rate; half a case more, so that none fired has one.
    let logarithm = |(fired, of): (usize, usize)| (fired as f64 + 0.5, ((fired as f64 + 0.5) / (of as f64 + 0.5)).ln());
    let all: Vec<(f64, f64)> = groups.map(logarithm).collect();
    let sum = |of: &dyn Fn(f64, f64) -> f64| all.iter().map(|(fired, rate)| of(*fired, *rate)).sum::<f64>();
    let weights = sum(&|fired, _| fired);
    let mean = sum(&|fired, rate| fired * rate) / weights;
    let apart = sum(&|fired, rate| fired * (rate - mean).powi(2));
    let between = (apart - (all.len() as f64 - 1.0)) / (weights - sum(&|fired, _| fired * fired) / weights);
    let between = between.max(0.0);
    let drawn = all.iter().map(|(fired, rate)| mean + between / (between + 1.0 / fired) * (rate - mean));
    let (least, most) = drawn.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), rate| (rate.min(least), rate.max(most)));
    (most - least).exp()
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let seeds = if setting.quick { &SEEDS_OF_BUILDING[..] } else { &SEEDS[..] };
    let catalogue = Catalogue::built_in()?;
    let as_of = as_of()?;
    let (mut main, mut crafts, mut alone, mut ablation) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    let mut groups = Groups::new();
    let mut failed = Vec::new();
    for seed in seeds {
        for kind in [Kind::Company, Kind::Platform] {
            let name = format!("{kind:?} {seed}");
            let folder = setting.folder.path().join("world");
            let apart = setting.folder.path().join("world-truth");
            make(&WorldOptions { people: PEOPLE, events_per_person: 30, seed: *seed, kind }, &folder, &apart)?;
            let people = load(&folder, as_of)?;
            let outcome = look(&people, &catalogue, &Policy::default(), as_of, setting.dump.is_some());
            let answers = Answers::read(&apart)?;
            let counts = count(&people, &outcome, &answers);
            count_groups(&people, &outcome, &answers, &mut groups);
            progress(&format!("{name}: {} persons, {} events", people.len(), people.events_len()));
            let bar = |bar: Bar, part: usize, whole: usize| {
                bar.columns(share(part, whole), |value| format!("{:.2} %", value * 100.0))
            };
            let [found_bar, found_ok] = bar(FOUND, counts.found_can, counts.can);
            let [right_bar, right_ok] = bar(RIGHT, counts.right, counts.flagged);
            let [priority_bar, priority_ok] =
                PRIORITY.columns(share(counts.honest_priority, counts.honest), |value| format!("{:.3} %", value * 100.0));
            main.push(vec![
                name.clone(),
                counts.members.to_string(),
                percent(counts.found, counts.members),
                percent(counts.found_linked, counts.linked),
                format!("{} of {}", percent(counts.found_can, counts.can), counts.can),
                format!("{found_bar} {found_ok}"),
                format!("{} of {}", percent(counts.right, counts.flagged), counts.flagged),
                format!("{right_bar} {right_ok}"),
                format!("{} of {}", counts.honest_priority, counts.honest),
                format!("{priority_bar} {priority_ok}"),
            ]);
            alone.push(vec![
                name.clone(),
                counts.singles.to_string(),
                rate(counts.singles_review, counts.singles),
                percent(counts.singles_review, counts.review_alone),
                percent(counts.honest_review, counts.honest),
            ]);
            for person in people.all() {
                let Some(truth) = answers.people.get(person.key()) else { continue };
                let (flagged, band) = (outcome.flagged[person.id().index()], outcome.bands[person.id().index()]);
                if truth.ring.is_some() {
                    let row: &mut [usize; 3] = crafts.entry((format!("{kind:?}"), truth.tradecraft.clone())).or_default();
                    row[0] += 1;
                    row[1] += usize::from(answers.can_be_shown(truth));
                    row[2] += usize::from(flagged);
                }
                if setting.dump.is_some() && (flagged != truth.ring.is_some() || flagged != (band >= Band::Review)) {
                    failed.push(json!({
                        "world": name, "person": person.key(), "ring": truth.ring, "tradecraft": truth.tradecraft,
                        "can": answers.can_be_shown(truth), "marks": truth.marks, "flagged": flagged, "band": band.code(),
                        "group": truth.group, "fired": outcome.reasons.get(&person.id()),
                    }));
                }
            }
            if setting.dump.is_some() {
                failed.extend(outcome.rings.iter().filter_map(|ring| impure(&name, ring, &people, &answers)));
            }
            if *seed == seeds[0] {
                for class in [
                    None,
                    Some(Class::List),
                    Some(Class::Threshold),
                    Some(Class::Record),
                    Some(Class::Sequence),
                    Some(Class::Cross),
                ] {
                    let off = catalogue.indicators().iter().filter(|one| Some(one.class) == class).map(|one| one.id.clone());
                    let policy = Policy { switched_off: off.collect(), ..Policy::default() };
                    let counts = count(&people, &look(&people, &catalogue, &policy, as_of, false), &answers);
                    ablation.push(vec![
                        name.clone(),
                        class.map_or("nothing", Class::code).to_owned(),
                        percent(counts.found_can, counts.can),
                        percent(counts.right, counts.flagged),
                        percent(counts.singles_review, counts.singles),
                        percent(counts.honest_review, counts.honest),
                        counts.honest_priority.to_string(),
                    ]);
                }
            }
        }
    }
    print(
        "Rings and farms",
        &[
            "world and seed",
            "members",
            "found, of all",
            "of those who leave a trace",
            "of those whose ring leaves two kinds",
            "bar",
            "flagged who are members",
            "bar",
            "honest in priority review",
            "bar",
        ],
        &main,
    );
    let crafts: Vec<Vec<String>> = (crafts.into_iter())
        .map(|((kind, craft), [all, can, found])| vec![kind, craft, all.to_string(), can.to_string(), percent(found, all)])
        .collect();
    print(
        "Rings by tradecraft",
        &["world", "tradecraft", "members", "whose ring leaves two kinds", "found, of all members"],
        &crafts,
    );
    print(
        "One person's records alone",
        &["world and seed", "lone misrepresenters", "in review", "of all in review without a ring", "honest in review"],
        &alone,
    );
    print(
        "Without a class of indicators",
        &[
            "world and seed",
            "left out",
            "members found",
            "flagged who are members",
            "lone in review",
            "honest in review",
            "honest in priority",
        ],
        &ablation,
    );
    print_groups("Honest people by group", &groups);
    match &setting.dump {
        Some(path) => dump(path, failed),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::beyond_chance;

    #[test]
    fn chance_is_taken_out_of_a_ratio() {
        // Rates that differ less than counts so small do by chance.
        let same = [(9, 10_000), (12, 10_000), (14, 10_000), (8, 10_000)];
        assert!((beyond_chance(same.into_iter()) - 1.0).abs() < 1e-9);
        // The same rates of a thousand times as many differ.
        let many = same.map(|(fired, of)| (fired * 1000, of * 1000));
        let ratio = beyond_chance(many.into_iter());
        assert!((1.7..14.0 / 8.0).contains(&ratio), "{ratio}");
        // One group of four differs.
        let one = beyond_chance([(100, 10_000), (100, 10_000), (100, 10_000), (200, 10_000)].into_iter());
        assert!((1.6..2.0).contains(&one), "{one}");
    }
}
