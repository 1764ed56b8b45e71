//! The rows of one person that are no events: the person, identifiers, documents and relations. A life goes in; rows go to the sink. Which of them
//! are there at all is chance, the same for all people, but that what a ring's trace needs is there: whether a member leaves a trace was decided before.

use anyhow::Result;

use super::dice::{Dice, mix};
use super::life::{LAST_DAY, LONE, Life, Mark, Standing, World, mistyped};
use super::places::{COUNTRIES, DAY, Places, Public, date_text, phone_as_written};
#[cfg(test)]
use super::rates::RATES;
use super::rings::{Sign, Trace};
use super::sink::{DocumentRow, IdentifierRow, PersonRow, RelationRow, TruthRow, WorldSink};
use super::texts::{self, ROLES, bare_field, close, text_field};
use super::{Kind, names::GROUPS};

/// What one person's rows are made with; kept from person to person so that nothing is allocated anew.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    text: String,
    metadata: String,
}

/// Writes the row of the person and what is true of it.
pub(crate) fn person(world: &World, life: &Life<'_>, marks: &str, sink: &mut dyn WorldSink) -> Result<()> {
    let mut dice = Dice::new(world.options.seed, 401, life.index);
    let residence = &COUNTRIES[life.residence];
    sink.person(&PersonRow {
        id: &life.id,
        display_name: if dice.percent(99) { &life.shown } else { "" },
        claimed_country: if dice.percent(95) { residence.code } else { "" },
        claimed_tz: if dice.percent(60) { residence.zone } else { "" },
        role: if dice.percent(80) { ROLES[life.role].0 } else { "" },
        start: &if dice.percent(92) { date_text(life.start) } else { String::new() },
        end: &life.end.map(date_text).unwrap_or_default(),
    })?;
    let (label, ring, tradecraft) = match life.standing {
        Standing::Honest => ("honest", String::new(), ""),
        Standing::Single(way) => ("single", String::new(), LONE[way]),
        Standing::Ring(ring, _) => ("ring", format!("R{:05}", ring.number + 1), ring.craft().name),
    };
    let linked = match life.standing {
        Standing::Ring(ring, place) => ring.linked(world.options.seed, world.options.kind, place),
        _ => false,
    };
    sink.truth(&TruthRow {
        person: &life.id,
        label,
        ring: &ring,
        tradecraft,
        group: GROUPS[life.name.group].name,
        linked,
        marks,
    })
}

/// What stands in the truth beside the label: marks of the honest; traces, then signs, of the others.
pub(crate) fn marks(life: &Life<'_>) -> String {
    match life.standing {
        Standing::Honest => Mark::list(life.marks),
        Standing::Single(_) => Sign::list(life.member.signs),
        Standing::Ring(..) => {
            let (traces, signs) = (Trace::list(life.member.traces), Sign::list(life.member.signs));
            if traces.is_empty() || signs.is_empty() { traces + &signs } else { format!("{traces};{signs}") }
        }
    }
}

/// Writes identifiers of one person.
struct Identifiers<'a> {
    person: &'a str,
    since: &'a str,
    until: &'a str,
    sink: &'a mut dyn WorldSink,
}

impl Identifiers<'_> {
    fn put(&mut self, kind: &'static str, value: &str) -> Result<()> {
        self.dated(kind, value, self.since, self.until)
    }

    fn dated(&mut self, kind: &'static str, value: &str, first_seen: &str, last_seen: &str) -> Result<()> {
        self.sink.identifier(&IdentifierRow { person: self.person, kind, value, first_seen, last_seen })
    }
}

