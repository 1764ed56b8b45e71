//! What is done to the words of a name before each becomes a token: the forms in which one thing is written as several words, or
//! several as one, are made alike. Folded words go in and come out.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::fold::{Break, Word};
use crate::lexicon;
use crate::parse::MAX_CHARS;
use crate::script::Script;

/// Takes apart what was run together, as long as case still tells: `SergeiLavrov`, `SiemensAG`. A person's name needs three letters on
/// either side, which leaves `McDonald` and `DeLuca` alone; elsewhere only a legal form at the end is taken off, because brands are
/// written so.
pub(crate) fn split_camel(raw: &str, person: bool) -> Cow<'_, str> {
    // A letter that has no capital tells nothing.
    let is_border = |before: char, c: char| before.is_lowercase() && c.is_uppercase() && before.to_uppercase().ne([before]);
    let mut before = ' ';
    let bordered = raw.chars().any(|c| {
        let border = is_border(before, c);
        before = c;
        border
    });
    // In a decomposed text marks stand between the letters, so that it is composed first, like the folding that follows does.
    let decomposed = !raw.is_ascii() && is_nfkc_quick(raw.chars()) != IsNormalized::Yes;
    if !bordered && !decomposed {
        return Cow::Borrowed(raw);
    }
    let text: String = if decomposed { raw.nfkc().collect() } else { raw.to_owned() };
    let mut out = String::with_capacity(text.len() + 2);
    for (i, run) in text.split_inclusive(|c: char| !c.is_alphabetic()).enumerate() {
        if i > MAX_CHARS {
            out.push_str(run);
            continue;
        }
        let mut from = 0;
        let mut before = ' ';
        for (at, c) in run.char_indices() {
            if is_border(before, c) {
                let (first, second) = (&run[from..at], run[at..].trim_end_matches(|c: char| !c.is_alphabetic()));
                let long = first.chars().count() >= 3;
                let split = if person {
                    long && second.chars().count() >= 3 && !matches!(first, "Mac" | "Fitz" | "Abu" | "Bin")
                } else {
                    long && is_glued_form(second)
                };
                if split {
                    out.push_str(first);
                    out.push(' ');
                    from = at;
                }
            }
            before = c;
        }
        out.push_str(&run[from..]);
    }
    Cow::Owned(out)
}

/// Legal forms that are met glued to a name.
fn is_glued_form(word: &str) -> bool {
    const FORMS: [&str; 22] = [
        "AG", "SE", "SA", "NV", "BV", "AB", "AS", "KG", "Ltd", "LTD", "LLC", "Llc", "Inc", "INC", "GmbH", "Corp", "PLC", "JSC",
        "OOO", "SRL", "SpA", "Limited",
    ];
    FORMS.contains(&word)
}

/// `Abd al-Aziz`, `Abdel Aziz`, `Abdul Aziz`, `عبد العزيز`: the servant and the article become the one word `abdul`, and the name
/// behind it stays a word of its own. Words that were written together stay one (`Abdulaziz`), in the spelling with `u`.
pub(crate) fn join_servant(words: Vec<Word>) -> Vec<Word> {
    let servant = |word: &Word| match word.script {
        Script::Latin => word.text.starts_with("abd"),
        Script::Arabic => word.text == "عبد",
        _ => false,
    };
    if !words.iter().any(servant) {
        return words;
    }
    let mut out = Vec::with_capacity(words.len());
    let mut rest = words.into_iter().peekable();
    while let Some(mut word) = rest.next() {
        if !servant(&word) {
            out.push(word);
            continue;
        }
        if word.script == Script::Arabic {
            // The article belongs to the servant; `عبد الله` is a name of its own.
            if let Some(next) = rest.next_if(|next| next.text.strip_prefix("ال").is_some_and(|name| name.chars().count() >= 3))
            {
                let name = next.text["ال".len()..].to_owned();
                let joined =
                    if name == "له" { None } else { Some(Word { text: name, script: next.script, before: next.before }) };
                "عبدال".clone_into(&mut word.text);
                out.push(word);
                out.extend(joined);
            } else if rest.next_if(|next| next.text == "الله").is_some() {
                "عبدالله".clone_into(&mut word.text);
                out.push(word);
            } else {
                out.push(word);
            }
            continue;
        }
        if word.text == "abd" {
            let article = rest.next_if(|next| {
                matches!(next.text.as_str(), "al" | "el" | "ul" | "ol" | "ar" | "as" | "ur" | "us" | "an" | "az" | "ad" | "ash")
            });
            if article.is_some() {
                "abdul".clone_into(&mut word.text);
            } else if rest.next_if(|next| matches!(next.text.as_str(), "allah" | "ullah")).is_some() {
                "abdullah".clone_into(&mut word.text);
            }
        } else if let Some(name) = ["abdel", "abdol"].iter().find_map(|servant| word.text.strip_prefix(servant)) {
            if name.is_empty() || name.len() >= 3 {
                word.text = format!("abdul{name}");
            }
        } else if word.text == "abdal" {
            "abdul".clone_into(&mut word.text);
        }
        out.push(word);
    }
    out
}

