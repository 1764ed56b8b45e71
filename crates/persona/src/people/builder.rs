//! Putting rows in. Every reader and importer ends here, so that values are normalised, numbers hashed, limits held and problems counted
//! in one place.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use interdict_model::Country;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::by_person::ByPerson;
use super::kept::Kept;
use super::zone::ZoneId;
use super::{
    AddressKey, CountOffsets, DocRow, EventRow, FactRow, Facts, FileId, IdRow, NO_OFFSET, NONE, People, PersonId, PersonRow,
    RelRow, Source, ValueId, Zone,
};
use crate::chunks::Chunks;
use crate::conceal::{FactsOf, Kept as KeptFact, kept};
use crate::groups::Groups;
use crate::key::{KeyedHash, TenantKey};
use crate::problem::{ProblemKind, Problems, TOLD};
use crate::sketch::Sketch;
use crate::text::{Interner, Numbers, TextId, mixed};
use crate::time::{self, Time};
use crate::value::{ValueError, address_keys, normalise, parse_ip};
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// The system whose accounts have the house's own numbers of employees.
pub(crate) const SYSTEM_OF_HR: &str = "hris";

/// Bounds of what is kept.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one document's text that are read.
    pub text_bytes: usize,
    /// Bytes of all texts that are kept, so that evidence can quote them; beyond, texts are compared and not quoted.
    pub kept_bytes: usize,
    /// Facts of one row.
    pub facts: usize,
    /// Problems of one kind in one file that are told one by one; the others are counted.
    pub problems: u64,
    /// Whether each record of an identifier is kept where several state one, as somebody wants to see who looks at all that is held.
    pub each_record: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text_bytes: 1 << 20, kept_bytes: 1 << 30, facts: 512, problems: TOLD, each_record: false }
    }
}

/// What a record states of a person itself. Empty texts are not stated.
#[derive(Debug, Clone, Copy, Default)]
pub struct Describe<'a> {
    /// Name.
    pub name: &'a str,
    /// Country of residence, code or name.
    pub country: &'a str,
    /// Time zone, IANA name or offset.
    pub zone: &'a str,
    /// Role or post.
    pub role: &'a str,
    /// When the person began.
    pub start: &'a str,
    /// When the person left.
    pub end: &'a str,
}

/// When a value was seen. Empty texts are not stated.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// First.
    pub first: &'a str,
    /// Last.
    pub last: &'a str,
}

/// An event to put in.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// When, in any writing of [`Time::parse`].
    pub time: &'a str,
    /// Offset from UTC in minutes where a column of its own states it; it does not move the time.
    pub offset: Option<i16>,
    /// From which address; empty when not stated.
    pub ip: &'a str,
    /// With which device; empty when not stated.
    pub device: &'a str,
    /// The facts.
    pub facts: &'a [(Field, &'a str)],
}

/// A document to put in.
#[derive(Debug, Clone, Copy)]
pub struct NewDocument<'a> {
    /// What it is.
    pub kind: DocKind,
    /// When it was made or handed in; empty when not stated.
    pub time: &'a str,
    /// Its text; empty when there is none.
    pub text: &'a str,
    /// A hash of the text that somebody else made, for equality; empty when there is none.
    pub text_hash: &'a str,
    /// Hashes of shingles that somebody else made, in decimal or hexadecimal digits, separated by spaces or commas; empty when there are none.
    pub shingles: &'a str,
    /// The facts, with their groups: positions and schools from 1.
    pub facts: &'a [(Field, u8, &'a str)],
}

impl NewDocument<'_> {
    /// A document without text.
    #[must_use]
    pub const fn new(kind: DocKind) -> Self {
        Self { kind, time: "", text: "", text_hash: "", shingles: "", facts: &[] }
    }
}

/// The value of an identifier that is normalised, and hashed where only the hash is kept.
#[derive(Debug)]
pub(crate) enum ReadyValue {
    Text(String),
    Keyed(KeyedHash),
}

/// The numbers of sets of facts, by the hashes of the sets: many sets are one of a kind.
#[derive(Debug, Default)]
struct FactSets(Numbers);

impl FactSets {
    /// The number of a set, which is put in when it is new.
    fn number(&mut self, facts: &mut Facts, rows: &[FactRow]) -> u32 {
        if rows.is_empty() {
            return NONE;
        }
        let (set, known) = self.0.find_or_add(Self::hash(rows), facts.len() as u32, |set| facts.get(set) == rows);
        if !known {
            facts.push(rows);
        }
        set
    }

    /// The same of a set that may not be in.
    fn find(&self, facts: &Facts, rows: &[FactRow]) -> Option<u32> {
        if rows.is_empty() { Some(NONE) } else { self.0.find(Self::hash(rows), |set| facts.get(set) == rows) }
    }

