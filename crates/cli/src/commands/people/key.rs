//! `people key`: a new key in a file that only its owner can read.

use std::fs::OpenOptions;
use std::io::Write as _;

use anyhow::Context as _;

use crate::args::PeopleKey;
use crate::failure::Outcome;
use crate::messages::Messages;

/// Bytes of a key, twice what is needed: the block of SHA-256.
const BYTES: usize = 64;

pub(super) fn run(args: &PeopleKey, messages: Messages) -> anyhow::Result<Outcome> {
    let name = args.out.display();
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file =
        options.open(&args.out).with_context(|| format!("{name}: cannot be made; a key that is there is left as it is"))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).with_context(|| format!("{name}: cannot be written"))?;
    messages.note(&format!(
        "a key of {BYTES} bytes is in {name}; what was hashed under it can be compared only as long as it is kept"
    ));
    Ok(Outcome::Done)
}