/// Names of organisations spell out Latin letters in the Arabic script (بي إس آي for PSI) and set letters apart (K F D). Such a run
/// becomes one word. Letters that Russian spells out (Эс Эм Ти) stay apart, because lists transliterate them. A run of Latin letters keeps a legal form at its end (K F D L L C).
pub(crate) fn join_letters(words: Vec<Word>) -> Vec<Word> {
    let run_at = |words: &[Word], at: usize| {
        words[at..].iter().take_while(|word| word.script == words[at].script && letter(word).is_some()).count()
    };
    if !(0..words.len()).any(|at| run_at(&words, at) >= 2) {
        return words;
    }
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let mut run = run_at(&words, at);
        let text = |run: usize| words[at..at + run].iter().filter_map(letter).collect::<String>();
        if words[at].script == Script::Latin {
            let whole = text(run);
            let tail = (2..=run.min(5)).rev().find(|n| !lexicon::legal_forms(&whole[run - n..]).is_empty());
            run -= tail.unwrap_or(0);
        }
        let wanted = if words[at].script == Script::Latin { 3 } else { 2 };
        if run >= wanted {
            out.push(Word { text: text(run), script: Script::Latin, before: words[at].before });
            at += run;
        } else {
            // A run that is too short to be joined stays apart, with the legal form behind it.
            out.extend(words[at..at + run.max(1)].iter().cloned());
            at += run.max(1);
        }
    }
    out
}

/// The Latin letter that a word is, or names.
fn letter(word: &Word) -> Option<&str> {
    match word.script {
        Script::Latin => Some(word.text.as_str()).filter(|text| text.len() == 1),
        Script::Arabic => named(&ARABIC_LETTERS, &word.text),
        _ => None,
    }
}

fn named(letters: &'static [(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    letters.iter().find(|(_, names)| names.split(' ').any(|one| one == name)).map(|(letter, _)| *letter)
}

/// The names of Latin letters in Arabic and Persian, folded.
static ARABIC_LETTERS: [(&str, &str); 25] = [
    ("a", "ايه"),
    ("b", "بي"),
    ("c", "سي"),
    ("d", "دي"),
    ("e", "اي"),
    ("f", "اف"),
    ("g", "جي"),
    ("h", "اتش ايتش اچ"),
    ("i", "آي"),
    ("j", "جيه"),
    ("k", "كي كيه"),
    ("l", "ال"),
    ("m", "ام"),
    ("n", "ان"),
    ("o", "او"),
    ("p", "پي"),
    ("q", "كيو"),
    ("r", "ار آر"),
    ("s", "اس"),
    ("t", "تي"),
    ("u", "يو"),
    ("v", "في ڤي وي"),
    ("w", "دبليو"),
    ("x", "اكس ايكس"),
    ("z", "زد زي"),
];

/// Persian words for the making of something end in `سازی`: خودروسازی is the making of vehicles.
const MAKING: &str = "سازي";

/// Takes the making off what is made, so that هواپیماسازی meets "aircraft manufacturing".
pub(crate) fn split_making(words: Vec<Word>) -> Vec<Word> {
    let made = |word: &Word| {
        let rest = word.text.strip_suffix(MAKING).filter(|_| word.script == Script::Arabic)?;
        (rest.chars().count() >= 3 && lexicon::entry(&word.text).is_none()).then(|| rest.to_owned())
    };
    if !words.iter().any(|word| made(word).is_some()) {
        return words;
    }
    let mut out = Vec::with_capacity(words.len() + 1);
    for mut word in words {
        if let Some(rest) = made(&word) {
            word.text = rest;
            out.push(word);
            out.push(Word { text: MAKING.to_owned(), script: Script::Arabic, before: Break::NONE });
        } else {
            out.push(word);
        }
    }
    out
}

/// Numbers in words: forty-four, twenty-first, fifteen, third. `one` to `nine` count only behind the tens or at the end of a name: as
/// first words they are names (Seven Seas); `first` says no more than any other generic word and stays.
pub(crate) fn numbers_in_words(words: Vec<Word>) -> Vec<Word> {
    let numeral = |word: &Word| word.script == Script::Latin && number_of(&word.text).is_some();
    if words.len() < 2 || !words.iter().any(numeral) {
        return words;
    }
    let count = words.len();
    let mut out: Vec<Word> = Vec::with_capacity(count);
    let mut rest = words.into_iter().enumerate().peekable();
    while let Some((at, mut word)) = rest.next() {
        let Some((value, cardinal)) = number_of(&word.text).filter(|_| word.script == Script::Latin) else {
            out.push(word);
            continue;
        };
        let mut value = value;
        if value >= 20 && cardinal {
            let unit = |word: &Word| match word.script {
                Script::None => word.text.parse::<u32>().ok().filter(|unit| (1..10).contains(unit)),
                Script::Latin => number_of(&word.text).map(|(unit, _)| unit).filter(|unit| *unit < 10),
                _ => None,
            };
            if let Some((_, next)) = rest.next_if(|(_, next)| unit(next).is_some()) {
                value += unit(&next).unwrap_or_default();
            }
        } else if value < 10 && cardinal && (at == 0 || at + 1 < count) {
            out.push(word);
            continue;
        }
        word.text = value.to_string();
        word.script = Script::None;
        out.push(word);
    }
    out
}

