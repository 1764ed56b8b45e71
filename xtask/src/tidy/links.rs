//! The rule for documents: every local link of a Markdown file leads to a file of this repository, and, where it names a
//! heading of a Markdown file, to one that is there. The repository root and a document go in, broken links come out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Finding;

/// Whether `path` is a document with links.
pub(super) fn applies_to(path: &str) -> bool {
    path.strip_suffix(".md").is_some()
}

/// Checks every link and image of one document. Addresses with a scheme (`https:`, `mailto:`) are not followed.
pub(super) fn check(root: &Path, path: &str, text: &str) -> Vec<Finding> {
    let document = Document::parse(text);
    document
        .links
        .iter()
        .filter_map(|(line, target)| {
            let problem = problem(root, path, &document, target)?;
            Some(Finding::at(path, *line, format!("the link to `{target}` {problem}")))
        })
        .collect()
}

/// What is wrong with the link `target` in the document at `path`, if anything.
fn problem(root: &Path, path: &str, document: &Document, target: &str) -> Option<&'static str> {
    if has_scheme(target) {
        return None;
    }
    if target.starts_with('/') {
        return Some("starts at the root of a server; write it relative to this file");
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    if file.is_empty() {
        let found = anchor.is_some_and(|anchor| document.anchors.contains(anchor));
        return (!found).then_some("names a heading that this file does not have");
    }
    let Some(resolved) = resolve(path, file) else {
        return Some("leaves the repository");
    };
    let resolved = root.join(resolved);
    if !resolved.exists() {
        return Some("leads to nothing");
    }
    // Only Markdown has headings to name; an anchor into a source file is a line of a web view.
    let anchor = anchor.filter(|_| applies_to(file))?;
    let other = Document::parse(&fs::read_to_string(resolved).ok()?);
    (!other.anchors.contains(anchor)).then_some("names a heading that the other file does not have")
}

/// Whether an address starts with a scheme, as RFC 3986 §3.1 spells it, or with `//`.
fn has_scheme(target: &str) -> bool {
    let scheme = target.split_once(':').map_or("", |(scheme, _)| scheme);
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    well_formed || target.starts_with("//")
}

/// The path from the repository root to `target`, as seen from the document at `path`; `None` when it leads outside.
fn resolve(path: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for component in Path::new(target).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// What the check reads of a document.
#[derive(Debug, Default, PartialEq, Eq)]
struct Document {
    /// Line, counted from 1, and target of every link and image.
    links: Vec<(usize, String)>,
    /// The anchors of its headings, as code hosts make them.
    anchors: BTreeSet<String>,
}

impl Document {
    fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        // Some while the parser is inside a heading.
        let mut heading: Option<String> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let slug = slug(&heading.take().unwrap_or_default());
                    let count = seen.entry(slug.clone()).or_insert(0);
                    document.anchors.insert(if *count == 0 { slug } else { format!("{slug}-{count}") });
                    *count += 1;
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    document.links.push((line, dest_url.into_string()));
                }
                _ => {}
            }
        }
        document
    }
}

/// The anchor of a heading: lower case, spaces as hyphens, and no other punctuation but hyphens and underscores.
fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_as_a_renderer_reads_them() {
        let text = "\
# A `b` & c
[one](a.md) and ![two](<b c.png> \"title\")
`[code](no.md)` [three][ref] [nested [brackets]](c.md)

```
[fenced](no.md)
```
| a | [cell](d.md) |
|---|---|

[ref]: e.md
## Same
## Same
<https://example.org>
";
        let document = Document::parse(text);
        let links: Vec<(usize, &str)> = document.links.iter().map(|(line, target)| (*line, target.as_str())).collect();
        assert_eq!(links, [(2, "a.md"), (2, "b c.png"), (3, "e.md"), (3, "c.md"), (8, "d.md"), (14, "https://example.org")]);
        let anchors: Vec<&str> = document.anchors.iter().map(String::as_str).collect();
        assert_eq!(anchors, ["a-b--c", "same", "same-1"]);
    }

    #[test]
    fn targets_resolve_inside_the_repository_only() {
        for (path, target, expected) in [
            ("README.md", "docs/a.md", Some("docs/a.md")),
            ("docs/a.md", "b.md", Some("docs/b.md")),
            ("docs/a.md", "./b.md", Some("docs/b.md")),
            ("docs/a.md", "../README.md", Some("README.md")),
            ("docs/a.md", "..", Some("")),
            ("docs/a.md", "../../x.md", None),
            ("README.md", "../x.md", None),
        ] {
            assert_eq!(resolve(path, target).as_deref(), expected, "{path} {target}");
        }
    }

    #[test]
    fn broken_links_are_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("docs")).unwrap();
        fs::write(folder.path().join("docs/b.md"), "# There it is\n").unwrap();
        fs::write(folder.path().join("x.rs"), "").unwrap();
        for (link, expected) in [
            ("b.md", None),
            ("../x.rs", None),
            ("../x.rs#L10", None),
            ("../docs", None),
            ("b.md#there-it-is", None),
            ("#own-heading", None),
            ("https://example.org/x#y", None),
            ("mailto:ann@example.org", None),
            ("//example.org", None),
            ("c.md", Some("leads to nothing")),
            ("b.md#gone", Some("names a heading that the other file does not have")),
            ("#gone", Some("names a heading that this file does not have")),
            ("", Some("names a heading that this file does not have")),
            ("../../x", Some("leaves the repository")),
            ("/x.rs", Some("starts at the root of a server; write it relative to this file")),
        ] {
            let found = check(folder.path(), "docs/a.md", &format!("# Own heading\n\n[x]({link})\n"));
            let expected = expected.map(|problem| format!("tidy: docs/a.md:3: the link to `{link}` {problem}"));
            assert_eq!(found.first().map(ToString::to_string), expected, "{link}");
        }
    }
}
