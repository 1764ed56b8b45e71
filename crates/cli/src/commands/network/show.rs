//! `interdict network show`.

use anyhow::bail;

use crate::args::{Global, NetworkShow};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkShow, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
