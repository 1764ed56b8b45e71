//! Ownership verdicts on synthetic registers: all verdicts of the whole graph, and one verdict with its chain, at three sizes.

use std::time::Instant;

use anyhow::{Context, Result};
use interdict_model::DateValue;
use interdict_network::{Identity, Outcome, Ownership, Regime};
use interdict_snapshot::Day;

use crate::data::{Dice, Setting, quantile};
use crate::synthetic::{Register, register, star};
use crate::table::{self, progress};

/// Companies of the registers.
const SIZES: [u32; 3] = [300_000, 1_000_000, 3_000_000];
/// The regimes of a verdict.
const REGIMES: [Regime; 4] = [Regime::Us, Regime::Eu, Regime::Uk, Regime::Bis];
/// Single verdicts that are timed, half of them on parties that are reached or undecided.
const SINGLE: usize = 4_000;
/// Times that all verdicts are computed; the median counts.
const REPETITIONS: usize = 3;
/// Companies of the star.
const STAR: u32 = 1_000_000;

fn day() -> Result<Day> {
    let date = DateValue::parse("2025-10-15").context("a day")?;
    Ok(Day::earliest(&date))
}

/// Seconds for everything of one graph.
struct Measured {
    companies: u32,
    relations: usize,
    pass: f64,
    all: f64,
    outcomes: [usize; 4],
    single: [f64; 3],
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    quantile(&seconds, 0.5).unwrap_or_default()
}

fn measure(register: &Register) -> Result<Measured> {
    let relations = register.tables.relations();
    let identity = Identity::default();
    let ownership = Ownership::new(relations, &identity, &register.designated, day()?);
    let time = |work: &mut dyn FnMut()| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64()
    };
    // The reference: every relation looked up once from its owner, and its share added to its asset.
    let mut sums = vec![0_u64; relations.entities() as usize];
    let pass = median(
        (0..REPETITIONS)
            .map(|_| {
                time(&mut || {
                    for owner in 0..relations.entities() {
                        for row in relations.by(owner) {
                            if let Some(sum) = sums.get_mut(row.to as usize) {
                                *sum += u64::from(row.range().min().units());
                            }
                        }
                    }
                    std::hint::black_box(&sums);
                })
            })
            .collect(),
    );
    let mut found = Vec::new();
    let all =
        median((0..REPETITIONS).map(|_| time(&mut || found = ownership.outcomes(&REGIMES, &register.designated))).collect());
    let us = found.first().map(|(_, outcomes)| outcomes.as_slice()).unwrap_or_default();
    let kinds = [Outcome::Listed, Outcome::Blocked, Outcome::Undecided, Outcome::NotBlocked];
    let outcomes = kinds.map(|kind| us.iter().filter(|outcome| **outcome == kind).count());
    let reached: Vec<u32> =
        (0..relations.entities()).filter(|at| matches!(us[*at as usize], Outcome::Blocked | Outcome::Undecided)).collect();
    let mut dice = Dice(7);
    let mut times = Vec::with_capacity(SINGLE);
    for at in 0..SINGLE {
        let entity = match reached.len() {
            0 => dice.roll(relations.entities() as usize) as u32,
            some if at % 2 == 0 => reached[dice.roll(some)],
            _ => dice.roll(relations.entities() as usize) as u32,
        };
        let begin = Instant::now();
        let assessment = ownership.verdicts(entity, &REGIMES);
        times.push(begin.elapsed().as_secs_f64());
        // What is said of one is what is said of all.
        anyhow::ensure!(assessment.verdicts[0].outcome == us[entity as usize], "verdicts on {entity} differ");
    }
    times.sort_by(f64::total_cmp);
    let single = [0.5, 0.99, 1.0].map(|share| quantile(&times, share).unwrap_or_default());
    Ok(Measured { companies: relations.entities(), relations: relations.rows().len(), pass, all, outcomes, single })
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let mut rows = Vec::new();
    let mut first: Option<f64> = None;
    for size in SIZES {
        let size = if setting.quick { size / 10 } else { size };
        progress(&format!("verdicts on a register of {size} companies"));
        let Measured { companies, relations, pass, all, outcomes, single } = measure(&register(size))?;
        let each = all / relations as f64;
        let base = *first.get_or_insert(each);
        let [p50, p99, most] = single.map(|seconds| format!("{:.3} ms", seconds * 1e3));
        rows.push(vec![
            companies.to_string(),
            relations.to_string(),
            format!("{pass:.3} s"),
            format!("{all:.2} s"),
            format!("{:.1}", all / pass),
            format!("{:.0} ns ({:.2})", each * 1e9, each / base),
            outcomes.map(|count| count.to_string()).join(" / "),
            p50,
            p99,
            most,
        ]);
    }
    table::print(
        "Ownership verdicts on a synthetic register, four regimes (bars: all of 3 million in 20 s, one with its chain in 5 ms at p99)",
        &[
            "companies",
            "relations",
            "one bare pass",
            "all verdicts",
            "times the pass",
            "a relation (times the first)",
            "US: listed / blocked / undecided / not",
            "one verdict, p50",
            "p99",
            "longest",
        ],
        &rows,
    );
    let companies = if setting.quick { STAR / 10 } else { STAR };
    progress("verdicts on a star");
    let star = star(companies);
    let identity = Identity::default();
    let ownership = Ownership::new(star.tables.relations(), &identity, &star.designated, day()?);
    let begin = Instant::now();
    let outcomes = ownership.outcomes(&REGIMES, &star.designated);
    let all = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let leaf = ownership.verdicts(0, &REGIMES);
    let of_leaf = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let sink = ownership.verdicts(companies + 1, &REGIMES);
    let of_sink = begin.elapsed().as_secs_f64();
    anyhow::ensure!(
        leaf.verdicts[0].outcome == Outcome::Blocked && outcomes[0].1[1] == Outcome::NotBlocked,
        "the star is wrong"
    );
    let rows = vec![
        vec!["all verdicts".to_owned(), format!("{all:.2} s")],
        vec!["one company of the owner".to_owned(), format!("{:.3} ms", of_leaf * 1e3)],
        vec![format!("the company with {companies} owners: {}", sink.verdicts[0].outcome.code()), format!("{of_sink:.2} s")],
    ];
    table::print(
        &format!("A star: one owner of {companies} companies, and one company that they all own"),
        &["what", "time"],
        &rows,
    );
    Ok(())
}
