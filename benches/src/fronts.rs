//! The front finder on planted cases among real companies.

use anyhow::Result;

use crate::data::Setting;

pub(crate) fn run(_setting: &Setting) -> Result<()> {
    Ok(())
}
