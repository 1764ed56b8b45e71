//! Addresses of crypto wallets: what a list, a report or a user pasted goes in; the family, a key under which equal addresses are
//! equal, and the form to show come out. The checksum of every family that has one is verified, so that a mistyped address is told
//! apart from one that is not listed. Nothing here asks a network: an address can be right and never used.

use std::fmt;
use std::hash::{Hash, Hasher};

use bech32::primitives::decode::{CheckedHrpstring, SegwitHrpstring};
use bech32::{Bech32, Bech32m};
use sha3::{Digest, Keccak256};
use thiserror::Error;

/// Longest text that is read as an address, in bytes. Zcash unified addresses can have some 300 characters.
const MAX_BYTES: usize = 512;

/// URI schemes (BIP-21, ERC-681 and their likes) that are taken away. `bitcoincash:` is a part of the address and is not among them.
const SCHEMES: &[&str] = &[
    "bitcoin",
    "litecoin",
    "dogecoin",
    "dash",
    "zcash",
    "bitcoingold",
    "verge",
    "ethereum",
    "tron",
    "monero",
    "xrp",
    "xrpl",
    "ripple",
    "solana",
    "stellar",
    "web+stellar",
    "ton",
];

/// The encodings of addresses that are told apart.
///
/// Several chains share an encoding, and then the address alone cannot tell them apart. They resolve to one family, by this
/// precedence; [`WalletAddress`] equality looks at the key alone, so that a listed address is found whatever chain it was filed under:
///
/// | encoding | family | also used by |
/// |---|---|---|
/// | `1...`, `3...` | Bitcoin | Bitcoin Cash (legacy form), Bitcoin SV, Litecoin (old `3...`) |
/// | `D...` | Dogecoin | Verge |
/// | `0x...` | Evm | Ethereum, Ethereum Classic, BNB Smart Chain, Arbitrum, Polygon and all their tokens |
/// | `T...` | Tron | USDT and USDC on Tron |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WalletFamily {
    /// `Base58Check` versions 0x00 and 0x05; BIP-173 and BIP-350 with prefix `bc`.
    Bitcoin,
    /// The `CashAddr` encoding, with or without its prefix. The key is the legacy form, which is the same address.
    BitcoinCash,
    /// `Base58Check` versions 0x26 (`G...`) and 0x17 (`A...`).
    BitcoinGold,
    /// `Base58Check` versions 0x30 (`L...`) and 0x32 (`M...`); BIP-173 with prefix `ltc`.
    Litecoin,
    /// `Base58Check` versions 0x4c (`X...`) and 0x10 (`7...`).
    Dash,
    /// `Base58Check` versions 0x1e (`D...`) and 0x16 (`9...`, `A...`).
    Dogecoin,
    /// `Base58Check` version 0x21 (`E...`); ordinary Verge addresses look like Dogecoin's.
    Verge,
    /// Transparent `t1...` and `t3...`, Sapling `zs1...`, unified `u1...`.
    Zcash,
    /// 20 bytes in hexadecimal after `0x`, with the checksum of EIP-55 in the case of the letters.
    Evm,
    /// `Base58Check` version 0x41 (`T...`), or the same 21 bytes in hexadecimal.
    Tron,
    /// Standard, subaddress and integrated addresses of the main network. The key of an integrated address is the standard address in it.
    Monero,
    /// Classic `r...` and X-addresses (`X...`). The key of an X-address is the classic address in it, without the tag.
    Xrp,
    /// BNB Beacon Chain, `bnb1...`.
    BnbBeacon,
    /// Ed25519 account ids of Stellar, `G...` (SEP-23).
    Stellar,
    /// TON, in the raw form (`0:` and hexadecimal) or the user-friendly one. The key is the raw form.
    Ton,
    /// 32 bytes in Base58. There is no checksum.
    Solana,
}

impl WalletFamily {
    /// Every family.
    pub const ALL: &'static [Self] = &[
        Self::Bitcoin,
        Self::BitcoinCash,
        Self::BitcoinGold,
        Self::Litecoin,
        Self::Dash,
        Self::Dogecoin,
        Self::Verge,
        Self::Zcash,
        Self::Evm,
        Self::Tron,
        Self::Monero,
        Self::Xrp,
        Self::BnbBeacon,
        Self::Stellar,
        Self::Ton,
        Self::Solana,
    ];

    /// The name to show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bitcoin => "Bitcoin",
            Self::BitcoinCash => "Bitcoin Cash",
            Self::BitcoinGold => "Bitcoin Gold",
            Self::Litecoin => "Litecoin",
            Self::Dash => "Dash",
            Self::Dogecoin => "Dogecoin",
            Self::Verge => "Verge",
            Self::Zcash => "Zcash",
            Self::Evm => "EVM",
            Self::Tron => "Tron",
            Self::Monero => "Monero",
            Self::Xrp => "XRP",
            Self::BnbBeacon => "BNB Beacon",
            Self::Stellar => "Stellar",
            Self::Ton => "TON",
            Self::Solana => "Solana",
        }
    }
}

