//! `PowerPoint`: a PPTX goes in; the text of its slides with their notes, comments and tables comes out, in the order in which they are
//! shown, with the files embedded in it (ISO/IEC 29500, part 1).

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::{Budget, Read};
use super::flow::{self, Changes};
use super::package::Package;
use super::xml::{Node, walk};
use super::{Out, Trouble};

/// Reads a presentation.
pub(in super::super) fn pptx(bytes: &[u8], budget: &Budget) -> Read {
    let mut out = Out::new(budget);
    let mut package = match Package::open(bytes, "presentation", budget) {
        Ok(package) => package,
        Err(trouble) => return out.failed(trouble),
    };
    let slides = slides(&mut package, &mut out);
    if slides.is_empty() {
        out.trouble(Trouble::Damaged("its package has no slides: it is no presentation, or damaged".to_owned()));
    }
    let mut tables = 0;
    let mut changes = Changes::default();
    for (number, slide) in slides.iter().enumerate() {
        if out.ended {
            break;
        }
        let label = format!("slide {}", number + 1);
        let relations = package.relations(slide).unwrap_or_else(|trouble| {
            out.trouble(trouble);
            Vec::new()
        });
        if package.find(slide).is_none() {
            out.trouble(Trouble::Damaged(format!("{label}: its part {slide} is missing")));
            continue;
        }
        if let Some(part) = package.part(slide, &mut out) {
            if is_hidden(&part) {
                out.note(format!("{label} is hidden"));
            }
            flow::read(&part, slide, &label, &relations, &mut out, &mut tables, &mut changes);
        }
        for relation in relations.iter().filter(|relation| !relation.is_external) {
            let kind = match relation.kind.as_str() {
                "notesSlide" => "notes",
                "comments" => "comments",
                _ => continue,
            };
            if let Some(part) = package.part(&relation.target, &mut out) {
                let label = format!("{label}, {kind}");
                flow::read(&part, &relation.target, &label, &relations, &mut out, &mut tables, &mut changes);
            }
        }
    }
    flow::rest(&mut package, &[("ppt/diagrams/", "diagrams"), ("ppt/charts/", "charts")], &mut out, &mut changes);
    if let Some(part) = package.part("ppt/commentAuthors.xml", &mut out) {
        let outcome = walk(&part, "ppt/commentAuthors.xml", |node| {
            if let Node::Open("cmAuthor", tag) = node
                && let Some(author) = tag.attribute("name")
            {
                changes.authors.insert(author);
            }
            true
        });
        if let Err(trouble) = outcome {
            out.trouble(trouble);
        }
    }
    package.properties(&mut out);
    flow::tell(&changes, &mut out);
    let pictures = package.embedded(&mut out);
    out.finish(pictures)
}

/// The parts of the slides: as the presentation lists them, then those that it does not list, by number.
fn slides(package: &mut Package, out: &mut Out) -> Vec<String> {
    let main = package.main_part("ppt/presentation.xml", out);
    let relations = package.relations(&main).unwrap_or_else(|trouble| {
        out.trouble(trouble);
        Vec::new()
    });
    let targets: FxHashMap<&str, &str> =
        relations.iter().map(|relation| (relation.id.as_str(), relation.target.as_str())).collect();
    let mut slides: Vec<String> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    if let Some(part) = package.part(&main, out) {
        let outcome = walk(&part, &main, |node| {
            if let Node::Open("sldId", tag) = node
                && let Some(id) = tag.relation()
                && let Some(target) = targets.get(id.as_str())
                && known.insert(target.to_ascii_lowercase())
            {
                slides.push((*target).to_owned());
            }
            true
        });
        if let Err(trouble) = outcome {
            out.trouble(trouble);
        }
    }
    let mut lost: Vec<(u64, String)> = Vec::new();
    for name in package.names() {
        let lower = name.to_ascii_lowercase();
        if let Some(number) = lower.strip_prefix("ppt/slides/slide").and_then(|rest| rest.strip_suffix(".xml"))
            && !known.contains(&lower)
        {
            lost.push((number.parse().unwrap_or(u64::MAX), name.clone()));
        }
    }
    lost.sort();
    slides.extend(lost.into_iter().map(|(_, name)| name));
    slides
}

fn is_hidden(slide: &[u8]) -> bool {
    let mut is_hidden = false;
    let _: Result<(), Trouble> = walk(slide, "", |node| match node {
        Node::Open("sld", tag) => {
            is_hidden = tag.attribute("show").is_some_and(|show| matches!(show.as_str(), "0" | "false"));
            false
        }
        _ => true,
    });
    is_hidden
}
