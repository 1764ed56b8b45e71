//! Programs, hardware, files, addresses and marks that lists or rules name.

use crate::evaluate::record::{Findings, has_word, past, stated};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::{Event, Fact, Person};
use crate::time::Time;
use crate::value::address_keys;
use crate::vocabulary::{DocKind, EventKind, Field};

/// Whether so many different programs of these classes were seen: within so many days of each other, and within so many days after the
/// first start of a device, where the rule says so. Approved ones never count.
pub(super) fn software(
    classes: &[String],
    at_least: u32,
    days: Option<u32>,
    after_boot: Option<u32>,
    person: Person<'_>,
    context: &Context<'_>,
) -> Outcome {
    let mut findings = Findings::default();
    let mut programs: Vec<&str> = Vec::new();
    let mut times: Vec<(Time, &str)> = Vec::new();
    let boots = || past(person, EventKind::FirstBoot, context.as_of);
    if after_boot.is_some() && boots().next().is_none() {
        return Outcome::NotChecked("the first start of a device");
    }
    let mut last = u32::MAX;
    for event in past(person, EventKind::Software, context.as_of) {
        let Some(fact) = event.fact(Field::Software) else { continue };
        findings.looked += 1;
        // An inventory repeats itself.
        if event.facts_set() == std::mem::replace(&mut last, event.facts_set()) {
            continue;
        }
        let Some((class, program)) = context.lists.software_class(fact.text()) else { continue };
        let approved = |name: &String| name.eq_ignore_ascii_case(program) || !name.is_empty() && has_word(fact.text(), name);
        let named = classes.iter().any(|known| known == class) && !context.policy.approved_software.iter().any(approved);
        if !named {
            continue;
        }
        if let Some(days) = after_boot {
            let soon = |boot: Event<'_>| {
                let same = boot.device_value().is_none()
                    || event.device_value().is_none()
                    || boot.device_value() == event.device_value();
                // Days alone, as inventories have no hours.
                same && (i64::from(boot.time().day())..=i64::from(boot.time().day()) + i64::from(days))
                    .contains(&i64::from(event.time().day()))
            };
            if !boots().any(soon) {
                continue;
            }
        }
        times.push((event.time(), program));
        if programs.contains(&program) {
            continue;
        }
        programs.push(program);
        let what = format!("program of class {}", class.replace('_', " "));
        findings.add(1.0, [stated(person, what, fact, Some(event.time()), event.source())]);
    }
    if findings.found < at_least.max(1) || days.is_some_and(|days| most_within(&times, days) < at_least.max(1)) {
        findings.found = 0;
    }
    findings.outcome("programs seen on a device", |all| format!("{} programs: {}", all.found, programs.join(", ")))
}

/// The most different programs within so many days. One that takes the place of another years later is not used beside it.
fn most_within(times: &[(Time, &str)], days: u32) -> u32 {
    let within = i64::from(days) * 86_400;
    let mut most = 0;
    for (at, (first, _)) in times.iter().enumerate() {
        let mut names: Vec<&str> =
            times[at..].iter().take_while(|(time, _)| time.since(*first) <= within).map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        most = most.max(names.len());
    }
    u32::try_from(most).unwrap_or(u32::MAX)
}

/// Whether hardware for remote control was seen.
pub(super) fn hardware(person: Person<'_>, context: &Context<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut names: Vec<&str> = Vec::new();
    for (kind, field) in [(EventKind::Usb, Field::Usb), (EventKind::DeviceSeen, Field::Usb), (EventKind::Port, Field::Title)] {
        for event in past(person, kind, context.as_of) {
            let Some(fact) = event.fact(field) else { continue };
            findings.looked += 1;
            let Some(name) = context.lists.hardware(fact.text()) else { continue };
            if !names.contains(&name) {
                names.push(name);
                findings.add(1.0, [stated(person, fact.field().label(), fact, Some(event.time()), event.source())]);
            }
        }
    }
    findings.outcome("USB devices seen", |_| format!("hardware for remote control: {}", names.join(", ")))
}

/// Whether a file was made by one of these programs, or so few minutes before it was handed in.
pub(super) fn files(documents: &[DocKind], programs: &[String], minutes: u32, person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut notes: Vec<String> = Vec::new();
    for document in person.documents().filter(|document| documents.contains(&document.kind())) {
        let producer = document.fact(Field::Producer).filter(|_| !programs.is_empty());
        let created = document.fact(Field::Created).filter(|_| minutes > 0);
        // A day without an hour says nothing of minutes.
        let times = document.time().zip(created.and_then(Fact::time));
        let times = times.filter(|(handed, made)| handed.seconds() % 86_400 != 0 && made.seconds() % 86_400 != 0);
        findings.looked += u32::from(producer.is_some() || times.is_some());
        let new = |what: String, fact: Fact<'_>| stated(person, what, fact, document.time(), document.source());
        if let Some(fact) = producer.filter(|fact| programs.iter().any(|program| has_word(fact.text(), program))) {
            notes.push(format!("the {} was made with {}", document.kind().label(), fact.text()));
            findings.add(1.0, [new(format!("{} was made with", document.kind().label()), fact)]);
        } else if let (Some(fact), Some((handed, made))) = (created, times) {
            let seconds = handed.since(made);
            if (0..i64::from(minutes) * 60).contains(&seconds) {
                notes.push(format!(
                    "the {} was made {} minutes before it was handed in",
                    document.kind().label(),
                    seconds / 60
                ));
                let handed = Evidence::new(person, "handed in", handed.to_string(), Some(handed), document.source());
                findings.add(0.5, [new(format!("{} was made at", document.kind().label()), fact), handed]);
            }
        }
    }
    findings.outcome("files with the program or moment of making", |_| notes.join("; "))
}