    fn hash(rows: &[FactRow]) -> u64 {
        let hash = rows.iter().fold(0_u64, |hash, row| {
            let row = u64::from(row.value) << 16 | u64::from(row.field as u8) << 8 | u64::from(row.group);
            (hash.rotate_left(23) ^ row).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        mixed(hash)
    }
}

/// No two events are one.
const EACH_EVENT: Option<fn(&mut EventRow, &mut EventRow) -> bool> = None;
/// Other names of one account that are kept.
const MOST_NAMES: usize = 32;
/// Holders of one e-mail address of whom it is asked whether they are one person.
const MOST_HOLDERS: usize = 32;
/// The system whose accounts are e-mail addresses, of which a person may have several.
const SYSTEM_OF_GIT: &str = "git";
/// Addresses whose keys are made at once.
const ADDRESSES_AT_ONCE: usize = 1 << 14;

/// People that are being put in.
#[derive(Debug)]
pub struct Builder {
    key: TenantKey,
    limits: Limits,
    problems: Problems,
    texts: Interner,
    keyed: Chunks<KeyedHash>,
    keyed_of: Numbers,
    /// Raw values of keyed kinds by kind and text, dropped with the builder: hashing each occurrence would cost more than reading it.
    raw: Interner,
    raw_keyed: Vec<Result<u32, ValueError>>,
    ips: Chunks<IpAddr>,
    ip_of: Numbers,
    raw_ips: Interner,
    raw_ip: Vec<Option<u32>>,
    zones: Vec<Zone>,
    zone_of: FxHashMap<TextId, Option<ZoneId>>,
    files: Vec<String>,
    file_of: FxHashMap<String, FileId>,
    persons: Vec<PersonRow>,
    /// The person of the last row: rows of one person mostly stand together.
    last_person: Option<PersonId>,
    person_of: FxHashMap<TextId, PersonId>,
    described: Vec<bool>,
    /// Whether a record of an export is about the person.
    named: Vec<bool>,
    ids: ByPerson<IdRow>,
    events: ByPerson<EventRow>,
    docs: Chunks<DocRow>,
    kept: Kept,
    facts: Facts,
    fact_sets: FactSets,
    rels: Vec<RelRow>,
    /// Cells of details as they are written, and the set of facts that each is.
    details: Interner,
    details_set: Vec<u32>,
    scratch: Vec<FactRow>,
    raw_scratch: String,
    /// Hashes of records that were met, by [`Builder::first_sight`].
    met: FxHashSet<u64>,
    /// Relations from persons that may still come, by [`Builder::relation_from`].
    awaited: Vec<Awaited>,
    /// Ids of persons of whom a date was not taken.
    undated: FxHashSet<TextId>,
    /// Other names under which an account is used, as each commit states one.
    other_names: FxHashMap<PersonId, Vec<TextId>>,
    /// Own ids of accounts, without their system, of as many persons as were looked at.
    own_ids: (FxHashSet<Box<str>>, usize),
    /// Telephone numbers in national writing of persons whose country was not known by then.
    national: Vec<National>,
    /// The country of national telephone numbers where no record of the person states one.
    default_country: Option<Country>,
    /// The order of slashed dates that tell none.
    slashed: Option<SlashedDates>,
}

/// The order of day and month in dates as `05/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlashedDates {
    /// The 5th of April.
    DayFirst,
    /// The 4th of May.
    MonthFirst,
}

/// A telephone number that cannot be read before the country is known.
#[derive(Debug)]
struct National {
    person: PersonId,
    kind: IdKind,
    raw: String,
    first: Option<Time>,
    last: Option<Time>,
    source: Source,
}

/// Why accounts with one e-mail address are two persons.
#[derive(Debug, Clone, Copy)]
enum Apart {
    /// No word of their names agrees.
    Names,
    /// Two accounts of one system would be one person.
    System,
}

/// A relation from a person who is known by ids of accounts or an e-mail address alone.
#[derive(Debug)]
struct Awaited {
    accounts: Vec<String>,
    email: String,
    kind: RelKind,
    /// Its id, which stays when persons are put together.
    b: TextId,
    time: Option<Time>,
    source: Source,
}

impl Builder {
    /// An empty one. `key` is the tenant's.
    #[must_use]
    pub fn new(key: TenantKey, limits: Limits) -> Self {
        Self {
            key,
            limits,
            problems: Problems::keeping(limits.problems),
            texts: Interner::default(),
            keyed: Chunks::default(),
            keyed_of: Numbers::default(),
            raw: Interner::default(),
            raw_keyed: Vec::new(),
            ips: Chunks::default(),
            ip_of: Numbers::default(),
            raw_ips: Interner::default(),
            raw_ip: Vec::new(),
            zones: Vec::new(),
            zone_of: FxHashMap::default(),
            files: Vec::new(),
            file_of: FxHashMap::default(),
            persons: Vec::new(),
            last_person: None,
            person_of: FxHashMap::default(),
            described: Vec::new(),
            named: Vec::new(),
            ids: ByPerson::default(),
            events: ByPerson::default(),
            docs: Chunks::default(),
            kept: Kept::default(),
            facts: Facts::default(),
            fact_sets: FactSets::default(),
            rels: Vec::new(),
            details: Interner::default(),
            details_set: Vec::new(),
            scratch: Vec::new(),
            raw_scratch: String::new(),
            met: FxHashSet::default(),
            awaited: Vec::new(),
            undated: FxHashSet::default(),
            other_names: FxHashMap::default(),
            own_ids: (FxHashSet::default(), 0),
            national: Vec::new(),
            default_country: None,
            slashed: None,
        }
    }

    /// Says in which country telephone numbers in national writing are, where no record of the person states a country. It is used for
    /// nothing else.
    pub fn set_default_country(&mut self, country: Option<Country>) {
        self.default_country = country;
    }

    /// Says the order of slashed dates in columns whose values do not tell it.
    pub fn set_slashed_dates(&mut self, order: Option<SlashedDates>) {
        self.slashed = order;
    }

    /// The order that was said.
    pub(crate) fn slashed_dates(&self) -> Option<SlashedDates> {
        self.slashed
    }

    /// Whether a record of a system was not met before, in whatever file: pages of exports overlap, and one record stands in several files.
    pub(crate) fn first_sight(&mut self, system: &str, record: &[u8]) -> bool {
        let hash = twox_hash::XxHash3_64::oneshot_with_seed(twox_hash::XxHash3_64::oneshot(system.as_bytes()), record);
        self.met.insert(hash)
    }

    /// A file that rows come from, by the name that is shown. The 65,536th and later share one number.
    pub fn file(&mut self, name: &str) -> FileId {
        if let Some(known) = self.file_of.get(name) {
            return *known;
        }
        if self.files.len() == usize::from(u16::MAX) {
            self.files.push("(further files)".to_owned());
        }
        let id = FileId(self.files.len().min(usize::from(u16::MAX)) as u16);
        if self.files.len() < usize::from(u16::MAX) {
            self.files.push(name.to_owned());
        }
        self.file_of.insert(name.to_owned(), id);
        id
    }

    /// The place that a `source_record` of the form `file:line` or `file` names.
    pub fn source(&mut self, record: &str) -> Source {
        let (name, line) = match record.rsplit_once(':') {
            Some((name, line)) => match line.trim().parse() {
                Ok(line) => (name, line),
                Err(_) => (record, 0),
            },
            None => (record, 0),
        };
        Source { file: self.file(name), line }
    }

    /// Counts and keeps a problem.
    pub fn problem(&mut self, source: Source, kind: ProblemKind) {
        self.problems.add(source, kind);
    }

    /// The problems so far.
    #[must_use]
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// How many persons there are so far.
    #[must_use]
    pub fn persons_len(&self) -> usize {
        self.persons.len()
    }

    /// The person with an id of the neutral tables; made when it is new.
    pub fn person(&mut self, id: &str, source: Source) -> PersonId {
        self.person_in(id, None, source)
    }

    /// The same from a record of an export that is about the person by the house's own id: with it the person is known, also without a row
    /// in a table of persons.
    pub fn known_person(&mut self, id: &str, source: Source) -> PersonId {
        let person = self.person(id, source);
        self.named[person.index()] = true;
        person
    }

    /// Whether a person with an id was put in, or an account that has it in its system.
    #[must_use]
    pub fn knows(&mut self, id: &str) -> bool {
        if self.find_person(id).is_some() {
            return true;
        }
        let (own_ids, looked_at) = &mut self.own_ids;
        for row in &self.persons[*looked_at..] {
            if row.system.is_some()
                && let Some((_, own)) = self.texts.get(row.id).split_once(':')
            {
                own_ids.insert(own.into());
            }
        }
        *looked_at = self.persons.len();
        own_ids.contains(id)
    }

    /// Notes another name under which an account is used: it says, as the first one does, who may hold it.
    pub(crate) fn also_called(&mut self, person: PersonId, name: &str) {
        if let Some(name) = self.optional(name)
            && self.persons[person.index()].name != Some(name)
        {
            let names = self.other_names.entry(person).or_default();
            if !names.contains(&name) && names.len() < MOST_NAMES {
                names.push(name);
            }
        }
    }

    /// The person with an account in a system, as `greenhouse` and `123`. Accounts of different systems with one e-mail address and names that
    /// agree are one person; accounts of one system never are. The neutral tables are one more system.
    pub fn account(&mut self, system: &str, id: &str, source: Source) -> PersonId {
        let system_id = self.texts.intern(system);
        let mut full = String::with_capacity(system.len() + 1 + id.len());
        full.push_str(system);
        full.push(':');
        full.push_str(id);
        self.person_in(&full, Some(system_id), source)
    }

