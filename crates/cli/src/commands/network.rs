//! `interdict network`: its sub-commands, one module each.

mod communities;
pub(in crate::commands) mod draw;
mod fronts;
mod owners;
mod path;
mod picture;
mod show;
pub(in crate::commands) mod verdict;

use crate::args::{Global, NetworkArgs, NetworkCommand};
use crate::failure::Outcome;
use crate::messages::Messages;

pub(crate) fn run(global: &Global, args: &NetworkArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        NetworkCommand::Show(args) => show::run(global, args, messages),
        NetworkCommand::Path(args) => path::run(global, args, messages),
        NetworkCommand::Owners(args) => owners::run(global, args, messages),
        NetworkCommand::Verdict(args) => verdict::run(global, args, messages),
        NetworkCommand::Fronts(args) => fronts::run(global, args, messages),
        NetworkCommand::Communities(args) => communities::run(global, args, messages),
    }
}
