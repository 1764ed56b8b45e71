//! Small things that parsers of several formats share: the tables of facts under `data/`, and keys for things to which a list gives
//! no id of their own.

use sha2::{Digest, Sha256};

/// The rows of a table of facts: tab-separated, with comment lines and one header line before them.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).map(|line| line.split('\t').collect())
}

/// A key made of texts, for ids that must stay the same from issue to issue as long as the texts do: 12 hexadecimal digits.
pub(crate) fn key(texts: &[&str]) -> String {
    use std::fmt::Write;
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        // Keeps `ab, c` and `a, bc` apart.
        hash.update([0]);
    }
    hash.finalize().iter().take(6).fold(String::with_capacity(12), |mut key, byte| {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
        key
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_texts_apart() {
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&[]).len(), 12);
    }
}
