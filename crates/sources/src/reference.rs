//! Known counts of known issues: in goes `data/reference_counts.tsv`, out come the numbers that a build prints beside its own.

use crate::facts::rows;

const TABLE: &str = include_str!("../../../data/reference_counts.tsv");

/// A number that a known issue of a list must reconcile with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceCount {
    /// What is counted, as in [`crate::Count`].
    pub what: &'static str,
    /// How many there are.
    pub count: u64,
}

/// The reference counts for an issue of a list; empty when none are known.
///
/// `format` and `issue_date` are those of a [`crate::Report`].
#[must_use]
pub fn reference_counts(format: &str, issue_date: &str) -> Vec<ReferenceCount> {
    known().filter(|row| row.0 == format && row.1 == issue_date).map(|row| row.2).collect()
}

fn known() -> impl Iterator<Item = (&'static str, &'static str, ReferenceCount)> {
    rows(TABLE).filter_map(|row| {
        let [list, issue, what, count, ..] = row[..] else { return None };
        Some((list, issue, ReferenceCount { what, count: count.parse().ok()? }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(known().count(), lines);
        assert_eq!(reference_counts("ofac_sdn_advanced", "2025-11-19").len(), 8);
        assert!(reference_counts("ofac_sdn_advanced", "1999-01-01").is_empty());
    }
}
