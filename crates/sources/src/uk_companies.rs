//! Companies House: basic company data (CSV, or the same members as JSON) and the snapshot of people with significant control (JSON, one
//! record a line or an array). In goes the file as a stream, one record in memory at a time; out come companies under
//! `gb-coh-<number>`, controlling parties under `gb-psc-<number>-<last part of their link>` with their addresses, and one `Ownership` or
//! link for each nature of control. Natures are read by `data/psc_natures.tsv`. Sources: the Free Company Data Product and the PSC
//! snapshot of Companies House, and its `api-enumerations`.
//!
//! A corporate party that is plainly registered at Companies House is the company of its number, `gb-coh-<number>`, so that chains join; its
//! links and addresses keep the id of the record. Where the number is that of the controlled company, which is a common mistake, it is
//! left a number.
//!
//! They are registers: nobody in them is listed, and `is_sanctioned`, which overseas entities state of their owners, is kept as a note.
//! The snapshot names a company by its number only; the first record of a company makes a `Company` of the number, to which basic company
//! data adds the rest. The totals at the end of the snapshot are those of the whole publication (`records_stated`), beside the
//! number of records that were parsed (`records`).

use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use crate::companies_house;
use crate::error::SourceError;
use crate::facts::rows;
use crate::json_records::{Members, Record, Seen, each_record};
use crate::listing::{Address, Listing, Name, Place, country, not_empty};
use crate::report::Report;
use crate::text::decode;

const NATURES_TSV: &str = include_str!("../../../data/psc_natures.tsv");

static NATURES: LazyLock<FxHashMap<&'static str, Nature>> = LazyLock::new(|| {
    rows(NATURES_TSV)
        .filter_map(|row| {
            let [nature, schema, kind, percentage, role, ..] = row[..] else { return None };
            Some((nature, Nature { schema: Schema::from_name(schema)?, kind, percentage, role }))
        })
        .collect()
});

/// What a nature of control becomes.
#[derive(Clone, Copy, Debug)]
struct Nature {
    schema: Schema,
    /// What the share is of.
    kind: &'static str,
    percentage: &'static str,
    role: &'static str,
}

/// Beginnings of the numbers of companies that are not formed in the United Kingdom: overseas entities and overseas companies.
const OVERSEAS: [&str; 5] = ["OE", "FC", "SF", "NF", "BR"];

fn id_of(number: &str) -> String {
    format!("gb-coh-{number}")
}

// ------------------------------------------------------------------------------------ people with significant control

pub(crate) fn parse_psc(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut parser =
        Psc { listing: Listing::new(report, sink), companies: Seen::default(), parties: Seen::default(), records: 0 };
    each_record(file, input, &mut |record| {
        parser.record(&record);
        Ok(())
    })?;
    let records = parser.records;
    parser.listing.count("records", records);
    not_empty(file, records, "records of people with significant control")
}

struct Psc<'a> {
    listing: Listing<'a>,
    companies: Seen,
    parties: Seen,
    records: u64,
}

/// What kind of party a record speaks of.
fn party_schema(kind: &str) -> Option<Schema> {
    Some(match kind {
        "individual-person-with-significant-control" | "individual-beneficial-owner" => Schema::Person,
        "corporate-entity-person-with-significant-control" | "corporate-entity-beneficial-owner" => Schema::Company,
        // A government, an international organisation, a corporation sole.
        "legal-person-person-with-significant-control" | "legal-person-beneficial-owner" => Schema::Organization,
        "super-secure-person-with-significant-control" | "super-secure-beneficial-owner" => Schema::Person,
        _ => return None,
    })
}

