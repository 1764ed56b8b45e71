//! What the parsers of the UN's and the UK's lists share: a record of XML as a small tree, ids made of a list's own numbers and of
//! content, the script of a name, and numbers that lists write together with what they are.
//!
//! Both lists have records of some kilobytes with many optional parts in any order, so a record is read whole before it is understood.
//! The file never is.

use std::rc::Rc;

use interdict_model::{Country, Entity};

use crate::error::SourceError;
use crate::facts::key;
use crate::xml::{Node, Xml};

/// Elements of one record beyond which a document is refused. The largest record of an official list has some hundreds.
const MAX_ELEMENTS: usize = 100_000;

/// Parts of a record, about.
const USUAL_PARTS: usize = 32;

/// An element with its text and its children.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// The elements of a name share it.
    pub(crate) name: Rc<str>,
    /// Without surrounding white space.
    pub(crate) text: String,
    pub(crate) line: u64,
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// Reads the element at whose start the cursor stands, to its end.
    pub(crate) fn read(xml: &mut Xml<'_>) -> Result<Self, SourceError> {
        let mut elements = 0;
        let mut record = Self { children: Vec::with_capacity(USUAL_PARTS), ..Self::default() };
        record.fill(xml, &mut elements)?;
        Ok(record)
    }

    fn fill(&mut self, xml: &mut Xml<'_>, elements: &mut usize) -> Result<(), SourceError> {
        *elements += 1;
        if *elements > MAX_ELEMENTS {
            return Err(xml.error(format!("a record of more than {MAX_ELEMENTS} elements; refused")));
        }
        self.name = xml.shared_name();
        self.line = xml.line();
        loop {
            let node = xml.next()?;
            let text = xml.text();
            if !text.is_empty() {
                if !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push_str(text);
            }
            match node {
                Node::Start => {
                    let mut child = Self::default();
                    child.fill(xml, elements)?;
                    self.children.push(child);
                }
                Node::End => return Ok(()),
                Node::Eof => return Err(xml.error("the file ends early")),
            }
        }
    }

    /// The text of the first child of a name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.children.iter().find(|child| &*child.name == name).map_or("", |child| child.text.as_str())
    }

    /// The texts of all children of a name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e str> {
        self.children.iter().filter(move |child| &*child.name == name).map(|child| child.text.as_str())
    }

    /// Whether there is text in it, at any depth.
    pub(crate) fn is_filled(&self) -> bool {
        !self.text.is_empty() || self.children.iter().any(Self::is_filled)
    }

    /// All that it says in one line, `NAME: text; NAME: text`, for rejects and notes.
    pub(crate) fn flat(&self) -> String {
        let mut parts = Vec::new();
        self.collect(&mut parts);
        parts.join("; ")
    }

    fn collect(&self, parts: &mut Vec<String>) {
        if !self.text.is_empty() {
            parts.push(format!("{}: {}", self.name, one_line(&self.text)));
        }
        for child in &self.children {
            child.collect(parts);
        }
    }
}

/// The text with single spaces: lists wrap their lines anywhere.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let is_plain = |at: usize, byte: u8| {
        matches!(byte, b'!'..=b'~') || byte == b' ' && at > 0 && bytes.get(at + 1).is_some_and(|next| *next != b' ')
    };
    // Most texts are one line already.
    if bytes.iter().enumerate().all(|(at, byte)| is_plain(at, *byte)) {
        line.push_str(text);
        return line;
    }
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A list's own number as part of an id. What is neither an ASCII letter or digit nor one of `.`, `-`, `_` becomes `%` and its bytes in
/// hexadecimal, so that the number can be had back from the id.
pub(crate) fn safe_id(number: &str) -> String {
    use std::fmt::Write;
    let mut id = String::with_capacity(number.len());
    for byte in number.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            id.push(byte as char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(id, "%{byte:02X}");
        }
    }
    id
}

/// A part of an id that depends on content alone, for what a list gives no number to: the same address or document has it in every issue
/// and in every format of the list, wherever it stands there.
pub(crate) fn content_id(parts: &[&str]) -> String {
    key(parts.iter().map(|part| one_line(part).to_lowercase()), 12)
}

/// A name as part of an id: its ASCII letters and digits in lower case, with hyphens between words. Names with other letters get a
/// [`content_id`] behind it, as more than one may have the same ASCII letters.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().take(60) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || !name.is_ascii() || name.len() > 60 {
        let separator = if slug.is_empty() { "" } else { "-" };
        return format!("{slug}{separator}{}", content_id(&[name]));
    }
    slug.to_owned()
}

