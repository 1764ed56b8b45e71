//! The layering rule: data flows one way, so a crate may depend only on lower tiers, and of those only on the ones its
//! row names. Workspace packages go in as Cargo describes them; edges that go against the rule come out.

use std::collections::BTreeSet;
use std::path::Path;

use super::Finding;
use crate::cargo::Package;

/// What a crate may depend on, apart from crates outside this repository.
#[derive(Debug, Clone, Copy)]
enum MayUse {
    /// These crates, and what they may use in turn: a type of a lower crate is part of what the upper one hands out.
    Crates(&'static [&'static str]),
    /// Every lower tier.
    AllLower,
}

/// The crates from the lowest tier to the highest, each with what it may use. `ARCHITECTURE.md` says why.
const TIERS: [(&str, MayUse); 14] = [
    ("model", MayUse::Crates(&[])),
    ("names", MayUse::Crates(&["model"])),
    ("sources", MayUse::Crates(&["model"])),
    ("snapshot", MayUse::Crates(&["model", "names"])),
    ("matching", MayUse::Crates(&["snapshot", "names"])),
    ("network", MayUse::Crates(&["snapshot"])),
    ("documents", MayUse::Crates(&["matching"])),
    ("payments", MayUse::Crates(&["matching", "network", "documents"])),
    ("persona", MayUse::Crates(&["matching", "network", "documents"])),
    ("casework", MayUse::AllLower),
    ("exchange", MayUse::Crates(&["casework"])),
    ("server", MayUse::AllLower),
    ("cli", MayUse::AllLower),
    ("python", MayUse::Crates(&["matching", "persona"])),
];

/// Members that stand beside the tiers: they may use anything, and no tier may use them outside its tests.
const BESIDE: [&str; 4] = ["xtask", "testkit", "benches", "fuzz"];

/// What every package of the tiers is called before its tier name.
const PREFIX: &str = "interdict-";

/// Finds packages without a tier, and normal or build dependencies that the tiers do not allow. Dependencies of tests
/// are free.
pub(super) fn check(root: &Path, members: &[Package]) -> Vec<Finding> {
    let names: BTreeSet<&str> = members.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in members {
        let short = short_name(&package.name);
        if BESIDE.contains(&short) {
            continue;
        }
        let place = relative(root, &package.manifest_path);
        let Some(allowed) = allowed(short) else {
            findings.push(Finding::new(
                place,
                format!("`{}` has no tier; add it to the table in xtask/src/tidy/layering.rs", package.name),
            ));
            continue;
        };
        let used: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev") && names.contains(dependency.name.as_str()))
            .map(|dependency| short_name(&dependency.name))
            .collect();
        for dependency in used.difference(&allowed) {
            findings.push(Finding::new(
                &*place,
                format!("`{short}` may not depend on `{dependency}`{}", reason(short, dependency)),
            ));
        }
    }
    findings
}

/// Why an edge is refused, in words for the end of a message.
fn reason(from: &str, to: &str) -> &'static str {
    match (tier(from), tier(to)) {
        (_, None) => ", which stands beside the tiers and is for tests and chores only",
        (Some(from), Some(to)) if to >= from => ", which is not in a lower tier",
        _ => ": it is lower, but not among what this crate may use",
    }
}

/// All crates that `name` may depend on; `None` when it has no tier.
fn allowed(name: &str) -> Option<BTreeSet<&'static str>> {
    let own = tier(name)?;
    let (_, may_use) = TIERS[own];
    Some(match may_use {
        MayUse::AllLower => TIERS[..own].iter().map(|(lower, _)| *lower).collect(),
        MayUse::Crates(crates) => {
            let mut all = BTreeSet::new();
            for used in crates {
                all.insert(*used);
                // Every row names only lower tiers, which a test holds, so this ends.
                all.extend(allowed(used).unwrap_or_default());
            }
            all
        }
    })
}

fn tier(name: &str) -> Option<usize> {
    TIERS.iter().position(|(tier, _)| *tier == name)
}

fn short_name(package: &str) -> &str {
    package.strip_prefix(PREFIX).unwrap_or(package)
}

