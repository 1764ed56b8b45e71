//! The element names of ISO 20022 that mean something here. A local name goes in, a tag comes out, by one look into a table that is made
//! when the program is compiled.

use crate::message::{IdKind, MessageKind, Role};

macro_rules! tags {
    ($($name:ident)*) => {
        /// An element by its local name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(clippy::upper_case_acronyms, reason = "the names are the elements' own")]
        pub(super) enum Tag {
            /// None of the others.
            Unknown,
            $($name,)*
        }

        const NAMES: &[(&str, Tag)] = &[$((stringify!($name), Tag::$name),)*];
    };
}

tags! {
    // The parts of a file and of a message.
    Document AppHdr Signature Sgntr GrpHdr OrgnlGrpInf PmtInf Stmt Ntfctn Ntry NtryDtls Btch CdtTrfTxInf CdtTrfTx TxInf TxDtls
    FIToFICstmrCdtTrf FICdtTrf FinInstnCdtTrf PmtRtr CstmrCdtTrfInitn CdtrPmtActvtnReq BkToCstmrStmt BkToCstmrDbtCdtNtfctn
    OrgnlTxRef UndrlygCstmrCdtTrf RltdPties RltdAgts Refs SplmtryData Envlp
    // Parties.
    Dbtr UltmtDbtr Cdtr UltmtCdtr InitgPty InstgAgt InstdAgt DbtrAgt CdtrAgt FwdgAgt IntrmyAgt1 IntrmyAgt2 IntrmyAgt3 PrvsInstgAgt
    PrvsInstgAgt1 PrvsInstgAgt2 PrvsInstgAgt3 InstgRmbrsmntAgt InstdRmbrsmntAgt ThrdRmbrsmntAgt Invcr Invcee Ownr Svcr Agt Pty
    ChrgsAcctAgt DlvrgAgt RcvgAgt IssgAgt SttlmPlc TradgPty Grnshee GrnshmtAdmstr Orgtr OrgnlDbtr OrgnlCdtr Fr To Authrty
    RmtLctnDtls RmtLctnPstlAdr TaxRmt Tax Fctr InvstgtnAgt CdtrSchmeId
    // Accounts.
    Acct DbtrAcct CdtrAcct DbtrAgtAcct CdtrAgtAcct IntrmyAgt1Acct IntrmyAgt2Acct IntrmyAgt3Acct PrvsInstgAgtAcct PrvsInstgAgt1Acct
    PrvsInstgAgt2Acct PrvsInstgAgt3Acct InstgRmbrsmntAgtAcct InstdRmbrsmntAgtAcct ThrdRmbrsmntAgtAcct SttlmAcct ChrgsAcct RltdAcct
    // What is said of a party.
    Nm PstlAdr Adr AdrTp CareOf Dept SubDept StrtNm BldgNb BldgNm Flr UnitNb PstBx Room PstCd TwnNm TwnLctnNm DstrctNm CtrySubDvsn Ctry
    AdrLine CtryOfRes Id OrgId PrvtId FinInstnId BrnchId CmbndId AnyBIC BICOrBEI BICFI BIC BEI LEI IBAN BBAN UPIC Othr SchmeNm SchmeTp
    Prtry Cd PrtryId PrtryAcct ClrSysMmbId ClrSysId MmbId DtAndPlcOfBirth BirthDt CityOfBirth PrvcOfBirth CtryOfBirth CtctDtls NmPrfx
    PhneNb MobNb FaxNb EmailAdr ElctrncAdr RmtLctnElctrncAdr Prxy Tp Ccy TaxId RegnId TaxTp IdTp Issr URLAdr PrefrdMtd
    // Identifiers of the first versions.
    DrvrsLicNb CstmrNb SclSctyNb AlnRegnNb PsptNb TaxIdNb IdntyCardNb MplyrIdNb DUNS BkPtyId IBEI EANGLN USCHU
    // References.
    MsgId BizMsgIdr MsgDefIdr PmtInfId InstrId EndToEndId TxId UETR ClrSysRef AcctSvcrRef NtryRef AcctOwnrTxId AcctSvcrTxId MktInfrstrctrTxId
    PrcgId RtrId RltdRef OrgnlMsgId OrgnlInstrId OrgnlEndToEndId OrgnlTxId OrgnlUETR OrgnlClrSysRef OrgnlPmtInfId RmtId ChqNb MndtId
    RfrdDocInf LineDtls Nb CdtrRefInf Ref RefNb
    // Amounts and days.
    IntrBkSttlmAmt RtrdIntrBkSttlmAmt InstdAmt EqvtAmt Amt TxAmt AmtDtls IntrBkSttlmDt ReqdExctnDt ValDt BookgDt Dt DtTm
    // Texts.
    RmtInf Ustrd Strd AddtlRmtInf Desc InstrForCdtrAgt InstrForNxtAgt InstrForDbtrAgt InstrForRmbrsmntAgt InstrInf Purp CtgyPurp RgltryRptg
    Dtls Inf AddtlNtryInf AddtlTxInf AddtlInf AddtlStmtInf AddtlNtfctnInf RtrRsnInf
    // Codes, numbers and times that nobody writes a text into.
    SttlmMtd ChrgBr NbOfTxs CtrlSum CreDtTm CreDt BtchBookg InstrPrty ClrChanl CdtDbtInd Sts XchgRate PmtMtd AccptncDtTm SttlmPrty RvslInd
    TtlIntrBkSttlmAmt TtlRtrdIntrBkSttlmAmt OrgnlIntrBkSttlmAmt OrgnlIntrBkSttlmDt RltdDt RmtdAmt DuePyblAmt CdtNoteAmt DscntApldAmt
    TaxAmt TtlTaxAmt TtlTaxblBaseAmt TaxblBaseAmt TtlAmt FrDt ToDt Yr BizSvc CharSet MsgNmId OrgnlMsgNmId ElctrncSeqNb LglSeqNb PgNb LastPgInd
    CpyDplctInd PssblDplct DbtCdtRptgInd DbtDtTm CdtDtTm CLSTm TillTm FrTm RjctTm SeqNb Rate UnitCcy SrcCcy TrgtCcy QtnDt ChrgInclInd
    RmtLctnMtd Mtd SubFmlyCd Sum TtlNtries TtlNetNtryAmt
}

