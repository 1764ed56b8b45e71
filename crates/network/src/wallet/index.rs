//! The index of listed wallets. A text goes in, as it was pasted; out comes whether it is a listed address, whatever way it is written
//! and whatever ticker it is filed under, or one but for the case of its letters, or like one, or no address at all.
//!
//! Checking a checksum costs more than looking a text up, so it is done where it decides something. [`WalletIndex::find`] folds the case,
//! looks the text up, and validates only what met a listed address or looks like one; [`WalletIndex::look_up`] also validates all others.

use interdict_model::{WalletAddress, WalletError, WalletFamily, WalletWarning, parse_wallet, wallet_text};
use interdict_snapshot::Snapshot;
use rustc_hash::FxHashMap;

use super::listed::{self, ListedWallet};
use super::near::{LookAlike, Near, NearMiss};

/// Texts up to this length are folded without memory of their own.
const QUICK: usize = 128;

/// Digits of an EVM address.
const EVM_DIGITS: usize = 40;

/// What is known of a text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Lookup<'i> {
    /// The address is listed.
    Listed {
        /// As listed.
        listed: &'i ListedWallet,
        /// What a person should know about the text.
        warning: Option<WalletWarning>,
    },
    /// A listed address, but for the case of letters. Counts as a hit.
    CaseLost(CaseLost<'i>),
    /// The list states this text, and its checksum holds in no family. Counts as a hit.
    Unverified {
        /// As listed.
        listed: &'i ListedWallet,
    },
    /// Several listed addresses differ from the text in the case of letters alone. One of them is meant; counts as a hit.
    Ambiguous(Vec<&'i ListedWallet>),
    /// An address that is not listed.
    NotListed {
        /// The address.
        address: WalletAddress,
        /// Listed addresses that look like it: a warning, not a hit.
        look_alikes: Vec<LookAlike<'i>>,
        /// Listed addresses that it may be a slip of, where the family has no checksum that would tell.
        near: Vec<NearMiss<'i>>,
    },
    /// No address.
    Invalid {
        /// Why.
        error: WalletError,
        /// Listed addresses that it may be a slip of: a warning, not a hit.
        near: Vec<NearMiss<'i>>,
    },
}

/// A listed address that was matched without regard to case.
#[derive(Debug, Clone, Copy)]
pub struct CaseLost<'i> {
    /// As listed.
    pub listed: &'i ListedWallet,
    /// Whether it is the list that has lost the case: the address given is right, and no checksum holds for the listed text.
    pub lost_in_list: bool,
    /// Letters whose case is open: those that the alphabet has in both cases.
    pub open_letters: u32,
    /// Bits of the checksum; 0 for Solana, which has none.
    pub check_bits: u32,
}

impl CaseLost<'_> {
    /// How many other valid addresses with the same letters are to be expected: (2^open letters - 1) / 2^bits of the checksum. Far below 1
    /// it is the probability that there is another one at all. That somebody holds the key of another one is far less likely still.
    #[must_use]
    pub fn others_expected(&self) -> f64 {
        ((f64::from(self.open_letters)).exp2() - 1.0) / f64::from(self.check_bits).exp2()
    }
}

impl<'i> Lookup<'i> {
    /// The listed addresses that the text is; empty for what is only like one.
    #[must_use]
    pub fn hits(&self) -> Vec<&'i ListedWallet> {
        match self {
            Self::Listed { listed, .. } | Self::Unverified { listed } | Self::CaseLost(CaseLost { listed, .. }) => vec![listed],
            Self::Ambiguous(several) => several.clone(),
            Self::NotListed { .. } | Self::Invalid { .. } => Vec::new(),
        }
    }
}

/// Which letters of a form stand for themselves in one case only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// The case says nothing, or there is only one: hexadecimal.
    Free,
    /// One case throughout, either of the two: Bech32, `CashAddr`.
    Single,
    /// Upper case alone: Base32.
    Upper,
    /// Base58, with a checksum of so many bits.
    Base58(u32),
    /// Base64, with a checksum of 16 bits.
    Base64,
}

