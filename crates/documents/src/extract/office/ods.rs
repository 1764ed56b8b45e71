//! `OpenDocument` workbooks: the package of an ODS goes in; its sheets row by row, comments and properties come out (OASIS `OpenDocument`
//! 1.3, part 3). Cells and rows that are repeated are read once; an empty sheet repeats one to its edge.

use super::super::Read;
use super::package::Package;
use super::sheet::Rows;
use super::xml::{Node, walk};
use super::{Out, Trouble};

pub(super) fn read(mut package: Package, mut out: Out) -> Read {
    if let Some(manifest) = package.part("META-INF/manifest.xml", &mut out) {
        let mut is_encrypted = false;
        let _: Result<(), Trouble> = walk(&manifest, "META-INF/manifest.xml", |node| {
            is_encrypted |= matches!(node, Node::Open("encryption-data", _));
            !is_encrypted
        });
        if is_encrypted {
            return out.failed(Trouble::Encrypted);
        }
    }
    if let Some(part) = package.part("content.xml", &mut out) {
        cells(&part, &mut out);
    }
    package.properties(&mut out);
    let pictures = package.embedded(&mut out);
    out.finish(pictures)
}

#[derive(Default)]
struct State {
    sheets: usize,
    row: u32,
    next_row: u32,
    column: u32,
    next_column: u32,
    in_cell: bool,
    is_text: bool,
    /// The value as the file keeps it, for dates.
    value: Option<String>,
    text: String,
    comment: String,
    in_comment: bool,
    paragraphs: usize,
    comments: Vec<String>,
}

fn cells(part: &[u8], out: &mut Out) {
    let mut state = State::default();
    let mut rows = Rows::new("1");
    let outcome = walk(part, "content.xml", |node| {
        match node {
            Node::Open("table", tag) => {
                rows.flush(out);
                state.sheets += 1;
                rows = Rows::new(&tag.attribute("name").unwrap_or_else(|| state.sheets.to_string()));
                (state.row, state.next_row) = (0, 0);
            }
            Node::Close("table") => rows.flush(out),
            Node::Open("table-row", tag) => {
                state.row = state.next_row;
                state.next_row = state.row.saturating_add(repeats(tag.attribute("number-rows-repeated")));
                (state.column, state.next_column) = (0, 0);
            }
            Node::Open("table-cell" | "covered-table-cell", tag) => {
                state.column = state.next_column;
                state.next_column = state.column.saturating_add(repeats(tag.attribute("number-columns-repeated")));
                state.in_cell = true;
                state.is_text = tag.attribute("value-type").is_none_or(|kind| kind == "string");
                state.value = tag.attribute("date-value").or_else(|| tag.attribute("string-value"));
                state.text.clear();
            }
            Node::Close("table-cell" | "covered-table-cell") => {
                state.in_cell = false;
                let value = state.value.take();
                let text =
                    if state.is_text && !state.text.is_empty() { &state.text } else { value.as_ref().unwrap_or(&state.text) };
                return rows.text(state.row, state.column, text, state.is_text, out);
            }
            Node::Open("annotation", _) => state.in_comment = true,
            Node::Close("annotation") => {
                state.in_comment = false;
                state.comments.push(std::mem::take(&mut state.comment));
            }
            Node::Open("p" | "h" | "creator", _) => state.paragraphs += 1,
            Node::Close("p" | "h" | "creator") => {
                state.paragraphs = state.paragraphs.saturating_sub(1);
                if state.in_comment {
                    state.comment.push('\n');
                } else if state.in_cell {
                    state.text.push('\n');
                } else if !state.text.trim().is_empty() {
                    // A text box of the sheet.
                    state.comments.push(std::mem::take(&mut state.text));
                }
            }
            Node::Open("s", _) => state.add(" "),
            Node::Open("tab", _) => state.add("\t"),
            Node::Open("line-break", _) => state.add("\n"),
            Node::Text(text) if state.paragraphs > 0 => state.add(text),
            _ => {}
        }
        !out.ended
    });
    rows.flush(out);
    if !state.comments.is_empty() {
        out.owed = 2;
        out.label("comments");
        for comment in &state.comments {
            out.line(comment);
        }
    }
    if let Err(trouble) = outcome {
        out.trouble(trouble);
    }
}

impl State {
    fn add(&mut self, text: &str) {
        if self.in_comment { self.comment.push_str(text) } else { self.text.push_str(text) }
    }
}

fn repeats(attribute: Option<String>) -> u32 {
    attribute.and_then(|count| count.parse().ok()).unwrap_or(1)
}
