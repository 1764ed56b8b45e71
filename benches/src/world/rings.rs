//! Planted rings: which people are in one, how it works, and which traces its members leave. A world's size and seed go in, rings come out, each a run
//! of places in the hidden order of people. What a ring does follows published cases; which of its traces are there is chance, ring by ring and
//! member by member, because no case left all of them and records are never whole.

use super::Kind;
use super::dice::{Dice, mix};
use super::rates::RATES;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident($bits:ty) { $($(#[$one:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum $name { $($(#[$one])* $word,)+ }
        impl $name {
            /// All of them with the words that the truth has for them.
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$word, $text),)+];
            /// One bit for each.
            pub(crate) const fn bit(self) -> $bits { 1 << self as u8 }
            /// The words of a set, with `;` between.
            pub(crate) fn list(set: $bits) -> String {
                let words = Self::ALL.iter().filter(|(one, _)| set & one.bit() != 0).map(|(_, word)| *word);
                words.collect::<Vec<_>>().join(";")
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A kind of trace that two members of a ring have in common.
    Trace(u32) {
        /// Computers are sent to one address.
        ShipTo = "ship_to",
        /// Computers report one access point, gateway or line.
        Network = "network",
        /// Pay goes to one account.
        Payee = "payee",
        /// One telephone.
        Phone = "phone",
        /// One address for recovery.
        Recovery = "recovery_email",
        /// One device on several accounts.
        Device = "device",
        /// Paragraphs of a CV.
        CvText = "cv_text",
        /// Author in the files of CVs.
        CvAuthor = "cv_author",
        /// One face or picture, changed a little.
        Photo = "photo",
        /// Commits to each other's repositories.
        Commits = "commits",
        /// Referrals and vouching.
        Referral = "referral",
        /// A few VPN exits that all use.
        Exits = "exits",
        /// The line of the house, when the VPN was off.
        HouseLine = "house_line",
        /// A wallet that receives pay.
        Wallet = "wallet",
        /// References with one telephone or mail address.
        Reference = "reference",
        /// Portfolio sites with the same code or analytics id.
        Portfolio = "portfolio",
        /// Letters or proposals.
        Letter = "letter",
        /// Messenger account.
        Messenger = "messenger",
        /// Scans of papers with one background.
        DocumentBase = "document_base",
        /// The same employers and years.
        Career = "career",
        /// Ratings by one client for several of them.
        Rating = "rating",
        /// An account that opens when another's is closed, with its handle.
        Evasion = "evasion",
        /// A commit under another's name.
        Slip = "commit_slip",
        /// A rented server through which they log in.
        Server = "server",
        /// A firm that lends them.
        Firm = "firm",
        /// Commits of one copied history.
        History = "copied_history",
        /// One document or tax number on two names.
        Number = "number",
    }
}

words! {
    /// What one person's records show without any other's.
    Sign(u32) {
        /// Two remote-access tools.
        RemoteTools = "remote_tools",
        /// A keyboard-video-mouse switch over the network.
        Kvm = "kvm",
        /// The address for the computer was changed after the offer.
        Rerouted = "rerouted",
        /// Works by the clock of another country.
        Rhythm = "rhythm",
        /// Works by the client's clock though elsewhere, so that the rhythm shows nothing.
        ClientClock = "client_clock",
        /// The account's holder has another name.
        Holder = "holder",
        /// Several tries at identity checks.
        Kyc = "kyc",
        /// The camera is never on.
        Camera = "camera",
        /// Fetches many repositories at once.
        Clones = "clones",
        /// Malware soon after the first start.
        Malware = "malware",
        /// Hides behind a VPN.
        Vpn = "vpn",
        /// Hides behind the line of another's home.
        Proxy = "proxy",
        /// Names in papers do not agree.
        Names = "names",
        /// The account was made by someone else: country, device and hours change at once.
        Transfer = "transfer",
        /// Asks for pay in crypto.
        Crypto = "crypto",
        /// Changes of the account for pay.
        PayeeChange = "payee_change",
        /// Links are dead or of another person.
        DeadLinks = "dead_links",
        /// The number is one over the Internet.
        Voip = "voip",
        /// Sessions of a day and more.
        LongSessions = "long_sessions",
    }
}

/// A way of working.
#[derive(Debug)]
pub(crate) struct Craft {
    /// What the truth calls it.
    pub(crate) name: &'static str,
    /// The case that it is modelled on.
    #[cfg_attr(not(test), expect(dead_code, reason = "the table says where it comes from, and a test that it does"))]
    pub(crate) case: &'static str,
    /// Share of rings, by world: companies, platform.
    shares: [u32; 2],
    /// Sizes: least, usual, most.
    sizes: [u32; 3],
    /// Where the work is done: country codes.
    pub(crate) seats: &'static [&'static str],
    /// Whether members claim to live in the United States.
    pub(crate) claims_us: bool,
    /// Traces: how many of a hundred rings have it, and how many of a hundred members then leave it.
    traces: &'static [(Trace, u32, u32)],
    /// Signs: how many of a hundred members show it.
    signs: &'static [(Sign, u32)],
}

