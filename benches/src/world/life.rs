//! One person of the synthetic world: who it is, where it lives and works, how it can be reached and paid, and what of that it shares with whom. A
//! hidden number goes in, a life comes out, without any other person being made. Honest people and members of rings are made by the same steps;
//! then a member's traces are laid over, so that nothing but these traces tells them apart.

use super::dice::{Dice, Shuffle, mix};
use super::names::{self, GROUPS, Name};
use super::places::{COUNTRIES, Places, country, days};
use super::rates::RATES;
use super::rings::{Member, Ring, Sign, Trace, words};
use super::texts::{ROLES, syllables};
use super::{Kind, WorldOptions};

/// The day on which the records end.
pub(crate) const LAST_DAY: i64 = days(2026, 6, 30);
/// Logs of logins are kept for so many days.
pub(crate) const LOG_DAYS: i64 = 365;

words! {
    /// What of an honest life looks like misrepresentation, or like a link that means nothing.
    Mark(u64) {
        /// Papers of another country than that of living.
        Migrant = "migrant",
        /// A consumer VPN.
        Vpn = "vpn",
        /// A VPN that is always on.
        VpnAlways = "vpn_always",
        /// A VPN whose country is changed all the time.
        VpnToggle = "vpn_toggle",
        /// A carrier's shared address.
        Carrier = "carrier_nat",
        /// Twins.
        Twin = "twin",
        /// A couple at one address.
        Couple = "couple",
        /// One account of a couple.
        JointAccount = "joint_account",
        /// A shared flat.
        FlatShare = "flat_share",
        /// A family in one home.
        Family = "family",
        /// One account for a family.
        FamilyPayee = "family_payee",
        /// One telephone for a family.
        FamilyPhone = "family_phone",
        /// The second of two open accounts, or the first.
        TwoAccounts = "two_accounts",
        /// A computer that was another's.
        Resale = "device_resale",
        /// A dormitory.
        Dormitory = "dormitory",
        /// Work through an agency that says so.
        Agency = "agency",
        /// A shared office.
        Coworking = "coworking",
        /// An employer's office.
        Office = "office",
        /// Cafés.
        Cafe = "cafe",
        /// A recruiter's telephone on the application.
        Recruiter = "recruiter",
        /// A forwarder's address.
        Forwarder = "forwarder",
        /// A visit to the old country.
        HomeVisit = "home_visit",
        /// A journey with the computer.
        Trip = "trip",
        /// Works at night.
        NightOwl = "night_owl",
        /// Works by a client's clock.
        ClientHours = "client_hours",
        /// A CV with stock paragraphs.
        BoilerplateCv = "boilerplate_cv",
        /// A letter of stock phrases.
        AiLetter = "ai_letter",
        /// A ready site theme.
        Theme = "site_theme",
        /// A default or stock picture.
        StockPhoto = "stock_photo",
        /// A default author in files.
        DefaultAuthor = "default_author",
        /// Several commit addresses.
        SeveralEmails = "several_commit_emails",
        /// A former name.
        NameChange = "name_change",
        /// Another romanisation.
        Transliteration = "transliteration",
        /// A typing error.
        Typo = "typo",
        /// An account that slept.
        Sleeper = "sleeper",
        /// Honest remote tools.
        RemoteTool = "remote_tool",
        /// A new bank account.
        PayeeChange = "payee_change",
        /// Pay in crypto.
        CryptoPay = "crypto_pay",
        /// A number over the Internet.
        Voip = "voip",
        /// Moved house.
        Mover = "mover",
        /// Referred by a friend.
        Referred = "referred",
        /// Of a cohort of one school at one employer.
        Cohort = "school_cohort",
        /// Open source with others.
        OpenSource = "open_source",
        /// A relative's address for recovery.
        RelativesMail = "relatives_mail",
        /// Camera off.
        CameraOff = "camera_off",
        /// A referee whom others name too.
        CommonReference = "common_reference",
        /// A placeholder instead of a number.
        Placeholder = "placeholder",
        /// A fingerprint that many have.
        CommonFingerprint = "common_fingerprint",
        /// A theme's own analytics id.
        ThemeAnalytics = "theme_analytics",
        /// Commits under a colleague's name.
        PairCommit = "pair_commit",
        /// Moved to another country.
        Relocated = "relocated",
        /// One computer for a family.
        FamilyDevice = "family_device",
        /// A deposit address of an exchange that many have.
        ExchangeWallet = "exchange_wallet",
        /// A line whose address was another's.
        ReusedIp = "reused_ip",
    }
}

