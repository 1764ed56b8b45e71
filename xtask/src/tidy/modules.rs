//! The documentation rule for Rust files: a module opens with a paragraph that says what it is for, and a `lib.rs` is
//! only a door. The path and text of a source file go in, findings come out.

use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};

use super::Finding;

/// A paragraph with fewer words than this is a title or a placeholder, not a sentence that says what a module is for.
const MIN_WORDS: usize = 6;

/// Whether `path` is a source file of a crate: the `src` folder of a workspace member, tests and examples not counted.
pub(super) fn applies_to(path: &str) -> bool {
    let mut parts = path.split('/');
    let in_source_folder = match parts.next() {
        Some("crates") => parts.nth(1) == Some("src"),
        Some("xtask" | "benches" | "testkit") => parts.next() == Some("src"),
        _ => false,
    };
    in_source_folder && path.strip_suffix(".rs").is_some()
}

/// Checks one source file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => return vec![Finding::new(path, format!("does not parse as Rust: {error}"))],
    };
    let mut findings = Vec::new();
    if let Some(problem) = paragraph_problem(&file.attrs) {
        findings.push(Finding::new(path, problem));
    }
    if path.ends_with("/lib.rs") {
        findings.extend(file.items.iter().filter(|item| !is_thin(item)).map(|item| {
            let what = describe(item);
            Finding::new(path, format!("holds {what}; a lib.rs has only docs, modules, re-exports and tests"))
        }));
    }
    findings
}

/// What is wrong with the paragraph that opens a file, if anything.
fn paragraph_problem(attributes: &[Attribute]) -> Option<String> {
    let Some(text) = attributes.first().and_then(doc_line) else {
        return Some("does not open with a `//!` paragraph that says what it is for".to_owned());
    };
    let lines: Vec<String> = std::iter::once(text).chain(attributes[1..].iter().map_while(doc_line)).collect();
    let lines = lines.iter().flat_map(|line| line.lines()).map(str::trim);
    let paragraph: Vec<&str> =
        lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty() && !starts_block(line)).collect();
    let words = paragraph.iter().flat_map(|line| line.split_whitespace()).count();
    let last = paragraph.last().map_or("", |line| line.trim_end_matches([')', '"', '\u{201d}', '`', '*', '_']));
    (words < MIN_WORDS || !last.ends_with(['.', ':', '!', '?']))
        .then(|| format!("its opening `//!` paragraph is not a full sentence of at least {MIN_WORDS} words"))
}

/// Whether a documentation line starts a heading, list, table or code block rather than going on with a paragraph.
fn starts_block(line: &str) -> bool {
    ["# ", "## ", "### ", "- ", "* ", "1. ", "|", "```"].iter().any(|marker| line.starts_with(marker))
}

/// The text of a `//!` line, which reaches the parser as `#![doc = "…"]`.
fn doc_line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an item belongs into a thin `lib.rs`.
fn is_thin(item: &Item) -> bool {
    match item {
        Item::Use(_) | Item::ExternCrate(_) => true,
        Item::Mod(module) if is_for_tests(&module.attrs) => true,
        // A module written in place may only gather re-exports, as a prelude does.
        Item::Mod(ItemMod { content, .. }) => content.iter().all(|(_, items)| items.iter().all(is_thin)),
        // The usual way to run the examples of a Markdown file as documentation tests is an empty struct.
        Item::Struct(item) => is_for_tests(&item.attrs),
        _ => false,
    }
}

/// Whether attributes hold `#[cfg(test)]` or `#[cfg(doctest)]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|condition| condition.is_ident("test") || condition.is_ident("doctest"))
    })
}