impl Psc<'_> {
    fn record(&mut self, record: &Record<'_>) {
        let line = format!("line {}", record.line);
        let mut json: Members = match record.read() {
            Ok(Json::Object(members)) => Members(members),
            Ok(_) => return self.reject(record, &line, "", "not a JSON object"),
            Err(reason) => return self.reject(record, &line, "", reason),
        };
        let Some(mut data) = json.object("data") else { return self.reject(record, &line, "data", "`data` is missing") };
        let kind = data.text("kind");
        if kind.starts_with("totals#") {
            self.totals(data);
            return;
        }
        let number = json.text("company_number");
        if number.is_empty() {
            return self.reject(record, &line, "company_number", "`company_number` is missing");
        }
        let content_date = json.text("ContentDate");
        if self.records == 0 && !content_date.is_empty() {
            let at = Place { line: record.line, record: &line };
            self.listing.report.issue_date = self.listing.date(at, "ContentDate", &content_date).unwrap_or_default();
        }
        self.records += 1;
        let left = json.rest("");
        match kind.as_str() {
            "persons-with-significant-control-statement" => self.statement(record, &number, data, left),
            "exemptions" => self.exemptions(record, &number, data, left),
            _ => self.party(record, &number, &kind, data, left),
        }
    }

    fn reject(&mut self, record: &Record<'_>, name: &str, field: &str, message: impl Into<String>) {
        self.listing.reject(Place { line: record.line, record: name }, field, message, &record.text());
    }

    fn totals(&mut self, mut data: Members) {
        let counts = ["persons_of_significant_control_count", "statements_count", "exemptions_count"];
        let stated = counts.iter().filter_map(|count| data.text(count).parse::<u64>().ok()).sum();
        self.listing.count("records_stated", stated);
        let generated = data.text("generated_at");
        if let (true, Some(day)) = (self.listing.report.issue_date.is_empty(), generated.get(..10)) {
            let at = Place { line: 0, record: "totals" };
            self.listing.report.issue_date = self.listing.date(at, "generated_at", day).unwrap_or_default();
        }
    }

    /// The company of a number, with what there is to say of it; `None` when it has gone out before and there is nothing to add.
    fn company(&mut self, number: &str, record: &str, notes: Vec<String>) {
        if !self.companies.is_new(number) && notes.is_empty() {
            return;
        }
        let mut company = Entity::new(id_of(number), Schema::Company);
        company.add("registrationNumber", number);
        if !OVERSEAS.iter().any(|prefix| number.starts_with(prefix)) {
            company.add("jurisdiction", "gb");
        }
        for note in notes {
            company.add("notes", note);
        }
        self.listing.emit(company, record);
    }

    /// A statement about the company: that nobody controls it, or that somebody has not been found or has not answered.
    fn statement(&mut self, record: &Record<'_>, number: &str, mut data: Members, left: Vec<String>) {
        let link = link_of(&mut data).unwrap_or_else(|| format!("line {}", record.line));
        let statement = data.text("statement");
        if statement.is_empty() {
            return self.reject(record, &link, "statement", "a statement without its text");
        }
        let mut note = format!("Statement on people with significant control: {}", statement.replace('-', " "));
        for (key, what) in [
            ("linked_psc_name", "of"),
            ("restrictions_notice_withdrawal_reason", "withdrawn because"),
            ("notified_on", "notified"),
            ("ceased_on", "ceased"),
        ] {
            let text = data.text(key);
            if !text.is_empty() {
                note = format!("{note}, {what} {text}");
            }
        }
        data.0.shift_remove("etag");
        self.listing.count("statements", 1);
        let notes = [note].into_iter().chain(data.rest("")).chain(left).collect();
        self.company(number, &link, notes);
    }

    fn exemptions(&mut self, record: &Record<'_>, number: &str, mut data: Members, left: Vec<String>) {
        let link = link_of(&mut data).unwrap_or_else(|| format!("line {}", record.line));
        let mut notes = Vec::new();
        let Some(exemptions) = data.object("exemptions") else {
            return self.reject(record, &link, "exemptions", "exemptions that state none");
        };
        for (name, value) in exemptions.0 {
            let kind = value.get("exemption_type").and_then(Json::as_str).unwrap_or(&name).replace(['-', '_'], " ");
            let items = value.get("items").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
            let mut note = format!("Exempt from naming people with significant control: {kind}");
            for item in items {
                for (key, what) in [("exempt_from", "from"), ("exempt_to", "until")] {
                    if let Some(date) = item.get(key).and_then(Json::as_str) {
                        note = format!("{note}, {what} {date}");
                    }
                }
            }
            notes.push(note);
        }
        data.0.shift_remove("etag");
        notes.extend(data.rest(""));
        notes.extend(left);
        self.listing.count("exemptions", 1);
        self.company(number, &link, notes);
    }

    fn party(&mut self, record: &Record<'_>, number: &str, kind: &str, mut data: Members, left: Vec<String>) {
        let place = format!("line {}", record.line);
        let Some(link) = link_of(&mut data) else {
            return self.reject(record, &place, "links.self", "a party without a link, of which its id is made");
        };
        let at = Place { line: record.line, record: &link };
        let own = link.rsplit('/').next().unwrap_or_default();
        let schema = party_schema(kind).unwrap_or_else(|| {
            self.listing.issue(at, "kind", format!("`{kind}` is not known; kept as a LegalEntity"));
            Schema::LegalEntity
        });
        let mut party = Entity::new(format!("gb-psc-{number}-{own}"), schema);
        let secret = kind.starts_with("super-secure");
        person_name(&mut party, &mut data, &link);
        if party.names.is_empty() {
            if !secret {
                return self.reject(record, &link, "name", "a party without a name");
            }
            party.caption = Some("A person whose details are protected".to_owned());
            party.add("notes", "The register protects the details of this person (super-secure).");
            // It says the same in other words.
            data.text("description");
        }
        if !self.parties.is_new(&party.id) {
            self.listing.issue(at, "links.self", format!("`{}` stands twice in the file", party.id));
        }
        self.listing.count("parties", 1);
        let base = party.id.clone();
        if kind.starts_with("corporate-entity")
            && let Some(own) = own_number(&data).filter(|own| own != number)
        {
            party.id = id_of(&own);
            party.add_from("registrationNumber", own, &link);
            self.listing.count("parties_by_number", 1);
        }
        let mut entities = self.details(at, &base, &mut party, &mut data);
        let natures = data.texts("natures_of_control");
        let mut ceased = data.text("ceased") == "true";
        let dates = [("startDate", "notified_on"), ("endDate", "ceased_on")].map(|(property, field)| {
            let text = data.text(field);
            // Ceased on a day that cannot be read is still ceased.
            ceased |= property == "endDate" && !text.is_empty();
            let day = self.listing.date(at, field, &text);
            if day.is_none() && !text.is_empty() {
                party.add("notes", format!("{field}: {text}"));
            }
            (property, day)
        });
        if data.text("is_sanctioned") == "true" {
            party.add("notes", "The overseas entity states that this owner is sanctioned (is_sanctioned).");
        }
        data.0.shift_remove("etag");
        for note in data.rest("").into_iter().chain(left) {
            party.add("notes", note);
        }
        self.company(number, &link, Vec::new());
        for mut control in self.controls(at, [&base, &party.id], number, &natures) {
            for (property, date) in &dates {
                control.add(property, date.clone().unwrap_or_default());
            }
            if ceased {
                control.add("status", "ceased");
            }
            entities.push(control);
        }
        self.listing.emit(party, &link);
        for entity in entities {
            self.listing.emit(entity, &link);
        }
    }

    /// Birth, countries, identification and addresses; the addresses come back as entities.
    fn details(&mut self, at: Place<'_>, base: &str, party: &mut Entity, data: &mut Members) -> Vec<Entity> {
        if let Some(mut birth) = data.object("date_of_birth") {
            let [year, month, day] = ["year", "month", "day"].map(|part| birth.text(part));
            let padded = [month, day].into_iter().filter(|part| !part.is_empty()).map(|part| format!("{part:0>2}"));
            let born = [year].into_iter().chain(padded).collect::<Vec<_>>().join("-");
            self.listing.add_date(at, party, "birthDate", "date_of_birth", &born);
        }
        let nationality = data.text("nationality");
        let property = if party.schema.is_a(Schema::Person) { "nationality" } else { "country" };
        for one in nationality.split(&[',', ';'][..]).map(str::trim).filter(|one| !one.is_empty()) {
            party.add_from(property, country(one), at.record);
        }
        let residence = data.text("country_of_residence");
        if !residence.is_empty() {
            party.add_from("country", country(&residence), at.record);
        }
        if let Some(mut identification) = data.object("identification") {
            party.add_from("legalForm", identification.text("legal_form"), at.record);
            party.add_from("registrationNumber", identification.text("registration_number"), at.record);
            let registered = identification.text("country_registered");
            if !registered.is_empty() {
                match Country::parse(&registered) {
                    Some(country) => party.add_from("jurisdiction", country.code(), at.record),
                    None => party.add("notes", format!("Country of registration: {registered}")),
                }
            }
            for (key, what) in [("legal_authority", "Law"), ("place_registered", "Place of registration")] {
                let text = identification.text(key);
                if !text.is_empty() {
                    party.add("notes", format!("{what}: {text}"));
                }
            }
            for note in identification.rest("identification.") {
                party.add("notes", note);
            }
        }
        let mut entities = Vec::new();
        for (key, number, what) in
            [("address", 1, "correspondence address"), ("principal_office_address", 2, "principal office")]
        {
            let Some(members) = data.object(key) else { continue };
            let address = address_of(members, what);
            let id = format!("{base}-addr-{number}");
            // An overseas entity's two addresses are often the same.
            let line = address.line();
            if party.texts("address").any(|held| held == line) {
                continue;
            }
            if let Some(entity) = address.attach(party, &id, at.record) {
                self.listing.count("addresses", 1);
                entities.push(entity);
            }
        }
        entities
    }

    /// One ownership or link for each nature of control; one link when none is stated. `base` is what their ids are made of.
    fn controls(&mut self, at: Place<'_>, [base, party]: [&str; 2], number: &str, natures: &[String]) -> Vec<Entity> {
        let company = id_of(number);
        let mut controls: Vec<Entity> = Vec::new();
        for code in natures {
            let id = format!("{base}-{code}");
            if controls.iter().any(|control| control.id == id) {
                continue;
            }
            self.listing.count("natures", 1);
            controls.push(match NATURES.get(code.as_str()) {
                Some(nature) if nature.schema == Schema::Ownership => {
                    let mut ownership = Entity::new(id, Schema::Ownership);
                    ownership.add("owner", party);
                    ownership.add("asset", company.as_str());
                    ownership.add("ownershipType", nature.kind);
                    ownership.add("percentage", nature.percentage);
                    ownership.add("role", nature.role);
                    ownership
                }
                Some(nature) => link(id, party, &company, nature.role),
                None => {
                    self.listing.issue(at, "natures_of_control", format!("`{code}` is not known; kept as a link"));
                    link(id, party, &company, &code.replace('-', " "))
                }
            });
        }
        if controls.is_empty() {
            let role = "person with significant control; the nature of control is not stated";
            controls.push(link(format!("{base}-control"), party, &company, role));
        }
        controls
    }
}

