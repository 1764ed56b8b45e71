//! What a word of a text may be on the list, found once for each distinct word and remembered: a text repeats its words.

use interdict_matching::{Matcher, Reach};
use interdict_names::TokenKind;
use interdict_snapshot::{NameRef, Snapshot, TokenRef};
use rustc_hash::FxHashMap;

use super::index::{Anchors, mark};
use super::inflection::{base_forms, in_figures, without_particles};
use super::words::{Case, Word};
use crate::ordinary::is_ordinary;

/// A word of the list that a word of a text may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Like {
    pub(super) token: u32,
    pub(super) alike: f32,
    /// The form of the word that is like it: an index into the forms of the word, 0 for the word as written.
    pub(super) form: u8,
}

/// A distinct word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    likes: (u32, u32),
    joined: (u32, u32),
    forms: (u32, u32),
    /// An ordinary word of a language.
    pub(super) ordinary: bool,
    /// The class of legal forms that it is of, an index into those that were met; 0 for none.
    pub(super) form: u16,
    /// The marks of all that it may be on the list.
    pub(super) marks: u64,
    /// A name may begin with it: one of its likes is an anchor.
    pub(super) anchors: bool,
}

/// Words that are remembered; beyond, all are forgotten. Nothing found depends on what is remembered.
const MOST: usize = 1 << 17;

/// What was learnt of words.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    by_word: FxHashMap<Box<[u8]>, u32>,
    known: Vec<Known>,
    likes: Vec<Like>,
    joined: Vec<u32>,
    forms: Vec<Box<str>>,
    /// The snapshot and settings that it is of.
    owner: u64,
    key: Vec<u8>,
    found: Vec<(u32, f32)>,
    /// Classes of legal forms that were met.
    classes: Vec<Box<str>>,
}

/// Forms of a word that are looked up, beside the word as written.
pub(super) const MOST_FORMS: u8 = 60;

/// Similarity from which on a word of a text is taken for one of the list, unless it is a rarer one of the whole name's score.
const LEAST: f32 = 0.8;

impl Vocabulary {
    /// Forgets what was learnt from another snapshot or by other settings, and makes room.
    pub(super) fn begin(&mut self, owner: u64) {
        if self.owner != owner || self.known.len() > MOST {
            self.by_word.clear();
            self.known.clear();
            self.likes.clear();
            self.joined.clear();
            self.forms.clear();
            self.classes.clear();
            self.owner = owner;
        }
    }

    pub(super) fn get(&self, index: u32) -> &Known {
        &self.known[index as usize]
    }

    pub(super) fn likes(&self, index: u32) -> &[Like] {
        let (from, to) = self.known[index as usize].likes;
        &self.likes[from as usize..to as usize]
    }

    /// Names in which two neighbours, written as one, are the word.
    pub(super) fn joined(&self, index: u32) -> &[u32] {
        let (from, to) = self.known[index as usize].joined;
        &self.joined[from as usize..to as usize]
    }

    /// A form of the word other than as written.
    pub(super) fn form(&self, index: u32, form: u8) -> Option<&str> {
        let (from, to) = self.known[index as usize].forms;
        let at = from as usize + usize::from(form).checked_sub(1)?;
        (at < to as usize).then(|| &*self.forms[at])
    }

    /// Whether a word is a legal form of the class of a listed token.
    pub(super) fn is_form(&self, index: u32, class: &str) -> bool {
        let form = usize::from(self.known[index as usize].form);
        form.checked_sub(1).and_then(|at| self.classes.get(at)).is_some_and(|held| **held == *class)
    }

    /// The index of a word, which is looked up if it is new.
    pub(super) fn index(
        &mut self,
        context: &str,
        word: Word,
        matcher: &Matcher<'_>,
        snapshot: &Snapshot,
        anchors: &Anchors,
    ) -> u32 {
        let text = &*word.text(context);
        // What may be a name is looked for further than what is written small.
        let named = word.case != Case::Lower;
        self.key.clear();
        let whole = word.whole(context);
        self.key.push(u8::from(named) + 2 * u8::from(whole.is_some()));
        self.key.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        if let Some(index) = self.by_word.get(self.key.as_slice()) {
            return *index;
        }
        let index = self.learn(text, whole, named, word.digits, matcher, snapshot, anchors);
        self.by_word.insert(self.key.as_slice().into(), index);
        index
    }

