//! The picture as SVG 1.1 (<https://www.w3.org/TR/SVG11/>). A drawing goes in; one self-contained document comes out, with a title
//! and a description for screen readers, a tooltip for every party and line, a legend and footnotes. Nothing is said by colour
//! alone: badges name what was found, and lines differ in their strokes.

mod card;
mod style;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use self::card::Card;
use super::cut::{Line, Shown, shown};
use super::layout::{self, LOOP_REACH, LineSpec, Placed, Point, Route, Size, Spec};
use super::text::{visible, width, wrap, xml};
use super::{Direction, Drawing, Style, Tone};

/// The free margin around everything, in px.
const MARGIN: f64 = 24.0;
/// The text under a picture is at least this wide, in px.
const LEAST_WIDTH: f64 = 520.0;
/// Sizes of fonts and the heights of their lines, in px.
const TITLE: (f64, f64) = (17.0, 23.0);
const SMALL: (f64, f64) = (11.0, 15.0);
/// The widest label of a line, in px, and how many rows it has at most.
const LABEL_ROOM: f64 = 150.0;
const LABEL_ROWS: usize = 5;
/// The length and half the width of an arrow head, in px.
const ARROW: (f64, f64) = (9.0, 4.2);
/// A picture with more sources than this leaves them to its tooltips.
const MOST_SOURCES: usize = 30;

/// A number as it stands in the document: px with one decimal at most.
fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Adding zero makes a plain zero of a negative one.
    format!("{}", rounded + 0.0)
}

/// The label of a line: its rows and their size.
#[derive(Debug)]
struct Label {
    rows: Vec<String>,
    width: f64,
    height: f64,
}

/// Everything that a document is written from.
struct Picture<'a> {
    drawing: &'a Drawing,
    shown: Shown,
    cards: Vec<Card>,
    labels: Vec<Label>,
    /// The sources in the order of their numbers; empty when tooltips alone have them.
    sources: Vec<String>,
    placed: Placed,
    /// Where the layout starts on the page.
    origin: (f64, f64),
    out: String,
}

/// Writes the document.
pub(super) fn write(drawing: &Drawing) -> String {
    let shown = shown(drawing);
    let cards: Vec<Card> = shown.nodes.iter().map(|node| Card::new(&drawing.nodes[*node])).collect();
    let (sources, too_many) = number_sources(drawing, &shown);
    let labels: Vec<Label> = shown.lines.iter().map(|line| label(drawing, line, &sources)).collect();
    let spec = spec(drawing, &shown, &cards, &labels);
    let placed = layout::layout(&spec);
    let mut names = vec![String::new(); sources.len()];
    for (source, number) in sources {
        if let Some(name) = names.get_mut(number) {
            name.push_str(source);
        }
    }
    let mut picture =
        Picture { drawing, shown, cards, labels, sources: names, placed, origin: (MARGIN, MARGIN), out: String::new() };
    if too_many {
        picture.shown.notes.push("Where each link was read stands in its tooltip and in the other forms.".to_owned());
    }
    picture.write()
}

/// Numbers the different sources of the shown lines from 0, unless there are too many to print.
fn number_sources<'a>(drawing: &'a Drawing, shown: &Shown) -> (BTreeMap<&'a str, usize>, bool) {
    let mut numbers = BTreeMap::new();
    let mut edges: Vec<usize> = shown.lines.iter().flat_map(|line| line.edges.iter().copied()).collect();
    edges.sort_unstable();
    for edge in edges {
        let source = drawing.edges[edge].source.as_str();
        if !source.is_empty() {
            let next = numbers.len();
            numbers.entry(source).or_insert(next);
        }
    }
    if numbers.len() > MOST_SOURCES { (BTreeMap::new(), true) } else { (numbers, false) }
}

