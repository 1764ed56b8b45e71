//! Mails of Outlook (MS-OXMSG, properties by MS-OXPROPS): the bytes of a MSG file go in; who wrote to whom, the subject and the body come
//! out as text, and attachments, mails among them, as files inside.

use std::io::{Cursor, Read as _, Write as _};

use cfb::CompoundFile;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::text::{decode, lines};
use super::{Budget, Place, Read, Status, html};

/// Storages and streams of one attached mail, and recipients and attachments of one mail.
const ENTRIES: usize = 20_000;

type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// Reads a MSG file.
pub(super) fn msg(bytes: &[u8], budget: &Budget<'_>) -> Read {
    let mut file = match CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => file,
        Err(error) => return Read::without(Status::Damaged(error.to_string())),
    };
    let mut mail = Mail { encoding: code_page(&mut file), file: &mut file, left: bytes.len(), over: false };
    let storages: Vec<String> = mail
        .file
        .read_root_storage()
        .filter(cfb::Entry::is_storage)
        .map(|entry| entry.name().to_owned())
        .take(ENTRIES)
        .collect();
    let mut text = String::new();
    let sender = [mail.text("", 0x0c1a), mail.text("", 0x5d01), mail.text("", 0x0c1f)];
    header("From", &sender, &mut text);
    let behalf = [mail.text("", 0x0042), mail.text("", 0x5d02), mail.text("", 0x0065)];
    if behalf.first() != sender.first() {
        header("Sent for", &behalf, &mut text);
    }
    for (label, tag) in [("To", 0x0e04), ("Cc", 0x0e03), ("Bcc", 0x0e02)] {
        header(label, &[mail.text("", tag)], &mut text);
    }
    for storage in storages.iter().filter(|name| name.starts_with("__recip_version1.0_")) {
        let path = format!("/{storage}");
        let recipient = [mail.text(&path, 0x3001), mail.text(&path, 0x39fe), mail.text(&path, 0x3003)];
        header("Recipient", &recipient, &mut text);
    }
    header("Subject", &[mail.text("", 0x0037)], &mut text);
    let mut read = Read::text(String::new());
    read.places.push(Place { at: 0, label: "headers".to_owned() });
    let mut body = mail.text("", 0x1000).unwrap_or_default();
    if body.trim().is_empty() {
        let page = match mail.stream("", 0x1013, "0102") {
            Some(bytes) => decode(&bytes, Some(mail.encoding), usize::MAX / 4).map(|decoded| decoded.text),
            None => mail.text("", 0x1013),
        };
        if let Some(page) = page {
            let page = html::page(&page, budget);
            body = page.text;
            read.notes = page.notes;
        }
    }
    let packed = body.trim().is_empty() && mail.stream("", 0x1009, "0102").is_some();
    if !body.trim().is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        read.places.push(Place { at: text.len(), label: "body".to_owned() });
        text.push_str(body.trim_end());
        text.push('\n');
    }
    let attachments = storages.iter().filter(|name| name.starts_with("__attach_version1.0_"));
    let mut named = String::new();
    for (number, storage) in attachments.enumerate() {
        if budget.stop() {
            read.missing("the reading was stopped".to_owned(), |_| Status::Stopped);
            break;
        }
        let path = format!("/{storage}");
        let name = [0x3707, 0x3704, 0x3001].into_iter().find_map(|tag| mail.text(&path, tag));
        let (name, bytes) = match mail.stream(&path, 0x3701, "0102") {
            Some(bytes) => (name.unwrap_or_else(|| format!("attachment {}", number + 1)), Some(bytes)),
            None => {
                let name = name.unwrap_or_else(|| format!("attached mail {}", number + 1));
                let ending = if name.to_ascii_lowercase().ends_with(".msg") { "" } else { ".msg" };
                (format!("{name}{ending}"), mail.storage(&format!("{path}/__substg1.0_3701000D")))
            }
        };
        header("Attachment", &[Some(name.clone())], &mut named);
        match bytes {
            Some(bytes) => read.inside.push((name, bytes)),
            None => read.notes.push(format!("the attachment {name} has no content in the file")),
        }
    }
    if !named.is_empty() {
        text.push('\n');
        read.places.push(Place { at: text.len(), label: "attachments".to_owned() });
        text.push_str(&named);
    }
    read.text = text;
    if read.status == Status::NoText && !read.text.trim().is_empty() {
        read.status = Status::Read;
    }
    if packed {
        read.missing("its body is there as packed rich text alone, which is not read".to_owned(), Status::Unsupported);
    }
    if mail.over {
        read.missing("its streams claim more bytes than the file has".to_owned(), Status::Damaged);
    }
    read
}

