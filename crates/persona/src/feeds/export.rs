//! What a confirmed ring may tell others: its sightings and published patterns go in; a STIX 2.1 bundle, a MISP event or a CSV comes out,
//! the same for the same input. People's e-mail addresses, telephone numbers, handles and the like leave the house only as keyed hashes
//! under a key that was agreed with the receiver; names and home addresses do not leave at all.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::misp::{KEYED_HASH, WALLET};
use super::pattern::quote;
use super::stix::{KEYED_HASH_OBJECT, TLP_MARKINGS};
use super::uuid::named;
use super::{FeedKind, POSSIBLE_VICTIM, Tlp, form, listed_form};
use crate::key::TenantKey;
use crate::people::Shown;
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::IdKind;

/// A ring as it is shared.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Its id, which must name nobody.
    pub ring: String,
    /// Who shares it.
    pub producer: String,
    /// How far it may be passed on.
    pub tlp: Tlp,
    /// What was seen.
    pub sightings: Vec<SharedSighting>,
    /// The published patterns, each with its id and the texts that it follows, that it is consistent with.
    pub patterns: Vec<String>,
    /// What else is said. Values that are not disclosed, and whatever looks like an e-mail address, are taken out of it.
    pub text: String,
}

/// A value that was seen.
#[derive(Debug, Clone)]
pub struct SharedSighting {
    /// What it is.
    pub kind: FeedKind,
    /// The value.
    pub value: Shown,
    /// When it was first seen.
    pub first: Option<Time>,
    /// When it was last seen.
    pub last: Option<Time>,
}

/// What is shared as it is; everything else is shared as keyed hash. Nothing that is a person's own can be shared as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclosure {
    /// Wallets.
    pub wallets: bool,
    /// Addresses of the Internet. Networks cannot be compared by hash and are withheld when this is off.
    pub nets: bool,
    /// Domains.
    pub domains: bool,
}

impl Default for Disclosure {
    fn default() -> Self {
        Self { wallets: true, nets: true, domains: true }
    }
}

impl Disclosure {
    /// Keyed hashes only.
    pub const HASHED_ONLY: Self = Self { wallets: false, nets: false, domains: false };

    const fn is_plain(self, kind: FeedKind) -> bool {
        match kind {
            FeedKind::Identifier(IdKind::Wallet) => self.wallets,
            FeedKind::Net => self.nets,
            FeedKind::Domain => self.domains,
            FeedKind::Identifier(_) => false,
        }
    }
}

/// A value that was not shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withheld {
    /// Its place in [`Shared::sightings`].
    pub index: usize,
    /// Why.
    pub reason: &'static str,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// How many values it shares.
    pub rows: usize,
    /// Those that it does not.
    pub withheld: Vec<Withheld>,
}

/// A value as it leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: &'static str,
    feed_kind: FeedKind,
    hashed: bool,
    value: String,
    first: Option<Time>,
    last: Option<Time>,
}

struct Prepared {
    rows: Vec<Row>,
    withheld: Vec<Withheld>,
    text: String,
}

fn prepare(shared: &Shared, disclosure: Disclosure, key: Option<&TenantKey>) -> Prepared {
    let mut rows: BTreeMap<(&'static str, bool, String), Row> = BTreeMap::new();
    let mut withheld = Vec::new();
    let mut secret = Vec::new();
    for (index, sighting) in shared.sightings.iter().enumerate() {
        if let Shown::Text(text) = &sighting.value
            && !disclosure.is_plain(sighting.kind)
        {
            secret.push(text.trim().to_owned());
        }
        match leave(sighting, disclosure, key) {
            Ok((kind, hashed, value)) => {
                let row = rows.entry((kind.code(), hashed, value.clone())).or_insert_with(|| Row {
                    kind: kind.code(),
                    feed_kind: kind,
                    hashed,
                    value,
                    first: None,
                    last: None,
                });
                row.first = [row.first, sighting.first].into_iter().flatten().min();
                row.last = row.last.max(sighting.last).max(sighting.first);
            }
            Err(reason) => withheld.push(Withheld { index, reason }),
        }
    }
    let mut text = String::new();
    if !shared.patterns.is_empty() {
        text = format!("The facts are consistent with the published pattern {}.", shared.patterns.join(", "));
    }
    let told = scrub(&shared.text, &secret);
    if !told.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&told);
    }
    Prepared { rows: rows.into_values().collect(), withheld, text }
}

