//! A synthetic world of remote workers to try detectors of false identities on: mostly honest people with all that makes honest lives look odd, and
//! some planted rings that follow published cases. Options go in; rows of the neutral people tables come out as a stream, with the truth kept apart.
//!
//! The world is made person by person, each from the seed and a hidden number alone, so that memory does not grow with the number of people and the
//! same options give the same bytes. Homes, farms and pools are runs or numbers in the hidden order; ids are a shuffle of it, and rows come in the
//! order of ids, so that neither says anything. Names, mail addresses, telephone numbers and network addresses are invented: `places.rs` says of
//! which ranges. Nothing here knows how a detector works, and no rate is set by what one finds.

mod dice;
mod events;
mod life;
mod names;
pub(crate) mod parquet;
mod places;
mod rates;
mod records;
mod rings;
pub(crate) mod sink;
mod texts;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use self::life::World;
use self::rings::Trace;
use self::sink::{CsvSink, RingRow, WorldSink};

/// What kind of records a world has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Applicants and employees: applications, parcels, managed computers, logins, payroll.
    Company,
    /// Accounts of a freelance platform: profiles, bids, logins, payouts.
    Platform,
}

/// What world is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorldOptions {
    /// How many people.
    pub(crate) people: u32,
    /// How many events each has on the mean, more or less; what hiring or an account brings with it is there in any case.
    pub(crate) events_per_person: u32,
    /// Seed.
    pub(crate) seed: u64,
    /// Kind.
    pub(crate) kind: Kind,
}

/// The least number of people: fewer cannot hold a ring of each kind.
pub(crate) const LEAST_PEOPLE: u32 = 1_000;
/// The greatest number of people for which addresses and numbers stay each person's own.
pub(crate) const MOST_PEOPLE: u32 = 5_000_000;

/// Makes a world, row by row. An error is one of the sink, or says that options are out of range.
pub(crate) fn generate(options: &WorldOptions, out: &mut dyn WorldSink) -> Result<()> {
    if !(LEAST_PEOPLE..=MOST_PEOPLE).contains(&options.people) {
        bail!("{} people: from {LEAST_PEOPLE} to {MOST_PEOPLE} can be made", options.people);
    }
    let world = World::new(*options);
    for ring in &world.rings {
        let (traces, linked) = ring.links(options.seed, options.kind);
        out.ring(&RingRow {
            ring: &format!("R{:05}", ring.number + 1),
            tradecraft: ring.craft().name,
            size: ring.size,
            traces: &Trace::list(traces),
            linked,
        })?;
    }
    let mut scratch = records::Scratch::default();
    let mut log = events::Log::default();
    for position in 0..u64::from(options.people) {
        let life = world.life(world.order.back(position));
        records::person(&world, &life, &records::marks(&life), out)?;
        records::identifiers(&world, &life, out)?;
        records::documents(&world, &life, &mut scratch, out)?;
        records::relations(&world, &life, out)?;
        events::events(&world, &life, &mut log, out)?;
    }
    Ok(())
}

/// Makes a world of CSV files: `world --people 10000 --seed 1 --events 30 --kind company --out DIR`. The truth goes to `DIR-truth`, or where
/// `--truth` says.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let mut options = WorldOptions { people: 10_000, events_per_person: 30, seed: 1, kind: Kind::Company };
    let (mut folder, mut truth) = (None, None);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{argument} needs a value"))?;
        let number = || value.parse::<u64>().with_context(|| format!("{argument} {value}: no number"));
        match argument.as_str() {
            "--people" => options.people = u32::try_from(number()?)?,
            "--events" => options.events_per_person = u32::try_from(number()?)?,
            "--seed" => options.seed = number()?,
            "--kind" => {
                options.kind = match value.as_str() {
                    "company" => Kind::Company,
                    "platform" => Kind::Platform,
                    _ => bail!("--kind {value}: it is `company` or `platform`"),
                }
            }
            "--out" => folder = Some(PathBuf::from(value)),
            "--truth" => truth = Some(PathBuf::from(value)),
            _ => bail!("no option `{argument}`; there are --people, --events, --seed, --kind, --out, --truth"),
        }
    }
    let folder = folder.context("--out DIR is missing")?;
    let truth = truth.unwrap_or_else(|| beside(&folder));
    let before = Instant::now();
    let mut sink = CsvSink::create(&folder, &truth)?;
    generate(&options, &mut sink)?;
    let counts = sink.finish()?;
    let seconds = before.elapsed().as_secs_f64();
    let rows: u64 = counts.iter().map(|(_, rows)| rows).sum();
    let tables: Vec<String> = counts.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
    crate::table::progress(&format!("{} rows in {seconds:.1} s, {:.0} a second", tables.join(", "), rows as f64 / seconds));
    Ok(())
}

/// The folder of the truth: beside that of the tables, never in it.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push("-truth");
    folder.with_file_name(name)
}

#[cfg(test)]
mod tests;
