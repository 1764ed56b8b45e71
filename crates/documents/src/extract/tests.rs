//! What the readers' tests share, and the tests of the whole.

use super::*;

struct NoPdf;

impl PdfText for NoPdf {
    fn pages(&self, _bytes: &[u8]) -> Result<Vec<String>, PdfError> {
        Err(PdfError::Damaged("no reader".to_owned()))
    }
}

/// Reads a file with the usual limits.
pub(super) fn all(name: &str, bytes: &[u8]) -> Vec<Part> {
    under(name, bytes, &Limits::default())
}

/// Reads a file.
pub(super) fn under(name: &str, bytes: &[u8], limits: &Limits) -> Vec<Part> {
    extract(name, bytes, limits, &NoPdf, &|| false).parts
}

/// The one part of a file in which there is no other.
pub(super) fn one(name: &str, bytes: &[u8]) -> Part {
    let mut parts = all(name, bytes);
    assert_eq!(parts.len(), 1, "{parts:?}");
    parts.remove(0)
}
