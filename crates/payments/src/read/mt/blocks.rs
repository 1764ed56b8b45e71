//! The blocks of an MT message and what stands in its headers: the text of a message goes in; message type, sender, receiver, the fields of
//! blocks 3 and 5, the fields of block 4, and everything that is in none of them come out.

use super::super::lines::field;
use crate::message::Field;

/// A field of block 4.
#[derive(Debug)]
pub(super) struct Tagged<'t> {
    /// Number and letter, such as `50K`.
    pub(super) tag: &'t str,
    /// Its lines without the white space at their ends, none of them empty.
    pub(super) lines: Vec<&'t str>,
    /// Line of the file.
    pub(super) line: u64,
}

/// A message in its parts.
#[derive(Debug, Default)]
pub(super) struct Blocks<'t> {
    pub(super) one: Option<&'t str>,
    pub(super) two: Option<&'t str>,
    /// Fields of block 3.
    pub(super) three: Vec<(&'t str, &'t str)>,
    /// Fields of block 4; `None` without such a block.
    pub(super) four: Option<Vec<Tagged<'t>>>,
    /// Fields of block 5.
    pub(super) five: Vec<(&'t str, &'t str)>,
    /// What is in no block or field that is read.
    pub(super) stray: Vec<Field>,
    pub(super) warnings: Vec<String>,
}

impl<'t> Blocks<'t> {
    /// Parts a message that begins on a line of the file.
    pub(super) fn read(text: &'t str, line: u64) -> Self {
        let mut blocks = Self::default();
        let mut rest = text;
        let mut line = line;
        while !rest.is_empty() {
            let Some(open) = rest.find('{') else {
                blocks.stray("", rest);
                break;
            };
            let (before, from) = rest.split_at(open);
            blocks.stray("", before);
            line += newlines(before);
            let inner = from.get(1..).unwrap_or_default();
            let (id, content) = inner.split_once(':').filter(|(id, _)| is_tag(id)).unwrap_or(("", inner));
            let start = from.len() - content.len();
            let is_text = id == "4" && !content.starts_with('{');
            let end = if is_text { content.find("-}").map(|at| (at, 2)) } else { closing(content).map(|at| (at, 1)) };
            let (end, close) = end.unwrap_or_else(|| {
                blocks.warnings.push(format!("block {} is not closed", if id.is_empty() { "without a number" } else { id }));
                (content.len(), 0)
            });
            let inside = content.get(..end).unwrap_or_default();
            let first = line + newlines(from.get(..start).unwrap_or_default());
            blocks.take(id, inside, first);
            let used = start + end + close;
            line += newlines(from.get(..used).unwrap_or_default());
            rest = from.get(used..).unwrap_or_default();
        }
        blocks
    }

    fn take(&mut self, id: &'t str, inside: &'t str, line: u64) {
        match id {
            "1" if self.one.is_none() => self.one = Some(inside.trim()),
            "2" if self.two.is_none() => self.two = Some(inside.trim()),
            "3" if self.three.is_empty() => self.three = self.parts(id, inside),
            "4" if self.four.is_none() => self.text(inside, line),
            "5" if self.five.is_empty() => self.five = self.parts(id, inside),
            _ => {
                if matches!(id, "1" | "2" | "3" | "4" | "5") {
                    self.warnings.push(format!("block {id} occurs twice; it is screened as free text"));
                }
                let inside = inside.trim();
                if !inside.is_empty() {
                    self.stray.push(field(format!("block {id}").trim_end(), inside));
                }
            }
        }
    }

