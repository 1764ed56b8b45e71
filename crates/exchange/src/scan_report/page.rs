//! The report as one HTML page that needs nothing else: styles inside, no scripts, nothing loaded. It begins with what was not checked, then
//! tells of each document who is named, how they are linked, and shows the text with every mention marked.

use std::fmt::{Result, Write};

use super::{Excerpt, NamedParty, ScanDocument, ScanPart, ScanReport, ScanResult};
use crate::html::{anchor, bdi, esc, head};
use crate::text::counted;

const STYLE: &str = include_str!("../brief.css");
const OWN_STYLE: &str = include_str!("../scan_report.css");

/// Names on no list that a part shows.
const UNLISTED: usize = 200;

/// Score from which a mention is drawn as a strong one.
const STRONG: f64 = 0.95;

impl ScanReport {
    /// The report as a page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_html(&mut out);
        out
    }

    fn write_html(&self, out: &mut String) -> Result {
        writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
        let title = match &self.documents[..] {
            [only] => format!("Listed parties in {}", only.file),
            all => format!("Listed parties in {}", counted(all.len(), "document", "documents")),
        };
        writeln!(out, "<title>{}</title>\n<style>\n{STYLE}{OWN_STYLE}</style>\n</head>\n<body>", esc(&title))?;
        writeln!(out, "<header>\n<h1>{}</h1>\n<p class=\"dateline\">{}</p>", bdi(&title), esc(&self.generated))?;
        writeln!(out, "<ul class=\"counts\">")?;
        for (result, what) in [
            (ScanResult::Hit, "with hits"),
            (ScanResult::NotChecked, "not or not wholly checked"),
            (ScanResult::Clear, "clear"),
        ] {
            let count = self.documents.iter().filter(|document| document.result == result).count();
            writeln!(out, "<li class=\"{}\"><strong>{count}</strong> {what}</li>", result.code())?;
        }
        writeln!(out, "</ul>")?;
        self.write_unread(out)?;
        writeln!(out, "</header>\n<main>")?;
        if self.documents.len() > 1 {
            self.write_contents(out)?;
        }
        for (number, document) in (1..).zip(&self.documents) {
            write_document(out, number, document)?;
        }
        let lists = self.lists.join(", ");
        let colophon = format!(
            "Mentions scored {:.2} and more. Lists: {lists}. Snapshot {}, interdict {}, settings {}.",
            self.threshold, self.snapshot, self.engine, self.settings
        );
        writeln!(out, "</main>\n<footer><p>{}</p></footer>\n</body>\n</html>", esc(&colophon))
    }

    /// What was not checked, before all else: whoever looks for a name alone must not take it for clear.
    fn write_unread(&self, out: &mut String) -> Result {
        let parts = || self.documents.iter().flat_map(|document| &document.parts).filter(|part| !part.reasons.is_empty());
        if parts().next().is_none() {
            return Ok(());
        }
        writeln!(out, "<div class=\"notice\" role=\"note\">\n<h2>Not checked</h2>\n<ul>")?;
        for part in parts() {
            writeln!(out, "<li><strong>{}</strong>: {}</li>", bdi(&part.path), esc(&part.reasons.join("; ")))?;
        }
        writeln!(out, "</ul>\n</div>")
    }

    fn write_contents(&self, out: &mut String) -> Result {
        writeln!(out, "<section>\n<h2>Documents</h2>")?;
        head(out, "Documents", &["Document", "Result", "Parties named"])?;
        for (number, document) in (1..).zip(&self.documents) {
            write!(out, "<tr><td><a href=\"#d{number}\">{}</a></td>", bdi(&document.file))?;
            write!(out, "<td>{}</td>", badge(document.result))?;
            let names: Vec<&str> = document.parties.iter().map(|party| party.caption.as_str()).collect();
            writeln!(out, "<td>{}</td></tr>", bdi(&names.join("; ")))?;
        }
        writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
    }
}

/// A result as a word with a sign, so that it needs no colour.
fn badge(result: ScanResult) -> String {
    let sign = match result {
        ScanResult::Hit => "▲",
        ScanResult::Clear => "○",
        ScanResult::NotChecked => "?",
    };
    format!("<span class=\"badge {}\"><span aria-hidden=\"true\">{sign}</span> {}</span>", result.code(), result.words())
}

fn write_document(out: &mut String, number: usize, document: &ScanDocument) -> Result {
    writeln!(out, "<section id=\"d{number}\">\n<h2>{} {}</h2>", bdi(&document.file), badge(document.result))?;
    if !document.parties.is_empty() {
        write_parties(out, number, &document.parties)?;
    }
    write_links(out, document)?;
    for (at, part) in (1..).zip(&document.parts) {
        write_part(out, &format!("d{number}-{at}"), number, document.parts.len() > 1, part)?;
    }
    writeln!(out, "</section>")
}

