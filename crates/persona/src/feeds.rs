//! Indicator feeds: lists of e-mail addresses, handles, telephone numbers, addresses of the Internet, domains and wallets that others
//! have seen in use, as CSV, bare list, STIX 2.1 or MISP, go in; what a value of a person is listed as comes out, with who says so, since
//! when, and how much of it is left after that time.
//!
//! Many listed identities are stolen or lent. A listed e-mail address, handle, telephone number or document makes its holder a possible
//! victim of identity theft until shown otherwise ([`POSSIBLE_VICTIM`]); nothing here says what a person is.

mod csv;
mod evaluate;
mod export;
mod form;
mod misp;
mod net;
mod pattern;
mod stix;
mod stream;
mod uuid;

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use evaluate::evaluate;
pub use export::{Disclosure, Exported, Shared, SharedSighting, Withheld, export_csv, export_misp, export_stix};

use crate::key::{KeyedHash, TenantKey};
use crate::people::{FileId, Source};
use crate::problem::{ProblemKind, Problems};
use crate::time::Time;
use crate::value::{MAX_VALUE_BYTES, normalise};
use crate::vocabulary::IdKind;

/// What is said of whoever holds a listed identifier of a person.
pub const POSSIBLE_VICTIM: &str = "possible victim of identity theft until shown otherwise";

/// What a row of a feed lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedKind {
    /// An identifier. Recovery addresses and those of references are listed as e-mail addresses, and so on.
    Identifier(IdKind),
    /// An address of the Internet or a network of them.
    Net,
    /// A domain.
    Domain,
}

impl From<IdKind> for FeedKind {
    fn from(kind: IdKind) -> Self {
        match kind {
            IdKind::Ip => Self::Net,
            IdKind::RecoveryEmail | IdKind::ReferenceEmail => Self::Identifier(IdKind::Email),
            IdKind::ReferencePhone => Self::Identifier(IdKind::Phone),
            IdKind::ShipTo => Self::Identifier(IdKind::Address),
            _ => Self::Identifier(kind),
        }
    }
}

impl FeedKind {
    /// The stable word in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identifier(kind) => kind.code(),
            Self::Net => "ip",
            Self::Domain => "domain",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identifier(kind) => kind.label(),
            Self::Net => "IP address",
            Self::Domain => "domain",
        }
    }

    /// What that word stands for. `None` outside the vocabulary.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "domain" => Some(Self::Domain),
            _ => IdKind::from_code(code).map(Self::from),
        }
    }

    /// Whether it is a person's own, so that another may have taken it: all but wallets, networks, domains and machines.
    #[must_use]
    pub const fn is_of_person(self) -> bool {
        matches!(
            self,
            Self::Identifier(
                IdKind::Email
                    | IdKind::Phone
                    | IdKind::Handle
                    | IdKind::Messenger
                    | IdKind::Doc
                    | IdKind::Tax
                    | IdKind::Payee
                    | IdKind::Card
                    | IdKind::Address
                    | IdKind::Url
                    | IdKind::PhotoHash
                    | IdKind::DocAuthor
            )
        )
    }
}

/// Traffic Light Protocol: how far a row may be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// To anybody.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and its clients.
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// To those present only.
    Red,
}

impl Tlp {
    /// The stable word, as `amber+strict`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }

    /// Reads `TLP:AMBER`, `tlp:white`, `green`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        match lower.strip_prefix("tlp:").unwrap_or(&lower).trim() {
            "clear" | "white" => Some(Self::Clear),
            "green" => Some(Self::Green),
            "amber" => Some(Self::Amber),
            "amber+strict" => Some(Self::AmberStrict),
            "red" => Some(Self::Red),
            _ => None,
        }
    }
}

/// The value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// In the form under which it is compared.
    Text(Box<str>),
    /// A network; one address is a network of its full length.
    Net(IpNet),
    /// Of a kind that is kept only as keyed hash: under the tenant's key.
    Keyed(KeyedHash),
    /// Received as keyed hash: under the sharing key.
    Shared(KeyedHash),
}

