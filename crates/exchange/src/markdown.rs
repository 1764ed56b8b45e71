//! The bulletin as Markdown: headings, lists and tables that read well as plain text, too.

use std::fmt::Write;

use crate::brief::{Brief, ChangedParty, EventGroup, ListedParty, capital};
use crate::text::{counted, written};

impl Brief {
    /// The bulletin as Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_markdown(&mut out);
        out
    }

    fn write_markdown(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "# {}\n", md(&self.title))?;
        writeln!(out, "{}\n", md(&self.dateline()))?;
        writeln!(out, "**{}**\n", md(&self.headline()))?;
        for notice in self.notices.iter().cloned().chain(self.scope()) {
            writeln!(out, "> {}\n", md(&notice))?;
        }
        if !self.events.is_empty() {
            writeln!(out, "## What happened\n")?;
        }
        for event in &self.events {
            writeln!(out, "### {}\n", md(&event_title(event.date.as_deref())))?;
            for group in &event.groups {
                writeln!(out, "{}\n", md(&group_line(group)))?;
                for id in &group.parties {
                    let Some(party) = self.added.iter().find(|party| party.id == *id) else { continue };
                    writeln!(out, "- **{}** ({}, `{}`)", md(&party.caption), md(&kind_words(&party.schema)), code(id))?;
                }
                writeln!(out)?;
            }
        }
        if let Some(customers) = &self.customers {
            writeln!(out, "## Your customers\n")?;
            writeln!(out, "{}\n", md(&self.customers_line()))?;
            if !customers.affected.is_empty() {
                table(out, &["Customer", "Name", "Listed party", "Change", "Score", "What agrees"])?;
                for affected in &customers.affected {
                    row(
                        out,
                        &[
                            affected.customer.clone(),
                            affected.name.clone(),
                            format!("{} ({})", affected.caption, affected.party),
                            affected.change.to_owned(),
                            format!("{:.2}", affected.score),
                            affected.matched.join("; "),
                        ],
                    )?;
                }
                writeln!(out)?;
            }
            if !customers.unread.is_empty() {
                writeln!(out, "Not checked:\n")?;
                for unread in &customers.unread {
                    writeln!(out, "- `{}`: {}", code(&unread.id), md(&unread.reason))?;
                }
                writeln!(out)?;
            }
        }
        if !self.connections.is_empty() {
            writeln!(out, "## How they are connected\n")?;
            for connection in &self.connections {
                writeln!(out, "- {}.", md(&connection.sentence()))?;
            }
            writeln!(out)?;
        }
        if !self.added.is_empty() {
            writeln!(out, "## Parties added\n")?;
            self.added.iter().try_for_each(|party| listed(out, party))?;
        }
        if !self.changed.is_empty() {
            writeln!(out, "## Changes to parties listed before\n")?;
            self.changed.iter().try_for_each(|party| changed(out, party))?;
        }
        if !self.removed.is_empty() {
            writeln!(out, "## Parties removed\n")?;
            self.removed.iter().try_for_each(|party| listed(out, party))?;
        }
        writeln!(out, "## Sources\n")?;
        table(out, &["List", "Issue", "Date", "Parties", "File", "SHA-256"])?;
        for source in &self.sources {
            for (name, issue) in [("older", &source.old), ("newer", &source.new)] {
                let date = issue.date.clone().unwrap_or_else(|| "not stated".to_owned());
                let cells = [
                    source.source.clone(),
                    name.to_owned(),
                    date,
                    issue.parties.to_string(),
                    issue.file.clone(),
                    issue.sha256.clone(),
                ];
                row(out, &cells)?;
            }
        }
        writeln!(out)?;
        for source in &self.sources {
            writeln!(out, "- {}", md(&source.line()))?;
        }
        writeln!(out, "\n{}", md(&self.colophon()))
    }
}