const NO_VALUE: &str = "it is no value of its kind";

/// How a value leaves, or why it does not.
fn leave(
    sighting: &SharedSighting,
    disclosure: Disclosure,
    key: Option<&TenantKey>,
) -> Result<(FeedKind, bool, String), &'static str> {
    let kind = match sighting.kind {
        FeedKind::Identifier(id) => FeedKind::from(id),
        other => other,
    };
    let Shown::Text(text) = &sighting.value else {
        return Err("only its hash under the tenant's key is known");
    };
    if matches!(kind, FeedKind::Identifier(IdKind::DocAuthor | IdKind::Address)) {
        return Err("names and home addresses are not shared");
    }
    let (value, wide) = match kind {
        FeedKind::Net => {
            let net = form::net(text).map_err(|_| NO_VALUE)?;
            let one = net.prefix_len() == net.max_prefix_len();
            (if one { net.addr().to_string() } else { net.to_string() }, !one)
        }
        FeedKind::Domain => (form::domain(text)?, false),
        FeedKind::Identifier(id) => {
            let value = normalise(id, text, None).map_err(|_| NO_VALUE)?;
            (listed_form(id, &value).into_owned(), false)
        }
    };
    if disclosure.is_plain(kind) {
        return Ok((kind, false, value));
    }
    if wide {
        return Err("a network cannot be compared by hash");
    }
    let key = key.ok_or("no sharing key was given")?;
    Ok((kind, true, key.hash_parts(kind.code(), &value).hex()))
}

/// Takes values out of a text, and words with `@`.
fn scrub(text: &str, secret: &[String]) -> String {
    const TAKEN: &str = "[withheld]";
    let mut out = text.to_owned();
    for value in secret.iter().filter(|value| value.len() >= 3) {
        let value = value.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = out.to_ascii_lowercase().get(from..).and_then(|rest| rest.find(&value)) {
            out.replace_range(from + at..from + at + value.len(), TAKEN);
            from += at + TAKEN.len();
        }
    }
    out.split_whitespace().map(|word| if word.contains('@') { TAKEN } else { word }).collect::<Vec<_>>().join(" ")
}

const fn is_of_person(row: &Row) -> bool {
    row.feed_kind.is_of_person()
}

fn note(row: &Row, text: &str) -> String {
    if is_of_person(row) { format!("{POSSIBLE_VICTIM}. {text}").trim().to_owned() } else { text.to_owned() }
}

