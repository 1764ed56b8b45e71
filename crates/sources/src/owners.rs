//! A table of your own of owners and officers: CSV or TSV, one row a holding or an office. In goes the file as a stream; out come the
//! parties that it names, and an `Ownership`, `Directorship`, `Representation` or `UnknownLink` for each row. It is recognised by a header
//! that names owners (`owner` or `owner_id`) and what they own (`asset` or `asset_id`); `docs/sources.md` has all columns.
//!
//! Shares stand as they are written. What is no share, dates that run backwards, a party that owns itself, and shares of one class that sum
//! to more than the whole are issues, and the rows are kept. A row without both ends is rejected. Rows are held to the end of the file, as
//! a row that gives a name alone means the party whose other facts stand in another row.
//!
//! What a reader of the graph finds:
//!
//! - a holding: `Ownership` of the type `shares` (`shares (trust)` for a trustee) with `percentage`, `sharesCount`, and the class as
//!   `sharesType`. Votes are a second `Ownership` of the type `voting rights`. A parent without a share is an `Ownership` without a type.
//! - a nominee: an `Ownership` of the nominee with the role `nominee` and the `legalBasis` "nominee for ID", and an `UnknownLink` with the
//!   role `nominee` from the nominee to the principal.
//! - a joint arrangement: the `legalBasis` "joint arrangement: LABEL" of each holding under it.
//! - shares that a company holds in itself: the role `treasury shares`.

mod checks;
mod columns;
mod parties;

use std::io::{BufRead, Read};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use interdict_model::{DateValue, Entity, Schema, ShareRange};

use crate::error::SourceError;
use crate::facts::{Distinct, key};
use crate::input::read_error;
use crate::listing::{Listing, Place, not_empty};
use crate::pieces::{folded, tidy};
use crate::report::Report;
use crate::text;

use checks::{Holding, Sums};
use columns::{COLUMNS, Column};
use parties::{Mention, Number, Parties, country_of, schema_of};

pub(crate) use columns::Header;

/// Bytes of the header at most.
const MAX_HEADER: u64 = 1 << 16;

/// What a relation becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A holding, with the words that the edge says of it.
    Holding,
    /// A holding only where a share is stated; else owned or controlled.
    Parent,
    /// The same, told from below: the second party is the parent of the first.
    Subsidiary,
    Nominee,
    Trustee,
    Treasury,
    Office,
    Agency,
    Link,
}

/// The words of relations and what they become. What is not here is a link.
const RELATIONS: [(&str, Kind); 35] = [
    ("owner", Kind::Holding),
    ("shareholder", Kind::Holding),
    ("member", Kind::Holding),
    ("partner", Kind::Holding),
    ("beneficial owner", Kind::Holding),
    ("parent", Kind::Parent),
    ("parent company", Kind::Parent),
    ("nominee", Kind::Nominee),
    ("trustee", Kind::Trustee),
    ("treasury", Kind::Treasury),
    ("treasury shares", Kind::Treasury),
    ("director", Kind::Office),
    ("managing director", Kind::Office),
    ("board member", Kind::Office),
    ("chair", Kind::Office),
    ("chairman", Kind::Office),
    ("chairwoman", Kind::Office),
    ("president", Kind::Office),
    ("officer", Kind::Office),
    ("ceo", Kind::Office),
    ("cfo", Kind::Office),
    ("chief executive officer", Kind::Office),
    ("secretary", Kind::Office),
    ("treasurer", Kind::Office),
    ("manager", Kind::Office),
    ("liquidator", Kind::Office),
    ("agent", Kind::Agency),
    ("representative", Kind::Agency),
    ("attorney", Kind::Agency),
    ("controller", Kind::Link),
    ("operator", Kind::Link),
    ("settlor", Kind::Link),
    ("protector", Kind::Link),
    ("beneficiary", Kind::Link),
    ("subsidiary of", Kind::Subsidiary),
];

/// A row, with its parties by their numbers.
struct Row {
    line: u64,
    owner: Number,
    asset: Number,
    principal: Option<Number>,
    kind: Kind,
    role: String,
    percentage: String,
    shares: String,
    class: String,
    votes: String,
    from: String,
    to: String,
    joint: String,
    source: String,
    notes: Vec<String>,
    /// The asset is a ship or an aircraft, which has no officers.
    is_craft: bool,
}