impl fmt::Display for WalletFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no wallet address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WalletError {
    /// There is nothing in it.
    #[error("the wallet address is empty")]
    Empty,
    /// The text is longer than any address.
    #[error("a text of {0} bytes is no wallet address")]
    TooLong(usize),
    /// The text has the letters of an address, and no family's checksum fits it: a character is wrong, missing, or in the wrong case.
    #[error("the checksum of the wallet address is wrong: a character is wrong or missing, or in the wrong case")]
    Checksum,
    /// Hexadecimal after `0x` that is not 20 bytes long, such as the hash of a transaction.
    #[error("an EVM address has 40 hexadecimal digits after 0x, not {0}")]
    EvmLength(usize),
    /// A right address of a test network, where nothing has a value.
    #[error("the wallet address belongs to a test network")]
    TestNetwork,
    /// Nothing that looks like an address of a known family.
    #[error("the text is no wallet address of a known family")]
    Unrecognised,
}

/// Something about an accepted address that a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WalletWarning {
    /// An EVM address in mixed case whose case is not that of EIP-55. The address is used all the same, as most software does.
    CaseChecksum,
    /// No family's checksum fits; the text is kept as it is and compared without regard to case.
    Unverified,
}

impl fmt::Display for WalletWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CaseChecksum => "the upper and lower case of the address does not fit its EIP-55 checksum",
            Self::Unverified => "the address could not be verified and is compared without regard to case",
        })
    }
}

/// A wallet address whose form was verified. Two are equal when their keys are.
#[derive(Debug, Clone)]
pub struct WalletAddress {
    /// The encoding.
    pub family: WalletFamily,
    /// The canonical form: all ways to write one address have one key.
    pub key: String,
    /// The form to show to people: as the family's standard writes it.
    pub shown: String,
    /// What a person should know.
    pub warning: Option<WalletWarning>,
}

impl WalletAddress {
    fn new(family: WalletFamily, key: impl Into<String>) -> Self {
        let key = key.into();
        Self { family, shown: key.clone(), key, warning: None }
    }

    fn shown_as(self, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), ..self }
    }

    /// All other ways to write the address, as far as they are few and differ in more than the case of letters: `CashAddr` (without its
    /// prefix) for a hash in the legacy form, hexadecimal for Tron, the four user-friendly forms (in the URL-safe alphabet) for TON.
    /// X-addresses of XRP and integrated addresses of Monero hold a number of their own and are too many.
    #[must_use]
    pub fn other_forms(&self) -> Vec<String> {
        match self.family {
            WalletFamily::Bitcoin | WalletFamily::BitcoinCash => {
                let hash = bs58::decode(&self.key).with_check(None).into_vec().unwrap_or_default();
                let types: &[u8] = match (hash.len(), hash.first()) {
                    (21, Some(0x00)) => &[0, 2],
                    (21, Some(0x05)) => &[1, 3],
                    _ => &[],
                };
                types.iter().map(|kind| cash_addr_text(*kind, hash.get(1..).unwrap_or_default())).collect()
            }
            WalletFamily::Tron => {
                let bytes = bs58::decode(&self.key).with_check(None).into_vec().unwrap_or_default();
                vec![to_hex(&bytes)]
            }
            WalletFamily::Ton => {
                let Some((workchain, account)) = self.key.split_once(':') else { return Vec::new() };
                let Some(account) = from_hex(account) else { return Vec::new() };
                let workchain = if workchain == "0" { 0 } else { 0xff };
                let form = |tag: u8| {
                    let mut bytes: Vec<u8> = [tag, workchain].into_iter().chain(account.iter().copied()).collect();
                    bytes.extend(crc16(&bytes).to_be_bytes());
                    let digits = digits_of(&bytes, 6).into_iter();
                    digits.map(|digit| char::from(BASE64_URL[usize::from(digit)])).collect()
                };
                [0x11, 0x51, 0x91, 0xd1].into_iter().map(form).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl PartialEq for WalletAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for WalletAddress {}

impl Hash for WalletAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// Reads a wallet address of any known family.
///
/// White space (also inside, as copied from a page that wraps), invisible characters, quotation marks, brackets, a URI scheme with
/// its parameters and trailing punctuation are taken away. An error says whether the text looks like an address at all
/// ([`WalletError::Checksum`]) or not ([`WalletError::Unrecognised`]).
pub fn parse_wallet(raw: &str) -> Result<WalletAddress, WalletError> {
    let text = wallet_text(raw)?;
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return evm(digits);
    }
    tron_hex(&text)
        .or_else(|| ton_raw(&text))
        .map(Ok)
        .or_else(|| cash_addr(&text))
        .or_else(|| bech32_address(&text))
        .or_else(|| base58check(&text))
        .or_else(|| xrp(&text).or_else(|| monero(&text)).or_else(|| stellar(&text)).or_else(|| ton_friendly(&text)).map(Ok))
        .or_else(|| solana(&text).map(Ok))
        .unwrap_or_else(|| Err(if looks_like_address(&text) { WalletError::Checksum } else { WalletError::Unrecognised }))
}

/// The address alone, without what surrounds it in a text or a URI, as [`parse_wallet`] takes it away. Nothing is checked but the length.
pub fn wallet_text(raw: &str) -> Result<String, WalletError> {
    if raw.len() > MAX_BYTES {
        return Err(WalletError::TooLong(raw.len()));
    }
    // Most texts are clean.
    let clean = raw.trim_ascii();
    if !clean.is_empty() && clean.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(clean.to_owned());
    }
    let visible: String = raw
        .chars()
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
        })
        .collect();
    let surrounding = |c: char| {
        c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '+' | '/') || matches!(c, '“' | '”' | '‘' | '’' | '«' | '»')
    };
    let mut text = visible.trim_start_matches(surrounding);
    if let Some((scheme, rest)) = text.split_once(':')
        && SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known))
    {
        text = rest.trim_start_matches('/');
        text = text.strip_prefix("pay-").unwrap_or(text);
        // ERC-681 appends a chain id ("@1") and a function ("/transfer").
        text = text.split(['@', '/']).next().unwrap_or(text);
    }
    let text = text.split(['?', '#']).next().unwrap_or(text).trim_matches(surrounding);
    if text.is_empty() { Err(WalletError::Empty) } else { Ok(text.to_owned()) }
}

