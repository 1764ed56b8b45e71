//! Tests of a person against others: what the links say of the person. A value that is shared openly (one household, one staffing firm, own
//! second account) does not fire.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::record::names::is_company;
use super::{Context, Evidence, Fired, MAX_EVIDENCE, MAX_OTHERS, Outcome};
use crate::indicators::Test;
use crate::link::{Bond, Family, Holding, LinkKind, Links, Shared};
use crate::people::{NONE, People, Person, PersonId, Shown, ValueId};
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// Who is flagged already: in a ring or farm, or by a duty of law.
#[derive(Debug, Default)]
pub(crate) struct Flagged(pub(crate) Vec<bool>);

impl Flagged {
    pub(crate) fn is(&self, person: PersonId) -> bool {
        self.0.get(person.index()).copied().unwrap_or_default()
    }
}

pub(crate) fn evaluate(
    test: &Test,
    person: Person<'_>,
    context: &Context<'_>,
    links: &Links,
    flagged: &Flagged,
) -> Option<Outcome> {
    let people = context.people;
    Some(match test {
        Test::SharedIdentifier { kinds, at_least, names_differ } => {
            shared_identifier(person, people, links, kinds, *at_least, *names_differ)
        }
        Test::NearText { documents, likeness, sentences } => near_text(person, people, links, documents, *likeness, *sentences),
        Test::NearPhoto { field, documents, distance } => {
            if context.policy.compare_pictures == Some(false) {
                Outcome::NotChecked("pictures: comparing them is switched off")
            } else {
                near_photo(person, people, links, *field, documents, *distance)
            }
        }
        Test::SameCareer { stations } => same_career(person, people, links, *stations),
        Test::FlaggedNeighbours { relations, at_least, by_person } => {
            flagged_neighbours(person, relations, *at_least, *by_person, flagged)
        }
        Test::SharedWithFlagged { kinds } => shared_with_flagged(person, people, links, kinds, flagged),
        Test::FanIn { kinds, at_least, countries } => fan_in(person, people, links, kinds, *at_least, *countries),
        Test::SelfDealing {} => self_dealing(person, people, links),
        Test::SharedRater { at_least, days } => shared_rater(person, people, links, *at_least, *days),
        Test::RingMember {} => ring_member(person, people, links),
        Test::FarmMember {} => farm_member(person, links),
        Test::BanEvasion { days } => ban_evasion(person, people, links, *days),
        Test::CommitIdentities { at_least } => commit_identities(person, *at_least),
        Test::MeetingsCollide {} => meetings_collide(person, people, links),
        Test::ApplicationBurst { at_least, days } => application_burst(person, people, links, *at_least, *days),
        Test::ReturnElsewhere {} => return_elsewhere(person, people, links),
        Test::WalletHops { .. } => wallet_hops(person, people, links),
        Test::StaffedTogether { kinds, at_least } => staffed_together(person, people, links, kinds, *at_least),
        Test::NetworkCluster { at_least } => network_cluster(person, people, links, *at_least),
        Test::SharedReference {} => {
            shared_identifier(person, people, links, &[IdKind::ReferenceEmail, IdKind::ReferencePhone], 2, false)
        }
        _ => return None,
    })
}

/// Whether people of one household have in common what a test looks for.
pub(crate) fn is_of_household(test: &Test) -> bool {
    let shares = |kind: &IdKind| {
        LinkKind::of_identifier(*kind).is_some_and(|kind| kind != LinkKind::SigningKey && kind.row().family.is_of_household())
    };
    match test {
        Test::SharedIdentifier { kinds, .. } => kinds.iter().all(shares),
        Test::ReturnElsewhere {} => true,
        _ => false,
    }
}

/// Whether linking has weighed what a test looks for, together with all else that is shared. A paper on two names and a signing key speak for
/// themselves.
pub(crate) fn is_of_linking(test: &Test) -> bool {
    let speaks = |kind: &IdKind| {
        LinkKind::of_identifier(*kind).is_some_and(|kind| kind.row().family == Family::Paper || kind == LinkKind::SigningKey)
    };
    match test {
        Test::SharedIdentifier { kinds, .. } | Test::SharedWithFlagged { kinds } => !kinds.iter().any(speaks),
        Test::SharedReference {}
        | Test::FanIn { .. }
        | Test::NearText { .. }
        | Test::SameCareer { .. }
        | Test::ReturnElsewhere {} => true,
        _ => false,
    }
}

