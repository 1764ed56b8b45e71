//! Records of HR systems as Workday and `BambooHR` export them, CSV or JSON: who is employed under what legal name, where, since when, with
//! which e-mail addresses and numbers. Headings are found in their usual wordings, whatever their case and spaces. Numbers of bank accounts
//! and of the tax office are kept as keyed hashes. Who somebody's manager is is not kept: no table holds it.
//!
//! HR systems hold much that must not enter: columns about protected characteristics are refused, and those that no wording or map names
//! are told once and not read.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::ats::country_of;
use super::json;
use super::mapped::ColumnMap;
use super::protected::Refusals;
use super::table::{self, plain};
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

const SYSTEM: &str = "hris";

const ID: &[&str] = &["employeeid", "employeenumber", "employeeno", "employee", "workerid", "eeid", "eeno", "personnelnumber", "id"];
const FIRST: &[&str] = &["legalfirstname", "firstname", "givenname", "forename"];
const LAST: &[&str] = &["legallastname", "lastname", "surname", "familyname"];
const LEGAL: &[&str] = &["legalname", "fulllegalname", "workername", "worker", "fullname", "employeename", "name", "fullname1"];
const KNOWN: &[&str] = &["displayname", "preferredname", "knownas"];
const WORK_MAIL: &[&str] = &["workemail", "emailwork", "businessemail", "companyemail", "primaryworkemail", "email", "emailaddress"];
const HOME_MAIL: &[&str] = &["personalemail", "homeemail", "emailhome", "privateemail", "emailpersonal"];
const PHONES: [&[&str]; 3] = [
    &["mobilephone", "mobile", "cellphone", "mobilenumber", "personalphone", "personalmobile"],
    &["homephone", "phone", "phonenumber", "primaryphone"],
    // The extension at the office is the company's.
    &["privatephone"],
];
const ADDRESS: &[&str] = &["homeaddress", "primaryhomeaddress", "address", "fulladdress", "residentialaddress", "primaryaddress"];
const LINES: [&[&str]; 6] = [
    &["addressline1", "address1", "street", "street1", "homeaddressline1", "streetaddress"],
    &["addressline2", "address2", "street2", "homeaddressline2"],
    &["city", "homecity", "town"],
    &["state", "homestate", "stateprovince", "province", "region"],
    &["zip", "zipcode", "postalcode", "postcode", "homezip", "homepostalcode"],
    &["country", "homecountry", "addresscountry", "homeaddresscountry"],
];
const COUNTRY: &[&str] = &["homecountry", "addresscountry", "homeaddresscountry", "countryofresidence", "country"];
const ZONE: &[&str] = &["timezone", "tz"];
const START: &[&str] = &["hiredate", "originalhiredate", "startdate", "dateofhire", "joined", "start"];
const END: &[&str] = &["terminationdate", "enddate", "lastday", "lastdayofwork", "end"];
const ROLE: &[&str] = &["jobtitle", "businesstitle", "jobprofile", "position", "role", "title"];
const BANK: &[&str] = &["iban", "bankaccount", "bankaccountnumber", "accountnumber", "directdepositaccount"];
const BANK_HOLDER: &[&str] = &["accountholder", "accountholdername", "nameonaccount", "bankaccountname"];
const BANK_COUNTRY: &[&str] = &["bankcountry", "bankaccountcountry"];
const BANK_FLAG: &[&str] = &["bankflag", "bankaccountflag", "payrollflag"];
const TAX: &[&str] = &["ssn", "socialsecuritynumber", "taxid", "taxnumber", "nationalid", "nationalidnumber", "sin", "nino"];

/// Columns that are known and hold nothing that is kept.
const PASSED: &[&str] = &[
    "manager",
    "managerid",
    "managername",
    "supervisor",
    "supervisorid",
    "supervisoreid",
    "reportsto",
    "department",
    "division",
    "location",
    "employmentstatus",
    "status",
    "workphone",
    "workphoneextension",
    "middlename",
    "photouploaded",
    "photourl",
    "canuploadphoto",
    "linkedin",
];

/// All wordings that are read.
fn read_names() -> impl Iterator<Item = &'static str> {
    [ID, FIRST, LAST, LEGAL, KNOWN, WORK_MAIL, HOME_MAIL, ADDRESS, COUNTRY, ZONE, START, END, ROLE, BANK, BANK_HOLDER]
        .into_iter()
        .chain([BANK_COUNTRY, BANK_FLAG, TAX])
        .chain(PHONES)
        .chain(LINES)
        .flatten()
        .copied()
}

struct Reader<'m> {
    map: Option<&'m ColumnMap>,
    refusals: Refusals,
    told: FxHashSet<String>,
    ids: FxHashSet<String>,
}

/// Reads HR records, CSV or JSON.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut reader = Reader { map, refusals: Refusals::default(), told: FxHashSet::default(), ids: FxHashSet::default() };
    // A mark of byte order is shorter than any buffer, so that the first sign is in it.
    let buffer = input.fill_buf()?;
    let start = buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(buffer).trim_ascii_start();
    if matches!(start.first(), Some(b'{' | b'[')) {
        return json::records(input, file, to, |record, source, to| {
            let Value::Object(_) = record else { return to.problem(source, ProblemKind::Row("it is no object".to_owned())) };
            let mut cells = Vec::new();
            flatten("", record, &mut cells);
            reader.take(&cells, source, to);
        });
    }
    table::rows(&mut input.take(u64::MAX), file, to, |row, source, to| {
        let names = row.header().names.iter().enumerate();
        let cells: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            names.map(|(index, name)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(row.at(index)))).collect();
        reader.take(&cells, source, to);
    })
}

