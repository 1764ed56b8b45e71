//! Texts in pictures and files: how wide a text is on the page, where it is broken into lines, and how it is escaped. Any string
//! goes in, of any script and with any character; lines that fit a box, or text that XML accepts, come out.

use unicode_width::UnicodeWidthChar;

/// What stands for the rest of a text that was cut.
const ELLIPSIS: char = '…';
/// A text longer than this is cut before it is broken into lines: it fills more lines than any box has.
const MAX_CHARS: usize = 400;

/// The width of a character as a share of the size of the font, for the usual sans-serif fonts.
fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.28,
        ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 0.95,
        'A'..='Z' | '&' | '<' | '>' | '+' | '=' | '~' | '#' => 0.71,
        _ if c.is_ascii() => 0.56,
        _ => match c.width().unwrap_or(0) {
            0 => 0.0,
            1 => 0.64,
            _ => 1.02,
        },
    }
}

/// The estimated width of a text in a font of `size` px.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(char_width).sum::<f64>() * size
}

/// The text as a picture shows it: control characters are spaces, marks that turn the direction of what follows are gone (they
/// could make a name look like another), and runs of white space are one space.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars() {
        match c {
            '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            _ if c.is_whitespace() || c.is_control() => gap = true,
            _ if !is_xml(c) => {}
            _ => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(c);
            }
        }
    }
    out
}

/// Whether a line can be broken after this character.
fn breaks_after(c: char) -> bool {
    matches!(c, ' ' | '-' | '/' | ',' | ';' | '@' | '、' | '，') || c.width() == Some(2)
}

/// Breaks a visible text into lines of at most `room` px, without a limit to their number.
fn break_lines(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut line_width = 0.0;
    // The place in `line` behind the last character after which it can be broken.
    let mut last_break = 0;
    for c in text.chars() {
        let char_width = char_width(c) * size;
        if line_width + char_width > room && !line.is_empty() && char_width > 0.0 && c != ' ' {
            let at = if last_break > 0 { last_break } else { line.len() };
            let rest = line.split_off(at);
            lines.push(line.trim_end().to_owned());
            line_width = width(&rest, size);
            line = rest;
            last_break = 0;
        }
        line.push(c);
        line_width += char_width;
        if breaks_after(c) {
            last_break = line.len();
        }
    }
    let line = line.trim_end();
    if !line.is_empty() {
        lines.push(line.to_owned());
    }
    lines
}

/// Breaks a text into at most `most` lines of at most `room` px, of about the same length. What does not fit is cut off, with
/// an ellipsis in its place. An empty text has no lines.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text = visible(text);
    let cut = text.chars().count() > MAX_CHARS;
    let text: String = text.chars().take(MAX_CHARS).collect();
    let mut lines = break_lines(&text, size, room);
    if !cut && lines.len() <= most {
        let mut narrower = room;
        while narrower > 60.0 {
            narrower -= 8.0;
            let even = break_lines(&text, size, narrower);
            let splits_words =
                even.len() > 1 && even.iter().any(|line| width(line, size) + size > narrower && !line.contains(' '));
            if even.len() > lines.len() || splits_words {
                break;
            }
            lines = even;
        }
        return lines;
    }
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        while width(last, size) + char_width(ELLIPSIS) * size > room && last.pop().is_some() {}
        // A mark without its letter would stand above the ellipsis.
        last.truncate(last.trim_end().len());
        last.push(ELLIPSIS);
    }
    lines
}

/// Whether XML 1.0 allows the character.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..) && c != '\u{7F}'
}

/// Escapes a text for XML, in elements and in quoted attributes. Characters that XML does not allow are left out.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_xml(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_scripts_are_wider() {
        assert!(width("한국무역", 10.0) > 1.5 * width("hand", 10.0));
        assert!((width("e\u{301}", 10.0) - width("e", 10.0)).abs() < 1e-9);
    }

    #[test]
    fn lines_fit_and_say_when_they_are_cut() {
        let lines =
            wrap("The Very Long Name of an Invented Trading and Shipping Company of the Far North Limited", 13.0, 120.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| width(line, 13.0) <= 120.0), "{lines:?}");
        assert!(lines[2].ends_with('…'));
        assert_eq!(wrap("Acme Ltd", 13.0, 120.0, 3), ["Acme Ltd"]);
        assert!(wrap(" \u{0} ", 13.0, 120.0, 3).is_empty());
        assert_eq!(wrap(&"x".repeat(10_000), 13.0, 120.0, 1).len(), 1);
    }

    #[test]
    fn direction_marks_do_not_reach_the_page() {
        assert_eq!(visible("a\u{202E}b\u{0}\n c"), "ab c");
    }

    #[test]
    fn xml_is_escaped() {
        assert_eq!(xml("<a b=\"c\">&\u{1}\u{FFFF}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&#10;");
    }
}
