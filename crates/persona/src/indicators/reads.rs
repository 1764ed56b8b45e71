//! What each test reads and how it tests: a test with its parameters goes in; its class and the words of what it reads come out, as
//! `person.claimed_country`, `identifier.payee`, `event.login.ip` or `document.cv.positions`. The words are made of the closed vocabularies
//! and of the few words here, so that a rule can read nothing that has no word. What only excuses (household, staffing firm, an openly
//! second account, the user's policy) is not listed.

use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

use super::Class;
use super::test::{AddressStatement, CountryStatement, IpList, Measure, SanctionKind, Test};

/// Facts of the person's own row.
const PERSON: [&str; 6] = ["name", "claimed_country", "claimed_tz", "role", "start", "end"];
/// Columns of events besides their facts.
const EVENT_COLUMNS: [&str; 4] = ["time", "ip", "device", "offset"];
/// Columns of documents besides their facts, and the two arrays.
const DOCUMENT_COLUMNS: [&str; 4] = ["time", "text", "positions", "education"];
/// What comes from the links of persons: a shared value of any kind, a flag on somebody linked, membership of a ring or farm.
const LINKS: [&str; 4] = ["identifier", "flagged", "ring", "farm"];
/// Lists that are looked up.
const LISTS: [&str; 7] = ["vpn", "dprk", "feed", "software", "hardware", "disposable_mail", "sanctions"];

/// Whether a word is of the vocabulary.
pub(super) fn is_word(word: &str) -> bool {
    let mut parts = word.split('.');
    let (Some(table), Some(first), second, None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    match (table, second) {
        ("person", None) => PERSON.contains(&first),
        ("identifier", None) => IdKind::from_code(first).is_some(),
        ("relation", None) => RelKind::from_code(first).is_some(),
        ("link", None) => LINKS.contains(&first),
        ("list", None) => LISTS.contains(&first),
        ("event", Some(fact)) => {
            EventKind::from_code(first).is_some() && (EVENT_COLUMNS.contains(&fact) || Field::from_code(fact).is_some())
        }
        ("document", Some(fact)) => {
            DocKind::from_code(first).is_some() && (DOCUMENT_COLUMNS.contains(&fact) || Field::from_code(fact).is_some())
        }
        _ => false,
    }
}

/// Collects words.
#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn all(mut self, words: &[&str]) -> Self {
        self.0.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    fn ids(mut self, kinds: &[IdKind]) -> Self {
        self.0.extend(kinds.iter().map(|kind| format!("identifier.{}", kind.code())));
        self
    }

    fn relations(mut self, kinds: &[RelKind]) -> Self {
        self.0.extend(kinds.iter().map(|kind| format!("relation.{}", kind.code())));
        self
    }

    fn events(mut self, kinds: &[EventKind], facts: &[&str]) -> Self {
        for kind in kinds {
            self.0.extend(facts.iter().map(|fact| format!("event.{}.{fact}", kind.code())));
        }
        self
    }

    fn documents(mut self, kinds: &[DocKind], facts: &[&str]) -> Self {
        for kind in kinds {
            self.0.extend(facts.iter().map(|fact| format!("document.{}.{fact}", kind.code())));
        }
        self
    }

    fn sorted(mut self) -> Vec<String> {
        self.0.sort_unstable();
        self.0.dedup();
        self.0
    }
}