/// Whether the letters are in one case, as Bech32 and `CashAddr` demand.
fn is_single_case(text: &str) -> bool {
    !(text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().any(|b| b.is_ascii_uppercase()))
}

/// Whether a text that no family accepts has the shape of a mistyped address: then the likely fault is a character or the case.
fn looks_like_address(text: &str) -> bool {
    let body = text.rsplit_once(':').map_or(text, |(_, body)| body);
    (25..=110).contains(&body.len())
        && body.bytes().all(|b| b.is_ascii_alphanumeric())
        && body.bytes().any(|b| b.is_ascii_digit())
        && body.bytes().any(|b| b.is_ascii_alphabetic())
}

/// EIP-55: a letter is upper case where the same nibble of the Keccak-256 of the lower-case text is 8 or more.
fn evm(digits: &str) -> Result<WalletAddress, WalletError> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(WalletError::Unrecognised);
    }
    if digits.len() != 40 {
        return Err(WalletError::EvmLength(digits.len()));
    }
    let lower = digits.to_ascii_lowercase();
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    let checksummed: String =
        lower.chars().zip(nibbles).map(|(c, nibble)| if nibble >= 8 { c.to_ascii_uppercase() } else { c }).collect();
    let wrong_case = !is_single_case(digits) && digits != checksummed;
    let address = WalletAddress::new(WalletFamily::Evm, format!("0x{lower}")).shown_as(format!("0x{checksummed}"));
    Ok(WalletAddress { warning: wrong_case.then_some(WalletWarning::CaseChecksum), ..address })
}

/// The 21 bytes of a Tron address in hexadecimal, as its nodes print them.
fn tron_hex(text: &str) -> Option<WalletAddress> {
    let bytes = (text.len() == 42 && text.starts_with("41")).then(|| from_hex(text)).flatten()?;
    Some(WalletAddress::new(WalletFamily::Tron, bs58::encode(bytes).with_check().into_string()))
}

/// The raw form of TON: workchain, colon, 32 bytes in hexadecimal.
fn ton_raw(text: &str) -> Option<WalletAddress> {
    let (workchain, account) = text.split_once(':')?;
    let right = matches!(workchain, "0" | "-1") && account.len() == 64 && account.bytes().all(|b| b.is_ascii_hexdigit());
    right.then(|| WalletAddress::new(WalletFamily::Ton, text.to_ascii_lowercase()))
}

/// The user-friendly form of TON: flags, workchain, account and CRC-16 in Base64, of either alphabet.
fn ton_friendly(text: &str) -> Option<WalletAddress> {
    const TEST_ONLY: u8 = 0x80;
    let bytes = (text.len() == 48).then(|| from_digits(text, 6, base64_digit)).flatten()?;
    let (body, check) = bytes.split_at_checked(34)?;
    let (&[tag, workchain], account) = body.split_first_chunk::<2>()?;
    let right = check == crc16(body).to_be_bytes() && matches!(tag & !TEST_ONLY, 0x11 | 0x51);
    let workchain = match workchain {
        0 => "0",
        0xff => "-1",
        _ => return None,
    };
    let account = to_hex(account);
    right.then(|| WalletAddress::new(WalletFamily::Ton, format!("{workchain}:{account}")).shown_as(text))
}

/// SEP-23: a version byte (6 << 3 for an account), the key, CRC-16 in little-endian order; in Base32.
fn stellar(text: &str) -> Option<WalletAddress> {
    let bytes = (text.len() == 56 && text.starts_with('G')).then(|| from_digits(text, 5, base32_digit)).flatten()?;
    let (body, check) = bytes.split_at_checked(33)?;
    (body.first() == Some(&(6 << 3)) && check == crc16(body).to_le_bytes())
        .then(|| WalletAddress::new(WalletFamily::Stellar, text))
}

