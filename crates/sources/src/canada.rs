//! The Consolidated Canadian Autonomous Sanctions List, XML: flat records of Global Affairs Canada under the Special Economic Measures
//! Act and the Justice for Victims of Corrupt Foreign Officials Act, as published at
//! <https://www.international.gc.ca/world-monde/international_relations-relations_internationales/sanctions/consolidated-consolide.aspx>.
//! In comes one `data-set` of `record`s, out go a party (person, organisation, vessel) and a sanction for each.
//!
//! The list has no ids. The key of a party is a hash of the regime, the listed name (of a vessel: its IMO number, as ships are renamed)
//! and the date of listing. Schedule and item are no part of it: items are renumbered when a schedule is remade, and a number that is
//! free again may be given to another party, to which nothing that was decided on the first must pass. A name that is amended gives
//! a new key, which is the safe side. Two records with one key are both kept, the second under the key with a suffix.

use std::borrow::Cow;
use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::{AliasKind, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::SourceError;
use crate::facts::{key, rows};
use crate::listing::{Designation, Listing, Name, Place, not_empty};
use crate::pieces::{dates, folded, known_as, tidy};
use crate::report::Report;
use crate::xml::Xml;

const FIELDS: [&str; 11] = [
    "Country",
    "EntityOrShip",
    "LastName",
    "GivenName",
    "TitleOrShip",
    "DateOfBirthOrShipBuildDate",
    "ShipIMONumber",
    "Schedule",
    "Item",
    "DateOfListing",
    "Aliases",
];

/// A record as it stands in the file.
#[derive(Debug, Default)]
struct Record {
    line: u64,
    /// Names of fields that are known are not copied.
    fields: Vec<(Cow<'static, str>, String)>,
}

impl Record {
    /// The text of a field, with single spaces; empty when it is not there.
    fn get(&self, field: &str) -> String {
        self.fields.iter().find(|(name, _)| name == field).map_or_else(String::new, |(_, text)| tidy(text))
    }

    fn text(&self) -> String {
        self.fields.iter().map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["data-set"])?;
    let mut parser = Parser { listing: Listing::new(report, sink), keys: FxHashMap::default(), number: 0 };
    xml.children(|xml| {
        if xml.name() != "record" {
            let (line, name) = (xml.line(), xml.name().to_owned());
            parser.listing.issue(Place { line, record: "data-set" }, &name, "an element that is not known; it was left out");
            return xml.skip();
        }
        let mut record = Record { line: xml.line(), fields: Vec::with_capacity(FIELDS.len()) };
        xml.children(|xml| {
            let known = FIELDS.into_iter().find(|field| *field == xml.name());
            let name = known.map_or_else(|| Cow::Owned(xml.name().to_owned()), Cow::Borrowed);
            let text = xml.leaf()?;
            record.fields.push((name, text));
            Ok(())
        })?;
        parser.record(&record);
        Ok(())
    })?;
    xml.end()?;
    not_empty(file, parser.listing.report.count("parties"), "parties")
}

struct Parser<'a> {
    listing: Listing<'a>,
    /// How many parties have had a key.
    keys: FxHashMap<String, u32>,
    number: u64,
}

impl Parser<'_> {
    fn record(&mut self, record: &Record) {
        self.number += 1;
        self.listing.count("records", 1);
        let regime = record.get("Country");
        let (schedule, item) = (record.get("Schedule"), record.get("Item"));
        let english = regime.split(" / ").next().unwrap_or_default();
        let place: Vec<String> = [("schedule", &schedule), ("item", &item)]
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(word, text)| format!("{word} {text}"))
            .collect();
        let name = format!("record {}: {english}, {}", self.number, place.join(", "));
        let at = Place { line: record.line, record: name.trim_end_matches([',', ' ', ':']) };

        let (whole, last, given) = (record.get("EntityOrShip"), record.get("LastName"), record.get("GivenName"));
        let (title, imo) = (record.get("TitleOrShip"), record.get("ShipIMONumber"));
        let person = tidy(&format!("{given} {last}"));
        if whole.is_empty() && person.is_empty() {
            self.listing.reject(at, "EntityOrShip", "a record without a name; it was left out", &record.text());
            return;
        }
        let schema = match (whole.is_empty(), person.is_empty()) {
            (true, _) => Schema::Person,
            (false, true) if !imo.is_empty() || !title.is_empty() => Schema::Vessel,
            (false, true) => Schema::Organization,
            (false, false) => {
                let message = "a record with the name of a person and of an entity; both are kept as names of a LegalEntity";
                self.listing.issue(at, "EntityOrShip", message);
                Schema::LegalEntity
            }
        };
        if regime.is_empty() {
            self.listing.issue(at, "Country", "a record without a regime");
        }
        let listed = record.get("DateOfListing");
        let id = self.key(at, english, schema, &[&whole, &person, &imo], &listed);
        let mut party = Entity::new(&id, schema);
        self.names(at, &mut party, &whole, (&given, &last), &record.get("Aliases"));
        self.facts(at, &mut party, schema, record);
        for (position, (field, text)) in record.fields.iter().enumerate() {
            if matches!(field, Cow::Owned(_)) {
                self.listing.issue(at, field, "a field that is not known; kept as a note");
                party.add_from("notes", format!("{field}: {}", tidy(text)), at.record);
            } else if record.fields[..position].iter().any(|(held, _)| held == field) {
                self.listing.issue(at, field, "a field that stands twice; the second is kept as a note");
                party.add_from("notes", format!("{field}: {}", tidy(text)), at.record);
            }
        }
        party.caption = party.first("name").map(ToOwned::to_owned);
        party.target = Some(true);
        party.add("topics", "sanction");
        if item.is_empty() {
            self.listing.issue(at, "Item", "a record without an item");
        }
        let listing_date = self.listing.date_or_serial(at, "DateOfListing", &listed);
        if listing_date.is_none() {
            if listed.is_empty() {
                self.listing.issue(at, "DateOfListing", "a record without a date of listing");
            } else {
                party.add_from("notes", format!("DateOfListing: {listed}"), at.record);
            }
        }
        let designation = Designation {
            authority: "Global Affairs Canada",
            programs: vec![regime],
            authority_id: place.join(", "),
            listing_date,
            country: "ca",
            ..Designation::default()
        };
        let sanction = designation.attach(&mut party, &format!("{id}-sanction"), at.record);
        self.listing.count("parties", 1);
        self.listing.count(
            match schema {
                Schema::Person => "persons",
                Schema::Vessel => "vessels",
                _ => "organisations",
            },
            1,
        );
        self.listing.emit(party, at.record);
        self.listing.emit(sanction, at.record);
    }

    /// The id of the record's party.
    fn key(&mut self, at: Place<'_>, regime: &str, schema: Schema, names: &[&str; 3], listed: &str) -> String {
        let [whole, person, imo] = names;
        let name = if schema == Schema::Vessel && !imo.is_empty() { folded(imo) } else { folded(&format!("{whole} {person}")) };
        let id = format!("ca-{}", key([&folded(regime), &name, listed], 12));
        let held = self.keys.entry(id.clone()).or_default();
        *held += 1;
        if *held == 1 {
            return id;
        }
        let id = format!("{id}-{held}");
        let message = "the regime, name and date of listing of an earlier record, too; both are kept";
        self.listing.issue(at, "id", format!("{message}, this one as `{id}`"));
        id
    }

    fn names(&mut self, at: Place<'_>, party: &mut Entity, whole: &str, person: (&str, &str), aliases: &str) {
        let is_person = party.schema.known() == Some(Schema::Person);
        let mut add = |listing: &mut Listing<'_>, text: String, kind, weak, script, parts| {
            let before = party.names.len();
            Name { text, kind, weak, script, parts, record: at.record }.attach(party);
            listing.count("names", (party.names.len() - before) as u64);
        };
        if !whole.is_empty() {
            let (name, others) = known_as(whole);
            // Some names stand in English and in French.
            for name in at_slashes(&name) {
                add(&mut self.listing, name, AliasKind::Name, false, "", Vec::new());
            }
            for (kind, text) in others {
                for alias in aliases_of(&text, false).found {
                    add(&mut self.listing, alias.text, kind, alias.weak, alias.script, Vec::new());
                }
            }
        }
        let (given, last) = person;
        let named: Vec<NamePart> = [(NamePartKind::Given, given), (NamePartKind::Family, last)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(kind, text)| NamePart { kind, text: text.to_owned() })
            .collect();
        add(&mut self.listing, format!("{given} {last}"), AliasKind::Name, false, "", named);
        let aliases_text = aliases;
        let aliases = aliases_of(aliases_text, is_person);
        for alias in aliases.found {
            let weak = alias.weak || (is_person && !alias.text.contains(' ') && is_given_name(&alias.text, given));
            add(&mut self.listing, alias.text, AliasKind::AlsoKnownAs, weak, alias.script, Vec::new());
        }
        if !aliases_text.is_empty() {
            self.listing.count("aliases_fields", 1);
            if aliases.guessed {
                party.add_from("notes", format!("Aliases: {aliases_text}"), at.record);
            }
        }
    }

    fn facts(&mut self, at: Place<'_>, party: &mut Entity, schema: Schema, record: &Record) {
        const DATE: &str = "DateOfBirthOrShipBuildDate";
        let (title, imo, date) = (record.get("TitleOrShip"), record.get("ShipIMONumber"), record.get(DATE));
        let add = |party: &mut Entity, property: Option<&str>, field: &str, text: &str| match property {
            _ if text.is_empty() => {}
            Some(property) => party.add_from(property, text, at.record),
            None => party.add_from("notes", format!("{field}: {text}"), at.record),
        };
        let (title_property, date_property) = match schema {
            Schema::Person => (Some("title"), Some("birthDate")),
            Schema::Vessel => (Some("type"), Some("buildDate")),
            _ => (None, None),
        };
        add(party, title_property, "TitleOrShip", &title);
        let imo_property = matches!(schema, Schema::Vessel | Schema::Organization).then_some("imoNumber");
        add(party, imo_property, "ShipIMONumber", imo.trim_start_matches("IMO").trim());
        if date.is_empty() {
            return;
        }
        self.listing.count("dates", 1);
        // The field is for a birth or the building of a ship; what it means for anything else the list does not say.
        let Some(property) = date_property else {
            add(party, None, DATE, &date);
            return;
        };
        let dates = dates(&date);
        for date in dates.read {
            party.add_from(property, date, at.record);
        }
        for (text, reason) in dates.unread {
            self.listing.issue(at, DATE, format!("a date cannot be read: {reason}; kept as a note"));
            add(party, None, DATE, &text);
        }
        for remark in dates.remarks {
            add(party, None, DATE, &remark);
        }
    }
}

