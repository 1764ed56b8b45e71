//! Where the rows of the synthetic world go: the rows as the neutral people tables have them, the words that those tables allow, and a sink that
//! writes a folder of CSV files with the truth in a folder of its own.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context, Result};

use super::places::{digits, write_time};

/// Kinds of `identifier` rows.
#[cfg(test)]
pub(crate) const IDENTIFIERS: &str = "email recovery_email phone handle doc tax payee card wallet device serial ip address ship_to url photo_hash \
     doc_author bssid gateway lan reference_email reference_phone signing_key commit html_hash analytics favicon messenger usb";
/// Kinds of `event` rows.
#[cfg(test)]
pub(crate) const EVENTS: &str = "application login logout session enrolment first_boot device_seen software usb port malware parcel_shipped \
     parcel_delivered parcel_rerouted parcel_returned payout payee_changed payee_opened pay_in_crypto commit clone download push access_request \
     member_added kyc renamed bid won rating meeting message closed notice hired profile_created pull_request issue referral";
/// Kinds of `document` rows.
#[cfg(test)]
pub(crate) const DOCUMENTS: &str = "cv letter answer identity_document hr_record tax_form bank_account profile photo portfolio reference proposal bio \
     message company credit_file phone_lookup domain_lookup address_lookup contract employer_lookup checklist";
/// Kinds of `relation` rows.
#[cfg(test)]
pub(crate) const RELATIONS: &str =
    "referred vouched commits_with follows shares paid_by ships_to staffed_by client_of same_person household";
/// Fields of details and metadata; `school` and others also stand inside `positions` and `education`.
#[cfg(test)]
pub(crate) const FIELDS: &str = "country city lat lon asn org network session end managed software version usb port title tracking ship_to signed_by \
     payee holder amount currency bank_country wallet counterparty repo name email sha fork merged result vendor from to what client score camera tz \
     language locale host app agent job phone address issuing_country issued expires number mrz created modified author company producer gps_lat \
     gps_lon image_hash face_hash base_hash employer school degree role skills years followers following repos connections bids wins offer benchmark \
     line_type registered domain avatar link_state verified address_class flag positions education";

/// A row of `person`.
#[derive(Debug)]
pub(crate) struct PersonRow<'a> {
    /// The person's id.
    pub(crate) id: &'a str,
    /// The name as shown; empty where none is known. So with all texts here.
    pub(crate) display_name: &'a str,
    /// ISO 3166 alpha-2.
    pub(crate) claimed_country: &'a str,
    /// IANA name.
    pub(crate) claimed_tz: &'a str,
    /// Job.
    pub(crate) role: &'a str,
    /// First day, as `2026-01-31`.
    pub(crate) start: &'a str,
    /// Last day.
    pub(crate) end: &'a str,
}

/// A row of `identifier`.
#[derive(Debug)]
pub(crate) struct IdentifierRow<'a> {
    /// The person's id.
    pub(crate) person: &'a str,
    /// A kind of identifiers that the tables allow.
    pub(crate) kind: &'static str,
    /// The value as it was written.
    pub(crate) value: &'a str,
    /// Date, or empty.
    pub(crate) first_seen: &'a str,
    /// Date, or empty.
    pub(crate) last_seen: &'a str,
}

/// A row of `event`.
#[derive(Debug)]
pub(crate) struct EventRow<'a> {
    /// The person's id.
    pub(crate) person: &'a str,
    /// A kind of events that the tables allow.
    pub(crate) kind: &'static str,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) time: i64,
    /// Minutes east of UTC, where the source keeps them.
    pub(crate) tz_offset: Option<i64>,
    /// Address, or empty.
    pub(crate) ip: &'a str,
    /// Device, or empty.
    pub(crate) device: &'a str,
    /// A JSON object, or empty.
    pub(crate) detail: &'a str,
}

/// A row of `document`.
#[derive(Debug)]
pub(crate) struct DocumentRow<'a> {
    /// The person's id.
    pub(crate) person: &'a str,
    /// A kind of documents that the tables allow.
    pub(crate) kind: &'static str,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) time: i64,
    /// Text, or empty.
    pub(crate) text: &'a str,
    /// A JSON object, or empty.
    pub(crate) metadata: &'a str,
}

