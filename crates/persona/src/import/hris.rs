//! Records of HR systems as Workday and `BambooHR` export them, CSV or JSON: who is employed under what legal name, where, since when, with
//! which e-mail addresses and numbers. Headings are found in their usual wordings, whatever their case and spaces. Numbers of bank accounts
//! and of the tax office are kept as keyed hashes. Who somebody's manager is is not kept: no table holds it.
//!
//! HR systems hold much that must not enter: columns about protected characteristics are refused, and those that no wording or map names
//! are told once and not read.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::ats::country_of;
use super::json;
use super::mapped::ColumnMap;
use super::protected::Refusals;
use super::table::{self, plain};
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, SYSTEM_OF_HR, Seen, Source};
use crate::problem::ProblemKind;
use crate::value::is_placeholder;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

const ID: &[&str] =
    &["employeeid", "employeenumber", "employeeno", "employee", "workerid", "eeid", "eeno", "personnelnumber", "id"];
const FIRST: &[&str] = &["legalfirstname", "legalnamefirstname", "firstname", "givenname", "forename"];
const LAST: &[&str] = &["legallastname", "legalnamelastname", "lastname", "surname", "familyname"];
const LEGAL: &[&str] = &["legalname", "fulllegalname", "workername", "worker", "fullname", "employeename", "name", "fullname1"];
const KNOWN: &[&str] = &["displayname", "preferredname", "knownas"];
const WORK_MAIL: &[&str] = &[
    "workemail",
    "emailwork",
    "businessemail",
    "companyemail",
    "primaryworkemail",
    "emailprimarywork",
    "email",
    "emailaddress",
];
const HOME_MAIL: &[&str] =
    &["personalemail", "homeemail", "emailhome", "privateemail", "emailpersonal", "primaryhomeemail", "emailprimaryhome"];
const PHONES: [&[&str]; 3] = [
    &[
        "mobilephone",
        "mobile",
        "cellphone",
        "mobilenumber",
        "personalphone",
        "personalmobile",
        "phonemobile",
        "phonepersonal",
        "phonecell",
        "phonenumbermobile",
        "mobilephonenumber",
        "primarymobilephone",
        "phoneprimarymobile",
    ],
    &[
        "homephone",
        "phonehome",
        "phonenumberhome",
        "homephonenumber",
        "primaryhomephone",
        "phoneprimaryhome",
        "phone",
        "phonenumber",
        "primaryphone",
        "phoneprimary",
    ],
    // The extension at the office is the company's.
    &["privatephone"],
];
const ADDRESS: &[&str] =
    &["homeaddress", "primaryhomeaddress", "address", "fulladdress", "residentialaddress", "primaryaddress"];
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
/// The firm whose employee a contingent worker is.
const STAFFED_BY: &[&str] = &[
    "agency",
    "staffingagency",
    "staffingfirm",
    "staffingvendor",
    "employerofrecord",
    "contingentworkersupplier",
    "supplier",
    "vendor",
    "vendorname",
    "contractingcompany",
];
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
    "employmenttype",
    "workertype",
    "status",
    // The house's own telephone is everybody's in it.
    "workphone",
    "phonework",
    "phonenumberwork",
    "workphonenumber",
    "primaryworkphone",
    "phoneprimarywork",
    "businessphone",
    "officephone",
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
        .chain([BANK_COUNTRY, BANK_FLAG, STAFFED_BY, TAX])
        .chain(PHONES)
        .chain(LINES)
        .flatten()
        .copied()
}

/// The plain name under which a heading is read. A part of a home address is also known by its own name.
fn column(name: &str) -> Option<String> {
    let known = |name: &str| read_names().any(|known| known == name) || PASSED.contains(&name);
    let whole = plain(name);
    if known(&whole) {
        return Some(whole);
    }
    let (before, own) = name.rsplit_once('/')?;
    let is_home = plain(before).contains("home") || plain(before) == "address";
    let own = plain(own);
    (is_home && LINES.iter().any(|names| names.contains(&own.as_str()))).then_some(own)
}

struct Reader<'m> {
    map: Option<&'m ColumnMap>,
    refusals: Refusals,
    /// Under which plain name a column is read, by its heading; `None` for one that is not.
    columns: FxHashMap<String, Option<String>>,
    ids: FxHashSet<String>,
}