/// What every form of the bulletin says in the same words.
impl Brief {
    /// The time it is about and the day of writing.
    pub(crate) fn dateline(&self) -> String {
        let time = match (self.since.as_str(), self.until.as_str()) {
            ("", "") => String::new(),
            (since, until) => format!("{since} to {until} · "),
        };
        format!("{time}written {}", self.generated)
    }

    /// The counts.
    pub(crate) fn headline(&self) -> String {
        let counts = &self.counts;
        let further = match counts.further_programme {
            0 => String::new(),
            further => format!(" ({further} under a further programme)"),
        };
        let added = counted(counts.added, "party", "parties");
        let line = format!("{added} added, {} removed, {} changed{further}", counts.removed, counts.changed);
        let lists: Vec<&str> = self.sources.iter().map(|source| source.source.as_str()).collect();
        format!("{line} on {}", lists.join(", "))
    }

    /// What the bulletin is limited to.
    pub(crate) fn scope(&self) -> Option<String> {
        let program = self.program.as_deref()?;
        Some(format!(
            "Limited to parties that have to do with {program}: by programme, by what their listing names, by country, address or document, \
             or by a relation to such a party. Each says why it is here."
        ))
    }

    /// How many customers were checked, and how many are concerned.
    pub(crate) fn customers_line(&self) -> String {
        let Some(customers) = &self.customers else { return String::new() };
        let concerned: std::collections::BTreeSet<&str> =
            customers.affected.iter().map(|affected| affected.customer.as_str()).collect();
        let unread = match customers.unread.len() {
            0 => String::new(),
            count => format!("; {} could not be read and {} not checked", count, if count == 1 { "was" } else { "were" }),
        };
        format!(
            "{} of {}: {} screened against the parties in this bulletin at a threshold of {:.2}, {} concerned{unread}. \
             The rest of the lists was not part of this check.",
            counted(customers.screened, "customer", "customers"),
            customers.file,
            if customers.screened == 1 { "it was" } else { "they were" },
            customers.threshold,
            concerned.len(),
        )
    }

    /// What wrote it.
    pub(crate) fn colophon(&self) -> String {
        format!("Written by interdict {} from the files above; every statement is theirs.", self.engine)
    }
}

impl crate::brief::SourceLine {
    /// What changed on the whole list.
    pub(crate) fn line(&self) -> String {
        format!(
            "{}, the whole list: {} added, {} removed, {} changed, {} unchanged.",
            self.source, self.added, self.removed, self.changed, self.unchanged
        )
    }
}

pub(crate) fn event_title(date: Option<&str>) -> String {
    date.map_or_else(|| "Day not stated".to_owned(), |date| format!("Designated on {date}"))
}

/// By whom and under what parties were designated.
pub(crate) fn group_line(group: &EventGroup) -> String {
    let mut parts = Vec::new();
    if !group.authority.is_empty() {
        parts.push(group.authority.clone());
    }
    if !group.programs.is_empty() {
        let word = if group.programs.len() == 1 { "programme" } else { "programmes" };
        parts.push(format!("{word} {}", group.programs.join(", ")));
    }
    if !group.legal_basis.is_empty() {
        parts.push(group.legal_basis.join("; "));
    }
    if parts.is_empty() { "The list does not say under what:".to_owned() } else { format!("{}:", parts.join(", ")) }
}

/// A schema in words: `bank account`.
pub(crate) fn kind_words(schema: &str) -> String {
    interdict_sources::Fact::words(schema).trim().to_owned()
}

