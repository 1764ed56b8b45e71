//! What happens to one person of the synthetic world, in order of time: applying, being hired, computers on their way, logins and their places, pay,
//! commits, bids. A life goes in, rows of `event` go to the sink. Places, clocks and devices follow the life; how many logins there are follows the
//! number of events that was asked for.

use std::ops::Range;

use anyhow::Result;

use super::Kind;
use super::dice::{Dice, mix};
use super::life::{LAST_DAY, LOG_DAYS, Life, Mark, Standing, World};
use super::places::{COUNTRIES, DAY, Places, Public, date_text, digits};
use super::rings::{Sign, Trace};
use super::sink::{EventRow, WorldSink};
use super::texts::{self, ROLES, bare_field, close, text_field};

/// One event whose texts lie in the arena of the log.
#[derive(Debug)]
struct Entry {
    kind: &'static str,
    time: i64,
    tz_offset: Option<i64>,
    ip: Range<usize>,
    device: Range<usize>,
    detail: Range<usize>,
}

/// The events of one person until they are in order; kept from person to person.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    arena: String,
    /// The event that is being made.
    ip: String,
    device: String,
    detail: String,
    tz_offset: Option<i64>,
}

impl Log {
    /// Ends the event that is being made.
    fn put(&mut self, kind: &'static str, time: i64) {
        close(&mut self.detail);
        let mut store = |text: &mut String| {
            let start = self.arena.len();
            self.arena.push_str(text);
            text.clear();
            start..self.arena.len()
        };
        let (ip, device, detail) = (store(&mut self.ip), store(&mut self.device), store(&mut self.detail));
        self.entries.push(Entry { kind, time, tz_offset: self.tz_offset.take(), ip, device, detail });
    }

    fn text(&mut self, name: &'static str, value: &str) -> &mut Self {
        text_field(&mut self.detail, name, value);
        self
    }

    fn number(&mut self, name: &'static str, value: i64) -> &mut Self {
        let mut number = String::new();
        digits(&mut number, value.unsigned_abs(), 1);
        bare_field(&mut self.detail, name, &number);
        self
    }

    fn flag(&mut self, name: &'static str, value: bool) -> &mut Self {
        bare_field(&mut self.detail, name, if value { "true" } else { "false" });
        self
    }

    /// Hands out all events in order of time.
    fn write(&mut self, person: &str, sink: &mut dyn WorldSink) -> Result<()> {
        self.entries.sort_by_key(|entry| entry.time);
        for entry in &self.entries {
            sink.event(&EventRow {
                person,
                kind: entry.kind,
                time: entry.time,
                tz_offset: entry.tz_offset,
                ip: &self.arena[entry.ip.clone()],
                device: &self.arena[entry.device.clone()],
                detail: &self.arena[entry.detail.clone()],
            })?;
        }
        self.entries.clear();
        self.arena.clear();
        Ok(())
    }
}

/// What the events of a person need to know beside the life.
#[derive(Debug)]
struct Days<'a> {
    world: &'a World,
    life: &'a Life<'a>,
    dice: Dice,
    devices: [String; 3],
    /// Days of a journey, and where to.
    journey: Option<(i64, i64, usize)>,
    /// The day on which the account came into other hands.
    transfer: i64,
    server: Option<u64>,
    ring_farm: Option<u64>,
}