struct Parser<'a> {
    listing: Listing<'a>,
    parties: Parties,
    rows: Vec<Row>,
    prefix: String,
}

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let prefix = report.source.replace('/', "-");
    let mut line = Vec::new();
    let read = input.take(MAX_HEADER).read_until(b'\n', &mut line).map_err(|reason| read_error(file, 0, reason))?;
    let Some(header) = Header::read(&line) else {
        let found = "a table without a column `owner` (or `owner_id`) and a column `asset` (or `asset_id`)".to_owned();
        return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
    };
    let mut parser =
        Parser { listing: Listing::new(report, sink), parties: Parties::new(prefix.clone()), rows: Vec::new(), prefix };
    for cell in header.unknown() {
        let message = format!("the column `{cell}` is not known, or stands twice; its values are notes of the relations");
        parser.listing.issue(Place { line: 1, record: "header" }, cell, message);
    }
    parser.read(file, input, &header, read as u64)?;
    let rows = parser.rows.len() as u64;
    parser.finish();
    not_empty(file, rows, "rows with an owner and an asset")
}

impl Parser<'_> {
    fn read(&mut self, file: &str, input: &mut dyn BufRead, header: &Header, start: u64) -> Result<(), SourceError> {
        // With CRLF as the end of a record the reader counts lines one behind; the carriage return goes with the white space of a cell.
        let mut reader = ReaderBuilder::new()
            .delimiter(header.delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        let mut row = ByteRecord::new();
        loop {
            let offset = start + reader.position().byte();
            match reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(read_error(file, offset, error.into())),
            }
            // The header was the first line.
            let line = row.position().map_or(0, csv::Position::line) + 1;
            let record = format!("row {line}");
            let at = Place { line, record: &record };
            if let Some(column) = row.iter().position(|field| text::decode(field).1) {
                let column = header.columns.get(column).copied().flatten().map(Column::name).unwrap_or_default();
                self.listing.issue(at, &column, "not UTF-8; read as Windows-1252");
            }
            let cells: Vec<String> = row.iter().map(|cell| text::decode(cell).0.trim().to_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                self.row(at, header, &cells);
            }
        }
    }

    fn row(&mut self, at: Place<'_>, header: &Header, cells: &[String]) {
        self.listing.count("rows", 1);
        let width = header.columns.len();
        let whole = || cells.join("\t");
        if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            let message = format!("the row has {} cells, the header {width}; it was left out", cells.len());
            return self.listing.reject(at, "", message, &whole());
        }
        let mut values: [&str; COLUMNS] = [""; COLUMNS];
        let mut notes = Vec::new();
        for (place, column) in header.columns.iter().enumerate() {
            let cell = cells.get(place).map_or("", String::as_str);
            match column {
                Some(column) => values[*column as usize] = cell,
                None if cell.is_empty() => {}
                None => notes.push(format!("{}: {cell}", header.cells[place])),
            }
        }
        let get = |column: Column| values[column as usize];
        for (ends, missing) in [([Column::Owner, Column::OwnerId], "owner"), ([Column::Asset, Column::AssetId], "asset")] {
            let told = [Column::OwnerLei, Column::AssetLei][usize::from(missing == "asset")];
            if ends.iter().all(|column| get(*column).is_empty()) && get(told).is_empty() {
                return self.listing.reject(at, missing, format!("a row without an {missing}; it was left out"), &whole());
            }
        }
        if cells.len() < width {
            self.listing.issue(at, "", format!("the row has {} cells, the header {width}", cells.len()));
        }
        let owner = self.mention(
            at,
            &get,
            [
                Column::Owner,
                Column::OwnerId,
                Column::OwnerType,
                Column::OwnerCountry,
                Column::OwnerRegistration,
                Column::OwnerLei,
            ],
        );
        let owner = Mention { birth_date: self.date(at, Column::OwnerBirthDate, get(Column::OwnerBirthDate)), ..owner };
        let asset = self.mention(
            at,
            &get,
            [
                Column::Asset,
                Column::AssetId,
                Column::AssetType,
                Column::AssetCountry,
                Column::AssetRegistration,
                Column::AssetLei,
            ],
        );
        let imo = tidy(get(Column::AssetImo));
        let schema = asset.schema.or((!imo.is_empty()).then_some(Schema::Vessel));
        let is_craft = schema.is_some_and(|schema| !schema.is_a(Schema::LegalEntity));
        let asset = Mention { imo, schema, is_asset: true, ..asset };
        let owner = self.parties.of(&mut self.listing, at, owner);
        let asset = self.parties.of(&mut self.listing, at, asset);
        let principal = Some(get(Column::NomineeFor)).filter(|text| !text.is_empty());
        let principal = principal.map(|text| self.parties.named(&mut self.listing, at, text));
        let [from, to] = [Column::From, Column::To].map(|column| {
            let date = self.date(at, column, get(column));
            if date.is_empty() && !get(column).is_empty() {
                notes.push(format!("{}: {}", column.name(), get(column)));
            }
            date
        });
        let (kind, role) = self.relation(at, get(Column::Relation), principal.is_some());
        let (owner, asset, kind, role) = match kind {
            Kind::Subsidiary => (asset, owner, Kind::Parent, "parent".to_owned()),
            _ => (owner, asset, kind, role),
        };
        let row = Row {
            line: at.line,
            owner,
            asset,
            principal,
            kind,
            role,
            percentage: self.share(at, Column::Percentage, get(Column::Percentage)),
            shares: self.number(at, get(Column::Shares)),
            class: tidy(get(Column::ShareClass)),
            votes: self.share(at, Column::Votes, get(Column::Votes)),
            from,
            to,
            joint: tidy(get(Column::Joint)),
            source: get(Column::Source).to_owned(),
            notes,
            is_craft,
        };
        if let (Ok(from), Ok(to)) = (DateValue::parse(&row.from), DateValue::parse(&row.to))
            && from.earliest() > to.latest()
        {
            self.listing.issue(at, "to", format!("it ends on {}, before it begins on {}; kept as it stands", row.to, row.from));
        }
        self.rows.push(row);
    }

    /// What a row says of one side: name, id, type, country, registration number and LEI.
    fn mention<'v>(&mut self, at: Place<'_>, get: &dyn Fn(Column) -> &'v str, columns: [Column; 6]) -> Mention {
        let [name, id, kind, country, registration, lei] = columns.map(get);
        let schema = schema_of(kind);
        if schema.is_none() && !kind.is_empty() {
            self.listing.issue(at, &columns[2].name(), format!("`{kind}` is not a known type of party; left open"));
        }
        let (country, known) = country_of(country);
        if !known {
            self.listing.issue(at, &columns[3].name(), format!("`{country}` is not a known country; kept as it stands"));
        }
        Mention {
            id: tidy(id),
            name: tidy(name),
            schema,
            country,
            registration: tidy(registration),
            lei: tidy(lei),
            ..Mention::default()
        }
    }

    fn relation(&mut self, at: Place<'_>, text: &str, has_principal: bool) -> (Kind, String) {
        let role = tidy(text).to_lowercase().replace('_', " ");
        let plain = folded(text);
        let kind = RELATIONS.iter().find(|(word, _)| *word == plain).map(|(_, kind)| *kind);
        match kind {
            // Who holds for another is a nominee, whatever the row calls it.
            Some(Kind::Holding) | None if has_principal && (kind.is_some() || plain.is_empty()) => {
                (Kind::Nominee, "nominee".to_owned())
            }
            None if plain.is_empty() => (Kind::Holding, "owner".to_owned()),
            Some(Kind::Nominee) if !has_principal => {
                self.listing.issue(at, "nominee_for", "a nominee, and the row does not say for whom");
                (Kind::Nominee, role)
            }
            Some(Kind::Treasury) => (Kind::Treasury, "treasury shares".to_owned()),
            Some(kind) => (kind, role),
            None => {
                self.listing.issue(at, "relation", format!("`{}` is not known; kept as a link", text.trim()));
                (Kind::Link, role)
            }
        }
    }

    /// A share as it is written; what is none is said.
    fn share(&mut self, at: Place<'_>, column: Column, text: &str) -> String {
        if !text.is_empty()
            && let Err(reason) = ShareRange::parse(text)
        {
            self.listing.issue(at, &column.name(), format!("`{text}`: {reason}; kept as it stands"));
        }
        text.to_owned()
    }

    /// A number of shares without what parts its thousands.
    fn number(&mut self, at: Place<'_>, text: &str) -> String {
        let parted = text.split([' ', ',', '\'', '\u{a0}']).skip(1).all(|group| group.len() == 3);
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ',' | '\'' | '\u{a0}')).collect();
        if parted && !digits.is_empty() && digits.parse::<u64>().is_ok() {
            return digits;
        }
        if !text.is_empty() {
            self.listing.issue(at, "shares", format!("`{text}` is not a number of shares; kept as it stands"));
        }
        text.to_owned()
    }

    /// A date as EDTF; what is none is said, and left out.
    fn date(&mut self, at: Place<'_>, column: Column, text: &str) -> String {
        self.listing.date(at, &column.name(), text).unwrap_or_default()
    }

    fn finish(self) {
        let Self { mut listing, parties, rows, prefix } = self;
        let meant = parties.resolve(&mut listing);
        let mut edges = Edges { prefix, taken: Distinct::default(), sums: Sums::default() };
        let mut links = Vec::new();
        for row in &rows {
            let ends = [row.owner, row.asset].map(|number| parties.id_of(meant[number]));
            let principal = row.principal.map(|number| parties.id_of(meant[number]));
            edges.row(&mut listing, row, ends, principal, &mut links);
        }
        edges.sums.check(&mut listing);
        parties.emit(&mut listing, &meant);
        for (link, line) in links {
            listing.emit(link, &format!("row {line}"));
        }
    }
}