/// Whether the person has a value of one of the kinds at all, by itself or in an event or document.
fn has_kind(person: Person<'_>, kinds: &[IdKind]) -> bool {
    if person.id_rows().iter().any(|row| kinds.contains(&row.kind)) {
        return true;
    }
    kinds.iter().any(|kind| match kind {
        IdKind::Ip => person.event_rows().iter().any(|row| row.ip != NONE),
        IdKind::Device => person.event_rows().iter().any(|row| row.device != NONE),
        IdKind::Payee => person.has_event(EventKind::Payout) || person.documents_of(DocKind::BankAccount).next().is_some(),
        IdKind::ShipTo => person.has_event(EventKind::ParcelShipped) || person.has_event(EventKind::ParcelDelivered),
        IdKind::Commit => person.has_event(EventKind::Commit),
        IdKind::DocAuthor => person.documents().any(|document| document.fact(Field::Author).is_some()),
        IdKind::Wallet => person.events_of(EventKind::Payout).any(|event| event.fact(Field::Wallet).is_some()),
        _ => false,
    })
}

fn missing(kinds: &[IdKind]) -> Outcome {
    Outcome::NotChecked(match kinds.first() {
        Some(kind) => kind.label(),
        None => "identifiers",
    })
}

/// What of a value counts that is all that two people are known to share, where a household could share it too: too many honest people do.
const ALONE: f64 = 0.35;

/// What of a value that many hold counts at least, however few bear it out.
const LEAST_BORNE: f64 = 0.25;

/// What of a value counts by how many hold it, and by how many of these bear out that it is an operator's.
fn borne_out(links: &Links, shared: &Shared) -> f64 {
    links.borne_out(shared).max(LEAST_BORNE) * shared.weight.value() / shared.kind.row().weight
}

/// What of a shared value counts for two holders.
fn counts(people: &People, links: &Links, shared: &Shared, one: &Holding, other: &Holding) -> f64 {
    let family = shared.kind.row().family;
    let bond = links.openly.bond(people.person(one.person), people.person(other.person));
    let left = bond.leaves(family) * links.meet(shared.space, one, other);
    let confirmed = links.same_ring(one.person, other.person) || family == Family::Paper || shared.kind == LinkKind::SigningKey;
    // What an exchange or a recruiter gives to many: hardly any of them shows or shares more.
    if confirmed { left } else { left * ALONE * links.borne_out(shared).max(LEAST_BORNE) }
}

fn shared_identifier(
    person: Person<'_>,
    people: &People,
    links: &Links,
    kinds: &[IdKind],
    at_least: u32,
    names_differ: bool,
) -> Outcome {
    if !has_kind(person, kinds) {
        return missing(kinds);
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    let mut share = 0.0_f64;
    let mut values = 0;
    for shared in links.shared_of(person.id()) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        if !kinds.contains(&own.kind) {
            continue;
        }
        let kind_weight = shared.kind.row().weight;
        let mut counted: Vec<(&Holding, f64)> = Vec::new();
        for other in holders.iter().filter(|other| other.person != person.id()) {
            let left = counts(people, links, shared, own, other) * shared.weight.value() / kind_weight;
            // A name that is missing differs from none.
            let names =
                !names_differ || matches!((person.name(), people.person(other.person).name()), (Some(a), Some(b)) if a != b);
            if left > 0.25 && names {
                counted.push((other, left));
            }
            if counted.len() > MAX_OTHERS {
                break;
            }
        }
        if counted.len() as u32 + 1 < at_least {
            continue;
        }
        values += 1;
        if evidence.len() + 2 <= MAX_EVIDENCE {
            evidence.push(own.evidence(people));
            evidence.extend(counted.iter().take(3).map(|(other, _)| other.evidence(people)));
        }
        share = counted.iter().fold(share, |share, (_, left)| share.max(*left));
        others.extend(counted.iter().map(|(other, _)| other.person));
    }
    if values == 0 {
        return Outcome::Clear;
    }
    others.sort_unstable();
    others.dedup();
    let count = others.len();
    others.truncate(MAX_OTHERS);
    evidence.truncate(MAX_EVIDENCE);
    let note = format!("{} held also by {}", plural(values, "value is", "values are"), plural(count, "other", "others"));
    Outcome::Fired(Fired { evidence, others, share: share.min(1.0), note })
}

pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn near_text(
    person: Person<'_>,
    people: &People,
    links: &Links,
    documents: &[DocKind],
    likeness: f64,
    sentences: u32,
) -> Outcome {
    if !person.documents().any(|document| documents.contains(&document.kind()) && document.sketch().is_some()) {
        return Outcome::NotChecked(documents.first().map_or("a text", |kind| kind.label()));
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    let mut share = 0.0_f64;
    let mut note = String::new();
    for row in links.texts_of.get(person.id()) {
        let pair = &links.texts[*row as usize];
        if !documents.contains(&pair.a.kind) && !documents.contains(&pair.b.kind) {
            continue;
        }
        let strong = pair.sentences >= sentences;
        if !strong && pair.likeness < likeness {
            continue;
        }
        let (own, other) = if pair.a.person == person.id() { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let openly = &links.openly;
        let bond = openly.bond(person, people.person(other.person)).leaves(Family::Text);
        // People of one class describe in the same words what they built there; whole papers that are alike are another thing.
        let of_class = pair.likeness < likeness && openly.one_school(person.id(), other.person);
        let left = bond * if of_class { OF_CLASS } else { 1.0 } * pair.weight.value() / pair.kind.row().weight;
        if left <= 0.25 {
            continue;
        }
        if left > share || note.is_empty() {
            note =
                format!("{} in common, {}", plural(pair.sentences as usize, "sentence", "sentences"), percent(pair.likeness));
        }
        share = share.max(left);
        if evidence.len() + 2 <= MAX_EVIDENCE {
            let passage = pair.passage.clone().unwrap_or_else(|| percent(pair.likeness));
            for end in [own, other] {
                evidence.push(Evidence {
                    person: end.person,
                    what: end.kind.label().to_owned(),
                    value: Shown::Text(passage.clone()),
                    time: end.time,
                    source: end.source,
                });
            }
        }
        others.push(other.person);
    }
    finish(evidence, others, share, note)
}

fn percent(likeness: f64) -> String {
    format!("{:.0} % of word triples", likeness * 100.0)
}

fn finish(evidence: Vec<Evidence>, mut others: Vec<PersonId>, share: f64, note: String) -> Outcome {
    if evidence.is_empty() {
        return Outcome::Clear;
    }
    others.sort_unstable();
    others.dedup();
    others.truncate(MAX_OTHERS);
    Outcome::Fired(Fired { evidence, others, share: share.clamp(0.05, 1.0), note })
}

fn near_photo(
    person: Person<'_>,
    people: &People,
    links: &Links,
    field: Field,
    documents: &[DocKind],
    distance: u32,
) -> Outcome {
    let has = person.documents().any(|document| document.fact(field).is_some())
        || field == Field::ImageHash && person.identifiers_of(IdKind::PhotoHash).next().is_some();
    if !has {
        return Outcome::NotChecked(field.label());
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    let mut share = 0.0_f64;
    let mut least = u32::MAX;
    for row in links.photos_of.get(person.id()) {
        let pair = &links.photos[*row as usize];
        let wanted = documents.is_empty() || (documents.contains(&pair.a.kind) && documents.contains(&pair.b.kind));
        if pair.whole != (field == Field::ImageHash) || pair.distance > distance || !wanted {
            continue;
        }
        let (own, other) = if pair.a.person == person.id() { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let kind = if pair.whole { LinkKind::Photo } else { LinkKind::PictureBase };
        let left = links.openly.bond(person, people.person(other.person)).leaves(Family::Paper) * pair.weight.value()
            / kind.row().weight;
        if left <= 0.25 {
            continue;
        }
        share = share.max(left);
        least = least.min(pair.distance);
        if evidence.len() + 2 <= MAX_EVIDENCE {
            evidence.extend([own, other].map(|end| Evidence {
                person: end.person,
                what: end.kind.label().to_owned(),
                value: Shown::Text(field.label().to_owned()),
                time: end.time,
                source: end.source,
            }));
        }
        others.push(other.person);
    }
    finish(evidence, others, share, format!("the pictures differ in {least} of 64 bits"))
}

/// What of sentences in common counts where both name one school.
const OF_CLASS: f64 = 0.4;

fn same_career(person: Person<'_>, people: &People, links: &Links, stations: u32) -> Outcome {
    let has = person.documents().any(|document| document.facts().any(|fact| fact.group() > 0 && fact.field() == Field::From));
    if !has {
        return Outcome::NotChecked("employers or schools with dates");
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    let mut share = 0.0_f64;
    let mut most = 0;
    for row in links.careers_of.get(person.id()) {
        let pair = &links.careers[*row as usize];
        if (pair.stations.len() as u32) < stations {
            continue;
        }
        let (own, other) = if pair.a.person == person.id() { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let left = links.openly.bond(person, people.person(other.person)).leaves(Family::Career) * pair.weight.value()
            / LinkKind::Career.row().weight;
        if left <= 0.25 {
            continue;
        }
        share = share.max(left);
        most = most.max(pair.stations.len());
        if evidence.len() + 2 <= MAX_EVIDENCE {
            evidence.extend([own, other].map(|end| Evidence {
                person: end.person,
                what: "stations of the career".to_owned(),
                value: Shown::Text(pair.stations.join("; ")),
                time: end.time,
                source: end.source,
            }));
        }
        others.push(other.person);
    }
    finish(evidence, others, share, format!("{} in common", plural(most, "station", "stations")))
}

fn flagged_neighbours(person: Person<'_>, relations: &[RelKind], at_least: u32, by_person: bool, flagged: &Flagged) -> Outcome {
    let all = || {
        let to_person = (!by_person).then(|| person.relations_to()).into_iter().flatten();
        person.relations().chain(to_person).filter(|relation| relations.contains(&relation.kind()))
    };
    if all().next().is_none() {
        return Outcome::NotChecked(relations.first().map_or("relations", |kind| kind.label()));
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    for relation in all() {
        let other = if relation.a().id() == person.id() { relation.b() } else { relation.a() };
        if flagged.is(other.id()) && !others.contains(&other.id()) {
            others.push(other.id());
            if evidence.len() < MAX_EVIDENCE {
                evidence.push(Evidence::new(person, relation.kind().label(), other.key(), relation.time(), relation.source()));
            }
        }
    }
    let count = others.len();
    if (count as u32) < at_least {
        return Outcome::Clear;
    }
    finish(evidence, others, 1.0, format!("{} flagged", plural(count, "neighbour is", "neighbours are")))
}

fn shared_with_flagged(person: Person<'_>, people: &People, links: &Links, kinds: &[IdKind], flagged: &Flagged) -> Outcome {
    if !has_kind(person, kinds) {
        return missing(kinds);
    }
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    let mut share = 0.0_f64;
    for shared in links.shared_of(person.id()) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        if !kinds.contains(&own.kind) {
            continue;
        }
        for other in holders.iter().filter(|other| other.person != person.id() && flagged.is(other.person)) {
            let left = counts(people, links, shared, own, other) * shared.weight.value() / shared.kind.row().weight;
            if left <= 0.25 {
                continue;
            }
            share = share.max(left);
            others.push(other.person);
            if evidence.len() + 2 <= MAX_EVIDENCE {
                evidence.extend([own.evidence(people), other.evidence(people)]);
            }
        }
    }
    let count = others.len();
    finish(evidence, others, share, format!("shared with {}", plural(count, "flagged person", "flagged persons")))
}

/// What an account counts that bears a firm's name: an agency collects the pay of its people openly, and a front does as well.
const FIRMS_ACCOUNT: f64 = 0.5;

/// Whether an account bears a firm's name, by all that a person's own records state of its holder.
fn bears_firms_name(person: Person<'_>, account: u32) -> bool {
    let holders = person.holders_of(ValueId(account));
    !holders.is_empty() && holders.iter().all(|holder| is_company(holder))
}

fn fan_in(person: Person<'_>, people: &People, links: &Links, kinds: &[IdKind], at_least: u32, countries: u32) -> Outcome {
    if !has_kind(person, kinds) {
        return missing(kinds);
    }
    let mut most: Option<Fired> = None;
    for shared in links.shared_of(person.id()) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        if !kinds.contains(&own.kind) || (holders.len() as u32) < at_least {
            continue;
        }
        let others = holders.iter().filter(|other| other.person != person.id());
        let openly = others.filter(|other| links.openly.bond(person, people.person(other.person)) != Bond::None).count();
        let lands: FxHashSet<_> = holders.iter().filter_map(|holder| people.person(holder.person).country()).collect();
        if lands.len() as u32 >= countries && ((holders.len() - openly) as u32) >= at_least {
            let evidence = std::iter::once(own)
                .chain(holders.iter().filter(|other| other.person != person.id()))
                .take(MAX_EVIDENCE)
                .map(|holder| holder.evidence(people))
                .collect();
            let others =
                holders.iter().map(|holder| holder.person).filter(|other| *other != person.id()).take(MAX_OTHERS).collect();
            let note = format!("one {} for {} persons who live in {} countries", own.kind.label(), holders.len(), lands.len());
            let is_firms = own.kind == IdKind::Payee && bears_firms_name(person, shared.value);
            let share = borne_out(links, shared) * if is_firms { FIRMS_ACCOUNT } else { 1.0 };
            if most.as_ref().is_none_or(|most| share > most.share) {
                most = Some(Fired { evidence, others, share, note });
            }
        }
    }
    most.map_or(Outcome::Clear, Outcome::Fired)
}

fn staffed_together(person: Person<'_>, people: &People, links: &Links, kinds: &[IdKind], at_least: u32) -> Outcome {
    let firms = |person: Person<'_>| -> Vec<PersonId> {
        person.relations().filter(|relation| relation.kind() == RelKind::StaffedBy).map(|relation| relation.b().id()).collect()
    };
    let own_firms = firms(person);
    if own_firms.is_empty() {
        return Outcome::NotChecked("a staffing firm");
    }
    if !has_kind(person, kinds) {
        return missing(kinds);
    }
    for shared in links.shared_of(person.id()) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()).filter(|own| kinds.contains(&own.kind))
        else {
            continue;
        };
        let together: Vec<&Holding> = (holders.iter())
            .filter(|other| {
                let who = people.person(other.person);
                other.person != person.id()
                    && firms(who).iter().any(|firm| own_firms.contains(firm))
                    && links.openly.bond(person, who) != Bond::Household
            })
            .collect();
        if together.len() as u32 + 1 >= at_least {
            let evidence =
                std::iter::once(own).chain(together.iter().copied()).take(MAX_EVIDENCE).map(|holder| holder.evidence(people));
            let note = format!("{} people of one staffing firm, one {}", together.len() + 1, own.kind.label());
            return finish(evidence.collect(), together.iter().map(|other| other.person).collect(), 1.0, note);
        }
    }
    Outcome::Clear
}

fn self_dealing(person: Person<'_>, people: &People, links: &Links) -> Outcome {
    let clients: Vec<PersonId> = (person.relations_to().filter(|relation| relation.kind() == RelKind::ClientOf))
        .map(|relation| relation.a().id())
        .chain(person.relations().filter(|relation| relation.kind() == RelKind::ClientOf).map(|relation| relation.b().id()))
        .collect();
    if clients.is_empty() {
        return Outcome::NotChecked("clients");
    }
    for shared in links.shared_of(person.id()).filter(|shared| shared.kind.row().family == Family::Money) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        if let Some(other) = holders.iter().find(|holder| clients.contains(&holder.person)) {
            let fired = Fired {
                evidence: vec![own.evidence(people), other.evidence(people)],
                others: vec![other.person],
                share: 1.0,
                note: "client and worker are paid to one account".to_owned(),
            };
            return Outcome::Fired(fired);
        }
    }
    Outcome::Clear
}

fn shared_rater(person: Person<'_>, people: &People, links: &Links, at_least: u32, days: u32) -> Outcome {
    if !person.has_event(EventKind::Rating) {
        return Outcome::NotChecked("ratings");
    }
    // Those with whom something is shared at all: without it one client with several workers is a client.
    let linked: FxHashSet<PersonId> = (links.shared_of(person.id()))
        .filter(|shared| shared.weight.value() >= 1.0 && shared.kind.row().family != Family::Work)
        .flat_map(|shared| links.holders(shared).iter().map(|holder| holder.person))
        .filter(|other| *other != person.id())
        .take(200)
        .collect();
    if linked.is_empty() {
        return Outcome::Clear;
    }
    for rating in person.events_of(EventKind::Rating) {
        let Some(client) = rating.fact(Field::Client).map(super::super::people::Fact::text) else { continue };
        if rating.fact(Field::Score).and_then(super::super::people::Fact::number).is_none_or(|score| score < 4.5) {
            continue;
        }
        let mut evidence = vec![Evidence::new(person, "rated by", client, Some(rating.time()), rating.source())];
        let mut others = Vec::new();
        for other in &linked {
            let other = people.person(*other);
            let same = other.events_of(EventKind::Rating).find(|event| {
                event.fact(Field::Client).is_some_and(|fact| fact.text() == client)
                    && event.time().since(rating.time()).abs() <= i64::from(days) * 86_400
            });
            if let Some(event) = same {
                evidence.push(Evidence::new(other, "rated by", client, Some(event.time()), event.source()));
                others.push(other.id());
            }
        }
        if others.len() as u32 + 1 >= at_least {
            evidence.sort_by_key(|one| (one.person != person.id(), one.person));
            evidence.truncate(MAX_EVIDENCE);
            let note = format!("one client rated {} persons who share more", others.len() + 1);
            return finish(evidence, others, 1.0, note);
        }
    }
    Outcome::Clear
}

fn ring_member(person: Person<'_>, people: &People, links: &Links) -> Outcome {
    if person.id_rows().is_empty() && person.documents().next().is_none() && person.event_rows().is_empty() {
        return Outcome::NotChecked("identifiers, documents or events that others may share");
    }
    let Some(ring) = links.ring_of(person.id()) else { return Outcome::Clear };
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    for link in ring.links.iter().filter(|link| link.a == person.id() || link.b == person.id()).take(3) {
        let other = if link.a == person.id() { link.b } else { link.a };
        others.push(other);
        evidence.extend(links.common(people, person.id(), other).into_iter().take(4));
    }
    let families: Vec<&str> = ring.families.iter().map(|family| family.label()).collect();
    let note = format!("one of {} linked by {}", ring.members.len(), families.join(", "));
    others.extend(ring.members.iter().map(|member| member.person).filter(|other| *other != person.id()));
    evidence.truncate(MAX_EVIDENCE);
    finish(evidence, others, 1.0, note)
}

fn farm_member(person: Person<'_>, links: &Links) -> Outcome {
    if ![EventKind::DeviceSeen, EventKind::Enrolment, EventKind::FirstBoot, EventKind::Login]
        .iter()
        .any(|kind| person.has_event(*kind))
    {
        return Outcome::NotChecked("check-ins of devices");
    }
    let Some(farm) = links.farm_of(person.id()) else { return Outcome::Clear };
    let mut evidence: Vec<Evidence> = Vec::new();
    if let Some(stand) = farm.stands.iter().find(|stand| stand.person == person.id()) {
        evidence.push(stand.evidence.clone());
    }
    let facts = farm.facts.iter().flat_map(|(_, all)| all.iter());
    evidence.extend(facts.clone().filter(|one| one.person == person.id()).cloned());
    evidence.extend(facts.filter(|one| one.person != person.id()).take(4).cloned());
    evidence.dedup();
    evidence.truncate(MAX_EVIDENCE);
    let others = farm.stands.iter().map(|stand| stand.person).filter(|other| *other != person.id()).collect();
    let facts: Vec<&str> = farm.facts.iter().map(|(fact, _)| fact.label()).collect();
    finish(evidence, others, 1.0, format!("devices of {} persons in one place: {}", farm.stands.len(), facts.join("; ")))
}

/// When a person began to be seen here.
fn began(person: Person<'_>) -> Option<Time> {
    let profile = person.events_of(EventKind::ProfileCreated).next().map(super::super::people::Event::time);
    profile.or(person.start()).or_else(|| person.events().next().map(super::super::people::Event::time))
}

fn ban_evasion(person: Person<'_>, people: &People, links: &Links, days: u32) -> Outcome {
    let Some(began) = began(person) else { return Outcome::NotChecked("when the account was opened") };
    let mut evidence = Vec::new();
    let mut others = Vec::new();
    for shared in links.shared_of(person.id()) {
        // A weak value that a closed account held is not yet the same person.
        if shared.weight.value() < 2.0 {
            continue;
        }
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        for other in holders.iter().filter(|other| other.person != person.id()) {
            let closed = people.person(other.person).events_of(EventKind::Closed).next();
            let Some(closed) = closed.filter(|closed| (0..=i64::from(days) * 86_400).contains(&began.since(closed.time())))
            else {
                continue;
            };
            let bond = links.openly.bond(person, people.person(other.person));
            if bond.leaves(shared.kind.row().family) <= 0.25 && bond != Bond::SamePerson {
                continue;
            }
            if evidence.len() + 3 <= MAX_EVIDENCE {
                evidence.extend([own.evidence(people), other.evidence(people)]);
                evidence.push(Evidence::new(
                    people.person(other.person),
                    "account closed",
                    closed.time().to_string(),
                    Some(closed.time()),
                    closed.source(),
                ));
            }
            others.push(other.person);
        }
    }
    finish(evidence, others, 1.0, format!("opened on {began}, within {days} days of the closing of a linked account"))
}

fn commit_identities(person: Person<'_>, at_least: u32) -> Outcome {
    if !person.has_event(EventKind::Commit) {
        return Outcome::NotChecked("commits");
    }
    let mut names: BTreeMap<String, Evidence> = BTreeMap::new();
    for event in person.events_of(EventKind::Commit) {
        let fork = event.fact(Field::Fork).and_then(super::super::people::Fact::yes) == Some(true);
        if let (Some(name), false) = (event.fact(Field::Name), fork) {
            let folded = interdict_names::fold(name.text()).to_lowercase();
            names.entry(folded).or_insert_with(|| {
                Evidence::new(person, "author of a commit", name.text(), Some(event.time()), event.source())
            });
        }
    }
    // Names that share a word are one person's spellings.
    let mut unrelated: Vec<(Vec<String>, Evidence)> = Vec::new();
    for (name, evidence) in names {
        let words: Vec<String> =
            name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).map(str::to_owned).collect();
        // A handle or a robot is no name.
        if words.len() >= 2 && !unrelated.iter().any(|(known, _)| known.iter().any(|word| words.contains(word))) {
            unrelated.push((words, evidence));
        }
    }
    if (unrelated.len() as u32) < at_least {
        return Outcome::Clear;
    }
    let count = unrelated.len();
    let evidence = unrelated.into_iter().map(|(_, evidence)| evidence).take(MAX_EVIDENCE).collect();
    Outcome::fired(evidence, format!("{count} unrelated names"))
}

