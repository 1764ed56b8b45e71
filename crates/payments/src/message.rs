//! A payment as every format states it: who pays whom through whom, how much, when, under which references, and what is written beside.
//! Each value keeps the path of the element, field or column that it was read from.

use std::fmt;

/// What sort of message a payment came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MessageKind {
    /// ISO 20022 customer credit transfer between banks.
    Pacs008,
    /// ISO 20022 credit transfer of a bank's own, or cover.
    Pacs009,
    /// ISO 20022 return.
    Pacs004,
    /// ISO 20022 customer credit transfer initiation.
    Pain001,
    /// ISO 20022 creditor's request for payment.
    Pain013,
    /// ISO 20022 statement of an account.
    Camt053,
    /// ISO 20022 debit and credit notification.
    Camt054,
    /// SWIFT single customer credit transfer.
    Mt103,
    /// SWIFT request for transfer.
    Mt101,
    /// SWIFT transfer between banks, with or without the details of the customer transfer that it covers.
    Mt202,
    /// SWIFT issue of a documentary credit.
    Mt700,
    /// NACHA international ACH transaction.
    NachaIat,
    /// A row of a table of payouts.
    Payout,
}

impl MessageKind {
    /// The kind as a word for programs and settings, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pacs008 => "pacs.008",
            Self::Pacs009 => "pacs.009",
            Self::Pacs004 => "pacs.004",
            Self::Pain001 => "pain.001",
            Self::Pain013 => "pain.013",
            Self::Camt053 => "camt.053",
            Self::Camt054 => "camt.054",
            Self::Mt103 => "MT103",
            Self::Mt101 => "MT101",
            Self::Mt202 => "MT202",
            Self::Mt700 => "MT700",
            Self::NachaIat => "IAT",
            Self::Payout => "payout",
        }
    }

    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Pacs008,
        Self::Pacs009,
        Self::Pacs004,
        Self::Pain001,
        Self::Pain013,
        Self::Camt053,
        Self::Camt054,
        Self::Mt103,
        Self::Mt101,
        Self::Mt202,
        Self::Mt700,
        Self::NachaIat,
        Self::Payout,
    ];

    /// The kind with a code of [`Self::code`], whatever the case of its letters.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code().eq_ignore_ascii_case(code))
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Path of the element (`CdtTrfTxInf/Dbtr/Nm`), tag of the field (`59F/2`), addenda and position (`711:4-38`), or the column.
    pub path: String,
    /// The value without the white space around it; lines are kept apart by a line feed.
    pub value: String,
}

/// The part that a party plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// Who pays, or who asks for a letter of credit.
    Debtor,
    /// On whose behalf the debtor pays.
    UltimateDebtor,
    /// Who is paid, or the beneficiary of a letter of credit.
    Creditor,
    /// For whom the creditor is paid.
    UltimateCreditor,
    /// Who initiated the payment.
    InitiatingParty,
    /// The bank of the debtor.
    DebtorAgent,
    /// The bank of the creditor.
    CreditorAgent,
    /// A bank between the others.
    IntermediaryAgent,
    /// A bank that was instructed before.
    PreviousAgent,
    /// The bank that sends this message.
    InstructingAgent,
    /// The bank that receives this message.
    InstructedAgent,
    /// A bank through whose account the banks settle.
    ReimbursementAgent,
    /// The owner of the account that a statement is of.
    AccountOwner,
    /// The bank that keeps the account that a statement is of.
    AccountServicer,
    /// Who issued an invoice, or is to be paid by one.
    Invoicer,
    /// Who received an invoice.
    Invoicee,
    /// A tax authority, a court, a party of a garnishment, a trading party, an issuer, a regulator's counterparty.
    Other,
}

impl Role {
    /// The role as a word for programs and settings, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Debtor => "debtor",
            Self::UltimateDebtor => "ultimate_debtor",
            Self::Creditor => "creditor",
            Self::UltimateCreditor => "ultimate_creditor",
            Self::InitiatingParty => "initiating_party",
            Self::DebtorAgent => "debtor_agent",
            Self::CreditorAgent => "creditor_agent",
            Self::IntermediaryAgent => "intermediary_agent",
            Self::PreviousAgent => "previous_agent",
            Self::InstructingAgent => "instructing_agent",
            Self::InstructedAgent => "instructed_agent",
            Self::ReimbursementAgent => "reimbursement_agent",
            Self::AccountOwner => "account_owner",
            Self::AccountServicer => "account_servicer",
            Self::Invoicer => "invoicer",
            Self::Invoicee => "invoicee",
            Self::Other => "other",
        }
    }

    /// Whether it is a bank's.
    #[must_use]
    pub fn is_agent(self) -> bool {
        matches!(
            self,
            Self::DebtorAgent
                | Self::CreditorAgent
                | Self::IntermediaryAgent
                | Self::PreviousAgent
                | Self::InstructingAgent
                | Self::InstructedAgent
                | Self::ReimbursementAgent
                | Self::AccountServicer
        )
    }

    /// Whether it is on the side of who pays; `None` for parties of neither side.
    #[must_use]
    pub fn pays(self) -> Option<bool> {
        match self {
            Self::Debtor | Self::UltimateDebtor | Self::InitiatingParty | Self::DebtorAgent => Some(true),
            Self::Creditor | Self::UltimateCreditor | Self::CreditorAgent => Some(false),
            _ => None,
        }
    }
}

