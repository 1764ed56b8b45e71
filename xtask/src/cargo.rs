//! What Cargo knows about the workspace: `cargo metadata` is run without the network, and its packages come out as the
//! few fields that the checks read.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The part of `cargo metadata --format-version 1` that the checks read.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

/// One package: a workspace member, or a dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Absolute path of the package's `Cargo.toml`.
    pub(crate) manifest_path: String,
    /// The SPDX expression of the manifest, when it has one.
    #[serde(default)]
    pub(crate) license: Option<String>,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
}

/// One edge, as the manifest declares it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package depended on; a rename does not change it.
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    #[serde(default)]
    pub(crate) kind: Option<String>,
}

impl Metadata {
    /// Reads the JSON that `cargo metadata --format-version 1` prints.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).context("cannot read what `cargo metadata` printed")
    }
}

/// The workspace members with the edges that their manifests declare.
pub(crate) fn members(root: &Path) -> Result<Metadata> {
    metadata(root, &["--no-deps"])
}

/// Every package of the lock file, for all platforms and features.
///
/// # Errors
/// Fails when the lock file is out of date, or when a package for another platform was never downloaded:
/// a plain `cargo build` fetches only what the host needs. `cargo fetch --locked` mends that.
pub(crate) fn dependencies(root: &Path) -> Result<Metadata> {
    metadata(root, &["--locked", "--all-features"])
}

/// The packages of the lock file that this machine's platform uses, which a plain build has always fetched.
pub(crate) fn host_dependencies(root: &Path) -> Result<Metadata> {
    let version = Command::new(cargo()).arg("-vV").output().context("cannot run cargo")?;
    let version = String::from_utf8_lossy(&version.stdout);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("`cargo -vV` does not name the host")?;
    metadata(root, &["--locked", "--filter-platform", host])
}

fn metadata(root: &Path, options: &[&str]) -> Result<Metadata> {
    let output = Command::new(cargo())
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(options)
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Metadata::from_json(&output.stdout)
}

/// The Cargo that runs us, so that a `+toolchain` choice holds here too.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