/// The ring as CSV, with the columns that the reader of feeds reads.
#[must_use]
pub fn export_csv(shared: &Shared, disclosure: Disclosure, key: Option<&TenantKey>) -> Exported {
    let Prepared { rows, withheld, text } = prepare(shared, disclosure, key);
    let mut out = String::from("kind,value,hmac,source,first,last,possible_victim,tlp,note\n");
    let cell = |text: &str| {
        if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    let time = |time: Option<Time>| time.map(|time| time.to_string()).unwrap_or_default();
    for row in &rows {
        let (plain, hash) = if row.hashed { ("", row.value.as_str()) } else { (row.value.as_str(), "") };
        let cells = [
            row.kind.to_owned(),
            plain.to_owned(),
            hash.to_owned(),
            shared.producer.clone(),
            time(row.first),
            time(row.last),
            if is_of_person(row) { "yes".to_owned() } else { String::new() },
            shared.tlp.code().to_owned(),
            note(row, &text),
        ];
        out.push_str(&cells.map(|text| cell(&text)).join(","));
        out.push('\n');
    }
    Exported { text: out, rows: rows.len(), withheld }
}

fn pattern(row: &Row) -> String {
    let value = quote(&row.value);
    if row.hashed {
        return format!("[{KEYED_HASH_OBJECT}:{} = {value}]", row.kind);
    }
    let family = if row.value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
    match row.feed_kind {
        FeedKind::Net if row.value.contains('/') => format!("[{family}:value ISSUBSET {value}]"),
        FeedKind::Net => format!("[{family}:value = {value}]"),
        FeedKind::Domain => format!("[domain-name:value = {value}]"),
        FeedKind::Identifier(_) => format!("[x-cryptocurrency-wallet:value = {value}]"),
    }
}

/// The ring as a bundle of STIX 2.1: a grouping of indicators, with a sighting for each value that has dates.
#[must_use]
pub fn export_stix(shared: &Shared, disclosure: Disclosure, key: Option<&TenantKey>, as_of: Time) -> Exported {
    let Prepared { rows, withheld, text } = prepare(shared, disclosure, key);
    let made = as_of.to_string();
    let (ring, producer) = (shared.ring.as_str(), shared.producer.as_str());
    let maker = format!("identity--{}", named(&["identity", producer]));
    let (marking, tlp) = TLP_MARKINGS[..5].iter().find(|(_, tlp)| *tlp == shared.tlp).copied().unwrap_or(TLP_MARKINGS[4]);
    let object = |kind: &str, id: &str| {
        json!({"type": kind, "spec_version": "2.1", "id": id, "created": made, "modified": made, "created_by_ref": maker,
            "object_marking_refs": [marking]})
    };
    let mut objects = vec![
        json!({"type": "identity", "spec_version": "2.1", "id": maker, "created": made, "modified": made, "name": producer,
            "identity_class": "organization"}),
        json!({"type": "marking-definition", "spec_version": "2.1", "id": marking, "created": "2022-10-01T00:00:00.000Z",
            "name": format!("TLP:{}", tlp.code().to_uppercase()),
            "extensions": {"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":
                {"extension_type": "property-extension", "tlp_2_0": tlp.code()}}}),
    ];
    let mut refs = Vec::new();
    let mut listed = Vec::new();
    for row in &rows {
        let pattern = pattern(row);
        let id = format!("indicator--{}", named(&["indicator", producer, ring, &pattern]));
        let mut indicator = object("indicator", &id);
        indicator["pattern"] = pattern.as_str().into();
        indicator["pattern_type"] = "stix".into();
        indicator["valid_from"] = row.first.or(row.last).unwrap_or(as_of).to_string().into();
        indicator["indicator_types"] = json!(["anomalous-activity"]);
        let note = note(row, &text);
        if !note.is_empty() {
            indicator["description"] = note.into();
        }
        if is_of_person(row) {
            indicator["labels"] = json!(["possible-victim"]);
        }
        listed.push(indicator);
        if let Some(last) = row.last {
            let sighting_id = format!("sighting--{}", named(&["sighting", producer, ring, &pattern]));
            let mut sighting = object("sighting", &sighting_id);
            sighting["sighting_of_ref"] = id.as_str().into();
            sighting["first_seen"] = row.first.unwrap_or(last).to_string().into();
            sighting["last_seen"] = last.to_string().into();
            listed.push(sighting);
        }
        refs.push(id);
    }
    if !refs.is_empty() {
        let mut grouping = object("grouping", &format!("grouping--{}", named(&["grouping", producer, ring])));
        grouping["name"] = format!("ring {ring}").into();
        grouping["context"] = "suspicious-activity".into();
        grouping["object_refs"] = json!(refs);
        if !text.is_empty() {
            grouping["description"] = text.into();
        }
        objects.push(grouping);
    }
    objects.extend(listed);
    let id = format!("bundle--{}", named(&["bundle", producer, ring, &made]));
    let bundle = json!({"type": "bundle", "id": id, "objects": objects});
    Exported { text: format!("{bundle:#}\n"), rows: rows.len(), withheld }
}

/// The ring as an event of MISP, not published.
#[must_use]
pub fn export_misp(shared: &Shared, disclosure: Disclosure, key: Option<&TenantKey>, as_of: Time) -> Exported {
    let Prepared { rows, withheld, text } = prepare(shared, disclosure, key);
    let (ring, producer) = (shared.ring.as_str(), shared.producer.as_str());
    let attributes: Vec<Value> = rows
        .iter()
        .map(|row| {
            let (kind, category, value) = match row.feed_kind {
                kind if row.hashed => ("other", "Other", format!("{KEYED_HASH}{}:{}", kind.code(), row.value)),
                FeedKind::Net => ("ip-src", "Network activity", row.value.clone()),
                FeedKind::Domain => ("domain", "Network activity", row.value.clone()),
                FeedKind::Identifier(_) if row.value.starts_with("bc1") || row.value.starts_with(['1', '3']) => {
                    ("btc", "Financial fraud", row.value.clone())
                }
                FeedKind::Identifier(_) => ("other", "Financial fraud", row.value.clone()),
            };
            let mut attribute = json!({
                "uuid": named(&["attribute", producer, ring, row.kind, &row.value]),
                "type": kind,
                "category": category,
                "value": value,
                // A value of a person may be that of a victim: it is where a check begins, and on no block list.
                "to_ids": !is_of_person(row),
                "timestamp": as_of.seconds().to_string(),
                "comment": note(row, &text),
                "distribution": "5",
            });
            if kind == "other" && !row.hashed {
                // MISP has no type for every currency.
                attribute["value"] = format!("{WALLET}{}", row.value).into();
            }
            if let Some(last) = row.last {
                attribute["first_seen"] = row.first.unwrap_or(last).to_string().into();
                attribute["last_seen"] = last.to_string().into();
            }
            if is_of_person(row) {
                attribute["Tag"] = json!([{"name": "possible-victim"}]);
            }
            attribute
        })
        .collect();
    let date: String = as_of.to_string().chars().take(10).collect();
    let event = json!({"Event": {
        "uuid": named(&["event", producer, ring]),
        "info": format!("ring {ring}"),
        "date": date,
        "timestamp": as_of.seconds().to_string(),
        "published": false,
        "analysis": "2",
        "threat_level_id": "2",
        "distribution": "0",
        "Orgc": {"name": producer, "uuid": named(&["identity", producer])},
        "Tag": [{"name": format!("tlp:{}", shared.tlp.code())}],
        "Attribute": attributes,
    }});
    Exported { text: format!("{event:#}\n"), rows: rows.len(), withheld }
}

#[cfg(test)]
mod tests {
    use super::super::tests::time;
    use super::super::{FeedKind, Feeds, Format, Tlp, recognise};
    use super::{Disclosure, Exported, Shared, SharedSighting, export_csv, export_misp, export_stix};
    use crate::key::{KeyedHash, TenantKey};
    use crate::people::Shown;
    use crate::vocabulary::IdKind;

    const WALLETS: [&str; 2] = ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"];

    fn shared() -> Shared {
        let seen = |kind: FeedKind, value: &str| SharedSighting {
            kind,
            value: Shown::Text(value.to_owned()),
            first: Some(time("2026-01-01")),
            last: Some(time("2026-05-01")),
        };
        let of = |kind: IdKind, value: &str| seen(FeedKind::from(kind), value);
        Shared {
            ring: "R-7".to_owned(),
            producer: "A, \"B\" Ltd".to_owned(),
            tlp: Tlp::AmberStrict,
            sightings: vec![
                of(IdKind::Email, "Ada.Test@example.com"),
                of(IdKind::Phone, "+1 555 0100 123"),
                of(IdKind::Handle, "github:o'neil"),
                of(IdKind::Wallet, WALLETS[0]),
                of(IdKind::Wallet, WALLETS[1]),
                of(IdKind::Ip, "198.51.100.7"),
                seen(FeedKind::Net, "2001:db8:1::/48"),
                seen(FeedKind::Domain, "front.example"),
                of(IdKind::Doc, "AB 12345"),
                of(IdKind::DocAuthor, "Ada Test"),
                of(IdKind::ShipTo, "1 Example Street"),
                SharedSighting {
                    kind: IdKind::Payee.into(),
                    value: Shown::Keyed(IdKind::Payee, KeyedHash([3; 32])),
                    first: None,
                    last: None,
                },
            ],
            patterns: vec!["PM-01".to_owned()],
            text: "Ada Test, ada.test@EXAMPLE.com (other@example.org) and github:o'neil were paid to 198.51.100.7.".to_owned(),
        }
    }

    fn key(byte: u8) -> TenantKey {
        TenantKey::new(&[byte; 32]).unwrap()
    }

    type Export = fn(&Shared, Disclosure, Option<&TenantKey>) -> Exported;

    const FORMATS: [(&str, Format, Export); 3] = [
        ("a.csv", Format::Csv, |shared, disclosure, key| export_csv(shared, disclosure, key)),
        ("a.json", Format::Stix, |shared, disclosure, key| export_stix(shared, disclosure, key, time("2026-06-01"))),
        ("a.json", Format::Misp, |shared, disclosure, key| export_misp(shared, disclosure, key, time("2026-06-01"))),
    ];

    #[test]
    fn what_is_exported_is_found_again_under_the_same_key_only() {
        for (name, format, export) in FORMATS {
            let exported = export(&shared(), Disclosure::default(), Some(&key(1)));
            assert_eq!((exported.rows, exported.withheld.len()), (9, 3), "{format:?}");
            assert_eq!(recognise(name, exported.text.as_bytes()), Some(format));
            for (sharing, person_hits) in [(1, 1), (2, 0)] {
                let mut feeds = Feeds::new(time("2026-06-01")).with_sharing_key(key(sharing));
                feeds.read("f", "", format, &mut exported.text.as_bytes()).unwrap();
                assert_eq!(feeds.problems().told(), [], "{format:?}");
                assert_eq!(feeds.sightings().len(), 9);
                for (kind, value, of_person) in [
                    (IdKind::Email, "ada.test@example.com", true),
                    (IdKind::RecoveryEmail, "ada.test@example.com", true),
                    (IdKind::Phone, "+15550100123", true),
                    (IdKind::Handle, "github:o'neil", true),
                    (IdKind::Doc, "ab12345", true),
                    (IdKind::Wallet, WALLETS[0], false),
                    (IdKind::Wallet, WALLETS[1], false),
                    (IdKind::Ip, "198.51.100.7", false),
                    (IdKind::Ip, "2001:db8:1::9", false),
                ] {
                    let found = feeds.look_up(kind, value);
                    let expected = if of_person { person_hits } else { 1 };
                    assert_eq!(found.len(), expected, "{format:?} {kind:?} {value}");
                    for row in found {
                        assert_eq!((row.first, row.last), (Some(time("2026-01-01")), Some(time("2026-05-01"))), "{format:?}");
                        assert_eq!((&*row.feed, row.tlp), ("A, \"B\" Ltd", Some(Tlp::AmberStrict)), "{format:?}");
                        assert_eq!(row.possible_victim, of_person);
                    }
                }
                assert_eq!(feeds.look_up_domain("www.front.example").len(), 1);
            }
        }
    }

    #[test]
    fn nobody_is_named() {
        for (_, format, export) in FORMATS {
            let exported = export(&shared(), Disclosure::default(), Some(&key(1)));
            let lower = exported.text.to_lowercase();
            for secret in
                ["ada.", "ada test", "example.com", "example.org", "neil", "5550100", "ab 12345", "ab12345", "example street"]
            {
                assert!(!lower.contains(secret), "{format:?}: {secret}");
            }
            assert!(exported.text.contains("consistent with the published pattern PM-01"));
            assert!(!lower.contains("worker"));
        }
    }

    #[test]
    fn a_possible_victim_is_on_no_block_list() {
        let exported = export_misp(&shared(), Disclosure::default(), Some(&key(1)), time("2026-06-01"));
        let event: serde_json::Value = serde_json::from_str(&exported.text).unwrap();
        let attributes = event["Event"]["Attribute"].as_array().unwrap();
        let victims = attributes.iter().filter(|one| one["Tag"].is_array()).count();
        assert!(victims > 0 && victims < attributes.len());
        for one in attributes {
            assert_eq!(one["to_ids"].as_bool(), Some(!one["Tag"].is_array()), "{one}");
        }
    }

    #[test]
    fn only_hashes_leave_when_asked() {
        for (_, format, export) in FORMATS {
            let exported = export(&shared(), Disclosure::HASHED_ONLY, Some(&key(1)));
            // Also the network, which has no hash that meets an address.
            assert_eq!((exported.rows, exported.withheld.len()), (8, 4));
            for secret in ["198.51", "2001:db8", "front.example", "5aaeb6053", "1A1zP1"] {
                assert!(!exported.text.to_lowercase().contains(&secret.to_lowercase()), "{format:?}: {secret}");
            }
            let mut feeds = Feeds::new(time("2026-06-01")).with_sharing_key(key(1));
            feeds.read("f", "", format, &mut exported.text.as_bytes()).unwrap();
            assert_eq!(feeds.look_up(IdKind::Ip, "198.51.100.7").len(), 1, "{format:?}");
            assert_eq!(feeds.look_up(IdKind::Wallet, WALLETS[0]).len(), 1, "{format:?}");
            assert_eq!(feeds.look_up_domain("www.front.example").len(), 1, "{format:?}");
        }
    }

    #[test]
    fn without_a_key_nothing_of_people_leaves() {
        for (_, _, export) in FORMATS {
            let exported = export(&shared(), Disclosure::default(), None);
            assert_eq!((exported.rows, exported.withheld.len()), (5, 7));
            // Made again, it is the same.
            assert_eq!(exported, export(&shared(), Disclosure::default(), None));
        }
        let none = Shared { sightings: Vec::new(), ..shared() };
        assert!(!export_stix(&none, Disclosure::default(), None, time("2026-06-01")).text.contains("grouping"));
    }
}
