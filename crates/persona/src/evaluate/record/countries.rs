//! Countries that one person's records state against each other. Which countries they are is never looked at.

use super::geography::{LastCode, code, code_of, name, of_phone, one_payment_area, same};
use super::past;
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::indicators::CountryStatement;
use crate::people::{Document, Event, NONE, People, Person, Source};
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// What a statement says: one country, or several of which it does not tell which.
#[derive(Debug)]
struct Statement<'a> {
    kind: CountryStatement,
    countries: Vec<&'static str>,
    said: Said<'a>,
    time: Option<Time>,
    source: Source,
}

/// How it says so.
#[derive(Debug, Clone, Copy)]
enum Said<'a> {
    Country(&'static str),
    Number(&'a str),
    Most { country: &'static str, of: u32, all: u32 },
}

impl Statement<'_> {
    fn evidence(&self, person: Person<'_>) -> Evidence {
        let what = match self.kind {
            CountryStatement::Residence => "country of residence",
            CountryStatement::Document => "country of issue of the identity document",
            CountryStatement::Phone => "telephone number",
            CountryStatement::Bank => "country of the bank",
            CountryStatement::Login => "country of most log-ins",
        };
        let value = match self.said {
            Said::Country(country) => name(country),
            Said::Number(number) => match self.countries.as_slice() {
                [country] => format!("{number} ({})", name(country)),
                _ => number.to_owned(),
            },
            Said::Most { country, of, all } => format!("{} ({of} of {all})", name(country)),
        };
        Evidence::new(person, what, value, self.time, self.source)
    }
}

/// Whether the countries of these statements are so many different ones. A country that the CV states as one of work or study before is no
/// contradiction: the person moved, and said so.
pub(super) fn differ(statements: &[CountryStatement], at_least: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("as many statements of a country as are compared");
    let mut found: Vec<Statement<'_>> = Vec::with_capacity(statements.len());
    for kind in statements {
        if !found.iter().any(|known| known.kind == *kind) {
            found.extend(statement(*kind, person, context));
        }
    }
    if (found.len() as u64) < u64::from(at_least.max(2)) {
        return MISSING;
    }
    let home =
        found.iter().find(|statement| statement.kind == CountryStatement::Residence).map(|statement| statement.countries[0]);
    let apart = most_apart(&found, home);
    if (apart.len() as u64) < u64::from(at_least.max(2)) {
        return Outcome::Clear;
    }
    // Only what is going to fire is worth the look for a stated move.
    let before = found.len();
    found.retain(|statement| {
        let movable = !matches!(statement.kind, CountryStatement::Residence | CountryStatement::Login);
        !(movable && statement.countries.iter().any(|country| lived_in(person, country)))
    });
    let explained = before - found.len();
    let apart = most_apart(&found, home);
    if (apart.len() as u64) < u64::from(at_least.max(2)) {
        return Outcome::Clear;
    }
    let total = found.len();
    let mut index = 0;
    found.retain(|_| {
        index += 1;
        apart.contains(&(index - 1))
    });
    let mut note = format!("{} of {total} statements name different countries", found.len());
    if explained > 0 {
        note.push_str("; others agree with a country of work or study in the CV");
    }
    // Two different countries are many honest lives, three are few.
    let share = if found.len() > 2 { 1.0 } else { 0.7 };
    Outcome::Fired(Fired { share, ..Fired::new(found.iter().map(|statement| statement.evidence(person)).collect(), note) })
}

/// The largest set of statements no two of which can mean one country.
fn most_apart(all: &[Statement<'_>], home: Option<&str>) -> Vec<usize> {
    let meets = |a: &Statement<'_>, b: &Statement<'_>| {
        let free = |x: &Statement<'_>, y: &Statement<'_>| {
            x.kind == CountryStatement::Bank
                && home.is_some_and(|home| one_payment_area(home, x.countries[0]))
                && y.kind != CountryStatement::Bank
        };
        free(a, b) || free(b, a) || a.countries.iter().any(|x| b.countries.iter().any(|y| same(x, y)))
    };
    let mut best = Vec::new();
    for mask in 1_u32..1 << all.len().min(8) {
        if (mask.count_ones() as usize) <= best.len() {
            continue;
        }
        let chosen: Vec<usize> = (0..all.len()).filter(|index| mask >> index & 1 == 1).collect();
        let apart = (chosen.iter().enumerate()).all(|(at, a)| chosen[at + 1..].iter().all(|b| !meets(&all[*a], &all[*b])));
        if apart {
            best = chosen;
        }
    }
    best
}

fn lived_in(person: Person<'_>, country: &str) -> bool {
    let papers = person.documents().filter(|document| matches!(document.kind(), DocKind::Cv | DocKind::Profile));
    papers.flat_map(Document::facts).any(|fact| {
        fact.group() > 0 && fact.field() == Field::Country && code_of(fact.text()).is_some_and(|stated| same(stated, country))
    })
}

fn statement<'a>(kind: CountryStatement, person: Person<'a>, context: &Context<'_>) -> Option<Statement<'a>> {
    let of_papers = |papers: &[DocKind], field: Field| {
        let mut countries = Vec::new();
        let mut last = None;
        for document in person.documents().filter(|document| papers.contains(&document.kind())) {
            let fact = document.facts().find(|fact| fact.field() == field && fact.group() == 0);
            if let Some(stated) = fact.and_then(|fact| code_of(fact.text())) {
                countries.push(stated);
                last = Some((Said::Country(stated), document.time(), document.source()));
            }
        }
        let (said, time, source) = last?;
        Some(Statement { kind, countries, said, time, source })
    };
    match kind {
        CountryStatement::Residence => {
            if let Some(stated) = person.country().and_then(code) {
                let said = Said::Country(stated);
                return Some(Statement { kind, countries: vec![stated], said, time: None, source: person.source() });
            }
            of_papers(&[DocKind::HrRecord, DocKind::TaxForm, DocKind::Cv, DocKind::Profile], Field::Country)
        }
        // Who has the papers of two countries may use either.
        CountryStatement::Document => of_papers(&[DocKind::IdentityDocument], Field::IssuingCountry),
        CountryStatement::Phone => {
            let mut countries: Vec<&'static str> = Vec::new();
            let mut first = None;
            for phone in person.identifiers_of(IdKind::Phone) {
                let Some(number) = phone.value() else { continue };
                let of = of_phone(number);
                if !of.is_empty() {
                    countries.extend(of);
                    first = first.or(Some((Said::Number(number), phone.last(), phone.source())));
                }
            }
            let (said, time, source) = first?;
            Some(Statement { kind, countries, said, time, source })
        }
        CountryStatement::Bank => {
            let of_documents = person.documents_of(DocKind::BankAccount).filter_map(|document| {
                Some((document.time(), code_of(document.fact(Field::BankCountry)?.text())?, document.source()))
            });
            let of_events =
                [EventKind::Payout, EventKind::PayeeOpened, EventKind::PayeeChanged].into_iter().filter_map(|kind| {
                    let last = past(person, kind, context.as_of).filter_map(|event| {
                        Some((Some(event.time()), code_of(event.fact(Field::BankCountry)?.text())?, event.source()))
                    });
                    last.last()
                });
            let (time, stated, source) = of_documents.chain(of_events).max_by_key(|(time, ..)| *time)?;
            Some(Statement { kind, countries: vec![stated], said: Said::Country(stated), time, source })
        }
        CountryStatement::Login => {
            let mut counts: Vec<(&'static str, u32, Event<'_>)> = Vec::new();
            let mut all = 0_u32;
            let mut codes = LastCode::default();
            for event in past(person, EventKind::Login, context.as_of) {
                let Some(stated) = place_of(context, event, &mut codes) else { continue };
                all += 1;
                match counts.iter_mut().find(|(known, ..)| *known == stated) {
                    Some((_, count, last)) => (*count, *last) = (*count + 1, event),
                    None => counts.push((stated, 1, event)),
                }
            }
            let (country, of, event) =
                counts.into_iter().max_by_key(|(_, count, _)| *count).filter(|(_, count, _)| count * 2 > all)?;
            let said = Said::Most { country, of, all };
            Some(Statement { kind, countries: vec![country], said, time: Some(event.time()), source: event.source() })
        }
    }
}

/// The country of a log-in; `None` when it states none, or its address is not where the person is.
fn place_of(context: &Context<'_>, event: Event<'_>, codes: &mut LastCode) -> Option<&'static str> {
    match see(context.people, event.facts_set(), "", codes) {
        Seen::Away(country) if context.class_of(event).has_country() => Some(country),
        _ => None,
    }
}

/// What a log-in says of the place, for all log-ins with the same facts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Home,
    Away(&'static str),
}

/// Days at home before somebody who is away from then on has moved.
const MOVED_AFTER: u32 = 2;

/// Whether log-ins come from another country than the residence, by days. A day counts when every log-in of it comes from elsewhere. VPN and
/// hosting say where an exit is and not where the person is: they are left out.
pub(super) fn logins(share: f64, days: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("log-ins with a country on enough days");
    if !person.has_event(EventKind::Login) {
        return MISSING;
    }
    let Some(home) = person.country().and_then(code) else { return Outcome::NotChecked("the country of residence") };
    let people = context.people;
    let mut known: (u32, Seen) = (NONE, Seen::Nothing);
    let mut codes = LastCode::default();
    let (mut all_days, mut away_days, mut left_out) = (0_u32, 0_u32, 0_u32);
    // The day that is being read: its number, and whether it is away so far.
    let mut day: Option<(u32, bool)> = None;
    let mut first_away = None;
    let mut last_away = None;
    let mut places: Vec<&'static str> = Vec::new();
    // Days away since the last day at home, and how often home was left.
    let (mut since_home, mut left_home) = (0_u32, 0_u32);
    let mut close = |day: Option<(u32, bool)>| {
        if let Some((_, away)) = day {
            all_days += 1;
            away_days += u32::from(away);
            left_home += u32::from(away && since_home == 0);
            since_home = if away { since_home + 1 } else { 0 };
        }
    };
    for event in past(person, EventKind::Login, context.as_of) {
        let class = context.class_of(event);
        if !class.has_country() {
            left_out += u32::from(class.is_relay());
            continue;
        }
        let set = event.facts_set();
        let seen = if set == known.0 && set != NONE { known.1 } else { see(people, set, home, &mut codes) };
        known = (set, seen);
        match seen {
            Seen::Nothing => continue,
            Seen::Home => {}
            Seen::Away(place) => {
                if !places.contains(&place) {
                    places.push(place);
                }
                first_away = first_away.or(Some((event, place)));
                last_away = Some((event, place));
            }
        }
        let away = matches!(seen, Seen::Away(_));
        match &mut day {
            Some((number, all_away)) if *number == event.time().day() => *all_away &= away,
            _ => close(day.replace((event.time().day(), away))),
        }
    }
    close(day);
    if all_days == 0 || all_days < days {
        return MISSING;
    }
    let part = f64::from(away_days) / f64::from(all_days);
    let (Some(first), Some(last)) = (first_away, last_away) else { return Outcome::Clear };
    if away_days == 0 || away_days < days || part < share {
        return Outcome::Clear;
    }
    // First at home, then away for good and in one place: the person moved, and the record does not know yet.
    if left_home == 1 && since_home == away_days && all_days - away_days >= MOVED_AFTER && places.len() <= 2 {
        return Outcome::Clear;
    }
    let mut evidence = vec![Evidence::new(person, "country of residence", name(home), None, person.source())];
    for (event, place) in [first, last] {
        if evidence.last().is_none_or(|known| known.source != event.source()) {
            evidence.push(Evidence::new(person, "country of the log-in", name(place), Some(event.time()), event.source()));
        }
    }
    let from = if places.len() == 1 { "one country".to_owned() } else { format!("{} countries", places.len()) };
    let mut note = format!("log-ins only from elsewhere on {away_days} of {all_days} days, from {from}");
    if left_out > 0 {
        note += &["; ", &left_out.to_string(), " log-ins through VPN or hosting are left out"].concat();
    }
    Outcome::Fired(Fired { share: part.clamp(0.05, 1.0), ..Fired::new(evidence, note) })
}

fn see(people: &People, set: u32, home: &str, codes: &mut LastCode) -> Seen {
    let mut stated = people.facts.get(set).iter().filter(|row| row.field == Field::Country);
    match stated.find_map(|row| codes.of(people, row.value)) {
        None => Seen::Nothing,
        Some(country) if same(country, home) => Seen::Home,
        Some(country) => Seen::Away(country),
    }
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::CountryStatement::{Bank, Document, Login, Phone, Residence};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn statements_of_three_countries() {
        let test = Test::CountriesDiffer { statements: vec![Residence, Document, Phone], at_least: 3 };
        let rows = |country: &str, phone: &str, issuing: &str| {
            format!(
                "person name=Ada Test; country={country}\nid phone {phone}\ndoc identity_document issuing_country={issuing}"
            )
        };
        check(&test, &rows("us", "+4930123456", "pl"), "1.00");
        // A migrant with the telephone of the old country.
        check(&test, &rows("de", "+48123456789", "pl"), "clear");
        // Codes that are shared, parts of a country.
        check(&test, &rows("ca", "+12025550123", "us"), "clear");
        check(&test, &rows("je", "+447700900123", "gb"), "clear");
        check(&test, &rows("pr", "+447700900123", "us"), "clear");
        check(&test, &rows("kz", "+77011234567", "ru"), "clear");
        // The CV tells of the third country.
        check(&test, &(rows("us", "+4930123456", "pl") + "\ndoc cv 1.employer=Acme; 1.country=de"), "clear");
        // Papers of two countries.
        check(&test, &(rows("us", "+4930123456", "pl") + "\ndoc identity_document issuing_country=US"), "clear");
        check(&test, "person country=us\nid phone +4930123456", "not checked");
    }

    #[test]
    fn banks_and_log_ins() {
        let bank = Test::CountriesDiffer { statements: vec![Residence, Bank], at_least: 2 };
        check(&bank, "person country=us\ndoc bank_account bank_country=hk", "0.70");
        check(&bank, "person country=us\npayout 2026-01-01 bank_country=hk", "0.70");
        check(&bank, "person country=us\npayout 2026-01-01 bank_country=hk\npayout 2026-02-01 bank_country=us", "clear");
        // An account at a payment service of the same area.
        check(&bank, "person country=de\ndoc bank_account bank_country=lt", "clear");
        let login = Test::CountriesDiffer { statements: vec![Residence, Login], at_least: 2 };
        let twice = "login 2026-01-01 country=br\nlogin 2026-01-02 country=br\nlogin 2026-01-03 country=us";
        check(&login, &format!("person country=us\n{twice}"), "0.70");
        check(&login, "person country=us\nlogin 2026-01-01 country=br\nlogin 2026-01-02 country=us", "not checked");
        check(&login, "person country=us\nlogin 2026-01-01 country=br; network=vpn", "not checked");
    }

    #[test]
    fn log_ins_from_elsewhere() {
        let test = Test::LoginCountry { share: 0.5, days: 3 };
        let rows = |countries: &str| {
            let logins = countries
                .split(' ')
                .zip(1..)
                .map(|(country, day)| format!("login 2026-03-{day:02}T10:00:00Z country={country}\n"));
            format!("person country=us\n{}", logins.collect::<String>())
        };
        check(&test, &rows("br br br br"), "1.00");
        check(&test, &rows("br us br us br us"), "0.50");
        // A journey of a week in a year of work at home; a second log-in at home on the same day.
        check(&test, &rows("us us us us us br br br us us us us"), "clear");
        check(&test, &(rows("br br us us us") + "login 2026-03-01T11:00:00Z country=us"), "clear");
        check(&test, &rows("us us us pr"), "clear");
        // Moved once and for good; one day at home is no home, and of three places none is the new one.
        check(&test, &rows("us us br br br br"), "clear");
        check(&test, &rows("us br br br br br"), "0.83");
        check(&test, &rows("us us br mx ca br"), "0.67");
        check(&test, &rows("us us br br br us br br"), "0.62");
        check(&test, &rows("br br"), "not checked");
        check(&test, "person country=us", "not checked");
        check(&test, "person name=A\nlogin 2026-03-01 country=br", "not checked");
        let vpn = (1..9).fold(String::new(), |rows, day| format!("{rows}\nlogin 2026-03-0{day} country=nl; network=vpn"));
        check(&test, &format!("person country=us{vpn}"), "not checked");
        // Records of others, or another one of the person, know what most records of the address do not say.
        let silent = |knows: &str| {
            let days = (1..9).map(|day| format!("login 2026-03-0{day} ip=203.0.113.7; country=nl\n"));
            format!("person country=us\n{}{knows}", days.collect::<String>())
        };
        check(&test, &silent(""), "1.00");
        check(&test, &silent("login 2026-03-09 ip=203.0.113.7; country=nl; network=vpn"), "not checked");
        check(&test, &silent("p2: login 2026-03-09 ip=203.0.113.7; country=nl; network=vpn"), "not checked");
        check(&test, &silent("p2: login 2026-03-09 ip=203.0.113.7; country=nl; network=residential"), "1.00");
        let office = Policy { office_networks: vec!["203.0.113.0/24".parse().unwrap()], ..Policy::default() };
        let at_office =
            (1..9).fold(String::new(), |rows, day| format!("{rows}\nlogin 2026-03-0{day} ip=203.0.113.5; country=nl"));
        assert_eq!(word_under(&office, &test, &format!("person country=us{at_office}")), "not checked");
        check(&test, &format!("person country=us{at_office}"), "1.00");
    }
}
