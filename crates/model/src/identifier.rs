//! Identifiers with their own rules of validity: a kind, what a list or a user wrote, and perhaps a country go in; a canonical key,
//! under which equal identifiers are equal, comes out, or an error that says which rule is broken. Check digits are computed, so that
//! a mistyped number is told apart from one that is not listed. [`identify`] goes the other way: which kinds a free text can be.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use email_address::{EmailAddress, Options};
use rustc_hash::FxHashSet;
use thiserror::Error;

use crate::country::Country;
use crate::schema::Schema;
use crate::wallet::{self, WalletError, WalletWarning};

/// Longest text that is read as an identifier, in bytes. Web addresses are the longest.
const MAX_BYTES: usize = 2048;

const SHARED_HOSTS_TSV: &str = include_str!("../../../data/shared_hosts.tsv");

/// Hosts where the first part of the path says whose page it is.
static SHARED_HOSTS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lines = SHARED_HOSTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    lines.filter_map(|line| line.split_once('\t')).map(|(host, _source)| host).collect()
});

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal / $label:literal,)+) => {
        /// What an identifier identifies, and by whose rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum IdentifierKind {
            $($(#[$doc])* $variant,)+
        }

        impl IdentifierKind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name in files and interfaces, in lower case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The words for people: "IMO number".
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// IMO ship identification number: seven digits, the last a check digit (IMO resolution A.1117(30)). Key `IMO9187629`.
    Imo = "imo" / "IMO number",
    /// Maritime Mobile Service Identity: nine digits that hold a maritime identification digits code of 201 to 775 (ITU-R M.585).
    Mmsi = "mmsi" / "MMSI",
    /// Radio call sign (ITU Radio Regulations, article 19): three to eight letters and digits.
    CallSign = "call-sign" / "call sign",
    /// Legal Entity Identifier (ISO 17442): 20 letters and digits, the last two check digits (ISO 7064 MOD 97-10).
    Lei = "lei" / "LEI",
    /// Business Identifier Code (ISO 9362), 8 or 11 letters and digits. The branch `XXX` is the head office, so it is not in the key.
    Bic = "bic" / "BIC",
    /// International Bank Account Number (ISO 13616): country, check digits (ISO 7064 MOD 97-10), the length of that country.
    Iban = "iban" / "IBAN",
    /// International Securities Identification Number (ISO 6166): prefix, nine letters and digits, a Luhn check digit.
    Isin = "isin" / "ISIN",
    /// Number of a passport.
    Passport = "passport" / "passport number",
    /// Number of an identity card or of a register of people.
    NationalId = "national-id" / "national id number",
    /// Tax number, where no rule of its own is known here.
    TaxNumber = "tax-number" / "tax number",
    /// Number in a register of companies, where no rule of its own is known here.
    RegistrationNumber = "registration-number" / "registration number",
    /// Russian tax number (order of the Federal Tax Service ED-7-14/559@): 10 digits for organisations, 12 for people, with check digits.
    Inn = "inn" / "INN",
    /// Russian register number: 13 digits (OGRN) for organisations, 15 (OGRNIP) for entrepreneurs, the last a check digit.
    Ogrn = "ogrn" / "OGRN",
    /// Chinese unified social credit code (GB 32100-2015): 18 characters, the last a check character.
    Uscc = "uscc" / "unified social credit code",
    /// D-U-N-S number of Dun & Bradstreet: nine digits.
    Duns = "duns" / "D-U-N-S number",
    /// Russian bank identification code (Bank of Russia): nine digits.
    Bik = "bik" / "BIK",
    /// E-mail address (RFC 5321). The key is in lower case.
    Email = "email" / "e-mail address",
    /// Telephone number; the key is ITU-T E.164, `+` and at most 15 digits.
    Phone = "phone" / "phone number",
    /// Web site; the key is the host without `www.`, on shared hosts with the first part of the path (`facebook.com/acme`).
    Website = "website" / "web site",
    /// Address of a crypto wallet; the key is that of [`crate::WalletAddress`].
    Wallet = "wallet" / "wallet address",
    /// Any other number or code: letters and digits.
    Other = "other" / "identifier",
}

impl IdentifierKind {
    /// The kind that a property of an entity holds; `None` for properties that hold no identifier by which a party is found.
    #[must_use]
    pub fn from_property(schema: Schema, property: &str) -> Option<Self> {
        Some(match property {
            "imoNumber" => Self::Imo,
            "mmsi" => Self::Mmsi,
            "callSign" => Self::CallSign,
            "leiCode" => Self::Lei,
            "swiftBic" | "bic" => Self::Bic,
            "iban" => Self::Iban,
            "isin" | "isinCode" => Self::Isin,
            "passportNumber" => Self::Passport,
            "number" if schema.is_a(Schema::Passport) => Self::Passport,
            "idNumber" | "socialSecurityNumber" | "personalNumber" => Self::NationalId,
            "number" if schema.is_a(Schema::Identification) => Self::Other,
            "taxNumber" | "vatCode" | "irsCode" => Self::TaxNumber,
            "registrationNumber" | "licenseNumber" | "serialNumber" | "icaoCode" | "accountNumber" => Self::RegistrationNumber,
            "innCode" => Self::Inn,
            "ogrnCode" => Self::Ogrn,
            "uscCode" => Self::Uscc,
            "dunsCode" => Self::Duns,
            "bikCode" => Self::Bik,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "website" => Self::Website,
            "publicKey" => Self::Wallet,
            _ => return None,
        })
    }

    /// Whether the kind has a rule strict enough that an equal number is an equal identifier: check digits or a registry's own form.
    #[must_use]
    pub fn is_self_validating(self) -> bool {
        matches!(
            self,
            Self::Imo
                | Self::Mmsi
                | Self::Lei
                | Self::Bic
                | Self::Iban
                | Self::Isin
                | Self::Inn
                | Self::Ogrn
                | Self::Uscc
                | Self::Wallet
        )
    }

    /// Whether the kind is a way to reach a party, which others may share: an e-mail address, a telephone number, a web site.
    #[must_use]
    pub fn is_contact(self) -> bool {
        matches!(self, Self::Email | Self::Phone | Self::Website)
    }

    /// Whether numbers of the two kinds may be one number under two names. Lists and registers file the same number as a tax, a
    /// registration or a national number; a passport is never a company's registration.
    #[must_use]
    pub fn may_equal(self, other: Self) -> bool {
        use IdentifierKind::{Inn, NationalId, Ogrn, Other, Passport, RegistrationNumber, TaxNumber, Uscc};
        let both = |kinds: &[Self]| kinds.contains(&self) && kinds.contains(&other);
        self == other
            || both(&[Passport, NationalId, TaxNumber, Inn, Other])
            || both(&[RegistrationNumber, TaxNumber, Inn, Ogrn, Uscc, Other])
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// There is nothing in it.
    #[error("the {} is empty", .0.label())]
    Empty(IdentifierKind),
    /// The text is longer than any identifier.
    #[error("a text of {1} bytes is too long for the {label}", label = .0.label())]
    TooLong(IdentifierKind, usize),
    /// The number of characters, without separators, is not one that the rule allows.
    #[error("the {} has {found} characters instead of {expected}", kind.label())]
    Length {
        /// What was asked for.
        kind: IdentifierKind,
        /// The lengths that the rule allows, in words.
        expected: Cow<'static, str>,
        /// The length found.
        found: usize,
    },
    /// A character that the rule does not allow, there or at all.
    #[error("the {} has {found:?} where it cannot be", kind.label())]
    Character {
        /// What was asked for.
        kind: IdentifierKind,
        /// The first such character.
        found: char,
    },
    /// The check digits do not fit the rest: a character is wrong or two are exchanged.
    #[error("the check digit of the {} is wrong", .0.label())]
    CheckDigit(IdentifierKind),
    /// The number is right for a company or registered owner (IMO resolution MSC.160(78)), not for a ship.
    #[error("this is the IMO number of a company, not of a ship")]
    ImoCompany,
    /// The country code in it is none.
    #[error("the {} names the country {code:?}, which is none", kind.label())]
    Country {
        /// What was asked for.
        kind: IdentifierKind,
        /// The letters where the country stands.
        code: String,
    },
    /// A telephone number in national form, and no country to read it by.
    #[error("a phone number without a country code needs a country")]
    NeedsCountry,
    /// It breaks the rule in a way of its own.
    #[error("this is no valid {}: {reason}", kind.label())]
    Form {
        /// What was asked for.
        kind: IdentifierKind,
        /// What is wrong.
        reason: Cow<'static, str>,
    },
    /// No wallet address.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

/// An identifier that keeps its kind's rule. Two are equal when kind and key are.
#[derive(Debug, Clone)]
pub struct Identifier {
    kind: IdentifierKind,
    key: String,
    shown: String,
    country: Option<Country>,
    warning: Option<WalletWarning>,
}

impl Identifier {
    /// Reads a text as an identifier of one kind, by that kind's official rule. Separators, labels ("IMO", "mailto:") and surrounding
    /// space are taken away. `country` is the issuer's, if known: it is kept, and national telephone numbers are read by it.
    ///
    /// A wallet address whose checksum fits no family, as when its case was lost on the way, is accepted with
    /// [`WalletWarning::Unverified`], so that [`Identifier::lookup_key`] still finds the listed one.
    pub fn parse(kind: IdentifierKind, raw: &str, country: Option<Country>) -> Result<Self, IdentifierError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(IdentifierError::Empty(kind));
        }
        if text.len() > MAX_BYTES {
            return Err(IdentifierError::TooLong(kind, text.len()));
        }
        let made = |key: String, own: Option<Country>| Self {
            kind,
            key,
            shown: text.to_owned(),
            country: own.or(country),
            warning: None,
        };
        match kind {
            IdentifierKind::Imo => imo(text).map(|key| made(key, None)),
            IdentifierKind::Mmsi => mmsi(text).map(|key| made(key, None)),
            IdentifierKind::CallSign => call_sign(text).map(|key| made(key, None)),
            IdentifierKind::Lei => lei(text).map(|key| made(key, None)),
            IdentifierKind::Bic => bic(text).map(|(key, own)| made(key, Some(own))),
            IdentifierKind::Iban => iban(text).map(|(key, own)| made(key, Some(own))),
            IdentifierKind::Isin => isin(text).map(|(key, own)| made(key, own)),
            IdentifierKind::Passport
            | IdentifierKind::NationalId
            | IdentifierKind::TaxNumber
            | IdentifierKind::RegistrationNumber
            | IdentifierKind::Other => plain(kind, text).map(|key| made(key, None)),
            IdentifierKind::Inn => inn(text).map(|key| made(key, Country::from_code("ru"))),
            IdentifierKind::Ogrn => ogrn(text).map(|key| made(key, Country::from_code("ru"))),
            IdentifierKind::Uscc => uscc(text).map(|key| made(key, Country::from_code("cn"))),
            IdentifierKind::Duns => digits(kind, text, &[9], "9").map(|key| made(key, None)),
            IdentifierKind::Bik => digits(kind, text, &[9], "9").map(|key| made(key, Country::from_code("ru"))),
            IdentifierKind::Email => email(text).map(|key| made(key, None)),
            IdentifierKind::Phone => phone(text, country).map(|(key, own)| made(key, own)),
            IdentifierKind::Website => website(text).map(|key| made(key, None)),
            IdentifierKind::Wallet => match wallet::parse_wallet(text) {
                Ok(address) => Ok(Self { shown: address.shown, warning: address.warning, ..made(address.key, None) }),
                Err(WalletError::Checksum) => {
                    Ok(Self { warning: Some(WalletWarning::Unverified), ..made(text.split_whitespace().collect(), None) })
                }
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The look-up key of a text that breaks its kind's rule, so that what a list has wrong is found by the same wrong text: letters
    /// and digits only, in upper case; for wallets without white space, in lower case.
    #[must_use]
    pub fn unverified_key(kind: IdentifierKind, raw: &str) -> String {
        if kind == IdentifierKind::Wallet {
            return raw.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        }
        raw.chars().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric()).collect()
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The canonical form: equal identifiers of one kind have equal keys.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The form to show to people: as it was given; a wallet address as its standard writes it.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The country that the identifier itself names (BIC, IBAN, ISIN, E.164, ...), else the one given.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// What a person should know about an accepted wallet address.
    #[must_use]
    pub fn warning(&self) -> Option<WalletWarning> {
        self.warning
    }

    /// The key of an index in which a careless spelling still finds the identifier. For wallets the key in lower case: a Base58 address
    /// whose case was lost meets the right one, and two right ones that differ in nothing but case do not occur in practice. For all
    /// other kinds the key.
    #[must_use]
    pub fn lookup_key(&self) -> Cow<'_, str> {
        if self.kind == IdentifierKind::Wallet { self.key.to_ascii_lowercase().into() } else { Cow::Borrowed(&self.key) }
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.key) == (other.kind, &other.key)
    }
}

impl Eq for Identifier {}

impl Hash for Identifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.key.hash(state);
    }
}

