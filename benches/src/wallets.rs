//! Look-ups of wallet addresses.

use anyhow::Result;

use crate::data::Setting;

pub(crate) fn run(_setting: &Setting) -> Result<()> {
    Ok(())
}