/// One way to write a listed address.
#[derive(Debug)]
struct Form {
    text: Box<str>,
    case: Case,
    listed: u32,
}

/// The listed addresses of a snapshot. Independent of the snapshot once made; may be read from any number of threads.
#[derive(Debug)]
pub struct WalletIndex {
    wallets: Vec<ListedWallet>,
    /// By the folded text of each form.
    forms: FxHashMap<Box<[u8]>, Vec<Form>>,
    /// By key, for the forms that are too many to be held.
    keys: FxHashMap<Box<str>, u32>,
    near: Near,
}

impl WalletIndex {
    /// The index of all addresses in a snapshot.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::from_listed(listed::collect(snapshot))
    }

    /// The index of these addresses. Entries with one key are one address, and so is a text without a checksum that differs from one
    /// with it in case alone.
    #[must_use]
    pub fn from_listed(listed: Vec<ListedWallet>) -> Self {
        let mut index =
            Self { wallets: Vec::new(), forms: FxHashMap::default(), keys: FxHashMap::default(), near: Near::default() };
        let (verified, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|wallet| wallet.family.is_some());
        for wallet in verified {
            match index.keys.get(wallet.key.as_str()) {
                Some(held) => index.wallets[*held as usize].listings.extend(wallet.listings),
                None => index.add(wallet),
            }
        }
        for wallet in others {
            let same = index.forms.get(fold_all(&wallet.key).as_slice()).map(Vec::as_slice);
            match same {
                Some([only]) => {
                    let place = only.listed as usize;
                    index.wallets[place].listings.extend(wallet.listings);
                }
                _ => match index.keys.get(wallet.key.as_str()) {
                    Some(held) => index.wallets[*held as usize].listings.extend(wallet.listings),
                    None => index.add(wallet),
                },
            }
        }
        index
    }

    fn add(&mut self, wallet: ListedWallet) {
        let listed = self.wallets.len() as u32;
        let forms = match wallet.family.and_then(|_| parse_wallet(&wallet.key).ok()) {
            Some(address) => {
                let others = address.other_forms().into_iter().map(|form| (case_of_other(address.family), form));
                std::iter::once((case_of(address.family, &address.key), address.key.clone())).chain(others).collect()
            }
            None => vec![(Case::Free, wallet.key.clone())],
        };
        for (case, text) in forms {
            let folded = fold_all(&text);
            self.near.add(&folded, listed);
            let held = self.forms.entry(folded.into()).or_default();
            held.push(Form { text: text.into(), case, listed });
        }
        self.keys.insert(wallet.key.as_str().into(), listed);
        self.wallets.push(wallet);
    }

    /// The listed addresses, in the order of the snapshot; those without a checksum that holds come last.
    #[must_use]
    pub fn wallets(&self) -> &[ListedWallet] {
        &self.wallets
    }

    /// The listed address with this canonical key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&ListedWallet> {
        self.keys.get(key).map(|at| &self.wallets[*at as usize])
    }

    /// Looks a text up and validates it: what is not listed comes out as an address or as an error, with warnings.
    #[must_use]
    pub fn look_up(&self, raw: &str) -> Lookup<'_> {
        if let Some(found) = self.find(raw) {
            return found;
        }
        match parse_wallet(raw) {
            Ok(address) => {
                let near = if is_unchecked(&address, raw) { self.misses(raw) } else { Vec::new() };
                Lookup::NotListed { address, look_alikes: Vec::new(), near }
            }
            Err(error @ (WalletError::Empty | WalletError::TooLong(_))) => Lookup::Invalid { error, near: Vec::new() },
            Err(error) => Lookup::Invalid { error, near: self.misses(raw) },
        }
    }

    /// Looks a text up: the same answer as [`Self::look_up`] where it is listed or looks like a listed address; `None` for everything
    /// else, without telling an address from a slip of the pen. For files of millions.
    #[must_use]
    pub fn find(&self, raw: &str) -> Option<Lookup<'_>> {
        let mut buffer = [0; QUICK];
        if let Some((text, folded)) = fold_quickly(raw, &mut buffer) {
            return self.probe(text, folded);
        }
        let text = wallet_text(raw).ok()?;
        self.probe(&text, &fold_all(&text))
    }

    fn probe(&self, text: &str, folded: &[u8]) -> Option<Lookup<'_>> {
        if let Some(forms) = self.forms.get(folded) {
            return Some(self.resolve(text, folded, forms));
        }
        if holds_a_number(folded)
            && let Ok(address) = parse_wallet(text)
            && let Some(listed) = self.by_key(&address.key)
        {
            return Some(Lookup::Listed { listed, warning: address.warning });
        }
        if !self.near.has_ends(folded) {
            return None;
        }
        let address = parse_wallet(text).ok()?;
        let look_alikes = self.near.look_alikes(folded, &self.wallets);
        if look_alikes.is_empty() {
            return None;
        }
        let near = if is_unchecked(&address, text) { self.near.misses(folded, &self.wallets) } else { Vec::new() };
        Some(Lookup::NotListed { address, look_alikes, near })
    }

    /// The text equals at least one form without regard to case.
    fn resolve(&self, text: &str, folded: &[u8], forms: &[Form]) -> Lookup<'_> {
        let text = text.strip_prefix("bitcoincash:").or_else(|| text.strip_prefix("BITCOINCASH:")).unwrap_or(text);
        if let Some(form) = forms.iter().find(|form| form.is(text)) {
            let listed = &self.wallets[form.listed as usize];
            if listed.family.is_none() {
                return by_list(text, listed);
            }
            let warning = if listed.family == Some(WalletFamily::Evm) {
                parse_wallet(text).ok().and_then(|address| address.warning)
            } else {
                None
            };
            return Lookup::Listed { listed, warning };
        }
        let mut meant: Vec<&Form> = forms.iter().filter(|form| self.wallets[form.listed as usize].family.is_some()).collect();
        meant.dedup_by_key(|form| form.listed);
        if let Ok(address) = parse_wallet(text)
            && address.family != WalletFamily::Solana
        {
            // A right address that differs in case from a listed one: rarer than any look-alike, and no listed one.
            let look_alikes = self.near.look_alikes(folded, &self.wallets);
            return Lookup::NotListed { address, look_alikes, near: Vec::new() };
        }
        match meant[..] {
            [] => Lookup::Unverified { listed: &self.wallets[forms[0].listed as usize] },
            [form] => {
                let (open_letters, check_bits) = form.case.open(&form.text);
                let listed = &self.wallets[form.listed as usize];
                Lookup::CaseLost(CaseLost { listed, lost_in_list: false, open_letters, check_bits })
            }
            _ => Lookup::Ambiguous(meant.iter().map(|form| &self.wallets[form.listed as usize]).collect()),
        }
    }

    fn misses(&self, raw: &str) -> Vec<NearMiss<'_>> {
        let Ok(text) = wallet_text(raw) else { return Vec::new() };
        self.near.misses(&fold_all(&text), &self.wallets)
    }
}