    fn person_in(&mut self, id: &str, system: Option<TextId>, source: Source) -> PersonId {
        if let Some(last) = self.last_person
            && self.texts.get(self.persons[last.index()].id) == id
        {
            return last;
        }
        let id = self.texts.intern(id);
        if let Some(known) = self.person_of.get(&id) {
            self.last_person = Some(*known);
            return *known;
        }
        let person = PersonId(self.persons.len() as u32);
        self.last_person = Some(person);
        self.persons.push(PersonRow {
            id,
            name: None,
            country: None,
            zone: None,
            role: None,
            start: None,
            end: None,
            system,
            source,
        });
        self.described.push(false);
        self.named.push(false);
        self.person_of.insert(id, person);
        person
    }

    /// Takes what a row of a table of persons states. A second row of one id is a problem, and only fills what the first one lacks.
    pub fn person_row(&mut self, id: &str, describe: Describe<'_>, source: Source) -> PersonId {
        let person = self.person(id, source);
        if std::mem::replace(&mut self.described[person.index()], true) {
            self.problem(source, ProblemKind::DuplicateId);
        } else {
            self.persons[person.index()].source = source;
        }
        self.describe(person, describe, source);
        person
    }

    /// Fills what is not yet known of a person.
    pub fn describe(&mut self, person: PersonId, describe: Describe<'_>, source: Source) {
        let name = self.optional(describe.name);
        let role = self.optional(describe.role);
        let country = match describe.country.trim() {
            "" => None,
            text => {
                let country = Country::parse(text);
                if country.is_none() {
                    self.problem(source, ProblemKind::Country(text.to_owned()));
                }
                country
            }
        };
        let zone = match describe.zone.trim() {
            "" => None,
            text => {
                let zone = self.zone(text);
                if zone.is_none() {
                    self.problem(source, ProblemKind::Zone);
                }
                zone
            }
        };
        let start = self.moment_of(person, "start", describe.start, source);
        let end = self.moment_of(person, "end", describe.end, source);
        let row = &mut self.persons[person.index()];
        row.name = row.name.or(name);
        row.role = row.role.or(role);
        row.country = row.country.or(country);
        row.zone = row.zone.or(zone);
        row.start = row.start.or(start);
        row.end = row.end.or(end);
    }

    fn optional(&mut self, text: &str) -> Option<TextId> {
        let text = text.trim();
        (!text.is_empty()).then(|| self.texts.intern(text))
    }

    fn zone(&mut self, text: &str) -> Option<ZoneId> {
        let id = self.texts.intern(text);
        if let Some(known) = self.zone_of.get(&id) {
            return *known;
        }
        let zone = Zone::parse(text).ok().map(|zone| {
            self.zones.push(zone);
            ZoneId(self.zones.len() as u32 - 1)
        });
        self.zone_of.insert(id, zone);
        zone
    }

    fn moment(&mut self, field: &'static str, text: &str, source: Source) -> Option<Time> {
        if text.trim().is_empty() {
            return None;
        }
        match Time::parse(text) {
            Ok(read) => Some(read.time),
            Err(error) => {
                self.problem(source, ProblemKind::Time { field, error });
                None
            }
        }
    }

    /// A moment of a person; of one that is not taken it is remembered whose it is.
    fn moment_of(&mut self, person: PersonId, field: &'static str, text: &str, source: Source) -> Option<Time> {
        let time = self.moment(field, text, source);
        if time.is_none() && !text.trim().is_empty() {
            self.undated.insert(self.persons[person.index()].id);
        }
        time
    }

    /// Remembers that a date of the person with an id was not taken.
    pub(crate) fn undated(&mut self, id: &str) {
        let id = self.texts.intern(id);
        self.undated.insert(id);
    }

    /// Puts an identifier in; one that is no value of its kind is a problem.
    pub fn identifier(&mut self, person: PersonId, kind: IdKind, raw: &str, seen: Seen<'_>, source: Source) {
        if raw.trim().is_empty() {
            return;
        }
        let (value, shown) = if kind.is_keyed() {
            match self.keyed_value(kind, raw) {
                Ok(value) => (value, NONE),
                Err(error) => return self.problem(source, ProblemKind::Value { kind, error }),
            }
        } else if kind == IdKind::Ip {
            match self.ip(raw) {
                Some(value) => (value, NONE),
                None => return self.problem(source, ProblemKind::Value { kind, error: ValueError::Malformed(kind) }),
            }
        } else {
            let country = self.persons[person.index()].country;
            match normalise(kind, raw, country) {
                Ok(value) => self.value_and_shown(&value, raw.trim()),
                // Another record may state the country.
                Err(ValueError::Malformed(IdKind::Phone | IdKind::ReferencePhone)) if country.is_none() => {
                    return self.national(person, kind, raw, seen, source);
                }
                Err(error) => return self.problem(source, ProblemKind::Value { kind, error }),
            }
        };
        self.identifier_row(person, kind, ValueId(value), shown, seen, source);
    }

    /// Keeps a telephone number until all records are read, of which one may state the country.
    fn national(&mut self, person: PersonId, kind: IdKind, raw: &str, seen: Seen<'_>, source: Source) {
        let first = self.moment_of(person, "first_seen", seen.first, source);
        let last = self.moment_of(person, "last_seen", seen.last, source);
        self.national.push(National { person, kind, raw: raw.to_owned(), first, last, source });
    }

    /// Puts an identifier in whose value is normalised and hashed already.
    pub(crate) fn identifier_ready(
        &mut self,
        person: PersonId,
        kind: IdKind,
        raw: &str,
        value: &Result<ReadyValue, ValueError>,
        seen: Seen<'_>,
        source: Source,
    ) {
        let (value, shown) = match value {
            Ok(ReadyValue::Keyed(hash)) => (self.keyed_id(*hash), NONE),
            Ok(ReadyValue::Text(text)) => self.value_and_shown(text, raw.trim()),
            Err(ValueError::Malformed(IdKind::Phone | IdKind::ReferencePhone))
                if self.persons[person.index()].country.is_none() =>
            {
                return self.national(person, kind, raw, seen, source);
            }
            Err(error) => return self.problem(source, ProblemKind::Value { kind, error: *error }),
        };
        self.identifier_row(person, kind, ValueId(value), shown, seen, source);
    }

    /// Puts in an identifier of which only the keyed hash is known, as 64 hexadecimal digits under the tenant's key.
    pub fn identifier_hash(&mut self, person: PersonId, kind: IdKind, hash: &str, seen: Seen<'_>, source: Source) {
        let Some(hash) = KeyedHash::from_hex(hash.trim()) else { return self.problem(source, ProblemKind::Hash) };
        let (value, shown) = if kind.is_keyed() {
            (self.keyed_id(hash), NONE)
        } else {
            // A value that others keep in the open and this table does not: equal hashes meet each other.
            let text = self.texts.intern(&format!("hmac:{}", hash.hex())).0;
            (text, text)
        };
        if kind == IdKind::Ip {
            return self.problem(source, ProblemKind::Hash);
        }
        self.identifier_row(person, kind, ValueId(value), shown, seen, source);
    }

    /// The numbers of a value as it is compared and as it is shown, which are mostly one.
    fn value_and_shown(&mut self, value: &str, shown: &str) -> (u32, u32) {
        let number = self.texts.intern(value).0;
        (number, if shown == value { number } else { self.texts.intern(shown).0 })
    }

    fn identifier_row(&mut self, person: PersonId, kind: IdKind, value: ValueId, shown: u32, seen: Seen<'_>, source: Source) {
        let first = self.moment_of(person, "first_seen", seen.first, source);
        let last = self.moment_of(person, "last_seen", seen.last, source);
        self.ids.push(IdRow { person, kind, value, shown, first, last: last.or(first), source });
    }