fn link(id: String, subject: &str, object: &str, role: &str) -> Entity {
    let mut link = Entity::new(id, Schema::UnknownLink);
    link.add("subject", subject);
    link.add("object", object);
    link.add("role", role);
    link
}

/// The number of a corporate party that is registered at Companies House.
fn own_number(data: &Members) -> Option<String> {
    let identification = data.0.get("identification")?;
    let text = |key: &str| identification.get(key).and_then(Json::as_str).unwrap_or_default().trim();
    companies_house::registered(text("place_registered"), text("country_registered"), text("registration_number"))
}

/// The path of the record in the register, of which its id is made. Its other links are addresses of the interface and left out.
fn link_of(data: &mut Members) -> Option<String> {
    let own = data.object("links")?.text("self");
    (!own.trim_end_matches('/').is_empty()).then(|| own.trim_end_matches('/').to_owned())
}

/// The name: without its title, and in parts where the record has them.
fn person_name(owner: &mut Entity, data: &mut Members, record: &str) {
    let whole = data.text("name");
    let (mut title, mut parts, mut left) = (String::new(), Vec::new(), Vec::new());
    if let Some(mut elements) = data.object("name_elements") {
        title = elements.text("title");
        for (key, kind) in [
            ("forename", NamePartKind::Given),
            ("middle_name", NamePartKind::Middle),
            ("other_forenames", NamePartKind::Middle),
            ("surname", NamePartKind::Family),
        ] {
            let text = elements.text(key);
            if !text.is_empty() {
                parts.push(NamePart { kind, text });
            }
        }
        left = elements.rest("name_elements.");
    }
    let joined = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    let bare = whole.strip_prefix(title.as_str()).map_or(whole.as_str(), str::trim_start);
    let text = if bare.is_empty() { joined } else { bare.to_owned() };
    if owner.schema.is_a(Schema::Person) {
        owner.add_from("title", title, record);
    } else if !title.is_empty() {
        left.push(format!("name_elements.title: {title}"));
    }
    Name { text, kind: AliasKind::Name, weak: false, script: "", parts, record }.attach(owner);
    for note in left {
        owner.add("notes", note);
    }
}

