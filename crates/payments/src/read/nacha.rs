//! To be written.
use super::{ReadLimits, Source};
pub(crate) fn open<'a>(input: impl std::io::BufRead + Send + 'a, _limits: ReadLimits) -> Box<dyn Source + Send + 'a> {
    let _ = input;
    todo!()
}