/// How a lone misrepresenter deceives; nobody shares anything with them.
pub(crate) const LONE: [&str; 4] = ["lives_elsewhere", "borrowed_identity", "invented_career", "bought_account"];

/// What a person is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing<'a> {
    /// Neither of the others.
    Honest,
    /// A lone misrepresenter: index of [`LONE`].
    Single(usize),
    /// A member of a ring, with the place in it.
    Ring(&'a Ring, u64),
}

/// What a small group of honest people in one home is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Alone,
    Couple,
    Twins,
    FlatShare,
    Family,
    TwoAccounts,
    Resale,
}

/// People who are laid out together; units of one home lie within one.
const HAMLET: u64 = 64;

/// A world, as far as it is held: how people are ordered, and the rings.
#[derive(Debug)]
pub(crate) struct World {
    /// What was asked for.
    pub(crate) options: WorldOptions,
    /// Its addresses.
    pub(crate) places: Places,
    /// From a person's hidden number to the number in the id.
    pub(crate) order: Shuffle,
    /// All rings.
    pub(crate) rings: Vec<Ring>,
    members: u64,
    singles: u64,
}

/// A person.
#[derive(Debug)]
pub(crate) struct Life<'a> {
    /// The hidden number.
    pub(crate) index: u64,
    /// The id in the tables.
    pub(crate) id: String,
    /// What the person is.
    pub(crate) standing: Standing<'a>,
    /// Traces and signs of a member; signs of a lone misrepresenter.
    pub(crate) member: Member,
    /// Marks of an honest life.
    pub(crate) marks: u64,
    /// The name.
    pub(crate) name: Name,
    /// The name as shown.
    pub(crate) shown: String,
    /// The name in papers.
    pub(crate) paper_name: String,
    /// The name of the account's holder.
    pub(crate) holder: String,
    /// Day of birth.
    pub(crate) born: i64,
    /// A number for the face.
    pub(crate) face: u64,
    /// Country where the person says that it lives.
    pub(crate) residence: usize,
    /// City there.
    pub(crate) city: usize,
    /// Country of the papers.
    pub(crate) origin: usize,
    /// Country where the person is.
    pub(crate) seat: usize,
    /// Line of the home where the person is.
    pub(crate) home: u64,
    /// Country by whose clock the person works, and minutes by which the day is shifted.
    pub(crate) clock: usize,
    /// Minutes after nine in the morning at which the day begins.
    pub(crate) shift: i64,
    /// Stated address.
    pub(crate) address: String,
    /// Address on older papers.
    pub(crate) old_address: Option<String>,
    /// Where parcels go.
    pub(crate) ship_to: String,
    /// Telephone.
    pub(crate) phone: String,
    /// A second telephone.
    pub(crate) second_phone: Option<String>,
    /// Mail address.
    pub(crate) email: String,
    /// Mail address for recovery.
    pub(crate) recovery: String,
    /// Handle.
    pub(crate) handle: String,
    /// Account for pay.
    pub(crate) payee: String,
    /// Country of the bank.
    pub(crate) bank_country: usize,
    /// Wallet, of those paid in crypto.
    pub(crate) wallet: Option<String>,
    /// Computer, telephone, and another computer.
    pub(crate) devices: [u64; 3],
    /// Index of `ROLES`.
    pub(crate) role: usize,
    /// Whether hired, or on a platform at all.
    pub(crate) hired: bool,
    /// First day of work, or of the account.
    pub(crate) start: i64,
    /// Last day.
    pub(crate) end: Option<i64>,
    /// Number of the firm.
    pub(crate) employer: u64,
    /// Number of the school.
    pub(crate) school: u64,
    /// Exits that are used.
    pub(crate) exits: [u64; 3],
    /// Of a hundred logins, those through the VPN.
    pub(crate) vpn: u32,
    /// Number of the agency, dormitory, office, shared office and café.
    pub(crate) pools: [u64; 5],
    /// First person of the home, and how many live there.
    pub(crate) unit: (u64, u64),
}

/// Payee ids as banks of a country write them; all are invented.
fn account(number: u64, country: usize) -> String {
    let digits = mix(number ^ 0xacc7) % 1_000_000_000_000;
    match COUNTRIES[country].code {
        "US" | "CA" => format!("000000{:03}-{digits:012}", digits % 1_000),
        code => format!("{code}00 TEST {:04} {:04} {:04}", digits / 100_000_000, digits / 10_000 % 10_000, digits % 10_000),
    }
}