/// The families with a human-readable prefix. `None` when the text has none of the prefixes.
fn bech32_address(text: &str) -> Option<Result<WalletAddress, WalletError>> {
    if !text.is_ascii() || !is_single_case(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let (prefix, _) = lower.rsplit_once('1')?;
    let (family, right) = match prefix {
        // Version 0 with the constant of BIP-173, later versions with that of BIP-350, and the lengths of both.
        "bc" => (WalletFamily::Bitcoin, SegwitHrpstring::new(&lower).is_ok()),
        "ltc" => (WalletFamily::Litecoin, SegwitHrpstring::new(&lower).is_ok()),
        "zs" => (WalletFamily::Zcash, bech32_payload::<Bech32>(&lower) == Some(43)),
        "u" => (WalletFamily::Zcash, bech32_payload::<Bech32m>(&lower).is_some_and(|length| length >= 40)),
        "bnb" => (WalletFamily::BnbBeacon, bech32_payload::<Bech32>(&lower) == Some(20)),
        "tb" | "bcrt" | "tltc" => {
            return Some(Err(if SegwitHrpstring::new(&lower).is_ok() {
                WalletError::TestNetwork
            } else {
                WalletError::Checksum
            }));
        }
        _ => return None,
    };
    Some(if right { Ok(WalletAddress::new(family, lower)) } else { Err(WalletError::Checksum) })
}

/// The number of bytes after the prefix when the checksum holds.
fn bech32_payload<C: bech32::Checksum>(lower: &str) -> Option<usize> {
    CheckedHrpstring::new::<C>(lower).ok().map(|parsed| parsed.byte_iter().count())
}

const CASH_PREFIX: &str = "bitcoincash";
const CASH_ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The digits of what the checksum of `CashAddr` covers before the address itself.
fn cash_addr_prefix() -> impl Iterator<Item = u8> {
    CASH_PREFIX.bytes().map(|b| b & 0x1f).chain(std::iter::once(0))
}

/// A hash of 20 bytes in `CashAddr`, without its prefix.
fn cash_addr_text(kind: u8, hash: &[u8]) -> String {
    let bytes: Vec<u8> = std::iter::once(kind << 3).chain(hash.iter().copied()).collect();
    let mut digits = digits_of(&bytes, 5);
    let check = cash_addr_checksum(cash_addr_prefix().chain(digits.iter().copied()).chain([0; 8]));
    digits.extend((0..8).rev().map(|at| (check >> (5 * at)) as u8 & 0x1f));
    digits.into_iter().map(|digit| char::from(CASH_ALPHABET[usize::from(digit)])).collect()
}

/// `CashAddr`, as specified for Bitcoin Cash: five-bit digits with a BCH code of 40 bits over prefix and payload. `None` when the text
/// has not the shape of one.
fn cash_addr(text: &str) -> Option<Result<WalletAddress, WalletError>> {
    const PREFIX: &str = CASH_PREFIX;
    const ALPHABET: &[u8] = CASH_ALPHABET;
    if !text.is_ascii() || !is_single_case(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let (prefixed, body) = match lower.split_once(':') {
        Some((PREFIX, body)) => (true, body),
        Some(("bchtest" | "bchreg", _)) => return Some(Err(WalletError::TestNetwork)),
        Some(_) => return None,
        None => (false, lower.as_str()),
    };
    let digits: Option<Vec<u8>> =
        body.bytes().map(|b| ALPHABET.iter().position(|digit| *digit == b).map(|at| at as u8)).collect();
    let checked = digits
        .filter(|digits| digits.len() > 8)
        .filter(|digits| cash_addr_checksum(cash_addr_prefix().chain(digits.iter().copied())) == 0);
    let Some(digits) = checked else {
        return prefixed.then_some(Err(WalletError::Checksum));
    };
    let (data, _check) = digits.split_at(digits.len() - 8);
    let bytes = regroup(data, 5)?;
    let (version, hash) = bytes.split_first()?;
    // The low three bits are the length, the next four the type; the types 2 and 3 are the token-aware forms of 0 and 1.
    let legacy_version: u8 = match (version >> 3) & 0x0f {
        0 | 2 => 0x00,
        1 | 3 => 0x05,
        _ => return Some(Err(WalletError::Unrecognised)),
    };
    let shown = format!("{PREFIX}:{body}");
    Some(match hash.len() {
        20 => {
            // The same hash in the legacy encoding: a list may give either form, and both must meet.
            let legacy: Vec<u8> = std::iter::once(legacy_version).chain(hash.iter().copied()).collect();
            let key = bs58::encode(legacy).with_check().into_string();
            Ok(WalletAddress::new(WalletFamily::BitcoinCash, key).shown_as(shown))
        }
        24 | 28 | 32 | 40 | 48 | 56 | 64 => Ok(WalletAddress::new(WalletFamily::BitcoinCash, shown)),
        _ => Err(WalletError::Unrecognised),
    })
}

fn cash_addr_checksum(digits: impl Iterator<Item = u8>) -> u64 {
    const GENERATORS: [u64; 5] = [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    let mut state = 1_u64;
    for digit in digits {
        let top = state >> 35;
        state = ((state & 0x07_ffff_ffff) << 5) ^ u64::from(digit);
        for (bit, generator) in GENERATORS.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                state ^= generator;
            }
        }
    }
    state ^ 1
}

/// `Base58Check` with the alphabet of Bitcoin: a version, 20 bytes, four bytes of a double SHA-256.
fn base58check(text: &str) -> Option<Result<WalletAddress, WalletError>> {
    if !(20..=40).contains(&text.len()) {
        return None;
    }
    let bytes = bs58::decode(text).with_check(None).into_vec().ok()?;
    let family = match (bytes.len(), bytes.as_slice()) {
        (21, [0x00 | 0x05, ..]) => WalletFamily::Bitcoin,
        (21, [0x17 | 0x26, ..]) => WalletFamily::BitcoinGold,
        (21, [0x30 | 0x32, ..]) => WalletFamily::Litecoin,
        (21, [0x10 | 0x4c, ..]) => WalletFamily::Dash,
        (21, [0x16 | 0x1e, ..]) => WalletFamily::Dogecoin,
        (21, [0x21, ..]) => WalletFamily::Verge,
        (21, [0x41, ..]) => WalletFamily::Tron,
        (22, [0x1c, 0xb8 | 0xbd, ..]) => WalletFamily::Zcash,
        // Bitcoin's test network, which several chains share.
        (21, [0x6f | 0xc4, ..]) => return Some(Err(WalletError::TestNetwork)),
        _ => return Some(Err(WalletError::Unrecognised)),
    };
    Some(Ok(WalletAddress::new(family, text)))
}

/// XRP Ledger: `Base58Check` in an alphabet of its own. An X-address packs account, flag and tag.
fn xrp(text: &str) -> Option<WalletAddress> {
    if !text.starts_with(['r', 'X']) || !(25..=60).contains(&text.len()) {
        return None;
    }
    let bytes = bs58::decode(text).with_alphabet(bs58::Alphabet::RIPPLE).with_check(None).into_vec().ok()?;
    let classic = |account: &[u8]| {
        let payload: Vec<u8> = std::iter::once(0).chain(account.iter().copied()).collect();
        bs58::encode(payload).with_alphabet(bs58::Alphabet::RIPPLE).with_check().into_string()
    };
    match (bytes.len(), bytes.as_slice()) {
        (21, [0x00, ..]) => Some(WalletAddress::new(WalletFamily::Xrp, text)),
        (31, [0x05, 0x44, rest @ ..]) => Some(WalletAddress::new(WalletFamily::Xrp, classic(rest.get(..20)?)).shown_as(text)),
        _ => None,
    }
}

/// Monero, main network: a tag, two keys, in integrated addresses a payment id, four bytes of Keccak-256; in Base58 by blocks.
fn monero(text: &str) -> Option<WalletAddress> {
    const STANDARD: u8 = 18;
    const INTEGRATED: u8 = 19;
    const SUBADDRESS: u8 = 42;
    if !matches!(text.len(), 95 | 106) || !text.is_ascii() {
        return None;
    }
    let bytes = base58_monero::decode(text).ok()?;
    let (body, check) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    if Keccak256::digest(body)[..4] != *check {
        return None;
    }
    match (body.len(), body.first()?) {
        (65, &(STANDARD | SUBADDRESS)) => Some(WalletAddress::new(WalletFamily::Monero, text)),
        (73, &INTEGRATED) => {
            let mut standard = body.get(..65)?.to_vec();
            *standard.first_mut()? = STANDARD;
            let check = Keccak256::digest(&standard);
            standard.extend_from_slice(&check[..4]);
            let key = base58_monero::encode(&standard).ok()?;
            Some(WalletAddress::new(WalletFamily::Monero, key).shown_as(text))
        }
        _ => None,
    }
}

/// Solana: nothing but 32 bytes in Base58. With no checksum the last family to ask; an address of one case only is more likely one
/// whose case was lost.
fn solana(text: &str) -> Option<WalletAddress> {
    if !(32..=44).contains(&text.len()) || is_single_case(text) && text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let bytes = bs58::decode(text).into_vec().ok()?;
    (bytes.len() == 32).then(|| WalletAddress::new(WalletFamily::Solana, text))
}

/// CRC-16/XMODEM, which Stellar and TON use.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 })
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    from_digits(text, 4, |b| char::from(b).to_digit(16).map(|digit| digit as u8))
}