/// Ranges of letters beyond ASCII by script, in the words of OFAC's lists; Chinese characters alone do not tell of which kind they are.
const SCRIPTS: [(u32, u32, &str); 34] = [
    (0xaa, 0xaa, "Latin"),
    (0xba, 0xba, "Latin"),
    (0xc0, 0x24f, "Latin"),
    (0x370, 0x3ff, "Greek"),
    (0x400, 0x52f, "Cyrillic"),
    (0x531, 0x58f, "Armenian"),
    (0x5d0, 0x5f4, "Hebrew"),
    (0x620, 0x6ff, "Arabic"),
    (0x750, 0x77f, "Arabic"),
    (0x8a0, 0x8ff, "Arabic"),
    (0x904, 0x97f, "Devanagari"),
    (0x980, 0x9ff, "Bengali"),
    (0xa00, 0xa7f, "Gurmukhi"),
    (0xa80, 0xaff, "Gujarati"),
    (0xb80, 0xbff, "Tamil"),
    (0xc00, 0xc7f, "Telugu"),
    (0xc80, 0xcff, "Kannada"),
    (0xd00, 0xd7f, "Malayalam"),
    (0xd80, 0xdff, "Sinhala"),
    (0xe00, 0xe7f, "Thai"),
    (0xe80, 0xeff, "Lao"),
    (0xf00, 0xfff, "Tibetan"),
    (0x1000, 0x109f, "Burmese"),
    (0x10a0, 0x10ff, "Georgian"),
    (0x1100, 0x11ff, "Korean"),
    (0x1200, 0x139f, "Ethiopic"),
    (0x1780, 0x17ff, "Khmer"),
    (0x1e00, 0x1eff, "Latin"),
    (0x3040, 0x30ff, "Japanese"),
    (0x3130, 0x318f, "Korean"),
    (0x3400, 0x9fff, "Chinese"),
    (0xac00, 0xd7a3, "Korean"),
    (0xfb50, 0xfdff, "Arabic"),
    (0xfe70, 0xfeff, "Arabic"),
];

fn script_of_char(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some("Latin");
    }
    let code = c as u32;
    SCRIPTS.iter().find(|(from, to, _)| (*from..=*to).contains(&code)).map(|(_, _, script)| *script)
}

/// The script that most letters of a text are in; empty for a text without letters. Any kana make Chinese characters Japanese.
pub(crate) fn script_of(text: &str) -> &'static str {
    let mut counts: Vec<(&'static str, u32)> = Vec::new();
    for script in text.chars().filter_map(script_of_char) {
        match counts.iter_mut().find(|(held, _)| *held == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    let has = |wanted: &str| counts.iter().any(|(script, _)| *script == wanted);
    if has("Japanese") && has("Chinese") {
        return "Japanese";
    }
    let mut best = ("", 0);
    for (script, count) in counts {
        if count > best.1 {
            best = (script, count);
        }
    }
    best.0
}

/// Whether a field says that it says nothing.
pub(crate) fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text == "na" || text.eq_ignore_ascii_case("n/a") || text.chars().all(|c| matches!(c, '-' | '–' | '.'))
}

/// A number that a list writes together with what it is: `Nauruan passport number X123`, `INN: 7700000000`, `X123 (expired 2016)`,
/// `Nauru X123`, `X123, Nauru`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Number {
    /// The number alone.
    pub(crate) text: String,
    /// What stands before it; empty when nothing does.
    pub(crate) words: String,
    /// What stands in brackets behind it.
    pub(crate) remark: String,
    /// The country that stands before or behind it.
    pub(crate) country: Option<Country>,
}

