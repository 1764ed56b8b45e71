//! The bytes of a file as UTF-8, whatever they are in. Bytes in any character set go in, told by a byte order mark, by the pattern of the
//! first characters or by the XML declaration; valid UTF-8 comes out, with its lines counted and the bytes of one payment bounded.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes in which the XML declaration must end.
const HEAD: usize = 1 << 10;

/// Bytes that are decoded at once.
const CHUNK: usize = 1 << 14;

/// Reads a file of any character set as UTF-8.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of where the reading stands")]
pub(super) struct Utf8<R> {
    inner: R,
    /// What was read ahead to find the character set.
    head: Vec<u8>,
    head_at: usize,
    decoder: Option<Decoder>,
    /// Whether a set of single bytes was declared and nothing outside ASCII has shown yet that it is true.
    unsure: bool,
    ended: bool,
    buffer: Vec<u8>,
    at: usize,
    /// Lines that ended before the position.
    lines: u64,
    /// Bytes taken since [`Self::begin_piece`].
    piece: usize,
    limit: usize,
    exceeded: bool,
    /// The byte that was taken last.
    last: u8,
    replaced: bool,
    complaint: Option<String>,
}

impl<R: BufRead> Utf8<R> {
    pub(super) fn new(inner: R, limit: usize) -> Self {
        Self {
            inner,
            head: Vec::new(),
            head_at: 0,
            decoder: None,
            unsure: false,
            ended: false,
            buffer: Vec::new(),
            at: 0,
            lines: 0,
            piece: 0,
            limit,
            exceeded: false,
            last: 0,
            replaced: false,
            complaint: None,
        }
    }

    /// Line of the position, from 1.
    pub(super) fn line(&self) -> u64 {
        self.lines + 1
    }

    /// Whether any bytes so far were not what the character set allows; U+FFFD stands in their place.
    pub(super) fn has_replaced(&self) -> bool {
        self.replaced
    }

    /// Begins to count the bytes of a payment.
    pub(super) fn begin_piece(&mut self) {
        self.piece = 0;
        self.exceeded = false;
    }