/// The label of a line: the labels of its edges, each once, with the numbers of their sources.
fn label(drawing: &Drawing, line: &Line, sources: &BTreeMap<&str, usize>) -> Label {
    let mut entries: Vec<(String, usize, Vec<usize>)> = Vec::new();
    for edge in line.edges.iter().map(|edge| &drawing.edges[*edge]) {
        let text = visible(&edge.label);
        let number = sources.get(edge.source.as_str()).copied();
        match entries.iter_mut().find(|entry| entry.0 == text) {
            Some(entry) => {
                entry.1 += 1;
                entry.2.extend(number.filter(|number| !entry.2.contains(number)));
            }
            None => entries.push((text, 1, number.into_iter().collect())),
        }
    }
    let mut rows = Vec::new();
    let mut left_out = 0;
    for (text, times, numbers) in entries {
        let times = if times > 1 && !text.is_empty() { format!(" ×{times}") } else { String::new() };
        let numbers = match numbers.as_slice() {
            [] => String::new(),
            few if few.len() <= 3 => format!(" [{}]", few.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>().join(", ")),
            [first, rest @ ..] => format!(" [{} and {} more]", first + 1, rest.len()),
        };
        if rows.len() + 1 >= LABEL_ROWS {
            left_out += 1;
            continue;
        }
        let mut wrapped = wrap(&text, SMALL.0, LABEL_ROOM, 2);
        let ending = format!("{times}{numbers}");
        match wrapped.last_mut() {
            Some(last) => last.push_str(&ending),
            None if ending.is_empty() => {}
            None => wrapped.push(ending.trim().to_owned()),
        }
        rows.extend(wrapped);
    }
    if left_out > 0 {
        rows.push(format!("+ {left_out} more"));
    }
    let widest = rows.iter().map(|row| width(row, SMALL.0)).fold(0.0, f64::max);
    let (width, height) = if rows.is_empty() { (0.0, 0.0) } else { (widest + 10.0, rows.len() as f64 * SMALL.1 + 2.0) };
    Label { rows, width, height }
}

/// A size on the page in the axes of the layout.
fn turned(direction: Direction, width: f64, height: f64) -> Size {
    match direction {
        Direction::Down => Size { across: width, along: height },
        Direction::Right => Size { across: height, along: width },
    }
}

/// What is to be laid out.
fn spec(drawing: &Drawing, shown: &Shown, cards: &[Card], labels: &[Label]) -> Spec {
    let direction = drawing.direction;
    let lines = shown.lines.iter().zip(labels).map(|(line, label)| {
        let edges = || line.edges.iter().map(|edge| &drawing.edges[*edge]);
        let weight = match strongest(drawing, line) {
            _ if edges().any(|edge| edge.emphasised) => 6.0,
            Style::Solid => 1.5,
            Style::Dashed => 1.0,
            Style::Dotted => 0.7,
        };
        LineSpec { from: line.from, to: line.to, label: turned(direction, label.width, label.height), weight }
    });
    let asked = || shown.nodes.iter().position(|node| drawing.nodes[*node].asked);
    Spec {
        boxes: cards.iter().map(|card| turned(direction, card.width, card.height)).collect(),
        lines: lines.collect(),
        start: if direction == Direction::Right { asked() } else { None },
        room: match direction {
            Direction::Down => 1_500.0,
            Direction::Right => 1_900.0,
        },
    }
}

/// How a line is drawn that stands for several edges: as the strongest of them.
fn strongest(drawing: &Drawing, line: &Line) -> Style {
    line.edges.iter().map(|edge| drawing.edges[*edge].style).min().unwrap_or(Style::Dashed)
}

