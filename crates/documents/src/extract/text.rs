//! Plain text and Markdown: bytes go in; text in UTF-8 with line feeds comes out, and what was guessed or lost on the way. Markdown
//! loses its signs and keeps its words, the targets of its links and its code.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::{Budget, Read, Status};

/// What the guess of an encoding looks at, from the first byte on that is not ASCII.
const SAMPLE: usize = 256 << 10;
/// The longest element in Markdown.
const ELEMENT: usize = 1024;

/// Bytes as text.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text, with line feeds.
    pub text: String,
    /// What was guessed or lost.
    pub notes: Vec<String>,
    /// Whether there is more text than was asked for.
    pub cut: bool,
}

/// Decodes a text: by its byte order mark, as UTF-8, as `declared`, or by a guess. At most about `limit` bytes come out. `None` for what
/// is no text.
pub(super) fn decode(bytes: &[u8], declared: Option<&'static Encoding>, limit: usize) -> Option<Decoded> {
    let mut notes = Vec::new();
    if let Some(text) = utf_32(bytes, limit) {
        return Some(finish(text, bytes.len() / 4 > limit, notes));
    }
    // No encoding takes more than two bytes for what is one byte of UTF-8.
    let input = bytes.get(..limit.saturating_mul(2).saturating_add(8)).unwrap_or(bytes);
    let cut = input.len() < bytes.len();
    let (encoding, input) = if let Some((encoding, mark)) = Encoding::for_bom(input) {
        (encoding, input.get(mark..).unwrap_or_default())
    } else if input.contains(&0) {
        if let Some(encoding) = utf_16(input) {
            notes.push(format!("taken for {}, which it does not say", encoding.name()));
            (encoding, input)
        } else if input.split(|&byte| byte == 0).count() > input.len() / 100 + 1 {
            return None;
        } else {
            notes.push("zero bytes in it were taken for spaces".to_owned());
            (eight_bit(input, declared, cut, &mut notes), input)
        }
    } else {
        (eight_bit(input, declared, cut, &mut notes), input)
    };
    let mut sample = input.iter().take(SAMPLE);
    let controls = sample.by_ref().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x1b | 0)).count();
    if encoding.is_ascii_compatible() && controls > input.len().min(SAMPLE) / 20 {
        return None;
    }
    let (text, lossy) = encoding.decode_without_bom_handling(input);
    if lossy {
        let count = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
        // A text that was cut may end in half a character.
        if !cut || count > 1 {
            notes.push(format!("{count} characters are not valid {}", encoding.name()));
        }
    }
    Some(finish(text.into_owned(), cut, notes))
}

/// The encoding of a text without a byte order mark whose characters begin with bytes.
fn eight_bit(input: &[u8], declared: Option<&'static Encoding>, cut: bool, notes: &mut Vec<String>) -> &'static Encoding {
    let escapes = input.windows(3).take(SAMPLE).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@" | b"\x1b(J"));
    if escapes && input.is_ascii() {
        if declared != Some(ISO_2022_JP) {
            notes.push("taken for ISO-2022-JP, which it does not say".to_owned());
        }
        return ISO_2022_JP;
    }
    let Err(error) = std::str::from_utf8(input) else {
        return UTF_8;
    };
    if cut && error.error_len().is_none() {
        return UTF_8;
    }
    if let Some(declared) = declared.filter(|&declared| declared != UTF_8 && declared.is_ascii_compatible()) {
        return declared;
    }
    // UTF-8 with a few broken characters is still UTF-8: hardly any other encoding gives so many valid sequences.
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in input.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if valid > broken.saturating_mul(8) {
        return UTF_8;
    }
    let first = input.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let start = first.saturating_sub(64);
    let end = input.len().min(start + SAMPLE);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(input.get(start..end).unwrap_or_default(), end == input.len());
    let encoding = detector.guess(None, Utf8Detection::Deny);
    notes.push(format!("taken for {}, a guess from its bytes", encoding.name()));
    encoding
}

/// The fewest characters by which UTF-16 is told without a byte order mark.
const FEWEST_UTF_16: usize = 8;

/// The block of 256 characters that a character is in; the many of Han and of Hangul are one each.
fn script_block(c: char) -> usize {
    match u32::from(c) {
        0x3000..=0x9fff | 0x2_0000..=0x3_ffff => 0x4e,
        0xac00..=0xd7ff => 0xac,
        other => (other >> 8) as usize & 0xff,
    }
}

/// UTF-16 without a byte order mark: one of the two orders gives a text without a control character and the other does not.
fn utf_16(input: &[u8]) -> Option<&'static Encoding> {
    let sample = input.get(..(input.len() & !1).min(SAMPLE))?;
    let plausible = |unit: fn([u8; 2]) -> u16| {
        let units = sample.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let (mut strange, mut spaces, mut all, mut ascii) = (0_usize, 0_usize, 0_usize, 0_usize);
        let mut blocks = [0_usize; 256];
        for character in char::decode_utf16(units) {
            all += 1;
            match character {
                Ok('\t' | '\n' | '\r' | ' ') => spaces += 1,
                Ok(c) if c.is_control() || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..) => strange += 1,
                Ok(c) if c.is_ascii() => ascii += 1,
                Ok(c) => blocks[script_block(c)] += 1,
                Err(_) => strange += 1,
            }
        }
        // A text is written in one script; noise is in all of them.
        let script = blocks.iter().max().copied().unwrap_or_default();
        let one_script = (ascii + spaces + script) * 10 >= all * 9;
        (all >= FEWEST_UTF_16 && strange <= all / 200 && one_script).then_some(spaces)
    };
    match (plausible(u16::from_le_bytes), plausible(u16::from_be_bytes)) {
        (Some(little), Some(big)) if little == big => None,
        (Some(little), Some(big)) => Some(if little > big { UTF_16LE } else { UTF_16BE }),
        (Some(_), None) => Some(UTF_16LE),
        (None, Some(_)) => Some(UTF_16BE),
        (None, None) => None,
    }
}