/// Writes the identifiers.
pub(crate) fn identifiers(world: &World, life: &Life<'_>, sink: &mut dyn WorldSink) -> Result<()> {
    let seed = world.options.seed;
    let company = world.options.kind == Kind::Company;
    let mut dice = Dice::new(seed, 402, life.index);
    let typo = life.has(Mark::Typo).then(|| dice.roll(4));
    let since = date_text(life.start - dice.between(0, 40));
    let until = date_text(life.end.unwrap_or(LAST_DAY - dice.between(0, 20)));
    let dates = [dice.percent(60), dice.percent(40)];
    let mut rows = Identifiers {
        person: &life.id,
        since: if dates[0] { &since } else { "" },
        until: if dates[1] { &until } else { "" },
        sink,
    };
    if dice.percent(98) {
        rows.put("email", &life.email)?;
    }
    if dice.percent(if company { 20 } else { 55 }) || life.leaves(Trace::Recovery) || life.has(Mark::RelativesMail) {
        rows.put("recovery_email", &life.recovery)?;
    }
    if dice.percent(80) || life.leaves(Trace::Phone) {
        let phone = if typo == Some(0) { mistyped(&life.phone, &mut dice) } else { life.phone.clone() };
        rows.put("phone", &phone_as_written(&phone, dice.roll(6)))?;
    }
    if let Some(phone) = &life.second_phone {
        rows.put("phone", &phone_as_written(phone, dice.roll(4)))?;
    }
    if dice.percent(if company { 30 } else { 70 }) || life.leaves(Trace::Evasion) {
        rows.put("handle", &life.handle)?;
    }
    // Two accounts of one person have the papers of one.
    let who = if life.has(Mark::TwoAccounts) { life.unit.0 } else { life.index };
    let paper = life.shared(seed, Trace::Number).unwrap_or(who);
    if dice.percent(50) || life.leaves(Trace::Number) {
        let number = format!("{}{:012}", &COUNTRIES[life.origin].code[..1], mix(paper ^ 0xd0c) % 1_000_000_000_000);
        let number = if life.has(Mark::Placeholder) && dice.percent(40) { "000000000".to_owned() } else { number };
        rows.put("doc", &if typo == Some(1) { mistyped(&number, &mut dice) } else { number })?;
    }
    if life.has(Mark::Placeholder) && dice.percent(30) {
        rows.put("tax", dice.word(&["000-00-0000", "N/A", "123456789"]))?;
    } else if dice.percent(40) || life.leaves(Trace::Number) {
        let number = mix(paper ^ 0x7a4) % 1_000_000_000_000;
        // Numbers that begin with 9 and 0 are given to nobody in the form that they have here.
        rows.put("tax", &format!("900-{:02}-{:010}", number / 10_000_000_000, number % 10_000_000_000))?;
    }
    if life.hired && dice.percent(75) || life.leaves(Trace::Payee) {
        rows.put("payee", &if typo == Some(2) { mistyped(&life.payee, &mut dice) } else { life.payee.clone() })?;
    }
    if dice.percent(if company { 3 } else { 30 }) {
        rows.put(
            "card",
            &format!("0000 00{:02} {:04} {:04}", mix(who ^ 0xca) % 100, mix(who ^ 0xca4d) % 10_000, mix(who ^ 0xca4e) % 10_000),
        )?;
    }
    if let Some(wallet) = &life.wallet {
        rows.put("wallet", wallet)?;
    }
    if life.hired && dice.percent(70) || life.leaves(Trace::Device) {
        rows.put("device", &life.device(0))?;
        if dice.percent(40) {
            rows.put("device", &life.device(1))?;
        }
    }
    if life.has(Mark::Resale) && life.index == life.unit.0 {
        // Sold years before the other came.
        let (bought, sold) = (date_text(life.start), date_text(life.start + 400));
        rows.dated("device", &life.device(2), &bought, &sold)?;
    }
    if company && life.hired && dice.percent(75) || life.has(Mark::Resale) && dice.percent(60) {
        let vendor = life.has(Mark::Placeholder) && dice.percent(40);
        rows.put("serial", &if vendor { "To be filled by O.E.M.".to_owned() } else { life.serial(0) })?;
    }
    if dice.percent(70) {
        rows.put("address", &life.address)?;
        if let Some(old) = life.old_address.as_deref().filter(|_| dice.percent(50)) {
            rows.put("address", old)?;
        }
    }
    if company && life.hired && dice.percent(60) || life.leaves(Trace::ShipTo) {
        rows.put("ship_to", &life.ship_to)?;
    }
    if dice.percent(25) {
        rows.put(
            "url",
            &format!("https://{}.example/{}", life.handle.replace('_', "-"), if dice.percent(50) { "portfolio" } else { "" }),
        )?;
    }
    if life.has(Mark::StockPhoto) && dice.percent(60) {
        let number = dice.roll(20);
        rows.put("photo_hash", &texts::picture(0x57_0c_40 + number, 0, &mut dice))?;
    } else if dice.percent(40) || life.leaves(Trace::Photo) {
        // Two photographs of one face are not alike to this hash; copies of one picture are, but for a few bits.
        let picture = if life.leaves(Trace::Photo) || life.has(Mark::TwoAccounts) { life.face } else { life.face ^ life.index };
        let turned = dice.roll(4) as u32;
        rows.put("photo_hash", &texts::picture(picture, turned, &mut dice))?;
    }
    if company && life.hired && dice.percent(40) || life.leaves(Trace::Network) {
        let mac = mix(network_line(world, life) ^ 0xb5_51d);
        let octets = |number: u64| {
            let byte = |place: u32| number >> (place * 8) & 255;
            format!("02:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", byte(0), byte(1), byte(2), byte(3), byte(4))
        };
        if dice.percent(80) || life.leaves(Trace::Network) {
            // Some systems hide it behind one value.
            let hidden = life.has(Mark::Placeholder) && !life.leaves(Trace::Network);
            rows.put("bssid", &if hidden { "02:00:00:00:00:00".to_owned() } else { octets(mac) })?;
        }
        if dice.percent(70) || life.leaves(Trace::Network) {
            rows.put("gateway", &octets(mix(mac)))?;
        }
        // Nearly every home has one of a few subnets.
        let subnet = [0, 1, 1, 1, 178, 2, 50][(mac % 7) as usize];
        rows.put("lan", &format!("192.168.{subnet}.0/24 192.168.{subnet}.1"))?;
    }
    if dice.percent(if company { 35 } else { 8 }) || life.leaves(Trace::Reference) {
        let common = life.has(Mark::CommonReference).then(|| World::hamlet(life.index) * 8 + dice.roll(8));
        let own = common.map_or(mix(life.index ^ 0x4ef), |common| mix(!common));
        let key = life.shared(seed, Trace::Reference).unwrap_or(own);
        rows.put(
            "reference_email",
            &format!(
                "{}@{}.example",
                texts::syllables(key >> 34),
                texts::employer(key).split(' ').next().unwrap_or_default().to_lowercase()
            ),
        )?;
        // References are outside of the world, so that no person of it has their numbers.
        let number = match life.standing {
            Standing::Ring(ring, place) if life.leaves(Trace::Reference) => {
                world.farm(ring, ring.part(seed, Trace::Reference, place))
            }
            _ => common.map_or(life.index, |common| 6_000_000 + common),
        };
        rows.put("reference_phone", &format!("+4455502{number:07}"))?;
    }
    if dice.percent(5) {
        rows.put("signing_key", &format!("{:016X}", mix(who ^ 0x51_67)))?;
    }
    if dice.percent(if company { 8 } else { 20 }) || life.leaves(Trace::Portfolio) {
        // A theme's files are the same for all its users, an analytics id is its owner's.
        let own = life.shared(seed, Trace::Portfolio);
        let left_in = life.has(Mark::ThemeAnalytics) && own.is_none();
        let own = own.unwrap_or(mix(who ^ 0x51_7e));
        let theme = if life.has(Mark::Theme) { mix(!(life.index % 30)) } else { own };
        rows.put("html_hash", &format!("{:016x}", mix(theme ^ 1)))?;
        if dice.percent(50) {
            rows.put("favicon", &format!("{:08x}", mix(theme ^ 2) as u32))?;
        }
        if dice.percent(30) || life.leaves(Trace::Portfolio) {
            rows.put("analytics", &format!("G-{:010X}", mix(if left_in { theme } else { own } ^ 3) >> 24))?;
        }
    }
    if dice.percent(20) || life.leaves(Trace::Messenger) {
        let agency = life.has(Mark::Agency) && dice.percent(40);
        let own = if agency { mix(!life.pools[0]) } else { mix(who ^ 0x4e_55) };
        let own = life.shared(seed, Trace::Messenger).unwrap_or(own);
        rows.put("messenger", &format!("@{}", texts::syllables(own >> 24)))?;
    }
    Ok(())
}