    pub(crate) fn keyed_id(&mut self, hash: KeyedHash) -> u32 {
        let keyed = &self.keyed;
        let is = |number: u32| keyed[number as usize] == hash;
        let (number, known) = self.keyed_of.find_or_add(hash_of_keyed(hash), keyed.len() as u32, is);
        if !known {
            self.keyed.push(hash);
        }
        number
    }

    fn keyed_value(&mut self, kind: IdKind, raw: &str) -> Result<u32, ValueError> {
        self.raw_scratch.clear();
        self.raw_scratch.push(char::from(kind as u8));
        self.raw_scratch.push_str(raw);
        let before = self.raw.len();
        let slot = self.raw.intern(&self.raw_scratch);
        if self.raw.len() > before {
            let value = normalise(kind, raw, None).map(|value| self.key.hash(kind, &value));
            let value = value.map(|hash| self.keyed_id(hash));
            self.raw_keyed.push(value);
        }
        self.raw_keyed[slot.0 as usize]
    }

    /// The number of an address that was read already.
    pub(crate) fn known_ip(&mut self, ip: IpAddr) -> u32 {
        let ips = &self.ips;
        let (number, known) = self.ip_of.find_or_add(hash_of_ip(ip), ips.len() as u32, |number| ips[number as usize] == ip);
        if !known {
            self.ips.push(ip);
        }
        number
    }

    fn ip(&mut self, raw: &str) -> Option<u32> {
        let before = self.raw_ips.len();
        let slot = self.raw_ips.intern(raw);
        if self.raw_ips.len() > before {
            let value = parse_ip(raw).map(|ip| self.known_ip(ip));
            self.raw_ip.push(value);
        }
        self.raw_ip[slot.0 as usize]
    }

    /// Puts an event in. One without a moment is a problem and left out; an address or device that is none costs only itself.
    pub fn event(&mut self, person: PersonId, event: &NewEvent<'_>, source: Source) {
        let of = if event.kind == EventKind::PayeeChanged { FactsOf::PayeeChange } else { FactsOf::Record };
        let set = self.fact_set(of, event.facts.iter().map(|(field, text)| (*field, 0, *text)), source);
        let read = match Time::parse(event.time) {
            Ok(read) => read,
            Err(error) => {
                self.undated.insert(self.persons[person.index()].id);
                return self.problem(source, ProblemKind::Time { field: "time", error });
            }
        };
        if read.offset.is_none() && !read.day_only {
            self.problem(source, ProblemKind::NoZone);
        }
        let offset = event.offset.or(read.offset.filter(|_| !ends_in_z(event.time)));
        let ip = match event.ip {
            "" => NONE,
            text => self.ip(text).unwrap_or_else(|| {
                self.problem(source, ProblemKind::Ip(cut(text)));
                NONE
            }),
        };
        let device = match event.device {
            "" => NONE,
            text => self.keyed_value(IdKind::Device, text).unwrap_or(NONE),
        };
        self.push_event(person, event.kind, read.time, offset, ip, device, set, source);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row, each of a type of its own but two")]
    pub(crate) fn push_event(
        &mut self,
        person: PersonId,
        kind: EventKind,
        time: Time,
        offset: Option<i16>,
        ip: u32,
        device: u32,
        facts: u32,
        source: Source,
    ) {
        let offset = offset.and_then(|minutes| i8::try_from(minutes / 15).ok()).unwrap_or(NO_OFFSET);
        self.events.push(EventRow { person, time, ip, device, facts, line: source.line, file: source.file.0, kind, offset });
    }

    /// The number of a set of facts for [`Builder::push_event`].
    pub(crate) fn fact_set<'t>(
        &mut self,
        of: FactsOf,
        facts: impl Iterator<Item = (Field, u8, &'t str)>,
        source: Source,
    ) -> u32 {
        let mut rows = std::mem::take(&mut self.scratch);
        rows.clear();
        for (field, group, text) in facts {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            if rows.len() == self.limits.facts {
                self.problem(source, ProblemKind::TooManyFacts(self.limits.facts));
                break;
            }
            let (field, kept) = kept(field, text, of);
            let value = match kept {
                KeptFact::Keyed(kind) => match self.keyed_value(kind, text) {
                    Ok(value) => value,
                    Err(error) => {
                        self.problem(source, ProblemKind::Value { kind, error });
                        continue;
                    }
                },
                KeptFact::Text(text) => self.texts.intern(&text).0,
            };
            rows.push(FactRow { field, group, value });
        }
        let set = self.fact_sets.number(&mut self.facts, &rows);
        self.scratch = rows;
        set
    }

    /// The number of a set of facts that are rows already.
    pub(crate) fn fact_set_of(&mut self, rows: &[FactRow]) -> u32 {
        self.fact_sets.number(&mut self.facts, rows)
    }

    /// The number of such a set that was put in before.
    pub(crate) fn find_fact_set(&self, rows: &[FactRow]) -> Option<u32> {
        self.fact_sets.find(&self.facts, rows)
    }

    /// The person of an id that was put in before.
    pub(crate) fn find_person(&self, id: &str) -> Option<PersonId> {
        self.person_of.get(&self.texts.find(id)?).copied()
    }

    /// The number of an address that was put in before.
    pub(crate) fn find_ip(&self, ip: IpAddr) -> Option<u32> {
        self.ip_of.find(hash_of_ip(ip), |number| self.ips[number as usize] == ip)
    }

    /// The number of a hash that was put in before.
    pub(crate) fn find_keyed(&self, hash: KeyedHash) -> Option<u32> {
        self.keyed_of.find(hash_of_keyed(hash), |number| self.keyed[number as usize] == hash)
    }

    /// Looks at the place of a text that will soon be put in, so that nothing waits for its memory then.
    pub(crate) fn expect_text(&self, text: &str) {
        self.texts.expect(text);
    }

    /// The same of a hash.
    pub(crate) fn expect_keyed(&self, hash: KeyedHash) {
        self.keyed_of.expect(hash_of_keyed(hash));
    }

    /// Hands out the numbers of texts, in their order: `None` for one that was not put in before.
    pub(crate) fn find_texts<'t>(&self, texts: impl Iterator<Item = &'t str>, mut take: impl FnMut(Option<u32>)) {
        self.texts.find_each(texts, |text| take(text.map(|text| text.0)));
    }

    /// The number of a text.
    pub(crate) fn text_number(&mut self, text: &str) -> u32 {
        self.texts.intern(text).0
    }

    /// The tenant's key, for hashing beside the builder.
    pub(crate) fn key(&self) -> &TenantKey {
        &self.key
    }

    /// How many facts of one row are kept.
    pub(crate) fn most_facts(&self) -> usize {
        self.limits.facts
    }

    /// The country that a person claims, as far as is known by now.
    pub(crate) fn country_of(&self, id: &str) -> Option<Country> {
        self.persons[self.find_person(id)?.index()].country
    }

    /// Reads the telephone numbers that waited for a country, when accounts have been put together.
    fn read_national(&mut self) {
        for National { person, kind, raw, first, last, source } in std::mem::take(&mut self.national) {
            let country = self.persons[person.index()].country.or(self.default_country);
            match normalise(kind, &raw, country) {
                Ok(value) => {
                    let (value, shown) = self.value_and_shown(&value, raw.trim());
                    self.ids.push(IdRow { person, kind, value: ValueId(value), shown, first, last: last.or(first), source });
                }
                Err(_) if country.is_none() && is_national(&raw) => self.problem(source, ProblemKind::NationalPhone),
                Err(error) => self.problem(source, ProblemKind::Value { kind, error }),
            }
        }
    }