/// Whether an address is of one of these classes. Addresses that the policy knows and work places of several colleagues do not count.
pub(super) fn address_class(classes: &[String], person: Person<'_>, context: &Context<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut kinds: Vec<&str> = Vec::new();
    let mut take = |class: Fact<'_>, address: Option<Fact<'_>>, time, source, findings: &mut Findings| {
        findings.looked += 1;
        let Some(kind) = classes.iter().find(|known| known.eq_ignore_ascii_case(class.text())) else { return };
        if address.is_some_and(|address| is_known(address.text(), person, context)) {
            return;
        }
        if !kinds.contains(&kind.as_str()) {
            // Outlives the call: the classes are the rule's.
            kinds.push(kind);
        }
        // Many honest people work where others do, or have their parcels sent to work.
        let share = if matches!(kind.as_str(), "business" | "coworking") { 0.6 } else { 1.0 };
        let address = address.map(|address| stated(person, "address", address, time, source));
        findings.add(share, address.into_iter().chain([stated(person, "class of the address", class, time, source)]));
    };
    for document in person.documents_of(DocKind::AddressLookup) {
        if let Some(class) = document.fact(Field::AddressClass) {
            let address = document.fact(Field::Address).or_else(|| document.fact(Field::ShipTo));
            take(class, address, document.time(), document.source(), &mut findings);
        }
    }
    for kind in [EventKind::ParcelShipped, EventKind::ParcelDelivered, EventKind::ParcelRerouted] {
        for event in past(person, kind, context.as_of) {
            if let Some(class) = event.fact(Field::AddressClass) {
                let address = event.fact(Field::ShipTo).or_else(|| event.fact(Field::Address));
                take(class, address, Some(event.time()), event.source(), &mut findings);
            }
        }
    }
    findings.outcome("a look-up of the class of an address", |all| {
        format!("{} of {} addresses are of class {}", all.found, all.looked, kinds.join(", "))
    })
}

fn is_known(address: &str, person: Person<'_>, context: &Context<'_>) -> bool {
    let country = person.country();
    let place = address_keys(address, country).place;
    place.as_deref().is_some_and(|place| context.baselines.workplaces.has(place))
        || context
            .policy
            .known_addresses
            .iter()
            .any(|known| known.eq_ignore_ascii_case(address) || place.is_some() && address_keys(known, country).place == place)
}