/// A row of `relation`.
#[derive(Debug)]
pub(crate) struct RelationRow<'a> {
    /// The person's id.
    pub(crate) a: &'a str,
    /// A kind of relations that the tables allow.
    pub(crate) kind: &'static str,
    /// Another person's id, or the id of a firm.
    pub(crate) b: &'a str,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) time: i64,
}

/// What is true of a person, which a detector never sees.
#[derive(Debug)]
pub(crate) struct TruthRow<'a> {
    /// The person's id.
    pub(crate) person: &'a str,
    /// `honest`, `ring` or `single`.
    pub(crate) label: &'static str,
    /// The ring's id, or empty.
    pub(crate) ring: &'a str,
    /// How the ring works, or how the lone misrepresenter does; empty for the honest.
    pub(crate) tradecraft: &'static str,
    /// Origin of the invented name.
    pub(crate) group: &'static str,
    /// Whether a ring's member shares with another of it a trace other than a VPN's exit; who does not cannot be found by links.
    pub(crate) linked: bool,
    /// What of an honest person's life looks like misrepresentation, or what traces a ring's member leaves; words with `;` between.
    pub(crate) marks: &'a str,
}

/// What is true of a ring.
#[derive(Debug)]
pub(crate) struct RingRow<'a> {
    /// The ring's id.
    pub(crate) ring: &'a str,
    /// How it works.
    pub(crate) tradecraft: &'static str,
    /// How many people it has.
    pub(crate) size: u32,
    /// Kinds of traces that at least two of them leave.
    pub(crate) traces: &'a str,
    /// How many of its people share with another of it a trace other than a VPN's exit.
    pub(crate) linked: u32,
}