use Sign as S;
use Trace as T;

/// The ways of working. The percentages are assumed: cases say that a trace occurred and rarely how often.
pub(crate) const CRAFTS: [Craft; 7] = [
    // A US facilitator hosts the computers of many firms at home, starts remote tools on them and receives pay for stolen identities.
    Craft {
        name: "laptop_farm",
        case: "US v. Chapman (309 firms, 68 identities; 2024-05-16, 2025-07-24), US v. Knoot (2024-08-08), US v. Jin, Pak, Alonso, Prince, Ashtor (2025-01-23)",
        shares: [26, 6],
        sizes: [3, 9, 60],
        seats: &["CN", "RU", "CN"],
        claims_us: true,
        traces: &[
            (T::ShipTo, 85, 80),
            (T::Network, 75, 65),
            (T::Payee, 60, 50),
            (T::Phone, 25, 35),
            (T::Exits, 50, 60),
            (T::CvText, 35, 50),
            (T::Number, 8, 30),
            (T::Referral, 20, 25),
            (T::Reference, 30, 40),
            (T::CvAuthor, 25, 50),
            (T::Recovery, 15, 40),
        ],
        signs: &[
            (S::RemoteTools, 60),
            (S::Kvm, 20),
            (S::Rerouted, 45),
            (S::Rhythm, 30),
            (S::ClientClock, 45),
            (S::Holder, 45),
            (S::Camera, 30),
            (S::Malware, 6),
            (S::Vpn, 45),
            (S::Voip, 35),
            (S::PayeeChange, 25),
            (S::Clones, 15),
        ],
    },
    // A team in one house abroad behind VPN with its own CV templates, generated pictures and accounts that write to each other's repositories.
    Craft {
        name: "house_cell",
        case: "DOJ, 14 nationals of Yanbian Silverstar and Volasys Silverstar (2024-12-12); GitLab Threat Intelligence report (2026-02-19)",
        shares: [22, 20],
        sizes: [3, 8, 30],
        seats: &["CN", "CN", "RU", "LA"],
        claims_us: false,
        traces: &[
            (T::Exits, 75, 70),
            (T::HouseLine, 45, 45),
            (T::Device, 50, 45),
            (T::Payee, 55, 50),
            (T::Phone, 35, 40),
            (T::CvText, 65, 60),
            (T::CvAuthor, 45, 55),
            (T::Photo, 40, 50),
            (T::Commits, 60, 55),
            (T::Slip, 30, 30),
            (T::Recovery, 30, 40),
            (T::Portfolio, 35, 45),
            (T::DocumentBase, 35, 45),
            (T::History, 25, 40),
            (T::Career, 25, 40),
            (T::Letter, 40, 50),
            (T::Messenger, 20, 35),
        ],
        signs: &[
            (S::Rhythm, 60),
            (S::ClientClock, 20),
            (S::Holder, 30),
            (S::Camera, 35),
            (S::Vpn, 85),
            (S::Kyc, 30),
            (S::Names, 20),
            (S::DeadLinks, 30),
            (S::Crypto, 10),
            (S::Voip, 40),
            (S::RemoteTools, 30),
            (S::LongSessions, 20),
        ],
    },
    // Accounts of third persons are rented; devices change when the account is handed over; when one is closed the next is opened.
    Craft {
        name: "account_rental",
        case: "State, Treasury and FBI, Guidance on DPRK IT Workers (2022-05-16): accounts of others, transfers, one payee, new accounts after bans",
        shares: [5, 32],
        sizes: [3, 7, 25],
        seats: &["CN", "RU", "CN"],
        claims_us: false,
        traces: &[
            (T::Payee, 75, 60),
            (T::Device, 70, 60),
            (T::HouseLine, 30, 40),
            (T::Exits, 55, 60),
            (T::Evasion, 50, 50),
            (T::Letter, 55, 55),
            (T::Rating, 45, 45),
            (T::Messenger, 30, 40),
            (T::Server, 30, 45),
            (T::Recovery, 35, 45),
            (T::Phone, 25, 35),
        ],
        signs: &[
            (S::Transfer, 70),
            (S::Rhythm, 65),
            (S::Vpn, 65),
            (S::Kyc, 40),
            (S::Holder, 55),
            (S::PayeeChange, 50),
            (S::RemoteTools, 30),
            (S::Proxy, 15),
            (S::LongSessions, 30),
        ],
    },
    // A staffing firm that is a front supplies workers whose computers go to one address.
    Craft {
        name: "front_firm",
        case: "US v. Prince (Taggcar Inc.), indicted 2025-01-23, sentenced 2026-05-07",
        shares: [14, 6],
        sizes: [3, 6, 20],
        seats: &["CN", "RU", "LA"],
        claims_us: true,
        traces: &[
            (T::Firm, 75, 75),
            (T::ShipTo, 75, 75),
            (T::Payee, 65, 65),
            (T::Network, 45, 55),
            (T::CvText, 40, 50),
            (T::Reference, 40, 50),
            (T::Exits, 45, 50),
            (T::CvAuthor, 40, 55),
            (T::Phone, 30, 40),
        ],
        signs: &[
            (S::RemoteTools, 55),
            (S::Rhythm, 35),
            (S::ClientClock, 40),
            (S::Camera, 30),
            (S::Vpn, 40),
            (S::Rerouted, 20),
            (S::Voip, 30),
        ],
    },
    // Pay in crypto goes to one collector, directly or after one step.
    Craft {
        name: "crypto_payroll",
        case: "DOJ forfeiture complaint on funds of Sim Hyon Sop and Chinyong (2025-06-05); OFAC jy1498 (2023-05-23)",
        shares: [14, 14],
        sizes: [3, 7, 25],
        seats: &["RU", "LA", "CN", "AE"],
        claims_us: false,
        traces: &[
            (T::Wallet, 85, 70),
            (T::Exits, 45, 55),
            (T::CvText, 35, 50),
            (T::Commits, 45, 50),
            (T::Referral, 40, 40),
            (T::Portfolio, 25, 40),
            (T::Messenger, 35, 45),
            (T::Photo, 20, 40),
            (T::Slip, 20, 30),
            (T::History, 25, 45),
            (T::Device, 15, 35),
        ],
        signs: &[
            (S::Crypto, 85),
            (S::Rhythm, 50),
            (S::ClientClock, 25),
            (S::Vpn, 65),
            (S::Camera, 40),
            (S::DeadLinks, 25),
            (S::PayeeChange, 20),
            (S::Clones, 15),
        ],
    },
    // A device and a telephone for each persona; what is shared is text, a referral, and an account for some.
    Craft {
        name: "disciplined_cell",
        case: "SEAL frameworks, DPRK IT Workers (2026-05-11) and Sekoia with Kudelski, Beyond Lazarus (2026-09-07): personas kept apart, reused text and referrals",
        shares: [12, 12],
        sizes: [3, 5, 15],
        seats: &["CN", "RU", "LA", "AE"],
        claims_us: false,
        traces: &[
            (T::CvText, 80, 60),
            (T::Referral, 60, 50),
            (T::Payee, 55, 35),
            (T::Letter, 30, 40),
            (T::Career, 20, 35),
            (T::Reference, 20, 35),
        ],
        signs: &[
            (S::ClientClock, 70),
            (S::Proxy, 55),
            (S::Vpn, 25),
            (S::Rhythm, 10),
            (S::Camera, 15),
            (S::Holder, 15),
            (S::Voip, 10),
        ],
    },
    // One person with several personas, often several jobs at a time.
    Craft {
        name: "one_operator",
        case: "Mandiant, Staying a Step Ahead, UNC5267 (2024-09-23): one worker with several personas at several firms; Google (2025-04-01): at least 12 personas",
        shares: [10, 14],
        sizes: [2, 2, 3],
        seats: &["CN", "RU", "LA"],
        claims_us: false,
        traces: &[
            (T::Device, 45, 75),
            (T::Exits, 60, 75),
            (T::CvText, 45, 70),
            (T::Payee, 50, 75),
            (T::Recovery, 40, 70),
            (T::Phone, 30, 70),
            (T::Photo, 35, 70),
            (T::Reference, 45, 75),
            (T::Slip, 30, 55),
            (T::HouseLine, 35, 60),
            (T::Career, 30, 65),
            (T::Letter, 40, 70),
            (T::Referral, 35, 60),
        ],
        signs: &[
            (S::Rhythm, 45),
            (S::ClientClock, 35),
            (S::Vpn, 65),
            (S::Camera, 40),
            (S::Names, 15),
            (S::Holder, 35),
            (S::Kyc, 20),
            (S::RemoteTools, 25),
        ],
    },
];

