//! `interdict vessel`.

use anyhow::bail;

use crate::args::{Global, VesselArgs};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &VesselArgs, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