/// Slots of the table: a power of two, twice the names and more.
const SLOTS: usize = 1024;

/// The table: each slot has a place in [`NAMES`] plus one, or 0.
static TABLE: [u16; SLOTS] = table();

const fn hash(name: &[u8]) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    (hash ^ (hash >> 32)) as usize
}

const fn table() -> [u16; SLOTS] {
    let mut table = [0; SLOTS];
    let mut at = 0;
    while at < NAMES.len() {
        let mut slot = hash(NAMES[at].0.as_bytes()) % SLOTS;
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = at as u16 + 1;
        at += 1;
    }
    table
}

impl Tag {
    /// The tag of a local name, and a number by which the name is told from others.
    pub(super) fn of(name: &str) -> (Self, u32) {
        // No name of the standard is longer; what an attacker writes costs no more than this.
        if name.len() > 64 {
            return (Self::Unknown, name.len() as u32);
        }
        let hash = hash(name.as_bytes());
        let mut slot = hash % SLOTS;
        while let Some((held, tag)) = TABLE[slot].checked_sub(1).and_then(|at| NAMES.get(at as usize)) {
            if *held == name {
                return (*tag, hash as u32);
            }
            slot = (slot + 1) % SLOTS;
        }
        (Self::Unknown, hash as u32)
    }

    /// The message that the element is the root of.
    pub(super) fn message(self) -> Option<MessageKind> {
        Some(match self {
            Self::FIToFICstmrCdtTrf => MessageKind::Pacs008,
            Self::FICdtTrf | Self::FinInstnCdtTrf => MessageKind::Pacs009,
            Self::PmtRtr => MessageKind::Pacs004,
            Self::CstmrCdtTrfInitn => MessageKind::Pain001,
            Self::CdtrPmtActvtnReq => MessageKind::Pain013,
            Self::BkToCstmrStmt => MessageKind::Camt053,
            Self::BkToCstmrDbtCdtNtfctn => MessageKind::Camt054,
            _ => return None,
        })
    }

    /// The part of the party that the element is, wherever it stands.
    pub(super) fn role(self) -> Option<Role> {
        Some(match self {
            Self::Dbtr => Role::Debtor,
            Self::UltmtDbtr => Role::UltimateDebtor,
            Self::Cdtr => Role::Creditor,
            Self::UltmtCdtr => Role::UltimateCreditor,
            Self::InitgPty => Role::InitiatingParty,
            Self::InstgAgt | Self::Fr => Role::InstructingAgent,
            Self::InstdAgt | Self::To => Role::InstructedAgent,
            Self::DbtrAgt => Role::DebtorAgent,
            Self::CdtrAgt => Role::CreditorAgent,
            Self::IntrmyAgt1 | Self::IntrmyAgt2 | Self::IntrmyAgt3 | Self::FwdgAgt | Self::DlvrgAgt | Self::RcvgAgt => {
                Role::IntermediaryAgent
            }
            Self::PrvsInstgAgt | Self::PrvsInstgAgt1 | Self::PrvsInstgAgt2 | Self::PrvsInstgAgt3 => Role::PreviousAgent,
            Self::InstgRmbrsmntAgt | Self::InstdRmbrsmntAgt | Self::ThrdRmbrsmntAgt => Role::ReimbursementAgent,
            Self::Invcr => Role::Invoicer,
            Self::Invcee => Role::Invoicee,
            Self::Ownr => Role::AccountOwner,
            Self::Svcr => Role::AccountServicer,
            Self::Agt | Self::Pty | Self::ChrgsAcctAgt | Self::IssgAgt | Self::SttlmPlc | Self::TradgPty | Self::Grnshee => {
                Role::Other
            }
            Self::GrnshmtAdmstr | Self::Orgtr | Self::OrgnlDbtr | Self::OrgnlCdtr | Self::Authrty => Role::Other,
            Self::RmtLctnDtls | Self::RmtLctnPstlAdr | Self::Fctr | Self::InvstgtnAgt | Self::CdtrSchmeId => Role::Other,
            _ => return None,
        })
    }

