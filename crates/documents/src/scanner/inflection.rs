//! Forms of a name that a language makes in running text: the cases of Russian and Ukrainian names, the particles that Korean writes behind
//! a name and Arabic and Hebrew before it. A word goes in, the forms that it may be of come out; which of them is a name, the list tells.

/// Endings of Russian and Ukrainian names in the oblique cases, with those of the nominative that they may stand for. From declension tables
/// of the languages: surnames in -ов, -ин, -ский, hard and soft given names, names in -а, -я, -ия, patronymics.
const ENDINGS: [(&str, &[&str]); 35] = [
    ("ского", &["ский"]),
    ("скому", &["ский"]),
    ("ским", &["ский"]),
    ("ском", &["ский"]),
    ("скую", &["ская"]),
    ("ской", &["ская", "ской"]),
    ("ого", &["ый", "ой", "ий"]),
    ("ому", &["ый", "ой", "ий"]),
    ("его", &["ий"]),
    ("ему", &["ий"]),
    ("ыми", &["ые", "ый"]),
    ("ами", &["ы", "а"]),
    ("ями", &["и", "я"]),
    ("ией", &["ия"]),
    ("ием", &["ий", "ие"]),
    ("ию", &["ия", "ий"]),
    ("ии", &["ия", "ий"]),
    ("ия", &["ий"]),
    ("ие", &["ий"]),
    ("ей", &["я", "й", "ь"]),
    ("ой", &["а"]),
    ("ою", &["а"]),
    ("ую", &["ая"]),
    ("ым", &["", "ый"]),
    ("им", &["ий", ""]),
    ("ом", &["", "о"]),
    ("ем", &["й", "ь", ""]),
    ("ах", &["ы", "а"]),
    ("а", &["", "о"]),
    ("у", &["", "а", "о"]),
    ("ы", &["а", ""]),
    ("и", &["а", "я", "ь", "й", ""]),
    ("е", &["", "а", "я", "й", "ь"]),
    ("я", &["й", "ь"]),
    ("ю", &["я", "й", "ь"]),
];

/// The forms that a Cyrillic word in small letters may be of, the nominative.
pub(super) fn base_forms(word: &str, into: &mut Vec<String>) {
    if !word.chars().next().is_some_and(|c| ('\u{400}'..='\u{4ff}').contains(&c)) {
        return;
    }
    for (ending, nominatives) in ENDINGS {
        let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 3) else { continue };
        for nominative in nominatives {
            let form = format!("{stem}{nominative}");
            if !into.contains(&form) {
                into.push(form);
            }
        }
    }
    // Павел, Лев: the vowel that goes in other cases.
    for ending in ["а", "у", "ом", "е"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 3
            && let Some(last) = stem.chars().last()
        {
            let head = &stem[..stem.len() - last.len_utf8()];
            if !head.ends_with(['а', 'е', 'и', 'о', 'у', 'ы', 'ю', 'я']) {
                into.push(format!("{head}е{last}"));
            }
        }
    }
}

/// What patronymics end with, in the Latin letters of the list's words.
const PATRONYMICS: [&str; 12] =
    ["ovich", "evich", "ovych", "evych", "ovna", "evna", "yivna", "ivna", "ovitch", "evitch", "ichna", "yich"];

/// Whether a word of the list is a patronymic: a text that is not official leaves it out.
pub(super) fn is_patronymic(word: &str) -> bool {
    word.len() >= 7 && PATRONYMICS.iter().any(|ending| word.ends_with(ending))
}

/// Numbers that names have in words or in figures.
const ORDINALS: [(&str, &str); 10] = [
    ("first", "1"),
    ("second", "2"),
    ("third", "3"),
    ("fourth", "4"),
    ("fifth", "5"),
    ("sixth", "6"),
    ("seventh", "7"),
    ("eighth", "8"),
    ("ninth", "9"),
    ("tenth", "10"),
];