/// Traces that need a job at a firm that sends computers.
const COMPANY_ONLY: u32 = T::ShipTo.bit() | T::Network.bit();
/// Traces that only a platform sees.
const PLATFORM_ONLY: u32 = T::Rating.bit() | T::Evasion.bit();
/// Traces that need pay or a login, which those who only apply do not have.
const JOB: u32 = COMPANY_ONLY
    | T::Payee.bit()
    | T::Wallet.bit()
    | T::Device.bit()
    | T::Exits.bit()
    | T::HouseLine.bit()
    | T::Server.bit()
    | T::Firm.bit();

/// A ring.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    /// Its number, from 0.
    pub(crate) number: u64,
    /// Index of [`CRAFTS`].
    pub(crate) craft: usize,
    /// Hidden place of the first member.
    pub(crate) first: u64,
    /// Members.
    pub(crate) size: u32,
    /// Kinds of traces it has at all.
    traces: u32,
}

/// What a member leaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member {
    /// Whether the member has a job, or only applied.
    pub(crate) hired: bool,
    /// Traces, as bits.
    pub(crate) traces: u32,
    /// Signs, as bits.
    pub(crate) signs: u32,
}

impl Member {
    /// Whether a trace is left.
    pub(crate) fn leaves(self, trace: Trace) -> bool {
        self.traces & trace.bit() != 0
    }

