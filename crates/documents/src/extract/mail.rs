//! Mails in the Internet message format (RFC 5322, MIME of RFC 2045 to 2049): bytes go in; who wrote to whom, the subject and the body
//! come out as text, and attachments, mails among them, as files inside. Headers are read by `mail-parser`; the parts are parted here,
//! one level at a time, because a mail in a mail in a mail costs that library memory by the square of its depth.

use encoding_rs::Encoding;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser, MimeHeaders as _};
use rustc_hash::FxHashSet;

use super::text::decode;
use super::{Budget, Place, Read, Status, html};

/// Parts inside each other, and parts altogether, in one mail.
const DEPTH: usize = 24;
const PARTS: usize = 10_000;

/// The headers that are read out, in this order.
const HEADERS: [HeaderName<'static>; 17] = [
    HeaderName::From,
    HeaderName::Sender,
    HeaderName::To,
    HeaderName::Cc,
    HeaderName::Bcc,
    HeaderName::ReplyTo,
    HeaderName::ResentFrom,
    HeaderName::ResentSender,
    HeaderName::ResentTo,
    HeaderName::ResentCc,
    HeaderName::ResentBcc,
    HeaderName::ReturnPath,
    HeaderName::Date,
    HeaderName::Subject,
    HeaderName::Comments,
    HeaderName::Keywords,
    HeaderName::ListId,
];

/// Reads a mail.
pub(super) fn eml(bytes: &[u8], budget: &Budget<'_>) -> Read {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    // A mail out of a mailbox has a line of its own before its headers.
    let bytes = match bytes.strip_prefix(b"From ") {
        Some(rest) => rest.iter().position(|&byte| byte == b'\n').and_then(|at| rest.get(at + 1..)).unwrap_or_default(),
        None => bytes,
    };
    let (head, body) = halves(bytes);
    let Some(headers) = MessageParser::default().parse_headers(head) else {
        return Read::without(Status::Damaged("it has no headers".to_owned()));
    };
    let mut mail = Mail {
        budget,
        plain: String::new(),
        html: String::new(),
        alternative: false,
        parts: 0,
        read: Read::text(String::new()),
    };
    let text = header_lines(&headers);
    mail.part(&headers, body, DEPTH, false);
    mail.finish(text)
}

/// Headers and body.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut from = 0;
    while let Some(len) = bytes.get(from..).and_then(|rest| rest.iter().position(|&byte| byte == b'\n')) {
        let line = bytes.get(from..from + len).unwrap_or_default();
        let next = from + len + 1;
        if line.is_empty() || line == b"\r" {
            return (bytes.get(..next).unwrap_or_default(), bytes.get(next..).unwrap_or_default());
        }
        from = next;
    }
    (bytes, &[])
}

/// Who wrote to whom, when and about what: a line a header.
fn header_lines(headers: &Message<'_>) -> String {
    let mut out = String::new();
    for name in HEADERS {
        for header in headers.headers().iter().filter(|header| header.name == name) {
            let mut values = Vec::new();
            match &header.value {
                HeaderValue::Address(addresses) => people(addresses, &mut values),
                HeaderValue::Text(text) => values.push(text.trim().to_owned()),
                HeaderValue::TextList(texts) => values.extend(texts.iter().map(|text| text.trim().to_owned())),
                HeaderValue::DateTime(date) => values.push(date.to_rfc3339()),
                HeaderValue::ContentType(_) | HeaderValue::Received(_) | HeaderValue::Empty => {}
            }
            if !values.is_empty() {
                out.push_str(name.as_str());
                out.push_str(": ");
                out.push_str(&values.join("; ").replace(['\r', '\n'], " "));
                out.push('\n');
            }
        }
    }
    // What firms and programs add about the sender.
    for header in headers.headers() {
        if let (HeaderName::Other(name), HeaderValue::Text(text)) = (&header.name, &header.value)
            && ["organization", "organisation", "x-sender", "x-originating-ip", "thread-topic"]
                .iter()
                .any(|kept| name.eq_ignore_ascii_case(kept))
        {
            out.extend([name, ": ", text.trim(), "\n"]);
        }
    }
    out
}

/// Names and addresses.
fn people(addresses: &Address<'_>, out: &mut Vec<String>) {
    let mut add = |address: &mail_parser::Addr<'_>| match (address.name(), address.address()) {
        (Some(name), Some(address)) => out.push(format!("{name} <{address}>")),
        (Some(one), None) | (None, Some(one)) => out.push(one.to_owned()),
        (None, None) => {}
    };
    match addresses {
        Address::List(list) => list.iter().for_each(&mut add),
        Address::Group(groups) => {
            for group in groups {
                group.addresses.iter().for_each(&mut add);
            }
        }
    }
    if let Address::Group(groups) = addresses {
        out.extend(groups.iter().filter_map(|group| group.name.as_deref()).map(str::to_owned));
    }
}

