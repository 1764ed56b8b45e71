//! The box of a party: its kind and badges in the first row, its caption under them, then its notes. A node goes in; the size of
//! its box, and its piece of SVG where the middle of the box is given, come out.

use std::fmt::Write as _;

use super::super::text::{visible, width, wrap, xml};
use super::super::{Kind, Node};
use super::{px, style};

/// The free room at both sides of the text, in px.
const PADDING: f64 = 12.0;
/// The least width of a box, in px.
const LEAST_WIDTH: f64 = 96.0;
/// The widest row of text, in px.
const ROOM: f64 = 190.0;
/// Size of the font and height of the row: of the kind, the caption and a note, in px.
const KIND: (f64, f64) = (9.5, 20.0);
const NAME: (f64, f64) = (13.0, 17.0);
const NOTE: (f64, f64) = (10.5, 14.0);
/// Bold letters are wider than plain ones by about this factor.
const BOLD: f64 = 1.06;
/// The most rows of a caption, of a note and of all notes.
const NAME_ROWS: usize = 3;
const NOTE_ROWS: usize = 2;
const ALL_NOTE_ROWS: usize = 6;

/// A box with its texts broken into rows.
#[derive(Debug)]
pub(super) struct Card {
    /// Its width, in px.
    pub width: f64,
    /// Its height, in px.
    pub height: f64,
    badges: Vec<(&'static str, &'static str)>,
    name: Vec<String>,
    notes: Vec<String>,
}

impl Card {
    /// Breaks the texts of a node into rows and measures them.
    pub(super) fn new(node: &Node) -> Self {
        let mut badges = Vec::new();
        if node.asked {
            badges.push(("ASKED ABOUT", " ni-asked"));
        }
        badges.extend(node.tone.badge().map(|badge| (badge, "")));
        // A party without a caption shows its id.
        let mut name = wrap(&node.label, NAME.0 * BOLD, ROOM, NAME_ROWS);
        if name.is_empty() {
            name = wrap(&node.id, NAME.0 * BOLD, ROOM, NAME_ROWS);
        }
        let mut notes = Vec::new();
        let mut left_out = 0;
        for note in &node.notes {
            let rows = wrap(note, NOTE.0, ROOM, NOTE_ROWS);
            if notes.len() + rows.len() > ALL_NOTE_ROWS {
                left_out += 1;
            } else {
                notes.extend(rows);
            }
        }
        if left_out > 0 {
            notes.push(format!("+ {left_out} more"));
        }
        let badge_widths: f64 = badges.iter().map(|(text, _)| style::badge_width(text) + 5.0).sum();
        let kind = width(node.kind.caption(), KIND.0);
        let names = name.iter().map(|row| width(row, NAME.0 * BOLD));
        let widest = names.chain(notes.iter().map(|row| width(row, NOTE.0))).fold(kind + badge_widths + 6.0, f64::max);
        let first_row = if kind > 0.0 || !badges.is_empty() { KIND.1 } else { 7.0 };
        let height = first_row + name.len() as f64 * NAME.1 + notes.len() as f64 * NOTE.1 + 9.0;
        Self { width: (widest + 2.0 * PADDING).max(LEAST_WIDTH), height, badges, name, notes }
    }

    /// Writes the box.
    pub(super) fn draw(&self, out: &mut String, node: &Node, (x, y): (f64, f64)) {
        let (class, fill, stroke, weight) = style::tone(node.tone);
        let (left, top) = (x - self.width / 2.0, y - self.height / 2.0);
        let mut tooltip = visible(&node.label);
        for line in std::iter::once(&node.id).chain(&node.notes) {
            tooltip.push('\n');
            tooltip.push_str(&visible(line));
        }
        let round = if node.kind == Kind::Person { 14 } else { 3 };
        let _ = write!(
            out,
            "<g class=\"ni-party {class}\"><title>{}</title>\
             <rect class=\"ni-box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"{}\"/>",
            xml(&tooltip),
            px(left),
            px(top),
            px(self.width),
            px(self.height),
            if node.asked { 3.0 } else { weight },
        );
        let mut row = |class: &str, x: f64, y: f64, anchor: &str, size: f64, text: &str| {
            let _ = write!(
                out,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{size}\">{}</text>",
                px(x),
                px(y),
                xml(text),
            );
        };
        let caption = node.kind.caption();
        let mut at = top + 7.0;
        if !caption.is_empty() || !self.badges.is_empty() {
            row("ni-kind", left + PADDING, top + 15.5, "start", KIND.0, caption);
            at = top + KIND.1;
        }
        for text in &self.name {
            row("ni-name", x, at + 13.0, "middle", NAME.0, text);
            at += NAME.1;
        }
        for text in &self.notes {
            row("ni-note", x, at + 11.5, "middle", NOTE.0, text);
            at += NOTE.1;
        }
        let mut right = left + self.width - PADDING;
        for (text, class) in self.badges.iter().rev() {
            right -= style::badge_width(text);
            let fill = if class.is_empty() { stroke } else { "#1b1f24" };
            style::badge(out, text, fill, class, right, top + 5.0);
            right -= 5.0;
        }
        out.push_str("</g>\n");
    }
}