/// What a party is, as far as the message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// The message states facts of a human being: a birth date, a document of a person.
    Person,
    /// The message states facts of an organisation: an LEI, an organisation's identification.
    Organization,
    /// A bank, by its role.
    Bank,
    /// It does not tell.
    Unknown,
}

/// An address, as far as it is structured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Lines that mix what is below: unstructured or hybrid addresses.
    pub lines: Vec<Field>,
    /// Street, building, post box, floor, room.
    pub street: Vec<Field>,
    /// Post code.
    pub post_code: Option<Field>,
    /// Town, and its district or location.
    pub town: Vec<Field>,
    /// State, province, county.
    pub subdivision: Option<Field>,
    /// Country, as written: a code of ISO 3166 in most formats.
    pub country: Option<Field>,
}

/// What an identifier of a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IdKind {
    /// Business identifier code of ISO 9362 (SWIFT code).
    Bic,
    /// Legal entity identifier of ISO 17442.
    Lei,
    /// International bank account number of ISO 13616.
    Iban,
    /// Account number of any other form.
    Account,
    /// Address of a digital currency.
    Wallet,
    /// Code of a bank in a clearing system; the scheme names the system.
    Clearing,
    /// Passport number.
    Passport,
    /// National identity number, social security number, driving licence.
    National,
    /// Tax number.
    Tax,
    /// Number of a register of companies, or of customers; the scheme says which where the message does.
    Register,
    /// Telephone number.
    Phone,
    /// Mail address.
    Email,
    /// A number under a scheme of the parties' own.
    Other,
}

impl IdKind {
    /// The kind as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bic => "bic",
            Self::Lei => "lei",
            Self::Iban => "iban",
            Self::Account => "account",
            Self::Wallet => "wallet",
            Self::Clearing => "clearing",
            Self::Passport => "passport",
            Self::National => "national",
            Self::Tax => "tax",
            Self::Register => "register",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Other => "other",
        }
    }
}

/// An identifier of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyId {
    /// What it is.
    pub kind: IdKind,
    /// The identifier.
    pub field: Field,
    /// The scheme or system under which it was given, as written.
    pub scheme: Option<String>,
}

/// A party of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The part that it plays.
    pub role: Role,
    /// Path of the element or field that it is.
    pub path: String,
    /// What it is.
    pub kind: PartyKind,
    /// Its names.
    pub names: Vec<Field>,
    /// Its address.
    pub address: Address,
    /// Country of residence, or of birth, where stated beside the address.
    pub countries: Vec<Field>,
    /// Date of birth, as ISO 8601 where it could be read.
    pub birth_date: Option<Field>,
    /// Town of birth, which is no name.
    pub birth_place: Option<Field>,
    /// Its identifiers: accounts are among them.
    pub ids: Vec<PartyId>,
}

impl Party {
    /// A party of which nothing is stated yet.
    #[must_use]
    pub fn new(role: Role, path: impl Into<String>) -> Self {
        Self {
            role,
            path: path.into(),
            kind: if role.is_agent() { PartyKind::Bank } else { PartyKind::Unknown },
            names: Vec::new(),
            address: Address::default(),
            countries: Vec::new(),
            birth_date: None,
            birth_place: None,
            ids: Vec::new(),
        }
    }

    /// Whether nothing is stated of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Address { lines, street, post_code, town, subdivision, country } = &self.address;
        self.names.is_empty()
            && self.ids.is_empty()
            && self.countries.is_empty()
            && self.birth_date.is_none()
            && self.birth_place.is_none()
            && lines.is_empty()
            && street.is_empty()
            && post_code.is_none()
            && town.is_empty()
            && subdivision.is_none()
            && country.is_none()
    }

    /// Its first name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.names.first().map(|field| field.value.as_str())
    }

    /// Its identifiers of a kind.
    pub fn ids_of(&self, kind: IdKind) -> impl Iterator<Item = &PartyId> {
        self.ids.iter().filter(move |id| id.kind == kind)
    }
}

