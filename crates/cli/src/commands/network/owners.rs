//! `interdict network owners`.

use anyhow::bail;

use crate::args::{Global, NetworkOwners};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkOwners, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