/// The bytes of a text of digits of `bits` bits each.
fn from_digits(text: &str, bits: u32, digit: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.bytes().map(digit).collect();
    regroup(&digits?, bits)
}

fn to_hex(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect()
}

/// Digits of `bits` bits (at most 8) each, the last filled up with zeros.
fn digits_of(bytes: &[u8], bits: u32) -> Vec<u8> {
    let mut digits = Vec::with_capacity(bytes.len() * 8 / bits as usize + 1);
    let (mut pending, mut held) = (0_u32, 0);
    for byte in bytes {
        pending = (pending << 8) | u32::from(*byte);
        held += 8;
        while held >= bits {
            held -= bits;
            digits.push((pending >> held) as u8);
            pending &= (1 << held) - 1;
        }
    }
    if held > 0 {
        digits.push((pending << (bits - held)) as u8);
    }
    digits
}

/// Regroups digits of `bits` bits (at most 8) into bytes; bits left over must be fewer than a digit has, and zero.
fn regroup(digits: &[u8], bits: u32) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut pending, mut held) = (0_u32, 0);
    for digit in digits {
        pending = (pending << bits) | u32::from(*digit);
        held += bits;
        if held >= 8 {
            held -= 8;
            bytes.push((pending >> held) as u8);
            pending &= (1 << held) - 1;
        }
    }
    (held < bits && pending == 0).then_some(bytes)
}

