//! `interdict network path`.

use anyhow::bail;

use crate::args::{Global, NetworkPath};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkPath, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
