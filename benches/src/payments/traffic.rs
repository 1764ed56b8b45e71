//! A file of payments: one ISO 20022 pacs.008 message with many transactions, written as a stream. A seed, listed parties and people and
//! firms on no list go in; XML comes out, and which transactions have something listed or embargoed in them, and where.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context, Result};

use crate::data::Dice;
use crate::documents::parties::{Named, Party, Pools};

/// Of 10,000 transactions, how many have a listed party, a listed name in the remittance text, and an embargoed place.
const PLANTED: [usize; 3] = [50, 30, 10];
/// Of 100 debtors and agents, how many were in the file before, where names repeat as in real traffic.
const AGAIN: [usize; 2] = [30, 80];
/// Debtors and agents that come again.
const KNOWN: [usize; 2] = [5_000, 300];

/// What is listed or embargoed in a transaction.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    /// Which transaction of the file it is, from 1.
    pub(super) number: u64,
    /// Where it stands.
    pub(super) place: &'static str,
    pub(super) text: String,
    /// The parties that it is; none for an embargoed place.
    pub(super) entities: Vec<u32>,
}

/// A country with its towns, the form of its bank accounts behind `IBAN` country and check digits (`n` a digit, `a` a letter; empty where
/// accounts are plain numbers) and its currency.
struct Country(&'static str, [&'static str; 3], &'static str, &'static str);

const COUNTRIES: [Country; 24] = [
    Country("DE", ["Hamburg", "Bremen", "Kassel"], "nnnnnnnnnnnnnnnnnn", "EUR"),
    Country("GB", ["London", "Leeds", "Bristol"], "aaaannnnnnnnnnnnnn", "GBP"),
    Country("FR", ["Lyon", "Nantes", "Lille"], "nnnnnnnnnnnnnnnnnnnnnnn", "EUR"),
    Country("NL", ["Rotterdam", "Utrecht", "Breda"], "aaaannnnnnnnnn", "EUR"),
    Country("ES", ["Madrid", "Vigo", "Bilbao"], "nnnnnnnnnnnnnnnnnnnn", "EUR"),
    Country("IT", ["Milano", "Torino", "Bari"], "annnnnnnnnnnnnnnnnnnnnn", "EUR"),
    Country("BE", ["Antwerpen", "Gent", "Liege"], "nnnnnnnnnnnn", "EUR"),
    Country("AT", ["Wien", "Graz", "Linz"], "nnnnnnnnnnnnnnnn", "EUR"),
    Country("CH", ["Zurich", "Basel", "Bern"], "nnnnnnnnnnnnnnnnn", "CHF"),
    Country("PL", ["Warszawa", "Poznan", "Gdansk"], "nnnnnnnnnnnnnnnnnnnnnnnn", "PLN"),
    Country("AE", ["Dubai", "Sharjah", "Abu Dhabi"], "nnnnnnnnnnnnnnnnnnn", "AED"),
    Country("TR", ["Istanbul", "Izmir", "Bursa"], "nnnnnnnnnnnnnnnnnnnnnn", "TRY"),
    Country("SE", ["Stockholm", "Malmo", "Uppsala"], "nnnnnnnnnnnnnnnnnnnn", "SEK"),
    Country("NO", ["Oslo", "Bergen", "Tromso"], "nnnnnnnnnnn", "NOK"),
    Country("PT", ["Lisboa", "Porto", "Braga"], "nnnnnnnnnnnnnnnnnnnnn", "EUR"),
    Country("SA", ["Riyadh", "Jeddah", "Dammam"], "nnnnnnnnnnnnnnnnnnnn", "SAR"),
    Country("US", ["Chicago", "Dallas", "Newark"], "", "USD"),
    Country("CA", ["Toronto", "Calgary", "Halifax"], "", "CAD"),
    Country("CN", ["Shanghai", "Ningbo", "Xiamen"], "", "CNY"),
    Country("HK", ["Kowloon", "Wan Chai", "Tsuen Wan"], "", "HKD"),
    Country("SG", ["Singapore", "Jurong", "Tampines"], "", "SGD"),
    Country("JP", ["Osaka", "Nagoya", "Sapporo"], "", "JPY"),
    Country("IN", ["Mumbai", "Pune", "Chennai"], "", "INR"),
    Country("BR", ["Santos", "Curitiba", "Recife"], "", "BRL"),
];

