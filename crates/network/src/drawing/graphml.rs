//! The drawing in GraphML (<http://graphml.graphdrawing.org/specification.html>), which networkx, Gephi and yEd read. A drawing
//! goes in; a document with one declared key for every member of a node and of an edge comes out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Drawing;
use super::text::xml;

/// The keys: name, what it belongs to, type.
const KEYS: [(&str, &str, &str); 17] = [
    ("title", "graph", "string"),
    ("footnotes", "graph", "string"),
    ("id", "node", "string"),
    ("label", "node", "string"),
    ("kind", "node", "string"),
    ("tone", "node", "string"),
    ("asked", "node", "boolean"),
    ("notes", "node", "string"),
    ("label", "edge", "string"),
    ("style", "edge", "string"),
    ("emphasised", "edge", "boolean"),
    ("percentage_min", "edge", "double"),
    ("percentage_max", "edge", "double"),
    ("since", "edge", "string"),
    ("until", "edge", "string"),
    ("source", "edge", "string"),
    ("percentage", "edge", "double"),
];

/// Writes one value, unless it is empty.
fn data(out: &mut String, owner: &str, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(out, "      <data key=\"{owner}_{name}\">{}</data>", xml(value));
    }
}

/// The names of the nodes: their ids where GraphML allows them (an `NMTOKEN`), else a number that no id has.
fn names(drawing: &Drawing) -> Vec<String> {
    let taken: BTreeSet<&str> = drawing.nodes.iter().map(|node| node.id.as_str()).collect();
    let allowed = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
    let mut names = Vec::with_capacity(drawing.nodes.len());
    for (index, node) in drawing.nodes.iter().enumerate() {
        let mut name = if allowed(&node.id) { node.id.clone() } else { format!("n{index}") };
        while name != node.id && taken.contains(name.as_str()) {
            name.push('_');
        }
        names.push(name);
    }
    names
}

/// Writes the document.
pub(super) fn write(drawing: &Drawing) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    for (name, owner, kind) in KEYS {
        let _ = writeln!(out, "  <key id=\"{owner}_{name}\" for=\"{owner}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
    }
    out.push_str("  <graph edgedefault=\"directed\">\n");
    data(&mut out, "graph", "title", &drawing.title);
    data(&mut out, "graph", "footnotes", &drawing.footnotes.join("\n"));
    let names = names(drawing);
    for (node, name) in drawing.nodes.iter().zip(&names) {
        let _ = writeln!(out, "    <node id=\"{}\">", xml(name));
        data(&mut out, "node", "id", &node.id);
        data(&mut out, "node", "label", &node.label);
        data(&mut out, "node", "kind", node.kind.id());
        data(&mut out, "node", "tone", node.tone.id());
        data(&mut out, "node", "asked", if node.asked { "true" } else { "false" });
        data(&mut out, "node", "notes", &node.notes.join("\n"));
        out.push_str("    </node>\n");
    }
    for (index, (edge, &(from, to))) in drawing.edges.iter().zip(&drawing.ends).enumerate() {
        let _ = writeln!(out, "    <edge id=\"e{index}\" source=\"{}\" target=\"{}\">", xml(&names[from]), xml(&names[to]));
        data(&mut out, "edge", "label", &edge.label);
        data(&mut out, "edge", "style", edge.style.id());
        data(&mut out, "edge", "emphasised", if edge.emphasised { "true" } else { "false" });
        if let Some((least, greatest)) = edge.share {
            data(&mut out, "edge", "percentage_min", &least.to_string());
            data(&mut out, "edge", "percentage_max", &greatest.to_string());
            if least.total_cmp(&greatest).is_eq() {
                data(&mut out, "edge", "percentage", &least.to_string());
            }
        }
        data(&mut out, "edge", "since", edge.since.as_deref().unwrap_or_default());
        data(&mut out, "edge", "until", edge.until.as_deref().unwrap_or_default());
        data(&mut out, "edge", "source", &edge.source);
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}
