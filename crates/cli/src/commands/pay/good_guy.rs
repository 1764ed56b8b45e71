//! A good-guy rule to start from: the id of a listed party goes in; a block of a policy comes out, with what the rule is bound to on the side of
//! the list, and room for the side of the payment.

use std::io::Write;
use std::path::Path;

use interdict_payments::GoodGuy;

use crate::args::Global;
use crate::commands::show::unknown;
use crate::dataset;
use crate::failure::Outcome;
use crate::files::Target;
use crate::messages::Messages;

/// Prints the block.
pub(super) fn print(global: &Global, id: &str, output: Option<&Path>, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let entity = snapshot.entity(id).ok_or_else(|| unknown(&snapshot, id))?;
    let mut out = Target::open(output)?;
    out.write_all(GoodGuy::template(entity, &crate::commands::today()).as_bytes())?;
    out.finish()?;
    Ok(Outcome::Done)
}