    /// Whether a sign is shown.
    pub(crate) fn shows(self, sign: Sign) -> bool {
        self.signs & sign.bit() != 0
    }
}

impl Ring {
    /// Its way of working.
    pub(crate) fn craft(&self) -> &'static Craft {
        &CRAFTS[self.craft]
    }

    /// What a member leaves; the same whenever asked.
    pub(crate) fn member(&self, seed: u64, kind: Kind, place: u64) -> Member {
        let mut dice = Dice::new(seed, 302, self.first + place);
        let hired = kind == Kind::Platform || dice.percent(80);
        let mut member = Member { hired, ..Member::default() };
        for (trace, _, members) in self.craft().traces {
            if dice.percent(*members) {
                member.traces |= trace.bit() & self.traces;
            }
        }
        for (sign, members) in self.craft().signs {
            if dice.percent(*members) {
                member.signs |= sign.bit();
            }
        }
        member.traces &= !(if kind == Kind::Platform { COMPANY_ONLY } else { PLATFORM_ONLY });
        if !hired {
            member.traces &= !JOB;
        }
        // Who is behind the exits that all use is behind a VPN; pay to one wallet is pay in crypto.
        if member.leaves(T::Exits) {
            member.signs |= S::Vpn.bit();
        }
        if member.leaves(T::Wallet) {
            member.signs |= S::Crypto.bit();
        }
        member
    }

    /// Into how many parts the ring falls for a trace: a large one has several accounts, addresses and telephones, each for some members.
    pub(crate) fn parts(&self, trace: Trace) -> u64 {
        let people = match trace {
            T::Payee | T::Recovery | T::Referral | T::Reference | T::Messenger | T::Photo | T::Rating => 5,
            T::Device | T::Evasion | T::Number => 3,
            T::CvText | T::Letter | T::Career | T::CvAuthor | T::DocumentBase | T::Portfolio | T::History => 8,
            T::ShipTo | T::Network | T::Wallet | T::Phone => 20,
            _ => 1_000,
        };
        u64::from(self.size) / people + 1
    }

    /// Which part a member is of.
    pub(crate) fn part(&self, seed: u64, trace: Trace, place: u64) -> u64 {
        // An access point and a line are where the parcel goes.
        let of = if trace == T::Network { T::ShipTo } else { trace };
        Dice::new(seed, 303 + of as u64, self.first + place).roll(self.parts(of))
    }

    /// A number that members of one part have in common, and nobody else.
    pub(crate) fn shared(&self, seed: u64, trace: Trace, place: u64) -> u64 {
        mix(seed ^ mix((self.number << 20) | (self.part(seed, trace, place) << 8) | trace as u64)) | 1 << 63
    }

    /// Another member of the same part who leaves the same trace; `None` when there is none.
    pub(crate) fn partner(&self, seed: u64, kind: Kind, trace: Trace, place: u64) -> Option<u64> {
        let size = u64::from(self.size);
        (1..size).map(|step| (place + step) % size).find(|other| {
            self.member(seed, kind, *other).leaves(trace) && self.part(seed, trace, *other) == self.part(seed, trace, place)
        })
    }

    /// Traces that a member has in common with another.
    fn common(&self, seed: u64, kind: Kind, place: u64) -> u32 {
        let member = self.member(seed, kind, place);
        let shared = T::ALL.iter().map(|(trace, _)| *trace).filter(|trace| member.leaves(*trace));
        let shared = shared.filter(|trace| self.partner(seed, kind, *trace, place).is_some());
        shared.fold(0, |bits, trace| bits | trace.bit())
    }

    /// Whether a member shares a trace with another. Exits are shared with hundreds of people, so that they alone link nobody.
    pub(crate) fn linked(&self, seed: u64, kind: Kind, place: u64) -> bool {
        self.common(seed, kind, place) & !T::Exits.bit() != 0
    }

    /// Kinds of traces that two members have in common, and how many members have such a trace other than an exit.
    pub(crate) fn links(&self, seed: u64, kind: Kind) -> (u32, u32) {
        let (mut traces, mut linked) = (0, 0);
        for place in 0..u64::from(self.size) {
            traces |= self.common(seed, kind, place);
            linked += u32::from(self.linked(seed, kind, place));
        }
        (traces, linked)
    }
}

