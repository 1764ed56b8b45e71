//! Which definition a message is of. Namespace declarations and the names of root elements go in; the kind of message and the name of its
//! definition, such as `pacs.008.001.08`, come out.

use quick_xml::events::BytesStart;

use super::tags::Tag;
use crate::message::MessageKind;

/// Namespaces that are remembered; no document declares so many.
const MOST: usize = 64;

/// The namespaces of ISO 20022 that are declared, by prefix, and the message that is open.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    declared: Vec<(String, String)>,
    document: Option<String>,
    /// Kind and definition of the message that is open.
    pub(super) message: Option<(MessageKind, String)>,
}

impl Namespaces {
    /// Takes the declarations of an element. Whether one of them is of an ISO 20022 message.
    pub(super) fn declare(&mut self, start: &BytesStart<'_>) -> bool {
        let mut any = false;
        for attribute in start.attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref();
            let Some(prefix) = key.strip_prefix("xmlns") else { continue };
            let prefix = prefix.trim_start_matches(':');
            self.declared.retain(|(held, _)| held != prefix);
            let Some(definition) = definition_in(&attribute.value) else { continue };
            // The application header has a definition of its own.
            any |= prefix.is_empty() && !definition.starts_with("head.");
            if self.declared.len() < MOST {
                self.declared.push((prefix.to_owned(), definition.to_owned()));
            }
        }
        any
    }

    /// The definition that the namespace of an element with this name (and prefix) is of.
    pub(super) fn definition_of(&self, name: &str) -> Option<String> {
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        self.declared.iter().find(|(held, _)| held == prefix).map(|(_, definition)| definition.clone())
    }

    pub(super) fn set_document(&mut self, definition: Option<String>) {
        self.document = definition;
    }

    /// The definition of a message: by its root element's own namespace, or else by that of the document around it.
    pub(super) fn definition(&self, own: Option<String>) -> Option<String> {
        own.or_else(|| self.document.clone())
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The definition at the end of a namespace: `urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08`, `urn:swift:xsd:$pain.001.001.02`.
fn definition_in(namespace: &str) -> Option<&str> {
    let last = namespace.rsplit([':', '$', '/']).next()?.trim();
    let (area, rest) = last.split_once('.')?;
    let shape = area.len() == 4
        && area.bytes().all(|byte| byte.is_ascii_lowercase())
        && last.len() <= 40
        && rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    shape.then_some(last)
}

/// Whether messages of a definition are read.
pub(super) fn is_read(definition: &str) -> bool {
    kind_of(definition).is_some()
}

fn kind_of(definition: &str) -> Option<MessageKind> {
    MessageKind::ALL.into_iter().filter(|kind| kind.code().contains('.')).find(|kind| definition.starts_with(kind.code()))
}

/// The kind of message that a root element begins; its first versions were named by their definition: `pain.001.001.02`.
pub(super) fn message_of(tag: Tag, name: &str) -> Option<(MessageKind, Option<String>)> {
    if let Some(kind) = tag.message() {
        return Some((kind, None));
    }
    let definition = definition_in(name)?;
    let kind = kind_of(definition)?;
    Some((kind, Some(definition.to_owned())))
}
