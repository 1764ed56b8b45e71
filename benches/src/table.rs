//! Printing: Markdown tables on standard output, messages on standard error; and a file of failed cases for who looks into them.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use serde_json::Value as Json;

/// Prints a table.
#[expect(clippy::print_stdout, reason = "tables are what this program is for")]
pub(crate) fn print(title: &str, header: &[&str], rows: &[Vec<String>]) {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    println!("\n### {title}\n\n{table}");
}

/// Prints a line of text.
#[expect(clippy::print_stdout, reason = "what was skipped belongs among the tables")]
pub(crate) fn say(line: &str) {
    println!("\n{line}");
}

/// Prints an error.
#[expect(clippy::print_stderr, reason = "errors go to standard error")]
pub(crate) fn complain(line: &str) {
    eprintln!("{line}");
}

/// Says what is under way.
pub(crate) fn progress(line: &str) {
    complain(&format!("benches: {line}"));
}

/// A share in per cent, with as many digits as small shares need.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    let share = share(part, whole) * 100.0;
    if share < 1.0 { format!("{share:.3} %") } else { format!("{share:.2} %") }
}

/// A share from 0 to 1; 0 of nothing is 0.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share with the interval in which the true one lies with 95 % confidence (Wilson's score interval), in per cent.
pub(crate) fn rate(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let [low, high] = interval(part, whole);
    format!("{} ({:.3}–{:.3})", percent(part, whole), low * 100.0, high * 100.0)
}

/// The interval in which a share lies with 95 % confidence.
pub(crate) fn interval(part: usize, whole: usize) -> [f64; 2] {
    let (n, p, z) = (whole as f64, share(part, whole), 1.96_f64);
    let middle = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    [middle - spread, middle + spread].map(|bound| (bound / (1.0 + z * z / n)).clamp(0.0, 1.0))
}

/// A bar that a figure is held to, and whether more or less of it is better.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// The figure is to be this or more.
    AtLeast(f64),
    /// The figure is to be this or less.
    AtMost(f64),
}

impl Bar {
    /// The bar as a column, and beside it whether it is reached; `show` prints a figure with its unit.
    pub(crate) fn columns(self, measured: f64, show: impl Fn(f64) -> String) -> [String; 2] {
        let (sign, bar, short) = match self {
            Self::AtLeast(bar) => ("≥", bar, bar - measured),
            Self::AtMost(bar) => ("≤", bar, measured - bar),
        };
        let verdict = if short <= 0.0 { "reached".to_owned() } else { format!("short by {}", show(short)) };
        [format!("{sign} {}", show(bar)), verdict]
    }
}

/// Adds failed cases to a file, one JSON object a line.
pub(crate) fn dump(path: &Path, cases: impl IntoIterator<Item = Json>) -> Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path).with_context(|| path.display().to_string())?;
    let mut file = BufWriter::new(file);
    for case in cases {
        writeln!(file, "{case}")?;
    }
    Ok(file.flush()?)
}
