//! OFAC's enhanced format.

use crate::support::Loaded;
use interdict_sources::{SourceSpec, by_party, load_file, mismatches};
use std::path::{Path, PathBuf};

fn list(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    Some(folder.join("ofac").join(name))
}

fn load(path: &Path) -> Loaded {
    let spec = SourceSpec::new("us_ofac_cons");
    let mut entities = Vec::new();
    let report = load_file(&spec, path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

#[test]
fn scratch() {
    for name in ["nonsdn/cons_enhanced_2026-01-08.xml.gz", "nonsdn/CONS_ENHANCED_2025-01-10.ZIP"] {
        let loaded = load(&list(name).unwrap());
        println!("{:?}", loaded.report.counts);
        println!("{} {} {:?}", loaded.report.issue_date, loaded.report.entities, loaded.issues());
    }
    let e = by_party(load(&list("nonsdn/cons_enhanced_2026-01-08.xml.gz").unwrap()).entities);
    let a = by_party(load(&list("advanced/sdn_advanced_2025-11-19.xml.bz2").unwrap()).entities);
    let e: std::collections::BTreeMap<_, _> = e.into_iter().filter(|(id, _)| a.contains_key(id)).collect();
    let a: std::collections::BTreeMap<_, _> = a.into_iter().filter(|(id, _)| e.contains_key(id)).collect();
    println!("{} {}", e.len(), a.len());
    for id in mismatches(&e, &a) {
        println!("=== {id}");
        let lines = |x: &Vec<interdict_model::Entity>| -> std::collections::BTreeSet<String> {
            x.iter()
                .flat_map(|e| {
                    e.properties()
                        .flat_map(|(p, v)| v.iter().map(|v| format!("{} {} {p} {}", e.id, e.schema.as_str(), v.text)).collect::<Vec<_>>())
                        .chain(e.names.iter().map(|n| format!("{} NAME {} {:?} {} {}", e.id, n.text, n.kind, n.weak, n.script)))
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        let (x, y) = (lines(&e[&id]), lines(&a[&id]));
        for l in x.difference(&y) { println!("  E {l}"); }
        for l in y.difference(&x) { println!("  A {l}"); }
    }
}