    /// How many bytes of a text are read.
    pub(crate) fn text_bytes(&self) -> usize {
        self.limits.text_bytes
    }

    /// The set of facts of a cell that was read before.
    pub(crate) fn known_details(&self, cell: &str) -> Option<u32> {
        self.details.find(cell).map(|slot| self.details_set[slot.0 as usize])
    }

    /// Keeps the set of facts of a cell.
    pub(crate) fn keep_details(&mut self, cell: &str, set: u32) {
        let before = self.details.len();
        self.details.intern(cell);
        if self.details.len() > before {
            self.details_set.push(set);
        }
    }

    /// Puts a document in.
    pub fn document(&mut self, person: PersonId, document: &NewDocument<'_>, source: Source) {
        let text = &document.text[..document.text.floor_char_boundary(self.limits.text_bytes)];
        let stated = document.facts.iter().map(|(field, group, _)| (*field, *group));
        let career = crate::career::facts(document.kind, text, stated);
        let career = career.iter().map(|(field, group, text)| (*field, *group, text.as_ref()));
        let facts = self.fact_set(FactsOf::Record, document.facts.iter().copied().chain(career), source);
        self.document_with(person, document, facts, None, source);
    }

    /// The same with the number of its set of facts, where the sketch of its text may be made already.
    pub(crate) fn document_with(
        &mut self,
        person: PersonId,
        document: &NewDocument<'_>,
        facts: u32,
        sketch: Option<Box<Sketch>>,
        source: Source,
    ) {
        let time = self.moment_of(person, "time", document.time, source);
        let text = self.text(document, sketch, source);
        self.docs.push(DocRow { person, kind: document.kind, time, facts, text, source });
    }

    fn text(&mut self, document: &NewDocument<'_>, sketch: Option<Box<Sketch>>, source: Source) -> u32 {
        let mut text = document.text.trim();
        if text.len() > self.limits.text_bytes {
            self.problem(source, ProblemKind::TextCut(self.limits.text_bytes));
            text = &text[..text.floor_char_boundary(self.limits.text_bytes)];
        }
        if !text.is_empty() {
            if self.kept.bytes() + text.len() <= self.limits.kept_bytes {
                self.kept.text(text, sketch.as_deref())
            } else {
                self.kept.sketch_only(&sketch.map_or_else(|| Sketch::of(text), |sketch| *sketch))
            }
        } else if !document.shingles.trim().is_empty() {
            let hashes = document.shingles.split([' ', ',', ';', '|']).filter_map(|word| {
                let word = word.trim();
                word.parse().ok().or_else(|| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok())
            });
            self.kept.sketch_only(&Sketch::of_shingles(hashes))
        } else if !document.text_hash.trim().is_empty() {
            let hash = twox_hash::XxHash3_64::oneshot(document.text_hash.trim().as_bytes());
            let whole = crate::sketch::Sentence::new(hash, 0);
            self.kept.sketch_only(&Sketch { sentences: Box::new([whole]), ..Sketch::of("") })
        } else {
            NONE
        }
    }

    /// Puts a relation in.
    pub fn relation(&mut self, a: PersonId, kind: RelKind, b: PersonId, time: &str, source: Source) {
        let time = self.moment("time", time, source);
        if a != b {
            self.rels.push(RelRow { a, kind, b, time, source });
        }
    }

    /// Puts a relation in from somebody who is only named, by accounts (`hris:12`) or an e-mail address. It is kept when that is a person of
    /// the data, whichever file comes first, and is left out otherwise.
    pub(crate) fn relation_from(
        &mut self,
        (accounts, email): (Vec<String>, &str),
        kind: RelKind,
        b: PersonId,
        time: &str,
        source: Source,
    ) {
        let time = self.moment("time", time, source);
        let email = normalise(IdKind::Email, email, None).unwrap_or_default();
        let b = self.persons[b.index()].id;
        self.awaited.push(Awaited { accounts, email, kind, b, time, source });
    }

    /// Finds the persons of [`Builder::relation_from`], when accounts have been put together.
    fn resolve(&mut self, also: &[(PersonId, TextId, Source)]) {
        let awaited = std::mem::take(&mut self.awaited);
        if awaited.is_empty() {
            return;
        }
        // An e-mail address that several hold names nobody.
        let mut by_email: FxHashMap<ValueId, Option<PersonId>> = FxHashMap::default();
        for row in self.ids.iter().filter(|row| row.kind == IdKind::Email) {
            by_email
                .entry(row.value)
                .and_modify(|held| *held = held.filter(|held| *held == row.person))
                .or_insert(Some(row.person));
        }
        let own = self.persons.iter().enumerate().map(|(index, row)| (row.id, PersonId(index as u32)));
        let by_id: FxHashMap<TextId, PersonId> = own.chain(also.iter().map(|(person, id, _)| (*id, *person))).collect();
        for Awaited { accounts, email, kind, b, time, source } in awaited {
            let by_account = accounts.iter().find_map(|id| by_id.get(&self.texts.find(id)?).copied());
            let by_email = || by_email.get(&ValueId(self.texts.find(&email)?.0)).copied().flatten();
            if let (Some(a), Some(b)) = (by_account.or_else(by_email), by_id.get(&b).copied())
                && a != b
            {
                self.rels.push(RelRow { a, kind, b, time, source });
            }
        }
    }

