//! Word: a DOCX or DOCM goes in; the text of its body, tables, headers, footers, notes, comments, text boxes, diagrams and properties
//! comes out, with the files embedded in it (ISO/IEC 29500, part 1).

use std::collections::BTreeSet;

use super::super::{Budget, Read};
use super::flow::{self, Changes};
use super::package::{Package, has_extension};
use super::{Out, Trouble};

/// Relations of the body to parts with text, and the places these are.
const PARTS: [(&str, &str); 6] = [
    ("header", "headers"),
    ("footer", "footers"),
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("comments", "comments"),
    ("glossaryDocument", "glossary"),
];

/// Reads a Word document.
pub(in super::super) fn docx(bytes: &[u8], budget: &Budget) -> Read {
    let mut out = Out::new(budget);
    let mut package = match Package::open(bytes, "Word document", budget) {
        Ok(package) => package,
        Err(trouble) => return out.failed(trouble),
    };
    let main = package.main_part("word/document.xml", &mut out);
    let mut tables = 0;
    let mut changes = Changes::default();
    let relations = package.relations(&main).unwrap_or_else(|trouble| {
        out.trouble(trouble);
        Vec::new()
    });
    if package.find(&main).is_none() {
        out.trouble(Trouble::Damaged(format!("its package has no part {main}: it is no Word document, or damaged")));
    } else if let Some(part) = package.part(&main, &mut out) {
        flow::read(&part, &main, "body", &relations, &mut out, &mut tables, &mut changes);
    }
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_ascii_lowercase();
    let mut read = BTreeSet::from([main.to_ascii_lowercase()]);
    for (kind, label) in PARTS {
        let related = relations.iter().filter(|relation| relation.kind == kind && !relation.is_external);
        let mut parts: Vec<String> = related.map(|relation| relation.target.clone()).collect();
        // Parts that nothing points to are read too: a damaged or made-up file may hide them.
        let lost = package.names().iter().filter(|name| {
            let name = name.to_ascii_lowercase();
            let file = name.strip_prefix(&folder).map(|file| file.trim_start_matches('/'));
            file.is_some_and(|file| file.starts_with(kind) && has_extension(file, "xml") && !file.contains('/'))
        });
        parts.extend(lost.cloned());
        for part in parts {
            if out.ended || !read.insert(part.to_ascii_lowercase()) {
                continue;
            }
            let relations = package.relations(&part).unwrap_or_default();
            if let Some(bytes) = package.part(&part, &mut out) {
                flow::read(&bytes, &part, label, &relations, &mut out, &mut tables, &mut changes);
            }
        }
    }
    flow::rest(&mut package, &[("word/diagrams/", "diagrams"), ("word/charts/", "charts")], &mut out, &mut changes);
    package.properties(&mut out);
    flow::tell(&changes, &mut out);
    let pictures = package.embedded(&mut out);
    out.finish(pictures)
}
