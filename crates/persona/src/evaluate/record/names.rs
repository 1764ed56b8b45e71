//! Whether two written names can be of one person: two texts go in; how they relate comes out. Nicknames, order, script and
//! transliteration, initials, names that one of them leaves out, joined and split names and one slip of the pen are no difference.

use interdict_matching::{Query, Settings, compare as score};
use interdict_model::{Entity, Schema};
use interdict_names::{NameKind, Token, TokenKind, nicknames, parse_name};

use super::distance;

/// How two names relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// One name, by all that is written.
    Same,
    /// A given name agrees and the surname does not, as after a marriage.
    Given,
    /// A surname agrees and the given name does not, as in a family.
    Family,
    /// The second is the name of a company.
    Company,
    /// Nothing agrees.
    Other,
}

impl Likeness {
    /// How much of a contradiction it is, 0 to 1.
    pub(crate) const fn share(self) -> f64 {
        match self {
            Self::Same => 0.0,
            Self::Given => 0.4,
            Self::Company => 0.5,
            Self::Family => 0.7,
            Self::Other => 1.0,
        }
    }

    /// The words for people.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Same => "the same name",
            Self::Given => "a given name agrees, another does not, as after a marriage",
            Self::Family => "a family name agrees, the given name does not",
            Self::Company => "it is the name of a company",
            Self::Other => "no part of the name agrees",
        }
    }
}

/// Score of the list matcher from which names are one, whatever the words alone say: it knows readings of characters.
const SAME_SCORE: f64 = 0.85;

/// How the name in a record relates to that of the person.
pub(crate) fn relate(own: &str, other: &str) -> Likeness {
    let (own, other) = (own.trim(), other.trim());
    if same_words(own, other) {
        return Likeness::Same;
    }
    let (a, b) = (Words::of(own), Words::of(other));
    if a.words.is_empty() || b.words.is_empty() {
        return Likeness::Same;
    }
    let found = match relate_tokens(&a.words, &b.words) {
        // `Hafiz Yusof` and `Hafiz Salazar Cruz` have the given name in common, if it is one.
        Likeness::Other if a.shares_title(&b) => Likeness::Given,
        found => found,
    };
    if found == Likeness::Same
        || (found == Likeness::Other || !own.is_ascii() || !other.is_ascii()) && alike_by_score(own, other)
    {
        return Likeness::Same;
    }
    if found == Likeness::Other && is_company(other) { Likeness::Company } else { found }
}

/// Words of firms that are no names of people. Of a word with several writings its canonical one.
const FIRM_WORDS: [&str; 44] = [
    "academy",
    "agency",
    "apps",
    "associates",
    "business",
    "center",
    "collective",
    "consultancy",
    "consultants",
    "consulting",
    "cooperative",
    "creative",
    "design",
    "designs",
    "development",
    "digital",
    "engineering",
    "enterprise",
    "freelancers",
    "group",
    "holding",
    "international",
    "labs",
    "logistics",
    "management",
    "media",
    "outsourcing",
    "partners",
    "payments",
    "payroll",
    "production",
    "recruiting",
    "recruitment",
    "remote",
    "service",
    "software",
    "solution",
    "solutions",
    "staffing",
    "studio",
    "studios",
    "systems",
    "technology",
    "trading",
];

/// Whether a name has a legal form of companies at its begin or end, or a word that only firms have in theirs.
pub(crate) fn is_company(name: &str) -> bool {
    let parsed = parse_name(name, NameKind::Organization);
    let is_form = |token: Option<&Token>| token.is_some_and(|token| matches!(token.kind, TokenKind::LegalForm(_)));
    let is_of_firms = |token: &Token| match token.kind {
        TokenKind::Generic => token.canon.is_some_and(|canon| FIRM_WORDS.contains(&canon)),
        TokenKind::Word => FIRM_WORDS.contains(&&*token.text),
        _ => false,
    };
    parsed.tokens.len() > 1
        && (is_form(parsed.tokens.first()) || is_form(parsed.tokens.last()) || parsed.tokens.iter().any(is_of_firms))
}

/// The words of a company's name in one, as a domain has them, without its legal form.
pub(crate) fn company_in_one(name: &str) -> String {
    let parsed = parse_name(name, NameKind::Organization);
    let words = parsed.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::LegalForm(_)));
    words.map(|token| token.text.as_str()).collect()
}