struct Mail<'b> {
    budget: &'b Budget<'b>,
    /// The body as plain text.
    plain: String,
    /// The body as HTML, made text.
    html: String,
    /// Whether one form of the body stands for the other.
    alternative: bool,
    parts: usize,
    read: Read,
}

impl Mail<'_> {
    /// Reads a part. The recursion is as deep as `depth` says.
    fn part(&mut self, headers: &Message<'_>, body: &[u8], depth: usize, alternative: bool) {
        self.parts += 1;
        if self.parts > PARTS {
            return self.lost(format!("more than {PARTS} parts"), Status::TooLarge);
        }
        if self.budget.stop() {
            return self.lost("the reading was stopped".to_owned(), |_| Status::Stopped);
        }
        let kind = headers.content_type();
        let main = kind.map_or("text", |kind| kind.ctype()).to_ascii_lowercase();
        let sub = kind.and_then(|kind| kind.subtype()).unwrap_or("plain").to_ascii_lowercase();
        if main == "multipart"
            && let Some(boundary) = kind.and_then(|kind| kind.attribute("boundary")).filter(|boundary| !boundary.is_empty())
        {
            let Some(depth) = depth.checked_sub(1) else {
                self.text(body, None);
                return self.lost("more than 24 parts inside each other, read as they are".to_owned(), Status::TooLarge);
            };
            if sub == "encrypted" {
                self.lost("its body is encrypted".to_owned(), |_| Status::Encrypted);
            }
            let (parts, closed) = split(body, boundary.as_bytes());
            for part in parts {
                let (head, body) = halves(part);
                // A part may do without headers.
                let bare = head.iter().all(u8::is_ascii_whitespace);
                match MessageParser::default().parse_headers(head).filter(|_| !bare) {
                    Some(headers) => self.part(&headers, body, depth, sub == "alternative"),
                    None if sub == "digest" => self.attach("mail.eml".to_owned(), body.to_vec()),
                    None => self.text(if bare { body } else { part }, None),
                }
            }
            if !closed {
                self.lost("the end of its parts is missing: it is cut off".to_owned(), Status::Damaged);
            }
            return;
        }
        let name = headers.attachment_name().map(|name| name.replace(['\r', '\n', '\0'], " "));
        let attached = headers.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        let bytes = self.transferred(headers, body);
        let charset = kind.and_then(|kind| kind.attribute("charset")).unwrap_or_default();
        match (main.as_str(), sub.as_str()) {
            ("text", "plain") | ("multipart", _) if name.is_none() && !attached => {
                self.text(&utf_7(bytes, charset), Encoding::for_label(charset.as_bytes()));
            }
            ("text", "html") if name.is_none() && !attached => {
                self.alternative |= alternative;
                let read = match decode(&utf_7(bytes, charset), Encoding::for_label(charset.as_bytes()), usize::MAX / 4) {
                    Some(decoded) => {
                        self.read.notes.extend(decoded.notes);
                        html::page(&decoded.text, self.budget)
                    }
                    None => return self.lost("a body that is no text".to_owned(), Status::Damaged),
                };
                if !self.html.is_empty() {
                    self.html.push_str("\n\n");
                }
                self.html.push_str(&read.text);
                self.read.notes.extend(read.notes);
                if let Status::Partly(reasons) = read.status {
                    for reason in reasons {
                        self.lost(reason, Status::TooLarge);
                    }
                }
            }
            _ => {
                let ending = match (main.as_str(), sub.as_str()) {
                    ("message", "rfc822" | "global") => ".eml",
                    ("text", "html") => ".html",
                    ("text", "csv") => ".csv",
                    ("text", _) => ".txt",
                    _ => "",
                };
                let name = match name {
                    // A mail without the name of one is still a mail.
                    Some(name) if ending == ".eml" && !name.to_ascii_lowercase().ends_with(ending) => format!("{name}{ending}"),
                    Some(name) => name,
                    None => format!("part {}{ending}", self.read.inside.len() + 1),
                };
                self.attach(name, bytes);
            }
        }
    }

    fn attach(&mut self, name: String, bytes: Vec<u8>) {
        self.read.inside.push((name, bytes));
    }

    /// Notes what is missing; what that makes of the whole is told at the end.
    fn lost(&mut self, reason: String, otherwise: fn(String) -> Status) {
        self.read.missing(reason, otherwise);
    }

    /// Adds plain text to the body.
    fn text(&mut self, bytes: &[u8], declared: Option<&'static Encoding>) {
        match decode(bytes, declared, self.budget.text_left()) {
            Some(decoded) => {
                if !self.plain.is_empty() {
                    self.plain.push_str("\n\n");
                }
                self.plain.push_str(decoded.text.trim());
                self.read.notes.extend(decoded.notes);
            }
            None => self.lost("a body that is no text".to_owned(), Status::Damaged),
        }
    }

    /// The bytes of a part as they were before they were sent.
    fn transferred(&mut self, headers: &Message<'_>, body: &[u8]) -> Vec<u8> {
        let encoding = headers.content_transfer_encoding().unwrap_or_default().trim().to_ascii_lowercase();
        let decoded = match encoding.as_str() {
            "base64" => base64(body),
            "quoted-printable" => quoted_printable_decode(body),
            _ => return body.to_vec(),
        };
        decoded.unwrap_or_else(|| {
            self.lost(format!("a part that is not valid {encoding}, read as it is"), Status::Damaged);
            body.to_vec()
        })
    }

    /// Puts headers, body and the list of what is attached together.
    fn finish(self, headers: String) -> Read {
        let Self { plain, html, alternative, mut read, .. } = self;
        let mut text = headers;
        let mut places = vec![Place { at: 0, label: "headers".to_owned() }];
        let mut section = |label: &str, body: &str| {
            if !body.trim().is_empty() {
                if !text.is_empty() {
                    text.push('\n');
                }
                places.push(Place { at: text.len(), label: label.to_owned() });
                text.push_str(body.trim_end());
                text.push('\n');
            }
        };
        section("body", &plain);
        // A form that says nothing else need not be read twice.
        let words: FxHashSet<&str> = plain.split(|c: char| !c.is_alphanumeric()).collect();
        if plain.is_empty() {
            section("body", &html);
        } else if !alternative || html.split(|c: char| !c.is_alphanumeric()).any(|word| !words.contains(word)) {
            section("body in HTML", &html);
        }
        let names: Vec<String> = read.inside.iter().map(|(name, _)| format!("Attachment: {name}")).collect();
        section("attachments", &names.join("\n"));
        read.text = text;
        read.places = places;
        // The headers are text too.
        read.status = match read.status {
            _ if read.text.trim().is_empty() => Status::NoText,
            Status::NoText => Status::Read,
            Status::Damaged(reason) | Status::TooLarge(reason) => Status::Partly(vec![reason]),
            Status::Encrypted => Status::Partly(vec!["its body is encrypted".to_owned()]),
            Status::Stopped => Status::Partly(vec!["the reading was stopped".to_owned()]),
            other => other,
        };
        read.notes.sort_unstable();
        read.notes.dedup();
        read
    }
}

