//! `interdict people`: records of people in, who asks for a review out, and who of them share an operator. Nothing here decides about a
//! person: each result is a case for somebody who looks at the records that are named.

mod access;
mod assess;
mod erase;
mod fairness;
mod indicators;
mod input;
mod key;
mod log;
mod retention;
mod rings;
mod screen;
mod share;
mod show;
mod text;
mod unread;
mod wire;

use crate::args::{Global, LogCommand, PeopleArgs, PeopleCommand};
use crate::failure::Outcome;
use crate::messages::Messages;

/// Runs the command.
pub(super) fn run(global: &Global, args: &PeopleArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        PeopleCommand::Assess(args) => assess::run(global, args, messages),
        PeopleCommand::Rings(args) => rings::run(global, args, messages),
        PeopleCommand::Fairness(args) => fairness::run(global, args, messages),
        PeopleCommand::Show(args) => show::run(global, args, messages),
        PeopleCommand::Erase(args) => erase::run(global, args, messages),
        PeopleCommand::Retention(args) => retention::run(global, args, messages),
        PeopleCommand::Share(args) => share::run(global, args, messages),
        PeopleCommand::Log(args) => match &args.command {
            LogCommand::Verify(args) => log::verify(args, messages),
        },
        PeopleCommand::Indicators(args) => indicators::run(global, args),
        PeopleCommand::Key(args) => key::run(args, messages),
    }
}