/// A name out of the field of aliases.
#[derive(Debug, PartialEq, Eq)]
struct Alias {
    text: String,
    weak: bool,
    /// The language that the list names.
    script: &'static str,
}

/// The names out of a field of aliases.
#[derive(Debug, Default)]
struct Aliases {
    found: Vec<Alias>,
    /// Whether the field was cut where it need not have meant to be: then it is kept as it stands, too.
    guessed: bool,
}

/// Languages that stand with a colon before a name.
const LANGUAGES: [&str; 14] = [
    "Russian",
    "Belarusian",
    "Belarussian",
    "Ukrainian",
    "Arabic",
    "Persian",
    "Farsi",
    "Hebrew",
    "Chinese",
    "Korean",
    "Burmese",
    "Spanish",
    "French",
    "English",
];

/// Legal forms, folded: none of them is a name, and behind a comma they belong to the name before it.
static LEGAL_FORMS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../data/legal_forms.tsv"));
    rows.filter_map(|row| row.first().map(|form| folded(&form.replace('.', "")))).collect()
});

fn is_legal_form(text: &str) -> bool {
    LEGAL_FORMS.contains(&folded(&text.replace('.', "")))
}

/// Whether a name begins or ends with a legal form, of up to four words.
fn has_legal_form(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (1..=words.len().min(4)).any(|n| is_legal_form(&words[..n].join(" ")) || is_legal_form(&words[words.len() - n..].join(" ")))
}