fn meetings_collide(person: Person<'_>, people: &People, links: &Links) -> Outcome {
    if !person.has_event(EventKind::Meeting) {
        return Outcome::NotChecked("meetings");
    }
    let machine =
        links.shared_of(person.id()).filter(|shared| matches!(shared.kind.row().family, Family::Machine | Family::Money));
    let others: FxHashSet<PersonId> = machine
        .flat_map(|shared| links.holders(shared).iter().map(|holder| holder.person))
        .filter(|other| *other != person.id())
        .collect();
    let mut others: Vec<PersonId> = others.into_iter().collect();
    others.sort_unstable();
    others.truncate(MAX_OTHERS);
    let period = |event: crate::people::Event<'_>| -> (i64, i64) {
        let start = event.time().seconds();
        // A meeting without an end lasts half an hour.
        (start, event.fact(Field::End).and_then(super::super::people::Fact::time).map_or(start + 1800, Time::seconds))
    };
    for other in others.into_iter().map(|other| people.person(other)) {
        if links.openly.bond(person, other) != Bond::None {
            continue;
        }
        for event in person.events_of(EventKind::Meeting) {
            let (start, end) = period(event);
            let collides = other.events_of(EventKind::Meeting).find(|theirs| {
                let (their_start, their_end) = period(*theirs);
                start < their_end && their_start < end
            });
            if let Some(theirs) = collides {
                let evidence = vec![
                    Evidence::new(person, "meeting", event.time().to_string(), Some(event.time()), event.source()),
                    Evidence::new(other, "meeting", theirs.time().to_string(), Some(theirs.time()), theirs.source()),
                ];
                return finish(
                    evidence,
                    vec![other.id()],
                    1.0,
                    "two who share a device or account meet at one time".to_owned(),
                );
            }
        }
    }
    Outcome::Clear
}

