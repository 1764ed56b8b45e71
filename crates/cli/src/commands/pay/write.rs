//! What `pay` says, in each form. JSON and rows go out as payments come; of a table only those that were stopped are kept, up to a limit, since
//! the counts stand above them.

use std::io::Write;

use interdict_payments::{Assessment, Decision, Finding, Payment, Reason};

use super::Tally;
use super::line::{self, Made, PaymentLine};
use crate::args::Format;
use crate::messages::{counted, harmless};
use crate::output::{JsonObjects, rounded};
use crate::table::{write_csv_header, write_csv_rows, write_table};

/// Payments that a table shows.
const SHOWN: usize = 500;

/// Characters of a value that a table shows.
const VALUE: usize = 120;

const CSV_HEADER: [&str; 29] = [
    "file",
    "number",
    "line",
    "id",
    "message",
    "definition",
    "decision",
    "amount",
    "currency",
    "date",
    "corridor",
    "finding_decision",
    "field",
    "path",
    "value",
    "score",
    "reason",
    "hit",
    "caption",
    "schema",
    "name",
    "programs",
    "why",
    "suppressed_by",
    "not_checked",
    "warnings",
    "snapshot",
    "engine",
    "settings",
];

/// Writes payments as they come.
pub(super) struct Writer {
    format: Format,
    /// Whether a table shows the payments that pass.
    all: bool,
    made: Made,
    objects: JsonObjects,
    begun: bool,
    /// Payments of a table, as lines.
    kept: Vec<String>,
    left_out: u64,
}

impl Writer {
    pub(super) fn new(format: Format, all: bool, made: Made) -> Self {
        let objects = JsonObjects::new(format == Format::Json);
        Self { format, all, made, objects, begun: false, kept: Vec::new(), left_out: 0 }
    }

