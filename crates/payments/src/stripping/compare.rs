//! What differs between two payments, field by field, and whether what tells who takes part, where or what for is less or other than it
//! was. The old payment and the new one go in, in normal form.

use std::collections::BTreeSet;

use interdict_documents::{is_ordinary, is_place};
use interdict_model::Country;
use interdict_names::{NameKind, TokenKind, fold, parse_name};

use super::Difference;
use super::alike::likeness;
use super::facts::{Facts, PartyFacts, TextFacts, is_account, plain};
use super::past::Value;

/// Words before the name of a vessel.
const VESSEL: &[&str] = &["mv", "mt", "vessel", "ship", "tanker", "imo", "vsl", "ss"];

/// So many words behind such a word are the name.
const VESSEL_WORDS: usize = 3;

/// Words of dates, which change from one payment to the next.
const DATES: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "first",
    "second",
    "third",
    "fourth",
    "quarter",
    "week",
    "month",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "januar",
    "februar",
    "marz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

struct Found<'f, 'p> {
    old: &'f Facts<'p>,
    new: &'f Facts<'p>,
    differences: Vec<Difference>,
    stripped: bool,
}

/// What differs, in the order of the payment, and whether something was stripped.
pub(super) fn differences(old: &Facts<'_>, new: &Facts<'_>) -> (Vec<Difference>, bool) {
    let mut found = Found { old, new, differences: Vec::new(), stripped: false };
    found.amount();
    found.date();
    found.parties();
    found.texts();
    found.references();
    (found.differences, found.stripped)
}

/// Values on one line.
fn shown<'v>(values: impl IntoIterator<Item = &'v Value>) -> Option<String> {
    let shown = values.into_iter().map(|value| value.value.replace('\n', " ")).collect::<Vec<_>>().join(", ");
    (!shown.is_empty()).then_some(shown)
}

/// Everything that a party states, on one line.
fn shown_party(party: &PartyFacts<'_>) -> Option<String> {
    let of = party.of;
    shown(of.names.iter().chain(&of.ids).chain(&of.address).chain(&of.countries).chain(&of.birth))
}

fn shown_amount(micros: i128, currency: &str) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (units, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let decimals = format!("{rest:06}");
    let kept = decimals.trim_end_matches('0').len().max(2);
    format!("{sign}{units}.{} {currency}", &decimals[..kept]).trim_end().to_owned()
}

/// What a name tells apart: its words without legal forms, titles and function words, sorted.
fn telling(name: &str) -> BTreeSet<String> {
    parse_name(name, NameKind::Unknown)
        .tokens
        .into_iter()
        .filter(|token| !matches!(token.kind, TokenKind::LegalForm(_) | TokenKind::Stop | TokenKind::Title))
        .map(|token| token.text)
        .collect()
}

impl<'f, 'p> Found<'f, 'p> {
    fn add(&mut self, what: impl Into<String>, path: &str, before: Option<String>, after: Option<String>, stripped: bool) {
        self.differences.push(Difference { what: what.into(), path: path.to_owned(), before, after });
        self.stripped |= stripped;
    }

    fn amount(&mut self) {
        let (old, new) = (self.old, self.new);
        if (old.micros, &old.past.currency) != (new.micros, &new.past.currency) {
            let amount = |facts: &Facts<'_>| facts.micros.map(|micros| shown_amount(micros, &facts.past.currency));
            let path = if new.micros.is_some() { &new.past.amount_path } else { &old.past.amount_path };
            self.add("amount", path, amount(old), amount(new), false);
        }
    }

    fn date(&mut self) {
        let (before, after) = (&self.old.past.date, &self.new.past.date);
        let value = |date: &Option<Value>| date.as_ref().map(|date| date.value.clone());
        if value(before) != value(after) {
            let path = after.as_ref().or(before.as_ref()).map_or("", |date| &date.path);
            self.add("date", path, value(before), value(after), false);
        }
    }

    fn parties(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut roles: Vec<&str> = Vec::new();
        for party in old.parties.iter().chain(&new.parties) {
            if !roles.contains(&&*party.of.role) {
                roles.push(&party.of.role);
            }
        }
        for role in roles {
            let in_role = |facts: &'f Facts<'p>| facts.parties.iter().filter(|party| party.of.role == role).collect::<Vec<_>>();
            let (mut before, mut after) = (in_role(old), in_role(new));
            // The pairs that are most alike first; what is left over in the order in which it is written.
            while let Some((i, j)) = best_pair(&before, &after) {
                self.pair(before.remove(i), after.remove(j));
            }
            for party in before {
                self.removed(party);
            }
            for party in after {
                self.add(role, &party.of.path, None, shown_party(party), false);
            }
        }
    }

    /// Whether less of a party in this role is stripping: not of banks through which messages go, nor of any bank when the messages are
    /// of different kinds, which state others.
    fn tells(&self, party: &PartyFacts<'_>) -> bool {
        match &*party.of.role {
            "debtor_agent" | "creditor_agent" | "intermediary_agent" => self.old.past.kind == self.new.past.kind,
            _ => !party.is_agent(),
        }
    }