    #[expect(clippy::too_many_arguments, reason = "a word, and what it is looked up in")]
    fn learn(
        &mut self,
        text: &str,
        whole: Option<&str>,
        named: bool,
        digits: bool,
        matcher: &Matcher<'_>,
        snapshot: &Snapshot,
        anchors: &Anchors,
    ) -> u32 {
        /// The longest word that may be one of a name, in bytes.
        const LONGEST: usize = 96;
        let lower = text.to_lowercase();
        let ordinary = is_ordinary(&lower);
        let start = self.likes.len();
        let forms_start = self.forms.len();
        let joined_start = self.joined.len();
        let mut form = 0;
        if text.len() <= LONGEST {
            let reach = if named && !ordinary && !digits { Reach::Near } else { Reach::Same };
            let mut found = std::mem::take(&mut self.found);
            found.clear();
            matcher.likes(text, reach, LEAST, &mut found);
            if ordinary && !named && lower.len() <= 3 {
                // "too" in small letters is no legal form.
                let is_form = |token: TokenRef<'_>| matches!(token.kind(), TokenKind::LegalForm(_)) && token.text() != lower;
                found.retain(|(token, _)| !snapshot.token_at(*token).is_some_and(is_form));
            }
            form = self.take_forms(&mut found, snapshot);
            self.likes.extend(found.iter().map(|(token, alike)| Like { token: *token, alike: *alike, form: 0 }));
            // A word of a language that declines its names, or that writes its particles with them.
            let number = in_figures(&lower);
            if !text.is_ascii() || whole.is_some() || number.is_some() {
                let mut forms = Vec::new();
                forms.extend(number.map(str::to_owned));
                forms.extend(whole.map(str::to_owned));
                base_forms(&lower, &mut forms);
                let is_cyrillic = lower.starts_with(|c| matches!(c, '\u{400}'..='\u{4ff}'));
                without_particles(text, &mut forms);
                for base in forms {
                    found.clear();
                    // A Cyrillic name may be listed in any Latin spelling.
                    matcher.likes(&base, if is_cyrillic { reach } else { Reach::Same }, 0.9, &mut found);
                    self.take_forms(&mut found, snapshot);
                    if found.is_empty() {
                        continue;
                    }
                    self.forms.push(base.into());
                    let number = (self.forms.len() - forms_start) as u8;
                    for (token, alike) in &found {
                        self.likes.push(Like { token: *token, alike: *alike, form: number });
                    }
                    if number == MOST_FORMS {
                        break;
                    }
                }
            }
            // Two words of the list that are written as one here.
            if named && !ordinary && found_nothing(&self.likes[start..]) && (4..=24).contains(&lower.len()) && lower.is_ascii()
            {
                self.joined.extend(snapshot.names_by_joined(&lower).map(NameRef::index));
            }
            self.found = found;
        }
        let likes = (start as u32, self.likes.len() as u32);
        let has_anchor = self.likes[start..].iter().any(|like| !anchors.names(like.token).is_empty());
        self.known.push(Known {
            likes,
            joined: (joined_start as u32, self.joined.len() as u32),
            forms: (forms_start as u32, self.forms.len() as u32),
            ordinary,
            form,
            marks: self.likes[start..].iter().fold(0, |marks, like| marks | mark(like.token)),
            anchors: has_anchor || self.joined.len() > joined_start,
        });
        (self.known.len() - 1) as u32
    }
}

impl Vocabulary {
    /// Takes the legal forms out of what was found: a list has each a hundred times over, in all its languages, and of a name it may be
    /// missing. Gives the class.
    fn take_forms(&mut self, found: &mut Vec<(u32, f32)>, snapshot: &Snapshot) -> u16 {
        let mut class = None;
        found.retain(|(token, alike)| {
            let Some(token) = snapshot.token_at(*token) else { return false };
            let is_form = matches!(token.kind(), TokenKind::LegalForm(_));
            if is_form && class.is_none() && *alike >= 0.999 {
                class = Some(token.text());
            }
            !is_form
        });
        let Some(class) = class else { return 0 };
        let at = self.classes.iter().position(|held| **held == *class).unwrap_or_else(|| {
            self.classes.push(class.into());
            self.classes.len() - 1
        });
        u16::try_from(at + 1).unwrap_or(0)
    }
}

fn found_nothing(likes: &[Like]) -> bool {
    likes.iter().all(|like| like.alike < 0.999)
}