/// The listed text has no checksum that holds: perhaps its case was lost there, and the text given has it.
fn by_list<'i>(text: &str, listed: &'i ListedWallet) -> Lookup<'i> {
    match parse_wallet(text) {
        Ok(address) => {
            let (open_letters, check_bits) = case_of(address.family, &address.key).open(text);
            Lookup::CaseLost(CaseLost { listed, lost_in_list: true, open_letters, check_bits })
        }
        Err(_) => Lookup::Unverified { listed },
    }
}

impl Form {
    fn is(&self, text: &str) -> bool {
        match self.case {
            Case::Free => true,
            Case::Single => {
                let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
                !(upper && text.bytes().any(|byte| byte.is_ascii_lowercase()))
            }
            Case::Upper | Case::Base58(_) => &*self.text == text,
            // Both alphabets of Base64 are read.
            Case::Base64 => {
                let plain = |byte: u8| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    byte => byte,
                };
                self.text.bytes().map(plain).eq(text.bytes().map(plain))
            }
        }
    }
}

impl Case {
    /// Letters of a form whose case is open once it is lost, and bits of the checksum that fixes it.
    fn open(self, text: &str) -> (u32, u32) {
        let count = |open: fn(u8) -> bool| text.bytes().filter(|byte| open(*byte)).count() as u32;
        match self {
            Self::Free | Self::Single | Self::Upper => (0, 0),
            // Base58 has no `0`, `O`, `I` and `l`, so the letters o, i and l stand in one case alone.
            Self::Base58(bits) => {
                (count(|byte| byte.is_ascii_alphabetic() && !matches!(byte.to_ascii_lowercase(), b'o' | b'i' | b'l')), bits)
            }
            Self::Base64 => (count(|byte| byte.is_ascii_alphabetic()), 16),
        }
    }
}

