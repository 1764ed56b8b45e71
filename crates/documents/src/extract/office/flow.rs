//! Running text of Word and `PowerPoint`, whose elements have the same local names: a part goes in; its paragraphs and tables go to the
//! text. Runs are joined as they stand, since a name may be spread over several. Tracked changes give a paragraph twice, as it is and as
//! it was: a name that was taken out is evidence.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::package::{Relation, has_extension};
use super::xml::{Node, Tag, walk};
use super::{Out, Trouble};

/// Texts of one paragraph that are compared with each other, so that a made-up one does not take for ever.
const MAX_COMPARED: usize = 500;

/// A paragraph that is being read. Paragraphs are in each other where one has a text box.
#[derive(Default)]
struct Paragraph {
    /// As it is.
    text: String,
    /// As it was before the tracked changes.
    former: String,
    /// What comes behind it: text boxes, link targets.
    behind: Vec<String>,
}

/// Two forms of one thing, of which a program shows the one it understands. Both are read, and the second is dropped where it says the
/// same.
struct Alternative {
    /// How much text and how many texts behind it the paragraph had where the first and the second form began.
    first: (usize, usize),
    second: Option<(usize, usize)>,
    level: usize,
}

/// How often tracked changes were met in the parts of a document.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) deletions: usize,
    pub(super) insertions: usize,
    /// Who made them and the comments.
    pub(super) authors: BTreeSet<String>,
}

/// Reads one part into `out`. `label` is its place; tables get places of their own, counted in `tables`.
pub(super) fn read(
    bytes: &[u8],
    file: &str,
    label: &str,
    relations: &[Relation],
    out: &mut Out,
    tables: &mut usize,
    changes: &mut Changes,
) {
    let mut flow = Flow {
        out,
        label,
        targets: relations
            .iter()
            .filter(|relation| relation.is_external)
            .map(|relation| (relation.id.as_str(), relation.target.as_str()))
            .collect(),
        tables,
        changes,
        parents: Vec::new(),
        open: Vec::new(),
        alternatives: Vec::new(),
        table_depth: 0,
        cell: Vec::new(),
        row: Vec::new(),
        inserted: 0,
        deleted: 0,
        in_text: 0,
        instruction: String::new(),
    };
    flow.out.label(label);
    let outcome = walk(bytes, file, |node| {
        match node {
            Node::Open(name, tag) => flow.begin(name, tag),
            Node::Close(name) => flow.finish(name),
            Node::Text(text) => flow.text(text),
        }
        !flow.out.ended
    });
    // What was read of a part that is cut off is kept.
    while !flow.open.is_empty() {
        flow.end_paragraph();
    }
    flow.end_row();
    if let Err(trouble) = outcome {
        flow.out.trouble(trouble);
    }
}

/// Kinds of elements, held for each level; a name is too much.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    Paragraph,
    Other,
}

struct Flow<'f, 'b, 'l> {
    out: &'f mut Out<'b, 'l>,
    label: &'f str,
    /// Addresses by the relation that leads to them.
    targets: FxHashMap<&'f str, &'f str>,
    tables: &'f mut usize,
    changes: &'f mut Changes,
    parents: Vec<Kind>,
    open: Vec<Paragraph>,
    alternatives: Vec<Alternative>,
    table_depth: usize,
    /// Paragraphs of the cell that is read.
    cell: Vec<String>,
    /// Cells of the row that is read.
    row: Vec<String>,
    inserted: usize,
    deleted: usize,
    in_text: usize,
    instruction: String,
}