/// The parts between the lines of a boundary, and whether the last of those lines is there.
fn split<'b>(body: &'b [u8], boundary: &[u8]) -> (Vec<&'b [u8]>, bool) {
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut from = 0;
    while from < body.len() {
        let rest = body.get(from..).unwrap_or_default();
        let len = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        let line = rest.get(..len).unwrap_or_default();
        let after = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)).map(<[u8]>::trim_ascii_end);
        if let Some(after) = after.filter(|after| after.is_empty() || *after == b"--") {
            parts.extend(begun.and_then(|begun| body.get(begun..from)));
            begun = Some(from + len);
            if after == b"--" {
                return (parts, true);
            }
        }
        from += len;
    }
    match begun {
        Some(begun) => parts.extend(body.get(begun..)),
        // No boundary at all: what is there is one part.
        None => parts.push(body),
    }
    (parts, false)
}

/// Base64 whatever stands between its signs, and without the end that it may lack.
fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let mut signs: Vec<u8> = body.iter().copied().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).collect();
    if signs.len() % 4 == 1 {
        signs.pop();
    }
    while !signs.len().is_multiple_of(4) {
        signs.push(b'=');
    }
    base64_decode(&signs)
}

/// UTF-7 as UTF-8; all else as it is.
fn utf_7(bytes: Vec<u8>, charset: &str) -> Vec<u8> {
    if !charset.eq_ignore_ascii_case("utf-7") {
        return bytes;
    }
    charset_decoder(b"utf-7").map_or_else(|| bytes.clone(), |decode| decode(&bytes).into_bytes())
}
