//! Events of MISP: attributes, alone and in objects, go in; sightings come out, with dates, TLP and organisation from the attribute or
//! else from its event. What the event does not mark for detection (`to_ids`), what was deleted and what names a target is not taken.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::stream::{self, Sink, is_true, items, text};
use super::{FeedKind, Feeds, MAX_NOTE_BYTES, Meta, Tlp, cut, form};
use crate::people::{FileId, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::IdKind;

/// How a keyed hash is written as value of an attribute, before its kind: `hmac-sha256:email:…`.
pub(super) const KEYED_HASH: &str = "hmac-sha256:";

/// How a wallet is written in an attribute of type `other`, as MISP has no type for every currency.
pub(super) const WALLET: &str = "wallet:";

/// Reads events.
pub(super) fn read(feeds: &mut Feeds, file: FileId, feed: &str, input: &mut dyn BufRead) -> io::Result<()> {
    stream::read(input, &mut Events { feeds, file, feed, number: 0, begins: Vec::new() })
}

struct Events<'f> {
    feeds: &'f mut Feeds,
    file: FileId,
    feed: &'f str,
    /// Attributes so far.
    number: u32,
    /// How many rows there were when each event that is open began.
    begins: Vec<usize>,
}

impl Sink for Events<'_> {
    const MEMBERS: &'static [&'static str] = &["response", "Event", "Attribute", "Object"];

    fn open(&mut self, member: &'static str) {
        match member {
            "Event" => self.begins.push(self.feeds.sightings.len()),
            "Attribute" => self.number += 1,
            _ => {}
        }
    }

    fn close(&mut self, member: &'static str, own: Map<String, Value>) {
        match member {
            "Attribute" => self.attribute(&own),
            "Event" => self.event(&own),
            _ => {}
        }
    }

    fn broken(&mut self, line: Option<u32>, cut: bool, reason: String) {
        let source = Source { file: self.file, line: line.unwrap_or(self.number + 1) };
        // Rows of an event that breaks off stay without what stands behind them.
        self.begins.clear();
        self.feeds
            .problem(source, if cut { ProblemKind::CutOff } else { ProblemKind::Row(format!("it is no JSON: {reason}")) });
    }
}

/// The strictest TLP of the tags, and whether one says that it is about a victim.
fn tags(own: &Map<String, Value>) -> (Option<Tlp>, bool) {
    let names = || items(own, "Tag").iter().filter_map(|tag| tag.get("name")).filter_map(Value::as_str);
    (names().filter_map(Tlp::parse).max(), names().any(|name| matches!(name, "possible-victim" | "victim")))
}

