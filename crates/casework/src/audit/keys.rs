//! Keys and checkpoints: the format of minisign, Ed25519. A key that needs a password gets it as an argument; nothing here asks on a terminal.

use std::fmt;
use std::io::Cursor;

use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use serde_json::{Value, json};

use crate::error::Error;

/// A secret key.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
}

/// Without the key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.public.to_base64())
    }
}

fn key_error(error: impl fmt::Display) -> Error {
    Error::Key(error.to_string())
}

impl SigningKey {
    /// Reads the text of a key file of minisign.
    pub fn read(text: &str, password: Option<&str>) -> Result<Self, Error> {
        let secret_box = || SecretKeyBox::from_string(text).map_err(key_error);
        let secret = match (secret_box()?.into_unencrypted_secret_key(), password) {
            (Ok(secret), _) => secret,
            (Err(_), Some(password)) => secret_box()?.into_secret_key(Some(password.to_owned())).map_err(key_error)?,
            (Err(_), None) => return Err(key_error("not a secret key, or one that needs its password")),
        };
        let public = PublicKey::from_secret_key(&secret).map_err(key_error)?;
        Ok(Self { secret, public })
    }

    /// The key that its signatures are checked with.
    #[must_use]
    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey(self.public.clone())
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// Reads the text of a key file of minisign, or the bare key.
    pub fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let key = if text.lines().count() > 1 {
            PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key)
        } else {
            PublicKey::from_base64(text)
        };
        key.map(Self).map_err(key_error)
    }

    /// Whether a signature over a text is of this key.
    pub(crate) fn check(&self, text: &str, signature: &str) -> Result<(), Error> {
        // The library trusts these lengths.
        let lengths = [1, 3].map(|number| signature.lines().nth(number).unwrap_or_default().trim().len());
        let closed =
            [(1, "="), (3, "==")].map(|(number, end)| signature.lines().nth(number).unwrap_or_default().trim().ends_with(end));
        if lengths != [100, 88] || closed != [true, true] {
            return Err(key_error("the signature is not in the format of minisign"));
        }
        let signature = SignatureBox::from_string(signature).map_err(key_error)?;
        let (quiet, output, allow_legacy) = (true, false, false);
        minisign::verify(&self.0, &signature, Cursor::new(text), quiet, output, allow_legacy).map_err(key_error)
    }
}

/// All rows of an audit up to one, under a signature.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// The last row.
    pub seq: i64,
    /// Its digest, which stands for all before it.
    pub hash: String,
    /// When it was signed, in microseconds since 1970.
    pub at: i64,
    /// The signature over [`Self::text`], as minisign writes it.
    pub signature: String,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("interdict audit checkpoint 1\nseq: {}\nhash: {}\nat: {}\n", self.seq, self.hash, self.at)
    }

    pub(crate) fn sign(key: &SigningKey, seq: i64, hash: &str, at: i64) -> Result<Self, Error> {
        let mut checkpoint = Self { seq, hash: hash.to_owned(), at, signature: String::new() };
        // Without a comment of ours the library would write the time there.
        let comment = format!("interdict audit {seq}");
        let text = checkpoint.text();
        let signature =
            minisign::sign(Some(&key.public), &key.secret, text.as_bytes(), Some(&comment), Some("interdict audit checkpoint"))
                .map_err(key_error)?;
        checkpoint.signature = signature.to_string();
        Ok(checkpoint)
    }

    /// Whether it is signed by this key.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), Error> {
        key.check(&self.text(), &self.signature)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({"seq": self.seq, "hash": self.hash, "at": self.at, "signature": self.signature})
    }
}
