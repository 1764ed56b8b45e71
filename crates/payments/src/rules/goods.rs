//! Goods that may be of double use: the table goes in once, findings in texts of trade come out. Codes of the Harmonized System are read
//! where the text says that they are some.

use std::ops::Range;

use interdict_names::table_rows;
use rustc_hash::FxHashMap;

use super::phrases::Phrases;
use super::words::{Gap, each_word};
use super::{GoodsFinding, GoodsRule, MOST_FINDINGS};

const TABLE: &str = include_str!("../../../../data/dual_use_goods.tsv");

/// Begins a phrase that is a code of the Harmonized System.
const TARIFF: &str = "hs ";

/// Digits of such a code that are the same in all countries.
const TARIFF_DIGITS: usize = 6;

/// Words that say that a code of the Harmonized System follows.
const SAYS_TARIFF: [&str; 8] = ["hs", "hts", "htsus", "hscode", "taric", "hsn", "schedule", "tariff"];

/// Words that may stand between.
const BEFORE_CODE: [&str; 9] = ["code", "codes", "no", "nr", "number", "heading", "subheading", "b", "and"];

/// Letters that a phrase of several words has at least to be looked for as one word.
const JOINED: usize = 8;

/// Spellings of one word: American, British.
const SPELLINGS: [(&str, &str); 14] = [
    ("aluminum", "aluminium"),
    ("analyzer", "analyser"),
    ("carburized", "carburised"),
    ("center", "centre"),
    ("centered", "centred"),
    ("fiber", "fibre"),
    ("ionized", "ionised"),
    ("meter", "metre"),
    ("mold", "mould"),
    ("organization", "organisation"),
    ("polymerized", "polymerised"),
    ("sulfide", "sulphide"),
    ("vapor", "vapour"),
    ("vaporizer", "vaporiser"),
];

/// A word as phrases of goods have it: in the singular and in one spelling. It need not be a word of English, only the same for both.
fn form(word: &str, form: &mut String) {
    let singular = match word.strip_suffix('s') {
        // Numbers, short words and what ends in -ss, -us and -is have no plural here.
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) && stem.is_ascii() => match stem.strip_suffix('e') {
            Some(root) if root.ends_with(['x', 's']) || root.ends_with("ch") || root.ends_with("sh") => root,
            Some(root) if root.len() > 2 && root.ends_with('i') => {
                form.push_str(&root[..root.len() - 1]);
                form.push('y');
                return;
            }
            _ => stem,
        },
        // `lens` and `lense`, `gas` and `gases` meet without their last e.
        _ => word,
    };
    let spelled = SPELLINGS.iter().find(|(american, _)| *american == singular);
    form.push_str(spelled.map_or(singular, |(_, british)| british));
}

/// The words of goods.
#[derive(Debug)]
pub(super) struct Goods {
    rules: Vec<GoodsRule>,
    phrases: Phrases,
    /// Rules by the first six digits of a code of the Harmonized System.
    tariff: FxHashMap<&'static str, u32>,
}

impl Goods {
    pub(super) fn new() -> Self {
        let mut goods = Self { rules: Vec::new(), phrases: Phrases::new(form), tariff: FxHashMap::default() };
        for [names, category, list, _sure, source, _note] in table_rows::<6>(TABLE) {
            for phrase in names.split('|') {
                let number = goods.rules.len() as u32;
                let is_new = match phrase.strip_prefix(TARIFF) {
                    Some(code) => goods.tariff.insert(code, number).is_none(),
                    None => {
                        let is_new = goods.phrases.add(phrase, number);
                        if is_new {
                            goods.phrases.add_joined(phrase, number, JOINED);
                        }
                        is_new
                    }
                };
                if is_new {
                    let category = format!("{category} ({list})");
                    goods.rules.push(GoodsRule { phrase: phrase.to_owned(), category, source: source.to_owned() });
                }
            }
        }
        goods
    }

    pub(super) fn rules(&self) -> &[GoodsRule] {
        &self.rules
    }

    pub(super) fn find(&self, text: &str) -> Vec<GoodsFinding<'_>> {
        let mut counts = vec![0_usize; self.rules.len()];
        let mut found = Vec::new();
        let mut add = |rule: u32, span: Range<usize>| {
            let (Some(count), Some(stated)) = (counts.get_mut(rule as usize), self.rules.get(rule as usize)) else { return };
            *count += 1;
            if *count <= MOST_FINDINGS {
                found.push(GoodsFinding { rule: stated, span });
            }
        };
        self.phrases.each_hit(text, |hit| add(hit.phrase, hit.span.clone()));
        self.tariff_codes(text, &mut add);
        found.sort_by_key(|finding| (finding.span.start, finding.span.end));
        found
    }

    /// Codes behind a word that says so: `HS 8542.31`, `HTS code: 8542310000, 8542.32`, `HS8542 31`.
    fn tariff_codes(&self, text: &str, add: &mut impl FnMut(u32, Range<usize>)) {
        let mut says = false;
        let mut digits = String::new();
        let mut start = 0;
        let mut told = false;
        each_word(text, |word, span, gap| {
            let glued = word.strip_prefix("hts").or_else(|| word.strip_prefix("hs")).unwrap_or_default();
            let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
            let number = if is_number(glued) {
                says = true;
                digits.clear();
                glued
            } else if SAYS_TARIFF.contains(&word) {
                says = true;
                digits.clear();
                return;
            } else if says && is_number(word) {
                word
            } else {
                says = says && BEFORE_CODE.contains(&word);
                digits.clear();
                return;
            };
            // A code is written in groups; a comma, a stroke or the end of a line begins another code.
            let apart = text.get(..span.start).and_then(|before| before.chars().next_back());
            if digits.is_empty() || gap != Gap::Space || !matches!(apart, Some('.' | ' ')) || digits.len() >= TARIFF_DIGITS {
                let goes_on = !digits.is_empty() && matches!(apart, Some('.')) && gap != Gap::Stop;
                if !goes_on {
                    digits.clear();
                    start = span.start;
                    told = false;
                }
            }
            // No code is longer than twelve digits.
            digits.extend(number.chars().take(12 - digits.len().min(12)));
            if !told && let Some(&rule) = digits.get(..TARIFF_DIGITS).and_then(|code| self.tariff.get(code)) {
                told = true;
                add(rule, start..span.end);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_meet_in_one_form() {
        for (words, expected) in [
            (&["alloy", "alloys"][..], "alloy"),
            (&["assembly", "assemblies"], "assembly"),
            (&["fibre", "fibres", "fiber", "fibers"], "fibre"),
            (&["switch", "switches"], "switch"),
            (&["box", "boxes"], "box"),
            (&["apparatus"], "apparatus"),
            (&["gauss"], "gauss"),
            (&["furnace", "furnaces"], "furnace"),
            (&["gas"], "gas"),
            (&["meters"], "metre"),
        ] {
            for word in words {
                let mut found = String::new();
                form(word, &mut found);
                assert_eq!(found, expected, "{word}");
            }
        }
    }
}
