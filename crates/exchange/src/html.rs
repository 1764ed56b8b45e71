//! The bulletin as one HTML page that needs nothing else: styles inside, no scripts, nothing loaded. It reads on a narrow screen, prints,
//! follows a dark theme, and its headings are an outline.

use std::fmt::Write;

use crate::brief::{Brief, ChangedParty, ListedParty, capital};
use crate::markdown::{event_title, group_line, kind_words, lines};
use crate::text::written;

const STYLE: &str = include_str!("brief.css");

impl Brief {
    /// The bulletin as a page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_html(&mut out);
        out
    }

    fn write_html(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
        writeln!(out, "<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>", esc(&self.title))?;
        writeln!(out, "<header>\n<h1>{}</h1>\n<p class=\"dateline\">{}</p>", esc(&self.title), esc(&self.dateline()))?;
        writeln!(out, "<p class=\"headline\">{}</p>\n<ul class=\"counts\">", esc(&self.headline()))?;
        let counts = &self.counts;
        let mut cards = vec![("added", counts.added), ("removed", counts.removed), ("changed", counts.changed)];
        if let Some(customers) = &self.customers {
            let concerned: std::collections::BTreeSet<&str> =
                customers.affected.iter().map(|affected| affected.customer.as_str()).collect();
            cards.push(("customers concerned", concerned.len()));
        }
        for (what, count) in cards {
            writeln!(out, "<li class=\"{}\"><strong>{count}</strong> {what}</li>", what.split(' ').next().unwrap_or_default())?;
        }
        writeln!(out, "</ul>")?;
        for notice in &self.notices {
            writeln!(out, "<p class=\"notice\">{}</p>", esc(notice))?;
        }
        if let Some(scope) = self.scope() {
            writeln!(out, "<p class=\"scope\">{}</p>", esc(&scope))?;
        }
        writeln!(out, "</header>\n<main>")?;
        self.write_events(out)?;
        self.write_customers(out)?;
        if !self.connections.is_empty() {
            writeln!(out, "<section>\n<h2>How they are connected</h2>\n<ul>")?;
            for connection in &self.connections {
                writeln!(out, "<li>{}.</li>", bdi(&connection.sentence()))?;
            }
            writeln!(out, "</ul>\n</section>")?;
        }
        for (title, parties) in [("Parties added", &self.added), ("Parties removed", &self.removed)] {
            // Changes stand between the two.
            if title == "Parties removed" && !self.changed.is_empty() {
                writeln!(out, "<section>\n<h2>Changes to parties listed before</h2>")?;
                self.changed.iter().try_for_each(|party| changed(out, party))?;
                writeln!(out, "</section>")?;
            }
            if !parties.is_empty() {
                writeln!(out, "<section>\n<h2>{title}</h2>")?;
                parties.iter().try_for_each(|party| listed(out, party))?;
                writeln!(out, "</section>")?;
            }
        }
        self.write_sources(out)?;
        writeln!(out, "</main>\n<footer><p>{}</p></footer>\n</body>\n</html>", esc(&self.colophon()))
    }

    fn write_events(&self, out: &mut String) -> std::fmt::Result {
        if self.events.is_empty() {
            return Ok(());
        }
        writeln!(out, "<section>\n<h2>What happened</h2>")?;
        for event in &self.events {
            writeln!(out, "<h3>{}</h3>", esc(&event_title(event.date.as_deref())))?;
            for group in &event.groups {
                writeln!(out, "<p>{}</p>\n<ul>", esc(&group_line(group)))?;
                for id in &group.parties {
                    let Some(at) = self.added.iter().position(|party| party.id == *id) else { continue };
                    let party = &self.added[at];
                    let (caption, kind) = (bdi(&party.caption), esc(&kind_words(&party.schema)));
                    writeln!(out, "<li><a href=\"#{}\">{caption}</a> <small>{kind}, {}</small></li>", anchor(id), esc(id))?;
                }
                writeln!(out, "</ul>")?;
            }
        }
        writeln!(out, "</section>")
    }

    fn write_customers(&self, out: &mut String) -> std::fmt::Result {
        let Some(customers) = &self.customers else { return Ok(()) };
        writeln!(out, "<section>\n<h2>Your customers</h2>\n<p>{}</p>", esc(&self.customers_line()))?;
        if !customers.affected.is_empty() {
            head(out, "Customers concerned", &["Customer", "Name", "Listed party", "Change", "Score", "What agrees"])?;
            for affected in &customers.affected {
                let (customer, name) = (bdi(&affected.customer), bdi(&affected.name));
                let (caption, id) = (bdi(&affected.caption), esc(&affected.party));
                write!(out, "<tr><td>{customer}</td><td>{name}</td>")?;
                write!(out, "<td><a href=\"#{}\">{caption}</a> <small>{id}</small></td>", anchor(&affected.party))?;
                write!(out, "<td>{}</td><td>{:.2}</td>", affected.change, affected.score)?;
                writeln!(out, "<td>{}</td></tr>", bdi(&affected.matched.join("; ")))?;
            }
            writeln!(out, "</tbody>\n</table>\n</div>")?;
        }
        if !customers.unread.is_empty() {
            writeln!(out, "<h3>Not checked</h3>\n<ul>")?;
            for unread in &customers.unread {
                writeln!(out, "<li>{}: {}</li>", bdi(&unread.id), esc(&unread.reason))?;
            }
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "</section>")
    }

    fn write_sources(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "<section>\n<h2>Sources</h2>")?;
        head(out, "Issues compared", &["List", "Issue", "Date", "Parties", "File", "SHA-256"])?;
        for source in &self.sources {
            for (name, issue) in [("older", &source.old), ("newer", &source.new)] {
                let date = issue.date.as_deref().unwrap_or("not stated");
                write!(out, "<tr><td>{}</td><td>{name}</td><td class=\"day\">{}</td>", bdi(&source.source), esc(date))?;
                write!(out, "<td>{}</td><td>{}</td>", issue.parties, bdi(&issue.file))?;
                writeln!(out, "<td class=\"hash\">{}</td></tr>", esc(&issue.sha256))?;
            }
        }
        writeln!(out, "</tbody>\n</table>\n</div>\n<ul>")?;
        for source in &self.sources {
            writeln!(out, "<li>{}</li>", esc(&source.line()))?;
        }
        writeln!(out, "</ul>\n</section>")
    }
}