/// One row of a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// What it lists.
    pub kind: FeedKind,
    /// The value.
    pub value: Listed,
    /// Who says so.
    pub feed: Arc<str>,
    /// When it was first seen.
    pub first: Option<Time>,
    /// When it was last seen.
    pub last: Option<Time>,
    /// Until when the feed itself holds it for valid.
    pub until: Option<Time>,
    /// Confidence that the feed states, 0 to 100.
    pub confidence: Option<u8>,
    /// Whether its holder is to be taken for a victim until shown otherwise.
    pub possible_victim: bool,
    /// Whether the feed lists it only together with something else, which is not compared here.
    pub partial: bool,
    /// How far it may be passed on.
    pub tlp: Option<Tlp>,
    /// What the feed says of it.
    pub note: Box<str>,
    /// Its place in the feed; [`Feeds::place`] writes it.
    pub source: Source,
}

/// After how many days a sighting counts half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfLife {
    /// For addresses of the Internet, which change hands: a sighting of more than 180 days counts less than a quarter.
    pub net_days: f64,
    /// For everything else.
    pub other_days: f64,
}

impl Default for HalfLife {
    fn default() -> Self {
        Self { net_days: 90.0, other_days: 365.0 }
    }
}

impl HalfLife {
    /// That of the user's policy, where it states one.
    #[must_use]
    pub fn of(policy: &crate::policy::Policy) -> Self {
        policy.feed_half_life_days.map_or_else(Self::default, |days| {
            let days = f64::from(days.max(1));
            Self { net_days: days, other_days: days }
        })
    }

    const fn days(self, kind: FeedKind) -> f64 {
        match kind {
            FeedKind::Net => self.net_days,
            _ => self.other_days,
        }
    }
}

/// What is left of a sighting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// 2 to the power of minus age in half-lives, 0 to 1; 0 when the feed no longer holds it for valid.
    pub weight: f64,
    /// Days since it was last seen; `None` without a date, when it counts half.
    pub age_days: Option<f64>,
    /// Whether its date lies after that of the assessment, when it counts as of today.
    pub future: bool,
    /// Whether the feed no longer holds it for valid.
    pub expired: bool,
}

impl Weight {
    /// Whether time took something away.
    #[must_use]
    pub fn decayed(self) -> bool {
        self.weight < 1.0
    }
}

/// How much of a sighting is left at a moment.
#[must_use]
pub fn weight(sighting: &Sighting, as_of: Time, half_life: HalfLife) -> Weight {
    let seen = sighting.last.or(sighting.first);
    let age = seen.map(|seen| as_of.since(seen) as f64 / 86_400.0);
    let expired = sighting.until.is_some_and(|until| until <= as_of);
    let weight = match age {
        _ if expired => 0.0,
        None => 0.5,
        Some(age) => (-age.max(0.0) / half_life.days(sighting.kind).max(f64::MIN_POSITIVE)).exp2(),
    };
    Weight { weight, age_days: age.map(|age| age.max(0.0)), future: age.is_some_and(|age| age < 0.0), expired }
}

/// A format of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A table with a header: `kind` (or `type`), `value` or `hmac`, and any of `source`, `first`, `last` (or `date`), `until`,
    /// `confidence`, `possible_victim`, `tlp`, `note`.
    Csv,
    /// One value a line; its kind is told by its form.
    List,
    /// A bundle of STIX 2.1.
    Stix,
    /// Events of MISP.
    Misp,
}

/// The format of a file, by the begin of it; `None` when it is no feed.
#[must_use]
pub fn recognise(name: &str, head: &[u8]) -> Option<Format> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if matches!(head.first(), Some(b'{' | b'[')) {
        let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
        if has(b"\"Event\"") || has(b"\"Attribute\"") {
            return Some(Format::Misp);
        }
        let stix = has(b"\"bundle\"") && has(b"\"objects\"") || has(b"\"spec_version\"") || has(b"\"bundle--");
        return stix.then_some(Format::Stix);
    }
    csv::recognise(name, head)
}

