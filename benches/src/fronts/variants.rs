//! How people write the same thing otherwise: names in another order and romanisation, phone numbers with and without prefixes, addresses
//! abbreviated, turned round and in another script. A text goes in; another text for the same comes out.

use crate::data::Dice;

/// Spellings that are met for one another in names.
const SPELLINGS: [(&str, &str); 34] = [
    ("Kim", "Gim"),
    ("Ri", "Lee"),
    ("Pak", "Park"),
    ("Choe", "Choi"),
    ("Jong", "Jung"),
    ("Chol", "Cheol"),
    ("Hyon", "Hyun"),
    ("Yong", "Young"),
    ("Song", "Seong"),
    ("Un", "Eun"),
    ("Kyong", "Kyung"),
    ("Nam", "Nahm"),
    ("Hyok", "Hyuk"),
    ("U", "Woo"),
    ("Mohammad", "Muhammad"),
    ("Mohammed", "Mohamad"),
    ("Ahmad", "Ahmed"),
    ("Hossein", "Husayn"),
    ("Hussein", "Hossein"),
    ("Abdul", "Abdel"),
    ("Abdullah", "Abdallah"),
    ("Yusuf", "Youssef"),
    ("Hassan", "Hasan"),
    ("Reza", "Riza"),
    ("Said", "Saeed"),
    ("Sergey", "Sergei"),
    ("Dmitry", "Dmitriy"),
    ("Aleksandr", "Alexander"),
    ("Yury", "Yuri"),
    ("Evgeny", "Yevgeniy"),
    ("Vitaliy", "Vitaly"),
    ("Andrey", "Andrei"),
    ("Wei", "Wai"),
    ("Zhang", "Chang"),
];

/// A name in another order, case or romanisation.
pub(super) fn name_otherwise(name: &str, dice: &mut Dice) -> String {
    let plain = name.replace(',', " ");
    let mut words: Vec<String> = plain.split_whitespace().map(str::to_owned).collect();
    let known =
        |word: &String| SPELLINGS.iter().find(|(from, _)| word.eq_ignore_ascii_case(from)).map(|(_, to)| (*to).to_owned());
    if let Some((at, to)) = words.iter().enumerate().find_map(|(at, word)| Some((at, known(word)?))) {
        words[at] = to;
    }
    match dice.roll(4) {
        0 => words.rotate_right(1),
        1 => words.iter_mut().for_each(|word| *word = word.to_uppercase()),
        2 if words.len() > 1 => {
            let last = words.pop().unwrap_or_default();
            return format!("{}, {}", last.to_uppercase(), words.join(" "));
        }
        _ => {}
    }
    words.join(" ")
}

/// A phone number with other punctuation, and `00` for the plus.
pub(super) fn phone_otherwise(phone: &str, dice: &mut Dice) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if !phone.trim_start().starts_with('+') || digits.len() < 8 {
        return phone.to_owned();
    }
    let (head, tail) = digits.split_at(digits.len() - 4);
    match dice.roll(4) {
        0 => format!("00{digits}"),
        // A spreadsheet takes the plus away.
        3 => digits,
        1 => format!("+{head}-{tail}"),
        _ => format!("+{head} {tail}"),
    }
}

/// An address abbreviated, in another order or case, or in Cyrillic where it is a Russian one.
pub(super) fn address_otherwise(address: &str, dice: &mut Dice) -> String {
    const SHORT: [(&str, &str); 8] = [
        ("Street", "St."),
        ("Road", "Rd."),
        ("Avenue", "Ave."),
        ("Building", "Bldg"),
        ("Ulitsa", "ul."),
        ("Prospekt", "pr-kt"),
        ("Floor", "Fl."),
        ("Lane", "Ln."),
    ];
    let shorter = SHORT.iter().fold(address.to_owned(), |text, (long, short)| text.replace(long, short));
    match dice.roll(4) {
        0 => shorter,
        1 => shorter.to_uppercase(),
        2 => {
            // The country first, as in Asia.
            let mut parts: Vec<&str> = address.split(", ").collect();
            parts.reverse();
            parts.join(", ")
        }
        _ if is_russian(address) => cyrillic(address),
        _ => shorter.replace(", ", " , "),
    }
}

/// Whether an address is Russian in its words too, so that its letters can be put back into Cyrillic.
fn is_russian(address: &str) -> bool {
    const ENGLISH: [&str; 11] =
        ["building", "floor", "office", "street", "bldg", "district", "road", "saint", "city", "room", "region"];
    let small = address.to_lowercase();
    small.contains("russia") && !ENGLISH.iter().any(|word| small.contains(word))
}

/// Letters one by one, the longest first.
fn cyrillic(text: &str) -> String {
    const LETTERS: [(&str, &str); 41] = [
        ("iy", "ий"),
        ("yy", "ый"),
        ("ay", "ай"),
        ("ey", "ей"),
        ("oy", "ой"),
        ("shch", "щ"),
        ("russia", "россия"),
        ("moscow", "москва"),
        ("ulitsa", "улица"),
        ("sh", "ш"),
        ("ch", "ч"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("yu", "ю"),
        ("ya", "я"),
        ("yo", "ё"),
        ("a", "а"),
        ("b", "б"),
        ("v", "в"),
        ("g", "г"),
        ("d", "д"),
        ("e", "е"),
        ("z", "з"),
        ("i", "и"),
        ("k", "к"),
        ("l", "л"),
        ("m", "м"),
        ("n", "н"),
        ("o", "о"),
        ("p", "п"),
        ("r", "р"),
        ("s", "с"),
        ("t", "т"),
        ("u", "у"),
        ("f", "ф"),
        ("h", "х"),
        ("y", "ы"),
        ("c", "к"),
        ("w", "в"),
        ("j", "дж"),
    ];
    let mut rest = text.to_lowercase();
    let mut written = String::new();
    while !rest.is_empty() {
        let step = LETTERS.iter().find_map(|(from, to)| rest.strip_prefix(from).map(|left| (*to, left.to_owned())));
        match step {
            Some((to, left)) => {
                written.push_str(to);
                rest = left;
            }
            None => written.push(rest.remove(0)),
        }
    }
    written
}