/// Reads HR records, CSV or JSON.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, map: Option<&ColumnMap>, to: &mut Builder) -> io::Result<()> {
    let mut reader = Reader { map, refusals: Refusals::default(), columns: FxHashMap::default(), ids: FxHashSet::default() };
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
    let take = |row: table::Row<'_>, source: Source, to: &mut Builder| {
        let names = row.header().names.iter().enumerate();
        let cells: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            names.map(|(index, name)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(row.at(index)))).collect();
        reader.take(&cells, source, to);
    };
    let input = &mut input.take(u64::MAX);
    if map.is_some_and(ColumnMap::says_dates) {
        return table::rows_plain(input, file, to, take);
    }
    table::rows_dated(input, file, to, take)
}

/// The members of a record with texts; those of an object inside under both names, as `homeAddress/city`.
fn flatten<'v>(before: &str, value: &'v Value, cells: &mut Vec<(Cow<'v, str>, Cow<'v, str>)>) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let full = if before.is_empty() { Cow::Borrowed(name.as_str()) } else { Cow::Owned(format!("{before}/{name}")) };
        match json::scalar(value) {
            Some(text) => cells.push((full, text)),
            None if before.is_empty() && value.is_object() => flatten(name, value, cells),
            None => cells.push((full, "".into())),
        }
    }
}

