//! x
use crate::real_lists::list;
use interdict_sources::{SourceSpec, load_set};
use crate::support::Loaded;
use std::path::{Path, PathBuf};

fn set(names: &[&str]) -> Option<Vec<PathBuf>> { names.iter().map(|n| list(n)).collect() }
fn load(paths: &[PathBuf]) -> Loaded {
    let mut entities = Vec::new();
    let report = load_set(&SourceSpec::new("us_ofac_cons"), paths, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}
#[test]
fn real() {
    for names in [["csv_2021/sdn.csv", "csv_2021/add.csv", "csv_2021/alt.csv", "csv_2021/sdn_comments.csv"], ["nonsdn/cons_prim.csv","nonsdn/cons_add.csv","nonsdn/cons_alt.csv","nonsdn/cons_comments.csv"]] {
        let Some(p) = set(&names) else {return};
        let t = std::time::Instant::now();
        let loaded = load(&p);
        println!("{:?} {:#?} {:?}", loaded.report.counts, loaded.issues(), t.elapsed());
        for e in &loaded.entities { 
            for n in e.texts("notes").filter(|n| n.starts_with("Linked To")) { println!("LINK {n}"); }
            if let Some(n) = e.first("number") { if n.contains('(') || n.contains("issued") || n.contains("expire") || e.first("description").is_some() || n.len() > 24 { println!("DOC {:?} {n} | {:?} {:?} {:?}", e.first("type"), e.first("country"), e.texts("description").collect::<Vec<_>>(), e.first("startDate")); } }
            for p in ["nationality","citizenship","gender","flag","pastFlags","email","phone","jurisdiction"] { for v in e.texts(p) { if (v.len() != 2 && ["nationality","citizenship","flag","pastFlags","jurisdiction"].contains(&p)) || p=="gender" && v.len()>6 || p=="email" && !v.contains('@') || p=="phone" && v.contains(|c:char| c.is_alphabetic()) { println!("VAL {p} {v}"); } } }
        }
    }
}
#[test]
fn equivalence() {
    let Some(p) = set(&["nonsdn/cons_prim.csv","nonsdn/cons_add.csv","nonsdn/cons_alt.csv","nonsdn/cons_comments.csv"]) else {return};
    let a = load(&p);
    let b = crate::ofac_legacy::load(&list("nonsdn/consolidated_legacy_2025-03-28.xml.gz").unwrap());
    let party = |l: &Loaded| l.entities.iter().filter(|e| e.target == Some(true) && e.schema.as_str() != "CryptoWallet").map(|e| (e.id.clone(), e.clone())).collect::<std::collections::BTreeMap<_,_>>();
    let (a, b) = (party(&a), party(&b));
    for id in a.keys().filter(|k| !b.contains_key(*k)) { println!("only csv {id} {:?}", a[id].caption); }
    for id in b.keys().filter(|k| !a.contains_key(*k)) { println!("only xml {id} {:?}", b[id].caption); }
    let mut n = 0;
    for (id, x) in &a {
        let Some(y) = b.get(id) else { continue };
        let mut props: std::collections::BTreeSet<&str> = x.properties().map(|p| p.0).collect();
        props.extend(y.properties().map(|p| p.0));
        for p in props {
            let s = |e: &interdict_model::Entity| e.texts(p).map(|t| t.to_owned()).collect::<std::collections::BTreeSet<String>>();
            let (s, t) = (s(x), s(y));
            if s != t { n += 1; println!("{id} {p}: csv {:?} xml {:?}", s.difference(&t).collect::<Vec<_>>(), t.difference(&s).collect::<Vec<_>>()); }
        }
    }
    println!("{n} differences");
}
