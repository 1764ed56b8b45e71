//! Pictures of one person: where one was taken, and whether two are made of one.

use super::Findings;
use super::geography::{Place, code, code_of, name};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::{Document, Fact, Person};
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field};

/// How near, in kilometres, and how soon, in days, a log-in shows that the person was at the place of a picture.
const NEAR_KM: f64 = 100.0;
const NEAR_DAYS: i64 = 7;

/// Whether the position in a picture lies outside the country of residence. A journey that log-ins show is none of it.
pub(super) fn elsewhere(person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: &str = "a picture with a position";
    let mut findings = Findings::default();
    let mut furthest: f64 = 0.0;
    for document in person.documents() {
        let Some(place) = place(document, Field::GpsLat, Field::GpsLon) else { continue };
        let Some(home) = person.country().and_then(code) else { return Outcome::NotChecked("the country of residence") };
        let Some(inside) = place.is_in(home) else { continue };
        findings.looked += 1;
        let taken = document.fact(Field::Created).and_then(Fact::time).or(document.time());
        if inside || taken.is_some_and(|taken| was_there(person, place, taken, context)) {
            continue;
        }
        let away = place.kilometres_from(home);
        furthest = furthest.max(away);
        // A picture of oneself may be of a holiday; that of a paper is taken where the paper is.
        let share = if document.kind() == DocKind::IdentityDocument { 1.0 } else { 0.6 };
        if findings.found == 0 {
            findings.evidence.push(Evidence::new(person, "country of residence", name(home), None, person.source()));
        }
        let what = format!("position of the {}", document.kind().label());
        let at = format!("{:.3}, {:.3}", place.lat, place.lon);
        findings.add(share, [Evidence::new(person, what, at, taken, document.source())]);
    }
    findings.outcome(MISSING, |all| {
        format!("{} of {} pictures were taken outside the country, up to {furthest:.0} km beyond it", all.found, all.looked)
    })
}

fn place(document: Document<'_>, lat: Field, lon: Field) -> Option<Place> {
    Place::new(document.fact(lat)?.number()?, document.fact(lon)?.number()?)
}

/// Whether a log-in within some days is from near the place, or from a country that the place is in.
fn was_there(person: Person<'_>, place: Place, taken: Time, context: &Context<'_>) -> bool {
    let near = |time: Time| time.since(taken).abs() <= NEAR_DAYS * 86_400;
    person.events_of(EventKind::Login).filter(|event| near(event.time())).any(|event| {
        if context.class_of(event).is_relay() {
            return false;
        }
        let number = |field| event.fact(field).and_then(Fact::number);
        match (number(Field::Lat), number(Field::Lon)) {
            (Some(lat), Some(lon)) => Place::new(lat, lon).is_some_and(|at| at.kilometres(place) <= NEAR_KM),
            _ => {
                event.fact(Field::Country).and_then(|fact| code_of(fact.text())).and_then(|country| place.is_in(country))
                    == Some(true)
            }
        }
    })
}

/// Bits that a hash has set at least, and lacks at least, to say anything: a plain wall has no other picture's background.
const TELLING_BITS: u32 = 8;

fn hash(document: Document<'_>, field: Field) -> Option<u64> {
    let text = document.fact(field)?.text();
    let hash = u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok().filter(|_| text.len() >= 16)?;
    (TELLING_BITS..=64 - TELLING_BITS).contains(&hash.count_ones()).then_some(hash)
}