impl Picture<'_> {
    /// A place of the layout on the page.
    fn at(&self, across: f64, along: f64) -> (f64, f64) {
        let (x, y) = match self.drawing.direction {
            Direction::Down => (across, along),
            Direction::Right => (along, across),
        };
        (x + self.origin.0, y + self.origin.1)
    }

    /// A place of the layout as a pair of coordinates in the document.
    fn pair(&self, across: f64, along: f64) -> String {
        let (x, y) = self.at(across, along);
        format!("{} {}", px(x), px(y))
    }

    fn write(mut self) -> String {
        let size = self.placed.size;
        let (width, height) = match self.drawing.direction {
            Direction::Down => (size.across, size.along),
            Direction::Right => (size.along, size.across),
        };
        let room = width.max(LEAST_WIDTH);
        let title = wrap(&self.drawing.title, TITLE.0 * 1.06, room, 2);
        let title_height = if title.is_empty() { 0.0 } else { title.len() as f64 * TITLE.1 + 12.0 };
        self.origin = (MARGIN + (room - width) / 2.0, MARGIN + title_height);
        for (row, text) in title.iter().enumerate() {
            self.text("ni-title", MARGIN, MARGIN + 15.0 + row as f64 * TITLE.1, "start", TITLE.0, text);
        }
        let mut order: Vec<usize> = (0..self.shown.lines.len()).collect();
        order.sort_by_key(|line| (self.emphasised(*line), *line));
        for line in order {
            self.line(line);
        }
        for line in 0..self.shown.lines.len() {
            self.label(line);
        }
        for node in 0..self.cards.len() {
            let point = self.placed.boxes[node];
            let middle = self.at(point.across, point.along);
            self.cards[node].draw(&mut self.out, &self.drawing.nodes[self.shown.nodes[node]], middle);
        }
        let end = self.foot(MARGIN + title_height + height, room);
        self.document(room + 2.0 * MARGIN, end + MARGIN)
    }

    fn document(self, width: f64, height: f64) -> String {
        let title = visible(&self.drawing.title);
        let name = if title.is_empty() { "Network" } else { title.as_str() };
        let (width, height) = (px(width.ceil()), px(height.ceil()));
        let mut out = String::with_capacity(self.out.len() + 4_096);
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ni\" role=\"img\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{}\">",
            style::FONTS,
        );
        let _ = writeln!(out, "<title>{}</title>", xml(name));
        let _ = writeln!(out, "<desc>{}</desc>", xml(&self.description()));
        let _ = writeln!(out, "<style>{}</style>", style::SHEET);
        let _ = writeln!(out, "<rect class=\"ni-page\" width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        out.push_str(&self.out);
        out.push_str("</svg>\n");
        out
    }

    /// The picture in words.
    fn description(&self) -> String {
        let nodes = || self.shown.nodes.iter().map(|node| &self.drawing.nodes[*node]);
        let links: usize = self.shown.lines.iter().map(|line| line.edges.len()).sum();
        let mut text = format!("Parties: {}, links: {links}.", self.shown.nodes.len());
        let mut say = |what: &str, names: Vec<String>| {
            if !names.is_empty() {
                let more = names.len().saturating_sub(10);
                let _ = write!(text, " {what}: {}", names[..names.len() - more].join(", "));
                text.push_str(&if more > 0 { format!(" and {more} more.") } else { ".".to_owned() });
            }
        };
        let name = |label: &str| wrap(label, SMALL.0, 400.0, 1).concat();
        say("Asked about", nodes().filter(|node| node.asked).map(|node| name(&node.label)).collect());
        for tone in Tone::ALL {
            if let Some(badge) = tone.badge() {
                say(badge, nodes().filter(|node| node.tone == tone).map(|node| name(&node.label)).collect());
            }
        }
        text
    }

    /// Writes one row of text.
    fn text(&mut self, class: &str, x: f64, y: f64, anchor: &str, size: f64, text: &str) {
        let _ = writeln!(
            self.out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{}\">{}</text>",
            px(x),
            px(y),
            px(size),
            xml(text),
        );
    }

    fn emphasised(&self, line: usize) -> bool {
        self.shown.lines[line].edges.iter().any(|edge| self.drawing.edges[*edge].emphasised)
    }

    /// Writes a line with its arrow head.
    fn line(&mut self, index: usize) {
        let line = &self.shown.lines[index];
        let stroke = strongest(self.drawing, line);
        let drawing = self.drawing;
        let party = |node: usize| visible(&drawing.nodes[self.shown.nodes[node]].label);
        let mut tooltip = format!("{} → {}", party(line.from), party(line.to));
        for edge in &line.edges {
            tooltip.push('\n');
            tooltip.push_str(&visible(&drawing.edges[*edge].tooltip()));
        }
        let (path, head) =
            if line.from == line.to { self.self_loop(line.from) } else { self.curve(&self.placed.routes[index]) };
        let class = if self.emphasised(index) { " ni-chain" } else { "" };
        let (weight, dashes) = (if class.is_empty() { "1.4" } else { "3" }, style::dashes(stroke));
        let _ = writeln!(
            self.out,
            "<g class=\"ni-line{class}\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"{weight}\"><title>{}</title>\
             <path d=\"{path}\"{dashes}/><path class=\"ni-head\" d=\"{head}\" fill=\"#57606a\" stroke=\"none\"/></g>",
            xml(&tooltip),
        );
    }

    /// The way of a line between two boxes, and its arrow head.
    fn curve(&self, route: &Route) -> (String, String) {
        let mut pieces = route.pieces.clone();
        let Some(tip) = pieces.last().copied() else { return (String::new(), String::new()) };
        let first_start = pieces.first().map_or(0.0, |piece| piece.start);
        let back = if tip.end >= first_start { -ARROW.0 } else { ARROW.0 };
        if let Some(last) = pieces.last_mut() {
            // The line ends inside its head, and meets it straight.
            last.end += back * 0.8;
            last.start = if back < 0.0 { last.start.min(last.end) } else { last.start.max(last.end) };
        }
        let mut path = String::new();
        let mut before: Option<layout::Piece> = None;
        for piece in &pieces {
            match before {
                None => {
                    let _ = write!(path, "M{}", self.pair(piece.across, piece.start));
                }
                Some(from) => {
                    let middle = (from.end + piece.start) / 2.0;
                    let _ = write!(
                        path,
                        "C{} {} {}",
                        self.pair(from.across, middle),
                        self.pair(piece.across, middle),
                        self.pair(piece.across, piece.start),
                    );
                }
            }
            if (piece.end - piece.start).abs() > 0.05 {
                let _ = write!(path, "L{}", self.pair(piece.across, piece.end));
            }
            before = Some(*piece);
        }
        let head = format!(
            "M{}L{}L{}Z",
            self.pair(tip.across, tip.end),
            self.pair(tip.across - ARROW.1, tip.end + back),
            self.pair(tip.across + ARROW.1, tip.end + back),
        );
        (path, head)
    }

    /// The way of a line from a box to itself, and its arrow head.
    fn self_loop(&self, node: usize) -> (String, String) {
        let card = &self.cards[node];
        let size = turned(self.drawing.direction, card.width, card.height);
        let Point { across, along } = self.placed.boxes[node];
        let (side, quarter) = (across + size.across / 2.0, (size.along / 4.0).min(16.0));
        let path = format!(
            "M{}C{} {} {}",
            self.pair(side, along - quarter),
            self.pair(side + LOOP_REACH, along - quarter),
            self.pair(side + LOOP_REACH, along + quarter),
            self.pair(side + ARROW.0 * 0.8, along + quarter),
        );
        let head = format!(
            "M{}L{}L{}Z",
            self.pair(side, along + quarter),
            self.pair(side + ARROW.0, along + quarter - ARROW.1),
            self.pair(side + ARROW.0, along + quarter + ARROW.1),
        );
        (path, head)
    }

    /// Writes the label of a line.
    fn label(&mut self, index: usize) {
        if self.labels[index].rows.is_empty() {
            return;
        }
        let point = self.placed.routes[index].label;
        let (x, y) = self.at(point.across, point.along);
        let Label { rows, width, height } = &self.labels[index];
        let (rows, top) = (rows.clone(), y - height / 2.0);
        let _ = writeln!(
            self.out,
            "<rect class=\"ni-page\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"#ffffff\"/>",
            px(x - width / 2.0),
            px(top),
            px(*width),
            px(*height),
        );
        let class = if self.emphasised(index) { "ni-label ni-strong" } else { "ni-label" };
        for (row, text) in rows.iter().enumerate() {
            self.text(class, x, top + 12.0 + row as f64 * SMALL.1, "middle", SMALL.0, text);
        }
    }

    /// Writes the legend, the sources and the footnotes below `y`, and gives the end of them.
    fn foot(&mut self, y: f64, room: f64) -> f64 {
        let mut y = y + 14.0;
        let mut x = MARGIN;
        for item in self.legend() {
            let item_width = item.width();
            if x > MARGIN && x + item_width > MARGIN + room {
                x = MARGIN;
                y += 20.0;
            }
            item.draw(&mut self.out, x, y + 14.0);
            x += item_width + 18.0;
        }
        if x > MARGIN {
            y += 24.0;
        }
        let mut rows: Vec<(&str, String)> = Vec::new();
        for (number, source) in self.sources.iter().enumerate() {
            rows.push(("ni-note", format!("[{}] {source}", number + 1)));
        }
        rows.extend(self.shown.notes.iter().map(|note| ("ni-note ni-strong", note.clone())));
        rows.extend(self.drawing.footnotes.iter().map(|note| ("ni-note", note.clone())));
        for (class, text) in rows {
            for row in wrap_foot(&text, room) {
                self.text(class, MARGIN, y + 14.0, "start", SMALL.0, &row);
                y += SMALL.1;
            }
        }
        y + 4.0
    }

    /// The items of the legend that the picture needs.
    fn legend(&self) -> Vec<style::LegendItem> {
        let mut items = Vec::new();
        for style in [Style::Solid, Style::Dashed, Style::Dotted] {
            if self.shown.lines.iter().any(|line| strongest(self.drawing, line) == style) {
                items.push(style::LegendItem::Line { style, chain: false });
            }
        }
        if (0..self.shown.lines.len()).any(|line| self.emphasised(line)) {
            items.push(style::LegendItem::Line { style: Style::Solid, chain: true });
        }
        for tone in Tone::ALL {
            let used = self.shown.nodes.iter().any(|node| self.drawing.nodes[*node].tone == tone);
            if used && tone != Tone::Plain {
                items.push(style::LegendItem::Badge(tone));
            }
        }
        items
    }
}

/// Breaks a footnote into lines; a very long one ends with an ellipsis.
fn wrap_foot(text: &str, room: f64) -> Vec<String> {
    wrap(text, SMALL.0, room, 4)
}