fn listed(out: &mut String, party: &ListedParty) -> std::fmt::Result {
    writeln!(out, "<article id=\"{}\">\n<h3>{}</h3>", anchor(&party.id), bdi(&party.caption))?;
    let place = format!("{}, {}, {} {}", capital(&kind_words(&party.schema)), party.id, party.source, party.record);
    writeln!(out, "<p class=\"place\">{}</p>\n<dl>", esc(place.trim()))?;
    for (label, values) in lines(party) {
        let weak = if label == "Weak alias" { " class=\"weak\"" } else { "" };
        writeln!(out, "<dt>{}</dt>", esc(&label))?;
        values.iter().try_for_each(|value| writeln!(out, "<dd{weak}>{}</dd>", bdi(value)))?;
    }
    writeln!(out, "</dl>\n</article>")
}

fn changed(out: &mut String, party: &ChangedParty) -> std::fmt::Result {
    writeln!(out, "<article id=\"{}\">\n<h3>{}</h3>", anchor(&party.id), bdi(&party.caption))?;
    let place = format!("{}, {}, {}", capital(&kind_words(&party.schema)), party.id, party.source);
    writeln!(out, "<p class=\"place\">{}</p>", esc(&place))?;
    if !party.why.is_empty() {
        writeln!(out, "<p>Why it is here: {}</p>", esc(&party.why.join("; ")))?;
    }
    if !party.further_programs.is_empty() {
        writeln!(out, "<p>Under a further programme: {}</p>", esc(&party.further_programs.join(", ")))?;
    }
    head(out, &format!("What changed for {}", party.caption), &["Fact", "Before", "Now"])?;
    for fact in &party.facts {
        let side = |text: &Option<String>, tag: &str| match text {
            Some(text) => format!("<{tag}>{}</{tag}>", bdi(text)),
            None => "–".to_owned(),
        };
        let (old, new) = (side(&fact.old, "del"), side(&fact.new, "ins"));
        writeln!(out, "<tr><th scope=\"row\">{}</th><td>{old}</td><td>{new}</td></tr>", esc(&capital(&fact.words)))?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</article>")
}

pub(crate) fn head(out: &mut String, caption: &str, header: &[&str]) -> std::fmt::Result {
    writeln!(out, "<div class=\"wide\">\n<table>\n<caption>{}</caption>\n<thead><tr>", bdi(caption))?;
    header.iter().try_for_each(|name| writeln!(out, "<th scope=\"col\">{name}</th>"))?;
    writeln!(out, "</tr></thead>\n<tbody>")
}

/// Text with the page's own characters as entities.
pub(crate) fn esc(text: &str) -> String {
    written(text, |c| {
        Some(match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => return None,
        })
    })
}

/// Text that may be written from right to left, kept from turning what stands around it.
pub(crate) fn bdi(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    if text.chars().any(turns) { format!("<bdi>{}</bdi>", esc(text)) } else { esc(text) }
}

/// The id of a party as the name of a place in the page. Two ids never become one.
pub(crate) fn anchor(id: &str) -> String {
    let mut anchor = String::from("party-");
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            anchor.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(anchor, "_{:x}_", u32::from(c));
        }
    }
    anchor
}
