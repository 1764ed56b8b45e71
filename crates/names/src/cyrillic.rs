//! Cyrillic: a folded word goes in, its Latin spelling comes out. Languages share letters and read
//! them differently (г is g in Russian, h in Ukrainian and Belarusian; х is kh there and h in Serbian
//! and Macedonian), so the letters of the whole name decide first which column of the table applies.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::fold::Word;
use crate::script::Script;
use crate::tables::{self, data};

/// The orthography a name is read in: a column of `romanise_cyrillic.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Orthography {
    /// Russian, Bulgarian and the languages of Central Asia.
    #[default]
    Russian,
    /// Ukrainian and Belarusian.
    EastSlavic,
    /// Serbian and Macedonian.
    SouthSlavic,
    /// Not Cyrillic at all: a name in the Arabic script that is read as Persian. Cyrillic words beside it are read as Russian.
    Persian,
}

/// Latin text by letter, one column for each [`Orthography`].
static LETTERS: LazyLock<FxHashMap<char, [&'static str; 3]>> = LazyLock::new(|| {
    tables::rows::<5>(data::ROMANISE_CYRILLIC)
        .filter_map(|[letter, russian, east, south, _]| {
            let column = |text: &'static str| if text == "-" { "" } else { text };
            Some((letter.chars().next()?, [russian, east, south].map(column)))
        })
        .collect()
});

/// Reads the orthography off the letters that only one of the languages has.
pub(crate) fn orthography(words: &[Word]) -> Orthography {
    let (mut kazakh, mut east) = (false, false);
    for word in words.iter().filter(|word| word.script == Script::Cyrillic) {
        for c in word.text.chars() {
            match c {
                'ј' | 'љ' | 'њ' | 'џ' | 'ђ' | 'ћ' | 'ѓ' | 'ќ' | 'ѕ' => return Orthography::SouthSlavic,
                'і' | 'ї' | 'є' | 'ґ' | 'ў' => east = true,
                'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ұ' | 'ү' | 'һ' => kazakh = true,
                _ => {}
            }
        }
    }
    if east && !kazakh { Orthography::EastSlavic } else { Orthography::Russian }
}

pub(crate) fn romanise(word: &str, orthography: Orthography, out: &mut String) {
    let column = if orthography == Orthography::Persian { 0 } else { orthography as usize };
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        // Russian writes ъ before е, ю, я only and does not speak it; Bulgarian has it as a vowel.
        if c == 'ъ' {
            if chars.peek().is_some_and(|next| !matches!(next, 'е' | 'ю' | 'я' | 'и')) {
                out.push('a');
            }
        } else if let Some(columns) = LETTERS.get(&c) {
            out.push_str(columns[column]);
        } else {
            crate::romanise::fallback(c, out);
        }
    }
}