/// The rings of a world, and how many people they have. Every way of working that the world has occurs before one occurs twice.
pub(crate) fn rings(seed: u64, kind: Kind, people: u64) -> (Vec<Ring>, u64) {
    let wanted = people * u64::from(RATES.ring) / 10_000;
    let mut dice = Dice::new(seed, 301, people);
    let mut rings = Vec::new();
    let mut first = 0;
    let column = usize::from(kind == Kind::Platform);
    let shares = CRAFTS.each_ref().map(|craft| craft.shares[column]);
    let mut missing: Vec<usize> = (0..CRAFTS.len()).collect();
    while first < wanted {
        let craft = if missing.is_empty() {
            dice.weighted(&shares)
        } else {
            missing.swap_remove(dice.roll(missing.len() as u64) as usize)
        };
        let [least, usual, most] = CRAFTS[craft].sizes;
        // Mostly around the usual, one in ten anywhere up to the most.
        let size = if dice.percent(10) && wanted > 300 {
            dice.between(i64::from(least), i64::from(most))
        } else {
            dice.between(i64::from(least), i64::from(usual) * 3 / 2).min(i64::from(most))
        };
        let size = (size as u32).min((wanted - first).max(2) as u32);
        // No ring leaves fewer than two kinds of traces: of others nothing could be said. `linked` says how many members are in them.
        let usable = if kind == Kind::Platform { !COMPANY_ONLY } else { !PLATFORM_ONLY };
        let mut traces: u32 = 0;
        while traces.count_ones() < 2 {
            let chosen = CRAFTS[craft].traces.iter().filter(|(_, rings, _)| dice.percent(*rings));
            traces = chosen.fold(0, |bits, (trace, ..)| bits | trace.bit()) & usable;
        }
        rings.push(Ring { number: rings.len() as u64, craft, first, size, traces });
        first += u64::from(size);
    }
    (rings, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_as_many_and_as_large_as_said() {
        for kind in [Kind::Company, Kind::Platform] {
            let (rings, people) = rings(7, kind, 200_000);
            assert!((1_500..1_510).contains(&people), "{people}");
            let middle = rings.iter().filter(|ring| (3..=15).contains(&ring.size)).count();
            assert!(middle * 10 > rings.len() * 7, "{middle} of {}", rings.len());
            assert!(rings.iter().all(|ring| (2..=60).contains(&ring.size)));
            for (index, craft) in CRAFTS.iter().enumerate() {
                assert!(rings.iter().any(|ring| ring.craft == index), "{}", craft.name);
                assert!(craft.case.contains("20"), "{} has no case", craft.name);
            }
            let linked: u32 = rings.iter().map(|ring| ring.links(7, kind).1).sum();
            assert!((70..100).contains(&(u64::from(linked) * 100 / people)), "{linked} of {people}");
        }
    }
}
