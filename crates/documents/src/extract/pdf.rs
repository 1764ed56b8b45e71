//! To be written.

use super::{PdfError, PdfText};

/// Reads a PDF in this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcessPdf;

impl PdfText for InProcessPdf {
    fn pages(&self, _: &[u8]) -> Result<Vec<String>, PdfError> {
        Err(PdfError::Damaged("not read yet".to_owned()))
    }
}

/// What was read, as bytes for another process.
#[must_use]
pub fn encode_pages(pages: &Result<Vec<String>, PdfError>) -> Vec<u8> {
    let _ = pages;
    Vec::new()
}

/// What another process read.
pub fn decode_pages(bytes: &[u8]) -> Result<Vec<String>, PdfError> {
    let _ = bytes;
    Err(PdfError::Damaged("not read yet".to_owned()))
}
