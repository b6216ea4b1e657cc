//! Injected source of randomness for keys, salts, nonces and ids.

use std::fmt::Debug;

use data_encoding::BASE32_NOPAD;

use crate::error::{Error, Result};

/// Cryptographically secure random number generator.
pub trait Entropy: Debug + Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// `Internal` when the source fails; the caller must abort.
    fn fill(&self, buffer: &mut [u8]) -> Result<()>;
}

/// Random number generator of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct OsEntropy;

#[expect(clippy::disallowed_methods, reason = "the one owner of the machine's randomness")]
impl Entropy for OsEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        getrandom::fill(buffer)
            .map_err(|error| Error::internal("the operating system gave no random bytes", error.to_string()))
    }
}

/// Draws an array of random bytes.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn draw<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// Draws 16 random Base32 characters, 80 bits.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn random_base32(entropy: &dyn Entropy) -> Result<String> {
    draw::<10>(entropy).map(|bytes| BASE32_NOPAD.encode(&bytes))
}
