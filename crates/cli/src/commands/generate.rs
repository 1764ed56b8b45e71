//! `interdict completions` and `interdict man`: generated from the definition of the arguments.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::Outcome;
use crate::files::Target;
use crate::messages::Messages;

/// Prints completions for a shell.
pub(super) fn completions(shell: Shell) -> anyhow::Result<Outcome> {
    // Generated in memory: the generator does not expect its output to fail, and a closed pipe does.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "interdict", &mut script);
    let mut out = Target::open(None)?;
    out.write_all(&script)?;
    out.finish()?;
    Ok(Outcome::Done)
}

/// Prints the main page, or writes all pages to `dir`.
pub(super) fn man(dir: Option<&Path>, messages: Messages) -> anyhow::Result<Outcome> {
    if let Some(dir) = dir {
        let context = || format!("{}: man pages cannot be written", dir.display());
        fs::create_dir_all(dir).with_context(context)?;
        clap_mangen::generate_to(Cli::command(), dir).with_context(context)?;
        messages.note(&format!("man pages written to {}", dir.display()));
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        let mut out = Target::open(None)?;
        out.write_all(&page)?;
        out.finish()?;
    }
    Ok(Outcome::Done)
}