fn write_parties(out: &mut String, number: usize, parties: &[NamedParty]) -> Result {
    head(out, "Listed parties named", &["Listed party", "Programmes", "Lists", "Score", "Mentions"])?;
    for party in parties {
        let id = format!("d{number}-{}", anchor(&party.id));
        let listings: Vec<&str> = party.listings.iter().map(|listing| listing.id.as_str()).collect();
        write!(out, "<tr id=\"{id}\"><th scope=\"row\">{} ", bdi(&party.caption))?;
        write!(out, "<small>{}, {}</small></th>", esc(&party.schema), esc(&listings.join(", ")))?;
        let mut datasets: Vec<&str> = party.listings.iter().flat_map(|listing| &listing.datasets).map(String::as_str).collect();
        datasets.sort_unstable();
        datasets.dedup();
        write!(out, "<td>{}</td><td>{}</td>", esc(&party.programs.join(", ")), esc(&datasets.join(", ")))?;
        writeln!(out, "<td>{:.2}</td><td>{}</td></tr>", party.score, party.mentions)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn write_links(out: &mut String, document: &ScanDocument) -> Result {
    if !document.links.is_empty() {
        writeln!(out, "<h3>How they are linked</h3>\n<ul class=\"links\">")?;
        for link in document.links.iter().filter(|link| link.through.is_empty()) {
            writeln!(out, "<li>{}</li>", bdi(&link.words.join("; then ")))?;
        }
        writeln!(out, "</ul>")?;
    }
    if document.pairs_left_out > 0 {
        let pairs = counted(document.pairs_left_out, "further pair was", "further pairs were");
        writeln!(out, "<p class=\"place\">{pairs} not looked at.</p>")?;
    }
    if let Some(drawing) = &document.drawing {
        write!(out, "<p class=\"drawing\"><img alt=\"Drawing of these links\" src=\"data:image/svg+xml,")?;
        for byte in drawing.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b':' | b' ' | b'=' | b',' | b';' => {
                    out.push(char::from(byte));
                }
                _ => write!(out, "%{byte:02X}")?,
            }
        }
        writeln!(out, "\"></p>")?;
    }
    Ok(())
}

fn write_part(out: &mut String, id: &str, number: usize, titled: bool, part: &ScanPart) -> Result {
    writeln!(out, "<article id=\"{id}\">")?;
    if titled {
        writeln!(out, "<h3>{} {}</h3>", bdi(&part.path), badge(part.result))?;
    } else {
        writeln!(out, "<h3>Text</h3>")?;
    }
    let size = counted(part.text_bytes, "byte", "bytes");
    writeln!(out, "<p class=\"place\">{}, {}, {size} of text</p>", esc(&part.kind), esc(&part.status.replace('_', " ")))?;
    for reason in &part.reasons {
        writeln!(out, "<p class=\"notice\">Not checked: {}</p>", esc(reason))?;
    }
    if !part.notes.is_empty() {
        writeln!(out, "<p class=\"place\">{}</p>", esc(&part.notes.join("; ")))?;
    }
    if part.mentions_left_out > 0 {
        let more = counted(part.mentions_left_out, "further mention is", "further mentions are");
        writeln!(out, "<p class=\"notice\">{more} counted and not shown.</p>")?;
    }
    if part.excerpts.iter().any(|excerpt| !excerpt.text.is_empty()) {
        write_text(out, id, number, part)?;
    }
    write_unlisted(out, part)?;
    writeln!(out, "</article>")
}

/// A stretch of the text that is marked.
struct Marked {
    start: usize,
    end: usize,
    /// The start of its element, and what stands behind its words.
    open: String,
    close: String,
}

