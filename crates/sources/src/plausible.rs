//! Whether an issue of a list can be believed: its own record count, the fewest parties that the list can have, what the issue before it had,
//! and whether its parts fit together. Reports go in, reasons for doubt come out.

use std::collections::BTreeMap;

use interdict_model::Entity;

use crate::load::Format;
use crate::report::Report;

/// Percent of an official list's sanctions entries, and of its relationships, that may point to parties which the file does not have. In
/// the issues published so far none does.
const MAX_LOOSE: f64 = 5.0;
/// Issues for a hundred parties of OFAC's advanced file from which it is refused. The issues published so far have none at all.
const MAX_ISSUES: f64 = 10.0;
/// Percent of records that may be left out of any list.
const MAX_REJECTED: f64 = 5.0;
/// Counts by which a whole list is measured: what they lose always counts.
const MAIN: [&str; 4] = ["entities", "parties", "records", "rows"];
/// Of anything else fewer than these may go from one issue to the next.
const FEW: u64 = 5;
/// What a parser calls the number of records that the file itself states.
const STATED: &str = "records_stated";
/// What a parser calls the records that it read, most telling first.
const READ: [&str; 2] = ["records", "parties"];

/// What came out of a source beside its parties.
#[derive(Clone, Copy, Debug, Default)]
pub struct Emitted {
    sanctions: u64,
    relationships: u64,
}

impl Emitted {
    /// Takes note of an entity that a parser handed out.
    pub fn count(&mut self, entity: &Entity) {
        let record = entity.origin.as_ref().map_or("", |origin| origin.record.as_str());
        self.sanctions += u64::from(record.starts_with("SanctionsEntry "));
        self.relationships += u64::from(record.starts_with("ProfileRelationship "));
    }
}

/// Why a part of OFAC's advanced file seems to be missing, such as parties that its own entries point to; `None` when none does.
#[must_use]
pub fn gap(report: &Report, emitted: Emitted) -> Option<String> {
    if report.format != Format::OfacAdvanced.name() {
        return None;
    }
    for (records, what, came_out) in [
        ("sanctions entries", "sanctions_entries", emitted.sanctions),
        ("relationships", "relationships", emitted.relationships),
    ] {
        let total = report.count(what);
        let loose = total.saturating_sub(came_out);
        if loose as f64 * 100.0 > total as f64 * MAX_LOOSE {
            return Some(format!("{loose} of {total} {records} point to parties that the file does not have"));
        }
    }
    let (issues, parties) = (report.issues.len(), report.count("parties"));
    (issues as f64 * 100.0 > parties as f64 * MAX_ISSUES)
        .then(|| format!("issues: {issues}, parties: {parties}; more than {MAX_ISSUES} issues for 100 parties"))
}

/// What an issue before had.
#[derive(Clone, Copy, Debug)]
pub struct Before<'b> {
    /// Name of its format.
    pub format: &'b str,
    /// Entities that it gave.
    pub entities: u64,
    /// What was counted in it.
    pub counts: &'b [(String, u64)],
}

/// What fell by more than `max_shrink` percent since the issue before. Formats count different things: of an issue in another format only the
/// parties are compared.
#[must_use]
pub fn shrunk(before: Before<'_>, now: &Report, max_shrink: f64) -> Option<String> {
    let same_format = before.format == now.format;
    let counts = before.counts.iter().filter(|(what, _)| what != STATED && (same_format || what == "parties"));
    let mut compared: Vec<(&str, u64, u64)> = counts.map(|(what, count)| (what.as_str(), *count, now.count(what))).collect();
    if same_format {
        compared.insert(0, ("entities", before.entities, now.entities));
    }
    compared.into_iter().find_map(|(what, before, counted)| {
        let lost = before.saturating_sub(counted);
        // Of three wallets one may go any day.
        let is_few = lost < FEW && !MAIN.contains(&what);
        (!is_few && lost as f64 * 100.0 > before as f64 * max_shrink)
            .then(|| format!("{what} fell from {before} to {counted}, by more than {max_shrink} percent"))
    })
}

/// Every reason to doubt an issue by itself.
#[must_use]
pub fn doubts(report: &Report, emitted: Emitted, at_least: &BTreeMap<String, u64>) -> Vec<String> {
    let mut doubts: Vec<String> = gap(report, emitted).into_iter().collect();
    let read = READ.iter().find(|what| report.counts.iter().any(|count| count.what == **what));
    if let (Some(stated), Some(read)) = (report.counts.iter().find(|count| count.what == STATED), read) {
        let counted = report.count(read);
        if stated.count != counted {
            doubts.push(format!("the file says that it has {} records, and has {counted}", stated.count));
        }
    }
    for (what, least) in at_least {
        let counted = report.count(what);
        if counted < *least {
            doubts.push(format!("{what}: {counted}; the list has never had fewer than {least}"));
        }
    }
    let (rejected, read) = (report.rejected.len() as u64, read.map_or(report.entities, |what| report.count(what)));
    if rejected as f64 * 100.0 > (read + rejected) as f64 * MAX_REJECTED {
        doubts.push(format!("{rejected} of {} records cannot be read", read + rejected));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Count;

    fn report(format: Format, counts: &[(&'static str, u64)]) -> Report {
        let counts = counts.iter().map(|(what, count)| Count { what, count: *count }).collect();
        Report { entities: 100, counts, ..Report::new("l", format, String::new()) }
    }

    #[test]
    fn a_list_that_lost_too_much() {
        let counts = [("parties".to_owned(), 100), ("names".to_owned(), 50)];
        let before = |format: Format| Before { format: format.name(), entities: 100, counts: &counts };
        let now = report(Format::UnXml, &[("parties", 90), ("names", 44)]);
        let message = shrunk(before(Format::UnXml), &now, 10.0);
        assert_eq!(message.as_deref(), Some("names fell from 50 to 44, by more than 10 percent"));
        assert_eq!(shrunk(before(Format::UnXml), &now, 12.0), None);
        assert_eq!(shrunk(before(Format::EuXml), &now, 10.0), None);
        let few = [("parties".to_owned(), 100), ("wallets".to_owned(), 3)];
        let few = Before { format: Format::UnXml.name(), entities: 100, counts: &few };
        assert_eq!(shrunk(few, &report(Format::UnXml, &[("parties", 100), ("wallets", 1)]), 10.0), None);
        let now = report(Format::UnXml, &[("parties", 89)]);
        assert!(shrunk(before(Format::EuXml), &now, 10.0).is_some());
    }

    #[test]
    fn doubts_of_an_issue_by_itself() {
        let at_least = BTreeMap::from([("parties".to_owned(), 10)]);
        let of = |counts: &[(&'static str, u64)]| doubts(&report(Format::OfacLegacy, counts), Emitted::default(), &at_least);
        assert!(of(&[("parties", 10), ("records_stated", 10)]).is_empty());
        assert_eq!(of(&[("parties", 11), ("records_stated", 12)]), ["the file says that it has 12 records, and has 11"]);
        assert_eq!(of(&[("parties", 9)]), ["parties: 9; the list has never had fewer than 10"]);
    }
}