/// The common case without any allocation: every word of the shorter name is in the other.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    let words = |text| str::split(text, |c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let same = |x: &str, y: &str| x == y || x.chars().flat_map(char::to_lowercase).eq(y.chars().flat_map(char::to_lowercase));
    if same(a, b) {
        return true;
    }
    let (count_a, count_b) = (words(a).count(), words(b).count());
    let (short, long) = if count_a <= count_b { (a, b) } else { (b, a) };
    // An initial may stand for many words.
    let tells = |word: &str| count_a == count_b || word.len() > 2;
    count_a.min(count_b) >= 2 && words(short).all(|word| tells(word) && words(long).any(|other| same(word, other)))
}

/// A name in words, the family name last.
struct Words {
    words: Vec<Token>,
    /// Words that may be a title or a given name.
    titles: Vec<Token>,
}

impl Words {
    fn of(name: &str) -> Self {
        let mut parsed = parse_name(name, NameKind::Person);
        // `LAST, First`: the family name goes last.
        if let Some(comma) = parsed.comma_after {
            let count = parsed.tokens.len();
            parsed.tokens.rotate_left((comma + 1) % count.max(1));
        }
        // What may be a title is the family name where it stands last: `Imran Ahmed Khan`.
        let surname = parsed.tokens.pop_if(|last| last.is_title_or_name());
        let (titles, mut words): (Vec<_>, Vec<_>) = parsed.tokens.into_iter().partition(Token::is_title_or_name);
        words.retain(|token| matches!(token.kind, TokenKind::Word | TokenKind::Generic | TokenKind::Initial));
        words.extend(surname);
        Self { words, titles }
    }

    /// Whether one has a word in common with the other that may be a title.
    fn shares_title(&self, other: &Self) -> bool {
        let common =
            |titles: &[Token], tokens: &[Token]| titles.iter().any(|one| tokens.iter().any(|two| one.text == two.text));
        common(&self.titles, &other.titles) || common(&self.titles, &other.words) || common(&other.titles, &self.words)
    }
}

fn relate_tokens(a: &[Token], b: &[Token]) -> Likeness {
    let (mut left, mut right) = (vec![false; a.len()], vec![false; b.len()]);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    // Whole words before initials, so that an initial takes what is left.
    for initials in [false, true] {
        for (i, token) in a.iter().enumerate() {
            let found = (!left[i]).then(|| {
                b.iter().enumerate().position(|(j, other)| {
                    let by_initial = token.kind == TokenKind::Initial || other.kind == TokenKind::Initial;
                    !right[j] && by_initial == initials && if initials { initial(token, other) } else { alike(token, other) }
                })
            });
            if let Some(j) = found.flatten() {
                (left[i], right[j]) = (true, true);
                if !initials {
                    pairs.push((i, j));
                }
            }
        }
    }
    join_split(a, &mut left, b, &mut right, &mut pairs, false);
    join_split(b, &mut right, a, &mut left, &mut pairs, true);
    let open = |matched: &[bool]| matched.iter().filter(|matched| !**matched).count();
    let (open_left, open_right) = (open(&left), open(&right));
    if open_left == 0 || open_right == 0 {
        return Likeness::Same;
    }
    match pairs.as_slice() {
        [] => Likeness::Other,
        // Both last words are open: another surname beside the same given names.
        pairs if pairs.len() > 1 && (left.last() == Some(&true) || right.last() == Some(&true)) => Likeness::Same,
        pairs if pairs.iter().all(|(i, j)| i + 1 == a.len() && j + 1 == b.len()) => Likeness::Family,
        _ => Likeness::Given,
    }
}

/// Marks a word of `b` that is two or three neighbours of `a` written together, as `Minsu` and `Min Su`.
fn join_split(a: &[Token], left: &mut [bool], b: &[Token], right: &mut [bool], pairs: &mut Vec<(usize, usize)>, swapped: bool) {
    for (j, other) in b.iter().enumerate().filter(|(_, other)| other.text.len() > 3) {
        if right[j] {
            continue;
        }
        let run = (2..=3).flat_map(|len| (0..(a.len() + 1).saturating_sub(len)).map(move |at| at..at + len)).find(|run| {
            if left[run.clone()].contains(&true) {
                return false;
            }
            let joined: String = a[run.clone()].iter().map(|token| token.text.as_str()).collect();
            joined == other.text || distance(&joined, &other.text, 1).is_some()
        });
        if let Some(run) = run {
            left[run.clone()].fill(true);
            right[j] = true;
            pairs.push(if swapped { (j, run.start) } else { (run.start, j) });
        }
    }
}

fn initial(a: &Token, b: &Token) -> bool {
    a.text.as_bytes().first() == b.text.as_bytes().first()
}