/// Takes a field of aliases apart. The list has no one way: `;`, `,`, `/`, `or`, `and` stand between names, the name of a language
/// with a colon before them. A comma before a legal form or, for an organisation, before a small letter, is part of a name; what
/// stands in brackets is not cut. A single word that is cut off a person's name at `or`, `and` or `/` ("Anna or Hanna Sample") is
/// weak, as it may be half a name. So are the two sides of an "and" that may be part of an organisation's name: the name is kept
/// whole, too.
fn aliases_of(text: &str, is_person: bool) -> Aliases {
    let mut aliases = Aliases::default();
    if text.is_empty() {
        return aliases;
    }
    let text = tidy(text);
    let one_and = text.matches(" and ").count() == 1;
    for (script, run) in at_languages(&text) {
        let pieces = at_marks(run, is_person);
        // What is not cut is a name, whatever it looks like.
        let is_cut = pieces.len() > 1 || run.len() < text.len();
        for (position, piece) in pieces.iter().enumerate() {
            aliases.guessed |= piece.guessed;
            for text in at_scripts(&piece.text) {
                let weak = is_person && piece.guessed && !text.contains(' ');
                if !is_cut || !is_legal_form(&text) {
                    aliases.found.push(Alias { text, weak, script });
                }
            }
            let Some((left, right)) = piece.text.split_once(" and ").filter(|_| !is_person) else { continue };
            aliases.guessed = true;
            let (left, right) = (bare(left), bare(right));
            // "A, B and C", or two names each with a legal form.
            let ends_list = one_and && position > 0 && position + 1 == pieces.len();
            if ends_list || (has_legal_form(&left) && has_legal_form(&right)) {
                let halves = [left, right].into_iter().filter(|half| half.contains(' ') && !is_legal_form(half));
                aliases.found.extend(halves.map(|text| Alias { text, weak: true, script }));
            }
        }
    }
    aliases
}