fn application_burst(person: Person<'_>, people: &People, links: &Links, at_least: u32, days: u32) -> Outcome {
    if !person.has_event(EventKind::Application) {
        return Outcome::NotChecked("applications");
    }
    let clustered = links.shared_of(person.id()).filter(|shared| shared.weight.value() >= 3.0);
    let mut cluster: Vec<PersonId> = clustered
        .flat_map(|shared| links.holders(shared).iter().map(|holder| holder.person))
        .filter(|other| *other == person.id() || links.openly.bond(person, people.person(*other)) != Bond::Agency)
        .chain([person.id()])
        .collect();
    cluster.sort_unstable();
    cluster.dedup();
    let mut all: Vec<(Time, Evidence, PersonId)> = (cluster.iter())
        .flat_map(|member| {
            let member = people.person(*member);
            member.events_of(EventKind::Application).map(move |event| {
                let job = event.fact(Field::Job).map_or("application", |job| job.text());
                (event.time(), Evidence::new(member, "application", job, Some(event.time()), event.source()), member.id())
            })
        })
        .collect();
    all.sort();
    let window = i64::from(days) * 86_400;
    let mut start = 0;
    for end in 0..all.len() {
        while all[end].0.since(all[start].0) > window {
            start += 1;
        }
        let inside = &all[start..=end];
        if inside.len() as u32 >= at_least && inside.iter().any(|(.., who)| *who == person.id()) {
            let others = inside.iter().map(|(.., who)| *who).filter(|who| *who != person.id()).collect();
            let note = format!("{} applications within {days} days by {} linked persons", inside.len(), cluster.len());
            let evidence = inside.iter().take(MAX_EVIDENCE).map(|(_, evidence, _)| evidence.clone()).collect();
            return finish(evidence, others, if cluster.len() > 1 { 1.0 } else { 0.5 }, note);
        }
    }
    Outcome::Clear
}

