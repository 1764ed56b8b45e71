//! Addresses that one person's records state against each other. Only addresses that name a building are compared, and two that may be
//! writings of one building are no difference.

use interdict_model::Country;
use interdict_names::AddressKeys;

use super::{Findings, past};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::indicators::AddressStatement;
use crate::people::{Fact, Person, Source, ValueId};
use crate::policy::Policy;
use crate::text::TextId;
use crate::time::Time;
use crate::value::address_keys;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// What is left of a difference that another test tells, too.
const REPEATED: f64 = 0.4;

/// An address with its record. Keys are made when texts alone do not tell.
struct Stated<'a> {
    text: &'a str,
    /// The building, where the tables made it already.
    place: Option<ValueId>,
    what: &'static str,
    time: Option<Time>,
    source: Source,
}

/// Whether two kinds of addresses of the person differ. Papers differ when none of one kind meets any of the other; deliveries when one of
/// them goes elsewhere, by the share of those that do. Offices that the policy knows and work places of several colleagues are nobody's other
/// home, and a delivery to any home that the person states is one at home. With `town`, another building of one town is no difference: work,
/// neighbours and parcel shops are there.
pub(super) fn differ(
    a: AddressStatement,
    b: AddressStatement,
    town: bool,
    person: Person<'_>,
    context: &Context<'_>,
) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("two addresses that name a building");
    let of_papers = a == AddressStatement::Document || b == AddressStatement::Document;
    let (a, b, deliveries) = match (a, b) {
        (AddressStatement::Delivery, other) => (stated(other, person, context), stated(a, person, context), true),
        (first, second) => {
            (stated(first, person, context), stated(second, person, context), second == AddressStatement::Delivery)
        }
    };
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    let meets_text = |y: &Stated<'_>| a.iter().any(|x| same_text(x.text, y.text) || x.place.is_some() && x.place == y.place);
    if if deliveries { b.iter().all(meets_text) } else { b.iter().any(meets_text) } {
        return Outcome::Clear;
    }
    let country = person.country();
    let a_keys: Vec<AddressKeys> = a.iter().map(|stated| address_keys(stated.text, country)).collect();
    // The keys of the tables are at hand; others cost some work.
    let meets_key = |y: &Stated<'_>| {
        let place = y.place.map(|place| context.people.text(TextId(place.0)));
        place.is_some() && a_keys.iter().any(|keys| keys.place.as_deref() == place)
    };
    let Some(shown) = a_keys.iter().position(|keys| keys.place.is_some()) else { return MISSING };
    let mut findings = Findings::default();
    let (mut house, mut homes) = (None::<Vec<AddressKeys>>, None::<Vec<Stated<'_>>>);
    for y in &b {
        if meets_text(y) || meets_key(y) {
            findings.looked += 1;
            continue;
        }
        let keys = &address_keys(y.text, country);
        let Some(place) = &keys.place else { continue };
        findings.looked += 1;
        if a_keys.iter().any(|other| may_meet(other, keys)) {
            continue;
        }
        if town && a.iter().any(|x| may_be_one_town(x.text, y.text)) {
            continue;
        }
        if deliveries
            && homes.get_or_insert_with(|| homes_of(person, context)).iter().any(|home| home.meets(y, keys, town, country))
        {
            continue;
        }
        let house = house.get_or_insert_with(|| house_keys(context.policy, country));
        if house.iter().any(|known| may_meet(known, keys)) || deliveries && context.baselines.workplaces.has(place) {
            continue;
        }
        if findings.found == 0 {
            let x = &a[shown];
            findings.add(0.0, [Evidence::new(person, x.what, x.text, x.time, x.source)]);
            findings.found = 0;
        }
        let abroad = a.iter().all(|x| are_abroad(x.text, y.text, country));
        findings.add(if abroad { 1.0 } else { 0.8 }, [Evidence::new(person, y.what, y.text, y.time, y.source)]);
    }
    if !deliveries && findings.found < findings.looked {
        return Outcome::Clear;
    }
    if deliveries && findings.looked > 0 {
        findings.share *= 0.5 + 0.5 * f64::from(findings.found) / f64::from(findings.looked);
    }
    // Where the HR record states a home, that a delivery goes elsewhere is its matter; the papers repeat it.
    let names_building = |stated: &Stated<'_>| address_keys(stated.text, country).place.is_some();
    if deliveries && of_papers && stated(AddressStatement::Hr, person, context).iter().any(names_building) {
        findings.share *= REPEATED;
    }
    findings.outcome("two addresses that name a building", |all| {
        format!("{} of {} addresses are another building than the {} stated", all.found, all.looked, a.len())
    })
}