fn address_of(mut members: Members, what: &str) -> Address {
    let premises = members.text("premises");
    let first = members.text("address_line_1");
    // "9", "Princes Square" is one line; "Sea Containers House", "18 Upper Ground" are two.
    let number = premises.len() <= 5 && premises.starts_with(|first: char| first.is_ascii_digit());
    let street = match (premises.is_empty(), first.is_empty()) {
        (false, false) => format!("{premises}{}{first}", if number { " " } else { ", " }),
        _ => format!("{premises}{first}"),
    };
    let mut address = Address {
        street,
        street2: members.text("address_line_2"),
        post_box: members.text("po_box"),
        city: members.text("locality"),
        region: members.text("region"),
        postal_code: members.text("postal_code"),
        country: members.text("country"),
        ..Address::default()
    };
    let mut remarks = vec![what.to_owned()];
    for key in ["care_of", "care_of_name"] {
        let care = members.text(key);
        if !care.is_empty() {
            remarks.push(format!("care of {care}"));
        }
    }
    remarks.extend(members.rest(""));
    if !address.line().is_empty() {
        address.remarks = remarks.join("; ");
    }
    address
}

// ------------------------------------------------------------------------------------------------ basic company data

/// Beginnings of columns that are left out on purpose: deadlines of accounts and returns and counts of charges say nothing of who a
/// company is.
const LEFT_OUT: [&str; 4] = ["Accounts.", "Returns.", "Mortgages.", "ConfStmt"];

