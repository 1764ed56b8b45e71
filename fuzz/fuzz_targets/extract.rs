//! Any bytes under any name, read for their text: at least one part, no more text than allowed, and nothing without text that says it
//! was read. A line feed ends the name. A PDF is not read: the binary reads it in a process of its own.
#![no_main]

use interdict_documents::{Limits, PdfError, PdfText, Status, extract};
use libfuzzer_sys::fuzz_target;

struct NoPdf;

impl PdfText for NoPdf {
    fn pages(&self, _bytes: &[u8]) -> Result<Vec<String>, PdfError> {
        Err(PdfError::Damaged("not read here".to_owned()))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().take(40).position(|&byte| byte == b'\n');
    let (name, bytes) = end.map_or((&b"a"[..], bytes), |end| (&bytes[..end], &bytes[end + 1..]));
    let limits = Limits { file_bytes: 4 << 20, text_bytes: 1 << 20, files: 50, ..Limits::default() };
    let name = String::from_utf8_lossy(name);
    let parts = extract(&name, bytes, &limits, &NoPdf, &|| false).parts;
    assert_eq!(parts.first().map(|part| part.path.as_str()), Some(&*name));
    assert!(parts.iter().map(|part| part.text.len() as u64).sum::<u64>() <= limits.text_bytes);
    for part in &parts {
        assert!(part.status != Status::Read || !part.text.trim().is_empty(), "{part:?}");
        assert!(part.places.is_sorted_by_key(|place| place.at), "{:?}", part.places);
        assert!(part.places.iter().all(|place| part.text.is_char_boundary(place.at)), "{:?}", part.places);
    }
});
