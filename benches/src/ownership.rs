//! Ownership verdicts on synthetic registers: all verdicts of the whole graph, and one verdict with its chain, at three sizes.

use anyhow::Result;

use crate::data::Setting;

pub(crate) fn run(_setting: &Setting) -> Result<()> {
    Ok(())
}