    /// Whether reading stopped because a payment has too many bytes.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// What is wrong with the character set as it is declared, once.
    pub(super) fn take_complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    /// Passes over what stands before the next `<?xml`, `<Document` or `<AppHdr` (with any prefix). `false` at the end of the file.
    pub(super) fn find_message(&mut self) -> io::Result<bool> {
        // The name behind a `<`, as far as it was read.
        let mut name: Option<Vec<u8>> = None;
        loop {
            self.begin_piece();
            let Some(&byte) = self.fill_buf()?.first() else { return Ok(false) };
            if let Some(held) = &mut name {
                let ends = !(byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'?' | b'_' | b'-' | b'.'));
                if ends {
                    let local = held.rsplit(|byte| *byte == b':').next().unwrap_or_default();
                    if matches!(local, b"Document" | b"AppHdr" | b"?xml") {
                        let name = name.unwrap_or_default();
                        self.give_back(&[b"<", name.as_slice()].concat());
                        return Ok(true);
                    }
                    name = None;
                } else if held.len() < 64 {
                    held.push(byte);
                } else {
                    name = None;
                }
            }
            if byte == b'<' {
                name = Some(Vec::new());
            }
            self.consume(1);
        }
    }

    /// Puts bytes that were taken before what is to be read next.
    pub(super) fn give_back(&mut self, taken: &[u8]) {
        self.lines -= taken.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.buffer = [taken, self.buffer.get(self.at..).unwrap_or_default()].concat();
        self.at = 0;
        self.last = 0;
    }

    /// Gives back the `<` that the parser took without a trace when reading stopped behind it.
    pub(super) fn give_back_bracket(&mut self) {
        if self.last == b'<' {
            self.give_back(b"<");
        }
    }

    /// Whether everything was read.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.begin_piece();
        self.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    /// Reads the first bytes and settles the character set.
    fn settle(&mut self) -> io::Result<()> {
        while self.head.len() < HEAD && !self.head.windows(2).any(|pair| pair == b"?>") {
            let available = match self.inner.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            let taken = available.len().min(HEAD);
            self.head.extend_from_slice(&available[..taken]);
            self.inner.consume(taken);
        }
        let declared = declared(&self.head);
        let (encoding, skipped) = match self.head.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => (UTF_8, 3),
            [0xff, 0xfe, ..] => (UTF_16LE, 2),
            [0xfe, 0xff, ..] => (UTF_16BE, 2),
            [b'<', 0, ..] => (UTF_16LE, 0),
            [0, b'<', ..] => (UTF_16BE, 0),
            _ => match declared.as_deref().map(|label| Encoding::for_label(label.as_bytes())) {
                // The declaration itself was read as ASCII, so that it cannot be true.
                Some(Some(encoding)) if encoding == UTF_16LE || encoding == UTF_16BE => (UTF_8, 0),
                Some(Some(encoding)) => (encoding, 0),
                Some(None) | None => (UTF_8, 0),
            },
        };
        self.head_at = skipped;
        if let Some(label) = declared {
            let said = Encoding::for_label(label.as_bytes());
            let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
            let agrees = said == Some(encoding) || is_wide && said.is_some_and(|said| said == UTF_16LE || said == UTF_16BE);
            if !agrees {
                let label = super::excerpt(&label);
                self.complaint =
                    Some(format!("the file declares the character set {label} and is read as {}", encoding.name()));
            }
        }
        self.unsure = encoding.is_single_byte();
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        Ok(())
    }

    /// Decodes some more bytes into the buffer.
    fn decode_more(&mut self) -> io::Result<()> {
        if self.decoder.is_none() {
            self.settle()?;
        }
        self.buffer.clear();
        self.at = 0;
        while self.buffer.is_empty() && !self.ended {
            let from_head = self.head_at < self.head.len();
            let available = if from_head {
                &self.head[self.head_at..]
            } else {
                match self.inner.fill_buf() {
                    Ok(available) => available,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                }
            };
            let available = &available[..available.len().min(CHUNK)];
            let last = available.is_empty();
            if self.unsure && !available.is_ascii() {
                self.unsure = false;
                // Text of one byte a character is hardly ever valid UTF-8 by chance: the declaration is wrong then.
                let is_utf8 = match std::str::from_utf8(available) {
                    Ok(_) => true,
                    Err(error) => {
                        error.error_len().is_none() && error.valid_up_to() > 0 && !available[..error.valid_up_to()].is_ascii()
                    }
                };
                if is_utf8 {
                    self.decoder = Some(UTF_8.new_decoder_without_bom_handling());
                    self.complaint =
                        Some("the file declares a character set of single bytes and is read as UTF-8, which it is".to_owned());
                }
            }
            let Some(decoder) = &mut self.decoder else { return Ok(()) };
            let room = decoder.max_utf8_buffer_length(available.len()).unwrap_or(CHUNK * 4);
            self.buffer.resize(room, 0);
            let (_, read, written, replaced) = decoder.decode_to_utf8(available, &mut self.buffer, last);
            self.buffer.truncate(written);
            self.replaced |= replaced;
            self.ended = last;
            if from_head {
                self.head_at += read;
            } else {
                self.inner.consume(read);
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let taken = available.len().min(into.len());
        into[..taken].copy_from_slice(&available[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

impl<R: BufRead> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > self.limit {
            self.exceeded = true;
            return Err(io::Error::other("a payment has too many bytes"));
        }
        if self.at >= self.buffer.len() {
            self.decode_more()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        let end = (self.at + amount).min(self.buffer.len());
        self.lines += self.buffer[self.at..end].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.piece += amount;
        if let Some(last) = end.checked_sub(1).filter(|_| amount > 0).and_then(|at| self.buffer.get(at)) {
            self.last = *last;
        }
        self.at = end;
    }
}

/// The character set that the XML declaration names, if there is one in these bytes.
fn declared(head: &[u8]) -> Option<String> {
    // In UTF-16 every other byte is zero; the letters are the same.
    let text: String = head.iter().filter(|byte| byte.is_ascii() && **byte != 0).map(|byte| char::from(*byte)).collect();
    let declaration = text.trim_start().strip_prefix("<?xml")?;
    let declaration = declaration.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(value[1..].split_once(quote)?.0.trim().to_owned())
}
