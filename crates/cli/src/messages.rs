//! Messages for a person: they go to stderr, never to stdout, one a line, and what they quote from files is made harmless first.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

/// Where messages go, and which ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    quiet: bool,
}

impl Messages {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Says what is going on; not with `--quiet`.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            write(&format!("interdict: {text}"));
        }
    }

    /// Says what went wrong while the work goes on.
    pub(crate) fn warning(text: &str) {
        write(&format!("interdict: warning: {text}"));
    }

    /// Says why the work stopped.
    pub(crate) fn error(text: &str) {
        write(&format!("interdict: error: {text}"));
    }

    /// Advice that follows an error or a note.
    pub(crate) fn hint(text: &str) {
        write(&format!("hint: {text}"));
    }

    /// Advice that follows a note; not with `--quiet`.
    pub(crate) fn quiet_hint(self, text: &str) {
        if !self.quiet {
            Self::hint(text);
        }
    }

    /// Whether a person watches: progress and timings are for terminals only.
    pub(crate) fn is_watched(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}

fn write(text: &str) {
    // There is nowhere left to report that stderr cannot be written.
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
}

/// `1 payment`, `2 payments`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The text with control characters, and characters that change the direction of writing or cannot be seen, written as `\u{...}`, so
/// that a name out of a file can neither steer the terminal nor show something else than it is.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_harmful(character) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The joiners U+200C and U+200D are part of how Persian and Indic names are written and stay.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        for (text, expected) in [
            ("Chonsurim 무역 «ООО»", "Chonsurim 무역 «ООО»"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("x\ny", "x\\u{a}y"),
            ("evil\u{202e}gpj", "evil\\u{202e}gpj"),
            ("c1\u{9b}2J", "c1\\u{9b}2J"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }
}
