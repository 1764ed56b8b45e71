//! The house rules that no compiler checks. A repository root goes in, a report of findings comes out, each naming the
//! file and what is wrong with it. The same run is a test of this crate, so that `make test` holds the rules.

mod layering;
mod licences;
mod links;
mod modules;
mod spdx;
mod tables;
mod wording;

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{cargo, indicators, repo};

/// One breach of a house rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Path relative to the repository root, with `:line` behind it where a line is known.
    pub(crate) place: String,
    /// What is wrong, and where it is not plain, what to do.
    pub(crate) message: String,
}

impl Finding {
    /// A finding about a whole file.
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    /// A finding at `line`, counted from 1.
    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "tidy: {}: {}", self.place, self.message)
    }
}

/// What one run found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Breaches, sorted by place.
    pub(crate) findings: Vec<Finding>,
    /// What a reader should know about the run, such as a check that could be made only in part. Not a breach.
    pub(crate) notes: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(formatter, "tidy: note: {note}")?;
        }
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        Ok(())
    }
}

/// Runs every check over the repository at `root`.
///
/// # Errors
/// Fails when the repository itself cannot be read: a file that vanishes, a manifest that Cargo refuses. A breach of a
/// rule is a finding, not an error.
pub(crate) fn run(root: &Path) -> Result<Report> {
    let mut report = Report::default();
    let members = cargo::members(root)?;
    report.findings.extend(layering::check(root, &members.packages));
    check_licences(root, &mut report)?;
    match indicators::is_up_to_date(root) {
        Ok(true) => {}
        Ok(false) => {
            report.findings.push(Finding::new(indicators::PAGE, "it is not that of the rules; run `cargo xtask indicators`"));
        }
        Err(error) => report.findings.push(Finding::new(indicators::RULES, format!("{error:#}"))),
    }

    let files = repo::files(root)?;
    for path in &files {
        let Some(text) = repo::text(root, path)? else { continue };
        report.findings.extend(wording::check(path, &text));
        if modules::applies_to(path) {
            report.findings.extend(modules::check(path, &text));
        }
        if tables::applies_to(path) {
            report.findings.extend(tables::check(path, &text));
        }
        if links::applies_to(path) {
            report.findings.extend(links::check(root, path, &text));
        }
    }
    report.findings.sort_unstable();
    Ok(report)
}

/// Checks the licences of everything in the lock file; where packages for other platforms were never downloaded, of
/// what this platform uses, and says so.
fn check_licences(root: &Path, report: &mut Report) -> Result<()> {
    let policy = repo::text(root, licences::POLICY_FILE)?.context("deny.toml is not a text file")?;
    let policy = match licences::Policy::from_toml(&policy) {
        Ok(policy) => policy,
        Err(message) => {
            report.findings.push(Finding::new(licences::POLICY_FILE, message));
            return Ok(());
        }
    };
    let metadata = cargo::dependencies(root).or_else(|_| {
        let metadata = cargo::host_dependencies(root)?;
        let note = "licences were checked for this platform only; `cargo fetch --locked` brings what the others use";
        report.notes.push(note.to_owned());
        anyhow::Ok(metadata)
    });
    report.findings.extend(match metadata {
        Ok(metadata) => licences::check(&policy, &metadata.packages),
        Err(error) => vec![Finding::new("Cargo.lock", format!("its licences could not be checked: {error:#}"))],
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let report = run(&repo::root().unwrap()).unwrap();
        assert!(report.findings.is_empty(), "\n{report}");
    }

    #[test]
    fn findings_read_as_one_line_each() {
        let report = Report {
            findings: vec![Finding::new("a.rs", "is wrong"), Finding::at("b.md", 3, "is wrong too")],
            notes: vec!["in part".to_owned()],
        };
        assert_eq!(report.to_string(), "tidy: note: in part\ntidy: a.rs: is wrong\ntidy: b.md:3: is wrong too\n");
    }
}