/// Makes the edges of rows.
struct Edges {
    prefix: String,
    taken: Distinct,
    sums: Sums,
}

impl Edges {
    fn row(
        &mut self,
        listing: &mut Listing<'_>,
        row: &Row,
        [owner, asset]: [&str; 2],
        principal: Option<&str>,
        links: &mut Vec<(Entity, u64)>,
    ) {
        let record = format!("row {}", row.line);
        let at = Place { line: row.line, record: &record };
        if owner == asset && row.kind != Kind::Treasury {
            listing.issue(at, "asset", "owner and asset are one party; kept as it stands");
        }
        let is_holding = matches!(row.kind, Kind::Holding | Kind::Nominee | Kind::Treasury);
        let states_share = !row.percentage.is_empty() || !row.shares.is_empty();
        let suffix = if row.kind == Kind::Trustee { " (trust)" } else { "" };
        let mut edges = Vec::new();
        if states_share || row.kind == Kind::Parent || is_holding && row.votes.is_empty() {
            let mut ownership =
                self.ownership(row, owner, asset, principal, if states_share || is_holding { "shares" } else { "" }, suffix);
            ownership.add("percentage", row.percentage.as_str());
            ownership.add("sharesCount", row.shares.as_str());
            ownership.add("sharesType", row.class.as_str());
            self.sums.add(Holding::of(row, asset, false));
            edges.push(ownership);
        }
        if !row.votes.is_empty() {
            let mut votes = self.ownership(row, owner, asset, principal, "voting rights", suffix);
            votes.add("percentage", row.votes.as_str());
            self.sums.add(Holding::of(row, asset, true));
            edges.push(votes);
        }
        match row.kind {
            Kind::Holding | Kind::Parent | Kind::Subsidiary | Kind::Nominee | Kind::Treasury => {}
            Kind::Office if !row.is_craft => edges.push(self.link(row, Schema::Directorship, owner, asset)),
            Kind::Agency => edges.push(self.link(row, Schema::Representation, owner, asset)),
            Kind::Trustee if !edges.is_empty() => {}
            Kind::Office | Kind::Trustee | Kind::Link => edges.push(self.link(row, Schema::UnknownLink, owner, asset)),
        }
        if let Some(principal) = principal {
            let mut link = self.edge(Schema::UnknownLink, owner, principal, &["nominee", asset, &row.from]);
            link.add("role", "nominee");
            link.add("description", format!("Holds {asset} for {principal}"));
            edges.push(link);
        }
        for mut edge in edges {
            edge.add("startDate", row.from.as_str());
            edge.add("endDate", row.to.as_str());
            let property = if row.source.starts_with("http") { "sourceUrl" } else { "recordId" };
            edge.add(property, row.source.as_str());
            for note in &row.notes {
                edge.add("description", note.as_str());
            }
            listing.count("relations", 1);
            links.push((edge, row.line));
        }
    }

