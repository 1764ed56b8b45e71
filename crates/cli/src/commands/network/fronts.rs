//! `interdict network fronts`.

use anyhow::bail;

use crate::args::{Global, NetworkFronts};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkFronts, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