fn return_elsewhere(person: Person<'_>, people: &People, links: &Links) -> Outcome {
    let Some(left) = person.end() else { return Outcome::NotChecked("when the person left") };
    if !person.has_event(EventKind::ParcelDelivered) && !person.has_event(EventKind::ParcelShipped) {
        return Outcome::NotChecked("parcels");
    }
    let door = links.shared_of(person.id()).find(|shared| shared.kind == LinkKind::ShipTo);
    let Some(door) = door else { return Outcome::Clear };
    let holders = links.holders(door);
    let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { return Outcome::Clear };
    let returned = person.events_of(EventKind::ParcelReturned).find(|event| event.time() >= left);
    let others: Vec<PersonId> = (holders.iter().map(|holder| holder.person))
        .filter(|other| *other != person.id() && links.openly.bond(person, people.person(*other)) == Bond::None)
        .collect();
    if returned.is_some() || others.is_empty() {
        return Outcome::Clear;
    }
    let mut evidence = vec![
        Evidence::new(person, "left, without a return on record", left.to_string(), Some(left), person.source()),
        own.evidence(people),
    ];
    evidence.extend(holders.iter().filter(|holder| holder.person != person.id()).take(3).map(|holder| holder.evidence(people)));
    // One flat has one door, until more ties its people.
    let share = if others.iter().any(|other| links.same_ring(person.id(), *other)) { 1.0 } else { ALONE };
    finish(evidence, others, share, "the device went to a door where others' devices went, and did not come back".to_owned())
}