    /// Puts accounts together that are openly one person, sorts all rows by person and time, and makes what texts and addresses are
    /// compared by. `as_of` is the moment of the assessment: what lies more than a day after it is a problem.
    #[must_use]
    pub fn finish(mut self, as_of: Time) -> (People, Problems) {
        drop(std::mem::take(&mut self.raw));
        drop(std::mem::take(&mut self.details));
        drop(std::mem::take(&mut self.raw_ips));
        drop(std::mem::take(&mut self.fact_sets));
        drop(std::mem::take(&mut self.keyed_of));
        drop(std::mem::take(&mut self.ip_of));
        for row in self.events.iter().filter(|row| row.time.since(as_of) > 86_400) {
            self.problems.add(Source { file: FileId(row.file), line: row.line }, ProblemKind::Future);
        }
        let known = self.known_by_id();
        for index in 0..self.persons.len() {
            let has_account = known.binary_search_by_key(&index, |(person, _)| person.index()).is_ok();
            let is_known = self.described[index] || self.named[index] || has_account;
            if !is_known && self.persons[index].system.is_none() {
                self.problems.add(self.persons[index].source, ProblemKind::UnknownPerson);
            }
        }
        let also = self.unite(&known);
        self.resolve(&also);
        self.read_national();
        let count = self.persons.len();

        drop(std::mem::take(&mut self.person_of));
        self.events.sort(count, |row| (row.time, row.kind, row.file, row.line), EACH_EVENT);
        let mut event_kinds = vec![0_u64; count];
        let mut offsets = CountOffsets::default();
        for row in &self.events {
            event_kinds[row.person.index()] |= 1 << row.kind.index();
            offsets.add(row);
        }
        let repeated = if self.limits.each_record { self.repeated() } else { Vec::new() };
        let same = |later: &mut IdRow, earlier: &mut IdRow| {
            let same = later.identity() == earlier.identity();
            if same {
                earlier.first = [earlier.first, later.first].into_iter().flatten().min();
                earlier.last = earlier.last.max(later.last);
                earlier.source = earlier.source.min(later.source);
            }
            same
        };
        self.ids.sort(count, |row| (row.kind, row.value, row.first.map(Reverse), row.source), Some(same));
        let mut docs = std::mem::take(&mut self.docs).into_vec();
        sort(&mut docs, |row| row.person, |row| (row.kind, row.time, row.source, row.text));
        self.rels.par_sort_unstable_by_key(|row| (row.a, row.kind, row.b, row.time, row.source));
        let mut rels_to: Vec<u32> = (0..self.rels.len() as u32).collect();
        rels_to.sort_unstable_by_key(|row| (self.rels[*row as usize].b, *row));

        self.kept.pack();
        let address_keys = self.address_keys();

        let people = People {
            offsets: offsets.finish(&self.persons),
            docs_of: starts(count, docs.iter().map(|row| row.person)),
            rels_of: starts(count, self.rels.iter().map(|row| row.a)),
            rels_to_of: starts(count, rels_to.iter().map(|row| self.rels[*row as usize].b)),
            texts: self.texts,
            keyed: self.keyed,
            ips: self.ips.into_vec(),
            zones: self.zones,
            files: self.files,
            persons: self.persons,
            also,
            ids: self.ids,
            repeated,
            events: self.events,
            event_kinds,
            docs,
            kept: self.kept,
            facts: self.facts,
            rels: self.rels,
            rels_to,
            address_keys,
            undated: self.undated,
        };
        (people, self.problems)
    }

    /// The rows of identifiers that several records state, by person, kind and value.
    fn repeated(&self) -> Vec<IdRow> {
        let mut rows: Vec<IdRow> = self.ids.iter().copied().collect();
        rows.sort_unstable_by_key(|row| (row.identity(), row.source, row.first, row.last));
        rows.chunk_by(|one, other| one.identity() == other.identity())
            .filter(|rows| rows.len() > 1)
            .flatten()
            .copied()
            .collect()
    }

    /// The keys of every distinct address of identifiers, made on all processors.
    fn address_keys(&mut self) -> FxHashMap<u32, AddressKey> {
        let is_address = |kind| matches!(kind, IdKind::Address | IdKind::ShipTo);
        let mut seen = FxHashSet::default();
        let mut rows: Vec<(u32, Option<Country>)> = (self.ids.iter())
            .filter(|row| is_address(row.kind) && seen.insert(row.value.0))
            .map(|row| (row.value.0, self.persons[row.person.index()].country))
            .collect();
        // Facts hold addresses as they were written; they meet identifiers by the same writing without double spaces.
        for row in self.facts.rows().filter(|row| matches!(row.field, Field::ShipTo | Field::Address)) {
            let text = self.texts.get(TextId(row.value)).split_whitespace().collect::<Vec<_>>().join(" ");
            let value = self.texts.intern(&text).0;
            if seen.insert(value) {
                rows.push((value, None));
            }
        }
        drop(seen);
        let mut all = FxHashMap::with_capacity_and_hasher(rows.len(), rustc_hash::FxBuildHasher);
        for rows in rows.chunks(ADDRESSES_AT_ONCE) {
            let texts = &self.texts;
            let keys: Vec<interdict_names::AddressKeys> =
                rows.par_iter().map(|(value, country)| address_keys(texts.get(TextId(*value)), *country)).collect();
            for ((value, _), keys) in rows.iter().zip(keys) {
                // An address that names no building still meets the same writing of itself.
                let place = keys.place.map_or(*value, |key| self.texts.intern(&key).0);
                let unit = keys.unit.map(|key| ValueId(self.texts.intern(&key).0));
                all.insert(*value, AddressKey { place: ValueId(place), unit });
            }
        }
        all
    }

    /// Persons whom no table of persons describes, each with the account that has the same id in its system. What exports hold under the
    /// house's own number of an employee, as parcels and payouts do, is the employee's in the records of HR. What names of files and neutral
    /// tables call by an id is of the one account that has it; where several systems have it, of none.
    fn known_by_id(&self) -> Vec<(PersonId, PersonId)> {
        let undescribed = |index: &usize| !self.described[*index] && self.persons[*index].system.is_none();
        let open: FxHashMap<&str, PersonId> = (0..self.persons.len())
            .filter(undescribed)
            .map(|index| (self.texts.get(self.persons[index].id), PersonId(index as u32)))
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let mut accounts: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
        for (index, row) in self.persons.iter().enumerate().filter(|(_, row)| row.system.is_some()) {
            let id = self.texts.get(row.id).split_once(':').map_or("", |(_, id)| id);
            let account = PersonId(index as u32);
            if let Some(person) = open.get(id).filter(|person| self.names_agree(**person, account)) {
                accounts.entry(*person).or_default().push(account);
            }
        }
        let of_hr = |account: &&PersonId| {
            self.persons[account.index()].system.is_some_and(|system| self.texts.get(system) == SYSTEM_OF_HR)
        };
        let one = |(person, accounts): (PersonId, Vec<PersonId>)| {
            let account = if self.named[person.index()] {
                accounts.iter().find(of_hr).copied()
            } else {
                Some(accounts[0]).filter(|_| accounts.len() == 1)
            };
            Some((person, account?))
        };
        accounts.into_iter().filter_map(one).collect()
    }