/// What is said of a row besides its value.
#[derive(Debug, Clone)]
struct Meta {
    feed: Arc<str>,
    first: Option<Time>,
    last: Option<Time>,
    until: Option<Time>,
    confidence: Option<u8>,
    victim: bool,
    partial: bool,
    tlp: Option<Tlp>,
    note: Box<str>,
}

impl Meta {
    fn new(feed: Arc<str>) -> Self {
        Self {
            feed,
            first: None,
            last: None,
            until: None,
            confidence: None,
            victim: false,
            partial: false,
            tlp: None,
            note: Box::default(),
        }
    }
}

/// The end of a chain of rows with one value.
const END: u32 = u32::MAX;
/// Files of feeds are counted from here down, so that their numbers are none of those of [`People`](crate::People).
const LAST_FILE: u16 = u16::MAX - 1;
/// The longest note that is kept, in bytes.
const MAX_NOTE_BYTES: usize = 1024;

/// The feeds of a run.
#[derive(Debug, Default)]
pub struct Feeds {
    as_of: Time,
    tenant: Option<TenantKey>,
    sharing: Option<TenantKey>,
    files: Vec<String>,
    names: FxHashMap<String, Arc<str>>,
    sightings: Vec<Sighting>,
    /// The row before with the same value.
    before: Vec<u32>,
    texts: FxHashMap<IdKind, FxHashMap<Box<str>, u32>>,
    keyed: FxHashMap<(FeedKind, KeyedHash), u32>,
    shared: FxHashMap<(FeedKind, KeyedHash), u32>,
    /// The kinds in `shared`: values of others need no hash.
    shared_kinds: FxHashSet<FeedKind>,
    domains: FxHashMap<Box<str>, u32>,
    nets: net::Nets,
    problems: Problems,
}

impl Feeds {
    /// Without rows. Dates after `as_of` are told as problems.
    #[must_use]
    pub fn new(as_of: Time) -> Self {
        Self { as_of, ..Self::default() }
    }

    /// With the tenant's key, under which listed numbers of documents, accounts and devices are kept. Without it such rows are not taken.
    #[must_use]
    pub fn with_tenant_key(mut self, key: TenantKey) -> Self {
        self.tenant = Some(key);
        self
    }

    /// With the key that was agreed with others, under which rows with keyed hashes are looked up. Without it such rows are kept and never
    /// meet anything.
    #[must_use]
    pub fn with_sharing_key(mut self, key: TenantKey) -> Self {
        self.sharing = Some(key);
        self
    }

    /// Reads a file. `file` is the name that is shown, `feed` who says so where the file does not. Bad rows are problems; the others are
    /// taken.
    pub fn read(&mut self, file: &str, feed: &str, format: Format, input: &mut dyn BufRead) -> io::Result<()> {
        let file = self.file(file);
        match format {
            Format::Csv => csv::read_table(self, file, feed, input),
            Format::List => csv::read_list(self, file, feed, input),
            Format::Stix => stix::read(self, file, feed, input),
            Format::Misp => misp::read(self, file, feed, input),
        }
    }

