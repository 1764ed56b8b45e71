//! The tokens of HTML, by the rules of its standard (WHATWG HTML, 13.2.5): a text goes in; text, elements with the attributes that are
//! asked for, and the insides of scripts come out. It takes time that is linear in the text whatever stands in it, which the tokenizer
//! of `html5ever` does not: it compares each attribute of an element with all others. The named characters are from there.

use html5ever::data::NAMED_ENTITIES;

/// Elements in which there is no markup up to their end.
const RAW: [&str; 8] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];
/// The longest name of an element that is told from others.
const NAME: usize = 32;

/// One token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text, with its character references as they are written.
    Text(&'t str),
    /// The beginning of an element, with its name in small letters.
    Start(String, Attributes<'t>),
    /// The end of an element, with its name in small letters.
    End(String),
    /// What is inside an element without markup, which ends behind it.
    Raw(String, Attributes<'t>, &'t str),
}

/// The attributes of an element as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attributes<'t>(&'t str);

impl<'t> Attributes<'t> {
    /// The attributes one after the other: name and value, as written.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let text = self.0;
        let mut at = 0;
        std::iter::from_fn(move || {
            let (name, value, next) = attribute(text, at)?;
            at = next;
            Some((text.get(name)?, text.get(value)?))
        })
    }
}

/// The tokens of a text.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Elements and comments that are not closed from here on: what is behind them is read as if they were not there.
    unclosed: [bool; RAW.len() + 2],
}

const COMMENT: usize = RAW.len();
const CDATA: usize = RAW.len() + 1;

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, unclosed: [false; RAW.len() + 2] }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Where `what` ends from here on, in bytes from here; asked once only where there is none.
    fn closed(&mut self, what: usize, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
        if self.unclosed.get(what).copied().unwrap_or(true) {
            return None;
        }
        let end = find(self.rest());
        if end.is_none()
            && let Some(unclosed) = self.unclosed.get_mut(what)
        {
            *unclosed = true;
        }
        end
    }

    /// The text up to the next `<` behind the first `skip` bytes.
    fn text(&mut self, skip: usize) -> Token<'t> {
        let rest = self.rest();
        let end = rest
            .as_bytes()
            .get(skip..)
            .and_then(|bytes| bytes.iter().position(|&b| b == b'<'))
            .map_or(rest.len(), |at| at + skip);
        self.at += end;
        Token::Text(rest.get(..end).unwrap_or_default())
    }

    /// Up to the next `>`, which may be missing at the end of the text alone.
    fn bogus(&mut self) {
        let rest = self.rest();
        self.at += rest.find('>').map_or(rest.len(), |at| at + 1);
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let rest = self.rest();
            let bytes = rest.as_bytes();
            match (bytes.first()?, bytes.get(1)) {
                (b'<', Some(b'!')) if rest.starts_with("<!--") => {
                    let short = ["<!-->", "<!--->"].into_iter().find(|short| rest.starts_with(short)).map(str::len);
                    match short.or_else(|| self.closed(COMMENT, comment_end)) {
                        Some(end) => self.at += end,
                        None => return Some(self.text(4)),
                    }
                }
                (b'<', Some(b'!')) if rest.starts_with("<![CDATA[") => match self.closed(CDATA, |rest| rest.find("]]>")) {
                    Some(end) => {
                        self.at += end + 3;
                        return rest.get(9..end).map(Token::Text);
                    }
                    None => return Some(self.text(9)),
                },
                (b'<', Some(b'!' | b'?')) => self.bogus(),
                (b'<', Some(b'/')) => {
                    if !bytes.get(2).is_some_and(u8::is_ascii_alphabetic) {
                        self.bogus();
                        continue;
                    }
                    let (name, attributes) = name(rest, 2);
                    self.at += attributes_end(rest, attributes).map_or(rest.len(), |end| end + 1);
                    return Some(Token::End(name));
                }
                (b'<', Some(letter)) if letter.is_ascii_alphabetic() => {
                    let (name, from) = name(rest, 1);
                    // An element that the text ends in is text.
                    let Some(end) = attributes_end(rest, from) else {
                        self.at = self.text.len();
                        return Some(Token::Text(rest));
                    };
                    let attributes = Attributes(rest.get(from..end).unwrap_or_default());
                    self.at += end + 1;
                    if let Some(raw) = RAW.iter().position(|&raw| raw == name) {
                        let inside = self.rest();
                        if let Some(end) = self.closed(raw, |rest| raw_end(rest, &name)) {
                            self.at += end;
                            return inside.get(..end).map(|inside| Token::Raw(name, attributes, inside));
                        }
                    }
                    return Some(Token::Start(name, attributes));
                }
                (b'<', _) => return Some(self.text(1)),
                _ => return Some(self.text(0)),
            }
        }
    }
}