/// The value of a number word, and whether it is a cardinal.
fn number_of(word: &str) -> Option<(u32, bool)> {
    const CARDINALS: [(&str, u32); 29] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
        ("fourteen", 14),
        ("fifteen", 15),
        ("sixteen", 16),
        ("seventeen", 17),
        ("eighteen", 18),
        ("nineteen", 19),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fourty", 40),
        ("fifty", 50),
        ("sixty", 60),
        ("seventy", 70),
        ("eighty", 80),
        ("ninety", 90),
        ("ninty", 90),
    ];
    const ORDINALS: [(&str, u32); 10] = [
        ("second", 2),
        ("third", 3),
        ("fifth", 5),
        ("eighth", 8),
        ("ninth", 9),
        ("twelfth", 12),
        ("first", 1),
        ("fourtieth", 40),
        ("fortieth", 40),
        ("thirtieth", 30),
    ];
    if !(3..=11).contains(&word.len()) {
        return None;
    }
    let find = |list: &[(&str, u32)], word: &str| list.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if let Some(value) = find(&CARDINALS, word) {
        return Some((value, true));
    }
    if let Some(value) = find(&ORDINALS, word) {
        // "First" alone is a generic word, and is counted behind the tens only.
        return Some((value, value == 1));
    }
    if let Some(tens) = word.strip_suffix("ieth") {
        return find(&CARDINALS, &format!("{tens}y")).map(|value| (value, false));
    }
    word.strip_suffix("th").and_then(|cardinal| find(&CARDINALS, cardinal)).map(|value| (value, false))
}

/// The number that a Roman numeral of I, V and X up to XXX means, in digits.
pub(crate) fn roman(word: &str) -> Option<&'static str> {
    const NUMERALS: [&str; 30] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii",
        "xix", "xx", "xxi", "xxii", "xxiii", "xxiv", "xxv", "xxvi", "xxvii", "xxviii", "xxix", "xxx",
    ];
    const DIGITS: [&str; 30] = [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
        "22", "23", "24", "25", "26", "27", "28", "29", "30",
    ];
    NUMERALS.iter().position(|numeral| *numeral == word).map(|at| DIGITS[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold_words;

    fn joined(words: &[Word]) -> String {
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn run_together() {
        for (raw, person, wanted) in [
            ("SergeiLavrov", true, "Sergei Lavrov"),
            ("John McDonald", true, "John McDonald"),
            ("Ian MacDonald DeLuca", true, "Ian MacDonald DeLuca"),
            ("SiemensAG", false, "Siemens AG"),
            ("AcmeGmbH", false, "Acme GmbH"),
            ("JPMorgan BlackRock", false, "JPMorgan BlackRock"),
        ] {
            assert_eq!(split_camel(raw, person), wanted);
        }
    }

    #[test]
    fn servants() {
        for (raw, wanted) in [
            ("'Abd al-Aziz", "abdul aziz"),
            ("Abd-al-Aziz", "abdul aziz"),
            ("Abdel Aziz", "abdul aziz"),
            ("Abdol Aziz", "abdul aziz"),
            ("Abdelaziz", "abdulaziz"),
            ("Abd Allah", "abdullah"),
            ("Abdallah", "abdallah"),
            ("Abdelli", "abdelli"),
            ("عبد العزيز", "عبدال عزيز"),
            ("عبد الله", "عبدالله"),
        ] {
            assert_eq!(joined(&join_servant(fold_words(raw).words)), wanted, "{raw}");
        }
    }

    #[test]
    fn letters() {
        for (raw, wanted) in [
            ("بي إس آي", "bsi"),
            ("K F D General", "kfd general"),
            ("G M C G Shipping L L C", "gmcg shipping l l c"),
            ("K F D L L C", "kfd l l c"),
            ("A B Holding", "a b holding"),
            ("جي ماركت", "جي ماركت"),
        ] {
            assert_eq!(joined(&join_letters(fold_words(raw).words)), wanted, "{raw}");
        }
    }

    #[test]
    fn number_words() {
        for (raw, wanted) in [
            ("Brigade Forty-four", "brigade 44"),
            ("Brigade Fourty-four", "brigade 44"),
            ("Brigade Forty 4", "brigade 44"),
            ("Twenty First Bureau", "21 bureau"),
            ("Twentieth Century", "20 century"),
            ("Seven Seas", "seven seas"),
            ("Victory Three", "victory 3"),
            ("First Bank", "first bank"),
            ("Fourth Academy", "4 academy"),
        ] {
            assert_eq!(joined(&numbers_in_words(fold_words(raw).words)), wanted, "{raw}");
        }
    }

    #[test]
    fn roman_numerals() {
        for (word, value) in [("ii", Some("2")), ("iv", Some("4")), ("xix", Some("19")), ("xxx", Some("30")), ("vx", None)] {
            assert_eq!(roman(word), value, "{word}");
        }
    }
}