/// Whether a word is a spelling of one of the given names: "Andrei" says less than whom it means.
fn is_given_name(word: &str, given: &str) -> bool {
    let word: Vec<char> = folded(word).chars().collect();
    folded(given).split(' ').filter(|name| !name.is_empty()).any(|name| {
        let name: Vec<char> = name.chars().collect();
        edits(&word, &name) <= word.len().min(name.len()) / 3
    })
}

/// Letters to change, put in or take out between two words.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

/// The text before, between and behind names of languages, with the language.
fn at_languages(text: &str) -> Vec<(&'static str, &str)> {
    if !text.contains(':') {
        return vec![("", text)];
    }
    let (mut runs, mut script, mut rest) = (Vec::new(), "", text);
    while let Some((at, length, language)) =
        LANGUAGES.iter().filter_map(|language| find_language(rest, language)).min_by_key(|f| f.0)
    {
        runs.push((script, &rest[..at]));
        rest = &rest[at + length..];
        script = language;
    }
    runs.push((script, rest));
    runs
}

/// The place and length of `Language:` in a text.
fn find_language(text: &str, language: &'static str) -> Option<(usize, usize, &'static str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find(language).map(|at| from + at) {
        let behind = &text[at + language.len()..];
        let is_word = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let colon = behind.trim_start();
        if is_word && colon.starts_with(':') {
            return Some((at, language.len() + behind.len() - colon.len() + 1, language));
        }
        from = at + language.len();
    }
    None
}

#[derive(Debug)]
struct Piece {
    text: String,
    /// Whether it was cut at a mark that may mean less than "another name".
    guessed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Start,
    Semicolon,
    Comma,
    /// `/`, `or`, `and`
    Other,
}

/// Cuts at the marks between names.
fn at_marks(text: &str, is_person: bool) -> Vec<Piece> {
    let mut cuts: Vec<(Mark, &str)> = Vec::new();
    let (mut mark, mut start, mut open) = (Mark::Start, 0, 0_i32);
    let closes = text.matches('(').count() == text.matches(')').count();
    let bytes = text.as_bytes();
    let mut skip_to = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '(' | ')' | ';' | ',' | '/' | ' ' | '،' | '；')) {
        if at < skip_to {
            continue;
        }
        let next = match c {
            '(' if closes => {
                open += 1;
                continue;
            }
            ')' if closes => {
                open -= 1;
                continue;
            }
            _ if open > 0 => continue,
            ';' | '；' => Some((Mark::Semicolon, c.len_utf8())),
            ',' | '،' => Some((Mark::Comma, c.len_utf8())),
            '/' if parts_names(text, at) => Some((Mark::Other, 1)),
            ' ' => word_mark(text, bytes, at, is_person).map(|length| (Mark::Other, length)),
            _ => None,
        };
        if let Some((next, length)) = next {
            cuts.push((mark, &text[start..at]));
            (mark, start) = (next, at + length);
            skip_to = start;
        }
    }
    cuts.push((mark, &text[start..]));
    joined(&cuts, is_person)
}