/// The line that the computer is at.
pub(crate) fn network_line(world: &World, life: &Life<'_>) -> u64 {
    match life.standing {
        Standing::Ring(ring, place) if life.leaves(Trace::Network) => {
            world.farm(ring, ring.part(world.options.seed, Trace::Network, place).min(2))
        }
        // A computer that stands mostly in a shared office shows that office's.
        _ if life.has(Mark::Coworking) && life.index.is_multiple_of(3) => world.places.other(4, life.pools[3]),
        _ if life.has(Mark::Dormitory) => world.places.other(1, life.pools[1]),
        _ => life.home,
    }
}

/// Writes the documents.
pub(crate) fn documents(world: &World, life: &Life<'_>, scratch: &mut Scratch, sink: &mut dyn WorldSink) -> Result<()> {
    let seed = world.options.seed;
    let company = world.options.kind == Kind::Company;
    let mut dice = Dice::new(seed, 403, life.index);
    let Scratch { text, metadata } = scratch;
    let applied = (life.start - dice.between(15, 60)) * DAY + dice.between(0, DAY - 1);
    let who = if life.has(Mark::TwoAccounts) { life.unit.0 } else { life.index };
    let role = ROLES[life.role].0;
    let (birth_year, ..) = super::places::date(life.born);
    let years = ((life.start - life.born) / 365 - 22).clamp(1, 25);
    let mut put = |kind: &'static str, time: i64, text: &mut String, metadata: &mut String| {
        close(metadata);
        let row = DocumentRow { person: &life.id, kind, time, text, metadata };
        let written = sink.document(&row);
        text.clear();
        metadata.clear();
        written
    };

    if dice.percent(if company { 70 } else { 40 })
        || life.leaves(Trace::CvText)
        || life.leaves(Trace::CvAuthor)
        || life.leaves(Trace::Career)
    {
        cv(world, life, &mut dice, text, metadata, years);
        // Many files come as fields alone, without their text.
        if !life.leaves(Trace::CvText) && dice.percent(25) && !metadata.is_empty() {
            text.clear();
        }
        put("cv", applied, text, metadata)?;
    }
    let letters = life.shared(seed, Trace::Letter);
    if dice.percent(if company { 30 } else { 35 }) || letters.is_some() {
        let firm = texts::employer(mix(life.index) >> 7);
        match letters {
            Some(key) => {
                texts::paragraph(text, &mut Dice::new(seed, 404, key), 4);
                texts::sentence(text, &mut dice);
            }
            None if life.has(Mark::AiLetter) => texts::stock_letter(text, &firm, role, dice.roll(60)),
            None => texts::paragraph(text, &mut dice, 4),
        }
        put(if company { "letter" } else { "proposal" }, applied + 60, text, metadata)?;
    }
    if dice.percent(if company { 45 } else { 55 }) || life.leaves(Trace::DocumentBase) {
        let mut name = life.paper_name.clone();
        if life.has(Mark::Typo) && dice.percent(25) {
            name = mistyped(&name, &mut dice);
        }
        text_field(metadata, "name", &name);
        text_field(metadata, "issuing_country", COUNTRIES[life.origin].code);
        if dice.percent(60) {
            let issued = life.start - dice.between(30, 3_000);
            text_field(metadata, "issued", &date_text(issued));
            text_field(metadata, "expires", &date_text(issued + 3_652));
        }
        if dice.percent(40) {
            text_field(metadata, "address", life.old_address.as_deref().filter(|_| dice.percent(70)).unwrap_or(&life.address));
        }
        if dice.percent(50) || life.has(Mark::Twin) {
            let turned = u32::from(life.has(Mark::Twin)) * 2 + dice.roll(3) as u32;
            text_field(metadata, "face_hash", &texts::picture(life.face ^ 0xfa, turned, &mut dice));
        }
        if dice.percent(25) || life.leaves(Trace::DocumentBase) {
            let base = life.shared(seed, Trace::DocumentBase).unwrap_or(mix(who ^ 0xba_5e));
            let turned = dice.roll(3) as u32;
            text_field(metadata, "base_hash", &texts::picture(base, turned, &mut dice));
        }
        if dice.percent(30) {
            let editor = life.leaves(Trace::DocumentBase) && dice.percent(60) || dice.percent(4);
            text_field(
                metadata,
                "producer",
                if editor { "Picture Workshop 24" } else { dice.word(&["Phone Camera 17", "Scanner 5", "Pocket Camera 9"]) },
            );
        }
        text.push_str("Date of birth ");
        super::places::write_date(text, life.born);
        put("identity_document", applied + DAY * 12, text, metadata)?;
    }
    if company && life.hired && dice.percent(55) {
        text_field(metadata, "name", if dice.percent(90) { &life.shown } else { &life.paper_name });
        text_field(metadata, "address", &life.address);
        text_field(metadata, "country", COUNTRIES[life.residence].code);
        if dice.percent(50) {
            text_field(metadata, "employer", &texts::employer(life.employer));
        }
        put("hr_record", life.start * DAY + 36_000, text, metadata)?;
    }
    if life.hired && dice.percent(30) {
        text_field(metadata, "name", if dice.percent(70) { &life.paper_name } else { &life.shown });
        put("tax_form", life.start * DAY + 40_000, text, metadata)?;
    }
    if life.hired && dice.percent(45) {
        text_field(metadata, "holder", &life.holder);
        text_field(metadata, "bank_country", COUNTRIES[life.bank_country].code);
        put("bank_account", life.start * DAY + 44_000, text, metadata)?;
    }
    if dice.percent(if company { 25 } else { 80 }) {
        let mut of_person = Dice::new(seed, 405, who);
        if dice.percent(60) {
            texts::bio(text, &mut of_person, role, years);
        }
        let age = if dice.percent(12) { dice.between(30, 600) } else { dice.between(600, 4_500) };
        text_field(metadata, "created", &date_text(life.start - age));
        let bought = life.shows(Sign::DeadLinks) && dice.percent(70);
        bare_field(metadata, "followers", &of_person.roll(40).pow(2).to_string());
        bare_field(metadata, "following", &of_person.roll(30).pow(2).to_string());
        bare_field(metadata, "repos", &of_person.roll(60).to_string());
        bare_field(metadata, "connections", &of_person.between(5, 900).to_string());
        let state = if bought {
            dice.word(&["dead", "other_person"])
        } else if dice.percent(9) {
            "dead"
        } else {
            "ok"
        };
        text_field(metadata, "link_state", state);
        if dice.percent(20) {
            text_field(metadata, "avatar", dice.word(&["photo", "photo", "photo", "cartoon", "generated", "default"]));
        }
        if dice.percent(15) {
            text_field(metadata, "image_hash", &texts::picture(life.face ^ who, 0, &mut dice));
        }
        put("profile", applied - DAY, text, metadata)?;
    }
    if dice.percent(30) || life.shows(Sign::Voip) && dice.percent(50) {
        text_field(metadata, "phone", &life.phone);
        let voip = life.has(Mark::Voip) || life.shows(Sign::Voip);
        text_field(
            metadata,
            "line_type",
            if voip {
                "voip"
            } else if dice.percent(90) {
                "mobile"
            } else {
                "landline"
            },
        );
        text_field(metadata, "country", COUNTRIES[life.residence].code);
        put("phone_lookup", applied + DAY, text, metadata)?;
    }
    if company && dice.percent(15) {
        // What a service says of an address: forwarders, offices and residences of many are known for what they are, mostly.
        // A farm's door is somebody's home.
        let farm = life.leaves(Trace::ShipTo);
        let class = if farm {
            "residential"
        } else if life.has(Mark::Forwarder) && dice.percent(80) {
            "forwarder"
        } else if life.has(Mark::Dormitory) {
            "dormitory"
        } else if life.has(Mark::Office) && life.ship_to != life.address {
            "business"
        } else {
            "residential"
        };
        text_field(metadata, "address", &life.ship_to);
        text_field(metadata, "address_class", class);
        put("address_lookup", applied + DAY * 6, text, metadata)?;
    }
    if company && dice.percent(8) {
        let old = dice.between(6, 25).min(LAST_DAY / 365 + 1_970 - birth_year - 18).max(1);
        text_field(
            metadata,
            "registered",
            &date_text(life.start - if life.shows(Sign::Names) { dice.between(100, 1_500) } else { old * 365 }),
        );
        put("credit_file", applied + DAY * 9, text, metadata)?;
    }
    if company && dice.percent(10) {
        // Half of all answers are missing, for everybody.
        let off = life.shows(Sign::Camera) || life.has(Mark::CameraOff);
        for (field, yes) in [
            ("H-01", !off && dice.percent(95)),
            ("H-02", dice.percent(if off { 70 } else { 95 })),
            ("H-08", dice.percent(if life.member.signs == 0 { 80 } else { 35 })),
        ] {
            if dice.percent(50) {
                text_field(metadata, field, if yes { "yes" } else { "no" });
            }
        }
        if !metadata.is_empty() {
            put("checklist", applied + DAY * 7, text, metadata)?;
        }
    }
    Ok(())
}

