//! The `console` blocks of the documents are run in a copy of the examples and the dataset, and must give what they show.
//! `TRYCMD=overwrite` writes what they give now into the documents.

use std::fs;

use tempfile::TempDir;

use crate::run::root;

#[test]
fn the_documents_show_what_happens() {
    let place = TempDir::new().unwrap();
    let root = root();
    for folder in ["examples", "examples/payments", "examples/platform", "examples/platform/cvs", "examples/oversight", "data"]
    {
        fs::create_dir(place.path().join(folder)).unwrap();
        for entry in root.join(folder).read_dir().unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                fs::copy(entry.path(), place.path().join(folder).join(entry.file_name())).unwrap();
            }
        }
    }
    fs::create_dir(place.path().join("empty")).unwrap();
    // The documents name files as they stand in the repository.
    std::env::set_current_dir(place.path()).unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("INTERDICT_DATA_DIR", place.path().join("empty").display().to_string());
    for documents in ["README.md", "docs/*.md"] {
        let path = root.join(documents);
        if documents.contains('*') || path.exists() {
            cases.case(path);
        }
    }
    cases.run();
}
