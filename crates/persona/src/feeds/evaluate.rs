//! Whether a person's identifiers and addresses of log-in are on a feed: the person and the feeds go in; what is listed comes out with the
//! person's record, the feed's row, its age and what is left of it.

use rustc_hash::FxHashMap;

use super::{FeedKind, Feeds, HalfLife, POSSIBLE_VICTIM, Sighting, weight};
use crate::evaluate::{Evidence, Fired, MAX_EVIDENCE, Outcome};
use crate::indicators::{IpList, Test};
use crate::people::{Identifier, Person, Shown};
use crate::time::Time;
use crate::vocabulary::{EventKind, IdKind};

/// What counts for less than this is not told.
const LEAST: f64 = 0.01;
/// What a sighting counts that is listed only together with something else.
const PARTIAL: f64 = 0.5;

/// The outcome of a test of feeds; `None` for every other test, and for lists of addresses without feeds.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, feeds: &Feeds, half_life: HalfLife, as_of: Time) -> Option<Outcome> {
    match test {
        Test::ListedIdentifier { kinds } => Some(identifiers(kinds, person, feeds, half_life, as_of)),
        Test::ListedIp { lists, share } if lists.contains(&IpList::Feed) => {
            Some(log_ins(*share, person, feeds, half_life, as_of))
        }
        _ => None,
    }
}

/// How much a row says: what time left of it, by the feed's confidence.
fn share(sighting: &Sighting, half_life: HalfLife, as_of: Time) -> f64 {
    let confidence = sighting.confidence.map_or(1.0, |confidence| f64::from(confidence) / 100.0);
    let whole = if sighting.partial { PARTIAL } else { 1.0 };
    weight(sighting, as_of, half_life).weight * confidence * whole
}

/// The row that says most; among equals the first.
fn best<'s>(rows: &[&'s Sighting], half_life: HalfLife, as_of: Time) -> Option<(&'s Sighting, f64)> {
    let mut best: Option<(&Sighting, f64)> = None;
    for row in rows {
        let share = share(row, half_life, as_of);
        if share >= LEAST && best.is_none_or(|(_, most)| share > most) {
            best = Some((row, share));
        }
    }
    best
}

/// A day as it is shown.
fn day(time: Time) -> String {
    time.to_string().chars().take(10).collect()
}

/// The row of the feed as evidence beside that of the person.
fn listed(person: Person<'_>, sighting: &Sighting, feeds: &Feeds, half_life: HalfLife, as_of: Time) -> Evidence {
    let seen = sighting.last.or(sighting.first);
    let left = weight(sighting, as_of, half_life);
    let mut parts = vec![match seen {
        Some(seen) if left.future => format!("seen {} (after today: counts as of today)", day(seen)),
        Some(seen) => format!("seen {}", day(seen)),
        None => "no date".to_owned(),
    }];
    if left.decayed() {
        parts.push(format!("decayed to {:.2}", left.weight));
    }
    parts.extend(sighting.confidence.map(|confidence| format!("confidence {confidence}")));
    if sighting.partial {
        parts.push("listed only together with something else".to_owned());
    }
    parts.extend(sighting.tlp.map(|tlp| format!("TLP:{}", tlp.code().to_uppercase())));
    if !sighting.note.is_empty() {
        parts.push(format!("\"{}\"", sighting.note));
    }
    let mut text = parts.join(", ");
    if let Some(place) = feeds.place(sighting.source) {
        text = format!("{text} [{place}]");
    }
    let what = format!("on feed `{}`", sighting.feed);
    Evidence { person: person.id(), what, value: Shown::Text(text), time: seen, source: sighting.source }
}

fn look_up<'f>(feeds: &'f Feeds, identifier: Identifier<'_>) -> Vec<&'f Sighting> {
    let kind = identifier.kind();
    if let Some(ip) = identifier.ip() {
        return feeds.look_up_ip(ip);
    }
    let Some(value) = identifier.value() else {
        return match identifier.shown() {
            Shown::Keyed(_, hash) => feeds.look_up_keyed(kind, hash),
            Shown::Text(_) => Vec::new(),
        };
    };
    let mut rows = feeds.look_up_normalised(kind, value);
    let host = match kind {
        IdKind::Email | IdKind::RecoveryEmail | IdKind::ReferenceEmail => value.rsplit_once('@').map(|(_, host)| host),
        IdKind::Url => value.split('/').next(),
        _ => None,
    };
    if let Some(host) = host {
        rows.extend(feeds.look_up_domain(host));
    }
    rows
}

