//! A 256-bit key.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{self, Entropy};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Secret key of 32 bytes: redacted in debug output, zeroed on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SymmetricKey([u8; 32]);

impl SymmetricKey {
    /// Generates a random key.
    pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Self> {
        entropy::draw::<32>(entropy).map(Self)
    }

    /// Creates a key from a slice of 32 bytes.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.try_into().map_err(|_| Error::invalid("a key has 32 bytes"))?;
        Ok(Self(bytes))
    }

    /// Creates a key from an array.
    pub(crate) fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Serializes the key for backups, as hex.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(data_encoding::HEXLOWER.encode(&self.0))
    }

    /// Parses the output of [`Self::to_text`].
    ///
    /// # Errors
    /// `Invalid` for anything else, without repeating it.
    pub(crate) fn from_text(text: &Secret<String>) -> Result<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.expose().as_bytes()).map(Zeroizing::new);
        Self::from_slice(&bytes.map_err(|_| Error::invalid("not a valid key"))?)
    }

    /// Returns the bytes, for a cryptographic primitive.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the key as an `SQLCipher` raw key literal, `x'…'` with 64 hex digits.
    pub(crate) fn sqlcipher_literal(&self) -> Zeroizing<String> {
        let mut literal = Zeroizing::new(String::with_capacity(67));
        literal.push_str("x'");
        data_encoding::HEXLOWER.encode_append(&self.0, &mut literal);
        literal.push('\'');
        literal
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
