//! Text out of lists made fit for documents: what steers a reader's program or shows something else than it is stands as `\u{...}`.

use std::fmt::Write;

/// Control characters, characters that change the direction of writing, and such as cannot be seen.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

/// The text, harmless, with `replace` for characters that mean something in the document.
pub(crate) fn written(text: &str, replace: impl Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match replace(c) {
            Some(replacement) => out.push_str(replacement),
            // A line break or a tab in a value is a space.
            None if matches!(c, '\n' | '\r' | '\t') => out.push(' '),
            None if is_harmful(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}", c.escape_unicode());
            }
            None => out.push(c),
        }
    }
    out
}

/// `1 party`, `2 parties`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