/// Makes a CV.
fn cv(world: &World, life: &Life<'_>, dice: &mut Dice, text: &mut String, metadata: &mut String, years: i64) {
    let seed = world.options.seed;
    let who = if life.has(Mark::TwoAccounts) { life.unit.0 } else { life.index };
    let (birth_year, ..) = super::places::date(life.born);
    // Positions one after the other, the last one still held.
    let key = life.shared(seed, Trace::Career);
    let mut career = key.map_or_else(|| Dice::new(seed, 406, who), |key| Dice::new(seed, 407, key));
    let (applied_year, ..) = super::places::date(life.start);
    let mut year = if key.is_some() {
        career.between(2_008, 2_016)
    } else {
        (birth_year + 23).max(applied_year - 12).min(applied_year - 1)
    };
    let mut positions = String::new();
    let mut jobs = Vec::new();
    while year < applied_year && jobs.len() < 4 {
        let (employer, stays) = (career.roll(2_304), career.between(1, 5));
        let from = year * 12 + career.between(0, 11);
        let until = (year + stays) * 12 + career.between(0, 11);
        jobs.push((
            texts::employer(if jobs.is_empty() && life.has(Mark::Cohort) { life.employer } else { employer }),
            from,
            until,
        ));
        year += stays + i64::from(career.percent(20));
    }
    let month = |months: i64| format!("{:04}-{:02}", months / 12, months % 12 + 1);
    positions.push('[');
    for (employer, from, until) in &jobs {
        if positions.len() > 1 {
            positions.push(',');
        }
        text_field(&mut positions, "employer", employer);
        text_field(&mut positions, "role", ROLES[life.role].0);
        text_field(&mut positions, "from", &month(*from));
        text_field(&mut positions, "to", &month(*until));
        positions.push('}');
    }
    positions.push(']');
    let school = texts::school(key.map_or(life.school, |key| mix(key) % 144));

    text.push_str(&life.shown);
    text.push('\n');
    text.push_str(ROLES[life.role].0);
    text.push('\n');
    // An agency's people have the agency's form: its opening and its last lines.
    if life.has(Mark::Agency) {
        texts::paragraph(text, &mut Dice::new(seed, 408, life.pools[0]), 3);
    }
    if life.has(Mark::BoilerplateCv) {
        texts::stock(text, dice.roll(texts::STOCK));
        if dice.percent(40) {
            texts::stock(text, dice.roll(texts::STOCK));
        }
    }
    let own = jobs.len().max(2) as u64;
    if let Some(key) = life.shared(seed, Trace::CvText) {
        let mut shared = Dice::new(seed, 409, key);
        for _ in 0..3 {
            let mut one = shared.clone();
            // Not each paragraph is taken, and some of those that are get a sentence more.
            if dice.percent(75) {
                texts::paragraph(text, &mut one, 3);
                if dice.percent(40) {
                    texts::sentence(text, dice);
                    text.push('\n');
                }
            }
            shared.bits();
        }
        texts::paragraph(text, dice, 2);
    } else {
        let mut of_person = Dice::new(seed, 410, who);
        for (employer, from, until) in jobs.iter().take(own as usize) {
            text.push_str(employer);
            text.push_str(", ");
            text.push_str(&month(*from));
            text.push_str(" to ");
            text.push_str(&month(*until));
            text.push('\n');
            texts::paragraph(text, &mut of_person, 2);
        }
    }
    text.push_str("Education: ");
    text.push_str(&school);
    text.push('\n');
    if life.has(Mark::Agency) {
        text.push_str("References and a talk can be had through the agency on request.\n");
    }
    let skills = texts::skills(dice, 5);
    text.push_str("Skills: ");
    text.push_str(&skills);

    if jobs.len() > 1 || key.is_some() {
        bare_field(metadata, "positions", &positions);
    }
    if dice.percent(70) || key.is_some() {
        let mut education = String::from("[");
        text_field(&mut education, "school", &school);
        text_field(&mut education, "degree", dice.word(&["BSc", "BSc", "BA", "MSc"]));
        text_field(&mut education, "to", &format!("{:04}-06", birth_year + 22));
        education.push_str("}]");
        bare_field(metadata, "education", &education);
    }
    let author = match life.shared(seed, Trace::CvAuthor) {
        Some(key) => Some(texts::syllables(key >> 38)),
        None if life.has(Mark::DefaultAuthor) => {
            Some((dice.word(&["user", "Admin", "Windows User", "Office User", "CV Writers Ltd", "HP"])).to_owned())
        }
        None if life.has(Mark::Agency) => Some(texts::employer(mix(life.pools[0]))),
        None => dice.percent(45).then(|| life.shown.clone()),
    };
    if let Some(author) = author {
        text_field(metadata, "author", &author);
    }
    if dice.percent(40) {
        text_field(metadata, "created", &date_text(life.start - dice.between(20, 700)));
        text_field(metadata, "producer", dice.word(&["Word Writer 16", "Open Writer 7", "CV Maker Online", "Page Sketch 3"]));
    }
    if dice.percent(50) {
        bare_field(metadata, "years", &years.to_string());
        text_field(metadata, "skills", &skills);
    }
    if dice.percent(50) {
        text_field(metadata, "email", &life.email);
        text_field(metadata, "phone", &life.phone);
    }
}