/// The kinds with a rule strict enough to recognise them that this free text can be: IMO (with its prefix, or seven digits with a
/// right check digit), LEI, IBAN, ISIN, BIC (8 or 11 characters in upper case with a country), e-mail address, wallet address. Empty
/// for anything else; seldom more than one.
#[must_use]
pub fn identify(raw: &str) -> Vec<Identifier> {
    let text = raw.trim();
    let mut kinds = Vec::new();
    if text.contains('@') {
        kinds.push(IdentifierKind::Email);
    }
    // Every one of these rules has a check digit; with BIC, which has none, the form must be exact.
    kinds.extend([IdentifierKind::Imo, IdentifierKind::Lei, IdentifierKind::Iban, IdentifierKind::Isin]);
    if matches!(text.len(), 8 | 11)
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && text.bytes().take(4).all(|b| b.is_ascii_uppercase())
    {
        kinds.push(IdentifierKind::Bic);
    }
    kinds.push(IdentifierKind::Wallet);
    let found = kinds.into_iter().filter_map(|kind| Identifier::parse(kind, text, None).ok());
    found.filter(|identifier| identifier.warning != Some(WalletWarning::Unverified)).collect()
}

/// Upper-case letters and digits of a code, without the separators people write. Fails at any other character.
fn code(kind: IdentifierKind, text: &str) -> Result<String, IdentifierError> {
    let mut code = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => code.push(c.to_ascii_uppercase()),
            c if c.is_whitespace() || matches!(c, '-' | '.' | '/' | '\u{200b}') => {}
            found => return Err(IdentifierError::Character { kind, found }),
        }
    }
    if code.is_empty() { Err(IdentifierError::Empty(kind)) } else { Ok(code) }
}