impl Test {
    /// How it tests.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::SharedIdentifier { .. }
            | Self::StaffedTogether { .. }
            | Self::NearText { .. }
            | Self::NearPhoto { .. }
            | Self::SameCareer { .. }
            | Self::FlaggedNeighbours { .. }
            | Self::SharedWithFlagged { .. }
            | Self::FanIn { .. }
            | Self::SelfDealing {}
            | Self::SharedRater { .. }
            | Self::RingMember {}
            | Self::BanEvasion { .. }
            | Self::CommitIdentities { .. }
            | Self::MeetingsCollide {}
            | Self::ApplicationBurst { .. }
            | Self::ReturnElsewhere {}
            | Self::WalletHops { .. }
            | Self::FarmMember {}
            | Self::NetworkCluster { .. }
            | Self::SharedReference {} => Class::Cross,
            Self::NamesDiffer { .. }
            | Self::SignedByOther {}
            | Self::CountriesDiffer { .. }
            | Self::LoginCountry { .. }
            | Self::AddressesDiffer { .. }
            | Self::EmailUnlikeName {}
            | Self::PositionsOverlap { .. }
            | Self::CareerChanged {}
            | Self::EmployerYounger {}
            | Self::UnverifiedEducation {}
            | Self::AuthorDiffers {}
            | Self::PhotoElsewhere {}
            | Self::SameSourcePicture { .. }
            | Self::BrowserZone { .. }
            | Self::CommitsBeforeAccount { .. }
            | Self::CommitAsOther {}
            | Self::PushedOutside {}
            | Self::MrzBad {} => Class::Record,
            Self::EmailPattern { .. }
            | Self::EmailDomain { .. }
            | Self::LineType { .. }
            | Self::ListedIp { .. }
            | Self::ListedIdentifier { .. }
            | Self::ListedSoftware { .. }
            | Self::ListedHardware {}
            | Self::OpenPort { .. }
            | Self::FileSoftware { .. }
            | Self::AddressClass { .. }
            | Self::Marked { .. }
            | Self::Phrases { .. }
            | Self::Sanctioned { .. } => Class::List,
            Self::Measure { .. }
            | Self::Burst { .. }
            | Self::CountriesInWindow { .. }
            | Self::LongActivity { .. }
            | Self::RoundPayments { .. } => Class::Threshold,
            Self::ImpossibleSpeed { .. }
            | Self::ConcurrentSessions { .. }
            | Self::HoursShift { .. }
            | Self::OffsetDiffers { .. }
            | Self::SoonAfter { .. }
            | Self::FirstContactElsewhere {}
            | Self::DormantThenBusy { .. }
            | Self::ChangePoint { .. }
            | Self::NeverMeet { .. }
            | Self::UnmanagedDevice { .. }
            | Self::IdentityChanged { .. } => Class::Sequence,
            Self::Answer { .. } => Class::Human,
        }
    }

    /// What it reads, in alphabetical order.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one arm a test: the list is the point")]
    pub fn reads(&self) -> Vec<String> {
        use DocKind as D;
        use EventKind as E;
        let words = Words::default();
        let words = match self {
            Self::SharedIdentifier { kinds, names_differ, .. } => {
                words.ids(kinds).all(if *names_differ { &["person.name"] } else { &[] })
            }
            Self::StaffedTogether { kinds, .. } => words.ids(kinds).relations(&[RelKind::StaffedBy]),
            Self::NearText { documents, .. } => words.documents(documents, &["text"]),
            Self::NearPhoto { field, documents, .. } => words.documents(documents, &[field.code()]).all(&["person.name"]),
            Self::SameCareer { .. } | Self::PositionsOverlap { .. } => {
                let facts: &[&str] = match self {
                    Self::SameCareer { .. } => &["positions", "education"],
                    _ => &["positions"],
                };
                words.documents(&[D::Cv, D::Profile], facts)
            }
            Self::FlaggedNeighbours { relations, .. } => words.relations(relations).all(&["link.flagged"]),
            Self::SharedWithFlagged { kinds } => words.ids(kinds).all(&["link.flagged"]),
            Self::FanIn { kinds, .. } => {
                let words = words.ids(kinds).all(&["person.claimed_country"]);
                if kinds.contains(&IdKind::Payee) {
                    words.documents(&[D::BankAccount], &["holder"]).events(&[E::Payout], &["holder"])
                } else {
                    words
                }
            }
            Self::SelfDealing {} => words.all(&["identifier.payee", "relation.client_of"]),
            Self::SharedRater { .. } => words.events(&[E::Rating], &["time", "client", "score"]).all(&["link.identifier"]),
            Self::RingMember {} => words.all(&["link.ring"]),
            Self::BanEvasion { .. } => words.events(&[E::Closed, E::ProfileCreated], &["time"]).all(&["link.identifier"]),
            Self::CommitIdentities { .. } => words.events(&[E::Commit], &["repo", "name", "email", "fork"]),
            Self::MeetingsCollide {} => words.events(&[E::Meeting], &["time", "end"]).all(&["link.identifier"]),
            Self::ApplicationBurst { .. } => words.events(&[E::Application], &["time", "job"]).all(&["link.identifier"]),
            Self::ReturnElsewhere {} => {
                words.events(&[E::ParcelReturned], &["time", "ship_to", "device"]).all(&["identifier.ship_to", "person.end"])
            }
            Self::WalletHops { .. } => {
                words.events(&[E::Transfer], &["time", "wallet", "counterparty"]).all(&["identifier.wallet", "list.sanctions"])
            }
            Self::FarmMember {} => words.all(&["link.farm"]),
            Self::NetworkCluster { .. } => words.events(&[E::Login], &["asn", "org", "network"]),
            Self::SharedReference {} => words
                .ids(&[IdKind::ReferenceEmail, IdKind::ReferencePhone, IdKind::Email, IdKind::Phone])
                .documents(&[D::Reference], &["name"])
                .all(&["person.name"]),
            Self::NamesDiffer { documents, fields } => {
                let facts: Vec<&str> = fields.iter().map(|field| field.code()).collect();
                words.documents(documents, &facts).all(&["person.name"])
            }
            Self::SignedByOther {} => words
                .events(&[E::ParcelDelivered], &["ship_to", "signed_by"])
                .ids(&[IdKind::Address, IdKind::ShipTo])
                .documents(&[D::HrRecord, D::IdentityDocument], &["address"])
                .all(&["person.name"]),
            Self::CountriesDiffer { statements, .. } => statements.iter().fold(words, |words, statement| match statement {
                CountryStatement::Residence => words.all(&["person.claimed_country"]),
                CountryStatement::Document => words.documents(&[D::IdentityDocument], &["issuing_country"]),
                CountryStatement::Phone => words.ids(&[IdKind::Phone]),
                CountryStatement::Bank => {
                    words.documents(&[D::BankAccount], &["bank_country"]).events(&[E::Payout], &["bank_country"])
                }
                CountryStatement::Login => words.events(&[E::Login], &["country"]),
            }),
            Self::LoginCountry { .. } => words.events(&[E::Login], &["time", "country"]).all(&["person.claimed_country"]),
            Self::AddressesDiffer { a, b, .. } => [a, b].into_iter().fold(words, |words, statement| match statement {
                AddressStatement::Home => words.ids(&[IdKind::Address]),
                AddressStatement::Document => words.documents(&[D::IdentityDocument], &["address"]),
                AddressStatement::Hr => words.documents(&[D::HrRecord], &["address"]),
                AddressStatement::Delivery => words.ids(&[IdKind::ShipTo]).events(&[E::ParcelShipped], &["ship_to"]),
            }),
            Self::EmailUnlikeName {} => words.all(&["identifier.email", "person.name"]),
            Self::EmailPattern { .. } => words.ids(&[IdKind::Email]),
            Self::EmailDomain { .. } => words
                .ids(&[IdKind::Email])
                .documents(&[D::DomainLookup], &["domain", "registered"])
                .documents(&[D::Cv], &["positions"])
                .events(&[E::Application], &["time"])
                .all(&["list.disposable_mail"]),
            Self::LineType { .. } => words.ids(&[IdKind::Phone]).documents(&[D::PhoneLookup], &["phone", "line_type"]),
            Self::CareerChanged {} => words.documents(&[D::Cv, D::Profile], &["time", "name", "positions", "education"]),
            Self::EmployerYounger {} => {
                words.documents(&[D::Cv], &["positions"]).documents(&[D::EmployerLookup], &["employer", "registered"])
            }
            Self::UnverifiedEducation {} => words.documents(&[D::Cv], &["positions", "education"]),
            Self::AuthorDiffers {} => words.documents(&[D::Cv, D::Letter], &["author", "company"]).all(&["person.name"]),
            Self::PhotoElsewhere {} => words
                .documents(&[D::Photo, D::IdentityDocument, D::Profile], &["gps_lat", "gps_lon"])
                .all(&["person.claimed_country"]),
            Self::SameSourcePicture { .. } => words.documents(&[D::IdentityDocument, D::Photo, D::Profile], &["base_hash"]),
            Self::BrowserZone { .. } => words
                .events(&[E::Login], &["time", "tz", "offset", "country", "lat", "lon", "network"])
                .all(&["person.claimed_country", "person.claimed_tz"]),
            Self::CommitsBeforeAccount { .. } => {
                words.events(&[E::Commit], &["time", "fork"]).events(&[E::ProfileCreated], &["time"])
            }
            Self::PushedOutside {} => words
                .events(&[E::Push], &["time", "repo", "host", "fork"])
                .events(&[E::Clone, E::Download], &["time", "repo"])
                .ids(&[IdKind::Handle]),
            Self::CommitAsOther {} => {
                words.events(&[E::Commit], &["name", "email", "fork"]).all(&["identifier.email", "person.name"])
            }
            Self::ListedIp { lists, .. } => lists.iter().fold(words, |words, list| match list {
                IpList::ReportedVpn => words.events(&[E::Login], &["ip", "org"]).all(&["list.vpn"]),
                IpList::Vpn | IpList::Proxy | IpList::Datacentre | IpList::Vps | IpList::ResidentialProxy => {
                    words.events(&[E::Login], &["network"])
                }
                IpList::Dprk => words.events(&[E::Login], &["ip"]).all(&["list.dprk"]),
                IpList::Feed => words.events(&[E::Login], &["ip", "time"]).all(&["list.feed"]),
            }),
            Self::ListedIdentifier { kinds } => words.ids(kinds).all(&["list.feed"]),
            Self::ListedSoftware { after_boot, .. } => {
                let words = if after_boot.is_some() { words.events(&[E::FirstBoot], &["time", "device"]) } else { words };
                words.events(&[E::Software], &["time", "software"]).all(&["list.software"])
            }
            Self::ListedHardware {} => words.events(&[E::Usb], &["usb"]).all(&["list.hardware"]),
            Self::OpenPort { .. } => words.events(&[E::Port], &["ip", "port", "title"]).events(&[E::Login], &["ip"]),
            Self::FileSoftware { documents, .. } => words.documents(documents, &["time", "producer", "created"]),
            Self::AddressClass { .. } => {
                words.ids(&[IdKind::ShipTo]).documents(&[D::AddressLookup], &["address", "address_class"])
            }
            Self::MrzBad {} => words.documents(&[D::IdentityDocument], &["mrz"]),
            Self::Marked { documents, events, field, .. } => {
                words.documents(documents, &[field.code()]).events(events, &[field.code()])
            }
            Self::Phrases { .. } => words.documents(&[D::Message], &["text"]),
            Self::Sanctioned { what } => match what {
                SanctionKind::Wallet => words.ids(&[IdKind::Wallet]),
                SanctionKind::Name => words
                    .documents(&[D::BankAccount], &["holder"])
                    .documents(&[D::Company], &["name"])
                    .documents(&[D::Cv], &["positions"])
                    .documents(&[D::Reference], &["name"])
                    .events(&[E::Payout], &["holder"])
                    .all(&["person.name"]),
                SanctionKind::Owned => {
                    words.documents(&[D::Company], &["name"]).relations(&[RelKind::PaidBy, RelKind::StaffedBy])
                }
            }
            .all(&["list.sanctions"]),
            Self::Measure { measure, .. } => measure.reads(words),
            Self::Burst { events, after_start, .. } => {
                words.events(events, &["time"]).all(if after_start.is_some() { &["person.start"] } else { &[] })
            }
            Self::CountriesInWindow { .. } => words.events(&[E::Login], &["time", "country"]),
            Self::LongActivity { .. } => {
                words.events(&[E::Session], &["time", "end"]).events(&[E::Login, E::Commit], &["time"])
            }
            Self::RoundPayments { .. } => words.events(&[E::Payout], &["time", "amount", "currency"]),
            Self::ImpossibleSpeed { .. } => words.events(&[E::Login], &["time", "ip", "lat", "lon"]),
            Self::ConcurrentSessions { .. } => words.events(&[E::Session], &["time", "end", "ip", "device", "country", "city"]),
            Self::HoursShift { events, .. } => {
                words.events(events, &["time"]).all(&["person.claimed_country", "person.claimed_tz"])
            }
            Self::OffsetDiffers { events, .. } => {
                words.events(events, &["time", "offset"]).all(&["person.claimed_tz", "person.claimed_country"])
            }
            Self::SoonAfter { first, then, .. } => words.events(&[*first, *then], &["time"]),
            Self::FirstContactElsewhere {} => words
                .events(&[E::ParcelDelivered], &["time", "country"])
                .events(&[E::Enrolment, E::FirstBoot, E::DeviceSeen, E::Login], &["time", "device", "country"]),
            Self::DormantThenBusy { .. } => words.events(&[E::Commit, E::PullRequest, E::Issue, E::Login, E::Bid], &["time"]),
            Self::ChangePoint { .. } => words.events(&[E::Login], &["time", "device", "country", "network", "asn"]),
            Self::NeverMeet { a, b, .. } => words.events(&[*a, *b], &["time", "ip", "country", "city"]),
            Self::UnmanagedDevice { .. } => words.events(&[E::Login, E::Session], &["time", "device", "managed", "session"]),
            Self::IdentityChanged { .. } => words.events(&[E::Renamed], &["time", "what", "from", "to"]),
            Self::Answer { .. } => words.documents(&[D::Checklist], &["what", "answer"]),
        };
        words.sorted()
    }
}