/// A wallet's address: random digits without a checksum.
fn wallet(number: u64) -> String {
    let (a, b, c) = (mix(number), mix(number ^ 1), mix(number ^ 2) as u32);
    format!("0x{a:016x}{b:016x}{c:08x}")
}

fn mail(dice: &mut Dice, name: Name, index: u64, born_year: i64) -> String {
    const DOMAINS: [&str; 7] =
        ["example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.example", "webmail.example"];
    let (given, family) = (name.given().to_lowercase(), name.family().to_lowercase().replace(' ', ""));
    let domain = dice.word(&DOMAINS);
    let word = ["dev", "tech", "star", "code", "talent"][dice.roll(5) as usize];
    match dice.roll(10) {
        0..=2 => format!("{given}.{family}.{}@{domain}", syllables(index)),
        3 => format!("{given}{family}{index}@{domain}"),
        4 => format!("{}{family}.{}{}@{domain}", &given[..1], syllables(index), born_year % 100),
        5 => format!("{given}{:04}{}@{domain}", dice.between(101, 1_231), syllables(index)),
        6 => format!("{family}.{}@{domain}", syllables(index)),
        7 => format!("{given}.{word}.{}@{domain}", syllables(index)),
        8 => format!("{}{}@{domain}", syllables(index), born_year),
        _ => format!("{given}_{family}{index:03}@{domain}"),
    }
}

/// A text in which one digit or letter is another.
pub(crate) fn mistyped(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = letters.len().saturating_sub(2 + dice.roll(4) as usize);
    if let Some(letter) = letters.get_mut(at) {
        *letter = match *letter {
            '0'..='8' => char::from(*letter as u8 + 1),
            '9' => '0',
            'a'..='y' => char::from(*letter as u8 + 1),
            other => other,
        };
    }
    letters.into_iter().collect()
}

impl World {
    /// A world.
    pub(crate) fn new(options: WorldOptions) -> Self {
        let (people, seed) = (u64::from(options.people), options.seed);
        let (rings, members) = super::rings::rings(seed, options.kind, people);
        let places = Places::new(seed, people, rings.len() as u64 * 4);
        let singles = people * u64::from(RATES.single) / 10_000;
        Self { options, places, order: Shuffle::new(seed, 101, people), rings, members: members.min(people), singles }
    }

    /// The id of a person by the hidden number.
    pub(crate) fn id(&self, index: u64) -> String {
        format!("P{:07}", self.order.forth(index) + 1)
    }