/// The wallets of a person, and those with which they dealt, held against wallets of others: one hop.
/// What pay that goes on to one address says of two people, as a share: it says less of what many deal with, as exchanges and payroll services
/// are, and of what hardly any of many bears out.
const PAID_ON: f64 = 0.8;

fn wallet_hops(person: Person<'_>, people: &People, links: &Links) -> Outcome {
    if !person.has_event(EventKind::Transfer) {
        return Outcome::NotChecked("transfers of wallets");
    }
    let mut evidence = Vec::new();
    let mut others: Vec<PersonId> = Vec::new();
    let mut share = 0.0_f64;
    for shared in links.shared_of(person.id()).filter(|shared| shared.kind == LinkKind::PaidOn) {
        let holders = links.holders(shared);
        let Some(own) = holders.iter().find(|holder| holder.person == person.id()) else { continue };
        let is_new = |other: &&Holding| {
            other.person != person.id()
                && !others.contains(&other.person)
                && links.openly.bond(person, people.person(other.person)) == Bond::None
        };
        let new: Vec<PersonId> = holders.iter().filter(is_new).map(|other| other.person).collect();
        if new.is_empty() {
            continue;
        }
        others.extend(new);
        share = share.max(PAID_ON * borne_out(links, shared));
        if evidence.len() < MAX_EVIDENCE {
            evidence.push(Evidence { what: "pay moved on to".to_owned(), ..own.evidence(people) });
        }
    }
    let count = others.len();
    finish(evidence, others, share, format!("pay of {} goes on to the same address", plural(count, "other", "others")))
}

