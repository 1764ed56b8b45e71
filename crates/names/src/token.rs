//! The result types of name parsing: what a name consists of once script, spelling and punctuation
//! have been taken away. Plain data; [`crate::parse_name`] makes it, matching reads it.

use crate::lexicon::{self, Part, Position};
use crate::script::Script;

/// What sort of thing a name names. It decides which rules apply: legal forms are looked for in names
/// of organisations only, titles and family-name rules in names of persons only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// A human being.
    Person,
    /// A company, agency, bank, group or any other body.
    Organization,
    /// A vessel, an aircraft or another named thing.
    Object,
    /// Not known: the rules of both persons and organisations apply where they do not conflict.
    Unknown,
}

/// The part a token plays in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A distinctive word: most of what makes a name a name.
    Word,
    /// A single letter, such as the `J` of `J. Smith`.
    Initial,
    /// A number in decimal digits, without leading zeros.
    Number,
    /// A legal form. The id is the equivalence class: `llc` stands for limited liability in any
    /// jurisdiction (Ltd, `GmbH`, ООО, 有限公司), `jsc` for joint stock (AG, SA, АО, 股份有限公司),
    /// `corp` for corporation and Inc, `co` for a plain company.
    LegalForm(&'static str),
    /// A word that says what sort of body this is or where it sits, and so tells few bodies apart:
    /// trading, shipping, group, international. [`Token::canon`] has its canonical English word.
    Generic,
    /// A name particle: al, bin, van, de.
    Particle,
    /// A title, honorific or vessel prefix: Dr, General, Sheikh, M/V.
    Title,
    /// A function word: of, the, and.
    Stop,
}

/// One token of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token {
    /// Romanised and folded text: `[a-z0-9]` only, never empty. For a legal form it is the id of its
    /// equivalence class.
    pub text: String,
    /// The folded token in its own script, when that is not Latin.
    pub native: Option<String>,
    /// The part this token plays.
    pub kind: TokenKind,
    /// The canonical English word of a legal form, a generic word or an abbreviation.
    pub canon: Option<&'static str>,
    /// Korean keys (see [`crate::korean_keys`]), best first, and after them, in names of people, Chinese keys (see
    /// [`crate::chinese_keys`]): [`crate::is_korean_key`] and [`crate::is_chinese_key`] tell which is which. Empty when the token cannot
    /// be read as one to four syllables of either language.
    pub korean: Vec<String>,
    /// Further romanised spellings, `[a-z0-9]`, under which the same written token may be met: 黃 is Huang, Wong and Oei, 碧 is Aoi, Ao
    /// and Midori. Best first, at most [`crate::MAX_READINGS`]; empty for most tokens.
    pub readings: Vec<String>,
    /// Consonant skeleton (see [`crate::skeleton`]); never empty.
    pub skeleton: String,
    /// How common the word is in names: 0 for most, 1 for a common name or word, 2 for one that thousands
    /// share. Only for words.
    pub common: u8,
}

impl Token {
    /// Whether it was read as a title that is a name as often: Khan, Malik, Hafiz.
    #[must_use]
    pub fn is_title_or_name(&self) -> bool {
        let entry = || lexicon::entry(self.native.as_deref().unwrap_or(&self.text));
        self.kind == TokenKind::Title && entry().is_some_and(|entry| entry.part == Some((Part::Title, Position::Inner)))
    }
}

/// Something removed or repaired on the way. Matching does not need notes, an explanation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameNote {
    /// So many bidirectional control characters were removed.
    BidiRemoved(usize),
    /// So many control characters were removed.
    ControlRemoved(usize),
    /// So many zero-width or otherwise invisible characters were removed.
    InvisibleRemoved(usize),
    /// So many look-alike letters of another script were folded to the script of their word.
    HomoglyphsFolded(usize),
    /// The name was longer than [`crate::MAX_CHARS`] characters or [`crate::MAX_TOKENS`] tokens; the
    /// rest was left out.
    Truncated,
}

/// A parsed name. Tokens stand in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsedName {
    /// The tokens, at most [`crate::MAX_TOKENS`]. Empty only when the input holds nothing but
    /// punctuation, symbols and invisible characters.
    pub tokens: Vec<Token>,
    /// The script most letters of the name are written in.
    pub script: Script,
    /// What was removed or repaired.
    pub notes: Vec<NameNote>,
    /// For `LAST, First`: the index of the token after which the first comma stood. Only for
    /// [`NameKind::Person`] and [`NameKind::Unknown`], and never the last token.
    pub comma_after: Option<usize>,
}
