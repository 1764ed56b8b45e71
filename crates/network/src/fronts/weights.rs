//! What counts in the front finder, in one place: each kind of evidence with its weight, how common a value may be before it says less, the
//! reason for both, and what else would explain it. Nothing is read in but the code of a kind; nothing here depends on a file.

use interdict_names::AttributeKind;

macro_rules! evidence {
    ($($(#[$doc:meta])* $variant:ident = $code:literal / $label:literal, $group:ident, $weight:literal, $few:literal, $cap:literal,
        $reason:literal, $innocent:literal;)+) => {
        /// A kind of evidence that a row is a front.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EvidenceKind { $($(#[$doc])* $variant,)+ }

        /// The weights in force, in the order of [`EvidenceKind`].
        pub const EVIDENCE: &[EvidenceWeight] = &[$(EvidenceWeight {
            kind: EvidenceKind::$variant,
            code: $code,
            label: $label,
            group: EvidenceGroup::$group,
            weight: $weight,
            few: $few,
            cap: $cap,
            reason: $reason,
            innocent: $innocent,
        },)+];
    };
}

/// Evidence of one group has one cause, so that of a group only the best counts; people alone add up, each being a coincidence of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceGroup {
    /// Accounts and wallets.
    Money,
    /// Registration numbers.
    Number,
    /// Telephones.
    Telephone,
    /// Mailboxes, mail domains, web sites.
    Internet,
    /// Addresses.
    Place,
    /// People and firms behind it.
    People,
    /// Its own name.
    Naming,
    /// Other rows of the file.
    File,
}

impl EvidenceGroup {
    /// How many groups there are.
    pub(super) const COUNT: usize = 8;
}

/// What a kind of evidence is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvidenceWeight {
    /// The kind.
    pub kind: EvidenceKind,
    /// The stable name in files and interfaces.
    pub code: &'static str,
    /// The words for people.
    pub label: &'static str,
    /// What it shares its cause with.
    pub group: EvidenceGroup,
    /// From 0 to 1: how sure one such value, which nobody else has, makes that the row belongs to the listed network.
    pub weight: f64,
    /// How many may have the value before it says less: beyond, the weight falls with the root of their number.
    pub few: u32,
    /// Beyond so many it links nobody.
    pub cap: u32,
    /// Why.
    pub reason: &'static str,
    /// What else would explain it.
    pub innocent: &'static str,
}

evidence! {
    /// A bank account: IBAN, or bank and account.
    BankAccount = "bank-account" / "bank account", Money, 0.95, 6, 20,
        "whoever is paid there is paid by the network", "a bank's own or an escrow account, or a payment service that collects for many";
    /// A wallet address.
    Wallet = "wallet" / "wallet address", Money, 0.95, 6, 50,
        "one key to the money", "a deposit address of an exchange or a payment service";
    /// A registration, tax or ship number.
    Registration = "registration" / "registration number", Number, 0.95, 2, 4,
        "a register gives a number once: the firm was renamed, or trades under another name",
        "the same digits in another register, or a mistake in the file";
    /// A mailbox.
    Email = "email" / "e-mail address", Internet, 0.85, 6, 25,
        "one mailbox has one reader", "an accountant or agent who writes for several clients";
    /// A telephone number.
    Phone = "phone" / "phone number", Telephone, 0.75, 6, 25,
        "one telephone is answered by one office", "an answering service, or the number was given to another subscriber";
    /// A web site.
    Website = "website" / "web site", Internet, 0.70, 6, 50,
        "one operator of the site", "a marketplace, a directory or a group's common site; the domain changed hands";
    /// A mail domain of its own.
    MailDomain = "mail-domain" / "mail domain", Internet, 0.55, 6, 50,
        "one operator of the mail; it may serve others", "a provider or a group that gives addresses to many; the domain changed hands";
    /// A room or floor of a building.
    AddressUnit = "address-unit" / "address with its room", Place, 0.55, 6, 50,
        "one room, which an agent or a co-working office may let to many", "a registration agent, a shared or a former office";
    /// A building.
    Address = "address" / "address", Place, 0.45, 6, 50,
        "a building has many tenants", "another tenant of the same building";
    /// An address that is alike.
    AddressLoose = "address-loose" / "similar address", Place, 0.12, 3, 12,
        "addresses that are alike may be two", "another house that is written alike";
    /// Somebody behind it who is, by name, of the network.
    Person = "person" / "director, owner or contact", People, 0.55, 1, 25,
        "a name is not a person: a rare one says more, a date of birth or a number decides", "a namesake";
    /// A rare word of a listed party's name.
    Word = "word" / "rare word of the name", Naming, 0.45, 3, 30,
        "fronts keep a part of the name", "a word of the trade, a family's or a place's name";
    /// A name like a listed party's.
    Name = "name" / "name", Naming, 0.30, 2, 50,
        "a similar name is what `screen` judges; here it only supports other evidence", "another firm with a similar name";
    /// Shares its people, account or the like with another row that looks like a front.
    Row = "row" / "link to another row", File, 0.85, 1, 25,
        "who runs one front runs others", "a common owner or agent who is no party to it";
}

