//! What an indicator can test. Each test has typed parameters and a fixed list of what it reads; there is none that reads a country other
//! than to compare it with another statement of the same person, and none that reads nationality, ethnicity, race, religion, native
//! language, accent or looks.

use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// A test and its parameters. Periods are in days unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    // A person against others.
    /// A value of one of these kinds is held by others. Who holds it openly with the person (household, staffing firm, own second account) does not count.
    SharedIdentifier {
        /// The kinds.
        kinds: Vec<IdKind>,
        /// Holders from which it fires, the person counted.
        at_least: u32,
        /// Whether names must differ.
        #[serde(default)]
        names_differ: bool,
    },
    /// Several people of one staffing firm, which is no excuse here, hold one value: one delivery address for all its "certified" remote workers.
    StaffedTogether {
        /// The kinds.
        kinds: Vec<IdKind>,
        /// Holders from which it fires, the person counted.
        at_least: u32,
    },
    /// A document's text is nearly that of another person's, by the share of common word triples or by the number of equal sentences.
    NearText {
        /// The kinds of documents, compared within each kind.
        documents: Vec<DocKind>,
        /// Share of common triples, 0 to 1.
        likeness: f64,
        /// Equal sentences.
        sentences: u32,
    },
    /// A picture is nearly that of a person with another name: perceptual hashes at most this far apart (of 64 bits).
    NearPhoto {
        /// Which hash: `image_hash` or `base_hash`.
        field: Field,
        /// The kinds of documents.
        documents: Vec<DocKind>,
        /// Bits.
        distance: u32,
    },
    /// Two persons share employers with dates, and schools.
    SameCareer {
        /// Stations that must agree.
        stations: u32,
    },
    /// The person is linked by one of these relations to others who are flagged.
    FlaggedNeighbours {
        /// The relations, in either direction.
        relations: Vec<RelKind>,
        /// How many.
        at_least: u32,
        /// Only those that go out from the person, as whom it referred.
        #[serde(default)]
        by_person: bool,
    },
    /// A value of one of these kinds is also held by somebody who is flagged.
    SharedWithFlagged {
        /// The kinds.
        kinds: Vec<IdKind>,
    },
    /// One payout account or wallet collects for persons who live in several countries.
    FanIn {
        /// The kinds.
        kinds: Vec<IdKind>,
        /// Persons.
        at_least: u32,
        /// Different countries of residence among them.
        countries: u32,
    },
    /// A client and the person are paid to one account.
    SelfDealing {},
    /// One client rates several persons highly who share a value of another kind.
    SharedRater {
        /// Persons.
        at_least: u32,
        /// Days within which.
        days: u32,
    },
    /// The person is linked with others by two independent kinds of keys: member of a ring.
    RingMember {},
    /// The account was opened soon after a linked account was closed.
    BanEvasion {
        /// Days.
        days: u32,
    },
    /// Commits in the person's repositories under several unrelated names.
    CommitIdentities {
        /// Names.
        at_least: u32,
    },
    /// Two persons who share a device or account have meetings that overlap, or are in two jobs.
    MeetingsCollide {},
    /// Many applications from one cluster of contacts or devices across unrelated jobs.
    ApplicationBurst {
        /// Applications.
        at_least: u32,
        /// Days within which.
        days: u32,
    },
    /// A device came back from, or was never returned by, an address where others' parcels go.
    ReturnElsewhere {},
    /// The person's wallet dealt with a listed address, or pays in to an address where others' pay goes.
    WalletHops {
        /// Most hops.
        hops: u32,
    },
    /// Company devices of several persons behind one home network or delivery address: member of a farm.
    FarmMember {},
    /// The share of persons of one hosting network is far above the rest.
    NetworkCluster {
        /// Persons from which it fires.
        at_least: u32,
    },
    /// A name or identifier of a reference is that of the applicant or of other applicants' references.
    SharedReference {},

    // Facts of one person against each other.
    /// Names in these documents differ from the person's name beyond nickname, order and transliteration.
    NamesDiffer {
        /// The documents.
        documents: Vec<DocKind>,
        /// The facts that hold the name: `name`, `holder`, `signed_by`.
        fields: Vec<Field>,
    },
    /// The signature of a delivery is another name.
    SignedByOther {},
    /// Countries of these statements are so many different ones.
    CountriesDiffer {
        /// Statements: `residence`, `document`, `phone`, `bank`, `login`, `photo`.
        statements: Vec<CountryStatement>,
        /// Different countries.
        at_least: u32,
    },
    /// Log-ins come from another country than the residence stated.
    LoginCountry {
        /// Share of days with log-ins, 0 to 1.
        share: f64,
        /// Days at least.
        days: u32,
    },
    /// Two addresses that the person states differ.
    AddressesDiffer {
        /// The first: `home`, `document`, `hr`, `delivery`.
        a: AddressStatement,
        /// The second.
        b: AddressStatement,
        /// Only where they are in different towns.
        #[serde(default)]
        town: bool,
    },
    /// The local part of the e-mail address holds no part of the name.
    EmailUnlikeName {},
    /// The local part of the e-mail address follows a pattern.
    EmailPattern {
        /// Regular expressions over the local part.
        patterns: Vec<String>,
    },
    /// The domain of the e-mail address is disposable, looks like that of a stated employer, or is young.
    EmailDomain {
        /// Days.
        young_days: u32,
    },
    /// The line is of one of these types.
    LineType {
        /// `voip`, `invalid`.
        types: Vec<String>,
    },
    /// Full-time positions overlap.
    PositionsOverlap {
        /// Months that one pair overlaps; several pairs count from half.
        months: u32,
    },
    /// Papers of one person over time give different names, schools or dates.
    CareerChanged {},
    /// An employer or its site is younger than the position there.
    EmployerYounger {},
    /// Education that nobody confirmed, in another country than all positions, without a stated move.
    UnverifiedEducation {},
    /// Author or company in the metadata of a file is another person.
    AuthorDiffers {},
    /// Position of a photo is outside the country stated.
    PhotoElsewhere {},
    /// Two pictures of the person come from one source picture: bases at most this far apart.
    SameSourcePicture {
        /// Bits.
        distance: u32,
    },
    /// The time zone of browser or device is not that of the address.
    BrowserZone {
        /// Hours.
        hours: u32,
        /// Days at least.
        days: u32,
    },
    /// Account of the person is younger than its first commits outside forks.
    CommitsBeforeAccount {
        /// Days.
        days: u32,
    },
    /// Commits under a name or e-mail address that is not the person's.
    CommitAsOther {},
    /// Code of a repository at which the person worked was pushed to a place of the person or to a host that is not the company's.
    PushedOutside {},

    // Against a list.
    /// A log-in came from an address on a list: `vpn`, `dprk`, `feed`, or of one of the classes of network.
    ListedIp {
        /// Lists.
        lists: Vec<IpList>,
        /// Share of log-ins from which it fires, 0 to 1.
        share: f64,
    },
    /// An identifier is on an indicator feed.
    ListedIdentifier {
        /// The kinds.
        kinds: Vec<IdKind>,
    },
    /// Programs of a list were seen.
    ListedSoftware {
        /// Classes: `remote_access`, `keep_awake`, `vpn_client`, `multi_account`, `emulator`, `face_or_voice`, `interview_aid`, `messenger_lan`.
        classes: Vec<String>,
        /// Different programs.
        at_least: u32,
        /// Days within which they were seen, where given.
        #[serde(default)]
        days: Option<u32>,
        /// Only within so many days after the first start of the device, where given.
        #[serde(default)]
        after_boot: Option<u32>,
    },
    /// Hardware of a list was seen: strings of `data/remote_hardware.tsv`.
    ListedHardware {},
    /// One of these ports was open at an address of a log-in.
    OpenPort {
        /// Ports.
        ports: Vec<u16>,
    },
    /// A file was made by a program of these kinds, or so few minutes before it was handed in.
    FileSoftware {
        /// The documents.
        documents: Vec<DocKind>,
        /// Words in the name of the program.
        programs: Vec<String>,
        /// Minutes.
        minutes: u32,
    },
    /// An address is of one of these classes.
    AddressClass {
        /// Classes.
        classes: Vec<String>,
    },
    /// The machine readable zone disagrees with its check digits or the printed fields.
    MrzBad {},
    /// A document or event has this fact with one of these values.
    Marked {
        /// The documents; empty when events are meant.
        #[serde(default)]
        documents: Vec<DocKind>,
        /// The events; empty when documents are meant.
        #[serde(default)]
        events: Vec<EventKind>,
        /// The fact.
        field: Field,
        /// The values; never countries.
        values: Vec<String>,
    },
    /// A message has one of these phrases. Messages are read only when the policy switches it on.
    Phrases {
        /// The phrases, in lower case.
        phrases: Vec<String>,
    },
    /// A name or wallet of the person, payee, employer, reference or vendor is on a sanctions list.
    Sanctioned {
        /// `wallet`, `name`, `owned`.
        what: SanctionKind,
    },

    // Against a threshold.
    /// A ratio or number in the facts of a document passes a bound. Fires when every bound given holds.
    Measure {
        /// Which.
        measure: Measure,
        /// At least.
        #[serde(default)]
        at_least: Option<f64>,
        /// At most.
        #[serde(default)]
        at_most: Option<f64>,
    },
    /// So many events of a kind within a period.
    Burst {
        /// The events.
        events: Vec<EventKind>,
        /// How many.
        at_least: u32,
        /// Days within which.
        days: u32,
        /// Only within so many days after the person's start, where given.
        #[serde(default)]
        after_start: Option<u32>,
    },
    /// Different countries of log-in within a period.
    CountriesInWindow {
        /// Countries.
        at_least: u32,
        /// Days.
        days: u32,
    },
    /// Sessions or activity that no single person keeps up.
    LongActivity {
        /// Hours of one session.
        session_hours: u32,
        /// Different hours of a day.
        day_hours: u32,
        /// Days on which.
        days: u32,
    },
    /// Equal round payments, or payments just below a bound, that are one sum in pieces.
    RoundPayments {
        /// Payments.
        at_least: u32,
        /// Days within which.
        days: u32,
    },

    // In the order of time.
    /// Two log-ins that no journey connects.
    ImpossibleSpeed {
        /// Kilometres an hour.
        kmh: u32,
        /// Pairs at least.
        at_least: u32,
    },
    /// Sessions of one account at the same time from two places or devices.
    ConcurrentSessions {
        /// Pairs at least.
        at_least: u32,
    },
    /// Hours of activity fit another time zone than that stated.
    HoursShift {
        /// The events.
        events: Vec<EventKind>,
        /// Hours.
        hours: u32,
        /// Days with activity at least.
        days: u32,
    },
    /// The offset that records state is not that of the stated time zone.
    OffsetDiffers {
        /// The events.
        events: Vec<EventKind>,
        /// Share of events, 0 to 1.
        share: f64,
        /// Events at least.
        at_least: u32,
    },
    /// `then` came within a period of `first`.
    SoonAfter {
        /// First event.
        first: EventKind,
        /// Second event.
        then: EventKind,
        /// Hours between them at most.
        hours: u32,
        /// Also when `then` came so many hours before `first`.
        #[serde(default)]
        hours_before: u32,
        /// How often `then` came within the period at least.
        #[serde(default = "once")]
        at_least: u32,
    },
    /// The first log-in or check-in of a device comes from another country than where its parcel was delivered.
    FirstContactElsewhere {},
    /// Nothing for so long, then so many events.
    DormantThenBusy {
        /// Days of silence.
        days: u32,
        /// Events afterwards within 30 days.
        at_least: u32,
    },
    /// Device, network and hours of an account change at once.
    ChangePoint {
        /// How many of device, country, network, hours must change.
        at_least: u32,
    },
    /// Places or networks of two kinds of events never meet.
    NeverMeet {
        /// The first kind.
        a: EventKind,
        /// The second kind.
        b: EventKind,
        /// Days with each at least.
        days: u32,
    },
    /// A session from a device that the company does not manage, after sessions from one that it does.
    UnmanagedDevice {
        /// Log-ins at least.
        at_least: u32,
    },
    /// The profile was changed: name, handle, e-mail address.
    IdentityChanged {
        /// Changes.
        at_least: u32,
        /// Days within which; 0 for any time.
        days: u32,
    },

    /// The answer of somebody who spoke with the person.
    Answer {
        /// The question, as `H-04`; where the rule leaves it out, the id of the indicator is put here when it is read.
        #[serde(default)]
        question: String,
        /// The answer that fires: `yes` or `no`; `never` for a note.
        fires: String,
    },
}