    /// Every row, in the order in which it was read.
    #[must_use]
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sightings.is_empty()
    }

    /// What was wrong.
    #[must_use]
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// `file:line` of a row of a feed; `None` for places in other files.
    #[must_use]
    pub fn place(&self, source: Source) -> Option<String> {
        let file = self.files.get(usize::from(LAST_FILE.checked_sub(source.file.0)?))?;
        Some(if source.line == 0 { file.clone() } else { format!("{file}:{}", source.line) })
    }

    /// The rows that list a value of a kind, in the order in which they were read. An address of the Internet is also listed by the
    /// networks that it lies in.
    #[must_use]
    pub fn look_up(&self, kind: IdKind, value: &str) -> Vec<&Sighting> {
        let kind = FeedKind::from(kind);
        match kind {
            FeedKind::Net => crate::value::parse_ip(value).map(|ip| self.look_up_ip(ip)).unwrap_or_default(),
            FeedKind::Domain => self.look_up_domain(value),
            FeedKind::Identifier(id) => match normalise(id, value, None) {
                Ok(value) => self.look_up_normalised(id, &value),
                Err(_) => Vec::new(),
            },
        }
    }

    /// The same of a value in the form in which it is compared.
    pub(crate) fn look_up_normalised(&self, kind: IdKind, value: &str) -> Vec<&Sighting> {
        let FeedKind::Identifier(kind) = FeedKind::from(kind) else { return Vec::new() };
        let value = listed_form(kind, value);
        let plain = if kind.is_keyed() {
            self.tenant.as_ref().and_then(|key| self.keyed.get(&(kind.into(), key.hash(kind, &value))))
        } else {
            self.texts.get(&kind).and_then(|values| values.get(value.as_ref()))
        };
        self.chains([plain.copied(), self.shared_head(kind.into(), &value)])
    }

    /// The rows that list a value of which only the hash under the tenant's key is known.
    #[must_use]
    pub fn look_up_keyed(&self, kind: IdKind, hash: KeyedHash) -> Vec<&Sighting> {
        self.chains([self.keyed.get(&(kind.into(), hash)).copied(), None])
    }

    /// The rows that list an address or a network that it lies in: the narrowest first.
    #[must_use]
    pub fn look_up_ip(&self, ip: IpAddr) -> Vec<&Sighting> {
        let ip = ip.to_canonical();
        let mut found = match self.shared_head(FeedKind::Net, &ip.to_string()) {
            Some(head) => self.chains([Some(head), None]),
            None => Vec::new(),
        };
        self.nets.covering(ip, |head| found.extend(self.chains([Some(head), None])));
        found
    }

    /// The rows that list a host or a domain that it lies in: the narrowest first.
    #[must_use]
    pub fn look_up_domain(&self, host: &str) -> Vec<&Sighting> {
        let host = host.trim().trim_end_matches('.').to_lowercase();
        let mut found = Vec::new();
        if host.len() > 253 || self.domains.is_empty() && self.shared.is_empty() {
            return found;
        }
        let mut rest = host.as_str();
        // The last label alone is never listed.
        while rest.contains('.') {
            found.extend(self.chains([self.domains.get(rest).copied(), self.shared_head(FeedKind::Domain, rest)]));
            rest = rest.split_once('.').map_or("", |(_, parent)| parent);
        }
        found
    }

    /// How much of a sighting is left.
    #[must_use]
    pub fn weight(&self, sighting: &Sighting, as_of: Time, half_life: HalfLife) -> Weight {
        weight(sighting, as_of, half_life)
    }

    fn shared_head(&self, kind: FeedKind, value: &str) -> Option<u32> {
        if !self.shared_kinds.contains(&kind) {
            return None;
        }
        let key = self.sharing.as_ref()?;
        self.shared.get(&(kind, key.hash_parts(kind.code(), value))).copied()
    }

    fn chains(&self, heads: [Option<u32>; 2]) -> Vec<&Sighting> {
        let mut rows = Vec::new();
        for mut at in heads.into_iter().flatten() {
            while at != END {
                rows.push(at);
                at = self.before[at as usize];
            }
        }
        rows.sort_unstable();
        rows.into_iter().map(|row| &self.sightings[row as usize]).collect()
    }

    fn file(&mut self, name: &str) -> FileId {
        let known = self.files.iter().position(|file| file == name);
        let index = known.unwrap_or_else(|| {
            self.files.push(name.to_owned());
            self.files.len() - 1
        });
        FileId(LAST_FILE.saturating_sub(u16::try_from(index).unwrap_or(u16::MAX)))
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name = cut(name, MAX_NOTE_BYTES);
        let shared: Arc<str> = Arc::from(name);
        self.names.insert(name.to_owned(), Arc::clone(&shared));
        shared
    }

    fn problem(&mut self, source: Source, kind: ProblemKind) {
        self.problems.add(source, kind);
    }

    fn refuse(&mut self, source: Source, reason: impl Into<String>) {
        self.problems.add(source, ProblemKind::Row(reason.into()));
    }

    /// A moment of a row; empty is not stated, one that is none is a problem.
    fn moment(&mut self, field: &'static str, text: &str, source: Source) -> Option<Time> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match Time::parse(text) {
            Ok(read) => {
                if read.offset.is_none() && !read.day_only {
                    self.problem(source, ProblemKind::NoZone);
                }
                Some(read.time)
            }
            Err(error) => {
                self.problem(source, ProblemKind::Time { field, error });
                None
            }
        }
    }

    /// Takes a row; one that has no value that can be compared is a problem.
    fn put(&mut self, kind: FeedKind, raw: &str, meta: Meta, source: Source) -> Option<u32> {
        let value = match kind {
            FeedKind::Net => match form::net(raw) {
                Ok(net) => Listed::Net(net),
                Err(reason) => {
                    self.refuse(source, format!("`{}` {reason}", cut(raw, 64)));
                    return None;
                }
            },
            FeedKind::Domain => match form::domain(raw) {
                Ok(domain) => Listed::Text(domain.into()),
                Err(reason) => {
                    self.refuse(source, format!("`{}` {reason}", cut(raw, 64)));
                    return None;
                }
            },
            FeedKind::Identifier(id) => match normalise(id, raw, None) {
                Ok(value) => {
                    let value = listed_form(id, &value);
                    if !id.is_keyed() {
                        Listed::Text(value.into())
                    } else if let Some(key) = &self.tenant {
                        Listed::Keyed(key.hash(id, &value))
                    } else {
                        self.refuse(source, format!("a {} is kept only as keyed hash, and no key was given", id.label()));
                        return None;
                    }
                }
                Err(error) => {
                    self.problem(source, ProblemKind::Value { kind: id, error });
                    return None;
                }
            },
        };
        Some(self.push(kind, value, meta, source))
    }

    /// Takes a row of which only the hash under the sharing key is known, as 64 hexadecimal digits.
    fn put_shared(&mut self, kind: FeedKind, hex: &str, meta: Meta, source: Source) -> Option<u32> {
        match KeyedHash::from_hex(hex.trim()) {
            Some(hash) => Some(self.push(kind, Listed::Shared(hash), meta, source)),
            None => {
                self.problem(source, ProblemKind::Hash);
                None
            }
        }
    }

    fn push(&mut self, kind: FeedKind, value: Listed, meta: Meta, source: Source) -> u32 {
        let row = self.sightings.len() as u32;
        let head = match &value {
            Listed::Text(text) => {
                let values = match kind {
                    FeedKind::Identifier(id) => self.texts.entry(id).or_default(),
                    _ => &mut self.domains,
                };
                values.insert(text.clone(), row)
            }
            Listed::Net(net) => self.nets.insert(*net, row),
            Listed::Keyed(hash) => self.keyed.insert((kind, *hash), row),
            Listed::Shared(hash) => {
                self.shared_kinds.insert(kind);
                self.shared.insert((kind, *hash), row)
            }
        };
        self.before.push(head.unwrap_or(END));
        self.sightings.push(Sighting {
            kind,
            value,
            feed: meta.feed,
            first: meta.first,
            last: meta.last.max(meta.first),
            until: meta.until,
            confidence: meta.confidence,
            possible_victim: meta.victim || kind.is_of_person(),
            partial: meta.partial,
            tlp: meta.tlp,
            note: meta.note,
            source,
        });
        self.check_future(row);
        row
    }

    fn check_future(&mut self, row: u32) {
        let Some(sighting) = self.sightings.get(row as usize) else { return };
        if sighting.last.is_some_and(|last| last > self.as_of) {
            let source = sighting.source;
            self.problem(source, ProblemKind::Future);
        }
    }
}

