//! To be written.

use super::{Budget, Read, Status};

pub(super) fn docx(_bytes: &[u8], _budget: &Budget<'_>) -> Read {
    Read::without(Status::Unsupported("not read yet".to_owned()))
}

pub(super) fn pptx(_bytes: &[u8], _budget: &Budget<'_>) -> Read {
    Read::without(Status::Unsupported("not read yet".to_owned()))
}

pub(super) fn sheet(_bytes: &[u8], _budget: &Budget<'_>) -> Read {
    Read::without(Status::Unsupported("not read yet".to_owned()))
}

pub(super) fn rtf(_bytes: &[u8], _budget: &Budget<'_>) -> Read {
    Read::without(Status::Unsupported("not read yet".to_owned()))
}