/// Whether two pictures have one background and are not one picture: the picture of a paper and one of the person, or two of the person
/// whose middles differ.
pub(super) fn same_source(distance: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    if context.policy.compare_pictures == Some(false) {
        return Outcome::NotChecked("pictures, which the policy does not let be compared");
    }
    let is_picture =
        |document: &Document<'_>| matches!(document.kind(), DocKind::IdentityDocument | DocKind::Profile | DocKind::Photo);
    let mut pictures: Vec<(Document<'_>, u64)> = Vec::new();
    for document in person.documents().filter(is_picture).take(64) {
        pictures.extend(hash(document, Field::BaseHash).map(|base| (document, base)));
    }
    let mut findings = Findings::default();
    let mut nearest = 64;
    for (at, (a, base_a)) in pictures.iter().enumerate() {
        for (b, base_b) in &pictures[at + 1..] {
            let of_paper = |document: &Document<'_>| document.kind() == DocKind::IdentityDocument;
            if of_paper(a) && of_paper(b) {
                continue;
            }
            findings.looked += 1;
            let bits = (base_a ^ base_b).count_ones();
            let whole = hash(*a, Field::ImageHash).zip(hash(*b, Field::ImageHash)).map(|(a, b)| (a ^ b).count_ones());
            // The same picture handed in twice is one picture.
            let one_picture = whole.is_some_and(|bits| bits <= distance) || whole.is_none() && !of_paper(a) && !of_paper(b);
            if bits > distance || one_picture {
                continue;
            }
            nearest = nearest.min(bits);
            let evidence = [a, b].map(|document| {
                let text = document.fact(Field::BaseHash).map_or("", |fact| fact.text());
                Evidence::new(
                    person,
                    format!("background of the {}", document.kind().label()),
                    text,
                    document.time(),
                    document.source(),
                )
            });
            findings.add(1.0 - 0.5 * f64::from(bits) / (f64::from(distance) + 1.0), evidence);
        }
    }
    findings.outcome("two pictures with a telling background", |all| {
        format!("{} of {} pairs of pictures have one background: {nearest} of 64 bits differ", all.found, all.looked)
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn places_of_pictures() {
        let test = Test::PhotoElsewhere {};
        let photo = |kind: &str| format!("person country=us\ndoc {kind} 2026-03-01 gps_lat=55.75; gps_lon=37.6");
        check(&test, &photo("photo"), "0.60");
        check(&test, &photo("identity_document"), "1.00");
        check(&test, "person country=us\ndoc photo 2026-03-01 gps_lat=40.7; gps_lon=-74.0", "clear");
        // Near the border, on an island far away, without a position.
        check(&test, "person country=us\ndoc photo gps_lat=43.6; gps_lon=-79.4", "clear");
        check(&test, "person country=fr\ndoc photo gps_lat=-21.1; gps_lon=55.5", "clear");
        check(&test, "person country=us\ndoc photo gps_lat=0; gps_lon=0", "not checked");
        check(&test, "person name=A\ndoc photo gps_lat=55.75; gps_lon=37.6", "not checked");
        check(&test, "person country=us", "not checked");
        // A journey that log-ins show.
        let trip = |login: &str| format!("{}\nlogin {login}", photo("photo"));
        check(&test, &trip("2026-03-04 lat=55.9; lon=37.4; country=ru"), "clear");
        check(&test, &trip("2026-03-04 country=ru"), "clear");
        check(&test, &trip("2026-03-20 lat=55.9; lon=37.4"), "0.60");
        check(&test, &trip("2026-03-04 lat=59.9; lon=30.3; country=ru"), "0.60");
        check(&test, &trip("2026-03-04 country=ru; network=vpn"), "0.60");
        check(
            &test,
            &(trip("2026-03-04 ip=203.0.113.9; country=ru") + "\np2: login 2026-03-05 ip=203.0.113.9; network=vpn"),
            "0.60",
        );
    }

    #[test]
    fn pictures_of_one_source() {
        let test = Test::SameSourcePicture { distance: 6 };
        let rows = |a: &str, b: &str| format!("doc identity_document base_hash={a}\ndoc profile base_hash={b}");
        check(&test, &rows("0f1e2d3c4b5a6978", "0f1e2d3c4b5a6978"), "1.00");
        check(&test, &rows("0f1e2d3c4b5a6978", "0f1e2d3c4b5a697b"), "0.86");
        check(&test, &rows("0f1e2d3c4b5a6978", "f01e2d3c4b5a6978"), "clear");
        // A plain wall says nothing.
        check(&test, &rows("0000000000000001", "0000000000000001"), "not checked");
        let two = |a: &str, b: &str| {
            format!(
                "doc photo base_hash=0f1e2d3c4b5a6978; image_hash={a}\ndoc profile base_hash=0f1e2d3c4b5a6978; image_hash={b}"
            )
        };
        check(&test, &two("00ff00ff00ff00ff", "00ff00ff00ff00ff"), "clear");
        check(&test, &two("00ff00ff00ff00ff", "0f0f0f0f0f0f0f0f"), "1.00");
        check(&test, "doc photo base_hash=0f1e2d3c4b5a6978", "not checked");
        let off = Policy { compare_pictures: Some(false), ..Policy::default() };
        assert_eq!(word_under(&off, &test, &rows("0f1e2d3c4b5a6978", "0f1e2d3c4b5a6978")), "not checked");
    }
}
