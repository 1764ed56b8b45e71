//! The benchmarks. `make bench` runs them in release and prints Markdown tables; `docs/benchmarks.md` shows a run. In go the real lists
//! and evaluation sets in `../shared/data`, which a part says it lacks when they are not there; out come figures beside their bars. Times
//! are medians over repetitions in one run, and speed is also given as a ratio to a named reference measured in the same run, because
//! machines differ and are noisy.
//!
//! The parts are named as arguments; without any, all run. `--quick` looks at a tenth of what is large; `--dump FILE` writes failed
//! cases as JSON Lines; `--huge` adds lists of millions of names, which take gigabytes of memory; `--soak MINUTES` says how
//! long the server is kept under load while snapshots change.

mod accuracy;
mod data;
mod documents;
mod fronts;
mod lists;
mod losses;
mod ownership;
mod payments;
mod peers;
mod people;
mod people_speed;
mod perturbed;
mod rescreen;
mod retrieval;
mod scaling;
mod serve;
mod speed;
mod synthetic;
mod table;
mod wallets;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::data::Setting;

/// Reading lists is mostly making small texts, which this allocator is quicker at than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What measures one thing and prints its tables.
type Part = fn(&Setting) -> Result<()>;

/// The parts in the order in which they run.
const PARTS: [(&str, Part); 18] = [
    ("speed", speed::run),
    ("lists", lists::run),
    ("accuracy", accuracy::run),
    ("perturbed", perturbed::run),
    ("retrieval", retrieval::run),
    ("losses", losses::run),
    ("scaling", scaling::run),
    ("ownership", ownership::run),
    ("fronts", fronts::run),
    ("wallets", wallets::run),
    ("documents", documents::run),
    ("payments", payments::run),
    ("people", people::run),
    ("people_groups", people::groups),
    ("people_speed", people_speed::run),
    ("peers", peers::run),
    ("rescreen", rescreen::run),
    ("serve", serve::run),
];

/// Where the real lists are, next to the project; `None` when they are not.
fn shared_data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    folder.is_dir().then_some(folder)
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Memory and opening are measured in processes of their own, which are this program again.
    if let [command, rest @ ..] = &arguments[..]
        && let Some(part) = command.strip_prefix("--child-")
    {
        return speed::child(part, rest);
    }
    // Making a world of people needs no lists.
    if let [command, rest @ ..] = &arguments[..]
        && command == "world"
    {
        return world::run(rest.iter().cloned());
    }
    let Some(data) = shared_data() else {
        table::say("skipped: the real lists (../shared/data) are not here; there is nothing to measure");
        return Ok(());
    };
    let mut setting = Setting { data, folder: tempfile::tempdir()?, quick: false, huge: false, dump: None, soak: 1.0 };
    let mut chosen = Vec::new();
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--quick" => setting.quick = true,
            "--huge" => setting.huge = true,
            "--soak" => setting.soak = rest.next().context("--soak needs minutes")?.parse().context("--soak needs minutes")?,
            "--dump" => setting.dump = Some(rest.next().context("--dump needs a file")?.into()),
            name => match PARTS.iter().find(|(part, _)| *part == name) {
                Some(part) => chosen.push(*part),
                None => bail!("no part `{name}`; there are {}", PARTS.map(|(part, _)| part).join(", ")),
            },
        }
    }
    if chosen.is_empty() {
        chosen.extend(PARTS);
    }
    chosen.into_iter().try_for_each(|(_, part)| part(&setting))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table::complain(&format!("benches: error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