/// Previous names that a row has room for.
const PREVIOUS_NAMES: usize = 10;

/// Kinds of business that a row has room for.
const SIC_TEXTS: usize = 4;

/// Columns that count partners, and what they count.
const PARTNERS: [(&str, &str); 2] =
    [("LimitedPartnerships.NumGenPartners", "General partners"), ("LimitedPartnerships.NumLimPartners", "Limited partners")];

pub(crate) fn parse_companies(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut parser = Companies { listing: Listing::new(report, sink), seen: Seen::default(), records: 0 };
    let head = input.fill_buf().map_err(|reason| crate::input::read_error(file, 0, reason))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let json = head.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['));
    if json {
        each_record(file, input, &mut |record| {
            parser.json(&record);
            Ok(())
        })?;
    } else {
        parser.csv(file, input)?;
    }
    let records = parser.records;
    parser.listing.count("records", records);
    not_empty(file, records, "companies")
}

struct Companies<'a> {
    listing: Listing<'a>,
    seen: Seen,
    records: u64,
}

/// A row: text by column name, the columns that are not known, and the row as it stands.
struct Row<'r> {
    get: &'r dyn Fn(&str) -> String,
    unknown: &'r [String],
    text: &'r dyn Fn() -> String,
}

impl Companies<'_> {
    fn json(&mut self, record: &Record<'_>) {
        let line = format!("line {}", record.line);
        let at = Place { line: record.line, record: &line };
        let object = match record.read() {
            Ok(Json::Object(object)) => object,
            Ok(_) => return self.listing.reject(at, "", "not a JSON object", &record.text()),
            Err(reason) => return self.listing.reject(at, "", reason, &record.text()),
        };
        let unknown: Vec<String> = object.keys().filter(|column| !is_known(column)).cloned().collect();
        let get = |column: &str| match object.get(column) {
            Some(Json::String(text)) => text.trim().to_owned(),
            Some(Json::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        self.row(record.line, &Row { get: &get, unknown: &unknown, text: &|| record.text() });
    }

    fn csv(&mut self, file: &str, input: &mut dyn BufRead) -> Result<(), SourceError> {
        let broken = |error: csv::Error| {
            let offset = error.position().map_or(0, csv::Position::byte);
            let reason = match error.into_kind() {
                csv::ErrorKind::Io(reason) => reason,
                other => std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{other:?}")),
            };
            crate::input::read_error(file, offset, reason)
        };
        // With line feeds as ends the numbers of lines are right; a carriage return before one is trimmed off its field.
        let mut reader = csv::ReaderBuilder::new().flexible(true).terminator(csv::Terminator::Any(b'\n')).from_reader(input);
        // The published header has a space before some names.
        let columns: Vec<String> = reader
            .byte_headers()
            .map_err(broken)?
            .iter()
            .map(|column| decode(column).0.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let index: FxHashMap<&str, usize> = columns.iter().enumerate().map(|(at, column)| (column.as_str(), at)).collect();
        let unknown: Vec<String> = columns.iter().filter(|column| !is_known(column)).cloned().collect();
        let mut row = csv::ByteRecord::new();
        while reader.read_byte_record(&mut row).map_err(broken)? {
            let line = row.position().map_or(0, csv::Position::line);
            let place = format!("line {line}");
            let at = Place { line, record: &place };
            if row.len() != columns.len() {
                let message = format!("{} columns; the header has {}", row.len(), columns.len());
                self.listing.issue(at, "", message);
            }
            if let Some(column) = row.iter().position(|field| decode(field).1) {
                let column = columns.get(column).map_or("", String::as_str);
                self.listing.issue(at, column, "not UTF-8; read as Windows-1252");
            }
            let get = |column: &str| {
                let field = index.get(column).and_then(|at| row.get(*at)).unwrap_or_default();
                decode(field).0.trim().to_owned()
            };
            let text = || row.iter().map(|field| decode(field).0).collect::<Vec<_>>().join(",");
            self.row(line, &Row { get: &get, unknown: &unknown, text: &text });
        }
        Ok(())
    }

    fn row(&mut self, line: u64, row: &Row<'_>) {
        self.records += 1;
        let get = row.get;
        let (number, name) = (get("CompanyNumber"), get("CompanyName"));
        let record = if number.is_empty() { format!("line {line}") } else { format!("company {number}") };
        let at = Place { line, record: &record };
        for (field, text) in [("CompanyNumber", &number), ("CompanyName", &name)] {
            if text.is_empty() {
                return self.listing.reject(at, field, "a company without it", &(row.text)());
            }
        }
        if !self.seen.is_new(&number) {
            self.listing.issue(at, "CompanyNumber", format!("`{number}` stands twice in the file"));
        }
        let mut company = Entity::new(id_of(&number), Schema::Company);
        let mut names = vec![(AliasKind::Name, name, "CompanyName".to_owned())];
        for place in 1..=PREVIOUS_NAMES {
            let (previous, until) =
                (get(&format!("PreviousName_{place}.CompanyName")), get(&format!("PreviousName_{place}.CONDATE")));
            if previous.is_empty() {
                continue;
            }
            if !until.is_empty() {
                let until = self.listing.date(at, "CONDATE", &until).unwrap_or(until);
                company.add("notes", format!("Former name until {until}: {previous}"));
            }
            names.push((AliasKind::FormerlyKnownAs, previous, format!("PreviousName_{place}")));
        }
        self.listing.count("names", names.len() as u64);
        for (kind, text, source) in names {
            Name { text, kind, weak: false, script: "", parts: Vec::new(), record: &source }.attach(&mut company);
        }
        company.add("registrationNumber", number);
        for (property, column) in [("legalForm", "CompanyCategory"), ("status", "CompanyStatus"), ("sourceUrl", "URI")] {
            company.add(property, get(column));
        }
        let origin = get("CountryOfOrigin");
        if !origin.is_empty() {
            company.add("jurisdiction", country(&origin));
        }
        for (property, column) in [("incorporationDate", "IncorporationDate"), ("dissolutionDate", "DissolutionDate")] {
            self.listing.add_date(at, &mut company, property, column, &get(column));
        }
        for place in 1..=SIC_TEXTS {
            company.add("sector", get(&format!("SICCode.SicText_{place}")));
        }
        for (column, what) in PARTNERS {
            let count = get(column);
            if !count.is_empty() && count != "0" {
                company.add("notes", format!("{what}: {count}"));
            }
        }
        for column in row.unknown {
            let text = get(column);
            if !text.is_empty() {
                company.add("notes", format!("{column}: {text}"));
            }
        }
        let care_of = get("RegAddress.CareOf");
        let address = Address {
            post_box: get("RegAddress.POBox"),
            street: get("RegAddress.AddressLine1"),
            street2: get("RegAddress.AddressLine2"),
            city: get("RegAddress.PostTown"),
            region: get("RegAddress.County"),
            country: get("RegAddress.Country"),
            postal_code: get("RegAddress.PostCode"),
            remarks: if care_of.is_empty() { String::new() } else { format!("care of {care_of}") },
            ..Address::default()
        };
        let id = format!("{}-addr", company.id);
        let place = address.attach(&mut company, &id, "RegAddress");
        self.listing.emit(company, &record);
        if let Some(place) = place {
            self.listing.count("addresses", 1);
            self.listing.emit(place, &record);
        }
    }
}

/// Whether a column is read, or left out on purpose.
fn is_known(column: &str) -> bool {
    const READ: [&str; 17] = [
        "CompanyName",
        "CompanyNumber",
        "CompanyCategory",
        "CompanyStatus",
        "CountryOfOrigin",
        "DissolutionDate",
        "IncorporationDate",
        "URI",
        "RegAddress.CareOf",
        "RegAddress.POBox",
        "RegAddress.AddressLine1",
        "RegAddress.AddressLine2",
        "RegAddress.PostTown",
        "RegAddress.County",
        "RegAddress.Country",
        "RegAddress.PostCode",
        "",
    ];
    let numbered = |prefix: &str, suffix: &str, most: usize| {
        let number = column.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)).and_then(|text| text.parse().ok());
        number.is_some_and(|number: usize| (1..=most).contains(&number))
    };
    READ.contains(&column)
        || LEFT_OUT.iter().any(|prefix| column.starts_with(prefix))
        || PARTNERS.iter().any(|(partners, _)| column == *partners)
        || numbered("SICCode.SicText_", "", SIC_TEXTS)
        || numbered("PreviousName_", ".CompanyName", PREVIOUS_NAMES)
        || numbered("PreviousName_", ".CONDATE", PREVIOUS_NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = NATURES_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count() - 1;
        assert_eq!(NATURES.len(), lines);
        for (nature, row) in NATURES.iter() {
            assert_eq!(row.percentage.is_empty(), row.schema != Schema::Ownership, "{nature}");
            assert_eq!(row.kind.is_empty(), row.schema != Schema::Ownership, "{nature}");
            assert!(!row.role.is_empty(), "{nature}");
        }
    }
}
