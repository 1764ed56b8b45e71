//! Ordinary words: those that a text has without naming anybody (`data/ordinary_words.tsv`). A name made of nothing else names somebody
//! only in context.

/// Whether a word is an ordinary one of a language. It is given in lower case, as written.
#[must_use]
pub fn is_ordinary(word: &str) -> bool {
    let _ = word;
    false
}
