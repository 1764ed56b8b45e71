//! Names as running text writes them: a listed name goes in, another way to write it comes out. The rules are those of the languages and
//! of newspapers; how names are found in texts is not known here.

use interdict_model::NamePartKind;

use crate::data::Dice;

/// Words of legal forms and titles of ships that stay as they are when a name in capitals is written in small letters.
const KEPT: [&str; 30] = [
    "LLC", "JSC", "PJSC", "OJSC", "CJSC", "OOO", "PAO", "AO", "ZAO", "FZE", "FZC", "FZCO", "LLP", "LP", "PLC", "SA", "SARL",
    "SAL", "BV", "NV", "AG", "KG", "II", "III", "IV", "DMCC", "PTE", "USA", "UAE", "DPRK",
];

/// Legal forms, short and written out; what ends with another stands before it.
const LEGAL: [(&str, &str); 16] = [
    ("Co., Limited", "Company Limited"),
    ("Co., Ltd.", "Company Limited"),
    ("Co. Ltd.", "Company Limited"),
    ("Co., Ltd", "Company Limited"),
    ("Co. Ltd", "Company Limited"),
    ("Co Ltd", "Company Limited"),
    ("Pvt. Ltd.", "Private Limited"),
    ("PJSC", "Public Joint Stock Company"),
    ("OJSC", "Open Joint Stock Company"),
    ("CJSC", "Closed Joint Stock Company"),
    ("JSC", "Joint Stock Company"),
    ("LLC", "Limited Liability Company"),
    ("Corp.", "Corporation"),
    ("Inc.", "Incorporated"),
    ("Ltd.", "Limited"),
    ("Co.", "Company"),
];

/// Words of legal forms, in which a slip says little, and those that a form does not stand behind.
const LEGAL_WORDS: [&str; 8] =
    ["limited", "liability", "company", "corporation", "incorporated", "private", "public", "general"];

/// Given names and other words with the ways in which they are romanised.
const SPELLINGS: [&[&str]; 34] = [
    &["sergei", "sergey"],
    &["aleksandr", "alexander", "aleksander"],
    &["aleksei", "alexey", "aleksey", "alexei"],
    &["andrei", "andrey"],
    &["nikolai", "nikolay"],
    &["dmitry", "dmitri", "dmitriy", "dmitrii"],
    &["yuri", "yuriy", "yury", "iurii"],
    &["evgeny", "yevgeny", "evgeniy", "evgenii", "yevgeniy"],
    &["vasily", "vasiliy", "vasilii"],
    &["valery", "valeriy", "valeri"],
    &["vitaly", "vitaliy", "vitalii"],
    &["anatoly", "anatoliy", "anatolii"],
    &["gennady", "gennadiy", "gennadii"],
    &["natalia", "natalya", "nataliya"],
    &["tatiana", "tatyana"],
    &["yulia", "yuliya", "iuliia"],
    &["maksim", "maxim"],
    &["ekaterina", "yekaterina"],
    &["mohammed", "muhammad", "mohamed", "mohammad"],
    &["mahmoud", "mahmud"],
    &["hussein", "husayn", "hussain", "husain"],
    &["hassan", "hasan"],
    &["ahmed", "ahmad"],
    &["yusuf", "yousef", "youssef", "yusif"],
    &["khaled", "khalid"],
    &["omar", "umar"],
    &["osama", "usama"],
    &["ibrahim", "ebrahim"],
    &["saeed", "said", "saied"],
    &["mustafa", "mostafa", "moustafa"],
    &["suleiman", "sulayman", "sulaiman"],
    &["abdullah", "abdallah"],
    &["abdul", "abdel"],
    &["jamal", "gamal"],
];

/// Endings of surnames with the ways in which they are romanised.
const ENDINGS: [(&str, &str); 6] =
    [("skiy", "sky"), ("sky", "skiy"), ("skii", "sky"), ("ayev", "aev"), ("aev", "ayev"), ("oyev", "oev")];

