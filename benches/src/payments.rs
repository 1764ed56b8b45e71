//! stub
use anyhow::Result;
pub(crate) fn run(_: &crate::data::Setting) -> Result<()> {
    Ok(())
}
