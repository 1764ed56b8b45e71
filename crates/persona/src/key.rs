//! Keyed hashes: numbers of documents, accounts and devices are compared and never kept. A number and the tenant's key go in;
//! HMAC-SHA-256 (RFC 2104, FIPS 180-4) comes out, under which equal numbers of one tenant meet and from which nobody without the key
//! can find the number.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::vocabulary::IdKind;

/// The shortest key that is taken, in bytes: as long as the digest, as RFC 2104 advises.
pub const MIN_KEY_BYTES: usize = 32;

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Fewer than [`MIN_KEY_BYTES`].
    #[error("the key has {0} bytes, and needs at least {MIN_KEY_BYTES}")]
    TooShort(usize),
}

/// The key of a tenant. Hashes under different keys never meet. It is not shown by `Debug`.
#[derive(Clone)]
pub struct TenantKey(Hmac<Sha256>);

impl std::fmt::Debug for TenantKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("TenantKey(..)")
    }
}

/// A keyed hash: 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyedHash(pub [u8; 32]);

impl TenantKey {
    /// A key of at least [`MIN_KEY_BYTES`] bytes, which should be random.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() < MIN_KEY_BYTES {
            return Err(KeyError::TooShort(bytes.len()));
        }
        // HMAC takes keys of any length.
        Hmac::new_from_slice(bytes).map(Self).map_err(|_| KeyError::TooShort(bytes.len()))
    }

    /// The hash of a normalised value of a kind: HMAC-SHA-256 over `kind`, a zero byte and the value.
    #[must_use]
    pub fn hash(&self, kind: IdKind, normalised: &str) -> KeyedHash {
        self.hash_parts(kind.code(), normalised)
    }

    /// The same for a name of a kind that is no [`IdKind`], as for exchange with others.
    #[must_use]
    pub fn hash_parts(&self, kind: &str, normalised: &str) -> KeyedHash {
        let mut mac = self.0.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(normalised.as_bytes());
        KeyedHash(mac.finalize().into_bytes().into())
    }
}

impl KeyedHash {
    /// All of it, as 64 hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
            text
        })
    }

    /// The hash of 64 hexadecimal digits; `None` for any other text.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, KeyedHash, TenantKey};
    use crate::vocabulary::IdKind;

    #[test]
    fn hashes_meet_under_one_key_and_kind_only() {
        let (ours, theirs) = (TenantKey::new(&[1; 32]).unwrap(), TenantKey::new(&[2; 32]).unwrap());
        let hash = ours.hash(IdKind::Doc, "X1234567");
        assert_eq!(hash, ours.hash(IdKind::Doc, "X1234567"));
        assert_ne!(hash, ours.hash(IdKind::Tax, "X1234567"));
        assert_ne!(hash, theirs.hash(IdKind::Doc, "X1234567"));
        assert_eq!(KeyedHash::from_hex(&hash.hex()), Some(hash));
        assert!(!format!("{ours:?}").contains('1'));
    }

    #[test]
    fn short_keys_are_refused() {
        assert_eq!(TenantKey::new(b"secret").unwrap_err(), KeyError::TooShort(6));
    }

    /// `printf 'doc\0A1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '0b%.0s' $(seq 32))`.
    #[test]
    fn is_hmac_sha256() {
        let hash = TenantKey::new(&[0x0b; 32]).unwrap().hash(IdKind::Doc, "A1");
        assert_eq!(hash.hex(), "b2110d18e04a6e2026c638324d8945e5bf5bd8143f13582fb0fa00f0fd1e5119");
    }
}