/// A statement of a country by or about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryStatement {
    /// Residence.
    Residence,
    /// Country of issue of an identity document.
    Document,
    /// Country code of the telephone number.
    Phone,
    /// Country of the bank.
    Bank,
    /// Most log-ins.
    Login,
}

/// A statement of an address by or about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressStatement {
    /// Home address.
    Home,
    /// On the identity document.
    Document,
    /// In the HR record.
    Hr,
    /// Where parcels go.
    Delivery,
}

/// A list of addresses of the Internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpList {
    /// Exits of the VPN services that the published cases name, from the user's lists or by the name of the network's owner.
    ReportedVpn,
    /// Class `vpn`.
    Vpn,
    /// Class `proxy`.
    Proxy,
    /// Class `datacentre`.
    Datacentre,
    /// Class `vps`.
    Vps,
    /// Class `residential_proxy`.
    ResidentialProxy,
    /// Ranges registered to the DPRK.
    Dprk,
    /// Indicator feeds.
    Feed,
}

/// What a sanctions look-up is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SanctionKind {
    /// A wallet.
    Wallet,
    /// A name with what goes with it.
    Name,
    /// What the network says of an owner.
    Owned,
}

/// A number made of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Followed for each follower, in a profile with at least 100 of both.
    FollowRatio,
    /// Skills for each year of experience.
    SkillsPerYear,
    /// Bids for each bid won, with at least 20 bids.
    BidsPerWin,
    /// Pay accepted as share of the usual pay.
    PayShare,
    /// Share of meetings with the camera off, with at least 8 meetings.
    CameraOff,
    /// Share of pull requests and issues at others' projects that were merged, with at least 10.
    MergedShare,
    /// Age of the profile in years at the application, for a claim of at least 5 years of experience.
    ProfileYears,
    /// Connections of a profile, for a claim of at least 5 years of experience.
    Connections,
    /// Days from registration of the portfolio's domain to the application.
    PortfolioDays,
    /// Years by which the credit file is younger than the first position.
    CreditGap,
    /// Repositories cloned in the first seven days, as a multiple of the median of the same role.
    ClonesAgainstRole,
    /// Days from the opening of the payout account to the first payout.
    PayeeAgeDays,
    /// Hours from a payout to the move into virtual currency.
    CryptoHours,
}

/// How often, where a rule does not say.
const fn once() -> u32 {
    1
}