fn alike(a: &Token, b: &Token) -> bool {
    let (x, y) = (a.text.as_str(), b.text.as_str());
    if x == y || a.readings.iter().any(|reading| reading == y) || b.readings.iter().any(|reading| reading == x) {
        return true;
    }
    if a.korean.iter().any(|key| b.korean.contains(key)) || nicknames(x).contains(&y) || nicknames(y).contains(&x) {
        return true;
    }
    let least = x.len().min(y.len());
    // Alex and Alexander, and what the machine readable zone cuts.
    if least >= 4 && (x.starts_with(y) || y.starts_with(x)) {
        return true;
    }
    // The article is written together with the name.
    let is_bare = |bare: &str, whole: &str| bare.len() > 3 && matches!(whole.strip_suffix(bare), Some("al" | "el"));
    if is_bare(x, y) || is_bare(y, x) {
        return true;
    }
    let by_sound = least >= 4 && a.skeleton.len() > 1 && a.skeleton == b.skeleton && x.as_bytes()[0] == y.as_bytes()[0];
    by_sound || least >= 5 && distance(x, y, 1 + usize::from(least >= 9)).is_some()
}

fn alike_by_score(a: &str, b: &str) -> bool {
    let query = |name: &str| {
        let mut entity = Entity::new("person", Schema::Person);
        entity.add("name", name);
        Query::from_entity(&entity)
    };
    let (Ok(a), Ok(b)) = (query(a), query(b)) else { return true };
    score(&a, &b, &Settings::default()).score >= SAME_SCORE
}

#[cfg(test)]
mod tests {
    use super::Likeness::{Company, Family, Given, Other, Same};
    use super::{Likeness, relate};

    #[track_caller]
    fn check(own: &str, other: &str, expected: Likeness) {
        assert_eq!(relate(own, other), expected, "{own} / {other}");
    }

    #[test]
    fn one_name_in_many_writings() {
        for (own, other) in [
            ("Ada Test", "ada test"),
            ("Ada Test", "TEST, ADA"),
            ("Bill Smith", "William Smith"),
            ("Ivan Petrov", "Иван Петров"),
            ("Kim Min Su", "Minsu Kim"),
            ("Kim Min Su", "김민수"),
            ("Wang Xiaoming", "王小明"),
            ("Ada Mary Test", "Ada Test"),
            ("Ada Test", "A. Test"),
            ("Ada M. Test", "Ada Maria Test"),
            ("María García López", "Maria Garcia"),
            ("Jürgen Müller", "Juergen Mueller"),
            ("Mohammed Al Sayed", "Muhammad Alsayed"),
            ("Omar El Farsi", "Omar Elfarsi"),
            ("Hafiz Yusof", "Yusof, Hafiz"),
            ("Sergey Volkov", "Serhii Volkov"),
            ("Aleksandr Petrov", "Alexander Petrov"),
            ("Katherine Test", "Katherin Test"),
            ("Nguyễn Văn An", "An Nguyen Van"),
            ("Ada Test", "Ada Test & Bob Sample"),
            ("Ada Test", "Ada Test Ltd"),
            ("Anne-Marie Test", "Annemarie Test"),
            ("Ada Test", "?"),
        ] {
            check(own, other, Same);
            check(other, own, Same);
        }
    }

    #[test]
    fn names_that_differ() {
        check("Ada Test", "Ada Sample", Given);
        check("Ada Maria Test", "Ada Maria Sample", Given);
        check("Ada Test", "Robert Test", Family);
        check("Youssef El Sayed", "Aisha El Sayed", Family);
        check("Youssef El Sayed", "El Sayed", Same);
        check("Imran Ahmed Khan", "Sadia Khan", Family);
        check("Imran Ahmed Khan", "Sadia Malik", Other);
        check("Maria de la Cruz", "Jose de la Cruz", Family);
        check("Hafiz Dela Cruz", "Hafiz Salazar", Given);
        check("Hafiz Yusof", "Hafiz Salazar", Given);
        check("Oluwaseun Eze", "Seun Ezeh", Given);
        check("Dr Ada Test", "Dr Robert Sample", Other);
        check("Ada Test", "Example Payments Ltd", Company);
        check("Ada Test", "Example Payments GmbH", Company);
        check("Ada Test", "Cinder Digital Agency", Company);
        check("Ada Test", "Sample Studio Springfield", Company);
        check("Ada Test", "Sam Agencyman", Other);
        check("Ada Test", "Robert Sample", Other);
        check("Ivan Petrov", "Robert Sample", Other);
        check("Иван Петров", "Олег Сидоров", Other);
        check("Kim Minsu", "Park Jiho", Other);
        check("王小明", "李大海", Other);
    }
}
