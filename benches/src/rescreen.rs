//! Inverted rescreening: customers by the million are indexed, two issues of the SDN list differ, and only whom the difference concerns is
//! screened. Reports the time and memory of the index and the seconds of a run beside the bar, and whether the result is that of
//! screening everybody again, on a part of the customers that is stated. Customers are generated of the list's words and of invented ones, and
//! are made again from their numbers when the run reads them: the time of a database is not in the figures.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use interdict_casework::monitor::{Change, CustomerIndex, Found, Monitor};
use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{NameRef, Snapshot};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::data::{Dice, Setting, build};
use crate::speed::memory;
use crate::table::{self, Bar, progress};

/// Two issues that follow each other.
const ISSUES: [&str; 2] = ["ofac/advanced/sdn_advanced_2025-08-14.xml.bz2", "ofac/advanced/sdn_advanced_2025-08-27.xml.bz2"];
/// Customers.
const SIZES: [u32; 2] = [1_000_000, 10_000_000];
const QUICK: [u32; 1] = [100_000];
/// Customers who are also screened against both issues, for whom the results must be equal: so many of all, and so many of those who have a
/// name that one issue has and the other has not.
const COMPARED: u32 = 30_000;
const COMPARED_FRESH: usize = 5_000;
/// One customer in how many has such a name.
const FRESH: u32 = 2_000;
/// Customers who are read at a time.
const CHUNK: u32 = 1 << 16;
/// Seconds for as many customers, and megabytes for ten million.
const SECONDS: f64 = 60.0;
const MEGABYTES: f64 = 4096.0;
const TEN_MILLION: f64 = 1e7;

/// What invented words are made of.
const SYLLABLES: [&str; 40] = [
    "ka", "ro", "mi", "shu", "ter", "van", "dol", "qi", "ba", "zen", "lu", "or", "ne", "sta", "vi", "gor", "pel", "an", "dri",
    "mo", "has", "el", "kov", "win", "tra", "jo", "fer", "nan", "de", "sil", "ber", "to", "ya", "mar", "ul", "chi", "ren",
    "ost", "pa", "il",
];

/// Names and words of the lists, of which customers are made.
struct Words {
    people: Vec<String>,
    bodies: Vec<String>,
    names: Vec<(Schema, String)>,
    /// Those that one list has and the other has not.
    fresh: Vec<(Schema, String)>,
    wallets: Vec<String>,
}

impl Words {
    fn of(snapshots: [&Snapshot; 2]) -> Self {
        let mut words =
            Self { people: Vec::new(), bodies: Vec::new(), names: Vec::new(), fresh: Vec::new(), wallets: Vec::new() };
        for name in snapshots.iter().flat_map(|list| (0..list.name_count()).filter_map(|at| list.name_at(at))) {
            let Some(schema) = name.schema() else { continue };
            let into = if schema.is_a(Schema::Person) { &mut words.people } else { &mut words.bodies };
            into.extend(name.text().split_whitespace().map(|word| word.trim_matches(',').to_owned()));
            words.names.push((schema, name.text().to_owned()));
        }
        let names = snapshots.map(|list| -> FxHashSet<&str> {
            (0..list.name_count()).filter_map(|at| list.name_at(at)).map(NameRef::text).collect()
        });
        let fresh = |name: &&(Schema, String)| !names.iter().all(|list| list.contains(name.1.as_str()));
        words.fresh = words.names.iter().filter(fresh).cloned().collect();
        let wallets = snapshots.iter().flat_map(|list| list.all_identifiers()).filter(|hit| hit.property() == "publicKey");
        words.wallets.extend(wallets.map(|hit| hit.shown().to_owned()));
        words
    }

    /// A word of the list, the likelier the more names have it, or an invented one.
    fn word(of: &[String], dice: &mut Dice) -> String {
        if dice.roll(5) < 2 || of.is_empty() {
            let word: String = (0..2 + dice.roll(3)).map(|_| SYLLABLES[dice.roll(SYLLABLES.len())]).collect();
            return word[..1].to_uppercase() + &word[1..];
        }
        of[dice.roll(of.len())].clone()
    }

