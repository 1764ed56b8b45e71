//! Work places: people go in, once for a run; the buildings that several colleagues have parcels sent to and work in come out. A delivery
//! there is none to a stranger, and two who have theirs there have no more in common than their employer.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::sequence::line::{LOGINS, Line};
use crate::networks::{NetClass, Networks};
use crate::people::{Fact, NONE, People, Person, PersonId, ValueId};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field, IdKind};

/// People who have parcels sent to a building and sign in from one office before it is a work place.
const ENOUGH: usize = 2;

/// Keys of the buildings that are work places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workplaces(FxHashSet<Box<str>>);

impl Workplaces {
    /// The buildings that are nobody's home and where [`ENOUGH`] and more than half of those with deliveries there sign in from one address
    /// of the Internet that is an office's, by the records or the policy.
    pub(crate) fn of(people: &People, networks: &Networks, as_of: Time) -> Self {
        let all = (0..people.len() as u32).into_par_iter().map(PersonId);
        let mut sent: Vec<(ValueId, PersonId)> =
            all.flat_map_iter(|id| deliveries(people.person(id)).into_iter().map(move |place| (place, id))).collect();
        sent.par_sort_unstable();
        let places: Vec<&[(ValueId, PersonId)]> =
            sent.chunk_by(|(a, _), (b, _)| a == b).filter(|those| those.len() >= ENOUGH).collect();
        if places.is_empty() {
            return Self::default();
        }
        let homes: FxHashSet<ValueId> = (people.ids.iter())
            .filter(|row| row.kind == IdKind::Address)
            .filter_map(|row| people.address_keys.get(&row.value.0))
            .map(|keys| keys.place)
            .collect();
        let works = places.into_par_iter().filter(|those| {
            let mut at: FxHashMap<u32, usize> = FxHashMap::default();
            for (_, id) in *those {
                for office in offices(people.person(*id), networks, as_of) {
                    *at.entry(office).or_default() += 1;
                }
            }
            let most = at.into_values().max().unwrap_or(0);
            most >= ENOUGH && most * 2 > those.len() && !homes.contains(&those[0].0)
        });
        Self(works.map(|those| people.text(TextId(those[0].0.0)).into()).collect())
    }

    /// Whether the building with this key is one.
    pub(crate) fn has(&self, place: &str) -> bool {
        self.0.contains(place)
    }

    /// The keys of all.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|place| &**place)
    }
}

/// The buildings that parcels of a person go to, each once.
fn deliveries(person: Person<'_>) -> Vec<ValueId> {
    let people = person.people();
    let stated = person.identifiers_of(IdKind::ShipTo).filter_map(|row| people.address_keys.get(&row.value_id().0).copied());
    let parcels = [EventKind::ParcelShipped, EventKind::ParcelDelivered, EventKind::ParcelRerouted].into_iter();
    let events = parcels.flat_map(|kind| person.events_of(kind));
    let sent = events.filter_map(|event| people.address_key(event.fact(Field::ShipTo).map(Fact::text)?));
    let mut places: Vec<ValueId> = stated.chain(sent).map(|keys| keys.place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The addresses of offices that a person signs in from, each once.
fn offices(person: Person<'_>, networks: &Networks, as_of: Time) -> FxHashSet<u32> {
    let line = Line::until(person, networks, as_of);
    let logins = line.of(LOGINS).map(|(_, row)| row).filter(|row| row.ip != NONE);
    logins.filter(|row| line.network(row) == NetClass::Office).map(|row| row.ip).collect()
}

#[cfg(test)]
mod tests {
    use super::{Networks, Workplaces};
    use crate::evaluate::record::testing::{as_of, check, people, word_under};
    use crate::indicators::{AddressStatement, Test};
    use crate::lists::Lists;
    use crate::policy::Policy;

    const OFFICE: &str = "98 Sample Avenue, Portland, OR 97201";

    /// Colleagues with deliveries to the office, each of whom signs in from the address given.
    fn colleagues(ips: &[&str]) -> String {
        let each = ips.iter().enumerate().map(|(index, from)| {
            let person = format!("p{}", index + 1);
            format!(
                "{person}: person country=us\n{person}: doc hr_record address={} Example Street, Springfield, IL 62701\n\
                 {person}: id ship_to {OFFICE}\n{person}: login 2026-01-0{} {from}",
                index + 12,
                index + 1,
            )
        });
        each.collect::<Vec<_>>().join("\n")
    }

    fn count(policy: &Policy, rows: &str) -> usize {
        let people = people(rows);
        Workplaces::of(&people, &Networks::of(&people, &Lists::default(), policy), as_of()).all().count()
    }

    #[test]
    fn where_colleagues_work() {
        let (office, home) = ("ip=198.18.9.1; network=office", "ip=198.18.9.1; network=residential");
        let none = Policy::default();
        assert_eq!(count(&none, &colleagues(&[office; 3])), 1);
        assert_eq!(count(&none, &colleagues(&[office; 2])), 1);
        assert_eq!(count(&none, &colleagues(&[office])), 0, "whoever is alone there may have it to himself");
        assert_eq!(count(&none, &colleagues(&[office, "ip=198.18.9.2"])), 0, "a colleague, and somebody else");
        assert_eq!(count(&none, &colleagues(&[office, home])), 1, "what one record knows of an address holds for all");
        assert_eq!(count(&none, &colleagues(&[home; 4])), 0, "one house");
        assert_eq!(count(&none, &colleagues(&[office, office, office, home, home])), 1);
        assert_eq!(count(&none, &colleagues(&[office, office, office, "ip=198.18.9.2", "ip=198.18.9.3", "ip=198.18.9.4"])), 0);
        let three = ["1", "2", "3"].map(|last| format!("ip=198.18.9.{last}; network=office"));
        let three: Vec<&str> = three.iter().map(String::as_str).collect();
        assert_eq!(count(&none, &colleagues(&three)), 0, "each in an office of his own");
        let known = Policy { office_networks: vec!["198.18.9.0/24".parse().unwrap()], ..Policy::default() };
        assert_eq!(count(&known, &colleagues(&[home; 3])), 1, "the policy knows the office");
        assert_eq!(count(&none, &format!("{}\np9: id address {OFFICE}", colleagues(&[office; 3]))), 0, "somebody lives there");
    }

    #[test]
    fn a_delivery_to_work_is_none_elsewhere() {
        let differ = Test::AddressesDiffer { a: AddressStatement::Hr, b: AddressStatement::Delivery, town: true };
        let office = "ip=198.18.9.1; network=office";
        check(&differ, &colleagues(&[office; 3]), "clear");
        check(&differ, &colleagues(&[office]), "0.80");
        let signed = |rows: &str| {
            let parcel = format!("person name=Ada Test\nparcel_delivered 2026-03-01 signed_by=R Sample; ship_to={OFFICE}");
            word_under(&Policy::default(), &Test::SignedByOther {}, &format!("{rows}\n{parcel}"))
        };
        assert_eq!((signed(&colleagues(&[office; 3])), signed(&colleagues(&[office]))), ("clear".into(), "1.00".into()));
        let class = Test::AddressClass { classes: vec!["business".to_owned()] };
        let looked = format!("doc address_lookup address={OFFICE}; address_class=business");
        check(&class, &format!("{}\n{looked}", colleagues(&[office; 3])), "clear");
        check(&class, &format!("{}\n{looked}", colleagues(&[office])), "0.60");
    }
}