    /// The blocks inside a block: `{113:XXXX}{121:...}`.
    fn parts(&mut self, block: &str, inside: &'t str) -> Vec<(&'t str, &'t str)> {
        let mut parts = Vec::new();
        let mut rest = inside;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            self.stray(block, before);
            let content = from.get(1..).unwrap_or_default();
            let end = closing(content).unwrap_or(content.len());
            let part = content.get(..end).unwrap_or_default();
            match part.split_once(':').filter(|(tag, _)| is_tag(tag)) {
                Some((tag, value)) => parts.push((tag, value.trim())),
                None => self.stray(block, part),
            }
            rest = content.get(end + 1..).unwrap_or_default();
        }
        self.stray(block, rest);
        parts
    }

    /// The fields of block 4. A field begins with a line `:tag:`.
    fn text(&mut self, inside: &'t str, line: u64) {
        let mut fields: Vec<Tagged<'t>> = Vec::new();
        for (number, text) in (line..).zip(inside.split('\n')) {
            let text = text.trim_end();
            let tagged = text.strip_prefix(':').and_then(|text| text.split_once(':')).filter(|(tag, _)| is_tag(tag));
            let content = match tagged {
                Some((tag, value)) => {
                    fields.push(Tagged { tag, lines: Vec::new(), line: number });
                    value
                }
                None => text,
            };
            if !content.trim().is_empty() {
                match fields.last_mut() {
                    Some(field) => field.lines.push(content),
                    None => self.stray("4", content),
                }
            }
        }
        self.four = Some(fields);
    }

    fn stray(&mut self, block: &str, text: &str) {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '\u{0}' | '\u{1}' | '\u{3}' | '\u{1a}'));
        if text.is_empty() {
            return;
        }
        let place = if block.is_empty() { "outside of the blocks".to_owned() } else { format!("block {block}") };
        self.warnings.push(format!("{place}: {:?} belongs to no field; it is screened as free text", short(text)));
        self.stray.push(field(place, text));
    }
}