/// UTF-32 with a byte order mark.
fn utf_32(bytes: &[u8], limit: usize) -> Option<String> {
    let unit: fn([u8; 4]) -> u32 = match bytes {
        [0xff, 0xfe, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] => u32::from_be_bytes,
        _ => return None,
    };
    let units = bytes.get(4..)?.chunks_exact(4).take(limit.saturating_add(1));
    Some(units.map(|four| char::from_u32(unit([four[0], four[1], four[2], four[3]])).unwrap_or('\u{fffd}')).collect())
}

/// Ends lines with line feeds alone.
fn finish(text: String, cut: bool, notes: Vec<String>) -> Decoded {
    Decoded { text: lines(text), notes, cut }
}

/// Ends lines with line feeds alone, pages too, and makes spaces of zero bytes.
pub(super) fn lines(text: String) -> String {
    if !text.bytes().any(|byte| matches!(byte, b'\r' | 0 | b'\x0c' | b'\x0b')) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['\r', '\0', '\x0c', '\x0b']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push(if after.starts_with('\0') { ' ' } else { '\n' });
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The number of the line that an offset is in.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.get(..text.floor_char_boundary(at)).unwrap_or(text).matches('\n').count() + 1
}

/// Reads bytes as text for a reader of a text format, which says what to make of it.
pub(super) fn decoded(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
    limit: usize,
    reason: &str,
    make: impl FnOnce(&str) -> Read,
) -> Read {
    let Some(decoded) = decode(bytes, declared, limit) else {
        return Read::without(Status::Unsupported("its bytes are no text".to_owned()));
    };
    let mut read = make(&decoded.text);
    read.notes.splice(0..0, decoded.notes);
    if decoded.cut {
        read.missing(reason.to_owned(), Status::TooLarge);
    }
    read
}

/// Plain text.
pub(super) fn text(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, None, budget.text_left(), &budget.text_reason(), |text| Read::text(text.to_owned()))
}

/// Markdown without its signs.
pub(super) fn markdown(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, None, budget.text_left(), &budget.text_reason(), |text| {
        let mut out = String::with_capacity(text.len());
        let mut fence: Option<&str> = None;
        for line in text.lines() {
            let inner = line.trim_start();
            let mark = ["```", "~~~"].into_iter().find(|mark| inner.starts_with(mark));
            match (fence, mark) {
                (Some(open), Some(mark)) if open == mark => fence = None,
                (Some(_), _) => out.push_str(line),
                (None, Some(mark)) => {
                    fence = Some(mark);
                    out.push_str(inner.trim_start_matches(['`', '~']));
                }
                (None, None) => markdown_line(inner, &mut out),
            }
            out.push('\n');
        }
        Read::text(out)
    })
}

/// A line of Markdown outside code.
fn markdown_line(line: &str, out: &mut String) {
    let mut line = line.trim_start_matches(['>', ' ', '\t']);
    let rule = |sign: char| line.len() >= 3 && line.chars().all(|c| c == sign || c == ' ' || c == '|' || c == ':');
    if ['=', '-', '*', '_'].into_iter().any(rule) {
        return;
    }
    if let Some(heading) = Some(line.trim_start_matches('#')).filter(|rest| rest.len() < line.len() && rest.starts_with(' ')) {
        line = heading.trim().trim_end_matches('#').trim_end();
    }
    for bullet in ["- ", "* ", "+ ", "[ ] ", "[x] "] {
        line = line.strip_prefix(bullet).map_or(line, str::trim_start);
    }
    let mut chars = line.char_indices().peekable();
    let mut before = ' ';
    let mut opened = false;
    // Where the next `>` is, looked for once.
    let mut closing = 0;
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |&(_, c)| c);
        match c {
            '\\' if after.is_ascii_punctuation() => {
                out.push(after);
                chars.next();
            }
            '*' | '`' => {}
            '~' if after == '~' || before == '~' => {}
            // Inside a word it is a sign of the word.
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => {}
            '!' if after == '[' => {}
            '[' => {}
            ']' if after == '(' => out.push(' '),
            ']' if after == '[' => out.push(' '),
            ']' => {}
            '<' if after.is_ascii_alphabetic() || after == '/' => {
                // A link keeps its target, an element goes.
                opened = true;
                if closing < at {
                    closing = line.get(at..).and_then(|rest| rest.find('>')).map_or(usize::MAX, |end| at + end);
                }
                let inner = (closing - at <= ELEMENT).then(|| line.get(at + 1..closing)).flatten();
                match inner {
                    Some(inner) if inner.contains(['"', '\'']) || !inner.contains(['@', ':']) => {
                        for value in inner.split(['"', '\'']).skip(1).step_by(2) {
                            out.push_str(value);
                            out.push(' ');
                        }
                        let end = at + 1 + inner.len();
                        while chars.next_if(|&(at, _)| at <= end).is_some() {}
                    }
                    Some(_) | None => out.push(' '),
                }
            }
            '>' if opened => out.push(' '),
            _ => out.push(c),
        }
        before = c;
    }
}
