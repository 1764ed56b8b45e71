//! Printing: Markdown tables on standard output, messages on standard error.

use comfy_table::{Table, presets::ASCII_MARKDOWN};

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