fn stated<'a>(kind: AddressStatement, person: Person<'a>, context: &Context<'a>) -> Vec<Stated<'a>> {
    let people = context.people;
    let identifiers = |of: IdKind, what: &'static str| {
        person.identifiers_of(of).filter_map(move |identifier| {
            let text = identifier.value()?;
            let place = people.address_keys.get(&identifier.value_id().0).map(|keys| keys.place);
            Some(Stated { text, place, what, time: identifier.last(), source: identifier.source() })
        })
    };
    let papers = |of: DocKind, what: &'static str| {
        person.documents_of(of).filter_map(move |document| {
            let text = document.fact(Field::Address)?.text();
            Some(Stated { text, place: None, what, time: document.time(), source: document.source() })
        })
    };
    match kind {
        AddressStatement::Home => identifiers(IdKind::Address, "home address").collect(),
        AddressStatement::Document => papers(DocKind::IdentityDocument, "address on the identity document").collect(),
        AddressStatement::Hr => papers(DocKind::HrRecord, "address in the HR record").collect(),
        AddressStatement::Delivery => {
            let mut all: Vec<Stated<'a>> = identifiers(IdKind::ShipTo, "delivery address").collect();
            for kind in [EventKind::ParcelShipped, EventKind::ParcelDelivered, EventKind::ParcelRerouted] {
                for event in past(person, kind, context.as_of) {
                    let Some(text) = event.fact(Field::ShipTo).map(Fact::text) else { continue };
                    if all.len() < 64 && !all.iter().any(|known| same_text(known.text, text)) {
                        let time = Some(event.time());
                        all.push(Stated { text, place: None, what: "delivery address", time, source: event.source() });
                    }
                }
            }
            all
        }
    }
}

/// Every home that the person states: a move is known to one record before the others.
fn homes_of<'a>(person: Person<'a>, context: &Context<'a>) -> Vec<Stated<'a>> {
    let kinds = [AddressStatement::Home, AddressStatement::Document, AddressStatement::Hr];
    kinds.into_iter().flat_map(|kind| stated(kind, person, context)).collect()
}

/// Whether an address is of none of the homes that the person states; `None` when there is nothing to compare.
pub(super) fn is_elsewhere(address: Option<&str>, person: Person<'_>, context: &Context<'_>) -> Option<bool> {
    let homes = homes_of(person, context);
    let country = person.country();
    let all = match address {
        Some(text) => vec![Stated { text, place: None, what: "delivery address", time: None, source: person.source() }],
        None => stated(AddressStatement::Delivery, person, context),
    };
    let house = house_keys(context.policy, country);
    let mut looked = false;
    for y in &all {
        let keys = address_keys(y.text, country);
        let Some(place) = &keys.place else { continue };
        if homes.is_empty() {
            continue;
        }
        looked = true;
        let at_home = homes.iter().any(|home| home.meets(y, &keys, false, country));
        if at_home || house.iter().any(|known| may_meet(known, &keys)) || context.baselines.workplaces.has(place) {
            return Some(false);
        }
    }
    looked.then_some(true)
}

impl Stated<'_> {
    fn meets(&self, other: &Self, keys: &AddressKeys, town: bool, country: Option<Country>) -> bool {
        same_text(self.text, other.text)
            || town && may_be_one_town(self.text, other.text)
            || may_meet(&address_keys(self.text, country), keys)
    }
}

/// Whether two addresses may be of one town: a part that is neither street, room, number nor country agrees, or one names no such part.
fn may_be_one_town(a: &str, b: &str) -> bool {
    const ROOMS: [&str; 10] = ["apartment", "apt", "building", "flat", "floor", "level", "room", "suite", "ste", "unit"];
    let parts = |text| {
        str::split(text, ',').skip(1).filter_map(|part| {
            let words = part.split_whitespace().filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
            // Short ones are codes of states and countries.
            let words: Vec<String> = words.filter(|word| word.chars().count() > 2).map(interdict_names::fold).collect();
            let part = words.join(" ").to_lowercase();
            let is_room = words.first().is_some_and(|word| ROOMS.iter().any(|room| word.eq_ignore_ascii_case(room)));
            (!part.is_empty() && !is_room && super::geography::code_of(&part).is_none()).then_some(part)
        })
    };
    let (a, b): (Vec<String>, Vec<String>) = (parts(a).collect(), parts(b).collect());
    a.is_empty() || b.is_empty() || a.iter().any(|part| b.contains(part))
}

fn house_keys(policy: &Policy, country: Option<Country>) -> Vec<AddressKeys> {
    policy.known_addresses.iter().map(|address| address_keys(address, country)).collect()
}

