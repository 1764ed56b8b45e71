//! Any bytes, read as an indicator feed: as what they are recognised as, or else in every format. What is listed is found again under its
//! kind, counts between 0 and 1 whatever the moment, and has its place in the file; what is wrong is said in words.
#![no_main]

use interdict_fuzz::people::{as_of, key, told};
use interdict_persona::{FeedFormat, FeedKind, Feeds, HalfLife, IdKind, Listed, Sighting, Time, recognise_feed};
use libfuzzer_sys::fuzz_target;

/// The name of the file, which tells no format.
const FILE: &str = "feed";
const FORMATS: [FeedFormat; 4] = [FeedFormat::Csv, FeedFormat::List, FeedFormat::Stix, FeedFormat::Misp];
/// Values that are looked up whatever is listed.
const VALUES: [(IdKind, &str); 9] = [
    (IdKind::Email, "ada@example.com"),
    (IdKind::RecoveryEmail, "Ada <ADA+x@example.com>"),
    (IdKind::Phone, "+1 202 555 0143"),
    (IdKind::Handle, "https://github.com/ada"),
    (IdKind::Wallet, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    (IdKind::Doc, "AB 12-345"),
    (IdKind::Ip, "203.0.113.7:443"),
    (IdKind::Url, "https://front.example/jobs"),
    (IdKind::ShipTo, "1 Example St, Springfield"),
];
/// How many rows are looked at: one value listed again and again is found as often each time.
const MOST_ROWS: usize = 1000;

fuzz_target!(|bytes: &[u8]| {
    let recognised = recognise_feed(FILE, bytes);
    for format in FORMATS {
        if recognised.is_none_or(|recognised| recognised == format) {
            read(format, bytes);
        }
    }
});

fn read(format: FeedFormat, bytes: &[u8]) {
    let mut feeds = Feeds::new(as_of()).with_tenant_key(key()).with_sharing_key(key());
    let mut input = bytes;
    if let Err(error) = feeds.read(FILE, "fuzz", format, &mut input) {
        panic!("{format:?}: bytes in memory can be read: {error}");
    }
    told(feeds.problems());
    for (kind, value) in VALUES {
        are_of(&feeds.look_up(kind, value), kind.into());
    }
    are_of(&feeds.look_up_domain("www.front.example"), FeedKind::Domain);
    for sighting in feeds.sightings().iter().take(MOST_ROWS) {
        look_at(&feeds, sighting);
    }
}

/// What is found is of the kind that was looked up.
fn are_of(found: &[&Sighting], kind: FeedKind) {
    assert!(found.iter().all(|sighting| sighting.kind == kind), "{kind:?}: {found:?}");
}

fn look_at(feeds: &Feeds, sighting: &Sighting) {
    let found = match (&sighting.value, sighting.kind) {
        (Listed::Net(net), _) => feeds.look_up_ip(net.addr()),
        (Listed::Text(domain), FeedKind::Domain) => feeds.look_up_domain(domain),
        (Listed::Keyed(hash), FeedKind::Identifier(kind)) => feeds.look_up_keyed(kind, *hash),
        (Listed::Text(value), FeedKind::Identifier(kind)) => {
            are_of(&feeds.look_up(kind, value), sighting.kind);
            vec![sighting]
        }
        _ => vec![sighting],
    };
    assert!(found.contains(&sighting), "{sighting:?}");
    assert!(feeds.place(sighting.source).is_some_and(|place| place.starts_with(FILE)), "{sighting:?}");
    assert!(sighting.first.is_none() || sighting.first <= sighting.last, "{sighting:?}");
    assert!(sighting.confidence.is_none_or(|confidence| confidence <= 100), "{sighting:?}");
    assert!(sighting.possible_victim || !sighting.kind.is_of_person(), "{sighting:?}");
    // Of the first moment, everything lies in the future.
    for moment in [as_of(), Time::default()] {
        let weight = feeds.weight(sighting, moment, HalfLife::default());
        assert!((0.0..=1.0).contains(&weight.weight), "{weight:?} of {sighting:?}");
        assert!(!weight.expired || weight.weight == 0.0, "{weight:?} of {sighting:?}");
        assert!(weight.age_days.is_none_or(|days| days.is_finite() && days >= 0.0), "{weight:?} of {sighting:?}");
    }
}
