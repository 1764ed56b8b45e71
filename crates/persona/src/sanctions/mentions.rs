//! The people's side: a person goes in; every name in its records that is screened comes out, with what it is the name of and the record,
//! and every wallet. Names of commits, ratings and the like are others' business and are not among them.

use crate::evaluate::Evidence;
use crate::people::{Event, Person, Relation, Source};
use crate::time::Time;
use crate::value::{ValueError, normalise};
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// What part a name or value plays in the person's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitRole {
    /// It is the person's own.
    Person,
    /// It is of the account to which the person is paid.
    Holder,
    /// It is of a stated employer.
    Employer,
    /// It is of a reference, or of somebody who vouched.
    Reference,
    /// It is of a firm through, by or for which the person works.
    Vendor,
    /// It is a wallet.
    Wallet,
}

impl HitRole {
    /// Every role.
    pub const ALL: [Self; 6] = [Self::Person, Self::Holder, Self::Employer, Self::Reference, Self::Vendor, Self::Wallet];

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Person => "the person",
            Self::Holder => "payout account",
            Self::Employer => "employer",
            Self::Reference => "reference",
            Self::Vendor => "vendor",
            Self::Wallet => "wallet",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Holder => "holder",
            Self::Employer => "employer",
            Self::Reference => "reference",
            Self::Vendor => "vendor",
            Self::Wallet => "wallet",
        }
    }
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum NameOf {
    Human,
    Firm,
    Either,
}

/// A name in a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) role: HitRole,
    pub(super) of: NameOf,
    pub(super) text: &'a str,
    pub(super) what: &'static str,
    pub(super) time: Option<Time>,
    pub(super) source: Source,
}

impl Named<'_> {
    pub(super) fn evidence(&self, person: Person<'_>) -> Evidence {
        Evidence::new(person, self.what, self.text, self.time, self.source)
    }
}

/// A wallet in a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wallet<'a> {
    pub(super) text: &'a str,
    pub(super) what: &'static str,
    pub(super) time: Option<Time>,
    pub(super) source: Source,
}

/// Whether a text stands for a name: not empty, no placeholder of forms, no longer than values are.
pub(super) fn is_name(text: &str) -> bool {
    // The words that stand where a value is missing are the same for all kinds.
    let refused = normalise(IdKind::Address, text, None);
    !matches!(refused, Err(ValueError::Empty | ValueError::Placeholder | ValueError::TooLong))
}

const PAID: [EventKind; 5] =
    [EventKind::Payout, EventKind::PayeeChanged, EventKind::PayeeOpened, EventKind::PayInCrypto, EventKind::Transfer];

/// The events of some kinds in the order of time; costs nothing when there is none.
fn rows_of<'a>(person: Person<'a>, kinds: &'static [EventKind]) -> impl Iterator<Item = Event<'a>> {
    let any = kinds.iter().any(|kind| person.has_event(*kind));
    person.events().take(if any { usize::MAX } else { 0 }).filter(move |event| kinds.contains(&event.kind()))
}

