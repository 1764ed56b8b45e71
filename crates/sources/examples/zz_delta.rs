use interdict_sources::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let spec = SourceSpec::new("us_ofac_sdn");
    let (old, new) = ListIssue::load_pair(&spec, a[1].as_ref(), a[2].as_ref());
    let (old, new) = (old.unwrap().0, new.unwrap().0);
    println!("loaded {:?} {:?}", t.elapsed(), old.reference());
    let delta = Delta::between(&old, &new);
    println!("compared {:?}: added {} removed {} changed {} unchanged {}", t.elapsed(), delta.added.len(), delta.removed.len(), delta.changed.len(), delta.unchanged);
    let n = entity_changes(&old, &new).fold([0,0,0], |mut n, c| { n[c.operation as usize] += 1; n });
    println!("ops {:?} {:?}", n, t.elapsed());
    let (ro, rn) = (Relevance::of(&old, "DPRK"), Relevance::of(&new, "DPRK"));
    println!("relevance {:?}", t.elapsed());
    for r in &delta.added { let why = Relevance::either(&rn, &ro, &r.id); if !why.is_empty() || r.id_reused || r.possibly_renumbered.is_some() {
        println!("+ {} {} {:?} {:?} reused {} {:?} WHY {:?}", r.id, r.caption, r.programs, r.listed, r.id_reused, r.possibly_renumbered, why);
        for f in &r.facts { println!("      {} | {} | {:?} | {}", f.kind, f.text, f.details, f.record); } } }
    for r in &delta.removed { println!("- {} {} {:?} reused {} {:?}", r.id, r.caption, r.programs, r.id_reused, r.possibly_renumbered); }
    for c in delta.changed.iter() { let why = Relevance::either(&rn, &ro, &c.id); if !why.is_empty() || a.len() > 3 { println!("~ {} {} {:?}", c.id, c.caption, why);
        for f in &c.facts { println!("      {}: {:?} -> {:?} | {}", f.kind, f.old, f.new, f.record); } } }
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