/// The text of a part, with mentions marked and candidates underlined.
fn write_text(out: &mut String, id: &str, number: usize, part: &ScanPart) -> Result {
    let marks = marks(id, number, part);
    write!(out, "<div class=\"text\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">", esc(&part.path))?;
    let mut before = 0;
    for excerpt in &part.excerpts {
        if excerpt.at > before {
            writeln!(out, "<span class=\"gap\">[… {} …]</span>", counted(excerpt.at - before, "byte", "bytes"))?;
        }
        before = excerpt.at + excerpt.text.len();
        write_excerpt(out, excerpt, &marks)?;
        out.push('\n');
    }
    if before < part.text_bytes {
        writeln!(out, "<span class=\"gap\">[… {} …]</span>", counted(part.text_bytes - before, "byte", "bytes"))?;
    }
    writeln!(out, "</div>")
}

fn write_excerpt(out: &mut String, excerpt: &Excerpt, marks: &[Marked]) -> Result {
    let within = |from: usize, to: usize| {
        excerpt.text.get(from.saturating_sub(excerpt.at)..to.saturating_sub(excerpt.at)).unwrap_or_default()
    };
    let end = excerpt.at + excerpt.text.len();
    let mut at = excerpt.at;
    let first = marks.partition_point(|mark| mark.start < excerpt.at);
    for mark in marks.iter().skip(first).take_while(|mark| mark.end <= end).filter(|mark| mark.start < mark.end) {
        out.push_str(&lines(within(at, mark.start)));
        write!(out, "{}{}{}", mark.open, lines(within(mark.start, mark.end)), mark.close)?;
        at = mark.end;
    }
    out.push_str(&lines(within(at, end)));
    Ok(())
}

/// What is marked, in order and without overlaps: mentions, then candidates where there is no mention.
fn marks(id: &str, number: usize, part: &ScanPart) -> Vec<Marked> {
    let mut marks: Vec<Marked> = Vec::new();
    let mut mentions = (1..).zip(&part.mentions).peekable();
    let mut at = 0;
    while let Some((mention_number, mention)) = mentions.next() {
        // Words that may mean several parties are marked once, for the best of them.
        let mut titles = vec![title(mention.caption.as_str(), mention)];
        while let Some((_, other)) = mentions.next_if(|(_, other)| other.span == mention.span) {
            titles.push(title(&other.caption, other));
        }
        if mention.span.start < at {
            continue;
        }
        at = mention.span.end;
        let strength = if mention.score >= STRONG { "strong" } else { "weak" };
        let sign = if mention.score >= STRONG { "▲" } else { "△" };
        marks.push(Marked {
            start: mention.span.start,
            end: mention.span.end,
            open: format!(
                "<mark id=\"{id}-m{mention_number}\" class=\"{strength}\" title=\"{}\"><a href=\"#d{number}-{}\">",
                esc(&titles.join("\u{2003}")),
                anchor(&mention.party)
            ),
            close: format!("</a><sup>{sign}{:.2}</sup></mark>", mention.score),
        });
    }
    let taken: Vec<(usize, usize)> = marks.iter().map(|mark| (mark.start, mark.end)).collect();
    let free = |start: usize, end: usize| {
        let after = taken.partition_point(|held| held.1 <= start);
        taken.get(after).is_none_or(|held| held.0 >= end)
    };
    for name in &part.unlisted {
        let open = format!("<span class=\"unlisted\" title=\"on no list; {}\">", esc(&name.reason));
        for span in name.spans.iter().filter(|span| free(span.start, span.end)) {
            marks.push(Marked { start: span.start, end: span.end, open: open.clone(), close: "</span>".to_owned() });
        }
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut end = 0;
    marks.retain(|mark| {
        let fits = mark.start >= end;
        if fits {
            end = mark.end;
        }
        fits
    });
    marks
}

fn title(caption: &str, mention: &super::ScanMention) -> String {
    let how = match (mention.how, mention.by_context) {
        (how, true) => format!("{} by context", how.replace('_', " ")),
        (how, false) => how.replace('_', " "),
    };
    let programs = if mention.programs.is_empty() { String::new() } else { format!(", {}", mention.programs.join(" ")) };
    format!("{caption} ({}{programs}), score {:.2}, {how} {}", mention.id, mention.score, mention.listed)
}

/// Text with its line breaks.
fn lines(text: &str) -> String {
    text.split('\n').map(|line| esc(line.strip_suffix('\r').unwrap_or(line))).collect::<Vec<_>>().join("\n")
}

fn write_unlisted(out: &mut String, part: &ScanPart) -> Result {
    if part.unlisted.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details>\n<summary>Names on no list: {}</summary>", part.unlisted.len() + part.unlisted_left_out)?;
    writeln!(out, "<p class=\"place\">They look like people or organisations. Nothing is said against them.</p>")?;
    head(out, "Names on no list", &["Name", "Looks like", "Why", "Line", "Times"])?;
    for name in part.unlisted.iter().take(UNLISTED) {
        write!(out, "<tr><th scope=\"row\">{}</th><td>{}</td>", bdi(&name.name), name.kind)?;
        writeln!(out, "<td>{}</td><td>{}</td><td>{}</td></tr>", esc(&name.reason), name.line, name.spans.len())?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    let more = part.unlisted.len().saturating_sub(UNLISTED) + part.unlisted_left_out;
    if more > 0 {
        writeln!(out, "<p class=\"place\">{more} more.</p>")?;
    }
    writeln!(out, "</details>")
}