/// What takes the rows. A sink that fails ends the making.
pub(crate) trait WorldSink {
    /// Takes a row of `person`.
    fn person(&mut self, row: &PersonRow<'_>) -> Result<()>;
    /// Takes a row of `identifier`.
    fn identifier(&mut self, row: &IdentifierRow<'_>) -> Result<()>;
    /// Takes a row of `event`.
    fn event(&mut self, row: &EventRow<'_>) -> Result<()>;
    /// Takes a row of `document`.
    fn document(&mut self, row: &DocumentRow<'_>) -> Result<()>;
    /// Takes a row of `relation`.
    fn relation(&mut self, row: &RelationRow<'_>) -> Result<()>;
    /// Takes the truth on a person.
    fn truth(&mut self, row: &TruthRow<'_>) -> Result<()>;
    /// Takes the truth on a ring.
    fn ring(&mut self, row: &RingRow<'_>) -> Result<()>;
}

/// One CSV file, a row at a time.
#[derive(Debug)]
struct Table {
    file: BufWriter<File>,
    row: String,
    rows: u64,
}

impl Table {
    fn create(folder: &Path, name: &str, header: &str) -> Result<Self> {
        let path = folder.join(name);
        let file = File::create(&path).with_context(|| path.display().to_string())?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        writeln!(file, "{header}")?;
        Ok(Self { file, row: String::new(), rows: 0 })
    }

    /// A field without anything that CSV would have to quote, which ids, kinds and numbers are.
    fn plain(&mut self, value: &str) -> &mut Self {
        if !self.row.is_empty() {
            self.row.push(',');
        }
        self.row.push_str(value);
        self
    }

    fn field(&mut self, value: &str) -> &mut Self {
        if !value.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            return self.plain(value);
        }
        self.row.push_str(",\"");
        let mut pieces = value.split('"');
        self.row.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            self.row.push_str("\"\"");
            self.row.push_str(piece);
        }
        self.row.push('"');
        self
    }

    fn time(&mut self, time: i64) -> &mut Self {
        self.row.push(',');
        write_time(&mut self.row, time);
        self
    }

    fn number(&mut self, number: Option<i64>) -> &mut Self {
        self.row.push(',');
        if let Some(number) = number {
            if number < 0 {
                self.row.push('-');
            }
            digits(&mut self.row, number.unsigned_abs(), 1);
        }
        self
    }

    fn end(&mut self) -> Result<()> {
        self.row.push('\n');
        self.file.write_all(self.row.as_bytes())?;
        self.row.clear();
        self.rows += 1;
        Ok(())
    }
}

/// A sink that writes `person.csv` and its like into a folder, and `people.csv`, `rings.csv` and `singles.csv` into another.
#[derive(Debug)]
pub(crate) struct CsvSink {
    person: Table,
    identifier: Table,
    event: Table,
    document: Table,
    relation: Table,
    people: Table,
    rings: Table,
    singles: Table,
}

impl CsvSink {
    /// Makes both folders and begins the files.
    pub(crate) fn create(folder: &Path, truth: &Path) -> Result<Self> {
        for folder in [folder, truth] {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        Ok(Self {
            person: Table::create(folder, "person.csv", "id,display_name,claimed_country,claimed_tz,role,start,end")?,
            identifier: Table::create(folder, "identifier.csv", "person,kind,value,first_seen,last_seen")?,
            event: Table::create(folder, "event.csv", "person,kind,time,tz_offset,ip,device,detail")?,
            document: Table::create(folder, "document.csv", "person,kind,time,text,metadata")?,
            relation: Table::create(folder, "relation.csv", "a,kind,b,time")?,
            people: Table::create(truth, "people.csv", "person,label,ring,tradecraft,group,linked,marks")?,
            rings: Table::create(truth, "rings.csv", "ring,tradecraft,size,traces,linked")?,
            singles: Table::create(truth, "singles.csv", "person,tradecraft,group")?,
        })
    }

    /// Writes what is still held, and says how many rows each of the five tables has.
    pub(crate) fn finish(mut self) -> Result<[(&'static str, u64); 5]> {
        let truth = [&mut self.people, &mut self.rings, &mut self.singles];
        truth.into_iter().try_for_each(|table| table.file.flush())?;
        let tables = [&mut self.person, &mut self.identifier, &mut self.event, &mut self.document, &mut self.relation];
        tables.into_iter().try_for_each(|table| table.file.flush())?;
        Ok([
            ("person", self.person.rows),
            ("identifier", self.identifier.rows),
            ("event", self.event.rows),
            ("document", self.document.rows),
            ("relation", self.relation.rows),
        ])
    }
}

impl WorldSink for CsvSink {
    fn person(&mut self, row: &PersonRow<'_>) -> Result<()> {
        let table = self.person.plain(row.id).field(row.display_name).plain(row.claimed_country).plain(row.claimed_tz);
        table.field(row.role).plain(row.start).plain(row.end).end()
    }

    fn identifier(&mut self, row: &IdentifierRow<'_>) -> Result<()> {
        self.identifier.plain(row.person).plain(row.kind).field(row.value).plain(row.first_seen).plain(row.last_seen).end()
    }

    fn event(&mut self, row: &EventRow<'_>) -> Result<()> {
        let table = self.event.plain(row.person).plain(row.kind).time(row.time).number(row.tz_offset);
        table.plain(row.ip).plain(row.device).field(row.detail).end()
    }

    fn document(&mut self, row: &DocumentRow<'_>) -> Result<()> {
        self.document.plain(row.person).plain(row.kind).time(row.time).field(row.text).field(row.metadata).end()
    }

    fn relation(&mut self, row: &RelationRow<'_>) -> Result<()> {
        self.relation.plain(row.a).plain(row.kind).field(row.b).time(row.time).end()
    }

    fn truth(&mut self, row: &TruthRow<'_>) -> Result<()> {
        if row.label == "single" {
            self.singles.plain(row.person).plain(row.tradecraft).plain(row.group).end()?;
        }
        let table = self.people.plain(row.person).plain(row.label).plain(row.ring).plain(row.tradecraft).plain(row.group);
        table.plain(if row.linked { "yes" } else { "no" }).field(row.marks).end()
    }

    fn ring(&mut self, row: &RingRow<'_>) -> Result<()> {
        let table = self.rings.plain(row.ring).plain(row.tradecraft).number(Some(i64::from(row.size)));
        table.field(row.traces).number(Some(i64::from(row.linked))).end()
    }
}