/// The digits of a number without separators, of one of the given lengths.
fn digits(kind: IdentifierKind, text: &str, lengths: &[usize], expected: &'static str) -> Result<String, IdentifierError> {
    let digits = code(kind, text)?;
    if let Some(found) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(IdentifierError::Character { kind, found });
    }
    if lengths.contains(&digits.len()) {
        Ok(digits)
    } else {
        Err(IdentifierError::Length { kind, expected: expected.into(), found: digits.len() })
    }
}

fn length(kind: IdentifierKind, code: &str, expected: usize) -> Result<(), IdentifierError> {
    if code.len() == expected {
        Ok(())
    } else {
        Err(IdentifierError::Length { kind, expected: expected.to_string().into(), found: code.len() })
    }
}

/// The sum of the digits, each times its weight.
fn weighted(digits: &str, weights: &[u32]) -> u32 {
    digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum()
}

fn digit_at(digits: &str, at: usize) -> u32 {
    digits.as_bytes().get(at).map_or(u32::MAX, |digit| u32::from(digit.wrapping_sub(b'0')))
}

/// IMO resolution A.1117(30): the digits times 7 to 2; the last digit of the sum is the seventh digit.
fn imo(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Imo;
    let upper = text.to_ascii_uppercase();
    let rest = upper.strip_prefix("IMO").unwrap_or(&upper).trim_start();
    let rest = ["NUMBER", "NO.", "NO", "NR", "#", ":"].iter().find_map(|label| rest.strip_prefix(label)).unwrap_or(rest);
    let digits = digits(kind, rest.trim_start_matches([':', '#', ' ']), &[7], "7")?;
    if weighted(&digits, &[7, 6, 5, 4, 3, 2]) % 10 == digit_at(&digits, 6) {
        return Ok(format!("IMO{digits}"));
    }
    // IMO resolution MSC.160(78): companies and registered owners have other weights and take the sum modulo 11.
    let company = (11 - weighted(&digits, &[8, 6, 4, 2, 9, 7]) % 11) % 10;
    Err(if company == digit_at(&digits, 6) { IdentifierError::ImoCompany } else { IdentifierError::CheckDigit(kind) })
}

/// ITU-R M.585: the maritime identification digits (MID) of the country stand at a place that depends on the first digits.
fn mmsi(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Mmsi;
    let digits = digits(kind, text, &[9], "9")?;
    let before = match digits.as_bytes() {
        // Coast stations (00), craft of a parent ship and aids to navigation (98, 99); groups of ships (0) and hand-held sets (8);
        // SAR aircraft (111).
        [b'0', b'0', ..] | [b'9', b'8' | b'9', ..] => 2,
        [b'0' | b'8', ..] => 1,
        [b'1', b'1', b'1', ..] => 3,
        // AIS-SART, man overboard, EPIRB: a maker's number instead of a country.
        [b'9', b'7', b'0' | b'2' | b'4', ..] => return Ok(digits),
        _ => 0,
    };
    let mid: String = digits.chars().skip(before).take(3).collect();
    match mid.parse::<u16>() {
        Ok(201..=775) => Ok(digits),
        _ => Err(IdentifierError::Form { kind, reason: format!("{mid} are no maritime identification digits").into() }),
    }
}