    fn removed(&mut self, party: &PartyFacts<'p>) {
        let elsewhere = self.new.parties.iter().any(|other| {
            other.names.iter().any(|name| party.names.contains(name))
                || other.ids.iter().any(|(_, key)| party.ids.iter().any(|(_, own)| own == key))
        });
        let main = matches!(&*party.of.role, "creditor" | "debtor");
        let stripped = self.tells(party) && (main || !elsewhere);
        self.add(&*party.of.role, &party.of.path, shown_party(party), None, stripped);
    }

    fn pair(&mut self, old: &PartyFacts<'p>, new: &PartyFacts<'p>) {
        let tells = self.tells(old);
        self.names(old, new, tells);
        self.address(old, new, tells);
        self.countries(old, new, tells);
        self.ids(old, new, tells);
        let values = |party: &PartyFacts<'_>| party.birth.iter().map(|(_, value)| value.clone()).collect::<BTreeSet<_>>();
        let (before, after) = (values(old), values(new));
        if before != after {
            let path = new.of.birth.first().or(old.of.birth.first()).map_or("", |value| &value.path);
            let lost = !before.is_subset(&after);
            self.add(format!("{} birth", old.of.role), path, shown(&old.of.birth), shown(&new.of.birth), tells && lost);
        }
    }

    fn names(&mut self, old: &PartyFacts<'p>, new: &PartyFacts<'p>, tells: bool) {
        let words = |party: &PartyFacts<'_>| party.names.iter().map(|name| sorted(name)).collect::<BTreeSet<_>>();
        if words(old) == words(new) {
            return;
        }
        let told =
            |party: &PartyFacts<'_>| party.of.names.iter().flat_map(|name| telling(&name.value)).collect::<BTreeSet<_>>();
        let lost = !told(old).is_subset(&told(new));
        let path = new.of.names.first().or(old.of.names.first()).map_or("", |name| &name.path);
        self.add(format!("{} name", old.of.role), path, shown(&old.of.names), shown(&new.of.names), tells && lost);
    }

    fn address(&mut self, old: &PartyFacts<'p>, new: &PartyFacts<'p>, tells: bool) {
        if old.address == new.address {
            return;
        }
        // A country may have moved from a line to its own element.
        let mut said = new.address.clone();
        for code in &new.countries {
            said.insert(code.clone());
            if let Some(country) = Country::from_code(code) {
                said.extend(fold(country.name()).split(' ').map(str::to_owned));
            }
        }
        said.extend(new.names.iter().flat_map(|name| name.split(' ')).map(str::to_owned));
        let lost: Vec<&String> = old.address.difference(&said).collect();
        let telling = lost.iter().any(|word| tells_place(word)) || 2 * lost.len() > old.address.len();
        let path = new.of.address.first().or(old.of.address.first()).map_or("", |line| &line.path);
        self.add(format!("{} address", old.of.role), path, shown(&old.of.address), shown(&new.of.address), tells && telling);
    }

    fn countries(&mut self, old: &PartyFacts<'p>, new: &PartyFacts<'p>, tells: bool) {
        if old.countries == new.countries {
            return;
        }
        let in_address = |code: &String| {
            new.address.contains(code)
                || Country::from_code(code)
                    .is_some_and(|country| fold(country.name()).split(' ').all(|word| new.address.contains(word)))
        };
        let lost = old.countries.difference(&new.countries).any(|code| !in_address(code));
        let path = new.of.countries.first().or(old.of.countries.first()).map_or("", |value| &value.path);
        self.add(format!("{} country", old.of.role), path, shown(&old.of.countries), shown(&new.of.countries), tells && lost);
    }

