//! The licence rule: everything in the lock file can be used under a licence that `deny.toml` allows. The policy and the
//! packages go in, packages outside the policy come out. It reads the same file as `cargo deny check licenses`, so that
//! the rule also holds where that tool is not installed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Finding, spdx};
use crate::cargo::Package;

/// Where the policy stands.
pub(super) const POLICY_FILE: &str = "deny.toml";

/// Which licences are accepted: for all packages, and further ones for single packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Policy {
    allow: Vec<String>,
    exceptions: BTreeMap<String, Vec<String>>,
}

/// The tables of `deny.toml` that this check reads; the rest of the file is cargo-deny's own.
#[derive(Debug, Deserialize)]
struct PolicyFile {
    licenses: Licences,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// `{ crate = "name", allow = ["licence"] }`; `name` is the older key for the same thing.
#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate", alias = "name")]
    package: String,
    allow: Vec<String>,
}

impl Policy {
    /// Reads the text of `deny.toml`.
    ///
    /// # Errors
    /// A file without `licenses.allow`, or with an exception bound to a version, which this check does not know how to
    /// compare, gives a message.
    pub(super) fn from_toml(text: &str) -> Result<Self, String> {
        let file: PolicyFile = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
        let mut policy = Self { allow: file.licenses.allow, exceptions: BTreeMap::new() };
        for Exception { package, allow } in file.licenses.exceptions {
            if package.contains(['@', ':']) {
                return Err(format!("the exception for `{package}` names a version; name the crate alone"));
            }
            policy.exceptions.entry(package).or_default().extend(allow);
        }
        Ok(policy)
    }

    /// Whether `package` may be used under `licence`. SPDX ids are compared without regard to case.
    fn accepts(&self, package: &str, licence: &str) -> bool {
        let own = self.exceptions.get(package).into_iter().flatten();
        self.allow.iter().chain(own).any(|allowed| allowed.eq_ignore_ascii_case(licence))
    }
}

/// Finds packages whose licence expression the policy does not satisfy, and packages without one.
pub(super) fn check(policy: &Policy, packages: &[Package]) -> Vec<Finding> {
    packages.iter().filter_map(|package| Some(Finding::new("Cargo.lock", breach(policy, package)?))).collect()
}

fn breach(policy: &Policy, package: &Package) -> Option<String> {
    let Package { name, version, .. } = package;
    let Some(expression) = &package.license else {
        return Some(format!("{name} {version} names no licence in its manifest"));
    };
    match spdx::satisfied(expression, |licence| policy.accepts(name, licence)) {
        Ok(true) => None,
        Ok(false) => Some(format!("{name} {version} is under `{expression}`, which {POLICY_FILE} does not allow")),
        Err(problem) => Some(format!("{name} {version} has the licence `{expression}`, which does not parse: {problem}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [graph]
        all-features = true
        [licenses]
        allow = ["MIT", "Zlib"]
        exceptions = [{ crate = "ring", allow = ["ISC"] }, { name = "old", allow = ["X11"] }]
    "#;

    fn package(name: &str, license: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            manifest_path: String::new(),
            license: license.map(str::to_owned),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn packages_outside_the_policy_are_found() {
        let policy = Policy::from_toml(POLICY).unwrap();
        for (name, license, expected) in [
            ("a", Some("MIT"), None),
            ("a", Some("mit"), None),
            ("a", Some("ISC OR Zlib"), None),
            ("ring", Some("ISC AND MIT"), None),
            ("old", Some("X11"), None),
            ("a", Some("ISC"), Some("a 1.2.3 is under `ISC`, which deny.toml does not allow")),
            ("ring", Some("X11"), Some("ring 1.2.3 is under `X11`, which deny.toml does not allow")),
            ("a", None, Some("a 1.2.3 names no licence in its manifest")),
            (
                "a",
                Some("MIT OR"),
                Some(
                    "a 1.2.3 has the licence `MIT OR`, which does not parse: the expression ends where a licence is \
                     expected",
                ),
            ),
        ] {
            let found = check(&policy, &[package(name, license)]);
            assert_eq!(found.first().map(|finding| finding.message.as_str()), expected, "{name} {license:?}");
        }
    }

    #[test]
    fn a_policy_that_cannot_be_held_is_refused() {
        for text in [
            "",
            "[licenses]",
            "[licenses]\nallow = 1",
            "[licenses]\nallow = [\n",
            "[licenses]\nallow = []\nexceptions = [{ crate = \"a@1\", allow = [\"MIT\"] }]",
        ] {
            assert!(Policy::from_toml(text).is_err(), "{text}");
        }
    }
}