    /// An edge whose id is made of what identifies it, so that a share may change under it.
    fn edge(&mut self, schema: Schema, from: &str, to: &str, parts: &[&str]) -> Entity {
        let identity = [schema.name(), from, to].into_iter().chain(parts.iter().copied());
        let id = self.taken.take(format!("{}-rel-{}", self.prefix, key(identity, 16)));
        let mut edge = Entity::new(id, schema);
        if let Some((source, target)) = schema.edge() {
            edge.add(source, from);
            edge.add(target, to);
        }
        edge
    }

    fn link(&mut self, row: &Row, schema: Schema, owner: &str, asset: &str) -> Entity {
        let mut link = self.edge(schema, owner, asset, &[&row.role, &row.from]);
        link.add("role", row.role.as_str());
        link
    }

    fn ownership(&mut self, row: &Row, owner: &str, asset: &str, principal: Option<&str>, kind: &str, suffix: &str) -> Entity {
        let mut ownership = self.edge(Schema::Ownership, owner, asset, &[kind, &row.role, &row.class, &row.from]);
        if !kind.is_empty() {
            ownership.add("ownershipType", format!("{kind}{suffix}"));
        }
        let is_own_word = matches!(row.kind, Kind::Holding | Kind::Parent | Kind::Nominee | Kind::Trustee | Kind::Treasury);
        // An office or an agency is no way to hold: that is said by an edge of its own.
        ownership.add("role", if is_own_word { row.role.as_str() } else { "owner" });
        if let Some(principal) = principal {
            ownership.add("legalBasis", format!("nominee for {principal}"));
        }
        if !row.joint.is_empty() {
            ownership.add("legalBasis", format!("joint arrangement: {}", row.joint));
        }
        ownership
    }
}