impl Days<'_> {
    /// A time of work between two days, both included.
    fn work(&mut self, from: i64, to: i64) -> i64 {
        let mut day = self.dice.between(from, to.max(from));
        // 1970-01-01 was a Thursday; little is done on Saturdays and Sundays.
        if (day + 3) % 7 >= 5 && self.dice.percent(75) {
            day = self.dice.between(from, to.max(from));
        }
        let clock = if day < self.transfer { self.life.residence } else { self.life.clock };
        let minute = 540 + self.life.shift + self.dice.roll(510).cast_signed() + self.dice.near(50);
        day * DAY + minute * 60 + self.dice.roll(60).cast_signed() - COUNTRIES[clock].offset_at(day * DAY) * 60
    }

    /// Where the person seems to be at a time: the address goes to the log, and so does what a service adds to it.
    fn place(&mut self, log: &mut Log, time: i64) {
        let (seen, network) = self.line(log, time);
        self.describe(log, time, seen, network);
    }

    /// Where the computer stands, which for a farm is there.
    fn stand(&mut self, log: &mut Log, time: i64) {
        match self.ring_farm {
            Some(farm) => self.fixed(log, time, farm),
            None => self.place(log, time),
        }
    }

    /// The line of a farm, in the country that is claimed.
    fn fixed(&mut self, log: &mut Log, time: i64, farm: u64) {
        self.world.places.home_ip(&mut log.ip, farm, mix(self.life.devices[0]), false);
        self.describe(log, time, self.life.residence, "residential");
    }

    /// A login of the kind that a trace is.
    fn show(&mut self, log: &mut Log, time: i64, trace: Trace) {
        let (places, life) = (&self.world.places, self.life);
        let (seen, network) = match (trace, self.server) {
            (Trace::Exits, _) => (places.exit_ip(&mut log.ip, life.exits[self.dice.roll(3) as usize]), "vpn"),
            (Trace::HouseLine, _) => {
                places.home_ip(&mut log.ip, life.home, mix(life.devices[0]), false);
                (life.seat, "residential")
            }
            (Trace::Server, Some(key)) => {
                super::records::server_ip(key, &mut log.ip);
                (life.residence, "vps")
            }
            _ => self.line(log, time),
        };
        self.describe(log, time, seen, network);
    }

    /// The line that is used at a time, the country that it seems to be in, and its kind.
    fn line(&mut self, log: &mut Log, time: i64) -> (usize, &'static str) {
        let (world, life) = (self.world, self.life);
        let places = &world.places;
        let dice = &mut self.dice;
        let day = time.div_euclid(DAY);
        let deceives = !matches!(life.standing, Standing::Honest);
        let honest = !deceives || day < self.transfer;
        let away = self.journey.filter(|(from, to, _)| (*from..=*to).contains(&day));
        let here = if day < self.transfer { life.residence } else { life.seat };
        if (honest || !life.shows(Sign::Proxy)) && dice.percent(if deceives && day < self.transfer { 0 } else { life.vpn }) {
            let toggles = life.has(Mark::VpnToggle);
            let exit = if toggles || dice.percent(8) { dice.roll(places.exits()) } else { life.exits[dice.roll(3) as usize] };
            (places.exit_ip(&mut log.ip, exit), "vpn")
        } else if let Some((_, _, there)) = away {
            if dice.percent(60) {
                Places::public_ip(&mut log.ip, Public::Cafe, there as u64 * 10_000 + life.index % 2_000);
                (there, "residential")
            } else {
                places.carrier_ip(&mut log.ip, there, dice);
                (there, "mobile")
            }
        } else if !honest && life.shows(Sign::Proxy) && dice.percent(75) {
            // The line of someone who knows nothing of it, another one every few days.
            let other = Dice::new(life.index, 501, (day / 4) as u64).roll(u64::from(world.options.people));
            places.home_ip(&mut log.ip, other, mix(other), false);
            (life.residence, if dice.percent(25) { "residential_proxy" } else { "residential" })
        } else if let Some(key) = self.server.filter(|_| !honest && dice.percent(60)) {
            super::records::server_ip(key, &mut log.ip);
            (life.residence, "vps")
        } else if let Some(farm) = self.ring_farm.filter(|_| !honest && dice.percent(80)) {
            places.home_ip(&mut log.ip, farm, mix(life.devices[0]), false);
            (life.residence, "residential")
        } else if life.has(Mark::Office) && honest && dice.percent(25) {
            Places::public_ip(&mut log.ip, Public::Office, life.pools[2] + life.pools[2] / 10_000 * 131);
            (here, "office")
        } else if life.has(Mark::Coworking) && honest && dice.percent(40) {
            Places::public_ip(&mut log.ip, Public::Coworking, life.pools[3] + life.pools[3] / 10_000 * 131);
            (here, "office")
        } else if life.has(Mark::Cafe) && honest && dice.percent(12) {
            Places::public_ip(&mut log.ip, Public::Cafe, life.pools[4] + life.pools[4] / 10_000 * 131);
            (here, "residential")
        } else if life.has(Mark::Carrier) && dice.percent(35) || deceives && !honest && dice.percent(10) {
            places.carrier_ip(&mut log.ip, here, dice);
            (here, "mobile")
        } else if life.has(Mark::Dormitory) && honest {
            Places::public_ip(&mut log.ip, Public::Dormitory, life.pools[1] + life.pools[1] / 10_000 * 131);
            (here, "residential")
        } else if honest || life.leaves(Trace::HouseLine) || !matches!(life.standing, Standing::Ring(..)) {
            // Who made an account that is another's later was at home.
            let home = if deceives && honest { life.index } else { life.home };
            let device = life.devices[dice.roll(2) as usize] ^ ((day / 30) as u64) << 20;
            places.home_ip(&mut log.ip, home, mix(device), life.has(Mark::ReusedIp));
            (here, "residential")
        } else {
            // Without a VPN and without a farm: at the stated address by remote control.
            places.home_ip(&mut log.ip, life.index, mix(life.devices[0]), false);
            (life.residence, "residential")
        }
    }

    /// What a service adds to an address.
    fn describe(&mut self, log: &mut Log, time: i64, seen: usize, network: &'static str) {
        let life = self.life;
        let day = time.div_euclid(DAY);
        let deceives = !matches!(life.standing, Standing::Honest);
        let country = &COUNTRIES[seen];
        if self.dice.percent(90) {
            log.text("country", country.code);
        }
        if self.dice.percent(35) {
            let city = if seen == life.residence { life.city } else { (mix(life.index) % 3) as usize };
            log.text("city", country.cities[city]);
        }
        if self.dice.percent(60) {
            log.text("network", network);
        }
        if self.dice.percent(10) {
            let hundredths = |degrees: f64, dice: &mut Dice| format!("{:.2}", degrees + dice.near(60) as f64 / 100.0);
            let (lat, lon) = (hundredths(country.middle.0, &mut self.dice), hundredths(country.middle.1, &mut self.dice));
            bare_field(&mut log.detail, "lat", &lat);
            bare_field(&mut log.detail, "lon", &lon);
        }
        if self.dice.percent(12) {
            // The clock of the browser: that of the place where the person is; who deceives sets it mostly right.
            let away = self.journey.filter(|(from, to, _)| (*from..=*to).contains(&day));
            let claims = day < self.transfer || deceives && self.dice.percent(70);
            let zone = if claims { life.residence } else { away.map_or(life.seat, |(_, _, there)| there) };
            log.text("tz", COUNTRIES[zone].zone);
            log.tz_offset = Some(COUNTRIES[zone].offset_at(time));
        }
    }

    /// Which device is used: mostly the computer.
    fn device(&mut self, log: &mut Log, time: i64) {
        if self.dice.percent(72) {
            let before = time.div_euclid(DAY) < self.transfer;
            let which = if before { 2 } else { usize::from(self.dice.percent(15)) };
            log.device.push_str(&self.devices[which]);
        }
    }
}