fn call_sign(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::CallSign;
    let sign = code(kind, text)?;
    if (3..=8).contains(&sign.len()) {
        Ok(sign)
    } else {
        Err(IdentifierError::Length { kind, expected: "3 to 8".into(), found: sign.len() })
    }
}

/// ISO 7064 MOD 97-10 over a text of letters (A is 10) and digits.
fn mod_97(text: impl Iterator<Item = char>) -> u32 {
    text.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| (rest * if value < 10 { 10 } else { 100 } + value) % 97)
}

fn lei(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Lei;
    let text = strip_label(text, &["LEI"]);
    let code = code(kind, text)?;
    length(kind, &code, 20)?;
    if let Some(found) = code.chars().skip(18).find(|c| !c.is_ascii_digit()) {
        return Err(IdentifierError::Character { kind, found });
    }
    if mod_97(code.chars()) == 1 { Ok(code) } else { Err(IdentifierError::CheckDigit(kind)) }
}

fn bic(text: &str) -> Result<(String, Country), IdentifierError> {
    let kind = IdentifierKind::Bic;
    let mut code = code(kind, strip_label(text, &["SWIFT/BIC", "SWIFT", "BIC"]))?;
    if !matches!(code.len(), 8 | 11) {
        return Err(IdentifierError::Length { kind, expected: "8 or 11".into(), found: code.len() });
    }
    let country = country_letters(kind, code.get(4..6).unwrap_or_default())?;
    if code.ends_with("XXX") && code.len() == 11 {
        code.truncate(8);
    }
    Ok((code, country))
}

/// The country of two letters in an identifier: one that has the code today.
fn country_letters(kind: IdentifierKind, letters: &str) -> Result<Country, IdentifierError> {
    let current = Country::from_code(letters).filter(|country| country.code().len() == 2);
    current.ok_or_else(|| IdentifierError::Country { kind, code: letters.to_owned() })
}

fn iban(text: &str) -> Result<(String, Country), IdentifierError> {
    let kind = IdentifierKind::Iban;
    let code = code(kind, strip_label(text, &["IBAN"]))?;
    let (Some(letters), Some(check)) = (code.get(..2), code.get(2..4)) else {
        return Err(IdentifierError::Length { kind, expected: "15 to 34".into(), found: code.len() });
    };
    let country = country_letters(kind, letters)?;
    if let Some(found) = check.chars().find(|c| !c.is_ascii_digit()) {
        return Err(IdentifierError::Character { kind, found });
    }
    let Some(expected) = country.iban_length() else {
        return Err(IdentifierError::Form { kind, reason: format!("{} has no IBANs", country.name()).into() });
    };
    length(kind, &code, expected)?;
    let rotated = code.chars().skip(4).chain(code.chars().take(4));
    if mod_97(rotated) == 1 { Ok((code, country)) } else { Err(IdentifierError::CheckDigit(kind)) }
}

/// ISO 6166: letters become two digits, then the Luhn formula. Prefixes with X are for securities of no single country.
fn isin(text: &str) -> Result<(String, Option<Country>), IdentifierError> {
    let kind = IdentifierKind::Isin;
    let code = code(kind, strip_label(text, &["ISIN"]))?;
    length(kind, &code, 12)?;
    let prefix = code.get(..2).unwrap_or_default();
    let country = match prefix.as_bytes() {
        [b'X', b'A'..=b'J' | b'L'..=b'Z'] => None,
        _ => Some(country_letters(kind, prefix)?),
    };
    if let Some(found) = code.chars().nth(11).filter(|c| !c.is_ascii_digit()) {
        return Err(IdentifierError::Character { kind, found });
    }
    let expanded: Vec<u32> = code
        .chars()
        .filter_map(|c| c.to_digit(36))
        .flat_map(|value| [(value >= 10).then_some(value / 10), Some(value % 10)])
        .flatten()
        .collect();
    let sum: u32 = expanded
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    if sum.is_multiple_of(10) { Ok((code, country)) } else { Err(IdentifierError::CheckDigit(kind)) }
}

/// Federal Tax Service of Russia: one check digit for organisations, two for people; each the weighted sum modulo 11 modulo 10.
fn inn(text: &str) -> Result<String, IdentifierError> {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let kind = IdentifierKind::Inn;
    let digits = digits(kind, text, &[10, 12], "10 or 12")?;
    // The weights of a shorter number are the last ones of the table.
    let right = |at: usize| weighted(&digits, &WEIGHTS[WEIGHTS.len() - at..]) % 11 % 10 == digit_at(&digits, at);
    let right = if digits.len() == 10 { right(9) } else { right(10) && right(11) };
    if right { Ok(digits) } else { Err(IdentifierError::CheckDigit(kind)) }
}

/// Order of the Ministry of Finance of Russia 165n: the number before the last digit modulo 11 (OGRN) or 13 (OGRNIP), last digit of it.
fn ogrn(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Ogrn;
    let digits = digits(kind, text, &[13, 15], "13 or 15")?;
    let (number, check) = digits.split_at(digits.len() - 1);
    let modulus = if digits.len() == 13 { 11 } else { 13 };
    let rest = number.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % modulus);
    if rest % 10 == digit_at(check, 0) { Ok(digits) } else { Err(IdentifierError::CheckDigit(kind)) }
}

/// GB 32100-2015: 31 characters (no I, O, S, V, Z), weights powers of three modulo 31.
fn uscc(text: &str) -> Result<String, IdentifierError> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let kind = IdentifierKind::Uscc;
    let code = code(kind, text)?;
    length(kind, &code, 18)?;
    let (mut sum, mut weight, mut check) = (0, 1, 0);
    for (at, c) in code.chars().enumerate() {
        let value = ALPHABET.find(c).ok_or(IdentifierError::Character { kind, found: c })?;
        if at == 17 {
            check = value;
        } else {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
    }
    if (sum + check).is_multiple_of(31) { Ok(code) } else { Err(IdentifierError::CheckDigit(kind)) }
}