fn relative(root: &Path, manifest: &str) -> String {
    Path::new(manifest).strip_prefix(root).map_or_else(|_| manifest.to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::Metadata;

    /// A dependency by name, with its kind as Cargo prints it.
    type Edge<'a> = (&'a str, Option<&'a str>);

    /// Checks a made-up workspace of `(package, [(dependency, kind)])` and returns the messages.
    #[track_caller]
    fn check_edges(packages: &[(&str, &[Edge<'_>])]) -> Vec<String> {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<_> = dependencies
                    .iter()
                    .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind, "rename": "other" }))
                    .collect();
                serde_json::json!({
                    "name": name,
                    "version": "0.1.0",
                    "license": null,
                    "manifest_path": format!("/r/crates/{}/Cargo.toml", short_name(name)),
                    "dependencies": dependencies,
                })
            })
            .collect();
        let json = serde_json::json!({ "packages": packages, "version": 1 }).to_string();
        let metadata = Metadata::from_json(json.as_bytes()).unwrap();
        check(Path::new("/r"), &metadata.packages).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_row_names_only_lower_tiers() {
        for (index, (name, may_use)) in TIERS.iter().enumerate() {
            if let MayUse::Crates(crates) = may_use {
                for used in *crates {
                    assert!(tier(used).is_some_and(|lower| lower < index), "{name} names {used}");
                }
            }
        }
    }

    #[test]
    fn what_a_crate_may_use_includes_what_those_may_use() {
        let sorted = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(allowed("model"), Some(sorted(&[])));
        assert_eq!(allowed("sources"), Some(sorted(&["model"])));
        assert_eq!(allowed("matching"), Some(sorted(&["model", "names", "snapshot"])));
        assert_eq!(allowed("network"), Some(sorted(&["model", "names", "snapshot"])));
        assert!(allowed("exchange").unwrap().contains("sources"));
        assert_eq!(allowed("cli").unwrap().len(), 12);
        assert_eq!(allowed("unheard-of"), None);
    }

    #[test]
    fn edges_down_the_table_pass() {
        assert!(
            check_edges(&[
                ("interdict-model", &[("serde", None)]),
                ("interdict-names", &[("interdict-model", None), ("proptest", Some("dev"))]),
                ("interdict-sources", &[("interdict-model", None)]),
                ("interdict-snapshot", &[("interdict-model", None), ("interdict-names", Some("build"))]),
                ("interdict-cli", &[("interdict-model", None), ("interdict-sources", None)]),
                ("xtask", &[("interdict-cli", None)]),
            ])
            .is_empty()
        );
    }

    #[test]
    fn edges_up_or_across_the_table_are_found() {
        assert_eq!(
            check_edges(&[
                ("interdict-model", &[("interdict-names", None)]),
                ("interdict-names", &[]),
                ("interdict-sources", &[("interdict-names", Some("build"))]),
            ]),
            [
                "tidy: crates/model/Cargo.toml: `model` may not depend on `names`, which is not in a lower tier",
                "tidy: crates/sources/Cargo.toml: `sources` may not depend on `names`: it is lower, but not among what \
                 this crate may use",
            ]
        );
    }

    #[test]
    fn dependencies_of_tests_are_free() {
        assert!(
            check_edges(&[
                ("interdict-model", &[("interdict-testkit", Some("dev")), ("interdict-names", Some("dev"))]),
                ("interdict-names", &[]),
                ("interdict-testkit", &[]),
            ])
            .is_empty()
        );
    }

    #[test]
    fn helpers_beside_the_tiers_are_for_tests_only() {
        assert_eq!(
            check_edges(&[("interdict-model", &[("interdict-testkit", None)]), ("interdict-testkit", &[])]),
            ["tidy: crates/model/Cargo.toml: `model` may not depend on `testkit`, which stands beside the tiers and is for \
              tests and chores only"]
        );
    }

    #[test]
    fn a_crate_without_a_tier_is_found() {
        assert_eq!(
            check_edges(&[("interdict-misc", &[])]),
            ["tidy: crates/misc/Cargo.toml: `interdict-misc` has no tier; add it to the table in \
              xtask/src/tidy/layering.rs"]
        );
    }
}