/// The same letters and digits in the same order, whatever stands between them, or all words of one in the other.
fn same_text(a: &str, b: &str) -> bool {
    let plain = |text| str::chars(text).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    if a == b || plain(a).eq(plain(b)) {
        return true;
    }
    // One leaves out what the other has, as a postcode.
    let words = |text| str::split(text, |c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (short, long) = if words(a).count() <= words(b).count() { (a, b) } else { (b, a) };
    words(short).count() > 3
        && words(short).any(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        && words(short).all(|word| words(long).any(|other| other.eq_ignore_ascii_case(word)))
}

/// Whether two addresses may be one building: a key agrees, of those that both have.
fn may_meet(a: &AddressKeys, b: &AddressKeys) -> bool {
    match (&a.place, &b.place) {
        (Some(x), Some(y)) => x == y || a.loose.iter().any(|key| b.loose.contains(key)),
        _ => false,
    }
}

/// Whether two addresses that name a building are in two countries.
fn are_abroad(a: &str, b: &str, country: Option<Country>) -> bool {
    let country = |text: &str| -> Option<String> {
        let place = interdict_names::address_keys(text, country).place?;
        place.split_once('|').map(|(country, _)| country.to_owned()).filter(|country| country != "??")
    };
    // What names no building is no address to compare.
    country(a).is_none_or(|a| country(b).is_some_and(|b| a != b))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::AddressStatement::{Delivery, Document, Home, Hr};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn addresses_of_papers() {
        let test = Test::AddressesDiffer { a: Home, b: Document, town: false };
        let rows = |home: &str, document: &str| {
            format!("person country=us\nid address {home}\ndoc identity_document address={document}")
        };
        check(&test, &rows("12 Example Street, Springfield, IL 62701", "98 Sample Avenue, Portland, OR 97201"), "0.80");
        check(&test, &rows("12 Example Street, Springfield, USA", "98 Sample Road, Leeds, United Kingdom"), "1.00");
        check(&test, &rows("12 Example Street, Springfield, IL 62701", "12 EXAMPLE ST, SPRINGFIELD IL 62701"), "clear");
        check(
            &test,
            &rows("12 Example Street Apt 4, Springfield, IL 62701", "12 Example Street, Springfield, Illinois"),
            "clear",
        );
        // No building: nothing to compare.
        check(&test, &rows("Springfield, Illinois", "98 Sample Avenue, Portland, OR 97201"), "not checked");
        check(&test, &rows("12 Example Street, Springfield, IL 62701", "Portland"), "not checked");
        check(&test, "person country=us\nid address 12 Example Street, Springfield", "not checked");
        // Moved, and both homes are stated.
        let moved = rows("12 Example Street, Springfield, IL 62701", "98 Sample Avenue, Portland, OR 97201");
        check(&test, &(moved + "\nid address 98 Sample Avenue, Portland, OR 97201"), "clear");
    }

    #[test]
    fn a_delivery_elsewhere_is_told_once() {
        let test = Test::AddressesDiffer { a: Document, b: Delivery, town: false };
        let rows = "person country=us\ndoc identity_document address=12 Example Street, Springfield, IL 62701\n\
            id ship_to 98 Sample Avenue, Portland, OR 97201";
        check(&test, rows, "0.80");
        // The same difference as that of the HR record.
        check(&test, &format!("{rows}\ndoc hr_record address=12 Example Street, Springfield, IL 62701"), "0.32");
        check(&test, &format!("{rows}\ndoc hr_record address=Springfield"), "0.80");
    }

    #[test]
    fn addresses_of_parcels() {
        let test = Test::AddressesDiffer { a: Hr, b: Delivery, town: false };
        let home = "person country=us\ndoc hr_record address=12 Example Street, Springfield, IL 62701";
        let away = "98 Sample Avenue, Portland, OR 97201";
        check(&test, &format!("{home}\nid ship_to {away}"), "0.80");
        check(&test, &format!("{home}\nparcel_delivered 2026-01-01 ship_to={away}"), "0.80");
        let one = format!("{home}\nid ship_to {away}\nid ship_to 12 Example St, Springfield, IL 62701");
        check(&test, &one, "0.60");
        check(&test, &format!("{home}\nid ship_to 12 Example St., Springfield, IL 62701, USA"), "clear");
        let office = Policy { known_addresses: vec!["98 Sample Ave, Portland, OR 97201".to_owned()], ..Policy::default() };
        assert_eq!(word_under(&office, &test, &format!("{home}\nid ship_to {away}")), "clear");
        check(&Test::AddressesDiffer { a: Delivery, b: Hr, town: false }, &format!("{home}\nid ship_to {away}"), "0.80");
        check(&test, home, "not checked");
        // Another building of the town, and a home that another record knows.
        let far = Test::AddressesDiffer { a: Hr, b: Delivery, town: true };
        check(&far, &format!("{home}\nid ship_to {away}"), "0.80");
        check(&far, &format!("{home}\nid ship_to 98 Sample Avenue, Springfield, IL 62704"), "clear");
        check(&test, &format!("{home}\nid ship_to {away}\nid address {away}"), "clear");
        check(&far, &format!("{home}\nid ship_to {away}\nid address 7 Other Road, Portland, OR 97209"), "clear");
    }

    #[test]
    fn towns() {
        for (a, b, one) in [
            ("12 Example Street, Springfield, IL 62701", "98 Sample Ave, Apt 4, Springfield, Illinois", true),
            ("12 Example Street, Springfield, IL 62701, USA", "98 Sample Ave, Portland, OR 97201, USA", false),
            ("12 Example Street, Leeds, 10840 GB", "98 Sample Road, Bristol, 51216 GB", false),
            // No town is named.
            ("12 Example Street", "98 Sample Road, Bristol", true),
        ] {
            assert_eq!(super::may_be_one_town(a, b), one, "{a} / {b}");
        }
    }
}