impl EvidenceKind {
    /// Its weight.
    #[must_use]
    pub fn weight(self) -> &'static EvidenceWeight {
        &EVIDENCE[self as usize]
    }

    /// The stable name in files and interfaces.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.weight().code
    }

    /// The words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.weight().label
    }

    /// The kind that an attribute is evidence of; `None` for attributes that are none.
    #[must_use]
    pub fn of_attribute(kind: AttributeKind) -> Option<Self> {
        Some(match kind {
            AttributeKind::Address => Self::Address,
            AttributeKind::AddressUnit => Self::AddressUnit,
            AttributeKind::AddressLoose => Self::AddressLoose,
            AttributeKind::Phone => Self::Phone,
            AttributeKind::Email => Self::Email,
            AttributeKind::MailDomain => Self::MailDomain,
            AttributeKind::Website => Self::Website,
            AttributeKind::Wallet => Self::Wallet,
            AttributeKind::BankAccount => Self::BankAccount,
            // A provider that half a country uses says where somebody lives, and that is no evidence.
            _ => return None,
        })
    }

    /// What is left of the weight when so many have the value, the row itself included; 0 when it links nobody.
    #[must_use]
    pub fn damping(self, holders: u32) -> f64 {
        let EvidenceWeight { few, cap, .. } = *self.weight();
        match holders {
            _ if holders > cap => 0.0,
            _ if holders <= few => 1.0,
            _ => (f64::from(few) / f64::from(holders)).sqrt(),
        }
    }
}

/// What the finder goes by beside the weights of kinds. Every number is from 0 to 1 unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrontSettings {
    /// A row that scores this is a finding. No kind that is weak by itself reaches it alone: not a building, a room, a mail domain, a name.
    pub threshold: f64,
    /// What is left of evidence by its distance from the listed: none, one step, two steps.
    pub steps: [f64; 3],
    /// The least score of two names, as `screen` gives it, at which they may be one; at `name_sure` they are as good as equal.
    pub name_least: f64,
    /// See `name_least`.
    pub name_sure: f64,
    /// A name with this score is a listed party's: the row is for `screen` to judge.
    pub name_listed: f64,
    /// Weight of somebody whose name and full date of birth are those of the network.
    pub born_alike: f64,
    /// Weight of somebody who has the passport or identity number of one of the network.
    pub number_alike: f64,
    /// The most that all people of a row weigh together by their names alone.
    pub people_cap: f64,
    /// Weight of a number that is no rule's own when the countries stated on both sides differ: two registers use the same digits.
    pub other_register: f64,
    /// The most that a score can be: what follows from facts of a file is never certain.
    pub score_cap: f64,
    /// How many times evidence passes from row to row.
    pub rounds: u8,
}

impl Default for FrontSettings {
    fn default() -> Self {
        Self {
            threshold: 0.60,
            steps: [1.0, 0.85, 0.75],
            name_least: 0.85,
            name_sure: 0.95,
            name_listed: 0.95,
            born_alike: 0.90,
            number_alike: 0.95,
            people_cap: 0.85,
            other_register: 0.40,
            score_cap: 0.99,
            rounds: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_kinds_alone_stay_below_the_threshold_and_strong_ones_do_not() {
        let threshold = FrontSettings::default().threshold;
        let alone: Vec<&str> = EVIDENCE.iter().filter(|row| row.weight >= threshold).map(|row| row.code).collect();
        assert_eq!(alone, ["bank-account", "wallet", "registration", "email", "phone", "website", "row"]);
        for (at, row) in EVIDENCE.iter().enumerate() {
            assert_eq!((row.kind as usize, row.few < row.cap), (at, true));
        }
    }

    #[test]
    fn what_hundreds_have_links_nobody() {
        for kind in EVIDENCE.iter().map(|row| row.kind) {
            let (mut last, cap) = (1.0, kind.weight().cap);
            assert_eq!((kind.damping(1), kind.damping(cap + 1)), (1.0, 0.0));
            for holders in 1..=cap {
                assert!(kind.damping(holders) <= last && kind.damping(holders) > 0.0);
                last = kind.damping(holders);
            }
        }
    }
}
