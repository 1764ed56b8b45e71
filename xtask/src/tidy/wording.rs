//! What must not stand in any file: paths and hosts of the machine it was written on, debugging left behind, and notes
//! of work to do that name nobody. The path and text of a file go in, findings with their line come out.

use super::Finding;

/// This file, which has to spell out what it looks for.
const OWN_PATH: &str = "xtask/src/tidy/wording.rs";

/// The files in which a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Every text file.
    All,
    /// All but Rust: tests may read an optional folder beside the repository, documents may not send a reader there.
    AllButRust,
    /// Rust files.
    Rust,
}

impl Scope {
    fn contains(self, is_rust: bool) -> bool {
        match self {
            Self::All => true,
            Self::AllButRust => !is_rust,
            Self::Rust => is_rust,
        }
    }
}

/// A piece of text that is refused where it does not go on from a letter, digit, `_`, `-` or `.`, so that the end of a
/// web address or of a longer word is not taken for it.
const REFUSED: [(&str, Scope, &str); 11] = [
    ("/work/", Scope::All, "a path of one machine"),
    ("/root/", Scope::All, "a path of one machine"),
    ("/home/", Scope::All, "a path of one machine"),
    ("/Users/", Scope::All, "a path of one machine"),
    ("/tmp/w/", Scope::All, "a path of one machine"),
    ("artifactory", Scope::All, "the name of a private package mirror"),
    ("../shared", Scope::AllButRust, "a folder that a reader does not have"),
    ("dbg!(", Scope::Rust, "debugging left behind"),
    ("todo!(", Scope::Rust, "code that is not there yet"),
    ("unimplemented!(", Scope::Rust, "code that is not there yet"),
    ("#[ignore]", Scope::Rust, "a test that never runs; say why with `#[ignore = \"…\"]`"),
];

/// Marks of work to do, which need an owner in parentheses behind them.
const MARKS: [&str; 2] = ["TODO", "FIXME"];

/// Files in which marks are looked for; in a data file the letters can be a name.
const MARKED_FILES: [&str; 9] = [".rs", ".md", ".toml", ".sh", ".yml", ".yaml", "Makefile", ".ci/run", ".py"];

/// Checks one text file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    if path == OWN_PATH {
        return Vec::new();
    }
    let is_rust = path.strip_suffix(".rs").is_some();
    let has_marks = MARKED_FILES.iter().any(|ending| path.ends_with(ending));
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (refused, scope, why) in REFUSED {
            if scope.contains(is_rust) && starts(line, refused).next().is_some() {
                findings.push(Finding::at(path, index + 1, format!("`{refused}` is {why}")));
            }
        }
        if has_marks && MARKS.iter().any(|mark| starts(line, mark).any(lacks_owner)) {
            findings.push(Finding::at(path, index + 1, "a mark of work to do needs an owner, as in `TODO(name)`"));
        }
    }
    findings
}

/// The rest of the line behind every place where `pattern` stands on its own at the left.
fn starts<'a>(line: &'a str, pattern: &str) -> impl Iterator<Item = &'a str> {
    line.match_indices(pattern).filter_map(move |(at, found)| {
        let goes_on = line[..at].ends_with(|c: char| c.is_alphanumeric() || "_-.".contains(c));
        (!goes_on).then(|| &line[at + found.len()..])
    })
}

/// Whether what follows a mark is neither an owner nor the rest of a longer word.
fn lacks_owner(rest: &str) -> bool {
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return false;
    }
    let owner = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(owner, _)| owner.trim());
    owner.is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_searched_where_their_kind_of_file_matters() {
        for (path, line, expected) in [
            ("a.md", "see /root/x", true),
            ("a.md", "see \"/work/main\"", true),
            ("a.md", "see https://example.org/work/x", false),
            ("a.md", "see https://example.org/home/", false),
            ("a.rs", "// run in /home/me", true),
            ("a.rs", "let path = \"../shared/data\";", false),
            ("a.md", "the lists of ../shared/data", true),
            ("a.rs", "    dbg!(x);", true),
            ("a.md", "never leave `dbg!(x)` behind", false),
            ("a.rs", "unimplemented!()", true),
            ("a.rs", "#[ignore]", true),
            ("a.rs", "#[ignore = \"needs the network\"]", false),
            ("a.rs", "// TODO: later", true),
            ("a.rs", "// TODO() later", true),
            ("a.rs", "// TODO(ann) later", false),
            ("a.rs", "// TODO(ann) later, FIXME now", true),
            ("a.rs", "let TODOS = 1; // AUTODO", false),
            ("Makefile", "# FIXME", true),
            ("data/names.tsv", "TODO\tKorean", false),
            (OWN_PATH, "dbg!(x) in /root/", false),
        ] {
            let found = check(path, &format!("\n{line}\n"));
            assert_eq!(!found.is_empty(), expected, "{path}: {line}: {found:?}");
            assert!(found.iter().all(|finding| finding.place == format!("{path}:2")));
        }
    }
}
