//! Bundles of STIX 2.1: indicators with their patterns and observed objects go in; sightings come out, with dates from the indicator and
//! from sightings and observed data of the same bundle, and with its TLP marking.

use std::io::{self, BufRead};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::pattern::{self, Operator, Together};
use super::stream::{self, Sink, is_true, items, text};
use super::{FeedKind, Feeds, MAX_NOTE_BYTES, Meta, Tlp, cut, form};
use crate::people::{FileId, Source};
use crate::problem::ProblemKind;
use crate::time::Time;
use crate::vocabulary::IdKind;

/// The object under which keyed hashes are exchanged: `x-interdict-keyed-hash:email = '64 hexadecimal digits'`.
pub(super) const KEYED_HASH_OBJECT: &str = "x-interdict-keyed-hash";

/// The marking definitions of TLP 1.0 and 2.0, whose ids are fixed.
pub(super) const TLP_MARKINGS: [(&str, Tlp); 9] = [
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
];

/// Account types whose names mean something on one machine only.
const LOCAL_ACCOUNTS: [&str; 7] = ["unix", "windows-local", "windows-domain", "ldap", "nis", "radius", "tacacs"];

/// Reads a bundle.
pub(super) fn read(feeds: &mut Feeds, file: FileId, feed: &str, input: &mut dyn BufRead) -> io::Result<()> {
    let mut bundle = Bundle {
        feeds,
        file,
        feed,
        number: 0,
        rows_of: FxHashMap::default(),
        seen: Vec::new(),
        makers: FxHashMap::default(),
        made_by: Vec::new(),
        markings: FxHashMap::default(),
        marked: Vec::new(),
    };
    stream::read(input, &mut bundle)?;
    bundle.finish();
    Ok(())
}

struct Bundle<'f> {
    feeds: &'f mut Feeds,
    file: FileId,
    feed: &'f str,
    number: u32,
    /// Rows of an object, by its id.
    rows_of: FxHashMap<String, Vec<u32>>,
    /// An object was seen: its id, from, to.
    seen: Vec<(String, Option<Time>, Option<Time>)>,
    /// Names of organisations by their id.
    makers: FxHashMap<String, String>,
    made_by: Vec<(u32, String)>,
    markings: FxHashMap<String, Tlp>,
    /// Markings that were not known when the row was read.
    marked: Vec<(u32, String)>,
}

impl Sink for Bundle<'_> {
    const MEMBERS: &'static [&'static str] = &["objects"];

    fn open(&mut self, member: &'static str) {
        if member == "objects" {
            self.number += 1;
        }
    }

    fn close(&mut self, member: &'static str, own: Map<String, Value>) {
        let source = Source { file: self.file, line: self.number };
        if member == "objects" || text(&own, "type") != "bundle" && own.contains_key("type") {
            self.object(&own, source);
        }
    }

    fn broken(&mut self, line: Option<u32>, cut: bool, reason: String) {
        let source = Source { file: self.file, line: line.unwrap_or(self.number + 1) };
        self.feeds
            .problem(source, if cut { ProblemKind::CutOff } else { ProblemKind::Row(format!("it is no JSON: {reason}")) });
    }
}