/// A number in words, in small letters, in figures.
pub(super) fn in_figures(word: &str) -> Option<&'static str> {
    ORDINALS.iter().find(|(words, _)| *words == word).map(|(_, figures)| *figures)
}

/// Particles that Korean writes behind a noun; the longest first.
const JOSA: [&str; 40] = [
    "에게서는",
    "에서부터",
    "으로부터",
    "에게서",
    "한테서",
    "까지의",
    "으로서",
    "으로써",
    "에서는",
    "에서의",
    "에게는",
    "이라는",
    "이라고",
    "로부터",
    "에서",
    "에게",
    "께서",
    "한테",
    "까지",
    "부터",
    "으로",
    "라는",
    "라고",
    "이나",
    "에는",
    "에도",
    "와의",
    "과의",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "와",
    "과",
    "도",
    "로",
];

/// The word without the particles that Korean writes behind it, and without those that Arabic and Hebrew write before it.
pub(super) fn without_particles(word: &str, into: &mut Vec<String>) {
    let Some(first) = word.chars().next() else { return };
    if ('\u{ac00}'..='\u{d7a3}').contains(&first) {
        for particle in JOSA {
            if let Some(stem) = word.strip_suffix(particle).filter(|stem| stem.chars().count() >= 2) {
                without_address(stem, into);
                into.push(stem.to_owned());
            }
        }
        without_address(word, into);
    } else if ('\u{600}'..='\u{6ff}').contains(&first) {
        let mut rest = word;
        for particle in ["و", "ف", "ب", "ل", "ك"] {
            if let Some(stem) = rest.strip_prefix(particle).filter(|stem| stem.chars().count() >= 3) {
                into.push(stem.to_owned());
                rest = stem;
            }
        }
        // For the article behind the preposition ل, one letter is left out.
        if let Some(stem) = word.strip_prefix("لل").filter(|stem| stem.chars().count() >= 3) {
            into.push(format!("ال{stem}"));
        }
    } else if ('\u{5d0}'..='\u{5ea}').contains(&first) {
        for particle in ['ו', 'ה', 'ב', 'ל', 'מ', 'ש', 'כ'] {
            if let Some(stem) = word.strip_prefix(particle).filter(|stem| stem.chars().count() >= 3) {
                into.push(stem.to_owned());
            }
        }
    }
}

/// The Korean name without the word of address behind it.
fn without_address(word: &str, into: &mut Vec<String>) {
    if let Some(name) = word.strip_suffix(['씨', '님', '군', '양']).filter(|name| name.chars().count() >= 3) {
        into.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn has(word: &str, form: &str) {
        let mut forms = Vec::new();
        base_forms(&word.to_lowercase(), &mut forms);
        without_particles(word, &mut forms);
        assert!(forms.iter().any(|found| found == form), "{word}: {forms:?} has no {form}");
    }

    #[test]
    fn cases_of_russian_names() {
        for (word, form) in [
            ("Сергея", "сергей"),
            ("Сергеем", "сергей"),
            ("Сергею", "сергей"),
            ("Иванова", "иванов"),
            ("Ивановым", "иванов"),
            ("Иванове", "иванов"),
            ("Ивановой", "иванова"),
            ("Лавровскому", "лавровский"),
            ("Дмитрия", "дмитрий"),
            ("Марией", "мария"),
            ("Павла", "павел"),
            ("Игоря", "игорь"),
            ("Никиты", "никита"),
            ("Никитой", "никита"),
        ] {
            has(word, form);
        }
    }

    #[test]
    fn particles() {
        for (word, form) in
            [("김정은은", "김정은"), ("조선에서", "조선"), ("وحسن", "حسن"), ("للشركة", "الشركة"), ("ומשה", "משה")]
        {
            has(word, form);
        }
    }

    #[test]
    fn other_words_have_no_forms() {
        let mut forms = Vec::new();
        base_forms("maria", &mut forms);
        without_particles("maria", &mut forms);
        assert!(forms.is_empty(), "{forms:?}");
    }
}