impl Number {
    /// Takes the number out of its text. Where the text is not in one of the forms, it is the number as it stands.
    pub(crate) fn parse(text: &str) -> Self {
        let whole = one_line(text);
        let mut found = Self::default();
        let mut rest = whole.as_str();
        if let Some((before, remark)) = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
            && has_digit(before)
        {
            remark.trim().clone_into(&mut found.remark);
            rest = before.trim_end();
        }
        if let Some((before, country)) = rest.rsplit_once(", ")
            && has_digit(before)
            && let Some(country) = Country::parse(country.trim())
        {
            found.country = Some(country);
            rest = before.trim_end();
        }
        if let Some(start) = label_end(rest) {
            let (words, number) = rest.split_at(start);
            words.trim_end_matches([' ', ':']).clone_into(&mut found.words);
            rest = number;
        } else if let Some((word, number)) = rest.rsplit_once(' ')
            && has_digit(number)
            && let Some(country) = Country::parse(word)
            // Two capitals before a number are its series more often than a country.
            && word.len() > 3
        {
            found.country = Some(country);
            rest = number;
        }
        rest.trim().clone_into(&mut found.text);
        found
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Where the number begins that follows the last label of a text: a colon, `number`, `no` or `nr`. What follows must look like a number:
/// a digit, and no word of more than four letters.
fn label_end(text: &str) -> Option<usize> {
    let mut end = None;
    let mut from = 0;
    for word in text.split_inclusive(' ') {
        let to = from + word.len();
        let plain = word.trim_end().trim_end_matches([':', '.']).to_ascii_lowercase();
        if word.trim_end().ends_with(':') || matches!(plain.as_str(), "number" | "no" | "nr" | "num" | "passport" | "card") {
            end = Some(to);
        } else if let Some(colon) = word.find(':') {
            end = Some(from + colon + 1);
        } else if plain.starts_with("no.") && has_digit(&plain) {
            end = Some(from + 3);
        }
        from = to;
    }
    let end = end.filter(|end| *end < text.len())?;
    let number = &text[end..];
    let looks_like_one = has_digit(number)
        && number
            .split(|c: char| !c.is_alphabetic())
            .all(|letters| letters.chars().count() <= 4 || letters.chars().all(char::is_uppercase));
    looks_like_one.then_some(end)
}

/// Adds a text to a property if the party's schema has it, else as a note under the field's name.
pub(crate) fn put(party: &mut Entity, property: &str, field: &str, text: &str, record: &str) {
    let text = one_line(text);
    if says_nothing(&text) {
        return;
    }
    if party.property_type(property).is_some() {
        party.add_from(property, text, record);
    } else {
        party.add_from("notes", format!("{field}: {text}"), record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_from_numbers_and_content() {
        assert_eq!(safe_id("QDi.001"), "QDi.001");
        assert_eq!(safe_id("A/1 b%"), "A%2F1%20b%25");
        assert_eq!(content_id(&["1 Sample  Road", "x"]), content_id(&["1 sample road", "x"]));
        assert_ne!(content_id(&["ab", "c"]), content_id(&["a", "bc"]));
        assert_eq!(slug("Example Shipping (Pty.) Ltd"), "example-shipping-pty-ltd");
        assert_ne!(slug("Beispiel ä"), slug("Beispiel ö"));
        assert!(!slug("例").is_empty());
    }

    #[test]
    fn scripts() {
        for (text, script) in [
            ("Ada Müller", "Latin"),
            ("Пример", "Cyrillic"),
            ("مثال", "Arabic"),
            ("홍길동", "Korean"),
            ("洪吉童", "Chinese"),
            ("山田はな", "Japanese"),
            ("123 -", ""),
        ] {
            assert_eq!(script_of(text), script, "{text}");
        }
    }

    #[test]
    fn numbers_with_words() {
        for (text, words, number, remark, country) in [
            ("X123", "", "X123", "", None),
            ("Utopian passport number X 00123", "Utopian passport number", "X 00123", "", None),
            ("Registry Passport No. 96/1844", "Registry Passport No.", "96/1844", "", None),
            ("passport X0250", "passport", "X0250", "", None),
            ("Diplomatic Passport: Z303", "Diplomatic Passport", "Z303", "", None),
            ("INN:7700000000", "INN", "7700000000", "", None),
            ("passport no.0382", "passport no.", "0382", "", None),
            ("38111 (Expired 25 Jan. 2016)", "", "38111", "Expired 25 Jan. 2016", None),
            ("R0001, South Sudan", "", "R0001", "", Some("ss")),
            ("Jordan 6547", "", "6547", "", Some("jo")),
            ("DE 4739", "", "DE 4739", "", None),
            ("number unknown", "", "number unknown", "", None),
        ] {
            let found = Number::parse(text);
            assert_eq!((found.words.as_str(), found.text.as_str(), found.remark.as_str()), (words, number, remark), "{text}");
            assert_eq!(found.country.map(Country::code), country, "{text}");
        }
    }
}