    /// The customer of a number: the same whenever it is asked for.
    fn customer(&self, number: u32) -> Entity {
        let mut dice = Dice(u64::from(number).wrapping_mul(0x2545_f491_4f6c_dd1d));
        let kind = dice.roll(20);
        // One in two hundred has the name of a listed party, with a slip at times.
        let names = if number.is_multiple_of(FRESH) { &self.fresh } else { &self.names };
        let (schema, name) = if !names.is_empty() && (number.is_multiple_of(FRESH) || kind == 0 && dice.roll(10) == 0) {
            let (schema, name) = &names[dice.roll(names.len())];
            let mut letters: Vec<char> = name.chars().collect();
            if dice.roll(2) == 0 {
                letters.remove(dice.roll(letters.len()));
            }
            (*schema, letters.into_iter().collect())
        } else if kind < 16 {
            let words: Vec<String> = (0..2 + dice.roll(2)).map(|_| Self::word(&self.people, &mut dice)).collect();
            (Schema::Person, words.join(" "))
        } else {
            let words: Vec<String> = (0..2 + dice.roll(3)).map(|_| Self::word(&self.bodies, &mut dice)).collect();
            (if kind == 19 { Schema::LegalEntity } else { Schema::Company }, words.join(" "))
        };
        let mut customer = Entity::new("", schema);
        customer.add("name", name);
        if dice.roll(2) == 0 {
            customer.add("birthDate", format!("{}-{:02}-{:02}", 1940 + dice.roll(65), 1 + dice.roll(12), 1 + dice.roll(28)));
        }
        if dice.roll(3) == 0 {
            customer.add("nationality", ["ru", "ir", "de", "us", "kp", "cn", "fr", "br"][dice.roll(8)]);
        }
        if dice.roll(20) == 0 {
            customer.add("passportNumber", format!("P{:08}", dice.roll(100_000_000)));
        }
        if dice.roll(50_000) == 0 && !self.wallets.is_empty() {
            customer.add("publicKey", self.wallets[dice.roll(self.wallets.len())].clone());
        }
        customer
    }

    fn query(&self, number: u32) -> Result<Query, interdict_matching::QueryError> {
        // A name that was all punctuation is asked as one that nobody has.
        Query::from_entity(&self.customer(number)).or_else(|_| {
            let mut nobody = Entity::new("", Schema::Person);
            nobody.add("name", "Nobody Whatsoever");
            Query::from_entity(&nobody)
        })
    }
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    if let Some(missing) = ISSUES.iter().find(|issue| !setting.data.join(issue).exists()) {
        table::say(&format!("rescreen: skipped, {missing} is not here"));
        return Ok(());
    }
    progress("building the snapshots of two issues");
    let lists: Vec<Snapshot> = ISSUES
        .iter()
        .enumerate()
        .map(|(at, issue)| {
            let path = setting.folder.path().join(format!("rescreen-{at}.snapshot"));
            build(&setting.data.join(issue), &path)?;
            Ok(Snapshot::open(&path)?)
        })
        .collect::<Result<_>>()?;
    let [old, new] = &lists[..] else { return Ok(()) };
    let words = Words::of([old, new]);
    let sizes: &[u32] = if setting.quick { &QUICK } else { &SIZES };
    sizes.iter().try_for_each(|size| measure(*size, [old, new], &words))
}

fn index(customers: u32, words: &Words) -> Result<CustomerIndex> {
    let mut index = CustomerIndex::new();
    for begin in (0..customers).step_by(CHUNK as usize) {
        let end = (begin + CHUNK).min(customers);
        let queries: Vec<Query> = (begin..end).into_par_iter().map(|number| words.query(number)).collect::<Result<_, _>>()?;
        for (number, query) in (begin..end).zip(&queries) {
            index.add(&format!("c{number}"), query)?;
        }
    }
    index.settle();
    Ok(index)
}

/// What is told of a finding: customer, party, and the finding before and after.
type Told = (u32, String, Option<Found>, Option<Found>);

