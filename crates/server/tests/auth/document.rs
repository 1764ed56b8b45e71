//! The threat model says of each threat which test holds its control. The tests must be there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Names of functions that are tests, in all crates of the workspace.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            tests(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let (mut is_test, mut contracts) = (false, false);
            for line in text.lines().map(str::trim) {
                // What runs on both databases stands in a list.
                if line == "contracts!(" || line == ");" {
                    contracts = line == "contracts!(";
                } else if let Some((_, name)) = line.trim_end_matches(',').rsplit_once("::").filter(|_| contracts) {
                    found.insert(name.to_owned());
                } else if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    is_test = true;
                } else if let Some(rest) =
                    line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")).filter(|_| is_test)
                {
                    found.insert(rest.split('(').next().unwrap().to_owned());
                    is_test = false;
                }
            }
        }
    }
}

#[test]
fn each_threat_of_the_document_has_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut there = BTreeSet::new();
    for folder in ["crates", "xtask"] {
        tests(&root.join(folder), &mut there);
    }
    let text = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let table = text.split("\n## Threats").nth(1).expect("no table of threats").split("\n## ").next().unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| threat")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "threat, kind, control, test: {line}");
        let named: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {line}");
        for name in named {
            assert!(there.contains(name), "there is no test `{name}`: {line}");
        }
        rows += 1;
    }
    assert!(rows >= 25, "{rows} threats");
}