    /// Puts accounts together: those that are known to be one, by a relation `same_person`, and accounts of different systems, of which the
    /// neutral tables are one, with one e-mail address and names that agree. Which of those with one address stay apart is told.
    fn unite(&mut self, known: &[(PersonId, PersonId)]) -> Vec<(PersonId, TextId, Source)> {
        let related = self.rels.iter().filter(|row| row.kind == RelKind::SamePerson).map(|row| (row.a, row.b));
        let same: Vec<(PersonId, PersonId)> = related.chain(known.iter().copied()).collect();
        let mut accounts = Groups::new(self.persons.len());
        for (a, b) in &same {
            accounts.join(a.0, b.0);
        }
        let mut by_email: Vec<(ValueId, PersonId)> =
            (self.ids.iter()).filter(|row| row.kind == IdKind::Email).map(|row| (row.value, row.person)).collect();
        by_email.sort_unstable();
        by_email.dedup();
        // Of which systems each group has an account, by its number.
        let mut systems: FxHashMap<u32, Vec<Option<TextId>>> = FxHashMap::default();
        // An id that a file or a table has for an account is no account of its own.
        let system = |person: PersonId| {
            let at = known.binary_search_by_key(&person, |(person, _)| *person);
            self.persons[at.map_or(person, |at| known[at].1).index()].system
        };
        // Nor is a mailbox in a log of commits: one author may have several.
        let git = self.texts.find(SYSTEM_OF_GIT);
        let counted = |person: PersonId| Some(system(person)).filter(|system| system.is_none() || *system != git);
        for (a, b) in &same {
            let of = systems.entry(accounts.of(a.0)).or_default();
            for system in [a, b].into_iter().filter_map(|person| counted(*person)) {
                if !of.contains(&system) {
                    of.push(system);
                }
            }
        }
        let mut held: Vec<(Option<TextId>, u32)> = Vec::new();
        let mut apart: Vec<(PersonId, PersonId, Apart)> = Vec::new();
        for holders in by_email.chunk_by(|a, b| a.0 == b.0).filter(|holders| holders.len() > 1) {
            held.clear();
            held.extend(holders.iter().map(|(_, person)| (system(*person), accounts.of(person.0))));
            held.sort_unstable();
            held.dedup();
            let held_once = |of: Option<TextId>| held.iter().filter(|(system, _)| *system == of).count() == 1;
            // The mail address of a whole office would otherwise compare everybody with everybody.
            for (index, (_, first)) in holders.iter().enumerate().take(MOST_HOLDERS) {
                for (_, second) in &holders[index + 1..holders.len().min(MOST_HOLDERS)] {
                    let (one, other) = (system(*first), system(*second));
                    let (a, b) = (accounts.of(first.0), accounts.of(second.0));
                    if a == b || one == other {
                        continue;
                    }
                    if !self.names_agree(*first, *second) {
                        apart.push((*first, *second, Apart::Names));
                        continue;
                    }
                    // Two accounts of one system are not one person by way of a third.
                    let of = |root: u32| {
                        systems.get(&root).cloned().unwrap_or_else(|| counted(PersonId(root)).into_iter().collect())
                    };
                    let (mut all, more) = (of(a), of(b));
                    if !held_once(one) || !held_once(other) || all.iter().any(|system| more.contains(system)) {
                        apart.push((*first, *second, Apart::System));
                        continue;
                    }
                    all.extend(more);
                    accounts.join(a, b);
                    systems.insert(a.min(b), all);
                }
            }
        }
        self.tell_apart(apart, &mut accounts);
        if accounts.are_apart() {
            return Vec::new();
        }
        let mut moved = vec![PersonId(0); self.persons.len()];
        let mut also = Vec::new();
        let mut persons: Vec<PersonRow> = Vec::with_capacity(self.persons.len());
        for index in 0..self.persons.len() {
            let root = accounts.of(index as u32) as usize;
            let row = self.persons[index].clone();
            if root == index {
                moved[index] = PersonId(persons.len() as u32);
                persons.push(row);
                continue;
            }
            // A group is named by its lowest number, so that it has been moved already.
            let to = moved[root];
            moved[index] = to;
            also.push((to, row.id, row.source));
            let kept = &mut persons[to.index()];
            kept.name = kept.name.or(row.name);
            kept.country = kept.country.or(row.country);
            kept.zone = kept.zone.or(row.zone);
            kept.role = kept.role.or(row.role);
            kept.start = kept.start.or(row.start);
            kept.end = kept.end.or(row.end);
        }
        self.persons = persons;
        self.ids.move_to(&moved);
        self.events.move_to(&moved);
        self.docs.iter_mut().for_each(|row| row.person = moved[row.person.index()]);
        self.national.iter_mut().for_each(|row| row.person = moved[row.person.index()]);
        for row in &mut self.rels {
            row.a = moved[row.a.index()];
            row.b = moved[row.b.index()];
        }
        self.rels.retain(|row| row.a != row.b);
        also.sort_unstable();
        also
    }

    /// Tells which accounts with one e-mail address stayed two persons, each two once.
    fn tell_apart(&mut self, apart: Vec<(PersonId, PersonId, Apart)>, accounts: &mut Groups) {
        let mut told = FxHashSet::default();
        for (a, b, why) in apart {
            let (one, other) = (accounts.of(a.0), accounts.of(b.0));
            if one != other && told.insert((one.min(other), one.max(other))) {
                let id = |person: PersonId| self.texts.get(self.persons[person.index()].id).to_owned();
                let why = match why {
                    Apart::Names => "their names have no word in common",
                    Apart::System => "one system has two accounts with it",
                };
                let kind = ProblemKind::NotOne { one: id(a), other: id(b), why };
                self.problem(self.persons[b.index()].source, kind);
            }
        }
    }

    /// Whether two accounts may have one holder by their names: one lacks a name, or a word of a name of one is a word of one of the other.
    fn names_agree(&self, a: PersonId, b: PersonId) -> bool {
        let names = |person: PersonId| {
            let others = self.other_names.get(&person).map_or(&[][..], Vec::as_slice);
            self.persons[person.index()].name.into_iter().chain(others.iter().copied())
        };
        if names(a).next().is_none() || names(b).next().is_none() {
            return true;
        }
        let words = |name| -> Vec<String> {
            let folded = interdict_names::fold(self.texts.get(name)).to_lowercase();
            folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect()
        };
        let (a, b): (Vec<String>, Vec<String>) = (names(a).flat_map(words).collect(), names(b).flat_map(words).collect());
        a.iter().any(|word| b.contains(word))
    }
}

pub(crate) fn ends_in_z(text: &str) -> bool {
    // `Z` says how the time is written, not where the person was.
    let text = text.trim_end();
    text.ends_with(['Z', 'z'])
        || text.bytes().all(|byte| byte.is_ascii_digit())
        || text.ends_with("UTC")
        || text.ends_with("GMT")
}

/// Whether a text looks like a telephone number without the code of its country.
fn is_national(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.bytes().all(|byte| byte.is_ascii_digit() || b" -().,/".contains(&byte))
}

fn hash_of_keyed(hash: KeyedHash) -> u64 {
    let [a, b, c, d, ..] = hash.0;
    u64::from(u32::from_le_bytes([a, b, c, d]))
}

fn hash_of_ip(ip: IpAddr) -> u64 {
    let bits = match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    };
    mixed((bits >> 64) as u64 ^ mixed(bits as u64))
}

fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Sorts rows by person, and those of a person by a key. Tables are mostly written person by person, so that the rows of each stand together.
fn sort<T: Send + Sync, K: Ord>(rows: &mut [T], person: impl Fn(&T) -> PersonId + Sync, key: impl Fn(&T) -> K + Sync) {
    if rows.is_sorted_by_key(&person) {
        rows.par_chunk_by_mut(|one, other| person(one) == person(other)).for_each(|rows| rows.sort_unstable_by_key(&key));
    } else {
        rows.par_sort_unstable_by_key(|row| (person(row), key(row)));
    }
}

/// Where the rows of each person start, in rows sorted by person; one more at the end.
fn starts(count: usize, persons: impl Iterator<Item = PersonId>) -> Vec<u32> {
    let mut starts = vec![0_u32; count + 1];
    for person in persons {
        starts[person.index() + 1] += 1;
    }
    for index in 0..count {
        starts[index + 1] += starts[index];
    }
    starts
}

/// Minutes of an offset column: `540`, `+09:00`.
pub(crate) fn offset(text: &str) -> Option<i16> {
    time::parse_offset(text)
}

#[cfg(test)]
mod tests {
    use super::{Builder, Describe, Limits, Seen, Source};
    use crate::import::Format;
    use crate::import::testing::finish;
    use crate::key::TenantKey;
    use crate::problem::ProblemKind;
    use crate::vocabulary::IdKind;