/// An item in words, with its name where it has one.
fn describe(item: &Item) -> String {
    match item {
        Item::Fn(item) => format!("the function `{}`", item.sig.ident),
        Item::Struct(item) => format!("the struct `{}`", item.ident),
        Item::Enum(item) => format!("the enum `{}`", item.ident),
        Item::Trait(item) => format!("the trait `{}`", item.ident),
        Item::Const(item) => format!("the constant `{}`", item.ident),
        Item::Static(item) => format!("the static `{}`", item.ident),
        Item::Type(item) => format!("the type `{}`", item.ident),
        Item::Mod(item) => format!("code in the module `{}`", item.ident),
        Item::Impl(_) => "an impl block".to_owned(),
        _ => "an item".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_messages(path: &str, text: &str, expected: &[&str]) {
        let found: Vec<String> = check(path, text).into_iter().map(|finding| finding.message).collect();
        assert_eq!(found.len(), expected.len(), "{text}\n{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{text}\n{found} lacks {expected}");
        }
    }

    #[test]
    fn only_source_folders_are_read() {
        for (path, expected) in [
            ("crates/model/src/lib.rs", true),
            ("crates/model/src/entity/schema.rs", true),
            ("xtask/src/main.rs", true),
            ("benches/src/main.rs", true),
            ("crates/model/tests/all.rs", false),
            ("crates/model/src/table.tsv", false),
            ("crates/src/x.rs", false),
            ("fuzz/fuzz_targets/x.rs", false),
        ] {
            assert_eq!(applies_to(path), expected, "{path}");
        }
    }

    #[test]
    fn a_module_opens_with_a_sentence() {
        const NOT_A_SENTENCE: &[&str] = &["not a full sentence"];
        const NO_PARAGRAPH: &[&str] = &["does not open"];
        for (text, expected) in [
            ("//! Dates as lists give them: a year, a month, or a day.\n", &[][..]),
            ("\n// A plain comment may stand first.\n//! Dates as lists give them: a year or a day.\n", &[]),
            ("//! Dates as lists give them go in,\n//! and ranges of days come out.\n//!\n//! # More\n", &[]),
            ("//! What this module does is in this list:\n//! - one\n", &[]),
            ("//! Dates come in and ranges go out (inclusive).\nfn f() {}\n", &[]),
            ("/*! Dates as lists give them: a year, a month, or a day. */\n", &[]),
            ("//! Work in progress.\n", NOT_A_SENTENCE),
            ("//! Dates as the official lists give them\n", NOT_A_SENTENCE),
            ("//! # Dates\n//! Dates as lists give them: a year or a day.\n", NOT_A_SENTENCE),
            ("//!\n", NOT_A_SENTENCE),
            ("", NO_PARAGRAPH),
            ("use std::fmt;\n", NO_PARAGRAPH),
            ("/// Dates as lists give them: a year, a month, or a day.\nfn f() {}\n", NO_PARAGRAPH),
            ("#![allow(dead_code)]\n//! Dates as lists give them: a year or a day.\n", NO_PARAGRAPH),
            ("#![doc = include_str!(\"x.md\")]\n", NO_PARAGRAPH),
            ("fn (", &["does not parse"]),
        ] {
            check_messages("crates/model/src/date.rs", text, expected);
        }
    }

    #[test]
    fn a_lib_file_is_only_a_door() {
        for (rest, expected) in [
            ("#![deny(missing_docs)]\nmod a;\npub mod b;\npub use a::A;\nextern crate alloc;\n", &[][..]),
            ("#[cfg(test)]\nmod tests { #[test] fn t() {} }\n", &[]),
            ("#[cfg(doctest)]\nstruct ReadmeExamples;\n", &[]),
            ("pub mod prelude { pub use crate::A; }\n", &[]),
            ("fn f() {}\n", &["the function `f`"]),
            ("pub const LIMIT: u8 = 1;\npub struct A;\n", &["the constant `LIMIT`", "the struct `A`"]),
            ("mod a { fn f() {} }\n", &["code in the module `a`"]),
            ("#[cfg(unix)]\nmod a { fn f() {} }\n", &["code in the module `a`"]),
            ("impl A {}\nmacro_rules! m { () => {} }\n", &["an impl block", "an item"]),
        ] {
            let text = format!("//! What lists say about parties, as typed entities.\n{rest}");
            check_messages("crates/model/src/lib.rs", &text, expected);
            check_messages("crates/model/src/main.rs", &text, &[]);
        }
    }
}