/// The name of an element at `at`, in small letters, and where it ends.
fn name(text: &str, at: usize) -> (String, usize) {
    let bytes = text.as_bytes();
    let rest = bytes.get(at..).unwrap_or_default();
    let len = rest.iter().position(|&byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')).unwrap_or(rest.len());
    let name = if len > NAME { "?" } else { text.get(at..at + len).unwrap_or_default() };
    (name.to_ascii_lowercase(), at + len)
}

/// One attribute from `at` on: the ranges of its name and value, and where it ends. `None` at the end of the element.
fn attribute(text: &str, at: usize) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>, usize)> {
    let bytes = text.as_bytes();
    let find = |from: usize, what: fn(u8) -> bool| {
        bytes.get(from..).and_then(|rest| rest.iter().position(|&byte| what(byte))).map_or(bytes.len(), |at| from + at)
    };
    let start = find(at, |byte| !byte.is_ascii_whitespace() && byte != b'/');
    if matches!(bytes.get(start), None | Some(b'>')) {
        return None;
    }
    // A sign that may not begin a name begins one all the same.
    let end = find(start + 1, |byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'='));
    let equals = find(end, |byte| !byte.is_ascii_whitespace());
    if bytes.get(equals) != Some(&b'=') {
        return Some((start..end, end..end, end));
    }
    let value = find(equals + 1, |byte| !byte.is_ascii_whitespace());
    Some(match bytes.get(value) {
        Some(b'"') => {
            let close = find(value + 1, |byte| byte == b'"');
            (start..end, value + 1..close, close + 1)
        }
        Some(b'\'') => {
            let close = find(value + 1, |byte| byte == b'\'');
            (start..end, value + 1..close, close + 1)
        }
        _ => {
            let close = find(value, |byte| byte.is_ascii_whitespace() || byte == b'>');
            (start..end, value..close, close)
        }
    })
}

/// Where the `>` of an element is whose attributes begin at `at`.
fn attributes_end(text: &str, mut at: usize) -> Option<usize> {
    while let Some((_, _, next)) = attribute(text, at) {
        at = next;
    }
    let rest = text.as_bytes().get(at..)?;
    let end = at + rest.iter().position(|&byte| !byte.is_ascii_whitespace() && byte != b'/')?;
    (text.as_bytes().get(end) == Some(&b'>')).then_some(end)
}

/// Where a comment ends.
fn comment_end(text: &str) -> Option<usize> {
    let mut from = 4;
    loop {
        let at = from + text.get(from..)?.find("--")?;
        let rest = text.get(at + 2..)?;
        if rest.starts_with('>') {
            return Some(at + 3);
        }
        if rest.starts_with("!>") {
            return Some(at + 4);
        }
        from = at + 1;
    }
}

/// Where the end of an element without markup begins.
fn raw_end(text: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find("</")?;
        let rest = text.as_bytes().get(at + 2..)?;
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|&byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
        {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Replaces character references by their characters.
pub(super) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let len = match reference.as_bytes().get(1) {
            Some(b'#') => numbered(reference, out),
            Some(letter) if letter.is_ascii_alphabetic() => named(reference, out),
            Some(_) | None => None,
        };
        let len = len.unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = reference.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// `&#1050;` or `&#x41a;`: its length.
fn numbered(text: &str, out: &mut String) -> Option<usize> {
    let digits = text.get(2..)?;
    let (radix, digits, start) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits, 3),
        None => (10, digits, 2),
    };
    let len = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let number = digits.get(..len).and_then(|digits| u32::from_str_radix(digits, radix).ok()).unwrap_or(u32::MAX);
    out.push(match number {
        // As browsers do, what is no character of Unicode here is one of Windows.
        0x80..=0x9f => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[number as u8]).0.chars().next().unwrap_or('\u{fffd}')
        }
        0 => '\u{fffd}',
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    });
    Some(start + len + usize::from(digits.as_bytes().get(len) == Some(&b';')))
}

/// `&amp;`, and those old ones that do without the semicolon: the length.
fn named(text: &str, out: &mut String) -> Option<usize> {
    // The longest name has 31 letters.
    let len = text.bytes().skip(1).take(32).take_while(u8::is_ascii_alphanumeric).count();
    let whole = 1 + len + usize::from(text.as_bytes().get(1 + len) == Some(&b';'));
    for end in (2..=whole).rev() {
        if let Some(&(first, second)) = text.get(1..end).and_then(|name| NAMED_ENTITIES.get(name))
            && first != 0
        {
            out.extend(char::from_u32(first));
            out.extend(char::from_u32(second).filter(|&c| c != '\0'));
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        unescape(text, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn references() {
        check("Fisch &amp; S&ouml;hne", "Fisch & Söhne");
        check("AT&T, R&D; &unknown; &", "AT&T, R&D; &unknown; &");
        check("&#1050;&#x438;&#1084 &#147;x&#148; &#0; &#99999999999;", "Ким “x” \u{fffd} \u{fffd}");
        check("&copy2025 &notit;", "©2025 ¬it;");
    }

    #[test]
    fn tokens() {
        let text = "a<!-- <b> --><P CLASS='x>y' id=z/>t</p ><script>if (a<b) {}</script><3 <br/ <i";
        let tokens: Vec<String> = Tokens::new(text)
            .map(|token| match token {
                Token::Text(text) => format!("={text}"),
                Token::Start(name, attributes) => format!("+{name}{:?}", attributes.iter().collect::<Vec<_>>()),
                Token::End(name) => format!("-{name}"),
                Token::Raw(name, _, inside) => format!("!{name} {inside}"),
            })
            .collect();
        let expected = [
            "=a",
            "+p[(\"CLASS\", \"x>y\"), (\"id\", \"z/\")]",
            "=t",
            "-p",
            "!script if (a<b) {}",
            "-script",
            "=<3 ",
            "=<br/ <i",
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn an_element_that_is_never_closed_hides_nothing() {
        for text in ["<script>Kim Example", "<!-- Kim Example", "<title>Kim Example", "<a href=\"Kim Example"] {
            let found = Tokens::new(text).any(|token| matches!(token, Token::Text(text) if text.contains("Kim Example")));
            assert!(found, "{text}");
        }
    }
}
