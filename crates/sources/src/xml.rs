//! A pull cursor over XML with what official lists need and no more: elements by local name (publishers have changed namespaces),
//! attributes, text. It refuses what no list contains and attackers use: document type declarations, entities other than the five
//! of XML, extreme depth. Every error has the byte offset and the line.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use rustc_hash::FxHashSet;

use crate::error::SourceError;
use crate::input::limit_error;

/// Depth beyond which a document is refused. The deepest official list has 13 levels.
const MAX_DEPTH: u32 = 64;

/// Bytes of one tag, text or comment beyond which a document is refused: 1 MiB. The longest text of an official list has some
/// thousands.
const MAX_PIECE: usize = 1 << 20;

/// Names of elements that are held to be shared.
const MAX_NAMES: usize = 1000;

/// Ends the reading when one piece of XML grows beyond [`MAX_PIECE`], before it fills the memory.
struct Guard<'r> {
    inner: &'r mut dyn BufRead,
    /// Bytes since the last piece ended.
    piece: usize,
}

impl Guard<'_> {
    fn is_exceeded(&self) -> bool {
        self.piece > MAX_PIECE
    }
}

impl Read for Guard<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buf.len());
        buf[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Guard<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.is_exceeded() {
            return Err(io::Error::other("a piece of XML is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.piece += amount;
        self.inner.consume(amount);
    }
}

/// One step of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element begins; [`Xml::name`] and the attribute functions speak of it. An empty element gives a start and an end.
    Start,
    /// The current element ends; [`Xml::text`] holds its text since the last tag.
    End,
    /// The document ends.
    Eof,
}

/// The element that began last. One is filled again and again: lists have millions.
#[derive(Debug, Default)]
struct Tag {
    /// The name and the attributes as they stand in the file.
    content: String,
    /// Where the local name is in it.
    name: Range<usize>,
    /// Where the local names and the values of attributes are in it, found once however many are asked for.
    attributes: Vec<(Range<usize>, Range<usize>)>,
}

impl Tag {
    fn fill(&mut self, start: &BytesStart<'_>) {
        self.content.clear();
        self.content.push_str(start);
        let end = start.name().into_inner().len();
        self.name = end - start.local_name().into_inner().len()..end;
        self.attributes.clear();
        if self.content.len() == end {
            return;
        }
        let within = |part: &str| {
            // Names and values are slices of the tag.
            let from = part.as_ptr().addr() - start.as_ptr().addr();
            from..from + part.len()
        };
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let value = match attribute.value {
                Cow::Borrowed(value) => within(value),
                // What the reader had to change is no slice of the tag: it is put behind it.
                Cow::Owned(value) => {
                    let from = self.content.len();
                    self.content.push_str(&value);
                    from..self.content.len()
                }
            };
            self.attributes.push((within(attribute.key.local_name().into_inner()), value));
        }
    }

    fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (&self.content[name.clone()], &self.content[value.clone()]))
    }
}

pub(crate) struct Xml<'r> {
    reader: Reader<Guard<'r>>,
    file: String,
    buffer: Vec<u8>,
    element: Tag,
    text: String,
    depth: u32,
    line: u64,
    names: FxHashSet<Rc<str>>,
}

impl<'r> Xml<'r> {
    pub(crate) fn new(file: &str, input: &'r mut dyn BufRead) -> Self {
        let mut reader = Reader::from_reader(Guard { inner: input, piece: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self {
            reader,
            file: file.to_owned(),
            buffer: Vec::with_capacity(1 << 12),
            element: Tag::default(),
            text: String::new(),
            depth: 0,
            line: 1,
            names: FxHashSet::default(),
        }
    }

    /// A cursor at the root element, which must be one of `roots`.
    pub(crate) fn at_root(file: &str, input: &'r mut dyn BufRead, roots: &[&str]) -> Result<Self, SourceError> {
        let mut xml = Self::new(file, input);
        let found = match xml.next()? {
            Node::Eof => "no root element".to_owned(),
            _ if roots.contains(&xml.name()) => return Ok(xml),
            _ => format!("the root element is `{}`", xml.name()),
        };
        Err(SourceError::UnknownFormat { file: file.to_owned(), found })
    }

    /// Refuses what follows the end of the root element: a second document would be a list that nobody screens against.
    pub(crate) fn end(&mut self) -> Result<(), SourceError> {
        if self.next()? != Node::Eof || !self.text().is_empty() {
            return Err(self.error("something follows the end of the root element"));
        }
        Ok(())
    }

    /// Line number of the cursor, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Local name of the element that began last.
    pub(crate) fn name(&self) -> &str {
        &self.element.content[self.element.name.clone()]
    }

    /// The same, shared between elements of one name.
    pub(crate) fn shared_name(&mut self) -> Rc<str> {
        let name = &self.element.content[self.element.name.clone()];
        if let Some(held) = self.names.get(name) {
            return Rc::clone(held);
        }
        let shared: Rc<str> = name.into();
        // No format has so many names: a file that does is not to fill the memory.
        if self.names.len() < MAX_NAMES {
            self.names.insert(Rc::clone(&shared));
        }
        shared
    }

    /// Text between the last tag and the one before it, without surrounding white space.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute of the element that began last, with its references resolved: some lists hold names there.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.element.attributes().find(|(held, _)| *held == name).map(|(_, value)| resolved(value))
    }

    /// The attributes of the element that began last, each by its local name, with their references resolved.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.element.attributes().map(|(name, value)| (name, resolved(value)))
    }