/// How a family's key is written.
fn case_of(family: WalletFamily, key: &str) -> Case {
    match family {
        WalletFamily::Evm | WalletFamily::Ton => Case::Free,
        WalletFamily::Stellar => Case::Upper,
        WalletFamily::Solana => Case::Base58(0),
        WalletFamily::BnbBeacon => Case::Single,
        WalletFamily::Bitcoin if key.starts_with("bc1") => Case::Single,
        WalletFamily::Litecoin if key.starts_with("ltc1") => Case::Single,
        WalletFamily::Zcash if key.starts_with(['z', 'u']) => Case::Single,
        WalletFamily::BitcoinCash if key.contains(':') => Case::Single,
        _ => Case::Base58(32),
    }
}

/// How the other forms of a family's addresses are written.
fn case_of_other(family: WalletFamily) -> Case {
    match family {
        WalletFamily::Tron => Case::Free,
        WalletFamily::Ton => Case::Base64,
        _ => Case::Single,
    }
}

/// Whether nothing in the text tells a slip from an address: Solana, raw TON, and EVM in one case.
fn is_unchecked(address: &WalletAddress, raw: &str) -> bool {
    match address.family {
        WalletFamily::Solana => true,
        WalletFamily::Ton => raw.contains(':'),
        WalletFamily::Tron => !raw.contains(['T', 't']),
        WalletFamily::Evm => {
            let digits = raw.trim_end().get(raw.trim_end().len().saturating_sub(EVM_DIGITS)..).unwrap_or_default();
            let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
            !(upper && digits.bytes().any(|byte| byte.is_ascii_lowercase()))
        }
        _ => false,
    }
}

/// Whether the folded text has the shape of an address with a number of its own in it: an X-address of XRP, an integrated one of Monero.
fn holds_a_number(folded: &[u8]) -> bool {
    match folded.len() {
        44..=48 => folded[0] == b'x',
        106 => folded[0] == b'4',
        _ => false,
    }
}

/// Letters in lower case, digits, and the marks that addresses have; 0 for all else.
const FOLD: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'A'..=b'Z' => byte as u8 + 32,
            b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b':' => byte as u8,
            b'-' => b'+',
            b'_' => b'/',
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The text of a clean address and its folded form; `None` where more has to be taken away first.
#[inline]
fn fold_quickly<'r, 'b>(raw: &'r str, buffer: &'b mut [u8; QUICK]) -> Option<(&'r str, &'b [u8])> {
    let text = raw.trim_ascii();
    let bytes = text.as_bytes();
    let folded = buffer.get_mut(..bytes.len()).filter(|folded| !folded.is_empty())?;
    let (mut bad, mut colon) = (false, false);
    for (to, from) in folded.iter_mut().zip(bytes) {
        *to = FOLD[usize::from(*from)];
        bad |= *to == 0;
        colon |= *to == b':';
    }
    if bad {
        return None;
    }
    if colon {
        return match folded {
            [b'0', b':', ..] | [b'+', b'1', b':', ..] => Some((text, folded)),
            _ => folded.strip_prefix(b"bitcoincash:").map(|rest| (text, rest)),
        };
    }
    Some((text, folded))
}

/// The folded form of a text that was cleaned.
fn fold_all(text: &str) -> Vec<u8> {
    let folded: Vec<u8> = text
        .bytes()
        .map(|byte| match FOLD[usize::from(byte)] {
            0 => byte,
            folded => folded,
        })
        .collect();
    folded.strip_prefix(b"bitcoincash:").map_or_else(|| folded.clone(), <[u8]>::to_vec)
}
