//! Reading a policy: a text of TOML goes in, a policy or an error with line, table and key comes out. Every key is known or refused.

use interdict_model::{Country, DateValue};
use interdict_names::fold;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::good_guy::one_account;
use super::{Corridor, GoodGuy, KnownParty, Policy, PolicyError, Thresholds};
use crate::message::{IdKind, MessageKind};
use crate::screener::Decision;

/// Kinds of identifiers that a known party may have; the key is the code of the kind.
const ID_KINDS: [IdKind; 13] = [
    IdKind::Account,
    IdKind::Iban,
    IdKind::Wallet,
    IdKind::Bic,
    IdKind::Lei,
    IdKind::Clearing,
    IdKind::Passport,
    IdKind::National,
    IdKind::Tax,
    IdKind::Register,
    IdKind::Phone,
    IdKind::Email,
    IdKind::Other,
];

type Value<'d> = Spanned<DeValue<'d>>;

/// A table of the text.
struct Table<'d> {
    text: &'d str,
    /// What it is called in errors.
    place: String,
    start: usize,
    entries: &'d DeTable<'d>,
}

fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

impl<'d> Table<'d> {
    fn error(&self, at: usize, key: &str, reason: impl std::fmt::Display) -> PolicyError {
        let key = if key.is_empty() { String::new() } else { format!(" `{key}`") };
        PolicyError::Invalid(format!("line {}: {}:{key} {reason}", line(self.text, at), self.place))
    }

    fn keys(&self, known: &[&str]) -> Result<(), PolicyError> {
        for (key, _) in self.entries {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                return Err(self.error(key.span().start, name, format!("is not known here; there are {}", known.join(", "))));
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&'d Value<'d>> {
        self.entries.get(key)
    }

    fn one_text(&self, key: &str, value: &'d Value<'d>) -> Result<(String, usize), PolicyError> {
        let at = value.span().start;
        let text = value.get_ref().as_str().ok_or_else(|| self.error(at, key, "must be a text"))?.trim();
        if text.is_empty() { Err(self.error(at, key, "is empty")) } else { Ok((text.to_owned(), at)) }
    }

    /// A text, if it is there; with where it stands.
    fn text(&self, key: &str) -> Result<Option<(String, usize)>, PolicyError> {
        self.get(key).map(|value| self.one_text(key, value)).transpose()
    }

    fn required(&self, key: &str, advice: &str) -> Result<String, PolicyError> {
        let found = self.text(key)?.map(|(text, _)| text);
        found.ok_or_else(|| self.error(self.start, key, format!("is missing: {advice}")))
    }

    /// A text or an array of texts; empty when it is not there.
    fn texts(&self, key: &str) -> Result<Vec<(String, usize)>, PolicyError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(values) if values.is_empty() => Err(self.error(value.span().start, key, "is empty")),
            DeValue::Array(values) => values.iter().map(|value| self.one_text(key, value)).collect(),
            _ => self.one_text(key, value).map(|text| vec![text]),
        }
    }

    /// A day, as a date of TOML or a text.
    fn day(&self, key: &str) -> Result<Option<String>, PolicyError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let at = value.span().start;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            _ => self.one_text(key, value)?.0,
        };
        let day = text.parse::<jiff::civil::Date>().ok().filter(|day| day.to_string() == text);
        day.map(|day| Some(day.to_string()))
            .ok_or_else(|| self.error(at, key, format!("must be a day such as 2026-01-15, not {text}")))
    }

    /// A number from 0 to 1; with where it stands.
    fn share(&self, key: &str) -> Result<Option<(f64, usize)>, PolicyError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let at = value.span().start;
        let digits = match value.get_ref() {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(self.error(at, key, "must be a number from 0 to 1")),
        };
        let number = digits.replace('_', "").parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
        number.map(|number| Some((number, at))).ok_or_else(|| self.error(at, key, "must be a number from 0 to 1"))
    }

    fn thresholds(&self, base: Thresholds) -> Result<Thresholds, PolicyError> {
        let [report, hold, block] = [self.share("report")?, self.share("hold")?, self.share("block")?];
        let number = |stated: Option<(f64, usize)>, base| stated.map_or(base, |(number, _)| number);
        let thresholds =
            Thresholds { report: number(report, base.report), hold: number(hold, base.hold), block: number(block, base.block) };
        let Thresholds { report: r, hold: h, block: b } = thresholds;
        let at = |stated: Option<(f64, usize)>| stated.map(|(_, at)| at);
        if r > h {
            let at = at(report).or(at(hold)).unwrap_or(self.start);
            return Err(self.error(
                at,
                "report",
                format!("({r}) must not be above `hold` ({h}): what holds a payment is reported"),
            ));
        }
        if h > b {
            let at = at(hold).or(at(block)).unwrap_or(self.start);
            return Err(self.error(at, "hold", format!("({h}) must not be above `block` ({b})")));
        }
        Ok(thresholds)
    }

    fn countries(&self, key: &str) -> Result<Vec<String>, PolicyError> {
        let texts = self.texts(key)?;
        let code = |(text, at): &(String, usize)| {
            let country = Country::parse(text).map(|country| country.code().to_uppercase());
            country.ok_or_else(|| self.error(*at, key, format!("`{text}` is no country, or may be more than one")))
        };
        texts.iter().map(code).collect()
    }
}