/// Events that pay the person or move pay.
pub(super) fn payments(person: Person<'_>) -> impl Iterator<Item = Event<'_>> {
    rows_of(person, &PAID)
}

/// Every name in the records of a person, some several times.
pub(super) fn names<'a>(person: Person<'a>, each: &mut impl FnMut(Named<'a>)) {
    let is_vendor =
        |relation: Relation<'_>| matches!(relation.kind(), RelKind::StaffedBy | RelKind::ClientOf | RelKind::PaidBy);
    if let Some(text) = person.name() {
        // Whom others work for or are paid by may be a firm that stands among the persons.
        let of = if person.relations_to().any(is_vendor) { NameOf::Either } else { NameOf::Human };
        each(Named { role: HitRole::Person, of, text, what: "name", time: None, source: person.source() });
    }
    for document in person.documents() {
        let kind = document.kind();
        for fact in document.facts() {
            let (role, of, what) = match (kind, fact.field()) {
                (DocKind::Reference, Field::Name) => (HitRole::Reference, NameOf::Human, "name of a reference"),
                (DocKind::Reference, Field::Company | Field::Employer) => {
                    (HitRole::Reference, NameOf::Firm, "firm of a reference")
                }
                (DocKind::Company, Field::Name | Field::Company | Field::Employer) => {
                    (HitRole::Vendor, NameOf::Firm, "company")
                }
                (DocKind::Contract, Field::Company | Field::Vendor) => (HitRole::Vendor, NameOf::Firm, "party of a contract"),
                (DocKind::EmployerLookup, Field::Name | Field::Company) => (HitRole::Employer, NameOf::Firm, "employer"),
                (_, Field::Employer) => (HitRole::Employer, NameOf::Firm, "employer"),
                (_, Field::Holder) => (HitRole::Holder, NameOf::Either, "account holder"),
                (
                    DocKind::Cv
                    | DocKind::IdentityDocument
                    | DocKind::HrRecord
                    | DocKind::TaxForm
                    | DocKind::Profile
                    | DocKind::BankAccount,
                    Field::Name,
                ) => (HitRole::Person, NameOf::Human, "name in a document"),
                _ => continue,
            };
            each(Named { role, of, text: fact.text(), what, time: document.time(), source: document.source() });
        }
    }
    for event in payments(person) {
        if let Some(holder) = event.fact(Field::Holder) {
            each(Named {
                role: HitRole::Holder,
                of: NameOf::Either,
                text: holder.text(),
                what: "account holder",
                time: Some(event.time()),
                source: event.source(),
            });
        }
    }
    for event in rows_of(person, &[EventKind::Kyc, EventKind::Renamed]) {
        let of_name = |field: Field| {
            let renamed = event.fact(Field::What).is_some_and(|what| matches!(what.text(), "name" | "display_name"));
            if event.kind() == EventKind::Kyc {
                field == Field::Name
            } else {
                renamed && matches!(field, Field::From | Field::To)
            }
        };
        for fact in event.facts().filter(|fact| of_name(fact.field())) {
            each(Named {
                role: HitRole::Person,
                of: NameOf::Human,
                text: fact.text(),
                what: if event.kind() == EventKind::Kyc { "name of the identity check" } else { "name in a change of profile" },
                time: Some(event.time()),
                source: event.source(),
            });
        }
    }
    for relation in person.relations().filter(|relation| is_vendor(*relation)) {
        let other = relation.b();
        each(Named {
            role: HitRole::Vendor,
            of: NameOf::Either,
            text: other.name().unwrap_or_else(|| other.key()),
            what: relation.kind().label(),
            time: relation.time(),
            source: relation.source(),
        });
    }
    for relation in person.relations_to().filter(|relation| relation.kind() == RelKind::Vouched) {
        if let Some(text) = relation.a().name() {
            each(Named {
                role: HitRole::Reference,
                of: NameOf::Human,
                text,
                what: "name of who vouched",
                time: relation.time(),
                source: relation.source(),
            });
        }
    }
}

/// Every wallet in the records of a person, some several times.
pub(super) fn wallets<'a>(person: Person<'a>, each: &mut impl FnMut(Wallet<'a>)) {
    for wallet in person.identifiers_of(IdKind::Wallet) {
        if let Some(text) = wallet.value() {
            each(Wallet { text, what: "wallet", time: wallet.first(), source: wallet.source() });
        }
    }
    for document in person.documents() {
        for fact in document.facts().filter(|fact| fact.field() == Field::Wallet) {
            each(Wallet { text: fact.text(), what: "wallet", time: document.time(), source: document.source() });
        }
    }
    for event in payments(person) {
        for fact in event.facts() {
            let what = match fact.field() {
                Field::Wallet => "wallet",
                Field::Counterparty => "other side of a transfer",
                _ => continue,
            };
            each(Wallet { text: fact.text(), what, time: Some(event.time()), source: event.source() });
        }
    }
}
