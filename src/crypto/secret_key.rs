//! The secret: what opens the keyring, and how much of it must be there.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// Bytes of entropy a secret must be able to hold.
pub(crate) const MIN_BYTES: usize = 32;

/// Draws a new secret of 256 bits, written as 43 characters of unpadded URL-safe base64.
pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let bytes = Zeroizing::new(entropy::draw::<MIN_BYTES>(entropy)?);
    Ok(Secret::new(data_encoding::BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// Refuses a secret that cannot hold [`MIN_BYTES`] of entropy in the alphabet it is written in.
///
/// # Errors
/// `Invalid` with the command that makes a good one.
pub(crate) fn check(secret: &Secret<String>) -> Result<()> {
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
    Err(Error::invalid("the secret is too short or too regular: it must hold 32 random bytes")
        .hint("make one with `openssl rand -base64 32`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_drawn_secret_is_long_enough_and_short_ones_are_refused() {
        check(&draw(&OsEntropy).unwrap()).unwrap();
        for weak in ["", "hunter2", "0123456789abcdef0123456789abcdef", &"a".repeat(100)] {
            assert!(check(&Secret::new(weak.to_owned())).is_err(), "{weak}");
        }
    }
}