/// Writes the events of a person.
pub(crate) fn events(world: &World, life: &Life<'_>, log: &mut Log, sink: &mut dyn WorldSink) -> Result<()> {
    let seed = world.options.seed;
    let mut dice = Dice::new(seed, 502, life.index);
    let until = life.end.unwrap_or(LAST_DAY);
    let from = life.start.max(LAST_DAY - LOG_DAYS).min(until);
    let journey = if life.has(Mark::HomeVisit) || life.has(Mark::Trip) {
        let start = dice.between(from, until);
        let there = if life.has(Mark::HomeVisit) { life.origin } else { dice.roll(COUNTRIES.len() as u64) as usize };
        Some((start, start + dice.between(6, 28), there))
    } else {
        None
    };
    let transfer = if life.shows(Sign::Transfer) || life.has(Mark::Relocated) {
        dice.between(from, i64::midpoint(from, until))
    } else {
        i64::MIN
    };
    let ring_farm = life.leaves(Trace::Network).then(|| super::records::network_line(world, life));
    let server = life.shared(seed, Trace::Server);
    let devices = [life.device(0), life.device(1), life.device(2)];
    let mut days = Days { world, life, dice, devices, journey, transfer, server, ring_farm };
    // Few have very many events: a tenth of the mean and more, then three even draws of which the least counts most.
    let wanted = i64::from(world.options.events_per_person);
    let activity = days.dice.between(0, 199) + days.dice.between(0, 199);
    let mut wanted = (wanted * (15 + activity) * 100 / 215 + 50) / 100;
    if world.options.kind == Kind::Company {
        // One in five only applied, and has next to nothing.
        wanted = if life.hired { wanted * 6 / 5 } else { 0 };
    }
    match world.options.kind {
        Kind::Company => company(&mut days, log, from, until),
        Kind::Platform => platform(&mut days, log, from, until),
    }
    if life.has(Mark::Sleeper) {
        // A few logins at first, nothing for years, then the rest within two months.
        for _ in 0..3 {
            let time = days.work(life.start, life.start + 60);
            days.place(log, time);
            log.put("login", time);
        }
    }
    if life.has(Mark::Resale) && life.index == life.unit.0 {
        // The computer that was sold later.
        for _ in 0..2 {
            let time = days.work(life.start, (life.start + 90).min(until));
            log.device.push_str(&days.devices[2]);
            days.place(log, time);
            log.put("login", time);
        }
    }
    let from = if life.has(Mark::Sleeper) { from.max(until - 60) } else { from };
    let rest = wanted - i64::try_from(log.entries.len()).unwrap_or(i64::MAX);
    for _ in 0..rest.max(0) {
        daily(&mut days, log, from, until);
    }
    log.write(&life.id, sink)
}