impl Reader<'_> {
    fn take(&mut self, cells: &[(Cow<'_, str>, Cow<'_, str>)], source: Source, to: &mut Builder) {
        let mut custom: Vec<(Cow<'_, str>, String)> = Vec::new();
        for (name, text) in cells {
            if self.refusals.refuse(name, source, to) {
                continue;
            }
            if self.map.is_some_and(|map| map.names(name)) {
                custom.push((name.clone(), text.to_string()));
                continue;
            }
            if !self.columns.contains_key(name.as_ref()) {
                let column = column(name);
                if column.is_none() {
                    to.problem(source, ProblemKind::UnknownColumn(name.to_string()));
                }
                self.columns.insert(name.to_string(), column);
            }
        }
        let held: Vec<(&str, &str)> = (cells.iter())
            .filter_map(|(name, text)| Some((self.columns.get(name.as_ref())?.as_deref()?, text.as_ref())))
            .collect();
        let get = |names: &[&str]| -> &str {
            let texts =
                names.iter().flat_map(|name| held.iter().filter(move |(held, _)| held == name).map(|(_, text)| text.trim()));
            texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
        };
        let id = get(ID);
        if id.is_empty() {
            return to.problem(source, ProblemKind::Missing("employee id"));
        }
        if !self.ids.insert(id.to_owned()) {
            to.problem(source, ProblemKind::DuplicateId);
        }
        let whole: Vec<&str> = held.iter().flat_map(|(name, text)| [*name, *text]).collect();
        let whole = whole.join("\0");
        if !to.first_sight("hris/whole", whole.as_bytes()) && custom.is_empty() {
            return;
        }
        let is_new = to.first_sight(SYSTEM_OF_HR, id.as_bytes());
        let person = to.account(SYSTEM_OF_HR, id, source);
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

        let firm = get(STAFFED_BY);
        let is_none = is_placeholder(firm) || ["no", "direct"].iter().any(|word| word.eq_ignore_ascii_case(firm));
        if !firm.is_empty() && !is_none {
            // Tables of relations call a firm by its name, too.
            let firm_person = to.known_person(firm, source);
            to.describe(firm_person, Describe { name: firm, ..Describe::default() }, source);
            to.relation(person, RelKind::StaffedBy, firm_person, "", source);
        }

        // A day that is none was told above.
        let began = if crate::time::Time::parse(&start).is_ok() { start.as_ref() } else { "" };
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
        to.document(person, &NewDocument { time: began, facts: &facts, ..NewDocument::new(DocKind::HrRecord) }, source);
        if !get(BANK).is_empty() || !get(BANK_HOLDER).is_empty() {
            let facts = [
                (Field::Payee, 0, get(BANK)),
                (Field::Holder, 0, get(BANK_HOLDER)),
                (Field::BankCountry, 0, get(BANK_COUNTRY)),
            ];
            to.document(person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::BankAccount) }, source);
        }
        if is_new && !began.is_empty() {
            let facts = [(Field::Job, get(ROLE))];
            to.event(
                person,
                &NewEvent { kind: EventKind::Hired, time: began, offset: None, ip: "", device: "", facts: &facts },
                source,
            );
        }
        if let Some(map) = self.map {
            map.apply_fields(person, &custom, source, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::import::testing::{check, imported, lines};
    use crate::import::{ColumnMap, Format};

    #[test]
    fn a_table_as_workday_writes_it() {
        check(
            Format::Hris,
            "\u{feff}Employee ID,Legal Name,Work Email,Personal Email,Home Address,Country,Hire Date,Termination Date,Job Title,Manager,Bank Flag,IBAN,Account Holder,Nationality,Shoe Size\n\
             44,Ada Example,ada@example.com,ada@example.org,\"1 Main St, Berlin\",Germany,2026-01-05,,Engineer,Bob,yes,DE00 1234 5678 00,Cid Example,secret,38\n\
             45,Bob Example,bob@example.com,,,,2020-01-01,2025-12-31,Manager,,no,,,secret,44\n",
            r"
            hris:44 | Ada Example | DE | Engineer | 2026-01-05 to -
              email ada@example.com
              email ada@example.org
              payee keyed
              address 1 Main St, Berlin
              @2026-01-05T00:00:00Z hired job=Engineer
              hr_record 2026-01-05T00:00:00Z 0.name=Ada Example 0.address=1 Main St, Berlin 0.country=Germany 0.role=Engineer 0.flag=bank_flag
              bank_account 0.payee= 0.holder=Cid Example
            hris:45 | Bob Example | - | Manager | 2020-01-01 to 2025-12-31
              email bob@example.com
              @2020-01-01T00:00:00Z hired job=Manager
              hr_record 2020-01-01T00:00:00Z 0.name=Bob Example 0.role=Manager
            ! export-1:2: `Nationality` is not read: it is about a protected characteristic of a person
            ! export-1:2: `Shoe Size` is not read
            ",
        );
    }

    #[test]
    fn json_as_bamboohr_writes_it() {
        check(
            Format::Hris,
            r#"{"employees": [{"id": "7", "employeeNumber": "44", "firstName": "Ada", "lastName": "Example", "displayName": "Ada E. Example",
                "workEmail": "ada@example.com", "homeEmail": null, "mobilePhone": "+1 202 555 0143", "hireDate": "2026-01-05", "jobTitle": "Engineer",
                "homeAddress": {"addressLine1": "1 Main St", "city": "Springfield", "country": "United States"},
                "gender": "secret", "ssn": "219-09-9998", "tags": ["a"]}]}"#,
            r"
            hris:44 | Ada E. Example | US | Engineer | 2026-01-05 to -
              email ada@example.com
              phone +12025550143
              tax keyed
              address 1 Main St, Springfield, United States
              @2026-01-05T00:00:00Z hired job=Engineer
              hr_record 2026-01-05T00:00:00Z 0.name=Ada Example 0.address=1 Main St, Springfield, United States 0.country=United States 0.role=Engineer
            ! export-1:1: `gender` is not read: it is about a protected characteristic of a person
            ! export-1:1: `tags` is not read
            ",
        );
    }

    #[test]
    fn contingent_workers_have_their_firm() {
        check(
            Format::Hris,
            "Employee ID,Legal Name,Email - Primary Work,Email - Primary Home,Worker Type,Contingent Worker Supplier\n\
             C1,Ada Example,ada@example.com,ada@example.org,Contingent,Example Staffing Ltd\n\
             C2,Bob Example,,bob@example.org,Contingent,Example Staffing Ltd\n\
             E3,Cy Example,,cy@example.org,Employee,None\n\
             E4,Di Example,,di@example.org,Employee,Unknown\n",
            r"
            hris:C1 | Ada Example | - | - | - to -
              email ada@example.com
              email ada@example.org
              hr_record 0.name=Ada Example
              staffed_by Example Staffing Ltd
            Example Staffing Ltd | Example Staffing Ltd | - | - | - to -
            hris:C2 | Bob Example | - | - | - to -
              email bob@example.org
              hr_record 0.name=Bob Example
              staffed_by Example Staffing Ltd
            hris:E3 | Cy Example | - | - | - to -
              email cy@example.org
              hr_record 0.name=Cy Example
            hris:E4 | Di Example | - | - | - to -
              email di@example.org
              hr_record 0.name=Di Example
            ",
        );
    }

    #[test]
    fn dates_of_a_country_tell_their_order() {
        let dates = |rows: &str| {
            let (people, problems) = imported(&[(Format::Hris, &format!("Employee ID,Legal Name,Hire Date\n{rows}"))], None);
            let dates =
                people.all().map(|person| person.start().map_or("-".to_owned(), |time| time.to_string()[..10].to_owned()));
            (dates.collect::<Vec<_>>().join(" "), problems.told().iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(dates("1,A B,05/28/2026\n2,C D,05/04/2026\n"), ("2026-05-28 2026-05-04".to_owned(), vec![]));
        assert_eq!(dates("1,A B,28/05/2026\n2,C D,05/04/2026\n"), ("2026-05-28 2026-04-05".to_owned(), vec![]));
        assert_eq!(dates("1,A B,19.01.2026\n2,C D,1.2.2026\n"), ("2026-01-19 2026-02-01".to_owned(), vec![]));
        let (read, told) = dates("1,A B,05/04/2026\n");
        assert_eq!((read.as_str(), told.len()), ("-", 2), "{told:?}");
        assert!(told[1].contains("`Hire Date`") && told[1].contains("`slashed_dates`"), "{told:?}");
    }

    #[test]
    fn the_policy_says_the_order_that_no_date_tells() {
        let mut to = crate::import::testing::builder();
        to.set_slashed_dates(Some(crate::SlashedDates::DayFirst));
        let file = to.file("f");
        let text = "Employee ID,Legal Name,Hire Date\n1,A B,05/04/2026\n";
        crate::import::import(Format::Hris, &mut text.as_bytes(), file, &mut to).unwrap();
        let (people, problems) = crate::import::testing::finish(to);
        assert_eq!(people.all().next().unwrap().start().unwrap().to_string(), "2026-04-05T00:00:00Z");
        assert_eq!(problems.total(), 0);
    }

    #[test]
    fn telephones_as_workday_heads_them() {
        check(
            Format::Hris,
            "Employee ID,Legal Name - First Name,Legal Name - Last Name,Phone - Home,Phone - Mobile,Phone - Work,Country,Shoe Size,Desk\n\
             1,Ada,Example,(512) 555-0147,512 555 0148,+1 512 555 0100,United States of America,38,4\n",
            r"
            hris:1 | Ada Example | US | - | - to -
              phone +15125550148
              phone +15125550147
              hr_record 0.name=Ada Example 0.country=United States of America
            ! export-1:2: `Desk` is not read
            ! export-1:2: `Shoe Size` is not read
            ",
        );
    }

    #[test]
    fn missing_wrong_cut_and_twice() {
        check(
            Format::Hris,
            "Employee ID;Legal Name;Work Email;Hire Date\n\
             1;Ada Example;nobody;5 January\n\
             ;Nobody;;\n\
             1;Ada Other;a@example.com;\n\
             1;Ada Other;a@example.com;\n\
             2;Bob Exam",
            r"
            hris:1 | Ada Example | - | - | - to -
              email a@example.com
              hr_record 0.name=Ada Example
              hr_record 0.name=Ada Other
            ! export-1:2: `start` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ! export-1:2: the e-mail address is not taken: it is no e-mail address
            ! export-1:3: the row is left out: `employee id` is missing
            ! export-1:4: the id was there before: its first row stays, what it lacks is taken
            ! export-1:5: the id was there before: its first row stays, what it lacks is taken
            ! export-1:6: the file ends in the middle of a record: what stands before is taken
            ",
        );
    }

    #[test]
    fn columns_of_the_user_and_dates_of_his_country() {
        let map =
            ColumnMap::custom_fields("dates = 'month/day/year'\n[custom_fields]\n'Laptop' = 'identifier.serial'").unwrap();
        let text = "Employee ID,Legal Name,Hire Date,Laptop\n1,Ada Example,1/5/2026,SN-4711-X\n";
        let (people, problems) = imported(&[(Format::Hris, text)], Some(&map));
        let got = lines(&people, &problems);
        assert!(got.contains("| 2026-01-05 to -") && got.contains("  serial keyed\n") && problems.total() == 0, "{got}");
    }

    #[test]
    fn where_the_office_is_says_nothing_of_the_home() {
        check(
            Format::Hris,
            r#"[{"employeeId": "1", "legalName": "Ada Example", "office": {"city": "Springfield", "country": "Germany"}, "Work Country": "Germany"}]"#,
            "
            hris:1 | Ada Example | - | - | - to -
              hr_record 0.name=Ada Example
            ! export-1:1: `Work Country` is not read
            ! export-1:1: `office/city` is not read
            ! export-1:1: `office/country` is not read
            ",
        );
    }

    #[test]
    fn accounts_of_two_systems_are_one_person() {
        let hr = "Employee ID,Legal Name,Personal Email,Hire Date\n1,Ada Example,ada@example.com,2026-01-05\n";
        let ats =
            r#"[{"id": 9, "first_name": "Ada", "last_name": "Example", "email_addresses": [{"value": "ada@example.com"}]}]"#;
        let (people, _) = imported(&[(Format::Hris, hr), (Format::Greenhouse, ats)], None);
        assert_eq!(people.len(), 1);
        assert_eq!(people.all().next().unwrap().also().collect::<Vec<_>>(), ["greenhouse:9"]);
    }
}