/// A line of a header out of a name and addresses.
fn header(label: &str, values: &[Option<String>], out: &mut String) {
    let mut values: Vec<&str> = values.iter().flatten().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    values.dedup();
    if let Some((first, rest)) = values.split_first() {
        out.push_str(label);
        out.push_str(": ");
        out.push_str(&first.replace(['\r', '\n'], " "));
        for address in rest {
            out.extend([" <", &address.replace(['\r', '\n'], " "), ">"]);
        }
        out.push('\n');
    }
}

struct Mail<'f, 'b> {
    file: &'f mut File<'b>,
    /// The character set of texts that are not in Unicode.
    encoding: &'static Encoding,
    /// Bytes that streams may still have: together no more than the file, whose sectors a made-up file may use twice.
    left: usize,
    over: bool,
}

impl Mail<'_, '_> {
    /// A property that is text, in Unicode or in the character set of the mail.
    fn text(&mut self, storage: &str, tag: u16) -> Option<String> {
        let text = if let Some(bytes) = self.stream(storage, tag, "001F") {
            encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0.into_owned()
        } else {
            let bytes = self.stream(storage, tag, "001E")?;
            match std::str::from_utf8(&bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => self.encoding.decode_without_bom_handling(&bytes).0.into_owned(),
            }
        };
        let text = lines(text.trim_end_matches('\0').to_owned());
        (!text.trim().is_empty()).then_some(text)
    }

    /// The bytes of a property.
    fn stream(&mut self, storage: &str, tag: u16, kind: &str) -> Option<Vec<u8>> {
        let bytes = read(self.file, &format!("{storage}/__substg1.0_{tag:04X}{kind}"), self.left)?;
        let Some(bytes) = bytes else {
            self.over = true;
            return None;
        };
        self.left -= bytes.len().min(self.left);
        Some(bytes)
    }

    /// A mail inside the mail as a file of its own.
    fn storage(&mut self, path: &str) -> Option<Vec<u8>> {
        if !self.file.is_storage(path) {
            return None;
        }
        let entries: Vec<(bool, String)> = self
            .file
            .walk_storage(path)
            .ok()?
            .skip(1)
            .take(ENTRIES)
            .map(|entry| (entry.is_storage(), entry.path().to_string_lossy().replace('\\', "/")))
            .collect();
        let mut copy = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
        for (storage, from) in entries {
            let to = from.strip_prefix(path)?;
            if storage {
                copy.create_storage(to).ok()?;
                continue;
            }
            let Some(bytes) = read(self.file, &from, self.left)? else {
                self.over = true;
                return None;
            };
            self.left -= bytes.len().min(self.left);
            copy.create_stream(to).and_then(|mut stream| stream.write_all(&bytes)).ok()?;
        }
        copy.flush().ok()?;
        Some(copy.into_inner().into_inner())
    }
}

/// The bytes of a stream: `None` where there is none, `Some(None)` where it has more than `limit`.
#[expect(clippy::option_option, reason = "that there is no stream and that it is too long are two things")]
fn read(file: &mut File<'_>, path: &str, limit: usize) -> Option<Option<Vec<u8>>> {
    if !file.is_stream(path) {
        return None;
    }
    let mut bytes = Vec::new();
    file.open_stream(path).ok()?.take(limit as u64 + 1).read_to_end(&mut bytes).ok()?;
    Some((bytes.len() <= limit).then_some(bytes))
}

/// The character set of the mail's texts, from its property `PidTagMessageCodepage` or `PidTagInternetCodepage`.
fn code_page(file: &mut File<'_>) -> &'static Encoding {
    const LIMIT: usize = 1 << 20;
    let Some(Some(properties)) = read(file, "/__properties_version1.0", LIMIT) else {
        return WINDOWS_1252;
    };
    let of = |tag: u32| {
        // The header of the properties has 32 bytes, or 24 in a mail that was inside another one.
        [32, 24].into_iter().find_map(|start| {
            properties.get(start..)?.chunks_exact(16).find_map(|property| {
                let number = |at: usize| Some(u32::from_le_bytes(property.get(at..at + 4)?.try_into().ok()?));
                (number(0)? == tag).then(|| number(8)).flatten()
            })
        })
    };
    let page = of(0x3ffd_0003).or_else(|| of(0x3fde_0003)).unwrap_or(1252);
    let label = match page {
        65001 => return UTF_8,
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 | 51949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        28591..=28606 => format!("iso-8859-{}", page - 28590),
        _ => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}