/// One event of a common day.
fn daily(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    const COMPANY: [u32; 8] = [55, 20, 8, 5, 8, 2, 2, 0];
    const PLATFORM: [u32; 8] = [58, 0, 6, 0, 3, 6, 1, 26];
    let life = days.life;
    let time = days.work(from, until);
    let weights = if days.world.options.kind == Kind::Company { &COMPANY } else { &PLATFORM };
    match days.dice.weighted(weights) {
        0 => {
            days.place(log, time);
            days.device(log, time);
            if days.dice.percent(10) {
                log.flag("managed", days.world.options.kind == Kind::Company);
            }
            log.put("login", time);
        }
        1 => {
            log.device.push_str(&days.devices[0]);
            days.stand(log, time);
            log.put("device_seen", time);
        }
        2 => {
            days.place(log, time);
            days.device(log, time);
            let hours = if days.dice.percent(if life.shows(Sign::LongSessions) { 30 } else { 3 }) {
                26 * 60
            } else {
                days.dice.between(5, 420)
            };
            let mut end = String::new();
            super::places::write_time(&mut end, time + hours * 60);
            log.text("end", &end);
            log.put("session", time);
        }
        3 => {
            let off = life.shows(Sign::Camera) || life.has(Mark::CameraOff);
            let camera = days.dice.percent(if off { 3 } else { 85 });
            log.flag("camera", camera);
            log.put("meeting", time);
        }
        4 => commit(days, log, time),
        5 => log.put("message", time),
        6 => {
            let repo = format!("repo-{}", days.dice.roll(400));
            log.text("repo", &repo);
            let kind = days.dice.word(&["clone", "push", "pull_request", "issue", "download"]);
            if kind == "pull_request" {
                let merged = days.dice.percent(75);
                log.flag("merged", merged);
            }
            log.put(kind, time);
        }
        _ => {
            let bids = days.dice.between(1, 9);
            log.number("bids", bids);
            log.put("bid", time);
        }
    }
}

