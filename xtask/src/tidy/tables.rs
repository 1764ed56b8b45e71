//! The rule for data tables: a TSV file under `data/` has a header with a `source` column, every row has as many fields
//! as the header, and no fact stands there without its source. The text of a table goes in, findings come out.

use std::collections::BTreeSet;

use super::Finding;

/// The column that every table has, and that no row leaves empty.
const SOURCE: &str = "source";

/// Whether `path` is a data table.
pub(super) fn applies_to(path: &str) -> bool {
    path.starts_with("data/") && path.strip_suffix(".tsv").is_some()
}

/// Checks one table. Lines that start with `#` are comments, and empty lines separate groups of rows.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if text.contains('\u{fffd}') {
        findings.push(Finding::new(path, "is not UTF-8, or holds a replacement character"));
    }
    // Split at line feeds alone, so that a carriage return stays in the last field and is found there.
    let mut lines = text.split('\n').enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let Some((header_index, header)) = lines.next() else {
        findings.push(Finding::new(path, "has no header line"));
        return findings;
    };
    let columns: Vec<&str> = header.split('\t').collect();
    if columns.iter().collect::<BTreeSet<_>>().len() != columns.len() {
        findings.push(Finding::at(path, header_index + 1, "names a column twice"));
    }
    let Some(source) = columns.iter().position(|column| *column == SOURCE) else {
        findings.push(Finding::at(path, header_index + 1, format!("its header has no `{SOURCE}` column")));
        return findings;
    };
    for (index, line) in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let problem = if fields.len() != columns.len() {
            format!("has {} fields where the header has {}", fields.len(), columns.len())
        } else if fields[source].trim().is_empty() {
            format!("has an empty `{SOURCE}`")
        } else if let Some(field) = fields.iter().position(|field| field.trim() != *field) {
            format!("has white space around the value of `{}`", columns[field])
        } else {
            continue;
        };
        findings.push(Finding::at(path, index + 1, problem));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_of_the_data_folder_are_read() {
        assert!(applies_to("data/countries.tsv"));
        assert!(applies_to("data/names/legal_forms.tsv"));
        assert!(!applies_to("examples/expected.tsv"));
        assert!(!applies_to("data/dprk_it_workers.ftm.jsonl"));
    }

    #[test]
    fn tables_are_checked_line_by_line() {
        for (text, expected) in [
            ("# Countries.\ncode\tname\tsource\n\nkp\tNorth Korea\tISO 3166\n# end\n", &[][..]),
            ("source\tcode\nISO 3166\tkp", &[]),
            ("code\tnote\tsource\nkp\t\tISO 3166\n", &[]),
            ("", &["t.tsv: has no header line"]),
            ("# only a comment\n", &["t.tsv: has no header line"]),
            ("# c\ncode\tname\nkp\n", &["t.tsv:2: its header has no `source` column"]),
            ("code\tcode\tsource\na\tb\tc\n", &["t.tsv:1: names a column twice"]),
            (
                "code\tsource\nkp\nkr\tISO\textra\ncn\t \n",
                &[
                    "t.tsv:2: has 1 fields where the header has 2",
                    "t.tsv:3: has 3 fields where the header has 2",
                    "t.tsv:4: has an empty `source`",
                ],
            ),
            ("code\tsource\nkp \tISO\n", &["t.tsv:2: has white space around the value of `code`"]),
            ("code\tsource\nkp\tISO\r\n", &["t.tsv:2: has white space around the value of `source`"]),
            ("code\tsource\r\nkp\tISO\r\n", &["t.tsv:1: its header has no `source` column"]),
            ("code\tsource\nk\u{fffd}\tISO\n", &["t.tsv: is not UTF-8, or holds a replacement character"]),
        ] {
            let found: Vec<String> =
                check("t.tsv", text).iter().map(|finding| format!("{}: {}", finding.place, finding.message)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