impl Bundle<'_> {
    fn object(&mut self, own: &Map<String, Value>, source: Source) {
        match &*text(own, "type") {
            "indicator" => self.indicator(own, source),
            "sighting" => {
                let first = self.feeds.moment("first_seen", &text(own, "first_seen"), source);
                let last = self.feeds.moment("last_seen", &text(own, "last_seen"), source);
                self.seen.push((text(own, "sighting_of_ref").into_owned(), first, last));
            }
            "observed-data" => {
                let first = self.feeds.moment("first_observed", &text(own, "first_observed"), source);
                let last = self.feeds.moment("last_observed", &text(own, "last_observed"), source);
                for id in items(own, "object_refs").iter().filter_map(Value::as_str) {
                    self.seen.push((id.to_owned(), first, last));
                }
            }
            "identity" => {
                // A person who reports is not named.
                if matches!(&*text(own, "identity_class"), "organization" | "group" | "class" | "system") {
                    self.makers.insert(text(own, "id").into_owned(), text(own, "name").into_owned());
                }
            }
            "marking-definition" => {
                let stated = own.get("definition").and_then(|definition| definition.get("tlp")).and_then(Value::as_str);
                let extended = own
                    .get("extensions")
                    .and_then(Value::as_object)
                    .and_then(|all| all.values().find_map(|extension| extension.get("tlp_2_0")))
                    .and_then(Value::as_str);
                let name = text(own, "name");
                if let Some(tlp) = stated.or(extended).or(Some(&name)).and_then(Tlp::parse) {
                    self.markings.insert(text(own, "id").into_owned(), tlp);
                }
            }
            // The objects of observed data of STIX 2.0 stand in a map.
            "" if !own.is_empty() && own.values().all(Value::is_object) => {
                for inner in own.values().filter_map(Value::as_object) {
                    self.observable(inner, source);
                }
            }
            "" => self.feeds.problem(source, ProblemKind::Missing("type")),
            _ => self.observable(own, source),
        }
    }

    fn meta(&mut self, own: &Map<String, Value>) -> Meta {
        let mut meta = Meta::new(self.feeds.name(self.feed));
        meta.confidence = own.get("confidence").and_then(Value::as_u64).and_then(|value| u8::try_from(value.min(100)).ok());
        let words = ["labels", "indicator_types"].into_iter().flat_map(|member| items(own, member));
        meta.victim = words.filter_map(Value::as_str).any(|word| matches!(word, "possible-victim" | "victim"));
        let note = match &*text(own, "description") {
            "" => text(own, "name").into_owned(),
            description => description.to_owned(),
        };
        meta.note = cut(&note, MAX_NOTE_BYTES).into();
        for id in items(own, "object_marking_refs").iter().filter_map(Value::as_str) {
            let fixed = TLP_MARKINGS.iter().find(|(fixed, _)| *fixed == id).map(|(_, tlp)| *tlp);
            meta.tlp = meta.tlp.max(fixed.or(self.markings.get(id).copied()));
        }
        meta
    }

    /// Remembers what is known of a row only at the end of the file.
    fn remember(&mut self, row: u32, own: &Map<String, Value>) {
        let id = text(own, "id");
        if !id.is_empty() {
            self.rows_of.entry(id.into_owned()).or_default().push(row);
        }
        let maker = text(own, "created_by_ref");
        if !maker.is_empty() {
            self.made_by.push((row, maker.into_owned()));
        }
        for id in items(own, "object_marking_refs").iter().filter_map(Value::as_str) {
            if !TLP_MARKINGS.iter().any(|(fixed, _)| *fixed == id) && !self.markings.contains_key(id) {
                self.marked.push((row, id.to_owned()));
            }
        }
    }

    fn indicator(&mut self, own: &Map<String, Value>, source: Source) {
        if is_true(own, "revoked") {
            self.feeds.refuse(source, "its producer revoked it");
            return;
        }
        let language = text(own, "pattern_type");
        if !matches!(&*language, "" | "stix") {
            self.feeds.refuse(source, format!("patterns of `{}` are not read", cut(&language, 64)));
            return;
        }
        let pattern = text(own, "pattern");
        if pattern.is_empty() {
            self.feeds.problem(source, ProblemKind::Missing("pattern"));
            return;
        }
        let alternatives = match pattern::parse(&pattern) {
            Ok(alternatives) => alternatives,
            Err(error) => {
                self.feeds.refuse(source, error.to_string());
                return;
            }
        };
        let mut meta = self.meta(own);
        meta.first = self.feeds.moment("valid_from", &text(own, "valid_from"), source);
        meta.until = self.feeds.moment("valid_until", &text(own, "valid_until"), source);
        for together in &alternatives {
            let read = Read::of(together);
            if let Some(part) = read.not_compared {
                self.feeds.refuse(source, format!("`{}` is not compared", cut(part, 128)));
            }
            for (target, value) in &read.values {
                let mut meta = meta.clone();
                meta.partial = read.partial;
                if let Some(row) = self.take(target, value, meta, source) {
                    self.remember(row, own);
                }
            }
        }
    }

    fn observable(&mut self, own: &Map<String, Value>, source: Source) {
        let object = text(own, "type");
        let login = match object.as_ref() {
            "user-account" => "account_login",
            _ => "value",
        };
        let mut value = text(own, login);
        if value.is_empty() && object.contains("wallet") {
            value = text(own, "address");
        }
        if value.is_empty() {
            return;
        }
        if is_true(own, "revoked") {
            self.feeds.refuse(source, "its producer revoked it");
            return;
        }
        let Some(target) = target(&format!("{object}:{login}"), &text(own, "account_type")) else { return };
        let meta = self.meta(own);
        if let Some(row) = self.take(&target, &value, meta, source) {
            self.remember(row, own);
        }
    }

    fn take(&mut self, target: &Target, value: &str, meta: Meta, source: Source) -> Option<u32> {
        match target {
            Target::Value(kind, site) => self.feeds.put(*kind, &form::with_site(site, value), meta, source),
            Target::Hash(kind) => self.feeds.put_shared(*kind, value, meta, source),
        }
    }

    fn finish(self) {
        let feeds = self.feeds;
        for (row, id) in self.made_by {
            if let Some(name) = self.makers.get(&id).filter(|name| !name.is_empty()) {
                let name = feeds.name(name);
                feeds.sightings[row as usize].feed = name;
            }
        }
        for (row, id) in self.marked {
            let sighting = &mut feeds.sightings[row as usize];
            sighting.tlp = sighting.tlp.max(self.markings.get(&id).copied());
        }
        for (id, first, last) in self.seen {
            for row in self.rows_of.get(&id).into_iter().flatten() {
                let sighting = &mut feeds.sightings[*row as usize];
                sighting.first = [sighting.first, first].into_iter().flatten().min();
                sighting.last = sighting.last.max(last).max(first);
                feeds.check_future(*row);
            }
        }
    }
}