/// Numbers without a rule: letters of any script in upper case and digits, Arabic and full-width ones as ASCII. At least four
/// characters and one digit, since shorter or wordy ones ("N/A", "unknown") would join strangers.
fn plain(kind: IdentifierKind, text: &str) -> Result<String, IdentifierError> {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        match ascii_digit(c) {
            Some(digit) => key.push(digit),
            None if c.is_alphanumeric() => key.extend(c.to_uppercase().filter(|c| c.is_alphanumeric())),
            None => {}
        }
    }
    let found = key.chars().count();
    if found < 4 {
        return Err(IdentifierError::Length { kind, expected: "at least 4".into(), found });
    }
    if !key.bytes().any(|b| b.is_ascii_digit()) {
        return Err(IdentifierError::Form { kind, reason: "it has no digit".into() });
    }
    if key.bytes().all(|b| b == b'0') {
        return Err(IdentifierError::Form { kind, reason: "it is all zeros".into() });
    }
    Ok(key)
}

/// The ASCII digit of a decimal digit that documents of the region write.
fn ascii_digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '０'..='９' => '０',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

fn email(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Email;
    let text = strip_label(text, &["mailto:", "e-mail:", "email:"]);
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let address = EmailAddress::parse_with_options(text.trim_end_matches(['.', ',', ';']), options)
        .map_err(|error| IdentifierError::Form { kind, reason: error.to_string().into() })?;
    // RFC 5321 leaves the case of the local part to the receiving host; no provider in use tells two people apart by it.
    Ok(format!("{}@{}", address.local_part().to_lowercase(), address.domain().to_lowercase()))
}

fn phone(text: &str, country: Option<Country>) -> Result<(String, Option<Country>), IdentifierError> {
    let kind = IdentifierKind::Phone;
    let text = without_words(strip_label(text, &["tel:", "tel.", "phone:", "mobile:", "fax:"]));
    // The international prefix of most countries means the same as "+"; no number begins with two zeros otherwise.
    let text = match text.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => text,
    };
    // "+44 (0)20 ...": the trunk prefix in brackets is not dialled from abroad.
    let text = if text.starts_with('+') { squeezed(text.replace("(0)", "")) } else { text };
    // An international number is not read by the rules of any other country: they would take digits from it as a trunk prefix.
    let country = country.filter(|_| !text.starts_with('+'));
    let hint = country.and_then(Country::alpha2).and_then(|code| code.to_ascii_uppercase().parse().ok());
    let number = if text.starts_with('+') || hint.is_some() {
        phonenumber::parse(hint, &text).map_err(|error| IdentifierError::Form { kind, reason: error.to_string().into() })?
    } else {
        with_bare_country_code(&text).ok_or(IdentifierError::NeedsCountry)?
    };
    // Letters inside are those of a keypad, as in "1-800-FLOWERS", where that makes a number of the plan, and a remark otherwise.
    if has_words(&text) && !number.is_valid() {
        return Err(IdentifierError::Form { kind, reason: "there are words in it".into() });
    }
    // A local number of the shared plan +1 comes out without its area code ("868 2220" of Trinidad) and gets it when it is read
    // again; a number that changes even then is no canonical form.
    let first = e164(&number)?;
    let number =
        phonenumber::parse(None, &first).map_err(|error| IdentifierError::Form { kind, reason: error.to_string().into() })?;
    let key = e164(&number)?;
    if phonenumber::parse(None, &key).ok().and_then(|again| e164(&again).ok()).as_ref() != Some(&key) {
        return Err(IdentifierError::Form { kind, reason: "it can be read in more than one way".into() });
    }
    let own = number.country().id().and_then(|id| Country::from_code(id.as_ref()));
    Ok((key, own))
}

/// A number without the words that say whose or what it is, before it, behind it and in brackets: "Mobile: +1 202 555 0100 (home)". The
/// keypad would make digits of them.
fn without_words(text: &str) -> String {
    let is_word = |word: &str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_numeric);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('(') {
        let Some(length) = rest[start..].find(')') else { break };
        let (before, inside) = (&rest[..start], &rest[start..=start + length]);
        kept.push_str(before);
        kept.push_str(if is_word(inside) { " " } else { inside });
        rest = &rest[start + length + 1..];
    }
    kept.push_str(rest);
    let mut kept = kept.trim();
    let between = |c: char| c.is_whitespace() || c == ':';
    while let Some((_, after)) = kept.split_once(between).filter(|(word, _)| is_word(word)) {
        kept = after.trim_start_matches(between);
    }
    while let Some((before, _)) = kept.rsplit_once(char::is_whitespace).filter(|(_, word)| is_word(word)) {
        kept = before.trim_end();
    }
    kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '-' | '/')).to_owned()
}

/// Whether letters stand in a number that do not begin its extension, as in "ext. 12" and "x12".
fn has_words(text: &str) -> bool {
    let Some(start) = text.find(char::is_alphabetic) else { return false };
    let word = text[start..].trim_end_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    !matches!(word.as_str(), "x" | "ext" | "extn" | "extension" | "int" | "anexo" | "ramal" | "poste" | "доб")
}

/// An international number without what stands between its digits, however it is grouped: a hyphen after seven digits would end the country
/// code for the parser. With anything else in it, such as an extension, it stays as it is.
fn squeezed(text: String) -> String {
    let between = |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}');
    let plain = text[1..].chars().all(|c| c.is_ascii_digit() || between(c));
    if plain { text.chars().filter(|c| !between(*c)).collect() } else { text }
}

/// The number as `+` and digits, without an extension. Numbering plans change and lists keep old numbers, so the lengths of E.164 are
/// asked for and not the plan of today.
fn e164(number: &phonenumber::PhoneNumber) -> Result<String, IdentifierError> {
    let written = number.format().mode(phonenumber::Mode::E164).to_string();
    let digits: String = written.trim_start_matches('+').chars().take_while(char::is_ascii_digit).collect();
    if (7..=15).contains(&digits.len()) {
        Ok(format!("+{digits}"))
    } else {
        let expected = "7 to 15".into();
        Err(IdentifierError::Length { kind: IdentifierKind::Phone, expected, found: digits.len() })
    }
}

