//! `interdict people`: records of people in, who asks for a review out, and who of them share an operator. Nothing here decides about a
//! person: each result is a case for somebody who looks at the records that are named.

mod assess;
mod indicators;
mod input;
mod key;
mod rings;
mod text;
mod wire;

use crate::args::{Global, PeopleArgs, PeopleCommand};
use crate::failure::Outcome;
use crate::messages::Messages;

/// Runs the command.
pub(super) fn run(global: &Global, args: &PeopleArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        PeopleCommand::Assess(args) => assess::run(global, args, messages),
        PeopleCommand::Rings(args) => rings::run(global, args, messages),
        PeopleCommand::Indicators(args) => indicators::run(global, args),
        PeopleCommand::Key(args) => key::run(args, messages),
    }
}