/// A commit under the person's name, and now and then under another address of its own, or by mistake another's.
fn commit(days: &mut Days<'_>, log: &mut Log, time: i64) {
    let (world, life) = (days.world, days.life);
    let mut name = life.shown.clone();
    let mut email = life.email.clone();
    if life.has(Mark::SeveralEmails) && days.dice.percent(40) {
        email = if days.dice.percent(50) { format!("{}@users.noreply.example", life.handle) } else { life.recovery.clone() };
    }
    let mut repo = format!("{}/repo-{}", life.handle, days.dice.roll(6));
    if let Standing::Ring(ring, place) = life.standing {
        let partner =
            |trace| ring.partner(world.options.seed, world.options.kind, trace, place).map(|other| ring.first + other);
        if life.leaves(Trace::Slip) && days.dice.percent(40) {
            if let Some(other) = partner(Trace::Slip) {
                let other = world.life(other);
                (name, email) = (other.shown, other.email);
            }
        } else if life.leaves(Trace::Commits)
            && days.dice.percent(40)
            && let Some(other) = partner(Trace::Commits)
        {
            repo = format!("{}/repo-{}", world.life(other).handle, days.dice.roll(6));
        }
    } else if life.has(Mark::PairCommit) && days.dice.percent(15) {
        let friend = world.life(world.friend(life.index, &mut Dice::new(world.options.seed, 503, life.index)));
        (name, email) = (friend.shown, friend.email);
    } else if life.has(Mark::OpenSource) && days.dice.percent(50) {
        repo = format!("open/library-{}", days.dice.roll(120));
    }
    let mut sha = [days.dice.bits(), days.dice.bits()];
    let mut with_sha = days.dice.percent(40);
    let history = life.shared(world.options.seed, Trace::History).filter(|_| days.dice.percent(40));
    let fork = history.is_none() && days.dice.percent(15);
    if let Some(key) = history {
        // The history of one project, copied and given another author.
        let commit = days.dice.roll(12);
        (sha, with_sha) = ([mix(key ^ commit), mix(!key ^ commit)], true);
    } else if fork && days.dice.percent(50) {
        // A fork has the commits of the project that it is of, under their authors' names.
        let commit = days.dice.roll(300);
        (sha, with_sha) = ([mix(0xf0_4b ^ commit), mix(0xf0_4c ^ commit)], true);
        let mut author = Dice::new(0xf0_4d, 0, commit / 10);
        let group = super::names::group(&mut author);
        name = super::names::Name::draw(&mut author, group).full();
        email = format!("{}@upstream.example", texts::syllables(mix(commit / 10) >> 40));
        repo = format!("{}/library-{}", life.handle, commit / 10);
    }
    log.text("repo", &repo).text("name", &name).text("email", &email);
    if with_sha {
        let sha = format!("{:016x}{:016x}{:08x}", sha[0], sha[1], sha[0] as u32 ^ sha[1] as u32);
        log.text("sha", &sha);
    }
    if fork {
        log.flag("fork", true);
    }
    // Of those who deceive, half have a clock that is set to what they claim.
    let deceives = !matches!(life.standing, Standing::Honest);
    let zone = if deceives && days.dice.percent(50) { life.clock } else { life.residence };
    log.tz_offset = Some(COUNTRIES[zone].offset_at(time));
    log.put("commit", time);
}

/// The identity check.
fn kyc(days: &mut Days<'_>, log: &mut Log, day: i64) {
    let life = days.life;
    let tries = if life.shows(Sign::Kyc) { days.dice.between(2, 5) } else { 1 + i64::from(days.dice.percent(7)) };
    for one in 0..tries {
        let time = days.work(day + one, day + one);
        let passed = one + 1 == tries && days.dice.percent(if life.shows(Sign::Kyc) { 60 } else { 97 });
        let result = if passed { "pass" } else { days.dice.word(&["fail", "abandoned", "fail"]) };
        let vendor = days.dice.word(&["Provian ID", "Checkwell", "Identora"]);
        log.text("result", result).text("vendor", vendor);
        if days.dice.percent(60) {
            log.text("name", &life.paper_name);
        }
        log.put("kyc", time);
    }
}

/// What is paid.
fn payouts(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64, count: i64) {
    let life = days.life;
    let monthly = ROLES[life.role].1 * 1_000 + days.dice.between(-9, 9) * 100;
    let changes =
        i64::from(life.has(Mark::PayeeChange)) + if life.shows(Sign::PayeeChange) { days.dice.between(1, 3) } else { 0 };
    for _ in 0..changes {
        let time = days.work(from, until);
        let holder = if days.dice.percent(70) { life.holder.clone() } else { life.shown.clone() };
        if days.dice.percent(50) {
            log.text("holder", &holder);
        }
        log.put("payee_changed", time);
    }
    if life.wallet.is_some() {
        let time = days.work(from, (from + 40).min(until));
        let wallet = life.wallet.clone().unwrap_or_default();
        log.text("wallet", &wallet).text("currency", "USDC");
        log.put("pay_in_crypto", time);
    }
    for _ in 0..count {
        let time = days.work(from, until);
        let amount = if days.world.options.kind == Kind::Company { monthly } else { days.dice.between(3, 60) * 50 };
        let in_crypto = life.wallet.as_deref().filter(|_| days.dice.percent(70));
        let currency = if in_crypto.is_some() {
            "USDC"
        } else if days.dice.percent(60) {
            "USD"
        } else {
            COUNTRIES[life.bank_country].currency
        };
        log.number("amount", amount).text("currency", currency);
        match in_crypto {
            Some(wallet) => {
                log.text("wallet", wallet);
            }
            None => {
                log.text("payee", &life.payee);
                if days.dice.percent(60) {
                    log.text("country", COUNTRIES[life.bank_country].code);
                }
                if days.dice.percent(50) {
                    log.text("holder", &life.holder);
                }
            }
        }
        log.put("payout", time);
    }
}