/// "982188520000": the country code without its plus, as OFAC writes. Taken for one only if the number is long enough to have one,
/// does not begin with the zero of a national number, and is valid in the numbering plan that it names.
fn with_bare_country_code(text: &str) -> Option<phonenumber::PhoneNumber> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(11..=15).contains(&digits) || text.trim_start_matches(['(', ' ']).starts_with('0') {
        return None;
    }
    phonenumber::parse(None, format!("+{text}")).ok().filter(phonenumber::PhoneNumber::is_valid)
}

fn website(text: &str) -> Result<String, IdentifierError> {
    let kind = IdentifierKind::Website;
    let form = |reason: &'static str| IdentifierError::Form { kind, reason: reason.into() };
    // "https:/example.com" and "https:example.com" are common slips.
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if rest.starts_with('/') || matches!(scheme, "http" | "https") => rest.trim_start_matches('/'),
        _ => text,
    };
    let (authority, path) = rest.split_once(['/', '?', '#', '\\']).unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.trim_end_matches(['.', ',', ';']).to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if host.len() > 253 || !host.contains('.') {
        return Err(form("it has no host name"));
    }
    for label in host.split('.') {
        let right = (1..=63).contains(&label.chars().count())
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii() && !c.is_whitespace());
        if !right {
            return Err(form("its host name has a part that is empty, too long or of other characters"));
        }
    }
    if host.rsplit('.').next().is_none_or(|top| !top.chars().any(char::is_alphabetic)) {
        return Err(form("its host has no top-level domain"));
    }
    if !SHARED_HOSTS.contains(host) {
        return Ok(host.to_owned());
    }
    match path.split(['/', '?', '#']).find(|part| !part.is_empty()) {
        Some(page) => Ok(format!("{host}/{}", page.to_lowercase())),
        None => Err(form("its host is shared by many, and there is no page")),
    }
}