/// The length of ` or ` or ` and ` at a place, where it stands between names.
fn word_mark(text: &str, bytes: &[u8], at: usize, is_person: bool) -> Option<usize> {
    if bytes[at..].starts_with(b" or ") {
        return Some(4);
    }
    if !bytes[at..].starts_with(b" and ") {
        return None;
    }
    // An English "and" beside a word that is not is the list's own.
    let foreign = |word: Option<&str>| word.is_some_and(|word| word.chars().any(|c| c.is_alphabetic() && !c.is_ascii()));
    let around = foreign(text[..at].split(' ').next_back()) || foreign(text[at + 5..].split(' ').next());
    (is_person || around).then_some(5)
}

/// Whether the `/` at a place stands between names: not within "A/S" or "24/7".
fn parts_names(text: &str, at: usize) -> bool {
    let letters = |chars: &mut dyn Iterator<Item = char>| {
        chars.skip_while(|c| !c.is_alphanumeric()).take(2).filter(|c| c.is_alphabetic()).count() == 2
    };
    letters(&mut text[..at].chars().rev()) && letters(&mut text[at + 1..].chars())
}

/// Puts together again what a comma parted and should not have.
fn joined(cuts: &[(Mark, &str)], is_person: bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (position, (mark, raw)) in cuts.iter().enumerate() {
        // Up to the next piece that holds something: ", or" is two marks.
        let ahead = &cuts[position + 1..];
        let until = ahead.iter().position(|(_, text)| !bare(text).is_empty()).map_or(ahead.len(), |at| at + 1);
        let next_is_guess =
            ahead[..until].iter().any(|(mark, text)| *mark == Mark::Other || without_leading_word(text.trim_start()).1);
        let text = bare(raw);
        let (text, leading) = without_leading_word(&text);
        if text.is_empty() {
            continue;
        }
        let guessed = *mark == Mark::Other || next_is_guess || leading;
        let begins_small = text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase);
        match pieces.last_mut() {
            Some(last)
                if *mark == Mark::Comma
                    && (is_legal_form(text) || is_legal_form(&last.text) || (begins_small && !is_person)) =>
            {
                last.text = format!("{}, {text}", last.text);
            }
            _ => pieces.push(Piece { text: text.to_owned(), guessed }),
        }
    }
    pieces
}

/// The text without the word that leads from one name to the next.
fn without_leading_word(text: &str) -> (&str, bool) {
    for (word, is_guess) in [("or ", true), ("and ", true), ("also ", false)] {
        if let Some(rest) = text.strip_prefix(word) {
            return (rest.trim_start(), is_guess);
        }
    }
    (text, false)
}

/// The text without what is left over at its ends: marks, and brackets that are open or closed only here.
fn bare(text: &str) -> String {
    let mut text = text.trim_matches([',', ';', ':', ' ', '/']);
    loop {
        let (opens, closes) = (text.matches('(').count(), text.matches(')').count());
        text = match () {
            () if opens > closes && text.starts_with('(') => text[1..].trim(),
            () if closes > opens && text.ends_with(')') => text[..text.len() - 1].trim(),
            () => return text.to_owned(),
        };
    }
}

