//! `interdict network communities`.

use anyhow::bail;

use crate::args::{Global, NetworkCommunities};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &NetworkCommunities, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
