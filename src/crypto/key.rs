//! A 256-bit key.

use std::fmt;

use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;
use zeroize::Zeroizing;

use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// 32 secret bytes: never printed, zeroed on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// Draws a new random key.
    pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Self> {
        entropy::draw::<32>(entropy).map(Self)
    }

    /// Takes 32 bytes as a key.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.try_into().map_err(|_| Error::invalid("a key has 32 bytes"))?;
        Ok(Self(bytes))
    }

    /// Takes an array as a key.
    pub(crate) fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Writes what [`Self::from_text`] reads, as backups carry it: hex.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(data_encoding::HEXLOWER.encode(&self.0))
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// `Invalid` for anything else; nothing of it is repeated.
    pub(crate) fn from_text(text: &Secret<String>) -> Result<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.expose().as_bytes()).map(Zeroizing::new);
        Self::from_slice(&bytes.map_err(|_| Error::invalid("that is no key"))?)
    }

    /// Shows the bytes to a primitive.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Writes the key as `SQLCipher` takes a raw one, `x'…'` with 64 hex digits.
    pub(crate) fn sqlcipher_literal(&self) -> Zeroizing<String> {
        let mut literal = Zeroizing::new(String::with_capacity(67));
        literal.push_str("x'");
        data_encoding::HEXLOWER.encode_append(&self.0, &mut literal);
        literal.push('\'');
        literal
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