/// Whether a letter is of the Hebrew or Arabic blocks.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Cuts where words in Arabic or Hebrew letters and words in Latin ones meet: two spellings of a name.
fn at_scripts(text: &str) -> Vec<String> {
    let side = |word: &str| word.chars().find(|c| c.is_alphabetic()).map(is_right_to_left);
    if !text.contains(is_right_to_left) {
        return vec![text.to_owned()];
    }
    let (mut pieces, mut now): (Vec<String>, Option<bool>) = (Vec::new(), None);
    for word in text.split(' ') {
        let next = side(word).or(now);
        match pieces.last_mut() {
            Some(last) if next == now || now.is_none() => {
                last.push(' ');
                last.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
        now = next;
    }
    pieces.iter().map(|piece| bare(piece)).filter(|piece| !piece.is_empty()).collect()
}

/// A name in two languages with a `/` between them, outside brackets.
fn at_slashes(text: &str) -> Vec<String> {
    let (mut names, mut start, mut open) = (Vec::new(), 0, 0_i32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            '/' if open <= 0 && parts_names(text, at) => {
                names.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    names.push(text[start..].trim().to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is_person: bool, text: &str, expected: &[&str]) {
        let shown = |alias: &Alias| {
            let weak = if alias.weak { "~" } else { "" };
            let script = if alias.script.is_empty() { String::new() } else { format!("[{}]", alias.script) };
            format!("{weak}{}{script}", alias.text)
        };
        let found: Vec<String> = aliases_of(text, is_person).found.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn aliases_of_persons() {
        check(true, "Batya, Kazak", &["Batya", "Kazak"]);
        check(true, "Эрика МУСТЕР / Еріка МУСТЕР", &["Эрика МУСТЕР", "Еріка МУСТЕР"]);
        check(true, "(Эрика МУСТЕР / Еріка МУСТЕР", &["Эрика МУСТЕР", "Еріка МУСТЕР"]);
        check(true, "Эрика Мустер or Пробе", &["Эрика Мустер", "~Пробе"]);
        check(true, "Erica, or Erika Muster", &["~Erica", "Erika Muster"]);
        check(
            true,
            "Erica Muster,  Belarusian: Эрыка Мустар, Russian\u{a0}: Эрика Мустер",
            &["Erica Muster", "Эрыка Мустар[Belarusian]", "Эрика Мустер[Russian]"],
        );
        check(true, "Erica Muster and Erika Muster\nArabic:إريكا", &["Erica Muster", "Erika Muster", "إريكا[Arabic]"]);
        check(true, "Abbas Sample عباس نمونه", &["Abbas Sample", "عباس نمونه"]);
        check(true, "Dzmitry (Zmitser) Sample", &["Dzmitry (Zmitser) Sample"]);
        check(true, "also Erica Muster;, Erika", &["Erica Muster", "Erika"]);
        check(true, "", &[]);
    }

    #[test]
    fn aliases_of_organisations() {
        check(false, "Банк Пример, ПАО", &["Банк Пример, ПАО"]);
        check(false, "ОАО, ПРИМЕР", &["ОАО, ПРИМЕР"]);
        check(false, "Пример ПКБ, АО; Акционерное Общество \"Пример\"", &["Пример ПКБ, АО", "Акционерное Общество \"Пример\""]);
        check(false, "Акционерное общество or АО \"Пример\"", &["АО \"Пример\""]);
        check(
            false,
            "Агентство по делам примеров, образцов и проб or Агентство",
            &["Агентство по делам примеров, образцов и проб", "Агентство"],
        );
        check(false, "Sample Trading Co. Ltd., STC", &["Sample Trading Co. Ltd.", "STC"]);
        check(
            false,
            "Sample Joint Bank (Stock, Company), Bank SB (JSC)",
            &["Sample Joint Bank (Stock, Company)", "Bank SB (JSC)"],
        );
        check(false, "Sample Korps and Probe Corps", &["Sample Korps and Probe Corps"]);
        check(
            false,
            "Sample Co. Ltd. and Sample Business LLC",
            &["Sample Co. Ltd. and Sample Business LLC", "~Sample Co. Ltd.", "~Sample Business LLC"],
        );
        check(
            false,
            "SKP, Sample Korps and Probe Corps",
            &["SKP", "Sample Korps and Probe Corps", "~Sample Korps", "~Probe Corps"],
        );
        check(false, "АО Образец and Институт образцов", &["АО Образец", "Институт образцов"]);
        check(false, "Sample Shipping A/S", &["Sample Shipping A/S"]);
        check(false, "Sample Products/Produits d'exemple", &["Sample Products", "Produits d'exemple"]);
    }

    #[test]
    fn given_names() {
        assert!(is_given_name("Andrii", "Andrey Olegovich") && is_given_name("Yevgeni", "Evgeny"));
        assert!(!is_given_name("Batya", "Pavel") && !is_given_name("Probe", "") && !is_given_name("Андрей", "Andrey"));
    }

    #[test]
    fn names_in_two_languages() {
        for (text, expected) in [
            ("Sample Institute/Institut Exemple", &["Sample Institute", "Institut Exemple"][..]),
            ("Mills (One/Two/Three)", &["Mills (One/Two/Three)"]),
            ("Sample A/S", &["Sample A/S"]),
        ] {
            assert_eq!(at_slashes(text), expected, "{text}");
        }
    }
}