/// What a free text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TextKind {
    /// What the payment is for, as the debtor tells the creditor: field 70, `RmtInf`.
    Remittance,
    /// Purpose, as a text or a code.
    Purpose,
    /// What one bank tells another: field 72, `InstrForNxtAgt`.
    Instruction,
    /// Regulatory reporting: field 77B, `RgltryRptg`.
    Regulatory,
    /// Goods or services, documents, conditions of a letter of credit: fields 45A, 46A, 47A.
    Goods,
    /// Ports, airports, places of loading and delivery, vessels: fields 44A to 44F.
    Transport,
    /// Anything else that is free text.
    Other,
}

impl TextKind {
    /// The kind as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Remittance => "remittance",
            Self::Purpose => "purpose",
            Self::Instruction => "instruction",
            Self::Regulatory => "regulatory",
            Self::Goods => "goods",
            Self::Transport => "transport",
            Self::Other => "other",
        }
    }

    /// Whether words of goods are looked for in it: texts of trade and of what a payment is for.
    #[must_use]
    pub fn is_trade(self) -> bool {
        matches!(self, Self::Remittance | Self::Goods | Self::Transport | Self::Regulatory)
    }
}

/// A free text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is.
    pub kind: TextKind,
    /// The text. Lines that a format cuts at a width are joined by a line feed.
    pub field: Field,
}

/// What a reference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RefKind {
    /// Of the message or file.
    Message,
    /// Of the sender's instruction: field 20, `InstrId`.
    Instruction,
    /// From the debtor to the creditor: `EndToEndId`.
    EndToEnd,
    /// Of the transaction along the chain: `TxId`, trace number.
    Transaction,
    /// Unique end-to-end transaction reference (UUID of version 4).
    Uetr,
    /// Of the clearing system.
    Clearing,
    /// Of another message that this one is about: field 21, `OrgnlInstrId`.
    Related,
    /// Of an invoice, contract, documentary credit.
    Document,
}

impl RefKind {
    /// The kind as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Instruction => "instruction",
            Self::EndToEnd => "end_to_end",
            Self::Transaction => "transaction",
            Self::Uetr => "uetr",
            Self::Clearing => "clearing",
            Self::Related => "related",
            Self::Document => "document",
        }
    }
}

/// A reference of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub kind: RefKind,
    /// The reference.
    pub field: Field,
}

/// An amount of money, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Path of the element, tag of the field, or the column.
    pub path: String,
    /// In millionths of the currency's unit: no format has more decimals, and no amount is a floating-point number.
    pub micros: i128,
    /// Code of ISO 4217, or of a digital currency, in capitals; empty when none is stated.
    pub currency: String,
}

/// A payment of a message. A message with many transactions gives one of these for each, with what the message says of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What sort of message it came in.
    pub kind: MessageKind,
    /// The definition that the message names, such as `pacs.008.001.08`, `MT202 COV` or `payouts`.
    pub definition: String,
    /// Which payment of the file it is, from 1.
    pub number: u64,
    /// Line of the file at which it begins, from 1.
    pub line: u64,
    /// Its references.
    pub references: Vec<Reference>,
    /// What is paid.
    pub amount: Option<Money>,
    /// The day of settlement or execution, as ISO 8601 where it could be read.
    pub date: Option<Field>,
    /// Who takes part.
    pub parties: Vec<Party>,
    /// What is written beside.
    pub texts: Vec<Text>,
    /// What could not be read or breaks a rule of its format, in words that name the field; the payment is screened all the same.
    pub warnings: Vec<String>,
}

impl Payment {
    /// A payment of which nothing is stated yet.
    #[must_use]
    pub fn new(kind: MessageKind, definition: impl Into<String>, number: u64, line: u64) -> Self {
        Self {
            kind,
            definition: definition.into(),
            number,
            line,
            references: Vec::new(),
            amount: None,
            date: None,
            parties: Vec::new(),
            texts: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The first reference of a kind.
    #[must_use]
    pub fn reference(&self, kind: RefKind) -> Option<&str> {
        self.references.iter().find(|reference| reference.kind == kind).map(|reference| reference.field.value.as_str())
    }

    /// What it is called by: its transaction, end-to-end, instruction or message reference, or else its number.
    #[must_use]
    pub fn id(&self) -> String {
        [RefKind::Transaction, RefKind::EndToEnd, RefKind::Instruction, RefKind::Message]
            .into_iter()
            .find_map(|kind| self.reference(kind))
            .map_or_else(|| self.number.to_string(), str::to_owned)
    }

    /// The parties in a role.
    pub fn parties_in(&self, role: Role) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.role == role)
    }
}
