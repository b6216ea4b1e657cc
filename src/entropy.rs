//! Randomness comes in through the door: keys, salts, nonces and ids ask an [`Entropy`].

use std::fmt::Debug;

use data_encoding::BASE32_NOPAD;

use crate::error::Error;
use crate::error::Result;

/// A source of unpredictable bytes.
pub trait Entropy: Debug + Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// `Internal` when the source fails; the caller must not go on.
    fn fill(&self, buffer: &mut [u8]) -> Result<()>;
}

/// The operating system's generator.
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

/// Draws a word of 16 letters and digits that nobody can have foreseen: 80 random bits.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn word(entropy: &dyn Entropy) -> Result<String> {
    draw::<10>(entropy).map(|bytes| BASE32_NOPAD.encode(&bytes))
}