/// Whether a document or event has a fact with one of these values. Countries are never such a fact.
pub(super) fn marked(
    documents: &[DocKind],
    events: &[EventKind],
    field: Field,
    values: &[String],
    person: Person<'_>,
    context: &Context<'_>,
) -> Outcome {
    if field.is_country() {
        return Outcome::NotChecked("a fact that may be tested: countries are only compared");
    }
    let is_value = |fact: Fact<'_>| {
        let text = fact.text();
        let same = |value: &str| value.eq_ignore_ascii_case(text);
        values.iter().any(|value| match value.as_str() {
            // Exports write booleans in their own way.
            "yes" | "true" => fact.yes().unwrap_or_else(|| same(value)),
            "no" | "false" => fact.yes().map_or_else(|| same(value), |yes| !yes),
            value => same(value),
        })
    };
    let mut findings = Findings::default();
    for document in person.documents().filter(|document| documents.contains(&document.kind())) {
        for fact in document.facts().filter(|fact| fact.field() == field) {
            findings.looked += 1;
            if is_value(fact) {
                let what = format!("{} in the {}", field.label(), document.kind().label());
                findings.add(1.0, [stated(person, what, fact, document.time(), document.source())]);
            }
        }
    }
    for kind in events {
        for event in past(person, *kind, context.as_of) {
            for fact in event.facts().filter(|fact| fact.field() == field) {
                findings.looked += 1;
                if is_value(fact) {
                    let what = format!("{} of the {}", field.label(), kind.label());
                    findings.add(1.0, [stated(person, what, fact, Some(event.time()), event.source())]);
                }
            }
        }
    }
    findings.outcome("a record with the fact", |all| {
        format!("{} of {} records have `{}` as {}", all.found, all.looked, values.join("` or `"), field.label())
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;
    use crate::vocabulary::{DocKind, EventKind, Field};

    #[test]
    fn programs() {
        let remote = |at_least, days, after_boot| Test::ListedSoftware {
            classes: vec!["remote_access".to_owned()],
            at_least,
            days,
            after_boot,
        };
        let (one, two) = (remote(1, None, None), remote(2, None, None));
        let rows = |names: &str| {
            names.split(',').fold(String::new(), |rows, name| rows + "software 2026-01-01 software=" + name + "\n")
        };
        check(&one, &rows("AnyDesk 8.0.9"), "1.00");
        check(&two, &rows("AnyDesk 8.0.9"), "clear");
        check(&two, &rows("AnyDesk 8.0.9,anydesk.exe"), "clear");
        check(&two, &rows("AnyDesk 8.0.9,RustDesk"), "1.00");
        check(&one, &rows("Astrill,Text Editor"), "clear");
        check(&one, "person name=Ada", "not checked");
        // One that takes the place of another.
        let together = remote(2, Some(30), None);
        let two_on = |day: &str| format!("software 2026-01-01 software=AnyDesk\nsoftware {day} software=RustDesk");
        check(&together, &two_on("2026-01-20"), "1.00");
        check(&together, &two_on("2026-03-20"), "clear");
        // Seen again beside the other.
        check(&together, &format!("{}\nsoftware 2026-03-10 software=AnyDesk 9", two_on("2026-03-20")), "1.00");
        // Soon after the first start.
        let fresh = remote(1, None, Some(14));
        let after = |day: &str| format!("first_boot 2026-01-01T09:00:00Z\nsoftware {day} software=AnyDesk");
        check(&fresh, &after("2026-01-15"), "1.00");
        check(&fresh, &after("2026-01-16"), "clear");
        check(&fresh, &after("2025-12-31"), "clear");
        check(&fresh, &rows("AnyDesk"), "not checked");
        // Used by the help desk of the house.
        let approved = Policy { approved_software: vec!["anydesk".to_owned()], ..Policy::default() };
        assert_eq!(word_under(&approved, &one, &rows("AnyDesk 8.0.9")), "clear");
        assert_eq!(word_under(&approved, &one, &rows("AnyDesk 8.0.9,RustDesk")), "1.00");
    }

    #[test]
    fn devices() {
        let test = Test::ListedHardware {};
        check(&test, "usb 2026-01-01 usb=PiKVM Composite Device", "1.00");
        check(&test, "port 2026-01-01 port=443; title=PiKVM Login", "1.00");
        check(&test, "usb 2026-01-01 usb=Example Keyboard", "clear");
        check(&test, "person name=Ada", "not checked");
    }

    #[test]
    fn files() {
        let test = Test::FileSoftware {
            documents: vec![DocKind::IdentityDocument],
            programs: vec!["photoshop".to_owned(), "gimp".to_owned()],
            minutes: 10,
        };
        check(&test, "doc identity_document producer=Adobe Photoshop 26", "1.00");
        check(&test, "doc identity_document 2026-03-01T12:05:00Z created=2026-03-01T12:01:00Z; producer=Scanner", "0.50");
        check(&test, "doc identity_document 2026-03-01T12:05:00Z created=2026-02-01T12:01:00Z", "clear");
        check(&test, "doc identity_document producer=Example Phone Camera", "clear");
        check(&test, "doc identity_document 2026-03-01 created=2026-03-01", "not checked");
        check(&test, "doc cv producer=Adobe Photoshop 26", "not checked");
    }

    #[test]
    fn addresses() {
        let test = Test::AddressClass { classes: vec!["forwarder".to_owned(), "coworking".to_owned()] };
        let rows = |class: &str| {
            format!("person country=us\ndoc address_lookup address=98 Sample Avenue, Portland, OR 97201; address_class={class}")
        };
        check(&test, &rows("forwarder"), "1.00");
        check(&test, &rows("coworking"), "0.60");
        check(&test, &rows("residential"), "clear");
        check(&test, "parcel_shipped 2026-01-01 address_class=forwarder", "1.00");
        check(&test, "id address 98 Sample Avenue, Portland", "not checked");
        let known = Policy { known_addresses: vec!["98 Sample Ave, Portland, OR 97201, USA".to_owned()], ..Policy::default() };
        assert_eq!(word_under(&known, &test, &rows("coworking")), "clear");
    }

    #[test]
    fn marks() {
        let flag = Test::Marked {
            documents: vec![DocKind::HrRecord],
            events: Vec::new(),
            field: Field::Flag,
            values: vec!["refused_handover".to_owned()],
        };
        check(&flag, "doc hr_record flag=refused_handover", "1.00");
        check(&flag, "doc hr_record flag=remote", "clear");
        check(&flag, "doc hr_record name=Ada", "not checked");
        check(&flag, "doc cv flag=refused_handover", "not checked");
        let verified = Test::Marked {
            documents: Vec::new(),
            events: vec![EventKind::Enrolment],
            field: Field::Verified,
            values: vec!["no".to_owned()],
        };
        check(&verified, "enrolment 2026-01-01 verified=false", "1.00");
        check(&verified, "enrolment 2026-01-01 verified=yes", "clear");
        check(&verified, "login 2026-01-01 verified=no", "not checked");
        let country = Test::Marked {
            documents: vec![DocKind::Cv],
            events: Vec::new(),
            field: Field::Country,
            values: vec!["us".to_owned()],
        };
        check(&country, "doc cv country=us", "not checked");
    }
}
