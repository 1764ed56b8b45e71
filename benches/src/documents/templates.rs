//! Sentence templates: a text file with kinds of articles goes in; headings and sentences with their slots come out.

use rustc_hash::FxHashMap;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words as they are.
    Words(String),
    /// What is filled in: `P`, `P's`, `city`.
    Slot(String),
}

/// A sentence with its slots.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) pieces: Vec<Piece>,
    /// Whether it stands on a line of its own.
    pub(super) line: bool,
    /// How many listed parties and identifiers it takes.
    pub(super) listed: usize,
}

/// A kind of article.
#[derive(Clone, Debug, Default)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) headings: Vec<Sentence>,
    /// Sentences that name somebody listed.
    pub(super) naming: Vec<Sentence>,
    /// Sentences that do not.
    pub(super) plain: Vec<Sentence>,
}

/// The templates of a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Templates {
    pub(super) kinds: Vec<Kind>,
    lists: FxHashMap<String, Vec<String>>,
}

/// Whether a slot is for something listed: those begin with a capital or are kinds of identifiers.
pub(super) fn is_listed(slot: &str) -> bool {
    slot.starts_with(|c: char| c.is_ascii_uppercase()) || IDENTIFIERS.contains(&slot)
}

/// Slots of identifiers.
pub(super) const IDENTIFIERS: [&str; 4] = ["wallet", "imo", "bic", "passport"];

fn sentence(line: &str) -> Sentence {
    let (own, text) = line.strip_prefix("| ").map_or((false, line), |text| (true, text));
    let mut pieces = Vec::new();
    for part in text.split_inclusive('}') {
        match part.strip_suffix('}').and_then(|part| part.split_once('{')) {
            Some((words, slot)) => {
                if !words.is_empty() {
                    pieces.push(Piece::Words(words.to_owned()));
                }
                pieces.push(Piece::Slot(slot.to_owned()));
            }
            None => pieces.push(Piece::Words(part.to_owned())),
        }
    }
    let listed = pieces.iter().filter(|piece| matches!(piece, Piece::Slot(slot) if is_listed(slot))).count();
    Sentence { pieces, line: own, listed }
}

impl Templates {
    pub(super) fn parse(text: &str) -> Self {
        let mut templates = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(';')) {
            if let Some((slot, words)) = line.strip_prefix('@').and_then(|line| line.split_once(' ')) {
                templates.lists.insert(slot.to_owned(), words.split('|').map(str::to_owned).collect());
            } else if let Some(name) = line.strip_prefix("# ") {
                templates.kinds.push(Kind { name: name.to_owned(), ..Kind::default() });
            } else if let Some(kind) = templates.kinds.last_mut() {
                if let Some(heading) = line.strip_prefix("= ") {
                    kind.headings.push(sentence(heading));
                } else {
                    let sentence = sentence(line);
                    if sentence.listed > 0 { &mut kind.naming } else { &mut kind.plain }.push(sentence);
                }
            }
        }
        templates
    }

    /// The words that a slot may be filled with; none for slots of other kinds.
    pub(super) fn list(&self, slot: &str) -> &[String] {
        self.lists.get(slot).map_or(&[], Vec::as_slice)
    }
}