/// Software that is seen on a computer.
fn software(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    const COMMON: [&str; 12] = [
        "Slack",
        "Zoom",
        "Visual Studio Code",
        "Docker Desktop",
        "Google Chrome",
        "Firefox",
        "Microsoft Teams",
        "Notion",
        "Figma",
        "Postman",
        "1Password",
        "Spotify",
    ];
    const REMOTE: [&str; 6] = ["AnyDesk", "TeamViewer", "Chrome Remote Desktop", "RustDesk", "Splashtop", "GoTo Resolve"];
    let life = days.life;
    for _ in 0..days.dice.roll(3) {
        let time = days.work(from, until);
        let tool = days.dice.word(&COMMON);
        log.device.push_str(&days.devices[0]);
        log.text("software", tool);
        log.put("software", time);
    }
    let tools = if life.shows(Sign::RemoteTools) {
        days.dice.between(1, 2)
    } else {
        i64::from(life.has(Mark::RemoteTool)) + i64::from(life.has(Mark::RemoteTool) && days.dice.percent(15))
    };
    let choice = days.dice.roll(6);
    for tool in 0..tools {
        // On a farm soon after the first start; with others at any time.
        let last = if life.shows(Sign::RemoteTools) { (life.start + 10).clamp(from, until) } else { until };
        let time = days.work(from, last);
        log.device.push_str(&days.devices[0]);
        log.text("software", REMOTE[((choice + tool as u64) % 6) as usize]);
        log.put("software", time);
    }
    if life.has(Mark::Vpn) && days.dice.percent(25) || life.shows(Sign::Vpn) && days.dice.percent(25) {
        let time = days.work(from, until);
        log.device.push_str(&days.devices[0]);
        log.text("software", days.dice.word(&["Mullvad VPN", "NordVPN", "Proton VPN", "ExpressVPN", "Astrill VPN"]));
        log.put("software", time);
    }
    if days.dice.percent(1) || life.shows(Sign::RemoteTools) && days.dice.percent(12) {
        let time = days.work(from, until);
        log.text("software", days.dice.word(&["Caffeine", "Mouse Jiggler"]));
        log.put("software", time);
    }
    if days.dice.percent(8) {
        let time = days.work(from, until);
        log.text("usb", days.dice.word(&["Logitech USB Receiver", "SanDisk Ultra", "Dell Universal Dock", "Jabra Link 380"]));
        log.put("usb", time);
    }
    if life.shows(Sign::Kvm) || days.dice.happens(10) {
        let time = days.work(from, (from + 20).min(until));
        log.device.push_str(&days.devices[0]);
        log.text("usb", days.dice.word(&["PiKVM Composite KVM Device", "TinyPilot KVM", "JetKVM USB Emulation Device"]));
        log.put("usb", time);
    }
    if life.shows(Sign::Malware) || days.dice.happens(30) {
        let time = if life.shows(Sign::Malware) {
            life.start * DAY + days.dice.between(1_800, 80_000)
        } else {
            days.work(from, until)
        };
        log.device.push_str(&days.devices[0]);
        log.put("malware", time);
    }
}