    pub(super) fn write(
        &mut self,
        out: &mut dyn Write,
        file: &str,
        payment: &Payment,
        assessment: &Assessment<'_>,
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Json | Format::Jsonl => {
                self.objects.write(out, &PaymentLine::new(file, payment, assessment, &self.made))?;
            }
            Format::Csv => {
                if !std::mem::replace(&mut self.begun, true) {
                    write_csv_header(out, &CSV_HEADER)?;
                }
                write_csv_rows(out, csv_rows(file, payment, assessment, &self.made))?;
            }
            Format::Table => {
                let shown = self.all || assessment.decision != Decision::Pass || !assessment.not_checked.is_empty();
                if shown && self.kept.len() < SHOWN {
                    self.kept.push(text(file, payment, assessment));
                } else if shown {
                    self.left_out += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, out: &mut dyn Write, tally: &Tally) -> anyhow::Result<()> {
        match self.format {
            Format::Json | Format::Jsonl => self.objects.finish(out),
            Format::Csv if !self.begun => write_csv_header(out, &CSV_HEADER),
            Format::Csv => Ok(()),
            Format::Table => {
                let counts = [("block", tally.blocked), ("hold", tally.held), ("pass", tally.passed)];
                let mut rows: Vec<Vec<String>> =
                    counts.iter().map(|(decision, count)| vec![(*decision).to_owned(), count.to_string()]).collect();
                if tally.problems > 0 {
                    rows.push(vec!["not read".to_owned(), tally.problems.to_string()]);
                }
                write_table(out, &["decision", "payments"], rows, &[1])?;
                for text in &self.kept {
                    write!(out, "\n{text}")?;
                }
                if self.left_out > 0 {
                    writeln!(out, "\n{} more like these; --format jsonl has all of them", self.left_out)?;
                }
                Ok(footnote(out, tally)?)
            }
        }
    }
}

/// What was not read or not checked, so that nothing passes for clean.
fn footnote(out: &mut dyn Write, tally: &Tally) -> std::io::Result<()> {
    if tally.not_checked > 0 {
        let payments = counted(tally.not_checked, "payment was", "payments were");
        writeln!(out, "\n{payments} not checked in full; what was not is said of each.")?;
    }
    if tally.problems > 0 {
        let payments = counted(tally.problems, "payment", "payments");
        writeln!(out, "\n{payments} could not be read and passed no check; --rejects FILE has each with its line.")?;
    }
    if tally.failed > 0 {
        let files = counted(tally.failed, "file was", "files were");
        writeln!(out, "\n{files} not read to the end; what was not read is in no count above.")?;
    }
    Ok(())
}

/// A payment for people: a line, and one for each finding.
fn text(file: &str, payment: &Payment, assessment: &Assessment<'_>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let amount = payment.amount.as_ref().map(|money| format!(", {} {}", line::amount(money), money.currency));
    let date = payment.date.as_ref().map(|date| format!(", {}", date.value)).unwrap_or_default();
    let amount = amount.as_deref().map(str::trim_end).unwrap_or_default();
    let place = format!("{file}:{}", payment.line);
    let decision = assessment.decision.code();
    lines.push(format!("{decision}  {} ({}{amount}{date}; {place})", payment.id(), payment.definition));
    for finding in &assessment.findings {
        lines.push(format!("  {}", describe(finding)));
    }
    for suppressed in &assessment.suppressed {
        let what = describe(&suppressed.finding);
        lines.push(format!("  left out by rule {} ({}): {what}", suppressed.rule, suppressed.because));
    }
    lines.extend(assessment.not_checked.iter().map(|what| format!("  not checked: {what}")));
    lines.extend(payment.warnings.iter().map(|warning| format!("  warning: {warning}")));
    let mut text = lines.iter().map(|line| harmless(line)).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn describe(finding: &Finding<'_>) -> String {
    let value = finding.value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = value.chars().take(VALUE).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    let field = finding.field_of.replace('_', " ");
    let decision = finding.decision.code();
    let value = if shown.is_empty() { String::new() } else { format!(" “{shown}”") };
    let path = if finding.path.is_empty() { String::new() } else { format!(" [{}]", finding.path) };
    format!("{decision} {:.2}  {field}{path}{value}: {}", finding.score, line::words(finding))
}

fn csv_rows(file: &str, payment: &Payment, assessment: &Assessment<'_>, made: &Made) -> Vec<Vec<String>> {
    let row = |finding: Option<&Finding<'_>>, rule: &str| {
        let of = |text: &dyn Fn(&Finding<'_>) -> String| finding.map(text).unwrap_or_default();
        let entity = finding.and_then(|finding| match &finding.reason {
            Reason::Listed { entity, name, .. } => Some((*entity, name.clone())),
            _ => None,
        });
        let listed = entity.as_ref();
        vec![
            file.to_owned(),
            payment.number.to_string(),
            payment.line.to_string(),
            payment.id(),
            payment.kind.code().to_owned(),
            payment.definition.clone(),
            assessment.decision.code().to_owned(),
            payment.amount.as_ref().map(line::amount).unwrap_or_default(),
            payment.amount.as_ref().map(|money| money.currency.clone()).unwrap_or_default(),
            payment.date.as_ref().map(|date| date.value.clone()).unwrap_or_default(),
            assessment.corridor.clone().unwrap_or_default(),
            of(&|finding| finding.decision.code().to_owned()),
            of(&|finding| finding.field_of.to_owned()),
            of(&|finding| finding.path.clone()),
            of(&|finding| finding.value.clone()),
            of(&|finding| rounded(finding.score).to_string()),
            of(&|finding| line::reason_code(&finding.reason).to_owned()),
            listed.map(|(entity, _)| entity.id().to_owned()).unwrap_or_default(),
            listed.map(|(entity, _)| entity.caption().to_owned()).unwrap_or_default(),
            listed.map(|(entity, _)| entity.schema_name().to_owned()).unwrap_or_default(),
            listed.map(|(_, name)| name.clone()).unwrap_or_default(),
            listed.map(|(entity, _)| crate::commands::screen::programs(*entity).join(";")).unwrap_or_default(),
            of(&line::words),
            rule.to_owned(),
            assessment.not_checked.join("; "),
            payment.warnings.join("; "),
            made.snapshot.clone(),
            made.engine.to_owned(),
            made.settings.clone(),
        ]
    };
    let mut rows: Vec<Vec<String>> = assessment.findings.iter().map(|finding| row(Some(finding), "")).collect();
    rows.extend(assessment.suppressed.iter().map(|one| row(Some(&one.finding), &one.rule)));
    if rows.is_empty() {
        rows.push(row(None, ""));
    }
    rows
}
