//! Encodings: content in, UTF-8 out. A byte order mark or the encoding that an XML declaration names decides; tables without either are
//! decoded field by field with [`decode`].

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::error::SourceError;
use crate::input::read_error;

/// Bytes of the beginning in which an XML declaration is looked for.
const DECLARATION: usize = 200;

/// The content as UTF-8, where a byte order mark or an XML declaration says that it is something else; else as it is.
pub(crate) fn decoded<'r>(file: &str, content: &'r mut dyn BufRead) -> Result<Box<dyn BufRead + 'r>, SourceError> {
    let head = content.fill_buf().map_err(|reason| read_error(file, 0, reason))?;
    let stated = match Encoding::for_bom(head) {
        Some((encoding, _)) => Some(encoding),
        None => declared(&head[..head.len().min(DECLARATION)])
            .map(|label| {
                Encoding::for_label(label.as_bytes()).ok_or_else(|| SourceError::UnknownFormat {
                    file: file.to_owned(),
                    found: format!("XML in the encoding `{label}`, which is not known"),
                })
            })
            .transpose()?,
    };
    Ok(match stated.filter(|encoding| *encoding != UTF_8) {
        // A decoder replaces what it cannot read, so UTF-8, where that would hide damage, does not go through it.
        Some(encoding) => Box::new(BufReader::with_capacity(
            1 << 16,
            DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(content as &mut dyn Read),
        )),
        None => Box::new(content),
    })
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"<?xml")?;
    let head = String::from_utf8_lossy(head);
    let (_, after) = head.split_once("?>").map_or(&*head, |(declaration, _)| declaration).split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split(quote).next().map(str::to_owned)
}

/// A field as text. What is not UTF-8 is read as Windows-1252, in which older official files were written; the second value says so.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut content: &[u8] = bytes;
        let mut text = String::new();
        decoded("x", &mut content).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings() {
        assert_eq!(read("plain é".as_bytes()), "plain é");
        assert_eq!(read(b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>").as_str().chars().filter(|c| *c == 'é').count(), 1);
        let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16), "<a>é</a>");
        let mut content: &[u8] = b"<?xml version='1.0' encoding='klingon'?><a/>";
        assert!(decoded("x", &mut content).is_err());
        assert_eq!(decode(b"Caf\xe9"), ("Café".into(), true));
    }
}