    /// Puts in persons with their e-mail addresses, `tables` for the neutral ones; gives the ids that each person has.
    #[track_caller]
    fn check(persons: &[(&str, &str, &[&str])], expected: &[&str]) {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let source = Source { file: to.file("f"), line: 1 };
        for (system, id, emails) in persons {
            let person = if *system == "tables" { to.known_person(id, source) } else { to.account(system, id, source) };
            for email in *emails {
                to.identifier(person, IdKind::Email, email, Seen::default(), source);
            }
        }
        let (people, problems) = finish(to);
        assert!(problems.told().iter().all(|problem| matches!(problem.kind, ProblemKind::NotOne { .. })));
        let ids = |person: crate::people::Person<'_>| [vec![person.key()], person.also().collect()].concat().join("+");
        assert_eq!(people.all().map(ids).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn numbers_of_employees_are_those_of_hr() {
        check(&[("tables", "E1", &[]), ("hris", "E1", &[])], &["E1+hris:E1"]);
        check(&[("hris", "E1", &[]), ("payoneer", "E1", &[]), ("tables", "E1", &[])], &["hris:E1+E1", "payoneer:E1"]);
        // The number of an applicant is none of an employee.
        check(&[("tables", "E1", &[]), ("greenhouse", "E1", &[])], &["E1", "greenhouse:E1"]);
        check(&[("tables", "E1", &[]), ("hris", "E2", &[])], &["E1", "hris:E2"]);
    }

    /// Whom no table of persons describes is the one account with the id.
    #[test]
    fn ids_that_no_table_describes() {
        let ids = |accounts: &[&str]| {
            let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
            let source = Source { file: to.file("f"), line: 1 };
            to.person("7", source);
            for system in accounts {
                to.account(system, "7", source);
            }
            let (people, problems) = finish(to);
            (people.len(), problems.total())
        };
        assert_eq!(ids(&[]), (1, 1));
        assert_eq!(ids(&["greenhouse"]), (1, 0));
        assert_eq!(ids(&["hris"]), (1, 0));
        assert_eq!(ids(&["greenhouse", "hris"]), (3, 1));
    }

    /// What names of files and lists of parcels call somebody is no account of its own, however many of them are of one person.
    #[test]
    fn an_employee_and_an_applicant_with_a_paper_and_a_parcel_are_one() {
        let hr = "Employee ID,Worker,Email - Home\nE1,\"Ionescu, Razvan\",razvan@example.org\n";
        let ats = r#"[{"id":31525995,"first_name":"Razvan","last_name":"Ionescu","email_addresses":[{"value":"razvan@example.org"}]}]"#;
        let parcels = "employee_id,email,tracking,ship_to,shipped_at\nE1,razvan@example.org,1Z1,\"12 Elm St, Austin\",2026-01-10T15:00:00Z\n";
        let mut to = crate::import::testing::builder();
        for (name, format, text) in
            [("hr", Format::Hris, hr), ("ats", Format::Greenhouse, ats), ("parcels", Format::ParcelsCsv, parcels)]
        {
            let file = to.file(name);
            crate::import::import(format, &mut text.as_bytes(), file, &mut to).unwrap();
        }
        assert!(to.knows("31525995") && to.knows("E1") && to.knows("hris:E1") && !to.knows("cvs"));
        let source = Source { file: to.file("31525995/cv.txt"), line: 0 };
        to.person("31525995", source);
        let (people, problems) = finish(to);
        assert_eq!(problems.total(), 0);
        let all: Vec<_> = people.all().map(|person| (person.key(), person.also().collect::<Vec<_>>().join(" "))).collect();
        assert_eq!(all, [("hris:E1", "greenhouse:31525995 E1 31525995".to_owned())]);
    }

    #[test]
    fn accounts_that_stay_two_in_spite_of_one_address_are_told() {
        let told = |accounts: &[(&str, &str, &str)]| {
            let mut to = crate::import::testing::builder();
            let source = Source { file: to.file("f"), line: 1 };
            for (system, id, name) in accounts {
                let person = to.account(system, id, source);
                to.describe(person, Describe { name, ..Describe::default() }, source);
                to.identifier(person, IdKind::Email, "a@example.com", Seen::default(), source);
            }
            let (people, problems) = finish(to);
            (people.len(), problems.told().iter().map(|problem| problem.kind.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(told(&[("hris", "1", "Ada Test"), ("lever", "2", "Test, Ada")]), (1, vec![]));
        let names = "`hris:1` and `lever:2` have one e-mail address and stay two persons: their names have no word in common";
        assert_eq!(told(&[("hris", "1", "Ada Test"), ("lever", "2", "Bob Other")]), (2, vec![names.to_owned()]));
        let (count, told) = told(&[("hris", "1", "Ada Test"), ("lever", "2", "Ada Test"), ("lever", "3", "Ada Test")]);
        assert_eq!((count, told.len()), (3, 2), "{told:?}");
        assert!(told[0].ends_with("one system has two accounts with it"), "{told:?}");
    }

    #[test]
    fn national_telephone_numbers_wait_for_a_country() {
        let phones = |country: &str, default: Option<&str>, raw: &str| {
            let mut to = crate::import::testing::builder();
            to.set_default_country(default.and_then(interdict_model::Country::from_code));
            let source = Source { file: to.file("f"), line: 1 };
            let ats = to.account("lever", "1", source);
            to.identifier(ats, IdKind::Phone, raw, Seen::default(), source);
            to.identifier(ats, IdKind::Email, "a@example.com", Seen::default(), source);
            let hr = to.account("hris", "1", source);
            to.identifier(hr, IdKind::Email, "a@example.com", Seen::default(), source);
            to.describe(hr, Describe { country, ..Describe::default() }, source);
            let (people, problems) = finish(to);
            let person = people.all().next().unwrap();
            let phone = person.identifiers_of(IdKind::Phone).next().and_then(|phone| phone.value().map(str::to_owned));
            let told = problems.told().iter().map(|problem| problem.kind.to_string()).collect::<Vec<_>>().concat();
            (phone.unwrap_or_default(), person.country().map(interdict_model::Country::code), told)
        };
        let us = "+15125550147".to_owned();
        assert_eq!(phones("US", None, "(512) 555-0147"), (us.clone(), Some("us"), String::new()));
        // The country of the house is nobody's statement.
        assert_eq!(phones("", Some("us"), "(512) 555-0147"), (us, None, String::new()));
        assert_eq!(phones("GB", Some("us"), "07700 900123"), ("+447700900123".to_owned(), Some("gb"), String::new()));
        assert!(phones("", None, "(512) 555-0147").2.contains("`default_country`"));
        assert_eq!(phones("", None, "see below").2, "the telephone number is not taken: it is no telephone number");
    }

    #[test]
    fn accounts_and_persons_of_the_tables_meet_by_e_mail() {
        let (a, b) = ("a@example.com", "b@example.com");
        check(&[("tables", "1", &[a]), ("okta", "x", &[a])], &["1+okta:x"]);
        check(&[("okta", "x", &[a]), ("greenhouse", "y", &[a])], &["okta:x+greenhouse:y"]);
        // Two of one system are two, also by way of a third.
        check(&[("tables", "1", &[a]), ("tables", "2", &[a])], &["1", "2"]);
        check(&[("tables", "1", &[a]), ("tables", "2", &[a]), ("okta", "x", &[a])], &["1", "2", "okta:x"]);
        check(&[("tables", "1", &[a]), ("tables", "2", &[b]), ("okta", "x", &[a, b])], &["1+okta:x", "2"]);
        check(
            &[("tables", "1", &[a]), ("okta", "x", &[a, b]), ("tables", "2", &[b]), ("lever", "y", &[b])],
            &["1+okta:x+lever:y", "2"],
        );
    }
}