/// A word with a first capital and small letters behind it; behind a hyphen or an apostrophe a capital follows, too.
fn titled(word: &str) -> String {
    let mut out = String::new();
    let mut first = true;
    for (at, letter) in word.char_indices() {
        let rest = word.get(at + letter.len_utf8()..).unwrap_or_default().chars().count();
        if first {
            out.extend(letter.to_uppercase());
        } else {
            out.extend(letter.to_lowercase());
        }
        first = letter == '-' || ((letter == '\'' || letter == '’') && rest > 1) || (first && !letter.is_alphabetic());
    }
    out
}

/// A name in title case: words in capitals get small letters, unless they are abbreviations.
pub(super) fn title_case(name: &str) -> String {
    let words = name.split(' ').map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let upper = bare.chars().all(|c| !c.is_lowercase());
        let dotted = bare.contains('.') || bare.chars().any(|c| c.is_ascii_digit());
        let no_vowel = !bare.to_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']) && bare.is_ascii();
        match () {
            () if upper && (KEPT.contains(&bare) || dotted || (no_vowel && !matches!(bare, "LTD" | "DR" | "MR" | "ST"))) => {
                word.to_owned()
            }
            () if upper => titled(word),
            () => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn join(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" ")
}

/// The family name, and the other parts in their order.
fn split(parts: &[(NamePartKind, String)]) -> Option<(String, String)> {
    let (family, rest): (Vec<_>, Vec<_>) = parts.iter().cloned().partition(|(kind, _)| *kind == NamePartKind::Family);
    let texts = |parts: Vec<(NamePartKind, String)>| join(parts.into_iter().map(|(_, text)| text));
    (!family.is_empty() && !rest.is_empty()).then(|| (texts(family), texts(rest)))
}

/// A person with the family name before the others, with or without a comma.
pub(super) fn family_first(parts: &[(NamePartKind, String)], dice: &mut Dice) -> Option<String> {
    let (family, rest) = split(parts)?;
    let comma = if dice.roll(2) == 0 { "," } else { "" };
    Some(format!("{family}{comma} {rest}"))
}

/// A person with the family name behind the others.
pub(super) fn given_first(parts: &[(NamePartKind, String)]) -> Option<String> {
    let (family, rest) = split(parts)?;
    Some(format!("{rest} {family}"))
}

/// A person without middle name and patronymic.
pub(super) fn no_middle(parts: &[(NamePartKind, String)]) -> Option<String> {
    let middle = |kind| matches!(kind, NamePartKind::Middle | NamePartKind::Patronymic);
    let short: Vec<_> = parts.iter().filter(|(kind, _)| !middle(*kind)).cloned().collect();
    (short.len() < parts.len()).then(|| given_first(&short)).flatten()
}

/// Where an ASCII word stands at the end of a name, whatever its case.
fn ending(name: &str, form: &str) -> Option<usize> {
    let at = name.len().checked_sub(form.len() + 1)?;
    let tail = name.get(at..)?;
    let space = tail.starts_with(' ') || tail.starts_with(',');
    (space && tail.get(1..)?.eq_ignore_ascii_case(form)).then_some(at)
}

/// Where an ASCII word stands at the beginning of a name, whatever its case.
fn beginning(name: &str, form: &str) -> Option<usize> {
    let head = name.get(..form.len() + 1)?;
    (head.ends_with(' ') && head.trim_end().eq_ignore_ascii_case(form)).then_some(form.len())
}

/// A firm with its legal form written otherwise or dropped, and what was done.
pub(super) fn legal(name: &str, dice: &mut Dice) -> Option<(String, &'static str)> {
    let forms = || {
        LEGAL.iter().flat_map(|(short, long)| [(short, long, "legal form written out"), (long, short, "legal form shortened")])
    };
    let behind = forms().find_map(|(from, to, what)| Some((ending(name, from)?, *to, what)));
    let (stem, whole, what) = if let Some((at, to, what)) = behind {
        let stem = name.get(..at)?.trim_end_matches([',', ' ']);
        (stem, format!("{stem} {to}"), what)
    } else {
        let (at, to, what) = forms().find_map(|(from, to, what)| Some((beginning(name, from)?, *to, what)))?;
        let stem = name.get(at..)?.trim();
        (stem, format!("{to} {stem}"), what)
    };
    let last = stem.rsplit(' ').next().unwrap_or_default().to_lowercase();
    if LEGAL_WORDS.contains(&last.as_str()) || last == "co." {
        return None;
    }
    if dice.roll(3) == 0 {
        return (stem.split(' ').count() >= 2).then(|| (stem.to_owned(), "legal form dropped"));
    }
    Some((whole, what))
}

/// A name romanised otherwise; `korean` is the name of a Korean.
pub(super) fn respelled(name: &str, korean: bool, dice: &mut Dice) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    if let ([family, one, two], true) = (&words[..], korean) {
        return Some(match dice.roll(3) {
            0 => format!("{} {}-{}", titled(family), titled(one), two.to_lowercase()),
            1 => format!("{} {}{}", titled(family), titled(one), two.to_lowercase()),
            _ => format!("{} {} {}", titled(one), titled(two), titled(family)),
        });
    }
    let mut changed = false;
    let words: Vec<String> = words
        .into_iter()
        .map(|word| {
            let lower = word.to_lowercase();
            if let Some(spellings) = SPELLINGS.iter().find(|spellings| spellings.contains(&lower.as_str())) {
                let others: Vec<_> = spellings.iter().filter(|other| **other != lower).collect();
                changed = true;
                return titled(others[dice.roll(others.len())]);
            }
            if let Some((stem, to)) = ENDINGS.iter().find_map(|(from, to)| Some((lower.strip_suffix(from)?, to))) {
                changed = true;
                return titled(&format!("{stem}{to}"));
            }
            match lower.strip_prefix("al-") {
                Some(rest) if rest.len() > 2 => {
                    changed = true;
                    format!("al {}", titled(rest))
                }
                _ => word.to_owned(),
            }
        })
        .collect();
    changed.then(|| words.join(" "))
}

