//! `people log verify`: whether an access log holds together.

use std::fs::File;
use std::io::{BufReader, Write as _};

use anyhow::Context as _;
use interdict_persona::verify_log;

use crate::args::PeopleVerify;
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;

pub(super) fn verify(args: &PeopleVerify, messages: Messages) -> anyhow::Result<Outcome> {
    let name = args.file.display();
    let head = args.head.as_ref().map(|head| head.trim().to_ascii_lowercase());
    if head.as_ref().is_some_and(|head| head.len() != 64 || !head.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(Usage("--head: it is not 64 hexadecimal digits".to_owned()).into());
    }
    let file = File::open(&args.file).with_context(|| format!("{name}: cannot be opened"))?;
    let verified = verify_log(&mut BufReader::new(file), head.as_deref()).map_err(|error| {
        Failure::new(format!("{name}: {error}"), "what follows that place proves nothing; compare with a copy kept elsewhere")
    })?;
    let mut out = Target::open(None)?;
    writeln!(out, "{} lines hold together; the last has the hash {}", verified.lines, verified.head)?;
    out.finish()?;
    if head.is_none() {
        messages.quiet_hint("lines cut off at the end show only against a hash kept elsewhere: `--head HASH`");
    }
    Ok(Outcome::Done)
}