/// What differs for customers by screening all of them against both lists.
fn by_screening(
    customers: &[u32],
    [old, new]: [&Snapshot; 2],
    words: &Words,
    settings: &Settings,
    touched: &FxHashSet<&str>,
) -> Result<Vec<Told>> {
    let matchers = [old, new].map(|list| Matcher::new(list, settings.clone()));
    let told: Vec<Vec<Told>> = customers
        .par_iter()
        .map_init(<[Scratch; 2]>::default, |scratch, number| {
            let query = words.query(*number)?;
            let mut found = [0, 1].map(|side| -> Vec<Found> {
                matchers[side].screen(&query, &mut scratch[side]).iter().map(Found::from).collect()
            });
            let [before, after] = &mut found;
            let mut told = Vec::new();
            for is in after.drain(..) {
                let was = before.iter().position(|was| was.party == is.party).map(|at| before.remove(at));
                if was.as_ref() != Some(&is) || touched.contains(is.party.as_str()) {
                    told.push((*number, is.party.clone(), was, Some(is)));
                }
            }
            told.extend(before.drain(..).map(|was| (*number, was.party.clone(), Some(was), None)));
            told.sort_by(|a, b| a.1.cmp(&b.1));
            Ok(told)
        })
        .collect::<Result<_>>()?;
    Ok(told.into_iter().flatten().collect())
}

fn measure(customers: u32, lists: [&Snapshot; 2], words: &Words) -> Result<()> {
    let settings = Settings::default();
    progress(&format!("indexing {customers} customers"));
    let begin = Instant::now();
    let index = index(customers, words)?;
    let built = begin.elapsed().as_secs_f64();
    progress("rescreening");
    let begin = Instant::now();
    let outcome = Monitor::new(settings.clone()).rescreen(Some(lists[0]), lists[1], &index, |number, _| words.query(number))?;
    let took = begin.elapsed().as_secs_f64();
    let resident = memory("VmHWM")?;

    progress("screening a part of the customers against both");
    let touched: FxHashSet<&str> = outcome.entities.iter().map(|(id, _)| id.as_str()).collect();
    // An odd stride, so that it does not meet those with fresh names alone.
    let stride = (customers / COMPARED).max(1) | 1;
    let mut compared: Vec<u32> = (0..customers).step_by(stride as usize).collect();
    compared.extend((0..customers).step_by(FRESH as usize).take(COMPARED_FRESH));
    compared.sort_unstable();
    compared.dedup();
    let begin = Instant::now();
    let expected = by_screening(&compared, lists, words, &settings, &touched)?;
    let full = begin.elapsed().as_secs_f64() / compared.len() as f64 * f64::from(customers);
    let told: Vec<Told> = outcome
        .findings
        .iter()
        .filter(|finding| compared.binary_search(&finding.number).is_ok())
        .map(|finding| (finding.number, finding.party.clone(), finding.before.clone(), finding.after.clone()))
        .collect();
    ensure!(told == expected, "{} findings differ by the index, {} by screening", told.len(), expected.len());

    let part = f64::from(customers) / TEN_MILLION;
    let row = |what: &str, shown: String| vec![what.to_owned(), shown, String::new(), String::new()];
    let with_bar = |what: &str, value: f64, bar: f64, show: &dyn Fn(f64) -> String| {
        let [bar, verdict] = Bar::AtMost(bar).columns(value, show);
        vec![what.to_owned(), show(value), bar, verdict]
    };
    let count = |change| outcome.findings.iter().filter(|finding| finding.change == change).count();
    let changed = [Change::New, Change::Changed, Change::Gone, Change::Delisted].map(count);
    let dates: Vec<&str> = ISSUES.iter().filter_map(|issue| issue.split('_').next_back()?.split('.').next()).collect();
    let title = format!(
        "{customers} customers, the SDN list of {} after that of {}: {} entities differ, {} threads",
        dates.last().context("two issues")?,
        dates[0],
        outcome.entities.len(),
        rayon::current_num_threads()
    );
    let megabytes = |value: f64| format!("{value:.0} MB");
    table::print(
        &title,
        &["what", "measured", "bar", ""],
        &[
            row("indexing, from a stream", format!("{built:.1} s ({:.0} customers a second)", f64::from(customers) / built)),
            row("distinct words of the customers' names", index.word_count().to_string()),
            with_bar("the index", index.memory() as f64 / 1e6, MEGABYTES * part, &megabytes),
            row("peak memory of the process", megabytes(resident)),
            with_bar("rescreening", took, SECONDS, &|value| format!("{value:.2} s")),
            row("customers whom the change could concern", outcome.screened.to_string()),
            row("findings new / changed / gone / delisted", changed.map(|count| count.to_string()).join(" / ")),
            row("screening everybody against both lists (from the part below)", format!("{full:.0} s")),
            row(
                "the same result as by screening",
                format!("{} customers, {} findings that differ", compared.len(), expected.len()),
            ),
        ],
    );
    Ok(())
}
