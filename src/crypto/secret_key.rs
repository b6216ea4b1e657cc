//! The secret that decrypts the keyring, and its minimum entropy.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::entropy::{self, Entropy};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Minimum entropy of a secret, in bytes.
pub(crate) const MIN_BYTES: usize = 32;

/// Generates a secret of 256 bits: 43 characters of unpadded base64url.
pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let bytes = Zeroizing::new(entropy::draw::<MIN_BYTES>(entropy)?);
    Ok(Secret::new(data_encoding::BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// Checks that a secret can encode [`MIN_BYTES`] of entropy in the alphabet it uses.
///
/// # Errors
/// `Invalid` with a command that generates one.
pub(crate) fn check_entropy(secret: &Secret<String>) -> Result<()> {
    let text = secret.expose();
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let base64 = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte));
    let bits = match (hex, base64) {
        (true, _) => 4 * text.len(),
        (false, true) => 6 * text.trim_end_matches('=').len(),
        (false, false) => 8 * text.len(),
    };
    let varied = text.bytes().collect::<BTreeSet<_>>().len() >= 8;
    if bits >= 8 * MIN_BYTES && varied {
        return Ok(());
    }
    Err(Error::invalid("the secret is too short or too regular: it must contain 32 random bytes")
        .hint("generate one with `openssl rand -base64 32`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_generated_secret_is_accepted_and_weak_ones_are_refused() {
        check_entropy(&draw(&OsEntropy).unwrap()).unwrap();
        for weak in ["", "hunter2", "0123456789abcdef0123456789abcdef", &"a".repeat(100)] {
            assert!(check_entropy(&Secret::new(weak.to_owned())).is_err(), "{weak}");
        }
    }
}