const STREETS: [&str; 16] = [
    "Mill Lane",
    "Hafenstrasse",
    "Rue du Moulin",
    "Via Garibaldi",
    "Market Street",
    "Calle Mayor",
    "Station Road",
    "Lindenallee",
    "Quay Street",
    "Orchard Road",
    "Nanjing Road",
    "Rua Nova",
    "Kungsgatan",
    "Church Street",
    "Park Avenue",
    "Industrieweg",
];

/// Lines of remittance texts; `{o}` and `{p}` are on no list.
const LINES: [&str; 28] = [
    "/INV/{ref}",
    "INVOICE {ref} DATED {d}/{mo}/2025",
    "PAYMENT OF INV. {ref} AND {ref}",
    "SALARY {month} 2025",
    "RENT {month} FLAT {d}",
    "CONSULTING SERVICES {month}",
    "PO {ref} MACHINE PARTS 2ND INSTALMENT",
    "GOODS AS PER CONTRACT NO {ref}",
    "RECHNUNG {ref} VOM {d}.{mo}.2025",
    "FACTURE NO {ref}",
    "FACTURA {ref} CAFE EN GRANO",
    "FAMILY SUPPORT",
    "TUITION FEE {p}",
    "HOTEL BOOKING {p} {d} {month}",
    "LOAN REPAYMENT {ref}",
    "DEPOSIT FOR ORDER {ref} FURNITURE",
    "FREIGHT M/V OSTFJORD TRADER VOY {d}",
    "B/L {ref} 40FT CONTAINER COTTON YARN",
    "DIVIDEND 2024 {o}",
    "ON BEHALF OF {o}",
    "INSURANCE PREMIUM POLICY {ref}",
    "REFUND ORDER {ref}",
    "THIRD FLOOR RENOVATION, FINAL ACCOUNT",
    "CHARTER HIRE BALTIC WAGTAIL {month}",
    "SUBSCRIPTION TRADE JOURNAL {month}",
    "MEMBERSHIP FEE ROWING CLUB",
    "LEGAL FEES MATTER {ref}",
    "CUSTOMS DUTY {ref}",
];

/// Lines with something listed: `{V}` a vessel, `{P}` a person, `{O}` an organisation, `{W}` a wallet.
const LISTED_LINES: [&str; 10] = [
    "FREIGHT M/V {V} VOY {d}",
    "DEMURRAGE VESSEL {V} {month}",
    "BUNKERS FOR MV {V}",
    "ON BEHALF OF {P}",
    "SHARES SOLD BY {P} {month}",
    "INVOICE {ref} OF {O}",
    "GOODS FROM {O} CONTRACT {ref}",
    "COMMISSION {P}",
    "FINAL CONSIGNEE {O}",
    "USDT TO {W}",
];

const MONTHS: [&str; 12] =
    ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"];

/// Roles with the name of their element, and of a hundred listed parties how many are in it.
const ROLES: [(&str, &str, usize); 7] = [
    ("debtor", "Dbtr", 20),
    ("creditor", "Cdtr", 25),
    ("ultimate debtor", "UltmtDbtr", 12),
    ("ultimate creditor", "UltmtCdtr", 13),
    ("debtor's agent", "DbtrAgt", 10),
    ("creditor's agent", "CdtrAgt", 10),
    ("intermediary agent", "IntrmyAgt1", 10),
];

/// Embargoed places: where they are counted, country and town.
const EMBARGOED: [(&str, &str, &str); 5] = [
    ("embargoed country", "KP", "Pyongyang"),
    ("embargoed country", "IR", "Tehran"),
    ("embargoed country", "CU", "Havana"),
    ("town of an embargoed region", "UA", "Simferopol"),
    ("town of an embargoed region", "UA", "Sevastopol"),
];

/// A customer.
#[derive(Clone, Debug)]
struct Customer {
    name: String,
    person: bool,
    country: usize,
    /// `PstlAdr`, whole.
    address: String,
    /// What stands in `Id` of the account.
    account: String,
}

/// A bank.
#[derive(Clone, Debug)]
struct Bank {
    bic: Option<String>,
    name: Option<String>,
    country: String,
    town: String,
}

/// Writes traffic.
pub(super) struct Traffic<'a> {
    pools: &'a Pools,
    dice: Dice,
    /// Whether no name comes twice.
    distinct: bool,
    seen: HashSet<String>,
    customers: Vec<Customer>,
    banks: Vec<Bank>,
    firm: usize,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn element(out: &mut String, tag: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<{tag}>{}</{tag}>", escaped(text));
}