fn network_cluster(person: Person<'_>, people: &People, links: &Links, at_least: u32) -> Outcome {
    // Hosting ranges hold few honest people: persons behind one /24 of a hosting network.
    let mut has = false;
    for row in person.event_rows().iter().filter(|row| row.ip != NONE) {
        has = true;
        if links.networks.class(row.ip) == crate::networks::NetClass::Hosting {
            let shared = links
                .shared_of(person.id())
                .find(|shared| shared.kind == LinkKind::Ip && shared.value == links.networks.line(row.ip));
            if let Some(shared) = shared.filter(|shared| shared.end - shared.start >= at_least) {
                let holders = links.holders(shared);
                let evidence = holders.iter().take(MAX_EVIDENCE).map(|holder| holder.evidence(people)).collect();
                let others = holders.iter().map(|holder| holder.person).filter(|other| *other != person.id()).collect();
                return finish(
                    evidence,
                    others,
                    1.0,
                    format!("{} persons from one address of a hosting network", holders.len()),
                );
            }
        }
    }
    if has { Outcome::Clear } else { Outcome::NotChecked("log-ins with an address") }
}

#[cfg(test)]
mod tests {
    use super::{Flagged, flagged_neighbours};
    use crate::evaluate::Outcome;
    use crate::evaluate::record::testing::people;
    use crate::vocabulary::RelKind;

    #[test]
    fn who_was_referred_by_flagged_people_referred_nobody() {
        let people = people("p1: rel referred p3\np2: rel referred p3\np4: rel referred p1\np4: rel referred p2");
        let flagged = Flagged(people.all().map(|person| ["p1", "p2"].contains(&person.key())).collect());
        let fires = |key: &str, by_person: bool| {
            let person = people.all().find(|person| person.key() == key).unwrap();
            matches!(flagged_neighbours(person, &[RelKind::Referred], 2, by_person, &flagged), Outcome::Fired(_))
        };
        assert!(fires("p4", true));
        assert!(!fires("p3", true), "two flagged referred it");
        assert!(fires("p3", false));
    }
}