    /// The part of the party whose account the element is.
    pub(super) fn account_of(self) -> Option<Role> {
        Some(match self {
            Self::Acct | Self::RltdAcct => Role::AccountOwner,
            Self::DbtrAcct => Role::Debtor,
            Self::CdtrAcct => Role::Creditor,
            Self::DbtrAgtAcct => Role::DebtorAgent,
            Self::CdtrAgtAcct => Role::CreditorAgent,
            Self::IntrmyAgt1Acct | Self::IntrmyAgt2Acct | Self::IntrmyAgt3Acct => Role::IntermediaryAgent,
            Self::PrvsInstgAgtAcct | Self::PrvsInstgAgt1Acct | Self::PrvsInstgAgt2Acct | Self::PrvsInstgAgt3Acct => {
                Role::PreviousAgent
            }
            Self::InstgRmbrsmntAgtAcct | Self::InstdRmbrsmntAgtAcct | Self::ThrdRmbrsmntAgtAcct => Role::ReimbursementAgent,
            Self::SttlmAcct | Self::ChrgsAcct => Role::Other,
            _ => return None,
        })
    }

    /// What an identifier is that stands alone in an element of this name.
    pub(super) fn id_kind(self) -> Option<IdKind> {
        Some(match self {
            Self::AnyBIC | Self::BICOrBEI | Self::BICFI | Self::BIC | Self::BEI => IdKind::Bic,
            Self::LEI => IdKind::Lei,
            Self::IBAN => IdKind::Iban,
            Self::BBAN | Self::UPIC => IdKind::Account,
            Self::PhneNb | Self::MobNb | Self::FaxNb => IdKind::Phone,
            Self::EmailAdr => IdKind::Email,
            Self::PsptNb => IdKind::Passport,
            Self::DrvrsLicNb | Self::SclSctyNb | Self::AlnRegnNb | Self::IdntyCardNb => IdKind::National,
            Self::TaxIdNb | Self::TaxId => IdKind::Tax,
            Self::CstmrNb | Self::MplyrIdNb | Self::DUNS | Self::EANGLN | Self::RegnId => IdKind::Register,
            Self::BkPtyId | Self::IBEI | Self::USCHU => IdKind::Other,
            _ => return None,
        })
    }

    /// Whether the element has a code, a number or a time and no words.
    pub(super) fn is_quiet(self) -> bool {
        self as u16 >= Self::SttlmMtd as u16
            || matches!(
                self,
                Self::Cd
                    | Self::Ccy
                    | Self::AdrTp
                    | Self::NmPrfx
                    | Self::PrefrdMtd
                    | Self::Dt
                    | Self::DtTm
                    | Self::Amt
                    | Self::InstdAmt
            )
            || matches!(self, Self::IntrBkSttlmAmt | Self::RtrdIntrBkSttlmAmt | Self::IntrBkSttlmDt | Self::ReqdExctnDt)
            || matches!(self, Self::ValDt | Self::BookgDt | Self::MsgDefIdr)
    }
}

/// What an identifier is by the code of its scheme (the external code sets of persons' and organisations' identifications).
pub(super) fn id_kind_of_scheme(code: &str) -> Option<IdKind> {
    Some(match code {
        "CCPT" => IdKind::Passport,
        "NIDN" | "SOSE" | "DRLC" | "ARNU" => IdKind::National,
        "TXID" => IdKind::Tax,
        "TELE" => IdKind::Phone,
        "COID" | "CUST" | "CINC" | "DUNS" | "SREN" | "SRET" | "EMPL" | "GS1G" | "BDID" | "BOID" | "POID" => IdKind::Register,
        "BANK" | "CBID" | "CHID" => IdKind::Clearing,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        for (name, tag) in NAMES {
            assert_eq!(Tag::of(name).0, *tag, "{name}");
        }
        for name in ["", "nm", "NM", "Nmm", "Unknown", "Dbtr ", &"N".repeat(100_000)] {
            assert_eq!(Tag::of(name).0, Tag::Unknown);
        }
        assert!(NAMES.len() * 2 < SLOTS);
    }
}
