//! `interdict wallet`.

use anyhow::bail;

use crate::args::{Global, WalletArgs};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(_global: &Global, args: &WalletArgs, _messages: Messages) -> anyhow::Result<Outcome> {
    bail!("{args:?}")
}