/// Writes the relations.
pub(crate) fn relations(world: &World, life: &Life<'_>, sink: &mut dyn WorldSink) -> Result<()> {
    let seed = world.options.seed;
    let kind = world.options.kind;
    let mut dice = Dice::new(seed, 411, life.index);
    let time = (life.start - dice.between(10, 50)) * DAY + dice.between(0, DAY - 1);
    let mut put =
        |a: &str, relation: &'static str, b: &str, time: i64| sink.relation(&RelationRow { a, kind: relation, b, time });
    // A friend who came before refers the person.
    if life.has(Mark::Referred) {
        let friend = world.id(world.friend(life.index, &mut dice));
        put(&friend, if dice.percent(85) { "referred" } else { "vouched" }, &life.id, time)?;
    }
    if life.has(Mark::OpenSource) {
        for _ in 0..=dice.roll(3) {
            let friend = world.id(world.friend(life.index, &mut dice));
            put(&life.id, "commits_with", &friend, (LAST_DAY - dice.between(1, 700)) * DAY)?;
        }
    }
    if dice.percent(if kind == Kind::Platform { 12 } else { 4 }) {
        for _ in 0..=dice.roll(5) {
            // Half are friends, half are the few whom everybody follows.
            let other = if dice.percent(50) {
                world.friend(life.index, &mut dice)
            } else {
                u64::from(world.options.people) - 1 - dice.roll(20).min(u64::from(world.options.people) - 1)
            };
            if other != life.index {
                put(&life.id, "follows", &world.id(other), (LAST_DAY - dice.between(1, 900)) * DAY)?;
            }
        }
    }
    if life.has(Mark::Agency) && dice.percent(85) {
        put(&life.id, "staffed_by", &format!("V{:06}", life.pools[0]), time)?;
    }
    let (first, size) = life.unit;
    if life.has(Mark::TwoAccounts) && life.index != first && dice.percent(75) {
        put(&life.id, "same_person", &world.id(first), life.start * DAY)?;
    }
    if (life.has(Mark::Couple) || life.has(Mark::Family)) && size > 1 && life.index != first && dice.percent(30) {
        put(&life.id, "household", &world.id(first), life.start * DAY)?;
    }
    if dice.percent(10) {
        put(&life.id, "client_of", &format!("C{:06}", mix(life.employer) % 900_000), life.start * DAY)?;
    }
    let Standing::Ring(ring, place) = life.standing else { return Ok(()) };
    if life.leaves(Trace::Firm) {
        put(&life.id, "staffed_by", &format!("V{:06}", 990_000 + ring.number % 10_000), time)?;
    }
    // The first of a part who has the trace brought the others.
    let before = |trace| {
        let part = ring.part(seed, trace, place);
        (0..place).find(|other| ring.member(seed, kind, *other).leaves(trace) && ring.part(seed, trace, *other) == part)
    };
    if let Some(other) = life.leaves(Trace::Referral).then(|| before(Trace::Referral)).flatten() {
        put(&world.id(ring.first + other), if dice.percent(80) { "referred" } else { "vouched" }, &life.id, time)?;
    }
    if let Some(other) = life.leaves(Trace::Commits).then(|| ring.partner(seed, kind, Trace::Commits, place)).flatten() {
        put(&life.id, "commits_with", &world.id(ring.first + other), (LAST_DAY - dice.between(1, 700)) * DAY)?;
    }
    Ok(())
}

