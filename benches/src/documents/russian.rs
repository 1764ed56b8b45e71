//! Russian names in the six cases, by the regular declensions: a name in the nominative goes in; names that decline in another way are
//! refused.

/// A case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Nominative,
    Genitive,
    Dative,
    Accusative,
    Instrumental,
    Prepositional,
}

impl Case {
    /// The case with the letter that stands behind a slot.
    pub(super) fn from_letter(letter: &str) -> Option<Self> {
        Some(match letter {
            "n" => Self::Nominative,
            "g" => Self::Genitive,
            "d" => Self::Dative,
            "a" => Self::Accusative,
            "i" => Self::Instrumental,
            "p" => Self::Prepositional,
            _ => return None,
        })
    }
}

/// Endings in the order of the cases behind the nominative.
type Endings = [&'static str; 5];

const HARD: Endings = ["а", "у", "а", "ом", "е"];
const HUSHED: Endings = ["а", "у", "а", "ем", "е"];
const SOFT: Endings = ["я", "ю", "я", "ем", "е"];
const POSSESSIVE: Endings = ["а", "у", "а", "ым", "е"];
const IN_A: Endings = ["ы", "е", "у", "ой", "е"];
const IN_KA: Endings = ["и", "е", "у", "ой", "е"];
const IN_YA: Endings = ["и", "е", "ю", "ей", "е"];
const IN_IYA: Endings = ["и", "и", "ю", "ей", "и"];
const ADJECTIVE_SOFT: Endings = ["ого", "ому", "ого", "им", "ом"];
const ADJECTIVE_HARD: Endings = ["ого", "ому", "ого", "ым", "ом"];
const HER_SURNAME: Endings = ["ой", "ой", "у", "ой", "ой"];
const HER_ADJECTIVE: Endings = ["ой", "ой", "ую", "ой", "ой"];

/// What of a name is declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Given,
    Patronymic,
    Family,
}

/// The stem of a word and the endings that it takes; `None` for what declines otherwise.
fn endings(word: &str, part: Part, woman: bool) -> Option<(&str, Endings)> {
    let without = |count: usize| word.char_indices().rev().nth(count - 1).and_then(|(at, _)| word.get(..at));
    let last = word.chars().next_back()?;
    let before = word.chars().rev().nth(1)?;
    if part == Part::Family {
        let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
        if woman {
            return match () {
                () if ends(&["ова", "ева", "ёва", "ина", "ына"]) => Some((without(1)?, HER_SURNAME)),
                () if ends(&["ская", "цкая", "ая"]) => Some((without(2)?, HER_ADJECTIVE)),
                () => None,
            };
        }
        match () {
            () if ends(&["ов", "ев", "ёв", "ин", "ын"]) => return Some((word, POSSESSIVE)),
            () if ends(&["ский", "цкий"]) => return Some((without(2)?, ADJECTIVE_SOFT)),
            () if ends(&["ый", "ой"]) => return Some((without(2)?, ADJECTIVE_HARD)),
            () if ends(&["ец", "ек", "ок", "ий", "ёк"]) => return None,
            () => {}
        }
    }
    match last {
        'а' if part == Part::Patronymic || woman || part == Part::Given => {
            Some((without(1)?, if "гкхжшчщ".contains(before) { IN_KA } else { IN_A }))
        }
        'я' if before == 'и' => Some((without(1)?, IN_IYA)),
        'я' if part == Part::Given => Some((without(1)?, IN_YA)),
        _ if woman => None,
        'й' if before == 'и' => Some((without(1)?, ["я", "ю", "я", "ем", "и"])),
        'й' | 'ь' => Some((without(1)?, SOFT)),
        'ж' | 'ш' | 'ч' | 'щ' | 'ц' => Some((word, HUSHED)),
        'б' | 'в' | 'г' | 'д' | 'з' | 'к' | 'л' | 'м' | 'н' | 'п' | 'р' | 'с' | 'т' | 'ф' | 'х' => {
            Some((word, HARD))
        }
        _ => None,
    }
}

/// A word of a name in a case; `None` for words that decline otherwise.
pub(super) fn declined(word: &str, part: Part, woman: bool, case: Case) -> Option<String> {
    let word_of_stem = match (part, word) {
        (Part::Given, "Павел") => Some("Павл"),
        (Part::Given, "Лев") => Some("Льв"),
        (Part::Given, "Пётр") => Some("Петр"),
        _ => None,
    };
    let (stem, endings) = match word_of_stem {
        Some(stem) => (stem, HARD),
        None => endings(word, part, woman)?,
    };
    let at = match case {
        Case::Nominative => return Some(word.to_owned()),
        Case::Genitive => 0,
        Case::Dative => 1,
        Case::Accusative => 2,
        Case::Instrumental => 3,
        Case::Prepositional => 4,
    };
    Some(format!("{stem}{}", endings[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, part: Part, woman: bool, cases: [&str; 5]) {
        let all = [Case::Genitive, Case::Dative, Case::Accusative, Case::Instrumental, Case::Prepositional];
        for (case, expected) in all.into_iter().zip(cases) {
            assert_eq!(declined(word, part, woman, case).as_deref(), Some(expected), "{word} {case:?}");
        }
    }

    #[test]
    fn names_decline_as_grammars_have_them() {
        check("Сергей", Part::Given, false, ["Сергея", "Сергею", "Сергея", "Сергеем", "Сергее"]);
        check("Дмитрий", Part::Given, false, ["Дмитрия", "Дмитрию", "Дмитрия", "Дмитрием", "Дмитрии"]);
        check("Павел", Part::Given, false, ["Павла", "Павлу", "Павла", "Павлом", "Павле"]);
        check("Никита", Part::Given, false, ["Никиты", "Никите", "Никиту", "Никитой", "Никите"]);
        check("Мария", Part::Given, true, ["Марии", "Марии", "Марию", "Марией", "Марии"]);
        check("Петрович", Part::Patronymic, false, ["Петровича", "Петровичу", "Петровича", "Петровичем", "Петровиче"]);
        check("Петровна", Part::Patronymic, true, ["Петровны", "Петровне", "Петровну", "Петровной", "Петровне"]);
        check("Иванов", Part::Family, false, ["Иванова", "Иванову", "Иванова", "Ивановым", "Иванове"]);
        check("Иванова", Part::Family, true, ["Ивановой", "Ивановой", "Иванову", "Ивановой", "Ивановой"]);
        check("Шуйский", Part::Family, false, ["Шуйского", "Шуйскому", "Шуйского", "Шуйским", "Шуйском"]);
        check("Шуйская", Part::Family, true, ["Шуйской", "Шуйской", "Шуйскую", "Шуйской", "Шуйской"]);
        check("Коваль", Part::Family, false, ["Коваля", "Ковалю", "Коваля", "Ковалем", "Ковале"]);
    }
}