/// Addresses meet whatever their case here, where no key of the building is made.
fn listed_form(kind: IdKind, value: &str) -> Cow<'_, str> {
    if kind == IdKind::Address { value.to_lowercase().into() } else { value.into() }
}

/// The begin of a text, cut at a character.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes.min(MAX_VALUE_BYTES))]
}

/// A confidence of 0 to 100, as a number or a word.
fn confidence(text: &str) -> Option<u8> {
    let text = text.trim().trim_end_matches('%');
    match text.to_ascii_lowercase().as_str() {
        "high" => Some(85),
        "medium" | "med" | "moderate" => Some(50),
        "low" => Some(15),
        _ => text.parse::<f64>().ok().filter(|number| (0.0..=100.0).contains(number)).map(|number| number.round() as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::{FeedKind, Feeds, Format, HalfLife, Listed, Tlp, confidence, recognise, weight};
    use crate::key::TenantKey;
    use crate::time::Time;
    use crate::vocabulary::IdKind;

    pub(super) fn time(text: &str) -> Time {
        Time::parse(text).unwrap().time
    }

    pub(super) fn read(format: Format, text: &str) -> Feeds {
        let key = TenantKey::new(&[7; 32]).unwrap();
        let mut feeds = Feeds::new(time("2026-06-01")).with_tenant_key(key);
        feeds.read("f", "feed", format, &mut text.as_bytes()).unwrap();
        feeds
    }

    #[test]
    fn half_lives() {
        let feeds = read(
            Format::Csv,
            "kind,value,date,until\nip,198.51.100.7,2026-03-03,\nip,198.51.100.8,2025-12-03,\nemail,a@example.com,2025-06-01,\n\
             email,b@example.com,2026-06-30,\nemail,c@example.com,,\nemail,d@example.com,2026-05-31,2026-06-01\nip,198.51.100.9,2026-06-01,\n",
        );
        let weights: Vec<_> =
            feeds.sightings().iter().map(|row| weight(row, time("2026-06-01"), HalfLife::default())).collect();
        let values: Vec<_> = weights.iter().map(|weight| weight.weight).collect();
        assert_eq!(values, [0.5, 0.25, 0.5, 1.0, 0.5, 0.0, 1.0]);
        assert_eq!(weights[1].age_days, Some(180.0));
        assert!(weights[0].decayed() && !weights[6].decayed());
        assert!(weights[3].future && weights[3].age_days == Some(0.0));
        assert!(weights[4].age_days.is_none() && weights[5].expired);
        // The date after that of the assessment is told.
        assert_eq!(feeds.problems().total(), 1);
        assert_eq!(feeds.place(feeds.problems().told()[0].source).unwrap(), "f:5");
        let own = HalfLife { net_days: 30.0, other_days: 30.0 };
        assert!((weight(&feeds.sightings()[0], time("2026-06-01"), own).weight - 0.125).abs() < 1e-12);
    }

    #[test]
    fn addresses_and_networks() {
        let feeds = read(
            Format::List,
            "198.51.100.0/24\n198.51.100.128/25\n198.51.100.200\n2001:db8::/32\n2001:db8:1::/48\n::ffff:203.0.113.9\n198.51.100.200\n",
        );
        let lines = |ip: &str| -> Vec<u32> {
            feeds.look_up_ip(ip.parse().unwrap()).iter().map(|sighting| sighting.source.line).collect()
        };
        assert_eq!(lines("198.51.100.200"), [3, 7, 2, 1]);
        assert_eq!(lines("198.51.100.127"), [1]);
        assert!(lines("198.51.101.1").is_empty());
        assert_eq!(lines("2001:db8:1::5"), [5, 4]);
        assert!(lines("2001:db9::1").is_empty());
        assert_eq!(lines("203.0.113.9"), [6]);
        assert_eq!(lines("::ffff:198.51.100.127"), [1]);
        assert_eq!(feeds.look_up(IdKind::Ip, "198.51.100.127:443").len(), 1);
    }

    #[test]
    fn domains_and_those_above() {
        let feeds = read(Format::List, "front.example\n*.b.front.example\ngmail.com\ngithub.com\nexample\n");
        let lines = |host: &str| -> Vec<u32> { feeds.look_up_domain(host).iter().map(|row| row.source.line).collect() };
        assert_eq!(lines("a.B.front.example."), [2, 1]);
        assert_eq!(lines("front.example"), [1]);
        assert!(lines("notfront.example").is_empty());
        // Hosts that everybody uses name nobody, and a label alone is no domain.
        assert_eq!(feeds.sightings().len(), 2);
        assert_eq!(feeds.problems().total(), 3);
    }

    #[test]
    fn kinds_of_one_family_meet() {
        let feeds = read(
            Format::Csv,
            "type,value\nemail,A.B+x@Example.com\nphone,+1 555 0100 123\ndoc,AB 12345\nhandle,https://github.com/Ada\nreference_email,r@example.com\n",
        );
        assert_eq!(feeds.problems().told(), []);
        for (kind, value, hits) in [
            (IdKind::Email, "a.b@example.com", 1),
            (IdKind::RecoveryEmail, "a.b@example.com", 1),
            (IdKind::Email, "r@example.com", 1),
            (IdKind::ReferencePhone, "+15550100123", 1),
            (IdKind::Doc, "ab-12345", 1),
            (IdKind::Tax, "ab-12345", 0),
            (IdKind::Handle, "github:ada", 1),
            (IdKind::Handle, "gitlab:ada", 0),
            (IdKind::Handle, "ada", 0),
        ] {
            assert_eq!(feeds.look_up(kind, value).len(), hits, "{kind:?} {value}");
        }
        let doc = &feeds.sightings()[2];
        assert!(matches!(doc.value, Listed::Keyed(_)) && doc.possible_victim, "{doc:?}");
        let mut bare = Feeds::new(time("2026-06-01"));
        bare.read("f", "", Format::Csv, &mut "kind,value\ndoc,AB 12345\n".as_bytes()).unwrap();
        assert!(bare.is_empty() && bare.problems().total() == 1);
    }

    #[test]
    fn formats_are_known_by_their_begin() {
        for (name, head, format) in [
            ("a.json", "{\"type\": \"bundle\", \"id\": \"bundle--1\", \"objects\": [", Some(Format::Stix)),
            ("a.json", "\u{feff} [{\"Event\": {", Some(Format::Misp)),
            ("a.json", "{\"response\": [{\"Event\": {", Some(Format::Misp)),
            ("a.json", "{\"users\": []}", None),
            ("a.csv", "kind,value,date\n", Some(Format::Csv)),
            ("a.csv", "Type;Indicator;Last Seen\n", Some(Format::Csv)),
            ("a.csv", "kind,hmac,source\n", Some(Format::Csv)),
            ("a.csv", "ioc\n198.51.100.7\n", Some(Format::Csv)),
            ("identifier.csv", "person,kind,value\n", None),
            ("payouts.csv", "Type,Value,Payee,Currency,Country,Holder,Status\n", None),
            ("hr.csv", "name,address,date\n", None),
            ("a.txt", "# addresses\n\n198.51.100.0/24\n", Some(Format::List)),
            ("a.txt", "a[at]example[.]com\n", Some(Format::List)),
            ("lists/blocked", "a[at]example[.]com\n", Some(Format::List)),
            ("mail.eml", "a@example.com\n", None),
            ("a.txt", "Dear all,\n", None),
            ("a.txt", "", None),
        ] {
            assert_eq!(recognise(name, head.as_bytes()), format, "{head}");
        }
    }

    /// Every begin of a file, and files with bytes changed, taken out and put in: read without a panic, and what is taken can be found.
    #[test]
    fn broken_files_cost_only_what_is_broken() {
        let stix = r#"{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator","id":"indicator--1","pattern_type":"stix",
            "pattern":"[email-addr:value = 'a\\'@example.com' OR (ipv4-addr:value ISSUBSET '198.51.100.0/24' AND a:b IN ('x', 'y'))]",
            "valid_from":"2026-01-01T00:00:00Z"},{"type":"domain-name","id":"d","value":"front.example"}]}"#;
        let misp = r#"{"Event":{"info":"x","date":"2026-01-01","Attribute":[{"type":"domain|ip","value":"front.example|198.51.100.7",
            "to_ids":true},{"type":"other","value":"hmac-sha256:email:00"}]}}"#;
        let csv = "kind,value,hmac,date\nemail,\"a@example.com\",,2026-01-01\nip,198.51.100.0/24,,\nhandle,\u{e4}\u{f6},,1767225600\n";
        let list = "# date: 2026-01-01\nhxxps://front[.]example/\u{e4}\n+1 555 0100 123\n198.51.100.7\n@a:b\n";
        let mut seed = 11_u64;
        let mut draw = |below: usize| {
            seed = seed * 48_271 % 2_147_483_647;
            seed as usize % below
        };
        let formats = [(Format::Stix, stix), (Format::Misp, misp), (Format::Csv, csv), (Format::List, list)];
        let mut taken = 0;
        for (format, text) in formats {
            let mut files: Vec<Vec<u8>> = (0..text.len()).map(|end| text.as_bytes()[..end].to_vec()).collect();
            for _ in 0..500 {
                let mut bytes = text.as_bytes().to_vec();
                for _ in 0..=draw(4) {
                    let at = draw(bytes.len());
                    let byte = b"'\"[](){},:\\\n\r \xff0aA@./"[draw(21)];
                    match draw(3) {
                        0 => bytes[at] = byte,
                        1 => bytes.insert(at, byte),
                        _ => drop(bytes.remove(at)),
                    }
                }
                files.push(bytes);
            }
            for bytes in files {
                let mut feeds = Feeds::new(time("2026-06-01")).with_sharing_key(TenantKey::new(&[1; 32]).unwrap());
                feeds.read("f", "feed", format, &mut bytes.as_slice()).unwrap();
                taken += feeds.sightings().len();
                for row in feeds.sightings() {
                    let found = match (&row.value, row.kind) {
                        (Listed::Net(net), _) => feeds.look_up_ip(net.addr()),
                        (Listed::Text(text), FeedKind::Domain) => feeds.look_up_domain(text),
                        (Listed::Text(text), FeedKind::Identifier(kind)) => feeds.look_up_normalised(kind, text),
                        _ => vec![row],
                    };
                    assert!(found.contains(&row), "{row:?} in {}", String::from_utf8_lossy(&bytes));
                }
            }
        }
        assert!(taken > 2000, "{taken}");
    }

    #[test]
    fn words() {
        assert_eq!(Tlp::parse("TLP:WHITE"), Some(Tlp::Clear));
        assert_eq!(Tlp::parse("amber+strict"), Some(Tlp::AmberStrict));
        assert_eq!(Tlp::parse("purple"), None);
        assert_eq!(
            [confidence("High"), confidence("72.4"), confidence("101"), confidence("")],
            [Some(85), Some(72), None, None]
        );
        assert_eq!(FeedKind::from_code("reference_phone"), Some(FeedKind::Identifier(IdKind::Phone)));
        assert_eq!(FeedKind::from_code("ip"), Some(FeedKind::Net));
    }
}