    fn ids(&mut self, old: &PartyFacts<'p>, new: &PartyFacts<'p>, tells: bool) {
        let group = |kind: &'p str| if is_account(kind) { "account" } else { kind };
        let mut groups: Vec<&str> = Vec::new();
        for (id, _) in old.ids.iter().chain(&new.ids) {
            if !groups.contains(&group(&id.kind)) {
                groups.push(group(&id.kind));
            }
        }
        for kind in groups {
            let of = |party: &PartyFacts<'p>| -> Vec<(&'p Value, String)> {
                party.ids.iter().filter(|(id, _)| group(&id.kind) == kind).map(|(id, key)| (*id, key.clone())).collect()
            };
            let (before, after) = (of(old), of(new));
            let keys = |ids: &[(&Value, String)]| ids.iter().map(|(_, key)| key.clone()).collect::<BTreeSet<_>>();
            let (was, is) = (keys(&before), keys(&after));
            if was == is {
                continue;
            }
            let lost = !was.is_subset(&is);
            // Another account of the same payee is not less: it is said and no more.
            let altered_only = kind == "account" && !is.is_empty();
            let path = after.first().or(before.first()).map_or("", |(id, _)| &id.path);
            let (shown_before, shown_after) = (shown(before.iter().map(|(id, _)| *id)), shown(after.iter().map(|(id, _)| *id)));
            self.add(format!("{} {kind}", old.of.role), path, shown_before, shown_after, tells && lost && !altered_only);
        }
    }

    fn texts(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut kinds: Vec<&str> = Vec::new();
        for text in old.texts.iter().chain(&new.texts) {
            if !kinds.contains(&&*text.of.kind) {
                kinds.push(&text.of.kind);
            }
        }
        // What the new payment says anywhere.
        let said: BTreeSet<&str> = new
            .texts
            .iter()
            .flat_map(|text| text.words.iter().map(String::as_str))
            .chain(new.parties.iter().flat_map(|party| party.names.iter().flat_map(|name| name.split(' '))))
            .collect();
        for kind in kinds {
            let of = |facts: &'f Facts<'p>| facts.texts.iter().filter(|text| text.of.kind == kind).collect::<Vec<_>>();
            let (before, after) = (of(old), of(new));
            let joined = |texts: &[&'f TextFacts<'p>]| {
                texts.iter().flat_map(|text| text.words.iter()).map(String::as_str).collect::<Vec<&str>>()
            };
            let (was, is) = (joined(&before), joined(&after));
            if was == is {
                continue;
            }
            let stripped = words_stripped(&was, &is, &said);
            let path = after.first().or(before.first()).map_or("", |text| &text.of.path);
            let (shown_before, shown_after) =
                (shown(before.iter().map(|text| text.of)), shown(after.iter().map(|text| text.of)));
            self.add(kind, path, shown_before, shown_after, stripped);
        }
    }

    fn references(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut kinds: Vec<&str> = Vec::new();
        for (reference, _) in old.references.iter().chain(&new.references) {
            if !kinds.contains(&&*reference.kind) {
                kinds.push(&reference.kind);
            }
        }
        let said: BTreeSet<String> = new.texts.iter().map(|text| plain(&text.of.value)).collect();
        for kind in kinds {
            let of = |facts: &'f Facts<'p>| facts.references.iter().filter(|(value, _)| value.kind == kind).collect::<Vec<_>>();
            let (before, after) = (of(old), of(new));
            let keys =
                |references: &[&(&Value, String)]| references.iter().map(|(_, key)| key.clone()).collect::<BTreeSet<_>>();
            let (was, is) = (keys(&before), keys(&after));
            if was == is {
                continue;
            }
            let gone = kind == "document"
                && is.is_empty()
                && was.iter().any(|key| !said.iter().any(|text| text.contains(key.as_str())));
            let path = after.first().or(before.first()).map_or("", |(value, _)| &value.path);
            let (shown_before, shown_after) =
                (shown(before.iter().map(|(value, _)| *value)), shown(after.iter().map(|(value, _)| *value)));
            self.add(format!("{kind} reference"), path, shown_before, shown_after, gone);
        }
    }
}

/// The words of a folded name in order of the alphabet, and no spaces, so that neither order nor spacing matters.
fn sorted(name: &str) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    words.sort_unstable();
    words.concat()
}

/// The pair of parties that are most alike, of what is left.
fn best_pair(old: &[&PartyFacts<'_>], new: &[&PartyFacts<'_>]) -> Option<(usize, usize)> {
    let score = |a: &PartyFacts<'_>, b: &PartyFacts<'_>| {
        let ids = a.ids.iter().any(|(_, key)| b.ids.iter().any(|(_, other)| key == other));
        let names = a.names.iter().flat_map(|name| b.names.iter().map(move |other| likeness(name, other))).fold(0.0, f64::max);
        names + f64::from(u8::from(ids)) + f64::from(u8::from(a.of.path == b.of.path)) / 8.0
    };
    let mut best: Option<(f64, (usize, usize))> = None;
    for (i, a) in old.iter().enumerate() {
        for (j, b) in new.iter().enumerate() {
            let score = score(a, b);
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, (i, j)));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

/// Whether a word of an address names a place, and not a kind of thing.
fn tells_place(word: &str) -> bool {
    word.chars().count() > 2 && !word.chars().any(|c| c.is_ascii_digit()) && (!is_ordinary(word) || is_place(word))
}

/// Whether words that tell who, where or what for are gone from a text: names and places; the name or number behind the word for a vessel;
/// any others, when nothing came in their place. Numbers, references and dates change from one payment to the next.
fn words_stripped(was: &[&str], is: &[&str], said: &BTreeSet<&str>) -> bool {
    let means = |word: &str| word.chars().count() > 2 && !word.chars().any(|c| c.is_ascii_digit()) && !DATES.contains(&word);
    let mut lost_any = false;
    let mut vessel = 0;
    for &word in was {
        if VESSEL.contains(&word) {
            vessel = VESSEL_WORDS;
            continue;
        }
        let of_vessel = vessel > 0;
        vessel = vessel.saturating_sub(1);
        if said.contains(word) {
            continue;
        }
        if of_vessel && (means(word) || word.len() == 7) || means(word) && (!is_ordinary(word) || is_place(word)) {
            return true;
        }
        lost_any |= means(word) && word.chars().count() > 3;
    }
    let came = is.iter().any(|&word| means(word) && !was.contains(&word));
    lost_any && !came
}