/// The address of a server that a ring rents.
pub(crate) fn server_ip(key: u64, ip: &mut String) {
    Places::public_ip(ip, Public::Server, key >> 8);
}

/// A check that the table of rates is used: how many people have a mark, of ten thousand.
#[cfg(test)]
pub(crate) fn expected(mark: Mark) -> Option<u32> {
    Some(match mark {
        Mark::Vpn => RATES.vpn,
        Mark::Couple => RATES.couple,
        Mark::Twin => RATES.twin,
        Mark::FlatShare => RATES.flat_share,
        Mark::Family => RATES.family,
        Mark::TwoAccounts => RATES.two_accounts,
        Mark::Resale => RATES.resale,
        Mark::Agency => RATES.agency,
        Mark::Coworking => RATES.coworking,
        Mark::Recruiter => RATES.recruiter,
        Mark::NightOwl => RATES.night_owl,
        Mark::BoilerplateCv => RATES.boilerplate_cv,
        Mark::AiLetter => RATES.ai_letter,
        Mark::NameChange => RATES.name_change,
        Mark::Typo => RATES.typo,
        Mark::CryptoPay => RATES.crypto_pay,
        Mark::Voip => RATES.voip,
        Mark::Referred => RATES.referred,
        Mark::OpenSource => RATES.open_source,
        _ => return None,
    })
}