/// The tables of an array of tables.
fn tables<'d>(text: &'d str, root: &Table<'d>, key: &str) -> Result<Vec<Table<'d>>, PolicyError> {
    let Some(value) = root.get(key) else { return Ok(Vec::new()) };
    let expected =
        || PolicyError::Invalid(format!("line {}: `{key}` must be tables: [[{key}]]", line(text, value.span().start)));
    let array = value.get_ref().as_array().ok_or_else(expected)?;
    let table = |(number, value): (usize, &'d Value<'d>)| {
        let table = value.get_ref().as_table().ok_or_else(expected)?;
        Ok(Table { text, place: format!("[[{key}]] {}", number + 1), start: value.span().start, entries: table })
    };
    array.iter().enumerate().map(table).collect()
}

pub(super) fn policy(text: &str) -> Result<Policy, PolicyError> {
    let document = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        PolicyError::Invalid(format!("line {}: not TOML: {}", line(text, at), error.message().replace('\n', "; ")))
    })?;
    let root = Table { text, place: "policy".to_owned(), start: 0, entries: document.get_ref() };
    root.keys(&["thresholds", "corridor", "good_guy"])?;
    let mut policy = Policy::default();
    if let Some(value) = root.get("thresholds") {
        let start = value.span().start;
        let table =
            value.get_ref().as_table().ok_or_else(|| root.error(start, "thresholds", "must be a table: [thresholds]"))?;
        let table = Table { text, place: "[thresholds]".to_owned(), start, entries: table };
        table.keys(&["report", "hold", "block"])?;
        policy.thresholds = table.thresholds(policy.thresholds)?;
    }
    for table in tables(text, &root, "corridor")? {
        let corridor = corridor(&table, policy.thresholds)?;
        if policy.corridors.iter().any(|other| other.name == corridor.name) {
            return Err(table.error(table.start, "name", format!("`{}` is the name of another corridor, too", corridor.name)));
        }
        policy.corridors.push(corridor);
    }
    for table in tables(text, &root, "good_guy")? {
        let rule = good_guy(&table)?;
        if policy.good_guys.iter().any(|other| other.id == rule.id) {
            return Err(table.error(table.start, "id", format!("`{}` is the id of another rule, too", rule.id)));
        }
        policy.good_guys.push(rule);
    }
    Ok(policy)
}

fn corridor(table: &Table<'_>, base: Thresholds) -> Result<Corridor, PolicyError> {
    table.keys(&["name", "from", "to", "messages", "report", "hold", "block", "decision"])?;
    let name = table.required("name", "findings name the corridor")?;
    let mut messages = Vec::new();
    for (code, at) in table.texts("messages")? {
        let kind = MessageKind::from_code(&code);
        messages.push(kind.ok_or_else(|| {
            let known = MessageKind::ALL.map(MessageKind::code).join(", ");
            table.error(at, "messages", format!("`{code}` is no kind of message; there are {known}"))
        })?);
    }
    let decision = table.text("decision")?.map(|(code, at)| match code.as_str() {
        "hold" => Ok(Decision::Hold),
        "block" => Ok(Decision::Block),
        _ => Err(table.error(at, "decision", "must be hold or block: it is what becomes of a payment at least")),
    });
    let own = ["report", "hold", "block"].iter().any(|key| table.get(key).is_some());
    let corridor = Corridor {
        name,
        from: table.countries("from")?,
        to: table.countries("to")?,
        messages,
        thresholds: own.then(|| table.thresholds(base)).transpose()?,
        decision: decision.transpose()?,
    };
    if corridor.thresholds.is_none() && corridor.decision.is_none() {
        return Err(table.error(table.start, "", "says nothing: it needs a threshold (report, hold, block) or a decision"));
    }
    Ok(corridor)
}