/// The begin of a text, for a message.
pub(super) fn short(text: &str) -> String {
    let mut begin: String = text.chars().take(40).collect();
    if begin.len() < text.len() {
        begin.push_str("...");
    }
    begin
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// Whether a text can be the tag of a field or block, also a mistyped one.
fn is_tag(tag: &str) -> bool {
    (1..=4).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Where the brace that closes a block stands.
fn closing(content: &str) -> Option<usize> {
    let mut depth = 0_u32;
    content.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return true,
            b'}' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// What the header blocks say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header<'t> {
    /// Three digits of the message type.
    pub(super) message_type: &'t str,
    /// BIC of the sender; empty when it cannot be told.
    pub(super) sender: String,
    /// BIC of the receiver; empty when it cannot be told.
    pub(super) receiver: String,
}

/// Reads blocks 1 and 2; the error names the block and what is wrong with it.
pub(super) fn header<'t>(blocks: &mut Blocks<'t>) -> Result<Header<'t>, (&'static str, String)> {
    let own = match blocks.one {
        None => {
            blocks.warnings.push("block 1 is missing".to_owned());
            ""
        }
        Some(one) => match (one.get(..1), one.get(1..3)) {
            (Some("F"), Some("01")) => one.get(3..15).unwrap_or_default(),
            (Some("F"), Some("21")) => {
                return Err(("block 1", "an acknowledgement of the network, which is no payment".to_owned()));
            }
            (Some("A" | "L"), _) => {
                return Err(("block 1", "a message between a terminal and the network, no payment".to_owned()));
            }
            _ => "",
        },
    };
    if own.is_empty() && blocks.one.is_some() {
        blocks.warnings.push("block 1: it has not the form F01, terminal, session, sequence".to_owned());
        blocks.stray.extend(blocks.one.map(|one| field("block 1", one)));
    }
    let Some(two) = blocks.two else {
        return Err(("block 2", "it is missing, so the type of the message is not known".to_owned()));
    };
    let message_type = two.get(1..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(message_type) = message_type else {
        return Err(("block 2", format!("{:?} has no message type", short(two))));
    };
    // Input: type, receiver, priority. Output: type, time, day, sender, session, sequence, day, time, priority.
    let (sender, receiver) = match two.get(..1) {
        Some("I") => (own, two.get(4..16).or(two.get(4..)).unwrap_or_default()),
        Some("O") => (two.get(14..26).unwrap_or_default(), own),
        _ => return Err(("block 2", format!("{:?} is neither input nor output", short(two)))),
    };
    Ok(Header { message_type, sender: bic(sender), receiver: bic(receiver) })
}

/// The BIC of a logical terminal, which has the letter of the terminal after the first eight characters.
fn bic(terminal: &str) -> String {
    let terminal = terminal.trim();
    match (terminal.get(..8), terminal.get(9..12)) {
        (Some(bank), Some(branch)) if terminal.len() == 12 => format!("{bank}{branch}"),
        _ => terminal.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_its_parts() {
        let text = "{1:F01EXAMBEBBAXXX0000000000}{2:I103EXAMDEFFXXXXN}{3:{113:SEPA}{121:x}}{4:\r\n:20:REF\r\n:59:/1\r\nNAME\r\n\r\n:7:x\r\n-}{5:{CHK:1}}{S:{COP:S}}";
        let mut blocks = Blocks::read(text, 7);
        assert_eq!(
            (blocks.three.as_slice(), blocks.five.as_slice()),
            (&[("113", "SEPA"), ("121", "x")][..], &[("CHK", "1")][..])
        );
        let four: Vec<_> =
            blocks.four.as_ref().unwrap().iter().map(|field| (field.tag, field.line, field.lines.clone())).collect();
        assert_eq!(four, [("20", 8, vec!["REF"]), ("59", 9, vec!["/1", "NAME"]), ("7", 12, vec!["x"])]);
        assert_eq!((blocks.stray.len(), blocks.warnings.len()), (1, 0), "{blocks:?}");
        let header = header(&mut blocks).unwrap();
        assert_eq!((header.message_type, &*header.sender, &*header.receiver), ("103", "EXAMBEBBXXX", "EXAMDEFFXXX"));
    }

    #[test]
    fn an_output_message_names_the_sender_in_block_2() {
        let text = "{1:F01EXAMDEFFAXXX0000000000}{2:O1031200260102EXAMBEBBAXXX00000000002601021201N}";
        let header = header(&mut Blocks::read(text, 1)).unwrap();
        assert_eq!((&*header.sender, &*header.receiver), ("EXAMBEBBXXX", "EXAMDEFFXXX"));
    }

    #[test]
    fn headers_that_tell_no_payment_are_refused() {
        for (text, block) in [
            ("{1:F21EXAMDEFFAXXX0000000000}{4:{177:1}}", "block 1"),
            ("{1:L01EXAMDEFFAXXX0000000000}", "block 1"),
            ("{1:F01EXAMDEFFAXXX0000000000}", "block 2"),
            ("{2:I10}", "block 2"),
            ("{2:X103}", "block 2"),
            ("{2:Iabc}", "block 2"),
            ("", "block 2"),
        ] {
            assert_eq!(header(&mut Blocks::read(text, 1)).unwrap_err().0, block, "{text}");
        }
    }

    #[test]
    fn what_is_in_no_field_is_kept() {
        for (text, kept) in [
            ("{1:A}KIM CHOL{2:B}", "KIM CHOL"),
            ("{1:A}{2:B}{1:KIM}", "KIM"),
            ("{3:{113:X}KIM}", "KIM"),
            ("{3:{:KIM}}", ":KIM"),
            ("{KIM}", "KIM"),
            ("{9:KIM}", "KIM"),
            ("{4:\nKIM\n:20:X\n-}", "KIM"),
            ("{4:\n:20:X\n-}KIM", "KIM"),
            ("{4:\n:20:X\n-}}", "}"),
        ] {
            let blocks = Blocks::read(text, 1);
            assert_eq!(blocks.stray.iter().map(|field| field.value.as_str()).collect::<Vec<_>>(), [kept], "{text}");
        }
        assert_eq!(Blocks::read("{4:\n:20:X\n", 1).warnings, ["block 4 is not closed"]);
    }
}
