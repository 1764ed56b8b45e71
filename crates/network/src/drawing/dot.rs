//! The drawing in DOT, the language of Graphviz (<https://graphviz.org/doc/info/lang.html>). A drawing goes in; a document that
//! `dot -Tsvg` draws comes out, with kind, tone, source and dates as attributes of their own.

use std::fmt::Write as _;

use super::{Direction, Drawing, Style, Tone};

/// Quotes an id: Graphviz takes `\"` for a quote and leaves every other backslash as it is. Control characters, which its outputs
/// refuse, become `\x01`, so that different ids stay different.
fn id(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Quotes a text that Graphviz shows: `\N` and `&amp;` would be replaced there, control characters are refused by its outputs.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("\\n"),
            '\0' => {}
            _ if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The fill of a box.
fn fill(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "#ffffff",
        Tone::Listed => "#f9d6d5",
        Tone::Blocked | Tone::Licence => "#fbe3cf",
        Tone::Undecided => "#fdf3c7",
        Tone::Caution => "#e3e8fb",
    }
}

/// Writes the document.
pub(super) fn write(drawing: &Drawing) -> String {
    let mut out = String::new();
    let direction = match drawing.direction {
        Direction::Down => "TB",
        Direction::Right => "LR",
    };
    let mut caption = vec![drawing.title.as_str()];
    caption.extend(drawing.footnotes.iter().map(String::as_str));
    let _ = writeln!(out, "digraph {} {{", id(&drawing.title));
    let _ = writeln!(
        out,
        "  graph [rankdir={direction}, charset=\"UTF-8\", fontname=\"Helvetica\", label={}];",
        text(&caption.join("\n"))
    );
    let _ = writeln!(out, "  node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=11];");
    let _ = writeln!(out, "  edge [fontname=\"Helvetica\", fontsize=10];");
    for node in &drawing.nodes {
        let mut label = vec![node.label.as_str()];
        label.extend(node.tone.badge());
        label.extend(node.notes.iter().map(String::as_str));
        let _ = write!(
            out,
            "  {} [label={}, kind={}, tone={}, fillcolor=\"{}\"",
            id(&node.id),
            text(&label.join("\n")),
            text(node.kind.id()),
            text(node.tone.id()),
            fill(node.tone),
        );
        if node.asked {
            out.push_str(", asked=\"true\", penwidth=2.5");
        }
        out.push_str("];\n");
    }
    for edge in &drawing.edges {
        let _ = write!(
            out,
            "  {} -> {} [label={}, style={}, tooltip={}",
            id(&edge.from),
            id(&edge.to),
            text(&edge.label),
            edge.style.id(),
            text(&edge.tooltip()),
        );
        if edge.style == Style::Dotted {
            out.push_str(", dir=none");
        }
        if edge.emphasised {
            out.push_str(", emphasised=\"true\", penwidth=2.5");
        }
        if let Some((least, greatest)) = edge.share {
            let _ = write!(out, ", share_min=\"{least}\", share_max=\"{greatest}\"");
        }
        for (name, value) in
            [("since", edge.since.as_deref()), ("until", edge.until.as_deref()), ("source", Some(edge.source.as_str()))]
        {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let _ = write!(out, ", {name}={}", text(value));
            }
        }
        out.push_str("];\n");
    }
    out.push_str("}\n");
    out
}