impl Events<'_> {
    fn attribute(&mut self, own: &Map<String, Value>) {
        let source = Source { file: self.file, line: self.number };
        if is_true(own, "deleted") {
            return;
        }
        let (word, value) = (text(own, "type"), text(own, "value"));
        if word.is_empty() || value.is_empty() {
            self.feeds.problem(source, ProblemKind::Missing(if word.is_empty() { "type" } else { "value" }));
            return;
        }
        let hash = value.strip_prefix(KEYED_HASH).and_then(|rest| rest.split_once(':'));
        if hash.is_none() && !is_true(own, "to_ids") {
            self.feeds.refuse(source, "it is not marked for detection (`to_ids`)");
            return;
        }
        let mut meta = Meta::new(self.feeds.name(self.feed));
        (meta.tlp, meta.victim) = tags(own);
        meta.note = cut(&text(own, "comment"), MAX_NOTE_BYTES).into();
        meta.first = self.feeds.moment("first_seen", &text(own, "first_seen"), source);
        meta.last = self.feeds.moment("last_seen", &text(own, "last_seen"), source);
        let stamp = text(own, "timestamp");
        if meta.first.is_none() && meta.last.is_none() && stamp != "0" {
            meta.last = self.feeds.moment("timestamp", &stamp, source);
        }
        if let Some((kind, hex)) = hash {
            match FeedKind::from_code(kind) {
                Some(kind) => {
                    self.feeds.put_shared(kind, hex, meta, source);
                }
                None => self.unknown(kind, source),
            }
            return;
        }
        if let Some(wallet) = value.strip_prefix(WALLET) {
            self.feeds.put(IdKind::Wallet.into(), wallet, meta, source);
            return;
        }
        // `domain|ip`, `ip-dst|port`: a part each.
        let mut known = false;
        for (word, value) in word.split('|').zip(value.split('|')) {
            if let Some(typed) = form::word(word) {
                known = true;
                self.feeds.put(typed.kind, &form::with_site(typed.site, value), meta.clone(), source);
            }
        }
        if !known {
            self.unknown(&word, source);
        }
    }

    fn unknown(&mut self, word: &str, source: Source) {
        self.feeds.problem(source, ProblemKind::UnknownKind { word: cut(word, 64).to_owned(), of: "indicator" });
    }

    fn event(&mut self, own: &Map<String, Value>) {
        let Some(begin) = self.begins.pop() else { return };
        let source = Source { file: self.file, line: self.number };
        let rows = begin..self.feeds.sightings.len();
        if rows.is_empty() {
            return;
        }
        let organisation = own.get("Orgc").or_else(|| own.get("Org")).and_then(|org| org.get("name")).and_then(Value::as_str);
        let feed = organisation.filter(|name| !name.is_empty()).map(|name| self.feeds.name(name));
        let date = self.feeds.moment("date", &text(own, "date"), source);
        let (tlp, victim) = tags(own);
        let info = text(own, "info");
        for row in rows {
            let sighting = &mut self.feeds.sightings[row];
            if let Some(feed) = &feed {
                sighting.feed.clone_from(feed);
            }
            sighting.tlp = sighting.tlp.or(tlp);
            sighting.possible_victim |= victim;
            if sighting.note.is_empty() {
                sighting.note = cut(&info, MAX_NOTE_BYTES).into();
            }
            if sighting.first.is_none() && sighting.last.is_none() && date.is_some() {
                sighting.last = date;
                self.feeds.check_future(row as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, time};
    use super::super::{Format, Listed, Tlp};
    use crate::vocabulary::IdKind;

    const EVENT: &str = r#"{"Event": {
        "Attribute": [
            {"type": "email-src", "value": "A@example.com", "to_ids": true, "timestamp": "1767225600", "comment": "own"},
            {"type": "ip-dst", "value": "198.51.100.0/24", "to_ids": "1", "timestamp": "0"},
            {"type": "domain|ip", "value": "front.example|203.0.113.9", "to_ids": true, "first_seen": "2026-02-01T00:00:00.000000+00:00"},
            {"type": "email-src", "value": "d@example.com", "to_ids": true, "deleted": true},
            {"type": "email-src", "value": "n@example.com", "to_ids": false},
            {"type": "target-email", "value": "t@example.com", "to_ids": true},
            {"type": "sha256", "value": "ab", "to_ids": true},
            {"type": "email", "to_ids": true},
            {"type": "ip-src|port", "value": "198.51.100.77|443", "to_ids": true, "Tag": [{"name": "tlp:red"}, {"name": "possible-victim"}]},
            {"type": "phone-number", "value": "+1 555 0100 123", "to_ids": true}
        ],
        "Object": [{"name": "github-user", "Attribute": [{"type": "github-username", "value": "Ada", "to_ids": true}]}],
        "RelatedEvent": [{"Event": {"info": "other"}}],
        "info": "an event", "date": "2026-04-01", "Orgc": {"name": "A CERT"}, "Tag": [{"name": "tlp:green"}]
    }}"#;

    #[test]
    fn an_event() {
        let feeds = read(Format::Misp, EVENT);
        let rows = feeds.sightings();
        assert_eq!(rows.len(), 7);
        assert!(rows.iter().all(|row| &*row.feed == "A CERT"));
        assert_eq!((&*rows[0].note, rows[0].last), ("own", Some(time("2026-01-01"))));
        assert_eq!((&*rows[1].note, rows[1].last, rows[1].tlp), ("an event", Some(time("2026-04-01")), Some(Tlp::Green)));
        assert_eq!(rows[2].value, Listed::Text("front.example".into()));
        assert_eq!((rows[3].first, rows[3].last), (Some(time("2026-02-01")), Some(time("2026-02-01"))));
        assert_eq!((rows[4].tlp, rows[4].possible_victim), (Some(Tlp::Red), true));
        assert_eq!(feeds.look_up(IdKind::Handle, "github:ada").len(), 1);
        assert_eq!(feeds.look_up(IdKind::Email, "t@example.com").len(), 0);
        // Not for detection, a target, a file, no value.
        assert_eq!(feeds.problems().total(), 4, "{:?}", feeds.problems().told());
    }

    #[test]
    fn several_events_in_every_wrapping() {
        let one = r#"{"Event":{"info":"x","Attribute":[{"type":"email","value":"a@example.com","to_ids":true}]}}"#;
        for text in [
            format!("[{one},{one}]"),
            format!("{{\"response\":[{one},{one}]}}"),
            format!("{one}\n{one}\n"),
            format!("{one}\n{{broken}}\n{one}\n"),
            "{\"response\":{\"Attribute\":[{\"type\":\"email\",\"value\":\"a@example.com\",\"to_ids\":true,\"Event\":{\"info\":\"x\"}},\
             {\"type\":\"email\",\"value\":\"a@example.com\",\"to_ids\":true}]}}"
                .to_owned(),
        ] {
            let feeds = read(Format::Misp, &text);
            assert_eq!(feeds.look_up(IdKind::Email, "a@example.com").len(), 2, "{text}");
            assert_eq!(feeds.problems().total(), u64::from(text.contains("broken")), "{text}");
        }
    }

    #[test]
    fn an_event_that_breaks_off() {
        let feeds = read(Format::Misp, &EVENT[..EVENT.find("domain|ip").unwrap()]);
        assert_eq!((feeds.sightings().len(), feeds.problems().total()), (2, 1));
    }
}