fn identifiers(kinds: &[IdKind], person: Person<'_>, feeds: &Feeds, half_life: HalfLife, as_of: Time) -> Outcome {
    if feeds.is_empty() {
        return Outcome::NotChecked("an indicator feed");
    }
    let mut any = false;
    let mut found: Vec<(f64, Identifier<'_>, &Sighting)> = Vec::new();
    for identifier in person.identifiers().filter(|identifier| kinds.contains(&identifier.kind())) {
        any = true;
        if let Some((row, share)) = best(&look_up(feeds, identifier), half_life, as_of) {
            found.push((share, identifier, row));
        }
    }
    if !any {
        return Outcome::NotChecked("identifiers of the kinds that feeds list");
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some((most, _, _)) = found.first() else { return Outcome::Clear };
    let most = *most;
    let mut evidence = Vec::new();
    let mut parts = Vec::new();
    let mut victim = false;
    for (_, identifier, row) in found.iter().take(MAX_EVIDENCE / 2) {
        let kind = identifier.kind();
        evidence.push(Evidence {
            person: person.id(),
            what: kind.label().to_owned(),
            value: identifier.shown(),
            time: identifier.last().or(identifier.first()),
            source: identifier.source(),
        });
        evidence.push(listed(person, row, feeds, half_life, as_of));
        victim |= row.possible_victim;
        let of = if row.kind == FeedKind::Domain {
            format!("the domain of the {}", kind.label())
        } else {
            format!("the {}", kind.label())
        };
        let part = format!("{of} is on feed `{}`", row.feed);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let more = found.len().saturating_sub(MAX_EVIDENCE / 2);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    parts.push(format!("counts {most:.2}"));
    if victim {
        parts.push(POSSIBLE_VICTIM.to_owned());
    }
    let note = parts.join("; ");
    Outcome::Fired(Fired { evidence, others: Vec::new(), share: most.min(1.0), note })
}

fn log_ins(least: f64, person: Person<'_>, feeds: &Feeds, half_life: HalfLife, as_of: Time) -> Outcome {
    if feeds.is_empty() {
        return Outcome::NotChecked("an indicator feed");
    }
    let mut of_ip: FxHashMap<_, Option<(&Sighting, f64)>> = FxHashMap::default();
    let (mut all, mut hits, mut most) = (0_u32, 0_u32, 0.0_f64);
    let mut evidence: Vec<(f64, Evidence, &Sighting)> = Vec::new();
    for event in person.events_of(EventKind::Login) {
        let (Some(ip), Some(value)) = (event.ip(), event.ip_value()) else { continue };
        all += 1;
        let known = of_ip.contains_key(&value);
        let found = *of_ip.entry(value).or_insert_with(|| best(&feeds.look_up_ip(ip), half_life, as_of));
        let Some((row, share)) = found else { continue };
        hits += 1;
        most = most.max(share);
        if !known && evidence.len() < MAX_EVIDENCE * 8 {
            let record = Evidence::new(person, "IP address of the log-in", ip.to_string(), Some(event.time()), event.source());
            evidence.push((share, record, row));
        }
    }
    if all == 0 {
        return Outcome::NotChecked("log-ins with an address");
    }
    if hits == 0 || f64::from(hits) < least * f64::from(all) {
        return Outcome::Clear;
    }
    evidence.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut shown = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (_, record, row) in evidence.into_iter().take(MAX_EVIDENCE / 2) {
        if !names.contains(&&*row.feed) {
            names.push(&row.feed);
        }
        shown.push(record);
        shown.push(listed(person, row, feeds, half_life, as_of));
    }
    let note = format!(
        "{hits} of {all} log-ins came from addresses on feed `{}`; counts {most:.2}; such addresses change hands and many people share them",
        names.join("`, `")
    );
    Outcome::Fired(Fired { evidence: shown, others: Vec::new(), share: most.min(1.0), note })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, time};
    use super::super::{Feeds, Format, HalfLife};
    use super::evaluate;
    use crate::evaluate::{Fired, Outcome};
    use crate::indicators::{IpList, Test};
    use crate::key::TenantKey;
    use crate::people::{Builder, Limits, NewEvent, People, Seen, Shown};
    use crate::vocabulary::{EventKind, IdKind};

    fn people() -> People {
        // The key of `read`.
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let source = builder.source("people.csv:2");
        let person = builder.person("p1", source);
        for (kind, value) in [
            (IdKind::Email, "a@mail.front.example"),
            (IdKind::Phone, "+15550100123"),
            (IdKind::Doc, "AB 12345"),
            (IdKind::Ip, "198.51.100.7"),
        ] {
            builder.identifier(person, kind, value, Seen::default(), source);
        }
        for (day, ip) in
            [("2026-05-01", "198.51.100.7"), ("2026-05-02", "203.0.113.1"), ("2026-05-03", ""), ("2026-05-04", "198.51.100.7")]
        {
            let event = NewEvent { kind: EventKind::Login, time: day, offset: None, ip, device: "", facts: &[] };
            builder.event(person, &event, source);
        }
        builder.finish(time("2026-06-01")).0
    }

    fn run(test: &Test, feeds: &Feeds) -> Option<Outcome> {
        let people = people();
        let person = people.all().next().unwrap();
        evaluate(test, person, feeds, HalfLife::default(), time("2026-06-01"))
    }

    #[track_caller]
    fn check(test: &Test, rows: &str, expected: Option<(f64, &[&str])>) -> Option<Fired> {
        let feeds = read(Format::Csv, &format!("kind,value,source,date,confidence\n{rows}"));
        match (run(test, &feeds), expected) {
            (Some(Outcome::Fired(fired)), Some((share, words))) => {
                assert!((fired.share - share).abs() < 1e-9, "{}", fired.share);
                for word in words {
                    assert!(fired.note.contains(word), "{word}: {}", fired.note);
                }
                assert!(fired.evidence.len() >= 2 && fired.evidence.len() % 2 == 0);
                assert!(!fired.note.contains("worker"), "{}", fired.note);
                Some(fired)
            }
            (Some(Outcome::Clear), None) => None,
            (other, expected) => panic!("{rows}: {other:?}, not {expected:?}"),
        }
    }

    #[test]
    fn identifiers() {
        let listed = |kinds: &[IdKind]| Test::ListedIdentifier { kinds: kinds.to_vec() };
        let mail = listed(&[IdKind::Email]);
        let fired = check(
            &mail,
            "email,a@mail.front.example,CERT,2025-06-01,80\n",
            Some((0.4, &["e-mail address is on feed `CERT`", "possible victim"])),
        );
        let evidence = fired.unwrap().evidence;
        let Shown::Text(text) = &evidence[1].value else { panic!() };
        assert_eq!(text, "seen 2025-06-01, decayed to 0.50, confidence 80 [f:2]");
        assert_eq!(evidence[0].value, Shown::Text("a@mail.front.example".to_owned()));
        // The stronger of two rows counts, and no two together.
        check(
            &mail,
            "email,a@mail.front.example,X,2025-06-01,\nemail,a@mail.front.example,Y,2026-06-01,\n",
            Some((1.0, &["feed `Y`"])),
        );
        check(&mail, "domain,front.example,X,2026-06-01,\n", Some((1.0, &["the domain of the e-mail address"])));
        check(&mail, "email,b@mail.front.example,X,2026-06-01,\n", None);
        check(&mail, "phone,+1 555 0100 123,X,2026-06-01,\n", None);
        // Ten years take everything away.
        check(&mail, "email,a@mail.front.example,X,2016-06-01,\n", None);
        check(&mail, "email,a@mail.front.example,X,2026-06-01,0\n", None);
        check(&listed(&[IdKind::Doc]), "doc,ab12345,X,2026-06-01,\n", Some((1.0, &["document number", "possible victim"])));
        check(&listed(&[IdKind::Ip]), "ip,198.51.100.0/24,X,2026-03-03,\n", Some((0.5, &["IP address"])));
    }

    #[test]
    fn log_ins() {
        let test = |share| Test::ListedIp { lists: vec![IpList::Feed], share };
        let row = "ip,198.51.100.0/24,X,2026-06-01,\n";
        let fired = check(&test(0.5), row, Some((1.0, &["2 of 3 log-ins"]))).unwrap();
        assert!(!fired.note.contains("victim"));
        check(&test(0.7), row, None);
        check(&test(0.0), "ip,192.0.2.0/24,X,2026-06-01,\n", None);
        // Half a year leaves a quarter.
        check(&test(0.5), "ip,198.51.100.0/24,X,2025-12-03,\n", Some((0.25, &[])));
    }

    #[test]
    fn what_cannot_be_checked_says_what_is_missing() {
        let empty = read(Format::Csv, "kind,value\n");
        let full = read(Format::Csv, "kind,value\nip,198.51.100.7\n");
        let wallets = Test::ListedIdentifier { kinds: vec![IdKind::Wallet] };
        assert_eq!(run(&wallets, &empty), Some(Outcome::NotChecked("an indicator feed")));
        assert_eq!(run(&wallets, &full), Some(Outcome::NotChecked("identifiers of the kinds that feeds list")));
        assert_eq!(run(&Test::ListedIp { lists: vec![IpList::Vpn], share: 0.5 }, &full), None);
        assert_eq!(run(&Test::MrzBad {}, &full), None);
    }
}