/// What a path of an object compares.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// A value, and the site whose handles it is.
    Value(FeedKind, String),
    /// A keyed hash.
    Hash(FeedKind),
}

/// What a path is, given the account type that goes with it; `None` for what is compared with nothing.
fn target(path: &str, account_type: &str) -> Option<Target> {
    let (object, property) = path.split_once(':')?;
    let plain = |kind: FeedKind| Some(Target::Value(kind, String::new()));
    match (object, property) {
        ("email-addr", "value") | ("email-message", "from_ref.value" | "sender_ref.value") => plain(IdKind::Email.into()),
        ("ipv4-addr" | "ipv6-addr", "value") | ("network-traffic", "src_ref.value" | "dst_ref.value") => plain(FeedKind::Net),
        ("domain-name" | "hostname", "value") => plain(FeedKind::Domain),
        ("url", "value") => plain(IdKind::Url.into()),
        ("user-account", "account_login") => {
            let site = account_type.to_ascii_lowercase();
            if LOCAL_ACCOUNTS.contains(&site.as_str()) {
                return None;
            }
            if site.contains("crypto") || site.contains("wallet") {
                return plain(IdKind::Wallet.into());
            }
            let kind = match site.as_str() {
                "telegram" | "skype" | "discord" | "whatsapp" | "signal" | "jabber" => IdKind::Messenger,
                "email" => return plain(IdKind::Email.into()),
                _ => IdKind::Handle,
            };
            Some(Target::Value(kind.into(), site))
        }
        (KEYED_HASH_OBJECT, kind) => FeedKind::from_code(&kind.replace('-', "_")).map(Target::Hash),
        (object, "value" | "address") if object.contains("crypto") || object.contains("wallet") => plain(IdKind::Wallet.into()),
        (object, "value") if object.contains("phone") => plain(IdKind::Phone.into()),
        _ => None,
    }
}

/// What one alternative of a pattern lists.
struct Read<'p> {
    values: Vec<(Target, &'p str)>,
    /// Whether it asks for more than one of the values.
    partial: bool,
    /// A part that is compared with nothing.
    not_compared: Option<&'p str>,
}