/// An account number with the check digits of ISO 7064 (MOD 97-10).
fn iban(country: &str, account: &str) -> String {
    let value = |letter: u8| if letter.is_ascii_digit() { u32::from(letter - b'0') } else { u32::from(letter - b'A') + 10 };
    let rest = account.bytes().chain(country.bytes()).chain(*b"00").fold(0, |rest, letter| {
        let value = value(letter);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    format!("{country}{:02}{account}", 98 - rest)
}

impl<'a> Traffic<'a> {
    pub(super) fn new(pools: &'a Pools, seed: u64, distinct: bool) -> Self {
        Self {
            pools,
            dice: Dice(seed),
            distinct,
            seen: HashSet::new(),
            customers: Vec::new(),
            banks: Vec::new(),
            firm: seed as usize,
        }
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.dice.roll(of.len()))
    }

    fn signs(&mut self, form: &str) -> String {
        let sign = |letter| match letter {
            'a' => char::from(b'A' + self.dice.roll(26) as u8),
            'n' => char::from(b'0' + self.dice.roll(10) as u8),
            'h' => char::from(b"0123456789abcdef"[self.dice.roll(16)]),
            other => other,
        };
        form.chars().map(sign).collect()
    }

    /// A name that is on no list: a person's, or a firm's.
    fn name(&mut self, person: bool) -> Result<String> {
        loop {
            let name = if person {
                let people = self.pools.strangers();
                let [given, family] = [self.one(people), self.one(people)].map(|name| name.map_or("", String::as_str));
                let given = given.split(' ').next().unwrap_or_default();
                let middle = if self.distinct || self.dice.roll(4) == 0 { self.signs(" a.") } else { String::new() };
                format!("{given}{middle} {}", family.rsplit(' ').next().unwrap_or_default())
            } else {
                let firms = self.pools.firms();
                // A prime step goes through all firms before one comes again.
                self.firm += 7_919;
                let firm = firms.get(self.firm % firms.len()).context("there are no firms")?;
                if self.distinct && self.seen.contains(firm) { format!("{firm} {}", self.signs("nn")) } else { firm.clone() }
            };
            if (person && !self.pools.free(&name)) || (self.distinct && !self.seen.insert(name.clone())) {
                continue;
            }
            return Ok(if self.dice.roll(2) == 0 { name.to_uppercase() } else { name });
        }
    }

    fn address(&mut self, country: &str, town: &str) -> String {
        let street = self.one(&STREETS).copied().unwrap_or_default();
        let (number, code) = (1 + self.dice.roll(180), self.signs("nnnnn"));
        let mut out = String::from("<PstlAdr>");
        if self.dice.roll(5) == 0 {
            element(&mut out, "Ctry", country);
            element(&mut out, "AdrLine", &format!("{number} {street}"));
            element(&mut out, "AdrLine", &format!("{code} {town}"));
        } else {
            element(&mut out, "StrtNm", street);
            element(&mut out, "BldgNb", &number.to_string());
            element(&mut out, "PstCd", &code);
            element(&mut out, "TwnNm", town);
            element(&mut out, "Ctry", country);
        }
        out.push_str("</PstlAdr>");
        out
    }

    fn customer(&mut self, again: bool) -> Result<Customer> {
        if again && !self.distinct && self.customers.len() > 100 && self.dice.roll(100) < AGAIN[0] {
            let customers = std::mem::take(&mut self.customers);
            let one = self.one(&customers).cloned();
            self.customers = customers;
            return one.context("there are no customers");
        }
        let person = self.dice.roll(2) == 0;
        let name = self.name(person)?;
        let country = self.dice.roll(COUNTRIES.len());
        let Country(code, towns, form, _) = &COUNTRIES[country];
        let town = towns[self.dice.roll(3)];
        let address = self.address(code, town);
        let mut account = String::new();
        if form.is_empty() {
            let number = self.signs("nnnnnnnnnnnn");
            account.push_str("<Othr>");
            element(&mut account, "Id", &number);
            account.push_str("</Othr>");
        } else {
            let number = self.signs(form);
            element(&mut account, "IBAN", &iban(code, &number));
        }
        let customer = Customer { name, person, country, address, account };
        if again {
            if self.customers.len() < KNOWN[0] {
                self.customers.push(customer.clone());
            } else {
                let at = self.dice.roll(KNOWN[0]);
                self.customers[at] = customer.clone();
            }
        }
        Ok(customer)
    }

    fn bank(&mut self, country: usize) -> Result<Bank> {
        if !self.distinct && self.banks.len() >= KNOWN[1] && self.dice.roll(100) < AGAIN[1] {
            let at = self.dice.roll(KNOWN[1]);
            return self.banks.get(at).cloned().context("there are no banks");
        }
        let Country(code, towns, ..) = &COUNTRIES[country];
        let bic = loop {
            let bic = format!("{}{code}{}", self.signs("aaaa"), self.signs("na"));
            let listed = self.pools.identifiers.get("bic").is_some_and(|of| of.iter().any(|one| one.text.starts_with(&bic)));
            if !listed && (!self.distinct || self.seen.insert(bic.clone())) {
                break bic;
            }
        };
        let name = if self.dice.roll(5) < 2 {
            let firm = self.name(false)?;
            let words: Vec<&str> = firm.split(' ').take(2).collect();
            let name = format!("{} Bank", words.join(" "));
            self.pools.free(&name).then_some(name)
        } else {
            None
        };
        let bank = Bank { bic: Some(bic), name, country: (*code).to_owned(), town: towns[self.dice.roll(3)].to_owned() };
        if self.banks.len() < KNOWN[1] {
            self.banks.push(bank.clone());
        }
        Ok(bank)
    }

    /// A listed name as a payment has it.
    fn listed<'p>(&mut self, pool: &'p [Party], fits: impl Fn(&str) -> bool) -> Result<(u32, &'p Named)> {
        for _ in 0..100_000 {
            let Some(party) = self.one(pool) else { break };
            if let Some(name) = self.one(&party.names).filter(|name| fits(&name.text)) {
                return Ok((party.entity, name));
            }
        }
        anyhow::bail!("the list has no party that fits")
    }

    fn filled(&mut self, line: &str) -> Result<String> {
        let mut out = line.to_owned();
        while let Some((begin, end)) = out.find('{').zip(out.find('}')) {
            let fill = match out.get(begin + 1..end) {
                Some("ref") => self.signs("aannnnn"),
                Some("d") => (1 + self.dice.roll(28)).to_string(),
                Some("mo") => format!("{:02}", 1 + self.dice.roll(12)),
                Some("month") => MONTHS[self.dice.roll(12)].to_owned(),
                Some("p") => self.name(true)?.to_uppercase(),
                _ => self.name(false)?.to_uppercase(),
            };
            out.replace_range(begin..=end, &fill);
        }
        Ok(out)
    }

    /// A remittance line with something listed.
    fn listed_line(&mut self) -> Result<(String, Planted)> {
        let line = self.one(&LISTED_LINES).copied().unwrap_or_default();
        let several = |name: &str| name.split(' ').count() >= 2;
        let pools = self.pools;
        let (slot, place, text, entities) = if line.contains("{V}") {
            let (entity, name) = self.listed(&pools.vessels, |_| true)?;
            ("{V}", "remittance: vessel", name.text.to_uppercase(), vec![entity])
        } else if line.contains("{P}") {
            let (entity, name) = self.listed(&pools.people, several)?;
            ("{P}", "remittance: person", name.text.to_uppercase(), vec![entity])
        } else if line.contains("{O}") {
            let (entity, name) = self.listed(&pools.organisations, several)?;
            ("{O}", "remittance: organisation", name.text.to_uppercase(), vec![entity])
        } else {
            let wallets = pools.identifiers.get("wallet").map_or(&[][..], Vec::as_slice);
            let one = self.one(wallets).context("the list has no wallets")?;
            ("{W}", "remittance: wallet", one.text.clone(), one.holders.clone())
        };
        let line = self.filled(&line.replace(slot, &text))?;
        Ok((line, Planted { number: 0, place, text, entities }))
    }

    /// Writes a file of so many transactions.
    pub(super) fn write(&mut self, count: usize, out: &mut impl Write) -> Result<Vec<Planted>> {
        let mut planted = Vec::new();
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>"#)?;
        writeln!(
            out,
            "<GrpHdr><MsgId>{}</MsgId><CreDtTm>2025-11-19T08:30:00Z</CreDtTm><NbOfTxs>{count}</NbOfTxs><SttlmInf><SttlmMtd>INDA</SttlmMtd>\
             </SttlmInf></GrpHdr>",
            self.signs("aannnnnnnnnn")
        )?;
        let mut text = String::new();
        for number in 1..=count {
            text.clear();
            if let Some(one) = self.transaction(&mut text)? {
                planted.push(Planted { number: number as u64, ..one });
            }
            text.push('\n');
            out.write_all(text.as_bytes())?;
        }
        writeln!(out, "</FIToFICstmrCdtTrf></Document>")?;
        out.flush()?;
        Ok(planted)
    }

    fn transaction(&mut self, out: &mut String) -> Result<Option<Planted>> {
        let draw = self.dice.roll(10_000);
        let [party, text, place] = PLANTED;
        let (mut listed_role, mut listed_text, mut embargoed) = (None, None, None);
        if draw < party {
            let mut at = self.dice.roll(100);
            listed_role = ROLES.iter().find(|(_, _, part)| {
                at < *part || {
                    at -= part;
                    false
                }
            });
        } else if draw < party + text {
            listed_text = Some(self.listed_line()?);
        } else if draw < party + text + place {
            embargoed = self.one(&EMBARGOED);
        }
        let mut planted = listed_text.as_ref().map(|(_, planted)| planted.clone());
        let role_of = |tag: &str| listed_role.filter(|(_, element, _)| *element == tag);

        let mut debtor = self.customer(true)?;
        let mut creditor = self.customer(false)?;
        let mut ultimate = [None, None];
        for (at, tag) in ["UltmtDbtr", "UltmtCdtr"].into_iter().enumerate() {
            if self.dice.roll(10) == 0 || role_of(tag).is_some() {
                ultimate[at] = Some(self.customer(false)?);
            }
        }
        let [of_debtor, of_creditor] = [self.bank(debtor.country)?, self.bank(creditor.country)?];
        let mut banks = [("DbtrAgt", Some(of_debtor)), ("CdtrAgt", Some(of_creditor)), ("IntrmyAgt1", None)];
        if self.dice.roll(5) == 0 || role_of("IntrmyAgt1").is_some() {
            let country = self.dice.roll(COUNTRIES.len());
            banks[2].1 = Some(self.bank(country)?);
        }
        if let Some((place, tag, _)) = listed_role {
            let (text, entities) =
                if let Some(bank) = banks.iter_mut().find(|(bank, _)| bank == tag).and_then(|(_, bank)| bank.as_mut()) {
                    self.listed_bank(bank)?
                } else {
                    let customer = match *tag {
                        "Dbtr" => &mut debtor,
                        "Cdtr" => &mut creditor,
                        "UltmtDbtr" => ultimate[0].as_mut().context("no ultimate debtor")?,
                        _ => ultimate[1].as_mut().context("no ultimate creditor")?,
                    };
                    let pools = self.pools;
                    customer.person = self.dice.roll(2) == 0;
                    let pool = if customer.person { &pools.people } else { &pools.organisations };
                    let (entity, name) = self.listed(pool, |_| true)?;
                    customer.name = if self.dice.roll(2) == 0 { name.text.to_uppercase() } else { name.text.clone() };
                    (customer.name.clone(), vec![entity])
                };
            planted = Some(Planted { number: 0, place, text, entities });
        }
        if let Some((place, country, town)) = embargoed {
            creditor.address = self.address(country, town);
            planted = Some(Planted { number: 0, place, text: format!("{town}, {country}"), entities: Vec::new() });
        }

        out.push_str("<CdtTrfTxInf><PmtId>");
        for (tag, form) in [
            ("InstrId", "aannnnnnnnnn"),
            ("EndToEndId", "E2Ennnnnnnnnn"),
            ("TxId", "TXnnnnnnnnnnnn"),
            ("UETR", "hhhhhhhh-hhhh-4hhh-8hhh-hhhhhhhhhhhh"),
        ] {
            let text = self.signs(form);
            element(out, tag, &text);
        }
        let amount = format!("{}.{:02}", 10 + self.dice.roll(250_000), self.dice.roll(100));
        let currency = COUNTRIES[creditor.country].3;
        let service = ["SEPA", "URGP", "NURG", "SDVA"][self.dice.roll(4)];
        let _ = write!(
            out,
            r#"</PmtId><PmtTpInf><SvcLvl><Cd>{service}</Cd></SvcLvl></PmtTpInf><IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt><IntrBkSttlmDt>2025-11-{:02}</IntrBkSttlmDt>"#,
            1 + self.dice.roll(28)
        );
        let charges = ["SHAR", "DEBT", "SLEV"][self.dice.roll(3)];
        element(out, "ChrgBr", charges);
        let [(_, of_debtor), (_, of_creditor), (_, between)] = &banks;
        for tag in ["InstgAgt", "InstdAgt"] {
            let bank = self.bank(debtor.country)?;
            self.agent(out, tag, Some(&Bank { name: None, ..bank }));
        }
        self.agent(out, "IntrmyAgt1", between.as_ref());
        self.party(out, "UltmtDbtr", ultimate[0].as_ref());
        self.party(out, "Dbtr", Some(&debtor));
        let _ = write!(out, "<DbtrAcct><Id>{}</Id></DbtrAcct>", debtor.account);
        self.agent(out, "DbtrAgt", of_debtor.as_ref());
        self.agent(out, "CdtrAgt", of_creditor.as_ref());
        self.party(out, "Cdtr", Some(&creditor));
        let _ = write!(out, "<CdtrAcct><Id>{}</Id></CdtrAcct>", creditor.account);
        self.party(out, "UltmtCdtr", ultimate[1].as_ref());
        if self.dice.roll(3) == 0 {
            let code = ["SUPP", "SALA", "TRAD", "GDDS", "RENT"][self.dice.roll(5)];
            let _ = write!(out, "<Purp><Cd>{code}</Cd></Purp>");
        }
        out.push_str("<RmtInf>");
        let lines = 1 + self.dice.roll(4);
        let at = self.dice.roll(lines);
        for line in 0..lines {
            let text = match &listed_text {
                Some((text, _)) if line == at => text.clone(),
                _ => {
                    let form = self.one(&LINES).copied().unwrap_or_default();
                    self.filled(form)?
                }
            };
            element(out, "Ustrd", &text);
        }
        out.push_str("</RmtInf></CdtTrfTxInf>");
        Ok(planted)
    }

    /// Makes a bank a listed one: by its code, or by its name without a code.
    fn listed_bank(&mut self, bank: &mut Bank) -> Result<(String, Vec<u32>)> {
        let pools = self.pools;
        if self.dice.roll(2) == 0 {
            let codes = pools.identifiers.get("bic").map_or(&[][..], Vec::as_slice);
            let one = self.one(codes).context("the list has no SWIFT codes")?;
            bank.bic = Some(one.text.clone());
            bank.name = None;
            return Ok((one.text.clone(), one.holders.clone()));
        }
        let banking =
            |name: &str| name.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|word| word == "bank" || word == "banco");
        let (entity, name) = self.listed(&pools.organisations, |name| name.contains(' ') && banking(name))?;
        bank.bic = None;
        bank.name = Some(name.text.clone());
        Ok((name.text.clone(), vec![entity]))
    }

    fn party(&mut self, out: &mut String, tag: &str, customer: Option<&Customer>) {
        let Some(customer) = customer else { return };
        let _ = write!(out, "<{tag}>");
        element(out, "Nm", &customer.name);
        out.push_str(&customer.address);
        match (customer.person, self.dice.roll(5)) {
            (true, 0) => {
                let (year, month, day) = (1945 + self.dice.roll(60), 1 + self.dice.roll(12), 1 + self.dice.roll(28));
                let Country(code, towns, ..) = &COUNTRIES[customer.country];
                let _ = write!(
                    out,
                    "<Id><PrvtId><DtAndPlcOfBirth><BirthDt>{year}-{month:02}-{day:02}</BirthDt><CityOfBirth>{}</CityOfBirth><CtryOfBirth>\
                     {code}</CtryOfBirth></DtAndPlcOfBirth></PrvtId></Id>",
                    towns[self.dice.roll(3)]
                );
            }
            (false, 0) => {
                let number = self.signs("nnnnnnnn");
                let _ = write!(out, "<Id><OrgId><Othr><Id>{number}</Id><SchmeNm><Cd>TXID</Cd></SchmeNm></Othr></OrgId></Id>");
            }
            _ => {}
        }
        let _ = write!(out, "</{tag}>");
    }

    fn agent(&mut self, out: &mut String, tag: &str, bank: Option<&Bank>) {
        let Some(bank) = bank else { return };
        let _ = write!(out, "<{tag}><FinInstnId>");
        if let Some(bic) = &bank.bic {
            element(out, "BICFI", bic);
        }
        if let Some(name) = &bank.name {
            element(out, "Nm", name);
            let address = self.address(&bank.country, &bank.town);
            out.push_str(&address);
        }
        let _ = write!(out, "</FinInstnId></{tag}>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_have_right_check_digits() {
        // The examples of ISO 13616's registry.
        assert_eq!(iban("GB", "NWBK60161331926819"), "GB29NWBK60161331926819");
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
    }
}
