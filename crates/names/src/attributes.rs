//! What two parties can share besides a name: an entity goes in; its addresses, telephone numbers, e-mail addresses and their domains,
//! web sites, wallets and bank accounts come out, each as a key under which equal values of all entities meet. Names, dates and
//! countries are no attributes: they are compared, not shared.

use std::borrow::Cow;

use interdict_model::{Country, Entity, Identifier, IdentifierKind, Schema, Value, mail_domain};

use crate::address::{AddressKeys, address_keys};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $code:literal / $label:literal;)+) => {
        /// What kind of thing is shared. The numbers are stable, so that files can hold them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum AttributeKind {
            $($(#[$doc])* $variant = $number,)+
        }

        impl AttributeKind {
            /// Every kind, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The kind of a number; `None` for one that no kind has.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The stable name in files and interfaces, in lower case.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The words for people: "address".
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The building of an address: [`AddressKeys::place`].
    Address = 0, "address" / "address";
    /// The room, flat or floor in a building: [`AddressKeys::unit`]. Stronger than the building alone.
    AddressUnit = 1, "address-unit" / "address with its room";
    /// A part of an address: [`AddressKeys::loose`]. Weaker than the building.
    AddressLoose = 2, "address-loose" / "similar address";
    /// A telephone number in the form of ITU-T E.164.
    Phone = 3, "phone" / "phone number";
    /// An e-mail address in lower case.
    Email = 4, "email" / "e-mail address";
    /// The domain of an e-mail address that is a party's own: [`interdict_model::MailDomain`].
    MailDomain = 5, "mail-domain" / "e-mail domain";
    /// The domain of an e-mail address at a provider that most parties of one country share, and few others. Weak.
    SharedMailDomain = 6, "shared-mail-domain" / "e-mail provider";
    /// A web site: the key of [`IdentifierKind::Website`]. A host has the same text here as under [`AttributeKind::MailDomain`].
    Website = 7, "website" / "web site";
    /// The address of a crypto wallet; the key is [`Identifier::lookup_key`].
    Wallet = 8, "wallet" / "wallet address";
    /// A bank account: an IBAN, or `BIC/account`.
    BankAccount = 9, "bank-account" / "bank account";
}

/// Something by which an entity can be linked with others. Two entities share it when kind and key are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'e> {
    /// What it is.
    pub kind: AttributeKind,
    /// The canonical form, never empty.
    pub key: String,
    /// As the entity states it.
    pub shown: Cow<'e, str>,
    /// The record that states it, where that is finer than the entity's own origin.
    pub record: Option<&'e str>,
}

/// All attributes by which an entity can be linked with others, each kind and key once, in the order of the entity's properties.
/// Values that have no canonical form (a telephone number that cannot be one, an address that names only a city) give none.
///
/// An `Address` entity, to which `addressEntity` leads, gives the keys of the address as its own; the reference itself is no attribute.
#[must_use]
pub fn attribute_keys(entity: &Entity) -> Vec<Attribute<'_>> {
    let mut found = Attributes { list: Vec::new(), country: sole_country(entity) };
    for (property, values) in entity.properties() {
        for value in values {
            match property {
                "address" | "full" => found.address(value),
                "phone" => found.identifier(AttributeKind::Phone, IdentifierKind::Phone, value),
                "email" => found.email(value),
                "website" => found.identifier(AttributeKind::Website, IdentifierKind::Website, value),
                "publicKey" => found.identifier(AttributeKind::Wallet, IdentifierKind::Wallet, value),
                "iban" => found.identifier(AttributeKind::BankAccount, IdentifierKind::Iban, value),
                "accountNumber" => found.account(entity, value),
                _ => {}
            }
        }
    }
    if entity.schema.known() == Some(Schema::Address) && entity.first("full").is_none() {
        found.parts(entity);
    }
    found.list
}

/// The country by which national forms are read: the one the entity states, if it states no other.
fn sole_country(entity: &Entity) -> Option<Country> {
    let mut countries = entity.texts("country").filter_map(Country::parse);
    let first = countries.next()?;
    countries.all(|other| other == first).then_some(first)
}

struct Attributes<'e> {
    list: Vec<Attribute<'e>>,
    country: Option<Country>,
}

impl<'e> Attributes<'e> {
    fn push(&mut self, kind: AttributeKind, key: String, shown: Cow<'e, str>, record: Option<&'e str>) {
        if !key.is_empty() && !self.list.iter().any(|held| held.kind == kind && held.key == key) {
            self.list.push(Attribute { kind, key, shown, record });
        }
    }

    fn identifier(&mut self, kind: AttributeKind, as_kind: IdentifierKind, value: &'e Value) {
        if let Ok(identifier) = Identifier::parse(as_kind, &value.text, self.country) {
            self.push(kind, identifier.lookup_key().into_owned(), Cow::Borrowed(&value.text), value.record.as_deref());
        }
    }

    fn email(&mut self, value: &'e Value) {
        self.identifier(AttributeKind::Email, IdentifierKind::Email, value);
        if let Some(domain) = mail_domain(&value.text) {
            let kind = if domain.shared { AttributeKind::SharedMailDomain } else { AttributeKind::MailDomain };
            self.push(kind, domain.host, Cow::Borrowed(&value.text), value.record.as_deref());
        }
    }

    /// An account number is one account only together with its bank.
    fn account(&mut self, entity: &'e Entity, value: &'e Value) {
        if let Ok(iban) = Identifier::parse(IdentifierKind::Iban, &value.text, None) {
            self.push(AttributeKind::BankAccount, iban.key().to_owned(), Cow::Borrowed(&value.text), value.record.as_deref());
            return;
        }
        let Ok(account) = Identifier::parse(IdentifierKind::RegistrationNumber, &value.text, None) else { return };
        for property in ["bic", "swiftBic"] {
            for bic in entity.texts(property).filter_map(|bic| Identifier::parse(IdentifierKind::Bic, bic, None).ok()) {
                let key = format!("{}/{}", bic.key(), account.key());
                self.push(AttributeKind::BankAccount, key, Cow::Borrowed(&value.text), value.record.as_deref());
            }
        }
    }

    fn address(&mut self, value: &'e Value) {
        for (kind, key) in keyed(address_keys(&value.text, self.country)) {
            self.push(kind, key, Cow::Borrowed(&value.text), value.record.as_deref());
        }
    }

    /// An address that is given by its parts alone.
    fn parts(&mut self, entity: &'e Entity) {
        let mut text = String::new();
        for property in ["postOfficeBox", "street", "street2", "street3", "city", "state", "region", "postalCode"] {
            for part in entity.texts(property).filter(|part| !part.trim().is_empty()) {
                if !text.is_empty() {
                    text.push_str(", ");
                }
                if property == "postOfficeBox" && part.bytes().all(|byte| byte.is_ascii_digit()) {
                    text.push_str("PO Box ");
                }
                text.push_str(part.trim());
            }
        }
        let record = entity.values("street").first().and_then(|value| value.record.as_deref());
        for (kind, key) in keyed(address_keys(&text, self.country)) {
            self.push(kind, key, Cow::Owned(text.clone()), record);
        }
    }
}

/// The keys of an address with the kinds that they are.
fn keyed(keys: AddressKeys) -> impl Iterator<Item = (AttributeKind, String)> {
    let place = keys.place.map(|key| (AttributeKind::Address, key));
    let unit = keys.unit.map(|key| (AttributeKind::AddressUnit, key));
    let loose = keys.loose.into_iter().map(|key| (AttributeKind::AddressLoose, key));
    place.into_iter().chain(unit).chain(loose)
}