impl<'p> Read<'p> {
    fn of(together: &'p Together) -> Self {
        let account_type = together
            .iter()
            .find(|part| part.path == "user-account:account_type" && part.operator == Operator::Equal)
            .map_or("", |part| &part.value);
        let mut read = Self { values: Vec::new(), partial: false, not_compared: None };
        for part in together {
            let found = target(&part.path, account_type).filter(|target| match part.operator {
                Operator::Equal => true,
                Operator::Subset => *target == Target::Value(FeedKind::Net, String::new()),
                Operator::Other => false,
            });
            match found {
                Some(target) => {
                    let value = (target, part.value.as_str());
                    if !read.values.contains(&value) {
                        read.values.push(value);
                    }
                }
                // These say what the value is, and ask for nothing more.
                None if part.operator == Operator::Equal
                    && (part.path == "user-account:account_type" || part.path.ends_with("_ref.type")) => {}
                None => {
                    read.partial = true;
                    read.not_compared.get_or_insert(&part.path);
                }
            }
        }
        read.partial |= read.values.len() > 1;
        if read.values.is_empty() && read.not_compared.is_none() {
            read.not_compared = together.first().map(|part| part.path.as_str());
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, time};
    use super::super::{Feeds, Format, Listed, Tlp};
    use crate::vocabulary::IdKind;

    fn bundle(objects: &[serde_json::Value]) -> String {
        serde_json::json!({"type": "bundle", "id": "bundle--1", "objects": objects}).to_string()
    }

    fn indicator(pattern: &str) -> serde_json::Value {
        serde_json::json!({"type": "indicator", "spec_version": "2.1", "id": format!("indicator--{pattern}"), "pattern_type": "stix",
            "pattern": pattern, "valid_from": "2026-01-01T00:00:00.000Z"})
    }

    /// `kind value`, with `*` behind what is listed only together with something else.
    fn shown(feeds: &Feeds) -> Vec<String> {
        let value = |value: &Listed| match value {
            Listed::Text(text) => text.to_string(),
            Listed::Net(net) => net.to_string(),
            Listed::Keyed(_) => "keyed".to_owned(),
            Listed::Shared(_) => "hash".to_owned(),
        };
        let star = |partial| if partial { "*" } else { "" };
        feeds.sightings().iter().map(|row| format!("{} {}{}", row.kind.code(), value(&row.value), star(row.partial))).collect()
    }

    #[track_caller]
    fn check(pattern: &str, expected: &[&str], problems: u64) {
        let feeds = read(Format::Stix, &bundle(&[indicator(pattern)]));
        assert_eq!(
            (shown(&feeds), feeds.problems().total()),
            (expected.iter().map(|text| (*text).to_owned()).collect(), problems),
            "{pattern}: {:?}",
            feeds.problems().told()
        );
    }

    #[test]
    fn patterns_become_values() {
        check("[email-addr:value = 'A@example.com']", &["email a@example.com"], 0);
        check(
            "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR ipv6-addr:value = '2001:db8::1']",
            &["ip 198.51.100.0/24", "ip 2001:db8::1/128"],
            0,
        );
        check("[ipv4-addr:value = '198.51.100.0/24']", &["ip 198.51.100.0/24"], 0);
        check("[domain-name:value IN ('a.example', 'b.example')]", &["domain a.example", "domain b.example"], 0);
        check("[user-account:account_type = 'github' AND user-account:account_login = 'Ada']", &["handle github:ada"], 0);
        check(r"[user-account:account_login = 'o\'neil']", &["handle o'neil"], 0);
        check(
            "[x-cryptocurrency-wallet:value = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed']",
            &["wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"],
            0,
        );
        check(
            "[user-account:account_type = 'cryptocurrency' AND user-account:account_login = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed']",
            &["wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"],
            0,
        );
        check(
            "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.1']",
            &["ip 198.51.100.1/32"],
            0,
        );
        check(&format!("[x-interdict-keyed-hash:email = '{}']", "ab".repeat(32)), &["email hash"], 0);
    }

    #[test]
    fn what_is_listed_only_together_says_so() {
        check("[ipv4-addr:value = '198.51.100.1' AND network-traffic:dst_port = 443]", &["ip 198.51.100.1/32*"], 1);
        check(
            "[email-addr:value = 'a@example.com'] AND [ipv4-addr:value = '198.51.100.1']",
            &["email a@example.com*", "ip 198.51.100.1/32*"],
            0,
        );
        check(
            "[email-addr:value = 'a@example.com'] OR [ipv4-addr:value = '198.51.100.1']",
            &["email a@example.com", "ip 198.51.100.1/32"],
            0,
        );
    }

    #[test]
    fn what_is_not_compared_is_told_and_never_taken() {
        check("[email-addr:value != 'a@example.com']", &[], 1);
        check("[email-addr:value NOT IN ('a@example.com') OR email-addr:value = 'b@example.com']", &["email b@example.com"], 1);
        check("[email-addr:value LIKE '%@example.com']", &[], 1);
        check("[file:hashes.'SHA-256' = 'ab']", &[], 1);
        check("[user-account:account_type = 'unix' AND user-account:account_login = 'admin']", &[], 1);
        check("[domain-name:value ISSUBSET 'a.example']", &[], 1);
        check("[email-addr:value = 'a@example.com'", &[], 1);
        check("[email-addr:value = 'nobody']", &[], 1);
    }

    #[test]
    fn the_other_objects_of_a_bundle() {
        let amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
        let own = "marking-definition--00000000-0000-4000-8000-000000000001";
        let mut first = indicator("[email-addr:value = 'a@example.com']");
        first["object_marking_refs"] = serde_json::json!([amber]);
        first["confidence"] = 70.into();
        first["valid_until"] = "2026-12-31T00:00:00Z".into();
        first["created_by_ref"] = "identity--1".into();
        first["description"] = "a note".into();
        let mut revoked = indicator("[email-addr:value = 'r@example.com']");
        revoked["revoked"] = true.into();
        let mut yara = indicator("rule x {}");
        yara["pattern_type"] = "yara".into();
        let feeds = read(
            Format::Stix,
            &bundle(&[
                serde_json::json!({"type": "sighting", "sighting_of_ref": first["id"], "first_seen": "2025-12-01T00:00:00Z", "last_seen": "2026-05-01T00:00:00Z"}),
                first,
                revoked,
                yara,
                serde_json::json!({"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "198.51.100.7", "object_marking_refs": [own]}),
                serde_json::json!({"type": "observed-data", "first_observed": "2026-03-01T00:00:00Z", "last_observed": "2026-03-02T00:00:00Z", "object_refs": ["ipv4-addr--1"]}),
                serde_json::json!({"type": "user-account", "id": "user-account--1", "account_type": "github", "account_login": "Bo"}),
                serde_json::json!({"type": "marking-definition", "id": own, "definition_type": "tlp", "definition": {"tlp": "red"}}),
                serde_json::json!({"type": "identity", "id": "identity--1", "identity_class": "organization", "name": "A CERT"}),
                serde_json::json!({"type": "malware", "name": "x"}),
                serde_json::json!({"name": 5}),
            ]),
        );
        assert_eq!(shown(&feeds), ["email a@example.com", "ip 198.51.100.7/32", "handle github:bo"]);
        let [mail, ip, _] = feeds.sightings() else { panic!() };
        assert_eq!((mail.tlp, mail.confidence, &*mail.feed, &*mail.note), (Some(Tlp::Amber), Some(70), "A CERT", "a note"));
        assert_eq!((mail.first, mail.last), (Some(time("2025-12-01")), Some(time("2026-05-01"))));
        assert_eq!(mail.until, Some(time("2026-12-31")));
        assert_eq!((ip.tlp, ip.last, &*ip.feed), (Some(Tlp::Red), Some(time("2026-03-02")), "feed"));
        // Revoked, in another language, without a type.
        assert_eq!(feeds.problems().total(), 3);
        assert_eq!(feeds.look_up(IdKind::Handle, "github:bo").len(), 1);
    }

    #[test]
    fn observed_data_of_stix_2_0_and_envelopes() {
        let text = r#"{"more": false, "objects": [{"type": "observed-data", "objects": {"0": {"type": "email-addr", "value": "a@example.com"}}}]}"#;
        assert_eq!(shown(&read(Format::Stix, text)), ["email a@example.com"]);
    }

    #[test]
    fn a_bundle_that_breaks_off() {
        let text =
            bundle(&[indicator("[email-addr:value = 'a@example.com']"), indicator("[email-addr:value = 'b@example.com']")]);
        let feeds = read(Format::Stix, &text[..text.len() - 40]);
        assert_eq!((feeds.sightings().len(), feeds.problems().total()), (1, 1));
        let feeds = read(Format::Stix, "[[[[");
        assert_eq!((feeds.sightings().len(), feeds.problems().total()), (0, 1));
    }
}