/// Takes a label away that people write before a code, with what separates it.
fn strip_label<'t>(text: &'t str, labels: &[&str]) -> &'t str {
    for label in labels {
        if let Some(start) = text.get(..label.len())
            && start.eq_ignore_ascii_case(label)
        {
            let rest = &text[label.len()..];
            // A code may begin with the letters of the label; then nothing separates them.
            if label.ends_with([':', '.']) || rest.starts_with([' ', ':', '#', '-', '.']) {
                return rest.trim_start_matches([' ', ':', '#', '-', '.']);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::IdentifierKind::*;
    use super::*;

    #[track_caller]
    fn check(kind: IdentifierKind, cases: &[(&str, &str)]) {
        for (raw, expected) in cases {
            let found = match Identifier::parse(kind, raw, None) {
                Ok(identifier) => {
                    // A key is canonical: read again, it is itself.
                    assert_eq!(Identifier::parse(kind, identifier.key(), None), Ok(identifier.clone()), "the key of {raw:?}");
                    identifier.key().to_owned()
                }
                Err(error) => format!("! {error}"),
            };
            assert_eq!(found, *expected, "{kind} {raw:?}");
        }
    }

    #[test]
    fn kinds_have_distinct_names() {
        for kind in IdentifierKind::ALL {
            assert_eq!(IdentifierKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(IdentifierKind::from_name("IMO"), None);
    }

    #[test]
    fn shared_hosts_parse() {
        let lines = SHARED_HOSTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
        for line in lines {
            let (host, source) = line.split_once('\t').unwrap_or_else(|| panic!("{line}"));
            assert!(source.starts_with("https://"), "{line}");
            assert_eq!(Identifier::parse(Website, &format!("{host}/Acme"), None).unwrap().key(), format!("{host}/acme"));
        }
    }

    #[test]
    fn imo() {
        check(
            Imo,
            &[
                ("IMO 9187629", "IMO9187629"),
                ("9187629", "IMO9187629"),
                ("imo9187629", "IMO9187629"),
                ("IMO No. 9187629", "IMO9187629"),
                ("IMO Number: 9187629", "IMO9187629"),
                ("IMO 9074729", "IMO9074729"),
                ("9187628", "! the check digit of the IMO number is wrong"),
                ("918762", "! the IMO number has 6 characters instead of 7"),
                ("IMO", "! the IMO number is empty"),
                ("IMO ABCDEFG", "! the IMO number has 'A' where it cannot be"),
                // The company number of a shipping line: 0*8 + 3*6 + 0*4 + 9*2 + 3*9 + 1*7 = 70, 70 mod 11 = 4, 11 - 4 = 7.
                ("0309317", "! this is the IMO number of a company, not of a ship"),
            ],
        );
    }

    #[test]
    fn mmsi_and_call_sign() {
        check(
            Mmsi,
            &[
                ("273391160", "273391160"),
                ("MMSI 273391160", "! the MMSI has 'M' where it cannot be"),
                ("445 123 000", "445123000"),
                ("002731234", "002731234"),
                ("111273123", "111273123"),
                ("970123456", "970123456"),
                ("993669702", "993669702"),
                ("100000000", "! this is no valid MMSI: 100 are no maritime identification digits"),
                ("12345", "! the MMSI has 5 characters instead of 9"),
            ],
        );
        check(
            CallSign,
            &[("HMYE3", "HMYE3"), ("hm-ye 3", "HMYE3"), ("X", "! the call sign has 1 characters instead of 3 to 8")],
        );
    }

    #[test]
    fn lei_bic_iban_isin() {
        check(
            Lei,
            &[
                // The Global Legal Entity Identifier Foundation itself.
                ("506700GE1G29325QX363", "506700GE1G29325QX363"),
                ("lei: 5067 00GE1G-29325QX363", "506700GE1G29325QX363"),
                ("506700GE1G29325QX364", "! the check digit of the LEI is wrong"),
                ("506700GE1G29325QX36", "! the LEI has 19 characters instead of 20"),
                ("506700GE1G29325QX3AB", "! the LEI has 'A' where it cannot be"),
            ],
        );
        check(
            Bic,
            &[
                ("SABRRUMM", "SABRRUMM"),
                ("SABRRUMMXXX", "SABRRUMM"),
                ("sabrrumm012", "SABRRUMM012"),
                ("SWIFT/BIC SABRRUMM", "SABRRUMM"),
                ("SABRQQMM", "! the BIC names the country \"QQ\", which is none"),
                ("SABRSUMM", "! the BIC names the country \"SU\", which is none"),
                ("SABRRUM", "! the BIC has 7 characters instead of 8 or 11"),
            ],
        );
        check(
            Iban,
            &[
                // The examples of the ISO 13616 registry.
                ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
                ("IBAN DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
                ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
                ("NO9386011117947", "NO9386011117947"),
                ("fr14 2004 1010 0505 0001 3m02 606", "FR1420041010050500013M02606"),
                ("GB29NWBK60161331926818", "! the check digit of the IBAN is wrong"),
                ("GB29NWBK6016133192681", "! the IBAN has 21 characters instead of 22"),
                ("US29NWBK60161331926819", "! this is no valid IBAN: United States has no IBANs"),
                ("QQ29NWBK60161331926819", "! the IBAN names the country \"QQ\", which is none"),
                ("GB", "! the IBAN has 2 characters instead of 15 to 34"),
            ],
        );
        check(
            Isin,
            &[
                ("US0378331005", "US0378331005"),
                ("ISIN: RU0009029540", "RU0009029540"),
                ("XS0114288789", "XS0114288789"),
                ("AU0000XVGZA3", "AU0000XVGZA3"),
                ("US0378331004", "! the check digit of the ISIN is wrong"),
                ("US037833100", "! the ISIN has 11 characters instead of 12"),
                ("ZZ0378331005", "! the ISIN names the country \"ZZ\", which is none"),
            ],
        );
    }

    #[test]
    fn national_numbers_with_check_digits() {
        check(
            Inn,
            &[
                // As in OFAC's list.
                ("7715900066", "7715900066"),
                ("773501047190", "773501047190"),
                ("772985834179", "772985834179"),
                ("7725 834 292", "7725834292"),
                ("7715900067", "! the check digit of the INN is wrong"),
                ("773501047191", "! the check digit of the INN is wrong"),
                ("77159", "! the INN has 5 characters instead of 10 or 12"),
            ],
        );
        check(
            Ogrn,
            &[
                // Sberbank's, and one made by the rule: 30450011600015 mod 13 is 7.
                ("1027700132195", "1027700132195"),
                ("304500116000157", "304500116000157"),
                ("1027700132196", "! the check digit of the OGRN is wrong"),
                ("102770013219", "! the OGRN has 12 characters instead of 13 or 15"),
            ],
        );
        check(
            Uscc,
            &[
                ("91440300MA5HGXD28E", "91440300MA5HGXD28E"),
                ("91510107590238974U", "91510107590238974U"),
                ("9151 0107 5902 3897 4u", "91510107590238974U"),
                ("91510107590238974X", "! the check digit of the unified social credit code is wrong"),
                ("9151010759023897IU", "! the unified social credit code has 'I' where it cannot be"),
                ("9151010759023897", "! the unified social credit code has 16 characters instead of 18"),
            ],
        );
        check(Duns, &[("53-400-4559", "534004559"), ("1234", "! the D-U-N-S number has 4 characters instead of 9")]);
        check(Bik, &[("044525060", "044525060"), ("04452506", "! the BIK has 8 characters instead of 9")]);
        assert_eq!(Identifier::parse(Inn, "7715900066", None).unwrap().country(), Country::from_code("ru"));
    }

    #[test]
    fn numbers_without_a_rule() {
        check(
            Passport,
            &[
                ("AM 5421691", "AM5421691"),
                ("am-5421691", "AM5421691"),
                ("№ 040070827", "040070827"),
                ("۱۲۳۴۵", "12345"),
                ("серия 12 № 345678", "СЕРИЯ12345678"),
                ("123", "! the passport number has 3 characters instead of at least 4"),
                ("N/A", "! the passport number has 2 characters instead of at least 4"),
                ("unknown", "! this is no valid passport number: it has no digit"),
                ("0000000", "! this is no valid passport number: it is all zeros"),
                (" ", "! the passport number is empty"),
            ],
        );
        let north_korea = Country::from_code("kp");
        let passport = Identifier::parse(Passport, " 745335827 ", north_korea).unwrap();
        assert_eq!((passport.shown(), passport.country()), ("745335827", north_korea));
        assert_ne!(passport, Identifier::parse(NationalId, "745335827", None).unwrap());
    }

    #[test]
    fn email_phone_website() {
        check(
            Email,
            &[
                ("Kim.Chol@Example.COM", "kim.chol@example.com"),
                ("mailto:kim@example.com", "kim@example.com"),
                ("<kim@example.com>;", "! this is no valid e-mail address: Invalid character."),
                ("<kim@example.com>", "kim@example.com"),
                ("kim@example.com.", "kim@example.com"),
            ],
        );
        for raw in ["kim", "kim@", "@example.com", "kim@localhost", "kim chol@example.com", "kim@[192.0.2.1]", "김@"] {
            assert!(Identifier::parse(Email, raw, None).is_err(), "{raw:?}");
        }
        check(
            Phone,
            &[
                ("+1 202 555 0123", "+12025550123"),
                ("+1 (202) 555-0123", "+12025550123"),
                ("001-202-555-0123", "+12025550123"),
                ("tel:+12025550123", "+12025550123"),
                ("+44 (0)20 7946 0018", "+442079460018"),
                ("442079460018", "+442079460018"),
                ("1-202-555-0123", "+12025550123"),
                ("+1 (202) 555-0123 (home)", "+12025550123"),
                ("Mobile: +1 202 555 0123 cell", "+12025550123"),
                ("WhatsApp +1 202 555 0123, private", "+12025550123"),
                ("+1 202 555 0123 ext. 7", "+12025550123"),
                ("+1 202 555 0123 x7", "+12025550123"),
                ("+1 800-FLOWERS", "+18003569377"),
                ("+1 202 555 0123 (ask for 2)", "! this is no valid phone number: there are words in it"),
                ("020 7946 0018", "! a phone number without a country code needs a country"),
                ("202 555 0123", "! a phone number without a country code needs a country"),
            ],
        );
        for raw in ["+", "+1", "phone", "+999 12", "()", "+12345678901234567890123"] {
            assert!(Identifier::parse(Phone, raw, None).is_err(), "{raw:?}");
        }
        let hinted = Identifier::parse(Phone, "020 7946 0018", Country::from_code("gb-sct")).unwrap();
        assert_eq!((hinted.key(), hinted.country()), ("+442079460018", Country::from_code("gb")));
        // Seven digits that begin like the area code of the country: the key is complete all the same.
        let local = Identifier::parse(Phone, "868 2220", Country::from_code("tt")).unwrap();
        assert_eq!(local, Identifier::parse(Phone, local.key(), None).unwrap());
        assert_eq!(Identifier::parse(Phone, "(202) 555-0123", Country::parse("USA")).unwrap().key(), "+12025550123");
        check(
            Website,
            &[
                ("https://www.Example.com/about?x=1", "example.com"),
                ("www.example.com", "example.com"),
                ("https:/example.com", "example.com"),
                ("example.com:8080", "example.com"),
                ("http://user@example.org#top", "example.org"),
                ("shop.example.net.", "shop.example.net"),
                ("https://пример.example", "пример.example"),
                // A page on a host of many is one party's only with its name.
                ("https://www.facebook.com/Acme/posts?id=1", "facebook.com/acme"),
                ("https://github.com/", "! this is no valid web site: its host is shared by many, and there is no page"),
                ("example", "! this is no valid web site: it has no host name"),
                ("http://192.0.2.1/", "! this is no valid web site: its host has no top-level domain"),
                (
                    "a b.example.com",
                    "! this is no valid web site: its host name has a part that is empty, too long or of other characters",
                ),
            ],
        );
    }

    #[test]
    fn wallets_keep_their_warning_and_a_lost_case_is_found() {
        let listed = Identifier::parse(Wallet, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", None).unwrap();
        assert_eq!((listed.key(), listed.warning()), ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", None));
        for lost in ["tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t", "TR7NHQJEKQXGTCI8Q8ZY4PL8OTSZGJLJ6T"] {
            let found = Identifier::parse(Wallet, lost, None).unwrap();
            assert_eq!((found.key(), found.warning()), (lost, Some(WalletWarning::Unverified)));
            assert_ne!(found, listed);
            assert_eq!(found.lookup_key(), listed.lookup_key());
        }
        let evm = Identifier::parse(Wallet, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None).unwrap();
        assert_eq!(evm.key(), "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
        assert_eq!(evm.shown(), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        assert_eq!(Identifier::parse(Wallet, "Kim Chol", None), Err(IdentifierError::Wallet(WalletError::Unrecognised)));
        let imo = Identifier::parse(Imo, "9187629", None).unwrap();
        assert_eq!(imo.lookup_key(), "IMO9187629");
    }

    #[test]
    fn free_text_is_identified_only_when_its_own_rule_says_so() {
        let cases: &[(&str, &[IdentifierKind])] = &[
            ("IMO 9187629", &[Imo]),
            ("9187629", &[Imo]),
            ("9187628", &[]),
            ("506700GE1G29325QX363", &[Lei]),
            ("GB29 NWBK 6016 1331 9268 19", &[Iban]),
            ("US0378331005", &[Isin]),
            ("SABRRUMM", &[Bic]),
            ("sabrrumm", &[]),
            ("PETROSNA", &[]),
            ("kim@example.com", &[Email]),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &[Wallet]),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &[Wallet]),
            ("tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t", &[]),
            ("Kim Chol", &[]),
            ("Chonsurim Trading Corporation", &[]),
            ("천수림무역회사", &[]),
            ("", &[]),
            ("1979-01-05", &[]),
        ];
        for (raw, kinds) in cases {
            let found: Vec<_> = identify(raw).iter().map(Identifier::kind).collect();
            assert_eq!(found, *kinds, "{raw:?}");
        }
    }

    #[test]
    fn a_very_long_text_is_an_error() {
        let long = "1".repeat(100_000);
        for kind in IdentifierKind::ALL {
            assert_eq!(Identifier::parse(*kind, &long, None), Err(IdentifierError::TooLong(*kind, 100_000)));
        }
        assert_eq!(identify(&long), []);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), index in 0..Country::all().len()) {
            let country = Country::all().nth(index);
            for kind in IdentifierKind::ALL {
                let _ = Identifier::parse(*kind, &text, country);
            }
            let _ = identify(&text);
        }

        #[test]
        fn never_panics_on_near_identifiers(text in "(IMO ?|\\+|00|tel:|http://|www\\.)?[0-9A-Za-z@. ()#;+*,/-]{0,36}", index in 0..Country::all().len()) {
            let country = Country::all().nth(index);
            for kind in IdentifierKind::ALL {
                if let Ok(identifier) = Identifier::parse(*kind, &text, country) {
                    // Canonical whatever the country: a key is complete in itself.
                    prop_assert_eq!(Identifier::parse(*kind, identifier.key(), None), Ok(identifier));
                }
            }
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(at in 0_usize..20, by in 1_u8..10) {
            // The rules modulo 97, and that of Luhn, promise it; INN and IMO fold two remainders into one and do not.
            for (kind, right) in [
                (Lei, "506700GE1G29325QX363"),
                (Iban, "DE89370400440532013000"),
                (Isin, "US0378331005"),
            ] {
                let mut wrong = right.as_bytes().to_vec();
                if let Some(digit) = wrong.get_mut(at).filter(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + (*digit - b'0' + by) % 10;
                    let wrong = String::from_utf8(wrong).unwrap();
                    prop_assert!(Identifier::parse(kind, &wrong, None).is_err(), "{} {}", kind, wrong);
                }
            }
        }
    }
}