/// A name with one slip in a word of seven letters or more: a letter left out, doubled, swapped with the next or replaced. The first stays.
pub(super) fn slipped(name: &str, dice: &mut Dice) -> Option<String> {
    let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|at| {
            let word = &words[*at];
            let letters = word.chars().count() >= 7 && word.chars().all(|c| c.is_ascii_alphabetic());
            letters && !LEGAL_WORDS.contains(&word.to_lowercase().as_str())
        })
        .collect();
    let word = words.get_mut(*long.get(dice.roll(long.len()))?)?;
    let mut letters: Vec<char> = word.chars().collect();
    let before = letters.clone();
    while letters == before {
        let at = 1 + dice.roll(letters.len() - 2);
        match dice.roll(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            _ => {
                let letter = char::from(b'a' + dice.roll(26) as u8);
                letters[at] = if letters[at].is_uppercase() { letter.to_ascii_uppercase() } else { letter };
            }
        }
    }
    *word = letters.into_iter().collect();
    Some(words.join(" "))
}

/// A name without case, order, marks and the choices of romanisation from Cyrillic: two names with one key are the same name.
pub(super) fn rough(name: &str) -> String {
    let mut latin = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ".chars().position(|one| one == letter)
        {
            Some(at) => latin.push_str(
                [
                    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
                    "f", "h", "ts", "ch", "sh", "shch", "", "i", "", "e", "iu", "ia", "i", "i", "e", "g",
                ][at],
            ),
            None if letter == '\u{301}' || letter == '\'' || letter == '’' => {}
            None => latin.push(letter),
        }
    }
    let folded = [("kh", "h"), ("y", "i"), ("j", "i"), ("x", "ks"), ("ie", "e"), ("ii", "i"), ("ii", "i"), ("ander", "andr")]
        .iter()
        .fold(latin, |text, (from, to)| text.replace(from, to));
    crate::data::sameness(&folded)
}