/// A party's facts as labels with their values, in the order of telling.
pub(crate) fn lines(party: &ListedParty) -> Vec<(String, Vec<String>)> {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    let mut put = |label: &str, values: Vec<String>| {
        if !values.is_empty() {
            lines.push((label.to_owned(), values));
        }
    };
    put("Why it is here", party.why.clone());
    let designations = party.designations.iter().map(|designation| {
        let mut said = vec![designation.programs.join(", "), designation.authority.clone(), designation.legal_basis.join("; ")];
        said.extend(designation.date.as_ref().map(|date| format!("on {date}")));
        said.push(designation.provisions.join("; "));
        said.retain(|part| !part.is_empty());
        said.join(", ")
    });
    put("Listed", designations.collect());
    for (kind, label) in
        [("name", "Name"), ("alias", "Also known as"), ("former name", "Formerly known as"), ("weak alias", "Weak alias")]
    {
        let names = party.names.iter().filter(|name| name.kind == kind && (kind != "name" || name.text != party.caption));
        let shown = names.map(|name| match &name.script {
            Some(script) => format!("{} ({script})", name.text),
            None => name.text.clone(),
        });
        put(label, shown.collect());
    }
    for (words, values) in &party.details {
        put(&capital(words), values.clone());
    }
    put("Identifiers", party.identifiers.clone());
    put("Wallets and accounts", party.wallets.clone());
    put("Addresses", party.addresses.clone());
    put("Relations", party.relations.iter().map(|relation| capital(relation)).collect());
    put("Notes", party.notes.clone());
    if party.id_reused {
        put("Id", vec![format!("{} stands for another party in the other issue", party.id)]);
    }
    if let Some(other) = &party.possibly_renumbered {
        put("Id", vec![format!("possibly renumbered: the other issue may have it as {other}")]);
    }
    lines
}

fn listed(out: &mut String, party: &ListedParty) -> std::fmt::Result {
    writeln!(out, "### {}\n", md(&party.caption))?;
    let place = [party.source.as_str(), &party.record].join(" ");
    writeln!(out, "{}, `{}`, {}\n", md(&capital(&kind_words(&party.schema))), code(&party.id), md(place.trim()))?;
    for (label, values) in lines(party) {
        match &values[..] {
            [value] => writeln!(out, "- {}: {}", md(&label), md(value))?,
            values => {
                writeln!(out, "- {}:", md(&label))?;
                values.iter().try_for_each(|value| writeln!(out, "  - {}", md(value)))?;
            }
        }
    }
    writeln!(out)
}

fn changed(out: &mut String, party: &ChangedParty) -> std::fmt::Result {
    writeln!(out, "### {}\n", md(&party.caption))?;
    writeln!(out, "{}, `{}`, {}\n", md(&capital(&kind_words(&party.schema))), code(&party.id), md(&party.source))?;
    if !party.why.is_empty() {
        writeln!(out, "Why it is here: {}\n", md(&party.why.join("; ")))?;
    }
    if !party.further_programs.is_empty() {
        writeln!(out, "Under a further programme: {}\n", md(&party.further_programs.join(", ")))?;
    }
    table(out, &["Fact", "Before", "Now"])?;
    for fact in &party.facts {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        row(out, &[capital(&fact.words), side(&fact.old), side(&fact.new)])?;
    }
    writeln!(out)
}

fn table(out: &mut String, header: &[&str]) -> std::fmt::Result {
    writeln!(out, "| {} |", header.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(header.len()))
}

fn row(out: &mut String, cells: &[String]) -> std::fmt::Result {
    let cells: Vec<String> = cells.iter().map(|cell| md(cell)).collect();
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Text with a backslash before what Markdown or HTML would read as its own.
fn md(text: &str) -> String {
    let escaped = written(text, |c| {
        Some(match c {
            '\\' => "\\\\",
            '`' => "\\`",
            '*' => "\\*",
            '_' => "\\_",
            '[' => "\\[",
            ']' => "\\]",
            '<' => "&lt;",
            '>' => "&gt;",
            '&' => "&amp;",
            '|' => "\\|",
            '~' => "\\~",
            _ => return None,
        })
    });
    // What would begin a heading, a list or a rule at the start of a line.
    if escaped.starts_with(['#', '+', '-', '=']) { format!("\\{escaped}") } else { escaped }
}

/// Text between backticks.
fn code(text: &str) -> String {
    written(text, |c| (c == '`').then_some("'"))
}
