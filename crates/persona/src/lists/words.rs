//! Phrases that are looked for in names by whole words: phrases with the number of their row go in; of a name, the row of the longest
//! phrase in it comes out. Spaces, punctuation and case make no difference ("Any Desk", `anydesk.exe`, "AnyDesk-8"), and a phrase is never
//! found inside another word ("`SteamViewer`").

use rustc_hash::FxHashMap;

/// The longest name that is looked at, in bytes; the rest is left.
const MAX_NAME: usize = 4096;

/// Phrases by their letters and digits.
#[derive(Debug, Default, Clone)]
pub(super) struct Phrases {
    rows: FxHashMap<String, usize>,
    longest: usize,
}

impl Phrases {
    /// Adds a phrase. The first row with a phrase keeps it.
    pub(super) fn add(&mut self, phrase: &str, row: usize) {
        let key: String = phrase.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if !key.is_empty() {
            self.longest = self.longest.max(key.len());
            self.rows.entry(key).or_insert(row);
        }
    }

    /// The row of the longest phrase in a name; of equally long ones the first.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let pieces = pieces(name);
        let mut best: Option<(usize, usize)> = None;
        let mut key = String::new();
        for start in 0..pieces.len() {
            key.clear();
            for piece in &pieces[start..] {
                key.push_str(piece);
                if key.len() > self.longest {
                    break;
                }
                if let Some(row) = self.rows.get(&key).filter(|_| best.is_none_or(|(length, _)| key.len() > length)) {
                    best = Some((key.len(), *row));
                }
            }
        }
        best.map(|(_, row)| row)
    }
}

/// The words of a name in lower case: at punctuation, where small letters meet capitals, before the last capital of a run, and where
/// letters meet digits.
fn pieces(name: &str) -> Vec<String> {
    let end = (0..=name.len().min(MAX_NAME)).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let letters: Vec<char> = name[..end].chars().collect();
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next = letters.get(at + 1);
        let boundary = before.is_some_and(|before| {
            (before.is_lowercase() && letter.is_uppercase())
                || (before.is_uppercase() && letter.is_uppercase() && next.is_some_and(|next| next.is_lowercase()))
                || (before.is_numeric() != letter.is_numeric())
        });
        if (boundary || !letter.is_alphanumeric()) && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        if letter.is_alphanumeric() {
            piece.extend(letter.to_lowercase());
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Phrases, pieces};

    #[test]
    fn words_of_a_name() {
        for (name, words) in [
            ("AnyDesk 8.0.1 (x64)", "any desk 8 0 1 x 64"),
            ("TeamViewer_Service.exe", "team viewer service exe"),
            ("IPMsg", "ip msg"),
            ("UltraVNCServer", "ultra vnc server"),
            ("x11vnc", "x 11 vnc"),
            ("ÉcranDistant", "écran distant"),
            ("", ""),
        ] {
            assert_eq!(pieces(name).join(" "), words);
        }
    }

    #[test]
    fn a_long_name_is_bounded() {
        let mut phrases = Phrases::default();
        phrases.add("any desk", 7);
        assert_eq!(phrases.find(&format!("AnyDesk {}", "é!".repeat(100_000))), Some(7));
        assert_eq!(phrases.find(&format!("{} AnyDesk", "é!".repeat(100_000))), None);
    }

    #[test]
    fn an_empty_phrase_is_none() {
        let mut phrases = Phrases::default();
        phrases.add("-", 1);
        assert_eq!(phrases.find("anything - at all"), None);
    }
}