    /// An attribute that is a number.
    pub(crate) fn id(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether an attribute is true, in either spelling of XML Schema.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|value| matches!(&*value, "true" | "1"))
    }

    /// An error at the cursor.
    pub(crate) fn error(&self, reason: impl Into<String>) -> SourceError {
        SourceError::Xml {
            file: self.file.clone(),
            offset: self.reader.buffer_position(),
            line: self.line,
            reason: reason.into(),
        }
    }

    fn too_long(&self) -> SourceError {
        self.error(format!("a tag, text or comment of more than {MAX_PIECE} bytes; refused"))
    }

    /// Moves to the next start or end of an element, collecting the text before it.
    pub(crate) fn next(&mut self) -> Result<Node, SourceError> {
        self.text.clear();
        loop {
            self.buffer.clear();
            self.reader.get_mut().piece = 0;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(quick_xml::Error::Io(_)) if self.reader.get_ref().is_exceeded() => return Err(self.too_long()),
                Err(quick_xml::Error::Io(reason)) => {
                    let offset = self.reader.buffer_position();
                    return Err(limit_error(&self.file, offset, &reason).unwrap_or_else(|| SourceError::Read {
                        file: self.file.clone(),
                        offset,
                        reason: io::Error::new(reason.kind(), reason.to_string()),
                    }));
                }
                Err(error) => return Err(self.error(error.to_string())),
            };
            let lines = if let Event::End(_) = event { 0 } else { event.bytes().filter(|byte| *byte == b'\n').count() as u64 };
            let refusal = match event {
                Event::Start(start) => {
                    self.element.fill(&start);
                    self.depth += 1;
                    self.line += lines;
                    if self.depth > MAX_DEPTH {
                        return Err(self.error(format!("more than {MAX_DEPTH} nested elements; refused")));
                    }
                    return Ok(Node::Start);
                }
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(Node::End);
                }
                Event::Eof if self.depth == 0 => return Ok(Node::Eof),
                Event::Eof => Some(format!("the file ends inside {} open elements; it is cut off", self.depth)),
                Event::Text(text) => {
                    self.text.push_str(&text);
                    None
                }
                Event::CData(data) => {
                    self.text.push_str(&data);
                    None
                }
                Event::GeneralRef(reference) => match resolve(&reference) {
                    Some(character) => {
                        self.text.push(character);
                        None
                    }
                    None => Some(format!("entity `&{};` is not one of XML's own; refused", &*reference)),
                },
                Event::DocType(_) => {
                    Some("a document type declaration, which no official list has; refused against entity expansion".to_owned())
                }
                // What the declaration says of the encoding was heeded before the content came here.
                Event::Decl(_) | Event::Empty(_) | Event::Comment(_) | Event::PI(_) => None,
            };
            self.line += lines;
            if self.text.len() > MAX_PIECE {
                return Err(self.too_long());
            }
            if let Some(reason) = refusal {
                return Err(self.error(reason));
            }
        }
    }

    /// Calls `child` at the start of every child of the current element, until the element ends. `child` must leave the cursor at
    /// the child's end: by this function, by [`Self::leaf`] or by [`Self::skip`].
    pub(crate) fn children(&mut self, mut child: impl FnMut(&mut Self) -> Result<(), SourceError>) -> Result<(), SourceError> {
        loop {
            match self.next()? {
                Node::Start => child(self)?,
                Node::End => return Ok(()),
                Node::Eof => return Err(self.error("the file ends early")),
            }
        }
    }

    /// The text of the current element, whose children (if any) are passed over.
    pub(crate) fn leaf(&mut self) -> Result<String, SourceError> {
        let mut text = String::new();
        loop {
            let node = self.next()?;
            text.push_str(self.text());
            match node {
                Node::Start => self.skip()?,
                Node::End => return Ok(text),
                Node::Eof => return Err(self.error("the file ends early")),
            }
        }
    }

    /// Passes over the current element.
    pub(crate) fn skip(&mut self) -> Result<(), SourceError> {
        let mut open = 1_u32;
        while open > 0 {
            match self.next()? {
                Node::Start => open += 1,
                Node::End => open -= 1,
                Node::Eof => return Err(self.error("the file ends early")),
            }
        }
        Ok(())
    }
}

/// An attribute's value with its references resolved. One with a reference that cannot be stays as it stands.
fn resolved(value: &str) -> Cow<'_, str> {
    if value.contains('&') { quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value)) } else { Cow::Borrowed(value) }
}

/// The character of a reference: by number, or one of the five entities that XML itself defines.
fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character),
        Err(_) => None,
        Ok(None) => match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => None,
        },
    }
}
