//! To be written.

use super::{PdfText, Read, Status};

pub(super) fn pdf(_bytes: &[u8], _reader: &dyn PdfText) -> Read {
    Read::without(Status::Unsupported("not read yet".to_owned()))
}