fn good_guy(table: &Table<'_>) -> Result<GoodGuy, PolicyError> {
    table.keys(&["id", "listed", "listed_facts", "reason", "by", "on", "until", "party"])?;
    let id = table.required("id", "results name the rule")?;
    let listed = table.required("listed", "the id of the listed party, such as ofac-123")?;
    let listed_facts = table.required("listed_facts", &format!("`interdict pay --good-guy {listed}` prints it"))?;
    if listed_facts.len() != 16 || !listed_facts.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        let at = table.get("listed_facts").map_or(table.start, |value| value.span().start);
        let advice = format!("must be 16 hexadecimal digits, as `interdict pay --good-guy {listed}` prints them");
        return Err(table.error(at, "listed_facts", advice));
    }
    let reason = table.required("reason", "why the party is not the listed one")?;
    let by = table.required("by", "who decided it")?;
    let missing = |key, what| move || table.error(table.start, key, format!("is missing: {what}"));
    let on = table.day("on")?.ok_or_else(missing("on", "the day on which it was decided"))?;
    let until = table.day("until")?;
    if until.as_ref().is_some_and(|until| *until < on) {
        let at = table.get("until").map_or(table.start, |value| value.span().start);
        return Err(table.error(at, "until", format!("is before `on` ({on})")));
    }
    let value = table.get("party").ok_or_else(missing("party", "what payments state of the party"))?;
    let start = value.span().start;
    let facts =
        value.get_ref().as_table().ok_or_else(|| table.error(start, "party", "must be a table: party = { name = [...] }"))?;
    let place = format!("{} party", table.place);
    let party = known_party(&Table { text: table.text, place, start, entries: facts })?;
    Ok(GoodGuy { id, reason, by, on, until, listed, listed_facts, party })
}

fn known_party(table: &Table<'_>) -> Result<KnownParty, PolicyError> {
    let ids = ID_KINDS.map(IdKind::code);
    let known: Vec<&str> = ["name", "birth_date", "country", "address"].into_iter().chain(ids).collect();
    table.keys(&known)?;
    let mut party = KnownParty::default();
    for (name, at) in table.texts("name")? {
        if fold(&name).is_empty() {
            return Err(table.error(at, "name", "has no letters"));
        }
        party.names.push(name);
    }
    if party.names.is_empty() {
        return Err(table.error(table.start, "name", "is missing: the name as payments state it"));
    }
    party.birth_date = table.day("birth_date")?.filter(|day| DateValue::parse(day).is_ok());
    party.countries = table.countries("country")?;
    party.address = table.texts("address")?.into_iter().map(|(text, _)| text).reduce(|all, text| format!("{all} {text}"));
    if party.address.as_ref().is_some_and(|address| fold(address).is_empty()) {
        return Err(table.error(table.start, "address", "has no letters"));
    }
    for kind in ID_KINDS {
        let key = kind.code();
        let mut values = Vec::new();
        for (value, at) in table.texts(key)? {
            if !value.chars().any(char::is_alphanumeric) {
                return Err(table.error(at, key, "has neither letters nor digits"));
            }
            values.push(value);
        }
        let kind = one_account(kind);
        match party.ids.iter_mut().find(|(other, _)| *other == kind) {
            _ if values.is_empty() => {}
            Some((_, others)) => others.append(&mut values),
            None => party.ids.push((kind, values)),
        }
    }
    if !party.tells_apart() {
        let advice = "says too little: a name is borne by many. Add an account, a birth_date, an identifier such as passport, \
                      or country with address";
        return Err(table.error(table.start, "", advice));
    }
    Ok(party)
}