/// The members of a record with texts; those of an object inside under both names, as `homeAddress city`.
fn flatten<'v>(before: &str, value: &'v Value, cells: &mut Vec<(Cow<'v, str>, Cow<'v, str>)>) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let full = if before.is_empty() { Cow::Borrowed(name.as_str()) } else { Cow::Owned(format!("{before} {name}")) };
        match json::scalar(value) {
            Some(text) => cells.push((full, text)),
            None if before.is_empty() && value.is_object() => flatten(name, value, cells),
            None => cells.push((full, "".into())),
        }
    }
}

impl Reader<'_> {
    fn take(&mut self, cells: &[(Cow<'_, str>, Cow<'_, str>)], source: Source, to: &mut Builder) {
        let mut held: Vec<(String, &str)> = Vec::with_capacity(cells.len());
        let mut custom: Vec<(Cow<'_, str>, String)> = Vec::new();
        for (name, text) in cells {
            if self.refusals.refuse(name, source, to) {
                continue;
            }
            let plain_name = plain(name);
            // A part of an object is also known by its own name: the city of a home address is a city.
            let own = name.rsplit_once(' ').map(|(_, own)| plain(own)).filter(|own| LINES.concat().contains(&own.as_str()));
            let known = |name: &str| read_names().any(|known| known == name) || PASSED.contains(&name);
            if self.map.is_some_and(|map| map.names(name)) {
                custom.push((name.clone(), text.to_string()));
            } else if known(&plain_name) {
                held.push((plain_name, text));
            } else if let Some(own) = own {
                held.push((own, text));
            } else if self.told.insert(plain_name) {
                to.problem(source, ProblemKind::UnknownColumn(name.to_string()));
            }
        }
        let get = |names: &[&str]| -> &str {
            let texts = names.iter().flat_map(|name| held.iter().filter(move |(held, _)| held == name).map(|(_, text)| text.trim()));
            texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
        };
        let id = get(ID);
        if id.is_empty() {
            return to.problem(source, ProblemKind::Missing("employee id"));
        }
        if !self.ids.insert(id.to_owned()) {
            to.problem(source, ProblemKind::DuplicateId);
        }
        let whole: String = held.iter().map(|(name, text)| format!("{name}\0{text}\0")).collect();
        if !to.first_sight("hris/whole", whole.as_bytes()) && custom.is_empty() {
            return;
        }
        let is_new = to.first_sight(SYSTEM, id.as_bytes());
        let person = to.account(SYSTEM, id, source);
        let moment = |text| self.map.map_or(Cow::Borrowed(text), |map| map.moment(text));
        let parts = [get(FIRST), get(LAST)].join(" ");
        let legal = if get(LEGAL).is_empty() { parts.trim() } else { get(LEGAL) };
        let name = if get(KNOWN).is_empty() || !get(KNOWN).contains(' ') { legal } else { get(KNOWN) };
        let whole_address = super::ats::address(get(ADDRESS));
        let lines: Vec<&str> = LINES.iter().map(|names| get(names)).filter(|line| !line.is_empty()).collect();
        let address = if whole_address.is_empty() && !get(LINES[0]).is_empty() { lines.join(", ") } else { whole_address };
        let country = if get(COUNTRY).is_empty() { country_of(&address) } else { get(COUNTRY) };
        let (start, end) = (moment(get(START)), moment(get(END)));
        to.describe(person, Describe { name, country, zone: get(ZONE), role: get(ROLE), start: &start, end: &end }, source);

        let seen = Seen { first: &start, last: "" };
        to.identifier(person, IdKind::Email, get(WORK_MAIL), Seen::default(), source);
        to.identifier(person, IdKind::Email, get(HOME_MAIL), Seen::default(), source);
        for phone in PHONES {
            to.identifier(person, IdKind::Phone, get(phone), Seen::default(), source);
        }
        to.identifier(person, IdKind::Address, &address, Seen::default(), source);
        to.identifier(person, IdKind::Tax, get(TAX), Seen::default(), source);
        to.identifier(person, IdKind::Payee, get(BANK), Seen::default(), source);
        let flag = match get(BANK_FLAG).to_lowercase() {
            flag if matches!(flag.as_str(), "" | "no" | "false" | "0" | "none") => String::new(),
            flag if matches!(flag.as_str(), "yes" | "true" | "1" | "x") => "bank_flag".to_owned(),
            flag => flag.split_whitespace().collect::<Vec<_>>().join("_"),
        };
        let facts = [
            (Field::Name, 0, legal),
            (Field::Address, 0, address.as_str()),
            (Field::Country, 0, country),
            (Field::Role, 0, get(ROLE)),
            (Field::Flag, 0, flag.as_str()),
        ];
        to.document(person, &NewDocument { time: seen.first, facts: &facts, ..NewDocument::new(DocKind::HrRecord) }, source);
        if !get(BANK).is_empty() || !get(BANK_HOLDER).is_empty() {
            let facts =
                [(Field::Payee, 0, get(BANK)), (Field::Holder, 0, get(BANK_HOLDER)), (Field::BankCountry, 0, get(BANK_COUNTRY))];
            to.document(person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::BankAccount) }, source);
        }
        if is_new && !start.is_empty() && crate::time::Time::parse(&start).is_ok() {
            let facts = [(Field::Job, get(ROLE))];
            to.event(person, &NewEvent { kind: EventKind::Hired, time: &start, offset: None, ip: "", device: "", facts: &facts }, source);
        }
        if let Some(map) = self.map {
            map.apply_fields(person, &custom, source, to);
        }
    }
}