impl Flow<'_, '_, '_> {
    fn begin(&mut self, name: &str, tag: &Tag) {
        let parent = self.parents.last().copied().unwrap_or(Kind::Other);
        let mut kind = Kind::Other;
        match name {
            "p" => {
                kind = Kind::Paragraph;
                self.open.push(Paragraph::default());
            }
            "r" | "fld" => kind = Kind::Run,
            "t" | "delText" | "text" => self.in_text += 1,
            "instrText" => self.instruction.clear(),
            "fldSimple" => {
                if let Some(instruction) = tag.attribute("instr") {
                    self.instruction = instruction;
                    self.end_instruction();
                }
            }
            // Elsewhere `tab` sets where tabulators stop.
            "tab" | "ptab" if parent == Kind::Run => self.add("\t"),
            "br" | "cr" if parent != Kind::Other => self.add("\n"),
            "noBreakHyphen" => self.add("-"),
            "ins" | "moveTo" => {
                self.inserted += 1;
                self.change(tag);
            }
            "del" | "moveFrom" => {
                self.deleted += 1;
                self.change(tag);
            }
            "comment" => {
                if let Some(author) = tag.attribute("author").filter(|author| !author.trim().is_empty()) {
                    self.changes.authors.insert(author);
                }
            }
            "hyperlink" | "hlinkClick" | "hlinkHover" => self.link(tag),
            "docPr" | "cNvPr" => {
                // What a picture is said to show.
                for words in ["descr", "title"].into_iter().filter_map(|key| tag.attribute(key)) {
                    self.behind(words);
                }
            }
            "tbl" => self.begin_table(),
            "AlternateContent" => {
                let first = self.reached();
                self.alternatives.push(Alternative { first, second: None, level: self.open.len() });
            }
            "Fallback" => {
                let second = self.reached();
                if let Some(alternative) = self.alternatives.last_mut() {
                    alternative.second = Some(second);
                }
            }
            _ => {}
        }
        self.parents.push(kind);
    }

    fn finish(&mut self, name: &str) {
        self.parents.pop();
        match name {
            "p" => self.end_paragraph(),
            "t" | "delText" => self.in_text = self.in_text.saturating_sub(1),
            "text" => {
                // A comment of PowerPoint, which has no paragraphs.
                self.in_text = self.in_text.saturating_sub(1);
                if self.open.is_empty() {
                    self.out.owed = 2;
                }
            }
            "instrText" => self.end_instruction(),
            "ins" | "moveTo" => self.inserted = self.inserted.saturating_sub(1),
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "tc" => self.end_cell(),
            "tr" => self.end_row(),
            "tbl" => {
                self.end_row();
                self.table_depth = self.table_depth.saturating_sub(1);
                self.out.owed = 2;
                if self.table_depth == 0 {
                    self.out.label(self.label);
                }
            }
            "AlternateContent" => self.end_alternative(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text > 0 {
            // Line breaks are elements; those of the file are blanks.
            if text.contains(['\n', '\r']) { self.add(&text.replace(['\n', '\r'], " ")) } else { self.add(text) }
        } else if text.contains('"') || !self.instruction.is_empty() || text.trim_start().starts_with("HYPERLINK") {
            // The instruction of a field, in pieces perhaps; other text between elements is blanks.
            self.instruction.push_str(text);
        }
    }

    fn add(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(paragraph) => {
                if self.deleted == 0 {
                    paragraph.text.push_str(text);
                }
                if self.inserted == 0 || self.deleted > 0 {
                    paragraph.former.push_str(text);
                }
            }
            None => {
                self.out.push(text);
            }
        }
    }

    fn behind(&mut self, text: String) {
        if text.trim().is_empty() {
            return;
        }
        match self.open.last_mut() {
            Some(paragraph) if !paragraph.behind.iter().rev().take(MAX_COMPARED).any(|held| *held == text) => {
                paragraph.behind.push(text);
            }
            Some(_) => {}
            None => {
                self.out.paragraph(&text);
            }
        }
    }

    fn change(&mut self, tag: &Tag) {
        if let Some(author) = tag.attribute("author").filter(|author| !author.trim().is_empty()) {
            self.changes.authors.insert(author);
        }
    }

    fn link(&mut self, tag: &Tag) {
        let Some(id) = tag.relation() else { return };
        if let Some(target) = self.targets.get(id.as_str()) {
            self.behind((*target).to_owned());
        }
    }

    /// A field `HYPERLINK "https://example.org"` names its target.
    fn end_instruction(&mut self) {
        let instruction = std::mem::take(&mut self.instruction);
        if let Some(rest) = instruction.trim_start().strip_prefix("HYPERLINK")
            && let Some(target) = rest.split('"').nth(1)
        {
            self.behind(target.to_owned());
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.open.pop() else { return };
        let mut texts = vec![paragraph.text];
        let (now, former) = (texts[0].trim(), paragraph.former.trim());
        if now != former {
            // Counted by paragraph: one change is many elements in the file.
            if former.is_empty() || now.contains(former) {
                self.changes.insertions += 1;
            } else {
                self.changes.deletions += 1;
                texts.push(paragraph.former);
            }
        }
        texts.extend(paragraph.behind);
        texts.retain(|text| !text.trim().is_empty());
        if let Some(outer) = self.open.last_mut() {
            outer.behind.append(&mut texts);
        } else if self.table_depth > 0 {
            self.cell.append(&mut texts);
        } else {
            for text in texts {
                self.out.paragraph(&text);
            }
        }
    }

    fn begin_table(&mut self) {
        if self.table_depth == 0 && self.open.is_empty() {
            *self.tables += 1;
            let label = if self.label == "body" { format!("table {}", self.tables) } else { self.label.to_owned() };
            self.out.label(&label);
            self.out.owed = 2;
        } else {
            // A table in a cell: what the cell has so far comes before it.
            self.end_cell();
            self.end_row();
        }
        self.table_depth += 1;
    }

    fn end_cell(&mut self) {
        if self.table_depth > 0 {
            let cell = std::mem::take(&mut self.cell);
            let cell = cell.iter().map(|text| text.trim()).collect::<Vec<_>>().join("\n");
            self.row.push(cell);
        }
    }

    fn end_row(&mut self) {
        if !self.cell.is_empty() {
            self.end_cell();
        }
        let row = std::mem::take(&mut self.row);
        if row.iter().any(|cell| !cell.is_empty()) {
            self.out.line(&row.join("\t"));
        }
    }

    /// How far the paragraph is that is read.
    fn reached(&self) -> (usize, usize) {
        self.open.last().map_or((0, 0), |paragraph| (paragraph.text.len(), paragraph.behind.len()))
    }

    fn end_alternative(&mut self) {
        let Some(alternative) = self.alternatives.pop() else { return };
        let (Some(second), Some(paragraph)) = (alternative.second, self.open.last_mut()) else { return };
        if alternative.level == 0 {
            return;
        }
        let first_text = paragraph.text.get(alternative.first.0..second.0).unwrap_or_default();
        let second_text = paragraph.text.get(second.0..).unwrap_or_default();
        if first_text == second_text {
            let kept = second_text.len();
            paragraph.text.truncate(second.0);
            let former = paragraph.former.len().saturating_sub(kept);
            if paragraph.former.is_char_boundary(former) {
                paragraph.former.truncate(former);
            }
        }
        let texts = &paragraph.behind;
        let first = texts.get(alternative.first.1..second.1).unwrap_or_default();
        let is_said =
            |texts: &[String]| texts == first || (texts.len() <= MAX_COMPARED && texts.iter().all(|text| first.contains(text)));
        if texts.get(second.1..).is_some_and(is_said) {
            paragraph.behind.truncate(second.1);
        }
    }
}

/// Says in words what was met of tracked changes.
pub(super) fn tell(changes: &Changes, out: &mut Out) {
    if changes.deletions > 0 {
        out.note(format!("paragraphs with tracked changes, given as they are and as they were: {}", changes.deletions));
    }
    if changes.insertions > 0 {
        out.note(format!("paragraphs with tracked insertions, given as they are: {}", changes.insertions));
    }
    if !changes.authors.is_empty() {
        out.label(super::PROPERTIES);
        for author in changes.authors.iter().take(1000) {
            out.line(&format!("Changes or comments by: {author}"));
        }
    }
}

/// Reads what is left among the members that running text points to: diagrams and charts, by their folders.
pub(super) fn rest(package: &mut super::package::Package, folders: &[(&str, &str)], out: &mut Out, changes: &mut Changes) {
    for name in package.names().to_vec() {
        let lower = name.to_ascii_lowercase();
        let Some((_, label)) = folders.iter().find(|(folder, _)| lower.starts_with(folder)) else { continue };
        // Layouts, colours and styles have no text of the document, and `drawing` says again what `data` says.
        let passed =
            ["/layout", "/colors", "/quickstyle", "/style", "/drawing", "/_rels/"].iter().any(|part| lower.contains(part));
        if passed || !has_extension(&lower, "xml") || out.ended {
            continue;
        }
        if let Some(bytes) = package.part(&name, out) {
            read(&bytes, &name, label, &[], out, &mut 0, changes);
            chart(&bytes, &name, label, out);
        }
    }
}

/// The names of series and categories of a chart, which stand in `v`.
fn chart(bytes: &[u8], file: &str, label: &str, out: &mut Out) {
    let mut in_value = false;
    let mut seen = BTreeSet::new();
    out.label(label);
    // What is wrong with the part was said when its paragraphs were read.
    let _: Result<(), Trouble> = walk(bytes, file, |node| {
        match node {
            Node::Open("v", _) => in_value = true,
            Node::Close("v") => in_value = false,
            Node::Text(text) if in_value && text.chars().any(char::is_alphabetic) && seen.insert(text.to_owned()) => {
                return out.line(text);
            }
            _ => {}
        }
        true
    });
}
