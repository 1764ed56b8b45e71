//! The XML of office files: a part's bytes go in; its elements and texts go to a visitor, by local name, as the strict and the
//! transitional forms differ in their namespaces only. No entity is expanded but the five of XML, and depth is bounded.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Trouble;

/// Levels of elements beyond which a part is given up. Word nests tables in tables; 1000 is far above any that a person made.
const MAX_DEPTH: usize = 1000;

/// An element that begins.
pub(super) struct Tag<'t> {
    start: &'t BytesStart<'t>,
}

impl Tag<'_> {
    /// An attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found =
            self.start.attributes().with_checks(false).flatten().find(|held| held.key.local_name().into_inner() == name)?;
        Some(unescaped(&found.value))
    }

    /// The `id` of a relationship, which is the one with a prefix where there are two.
    pub(super) fn relation(&self) -> Option<String> {
        let of_prefix = |key: &str| key.ends_with(":id") || key.ends_with(":embed") || key.ends_with(":link");
        let found = self.start.attributes().with_checks(false).flatten().find(|held| of_prefix(held.key.into_inner()))?;
        Some(unescaped(&found.value))
    }
}

/// What a visitor is shown. An empty element is shown as one that opens and closes.
pub(super) enum Node<'n> {
    Open(&'n str, &'n Tag<'n>),
    Close(&'n str),
    Text(&'n str),
}

/// Shows a part to `visit` in its order until the end, or until `visit` says `false`. What came before damage was shown.
pub(super) fn walk(bytes: &[u8], file: &str, mut visit: impl FnMut(Node<'_>) -> bool) -> Result<(), Trouble> {
    let text = decoded(bytes);
    let damaged = |reason: String| Trouble::Damaged(format!("{file}: {reason}"));
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    loop {
        let goes_on = match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Trouble::TooLarge(format!("{file}: more than {MAX_DEPTH} elements in each other")));
                }
                visit(Node::Open(start.local_name().into_inner(), &Tag { start: &start }))
            }
            Ok(Event::Empty(start)) => {
                let name = start.local_name().into_inner();
                visit(Node::Open(name, &Tag { start: &start })) && visit(Node::Close(name))
            }
            Ok(Event::End(end)) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close(end.local_name().into_inner()))
            }
            Ok(Event::Text(text)) => visit(Node::Text(&text)),
            Ok(Event::CData(text)) => visit(Node::Text(&text)),
            Ok(Event::GeneralRef(name)) => match character(&name) {
                Some(character) => visit(Node::Text(character.encode_utf8(&mut [0; 4]))),
                None => visit(Node::Text(&format!("&{};", &*name))),
            },
            Ok(Event::Eof) if depth == 0 => return Ok(()),
            Ok(Event::Eof) => return Err(damaged(format!("it ends inside {depth} open elements; it is cut off"))),
            Ok(Event::DocType(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_)) => true,
            Err(error) => return Err(damaged(format!("byte {}: {error}", reader.error_position()))),
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// A part as text: UTF-16 by its mark, else what its declaration says, else UTF-8.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let declared = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
        let after = head.split_once("encoding=")?.1;
        let label = after.get(1..)?.split(['"', '\'']).next()?.to_owned();
        Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
    };
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => declared().unwrap_or(UTF_8),
    };
    encoding.decode(bytes).0
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        match after.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind))) {
            Some((character, behind)) => {
                text.push(character);
                rest = behind;
            }
            None => {
                text.push('&');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
