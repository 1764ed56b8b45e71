//! The benchmarks. `make bench` runs them in release and prints Markdown tables; `docs/benchmarks.md` shows a run. In go the real lists
//! and evaluation sets in `../shared/data`, which a part says it lacks when they are not there; out come figures beside their bars. Times
//! are medians over repetitions in one run, and speed is also given as a ratio to a named reference measured in the same run, because
//! machines differ and are noisy.

mod accuracy;
mod speed;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

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
    let Some(data) = shared_data() else {
        table::say("skipped: the real lists (../shared/data) are not here; there is nothing to measure");
        return Ok(());
    };
    speed::run(&data)?;
    accuracy::run(&data)
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