impl Measure {
    fn reads(self, words: Words) -> Words {
        use DocKind as D;
        use EventKind as E;
        match self {
            Self::FollowRatio => words.documents(&[D::Profile], &["followers", "following"]),
            Self::SkillsPerYear => words.documents(&[D::Cv], &["skills", "years"]),
            Self::BidsPerWin => words.documents(&[D::Profile], &["bids", "wins"]).events(&[E::Bid, E::Won], &["time"]),
            Self::PayShare => words.documents(&[D::Contract, D::HrRecord], &["offer", "benchmark"]),
            Self::CameraOff => words.events(&[E::Meeting], &["camera"]),
            Self::MergedShare => words.events(&[E::PullRequest, E::Issue], &["merged"]),
            Self::ProfileYears => words
                .documents(&[D::Profile], &["created"])
                .documents(&[D::Cv], &["years"])
                .events(&[E::Application, E::ProfileCreated], &["time"]),
            Self::Connections => words.documents(&[D::Profile], &["connections"]).documents(&[D::Cv], &["years"]),
            Self::PortfolioDays => words.documents(&[D::Portfolio], &["registered"]).events(&[E::Application], &["time"]),
            Self::CreditGap => words.documents(&[D::CreditFile], &["registered"]).documents(&[D::Cv], &["positions"]),
            Self::ClonesAgainstRole => {
                words.events(&[E::Clone], &["time", "repo", "count"]).all(&["person.role", "person.start"])
            }
            Self::PayeeAgeDays => words.events(&[E::PayeeOpened, E::Payout], &["time"]),
            Self::CryptoHours => words.events(&[E::Payout, E::PayInCrypto], &["time"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::guard::protected;
    use super::*;

    /// Every word that the vocabularies give.
    fn all_words() -> Vec<String> {
        let mut words: Vec<String> = PERSON.iter().map(|word| format!("person.{word}")).collect();
        words.extend(LINKS.iter().map(|word| format!("link.{word}")));
        words.extend(LISTS.iter().map(|word| format!("list.{word}")));
        words.extend(IdKind::ALL.iter().map(|kind| format!("identifier.{}", kind.code())));
        words.extend(RelKind::ALL.iter().map(|kind| format!("relation.{}", kind.code())));
        let facts = || Field::ALL.iter().map(|field| field.code());
        for kind in EventKind::ALL {
            words.extend(EVENT_COLUMNS.into_iter().chain(facts()).map(|fact| format!("event.{}.{fact}", kind.code())));
        }
        for kind in DocKind::ALL {
            words.extend(DOCUMENT_COLUMNS.into_iter().chain(facts()).map(|fact| format!("document.{}.{fact}", kind.code())));
        }
        words
    }

    #[test]
    fn no_word_of_the_vocabulary_is_protected() {
        let words = all_words();
        assert!(words.len() > 2000, "{}", words.len());
        for word in words {
            assert_eq!(protected(&word), None, "{word}");
            assert!(is_word(&word), "{word}");
        }
        let labels = IdKind::ALL.iter().map(|kind| kind.label()).chain(Field::ALL.iter().map(|field| field.label()));
        for label in labels {
            assert_eq!(protected(label), None, "{label}");
        }
    }

    #[test]
    fn other_words_are_none() {
        for word in [
            "",
            "person",
            "person.",
            "person.age",
            "person.name.first",
            "identifier.passport",
            "event.login",
            "event.login.language",
            "event.dance.time",
            "document.cv.nationality",
            "document.poem.text",
            "link.friends",
            "list.countries",
            "ip",
            "PERSON.NAME",
            "person.name ",
            "event..ip",
            "relation.knows",
        ] {
            assert!(!is_word(word), "{word}");
        }
    }

    /// One of each variant, with every kind and fact that it can be given.
    fn every_test() -> Vec<Test> {
        let kinds = || IdKind::ALL.to_vec();
        let documents = || DocKind::ALL.to_vec();
        let events = || EventKind::ALL.to_vec();
        let mut all = vec![
            Test::SharedIdentifier { kinds: kinds(), at_least: 2, names_differ: true },
            Test::StaffedTogether { kinds: kinds(), at_least: 2 },
            Test::NearText { documents: documents(), likeness: 0.6, sentences: 3 },
            Test::NearPhoto { field: Field::ImageHash, documents: documents(), distance: 4 },
            Test::NearPhoto { field: Field::BaseHash, documents: documents(), distance: 4 },
            Test::SameCareer { stations: 3 },
            Test::FlaggedNeighbours { relations: RelKind::ALL.to_vec(), at_least: 2, by_person: false },
            Test::SharedWithFlagged { kinds: kinds() },
            Test::FanIn { kinds: kinds(), at_least: 3, countries: 3 },
            Test::SelfDealing {},
            Test::SharedRater { at_least: 3, days: 30 },
            Test::RingMember {},
            Test::BanEvasion { days: 30 },
            Test::CommitIdentities { at_least: 3 },
            Test::MeetingsCollide {},
            Test::ApplicationBurst { at_least: 10, days: 7 },
            Test::ReturnElsewhere {},
            Test::WalletHops { hops: 2 },
            Test::FarmMember {},
            Test::NetworkCluster { at_least: 5 },
            Test::SharedReference {},
            Test::NamesDiffer { documents: documents(), fields: vec![Field::Name, Field::Holder, Field::SignedBy] },
            Test::SignedByOther {},
            Test::CountriesDiffer {
                statements: vec![
                    CountryStatement::Residence,
                    CountryStatement::Document,
                    CountryStatement::Phone,
                    CountryStatement::Bank,
                    CountryStatement::Login,
                ],
                at_least: 3,
            },
            Test::LoginCountry { share: 0.5, days: 5 },
            Test::AddressesDiffer { a: AddressStatement::Home, b: AddressStatement::Document, town: false },
            Test::AddressesDiffer { a: AddressStatement::Hr, b: AddressStatement::Delivery, town: true },
            Test::EmailUnlikeName {},
            Test::EmailPattern { patterns: vec!["dev$".to_owned()] },
            Test::EmailDomain { young_days: 90 },
            Test::LineType { types: vec!["voip".to_owned()] },
            Test::PositionsOverlap { months: 12 },
            Test::PushedOutside {},
            Test::CareerChanged {},
            Test::EmployerYounger {},
            Test::UnverifiedEducation {},
            Test::AuthorDiffers {},
            Test::PhotoElsewhere {},
            Test::SameSourcePicture { distance: 4 },
            Test::BrowserZone { hours: 3, days: 5 },
            Test::CommitsBeforeAccount { days: 30 },
            Test::CommitAsOther {},
            Test::ListedIp {
                lists: vec![
                    IpList::ReportedVpn,
                    IpList::Vpn,
                    IpList::Proxy,
                    IpList::Datacentre,
                    IpList::Vps,
                    IpList::ResidentialProxy,
                    IpList::Dprk,
                    IpList::Feed,
                ],
                share: 0.1,
            },
            Test::ListedIdentifier { kinds: kinds() },
            Test::ListedSoftware { classes: vec!["remote_access".to_owned()], at_least: 1, days: None, after_boot: Some(14) },
            Test::ListedHardware {},
            Test::OpenPort { ports: vec![3389] },
            Test::FileSoftware { documents: documents(), programs: vec!["gimp".to_owned()], minutes: 5 },
            Test::AddressClass { classes: vec!["hotel".to_owned()] },
            Test::MrzBad {},
            Test::Marked { documents: documents(), events: vec![], field: Field::Flag, values: vec!["x".to_owned()] },
            Test::Marked { documents: vec![], events: events(), field: Field::Flag, values: vec!["x".to_owned()] },
            Test::Phrases { phrases: vec!["rent an account".to_owned()] },
            Test::Sanctioned { what: SanctionKind::Wallet },
            Test::Sanctioned { what: SanctionKind::Name },
            Test::Sanctioned { what: SanctionKind::Owned },
            Test::Burst { events: events(), at_least: 2, days: 30, after_start: Some(30) },
            Test::CountriesInWindow { at_least: 4, days: 7 },
            Test::LongActivity { session_hours: 24, day_hours: 20, days: 3 },
            Test::RoundPayments { at_least: 4, days: 7 },
            Test::ImpossibleSpeed { kmh: 900, at_least: 3 },
            Test::ConcurrentSessions { at_least: 2 },
            Test::HoursShift { events: events(), hours: 5, days: 20 },
            Test::OffsetDiffers { events: events(), share: 0.6, at_least: 20 },
            Test::SoonAfter { first: EventKind::FirstBoot, then: EventKind::Malware, hours: 24, hours_before: 0, at_least: 1 },
            Test::FirstContactElsewhere {},
            Test::DormantThenBusy { days: 730, at_least: 20 },
            Test::ChangePoint { at_least: 3 },
            Test::NeverMeet { a: EventKind::Application, b: EventKind::Login, days: 3 },
            Test::UnmanagedDevice { at_least: 3 },
            Test::IdentityChanged { at_least: 2, days: 365 },
            Test::Answer { question: "H-04".to_owned(), fires: "yes".to_owned() },
        ];
        let measures = [
            Measure::FollowRatio,
            Measure::SkillsPerYear,
            Measure::BidsPerWin,
            Measure::PayShare,
            Measure::CameraOff,
            Measure::MergedShare,
            Measure::ProfileYears,
            Measure::Connections,
            Measure::PortfolioDays,
            Measure::CreditGap,
            Measure::ClonesAgainstRole,
            Measure::PayeeAgeDays,
            Measure::CryptoHours,
        ];
        all.extend(measures.map(|measure| Test::Measure { measure, at_least: Some(1.0), at_most: None }));
        all
    }

    #[test]
    fn no_test_reads_a_protected_word_and_all_read_words() {
        let tests = every_test();
        let mut kinds: Vec<_> = tests.iter().map(std::mem::discriminant).collect();
        kinds.sort_by_key(|kind| format!("{kind:?}"));
        kinds.dedup();
        // One more variant needs one more line above.
        assert_eq!(kinds.len(), 68);
        for test in tests {
            let reads = test.reads();
            assert!(!reads.is_empty(), "{test:?}");
            assert!(reads.is_sorted_by(|a, b| a < b), "{test:?}");
            for word in reads {
                assert_eq!(protected(&word), None, "{test:?}");
                assert!(is_word(&word), "{test:?} reads {word}");
            }
        }
    }

    /// A country is read only by tests that compare it with another statement of the same person or count different ones, and never
    /// beside a parameter that could name one.
    #[test]
    fn tests_that_read_a_country_have_no_texts() {
        let reads_country = |test: &Test| test.reads().iter().any(|word| word.ends_with("country"));
        for test in every_test().iter().filter(|test| reads_country(test)) {
            let with_texts = matches!(
                test,
                Test::EmailPattern { .. }
                    | Test::LineType { .. }
                    | Test::ListedSoftware { .. }
                    | Test::FileSoftware { .. }
                    | Test::AddressClass { .. }
                    | Test::Marked { .. }
                    | Test::Phrases { .. }
                    | Test::Answer { .. }
            );
            assert!(!with_texts, "{test:?}");
        }
    }

    #[test]
    fn reads_follow_the_parameters() {
        #[track_caller]
        fn check(test: &Test, reads: &[&str], class: Class) {
            assert_eq!(test.reads(), reads);
            assert_eq!(test.class(), class);
        }
        check(
            &Test::SharedIdentifier { kinds: vec![IdKind::Tax, IdKind::Doc], at_least: 2, names_differ: true },
            &["identifier.doc", "identifier.tax", "person.name"],
            Class::Cross,
        );
        check(
            &Test::SharedIdentifier { kinds: vec![IdKind::Payee], at_least: 2, names_differ: false },
            &["identifier.payee"],
            Class::Cross,
        );
        check(&Test::ListedIp { lists: vec![IpList::Vpn, IpList::Vps], share: 0.3 }, &["event.login.network"], Class::List);
        check(
            &Test::LoginCountry { share: 0.5, days: 5 },
            &["event.login.country", "event.login.time", "person.claimed_country"],
            Class::Record,
        );
        check(
            &Test::Burst { events: vec![EventKind::PayeeChanged], at_least: 2, days: 90, after_start: None },
            &["event.payee_changed.time"],
            Class::Threshold,
        );
        check(
            &Test::SameCareer { stations: 3 },
            &["document.cv.education", "document.cv.positions", "document.profile.education", "document.profile.positions"],
            Class::Cross,
        );
    }
}