/// The life of an applicant and employee.
fn company(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    let life = days.life;
    let applied = life.start - days.dice.between(15, 60);
    let applications = 1 + i64::from(days.dice.percent(12)) + i64::from(days.dice.percent(4)) * days.dice.between(1, 4);
    for one in 0..applications {
        let time = days.work(applied - one, applied);
        if days.dice.percent(35) {
            days.place(log, time);
        }
        log.text("job", ROLES[life.role].0);
        if days.dice.percent(30) {
            let agent = days.dice.word(&["careers page", "job board", "recruiter", "referral"]);
            log.text("agent", agent);
        }
        if days.dice.percent(25) {
            log.text("phone", &life.phone);
        }
        log.put("application", time);
    }
    if days.dice.percent(45) || life.shows(Sign::Kyc) {
        kyc(days, log, applied + 5);
    }
    if !life.hired {
        return;
    }
    let start = life.start;
    let time = days.work(start, start);
    if days.dice.percent(30) {
        let benchmark = ROLES[life.role].1 * 12_000;
        let offer = benchmark * days.dice.between(80, 115) / 100;
        log.number("offer", offer).number("benchmark", benchmark);
    }
    log.put("hired", time);
    if life.has(Mark::Referred) && days.dice.percent(60) {
        log.put("referral", (applied - 3) * DAY + 50_000);
    }
    // The computer.
    if days.dice.percent(75) || life.leaves(Trace::ShipTo) {
        let shipped = start - days.dice.between(2, 9);
        let tracking = format!("TRK{:012}", mix(life.index ^ 0x7ac) % 1_000_000_000_000);
        let rerouted = life.shows(Sign::Rerouted) || days.dice.happens(150);
        let first = if rerouted { &life.address } else { &life.ship_to };
        log.text("tracking", &tracking).text("ship_to", first);
        log.put("parcel_shipped", shipped * DAY + 54_000);
        if rerouted {
            log.text("tracking", &tracking).text("ship_to", &life.ship_to);
            log.put("parcel_rerouted", (shipped + 1) * DAY + days.dice.between(30_000, 70_000));
        }
        log.text("tracking", &tracking);
        if days.dice.percent(70) {
            log.text("ship_to", &life.ship_to);
        }
        if days.dice.percent(55) {
            // Neighbours, partners and front desks sign for honest people too.
            let other = life.leaves(Trace::ShipTo) && days.dice.percent(75) || days.dice.percent(12);
            let by = if other { super::names::Name::draw(&mut days.dice, life.name.group).full() } else { life.shown.clone() };
            log.text("signed_by", &by);
        }
        let delivered = (shipped + days.dice.between(2, 5)) * DAY + days.dice.between(32_000, 64_000);
        log.put("parcel_delivered", delivered);
    }
    if days.dice.percent(70) {
        let time = days.work(start, start + 2);
        log.device.push_str(&days.devices[0]);
        days.stand(log, time);
        log.flag("managed", true);
        log.put("enrolment", time);
        if days.dice.percent(60) {
            log.device.push_str(&days.devices[0]);
            log.put("first_boot", time - days.dice.between(300, 4_000));
        }
    }
    if days.dice.percent(60) || life.shows(Sign::RemoteTools) || life.shows(Sign::Kvm) {
        software(days, log, from, until);
    }
    if days.dice.percent(70) || life.leaves(Trace::Payee) || life.wallet.is_some() {
        let count = days.dice.between(1, 5);
        payouts(days, log, from, until, count);
    }
    let clones = if life.shows(Sign::Clones) { days.dice.between(10, 30) } else { days.dice.between(0, 3) };
    if life.role < 8 {
        for _ in 0..clones {
            let time = days.work(start, start + 6);
            let repo = format!("repo-{}", days.dice.roll(400));
            log.text("repo", &repo);
            log.put("clone", time);
        }
    }
    logins_that_show(days, log, from, until);
    commits_that_show(days, log, from, until);
    if days.dice.percent(3) {
        let time = days.work(start, (start + 40).min(until));
        log.put(if days.dice.percent(80) { "access_request" } else { "member_added" }, time);
    }
    if let Some(end) = life.end {
        if days.dice.percent(25) {
            log.put("notice", (end - 14) * DAY + 50_000);
        }
        if days.dice.percent(60) {
            log.put("parcel_returned", (end + days.dice.between(2, 20)).min(LAST_DAY) * DAY + 50_000);
        }
    }
    renamed(days, log, from, until);
}

/// Logins that a trace needs, also where few events are asked for.
fn logins_that_show(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    for trace in [Trace::Device, Trace::Exits, Trace::HouseLine, Trace::Server] {
        if days.life.leaves(trace) {
            for _ in 0..days.dice.between(1, 3) {
                let time = days.work(from.max(days.transfer), until);
                days.show(log, time, trace);
                log.device.push_str(&days.devices[0]);
                log.put("login", time);
            }
        }
    }
}

