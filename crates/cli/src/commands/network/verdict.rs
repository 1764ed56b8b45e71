//! `interdict network verdict`.

use anyhow::bail;

use crate::args::{Global, NetworkVerdict};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkVerdict, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