    fn standing(&self, index: u64) -> Standing<'_> {
        if index < self.members {
            let ring = self.rings.partition_point(|ring| ring.first <= index).saturating_sub(1);
            let ring = &self.rings[ring];
            return Standing::Ring(ring, index - ring.first);
        }
        if index < self.members + self.singles {
            return Standing::Single(mix(self.options.seed ^ index) as usize % LONE.len());
        }
        Standing::Honest
    }

    /// The home of an honest person: what it is, its first person, and how many they are.
    fn unit(&self, index: u64) -> (Unit, u64, u64) {
        let (from, people) = (self.members + self.singles, u64::from(self.options.people));
        let hamlet = (index - from) / HAMLET;
        let mut at = from + hamlet * HAMLET;
        let end = (at + HAMLET).min(people);
        let mut dice = Dice::new(self.options.seed, 102, hamlet);
        // Shares of people become shares of homes.
        let shares = [
            RATES.couple * 6 / 2,
            RATES.twin * 6 / 2,
            RATES.flat_share * 6 / 4,
            RATES.family * 6 / 3,
            RATES.two_accounts * 6 / 2,
            RATES.resale * 6 / 2,
        ];
        let alone =
            (10_000 - RATES.couple - RATES.twin - RATES.flat_share - RATES.family - RATES.two_accounts - RATES.resale) * 6;
        let [couple, twin, flat, family, two, resale] = shares;
        loop {
            let (unit, size) = match dice.weighted(&[alone, couple, twin, flat, family, two, resale]) {
                0 => (Unit::Alone, 1),
                1 => (Unit::Couple, 2),
                2 => (Unit::Twins, 2),
                3 => (Unit::FlatShare, 3 + dice.roll(3)),
                4 => (Unit::Family, 2 + dice.roll(3)),
                5 => (Unit::TwoAccounts, 2),
                _ => (Unit::Resale, 2),
            };
            let (unit, size) = if at + size > end { (Unit::Alone, 1) } else { (unit, size) };
            if index < at + size || at + size >= end {
                return (unit, at, size);
            }
            at += size;
        }
    }

    /// Another honest person of the same neighbourhood: a friend.
    pub(crate) fn friend(&self, index: u64, dice: &mut Dice) -> u64 {
        let (from, people) = (self.members + self.singles, u64::from(self.options.people));
        if index < from {
            return from + dice.roll(people - from);
        }
        let start = from + (index - from) / HAMLET * HAMLET;
        // Some have brought many: two in five come by one of three.
        let among = if dice.percent(40) { 3 } else { HAMLET };
        let friend = start + dice.roll(among.min(people - start));
        if friend == index { if index == start { (start + 1).min(people - 1) } else { start } } else { friend }
    }

    /// Which neighbourhood a person is of.
    pub(crate) fn hamlet(index: u64) -> u64 {
        index / HAMLET
    }

    /// A number of one of the places or firms that a share of people has in common, `size` of them on the mean, in one country.
    fn pool(&self, dice: &mut Dice, rate: u32, size: u64, country: usize) -> u64 {
        let count = (u64::from(self.options.people) * u64::from(rate) / 10_000 / size / 14).max(1);
        // The square of an even number: some are much larger than others.
        let (a, b) = (dice.roll(count), dice.roll(count));
        country as u64 * 10_000 + a.min(b) % 10_000
    }

    /// A person by the hidden number.
    pub(crate) fn life(&self, index: u64) -> Life<'_> {
        let seed = self.options.seed;
        let kind = self.options.kind;
        let standing = self.standing(index);
        let (unit, first, size) = match standing {
            Standing::Honest => self.unit(index),
            _ => (Unit::Alone, index, 1),
        };
        let mut marks = 0;
        let mut mark = |mark: Mark, holds: bool| {
            if holds {
                marks |= mark.bit();
            }
            holds
        };
        // What is one for the home, what is one for the person, and what is one for the account.
        let mut of_unit = Dice::new(seed, 103, first);
        let who = if unit == Unit::TwoAccounts { first } else { index };
        let mut dice = Dice::new(seed, 104, who);
        let mut of_account = Dice::new(seed, 105, index);

        let group = names::group(&mut of_unit);
        let base = Name::draw(&mut of_unit, group);
        let one_name = of_unit.percent(60);
        let name = match unit {
            Unit::Twins | Unit::Family if index != first => base.relative(&mut dice),
            Unit::Couple if index != first && one_name => base.relative(&mut dice),
            Unit::Alone | Unit::TwoAccounts => base,
            _ if index == first => base,
            _ => Name::draw(&mut dice, group),
        };
        let origin = country(of_unit.word(GROUPS[group].countries));
        let migrant = of_unit.happens(GROUPS[group].migrants);
        let residence = if migrant {
            country(of_unit.word(&["US", "GB", "DE", "CA", "NL", "AE", "SG", "ES", "US", "GB", "ZA", "RO"]))
        } else {
            origin
        };
        let migrant = migrant && mark(Mark::Migrant, residence != origin);
        let city = of_unit.roll(3) as usize;
        let born = if unit == Unit::Twins {
            Dice::new(seed, 106, first).between(days(1968, 1, 1), days(2003, 1, 1))
        } else {
            dice.between(days(1968, 1, 1), days(2003, 1, 1))
        };
        match unit {
            Unit::Couple => drop(mark(Mark::Couple, true)),
            Unit::Twins => drop(mark(Mark::Twin, true)),
            Unit::FlatShare => drop(mark(Mark::FlatShare, true)),
            Unit::Family => drop(mark(Mark::Family, true)),
            Unit::TwoAccounts => drop(mark(Mark::TwoAccounts, true)),
            Unit::Resale => drop(mark(Mark::Resale, true)),
            Unit::Alone => {}
        }
        let together = matches!(unit, Unit::Couple | Unit::Twins | Unit::FlatShare | Unit::Family | Unit::TwoAccounts);
        let mut home = if together { first } else { index };
        let dormitory = !together && mark(Mark::Dormitory, dice.happens(RATES.dormitory));
        let pools = [
            self.pool(&mut of_account, RATES.agency, 25, residence),
            self.pool(&mut dice, RATES.dormitory, 40, residence),
            self.pool(&mut dice, RATES.office, 50, residence),
            self.pool(&mut dice, RATES.coworking, 25, residence),
            self.pool(&mut dice, RATES.cafe, 60, residence),
        ];
        let city = if dormitory { (pools[1] % 3) as usize } else { city };
        let mut address = if dormitory {
            self.places.address(self.places.other(1, pools[1]), residence, city)
        } else {
            self.places.address(home, residence, city)
        };
        let old_address = mark(Mark::Mover, dice.happens(RATES.mover))
            .then(|| self.places.address(self.places.other(5, index), residence, dice.roll(3) as usize));
        let mut ship_to = address.clone();
        if mark(Mark::Forwarder, dice.happens(RATES.forwarder)) {
            let number = self.pool(&mut dice, RATES.forwarder, 25, residence);
            ship_to = self.places.address(self.places.other(2, number), residence, (number % 3) as usize);
        } else if mark(Mark::Office, dice.happens(RATES.office)) && dice.percent(15) {
            ship_to = self.places.address(self.places.other(3, pools[2]), residence, (pools[2] % 3) as usize);
        } else if dice.percent(4) {
            // A friend's, a neighbour's or the parents' door.
            ship_to = self.places.address(self.places.other(6, index), residence, city);
        }
        let _ = mark(Mark::Coworking, dice.happens(RATES.coworking));
        let _ = mark(Mark::Cafe, dice.happens(RATES.cafe));
        let _ = mark(Mark::Carrier, dice.happens(RATES.mobile));
        let _ = mark(Mark::ReusedIp, Dice::new(seed, 107, home).happens(RATES.reused_ip));
        let agency = mark(Mark::Agency, of_account.happens(RATES.agency));

        // Contact.
        let mut phone = self.places.phone(who, false, residence);
        let mut second_phone = None;
        if unit == Unit::Family && Dice::new(seed, 108, first).happens(RATES.family_phone) {
            let _ = mark(Mark::FamilyPhone, true);
            phone = self.places.phone(first, false, residence);
        }
        if migrant && dice.percent(40) {
            second_phone = Some(self.places.phone(who, true, origin));
        }
        if mark(Mark::Recruiter, of_account.happens(RATES.recruiter)) {
            let number = self.pool(&mut of_account, RATES.recruiter, 20, residence);
            second_phone = Some(self.places.phone(7_000_000 + number, true, residence));
        } else if agency && of_account.percent(50) {
            second_phone = Some(self.places.phone(8_000_000 + pools[0], true, residence));
        }
        let (birth_year, ..) = super::places::date(born);
        let email = mail(&mut dice, name, who, birth_year);
        let recovery = match unit {
            Unit::Couple | Unit::Family | Unit::Twins if index != first && dice.happens(RATES.relatives_mail) => {
                let _ = mark(Mark::RelativesMail, true);
                let mut of_first = Dice::new(seed, 109, first);
                mail(&mut of_first, base, first, 1980)
            }
            Unit::Couple | Unit::Family | Unit::Twins if index == first => {
                mail(&mut Dice::new(seed, 109, first), base, first, 1980)
            }
            _ => format!("{}.{}@post.example", name.given().to_lowercase(), syllables(who ^ 0x7_5000)),
        };
        let handle = match dice.roll(3) {
            0 => format!("{}-{}", name.given().to_lowercase(), syllables(who)),
            1 => format!("{}{}", syllables(who), birth_year % 100),
            _ => format!("{}{}dev", &name.given().to_lowercase()[..1], syllables(who)),
        };

        // Pay.
        let mut payee_number = who;
        let mut holder = name.full();
        if unit == Unit::Couple && Dice::new(seed, 110, first).happens(RATES.joint_account) {
            let _ = mark(Mark::JointAccount, true);
            payee_number = first;
            holder = format!("{} and family {}", base.full(), name.family());
        } else if unit == Unit::Family && Dice::new(seed, 110, first).happens(RATES.family_payee) {
            let _ = mark(Mark::FamilyPayee, true);
            payee_number = first;
            holder = base.full();
        } else if agency && of_account.percent(70) {
            payee_number = mix(pools[0] ^ 0xa6e2);
            holder = super::texts::employer(mix(pools[0]));
        }
        let mut payee = account(payee_number, residence);
        let mut bank_country = residence;
        if migrant && dice.percent(15) {
            payee = account(payee_number, origin);
            bank_country = origin;
        }
        let crypto = mark(Mark::CryptoPay, dice.happens(RATES.crypto_pay));
        let mut wallet_address = crypto.then(|| wallet(who));
        if crypto && mark(Mark::ExchangeWallet, dice.happens(RATES.exchange_wallet)) {
            wallet_address = Some(wallet(9_000_000_000 + dice.roll(4)));
        }
        let _ = mark(Mark::PayeeChange, dice.happens(RATES.payee_change));

        // Work.
        let role = dice.roll(ROLES.len() as u64) as usize;
        let mut hired = kind == Kind::Platform || of_account.percent(80);
        let mut start = LAST_DAY - 30 - of_account.between(0, 29).pow(2) * 3 - of_account.between(0, 59);
        let mut end =
            (hired && of_account.percent(18)).then(|| (start + of_account.between(60, 1_200)).clamp(start + 20, LAST_DAY - 1));
        if end.is_some_and(|end| end < LAST_DAY - LOG_DAYS) {
            end = Some(LAST_DAY - LOG_DAYS + of_account.between(10, 300))
                .map(|end| end.max(start + 20))
                .filter(|end| *end < LAST_DAY);
        }
        if mark(Mark::Sleeper, of_account.happens(RATES.sleeper)) {
            start = start.min(LAST_DAY - 1_300);
            end = None;
        }
        let mut school = dice.roll(144);
        let mut employer = dice.roll(2_304);
        if mark(Mark::Cohort, dice.happens(RATES.cohort)) {
            let cohort = self.pool(&mut dice, RATES.cohort, 12, residence);
            (school, employer) = (mix(cohort) % 144, mix(cohort ^ 7) % 2_304);
        }

        // The clock.
        let mut clock = residence;
        let mut shift = dice.near(90);
        if mark(Mark::NightOwl, dice.happens(RATES.night_owl)) {
            shift += 60 * dice.between(5, 9);
        } else if mark(Mark::ClientHours, dice.happens(RATES.client_hours)) {
            clock = country(dice.word(&["US", "GB", "DE"]));
        }
        let exits = std::array::from_fn(|_| dice.roll(self.places.exits()));
        let mut vpn = 0;
        if mark(Mark::Vpn, dice.happens(RATES.vpn)) {
            vpn = 15 + dice.roll(50) as u32;
            if mark(Mark::VpnAlways, dice.happens(RATES.vpn_always)) {
                vpn = 97;
            }
            let _ = mark(Mark::VpnToggle, dice.happens(RATES.vpn_toggle));
        }
        let _ = mark(Mark::HomeVisit, migrant && dice.happens(RATES.home_visit));
        let _ = mark(Mark::Trip, !migrant && dice.happens(RATES.trip));
        let _ = mark(Mark::RemoteTool, dice.happens(if role == 10 { RATES.remote_tool * 8 } else { RATES.remote_tool / 2 }));
        let _ = mark(Mark::BoilerplateCv, dice.happens(RATES.boilerplate_cv));
        let _ = mark(Mark::AiLetter, dice.happens(RATES.ai_letter));
        let marked_theme = mark(Mark::Theme, dice.happens(RATES.theme));
        let _ = mark(Mark::StockPhoto, dice.happens(RATES.stock_photo));
        let _ = mark(Mark::DefaultAuthor, dice.happens(RATES.default_author));
        let _ = mark(Mark::SeveralEmails, dice.happens(RATES.several_emails));
        let _ = mark(Mark::Typo, of_account.happens(RATES.typo));
        let _ = mark(Mark::Voip, dice.happens(RATES.voip));
        let _ = mark(Mark::CameraOff, dice.happens(RATES.camera_off));
        let _ = mark(Mark::Referred, of_account.happens(RATES.referred));
        let _ = mark(Mark::OpenSource, dice.happens(RATES.open_source));
        let _ = mark(Mark::CommonReference, dice.happens(RATES.common_reference));
        let _ = mark(Mark::Placeholder, dice.happens(RATES.placeholder));
        let common_fingerprint = mark(Mark::CommonFingerprint, dice.happens(RATES.common_fingerprint));
        let _ = mark(Mark::ThemeAnalytics, marked_theme && dice.happens(RATES.theme_analytics));
        let _ = mark(Mark::PairCommit, dice.happens(RATES.pair_commit));
        let mut shown = name.full();
        let mut paper_name = name.full();
        if mark(Mark::NameChange, dice.happens(RATES.name_change)) {
            paper_name = name.married(&mut dice).full();
        } else if mark(Mark::Transliteration, dice.happens(RATES.transliteration)) {
            paper_name = name.other();
        } else if dice.percent(5) {
            shown = format!("{} {}", name.other().split(' ').next().unwrap_or_default(), name.family());
        }
        let mut face = if unit == Unit::Twins { mix(first ^ 0xface) } else { mix(who ^ 0xface) };
        let mut devices = [index * 4, index * 4 + 1, index * 4 + 2];
        if unit == Unit::TwoAccounts && index != first && of_account.percent(80) {
            devices = [first * 4, first * 4 + 1, first * 4 + 2];
        }
        if common_fingerprint {
            devices[1] = u64::MAX - dice.roll(40);
        }
        if unit == Unit::Resale && index != first {
            // The spare computer of the first is this one's computer, years later.
            devices[0] = first * 4 + 2;
        }

        if matches!(unit, Unit::Family | Unit::Couple) && Dice::new(seed, 117, first).happens(RATES.family_device) {
            let _ = mark(Mark::FamilyDevice, true);
            devices[0] = first * 4;
        }
        if unit == Unit::Resale {
            // The first had the computer long before the other.
            end = None;
            start = if index == first { LAST_DAY - 1_900 } else { LAST_DAY - 30 } - of_account.between(0, 449);
        }
        let mut seat = residence;
        if matches!(standing, Standing::Honest) && mark(Mark::Relocated, dice.happens(RATES.relocated)) {
            seat = country(dice.word(&["DE", "GB", "NL", "CA", "ES", "AE", "SG"]));
            clock = seat;
        }

        let mut life = Life {
            index,
            id: self.id(index),
            standing,
            member: Member { hired, ..Member::default() },
            marks: 0,
            name,
            shown: String::new(),
            paper_name: String::new(),
            holder: String::new(),
            born,
            face: 0,
            residence,
            city,
            origin,
            seat,
            home,
            clock,
            shift,
            address: String::new(),
            old_address,
            ship_to: String::new(),
            phone: String::new(),
            second_phone,
            email,
            recovery,
            handle,
            payee: String::new(),
            bank_country,
            wallet: None,
            devices,
            role,
            hired,
            start,
            end,
            employer,
            school,
            exits,
            vpn,
            pools,
            unit: (first, size),
        };

        match standing {
            Standing::Honest => {}
            Standing::Single(way) => {
                let mut lone = Dice::new(seed, 111, index);
                let signs: &[(Sign, u32)] = match way {
                    0 => &[
                        (Sign::Vpn, 70),
                        (Sign::Rhythm, 65),
                        (Sign::ClientClock, 20),
                        (Sign::Camera, 20),
                        (Sign::RemoteTools, 30),
                    ],
                    1 => &[(Sign::Names, 70), (Sign::Holder, 75), (Sign::Kyc, 50), (Sign::Camera, 30), (Sign::Vpn, 30)],
                    2 => &[(Sign::DeadLinks, 80), (Sign::Names, 10), (Sign::Camera, 15)],
                    _ => &[(Sign::Transfer, 85), (Sign::Holder, 50), (Sign::Kyc, 40), (Sign::PayeeChange, 50), (Sign::Vpn, 30)],
                };
                for (sign, percent) in signs {
                    if lone.percent(*percent) {
                        life.member.signs |= sign.bit();
                    }
                }
                if way != 2 {
                    life.seat = country(lone.word(&["PK", "NG", "RS", "UA", "PH", "AR", "AE", "RO"]));
                }
            }
            Standing::Ring(ring, place) => {
                life.member = ring.member(seed, kind, place);
                let mut of_ring = Dice::new(seed, 112, ring.number);
                life.seat = country(of_ring.word(ring.craft().seats));
                if ring.craft().claims_us && residence != 0 {
                    // A stolen or lent American identity; its name is as any other's.
                    (life.residence, life.origin, life.clock) = (0, 0, 0);
                    address = self.places.address(home, 0, city);
                    ship_to.clone_from(&address);
                    phone = self.places.phone(who, false, 0);
                    payee = account(payee_number, 0);
                    life.bank_country = 0;
                    life.second_phone = None;
                }
                hired = life.member.hired;
                let shared = |trace| life.member.leaves(trace).then(|| ring.shared(seed, trace, place));
                // What one part has in common is drawn from dice of its own, the same for each of its members.
                let stranger = |key: u64| {
                    let mut dice = Dice::new(seed, 113, key);
                    let group = names::group(&mut dice);
                    Name::draw(&mut dice, group)
                };
                if life.member.leaves(Trace::ShipTo) {
                    let part = ring.part(seed, Trace::ShipTo, place).min(3);
                    ship_to = self.places.address(self.farm(ring, part), 0, (ring.number % 3) as usize);
                }
                if let Some(key) = shared(Trace::Payee) {
                    let bank = if ring.craft().claims_us {
                        0
                    } else {
                        country(Dice::new(seed, 114, key).word(&["CN", "US", "AE", "SG"]))
                    };
                    payee = account(key, bank);
                    life.bank_country = bank;
                    holder = stranger(key).full();
                } else if life.member.shows(Sign::Holder) {
                    holder = stranger(mix(index)).full();
                }
                if let Some(key) = shared(Trace::Phone) {
                    // A number of the house, which is nobody's own.
                    let abroad = if ring.craft().claims_us { 0 } else { [0, 0, 1, 3][(key % 4) as usize] };
                    phone = self.places.phone(self.farm(ring, ring.part(seed, Trace::Phone, place)), false, abroad);
                }
                if let Some(key) = shared(Trace::Recovery) {
                    life.recovery = format!("{}@inbox.example", syllables(key >> 30));
                }
                if let Some(key) = shared(Trace::Device) {
                    life.devices[0] = key;
                }
                if let Some(key) = shared(Trace::Wallet) {
                    wallet_address = Some(wallet(key));
                } else if life.member.shows(Sign::Crypto) {
                    wallet_address = Some(wallet(index));
                }
                if let Some(key) = shared(Trace::Photo) {
                    face = key;
                }
                if life.member.leaves(Trace::Exits) {
                    life.exits = std::array::from_fn(|_| of_ring.roll(self.places.exits()));
                }
                if life.member.leaves(Trace::HouseLine) {
                    home = self.farm(ring, 3);
                }
                if let Some(key) = shared(Trace::Evasion) {
                    life.handle = format!("{}dev", syllables(key >> 34));
                }
                if ring.craft().name == "one_operator" {
                    life.role = mix(ring.number) as usize % 7;
                }
                if life.hired != hired {
                    life.end = None;
                }
            }
        }
        if !matches!(standing, Standing::Honest) {
            life.vpn = if life.member.shows(Sign::Vpn) { 75 + (mix(index) % 22) as u32 } else { life.vpn / 3 };
            if life.member.shows(Sign::Rhythm) {
                life.clock = life.seat;
            } else if life.member.shows(Sign::ClientClock) {
                life.clock = life.residence;
            }
            if life.member.shows(Sign::Names) {
                let mut dice = Dice::new(seed, 115, index);
                paper_name = Name::draw(&mut dice, name.group).full();
            }
            if matches!(standing, Standing::Single(_)) && life.member.shows(Sign::Holder) {
                let mut dice = Dice::new(seed, 116, index);
                let group = names::group(&mut dice);
                holder = Name::draw(&mut dice, group).full();
            }
            life.home = home;
        }
        Life { marks, shown, paper_name, holder, address, ship_to, phone, payee, wallet: wallet_address, face, hired, ..life }
    }

    /// The number of a house that a ring has: farms are the first three, where they work is the fourth.
    pub(crate) fn farm(&self, ring: &Ring, part: u64) -> u64 {
        u64::from(self.options.people) + ring.number * 4 + part.min(3)
    }
}

impl Life<'_> {
    /// Whether a mark holds.
    pub(crate) fn has(&self, mark: Mark) -> bool {
        self.marks & mark.bit() != 0
    }

    /// Whether a trace is left.
    pub(crate) fn leaves(&self, trace: Trace) -> bool {
        self.member.leaves(trace)
    }

    /// Whether a sign is shown.
    pub(crate) fn shows(&self, sign: Sign) -> bool {
        self.member.shows(sign)
    }

    /// What members of a ring's part have in common; `None` where the trace is not left.
    pub(crate) fn shared(&self, seed: u64, trace: Trace) -> Option<u64> {
        match self.standing {
            Standing::Ring(ring, place) if self.leaves(trace) => Some(ring.shared(seed, trace, place)),
            _ => None,
        }
    }

    /// A device as a log has it.
    pub(crate) fn device(&self, which: usize) -> String {
        format!("{:016x}", mix(self.devices[which] ^ 0xde_71ce))
    }

    /// The serial number of the computer.
    pub(crate) fn serial(&self, which: usize) -> String {
        format!("PF{:010X}", mix(self.devices[which] ^ 0x5e_71a1) >> 24)
    }
}