/// Commits that a trace needs.
fn commits_that_show(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    let life = days.life;
    if life.leaves(Trace::Slip) || life.leaves(Trace::Commits) || life.leaves(Trace::History) || life.has(Mark::OpenSource) {
        for _ in 0..days.dice.between(4, 8) {
            let time = days.work(from, until);
            commit(days, log, time);
        }
    }
}

/// A change of the name or the handle.
fn renamed(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    let life = days.life;
    if life.has(Mark::NameChange) && days.dice.percent(60) {
        let time = days.work(from, until);
        log.text("from", &life.paper_name).text("to", &life.shown).text("what", "name");
        log.put("renamed", time);
    } else if days.dice.percent(2) || life.shows(Sign::Names) && days.dice.percent(30) {
        let time = days.work(from, until);
        let old = texts::syllables(mix(life.index) >> 36);
        log.text("from", &old).text("to", &life.handle).text("what", "handle");
        log.put("renamed", time);
    }
}

/// The life of an account on a platform.
fn platform(days: &mut Days<'_>, log: &mut Log, from: i64, until: i64) {
    let life = days.life;
    let seed = days.world.options.seed;
    // An account that takes the place of another opens days after that one was closed.
    let mut opened = life.start;
    if let Standing::Ring(ring, place) = life.standing
        && life.leaves(Trace::Evasion)
        && let Some(key) = life.shared(seed, Trace::Evasion)
    {
        let closed = LAST_DAY - 200 + (key % 120).cast_signed();
        // The first of the part is the one that was closed.
        let part = ring.part(seed, Trace::Evasion, place);
        let kind = days.world.options.kind;
        let before = (0..place).any(|other| {
            ring.member(seed, kind, other).leaves(Trace::Evasion) && ring.part(seed, Trace::Evasion, other) == part
        });
        if before {
            opened = closed + days.dice.between(2, 12);
        } else {
            log.put("closed", closed * DAY + 40_000);
        }
    } else if days.dice.happens(70) {
        let time = days.work(from, until);
        log.put("closed", time);
    }
    let from = from.max(opened).min(until);
    let time = days.work(opened, opened);
    if days.dice.percent(40) {
        days.place(log, time);
    }
    log.text("name", &life.shown);
    log.put("profile_created", time);
    if days.dice.percent(60) || life.shows(Sign::Kyc) {
        kyc(days, log, opened + 2);
    }
    let busy = days.dice.between(0, 3);
    for _ in 0..busy {
        let time = days.work(from, until);
        let client = format!("C{:06}", days.dice.roll(u64::from(days.world.options.people) / 15 + 1));
        log.text("client", &client);
        log.number("amount", days.dice.between(2, 60) * 50);
        log.put("won", time);
        if days.dice.percent(70) {
            let score = if days.dice.percent(80) { 5 } else { days.dice.between(2, 4) };
            log.text("client", &client).number("score", score);
            log.put("rating", (time + days.dice.between(3, 30) * DAY).min(LAST_DAY * DAY));
        }
    }
    if let Some(key) = life.shared(seed, Trace::Rating) {
        let client = format!("C{:06}", 900_000 + key % 99_999);
        for _ in 0..days.dice.between(2, 4) {
            let around = from + (key % 40).cast_signed();
            let time = days.work(around.min(until), (around + 10).min(until));
            log.text("client", &client).number("score", 5);
            log.put("rating", time);
        }
    }
    if days.dice.percent(65) || life.leaves(Trace::Payee) || life.wallet.is_some() {
        let count = days.dice.between(1, 4);
        payouts(days, log, from, until, count);
        if days.dice.percent(20) {
            let day = opened - days.dice.between(-20, 900);
            log.text("registered", &date_text(day));
            log.put("payee_opened", (opened + 10) * DAY + 30_000);
        }
    }
    if life.shows(Sign::RemoteTools) && days.dice.percent(50) || days.dice.percent(3) {
        // What a scan of the address finds.
        let time = days.work(from, until);
        days.place(log, time);
        let port = *days.dice.pick(&[3_389, 5_900, 7_070, 5_938]);
        log.number("port", port);
        log.put("port", time);
    }
    logins_that_show(days, log, from, until);
    commits_that_show(days, log, from, until);
    renamed(days, log, from, until);
}