fn base32_digit(b: u8) -> Option<u8> {
    match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'2'..=b'7' => Some(b - b'2' + 26),
        _ => None,
    }
}

fn base64_digit(b: u8) -> Option<u8> {
    match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'-' | b'+' => Some(62),
        b'_' | b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(family: WalletFamily, raw: &str, key: &str) {
        let address = parse_wallet(raw).unwrap_or_else(|error| panic!("{raw:?}: {error}"));
        assert_eq!((address.family, address.key.as_str()), (family, key), "{raw:?}");
        assert_eq!(parse_wallet(&address.shown), Ok(address.clone()), "the shown form of {raw:?}");
        assert_eq!(parse_wallet(&address.key), Ok(address), "the key of {raw:?}");
    }

    /// Addresses that are their own key.
    #[track_caller]
    fn check_plain(family: WalletFamily, addresses: &[&str]) {
        for address in addresses {
            check(family, address, address);
        }
    }

    #[test]
    fn eip_55_vectors() {
        for address in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            check(WalletFamily::Evm, address, &address.to_ascii_lowercase());
            let parsed = parse_wallet(address).unwrap();
            assert_eq!((parsed.shown.as_str(), parsed.warning), (address, None));
            for one_case in [
                address.to_ascii_lowercase(),
                address.to_ascii_uppercase(),
                address[..2].to_owned() + &address[2..].to_ascii_uppercase(),
            ] {
                let same = parse_wallet(&one_case).unwrap();
                assert_eq!(
                    (same.key, same.shown, same.warning),
                    (parsed.key.clone(), parsed.shown.clone(), None),
                    "{one_case}"
                );
            }
        }
        let wrong_case = parse_wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed").unwrap();
        assert_eq!(wrong_case.warning, Some(WalletWarning::CaseChecksum));
        assert_eq!(wrong_case.key, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
        assert_eq!(parse_wallet("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"), Err(WalletError::EvmLength(39)));
        assert_eq!(parse_wallet("0x"), Err(WalletError::EvmLength(0)));
        assert_eq!(parse_wallet("0xz"), Err(WalletError::Unrecognised));
    }

    #[test]
    fn bip_173_and_bip_350_vectors() {
        for address in [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J",
            "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            check(WalletFamily::Bitcoin, address, &address.to_ascii_lowercase());
            check(WalletFamily::Bitcoin, &address.to_ascii_uppercase(), &address.to_ascii_lowercase());
        }
        for address in [
            // The constant of the other standard.
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
            // A wrong character, a program of a wrong length, no program.
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            "bc1pw5dgrnzv",
            "bc1gmk9yu",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        ] {
            assert_eq!(parse_wallet(address), Err(WalletError::Checksum), "{address}");
        }
        assert_eq!(
            parse_wallet("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7"),
            Err(WalletError::TestNetwork)
        );
        // Mixed case is no Bech32.
        assert!(parse_wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4").is_err());
    }

    #[test]
    fn cash_addr_vectors() {
        for (legacy, cash) in [
            ("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
            ("1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR", "bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy"),
            ("16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb", "bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r"),
            ("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"),
            ("3LDsS579y7sruadqu11beEJoTjdFiFCdX4", "bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e"),
        ] {
            let parsed = parse_wallet(cash).unwrap();
            assert_eq!((parsed.family, parsed.key.as_str(), parsed.shown.as_str()), (WalletFamily::BitcoinCash, legacy, cash));
            assert_eq!(parse_wallet(&cash["bitcoincash:".len()..]), Ok(parsed.clone()));
            assert_eq!(parse_wallet(&cash.to_ascii_uppercase()), Ok(parsed.clone()));
            // The legacy form is the same address.
            check(WalletFamily::Bitcoin, legacy, legacy);
            assert_eq!(parse_wallet(legacy), Ok(parsed));
        }
        assert_eq!(parse_wallet("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b"), Err(WalletError::Checksum));
        assert_eq!(parse_wallet("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q"), Err(WalletError::Checksum));
    }

    #[test]
    fn base58check_families() {
        // Genesis block, and addresses of OFAC's list (2025-11-19) and of public documentation.
        check_plain(WalletFamily::Bitcoin, &["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "12sjrrhoFEsedNRhtgwvvRqjFTh8fZTDX9"]);
        check_plain(WalletFamily::BitcoinGold, &["GPwg61XoHqQPNmAucFACuQ5H9sGCDv9TpS"]);
        check_plain(WalletFamily::Dash, &["XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2"]);
        // Filed by OFAC as Verge; the encoding is Dogecoin's.
        check_plain(WalletFamily::Dogecoin, &["DFFJhnQNZf8rf67tYnesPu7MuGUpYtzv7Z"]);
        check_plain(WalletFamily::Tron, &["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"]);
        check_plain(WalletFamily::BnbBeacon, &["bnb136ns6lfw4zs5hg4n85vdthaad7hq5m4gtkgf23"]);
        // One hash in every version, so that each prefix is seen.
        for (version, family, start) in [
            (&[0x05][..], WalletFamily::Bitcoin, "3"),
            (&[0x17], WalletFamily::BitcoinGold, "A"),
            (&[0x30], WalletFamily::Litecoin, "L"),
            (&[0x32], WalletFamily::Litecoin, "M"),
            (&[0x10], WalletFamily::Dash, "7"),
            (&[0x16], WalletFamily::Dogecoin, "9"),
            (&[0x21], WalletFamily::Verge, "E"),
            (&[0x1c, 0xb8], WalletFamily::Zcash, "t1"),
            (&[0x1c, 0xbd], WalletFamily::Zcash, "t3"),
        ] {
            let address = bs58::encode([version, &[0x11; 20]].concat()).with_check().into_string();
            assert!(address.starts_with(start), "{address}");
            check(family, &address, &address);
        }
        let test_network = bs58::encode([&[0x6f][..], &[0x11; 20]].concat()).with_check().into_string();
        assert_eq!(parse_wallet(&test_network), Err(WalletError::TestNetwork));
    }

    #[test]
    fn bech32_of_other_families() {
        use bech32::Hrp;
        let encode = |hrp: &str, length: usize, modified: bool| {
            let hrp = Hrp::parse(hrp).unwrap();
            let data = vec![0x11; length];
            if modified { bech32::encode::<Bech32m>(hrp, &data) } else { bech32::encode::<Bech32>(hrp, &data) }.unwrap()
        };
        let litecoin = bech32::segwit::encode_v0(Hrp::parse("ltc").unwrap(), &[0x11; 20]).unwrap();
        check_plain(WalletFamily::Litecoin, &[&litecoin]);
        check_plain(WalletFamily::Zcash, &[&encode("zs", 43, false), &encode("u", 100, true)]);
        assert_eq!(parse_wallet(&encode("zs", 42, false)), Err(WalletError::Checksum));
        assert_eq!(parse_wallet(&encode("u", 100, false)), Err(WalletError::Checksum));
    }

    #[test]
    fn tron_in_hexadecimal_is_the_same_address() {
        check(WalletFamily::Tron, "41a614f803b6fd780986a42c78ec9c7f77e6ded13c", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
        check(WalletFamily::Tron, "41A614F803B6FD780986A42C78EC9C7F77E6DED13C", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    }

    #[test]
    fn xrp_classic_and_x_addresses() {
        check_plain(
            WalletFamily::Xrp,
            &["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rrrrrrrrrrrrrrrrrrrrrhoLvTp", "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66"],
        );
        let x = parse_wallet("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ").unwrap();
        assert_eq!((x.family, x.key.as_str()), (WalletFamily::Xrp, "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"));
        assert_eq!(Ok(x), parse_wallet("r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"));
    }

    #[test]
    fn monero_standard_subaddress_and_integrated() {
        let standard = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
        let subaddress = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";
        check_plain(WalletFamily::Monero, &[standard, subaddress]);
        // An integrated address made of the standard one: another tag and a payment id of eight bytes.
        let mut bytes = base58_monero::decode(standard).unwrap();
        bytes.truncate(65);
        bytes[0] = 19;
        bytes.extend_from_slice(&[7; 8]);
        let check = Keccak256::digest(&bytes);
        bytes.extend_from_slice(&check[..4]);
        let integrated = base58_monero::encode(&bytes).unwrap();
        let parsed = parse_wallet(&integrated).unwrap();
        assert_eq!((parsed.key.as_str(), parsed.shown.as_str()), (standard, integrated.as_str()));
        assert_eq!(parse_wallet(&standard.replace("44A", "44B")), Err(WalletError::Checksum));
    }

    #[test]
    fn stellar_ton_and_solana() {
        check_plain(WalletFamily::Stellar, &["GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"]);
        assert_eq!(parse_wallet("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA"), Err(WalletError::Checksum));
        let raw = "0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8";
        check(WalletFamily::Ton, "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", raw);
        check(WalletFamily::Ton, "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI", raw);
        check(WalletFamily::Ton, &raw.to_ascii_uppercase(), raw);
        check_plain(
            WalletFamily::Solana,
            &["42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi", "11111111111111111111111111111111"],
        );
    }

    #[test]
    fn other_forms_are_the_same_address() {
        for (raw, count) in [
            ("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", 2),
            ("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", 2),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", 1),
            ("0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8", 4),
            ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", 0),
            ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", 0),
        ] {
            let address = parse_wallet(raw).unwrap();
            let forms = address.other_forms();
            assert_eq!(forms.len(), count, "{raw}");
            for form in forms {
                assert_ne!(form, address.key);
                assert_eq!(parse_wallet(&form).map(|same| same.key), Ok(address.key.clone()), "{form}");
            }
        }
        let forms = parse_wallet("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N").unwrap().other_forms();
        assert!(forms.contains(&"UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI".to_owned()), "{forms:?}");
        let forms = parse_wallet("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu").unwrap().other_forms();
        assert_eq!(forms[0], "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a");
    }

    #[test]
    fn what_surrounds_an_address_is_taken_away() {
        let bitcoin = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        for raw in [
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.1&label=x",
            "BITCOIN:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "  1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa. ",
            "\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\",",
            "(1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa);",
            "1A1zP1eP5QGefi2DMPT\n  fTL5SLmv7DivfNa",
            "\u{feff}1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\u{200b}",
        ] {
            check(WalletFamily::Bitcoin, raw, bitcoin);
        }
        let evm = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359";
        for raw in [
            "ethereum:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359@1/transfer?value=1",
            "ethereum:pay-0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
        ] {
            check(WalletFamily::Evm, raw, evm);
        }
    }

    #[test]
    fn what_is_no_address() {
        for (raw, error) in [
            ("", WalletError::Empty),
            (" \u{200b}.", WalletError::Empty),
            ("bitcoin:", WalletError::Empty),
            ("Kim Chol", WalletError::Unrecognised),
            ("9187629", WalletError::Unrecognised),
            ("주소", WalletError::Unrecognised),
            // A letter wrong, and a case lost: both look like an address and fail.
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", WalletError::Checksum),
            ("1a1zp1ep5qgefi2dmptftl5slmv7divfna", WalletError::Checksum),
            ("tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t", WalletError::Checksum),
            ("TR7NHQJEKQXGTCI8Q8ZY4PL8OTSZGJLJ6T", WalletError::Checksum),
            ("42rlpacwzpx3vyymxsueqsogfynbdqxk298edsnoyohi", WalletError::Checksum),
        ] {
            assert_eq!(parse_wallet(raw), Err(error), "{raw:?}");
        }
        assert_eq!(parse_wallet(&"1".repeat(100_000)), Err(WalletError::TooLong(100_000)));
    }

    #[test]
    fn families_have_names() {
        for family in WalletFamily::ALL {
            assert!(!family.name().is_empty());
            assert_eq!(family.to_string(), family.name());
        }
    }

    /// What the lists file as an address and is none: the first is 32 bytes in hexadecimal under XMR, most likely a payment id.
    /// The second offers two letterings of one address, both in one cell.
    const NO_ADDRESS: [&str; 2] = [
        "5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320",
        "THob8vRrpDybXeqZDj8ukQhMjJVJ5nCbTW|THob8vRrpdYbxEqzdJ8UkQHMjJvj5nCBtw",
    ];

    /// The optional folder of real lists beside the workspace.
    fn data_folder() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        folder.is_dir().then_some(folder)
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test must say so")]
    fn every_listed_address_parses() {
        let Some(data) = data_folder() else {
            eprintln!("skipped: ../shared/data is absent");
            return;
        };
        let mut seen = 0;
        let mut failed = Vec::new();
        for (file, separator, column) in
            [("wallets/sdn_digital_currency_with_owner_2025-11-19.tsv", '\t', 4), ("indicators/wallets.csv", ',', 0)]
        {
            let Ok(text) = std::fs::read_to_string(data.join(file)) else {
                eprintln!("skipped: {file} is absent");
                continue;
            };
            for line in text.lines().skip(1) {
                let raw = line.split(separator).nth(column).unwrap_or_default();
                seen += 1;
                match parse_wallet(raw) {
                    Ok(address) => assert_eq!(parse_wallet(&address.key), Ok(address), "{raw}"),
                    Err(_) if NO_ADDRESS.contains(&raw) => {}
                    Err(error) => failed.push(format!("{file}: {raw}: {error}")),
                }
            }
        }
        assert!(failed.is_empty(), "{} of {seen} failed:\n{}", failed.len(), failed.join("\n"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse_wallet(&text);
        }

        #[test]
        fn never_panics_on_near_addresses(text in "(bitcoincash:|bc1|0x|41|t1|X|r|G|4|EQ|0:)?[0-9A-Za-z]{20,110}") {
            if let Ok(address) = parse_wallet(&text) {
                prop_assert_eq!(parse_wallet(&address.key), Ok(address));
            }
        }

        #[test]
        fn case_of_evm_addresses_never_matters(bytes in proptest::array::uniform20(any::<u8>()), mask in any::<u64>()) {
            let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            let mixed: String = hex
                .chars()
                .enumerate()
                .map(|(at, c)| if (mask >> at) & 1 == 1 { c.to_ascii_uppercase() } else { c })
                .collect();
            let address = parse_wallet(&format!("0x{mixed}")).unwrap();
            prop_assert_eq!(address.key, format!("0x{hex}"));
            prop_assert_eq!(parse_wallet(&address.shown).unwrap().warning, None);
        }
    }
}
